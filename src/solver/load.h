/*
 * load.h
 *	  What is on board along a route, and whether more fits.
 *
 * Deliveries are on board from the start of their trip, pickups until its end, a shipment from its
 * collecting row to its dropping row.  Where a problem has one of the first two kinds only, the sum of a route
 * says everything; where kinds are mixed, what is on board is kept at each node.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_LOAD_H
#define LM_SOLVER_LOAD_H

#include "solver/splice.h"
#include "solver/state.h"

/* lm_load_add - an order's demand into (sign 1) or out of (-1) the sum of a route */
void lm_load_add(LmState *state, int32_t order, int32_t vehicle, int sign);

/*
 * lm_load_follow - what is kept at the nodes of a route that was changed
 *
 * For states that are `mixed` or have units.  O(route).
 */
void lm_load_follow(LmState *state, int32_t vehicle);

/* lm_load_carried - [dimensions] what an order of a kind comes on top of behind a node; not of a LM_DROP */
static inline const LmAmount *
lm_load_carried(const LmState *state, LmOrderKind kind, int32_t vehicle, int32_t after)
{
	size_t dims = (size_t) state->problem->dimensions;

	if (!state->mixed)
		return state->load + (size_t) vehicle * dims;
	return (kind == LM_DELIVERY ? state->peak_before : state->peak_after) + (size_t) after * dims;
}

/* lm_load_fits - the order fits behind a node; one row of a shipment as if the other were not there */
static inline bool
lm_load_fits(const LmState *state, int32_t order, int32_t vehicle, int32_t after)
{
	int32_t dims = state->problem->dimensions;
	LmOrderKind kind = state->spots[order].kind;
	const LmAmount *demand = state->problem->demand + (size_t) order * dims;
	const LmAmount *capacity = state->problem->capacity + (size_t) vehicle * dims;
	const LmAmount *carried = lm_load_carried(state, kind, vehicle, after);

	for (int32_t d = 0; d < dims && kind != LM_DROP; d++)
		if (carried[d] + demand[d] > capacity[d])
			return false;
	return true;
}

/* lm_load_over - the first dimension in which an amount does not fit on top of what is on board when
 * a node is left, or -1 */
static inline int32_t
lm_load_over(const LmState *state, int32_t vehicle, int32_t node, const LmAmount *demand)
{
	int32_t dims = state->problem->dimensions;
	const LmAmount *aboard = state->aboard + (size_t) node * dims;
	const LmAmount *capacity = state->problem->capacity + (size_t) vehicle * dims;

	for (int32_t d = 0; d < dims; d++)
		if (aboard[d] + demand[d] > capacity[d])
			return d;
	return -1;
}

/* lm_load_sequence_fits - the vehicle can drive the first `count` orders of state->sequence */
bool lm_load_sequence_fits(const LmState *state, int32_t vehicle, int32_t count);

/*
 * lm_load_splice_fits - the same of a route with a splice done
 *
 * Only where every order is served for itself and problem->aboard is NULL, so that a trip begins with nothing but
 * its deliveries on board.
 * Cost    O(trip), of as many trips as the splice touches
 */
bool lm_load_splice_fits(const LmState *state, const LmSplice *splice);

#endif /* LM_SOLVER_LOAD_H */
