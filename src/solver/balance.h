/*
 * balance.h
 *	  Objective balanced: the price of how far working times lie from their mean.
 *
 * It belongs to the plan, not to a route: more work on one moves the mean under all.  A move is
 * priced against the mean of the last settled plan, its own routes exactly and all others by how many
 * of them lie below and above; an insertion exactly where that takes not too long.  Before a plan is
 * compared with another it is settled: all is summed up.  A part of a plan counts from the mean of the whole
 * and does not move it (LmBalance.held).
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_BALANCE_H
#define LM_SOLVER_BALANCE_H

#include "solver/state.h"

#include <stdlib.h>

#define LM_BALANCE_FEW 24 /* vehicles: up to here an insertion is priced exactly */

/*
 * lm_balance_with - price of all deviations when one route takes so long
 *
 * Cost    O(vehicles)
 */
LmCost lm_balance_with(const LmState *state, int32_t vehicle, LmTime working);

/*
 * lm_balance_added - what it adds when the working time of one route changes, the mean being held
 *
 * Of changes to several routes the sum of these holds: no chain of changes each of which saves by it comes
 * back to where it began.  0 under other objectives.
 */
static inline LmCost
lm_balance_added(const LmState *state, int32_t vehicle, LmTime working)
{
	LmTime before = state->routes[vehicle].working;

	if (!state->balanced)
		return 0;
	return state->problem->balance_per_ms *
	           (llabs(working - state->balance.mean) - llabs(before - state->balance.mean)) +
	       state->balance.tilt * (working - before);
}

/* lm_balance_inserted - the same exactly where there are few vehicles */
static inline LmCost
lm_balance_inserted(const LmState *state, int32_t vehicle, LmTime working)
{
	if (!state->balanced || state->balance.held || state->problem->vehicle_count > LM_BALANCE_FEW)
		return lm_balance_added(state, vehicle, working);
	return lm_balance_with(state, vehicle, working) -
	       lm_balance_with(state, vehicle, state->routes[vehicle].working);
}

/* lm_balance_best - the working time, no less than some, with which a route adds least to the deviations */
static inline LmTime
lm_balance_best(const LmState *state, int32_t vehicle, LmTime least, bool inserted)
{
	int32_t others = state->problem->vehicle_count - 1;
	LmTime best = state->balance.mean;

	/* where it is the mean of all others, and with that of all */
	if (inserted && !state->balance.held && others > 0 && others < LM_BALANCE_FEW)
		best = (state->balance.total - state->routes[vehicle].working) / others;
	return best > least ? best : least;
}

/*
 * lm_balance_settle - makes state->cost that of the present plan, exactly
 *
 * Cost    O(vehicles) after a change, else nothing
 */
void lm_balance_settle(LmState *state);

#endif /* LM_SOLVER_BALANCE_H */
