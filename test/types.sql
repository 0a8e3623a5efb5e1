-- types.sql - every SQL type a column may have gives the same plan; so does every way to name a query.
--
-- Three days are planned, by straight line and through a matrix. Each column matters on one of them at
-- least, which is tested first; then one column after the other changes its type and no row may change.
\ir setup.psql
SET lastmile.speed_kmh = 36;

-- Three days of 16 orders for 4 vans, tight enough that every limit is felt. Ids have equally many
-- digits, so that they sort alike whatever their type.
CREATE FUNCTION number(low int, high int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT low + floor(random() * (high - low + 1))::int';
CREATE FUNCTION chance(share float8) RETURNS bool LANGUAGE sql VOLATILE AS 'SELECT random() < share';
CREATE FUNCTION clock(minutes int) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
	SELECT '2026-12-01 08:00Z'::timestamptz + minutes * interval '1 min' $$;
SELECT setseed(0.5) \g /dev/null
CREATE TABLE all_orders AS
SELECT day, id, ST_Point(8.6 + number(-30, 30) * 0.001, 49.4 + number(-20, 20) * 0.001, 4326) AS geom, id + 100 AS location_id,
	CASE WHEN chance(0.3) THEN 'pickup' ELSE 'delivery' END AS kind,
	CASE WHEN chance(0.3) THEN clock(number(2, 12) * 10) END AS window_start,
		CASE WHEN chance(0.3) THEN clock(number(13, 18) * 10) END AS window_end,
	CASE WHEN chance(0.2) THEN tstzmultirange(tstzrange(clock(number(0, 6) * 10), clock(number(6, 7) * 10), '[]'),
		tstzrange(clock(number(8, 12) * 10), clock(number(13, 14) * 10), '[]')) END AS windows,
	number(2, 6) * interval '1 min' AS service_time, CASE WHEN chance(0.5) THEN number(1, 4) * interval '1 min' END AS setup_time,
		number(1, 4) AS demand,
	CASE WHEN chance(0.2) THEN '{lift}'::text[] WHEN chance(0.2) THEN '{fridge}' END AS skills,
		CASE WHEN chance(0.2) THEN ARRAY[number(1, 2), number(3, 4)]::text[] END AS allowed_vehicles,
	CASE WHEN chance(0.2) THEN ARRAY[number(1, 4)]::text[] END AS refused_vehicles,
		CASE WHEN chance(0.2) THEN clock(number(1, 4) * 10) END AS release_at, number(0, 2) AS priority,
	CASE WHEN chance(0.25) THEN number(1, 8) END AS skip_cost, 'house'::text AS place_type
FROM generate_series(1, 3) AS day, generate_series(11, 26) AS id;
CREATE TABLE all_vans AS
SELECT day, id, 'driver'::text AS driver_id, ST_Point(8.6 + number(-5, 5) * 0.001, 49.4 + number(-5, 5) * 0.001, 4326) AS geom,
	CASE WHEN id = 2 THEN ST_Point(8.6 + number(-9, 9) * 0.001, 49.4 + number(-9, 9) * 0.001, 4326) END AS end_geom,
		id AS start_location_id, CASE WHEN id = 2 THEN 5 END AS end_location_id,
	CASE WHEN id = 3 THEN true END AS open_end, clock(number(-1, 3) * 10) AS shift_start, clock(number(9, 14) * 10) AS shift_end,
		CASE WHEN chance(0.6) THEN number(1, 4) * interval '10 min' END AS overtime,
	number(6, 11) AS capacity, (ARRAY['{lift}', '{fridge}', '{lift, fridge}'])[number(1, 3)]::text[] AS skills,
		CASE WHEN id < 3 THEN 'car' ELSE 'bike' END AS profile,
	(ARRAY[0.75, 1, 1.25])[number(1, 3)] AS speed_factor, number(2, 9) AS cost_fixed, number(10, 20) AS cost_per_hour,
		number(2, 6) / 8.0 AS cost_per_km, number(3, 9) AS cost_per_overtime_hour,
	number(3, 5) AS max_stops, number(8, 16) * 1000 AS max_distance_m, number(4, 9) * interval '10 min' AS max_time,
	CASE WHEN id = 1 THEN tstzrange(clock(40), clock(number(7, 9) * 10), '[]') END AS break_window,
		CASE WHEN id = 1 THEN interval '7 min' END AS break_time, number(1, 3) * 60 AS co2e_per_km
FROM generate_series(1, 3) AS day, generate_series(1, 4) AS id;
CREATE TABLE matrix AS
SELECT a AS from_id, b AS to_id, profile, 40 + (a * 37 + b * 61 + length(profile) * 11) % 400 AS seconds,
	300 + (a * 370 + b * 610 + length(profile) * 110) % 4000 AS meters
FROM (SELECT generate_series(1, 5) UNION ALL SELECT generate_series(111, 126)) AS f(a),
	(SELECT generate_series(1, 5) UNION ALL SELECT generate_series(111, 126)) AS t(b), unnest('{car, bike}'::text[]) AS profile
WHERE a <> b;

-- What a call reads: the day of the setting.
CREATE VIEW orders AS SELECT * FROM all_orders WHERE day = current_setting('tester.day')::int;
CREATE VIEW vans AS SELECT * FROM all_vans WHERE day = current_setting('tester.day')::int;

-- A query of the table with some columns made by other expressions: '{"demand": "demand::bigint"}'; null leaves a column out.
CREATE FUNCTION variant(source regclass, changes jsonb) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT 'SELECT ' || string_agg(coalesce(changes ->> attname, quote_ident(attname)) || ' AS ' || quote_ident(attname),
		', ' ORDER BY attnum) || ' FROM ' || source
	FROM pg_attribute WHERE attrelid = source AND attnum > 0 AND NOT attisdropped AND coalesce(changes -> attname <> 'null', true);
$$;

-- The rows of the three plans, a line each; or the error. Ids count by their last two characters, the digits of a uuid.
CREATE FUNCTION rows_of(orders text, vehicles text, matrix text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows text := '';
BEGIN
	FOR day IN 1..3 LOOP
		PERFORM set_config('tester.day', day::text, false);
		SELECT rows || string_agg((day, right(vehicle_id, 2)::int, trip_no, stop_no, kind, right(order_id, 2), arrives_at, starts_at,
			departs_at, travel_time, setup_time, wait_time, service_time, late_time,
				distance_m, load, cost, co2e_g, md5(ST_AsEWKB(geom)::text), md5(ST_AsEWKB(leg)::text), reason_code)::text || E'\n',
					'') INTO rows
		FROM lastmile.plan(orders, vehicles, matrix, iterations => 300);
	END LOOP;
	RETURN rows;
EXCEPTION WHEN OTHERS THEN
	RETURN format('%s: %s', SQLSTATE, SQLERRM);
END $$;
CREATE TABLE reference AS
SELECT by, rows_of('orders', 'vans', query) AS rows FROM (VALUES ('line', NULL), ('matrix', 'matrix')) AS m(by, query);

-- Of rows that differ only the first is shown.
CREATE FUNCTION same(what text, orders text, vehicles text, matrix text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT is(got, want, what)
	FROM (
		SELECT got, want FROM (
			SELECT regexp_split_to_table(rows_of(orders, vehicles, matrix), E'\n') AS got, regexp_split_to_table(rows, E'\n') AS want
			FROM reference WHERE by = CASE WHEN matrix IS NULL THEN 'line' ELSE 'matrix' END) AS lines
		ORDER BY got IS NOT DISTINCT FROM want LIMIT 1) AS line;
$$;

SELECT plan(394);
SELECT ok(NOT rolsuper, 'the tests run as an ordinary role') FROM pg_roles WHERE rolname = current_user;
SELECT cmp_ok(cardinality(regexp_split_to_array(rows, E'\n')), '>', 50, format('there is a plan, %s', by)) FROM reference;

------------------------------------------------------------------------------------------------------
-- Every column matters: without it the plan is another one. A type that were read as nothing would be seen.
------------------------------------------------------------------------------------------------------

SELECT ok(rows_of(variant('orders', jsonb_build_object(attname, NULL)), 'vans', NULL) <> rows, format('orders.%s matters', attname))
FROM pg_attribute, reference WHERE by = 'line' AND attrelid = 'orders'::regclass AND attnum > 0
	AND attname NOT IN ('day', 'id', 'location_id', 'place_type');
SELECT ok(rows_of('orders', variant('vans', jsonb_build_object(attname, NULL)), NULL) <> rows, format('vehicles.%s matters', attname))
FROM pg_attribute, reference WHERE by = 'line' AND attrelid = 'vans'::regclass AND attnum > 0
	AND attname NOT IN ('day', 'id', 'driver_id', 'start_location_id', 'end_location_id', 'profile');
SELECT ok(rows_of(variant('orders', '{"location_id": null}'), 'vans', 'matrix') <> rows, 'orders.location_id matters') FROM reference
	WHERE by = 'matrix';
SELECT ok(rows_of('orders', variant('vans', jsonb_build_object(attname, NULL)), 'matrix') <> rows, format('vehicles.%s matters', attname))
FROM pg_attribute, reference WHERE by = 'matrix' AND attrelid = 'vans'::regclass
	AND attname IN ('start_location_id', 'end_location_id', 'profile');
SELECT ok(rows_of('orders', 'vans', variant('matrix', jsonb_build_object(attname, NULL))) <> rows, format('matrix.%s matters', attname))
FROM pg_attribute, reference WHERE by = 'matrix' AND attrelid = 'matrix'::regclass AND attnum > 0;
SELECT same('columns without effect yet', variant('orders', '{"place_type": null}'), variant('vans', '{"driver_id": null}'));

------------------------------------------------------------------------------------------------------
-- Types of columns
------------------------------------------------------------------------------------------------------

CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN more_positive AS positive;
CREATE DOMAIN labels AS text[];
CREATE DOMAIN place AS geometry(Point, 4326);
CREATE DOMAIN moment AS timestamptz;
CREATE DOMAIN span AS interval;
CREATE TYPE what AS ENUM ('pickup', 'delivery');
CREATE TYPE ability AS ENUM ('fridge', 'lift');
CREATE TYPE way AS ENUM ('bike', 'car');

CREATE TABLE spellings (noun text, name text, expression text);
-- Ids of any type: both tables, and the lists that refer to vehicles stay text[].
INSERT INTO spellings SELECT noun, 'id', expression
FROM unnest('{orders, vehicles}'::text[]) AS noun,
	unnest('{id::smallint, id::bigint, id::numeric, id::float8, id::real, id::text, id::varchar, id::varchar(20), id::char(5),
		id::name, id::oid, id::positive, to_jsonb(id), to_json(id)}'::text[]) AS expression;
INSERT INTO spellings
SELECT noun, name, expression FROM (VALUES
	('orders', 'geom', '{geom::geometry, geom::geography, geom::place, "geom::geography(Point, 4326)", "ST_Force3D(geom)",
		"ST_Force4D(geom)"}'::text[]),
	('orders', 'kind', '{kind::text, kind::varchar, kind::varchar(10), kind::what, kind::name, "kind::char(8)",
		"NULLIF(kind, ''delivery'')"}'),
	('orders', 'window_start', '{window_start::moment, window_start::timestamptz(0), "coalesce(window_start, ''-infinity'')"}'),
	('orders', 'window_end', '{window_end::moment, window_end::timestamptz(0), "coalesce(window_end, ''infinity'')",
		"coalesce(window_end, ''9999-12-31'')"}'),
	('orders', 'windows', '{"CASE WHEN windows IS NOT NULL THEN ARRAY(SELECT unnest(windows)) END",
		"(SELECT range_agg(tstzrange(lower(w), upper(w), CASE WHEN lower(w) < upper(w) THEN ''()'' ELSE ''[]'' END)) FROM unnest(windows) AS w)", "(SELECT array_agg(w ORDER BY w DESC) FROM unnest(windows) AS w)",
		"windows + tstzmultirange(tstzrange(lower(windows), lower(windows), ''[]''))"}'),
	('orders', 'service_time', '{service_time::span, "extract(epoch FROM service_time)", "extract(epoch FROM service_time)::int",
		"extract(epoch FROM service_time)::bigint", "extract(epoch FROM service_time)::smallint",
		"extract(epoch FROM service_time)::float8", "extract(epoch FROM service_time)::real",
			"extract(epoch FROM service_time)::positive", "service_time + interval ''1 day -24 hours''",
			"service_time + interval ''1 month -30 days''"}'),
	('orders', 'setup_time', '{setup_time::span, "extract(epoch FROM setup_time)", "extract(epoch FROM setup_time)::int",
		"extract(epoch FROM setup_time)::float8", "coalesce(setup_time, ''0'')"}'),
	('orders', 'demand', '{demand::smallint, demand::bigint, demand::numeric, demand::float8, demand::real, demand::positive,
		demand::more_positive, demand + 0.0004, ARRAY[demand], ARRAY[demand::smallint], ARRAY[demand::bigint],
		ARRAY[demand::numeric], ARRAY[demand::float8], ARRAY[demand::real], ARRAY[demand::positive]}'),
	('orders', 'skills', '{skills::varchar[], skills::name[], skills::ability[], skills::labels, skills::char(10)[],
		"coalesce(skills, ''{}'')", "skills || skills", "skills || NULL::text"}'),
	('orders', 'allowed_vehicles', '{allowed_vehicles::int[], allowed_vehicles::bigint[], allowed_vehicles::smallint[],
		allowed_vehicles::numeric[], allowed_vehicles::varchar[], allowed_vehicles::name[], allowed_vehicles::labels,
		allowed_vehicles || allowed_vehicles,
			"CASE WHEN allowed_vehicles IS NOT NULL THEN allowed_vehicles || ''no such van''::text END",
			"coalesce(allowed_vehicles, ''{1, 2, 3, 4}'')"}'),
	('orders', 'refused_vehicles', '{refused_vehicles::int[], refused_vehicles::bigint[], refused_vehicles::numeric[],
		refused_vehicles::varchar[], "coalesce(refused_vehicles, ''{}'')", "refused_vehicles || ''no such van''::text"}'),
	('orders', 'release_at', '{release_at::moment, release_at::timestamptz(0), "coalesce(release_at, ''-infinity'')"}'),
	('orders', 'priority', '{priority::smallint, priority::bigint, priority::numeric, priority::float8, priority::real, priority - 100,
		"NULLIF(priority, 0)"}'),
	('orders', 'skip_cost', '{skip_cost::bigint, skip_cost::numeric, skip_cost::float8, skip_cost::real, skip_cost::positive}'),
	('orders', 'place_type', '{place_type::varchar, 1, true, "''{}''::jsonb", geom}'),
	('vehicles', 'driver_id', '{driver_id::varchar, 1, "''{}''::jsonb", geom}'),
	('vehicles', 'geom', '{geom::geometry, geom::geography, geom::place, "ST_Force3D(geom)"}'),
	('vehicles', 'end_geom', '{end_geom::geometry, end_geom::geography, "coalesce(end_geom, geom)"}'),
	('vehicles', 'open_end', '{"coalesce(open_end, false)"}'),
	('vehicles', 'shift_start', '{shift_start::moment}'), ('vehicles', 'shift_end', '{shift_end::moment}'),
	('vehicles', 'overtime', '{overtime::span, "extract(epoch FROM overtime)", "extract(epoch FROM overtime)::int",
		"coalesce(overtime, ''0'')"}'),
	('vehicles', 'capacity', '{capacity::smallint, capacity::bigint, capacity::numeric, capacity::float8, capacity::real,
		capacity::positive, ARRAY[capacity], ARRAY[capacity::numeric], ARRAY[capacity::float8], ARRAY[capacity::bigint]}'),
	('vehicles', 'skills', '{skills::varchar[], skills::name[], skills::ability[], skills::labels, "skills || ''fly''::text"}'),
	('vehicles', 'speed_factor', '{speed_factor::numeric, speed_factor::float8, speed_factor::real}'),
	('vehicles', 'cost_fixed', '{cost_fixed::bigint, cost_fixed::numeric, cost_fixed::float8, cost_fixed::smallint, cost_fixed::positive}'),
	('vehicles', 'cost_per_hour', '{cost_per_hour::numeric, cost_per_hour::float8, cost_per_hour::real}'),
	('vehicles', 'cost_per_km', '{cost_per_km::numeric, cost_per_km::float8, cost_per_km::real}'),
	('vehicles', 'cost_per_overtime_hour', '{cost_per_overtime_hour::numeric, cost_per_overtime_hour::bigint}'),
	('vehicles', 'co2e_per_km', '{co2e_per_km::numeric, co2e_per_km::float8, co2e_per_km::smallint}'),
	('vehicles', 'max_stops', '{max_stops::smallint, max_stops::bigint, max_stops::numeric, max_stops::float8}'),
	('vehicles', 'max_distance_m', '{max_distance_m::bigint, max_distance_m::numeric, max_distance_m::float8, max_distance_m::real}'),
	('vehicles', 'max_time', '{max_time::span, "extract(epoch FROM max_time)", "extract(epoch FROM max_time)::int",
		"extract(epoch FROM max_time)::float8"}'),
	('vehicles', 'break_window', '{ARRAY[break_window], tstzmultirange(break_window),
		"tstzrange(lower(break_window), upper(break_window), ''()'')"}'),
	('vehicles', 'break_time', '{break_time::span, "extract(epoch FROM break_time)", "extract(epoch FROM break_time)::int",
		"ARRAY[break_time]"}')) AS v(noun, name, expressions), unnest(expressions) AS expression;
INSERT INTO spellings SELECT 'by matrix', name, expression FROM (VALUES
	('from_id', '{from_id::smallint, from_id::bigint, from_id::numeric, from_id::text, from_id::varchar, from_id::name,
		from_id::positive}'::text[]),
	('to_id', '{to_id::bigint, to_id::numeric, to_id::text}'),
	('seconds', '{seconds::smallint, seconds::bigint, seconds::numeric, seconds::float8, seconds::real}'),
	('meters', '{meters::bigint, meters::numeric, meters::float8, meters::real}'),
	('profile', '{profile::varchar, profile::way, profile::name}')) AS v(name, expressions), unnest(expressions) AS expression;

-- Where the column of a vehicle without break is NULL, its array must be, too.
UPDATE spellings SET expression = format('CASE WHEN break_window IS NOT NULL THEN %s END', expression) WHERE name LIKE 'break%';

SELECT same(format('%s.%s AS %s', noun, expression, name), CASE noun WHEN 'orders' THEN variant('orders',
	jsonb_build_object(name, expression)) ELSE 'orders' END,
	CASE noun WHEN 'vehicles' THEN variant('vans', jsonb_build_object(name, expression)) ELSE 'vans' END,
	CASE noun WHEN 'by matrix' THEN variant('matrix', jsonb_build_object(name, expression)) END)
FROM spellings;

-- Keys of places: those of the orders and vehicles against those of the matrix.
SELECT same(format('location ids %s, matrix of %s', a, b), variant('orders', jsonb_build_object('location_id', 'location_id::' || a)),
	variant('vans', jsonb_build_object('start_location_id', 'start_location_id::' || a, 'end_location_id', 'end_location_id::' || a)),
	variant('matrix', jsonb_build_object('from_id', 'from_id::' || b, 'to_id', 'to_id::' || b)))
FROM unnest('{bigint, text, numeric, name}'::text[]) AS a, unnest('{bigint, text, numeric}'::text[]) AS b;
SELECT same('location ids that are uuids', variant('orders', jsonb_build_object('location_id', 'lpad(location_id::text, 32, ''0'')::uuid')),
	variant('vans', jsonb_build_object('start_location_id', 'lpad(start_location_id::text, 32, ''0'')::uuid', 'end_location_id',
		'lpad(end_location_id::text, 32, ''0'')::uuid')),
	variant('matrix', jsonb_build_object('from_id', 'lpad(from_id::text, 32, ''0'')::uuid', 'to_id',
		'lpad(to_id::text, 32, ''0'')::uuid')));
SELECT same('a matrix in pgRouting''s names', 'orders', 'vans',
	$$ SELECT from_id AS start_vid, to_id AS end_vid, seconds::float8 AS agg_cost, meters, profile FROM matrix $$);
SELECT same('without location_id the id is the key', variant('orders', '{"location_id": null}'), 'vans',
	$$ SELECT CASE WHEN from_id > 100 THEN from_id - 100 ELSE from_id END AS from_id,
		CASE WHEN to_id > 100 THEN to_id - 100 ELSE to_id END AS to_id, seconds, meters, profile FROM matrix $$);
SELECT same('start_geom is another name of geom', 'orders', 'SELECT *, geom AS start_geom FROM vans');

-- Ids that are uuids, and lists of them.
SELECT same('ids that are uuids, lists of ' || type,
	variant('orders', jsonb_build_object('id', 'lpad(id::text, 32, ''0'')::uuid', 'allowed_vehicles',
		format('ARRAY(SELECT lpad(v, 32, ''0'')::uuid::%s FROM unnest(allowed_vehicles) AS v WHERE allowed_vehicles IS NOT NULL)', type),
		'refused_vehicles', format('ARRAY(SELECT lpad(v, 32, ''0'')::uuid::%s FROM unnest(refused_vehicles) AS v)', type))
		|| jsonb_build_object('allowed_vehicles',
			format('CASE WHEN allowed_vehicles IS NOT NULL THEN ARRAY(SELECT lpad(v, 32, ''0'')::uuid::%s FROM unnest(allowed_vehicles) AS v) END', type))),
	variant('vans', jsonb_build_object('id', 'lpad(id::text, 32, ''0'')::uuid')))
FROM unnest('{uuid, text, varchar}'::text[]) AS type;

------------------------------------------------------------------------------------------------------
-- Coordinate systems
------------------------------------------------------------------------------------------------------

-- A transformation there and back moves a point by less than a millimetre: the same stops, a tenth of a second and a metre.
CREATE FUNCTION near(what text, orders text, vehicles text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	far text;
BEGIN
	FOR day IN 1..3 LOOP
		PERFORM set_config('tester.day', day::text, false);
		SELECT concat_ws(E'\n', far, string_agg(format('day %s: %s, %s', day, a, b), E'\n')) INTO far
		FROM (SELECT row_number() OVER () AS line, p.* FROM lastmile.plan('orders', 'vans', iterations => 300) AS p) AS a
			FULL JOIN (SELECT row_number() OVER () AS line, p.*
				FROM lastmile.plan(orders, vehicles, iterations => 300) AS p) AS b USING (line)
		WHERE (a.vehicle_id, a.stop_no, a.kind, a.order_id, a.reason_code, a.load) IS DISTINCT
			FROM (b.vehicle_id, b.stop_no, b.kind, b.order_id, b.reason_code, b.load)
			OR abs(extract(epoch FROM a.starts_at - b.starts_at)) > 0.1 OR abs(a.distance_m - b.distance_m) > 1
				OR ST_SRID(b.geom) <> 4326 OR ST_SRID(b.leg) <> 4326 OR NOT ST_DWithin(a.geom::geography, b.geom::geography, 0.01);
	END LOOP;
	RETURN is(NULLIF(far, ''), NULL, what);
END $$;
SELECT near(format('orders in SRID %s, vehicles in SRID %s', a, b),
	variant('orders', jsonb_build_object('geom', format('ST_Transform(geom, %s)', a))),
	variant('vans', jsonb_build_object('geom', format('ST_Transform(geom, %s)', b), 'end_geom', format('ST_Transform(end_geom, %s)', b))))
FROM (VALUES (4326, 4326), (25832, 4326), (4326, 25832), (25832, 25832), (3857, 4326), (3857, 25832), (32632, 3857),
	(4258, 4326)) AS srid(a, b);
SELECT near('orders in a mix of SRIDs',
	variant('orders',
	'{"geom": "CASE id % 3 WHEN 0 THEN geom WHEN 1 THEN ST_Transform(geom, 3857) ELSE ST_Transform(geom, 25832) END"}'), 'vans');
SELECT near('orders a geography, vehicles a geometry', variant('orders', '{"geom": "geom::geography"}'),
	variant('vans', '{"geom": "ST_Transform(geom, 25832)"}'));

-- On a plane (SRID 0) 3 and 4 make 5, and the rows come back in SRID 0.
SET lastmile.detour_factor = 1;
SELECT is((SELECT array_agg(concat_ws(' ', kind, distance_m, ST_AsEWKT(geom), ST_AsEWKT(leg))) FROM lastmile.plan(
		format('SELECT 1 AS id, %s AS geom', point), format('SELECT 1 AS id, %s AS geom', replace(point, '300, 400', '0, 0')))),
	'{start 0 POINT(0 0),"delivery 500 POINT(300 400) LINESTRING(0 0,300 400)","end 500 POINT(0 0) LINESTRING(300 400,0 0)"}',
		'a plane: ' || point)
FROM unnest('{"ST_Point(300, 400)", "ST_MakePoint(300, 400)", "ST_Point(300, 400, 0)", "ST_MakePoint(300, 400, 7)",
	"ST_SetSRID(ST_Point(300, 400), 0)::geometry(Point)"}'::text[]) AS point;
RESET lastmile.detour_factor;

------------------------------------------------------------------------------------------------------
-- NULL columns of any type mean the same as absent ones
------------------------------------------------------------------------------------------------------

CREATE VIEW bare_orders AS SELECT id, geom, location_id FROM orders;
CREATE VIEW bare_vans AS SELECT id, geom, start_location_id FROM vans;
BEGIN;							-- no instant in the input: time begins at now()
CREATE TABLE bare AS
SELECT by, matrix, rows_of('bare_orders', 'bare_vans', matrix) AS rows
	FROM (VALUES ('line', NULL), ('matrix', 'SELECT from_id, to_id, seconds FROM matrix WHERE profile = $$car$$')) AS m(by, matrix);
CREATE FUNCTION all_null(type text, VARIADIC names text[]) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(format(', NULL%s AS %I', '::' || type, name), '') FROM unnest(names) AS name $$;
SELECT is(rows_of(format('SELECT *%s FROM bare_orders', all_null(type, 'kind', 'window_start', 'window_end', 'windows', 'service_time',
	'setup_time', 'demand', 'skills', 'allowed_vehicles', 'refused_vehicles', 'preferred_vehicle',
		'prefer_cost', 'place_type', 'release_at', 'priority', 'skip_cost', 'late_cost', 'latest', 'shipment_id', 'option_of')),
	format('SELECT *%s FROM bare_vans', all_null(type, 'driver_id', 'end_geom', 'end_location_id', 'open_end', 'shift_start',
		'shift_end', 'overtime', 'capacity', 'skills', 'profile', 'speed_factor', 'max_stops', 'max_distance_m',
		'max_time', 'break_window', 'break_time', 'max_trips', 'reload_time', 'co2e_per_km', 'range_m')),
			CASE by WHEN 'matrix' THEN format('SELECT *%s FROM (%s) AS m', all_null(type, 'meters', 'profile', 'at'), matrix) END),
	rows, format('NULL columns of type %s, %s', coalesce(type, 'unknown'), by))
FROM bare, unnest('{NULL, text, int, bigint, numeric, float8, bool, timestamptz, timestamp, date, interval, jsonb, point, geometry,
	geography, uuid, bytea, int[], text[], interval[], tstzrange, tstzmultirange, int4range, positive}'::text[]) AS type;
SELECT is(rows_of($$ SELECT *, NULL AS location_id FROM (SELECT id, geom FROM orders) AS o $$,
	$$ SELECT *, NULL AS start_location_id FROM (SELECT id, geom FROM vans) AS v $$, NULL), rows, 'NULL for location ids') FROM bare
	WHERE by = 'line';
SELECT is(rows_of('SELECT id, location_id, NULL AS geom FROM orders',
	$$ SELECT id, start_location_id, NULL::text AS geom, NULL AS start_geom FROM vans $$, matrix),
	rows_of('SELECT id, location_id FROM orders', 'SELECT id, start_location_id FROM vans', matrix),
	'NULL for geom, matrix') FROM bare WHERE by = 'matrix';
COMMIT;
-- Without any price an hour costs 1; with a price column, also one that is NULL, only what is given.
SELECT is((SELECT sum(cost)::numeric(12, 6) FROM lastmile.plan('bare_orders', 'bare_vans', iterations => 10)),
	(SELECT (sum(extract(epoch FROM departs_at - previous)) / 3600)::numeric(12, 6)
	FROM (SELECT departs_at, lag(departs_at) OVER (PARTITION BY vehicle_id ORDER BY stop_no) AS previous
		FROM lastmile.plan('bare_orders', 'bare_vans', iterations => 10)) AS p), 'no price column: an hour costs 1');
SELECT is((SELECT sum(cost) FROM lastmile.plan('bare_orders', format('SELECT *, NULL AS %I FROM bare_vans', name), iterations => 10)),
	0::float8, format('%s is NULL: nothing is priced', name))
FROM unnest('{cost_fixed, cost_per_hour, cost_per_km, cost_per_overtime_hour}'::text[]) AS name;

------------------------------------------------------------------------------------------------------
-- Names of tables and views, forms of queries
------------------------------------------------------------------------------------------------------

RESET ROLE;
CREATE SCHEMA "Odd schema" AUTHORIZATION lastmile_tester;
SET ROLE lastmile_tester;
CREATE VIEW "Odd schema"."Order ""book"".1" AS TABLE orders;
CREATE VIEW "Odd schema"."select" AS TABLE vans;
CREATE VIEW "SELECT 1" AS TABLE orders;
CREATE VIEW täglich AS TABLE orders;
CREATE VIEW _x$1 AS TABLE orders;
CREATE TEMP VIEW temporary_orders AS TABLE orders;
CREATE FUNCTION order_rows() RETURNS SETOF orders LANGUAGE sql STABLE AS 'TABLE orders';
CREATE TABLE split (LIKE all_orders) PARTITION BY LIST (day);
CREATE TABLE split_1 PARTITION OF split FOR VALUES IN (1);
CREATE TABLE split_more PARTITION OF split DEFAULT;
INSERT INTO split TABLE all_orders;
SELECT same('orders => ' || translate(spelling, E'\n\t', '  '), spelling, 'vans')
	FROM unnest(ARRAY['orders', 'tester.orders', ' orders ', E'\n\torders\n', '"orders"', '"tester"."orders"', 'tester . orders',
	'ORDERS', 'Tester.Orders', '"Odd schema"."Order ""book"".1"',
	'"SELECT 1"', 'täglich', '_x$1', 'temporary_orders', 'pg_temp.temporary_orders', 'TABLE orders', 'SELECT * FROM orders',
		'SELECT * FROM orders;', '(SELECT * FROM orders)', E'-- today\nSELECT * FROM orders /* all */ -- of them',
	'WITH o AS (TABLE orders) SELECT * FROM o', 'WITH o AS MATERIALIZED (TABLE orders) SELECT * FROM o', 'SELECT * FROM order_rows()',
		'SELECT (order_rows()).*', 'SELECT * FROM orders ORDER BY random()', 'SELECT * FROM orders LIMIT 1000',
	'SELECT DISTINCT ON (id) * FROM orders ORDER BY id', 'SELECT * FROM split WHERE day = current_setting($$tester.day$$)::int',
		'SELECT o.* FROM orders AS o JOIN orders AS other USING (id)',
	$$ SELECT * FROM orders WHERE id < 20 UNION ALL SELECT * FROM orders WHERE id >= 20 $$,
		'SELECT place_type, skip_cost, priority, release_at, refused_vehicles, allowed_vehicles, skills, demand, setup_time, service_time, windows, window_end,
	window_start, kind, location_id, geom, id, 1 AS "unrelated column" FROM orders',
		'SELECT *, 1 AS "ID", 2 AS "Geom" FROM orders']) AS spelling;
SELECT same('vehicles => ' || spelling, 'orders', spelling) FROM unnest('{tester.vans, "\"Odd schema\".\"select\"", "TABLE vans",
	"SELECT * FROM vans ORDER BY random()"}'::text[]) AS spelling;
SELECT same('matrix => ' || spelling, 'orders', 'vans', spelling)
	FROM unnest('{tester.matrix, "TABLE matrix", "SELECT * FROM matrix ORDER BY random()"}'::text[]) AS spelling;
CREATE VIEW pairs AS SELECT * FROM (VALUES (1, 2), (2, 1)) AS v(column1, column2);
SELECT is((SELECT array_agg(concat_ws(' ', kind, order_id)) FROM lastmile.plan($$ SELECT column1 AS id, ST_Point(column2, 0) AS geom
	FROM (VALUES (1, 0)) AS v $$, 'SELECT 9 AS id, ST_Point(0, 0) AS geom')), '{start,"delivery 1",end}', 'VALUES in a query');

\ir finish.psql
