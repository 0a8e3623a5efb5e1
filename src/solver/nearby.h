/*
 * nearby.h
 *	  The orders around an order, where travel is along straight lines: a tree over their points.
 *
 * Layer   solver: C11 and model only.
 * Source  Friedman, Bentley, Finkel 1977 (k-d tree), doi:10.1145/355744.355745
 */
#ifndef LM_SOLVER_NEARBY_H
#define LM_SOLVER_NEARBY_H

#include "model/arena.h"
#include "solver/state.h"

typedef struct LmNearby LmNearby;

/* lm_nearby_new - of all orders but reloads, by a beeline; NULL when memory is refused or should_stop says so. */
LmNearby *lm_nearby_new(const LmState *state, const LmBeeline *beeline, LmArena *arena,
                        bool (*should_stop)(void *context), void *context);

/*
 * lm_nearby_find - the orders nearest to an order through the ground, itself left out
 *
 *	most		at most so many, <= LM_NEARBY_MOST
 *	found		[most] filled in no sequence; the same on every machine
 *
 * Returns how many there are.
 */
int32_t lm_nearby_find(LmNearby *nearby, int32_t order, int32_t most, int32_t *found);

#define LM_NEARBY_MOST 256

#endif /* LM_SOLVER_NEARBY_H */
