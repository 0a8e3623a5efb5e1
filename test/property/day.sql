-- day.sql - the random problems again in the middle of their day: rows of the plan are done, some more are frozen.
--
-- Needs runs.sql and traffic.sql. What was done need not be what anybody would have driven, so here nothing is said about how much is
-- served; what is planned behind it must be clean.

CREATE TABLE property.resumed (
	seed		bigint,
	mix			bool,		-- with all that mix.sql adds
	now			timestamptz,
	traffic		text,
	failed		text,		-- an error that a call raised
	violations	text[],		-- of the plan, by check
	orders		int,
	rows		int,		-- with an order
	done		int,		-- rows, starts, breaks and ends too
	frozen		int,		-- orders that are frozen but not done
	moved		int,		-- frozen or done orders that are elsewhere
	later		int,		-- orders that are served after all others, and after now
	late		int,		-- of what is done or frozen
	PRIMARY KEY (seed, mix)
);

-- Rows of the plan with what has become of them; k tells the breaks of a vehicle apart.
CREATE TABLE property.morning (seed bigint, vehicle_id text, stop_no int, kind text, order_id text, k bigint, done_at timestamptz, frozen bool);

CREATE INDEX ON property.morning (seed);

-- property.wake: the rows of a plan of the table property.rows that were left by now are done, up to some minutes later than planned.
CREATE FUNCTION property.wake(this bigint, now timestamptz) RETURNS void
LANGUAGE sql AS $$
	DELETE FROM property.morning WHERE seed = this;
	INSERT INTO property.morning
	SELECT seed, vehicle_id, stop_no, kind, order_id, row_number() OVER (PARTITION BY vehicle_id, kind, order_id ORDER BY stop_no),
		CASE WHEN departs_at < now THEN max(departs_at + property.follow(this + no, 91, 900) * property.follow(this, 92, 2) * interval '1 s')
			OVER (PARTITION BY vehicle_id ORDER BY stop_no) END,
		order_id IS NOT NULL AND property.follow(this + no, 93, 6) = 0
	FROM property.rows
	WHERE seed = this AND vehicle_id IS NOT NULL;
	-- a frozen row freezes all before it
	UPDATE property.morning AS m SET frozen = true
	WHERE seed = this AND order_id IS NOT NULL AND EXISTS (SELECT FROM property.morning AS f
		WHERE f.seed = this AND f.vehicle_id = m.vehicle_id AND f.stop_no >= m.stop_no AND (f.frozen OR f.done_at IS NOT NULL));
$$;

-- property.resume: plans the rest of a day and has the whole judged.
CREATE FUNCTION property.resume(this bigint, iterations bigint, mix bool, traffic text, network text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	p	property.problems;
	r	property.resumed;
BEGIN
	SELECT * INTO p FROM property.problems WHERE seed = this;
	PERFORM property.settle(p);
	r.seed := this;
	r.mix := mix;
	r.traffic := traffic;
	r.now := p.start + (60 + property.follow(this, 90, 420)) * interval '1 min';
	PERFORM property.wake(this, r.now);
	r.orders := property.orders_of(this);
	SELECT count(done_at), count(*) FILTER (WHERE frozen AND done_at IS NULL) INTO r.done, r.frozen FROM property.morning WHERE seed = this;
	TRUNCATE property.driven;
	BEGIN
		INSERT INTO property.driven
		SELECT * FROM lastmile.plan(p.orders, p.vehicles, matrix => p.matrix, network => network, traffic => r.traffic, objective => p.objective, at => r.now,
			routes => 'SELECT * FROM property.morning WHERE seed = ' || this, iterations => resume.iterations, seed => this);
		SELECT coalesce(array_agg(concat_ws(' ', c.vehicle_id, c.stop_no, c.order_id, violation)), '{}') INTO r.violations
		FROM lastmile.check(p.orders, p.vehicles, format($q$
			SELECT d.*, m.done_at, m.frozen
			FROM (SELECT *, row_number() OVER (PARTITION BY vehicle_id, kind, order_id ORDER BY stop_no) AS k FROM property.driven) AS d
			LEFT JOIN property.morning AS m ON m.seed = %s AND m.vehicle_id = d.vehicle_id AND m.kind = d.kind AND m.k = d.k
				AND m.order_id IS NOT DISTINCT FROM d.order_id AND (m.done_at IS NOT NULL OR m.frozen) $q$, this),
			matrix => p.matrix, network => network, traffic => r.traffic, objective => p.objective, at => r.now) AS c, unnest(c.violations) AS violation;
		SELECT count(order_id) INTO r.rows FROM property.driven;
		SELECT count(*) FILTER (WHERE d.vehicle_id IS DISTINCT FROM m.vehicle_id OR d.departs_at < m.done_at), count(*) FILTER (WHERE d.late_time > '0')
		INTO r.moved, r.late
		FROM property.morning AS m JOIN property.driven AS d USING (order_id)
		WHERE m.seed = this AND m.frozen;
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
