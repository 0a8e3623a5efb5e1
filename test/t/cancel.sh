#!/usr/bin/env bash
#
# cancel.sh - pg_cancel_backend, statement_timeout and pg_terminate_backend end a call within 100 ms, at any
# moment of plan, check, matrix and of making a network, on a primary and on a hot standby
#
# Prints TAP. Each call is made once to the end, or for a second and a half; then it is stopped at random moments of
# that time. A moment that is heard late is tried twice more, and the best counts: the machine may
# have had other things to do, but not three times at the same moment.

. "$(dirname "$0")/server.bash"

limit=100		# ms
longest=1500		# ms of a call that are looked at

server_new primary "shared_buffers = '256MB'"
on primary -c 'CREATE EXTENSION dblink' -f - <<'SQL'
-- A number from 0 to below 1 that depends on the arguments only.
CREATE FUNCTION pick(what text, id bigint) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT (hashtextextended(what, id) & 65535) / 65536.0 $$;

CREATE TABLE orders AS
SELECT id, ST_Point(8.6 + 0.2 * pick('x', id), 49.4 + 0.2 * pick('y', id), 4326) AS geom, 300 AS service_time, 1 AS demand,
	tstzmultirange(tstzrange(t, t + interval '1 h'), tstzrange(t + interval '2 h', t + interval '150 min'),
		tstzrange(t + interval '5 h', t + interval '6 h')) AS windows
FROM (SELECT id, timestamptz '2026-12-01 08:00Z' + pick('w', id) * interval '8 h' AS t FROM generate_series(1, 5000) AS id) AS o;
CREATE TABLE vans AS
SELECT id, ST_Point(8.7, 49.5, 4326) AS geom, timestamptz '2026-12-01 08:00Z' AS shift_start,
	timestamptz '2026-12-01 17:00Z' AS shift_end, 100 AS capacity,
	ARRAY[tstzrange('2026-12-01 10:00Z', '2026-12-01 11:00Z'), tstzrange('2026-12-01 12:00Z', '2026-12-01 13:00Z')] AS break_window,
	ARRAY[interval '15 min', interval '30 min'] AS break_time
FROM generate_series(1, 60) AS id;
CREATE TABLE crowd AS SELECT 'order ' || id AS id, 1 AS location_id FROM generate_series(1, 150000) AS id;
CREATE TABLE legs AS SELECT a AS from_id, b AS to_id, 1 + 1000 * pick('leg', a * 1000 + b) AS seconds
FROM generate_series(0, 999) AS a, generate_series(0, 999) AS b WHERE a <> b;

-- A network of 150 x 150 crossings among the orders.
CREATE TABLE streets AS
SELECT a * 2 + down AS id, a AS source, b AS target, 5 + 10 * pick('cost', a * 2 + down) AS cost, 5 + 10 * pick('back', a * 2 + down) AS reverse_cost, 'c' || a % 7 AS class,
	ST_MakeLine(ST_Point(8.6 + a % 150 * 0.00134, 49.4 + a / 150 * 0.00134, 4326), ST_Point(8.6 + b % 150 * 0.00134, 49.4 + b / 150 * 0.00134, 4326)) AS geom
FROM generate_series(0, 22499) AS a, generate_series(0, 1) AS down, LATERAL (SELECT CASE down WHEN 1 THEN a + 150 ELSE a + 1 END AS b) AS next
WHERE b < 22500 AND (down = 1 OR a % 150 < 149);
SELECT * FROM lastmile.create_network('streets', 'streets') \g /dev/null
CREATE TABLE turns AS SELECT ARRAY[a.id, b.id] AS path, 5 AS cost FROM streets AS a JOIN streets AS b ON a.target = b.source WHERE (a.id + b.id) % 5 = 0;
SELECT * FROM lastmile.create_network('city', 'streets', 'turns') \g /dev/null

CREATE TABLE calls (line serial, name text PRIMARY KEY, statement text);
INSERT INTO calls (name, statement) VALUES
('plan: reading orders, writing their rows', $$ lastmile.plan('crowd', 'SELECT 1 AS id, 1 AS start_location_id WHERE false',
	matrix => 'SELECT 1 AS from_id, 1 AS to_id, 0 AS seconds') $$),
('plan: bad rows', $$ lastmile.plan('SELECT id, NULL::geometry AS geom FROM crowd', 'vans') $$),
('plan: points of another coordinate system', $$ lastmile.plan(
	'SELECT id, ST_SetSRID(ST_Point(500000, 5500000), 32632) AS geom FROM crowd', 'vans') $$),
('plan: reading a matrix', $$ lastmile.plan('SELECT id FROM orders WHERE id < 1000', 'SELECT id, 0 AS start_location_id FROM vans',
	matrix => 'TABLE legs', iterations => 1) $$),
('plan: a large matrix with few rows', $$ lastmile.plan('SELECT id AS id FROM generate_series(1, 8000) AS id', 'SELECT 1 AS id, 1 AS start_location_id',
	matrix => 'SELECT from_id + 1 AS from_id, to_id + 1 AS to_id, seconds, 5e6 * (to_id % 2) AS meters FROM legs WHERE from_id < 2', iterations => 1) $$),
('plan: straight lines, candidates, first plan', $$ lastmile.plan('SELECT id, geom FROM orders', 'SELECT id, geom FROM vans', iterations => 1) $$),
('plan: searching', $$ lastmile.plan('SELECT id, geom, demand FROM orders WHERE id <= 300', 'SELECT id, geom, capacity / 5 AS capacity FROM vans', iterations => 100000000) $$),
('plan: searching with breaks and several windows', $$ lastmile.plan('SELECT * FROM orders WHERE id <= 1000', 'vans', iterations => 1000000) $$),
('plan: searching for fewer vehicles', $$ lastmile.plan('SELECT id, geom, service_time, demand FROM orders WHERE id <= 500',
	'SELECT id, geom, shift_start, shift_end, capacity FROM vans', objective => 'vehicles', iterations => 1000000) $$),
('plan: workers, groups of routes', $$ lastmile.plan('SELECT id, geom, demand FROM orders WHERE id <= 2500', 'SELECT id, geom, capacity FROM vans', iterations => 100000000, workers => 3) $$),
('plan: workers, whole plans under traffic', $$ lastmile.plan('SELECT id, geom, demand FROM orders WHERE id <= 200', 'SELECT id, geom, capacity / 5 AS capacity FROM vans',
	traffic => 'SELECT time ''09:00'' AS from_time, time ''10:00'' AS to_time, 2 AS factor', iterations => 100000000, workers => 3) $$),
('plan: reasons', $$ lastmile.plan('SELECT * FROM orders WHERE id <= 1500', 'SELECT *, 5 AS max_stops FROM vans', iterations => 1) $$),
('check: reading routes, writing their rows', $$ lastmile.check('crowd', 'SELECT 1 AS id, 1 AS start_location_id',
	'SELECT 1 AS vehicle_id, id AS order_id FROM crowd', matrix => 'SELECT 1 AS from_id, 1 AS to_id, 0 AS seconds') $$),
('check: long routes with breaks and several windows', $$ lastmile.check('SELECT * FROM orders WHERE id <= 3000', 'vans',
	'SELECT 1 + id % 3 AS vehicle_id, id AS order_id FROM orders WHERE id <= 3000') $$),
('check: travel times by road, lines of 3,000 legs', $$ lastmile.check('SELECT id, geom FROM orders WHERE id <= 3000', 'SELECT id, geom FROM vans',
	'SELECT 1 + id % 3 AS vehicle_id, id AS order_id FROM orders WHERE id <= 3000', network => 'streets') $$),
('network: create', $$ lastmile.create_network(clock_timestamp()::text, 'streets', 'turns') $$),
('network: refresh with speeds', $$ lastmile.refresh_network('city', speeds => 'SELECT class, 5 + length(class) AS kmh FROM streets GROUP BY 1') $$),
('network: refresh with changes, of half of it', $$ lastmile.refresh_network('city', changes => 'SELECT id, 2 * cost AS cost FROM streets WHERE id % 2 = 0') $$),
('matrix: loading a network, then a million rows', $$ lastmile.matrix('SELECT id, geom FROM orders WHERE id <= 1000', 'city') $$),
('matrix: changes to a network', $$ lastmile.matrix('SELECT id, geom FROM orders WHERE id <= 2', 'city') $$);

-- How many ms a statement of another session goes on after it is stopped, with its workers; NULL: it was at its end before.
CREATE FUNCTION heard_after(statement text, how text, moment int) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	backend int;
	stopped timestamptz;
	state text := 'done';
	leaves boolean;
BEGIN
	PERFORM dblink_connect('other', format('host=%s port=%s dbname=%s user=%s', current_setting('unix_socket_directories'),
		current_setting('port'), current_database(), current_user));
	SELECT p INTO backend FROM dblink('other', 'SELECT pg_backend_pid()') AS t(p int);
	PERFORM count(*) FROM dblink('other', 'SELECT lastmile.version()') AS t(v text);		-- the library is loaded
	IF how = 'statement_timeout' THEN
		PERFORM dblink_exec('other', format('SET statement_timeout = %s', moment));
		stopped := clock_timestamp() + moment * interval '1 ms';
	END IF;
	PERFORM set_config('heard.begun', clock_timestamp()::text, false);
	PERFORM dblink_send_query('other', 'SELECT count(*)::text FROM ' || statement);
	IF how <> 'statement_timeout' THEN
		-- a session that has not begun the statement yet has nothing to cancel
		WHILE NOT EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.pid = backend AND a.query LIKE 'SELECT count(\*)::text FROM %') LOOP
			PERFORM pg_sleep(0.001), pg_stat_clear_snapshot();
		END LOOP;
		PERFORM pg_sleep(moment / 1000.0);
		stopped := clock_timestamp();
		EXECUTE format('SELECT %I($1)', how) USING backend;
	END IF;
	BEGIN
		PERFORM * FROM dblink_get_result('other') AS t(told text);
	EXCEPTION WHEN OTHERS OR query_canceled THEN
		state := SQLSTATE;
	END;
	-- the error is told before the memory is given back: wait for the end of the statement, or of the session
	leaves := how = 'pg_terminate_backend' AND state <> 'done';
	IF NOT leaves THEN
		PERFORM * FROM dblink_get_result('other', false) AS t(told text);
	END IF;
	-- and of workers, and of the row in progress
	WHILE EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.backend_type = 'parallel worker' OR leaves AND a.pid = backend)
			OR EXISTS (SELECT FROM lastmile.progress) LOOP
		PERFORM pg_sleep(0.001), pg_stat_clear_snapshot();
	END LOOP;
	PERFORM dblink_disconnect('other');
	IF state NOT IN ('done', CASE how WHEN 'pg_terminate_backend' THEN '57P01' ELSE '57014' END) THEN
		RAISE '% ended it with %', how, state;
	END IF;
	RETURN CASE WHEN state <> 'done' THEN extract(epoch FROM clock_timestamp() - stopped) * 1000 END;
END $$;

-- Stops a call at `moments` moments of its first `longest` ms. Worst: the longest of the best of three.
CREATE FUNCTION stop_often(call text, moments int, longest int, within float8, OUT stopped int, OUT worst float8, OUT at text, OUT once float8)
LANGUAGE plpgsql AS $$
DECLARE
	statement text;
	ways text[] := '{pg_cancel_backend,statement_timeout,pg_terminate_backend}';
	length float8;
	how text;
	moment int;
	best float8;
	took float8;
BEGIN
	SELECT c.statement, line INTO statement, stopped FROM calls AS c WHERE name = call;
	-- each way comes first in turn
	ways := ways[1 + stopped % 3 : ] || ways[ : stopped % 3];
	stopped := 0;
	worst := 0;
	once := 0;
	-- the first call of a statement may find its tables cold
	FOR try IN 1 .. 2 LOOP
		took := coalesce(heard_after(statement, 'statement_timeout', longest), 0);
		length := least(length, extract(epoch FROM clock_timestamp() - current_setting('heard.begun')::timestamptz) * 1000 - took);
	END LOOP;
	FOR i IN 0 .. moments - 1 LOOP
		how := ways[1 + i % 3];
		moment := greatest(1, floor(length * (i + random()) / moments));
		best := NULL;
		FOR try IN 1 .. 3 LOOP
			took := heard_after(statement, how, moment);
			once := greatest(once, took);
			best := least(best, took);
			EXIT WHEN best <= within;
			IF took IS NULL THEN
				moment := greatest(1, floor(moment * 0.7));		-- it was over already
			END IF;
		END LOOP;
		stopped := stopped + (best IS NOT NULL)::int;
		IF best > worst THEN
			worst := best;
			at := format('%s at %s of %s ms', how, moment, round(length));
		END IF;
	END LOOP;
END $$;
SQL
server_standby standby primary
standby_wait standby primary

# heard <server> <name of the call> <moments>
heard()
{
	local stopped worst at once

	: >"$work/diagnosis"
	IFS='|' read -r stopped worst at once < <(on "$1" -F '|' -c "SELECT stopped, round(worst::numeric, 1), at, round(once::numeric, 1)
		FROM stop_often('$2', $3, $longest, $limit)") || return 1
	echo "stopped at $stopped of $3 moments, at worst after $worst ms ($at), single tries $once ms" >"$work/diagnosis"
	[ "$stopped" -ge $((($3 + 1) / 2)) ] && [ "${worst%.*}" -lt "$limit" ]
}

echo "1..$(on primary -c "SELECT count(*) * 2 - count(*) FILTER (WHERE name LIKE 'network:%') FROM calls")"
for server in primary standby; do
	moments=5
	[ $server = primary ] || moments=3
	# a standby makes no network
	mapfile -t calls < <(on primary -c "SELECT name FROM calls WHERE '$server' = 'primary' OR name NOT LIKE 'network:%' ORDER BY line")
	for call in "${calls[@]}"; do
		check "$server, $call" heard $server "$call" $moments
		sed 's/^/# /' "$work/diagnosis"
	done
done
