-- network_traffic.sql - matrix and path for who departs at a moment, under traffic: sums by hand, and
-- what plan has for the same legs.
\ir setup.psql
\ir town.psql

-- Two ways from west to east: the main street, 1,000 m at 36 km/h: 100 s; the side street, 1,200 m at 27 km/h: 160 s.
-- The van is twice as fast on both. Further east a ford, 10 hours.
CREATE TABLE pair AS SELECT * FROM (VALUES
	(1, 1, 2, 'main', 1000, 100, 'LINESTRING(0 0, 1000 0)'::geometry), (2, 1, 2, 'side', 1200, 160, 'LINESTRING(0 0, 500 331.66, 1000 0)'),
	(3, 2, 3, 'ford', 1000, 36000, 'LINESTRING(1000 0, 2000 0)')) AS e (id, source, target, class, length_m, cost, geom);
SELECT * FROM lastmile.create_network('pair', 'SELECT *, cost AS reverse_cost FROM pair',
	speeds => $$ SELECT * FROM (VALUES ('main', 72, 'van'), ('side', 54, 'van')) AS s (class, kmh, profile) $$) \g /dev/null
CREATE TABLE ends AS SELECT * FROM (VALUES ('east', 'POINT(1000 0)'::geometry), ('far', 'POINT(2000 0)'), ('nowhere', 'POINT(9000 9000)'), ('west', 'POINT(0 0)')) AS p (id, geom);
CREATE FUNCTION trip(at timestamptz, traffic text, profile text DEFAULT NULL, timezone text DEFAULT 'UTC') RETURNS text LANGUAGE sql AS $$
	SELECT format('%s s, %s m, %s', seconds, meters, ST_AsText(geom)) FROM lastmile.path('pair', 'POINT(0 0)', 'POINT(1000 0)', at, traffic, profile, timezone)
$$;
CREATE FUNCTION takes(at timestamptz, traffic text, profile text DEFAULT NULL, timezone text DEFAULT 'UTC') RETURNS float8 LANGUAGE sql AS $$
	SELECT seconds FROM lastmile.matrix('SELECT * FROM ends WHERE id IN (''east'', ''west'')', 'pair', at, traffic, profile, timezone) WHERE from_id = 'west' AND to_id = 'east'
$$;
CREATE TABLE jams AS SELECT * FROM (VALUES ('main', time '08:00', time '09:00', 2.0), (NULL, '08:30', '09:00', 1.5)) AS t (class, from_time, to_time, factor);

SELECT plan(58);

------------------------------------------------------------------------------------------------------
-- Changes of the factors
------------------------------------------------------------------------------------------------------

SELECT is(trip(('2026-12-01 ' || leaves || 'Z')::timestamptz, 'jams'), format('%s s, %s m, %s', seconds, metres, line), 'path at ' || leaves || ': ' || sum)
FROM (VALUES
	('07:50:00', 100, 1000, 'LINESTRING(0 0,1000 0)', 'before all jams'),
	('07:59:00', 124, 1000, 'LINESTRING(0 0,1000 0)', '60 of 100 s until 8:00, then 0.4 of the side street''s 160 s; the way is that of the departure'),
	('08:10:00', 160, 1200, 'LINESTRING(0 0,500 331.66,1000 0)', 'main 200 s, side 160 s'),
	('08:28:40', 200, 1200, 'LINESTRING(0 0,500 331.66,1000 0)', '80 of 160 s until 8:30, then half of 1.5 x 160 s'),
	('08:58:00', 170, 1200, 'LINESTRING(0 0,500 331.66,1000 0)', '120 of 240 s until 9:00, then half of 100 s'),
	('09:00:00', 100, 1000, 'LINESTRING(0 0,1000 0)', 'as the last jam ends')) AS t (leaves, seconds, metres, line, sum);
SELECT is(takes(('2026-12-01 ' || leaves || 'Z')::timestamptz, 'jams'), seconds, 'matrix at ' || leaves)
FROM (VALUES ('07:50:00', 100::float8), ('07:59:00', 124), ('08:10:00', 160), ('08:28:40', 200), ('08:58:00', 170), ('09:00:00', 100)) AS t (leaves, seconds);
-- Every 9 s a factor 9 for a second, in which 1/900 of the way is driven, and 8/100 in the other eight. After 12 x 9 s 0.026667 is left, 1/900 of it is
-- driven in the next second, the other 0.025556 in 2.556 s.
SELECT is(takes('2026-12-01 06:00Z', $$ SELECT '06:00'::time + n * interval '9 s' AS from_time, '06:00:01'::time + n * interval '9 s' AS to_time, 9 AS factor FROM generate_series(0, 99) AS n $$),
	111.556::float8, 'many changes: 108 + 1 + 2.556 s');
-- The moment is between two milliseconds: the begin of the jam, 59.9995 s away, counts from 60.000 s on.
SELECT is(takes('2026-12-01 07:59:00.0005Z', 'jams'), 124::float8, 'instants are rounded to milliseconds from the departure, as in plan');
SET client_min_messages = error;
-- The ford: 36,000 s, with half an hour in which 1,800 s give what 1,200 s would. On to the west it is 36,100 s, 36,160 s from 8:00 on by the side street,
-- 54,240 s from 8:30 to 9:00: 60 + 1,800 + 1,800 + 36,100 x (1 - 60 / 36,100 - 1,800 / 36,160 - 1,800 / 54,240) s.
SELECT results_eq($$ SELECT from_id, to_id, seconds, meters FROM lastmile.matrix('ends', 'pair', '2026-12-01 07:59Z', 'jams', timezone => 'UTC') $$, $$ VALUES
	('east', 'east', 0::float8, 0::float8), ('east', 'far', 36600, 1000), ('east', 'nowhere', NULL, NULL), ('east', 'west', 124, 1000),
	('far', 'east', 36600, 1000), ('far', 'far', 0, 0), ('far', 'nowhere', NULL, NULL), ('far', 'west', 36704.978, 2000),
	('nowhere', 'east', NULL, NULL), ('nowhere', 'far', NULL, NULL), ('nowhere', 'nowhere', NULL, NULL), ('nowhere', 'west', NULL, NULL),
	('west', 'east', 124, 1000), ('west', 'far', 36704.978, 2000), ('west', 'nowhere', NULL, NULL), ('west', 'west', 0, 0) $$, 'every pair, by id');
-- What is jammed by 3 is 30 hours, longer than any way: nobody gets on until it ends.
SELECT is((SELECT seconds FROM lastmile.path('pair', 'POINT(1000 0)', 'POINT(2000 0)', '2026-12-01 07:00Z', $$ SELECT time '08:00' AS from_time, time '08:30' AS to_time, 1.5 AS factor $$, timezone => 'UTC')),
	36600::float8, 'the ford: 1,800 s at 1.5 give what 1,200 s would');
SELECT is((SELECT (seconds, meters, ST_AsText(geom))::text FROM lastmile.path('pair', 'POINT(1000 0)', 'POINT(2000 0)', '2026-12-01 07:00Z',
	$$ SELECT 'ford' AS class, time '06:00' AS from_time, time '08:00' AS to_time, 3 AS factor $$, timezone => 'UTC')), '(39600,1000,"LINESTRING(1000 0,2000 0)")', 'no way until 8:00: an hour more, and the way is that of 8:00');
SELECT is((SELECT (seconds, meters)::text FROM lastmile.matrix('ends', 'pair', '2026-12-01 07:00Z',
	$$ SELECT 'ford' AS class, time '06:00' AS from_time, time '08:00' AS to_time, 3 AS factor $$, timezone => 'UTC') WHERE from_id = 'west' AND to_id = 'far'), '(39700,2000)', 'likewise in a matrix, from the west');
SELECT is((SELECT count(*) FROM lastmile.path('pair', 'POINT(1000 0)', 'POINT(2000 0)', '2026-12-01 07:00Z', 'SELECT ''ford'' AS class, 3 AS factor') WHERE seconds IS NULL AND meters IS NULL AND geom IS NULL),
	1::bigint, 'never a way: a row of NULLs');
SELECT is((SELECT string_agg(to_id, ',' ORDER BY to_id) FROM lastmile.matrix('ends', 'pair', '2026-12-01 07:00Z', 'SELECT ''ford'' AS class, 3 AS factor') WHERE from_id = 'west' AND seconds IS NULL),
	'far,nowhere', 'NULLs in a matrix');
SET client_min_messages = warning;

------------------------------------------------------------------------------------------------------
-- Midnight, days, clocks that change, spans
------------------------------------------------------------------------------------------------------

-- Factor 3 in the night from Monday (30 November) to Tuesday. 60 of 100 s, then 0.4 x 300 s; on the next night 100 s; 60 of 300 s, then 0.8 x 100 s.
CREATE TABLE night AS SELECT time '23:50' AS from_time, time '00:10' AS to_time, '{1}'::int[] AS days, 3 AS factor;
SELECT is(takes('2026-11-30 23:49:00Z', 'night'), 180::float8, 'into a factor that begins before midnight');
SELECT is(takes('2026-11-30 23:59:00Z', 'night'), 300::float8, 'across midnight within it');
SELECT is(takes('2026-12-01 00:09:00Z', 'night'), 140::float8, 'out of it, on the next day');
SELECT is(takes('2026-12-01 23:59:00Z', 'night'), 100::float8, 'on another day of the week');
SELECT is(takes('2026-11-30 23:59:00Z', 'night', timezone => 'Asia/Tokyo'), 100::float8, 'by the clock of another time zone it is Tuesday morning');
SET timezone = 'Asia/Tokyo';
SELECT is(takes('2026-11-30 14:49:00Z', 'night', timezone => NULL), 180::float8, 'the session''s time zone, when none is given');
SET timezone = 'UTC';
-- 25 October 2026 in Berlin: 2:30 to 3:00 is from 0:30 to 1:00 and from 1:30 to 2:00 UTC. 29 March: 1:30 to 2:30 is from 0:30 to 1:00 UTC.
CREATE TABLE small_hours AS SELECT time '02:30' AS from_time, time '03:00' AS to_time, 2 AS factor;
CREATE TABLE spring AS SELECT time '01:30' AS from_time, time '02:30' AS to_time, 2 AS factor;
SELECT is(takes(at::timestamptz, traffic, timezone => 'Europe/Berlin'), seconds, what) FROM (VALUES
	('2026-10-25 00:29:00Z', 'small_hours', 140::float8, 'clocks go back: 60 of 100 s, then 0.4 x 200 s'), ('2026-10-25 00:59:00Z', 'small_hours', 130, '60 of 200 s, then 0.7 x 100 s'),
	('2026-10-25 01:10:00Z', 'small_hours', 100, 'between the two'), ('2026-10-25 01:29:00Z', 'small_hours', 140, 'the second time'),
	('2026-10-25 01:59:00Z', 'small_hours', 130, 'and out of it'), ('2026-03-29 00:59:00Z', 'spring', 130, 'clocks go forward: 60 of 200 s, then 0.7 x 100 s'),
	('2026-03-29 01:10:00Z', 'spring', 100, 'at 3:10 it is over')) AS t (at, traffic, seconds, what);
SELECT is(takes('2026-12-01 11:59:00Z', $$ SELECT tstzrange('2026-12-01 12:00Z', NULL) AS during, 2 AS factor $$), 140::float8, 'a span: 60 of 100 s, then 0.4 x 200 s');
SELECT is(takes('2026-12-01 12:00Z', $$ SELECT time '12:00' AS from_time, time '12:30' AS to_time, 2 AS factor WHERE false $$), 100::float8, 'a traffic query without rows');

------------------------------------------------------------------------------------------------------
-- Profiles
------------------------------------------------------------------------------------------------------

-- 20 of the van's 50 s, then 0.6 x 4 x 50 s.
SELECT is(takes('2026-12-01 07:59:40Z', $$ SELECT 'van' AS profile, time '08:00' AS from_time, time '09:00' AS to_time, 4 AS factor $$, 'van'), 140::float8, 'a row for the profile');
SELECT is(takes('2026-12-01 07:59:40Z', $$ SELECT 'van' AS profile, time '08:00' AS from_time, time '09:00' AS to_time, 4 AS factor $$), 100::float8, 'is not for who has none');
SELECT is(takes('2026-12-01 07:59:40Z', $$ SELECT 'bike' AS profile, 4 AS factor UNION ALL SELECT NULL, 1.2 $$, 'van'), 60::float8, 'a row of another profile is not for it, one of none is');
-- Main 2 x 50 s, side 80 s.
SELECT is(trip('2026-12-01 08:10Z', 'jams', 'van'), '80 s, 1200 m, LINESTRING(0 0,500 331.66,1000 0)', 'factors by class on the profile''s own costs');

------------------------------------------------------------------------------------------------------
-- The legs of plan, in the town
------------------------------------------------------------------------------------------------------

CREATE TABLE busy AS SELECT *, CASE WHEN id % 3 = 0 THEN 'main' ELSE 'side' END AS class FROM roads;
SELECT * FROM lastmile.create_network('town', 'busy', speeds => $$ SELECT * FROM (VALUES ('main', 50, 'van'), ('side', 20, 'van')) AS s (class, kmh, profile) $$) \g /dev/null
-- Every few minutes something changes: three factors by class, one for all, one for the van; the same each half hour.
CREATE TABLE factors AS SELECT class, profile, time '08:00' + (half + minute) * interval '1 min' AS from_time, time '08:00' + (half + until) * interval '1 min' AS to_time, factor FROM generate_series(0, 90, 30) AS half, (VALUES
	('main', NULL, 2, 9, 2.5), ('side', NULL, 5, 14, 1.3), (NULL, NULL, 8, 20, 1.7), ('main', 'van', 11, 16, 0.8), ('main', NULL, 18, 30, 3)) AS f (class, profile, minute, until, factor);
CREATE TABLE orders AS SELECT id, geom, 45 AS service_time FROM stops WHERE id % 2 = 0;
CREATE TABLE vans AS SELECT n AS id, ST_Point(1450, 1450 + n) AS geom, CASE WHEN n = 2 THEN 'van' END AS profile, 17 AS capacity, 20 AS max_stops, timestamptz '2026-12-01 08:00Z' AS shift_start, timestamptz '2026-12-01 09:50Z' AS shift_end FROM generate_series(1, 3) AS n;
CREATE TABLE day AS SELECT * FROM lastmile.plan('orders', 'vans', network => 'town', traffic => 'factors', timezone => 'UTC', iterations => 300);
CREATE TABLE legs AS SELECT p.*, v.profile, lag(p.departs_at) OVER van AS leaves, lag(p.geom) OVER van AS from_geom
FROM day AS p JOIN vans AS v ON v.id::text = p.vehicle_id WINDOW van AS (PARTITION BY p.vehicle_id ORDER BY p.stop_no);
SELECT is_empty($$ SELECT vehicle_id, stop_no, leaves, travel_time, distance_m, p.seconds, p.meters FROM legs AS l,
	LATERAL lastmile.path('town', from_geom, l.geom, leaves, 'factors', profile, 'UTC') AS p
	WHERE leg IS NOT NULL AND (travel_time <> make_interval(secs => p.seconds) OR distance_m <> p.meters OR ST_AsEWKB(leg) <> ST_AsEWKB(p.geom)) $$,
	'path has the time, the length and the line of every leg of a plan');
SELECT is_empty($$ SELECT vehicle_id, stop_no, leaves, travel_time, m.seconds FROM legs AS l,
	LATERAL lastmile.matrix(format('SELECT ''a'' AS id, %L::geometry AS geom UNION ALL SELECT ''b'', %L', from_geom, l.geom), 'town', leaves, 'factors', profile, 'UTC') AS m
	WHERE leg IS NOT NULL AND from_id = 'a' AND to_id = 'b' AND (travel_time <> make_interval(secs => m.seconds) OR distance_m <> m.meters) $$,
	'and so has matrix');
SELECT ok((SELECT count(*) FILTER (WHERE leg IS NOT NULL) > 50 AND count(DISTINCT vehicle_id) FILTER (WHERE profile = 'van') = 1 AND bool_or(travel_time <> make_interval(secs => floor(s.seconds * 1000 + 0.5) / 1000))
	AND count(*) FILTER (WHERE EXISTS (SELECT 1 FROM factors AS f WHERE leaves < '2026-12-01Z'::timestamptz + from_time AND arrives_at > '2026-12-01Z'::timestamptz + from_time)) > 5
	FROM legs AS l LEFT JOIN LATERAL lastmile.path('town', from_geom, l.geom, profile => l.profile) AS s ON true), 'these are many legs, with and without profile, and factors change on the way of more than five');
SELECT is((SELECT count(*) FROM generate_series(timestamptz '2026-12-01 07:59Z', '2026-12-01 08:32Z', '8 min 0.5 s') AS at,
	LATERAL lastmile.matrix('SELECT * FROM stops WHERE id < 80', 'town', at, 'factors', 'van', 'UTC') AS m JOIN stops AS f ON f.id::text = from_id JOIN stops AS t ON t.id::text = to_id,
	LATERAL lastmile.path('town', f.geom, t.geom, at, 'factors', 'van', 'UTC') AS p WHERE (p.seconds, p.meters) = (m.seconds, m.meters)), 5 * 9 * 9::bigint, 'matrix and path are of one mind, at five moments');
-- 1,100 points: more than are driven at a time.
CREATE TABLE many AS SELECT n AS id, CASE WHEN n % 350 = 3 THEN 'POINT(-9000 0)'::geometry ELSE ST_Point(n * 37 % 2900, n * 61 % 2900) END AS geom FROM generate_series(1, 1100) AS n;
SET client_min_messages = error;
CREATE TABLE few AS SELECT from_id, to_id, seconds, meters FROM lastmile.matrix('SELECT * FROM many WHERE id % 150 IN (3, 0)', 'town', '2026-12-01 08:07Z', 'factors', timezone => 'UTC');
SELECT is((SELECT count(*) FROM lastmile.matrix('many', 'town', '2026-12-01 08:07Z', 'factors', timezone => 'UTC') AS m JOIN few AS s USING (from_id, to_id)
	WHERE (m.seconds, m.meters) IS NOT DISTINCT FROM (s.seconds, s.meters)), 15 * 15::bigint, 'a large matrix, in pieces');
SET client_min_messages = warning;

------------------------------------------------------------------------------------------------------
-- Arguments
------------------------------------------------------------------------------------------------------

SELECT is(trip('2026-12-01 08:10Z', NULL), '100 s, 1000 m, LINESTRING(0 0,1000 0)', 'path: at without traffic changes nothing');
SELECT is(takes('2026-12-01 08:10Z', NULL), 100::float8, 'matrix: likewise');
SELECT throws_ok(format('SELECT * FROM lastmile.%s, %s)', call, arguments), '22023', message, format('%s: %s', left(call, 6), message)) FROM
	(VALUES ($$ matrix('ends', 'pair' $$), ($$ path('pair', 'POINT(0 0)', 'POINT(1000 0)' $$)) AS c (call), (VALUES
	($$ traffic => 'jams' $$, 'argument "traffic" needs argument "at"'),
	($$ traffic => 'jams', at => 'infinity' $$, 'argument "at" must be a moment within 1,000 years from now'),
	($$ timezone => 'Mars/Olympus' $$, 'unknown time zone "Mars/Olympus"'),
	($$ traffic => 'SELECT 0 AS factor', at => now() $$, 'traffic row 1 cannot be used: factor 0 is not above zero')) AS a (arguments, message);
SELECT throws_ok($$ SELECT * FROM lastmile.matrix('ends', 'pair', '9999-12-31', 'jams') $$, '22023', 'argument "at" must be a moment within 1,000 years from now', 'an end of time');
SELECT throws_ok($$ SELECT * FROM lastmile.matrix('ends', 'pair', now(), 'SELECT 1 AS other') $$, '42703', NULL, 'a traffic query without factor');
RESET ROLE;
SET client_min_messages = error;
SET lastmile.max_memory = '8MB';
SELECT lives_ok($$ SELECT * FROM lastmile.matrix('SELECT * FROM many WHERE id > 800', 'town', '2026-12-01 08:07Z', 'factors') $$, '300 x 300 pairs of 32 bytes');
SELECT throws_ok($$ SELECT * FROM lastmile.matrix('SELECT * FROM many WHERE id > 500', 'town', '2026-12-01 08:07Z', 'factors') $$, '53200', NULL, '600 x 600 pairs of 32 bytes');
RESET lastmile.max_memory;
SET client_min_messages = warning;
SET ROLE lastmile_tester;
SELECT lastmile.drop_network(name) FROM lastmile.networks WHERE name IN ('pair', 'town');
\ir finish.psql
