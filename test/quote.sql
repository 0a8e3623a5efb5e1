-- quote.sql - what quote says of a slot is what check says of every insertion.
--
-- Random problems (test/property/problems.sql), half of them under traffic, a third with the day under way, some with several trips, with shipments and
-- alternatives on the routes, or on a network of streets: an order is taken off the plan and asked about, for
-- all its time or for a slot. Each place of each vehicle is then tried with lastmile.check, where it may make several trips with a reload beside the order too; the best that breaks no rule must be
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
	network		text,
	objective	text,
	slotted		bool,
	trips		bool,
	done		int,		-- rows that are done, and
	frozen		int,		-- frozen besides
	grouped		int,		-- rows of shipments and of alternatives on the routes
	reloads		int,		-- there
	places		int,		-- tried
	fits		int,		-- that break no rule
	taken		text,		-- what quote took: an order alone, or with a reload
	wrong		text
);

-- The plan without the order, and what of it is done or frozen. k tells the reloads of a vehicle apart.
CREATE TABLE property.base (vehicle_id text, stop_no int, kind text, order_id text, k bigint, done_at timestamptz, frozen bool);
CREATE TABLE property.groups (id text, shipment_id int, option_of int);

-- Streets of 500 m from one corner of the plane to the other, some closed in one direction or, for vans, in both.
CREATE TABLE property.streets AS
SELECT row_number() OVER () AS id, a AS source, b AS target, 30 + abs(hashint4(a + 7 * b)) % 50 AS cost,
	CASE WHEN hashint4(3 * a + b) % 9 = 0 THEN -1 ELSE 30 + abs(hashint4(a + 11 * b)) % 50 END AS reverse_cost,
	(ARRAY['main', 'side', 'lane'])[1 + abs(hashint4(a + b)) % 3] AS class, ST_MakeLine(ST_Point(a % 30 * 500 - 7250, a / 30 * 500 - 7250), ST_Point(b % 30 * 500 - 7250, b / 30 * 500 - 7250)) AS geom
FROM (SELECT v, v + 1 FROM generate_series(0, 899) AS v WHERE v % 30 < 29 UNION ALL SELECT v, v + 30 FROM generate_series(0, 869) AS v) AS e (a, b);
SELECT lastmile.create_network('lastmile_test_quote', 'SELECT * FROM property.streets',
	speeds => 'SELECT ''side'' AS class, 38 AS kmh, ''van'' AS profile UNION ALL SELECT ''main'', 60, ''van'' UNION ALL SELECT ''lane'', 25, ''van''') \g /dev/null

-- property.vary: rules that the problems do not have, by seed.
CREATE FUNCTION property.vary(INOUT p property.problems, asked text)
LANGUAGE plpgsql AS $$
BEGIN
	IF p.has_meters AND property.follow(p.seed, 60, 8) = 0 THEN
		p.objective := 'emissions';
		UPDATE property.vehicles SET co2e_per_km = coalesce(co2e_per_km, 90 + no) WHERE seed = p.seed;
	END IF;
	-- of six orders next to each other two are a shipment, two alternatives, and the last is another end of the shipment
	DELETE FROM property.groups;
	IF property.follow(p.seed, 61, 2) = 0 THEN
		INSERT INTO property.groups
		SELECT id, CASE WHEN turn IN (0, 1, 5) THEN six END, CASE WHEN turn IN (1, 5) THEN six WHEN turn IN (2, 3) THEN 1000 + six END
		FROM (SELECT *, n % 6 AS turn, n / 6 AS six, max(n % 6) OVER (PARTITION BY n / 6) AS last
			FROM (SELECT id, row_number() OVER (ORDER BY no) - 1 AS n FROM property.orders WHERE seed = p.seed AND id <> asked AND expected IN ('served', 'optional')) AS o) AS o
		WHERE last = 5 AND turn <> 4;
		UPDATE property.orders AS o SET kind = CASE WHEN g.option_of IS NULL THEN 'pickup' ELSE 'delivery' END,
			demand = (SELECT f.demand FROM property.groups AS h JOIN property.orders AS f USING (id) WHERE f.seed = p.seed AND h.shipment_id = g.shipment_id AND h.option_of IS NULL)
		FROM property.groups AS g
		WHERE o.seed = p.seed AND o.id = g.id AND g.shipment_id IS NOT NULL;
		p.orders := format('SELECT o.*, g.shipment_id, g.option_of FROM (%s) AS o LEFT JOIN property.groups AS g ON g.id = o.id::text', p.orders);
	END IF;
	-- under balanced places with a reload are compared by an estimate (reference, lastmile.quote)
	IF p.objective IS DISTINCT FROM 'balanced' AND property.follow(p.seed, 62, 3) = 0 THEN
		UPDATE property.vehicles SET capacity = ARRAY(SELECT round(amount / 3, 3) FROM unnest(capacity) AS amount) WHERE seed = p.seed AND capacity IS NOT NULL;
		UPDATE property.orders SET release_at = p.start + make_interval(mins => property.follow(p.seed, no, 240)) WHERE seed = p.seed AND no % 5 = 0;
		p.vehicles := format('SELECT *, 1 + abs(hashtext(id::text)) %% 3 AS max_trips, 60 * (abs(hashtext(id::text)) %% 7) AS reload_time%s FROM (%s) AS v',
			CASE WHEN p.has_meters THEN ', 4000 + abs(hashtext(id::text)) % 20000 AS range_m' ELSE '' END, p.vehicles);
	END IF;
END
$$;

-- property.begin: plans a problem; where the day is under way, what was left by now is done, with some noise, some rows more are
-- frozen, and the rest is planned again.
CREATE FUNCTION property.begin(p property.problems, traffic text, network text, asked text, now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM property.base;
	INSERT INTO property.base
	SELECT vehicle_id, stop_no, kind, order_id, row_number() OVER (PARTITION BY vehicle_id, kind, order_id ORDER BY stop_no),
		CASE WHEN departs_at < now THEN max(departs_at + property.follow(p.seed + stop_no, 80, 600) * interval '1 s')
			OVER (PARTITION BY vehicle_id ORDER BY stop_no) END,
		now IS NOT NULL AND property.follow(p.seed + stop_no, 81, 5) = 0
	FROM lastmile.plan(p.orders, p.vehicles, matrix => p.matrix, network => network, traffic => traffic, objective => p.objective, iterations => 40, seed => p.seed)
	WHERE vehicle_id IS NOT NULL AND (order_id <> asked OR kind = 'reload');
	IF now IS NOT NULL THEN
		CREATE TEMP TABLE again AS
		SELECT n.vehicle_id, n.stop_no, n.kind, n.order_id, n.k, b.done_at, coalesce(b.frozen, false) AS frozen
		FROM (SELECT *, row_number() OVER (PARTITION BY vehicle_id, kind, order_id ORDER BY stop_no) AS k
			FROM lastmile.plan(format('SELECT * FROM (%s) AS o WHERE id::text <> %L', p.orders, asked), p.vehicles, matrix => p.matrix, network => network,
				traffic => traffic, objective => p.objective, iterations => 40, seed => p.seed, routes => 'property.base', at => now)
			WHERE vehicle_id IS NOT NULL AND (order_id IS NOT NULL OR kind = 'reload')) AS n
		LEFT JOIN property.base AS b ON b.vehicle_id = n.vehicle_id AND b.kind = n.kind AND b.order_id IS NOT DISTINCT FROM n.order_id AND b.k = n.k;
		DELETE FROM property.base;
		INSERT INTO property.base SELECT * FROM again;
		DROP TABLE again;
	END IF;
	-- all before a fixed row is fixed
	UPDATE property.base AS b SET frozen = true
	FROM (SELECT vehicle_id, max(stop_no) AS last FROM property.base WHERE frozen OR done_at IS NOT NULL GROUP BY vehicle_id) AS l
	WHERE l.vehicle_id = b.vehicle_id AND b.stop_no <= l.last;
	UPDATE property.base AS b SET stop_no = r.n FROM (SELECT vehicle_id, stop_no, row_number() OVER (PARTITION BY vehicle_id ORDER BY stop_no) AS n FROM property.base) AS r
	WHERE r.vehicle_id = b.vehicle_id AND r.stop_no = b.stop_no;
END
$$;

CREATE TYPE property.routed AS (fits bool, cost float8, works interval, metres float8, grams float8, starts timestamptz);

-- property.route: what a route comes to as check times it, and whether it breaks a rule.
CREATE FUNCTION property.route(p property.problems, a property.asked, now timestamptz, routes text, asked text)
RETURNS property.routed
LANGUAGE sql AS $$
	SELECT coalesce(bool_and(c.violations = '{}'), true), coalesce(sum(c.cost), 0),
		coalesce(max(c.departs_at) - min(c.arrives_at), '0'), sum(c.distance_m), sum(c.co2e_g),
		max(c.starts_at) FILTER (WHERE c.order_id = asked)
	FROM lastmile.check(p.orders, p.vehicles, routes, matrix => p.matrix, network => a.network, traffic => a.traffic, at => now, objective => p.objective) AS c
	WHERE c.vehicle_id IS NOT NULL;
$$;

-- property.deviation: hours of the mean deviation of working time, when that of one vehicle is another.
CREATE FUNCTION property.deviation(works float8[], van int, instead float8) RETURNS float8
LANGUAGE sql AS $$
	SELECT avg(abs(w - mean)) / 3600
	FROM (SELECT w, avg(w) OVER () AS mean FROM (SELECT CASE WHEN n = van THEN instead ELSE w END AS w FROM unnest(works) WITH ORDINALITY AS u (w, n)) AS all_of_them) AS d;
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
	routes	text := 'SELECT vehicle_id, stop_no, kind, order_id, done_at, frozen FROM property.base';
	clock	timestamptz;
	q		record;
	van		text;
	number	int;
	place	bigint;
	vans	text[];
	works	float8[] := '{}';
	befores	property.routed[];
	before	property.routed;
	now		property.routed;
	beside	text;
	rise	float8;
	best	float8;
	alike	float8;			-- what the best of the places adds that have the numbers that quote gives
BEGIN
	PERFORM property.make(this);
	SELECT * INTO p FROM property.problems WHERE seed = this;
	PERFORM property.settle(p);
	SELECT * INTO o FROM property.orders WHERE seed = this ORDER BY (expected <> 'served')::int * (this % 3), md5(id) LIMIT 1;
	p := property.vary(p, o.id);
	a.seed := this;
	a.network := CASE WHEN p.travel = 'planar' AND property.follow(this, 63, 4) < 3 THEN 'lastmile_test_quote' END;
	a.traffic := CASE WHEN this % 2 = 0 THEN property.jam(this) END;
	IF a.network IS NOT NULL AND this % 4 = 0 THEN
		a.traffic := format('SELECT j.*, (ARRAY[''main'', ''side'', NULL])[1 + row_number() OVER () %% 3] AS class FROM (%s) AS j', a.traffic);
	END IF;
	a.objective := p.objective;
	a.trips := p.vehicles LIKE '%max_trips%';
	others := format('SELECT * FROM (%s) AS o WHERE id::text <> %L', p.orders, o.id);
	clock := CASE WHEN this % 3 = 1 THEN p.start + (100 + property.follow(this, 72, 300)) * interval '1 min' END;
	PERFORM property.begin(p, a.traffic, a.network, o.id, clock);
	SELECT count(done_at), count(*) FILTER (WHERE frozen AND done_at IS NULL), count(g.id), count(*) FILTER (WHERE kind = 'reload')
	INTO a.done, a.frozen, a.grouped, a.reloads FROM property.base LEFT JOIN property.groups AS g ON g.id = order_id;

	slot := CASE this % 5
		WHEN 0 THEN tstzrange(p.start + property.follow(this, 70, 600) * interval '1 min', NULL)
		WHEN 1 THEN tstzrange(NULL, p.start + property.follow(this, 70, 600) * interval '1 min')
		WHEN 2 THEN tstzrange(p.start + property.follow(this, 70, 400) * interval '1 min',
			p.start + (400 + property.follow(this, 71, 300)) * interval '1 min') END;
	a.slotted := slot IS NOT NULL;
	SELECT * INTO q FROM lastmile.quote(others, p.vehicles, routes,
		format('SELECT o.*, %L::timestamptz AS slot_start, %L::timestamptz AS slot_end FROM (%s) AS o WHERE id::text = %L',
			lower(slot), upper(slot), p.orders, o.id),
		matrix => p.matrix, network => a.network, traffic => a.traffic, at => clock, objective => p.objective);

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
	vans := ARRAY(SELECT id FROM property.vehicles WHERE seed = this ORDER BY no);
	FOREACH van IN ARRAY vans LOOP
		SELECT r.* INTO before FROM property.route(p, a, clock, format('%s WHERE vehicle_id = %L', routes, van), NULL) AS r;
		befores := befores || before;
		-- what breaks a rule counts as no route
		works := works || CASE WHEN before.fits THEN extract(epoch FROM before.works) ELSE 0 END::float8;
	END LOOP;
	FOR number IN 1..cardinality(vans) LOOP
		van := vans[number];
		before := befores[number];
		CONTINUE WHEN NOT before.fits;
		-- nothing comes in before what is fixed; a reload makes no trip without orders
		FOR place, beside IN
			SELECT n, b
			FROM generate_series((SELECT count(*) FROM property.base WHERE vehicle_id = van AND frozen), (SELECT count(*) FROM property.base WHERE vehicle_id = van)) AS n,
				unnest(CASE WHEN a.trips THEN '{alone,begins,ends}' ELSE '{alone}' END::text[]) AS b
			WHERE b = 'alone' OR EXISTS (SELECT FROM property.base WHERE vehicle_id = van AND kind <> 'reload' AND stop_no = n + (b = 'ends')::int)
		LOOP
			SELECT r.* INTO now FROM property.route(p, a, clock, format(
				'SELECT vehicle_id, kind, order_id, row_number() OVER (ORDER BY stop_no) AS stop_no, done_at, frozen FROM property.base WHERE vehicle_id = %1$L
				 UNION ALL SELECT %1$L, NULL, %2$L, %3$s + 0.5, NULL, false
				 UNION ALL SELECT %1$L, ''reload'', NULL, %3$s + %4$s, NULL, false WHERE %4$s > 0', van, o.id, place,
				 CASE beside WHEN 'begins' THEN 0.4 WHEN 'ends' THEN 0.6 ELSE 0 END), o.id) AS r;
			a.places := a.places + 1;
			-- an order whose row cannot be read is driven to by nobody
			CONTINUE WHEN NOT now.fits OR now.starts IS NULL;
			a.fits := a.fits + 1;
			rise := CASE p.objective WHEN 'time' THEN extract(epoch FROM now.works - before.works)
				WHEN 'distance' THEN coalesce(now.metres, 0) - coalesce(before.metres, 0)
				WHEN 'emissions' THEN coalesce(now.grams, 0) - coalesce(before.grams, 0)
				WHEN 'balanced' THEN now.cost - before.cost + property.deviation(works, number, extract(epoch FROM now.works)::float8)
					- property.deviation(works, number, works[number])
				WHEN 'vehicles' THEN now.cost - before.cost + CASE WHEN before.works = '0' THEN 1e9 ELSE 0 END
				ELSE now.cost - before.cost END;
			best := least(best, rise);
			IF q.feasible AND q.vehicle_id = van AND q.starts_at = now.starts AND abs(q.cost - (now.cost - before.cost)) < 1e-6
				AND q.extra_time = now.works - before.works
				AND q.extra_distance_m IS NOT DISTINCT FROM round((now.metres - coalesce(before.metres, 0))::numeric, 3)::float8
				AND (q.co2e_g IS NULL) = (now.grams IS NULL) AND coalesce(abs(q.co2e_g - (now.grams - coalesce(before.grams, 0))) < 1e-3, true)
				AND (alike IS NULL OR rise < alike)
			THEN
				alike := rise;
				a.taken := beside;
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
		WHEN q.feasible AND (alike IS NULL OR alike > best + 1e-6) THEN format('%s, adds %s, best %s', q::text, alike, best)
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
SELECT diag(format('%s problems, %s places tried, %s good, %s orders without any; %s rows done, %s frozen, %s grouped, %s reloads, %s by road, taken %s', count(*), sum(places), sum(fits),
	count(*) FILTER (WHERE fits = 0), sum(done), sum(frozen), sum(grouped), sum(reloads), count(network), array_agg(DISTINCT taken)))
FROM property.asked;
SELECT * FROM finish();
ROLLBACK;
