-- addresses_roads.sql - the network of bench/addresses --roads, from the table that osm2pgrouting made.

SET client_min_messages = warning;
SELECT lastmile.drop_network(name) FROM lastmile.networks WHERE name = 'heidelberg_addresses' \g /dev/null

\echo
SELECT message
FROM lastmile.create_network('heidelberg_addresses', $$
	SELECT gid AS id, source, target, cost_s AS cost, reverse_cost_s AS reverse_cost, length_m, the_geom AS geom, tag_value AS class
	FROM lastmile_addresses.ways JOIN lastmile_addresses.configuration USING (tag_id) $$)
WHERE severity = 'info';
