-- roads.sql - plan and check on a road network: times and lengths are the road's, legs follow it, and
-- what is not on the network says so.
\ir setup.psql
RESET ROLE;
GRANT TEMPORARY ON DATABASE :"DBNAME" TO lastmile_tester;
SET ROLE lastmile_tester;

-- A town of 20 x 20 bent crossings in the plane, about 100 m apart; about every ninth street is one-way.
-- An island 2 km east of it: no place is put on it.
CREATE TABLE crossings AS
SELECT 20 * r + c AS id, c * 100 + 30 * sin(r * 7 + c * 3) AS x, r * 100 + 30 * cos(r * 5 + c * 11) AS y, r, c
FROM generate_series(0, 19) AS r, generate_series(0, 19) AS c;
CREATE TABLE roads AS
SELECT row_number() OVER (ORDER BY a.id, b.id) AS id, a.id AS source, b.id AS target,
	ST_Distance(ST_Point(a.x, a.y), ST_Point(b.x, b.y)) / (8 + 8 * abs(sin(a.id * 13 + b.id))) AS cost,
	CASE WHEN (a.id * 7 + b.id) % 9 = 0 THEN -1
		ELSE ST_Distance(ST_Point(a.x, a.y), ST_Point(b.x, b.y)) / (8 + 8 * abs(cos(a.id * 3 + b.id))) END AS reverse_cost,
	ST_MakeLine(ARRAY[ST_Point(a.x, a.y), ST_Point((a.x + b.x) / 2 + 9 * sin(a.id), (a.y + b.y) / 2 + 9 * cos(b.id)), ST_Point(b.x, b.y)]) AS geom
FROM crossings AS a JOIN crossings AS b ON (a.r = b.r AND a.c + 1 = b.c) OR (a.c = b.c AND a.r + 1 = b.r);
INSERT INTO roads VALUES (9001, 9001, 9002, 10, 10, 'LINESTRING(4000 0, 4000 100)');
CREATE TABLE globe AS
SELECT id, source, target, cost, reverse_cost, ST_SetSRID(ST_Translate(ST_Scale(geom, 1.4e-5, 0.9e-5), 8.6, 49.4), 4326) AS geom FROM roads;

-- Places beside a road, up to 20 m; 7, 14, ... on a crossing and 8, 15, ... at the same one.
CREATE FUNCTION places(seed int, n int) RETURNS TABLE (id int, geom geometry) LANGUAGE sql AS $$
	SELECT number, CASE WHEN number % 7 < 2 THEN ST_StartPoint(r.geom)
			ELSE ST_Translate(ST_LineInterpolatePoint(r.geom, (number * 37 + seed * 11) % 97 / 97.0), number % 5 * 5, -(number % 3) * 5) END
	FROM generate_series(1, n) AS number
		JOIN roads AS r ON r.id = 1 + ((number - (number % 7 = 1 AND number > 1)::int) * 7919 + seed * 104729) % 760
$$;
CREATE FUNCTION orders_of(seed int, n int) RETURNS TABLE (id int, geom geometry, service_time int, demand int, kind text,
	window_start timestamptz, window_end timestamptz) LANGUAGE sql AS $$
	SELECT p.id, p.geom, 60 + p.id % 4 * 30, 1, CASE WHEN p.id % 4 = 0 THEN 'pickup' ELSE 'delivery' END,
		CASE WHEN p.id % 3 = 0 THEN timestamptz '2026-12-01 08:30Z' END, CASE p.id % 6 WHEN 0 THEN timestamptz '2026-12-01 10:30Z' WHEN 1 THEN '2026-12-01 08:20Z' END
	FROM places(seed, n) AS p
$$;
CREATE TABLE orders AS SELECT * FROM orders_of(1, 60);
CREATE TABLE vans AS
SELECT 'van ' || n AS id, (ARRAY[1, 0.8, 1.7])[n] AS speed_factor, ST_Point(950, 950 + n) AS geom, CASE n WHEN 2 THEN ST_Point(1200, 700) END AS end_geom,
	n = 3 AS open_end, 26 AS capacity, timestamptz '2026-12-01 08:00Z' AS shift_start, timestamptz '2026-12-01 12:00Z' AS shift_end,
	tstzrange('2026-12-01 08:10Z', '2026-12-01 08:25Z') AS break_window, interval '15 min' AS break_time,
	20 AS cost_fixed, 24 AS cost_per_hour, 1 AS cost_per_km, 200 AS co2e_per_km
FROM generate_series(1, 3) AS n;

SELECT * FROM lastmile.create_network('town', 'roads') \g /dev/null
SELECT * FROM lastmile.create_network('globe', 'globe') \g /dev/null

SELECT plan(60);

-- A plan's legs, each with the points it goes between; `sf` is its vehicle's speed factor.
CREATE FUNCTION legs(plan text, vans text) RETURNS TABLE (travel_time interval, distance_m float8, leg geometry, kind text, sf float8, from_geom geometry, geom geometry)
LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT p.travel_time, p.distance_m, p.leg, p.kind, v.speed_factor::float8, lag(p.geom) OVER (PARTITION BY p.vehicle_id ORDER BY p.stop_no), p.geom
		FROM %s AS p JOIN %s AS v ON v.id = p.vehicle_id', plan, vans);
END $$;

------------------------------------------------------------------------------------------------------
-- What the rows say is what matrix and path say
------------------------------------------------------------------------------------------------------

CREATE TABLE plan AS SELECT * FROM lastmile.plan('orders', 'vans', network => 'town', iterations => 2000);
SELECT is((SELECT (count(DISTINCT order_id), count(*) FILTER (WHERE kind = 'unassigned'))::text FROM plan WHERE order_id IS NOT NULL), '(60,0)', 'all are served');
CREATE TABLE legs AS SELECT * FROM legs('plan', 'vans');
SELECT cmp_ok((SELECT count(*) FROM plan WHERE kind = 'break'), '>=', 1::bigint, 'there are breaks');
SELECT is((SELECT array_agg(DISTINCT kind ORDER BY kind) FROM legs WHERE leg IS NULL), '{break,start}', 'every row has its leg, but start and break');

-- A place of the matrix for each point.
CREATE TABLE spots AS SELECT row_number() OVER () AS id, geom 
FROM (SELECT geom FROM orders UNION SELECT geom FROM vans UNION SELECT end_geom FROM vans WHERE end_geom IS NOT NULL) AS points;
CREATE TABLE by_road AS
SELECT a.geom AS from_geom, b.geom AS to_geom, m.seconds, m.meters
FROM lastmile.matrix('spots', 'town') AS m JOIN spots AS a ON a.id::text = m.from_id JOIN spots AS b ON b.id::text = m.to_id;
SELECT is_empty($$ SELECT * FROM legs JOIN by_road AS m ON m.from_geom = legs.from_geom AND m.to_geom = legs.geom
	WHERE kind NOT IN ('start', 'break') AND (travel_time <> make_interval(secs => floor(seconds * 1000 / sf + 0.5) / 1000) OR abs(distance_m - meters) > 1e-6) $$,
	'travel_time is the matrix'' seconds / speed_factor to the millisecond, distance_m its metres');
SELECT is((SELECT count(*) FROM legs JOIN by_road AS m ON m.from_geom = legs.from_geom AND m.to_geom = legs.geom WHERE kind NOT IN ('start', 'break')),
	(SELECT count(*) FROM legs WHERE leg IS NOT NULL), 'the matrix has every leg');
SELECT is_empty($$ SELECT * FROM legs, LATERAL lastmile.path('town', from_geom, legs.geom) AS p
	WHERE leg IS NOT NULL AND (ST_AsEWKB(p.geom) <> ST_AsEWKB(leg) OR abs(p.meters - distance_m) > 1e-6) $$, 'leg is the line of path');
SELECT is_empty($$ SELECT * FROM legs, (SELECT ST_Collect(geom) AS geom FROM roads WHERE id < 9000) AS r
	WHERE leg IS NOT NULL AND NOT (ST_DWithin(ST_StartPoint(leg), ST_ClosestPoint(r.geom, from_geom), 1e-6)
		AND ST_DWithin(ST_EndPoint(leg), ST_ClosestPoint(r.geom, legs.geom), 1e-6)) $$, 'it begins and ends on the road, next to the stops');
SELECT is_empty($$ SELECT * FROM legs WHERE abs(ST_Length(leg) - distance_m) > 0.01 OR ST_SRID(leg) <> 0 OR GeometryType(leg) <> 'LINESTRING' $$,
	'it is as long as distance_m, and planar');
SELECT is_empty($$ SELECT * FROM legs, (SELECT ST_Buffer(ST_Collect(geom), 0.001) AS geom FROM roads) AS r WHERE NOT ST_Covers(r.geom, leg) $$, 'it lies on roads');
SELECT cmp_ok((SELECT count(*) FROM legs WHERE ST_Length(leg) = 0), '>=', 1::bigint, 'some orders are at one place');
SELECT is_empty($$ SELECT * FROM legs WHERE ST_Length(leg) = 0 AND (ST_NPoints(leg) <> 2 OR distance_m <> 0 OR travel_time <> '0') $$,
	'a leg of no length is a line of two equal points');
SELECT is_empty($$ SELECT 1 FROM (SELECT sum(cost) AS cost, sum(distance_m) AS m, sum(co2e_g) AS g, count(*) FILTER (WHERE kind = 'start') AS used,
		(SELECT sum(ends - leaves) FROM (SELECT max(departs_at) AS ends, min(departs_at) AS leaves FROM plan GROUP BY vehicle_id) AS v) AS worked FROM plan) AS s
	WHERE abs(cost - (20 * used + m / 1000 + 24 * extract(epoch FROM worked)::float8 / 3600)) > 1e-6 OR abs(g - m / 5) > 1e-6 $$,
	'the plan costs 20 a van, 1 a km and 24 an hour, and emits 200 g a km, of the road');

-- A matrix query of the same times makes the same plan.
CREATE TABLE keyed AS SELECT o.*, s.id AS location_id FROM orders AS o JOIN spots AS s USING (geom);
CREATE TABLE keyed_vans AS SELECT v.*, s.id AS start_location_id, e.id AS end_location_id
	FROM vans AS v JOIN spots AS s USING (geom) LEFT JOIN spots AS e ON e.geom = v.end_geom;
SELECT is_empty($$ SELECT vehicle_id, stop_no, order_id, departs_at, distance_m, cost FROM plan EXCEPT
	SELECT vehicle_id, stop_no, order_id, departs_at, distance_m, cost FROM lastmile.plan('SELECT * FROM keyed', 'keyed_vans',
		matrix => $m$ SELECT * FROM lastmile.matrix('spots', 'town') $m$, iterations => 2000) $$,
	'a matrix query of lastmile.matrix makes the same plan');

------------------------------------------------------------------------------------------------------
-- check
------------------------------------------------------------------------------------------------------

SELECT is((SELECT (count(*), count(*) FILTER (WHERE violations <> '{}'))::text FROM lastmile.check('orders', 'vans', 'plan', network => 'town')),
	(SELECT format('(%s,0)', count(*)) FROM plan), 'check accepts the plan');
SELECT is_empty($$ SELECT vehicle_id, stop_no, travel_time, distance_m, ST_AsEWKB(leg) FROM plan EXCEPT
	SELECT vehicle_id, stop_no, travel_time, distance_m, ST_AsEWKB(leg) FROM lastmile.check('orders', 'vans', 'plan', network => 'town') $$, 'and has the same legs');
SELECT is((SELECT array_agg(substring(v FROM '^mismatch: \w+')) FROM lastmile.check('orders', 'vans',
		$$ SELECT vehicle_id, stop_no, order_id, kind, distance_m + CASE WHEN vehicle_id = 'van 1' AND stop_no = 3 THEN 0.01 ELSE 0 END AS distance_m FROM plan $$,
		network => 'town') AS c, unnest(violations) AS v), '{mismatch: distance_m}', 'it finds a length of one centimetre more');
SELECT isnt_empty($$ SELECT 1 FROM lastmile.check('orders', 'vans', 'plan') AS c, unnest(violations) AS v WHERE v LIKE 'mismatch: distance_m%' $$,
	'in straight lines it would not be right');

------------------------------------------------------------------------------------------------------
-- On the globe
------------------------------------------------------------------------------------------------------

CREATE FUNCTION on_globe(geometry) RETURNS geometry LANGUAGE sql AS $$ SELECT ST_SetSRID(ST_Translate(ST_Scale($1, 1.4e-5, 0.9e-5), 8.6, 49.4), 4326) $$;
CREATE TABLE globe_vans AS SELECT id, speed_factor, on_globe(geom) AS geom, 40 AS capacity, shift_start FROM vans;
CREATE TABLE globe_plan AS SELECT * FROM lastmile.plan('SELECT id, on_globe(geom)::geography AS geom, demand FROM orders', 'globe_vans', network => 'globe', iterations => 500);
CREATE TABLE globe_legs AS SELECT * FROM legs('globe_plan', 'globe_vans');
SELECT is((SELECT count(*) FROM globe_plan WHERE kind = 'delivery'), 60::bigint, 'degrees: all are served');
SELECT is_empty($$ SELECT * FROM globe_legs WHERE ST_SRID(leg) <> 4326 OR abs(ST_Length(leg::geography) - distance_m) > 0.01 $$, 'legs are in SRID 4326, as long on the ellipsoid as distance_m');
SELECT is_empty($$ SELECT * FROM globe_legs, LATERAL lastmile.path('globe', from_geom, globe_legs.geom) AS p
	WHERE leg IS NOT NULL AND (ST_AsEWKB(p.geom) <> ST_AsEWKB(leg) OR abs(p.meters - distance_m) > 1e-6
		OR travel_time <> make_interval(secs => floor(p.seconds * 1000 / sf + 0.5) / 1000)) $$, 'they are path''s');
SELECT is_empty($$ SELECT unnest(violations) FROM lastmile.check('SELECT id, ST_Transform(on_globe(geom), 4326) AS geom, demand FROM orders', 'globe_vans', 'globe_plan', network => 'globe') $$,
	'check accepts it');
SELECT is((SELECT bool_and(abs(ST_Length(leg::geography) - distance_m) < 0.01) FROM lastmile.plan('SELECT id, ST_Transform(on_globe(geom), 32632) AS geom FROM orders',
	'globe_vans', network => 'globe', iterations => 1) WHERE leg IS NOT NULL), true, 'points of another system are brought to it');

------------------------------------------------------------------------------------------------------
-- Where on the road
------------------------------------------------------------------------------------------------------

-- One straight one-way street of 1,000 m, 100 s; back only around by the second edge, 3,000 m, 300 s.
CREATE TABLE ring AS SELECT * FROM (VALUES
	(1, 1, 2, 100, -1, 'LINESTRING(0 0, 1000 0)'::geometry), (2, 2, 1, 300, -1, 'LINESTRING(1000 0, 1000 1000, 0 1000, 0 0)')) AS e (id, source, target, cost, reverse_cost, geom);
SELECT * FROM lastmile.create_network('ring', 'ring') \g /dev/null
CREATE FUNCTION drive(first text, second text) RETURNS TABLE (row_no int, travel interval, m float8, leg text) LANGUAGE sql AS $$
	SELECT stop_no, travel_time, distance_m, ST_AsText(leg)
	FROM lastmile.check(format('SELECT 1 AS id, %L::geometry AS geom UNION ALL SELECT 2, %L', $1, $2), $q$ SELECT 'v' AS id, 'POINT(0 0)'::geometry AS geom $q$,
		$q$ SELECT 'v' AS vehicle_id, n AS order_id, n AS stop_no FROM generate_series(1, 2) AS n $q$, network => 'ring') ORDER BY 1 $$;
SELECT results_eq($$ SELECT * FROM drive('POINT(250 10)', 'POINT(750 -10)') $$, $$ VALUES
	(1, '0'::interval, 0::float8, NULL), (2, '25 s', 250, 'LINESTRING(0 0,250 0)'), (3, '50 s', 500, 'LINESTRING(250 0,750 0)'),
	(4, '325 s', 3250, 'LINESTRING(750 0,1000 0,1000 1000,0 1000,0 0)') $$, 'along a one-way street: a quarter, a half, then around');
SELECT results_eq($$ SELECT * FROM drive('POINT(750 -10)', 'POINT(250 10)') $$, $$ VALUES
	(1, '0'::interval, 0::float8, NULL), (2, '75 s', 750, 'LINESTRING(0 0,750 0)'), (3, '350 s', 3500, 'LINESTRING(750 0,1000 0,1000 1000,0 1000,0 0,250 0)'),
	(4, '375 s', 3750, 'LINESTRING(250 0,1000 0,1000 1000,0 1000,0 0)') $$, 'against it: 25 + 300 + 25 s');
SELECT results_eq($$ SELECT * FROM drive('POINT(1000 0)', 'POINT(1010 0)') $$, $$ VALUES
	(1, '0'::interval, 0::float8, NULL), (2, '100 s', 1000, 'LINESTRING(0 0,1000 0)'), (3, '0', 0, 'LINESTRING(1000 0,1000 0)'),
	(4, '300 s', 3000, 'LINESTRING(1000 0,1000 1000,0 1000,0 0)') $$, 'at a vertex, and beside it: the same spot');
SELECT results_eq($$ SELECT * FROM drive('POINT(0 0)', 'POINT(600 0)') $$, $$ VALUES
	(1, '0'::interval, 0::float8, NULL), (2, '0', 0, 'LINESTRING(0 0,0 0)'), (3, '60 s', 600, 'LINESTRING(0 0,600 0)'),
	(4, '340 s', 3400, 'LINESTRING(600 0,1000 0,1000 1000,0 1000,0 0)') $$, 'at the depot');

-- Shared setup is a matter of location_id, travel one of geometry.
SELECT results_eq($$ SELECT stop_no, setup_time, travel_time FROM lastmile.check(
	$q$ SELECT n AS id, 'here' AS location_id, ST_Point(100 * n, 0) AS geom, 60 AS setup_time FROM generate_series(1, 2) AS n $q$, $q$ SELECT 'v' AS id, 'POINT(0 0)'::geometry AS geom, true AS open_end $q$,
	$q$ SELECT 'v' AS vehicle_id, n AS order_id, n AS stop_no FROM generate_series(1, 2) AS n $q$, network => 'ring') $$,
	$$ VALUES (1, '0'::interval, '0'::interval), (2, '60 s', '10 s'), (3, '0', '10 s') $$, 'two orders of one location_id 100 m apart: one setup, 10 s to drive');

------------------------------------------------------------------------------------------------------
-- Off the road
------------------------------------------------------------------------------------------------------

-- 1,640 m north of the upper street of the ring, where y = 1000.
CREATE TABLE far AS SELECT 1 AS id, 'POINT(500 0)'::geometry AS geom UNION ALL SELECT 2, 'POINT(500 2640)' UNION ALL SELECT 3, NULL;
CREATE TABLE near_van AS SELECT 'van 1' AS id, 'POINT(0 0)'::geometry AS geom, NULL::geometry AS end_geom;
SELECT results_eq($$ SELECT kind, order_id, reason_code, reason FROM lastmile.plan('far', 'near_van', network => 'ring') $$, $$ VALUES
	('start', NULL, NULL, NULL), ('delivery', '1', NULL, NULL), ('end', NULL, NULL, NULL),
	('unassigned', '2', 'unreachable', 'the nearest road of network "ring" is 1640 m away, lastmile.max_snap_m is 1000'),
	('unassigned', '3', 'bad_row', 'geom is NULL') $$, 'an order 1,640 m from the road is a row');
SET lastmile.max_snap_m = 1639;
SELECT is((SELECT reason FROM lastmile.plan('far', 'near_van', network => 'ring') WHERE order_id = '2'),
	'the nearest road of network "ring" is 1640 m away, lastmile.max_snap_m is 1639', 'a metre too far');
SET lastmile.max_snap_m = 1640;
SELECT is((SELECT ST_AsText(leg) FROM lastmile.check('far', 'near_van', $$ SELECT 'van 1' AS vehicle_id, 2 AS order_id $$, network => 'ring') WHERE order_id = '2'),
	'LINESTRING(0 0,1000 0,1000 1000,500 1000)', 'within the limit it is driven to, as near as the road comes');
RESET lastmile.max_snap_m;
SELECT is((SELECT format('(%s,%L)', reason_code, violations[1]) FROM lastmile.check('far', 'near_van', $$ SELECT 'van 1' AS vehicle_id, 2 AS order_id $$, network => 'ring') WHERE order_id = '2'),
	$$(unreachable,'unreachable: on the route of vehicle "van 1", but off the network: the nearest road of network "ring" is 1640 m away, lastmile.max_snap_m is 1000')$$,
	'check: on a route all the same');
SELECT is_empty($$ SELECT unnest(violations) FROM lastmile.check('far', 'near_van', 'SELECT * FROM lastmile.plan(''far'', ''near_van'', network => ''ring'')', network => 'ring') $$,
	'check: plan''s rows with it');
SELECT * FROM lastmile.create_network('bare', 'SELECT 1 AS id, 1 AS source, 2 AS target, 1 AS cost, 1 AS length_m, 1 AS reverse_cost, NULL::geometry AS geom') \g /dev/null
SELECT is((SELECT reason FROM lastmile.plan('far', 'SELECT 1 AS id, ''POINT(0 0)''::geometry AS geom WHERE false', network => 'bare') WHERE order_id = '1'),
	'network "bare" has no road a place can lie on', 'a network without lines');
SELECT lastmile.drop_network('bare');
SELECT is((SELECT reason_code FROM lastmile.plan('SELECT 1 AS id, ''POINT(4000 50)''::geometry AS geom', 'vans', network => 'town')), 'unreachable', 'on an island: as far as the town is');
SELECT throws_ok(format($$ SELECT * FROM lastmile.plan('far', %L, network => 'ring') $$, query), code, message, what)
FROM (VALUES
	($$ SELECT 'van 1' AS id, 'POINT(-1500 0)'::geometry AS geom $$,
		'vehicle "van 1" cannot be used: its start_geom is off the road: the nearest road of network "ring" is 1500 m away, lastmile.max_snap_m is 1000', '22023', 'a start off the road'),
	($$ SELECT 'van 1' AS id, 'POINT(0 0)'::geometry AS geom, 'POINT(-1500 0)'::geometry AS end_geom $$,
		'vehicle "van 1" cannot be used: its end_geom is off the road: the nearest road of network "ring" is 1500 m away, lastmile.max_snap_m is 1000', '22023', 'an end off the road'),
	($$ SELECT 'van 1' AS id, 'SRID=4326;POINT(0 0)'::geometry AS geom $$, 'network "ring" is on a plane (SRID 0), the points are on the globe', '22023', 'points of the other kind'),
	($$ SELECT 'van 1' AS id, 'POINT(0 0)'::geometry AS geom, 'bike' AS profile $$, NULL, '22023', 'a profile that the network has not'))
	AS v (query, message, code, what);
SELECT throws_ok($$ SELECT * FROM lastmile.plan('orders', 'vans', network => 'globe') $$, '22023', 'network "globe" is on the globe, the points are on a plane (SRID 0)', 'and the other way round');
SELECT lives_ok($$ SELECT * FROM lastmile.plan('far', 'SELECT ''v'' AS id, ''POINT(0 0)''::geometry AS geom, ''POINT(0 9999)''::geometry AS end_geom, true AS open_end', network => 'ring') $$,
	'an end that nobody drives to may be anywhere');
SELECT throws_ok($$ SELECT * FROM lastmile.plan('SELECT 1 AS id, 5 AS location_id', 'near_van', network => 'ring') $$, '42703', NULL, 'a network needs geometry');
SELECT is_empty($$ SELECT * FROM lastmile.plan('SELECT 1 AS id, NULL::geometry AS geom WHERE false', 'near_van', network => 'ring') $$, 'no orders: no rows');
SELECT results_eq($$ SELECT order_id, reason_code FROM lastmile.plan('far', 'SELECT * FROM near_van WHERE false', network => 'ring') $$,
	$$ VALUES ('1', 'shift'), ('2', 'unreachable'), ('3', 'bad_row') $$, 'no vehicles: all unassigned');

------------------------------------------------------------------------------------------------------
-- Profiles: a street for all, and a path through the park, from its middle, that is only for bikes
------------------------------------------------------------------------------------------------------

CREATE TABLE park AS SELECT * FROM (VALUES
	(1, 1, 2, 'street', 'LINESTRING(0 0, 500 0)'::geometry), (2, 2, 3, 'street', 'LINESTRING(500 0, 1000 0)'), (3, 2, 4, 'path', 'LINESTRING(500 0, 500 900)')) AS e (id, source, target, class, geom);
SELECT * FROM lastmile.create_network('park', 'SELECT *, 1 AS cost, 1 AS reverse_cost FROM park',
	speeds => $$ SELECT * FROM (VALUES ('street', 36, NULL), ('street', 18, 'bike'), ('path', 18, 'bike'), ('path', NULL, 'van')) AS s (class, kmh, profile) $$) \g /dev/null
CREATE TABLE visits AS SELECT 1 AS id, 'POINT(1000 0)'::geometry AS geom UNION ALL SELECT 2, 'POINT(500 400)';
CREATE TABLE couriers AS SELECT 'bike' AS id, 'POINT(0 0)'::geometry AS geom, 'bike' AS profile, 0.5 AS speed_factor UNION ALL SELECT 'van', 'POINT(0 0)', 'van', 2;
-- The van is at 36 km/h, twice as fast: 1,000 m in 50 s. The bike's 18 km/h halved: 900 m in 360 s.
SELECT results_eq($$ SELECT vehicle_id, kind, order_id, travel_time, distance_m, ST_AsText(leg) FROM lastmile.check('visits', 'couriers',
	$q$ SELECT 'van' AS vehicle_id, 1 AS order_id UNION ALL SELECT 'bike', 2 $q$, network => 'park') $$, $$ VALUES
	('bike', 'start', NULL, '0'::interval, 0::float8, NULL), ('bike', 'delivery', '2', '360 s', 900, 'LINESTRING(0 0,500 0,500 400)'),
	('bike', 'end', NULL, '360 s', 900, 'LINESTRING(500 400,500 0,0 0)'), ('van', 'start', NULL, '0', 0, NULL),
	('van', 'delivery', '1', '50 s', 1000, 'LINESTRING(0 0,500 0,1000 0)'), ('van', 'end', NULL, '50 s', 1000, 'LINESTRING(1000 0,500 0,0 0)') $$,
	'each vehicle travels by its profile');
-- The van's nearest point to the second place is 400 m off.
SET lastmile.max_snap_m = 300;
SELECT results_eq($$ SELECT vehicle_id, order_id FROM lastmile.plan('visits', 'couriers', network => 'park') WHERE order_id IS NOT NULL ORDER BY 2 $$,
	$$ VALUES ('van', '1'), ('bike', '2') $$, 'a place off the van''s roads is served by the bike');
SELECT is((SELECT (reason_code, reason)::text FROM lastmile.plan('visits', 'SELECT * FROM couriers WHERE id = ''van''', network => 'park') WHERE order_id = '2'),
	'(unreachable,"the nearest road of network ""park"" is 400 m away, lastmile.max_snap_m is 300")', 'without the bike it is off the network');
SELECT is((SELECT string_agg(v, '; ') FROM lastmile.check('visits', 'couriers', $$ SELECT 'van' AS vehicle_id, 2 AS order_id UNION ALL SELECT 'bike', 1 $$, network => 'park') AS c,
	unnest(violations) AS v WHERE order_id = '2' OR kind = 'end' AND vehicle_id = 'van'),
	'unreachable: no way from the start of vehicle "van" to order "2"; unreachable: no way from order "2" to the end of vehicle "van"', 'check: the van finds no way to it, nor back');
SELECT throws_ok($$ SELECT * FROM lastmile.plan('visits', 'SELECT ''van'' AS id, ''van'' AS profile, ''POINT(500 400)''::geometry AS geom', network => 'park') $$, '22023',
	'vehicle "van" cannot be used: its start_geom is off the road: the nearest road of network "park" is 400 m away, lastmile.max_snap_m is 300', 'a start off the roads of its profile');
RESET lastmile.max_snap_m;
SELECT lastmile.drop_network('park');

------------------------------------------------------------------------------------------------------
-- Traffic by class of road
------------------------------------------------------------------------------------------------------

-- Two ways from west to east: the main street, 1,000 m in 100 s, and the side street, 1,200 m in 160 s.
CREATE TABLE pair AS SELECT * FROM (VALUES
	(1, 1, 2, 'main', 100, 1000, 'LINESTRING(0 0, 1000 0)'::geometry), (2, 1, 2, 'side', 160, 1200, 'LINESTRING(0 0, 500 331.66, 1000 0)'))
	AS e (id, source, target, class, cost, length_m, geom);
SELECT * FROM lastmile.create_network('pair', 'SELECT *, cost AS reverse_cost FROM pair') \g /dev/null
CREATE TABLE jams AS SELECT * FROM (VALUES ('main', time '08:00', time '09:00', 2.0), (NULL, '08:30', '09:00', 1.5)) AS t (class, from_time, to_time, factor);
-- Each van has to be in the east at an instant, and leaves as late as it can.
CREATE TABLE dates AS SELECT * FROM (VALUES
	-- 60 of 100 s until 8:00, then 0.4 of the side street's 160 s: 124 s
	(1, '07:59:00', '08:01:04', 1, 'LINESTRING(0 0,1000 0)', 1000),
	-- main 200 s, side 160 s
	(2, '08:10:00', '08:12:40', 1, 'LINESTRING(0 0,500 331.66,1000 0)', 1200),
	-- at twice the speed
	(3, '08:10:00', '08:11:20', 2, 'LINESTRING(0 0,500 331.66,1000 0)', 1200),
	-- 80 of 160 s until 8:30, then half of 1.5 x 160 s: 200 s
	(4, '08:28:40', '08:32:00', 1, 'LINESTRING(0 0,500 331.66,1000 0)', 1200),
	-- main 100 s x 2 x 1.5 = 300 s, side 160 s x 1.5 = 240 s; 120 s until 9:00, then half of 100 s: 170 s. One ms later
	-- there are 0.42 ms more to go, which are rounded away
	(5, '08:58:00.001', '09:00:50', 1, 'LINESTRING(0 0,500 331.66,1000 0)', 1200),
	(6, '09:00:00', '09:01:40', 1, 'LINESTRING(0 0,1000 0)', 1000)) AS d (id, leaves, due, speed_factor, line, metres);
CREATE TABLE due AS SELECT id, 'POINT(1000 0)'::geometry AS geom, ('2026-12-01 ' || due || 'Z')::timestamptz AS window_start, ('2026-12-01 ' || due || 'Z')::timestamptz AS window_end, ARRAY[id] AS allowed_vehicles FROM dates;
CREATE TABLE runners AS SELECT id, 'POINT(0 0)'::geometry AS geom, speed_factor, true AS open_end, timestamptz '2026-12-01 07:00Z' AS shift_start FROM dates;
CREATE TABLE runs AS SELECT * FROM lastmile.plan('due', 'runners', network => 'pair', traffic => 'jams', timezone => 'UTC', iterations => 10);
SELECT results_eq($$ SELECT vehicle_id::int, arrives_at - travel_time, arrives_at, distance_m, ST_AsText(leg) FROM runs WHERE kind = 'delivery' ORDER BY 1 $$,
	$$ SELECT id, ('2026-12-01 ' || leaves || 'Z')::timestamptz, ('2026-12-01 ' || due || 'Z')::timestamptz, metres::float8, line FROM dates ORDER BY id $$,
	'across changes of the factors; the way is that of the departure');
SELECT is_empty($$ SELECT unnest(violations) FROM lastmile.check('due', 'runners', 'runs', network => 'pair', traffic => 'jams', timezone => 'UTC') $$, 'check has the same times');
SELECT isnt_empty($$ SELECT unnest(violations) FROM lastmile.check('due', 'runners', 'runs', network => 'pair') $$, 'without traffic it has others');

-- The town with main streets, jammed from some instant on; as another network with the costs of the jam, it gives both times of each leg.
CREATE TABLE busy AS SELECT *, CASE WHEN id % 3 = 0 THEN 'main' ELSE 'side' END AS class FROM roads;
SELECT * FROM lastmile.create_network('free', 'busy') \g /dev/null
SELECT * FROM lastmile.create_network('jammed', 'SELECT id, source, target, c * f AS cost, r * f AS reverse_cost, geom
	FROM (SELECT *, cost AS c, reverse_cost AS r, CASE class WHEN ''main'' THEN 2.5 ELSE 1.2 END AS f FROM busy) AS b') \g /dev/null
CREATE FUNCTION jam(at timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT format('SELECT class, %L::time AS from_time, time ''23:00'' AS to_time, factor
	FROM (VALUES (''main'', 2.5), (''side'', 1.2)) AS j (class, factor)', at::time) $$;
CREATE TABLE late_plan AS SELECT jam, p.* FROM generate_series(timestamptz '2026-12-01 08:02Z', '2026-12-01 08:22Z', '4 min') AS jam,
	LATERAL lastmile.plan('orders', 'vans', network => 'free', traffic => jam(jam), timezone => 'UTC', iterations => 200) AS p;
CREATE TABLE late_legs AS
SELECT p.*, v.speed_factor::float8 AS sf, lag(p.departs_at) OVER van AS leaves, lag(p.geom) OVER van AS from_geom
FROM late_plan AS p JOIN vans AS v ON v.id = p.vehicle_id WINDOW van AS (PARTITION BY jam, p.vehicle_id ORDER BY p.stop_no);
SELECT is_empty($$ SELECT vehicle_id, stop_no, travel_time, free.seconds, jammed.seconds FROM late_legs AS l, LATERAL lastmile.path('free', from_geom, l.geom) AS free, LATERAL lastmile.path('jammed', from_geom, l.geom) AS jammed,
		LATERAL (SELECT free.seconds / sf AS free_s, jammed.seconds / sf AS jammed_s, extract(epoch FROM jam - leaves)::float8 AS before) AS t
	WHERE leg IS NOT NULL AND (abs(extract(epoch FROM travel_time)::float8 - CASE WHEN before <= 0 THEN jammed_s WHEN before >= free_s THEN free_s ELSE before + (1 - before / free_s) * jammed_s END) > 0.0035
		OR abs(distance_m - CASE WHEN before <= 0 THEN jammed.meters ELSE free.meters END) > 0.001
		OR ST_AsEWKB(leg) <> ST_AsEWKB(CASE WHEN before <= 0 THEN jammed.geom ELSE free.geom END)) $$,
	'each leg is begun at the speeds before the jam and ended at those of it, on the way that is the fastest when it is left for');
SELECT ok((SELECT bool_or(leaves < jam AND arrives_at > jam) AND bool_or(arrives_at <= jam) FROM late_legs), 'some legs are on the road when it begins, some over');
SELECT is_empty($$ SELECT jam, unnest(violations) FROM (SELECT DISTINCT jam FROM late_plan) AS j,
	LATERAL lastmile.check('orders', 'vans', format('SELECT * FROM late_plan WHERE jam = %L', jam), network => 'free', traffic => jam(jam), timezone => 'UTC') $$, 'check accepts them');
CREATE TABLE twice AS SELECT * FROM lastmile.plan('orders', 'vans', network => 'free', traffic => 'SELECT ''07:00''::time AS from_time, ''23:00''::time AS to_time, 2 AS factor', timezone => 'UTC', iterations => 1);
SELECT is_empty($$ SELECT * FROM legs('twice', 'vans'), LATERAL lastmile.path('free', from_geom, legs.geom) AS p
	WHERE leg IS NOT NULL AND (travel_time <> 2 * make_interval(secs => floor(p.seconds * 1000 / sf + 0.5) / 1000) OR ST_AsEWKB(p.geom) <> ST_AsEWKB(leg)) $$,
	'a factor for all roads: twice the time on the same way');
SELECT lastmile.drop_network(name) FROM lastmile.networks WHERE name IN ('pair', 'free', 'jammed');

------------------------------------------------------------------------------------------------------
-- Another network under the same name
------------------------------------------------------------------------------------------------------

UPDATE ring SET cost = 2 * cost;
SELECT is((SELECT sum(travel_time) FROM lastmile.plan('far', 'near_van', network => 'ring')), '400 s', 'before a refresh: 50 + 50 + 300 s');
SELECT * FROM lastmile.refresh_network('ring') \g /dev/null
SELECT is((SELECT sum(travel_time) FROM lastmile.plan('far', 'near_van', network => 'ring')), '800 s', 'after it twice as long');
SELECT lastmile.drop_network('ring');
SELECT throws_ok($$ SELECT * FROM lastmile.plan('far', 'near_van', network => 'ring') $$, '42704', 'network "ring" does not exist', 'dropped');

------------------------------------------------------------------------------------------------------
-- Random orders: check accepts every plan, every order is there once
------------------------------------------------------------------------------------------------------

CREATE TABLE rounds AS SELECT seed, 5 + seed * 13 % 50 AS n FROM generate_series(2, 41) AS seed;
CREATE TABLE results AS
SELECT r.seed, p.* FROM rounds AS r, LATERAL lastmile.plan(format('SELECT * FROM orders_of(%s, %s)', seed, n), 'vans', network => 'town', iterations => 200) AS p;
SELECT is_empty($$ SELECT r.seed, o.id FROM rounds AS r CROSS JOIN LATERAL orders_of(seed, n) AS o LEFT JOIN results AS p ON p.seed = r.seed AND p.order_id = o.id::text
	GROUP BY 1, 2 HAVING count(p.kind) <> 1 $$, 'every order is in the output once');
SELECT is_empty($$ SELECT r.seed, unnest(violations) FROM rounds AS r, LATERAL lastmile.check(format('SELECT * FROM orders_of(%s, %s)', seed, n), 'vans',
	format('SELECT * FROM results WHERE seed = %s', seed), network => 'town') AS c $$, 'check accepts every plan');
SELECT lastmile.drop_network('town');
SELECT lastmile.drop_network('globe');
\ir finish.psql
