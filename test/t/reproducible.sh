#!/usr/bin/env bash
#
# reproducible.sh - the same seed and iterations give the same rows: on two fresh clusters with
# different settings, and whatever the order in which the queries return their rows
#
# Prints TAP. Each problem is planned twice on both clusters: as stored, and in random order. The
# second cluster stores its rows in random order, too.

. "$(dirname "$0")/../../scripts/lib.sh"
. "$(dirname "$0")/tap.bash"
find_postgresql
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

problems='globe plane matrix ids vehicles time distance short'

# Variables: dir, where to; load, the order in which rows are stored; turn, the order of the queries.
cat >"$work/day.sql" <<'SQL'
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS lastmile CASCADE;

-- A number from 0 to below `below` that depends on the arguments only.
CREATE OR REPLACE FUNCTION pick(what text, id int, below int) RETURNS int LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || substr(md5(what || id), 1, 7))::bit(28)::int % below $$;
CREATE OR REPLACE FUNCTION clock(minutes int) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
	$$ SELECT '2026-12-01 08:00Z'::timestamptz + minutes * interval '1 min' $$;

CREATE TABLE IF NOT EXISTS orders AS
SELECT id, ST_Point(8.6 + pick('x', id, 200) * 0.001, 49.4 + pick('y', id, 120) * 0.001, 4326) AS geom,
	CASE pick('kind', id, 3) WHEN 0 THEN 'pickup' ELSE 'delivery' END AS kind,
	CASE pick('early', id, 3) WHEN 0 THEN clock(pick('open', id, 240)) END AS window_start,
	CASE pick('late', id, 3) WHEN 0 THEN clock(240 + pick('close', id, 240)) END AS window_end,
	60 * (1 + pick('service', id, 5)) AS service_time, 30 * pick('setup', id, 5) AS setup_time,
	ARRAY[pick('weight', id, 9) * 0.25, pick('volume', id, 4)] AS demand,
	CASE pick('skill', id, 8) WHEN 0 THEN '{lift}'::text[] WHEN 1 THEN '{fridge}' END AS skills,
	CASE pick('refused', id, 9) WHEN 0 THEN ARRAY[pick('by', id, 8)] END AS refused_vehicles,
	CASE pick('release', id, 9) WHEN 0 THEN clock(pick('ready', id, 90)) END AS release_at,
	pick('priority', id, 3) AS priority, CASE pick('optional', id, 4) WHEN 0 THEN pick('skip', id, 9) END AS skip_cost
FROM generate_series(1, 150) AS id ORDER BY :load;
CREATE TABLE IF NOT EXISTS vans AS
SELECT id, ST_Point(8.7 + pick('vx', id, 20) * 0.001, 49.46 + pick('vy', id, 20) * 0.001, 4326) AS geom, ARRAY[14, 20] AS capacity,
	CASE pick('able', id, 3) WHEN 0 THEN '{lift}'::text[] WHEN 1 THEN '{fridge}' ELSE '{lift, fridge}' END AS skills,
	clock(pick('start', id, 40)) AS shift_start, clock(420) AS shift_end, interval '30 min' AS overtime, 9 AS cost_per_overtime_hour,
	10 + pick('fixed', id, 20) AS cost_fixed, 18 AS cost_per_hour, 0.35 AS cost_per_km,
	CASE WHEN id % 2 = 0 THEN tstzrange(clock(200), clock(260)) END AS break_window, CASE WHEN id % 2 = 0 THEN interval '30 min' END AS break_time
FROM generate_series(0, 7) AS id ORDER BY :load;
CREATE TABLE IF NOT EXISTS legs AS
SELECT a AS from_id, b AS to_id, 30 + pick('leg', a * 1000 + b, 900) AS seconds, 100 + pick('metres', a * 1000 + b, 9000) AS meters
FROM generate_series(0, 60) AS a, generate_series(0, 60) AS b WHERE a <> b AND pick('gap', a * 1000 + b, 12) > 0 ORDER BY :load;

\set orders '$$ SELECT * FROM orders ' :turn ' $$'
\set vans '$$ SELECT * FROM vans ' :turn ' $$'
\o :dir/globe
SELECT * FROM lastmile.plan(:orders, :vans, iterations => 1500, seed => 7);
\o :dir/plane
SELECT * FROM lastmile.plan($$ SELECT id, ST_Point(pick('x', id, 9000), pick('y', id, 9000)) AS geom, window_start, window_end, service_time FROM orders $$ || :'turn',
	$$ SELECT id, ST_Point(4500, 4500) AS geom, shift_start, shift_end, true AS open_end, cost_per_hour FROM vans $$ || :'turn', iterations => 1500);
\o :dir/matrix
SELECT * FROM lastmile.plan('SELECT id, service_time, window_end FROM orders WHERE id <= 60 ' || :'turn', 'SELECT id, 0 AS start_location_id, shift_start, cost_fixed, cost_per_hour, cost_per_km FROM vans ' || :'turn',
	matrix => 'SELECT * FROM legs ' || :'turn', iterations => 1500, seed => -1);
\o :dir/ids
SELECT * FROM lastmile.plan('SELECT md5(id::text)::uuid AS id, geom, demand FROM orders ' || :'turn', $$ SELECT 'van ' || id AS id, geom, capacity, shift_start FROM vans $$ || :'turn', iterations => 1000, seed => 9223372036854775807);
\o :dir/vehicles
SELECT * FROM lastmile.plan(:orders, :vans, objective => 'vehicles', iterations => 1000);
\o :dir/time
SELECT * FROM lastmile.plan(:orders, :vans, objective => 'time', iterations => 1000);
\o :dir/distance
SELECT * FROM lastmile.plan(:orders, :vans, objective => 'distance', iterations => 1000);
\o :dir/short
SELECT * FROM lastmile.plan(:orders, :vans, iterations => 1);
\o :dir/other_seed
SELECT * FROM lastmile.plan(:orders, :vans, iterations => 1500, seed => 8);
SQL

# plan_all <name of the cluster> <order in which rows are stored>
plan_all()
{
	local turn run

	for run in 1 2; do
		mkdir -p "$work/$1/$run"
		turn='ORDER BY random()'
		[ "$run" != 1 ] || turn=
		psql -Xq -v ON_ERROR_STOP=1 -P pager=off -A -t -v dir="$work/$1/$run" -v load="$2" -v turn="$turn" -d postgres -f "$work/day.sql" || return 1
	done
}
export -f plan_all
export work

different()
{
	! cmp -s "$1" "$2"
}

# A plan that serves nobody would be reproducible, too.
serves()
{
	[ "$(grep -cE '\|(pickup|delivery)\|' "$1")" -ge "$2" ]
}

echo "1..$((2 + 2 + $(wc -w <<<"$problems") * 4))"
check "a fresh cluster plans" with_cluster bash -uc 'plan_all first 1'
check "another fresh cluster plans" with_cluster -o work_mem=64kB -o jit_above_cost=0 -o enable_seqscan=off -o extra_float_digits=1 bash -uc 'plan_all second "random()"'
for problem in $problems; do
	check "$problem: the plan serves orders" serves "$work/first/1/$problem" 30
	check "$problem: the same in random order" diff "$work/first/1/$problem" "$work/first/2/$problem"
	check "$problem: the same on another cluster" diff "$work/first/1/$problem" "$work/second/1/$problem"
	check "$problem: the same on another cluster in random order" diff "$work/first/1/$problem" "$work/second/2/$problem"
done
check "another seed makes another plan" different "$work/first/1/globe" "$work/first/1/other_seed"
check "more iterations make another plan" different "$work/first/1/globe" "$work/first/1/short"
