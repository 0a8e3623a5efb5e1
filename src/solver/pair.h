/*
 * pair.h
 *	  The cheapest places of a shipment's two rows on one route.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_PAIR_H
#define LM_SOLVER_PAIR_H

#include "solver/neighbours.h"
#include "solver/state.h"

/* Where an absent unit is put: one of its orders, and of a shipment a second one behind it. */
typedef struct LmPlacing
{
	int32_t order;      /* LM_ABSENT: no place */
	int32_t after;      /* a node on a route */
	int32_t drop;       /* LM_ABSENT: no shipment */
	int32_t drop_after; /* `order`, or a node behind it on the route */
	LmCost cost;        /* added to the plan's routes */
} LmPlacing;

/* How a search for places goes about it. */
typedef struct LmPairing
{
	LmRandom *random; /* a place is overlooked once in `one_in` times; NULL: never */
	int32_t one_in;
	bool near_only; /* only beside candidates, where vehicles are such that this can be done */
	bool thorough;  /* finds a place wherever there is one, also if driving more takes less time */
} LmPairing;

/*
 * lm_pair_place - a shipment's cheapest pair of places on one vehicle's route
 *
 *	collect, drop	its rows, both absent
 *	best			replaced by what costs less than best->cost
 *
 * Cost    O(route) for each place of the collecting row that its bounds do not rule out.
 */
void lm_pair_place(LmState *state, int32_t collect, int32_t drop, int32_t vehicle,
                   const LmPairing *pairing, LmPlacing *best);

/*
 * lm_pair_find - the cheapest pair of places among those routes that have neighbours of its rows
 *
 *	neighbours	NULL: among all routes
 *
 * An empty vehicle of each kind is among them.
 */
void lm_pair_find(LmState *state, const LmNeighbours *neighbours, int32_t collect, int32_t drop,
                  const LmPairing *pairing, LmPlacing *best);

/* lm_placing_apply - does it */
void lm_placing_apply(LmState *state, const LmPlacing *placing);

#endif /* LM_SOLVER_PAIR_H */
