/*
 * unit.h
 *	  Orders that are served together or instead of each other: shipments and alternatives.
 *
 * A unit is on the absent list, has its class and its price, by its first member; it is served as a
 * whole or not at all.  A shipment's rows are on one route, the collecting row first.
 *
 * Layer   solver: C11 and model only.
 * Rules   doc/reference.md, "Shipments" and "Alternatives".
 */
#ifndef LM_SOLVER_UNIT_H
#define LM_SOLVER_UNIT_H

#include "solver/splice.h"
#include "solver/state.h"

/* What a state with units keeps besides; the rest is scratch. */
typedef struct LmUnits
{
	int32_t *rank; /* [node] of those on routes, ascending along each */
	int32_t *open; /* [node] shipments on board when it is left */
	uint32_t
		*mark; /* [order] above `marked`: in a sequence that is looked at, by its place there */
	uint32_t marked;
	int32_t *widows; /* [order_count] rows whose shipment is being taken off its route */
	int32_t widow_count;
	LmCost *floor;     /* [node] see pair.c */
	int32_t *sequence; /* [order_count + 2] */
	uint32_t *seen;    /* [vehicle] */
	uint32_t sight;
	struct LmPairNear *near; /* see pair_near.c */
} LmUnits;

/* lm_units_new - NULL when memory is refused */
LmUnits *lm_units_new(const LmProblem *problem, LmArena *arena);

/* lm_units_follow - ranks along a route that was changed */
void lm_units_follow(LmState *state, int32_t vehicle);

/* lm_units_orders - how many orders the units of a number of absent ones have, about */
int32_t lm_units_orders(const LmProblem *problem, int32_t units);

/* lm_unit_mate - the other row of an order's shipment as far as it is on a route, else LM_ABSENT */
static inline int32_t
lm_unit_mate(const LmState *state, int32_t order)
{
	const LmUnit *unit = lm_problem_unit(state->problem, order);
	const int32_t *members;
	int32_t count;

	if (unit == NULL || unit->tails == 0)
		return LM_ABSENT;
	members = lm_unit_others(state->problem, unit, order, &count);
	for (int32_t i = 0; i < count; i++)
		if (state->nodes[members[i]].route != LM_ABSENT)
			return members[i];
	return LM_ABSENT;
}

/*
 * lm_units_keep - whether a splice leaves every shipment whole, with its collecting row first
 *
 * Cost    O(orders taken out and put in)
 */
bool lm_units_keep(LmState *state, const LmSplice *splice);

/* lm_units_closed - whether no shipment reaches into or out of a chain of orders that follow each other */
bool lm_units_closed(const LmState *state, int32_t first, int32_t last);

/*
 * lm_unit_out_price - what taking an order off its route adds to its cost, with the other row of its shipment
 *
 * LM_IMPOSSIBLE where what is left is not feasible.
 */
LmCost lm_unit_out_price(LmState *state, int32_t order);

#endif /* LM_SOLVER_UNIT_H */
