/*
 * recreate.h
 *	  Puts absent orders back, each where it costs least, with now and then a place overlooked.
 *
 * Layer   solver: C11 and model only.
 * Source  Christiaens, Vanden Berghe 2020 (greedy insertion with blinks),
 *		   doi:10.1287/trsc.2019.0914
 */
#ifndef LM_SOLVER_RECREATE_H
#define LM_SOLVER_RECREATE_H

#include "model/arena.h"
#include "solver/neighbours.h"
#include "solver/state.h"

#define LM_BLINK_ONE_IN 100

typedef struct LmRecreate LmRecreate;

/*
 * lm_recreate_new - work space
 *
 *	rank		[order_count] orders of lower rank are inserted first (priority); may be NULL
 */
LmRecreate *lm_recreate_new(const LmState *state, const int32_t *rank, LmArena *arena);

/* lm_recreate_blink - from now on one place in so many is overlooked, instead of one in LM_BLINK_ONE_IN. */
void lm_recreate_blink(LmRecreate *recreate, int32_t one_in);

/*
 * lm_recreate - inserts absent orders
 *
 *	fresh		all of the absent list from this index on are tried, and a few of those before it
 *
 * An optional order whose cheapest place costs more than its skip_price stays absent,
 * but for now and then a call that puts all in: orders may pay only together.
 */
void lm_recreate(LmRecreate *recreate, LmState *state, const LmNeighbours *neighbours,
                 LmRandom *random, int32_t fresh);

/*
 * lm_recreate_fully - inserts whatever absent orders have any feasible place, looking at all
 *
 * Ends when should_stop says so.  Returns the number inserted.  Cost O(absent x orders).
 */
int32_t lm_recreate_fully(LmRecreate *recreate, LmState *state, bool (*should_stop)(void *context),
                          void *context);

/* lm_drop_dear - takes out optional orders that cost more than their skip_price, the dearest of a route
 * first; under objective balanced it commits before each. */
void lm_drop_dear(LmState *state);

#endif /* LM_SOLVER_RECREATE_H */
