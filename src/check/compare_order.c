/*
 * compare_order.c
 *	  Every order once: served, or left out, or one of its alternatives is.
 */
#include "postgres.h"

#include "check/check_parts.h"
#include "check/compare.h"

/* The rows that an order of the input is one of: itself, or the alternatives that can be read. */
static const int32_t *
alternatives_of(const LmInput *input, const int32_t *order, int32_t *count)
{
	const LmUnit *unit = lm_problem_unit(&input->problem, *order);
	bool tail = input->problem.orders[*order].kind == LM_DROP;

	*count = unit == NULL ? 1 : tail ? unit->tails : unit->heads;
	if (unit == NULL)
		return order;
	return input->problem.members + unit->first + (tail ? unit->heads : 0);
}

/* Other alternatives of an order that is served: they are neither served nor left out. */
static void
alternatives_compare(LmCheck *check, LmCheckRoute *route, int32_t order_row, int32_t row)
{
	const LmInput *input = check->input;
	int32_t order = input->order_rows[order_row].order;
	int32_t count;
	const int32_t *alternatives = alternatives_of(input, &order, &count);

	for (int32_t i = 0; i < count; i++)
	{
		int32_t other = input->row_of_order[alternatives[i]];
		const LmCheckOrder *state = &check->orders[other];

		if (other == order_row)
			continue;
		if (state->vehicle >= 0)
			lm_check_violate(
				route, row,
				psprintf("duplicate: order \"%s\", an alternative of order \"%s\", is served by "
			             "vehicle \"%s\" at stop %d already",
			             input->order_rows[other].id, input->order_rows[order_row].id,
			             input->vehicle_rows[state->vehicle].id, state->stop_no));
		else if (state->left_out != NULL)
			lm_check_violate(
				route, row,
				psprintf("duplicate: row %d of the routes query leaves order \"%s\" out, an "
			             "alternative of order \"%s\"",
			             state->left_out->number, input->order_rows[other].id,
			             input->order_rows[order_row].id));
	}
}

void
lm_compare_order(LmCheck *check, LmCheckRoute *route, const LmShownRow *shown, int32_t row)
{
	const LmInput *input = check->input;
	const LmOrderRow *order = &input->order_rows[shown->order_row];
	LmCheckOrder *state = &check->orders[shown->order_row];
	LmOrderKind own = input->problem.orders[order->order].kind;
	const char *kind = own == LM_DELIVERY || own == LM_DROP ? "delivery" : "pickup";

	if (state->vehicle >= 0)
		lm_check_violate(
			route, row,
			psprintf("duplicate: order \"%s\" is served by vehicle \"%s\" at stop %d already",
		             order->id, input->vehicle_rows[state->vehicle].id, state->stop_no));
	else
	{
		state->vehicle = route->vehicle;
		state->stop_no = row + 1;
		if (state->left_out != NULL)
			lm_check_violate(
				route, row,
				psprintf("duplicate: row %d of the routes query leaves order \"%s\" out",
			             state->left_out->number, order->id));
	}
	alternatives_compare(check, route, shown->order_row, row);
	if (shown->kind_name != NULL && strcmp(shown->kind_name, kind) != 0)
		lm_check_violate(route, row,
		                 psprintf("mismatch: kind is shown as %s, order \"%s\" is a %s",
		                          shown->kind_name, order->id, kind));
}

/* The reason_code that a row gives an order it leaves out, where it cannot be true. */
static List *
reason_compare(const LmInput *input, const LmShownRow *left_out, List *texts)
{
	const char *code = left_out->reason_code;
	const char *id = input->order_rows[left_out->order_row].id;
	int32_t order = input->order_rows[left_out->order_row].order;

	if (code == NULL || order < 0)
		return texts;
	if (strcmp(code, lm_reason_name(LM_REASON_BAD_ROW)) == 0)
		texts = lappend(
			texts,
			psprintf("mismatch: reason_code is bad_row, the row of order \"%s\" can be read", id));
	if (strcmp(code, lm_reason_name(LM_REASON_DROPPED)) == 0 &&
	    !input->problem.orders[order].optional)
		texts = lappend(
			texts, psprintf("mismatch: reason_code is dropped, order \"%s\" has no skip_cost", id));
	return texts;
}

static List *
left_out_compare(const LmCheck *check, const LmCheckOrder *state)
{
	List *texts = NIL;

	if (state->left_out_count > 1)
		texts = lappend(texts, psprintf("duplicate: %d rows of the routes query leave it out",
		                                state->left_out_count));
	texts = reason_compare(check->input, state->left_out, texts);
	return list_concat(texts, lm_compare_left_out(check->input, check->routes, state->left_out,
	                                              state->left_out->kind_name != NULL));
}

/* What the routes query says of an order, or of all alternatives that it speaks for. */
static LmCheckOrder
state_joined(const LmCheck *check, int32_t row)
{
	const LmInput *input = check->input;
	int32_t order = input->order_rows[row].order;
	LmCheckOrder joined = check->orders[row];
	const int32_t *alternatives;
	int32_t count;

	if (order < 0)
		return joined;
	alternatives = alternatives_of(input, &order, &count);
	for (int32_t i = 0; i < count; i++)
	{
		int32_t other = input->row_of_order[alternatives[i]];

		if (other == row)
			continue;
		joined.vehicle = Max(joined.vehicle, check->orders[other].vehicle);
		joined.left_out_count += check->orders[other].left_out_count;
		if (joined.left_out == NULL)
			joined.left_out = check->orders[other].left_out;
	}
	return joined;
}

void
lm_check_unassigned(LmCheck *check, int32_t row)
{
	const LmInput *input = check->input;
	const LmOrderRow *order = &input->order_rows[row];
	const LmCheckOrder joined = state_joined(check, row);
	const LmCheckOrder *state = &joined;
	bool optional = order->order >= 0 && input->problem.orders[order->order].optional;
	LmReason reason = {.code = LM_REASON_MISSING, .vehicle = -1, .order = -1};
	List *violations = NIL;

	if (order->order >= 0 && (state->vehicle >= 0 || order->quiet))
		return;
	/* left aside, and on no route: the others speak for it */
	if (order->quiet && state->vehicle < 0)
		return;
	if (state->vehicle >= 0)
		violations = list_make1(psprintf(
			"%s: on the route of vehicle \"%s\", but %s: %s", lm_reason_name(order->bad_code),
			input->vehicle_rows[state->vehicle].id,
			order->bad_code == LM_REASON_BAD_ROW ? "its row cannot be read" : "off the network",
			order->bad));
	else if (state->left_out == NULL && !optional)
		violations = list_make1(pstrdup("missing: on no route, and no row leaves it out"));
	if (state->left_out != NULL)
		violations = list_concat(violations, left_out_compare(check, state));
	if (optional)
		reason.code = LM_REASON_DROPPED;
	if (order->order >= 0 && state->left_out != NULL &&
	    (state->left_out->reason_code != NULL || !optional))
		lm_rows_left_out(check->rows, row, state->left_out->reason_code,
		                 state->left_out->reason != NULL ? state->left_out->reason
		                                                 : "left out by the routes query",
		                 violations);
	else
		lm_rows_unassigned(check->rows, row, &reason, violations);
}
