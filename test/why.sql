-- lastmile.why: its relaxations work, and nothing less does.
--
-- Random days on which some orders stay behind: alone, as alternatives of each other, or as shipments. For each of them and each van the order
-- (of a shipment both rows, with each alternative of the other one) is put at every place of
-- the van's route, each place a van of its own with orders of its own (clones), so that one call of lastmile.check
-- judges all of them: as the data are (0), with what the sentence says (1), the same with the first rule exactly at
-- its excess (2) and one unit below it (3).
BEGIN;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS lastmile CASCADE;
SET timezone = 'UTC';
SET jit = off;
CREATE ROLE lastmile_test_why;
CREATE SCHEMA why AUTHORIZATION lastmile_test_why;
SET ROLE lastmile_test_why;
SET search_path = why, public;
SELECT plan(10);

CREATE TABLE o (id text, location_id text, x float8, y float8, window_start timestamptz, window_end timestamptz, service_time interval,
	demand numeric[], skills text[], release_at timestamptz, refused_vehicles text[], kind text,
	windows tstzmultirange, late_cost float8, latest timestamptz, preferred_vehicle text, prefer_cost float8, shipment_id text, option_of text);
CREATE TABLE v (id text, start_location_id text, shift_start timestamptz, shift_end timestamptz, overtime interval, capacity numeric[],
	skills text[], max_stops int, max_distance_m float8, max_time interval, break_window tstzrange, break_time interval,
	cost_per_hour float8, cost_per_km float8, cost_fixed float8, max_trips int, reload_time interval, range_m float8);
CREATE TABLE m (from_id text, to_id text, seconds float8, meters float8);
CREATE TABLE planned (vehicle_id text, stop_no bigint, kind text, order_id text);
CREATE TABLE answers (order_id text, vehicle_id text, reason_code text, excess float8, unit text, relaxation text, cost float8);
-- One row per answer and stage: at how many places check has nothing to say, and what the cheapest of them costs.
CREATE TABLE bases (vehicle_id text, cost float8);
CREATE TABLE verdicts (day int, order_id text, vehicle_id text, reason_code text, relaxation text, excess float8, cost float8, stage int,
	clean int, cheapest float8, kinds text[]);

-- Every third day has a slow hour and a half.
CREATE FUNCTION traffic(day int) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN day % 3 = 0 THEN 'SELECT time ''08:45'' AS from_time, time ''10:15'' AS to_time, 1.6 AS factor' END
$$;

-- A day of 18 orders and two vans; which rules bind is drawn, too.
CREATE FUNCTION draw_day(day int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	begin_at constant timestamptz := '2026-12-01 08:00+00';
	tight	float8[] := ARRAY(SELECT random() FROM generate_series(1, 11));
BEGIN
	TRUNCATE o, v, m, planned, answers, bases;
	INSERT INTO o
		SELECT 'o' || n, 'o' || n, round((random() * 20000)::numeric), round((random() * 20000)::numeric), opens,
			   opens + (CASE WHEN tight[1] < 0.4 THEN 40 ELSE 400 END + floor(random() * 60)) * interval '1 min',
			   floor(random() * 900) * interval '1 s', ARRAY[1 + floor(random() * 3), floor(random() * 2500) / 1000]::numeric[],
			   CASE WHEN random() < 0.1 THEN '{fridge}'::text[] ELSE '{}' END,
			   CASE WHEN tight[2] < 0.4 AND random() < 0.3 THEN begin_at + floor(random() * 150) * interval '1 min' END,
			   CASE WHEN random() < 0.08 THEN ARRAY['v' || 1 + floor(random() * 2)] END,
			   CASE WHEN random() < 0.2 THEN 'pickup' ELSE 'delivery' END,
			   NULL, NULL, NULL, CASE WHEN random() < 0.2 THEN 'v' || 1 + floor(random() * 3) END, CASE WHEN random() < 0.8 THEN floor(random() * 8) END
		FROM (SELECT n, begin_at + floor(random() * 240) * interval '1 min' AS opens FROM generate_series(1, 18) AS n) AS drawn;
	-- some have an earlier window, some a soft end
	UPDATE o SET windows = tstzmultirange(tstzrange(window_start - interval '50 min', window_start - interval '40 min', '[]'), tstzrange(window_start, window_end, '[]')),
		window_start = NULL, window_end = NULL
	WHERE random() < 0.2;
	UPDATE o SET late_cost = floor(random() * 50), latest = CASE WHEN random() < 0.8 THEN coalesce(window_end, upper(windows)) + floor(random() * 30) * interval '1 min' END
	WHERE random() < 0.15;
	-- two shipments, the second with two places to deliver to, and two alternatives
	IF day % 2 = 0 THEN
		UPDATE o SET shipment_id = CASE WHEN id IN ('o1', 'o2') THEN 's1' ELSE 's2' END, kind = CASE WHEN id IN ('o1', 'o3') THEN 'pickup' ELSE 'delivery' END, release_at = NULL,
			demand = (SELECT demand FROM o WHERE id = 'o1'), option_of = CASE WHEN id IN ('o4', 'o5') THEN 'a1' END
		WHERE id IN ('o1', 'o2', 'o3', 'o4', 'o5');
		UPDATE o SET option_of = 'a2' WHERE id IN ('o6', 'o7');
	END IF;
	INSERT INTO v
		SELECT 'v' || n, 'depot', begin_at, begin_at + (CASE WHEN tight[3] < 0.5 THEN 200 ELSE 600 END + floor(random() * 60)) * interval '1 min',
			   CASE WHEN random() < 0.3 THEN interval '10 min' ELSE interval '0' END,
			   CASE WHEN tight[4] < 0.4 THEN ARRAY[10, 9.5] ELSE ARRAY[40, 30] END,
			   CASE WHEN n = 1 THEN '{fridge}'::text[] ELSE '{}' END,
			   CASE WHEN tight[5] < 0.3 THEN 3 END, CASE WHEN tight[6] < 0.25 THEN 55000 + floor(random() * 5000000) / 1000 END,
			   CASE WHEN tight[7] < 0.25 THEN interval '2 h 30 min' END,
			   CASE WHEN tight[8] < 0.4 THEN tstzrange(begin_at + interval '2 h', begin_at + interval '2 h 20 min') END,
			   CASE WHEN tight[8] < 0.4 THEN interval '30 min' END, 20, 0.5, 30,
			   CASE WHEN tight[10] < 0.4 THEN 2 END, interval '8 min', CASE WHEN tight[11] < 0.3 THEN 40000 + floor(random() * 4000000) / 1000 END
		FROM generate_series(1, 2) AS n;
	INSERT INTO m
		SELECT a.id, b.id, s, s * 11.3
		FROM (SELECT id, x, y FROM o UNION ALL SELECT 'depot', 10000, 10000) AS a, (SELECT id, x, y FROM o UNION ALL SELECT 'depot', 10000, 10000) AS b,
			 LATERAL (SELECT round((|/((a.x - b.x) ^ 2 + (a.y - b.y) ^ 2) / 11.1)::numeric, 3)) AS leg(s)
		WHERE a.id <> b.id AND (tight[9] > 0.3 OR random() > 0.15);
	INSERT INTO planned
		SELECT p.vehicle_id, row_number() OVER (PARTITION BY p.vehicle_id ORDER BY p.stop_no), p.kind, p.order_id FROM lastmile.plan('o', 'v', matrix => 'm', traffic => traffic(day), iterations => 100, seed => day) AS p
		WHERE p.vehicle_id IS NOT NULL AND p.kind IN ('pickup', 'delivery', 'reload');
	-- it would fit
	DELETE FROM planned WHERE order_id = (SELECT min(order_id) FROM planned JOIN o ON o.id = order_id WHERE shipment_id IS NULL AND option_of IS NULL);
	UPDATE planned AS d SET stop_no = n FROM (SELECT vehicle_id AS of, stop_no AS was, row_number() OVER (PARTITION BY vehicle_id ORDER BY stop_no) AS n FROM planned) AS r
	WHERE d.vehicle_id = of AND d.stop_no = was;
	INSERT INTO answers SELECT * FROM lastmile.why('o', 'v', 'planned', matrix => 'm', traffic => traffic(day));
	INSERT INTO bases
		SELECT vehicle_id, sum(cost) FROM lastmile.check('o', 'v', 'planned', matrix => 'm', traffic => traffic(day)) AS c
		WHERE vehicle_id IS NOT NULL GROUP BY vehicle_id;
END
$$;

CREATE FUNCTION moment(shown text) RETURNS timestamptz LANGUAGE sql AS $$
	SELECT (CASE WHEN shown LIKE '____-__-__ %' THEN shown ELSE '2026-12-01 ' || shown END)::timestamptz
$$;

CREATE VIEW pairs AS
	SELECT a.*, row_number() OVER (ORDER BY a.order_id, a.vehicle_id) AS pair
	FROM answers a WHERE a.vehicle_id IS NOT NULL;

-- Places of a pair: behind how many rows its pickup, or the order, comes, and the delivery.
CREATE VIEW places AS
	SELECT p.pair, p.order_id, p.vehicle_id, row_number() OVER (PARTITION BY p.pair ORDER BY a, b, other.id) AS place,
		   CASE WHEN other.id IS NULL OR o.kind = 'pickup' THEN p.order_id ELSE other.id END AS first_row, a,
		   CASE WHEN other.id IS NOT NULL THEN CASE WHEN o.kind = 'pickup' THEN other.id ELSE p.order_id END END AS second_row, b
	FROM pairs p JOIN o ON o.id = p.order_id LEFT JOIN o other ON other.shipment_id = o.shipment_id AND other.kind <> o.kind,
		 LATERAL (SELECT count(*) AS stops FROM planned d WHERE d.vehicle_id = p.vehicle_id) AS c,
		 generate_series(0, stops) AS a, generate_series(a, CASE WHEN other.id IS NULL THEN a ELSE stops END) AS b;

-- The clones of a stage: place p of a pair is van pair/p.
CREATE FUNCTION clone(stage int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DROP TABLE IF EXISTS cloned_routes, cloned_vans, cloned_orders;
	CREATE TABLE cloned_routes AS
		SELECT pair, p.order_id AS for_order, place, pair || '/' || place AS vehicle_id, row_number() OVER (PARTITION BY pair, place ORDER BY r.stop) AS stop_no, r.kind, r.order_id AS original,
			   pair || '/' || place || '/' || r.order_id AS order_id, p.vehicle_id AS van
		FROM places p,
			 LATERAL (SELECT d.kind, d.order_id, d.stop_no FROM planned d WHERE d.vehicle_id = p.vehicle_id
					  UNION ALL SELECT 'order', p.first_row, p.a + 0.4
					  UNION ALL SELECT 'order', p.second_row, p.b + 0.6 WHERE p.second_row IS NOT NULL) AS r(kind, order_id, stop);
	UPDATE cloned_routes SET kind = NULL WHERE kind <> 'reload';
	CREATE TABLE cloned_vans AS
		SELECT p.pair || '/' || c.place AS id, v.start_location_id, v.shift_start,
			   CASE WHEN p.reason_code = 'shift' AND stage > 1 THEN v.shift_end + less
					ELSE coalesce(moment(said.shift), v.shift_end) END AS shift_end,
			   v.overtime,
			   ARRAY(SELECT CASE WHEN p.reason_code = 'capacity' AND stage > 1 AND d = coalesce(said.first_dimension, 1)
								 THEN v.capacity[d] + (p.excess - CASE stage WHEN 3 THEN 0.001 ELSE 0 END)::numeric
								 ELSE coalesce((SELECT (regexp_match(c, 'to ([\d.]+)'))[1]::numeric FROM unnest(said.capacities) AS c
												WHERE c LIKE '%dimension ' || d), v.capacity[d]) END
					 FROM generate_series(1, 2) AS d) AS capacity,
			   CASE WHEN stage > 0 AND p.relaxation LIKE '%give "' || v.id || '" all of: fridge%' THEN '{fridge}' ELSE v.skills END AS skills,
			   CASE WHEN p.reason_code = 'stops' AND stage > 1 THEN v.max_stops + p.excess::int - CASE stage WHEN 3 THEN 1 ELSE 0 END
					ELSE coalesce(said.stops::int, v.max_stops) END AS max_stops,
			   CASE WHEN p.reason_code = 'distance' AND stage > 1 THEN v.max_distance_m + p.excess - CASE stage WHEN 3 THEN 0.001 ELSE 0 END
					ELSE coalesce(said.metres::float8, v.max_distance_m) END AS max_distance_m,
			   CASE WHEN p.reason_code = 'time' AND stage > 1 THEN v.max_time + less ELSE coalesce(said.longest::interval, v.max_time) END AS max_time,
			   CASE WHEN v.break_time IS NOT NULL THEN tstzrange(lower(v.break_window), CASE WHEN p.reason_code = 'break' AND stage > 1 THEN upper(v.break_window) + less
					ELSE coalesce(moment(said.break), upper(v.break_window)) END) END AS break_window,
			   v.break_time, v.cost_per_hour, v.cost_per_km, v.cost_fixed, v.max_trips, v.reload_time,
			   CASE WHEN p.reason_code = 'range' AND stage > 1 THEN v.range_m + p.excess - CASE stage WHEN 3 THEN 0.001 ELSE 0 END
					ELSE coalesce(said.range::float8, v.range_m) END AS range_m
		FROM pairs p JOIN v ON v.id = p.vehicle_id,
			 LATERAL (SELECT round((1000 * p.excess)::numeric - CASE stage WHEN 3 THEN 1 ELSE 0 END) * interval '1 ms' AS less) AS l,
			 LATERAL (SELECT CASE WHEN stage > 0 THEN p.relaxation END AS text) AS t,
			 LATERAL (SELECT substring(text from 'end the shift of "[^"]*" at ([-0-9:.]+(?: [0-9:.]+)?) instead of') AS shift,
							 substring(text from 'let the break of "[^"]*" begin until ([-0-9:.]+(?: [0-9:.]+)?) instead of') AS break,
							 substring(text from 'raise max_time of "[^"]*" to ([-0-9:.]+(?: [0-9:.]+)?) instead of') AS longest,
							 substring(text from 'raise max_distance_m of "[^"]*" to ([0-9.]+) m instead of') AS metres,
							 substring(text from 'raise range_m of "[^"]*" to ([0-9.]+) m instead of') AS range,
							 substring(text from 'raise max_stops of "[^"]*" to ([-0-9:.]+(?: [0-9:.]+)?) instead of') AS stops,
							 substring(text from 'in dimension (\d)')::int AS first_dimension,
							 ARRAY(SELECT r[1] FROM regexp_matches(text, '(capacity of "[^"]*" to [\d.]+ instead of [\d.]+ in dimension \d)', 'g') AS r) AS capacities) AS said,
			 LATERAL (SELECT s.place FROM places s WHERE s.pair = p.pair) AS c;
	-- The goods of a route are ready `less` before the last of them were.
	CREATE TABLE cloned_orders AS
		SELECT r.order_id AS id, o.location_id, o.window_start,
			   CASE WHEN o.latest IS NULL THEN ends END AS window_end,
			   CASE WHEN o.latest IS NULL AND ends > upper(o.windows) THEN o.windows + tstzmultirange(tstzrange(upper(o.windows), ends, '[]')) ELSE o.windows END AS windows,
			   o.late_cost, CASE WHEN o.latest IS NOT NULL THEN ends END AS latest,
			   o.service_time, o.demand, o.skills,
			   CASE WHEN ready_said IS NULL THEN o.release_at WHEN p.reason_code = 'release' AND stage > 1 THEN ready - less ELSE moment(ready_said) END
			   AS release_at,
			   CASE WHEN p.vehicle_id = ANY (o.refused_vehicles) AND NOT EXISTS (SELECT FROM planned d WHERE d.order_id = o.id) AND (stage = 0 OR p.relaxation NOT LIKE '%allow "' || o.id || '" on %')
					THEN ARRAY[r.vehicle_id] END AS refused_vehicles,
			   o.kind, CASE WHEN o.preferred_vehicle = p.vehicle_id THEN r.vehicle_id ELSE o.preferred_vehicle END AS preferred_vehicle, o.prefer_cost,
			   r.vehicle_id || '/' || o.shipment_id AS shipment_id
		FROM cloned_routes r JOIN pairs p USING (pair) JOIN o ON o.id = r.original,
			 LATERAL (SELECT round((1000 * p.excess)::numeric - CASE stage WHEN 3 THEN 1 ELSE 0 END) * interval '1 ms' AS less) AS l,
			 LATERAL (SELECT max(g.release_at) AS ready FROM o g
					  WHERE g.kind = 'delivery' AND (g.id = p.order_id OR g.id IN (SELECT d.order_id FROM planned d WHERE d.vehicle_id = p.vehicle_id))) AS goods,
			 LATERAL (SELECT CASE WHEN stage > 0 THEN p.relaxation END AS text) AS t,
			 LATERAL (SELECT substring(text from 'let "' || o.id || '" begin until ([-0-9:.]+(?: [0-9:.]+)?) instead of') AS window_said,
							 substring(text from 'have the goods of "' || o.id || '" ready at ([-0-9:.]+(?: [0-9:.]+)?) instead of') AS ready_said) AS said,
			 LATERAL (SELECT CASE WHEN o.late_cost IS NOT NULL THEN o.latest ELSE coalesce(o.window_end, upper(o.windows)) END AS last) AS closes,
			 LATERAL (SELECT CASE WHEN window_said IS NULL THEN last WHEN p.reason_code = 'window' AND stage > 1 THEN last + less ELSE moment(window_said) END AS ends) AS ended;
	-- without a row of its own at this place, the end of a soft window says nothing
	UPDATE cloned_orders c SET window_end = o.window_end FROM cloned_routes r JOIN o ON o.id = r.original WHERE c.id = r.order_id AND o.late_cost IS NOT NULL AND o.windows IS NULL;
END
$$;

-- What check says of the clones, of all or of those of one pair.
CREATE FUNCTION judge(day int, stage int, single bigint, matrix text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO verdicts
		SELECT day, p.order_id, p.vehicle_id, p.reason_code, p.relaxation, p.excess, p.cost, stage, count(*) FILTER (WHERE good),
			   min(c.cost) FILTER (WHERE good) - coalesce((SELECT b.cost FROM bases b WHERE b.vehicle_id = p.vehicle_id), 0),
			   (SELECT array_remove(ARRAY[CASE WHEN o.shipment_id IS NOT NULL THEN 'shipment' END, CASE WHEN o.option_of IS NOT NULL THEN 'alternative' END,
				CASE WHEN o.late_cost IS NOT NULL THEN 'soft' END, CASE WHEN o.windows IS NOT NULL THEN 'two windows' END, CASE WHEN v.break_time IS NOT NULL THEN 'break' END,
				CASE WHEN o.preferred_vehicle <> v.id AND o.prefer_cost > 0 THEN 'another preferred' END,
				CASE WHEN EXISTS (SELECT FROM planned d WHERE d.vehicle_id = v.id AND d.kind = 'reload') THEN 'two trips' END], NULL)
				FROM o, v WHERE o.id = p.order_id AND v.id = p.vehicle_id)
		FROM pairs p JOIN (
			SELECT split_part(k.vehicle_id, '/', 1)::int AS pair, bool_and(k.violations = '{}') AS good, sum(k.cost) AS cost
			FROM lastmile.check('cloned_orders', 'cloned_vans',
								'SELECT * FROM cloned_routes' || coalesce(' WHERE pair = ' || single, ''), matrix => matrix, traffic => traffic(day)) AS k
			WHERE k.vehicle_id IS NOT NULL
			GROUP BY k.vehicle_id) AS c USING (pair)
		WHERE single IS NOT NULL OR stage = 0 OR p.relaxation NOT LIKE '%give a way%'
		GROUP BY p.pair, p.order_id, p.vehicle_id, p.reason_code, p.relaxation, p.excess, p.cost;
END
$$;

CREATE FUNCTION judge_day(day int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	p pairs;
BEGIN
	FOR stage IN 0..3 LOOP
		PERFORM clone(stage);
		PERFORM judge(day, stage, NULL, 'm');
		-- ways that a sentence gives are given to its own clones only
		FOR p IN SELECT * FROM pairs WHERE relaxation LIKE '%give a way%' AND stage > 0 LOOP
			PERFORM judge(day, stage, p.pair, 'SELECT * FROM m UNION ALL SELECT DISTINCT coalesce(ends[1], ''depot''), coalesce(ends[2], ''depot''), 0, 0
				FROM regexp_matches(' || quote_literal(p.relaxation)
				|| ', ''a way from (?:"([^"]*)"|the start of "[^"]*") to (?:"([^"]*)"|the (?:start|end) of "[^"]*")'', ''g'') AS ends');
		END LOOP;
	END LOOP;
END
$$;

SELECT setseed(0.25);
DO $$ BEGIN FOR day IN 1..60 LOOP PERFORM draw_day(day); PERFORM judge_day(day); END LOOP; END $$;

SELECT cmp_ok(count(DISTINCT (day, order_id))::int, '>=', 500, 'unserved orders') FROM verdicts;
SELECT set_has(
	'SELECT DISTINCT reason_code FROM verdicts',
	$$ VALUES ('release'), ('window'), ('shift'), ('break'), ('time'), ('distance'), ('range'), ('stops'), ('capacity'), ('unreachable'), ('skill'), ('vehicle_refused'), (NULL) $$,
	'every rule gives way to some order');
SELECT is_empty($$ SELECT kind FROM unnest('{shipment,alternative,soft,two windows,break,another preferred,two trips}'::text[]) AS kind
	WHERE (SELECT count(*) FROM verdicts WHERE stage = 2 AND excess IS NOT NULL AND kind = ANY (kinds)) < 20 $$, 'orders and routes of every kind');
SELECT cmp_ok(count(*)::int, '>=', 50, 'some need two rules or more') FROM verdicts WHERE stage = 1 AND relaxation LIKE '%, and %';

SELECT is_empty($$ SELECT * FROM verdicts WHERE stage = 0 AND (clean > 0) <> (reason_code IS NULL) $$,
	'as the data are the order has no place, unless why says so');
SELECT is_empty($$ SELECT * FROM verdicts WHERE stage = 1 AND clean = 0 $$, 'what the sentence says gives it one');
SELECT is_empty($$ SELECT * FROM verdicts WHERE stage = 2 AND clean = 0 $$, 'exactly the excess does');
SELECT is_empty($$ SELECT * FROM verdicts WHERE stage = 3 AND clean > 0 AND excess IS NOT NULL $$, 'one unit less does not');
SELECT is_empty($$ SELECT * FROM verdicts WHERE stage = 2 AND relaxation NOT LIKE '%, and %' AND reason_code <> 'window' AND abs(cheapest - cost) > 1e-6 $$,
	'cost is what the cheapest place then adds');
SELECT is_empty($$ SELECT * FROM verdicts WHERE stage = 0 AND reason_code IS NULL AND abs(cheapest - cost) > 1e-6 $$,
	'and what it adds where nothing has to give way');

SELECT * FROM finish();
ROLLBACK;
