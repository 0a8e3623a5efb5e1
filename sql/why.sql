-- lastmile.why: exact rows. In the plane; at 36 km/h without detour 600 m are one minute.
SET timezone = 'UTC';
SET lastmile.speed_kmh = 36;
SET lastmile.detour_factor = 1;
SET client_min_messages = warning;
CREATE ROLE regress_lastmile_why;
CREATE SCHEMA day AUTHORIZATION regress_lastmile_why;
SET ROLE regress_lastmile_why;
SET search_path = day, public;
\pset format unaligned
\pset null -

-- The van of the first rows has a at 6 km. Order b is 12 km beyond: with it the route is 36 km, 60 min of driving and two services of 5 min.
CREATE TABLE a AS SELECT 'a' AS id, ST_Point(6000, 0) AS geom, interval '5 min' AS service_time, 2 AS demand;
CREATE TABLE b AS SELECT 'b' AS id, ST_Point(18000, 0) AS geom, interval '5 min' AS service_time, 2 AS demand;
CREATE TABLE van AS
SELECT 'van-2' AS id, ST_Point(0, 0) AS geom, 5 AS capacity, timestamptz '2026-12-01 08:00' AS shift_start, timestamptz '2026-12-01 12:00' AS shift_end,
	12 AS cost_per_hour, 1 AS cost_per_km;
CREATE TABLE route AS SELECT 'van-2' AS vehicle_id, 'a' AS order_id;

-- why(change of b, change of the van): the rows for b; a change is a list of columns that win over the table's.
CREATE FUNCTION why(b text, van text) RETURNS TABLE (reason_code text, excess float8, unit text, relaxation text, cost float8)
LANGUAGE sql AS $$
	SELECT reason_code, excess, unit, relaxation, round(cost::numeric, 6)
	FROM lastmile.why(
		format('SELECT (x).*, NULL::timestamptz AS window_end, NULL::timestamptz AS release_at, NULL::text[] AS skills, NULL::text[] AS refused_vehicles, NULL::numeric AS skip_cost
				FROM (SELECT a AS x FROM a) AS one
				UNION ALL SELECT id, geom, service_time, demand, window_end::timestamptz, release_at::timestamptz, skills::text[], refused_vehicles::text[], skip_cost::numeric
				FROM (SELECT (y).*, %s FROM (SELECT b AS y FROM b) AS other) AS two', b),
		format('SELECT id, geom, capacity, shift_start, cost_per_hour, cost_per_km, %s FROM van', van), 'route')
$$;

-- Unchanged: 24 km more (40 min) and 5 min: 24 x 1 + 0.75 x 12 = 33, before a or behind it: the first place counts.
SELECT * FROM why('NULL AS window_end, NULL AS release_at, NULL AS skills, NULL AS refused_vehicles, NULL AS skip_cost', 'shift_end');
-- Back at 08:00 + 60 + 10 min = 09:10; the shift ends 08:50.
SELECT * FROM why('NULL AS window_end, NULL AS release_at, NULL AS skills, NULL AS refused_vehicles, NULL AS skip_cost', $$timestamptz '2026-12-01 08:50' AS shift_end$$);
-- Behind a it would be 08:35, first 08:30; closes 08:20.
SELECT * FROM why($$'2026-12-01 08:20' AS window_end, NULL AS release_at, NULL AS skills, NULL AS refused_vehicles, NULL AS skip_cost$$, 'shift_end');
-- 70 min of work against 65, 36 km against 30, two stops against one, a load of 4 against 3 (45 min more at 12/h).
SELECT * FROM why('NULL AS window_end, NULL AS release_at, NULL AS skills, NULL AS refused_vehicles, NULL AS skip_cost', $$shift_end, interval '65 min' AS max_time$$);
SELECT * FROM why('NULL AS window_end, NULL AS release_at, NULL AS skills, NULL AS refused_vehicles, NULL AS skip_cost', $$shift_end, 30000 AS max_distance_m$$);
SELECT * FROM why('NULL AS window_end, NULL AS release_at, NULL AS skills, NULL AS refused_vehicles, NULL AS skip_cost', $$shift_end, 1 AS max_stops$$);
SELECT reason_code, excess, unit, relaxation, cost FROM lastmile.why('SELECT * FROM a UNION ALL SELECT * FROM b', 'SELECT id, geom, 3 AS capacity, 12 AS cost_per_hour FROM van', 'route');
-- A break of 30 min that has to begin by 08:20. Who leaves at 08:20 owes none and is at b by 08:50, 20 min late. Behind b, reached 08:30, it
-- could begin 08:35.
SELECT * FROM why($$'2026-12-01 08:30' AS window_end, NULL AS release_at, NULL AS skills, NULL AS refused_vehicles, NULL AS skip_cost$$,
	$$shift_end, tstzrange('2026-12-01 08:00', '2026-12-01 08:20') AS break_window, interval '30 min' AS break_time$$);
-- Goods ready 09:30, the shift ends 10:30: it would have to leave with them by 09:20.
SELECT * FROM why($$NULL AS window_end, '2026-12-01 09:30' AS release_at, NULL AS skills, NULL AS refused_vehicles, NULL AS skip_cost$$,
	$$timestamptz '2026-12-01 10:30' AS shift_end$$);
SELECT * FROM why($$NULL AS window_end, NULL AS release_at, '{lift,fridge}' AS skills, NULL AS refused_vehicles, NULL AS skip_cost$$, 'shift_end');
SELECT * FROM why($$NULL AS window_end, NULL AS release_at, NULL AS skills, '{van-2}' AS refused_vehicles, NULL AS skip_cost$$, 'shift_end');
-- Two at once: the shift and the stops.
SELECT * FROM why('NULL AS window_end, NULL AS release_at, NULL AS skills, NULL AS refused_vehicles, NULL AS skip_cost',
	$$timestamptz '2026-12-01 08:50' AS shift_end, 1 AS max_stops$$);
-- Optional, and too dear: 33 against 30.
SELECT * FROM why('NULL AS window_end, NULL AS release_at, NULL AS skills, NULL AS refused_vehicles, 30 AS skip_cost', 'shift_end');
-- No way to b: behind a only one is missing. It takes no time, so 30 + 5 min more, less the 10 from a: 25 min x 12/h.
SELECT reason_code, excess, unit, relaxation, cost FROM lastmile.why('SELECT id, geom, service_time FROM a UNION ALL SELECT id, geom, service_time FROM b',
	$$SELECT id, 'depot' AS start_location_id, shift_start, cost_per_hour FROM van$$, 'route',
	matrix => $$SELECT * FROM (VALUES ('depot', 'a', 600), ('a', 'depot', 600), ('b', 'depot', 1800)) AS m(from_id, to_id, seconds)$$);

-- An unreadable row has one row, and so have all without a vehicle; an order on a route has none.
SELECT * FROM lastmile.why('SELECT id, geom FROM a UNION ALL SELECT $$c$$, NULL', 'van', 'route');
SELECT * FROM lastmile.why('SELECT * FROM a UNION ALL SELECT * FROM b', 'SELECT * FROM van WHERE false', 'SELECT * FROM route WHERE false');

\x
SELECT pg_get_function_arguments(oid), pg_get_function_result(oid), provolatile, proparallel, proisstrict, prosecdef
FROM pg_proc WHERE oid = 'lastmile.why'::regproc;
\x
RESET ROLE;
DROP SCHEMA day CASCADE;
DROP ROLE regress_lastmile_why;
