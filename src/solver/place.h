/*
 * place.h
 *	  Where an absent order, or unit, is cheapest when every place of every route is tried.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_PLACE_H
#define LM_SOLVER_PLACE_H

#include "solver/pair.h"
#include "solver/random.h"
#include "solver/state.h"

/* How often a place is overlooked; NULL where that is never. */
typedef struct LmBlinks
{
	LmRandom *random;
	int32_t one_in;
} LmBlinks;

/* lm_place_try - tries the place behind a node; keeps it when it is better and no blink is drawn */
static inline void
lm_place_try(LmState *state, const LmBlinks *blinks, int32_t order, int32_t after, LmCost *best,
             int32_t *place)
{
	LmCost cost = lm_state_insertion(state, order, after, *best);

	if (cost < *best && (blinks == NULL || !lm_random_chance(blinks->random, blinks->one_in)))
	{
		*best = cost;
		*place = after;
	}
}

/*
 * lm_places_scan - tries all places of all used routes
 *
 *	blinks		NULL: none is overlooked
 *	best, place	the cheapest so far and the node it is behind; kept where none is cheaper
 */
void lm_places_scan(LmState *state, const LmBlinks *blinks, int32_t order, LmCost *best,
                    int32_t *place);

/*
 * lm_place_find - the cheapest place of an absent order among all, empty vehicles included
 *
 *	bound		places of bound or more are of no use
 *	cost		set to what it adds
 *
 * Returns the node to stand behind, or -1.
 */
int32_t lm_place_find(LmState *state, int32_t order, LmCost bound, LmCost *cost);

/*
 * lm_unit_find - the same for all rows of a unit that is absent; of an order where there are no units
 *
 * Returns false when there is no place; placing is written in any case.
 */
bool lm_unit_find(LmState *state, int32_t first, LmCost bound, LmPlacing *placing);

/* lm_place_take - puts an absent order there, or where another trip begins or ends with it if that is cheaper; false: nowhere */
bool lm_place_take(LmState *state, int32_t order, LmCost bound);

/* lm_place_exists - whether lm_place_take would, and what it adds then */
bool lm_place_exists(LmState *state, int32_t order, LmCost *cost);

#endif /* LM_SOLVER_PLACE_H */
