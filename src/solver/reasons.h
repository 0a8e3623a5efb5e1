/*
 * reasons.h
 *	  Why an order is absent, proved by trying it on the returned plan.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_REASONS_H
#define LM_SOLVER_REASONS_H

#include "model/reason.h"
#include "solver/state.h"

/*
 * lm_reason_find - the rule that keeps an absent order off the plan in state
 *
 * When no vehicle could serve it even as its only order, the rule that stops it there (alone is
 * set).  Else every place of every route of such a vehicle is tried with one rule at a time left out:
 * the rule that the cheapest place then breaks; LM_REASON_SEARCH when no place breaks only one;
 * LM_REASON_DROPPED when it has a place, but leaving it out is cheaper.
 * Cost    O(orders), with a schedule made for places that only times forbid.
 */
LmReason lm_reason_find(LmState *state, int32_t order);

#endif /* LM_SOLVER_REASONS_H */
