-- lastmile.create_network: a road network for matrix, path and plan, from a table of edges.
--   name          what the network is called from now on
--   edges         query, or name of a table or view: id, source, target, cost, reverse_cost, length_m,
--                 class, geom (doc/reference.md)
--   restrictions  query: path, cost
--   speeds        query: class, kmh, profile
--   Returns       what was read, and a row for everything in it that looks wrong
--   Errors        doc/errors.md
CREATE OR REPLACE FUNCTION lastmile.create_network(
	name text,
	edges text,
	restrictions text DEFAULT NULL,
	speeds text DEFAULT NULL)
RETURNS TABLE (severity text, message text, edge_id text)
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'lastmile_create_network';

COMMENT ON FUNCTION lastmile.create_network(text, text, text, text) IS
	'Makes a road network of a table of edges and reports what looks wrong in it.';

-- lastmile.refresh_network: reads a network again, or other costs for some of its edges.
--   name          of the network; only its owner may
--   edges, restrictions, speeds
--                 other queries from now on; NULL: those it was made with
--   changes       query: id, cost, reverse_cost, profile; without the other queries
--   Returns       as create_network
CREATE OR REPLACE FUNCTION lastmile.refresh_network(
	name text,
	edges text DEFAULT NULL,
	restrictions text DEFAULT NULL,
	speeds text DEFAULT NULL,
	changes text DEFAULT NULL)
RETURNS TABLE (severity text, message text, edge_id text)
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'lastmile_refresh_network';

COMMENT ON FUNCTION lastmile.refresh_network(text, text, text, text, text) IS
	'Reads the edges of a road network again, or other costs for some of them.';

-- lastmile.drop_network: forgets a network; only its owner may.
CREATE OR REPLACE FUNCTION lastmile.drop_network(name text)
RETURNS void
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'lastmile_drop_network';

COMMENT ON FUNCTION lastmile.drop_network(text) IS 'Forgets a road network.';

-- lastmile.matrix: travel times and lengths by road between all pairs of points.
--   points       query, or name of a table or view: id, geom
--   network      name of a network
--   at, traffic  moment of departure, and a query: from_time, to_time, during, days, factor, profile, class
--   timezone     of the traffic's times of day; default the session's
--   Returns      a row for every pair; seconds and meters NULL where there is no way
--   Example      SELECT * FROM lastmile.matrix('SELECT id, geom FROM stops', 'city')
CREATE OR REPLACE FUNCTION lastmile.matrix(
	points text,
	network text,
	at timestamptz DEFAULT NULL,
	traffic text DEFAULT NULL,
	profile text DEFAULT NULL,
	timezone text DEFAULT NULL)
RETURNS TABLE (from_id text, to_id text, seconds float8, meters float8)
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
COST 10000 ROWS 10000
AS 'MODULE_PATHNAME', 'lastmile_matrix';

COMMENT ON FUNCTION lastmile.matrix(text, text, timestamptz, text, text, text) IS
	'Travel times and lengths by road between all pairs of points.';

-- lastmile.path: the fastest way by road between two points, with its geometry.
--   at, traffic, timezone  as in lastmile.matrix; the way is that of the departure
--   Returns      one row; NULLs where there is no way
CREATE OR REPLACE FUNCTION lastmile.path(
	network text,
	from_geom geometry,
	to_geom geometry,
	at timestamptz DEFAULT NULL,
	traffic text DEFAULT NULL,
	profile text DEFAULT NULL,
	timezone text DEFAULT NULL)
RETURNS TABLE (seconds float8, meters float8, geom geometry)
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
COST 1000 ROWS 1
AS 'MODULE_PATHNAME', 'lastmile_path';

COMMENT ON FUNCTION lastmile.path(text, geometry, geometry, timestamptz, text, text, text) IS
	'The fastest way by road between two points.';

-- lastmile.networks: the networks there are; the query only for those who may refresh it.
CREATE OR REPLACE VIEW lastmile.networks AS
SELECT n.name, n.owner::text AS owner, n.vertices, n.edges,
	m.main_vertices::float8 / n.vertices AS main_share,
	CASE WHEN n.planar THEN 0 ELSE 4326 END AS srid,
	ARRAY(SELECT p.profile FROM lastmile.network_metric AS p
		WHERE p.network = n.name AND p.profile <> '' ORDER BY 1) AS profiles,
	CASE WHEN pg_catalog.pg_has_role(n.owner, 'USAGE') THEN n.edges_query END AS edges_query,
	CASE WHEN pg_catalog.pg_has_role(n.owner, 'USAGE') THEN n.restrictions_query END AS restrictions_query,
	CASE WHEN pg_catalog.pg_has_role(n.owner, 'USAGE') THEN n.speeds_query END AS speeds_query,
	(SELECT sum(octet_length(p.bytes)) FROM lastmile.network_part AS p
		WHERE p.piece IN (n.roads, n.hierarchy) OR p.piece IN
			(SELECT unnest(ARRAY[k.metric, k.changes]) FROM lastmile.network_metric AS k WHERE k.network = n.name))::bigint AS bytes,
	n.created_at, n.refreshed_at
FROM lastmile.network_store AS n JOIN lastmile.network_metric AS m ON m.network = n.name AND m.profile = '';

COMMENT ON VIEW lastmile.networks IS 'Road networks made by lastmile.create_network.';

GRANT SELECT ON lastmile.networks TO PUBLIC;
