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

\ir finish.psql
