-- traffic.sql - the random problems again, with travel times that change over the day.
--
-- Needs runs.sql. The hidden plan knows no traffic, so here nothing is said about how much is served;
-- what is, must be clean.

CREATE TABLE property.jammed (
	seed		bigint PRIMARY KEY,
	traffic		text,
	failed		text,		-- an error that a call raised
	violations	text[],		-- of the plan, by check
	orders		int,
	rows		int,		-- with an order
	served		int,
	longer		int			-- legs that take longer than without traffic, or shorter
);

-- The rows of the plan that was made last. One table for all: each one dropped would stay locked.
CREATE TABLE property.driven AS
SELECT * FROM lastmile.plan('SELECT 1 AS id, ST_Point(0, 0) AS geom WHERE false', 'SELECT 1 AS id, ST_Point(0, 0) AS geom');

-- A number from 0 to below - 1 that follows from a seed.
CREATE FUNCTION property.follow(this bigint, what int, below int) RETURNS int
LANGUAGE sql AS $$ SELECT (abs(hashint8extended(this, what)) % below)::int $$;

-- property.jam: a traffic query of one to four rows: times of day, some across midnight, some on a few days.
CREATE FUNCTION property.jam(this bigint) RETURNS text
LANGUAGE sql AS $$
	SELECT format('SELECT * FROM (VALUES %s) AS t(from_time, to_time, factor, days)', string_agg(format(
		'(time ''00:00'' + %L::interval, time ''00:00'' + %L::interval, %s, %L::int[])',
		make_interval(mins => begins), make_interval(mins => begins + 20 + property.follow(this, 10 * n + 1, 300)),
		0.3 + property.follow(this, 10 * n + 2, 300) / 100.0,
		CASE property.follow(this, 10 * n + 3, 3) WHEN 0 THEN '{1,2,3}' WHEN 1 THEN '{4,5,6,7}' END), ', '))
	FROM (SELECT n, property.follow(this, 10 * n, 1440) AS begins FROM generate_series(1, 1 + property.follow(this, 0, 4)) AS n) AS jams;
$$;

-- property.drive: plans a problem under traffic and has the plan judged.
CREATE FUNCTION property.drive(this bigint, iterations bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	p	property.problems;
	r	property.jammed;
BEGIN
	SELECT * INTO p FROM property.problems WHERE seed = this;
	PERFORM property.settle(p);
	r.seed := this;
	r.traffic := property.jam(this);
	SELECT count(*) INTO r.orders FROM property.orders WHERE seed = this;
	TRUNCATE property.driven;
	BEGIN
		INSERT INTO property.driven
		SELECT * FROM lastmile.plan(p.orders, p.vehicles, matrix => p.matrix, traffic => r.traffic, objective => p.objective,
									iterations => drive.iterations, seed => this);
		SELECT coalesce(array_agg(violation), '{}') INTO r.violations
		FROM lastmile.check(p.orders, p.vehicles, 'property.driven', matrix => p.matrix, traffic => r.traffic,
							objective => p.objective) AS c, unnest(c.violations) AS violation;
		SELECT count(order_id), count(order_id) FILTER (WHERE vehicle_id IS NOT NULL) INTO r.rows, r.served FROM property.driven;
		-- the same routes without traffic, as bare sequences
		SELECT count(*) INTO r.longer
		FROM property.driven AS d
		JOIN lastmile.check(p.orders, p.vehicles, 'SELECT vehicle_id, stop_no, order_id FROM property.driven WHERE order_id IS NOT NULL',
							matrix => p.matrix, objective => p.objective) AS c USING (order_id)
		WHERE d.travel_time <> c.travel_time;
	EXCEPTION WHEN OTHERS THEN
		r.failed := SQLERRM;
	END;
	INSERT INTO property.jammed SELECT r.*;
END
$$;
