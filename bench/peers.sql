-- peers.sql - other solvers beside lastmile on the instance that schema.sql has loaded; run by bench/peers.
--
-- A plan of any solver becomes rows of the table routes; judge() alone says what it costs and whether it
-- keeps the rules. Legs of the instances have one decimal: what is sent out is whole tenths of a unit.

SET client_min_messages = warning;
SET search_path = lastmile_bench, public;

-- The plan to be judged: orders by vehicle, in their sequence.
CREATE TABLE routes (
	vehicle_id	text NOT NULL,
	stop_no		int NOT NULL,
	order_id	text NOT NULL
);

-- The instance's nodes as others number them: index 0 is the depot, then as they come; times in tenths.
CREATE VIEW places AS
	SELECT id, row_number() OVER (ORDER BY id) - 1 AS index, x, y, abs(demand) AS amount,
		   (10 * ready)::bigint AS early, (10 * due)::bigint AS late, (10 * service)::bigint AS service,
		   nullif(delivery, 0) AS delivered_at, nullif(pickup, 0) AS picked_up_at
	FROM nodes;

-- Legs in tenths, row by row in the order of places; 0 from a place to itself.
CREATE FUNCTION leg_rows() RETURNS json
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
	SELECT json_agg(row_legs ORDER BY from_id)
	FROM (
		SELECT a.id AS from_id, json_agg(coalesce((10 * l.seconds)::bigint, 0) ORDER BY b.id) AS row_legs
		FROM nodes a CROSS JOIN nodes b LEFT JOIN legs l ON l.from_id = a.id AND l.to_id = b.id
		GROUP BY a.id
	) AS rows
$$;

-- What peers_pyvrp.py reads.
CREATE FUNCTION to_pyvrp() RETURNS json
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
	SELECT json_build_object(
		'vehicles', (SELECT vehicles FROM fleet),
		'capacity', (SELECT capacity FROM fleet),
		'places', (SELECT json_agg(to_json(p) ORDER BY index) FROM places p),
		'legs', leg_rows())
$$;

-- A step of VROOM's input: a job, or one end of a shipment.
CREATE FUNCTION vroom_step(p places) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
	SELECT jsonb_build_object('id', p.id, 'location_index', p.index, 'service', p.service,
							  'time_windows', jsonb_build_array(jsonb_build_array(p.early, p.late)))
$$;

-- VROOM's input (its docs/API.md). It minimises the sum of the legs and has no price for waiting.
CREATE FUNCTION to_vroom() RETURNS json
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
	SELECT json_build_object(
		'vehicles', (
			SELECT json_agg(json_build_object('id', number, 'start_index', 0, 'end_index', 0,
				'capacity', json_build_array(capacity), 'time_window', json_build_array(early, late)))
			FROM fleet, generate_series(1, vehicles) AS number, places p WHERE index = 0),
		'jobs', (
			SELECT coalesce(json_agg(vroom_step(p) || jsonb_build_object('delivery', jsonb_build_array(amount))),
							'[]')
			FROM places p WHERE index > 0 AND delivered_at IS NULL AND picked_up_at IS NULL),
		'shipments', (
			SELECT coalesce(json_agg(json_build_object('amount', json_build_array(p.amount),
								'pickup', vroom_step(p), 'delivery', vroom_step(d))), '[]')
			FROM places p JOIN places d ON d.id = p.delivered_at),
		'matrices', json_build_object('car', json_build_object('durations', leg_rows())))
$$;

-- What VROOM answered at each exploration level.
CREATE TABLE vroom_answers (
	level	int,
	cpu_s	float8,
	answer	json
);

-- The best answer of VROOM by its own cost -> routes.
CREATE FUNCTION from_vroom(OUT took_s numeric, OUT cpu_s numeric, OUT level int)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
	best	json;
BEGIN
	SELECT a.level, round(a.cpu_s::numeric, 2), answer,
		   round((answer->'summary'->'computing_times'->>'solving')::numeric / 1000, 2)
	INTO level, cpu_s, best, took_s
	FROM vroom_answers a
	ORDER BY (answer->'summary'->>'unassigned')::int, (answer->'summary'->>'cost')::float8, a.level
	LIMIT 1;
	TRUNCATE routes;
	INSERT INTO routes
		SELECT route->>'vehicle', no, step->>'id'
		FROM json_array_elements(best->'routes') AS r(route),
			 json_array_elements(route->'steps') WITH ORDINALITY AS s(step, no)
		WHERE step->>'type' IN ('job', 'pickup', 'delivery');
END
$$;

-- The answer of peers_pyvrp.py -> routes.
CREATE FUNCTION from_pyvrp(answer json, OUT took_s numeric, OUT cpu_s numeric)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	took_s := round((answer->>'took_s')::numeric, 2);
	cpu_s := round((answer->>'cpu_s')::numeric, 2);
	TRUNCATE routes;
	INSERT INTO routes
		SELECT vehicle, no, id
		FROM json_array_elements(answer->'routes') WITH ORDINALITY AS r(route, vehicle),
			 json_array_elements_text(route) WITH ORDINALITY AS s(id, no);
END
$$;

-- Plans by lastmile -> routes. took_s and cpu_s (of this backend) are without the reading, which is
-- measured by a call of check as in measure() and not counted in seconds.
CREATE FUNCTION from_lastmile(objective text, seconds float8, seed bigint, OUT took_s float8, OUT cpu_s float8,
							  OUT refused text)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
	read_s		float8;
	read_cpu_s	float8;
	started		timestamptz;
	cpu			float8;
BEGIN
	TRUNCATE routes;
	FOR pass IN 1..2 LOOP
		started := clock_timestamp();
		cpu := processor_ms();
		PERFORM FROM lastmile.check('lastmile_bench.orders', 'lastmile_bench.vehicles',
									'SELECT * FROM lastmile_bench.routes',
									matrix => 'lastmile_bench.legs', objective => objective);
		read_cpu_s := (processor_ms() - cpu) / 1000;
		read_s := extract(epoch FROM clock_timestamp() - started);
	END LOOP;
	started := clock_timestamp();
	cpu := processor_ms();
	INSERT INTO routes
		SELECT p.vehicle_id, p.stop_no, p.order_id
		FROM lastmile.plan('lastmile_bench.orders', 'lastmile_bench.vehicles', matrix => 'lastmile_bench.legs',
						   objective => objective, time_limit => make_interval(secs => seconds + read_s),
						   seed => seed, workers => 1) AS p
		WHERE p.kind IN ('pickup', 'delivery');
	cpu_s := (processor_ms() - cpu) / 1000 - read_cpu_s;
	took_s := extract(epoch FROM clock_timestamp() - started) - read_s;
EXCEPTION WHEN feature_not_supported THEN
	refused := SQLERRM;
END
$$;

-- What routes cost, whoever made them: lastmile.check times them and says what is wrong; the length is
-- computed from the coordinates besides (driven(), in schema.sql).
--   left_out	orders on no route
--   wrong		violations, without those of orders left out
--	refused		what check said when it does not take such an instance yet; all else is NULL then
CREATE FUNCTION judge(objective text, OUT vehicles int, OUT cost float8, OUT left_out int, OUT wrong int,
					  OUT refused text)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	DROP TABLE IF EXISTS plan_rows;
	CREATE TEMP TABLE plan_rows AS
		SELECT * FROM lastmile.check('lastmile_bench.orders', 'lastmile_bench.vehicles',
									 'SELECT * FROM lastmile_bench.routes',
									 matrix => 'lastmile_bench.legs', objective => objective);
	SELECT count(*) FILTER (WHERE kind = 'start'), count(*) FILTER (WHERE kind = 'unassigned'),
		   coalesce(sum(cardinality(violations)) FILTER (WHERE kind <> 'unassigned'), 0)
	INTO vehicles, left_out, wrong
	FROM plan_rows;
	IF abs(driven('dimacs') - (SELECT sum(distance_m) FROM plan_rows)) > 0.001 * (SELECT count(*) FROM plan_rows) THEN
		RAISE EXCEPTION 'the routes are % m long, check says %', driven('dimacs'),
			(SELECT sum(distance_m) FROM plan_rows);
	END IF;
	cost := CASE objective WHEN 'time' THEN worked() ELSE driven('dimacs') END;
EXCEPTION WHEN feature_not_supported THEN
	refused := SQLERRM;
END
$$;

-- Whether this backend runs on that core alone.
CREATE FUNCTION runs_on(core text) RETURNS bool
LANGUAGE sql AS $$
	SELECT pg_read_file('/proc/self/status') ~ ('Cpus_allowed_list:\s+' || core || '\n')
$$;
