-- rush.sql - one day of bench/rush: 300 orders, two profiles of traffic, plans that know it and one that does not.
--
-- Run by bench/rush for each seed; adds to the tables of the schema lastmile_rush.
-- bench/README.md describes the day.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS lastmile_rush_day CASCADE;
CREATE SCHEMA lastmile_rush_day;
SET search_path = lastmile_rush_day, lastmile_rush, lastmile_addresses, public;
SET timezone = 'Europe/Berlin';

\ir addresses_chosen.sql

-- A Monday. Half of the orders in the morning, half in the afternoon; a window is one, two or three hours long
-- and opens at a full or half hour, so that it ends by 12:30 or by 19:00.
CREATE TABLE orders AS
	SELECT id, geom, opens AS window_start, opens + hours * interval '1 hour' AS window_end,
		   (2 + floor(5 * share(id, :seed, 'service'))) * interval '1 minute' AS service_time,
		   interval '90 seconds' AS setup_time
	FROM (SELECT *, CASE WHEN share(id, :seed, 'half') < 0.5 THEN timestamptz '2026-11-23 07:00' ELSE '2026-11-23 13:30' END
				+ floor(share(id, :seed, 'opens') * (12 - 2 * hours)) * interval '30 minutes' AS opens
		  FROM (SELECT *, 1 + floor(3 * share(id, :seed, 'hours'))::int AS hours FROM chosen) AS a) AS b;

-- Six vans in the morning and six in the afternoon, from the address nearest to the middle of all.
CREATE TABLE vehicles AS
	SELECT 'van ' || number AS id, depot AS geom, begins AS shift_start, begins + interval '6 hours 30 minutes' AS shift_end,
		   40 AS cost_fixed, 24 AS cost_per_hour, 0.35 AS cost_per_km
	FROM generate_series(1, 12) AS number,
		 LATERAL (SELECT CASE WHEN number <= 6 THEN timestamptz '2026-11-23 06:30' ELSE '2026-11-23 13:00' END AS begins) AS b,
		 (SELECT geom AS depot
		  FROM nodes, (SELECT ST_Centroid(ST_Collect(geom)) AS middle FROM nodes) AS m
		  ORDER BY geom <-> middle, id LIMIT 1) AS d;

-- The rush hours of working days. By class of road: main roads lose most. Even: all roads lose alike.
CREATE TABLE rush_hours AS
	SELECT * FROM (VALUES (time '07:00', time '09:30'), ('16:00', '18:30')) AS h (from_time, to_time),
		 (SELECT ARRAY[1, 2, 3, 4, 5] AS days) AS d;
CREATE TABLE traffic_by_class AS
	SELECT rush_hours.*, class,
		   CASE WHEN class ~ '^(motorway|trunk|primary|secondary)' THEN 1.9
				WHEN class ~ '^(tertiary|unclassified)' THEN 1.6 ELSE 1.3 END AS factor
	FROM rush_hours, (SELECT DISTINCT tag_value AS class FROM ways JOIN configuration USING (tag_id)) AS c;
CREATE TABLE traffic_even AS SELECT *, 1.6 AS factor FROM rush_hours;

CREATE TABLE plans AS
	SELECT 'none' AS knows, * FROM lastmile.plan('orders', 'vehicles', network => 'heidelberg_addresses',
		time_limit => make_interval(secs => :seconds), seed => :seed);
INSERT INTO plans
	SELECT profile, p.* FROM (VALUES ('by_class'), ('even')) AS t (profile),
		LATERAL lastmile.plan('orders', 'vehicles', network => 'heidelberg_addresses', traffic => 'traffic_' || profile,
			time_limit => make_interval(secs => :seconds), seed => :seed) AS p;

-- How they are driven in the traffic. The plan that knows it: its rows as they are, all of their columns compared.
-- The other: `as_planned`, no van leaves before the plan said so; `own_time`, as check would have them leave, which is
-- at the begin of the shift where no departure keeps all windows.
CREATE TABLE driven AS
	SELECT profile, knows, leaves, c.*
	FROM (VALUES ('by_class'), ('even')) AS t (profile),
		 LATERAL (VALUES (true, 'as_planned', 'SELECT * FROM plans WHERE knows = ' || quote_literal(profile), 'vehicles'),
			(false, 'as_planned', $q$ SELECT vehicle_id, stop_no, order_id FROM plans WHERE knows = 'none' AND order_id IS NOT NULL $q$,
			 $q$ SELECT v.id, v.geom, coalesce(p.departs_at, v.shift_start) AS shift_start, v.shift_end,
				v.cost_fixed, v.cost_per_hour, v.cost_per_km
				FROM vehicles AS v LEFT JOIN plans AS p ON vehicle_id = v.id AND kind = 'start' AND knows = 'none' $q$),
			(false, 'own_time', $q$ SELECT vehicle_id, stop_no, order_id FROM plans WHERE knows = 'none' AND order_id IS NOT NULL $q$, 'vehicles'))
			AS k (knows, leaves, routes, vans),
		 LATERAL lastmile.check('orders', vans, routes, network => 'heidelberg_addresses', traffic => 'traffic_' || profile) AS c;

INSERT INTO lines (seed, profile, knows, leaves, served, orders, vans, violations, late, latest, work, km)
	SELECT :seed, profile, knows, leaves, served, orders, vans, violations, late, latest, work, km
	FROM (SELECT profile, knows, leaves, count(order_id) FILTER (WHERE vehicle_id IS NOT NULL) AS served,
				 md5(string_agg(order_id, ' ' ORDER BY order_id) FILTER (WHERE vehicle_id IS NOT NULL)) AS orders,
				 count(DISTINCT vehicle_id) AS vans, sum(cardinality(violations)) AS violations,
				 count(*) FILTER (WHERE array_to_string(violations, ' ') ~ '\mwindow:') AS late, max(late_time) AS latest,
				 sum(distance_m) / 1000 AS km
		  FROM driven GROUP BY profile, knows, leaves) AS a
		 JOIN (SELECT profile, knows, leaves, sum(took) AS work
			   FROM (SELECT profile, knows, leaves, max(arrives_at) - min(departs_at) AS took
					 FROM driven WHERE vehicle_id IS NOT NULL GROUP BY profile, knows, leaves, vehicle_id) AS v
			   GROUP BY profile, knows, leaves) AS b USING (profile, knows, leaves)
	ORDER BY profile, knows DESC, leaves;

\ir took.sql

CREATE FUNCTION call(verb text, rest text) RETURNS text LANGUAGE sql AS $$
	SELECT format('SELECT count(*) FROM lastmile.%s(''orders'', ''vehicles'', network => ''heidelberg_addresses'', %s)', verb, rest);
$$;

CREATE FUNCTION median(statement text) RETURNS float8 LANGUAGE sql AS $$
	SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY took(statement)) FROM generate_series(1, 5);
$$;

-- What a call takes beside its search, with the network loaded: one iteration, and check, which does all that plan
-- does but search. And the iterations of a second.
INSERT INTO calls (seed, profile, one_iteration, beside, iterations_per_s)
	SELECT :seed, profile, one, median(call('check', format('routes => %L, %s',
				'SELECT * FROM plans WHERE knows = ' || quote_literal(coalesce(profile, 'none')), jams))),
		   5000 / ((took(call('plan', 'iterations => 5001, ' || jams)) - one) / 1000)
	FROM (VALUES ('by_class', 'traffic => ''traffic_by_class'''), ('even', 'traffic => ''traffic_even'''),
			(NULL, 'traffic => NULL')) AS t (profile, jams),
		 LATERAL (SELECT median(call('plan', 'iterations => 1, ' || jams)) AS one) AS o;
