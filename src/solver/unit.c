/*
 * unit.c
 *	  Ranks along routes, and splices that keep shipments whole.
 */
#include "solver/unit.h"

#include "solver/pair_parts.h"

#include <string.h>

LmUnits *
lm_units_new(const LmProblem *problem, LmArena *arena)
{
	size_t orders = (size_t) problem->order_count;
	size_t nodes = orders + 2 * (size_t) problem->vehicle_count;
	LmUnits *units = LM_TAKE(arena, LmUnits, 1);

	if (units == NULL)
		return NULL;
	units->rank = LM_TAKE(arena, int32_t, nodes);
	units->open = LM_TAKE(arena, int32_t, nodes);
	units->mark = LM_TAKE(arena, uint32_t, orders);
	units->widows = LM_TAKE(arena, int32_t, orders);
	units->floor = LM_TAKE(arena, LmCost, nodes);
	units->sequence = LM_TAKE(arena, int32_t, orders + 2);
	units->seen = LM_TAKE(arena, uint32_t, problem->vehicle_count);
	units->near = lm_pair_near_new(problem, arena);
	return arena->failed ? NULL : units;
}

void
lm_units_follow(LmState *state, int32_t vehicle)
{
	int32_t *rank = state->units->rank;
	int32_t *open = state->units->open;
	int32_t end = lm_state_end(state, vehicle);
	int32_t count = 0;
	int32_t on_board = 0;

	for (int32_t node = lm_state_start(state, vehicle);; node = state->nodes[node].next)
	{
		LmOrderKind kind = state->spots[node].kind;

		if (node < state->problem->order_count)
			on_board += (kind == LM_COLLECT) - (kind == LM_DROP);
		rank[node] = count++;
		open[node] = on_board;
		if (node == end)
			return;
	}
}

bool
lm_units_closed(const LmState *state, int32_t first, int32_t last)
{
	const int32_t *rank = state->units->rank;

	for (int32_t node = first;; node = state->nodes[node].next)
	{
		int32_t mate = lm_unit_mate(state, node);

		if (mate != LM_ABSENT && (rank[mate] < rank[first] || rank[mate] > rank[last]))
			return false;
		if (node == last)
			return true;
	}
}

int32_t
lm_units_orders(const LmProblem *problem, int32_t units)
{
	/* a part may be of reloads alone */
	return problem->units == NULL || problem->unit_count == 0
	           ? units
	           : (int32_t) ((int64_t) lm_problem_rows(problem) * units / problem->unit_count);
}

/* Marks a sequence; those of calls before are forgotten. */
static void
sequence_mark(LmState *state, const LmSplice *splice)
{
	LmUnits *units = state->units;

	if (units->marked > UINT32_MAX - 2 * (uint32_t) state->problem->order_count - 2)
	{
		memset(units->mark, 0, sizeof(uint32_t) * (size_t) state->problem->order_count);
		units->marked = 0;
	}
	for (int32_t i = 0; i < splice->count; i++)
		units->mark[splice->orders[i]] = units->marked + (uint32_t) i + 1;
}

/* Whether an order that is put in has its mate on the right side of it. */
static bool
joined_rightly(const LmState *state, const LmSplice *splice, int32_t order)
{
	const LmUnits *units = state->units;
	const LmUnit *unit = lm_problem_unit(state->problem, order);
	bool collects = state->spots[order].kind == LM_COLLECT;
	int32_t vehicle = state->nodes[splice->before].route;
	int32_t from = units->rank[splice->before];
	int32_t to = units->rank[splice->behind];
	const int32_t *others;
	int32_t count;

	if (unit == NULL || unit->tails == 0)
		return true;
	others = lm_unit_others(state->problem, unit, order, &count);
	for (int32_t i = 0; i < count; i++)
	{
		int32_t mate = others[i];
		int32_t rank = units->rank[mate];

		if (units->mark[mate] > units->marked)
			return collects == (units->mark[mate] > units->mark[order]);
		if (state->nodes[mate].route == vehicle && (rank <= from || rank >= to))
			return collects == (rank >= to);
	}
	return false;
}

/* Whether an order that is taken out takes its mate along, or leaves it to another alternative. */
static bool
parted_rightly(const LmState *state, const LmSplice *splice, int32_t order)
{
	const LmUnits *units = state->units;
	int32_t mate = lm_unit_mate(state, order);
	const int32_t *alternatives;
	int32_t count;

	if (mate == LM_ABSENT)
		return true;
	alternatives = lm_unit_others(state->problem, lm_problem_unit(state->problem, order), mate,
	                              &count);
	for (int32_t i = 0; i < count; i++)
		if (units->mark[alternatives[i]] > units->marked)
			return true;
	return units->rank[mate] > units->rank[splice->before] &&
	       units->rank[mate] < units->rank[splice->behind] && units->mark[mate] <= units->marked;
}

bool
lm_units_keep(LmState *state, const LmSplice *splice)
{
	LmUnits *units = state->units;
	bool kept = true;

	sequence_mark(state, splice);
	for (int32_t i = 0; i < splice->count && kept; i++)
		kept = joined_rightly(state, splice, splice->orders[i]);
	for (int32_t node = state->nodes[splice->before].next; node != splice->behind && kept;
	     node = state->nodes[node].next)
		kept = units->mark[node] > units->marked || parted_rightly(state, splice, node);
	units->marked += (uint32_t) splice->count;
	return kept;
}

LmCost
lm_unit_out_price(LmState *state, int32_t order)
{
	int32_t mate = state->units == NULL ? LM_ABSENT : lm_unit_mate(state, order);
	int32_t first = state->spots[order].kind == LM_COLLECT || mate == LM_ABSENT ? order : mate;
	int32_t last = first == order && mate != LM_ABSENT ? mate : order;
	LmSplice out = {state->nodes[first].prev, state->nodes[last].next, NULL, 0};

	if (mate != LM_ABSENT)
	{
		out.orders = state->units->sequence;
		for (int32_t node = state->nodes[first].next; node != last; node = state->nodes[node].next)
			state->units->sequence[out.count++] = node;
	}
	return lm_splice_price(state, &out, LM_IMPOSSIBLE);
}
