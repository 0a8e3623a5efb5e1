-- Why an order is not served: one small case for each reason. In the plane; 600 m are one minute.
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET lastmile.speed_kmh = 36;
SET lastmile.detour_factor = 1;
SET client_min_messages = warning;
CREATE ROLE regress_lastmile_reasons;
SET ROLE regress_lastmile_reasons;
\set unassigned 'SELECT order_id, cost, reason_code, reason FROM lastmile.plan(:\'orders\', :\'vans\', iterations => 100) WHERE kind = \'unassigned\';'

-- skill
\set orders 'SELECT 1 AS id, ST_Point(0, 0) AS geom, \'{fridge}\'::text[] AS skills UNION ALL SELECT 2, ST_Point(0, 0), \'{fridge, lift}\''
\set vans 'SELECT 1 AS id, ST_Point(0, 0) AS geom, \'{lift}\'::text[] AS skills'
:unassigned
\set vans 'SELECT 1 AS id, ST_Point(0, 0) AS geom, \'{}\'::text[] AS skills UNION ALL SELECT 2, ST_Point(0, 0), \'{fridge, lift}\''
\set orders 'SELECT 1 AS id, ST_Point(0, 0) AS geom, \'{fridge}\'::text[] AS skills, \'{2}\'::int[] AS refused_vehicles'
:unassigned

-- vehicle_refused
\set orders 'SELECT 1 AS id, ST_Point(0, 0) AS geom, \'{3}\'::int[] AS allowed_vehicles'
:unassigned

-- capacity: for itself, and beside what is on board already
\set orders 'SELECT * FROM (VALUES (1, ST_Point(600, 0), 120.5, 0), (2, ST_Point(600, 0), 60, 1), (3, ST_Point(600, 0), 70, 2)) AS o(id, geom, demand, priority)'
\set vans 'SELECT * FROM (VALUES (1, ST_Point(0, 0), 100), (2, ST_Point(0, 0), 50)) AS v(id, geom, capacity)'
:unassigned
\set orders 'SELECT 1 AS id, ST_Point(600, 0) AS geom, \'{3, 7}\'::int[] AS demand'
\set vans 'SELECT 1 AS id, ST_Point(0, 0) AS geom, \'{3, 5}\'::int[] AS capacity'
:unassigned

-- window: the van leaves at 08:00 and is 40 min away. The nearer of two vans is named.
\set orders 'SELECT 1 AS id, ST_Point(24000, 0) AS geom, timestamptz \'2026-12-01 08:30\' AS window_end'
\set vans 'SELECT \'van-\' || number AS id, ST_Point(number * -6000, 0) AS geom, timestamptz \'2026-12-01 08:00\' AS shift_start FROM generate_series(0, 2) AS number'
:unassigned
\set orders 'SELECT 1 AS id, ST_Point(24001, 0) AS geom, timestamptz \'2026-12-03 08:39:59.95\' AS window_end'
\set vans 'SELECT 1 AS id, ST_Point(0, 0) AS geom, timestamptz \'2026-12-03 08:00\' AS shift_start UNION ALL SELECT 2, ST_Point(60000, 0), \'2026-12-02 08:00\' WHERE false'
:unassigned

-- shift: 20 min there and back after 11:45
\set orders 'SELECT 1 AS id, ST_Point(12000, 0) AS geom, timestamptz \'2026-12-01 11:45\' AS window_start'
\set vans 'SELECT 1 AS id, ST_Point(0, 0) AS geom, timestamptz \'2026-12-01 08:00\' AS shift_start, timestamptz \'2026-12-01 12:00\' AS shift_end'
:unassigned

-- break: it is taken at the depot, 08:10 to 08:15, so that the customer is reached at 08:35. Without the break all would be well, and with a
-- later window too. It is the window that is named, as the rule that comes first.
\set orders 'SELECT 1 AS id, ST_Point(12000, 0) AS geom, timestamptz \'2026-12-01 08:20\' AS window_end'
\set vans 'SELECT 1 AS id, ST_Point(0, 0) AS geom, timestamptz \'2026-12-01 08:00\' AS shift_start, tstzrange(\'2026-12-01 08:10+00\', \'2026-12-01 08:15+00\') AS break_window, interval \'5 min\' AS break_time'
:unassigned

-- break: all of its window the van stands at the customer's, where nobody may leave
\set orders 'SELECT 1 AS id, ST_Point(6000, 0) AS geom, interval \'1 hour\' AS service_time, timestamptz \'2026-12-01 08:10\' AS window_end'
\set vans 'SELECT 1 AS id, ST_Point(0, 0) AS geom, timestamptz \'2026-12-01 08:00\' AS shift_start, timestamptz \'2026-12-01 09:30\' AS shift_end, tstzrange(\'2026-12-01 08:20+00\', \'2026-12-01 08:40+00\') AS break_window, interval \'5 min\' AS break_time'
:unassigned

-- stops, distance, time
\set orders 'SELECT number AS id, ST_Point(6000, 0) AS geom FROM generate_series(1, 3) AS number'
\set vans 'SELECT 1 AS id, ST_Point(0, 0) AS geom, 2 AS max_stops'
:unassigned
\set orders 'SELECT 1 AS id, ST_Point(6000, 0) AS geom'
\set vans 'SELECT 1 AS id, ST_Point(0, 0) AS geom, 11999.5 AS max_distance_m'
:unassigned
\set vans 'SELECT 1 AS id, ST_Point(0, 0) AS geom, interval \'19 min 30 s\' AS max_time'
:unassigned

-- release: the goods are ready at 09:00, the customer closes at 09:05, 10 min away
\set orders 'SELECT 1 AS id, ST_Point(6000, 0) AS geom, timestamptz \'2026-12-01 09:00\' AS release_at, timestamptz \'2026-12-01 09:05\' AS window_end'
\set vans 'SELECT 1 AS id, ST_Point(0, 0) AS geom, timestamptz \'2026-12-01 08:00\' AS shift_start'
:unassigned

-- unreachable
SELECT order_id, reason_code, reason FROM lastmile.plan('SELECT * FROM (VALUES (1), (2), (3)) AS o(id)', 'SELECT 9 AS id, 9 AS start_location_id',
	matrix => 'SELECT * FROM (VALUES (9, 1, 60), (2, 9, 60), (9, 3, 60), (3, 9, 60), (1, 2, 5), (1, 3, 5)) AS m(from_id, to_id, seconds)', iterations => 100) WHERE kind = 'unassigned';
SELECT order_id, reason_code, reason FROM lastmile.plan('SELECT * FROM (VALUES (1), (2), (3)) AS o(id)', 'SELECT 9 AS id, 9 AS start_location_id, $$bike$$ AS profile',
	matrix => 'SELECT *, $$bike$$ AS profile FROM (VALUES (9, 1, 60), (2, 9, 60), (9, 3, 60), (3, 9, 60), (1, 2, 5), (1, 3, 5)) AS m(from_id, to_id, seconds)',
	iterations => 100) WHERE kind = 'unassigned';

-- dropped: 20 min at 12/h are 4
\set orders 'SELECT 1 AS id, ST_Point(6000, 0) AS geom, 3.5 AS skip_cost'
\set vans 'SELECT 1 AS id, ST_Point(0, 0) AS geom, 12 AS cost_per_hour'
:unassigned

-- search: full, and too late besides
\set orders 'SELECT * FROM (VALUES (1, ST_Point(6000, 0), 5, timestamptz \'2026-12-01 08:10\', 1), (2, ST_Point(-6000, 0), 5, \'2026-12-01 08:10\', 0)) AS o(id, geom, demand, window_end, priority)'
\set vans 'SELECT 1 AS id, ST_Point(0, 0) AS geom, timestamptz \'2026-12-01 08:00\' AS shift_start, 8 AS capacity'
:unassigned

-- bad_row, whatever vehicles there are
\set orders 'SELECT * FROM (VALUES (1, NULL::geometry, NULL::timestamptz, NULL::timestamptz), (2, ST_Point(0, 0), \'2026-12-01 10:00\', \'2026-12-01 09:00\'), (3, ST_Point(0, 0), NULL, NULL)) AS o(id, geom, window_start, window_end)'
\set vans 'SELECT 1 AS id, ST_Point(0, 0) AS geom WHERE false'
:unassigned

RESET ROLE;
DROP ROLE regress_lastmile_reasons;
