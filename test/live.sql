-- live.sql - routes to begin with, and a day under way.
--
-- Everything lies on a plane at 3.6 km/h without detour: 1 m is driven in 1 s. At 3600 an hour a second
-- costs 1.
\ir setup.psql
SET lastmile.speed_kmh = 3.6;
SET lastmile.detour_factor = 1;
SELECT no_plan();

------------------------------------------------------------------------------------------------------
-- Routes to begin with
------------------------------------------------------------------------------------------------------

-- Orders at 100, 200, ... 900 on a line, the depot at 0, two vans that carry five each.
CREATE TABLE line AS SELECT n AS id, ST_Point(n * 100, 0) AS geom, 1 AS demand, timestamptz '2026-12-01 12:00' AS window_end
FROM generate_series(1, 9) AS n;
CREATE TABLE vans AS SELECT id, ST_Point(0, 0) AS geom, 5 AS capacity, 3600 AS cost_per_hour, timestamptz '2026-12-01 08:00' AS shift_start
FROM (VALUES ('a'), ('b')) AS v(id);
CREATE FUNCTION begun(routes text, iterations bigint DEFAULT 1) RETURNS TABLE (line bigint, vehicle_id text, order_id text, reason_code text, cost float8)
LANGUAGE sql AS $$
	SELECT row_number() OVER (), p.vehicle_id, p.order_id, p.reason_code, p.cost
	FROM lastmile.plan('line', 'vans', routes => routes, iterations => iterations) AS p;
$$;

-- Each van drives to 900 or 800 and back: 3,400 s. The best plan needs 1,800 s for the far ones, 800 s for the near.
CREATE TABLE alternate AS SELECT CASE n % 2 WHEN 1 THEN 'a' ELSE 'b' END AS vehicle_id, n AS stop_no, n AS order_id FROM generate_series(1, 9) AS n;
SELECT cmp_ok((SELECT sum(cost) FROM begun('alternate')), '<=', 3400::float8, 'a plan is no worse than the routes it begins with');
SELECT is((SELECT round(sum(cost)) FROM begun('alternate', 2000)), 2600::float8, 'and the search goes on from there');

-- A best plan stays as it is: which van drives where decides nothing, so the routes do.
CREATE TABLE best AS SELECT CASE WHEN n < 5 THEN 'b' ELSE 'a' END AS vehicle_id, n AS stop_no, n AS order_id FROM generate_series(1, 9) AS n;
SELECT is((SELECT string_agg(vehicle_id || order_id, ' ' ORDER BY line) FROM begun('best') WHERE order_id IS NOT NULL),
	'a5 a6 a7 a8 a9 b1 b2 b3 b4', 'a best plan comes back as it is');
SELECT is((SELECT round(sum(cost)) FROM begun('SELECT * FROM best WHERE order_id <> 7')), 2600::float8,
	'what the routes leave out is inserted: 7 lies on the way to 9');
SELECT is((SELECT count(DISTINCT order_id) FROM begun($$ SELECT 'a' AS vehicle_id, order_id FROM best $$)), 9::bigint,
	'nine orders on a van that carries five: the others go elsewhere');
SELECT is((SELECT string_agg(vehicle_id || order_id, ' ' ORDER BY line)
	FROM begun('TABLE best UNION ALL SELECT ''b'', 99, 9') WHERE order_id IS NOT NULL),
	'a5 a6 a7 a8 a9 b1 b2 b3 b4', 'an order that comes twice counts where it comes first');
SELECT results_eq($$ SELECT * FROM lastmile.plan('line', 'vans', routes => $r$ SELECT * FROM lastmile.plan('line', 'vans', iterations => 500) $r$, iterations => 1) $$,
	$$ SELECT * FROM lastmile.plan('line', 'vans', iterations => 500) $$, 'plan''s own rows are a routes query');
SELECT results_eq($$ SELECT * FROM begun('SELECT * FROM alternate', 300) $$, $$ SELECT * FROM begun('SELECT * FROM alternate ORDER BY random()', 300) $$,
	'by iterations and seed the plan is the same, in whatever sequence the rows come');

------------------------------------------------------------------------------------------------------
-- Now
------------------------------------------------------------------------------------------------------

-- At 9:30 nobody departs earlier, though shifts began at 8; and nobody serves what had to be begun by 9.
SELECT is((SELECT min(departs_at) FROM lastmile.plan('line', 'vans', at => '2026-12-01 09:30', iterations => 100) WHERE kind = 'start'),
	'2026-12-01 09:30', 'nobody departs before at');
SELECT is((SELECT string_agg(order_id || ' ' || reason_code, ', ') FROM lastmile.plan(
	$$ SELECT id, geom, CASE id WHEN 3 THEN timestamptz '2026-12-01 09:00' ELSE window_end END AS window_end FROM line $$,
	'vans', at => '2026-12-01 09:30', iterations => 100) WHERE kind = 'unassigned'), '3 window', 'a window that is over is missed');
SELECT is((SELECT min(departs_at) FROM lastmile.check('line', 'vans', 'best', at => '2026-12-01 09:30')),
	'2026-12-01 09:30', 'check: nobody departs before at');
SELECT is((SELECT string_agg(violation, '; ') FROM lastmile.check('line', 'vans',
	$$ SELECT * FROM lastmile.plan('line', 'vans', at => '2026-12-01 09:30:00.0005', iterations => 100) $$, at => '2026-12-01 09:30:00.0005') AS c,
	unnest(c.violations) AS violation), NULL, 'check counts from at as plan does');

------------------------------------------------------------------------------------------------------
-- A day under way
------------------------------------------------------------------------------------------------------

-- Every minute of the way an order, five minutes each; b is another van at the depot. 12 an hour: 0.2 a minute.
CREATE TABLE stops AS SELECT n AS id, ST_Point(n * 60, 0) AS geom, interval '5 min' AS service_time FROM generate_series(1, 6) AS n;
CREATE TABLE crew AS SELECT id, ST_Point(0, 0) AS geom, 12 AS cost_per_hour, timestamptz '2026-12-01 08:00' AS shift_start,
	timestamptz '2026-12-01 12:00' AS shift_end
FROM (VALUES ('a'), ('b')) AS v(id);
-- The morning: four stops on a, two of them done.
CREATE TABLE morning (vehicle_id text, stop_no int, order_id text, kind text, done_at timestamptz, frozen bool);
INSERT INTO morning VALUES ('a', 1, '1', NULL, '2026-12-01 08:06', false), ('a', 2, '2', NULL, '2026-12-01 08:14', false),
	('a', 3, '3', NULL, NULL, false), ('a', 4, '4', NULL, NULL, false);
CREATE VIEW promised AS SELECT vehicle_id, stop_no, order_id, kind, done_at, true AS frozen FROM morning;
CREATE FUNCTION day(routes text, orders text DEFAULT 'stops', vehicles text DEFAULT 'crew', now timestamptz DEFAULT '2026-12-01 08:20',
	only_rows text DEFAULT '')
RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(words, '; ' ORDER BY no)
	FROM (
		SELECT row_number() OVER () AS no, concat_ws(' ', vehicle_id, kind, order_id, arrives_at::time, starts_at::time, departs_at::time, service_time,
			CASE WHEN wait_time > '0' THEN 'waits ' || wait_time END, CASE WHEN late_time > '0' THEN 'late ' || late_time END,
			trim_scale(round(cost::numeric, 6)), reason_code) AS words
		FROM lastmile.plan(orders, vehicles, routes => routes, at => now, iterations => 300)) AS p
	WHERE words ~ only_rows;
$$;
CREATE FUNCTION judged(routes text, orders text DEFAULT 'stops', vehicles text DEFAULT 'crew', now timestamptz DEFAULT '2026-12-01 08:20')
RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', vehicle_id, stop_no, order_id, violation), '; ')
	FROM lastmile.check(orders, vehicles, routes, at => now) AS c, unnest(c.violations) AS violation;
$$;

-- 1 was left at 8:06: 5 min of service, 1 of the way, so the van left at 8:00. 2 at 8:14: 8 min since, 5 of service, 1 of the way, 2 of
-- waiting. Then it stands there until 8:20: 11 min.
SELECT is(day('SELECT * FROM morning WHERE stop_no < 3', 'SELECT * FROM stops WHERE id < 4'),
	'a start 08:00:00 08:00:00 08:00:00 00:00:00 0; a delivery 1 08:01:00 08:01:00 08:06:00 00:05:00 1.2; '
	|| 'a delivery 2 08:07:00 08:09:00 08:20:00 00:11:00 waits 00:02:00 2.8; a delivery 3 08:21:00 08:21:00 08:26:00 00:05:00 1.2; '
	|| 'a end 08:29:00 08:29:00 08:29:00 00:00:00 0.6', 'rows that are done are facts, and the van stands where it is');
-- With 3 frozen it has been on its way there since 8:14: there from 8:15 to 8:20.
SELECT is(day('SELECT * FROM promised WHERE stop_no < 4', 'SELECT * FROM stops WHERE id < 4'),
	'a start 08:00:00 08:00:00 08:00:00 00:00:00 0; a delivery 1 08:01:00 08:01:00 08:06:00 00:05:00 1.2; '
	|| 'a delivery 2 08:07:00 08:09:00 08:14:00 00:05:00 waits 00:02:00 1.6; a delivery 3 08:15:00 08:15:00 08:20:00 00:05:00 1.2; '
	|| 'a end 08:23:00 08:23:00 08:23:00 00:00:00 0.6', 'to a frozen row it is on its way');
-- At 8:30 it must still be there: ten minutes more.
SELECT is(day('SELECT * FROM promised WHERE stop_no < 4', 'SELECT * FROM stops WHERE id < 4', now => '2026-12-01 08:30', only_rows => 'end|3 '),
	'a delivery 3 08:15:00 08:15:00 08:30:00 00:15:00 3.2; a end 08:33:00 08:33:00 08:33:00 00:00:00 0.6', 'and does not leave it before now');
-- Left at 8:10, nothing done: it stands at the depot for ten minutes, which cost 2.
SELECT is(day($$ SELECT 'a' AS vehicle_id, NULL AS order_id, 'start' AS kind, timestamptz '2026-12-01 08:10' AS done_at $$, 'SELECT * FROM stops WHERE id = 1'),
	'a start 08:10:00 08:10:00 08:20:00 00:10:00 2; a delivery 1 08:21:00 08:21:00 08:26:00 00:05:00 1.2; a end 08:27:00 08:27:00 08:27:00 00:00:00 0.2',
	'a van that has left is under way');
-- A row that nobody noted was left so that the next was reached without waiting: 8:14 - 5 - 1 = 8:08, and the van 6 min before that.
SELECT is(day('SELECT vehicle_id, stop_no, order_id, CASE stop_no WHEN 2 THEN done_at END AS done_at FROM morning WHERE stop_no < 3', 'SELECT * FROM stops WHERE id < 3',
	only_rows => 'start|1 '), 'a start 08:02:00 08:02:00 08:02:00 00:00:00 0; a delivery 1 08:03:00 08:03:00 08:08:00 00:05:00 1.2',
	'an instant that nobody wrote down');
-- Home at 8:19, five minutes on the way: the day of a is over, and still costs 3.8; b does the rest.
SELECT is(day($$ SELECT * FROM morning WHERE stop_no < 3 UNION ALL SELECT 'a', 9, NULL, 'end', '2026-12-01 08:19', NULL $$, 'SELECT * FROM stops WHERE id < 4',
	only_rows => 'end|3 '), 'a end 08:19:00 08:19:00 08:19:00 00:00:00 1; b delivery 3 08:23:00 08:23:00 08:28:00 00:05:00 1.6; '
	|| 'b end 08:31:00 08:31:00 08:31:00 00:00:00 0.6', 'who is home stays home');
-- A frozen end: nothing is added to a, though 5 would cost it no more than 1.4.
SELECT is(day($$ TABLE promised UNION ALL SELECT 'a', 9, NULL, 'end', NULL, true $$, 'SELECT * FROM stops WHERE id < 6', only_rows => '5 0|4 0'),
	'a delivery 4 08:21:00 08:21:00 08:26:00 00:05:00 1.2; b delivery 5 08:25:00 08:25:00 08:30:00 00:05:00 2', 'a route whose end is frozen is closed');

-- A frozen order that is late is late, and the rest keeps its windows: 3 had to begin by 8:14; 4 must by 8:22, and is reached at 8:21.
SELECT is(day('SELECT * FROM promised WHERE stop_no < 4', $$ SELECT *, CASE id WHEN 3 THEN timestamptz '2026-12-01 08:14' WHEN 4 THEN '2026-12-01 08:22' END AS window_end
	FROM stops WHERE id < 5 $$, only_rows => '[34] 0'), 'a delivery 3 08:15:00 08:15:00 08:20:00 00:05:00 late 00:01:00 1.2; '
	|| 'a delivery 4 08:21:00 08:21:00 08:26:00 00:05:00 1.2', 'what is frozen may be late, what comes behind may not');
-- The shift ends at 8:22, when a is on its way home from what is frozen: allowed. Nobody has time for 4.
SELECT is(day('SELECT * FROM promised WHERE stop_no < 4', 'SELECT * FROM stops WHERE id < 5',
	$$ SELECT id, geom, cost_per_hour, shift_start, timestamptz '2026-12-01 08:22' AS shift_end FROM crew $$, only_rows => 'end|unassigned'),
	'a end 08:23:00 08:23:00 08:23:00 00:00:00 0.6; unassigned 4 shift', 'limits that frozen rows exceed count as what they take');
-- Goods that were ready at 8:15: the van left at 8:00. What its route says was on board all the same, 5 was not.
SELECT is(day('TABLE morning', $$ SELECT *, timestamptz '2026-12-01 08:15' AS release_at FROM stops WHERE id < 6 $$, $$ SELECT * FROM crew WHERE id = 'a' $$,
	only_rows => '[345] 0|unassigned'), 'a delivery 3 08:21:00 08:21:00 08:26:00 00:05:00 1.2; a delivery 4 08:27:00 08:27:00 08:32:00 00:05:00 1.2; unassigned 5 release',
	'a van that has left has on board what its route says, and nothing that came later');
-- The van carries three. Two are delivered by now, but they were on board when it left.
SELECT is(day('SELECT * FROM morning WHERE stop_no < 3', 'SELECT *, 1 AS demand FROM stops WHERE id < 5', $$ SELECT *, 3 AS capacity FROM crew WHERE id = 'a' $$,
	only_rows => 'unassigned'), 'unassigned 4 capacity', 'loads count from the depot');
-- Nobody has a lift. What is frozen stays, 5 does not come in.
SELECT is(day('TABLE promised', $$ SELECT *, '{lift}'::text[] AS skills FROM stops WHERE id < 6 $$, only_rows => '4 0|unassigned'),
	'a delivery 4 08:21:00 08:21:00 08:26:00 00:05:00 1.2; unassigned 5 skill', 'frozen orders stay whatever rules that breaks');
-- A break of 3 min from 8:00 to 8:25, left at 8:13; it stands until 8:20: 10 min, of which 7 are standing. The other from 8:30 to 8:31.
SELECT alike(day($$ SELECT * FROM morning WHERE stop_no = 1 UNION ALL SELECT 'a', 2, NULL, 'break', '2026-12-01 08:13', NULL $$, 'SELECT * FROM stops WHERE id < 5',
	$$ SELECT *, ARRAY[tstzrange('2026-12-01 08:00', '2026-12-01 08:25'), tstzrange('2026-12-01 08:30', '2026-12-01 08:31')] AS break_window,
		'{3 min,10 min}'::interval[] AS break_time FROM crew WHERE id = 'a' $$, only_rows => 'break'),
	'a break 08:06:00 08:10:00 08:20:00 00:10:00 waits 00:04:00 2.8; a break % 08:30:00 08:40:00 00:10:00 %',
	'a break that is done is not taken again, the next one is');

-- check holds the same: plan's rows, with what they were planned from, are clean; and facts are taken from done_at.
CREATE TABLE replanned AS SELECT * FROM lastmile.plan('stops', 'crew', routes => 'morning', at => '2026-12-01 08:20', iterations => 300);
SELECT is(judged('SELECT r.*, m.done_at, m.frozen FROM replanned AS r LEFT JOIN morning AS m USING (vehicle_id, order_id)'), NULL,
	'check accepts the plan of a day under way');
SELECT is(judged('SELECT vehicle_id, stop_no, order_id, done_at FROM morning WHERE stop_no < 4', $$ SELECT *, timestamptz '2026-12-01 08:05' AS window_end FROM stops
	WHERE id < 4 $$), 'a 4 3 window: starts 08:21, the last window closed 08:05', 'windows of what is done are no violation, those of the rest are');
SELECT is(judged('SELECT vehicle_id, stop_no, order_id, stop_no = 4 AS frozen FROM morning', 'SELECT * FROM stops WHERE id < 5'),
	'a 5 4 frozen: row 3 of the routes query in front of it is not', 'a frozen row behind one that is not');
SELECT is(judged('TABLE morning', $$ SELECT *, CASE WHEN id < 5 THEN NULL ELSE timestamptz '2026-12-01 08:15' END AS release_at FROM stops $$,
	now => '2026-12-01 08:20') ~ 'release', false, 'no goods that came later');
SELECT is((SELECT string_agg(concat_ws(' ', order_id, late_time), '; ' ORDER BY stop_no) FROM lastmile.check($$ SELECT *, timestamptz '2026-12-01 08:07' AS window_end
	FROM stops WHERE id < 3 $$, 'crew', 'SELECT * FROM morning WHERE stop_no < 3', at => '2026-12-01 08:20') WHERE order_id IS NOT NULL), '1 00:00:00; 2 00:02:00',
	'late_time shows what they were late');

SELECT is(judged($$ SELECT 'a' AS vehicle_id, NULL AS order_id, 'start' AS kind, timestamptz '2026-12-01 08:10' AS done_at $$, 'SELECT * FROM stops WHERE id < 1'),
	NULL, 'a van that has left has rows, whatever it serves');

-- quote counts with the day. At 2.5 minutes of the way, for a minute: on the way from where the van stands; behind what is frozen, on the way home.
SELECT is((SELECT concat_ws(' ', vehicle_id, starts_at::time, trim_scale(round(cost::numeric, 6))) FROM lastmile.quote('stops', 'crew', routes,
	$$ SELECT 'x' AS id, ST_Point(150, 0) AS geom, interval '1 min' AS service_time $$, at => '2026-12-01 08:20')), expected, 'quote, ' || routes)
FROM (VALUES ('morning', 'a 08:20:30 0.2'), ('promised', 'a 08:27:30 0.2')) AS q(routes, expected);

------------------------------------------------------------------------------------------------------
-- A day under way with shipments and alternatives
------------------------------------------------------------------------------------------------------

-- Goods from p, a minute from the depot, to d, four minutes from it; f takes something back from three minutes. Five minutes each.
CREATE TABLE goods AS
SELECT id, kind, shipment_id, ST_Point(minutes * 60, 0) AS geom, interval '5 min' AS service_time, demand
FROM (VALUES ('p', 'pickup', 's', 1, 4), ('d', 'delivery', 's', 4, 4), ('f', 'pickup', NULL, 3, 2)) AS g(id, kind, shipment_id, minutes, demand);
CREATE VIEW parcel AS SELECT id, kind, shipment_id, geom, service_time FROM goods WHERE id <> 'f';
CREATE TABLE fetched AS SELECT 'a' AS vehicle_id, 'p' AS order_id, timestamptz '2026-12-01 08:06' AS done_at, true AS frozen;
CREATE FUNCTION loads(routes text, orders text, vehicles text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', coalesce(order_id, kind), load::text, reason_code), '; ' ORDER BY no)
	FROM (SELECT row_number() OVER () AS no, * FROM lastmile.plan(orders, vehicles, routes => routes, at => '2026-12-01 08:20', iterations => 300)) AS p;
$$;

-- p was left at 8:06, the van stands there until 8:20. The goods are on a: to d in 3 min, home in 4.
SELECT is(day('fetched', 'parcel'),
	'a start 08:00:00 08:00:00 08:00:00 00:00:00 0; a pickup p 08:01:00 08:01:00 08:20:00 00:19:00 4; '
	|| 'a delivery d 08:23:00 08:23:00 08:28:00 00:05:00 1.6; a end 08:32:00 08:32:00 08:32:00 00:00:00 0.8', 'what is picked up is delivered by the same van');
-- A frozen pickup likewise: at 8:20 a sets out for it, whatever b could do.
SELECT is(day($$ SELECT 'a' AS vehicle_id, 'p' AS order_id, true AS frozen $$, 'parcel', only_rows => ' [pd] 0'),
	'a pickup p 08:21:00 08:21:00 08:26:00 00:05:00 1.2; a delivery d 08:29:00 08:29:00 08:34:00 00:05:00 1.6', 'so is what is promised to be picked up');
-- f lies on the way to d, but five is all that fits: 4 are on board until d.
SELECT is(loads('fetched', 'goods', $$ SELECT *, 5 AS capacity FROM crew WHERE id = 'a' $$), 'start {0}; p {4}; d {0}; f {2}; end {0}',
	'goods on board take their room until they are delivered');
-- d would be over at 8:28 and the van at home at 8:32. So the goods stay on board, and leave no room for f.
SELECT is(loads('fetched', 'goods', $$ SELECT id, geom, cost_per_hour, shift_start, timestamptz '2026-12-01 08:31' AS shift_end, 5 AS capacity FROM crew WHERE id = 'a' $$),
	'start {0}; p {4}; end {0}; d shift; f capacity', 'goods that cannot be delivered stay on board');
SELECT is(day('fetched', 'SELECT *, 1 AS skip_cost FROM parcel', $$ SELECT id, geom, cost_per_hour, shift_start, CASE id WHEN 'b' THEN shift_end ELSE '2026-12-01 08:31' END AS shift_end FROM crew $$,
	only_rows => 'unassigned|b '), 'unassigned d 1 shift', 'and b, which has time, has not got them');
-- Alternatives of the delivery: e, two minutes from the depot, is nearer: 1 + 5 + 2 min instead of 3 + 5 + 4. The other pickup q is ruled out.
CREATE VIEW choice AS
SELECT *, kind AS option_of FROM parcel
UNION ALL VALUES ('e', 'delivery', 's', ST_Point(120, 0), interval '5 min', 'delivery'), ('q', 'pickup', 's', ST_Point(120, 0), interval '5 min', 'pickup');
SELECT is(day('fetched', 'choice', only_rows => ' [a-z] 0|un'), 'a pickup p 08:01:00 08:01:00 08:20:00 00:19:00 4; a delivery e 08:21:00 08:21:00 08:26:00 00:05:00 1.2',
	'alternatives of what is left of a shipment');
-- Home or locker, and the locker is done, or frozen on the van that comes later: home has no row.
SELECT is(day(routes, $$ SELECT id, geom, service_time, 'x' AS option_of FROM goods WHERE id <> 'f' $$, only_rows => ' [a-z] 0|un'), expected, 'alternatives: ' || routes)
FROM (VALUES ($$ SELECT 'a' AS vehicle_id, 'p' AS order_id, timestamptz '2026-12-01 08:06' AS done_at $$, 'a delivery p 08:01:00 08:01:00 08:20:00 00:19:00 4'),
	($$ SELECT 'b' AS vehicle_id, 'd' AS order_id, true AS frozen UNION ALL SELECT 'a', 'p', false $$, 'b delivery d 08:24:00 08:24:00 08:29:00 00:05:00 1.8')) AS o(routes, expected);
-- d is frozen, and nobody has been at p: nothing is unloaded there, and p is of no use any more.
SELECT is(loads($$ SELECT 'a' AS vehicle_id, 'd' AS order_id, true AS frozen $$, $$ SELECT * FROM goods WHERE id <> 'f' $$, 'SELECT *, 5 AS capacity FROM crew'), 'start {0}; d {0}; end {0}; p precedence',
	'a delivery without its pickup');
SELECT is(judged(routes, 'parcel'), expected, 'check: ' || routes)
FROM (VALUES ($$ TABLE fetched UNION ALL SELECT 'a', 'd', NULL, false $$, NULL),
	($$ TABLE fetched UNION ALL SELECT 'b', 'd', NULL, false $$, 'b 2 d precedence: the pickup of the same shipment, order "p", is not on this route'),
	($$ SELECT 'a' AS vehicle_id, 'd' AS order_id, true AS frozen UNION ALL SELECT NULL, 'p', false $$, NULL),
	($$ SELECT 'a' AS vehicle_id, 'd' AS order_id, true AS frozen UNION ALL SELECT 'a', 'p', false $$,
		'a 3 p precedence: the delivery of the same shipment, order "d", comes before it')) AS c(routes, expected);

------------------------------------------------------------------------------------------------------
-- A day under way of several trips
------------------------------------------------------------------------------------------------------

CREATE VIEW lorry AS SELECT *, 3 AS max_trips, interval '2 min' AS reload_time FROM crew WHERE id = 'a';
CREATE VIEW single AS SELECT vehicle_id, stop_no, order_id, kind, done_at FROM morning WHERE stop_no = 1;

-- It carries one: from 1, where it stands until 8:20, back in 1 min, 2 min to load, 2 min to 2, 5 min there, home in 2.
SELECT is(day('single', 'SELECT *, 1 AS demand FROM stops WHERE id < 3', 'SELECT *, 1 AS capacity FROM lorry', only_rows => 'reload|2 0|end'),
	'a reload 08:21:00 08:21:00 08:23:00 00:02:00 0.6; a delivery 2 08:25:00 08:25:00 08:30:00 00:05:00 1.4; a end 08:32:00 08:32:00 08:32:00 00:00:00 0.4',
	'a van under way may reload right behind what is done');
-- Left the depot again at 8:10: since 8:06 a minute back, one of waiting, two to load. It has stood there since: 2 is on board. 3 was ready at 8:09, loading began at 8:08.
CREATE TABLE again AS TABLE single UNION ALL VALUES ('a', 2, NULL, 'reload', timestamptz '2026-12-01 08:10'), ('a', 3, '2', NULL, NULL);
SELECT is(day('again', $$ SELECT *, CASE id WHEN 3 THEN timestamptz '2026-12-01 08:09' ELSE '2026-12-01 08:30' END AS release_at FROM stops WHERE id < 4 $$,
	'SELECT id, geom, cost_per_hour, shift_start, shift_end, 2 AS max_trips, reload_time FROM lorry', only_rows => 'reload|[23] 0|unassigned'),
	'a reload 08:07:00 08:08:00 08:20:00 00:12:00 waits 00:01:00 2.8; a delivery 2 08:22:00 08:22:00 08:27:00 00:05:00 1.4; unassigned 3 release',
	'a reload that is done: its goods came with it, those of later not');
-- 2 is frozen: the van has been there from 8:12 on, and stays until 8:20. A third trip brings 3: back at 8:22, loaded by 8:24, there at 8:27.
SELECT is(day('SELECT *, true AS frozen FROM again', $$ SELECT *, CASE id WHEN 3 THEN timestamptz '2026-12-01 08:09' END AS release_at FROM stops WHERE id < 4 $$, 'lorry', only_rows => '3 0|un'),
	'a delivery 3 08:27:00 08:27:00 08:32:00 00:05:00 1.6', 'trips that are left');
SELECT is((SELECT string_agg(trip_no || coalesce(order_id, kind), ' ' ORDER BY stop_no) FROM lastmile.plan('SELECT * FROM stops WHERE id < 3', 'lorry', routes =>
	$$ SELECT vehicle_id, order_id, stop_no, CASE order_id WHEN '2' THEN 2 ELSE 1 END AS trip_no, done_at, true AS frozen FROM again WHERE order_id <> '' $$, at => '2026-12-01 08:20', iterations => 100)),
	'1start 11 2reload 22 2end', 'trip_no alone tells of a reload');
-- A promised reload waits until 8:30 for 2. So a leaves at 8:23, is at 1 from 8:24 to 8:29, and loads until 8:32. 3 is ready at 8:31: too late for it, and there are two trips only.
SELECT is(day($$ SELECT * FROM (VALUES ('a', 1, '1', 'delivery', true), ('a', 2, NULL, 'reload', true), ('a', 3, '2', 'delivery', true)) AS r(vehicle_id, stop_no, order_id, kind, frozen) $$,
	$$ SELECT *, CASE id WHEN 2 THEN timestamptz '2026-12-01 08:30' WHEN 3 THEN '2026-12-01 08:31' END AS release_at FROM stops WHERE id < 4 $$,
	'SELECT id, geom, cost_per_hour, shift_start, shift_end, 2 AS max_trips, reload_time FROM lorry', only_rows => 'start|1 0|reload|un'),
	'a start 08:23:00 08:23:00 08:23:00 00:00:00 0; a delivery 1 08:24:00 08:24:00 08:29:00 00:05:00 1.2; a reload 08:30:00 08:30:00 08:32:00 00:02:00 0.6; unassigned 3 release',
	'a reload that is promised waits for the goods of what is promised');
-- 4 at 240 m, then 1: 420 m, and 60 home. With 2 the trip would have 420 + 60 + 120 = 600 of 500 m; alone it has 240.
CREATE VIEW far AS SELECT 'a' AS vehicle_id, stop_no, order_id, done_at FROM (VALUES (1, '4', timestamptz '2026-12-01 08:09'), (2, '1', '2026-12-01 08:17')) AS f(stop_no, order_id, done_at);
SELECT is(day('far', 'SELECT * FROM stops WHERE id IN (1, 2, 4)', vehicles, only_rows => 'reload|2 0|un'), expected, 'range: ' || vehicles)
FROM (VALUES ('SELECT *, 500 AS range_m FROM lorry', 'a reload 08:21:00 08:21:00 08:23:00 00:02:00 0.6; a delivery 2 08:25:00 08:25:00 08:30:00 00:05:00 1.4'),
	('SELECT *, 600 AS range_m FROM lorry', 'a delivery 2 08:21:00 08:21:00 08:26:00 00:05:00 1.2'),
	($$ SELECT *, 599 AS range_m FROM crew WHERE id = 'a' $$, 'unassigned 2 range')) AS r(vehicles, expected);
-- What is done has driven 480 m by the time it is home, whatever range_m says. 2 is 240 m for itself.
SELECT is(day('far', 'SELECT * FROM stops WHERE id IN (1, 2, 4)', 'SELECT *, 400 AS range_m FROM lorry', only_rows => 'reload|2 0|un'),
	'a reload 08:21:00 08:21:00 08:23:00 00:02:00 0.6; a delivery 2 08:25:00 08:25:00 08:30:00 00:05:00 1.4', 'a range that what is done exceeds');
SELECT is(judged(routes, 'SELECT * FROM stops WHERE id IN (1, 2, 4)', vehicles), expected, 'check: ' || routes || ', ' || vehicles)
FROM (VALUES ('far', 'SELECT *, 400 AS range_m FROM lorry', '2 missing: on no route, and no row leaves it out'),
	($$ TABLE far UNION ALL SELECT 'a', 3, '2', NULL $$, 'SELECT *, 500 AS range_m FROM lorry', 'a 5 range: the trip is 600 m long, range_m of vehicle "a" is 500 m')) AS c(routes, vehicles, expected);

-- quote: 2 on a trip of its own: the van is at home at 8:32 instead of 8:21, 11 min at 0.2.
SELECT is((SELECT concat_ws(' ', vehicle_id, starts_at::time, trim_scale(round(cost::numeric, 6))) FROM lastmile.quote('SELECT *, 1 AS demand FROM stops WHERE id = 1',
	'SELECT *, 1 AS capacity FROM lorry', 'single', 'SELECT *, 1 AS demand FROM stops WHERE id = 2', at => '2026-12-01 08:20')), 'a 08:25:00 2.2', 'quote, a trip more');

------------------------------------------------------------------------------------------------------
-- why, of a day under way
------------------------------------------------------------------------------------------------------

CREATE FUNCTION asked(routes text, orders text, vehicles text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', order_id, vehicle_id, reason_code, excess, unit, trim_scale(round(cost::numeric, 6)), relaxation), '; ' ORDER BY no)
	FROM (SELECT row_number() OVER () AS no, * FROM lastmile.why(orders, vehicles, routes, at => '2026-12-01 08:20')) AS w;
$$;
-- With d the van is at home at 8:32, not at 8:21: 11 min at 0.2. One minute too late.
SELECT is(asked('fetched', 'parcel', $$ SELECT id, geom, cost_per_hour, shift_start, timestamptz '2026-12-01 08:31' AS shift_end FROM crew $$),
	'd a shift 60 s 2.2 end the shift of "a" at 08:32 instead of 08:31: then it fits after "p"; d b precedence its goods are on board of "a"', 'why: goods on board');
-- 3 and 4 are frozen, the van leaves them at 8:20 and 8:26 and is at home at 8:30. With 5 it leaves that at 8:32 and is at home at 8:37: 7 min at 0.2.
SELECT is(asked('promised', 'SELECT * FROM stops WHERE id < 6', $$ SELECT id, geom, cost_per_hour, shift_start, timestamptz '2026-12-01 08:36' AS shift_end FROM crew WHERE id = 'a' $$),
	'5 a shift 60 s 1.4 end the shift of "a" at 08:37 instead of 08:36: then it fits after "4"', 'why: behind what is frozen');
SELECT is(asked($$ TABLE promised UNION ALL SELECT 'a', 9, NULL, 'end', NULL, true $$, 'SELECT * FROM stops WHERE id < 6', $$ SELECT * FROM crew WHERE id = 'a' $$),
	'5 a frozen the end of "a" is frozen', 'why: a route that is closed');

\ir finish.psql
