# server.bash - servers of a test's own; sourced, not run.
#
# A server listens on a socket in $work only, is used as the superuser postgres, and is gone at the end
# of the test. It is stopped without ceremony, so nothing is synced to disk.

. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/tap.bash"
find_postgresql
bin=$("$pg_config" --bindir)
work=$(mktemp -d)
chmod 755 "$work"
servers=
unset PGSERVICE PGOPTIONS PGTZ PGDATABASE PGPASSWORD
export PGUSER=postgres PGDATABASE=postgres PGPORT=5432

# PostgreSQL does not run as root.
[ "$(id -u)" != 0 ] || chown postgres "$work"
as_server()
{
	if [ "$(id -u)" = 0 ]; then
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

servers_stop()
{
	local name

	for name in $servers; do
		as_server "$bin/pg_ctl" -D "$work/$name" -m immediate stop >/dev/null 2>&1 || true
	done
	rm -rf "$work"
}
trap servers_stop EXIT

# server_run <name>
server_run()
{
	as_server "$bin/pg_ctl" -w -t 60 -D "$work/$1" -l "$work/$1.log" start >/dev/null || {
		tail -n 5 "$work/$1.log" >&2
		die "server $1 does not start"
	}
}

# server_listen <name> [<setting> ...]: writes them, and starts it
server_listen()
{
	local name=$1

	shift
	as_server mkdir -p "$work/on_$name"
	{
		printf "%s\n" "listen_addresses = ''" "unix_socket_directories = '$work/on_$name'" "port = $PGPORT" \
			"fsync = off" "timezone = 'UTC'" "log_timezone = 'UTC'" "client_min_messages = warning" "$@"
	} | as_server tee -a "$work/$name/postgresql.conf" >/dev/null
	servers="$servers $name"
	server_run "$name"
}

# server_new <name> [<setting> ...]: a new server with the extension
server_new()
{
	local name=$1

	as_server "$bin/initdb" -D "$work/$name" -U postgres -A trust --no-sync --locale=C.UTF-8 -E UTF8 >/dev/null
	server_listen "$@"
	on "$name" -c 'CREATE EXTENSION lastmile CASCADE'
}

# server_standby <name> <primary> [<setting> ...]: a hot standby of a server
server_standby()
{
	local name=$1 primary=$2

	shift 2
	as_server "$bin/pg_basebackup" -h "$work/on_$primary" -p "$PGPORT" -U postgres -D "$work/$name" -R --no-sync -c fast
	server_listen "$name" "$@"
}

# on <server> <psql arguments>
on()
{
	local name=$1

	shift
	PGHOST=$work/on_$name psql -XqAt -v ON_ERROR_STOP=1 -P pager=off "$@"
}

# standby_wait <standby> <primary>: until it has what the primary has written
standby_wait()
{
	local written turn

	written=$(on "$2" -c 'SELECT pg_current_wal_lsn()')
	for turn in $(seq 300); do
		[ "$(on "$1" -c "SELECT pg_last_wal_replay_lsn() >= '$written'")" != t ] || return 0
		sleep 0.1
	done
	die "standby $1 does not follow"
}

# same <expected> <command ...>: what a command prints
same()
{
	local expected=$1 found

	shift
	found=$("$@" 2>&1) || true
	[ "$found" = "$expected" ] || {
		printf 'expected: %s\nfound: %s\n' "$expected" "$found"
		return 1
	}
}
