-- lastmile.quote: exact rows. In the plane; at 36 km/h without detour 600 m are one minute.
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET lastmile.speed_kmh = 36;
SET lastmile.detour_factor = 1;
SET client_min_messages = warning;
CREATE ROLE regress_lastmile_quote;
CREATE SCHEMA day AUTHORIZATION regress_lastmile_quote;
SET ROLE regress_lastmile_quote;
SET search_path = day, public;

-- Van 1 drives 6 km to a and on to b, 12 km: 8:00, 8:10 to 8:15, 8:25 to 8:30, back 8:50. Van 2 stands at the depot.
CREATE TABLE orders AS
SELECT id, ST_Point(x, 0) AS geom, interval '5 min' AS service_time, 2 AS demand, timestamptz '2026-12-01 09:00' AS window_end
FROM (VALUES ('a', 6000), ('b', 12000)) AS o(id, x);
CREATE TABLE vans AS
SELECT number AS id, ST_Point(0, 0) AS geom, 6 AS capacity, timestamptz '2026-12-01 08:00' AS shift_start, timestamptz '2026-12-01 12:00' AS shift_end,
	12 AS cost_per_hour, 1 AS cost_per_km, 5 AS cost_fixed, 100 AS co2e_per_km, CASE number WHEN 2 THEN '{lift}'::text[] END AS skills
FROM generate_series(1, 2) AS number;
CREATE TABLE routes AS SELECT * FROM (VALUES (1, 1, 'a'), (1, 2, 'b')) AS r(vehicle_id, stop_no, order_id);

-- A new order at 9 km. Between a and b at 8:20: 5 min of service at 12 an hour, 1. From 9 on the way back from b: van 1 leaves 25 min later,
-- so no more than those 5 min. From 10 on: b must begin by 9, van 1 is at 9 km by 9:10 and waits for 50 min: 55 min, 11. Van 2 costs 5, 30 min
-- and 5 min, 18 km: 30; what needs the lift, only van 2 does. Until 12 the shift lasts. Wings nobody has; the last slot is none.
SELECT order_id, slot_start::time, slot_end::time, feasible, vehicle_id, starts_at::time, round(cost::numeric, 6) AS cost, extra_time, extra_distance_m, co2e_g,
	reason_code
FROM lastmile.quote('orders', 'vans', 'routes', $$
	SELECT 'new' AS id, ST_Point(9000, 0) AS geom, interval '5 min' AS service_time, 2 AS demand, skills, slot_start::timestamptz, slot_end::timestamptz
	FROM (VALUES ('{}'::text[], NULL, NULL), ('{}', '2026-12-01 09:00', '2026-12-01 10:00'), ('{}', '2026-12-01 10:00', '2026-12-01 11:00'),
		('{lift}', '2026-12-01 09:00', '2026-12-01 10:00'), ('{}', '2026-12-01 12:00', '2026-12-01 13:00'), ('{wings}', NULL, NULL),
		('{}', '2026-12-01 10:00', '2026-12-01 09:00')) AS c(skills, slot_start, slot_end) $$);

-- The slot counts within the candidate's own windows: 8:15 to 8:30. Each candidate is asked about as if it were the only one. 1 lies on van 1's
-- way; 2 is one too many there, 4 + 3, so van 2: 5 + 30 min + 18 km = 29; 3 is 15 h away; 4 is where van 1 is at 8:15.
SELECT order_id, feasible, vehicle_id, starts_at::time, round(cost::numeric, 6) AS cost, reason_code
FROM lastmile.quote('orders', 'vans', 'routes', $$
	SELECT id, ST_Point(x, 0) AS geom, demand, tstzmultirange(tstzrange('2026-12-01 08:00', '2026-12-01 08:30'),
		tstzrange('2026-12-01 11:00', '2026-12-01 11:30')) AS windows, timestamptz '2026-12-01 08:15' AS slot_start, timestamptz '2026-12-01 10:00' AS slot_end
	FROM (VALUES (1, 9000, 2), (2, 9000, 3), (3, 900000, 1), (4, 6000, 0)) AS c(id, x, demand) $$);

-- A route that breaks a rule takes nothing: with c van 1 carries 8, so van 2 goes.
SELECT order_id, feasible, vehicle_id, reason_code
FROM lastmile.quote($$ TABLE orders UNION ALL SELECT 'c', ST_Point(1, 0), '0', 4, NULL $$, 'vans', $$ TABLE routes UNION ALL SELECT 1, 3, 'c' $$,
	$$ SELECT 1 AS id, ST_Point(9000, 0) AS geom $$);

-- Nothing to ask, and nobody to ask.
SELECT count(*) FROM lastmile.quote('orders', 'vans', 'routes', 'SELECT 1 AS id, NULL::geometry AS geom WHERE false');
SELECT order_id, feasible, reason_code FROM lastmile.quote('orders', 'SELECT * FROM vans WHERE false', 'SELECT * FROM routes WHERE false',
	'SELECT 1 AS id, ST_Point(0, 0) AS geom');

\x
SELECT pg_get_function_arguments(oid), pg_get_function_result(oid), provolatile, proparallel, proisstrict, prosecdef
FROM pg_proc WHERE oid = 'lastmile.quote'::regproc;
\x
RESET ROLE;
DROP SCHEMA day CASCADE;
DROP ROLE regress_lastmile_quote;
