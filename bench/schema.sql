-- schema.sql - the benchmark's tables: one instance at a time, as orders, vehicles and legs.
--
-- bench/run loads it into a database that has lastmile, then fills it instance by instance.
-- After a run the last instance is still there, to be planned by hand:
--   SELECT * FROM lastmile.plan('lastmile_bench.orders', 'lastmile_bench.vehicles',
--                               matrix => 'lastmile_bench.legs', objective => 'distance');
--
-- Units: one unit of an instance is one metre and one second, so a truncated leg is a whole
-- number of milliseconds and millimetres and nothing is rounded.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS lastmile_bench CASCADE;
CREATE SCHEMA lastmile_bench;
SET search_path = lastmile_bench, public;

CREATE TABLE best_known (
	problem		text,
	suite		text,
	instance	text,
	objective	text,
	vehicles	int,
	cost		float8,
	PRIMARY KEY (suite, instance, objective)
);

-- PyVRP's costs with working time in the objective, by seconds given.
CREATE TABLE working_time (
	instance	text,
	objective	text,
	seconds		int,
	cost		float8,
	vehicles	int,
	PRIMARY KEY (instance, objective, seconds)
);

-- The lines of one instance file, in order.
CREATE TABLE lines (
	no		int GENERATED ALWAYS AS IDENTITY,
	line	text
);

CREATE TABLE fleet (
	vehicles	int,
	capacity	int
);

-- Node 0 is the depot. pickup and delivery are the sibling of a Li-Lim row, 0 where it has none,
-- and NULL in the files that have no pairs.
CREATE TABLE nodes (
	id			int PRIMARY KEY,
	x			float8,
	y			float8,
	demand		int,
	ready		float8,
	due			float8,
	service		float8,
	pickup		int,
	delivery	int
);

-- The stored matrix: legs truncated to one decimal.
CREATE TABLE legs (
	from_id		int,
	to_id		int,
	seconds		float8,
	meters		float8
);

CREATE VIEW orders AS
	SELECT id,
		   ST_MakePoint(x, y) AS geom,
		   timestamptz '2026-01-01 00:00+00' + ready * interval '1 s' AS window_start,
		   timestamptz '2026-01-01 00:00+00' + due * interval '1 s' AS window_end,
		   service AS service_time,
		   abs(demand) AS demand,
		   CASE WHEN delivery > 0 THEN 'pickup' ELSE 'delivery' END AS kind,
		   CASE WHEN delivery > 0 THEN id WHEN pickup > 0 THEN pickup END AS shipment_id
	FROM nodes
	WHERE id > 0;

-- One unit of currency a metre; and, where the objective is cost, one a second as well.
CREATE VIEW vehicles AS
	SELECT number AS id,
		   ST_MakePoint(x, y) AS geom,
		   0 AS start_location_id,
		   0 AS end_location_id,
		   timestamptz '2026-01-01 00:00+00' + ready * interval '1 s' AS shift_start,
		   timestamptz '2026-01-01 00:00+00' + due * interval '1 s' AS shift_end,
		   capacity,
		   1000 AS cost_per_km,
		   CASE current_setting('lastmile_bench.objective', true) WHEN 'cost' THEN 3600 ELSE 0
		   END AS cost_per_hour
	FROM fleet, generate_series(1, vehicles) AS number, nodes
	WHERE nodes.id = 0;

-- lastmile_bench.fill: lines -> fleet, nodes and legs.
--
-- The fleet is the first line of two numbers (Solomon, Homberger: vehicles, capacity) or three
-- (Li-Lim: and a speed, 1 everywhere); nodes are lines of seven or nine numbers. Everything else
-- is headings.
CREATE FUNCTION fill() RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	TRUNCATE fleet, nodes, legs;

	CREATE TEMP TABLE numbers ON COMMIT DROP AS
		SELECT no, regexp_split_to_array(btrim(line), '\s+')::numeric[] AS n
		FROM lines
		WHERE line ~ '^[-0-9.[:space:]]*[0-9][-0-9.[:space:]]*$';
	INSERT INTO fleet
		SELECT n[1], n[2] FROM numbers WHERE cardinality(n) IN (2, 3) ORDER BY no LIMIT 1;
	INSERT INTO nodes
		SELECT n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9]
		FROM numbers
		WHERE cardinality(n) IN (7, 9);
	IF (SELECT count(*) FROM fleet) <> 1 OR NOT EXISTS (SELECT FROM nodes WHERE id = 0) THEN
		RAISE EXCEPTION 'this is no instance file: fleet or depot missing';
	END IF;

	-- floor(sqrt(100 d)) / 10 is exact where 10 * sqrt(d) could round up to the next tenth.
	INSERT INTO legs
		SELECT a.id, b.id, leg, leg
		FROM nodes a, nodes b,
			 LATERAL (SELECT floor(sqrt(100 * ((a.x - b.x) ^ 2 + (a.y - b.y) ^ 2))) / 10 AS leg) AS l
		WHERE a.id <> b.id;
END
$$;

-- The best known value that the chosen objective and legs are comparable with, and its name.
CREATE FUNCTION reference(suite text, instance text, objective text, legs text, seconds float8,
						  OUT name text, OUT vehicles int, OUT cost float8)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	name := CASE objective || ' ' || legs
				WHEN 'distance dimacs' THEN 'dimacs'
				WHEN 'distance exact' THEN 'distance'
				WHEN 'vehicles exact' THEN 'vehicles_then_distance'
				WHEN 'time dimacs' THEN 'duration'
				WHEN 'cost dimacs' THEN 'duration+distance'
			END;
	IF legs = 'dimacs' AND objective IN ('time', 'cost') THEN
		SELECT w.vehicles, w.cost INTO vehicles, cost
		FROM working_time w
		WHERE w.instance = reference.instance AND w.objective = name
		ORDER BY abs(ln(w.seconds / reference.seconds))
		LIMIT 1;
	ELSE
		SELECT b.vehicles, b.cost INTO vehicles, cost
		FROM best_known b
		WHERE b.suite = reference.suite AND b.instance = reference.instance AND b.objective = name;
	END IF;
END
$$;

-- Length of the routes in plan_rows, from the coordinates of the nodes alone.
CREATE FUNCTION driven(legs text) RETURNS float8
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	RETURN (
		SELECT sum(CASE legs WHEN 'dimacs' THEN floor(sqrt(100 * d)) / 10 ELSE sqrt(d) END)
		FROM (
			SELECT (b.x - a.x) ^ 2 + (b.y - a.y) ^ 2 AS d
			FROM (
				SELECT coalesce(order_id, '0')::int AS there,
					   lag(coalesce(order_id, '0')::int) OVER (PARTITION BY vehicle_id ORDER BY stop_no) AS here
				FROM plan_rows
				WHERE kind <> 'unassigned'
			) AS legs_driven
			JOIN nodes a ON a.id = here
			JOIN nodes b ON b.id = there
		) AS squares);
END
$$;

-- Seconds of working time in plan_rows: the rows of a vehicle run from its departure to its end.
CREATE FUNCTION worked() RETURNS float8
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	RETURN (
		SELECT sum(extract(epoch FROM work))
		FROM (
			SELECT max(departs_at) - min(arrives_at) AS work
			FROM plan_rows WHERE kind <> 'unassigned' GROUP BY vehicle_id
		) AS v);
END
$$;

-- lastmile_bench.measure: plans the loaded instance once.
--
--   read_s		the reading alone: lastmile.check of no routes, which reads all the input and searches
--				nothing; the second of two calls, so that the caches are warm
--   search_s	the rest of the plan call; its time_limit is seconds, plus read_s where the legs are
--				a stored matrix
--   value		what the objective counts: metres, seconds of working time, or cost
--   violations	of lastmile.check on the plan's rows, plus one if the length of the routes, computed
--				here from the coordinates, is another than the plan's
--   refused	what plan said when it does not take such an instance yet; all else is NULL then
CREATE FUNCTION measure(objective text, legs text, seconds float8, seed bigint, workers int,
						OUT vehicles int, OUT value float8, OUT read_s float8, OUT search_s float8,
						OUT unassigned int, OUT violations int, OUT refused text)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
	orders		text := 'lastmile_bench.orders';
	fleet		text := 'lastmile_bench.vehicles';
	matrix		text := CASE legs WHEN 'dimacs' THEN 'lastmile_bench.legs' END;
	started		timestamptz;
	length		float8;
BEGIN
	PERFORM set_config('lastmile_bench.objective', objective, false);
	PERFORM set_config('lastmile.speed_kmh', '3.6', false);		-- 1 m/s
	PERFORM set_config('lastmile.detour_factor', '1', false);

	FOR pass IN 1..2 LOOP
		started := clock_timestamp();
		PERFORM FROM lastmile.check(orders, fleet,
									'SELECT NULL::text AS vehicle_id, NULL::text AS order_id WHERE false',
									matrix => matrix, objective => objective);
		read_s := extract(epoch FROM clock_timestamp() - started);
	END LOOP;

	DROP TABLE IF EXISTS plan_rows;
	started := clock_timestamp();
	CREATE TEMP TABLE plan_rows AS
		SELECT * FROM lastmile.plan(orders, fleet, matrix => matrix, objective => objective,
			time_limit => make_interval(secs => seconds + CASE legs WHEN 'dimacs' THEN read_s ELSE 0 END),
			seed => seed, workers => workers);
	search_s := extract(epoch FROM clock_timestamp() - started) - read_s;

	SELECT count(*) FILTER (WHERE kind = 'start'), count(*) FILTER (WHERE kind = 'unassigned')
	INTO vehicles, unassigned
	FROM plan_rows;

	SELECT coalesce(sum(cardinality(c.violations)), 0) INTO violations
	FROM lastmile.check(orders, fleet, 'SELECT * FROM pg_temp.plan_rows', matrix => matrix,
						objective => objective) AS c;

	-- Rounding to a millimetre is worth half of one a leg.
	length := driven(legs);
	IF abs(length - (SELECT sum(distance_m) FROM plan_rows)) > 0.001 * (SELECT count(*) FROM plan_rows) THEN
		violations := violations + 1;
		RAISE WARNING 'the routes are % m long, the plan says %', length,
			(SELECT sum(distance_m) FROM plan_rows);
	END IF;

	value := CASE objective
				 WHEN 'time' THEN worked()
				 WHEN 'cost' THEN (SELECT sum(cost) FROM plan_rows)
				 ELSE length
			 END;
EXCEPTION WHEN feature_not_supported THEN
	refused := SQLERRM;
	read_s := NULL;
END
$$;
