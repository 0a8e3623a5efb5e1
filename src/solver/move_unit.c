/*
 * move_unit.c
 *	  A shipment as a whole to other places, an order by another of its alternatives.
 */
#include "solver/moves.h"

#include "solver/pair.h"
#include "solver/unit.h"

/* The cheapest place of an absent alternative beside its first candidates, or on an empty vehicle. */
static void
option_place(LmState *state, const LmNeighbours *neighbours, int32_t order, int32_t width,
             LmPlacing *best)
{
	size_t row = (size_t) order * (size_t) neighbours->width;

	width = width < neighbours->width ? width : neighbours->width;
	for (int32_t i = 0; i < 2 * width; i++)
	{
		int32_t other = i < width ? neighbours->before[row + (size_t) i]
		                          : neighbours->behind[row + (size_t) (i - width)];
		int32_t after;
		LmCost cost;

		if (other < 0 || state->nodes[other].route == LM_ABSENT)
			continue;
		after = i < width ? other : state->nodes[other].prev;
		cost = lm_state_insertion(state, order, after, best->cost);
		if (cost < best->cost)
			*best = (LmPlacing){order, after, LM_ABSENT, LM_ABSENT, cost};
	}
	for (int32_t kind = 0; kind < state->kind_count; kind++)
	{
		int32_t van = lm_state_empty(state, kind);
		int32_t after;
		LmCost cost;

		if (van < 0)
			continue;
		after = lm_state_start(state, van);
		cost = lm_state_insertion(state, order, after, best->cost);
		if (cost < best->cost)
			*best = (LmPlacing){order, after, LM_ABSENT, LM_ABSENT, cost};
	}
}

/* What a unit that was taken off can do for less than best->cost. */
static void
unit_place(LmState *state, const LmNeighbours *neighbours, const LmUnit *unit, int32_t width,
           LmPlacing *best)
{
	const int32_t *members = state->problem->members + unit->first;
	LmPairing pairing = {.near_only = true};

	for (int32_t head = 0; head < unit->heads; head++)
	{
		if (unit->tails == 0)
			option_place(state, neighbours, members[head], width, best);
		for (int32_t tail = unit->heads; tail < unit->heads + unit->tails; tail++)
			lm_pair_find(state, neighbours, members[head], members[tail], &pairing, best);
	}
}

bool
lm_move_unit(LmState *state, const LmNeighbours *neighbours, int32_t order, int32_t width)
{
	const LmUnit *unit = lm_problem_unit(state->problem, order);
	int32_t mate;
	int32_t absent = state->absent_count;
	LmCost before = state->cost;
	LmPlacing back;
	LmPlacing best;

	/* a reload without orders goes with them, and there would be no way back */
	if (unit == NULL || unit->heads + unit->tails == 1 || state->trips != NULL)
		return false;
	mate = lm_unit_mate(state, order);
	/* the two rows of a shipment are one to this move: it is made from where it is collected */
	if (state->spots[order].kind == LM_DROP && mate != LM_ABSENT)
		return false;
	best = (LmPlacing){.order = LM_ABSENT, .cost = -lm_unit_out_price(state, order)};
	if (best.cost <= 0)
		return false;
	back = (LmPlacing){order, state->nodes[order].prev, mate, LM_ABSENT, best.cost};
	if (mate != LM_ABSENT)
		back.drop_after = state->nodes[mate].prev;
	lm_state_remove(state, order, order);
	/* where no triangle inequality holds others may have gone too: they wait for the next recreate */
	if (state->absent_count > absent + 1)
		return true;
	unit_place(state, neighbours, unit, width, &best);
	lm_placing_apply(state, best.order != LM_ABSENT ? &best : &back);
	if (best.order == LM_ABSENT)
		return false;
	/* taking off and putting in are priced one by one: where travel times change they may both be
	 * cheap and not pay together, and the unit would go to and fro */
	if (state->cost < before)
		return true;
	lm_state_remove(state, best.order, best.order);
	if (state->absent_count > absent + 1)
		return true;
	lm_placing_apply(state, &back);
	return false;
}
