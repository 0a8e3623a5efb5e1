-- roads.sql - what bench/roads measures, and how lastmile and pgRouting are asked the same.
--
-- A network is a schema lastmile_roads_NAME with the table edges (pgRouting's columns, seconds). Places
-- are drawn anew for each repetition by a hash of their number and the seed.

SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS lastmile CASCADE;
CREATE EXTENSION IF NOT EXISTS pgrouting;
DROP SCHEMA IF EXISTS lastmile_roads CASCADE;
CREATE SCHEMA lastmile_roads;
SET search_path = lastmile_roads, public;
SET check_function_bodies = off; -- they read tables of the network whose schema is in the search_path

-- One line of the printed table. Values of one line have one unit.
CREATE TABLE lines (
	network text, no serial, what text, unit text, lastmile float8, pgrouting float8, target text);
CREATE TABLE agreement (
	network text, no serial, what text, compared bigint, worst float8, unit text, differ bigint, remark text);

-- A number from 0 to 1, the same for the same number and seed everywhere.
CREATE FUNCTION share(number bigint, seed bigint) RETURNS float8
LANGUAGE sql IMMUTABLE AS $$
	SELECT (hashint8extended(number, seed) & 4294967295) / 4294967296.0;
$$;

\ir took.sql

-- The grid: side x side crossings 100 m apart and a little beside their place, every street open both
-- ways at a speed of its own each way, from 20 to 100 km/h.
CREATE FUNCTION make_grid(side int, seed bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	CREATE TABLE lastmile_roads_grid.crossings AS
	SELECT r * side + c + 1 AS id,
		ST_SetSRID(ST_MakePoint(8.5 + 0.0014 * (c + 0.4 * share(r::bigint * side + c, seed)),
			49.3 + 0.0009 * (r + 0.4 * share(r::bigint * side + c, seed + 1))), 4326) AS geom, r, c
	FROM generate_series(0, side - 1) AS r, generate_series(0, side - 1) AS c;
	CREATE INDEX ON lastmile_roads_grid.crossings (id);
	ANALYZE lastmile_roads_grid.crossings;

	CREATE TABLE lastmile_roads_grid.edges AS
	SELECT id, source, target, length_m / (20 + 80 * share(id, seed + 2)) * 3.6 AS cost,
		length_m / (20 + 80 * share(id, seed + 3)) * 3.6 AS reverse_cost, length_m, geom
	FROM (
		SELECT row_number() OVER (ORDER BY a.id, b.id) AS id, a.id AS source, b.id AS target,
			ST_MakeLine(a.geom, b.geom) AS geom, ST_Length(ST_MakeLine(a.geom, b.geom)::geography) AS length_m
		FROM lastmile_roads_grid.crossings AS a, LATERAL (VALUES (a.id + 1), (a.id + side)) AS next (id)
			JOIN lastmile_roads_grid.crossings AS b USING (id)
		WHERE b.r = a.r OR b.c = a.c
	) AS streets;
END
$$;

-- Vertices of the largest strongly connected part, and the edges between them.
CREATE FUNCTION find_main(edges text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format($q$
		CREATE TABLE main AS
		WITH parts AS (SELECT * FROM pgr_strongComponents('SELECT id, source, target, cost, reverse_cost FROM %1$s')),
			ends AS (SELECT source AS vertex, ST_StartPoint(geom) AS geom FROM %1$s
				UNION ALL SELECT target, ST_EndPoint(geom) FROM %1$s)
		SELECT DISTINCT ON (node) node AS vertex, geom
		FROM parts JOIN ends ON vertex = node
		WHERE component = (SELECT component FROM parts GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1)
		ORDER BY node;

		-- without those that lie on another one: a place there is on both
		CREATE TABLE main_edges AS
		SELECT e.* FROM %1$s AS e JOIN main AS a ON a.vertex = source JOIN main AS b ON b.vertex = target
		WHERE length_m > 1;
		CREATE INDEX ON main_edges USING gist (geom);
	$q$, edges);
END
$$;

-- count places for each of some repetitions: vertices, and points on edges. pgRouting's fraction is of
-- an edge's cost, here of its metres; a point's own is of its degrees.
CREATE FUNCTION choose(repetitions int, count int, seed bigint) RETURNS void
LANGUAGE sql AS $$
	CREATE TABLE chosen AS
	SELECT rep, row_number() OVER (PARTITION BY rep ORDER BY vertex) AS no, vertex, geom
	FROM (
		SELECT rep, vertex, geom,
			row_number() OVER (PARTITION BY rep ORDER BY share(vertex, seed + rep), vertex) AS place
		FROM main, generate_series(0, repetitions) AS rep) AS drawn
	WHERE place <= count;

	CREATE TABLE spots AS
	SELECT rep, row_number() OVER (PARTITION BY rep ORDER BY id) AS no, id AS edge_id, point AS geom,
		ST_Length(ST_LineSubstring(geom, 0, fraction)::geography) / ST_Length(geom::geography) AS fraction
	FROM (
		SELECT rep, id, geom, 0.05 + 0.9 * share(id, seed + 200 + rep) AS fraction,
			row_number() OVER (PARTITION BY rep ORDER BY share(id, seed + 100 + rep), id) AS place
		FROM main_edges, generate_series(0, repetitions) AS rep) AS drawn,
		LATERAL (SELECT ST_LineInterpolatePoint(geom, fraction) AS point) AS p
	WHERE place <= count;
$$;

CREATE FUNCTION edges() RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT 'SELECT id, source, target, cost, reverse_cost FROM edges' $$;

CREATE FUNCTION median(statements text[]) RETURNS float8
LANGUAGE sql AS $$
	SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY took(s)) FROM unnest(statements) AS s;
$$;

CREATE FUNCTION note(network text, what text, unit text, ours float8, theirs float8, target text DEFAULT NULL)
RETURNS void LANGUAGE sql AS $$
	INSERT INTO lines (network, what, unit, lastmile, pgrouting, target) VALUES ($1, $2, $3, $4, $5, $6);
$$;

-- What plan uses, beside its search: a call of check with no routes reads the orders and fills the table
-- of travel times. The same call on straight lines is taken away. NULL: check does not know roads yet.
CREATE FUNCTION fill_took(network text, repeats int) RETURNS float8
LANGUAGE plpgsql AS $$
DECLARE
	orders text := $q$ SELECT no AS id, geom FROM chosen WHERE no > 1 AND rep = $q$;
	van text := $q$ SELECT 1 AS id, geom FROM chosen WHERE no = 1 AND rep = $q$;
	nothing text := $q$ SELECT 1 AS vehicle_id, 1 AS stop_no, 1 AS order_id WHERE false $q$;
	call text := 'SELECT count(*) FROM lastmile.check(%L, %L, %L%s)';
	roads text := format(', network => %L', network);
BEGIN
	PERFORM took(format(call, orders || 0, van || 0, nothing, roads));
	PERFORM took(format(call, orders || 0, van || 0, nothing, ''));
	RETURN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY
				took(format(call, orders || rep, van || rep, nothing, roads))
				- took(format(call, orders || rep, van || rep, nothing, '')))
			FROM generate_series(1, repeats) AS rep);
EXCEPTION WHEN feature_not_supported THEN
	RETURN NULL;
END
$$;

-- The two questions about a number of vertices, or of points on edges, drawn for a repetition.
CREATE FUNCTION our_matrix(network text, places text, rep int, size int) RETURNS text
LANGUAGE sql AS $$
	SELECT format('SELECT count(seconds) FROM lastmile.matrix(%L, %L)',
		format('SELECT no AS id, geom FROM %I WHERE rep = %s AND no <= %s', places, rep, size), network);
$$;

CREATE FUNCTION their_matrix(places text, rep int, size int) RETURNS text
LANGUAGE sql AS $$
	SELECT CASE places
		WHEN 'chosen' THEN format('SELECT count(agg_cost) FROM pgr_dijkstraCostMatrix(%L,
			ARRAY(SELECT vertex FROM chosen WHERE rep = %s AND no <= %s))', edges(), rep, size)
		ELSE format('SELECT count(agg_cost) FROM pgr_withPointsCostMatrix(%L, %L,
			ARRAY(SELECT -no FROM spots WHERE rep = %s AND no <= %s), directed => true)', edges(),
			format('SELECT no AS pid, edge_id, fraction FROM spots WHERE rep = %s AND no <= %s', rep, size), rep, size)
		END;
$$;

CREATE FUNCTION our_path(network text, rep int, no int) RETURNS text
LANGUAGE sql AS $$
	SELECT format('SELECT count(seconds) FROM lastmile.path(%L, (SELECT geom FROM chosen WHERE rep = %s AND no = %s),
		(SELECT geom FROM chosen WHERE rep = %2$s AND no = %s))', network, rep, no, 101 - no);
$$;

CREATE FUNCTION their_path(rep int, no int) RETURNS text
LANGUAGE sql AS $$
	SELECT format('SELECT count(*) FROM pgr_dijkstra(%L, (SELECT vertex FROM chosen WHERE rep = %s AND no = %s),
		(SELECT vertex FROM chosen WHERE rep = %2$s AND no = %s)) JOIN edges ON id = edge', edges(), rep, no, 101 - no);
$$;

-- What a new backend's question takes, and how much its memory grows by it.
CREATE TABLE cold (network text, what text, ours bool, ms float8, mb float8);

CREATE FUNCTION measure_cold(network text, what text, ours bool, statement text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	peak text := $q$ (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s+(\d+)'))[1]::float8 / 1000 $q$;
	before float8;
	after float8;
	ms float8;
BEGIN
	EXECUTE 'SELECT ' || peak INTO before;
	ms := took(statement);
	EXECUTE 'SELECT ' || peak INTO after;
	INSERT INTO cold VALUES (network, what, ours, ms, after - before);
END
$$;

CREATE FUNCTION note_cold(network text) RETURNS void
LANGUAGE sql AS $$
	SELECT note($1, 'first question of a backend: ' || what, 'ms', percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE ours),
		percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE NOT ours),
		CASE WHEN $1 = 'grid' AND what = 'path' THEN '< 300 ms' END)
	FROM cold AS c WHERE c.network = $1 AND what <> 'matrix of 1000' GROUP BY what ORDER BY what DESC;
	SELECT note($1, 'its memory, matrix of 1000', 'MB', max(mb) FILTER (WHERE ours), max(mb) FILTER (WHERE NOT ours))
	FROM cold AS c WHERE c.network = $1 AND what = 'matrix of 1000' HAVING count(*) > 0;
$$;

-- The network is made anew each time; the last one stays.
CREATE FUNCTION measure_create(network text, repeats int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	statement text := format('SELECT count(*) FROM lastmile.create_network(%L, ''SELECT * FROM %I.edges'')',
		network, 'lastmile_roads_' || network);
	ms float8[];
BEGIN
	FOR i IN 1 .. repeats LOOP
		PERFORM lastmile.drop_network(name) FROM lastmile.networks WHERE name = network;
		ms := ms || took(statement);
	END LOOP;
	PERFORM note(network, format('create_network, %s vertices, %s edges', vertices, edges), 'ms',
		(SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY m) FROM unnest(ms) AS m), NULL)
	FROM lastmile.networks WHERE name = network;
	PERFORM note(network, 'stored', 'MB', bytes / 1e6, NULL) FROM lastmile.networks WHERE name = network;
END
$$;

-- The lines of a backend that has the network loaded.
CREATE FUNCTION measure_warm(network text, repeats int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	large bool := (SELECT count(*) > 50000 FROM main); -- pgRouting takes minutes for points on edges there
	size int;
	begun float8;
	theirs float8;
BEGIN
	PERFORM took(our_matrix(network, 'chosen', 0, 100));
	FOREACH size IN ARRAY ARRAY[100, 1000] LOOP
		CONTINUE WHEN size > (SELECT max(no) FROM chosen);
		theirs := (SELECT ms FROM cold AS c
			WHERE c.network = measure_warm.network AND what = format('matrix of %s', size) AND NOT ours LIMIT 1);
		PERFORM note(network, format('matrix of %s vertices, rows', size), 'ms',
			median(ARRAY(SELECT our_matrix(network, 'chosen', rep, size) FROM generate_series(1, repeats) AS rep)), theirs,
			CASE WHEN network IN ('heidelberg', 'grid') THEN
				CASE WHEN size = 100 THEN '< 30 ms' WHEN network = 'grid' THEN '>= 80 times' ELSE '>= 15 times' END END);
		PERFORM note(network, format('matrix of %s points on edges, rows', size), 'ms',
			median(ARRAY(SELECT our_matrix(network, 'spots', rep, size) FROM generate_series(1, repeats) AS rep)),
			CASE WHEN size = 100 OR NOT large THEN took(their_matrix('spots', 1, size)) END);
	END LOOP;
	IF size = (SELECT max(no) FROM chosen) THEN
		PERFORM note(network, format('matrix of %s as plan uses it', size), 'ms', fill_took(network, repeats), theirs,
			CASE network WHEN 'grid' THEN '>= 500 times' WHEN 'heidelberg' THEN '>= 100 times, < 75 ms' END);
	END IF;
	begun := processor_ms();
	FOR trip IN 1 .. 100 LOOP
		EXECUTE our_path(network, 1, trip);
	END LOOP;
	PERFORM note(network, 'path with its line', 'ms', (processor_ms() - begun) / 100,
		median(ARRAY(SELECT their_path(1, no) FROM generate_series(1, 5) AS no)),
		CASE network WHEN 'grid' THEN '< 5 ms' WHEN 'heidelberg' THEN '< 1 ms' END);
	PERFORM note(network, 'kept in the backend', 'MB', (SELECT sum(total_bytes) / 1e6 FROM pg_backend_memory_contexts
		WHERE name IN ('lastmile roads', 'lastmile metric', 'lastmile snap tree')), NULL);
END
$$;

-- ---- agreement ----

CREATE FUNCTION agree(network text, what text, compared bigint, worst float8, unit text, differ bigint, remark text DEFAULT NULL)
RETURNS void LANGUAGE sql AS $$
	INSERT INTO agreement (network, what, compared, worst, unit, differ, remark) VALUES ($1, $2, $3, $4, $5, $6, $7);
$$;

-- Times between 300 vertices, and between 300 points on edges, as pgRouting has them.
CREATE FUNCTION agree_matrix(network text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM agree(network, 'pgr_dijkstraCostMatrix, 300 vertices', count(*), max(abs(seconds - coalesce(agg_cost, 0))), 's',
		count(*) FILTER (WHERE (abs(seconds - agg_cost) <= 0.01) IS NOT true AND from_id <> to_id))
	FROM lastmile.matrix('SELECT vertex AS id, geom FROM chosen WHERE rep = 0 AND no <= 300', network)
		LEFT JOIN pgr_dijkstraCostMatrix(edges(), ARRAY(SELECT vertex FROM chosen WHERE rep = 0 AND no <= 300))
			ON start_vid = from_id::bigint AND end_vid = to_id::bigint;
	PERFORM agree(network, 'pgr_withPointsCostMatrix, 300 points on edges', count(*), max(abs(seconds - coalesce(agg_cost, 0))), 's',
		count(*) FILTER (WHERE (abs(seconds - agg_cost) <= 0.01) IS NOT true AND from_id <> to_id))
	FROM lastmile.matrix('SELECT no AS id, geom FROM spots WHERE rep = 0 AND no <= 300', network)
		LEFT JOIN pgr_withPointsCostMatrix(edges(), 'SELECT no AS pid, edge_id, fraction FROM spots WHERE rep = 0 AND no <= 300',
			ARRAY(SELECT -no FROM spots WHERE rep = 0 AND no <= 300), directed => true)
			ON start_vid = -from_id::bigint AND end_vid = -to_id::bigint;
END
$$;

-- 300 paths: what they take and how long they are; their lines, where pgRouting's is the only one that fast.
CREATE FUNCTION agree_path(network text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	CREATE TABLE paths AS
	SELECT a.no, a.vertex AS start_vid, b.vertex AS end_vid, p.seconds, p.meters, p.geom
	FROM chosen AS a JOIN chosen AS b ON b.rep = 1 AND b.no = 301 - a.no,
		LATERAL lastmile.path(network, a.geom, b.geom) AS p
	WHERE a.rep = 0 AND a.no <= 300 AND a.vertex <> b.vertex;

	CREATE TABLE their_paths AS
	SELECT start_vid, end_vid, sum(d.cost) AS seconds, sum(length_m) AS meters, ST_Union(geom) AS geom
	FROM pgr_dijkstra(edges(),
			'SELECT start_vid AS source, end_vid AS target FROM paths') AS d
		JOIN edges ON id = edge
	GROUP BY 1, 2;

	PERFORM agree(network, 'pgr_dijkstra, 300 paths: seconds', count(*), max(abs(p.seconds - t.seconds)), 's',
		count(*) FILTER (WHERE (abs(p.seconds - t.seconds) <= 0.01) IS NOT true))
	FROM paths AS p LEFT JOIN their_paths AS t USING (start_vid, end_vid);

	-- Another line may be as fast, to the 0.1 ms of an edge: then pgRouting, given only the edges under
	-- it, takes as long.
	CREATE TABLE other_lines AS
	SELECT p.start_vid, p.end_vid, p.geom, t.seconds
	FROM paths AS p LEFT JOIN their_paths AS t USING (start_vid, end_vid)
	WHERE (ST_HausdorffDistance(ST_UnaryUnion(p.geom), t.geom) < 1e-8) IS NOT true;

	PERFORM agree(network, 'pgr_dijkstra, 300 paths: lines', (SELECT count(*) FROM paths), max(abs(by_edges - seconds)), 's',
		count(*) FILTER (WHERE (abs(by_edges - seconds) <= 0.01) IS NOT true),
		CASE WHEN count(*) > 0 THEN format('%s by another line as fast', count(*)) END)
	FROM other_lines AS p, LATERAL (
		SELECT max(agg_cost) AS by_edges
		FROM pgr_dijkstra(format($q$ SELECT id, source, target, cost, reverse_cost FROM edges
			WHERE ST_Within(geom, ST_Buffer(%L::geometry, 1e-9)) $q$, p.geom), start_vid, end_vid)) AS u;
END
$$;

-- The same edges with forbidden turns: pairs of edges driven one after the other, a twentieth of them but
-- at most 500 (with more of them few ways are left in a town of one-ways). A place at a vertex is that
-- vertex, whatever edge it is put on: its way begins without a history on any edge, as pgr_trsp's does.
-- pgr_trsp never turns back on an edge, so that is forbidden here, too. An answer of pgr_trsp that begins
-- elsewhere or is less than without restrictions is left out and counted, and so is none where there is a
-- way here. What pgr_trsp does not answer, pgr_dijkstra does on a graph of the directed edges, joined by
-- the turns that are left.
CREATE FUNCTION agree_turns(network text, pairs int, seed bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	restricted text := network || '_turns';
	forbidden bigint;
BEGIN
	CREATE TABLE arcs AS
	SELECT 2 * id AS arc, id, source AS tail, target AS head, cost FROM edges WHERE cost >= 0
	UNION ALL SELECT 2 * id + 1, id, target, source, reverse_cost FROM edges WHERE reverse_cost >= 0;
	CREATE INDEX ON arcs (tail);
	CREATE TABLE turns AS
	SELECT row_number() OVER (ORDER BY place) AS id, ARRAY[first, second] AS path, 'Infinity'::float8 AS cost
	FROM (
		SELECT first, second, count(*) OVER () AS count,
			row_number() OVER (ORDER BY share(hashint8extended(first, second), seed + 300), first, second) AS place
		FROM (
			SELECT DISTINCT a.id AS first, b.id AS second
			FROM arcs AS a JOIN arcs AS b ON b.tail = a.head AND b.id <> a.id
			WHERE a.tail IN (SELECT vertex FROM main) AND a.head IN (SELECT vertex FROM main)
				AND b.head IN (SELECT vertex FROM main)) AS consecutive) AS drawn
	WHERE place <= least(500, count / 20);
	ANALYZE arcs, turns;
	SELECT count(*) INTO forbidden FROM turns;

	PERFORM lastmile.drop_network(name) FROM lastmile.networks WHERE name = restricted;
	PERFORM lastmile.create_network(restricted, format('SELECT * FROM %I.edges', 'lastmile_roads_' || network),
		format('SELECT path, cost FROM %1$I.turns UNION ALL SELECT ARRAY[id, id], -1 FROM %1$I.edges', 'lastmile_roads_' || network));

	CREATE TABLE turn_paths AS
	WITH drawn AS (
		SELECT rep, vertex, geom, row_number() OVER (PARTITION BY rep ORDER BY share(vertex, seed + 400 + rep), vertex) AS place
		FROM chosen WHERE rep <= 1)
	SELECT a.vertex AS start_vid, b.vertex AS end_vid, p.seconds, p.meters, p.geom, d.agg_cost AS without,
		t.agg_cost AS theirs, t.added, t.meters AS their_meters, t.geom AS their_geom, coalesce(t.agg_cost >= d.agg_cost - 0.01, false) AS possible, t.rows > 0 AS answered
	FROM drawn AS a JOIN drawn AS b ON a.rep = 0 AND b.rep = 1 AND b.place = a.place AND b.vertex <> a.vertex
		CROSS JOIN LATERAL pgr_dijkstraCost(edges(), a.vertex, b.vertex) AS d
		LEFT JOIN LATERAL lastmile.path(restricted, a.geom, b.geom) AS p ON true
		LEFT JOIN LATERAL (
			SELECT count(*) AS rows, sum(r.cost) AS added, sum(length_m) AS meters, ST_Union(e.geom) AS geom,
				CASE WHEN bool_or(path_seq = 1 AND node = a.vertex)
				THEN max(agg_cost) FILTER (WHERE edge = -1 AND node = b.vertex) END AS agg_cost
			FROM pgr_trsp(edges(), 'SELECT id, path, cost FROM turns', a.vertex, b.vertex) AS r LEFT JOIN edges AS e ON e.id = r.edge) AS t ON true
	WHERE a.place <= pairs;

	CREATE TABLE not_by_trsp AS
	SELECT p.start_vid, p.end_vid, p.seconds, o.agg_cost
	FROM turn_paths AS p LEFT JOIN pgr_dijkstraCost(
			'SELECT row_number() OVER () AS id, * FROM (
				SELECT a.arc AS source, b.arc AS target, b.cost FROM arcs AS a JOIN arcs AS b ON b.tail = a.head AND b.id <> a.id
				WHERE (a.id, b.id) NOT IN (SELECT path[1], path[2] FROM turns)
				UNION ALL SELECT -2 * tail, arc, cost FROM arcs
				UNION ALL SELECT arc, -2 * head - 1, 0 FROM arcs) AS t',
			'SELECT -2 * start_vid AS source, -2 * end_vid - 1 AS target FROM turn_paths WHERE NOT possible') AS o
		ON o.start_vid = -2 * p.start_vid AND o.end_vid = -2 * p.end_vid - 1
	WHERE NOT possible;

	PERFORM agree(network, format('pgr_trsp, %s pairs with %s forbidden turns', count(*), forbidden),
		count(*) FILTER (WHERE possible OR none), max(abs(seconds - theirs)) FILTER (WHERE possible), 's',
		count(*) FILTER (WHERE possible AND (abs(seconds - theirs) <= 0.01) IS NOT true)
			+ (SELECT count(*) FROM not_by_trsp WHERE seconds IS DISTINCT FROM agg_cost AND (abs(seconds - agg_cost) <= 0.01) IS NOT true),
		format('%s longer than without them, %s without a way; %s left out',
			count(*) FILTER (WHERE possible AND theirs > without + 0.01), count(*) FILTER (WHERE none),
			count(*) FILTER (WHERE NOT possible AND NOT none)))
	FROM (SELECT *, NOT answered AND seconds IS NULL AS none FROM turn_paths) AS p;

	-- Where its rows are those of one pair, they add up to its answer; edges here are rounded to 1 mm, and
	-- a line that crosses itself is cut at the crossing, 3 cm beside it.
	PERFORM agree(network, 'pgr_trsp: metres and lines', count(*), max(abs(meters - their_meters)), 'm',
		count(*) FILTER (WHERE (abs(meters - their_meters) <= 0.1 AND ST_HausdorffDistance(ST_UnaryUnion(geom), their_geom) < 1e-6) IS NOT true))
	FROM turn_paths WHERE possible AND abs(added - theirs) < 1e-6;
END
$$;
