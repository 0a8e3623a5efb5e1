-- plan.sql - what holds for the rows of every plan, on a day of 90 orders and 7 vans that uses all columns;
-- and what the function is: its signature, its reasons.
\ir setup.psql
SELECT setseed(0.25) \g /dev/null
SET lastmile.speed_kmh = 24;
SET lastmile.detour_factor = 1.25;

CREATE FUNCTION number(low int, high int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT low + floor(random() * (high - low + 1))::int';
CREATE FUNCTION chance(share float8) RETURNS bool LANGUAGE sql VOLATILE AS 'SELECT random() < share';
CREATE FUNCTION clock(minutes int) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
	SELECT '2026-12-01 08:00Z'::timestamptz + minutes * interval '1 min' $$;

-- Each third order is at the place of the one before. Ids are numbers of one to three digits: as text they sort otherwise.
CREATE TABLE orders AS
SELECT id, ST_Point(8.6 + number(-60, 60) * 0.001, 49.4 + number(-40, 40) * 0.001, 4326) AS geom,
	CASE WHEN chance(0.3) THEN 'pickup' WHEN chance(0.5) THEN 'delivery' END AS kind,
	CASE WHEN chance(0.4) THEN clock(number(0, 24) * 10) END AS window_start,
		CASE WHEN chance(0.4) THEN clock(number(25, 50) * 10) END AS window_end,
	CASE WHEN chance(0.1) THEN tstzmultirange(tstzrange(clock(number(0, 9) * 10), clock(number(10, 14) * 10), '[]'),
		tstzrange(clock(number(16, 25) * 10), clock(number(26, 40) * 10), '[]')) END AS windows,
	number(1, 12) * interval '30 s' AS service_time, CASE WHEN chance(0.5) THEN number(1, 4) * interval '45 s' END AS setup_time,
		ARRAY[number(0, 6) * 0.5, number(0, 3)] AS demand,
	CASE WHEN chance(0.15) THEN '{lift}'::text[] WHEN chance(0.15) THEN '{fridge}' END AS skills,
		CASE WHEN chance(0.1) THEN ARRAY[number(1, 4), number(8, 12)] END AS allowed_vehicles,
	CASE WHEN chance(0.1) THEN ARRAY[number(1, 12)] END AS refused_vehicles,
		CASE WHEN chance(0.15) THEN clock(number(1, 9) * 10) END AS release_at, number(0, 2) AS priority,
	CASE WHEN chance(0.25) THEN number(1, 8) / 2.0 END AS skip_cost
FROM generate_series(1, 180, 2) AS id;
UPDATE orders SET geom = before.geom FROM orders AS before WHERE orders.id % 6 = 5 AND before.id = orders.id - 2;
-- Early and late orders of vans 2 and 10, which therefore are out when their breaks are due.
INSERT INTO orders (id, geom, window_start, window_end, demand, allowed_vehicles, priority)
SELECT 183 + 2 * no, ST_Point(8.6, 49.4 + no * 0.001, 4326), CASE no % 2 WHEN 1 THEN clock(190) END,
	CASE no % 2 WHEN 0 THEN clock(55) END, '{0.5, 1}', CASE WHEN no < 2 THEN '{2}' ELSE '{10}' END::int[], 3
FROM generate_series(0, 3) AS no;
-- Orders that nobody can serve, each for a reason of its own.
INSERT INTO orders (id, geom, service_time, demand, skills, window_end, allowed_vehicles, release_at) VALUES
	(201, ST_Point(8.6, 49.4, 4326), NULL, '{99, 0}', NULL, NULL, '{1, 2, 3, 9, 10, 12}', NULL),
	(202, ST_Point(8.6, 49.4, 4326), NULL, NULL, '{fly}', NULL, NULL, NULL),
	(203, ST_Point(8.65, 49.43, 4326), NULL, NULL, NULL, clock(-20), NULL, NULL),
	(204, ST_Point(8.6, 49.4, 4326), '23 hours', NULL, NULL, NULL, NULL, NULL),
	(205, ST_Point(8.6, 49.4, 4326), NULL, NULL, NULL, NULL, '{77}', NULL), (206, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	(207, ST_Point(8.6, 49.4, 4326), NULL, NULL, NULL, NULL, NULL, clock(1200)),
	(208, ST_Point(11.9, 49.4, 4326), NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE vans AS
SELECT id, ST_Point(8.6 + number(-20, 20) * 0.001, 49.4 + number(-20, 20) * 0.001, 4326) AS start_geom,
	CASE WHEN id IN (2, 9) THEN ST_Point(8.6 + number(-9, 9) * 0.001, 49.4 + number(-9, 9) * 0.001, 4326) END AS end_geom,
	CASE WHEN id IN (3, 10) THEN true END AS open_end, clock(number(-2, 4) * 10) AS shift_start,
		clock(number(30, 42) * 10) AS shift_end, CASE WHEN chance(0.7) THEN number(1, 6) * interval '10 min' END AS overtime,
	CASE WHEN id <> 4 THEN ARRAY[number(20, 30) * 0.5, NULLIF(number(12, 20), 15)] END AS capacity,
		(ARRAY['{lift}', '{fridge}', '{lift, fridge}', NULL])[number(1, 4)]::text[] AS skills,
	(ARRAY[0.8, 1, 1.25])[number(1, 3)] AS speed_factor, number(4, 20) AS cost_fixed, number(10, 20) AS cost_per_hour,
		number(2, 6) / 8.0 AS cost_per_km, CASE WHEN chance(0.7) THEN number(3, 9) END AS cost_per_overtime_hour,
	CASE WHEN chance(0.6) THEN number(8, 16) END AS max_stops, CASE WHEN chance(0.6) THEN number(30, 60) * 1000 END AS max_distance_m,
		CASE WHEN chance(0.6) THEN number(30, 42) * interval '10 min' END AS max_time,
	CASE WHEN id % 2 = 0 THEN ARRAY[tstzrange(clock(90), clock(150), '[]')] || CASE WHEN id > 5 THEN tstzrange(clock(40), clock(70),
		'[]') END END AS break_window,
	CASE WHEN id % 2 = 0 THEN ARRAY[interval '30 min'] || CASE WHEN id > 5 THEN interval '10 min' END END AS break_time,
		CASE WHEN id < 11 THEN number(1, 3) * 60 END AS co2e_per_km
FROM unnest('{1, 2, 3, 4, 9, 10, 12}'::bigint[]) AS id;
UPDATE vans SET break_window = array_remove(break_window, NULL), break_time = array_remove(break_time, NULL);

CREATE TABLE plan AS SELECT row_number() OVER () AS line, p.* FROM lastmile.plan('orders', 'vans', iterations => 3000, seed => 3) AS p;
-- Each row beside the row before it on its vehicle, its order and its vehicle.
CREATE VIEW rows AS
SELECT p.line, p.vehicle_id::bigint AS van, p.trip_no, p.stop_no, p.kind, p.order_id::int AS id, p.arrives_at, p.starts_at,
	p.departs_at, p.travel_time, p.setup_time, p.wait_time, p.service_time, p.late_time,
	p.distance_m, p.load, p.cost, p.co2e_g, p.geom, p.leg, p.reason_code, p.reason,
	lag(p.departs_at) OVER route AS departed, lag(p.load) OVER route AS loaded, lag(p.geom) OVER route AS left_from,
		lead(p.stop_no) OVER route IS NULL AS last,
	to_jsonb(o) - 'geom' AS o, o.geom AS o_geom, o.kind AS o_kind, coalesce(o.service_time, '0') AS o_service,
		coalesce(o.setup_time, '0') AS o_setup, coalesce(o.demand, '{0, 0}') AS demand, o.skip_cost, o.release_at,
	o.skills AS o_skills, o.allowed_vehicles, o.refused_vehicles,
		coalesce(o.windows, '{(,)}') * tstzmultirange(tstzrange(o.window_start, o.window_end, '[]')) AS windows,
	v.start_geom, coalesce(v.end_geom, v.start_geom) AS end_geom, coalesce(v.open_end, false) AS open_end, v.shift_start, v.shift_end,
		coalesce(v.overtime, '0') AS overtime, v.capacity, coalesce(v.skills, '{}') AS v_skills, v.speed_factor,
	v.cost_fixed, v.cost_per_hour, v.cost_per_km, coalesce(v.cost_per_overtime_hour, 0) AS cost_per_overtime_hour, v.max_stops,
		v.max_distance_m, v.max_time, v.break_window, v.break_time, v.co2e_per_km
FROM plan AS p LEFT JOIN orders AS o ON o.id = p.order_id::int LEFT JOIN vans AS v ON v.id = p.vehicle_id::bigint
WINDOW route AS (PARTITION BY p.vehicle_id ORDER BY p.stop_no);

-- No row fulfils the condition.
CREATE FUNCTION never(condition text, what text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	found text;
BEGIN
	EXECUTE format('SELECT string_agg(concat_ws('' '', van, stop_no, kind, id, arrives_at, starts_at, departs_at, load, cost, distance_m), E''\n'') FROM rows WHERE %s', condition) INTO found;
	RETURN is(found, NULL, what);
END $$;

SELECT plan(114);
SELECT ok(NOT rolsuper, 'the tests run as an ordinary role') FROM pg_roles WHERE rolname = current_user;

------------------------------------------------------------------------------------------------------
-- What the function is
------------------------------------------------------------------------------------------------------

SELECT is(pg_get_function_arguments('lastmile.plan'::regproc),
	'orders text, vehicles text, matrix text DEFAULT NULL::text, network text DEFAULT NULL::text, traffic text DEFAULT NULL::text, routes text DEFAULT NULL::text, at timestamp with time zone DEFAULT NULL::timestamp with time zone, '
	'objective text DEFAULT ''cost''::text, time_limit interval DEFAULT NULL::interval, iterations bigint DEFAULT NULL::bigint, seed bigint DEFAULT 1, workers integer DEFAULT NULL::integer, timezone text DEFAULT NULL::text',
	'arguments of lastmile.plan');
SELECT is(pg_get_function_result('lastmile.plan'::regproc),
	'TABLE(vehicle_id text, trip_no integer, stop_no integer, kind text, order_id text, arrives_at timestamp with time zone, starts_at timestamp with time zone, departs_at timestamp with time zone, '
	'travel_time interval, setup_time interval, wait_time interval, service_time interval, late_time interval, distance_m double precision, load double precision[], cost double precision, co2e_g double precision, '
	'geom geometry, leg geometry, reason_code text, reason text)', 'columns of lastmile.plan');
SELECT is(pg_get_function_arguments('lastmile.check'::regproc),
	'orders text, vehicles text, routes text, matrix text DEFAULT NULL::text, network text DEFAULT NULL::text, traffic text DEFAULT NULL::text, at timestamp with time zone DEFAULT NULL::timestamp with time zone, '
	'objective text DEFAULT ''cost''::text, timezone text DEFAULT NULL::text', 'arguments of lastmile.check');
SELECT is(pg_get_function_result('lastmile.check'::regproc), replace(pg_get_function_result('lastmile.plan'::regproc), 'reason text)',
	'reason text, violations text[])'), 'columns of lastmile.check: plan''s and violations');
SELECT is(concat_ws(' ', provolatile, proparallel, proisstrict, prosecdef, proretset), 'v u f f t',
	format('lastmile.%s is VOLATILE, PARALLEL UNSAFE, called on NULL, with the caller''s rights, a set', proname))
FROM pg_proc WHERE oid IN ('lastmile.plan'::regproc, 'lastmile.check'::regproc) ORDER BY proname;
SELECT ok(length(obj_description(p.oid, 'pg_proc')) > 20, format('lastmile.%s has a comment', proname)) FROM pg_proc AS p
	WHERE pronamespace = 'lastmile'::regnamespace ORDER BY proname;
SELECT is(array_agg(proname::text ORDER BY proname COLLATE "C"), '{_progress,check,create_network,drop_network,matrix,path,plan,quote,refresh_network,version,why}',
	'the functions of the schema, each once') FROM pg_proc
	WHERE pronamespace = 'lastmile'::regnamespace;
SELECT is(array_agg(concat_ws(' ', relname, privilege_type) ORDER BY relname), '{networks SELECT,progress SELECT}', 'PUBLIC reads two views and writes nothing')
	FROM pg_class, aclexplode(relacl) WHERE relnamespace = 'lastmile'::regnamespace AND grantee = 0;
SELECT is(concat_ws(' ', extrelocatable, nspname), 'f lastmile', 'the extension is in its schema, not relocatable')
	FROM pg_extension JOIN pg_namespace AS n ON n.oid = extnamespace WHERE extname = 'lastmile';

------------------------------------------------------------------------------------------------------
-- Every order once, in order
------------------------------------------------------------------------------------------------------

SELECT cmp_ok((SELECT count(*) FROM rows WHERE van IS NOT NULL AND id IS NOT NULL), '>', 60::bigint, 'most orders are served');
SELECT cmp_ok((SELECT count(DISTINCT van) FROM rows), '>', 4::bigint, 'several vans are used');
SELECT is((SELECT array_agg(DISTINCT kind ORDER BY kind) FROM rows), '{break,delivery,end,pickup,start,unassigned}',
	'all kinds of rows are there');
SELECT results_eq('SELECT id FROM orders ORDER BY id', 'SELECT id FROM rows WHERE id IS NOT NULL ORDER BY id',
	'every order is there exactly once');
SELECT never($$ (kind = 'unassigned') <> (van IS NULL) $$, 'unassigned rows, and only they, have no vehicle');
SELECT never($$ (id IS NULL) <> (kind IN ('start', 'break', 'end')) $$, 'orders stand on pickup, delivery and unassigned rows');
SELECT never($$ kind IN ('pickup', 'delivery') AND kind <> coalesce(o_kind, 'delivery') $$, 'a row has the kind of its order');
SELECT results_eq('SELECT line FROM rows ORDER BY van NULLS LAST, stop_no, id', 'SELECT line FROM rows ORDER BY line',
	'rows come by vehicle as numbers do, by stop, unassigned last, by id');
SELECT is((SELECT count(*) FROM rows JOIN (SELECT van, count(*) AS all_rows, max(stop_no) AS stops, min(stop_no) AS first FROM rows
	WHERE van IS NOT NULL GROUP BY van) AS v USING (van) WHERE all_rows <> stops OR first <> 1), 0::bigint,
	'stop_no counts all rows of a vehicle from 1');
SELECT never('van IS NOT NULL AND trip_no IS DISTINCT FROM 1', 'trip_no is 1');
SELECT never($$ (kind = 'start') <> (stop_no = 1) AND van IS NOT NULL $$, 'a route starts with its start');
SELECT never($$ (kind = 'end') <> (last AND NOT open_end) AND van IS NOT NULL $$, 'a route ends with its end, with open_end it has none');
SELECT never($$ open_end AND last AND kind NOT IN ('pickup', 'delivery') $$, 'a route with open_end ends with an order');
SELECT is((SELECT count(*) FROM (SELECT van FROM rows WHERE van IS NOT NULL GROUP BY van HAVING count(id) = 0) AS idle), 0::bigint,
	'a vehicle without orders has no rows');

------------------------------------------------------------------------------------------------------
-- Times
------------------------------------------------------------------------------------------------------

SELECT never($$ kind = 'start' AND NOT (arrives_at = starts_at AND starts_at = departs_at) $$, 'on start all three times are equal');
SELECT never($$ kind = 'start' AND (travel_time, setup_time, wait_time, service_time, late_time, distance_m) IS DISTINCT
	FROM ('0'::interval, '0'::interval, '0'::interval, '0'::interval, '0'::interval, 0::float8) $$, 'on start all durations are zero');
SELECT never($$ kind <> 'start' AND arrives_at <> departed + travel_time $$, 'arrives_at = departs_at of the row before + travel_time');
SELECT never('starts_at <> arrives_at + setup_time + wait_time', 'starts_at = arrives_at + setup_time + wait_time');
SELECT never('departs_at <> starts_at + service_time', 'departs_at = starts_at + service_time');
SELECT never($$ least(travel_time, setup_time, wait_time, service_time, late_time) < '0' $$, 'no duration is negative');
SELECT never($$ late_time <> '0' $$, 'nobody is late where windows are hard');
SELECT never('extract(microseconds FROM arrives_at)::int % 1000 + extract(microseconds FROM starts_at)::int % 1000 + extract(microseconds FROM departs_at)::int % 1000 <> 0', 'times are whole milliseconds');
SELECT never($$ van IS NOT NULL AND id IS NOT NULL AND NOT (starts_at <@ windows) $$, 'service starts within a window, both ends included');
SELECT never($$ van IS NOT NULL AND id IS NOT NULL AND service_time <> o_service $$, 'service takes its time');
SELECT never($$ wait_time > '0' AND kind IN ('pickup', 'delivery')
	AND NOT EXISTS (SELECT FROM unnest(windows) AS w WHERE lower(w) = starts_at) $$, 'waiting ends when a window opens');
SELECT never($$ wait_time > '0' AND kind IN ('pickup', 'delivery')
	AND tstzrange(arrives_at + setup_time, starts_at) && ANY (SELECT w FROM unnest(windows) AS w) $$,
	'nobody waits while a window is open');
SELECT never($$ kind = 'end' AND (service_time, setup_time, wait_time) IS DISTINCT
	FROM ('0'::interval, '0'::interval, '0'::interval) $$, 'the end takes no time');
-- A visit: orders of one place that follow each other, whatever breaks lie between. Its largest setup stands on its first row.
CREATE VIEW visits AS
SELECT *, sum(first::int) OVER (PARTITION BY van ORDER BY stop_no) AS visit
FROM (SELECT *, lag(o_geom) OVER (PARTITION BY van ORDER BY stop_no) IS DISTINCT FROM o_geom AS first FROM rows
	WHERE van IS NOT NULL AND id IS NOT NULL) AS r;
SELECT is((SELECT count(*) FROM (SELECT *, max(o_setup) OVER (PARTITION BY van, visit) AS longest FROM visits) AS v
	WHERE setup_time <> CASE WHEN first THEN longest ELSE '0' END), 0::bigint, 'setup is paid once a visit, the largest, by its first row');
SELECT cmp_ok((SELECT count(*) FROM visits WHERE NOT first), '>', 3::bigint, 'some visits have several orders');

------------------------------------------------------------------------------------------------------
-- Ways
------------------------------------------------------------------------------------------------------

SELECT never($$ kind NOT IN ('start', 'break', 'unassigned') AND abs(distance_m - 1.25 * ST_Distance(left_from::geography,
	geom::geography)) > 0.001 $$, 'distance_m is the geodesic times the detour, to the millimetre');
SELECT never($$ kind NOT IN ('start', 'break', 'unassigned') AND abs(extract(epoch
	FROM travel_time) - distance_m * 3.6 / 24 / speed_factor) > 0.0011 $$,
	'travel_time is the distance at 24 km/h times speed_factor, to the millisecond');
SELECT never($$ kind = 'break' AND (travel_time, distance_m) IS DISTINCT FROM ('0'::interval, 0::float8) $$, 'a break is no way');
SELECT never($$ (leg IS NULL) <> (kind IN ('start', 'break', 'unassigned')) $$, 'rows but start, break and unassigned have a leg');
SELECT never($$ ST_AsEWKB(ST_StartPoint(leg)) <> ST_AsEWKB(left_from) OR ST_AsEWKB(ST_EndPoint(leg)) <> ST_AsEWKB(geom)
	OR ST_NPoints(leg) <> 2 OR GeometryType(leg) <> 'LINESTRING' $$, 'a leg leads from the row before to its row');
SELECT never($$ abs(1.25 * ST_Length(leg::geography) - distance_m) > 0.001 $$, 'distance_m is the length of the leg times the detour');
SELECT never($$ ST_SRID(geom) <> 4326 OR ST_SRID(leg) <> 4326 $$, 'geometry is in SRID 4326');
SELECT never($$ ST_AsEWKB(geom) IS DISTINCT
	FROM ST_AsEWKB(CASE kind WHEN 'start' THEN start_geom WHEN 'end' THEN end_geom WHEN 'break' THEN left_from ELSE o_geom END) $$,
	'geom is the place of the order, of the start, of the end, of the row before a break');

------------------------------------------------------------------------------------------------------
-- Loads, limits
------------------------------------------------------------------------------------------------------

SELECT never($$ kind = 'start' AND load <> (SELECT ARRAY[coalesce(sum(demand[1]), 0), coalesce(sum(demand[2]), 0)]::float8[]
	FROM rows AS d WHERE d.van = rows.van AND d.kind = 'delivery') $$, 'deliveries are on board from the start');
SELECT never($$ kind = 'delivery' AND load <> ARRAY[loaded[1] - demand[1], loaded[2] - demand[2]]::float8[] $$,
	'a delivery leaves the vehicle');
SELECT never($$ kind = 'pickup' AND load <> ARRAY[loaded[1] + demand[1], loaded[2] + demand[2]]::float8[] $$, 'a pickup comes on board');
SELECT never($$ kind = 'break' AND load <> loaded $$, 'a break changes no load');
SELECT never($$ kind = 'end' AND load <> '{0, 0}' $$, 'the end unloads everything');
SELECT never($$ load[1] > capacity[1] OR load[2] > capacity[2] $$, 'no load is above the capacity');
SELECT never($$ stop_no = 1 AND departs_at < shift_start $$, 'nobody departs before the shift');
SELECT never($$ last AND departs_at > shift_end + overtime $$, 'nobody ends after the shift and its overtime');
SELECT is((SELECT count(*) FROM (SELECT van, min(max_time) AS max_time, min(max_stops) AS max_stops,
	min(max_distance_m) AS max_distance_m, max(departs_at) - min(departs_at) AS working, count(id) AS stops, sum(distance_m) AS metres
	FROM rows WHERE van IS NOT NULL GROUP BY van) AS route WHERE working > max_time OR stops > max_stops OR metres > max_distance_m),
		0::bigint, 'max_time, max_stops and max_distance_m hold');
SELECT never($$ kind = 'delivery' AND release_at > (SELECT departs_at FROM rows AS s WHERE s.van = rows.van AND s.kind = 'start') $$,
	'no route departs before its deliveries are ready');
SELECT never($$ van IS NOT NULL AND (NOT o_skills <@ v_skills OR NOT van = ANY (allowed_vehicles) OR van = ANY (refused_vehicles)) $$,
	'skills, allowed and refused vehicles hold');
SELECT is((SELECT count(*) FROM (SELECT van, unnest(break_window) AS w FROM rows WHERE kind = 'start') AS due
	JOIN (SELECT van, min(departs_at) AS departs, max(departs_at) AS ends FROM rows WHERE van IS NOT NULL GROUP BY van) AS route USING (van)
	WHERE (departs < upper(w) AND upper(w) < ends) <> EXISTS (SELECT FROM rows
		WHERE kind = 'break' AND rows.van = due.van AND starts_at <@ w)), 0::bigint,
		'a break is taken if the route is out when its window closes, within it, and only then');
SELECT never($$ kind = 'break' AND (NOT service_time = ANY (break_time) OR setup_time <> '0') $$, 'a break is as long as it is');
SELECT cmp_ok((SELECT count(*) FROM rows WHERE kind = 'break'), '>', 1::bigint, 'some breaks are taken');

------------------------------------------------------------------------------------------------------
-- Money, emissions
------------------------------------------------------------------------------------------------------

SELECT never($$ kind = 'start' AND cost <> cost_fixed $$, 'the start costs cost_fixed');
SELECT never($$ van IS NOT NULL AND kind <> 'start' AND abs(cost - (distance_m / 1000 * cost_per_km + extract(epoch
	FROM departs_at - departed) / 3600 * cost_per_hour
	+ greatest(extract(epoch FROM departs_at - greatest(departed, shift_end)), 0) / 3600 * cost_per_overtime_hour)) > 1e-9 $$,
		'every other row costs its metres, its time and its overtime');
SELECT never($$ kind = 'unassigned' AND cost IS DISTINCT FROM skip_cost::float8 $$,
	'an unassigned row costs skip_cost, NULL when mandatory');
SELECT never($$ van IS NOT NULL AND co2e_g IS DISTINCT FROM NULL AND abs(co2e_g - distance_m / 1000 * co2e_per_km) > 1e-9
	OR (co2e_g IS NULL) <> (co2e_per_km IS NULL) $$, 'co2e_g is co2e_per_km by kilometre, NULL where it is not known');
SELECT is(round(sum(cost)::numeric, 6), round((
	SELECT sum(fixed + km * per_km + hours * per_hour + over * per_over) FROM (
		SELECT min(cost_fixed) AS fixed, sum(distance_m) / 1000 AS km, min(cost_per_km) AS per_km,
			extract(epoch FROM max(departs_at) - min(departs_at)) / 3600 AS hours, min(cost_per_hour) AS per_hour,
			greatest(extract(epoch FROM max(departs_at) - min(shift_end)), 0) / 3600 AS over, min(cost_per_overtime_hour) AS per_over
		FROM rows WHERE van IS NOT NULL GROUP BY van) AS route)::numeric
	+ (SELECT coalesce(sum(skip_cost), 0) FROM rows WHERE kind = 'unassigned'), 6),
		'sum(cost) is fixed + km x rate + hours x rate + overtime + skips') FROM rows;

------------------------------------------------------------------------------------------------------
-- Orders that are not served
------------------------------------------------------------------------------------------------------

SELECT never($$ kind = 'unassigned' AND coalesce(trip_no::text, stop_no::text, arrives_at::text, starts_at::text, departs_at::text,
	travel_time::text, setup_time::text, wait_time::text, service_time::text, late_time::text, distance_m::text,
	load::text, co2e_g::text, leg::text) IS NOT NULL $$, 'an unassigned row has nothing but its order, cost, place and reason');
SELECT never($$ kind = 'unassigned' AND (reason_code IS NULL OR coalesce(reason, '') = '') OR van IS NOT NULL
	AND (reason_code IS NOT NULL OR reason IS NOT NULL) $$, 'unassigned rows, and only they, have a reason');
SELECT never($$ reason_code NOT IN ('capacity', 'skill', 'window', 'shift', 'break', 'stops', 'distance', 'time', 'unreachable',
	'vehicle_refused', 'bad_row', 'release', 'range', 'dropped', 'search') $$, 'reason codes are those of the contract');
SELECT never($$ reason_code = 'dropped' AND skip_cost IS NULL $$, 'only optional orders are dropped');
SELECT results_eq($$ SELECT id, reason_code FROM rows WHERE id BETWEEN 201 AND 206 ORDER BY 1 $$,
	$$ VALUES (201, 'capacity'), (202, 'skill'), (203, 'window'), (204, 'shift'), (205, 'vehicle_refused'), (206, 'bad_row') $$,
	'what nobody can serve has its reason');
SELECT ok(reason_code IN ('release', 'shift'), 'what is ready too late has its reason: ' || reason) FROM rows WHERE id = 207;
SELECT ok(reason_code IN ('distance', 'shift', 'time'), 'what is too far has its reason: ' || reason) FROM rows WHERE id = 208;

-- Reasons are proved: put the order at each place of each route and let check judge it. A mandatory order breaks a rule
-- everywhere, and the rule of its reason somewhere; a dropped one costs more than its skip_cost wherever it breaks none.
CREATE FUNCTION trials(x int) RETURNS TABLE (van bigint, place int, codes text[], added numeric) LANGUAGE plpgsql AS $$
DECLARE
	before numeric;
BEGIN
	FOR van IN SELECT v.id FROM vans AS v ORDER BY v.id LOOP
		SELECT coalesce(sum(r.cost), 0)::numeric INTO before FROM rows AS r WHERE r.van = trials.van;
		FOR place IN SELECT 0 UNION SELECT r.stop_no FROM rows AS r WHERE r.van = trials.van AND r.id IS NOT NULL LOOP
			SELECT array_agg(DISTINCT split_part(violation, ':', 1)), sum(cost)::numeric - before INTO codes, added
			FROM (SELECT c.*, row_number() OVER () AS no FROM lastmile.check(
					format('SELECT * FROM orders WHERE id = %s OR id IN (SELECT id FROM rows WHERE van = %s)', x, van), 'vans',
					format('SELECT van AS vehicle_id, id AS order_id, stop_no::float8 AS stop_no FROM rows WHERE van = %s AND id IS NOT NULL UNION ALL SELECT %1$s, %s, %s + 0.5', van, x, place)) AS c) AS judged
				LEFT JOIN unnest(violations) WITH ORDINALITY AS v(violation, first) ON true
			WHERE first IS NULL OR first >= 1;
			RETURN NEXT;
		END LOOP;
	END LOOP;
END $$;
CREATE TABLE tried AS SELECT r.id, r.reason_code, r.skip_cost, t.* FROM rows AS r, LATERAL trials(r.id) AS t
	WHERE r.kind = 'unassigned' AND r.reason_code <> 'bad_row';
SELECT cmp_ok(count(DISTINCT id), '>', 8::bigint, 'several orders are tried everywhere') FROM tried;
SELECT is(string_agg(DISTINCT format('order %s on van %s behind row %s', id, van, place), E'\n'), NULL,
	'an order that is not served breaks a rule wherever it is put') FROM tried WHERE reason_code <> 'dropped' AND codes = '{NULL}';
SELECT is(string_agg(format('order %s: %s', id, reason_code), E'\n'), NULL, 'the rule of the reason is broken somewhere')
FROM (SELECT id, reason_code FROM tried WHERE reason_code NOT IN ('dropped', 'search') GROUP BY id,
	reason_code HAVING NOT bool_or(reason_code = ANY (codes))) AS unproved;
SELECT is(string_agg(format('order %s on van %s behind row %s: %s', id, van, place, added), E'\n'), NULL,
	'a dropped order costs more than its skip_cost wherever it fits') FROM tried
	WHERE reason_code = 'dropped' AND codes = '{NULL}' AND added < skip_cost - 0.001;
SELECT is(string_agg(format('order %s', id), E'\n'), NULL, 'a dropped order fits somewhere')
	FROM (SELECT id FROM tried WHERE reason_code = 'dropped' GROUP BY id HAVING NOT bool_or(codes = '{NULL}')) AS nowhere;

------------------------------------------------------------------------------------------------------
-- The judge agrees
------------------------------------------------------------------------------------------------------

SELECT is(string_agg(concat_ws(' ', vehicle_id, stop_no, order_id, array_to_string(violations, '; ')), E'\n'), NULL,
	'check finds nothing') FROM lastmile.check('orders', 'vans', 'SELECT * FROM plan ORDER BY random()') WHERE violations <> '{}';
SELECT results_eq('SELECT vehicle_id, trip_no, stop_no, kind, order_id, arrives_at, starts_at, departs_at, travel_time, setup_time, wait_time, service_time, late_time, distance_m, load, round(cost::numeric, 9), round(co2e_g::numeric, 9), ST_AsEWKB(geom), ST_AsEWKB(leg), reason_code
		FROM lastmile.check(''orders'', ''vans'', ''plan'')',
	'SELECT vehicle_id, trip_no, stop_no, kind, order_id, arrives_at, starts_at, departs_at, travel_time, setup_time, wait_time, service_time, late_time, distance_m, load, round(cost::numeric, 9), round(co2e_g::numeric, 9), ST_AsEWKB(geom), ST_AsEWKB(leg), reason_code
		FROM plan ORDER BY line', 'check makes the same rows of a plan');

------------------------------------------------------------------------------------------------------
-- Where something is not known, it is NULL
------------------------------------------------------------------------------------------------------

CREATE TABLE legs AS SELECT a.id AS from_id, b.id AS to_id, 60 + (a.id * 7 + b.id * 13) % 600 AS seconds
	FROM (SELECT id::int FROM orders UNION SELECT 1000 + id::int FROM vans) AS a,
	(SELECT id::int FROM orders UNION SELECT 1000 + id::int FROM vans) AS b WHERE a.id <> b.id;
CREATE TABLE by_matrix AS
SELECT * FROM lastmile.plan('SELECT id FROM orders WHERE id < 40',
	$$ SELECT id, 1000 + id AS start_location_id, 100 AS co2e_per_km FROM vans $$, matrix => 'legs', iterations => 50);
SELECT is(count(*), 0::bigint, 'without meters there is no distance_m and no co2e_g') FROM by_matrix
	WHERE distance_m IS NOT NULL OR co2e_g IS NOT NULL;
SELECT is(count(*), 0::bigint, 'without places there is no geom and no leg') FROM by_matrix WHERE geom IS NOT NULL OR leg IS NOT NULL;
SELECT is(count(*), 0::bigint, 'without demand and capacity the load is empty') FROM by_matrix
	WHERE kind <> 'unassigned' AND load IS DISTINCT FROM '{}'::float8[];
SELECT is(string_agg(format('%s to %s', before, place), ', '), NULL, 'travel_time is that of the matrix')
FROM (SELECT kind, travel_time, CASE WHEN order_id IS NOT NULL THEN order_id::int ELSE 1000 + vehicle_id::int END AS place,
	lag(CASE WHEN order_id IS NOT NULL THEN order_id::int ELSE 1000 + vehicle_id::int END) OVER (PARTITION BY vehicle_id
	ORDER BY stop_no) AS before
	FROM by_matrix WHERE kind <> 'unassigned') AS r LEFT JOIN legs ON from_id = before AND to_id = place
WHERE kind <> 'start' AND travel_time IS DISTINCT FROM seconds * interval '1 s';
-- One order with a place and one without, on a matrix: legs only between known places.
SELECT results_eq($$ SELECT kind, order_id, geom IS NOT NULL, leg IS NOT NULL, distance_m
	FROM lastmile.plan('SELECT ''a'' AS id, ST_Point(8.6, 49.4, 4326) AS geom, 1 AS priority UNION ALL SELECT ''b'', NULL, 0',
		'SELECT 1 AS id, ''d'' AS start_location_id, ST_Point(8.61, 49.4, 4326) AS start_geom, true AS open_end',
		matrix => 'SELECT * FROM (VALUES (''d'', ''a'', 60, 100), (''a'', ''b'', 60, 100), (''d'', ''b'', 600, 900), (''b'', ''a'', 600, 900)) AS m(from_id, to_id, seconds, meters)') $$,
	$$ VALUES ('start', NULL, true, false, 0::float8), ('delivery', 'a', true, true, 100), ('delivery', 'b', false, false, 100) $$,
		'a leg is there where both of its places are known');

------------------------------------------------------------------------------------------------------
-- Reasons in words: what it takes, and what there is
------------------------------------------------------------------------------------------------------

SET lastmile.speed_kmh = 3.6;
SET lastmile.detour_factor = 1;
-- The reason of order x. 1 m is 1 s; the only van v is at 0 from 08:00 to 10:00, other columns as given.
CREATE FUNCTION reason_of(orders text, van text, matrix text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(': ', reason_code, reason)
	FROM lastmile.plan(orders,
		format('SELECT ''v''::text AS id, ST_Point(0, 0) AS geom, ''d''::text AS start_location_id, timestamptz ''2026-12-01 08:00'' AS shift_start, timestamptz ''2026-12-01 10:00'' AS shift_end, %s', van), matrix, iterations => 50)
	WHERE order_id = 'x';
$$;
SELECT matches(reason_of(orders, van, matrix), expected, what) FROM (VALUES
	('capacity, alone', $$ SELECT 'x' AS id, ST_Point(60, 0) AS geom, 5.5 AS demand $$, '4 AS capacity', NULL, '^capacity: .*5[.]5.*4'),
	('capacity, beside another', $$ SELECT 'x' AS id, ST_Point(60, 0) AS geom, 3 AS demand, 0 AS priority UNION ALL SELECT 'a',
		ST_Point(60, 0), 2, 1 $$, '4 AS capacity', NULL, '^capacity: .*v.*5.*4'),
	('capacity, second dimension', $$ SELECT 'x' AS id, ST_Point(60, 0) AS geom, '{1, 9}'::int[] AS demand $$,
		$$ '{4, 8}'::int[] AS capacity $$, NULL, '^capacity: .*9.*2.*8'),
	('skill', $$ SELECT 'x' AS id, ST_Point(60, 0) AS geom, '{lift, fly}'::text[] AS skills $$, $$ '{lift}'::text[] AS skills $$, NULL,
		'^skill: .*fly'),
	-- 1000 m: 08:16:40 at the earliest
	('window', $$ SELECT 'x' AS id, ST_Point(1000, 0) AS geom, timestamptz '2026-12-01 08:16:39' AS window_end $$, '1 AS note', NULL,
		'^window: .*08:16:39.*08:16:40.*v'),
	-- 4000 m there and back: 08:00 + 8000 s = 10:13:20, to the minute above 10:14
	('shift', $$ SELECT 'x' AS id, ST_Point(4000, 0) AS geom $$, '1 AS note', NULL, '^shift: .*v.*10:1[34].*10:00'),
	('shift and overtime', $$ SELECT 'x' AS id, ST_Point(4000, 0) AS geom $$, $$ interval '800 s' AS overtime $$, NULL, '^$'),
	('stops', $$ SELECT 'x' AS id, ST_Point(60, 0) AS geom, 0 AS priority UNION ALL SELECT 'a', ST_Point(60, 0), 1 $$,
		'1 AS max_stops', NULL, '^stops: .*2.*v.*1'),
	('distance', $$ SELECT 'x' AS id, ST_Point(1000, 0) AS geom $$, '1999 AS max_distance_m', NULL, '^distance: .*v.*2000 m.*1999 m'),
	('time', $$ SELECT 'x' AS id, ST_Point(1800, 0) AS geom $$, $$ interval '59 min' AS max_time $$, NULL, '^time: .*v.*01:00.*00:59'),
	('vehicle_refused', $$ SELECT 'x' AS id, ST_Point(60, 0) AS geom, '{v}'::text[] AS refused_vehicles $$, '1 AS note', NULL,
		'^vehicle_refused: '),
	('release', $$ SELECT 'x' AS id, ST_Point(60, 0) AS geom, timestamptz '2026-12-01 09:59' AS release_at $$, '1 AS note', NULL,
		'^(release|shift): .*(09:59|10:0).*v?'),
	('unreachable, no way there', $$ SELECT 'x' AS id, 'p' AS location_id $$, '1 AS note',
		$$ SELECT 'p' AS from_id, 'd' AS to_id, 60 AS seconds $$, '^unreachable: .*d.*p'),
	('unreachable, no way back', $$ SELECT 'x' AS id, 'p' AS location_id $$, '1 AS note',
		$$ SELECT 'd' AS from_id, 'p' AS to_id, 60 AS seconds $$, '^unreachable: .*p.*d'),
	('unreachable, too far', $$ SELECT 'x' AS id, ST_Point(3000000, 0) AS geom $$, '1 AS note', NULL, '^unreachable: .*x'),
	('bad_row', $$ SELECT 'x' AS id, ST_Point(60, 0) AS geom, timestamptz '2026-12-01 10:00' AS window_start,
		timestamptz '2026-12-01 09:00' AS window_end $$, '1 AS note', NULL, '^bad_row: .*window_start.*10:00.*window_end.*09:00'),
	-- 2 x 900 s at 3600 an hour
	('dropped', $$ SELECT 'x' AS id, ST_Point(900, 0) AS geom, 1799.5 AS skip_cost $$, '3600 AS cost_per_hour', NULL,
		'^dropped: .*1800.*1799[.]5')) AS reasons(what, orders, van, matrix, expected);
-- The break (an hour, to start 08:30 to 08:40) finds no place: x takes from 08:10 to 09:10, and the shift ends 09:30.
SELECT matches(reason_of($$ SELECT 'x' AS id, ST_Point(60, 0) AS geom, interval '1 hour' AS service_time,
	timestamptz '2026-12-01 08:10' AS window_start, timestamptz '2026-12-01 08:10' AS window_end $$,
	$$ tstzrange('2026-12-01 08:30', '2026-12-01 08:40') AS break_window, interval '1 hour' AS break_time $$), '^(break|window): .*v',
		'break');

\ir finish.psql
