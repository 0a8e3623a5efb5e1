-- property.sql - plans thousands of random problems and has lastmile.check judge every plan.
--
-- Each problem is built around a hidden plan that serves all mandatory orders (test/property/
-- problems.sql), so what is not served was missed by the search. A mutation of each rule and of each
-- column then shows that check would have said so. One seed by itself: test/property/replay SEED.
--
--	LASTMILE_PROBLEMS	how many problems, 400 if not set

\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only on
\pset pager off
\set problems 400
\getenv problems LASTMILE_PROBLEMS

BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS lastmile CASCADE;

\ir property/role.sql
\ir property/problems.sql
\ir property/runs.sql
\ir property/mutations.sql
\ir property/traffic.sql
\ir property/trips.sql
\ir property/day.sql
\ir property/mix.sql

SELECT plan(32 + (SELECT count(*)::int FROM property.rules));

SELECT property.run(seed, 300) FROM generate_series(1, :problems) AS seed \g /dev/null
ANALYZE property.orders, property.vehicles, property.rows, property.results;

-- Each of these queries gives the failures; none may be left.
SELECT is_empty('SELECT seed, failed FROM property.results WHERE failed IS NOT NULL', 'no call raises an error');

SELECT is_empty('SELECT seed, unnest(hidden_violations) FROM property.results', 'check accepts every hidden plan');

SELECT is_empty('SELECT seed, unnest(hidden_dearer) FROM property.results',
	'check finds no dearer schedule for a hidden route than the hidden one');

SELECT is_empty('SELECT seed, unnest(violations) FROM property.results', 'check accepts every plan');

SELECT is_empty($$
	SELECT o.seed, o.id, count(r.no)
	FROM property.orders o
	LEFT JOIN property.rows r ON r.seed = o.seed AND r.order_id = o.id
	GROUP BY o.seed, o.id
	HAVING count(r.no) <> 1 $$, 'every order is in the output exactly once');

SELECT is_empty($$
	SELECT r.seed, r.order_id
	FROM property.rows r
	LEFT JOIN property.orders o ON o.seed = r.seed AND o.id = r.order_id
	WHERE (r.order_id IS NULL) <> (r.kind IN ('start', 'break', 'end')) OR r.order_id IS NOT NULL AND o.id IS NULL
		OR (r.vehicle_id IS NULL) <> (r.kind = 'unassigned') OR (r.reason_code IS NULL) <> (r.kind <> 'unassigned') $$,
	'rows have an order, a vehicle and a reason where their kind says so');

SELECT cmp_ok((SELECT round(100.0 * sum(served) / sum(mandatory), 2) FROM property.results), '>=', 95.0,
	'at least 95 % of the mandatory orders are served');
SELECT diag(format('%s problems, %s mandatory orders, %s not served, in %s problems', count(*), sum(mandatory),
	sum(mandatory - served), count(*) FILTER (WHERE served < mandatory)))
FROM property.results;

SELECT is_empty($$
	SELECT seed, order_id, expected, reason_code
	FROM property.orders o
	JOIN property.rows r USING (seed)
	WHERE r.order_id = o.id AND o.expected NOT IN ('served', 'optional')
		AND r.reason_code IS DISTINCT FROM o.expected
		-- A window that is over before the shifts start is as much the one as the other.
		AND NOT (o.expected = 'window' AND r.reason_code = 'shift') $$,
	'orders that nobody can serve come with the one reason there is');

-- Arrives = departs of the row before + travel, starts = arrives + setup + wait, departs =
-- starts + service.
SELECT is_empty($$
	SELECT seed, vehicle_id, stop_no
	FROM (SELECT *, lag(departs_at) OVER (PARTITION BY seed, vehicle_id ORDER BY no) AS before,
				 row_number() OVER (PARTITION BY seed, vehicle_id ORDER BY no) AS place
		  FROM property.rows WHERE kind <> 'unassigned') AS r
	WHERE stop_no <> place
		OR (kind = 'start') <> (place = 1)
		OR kind = 'start' AND (arrives_at <> starts_at OR starts_at <> departs_at)
		OR kind <> 'start' AND arrives_at IS DISTINCT FROM before + travel_time
		OR starts_at IS DISTINCT FROM arrives_at + setup_time + wait_time
		OR departs_at IS DISTINCT FROM starts_at + service_time
		OR least(travel_time, setup_time, wait_time, service_time, late_time) < interval '0' $$,
	'the times of the rows add up');

-- The judge judged from outside, by the simplest rules.
SELECT is_empty($$
	SELECT r.seed, r.vehicle_id, r.order_id
	FROM property.rows r
	JOIN property.served s ON s.seed = r.seed AND s.id = r.order_id
	JOIN property.vehicles v ON v.seed = r.seed AND v.id = r.vehicle_id
	WHERE NOT coalesce(s.skills, '{}') <@ v.skills
		OR r.starts_at < s.opens OR r.starts_at > s.closes
		OR v.id <> ALL (s.allowed_vehicles) OR v.id = ANY (s.refused_vehicles)
		OR EXISTS (SELECT FROM unnest(r.load, v.capacity) AS d (load, capacity) WHERE load > capacity)
		OR r.service_time <> coalesce(s.service_time, '0')
	UNION ALL
	SELECT r.seed, r.vehicle_id, r.kind
	FROM property.rows r
	JOIN property.vehicles v ON v.seed = r.seed AND v.id = r.vehicle_id
	WHERE r.departs_at < v.shift_start OR r.departs_at > v.shift_end + coalesce(v.overtime, '0')
		OR EXISTS (SELECT FROM unnest(r.load, v.capacity) AS d (load, capacity) WHERE load > capacity) $$,
	'windows, skills, vehicles, loads and shifts hold in a query of their own');

-- Vehicles come in the order of their id's own type.
SELECT is_empty($$
	SELECT seed
	FROM (SELECT r.seed, r.vehicle_id, lag(r.vehicle_id) OVER (PARTITION BY r.seed ORDER BY no) AS before, p.id_type
		  FROM property.rows r
		  JOIN property.problems p USING (seed)
		  WHERE r.kind = 'start') AS starts
	WHERE CASE id_type WHEN 'bigint' THEN vehicle_id::bigint <= before::bigint
					   WHEN 'uuid' THEN vehicle_id::uuid <= before::uuid
					   ELSE vehicle_id <= before END $$,
	'vehicles come in the order of their ids');

SELECT is_empty('SELECT seed FROM property.results WHERE seed % 10 = 0 AND NOT property.again(seed, 300)',
	'the order of the input rows changes nothing');

-- Every feature is in at least a problem in fifty.
SELECT diag(string_agg(format('%s: %s', feature, problems), ', ' ORDER BY feature)) FROM property.coverage();
SELECT is((SELECT count(*) FROM property.coverage() WHERE problems >= :problems / 50)::int, 66,
	'all features are in the problems');

-- Each mutation is tried on up to 40 problems whose plan was accepted.
SELECT property.mutate_all(40) \g /dev/null
SELECT ok(count(m.caught) > 0 AND bool_and(m.caught),
		  format('%s: %s tried, %s caught', r.rule, count(m.caught), count(*) FILTER (WHERE m.caught)))
FROM property.rules r
LEFT JOIN property.mutations m USING (rule)
GROUP BY r.rule
ORDER BY r.rule;
SELECT diag(format('%s, seed %s: expected %s, found %s', rule, seed, coalesce(expected, 'anything'), found))
FROM property.mutations
WHERE NOT caught
ORDER BY rule, seed;

-- Every tenth problem under traffic.
SELECT property.drive(seed, 60) FROM generate_series(1, :problems, 10) AS seed \g /dev/null
SELECT is_empty('SELECT seed, traffic, failed FROM property.jammed WHERE failed IS NOT NULL', 'no call under traffic raises an error');
SELECT is_empty('SELECT seed, traffic, unnest(violations) FROM property.jammed', 'check accepts every plan under traffic');
SELECT is_empty('SELECT seed FROM property.jammed WHERE rows <> orders', 'under traffic every order is in the output once');
SELECT diag(format('%s problems under traffic, %s of %s orders served, %s legs took another time', count(*), sum(served), sum(orders), sum(longer)))
FROM property.jammed;
SELECT ok(sum(served) > sum(orders) / 2 AND sum(longer) > sum(served) / 20, 'half of the orders are served, and traffic was met on the way')
FROM property.jammed;

-- And every tenth in vehicles of half the size that make several trips.
SELECT property.tour(seed, 60) FROM generate_series(2, :problems, 10) AS seed \g /dev/null
SELECT is_empty('SELECT seed, vehicles, traffic, failed FROM property.toured WHERE failed IS NOT NULL', 'no call with several trips raises an error');
SELECT is_empty('SELECT seed, vehicles, traffic, unnest(violations) FROM property.toured', 'check accepts every plan of several trips');
SELECT is_empty('SELECT seed, wrong FROM property.toured WHERE wrong > 0', 'its rows count the trips, and goods leave when they are there');
SELECT is_empty('SELECT seed FROM property.toured WHERE rows <> orders', 'with several trips every order is in the output once');
SELECT diag(format('%s problems with several trips, %s of %s orders served, %s reloads, %s of them wait', count(*), sum(served), sum(orders), sum(reloads), sum(waits)))
FROM property.toured;
SELECT ok(sum(served) > sum(orders) / 2 AND sum(reloads) > count(*) AND sum(waits) > 0, 'half of the orders are served, and vehicles reload')
FROM property.toured;
-- Every fifth problem in the middle of its day.
SELECT property.resume(seed, 60, false, CASE WHEN seed % 3 = 0 THEN property.jam(seed) END, NULL) FROM generate_series(2, :problems, 5) AS seed \g /dev/null
-- And all of them with every rule at once, some then in the middle of their day.
SELECT property.pave();
SELECT property.mix(seed, 60) FROM generate_series(1, :problems) AS seed \g /dev/null
SELECT is_empty('SELECT seed, failed, features FROM property.mixed WHERE failed IS NOT NULL', 'no call with every rule raises an error');
SELECT is_empty('SELECT seed, unnest(violations), features FROM property.mixed', 'check accepts every plan with every rule');
SELECT is_empty('SELECT seed, features FROM property.mixed WHERE rows <> orders', 'with every rule each order is in the output once');
SELECT is_empty('TABLE property.mix_wrong', 'shipments, alternatives, trips, ranges and loads hold in a query of their own');
SELECT diag(format('%s problems with every rule, %s of %s orders served', count(*), sum(served), sum(orders))) FROM property.mixed;
SELECT diag(string_agg(format('%s: %s', feature, problems), ', ' ORDER BY feature))
FROM (SELECT feature, count(*) AS problems FROM property.mixed, unnest(features) AS feature GROUP BY 1) AS f;
SELECT ok((SELECT sum(served) > sum(orders) / 2 FROM property.mixed)
	AND (SELECT count(*) = 15 AND min(problems) > 0 FROM (SELECT feature, count(*) AS problems FROM property.mixed, unnest(features) AS feature GROUP BY 1) AS f),
	'half of the orders are served, and every rule is in some mix');
SELECT is_empty('SELECT seed, now, failed FROM property.resumed WHERE failed IS NOT NULL', 'no call on a day under way raises an error');
SELECT is_empty('SELECT seed, now, unnest(violations) FROM property.resumed', 'check accepts every plan of a day under way');
SELECT is_empty('SELECT seed FROM property.resumed WHERE rows <> orders', 'on a day under way every order is in the output once');
SELECT is_empty('SELECT seed FROM property.resumed WHERE moved > 0', 'what is done or frozen stays where it is');
SELECT diag(format('%s days under way: %s rows done, %s frozen, %s of them late, %s orders behind', count(*), sum(done), sum(frozen), sum(late), sum(later)))
FROM property.resumed;
SELECT ok(least(sum(done), sum(frozen), sum(later)) > :problems / 5 AND sum(late) > :problems / 50, 'rows were done, frozen and late, and others came behind')
FROM property.resumed;

SELECT * FROM finish();
ROLLBACK;
