/*
 * place.c
 *	  Every place of every route, tried in turn.
 */
#include "solver/place.h"

#include "solver/probe.h"
#include "solver/reload.h"
#include "solver/unit.h"

void
lm_places_scan(LmState *state, const LmBlinks *blinks, int32_t order, LmCost *best, int32_t *place)
{
	const LmProblem *problem = state->problem;
	LmProbe probe = lm_probe_of(state, order);

	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		int32_t end = lm_state_end(state, v);

		if (state->routes[v].count == 0 || !lm_problem_skilled(problem, order, v) ||
		    !lm_problem_welcome(problem, order, v))
			continue;
		for (int32_t node = lm_state_start(state, v); node != end; node = state->nodes[node].next)
			if (lm_probe_fits(&probe, state, node))
				lm_place_try(state, blinks, order, node, best, place);
	}
}

int32_t
lm_place_find(LmState *state, int32_t order, LmCost bound, LmCost *cost)
{
	int32_t place = -1;

	*cost = bound;
	if (state->used > 0)
		lm_places_scan(state, NULL, order, cost, &place);
	for (int32_t kind = 0; kind < state->kind_count; kind++)
	{
		int32_t van = lm_state_empty(state, kind);

		if (van >= 0)
			lm_place_try(state, NULL, order, lm_state_start(state, van), cost, &place);
	}
	return place;
}

bool
lm_unit_find(LmState *state, int32_t first, LmCost bound, LmPlacing *placing)
{
	const LmUnit *unit = lm_problem_unit(state->problem, first);
	LmPairing pairing = {.thorough = true};
	const int32_t *members;

	*placing = (LmPlacing){.order = LM_ABSENT, .drop = LM_ABSENT, .cost = bound};
	if (unit == NULL)
	{
		placing->after = lm_place_find(state, first, bound, &placing->cost);
		if (placing->after >= 0)
			placing->order = first;
		return placing->after >= 0;
	}
	members = state->problem->members + unit->first;
	for (int32_t head = 0; head < unit->heads && unit->tails == 0; head++)
	{
		LmCost cost;
		int32_t after = lm_place_find(state, members[head], placing->cost, &cost);

		if (after >= 0)
			*placing = (LmPlacing){members[head], after, LM_ABSENT, LM_ABSENT, cost};
	}
	for (int32_t head = 0; head < unit->heads; head++)
		for (int32_t tail = unit->heads; tail < unit->heads + unit->tails; tail++)
			lm_pair_find(state, NULL, members[head], members[tail], &pairing, placing);
	return placing->order != LM_ABSENT;
}

/* The same of an order that is served for itself, with trips that begin or end with it. */
static bool
order_take(LmState *state, int32_t order, LmCost bound)
{
	LmCost cost;
	LmReloadPlace trip;
	int32_t place = lm_place_find(state, order, bound, &cost);

	if (state->problem->reload_count > 0 && lm_reload_find(state, NULL, order, &cost, &trip))
		lm_reload_insert(state, order, &trip);
	else if (place >= 0)
		lm_state_insert(state, order, place);
	else
		return false;
	return true;
}

bool
lm_place_take(LmState *state, int32_t order, LmCost bound)
{
	const LmUnit *unit = lm_problem_unit(state->problem, order);
	LmPlacing placing;

	if (unit == NULL || unit->heads + unit->tails == 1)
		return order_take(state, order, bound);
	if (lm_unit_find(state, order, bound, &placing))
	{
		lm_placing_apply(state, &placing);
		return true;
	}
	for (int32_t head = 0; head < unit->heads && unit->tails == 0; head++)
		if (order_take(state, state->problem->members[unit->first + head], bound))
			return true;
	return false;
}

bool
lm_place_exists(LmState *state, int32_t order, LmCost *cost)
{
	const LmUnit *unit = lm_problem_unit(state->problem, order);
	LmPlacing placing;
	LmReloadPlace trip;
	bool found = lm_unit_find(state, order, LM_IMPOSSIBLE, &placing);

	*cost = placing.cost;
	if (state->problem->reload_count > 0 && unit == NULL)
		found |= lm_reload_find(state, NULL, order, cost, &trip);
	for (int32_t head = 0; unit != NULL && head < unit->heads && unit->tails == 0; head++)
		if (state->problem->reload_count > 0)
			found |= lm_reload_find(state, NULL, state->problem->members[unit->first + head], cost,
			                        &trip);
	return found;
}
