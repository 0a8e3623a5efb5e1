#!/usr/bin/env bash
#
# workers.sh - parallel workers help a search: by iterations and seed the plan is the same with any number of
# them and with none available, or no shared memory; they work wherever plan does; who is terminated does not lose the plan
#
# Prints TAP.

. "$(dirname "$0")/server.bash"

# The postmaster tells when it starts a worker.
server_new primary "max_worker_processes = 8" "max_parallel_workers = 4" "log_min_messages = debug1"
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
CREATE TABLE jams AS SELECT from_time, from_time + interval '1 h' AS to_time, 1 + extract(hour FROM from_time) % 3 * 0.3 AS factor
FROM (SELECT time '08:00' + i * interval '1 h' AS from_time FROM generate_series(0, 8) AS i) AS hours;

-- Shipments, alternatives, lateness and preferences, on vans that reload; and routes that begin with what others say.
CREATE VIEW mixed AS
SELECT o.*, CASE WHEN id % 10 = 0 THEN 'pickup' ELSE 'delivery' END AS kind, CASE WHEN id % 10 < 2 THEN id / 10 END AS shipment_id,
	CASE WHEN id % 10 IN (4, 5) THEN id / 10 END AS option_of, CASE WHEN id % 3 = 0 THEN 1 END AS late_cost,
	id % 20 AS preferred_vehicle, 0.1 AS prefer_cost
FROM orders AS o WHERE id BETWEEN 10 AND 229;
CREATE VIEW rounds AS SELECT id, geom, shift_start, shift_end, 8 AS capacity, 3 AS max_trips, interval '10 min' AS reload_time, skills FROM vans WHERE id <= 30;
CREATE TABLE morning AS SELECT * FROM lastmile.plan('SELECT * FROM orders WHERE id <= 300', 'vans', iterations => 500, workers => 1);

-- The rows of a plan as one text. more: further arguments
CREATE FUNCTION planned(orders text, vans text, iterations bigint, workers int, more text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows text;
BEGIN
	EXECUTE format('SELECT md5(string_agg(p::text, E''\n'')) FROM lastmile.plan(%L, %L, iterations => %s, seed => 3, workers => %s%s) AS p',
		orders, vans, iterations, workers, more) INTO rows;
	RETURN rows;
END $$;
CREATE FUNCTION planned(orders int, iterations bigint, workers int, more text DEFAULT '') RETURNS text LANGUAGE sql
	AS $$ SELECT planned('SELECT * FROM orders WHERE id <= ' || orders, 'vans', iterations, workers, more) $$;
-- Ways to call it.
CREATE FUNCTION in_any_process(orders int, iterations bigint, workers int) RETURNS text LANGUAGE sql PARALLEL SAFE
	AS $$ SELECT planned(orders, iterations, workers) $$;
CREATE FUNCTION with_error_caught(orders int, iterations bigint, workers int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows text;
BEGIN
	BEGIN
		rows := planned(orders, iterations, workers);
		PERFORM 1 / 0;
	EXCEPTION WHEN division_by_zero THEN
		IF rows <> planned(orders, iterations, workers) THEN
			RETURN 'another plan';
		END IF;
	END;
	RETURN rows;
END $$;
CREATE TABLE wishes (orders int, iterations bigint, workers int, rows text);
CREATE FUNCTION wish_grant() RETURNS trigger LANGUAGE plpgsql
	AS $$ BEGIN NEW.rows := planned(NEW.orders, NEW.iterations, NEW.workers); RETURN NEW; END $$;
CREATE TRIGGER wish BEFORE INSERT ON wishes FOR EACH ROW EXECUTE FUNCTION wish_grant();
-- Workers of this server at work.
CREATE VIEW helpers AS SELECT pid, leader_pid FROM pg_stat_activity WHERE backend_type = 'parallel worker';
CREATE TABLE stored (LIKE orders);
SQL

# started <server>: how many workers it has started so far
started()
{
	grep -c 'starting background worker process "parallel worker' "$work/$1.log" || true
}

# The same plan with 1, 2 and 4 processes, and with 4 wanted and none to be had.
# alike <arguments of planned before the workers> [<and behind>]
alike()
{
	local plan before

	plan=$(on primary -c "SELECT planned($1, 1${2:+, $2})")
	[ ${#plan} = 32 ] || { echo "$plan"; return 1; }
	before=$(started primary)
	same "$plan" on primary -c "SELECT planned($1, 2${2:+, $2})" || return 1
	same "$plan" on primary -c "SELECT planned($1, 4${2:+, $2})" || return 1
	# one and three
	same $((before + 4)) started primary || return 1
	same "$plan" on primary -c 'SET max_parallel_workers = 0' -c "SELECT planned($1, 4${2:+, $2})"
}

# inside <workers that are started> <statements>: they print the plan of $few
inside()
{
	local before=$(started primary) workers=$1

	shift
	same "$alone" on primary "$@" || return 1
	same $((before + workers)) started primary
}

# elsewhere <server> <workers that are started>: the same plan there
elsewhere()
{
	local before=$(started "$1")

	same "$alone" on "$1" -c "SELECT planned($few, 2)" || return 1
	same $((before + $2)) started "$1"
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

# As much as the call needs alone, and a little more: workers never take what it needs.
little_memory()
{
	local alone memory

	alone=$(on primary -c "SELECT planned(600, 30000, 1)")
	for memory in 5 7 8 8.2 8.4 9; do
		same "$alone" on primary -c "SET lastmile.max_memory = '$memory MB'" -c "SELECT planned(600, 30000, 4)" || return 1
	done
}

# helped <statements>: with workers they run without an error
helped()
{
	on primary -v ON_ERROR_STOP=1 -c 'SET lastmile.workers = 2' -c "SET lastmile.time_limit = '300ms'" -c "$1" >/dev/null
}

plan="SELECT * FROM lastmile.plan('SELECT * FROM orders WHERE id <= 300', 'vans')"
few="200, 10000"		# orders, iterations
alone=$(on primary -c "SELECT planned($few, 1)")
echo 1..33
check 'the same plan: groups of 600 orders' alike '600, 60000'
check 'the same plan: coolings of 200 orders' alike '200, 170000'
check 'the same plan: 2,500 orders' alike '2500, 40000'
check 'the same plan: travel times that change' alike "$few" "', traffic => ''jams'', timezone => ''UTC'''"
check 'the same plan: objective balanced' alike "$few" "', objective => ''balanced'''"
check 'the same plan: 2,500 orders, balanced' alike '2500, 10000' "', objective => ''balanced'''"
check 'the same plan: shipments, alternatives, lateness, trips' alike "'mixed', 'rounds', 20000" "''"
check 'the same plan: rows that are frozen' alike '300, 20000' \
	"', routes => ''SELECT *, stop_no < 4 AS frozen FROM morning'', at => ''2026-12-01 09:00Z'''"
check 'one that is terminated does not lose the plan' helper_terminated
check 'a cancel ends all' leader_stopped pg_cancel_backend 'canceling statement'
check 'a terminate ends all' leader_stopped pg_terminate_backend 'terminating connection'
check 'workers take no memory that the call needs' little_memory
check 'in a read-only transaction' helped "BEGIN READ ONLY; $plan; COMMIT"
check 'in a serializable transaction' helped "BEGIN ISOLATION LEVEL SERIALIZABLE; $plan; COMMIT"
check 'in INSERT ... SELECT' helped "INSERT INTO stored (id) SELECT order_id::bigint FROM ($plan) AS p WHERE order_id IS NOT NULL"
check 'in a cursor' helped "BEGIN; DECLARE c CURSOR FOR $plan; FETCH 3 FROM c; COMMIT"
check 'in PL/pgSQL with an exception caught' helped "DO \$\$ BEGIN PERFORM count(*) FROM ($plan) AS p; PERFORM 1 / 0;
	EXCEPTION WHEN division_by_zero THEN PERFORM count(*) FROM ($plan) AS p; END \$\$"
check 'for a role of its own' helped "CREATE ROLE guest; GRANT SELECT ON orders, vans TO guest; SET ROLE guest; $plan"
check 'with a worker: a plain call' inside 1 -c "SELECT planned($few, 2)"
check 'with a worker: in a trigger' inside 1 -c "INSERT INTO wishes VALUES ($few, 2)" -c 'SELECT rows FROM wishes'
check 'with a worker each: where an error is caught, and behind it' inside 2 -c "SELECT with_error_caught($few, 2)"
check 'with a worker: in a savepoint' inside 1 -c 'BEGIN; SAVEPOINT s' -c "SELECT planned($few, 2)" -c 'RELEASE s; COMMIT'
check 'with a worker: from a cursor' inside 1 -c "BEGIN; DECLARE c CURSOR FOR SELECT planned($few, 2)" -c 'FETCH c' -c 'COMMIT'
# the one worker is the query's
check 'alone: in a worker of a parallel query' inside 1 -c 'SET force_parallel_mode = on' -c "SELECT in_any_process($few, 2)"
check 'alone: in a parallel query that got no workers' inside 0 -c 'SET force_parallel_mode = on' -c 'SET max_parallel_workers = 0' \
	-c "SELECT in_any_process($few, 2)"
check 'no worker is left' none_left

server_standby standby primary
standby_wait standby primary
check 'with a worker: on a hot standby' elsewhere standby 1

# Shared memory is files, until no new ones can be made.
server_standby tight primary 'dynamic_shared_memory_type = mmap'
standby_wait tight primary
check 'with a worker: shared memory in files' elsewhere tight 1
as_server chmod 500 "$work/tight/pg_dynshmem"
check 'alone: no shared memory' elsewhere tight 0
check 'no memory is left to the session' same "$alone
$alone" on tight -c "SELECT planned($few, 2)" -c "SELECT planned($few, 2)"
as_server chmod 700 "$work/tight/pg_dynshmem"
check 'with a worker: when there is some again' elsewhere tight 1

# restarted <server> <setting ...>
restarted()
{
	local name=$1

	shift
	as_server "$bin/pg_ctl" -w -D "$work/$name" -m immediate stop >/dev/null
	printf '%s\n' "$@" | as_server tee -a "$work/$name/postgresql.conf" >/dev/null
	server_run "$name"
}

restarted tight "min_dynamic_shared_memory = '16MB'"
as_server chmod 500 "$work/tight/pg_dynshmem"
check 'with a worker: in shared memory that is set aside' elsewhere tight 1
# the one process there may be is that of replication
restarted primary 'max_worker_processes = 1'
check 'alone: all of max_worker_processes are in use' elsewhere primary 0
