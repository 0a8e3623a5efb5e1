-- lastmile.check: exact rows. In the plane; at 36 km/h without detour 600 m are one minute.
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET lastmile.speed_kmh = 36;
SET lastmile.detour_factor = 1;
SET client_min_messages = warning;
CREATE ROLE regress_lastmile_check;
CREATE SCHEMA day AUTHORIZATION regress_lastmile_check;
SET ROLE regress_lastmile_check;
SET search_path = day, public;

CREATE TABLE orders AS
SELECT id, ST_Point(x, 0) AS geom, timestamptz '2026-12-01 08:00' AS window_start, window_end::timestamptz, interval '5 min' AS service_time, demand, skills
FROM (VALUES ('a', 6000, '2026-12-01 12:00', 2, '{}'::text[]), ('b', 12000, '2026-12-01 12:00', 3, '{}'), ('c', 18000, '2026-12-01 08:40', 1, '{}'),
	('d', -6000, NULL, 1, '{lift}'), ('e', NULL, NULL, 1, '{}')) AS o(id, x, window_end, demand, skills);
CREATE TABLE vans AS
SELECT number AS id, ST_Point(0, 0) AS geom, 5 AS capacity, timestamptz '2026-12-01 08:00' AS shift_start, timestamptz '2026-12-01 09:30' AS shift_end,
	12 AS cost_per_hour, number AS cost_per_km
FROM generate_series(1, 2) AS number;

-- What plan returns is in order, as it stands and as bare sequences. Two of a, b, c fit on a van; b and c on the one that is cheaper
-- by the km is least: 36 km x 1 + 12 km x 2.
CREATE TABLE planned AS SELECT * FROM lastmile.plan('orders', 'vans', iterations => 200);
SELECT vehicle_id, kind, order_id, starts_at::time, reason_code, reason FROM planned;
SELECT vehicle_id, order_id, violations FROM lastmile.check('orders', 'vans', 'planned') WHERE violations <> '{}';
SELECT vehicle_id, order_id, violations FROM lastmile.check('orders', 'vans',
	'SELECT vehicle_id, stop_no, order_id FROM planned WHERE order_id IS NOT NULL') WHERE violations <> '{}';
SELECT count(*) FROM (
	TABLE planned EXCEPT SELECT vehicle_id, trip_no, stop_no, kind, order_id, arrives_at, starts_at, departs_at, travel_time, setup_time,
		wait_time, service_time, late_time, distance_m, load, cost, co2e_g, geom, leg, reason_code, reason
	FROM lastmile.check('orders', 'vans', 'planned') WHERE kind <> 'unassigned') AS differs WHERE kind <> 'unassigned';

-- By hand: a, b, c on van 1 in that order. Leave 08:00, a 08:10, b 08:25, c 08:40: in time; back 08:45 + 30 min. The load of 6 is one too many.
-- Van 2 lacks the skill for d: 6 km x 2 + 15 min x 12/h = 15 and 12 + 2 back; e cannot be read.
SELECT vehicle_id, stop_no, kind, order_id, arrives_at::time, departs_at::time, load, cost, late_time, reason_code, violations
FROM lastmile.check('orders', 'vans', $$ SELECT * FROM (VALUES ('1', 'a'), ('1', 'b'), ('1', 'c'), ('2', 'd')) AS r(vehicle_id, order_id) $$);

-- The other way round: c 08:30 to 08:35, b 08:45, a 09:00 to 09:05, a second time to 09:10, back 09:20. Nobody has d.
SELECT vehicle_id, stop_no, kind, order_id, arrives_at::time, departs_at::time, load, reason_code, violations
FROM lastmile.check('SELECT * FROM orders WHERE id <> $$e$$', 'vans',
	$$ SELECT * FROM (VALUES (2, 4, 'a'), (2, 3, 'a'), (2, 2, 'b'), (2, 1, 'c')) AS r(vehicle_id, stop_no, order_id) $$);

-- A wrong time is a mismatch.
SELECT stop_no, kind, violations
FROM lastmile.check('orders', 'vans', $$ SELECT vehicle_id, stop_no, kind, order_id,
		CASE order_id WHEN 'b' THEN arrives_at + interval '2 ms' ELSE arrives_at END AS arrives_at FROM planned WHERE vehicle_id = '1' $$)
WHERE violations <> '{}' AND kind <> 'unassigned';

-- Unknown names.
SELECT count(*) FROM lastmile.check('orders', 'vans', $$ SELECT 1 AS vehicle_id, 'z' AS order_id $$);
SELECT count(*) FROM lastmile.check('orders', 'vans', $$ SELECT 3 AS vehicle_id, 'a' AS order_id $$);

\x
SELECT pg_get_function_arguments(oid), pg_get_function_result(oid), provolatile, proparallel, proisstrict, prosecdef
FROM pg_proc WHERE oid = 'lastmile.check'::regproc;
\x
RESET ROLE;
DROP SCHEMA day CASCADE;
DROP ROLE regress_lastmile_check;
