-- addresses.sql - 300 real addresses and 12 vans, planned and checked.
--
-- Run by bench/addresses, which has loaded lastmile_addresses.nodes. What an address orders follows
-- from its id and the seed alone. `network` is a quoted name, or empty for straight lines.

\if :{?network} \else \set network '' \endif
SELECT :'network' = '' AS straight \gset
\if :straight \set network NULL \endif
SET client_min_messages = warning;
SET search_path = lastmile_addresses, public;
SET timezone = 'Europe/Berlin';

\ir addresses_chosen.sql

-- A third have the morning, a third the afternoon, a sixth both but not noon, the rest any time.
-- Weight in kilograms, volume in cubic metres; one in twenty needs a lift.
CREATE TABLE orders AS
	SELECT id, geom,
		   concat_ws(' ', tags ->> 'addr:street', tags ->> 'addr:housenumber') AS address,
		   CASE WHEN slot < 0.33 THEN '{[2026-11-23 08:00, 2026-11-23 12:00]}'::tstzmultirange
				WHEN slot < 0.67 THEN '{[2026-11-23 13:00, 2026-11-23 17:00]}'
				WHEN slot < 0.83 THEN '{[2026-11-23 08:00, 2026-11-23 10:30], [2026-11-23 14:30, 2026-11-23 17:00]}'
		   END AS windows,
		   (2 + floor(5 * share(id, :seed, 'service'))) * interval '1 minute' AS service_time,
		   interval '90 seconds' AS setup_time,
		   ARRAY[1 + floor(40 * share(id, :seed, 'weight')),
				 round((0.02 + 0.5 * share(id, :seed, 'volume'))::numeric, 2)]::numeric[] AS demand,
		   CASE WHEN share(id, :seed, 'skill') < 0.05 THEN ARRAY['lift'] END AS skills
	FROM (SELECT *, share(id, :seed, 'slot') AS slot FROM chosen) AS addresses;

-- The depot is the address nearest to the middle of all.
CREATE TABLE vehicles AS
	SELECT 'van ' || number AS id, depot AS geom,
		   timestamptz '2026-11-23 07:30' AS shift_start,
		   timestamptz '2026-11-23 17:00' AS shift_end,
		   interval '30 minutes' AS overtime,
		   ARRAY[800, 10]::numeric[] AS capacity,
		   CASE WHEN number <= 3 THEN ARRAY['lift'] END AS skills,
		   tstzrange('2026-11-23 11:30', '2026-11-23 13:30', '[]') AS break_window,
		   interval '30 minutes' AS break_time,
		   60 AS cost_fixed, 24 AS cost_per_hour, 0.35 AS cost_per_km, 12 AS cost_per_overtime_hour
	FROM generate_series(1, 12) AS number,
		 (SELECT geom AS depot
		  FROM nodes, (SELECT ST_Centroid(ST_Collect(geom)) AS middle FROM nodes) AS m
		  ORDER BY geom <-> middle, id LIMIT 1) AS d;

CREATE TABLE plan AS
	SELECT * FROM lastmile.plan('lastmile_addresses.orders', 'lastmile_addresses.vehicles',
								network => :network, time_limit => make_interval(secs => :seconds), seed => :seed);

CREATE TABLE checked AS
	SELECT * FROM lastmile.check('lastmile_addresses.orders', 'lastmile_addresses.vehicles',
								 'SELECT * FROM lastmile_addresses.plan', network => :network);

\echo
SELECT vehicle_id AS van,
	   count(order_id) AS orders,
	   to_char(min(departs_at), 'HH24:MI') AS leaves,
	   to_char(max(arrives_at), 'HH24:MI') AS back,
	   count(*) FILTER (WHERE kind = 'break') AS breaks,
	   round(sum(distance_m)::numeric / 1000, 1) AS km,
	   to_char(sum(wait_time), 'HH24:MI') AS waiting,
	   round(sum(cost)::numeric, 2) AS cost
FROM plan
WHERE vehicle_id IS NOT NULL
GROUP BY vehicle_id
ORDER BY length(vehicle_id), vehicle_id;

SELECT reason_code, count(*) AS unassigned, min(reason) AS for_example
FROM plan
WHERE kind = 'unassigned'
GROUP BY reason_code;

CREATE TABLE summary AS
SELECT (SELECT count(*) FROM nodes) AS addresses,
	   (SELECT count(*) FROM orders) AS orders,
	   (SELECT count(*) FROM plan WHERE order_id IS NOT NULL AND vehicle_id IS NOT NULL) AS served,
	   (SELECT count(*) FROM plan WHERE kind = 'unassigned') AS unassigned,
	   (SELECT count(*) FROM orders o
		WHERE (SELECT count(*) FROM plan p WHERE p.order_id = o.id::text) <> 1) AS not_once,
	   (SELECT coalesce(sum(cardinality(violations)), 0) FROM checked) AS violations,
	   (SELECT round(sum(cost)::numeric, 2) FROM plan) AS cost;

SELECT * FROM summary \gset
\echo :addresses addresses, :orders of them ordered: :served served, :unassigned unassigned, cost :cost
\echo orders not exactly once in the output: :not_once
\echo violations found by lastmile.check: :violations
SELECT unnest(violations) AS violation FROM checked LIMIT 20 \g (format=unaligned tuples_only=on)

-- What plan does beside its search, check does too: reading, travel times, the lines of the legs, rows.
-- The first call of this session has loaded the network.
CREATE TABLE warm (ms float8);
CREATE PROCEDURE warm_calls(travel text) LANGUAGE plpgsql AS $$
DECLARE
	begun timestamptz;
BEGIN
	FOR turn IN 1..5 LOOP
		begun := clock_timestamp();
		PERFORM * FROM lastmile.check('lastmile_addresses.orders', 'lastmile_addresses.vehicles',
								  'SELECT * FROM lastmile_addresses.plan', network => travel);
		INSERT INTO warm VALUES (1000 * extract(epoch FROM clock_timestamp() - begun));
	END LOOP;
END
$$;
CALL warm_calls(:network);
SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)) AS warm, round(max(ms)) AS slowest FROM warm \gset
\echo all but the search, in a warm session: :warm ms in the middle of five, at most :slowest ms
