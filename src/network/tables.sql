-- What the networks of create_network are kept in. Nobody reads or writes these tables but the library.

-- A network. Its version is another after every change, and never one that was there before.
CREATE TABLE lastmile.network_store (
	name text COLLATE "C" PRIMARY KEY,
	version uuid NOT NULL,
	owner regrole NOT NULL,
	edges_query text NOT NULL,
	vertices int NOT NULL,
	edges int NOT NULL,
	main_vertices int NOT NULL,
	planar boolean NOT NULL,
	roads uuid NOT NULL,			-- pieces: ids and lines of the edges,
	hierarchy uuid NOT NULL,		-- the graph and its order,
	metric uuid NOT NULL,			-- what driving takes
	created_at timestamptz NOT NULL,
	refreshed_at timestamptz NOT NULL);

-- Pieces, cut in parts that fit a row.
CREATE TABLE lastmile.network_part (
	piece uuid,
	part_no int,
	bytes bytea NOT NULL,
	PRIMARY KEY (piece, part_no));

-- Not compressed: what is read at the first call of every backend must be quick to read.
ALTER TABLE lastmile.network_part ALTER COLUMN bytes SET STORAGE EXTERNAL;

SELECT pg_catalog.pg_extension_config_dump('lastmile.network_store', '');
SELECT pg_catalog.pg_extension_config_dump('lastmile.network_part', '');
