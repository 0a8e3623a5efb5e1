-- check.sql - lastmile.check against a day written out by hand: accepted as it is, and each rule
-- broken once, each column falsified once, found.
--
-- Van v1 serves order 1, picks up 2, serves 3 and takes its break behind it; van v2 serves 4 and
-- stays there. Every leg takes 10 minutes and is 5 km long. Order 5 is optional and left out, 6
-- cannot be read, 7 is left out.

\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only on
\pset pager off

BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS lastmile CASCADE;
CREATE ROLE lastmile_check NOLOGIN;
CREATE SCHEMA day AUTHORIZATION lastmile_check;
SET LOCAL ROLE lastmile_check;
SET LOCAL timezone = 'UTC';

SELECT no_plan();

CREATE FUNCTION day.t(clock text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$ SELECT timestamptz '2026-03-02 00:00+00' + clock::interval $$;

CREATE TABLE day.orders (
	id bigint, location_id text, kind text, window_start timestamptz, window_end timestamptz,
	service_time interval, setup_time interval, demand numeric[], skills text[], allowed_vehicles text[],
	refused_vehicles text[], release_at timestamptz, priority int, skip_cost numeric);
INSERT INTO day.orders (id, location_id, kind, window_start, window_end, service_time, setup_time, demand, skip_cost) VALUES
	(1, 'a', NULL, day.t('08:00'), day.t('09:00'), '5 min', '2 min', '{3, 1}', NULL),
	(2, 'b', 'pickup', day.t('09:00'), day.t('09:02'), '5 min', NULL, '{2, 0}', NULL),
	(3, 'c', 'delivery', NULL, NULL, '5 min', NULL, '{4, 0.5}', NULL),
	(4, 'd', 'delivery', NULL, NULL, '5 min', NULL, '{1, 1}', NULL),
	(5, 'e', 'delivery', NULL, NULL, '5 min', NULL, '{1, 1}', 7),
	(6, 'f', 'delivery', day.t('10:00'), day.t('09:00'), '5 min', NULL, '{1, 1}', NULL),
	(7, 'g', 'delivery', NULL, NULL, '5 min', NULL, '{99, 1}', NULL);

CREATE TABLE day.vehicles (
	id text, start_location_id text, open_end bool, shift_start timestamptz, shift_end timestamptz, overtime interval,
	capacity numeric[], skills text[], cost_fixed numeric, cost_per_hour numeric, cost_per_km numeric,
	cost_per_overtime_hour numeric, max_stops int, max_distance_m numeric, max_time interval,
	break_window tstzrange, break_time interval, co2e_per_km numeric);
INSERT INTO day.vehicles VALUES
	('v1', 'depot', false, day.t('08:00'), day.t('09:40'), '10 min', '{7, 2}', NULL, 20, 30, 0.5, 12, NULL, NULL, NULL,
	 tstzrange(day.t('09:10'), day.t('09:20'), '[]'), '15 min', 200),
	('v2', 'depot', true, day.t('08:00'), NULL, NULL, '{5, 5}', NULL, 10, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

CREATE TABLE day.matrix AS
	SELECT a AS from_id, b AS to_id, 600 AS seconds, 5000 AS meters
	FROM unnest('{depot,a,b,c,d,e,f,g}'::text[]) AS a, unnest('{depot,a,b,c,d,e,f,g}'::text[]) AS b
	WHERE a <> b;

-- v1: order 2 opens at 9:00, 10 + 2 + 5 + 10 minutes from the depot: leaving at 8:33 is the latest
-- that does not delay it. Behind 3 it is 9:20, the break's last moment; before 3 it would begin at
-- 9:10, after 5 minutes of waiting. End 9:45, 5 minutes past the shift.
-- Cost: km x 0.5 + minutes since the row before x 0.5; the end 2.50 + 5.00 + 5 minutes of overtime at
-- 12 an hour = 1.00. 5 km x 200 g = 1000 g.
-- Load: 3 + 4 = 7 and 1 + 0.5 = 1.5 at the start, - 3 and 1, + 2, - 4 and 0.5.
CREATE TABLE day.plan (
	vehicle_id text, trip_no int, stop_no int, kind text, order_id text,
	arrives_at timestamptz, starts_at timestamptz, departs_at timestamptz,
	travel_time interval, setup_time interval, wait_time interval, service_time interval, late_time interval,
	distance_m float8, load float8[], cost float8, co2e_g float8, reason_code text, reason text);
INSERT INTO day.plan VALUES
	('v1', 1, 1, 'start', NULL, day.t('08:33'), day.t('08:33'), day.t('08:33'), '0', '0', '0', '0', '0', 0, '{7, 1.5}', 20, 0, NULL, NULL),
	('v1', 1, 2, 'delivery', '1', day.t('08:43'), day.t('08:45'), day.t('08:50'), '10 min', '2 min', '0', '5 min', '0', 5000, '{4, 0.5}', 11, 1000, NULL, NULL),
	('v1', 1, 3, 'pickup', '2', day.t('09:00'), day.t('09:00'), day.t('09:05'), '10 min', '0', '0', '5 min', '0', 5000, '{6, 0.5}', 10, 1000, NULL, NULL),
	('v1', 1, 4, 'delivery', '3', day.t('09:15'), day.t('09:15'), day.t('09:20'), '10 min', '0', '0', '5 min', '0', 5000, '{2, 0}', 10, 1000, NULL, NULL),
	('v1', 1, 5, 'break', NULL, day.t('09:20'), day.t('09:20'), day.t('09:35'), '0', '0', '0', '15 min', '0', 0, '{2, 0}', 7.5, 0, NULL, NULL),
	('v1', 1, 6, 'end', NULL, day.t('09:45'), day.t('09:45'), day.t('09:45'), '10 min', '0', '0', '0', '0', 5000, '{0, 0}', 8.5, 1000, NULL, NULL),
	('v2', 1, 1, 'start', NULL, day.t('08:00'), day.t('08:00'), day.t('08:00'), '0', '0', '0', '0', '0', 0, '{1, 1}', 10, NULL, NULL, NULL),
	('v2', 1, 2, 'delivery', '4', day.t('08:10'), day.t('08:10'), day.t('08:15'), '10 min', '0', '0', '5 min', '0', 5000, '{0, 0}', 5, NULL, NULL, NULL),
	(NULL, NULL, NULL, 'unassigned', '5', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 7, NULL, 'dropped', 'x'),
	(NULL, NULL, NULL, 'unassigned', '6', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'bad_row', 'x'),
	(NULL, NULL, NULL, 'unassigned', '7', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'capacity', 'too large');

CREATE FUNCTION day.check(routes text, objective text DEFAULT 'cost')
RETURNS TABLE (
	vehicle_id text, trip_no int, stop_no int, kind text, order_id text,
	arrives_at timestamptz, starts_at timestamptz, departs_at timestamptz,
	travel_time interval, setup_time interval, wait_time interval, service_time interval, late_time interval,
	distance_m float8, load float8[], cost float8, co2e_g float8, geom public.geometry, leg public.geometry,
	reason_code text, reason text, violations text[])
LANGUAGE sql AS $$ SELECT * FROM lastmile.check('day.orders', 'day.vehicles', routes, 'day.matrix', objective => objective) $$;

-- day.broken: what check says after some changes, "v1/3 code: text" or "order 6 code: text"; the
-- changes are undone.
CREATE FUNCTION day.broken(routes text, VARIADIC changes text[]) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
	change	text;
	said	text[];
	rows	int;
BEGIN
	FOREACH change IN ARRAY changes LOOP
		EXECUTE change;
		GET DIAGNOSTICS rows = ROW_COUNT;
		IF rows = 0 THEN
			RAISE EXCEPTION 'nothing changed by: %', change;
		END IF;
	END LOOP;
	SELECT coalesce(array_agg(coalesce(c.vehicle_id || '/' || c.stop_no, 'order ' || c.order_id) || ' ' || v), '{}')
	INTO said
	FROM day.check(routes) AS c, unnest(c.violations) AS v;
	RAISE EXCEPTION USING ERRCODE = 'LM000';
EXCEPTION WHEN SQLSTATE 'LM000' THEN
	RETURN said;
END
$$;

-- The plan with everything it shows, without its values, and as bare sequences.
\set shown '''SELECT * FROM day.plan'''
\set kinds '''SELECT vehicle_id, stop_no, kind, order_id, reason_code FROM day.plan'''
\set bare '''SELECT vehicle_id, stop_no, order_id, reason_code FROM day.plan WHERE order_id IS NOT NULL'''

---------------------------------------------------------------------------------------------------
-- As it is

SELECT is(day.broken(:shown, 'UPDATE day.plan SET kind = kind'), '{}', 'a correct plan is accepted');
SELECT is(day.broken(:kinds, 'UPDATE day.plan SET kind = kind'), '{}', 'without its values too');
SELECT is(day.broken(:bare, 'UPDATE day.plan SET kind = kind'), '{}', 'and as bare sequences');
SELECT is(day.broken('day.plan', 'UPDATE day.plan SET kind = kind'), '{}', 'by the name of the table');

PREPARE expected AS
	SELECT vehicle_id, trip_no, stop_no, kind, order_id, arrives_at, starts_at, departs_at, travel_time, setup_time,
		   wait_time, service_time, late_time, distance_m, load, round(cost::numeric, 6), co2e_g, reason_code
	FROM day.plan ORDER BY vehicle_id, stop_no, order_id;
PREPARE bare AS
	SELECT vehicle_id, trip_no, stop_no, kind, order_id, arrives_at, starts_at, departs_at, travel_time, setup_time,
		   wait_time, service_time, late_time, distance_m, load, round(cost::numeric, 6), co2e_g, reason_code
	FROM day.check(:bare);
PREPARE shown AS
	SELECT vehicle_id, trip_no, stop_no, kind, order_id, arrives_at, starts_at, departs_at, travel_time, setup_time,
		   wait_time, service_time, late_time, distance_m, load, round(cost::numeric, 6), co2e_g, reason_code
	FROM day.check(:shown);
SELECT results_eq('shown', 'expected', 'check computes every value of the plan');
SELECT results_eq('bare', 'expected', 'from bare sequences too, the break placed by rule 7');
SELECT results_eq($$ SELECT reason FROM day.check('day.plan') WHERE order_id = '7' $$, $$ VALUES ('too large') $$,
	'a row that leaves an order out keeps its reason');

CREATE TABLE day.again AS SELECT * FROM day.check('day.plan');
SELECT results_eq($$ SELECT * FROM day.check('day.again') $$, $$ SELECT * FROM day.again $$,
	'check''s own rows are a routes query, and come back as they are');

-- Rows count in the order in which they come where no stop_no says otherwise.
SELECT is_empty($$ SELECT vehicle_id, stop_no, v FROM day.check($q$
	SELECT kind, order_id, vehicle_id, departs_at FROM day.plan ORDER BY vehicle_id, stop_no $q$), unnest(violations) AS v $$,
	'stop_no may be absent');
SELECT is_empty($$ SELECT v FROM day.check($q$
	SELECT vehicle_id, stop_no * 10.5 AS stop_no, order_id FROM day.plan WHERE order_id IS NOT NULL $q$), unnest(violations) AS v $$,
	'of bare sequences stop_no may count as it likes');
SELECT is_empty($$ SELECT v FROM day.check($q$
	SELECT vehicle_id, stop_no, kind, order_id FROM day.plan WHERE kind NOT IN ('start', 'end') $q$), unnest(violations) AS v $$,
	'a sequence with its break needs no start and end');

-- Objective time: 72 minutes of work either way; only the rates differ. Leaving at 8:33 stays best.
SELECT is((SELECT departs_at FROM day.check(:bare, 'time') WHERE kind = 'start' AND vehicle_id = 'v1'), day.t('08:33'),
	'objective time');

---------------------------------------------------------------------------------------------------
-- Each rule broken once

SELECT is(day.broken(:shown, $$ UPDATE day.vehicles SET capacity = '{6, 2}' WHERE id = 'v1' $$),
	'{"v1/1 capacity: 7 on board, vehicle \"v1\" takes 6 in dimension 1"}', 'capacity, at the start');
SELECT is(day.broken(:kinds, $$ UPDATE day.orders SET demand = '{3.5, 0}' WHERE id = 2 $$),
	'{"v1/3 capacity: 7.5 on board, vehicle \"v1\" takes 7 in dimension 1"}', 'capacity, at a pickup: 4 + 3.5');
SELECT is(day.broken(:shown, $$ UPDATE day.orders SET skills = '{crane, lift}' WHERE id = 3 $$,
					 $$ UPDATE day.vehicles SET skills = '{lift}' $$),
	'{"v1/4 skill: vehicle \"v1\" does not have all skills of order \"3\": crane, lift"}', 'skill');
SELECT is(day.broken(:shown, $$ UPDATE day.orders SET refused_vehicles = '{v1}' WHERE id = 2 $$),
	'{"v1/3 vehicle_refused: order \"2\" may not be served by vehicle \"v1\""}', 'refused_vehicles');
SELECT is(day.broken(:shown, $$ UPDATE day.orders SET allowed_vehicles = '{v1}' WHERE id = 4 $$),
	'{"v2/2 vehicle_refused: order \"4\" may not be served by vehicle \"v2\""}', 'allowed_vehicles');
-- 8:00 + 10 + 2 minutes.
SELECT is(day.broken(:kinds, $$ UPDATE day.orders SET window_end = day.t('08:11') WHERE id = 1 $$),
	'{"v1/2 window: starts 08:12, the last window closed 08:11"}', 'window');
SELECT is(day.broken(:kinds, $$ UPDATE day.vehicles SET overtime = '4 min' WHERE id = 'v1' $$),
	'{"v1/6 shift: the route ends 09:45, the shift of vehicle \"v1\" with its overtime ends 09:44"}', 'shift_end and overtime');
SELECT is(day.broken(:kinds, $$ UPDATE day.vehicles SET overtime = NULL WHERE id = 'v1' $$),
	'{"v1/6 shift: the route ends 09:45, the shift of vehicle \"v1\" ends 09:40"}', 'shift_end');
SELECT is(day.broken(:shown, $$ UPDATE day.plan SET departs_at = day.t('07:59') WHERE kind = 'start' AND vehicle_id = 'v2' $$),
	'{"v2/1 shift: departs 07:59, the shift starts 08:00","v2/1 mismatch: departs_at is shown as 07:59, computed 08:00"}',
	'shift_start');
-- 8:33 may be left at 8:33, not before.
SELECT is(day.broken(:shown, $$ UPDATE day.orders SET release_at = day.t('08:33') WHERE id IN (1, 2) $$), '{}',
	'release, kept');
SELECT is(day.broken(:shown, $$ UPDATE day.orders SET release_at = day.t('08:33') WHERE id IN (1, 2) $$,
					 $$ UPDATE day.plan SET departs_at = day.t('08:32') WHERE kind = 'start' AND vehicle_id = 'v1' $$),
	'{"v1/1 release: departs 08:32, order \"1\" is ready at 08:33","v1/1 mismatch: departs_at is shown as 08:32, computed 08:33"}',
	'release');
-- Without the break the route ends at 9:30, and 9:20 was due.
SELECT is(day.broken(:kinds, $$ DELETE FROM day.plan WHERE kind = 'break' $$),
	'{"v1/5 break: the break between 09:10 and 09:20 is missing, the route ends 09:30"}', 'a break that is missing');
SELECT is(day.broken(:kinds, $$ UPDATE day.vehicles SET break_window = tstzrange(day.t('09:10'), day.t('09:19')) WHERE id = 'v1' $$),
	'{"v1/5 break: starts 09:20, its window closed 09:19"}', 'a break that is late');
SELECT is(day.broken(:kinds, $$ UPDATE day.vehicles SET break_window = tstzrange(day.t('09:10'), day.t('10:30')) WHERE id = 'v1' $$),
	'{"v1/5 mismatch: no break is required here, its window is open until 10:30, the route ends 09:45"}', 'a break without need');
SELECT is(day.broken(:shown, $$ UPDATE day.vehicles SET max_stops = 2 WHERE id = 'v1' $$),
	'{"v1/4 stops: the route serves 3 orders, max_stops of vehicle \"v1\" is 2"}', 'max_stops');
SELECT is(day.broken(:shown, $$ UPDATE day.vehicles SET max_stops = 3, max_distance_m = 20000, max_time = '72 min' WHERE id = 'v1' $$),
	'{}', 'limits that are just kept');
SELECT is(day.broken(:shown, $$ UPDATE day.vehicles SET max_distance_m = 19999.5 WHERE id = 'v1' $$),
	'{"v1/6 distance: the route is 20000 m long, max_distance_m of vehicle \"v1\" is 19999.5 m"}', 'max_distance_m');
-- No departure works less than 72 minutes; from 8:00 to 9:45 it is 105, past 71 at 9:20.
SELECT is(day.broken(:kinds, $$ UPDATE day.vehicles SET max_time = '71 min' WHERE id = 'v1' $$),
	'{"v1/4 time: the working time is 01:45, max_time of vehicle \"v1\" is 01:11"}', 'max_time');
SELECT is(day.broken(:kinds, $$ DELETE FROM day.matrix WHERE from_id = 'b' AND to_id = 'c' $$),
	'{"v1/4 unreachable: no way from order \"2\" to order \"3\""}', 'a missing leg between orders');
SELECT is(day.broken(:kinds, $$ UPDATE day.matrix SET seconds = NULL WHERE from_id = 'c' AND to_id = 'depot' $$),
	'{"v1/6 unreachable: no way from order \"3\" to the end of vehicle \"v1\""}', 'a missing leg behind a break');
SELECT matches(day.broken(:bare, $$ UPDATE day.plan SET vehicle_id = 'v2', stop_no = 9 WHERE order_id = '6' $$)::text,
	'^{"order 6 bad_row: on the route of vehicle \\"v2\\", but its row cannot be read: [^,]*"}$', 'an order that cannot be read');
SELECT is(day.broken(:bare, $$ INSERT INTO day.plan (vehicle_id, stop_no, order_id) VALUES ('v2', 3, '3') $$),
	'{"v2/3 duplicate: order \"3\" is served by vehicle \"v1\" at stop 4 already"}', 'an order on two routes');
SELECT is(day.broken(:bare, $$ INSERT INTO day.plan (vehicle_id, stop_no, order_id) VALUES ('v2', 3, '4') $$),
	'{"v2/3 duplicate: order \"4\" is served by vehicle \"v2\" at stop 2 already"}', 'an order twice on a route');
SELECT is(day.broken(:bare, $$ INSERT INTO day.plan (kind, order_id) VALUES ('unassigned', '7') $$),
	'{"order 7 duplicate: 2 rows of the routes query leave it out"}', 'an order left out twice');
SELECT matches(day.broken(:kinds, $$ INSERT INTO day.plan (kind, order_id) VALUES ('unassigned', '4') $$)::text,
	'^{"v2/2 duplicate: row \d+ of the routes query leaves order \\"4\\" out"}$', 'an order that is served and left out');
SELECT is(day.broken(:shown, $$ DELETE FROM day.plan WHERE order_id IN ('5', '6', '7') $$),
	'{"order 6 missing: on no route, and no row leaves it out","order 7 missing: on no route, and no row leaves it out"}',
	'orders that nobody names; the optional one may be left out silently');
SELECT results_eq($$ SELECT order_id, reason_code FROM day.check('SELECT vehicle_id, order_id FROM day.plan WHERE vehicle_id = ''v2'' AND order_id = ''4''')
					 WHERE kind = 'unassigned' ORDER BY order_id $$,
	$$ VALUES ('1', 'missing'), ('2', 'missing'), ('3', 'missing'), ('5', 'dropped'), ('6', 'bad_row'), ('7', 'missing') $$,
	'their reason_code');

---------------------------------------------------------------------------------------------------
-- Each column falsified once, and taken away once

SELECT is(day.broken(:shown, format('UPDATE day.plan SET %I = %1$I + %L WHERE stop_no = 3', col, '2 ms')),
		  ARRAY[format('v1/3 mismatch: %s is shown as %s.002, computed %s', col, shown, computed)], col)
FROM (VALUES ('arrives_at', '09:00:00', '09:00'), ('starts_at', '09:00:00', '09:00'), ('departs_at', '09:05:00', '09:05'),
			 ('travel_time', '00:10:00', '00:10'), ('setup_time', '00:00:00', '00:00'), ('wait_time', '00:00:00', '00:00'),
			 ('service_time', '00:05:00', '00:05'), ('late_time', '00:00:00', '00:00')) AS columns (col, shown, computed);
SELECT is(day.broken(:shown, format('UPDATE day.plan SET %I = %1$I + %s WHERE stop_no = 3', col, by)),
		  ARRAY[format('v1/3 mismatch: %s is shown as %s, computed %s', col, shown, computed)], col)
FROM (VALUES ('distance_m', '0.0011', '5000.0011', '5000'), ('cost', '0.0001', '10.0001', '10'), ('co2e_g', '0.002', '1000.002', '1000'))
	AS columns (col, by, shown, computed);
SELECT is(day.broken(:shown, $$ UPDATE day.plan SET load = '{6, 0.502}' WHERE stop_no = 3 $$),
	'{"v1/3 mismatch: load is shown as {6,0.502}, computed {6,0.5}"}', 'load');
SELECT is(day.broken(:shown, $$ UPDATE day.plan SET load = '{6}' WHERE stop_no = 3 $$),
	'{"v1/3 mismatch: load is shown as {6}, computed {6,0.5}"}', 'load, of fewer dimensions');
SELECT is(day.broken(:shown, $$ UPDATE day.plan SET load = '{6, NULL}' WHERE stop_no = 3 $$),
	'{"v1/3 mismatch: load is shown as {6,NaN}, computed {6,0.5}"}', 'load, a NULL element');
SELECT is(day.broken(:shown, $$ UPDATE day.plan SET co2e_g = 1 WHERE vehicle_id = 'v2' AND stop_no = 2 $$),
	'{"v2/2 mismatch: co2e_g is shown as 1, there is none"}', 'a value where there is none');
SELECT is(day.broken(:shown, $$ UPDATE day.plan SET cost = 'NaN', arrives_at = 'infinity' WHERE stop_no = 3 $$),
	'{"v1/3 mismatch: arrives_at is shown as infinity, computed 09:00","v1/3 mismatch: cost is shown as NaN, computed 10"}',
	'values that are no numbers');
SELECT is(day.broken(:shown, $$ UPDATE day.plan SET kind = 'delivery' WHERE order_id = '2' $$),
	'{"v1/3 mismatch: kind is shown as delivery, order \"2\" is a pickup"}', 'kind');
SELECT is(day.broken(:shown, $$ UPDATE day.plan SET stop_no = 7 WHERE kind = 'end' $$),
	'{"v1/6 mismatch: stop_no is shown as 7, computed 6"}', 'stop_no');
SELECT is(day.broken(:shown, $$ UPDATE day.plan SET arrives_at = arrives_at - interval '1 ms', wait_time = wait_time + '1 ms',
							 distance_m = distance_m + 0.0009, load = load::numeric[] || '{}', cost = cost + 0.0000009 WHERE stop_no IS NOT NULL $$),
	'{}', 'up to 1 ms, 1 mm and a millionth nothing is said');

SELECT ok(cardinality(said) = 1 AND said[1] LIKE 'v1/3 mismatch: ' || col || ' is not shown, computed %', 'no ' || col)
FROM unnest('{arrives_at,starts_at,departs_at,travel_time,setup_time,wait_time,service_time,late_time,distance_m,load,cost,co2e_g}'::text[]) AS col,
	 day.broken(:shown, format('UPDATE day.plan SET %I = NULL WHERE stop_no = 3', col)) AS said;
SELECT is(day.broken(:shown, format('UPDATE day.plan SET %I = NULL', col)), '{}', 'a column without any value is not shown: ' || col)
FROM unnest('{arrives_at,starts_at,departs_at,travel_time,setup_time,wait_time,service_time,late_time,distance_m,load,cost,co2e_g}'::text[]) AS col;

-- Rows too many, rows that lack.
SELECT is(day.broken(:shown, $$ DELETE FROM day.plan WHERE kind = 'start' AND vehicle_id = 'v1' $$),
	'{"v1/1 mismatch: the routes query lacks this row"}', 'no start');
SELECT is(day.broken(:shown, $$ DELETE FROM day.plan WHERE kind = 'start' AND vehicle_id = 'v2' $$,
					 $$ UPDATE day.plan SET stop_no = 1 WHERE vehicle_id = 'v2' $$),
	'{"v2/1 mismatch: the routes query lacks this row","v2/2 mismatch: stop_no is shown as 1, computed 2"}',
	'no start of a vehicle that has no end either');
SELECT is(day.broken(:shown, $$ DELETE FROM day.plan WHERE kind = 'end' $$),
	'{"v1/6 mismatch: the routes query lacks this row"}', 'no end');
SELECT is(day.broken(:shown, $$ INSERT INTO day.plan SELECT * FROM day.plan WHERE kind = 'end' $$),
	'{"v1/5 mismatch: a row of kind \"end\" that the route does not have"}', 'two ends');
SELECT is(day.broken(:kinds, $$ INSERT INTO day.plan (vehicle_id, stop_no, kind) VALUES ('v2', 3, 'end') $$),
	'{"v2/2 mismatch: a row of kind \"end\" that the route does not have"}', 'an end with open_end');
SELECT is(day.broken(:kinds, $$ INSERT INTO day.plan (vehicle_id, stop_no, kind) VALUES ('v1', 1, 'start') $$),
	'{"v1/1 mismatch: a row of kind \"start\" that the route does not have"}', 'two starts');
SELECT is(day.broken(:kinds, $$ INSERT INTO day.plan (vehicle_id, stop_no, kind) VALUES ('v2', 2, 'break') $$),
	'{"v2/2 mismatch: a row of kind \"break\" that the route does not have"}', 'a break of a vehicle that has none');
SELECT is(day.broken(:kinds, $$ UPDATE day.plan SET stop_no = 9 WHERE kind = 'start' AND vehicle_id = 'v2' $$),
	'{"v2/1 mismatch: the row is out of sequence"}', 'a start behind an order');
SELECT is(day.broken(:kinds, $$ DELETE FROM day.plan WHERE order_id = '4' $$,
					 $$ INSERT INTO day.plan (kind, order_id) VALUES ('unassigned', '4') $$),
	'{"v2/1 mismatch: the vehicle serves no order, so it has no rows in a plan"}', 'a vehicle without orders');

-- Rows that leave an order out.
SELECT is(day.broken(:shown, $$ UPDATE day.plan SET cost = 7.1 WHERE order_id = '5' $$),
	'{"order 5 mismatch: cost is shown as 7.1, computed 7"}', 'a skip cost');
SELECT is(day.broken(:shown, $$ UPDATE day.plan SET cost = NULL WHERE order_id = '5' $$),
	'{"order 5 mismatch: cost is not shown, computed 7"}', 'no skip cost');
SELECT is(day.broken(:shown, $$ UPDATE day.plan SET cost = 1, arrives_at = day.t('09:00'), load = '{}' WHERE order_id = '7' $$),
	'{"order 7 mismatch: arrives_at is shown as 09:00, there is none","order 7 mismatch: cost is shown as 1, there is none","order 7 mismatch: load is shown as {}, there is none"}',
	'values of an order that is left out');
SELECT is(day.broken(:shown, $$ UPDATE day.plan SET reason_code = 'dropped' WHERE order_id = '7' $$),
	'{"order 7 mismatch: reason_code is dropped, order \"7\" has no skip_cost"}', 'a mandatory order cannot be dropped');
SELECT is(day.broken(:shown, $$ UPDATE day.plan SET reason_code = 'bad_row' WHERE order_id = '7' $$),
	'{"order 7 mismatch: reason_code is bad_row, the row of order \"7\" can be read"}', 'a row that can be read is not bad');

---------------------------------------------------------------------------------------------------
-- Routes that cannot be driven are timed all the same

-- v1 cannot keep order 1's window: departs at 8:00, serves it at 8:12; 2 waits for 9:00; 3 until 9:20;
-- the break 9:20 to 9:35 and the end 9:45 are as before. Working time 105 minutes at 30 = 52.50, plus 1
-- overtime, 20 fixed and 20 km x 0.5 = 83.50.
UPDATE day.orders SET window_end = day.t('08:11') WHERE id = 1;
SELECT results_eq($$
	SELECT stop_no, starts_at, late_time FROM day.check('SELECT vehicle_id, stop_no, order_id FROM day.plan WHERE order_id IS NOT NULL')
	WHERE vehicle_id = 'v1' $$, $$
	VALUES (1, day.t('08:00'), interval '0'), (2, day.t('08:12'), '1 min'), (3, day.t('09:00'), '0'), (4, day.t('09:15'), '0'),
		   (5, day.t('09:20'), '0'), (6, day.t('09:45'), '0') $$, 'a window that nobody can keep is served on arrival');
SELECT is((SELECT round(sum(cost)::numeric, 6) FROM day.check(:bare) WHERE vehicle_id = 'v1'), 83.5, 'and such a route has its cost');
UPDATE day.orders SET window_end = day.t('09:00') WHERE id = 1;

---------------------------------------------------------------------------------------------------
-- What a routes query may not say

CREATE FUNCTION day.refused(routes text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	PERFORM FROM day.check(routes);
	RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' / ', SQLSTATE, SQLERRM, NULLIF(detail, ''));
END
$$;

SELECT is(day.refused(routes), expected, expected)
FROM (VALUES
	('SELECT ''v1'' AS vehicle_id, 9 AS order_id',
	 '42704 / the orders query has no order "9" / Row 1 of the routes query names it.'),
	('SELECT ''v9'' AS vehicle_id, 1 AS order_id',
	 '42704 / the vehicles query has no vehicle "v9" / Row 1 of the routes query names it.'),
	('SELECT ''v1'' AS vehicle_id', '42703 / routes query has no column "order_id" / It returns: vehicle_id.'),
	('SELECT 1 AS order_id', '42703 / routes query has no column "vehicle_id" / It returns: order_id.'),
	('SELECT ''v1'' AS vehicle_id, 1 AS order_id, now()::timestamp AS arrives_at',
	 '42804 / column "arrives_at" of the routes query must be timestamptz, not timestamp without time zone'),
	('SELECT ''v1'' AS vehicle_id, 1 AS order_id, ''stop'' AS kind', '22023 / row 1 of the routes query has the unknown kind "stop"'),
	('SELECT ''v1'' AS vehicle_id, NULL AS order_id', '22023 / row 1 of the routes query has neither an order_id nor a kind'),
	('SELECT NULL AS vehicle_id, NULL AS order_id, ''end'' AS kind', '22023 / row 1 of the routes query of kind "end" has no vehicle_id'),
	('SELECT ''v1'' AS vehicle_id, NULL AS order_id, ''delivery'' AS kind',
	 '22023 / row 1 of the routes query of kind "delivery" has no order_id'),
	('SELECT ''v1'' AS vehicle_id, 1 AS order_id, ''start'' AS kind', '22023 / row 1 of the routes query of kind "start" has an order_id'),
	('SELECT ''v1'' AS vehicle_id, 1 AS order_id, ''NaN''::float8 AS stop_no',
	 '22023 / row 1 of the routes query has a stop_no that is not a number'),
	('SELECT ''v1'' AS vehicle_id, 1 AS order_id, ''reload'' AS kind', '22023 / row 1 of the routes query of kind "reload" has an order_id'),
	('SELECT 1 AS vehicle_id, 1 AS order_id WHERE false', 'accepted'),
	('SELECT ''v1'' AS vehicle_id, 1 AS order_id, false AS frozen, NULL::timestamptz AS done_at, 1 AS trip_no', 'accepted')
) AS refused (routes, expected);

PREPARE without_routes AS SELECT FROM lastmile.check('day.orders', 'day.vehicles', NULL);
SELECT throws_ok('without_routes', '22004', 'argument "routes" must not be null', 'routes must be given');
SELECT throws_ok(format($$ SELECT FROM lastmile.check('day.orders', 'day.vehicles', 'day.plan', 'day.matrix', %s) $$, argument), code)
FROM (VALUES ('network => ''city''', '22023'), ('traffic => ''SELECT 1''', '42703'), ('at => ''infinity''', '22023'),
			 ('objective => ''emissions''', '22023'), ('objective => ''best''', '22023'),
			 ('timezone => ''Mars/Olympus''', '22023')) AS arguments (argument, code);
SELECT lives_ok($$ SELECT FROM lastmile.check('day.orders', 'day.vehicles', 'day.plan', 'day.matrix', NULL, NULL, NULL, NULL, NULL) $$,
	'NULL is the default of the others');

---------------------------------------------------------------------------------------------------
-- Plan's own rows

CREATE TABLE day.planned AS
	SELECT objective, p.*
	FROM unnest('{cost,vehicles,time,distance,balanced}'::text[]) AS objective,
		 lastmile.plan('day.orders', 'day.vehicles', matrix => 'day.matrix', objective => objective, iterations => 50) AS p;
SELECT is_empty($$
	SELECT objective, vehicle_id, stop_no, v
	FROM unnest('{cost,vehicles,time,distance,balanced}'::text[]) AS objective,
		 day.check(format('SELECT * FROM day.planned WHERE objective = %L', objective), objective) AS c, unnest(c.violations) AS v $$,
	'plans under each objective are accepted');
SELECT results_eq($$
	SELECT objective, c.*
	FROM unnest('{cost,vehicles,time,distance,balanced}'::text[]) AS objective,
		 LATERAL (SELECT vehicle_id, stop_no, kind, order_id, arrives_at, starts_at, departs_at, travel_time, setup_time, wait_time,
						 service_time, late_time, distance_m, load, round(cost::numeric, 6) AS cost, co2e_g, reason_code, reason
				  FROM day.check(format('SELECT * FROM day.planned WHERE objective = %L', objective), objective)) AS c
	ORDER BY objective, vehicle_id, stop_no, order_id $$, $$
	SELECT objective, vehicle_id, stop_no, kind, order_id, arrives_at, starts_at, departs_at, travel_time, setup_time, wait_time,
		   service_time, late_time, distance_m, load, round(cost::numeric, 6), co2e_g, reason_code, reason
	FROM day.planned ORDER BY objective, vehicle_id, stop_no, order_id $$, 'and come back as they are');
SELECT cmp_ok((SELECT count(DISTINCT order_id)::int FROM day.planned WHERE vehicle_id IS NOT NULL), '>=', 4, 'they serve something');

---------------------------------------------------------------------------------------------------
-- Soft windows: the depot is left 8:00, a is reached 8:10, 5 minutes late at 12 an hour, and 10 minutes of work at 6

CREATE TABLE day.late AS SELECT 'SELECT ''a'' AS id, public.ST_Point(600, 0) AS geom, day.t(''08:05'') AS window_end, 12 AS late_cost, '
	|| latest || '::timestamptz AS latest' AS orders, latest FROM unnest('{"NULL",day.t(''08:10''),day.t(''08:09'')}'::text[]) AS latest;
SET lastmile.speed_kmh = 3.6;
SET lastmile.detour_factor = 1;
SELECT results_eq($$
	SELECT latest, stop_no, starts_at, late_time, cost, array_to_string(violations, '; ')
	FROM day.late, lastmile.check(orders, 'SELECT ''v'' AS id, public.ST_Point(0, 0) AS geom, day.t(''08:00'') AS shift_start, 6 AS cost_per_hour, true AS open_end',
		'SELECT ''v'' AS vehicle_id, ''a'' AS order_id') WHERE kind = 'delivery' ORDER BY latest $$, $$
	VALUES (text 'NULL', 2, day.t('08:10'), interval '5 min', float8 '2', ''),
		('day.t(''08:09'')', 2, day.t('08:10'), '5 min', 2, 'window: starts 08:10, the last window closed 08:09'),
		('day.t(''08:10'')', 2, day.t('08:10'), '5 min', 2, '') ORDER BY 1 $$, 'late is no violation, after latest it is one');
RESET lastmile.speed_kmh;
RESET lastmile.detour_factor;

---------------------------------------------------------------------------------------------------
-- Small things

-- Without any instant in orders and vehicles the origin is where the shown rows have it.
SELECT is_empty($$
	SELECT v FROM lastmile.check(
		'SELECT id, location_id, kind, service_time, demand FROM day.orders WHERE id = 3',
		'SELECT id, start_location_id, capacity FROM day.vehicles WHERE id = ''v1''',
		'SELECT vehicle_id, stop_no, kind, order_id, arrives_at - interval ''1 year'' AS arrives_at,
				departs_at - interval ''1 year'' AS departs_at
		 FROM (VALUES (''v1'', 1, ''start'', NULL, day.t(''08:00''), day.t(''08:00'')),
					  (''v1'', 2, ''delivery'', ''3'', day.t(''08:10''), day.t(''08:15'')),
					  (''v1'', 3, ''end'', NULL, day.t(''08:25''), day.t(''08:25'')))
			  AS plan (vehicle_id, stop_no, kind, order_id, arrives_at, departs_at)', 'day.matrix') AS c, unnest(violations) AS v $$,
	'a plan without instants, made a year ago');

-- Ids of other types, and values in other types: seconds, numeric arrays.
CREATE TABLE day.parcels AS SELECT gen_random_uuid() AS id, 'a' AS location_id, 2 AS demand, 60 AS service_time;
SELECT is_empty($$
	SELECT v FROM lastmile.check('day.parcels', 'SELECT 5 AS id, ''depot'' AS start_location_id, 8 AS capacity',
		'SELECT 5::numeric AS vehicle_id, id AS order_id, 600 AS travel_time, 60.0 AS service_time, 0 AS load FROM day.parcels', 'day.matrix'),
		unnest(violations) AS v $$, 'uuid and numeric ids, seconds, a single load');

SELECT is_empty($$ SELECT * FROM lastmile.check('SELECT 1 AS id, ''a'' AS location_id WHERE false', 'day.vehicles', 'SELECT 1 AS vehicle_id, 1 AS order_id WHERE false', 'day.matrix') $$,
	'no orders, no rows');

-- A route that departs after the end of the shift pays overtime from that end on: shift_end 10:00, an order that opens at 10:30,
-- 10 minutes from the depot. Departure 10:20, end 10:40: 10 fixed, 20 minutes x 6 = 2.00, and 40 minutes x 12 = 8.00 of
-- overtime, 4.00 of them before the departure.
CREATE TABLE day.night_orders AS
SELECT 1 AS id, 'a' AS location_id, day.t('10:30') AS window_start;
CREATE TABLE day.night_vehicles AS
SELECT 'n' AS id, 'depot' AS start_location_id, day.t('08:00') AS shift_start, day.t('10:00') AS shift_end,
	interval '2 h' AS overtime, 10 AS cost_fixed, 6 AS cost_per_hour, 12 AS cost_per_overtime_hour;
CREATE TABLE day.night_matrix AS
VALUES ('depot', 'a', 600), ('a', 'depot', 600);
CREATE VIEW day.night_legs AS
SELECT column1 AS from_id, column2 AS to_id, column3 AS seconds FROM day.night_matrix;
CREATE TABLE day.night_plan AS
SELECT * FROM lastmile.plan('day.night_orders', 'day.night_vehicles', matrix => 'day.night_legs', iterations => 10);
SELECT is((SELECT string_agg(to_char(departs_at, 'HH24:MI') || ' ' || round(cost::numeric, 2), ', ' ORDER BY stop_no)
	FROM day.night_plan), '10:20 14.00, 10:30 3.00, 10:40 3.00', 'overtime before the departure is the start''s');
SELECT is((SELECT sum(cardinality(violations)) FROM lastmile.check('day.night_orders', 'day.night_vehicles', 'day.night_plan',
	matrix => 'day.night_legs')), 0::bigint, 'and check finds the same');

SELECT * FROM finish();
ROLLBACK;
