-- units.sql - shipments and alternatives: small plans known by hand, rows that do not fit each other, and
-- what check says of routes that take them apart.
--
-- Everything lies on a line at 3.6 km/h without detour: 1 m is driven in 1 s, and a second costs 1.
\ir setup.psql
SET lastmile.speed_kmh = 3.6;
SET lastmile.detour_factor = 1;

SELECT plan(30);

-- Orders as (id, x, kind, shipment_id, option_of, further columns are NULL unless a test sets them).
CREATE TABLE o (id int, x float8, kind text, shipment_id text, option_of text, demand numeric, window_end timestamptz,
	priority int, skip_cost numeric, skills text[]);
CREATE VIEW orders AS SELECT *, ST_Point(x, 0) AS geom FROM o;
CREATE TABLE v (id text, capacity numeric, max_stops int);
INSERT INTO v VALUES ('v', 5, NULL);
CREATE VIEW vehicles AS SELECT *, ST_Point(0, 0) AS geom, timestamptz '2026-12-01 08:00' AS shift_start, 3600 AS cost_per_hour FROM v;

-- The sequence as planned, then what is not served with its reason; check's opinion where it has one.
CREATE FUNCTION planned() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	wrong text;
	said text;
BEGIN
	DROP TABLE IF EXISTS found;
	CREATE TEMP TABLE found AS
		SELECT row_number() OVER () AS line, p.* FROM lastmile.plan('orders', 'vehicles', iterations => 300) AS p;
	SELECT string_agg(concat_ws(' ', order_id, array_to_string(violations, '; ')), E'\n') INTO wrong
	FROM lastmile.check('orders', 'vehicles', 'SELECT * FROM found ORDER BY line') WHERE violations <> '{}';
	SELECT concat_ws(' | ', string_agg(CASE kind WHEN 'unassigned' THEN NULL WHEN 'start' THEN vehicle_id || ':' WHEN 'end' THEN NULL
			ELSE order_id || '(' || load[1] || ')' END, ' ' ORDER BY line),
		string_agg(CASE kind WHEN 'unassigned' THEN concat_ws(' ', order_id, reason_code, cost) END, ', ' ORDER BY line),
		round(sum(cost)::numeric, 3), wrong) INTO said
	FROM found;
	RETURN said;
END $$;

-- check's violations of routes as they are given: (vehicle, order), in sequence; no vehicle: left out.
CREATE FUNCTION checked(VARIADIC stops text[]) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(order_id || ': ' || array_to_string(violations, '; '), E'\n')
	FROM lastmile.check('orders', 'vehicles', format('SELECT NULLIF(split_part(s, '' '', 1), ''-'') AS vehicle_id, split_part(s, '' '', 2) AS order_id, no AS stop_no
		FROM unnest(%L::text[]) WITH ORDINALITY AS s(s, no)', stops))
	WHERE violations <> '{}'
$$;

------------------------------------------------------------------------------------------------------
-- Shipments
------------------------------------------------------------------------------------------------------

-- 1 at 600, then 2 at -300: 600 + 900 + 300. The other way round it would be as long, but the goods are not there yet.
INSERT INTO o (id, x, kind, shipment_id, demand) VALUES (1, 600, 'pickup', 's', 3), (2, -300, 'delivery', 's', NULL);
SELECT is(planned(), 'v: 1(3) 2(0) | 1800.000', 'a shipment is picked up before it is delivered, and is on board in between');

-- The other way on the way out: 2 at 700 is passed by, 1 at 900 picked up, back to 700: 900 + 200 + 700.
UPDATE o SET x = CASE id WHEN 1 THEN 900 ELSE 700 END;
SELECT is(planned(), 'v: 1(3) 2(0) | 1800.000', 'the delivery is passed by on the way to the pickup');

-- Two of 3 at 100 to 500 and 200 to 400 are 6 together, above 5: one after the other, 100 + 400 + 300 + 200 + 400 = 1400,
-- the other way round 200 + 200 + 300 + 400 + 500 = 1600.
TRUNCATE o;
INSERT INTO o (id, x, kind, shipment_id, demand) VALUES (1, 100, 'pickup', 'a', 3), (2, 500, 'delivery', 'a', 3),
	(3, 200, 'pickup', 'b', 3), (4, 400, 'delivery', 'b', 3);
SELECT is(planned(), 'v: 1(3) 2(0) 3(3) 4(0) | 1400.000', 'what does not fit together is carried one after the other');
-- With room for both the way out and back: 2 x 500.
UPDATE v SET capacity = 6;
SELECT matches(planned(), '^v: 1.3. 3.6. .*1000.000$', 'with room for both they are on board together');
UPDATE v SET capacity = 5;

-- A delivery of 2 and a pickup of 4 beside it: delivered at 300 before the shipment of 4 comes on board at 400.
TRUNCATE o;
INSERT INTO o (id, x, kind, shipment_id, demand) VALUES (1, 400, 'pickup', 'a', 4), (2, 500, 'delivery', 'a', 4), (3, 300, NULL, NULL, 2);
SELECT is(planned(), 'v: 3(0) 1(4) 2(0) | 1000.000', 'goods from the depot and a shipment share the room');

-- 6 above 5: both rows say so.
UPDATE o SET demand = 6 WHERE shipment_id = 'a';
SELECT is(planned(), 'v: 3(0) | 1 capacity, 2 capacity | 600.000', 'a shipment that is too large: both rows, the same reason');
SELECT is((SELECT count(DISTINCT reason) FROM found WHERE kind = 'unassigned'), 1::bigint, 'in the same words');
UPDATE o SET demand = 4 WHERE shipment_id = 'a';
-- Two stops: the shipment is one order as 3 is, 600 is cheaper than 1000; unless the higher priority of its rows decides.
UPDATE v SET max_stops = 2;
SELECT is(planned(), 'v: 3(0) | 1 stops, 2 stops | 600.000', 'both rows count for max_stops');
UPDATE o SET priority = 1 WHERE id = 2;
SELECT is(planned(), 'v: 1(4) 2(0) | 3 stops | 1000.000', 'a shipment has the higher priority of its rows');
UPDATE v SET max_stops = NULL;

-- Alone it costs 2 x 500; 600 + 500 to leave it out, then 300 + 600.
TRUNCATE o;
INSERT INTO o (id, x, kind, shipment_id, skip_cost) VALUES (1, 400, 'pickup', 'a', 600), (2, 500, 'delivery', 'a', 500);
SELECT is(planned(), 'v: 1(0) 2(0) | 1000.000', 'a shipment is worth the skip_costs of both rows');
UPDATE o SET skip_cost = 300 WHERE id = 1;
SELECT is(planned(), '1 dropped 300, 2 dropped 500 | 800.000', 'and is dropped as a whole');
UPDATE o SET skip_cost = NULL WHERE id = 1;
SELECT is(planned(), '1 dropped, 2 dropped 500 | 500.000', 'one skip_cost makes it optional');

------------------------------------------------------------------------------------------------------
-- Alternatives
------------------------------------------------------------------------------------------------------

TRUNCATE o;
INSERT INTO o (id, x, option_of) VALUES (9, 1000, 'ann'), (10, 100, 'ann');
SELECT is(planned(), 'v: 10(0) | 200.000', 'the locker is nearer than the home');
UPDATE o SET window_end = '2026-12-01 08:01' WHERE id = 10;
SELECT is(planned(), 'v: 9(0) | 2000.000', 'the home where the locker cannot be reached in time: 100 s, it closes after 60');
UPDATE o SET skip_cost = 150 WHERE id = 10;
SELECT is(planned(), 'v: 9(0) | 2000.000', 'the lowest id says whether the group is optional');
UPDATE o SET skip_cost = 150 WHERE id = 9;
SELECT is(planned(), '9 dropped 150 | 150.000', 'and what leaving it out costs');
-- Late by 940 s at the home, by 40 s at the locker; neither for lack of anything else.
UPDATE o SET skip_cost = NULL, window_end = '2026-12-01 08:01';
SELECT is(planned(), '9 window', 'unserved: one row, of the lowest id as numbers sort');
SELECT ok((SELECT bool_and(reason ~ 'window of order 10 closes 08:01, .*08:01:40') FROM found WHERE order_id = '9'),
	'with the reason of the alternative that is nearest to being served');

-- Two places to bring it to: 1 to 2 or to 3.
TRUNCATE o;
INSERT INTO o (id, x, kind, shipment_id, option_of) VALUES (1, 100, 'pickup', 'a', NULL), (2, -100, 'delivery', 'a', 'x'),
	(3, 50, 'delivery', 'a', 'x');
SELECT is(planned(), 'v: 1(0) 3(0) | 200.000', 'a shipment with alternatives at one end');

------------------------------------------------------------------------------------------------------
-- Rows that do not fit each other
------------------------------------------------------------------------------------------------------

CREATE FUNCTION bad() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM planned();
	RETURN (SELECT string_agg(order_id || ': ' || reason, E'\n' ORDER BY line) FROM found WHERE reason_code = 'bad_row');
END $$;
TRUNCATE o;
INSERT INTO o (id, x, kind, shipment_id) VALUES (1, 100, 'pickup', 'a'), (2, 200, 'delivery', 'b'), (3, 300, 'pickup', 'b'),
	(4, 400, 'delivery', 'b');
SELECT is(bad(), '1: shipment_id "a" joins 1 pickup and 0 deliveries, not one of each
2: shipment_id "b" joins 1 pickup and 2 deliveries, not one of each
3: shipment_id "b" joins 1 pickup and 2 deliveries, not one of each
4: shipment_id "b" joins 1 pickup and 2 deliveries, not one of each', 'a shipment_id joins one pickup and one delivery');
TRUNCATE o;
INSERT INTO o (id, x, kind, shipment_id, demand) VALUES (1, 100, 'pickup', 'a', 1), (2, 200, 'delivery', 'a', 2),
	(3, 100, 'pickup', 'b', -1), (4, 200, 'delivery', 'b', 2);
SELECT is(bad(), '1: demand of "1" and "2" differs, though they are rows of one shipment
2: demand of "1" and "2" differs, though they are rows of one shipment
3: demand -1 is negative
4: order "3" of the same shipment is a bad row', 'rows of different demand; a bad row and its mate');
TRUNCATE o;
INSERT INTO o (id, x, kind, shipment_id, option_of) VALUES (1, 100, 'pickup', 'a', 'x'), (2, 200, 'pickup', 'b', 'x'),
	(3, 100, 'pickup', 'c', 'y'), (4, 200, 'delivery', 'c', 'y'), (5, 300, 'fly', NULL, 'z'), (6, 300, 'swim', NULL, 'z');
SELECT is(bad(), '1: alternatives "1" and "2" differ in shipment_id
3: alternatives "3" and "4" of a shipment differ in kind
5: kind "fly" is neither delivery nor pickup', 'alternatives that are none: one row for each group');
UPDATE o SET kind = 'delivery' WHERE id = 6;
DELETE FROM o WHERE id < 5;
SET client_min_messages = error;
SELECT is(planned(), 'v: 6(0) | 600.000', 'a bad alternative is left aside');

------------------------------------------------------------------------------------------------------
-- Check
------------------------------------------------------------------------------------------------------

TRUNCATE o;
TRUNCATE v;
INSERT INTO v VALUES ('v', 5, NULL), ('w', 5, NULL);
INSERT INTO o (id, x, kind, shipment_id, option_of, demand) VALUES (1, 100, 'pickup', 'a', NULL, 3), (2, 200, 'delivery', 'a', NULL, 3),
	(3, 300, NULL, NULL, 'x', 1), (4, 400, NULL, NULL, 'x', 2);
SELECT is(checked('v 1', 'v 2', 'w 3'), NULL, 'routes that keep both rules');
SELECT is(checked('v 2', 'v 1', 'w 3'), '2: precedence: order "2" delivers what order "1" picks up later', 'a delivery before its pickup');
SELECT is(checked('v 1', 'w 2', 'w 4'), '1: precedence: the delivery of the same shipment, order "2", is not on this route
2: precedence: the pickup of the same shipment, order "1", is not on this route', 'two vehicles for one shipment');
SELECT matches(checked('v 1', 'v 2', 'v 3', 'w 4'),
	'^4: duplicate: order "3", an alternative of order "4", is served by vehicle "v" at stop 4 already$', 'both alternatives are served');
SELECT matches(checked('v 1', 'v 2', 'v 4', '- 3'),
	'^4: duplicate: row 4 of the routes query leaves order "3" out, an alternative of order "4"$', 'one is served, one is left out');
SELECT is(checked('v 1', 'v 2'), '3: missing: on no route, and no row leaves it out', 'no alternative: the lowest id says it');
SELECT is(checked('v 1', 'v 2', '- 4'), NULL, 'any alternative leaves the group out');

\ir finish.psql
