-- network_edges.sql - what edges may look like: coordinate systems, types of geometry, islands, nothing to
-- travel on, lines without a topology.
\ir setup.psql
\ir town.psql

SELECT plan(29);

-- The town in a coordinate system of metres, in degrees, and as geography: 30 km from the middle of UTM zone 32.
CREATE TABLE utm AS SELECT id, source, target, cost, reverse_cost, ST_SetSRID(ST_Translate(geom, 530000, 5500000), 32632) AS geom FROM roads;
CREATE TABLE degrees AS SELECT id, source, target, cost, reverse_cost, ST_Transform(geom, 4326) AS the_geom FROM utm;
CREATE TABLE globe AS SELECT id, source, target, cost, reverse_cost, ST_Multi(the_geom)::geography AS geom FROM degrees;
CREATE TABLE high AS SELECT id, source, target, cost, reverse_cost, ST_Force4D(the_geom) AS geom FROM degrees;
SELECT lives_ok(format('SELECT * FROM lastmile.create_network(%L, %1$L)', name), name) FROM unnest('{utm,degrees,globe,high,roads}'::text[]) AS name;
SELECT is((SELECT array_agg(name || ' ' || srid ORDER BY name) FROM lastmile.networks), '{"degrees 4326","globe 4326","high 4326","roads 0","utm 4326"}', 'degrees, but for the plane');
CREATE TABLE utm_stops AS SELECT id, ST_SetSRID(ST_Translate(geom, 530000, 5500000), 32632) AS geom FROM stops WHERE id % 4 = 0;
CREATE TABLE by_plane AS SELECT * FROM lastmile.matrix('SELECT * FROM stops WHERE id % 4 = 0', 'roads');
SELECT is((SELECT count(*) FROM by_plane), 625::bigint, '25 places');
SELECT is((SELECT count(*) FROM by_plane AS b JOIN lastmile.matrix('utm_stops', name) AS m USING (from_id, to_id) WHERE abs(b.seconds - m.seconds) <= 0.001), 625::bigint,
	name || ': the ways of the plane') FROM unnest('{utm,degrees,globe,high}'::text[]) AS name;
-- A metre on the ground is 0.9996 m of UTM in its middle, and 1.00001 times that 30 km off.
SELECT is((SELECT count(*) FROM by_plane AS b JOIN lastmile.matrix('utm_stops', 'utm') AS m USING (from_id, to_id) WHERE abs(b.meters / 0.9996 / 1.00001 - m.meters) > 0.00001 * b.meters),
	0::bigint, 'and their lengths, on the ground');
SELECT is((SELECT count(*) FROM by_plane AS b JOIN lastmile.matrix('SELECT id, ST_Transform(geom, 3857) AS geom FROM utm_stops', 'globe') AS m USING (from_id, to_id)
	WHERE abs(b.seconds - m.seconds) <= 0.001), 625::bigint, 'places of a third coordinate system');
SELECT is((SELECT count(*) FROM by_plane AS b JOIN lastmile.matrix('SELECT id, ST_Transform(geom, 4326)::geography AS geom FROM utm_stops', 'utm') AS m USING (from_id, to_id)
	WHERE abs(b.seconds - m.seconds) <= 0.001), 625::bigint, 'places that are geography');
SELECT is((SELECT ST_SRID(geom) FROM lastmile.path('utm', (SELECT geom FROM utm_stops WHERE id = 4), (SELECT geom FROM utm_stops WHERE id = 40))), 4326, 'a path is in degrees');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'SELECT id, source, target, cost, geom FROM roads UNION ALL SELECT id + 5000, source, target, cost, geom FROM utm') $$,
	'22023', NULL, 'a plane and a globe in one table');

-- Lines that are none: the edge is there, places are not put on it.
CREATE TABLE odd AS SELECT * FROM roads;
UPDATE odd SET geom = CASE id WHEN 1 THEN ST_StartPoint(geom) WHEN 2 THEN ST_Collect(geom, ST_Translate(geom, 5, 5)) WHEN 3 THEN 'LINESTRING EMPTY' WHEN 4 THEN NULL ELSE geom END WHERE id < 5;
SELECT results_eq($$ SELECT message, edge_id FROM lastmile.create_network('odd', 'odd') WHERE severity = 'warning' $$,
	$$ VALUES ('geom is a POINT, not one line: no place is put on the edge', '1'), ('geom is a MULTILINESTRING, not one line: no place is put on the edge', '2') $$, 'points and several lines');
SELECT is((SELECT count(*) FROM by_plane AS b JOIN lastmile.matrix('SELECT * FROM stops WHERE id % 4 = 0', 'odd') AS m USING (from_id, to_id) WHERE b.seconds = m.seconds), 625::bigint, 'ways use them');

-- Islands: 60 streets on their own, the first five of two edges; of the rest one row.
CREATE TABLE islands AS SELECT * FROM roads
UNION ALL SELECT 10000 + 2 * i + e, 10000 + 3 * i + e, 10001 + 3 * i + e, 5, 5, ST_MakeLine(ST_Point(-1000 - 10 * i, 100 * e), ST_Point(-1000 - 10 * i, 100 * e + 100))
FROM generate_series(1, 60) AS i, generate_series(0, 1) AS e WHERE e = 0 OR i <= 5;
SELECT results_eq($$ SELECT message, edge_id FROM lastmile.create_network('islands', 'islands') WHERE severity = 'warning' $$,
	$$ SELECT format('island of %s vertices and %s edges: no place is put on it', CASE WHEN i <= 5 THEN 3 ELSE 2 END, CASE WHEN i <= 5 THEN 2 ELSE 1 END), (10000 + 2 * i)::text FROM generate_series(1, 20) AS i
		UNION ALL SELECT '40 smaller islands of 80 vertices and 40 edges in all', NULL $$, 'twenty islands by name, the largest first');

-- Nothing to travel on: one-way streets that lead away from one another, all closed, no line at all.
SELECT is((SELECT message FROM lastmile.create_network('away', 'SELECT id, source, target, cost, geom FROM roads') WHERE message LIKE 'the main%'),
	'the main part has 1 of 900 vertices (0.1 %): no place can be reached', 'every street one-way, all to the north-east');
SELECT lives_ok($$ SELECT * FROM lastmile.create_network('closed', 'SELECT id, source, target, -1 AS cost, -1 AS reverse_cost, geom FROM roads') $$, 'all closed');
SELECT lives_ok($$ SELECT * FROM lastmile.create_network('blank', 'SELECT id, source, target, cost, reverse_cost, NULL::geometry AS geom FROM roads') $$, 'no line');
SELECT lives_ok($$ SELECT * FROM lastmile.create_network('loop', 'SELECT 1 AS id, 7 AS source, 7 AS target, 5 AS cost, ''LINESTRING(0 0, 0 0)''::geometry AS geom') $$, 'one loop of no length');
SET client_min_messages = error;
SELECT is((SELECT count(*) FROM unnest('{away,closed,blank,loop}'::text[]) AS name, LATERAL lastmile.matrix('stops', name) WHERE seconds IS NULL), 40000::bigint, 'no place is on any of them');
SELECT is((SELECT count(*) FROM unnest('{away,closed,blank,loop}'::text[]) AS name, LATERAL lastmile.path(name, 'POINT(0 0)', 'POINT(100 100)') WHERE geom IS NULL), 4::bigint, 'nor a path');
RESET client_min_messages;

-- Lines without a topology meet as pgr_extractVertices has them meet.
CREATE TABLE topology AS SELECT * FROM pgr_extractVertices('SELECT id, geom FROM roads');
CREATE VIEW extracted AS SELECT r.id, s.id AS source, t.id AS target, cost, reverse_cost, r.geom FROM roads AS r JOIN topology AS s ON r.id = ANY (s.out_edges) JOIN topology AS t ON r.id = ANY (t.in_edges);
SELECT is((SELECT count(*) FROM extracted), 1740::bigint, 'pgr_extractVertices finds both ends of each');
SELECT is((SELECT array_agg(message) FROM lastmile.create_network('bare', 'SELECT id, cost, reverse_cost, geom FROM roads')),
	(SELECT array_agg(message) FROM lastmile.create_network('extracted', 'extracted')), 'the same vertices, edges and main part');
SELECT is((SELECT count(*) FROM lastmile.matrix('stops', 'bare') AS b JOIN lastmile.matrix('stops', 'extracted') AS e USING (from_id, to_id) WHERE (b.seconds, b.meters) = (e.seconds, e.meters)),
	10000::bigint, 'and the same ways');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'SELECT id, cost, CASE WHEN id <> 9 THEN geom END AS geom FROM roads') $$, '22023', 'edge "9" has no line', 'a line that is missing');
DO $$ BEGIN PERFORM lastmile.drop_network(name) FROM lastmile.networks; END $$;
\ir finish.psql
