-- town.sql - a made-up town with its road network, and the orders and vans of its grocery for one day.
--
-- Makes schema demo and the network town; day.sql plans it. Nothing is random: every "random" number is made of an md5
-- hash of the row it belongs to, so everybody gets the same day.

\set ON_ERROR_STOP on
\set QUIET on
SET timezone = 'Europe/Berlin';
CREATE SCHEMA demo;
SET search_path = demo, public;

------------------------------------------------------------------------------------------------------
-- The town: streets of a bent grid, in metres around the market place (UTM zone 32), then in degrees.
------------------------------------------------------------------------------------------------------

-- A number in [0, 1) that depends on its key only.
CREATE FUNCTION pick(key text) RETURNS float8 IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT ('x' || left(md5(key), 8))::bit(32)::bigint / 4294967296.0;
END;

CREATE FUNCTION degrees_of(metres geometry) RETURNS geometry STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT ST_Transform(ST_SetSRID(ST_Translate(metres, 640000, 5417000), 32632), 4326);
END;

-- Where a point of the straight grid lies in the town.
CREATE FUNCTION bend(x float8, y float8) RETURNS geometry IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT ST_MakePoint(x + 260 * sin(y / 1500) + 70 * sin(x / 420), y + 210 * sin(x / 1700 + 1) + 60 * sin(y / 390));
END;

CREATE TABLE streets (name text PRIMARY KEY, metres geometry NOT NULL);

INSERT INTO streets
WITH town AS (		-- an outline that is no circle
	SELECT ST_MakePolygon(ST_MakeLine(ST_MakePoint(r * 1.25 * cos(a), r * sin(a)) ORDER BY step)) AS outline
	FROM generate_series(0, 72) AS step,
		LATERAL (SELECT radians(step % 72 * 5) AS a) AS angle,
		LATERAL (SELECT 2900 * (1 + 0.10 * sin(3 * a) + 0.07 * cos(5 * a)) AS r) AS radius
),
grid AS (
	SELECT name, ST_MakeLine(bend(x, (no - 8) * 400) ORDER BY x) AS line
	FROM unnest(ARRAY['Quarry Lane', 'Station Road', 'Mill Road', 'Weaver Street', 'School Lane', 'Church Street',
		'Market Street', 'Bridge Street', 'Garden Road', 'Brewery Lane', 'Linden Avenue', 'Castle Street',
		'Orchard Way', 'Meadow Road', 'Forest Lane']) WITH ORDINALITY AS names(name, no),
		generate_series(-4400, 4400, 50) AS x
	GROUP BY name
	UNION ALL
	SELECT name, ST_MakeLine(bend((no - 9) * 440, y) ORDER BY y)
	FROM unnest(ARRAY['Harbour Street', 'Potter Lane', 'West Road', 'Abbey Street', 'Sawmill Lane', 'Park Avenue',
		'Smith Street', 'Chapel Lane', 'High Street', 'Cooper Lane', 'Theatre Street', 'Chestnut Road',
		'Miner Street', 'Hospital Road', 'Ring Road', 'Airfield Lane', 'East Road']) WITH ORDINALITY AS names(name, no),
		generate_series(-3600, 3600, 50) AS y
	GROUP BY name
)
SELECT DISTINCT ON (name) name, piece.geom		-- the longest, where the outline cuts a street in two
FROM grid, town, LATERAL ST_Dump(ST_Intersection(line, outline)) AS piece
ORDER BY name, ST_Length(piece.geom) DESC;

-- A house: on its street, a few steps to the left or right of it, numbered along the street.
CREATE FUNCTION house(street text, along float8, OUT address text, OUT geom geometry) STABLE
BEGIN ATOMIC
	SELECT format('%s %s', s.name, n.number), degrees_of(ST_LineInterpolatePoint(
			ST_OffsetCurve(s.metres, CASE WHEN n.number % 2 = 0 THEN 14 ELSE -14 END), along))
	FROM streets AS s, LATERAL (SELECT 1 + floor(along * ST_Length(s.metres) / 25)::int AS number) AS n
	WHERE s.name = street;
END;

------------------------------------------------------------------------------------------------------
-- The road network: streets cut where they cross, a river with three bridges, four one-way streets, and
-- roads out to the lake and the depot. Lines that have an end in common meet there.
------------------------------------------------------------------------------------------------------

CREATE TABLE water AS
SELECT degrees_of(line) AS geom, ST_Buffer(line, 30) AS bed
FROM (SELECT ST_MakeLine(bend(x, 600) ORDER BY x) AS line FROM generate_series(-4600, 4600, 50) AS x) AS river;

CREATE TABLE roads (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL,
	kmh float8 NOT NULL,
	one_way boolean NOT NULL DEFAULT false,
	geom geometry(LineString, 4326) NOT NULL,
	length_m float8 GENERATED ALWAYS AS (ST_Length(geom::geography)) STORED
);

INSERT INTO roads (name, kmh, one_way, geom)
WITH dry AS (		-- only these three cross the river
	SELECT name, part.geom AS metres
	FROM streets, water,
		ST_Dump(CASE WHEN name IN ('West Road', 'High Street', 'Ring Road') THEN metres ELSE ST_Difference(metres, bed) END) AS part
	UNION ALL
	SELECT 'Lake Road', ST_MakeLine(ST_EndPoint(metres), ST_MakePoint(5590, 1390)) FROM streets WHERE name = 'Linden Avenue'
	UNION ALL
	SELECT 'Depot Road', ST_MakeLine(ST_StartPoint(metres), ST_MakePoint(2890, -2490)) FROM streets WHERE name = 'Ring Road'
),
pieces AS (
	SELECT piece.geom AS line FROM (SELECT ST_Node(ST_Collect(metres)) AS lines FROM dry) AS town, ST_Dump(lines) AS piece
),
tips AS (			-- where one has to turn around
	SELECT tip FROM pieces, unnest(ARRAY[ST_StartPoint(line), ST_EndPoint(line)]) AS tip GROUP BY tip HAVING count(*) = 1
),
named AS (
	SELECT name, line, name IN ('Market Street', 'Church Street', 'Smith Street', 'Theatre Street') AS narrow,
		name IN ('Ring Road', 'West Road', 'Park Avenue', 'Station Road', 'Lake Road', 'Depot Road') AS wide
	FROM pieces, LATERAL (SELECT name FROM dry ORDER BY metres <-> ST_LineInterpolatePoint(line, 0.5) LIMIT 1) AS nearest
)
SELECT name, CASE WHEN wide THEN 45 WHEN narrow THEN 20 ELSE 28 END,
	narrow AND NOT EXISTS (SELECT FROM tips WHERE tip IN (ST_StartPoint(line), ST_EndPoint(line))),
	degrees_of(CASE WHEN name IN ('Church Street', 'Theatre Street') THEN ST_Reverse(line) ELSE line END)
FROM named;

SELECT message AS "The road network"
FROM lastmile.create_network('town', $$
	SELECT id, geom, length_m, length_m / (kmh / 3.6) AS cost, CASE WHEN one_way THEN -1 ELSE length_m / (kmh / 3.6) END AS reverse_cost
	FROM demo.roads $$);

------------------------------------------------------------------------------------------------------
-- The vans: two with a fridge, two with a tail lift, two electric, one that belongs to a part-timer.
------------------------------------------------------------------------------------------------------

CREATE TABLE vans (
	id text PRIMARY KEY,
	driver_id text,
	geom geometry(Point, 4326),			-- the depot: where the van starts and ends
	shift_start timestamptz,
	shift_end timestamptz,
	overtime interval,
	capacity int[],						-- {crates, kilograms}
	skills text[],
	break_window tstzrange,				-- lunch starts within
	break_time interval,
	cost_fixed numeric,					-- for the van, if it leaves at all
	cost_per_hour numeric,				-- for the driver
	cost_per_overtime_hour numeric,		-- added
	cost_per_km numeric,
	co2e_per_km numeric					-- grams
);

INSERT INTO vans
SELECT id, driver, degrees_of(ST_MakePoint(2900, -2500)), day + starts, day + ends, overtime, capacity, skills,
	tstzrange(day + time '11:00', day + time '12:00', '[]'), interval '30 min', 35, 24, 12, km_price, co2e
FROM (VALUES
	('van 1', 'Ada',    time '07:30', time '15:30', interval '30 min', '{42, 700}'::int[], '{fridge}'::text[],          0.38, 280),
	('van 2', 'Bruno',  time '07:30', time '15:30', interval '30 min', '{42, 700}',        '{fridge}',                  0.38, 280),
	('van 3', 'Chiara', time '07:30', time '15:30', interval '30 min', '{50, 900}',        '{tail lift}',               0.35, 280),
	('van 4', 'Deniz',  time '07:30', time '15:30', interval '30 min', '{50, 900}',        '{tail lift}',               0.35, 280),
	('van 5', 'Emil',   time '07:30', time '15:30', interval '30 min', '{46, 800}',        '{}',                        0.35, 280),
	('van 6', 'Fatima', time '07:30', time '15:30', interval '30 min', '{46, 800}',        '{}',                        0.35, 280),
	('van 7', 'Greta',  time '07:30', time '15:30', interval '0',      '{44, 700}',        '{}',                        0.16,  50),
	('van 8', 'Hugo',   time '08:00', time '13:30', interval '0',      '{44, 700}',        '{}',                        0.16,  50)
) AS v(id, driver, starts, ends, overtime, capacity, skills, km_price, co2e), (SELECT date '2026-12-01' AS day) AS d;

------------------------------------------------------------------------------------------------------
-- The orders. Columns that lastmile does not know (customer, address) may stay in the table.
------------------------------------------------------------------------------------------------------

CREATE TABLE orders (
	id int PRIMARY KEY,
	customer text,
	address text,
	geom geometry(Point, 4326),
	kind text DEFAULT 'delivery',
	window_start timestamptz,
	window_end timestamptz,
	windows tstzmultirange,				-- for customers who gave two times
	service_time interval,				-- at the door, per order
	setup_time interval,				-- parking, once per house
	demand int[],						-- {crates, kilograms}
	skills text[],
	release_at timestamptz,				-- goods that reach the depot later
	skip_cost numeric					-- may be left out at this price
);

INSERT INTO orders (id, customer, address, geom, window_start, window_end, windows, service_time, setup_time, demand, skills)
SELECT 1000 + no, customer, h.address, h.geom,
	day + opens, day + closes,
	CASE WHEN w >= 0.92 THEN tstzmultirange(tstzrange(day + time '08:00', day + time '09:30', '[]'),
		tstzrange(day + time '13:00', day + time '15:00', '[]')) END,
	make_interval(mins => 6 + floor(7 * pick('service' || no))::int),
	interval '2 min',
	ARRAY[crates, crates * (8 + floor(9 * pick('weight' || no))::int)],
	CASE WHEN pick('skill' || no) < 0.11 THEN ARRAY['fridge'] WHEN pick('skill' || no) < 0.16 THEN ARRAY['tail lift'] ELSE '{}' END
FROM generate_series(1, 180) AS no,
	LATERAL (SELECT pick('window' || no) AS w, 1 + floor(3 * pick('crates' || no) ^ 1.5)::int AS crates, date '2026-12-01' AS day,
		(ARRAY['Abel', 'Bauer', 'Costa', 'Dietz', 'Ekdal', 'Fabre', 'Gruber', 'Haas', 'Ilves', 'Jansen', 'Keller', 'Lopez', 'Moser',
			'Novak', 'Olsen', 'Peters', 'Quist', 'Rossi', 'Sauer', 'Tanner', 'Ulrich', 'Varga', 'Weiss', 'Yilmaz', 'Ziegler']
			)[1 + floor(25 * pick('name' || no))::int] AS customer) AS drawn
	-- What was promised: a third of the customers are at home all day.
	LEFT JOIN (VALUES (0.00, 0.14, time '08:00', time '10:00'), (0.14, 0.28, time '10:00', time '12:00'), (0.28, 0.39, time '12:00', time '14:00'),
		(0.39, 0.52, time '13:00', time '15:00'), (0.52, 0.60, time '09:00', time '13:00')) AS promise(above, below, opens, closes)
		ON w >= above AND w < below,
	LATERAL (SELECT name FROM streets ORDER BY pick(name || no) / ST_Length(metres) LIMIT 1) AS street,
	LATERAL house(name, 0.03 + 0.94 * pick('along' || no)) AS h;

-- One house, five households: parking is paid once.
INSERT INTO orders (id, customer, address, geom, service_time, setup_time, demand)
SELECT 1200 + no, 'Tower House, floor ' || no, h.address, h.geom, interval '4 min', interval '5 min', '{1, 12}'
FROM generate_series(1, 5) AS no, house('Park Avenue', 0.31) AS h;

-- Empties to bring back.
INSERT INTO orders (id, customer, address, geom, kind, service_time, setup_time, demand)
SELECT 1300 + no, 'Bottle bank ' || no, h.address, h.geom, 'pickup', interval '6 min', interval '2 min', '{6, 90}'
FROM generate_series(1, 8) AS no,
	LATERAL (SELECT name FROM streets ORDER BY pick(name || 'bottles' || no) LIMIT 1) AS street,
	LATERAL house(name, 0.1 + 0.8 * pick('bottles' || no)) AS h;

-- Bread that comes out of the oven at nine: its van leaves after that.
UPDATE orders SET release_at = '2026-12-01 09:00' WHERE id BETWEEN 1001 AND 1180 AND pick('oven' || id) < 0.05 AND (window_end IS NULL OR window_end >= '2026-12-01 12:00');

-- Samples for new customers, worth 4 each; one lives far out, one on a hill without a road.
INSERT INTO orders (id, customer, address, geom, service_time, setup_time, demand, skip_cost)
SELECT 1400 + no, 'Sample ' || no, coalesce(far.address, h.address), coalesce(far.geom, h.geom), interval '2 min', interval '1 min', '{1, 2}', 4
FROM generate_series(1, 6) AS no
	LEFT JOIN (VALUES (5, 'Hilltop Farm', degrees_of(ST_MakePoint(-4600, 2300))), (6, 'Lake House', degrees_of(ST_MakePoint(5600, 1400)))) AS far(no, address, geom) USING (no),
	LATERAL house('Linden Avenue', 0.12 + 0.2 * no / 1.6) AS h;

-- And what happens in every order table: nobody can serve these, and the plan says why.
INSERT INTO orders (id, customer, address, geom, window_start, window_end, service_time, setup_time, demand, skills)
SELECT 1500 + no, customer, h.address, h.geom, opens::timestamptz, closes::timestamptz, interval '10 min', interval '2 min', demand, skills
FROM (VALUES
	(1, 'Canteen',     'Ring Road',     0.40, NULL,               NULL,               '{70, 600}'::int[], '{}'::text[]),
	(2, 'Piano Frey',  'Abbey Street',  0.55, NULL,               NULL,               '{1, 280}',         '{crane}'),
	(3, 'Early Bird',  'Miner Street',  0.20, '2026-12-01 06:00', '2026-12-01 07:15', '{1, 5}',           '{}'),
	(4, 'Typing Slip', 'School Lane',   0.70, '2026-12-01 14:00', '2026-12-01 10:00', '{2, 20}',          '{}')
) AS o(no, customer, street, along, opens, closes, demand, skills), LATERAL house(street, along) AS h;
