-- traffic.sql - travel times that change over the day: sums worked out by hand, over factors, midnight
-- and the nights in which clocks change; days, spans, profiles, slices of a matrix; errors of the query.
\ir setup.psql
SET lastmile.time_limit = '1s';
SET client_min_messages = error;

-- One van, one order, one leg. With hours that cost nothing the van departs at the earliest instant.
CREATE TABLE orders (id int, location_id int);
INSERT INTO orders VALUES (1, 1);
CREATE TABLE vans (id text, start_location_id int, shift_start timestamptz, open_end bool, cost_per_hour numeric, profile text);

-- When a leg of so many seconds arrives; what check says against it.
CREATE FUNCTION arrives(departs timestamptz, seconds numeric, traffic text, timezone text DEFAULT NULL, profile text DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	matrix text := format('SELECT 0 AS from_id, 1 AS to_id, %s AS seconds', seconds);
	arrived timestamptz;
	objection text;
BEGIN
	TRUNCATE vans;
	INSERT INTO vans VALUES ('van', 0, departs, true, 0, profile);
	CREATE TEMP TABLE plan ON COMMIT DROP AS
	SELECT * FROM lastmile.plan('orders', 'vans', matrix, traffic => arrives.traffic, timezone => arrives.timezone);
	SELECT arrives_at INTO arrived FROM plan WHERE kind = 'delivery';
	SELECT string_agg(v, '; ') INTO objection
	FROM lastmile.check('orders', 'vans', 'SELECT * FROM plan', matrix, traffic => arrives.traffic, timezone => arrives.timezone), unnest(violations) AS v;
	DROP TABLE plan;
	RETURN concat_ws(' ', to_char(arrived AT TIME ZONE 'UTC', 'DD HH24:MI:SS.MS'), objection);
END $$;

SELECT plan(67);
SELECT ok(NOT rolsuper, 'the tests run as an ordinary role') FROM pg_roles WHERE rolname = current_user;

---------------------------------------------------------------------------------------------------
-- Factors
---------------------------------------------------------------------------------------------------

CREATE VIEW jam AS SELECT time '07:00' AS from_time, time '09:00' AS to_time, 1.5 AS factor;
-- 20 minutes: 30 in the jam.
SELECT is(arrives('2026-12-01 06:30Z', 1200, $$ SELECT time '07:00' AS from_time, time '09:00' AS to_time, 1.5 AS factor $$), '01 06:50:00.000', 'before the jam');
SELECT is(arrives('2026-12-01 06:40Z', 1200, 'jam'), '01 07:00:00.000', 'just before it');
-- 10 of 20 minutes are done at 7:00; the other 10 take 15.
SELECT is(arrives('2026-12-01 06:50Z', 1200, 'jam'), '01 07:15:00.000', 'into the jam');
SELECT is(arrives('2026-12-01 07:00Z', 1200, 'jam'), '01 07:30:00.000', 'within it');
-- 8:52:30 to 9:00 are 450 of 1,800 s, a quarter; three quarters of 1,200 s are 900.
SELECT is(arrives('2026-12-01 08:52:30Z', 1200, 'jam'), '01 09:15:00.000', 'out of it');
SELECT is(arrives('2026-12-01 09:00Z', 1200, 'jam'), '01 09:20:00.000', 'behind it');
-- 200 minutes from 6:00: 60 are done at 7:00; the jam's 120 do 80; 60 are left at 9:00.
SELECT is(arrives('2026-12-01 06:00Z', 12000, 'jam'), '01 10:00:00.000', 'through all of it');
-- 1.3 has no exact binary form: 100 s become 130.
SELECT is(arrives('2026-12-01 08:00Z', 100, $$ SELECT 1.3 AS factor $$), '01 08:02:10.000', 'a factor at all times');
-- 1.5 x 1.2 = 1.8 from 8:00 to 8:30: 100 s take 180.
SELECT is(arrives('2026-12-01 08:00Z', 100, $$ SELECT * FROM (VALUES (time '07:00', time '09:00', 1.5), ('08:00', '08:30', 1.2)) AS t(from_time, to_time, factor) $$),
	'01 08:03:00.000', 'factors that overlap multiply');
-- 7:50 to 8:00 do 600 of 1,800 s, a third; two thirds at 1.8 are 1,440 s.
SELECT is(arrives('2026-12-01 07:50Z', 1200, $$ SELECT * FROM (VALUES (time '07:00', time '09:00', 1.5), ('08:00', '08:30', 1.2)) AS t(from_time, to_time, factor) $$),
	'01 08:24:00.000', 'from one factor into two');
-- 0.5 at night: 20 minutes are 10.
SELECT is(arrives('2026-12-01 03:00Z', 1200, $$ SELECT time '00:00' AS from_time, time '05:00' AS to_time, 0.5 AS factor $$), '01 03:10:00.000', 'a factor below one');
SELECT is(arrives('2026-12-01 03:00Z', 1200, $$ SELECT 2 AS factor WHERE false $$), '01 03:20:00.000', 'a query without rows');
SELECT is(arrives('2026-12-01 03:00Z', 1200, $$ SELECT time '05:00' AS to_time, 2 AS factor $$), '01 03:40:00.000', 'no from_time: from midnight on');
SELECT is(arrives('2026-12-01 23:00Z', 1200, $$ SELECT time '05:00' AS from_time, 2 AS factor $$), '01 23:40:00.000', 'no to_time: until midnight');

---------------------------------------------------------------------------------------------------
-- Midnight, days, spans, profiles
---------------------------------------------------------------------------------------------------

CREATE VIEW night AS SELECT time '22:00' AS from_time, time '02:00' AS to_time, 2 AS factor;
-- 23:50 to 1:00 in the night: 35 of 35 minutes take 70.
SELECT is(arrives('2026-12-01 23:50Z', 2100, 'night'), '02 01:00:00.000', 'across midnight');
-- 1:50 to 2:00 do 5 of 20 minutes; 15 are left.
SELECT is(arrives('2026-12-02 01:50Z', 1200, 'night'), '02 02:15:00.000', 'out of a night that began the day before');
SELECT is(arrives('2026-12-01 23:50Z', 1200, $$ SELECT time '22:00' AS from_time, time '24:00' AS to_time, 2 AS factor $$), '02 00:15:00.000', '24:00 is the end of a day');
SELECT is(arrives('2026-12-01 23:50Z', 1200, $$ SELECT time '22:00' AS from_time, time '00:00' AS to_time, 2 AS factor $$), '02 00:15:00.000', 'and so is 0:00');
-- 2026-12-01 is a Tuesday.
SELECT is(arrives('2026-12-01 08:00Z', 1200, $$ SELECT 2 AS factor, '{2}'::int[] AS days $$), '01 08:40:00.000', 'on a day of the week');
SELECT is(arrives('2026-12-01 08:00Z', 1200, $$ SELECT 2 AS factor, '{1,3,4,5,6,7}'::int[] AS days $$), '01 08:20:00.000', 'on all others');
SELECT is(arrives('2026-12-01 08:00Z', 1200, $$ SELECT 2 AS factor, '{}'::int[] AS days $$), '01 08:20:00.000', 'on no day');
-- Monday's night reaches to Tuesday 2:00.
SELECT is(arrives('2026-12-01 01:00Z', 1200, $$ SELECT time '22:00' AS from_time, time '02:00' AS to_time, 2 AS factor, '{1}'::int[] AS days $$), '01 01:40:00.000',
	'a night belongs to the day it begins on');
SELECT is(arrives('2026-12-01 23:00Z', 1200, $$ SELECT time '22:00' AS from_time, time '02:00' AS to_time, 2 AS factor, '{1}'::int[] AS days $$), '01 23:20:00.000',
	'and not to the one it ends on');
-- A Sunday of 24 hours: at Sunday 23:50 10 minutes do 5 of 20, 15 are left on Monday.
SELECT is(arrives('2026-12-06 23:50Z', 1200, $$ SELECT 2 AS factor, '{7}'::int[] AS days $$), '07 00:15:00.000', 'a day ends at midnight');
-- 8:10 to 8:30 of the event do 10 of 20 minutes.
SELECT is(arrives('2026-12-01 08:10Z', 1200, $$ SELECT tstzrange('2026-12-01 08:00Z', '2026-12-01 08:30Z') AS during, 2 AS factor $$), '01 08:40:00.000', 'during an event');
SELECT is(arrives('2026-12-02 08:10Z', 1200, $$ SELECT tstzrange('2026-12-01 08:00Z', '2026-12-01 08:30Z') AS during, 2 AS factor $$), '02 08:30:00.000', 'not the day after it');
SELECT is(arrives('2026-12-02 08:10Z', 1200, $$ SELECT tstzrange('2026-12-01 08:00Z', NULL) AS during, 2 AS factor $$), '02 08:50:00.000', 'an event without end');
-- Time of day and span: only 8:20 to 8:30 holds. 10 minutes are done at 8:20, 5 more at 8:30.
SELECT is(arrives('2026-12-01 08:10Z', 1200,
	$$ SELECT time '08:20' AS from_time, time '09:00' AS to_time, tstzrange('2026-12-01 08:00Z', '2026-12-01 08:30Z') AS during, 2 AS factor $$), '01 08:35:00.000',
	'a row holds in all that it gives');
SELECT is(arrives('2026-12-01 08:00Z', 1200, $$ SELECT * FROM (VALUES (2, 'bike'), (3, NULL)) AS t(factor, profile) $$, profile => 'bike'), '01 10:00:00.000',
	'rows of the profile, and those of all');
SELECT is(arrives('2026-12-01 08:00Z', 1200, $$ SELECT * FROM (VALUES (2, 'bike'), (3, NULL)) AS t(factor, profile) $$, profile => 'van'), '01 09:00:00.000',
	'not those of another profile');
SELECT is(arrives('2026-12-01 08:00Z', 1200, $$ SELECT * FROM (VALUES (2, 'bike'), (3, NULL)) AS t(factor, profile) $$), '01 09:00:00.000', 'no profile: only those of all');

---------------------------------------------------------------------------------------------------
-- Time zones, and the nights in which clocks change
---------------------------------------------------------------------------------------------------

-- 6:50Z is 7:50 in Berlin: 10 of 20 minutes are done at 8:00, 10 take 15.
SELECT is(arrives('2026-12-01 06:50Z', 1200, $$ SELECT time '08:00' AS from_time, 1.5 AS factor $$, 'Europe/Berlin'), '01 07:15:00.000', 'the time zone of the argument');
SET timezone = 'Asia/Tokyo';
SELECT is(arrives('2026-12-01 06:50Z', 1200, $$ SELECT time '08:00' AS from_time, 1.5 AS factor $$, 'Europe/Berlin'), '01 07:15:00.000', 'it goes before that of the session');
-- 6:50Z is 15:50 in Tokyo.
SELECT is(arrives('2026-12-01 06:50Z', 1200, $$ SELECT time '16:00' AS from_time, 1.5 AS factor $$), '01 07:15:00.000', 'else that of the session counts');
SET timezone = 'America/New_York';
-- 29 March 2026 in Berlin: at 1:00Z clocks go from 2:00 to 3:00. 1:00 to 4:00 is 0:00Z to 2:00Z.
CREATE VIEW early AS SELECT time '01:00' AS from_time, time '04:00' AS to_time, 2 AS factor;
-- 23:50Z to 0:00Z do 10 of 80 minutes, the two hours 60, 10 are left.
SELECT is(arrives('2026-03-28 23:50Z', 4800, 'early', 'Europe/Berlin'), '29 02:10:00.000', 'spring: 1:00 to 4:00 has two hours');
-- 2:00 to 3:00 does not come.
SELECT is(arrives('2026-03-29 00:50Z', 1200, $$ SELECT time '02:00' AS from_time, time '03:00' AS to_time, 2 AS factor $$, 'Europe/Berlin'), '29 01:10:00.000',
	'spring: the hour that is left out');
-- 2:30 to 3:30: from 1:00Z (3:00) to 1:30Z. 10 minutes are done at 1:00Z, 10 take 20.
SELECT is(arrives('2026-03-29 00:50Z', 1200, $$ SELECT time '02:30' AS from_time, time '03:30' AS to_time, 2 AS factor $$, 'Europe/Berlin'), '29 01:20:00.000',
	'spring: what begins in it begins when clocks have moved');
-- From 0:00 on Sunday 29 March (23:00Z) to 24:00 (22:00Z) are 23 hours. 21:50Z: 5 of 20 minutes are done at 22:00Z.
SELECT is(arrives('2026-03-29 21:50Z', 1200, $$ SELECT 2 AS factor, '{7}'::int[] AS days $$, 'Europe/Berlin'), '29 22:15:00.000', 'spring: a day of 23 hours');
-- 25 October 2026 in Berlin: at 1:00Z clocks go from 3:00 back to 2:00. 1:00 to 4:00 is 23:00Z to 3:00Z.
-- 22:50Z to 23:00Z do 10 of 140 minutes, the four hours 120, 10 are left.
SELECT is(arrives('2026-10-24 22:50Z', 8400, 'early', 'Europe/Berlin'), '25 03:10:00.000', 'autumn: 1:00 to 4:00 has four hours');
-- 2:00 to 3:00 comes twice, 0:00Z to 2:00Z. 10 of 80 minutes are done at 0:00Z, 60 at 2:00Z.
SELECT is(arrives('2026-10-24 23:50Z', 4800, $$ SELECT time '02:00' AS from_time, time '03:00' AS to_time, 2 AS factor $$, 'Europe/Berlin'), '25 02:10:00.000',
	'autumn: the hour that comes twice');
-- 2:30 to 5:00: 0:30Z to 1:00Z, then from 1:30Z on. From 0:20Z: 10 minutes to 0:30Z, 15 to 1:00Z, 30 to 1:30Z, 5 of 60 are left: 10.
SELECT is(arrives('2026-10-25 00:20Z', 3600, $$ SELECT time '02:30' AS from_time, time '05:00' AS to_time, 2 AS factor $$, 'Europe/Berlin'), '25 01:40:00.000',
	'autumn: from the first 2:30, and again from the second');
-- 25 hours of Sunday: it ends at 23:00Z. 22:50Z: 5 of 20 minutes are done at 23:00Z.
SELECT is(arrives('2026-10-25 22:50Z', 1200, $$ SELECT 2 AS factor, '{7}'::int[] AS days $$, 'Europe/Berlin'), '25 23:15:00.000', 'autumn: a day of 25 hours');
SET timezone = 'UTC';

---------------------------------------------------------------------------------------------------
-- Slices of a matrix
---------------------------------------------------------------------------------------------------

CREATE TABLE slices AS SELECT * FROM (VALUES (0, 1, 1200, 1000, NULL::timestamptz), (0, 1, 2400, 500, '2026-12-01 07:00Z'), (0, 1, 600, 700, '2026-12-01 07:10Z'))
	AS s(from_id, to_id, seconds, meters, at);
CREATE FUNCTION sliced(departs timestamptz, slices text, traffic text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
	objection text;
BEGIN
	TRUNCATE vans;
	INSERT INTO vans VALUES ('van', 0, departs, true, 0);
	CREATE TEMP TABLE plan ON COMMIT DROP AS SELECT * FROM lastmile.plan('orders', 'vans', slices, traffic => sliced.traffic);
	SELECT concat_ws(' ', to_char(arrives_at AT TIME ZONE 'UTC', 'DD HH24:MI:SS'), distance_m, reason_code) INTO result FROM plan WHERE order_id IS NOT NULL;
	SELECT string_agg(v, '; ') INTO objection FROM lastmile.check('orders', 'vans', 'SELECT * FROM plan', slices, traffic => sliced.traffic), unnest(violations) AS v;
	DROP TABLE plan;
	RETURN concat_ws(' ', result, objection);
END $$;
SELECT is(sliced('2026-12-01 06:00Z', 'slices'), '01 06:20:00 1000', 'a slice');
-- 6:50 to 7:00 do half, 7:00 to 7:10 600 of 2,400 s, the last quarter of 600 s takes 150. The metres are those of the departure.
SELECT is(sliced('2026-12-01 06:50Z', 'slices'), '01 07:12:30 1000', 'over three slices');
SELECT is(sliced('2026-12-01 07:20Z', 'slices'), '01 07:30:00 700', 'the last one holds on');
SELECT is(sliced('2026-12-01 06:00Z', 'SELECT * FROM slices WHERE at IS NOT NULL'), '01 06:40:00 500', 'before the first: the first');
-- Twice as long: at 7:00 300 of 2,400 s are done, an eighth; at 7:10 600 of 4,800 more, an eighth; three quarters of 1,200 s are 900.
SELECT is(sliced('2026-12-01 06:55Z', 'slices', 'SELECT 2 AS factor'), '01 07:25:00 1000', 'slices under a factor');
-- Half is done at 7:00; no way until 7:10; then the other half of 600 s.
SELECT is(sliced('2026-12-01 06:50Z', $$ SELECT from_id, to_id, CASE seconds WHEN 2400 THEN NULL ELSE seconds END AS seconds, meters, at FROM slices $$),
	'01 07:15:00 1000', 'a way that is closed for a while');
SELECT is(sliced('2026-12-01 07:05Z', $$ SELECT from_id, to_id, CASE seconds WHEN 2400 THEN NULL ELSE seconds END AS seconds, meters, at FROM slices $$),
	'01 07:20:00 700', 'who departs meanwhile waits for it');
SELECT matches(sliced('2026-12-01 07:20Z', 'SELECT from_id, to_id, CASE seconds WHEN 600 THEN NULL ELSE seconds END AS seconds, meters, at FROM slices'),
	'^unreachable$', 'no way any more: the order is not served, and check agrees');
SELECT throws_ok($$ SELECT * FROM lastmile.plan('orders', 'vans', 'SELECT * FROM slices UNION ALL SELECT * FROM slices') $$, '23505', NULL, 'a slice that has a pair twice');

---------------------------------------------------------------------------------------------------
-- Rows that cannot be used
---------------------------------------------------------------------------------------------------

SELECT throws_ok(format('SELECT * FROM lastmile.plan(%L, %L, %L, traffic => %L)', 'orders', 'vans', 'slices', traffic), code, message)
FROM (VALUES ('SELECT 1 AS factr', '42703', 'traffic query has no column "factor"'),
	('SELECT 2 AS factor, ''07:00'' AS from_time', '42804', 'column "from_time" of the traffic query must be time, not text'),
	('SELECT 2 AS factor UNION ALL SELECT 0', '22023', 'traffic row 2 cannot be used: factor 0 is not above zero'),
	('SELECT -1.5 AS factor', '22023', 'traffic row 1 cannot be used: factor -1.5 is not above zero'),
	('SELECT ''NaN''::float8 AS factor', '22023', 'traffic row 1 cannot be used: factor NaN is not above zero'),
	('SELECT 1001 AS factor', '22023', 'traffic row 1 cannot be used: factor 1001 is out of range'),
	('SELECT NULL::int AS factor', '22023', 'traffic row 1 cannot be used: factor is NULL'),
	('SELECT 2 AS factor, time ''07:00'' AS from_time, time ''07:00'' AS to_time', '22023', 'traffic row 1 cannot be used: from_time and to_time are both 07:00:00'),
	('SELECT 2 AS factor, time ''24:00'' AS from_time, time ''00:00'' AS to_time', '22023', 'traffic row 1 cannot be used: from_time and to_time are both 24:00:00'),
	('SELECT 2 AS factor, ''{1,8}''::int[] AS days', '22023', 'traffic row 1 cannot be used: days {1,8} holds something that is no day of the week'),
	('SELECT 2 AS factor, ''{1,NULL}''::int[] AS days', '22023', 'traffic row 1 cannot be used: days {1,NULL} holds something that is no day of the week'),
	('SELECT 2 AS factor, tstzrange(now(), now()) AS during', '22023', 'traffic row 1 cannot be used: during has an empty range'),
	('SELECT 2 AS factor, ''motorway'' AS class', '22023', 'traffic row 1 cannot be used: it is for roads of class "motorway"')) AS wrong(traffic, code, message);

---------------------------------------------------------------------------------------------------
-- The plan knows the jam
---------------------------------------------------------------------------------------------------

-- Hours cost, nothing hurries: 20 minutes there and 20 back, the jam from 7:00 to 9:00 doubles them. Leaving at 9:00 is
-- the earliest that takes 40 minutes; the shift begins at 6:30, and at 6:30 the way back would meet the jam.
TRUNCATE vans;
INSERT INTO vans VALUES ('van', 0, '2026-12-01 06:30Z', false, 20);
SELECT is((SELECT string_agg(to_char(departs_at AT TIME ZONE 'UTC', 'HH24:MI'), ' ' ORDER BY stop_no) FROM lastmile.plan('orders', 'vans',
	'SELECT * FROM (VALUES (0, 1, 1200), (1, 0, 1200)) AS m(from_id, to_id, seconds)',
	traffic => $$ SELECT time '07:00' AS from_time, time '09:00' AS to_time, 2 AS factor $$)), '09:00 09:20 09:40', 'it departs when the jam is over');
-- Two places. The first is open until 9:20, the other until 10:00; the way to the first is 20 minutes, between them 30, to the other
-- 40: through the jam (x 2 until 9:00) the first is reached from 8:40 at 9:10 (20 minutes do 10, 10 are left).
CREATE TABLE pair (id int, location_id int, window_start timestamptz, window_end timestamptz);
INSERT INTO pair VALUES (1, 1, '2026-12-01 09:10Z', '2026-12-01 09:20Z'), (2, 2, '2026-12-01 09:00Z', '2026-12-01 10:00Z');
TRUNCATE vans;
INSERT INTO vans VALUES ('van', 0, '2026-12-01 07:00Z', true, 20);
-- Departing at 9:00 reaches 1 at 9:20, just in time, and 2 at 9:50: 50 minutes, the least there is.
SELECT is((SELECT string_agg(concat_ws(' ', kind, order_id, to_char(departs_at AT TIME ZONE 'UTC', 'HH24:MI')), ', ' ORDER BY stop_no) FROM lastmile.plan('pair', 'vans',
	'SELECT * FROM (VALUES (0, 1, 1200), (1, 2, 1800), (2, 1, 1800), (0, 2, 2400)) AS m(from_id, to_id, seconds)',
	traffic => $$ SELECT time '07:00' AS from_time, time '09:00' AS to_time, 2 AS factor $$)), 'start 09:00, delivery 1 09:20, delivery 2 09:50', 'the sequence and the departure');
\ir finish.psql
