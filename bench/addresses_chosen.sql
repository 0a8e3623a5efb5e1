-- addresses_chosen.sql - which 300 of the addresses order something.
--
-- Run by addresses.sql and rush.sql, whose search_path has the table nodes; makes share() and the table chosen.

-- A number from 0 to 1, the same for the same address, seed and use everywhere.
CREATE FUNCTION share(id bigint, seed bigint, use text) RETURNS float8
LANGUAGE sql IMMUTABLE AS $$
	SELECT ('x' || substr(md5(id || ' ' || seed || ' ' || use), 1, 8))::bit(32)::bigint / 4294967296.0;
$$;

CREATE TABLE chosen AS
	SELECT id, geom, tags
	FROM nodes
	ORDER BY share(id, :seed, 'chosen'), id
	LIMIT 300;
