/*
 * reasons.h
 *	  Why an order is absent, proved by trying it on the returned plan.
 *
 * Layer   solver: C11 and model only.
 * Rules   doc/reference.md, "Why an order is not served".
 */
#ifndef LM_SOLVER_REASONS_H
#define LM_SOLVER_REASONS_H

#include "model/arena.h"
#include "model/reason.h"
#include "solver/state.h"

typedef struct LmReasons LmReasons;

/* lm_reasons_new - work space, taken before the search so that it cannot be missing after it; NULL when refused. */
LmReasons *lm_reasons_new(LmState *state, LmArena *arena);

/* lm_reasons_begin - gets the plan in state ready for lm_reason_find; it must not change afterwards.  O(orders). */
void lm_reasons_begin(LmReasons *reasons);

/*
 * lm_reason_find - the rule that keeps an absent order, or the unit of which it is the first, off the plan
 *
 * Every place of every vehicle is tried with one rule at a time left out.
 * LM_REASON_DROPPED when an optional order has a place that costs more than leaving it out;
 * LM_REASON_SEARCH when no rule is the only one that any place breaks.
 * Ticks the scheduler at each place; worth nothing once lm_scheduler_stopped.
 * Cost    O(orders + vehicles), with schedules made where breaks or several windows need them.
 */
LmReason lm_reason_find(LmReasons *reasons, int32_t order);

/*
 * lm_reason_alone - the same without looking at the plan, where there is no time for that
 *
 * LM_REASON_SEARCH of no places when none is reason enough for itself.
 */
LmReason lm_reason_alone(LmReasons *reasons, int32_t order);

#endif /* LM_SOLVER_REASONS_H */
