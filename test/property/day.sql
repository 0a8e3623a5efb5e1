-- day.sql - the random problems again in the middle of their day: rows of the plan are done, some more are frozen.
--
-- Needs runs.sql and traffic.sql. What was done need not be what anybody would have driven, so here nothing is said about how much is
-- served; what is planned behind it must be clean. Two of three problems have shipments and alternatives, every second has vehicles of several trips:
-- these are planned anew first, and their orders are changed for it.

CREATE TABLE property.resumed (
	seed		bigint PRIMARY KEY,
	now			timestamptz,
	traffic		text,
	bound		bool,		-- with shipments and alternatives
	tours		bool,		-- with vehicles of several trips
	failed		text,		-- an error that a call raised
	violations	text[],		-- of the plan, by check
	orders		int,		-- of alternatives one
	rows		int,		-- with an order
	done		int,		-- rows, starts, breaks and ends too
	frozen		int,		-- orders that are frozen but not done
	moved		int,		-- frozen or done orders that are elsewhere
	reloads		int,		-- done or frozen
	aboard		int,		-- goods that were picked up and still are to be delivered
	parted		int,		-- shipments whose rows are on two vehicles, or in the wrong sequence
	later		int,		-- orders that are served after all others, and after now
	late		int			-- of what is done or frozen
);

-- Rows of the plan with what has become of them; k tells the breaks of a vehicle apart.
CREATE TABLE property.morning (seed bigint, vehicle_id text, stop_no int, kind text, order_id text, k bigint, done_at timestamptz, frozen bool);

-- Which orders share a shipment_id or an option_of.
CREATE TABLE property.bound (seed bigint, id text, shipment_id int, option_of int, PRIMARY KEY (seed, id));

-- property.bind: joins orders next to each other, half of them in shipments, a quarter as alternatives; returns the query.
CREATE FUNCTION property.bind(this bigint, orders text) RETURNS text
LANGUAGE sql AS $$
	INSERT INTO property.bound
	SELECT o.seed, o.id, CASE WHEN lot < 2 THEN o.no / 2 END, CASE WHEN lot = 2 THEN o.no / 2 END
	FROM property.orders AS o, LATERAL property.follow(this + o.no / 2, 96, 4) AS lot
	WHERE o.seed = this AND lot < 3 AND EXISTS (SELECT FROM property.orders AS p WHERE p.seed = this AND p.no <> o.no AND p.no / 2 = o.no / 2);
	UPDATE property.orders AS o SET kind = CASE o.no % 2 WHEN 0 THEN 'pickup' ELSE 'delivery' END,
		demand = (SELECT p.demand FROM property.orders AS p WHERE p.seed = this AND p.no = o.no / 2 * 2)
	FROM property.bound AS b
	WHERE o.seed = this AND b.seed = this AND b.id = o.id AND b.shipment_id IS NOT NULL;
	SELECT format('SELECT o.*, b.shipment_id, b.option_of FROM (%s) AS o LEFT JOIN property.bound AS b ON b.seed = %s AND b.id = o.id::text', orders, this);
$$;

-- property.wake: the rows of a plan of the table property.rows that were left by now are done, up to some minutes later than planned.
CREATE FUNCTION property.wake(this bigint, now timestamptz) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO property.morning
	SELECT seed, vehicle_id, stop_no, kind, order_id, row_number() OVER (PARTITION BY vehicle_id, kind, order_id ORDER BY stop_no),
		CASE WHEN departs_at < now THEN max(departs_at + property.follow(this + no, 91, 900) * property.follow(this, 92, 2) * interval '1 s')
			OVER (PARTITION BY vehicle_id ORDER BY stop_no) END,
		(order_id IS NOT NULL OR kind = 'reload') AND property.follow(this + no, 93, 6) = 0
	FROM property.rows
	WHERE seed = this AND vehicle_id IS NOT NULL;
	-- a frozen row freezes all before it
	UPDATE property.morning AS m SET frozen = true
	WHERE seed = this AND (order_id IS NOT NULL OR kind = 'reload') AND EXISTS (SELECT FROM property.morning AS f
		WHERE f.seed = this AND f.vehicle_id = m.vehicle_id AND f.stop_no >= m.stop_no AND (f.frozen OR f.done_at IS NOT NULL));
$$;

-- property.resume: plans the rest of a day and has the whole judged.
CREATE FUNCTION property.resume(this bigint, iterations bigint) RETURNS void
LANGUAGE plpgsql
SET client_min_messages = error -- alternatives that are left aside
AS $$
DECLARE
	p	property.problems;
	r	property.resumed;
BEGIN
	SELECT * INTO p FROM property.problems WHERE seed = this;
	PERFORM property.settle(p);
	r.seed := this;
	r.now := p.start + (60 + property.follow(this, 90, 420)) * interval '1 min';
	r.traffic := CASE WHEN this % 3 = 0 THEN property.jam(this) END;
	r.bound := property.follow(this, 94, 3) > 0;
	r.tours := property.follow(this, 95, 2) = 0;
	IF r.bound THEN
		p.orders := property.bind(this, p.orders);
	END IF;
	IF r.tours THEN
		p.vehicles := format('SELECT *, 1 + abs(hashtext(id::text)) %% 4 AS max_trips, 60 * (abs(hashtext(id::text)) %% 7) AS reload_time%s FROM (%s) AS v',
			CASE WHEN p.has_meters THEN ', 4000 + abs(hashtext(id::text)) % 20000 AS range_m' ELSE '' END, p.vehicles);
		UPDATE property.vehicles SET capacity = ARRAY(SELECT round(amount / 2, 3) FROM unnest(capacity) AS amount)
		WHERE seed = this AND capacity IS NOT NULL;
	END IF;
	SELECT count(DISTINCT coalesce('g' || b.option_of, o.id)) INTO r.orders
	FROM property.orders AS o LEFT JOIN property.bound AS b USING (seed, id) WHERE o.seed = this;
	DROP TABLE IF EXISTS property.driven;
	BEGIN
		IF r.bound OR r.tours THEN
			DELETE FROM property.rows WHERE seed = this;
			INSERT INTO property.rows
			SELECT this, row_number() OVER (), d.*
			FROM lastmile.plan(p.orders, p.vehicles, matrix => p.matrix, traffic => r.traffic, objective => p.objective, iterations => resume.iterations, seed => this) AS d;
		END IF;
		PERFORM property.wake(this, r.now);
		SELECT count(done_at), count(*) FILTER (WHERE frozen AND done_at IS NULL), count(*) FILTER (WHERE kind = 'reload' AND (frozen OR done_at IS NOT NULL))
		INTO r.done, r.frozen, r.reloads FROM property.morning WHERE seed = this;
		CREATE TABLE property.driven AS
		SELECT * FROM lastmile.plan(p.orders, p.vehicles, matrix => p.matrix, traffic => r.traffic, objective => p.objective, at => r.now,
			routes => 'SELECT * FROM property.morning WHERE seed = ' || this, iterations => resume.iterations, seed => this);
		SELECT coalesce(array_agg(concat_ws(' ', c.vehicle_id, c.stop_no, c.order_id, violation)), '{}') INTO r.violations
		FROM lastmile.check(p.orders, p.vehicles, format($q$
			SELECT d.*, m.done_at, m.frozen
			FROM (SELECT *, row_number() OVER (PARTITION BY vehicle_id, kind, order_id ORDER BY stop_no) AS k FROM property.driven) AS d
			LEFT JOIN property.morning AS m ON m.seed = %s AND m.vehicle_id = d.vehicle_id AND m.kind = d.kind AND m.k = d.k
				AND m.order_id IS NOT DISTINCT FROM d.order_id AND (m.done_at IS NOT NULL OR m.frozen) $q$, this),
			matrix => p.matrix, traffic => r.traffic, objective => p.objective, at => r.now) AS c, unnest(c.violations) AS violation;
		SELECT count(order_id) INTO r.rows FROM property.driven;
		SELECT count(*) FILTER (WHERE d.vehicle_id IS DISTINCT FROM m.vehicle_id OR d.departs_at < m.done_at), count(*) FILTER (WHERE d.late_time > '0')
		INTO r.moved, r.late
		FROM property.morning AS m JOIN property.driven AS d USING (order_id)
		WHERE m.seed = this AND m.frozen;
		SELECT count(*) FILTER (WHERE m.frozen AND n.frozen IS DISTINCT FROM true), count(*) FILTER (WHERE d.vehicle_id <> e.vehicle_id OR d.stop_no > e.stop_no)
		INTO r.aboard, r.parted
		FROM property.bound AS b JOIN property.bound AS c ON c.seed = this AND c.shipment_id = b.shipment_id
		JOIN property.driven AS d ON d.order_id = b.id AND d.kind = 'pickup' JOIN property.driven AS e ON e.order_id = c.id AND e.kind = 'delivery'
		LEFT JOIN property.morning AS m ON m.seed = this AND m.order_id = b.id LEFT JOIN property.morning AS n ON n.seed = this AND n.order_id = c.id
		WHERE b.seed = this;
		SELECT count(*) INTO r.later
		FROM property.driven AS d
		WHERE d.order_id IS NOT NULL AND d.vehicle_id IS NOT NULL AND d.departs_at > r.now
			AND NOT EXISTS (SELECT FROM property.morning AS m WHERE m.seed = this AND m.order_id = d.order_id AND m.frozen);
	EXCEPTION WHEN OTHERS THEN
		r.failed := SQLSTATE || ' ' || SQLERRM;
	END;
	INSERT INTO property.resumed SELECT r.*;
END
$$;
