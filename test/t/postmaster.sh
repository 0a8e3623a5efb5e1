#!/usr/bin/env bash
#
# postmaster.sh - a search ends when the postmaster is gone, on a primary and on a hot standby; after a
# restart the server plans
#
# Prints TAP. Nobody tells a backend that its postmaster was killed: the search has to look.

. "$(dirname "$0")/server.bash"

server_new primary
on primary -f - <<'SQL'
CREATE TABLE orders AS SELECT id, ST_Point(8.6 + id * 7 % 11 * 0.003, 49.4 + id * 5 % 13 * 0.002, 4326) AS geom FROM generate_series(1, 200) AS id;
CREATE TABLE vans AS SELECT id, ST_Point(8.61, 49.41, 4326) AS geom FROM generate_series(1, 3) AS id;
SQL
server_standby standby primary
standby_wait standby primary

# running <pid>: a process that is not a zombie
running()
{
	case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) in ''|Z*|X*) return 1 ;; esac
}

# ends_within <pid> <tenths of a second>
ends_within()
{
	local turn

	for turn in $(seq "$2"); do
		! running "$1" || sleep 0.1
	done
	! running "$1"
}

# Starts a long search and kills the postmaster under it.
orphan()
{
	local server=$1 backend= postmaster turn

	PGAPPNAME=searching on "$server" -c "SELECT count(*) FROM lastmile.plan('orders', 'vans', iterations => 1000000000)" >"$work/told" 2>&1 &
	for turn in $(seq 50); do
		backend=$(on "$server" -c "SELECT pid FROM pg_stat_activity WHERE application_name = 'searching' AND state = 'active'
			AND clock_timestamp() - query_start > '300 ms'")
		[ -z "$backend" ] || break
		sleep 0.1
	done
	[ -n "$backend" ] && running "$backend" || { echo "no search to be seen"; return 1; }
	postmaster=$(head -n 1 "$work/$server/postmaster.pid")
	on "$server" -c 'SELECT pid FROM pg_stat_activity' >"$work/pids"
	echo "$postmaster" >>"$work/pids"
	as_server kill -9 "$postmaster"
	if ! ends_within "$backend" 10; then
		echo "the search goes on for a second"
		as_server kill -9 "$backend"
		return 1
	fi
	wait $! || true
	cat "$work/told"
	# the words come from the search if it was the first to see it, else from the connection that is lost
	grep -qE 'unexpected postmaster exit|server closed the connection' "$work/told"
}

# Where nobody reaps it the killed postmaster stays in the list of processes, and is taken for alive: by
# pg_ctl, and by the lock of the socket.
plans_again()
{
	local pid

	while read -r pid; do
		ends_within "$pid" 100 || { echo "process $pid stays"; return 1; }
	done <"$work/pids"
	as_server rm -f "$work/$1/postmaster.pid" "$work/on_$1/.s.PGSQL.$PGPORT.lock"
	(server_run "$1") && same 200 on "$1" -c "SELECT count(order_id) FROM lastmile.plan('orders', 'vans', iterations => 10)"
}

echo "1..4"
for server in standby primary; do
	check "$server: the search ends within a second" orphan $server
	check "$server: it plans after a restart" plans_again $server
done
