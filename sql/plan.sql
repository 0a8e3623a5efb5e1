-- lastmile.plan: exact rows. Everything lies in the plane (SRID 0); at 36 km/h without detour 600 m are one minute.
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET lastmile.speed_kmh = 36;
SET lastmile.detour_factor = 1;
SET client_min_messages = warning;	-- the notice about the straight line is in readme.sql
CREATE ROLE regress_lastmile_plan;
CREATE SCHEMA day AUTHORIZATION regress_lastmile_plan;
SET ROLE regress_lastmile_plan;
SET search_path = day, public;

CREATE TABLE orders (
	id text PRIMARY KEY, geom geometry, kind text, window_start timestamptz, window_end timestamptz,
	service_time interval, demand numeric[], skills text[], note text);
CREATE TABLE vans (id bigint PRIMARY KEY, geom geometry, shift_start timestamptz, shift_end timestamptz, capacity numeric[],
	skills text[], cost_fixed numeric, cost_per_hour numeric, cost_per_km numeric, co2e_per_km numeric);
INSERT INTO orders VALUES
	('a', ST_Point(6000, 0), NULL, '2026-12-01 09:00', '2026-12-01 09:30', '5 min', '{2, 0.5}', NULL, 'other columns are ignored'),
	('b', ST_Point(12000, 0), 'pickup', '2026-12-01 09:20', '2026-12-01 10:00', '5 min', '{1, 1}', NULL, NULL),
	('c', ST_Point(0, 6000), 'delivery', NULL, NULL, '10 min', '{3, 0}', '{lift}', NULL),
	('d', ST_Point(0, 3000), NULL, NULL, NULL, NULL, NULL, '{lift, fridge}', NULL);
INSERT INTO vans VALUES
	(2, ST_Point(0, 0), '2026-12-01 08:00', '2026-12-01 12:00', '{4, 4}', '{lift}', 10, 12, 0.5, 200),
	(10, ST_Point(0, 0), '2026-12-01 08:00', '2026-12-01 12:00', '{4, 4}', NULL, 20, 12, 0.5, NULL);

-- The two vans are needed: a and c together load 5 of 4. Van 10 comes after van 2, as numbers do.
-- Van 2: c is 10 min away: out 08:00, 08:10 to 08:20, back 08:30.
-- Van 10: b may start at 09:20 = start of a + 5 + 10 min, so a starts 09:05 and the van leaves at 08:55; back from b in 20 min.
SELECT vehicle_id, trip_no, stop_no, kind, order_id, arrives_at, starts_at, departs_at, reason_code, reason
FROM lastmile.plan('orders', 'vans', iterations => 100);

-- Money: van 2 pays 10 + 12 km x 0.5 + 0.5 h x 12 = 22, van 10 pays 20 + 24 km x 0.5 + 50 min x 12/h = 42.
SELECT vehicle_id, stop_no, travel_time, setup_time, wait_time, service_time, late_time, distance_m, load,
	round(cost::numeric, 4) AS cost, co2e_g, ST_AsEWKT(geom) AS geom, ST_AsEWKT(leg) AS leg
FROM lastmile.plan('orders', 'vans', iterations => 100);

SELECT vehicle_id, round(sum(cost)::numeric, 4) AS cost, sum(distance_m) AS distance_m, sum(co2e_g) AS co2e_g
FROM lastmile.plan('orders', 'vans', iterations => 100) GROUP BY 1 ORDER BY 1;

-- A break of 30 min that starts between 09:00 and 09:30. Before a it would make a late. After a or after b the day takes 80 min;
-- after a it may begin earlier: leave 08:50, a 09:00 to 09:05, break to 09:35, b 09:45 to 09:50, back 10:10.
SELECT stop_no, kind, order_id, travel_time, arrives_at, starts_at, departs_at, service_time, load, ST_AsText(geom) AS geom, leg IS NULL AS no_leg
FROM lastmile.plan($$ SELECT * FROM orders WHERE id IN ('a', 'b') $$,
	$$ SELECT id, geom, shift_start, shift_end, capacity,
		tstzrange('2026-12-01 09:00+00', '2026-12-01 09:30+00') AS break_window, interval '30 min' AS break_time
		FROM vans WHERE id = 2 $$, iterations => 100);

-- Setup is paid once where several orders are at one place: the larger of 3 and 4 min.
SELECT stop_no, kind, order_id, travel_time, setup_time, wait_time, service_time, starts_at::time
FROM lastmile.plan($$ SELECT id, ST_Point(6000, 0) AS geom, interval '2 min' AS service_time, minutes * interval '1 min' AS setup_time
		FROM (VALUES ('x', 3), ('y', 4)) AS o(id, minutes) $$,
	'SELECT id, geom, shift_start FROM vans WHERE id = 2', iterations => 100);

-- Two windows: the van cannot be there by 08:05, so it leaves for 10:00. An open end has no row after the last order.
SELECT stop_no, kind, order_id, arrives_at::time, starts_at::time, departs_at::time, load, cost
FROM lastmile.plan($$ SELECT 1 AS id, ST_Point(6000, 0) AS geom,
		'{[2026-12-01 08:00+00, 2026-12-01 08:05+00], [2026-12-01 10:00+00, 2026-12-01 10:05+00]}'::tstzmultirange AS windows $$,
	'SELECT id, geom, shift_start, true AS open_end FROM vans WHERE id = 2', iterations => 100);

-- Overtime: 20 min there and 20 back from a place that opens at 11:50: the end is 12:10, 10 min past the shift: 30/h more.
SELECT stop_no, kind, departs_at::time, round(cost::numeric, 4) AS cost
FROM lastmile.plan($$ SELECT 1 AS id, ST_Point(12000, 0) AS geom, timestamptz '2026-12-01 11:50' AS window_start $$,
	$$ SELECT id, geom, shift_start, shift_end, interval '15 min' AS overtime, 12 AS cost_per_hour, 30 AS cost_per_overtime_hour
		FROM vans WHERE id = 2 $$, iterations => 100);

-- Objectives. Van 2 is twenty times slower. Both vans: 2 km each, 200 s + 4000 s; van 1 alone: 1 + 12 + 11 = 24 km in 2400 s.
-- Money at 1 a van, 1 an hour, 0.5 a km: 2 + 4200/3600 + 2 = 5.1667 or 1 + 2400/3600 + 12 = 13.6667.
SELECT objective, count(DISTINCT vehicle_id) AS vans, sum(distance_m) AS distance_m, sum(travel_time) AS travel_time,
	round(sum(cost)::numeric, 4) AS cost
FROM unnest('{cost,vehicles,time,distance}'::text[]) AS objective,
	lastmile.plan($$ SELECT * FROM (VALUES (1, ST_Point(6000, 0)), (2, ST_Point(-6000, 0))) AS o(id, geom) $$,
		$$ SELECT *, 1 AS cost_fixed, 1 AS cost_per_hour, 0.5 AS cost_per_km
			FROM (VALUES (1, ST_Point(5000, 0), 1), (2, ST_Point(-5000, 0), 0.05)) AS v(id, geom, speed_factor) $$,
		objective => objective, iterations => 100)
GROUP BY objective ORDER BY objective;

-- Optional orders: serving p or q takes 20 min more each, at 12/h 4. Leaving p out costs 3, leaving q out 5.
SELECT kind, order_id, round(cost::numeric, 4) AS cost, reason_code, reason
FROM lastmile.plan($$ SELECT * FROM (VALUES ('must', ST_Point(0, 0), NULL), ('p', ST_Point(6000, 0), 3), ('q', ST_Point(-6000, 0), 5))
		AS o(id, geom, skip_cost) $$,
	'SELECT id, geom, 12 AS cost_per_hour FROM vans WHERE id = 2', iterations => 100);

-- Priority: one of the two fits into the van.
SELECT kind, order_id, reason_code, reason
FROM lastmile.plan($$ SELECT * FROM (VALUES ('low', ST_Point(600, 0), 3, 0), ('high', ST_Point(6000, 0), 3, 5)) AS o(id, geom, demand, priority) $$,
	'SELECT id, geom, 4 AS capacity FROM vans WHERE id = 2', iterations => 100);

-- Through a matrix; lengths are not known, so neither are distance and emissions.
SELECT vehicle_id, stop_no, kind, order_id, travel_time, distance_m, co2e_g, geom, leg
FROM lastmile.plan('SELECT id, 7 AS location_id FROM orders WHERE id = $$a$$',
	'SELECT id, 1 AS start_location_id, 100 AS co2e_per_km FROM vans WHERE id = 2',
	matrix => 'SELECT * FROM (VALUES (1, 7, 60), (7, 1, 90.5)) AS m(from_id, to_id, seconds)', iterations => 100);
SELECT vehicle_id, stop_no, kind, order_id, travel_time, distance_m, co2e_g, geom, leg
FROM lastmile.plan('SELECT id, 7 AS location_id FROM orders WHERE id = $$a$$',
	'SELECT id, 1 AS start_location_id, 100 AS co2e_per_km FROM vans WHERE id = 2',
	matrix => 'SELECT * FROM (VALUES (1, 7, 60), (7, 1, 90.5)) AS m(start_vid, end_vid, agg_cost)', iterations => 100);

-- No vehicles, no orders.
SELECT kind, order_id, cost, reason_code, reason
FROM lastmile.plan('SELECT id, geom, NULLIF(id, $$b$$) IS NULL AND NULL AS x, 4 AS skip_cost FROM orders',
	'SELECT * FROM vans WHERE false', iterations => 100);
SELECT count(*) FROM lastmile.plan('SELECT * FROM orders WHERE false', 'vans', iterations => 100);
SELECT count(*) FROM lastmile.plan('SELECT * FROM orders WHERE false', 'SELECT * FROM vans WHERE false', iterations => 100);

-- The same rows for any order of the input, and for the same seed.
CREATE TABLE many AS
SELECT number AS id, ST_Point(number * 7919 % 20000, number * 104729 % 20000) AS geom, 1 + number % 3 AS demand,
	timestamptz '2026-12-01 08:00' + number * 37 % 300 * interval '1 min' AS window_start,
	timestamptz '2026-12-01 08:00' + (number * 37 % 300 + 120) * interval '1 min' AS window_end
FROM generate_series(1, 60) AS number;
CREATE TABLE first AS
SELECT * FROM lastmile.plan('SELECT * FROM many ORDER BY id', 'SELECT id, geom, 30 AS capacity FROM vans ORDER BY id', iterations => 2000, seed => 7);
(TABLE first EXCEPT SELECT * FROM lastmile.plan('SELECT * FROM many ORDER BY demand, id DESC', 'SELECT id, geom, 30 AS capacity FROM vans ORDER BY id DESC', iterations => 2000, seed => 7));
SELECT order_id FROM first WHERE order_id IS NOT NULL EXCEPT SELECT id::text FROM many;
SELECT count(DISTINCT order_id), count(order_id) FROM first;

RESET ROLE;
DROP SCHEMA day CASCADE;
DROP ROLE regress_lastmile_plan;
