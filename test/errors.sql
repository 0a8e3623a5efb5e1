-- errors.sql - every SQLSTATE that can occur, with its message, DETAIL, HINT and CONTEXT; the WARNING
-- for near misses, the NOTICE of the straight line.
\ir setup.psql
SET lastmile.time_limit = '1s';

CREATE TABLE orders (id text PRIMARY KEY, geom geometry, location_id int);
INSERT INTO orders VALUES ('o-1', ST_Point(8.61, 49.41, 4326), 1), ('o-2', ST_Point(8.62, 49.42, 4326), 2),
	('o-3', ST_Point(8.63, 49.43, 4326), 3);
CREATE TABLE vans (id text PRIMARY KEY, geom geometry, start_location_id int);
INSERT INTO vans VALUES ('van-1', ST_Point(8.6, 49.4, 4326), 0), ('van-2', ST_Point(8.6, 49.4, 4326), 0);
CREATE TABLE matrix AS
SELECT a AS from_id, b AS to_id, 60 * (1 + abs(a - b)) AS seconds, 500 * (1 + abs(a - b)) AS meters
FROM generate_series(0, 3) AS a, generate_series(0, 3) AS b WHERE a <> b;
CREATE TABLE routes (vehicle_id text, stop_no int, order_id text);
INSERT INTO routes VALUES ('van-1', 1, 'o-1'), ('van-1', 2, 'o-2'), ('van-2', 1, 'o-3');

-- What a call raises: its SQLSTATE, then the texts, a line each. The call is given by its arguments.
CREATE FUNCTION fault(arguments text, function text DEFAULT 'lastmile.plan') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
	detail text;
	hint text;
	context text;
BEGIN
	EXECUTE format('SELECT count(*) FROM %s(%s)', function, arguments);
	RETURN 'no error';
EXCEPTION WHEN OTHERS OR query_canceled THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
	RETURN concat_ws(E'\n', SQLSTATE, 'message: ' || message, 'detail: ' || NULLIF(detail, ''), 'hint: ' || NULLIF(hint, ''),
		'context: ' || substring(context FROM '^lastmile\.\w+, \w+ query'));
END $$;

-- The call raises this SQLSTATE, and each of the patterns is found in a line of its texts: 'message: .*"o-1"'.
CREATE FUNCTION raises(state text, arguments text, patterns text[], what text, function text DEFAULT 'lastmile.plan')
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	raised text := fault(arguments, function);
	missed text;
BEGIN
	SELECT string_agg(pattern, E'\n') INTO missed FROM unnest(patterns) AS pattern WHERE raised !~ ('(?n)^' || pattern);
	RETURN is(CASE WHEN missed IS NULL THEN left(raised, 5) ELSE raised || E'\nnot found: ' || missed END, state, what);
END $$;

-- The same for both functions: the error belongs to a query that both read.
CREATE FUNCTION both_raise(state text, orders text, vehicles text, matrix text, patterns text[],
	what text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT raises(state, format('%L, %L, matrix => %L', orders, vehicles, matrix), patterns, what)
	UNION ALL
	SELECT raises(state, format('%L, %L, $r$ SELECT 1 AS vehicle_id, 1 AS order_id WHERE false $r$, matrix => %L', orders, vehicles,
		matrix),
		regexp_replace(patterns::text, 'lastmile.plan', 'lastmile.check', 'g')::text[], what || ', check', 'lastmile.check');
$$;

SELECT plan(316);
SELECT ok(NOT rolsuper, 'the tests run as an ordinary role') FROM pg_roles WHERE rolname = current_user;
SELECT is(fault($$ 'orders', 'vans' $$), 'no error', 'the tables below are good: plan');
SELECT is(fault($$ 'orders', 'vans', matrix => 'matrix' $$), 'no error', 'the tables below are good: plan by matrix');
SELECT is(fault($$ 'orders', 'vans', 'routes' $$, 'lastmile.check'), 'no error', 'the tables below are good: check');
SELECT is(fault($$ 'orders', 'vans', 'routes', matrix => 'matrix' $$, 'lastmile.check'), 'no error',
	'the tables below are good: check by matrix');

------------------------------------------------------------------------------------------------------
-- 42703: a column that is missing
------------------------------------------------------------------------------------------------------

-- The example of the contract, word for word.
SELECT is(fault($$ 'SELECT id AS order_no, geom, 1 AS opens, 2 AS closes FROM orders', 'vans' $$),
	E'42703\nmessage: orders query has no column "id"\ndetail: It returns: order_no, geom, opens, closes.\n'
	'hint: Name it in the query: SELECT order_no AS id.\ncontext: lastmile.plan, orders query', '42703: orders without id');
SELECT throws_ok($$ SELECT * FROM lastmile.plan('SELECT id AS order_no FROM orders', 'vans') $$, '42703', 'orders query has no column "id"',
	'42703: throws_ok says so too');
SELECT both_raise('42703', 'SELECT id FROM orders', 'vans', NULL,
	'{"message: orders query has no column \"geom\"", "detail: It returns: id[.]", "hint: .+", "context: lastmile.plan, orders query"}',
	'42703: orders without geom and without a matrix');
SELECT both_raise('42703', 'orders', 'SELECT id AS plate, geom FROM vans', NULL,
	'{"message: vehicles query has no column \"id\"", "detail: It returns: plate, geom[.]", "hint: .*SELECT plate AS id[.]",
		"context: lastmile.plan, vehicles query"}',
	'42703: vehicles without id');
SELECT both_raise('42703', 'orders', 'vans', 'SELECT to_id, seconds FROM matrix',
	'{"message: matrix query has no column \"from_id\"", "detail: It returns: to_id, seconds[.]", "hint: .+",
		"context: lastmile.plan, matrix query"}',
	'42703: a matrix without from_id');
SELECT both_raise('42703', 'orders', 'vans', 'SELECT from_id, seconds FROM matrix',
	'{"message: matrix query has no column \"to_id\"", "hint: .+"}',
	'42703: a matrix without to_id');
SELECT both_raise('42703', 'orders', 'vans', 'SELECT from_id, to_id, seconds AS secs FROM matrix',
	'{"message: matrix query has no column \"seconds\"", "hint: .*SELECT secs AS seconds[.]"}', '42703: a matrix without seconds');
SELECT raises('42703', $$ 'orders', 'vans', 'SELECT order_id FROM routes' $$,
	'{"message: routes query has no column \"vehicle_id\"", "detail: It returns: order_id[.]", "hint: .+",
		"context: lastmile.check, routes query"}',
	'42703: routes without vehicle_id', 'lastmile.check');
SELECT raises('42703', $$ 'orders', 'vans', routes => 'SELECT order_id FROM routes' $$,
	'{"message: routes query has no column \"vehicle_id\"", "context: lastmile.plan, routes query"}',
	'42703: routes without vehicle_id, plan');
SELECT raises('42703', $$ 'orders', 'vans', 'SELECT vehicle_id FROM routes' $$,
	'{"message: routes query has no column \"order_id\"", "hint: .+"}',
	'42703: routes without order_id', 'lastmile.check');
SELECT raises('42703', $$ 'SELECT FROM orders', 'vans' $$, '{"message: orders query has no column \"id\"", "detail: .+", "hint: .+"}',
	'42703: an orders query without any column');

------------------------------------------------------------------------------------------------------
-- 42804: a column of the wrong type
------------------------------------------------------------------------------------------------------

CREATE TABLE misfits (noun text, name text, value text);
INSERT INTO misfits VALUES
	('orders', 'geom', $$ 'POINT(8.6 49.4)'::text $$), ('orders', 'geom', '1'), ('orders', 'geom', 'point(8.6, 49.4)'),
	('orders', 'kind', '1'), ('orders', 'kind', 'true'),
	('orders', 'window_start', $$ '2026-12-01 08:00'::text $$), ('orders', 'window_start', $$ timestamp '2026-12-01 08:00' $$),
	('orders', 'window_start', $$ date '2026-12-01' $$), ('orders', 'window_start', $$ time '08:00' $$),
	('orders', 'window_start', '28800'),
	('orders', 'window_end', $$ timestamp '2026-12-01 08:00' $$), ('orders', 'window_end', $$ interval '8 hours' $$),
	('orders', 'windows', $$ '[2026-12-01 08:00, 2026-12-01 09:00]'::text $$),
	('orders', 'windows', $$ tsrange('2026-12-01', '2026-12-02') $$),
	('orders', 'windows', $$ '{[2026-12-01, 2026-12-02]}'::tsmultirange $$),
	('orders', 'windows', $$ daterange('2026-12-01', '2026-12-02') $$),
	('orders', 'windows', $$ timestamptz '2026-12-01' $$),
	('orders', 'service_time', $$ '5 min'::text $$), ('orders', 'service_time', $$ time '00:05' $$), ('orders', 'service_time', 'true'),
	('orders', 'setup_time', $$ '300'::text $$), ('orders', 'setup_time', $$ '{5 min}'::interval[] $$),
	('orders', 'demand', $$ '3'::text $$), ('orders', 'demand', $$ '{a}'::text[] $$), ('orders', 'demand', 'true'),
	('orders', 'demand', $$ '3'::money $$),
	('orders', 'skills', $$ 'fridge'::text $$), ('orders', 'skills', '1'), ('orders', 'skills', $$ '["fridge"]'::jsonb $$),
	('orders', 'allowed_vehicles', $$ 'van-1'::text $$), ('orders', 'refused_vehicles', '1'),
	('orders', 'release_at', $$ timestamp '2026-12-01 08:00' $$), ('orders', 'priority', $$ 'high'::text $$),
	('orders', 'priority', 'true'),
	('orders', 'prefer_cost', $$ '5'::text $$), ('orders', 'late_cost', $$ interval '1 h' $$), ('orders', 'latest', $$ timestamp '2026-12-01 08:00' $$), ('orders', 'skip_cost', $$ '5'::text $$), ('orders', 'skip_cost', $$ '5'::money $$),
	('vehicles', 'geom', $$ 'POINT(8.6 49.4)'::text $$), ('vehicles', 'end_geom', '1'), ('vehicles', 'open_end', $$ 'yes'::text $$),
	('vehicles', 'open_end', '1'),
	('vehicles', 'shift_start', $$ timestamp '2026-12-01 08:00' $$), ('vehicles', 'shift_start', $$ time '08:00' $$),
	('vehicles', 'shift_end', $$ '2026-12-01 08:00'::text $$), ('vehicles', 'overtime', $$ '1 hour'::text $$),
	('vehicles', 'capacity', $$ '3'::text $$), ('vehicles', 'capacity', $$ '{a}'::text[] $$), ('vehicles', 'skills', $$ 'fridge'::text $$),
	('vehicles', 'speed_factor', $$ '1'::text $$), ('vehicles', 'cost_fixed', $$ '1'::money $$),
	('vehicles', 'cost_per_hour', $$ '1'::text $$),
	('vehicles', 'cost_per_km', 'true'), ('vehicles', 'cost_per_overtime_hour', $$ interval '1 hour' $$),
	('vehicles', 'max_stops', $$ '3'::text $$),
	('vehicles', 'max_distance_m', $$ '3'::text $$), ('vehicles', 'max_time', $$ '8 hours'::text $$),
	('vehicles', 'max_time', $$ time '08:00' $$),
	('vehicles', 'break_window', $$ tsrange('2026-12-01', '2026-12-02') $$), ('vehicles', 'break_window', $$ timestamptz '2026-12-01' $$),
	('vehicles', 'break_time', $$ '30 min'::text $$), ('vehicles', 'break_time', $$ '{30 min}'::text[] $$),
	('vehicles', 'co2e_per_km', $$ '3'::text $$),
	('matrix', 'seconds', $$ '60'::text $$), ('matrix', 'seconds', $$ interval '1 min' $$), ('matrix', 'meters', $$ '60'::text $$),
	('routes', 'stop_no', $$ '1'::text $$), ('routes', 'kind', '1'), ('routes', 'arrives_at', $$ timestamp '2026-12-01 08:00' $$),
	('routes', 'starts_at', $$ '2026-12-01'::text $$), ('routes', 'departs_at', '1'), ('routes', 'travel_time', $$ '1 min'::text $$),
	('routes', 'setup_time', 'true'), ('routes', 'wait_time', $$ time '00:01' $$), ('routes', 'service_time', $$ '1'::text $$),
	('routes', 'late_time', $$ '1'::text $$), ('routes', 'frozen', $$ 'yes'::text $$), ('routes', 'done_at', $$ timestamp '2026-12-01 08:00' $$),
	('routes', 'distance_m', $$ '1'::text $$), ('routes', 'load', $$ '{1}'::text[] $$), ('routes', 'cost', $$ '1'::money $$),
	('routes', 'co2e_g', 'true');

-- DETAIL or HINT says what to write instead; the type that was given stands in the message.
SELECT raises('42804',
	CASE noun
		WHEN 'orders' THEN format('%L, ''vans''', format('SELECT id, %s%s AS %I FROM orders',
			CASE WHEN name <> 'geom' THEN 'geom, ' END, value, name))
		WHEN 'vehicles' THEN format('''orders'', %L', format('SELECT id, %s%s AS %I FROM vans',
			CASE WHEN name <> 'geom' THEN 'geom, ' END, value, name))
		WHEN 'matrix' THEN format('''orders'', ''vans'', matrix => %L', format('SELECT from_id, to_id, %s%s AS %I FROM matrix',
			CASE WHEN name <> 'seconds' THEN 'seconds, ' END, value, name))
		ELSE format('''orders'', ''vans'', %L', format('SELECT vehicle_id, order_id, %s AS %I FROM routes', value, name))
	END,
	ARRAY[format('message: column "%s" of the %s query must be .+', name, noun), 'hint: .+',
		format('context: lastmile[.]\w+, %s query', noun)],
	format('42804: %s.%s AS %s', noun, btrim(value), name), CASE noun WHEN 'routes' THEN 'lastmile.check' ELSE 'lastmile.plan' END)
FROM misfits;
SELECT is(fault($$ 'SELECT id, geom, timestamp ''2026-12-01 08:00'' AS window_start FROM orders', 'vans' $$),
	E'42804\nmessage: column "window_start" of the orders query must be timestamptz, not timestamp without time zone\n'
	'hint: Cast it in the query: SELECT window_start AT TIME ZONE ''Europe/Berlin'' AS window_start.\ncontext: lastmile.plan, orders query',
	'42804: a timestamp without time zone, and how to give it one');
SELECT throws_like($$ SELECT * FROM lastmile.plan('SELECT id, geom, ''x''::text AS demand FROM orders', 'vans') $$,
	'column "demand" of the orders query must be % not text', '42804: throws_like says so too');

------------------------------------------------------------------------------------------------------
-- 22004, 23505: ids
------------------------------------------------------------------------------------------------------

SELECT raises('22004', $$ NULL, 'vans' $$, '{"message: .*\"orders\".* null", "hint: .+"}', '22004: argument orders is NULL');
SELECT raises('22004', $$ 'orders', NULL $$, '{"message: .*\"vehicles\".* null", "hint: .+"}', '22004: argument vehicles is NULL');
SELECT raises('22004', $$ NULL, 'vans', 'routes' $$, '{"message: .*\"orders\".* null", "hint: .+"}',
	'22004: argument orders is NULL, check', 'lastmile.check');
SELECT raises('22004', $$ 'orders', NULL, 'routes' $$, '{"message: .*\"vehicles\".* null", "hint: .+"}',
	'22004: argument vehicles is NULL, check', 'lastmile.check');
SELECT raises('22004', $$ 'orders', 'vans', NULL $$, '{"message: .*\"routes\".* null", "hint: .+"}',
	'22004: argument routes is NULL, check', 'lastmile.check');
SELECT both_raise('22004', $$ TABLE orders UNION ALL SELECT NULL, ST_Point(8.6, 49.4, 4326), 7 $$, 'vans', NULL,
	'{"message: orders query .*id is NULL", "detail: .*row 4", "hint: .+", "context: lastmile.plan, orders query"}',
		'22004: an order without id');
SELECT both_raise('22004', 'orders', $$ TABLE vans UNION ALL SELECT NULL, ST_Point(8.6, 49.4, 4326), 0 $$, NULL,
	'{"message: vehicles query .*id is NULL", "detail: .*row 3", "hint: .+", "context: lastmile.plan, vehicles query"}',
		'22004: a vehicle without id');
SELECT both_raise('22004', 'orders', 'vans', 'TABLE matrix UNION ALL SELECT NULL, 1, 60, 60',
	'{"message: .*from_id.* NULL", "context: lastmile.plan, matrix query"}', '22004: a matrix row without from_id');
SELECT both_raise('22004', 'orders', 'vans', 'TABLE matrix UNION ALL SELECT 1, NULL, 60, 60',
	'{"message: .*to_id.* NULL", "context: lastmile.plan, matrix query"}', '22004: a matrix row without to_id');
SELECT both_raise('23505', 'TABLE orders UNION ALL TABLE orders', 'vans', NULL,
	'{"message: order \"o-1\" .*more than once", "hint: .+", "context: lastmile.plan, orders query"}', '23505: an order id twice');
SELECT both_raise('23505', $$ SELECT id, geom FROM orders UNION ALL SELECT id, NULL FROM orders WHERE id = 'o-2' $$, 'vans', NULL,
	'{"message: order \"o-2\" .*more than once"}', '23505: an order id twice, one row bad');
SELECT both_raise('23505', $$ SELECT 1.0 AS id, geom FROM vans $$, 'vans', NULL, '{"message: order \"1.0\" .*more than once"}',
	'23505: a numeric id twice');
SELECT both_raise('23505', 'orders', 'TABLE vans UNION ALL TABLE vans', NULL,
	'{"message: vehicle \"van-1\" .*more than once", "hint: .+", "context: lastmile.plan, vehicles query"}', '23505: a vehicle id twice');
SELECT both_raise('23505', 'orders', 'vans', 'TABLE matrix UNION ALL SELECT 2, 3, 60, 500',
	'{"message: .*\"2\" to \"3\" more than once", "hint: .+", "context: lastmile.plan, matrix query"}',
		'23505: a pair of the matrix twice');

------------------------------------------------------------------------------------------------------
-- 22023: vehicles that cannot be used
------------------------------------------------------------------------------------------------------

-- The row of van-2 is bad; the error names it and the column.
SELECT raises('22023', format('''orders'', %L', format(
		'SELECT id, geom, %1$s AS %2$I FROM vans WHERE id = ''van-1'' UNION ALL SELECT id, geom, %3$s FROM vans WHERE id = ''van-2''',
			good, name, bad)),
	ARRAY['message: .*vehicle "van-2" .+', '(message|detail|hint): .*' || mentions, 'context: lastmile[.]plan, vehicles query'],
	format('22023: a vehicle with %s %s', btrim(bad), name))
FROM (VALUES
	('speed_factor', '1', '0', 'speed_factor'), ('speed_factor', '1', '-1', 'speed_factor'),
	('speed_factor', '1.0', $$ 'NaN'::float8 $$, 'speed_factor'),
	('speed_factor', '1.0', $$ 'Infinity'::float8 $$, 'speed_factor'),
	('cost_fixed', '1', '-1', 'cost_fixed'), ('cost_per_hour', '1', '-0.01', 'cost_per_hour'), ('cost_per_km', '1', '-1', 'cost_per_km'),
	('cost_per_overtime_hour', '1', '-1', 'cost_per_overtime_hour'), ('cost_per_hour', '1', $$ 'NaN'::numeric $$, 'cost_per_hour'),
	('cost_per_km', '1', $$ 'Infinity'::numeric $$, 'cost_per_km'), ('cost_fixed', '1', '1e30', 'cost_fixed'),
	('co2e_per_km', '1', '-1', 'co2e_per_km'),
	('capacity', '1', '-1', 'capacity'), ('capacity', '1', $$ 'NaN'::numeric $$, 'capacity'),
	('capacity', $$ '{1, 1}'::int[] $$, $$ '{1, -1}'::int[] $$, 'capacity'),
	('capacity', $$ '{1, 1}'::int[] $$, $$ '{1}'::int[] $$, 'capacit'), ('capacity', $$ '{1, 1}'::int[] $$, $$ '{}'::int[] $$, 'capacit'),
	('max_stops', '1', '-1', 'max_stops'), ('max_stops', '1', '1.5', 'max_stops'), ('max_distance_m', '1', '-1', 'max_distance_m'),
	('max_distance_m', '1', $$ 'NaN'::numeric $$, 'max_distance_m'),
	('max_time', $$ interval '1 hour' $$, $$ interval '-1 hour' $$, 'max_time'),
	('overtime', $$ interval '1 hour' $$, $$ interval '-1 hour' $$, 'overtime'),
	('overtime', '1', '-1', 'overtime'), ('max_time', $$ interval '1 hour' $$, $$ interval '11 years' $$, 'max_time'),
	('end_geom', 'ST_Point(8.6, 49.4, 4326)', $$ 'SRID=4326;LINESTRING(8.6 49.4, 8.7 49.5)'::geometry $$, 'end_geom'),
	('end_geom', 'ST_Point(8.6, 49.4, 4326)', $$ 'SRID=4326;POINT EMPTY'::geometry $$, 'end_geom'),
	('end_geom', 'ST_Point(8.6, 49.4, 4326)', 'ST_Point(8.6, 149.4, 4326)', 'end_geom'),
	('end_geom', 'ST_Point(8.6, 49.4, 4326)', 'ST_Point(86, 494)', '(plane|globe|coordinate)'),
	('end_geom', 'ST_Point(8.6, 49.4, 4326)', $$ ST_Point('NaN', 49.4, 4326) $$, 'end_geom'),
	('end_location_id', 'NULL', '17', 'end_geom')) AS vehicles(name, good, bad, mentions);

SELECT both_raise('22023', 'orders', $$ SELECT id, CASE id WHEN 'van-1' THEN geom END AS geom FROM vans $$, NULL,
	'{"message: vehicle \"van-2\" .*start", "detail: .*NULL", "hint: .+", "context: lastmile.plan, vehicles query"}',
		'22023: a vehicle without a start');
SELECT both_raise('22023', 'orders', 'SELECT id FROM vans', NULL,
	'{"message: vehicle \"van-1\" .*start", "hint: .+", "context: lastmile.plan, vehicles query"}',
		'22023: vehicles without a start column');
SELECT both_raise('22023', 'orders', 'SELECT id, geom FROM vans', 'matrix',
	'{"message: vehicle \"van-1\" .*start", "hint: .*start_location_id", "context: lastmile.plan, vehicles query"}',
		'22023: a matrix and vehicles without start_location_id');
SELECT both_raise('22023', 'orders', $$ SELECT id, geom, timestamptz '2026-12-01 09:00' AS shift_start,
	timestamptz '2026-12-01 08:00' AS shift_end FROM vans $$, NULL,
	'{"message: vehicle \"van-1\" .*ends .*before it starts", "context: lastmile.plan, vehicles query"}',
		'22023: a shift that ends before it starts');
SELECT both_raise('22023', 'orders', $$ SELECT id, geom, timestamptz 'infinity' AS shift_start FROM vans $$, NULL,
	'{"message: vehicle \"van-1\" "}', '22023: a shift that never starts');
SELECT both_raise('22023', 'orders', $$ SELECT id, geom, timestamptz '-infinity' AS shift_end FROM vans $$, NULL,
	'{"message: vehicle \"van-1\" "}', '22023: a shift that is always over');
SELECT both_raise('22023', 'orders', $$ SELECT id, CASE id WHEN 'van-1' THEN geom ELSE ST_Point(0, 0) END AS geom FROM vans $$, NULL,
	'{"message: vehicle \"van-2\" ", "hint: .+"}', '22023: vehicles on the globe and on a plane');
SELECT raises('22023', format('''orders'', %L', format('SELECT id, geom, %s FROM vans', columns)),
	'{"message: .*vehicle \"van-1\" ", "message: .*break_(window|time)", "context: lastmile[.]plan, vehicles query"}',
		'22023: breaks: ' || what)
FROM (VALUES
	('a window without a time', $$ tstzrange('2026-12-01 12:00', '2026-12-01 13:00') AS break_window $$),
	('a time without a window', $$ interval '30 min' AS break_time $$),
	('one window, two times', $$ tstzrange('2026-12-01 12:00', '2026-12-01 13:00') AS break_window,
		'{10 min, 20 min}'::interval[] AS break_time $$),
	('two windows, one time', $$ ARRAY[tstzrange('2026-12-01 10:00', '2026-12-01 11:00'),
		tstzrange('2026-12-01 12:00', '2026-12-01 13:00')] AS break_window, interval '10 min' AS break_time $$),
	('an open window', $$ tstzrange('2026-12-01 12:00', NULL) AS break_window, interval '10 min' AS break_time $$),
	('an infinite window', $$ tstzrange('-infinity', '2026-12-01 12:00') AS break_window, interval '10 min' AS break_time $$),
	('an empty window', $$ 'empty'::tstzrange AS break_window, interval '10 min' AS break_time $$),
	('a negative time', $$ tstzrange('2026-12-01 12:00', '2026-12-01 13:00') AS break_window, interval '-10 min' AS break_time $$),
	('a NULL among the times', $$ ARRAY[tstzrange('2026-12-01 12:00', '2026-12-01 13:00')] AS break_window,
		'{NULL}'::interval[] AS break_time $$)) AS breaks(what, columns);

------------------------------------------------------------------------------------------------------
-- 22023: queries that do not fit each other
------------------------------------------------------------------------------------------------------

SELECT both_raise('22023', 'SELECT *, 1 AS demand FROM orders', 'vans', NULL,
	'{"message: order \"o-1\" .*capacity", "hint: .*capacity"}', '22023: demand without capacity');
SELECT both_raise('22023', $$ SELECT *, CASE id WHEN 'o-2' THEN '{1, 2}' ELSE '{1}' END::int[] AS demand FROM orders $$,
	'SELECT *, 1 AS capacity FROM vans', NULL,
	'{"message: .*order \"o-2\" .*2", "hint: .*demand.*capacity.*length"}', '22023: demands of unequal length');
SELECT both_raise('22023', $$ SELECT *, '{1, 2}'::int[] AS demand FROM orders $$,
	$$ SELECT *, '{1, 2, 3}'::int[] AS capacity FROM vans $$, NULL,
	'{"message: .*order \"o-1\" .*2.*3", "hint: .*demand.*capacity.*length"}', '22023: demand and capacity of unequal length');
SELECT both_raise('22023', 'orders', 'SELECT *, 0.5 AS cost_per_km FROM vans', 'SELECT from_id, to_id, seconds FROM matrix',
	'{"message: .*meters", "detail: .*\"van-1\".*cost_per_km", "hint: .*meters"}', '22023: a price per km without meters');
SELECT both_raise('22023', 'orders', 'SELECT *, 9000 AS max_distance_m FROM vans', 'SELECT from_id, to_id, seconds FROM matrix',
	'{"message: .*meters", "detail: .*\"van-1\".*max_distance_m", "hint: .*meters"}', '22023: max_distance_m without meters');
SELECT both_raise('22023', 'orders', 'SELECT *, 0.5 AS cost_per_km FROM vans',
	'SELECT from_id, to_id, seconds, NULLIF(meters, 1000) AS meters FROM matrix',
	'{"message: .*meters", "detail: .*\"van-1\".*cost_per_km"}', '22023: a price per km and a way without meters');
SELECT raises('22023', $$ 'orders', 'vans', matrix => 'SELECT from_id, to_id, seconds FROM matrix', objective => 'distance' $$,
	'{"message: .*meters", "detail: .*distance", "hint: .*meters"}', '22023: objective distance without meters');
SELECT raises('22023', $$ 'orders', 'SELECT *, 180 AS co2e_per_km FROM vans', matrix => 'SELECT from_id, to_id, seconds FROM matrix',
	objective => 'emissions' $$, '{"message: .*meters", "detail: .*emissions", "hint: .*meters"}', '22023: objective emissions without meters');
SELECT raises('22023', $$ 'orders', 'SELECT *, NULL::int AS co2e_per_km FROM vans', objective => 'emissions' $$,
	'{"message: vehicle \"van-[0-9]\" has no co2e_per_km", "detail: .*emissions", "hint: .*grams", "context: lastmile.plan, vehicles query"}',
	'22023: objective emissions and a vehicle without co2e_per_km');
SELECT both_raise('22023', 'orders', 'vans', 'SELECT from_id, to_id, CASE WHEN to_id = 3 THEN -1 ELSE seconds END AS seconds FROM matrix',
	'{"message: matrix row from \"[0-2]\" to \"3\" .*seconds -1 .*negative", "context: lastmile.plan, matrix query"}',
		'22023: negative seconds');
SELECT both_raise('22023', 'orders', 'vans', $$ SELECT from_id, to_id,
	CASE WHEN to_id = 3 THEN 'NaN' ELSE seconds::float8 END AS seconds FROM matrix $$,
	'{"message: matrix row from \"[0-2]\" to \"3\" .*seconds NaN"}', '22023: seconds that are no number');
SELECT both_raise('22023', 'orders', 'vans', $$ SELECT from_id, to_id,
	CASE WHEN to_id = 3 THEN 'Infinity' ELSE seconds::float8 END AS seconds FROM matrix $$,
	'{"message: matrix row from \"[0-2]\" to \"3\" .*seconds Infinity"}', '22023: infinite seconds');
SELECT both_raise('22023', 'orders', 'vans',
	'SELECT from_id, to_id, seconds, CASE WHEN to_id = 3 THEN -1 ELSE meters END AS meters FROM matrix',
	'{"message: matrix row from \"[0-2]\" to \"3\" .*meters -1 .*negative"}', '22023: negative meters');
SELECT both_raise('22023', 'orders', $$ SELECT *, 'bike' AS profile FROM vans $$, $$ SELECT *, 'van' AS profile FROM matrix $$,
	'{"message: vehicle \"van-1\" .*\"bike\"", "hint: .+"}', '22023: a profile the matrix does not have');
SELECT both_raise('22023', 'orders', 'vans', $$ SELECT *, 'van' AS profile FROM matrix $$,
	'{"message: vehicle \"van-1\" .*profile", "hint: .+"}', '22023: a vehicle without profile, a matrix with profiles only');

-- What is no query, and what writes.
SELECT raises(state, format('%L, ''vans''', query), '{"message: .+", "context: lastmile[.]plan, orders query"}',
	format('%s: orders => %L', state, query))
FROM (VALUES ('22023', ''), ('22023', '   '), ('22023', 'SELECT 1 AS id; SELECT 2 AS id'), ('42P01', 'BEGIN'),
	('22023', 'BEGIN READ ONLY'), ('22023', 'CREATE TABLE x()'), ('22023', 'SET timezone = ''UTC'''),
	('22023', 'INSERT INTO orders VALUES (''x'')'), ('22023', 'DELETE FROM orders RETURNING *'),
	('22023', 'UPDATE orders SET geom = NULL RETURNING *'),
	('22023', 'WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone'), ('22023', 'SELECT * FROM orders FOR UPDATE'),
	('42601', 'SELEC 1'), ('42601', 'two words'), ('42P01', 'no_such_table'), ('42P01', 'SELECT * FROM no_such_table'),
	('42703', 'SELECT no_such_column FROM orders'),
	('42P02', 'SELECT $1 AS id')) AS queries(state, query);
SELECT is(count(*), 3::bigint, '22023: nothing was written by a query') FROM orders WHERE geom IS NOT NULL;
SELECT is(fault($$ 'SELECT 1 / (location_id - 2) AS demand, * FROM orders', 'vans' $$),
	E'22012\nmessage: division by zero\ncontext: lastmile.plan, orders query', 'an error inside a query comes through, with its context');
SELECT raises('42702', $$ 'SELECT *, geom AS geom FROM orders', 'vans' $$, '{"message: .*\"geom\".*more than once", "hint: .+"}',
	'42702: a known column twice');

-- Arguments.
SELECT raises('22023', '''orders'', ''vans'', ' || argument, ARRAY['message: .+', 'message: .*' || mentions], '22023: ' || argument)
FROM (VALUES ($$ objective => 'cheap' $$, '"cheap"'), ($$ objective => '' $$, '""'), ($$ objective => 'COST' $$, '"COST"'),
	($$ iterations => 0 $$, 'iterations'), ($$ iterations => -5 $$, 'iterations'), ($$ time_limit => '0' $$, 'time_limit'),
	($$ time_limit => '-1 s' $$, 'time_limit'),
	($$ workers => 0 $$, 'workers'), ($$ workers => -1 $$, 'workers'), ($$ timezone => 'Nowhere/Land' $$, '"Nowhere/Land"'),
	($$ timezone => '' $$, '""'), ($$ at => 'infinity' $$, '"at"'), ($$ at => '9999-12-31' $$, '"at"'))
	AS arguments(argument, mentions);
SELECT raises('22023', $$ 'orders', 'vans', 'routes', objective => 'cheap' $$, '{"message: .*\"cheap\"", "hint: .+"}',
	'22023: objective, check', 'lastmile.check');
SELECT raises('22023', $$ 'orders', 'vans', 'routes', timezone => 'Nowhere/Land' $$, '{"message: .*\"Nowhere/Land\"", "hint: .+"}',
	'22023: timezone, check', 'lastmile.check');

SELECT raises('22023', $$ 'orders', 'vans', 'routes', at => '-infinity' $$, '{"message: .*\"at\""}', '22023: at, check', 'lastmile.check');

-- Routes that say nothing clear.
SELECT raises('22023', format('''orders'', ''vans'', %L', query),
	'{"message: .*row 1 of the routes query", "hint: .+", "context: lastmile.check, routes query"}',
	'22023: routes: ' || what, 'lastmile.check')
FROM (VALUES
	('an unknown kind', $$ SELECT 'van-1' AS vehicle_id, 'o-1' AS order_id, 'drop' AS kind $$),
	('an order without id', $$ SELECT 'van-1' AS vehicle_id, NULL AS order_id, 'delivery' AS kind $$),
	('neither order nor kind', $$ SELECT 'van-1' AS vehicle_id, NULL AS order_id $$),
	('a start without vehicle', $$ SELECT NULL AS vehicle_id, NULL AS order_id, 'start' AS kind $$),
	('a break with an order', $$ SELECT 'van-1' AS vehicle_id, 'o-1' AS order_id, 'break' AS kind $$),
	('done and left out', $$ SELECT NULL AS vehicle_id, 'o-1' AS order_id, timestamptz '2026-12-01 08:00' AS done_at $$),
	('a done_at that is no moment', $$ SELECT 'van-1' AS vehicle_id, 'o-1' AS order_id, timestamptz 'infinity' AS done_at $$),
	('a break that nobody has', $$ SELECT 'van-1' AS vehicle_id, NULL AS order_id, 'break' AS kind, timestamptz '2026-12-01 08:00' AS done_at $$),
	('a stop_no that is no number', $$ SELECT 'van-1' AS vehicle_id, 'o-1' AS order_id, 'NaN'::float8 AS stop_no $$)) AS routes(what,
		query);

------------------------------------------------------------------------------------------------------
-- 42704: unknown orders and vehicles in routes
------------------------------------------------------------------------------------------------------

SELECT raises('42704', $$ 'orders', 'vans', 'SELECT ''van-1'' AS vehicle_id, ''o-9'' AS order_id' $$,
	'{"message: .*order \"o-9\"", "detail: .+", "hint: .+", "context: lastmile.check, routes query"}', '42704: an unknown order',
		'lastmile.check');
SELECT raises('42704', $$ 'orders', 'vans', routes => 'SELECT ''van-1'' AS vehicle_id, ''o-9'' AS order_id' $$,
	'{"message: .*order \"o-9\"", "detail: .+", "hint: .+", "context: lastmile.plan, routes query"}', '42704: an unknown order, plan');
SELECT raises('42704', $$ 'orders', 'vans', 'SELECT ''van-9'' AS vehicle_id, ''o-1'' AS order_id' $$,
	'{"message: .*vehicle \"van-9\"", "detail: .+", "hint: .+", "context: lastmile.check, routes query"}', '42704: an unknown vehicle',
		'lastmile.check');
SELECT raises('42704', $$ 'orders', 'vans', 'SELECT NULL AS vehicle_id, ''o-9'' AS order_id, ''unassigned'' AS kind' $$,
	'{"message: .*order \"o-9\""}', '42704: an unknown order left out', 'lastmile.check');

------------------------------------------------------------------------------------------------------
-- Networks; more of them in roads.sql
------------------------------------------------------------------------------------------------------

SELECT raises('22023', '''orders'', ''vans'', ' || arguments, '{"message: .*\"matrix\" and \"network\"", "hint: .+"}',
	'22023: matrix and network', 'lastmile.' || function)
FROM (VALUES ('plan', $$ network => 'city', matrix => 'matrix' $$), ('check', $$ 'routes', network => 'city', matrix => 'matrix' $$))
	AS calls (function, arguments);
SELECT raises('42704', '''orders'', ''vans'', ' || arguments, '{"message: network \"city\" does not exist", "hint: .+"}',
	'42704: no such network', 'lastmile.' || function)
FROM (VALUES ('plan', $$ network => 'city' $$), ('check', $$ 'routes', network => 'city' $$))
	AS calls (function, arguments);

------------------------------------------------------------------------------------------------------
-- What is accepted, and what of a day under way is not
------------------------------------------------------------------------------------------------------

SET lastmile.workers = 2;
SELECT is(fault($$ 'orders', 'vans' $$), 'no error', 'lastmile.workers = 2');
RESET lastmile.workers;
SELECT is(fault($$ 'orders', 'vans', network => NULL, traffic => NULL, routes => NULL, at => NULL, objective => NULL, workers => NULL,
	timezone => NULL $$),
	'no error', 'NULL is no value of an argument');
SELECT is(fault($$ 'orders', 'vans', workers => 1, timezone => 'Europe/Berlin' $$), 'no error',
	'workers => 1 and a timezone are accepted');

SELECT raises('22023', format('''orders'', %L, %L', 'SELECT *, 2 AS max_trips FROM vans', rows),
	'{"message: row 3 of the routes query begins trip 3 of vehicle \"van-1\", max_trips is 2", "hint: .+", "context: lastmile.check, routes query"}',
	'22023: check, a third trip that is ' || what || ', of two', 'lastmile.check')
FROM (VALUES ('done', $$ SELECT 'van-1' AS vehicle_id, NULL AS order_id, kind, timestamptz '2026-12-01 08:00' AS done_at FROM unnest('{start,reload,reload}'::text[]) AS kind $$),
	('frozen', $$ SELECT 'van-1' AS vehicle_id, NULL AS order_id, kind, true AS frozen FROM unnest('{start,reload,reload}'::text[]) AS kind $$)) AS days(what, rows);
SELECT raises('22023', $$ 'orders', 'vans', routes => 'SELECT ''van-1'' AS vehicle_id, NULL AS order_id, ''reload'' AS kind, true AS frozen' $$,
	'{"message: row 1 of the routes query begins trip 2 of vehicle \"van-1\", max_trips is 1", "hint: .+", "context: lastmile.plan, routes query"}',
	'22023: plan, a frozen reload of a van that makes one trip');
SELECT is(fault($$ 'orders', 'vans', 'SELECT *, false AS frozen FROM routes' $$, 'lastmile.check'), 'no error', 'frozen that is false says what is so anyway');

------------------------------------------------------------------------------------------------------
-- 53200: lastmile.max_memory
------------------------------------------------------------------------------------------------------

SELECT throws_ok($$ SET lastmile.max_memory = '2GB' $$, '42501', NULL, '53200: an ordinary role may not raise lastmile.max_memory');
SELECT throws_ok($$ SET lastmile.max_time_limit = '2h' $$, '42501', NULL, '53200: an ordinary role may not raise lastmile.max_time_limit');
CREATE TABLE many AS SELECT n AS id, ST_Point(8 + n * 0.0001, 49, 4326) AS geom FROM generate_series(1, 3000) AS n;
RESET ROLE;
SET lastmile.max_memory = '4MB';
SET ROLE lastmile_tester;
-- 3001 places, 8 bytes a pair: 72 MB. Check asks for few legs and measures them.
SELECT raises('53200', $$ 'many', 'vans' $$,
	'{"message: .*lastmile[.]max_memory", "detail: .*MB", "hint: .+"}', '53200: travel times need more than allowed');
SELECT is(fault($$ 'many', 'vans', 'SELECT 1 AS vehicle_id, 1 AS order_id WHERE false' $$, 'lastmile.check'), 'no error',
	'53200: check makes no table of straight lines');
SELECT both_raise('53200', 'SELECT id AS id FROM many', 'vans', 'matrix',
	'{"message: .*lastmile[.]max_memory", "detail: .*MB", "hint: .+"}', '53200: a matrix of so many places needs more than allowed');
SELECT is(fault($$ 'orders', 'vans', iterations => 100 $$), 'no error', '53200: a small call is not in the way of the limit');
-- Whatever the size, the answer is a plan or 53200, also where the tables fit and the search does not.
SELECT is(string_agg(size || ' orders: ' || raised, E'\n'), NULL, '53200: a plan or 53200 for any size')
FROM (SELECT size, fault(format('%L, ''vans'', iterations => 50', 'SELECT * FROM many WHERE id <= ' || size)) AS raised
	FROM generate_series(25, 800, 25) AS size) AS calls
WHERE left(raised, 5) <> '53200' AND raised <> 'no error';
SELECT alike(fault($$ 'SELECT * FROM many WHERE id <= 800', 'vans', iterations => 50 $$), '53200%',
	'53200: 800 orders do not fit into 4 MB');
RESET ROLE;
RESET lastmile.max_memory;
SET ROLE lastmile_tester;

------------------------------------------------------------------------------------------------------
-- 57014: cancelled, statement_timeout
------------------------------------------------------------------------------------------------------

-- 10^12 iterations, or a query that sleeps: the timeout ends each within a moment.
SELECT clock_timestamp() AS begun \gset
SET statement_timeout = '300ms';
SELECT left(fault($$ 'SELECT * FROM many WHERE id <= 300', 'vans', iterations => 1000000000000 $$), 5) AS search \gset
SELECT fault($$ 'SELECT *, pg_sleep(20)::text AS note FROM orders', 'vans' $$) AS reading \gset
SELECT left(fault($$ 'orders', 'SELECT *, pg_sleep(20)::text AS note FROM vans' $$), 5) AS vehicles \gset
SELECT left(fault($$ 'orders', 'vans', matrix => 'SELECT *, pg_sleep(20)::text AS note FROM matrix' $$), 5) AS matrix \gset
SELECT left(fault($$ 'orders', 'vans', 'SELECT *, pg_sleep(20)::text AS note FROM routes' $$, 'lastmile.check'), 5) AS check \gset
RESET statement_timeout;
SELECT is(:'search'::text, '57014', '57014: statement_timeout ends a search');
SELECT is(:'reading'::text, E'57014\nmessage: canceling statement due to statement timeout\ncontext: lastmile.plan, orders query',
	'57014: statement_timeout ends the reading of orders');
SELECT is(:'vehicles'::text, '57014', '57014: statement_timeout ends the reading of vehicles');
SELECT is(:'matrix'::text, '57014', '57014: statement_timeout ends the reading of a matrix');
SELECT is(:'check'::text, '57014', '57014: statement_timeout ends a check');
SELECT cmp_ok(clock_timestamp() - :'begun'::timestamptz, '<', interval '10 s', '57014: all of them at once');
-- Where the schedule of one route is much work (a window every 10 min for most of a day), too.
CREATE VIEW many_windows AS
SELECT id, geom, (SELECT range_agg(tstzrange(opens, opens + interval '1 min'))
	FROM generate_series('2026-12-01 00:00'::timestamptz, '2026-12-01 16:30', '10 min') AS opens) AS windows
FROM many WHERE id <= 20;
SELECT clock_timestamp() AS begun \gset
SET statement_timeout = '300ms';
SELECT left(fault($$ 'many_windows', 'SELECT * FROM vans WHERE id = ''van-1''', iterations => 1000000000000 $$), 5) AS search \gset
RESET statement_timeout;
SELECT is(:'search'::text, '57014', '57014: statement_timeout ends a search with many windows');
SELECT cmp_ok(clock_timestamp() - :'begun'::timestamptz, '<', interval '3 s', '57014: a search with many windows ends at once');
SELECT clock_timestamp() AS begun \gset
SELECT is(fault($$ 'many_windows', 'SELECT * FROM vans WHERE id = ''van-1''', time_limit => '300 ms' $$), 'no error',
	'57014: time_limit is no error');
SELECT cmp_ok(clock_timestamp() - :'begun'::timestamptz, '<', interval '3 s', '57014: time_limit ends a search with many windows');
SELECT is(fault($$ 'orders', 'vans' $$), 'no error', '57014: the next call plans');

------------------------------------------------------------------------------------------------------
-- Warnings and notices, as a session of its own sees them
------------------------------------------------------------------------------------------------------

CREATE VIEW typo_order AS SELECT *, NULL::timestamptz AS windw_start, 3 AS demnd, 1 AS priorty, 0 AS sevrice_time, 'x' AS knd,
	7 AS "Window_End", 5 AS skillss FROM orders;
CREATE VIEW typo_van AS SELECT *, 9 AS capacty, 1 AS cost_per_our, 2 AS shift_ends, true AS openend FROM vans;
CREATE VIEW typo_matrix AS SELECT *, 1 AS metres, 2 AS profil FROM matrix;
CREATE VIEW typo_route AS SELECT *, 1 AS stopno, 2 AS arives_at FROM routes;
CREATE VIEW fine_order AS SELECT *, 1 AS note, 2 AS customer, 3 AS i, 4 AS ide, 5 AS gem, 6 AS place, 7 AS lat, 8 AS lon, 9 AS kin
	FROM orders;

-- Everything that a session of the same role prints, its notices and warnings among it.
\setenv PGHOST :HOST
\setenv PGPORT :PORT
\setenv PGUSER :USER
\setenv PGDATABASE :DBNAME
\setenv PGOPTIONS '-c role=lastmile_tester -c search_path=tester,public -c client_min_messages=notice'
\set typo_order `psql -XqAt -c "SELECT 'rows ' || count(*) FROM lastmile.plan('typo_order', 'SELECT *, 9 AS capacity FROM vans', iterations => 1)" 2>&1`
\set typo_van `psql -XqAt -c "SELECT 'rows ' || count(*) FROM lastmile.plan('orders', 'typo_van', iterations => 1)" 2>&1`
\set typo_matrix `psql -XqAt -c "SELECT 'rows ' || count(*) FROM lastmile.plan('orders', 'vans', matrix => 'typo_matrix', iterations => 1)" 2>&1`
\set typo_route `psql -XqAt -c "SELECT 'rows ' || count(*) FROM lastmile.check('orders', 'vans', 'typo_route')" 2>&1`
\set fine_order `psql -XqAt -c "SELECT 'rows ' || count(*) FROM lastmile.plan('fine_order', 'vans', iterations => 1)" 2>&1`
\set too_long `psql -XqAt -c "SELECT 'rows ' || count(*) FROM lastmile.plan('orders', 'vans', time_limit => '1 day')" 2>&1`

CREATE FUNCTION messages(level text, printed text) RETURNS SETOF text LANGUAGE sql AS
	$$ SELECT line FROM regexp_split_to_table(printed, E'\n') WITH ORDINALITY AS lines(line, no)
		WHERE line LIKE level || ':%' ORDER BY no $$;

-- A WARNING names the column that is ignored and the one that is meant; upper case counts as an edit, short names do not.
SELECT ok(EXISTS (SELECT FROM messages('WARNING', :'typo_order') AS line WHERE line LIKE '%"' || given || '"%orders%"' || meant || '"%'),
	format('WARNING: orders.%s is near %s', given, meant))
FROM (VALUES ('windw_start', 'window_start'), ('demnd', 'demand'), ('priorty', 'priority'), ('sevrice_time', 'service_time'),
	('Window_End', 'window_end'), ('skillss', 'skills')) AS near(given, meant);
SELECT is(count(*), 6::bigint, 'WARNING: one for each near miss of the orders query') FROM messages('WARNING', :'typo_order');
SELECT is(count(*), 6::bigint, 'WARNING: with a hint each') FROM messages('HINT', :'typo_order') AS line WHERE line LIKE '%SELECT % AS %';
SELECT ok(EXISTS (SELECT FROM messages('WARNING', :'typo_van') AS line WHERE line LIKE '%"' || given || '"%vehicles%"' || meant || '"%'),
	format('WARNING: vehicles.%s is near %s', given, meant))
FROM (VALUES ('capacty', 'capacity'), ('cost_per_our', 'cost_per_hour'), ('shift_ends', 'shift_end'),
	('openend', 'open_end')) AS near(given, meant);
SELECT is(count(*), 4::bigint, 'WARNING: one for each near miss of the vehicles query') FROM messages('WARNING', :'typo_van');
SELECT ok(EXISTS (SELECT FROM messages('WARNING', :'typo_matrix') AS line WHERE line LIKE '%"' || given || '"%matrix%"' || meant || '"%'),
	format('WARNING: matrix.%s is near %s', given, meant))
FROM (VALUES ('profil', 'profile'), ('metres', 'meters')) AS near(given, meant);
SELECT ok(EXISTS (SELECT FROM messages('WARNING', :'typo_route') AS line WHERE line LIKE '%"' || given || '"%routes%"' || meant || '"%'),
	format('WARNING: routes.%s is near %s', given, meant))
FROM (VALUES ('stopno', 'stop_no'), ('arives_at', 'arrives_at')) AS near(given, meant);
SELECT is(count(*), 0::bigint, 'WARNING: none for other columns, nor for short ones') FROM messages('WARNING', :'fine_order');
SELECT matches(:'fine_order'::text, '(?n)^rows [0-9]+$', 'WARNING: the plan is made all the same');
SELECT matches(:'typo_order'::text, '(?n)^rows [0-9]+$', 'WARNING: the plan is made all the same, with near misses');
SELECT is(array_agg(line ~ 'lastmile[.]max_time_limit'), '{t}', 'WARNING: a time_limit above lastmile.max_time_limit is cut')
	FROM messages('WARNING', :'too_long') AS line;

-- The NOTICE of the straight line: once per call, not once per row or vehicle, and not with a matrix.
SELECT is(count(*), 1::bigint, 'NOTICE: plan says once that it measures in straight lines') FROM messages('NOTICE', :'fine_order');
SELECT is(count(*), 1::bigint, 'NOTICE: check says once that it measures in straight lines') FROM messages('NOTICE', :'typo_route');
SELECT is(count(*), 0::bigint, 'NOTICE: none with a matrix') FROM messages('NOTICE', :'typo_matrix');
SELECT matches(line, 'straight line.*1[.]3.*30 km/h', 'NOTICE: it says the detour factor and the speed')
	FROM messages('NOTICE', :'fine_order') AS line;

\ir finish.psql
