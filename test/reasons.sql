-- reasons.sql - the words and numbers of each reason, worked out by hand. In the plane at 10 m a second: 600 m are a minute.
\ir setup.psql
SELECT no_plan();
SET lastmile.speed_kmh = 36;
SET lastmile.detour_factor = 1;

-- The unassigned orders of a plan, each with its code and its words.
CREATE FUNCTION said(orders text, vehicles text, matrix text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' | ', order_id, reason_code, reason), E'\n' ORDER BY order_id)
	FROM lastmile.plan(orders, vehicles, matrix => matrix, iterations => 200) WHERE kind = 'unassigned' $$;
CREATE FUNCTION clock(minutes numeric) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
	SELECT '2026-12-01 08:00Z'::timestamptz + minutes * interval '1 min' $$;

-- skill: nobody has it; who has it is refused; and who has it is too small and too far, while a lorry has room.
SELECT is(said('SELECT * FROM (VALUES (1, ST_Point(600, 0), ''{fridge}''::text[], NULL::text[]), (2, ST_Point(600, 0), ''{lift}'', ''{van-2}'')) AS o(id, geom, skills, refused_vehicles)',
	'SELECT * FROM (VALUES (''van-1'', ST_Point(0, 0), ''{}''::text[]), (''van-2'', ST_Point(0, 0), ''{lift}'')) AS v(id, geom, skills)'),
	E'1 | skill | no vehicle has skill fridge\n2 | skill | no vehicle that may serve it has skill lift', 'skill, of all vehicles');
SELECT is(said('SELECT 1 AS id, ST_Point(600, 0) AS geom, ''{fridge,lift}''::text[] AS skills, 5 AS demand',
	'SELECT * FROM (VALUES (''lorry'', ST_Point(0, 0), ''{lift}''::text[], 9, 9000), (''van-1'', ST_Point(0, 0), ''{fridge,lift}'', 3, 1000)) AS v(id, geom, skills, capacity, max_distance_m)'),
	'1 | skill | lorry has a place for it, but not all of its skills: fridge, lift', 'skill, where the only one who has it could not in two ways');

-- vehicle_refused
SELECT is(said('SELECT 1 AS id, ST_Point(600, 0) AS geom, ''{van-9}''::text[] AS allowed_vehicles', 'SELECT ''van-1'' AS id, ST_Point(0, 0) AS geom'),
	'1 | vehicle_refused | allowed_vehicles and refused_vehicles leave no vehicle for it', 'vehicle_refused, by all');
SELECT is(said('SELECT 1 AS id, ST_Point(600, 0) AS geom, ''{van-1}''::text[] AS allowed_vehicles, 5 AS demand',
	'SELECT * FROM (VALUES (''lorry'', ST_Point(0, 0), 9, 9000), (''van-1'', ST_Point(0, 0), 3, 1000)) AS v(id, geom, capacity, max_distance_m)'),
	'1 | vehicle_refused | lorry has a place for it, but is refused or not among those allowed', 'vehicle_refused, by one that could');

-- capacity: 12 above the largest, 10; two dimensions of which each van lacks another: 7 to 5 is nearer than 4 to 1; 6 + 5 + 3 on a van of 12.
SELECT is(said('SELECT 1 AS id, ST_Point(600, 0) AS geom, 12 AS demand', 'SELECT * FROM (VALUES (''a'', ST_Point(0, 0), 10), (''b'', ST_Point(0, 0), 8)) AS v(id, geom, capacity)'),
	'1 | capacity | demand 12 exceeds every capacity, largest 10', 'capacity of all vehicles');
SELECT is(said('SELECT 1 AS id, ST_Point(600, 0) AS geom, ''{4, 7}''::int[] AS demand', 'SELECT * FROM (VALUES (''a'', ST_Point(0, 0), ''{1, 9}''::int[]), (''b'', ST_Point(0, 0), ''{9, 5}'')) AS v(id, geom, capacity)'),
	'1 | capacity | its demand exceeds the capacity of every vehicle that may serve it: 7 in dimension 2, b has 5', 'capacity, in different dimensions');
SELECT is(said('SELECT * FROM (VALUES (1, ST_Point(600, 0), 6, 1), (2, ST_Point(600, 0), 5, 1), (3, ST_Point(600, 0), 3, 0)) AS o(id, geom, demand, priority)', 'SELECT ''van-1'' AS id, ST_Point(0, 0) AS geom, 12 AS capacity'),
	'3 | capacity | cheapest insertion loads van-1 with 14, its capacity is 12', 'capacity beside what is on board');

-- window: 40 min away, closes after 30; from van-3, 10 min nearer, 30 min 30 s against 29: rounded up to a minute.
SELECT is(said('SELECT 1 AS id, ST_Point(24000, 0) AS geom, clock(30) AS window_end', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, clock(0) AS shift_start'),
	'1 | window | window closes 08:30, earliest possible arrival 08:40 by van-2', 'window, of one van');
SELECT is(said('SELECT 1 AS id, ST_Point(24000, 0) AS geom, clock(29) AS window_end', 'SELECT * FROM (VALUES (''van-2'', ST_Point(0, 0), clock(0)), (''van-3'', ST_Point(5700, 0), clock(0))) AS v(id, geom, shift_start)'),
	'1 | window | window closes 08:29, earliest possible arrival 08:31 by van-3', 'window, the nearer van, half a minute rounded up');
-- 4 min of setup come between the arrival at 08:10 and the service at 08:14.
SELECT is(said('SELECT 1 AS id, ST_Point(6000, 0) AS geom, clock(12) AS window_end, interval ''4 min'' AS setup_time', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, clock(0) AS shift_start'),
	'1 | window | window closes 08:12, earliest possible arrival 08:10 by van-2, ready 08:14 after setup', 'window, missed by the setup');
-- Of two windows the last closes at 08:20.
SELECT is(said('SELECT 1 AS id, ST_Point(15000, 0) AS geom, tstzmultirange(tstzrange(clock(0), clock(5)), tstzrange(clock(10), clock(20))) AS windows', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, clock(0) AS shift_start'),
	'1 | window | last window closes 08:20, earliest possible arrival 08:25 by van-2', 'window, the last of two');
-- The break of 5 min begins at 08:05 at the depot, 5 + 5 + 20 min; at the customer's, at 08:20, it would be too late.
SELECT is(said('SELECT 1 AS id, ST_Point(12000, 0) AS geom, clock(25) AS window_end',
	'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, clock(0) AS shift_start, tstzrange(clock(5), clock(19)) AS break_window, interval ''5 min'' AS break_time'),
	'1 | window | window closes 08:25, cheapest insertion arrives 08:30 by van-2 because of its break', 'window, missed by the break');
-- Orders 1 and 2 lie 10 min east and west and close at 08:10 and 08:12. Whichever comes second is reached at 08:30: order 2 by 18 min
-- too late, order 1 by 20. Order 3, which is on the way to 1 and takes 5 min, makes 1 late: 08:15.
SELECT is(said('SELECT * FROM (VALUES (1, ST_Point(6000, 0), clock(10), interval ''0'', 2), (2, ST_Point(-6000, 0), clock(12), ''0'', 1)) AS o(id, geom, window_end, service_time, priority)', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, clock(0) AS shift_start'),
	'2 | window | window closes 08:12, cheapest insertion arrives 08:30 by van-2', 'window, of the order itself behind another');
SELECT is(said('SELECT * FROM (VALUES (1, ST_Point(6000, 0), clock(10), interval ''0'', 2), (3, ST_Point(3000, 0), clock(6), ''5 min'', 1)) AS o(id, geom, window_end, service_time, priority)', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, clock(0) AS shift_start'),
	'3 | window | cheapest insertion makes van-2 late for order 1: window closes 08:10, arrival 08:15', 'window, of an order behind it');

-- shift: opens at 11:45, 20 min back; 10 min of overtime are not enough either when it ends at 11:50; and 18 min in the plan: orders 1
-- and 2 are 30 min out and back each with 9 min of service, 39 + 39 min of 60.
SELECT is(said('SELECT 1 AS id, ST_Point(12000, 0) AS geom, clock(225) AS window_start', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, clock(0) AS shift_start, clock(240) AS shift_end'),
	'1 | shift | serving it alone takes van-2 until 12:05, its shift ends 12:00', 'shift, for one order');
SELECT is(said('SELECT 1 AS id, ST_Point(12000, 0) AS geom, clock(225) AS window_start', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, clock(0) AS shift_start, clock(230) AS shift_end, interval ''10 min'' AS overtime'),
	'1 | shift | serving it alone takes van-2 until 12:05, its shift ends 12:00 with overtime', 'shift, with overtime');
SELECT is(said('SELECT * FROM (VALUES (1, ST_Point(9000, 0), interval ''9 min'', 1), (2, ST_Point(-9000, 0), ''9 min'', 0)) AS o(id, geom, service_time, priority)', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, clock(0) AS shift_start, clock(60) AS shift_end'),
	'2 | shift | cheapest insertion breaks the shift of van-2 by 00:18', 'shift, in the plan');

-- break: the van stands at the customer's, 08:10 to 09:10, while its break must begin, 08:20 to 08:40.
SELECT is(said('SELECT 1 AS id, ST_Point(6000, 0) AS geom, interval ''1 hour'' AS service_time, clock(10) AS window_end',
	'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, clock(0) AS shift_start, clock(90) AS shift_end, tstzrange(clock(20), clock(40)) AS break_window, interval ''5 min'' AS break_time'),
	'1 | break | with it, van-2 has no time for its break between 08:20 and 08:40', 'break');

-- stops, distance, time: 2 × 6000 m are 20 min.
SELECT is(said('SELECT number AS id, ST_Point(6000, 0) AS geom, -number AS priority FROM generate_series(1, 3) AS number', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, 2 AS max_stops'),
	'3 | stops | cheapest insertion takes 3 stops, max_stops of van-2 is 2', 'stops');
SELECT is(said('SELECT 1 AS id, ST_Point(6000, 0) AS geom', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, 11999.5 AS max_distance_m'),
	'1 | distance | serving it alone takes a route of 12000 m, max_distance_m of van-2 is 11999.5 m', 'distance, for one order');
SELECT is(said('SELECT * FROM (VALUES (1, ST_Point(6000, 0), 1), (2, ST_Point(0, 2500), 0)) AS o(id, geom, priority)', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, 14000 AS max_distance_m'),
	'2 | distance | cheapest insertion takes a route of 15000 m, max_distance_m of van-2 is 14000 m', 'distance, in the plan: 2.5 + 6.5 + 6 km');
SELECT is(said('SELECT 1 AS id, ST_Point(6000, 0) AS geom', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, interval ''19 min 30 s'' AS max_time'),
	'1 | time | serving it alone takes a working time of 00:20, max_time of van-2 is 00:19:30', 'time, for one order');
SELECT is(said('SELECT * FROM (VALUES (1, ST_Point(6000, 0), 1), (2, ST_Point(-6000, 0), 0)) AS o(id, geom, priority)', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, interval ''25 min'' AS max_time'),
	'2 | time | cheapest insertion takes a working time of 00:40, max_time of van-2 is 00:25', 'time, in the plan');

-- release: ready at 09:00, 10 min away, closes at 09:05; and order 2, which is ready at 08:30, keeps the van from order 3, 10 min on, closing at 08:25.
SELECT is(said('SELECT 1 AS id, ST_Point(6000, 0) AS geom, clock(60) AS release_at, clock(65) AS window_end', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, clock(0) AS shift_start'),
	'1 | release | goods ready 09:00, van-2 would have to leave with them by 08:55', 'release of the order');
SELECT is(said('SELECT * FROM (VALUES (2, ST_Point(6000, 0), clock(30), NULL, 1), (3, ST_Point(6000, 0), NULL, clock(25), 0)) AS o(id, geom, release_at, window_end, priority)', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, clock(0) AS shift_start'),
	'3 | release | with it, van-2 would have to leave by 08:15, goods of its order 2 ready 08:30', 'release of another order on board');

-- unreachable: nothing at all leads to 2; 3 is reached from 1 only, whose van is full.
SELECT is(said('SELECT id FROM (VALUES (1), (2)) AS o(id)', 'SELECT ''van-2'' AS id, 9 AS start_location_id',
	'SELECT * FROM (VALUES (9, 1, 60), (1, 9, 60), (2, 9, 60)) AS m(from_id, to_id, seconds)'),
	'2 | unreachable | no way from 9 to 2', 'unreachable, for all');
SELECT is(said('SELECT * FROM (VALUES (1, 1), (3, 0)) AS o(id, priority)', 'SELECT ''van-2'' AS id, 9 AS start_location_id, 1 AS max_stops',
	'SELECT * FROM (VALUES (9, 1, 60), (1, 9, 60), (3, 9, 60), (1, 3, 60)) AS m(from_id, to_id, seconds)'),
	'3 | stops | cheapest insertion takes 2 stops, max_stops of van-2 is 1', 'a rule says more than a missing way');

-- Order 3 lies between 1 and 2, one way only; but 2 closes before 1 opens. Nothing else stops it at any of three places.
SELECT is(said('SELECT * FROM (VALUES (1, clock(10), NULL), (2, NULL, clock(2)), (3, NULL, NULL)) AS o(id, window_start, window_end)', 'SELECT ''van-2'' AS id, 9 AS start_location_id, clock(0) AS shift_start',
	'SELECT *, 60 AS seconds FROM (VALUES (9, 1), (1, 9), (9, 2), (2, 9), (1, 2), (2, 1), (1, 3), (3, 2)) AS m(from_id, to_id)'),
	'3 | unreachable | no way from 9 to 3', 'unreachable, in the plan');

-- dropped: 20 min at 12 an hour are 4.
SELECT is(said('SELECT 1 AS id, ST_Point(6000, 0) AS geom, 3.5 AS skip_cost', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, 12 AS cost_per_hour'),
	'1 | dropped | serving it costs 4.00 at the least, leaving it out 3.50', 'dropped');
SELECT is(said('SELECT 1 AS id, ST_Point(6000, 0) AS geom, 3.999 AS skip_cost', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, 12 AS cost_per_hour'),
	'1 | dropped | serving it costs 4.0000 at the least, leaving it out 3.9990', 'dropped, by less than a cent');

-- search: order 2 would be too much for the van and too late besides, before order 1 and behind it.
SELECT is(said('SELECT * FROM (VALUES (1, ST_Point(6000, 0), 5, clock(10), 1), (2, ST_Point(-6000, 0), 5, clock(10), 0)) AS o(id, geom, demand, window_end, priority)', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, clock(0) AS shift_start, 8 AS capacity'),
	'2 | search | tried 2 places on 1 vehicle: each breaks more than one rule', 'search');

-- bad_row, and no vehicle at all
SELECT is(said('SELECT * FROM (VALUES (1, NULL::geometry, 1), (2, ST_Point(0, 0), -1)) AS o(id, geom, demand)', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom, 8 AS capacity'),
	E'1 | bad_row | geom is NULL\n2 | bad_row | demand -1 is negative', 'bad_row');
SELECT is(said('SELECT 1 AS id, ST_Point(0, 0) AS geom', 'SELECT ''van-2'' AS id, ST_Point(0, 0) AS geom WHERE false'),
	'1 | shift | there is no vehicle', 'no vehicle');

-- More vehicles stop at one rule than at another: two are full, one's shift is over.
SELECT is(said('SELECT 1 AS id, ST_Point(6000, 0) AS geom, 5 AS demand', 'SELECT * FROM (VALUES (''a'', ST_Point(0, 0), 9, clock(19), clock(0)), (''b'', ST_Point(0, 0), 4, clock(240), clock(0)), (''c'', ST_Point(0, 0), 3, clock(240), clock(0))) AS v(id, geom, capacity, shift_end, shift_start)'),
	'1 | capacity | cheapest insertion loads b with 5, its capacity is 4', 'the rule that stops most vehicles');
SELECT is(said('SELECT 1 AS id, ST_Point(6000, 0) AS geom, 5 AS demand', 'SELECT * FROM (VALUES (''a'', ST_Point(0, 0), 9, clock(19), clock(0)), (''b'', ST_Point(0, 0), 4, clock(240), clock(0))) AS v(id, geom, capacity, shift_end, shift_start)'),
	'1 | shift | serving it alone takes a until 08:20, its shift ends 08:19', 'of equals the first');
\ir finish.psql
