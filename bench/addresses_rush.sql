-- addresses_rush.sql - the same addresses with windows of an hour, on roads that are slow in the rush hours.
--
-- Run by bench/addresses --rush-hour, after addresses.sql. Two plans serve the same orders: one knows the
-- traffic, one does not. lastmile.check times both with the traffic there is; a stop is late when its
-- service starts after its window.

SET client_min_messages = warning;
SET search_path = lastmile_addresses, public;
SET timezone = 'Europe/Berlin';

-- Roads that lead through the town are hit most.
CREATE TABLE rush AS
	SELECT class, from_time, to_time, CASE WHEN class IN ('primary', 'secondary', 'trunk', 'tertiary') THEN heavy ELSE light END AS factor, ARRAY[1, 2, 3, 4, 5] AS days
	FROM (SELECT DISTINCT tag_value AS class FROM ways JOIN configuration USING (tag_id)) AS classes,
		 (VALUES (time '06:30', time '07:15', 1.5, 1.2), ('07:15', '09:15', 2.5, 1.5), ('09:15', '10:00', 1.4, 1.1),
				 ('15:00', '16:00', 1.6, 1.2), ('16:00', '18:15', 2.7, 1.6), ('18:15', '19:00', 1.4, 1.1))
		 AS hours (from_time, to_time, heavy, light);

-- An hour for every order, from 7 to 18 o'clock.
CREATE TABLE rush_orders AS
	SELECT id, geom, service_time, setup_time, demand, opens AS window_start, opens + interval '1 hour' AS window_end
	FROM (SELECT *, timestamptz '2026-11-23 07:00' + floor(22 * share(id, :seed, 'hour')) * interval '30 minutes' AS opens FROM orders) AS o;
CREATE TABLE rush_vehicles AS
	SELECT id, geom, timestamptz '2026-11-23 06:30' AS shift_start, timestamptz '2026-11-23 19:00' AS shift_end, capacity,
		   cost_fixed, cost_per_hour, cost_per_km
	FROM vehicles;

CREATE TABLE rush_plans AS
	SELECT 'with traffic' AS plan, * FROM lastmile.plan('lastmile_addresses.rush_orders', 'lastmile_addresses.rush_vehicles', network => :network,
		traffic => 'lastmile_addresses.rush', time_limit => make_interval(secs => :seconds), seed => :seed)
	UNION ALL
	SELECT 'without', * FROM lastmile.plan('lastmile_addresses.rush_orders', 'lastmile_addresses.rush_vehicles', network => :network,
		time_limit => make_interval(secs => :seconds), seed => :seed);

-- As they are driven: in the traffic, no van earlier than it was planned to leave.
CREATE TABLE rush_driven AS
	SELECT plan, c.* FROM (VALUES ('with traffic'), ('without')) AS p (plan), LATERAL lastmile.check('lastmile_addresses.rush_orders',
		format('SELECT v.id, v.geom, coalesce(r.departs_at, v.shift_start) AS shift_start, v.shift_end, v.capacity, v.cost_fixed, v.cost_per_hour, v.cost_per_km
			FROM lastmile_addresses.rush_vehicles AS v LEFT JOIN lastmile_addresses.rush_plans AS r ON r.vehicle_id = v.id AND r.kind = ''start'' AND r.plan = %L', plan),
		format('SELECT vehicle_id, stop_no, kind, order_id FROM lastmile_addresses.rush_plans WHERE plan = %L', plan),
		network => :network, traffic => 'lastmile_addresses.rush') AS c;
CREATE TABLE rush_checked AS
	SELECT unnest(violations) AS violation FROM lastmile.check('lastmile_addresses.rush_orders', 'lastmile_addresses.rush_vehicles',
		'SELECT * FROM lastmile_addresses.rush_plans WHERE plan = ''with traffic''', network => :network, traffic => 'lastmile_addresses.rush');

CREATE VIEW rush_summary AS
	SELECT plan, count(order_id) FILTER (WHERE vehicle_id IS NOT NULL) AS served, count(DISTINCT vehicle_id) AS vans,
		   count(*) FILTER (WHERE late_time > interval '0') AS late_stops, max(late_time) AS latest,
		   (SELECT sum(ends - leaves) FROM (SELECT max(departs_at) AS ends, min(departs_at) AS leaves FROM rush_plans AS r WHERE r.plan = d.plan GROUP BY vehicle_id) AS v) AS planned_work,
		   (SELECT sum(ends - leaves) FROM (SELECT max(departs_at) AS ends, min(departs_at) AS leaves FROM rush_driven AS r WHERE r.plan = d.plan GROUP BY vehicle_id) AS v) AS driven_work
	FROM rush_driven AS d
	GROUP BY plan;

\echo
\echo rush hour: two plans, driven in the traffic
SELECT plan, served, vans, late_stops, round(100.0 * late_stops / served, 1) AS "late %", to_char(latest, 'HH24:MI') AS latest,
	   to_char(planned_work, 'HH24:MI') AS "planned work", to_char(driven_work, 'HH24:MI') AS "driven work"
FROM rush_summary ORDER BY plan;
SELECT round((extract(epoch FROM a.planned_work) / extract(epoch FROM b.planned_work))::numeric, 3) AS planned,
	   round((extract(epoch FROM a.driven_work) / extract(epoch FROM b.driven_work))::numeric, 3) AS driven
FROM rush_summary AS a, rush_summary AS b WHERE a.plan = 'with traffic' AND b.plan = 'without' \gset
\echo working time of the plan with traffic to that of the other: :planned as planned, :driven as driven
SELECT count(*) AS violations FROM rush_checked \gset
\echo violations found by lastmile.check in the plan with traffic: :violations
CALL warm_calls('lastmile_addresses.rush_orders', 'lastmile_addresses.rush_vehicles',
	'SELECT * FROM lastmile_addresses.rush_plans WHERE plan = ''with traffic''', :network, 'lastmile_addresses.rush');
SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)) AS warm, round(max(ms)) AS slowest FROM warm \gset
\echo all but the search, in a warm session: :warm ms in the middle of five, at most :slowest ms
