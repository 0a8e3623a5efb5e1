#!/usr/bin/env bash
#
# memory.sh - lastmile.max_memory is said before the memory is taken, and nothing grows over a thousand rounds
# of calls that succeed, fail and are cancelled in one backend; on a primary and on a hot standby
#
# Prints TAP. What a backend has taken is read in /proc: VmPeak is the most address space it ever had, so also
# memory that was taken and not touched; RssAnon is what it holds of its own.

. "$(dirname "$0")/server.bash"

server_new primary
on primary -c 'CREATE EXTENSION dblink' -f - <<'SQL'
CREATE FUNCTION process_kb(what text) RETURNS bigint LANGUAGE sql VOLATILE AS
	$$ SELECT substring(pg_read_file('/proc/self/status') FROM what || ':\s+(\d+) kB')::bigint $$;

CREATE TABLE orders AS SELECT id, ST_Point(8.6 + id * 7 % 11 * 0.003, 49.4 + id * 5 % 13 * 0.002, 4326) AS geom, 1 AS location_id,
	timestamptz '2026-12-01 09:00Z' + id * interval '3 min' AS window_start, 1 AS demand FROM generate_series(1, 24) AS id;
CREATE TABLE vans AS SELECT id, ST_Point(8.61, 49.41, 4326) AS geom, 1 AS start_location_id, 8 AS capacity, timestamptz '2026-12-01 08:00Z' AS shift_start,
	tstzrange('2026-12-01 09:00Z', '2026-12-01 10:00Z') AS break_window, interval '10 min' AS break_time FROM generate_series(1, 3) AS id;
CREATE TABLE reference AS SELECT row_number() OVER () AS line, p.* FROM lastmile.plan('orders', 'vans', iterations => 50) AS p;
CREATE TABLE legs AS SELECT a AS from_id, b AS to_id, 60 + (a * b) % 50 AS seconds, 100 AS meters FROM generate_series(1, 24) AS a, generate_series(1, 24) AS b;
CREATE TABLE many AS SELECT id, ST_Point(8 + id * 0.0001, 49, 4326) AS geom, 1 AS location_id FROM generate_series(1, 300000) AS id;

-- 90,000 edges in a row.
CREATE TABLE streets AS SELECT id, id AS source, id + 1 AS target, 5 AS cost, 5 AS reverse_cost, ST_MakeLine(ST_Point(8 + id * 0.0001, 49, 4326), ST_Point(8.0001 + id * 0.0001, 49, 4326)) AS geom
FROM generate_series(1, 90000) AS id;
SELECT count(*) FROM lastmile.create_network('row', 'streets') \g /dev/null

-- Each is refused under its limit.
CREATE TABLE refused (line serial, name text, limit_mb int, statement text);
INSERT INTO refused (name, limit_mb, statement) VALUES
-- 1,901 places: 3.6 million pairs with a time and a length of 4 bytes each, 29 MB
('plan, straight lines', 16, $$ lastmile.plan('SELECT * FROM many WHERE id <= 1900', 'vans', iterations => 1) $$),
('plan, a matrix', 64, $$ lastmile.plan('SELECT id FROM many WHERE id <= 8000', 'SELECT id, id AS start_location_id FROM vans', matrix => 'TABLE legs', iterations => 1) $$),
('check, a matrix', 64, $$ lastmile.check('SELECT id FROM many WHERE id <= 8000', 'SELECT id, id AS start_location_id FROM vans', 'SELECT 1 AS vehicle_id, 1 AS order_id', matrix => 'TABLE legs') $$),
-- 300,000 orders: rows of some 200 bytes and their ids, 60 MB and more
('plan, reading orders', 16, $$ lastmile.plan('SELECT id, location_id FROM many', 'SELECT id, start_location_id FROM vans', matrix => 'TABLE legs', iterations => 1) $$),
-- the same read within the limit, but not with 30 + 30 + 64 neighbours of 4 bytes for each, 149 MB
('plan, the search', 256, $$ lastmile.plan('SELECT id, location_id FROM many', 'SELECT id, start_location_id FROM vans', matrix => 'TABLE legs', iterations => 1) $$),
-- 300,000 rows of routes of some 250 bytes each, 75 MB
('check, reading routes', 16, $$ lastmile.check('orders', 'vans', 'SELECT 1 AS vehicle_id, 1 + id % 24 AS order_id FROM many') $$),
-- 90,000 edges: rows of 64 bytes, two points of 32, the graph and its order
('network: reading edges', 8, $$ lastmile.create_network('large', 'streets') $$),
-- a network's roads take 56 bytes an edge, its hierarchy 36 as stored, in memory twice that
('matrix, loading a network', 12, $$ lastmile.matrix('orders', 'row') $$),
-- 6,000 x 6,000 ways of 8 bytes, 288 MB
('matrix, the ways', 128, $$ lastmile.matrix('SELECT * FROM many WHERE id <= 6000', 'row') $$);

-- Refuses the call; prints what is wrong with that, and what it took.
CREATE FUNCTION refuse(call text, OUT wrong text, OUT took bigint) LANGUAGE plpgsql AS $$
DECLARE
	r refused;
	before bigint;
	said text;
BEGIN
	SELECT * INTO r FROM refused WHERE name = call;
	PERFORM set_config('lastmile.max_memory', r.limit_mb || 'MB', true);
	before := process_kb('VmPeak');
	BEGIN
		EXECUTE 'SELECT count(*) FROM ' || r.statement;
		wrong := 'it was not refused';
	EXCEPTION WHEN out_of_memory THEN
		GET STACKED DIAGNOSTICS said = MESSAGE_TEXT;
		IF said NOT LIKE '%lastmile.max_memory%' THEN
			wrong := said;
		END IF;
	END;
	took := process_kb('VmPeak') - before;
	-- a batch of rows, the cache of plans and the like come on top
	IF took > r.limit_mb * 1024 + 12 * 1024 THEN
		wrong := concat_ws(', ', wrong, format('it took %s kB, the limit is %s MB', took, r.limit_mb));
	END IF;
END $$;

-- One round of eight calls: three that succeed, two that fail in a query, two cancelled while they read, one
-- cancelled while it searches.
CREATE FUNCTION round_of_calls(pid int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	states text;
	bad text;
BEGIN
	PERFORM count(*) FROM lastmile.plan('orders', 'vans', iterations => 20);
	PERFORM count(*) FROM lastmile.check('orders', 'vans', 'reference');
	PERFORM count(*) FROM lastmile.plan('SELECT id FROM orders', 'SELECT id, start_location_id FROM vans', matrix => 'TABLE legs', iterations => 5);
	FOREACH bad IN ARRAY ARRAY['1 / (id - 20)', 'pg_cancel_backend(pg_backend_pid())'] LOOP
		bad := format('SELECT id, geom, 1 AS vehicle_id, id AS order_id, %s FROM orders', bad);
		BEGIN
			PERFORM count(*) FROM lastmile.plan(bad, 'vans');
		EXCEPTION WHEN division_by_zero OR query_canceled THEN
			states := concat_ws(' ', states, SQLSTATE);
		END;
		BEGIN
			PERFORM count(*) FROM lastmile.check('orders', 'vans', bad);
		EXCEPTION WHEN division_by_zero OR query_canceled THEN
			states := concat_ws(' ', states, SQLSTATE);
		END;
	END LOOP;
	BEGIN
		PERFORM dblink_send_query('other', format('SELECT pg_sleep(0.003), pg_cancel_backend(%s)', pid));
		PERFORM count(*) FROM lastmile.plan('orders', 'vans', iterations => 100000000);
	EXCEPTION WHEN query_canceled THEN
		states := concat_ws(' ', states, SQLSTATE);
	END;
	PERFORM * FROM dblink_get_result('other') AS t(a text, b bool);
	PERFORM * FROM dblink_get_result('other') AS t(a text, b bool);
	RETURN states;
END $$;
SQL
server_standby standby primary
standby_wait standby primary

refused()
{
	local wrong took

	IFS='|' read -r wrong took < <(on "$1" -F '|' -c 'DO $$ BEGIN PERFORM lastmile.version(); END $$' -c "SELECT * FROM refuse('$2')") || return 1
	echo "$wrong"
	[ -z "$wrong" ] && [ -n "$took" ]
}

# Rounds in one backend; what it has after the first hundred, and at the end: contexts, their bytes, kB of its own.
rounds()
{
	local held="SELECT count(*), sum(total_bytes), process_kb('RssAnon') FROM pg_backend_memory_contexts;"

	on "$1" -F ' ' -f - <<-SQL
		SELECT dblink_connect('other', format('host=%s port=%s dbname=%s user=%s', current_setting('unix_socket_directories'),
			current_setting('port'), current_database(), current_user)) \\g /dev/null
		\\o $work/rounds
		SELECT format('SELECT round_of_calls(%s)', pg_backend_pid()) FROM generate_series(1, 100) \\gexec
		\\o
		$held
		\\o $work/rounds.more
		SELECT format('SELECT round_of_calls(%s)', pg_backend_pid()) FROM generate_series(101, $2) \\gexec
		\\o
		$held
	SQL
}

# nothing_grows <server> <rounds>
nothing_grows()
{
	local contexts bytes kb more_contexts more_bytes more_kb

	rounds "$1" "$2" >"$work/held" || { cat "$work/held"; return 1; }
	{ read -r contexts bytes kb; read -r more_contexts more_bytes more_kb; } <"$work/held"
	told="$((more_contexts - contexts)) contexts, $((more_bytes - bytes)) bytes in contexts, $((more_kb - kb)) kB of memory more"
	echo "$told"
	# each round ended as it was meant to
	same "$2 22012 22012 57014 57014 57014" echo "$(sort "$work/rounds" "$work/rounds.more" | uniq -c | xargs)" || return 1
	[ $((more_contexts - contexts)) -le 2 ] && [ $((more_bytes - bytes)) -le 65536 ] && [ $((more_kb - kb)) -le 2048 ]
}

echo "1..$(on primary -c "SELECT 2 * (count(*) + 1) - count(*) FILTER (WHERE name LIKE 'network:%') FROM refused")"
for server in primary standby; do
	# a standby makes no network
	mapfile -t calls < <(on primary -c "SELECT name FROM refused WHERE '$server' = 'primary' OR name NOT LIKE 'network:%' ORDER BY line")
	for call in "${calls[@]}"; do
		check "$server, refused before it is taken: $call" refused $server "$call"
	done
	times=1000
	[ $server = primary ] || times=300
	told=
	check "$server: nothing grows over $times rounds" nothing_grows $server $times
	echo "# $told"
done
