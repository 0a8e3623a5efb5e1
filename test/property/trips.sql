-- trips.sql - the random problems again, in vehicles of half the size that make several trips.
--
-- Needs traffic.sql, and changes the vehicles' capacity; goods of every fifth order come later. Nothing is said about how much is served; what
-- is, must be clean.

CREATE TABLE property.toured (
	seed		bigint PRIMARY KEY,
	vehicles	text,
	traffic		text,
	failed		text,		-- an error that a call raised
	violations	text[],		-- of the plan, by check
	wrong		int,		-- rows that break the arithmetic of trips
	orders		int,
	rows		int,		-- with an order
	served		int,
	reloads		int,
	waits		int			-- reloads that wait for goods
);

-- property.tour: plans a problem with trips and ranges, every second time under traffic, and has the plan judged.
CREATE FUNCTION property.tour(this bigint, iterations bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	p	property.problems;
	r	property.toured;
BEGIN
	SELECT * INTO p FROM property.problems WHERE seed = this;
	UPDATE property.vehicles SET capacity = ARRAY(SELECT round(amount / 2, 3) FROM unnest(capacity) AS amount)
	WHERE seed = this AND capacity IS NOT NULL;
	UPDATE property.orders SET release_at = p.start + make_interval(mins => property.follow(this, no, 240)) WHERE seed = this AND no % 5 = 0;
	PERFORM property.settle(p);
	r.seed := this;
	r.vehicles := format('SELECT *, 1 + abs(hashtext(id::text)) %% 4 AS max_trips, 60 * (abs(hashtext(id::text)) %% 7) AS reload_time%s FROM (%s) AS v',
		CASE WHEN p.has_meters AND property.follow(this, 1, 2) = 0 THEN ', 4000 + abs(hashtext(id::text)) % 20000 AS range_m' ELSE '' END, p.vehicles);
	r.traffic := CASE WHEN property.follow(this, 2, 2) = 0 THEN property.jam(this) END;
	SELECT count(*) INTO r.orders FROM property.orders WHERE seed = this;
	TRUNCATE property.driven;
	BEGIN
		INSERT INTO property.driven
		SELECT * FROM lastmile.plan(p.orders, r.vehicles, matrix => p.matrix, traffic => r.traffic, objective => p.objective,
									iterations => tour.iterations, seed => this);
		SELECT coalesce(array_agg(violation), '{}') INTO r.violations
		FROM lastmile.check(p.orders, r.vehicles, 'property.driven', matrix => p.matrix, traffic => r.traffic,
							objective => p.objective) AS c, unnest(c.violations) AS violation;
		SELECT count(order_id), count(order_id) FILTER (WHERE vehicle_id IS NOT NULL), count(*) FILTER (WHERE kind = 'reload'),
			count(*) FILTER (WHERE kind = 'reload' AND wait_time > '0')
		INTO r.rows, r.served, r.reloads, r.waits FROM property.driven;
		-- from the rows alone: trips count up at reloads, none is without orders, no goods leave before they are there
		SELECT count(*) INTO r.wrong
		FROM (SELECT d.*, lag(d.trip_no) OVER w AS before,
				max(CASE WHEN d.kind = 'delivery' THEN o.release_at END) OVER (PARTITION BY d.vehicle_id, d.trip_no) AS ready,
				min(CASE WHEN d.kind = 'reload' THEN d.starts_at WHEN d.kind = 'start' THEN d.departs_at END) OVER (PARTITION BY d.vehicle_id, d.trip_no) AS loads,
				count(d.order_id) OVER (PARTITION BY d.vehicle_id, d.trip_no) AS trip_orders
			FROM property.driven AS d LEFT JOIN property.orders AS o ON o.seed = this AND o.id = d.order_id
			WHERE d.vehicle_id IS NOT NULL
			WINDOW w AS (PARTITION BY d.vehicle_id ORDER BY d.stop_no)) AS rows
		WHERE trip_no <> coalesce(before, 1) + (rows.kind = 'reload')::int OR trip_orders = 0 OR loads < ready;
	EXCEPTION WHEN OTHERS THEN
		r.failed := SQLERRM;
	END;
	INSERT INTO property.toured SELECT r.*;
END
$$;
