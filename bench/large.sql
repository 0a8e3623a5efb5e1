-- large.sql - orders along streets, vans from a depot in each town, and what planning them takes; run by large.

\set ON_ERROR_STOP 1
CREATE EXTENSION IF NOT EXISTS lastmile CASCADE;
DROP SCHEMA IF EXISTS lastmile_large CASCADE;
CREATE SCHEMA lastmile_large;
SET search_path = lastmile_large, public;

\ir took.sql

CREATE TABLE streets (no serial PRIMARY KEY, town text NOT NULL, geom geometry(LineString, 4326) NOT NULL,
	upto float8);	-- metres of all streets as far as its end

-- Made here, not with the values: an index that is younger than an update of its transaction is not used there.
CREATE INDEX streets_upto ON streets (upto);

CREATE TABLE raw (geom geometry, id bigint, tags jsonb);	-- of one extract

-- The same number from 0 to 1 for the same order, seed and use everywhere.
CREATE FUNCTION share(id bigint, seed bigint, use text) RETURNS float8
LANGUAGE sql IMMUTABLE AS $$
	SELECT ('x' || substr(md5(id || ' ' || seed || ' ' || use), 1, 13))::bit(52)::bigint / 4503599627370496.0;
$$;

-- Streets of an extract, from the table raw.
CREATE FUNCTION take(town text) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO lastmile_large.streets (town, geom)
		SELECT take.town, geom FROM lastmile_large.raw
		WHERE GeometryType(geom) = 'LINESTRING' AND ST_Length(geom::geography) > 0
		ORDER BY id;
$$;

CREATE TABLE lines (
	travel text, orders int, vans int,
	once_s float8, once_ms_per_order float8,
	plan_s float8, ms_per_order float8, memory_mb float8,
	served int, vans_used int, cost numeric, cost_per_order numeric,
	wrong bigint,
	PRIMARY KEY (travel, orders));

-- The network of the roads that osm2pgrouting has put into this schema; in the order in which they are there.
CREATE FUNCTION make_network() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM lastmile.drop_network(name) FROM lastmile.networks WHERE name = 'lastmile_large';
	PERFORM lastmile.create_network('lastmile_large', 'SELECT gid AS id, source, target, cost_s AS cost, reverse_cost_s AS reverse_cost, length_m, the_geom AS geom
		FROM lastmile_large.ways');
END
$$;

-- How a line's travel is called.
CREATE FUNCTION travel(network text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN network IS NULL THEN 'straight line' ELSE 'by road' END;
$$;

/*
 * Orders along the streets, each as likely at any metre as at another, and vans for them.
 *
 * A tenth of an hour from the depot to the first customer and 3.5 minutes for each leave time for some
 * 100 stops in a shift of 9 hours; a van holds about 90. In one town, or all.
 */
CREATE FUNCTION draw(count int, seed bigint, only_town text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = lastmile_large, public AS $$
DECLARE
	metres float8;
	day timestamptz := '2026-11-23 00:00+00';
BEGIN
	UPDATE streets SET upto = summed.upto
		FROM (SELECT no, CASE WHEN town = only_town OR only_town IS NULL
				THEN sum(ST_Length(geom::geography)) FILTER (WHERE town = only_town OR only_town IS NULL) OVER (ORDER BY no) END AS upto FROM streets) summed
		WHERE summed.no = streets.no;
	ANALYZE streets;
	SELECT max(upto) INTO metres FROM streets;
	DROP TABLE IF EXISTS orders, vehicles;

	CREATE TABLE orders AS
		SELECT id, street.town,
			ST_LineInterpolatePoint(street.geom, share(id, seed, 'along')) AS geom,
			-- half of them any time, the others in windows of two hours
			CASE WHEN share(id, seed, 'window') < 0.5
				THEN day + interval '8 hours' + floor(share(id, seed, 'slot') * 4) * interval '2 hours' END AS window_start,
			NULL::timestamptz AS window_end,
			60 + floor(share(id, seed, 'service') * 181) AS service_time,
			1 + floor(share(id, seed, 'demand') * 3) AS demand
		FROM generate_series(1, count) id
		CROSS JOIN LATERAL (SELECT town, geom FROM streets
			WHERE upto >= share(id, seed, 'street') * metres ORDER BY upto LIMIT 1) street;
	UPDATE orders SET window_end = window_start + interval '2 hours';

	CREATE TABLE vehicles AS
		SELECT town || ' ' || van AS id, depot AS geom,
			day + interval '7.5 hours' AS shift_start, day + interval '16.5 hours' AS shift_end,
			180 AS capacity, 60 AS cost_fixed, 24 AS cost_per_hour, 0.35 AS cost_per_km
		FROM (SELECT town, ST_Centroid(ST_Collect(geom)) AS depot, count(*) AS orders FROM orders GROUP BY town) towns
		CROSS JOIN LATERAL generate_series(1, ceil(orders / 40.0)::int + 1) van
		ORDER BY town, van;
END
$$;

-- Processor time of a plan that is not searched for: read, set up, put together, written.
CREATE FUNCTION measure_once(network text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = lastmile_large, public AS $$
DECLARE
	once text := format('SELECT count(*) FROM lastmile.plan(''orders'', ''vehicles'', network => %L, iterations => 1, workers => 1)', network);
	ms float8;
BEGIN
	-- a network is read once a backend
	IF network IS NOT NULL THEN
		PERFORM FROM lastmile.path(network, (SELECT geom FROM orders LIMIT 1), (SELECT geom FROM vehicles LIMIT 1));
	END IF;
	ms := took(once);
	INSERT INTO lines (travel, orders, vans, once_s, once_ms_per_order)
		SELECT travel(network), orders, (SELECT count(*) FROM vehicles), round(ms::numeric / 1000, 2), round((ms / orders)::numeric, 3)
		FROM (SELECT count(*)::int AS orders FROM orders) counted;
END
$$;

CREATE FUNCTION measure_plan(seconds float8, workers int, network text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = lastmile_large, public AS $$
DECLARE
	begun timestamptz := clock_timestamp();
	took float8;
	memory float8;
BEGIN
	DROP TABLE IF EXISTS plan;
	CREATE TABLE plan AS
		SELECT * FROM lastmile.plan('orders', 'vehicles', network => measure_plan.network, time_limit => seconds * interval '1 s', workers => measure_plan.workers);
	took := extract(epoch FROM clock_timestamp() - begun);
	memory := (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s+(\d+)'))[1]::float8 / 1024;
	UPDATE lines SET plan_s = round(took::numeric, 2), ms_per_order = round((took * 1000 / orders)::numeric, 3),
		memory_mb = round(memory::numeric),
		(served, vans_used, cost) = (SELECT count(*) FILTER (WHERE kind = 'delivery'), count(*) FILTER (WHERE kind = 'start'),
			round(sum(plan.cost)::numeric, 2) FROM plan)
		WHERE travel = travel(network) AND orders = (SELECT count(*) FROM orders);
	UPDATE lines SET cost_per_order = round(cost / nullif(served, 0), 4) WHERE travel = travel(network) AND orders = (SELECT count(*) FROM orders);
END
$$;

-- Orders that are not there exactly once, and what check has to say of the rows.
CREATE FUNCTION judge(network text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = lastmile_large, public AS $$
BEGIN
	UPDATE lines SET wrong =
			(SELECT count(*) FROM orders LEFT JOIN (SELECT order_id, count(*) AS times FROM plan GROUP BY order_id) planned
				ON planned.order_id = orders.id::text WHERE times IS DISTINCT FROM 1)
			+ (SELECT coalesce(sum(cardinality(violations)) FILTER (WHERE kind <> 'unassigned'), 0) FROM lastmile.check('orders', 'vehicles', 'plan', network => judge.network))
		WHERE lines.travel = travel(network) AND lines.orders = (SELECT count(*) FROM orders);
END
$$;
