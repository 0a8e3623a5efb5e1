-- quote.sql - what quote says of a slot is what check says of every insertion.
--
-- Random problems (test/property/problems.sql), half of them under traffic, a third with the day under way: an order is taken off the plan and asked about, for
-- all its time or for a slot. Each place of each vehicle is then tried with lastmile.check; the best that breaks no rule must be
-- what quote found, to the last amount; without any, quote has none.
--
--	LASTMILE_QUOTES	how many problems, 500 if not set

\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only on
\pset pager off
\set problems 500
\getenv problems LASTMILE_QUOTES

BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS lastmile CASCADE;

\ir property/role.sql
\ir property/problems.sql
\ir property/runs.sql
\ir property/traffic.sql

CREATE TABLE property.asked (
	seed		bigint PRIMARY KEY,
	traffic		text,
	objective	text,
	slotted		bool,
	done		int,		-- rows that are done, and
	frozen		int,		-- frozen besides
	places		int,		-- tried
	fits		int,		-- that break no rule
	wrong		text
);

-- The plan without the order, and what of it is done or frozen.
CREATE TABLE property.base (vehicle_id text, stop_no int, order_id text, done_at timestamptz, frozen bool);

-- property.begin: plans a problem; where the day is under way, what was left by now is done, with some noise, some rows more are
-- frozen, and the rest is planned again.
CREATE FUNCTION property.begin(p property.problems, traffic text, asked text, now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM property.base;
	INSERT INTO property.base
	SELECT vehicle_id, stop_no, order_id,
		CASE WHEN departs_at < now THEN max(departs_at + property.follow(p.seed + stop_no, 80, 600) * interval '1 s')
			OVER (PARTITION BY vehicle_id ORDER BY stop_no) END,
		now IS NOT NULL AND property.follow(p.seed + stop_no, 81, 5) = 0
	FROM lastmile.plan(p.orders, p.vehicles, matrix => p.matrix, traffic => traffic, objective => p.objective, iterations => 40, seed => p.seed)
	WHERE vehicle_id IS NOT NULL AND order_id IS NOT NULL AND order_id <> asked;
	IF now IS NULL THEN
		RETURN;
	END IF;
	CREATE TEMP TABLE again AS
	SELECT vehicle_id, stop_no, order_id FROM lastmile.plan(format('SELECT * FROM (%s) AS o WHERE id::text <> %L', p.orders, asked), p.vehicles,
		matrix => p.matrix, traffic => traffic, objective => p.objective, iterations => 40, seed => p.seed, routes => 'property.base', at => now)
	WHERE vehicle_id IS NOT NULL AND order_id IS NOT NULL;
	DELETE FROM property.base AS b WHERE NOT EXISTS (SELECT FROM again AS g WHERE g.order_id = b.order_id);
	UPDATE property.base AS b SET vehicle_id = g.vehicle_id, stop_no = g.stop_no FROM again AS g WHERE g.order_id = b.order_id;
	INSERT INTO property.base SELECT vehicle_id, stop_no, order_id, NULL, false FROM again AS g
	WHERE NOT EXISTS (SELECT FROM property.base AS b WHERE g.order_id = b.order_id);
	DROP TABLE again;
	-- all before a fixed row is fixed
	UPDATE property.base AS b SET frozen = true
	FROM (SELECT vehicle_id, max(stop_no) AS last FROM property.base WHERE frozen OR done_at IS NOT NULL GROUP BY vehicle_id) AS l
	WHERE l.vehicle_id = b.vehicle_id AND b.stop_no <= l.last;
END
$$;

-- property.route: what a route comes to as check times it, and whether it breaks a rule.
CREATE FUNCTION property.route(p property.problems, traffic text, now timestamptz, routes text, asked text,
	OUT fits bool, OUT cost float8, OUT works interval, OUT metres float8, OUT grams float8, OUT starts timestamptz)
LANGUAGE sql AS $$
	SELECT coalesce(bool_and(c.violations = '{}'), true), coalesce(sum(c.cost), 0),
		coalesce(max(c.departs_at) - min(c.arrives_at), '0'), sum(c.distance_m), sum(c.co2e_g),
		max(c.starts_at) FILTER (WHERE c.order_id = asked)
	FROM lastmile.check(p.orders, p.vehicles, routes, matrix => p.matrix, traffic => traffic, at => now, objective => p.objective) AS c
	WHERE c.vehicle_id IS NOT NULL;
$$;

-- property.ask: one order of a problem, taken off the plan, quoted and put into every place.
CREATE FUNCTION property.ask(this bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	p		property.problems;
	a		property.asked;
	o		property.orders;
	slot	tstzrange;
	others	text;
	routes	text := 'SELECT vehicle_id, stop_no, order_id, done_at, frozen FROM property.base';
	clock	timestamptz;
	q		record;
	van		text;
	before	record;
	now		record;
	rise	float8;
	best	float8;
	alike	int := 0;		-- places with the numbers that quote gives
BEGIN
	PERFORM property.make(this);
	SELECT * INTO p FROM property.problems WHERE seed = this;
	PERFORM property.settle(p);
	a.seed := this;
	a.traffic := CASE WHEN this % 2 = 0 THEN property.jam(this) END;
	a.objective := p.objective;
	SELECT * INTO o FROM property.orders WHERE seed = this ORDER BY (expected <> 'served')::int * (this % 3), md5(id) LIMIT 1;
	others := format('SELECT * FROM (%s) AS o WHERE id::text <> %L', p.orders, o.id);
	clock := CASE WHEN this % 3 = 1 THEN p.start + (100 + property.follow(this, 72, 300)) * interval '1 min' END;
	PERFORM property.begin(p, a.traffic, o.id, clock);
	SELECT count(done_at), count(*) FILTER (WHERE frozen AND done_at IS NULL) INTO a.done, a.frozen FROM property.base;

	slot := CASE this % 5
		WHEN 0 THEN tstzrange(p.start + property.follow(this, 70, 600) * interval '1 min', NULL)
		WHEN 1 THEN tstzrange(NULL, p.start + property.follow(this, 70, 600) * interval '1 min')
		WHEN 2 THEN tstzrange(p.start + property.follow(this, 70, 400) * interval '1 min',
			p.start + (400 + property.follow(this, 71, 300)) * interval '1 min') END;
	a.slotted := slot IS NOT NULL;
	SELECT * INTO q FROM lastmile.quote(others, p.vehicles, routes,
		format('SELECT o.*, %L::timestamptz AS slot_start, %L::timestamptz AS slot_end FROM (%s) AS o WHERE id::text = %L',
			lower(slot), upper(slot), p.orders, o.id),
		matrix => p.matrix, traffic => a.traffic, at => clock, objective => p.objective);

	-- For check the slot is part of the order's windows.
	IF slot IS NOT NULL THEN
		UPDATE property.orders
		SET window_start = greatest(window_start, lower(slot)), window_end = least(window_end, upper(slot)),
			windows = CASE WHEN p.window_form IN ('range', 'multirange')
				THEN coalesce(windows, '{(,)}') * tstzmultirange(tstzrange(lower(slot), upper(slot), '[]')) END
		WHERE seed = this AND id = o.id AND p.window_form IN ('pair', 'range', 'multirange');
		UPDATE property.orders
		SET window_start = greatest(window_start, lower(slot)), window_end = least(window_end, upper(slot))
		WHERE seed = this AND id = o.id AND p.window_form NOT IN ('pair', 'range', 'multirange');
	END IF;
	a.places := 0;
	a.fits := 0;
	FOR van IN SELECT id FROM property.vehicles WHERE seed = this LOOP
		before := property.route(p, a.traffic, clock, format('%s WHERE vehicle_id = %L', routes, van), NULL);
		CONTINUE WHEN NOT before.fits;
		-- nothing comes in before what is fixed
		FOR place IN (SELECT count(*) FROM property.base WHERE vehicle_id = van AND frozen)..(SELECT count(*) FROM property.base WHERE vehicle_id = van) LOOP
			now := property.route(p, a.traffic, clock, format(
				'SELECT vehicle_id, order_id, row_number() OVER (ORDER BY stop_no) AS stop_no, done_at, frozen FROM property.base WHERE vehicle_id = %1$L
				 UNION ALL SELECT %1$L, %2$L, %3$s + 0.5, NULL, false', van, o.id, place), o.id);
			a.places := a.places + 1;
			-- an order whose row cannot be read is driven to by nobody
			CONTINUE WHEN NOT now.fits OR now.starts IS NULL;
			a.fits := a.fits + 1;
			rise := CASE p.objective WHEN 'time' THEN extract(epoch FROM now.works - before.works)
				WHEN 'distance' THEN coalesce(now.metres, 0) - coalesce(before.metres, 0)
				WHEN 'vehicles' THEN now.cost - before.cost + CASE WHEN before.works = '0' THEN 1e9 ELSE 0 END
				ELSE now.cost - before.cost END;
			best := least(best, rise);
			IF q.feasible AND q.vehicle_id = van AND q.starts_at = now.starts AND abs(q.cost - (now.cost - before.cost)) < 1e-6
				AND q.extra_time = now.works - before.works
				AND q.extra_distance_m IS NOT DISTINCT FROM round((now.metres - coalesce(before.metres, 0))::numeric, 3)::float8
				AND (q.co2e_g IS NULL) = (now.grams IS NULL) AND coalesce(abs(q.co2e_g - (now.grams - coalesce(before.grams, 0))) < 1e-3, true)
				AND rise <= best + 1e-6
			THEN
				alike := alike + 1;
				rise := NULL;
			END IF;
		END LOOP;
	END LOOP;
	a.wrong := CASE
		WHEN q.order_id IS DISTINCT FROM o.id OR q.slot_start IS DISTINCT FROM lower(slot) OR q.slot_end IS DISTINCT FROM upper(slot)
			THEN 'another row'
		WHEN q.feasible AND a.fits = 0 THEN 'there is no place'
		WHEN NOT q.feasible AND a.fits > 0 THEN 'there is a place'
		WHEN q.feasible <> (q.reason_code IS NULL) THEN 'reason_code'
		WHEN NOT q.feasible AND num_nonnulls(q.vehicle_id, q.starts_at, q.cost, q.extra_time, q.extra_distance_m, q.co2e_g) > 0
			THEN 'amounts of a place that is not there'
		WHEN q.feasible AND alike = 0 THEN format('%s, best %s', q::text, best)
	END;
	INSERT INTO property.asked SELECT a.*;
	PERFORM property.forget(this);
END
$$;

SELECT plan(4);
SELECT property.ask(seed) FROM generate_series(1, :problems) AS seed \g /dev/null
SELECT is_empty('SELECT * FROM property.asked WHERE wrong IS NOT NULL', 'quote is the best of all places that check accepts');
SELECT cmp_ok((SELECT avg((fits > 0)::int) FROM property.asked), '>', 0.4, 'many of the orders have a place');
SELECT cmp_ok((SELECT avg((fits = 0)::int) FROM property.asked), '>', 0.1, 'and some have none');
SELECT cmp_ok((SELECT least(sum(done), sum(frozen)) FROM property.asked), '>', (:problems / 10)::bigint, 'rows were done, and frozen');
SELECT diag(format('%s problems, %s places tried, %s good, %s orders without any; %s rows done, %s frozen', count(*), sum(places), sum(fits),
	count(*) FILTER (WHERE fits = 0), sum(done), sum(frozen)))
FROM property.asked;
SELECT * FROM finish();
ROLLBACK;
