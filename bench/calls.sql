-- Times calls of lastmile.plan on orders drawn by number; :repeats calls each.

SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS lastmile CASCADE;
SET jit = off;

CREATE TEMP TABLE all_orders AS
SELECT i AS id,
	ST_SetSRID(ST_MakePoint(8.6 + (hashint4(i) & 4095) * 0.27 / 4096,
		49.3 + (hashint4(i + 1000000) & 4095) * 0.18 / 4096), 4326) AS geom,
	timestamptz '2026-01-05 08:00Z' + (hashint4(i + 2000000) & 3) * interval '2 h' AS window_start,
	timestamptz '2026-01-05 10:00Z' + (hashint4(i + 2000000) & 3) * interval '2 h' AS window_end,
	interval '4 min' AS service_time, 1 AS demand
FROM generate_series(1, 2000) AS i;

CREATE TEMP TABLE all_vans AS
SELECT i AS id, ST_SetSRID(ST_MakePoint(8.735, 49.39), 4326) AS geom, 40 AS capacity,
	timestamptz '2026-01-05 07:30Z' AS shift_start, timestamptz '2026-01-05 17:00Z' AS shift_end
FROM generate_series(1, 80) AS i;

CREATE TEMP TABLE cases (no int, what text, orders int, arguments text, limit_ms float8);
INSERT INTO cases VALUES
	(1, 'whole call, default settings', 10, '', NULL),
	(2, 'one iteration: reading, distances, candidates, first plan, rows', 1000, ', iterations => 1', NULL),
	(3, 'over the time limit of 1 s', 1000, ', time_limit => ''1 s''', 1000),
	(4, 'over the time limit of 1 s', 2000, ', time_limit => ''1 s''', 1000);
CREATE TEMP TABLE times (no int, ms float8, unassigned bigint);

SELECT set_config('bench.repeats', :'repeats', false) \g /dev/null
DO $$
DECLARE
	c record;
	begun timestamptz;
	left_out bigint;
BEGIN
	FOR c IN SELECT * FROM cases, generate_series(1, current_setting('bench.repeats')::int) ORDER BY no
	LOOP
		begun := clock_timestamp();
		EXECUTE format('SELECT count(*) FILTER (WHERE kind = ''unassigned'') FROM lastmile.plan(%L, %L%s)',
				'SELECT * FROM all_orders WHERE id <= ' || c.orders,
				'SELECT * FROM all_vans WHERE id <= 1 + ' || c.orders || ' / 25', c.arguments)
			INTO left_out;
		INSERT INTO times
		VALUES (c.no, extract(epoch FROM clock_timestamp() - begun) * 1000 - coalesce(c.limit_ms, 0), left_out);
	END LOOP;
END
$$;

SELECT what, orders, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric, 1) AS median_ms,
	round(max(ms)::numeric, 1) AS worst_ms, max(unassigned) AS unassigned
FROM cases JOIN times USING (no)
GROUP BY no, what, orders
ORDER BY no;
