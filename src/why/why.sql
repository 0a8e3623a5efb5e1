-- lastmile.why: what keeps each order that is on no route from each vehicle, and what would have to give way.
--   arguments    as for lastmile.check; plan's own rows are a valid routes query
--   Returns      one row per unserved order and vehicle: the rule, by how much it is broken where it is
--                broken by least, and a relaxation that was tried and works, with what it then costs
--   Errors       those of lastmile.check
--   Example      in: a van that is back at 18:12 with the order, shift_end 18:00; out: shift, 720, s,
--                end the shift of "van-2" at 18:12 instead of 18:00: then it fits after "7"
CREATE OR REPLACE FUNCTION lastmile.why(
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
	order_id text,
	vehicle_id text,
	reason_code text,
	excess float8,
	unit text,
	relaxation text,
	cost float8)
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
COST 100000
AS 'MODULE_PATHNAME', 'lastmile_why';

COMMENT ON FUNCTION lastmile.why(text, text, text, text, text, text, timestamptz, text, text) IS
	'For each unserved order and vehicle: the rule that keeps them apart, by how much, and the smallest relaxation that works.';
