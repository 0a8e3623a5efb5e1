-- The result set: where it may be used, and its arithmetic.
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET client_min_messages = warning;
CREATE ROLE regress_lastmile_rows;
CREATE SCHEMA day AUTHORIZATION regress_lastmile_rows;
SET ROLE regress_lastmile_rows;
SET search_path = day, public;

CREATE VIEW orders AS
SELECT number AS id, ST_Point(8.6 + number * 7 % 10 * 0.01, 49.4 + number * 3 % 10 * 0.01, 4326) AS geom,
	CASE WHEN number % 4 = 0 THEN 'pickup' ELSE 'delivery' END AS kind, ARRAY[number % 3, 0.25] AS demand,
	interval '4 min' AS service_time, interval '1 min' AS setup_time,
	timestamptz '2026-12-01 08:00' + number % 5 * interval '30 min' AS window_start,
	timestamptz '2026-12-01 09:30' + number % 5 * interval '30 min' AS window_end
FROM generate_series(1, 20) AS number;
CREATE VIEW vans AS
SELECT 'van-' || number AS id, ST_Point(8.65, 49.45, 4326) AS geom, ARRAY[8, 3] AS capacity, 15 AS cost_fixed, 20 AS cost_per_hour,
	0.3 AS cost_per_km, 180.5 AS co2e_per_km, timestamptz '2026-12-01 07:30' AS shift_start, timestamptz '2026-12-01 10:30' AS shift_end,
	interval '1 hour' AS overtime, 6 AS cost_per_overtime_hour,
	tstzrange('2026-12-01 09:00+00', '2026-12-01 09:45+00') AS break_window, interval '15 min' AS break_time
FROM generate_series(1, 4) AS number;
CREATE TABLE plan AS SELECT row_number() OVER () AS line, p.* FROM lastmile.plan('orders', 'vans', iterations => 500) AS p;

-- Every order once.
SELECT count(order_id), count(DISTINCT order_id) FROM plan;

-- Each column from the others; no line may come out.
SELECT line, p.kind FROM (
	SELECT *, lag(departs_at) OVER route AS departed, lag(load) OVER route AS loaded, lag(geom) OVER route AS left_from
	FROM plan WHERE vehicle_id IS NOT NULL
	WINDOW route AS (PARTITION BY vehicle_id ORDER BY stop_no)) AS p
	LEFT JOIN vans AS v ON v.id = p.vehicle_id LEFT JOIN orders AS o ON o.id::text = p.order_id
WHERE p.kind <> 'start' AND arrives_at <> departed + travel_time
	OR starts_at <> arrives_at + p.setup_time + wait_time
	OR departs_at <> starts_at + p.service_time
	OR late_time <> '0'
	OR p.kind = 'start' AND (p.cost, distance_m, co2e_g) IS DISTINCT FROM (15::float8, 0::float8, 0::float8)
	OR p.kind IN ('pickup', 'delivery') AND (p.kind <> o.kind OR starts_at NOT BETWEEN window_start AND window_end
		OR p.service_time <> o.service_time OR ST_AsEWKB(p.geom) <> ST_AsEWKB(o.geom)
		OR load <> ARRAY[loaded[1] + CASE p.kind WHEN 'pickup' THEN 1 ELSE -1 END * demand[1],
			loaded[2] + CASE p.kind WHEN 'pickup' THEN 1 ELSE -1 END * demand[2]]::float8[])
	OR p.kind = 'break' AND (load <> loaded OR ST_AsEWKB(p.geom) <> ST_AsEWKB(left_from) OR leg IS NOT NULL OR distance_m <> 0
		OR NOT starts_at <@ break_window OR p.service_time <> break_time)
	OR p.kind = 'end' AND load <> '{0,0}'
	OR p.kind NOT IN ('start', 'break') AND ST_AsEWKB(leg) <> ST_AsEWKB(ST_MakeLine(left_from, p.geom))
	OR abs(co2e_g - distance_m / 1000 * 180.5) > 1e-6
	OR p.kind <> 'start' AND abs(p.cost - distance_m / 1000 * 0.3
		- extract(epoch FROM departs_at - departed) / 3600 * 20
		- greatest(extract(epoch FROM departs_at - greatest(departed, shift_end)), 0) / 3600 * 6) > 1e-6
	OR trip_no <> 1 OR reason_code IS NOT NULL OR reason IS NOT NULL
	OR load[1] > 8 OR load[2] > 3;
SELECT bool_and(stop_no = expected), bool_and(line = all_lines) FROM (
	SELECT stop_no, row_number() OVER (PARTITION BY vehicle_id ORDER BY line) AS expected, line,
		row_number() OVER (ORDER BY vehicle_id, stop_no) AS all_lines
	FROM plan WHERE vehicle_id IS NOT NULL) AS p;
SELECT DISTINCT kind FROM plan ORDER BY 1;

-- Longitude and latitude come back in SRID 4326 whatever the SRID was.
SELECT DISTINCT ST_SRID(geom), ST_SRID(leg) FROM lastmile.plan('SELECT id, ST_Transform(geom, 25832) AS geom FROM orders',
	'SELECT id, geom::geography AS geom FROM vans', iterations => 10) WHERE leg IS NOT NULL;

-- In the select list, in a cursor, in PL/pgSQL, in INSERT, in a prepared statement, with LIMIT, in a subquery, twice in one statement.
SELECT (lastmile.plan('orders', 'SELECT * FROM vans WHERE id = $$van-1$$', iterations => 10)).kind LIMIT 1;
BEGIN READ ONLY;
DECLARE stops SCROLL CURSOR FOR SELECT vehicle_id, stop_no FROM lastmile.plan('orders', 'vans', iterations => 10);
FETCH 2 FROM stops;
FETCH BACKWARD 1 FROM stops;
CLOSE stops;
COMMIT;
DO $$
DECLARE
	stop record;
	stops int := 0;
BEGIN
	FOR stop IN SELECT * FROM lastmile.plan('orders', 'vans', iterations => 10) LOOP
		stops := stops + (stop.order_id IS NOT NULL)::int;
	END LOOP;
	BEGIN
		PERFORM lastmile.plan('no_such_table', 'vans');
	EXCEPTION WHEN undefined_table THEN
		RAISE WARNING 'caught: %', SQLERRM;
	END;
	RAISE WARNING '% orders', stops;
END $$;
CREATE TABLE kept AS SELECT * FROM plan WHERE false;
INSERT INTO kept SELECT 0, p.* FROM lastmile.plan('orders', 'vans', iterations => 500) AS p;
SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT 0, p.* FROM lastmile.plan('orders', 'vans', iterations => 500) AS p) AS other;
PREPARE again(bigint) AS SELECT count(order_id) FROM lastmile.plan('orders', 'vans', iterations => $1);
EXECUTE again(5);
EXECUTE again(10);
SELECT seed, count(order_id) FROM generate_series(1, 3) AS seed, lastmile.plan('orders', 'vans', iterations => 10, seed => seed) GROUP BY seed ORDER BY seed;

-- Ids of any type sort by their own type and come back as text.
SELECT vehicle_id, stop_no FROM lastmile.plan('SELECT md5(id::text)::uuid AS id, geom, 4 AS demand FROM orders WHERE id <= 3',
	'SELECT number::bigint AS id, geom, 4 AS capacity FROM generate_series(9, 11) AS number, (SELECT geom FROM vans LIMIT 1) AS v', iterations => 10);

RESET ROLE;
DROP SCHEMA day CASCADE;
DROP ROLE regress_lastmile_rows;
