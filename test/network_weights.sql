-- network_weights.sql - what driving takes: speeds by class, profiles, restrictions, changes; against
-- pgRouting, and a plain search where that is not exact.
\ir setup.psql
\ir town.psql

-- Row 15 is a motorway, every fifth column a main street. Class is a column of its own type.
CREATE TYPE road_class AS ENUM ('side', 'motorway', 'main');
ALTER TABLE roads ADD class road_class, ADD length_m float8;
UPDATE roads SET length_m = ST_Length(geom), class = CASE WHEN source / 30 = 15 AND target = source + 1 THEN 'motorway'
	WHEN source % 5 = 0 AND target = source + 30 THEN 'main' ELSE 'side' END::road_class;
CREATE TABLE places AS SELECT * FROM stops WHERE id % 2 = 0;

-- How many pairs of places lastmile.matrix answers as pgr_dijkstraCostMatrix does on other edges.
CREATE FUNCTION pairs_as(network text, edges text, profile text DEFAULT NULL) RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM lastmile.matrix('places', network, profile => profile)
		JOIN pgr_dijkstraCostMatrix(edges, (SELECT array_agg(id) FROM places)) ON start_vid = from_id::bigint AND end_vid = to_id::bigint
	WHERE abs(seconds - agg_cost) <= 0.01
$$;
-- The edges with speeds: seconds are length / kmh * 3.6 in a direction that is open, and kmh 0 closes.
CREATE FUNCTION timed(motorway float8, main float8, side float8) RETURNS text LANGUAGE sql AS $$
	SELECT format($q$ SELECT id, source, target, CASE WHEN kmh = 0 THEN -1 ELSE coalesce(length_m * 3.6 / kmh, cost) END AS cost,
		CASE WHEN reverse_cost < 0 OR kmh = 0 THEN -1 ELSE coalesce(length_m * 3.6 / kmh, reverse_cost) END AS reverse_cost
		FROM (SELECT *, CASE class::text WHEN 'motorway' THEN %L WHEN 'main' THEN %L ELSE %L END::float8 AS kmh FROM roads) AS r $q$,
		motorway, main, side)
$$;

SELECT plan(69);

-- Speeds.
SELECT results_eq($$ SELECT severity, message, edge_id FROM lastmile.create_network('timed', 'roads',
		speeds => 'SELECT * FROM (VALUES (''motorway'', 90), (''main'', 250), (''mian'', 40)) AS v (class, kmh)') $$,
	$$ VALUES ('info', '900 vertices, 1740 edges', NULL), ('info', 'no speed for class "side": own costs count', NULL),
		('info', 'the main part has 900 of 900 vertices (100.0 %)', NULL),
		('warning', 'class "main" is driven at 250 km/h', NULL), ('warning', 'no edge has class "mian" of the speeds query', NULL) $$,
	'what is said of speeds');
SELECT is((SELECT count(*) FROM places), 50::bigint, '50 places: 2,450 pairs below');
SELECT is(pairs_as('timed', timed(90, 250, NULL)), 2450::bigint, 'two classes at 90 and 250 km/h, the third by its costs; one-ways stay one-way');
SELECT isnt(pairs_as('timed', 'TABLE roads'), 2450::bigint, 'which the costs alone are not');
SELECT is((SELECT count(*) FROM lastmile.refresh_network('timed', speeds => $$ SELECT 'side' AS class, 20.5 AS kmh $$)), 3::bigint, 'other speeds from now on');
SELECT is(pairs_as('timed', timed(NULL, NULL, 20.5)), 2450::bigint, 'and only those');
-- 36 m in 0.5 s are 72 m/s, or 259.2 km/h; 36 m in 200 s are 0.648 km/h.
SELECT results_eq($$ SELECT message, edge_id FROM lastmile.create_network('lies', 'SELECT id, id AS source, id + 1 AS target, c AS cost, c AS reverse_cost, class, 36 AS length_m,
		NULL::geometry AS geom FROM (VALUES (1, 0.5, ''a''), (2, 200, ''a''), (3, 0.5, ''b''), (4, 0, ''a''), (5, 5, ''a'')) AS v (id, c, class)',
		speeds => $q$ SELECT 'b' AS class, 30 AS kmh $q$) WHERE severity = 'warning' $$,
	$$ VALUES ('36 m in 0.5 s is 259 km/h', '1'), ('36 m in 200 s is 0.648 km/h', '2'), ('36 m in no time', '4') $$, 'costs that are no speeds are named, unless a speed replaces them');

SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'roads', speeds => 'SELECT ''main'' AS class, 0 AS kmh') $$, '22023', 'class "main": kmh 0 is not a speed');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'roads', speeds => 'SELECT ''main'' AS class, -5 AS kmh') $$, '22023', 'class "main": kmh -5 is not a speed');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'roads', speeds => 'SELECT ''main'' AS class, NULL::float8 AS kmh') $$, '22023', 'class "main": kmh NULL is not a speed');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'roads', speeds => 'SELECT ''main'' AS class, ''NaN''::float8 AS kmh, 1 AS profile') $$, '22023', 'class "main": kmh NaN is not a speed');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'roads', speeds => 'SELECT NULL AS class, 5 AS kmh') $$, '22004', 'speeds query returns a row whose class is NULL');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'roads', speeds => 'SELECT ''main'' AS class, 5 AS kmh, '''' AS profile') $$, '22023', 'class "main": profile must not be empty');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'roads', speeds => 'SELECT ''main'' AS class, 5 AS kmh, repeat(''p'', 1001) AS profile') $$, '42622', 'class "main": profile is longer than 1000 bytes');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network(repeat('x', 1001), 'roads') $$, '42622', 'argument "name" is longer than 1000 bytes');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'roads', speeds => 'SELECT ''main'' AS class, k AS kmh FROM generate_series(5, 6) AS k') $$, '23505', 'class "main" comes more than once in the speeds query');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'SELECT id, source, target, cost, geom FROM roads', speeds => 'SELECT ''main'' AS class, 5 AS kmh') $$, '22023', 'no edge has a class, so no speed can apply');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'roads', speeds => 'SELECT ''main'' AS class') $$, '42703', 'speeds query has no column "kmh"');

-- Profiles: a van with speeds of its own, a bike that may not on the motorway, and slow on the rest.
CREATE TABLE speeds (class text, kmh float8, profile text);
INSERT INTO speeds VALUES ('main', 50, NULL), ('motorway', 110, 'van'), ('motorway', NULL, 'bike'), ('main', 18, 'bike'), ('side', 15, 'bike'),
	('motorway', 0, 'foot'), ('main', 4.5, 'foot'), ('side', 4.5, 'foot');
SELECT results_eq($$ SELECT severity, message, edge_id FROM lastmile.create_network('many', 'roads', speeds => 'speeds') $$,
	$$ VALUES ('info', '900 vertices, 1740 edges', NULL), ('info', 'no speed for class "motorway", "side": own costs count', NULL),
		('info', 'the main part has 900 of 900 vertices (100.0 %)', NULL), ('info', 'profile "bike": the main part has 900 of 900 vertices (100.0 %)', NULL),
		('info', 'profile "foot": the main part has 900 of 900 vertices (100.0 %)', NULL), ('info', 'profile "van": the main part has 900 of 900 vertices (100.0 %)', NULL),
		('warning', 'profile "van" has no speed for class "main", "side": taken as without a profile', NULL) $$, 'a part for each profile');
SELECT is((SELECT profiles FROM lastmile.networks WHERE name = 'many'), '{bike,foot,van}', 'the view has them');
SELECT is((SELECT profiles FROM lastmile.networks WHERE name = 'timed'), '{}', 'or none');
SELECT is(pairs_as('many', timed(NULL, 50, NULL)), 2450::bigint, 'no profile: the rows without one');
SELECT is(pairs_as('many', timed(110, 50, NULL), 'van'), 2450::bigint, 'van: its own, then those without, then costs');
SELECT is(pairs_as('many', timed(0, 18, 15), 'bike'), 2450::bigint, 'bike: NULL closes the motorway');
SELECT is(pairs_as('many', timed(0, 4.5, 4.5), 'foot'), 2450::bigint, 'foot: so does 0');
SELECT is((SELECT count(*) FROM places AS p, LATERAL lastmile.path('many', (SELECT geom FROM places WHERE id = 4), p.geom, profile => 'bike') AS w
	JOIN lastmile.matrix('places', 'many', profile => 'bike') AS m ON m.from_id = '4' AND (m.seconds, m.meters) = (w.seconds, w.meters) WHERE m.to_id = p.id::text),
	50::bigint, 'paths of a profile are those of its matrix');
SELECT is((SELECT array_agg(ST_DWithin(ST_EndPoint(w.geom), r.geom, 0.001)::text ORDER BY profile) FROM (SELECT * FROM roads WHERE class = 'motorway' AND source = 460) AS r,
	unnest('{bike,van}'::text[]) AS profile, LATERAL lastmile.path('many', 'POINT(1000 100)', ST_LineInterpolatePoint(r.geom, 0.5), profile => profile) AS w),
	'{false,true}', 'a bike is not put on the motorway');
SELECT throws_ok($$ SELECT * FROM lastmile.matrix('places', 'many', profile => 'boat') $$, '22023', 'network "many" has no profile "boat"');
SELECT throws_ok($$ SELECT * FROM lastmile.path('timed', 'POINT(0 0)', 'POINT(1 1)', profile => '') $$, '22023', 'network "timed" has no profile ""');
DELETE FROM speeds WHERE profile = 'foot';
SELECT is((SELECT count(*) FROM lastmile.refresh_network('many')), 6::bigint, 'a profile less');
SELECT throws_ok($$ SELECT * FROM lastmile.matrix('places', 'many', profile => 'foot') $$, '22023', 'network "many" has no profile "foot"');

-- Restrictions, in a quarter of 14 x 14 crossings: every eleventh pair of streets that meet, half of them forbidden,
-- half 7.5 s dearer. pgr_trsp never turns back on an edge: so it is forbidden here, too.
CREATE TABLE quarter AS SELECT * FROM roads WHERE source / 30 < 14 AND source % 30 < 14 AND target / 30 < 14 AND target % 30 < 14;
CREATE TABLE corners AS SELECT id::bigint, ST_Point(x, y) AS geom FROM crossings WHERE r < 14 AND c < 14 AND id % 17 = 3;
CREATE TABLE turns AS
SELECT row_number() OVER () AS id, ARRAY[a.id, b.id] AS path, CASE WHEN (a.id + b.id) % 2 = 0 THEN 'Infinity'::float8 ELSE 7.5 END AS cost
FROM quarter AS a JOIN quarter AS b ON a.id <> b.id AND (a.target IN (b.source, b.target) OR a.source IN (b.source, b.target))
WHERE (a.id * 31 + b.id * 17) % 11 = 0;
CREATE VIEW turns_and_backs AS SELECT path, cost FROM turns UNION ALL SELECT ARRAY[id, id], -1 FROM quarter;
SELECT is((SELECT message FROM lastmile.create_network('quarter', 'quarter', 'turns_and_backs') WHERE message LIKE '%rest%'),
	(SELECT count(*) + 2 * 14 * 13 || ' restrictions' FROM turns), 'all are taken');
-- pgr_trsp's answer for a pair now and then begins at another vertex: less than without restrictions, and left out.
CREATE TABLE by_trsp AS
SELECT a.id AS source, b.id AS target, r.agg_cost, r.agg_cost >= d.agg_cost - 0.01 AS possible, r.agg_cost > d.agg_cost + 0.01 AS longer
FROM corners AS a CROSS JOIN corners AS b JOIN pgr_dijkstraCostMatrix('SELECT * FROM quarter', (SELECT array_agg(id) FROM corners)) AS d
	ON (start_vid, end_vid) = (a.id, b.id), LATERAL pgr_trsp('SELECT * FROM quarter', 'SELECT id, path, cost FROM turns', a.id, b.id) AS r
WHERE r.edge = -1 AND r.node = b.id;
SELECT cmp_ok((SELECT count(*) FROM by_trsp WHERE possible), '>', 80::bigint, 'pgr_trsp answers');
SELECT is((SELECT count(*) FROM by_trsp JOIN lastmile.matrix('corners', 'quarter') ON (from_id, to_id) = (source::text, target::text)
	WHERE possible AND abs(seconds - agg_cost) <= 0.01), (SELECT count(*) FROM by_trsp WHERE possible), 'all pairs as pgr_trsp has them');
SELECT cmp_ok((SELECT count(*) FROM by_trsp WHERE possible AND longer), '>', 25::bigint, 'many of which are longer than without');
SELECT is((SELECT count(*) FROM by_trsp JOIN corners AS a ON a.id = source JOIN corners AS b ON b.id = target, LATERAL lastmile.path('quarter', a.geom, b.geom) AS w
	WHERE possible AND abs(seconds - agg_cost) <= 0.01 AND abs(ST_Length(w.geom) - meters) < 0.1), (SELECT count(*) FROM by_trsp WHERE possible), 'and paths');
-- Of some pairs pgr_trsp gives the rows of another pair as well; the others' seconds add up.
CREATE TABLE trsp_ways AS
SELECT t.source, t.target, sum(q.length_m) AS meters, ST_LineMerge(ST_Collect(q.geom)) AS geom
FROM by_trsp AS t, LATERAL pgr_trsp('SELECT * FROM quarter', 'SELECT id, path, cost FROM turns', t.source, t.target) AS r JOIN quarter AS q ON q.id = r.edge
WHERE possible GROUP BY t.source, t.target, t.agg_cost HAVING abs(sum(r.cost) - t.agg_cost) < 1e-6;
SELECT cmp_ok((SELECT count(*) FROM trsp_ways), '>', 25::bigint, 'ways of pgr_trsp to compare with');
SELECT is((SELECT count(*) FROM trsp_ways AS t JOIN corners AS a ON a.id = t.source JOIN corners AS b ON b.id = t.target, LATERAL lastmile.path('quarter', a.geom, b.geom) AS w
	WHERE abs(w.meters - t.meters) < 0.01 AND ST_HausdorffDistance(w.geom, t.geom) < 0.01), (SELECT count(*) FROM trsp_ways), 'by the same edges: length and line');
SELECT lives_ok($$ SELECT * FROM lastmile.create_network('turns', 'roads', 'turns') $$, 'on all of the town');

-- Paths of two to four edges that overlap, on a corner of the town: a search over walks is the oracle.
CREATE TABLE corner AS SELECT * FROM roads WHERE source / 30 < 4 AND source % 30 < 4 AND target / 30 < 4 AND target % 30 < 4;
CREATE TABLE walks AS
SELECT path, CASE WHEN n % 3 = 0 THEN -1 ELSE n % 7 END::numeric AS cost FROM (
	SELECT row_number() OVER (ORDER BY path) AS n, path FROM (
		SELECT ARRAY[a.id, b.id] AS path FROM corner AS a JOIN corner AS b ON a.target = b.source
		UNION ALL SELECT ARRAY[a.id, b.id, c.id] FROM corner AS a JOIN corner AS b ON a.target = b.source JOIN corner AS c ON c.source = b.target
		UNION ALL SELECT ARRAY[a.id, b.id, c.id, d.id] FROM corner AS a JOIN corner AS b ON a.source = b.source AND a.id <> b.id
			JOIN corner AS c ON c.source = b.target JOIN corner AS d ON d.target = c.target AND c.id <> d.id) AS p) AS p
WHERE n % 5 = 1;
-- What has been driven last, up to three edges, is part of where one is.
CREATE TABLE best (last bigint[], v bigint, d float8, done bool, PRIMARY KEY (last, v));
CREATE FUNCTION walk_costs(start bigint) RETURNS TABLE (vertex bigint, seconds float8) LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE best;
	INSERT INTO best VALUES ('{}', start, 0, false);
	WHILE EXISTS (SELECT FROM best WHERE NOT done) LOOP
		WITH front AS (UPDATE best SET done = true WHERE NOT done RETURNING last, v, d),
		steps AS (
			SELECT last || edge AS walk, a.t, d + a.cost AS d FROM front, (SELECT id AS edge, source AS f, target AS t, cost FROM corner
				UNION ALL SELECT id, target, source, reverse_cost FROM corner) AS a WHERE a.f = v AND a.cost >= 0),
		dear AS (
			SELECT walk, steps.t, d + coalesce((SELECT sum(CASE WHEN w.cost < 0 THEN 'Infinity' ELSE w.cost END::float8) FROM walks AS w
				WHERE array_length(w.path, 1) <= array_length(walk, 1) AND w.path = walk[array_length(walk, 1) - array_length(w.path, 1) + 1:]), 0) AS d FROM steps),
		least AS (SELECT walk[greatest(array_length(walk, 1) - 2, 1):] AS last, dear.t, min(d) AS d FROM dear WHERE d < 'Infinity' GROUP BY 1, 2)
		INSERT INTO best SELECT least.last, least.t, least.d, false FROM least
		ON CONFLICT (last, v) DO UPDATE SET d = excluded.d, done = false WHERE best.d > excluded.d + 1e-9;
	END LOOP;
	RETURN QUERY SELECT v, min(d) FROM best GROUP BY v;
END $$;
CREATE VIEW corner_places AS SELECT id, ST_Point(x, y) AS geom FROM crossings WHERE r < 4 AND c < 4;
SELECT is((SELECT message FROM lastmile.create_network('corner', 'corner', 'walks') WHERE message LIKE '%rest%'), (SELECT count(*) || ' restrictions' FROM walks), 'overlapping paths');
SELECT is((SELECT count(*) FROM unnest('{0,33,61}'::int[]) AS a, LATERAL walk_costs(a) AS w JOIN lastmile.matrix('corner_places', 'corner') AS m
	ON m.to_id = w.vertex::text WHERE m.from_id = a::text AND abs(m.seconds - w.seconds) <= 0.001), 48::bigint, '3 x 16 pairs as a search over walks has them');
SELECT cmp_ok((SELECT count(*) FROM lastmile.matrix('corner_places', 'corner') AS m
	JOIN pgr_dijkstraCostMatrix('SELECT * FROM corner', (SELECT array_agg(id) FROM corner_places)) ON (from_id, to_id) = (start_vid::text, end_vid::text) WHERE seconds > agg_cost + 0.01), '>', 10::bigint, 'and restrictions count there');

SELECT results_eq($$ SELECT severity, message, edge_id FROM lastmile.refresh_network('turns', restrictions =>
	'SELECT * FROM (VALUES (''{1,99999}'', -1), (''1, 1000'', NULL), (''{}'', 1), (NULL, 1), (''1,1'', 0.5)) AS v (path, cost)') $$,
	$$ VALUES ('info', '900 vertices, 1740 edges', NULL), ('info', '1 restrictions', NULL), ('info', 'the main part has 900 of 900 vertices (100.0 %)', NULL),
		('warning', 'restriction {1,99999} is left out: there is no such edge', '99999'),
		('warning', 'restriction 1, 1000 is left out: this edge does not follow the one before', '1000'),
		('warning', 'a restriction without edges is left out', NULL), ('warning', 'a restriction without edges is left out', NULL) $$, 'what is wrong with a restriction, and its text form');
SELECT throws_ok($$ SELECT * FROM lastmile.refresh_network('turns', restrictions => 'SELECT ''{1,a}'' AS path, 1 AS cost') $$, '22023', 'path "{1,a}" is not a list of edge ids');
SELECT throws_ok($$ SELECT * FROM lastmile.refresh_network('turns', restrictions => 'SELECT ''{1,2}'' AS path, ''NaN''::float8 AS cost') $$, '22023', 'cost of a restriction is not a number');
SELECT lives_ok($$ SELECT * FROM lastmile.refresh_network('turns', restrictions => 'SELECT ''{1}'' AS path WHERE false') $$, 'none from now on');
SELECT is(pairs_as('turns', 'TABLE roads'), 2450::bigint, 'and none are kept');

-- A refresh keeps what is the same: pieces are seen by who may see the tables.
RESET ROLE;
CREATE TABLE pieces AS SELECT name, roads, hierarchy FROM lastmile.network_store;
SET ROLE lastmile_tester;
UPDATE roads SET cost = cost * 1.5 WHERE id % 2 = 0;
SELECT is((SELECT count(*) FROM lastmile.refresh_network('turns')), 3::bigint, 'refresh with other costs');
SELECT is(pairs_as('turns', 'TABLE roads'), 2450::bigint, 'the new costs');
UPDATE roads SET length_m = length_m + 1 WHERE id = 1;
SELECT is((SELECT count(*) FROM lastmile.refresh_network('many')), 6::bigint, 'refresh with another length');
SELECT is(pairs_as('many', timed(0, 18, 15), 'bike'), 2450::bigint, 'the speed of which is the same');
RESET ROLE;
SELECT is((SELECT array_agg((s.roads = p.roads, s.hierarchy = p.hierarchy)::text ORDER BY name) FROM lastmile.network_store AS s JOIN pieces AS p USING (name) WHERE name IN ('many', 'turns')),
	'{"(t,f)","(t,t)"}', 'roads and hierarchy are kept; with another length roads only');
SELECT is((SELECT count(*) FROM lastmile.network_part WHERE NOT piece IN (SELECT roads FROM lastmile.network_store UNION ALL SELECT hierarchy FROM lastmile.network_store
	UNION ALL SELECT unnest(ARRAY[metric, coalesce(changes, metric)]) FROM lastmile.network_metric)), 0::bigint, 'and nothing is left behind');
DROP TABLE pieces;
SET ROLE lastmile_tester;

-- Changes: an accident closes a crossing's four streets; a jam makes one dear.
CREATE TABLE shut AS SELECT id, -1 AS cost, -1 AS reverse_cost FROM roads WHERE 464 IN (source, target);
CREATE VIEW roads_shut AS SELECT r.id, source, target, coalesce(s.cost, r.cost) AS cost, coalesce(s.reverse_cost, r.reverse_cost) AS reverse_cost FROM roads AS r LEFT JOIN shut AS s USING (id);
SELECT results_eq($$ SELECT * FROM lastmile.refresh_network('turns', changes => 'SELECT * FROM shut UNION ALL SELECT -7, 1, 1') $$,
	$$ VALUES ('info', '4 changes on 1740 edges', NULL), ('info', 'the main part has 899 of 900 vertices (99.9 %)', NULL), ('warning', 'there is no such edge: nothing is changed', '-7') $$,
	'a closed crossing is not in the main part');
SELECT is((SELECT count(*) FROM places WHERE id = 464), 0::bigint, 'no place lies there');
SELECT is(pairs_as('turns', 'TABLE roads_shut'), 2450::bigint, 'ways lead round it');
SELECT isnt(pairs_as('turns', 'TABLE roads'), 2450::bigint, 'and not through it');
SELECT lives_ok($$ SELECT * FROM lastmile.refresh_network('turns', changes => 'SELECT id, 500 AS cost FROM roads WHERE id = 100') $$, 'one more, in one direction');
SELECT is(pairs_as('turns', 'SELECT id, source, target, CASE WHEN id = 100 THEN 500 ELSE cost END AS cost, reverse_cost FROM roads_shut'), 2450::bigint, 'on top of the others');
SELECT lives_ok($$ SELECT * FROM lastmile.refresh_network('turns') $$, 'the accident is over');
SELECT is(pairs_as('turns', 'TABLE roads'), 2450::bigint, 'as before');
SELECT lives_ok($$ SELECT * FROM lastmile.refresh_network('many', changes => $q$ SELECT id, -1 AS cost, -1 AS reverse_cost, 'bike' AS profile FROM shut $q$) $$, 'closed for bikes alone');
SELECT is(pairs_as('many', timed(NULL, 50, NULL)), 2450::bigint, 'not for the others');
SELECT isnt(pairs_as('many', timed(0, 18, 15), 'bike'), 2450::bigint, 'but for them');
SELECT throws_ok($$ SELECT * FROM lastmile.refresh_network('many', changes => 'SELECT 1 AS id, 1 AS cost, ''boat'' AS profile') $$, '22023', 'network "many" has no profile "boat"');
SELECT throws_ok($$ SELECT * FROM lastmile.refresh_network('many', changes => 'SELECT * FROM shut UNION ALL SELECT * FROM shut') $$, '23505', NULL, 'an edge twice');
SELECT throws_ok($$ SELECT * FROM lastmile.refresh_network('many', 'roads', changes => 'shut') $$, '22023', 'argument "changes" comes without other queries');
SELECT is((SELECT count(lastmile.drop_network(name)) FROM lastmile.networks), 6::bigint, 'drop');
RESET ROLE;
SELECT is((SELECT count(*) FROM lastmile.network_part) + (SELECT count(*) FROM lastmile.network_metric), 0::bigint, 'dropped without a trace');
\ir finish.psql
