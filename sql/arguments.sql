-- Arguments and settings: what is refused, with which SQLSTATE and in which words.
CREATE FUNCTION pg_temp.refused(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
	detail text;
	hint text;
BEGIN
	EXECUTE 'SELECT count(*) FROM lastmile.plan(' || call || ')';
	RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(' / ', SQLSTATE, message, NULLIF(detail, ''), NULLIF(hint, ''));
END $$;
SET client_min_messages = warning;
CREATE ROLE regress_lastmile_arguments;
SET ROLE regress_lastmile_arguments;
\set orders '$$ SELECT 1 AS id, ST_Point(0, 0) AS geom $$'
\set both :orders ', ' :orders

SELECT replace(call, :'both', 'both') AS call, pg_temp.refused(call) FROM (VALUES
	('NULL, ''x'''),
	('''x'', NULL'),
	(:'both' || ', network => ''city'''),
	(:'both' || ', traffic => ''SELECT 1'''),
	(:'both' || ', routes => ''SELECT 1'''),
	(:'both' || ', at => ''infinity'''),
	(:'both' || ', objective => ''emissions'''),
	(:'both' || ', objective => ''Cost'''),
	(:'both' || ', objective => '''''),
	(:'both' || ', workers => 2'),
	(:'both' || ', workers => 0'),
	(:'both' || ', workers => -2147483648'),
	(:'both' || ', time_limit => ''0'''),
	(:'both' || ', time_limit => ''-1 month 1 day'''),
	(:'both' || ', iterations => 0'),
	(:'both' || ', iterations => -1'),
	(:'both' || ', timezone => ''Mars/Olympus'''),
	(:'both' || ', timezone => '''''),
	-- accepted
	(:'both' || ', objective => ''balanced'''),
	(:'both' || ', timezone => ''Europe/Berlin'', workers => 1, iterations => 1'),
	(:'both' || ', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL'),
	(:'both' || ', seed => -9223372036854775808, iterations => 1'),
	(:'both' || ', time_limit => ''1 microsecond'''),
	(:'both' || ', iterations => 1, time_limit => ''1 hour'''),
	(:'both' || ', iterations => 10, time_limit => ''1 min''')) AS calls(call);

-- Settings. A user may not raise what an administrator set.
SHOW lastmile.time_limit;
SHOW lastmile.workers;
SHOW lastmile.streams;
SHOW lastmile.max_workers;
SHOW lastmile.speed_kmh;
SHOW lastmile.detour_factor;
SHOW lastmile.max_memory;
SHOW lastmile.max_time_limit;
SET lastmile.time_limit = 0;
SET lastmile.time_limit = '250ms';
SHOW lastmile.time_limit;
SET lastmile.speed_kmh = 0;
SET lastmile.detour_factor = 0.9;
SET lastmile.workers = 0;
SET lastmile.max_memory = '2GB';
SET lastmile.max_time_limit = '1h';
SET lastmile.max_workers = 100;
SET lastmile.streams = 0;
SET lastmile.time_limt = '1s';
SET lastmile.workers = 2;
SELECT pg_temp.refused(:'both');
SELECT pg_temp.refused(:'both' || ', workers => 1');
RESET lastmile.workers;

-- The administrator's limits end or refuse what goes beyond.
RESET ROLE;
SET lastmile.max_time_limit = '20ms';
SET lastmile.max_memory = '1MB';
SET ROLE regress_lastmile_arguments;
SELECT pg_temp.refused(:'both' || ', time_limit => ''1 s''');
SELECT pg_temp.refused($$ 'SELECT number AS id, ST_Point(number, number) AS geom FROM generate_series(1, 2000) AS number', 'SELECT 1 AS id, ST_Point(0, 0) AS geom', iterations => 1 $$) ~ '^53200 ';
RESET ROLE;
RESET lastmile.max_memory;
SET ROLE regress_lastmile_arguments;
\set VERBOSITY terse
SELECT count(*) FROM lastmile.plan('SELECT number AS id, ST_Point(number, number) AS geom FROM generate_series(1, 100) AS number',
	'SELECT 1 AS id, ST_Point(0, 0) AS geom', iterations => 1000000000000) \g /dev/null
\set VERBOSITY default

-- Arguments and columns of the function, as the contract fixes them.
\x
SELECT pg_get_function_arguments(oid), pg_get_function_result(oid), provolatile, proparallel, proisstrict, prosecdef
FROM pg_proc WHERE oid = 'lastmile.plan'::regproc;
\x
SELECT obj_description('lastmile.plan'::regproc), lastmile.version() ~ '^\d+\.\d+\.\d+$' AS version;
RESET ROLE;
DROP ROLE regress_lastmile_arguments;
