/*
 * progress.c
 *	  What a plan costs without what stands for orders left out and for vehicles.
 */
#include "solver/state.h"

void
lm_progress_see(LmProgress *progress, const LmState *state, int64_t iterations)
{
	const LmProblem *problem = state->problem;
	LmCost cost = 0;
	int32_t unassigned = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
		if (state->routes[v].count > 0)
			cost += state->routes[v].cost - state->vans[v].price + problem->prices[v].fixed;
	for (int32_t i = 0; i < state->absent_count; i++)
		unassigned += problem->orders[state->absent[i]].kind != LM_RELOAD;
	progress->wanted = false;
	progress->iterations = iterations;
	if (progress->known && (unassigned > progress->unassigned ||
	                        (unassigned == progress->unassigned && cost >= progress->cost)))
		return;
	progress->known = true;
	progress->cost = cost;
	progress->unassigned = unassigned;
}
