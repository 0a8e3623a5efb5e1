#!/usr/bin/env bash
#
# progress.sh - lastmile.progress shows searches of other sessions to those with the rights to see them, and
# forgets them however they end; without room in shared memory there is no progress, but a plan
#
# Prints TAP.

. "$(dirname "$0")/server.bash"

server_new primary
on primary -f - <<'SQL'
CREATE TABLE orders AS SELECT id, ST_SetSRID(ST_Point(97 * id % 10000, 61 * id % 7919), 0) AS geom FROM generate_series(1, 300) AS id;
CREATE TABLE vans AS SELECT id, ST_SetSRID(ST_Point(5000, 4000), 0) AS geom, 20 AS max_stops FROM generate_series(1, 14) AS id;
CREATE ROLE dispatcher LOGIN;
CREATE ROLE colleague LOGIN;
CREATE ROLE observer LOGIN IN ROLE pg_read_all_stats;
GRANT SELECT ON orders, vans TO PUBLIC;
SQL

# seen_by <role> <SQL>: over the rows of lastmile.progress
seen_by()
{
	PGUSER=$1 on primary -F ' ' -c "$2"
}

# until_is <expected> <role> <SQL>: within five seconds
until_is()
{
	local found

	for _ in $(seq 100); do
		found=$(seen_by "$2" "$3" 2>&1)
		[ "$found" != "$1" ] || return 0
		sleep 0.05
	done
	printf 'expected: %s\nfound: %s\n' "$1" "$found"
	return 1
}

# search <role> <statements before the call>: in the background
search()
{
	PGUSER=$1 on primary -c "${2:-SELECT 1}" -c "SELECT count(*) FROM lastmile.plan('orders', 'vans', iterations => 1000000000)" >"$work/search" 2>&1 &
}

empty()
{
	until_is 0 postgres 'SELECT count(*) FROM lastmile.progress'
}

two_seen()
{
	search dispatcher
	search colleague
	until_is '2 2 300 300 0 0 t t t' observer "SELECT count(*), count(DISTINCT pid), min(orders), max(orders), min(unassigned - 20), max(unassigned - 20),
		bool_and(phase = 'searching' AND iterations > 0), bool_and(best_cost > 0), bool_and(elapsed < '1 min' AND time_limit = '10 min') FROM lastmile.progress"
}

# What is seen goes on.
goes_on()
{
	local before

	before=$(seen_by observer 'SELECT min(iterations) FROM lastmile.progress')
	until_is t observer "SELECT min(iterations) > $before FROM lastmile.progress"
}

own_seen()
{
	until_is 1 dispatcher 'SELECT count(*) FROM lastmile.progress' &&
		until_is t dispatcher 'SELECT p.pid = a.pid FROM lastmile.progress AS p, pg_stat_activity AS a WHERE a.usename = current_user AND a.pid <> pg_backend_pid()'
}

# ended <function>: of all searches
ended()
{
	on primary -c "SELECT count($1(pid)) FROM lastmile.progress" >/dev/null
	empty
}

# A vehicles query that sees its own call in lastmile.progress divides by zero.
failed()
{
	! on primary -c "SELECT * FROM lastmile.plan('orders', 'SELECT id, geom, 1 / (SELECT count(*) - 1 FROM lastmile.progress) AS capacity FROM vans')" >"$work/failed" 2>&1 &&
		grep -q 'division by zero' "$work/failed" && empty
}

notices()
{
	on primary -c "SET client_min_messages = notice" -c "SET lastmile.progress_notices = '200ms'" \
		-c "SELECT count(*) FROM lastmile.plan('orders', 'vans', time_limit => '1 s')" >"$work/notices" 2>&1
	grep -Eq 'NOTICE:  0\.[2-9] s: searching, [0-9]+ iterations, best cost [0-9.]+, 20 unassigned' "$work/notices" || {
		cat "$work/notices"
		return 1
	}
}

# Seen until its time is over.
timed_out()
{
	search dispatcher "SET statement_timeout = '2s'"
	until_is 1 postgres 'SELECT count(*) FROM lastmile.progress' && empty
}

echo 1..9
check 'two searches are seen by a third session' two_seen
check 'they go on' goes_on
check 'a role sees its own' own_seen
check 'none is seen after a cancel' ended pg_cancel_backend
search dispatcher
check 'one more is seen' until_is 1 postgres 'SELECT count(*) FROM lastmile.progress'
check 'none is seen after a terminate' ended pg_terminate_backend
check 'none is seen after an error' failed
check 'none is seen after a statement_timeout' timed_out
check 'notices on request' notices
