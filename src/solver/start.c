/*
 * start.c
 *	  Given routes into a plan: whole where they are feasible, else order by order.
 */
#include "solver/start.h"

#include "solver/splice.h"

/* Whether the vehicle, which has no route yet, may drive the sequence. */
static bool
route_fits(LmState *state, int32_t vehicle, const int32_t *orders, int32_t count)
{
	LmSplice whole = {lm_state_start(state, vehicle), lm_state_end(state, vehicle), orders, count};

	lm_scheduler_tick(state->scheduler);
	return lm_splice_price(state, &whole, LM_IMPOSSIBLE) < LM_IMPOSSIBLE;
}

/* What of a route can be kept, into `kept`; returns how many orders that is. */
static int32_t
route_keep(LmState *state, int32_t vehicle, const int32_t *orders, int32_t count, int32_t *kept)
{
	int32_t filled = 0;

	for (int32_t i = 0; i < count; i++)
		kept[i] = orders[i];
	if (count == 0 || route_fits(state, vehicle, kept, count))
		return count;
	for (int32_t i = 0; i < count && !lm_scheduler_stopped(state->scheduler); i++)
	{
		kept[filled] = orders[i];
		filled += route_fits(state, vehicle, kept, filled + 1);
	}
	return filled;
}

bool
lm_start_load(LmState *state, const LmPlan *plan, LmArena *arena)
{
	const LmProblem *problem = state->problem;
	int32_t *next = LM_TAKE(arena, int32_t,
	                        (size_t) problem->order_count + 2 * (size_t) problem->vehicle_count);
	int32_t *kept = LM_TAKE(arena, int32_t, problem->order_count);

	if (arena->failed)
		return false;
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		int32_t count = route_keep(state, v, plan->stops + plan->first[v],
		                           plan->first[v + 1] - plan->first[v], kept);
		int32_t node = lm_state_start(state, v);

		for (int32_t i = 0; i < count; i++)
			node = next[node] = kept[i];
		next[node] = lm_state_end(state, v);
	}
	if (lm_scheduler_stopped(state->scheduler))
		return false;
	lm_state_load(state, next);
	return !lm_scheduler_failed(state->scheduler);
}
