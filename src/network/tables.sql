-- What the networks of create_network are kept in. Nobody reads or writes these tables but the library.

CREATE TABLE lastmile.network_store (
	name text COLLATE "C" PRIMARY KEY,
	owner regrole NOT NULL,
	edges_query text NOT NULL,
	restrictions_query text,
	speeds_query text,
	search_path text NOT NULL,		-- of who gave the queries
	vertices int NOT NULL,
	edges int NOT NULL,
	planar boolean NOT NULL,
	roads uuid NOT NULL,			-- pieces: ids, classes and lines of the edges,
	hierarchy uuid NOT NULL,		-- the graph and its order
	created_at timestamptz NOT NULL,
	refreshed_at timestamptz NOT NULL);

-- What driving takes, by profile; '' is the edges' own costs, and always there.
CREATE TABLE lastmile.network_metric (
	network text COLLATE "C",
	profile text COLLATE "C",
	main_vertices int NOT NULL,
	metric uuid NOT NULL,			-- piece, and
	changes uuid,					-- the piece of what has changed since
	PRIMARY KEY (network, profile));

-- Pieces, cut in parts that fit a row. A piece is never changed: what is new has another name.
CREATE TABLE lastmile.network_part (
	piece uuid,
	part_no int,
	bytes bytea NOT NULL,
	PRIMARY KEY (piece, part_no));

-- Not compressed: what is read at the first call of every backend must be quick to read.
ALTER TABLE lastmile.network_part ALTER COLUMN bytes SET STORAGE EXTERNAL;

SELECT pg_catalog.pg_extension_config_dump('lastmile.network_store', '');
SELECT pg_catalog.pg_extension_config_dump('lastmile.network_metric', '');
SELECT pg_catalog.pg_extension_config_dump('lastmile.network_part', '');
