-- optimum.sql - small problems whose best plan is known by hand: every rule of a single trip.
\ir setup.psql
\ir optimum.psql

SELECT plan(4 * 71 + 5);
SELECT ok(NOT rolsuper, 'the tests run as an ordinary role') FROM pg_roles WHERE rolname = current_user;

-- The van of most problems; others name what they have more.
CREATE VIEW van AS
	SELECT 'v' AS id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour;

------------------------------------------------------------------------------------------------------
-- When to leave
------------------------------------------------------------------------------------------------------

-- Out 600 + service 300 + back 600 = 1500 s. Leaving at 08:00 would add 3000 s of waiting.
SELECT optimum('the vehicle leaves as late as it needs to',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 09:00' AS window_start, 300 AS service_time $$,
	'van',
	'{v start 08:50:00 08:50:00 08:50:00 0,
	v delivery a 09:00:00 09:00:00 09:05:00 900,
	v end 09:15:00 09:15:00 09:15:00 600}', 1500);

-- a starts 09:10 at the latest and b 20 min later at the earliest, 10 of them driving: 10 min of waiting stay.
-- 600 + 600 + 600 waiting + 1200 back = 3000 s.
SELECT optimum('waiting that no departure avoids',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 09:00' AS window_start,
		timestamptz '2026-12-01 09:10' AS window_end
		UNION ALL SELECT 'b', ST_Point(1200, 0), '2026-12-01 09:30', '2026-12-01 09:40' $$,
	'van',
	'{v start 09:00:00 09:00:00 09:00:00 0,
	v delivery a 09:10:00 09:10:00 09:10:00 600,
	v delivery b 09:20:00 09:30:00 09:30:00 1200,
	v end 09:50:00 09:50:00 09:50:00 1200}', 3000);

-- Where time costs nothing, the earliest departure is taken: 600 m + 600 m.
SELECT optimum('an early departure where time is free',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 09:00' AS window_start $$,
	$$ SELECT 'v' AS id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 1000 AS cost_per_km $$,
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery a 08:10:00 09:00:00 09:00:00 600,
	v end 09:10:00 09:10:00 09:10:00 600}', 1200);

-- The same with objective time: there working time counts, whatever it costs.
SELECT optimum('objective time leaves late where time is free',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 09:00' AS window_start $$,
	$$ SELECT 'v' AS id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 1000 AS cost_per_km $$,
	'{v start 08:50:00 08:50:00 08:50:00 0,
	v delivery a 09:00:00 09:00:00 09:00:00 600,
	v end 09:10:00 09:10:00 09:10:00 600}', 1200, objective => 'time');

-- Both sequences are 100 + 600 + 500 m long; a, b would miss the window of b, b, a reaches a when it opens.
SELECT optimum('windows decide the sequence',
	$$ SELECT 'a' AS id, ST_Point(100, 0) AS geom, timestamptz '2026-12-01 08:18:20' AS window_start,
		timestamptz '2026-12-01 12:00' AS window_end
		UNION ALL SELECT 'b', ST_Point(-500, 0), NULL, '2026-12-01 08:08:20' $$,
	'van',
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery b 08:08:20 08:08:20 08:08:20 500,
	v delivery a 08:18:20 08:18:20 08:18:20 600,
	v end 08:20:00 08:20:00 08:20:00 100}', 1200);

------------------------------------------------------------------------------------------------------
-- Several windows
------------------------------------------------------------------------------------------------------

-- b only at 11:10, so a in the third of its windows: 600 + 600 + 1200 = 2400 s. In the second it would wait 115 min at b.
SELECT optimum('the window that fits the rest of the route: the third',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, '{[2026-12-01 08:00, 2026-12-01 08:05], [2026-12-01 09:00, 2026-12-01 09:05],
			[2026-12-01 11:00, 2026-12-01 11:05]}'::tstzmultirange AS windows
		UNION ALL SELECT 'b', ST_Point(1200, 0), '{[2026-12-01 11:10, 2026-12-01 11:10]}' $$,
	'van',
	'{v start 10:50:00 10:50:00 10:50:00 0,
	v delivery a 11:00:00 11:00:00 11:00:00 600,
	v delivery b 11:10:00 11:10:00 11:10:00 600,
	v end 11:30:00 11:30:00 11:30:00 1200}', 2400);

-- b at 09:15 or later, so a at the end of its second window, 09:05: 600 + 600 + 1200.
SELECT optimum('the window that fits the rest of the route: the second, at its end',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, '{[2026-12-01 08:00, 2026-12-01 08:05], [2026-12-01 09:00, 2026-12-01 09:05],
			[2026-12-01 11:00, 2026-12-01 11:05]}'::tstzmultirange AS windows
		UNION ALL SELECT 'b', ST_Point(1200, 0), '{[2026-12-01 09:15, 2026-12-01 09:20]}' $$,
	'van',
	'{v start 08:55:00 08:55:00 08:55:00 0,
	v delivery a 09:05:00 09:05:00 09:05:00 600,
	v delivery b 09:15:00 09:15:00 09:15:00 600,
	v end 09:35:00 09:35:00 09:35:00 1200}', 2400);

-- The first window closes at 08:05, 5 min before anybody can be there; the next opens 09:00.
SELECT optimum('a window nobody can make is passed over',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom,
			'{[2026-12-01 08:00, 2026-12-01 08:05], [2026-12-01 09:00, 2026-12-01 09:05]}'::tstzmultirange AS windows $$,
	'van',
	'{v start 08:50:00 08:50:00 08:50:00 0,
	v delivery a 09:00:00 09:00:00 09:00:00 600,
	v end 09:10:00 09:10:00 09:10:00 600}', 1200);

-- Of the two windows the pair 10:00 to 11:02 leaves 11:00 to 11:02.
SELECT optimum('windows and the pair window_start, window_end hold together',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, '{[2026-12-01 09:00, 2026-12-01 09:05],
		[2026-12-01 11:00, 2026-12-01 11:05]}'::tstzmultirange AS windows,
			timestamptz '2026-12-01 10:00' AS window_start, timestamptz '2026-12-01 11:02' AS window_end $$,
	'van',
	'{v start 10:50:00 10:50:00 10:50:00 0,
	v delivery a 11:00:00 11:00:00 11:00:00 600,
	v end 11:10:00 11:10:00 11:10:00 600}', 1200);

------------------------------------------------------------------------------------------------------
-- Breaks
------------------------------------------------------------------------------------------------------

-- a ends 08:55 at the latest, the break starts 09:00 and ends 09:20 there, b is reached 09:30: 600 + 300 + 300 waiting +
-- 1200 break + 600 + 1200 = 4200 s. Before a (at the start) or after b the break's window is missed.
SELECT optimum('a break between two stops',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, 300 AS service_time, timestamptz '2026-12-01 08:30' AS window_start,
		timestamptz '2026-12-01 08:50' AS window_end
		UNION ALL SELECT 'b', ST_Point(1200, 0), 0, '2026-12-01 09:30', '2026-12-01 09:40' $$,
	$$ SELECT *, tstzrange('2026-12-01 09:00', '2026-12-01 09:05') AS break_window, interval '20 min' AS break_time FROM van $$,
	'{v start 08:40:00 08:40:00 08:40:00 0,
	v delivery a 08:50:00 08:50:00 08:55:00 900,
	v break 08:55:00 09:00:00 09:20:00 1500,
	v delivery b 09:30:00 09:30:00 09:30:00 600,
	v end 09:50:00 09:50:00 09:50:00 1200}', 4200);

-- Back at 08:20, long before the break's window closes: none is required.
SELECT optimum('no break on a route that is back in time',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom $$,
	$$ SELECT *, tstzrange('2026-12-01 08:00', '2026-12-01 12:00') AS break_window, interval '20 min' AS break_time FROM van $$,
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery a 08:10:00 08:10:00 08:10:00 600,
	v end 08:20:00 08:20:00 08:20:00 600}', 1200);

-- a 08:30, b 10:00, c 12:00, each at its one minute. The first break (15 min, 09:00 to 09:30) fits only at a, the second
-- (30 min, 11:00 to 11:15) only at b. 08:20 to 12:10 = 13800 s. The arrays name the later break first.
SELECT optimum('two breaks',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 08:30' AS window_start,
		timestamptz '2026-12-01 08:30' AS window_end
		UNION ALL SELECT 'b', ST_Point(1200, 0), '2026-12-01 10:00', '2026-12-01 10:00'
		UNION ALL SELECT 'c', ST_Point(600, 0), '2026-12-01 12:00', '2026-12-01 12:00' $$,
	$$ SELECT *,
			ARRAY[tstzrange('2026-12-01 11:00', '2026-12-01 11:15'), tstzrange('2026-12-01 09:00', '2026-12-01 09:30')] AS break_window,
			'{30 min, 15 min}'::interval[] AS break_time FROM van $$,
	'{v start 08:20:00 08:20:00 08:20:00 0,
	v delivery a 08:30:00 08:30:00 08:30:00 600,
	v break 08:30:00 09:00:00 09:15:00 2700,
	v delivery b 09:25:00 10:00:00 10:00:00 2700,
	v break 10:00:00 11:00:00 11:30:00 5400,
	v delivery c 11:40:00 12:00:00 12:00:00 1800,
	v end 12:10:00 12:10:00 12:10:00 600}', 13800);

-- Leaving at 09:00 the break (08:30 to 09:00) is over before it begins: departure < close does not hold. Leaving any
-- earlier it would be due. 600 + 600 s.
SELECT optimum('no break on a route that leaves when its window has closed',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 09:10' AS window_start $$,
	$$ SELECT *, tstzrange('2026-12-01 08:30', '2026-12-01 09:00') AS break_window, interval '20 min' AS break_time FROM van $$,
	'{v start 09:00:00 09:00:00 09:00:00 0,
	v delivery a 09:10:00 09:10:00 09:10:00 600,
	v end 09:20:00 09:20:00 09:20:00 600}', 1200);

------------------------------------------------------------------------------------------------------
-- Setup shared by orders at one place
------------------------------------------------------------------------------------------------------

-- One visit, one setup, the larger of 3 and 4 min, paid by the first: 600 + 240 + 120 + 120 + 600 = 1680 s.
-- x must start by 08:14 = 08:00 + 10 min + 4 min, so it comes first.
SELECT optimum('setup is paid once a visit, the largest counts',
	$$ SELECT 'x' AS id, ST_Point(600, 0) AS geom, 180 AS setup_time, 120 AS service_time, timestamptz '2026-12-01 08:14' AS window_end
		UNION ALL SELECT 'y', ST_Point(600, 0), 240, 120, NULL $$,
	'van',
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery x 08:10:00 08:14:00 08:16:00 960,
	v delivery y 08:16:00 08:16:00 08:18:00 120,
	v end 08:28:00 08:28:00 08:28:00 600}', 1680);

-- Two houses (location_id) at one gate, two orders each, two vans of two stops. A van for a house: 600 + 300 + 2 x 60 + 600
-- = 1620 s each. A van with one order of each house pays 300 s more, both together 600.
SELECT optimum('orders that share a setup go on one vehicle',
	$$ SELECT id, ST_Point(600, 0) AS geom, upper(left(id, 1)) AS location_id, 300 AS setup_time, 60 AS service_time,
			CASE WHEN id IN ('a1', 'b1') THEN timestamptz '2026-12-01 08:15' END AS window_end,
			CASE WHEN id = 'a1' THEN ARRAY['v1'] END AS allowed_vehicles
		FROM unnest('{a1, a2, b1, b2}'::text[]) AS id $$,
	$$ SELECT id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour, 2 AS max_stops
		FROM unnest('{v1, v2}'::text[]) AS id $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 0,
	v1 delivery a1 08:10:00 08:15:00 08:16:00 960,
	v1 delivery a2 08:16:00 08:16:00 08:17:00 60,
	v1 end 08:27:00 08:27:00 08:27:00 600,
	v2 start 08:00:00 08:00:00 08:00:00 0,
	v2 delivery b1 08:10:00 08:15:00 08:16:00 960,
	v2 delivery b2 08:16:00 08:16:00 08:17:00 60,
	v2 end 08:27:00 08:27:00 08:27:00 600}', 3240);

-- Setup comes before waiting: there 08:55, ready 09:00 exactly, so the van leaves 08:45, not 08:50.
SELECT optimum('setup is done while the window is still closed',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, 300 AS setup_time, timestamptz '2026-12-01 09:00' AS window_start $$,
	'van',
	'{v start 08:45:00 08:45:00 08:45:00 0,
	v delivery a 08:55:00 09:00:00 09:00:00 900,
	v end 09:10:00 09:10:00 09:10:00 600}', 1500);

------------------------------------------------------------------------------------------------------
-- Overtime or a second van
------------------------------------------------------------------------------------------------------

-- One van: 1200 + 2400 + 1200 = 4800 s, 1200 of them past 09:00, which cost 1 more each: 6000 + fixed.
-- Two vans: 2400 s each, 4800 + 2 x fixed. At 1500 fixed one van is cheaper, 7500 against 7800.
SELECT optimum('overtime is cheaper than a second van',
	$$ SELECT 'a' AS id, ST_Point(1200, 0) AS geom, timestamptz '2026-12-01 08:20' AS window_end, '{v1}'::text[] AS allowed_vehicles
		UNION ALL SELECT 'b', ST_Point(-1200, 0), NULL, NULL $$,
	$$ SELECT id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, timestamptz '2026-12-01 09:00' AS shift_end,
			interval '1 hour' AS overtime, 1500 AS cost_fixed, 3600 AS cost_per_hour, 3600 AS cost_per_overtime_hour
		FROM unnest('{v1, v2}'::text[]) AS id $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 1500,
	v1 delivery a 08:20:00 08:20:00 08:20:00 1200,
	v1 delivery b 09:00:00 09:00:00 09:00:00 2400,
	v1 end 09:20:00 09:20:00 09:20:00 2400}', 7500);

-- At 1000 fixed two are: 7000 against 6800.
SELECT optimum('a second van is cheaper than overtime',
	$$ SELECT 'a' AS id, ST_Point(1200, 0) AS geom, timestamptz '2026-12-01 08:20' AS window_end, '{v1}'::text[] AS allowed_vehicles
		UNION ALL SELECT 'b', ST_Point(-1200, 0), NULL, NULL $$,
	$$ SELECT id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, timestamptz '2026-12-01 09:00' AS shift_end,
			interval '1 hour' AS overtime, 1000 AS cost_fixed, 3600 AS cost_per_hour, 3600 AS cost_per_overtime_hour
		FROM unnest('{v1, v2}'::text[]) AS id $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 1000,
	v1 delivery a 08:20:00 08:20:00 08:20:00 1200,
	v1 end 08:40:00 08:40:00 08:40:00 1200,
	v2 start 08:00:00 08:00:00 08:00:00 1000,
	v2 delivery b 08:20:00 08:20:00 08:20:00 1200,
	v2 end 08:40:00 08:40:00 08:40:00 1200}', 6800);

-- 20 min of overtime are needed, 19 are allowed: two vans whatever they cost, 2 x 1500 + 4800.
SELECT optimum('overtime has its limit',
	$$ SELECT 'a' AS id, ST_Point(1200, 0) AS geom, timestamptz '2026-12-01 08:20' AS window_end, '{v1}'::text[] AS allowed_vehicles
		UNION ALL SELECT 'b', ST_Point(-1200, 0), NULL, NULL $$,
	$$ SELECT id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, timestamptz '2026-12-01 09:00' AS shift_end,
			interval '19 min' AS overtime, 1500 AS cost_fixed, 3600 AS cost_per_hour, 3600 AS cost_per_overtime_hour
		FROM unnest('{v1, v2}'::text[]) AS id $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 1500,
	v1 delivery a 08:20:00 08:20:00 08:20:00 1200,
	v1 end 08:40:00 08:40:00 08:40:00 1200,
	v2 start 08:00:00 08:00:00 08:00:00 1500,
	v2 delivery b 08:20:00 08:20:00 08:20:00 1200,
	v2 end 08:40:00 08:40:00 08:40:00 1200}', 7800);

------------------------------------------------------------------------------------------------------
-- Where a route ends
------------------------------------------------------------------------------------------------------

-- Open: the near one first, 100 + 700 = 800; the far one first 600 + 700 = 1300.
SELECT optimum('an open end leaves the farthest order for last',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom UNION ALL SELECT 'b', ST_Point(-100, 0) $$,
	$$ SELECT *, true AS open_end FROM van $$,
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery b 08:01:40 08:01:40 08:01:40 100,
	v delivery a 08:13:20 08:13:20 08:13:20 700}', 800);

-- Home is on the other side: 600 + 700 to b, then 400 on to the end; b first: 100 + 700 + 1100.
SELECT optimum('an end of its own',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom UNION ALL SELECT 'b', ST_Point(-100, 0) $$,
	$$ SELECT 'v' AS id, ST_Point(0, 0) AS start_geom, ST_Point(-500, 0) AS end_geom, timestamptz '2026-12-01 08:00' AS shift_start,
		3600 AS cost_per_hour $$,
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery a 08:10:00 08:10:00 08:10:00 600,
	v delivery b 08:21:40 08:21:40 08:21:40 700,
	v end 08:28:20 08:28:20 08:28:20 400}', 1700);

------------------------------------------------------------------------------------------------------
-- Pickup on the way back
------------------------------------------------------------------------------------------------------

-- The van is full with d until the far end, so p, passed on the way out, is picked up on the way back: 1200 + 600 + 600.
SELECT optimum('a pickup on the way back',
	$$ SELECT 'd' AS id, 'delivery' AS kind, ST_Point(1200, 0) AS geom, 3 AS demand UNION ALL SELECT 'p', 'pickup', ST_Point(600, 0), 3 $$,
	$$ SELECT *, 3 AS capacity FROM van $$,
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery d 08:20:00 08:20:00 08:20:00 1200,
	v pickup p 08:30:00 08:30:00 08:30:00 600,
	v end 08:40:00 08:40:00 08:40:00 600}', 2400);
SELECT is((SELECT array_agg(load[1] ORDER BY stop_no) FROM found WHERE seed = 1), '{3,0,3,0}'::float8[],
	'a pickup on the way back: out with 3, 0 after d, 3 after p, unloaded at the end');

-- Half the demand each: both fit at once and p, whose window closes at 08:10, comes first.
SELECT optimum('a pickup on the way out where there is room',
	$$ SELECT 'd' AS id, 'delivery' AS kind, ST_Point(1200, 0) AS geom, 1.5 AS demand, NULL::timestamptz AS window_end
		UNION ALL SELECT 'p', 'pickup', ST_Point(600, 0), 1.5, '2026-12-01 08:10' $$,
	$$ SELECT *, 3 AS capacity FROM van $$,
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v pickup p 08:10:00 08:10:00 08:10:00 600,
	v delivery d 08:20:00 08:20:00 08:20:00 600,
	v end 08:40:00 08:40:00 08:40:00 1200}', 2400);
SELECT is((SELECT array_agg(load[1] ORDER BY stop_no) FROM found WHERE seed = 1), '{1.5,3,1.5,0}'::float8[],
	'a pickup on the way out: out with 1.5, 3 after p, 1.5 after d, unloaded at the end');

------------------------------------------------------------------------------------------------------
-- Not everything fits
------------------------------------------------------------------------------------------------------

-- One order of priority 1 that fills the van goes before three of priority 0.
SELECT optimum('priority goes before number',
	$$ SELECT 'high' AS id, ST_Point(600, 0) AS geom, 3 AS demand, 1 AS priority
		UNION ALL SELECT 'x' || n, ST_Point(n * 100, 0), 1, 0 FROM generate_series(1, 3) AS n $$,
	$$ SELECT *, 3 AS capacity FROM van $$,
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery high 08:10:00 08:10:00 08:10:00 600,
	v end 08:20:00 08:20:00 08:20:00 600,
	unassigned x1 capacity,
	unassigned x2 capacity,
	unassigned x3 capacity}', 1200);

-- Of equal priority three orders are more than one, and of the ways to drive them 100 + 100 + 100 is the shortest.
SELECT optimum('number goes before cost',
	$$ SELECT 'big' AS id, ST_Point(10, 0) AS geom, 3 AS demand, 7 AS priority
		UNION ALL SELECT 'x' || n, ST_Point(n * 100, 0), 1, 7 FROM generate_series(1, 3) AS n $$,
	$$ SELECT 'v' AS id, ST_Point(0, 0) AS geom, true AS open_end, 3 AS capacity, timestamptz '2026-12-01 08:00' AS shift_start,
		3600 AS cost_per_hour $$,
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery x1 08:01:40 08:01:40 08:01:40 100,
	v delivery x2 08:03:20 08:03:20 08:03:20 100,
	v delivery x3 08:05:00 08:05:00 08:05:00 100,
	unassigned big capacity}', 300);

-- A mandatory order goes before an optional one, at any price and whatever their priorities: 1200 + 99999 skipped.
SELECT optimum('mandatory goes before optional',
	$$ SELECT 'm' AS id, ST_Point(600, 0) AS geom, 1 AS demand, NULL::int AS skip_cost, -5 AS priority
		UNION ALL SELECT 'o', ST_Point(600, 0), 1, 99999, 9 $$,
	$$ SELECT *, 1 AS capacity FROM van $$,
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery m 08:10:00 08:10:00 08:10:00 600,
	v end 08:20:00 08:20:00 08:20:00 600,
	unassigned o 99999 capacity}', 101199);

------------------------------------------------------------------------------------------------------
-- skip_cost
------------------------------------------------------------------------------------------------------

-- Serving p costs 50 fixed + 1200 s = 1250, leaving it out 1249.
SELECT optimum('an optional order is dropped where that is cheaper',
	$$ SELECT 'p' AS id, ST_Point(600, 0) AS geom, 1249 AS skip_cost $$,
	$$ SELECT *, 50 AS cost_fixed FROM van $$,
	'{unassigned p 1249 dropped}', 1249);

-- Leaving it out costs 1251.
SELECT optimum('an optional order is kept where that is cheaper',
	$$ SELECT 'p' AS id, ST_Point(600, 0) AS geom, 1251 AS skip_cost $$,
	$$ SELECT *, 50 AS cost_fixed FROM van $$,
	'{v start 08:00:00 08:00:00 08:00:00 50,
	v delivery p 08:10:00 08:10:00 08:10:00 600,
	v end 08:20:00 08:20:00 08:20:00 600}', 1250);

-- Each alone costs 50 + 600 + 60 + 600 = 1310 and is worth 700; both cost 1370 and are worth 1400.
SELECT optimum('optional orders that only pay together',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, 700 AS skip_cost, 60 AS service_time, timestamptz '2026-12-01 08:10' AS window_end
		UNION ALL SELECT 'b', ST_Point(600, 0), 700, 60, NULL $$,
	$$ SELECT *, 50 AS cost_fixed FROM van $$,
	'{v start 08:00:00 08:00:00 08:00:00 50,
	v delivery a 08:10:00 08:10:00 08:11:00 660,
	v delivery b 08:11:00 08:11:00 08:12:00 60,
	v end 08:22:00 08:22:00 08:22:00 600}', 1370);

-- Beside the mandatory order m, 1000 m on the way to the end, p adds sqrt(1000^2 + 300^2) + 300 - 1000 = 344.03 m, after q
-- 370.82: dropped at 340. q lies on the way and is kept at 1.
SELECT optimum('an optional order is priced by what it adds',
	$$ SELECT 'm' AS id, ST_Point(1000, 0) AS geom, NULL::numeric AS skip_cost, NULL::timestamptz AS window_end
		UNION ALL SELECT 'p', ST_Point(1000, 300), 340, NULL UNION ALL SELECT 'q', ST_Point(400, 0), 1, '2026-12-01 08:06:40' $$,
	$$ SELECT 'v' AS id, ST_Point(0, 0) AS geom, ST_Point(1000, 0) AS end_geom, timestamptz '2026-12-01 08:00' AS shift_start,
		3600 AS cost_per_hour $$,
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery q 08:06:40 08:06:40 08:06:40 400,
	v delivery m 08:16:40 08:16:40 08:16:40 600,
	v end 08:16:40 08:16:40 08:16:40 0,
	unassigned p 340 dropped}', 1340);

-- Objective distance knows no rate at which metres are worth money: served wherever it can be.
SELECT optimum('under other objectives optional orders are served',
	$$ SELECT 'p' AS id, ST_Point(600, 0) AS geom, 1 AS skip_cost $$,
	$$ SELECT *, 50 AS cost_fixed FROM van $$,
	'{v start 08:00:00 08:00:00 08:00:00 50,
	v delivery p 08:10:00 08:10:00 08:10:00 600,
	v end 08:20:00 08:20:00 08:20:00 600}', 1250, objective => 'distance');

------------------------------------------------------------------------------------------------------
-- Several depots, a mixed fleet, limits of a vehicle
------------------------------------------------------------------------------------------------------

-- Each order from the depot next to it: 2 x 100 and 2 x 100.
SELECT optimum('two depots',
	$$ SELECT 'a' AS id, ST_Point(100, 0) AS geom UNION ALL SELECT 'z', ST_Point(9900, 0) $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour
		UNION ALL SELECT 'v2', ST_Point(10000, 0), '2026-12-01 08:00', 3600 $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 0,
	v1 delivery a 08:01:40 08:01:40 08:01:40 100,
	v1 end 08:03:20 08:03:20 08:03:20 100,
	v2 start 08:00:00 08:00:00 08:00:00 0,
	v2 delivery z 08:01:40 08:01:40 08:01:40 100,
	v2 end 08:03:20 08:03:20 08:03:20 100}', 400);

-- The big one takes both: 100 fixed + 600 + 60 + 60 + 600 = 1420; two small ones 2 x (10 + 600 + 60 + 600) = 2540.
SELECT optimum('a mixed fleet: the big van',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, 1 AS demand, 60 AS service_time, timestamptz '2026-12-01 08:10' AS window_end,
		'{big, s1}'::text[] AS allowed_vehicles
		UNION ALL SELECT 'b', ST_Point(600, 0), 1, 60, NULL, NULL $$,
	$$ SELECT id, ST_Point(0, 0) AS geom, capacity, cost_fixed, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour
		FROM (VALUES ('s1', 1, 10), ('s2', 1, 10), ('big', 2, 100)) AS v(id, capacity, cost_fixed) $$,
	'{big start 08:00:00 08:00:00 08:00:00 100,
	big delivery a 08:10:00 08:10:00 08:11:00 660,
	big delivery b 08:11:00 08:11:00 08:12:00 60,
	big end 08:22:00 08:22:00 08:22:00 600}', 1420);

-- At 2000 fixed it would cost 3320.
SELECT optimum('a mixed fleet: two small vans',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, 1 AS demand, 60 AS service_time, timestamptz '2026-12-01 08:10' AS window_end,
		'{big, s1}'::text[] AS allowed_vehicles
		UNION ALL SELECT 'b', ST_Point(600, 0), 1, 60, NULL, NULL $$,
	$$ SELECT id, ST_Point(0, 0) AS geom, capacity, cost_fixed, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour
		FROM (VALUES ('s1', 1, 10), ('s2', 1, 10), ('big', 2, 2000)) AS v(id, capacity, cost_fixed) $$,
	'{s1 start 08:00:00 08:00:00 08:00:00 10,
	s1 delivery a 08:10:00 08:10:00 08:11:00 660,
	s1 end 08:21:00 08:21:00 08:21:00 600,
	s2 start 08:00:00 08:00:00 08:00:00 10,
	s2 delivery b 08:10:00 08:10:00 08:11:00 660,
	s2 end 08:21:00 08:21:00 08:21:00 600}', 2540);

-- Two of three; the two nearest are the cheapest: 100 + 100.
SELECT optimum('max_stops leaves the dearest order out',
	$$ SELECT 'a' AS id, ST_Point(100, 0) AS geom UNION ALL SELECT 'b', ST_Point(200, 0) UNION ALL SELECT 'c', ST_Point(900, 0) $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, 2 AS max_stops, true AS open_end, timestamptz '2026-12-01 08:00' AS shift_start,
		3600 AS cost_per_hour $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 0,
	v1 delivery a 08:01:40 08:01:40 08:01:40 100,
	v1 delivery b 08:03:20 08:03:20 08:03:20 100,
	unassigned c stops}', 200);

-- A second van for 5000 takes the third: a to it 5100 + 900 (b, c), b to it 5200 + 900, c to it 5900 + 200.
SELECT optimum('max_stops on two vans',
	$$ SELECT 'a' AS id, ST_Point(100, 0) AS geom UNION ALL SELECT 'b', ST_Point(200, 0) UNION ALL SELECT 'c', ST_Point(900, 0) $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, 2 AS max_stops, true AS open_end, timestamptz '2026-12-01 08:00' AS shift_start,
		3600 AS cost_per_hour, 0 AS cost_fixed
		UNION ALL SELECT 'v2', ST_Point(0, 0), 1, true, '2026-12-01 08:00', 3600, 5000 $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 0,
	v1 delivery b 08:03:20 08:03:20 08:03:20 200,
	v1 delivery c 08:15:00 08:15:00 08:15:00 700,
	v2 start 08:00:00 08:00:00 08:00:00 5000,
	v2 delivery a 08:01:40 08:01:40 08:01:40 100}', 6000);

-- b needs 1800 m, v1 may drive 1799: v2 takes b, and a too, which lies on its way: 5000 + 1800; a on v1 would cost 200 more.
SELECT optimum('max_distance_m',
	$$ SELECT 'a' AS id, ST_Point(100, 0) AS geom, timestamptz '2026-12-01 08:01:40' AS window_end UNION ALL SELECT 'b',
		ST_Point(900, 0), NULL $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, 1799 AS max_distance_m, timestamptz '2026-12-01 08:00' AS shift_start,
		3600 AS cost_per_hour, 0 AS cost_fixed
		UNION ALL SELECT 'v2', ST_Point(0, 0), 1800, '2026-12-01 08:00', 3600, 5000 $$,
	'{v2 start 08:00:00 08:00:00 08:00:00 5000,
	v2 delivery a 08:01:40 08:01:40 08:01:40 100,
	v2 delivery b 08:15:00 08:15:00 08:15:00 800,
	v2 end 08:30:00 08:30:00 08:30:00 900}', 6800);

-- The same by max_time: 1800 s are needed, 1799 allowed.
SELECT optimum('max_time',
	$$ SELECT 'a' AS id, ST_Point(100, 0) AS geom, timestamptz '2026-12-01 08:01:40' AS window_end UNION ALL SELECT 'b',
		ST_Point(900, 0), NULL $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, interval '1799 s' AS max_time, timestamptz '2026-12-01 08:00' AS shift_start,
		3600 AS cost_per_hour, 0 AS cost_fixed
		UNION ALL SELECT 'v2', ST_Point(0, 0), '1800 s', '2026-12-01 08:00', 3600, 5000 $$,
	'{v2 start 08:00:00 08:00:00 08:00:00 5000,
	v2 delivery a 08:01:40 08:01:40 08:01:40 100,
	v2 delivery b 08:15:00 08:15:00 08:15:00 800,
	v2 end 08:30:00 08:30:00 08:30:00 900}', 6800);

------------------------------------------------------------------------------------------------------
-- release_at
------------------------------------------------------------------------------------------------------

-- r is ready at 09:00, s must be reached by 08:30: not on one van. 1200 s each.
SELECT optimum('a delivery that is not ready goes on another van',
	$$ SELECT 'r' AS id, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 09:00' AS release_at, NULL::timestamptz AS window_end,
		NULL::text[] AS allowed_vehicles
		UNION ALL SELECT 's', ST_Point(600, 0), NULL, '2026-12-01 08:30', '{v1}' $$,
	$$ SELECT id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour
		FROM unnest('{v1, v2}'::text[]) AS id $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 0,
	v1 delivery s 08:10:00 08:10:00 08:10:00 600,
	v1 end 08:20:00 08:20:00 08:20:00 600,
	v2 start 09:00:00 09:00:00 09:00:00 0,
	v2 delivery r 09:10:00 09:10:00 09:10:00 600,
	v2 end 09:20:00 09:20:00 09:20:00 600}', 2400);

-- Both on one van when s can wait: out at 09:00, 600 + 600.
SELECT optimum('a route leaves when its last delivery is ready',
	$$ SELECT 'r' AS id, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 09:00' AS release_at UNION ALL SELECT 's',
		ST_Point(1200, 0), NULL $$,
	$$ SELECT *, true AS open_end FROM van $$,
	'{v start 09:00:00 09:00:00 09:00:00 0,
	v delivery r 09:10:00 09:10:00 09:10:00 600,
	v delivery s 09:20:00 09:20:00 09:20:00 600}', 1200);

-- Of a pickup release_at says nothing.
SELECT optimum('release_at of a pickup has no effect',
	$$ SELECT 'r' AS id, 'pickup' AS kind, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 09:00' AS release_at,
		timestamptz '2026-12-01 08:10' AS window_end $$,
	'van',
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v pickup r 08:10:00 08:10:00 08:10:00 600,
	v end 08:20:00 08:20:00 08:20:00 600}', 1200);

------------------------------------------------------------------------------------------------------
-- Objectives
------------------------------------------------------------------------------------------------------

-- One way round takes 300 s and 3000 m, the other 400 s and 2000 m.
CREATE TABLE ring (from_id text, to_id text, seconds int, meters int);
INSERT INTO ring VALUES
	('D', 'a', 100, 1000), ('a', 'b', 100, 1000), ('b', 'D', 100, 1000),
	('D', 'b', 130, 600), ('b', 'a', 140, 700), ('a', 'D', 130, 700);

-- 1 a second and 1 a metre: 3300 against 130 + 600 + 140 + 700 + 130 + 700 = 2400.
SELECT optimum('objective cost through a matrix',
	$$ SELECT 'a' AS id UNION ALL SELECT 'b' $$,
	$$ SELECT 'v' AS id, 'D' AS start_location_id, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour,
		1000 AS cost_per_km $$,
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery b 08:02:10 08:02:10 08:02:10 730,
	v delivery a 08:04:30 08:04:30 08:04:30 840,
	v end 08:06:40 08:06:40 08:06:40 830}', 2400, matrix => 'ring');
SELECT optimum('objective distance',
	$$ SELECT 'a' AS id UNION ALL SELECT 'b' $$,
	$$ SELECT 'v' AS id, 'D' AS start_location_id, timestamptz '2026-12-01 08:00' AS shift_start, 360000 AS cost_per_hour,
		1000 AS cost_per_km $$,
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery b 08:02:10 08:02:10 08:02:10 13600,
	v delivery a 08:04:30 08:04:30 08:04:30 14700,
	v end 08:06:40 08:06:40 08:06:40 13700}', 42000, matrix => 'ring', objective => 'distance');
SELECT optimum('objective time',
	$$ SELECT 'a' AS id UNION ALL SELECT 'b' $$,
	$$ SELECT 'v' AS id, 'D' AS start_location_id, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour,
		1000 AS cost_per_km $$,
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery a 08:01:40 08:01:40 08:01:40 1100,
	v delivery b 08:03:20 08:03:20 08:03:20 1100,
	v end 08:05:00 08:05:00 08:05:00 1100}', 3300, matrix => 'ring', objective => 'time');

-- The cheap van takes 1200 s at 1, the fast one 600 s at 10.
SELECT optimum('objective cost takes the cheap van',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, 1 AS speed_factor, 3600 AS cost_per_hour, timestamptz '2026-12-01 08:00' AS shift_start
		UNION ALL SELECT 'v2', ST_Point(0, 0), 2, 36000, '2026-12-01 08:00' $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 0,
	v1 delivery a 08:10:00 08:10:00 08:10:00 600,
	v1 end 08:20:00 08:20:00 08:20:00 600}', 1200);
SELECT optimum('objective time takes the fast van',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, 1 AS speed_factor, 3600 AS cost_per_hour, timestamptz '2026-12-01 08:00' AS shift_start
		UNION ALL SELECT 'v2', ST_Point(0, 0), 2, 36000, '2026-12-01 08:00' $$,
	'{v2 start 08:00:00 08:00:00 08:00:00 0,
	v2 delivery a 08:05:00 08:05:00 08:05:00 3000,
	v2 end 08:10:00 08:10:00 08:10:00 3000}', 6000, objective => 'time');

-- v2 stands next to b: two vans cost 2000 + 10 + 200. One van costs 1000 + 2000 + 1000; v2 alone cannot be at a by 08:16:40.
SELECT optimum('objective cost uses two vans',
	$$ SELECT 'a' AS id, ST_Point(1000, 0) AS geom, timestamptz '2026-12-01 08:16:40' AS window_end UNION ALL SELECT 'b',
		ST_Point(-1000, 0), NULL $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, 0 AS cost_fixed, 3600 AS cost_per_hour, timestamptz '2026-12-01 08:00' AS shift_start
		UNION ALL SELECT 'v2', ST_Point(-900, 0), 10, 3600, '2026-12-01 08:00' $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 0,
	v1 delivery a 08:16:40 08:16:40 08:16:40 1000,
	v1 end 08:33:20 08:33:20 08:33:20 1000,
	v2 start 08:00:00 08:00:00 08:00:00 10,
	v2 delivery b 08:01:40 08:01:40 08:01:40 100,
	v2 end 08:03:20 08:03:20 08:03:20 100}', 2210);
SELECT optimum('objective vehicles uses one',
	$$ SELECT 'a' AS id, ST_Point(1000, 0) AS geom, timestamptz '2026-12-01 08:16:40' AS window_end UNION ALL SELECT 'b',
		ST_Point(-1000, 0), NULL $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, 0 AS cost_fixed, 3600 AS cost_per_hour, timestamptz '2026-12-01 08:00' AS shift_start
		UNION ALL SELECT 'v2', ST_Point(-900, 0), 10, 3600, '2026-12-01 08:00' $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 0,
	v1 delivery a 08:16:40 08:16:40 08:16:40 1000,
	v1 delivery b 08:50:00 08:50:00 08:50:00 2000,
	v1 end 09:06:40 09:06:40 09:06:40 1000}', 4000, objective => 'vehicles');

-- Loads of 10: a + b is too much, so two vans must carry a, d and b, c, each 600 + 1800 + 1200 = 3600 s. Near each other
-- are c and d, and a van for them leaves a and b one each: three vans, 2400 + 1200 + 2400 s. a and c must come first.
SELECT optimum('objective vehicles takes apart what is near each other',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, 6 AS demand, timestamptz '2026-12-01 08:10' AS window_end, '{v1}'::text[] AS allowed_vehicles
		UNION ALL SELECT 'b', ST_Point(1200, 0), 5, NULL, '{v2}'
		UNION ALL SELECT 'c', ST_Point(-600, 0), 5, '2026-12-01 08:10', NULL
		UNION ALL SELECT 'd', ST_Point(-1200, 0), 4, NULL, NULL $$,
	$$ SELECT id, ST_Point(0, 0) AS geom, 10 AS capacity, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour
		FROM unnest('{v1, v2, v3}'::text[]) AS id $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 0,
	v1 delivery a 08:10:00 08:10:00 08:10:00 600,
	v1 delivery d 08:40:00 08:40:00 08:40:00 1800,
	v1 end 09:00:00 09:00:00 09:00:00 1200,
	v2 start 08:00:00 08:00:00 08:00:00 0,
	v2 delivery c 08:10:00 08:10:00 08:10:00 600,
	v2 delivery b 08:40:00 08:40:00 08:40:00 1800,
	v2 end 09:00:00 09:00:00 09:00:00 1200}', 7200, objective => 'vehicles');
SELECT optimum('objective cost takes three vans there',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, 6 AS demand, timestamptz '2026-12-01 08:10' AS window_end, '{v1}'::text[] AS allowed_vehicles
		UNION ALL SELECT 'b', ST_Point(1200, 0), 5, NULL, '{v2}'
		UNION ALL SELECT 'c', ST_Point(-600, 0), 5, '2026-12-01 08:10', NULL
		UNION ALL SELECT 'd', ST_Point(-1200, 0), 4, NULL, NULL $$,
	$$ SELECT id, ST_Point(0, 0) AS geom, 10 AS capacity, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour
		FROM unnest('{v1, v2, v3}'::text[]) AS id $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 0,
	v1 delivery a 08:10:00 08:10:00 08:10:00 600,
	v1 end 08:20:00 08:20:00 08:20:00 600,
	v2 start 08:00:00 08:00:00 08:00:00 0,
	v2 delivery b 08:20:00 08:20:00 08:20:00 1200,
	v2 end 08:40:00 08:40:00 08:40:00 1200,
	v3 start 08:00:00 08:00:00 08:00:00 0,
	v3 delivery c 08:10:00 08:10:00 08:10:00 600,
	v3 delivery d 08:20:00 08:20:00 08:20:00 600,
	v3 end 08:40:00 08:40:00 08:40:00 1200}', 6000);

-- By profile: the bike gets there in 60 s, the van in 100; both cost 1 a second.
SELECT optimum('profiles of a matrix',
	$$ SELECT 'a' AS id $$,
	$$ SELECT 'van' AS id, 'van' AS profile, 'D' AS start_location_id, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour
		UNION ALL SELECT 'bike', 'bike', 'D', '2026-12-01 08:00', 3600 $$,
	'{bike start 08:00:00 08:00:00 08:00:00 0,
	bike delivery a 08:01:00 08:01:00 08:01:00 60,
	bike end 08:02:00 08:02:00 08:02:00 60}', 120,
	matrix => $$ SELECT from_id, to_id, profile, CASE profile WHEN 'van' THEN 100 ELSE 60 END AS seconds
		FROM (VALUES ('D', 'a'), ('a', 'D')) AS pair(from_id, to_id), unnest('{van, bike}'::text[]) AS profile $$);

------------------------------------------------------------------------------------------------------
-- Preferred vehicles
------------------------------------------------------------------------------------------------------

-- v2 is nearer: 500 out, 500 back; v1 takes 600 + 600. The preference for v1 is worth less, then more than the 200 between them.
SELECT optimum('a preference that costs more than it is worth is paid for',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, 'v1' AS preferred_vehicle, 199 AS prefer_cost $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour
		UNION ALL SELECT 'v2', ST_Point(100, 0), '2026-12-01 08:00', 3600 $$,
	'{v2 start 08:00:00 08:00:00 08:00:00 0,
	v2 delivery a 08:08:20 08:08:20 08:08:20 699,
	v2 end 08:16:40 08:16:40 08:16:40 500}', 1199);
SELECT optimum('the preferred vehicle goes farther',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, 'v1' AS preferred_vehicle, 201 AS prefer_cost $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour
		UNION ALL SELECT 'v2', ST_Point(100, 0), '2026-12-01 08:00', 3600 $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 0,
	v1 delivery a 08:10:00 08:10:00 08:10:00 600,
	v1 end 08:20:00 08:20:00 08:20:00 600}', 1200);
SELECT optimum('a preferred vehicle that is not there today: every other one costs it',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, 'v9' AS preferred_vehicle, 201 AS prefer_cost $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour
		UNION ALL SELECT 'v2', ST_Point(100, 0), '2026-12-01 08:00', 3600 $$,
	'{v2 start 08:00:00 08:00:00 08:00:00 0,
	v2 delivery a 08:08:20 08:08:20 08:08:20 701,
	v2 end 08:16:40 08:16:40 08:16:40 500}', 1201);
SELECT optimum('a preference without a price, and a price without a preference',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, 'v1' AS preferred_vehicle, NULL::int AS prefer_cost,
		timestamptz '2026-12-01 08:10' AS window_end
		UNION ALL SELECT 'b', ST_Point(700, 0), NULL, 201, NULL $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour
		UNION ALL SELECT 'v2', ST_Point(100, 0), '2026-12-01 08:00', 3600 $$,
	'{v2 start 08:00:00 08:00:00 08:00:00 0,
	v2 delivery a 08:08:20 08:08:20 08:08:20 500,
	v2 delivery b 08:10:00 08:10:00 08:10:00 100,
	v2 end 08:20:00 08:20:00 08:20:00 600}', 1200);
-- The seconds are 1000 against 1200; the cost counts the preference all the same.
SELECT optimum('objective time does not weigh a preference',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, 'v1' AS preferred_vehicle, 201 AS prefer_cost $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour
		UNION ALL SELECT 'v2', ST_Point(100, 0), '2026-12-01 08:00', 3600 $$,
	'{v2 start 08:00:00 08:00:00 08:00:00 0,
	v2 delivery a 08:08:20 08:08:20 08:08:20 701,
	v2 end 08:16:40 08:16:40 08:16:40 500}', 1201, objective => 'time');
-- Serving it costs 1000 + 201 on v2 and 1200 on v1, leaving it out 1199.
SELECT optimum('an optional order is left out when its preference makes it too dear',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, 'v1' AS preferred_vehicle, 201 AS prefer_cost, 1199 AS skip_cost $$,
	$$ SELECT 'v1' AS id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour
		UNION ALL SELECT 'v2', ST_Point(100, 0), '2026-12-01 08:00', 3600 $$,
	'{unassigned a 1199 dropped}', 1199);

------------------------------------------------------------------------------------------------------
-- Emissions and balance
------------------------------------------------------------------------------------------------------

-- The van is there after 100 m and has 0.2 km x 200 g = 40 g to drive, the bicycle 2.2 km x 10 g = 22 g.
SELECT optimum('objective emissions takes the bicycle',
	$$ SELECT 'a' AS id, ST_Point(100, 0) AS geom $$,
	$$ SELECT 'bicycle' AS id, ST_Point(-1000, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour, 10 AS co2e_per_km
		UNION ALL SELECT 'van', ST_Point(0, 0), '2026-12-01 08:00', 3600, 200 $$,
	'{bicycle start 08:00:00 08:00:00 08:00:00 0,
	bicycle delivery a 08:18:20 08:18:20 08:18:20 1100,
	bicycle end 08:36:40 08:36:40 08:36:40 1100}', 2200, objective => 'emissions');
SELECT is((SELECT sum(co2e_g) FROM found WHERE seed = 1), 22::float8, 'and 22 g');
-- 19 g a kilometre are 41.8 g.
SELECT optimum('objective emissions takes the van',
	$$ SELECT 'a' AS id, ST_Point(100, 0) AS geom $$,
	$$ SELECT 'bicycle' AS id, ST_Point(-1000, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour, 19 AS co2e_per_km
		UNION ALL SELECT 'van', ST_Point(0, 0), '2026-12-01 08:00', 3600, 200 $$,
	'{van start 08:00:00 08:00:00 08:00:00 0,
	van delivery a 08:01:40 08:01:40 08:01:40 100,
	van end 08:03:20 08:03:20 08:03:20 100}', 200, objective => 'emissions');

-- One van takes 600 + 100 + 700 = 1400 s, and the mean deviation from (1400 + 0) / 2 is 700 s. Two take 1200 + 1400 s, and each
-- deviates by 100 s from 1300. The second costs 1200 more, and saves 600 s of deviation: worth it from 2 a second on.
SET lastmile.balance_price = 7201;
SELECT optimum('objective balanced shares the work',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, '{v1}'::text[] AS allowed_vehicles UNION ALL SELECT 'b', ST_Point(700, 0), NULL $$,
	$$ SELECT id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour FROM unnest('{v1, v2}'::text[]) AS id $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 0,
	v1 delivery a 08:10:00 08:10:00 08:10:00 600,
	v1 end 08:20:00 08:20:00 08:20:00 600,
	v2 start 08:00:00 08:00:00 08:00:00 0,
	v2 delivery b 08:11:40 08:11:40 08:11:40 700,
	v2 end 08:23:20 08:23:20 08:23:20 700}', 2600, objective => 'balanced');
SET lastmile.balance_price = 7199;
SELECT optimum('objective balanced does not at any price',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, '{v1}'::text[] AS allowed_vehicles, timestamptz '2026-12-01 08:10' AS window_end
		UNION ALL SELECT 'b', ST_Point(700, 0), NULL, NULL $$,
	$$ SELECT id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour FROM unnest('{v1, v2}'::text[]) AS id $$,
	'{v1 start 08:00:00 08:00:00 08:00:00 0,
	v1 delivery a 08:10:00 08:10:00 08:10:00 600,
	v1 delivery b 08:11:40 08:11:40 08:11:40 100,
	v1 end 08:23:20 08:23:20 08:23:20 700}', 1400, objective => 'balanced');
RESET lastmile.balance_price;
-- 1200 s x (1 + half of 1) for a second of deviation: w = 1200, 0; each 600 from the mean.
SET lastmile.balance_price = 3600;
SELECT optimum('a deviation that an optional order makes counts against it',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, 1799 AS skip_cost $$,
	$$ SELECT id, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour FROM unnest('{v1, v2}'::text[]) AS id $$,
	'{unassigned a 1799 dropped}', 1799, objective => 'balanced');
RESET lastmile.balance_price;

------------------------------------------------------------------------------------------------------
-- Soft windows
------------------------------------------------------------------------------------------------------

-- a is reached 08:10 at the earliest, 300 s late at 1800 an hour: 150 on top of 600 + 600.
SELECT optimum('late, for a price',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 08:05' AS window_end, 1800 AS late_cost $$,
	'van',
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery a 08:10:00 08:10:00 08:10:00 750,
	v end 08:20:00 08:20:00 08:20:00 600}', 1350);
SELECT is((SELECT late_time FROM found WHERE seed = 1 AND order_id = 'a'), interval '5 min', 'and five minutes of it');
SELECT optimum('at the last moment',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 08:05' AS window_end, 1800 AS late_cost,
		timestamptz '2026-12-01 08:10' AS latest $$,
	'van',
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery a 08:10:00 08:10:00 08:10:00 750,
	v end 08:20:00 08:20:00 08:20:00 600}', 1350);
SELECT optimum('too late',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 08:05' AS window_end, 1800 AS late_cost,
		timestamptz '2026-12-01 08:09:59.999' AS latest $$,
	'van',
	'{unassigned a window}', NULL);
SELECT optimum('latest alone leaves the window hard',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 08:05' AS window_end, NULL::numeric AS late_cost,
		timestamptz '2026-12-01 08:20' AS latest $$,
	'van',
	'{unassigned a window}', NULL);
SELECT optimum('an optional order is left out when lateness makes it too dear',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 08:05' AS window_end, 1800 AS late_cost, 1349 AS skip_cost $$,
	'van',
	'{unassigned a 1349 dropped}', 1349);

-- b opens 09:00, 100 s behind a. Leaving a second later saves a second of waiting and makes a a second later. At 1800 an hour a is
-- reached 08:58:20, 2300 s late, for 1150; at 7200 it is on time, and 2300 s are waited.
SELECT optimum('lateness that is cheaper than waiting',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, NULL::timestamptz AS window_start, timestamptz '2026-12-01 08:20' AS window_end, 1800 AS late_cost
		UNION ALL SELECT 'b', ST_Point(700, 0), '2026-12-01 09:00', NULL, NULL $$,
	'van',
	'{v start 08:48:20 08:48:20 08:48:20 0,
	v delivery a 08:58:20 08:58:20 08:58:20 1750,
	v delivery b 09:00:00 09:00:00 09:00:00 100,
	v end 09:11:40 09:11:40 09:11:40 700}', 2550);
SELECT optimum('lateness that is dearer than waiting',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, NULL::timestamptz AS window_start, timestamptz '2026-12-01 08:20' AS window_end, 7200 AS late_cost
		UNION ALL SELECT 'b', ST_Point(700, 0), '2026-12-01 09:00', NULL, NULL $$,
	'van',
	'{v start 08:10:00 08:10:00 08:10:00 0,
	v delivery a 08:20:00 08:20:00 08:20:00 600,
	v delivery b 08:21:40 09:00:00 09:00:00 2400,
	v end 09:11:40 09:11:40 09:11:40 700}', 3700);
-- The seconds decide, and lateness only shows: 2300 s x 0.5.
SELECT optimum('objective time does not weigh lateness',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, NULL::timestamptz AS window_start, timestamptz '2026-12-01 08:20' AS window_end, 1800 AS late_cost
		UNION ALL SELECT 'b', ST_Point(700, 0), '2026-12-01 09:00', NULL, NULL $$,
	'van',
	'{v start 08:48:20 08:48:20 08:48:20 0,
	v delivery a 08:58:20 08:58:20 08:58:20 1750,
	v delivery b 09:00:00 09:00:00 09:00:00 100,
	v end 09:11:40 09:11:40 09:11:40 700}', 2550, objective => 'time');

-- A break of 600 s by 08:30. Taken at the start, as breaks are otherwise, it makes a 600 s late.
SELECT optimum('a break is taken where nobody is late for it',
	$$ SELECT 'a' AS id, ST_Point(600, 0) AS geom, timestamptz '2026-12-01 08:10' AS window_end, 7200 AS late_cost
		UNION ALL SELECT 'b', ST_Point(1200, 0), NULL, NULL $$,
	$$ SELECT *, tstzrange('2026-12-01 08:00', '2026-12-01 08:30', '[]') AS break_window, 600 AS break_time FROM van $$,
	'{v start 08:00:00 08:00:00 08:00:00 0,
	v delivery a 08:10:00 08:10:00 08:10:00 600,
	v break 08:10:00 08:10:00 08:20:00 600,
	v delivery b 08:30:00 08:30:00 08:30:00 600,
	v end 08:50:00 08:50:00 08:50:00 1200}', 3000);
\ir finish.psql
