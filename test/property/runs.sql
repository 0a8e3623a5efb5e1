-- runs.sql - plans the random problems, has them judged, and keeps what came out.
--
-- Needs problems.sql and the extension.

-- lastmile.plan's rows, in the order in which they came.
CREATE TABLE property.rows (
	seed			bigint,
	no				bigint,
	vehicle_id		text,
	trip_no			int,
	stop_no			int,
	kind			text,
	order_id		text,
	arrives_at		timestamptz,
	starts_at		timestamptz,
	departs_at		timestamptz,
	travel_time		interval,
	setup_time		interval,
	wait_time		interval,
	service_time	interval,
	late_time		interval,
	distance_m		float8,
	load			float8[],
	cost			float8,
	co2e_g			float8,
	geom			geometry,
	leg				geometry,
	reason_code		text,
	reason			text,
	PRIMARY KEY (seed, no)
);

-- The hidden plan as a routes query; see property.hide.
CREATE TABLE property.hidden (
	seed		bigint,
	vehicle_id	text,
	stop_no		int,
	kind		text,
	order_id	text
);
CREATE INDEX ON property.hidden (seed);

CREATE TABLE property.results (
	seed				bigint PRIMARY KEY,
	failed				text,		-- an error that some call raised
	hidden_violations	text[],		-- of the hidden plan: a fault of check or of problems.sql
	hidden_dearer		text[],		-- vehicles whose hidden schedule is cheaper than check's (rule 7)
	violations			text[],		-- of the plan
	mandatory			int,		-- orders the hidden plan serves and that must be served
	served				int			-- how many of them the plan serves
);

-- property.hide: the hidden plan as rows. Every second problem shows its breaks as well.
CREATE FUNCTION property.hide(this bigint) RETURNS void
LANGUAGE sql AS $$
	DELETE FROM property.hidden WHERE seed = this;
	INSERT INTO property.hidden
	SELECT this, vehicle_id, row_number() OVER (PARTITION BY vehicle_id ORDER BY stop, later), kind, order_id
	FROM (
		SELECT v.id AS vehicle_id, o.id AS order_id,
			   row_number() OVER (PARTITION BY v.no ORDER BY o.no) AS stop, 0 AS later, coalesce(o.kind, 'delivery') AS kind
		FROM property.orders o
		JOIN property.vehicles v ON v.seed = this AND v.no = o.vehicle
		WHERE o.seed = this
		UNION ALL
		SELECT v.id, NULL, stop, later, 'break'
		FROM property.vehicles v, unnest(v.hidden_breaks) WITH ORDINALITY AS b (stop, later)
		WHERE v.seed = this AND this % 2 = 0
		UNION ALL
		SELECT v.id, NULL, 0, 0, 'start'
		FROM property.vehicles v
		WHERE v.seed = this AND this % 2 = 0 AND v.hidden_departs IS NOT NULL
	) AS stops;
	-- The others are left out on purpose.
	INSERT INTO property.hidden
	SELECT this, NULL, NULL, 'unassigned', id FROM property.orders WHERE seed = this AND vehicle IS NULL;
$$;

-- property.settle: the settings under which a problem is planned and checked.
CREATE FUNCTION property.settle(p property.problems) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('lastmile.speed_kmh', p.speed_kmh::text, false),
			set_config('lastmile.detour_factor', p.detour_factor::text, false);
END
$$;

-- property.judge: lastmile.check of some routes; the violations of all rows, "order or vehicle: text".
CREATE FUNCTION property.judge(p property.problems, routes text) RETURNS text[]
LANGUAGE sql AS $$
	SELECT coalesce(array_agg(violation ORDER BY c.vehicle_id, c.stop_no, violation), '{}')
	FROM lastmile.check(p.orders, p.vehicles, routes, matrix => p.matrix, objective => p.objective) AS c,
		 unnest(c.violations) AS violation;
$$;

-- property.weigh: what rule 7 minimises, for the hidden schedule and for check's schedule of the same
-- routes; the vehicles for which check's is the dearer.
CREATE FUNCTION property.weigh(p property.problems) RETURNS text[]
LANGUAGE sql AS $$
	SELECT coalesce(array_agg(format('vehicle %s: %s instead of %s', id, mine, hidden)), '{}')
	FROM (
		SELECT v.id, per_hour * work + per_overtime * greatest(ends - shift_end, interval '0') AS mine,
			   per_hour * (hidden_ends - hidden_departs)
				+ per_overtime * greatest(hidden_ends - shift_end, interval '0') AS hidden
		FROM (
			SELECT id, hidden_departs, hidden_ends, coalesce(shift_end, hidden_ends + interval '10000 hours') AS shift_end,
				   CASE WHEN p.objective = 'time' OR p.vehicles !~ ' cost_' THEN 1
						WHEN p.vehicles ~ ' cost_per_hour' THEN coalesce(cost_per_hour, 0)
						ELSE 0 END::float8 AS per_hour,
				   CASE WHEN p.objective <> 'time' AND p.vehicles ~ ' cost_per_overtime_hour'
						THEN coalesce(cost_per_overtime_hour, 0) ELSE 0 END::float8 AS per_overtime
			FROM property.vehicles
			WHERE seed = p.seed
		) AS v
		JOIN (
			SELECT vehicle_id, max(departs_at) AS ends, max(departs_at) - min(departs_at) AS work
			FROM lastmile.check(p.orders, p.vehicles,
				'SELECT * FROM property.hidden WHERE seed = ' || p.seed, matrix => p.matrix, objective => p.objective)
			WHERE vehicle_id IS NOT NULL
			GROUP BY vehicle_id
		) AS c ON c.vehicle_id = v.id
	) AS both_ways
	-- The hidden times of a straight line are a few rounded milliseconds off: 10 ms at 50 an hour.
	WHERE mine > hidden + interval '500 ms';
$$;

-- property.run: makes a problem, judges its hidden plan, plans it, judges the plan.
CREATE FUNCTION property.run(this bigint, iterations bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	p	property.problems;
	r	property.results;
BEGIN
	r.seed := this;
	DELETE FROM property.rows WHERE seed = this;
	DELETE FROM property.results WHERE seed = this;
	PERFORM property.make(this);
	SELECT * INTO p FROM property.problems WHERE seed = this;
	PERFORM property.settle(p);
	PERFORM property.hide(this);
	BEGIN
		r.hidden_violations := property.judge(p, 'SELECT * FROM property.hidden WHERE seed = ' || this);
		r.hidden_dearer := property.weigh(p);
		INSERT INTO property.rows
		SELECT this, plan.no, plan.vehicle_id, plan.trip_no, plan.stop_no, plan.kind, plan.order_id, plan.arrives_at,
			   plan.starts_at, plan.departs_at, plan.travel_time, plan.setup_time, plan.wait_time, plan.service_time,
			   plan.late_time, plan.distance_m, plan.load, plan.cost, plan.co2e_g, plan.geom, plan.leg,
			   plan.reason_code, plan.reason
		FROM ROWS FROM (lastmile.plan(p.orders, p.vehicles, matrix => p.matrix, objective => p.objective,
									  iterations => run.iterations, seed => this)) WITH ORDINALITY
			AS plan (vehicle_id, trip_no, stop_no, kind, order_id, arrives_at, starts_at, departs_at, travel_time,
					 setup_time, wait_time, service_time, late_time, distance_m, load, cost, co2e_g, geom, leg,
					 reason_code, reason, no);
		r.violations := property.judge(p, 'SELECT * FROM property.rows WHERE seed = ' || this || ' ORDER BY no');
	EXCEPTION WHEN OTHERS THEN
		r.failed := SQLSTATE || ' ' || SQLERRM;
	END;
	SELECT count(*), count(*) FILTER (WHERE EXISTS (
		SELECT FROM property.rows w WHERE w.seed = this AND w.order_id = o.id AND w.vehicle_id IS NOT NULL))
	INTO r.mandatory, r.served
	FROM property.orders o
	WHERE o.seed = this AND o.expected = 'served';
	INSERT INTO property.results SELECT r.*;
END
$$;

-- property.again: plans a problem a second time, its rows given in another order; true if the same
-- rows come out in the same order.
CREATE FUNCTION property.again(this bigint, iterations bigint) RETURNS bool
LANGUAGE plpgsql AS $$
DECLARE
	p		property.problems;
	mixed	text := 'SELECT * FROM (%s) AS mixed ORDER BY md5(mixed::text)';
	columns	text := 'vehicle_id, stop_no, kind, order_id, arrives_at, starts_at, departs_at, travel_time, '
					'distance_m, load, cost, co2e_g, reason_code, reason';
	first	text;
	second	text;
BEGIN
	SELECT * INTO p FROM property.problems WHERE seed = this;
	PERFORM property.settle(p);
	EXECUTE format('SELECT string_agg(r::text, E''\n'')
			FROM (SELECT %s FROM property.rows WHERE seed = $1 ORDER BY no) AS r', columns)
		INTO first USING this;
	EXECUTE format('SELECT string_agg(r::text, E''\n'') FROM (SELECT %s
			FROM lastmile.plan($1, $2, matrix => $3, objective => $4, iterations => $5, seed => $6)) AS r', columns)
		INTO second
		USING format(mixed, p.orders), format(mixed, p.vehicles),
			CASE WHEN p.matrix IS NOT NULL THEN format(mixed, p.matrix) END, p.objective, iterations, this;
	RETURN first = second;
END
$$;

-- property.coverage: in how many problems each feature is there, so that a test over the problems
-- cannot be about nothing.
CREATE FUNCTION property.coverage() RETURNS TABLE (feature text, problems bigint)
LANGUAGE sql AS $$
	WITH
	p AS (SELECT feature, count(*) AS problems FROM property.problems,
		  unnest(ARRAY['travel ' || travel, 'objective ' || objective, 'ids ' || id_type, 'windows as ' || window_form,
			dims || ' dimensions', CASE WHEN travel = 'matrix' AND has_meters THEN 'matrix with metres' END,
			CASE WHEN NOT has_meters THEN 'matrix without metres' END,
			CASE WHEN profiles[1] IS NOT NULL THEN 'matrix of several profiles' END,
			CASE WHEN travel = 'matrix' THEN 'matrix by ' || key_style END,
			CASE WHEN matrix ~ 'start_vid' THEN 'matrix in pgRouting''s names' END,
			CASE WHEN travel = 'matrix' AND missing > 0 THEN 'missing pairs' END,
			CASE WHEN orders ~ 'geography' THEN 'geography' END, CASE WHEN orders ~ '3857' THEN 'another SRID' END,
			CASE WHEN orders ~ 'extract\(' THEN 'seconds as numbers' END,
			CASE WHEN vehicles !~ ' cost_' THEN 'no prices' END,
			CASE WHEN vehicles ~ ' cost_fixed' THEN 'cost_fixed' END, CASE WHEN vehicles ~ ' cost_per_km' THEN 'cost_per_km' END,
			CASE WHEN vehicles ~ ' cost_per_overtime_hour' THEN 'cost_per_overtime_hour' END,
			CASE WHEN dims = 1 AND orders ~ 'demand\[1\]' THEN 'scalar demand' END]) AS feature GROUP BY 1),
	o AS (SELECT feature, count(DISTINCT seed) AS problems FROM property.orders,
		  unnest(ARRAY['expected ' || expected, CASE WHEN kind = 'pickup' THEN 'pickup' END,
			CASE WHEN (SELECT count(*) FROM unnest(windows)) > 1 THEN 'several windows' END,
			CASE WHEN setup_time > '0' THEN 'setup' END, CASE WHEN skills <> '{}' THEN 'skills' END,
			CASE WHEN allowed_vehicles IS NOT NULL THEN 'allowed_vehicles' END,
			CASE WHEN refused_vehicles <> '{}' THEN 'refused_vehicles' END, CASE WHEN priority <> 0 THEN 'priority' END,
			CASE WHEN late_cost IS NOT NULL AND (window_end IS NOT NULL OR NOT upper_inf(windows)) THEN 'late_cost' END,
			CASE WHEN latest IS NOT NULL THEN 'latest' END, CASE WHEN prefer_cost IS NOT NULL THEN 'prefer_cost' END,
			CASE WHEN release_at IS NOT NULL AND coalesce(kind, '') <> 'pickup' THEN 'release' END]) AS feature GROUP BY 1),
	v AS (SELECT feature, count(DISTINCT seed) AS problems FROM property.vehicles,
		  unnest(ARRAY[CASE WHEN open_end THEN 'open_end' END, CASE WHEN end_place <> start_place THEN 'another end' END,
			CASE WHEN overtime > '0' THEN 'overtime' END, CASE WHEN max_stops IS NOT NULL THEN 'max_stops' END,
			CASE WHEN max_distance_m IS NOT NULL THEN 'max_distance_m' END, CASE WHEN max_time IS NOT NULL THEN 'max_time' END,
			CASE WHEN speed_factor <> 1 THEN 'speed_factor' END, CASE WHEN shift_start IS NULL THEN 'open shift' END,
			CASE cardinality(break_time) WHEN 1 THEN 'one break' WHEN 2 THEN 'two breaks' WHEN 3 THEN 'three breaks' END])
			AS feature GROUP BY 1),
	d AS (SELECT 'several depots' AS feature, count(*) AS problems FROM
		  (SELECT seed FROM property.vehicles GROUP BY seed HAVING count(DISTINCT start_place) > 1) AS s),
	s AS (SELECT 'shared setup' AS feature, count(DISTINCT a.seed) AS problems FROM property.orders a
		  JOIN property.orders b ON b.seed = a.seed AND b.no = a.no + 1 AND b.place = a.place AND b.vehicle = a.vehicle
		  WHERE a.setup_time > '0' OR b.setup_time > '0')
	SELECT * FROM (TABLE p UNION ALL TABLE o UNION ALL TABLE v UNION ALL TABLE d UNION ALL TABLE s) AS f
	WHERE feature IS NOT NULL
	ORDER BY 1;
$$;
