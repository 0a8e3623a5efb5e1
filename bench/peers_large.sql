-- peers_large.sql - orders and vans of large.sql in the plane, and other solvers' plans of them; run by bench/peers.
--
-- UTM zone 32 without its SRID: all solvers then have the same straight lines, and none needs a geodesic.

SET search_path = lastmile_large, public;

CREATE OR REPLACE VIEW flat_orders AS
	SELECT id, ST_SetSRID(ST_Transform(geom, 32632), 0) AS geom, window_start, window_end, service_time, demand FROM orders;
CREATE OR REPLACE VIEW flat_vehicles AS
	SELECT id, ST_SetSRID(ST_Transform(geom, 32632), 0) AS geom, shift_start, shift_end, capacity, cost_fixed, cost_per_hour, cost_per_km
	FROM vehicles;

CREATE TABLE routes (vehicle_id text NOT NULL, stop_no int NOT NULL, order_id text NOT NULL);

-- What peers_large.py reads: metres, and seconds since the first shift begins. Metres are driven as lastmile does without a matrix.
CREATE FUNCTION to_peers() RETURNS json
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
	SELECT json_build_object(
		'metres_per_second', current_setting('lastmile.speed_kmh')::float8 / 3.6 / current_setting('lastmile.detour_factor')::float8,
		'detour', current_setting('lastmile.detour_factor')::float8,
		'orders', (SELECT json_agg(json_build_array(id, ST_X(geom), ST_Y(geom), extract(epoch FROM window_start - begun),
							extract(epoch FROM window_end - begun), service_time, demand) ORDER BY id) FROM flat_orders),
		'vans', (SELECT json_agg(json_build_array(id, ST_X(geom), ST_Y(geom), extract(epoch FROM shift_start - begun),
							extract(epoch FROM shift_end - begun), capacity, cost_fixed, cost_per_hour, cost_per_km) ORDER BY id) FROM flat_vehicles))
	FROM (SELECT min(shift_start) AS begun FROM vehicles) AS first_shift
$$;

CREATE FUNCTION from_peer(answer json, OUT took_s numeric, OUT cpu_s numeric)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	took_s := round((answer->>'took_s')::numeric, 2);
	cpu_s := round((answer->>'cpu_s')::numeric, 2);
	TRUNCATE routes;
	INSERT INTO routes
		SELECT vehicle, no, id
		FROM json_each(answer->'routes') AS r(vehicle, route), json_array_elements_text(route) WITH ORDINALITY AS s(id, no);
END
$$;

CREATE FUNCTION from_lastmile(seconds float8, seed bigint, OUT took_s float8, OUT cpu_s float8)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
	started timestamptz := clock_timestamp();
	cpu float8 := processor_ms();
BEGIN
	TRUNCATE routes;
	INSERT INTO routes
		SELECT p.vehicle_id, p.stop_no, p.order_id
		FROM lastmile.plan('lastmile_large.flat_orders', 'lastmile_large.flat_vehicles', time_limit => make_interval(secs => seconds),
						   seed => seed, workers => 1) AS p
		WHERE p.kind = 'delivery';
	cpu_s := (processor_ms() - cpu) / 1000;
	took_s := extract(epoch FROM clock_timestamp() - started);
END
$$;

CREATE FUNCTION judged(OUT served bigint, OUT left_out bigint, OUT vans bigint, OUT cost numeric, OUT violations bigint)
LANGUAGE sql SET search_path FROM CURRENT AS $$
	SELECT count(*) FILTER (WHERE kind = 'delivery'), count(*) FILTER (WHERE kind = 'unassigned'), count(*) FILTER (WHERE kind = 'start'),
		   round(sum(c.cost)::numeric, 2), coalesce(sum(cardinality(c.violations)) FILTER (WHERE kind <> 'unassigned'), 0)
	FROM lastmile.check('lastmile_large.flat_orders', 'lastmile_large.flat_vehicles', 'SELECT * FROM lastmile_large.routes') AS c
$$;
