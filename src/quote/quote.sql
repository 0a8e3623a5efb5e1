-- lastmile.quote: what one more order would cost, slot by slot, on routes that stay as they are.
--   orders, vehicles, matrix, network, traffic, at, objective, timezone   as for lastmile.plan
--   routes       as for lastmile.check: who serves what, in which sequence
--   candidates   query: the columns of orders, slot_start and slot_end; a row for each slot asked about
--   Returns      a row for each candidate, in the sequence of the query: the cheapest place of all, or
--                feasible false with the reason_code that plan would give
--   Errors       doc/errors.md
--   Example      in: a route, an order with two slots; out: two rows with what each adds
CREATE OR REPLACE FUNCTION lastmile.quote(
	orders text,
	vehicles text,
	routes text,
	candidates text,
	matrix text DEFAULT NULL,
	network text DEFAULT NULL,
	traffic text DEFAULT NULL,
	at timestamptz DEFAULT NULL,
	objective text DEFAULT 'cost',
	timezone text DEFAULT NULL)
RETURNS TABLE (
	order_id text,
	slot_start timestamptz,
	slot_end timestamptz,
	feasible bool,
	vehicle_id text,
	starts_at timestamptz,
	cost float8,
	extra_time interval,
	extra_distance_m float8,
	co2e_g float8,
	reason_code text)
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
COST 10000
AS 'MODULE_PATHNAME', 'lastmile_quote';

COMMENT ON FUNCTION lastmile.quote(text, text, text, text, text, text, text, timestamptz, text, text) IS
	'What each slot of a new order would cost: the cheapest place on given routes, with all rules, without a search.';
