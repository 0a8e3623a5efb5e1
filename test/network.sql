-- network.sql - create_network, refresh_network, drop_network, networks, matrix, path: against
-- pgRouting on a network made here, with islands, one-ways and closures.
\ir setup.psql
\ir town.psql
-- An island of two streets 500 m off, with the vertices 9001 to 9003; a dead end nobody comes back from, to 9010.
INSERT INTO roads VALUES
	(9001, 9001, 9002, 10, 10, 'LINESTRING(4000 0, 4000 100)'),
	(9002, 9002, 9003, 10, 10, 'LINESTRING(4000 100, 4000 200)'),
	(9010, 0, 9010, 10, -1, (SELECT ST_MakeLine(ST_StartPoint(geom), 'POINT(-100 -100)') FROM roads WHERE id = 1)),
	(9011, 9003, 9003, 0, 0, NULL);

SELECT plan(35);

SELECT results_eq($$ SELECT severity, message, edge_id FROM lastmile.create_network('town', 'roads') $$,
	$$ VALUES ('info', '904 vertices, 1744 edges', NULL),
		('info', 'the main part has 900 of 904 vertices (99.6 %)', NULL),
		('warning', 'loop of no length', '9011'),
		('warning', 'island of 3 vertices and 3 edges: no place is put on it', '9001'),
		('warning', 'island of 1 vertices and 1 edges: no place is put on it', '9010') $$,
	'2 x 30 x 29 streets and four; three vertices of the island, one at the end of the dead end');
SELECT is((SELECT (vertices, edges, srid, owner, edges_query)::text FROM lastmile.networks WHERE name = 'town'),
	'(904,1744,0,lastmile_tester,roads)', 'the view has it');

-- Between vertices.
CREATE TABLE by_road AS SELECT * FROM lastmile.matrix('stops', 'town');
SELECT is((SELECT count(*) FROM by_road), 10000::bigint, '100 places: 10,000 rows');
SELECT is((SELECT count(*) FROM by_road WHERE from_id = to_id AND (seconds, meters) = (0, 0)), 100::bigint, 'a place is where it is');
SELECT is((SELECT count(*) FROM by_road JOIN pgr_dijkstraCostMatrix('SELECT * FROM roads', (SELECT array_agg(id) FROM stops))
	ON start_vid = from_id::bigint AND end_vid = to_id::bigint WHERE abs(seconds - agg_cost) <= 0.01), 9900::bigint,
	'all pairs as pgr_dijkstraCostMatrix has them');
SELECT results_eq('SELECT from_id, to_id FROM by_road', 'SELECT a.id::text, b.id::text FROM stops AS a, stops AS b ORDER BY a.id, b.id',
	'rows come by the ids'' own type');

-- Between points on edges; number n lies on edge 17 n, a little beside it.
CREATE TABLE spots AS
SELECT n AS pid, 17 * n AS edge_id, (n * 37 % 97 + 1) / 99.0 AS fraction,
	ST_LineInterpolatePoint(geom, (n * 37 % 97 + 1) / 99.0) AS geom
FROM generate_series(1, 60) AS n JOIN roads ON roads.id = 17 * n;
CREATE TABLE by_spots AS SELECT * FROM lastmile.matrix('SELECT pid AS id, geom FROM spots', 'town');
SELECT is((SELECT count(*) FROM by_spots JOIN pgr_withPointsCostMatrix('SELECT * FROM roads', 'SELECT pid, edge_id, fraction FROM spots',
	(SELECT array_agg(-pid) FROM spots), directed => true) ON start_vid = -from_id::bigint AND end_vid = -to_id::bigint
	WHERE abs(seconds - agg_cost) <= 0.01), 3540::bigint, 'all pairs as pgr_withPointsCostMatrix has them');

-- Two places on one one-way street, against its direction: 60 x 59 + 2 ways, all there.
SELECT cmp_ok(m.seconds, '>', 5.0::float8, 'against a one-way street: around')
FROM roads AS e, LATERAL lastmile.matrix(format('SELECT 1 AS id, %L::geometry AS geom UNION ALL SELECT 2, %L',
	ST_LineInterpolatePoint(e.geom, 0.25), ST_LineInterpolatePoint(e.geom, 0.75)), 'town') AS m
WHERE e.id = (SELECT min(id) FROM roads WHERE reverse_cost < 0 AND id < 9000) AND m.from_id = '2' AND m.to_id = '1';
SELECT ok(abs(m.seconds - 0.5 * e.cost) <= 0.0001, 'along it: half of its time')
FROM roads AS e, LATERAL lastmile.matrix(format('SELECT 1 AS id, %L::geometry AS geom UNION ALL SELECT 2, %L',
	ST_LineInterpolatePoint(e.geom, 0.25), ST_LineInterpolatePoint(e.geom, 0.75)), 'town') AS m
WHERE e.id = (SELECT min(id) FROM roads WHERE reverse_cost < 0 AND id < 9000) AND m.from_id = '1' AND m.to_id = '2';

-- Off the network: the island is not where places go; the nearest road of the town is 1 km away.
SET client_min_messages = error;
SELECT is((SELECT array_agg(seconds IS NULL ORDER BY from_id, to_id) FROM lastmile.matrix(
	$$ SELECT 1 AS id, 'POINT(4000 50)'::geometry AS geom UNION ALL SELECT 2, 'POINT(500 500)' $$, 'town')), '{t,t,t,f}',
	'a place by the island is 1,000 m and more from the town: NULL');
SET lastmile.max_snap_m = 1200;
SELECT is((SELECT count(seconds) FROM lastmile.matrix(
	$$ SELECT 1 AS id, 'POINT(4000 50)'::geometry AS geom UNION ALL SELECT 2, 'POINT(500 500)' $$, 'town')), 4::bigint,
	'within 1,200 m it is put on the town''s road, not on the island');
RESET lastmile.max_snap_m;
SELECT is((SELECT count(*) FROM lastmile.matrix('SELECT 1 AS id, NULL::geometry AS geom', 'town') WHERE seconds IS NULL), 1::bigint, 'no geometry');
RESET client_min_messages;

-- Paths.
SELECT is((SELECT count(*) FROM stops AS s, LATERAL lastmile.path('town', (SELECT geom FROM stops WHERE id = 4), s.geom) AS p
	JOIN by_road AS b ON b.from_id = '4' AND b.seconds = p.seconds AND b.meters = p.meters WHERE b.to_id = s.id::text), 100::bigint,
	'a path takes as long and is as long as the matrix says');
SELECT is((SELECT count(*) FROM stops AS s, LATERAL lastmile.path('town', (SELECT geom FROM stops WHERE id = 4), s.geom) AS p
	WHERE abs(ST_Length(p.geom) - p.meters) < 0.1 AND ST_IsValid(p.geom)
		AND ST_Equals(ST_EndPoint(p.geom), s.geom) AND s.id <> 4), 99::bigint, 'its line is as long, and ends at the place');
SELECT ok((SELECT ST_Equals(p.geom, r.geom) FROM lastmile.path('town', (SELECT geom FROM stops WHERE id = 4), (SELECT geom FROM stops WHERE id = 895)) AS p,
	(SELECT ST_Union(roads.geom) AS geom FROM pgr_dijkstra('SELECT * FROM roads', 4, 895) JOIN roads ON id = edge) AS r),
	'its line is that of pgr_dijkstra''s edges');
SELECT ok((SELECT abs(ST_Length(p.geom) - p.meters) < 0.1 AND ST_DWithin(ST_StartPoint(p.geom), a.geom, 0.001) AND ST_DWithin(ST_EndPoint(p.geom), b.geom, 0.001)
	FROM spots AS a, spots AS b, LATERAL lastmile.path('town', a.geom, b.geom) AS p WHERE a.pid = 3 AND b.pid = 50),
	'between places on edges it is clipped at both');
SELECT is((SELECT (seconds, meters, ST_Length(geom))::text FROM lastmile.path('town', 'POINT(500 500)', 'POINT(500 500)')), '(0,0,0)', 'from a place to itself');

-- Refresh, drop; roll back.
UPDATE roads SET cost = 2 * cost, reverse_cost = 2 * reverse_cost WHERE reverse_cost > 0;
UPDATE roads SET cost = 2 * cost WHERE reverse_cost < 0;
SELECT is((SELECT count(*) FROM lastmile.matrix('stops', 'town') AS m JOIN by_road AS b USING (from_id, to_id) WHERE m.seconds = b.seconds),
	10000::bigint, 'before a refresh nothing changes');
BEGIN;
SELECT lives_ok($$ SELECT * FROM lastmile.refresh_network('town') $$, 'refresh');
SELECT is((SELECT count(*) FROM lastmile.matrix('stops', 'town') AS m JOIN by_road AS b USING (from_id, to_id) WHERE abs(m.seconds - 2 * b.seconds) <= 0.01),
	10000::bigint, 'then every way takes twice as long');
ROLLBACK;
SELECT is((SELECT count(*) FROM lastmile.matrix('stops', 'town') AS m JOIN by_road AS b USING (from_id, to_id) WHERE m.seconds = b.seconds),
	10000::bigint, 'rolled back: as before');
SELECT lives_ok($$ SELECT * FROM lastmile.refresh_network('town', 'SELECT *, geom AS line FROM roads WHERE id < 9000') $$, 'refresh by another query');
SELECT is((SELECT (edges, main_share)::text FROM lastmile.networks WHERE name = 'town'), '(1740,1)', 'the islands are gone');

-- Bare lines in degrees: the same town, about 100 times smaller than a degree.
SELECT is((SELECT array_agg(message) FROM lastmile.create_network('lines',
	'SELECT id, cost, reverse_cost, ST_SetSRID(ST_Scale(geom, 1e-5, 1e-5), 4326) AS geom FROM roads WHERE id < 9000')
	WHERE severity = 'info'), '{"900 vertices, 1740 edges","the main part has 900 of 900 vertices (100.0 %)"}', 'without source and target lines meet at their ends');
SELECT is((SELECT count(*) FROM lastmile.matrix('SELECT id, ST_SetSRID(ST_Scale(geom, 1e-5, 1e-5), 4326) AS geom FROM stops', 'lines') AS m
	JOIN lastmile.matrix('stops', 'town') AS b USING (from_id, to_id) WHERE m.seconds = b.seconds), 10000::bigint, 'the same ways');
SELECT ok((SELECT abs(ST_Length(geom::geography) - meters) < 0.05 FROM lastmile.path('lines', 'SRID=4326;POINT(0.001 0.001)', 'SRID=4326;POINT(0.02 0.025)')),
	'metres are those of the ellipsoid');

-- Errors.
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('town', 'roads') $$, '42710', 'network "town" already exists');
SELECT throws_ok($$ SELECT * FROM lastmile.matrix('stops', 'nowhere') $$, '42704', 'network "nowhere" does not exist');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'SELECT 1 AS id, 1 AS source, 1 AS cost, NULL::geometry AS geom') $$, '42703',
	'edges query has column "source" but not "target"');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'SELECT * FROM roads UNION ALL SELECT * FROM roads WHERE id = 7') $$, '23505',
	'edge "7" comes more than once in the edges query');
SELECT throws_ok($$ SELECT * FROM lastmile.matrix('stops', 'town', traffic => 'SELECT 1') $$, '22023', 'argument "traffic" needs argument "at"');
SELECT throws_ok($$ SELECT * FROM lastmile.matrix('stops', 'lines') $$, '22023', NULL, 'points in the plane on a network in degrees');
SELECT throws_ok($$ TABLE lastmile.network_part $$, '42501', NULL, 'nobody reads the tables');
SELECT lives_ok($$ SELECT lastmile.drop_network('town') $$, 'drop');
SELECT throws_ok($$ SELECT * FROM lastmile.matrix('stops', 'town') $$, '42704', 'network "town" does not exist');
SELECT lastmile.drop_network('lines');
\ir finish.psql
