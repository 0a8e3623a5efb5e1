-- bad_input.sql - bad input of every kind, one thing wrong at a time.
--
-- A bad order ends in a row with a reason, and all other orders are planned; anything else that is bad
-- ends in an error whose SQLSTATE the contract knows and whose words name it. Nothing is lost, nothing
-- ends in XX000, and the backend is the same at the end. lastmile.check accepts every plan.
\ir setup.psql
SELECT pg_backend_pid() AS pid \gset
SET lastmile.speed_kmh = 36;
SET lastmile.detour_factor = 1;

-- One call. `outcome` is the SQLSTATE; or what became of order `bad`: served, or its reason_code; or of all
-- orders where bad is NULL. It begins with "wrong" where a row is missing or doubled, another order is not served,
-- a reason is empty, or check finds something. `said` is all texts of the error or the reason.
CREATE FUNCTION outcome(orders text, vehicles text, matrix text, bad text, OUT outcome text, OUT said text) LANGUAGE plpgsql AS $$
DECLARE
	detail text;
	hint text;
	doubtful text;
BEGIN
	DROP TABLE IF EXISTS found;
	CREATE TEMP TABLE found AS SELECT * FROM lastmile.plan(orders, vehicles, matrix, iterations => 30);
	EXECUTE format($q$
		SELECT string_agg(format('order %%s is there %%s times', coalesce(id, order_id), rows), '; ')
		FROM (SELECT o.id::text AS id FROM (%s) AS o) AS given
			FULL JOIN (SELECT order_id, count(*) AS rows FROM found WHERE order_id IS NOT NULL GROUP BY 1) AS plan ON order_id = id
		WHERE rows IS DISTINCT FROM 1 OR id IS NULL $q$, orders) INTO doubtful;
	SELECT concat_ws('; ', doubtful, string_agg('order ' || order_id || ' without a reason', '; ')) INTO doubtful
	FROM found WHERE kind = 'unassigned' AND (reason_code IS NULL OR coalesce(reason, '') = '');
	SELECT concat_ws('; ', NULLIF(doubtful, ''), string_agg(order_id || ' ' || reason, '; ')) INTO doubtful
	FROM found WHERE kind = 'unassigned' AND order_id <> bad;
	SELECT concat_ws('; ', NULLIF(doubtful, ''), string_agg('check: ' || array_to_string(violations, ', '), '; ')) INTO doubtful
	FROM lastmile.check(orders, vehicles, 'found', matrix) WHERE violations <> '{}';
	SELECT string_agg(DISTINCT coalesce(reason_code, 'served'), ', '), string_agg(DISTINCT reason, ', ') INTO outcome, said
	FROM found WHERE order_id = bad OR bad IS NULL AND order_id IS NOT NULL;
	IF doubtful <> '' THEN
		outcome := 'wrong: ' || doubtful;
	END IF;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS outcome = RETURNED_SQLSTATE, said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	said := concat_ws(' ', said, NULLIF(detail, ''), NULLIF(hint, ''));
END $$;

-- `expected`: outcomes that are right, a word each. `mentions`: a pattern in what is said.
CREATE FUNCTION verdict(what text, expected text, mentions text, orders text, vehicles text, matrix text,
	bad text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	got record := outcome(orders, vehicles, matrix, bad);
BEGIN
	RETURN is(CASE WHEN got.outcome = ANY (string_to_array(expected, ' ')) AND (mentions IS NULL OR got.said ~ mentions) THEN expected
		ELSE concat_ws(': ', got.outcome, got.said) END, expected, what);
END $$;

------------------------------------------------------------------------------------------------------
-- Orders: x is bad, a and b are not
------------------------------------------------------------------------------------------------------

-- The columns of x; a and b have NULL there. `van`: further columns of the only vehicle, v.
CREATE TABLE bad_orders (no serial, columns text, expected text, mentions text, van text DEFAULT '10 AS capacity');
INSERT INTO bad_orders (columns, expected, mentions) VALUES
	-- windows
	($$ timestamptz '2026-12-01 10:00' AS window_start, timestamptz '2026-12-01 09:00' AS window_end $$, 'bad_row',
		'window_start.*10:00.*window_end.*09:00'),
	($$ timestamptz '2026-12-01 09:00:00.000001' AS window_start, timestamptz '2026-12-01 09:00' AS window_end $$, 'bad_row',
		'window_start'),
	($$ timestamptz 'infinity' AS window_start $$, 'bad_row', 'window_start'),
	($$ timestamptz '-infinity' AS window_end $$, 'bad_row', 'window_end'),
	($$ timestamptz 'infinity' AS window_start, timestamptz '-infinity' AS window_end $$, 'bad_row', 'window'),
	($$ timestamptz 'infinity' AS window_start, timestamptz 'infinity' AS window_end $$, 'bad_row', 'window_start'),
	($$ timestamptz '-infinity' AS window_start, timestamptz 'infinity' AS window_end $$, 'served', NULL),
	($$ timestamptz '-infinity' AS window_start $$, 'served', NULL),
	($$ timestamptz 'infinity' AS window_end $$, 'served', NULL),
	($$ timestamptz '4200-01-01' AS window_start $$, 'bad_row', 'window_start'),
	($$ timestamptz '294276-12-31' AS window_start $$, 'bad_row', 'window_start'),
	($$ timestamptz '294276-12-31' AS window_end $$, 'served', NULL),
	($$ timestamptz '9999-12-31' AS window_end $$, 'served', NULL),
	($$ timestamptz '4713-01-01 BC' AS window_start $$, 'served', NULL),
	($$ timestamptz '4713-01-01 BC' AS window_end $$, 'bad_row', 'window_end'),
	($$ timestamptz '2020-01-01' AS window_end $$, 'window', '2020'),
	($$ timestamptz '2026-12-01 09:00' AS window_start, timestamptz '2026-12-01 09:00' AS window_end $$, 'served', NULL),
	($$ 'empty'::tstzrange AS windows $$, 'bad_row', 'windows'),
	($$ tstzrange('2026-12-01 09:00', '2026-12-01 09:00', '()') AS windows $$, 'bad_row', 'windows'),
	($$ '{}'::tstzmultirange AS windows $$, 'bad_row', 'windows'),
	($$ '{}'::tstzrange[] AS windows $$, 'bad_row', 'windows'),
	($$ '{NULL}'::tstzrange[] AS windows $$, 'bad_row', 'windows'),
	($$ ARRAY['empty', tstzrange('2026-12-01 09:00', '2026-12-01 10:00')] AS windows $$, 'bad_row', 'windows'),
	($$ ARRAY[NULL, tstzrange('2026-12-01 09:00', '2026-12-01 10:00')] AS windows $$, 'served', NULL),
	($$ tstzrange(NULL, NULL) AS windows $$, 'served', NULL),
	($$ tstzrange('infinity', NULL) AS windows $$, 'bad_row', 'windows'),
	($$ tstzrange(NULL, '-infinity') AS windows $$, 'bad_row', 'windows'),
	($$ tstzrange('-infinity', 'infinity') AS windows $$, 'served', NULL),
	($$ tstzrange('2026-12-01 09:00', '2026-12-01 10:00') AS windows, timestamptz '2026-12-01 11:00' AS window_start $$, 'bad_row',
		'windows'),
	($$ tstzrange('2026-12-01 09:00', '2026-12-01 10:00') AS windows, timestamptz '2026-12-01 08:00' AS window_end $$, 'bad_row',
		'windows'),
	($$ '{[2026-12-01 09:00, 2026-12-01 10:00], [2026-12-01 12:00, 2026-12-01 13:00]}'::tstzmultirange AS windows,
		timestamptz '2026-12-01 10:30' AS window_start,
		timestamptz '2026-12-01 11:30' AS window_end $$, 'bad_row', 'windows'),
	-- durations
	('-1 AS service_time', 'bad_row', 'service_time'), ('-0.001 AS service_time', 'bad_row', 'service_time'),
	('-2147483648 AS service_time', 'bad_row', 'service_time'),
	($$ interval '-1 s' AS service_time $$, 'bad_row', 'service_time'),
	($$ interval '-1 month' AS service_time $$, 'bad_row', 'service_time'),
	($$ interval '1 day -25 hours' AS service_time $$, 'bad_row', 'service_time'),
	($$ interval '1 month -29 days' AS service_time $$, 'served', NULL),
	($$ interval '11 years' AS service_time $$, 'bad_row', 'service_time'),
	($$ interval '178000000 years' AS service_time $$, 'bad_row', 'service_time'),
	($$ 'NaN'::float8 AS service_time $$, 'bad_row', 'service_time'), ($$ 'Infinity'::float8 AS service_time $$, 'bad_row', 'service_time'),
	($$ '-Infinity'::float8 AS service_time $$, 'bad_row', 'service_time'),
	($$ 'NaN'::numeric AS service_time $$, 'bad_row', 'service_time'),
	('1e300::float8 AS service_time', 'bad_row', 'service_time'), ('1e400::numeric AS service_time', 'bad_row', 'service_time'),
	('9223372036854775807 AS service_time', 'bad_row', 'service_time'), ('1e-300::float8 AS service_time', 'served', NULL),
	($$ '-0'::float8 AS service_time $$, 'served', NULL), ('0.0004 AS service_time', 'served', NULL),
	($$ interval '9 years' AS service_time $$, 'served', NULL),
	('-1 AS setup_time', 'bad_row', 'setup_time'), ($$ interval '-1 s' AS setup_time $$, 'bad_row', 'setup_time'),
	($$ interval '11 years' AS setup_time $$, 'bad_row', 'setup_time'),
	($$ 'NaN'::float8 AS setup_time $$, 'bad_row', 'setup_time'), ($$ 'Infinity'::float4 AS setup_time $$, 'bad_row', 'setup_time'),
	('1e300::float8 AS setup_time', 'bad_row', 'setup_time'),
	-- demand
	('-1 AS demand', 'bad_row', 'demand'), ('-0.0001 AS demand', 'bad_row', 'demand'),
	($$ 'NaN'::numeric AS demand $$, 'bad_row', 'demand'),
	($$ 'NaN'::float8 AS demand $$, 'bad_row', 'demand'), ($$ 'Infinity'::numeric AS demand $$, 'bad_row', 'demand'),
	($$ 'Infinity'::float8 AS demand $$, 'bad_row', 'demand'),
	($$ '-Infinity'::float8 AS demand $$, 'bad_row', 'demand'), ('1e300::float8 AS demand', 'bad_row', 'demand'),
	('1e400::numeric AS demand', 'bad_row', 'demand'),
	('9223372036854775807 AS demand', 'bad_row', 'demand'), ('-9223372036854775807 AS demand', 'bad_row', 'demand'),
	('1e15::numeric AS demand', 'bad_row capacity', 'demand'),
	('1e14::numeric AS demand', 'bad_row capacity', 'demand'), ('11 AS demand', 'capacity', 'demand'),
	('10.001 AS demand', 'capacity', '10[.]001'), ('10.0004 AS demand', 'served', NULL),
	('0.0001 AS demand', 'served', NULL), ($$ '{-1}'::int[] AS demand $$, 'bad_row', 'demand'),
	($$ '{NaN}'::float8[] AS demand $$, 'bad_row', 'demand'),
	($$ '{Infinity}'::numeric[] AS demand $$, 'bad_row', 'demand'), ($$ '{NULL}'::int[] AS demand $$, 'served', NULL),
	($$ '{}'::int[] AS demand $$, 'served', NULL),
	($$ '{{1}}'::int[] AS demand $$, 'bad_row', 'demand'), ($$ '{{1, 2}, {3, 4}}'::int[] AS demand $$, 'bad_row', 'demand'),
	($$ '[5:5]={1}'::int[] AS demand $$, 'served', NULL),
	($$ '{1, 2}'::int[] AS demand $$, '22023', '"x"'), ($$ '{1, 2, 3}'::float8[] AS demand $$, '22023', '"x"'),
	-- kind
	($$ 'Delivery' AS kind $$, 'bad_row', 'kind'), ($$ '' AS kind $$, 'bad_row', 'kind'), ($$ 'deliver' AS kind $$, 'bad_row', 'kind'),
	($$ 'reload' AS kind $$, 'bad_row', 'kind'),
	($$ 'start' AS kind $$, 'bad_row', 'kind'), ($$ 'unassigned' AS kind $$, 'bad_row', 'kind'),
	($$ E'pickup\n' AS kind $$, 'bad_row', 'kind'), ($$ repeat('k', 100000) AS kind $$, 'bad_row', 'kind'),
	-- release_at
	($$ timestamptz 'infinity' AS release_at $$, 'bad_row', 'release_at'), ($$ timestamptz '-infinity' AS release_at $$, 'served', NULL),
	($$ timestamptz '4200-01-01' AS release_at $$, 'bad_row', 'release_at'), ($$ timestamptz '2030-01-01' AS release_at $$, 'served', NULL),
	($$ timestamptz '2026-12-01 10:00' AS release_at, timestamptz '2026-12-01 10:00:59' AS window_end $$, 'window release', '10:0'),
	-- priority
	('1.5 AS priority', 'bad_row', 'priority'), ($$ 'NaN'::numeric AS priority $$, 'bad_row', 'priority'),
	($$ 'Infinity'::float8 AS priority $$, 'bad_row', 'priority'),
	($$ '-Infinity'::float8 AS priority $$, 'bad_row', 'priority'), ('3000000000 AS priority', 'bad_row', 'priority'),
	('-3000000000 AS priority', 'bad_row', 'priority'),
	('1e300::float8 AS priority', 'bad_row', 'priority'), ('2147483647 AS priority', 'served', NULL),
	('-2147483648 AS priority', 'served', NULL), ('2.0 AS priority', 'served', NULL),
	-- skip_cost
	('-1 AS skip_cost', 'bad_row', 'skip_cost'), ($$ 'NaN'::numeric AS skip_cost $$, 'bad_row', 'skip_cost'),
	($$ 'Infinity'::float8 AS skip_cost $$, 'bad_row', 'skip_cost'),
	($$ '-Infinity'::numeric AS skip_cost $$, 'bad_row', 'skip_cost'), ('1e300::float8 AS skip_cost', 'bad_row', 'skip_cost'),
	('1e16::numeric AS skip_cost', 'bad_row', 'skip_cost'),
	('1e15::numeric AS skip_cost', 'served', NULL), ('0 AS skip_cost', 'dropped', 'cost'),
	('1e-300::float8 AS skip_cost', 'dropped', 'cost'),
	-- late_cost, latest
	($$ timestamptz '2026-12-01 09:00' AS window_end, -1 AS late_cost $$, 'bad_row', 'late_cost'),
	($$ 'NaN'::numeric AS late_cost $$, 'bad_row', 'late_cost'), ('1e16::numeric AS late_cost', 'bad_row', 'late_cost'),
	($$ timestamptz '2100-12-01 09:00' AS window_end, 1e15::numeric AS late_cost $$, 'served', NULL),
	($$ timestamptz '2100-12-01 09:00' AS window_end, 1 AS late_cost, timestamptz '2100-12-01 08:59:59.999' AS latest $$, 'bad_row', 'latest'),
	($$ timestamptz '2100-12-01 09:00' AS window_end, 1 AS late_cost, timestamptz '2100-12-01 09:00' AS latest $$, 'served', NULL),
	($$ timestamptz '2100-12-01 09:00' AS window_end, 1 AS late_cost, timestamptz '-infinity' AS latest $$, 'bad_row', 'latest'),
	($$ timestamptz '2100-12-01 09:00' AS window_end, 1 AS late_cost, timestamptz 'infinity' AS latest $$, 'served', NULL),
	($$ timestamptz '2100-12-01 09:00' AS window_end, NULL::int AS late_cost, timestamptz '2000-12-01 08:00' AS latest $$, 'served', NULL),
	($$ 1 AS late_cost, timestamptz '2000-12-01 08:00' AS latest $$, 'served', NULL),
	-- preferred_vehicle, prefer_cost
	($$ 'nobody' AS preferred_vehicle, -1 AS prefer_cost $$, 'bad_row', 'prefer_cost'),
	($$ 'nobody' AS preferred_vehicle, 'NaN'::float8 AS prefer_cost $$, 'bad_row', 'prefer_cost'),
	('NULL AS preferred_vehicle, -1 AS prefer_cost', 'bad_row', 'prefer_cost'),
	($$ 'nobody' AS preferred_vehicle, 1e16::numeric AS prefer_cost $$, 'bad_row', 'prefer_cost'),
	($$ 'nobody' AS preferred_vehicle, 1e15::numeric AS prefer_cost $$, 'served', NULL),
	($$ '' AS preferred_vehicle, 0 AS prefer_cost $$, 'served', NULL), ('5 AS preferred_vehicle, NULL AS prefer_cost', 'served', NULL),
	($$ timestamptz '2026-12-01 09:00' AS window_end, 'Infinity'::float8 AS late_cost $$, 'bad_row', 'late_cost'),
	($$ timestamptz '2026-12-01 09:00' AS window_end, '-Infinity'::float8 AS late_cost $$, 'bad_row', 'late_cost'),
	($$ timestamptz '2100-12-01 09:00' AS window_end, 0 AS late_cost $$, 'served', NULL),
	($$ timestamptz '2020-12-01 09:00' AS window_end, 1 AS late_cost $$, 'served', NULL),
	($$ timestamptz '2020-12-01 09:00' AS window_end, 1 AS late_cost, timestamptz '2020-12-01 10:00' AS latest $$, 'window', '2020'),
	($$ 'v' AS preferred_vehicle, 'Infinity'::float8 AS prefer_cost $$, 'bad_row', 'prefer_cost'),
	($$ 'v' AS preferred_vehicle, '-Infinity'::numeric AS prefer_cost $$, 'bad_row', 'prefer_cost'),
	($$ repeat('v', 100000) AS preferred_vehicle, 1 AS prefer_cost $$, 'served', NULL),
	($$ 'v'::text AS preferred_vehicle, 1 AS prefer_cost, '{v}'::text[] AS refused_vehicles $$, 'vehicle_refused', NULL),
	-- shipment_id, option_of: one row is no shipment, but a group
	($$ 's'::text AS shipment_id $$, 'bad_row', 'shipment'), ($$ 's'::text AS shipment_id, 'pickup' AS kind $$, 'bad_row', 'shipment'),
	($$ ''::text AS shipment_id $$, 'bad_row', 'shipment'), ($$ repeat('s', 100000) AS shipment_id $$, 'bad_row', 'shipment'),
	($$ '{"a": 1}'::jsonb AS shipment_id $$, 'bad_row', 'shipment'), ('NULL::int AS shipment_id', 'served', NULL),
	($$ 's'::text AS shipment_id, 'g'::text AS option_of $$, 'bad_row', 'shipment'),
	($$ 'g'::text AS option_of $$, 'served', NULL), ($$ ''::text AS option_of $$, 'served', NULL),
	($$ '{"a": 1}'::jsonb AS option_of $$, 'served', NULL), ($$ 'NaN'::float8 AS option_of $$, 'served', NULL),
	($$ 'g'::text AS option_of, -1 AS demand $$, 'bad_row', 'demand'), ($$ 'g'::text AS option_of, 11 AS demand $$, 'capacity', '11'),
	-- skills, vehicles
	($$ '{}'::text[] AS skills $$, 'served', NULL), ($$ '{NULL}'::text[] AS skills $$, 'served', NULL),
	($$ '{fly}'::text[] AS skills $$, 'skill', 'fly'),
	($$ '{""}'::text[] AS skills $$, 'skill', NULL), ($$ '{{fly, swim}, {run, hide}}'::text[] AS skills $$, 'skill', 'fly'),
	($$ ARRAY[repeat('s', 100000)] AS skills $$, 'skill', 'ssss'),
	($$ '{7}'::int[] AS skills $$, 'skill', '7'),
	($$ '{}'::text[] AS allowed_vehicles $$, 'vehicle_refused', NULL),
	($$ '{NULL}'::text[] AS allowed_vehicles $$, 'vehicle_refused', NULL),
	($$ '{w}'::text[] AS allowed_vehicles $$, 'vehicle_refused', NULL), ($$ '{V}'::text[] AS allowed_vehicles $$, 'vehicle_refused', NULL),
	($$ '{v}'::text[] AS refused_vehicles $$, 'vehicle_refused', NULL), ($$ '{w, NULL}'::text[] AS refused_vehicles $$, 'served', NULL),
	($$ '{v}'::text[] AS allowed_vehicles, '{v}'::text[] AS refused_vehicles $$, 'vehicle_refused', NULL),
	($$ '{1, 2}'::int[] AS allowed_vehicles $$, 'vehicle_refused', NULL),
	($$ '{v, v, v}'::text[] AS allowed_vehicles $$, 'served', NULL),
	-- what is read and has no effect
	($$ '{"a": 1}'::jsonb AS place_type $$, 'served', NULL), ($$ 'nowhere'::text AS location_id $$, 'served', NULL),
	($$ ''::text AS location_id $$, 'served', NULL),
	-- two things at once: the row says one of them
	('-1 AS demand, -1 AS service_time, -1 AS skip_cost, 1.5 AS priority', 'bad_row', NULL);
INSERT INTO bad_orders (columns, expected, mentions, van) VALUES
	($$ '{1, -1}'::int[] AS demand $$, 'bad_row', 'demand', $$ '{10, 10}'::int[] AS capacity $$),
	($$ '{1, NaN}'::float8[] AS demand $$, 'bad_row', 'demand', $$ '{10, 10}'::int[] AS capacity $$),
	($$ '{NULL, 11}'::int[] AS demand $$, 'capacity', '11', $$ '{10, 10}'::int[] AS capacity $$),
	($$ '{NULL, NULL}'::int[] AS demand $$, 'served', NULL, $$ '{10, 10}'::int[] AS capacity $$),
	($$ '{1000000, 10}'::int[] AS demand $$, 'served', NULL, $$ '{NULL, 10}'::int[] AS capacity $$),
	($$ '{}'::int[] AS demand $$, 'served', NULL, $$ '{10, 10}'::int[] AS capacity $$),
	('1 AS demand', '22023', '"x".*2', $$ '{10, 10}'::int[] AS capacity $$),
	('1 AS demand', '22023', '"x".*capacity', '1 AS note'),
	('0 AS demand', 'served', NULL, '1 AS note'),
	('-1 AS demand', 'bad_row', 'demand', '1 AS note'),
	('1 AS demand', 'capacity', 'demand 1 ', '0 AS capacity'),
	('1 AS demand', '22023', '"x".*capacity', 'NULL::int AS capacity');

-- Ids that are hard to read are ids all the same.
CREATE TABLE odd_ids (id text);
INSERT INTO odd_ids VALUES (''), (' '), ('a '), ('A'), ('''; DROP TABLE odd_ids; --'), ('"'), ('\'), (E'\n'), (E'x\ty'), ('äöü'),
	('名前'), ('%s%n%d'), ('NULL'), ('{1,2}'), ('<b>'), (repeat('x', 100000));

------------------------------------------------------------------------------------------------------
-- Places: g is where x is; a and b lie well
------------------------------------------------------------------------------------------------------

CREATE TABLE bad_points (no serial, globe bool, geom text, expected text, mentions text);
INSERT INTO bad_points (globe, geom, expected, mentions) VALUES
	(false, 'NULL', 'bad_row', 'geom'), (false, $$ 'POINT EMPTY' $$, 'bad_row', 'geom'),
	(false, $$ ST_Point('NaN', 'NaN') $$, 'bad_row', 'geom'),
	(false, $$ ST_Point('NaN', 1) $$, 'bad_row', 'geom'), (false, $$ ST_Point(1, 'NaN') $$, 'bad_row', 'geom'),
	(false, $$ ST_Point('Infinity', 1) $$, 'bad_row', 'geom'),
	(false, $$ ST_Point(1, '-Infinity') $$, 'bad_row', 'geom'), (false, $$ 'LINESTRING(0 0, 1 1)' $$, 'bad_row', 'geom.*LINESTRING'),
	(false, $$ 'LINESTRING EMPTY' $$, 'bad_row', 'geom'),
	(false, $$ 'POLYGON((0 0, 1 0, 1 1, 0 0))' $$, 'bad_row', 'geom.*POLYGON'),
	(false, $$ 'MULTIPOINT(1 1)' $$, 'bad_row', 'geom.*MULTIPOINT'),
	(false, $$ 'GEOMETRYCOLLECTION EMPTY' $$, 'bad_row', 'geom'), (false, $$ 'GEOMETRYCOLLECTION(POINT(1 1))' $$, 'bad_row', 'geom'),
	(false, $$ 'CIRCULARSTRING(0 0, 1 1, 2 0)' $$, 'bad_row', 'geom'),
	(false, $$ 'TRIANGLE((0 0, 1 0, 1 1, 0 0))' $$, 'bad_row', 'geom'), (false, $$ 'TIN(((0 0, 1 0, 1 1, 0 0)))' $$, 'bad_row', 'geom'),
	(false, $$ 'POLYHEDRALSURFACE(((0 0, 1 0, 1 1, 0 0)))' $$, 'bad_row', 'geom'),
	(false, 'ST_Point(1e300, 0)', 'bad_row', 'geom'), (false, 'ST_Point(0, -1e300)', 'bad_row', 'geom'),
	(false, 'ST_Point(1e308, 1e308)', 'bad_row', 'geom'),
	(false, 'ST_Point(1e16, 0)', 'bad_row', 'geom'), (false, 'ST_Point(9e14, 0)', 'unreachable', NULL),
	(false, 'ST_Point(3e7, 0)', 'unreachable', NULL),
	(false, 'ST_Point(1e-320, 0)', 'served', NULL), (false, $$ ST_Point('-0', 0) $$, 'served', NULL),
	(false, 'ST_MakePoint(1, 2, 3)', 'served', NULL), (false, 'ST_MakePointM(1, 2, 3)', 'served', NULL),
	(false, $$ ST_MakePoint(1, 2, 'NaN', 'Infinity') $$, 'served', NULL),
	(false, 'ST_Point(8.6, 49.4, 4326)', 'bad_row', 'geom'), (false, 'ST_Point(478000, 5472000, 25832)', 'bad_row', 'geom'),
	(true, 'NULL', 'bad_row', 'geom'), (true, $$ 'SRID=4326;POINT EMPTY' $$, 'bad_row', 'geom'),
	(true, 'ST_Point(8.6, 49.4)', 'bad_row', 'geom'),
	(true, 'ST_Point(8.6, 90.0001, 4326)', 'bad_row', 'geom'), (true, 'ST_Point(8.6, -91, 4326)', 'bad_row', 'geom'),
	(true, 'ST_Point(180.0001, 49.4, 4326)', 'bad_row', 'geom'),
	(true, 'ST_Point(-181, 49.4, 4326)', 'bad_row', 'geom'), (true, 'ST_Point(478000, 5472000, 4326)', 'bad_row', 'geom'),
	(true, $$ ST_Point('NaN', 49.4, 4326) $$, 'bad_row', 'geom'),
	(true, $$ ST_Point(8.6, 'Infinity', 4326) $$, 'bad_row', 'geom'), (true, 'ST_Point(8.6, 90, 4326)', 'served', NULL),
	(true, 'ST_Point(180, 49.4, 4326)', 'served', NULL),
	(true, 'ST_Point(-180, -90, 4326)', 'served unreachable', NULL), (true, 'ST_Point(1e300, 1e300, 25832)', 'bad_row', 'geom'),
	(true, $$ ST_Point('Infinity', 1, 25832) $$, 'bad_row', 'geom'),
	(true, $$ ST_Point('NaN', 1, 3857) $$, 'bad_row', 'geom'), (true, $$ 'SRID=25832;POINT EMPTY' $$, 'bad_row', 'geom'),
	(true, $$ 'SRID=25832;LINESTRING(0 0, 1 1)' $$, 'bad_row', 'geom'),
	(true, 'ST_Point(8.6, 49.4, 990001)', 'bad_row', 'geom'), (true, 'ST_SetSRID(ST_Point(8.6, 49.4), 1)', 'bad_row', 'geom'),
	(true, 'ST_Point(1e9, 1e9, 3857)', 'bad_row served', NULL),
	(true, 'ST_Transform(ST_Point(8.65, 49.4, 4326), 25832)', 'served', NULL), (true, 'ST_MakePoint(8.65, 49.4, 100)', 'bad_row', 'geom'),
	(true, 'ST_SetSRID(ST_MakePoint(8.65, 49.4, 100), 4326)', 'served', NULL);

------------------------------------------------------------------------------------------------------
-- Vehicles: w is bad, v is not; and what makes every order unserved
------------------------------------------------------------------------------------------------------

-- The columns of w; v has NULL there. The error names w.
CREATE TABLE bad_vehicles (no serial, columns text, expected text, mentions text);
INSERT INTO bad_vehicles (columns, expected, mentions) VALUES
	($$ timestamptz '2026-12-01 10:00' AS shift_start, timestamptz '2026-12-01 09:00' AS shift_end $$, '22023', '"w".*09:00.*10:00'),
	($$ timestamptz 'infinity' AS shift_start $$, '22023', '"w"'), ($$ timestamptz '-infinity' AS shift_end $$, '22023', '"w"'),
	($$ timestamptz '4200-01-01' AS shift_start $$, '22023', '"w"'), ($$ timestamptz '-infinity' AS shift_start $$, 'served', NULL),
	($$ timestamptz 'infinity' AS shift_end $$, 'served', NULL),
	($$ timestamptz '9999-12-31' AS shift_end $$, 'served', NULL),
	($$ timestamptz '2026-12-01 09:00' AS shift_start, timestamptz '2026-12-01 09:00' AS shift_end $$, 'served', NULL),
	($$ interval '-1 s' AS overtime $$, '22023', '"w".*overtime'), ($$ interval '11 years' AS overtime $$, '22023', '"w".*overtime'),
	('-1 AS overtime', '22023', '"w".*overtime'),
	($$ 'NaN'::float8 AS overtime $$, '22023', '"w".*overtime'), ($$ 'Infinity'::float8 AS overtime $$, '22023', '"w".*overtime'),
	($$ interval '-1 s' AS max_time $$, '22023', '"w".*max_time'), ($$ interval '11 years' AS max_time $$, '22023', '"w".*max_time'),
	('0 AS max_time', 'served', NULL),
	('-1 AS capacity', '22023', '"w".*capacity'), ($$ 'NaN'::float8 AS capacity $$, '22023', '"w".*capacity'),
	($$ '-Infinity'::numeric AS capacity $$, '22023', '"w".*capacity'),
	('1e300::float8 AS capacity', '22023', '"w".*capacity'), ($$ '{{1, 2}}'::int[] AS capacity $$, '22023', '"w".*capacity'),
	($$ '{1, -1}'::int[] AS capacity $$, '22023', '"w".*capacity'),
	($$ '{NULL}'::int[] AS capacity $$, 'served', NULL), ($$ '{}'::int[] AS capacity $$, 'served', NULL),
	('0 AS speed_factor', '22023', '"w".*speed_factor'), ('-1 AS speed_factor', '22023', '"w".*speed_factor'),
	($$ 'NaN'::numeric AS speed_factor $$, '22023', '"w".*speed_factor'),
	($$ 'Infinity'::float8 AS speed_factor $$, '22023', '"w".*speed_factor'),
	('1e300::float8 AS speed_factor', '22023', '"w".*speed_factor'), ('1e-300::float8 AS speed_factor', 'served', NULL),
	('1e15::float8 AS speed_factor', 'served', NULL),
	('-1 AS cost_fixed', '22023', '"w".*cost_fixed'), ($$ 'NaN'::numeric AS cost_fixed $$, '22023', '"w".*cost_fixed'),
	('1e16 AS cost_fixed', '22023', '"w".*cost_fixed'), ('1e15 AS cost_fixed', 'served', NULL),
	('-1 AS cost_per_hour', '22023', '"w".*cost_per_hour'), ($$ 'Infinity'::float8 AS cost_per_hour $$, '22023', '"w".*cost_per_hour'),
	('1e15 AS cost_per_hour', 'served', NULL),
	('1e-300::float8 AS cost_per_hour', 'served', NULL), ('0 AS cost_per_hour', 'served', NULL),
	('-1 AS cost_per_km', '22023', '"w".*cost_per_km'), ($$ 'NaN'::float8 AS cost_per_km $$, '22023', '"w".*cost_per_km'),
	('1e15 AS cost_per_km', 'served', NULL),
	('-1 AS cost_per_overtime_hour', '22023', '"w".*cost_per_overtime_hour'),
	($$ 'NaN'::float8 AS cost_per_overtime_hour $$, '22023', '"w".*cost_per_overtime_hour'),
	('-1 AS co2e_per_km', '22023', '"w".*co2e_per_km'), ($$ 'Infinity'::float8 AS co2e_per_km $$, '22023', '"w".*co2e_per_km'),
	('-1 AS max_stops', '22023', '"w".*max_stops'), ('1.5 AS max_stops', '22023', '"w".*max_stops'),
	($$ 'NaN'::float8 AS max_stops $$, '22023', '"w".*max_stops'), ('0 AS max_stops', 'served', NULL),
	('3000000000 AS max_stops', 'served', NULL),
	('-1 AS max_distance_m', '22023', '"w".*max_distance_m'), ($$ 'NaN'::float8 AS max_distance_m $$, '22023', '"w".*max_distance_m'),
	('0 AS max_distance_m', 'served', NULL),
	('1e15::float8 AS max_distance_m', 'served', NULL), ('1e300::float8 AS max_distance_m', '22023', '"w".*max_distance_m'),
	('0 AS max_trips', '22023', '"w".*max_trips'), ('-1 AS max_trips', '22023', '"w".*max_trips'),
	('1.5 AS max_trips', '22023', '"w".*max_trips'), ($$ 'NaN'::float8 AS max_trips $$, '22023', '"w".*max_trips'),
	('1 AS max_trips', 'served', NULL), ('2147483647 AS max_trips', 'served', NULL), ('3000000000 AS max_trips', '22023', '"w".*max_trips'),
	($$ interval '-1 min' AS reload_time $$, '22023', '"w".*reload_time'), ($$ 'NaN'::float8 AS reload_time $$, '22023', '"w".*reload_time'),
	('2 AS max_trips, 0 AS reload_time', 'served', NULL), ($$ 2 AS max_trips, interval '11 years' AS reload_time $$, '22023', '"w".*reload_time'),
	('0 AS range_m', '22023', '"w".*range_m'), ('-1 AS range_m', '22023', '"w".*range_m'), ('0.0001 AS range_m', '22023', '"w".*range_m'),
	($$ 'NaN'::float8 AS range_m $$, '22023', '"w".*range_m'), ('1e15::float8 AS range_m', 'served', NULL),
	('1e300::float8 AS range_m', '22023', '"w".*range_m'),
	($$ tstzrange('2026-12-01 12:00', '2026-12-01 13:00') AS break_window $$, '22023', '"w".*break'),
	($$ interval '30 min' AS break_time $$, '22023', '"w".*break'),
	($$ 'empty'::tstzrange AS break_window, interval '30 min' AS break_time $$, '22023', '"w".*break'),
	($$ tstzrange(NULL, '2026-12-01 13:00') AS break_window, interval '30 min' AS break_time $$, '22023', '"w".*break'),
	($$ tstzrange('2026-12-01 12:00', 'infinity') AS break_window, interval '30 min' AS break_time $$, '22023', '"w".*break'),
	($$ tstzrange('2026-12-01 12:00', '2026-12-01 13:00') AS break_window, interval '-30 min' AS break_time $$, '22023', '"w".*break'),
	($$ tstzrange('2026-12-01 12:00', '2026-12-01 13:00') AS break_window, 'NaN'::float8 AS break_time $$, '22023', '"w".*break'),
	($$ tstzrange('2026-12-01 12:00', '2026-12-01 13:00') AS break_window, interval '11 years' AS break_time $$, '22023', '"w".*break'),
	($$ tstzrange('2026-12-01 12:00', '2026-12-01 13:00') AS break_window, interval '0' AS break_time $$, 'served', NULL),
	($$ '{}'::tstzrange[] AS break_window, '{}'::interval[] AS break_time $$, 'served', NULL),
	($$ '{NULL}'::tstzrange[] AS break_window, '{30 min}'::interval[] AS break_time $$, '22023', '"w".*break'),
	($$ ST_Point(9, 9, 4326) AS end_geom $$, '22023', '"w"'), ($$ 'POINT EMPTY'::geometry AS end_geom $$, '22023', '"w".*end_geom'),
	($$ 'LINESTRING(0 0, 1 1)'::geometry AS end_geom $$, '22023', '"w".*end_geom'),
	($$ ST_Point('NaN', 0) AS end_geom $$, '22023', '"w".*end_geom'), ('ST_Point(1e16, 0) AS end_geom', '22023', '"w".*end_geom'),
	($$ 'home'::text AS end_location_id $$, '22023', '"w".*end_geom'),
	($$ '{NULL}'::text[] AS skills $$, 'served', NULL), ($$ '{}'::text[] AS skills $$, 'served', NULL),
	($$ ''::text AS profile $$, 'served', NULL), ($$ '{}'::jsonb AS driver_id $$, 'served', NULL),
	('NULL::bool AS open_end', 'served', NULL);
CREATE TABLE bad_starts (geom text, expected text, mentions text);
INSERT INTO bad_starts VALUES ('NULL', '22023', '"w".*start'), ($$ 'POINT EMPTY' $$, '22023', '"w".*(geom|start)'),
	($$ ST_Point('NaN', 0) $$, '22023', '"w".*geom'), ($$ ST_Point('Infinity', 0) $$, '22023', '"w".*geom'),
	($$ 'LINESTRING(0 0, 1 1)' $$, '22023', '"w".*geom.*LINESTRING'), ('ST_Point(8.6, 49.4, 4326)', '22023', '"[vw]".*(plane|globe)'),
	('ST_Point(8.6, 49.4, 990001)', '22023', '"w".*990001'),
	('ST_Point(1e16, 1e16)', '22023', '"w".*geom'), ('ST_Point(8.6, 91, 4326)', '22023', '"w".*geom'),
	('ST_MakePoint(1, 2, 3)', 'served', NULL), ('ST_Point(9e14, 0)', 'served', NULL);

-- Only one vehicle, v, with these columns: what becomes of all orders.
CREATE TABLE bad_fleets (columns text, expected text, mentions text);
INSERT INTO bad_fleets VALUES ('0 AS max_stops', 'stops', '0'), ('0 AS max_time', 'time', 'max_time'),
	('0 AS max_distance_m', 'distance', 'max_distance_m'), ('1e-300::float8 AS speed_factor', 'unreachable', NULL),
	($$ timestamptz '2026-12-01 09:00' AS shift_start, timestamptz '2026-12-01 09:00' AS shift_end $$, 'shift', '09:00'),
	($$ tstzrange('2026-12-01 09:00:01', '2026-12-01 09:00:10') AS break_window, interval '9 years' AS break_time,
		timestamptz '2026-12-01 09:00' AS shift_start, timestamptz '2026-12-01 09:01' AS shift_end $$, 'shift break', NULL);

------------------------------------------------------------------------------------------------------
-- Matrices: the row from a to b is bad, or its values; all else is 60 s and 500 m
------------------------------------------------------------------------------------------------------

CREATE TABLE bad_legs (no serial, seconds text, meters text, expected text, mentions text);
INSERT INTO bad_legs (seconds, meters, expected, mentions) VALUES
	('-1', '500', '22023', '"a" to "b".*seconds'), ('-0.0001', '500', '22023', '"a" to "b".*seconds'),
	($$ 'NaN'::float8 $$, '500', '22023', '"a" to "b".*seconds'),
	($$ 'Infinity'::float8 $$, '500', '22023', '"a" to "b".*seconds'),
	($$ '-Infinity'::float8 $$, '500', '22023', '"a" to "b".*seconds'), ($$ 'NaN'::numeric $$, '500', '22023', '"a" to "b".*seconds'),
	('1e300::float8', '500', '22023', '"a" to "b".*seconds'), ('1e400::numeric', '500', '22023', '"a" to "b".*seconds'),
	('1e12', '500', 'served', NULL), ('NULL', '500', 'served', NULL), ('0', '0', 'served', NULL),
	('60', '-1', '22023', '"a" to "b".*meters'), ('60', $$ 'NaN'::float8 $$, '22023', '"a" to "b".*meters'),
	('60', $$ 'Infinity'::float8 $$, '22023', '"a" to "b".*meters'),
	('60', '1e300::float8', '22023', '"a" to "b".*meters'), ('60', 'NULL', '22023', 'meters'), ('60', '1e15', '22023', '"a" to "b".*meters'), ('60', '1e9', 'served', NULL),
	('9223372036854775807', '500', '22023', '"a" to "b".*seconds');

------------------------------------------------------------------------------------------------------
-- Routes for check: v drives a, then b; the row of a is bad, or a row too many
------------------------------------------------------------------------------------------------------

-- What check makes of routes: the SQLSTATE; or the codes of the violations, "fine" without any.
CREATE FUNCTION judged(routes text, OUT outcome text, OUT said text) LANGUAGE plpgsql AS $$
DECLARE
	detail text;
	hint text;
BEGIN
	SELECT coalesce(string_agg(DISTINCT split_part(violation, ':', 1), ' '),
		'fine') || CASE WHEN count(DISTINCT order_id) = 2 THEN '' ELSE ', an order is lost' END,
		string_agg(DISTINCT violation, '; ')
	INTO outcome, said
	FROM lastmile.check('SELECT ''a'' AS id, ST_Point(600, 0) AS geom UNION ALL SELECT ''b'', ST_Point(1200, 0)',
		'SELECT ''v'' AS id, ST_Point(0, 0) AS geom', routes) AS row
		LEFT JOIN unnest(row.violations) AS violation ON true;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS outcome = RETURNED_SQLSTATE, said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	said := concat_ws(' ', said, NULLIF(detail, ''), NULLIF(hint, ''));
END $$;

CREATE TABLE bad_stops (no serial, columns text, expected text, mentions text);
INSERT INTO bad_stops (columns, expected, mentions) VALUES
	('NULL::int AS note', 'fine', NULL),
	($$ timestamptz 'infinity' AS arrives_at $$, 'mismatch', 'arrives_at'),
	($$ timestamptz '-infinity' AS starts_at $$, 'mismatch', 'starts_at'),
	($$ timestamptz '4200-01-01' AS departs_at $$, 'mismatch', 'departs_at'),
	($$ timestamptz '4713-01-01 BC' AS arrives_at $$, 'mismatch', 'arrives_at'),
	($$ timestamptz '294276-12-31' AS starts_at $$, 'mismatch', 'starts_at'),
	($$ interval '-1 s' AS travel_time $$, 'mismatch', 'travel_time'),
	($$ interval '178000000 years' AS setup_time $$, 'mismatch', 'setup_time'),
	($$ 'NaN'::float8 AS wait_time $$, 'mismatch', 'wait_time'),
	($$ 'Infinity'::float8 AS service_time $$, 'mismatch', 'service_time'), ('1e300::float8 AS late_time', 'mismatch', 'late_time'),
	('1e400::numeric AS service_time', 'mismatch', 'service_time'),
	($$ 'NaN'::float8 AS distance_m $$, 'mismatch', 'distance_m'), ($$ '-Infinity'::float8 AS distance_m $$, 'mismatch', 'distance_m'),
	('-1 AS distance_m', 'mismatch', 'distance_m'), ('1e300::float8 AS distance_m', 'mismatch', 'distance_m'),
	($$ 'NaN'::numeric AS cost $$, 'mismatch', 'cost'), ($$ 'Infinity'::float8 AS cost $$, 'mismatch', 'cost'),
	('-1e300::float8 AS cost', 'mismatch', 'cost'),
	('5 AS co2e_g', 'mismatch', 'co2e_g'), ($$ 'NaN'::float8 AS co2e_g $$, 'mismatch', 'co2e_g'),
	($$ '{NaN}'::float8[] AS load $$, 'mismatch', 'load'), ($$ '{1, 2, 3}'::int[] AS load $$, 'mismatch', 'load'),
	($$ '{{1, 2}, {3, 4}}'::int[] AS load $$, 'mismatch', 'load'), ($$ '{NULL}'::int[] AS load $$, 'mismatch', 'load'),
	($$ '{}'::int[] AS load $$, 'fine', NULL), ('-1 AS load', 'mismatch', 'load'),
	($$ 'pickup'::text AS kind $$, 'mismatch', 'kind'), ($$ 'delivery'::text AS kind $$, 'fine', NULL),
	($$ ''::text AS kind $$, '22023', 'kind'), ($$ repeat('k', 100000) AS kind $$, '22023', 'kind'),
	($$ 'break'::text AS kind $$, '22023', 'row 1'), ($$ 'reload'::text AS kind $$, '22023', 'row 1'),
	('0 AS stop_no', 'fine', NULL), ('-5 AS stop_no', 'fine', NULL), ($$ '-Infinity'::float8 AS stop_no $$, 'fine', NULL),
	('1e300::float8 AS stop_no', 'fine', NULL), ($$ 'NaN'::numeric AS stop_no $$, '22023', 'stop_no'),
	('0 AS trip_no', 'mismatch', 'trip_no'), ($$ 'NaN'::float8 AS trip_no $$, 'fine', NULL), ('1 AS trip_no', 'fine', NULL),
	('2 AS trip_no', 'mismatch', 'trip_no'), ('1e300::float8 AS trip_no', 'mismatch', 'trip_no'),
	('true AS frozen', 'fine', NULL), ($$ timestamptz '2020-01-01' AS done_at $$, 'fine', NULL),
	($$ timestamptz '-infinity' AS done_at $$, '22023', 'done_at'), ($$ timestamptz '99999-01-01' AS done_at $$, '22023', 'done_at');
CREATE TABLE bad_rows (no serial, query text, expected text, mentions text);
INSERT INTO bad_rows (query, expected, mentions) VALUES
	($$ SELECT 'v' AS vehicle_id, 'a' AS order_id WHERE false $$, 'missing', NULL),
	($$ SELECT 'v' AS vehicle_id, 'a' AS order_id $$, 'missing', NULL),
	($$ SELECT 'v' AS vehicle_id, id AS order_id FROM unnest('{a, b, a}'::text[]) AS id $$, 'duplicate', '"a"'),
	($$ SELECT 'v' AS vehicle_id, id AS order_id FROM unnest('{a, b}'::text[]) AS id, generate_series(1, 500) $$, 'duplicate', '"a"'),
	($$ SELECT NULL AS vehicle_id, id AS order_id FROM unnest('{a, b}'::text[]) AS id $$, 'fine', NULL),
	($$ SELECT NULL AS vehicle_id, id AS order_id FROM unnest('{a, b, b}'::text[]) AS id $$, 'duplicate', NULL),
	($$ SELECT v AS vehicle_id, id AS order_id FROM unnest('{a, b}'::text[]) AS id, unnest('{v, NULL}'::text[]) AS v $$, 'duplicate', NULL),
	($$ SELECT 'v' AS vehicle_id, NULL AS order_id, 'start' AS kind $$, 'mismatch missing', NULL),
	($$ SELECT 'v' AS vehicle_id, NULL AS order_id, 'end' AS kind FROM generate_series(1, 3) $$, 'mismatch missing', NULL),
	($$ SELECT 'v' AS vehicle_id, id AS order_id, CASE WHEN id IS NULL THEN 'break' END AS kind
		FROM unnest('{a, NULL, b}'::text[]) AS id $$, 'mismatch', 'break'),
	($$ SELECT 'v' AS vehicle_id, 'c' AS order_id $$, '42704', '"c"'), ($$ SELECT 'w' AS vehicle_id, 'a' AS order_id $$, '42704', '"w"'),
	($$ SELECT 'v ' AS vehicle_id, 'a' AS order_id $$, '42704', '"v "'),
	($$ SELECT '' AS vehicle_id, 'a' AS order_id $$, '42704', '""'), ($$ SELECT 1 AS vehicle_id, 'a' AS order_id $$, '42704', '"1"'),
	($$ SELECT 'v' AS vehicle_id, NULL AS order_id $$, '22023', 'row 1'),
	($$ SELECT NULL AS vehicle_id, NULL AS order_id $$, '22023', 'row 1'),
	($$ SELECT NULL AS vehicle_id, NULL AS order_id, 'unassigned' AS kind $$, '22023', 'row 1'),
	($$ SELECT NULL AS vehicle_id, NULL AS order_id, 'start' AS kind $$, '22023', 'row 1'),
	($$ SELECT 'v' AS vehicle_id, 'a' AS order_id, 'start' AS kind $$, '22023', 'row 1');

-- Rows of one group, all of which come to the same.
CREATE TABLE bad_groups (no serial, orders text, expected text, mentions text);
INSERT INTO bad_groups (orders, expected, mentions) VALUES
	($$ VALUES ('a', 'pickup', 's', NULL, 1), ('b', 'delivery', 's', NULL, 1) $$, 'served', NULL),
	($$ VALUES ('a', 'pickup', 's', NULL, 1), ('b', 'delivery', 's', NULL, NULL) $$, 'served', NULL),
	($$ VALUES ('a', 'pickup', 's', NULL, 1), ('b', 'pickup', 's', NULL, 1) $$, 'bad_row', 'shipment'),
	($$ VALUES ('a', 'delivery', 's', NULL, 1), ('b', NULL, 's', NULL, 1) $$, 'bad_row', 'shipment'),
	($$ VALUES ('a', 'pickup', 's', NULL, 1), ('b', 'delivery', 's', NULL, 1), ('c', 'delivery', 's', NULL, 1) $$, 'bad_row', 'shipment'),
	($$ VALUES ('a', 'pickup', 's', NULL, 1), ('b', 'delivery', 's', NULL, 2) $$, 'bad_row', 'demand'),
	($$ VALUES ('a', 'pickup', 's', NULL, -1), ('b', 'delivery', 's', NULL, -1) $$, 'bad_row', 'demand'),
	($$ VALUES ('a', 'pickup', 's', NULL, 'NaN'::float8), ('b', 'delivery', 's', NULL, 1) $$, 'bad_row', 'demand'),
	($$ VALUES ('a', 'pickup', 's', NULL, 11), ('b', 'delivery', 's', NULL, 11) $$, 'capacity', '11'),
	($$ VALUES ('a', 'pickup', 's', NULL, 1), ('b', 'lift', 's', NULL, 1) $$, 'bad_row', NULL);

-- Days under way: routes that say something else than rows can be.
CREATE TABLE bad_days (no serial, routes text, expected text, mentions text);
INSERT INTO bad_days (routes, expected, mentions) VALUES
	($$ SELECT 'v' AS vehicle_id, 'a' AS order_id, NULL::bool AS frozen, NULL::timestamptz AS done_at $$, 'served', NULL),
	($$ SELECT 'v' AS vehicle_id, 'a' AS order_id, true AS frozen $$, 'served', NULL),
	($$ SELECT 'v' AS vehicle_id, 'a' AS order_id, false AS frozen, timestamptz '2026-12-01 08:10' AS done_at $$, 'served', NULL),
	($$ SELECT 'v' AS vehicle_id, 'a' AS order_id, timestamptz '2026-12-01 23:10' AS done_at $$, 'served', NULL),
	($$ SELECT 'v' AS vehicle_id, 'a' AS order_id, timestamptz 'infinity' AS done_at $$, '22023', 'done_at'),
	($$ SELECT 'v' AS vehicle_id, 'a' AS order_id, timestamptz '4200-01-01' AS done_at $$, '22023', 'done_at'),
	($$ SELECT 'v' AS vehicle_id, 'a' AS order_id, timestamp '2026-12-01 08:10' AS done_at $$, '42804', 'done_at'),
	($$ SELECT 'v' AS vehicle_id, 'a' AS order_id, 'yes'::text AS frozen $$, '42804', 'frozen'),
	($$ SELECT 'v' AS vehicle_id, 'a' AS order_id, 1 AS frozen $$, '42804', 'frozen'),
	($$ SELECT 'v' AS vehicle_id, 'c' AS order_id, true AS frozen $$, '42704', '"c"'),
	($$ SELECT 'w' AS vehicle_id, 'a' AS order_id, true AS frozen $$, '42704', '"w"'),
	($$ SELECT NULL AS vehicle_id, 'a' AS order_id, true AS frozen $$, 'served', NULL),
	($$ SELECT 'v' AS vehicle_id, NULL AS order_id, true AS frozen $$, '22023', 'row 1'),
	($$ SELECT 'v' AS vehicle_id, NULL AS order_id, 'break' AS kind, timestamptz '2026-12-01 08:10' AS done_at $$, '22023', 'break');

SELECT plan((SELECT count(*) FROM bad_groups)::int + (SELECT count(*) FROM bad_days)::int + (SELECT count(*) FROM bad_orders)::int + (SELECT count(*) FROM odd_ids)::int + (SELECT count(*)
	FROM bad_points)::int + (SELECT count(*) FROM bad_vehicles)::int
	+ (SELECT count(*) FROM bad_starts)::int + (SELECT count(*) FROM bad_fleets)::int + (SELECT count(*)
		FROM bad_legs)::int + (SELECT count(*) FROM bad_stops)::int + (SELECT count(*) FROM bad_rows)::int + 37 + 9);
SELECT ok(NOT rolsuper, 'the tests run as an ordinary role') FROM pg_roles WHERE rolname = current_user;

-- x comes first, its columns decide the types.
SELECT verdict('order with ' || regexp_replace(btrim(left(columns, 200)), '\s+', ' ',
	'g') || CASE WHEN van <> '10 AS capacity' THEN ' for a van with ' || btrim(van) ELSE '' END, expected, mentions,
	format($$ SELECT 'x' AS id, ST_Point(0, -600) AS geom, %s UNION ALL SELECT 'a', ST_Point(1200, 0), %s UNION ALL SELECT 'b',
		ST_Point(0, 600), %2$s $$, columns,
		(SELECT string_agg('NULL', ', ') FROM regexp_matches(columns, '\mAS\M', 'g'))),
	format('SELECT ''v'' AS id, ST_Point(0, 0) AS geom, timestamptz ''2026-12-01 08:00'' AS shift_start, %s', van), NULL, 'x')
FROM bad_orders ORDER BY no;
SELECT verdict(format('order with id %s', left(quote_literal(id), 40)), 'served', NULL,
	format('SELECT %L AS id, ST_Point(600, 0) AS geom UNION ALL SELECT ''a'', ST_Point(1200, 0) UNION ALL SELECT ''b'', ST_Point(0, 600)', id),
	format('SELECT %L AS id, ST_Point(0, 0) AS geom', id), NULL, id)
FROM odd_ids;
SELECT verdict(format('order at %s, plan on %s', btrim(geom), CASE WHEN globe THEN 'the globe' ELSE 'a plane' END), expected, mentions,
	format(CASE WHEN globe THEN $$ SELECT 'x' AS id, %s::geometry AS geom UNION ALL SELECT 'a', ST_Point(8.61, 49.4, 4326)
		UNION ALL SELECT 'b', ST_Point(8.6, 49.41, 4326) $$
		ELSE $$ SELECT 'x' AS id, %s::geometry AS geom UNION ALL SELECT 'a', ST_Point(1200, 0) UNION ALL SELECT 'b',
			ST_Point(0, 600) $$ END, geom),
	CASE WHEN globe THEN 'SELECT ''v'' AS id, ST_Point(8.6, 49.4, 4326) AS geom' ELSE 'SELECT ''v'' AS id, ST_Point(0, 0) AS geom' END,
		NULL, 'x')
FROM bad_points ORDER BY no;
SELECT verdict('vehicle with ' || regexp_replace(btrim(columns), '\s+', ' ', 'g'), expected, mentions,
	'SELECT ''a'' AS id, ST_Point(1200, 0) AS geom UNION ALL SELECT ''b'', ST_Point(0, 600)',
	format($$ SELECT 'w' AS id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS since, %s UNION ALL SELECT 'v',
		ST_Point(0, 0), NULL, %s $$, columns,
		(SELECT string_agg('NULL', ', ') FROM regexp_matches(columns, '\mAS\M', 'g'))), NULL, NULL)
FROM bad_vehicles ORDER BY no;
SELECT verdict('vehicle at ' || btrim(geom), expected, mentions,
	$$ SELECT 'a' AS id, ST_Point(1200, 0) AS geom UNION ALL SELECT 'b', ST_Point(0, 600) $$,
	format('SELECT ''w'' AS id, %s::geometry AS geom UNION ALL SELECT ''v'', ST_Point(0, 0)', geom), NULL, NULL)
FROM bad_starts;
SELECT verdict('only a vehicle with ' || btrim(columns), expected, mentions,
	$$ SELECT 'a' AS id, ST_Point(1200, 0) AS geom UNION ALL SELECT 'b', ST_Point(0, 600) $$,
	format('SELECT ''v'' AS id, ST_Point(0, 0) AS geom, %s', columns), NULL, NULL)
FROM bad_fleets;
SELECT verdict(format('matrix with seconds %s, meters %s', btrim(seconds), btrim(meters)), expected, mentions,
	'SELECT ''a'' AS id UNION ALL SELECT ''b''',
	'SELECT ''v'' AS id, ''d'' AS start_location_id, 1 AS cost_per_km',
	format('SELECT ''a'' AS from_id, ''b'' AS to_id, %s AS seconds, %s AS meters UNION ALL SELECT f, t, 60, 500 FROM unnest(''{a, b, d}''::text[]) AS f, unnest(''{a, b, d}''::text[]) AS t
		WHERE (f, t) <> (''a'', ''b'')', seconds, meters), NULL)
FROM bad_legs ORDER BY no;

SELECT verdict('group of ' || btrim(orders), expected, mentions,
	format('SELECT ST_Point(600 * length(id), 300) AS geom, * FROM (%s) AS g(id, kind, shipment_id, option_of, demand)', orders),
	'SELECT ''v'' AS id, ST_Point(0, 0) AS geom, 10 AS capacity', NULL, NULL)
FROM bad_groups ORDER BY no;

-- Of a day under way; the other order is served in any case.
CREATE FUNCTION day_outcome(routes text, OUT outcome text, OUT said text) LANGUAGE plpgsql AS $$
BEGIN
	SELECT string_agg(DISTINCT coalesce(reason_code, 'served'), ', '), string_agg(DISTINCT reason, ', ') INTO outcome, said
	FROM lastmile.plan($q$ SELECT 'a' AS id, ST_Point(1200, 0) AS geom UNION ALL SELECT 'b', ST_Point(0, 600) $q$,
		$q$ SELECT 'v' AS id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start $q$, routes => routes,
		at => '2026-12-01 09:00', iterations => 30)
	WHERE order_id IS NOT NULL HAVING count(*) = 2 AND count(DISTINCT order_id) = 2;
EXCEPTION WHEN OTHERS THEN
	outcome := SQLSTATE;
	said := SQLERRM;
	GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL;
	said := concat_ws(' ', SQLERRM, said);
END $$;
SELECT is(CASE WHEN outcome = expected AND (mentions IS NULL OR said ~ mentions) THEN expected ELSE concat_ws(': ', outcome, said) END,
	expected, 'a day under way, ' || btrim(routes))
FROM bad_days, day_outcome(routes) ORDER BY no;

-- Matrices that lack something.
\set orders '$$ SELECT ''a'' AS id UNION ALL SELECT ''b'' $$'
\set vehicles '$$ SELECT ''v'' AS id, ''d'' AS start_location_id $$'
\set legs '$$ SELECT f AS from_id, t AS to_id, 60 AS seconds FROM unnest(''{a, b, d}''::text[]) AS f, unnest(''{a, b, d}''::text[]) AS t WHERE '
SELECT verdict('matrix without rows', 'unreachable', NULL, :orders, :vehicles, :legs false $$, NULL);
SELECT verdict('matrix without a way to b', 'unreachable', 'd.* b', :orders, :vehicles, :legs t <> 'b' $$, 'b');
SELECT verdict('matrix without a way from b', 'unreachable', 'b.* d', :orders, :vehicles, :legs f <> 'b' $$, 'b');
SELECT verdict('matrix without b', 'unreachable', 'b', :orders, :vehicles, :legs 'b' NOT IN (f, t) $$, 'b');
SELECT verdict('matrix without the depot', 'unreachable', 'd', :orders, :vehicles, :legs 'd' NOT IN (f, t) $$, NULL);
SELECT verdict('matrix with ids of upper case', 'unreachable', NULL, :orders, :vehicles, $$ SELECT 'A' AS from_id, 'B' AS to_id,
	1 AS seconds $$, NULL);
SELECT verdict('matrix with a NULL id', '22004', 'from_id', :orders, :vehicles, $$ SELECT NULL AS from_id, 'b' AS to_id,
	1 AS seconds $$, NULL);
SELECT verdict('matrix with a pair twice', '23505', '"a" to "b"', :orders, :vehicles, $$ SELECT 'a' AS from_id, 'b' AS to_id,
	s AS seconds FROM generate_series(1, 2) AS s $$, NULL);
SELECT verdict('matrix with a pair of strangers twice', 'unreachable', NULL, :orders, :vehicles, $$ SELECT 'y' AS from_id,
	'z' AS to_id, s AS seconds FROM generate_series(1, 2) AS s $$, NULL);
SELECT verdict('matrix with a negative leg of strangers', 'unreachable', NULL, :orders, :vehicles, $$ SELECT 'y' AS from_id,
	'z' AS to_id, -1 AS seconds $$, NULL);
SELECT verdict('matrix with text for seconds', '42804', '"seconds"', :orders, :vehicles, $$ SELECT 'a' AS from_id, 'b' AS to_id,
	'60' AS seconds $$, NULL);
SELECT verdict('matrix and an order with a bad geom', 'bad_row', 'geom', $$ SELECT 'a' AS id, NULL::geometry AS geom
	UNION ALL SELECT 'x', 'LINESTRING(0 0, 1 1)' $$, :vehicles, :legs true $$, 'x');

-- Routes.
SELECT is(CASE WHEN outcome = expected AND (mentions IS NULL OR said ~ mentions) THEN expected ELSE concat_ws(': ', outcome, said) END,
	expected, 'check, a row with ' || btrim(columns))
FROM bad_stops, judged(format('SELECT ''v'' AS vehicle_id, ''a'' AS order_id, %s UNION ALL SELECT ''v'', ''b'', %s', columns,
	CASE WHEN columns LIKE '%stop_no' THEN '2147483647' ELSE 'NULL' END)) ORDER BY no;
SELECT is(CASE WHEN outcome = expected AND (mentions IS NULL OR said ~ mentions) THEN expected ELSE concat_ws(': ', outcome, said) END,
	expected, 'check, ' || btrim(query))
FROM bad_rows, judged(query) ORDER BY no;

-- Ids.
SELECT verdict('order without id', '22004', NULL, 'SELECT NULL AS id, ST_Point(0, 0) AS geom',
	'SELECT 1 AS id, ST_Point(0, 0) AS geom', NULL, NULL);
SELECT verdict('order twice', '23505', '"1"', 'SELECT 1 AS id, ST_Point(0, 0) AS geom FROM generate_series(1, 2)',
	'SELECT 1 AS id, ST_Point(0, 0) AS geom', NULL, NULL);
SELECT verdict('order twice, once bad', '23505', '"1"', 'SELECT 1 AS id, ST_Point(0, 0) AS geom UNION ALL SELECT 1, NULL',
	'SELECT 1 AS id, ST_Point(0, 0) AS geom', NULL, NULL);
SELECT verdict('order 1000 times', '23505', '"1"', 'SELECT 1 AS id, ST_Point(0, 0) AS geom FROM generate_series(1, 1000)',
	'SELECT 1 AS id, ST_Point(0, 0) AS geom', NULL, NULL);
SELECT verdict('vehicle without id', '22004', NULL, 'SELECT 1 AS id, ST_Point(0, 0) AS geom',
	'SELECT NULL AS id, ST_Point(0, 0) AS geom', NULL, NULL);
SELECT verdict('vehicle twice', '23505', '"1"', 'SELECT 1 AS id, ST_Point(0, 0) AS geom',
	'SELECT 1 AS id, ST_Point(0, 0) AS geom FROM generate_series(1, 2)', NULL, NULL);
SELECT verdict('id of a type that has no order', 'served', NULL,
	$$ SELECT '{"a": 1}'::json AS id, ST_Point(0, 0) AS geom UNION ALL SELECT '[2]', ST_Point(1, 1) $$,
	$$ SELECT '{"a": 1}'::json AS id, ST_Point(0, 0) AS geom UNION ALL SELECT '[2]', ST_Point(1, 1) $$, NULL, NULL);
SELECT verdict('id that is a row', 'served', NULL, $$ SELECT (1, 'a'::text) AS id, ST_Point(0, 0) AS geom
	UNION ALL SELECT (1, 'b'::text), ST_Point(1, 1) $$, 'SELECT 1 AS id, ST_Point(0, 0) AS geom', NULL, NULL);
SELECT verdict('id that is a geometry', 'served', NULL,
	'SELECT ST_Point(0, n) AS id, ST_Point(0, n) AS geom FROM generate_series(1, 3) AS n', 'SELECT 1 AS id, ST_Point(0, 0) AS geom',
	NULL, NULL);

-- Text where something else should be.
SELECT verdict(format('%s text', name), '42804', '"' || name || '".*text',
	format('SELECT 1 AS id, ST_Point(0, 0) AS geom, ''1''::text AS %I', name), 'SELECT 1 AS id, ST_Point(0, 0) AS geom, 9 AS capacity',
	NULL, NULL)
FROM unnest('{window_start, demand, priority, skip_cost, service_time, skills, late_cost, latest, prefer_cost, release_at}'::text[]) AS name;
SELECT verdict(format('vehicle''s %s text', name), '42804', '"' || name || '".*text', 'SELECT 1 AS id, ST_Point(0, 0) AS geom',
	format('SELECT 1 AS id, ST_Point(0, 0) AS geom, ''1''::text AS %I', name), NULL, NULL)
FROM unnest('{max_trips, reload_time, range_m, max_stops, overtime}'::text[]) AS name;
SELECT verdict('geom text', '42804', '"geom".*text', 'SELECT 1 AS id, ''POINT(0 0)''::text AS geom',
	'SELECT 1 AS id, ST_Point(0, 0) AS geom', NULL, NULL);

-- Nothing at all.
SELECT verdict('all orders bad', 'bad_row', 'geom', 'SELECT n AS id, NULL::geometry AS geom FROM generate_series(1, 3) AS n',
	'SELECT 1 AS id, ST_Point(0, 0) AS geom', NULL, NULL);
SELECT is(count(*), 0::bigint, 'no orders: no rows') FROM lastmile.plan('SELECT 1 AS id, ST_Point(0, 0) AS geom WHERE false',
	'SELECT 1 AS id, ST_Point(0, 0) AS geom');
SELECT is(count(*), 0::bigint, 'no orders, no vehicles: no rows')
FROM lastmile.plan('SELECT 1 AS id, ST_Point(0, 0) AS geom WHERE false', 'SELECT 1 AS id, ST_Point(0, 0) AS geom WHERE false');
SELECT is(count(*), 0::bigint, 'no orders, a matrix: no rows')
	FROM lastmile.plan('SELECT 1 AS id WHERE false', 'SELECT 1 AS id, 1 AS start_location_id',
	'SELECT 1 AS from_id, 2 AS to_id, 3 AS seconds');
SELECT is(array_agg(concat_ws(' ', kind, order_id, cost, reason ~ 'no vehicle')), '{unassigned 1 t,unassigned 2 7 t}',
	'no vehicles: all unassigned')
FROM lastmile.plan('SELECT n AS id, ST_Point(0, 0) AS geom, 3 AS demand, NULLIF(7, n * 7) AS skip_cost FROM generate_series(1, 2) AS n', 'SELECT 1 AS id, ST_Point(0, 0) AS geom WHERE false');
SELECT verdict('no vehicles, a bad order', 'bad_row', 'geom', 'SELECT 1 AS id, NULL::geometry AS geom',
	'SELECT 1 AS id, ST_Point(0, 0) AS geom WHERE false', NULL, NULL);
SELECT is((SELECT array_agg(DISTINCT concat_ws(' ', kind, reason_code, rows)) FROM (SELECT kind, reason_code, count(*) AS rows
	FROM lastmile.plan('SELECT n AS id, CASE WHEN n % 2 = 0 THEN ST_Point(n, 0) END AS geom FROM generate_series(1, 1000) AS n',
		'SELECT 1 AS id, ST_Point(0, 0) AS geom', iterations => 10) WHERE order_id IS NOT NULL GROUP BY 1, 2) AS kinds),
	'{delivery 500,unassigned bad_row 500}', 'half of 1000 orders bad: the other half is planned');

SELECT is(pg_backend_pid(), :pid, 'the backend is the same');

\ir finish.psql
