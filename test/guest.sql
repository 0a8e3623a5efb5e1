-- guest.sql - plan and check as guests of a server: wherever SQL may stand, with the caller's rights and
-- snapshot, leaving nothing behind.
\ir setup.psql
SELECT pg_backend_pid() AS pid \gset
SET lastmile.speed_kmh = 36;

CREATE TABLE orders AS
SELECT id, ST_Point(8.6 + id * 7 % 11 * 0.003, 49.4 + id * 5 % 13 * 0.002, 4326) AS geom, 1 + id % 3 AS demand,
	'ann' || id % 2 AS owner FROM generate_series(1, 24) AS id;
CREATE TABLE vans AS SELECT id, ST_Point(8.61, 49.41, 4326) AS geom, 25 AS capacity, 3 AS cost_fixed, 20 AS cost_per_hour,
	timestamptz '2026-12-01 08:00Z' AS shift_start FROM generate_series(1, 3) AS id;
CREATE TABLE reference AS SELECT row_number() OVER () AS line, p.* FROM lastmile.plan('orders', 'vans', iterations => 200) AS p;

-- Rows as text, to be compared with the reference whatever they went through.
CREATE FUNCTION told(vehicle_id text, stop_no int, kind text, order_id text, starts_at timestamptz, cost float8,
	geom geometry) RETURNS text LANGUAGE sql IMMUTABLE AS
	$$ SELECT concat_ws(' ', vehicle_id, stop_no, kind, order_id, extract(epoch FROM starts_at), cost, ST_AsText(geom)) $$;
CREATE VIEW wanted AS SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom) AS told FROM reference ORDER BY line;

SELECT plan(79);
SELECT ok(NOT rolsuper, 'the tests run as an ordinary role') FROM pg_roles WHERE rolname = current_user;
SELECT is(count(DISTINCT order_id), 24::bigint, 'the reference serves all orders') FROM reference WHERE kind = 'delivery';

------------------------------------------------------------------------------------------------------
-- Wherever SQL may stand
------------------------------------------------------------------------------------------------------

CREATE TABLE kept (LIKE reference);
INSERT INTO kept SELECT row_number() OVER (), p.* FROM lastmile.plan('orders', 'vans', iterations => 200) AS p;
SELECT results_eq($$ SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom) FROM kept ORDER BY line $$,
	'TABLE wanted', 'INSERT ... SELECT');
CREATE VIEW planned AS SELECT * FROM lastmile.plan('orders', 'vans', iterations => 200);
SELECT results_eq('SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom) FROM planned', 'TABLE wanted', 'a view');
CREATE MATERIALIZED VIEW stored AS SELECT row_number() OVER () AS line, p.*
	FROM lastmile.plan('tester.orders', 'tester.vans', iterations => 200) AS p;
SELECT results_eq($$ SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom) FROM stored ORDER BY line $$,
	'TABLE wanted', 'a materialized view');
REFRESH MATERIALIZED VIEW stored;
SELECT results_eq($$ SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom) FROM stored ORDER BY line $$,
	'TABLE wanted', 'a materialized view, refreshed');
PREPARE plan_by(text, bigint) AS SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom)
	FROM lastmile.plan($1, 'vans', iterations => $2);
SELECT results_eq($$ EXECUTE plan_by('orders', 200) $$, 'TABLE wanted', 'a prepared statement');
SELECT results_eq($$ EXECUTE plan_by('SELECT * FROM orders', 200) $$, 'TABLE wanted', 'a prepared statement with another query');
SET plan_cache_mode = force_generic_plan;
SELECT results_eq($$ EXECUTE plan_by('orders', 200) $$, 'TABLE wanted', 'a prepared statement with a generic plan');
RESET plan_cache_mode;
SELECT results_eq($$ WITH p AS MATERIALIZED (SELECT * FROM lastmile.plan('orders', 'vans', iterations => 200))
	SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom) FROM p $$, 'TABLE wanted', 'a WITH query');
SELECT results_eq($$ SELECT told((p).vehicle_id, (p).stop_no, (p).kind, (p).order_id, (p).starts_at, (p).cost, (p).geom)
	FROM (SELECT lastmile.plan('orders', 'vans', iterations => 200) AS p) AS s $$, 'TABLE wanted', 'a select list');
SELECT results_eq($$ SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom)
	FROM lastmile.plan('orders', 'vans', iterations => 200) LIMIT 3 $$, 'SELECT * FROM wanted LIMIT 3', 'a LIMIT');
SELECT results_eq($$ SELECT seed, count(order_id) FROM generate_series(1, 3) AS seed,
	LATERAL lastmile.plan('orders', 'vans', iterations => 20, seed => seed) GROUP BY 1 ORDER BY 1 $$,
	'SELECT seed::int, 24::bigint FROM generate_series(1, 3) AS seed', 'LATERAL, three times in a statement');
SELECT results_eq($$ SELECT o.id FROM orders AS o JOIN lastmile.plan('orders', 'vans',
	iterations => 200) AS p ON o.id = p.order_id::int ORDER BY 1 $$, 'SELECT id FROM orders ORDER BY 1', 'a join by id');
SELECT lives_ok($$ EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT *
	FROM lastmile.plan('orders', 'vans', iterations => 10) $$, 'EXPLAIN ANALYZE');
SELECT results_eq($$ SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom)
	FROM lastmile.plan($q$ SELECT DISTINCT order_id AS id, geom, 1 + order_id::int % 3 AS demand
		FROM lastmile.plan('orders', 'vans', iterations => 10) WHERE order_id IS NOT NULL ORDER BY 1 DESC $q$, 'vans',
			iterations => 200) ORDER BY 1 $$,
	'SELECT told FROM wanted ORDER BY 1', 'a plan whose orders come out of a plan');
SELECT is_empty($$ SELECT * FROM lastmile.check('orders', 'vans',
	$q$ SELECT * FROM lastmile.plan('orders', 'vans', iterations => 100) $q$) WHERE violations <> '{}' $$,
	'a check whose routes come out of a plan');

-- Cursors: forth and back, and across the end of the transaction.
CREATE FUNCTION fetched(cursor refcursor, direction text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	row record;
BEGIN
	LOOP
		EXECUTE format('FETCH %s FROM %I', direction, cursor) INTO row;
		EXIT WHEN row IS NULL;
		RETURN NEXT row.told;
	END LOOP;
END $$;
BEGIN;
DECLARE stops SCROLL CURSOR FOR SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom) AS told
	FROM lastmile.plan('orders', 'vans', iterations => 200);
SELECT results_eq($$ SELECT fetched('stops', 'NEXT') $$, 'TABLE wanted', 'a cursor');
SELECT results_eq($$ SELECT fetched('stops', 'PRIOR') $$, $$ SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom)
	FROM reference ORDER BY line DESC $$, 'a cursor, backwards');
DECLARE held CURSOR WITH HOLD FOR SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom) AS told
	FROM lastmile.plan('orders', 'vans', iterations => 200);
COMMIT;
SELECT results_eq($$ SELECT fetched('held', 'NEXT') $$, 'TABLE wanted', 'a cursor WITH HOLD, after COMMIT');
CLOSE held;

-- PL/pgSQL.
CREATE FUNCTION looped() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	stop record;
BEGIN
	FOR stop IN SELECT * FROM lastmile.plan(orders => 'orders', vehicles => 'vans', iterations => 200) LOOP
		RETURN NEXT told(stop.vehicle_id, stop.stop_no, stop.kind, stop.order_id, stop.starts_at, stop.cost, stop.geom);
	END LOOP;
END $$;
SELECT results_eq('SELECT looped()', 'TABLE wanted', 'a loop in PL/pgSQL');
CREATE FUNCTION in_sql() RETURNS SETOF text STABLE LANGUAGE sql BEGIN ATOMIC
	SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom) FROM lastmile.plan('orders', 'vans', iterations => 200);
END;
SELECT results_eq('SELECT in_sql()', 'TABLE wanted', 'a function of SQL');
CREATE FUNCTION caught() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	states text := '';
	served bigint;
	bad text;
BEGIN
	FOREACH bad IN ARRAY ARRAY['no_such_table', 'SELECT 1 AS nr', 'SELECT 1 / 0 AS id',
		'SELECT 1 AS id, ST_Point(0, 0) AS geom UNION ALL SELECT 1, NULL', 'SELECT ''x'' AS id, 3 AS geom'] LOOP
		BEGIN
			PERFORM lastmile.plan(bad, 'vans');
		EXCEPTION WHEN OTHERS THEN
			states := concat_ws(' ', states, SQLSTATE);
			SELECT count(DISTINCT order_id) INTO served FROM lastmile.plan('orders', 'vans', iterations => 10) WHERE kind = 'delivery';
			states := concat(states, '+', served);
		END;
	END LOOP;
	RETURN btrim(states);
END $$;
SELECT is(caught(), '42P01+24 42703+24 22012+24 23505+24 42804+24', 'errors are caught in exception blocks, and the next call plans');
CREATE PROCEDURE nightly() LANGUAGE plpgsql AS $$
BEGIN
	FOR night IN 1..3 LOOP
		DELETE FROM kept;
		INSERT INTO kept SELECT row_number() OVER (), p.* FROM lastmile.plan('orders', 'vans', iterations => 200) AS p;
		COMMIT;
	END LOOP;
END $$;
CALL nightly();
SELECT results_eq($$ SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom) FROM kept ORDER BY line $$,
	'TABLE wanted', 'a procedure that commits');
CREATE TABLE triggered (told text);
CREATE FUNCTION replan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO triggered SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom)
		FROM lastmile.plan('orders', 'vans', iterations => 200);
	RETURN NULL;
END $$;
CREATE TRIGGER replan AFTER UPDATE ON vans FOR EACH STATEMENT EXECUTE FUNCTION replan();
UPDATE vans SET capacity = 25;
SELECT results_eq('SELECT told FROM triggered ORDER BY 1', 'SELECT told FROM wanted ORDER BY 1', 'a trigger');
DROP TRIGGER replan ON vans;

-- A function that plans with itself ends at the limit of the stack, not of the server.
CREATE FUNCTION endless() RETURNS TABLE (id int, geom geometry) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT 1, p.geom FROM lastmile.plan('SELECT * FROM tester.endless()', 'tester.vans') AS p;
END $$;
SELECT throws_ok($$ SELECT * FROM lastmile.plan('SELECT * FROM endless()', 'vans') $$, '54001', NULL, 'endless recursion is an error');

-- Transactions of all kinds.
BEGIN TRANSACTION READ ONLY;
SELECT string_agg(told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom), ',') AS told
	FROM lastmile.plan('orders', 'vans', iterations => 200) \gset
SELECT count(*) AS violations FROM lastmile.check('orders', 'vans', 'reference') WHERE violations <> '{}' \gset
COMMIT;
SELECT is(:'told'::text, string_agg(told, ','), 'plan in a READ ONLY transaction') FROM wanted;
SELECT is(:violations, 0, 'check in a READ ONLY transaction');
BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE;
SELECT string_agg(told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom), ',') AS told
	FROM lastmile.plan('orders', 'vans', iterations => 200) \gset
COMMIT;
SELECT is(:'told'::text, string_agg(told, ','), 'plan in a SERIALIZABLE READ ONLY DEFERRABLE transaction') FROM wanted;
BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE;
SELECT results_eq($$ SELECT told(vehicle_id, stop_no, kind, order_id, starts_at, cost, geom)
	FROM lastmile.plan('orders', 'vans', iterations => 200) $$, 'TABLE wanted', 'plan in a SERIALIZABLE transaction');
COMMIT;
BEGIN;
SAVEPOINT before;
DELETE FROM orders WHERE id > 2;
SELECT is(count(order_id), 2::bigint, 'a plan sees what its own transaction did') FROM lastmile.plan('orders', 'vans', iterations => 10);
ROLLBACK TO before;
SELECT is(count(order_id), 24::bigint, 'a plan sees what its own transaction took back')
	FROM lastmile.plan('orders', 'vans', iterations => 10);
COMMIT;
\set other `psql -XqAt -h :'HOST' -p :'PORT' -U :'USER' -d :'DBNAME' -c "SELECT count(order_id) FROM lastmile.plan('tester.orders', 'tester.vans', iterations => 10)" 2>/dev/null`
SELECT is(:'other'::text, '24', 'a plan in another session');

-- What a query may do. It reads; sequences and functions in it work; writing is refused.
CREATE SEQUENCE numbers;
SELECT is(count(order_id), 24::bigint, 'nextval in a query') FROM lastmile.plan('SELECT nextval(''numbers'') AS id, geom FROM orders',
	'vans', iterations => 10);
SELECT cmp_ok(currval('numbers'), '>=', 24::bigint, 'nextval in a query counts');
SELECT throws_ok($$ SELECT * FROM lastmile.plan('DELETE FROM orders RETURNING *', 'vans') $$, '22023', NULL,
	'DELETE in a query is refused');
SELECT is(count(*), 24::bigint, 'DELETE in a query did not delete') FROM orders;

------------------------------------------------------------------------------------------------------
-- Settings of the session neither matter nor change
------------------------------------------------------------------------------------------------------

CREATE FUNCTION under(setting text, value text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	before text := current_setting(setting);
	rows text[];
BEGIN
	PERFORM set_config(setting, value, false);
	SELECT array_agg(told) INTO rows
	FROM (SELECT public.st_astext(p.geom) || extract(epoch FROM p.starts_at)::text || coalesce(p.order_id, '') AS told
		FROM lastmile.plan('tester.orders', 'tester.vans', iterations => 200) AS p) AS s;
	PERFORM set_config(setting, before, false);
	RETURN QUERY SELECT unnest(rows);
END $$;
SELECT results_eq(format('SELECT tester.under(%L, %L)', setting, value),
	$$ SELECT ST_AsText(geom) || extract(epoch FROM starts_at)::text || coalesce(order_id, '') FROM tester.reference ORDER BY line $$,
	format('%s = %s', setting, value))
FROM (VALUES ('search_path', ''), ('search_path', 'pg_catalog'), ('timezone', 'Asia/Kathmandu'), ('datestyle', 'SQL, DMY'),
	('intervalstyle', 'iso_8601'), ('bytea_output', 'escape'), ('extra_float_digits', '-15'),
	('standard_conforming_strings', 'off'), ('work_mem', '64kB'), ('jit_above_cost', '0'), ('force_parallel_mode', 'on'),
	('enable_seqscan', 'off'), ('cursor_tuple_fraction', '1'), ('default_transaction_read_only', 'on'),
	('row_security', 'off'), ('lc_numeric', 'C'), ('xmloption', 'document'),
	('plan_cache_mode', 'force_custom_plan')) AS settings(setting, value);
SELECT string_agg(name || setting, ',' ORDER BY name) AS settings FROM pg_settings \gset
SELECT count(*) FROM lastmile.plan('orders', 'vans', iterations => 10) \g /dev/null
SELECT is(md5(string_agg(name || setting, ',' ORDER BY name)), md5(:'settings'), 'a call changes no setting') FROM pg_settings;

------------------------------------------------------------------------------------------------------
-- The caller's rights
------------------------------------------------------------------------------------------------------

RESET ROLE;
CREATE TABLE secret AS SELECT * FROM orders;
CREATE SCHEMA vault;
CREATE TABLE vault.orders AS SELECT * FROM orders;
DO $$
BEGIN
	IF to_regrole('lastmile_ann') IS NULL THEN
		CREATE ROLE lastmile_ann;
	END IF;
END $$;
GRANT lastmile_ann TO lastmile_tester;
SET ROLE lastmile_tester;
SELECT throws_ok($$ SELECT * FROM lastmile.plan('secret', 'vans') $$, '42501', NULL, 'a table that the caller may not read, as a name');
SELECT throws_ok($$ SELECT * FROM lastmile.plan('orders', 'SELECT * FROM secret') $$, '42501', NULL,
	'a table that the caller may not read, in a query');
SELECT throws_ok($$ SELECT * FROM lastmile.plan('vault.orders', 'vans') $$, '42501', NULL, 'a schema that the caller may not use');
SELECT throws_ok($$ SELECT * FROM lastmile.check('orders', 'vans', 'secret') $$, '42501', NULL, 'routes that the caller may not read');
SELECT ok(NOT prosecdef, format('%s runs with the rights of its caller', proname)) FROM pg_proc
	WHERE pronamespace = 'lastmile'::regnamespace AND proname IN ('plan', 'check') ORDER BY proname;
SELECT is(has_schema_privilege('lastmile_ann', 'lastmile', 'USAGE'), true, 'everybody may use the schema');
SELECT is(has_schema_privilege('lastmile_ann', 'lastmile', 'CREATE'), false, 'nobody may create in the schema');

-- Row level security: ann0 sees her orders; the owner all, unless forced.
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON orders USING (owner = current_setting('tester.me', true));
GRANT USAGE ON SCHEMA tester TO lastmile_ann;
GRANT SELECT ON orders, vans, reference TO lastmile_ann;
CREATE VIEW as_owner AS TABLE orders;
CREATE VIEW as_caller WITH (security_invoker) AS TABLE orders;
GRANT SELECT ON as_owner, as_caller TO lastmile_ann;
SET ROLE lastmile_ann;
SET tester.me = 'ann0';
SELECT array_agg(order_id ORDER BY order_id::int) AS seen FROM lastmile.plan('orders', 'vans', iterations => 10)
	WHERE order_id IS NOT NULL \gset
SELECT count(order_id) AS invoked FROM lastmile.plan('as_caller', 'vans', iterations => 10) \gset
SELECT count(order_id) AS owned FROM lastmile.plan('as_owner', 'vans', iterations => 10) \gset
SET tester.me = 'ann1';
SELECT count(order_id) AS others FROM lastmile.plan('orders', 'vans', iterations => 10) \gset
SET tester.me = 'nobody';
SELECT count(*) AS nothing FROM lastmile.plan('orders', 'vans', iterations => 10) \gset
SELECT count(*) AS unknown FROM (SELECT) AS one WHERE (SELECT true
	FROM lastmile.check('orders', 'vans', $$ SELECT NULL::text AS vehicle_id, NULL::text AS order_id WHERE false $$) LIMIT 1) \gset
SET ROLE lastmile_tester;
SELECT is(:'seen'::text[], array_agg(id::text ORDER BY id), 'row level security: a plan of the rows that the caller may see')
	FROM orders WHERE owner = 'ann0';
SELECT is(:others, 12, 'row level security: another caller''s rows');
SELECT is(:nothing, 0, 'row level security: no rows, no plan');
SELECT is(:unknown, 0, 'row level security: check sees as little');
SELECT is(:invoked, 12, 'row level security: through a view of the caller''s rights');
SELECT is(:owned, 24, 'row level security: through a view of its owner''s rights');
SELECT is(count(order_id), 24::bigint, 'row level security: the owner sees all') FROM lastmile.plan('orders', 'vans', iterations => 10);
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
SET tester.me = 'ann1';
SELECT is(count(order_id), 12::bigint, 'row level security: forced on the owner') FROM lastmile.plan('orders', 'vans', iterations => 10);
SELECT throws_ok($$ SELECT * FROM lastmile.check('orders', 'vans', 'reference') $$, '42704', NULL,
	'row level security: an order that cannot be seen is unknown in routes');
ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;

-- SECURITY DEFINER: the rights of the function's owner.
RESET ROLE;
CREATE FUNCTION of_secret() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = tester,
	public AS $$ SELECT count(order_id) FROM lastmile.plan('secret', 'vans', iterations => 10) $$;
GRANT EXECUTE ON FUNCTION of_secret() TO lastmile_tester;
SET ROLE lastmile_tester;
SELECT is(of_secret(), 24::bigint, 'a SECURITY DEFINER function lends its owner''s rights');

------------------------------------------------------------------------------------------------------
-- Nothing is left behind
------------------------------------------------------------------------------------------------------

CREATE FUNCTION many_calls(times int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	FOR turn IN 1..times LOOP
		PERFORM count(*) FROM lastmile.plan('orders', 'vans', iterations => 20);
		PERFORM count(*) FROM lastmile.check('orders', 'vans', 'reference');
		BEGIN
			PERFORM count(*) FROM lastmile.plan('SELECT *, 1 / (id - 20) AS priority FROM orders', 'vans');
		EXCEPTION WHEN division_by_zero THEN
			NULL;
		END;
	END LOOP;
END $$;
SELECT many_calls(20) \g /dev/null
RESET ROLE;
SELECT sum(total_bytes) AS bytes FROM pg_backend_memory_contexts \gset
SET ROLE lastmile_tester;
SELECT many_calls(300) \g /dev/null
RESET ROLE;
SELECT sum(total_bytes) - :bytes AS grown FROM pg_backend_memory_contexts \gset
SELECT count(*) AS leftovers FROM pg_backend_memory_contexts WHERE name ILIKE '%lastmile%' \gset
SET ROLE lastmile_tester;
SELECT cmp_ok(:grown::bigint, '<', 1000000::bigint, '600 calls and 300 errors leave no memory behind');
SELECT is(:leftovers, 0, 'no memory context of a call is left');
SELECT is(count(*), 0::bigint, 'no cursor is left') FROM pg_cursors;
SELECT is(count(*), 0::bigint, 'no lock is left') FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory';
SELECT is(pg_backend_pid(), :pid, 'the backend is the same');

RESET ROLE;
DROP TABLE secret;
DROP SCHEMA vault CASCADE;
DROP FUNCTION of_secret();
DROP OWNED BY lastmile_ann;
REVOKE lastmile_ann FROM lastmile_tester;
DROP ROLE lastmile_ann;
SET ROLE lastmile_tester;
\ir finish.psql
