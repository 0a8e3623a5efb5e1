-- network_roles.sql - whose network it is: who may change it, as whom its queries run, and what they mean.
\ir setup.psql
\ir town.psql
RESET ROLE;
CREATE ROLE lastmile_member IN ROLE lastmile_tester;
CREATE ROLE lastmile_other;
CREATE ROLE lastmile_gone;
GRANT USAGE ON SCHEMA tester TO lastmile_other, lastmile_gone;
GRANT SELECT ON tester.stops, tester.roads TO lastmile_gone;
GRANT SELECT ON tester.stops TO lastmile_other;
SET ROLE lastmile_tester;

SELECT plan(34);

-- The owner's tables, which nobody else reads; a query that gives edges to the owner only.
CREATE TABLE private AS TABLE roads;
CREATE TABLE seen (who text, path text);
CREATE FUNCTION look() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO tester.seen VALUES (current_user, current_setting('search_path'));
	RETURN true;
END $$;
SELECT lives_ok($$ SELECT * FROM lastmile.create_network('town', 'SELECT * FROM private WHERE (SELECT look())') $$, 'create');
SELECT results_eq('SELECT * FROM seen', $$ VALUES ('lastmile_tester', 'tester, public') $$, 'the query ran as who created it');
TRUNCATE seen;

-- Others.
SET ROLE lastmile_other;
SELECT is((SELECT count(seconds) FROM lastmile.matrix('SELECT * FROM stops WHERE id < 100', 'town')), 121::bigint, 'everybody may travel');
SELECT is((SELECT seconds > 0 FROM lastmile.path('town', 'POINT(100 100)', 'POINT(2000 2000)')), true, 'and see the way');
SELECT is((SELECT (name, owner, edges_query IS NULL)::text FROM lastmile.networks), '(town,lastmile_tester,t)', 'but not the query');
SELECT throws_ok($$ SELECT * FROM lastmile.refresh_network('town') $$, '42501', 'must be owner of network "town"');
SELECT throws_ok($$ SELECT * FROM lastmile.refresh_network('town', changes => 'SELECT 1 AS id, -1 AS cost') $$, '42501', 'must be owner of network "town"');
SELECT throws_ok($$ SELECT lastmile.drop_network('town') $$, '42501', 'must be owner of network "town"');
SELECT throws_ok(format('TABLE lastmile.%I', name), '42501', NULL, name) FROM unnest('{network_store,network_metric,network_part}'::text[]) AS name;
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('mine', 'private') $$, '42501', NULL, 'queries run with the rights of who calls');

-- A member of the owner, with names of his own in the way.
SET ROLE lastmile_member;
CREATE TEMP TABLE private AS SELECT 1 AS id;
SET search_path = pg_temp, public;
SELECT public.lives_ok($$ SELECT * FROM lastmile.refresh_network('town') $$, 'a member of the owner may refresh');
SELECT public.results_eq('SELECT * FROM tester.seen', $$ VALUES ('lastmile_tester', 'tester, public, pg_temp') $$, 'as the owner, with the path of the query, temporary tables last');
SELECT public.is(current_setting('search_path') || current_user, 'pg_temp, publiclastmile_member', 'he is who he was');
SELECT public.is((SELECT edges FROM lastmile.networks), 1740, 'not with the member''s own table');
DROP TABLE private;
SET search_path = tester, public;
SET ROLE lastmile_tester;
TRUNCATE seen;

-- A superuser who refreshes what somebody else made.
CREATE FUNCTION trick() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN EXECUTE current_setting('test.trick'); RETURN true; END $$;
SELECT lives_ok($$ SELECT * FROM lastmile.refresh_network('town', 'SELECT * FROM private WHERE (SELECT tester.trick())') $$, 'a query that does what it likes')
FROM set_config('test.trick', 'SELECT 1', false);
RESET ROLE;
SELECT throws_ok($$ SELECT * FROM lastmile.refresh_network('town') $$, '42501', NULL, trick)
FROM unnest('{RESET ROLE,SET SESSION AUTHORIZATION DEFAULT,CREATE TEMP TABLE private (id int),ALTER ROLE lastmile_tester SUPERUSER}'::text[]) AS trick, set_config('test.trick', trick, false);
SELECT lives_ok($$ SELECT * FROM lastmile.refresh_network('town') $$, 'a setting')
FROM set_config('test.trick', $$ SELECT set_config('search_path', 'evil', false), set_config('lastmile.max_snap_m', '1', false) $$, false);
SELECT is(current_setting('search_path') || current_setting('lastmile.max_snap_m'), 'tester, public1000', 'is gone afterwards');
SELECT throws_ok($$ SELECT * FROM lastmile.refresh_network('town') $$, '22012', NULL, 'an error') FROM set_config('test.trick', 'SELECT 1 / 0', false);
SELECT is(current_user::text, session_user::text, 'gives the superuser his role back');
SELECT throws_ok($$ SELECT * FROM lastmile.refresh_network('town', 'SELECT * FROM pg_authid') $$, '42501', NULL, 'a query the superuser gives runs as the owner, too');

-- An owner who is gone.
SET ROLE lastmile_gone;
SELECT lives_ok($$ SELECT * FROM lastmile.create_network('orphan', 'roads') $$, 'an owner');
RESET ROLE;
DROP OWNED BY lastmile_gone;
DROP ROLE lastmile_gone;
SELECT throws_ok($$ SELECT * FROM lastmile.refresh_network('orphan') $$, '42704', 'the role that owned network "orphan" was dropped');
SELECT lives_ok($$ SELECT * FROM lastmile.refresh_network('orphan', 'roads') $$, 'a superuser takes over');
SELECT is((SELECT owner FROM lastmile.networks WHERE name = 'orphan'), current_user::text, 'and owns it');
DO $$ BEGIN PERFORM lastmile.drop_network('orphan'); END $$;
SET ROLE lastmile_tester;

-- Transactions that only read.
BEGIN READ ONLY;
SELECT is((SELECT count(seconds) FROM lastmile.matrix('SELECT * FROM stops WHERE id < 100', 'town')), 121::bigint, 'READ ONLY: travel');
SELECT throws_ok($$ SELECT * FROM lastmile.create_network('x', 'roads') $$, '25006', 'cannot execute lastmile.create_network() in a read-only transaction');
SELECT throws_ok($$ SELECT * FROM lastmile.refresh_network('town') $$, '25006', 'cannot execute lastmile.refresh_network() in a read-only transaction');
SELECT throws_ok($$ SELECT lastmile.drop_network('town') $$, '25006', 'cannot execute lastmile.drop_network() in a read-only transaction');
COMMIT;
DO $$ BEGIN PERFORM lastmile.drop_network('town'); END $$;
RESET ROLE;
DROP OWNED BY lastmile_other, lastmile_member CASCADE;
DROP ROLE lastmile_other, lastmile_member;
\ir finish.psql
