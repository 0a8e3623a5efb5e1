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

\ir tables.sql
\ir routes.sql

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
		o.skills := ARRAY(SELECT skill FROM unnest('{lift,cold,"two men"}'::text[]) AS skill
						  WHERE property.chance(0.4));
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
	IF expected IN ('served', 'optional') AND property.chance(0.2) THEN
		o.late_cost := round((60 * random())::numeric, 2);
	END IF;
	IF property.chance(0.2) THEN
		o.preferred_vehicle := coalesce(fleet[property.int(0, cardinality(fleet))], 'nobody');
		o.prefer_cost := CASE WHEN property.chance(0.9) THEN round((10 * random())::numeric, 2) END;
	END IF;
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
	whole	text := CASE WHEN p.grain >= 1000 AND property.chance(0.2)
						 THEN 'extract(epoch FROM %1$s)::int AS %1$s' ELSE span END;
	shape	text := CASE WHEN p.travel = 'geographic'
						 THEN property.pick('%1$s', '%1$s::geography AS %1$s', 'ST_Transform(%1$s, 3857) AS %1$s')
						 ELSE '%1$s' END;
	located	bool := p.travel = 'matrix' OR p.key_style = 'location' AND property.chance(0.3);
	shown	bool := p.travel <> 'matrix' OR property.chance(0.6);
	several	bool := property.chance(0.5) OR (SELECT max(cardinality(break_time)) > 1
											 FROM property.vehicles WHERE seed = p.seed);
	columns	text[];
	names	text[];
BEGIN
	columns := ARRAY['id' || id_cast || ' AS id', 'kind', 'skills', 'release_at', 'priority', 'skip_cost',
		'late_cost', 'latest', 'preferred_vehicle', 'prefer_cost',
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
		v.profile := CASE p.travel WHEN 'matrix' THEN property.pick(VARIADIC p.profiles)
								   ELSE property.pick('van', NULL) END;
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
			o := property.order(p, no, place_no, CASE WHEN property.chance(0.1) THEN 'optional' ELSE 'served' END,
								number, ids);
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
	-- No window closes later than this, whatever column shows it.
	UPDATE property.orders
	SET latest = greatest(upper(range_merge(windows)), window_end) + property.ms(property.span(0, 3600000, p.grain))
	WHERE seed = p.seed AND late_cost IS NOT NULL AND property.chance(0.5);
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
