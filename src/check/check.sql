-- lastmile.check: times routes that somebody made, and says which rules they break.
--   orders, vehicles, matrix   as for lastmile.plan
--   routes       query, or name of a table or view: vehicle_id, order_id, and as many of plan's
--                columns as there are; plan's own rows are a valid routes query
--   Returns      plan's columns as check computes them, and violations: empty where nothing is
--                wrong, else texts that begin with a reason code; every order at least once
--   Errors       doc/errors.md; 42704 for an order or vehicle that the other queries do not have
--   Example      in: a van, two orders one after the other; out: start, delivery, delivery, end
CREATE OR REPLACE FUNCTION lastmile.check(
	orders text,
	vehicles text,
	routes text,
	matrix text DEFAULT NULL,
	network text DEFAULT NULL,
	traffic text DEFAULT NULL,
	at timestamptz DEFAULT NULL,
	objective text DEFAULT 'cost',
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
	reason text,
	violations text[])
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
COST 100000
AS 'MODULE_PATHNAME', 'lastmile_check';

COMMENT ON FUNCTION lastmile.check(text, text, text, text, text, text, timestamptz, text, text) IS
	'Times routes that somebody made and names every rule they break and every shown value that differs, in the column violations.';
