/*
 * start.h
 *	  Routes that somebody gives the search to begin with.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_START_H
#define LM_SOLVER_START_H

#include "model/arena.h"
#include "solver/state.h"

/*
 * lm_start_load - replaces the plan by the given routes, as far as they are feasible
 *
 *	plan		an order comes once at most
 *
 * A route that is not feasible keeps those of its orders that can follow what it has kept so far,
 * one by one from its start, shipments as a whole; where that is nothing it stays empty.  Of alternatives
 * the first counts.  What is taken off is absent.
 * Returns false when memory is refused or the scheduler was stopped.
 * Cost    O(route squared) for a route that is not feasible, else O(route).
 */
bool lm_start_load(LmState *state, const LmPlan *plan, LmArena *arena);

#endif /* LM_SOLVER_START_H */
