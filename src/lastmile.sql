\echo Use "CREATE EXTENSION lastmile" to load this file. \quit

COMMENT ON SCHEMA lastmile IS 'Delivery routes: plan, check and follow them.';

GRANT USAGE ON SCHEMA lastmile TO PUBLIC;

-- lastmile.version: the version of the loaded library, as in the release notes.
CREATE OR REPLACE FUNCTION lastmile.version()
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lastmile_version';

COMMENT ON FUNCTION lastmile.version() IS
	'The version of the lastmile library that is loaded.';
