-- tables.sql - where the random problems lie, and random numbers; part of problems.sql.
--
-- Rows of all problems lie in the same tables, told apart by seed.

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
	late_cost			numeric,
	latest				timestamptz,
	preferred_vehicle	text,
	prefer_cost			numeric,
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
