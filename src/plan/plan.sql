-- lastmile.plan: a timed route plan for orders and vehicles.
--   orders       query, or name of a table or view: one row per order; id and geom or location_id,
--                and any of the columns in doc/reference.md
--   vehicles     the same: one row per vehicle shift; id and a start
--   matrix       query: from_id, to_id, seconds, meters; without it the straight line
--   Returns      rows from start to end of each vehicle that is used, then the orders that are
--                not served, each with its reason; every order once
--   Errors       doc/errors.md
--   Example      two orders for one van out: start, delivery, delivery, end
CREATE OR REPLACE FUNCTION lastmile.plan(
	orders text,
	vehicles text,
	matrix text DEFAULT NULL,
	network text DEFAULT NULL,
	traffic text DEFAULT NULL,
	routes text DEFAULT NULL,
	at timestamptz DEFAULT NULL,
	objective text DEFAULT 'cost',
	time_limit interval DEFAULT NULL,
	iterations bigint DEFAULT NULL,
	seed bigint DEFAULT 1,
	workers int DEFAULT NULL,
	timezone text DEFAULT NULL)
RETURNS TABLE (
	vehicle_id text,
	trip_no int,
	stop_no int,
	kind text,
	order_id text,
	arrives_at timestamptz,
	starts_at timestamptz,
	departs_at timestamptz,
	travel_time interval,
	setup_time interval,
	wait_time interval,
	service_time interval,
	late_time interval,
	distance_m float8,
	load float8[],
	cost float8,
	co2e_g float8,
	geom geometry,
	leg geometry,
	reason_code text,
	reason text)
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
COST 100000
AS 'MODULE_PATHNAME', 'lastmile_plan';

COMMENT ON FUNCTION lastmile.plan(text, text, text, text, text, text, timestamptz, text, interval,
	bigint, bigint, int, text) IS
	'A timed route plan: reads orders and vehicles through SQL and returns a row per stop, then the orders that cannot be served with the reason.';
