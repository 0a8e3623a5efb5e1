-- trips.sql - several trips a day and their range: best plans known by hand, and what check says of others.
\ir setup.psql
\ir optimum.psql

SELECT plan(4 * 9 + 10);

-- Two of demand 1 fit: {a, b} and {d, c}, 400 s each, 300 s between them. a has to be first by 08:01:40, d by
-- 08:15:00 = 08:06:40 + 300 + 200, and c is not served before 08:16.
CREATE VIEW both_sides AS
	SELECT 'a' AS id, ST_Point(100, 0) AS geom, 1 AS demand, NULL::timestamptz AS window_start, timestamptz '2026-12-01 08:01:40' AS window_end
	UNION ALL SELECT 'b', ST_Point(200, 0), 1, NULL, NULL
	UNION ALL SELECT 'c', ST_Point(-100, 0), 1, '2026-12-01 08:16', NULL
	UNION ALL SELECT 'd', ST_Point(-200, 0), 1, NULL, '2026-12-01 08:15';
CREATE VIEW van AS
	SELECT 'v' AS id, ST_Point(0, 0) AS geom, 2 AS capacity, 2 AS max_trips, 300 AS reload_time,
		timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour;
SELECT optimum('a van of 2 serves four in two trips', 'both_sides', 'van',
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery a 08:01:40 08:01:40 08:01:40 100,
	v delivery b 08:03:20 08:03:20 08:03:20 100,
	v reload 08:06:40 08:06:40 08:11:40 500,
	v delivery d 08:15:00 08:15:00 08:15:00 200,
	v delivery c 08:16:40 08:16:40 08:16:40 100,
	v end 08:18:20 08:18:20 08:18:20 100}', 1100);
SELECT results_eq($$ SELECT kind, trip_no, load FROM lastmile.plan('both_sides', 'van', iterations => 300) $$,
	$$ VALUES ('start', 1, '{2}'::float8[]), ('delivery', 1, '{1}'), ('delivery', 1, '{0}'), ('reload', 2, '{2}'), ('delivery', 2, '{1}'),
		('delivery', 2, '{0}'), ('end', 2, '{0}') $$, 'trip_no and load begin anew at the reload');
SELECT is((SELECT string_agg(reason_code, ' ') FROM lastmile.plan('both_sides', 'SELECT *, 1 AS max_trips FROM (SELECT id, geom, capacity,
		shift_start, cost_per_hour FROM van) AS v', iterations => 300) WHERE kind = 'unassigned'), 'capacity capacity',
	'with one trip two are left: capacity');

-- One van: 500 + 1100. Two: 500 + 510 + 400 + 400.
SELECT optimum('a second trip is cheaper than a second van', 'both_sides',
	$$ SELECT *, 500 AS cost_fixed FROM van UNION ALL SELECT 'w', geom, capacity, max_trips, reload_time, shift_start, cost_per_hour, 510 FROM van $$,
	'{v start 08:00:00 08:00:00 08:00:00 500,
	v delivery a 08:01:40 08:01:40 08:01:40 100,
	v delivery b 08:03:20 08:03:20 08:03:20 100,
	v reload 08:06:40 08:06:40 08:11:40 500,
	v delivery d 08:15:00 08:15:00 08:15:00 200,
	v delivery c 08:16:40 08:16:40 08:16:40 100,
	v end 08:18:20 08:18:20 08:18:20 100}', 1600);

-- A reload of 1000 s: one van 1800, two 800. Only v may serve a. w leaves as early as c, 300 s away by d, is no wait:
-- 08:28:00 - 300 = 08:23:00.
CREATE VIEW far_apart AS
	SELECT id, geom, demand, CASE id WHEN 'c' THEN timestamptz '2026-12-01 08:28' END AS window_start,
		CASE id WHEN 'd' THEN '2026-12-01 08:26:40' ELSE window_end END AS window_end, CASE id WHEN 'a' THEN '{v}'::text[] END AS allowed_vehicles
	FROM both_sides;
CREATE VIEW slow_vans AS SELECT v AS id, geom, capacity, max_trips, 1000 AS reload_time, shift_start, cost_per_hour FROM van, unnest('{v, w}'::text[]) AS v;
SELECT optimum('a second van is cheaper than a long reload', 'far_apart', 'slow_vans',
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery a 08:01:40 08:01:40 08:01:40 100,
	v delivery b 08:03:20 08:03:20 08:03:20 100,
	v end 08:06:40 08:06:40 08:06:40 200,
	w start 08:23:00 08:23:00 08:23:00 0,
	w delivery d 08:26:20 08:26:20 08:26:20 200,
	w delivery c 08:28:00 08:28:00 08:28:00 100,
	w end 08:29:40 08:29:40 08:29:40 100}', 800);
SELECT optimum('objective vehicles makes two trips there', 'far_apart', 'slow_vans',
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery a 08:01:40 08:01:40 08:01:40 100,
	v delivery b 08:03:20 08:03:20 08:03:20 100,
	v reload 08:06:40 08:06:40 08:23:20 1200,
	v delivery d 08:26:40 08:26:40 08:26:40 200,
	v delivery c 08:28:20 08:28:20 08:28:20 100,
	v end 08:30:00 08:30:00 08:30:00 100}', 1800, objective => 'vehicles');

-- The goods of b come at 08:30, a is served by 08:01:40: the van waits 1600 s at the depot between them, and loads for 60.
CREATE VIEW late_goods AS
	SELECT 'a' AS id, ST_Point(100, 0) AS geom, timestamptz '2026-12-01 08:01:40' AS window_end, NULL::timestamptz AS release_at
	UNION ALL SELECT 'b', ST_Point(-100, 0), NULL, '2026-12-01 08:30';
SELECT optimum('the second trip waits for its goods', 'late_goods', 'SELECT *, 60 AS reload_time FROM (SELECT id, geom, max_trips, shift_start, cost_per_hour FROM van) AS v',
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery a 08:01:40 08:01:40 08:01:40 100,
	v reload 08:03:20 08:30:00 08:31:00 1760,
	v delivery b 08:32:40 08:32:40 08:32:40 100,
	v end 08:34:20 08:34:20 08:34:20 100}', 2060);
SELECT is((SELECT reason_code FROM lastmile.plan('late_goods', 'SELECT id, geom, shift_start, cost_per_hour FROM van', iterations => 300)
	WHERE kind = 'unassigned'), 'release', 'with one trip b is left: release');

-- a and b in one go are 700 m, above 500: 400 + 300 with 50 s of loading. c is 600 m there and back.
CREATE VIEW ranges AS
	SELECT 'a' AS id, ST_Point(200, 0) AS geom, timestamptz '2026-12-01 08:03:20' AS window_end
	UNION ALL SELECT 'b', ST_Point(-150, 0), NULL UNION ALL SELECT 'c', ST_Point(300, 0), NULL;
SELECT optimum('the range sends the van back', 'ranges', 'SELECT *, 500 AS range_m, 50 AS reload_time FROM (SELECT id, geom, max_trips, shift_start, cost_per_hour FROM van) AS v',
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery a 08:03:20 08:03:20 08:03:20 200,
	v reload 08:06:40 08:06:40 08:07:30 250,
	v delivery b 08:10:00 08:10:00 08:10:00 150,
	v end 08:12:30 08:12:30 08:12:30 150,
	unassigned c range}', 750);
SELECT is((SELECT reason FROM lastmile.plan('ranges', 'SELECT *, 500 AS range_m FROM van', iterations => 300) WHERE order_id = 'c'),
	'serving it alone takes a trip of 600 m, range_m of v is 500 m', 'the reason says by how much');
SELECT is((SELECT string_agg(reason_code, ' ') FROM lastmile.plan('ranges', 'SELECT id, geom, shift_start, cost_per_hour, 500 AS range_m FROM van',
	iterations => 300) WHERE kind = 'unassigned'), 'range range', 'with one trip c and another are left: range');

-- Capacity 1: what was picked up at a goes off before b is loaded.
SELECT optimum('a pickup is unloaded before the next trip',
	$$ SELECT 'a' AS id, ST_Point(100, 0) AS geom, 'pickup' AS kind, 1 AS demand, NULL::timestamptz AS window_start, timestamptz '2026-12-01 08:01:40' AS window_end
		UNION ALL SELECT 'b', ST_Point(-100, 0), 'delivery', 1, '2026-12-01 08:10', NULL $$,
	'SELECT id, geom, 1 AS capacity, max_trips, shift_start, cost_per_hour FROM van',
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v pickup a 08:01:40 08:01:40 08:01:40 100,
	v reload 08:03:20 08:03:20 08:03:20 100,
	v delivery b 08:05:00 08:10:00 08:10:00 400,
	v end 08:11:40 08:11:40 08:11:40 100}', 700);

-- Optional e is worth a trip of its own, 400 + 300 s, at 800 and not at 600.
SELECT optimum('an optional order is worth another trip', $$ SELECT *, NULL::int AS skip_cost FROM both_sides WHERE id IN ('a', 'b')
		UNION ALL SELECT 'e', ST_Point(-200, 0), 1, NULL, NULL, 800 $$, 'van',
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery a 08:01:40 08:01:40 08:01:40 100,
	v delivery b 08:03:20 08:03:20 08:03:20 100,
	v reload 08:06:40 08:06:40 08:11:40 500,
	v delivery e 08:15:00 08:15:00 08:15:00 200,
	v end 08:18:20 08:18:20 08:18:20 200}', 1100);
SELECT is((SELECT reason FROM lastmile.plan($$ SELECT *, NULL::int AS skip_cost FROM both_sides WHERE id IN ('a', 'b')
		UNION ALL SELECT 'e', ST_Point(-200, 0), 1, NULL, NULL, 600 $$, 'van', iterations => 300) WHERE kind = 'unassigned'),
	'serving it costs 700.00 at the least, leaving it out 600.00', 'or not: dropped');

------------------------------------------------------------------------------------------------------
-- check
------------------------------------------------------------------------------------------------------

CREATE TABLE made AS SELECT vehicle_id, trip_no, stop_no, kind, order_id FROM lastmile.plan('both_sides', 'van', iterations => 300);
CREATE FUNCTION wrong(routes text, vehicles text DEFAULT 'van') RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', kind, order_id, violation), E'\n' ORDER BY stop_no)
	FROM lastmile.check('both_sides', vehicles, routes), unnest(violations) AS violation $$;
SELECT is(wrong('made'), NULL, 'reload rows say where a trip begins');
SELECT is(wrong('SELECT * FROM made WHERE order_id IS NOT NULL'), NULL, 'without them trip_no does');
SELECT is(wrong($$ SELECT vehicle_id, stop_no, kind, order_id FROM made WHERE order_id IS NOT NULL $$),
	'start capacity: 4 on board, vehicle "v" takes 2', 'without both it is one trip');
SELECT is(wrong('SELECT vehicle_id, trip_no + (order_id = ''c'')::int AS trip_no, stop_no, kind, order_id FROM made'),
	'delivery c mismatch: trip_no is shown as 3, computed 2', 'a trip_no that is another');
SELECT is(wrong('made', 'SELECT id, geom, capacity, reload_time, shift_start FROM van'),
	'reload stops: the route makes 2 trips, max_trips of vehicle "v" is 1', 'more trips than max_trips');
SELECT is(wrong('made', 'SELECT *, 399 AS range_m FROM van'),
	E'reload range: the trip is 400 m long, range_m of vehicle "v" is 399 m\nend range: the trip is 400 m long, range_m of vehicle "v" is 399 m',
	'trips longer than range_m');
SELECT is((SELECT string_agg(concat_ws(' ', kind, violation), E'\n' ORDER BY stop_no)
		FROM lastmile.check('late_goods', 'van', $$ SELECT 'v' AS vehicle_id, 'a' AS order_id, 'delivery' AS kind, NULL::timestamptz AS starts_at
			UNION ALL SELECT 'v', NULL, 'reload', '2026-12-01 08:20' UNION ALL SELECT 'v', 'b', 'delivery', NULL $$), unnest(violations) AS violation),
	E'reload release: loads 08:20, order "b" is ready at 08:30\nreload mismatch: starts_at is shown as 08:20, computed 08:30',
	'loading before the goods are there');
SELECT is((SELECT sum(cost)::int FROM lastmile.plan('both_sides', 'van', routes => 'made', iterations => 1)), 1100, 'routes with trips to begin with');

\ir finish.psql
