-- mix.sql - the random problems once more, now with every rule of the contract in one mix.
--
-- On top of what problems.sql draws come shipments, alternatives, several trips, ranges, travel times that change, a
-- road network, routes to begin with, any objective, and then the middle of the day. The hidden plan knows none of these, so
-- nothing is said about how much is served; what is, must be clean. Changes the problem; needs day.sql.

CREATE TABLE property.mixed (
	seed		bigint PRIMARY KEY,
	features	text[],
	traffic		text,
	network		text,
	failed		text,		-- an error that a call raised
	violations	text[],		-- of the plan, by check
	orders		int,		-- a group of alternatives is one
	rows		int,		-- with an order
	served		int
);

-- What a mix adds to the orders' columns.
CREATE TABLE property.joined (seed bigint, id text, shipment_id text, option_of int, PRIMARY KEY (seed, id));

-- The routes that a mix begins with.
CREATE TABLE property.before (LIKE property.rows);
CREATE INDEX ON property.before (seed);

CREATE FUNCTION property.trips_of(id text) RETURNS int LANGUAGE sql IMMUTABLE AS
	'SELECT 1 + abs(hashtext(id)) % 4';
CREATE FUNCTION property.range_of(id text) RETURNS int LANGUAGE sql IMMUTABLE AS
	'SELECT 6000 + abs(hashtext(id)) % 40000';

-- property.pave: a grid of roads, 14 km by 14 km, with one-way streets and gaps.
CREATE FUNCTION property.pave() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	CREATE TABLE property.edges AS
	SELECT row_number() OVER (ORDER BY x, y, right_turn) AS id, CASE WHEN CASE WHEN right_turn THEN y ELSE x END % 4 = 0 THEN 'main' ELSE 'side' END AS class,
		500 / 8.3 AS cost, CASE WHEN property.follow(x * 100 + y, 31, 10) = 0 THEN -1 ELSE 500 / 8.3 END AS reverse_cost,
		ST_MakeLine(property.corner(500 * x, 500 * y),
			property.corner(500 * (x + right_turn::int), 500 * (y + (NOT right_turn)::int))) AS geom
	FROM generate_series(-14, 14) AS x, generate_series(-14, 14) AS y, unnest('{true,false}'::bool[]) AS right_turn
	WHERE property.follow(x * 100 + y + 10000 * right_turn::int, 32, 12) > 0;
	PERFORM lastmile.create_network('property', 'SELECT * FROM property.edges',
		speeds => $q$ SELECT * FROM (VALUES ('main', 50, NULL), ('side', 30, NULL), ('main', 45, 'van'), ('side', 22, 'van')) AS s(class, kmh, profile) $q$);
END
$$;

CREATE FUNCTION property.corner(x float8, y float8) RETURNS geometry
LANGUAGE sql IMMUTABLE AS $$
	SELECT ST_SetSRID(ST_MakePoint(8.6 + x / (111320 * cos(radians(49.4))), 49.4 + y / 110540), 4326);
$$;

-- property.join_up: makes shipments and groups of alternatives of some of the orders.
CREATE FUNCTION property.join_up(this bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	o		record;
	members	int := 0;		-- still to come
	heads	int;
	sort	int;
	unit	int := 0;
BEGIN
	FOR o IN SELECT * FROM property.orders WHERE seed = this AND expected IN ('served', 'optional') ORDER BY property.follow(this + no, 40, 1000), no LOOP
		IF members = 0 THEN
			unit := unit + 1;
			sort := property.follow(this + unit, 41, 10);
			-- alone; alternatives; a shipment; one with alternatives at its pickup, its delivery
			members := (ARRAY[1, 1, 1, 1, 2, 3, 2, 2, 3, 3])[1 + sort];
			heads := (ARRAY[1, 1, 1, 1, 2, 3, 1, 1, 2, 1])[1 + sort];
		END IF;
		INSERT INTO property.joined
		VALUES (this, o.id, CASE WHEN sort >= 6 THEN 's' || unit END,
			CASE WHEN sort IN (4, 5) OR sort = 8 AND heads > 0 OR sort = 9 AND heads <= 0 THEN unit END);
		IF sort >= 6 THEN
			-- what comes along weighs the same, which one of the two rows need not say
			UPDATE property.orders SET kind = CASE WHEN heads > 0 THEN 'pickup' ELSE 'delivery' END,
				demand = (SELECT array_agg(1 + property.follow(this + unit + d, 42, 6)) FROM property.problems AS p, generate_series(1, p.dims) AS d
						  WHERE p.seed = this AND (heads > 0 OR sort <> 7))
			WHERE seed = this AND no = o.no;
		END IF;
		members := members - 1;
		heads := heads - 1;
	END LOOP;
	-- the last one may lack its other half
	IF members > 0 THEN
		UPDATE property.joined SET shipment_id = NULL WHERE seed = this AND shipment_id = 's' || unit;
	END IF;
END
$$;

-- property.blend: writes the rules that are drawn into the problem.
CREATE FUNCTION property.blend(INOUT p property.problems, INOUT r property.mixed)
LANGUAGE plpgsql AS $$
DECLARE
	objectives	text[] := '{cost,vehicles,time,balanced,default}';
	names		text[];
BEGIN
	IF p.travel = 'geographic' AND property.follow(p.seed, 50, 2) = 0 THEN
		r.features := r.features || 'network'::text;
		r.network := 'property';
		UPDATE property.places SET geom = property.corner(x, y) WHERE seed = p.seed;
		PERFORM property.locate(p.seed);
	END IF;
	IF property.follow(p.seed, 51, 3) > 0 THEN
		r.features := r.features || 'units'::text;
		PERFORM property.join_up(p.seed);
		p.orders := format('SELECT o.*, j.shipment_id, j.option_of FROM (%s) AS o LEFT JOIN property.joined AS j ON j.seed = %s AND j.id = o.id::text',
			p.orders, p.seed);
	END IF;
	IF property.follow(p.seed, 52, 2) = 0 THEN
		r.features := r.features || 'trips'::text;
		UPDATE property.vehicles SET capacity = ARRAY(SELECT round(amount / 2, 3) FROM unnest(capacity) AS amount)
		WHERE seed = p.seed AND capacity IS NOT NULL AND p.seed % 10 <> 2;	-- those of trips.sql are halved already
		UPDATE property.orders SET release_at = p.start + make_interval(mins => property.follow(p.seed, no, 240)) WHERE seed = p.seed AND no % 5 = 0;
		p.vehicles := format('SELECT v.*, property.trips_of(id::text) AS max_trips, 60 * (abs(hashtext(id::text)) %% 7) AS reload_time FROM (%s) AS v', p.vehicles);
	END IF;
	IF p.has_meters AND property.follow(p.seed, 53, 3) = 0 THEN
		r.features := r.features || 'range'::text;
		p.vehicles := format('SELECT v.*, property.range_of(id::text) AS range_m FROM (%s) AS v', p.vehicles);
	END IF;
	IF property.follow(p.seed, 54, 3) = 0 THEN
		r.features := r.features || 'traffic'::text;
		r.traffic := format('SELECT t.*%s%s FROM (%s) AS t', CASE WHEN r.network IS NOT NULL THEN ', CASE WHEN factor > 1.5 THEN ''main'' END AS class' END,
			CASE WHEN p.seed % 4 = 0 THEN format(', tstzrange(%L, NULL) AS during', p.start + interval '1 hour') END, property.jam(p.seed));
	END IF;
	IF p.travel = 'matrix' AND property.follow(p.seed, 55, 4) = 0 THEN
		r.features := r.features || 'slices'::text;
		names := CASE WHEN p.matrix ~ 'start_vid' THEN '{start_vid,end_vid,agg_cost}' ELSE '{from_id,to_id,seconds}' END;
		p.matrix := format('SELECT m.%I, m.%I, round(m.%I::numeric * t.factor, 3) AS %3$I, t.at %s%s FROM (%s) AS m, (VALUES (NULL::timestamptz, 1), (%L, 1.7), (%L, 0.9)) AS t(at, factor)',
			names[1], names[2], names[3], CASE WHEN p.has_meters THEN ', m.meters' END, CASE WHEN p.profiles[1] IS NOT NULL THEN ', m.profile' END,
			p.matrix, p.start + interval '2 hours', p.start + interval '4 hours');
	END IF;
	IF p.has_meters THEN
		objectives := objectives || '{distance,emissions}'::text[];
	END IF;
	p.objective := objectives[1 + property.follow(p.seed, 56, cardinality(objectives))];
	r.features := r.features || ('objective ' || p.objective);
	IF p.objective = 'emissions' THEN
		UPDATE property.vehicles SET co2e_per_km = 100 WHERE seed = p.seed AND co2e_per_km IS NULL;
	END IF;
	p.objective := NULLIF(p.objective, 'default');
	UPDATE property.problems SET orders = p.orders, vehicles = p.vehicles, matrix = p.matrix, objective = p.objective WHERE seed = p.seed;
END
$$;

-- property.orders_of: how many rows with an order a plan must have; a group of alternatives is one.
CREATE FUNCTION property.orders_of(this bigint) RETURNS int
LANGUAGE sql AS $$
	SELECT count(DISTINCT coalesce('group ' || j.option_of, 'order ' || o.id))::int
	FROM property.orders AS o LEFT JOIN property.joined AS j USING (seed, id)
	WHERE o.seed = this;
$$;

-- property.mix: plans a problem with all that is drawn, has the plan judged, and then its day under way.
CREATE FUNCTION property.mix(this bigint, iterations bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	p		property.problems;
	r		property.mixed;
	blended	record;
	routes	text;
BEGIN
	SELECT * INTO p FROM property.problems WHERE seed = this;
	r.seed := this;
	r.features := '{}';
	blended := property.blend(p, r);
	p := blended.p;
	r := blended.r;
	PERFORM property.settle(p);
	r.orders := property.orders_of(this);
	INSERT INTO property.before SELECT * FROM property.rows WHERE seed = this;
	DELETE FROM property.rows WHERE seed = this;
	IF property.follow(this, 57, 3) = 0 THEN
		r.features := r.features || 'warm start'::text;
		routes := 'SELECT vehicle_id, stop_no, kind, order_id FROM property.before WHERE seed = ' || this
			|| CASE WHEN this % 2 = 0 THEN ' AND order_id IS NOT NULL AND no % 7 > 0' ELSE '' END;
	END IF;
	BEGIN
		INSERT INTO property.rows
		SELECT this, plan.no, plan.vehicle_id, plan.trip_no, plan.stop_no, plan.kind, plan.order_id, plan.arrives_at,
			   plan.starts_at, plan.departs_at, plan.travel_time, plan.setup_time, plan.wait_time, plan.service_time,
			   plan.late_time, plan.distance_m, plan.load, plan.cost, plan.co2e_g, plan.geom, plan.leg,
			   plan.reason_code, plan.reason
		FROM ROWS FROM (lastmile.plan(p.orders, p.vehicles, matrix => p.matrix, network => r.network, traffic => r.traffic, routes => routes,
									  objective => p.objective, iterations => mix.iterations, seed => this)) WITH ORDINALITY
			AS plan (vehicle_id, trip_no, stop_no, kind, order_id, arrives_at, starts_at, departs_at, travel_time,
					 setup_time, wait_time, service_time, late_time, distance_m, load, cost, co2e_g, geom, leg,
					 reason_code, reason, no);
		SELECT coalesce(array_agg(concat_ws(' ', c.vehicle_id, c.stop_no, c.order_id, violation)), '{}') INTO r.violations
		FROM lastmile.check(p.orders, p.vehicles, 'SELECT * FROM property.rows WHERE seed = ' || this, matrix => p.matrix, network => r.network,
							traffic => r.traffic, objective => p.objective) AS c, unnest(c.violations) AS violation;
	EXCEPTION WHEN OTHERS THEN
		r.failed := SQLSTATE || ' ' || SQLERRM;
	END;
	SELECT count(order_id), count(order_id) FILTER (WHERE vehicle_id IS NOT NULL) INTO r.rows, r.served FROM property.rows WHERE seed = this;
	IF r.failed IS NULL AND property.follow(this, 58, 3) > 0 THEN
		r.features := r.features || 'day'::text;
		PERFORM property.resume(this, iterations, true, r.traffic, r.network);
	END IF;
	INSERT INTO property.mixed SELECT r.*;
END
$$;

-- property.mix_wrong: what is wrong with the rows of the mixes, from the rows alone.
CREATE VIEW property.mix_wrong AS
	WITH rows AS (
		SELECT r.*, m.features, j.shipment_id, j.option_of, coalesce('group ' || j.option_of, 'order ' || r.order_id) AS unit
		FROM property.mixed AS m JOIN property.rows AS r USING (seed) LEFT JOIN property.joined AS j ON j.seed = r.seed AND j.id = r.order_id)
	SELECT seed, 'an order or a group twice: ' || unit AS wrong FROM rows WHERE order_id IS NOT NULL GROUP BY seed, unit HAVING count(*) > 1
	UNION ALL
	SELECT seed, 'no reason: ' || order_id FROM rows WHERE kind = 'unassigned' AND (reason_code IS NULL OR coalesce(reason, '') = '')
	UNION ALL
	SELECT seed, 'half of a shipment, or turned round: ' || shipment_id FROM rows WHERE shipment_id IS NOT NULL
	GROUP BY seed, shipment_id
	HAVING count(DISTINCT vehicle_id) > 1 OR count(vehicle_id) NOT IN (0, 2)
		OR min(stop_no) FILTER (WHERE kind = 'pickup') > min(stop_no) FILTER (WHERE kind = 'delivery')
	UNION ALL
	SELECT seed, 'too many trips: ' || vehicle_id FROM rows WHERE vehicle_id IS NOT NULL
	GROUP BY seed, vehicle_id, features
	HAVING max(trip_no) > CASE WHEN 'trips' = ANY (features) THEN property.trips_of(vehicle_id) ELSE 1 END
	UNION ALL
	SELECT seed, 'a trip too far: ' || vehicle_id
	FROM (SELECT *, CASE WHEN kind = 'reload' THEN trip_no - 1 ELSE trip_no END AS driven FROM rows) AS rows
	WHERE vehicle_id IS NOT NULL AND 'range' = ANY (features)
	GROUP BY seed, vehicle_id, driven
	HAVING sum(distance_m) > property.range_of(vehicle_id) + 0.001
	UNION ALL
	SELECT rows.seed, format('overloaded: %s, row %s', vehicle_id, stop_no)
	FROM rows JOIN property.vehicles AS v ON v.seed = rows.seed AND v.id = rows.vehicle_id
	WHERE EXISTS (SELECT FROM unnest(rows.load, v.capacity) AS d (load, capacity) WHERE load > capacity);
