-- routes.sql - the hidden plan of a random problem: places, legs and driven routes, with the limits
-- put around them; part of problems.sql. Times are milliseconds from problems.start.

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
	p.objective := CASE WHEN p.has_meters THEN property.pick('cost', 'cost', 'vehicles', 'time', 'distance', 'balanced')
						ELSE property.pick('cost', 'cost', 'vehicles', 'time', 'balanced') END;
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
