#!/usr/bin/env bash
#
# workers.sh - parallel workers help a search: by iterations and seed the plan is the same with any number of
# them and with none available; they work wherever plan does; who is terminated does not lose the plan
#
# Prints TAP.

. "$(dirname "$0")/server.bash"

server_new primary "max_worker_processes = 8" "max_parallel_workers = 4"
on primary -c 'CREATE EXTENSION dblink' -f - <<'SQL'
-- A number from 0 to below 1 that depends on the arguments only.
CREATE FUNCTION pick(what text, id bigint) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT (hashtextextended(what, id) & 65535) / 65536.0 $$;

CREATE TABLE orders AS
SELECT id, ST_SetSRID(ST_Point(20000 * pick('x', id), 20000 * pick('y', id)), 0) AS geom, 300 AS service_time, 1 AS demand,
	t AS window_start, t + interval '2 h' AS window_end, CASE WHEN id % 7 = 0 THEN '{lift}'::text[] END AS skills
FROM (SELECT id, timestamptz '2026-12-01 08:00Z' + pick('w', id) * interval '6 h' AS t FROM generate_series(1, 3000) AS id) AS o;
CREATE TABLE vans AS
SELECT id, ST_SetSRID(ST_Point(10000, 10000), 0) AS geom, timestamptz '2026-12-01 08:00Z' AS shift_start,
	timestamptz '2026-12-01 17:00Z' AS shift_end, 30 AS capacity, CASE WHEN id % 2 = 0 THEN '{lift}'::text[] END AS skills
FROM generate_series(1, 200) AS id;

-- The rows of a plan as one text.
CREATE FUNCTION planned(orders int, iterations bigint, workers int) RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(p::text, E'\n')) FROM lastmile.plan('SELECT * FROM orders WHERE id <= ' || orders, 'vans',
		iterations => iterations, seed => 3, workers => workers) AS p $$;
-- Workers of this server at work.
CREATE VIEW helpers AS SELECT pid, leader_pid FROM pg_stat_activity WHERE backend_type = 'parallel worker';
CREATE TABLE stored (LIKE orders);
SQL

# The same plan with 1, 2 and 4 processes, and with 4 wanted and none to be had.
# alike <orders> <iterations>
alike()
{
	local alone

	alone=$(on primary -c "SELECT planned($1, $2, 1)")
	[ ${#alone} = 32 ] || return 1
	same "$alone" on primary -c "SELECT planned($1, $2, 2)" || return 1
	same "$alone" on primary -c "SELECT planned($1, $2, 4)" || return 1
	same "$alone" on primary -c 'SET max_parallel_workers = 0' -c "SELECT planned($1, $2, 4)"
}

# Starts a search of a statement in the background, prints the pid of its backend once it has a helper.
# begun <statement>: the statement's output goes to $work/search
begun()
{
	on primary -F '|' -c "SET statement_timeout = '60s'" -c "SELECT 'search', $1" >"$work/search" 2>&1 &
	search=$!
	for _ in $(seq 200); do
		[ "$(on primary -c "SELECT count(*) FROM helpers")" = 0 ] || return 0
		sleep 0.02
	done
	cat "$work/search"
	return 1
}

none_left()
{
	for _ in $(seq 100); do
		[ "$(on primary -c "SELECT count(*) FROM helpers")" != 0 ] || return 0
		sleep 0.02
	done
	on primary -c "TABLE helpers"
	return 1
}

# Workers are there during a search, and the one who is terminated does not end it.
helper_terminated()
{
	local alone

	alone=$(on primary -c "SELECT planned(600, 150000, 1)")
	begun "planned(600, 150000, 2)" || return 1
	[ "$(on primary -c "SELECT count(pg_terminate_backend(pid)) FROM helpers")" -ge 1 ] || return 1
	wait $search || return 1
	same "search|$alone" cat "$work/search"
}

# leader_stopped <function> <state of the error>
leader_stopped()
{
	local took

	begun "planned(1000, 400000000, 2)" || return 1
	on primary -c "SELECT $1(leader_pid) FROM helpers LIMIT 1" >/dev/null
	took=$(date +%s%N)
	wait $search && return 1
	took=$((($(date +%s%N) - took) / 1000000))
	grep -q "$2" "$work/search" || { cat "$work/search"; return 1; }
	[ "$took" -lt 500 ] || { echo "after $took ms"; return 1; }
	none_left
}

# More memory for workers than the call may take: it searches alone.
little_memory()
{
	local alone

	alone=$(on primary -c "SELECT planned(600, 40000, 1)")
	same "$alone" on primary -c "SET lastmile.max_memory = '12MB'" -c "SELECT planned(600, 40000, 2)"
}

# helped <statements>: with workers they run without an error
helped()
{
	on primary -v ON_ERROR_STOP=1 -c 'SET lastmile.workers = 2' -c "SET lastmile.time_limit = '300ms'" -c "$1" >/dev/null
}

plan="SELECT * FROM lastmile.plan('SELECT * FROM orders WHERE id <= 300', 'vans')"
echo 1..14
check 'the same plan: groups of 600 orders' alike 600 60000
check 'the same plan: coolings of 200 orders' alike 200 170000
check 'the same plan: 2,500 orders' alike 2500 40000
check 'one that is terminated does not lose the plan' helper_terminated
check 'a cancel ends all' leader_stopped pg_cancel_backend 'canceling statement'
check 'a terminate ends all' leader_stopped pg_terminate_backend 'terminating connection'
check 'without memory for workers there are none' little_memory
check 'in a read-only transaction' helped "BEGIN READ ONLY; $plan; COMMIT"
check 'in a serializable transaction' helped "BEGIN ISOLATION LEVEL SERIALIZABLE; $plan; COMMIT"
check 'in INSERT ... SELECT' helped "INSERT INTO stored (id) SELECT order_id::bigint FROM ($plan) AS p WHERE order_id IS NOT NULL"
check 'in a cursor' helped "BEGIN; DECLARE c CURSOR FOR $plan; FETCH 3 FROM c; COMMIT"
check 'in PL/pgSQL with an exception caught' helped "DO \$\$ BEGIN PERFORM count(*) FROM ($plan) AS p; PERFORM 1 / 0;
	EXCEPTION WHEN division_by_zero THEN PERFORM count(*) FROM ($plan) AS p; END \$\$"
check 'for a role of its own' helped "CREATE ROLE guest; GRANT SELECT ON orders, vans TO guest; SET ROLE guest; $plan"
check 'no worker is left' none_left
