-- problems.sql - random problems, each built around a hidden plan that keeps every rule.
--
-- property.make(seed) writes one problem: it draws routes first, drives them by the rules of
-- doc/reference.md ("The schedule of a route"), and then puts windows, breaks, shifts, capacities
-- and limits around what was driven. So whatever the search finds, a plan that serves all
-- mandatory orders exists. The same seed makes the same problem on every machine with the same
-- version of PostgreSQL (random() after setseed).
--
-- Columns, types and forms vary from problem to problem: ids are bigint, uuid or text; windows a
-- pair, a range, a multirange or both; durations intervals or seconds; columns come in any order.
--
-- Rows of all problems lie in the same tables, told apart by seed; times inside this file are
-- milliseconds from problems.start, as in the rules.

SET client_min_messages = warning;
SET jit = off;		-- compiling the queries of so small problems would be most of the time

CREATE TABLE property.problems (
	seed			bigint PRIMARY KEY,
	travel			text,			-- geographic, planar or matrix
	profiles		text[],			-- of the matrix; one NULL: the rows hold for all
	has_meters		bool,
	key_style		text,			-- matrix: location (location_id) or id (the order's own)
	missing			float8,			-- share of the pairs nobody needs that the matrix lacks
	grain			bigint,			-- every duration is a multiple of this
	slack			bigint,			-- least distance of a limit from the hidden route, ms and mm: 0 where
									-- legs are whole milliseconds, 1000 where they are rounded
	speed_kmh		float8,
	detour_factor	float8,
	objective		text,
	id_type			text,
	window_form		text,			-- pair, range, multirange or both
	dims			int,			-- of demand and capacity
	start			timestamptz,
	orders			text,			-- the queries
	vehicles		text,
	matrix			text
);

CREATE TABLE property.places (
	seed	bigint,
	no		int,
	key		text,
	island	bool,					-- no leg leads there
	x		float8,					-- metres from the middle
	y		float8,
	geom	geometry,
	PRIMARY KEY (seed, no)
);

CREATE TABLE property.legs (
	seed	bigint,
	profile	int,					-- index into problems.profiles
	a		int,
	b		int,
	seconds	float8,
	meters	float8,
	noise	float8,
	PRIMARY KEY (seed, profile, a, b)
);

CREATE TABLE property.orders (
	seed				bigint,
	no					int,
	id					text,
	place				int,
	vehicle				int,		-- of the hidden plan, NULL: not in it; served by rising no
	expected			text,		-- served; optional; or why it cannot be served by anybody: a reason_code
	kind				text,
	window_start		timestamptz,
	window_end			timestamptz,
	windows				tstzmultirange,
	service_time		interval,
	setup_time			interval,
	demand				numeric[],
	skills				text[],
	allowed_vehicles	text[],
	refused_vehicles	text[],
	release_at			timestamptz,
	priority			int,
	skip_cost			numeric,
	place_type			text,
	geom				geometry,
	location_id			text,
	PRIMARY KEY (seed, no)
);

CREATE TABLE property.vehicles (
	seed					bigint,
	no						int,
	id						text,
	driver_id				text,
	profile					text,
	start_place				int,
	end_place				int,
	start_geom				geometry,
	end_geom				geometry,
	start_location_id		text,
	end_location_id			text,
	open_end				bool,
	shift_start				timestamptz,
	shift_end				timestamptz,
	overtime				interval,
	capacity				numeric[],
	skills					text[],
	speed_factor			float8,
	cost_fixed				numeric,
	cost_per_hour			numeric,
	cost_per_km				numeric,
	cost_per_overtime_hour	numeric,
	max_stops				int,
	max_distance_m			float8,
	max_time				interval,
	break_window			tstzrange[],
	break_time				interval[],
	co2e_per_km				numeric,
	hidden_departs			timestamptz,	-- NULL: not used in the hidden plan
	hidden_ends				timestamptz,
	hidden_breaks			int[],			-- after which of its orders each break is taken, 0: the start
	PRIMARY KEY (seed, no)
);

-- Random numbers: an integer from low to high; true in a share of the calls; one of a list; a
-- duration from low to high milliseconds, a multiple of grain.
CREATE FUNCTION property.int(low int, high int) RETURNS int LANGUAGE sql VOLATILE AS
	'SELECT low + floor(random() * (high - low + 1))::int';
CREATE FUNCTION property.chance(share float8) RETURNS bool LANGUAGE sql VOLATILE AS
	'SELECT random() < share';
CREATE FUNCTION property.pick(VARIADIC list numeric[]) RETURNS numeric LANGUAGE sql VOLATILE AS
	'SELECT list[1 + floor(random() * cardinality(list))::int]';
CREATE FUNCTION property.pick(VARIADIC list text[]) RETURNS text LANGUAGE sql VOLATILE AS
	'SELECT list[1 + floor(random() * cardinality(list))::int]';
CREATE FUNCTION property.span(low bigint, high bigint, grain bigint) RETURNS bigint LANGUAGE sql VOLATILE AS
	'SELECT (low + floor(random() * (high - low + 1))::bigint + grain - 1) / grain * grain';

CREATE FUNCTION property.ms(ms bigint) RETURNS interval LANGUAGE sql IMMUTABLE AS
	'SELECT ms * interval ''1 ms''';

-- A number from 0 to 1 that depends on the arguments alone.
CREATE FUNCTION property.noise(seed bigint, profile int, a int, b int) RETURNS float8
LANGUAGE sql IMMUTABLE AS
	'SELECT (''x'' || substr(md5(concat_ws('' '', seed, profile, a, b)), 1, 8))::bit(32)::bigint / 4294967296.0::float8';

CREATE FUNCTION property.order_id(id_type text, seed bigint, no int) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE id_type
			   WHEN 'bigint' THEN (no * 37 % 211 + 1)::text
			   WHEN 'uuid' THEN md5('order ' || seed || ' ' || no)::uuid::text
			   ELSE (ARRAY['order ', 'o''', 'Ö-', '0'])[1 + no % 4] || no
		   END;
$$;

CREATE FUNCTION property.vehicle_id(id_type text, seed bigint, no int) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE id_type
			   WHEN 'bigint' THEN (no * 5 % 23 + 1)::text
			   WHEN 'uuid' THEN md5('vehicle ' || seed || ' ' || no)::uuid::text
			   ELSE (ARRAY['van ', 'Ä"'])[1 + no % 2] || no
		   END;
$$;

-- property.leg: seconds and metres from a place to another for a profile, before speed_factor.
-- NULL seconds: no way.
CREATE FUNCTION property.leg(p property.problems, profile_no int, place_a int, place_b int,
							 OUT seconds float8, OUT meters float8)
LANGUAGE plpgsql STABLE AS $$
DECLARE
	a geometry;
	b geometry;
BEGIN
	IF p.travel = 'matrix' THEN
		SELECT l.seconds, l.meters INTO seconds, meters
		FROM property.legs l
		WHERE l.seed = p.seed AND l.profile = profile_no AND l.a = place_a AND l.b = place_b;
		IF NOT FOUND AND place_a = place_b THEN
			seconds := 0;
			meters := 0;
		END IF;
		RETURN;
	END IF;
	SELECT geom INTO a FROM property.places WHERE seed = p.seed AND no = place_a;
	SELECT geom INTO b FROM property.places WHERE seed = p.seed AND no = place_b;
	meters := p.detour_factor *
		CASE p.travel WHEN 'planar' THEN ST_Distance(a, b) ELSE ST_Distance(a::geography, b::geography) END;
	seconds := meters / (p.speed_kmh / 3.6);
END
$$;

-- property.choose: what kind of problem it is.
CREATE FUNCTION property.choose(this bigint) RETURNS property.problems
LANGUAGE plpgsql AS $$
DECLARE
	p property.problems;
BEGIN
	PERFORM setseed((this * 7919 % 1000003) / 1000003.0);
	p.seed := this;
	p.grain := property.pick(1, 1000, 1000, 60000);
	p.travel := property.pick('geographic', 'planar', 'matrix', 'matrix');
	p.slack := CASE p.travel WHEN 'matrix' THEN 0 ELSE 1000 END;
	p.has_meters := p.travel <> 'matrix' OR property.chance(0.6);
	p.profiles := CASE WHEN p.travel = 'matrix' AND property.chance(0.3) THEN '{van,bike}'::text[]
					   ELSE ARRAY[NULL::text] END;
	p.key_style := property.pick('location', 'location', 'id');
	p.missing := CASE WHEN property.chance(0.4) THEN 0.05 ELSE 0 END;
	p.speed_kmh := property.pick(20, 30, 30, 45.5);
	p.detour_factor := property.pick(1, 1.3, 1.3, 1.45);
	p.objective := CASE WHEN p.has_meters THEN property.pick('cost', 'cost', 'vehicles', 'time', 'distance')
						ELSE property.pick('cost', 'cost', 'vehicles', 'time') END;
	p.id_type := property.pick('bigint', 'uuid', 'text');
	p.window_form := property.pick('pair', 'range', 'multirange', 'both');
	p.dims := property.int(0, 3);
	p.start := timestamptz '2026-01-01 06:00+00' + property.int(0, 700) * interval '1 day';
	RETURN p;
END
$$;

-- property.place: writes a place and gives its number.
CREATE FUNCTION property.place(p property.problems, no int, x float8, y float8, key text,
							   island bool DEFAULT false) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
	-- A middle somewhere on earth, sometimes on the 180th meridian.
	lat0	float8 := -60 + 130 * property.noise(p.seed, 0, 0, 1);
	lon0	float8 := CASE WHEN p.seed % 17 = 0 THEN 180 ELSE -180 + 360 * property.noise(p.seed, 0, 0, 2) END;
	lon		float8 := lon0 + x / (111320 * cos(radians(lat0)));
BEGIN
	INSERT INTO property.places VALUES (p.seed, no, key, island, x, y,
		CASE p.travel
			WHEN 'geographic' THEN ST_SetSRID(ST_MakePoint(
				lon - 360 * (CASE WHEN lon > 180 THEN 1 WHEN lon < -180 THEN -1 ELSE 0 END),
				lat0 + y / 110540), 4326)
			ELSE ST_SetSRID(ST_MakePoint(x, y), 0)
		END);
	RETURN no;
END
$$;

-- property.fill_legs: the matrix of all places, all pairs but those of islands. Roads are not
-- symmetric and keep no triangle inequality here. In some problems it costs time to stay.
CREATE FUNCTION property.fill_legs(p property.problems) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO property.legs
	SELECT p.seed, profile, a.no, b.no,
		   CASE WHEN a.no = b.no THEN 30000 / p.grain * p.grain
				ELSE round(d / (CASE profile WHEN 1 THEN 8 ELSE 5 END) * (0.8 + 0.5 * noise) * 1000 / p.grain) * p.grain
		   END / 1000.0,
		   CASE WHEN a.no = b.no THEN 0 ELSE round((d * (1.1 + 0.3 * noise))::numeric, 3) END,
		   noise
	FROM generate_series(1, cardinality(p.profiles)) AS profile
	JOIN property.places a ON a.seed = p.seed AND NOT a.island
	JOIN property.places b ON b.seed = p.seed AND NOT b.island,
	LATERAL (SELECT property.noise(p.seed, profile, a.no, b.no) AS noise,
					sqrt((a.x - b.x) ^ 2 + (a.y - b.y) ^ 2) AS d) AS l
	WHERE a.no <> b.no OR p.seed % 13 = 0
	ON CONFLICT DO NOTHING;
$$;

-- property.put_window: the windows of an order that the hidden plan serves at `starts`, having been
-- ready at `ready`. They do not let it start before; `tight` is how often a limit has no room.
CREATE FUNCTION property.put_window(p property.problems, o property.orders, ready bigint, starts bigint,
									tight float8) RETURNS property.orders
LANGUAGE plpgsql AS $$
DECLARE
	opens	bigint;
	closes	bigint;
	bounds	text := property.pick('[]', '[)', '(]', '()');
	low		timestamptz;
	high	timestamptz;
	hour	bigint := 3600000;
	list	tstzrange[];
BEGIN
	IF starts > ready THEN
		opens := starts;
	ELSIF property.chance(0.75) THEN
		opens := starts - p.slack - CASE WHEN property.chance(tight) THEN 0
										 ELSE property.span(0, 2 * hour, p.grain) END;
	END IF;
	IF property.chance(0.8) THEN
		closes := starts + p.slack + CASE WHEN property.chance(tight) THEN 0
										  ELSE property.span(0, 3 * hour, p.grain) END;
	END IF;
	IF opens IS NULL AND closes IS NULL AND property.chance(0.5) THEN
		RETURN o;
	END IF;
	low := coalesce(p.start + property.ms(opens),
					CASE WHEN property.chance(0.3) THEN '-infinity'::timestamptz END);
	high := coalesce(p.start + property.ms(closes),
					 CASE WHEN property.chance(0.3) THEN 'infinity'::timestamptz END);
	IF p.window_form = 'pair' THEN
		o.window_start := low;
		o.window_end := high;
		RETURN o;
	END IF;

	list := ARRAY[tstzrange(low, high, CASE WHEN opens = closes THEN '[]' ELSE bounds END)];
	IF p.window_form <> 'range' THEN
		-- Another window before, closed when the van is ready, and another after.
		IF opens IS NOT NULL AND property.chance(0.4) THEN
			opens := least(opens, ready) - property.span(1000, hour, p.grain);
			list := list || tstzrange(p.start + property.ms(opens - property.span(0, hour, p.grain)),
									  p.start + property.ms(opens), '[]');
		END IF;
		IF closes IS NOT NULL AND property.chance(0.4) THEN
			closes := closes + property.span(1000, hour, p.grain);
			list := list || tstzrange(p.start + property.ms(closes),
									  p.start + property.ms(closes + property.span(1, hour, p.grain)), bounds);
		END IF;
	END IF;
	o.windows := range_agg(r) FROM unnest(list) AS r;
	-- The pair may cut what lies outside the window that is used.
	IF p.window_form = 'both' AND property.chance(0.5) THEN
		o.window_start := CASE WHEN property.chance(0.7) THEN
			p.start + property.ms(starts - p.slack - property.span(0, hour, p.grain)) END;
		o.window_end := CASE WHEN property.chance(0.7) THEN
			p.start + property.ms(starts + p.slack + property.span(0, hour, p.grain)) END;
	END IF;
	RETURN o;
END
$$;

-- property.drive: drives the orders of a hidden route and puts windows, breaks, shift and limits
-- around. Gives the vehicle and the orders back, finished but for loads and skills.
CREATE FUNCTION property.drive(p property.problems, INOUT v property.vehicles, INOUT os property.orders[],
							   tight float8)
LANGUAGE plpgsql AS $$
DECLARE
	n			int := coalesce(cardinality(os), 0);
	profile_no	int := coalesce(array_position(p.profiles, v.profile), 1);
	hour		bigint := 3600000;
	departs		bigint := property.span(0, 3 * hour, p.grain);
	at			bigint := departs;
	here		int := v.start_place;
	length		bigint := 0;
	leg			record;
	setup		interval;
	ready		bigint;
	starts		bigint;
	positions	int[] := '{}';
	begins		bigint[] := '{}';		-- of each break
	opens		bigint[] := '{}';
	lasts		bigint[] := '{}';
	close		bigint;
	room		bigint;
	overtime	bigint;
	spare		bigint;
	o			property.orders;
BEGIN
	IF n > 0 AND NOT (v.open_end AND n = 1) AND property.chance(0.5) THEN
		SELECT array_agg(position ORDER BY position) INTO positions
		FROM (SELECT property.int(0, CASE WHEN v.open_end THEN n - 1 ELSE n END) AS position
			  FROM generate_series(1, property.int(1, 2))) AS drawn;
	END IF;

	FOR stop IN 0..n LOOP
		IF stop > 0 THEN
			o := os[stop];
			leg := property.leg(p, profile_no, here, o.place);
			at := at + round(leg.seconds * 1000 / coalesce(v.speed_factor, 1))::bigint;
			length := length + round(leg.meters * 1000)::bigint;
			setup := interval '0';
			IF stop = 1 OR os[stop - 1].place <> o.place THEN	-- a new visit: the largest setup of it
				FOR later IN stop..n LOOP
					EXIT WHEN os[later].place <> o.place;
					setup := greatest(setup, os[later].setup_time);
				END LOOP;
			END IF;
			ready := at + extract(epoch FROM setup) * 1000;
			starts := ready + CASE WHEN property.chance(0.2) THEN property.span(1, hour / 2, p.grain) ELSE 0 END;
			o := property.put_window(p, o, ready, starts, tight);
			IF property.chance(0.25) THEN
				-- Goods that wait for the van; what a pickup's release says, has no effect.
				o.release_at := p.start + property.ms(CASE WHEN o.kind = 'pickup' THEN property.span(0, 20 * hour, p.grain)
					WHEN property.chance(tight) THEN departs ELSE departs - property.span(0, 2 * hour, p.grain) END);
			END IF;
			os[stop] := o;
			at := starts + coalesce(extract(epoch FROM o.service_time) * 1000, 0)::bigint;
			here := o.place;
		END IF;
		FOR rest IN 1..cardinality(positions) LOOP
			CONTINUE WHEN positions[rest] <> stop;
			IF property.chance(0.3) THEN
				at := at + property.span(1, hour / 3, p.grain);		-- until the break's window opens
				opens := opens || at;
			ELSE
				opens := opens || at - p.slack - CASE WHEN property.chance(tight) THEN 0
													  ELSE property.span(0, 2 * hour, p.grain) END;
			END IF;
			begins := begins || at;
			lasts := lasts || property.span(5 * 60000, 45 * 60000, p.grain);
			at := at + lasts[rest];
		END LOOP;
	END LOOP;
	IF NOT v.open_end AND n > 0 THEN
		leg := property.leg(p, profile_no, here, v.end_place);
		at := at + round(leg.seconds * 1000 / coalesce(v.speed_factor, 1))::bigint;
		length := length + round(leg.meters * 1000)::bigint;
	END IF;

	-- A break is required when departure < close < end, and breaks are taken in the order in which
	-- they close: each closes before the next begins.
	FOR rest IN 1..cardinality(begins) LOOP
		room := coalesce(begins[rest + 1], at) - 1 - begins[rest];
		close := begins[rest] + greatest(least(p.slack, room), CASE WHEN property.chance(tight) THEN 0
			ELSE least(room, property.span(0, hour, p.grain)) END);
		close := greatest(close, departs + 1);
		v.break_window := v.break_window || tstzrange(p.start + property.ms(opens[rest]), p.start + property.ms(close),
			CASE WHEN opens[rest] = close THEN '[]' ELSE property.pick('[]', '[)', '(]') END);
		v.break_time := v.break_time || property.ms(lasts[rest]);
	END LOOP;
	v.hidden_breaks := positions;
	-- One more that is not required: after the end, or over before the departure. It can be taken by
	-- no route that drives then, so the shift must keep it out of all other schedules: only this one
	-- matters here.
	IF property.chance(0.15) AND n > 0 THEN
		close := CASE WHEN property.chance(0.5) THEN at + p.slack + property.span(0, 4 * hour, p.grain)
					  ELSE departs - p.slack - property.span(0, hour, p.grain) END;
		v.break_window := v.break_window || tstzrange(p.start + property.ms(close - property.span(0, hour, p.grain)),
													  p.start + property.ms(close), '[]');
		v.break_time := v.break_time || interval '20 minutes';
	END IF;

	IF n = 0 THEN
		at := departs + property.span(0, 8 * hour, p.grain);
	ELSE
		v.hidden_departs := p.start + property.ms(departs);
		v.hidden_ends := p.start + property.ms(at);
	END IF;
	-- The first vehicle's shift starts with the problem, so that the origin is no later.
	IF v.no = 1 THEN
		v.shift_start := p.start;
	ELSIF property.chance(0.7) THEN
		v.shift_start := p.start + property.ms(CASE WHEN property.chance(tight) THEN departs
													ELSE departs - property.span(0, departs, p.grain) END);
		v.shift_start := greatest(v.shift_start, p.start);
	END IF;
	IF property.chance(0.8) THEN
		overtime := CASE WHEN property.chance(0.4) THEN property.span(0, 2 * hour, p.grain) ELSE 0 END;
		spare := p.slack + CASE WHEN property.chance(tight) THEN 0 ELSE property.span(0, 3 * hour, p.grain) END;
		v.shift_end := p.start + property.ms(at + spare - overtime);
		v.overtime := CASE WHEN overtime > 0 THEN property.ms(overtime) END;
		-- A shift that would end before it starts is pulled to its start: overtime begins at once.
		IF v.shift_end < coalesce(v.shift_start, p.start) THEN
			v.overtime := v.overtime - (coalesce(v.shift_start, p.start) - v.shift_end);
			v.shift_end := coalesce(v.shift_start, p.start);
		END IF;
	END IF;
	IF property.chance(0.3) AND n > 0 THEN
		v.max_time := property.ms(at - departs + p.slack + CASE WHEN property.chance(tight) THEN 0
																ELSE property.span(0, hour, p.grain) END);
	END IF;
	IF property.chance(0.3) AND p.has_meters AND n > 0 THEN
		v.max_distance_m := (length + p.slack + CASE WHEN property.chance(tight) THEN 0
													 ELSE property.int(0, 8000000) END) / 1000.0;
	END IF;
	IF property.chance(0.3) AND n > 0 THEN
		v.max_stops := n + CASE WHEN property.chance(tight) THEN 0 ELSE property.int(0, 5) END;
	END IF;
END
$$;

-- property.load: skills and capacity of a vehicle from the orders it serves.
CREATE FUNCTION property.load(p property.problems, INOUT v property.vehicles, os property.orders[], tight float8)
LANGUAGE plpgsql AS $$
DECLARE
	o		property.orders;
	load	numeric;
	most	numeric;
BEGIN
	v.skills := ARRAY(SELECT skill FROM unnest('{lift,cold,"two men"}'::text[]) AS skill
					  WHERE property.chance(0.4) OR skill = ANY (SELECT unnest(x.skills) FROM unnest(os) AS x));
	IF p.dims > 0 AND (v.no = 1 OR property.chance(0.95)) THEN
		v.capacity := '{}';
		FOR dimension IN 1..p.dims LOOP
			SELECT coalesce(sum(x.demand[dimension]), 0) INTO load
			FROM unnest(os) AS x
			WHERE coalesce(x.kind, 'delivery') = 'delivery';
			most := load;
			IF os IS NOT NULL THEN
				FOREACH o IN ARRAY os LOOP
					load := load + coalesce(o.demand[dimension], 0) * CASE o.kind WHEN 'pickup' THEN 1 ELSE -1 END;
					most := greatest(most, load);
				END LOOP;
			END IF;
			v.capacity := v.capacity || CASE WHEN v.no = 1 OR property.chance(0.9) THEN
				most + CASE WHEN property.chance(tight) THEN 0 ELSE property.int(0, 40) END END;
		END LOOP;
	END IF;
END
$$;

-- property.order: an order at a place, with everything that needs no route. `served` is the vehicle
-- of the hidden plan, NULL for none; `fleet` all vehicle ids.
CREATE FUNCTION property.order(p property.problems, no int, place int, expected text, served int, fleet text[])
RETURNS property.orders
LANGUAGE plpgsql AS $$
DECLARE
	o		property.orders;
	others	text[];
BEGIN
	o.seed := p.seed;
	o.no := no;
	o.id := property.order_id(p.id_type, p.seed, no);
	o.place := place;
	o.vehicle := served;
	o.expected := expected;
	o.kind := property.pick('delivery', 'delivery', 'pickup', NULL);
	o.service_time := CASE WHEN property.chance(0.9) THEN property.ms(property.span(0, 900000, p.grain)) END;
	o.setup_time := CASE WHEN property.chance(0.5) THEN property.ms(property.span(0, 300000, p.grain)) END;
	IF p.dims > 0 AND property.chance(0.95) THEN
		o.demand := ARRAY(SELECT CASE WHEN property.chance(0.95) THEN
								 round((20 * random())::numeric, property.int(0, 3)) END
						  FROM generate_series(1, p.dims));
	END IF;
	IF property.chance(0.2) THEN
		o.skills := ARRAY(SELECT skill FROM unnest('{lift,cold,"two men"}'::text[]) AS skill WHERE property.chance(0.4));
	END IF;
	IF property.chance(0.2) THEN
		others := ARRAY(SELECT id FROM unnest(fleet) WITH ORDINALITY AS f (id, no)
						WHERE f.no IS DISTINCT FROM served AND property.chance(0.5) ORDER BY f.no);
		IF property.chance(0.5) THEN
			o.refused_vehicles := others;
		ELSIF served IS NOT NULL THEN
			o.allowed_vehicles := others || fleet[served];
		END IF;
	END IF;
	o.priority := CASE WHEN property.chance(0.3) THEN property.int(-2, 5) END;
	o.skip_cost := CASE WHEN expected = 'optional' THEN round((40 * random())::numeric, 2) END;
	o.place_type := property.pick('flat', 'office', NULL);
	RETURN o;
END
$$;

-- property.other_orders: orders beside the hidden plan: optional ones, and some that nobody can
-- serve, for exactly one reason. They are numbered from `free_no`; `near` is a place that can be
-- reached, but where the matrix goes by order id, each has a place of its own.
CREATE FUNCTION property.other_orders(p property.problems, free_no int, near int, fleet property.vehicles[])
RETURNS property.orders[]
LANGUAGE plpgsql AS $$
DECLARE
	ids		text[] := ARRAY(SELECT v.id FROM unnest(fleet) AS v ORDER BY v.no);
	own		bool := p.travel = 'matrix' AND p.key_style = 'id';
	others	property.orders[] := '{}';
	o		property.orders;
	why		text;
	most	numeric;
BEGIN
	FOR extra IN 1..property.int(0, 3) LOOP
		o := property.order(p, free_no, near, 'optional', NULL, ids);
		IF own THEN
			o.place := property.place(p, 100 + free_no, 500, 500, o.id);
		END IF;
		others := others || property.put_window(p, o, 7200000, 7200000, 0);
		free_no := free_no + 1;
	END LOOP;

	FOREACH why IN ARRAY '{skill,vehicle_refused,capacity,unreachable,window,bad_row}'::text[] LOOP
		CONTINUE WHEN NOT property.chance(0.12);
		o := NULL;
		o.seed := p.seed;
		o.no := free_no;
		o.id := property.order_id(p.id_type, p.seed, free_no);
		o.place := near;
		o.expected := why;
		IF why = 'skill' THEN
			o.skills := '{wings}';
		ELSIF why = 'vehicle_refused' THEN
			o.refused_vehicles := ids;
		ELSIF why = 'capacity' THEN
			SELECT max(v.capacity[p.dims]) INTO most FROM unnest(fleet) AS v;
			CONTINUE WHEN p.dims = 0 OR (SELECT bool_or(v.capacity[p.dims] IS NULL) FROM unnest(fleet) AS v);
			o.demand := array_fill(0, ARRAY[p.dims - 1])::numeric[] || (most + 0.001);
		ELSIF why = 'unreachable' THEN
			CONTINUE WHEN p.travel <> 'matrix';
			IF NOT own THEN
				o.place := property.place(p, 300 + free_no, 900, 900,
					CASE p.id_type WHEN 'uuid' THEN md5('island')::uuid::text ELSE '3000' END, true);
			END IF;
		ELSIF why = 'window' THEN
			-- Over before anybody may leave; so every vehicle must say when that is.
			CONTINUE WHEN (SELECT bool_or(v.shift_start IS NULL) FROM unnest(fleet) AS v);
			IF p.window_form = 'pair' THEN
				o.window_end := p.start - interval '1 minute';
			ELSE
				o.windows := tstzmultirange(tstzrange(NULL, p.start - interval '1 minute'));
			END IF;
		ELSIF p.window_form = 'pair' THEN
			o.window_start := p.start + interval '2 hours';
			o.window_end := p.start + interval '1 hour';
		ELSE
			o.service_time := interval '-1 minute';
		END IF;
		IF own THEN
			o.place := property.place(p, 200 + free_no, -500, 500, o.id, why = 'unreachable');
		END IF;
		others := others || o;
		free_no := free_no + 1;
	END LOOP;
	RETURN others;
END
$$;

-- property.query: the text of a query; its columns and rows come in any order.
CREATE FUNCTION property.query(columns text[], source text, this bigint) RETURNS text
LANGUAGE sql VOLATILE AS $$
	SELECT format('SELECT %s FROM property.%s WHERE seed = %s', string_agg(name, ', ' ORDER BY random()), source, this)
		|| property.pick('', ' ORDER BY no DESC', ' ORDER BY md5(no::text)')
	FROM unnest(columns) AS name;
$$;

-- property.write_queries: the problem as queries, in one of the forms that mean the same.
CREATE FUNCTION property.write_queries(INOUT p property.problems, prices text[])
LANGUAGE plpgsql AS $$
DECLARE
	id_cast	text := CASE p.id_type WHEN 'text' THEN '' ELSE '::' || p.id_type END;
	list	text := CASE p.id_type WHEN 'text' THEN '' ELSE '::' || p.id_type || '[]' END;
	span	text := property.pick('%1$s', 'extract(epoch FROM %1$s) AS %1$s', 'extract(epoch FROM %1$s)::float8 AS %1$s');
	whole	text := CASE WHEN p.grain >= 1000 AND property.chance(0.2) THEN 'extract(epoch FROM %1$s)::int AS %1$s' ELSE span END;
	shape	text := CASE WHEN p.travel = 'geographic'
						 THEN property.pick('%1$s', '%1$s::geography AS %1$s', 'ST_Transform(%1$s, 3857) AS %1$s')
						 ELSE '%1$s' END;
	located	bool := p.travel = 'matrix' OR p.key_style = 'location' AND property.chance(0.3);
	shown	bool := p.travel <> 'matrix' OR property.chance(0.6);
	several	bool := property.chance(0.5) OR (SELECT max(cardinality(break_time)) > 1 FROM property.vehicles WHERE seed = p.seed);
	columns	text[];
	names	text[];
BEGIN
	columns := ARRAY['id' || id_cast || ' AS id', 'kind', 'skills', 'release_at', 'priority', 'skip_cost',
		format(whole, 'service_time'), format(whole, 'setup_time'), 'expected AS remark',
		'allowed_vehicles' || list || ' AS allowed_vehicles', 'refused_vehicles' || list || ' AS refused_vehicles'];
	columns := columns || CASE p.window_form
		WHEN 'pair' THEN '{window_start,window_end}'::text[]
		WHEN 'range' THEN ARRAY['range_merge(windows) AS windows']
		WHEN 'multirange' THEN '{windows}'
		ELSE '{windows,window_start,window_end}' END;
	IF p.dims > 0 THEN
		columns := columns || CASE WHEN p.dims = 1 AND p.seed % 2 = 0 THEN 'demand[1] AS demand' ELSE 'demand' END;
	END IF;
	IF shown THEN
		columns := columns || format(shape, 'geom');
	END IF;
	IF located AND (p.key_style = 'location' OR p.travel <> 'matrix') THEN
		columns := columns || ('location_id' || id_cast || ' AS location_id');
	END IF;
	IF property.chance(0.5) THEN
		columns := columns || 'place_type'::text;
	END IF;
	p.orders := property.query(columns, 'orders', p.seed);

	columns := ARRAY['id' || id_cast || ' AS id', 'driver_id', 'profile', 'open_end', 'shift_start', 'shift_end',
		format(span, 'overtime'), 'skills', 'speed_factor', 'max_stops', format(span, 'max_time'), 'co2e_per_km'];
	columns := columns || prices;
	columns := columns || CASE WHEN several THEN '{break_window,break_time}'::text[]
		ELSE ARRAY['break_window[1] AS break_window', 'break_time[1] AS break_time'] END;
	IF p.dims > 0 THEN
		columns := columns || CASE WHEN p.dims = 1 AND p.seed % 2 = 0 THEN 'capacity[1] AS capacity' ELSE 'capacity' END;
	END IF;
	IF p.has_meters THEN
		columns := columns || 'max_distance_m'::text;
	END IF;
	IF shown THEN
		columns := columns || format(shape, 'start_geom') || format(shape, 'end_geom');
		IF property.chance(0.3) THEN
			columns := array_replace(columns, 'start_geom', 'start_geom AS geom');
		END IF;
	END IF;
	IF located THEN
		columns := columns || ('start_location_id' || id_cast || ' AS start_location_id')
						   || ('end_location_id' || id_cast || ' AS end_location_id');
	END IF;
	p.vehicles := property.query(columns, 'vehicles', p.seed);

	IF p.travel = 'matrix' THEN
		names := string_to_array(property.pick('from_id,to_id,seconds', 'start_vid,end_vid,agg_cost'), ',');
		p.matrix := format('SELECT a.key%1$s AS %2$s, b.key%1$s AS %3$s, seconds%4$s AS %5$s', id_cast, names[1], names[2],
						   CASE WHEN p.grain >= 1000 THEN property.pick('', '::int', '::numeric') ELSE '' END, names[3])
			|| CASE WHEN p.has_meters THEN ', meters' ELSE '' END
			|| CASE WHEN p.profiles[1] IS NOT NULL THEN format(', (%L::text[])[l.profile] AS profile', p.profiles) ELSE '' END
			|| ' FROM property.legs l JOIN property.places a ON a.seed = l.seed AND a.no = l.a'
			|| ' JOIN property.places b ON b.seed = l.seed AND b.no = l.b WHERE l.seed = ' || p.seed;
	END IF;
END
$$;

-- property.locate: geometry and key of every place into the rows that are there. Every second
-- vehicle leaves out an end that is its start.
CREATE FUNCTION property.locate(this bigint) RETURNS void
LANGUAGE sql AS $$
	UPDATE property.orders o
	SET geom = l.geom, location_id = l.key
	FROM property.places l
	WHERE o.seed = this AND l.seed = this AND l.no = o.place;
	UPDATE property.vehicles v
	SET start_geom = l.geom, start_location_id = l.key
	FROM property.places l
	WHERE v.seed = this AND l.seed = this AND l.no = v.start_place;
	UPDATE property.vehicles v
	SET end_geom = l.geom, end_location_id = l.key
	FROM property.places l
	WHERE v.seed = this AND l.seed = this AND l.no = v.end_place AND (v.end_place <> v.start_place OR v.no % 2 = 0);
$$;

-- property.forget: removes a problem and what was found for it.
CREATE FUNCTION property.forget(this bigint) RETURNS void
LANGUAGE sql AS $$
	DELETE FROM property.problems WHERE seed = this;
	DELETE FROM property.places WHERE seed = this;
	DELETE FROM property.legs WHERE seed = this;
	DELETE FROM property.orders WHERE seed = this;
	DELETE FROM property.vehicles WHERE seed = this;
$$;

-- property.make: a whole problem. An earlier one of the same seed is replaced.
CREATE FUNCTION property.make(this bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	p			property.problems := property.choose(this);
	v			property.vehicles;
	o			property.orders;
	fleet		property.vehicles[] := '{}';
	ids			text[] := '{}';
	all_orders	property.orders[] := '{}';
	route		property.orders[];
	driven		record;
	wanted		int[];					-- orders of each vehicle
	used		bigint[] := '{}';		-- pairs the hidden plan drives: a number for each profile, from and to
	tight		float8 := property.pick(0, 0.1, 0.3);
	own			bool := p.travel = 'matrix' AND p.key_style = 'id';
	sharing		float8 := CASE WHEN own THEN 0 ELSE property.pick(0, 0.15, 0.3) END;
	depots		int := property.pick(1, 1, 2, 3);
	prices		text[] := string_to_array(property.pick(
					'cost_fixed,cost_per_hour,cost_per_km,cost_per_overtime_hour', 'cost_per_hour,cost_per_km',
					'cost_per_km,cost_fixed', 'cost_per_hour,cost_per_overtime_hour', ''), ',');
	no			int := 0;
	place_no	int;
	here		int;
	profile_no	int;
	x			float8;
	y			float8;
	turn		float8;
BEGIN
	PERFORM property.forget(this);
	IF NOT p.has_meters THEN
		prices := array_remove(prices, 'cost_per_km');
	END IF;
	FOR depot IN 1..depots LOOP
		PERFORM property.place(p, depot, property.int(-1500, 1500), property.int(-1500, 1500),
			CASE p.id_type WHEN 'bigint' THEN (1000 + depot)::text WHEN 'uuid' THEN md5('depot ' || depot)::uuid::text
				ELSE 'depot ' || depot END);
	END LOOP;
	FOR number IN 1..property.pick(1, 2, 3, 4, 5) LOOP
		v := NULL;
		v.seed := this;
		v.no := number;
		v.id := property.vehicle_id(p.id_type, this, number);
		v.driver_id := property.pick('Ada', 'Bo', NULL);
		v.profile := CASE WHEN p.travel = 'matrix' THEN property.pick(VARIADIC p.profiles) ELSE property.pick('van', NULL) END;
		v.open_end := property.chance(0.15);
		v.start_place := property.int(1, depots);
		v.end_place := CASE WHEN v.open_end THEN NULL WHEN property.chance(0.8) THEN v.start_place
							ELSE property.int(1, depots) END;
		v.speed_factor := property.pick(NULL, NULL, 0.75, 0.9, 1.1, 1.25);
		v.cost_fixed := round((80 * random())::numeric, 2);
		v.cost_per_hour := CASE WHEN property.chance(0.9) THEN round((10 + 30 * random())::numeric, 2) END;
		v.cost_per_km := CASE WHEN property.chance(0.9) THEN round(random()::numeric, 3) END;
		v.cost_per_overtime_hour := CASE WHEN property.chance(0.9) THEN round((20 * random())::numeric, 2) END;
		v.co2e_per_km := property.pick(NULL, 47, 257.5);
		fleet := fleet || v;
		ids := ids || v.id;
	END LOOP;
	wanted := array_fill(0, ARRAY[cardinality(fleet)]);
	FOR drawn IN 1..property.int(5, 34) LOOP
		here := property.int(1, cardinality(fleet));
		wanted[here] := wanted[here] + 1;
	END LOOP;

	-- The orders of a route lie around a middle of its own, in turn or at random; some share a place
	-- with the order before.
	FOR number IN 1..cardinality(fleet) LOOP
		x := property.int(-4000, 4000);
		y := property.int(-4000, 4000);
		turn := CASE WHEN property.chance(0.6) THEN 2 * pi() / greatest(wanted[number], 1) ELSE 2.4 END;
		FOR stop IN 1..wanted[number] LOOP
			no := no + 1;
			IF stop = 1 OR NOT property.chance(sharing) THEN
				place_no := property.place(p, depots + no, x + 2000 * random() * cos(stop * turn),
					y + 2000 * random() * sin(stop * turn),
					CASE WHEN own THEN property.order_id(p.id_type, this, no)
						WHEN p.id_type = 'uuid' THEN md5('place ' || no)::uuid::text ELSE (2000 + no)::text END);
			END IF;
			o := property.order(p, no, place_no, CASE WHEN property.chance(0.1) THEN 'optional' ELSE 'served' END, number, ids);
			all_orders := all_orders || o;
		END LOOP;
	END LOOP;
	IF p.travel = 'matrix' THEN
		PERFORM property.fill_legs(p);
	END IF;

	FOR number IN 1..cardinality(fleet) LOOP
		v := fleet[number];
		route := ARRAY(SELECT r FROM unnest(all_orders) AS r WHERE r.vehicle = number ORDER BY r.no);
		driven := property.drive(p, v, route, tight);
		route := driven.os;
		v := property.load(p, driven.v, route, tight);
		INSERT INTO property.orders SELECT r.* FROM unnest(route) AS r;
		fleet[number] := v;
		profile_no := coalesce(array_position(p.profiles, v.profile), 1);
		here := v.start_place;
		FOREACH o IN ARRAY route LOOP
			used := used || (profile_no * 1000000 + here * 1000 + o.place)::bigint;
			here := o.place;
		END LOOP;
		used := used || (profile_no * 1000000 + here * 1000 + coalesce(v.end_place, here))::bigint;
	END LOOP;
	all_orders := property.other_orders(p, no + 1, place_no, fleet);
	INSERT INTO property.orders SELECT r.* FROM unnest(all_orders) AS r;
	INSERT INTO property.vehicles SELECT r.* FROM unnest(fleet) AS r;

	-- Places of other orders are new to the matrix; pairs nobody needs get lost, but no order shall be
	-- out of reach whom something else is to keep from being served.
	IF p.travel = 'matrix' THEN
		PERFORM property.fill_legs(p);
		UPDATE property.legs SET seconds = NULL
		WHERE seed = this AND noise < p.missing AND profile * 1000000 + a * 1000 + b <> ALL (used)
			AND place_no NOT IN (a, b) AND greatest(a, b) < 200;
		DELETE FROM property.legs WHERE seed = this AND seconds IS NULL AND noise < p.missing / 2;
	END IF;

	PERFORM property.locate(this);
	p := property.write_queries(p, prices);
	INSERT INTO property.problems SELECT p.*;
END
$$;
