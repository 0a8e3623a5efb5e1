-- What bench/quote asks about: routes of 1,000 stops on a town of straight streets, and a function that times calls.

SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS lastmile CASCADE;
DROP SCHEMA IF EXISTS lastmile_quote CASCADE;
CREATE SCHEMA lastmile_quote;
SET search_path = lastmile_quote, public;
SET jit = off;

-- 150 x 150 corners 120 m apart, 44,700 streets in both directions; every tenth is twice as fast. On the plane, so that both
-- ways of travelling measure the same places.
CREATE TABLE streets AS
SELECT row_number() OVER () AS id, a AS source, b AS target,
	120 / CASE WHEN main THEN 13.9 ELSE 6.9 END AS cost, 120 / CASE WHEN main THEN 13.9 ELSE 6.9 END AS reverse_cost, 120.0 AS length_m,
	ST_MakeLine(ST_Point(a % 150 * 120, a / 150 * 120), ST_Point(b % 150 * 120, b / 150 * 120)) AS geom
FROM (
	SELECT v AS a, v + 1 AS b, v / 150 % 10 = 0 AS main FROM generate_series(0, 22499) AS v WHERE v % 150 < 149
	UNION ALL SELECT v, v + 150, v % 150 % 10 = 0 FROM generate_series(0, 22349) AS v) AS s;
SELECT lastmile.drop_network('lastmile_quote') WHERE EXISTS (SELECT FROM lastmile.networks WHERE name = 'lastmile_quote') \g /dev/null
SELECT * FROM lastmile.create_network('lastmile_quote', 'SELECT * FROM lastmile_quote.streets') \g /dev/null

CREATE TABLE orders AS
SELECT i AS id, ST_Point((hashint4(i) & 4095) * 17800.0 / 4096, (hashint4(i + 1000000) & 4095) * 17800.0 / 4096) AS geom,
	timestamptz '2026-12-01 08:00Z' + (hashint4(i + 2000000) & 3) * interval '2 h' AS window_start,
	timestamptz '2026-12-01 11:00Z' + (hashint4(i + 2000000) & 3) * interval '2 h' AS window_end,
	interval '4 min' AS service_time, 1 AS demand
FROM generate_series(1, 1000) AS i;
CREATE TABLE vans AS
SELECT i AS id, ST_Point(8900, 8900) AS geom, 60 AS capacity, timestamptz '2026-12-01 07:30Z' AS shift_start, timestamptz '2026-12-01 18:00Z' AS shift_end,
	20 AS cost_per_hour, 0.3 AS cost_per_km, tstzrange('2026-12-01 11:30Z', '2026-12-01 13:00Z') AS break_window, interval '30 min' AS break_time
FROM generate_series(1, 24) AS i;
CREATE TABLE plain_vans AS SELECT id, geom, capacity, shift_start, shift_end, cost_per_hour, cost_per_km FROM vans;
CREATE TABLE routes AS
SELECT vehicle_id, stop_no, order_id FROM lastmile.plan('orders', 'vans', iterations => 20000) WHERE vehicle_id IS NOT NULL AND order_id IS NOT NULL;
CREATE TABLE traffic AS SELECT time '07:00' AS from_time, time '09:30' AS to_time, 1.4 AS factor UNION ALL SELECT '15:30', '18:30', 1.5;
ANALYZE;

CREATE TABLE cases (no int, what text, vans text, arguments text);
INSERT INTO cases VALUES
	(1, 'straight line', 'plain_vans', ''),
	(2, 'straight line, vans with a break', 'vans', ''),
	(3, 'by road', 'plain_vans', ', network => ''lastmile_quote'''),
	(4, 'by road, vans with a break', 'vans', ', network => ''lastmile_quote'''),
	(5, 'by road, with two rush hours', 'plain_vans', ', network => ''lastmile_quote'', traffic => ''traffic''');
CREATE TABLE took (no int, session int, ms float8, feasible bigint);
CREATE TABLE used (no int, session int, cpu_ms float8);		-- of a call
\ir took.sql

-- lastmile_quote.ask: asks for one address after the other, eight slots each, and notes what each call takes.
CREATE FUNCTION ask(c cases, session int, calls int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	begun timestamptz;
	good bigint;
	address int;
	used float8;
BEGIN
	FOR turn IN -2..calls LOOP		-- three calls warm up
		IF turn = 1 THEN
			used := processor_ms();
		END IF;
		address := 5000000 + session * 100000 + turn;
		begun := clock_timestamp();
		EXECUTE format('SELECT count(*) FILTER (WHERE feasible) FROM lastmile.quote(''orders'', %L, ''routes'', %L%s)', c.vans,
			format('SELECT 0 AS id, ST_Point(%s, %s) AS geom, interval ''4 min'' AS service_time, 1 AS demand, slot AS slot_start, slot + interval ''1 h'' AS slot_end
				FROM generate_series(timestamptz ''2026-12-01 08:00Z'', ''2026-12-01 15:00Z'', ''1 h'') AS slot',
				(hashint4(address) & 4095) * 17800.0 / 4096, (hashint4(address + 1) & 4095) * 17800.0 / 4096), c.arguments)
		INTO good;
		IF turn > 0 THEN
			INSERT INTO took VALUES (c.no, session, extract(epoch FROM clock_timestamp() - begun) * 1000, good);
		END IF;
	END LOOP;
	INSERT INTO used VALUES (c.no, session, (processor_ms() - used) / calls);
END
$$;
