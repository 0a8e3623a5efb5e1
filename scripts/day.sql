-- day.sql - plans the day that town.sql made, prints what a dispatcher reads, and has it checked.

\set ON_ERROR_STOP on
\set QUIET on
\pset footer off
\pset null ''
SET timezone = 'Europe/Berlin';
SET search_path = demo, public;

\echo 'The day'
SELECT count(*) AS orders, count(*) FILTER (WHERE kind = 'pickup') AS "pickups among them", sum(demand[1]) AS crates,
	(SELECT count(*) FROM vans) AS vans, (SELECT sum(capacity[1]) FROM vans) AS "room for crates"
FROM orders;

CREATE TABLE plan AS
SELECT * FROM lastmile.plan(orders => 'demo.orders', vehicles => 'demo.vans', network => 'town', iterations => 8000, seed => 1);

------------------------------------------------------------------------------------------------------
-- What the drivers get: one block a van.
------------------------------------------------------------------------------------------------------

\pset tuples_only on
\pset format unaligned
WITH stops AS (
	SELECT p.*, v.driver_id, o.customer, o.address,
		CASE
			WHEN o.windows IS NOT NULL THEN
				(SELECT string_agg(to_char(lower(w), 'HH24:MI-') || to_char(upper(w), 'HH24:MI'), ', ' ORDER BY w) FROM unnest(o.windows) AS w)
			ELSE to_char(o.window_start, 'HH24:MI-') || to_char(o.window_end, 'HH24:MI')
		END AS promised,
		count(p.order_id) OVER van AS orders, min(p.departs_at) OVER van AS leaves, max(p.departs_at) OVER van AS ends,
		sum(p.distance_m) OVER van / 1000 AS km, max(p.load[1]) OVER van AS crates
	FROM plan AS p
		JOIN vans AS v ON v.id = p.vehicle_id
		LEFT JOIN orders AS o ON o.id = p.order_id::int
	WINDOW van AS (PARTITION BY p.vehicle_id)
)
SELECT line FROM (
	SELECT vehicle_id, 0 AS stop_no,
		format(E'\n%s, %s: %s orders, %s to %s, %s km, up to %s crates\n', vehicle_id, driver_id, orders,
			to_char(leaves, 'HH24:MI'), to_char(ends, 'HH24:MI'), round(km::numeric, 1), crates)
		|| format('%4s %7s %7s %7s  %-9s %5s  %-22s %-19s %-24s %4s %5s',
			'#', 'arrives', 'starts', 'leaves', 'what', 'order', 'customer', 'address', 'promised', 'load', 'km') AS line
	FROM stops WHERE kind = 'start'
	UNION ALL
	SELECT vehicle_id, stop_no, format('%4s %7s %7s %7s  %-9s %5s  %-22s %-19s %-24s %4s %5s', stop_no,
		to_char(arrives_at, 'HH24:MI'), to_char(starts_at, 'HH24:MI'), to_char(departs_at, 'HH24:MI'),
		kind, order_id, customer, address, promised, load[1], round((distance_m / 1000)::numeric, 1))
	FROM stops
) AS lines
ORDER BY vehicle_id, stop_no;
\pset tuples_only off
\pset format aligned

------------------------------------------------------------------------------------------------------
-- The figures: all of them are sums over the plan's rows.
------------------------------------------------------------------------------------------------------

\echo
\echo 'The figures'
SELECT coalesce(vehicle_id, 'all') AS van, count(order_id) AS orders,
	round(count(order_id) / nullif(extract(epoch FROM sum(took)) / 3600, 0), 1) AS "orders/h",
	round((sum(distance_m) / 1000)::numeric, 1) AS km, to_char(sum(took), 'HH24:MI') AS working,
	to_char(sum(travel_time), 'HH24:MI') AS driving,
	to_char(sum(setup_time + service_time) FILTER (WHERE kind <> 'break'), 'HH24:MI') AS "at doors",
	to_char(sum(service_time) FILTER (WHERE kind = 'break'), 'HH24:MI') AS breaks,
	to_char(sum(wait_time), 'HH24:MI') AS waiting,
	round(sum(cost)::numeric, 2) AS cost, round((sum(co2e_g) / 1000)::numeric, 1) AS "CO2e kg"
FROM (
	SELECT *, departs_at - coalesce(lag(departs_at) OVER (PARTITION BY vehicle_id ORDER BY stop_no), departs_at) AS took
	FROM plan WHERE vehicle_id IS NOT NULL
) AS rows
GROUP BY ROLLUP (vehicle_id)
ORDER BY vehicle_id;

\echo 'Not served, and why'
SELECT p.order_id AS "order", o.customer, p.reason_code, p.reason, p.cost AS "skip cost"
FROM plan AS p JOIN orders AS o ON o.id = p.order_id::int
WHERE p.kind = 'unassigned'
ORDER BY o.id;

------------------------------------------------------------------------------------------------------
-- The check: lastmile.check computes times, loads and costs again, from the input and the sequence of
-- the stops, and compares.
------------------------------------------------------------------------------------------------------

CREATE TABLE checked AS
SELECT * FROM lastmile.check(orders => 'demo.orders', vehicles => 'demo.vans', routes => 'demo.plan', network => 'town');

\echo 'The check'
SELECT (SELECT count(*) FROM checked) AS "rows checked",
	(SELECT count(*) FROM checked WHERE violations <> '{}') AS "rows with violations",
	(SELECT count(*) FROM orders WHERE id::text NOT IN (SELECT order_id FROM plan WHERE order_id IS NOT NULL)) AS "orders lost";

DO $$
BEGIN
	IF EXISTS (SELECT FROM checked WHERE violations <> '{}') THEN
		RAISE EXCEPTION 'the check objects: %', (SELECT string_agg(DISTINCT v, '; ') FROM checked, unnest(violations) AS v);
	END IF;
	IF (SELECT count(order_id) FROM plan) <> (SELECT count(*) FROM orders) THEN
		RAISE EXCEPTION 'the plan has % orders, the table %', (SELECT count(order_id) FROM plan), (SELECT count(*) FROM orders);
	END IF;
END $$;
