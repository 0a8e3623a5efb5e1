/*
 * moments.h
 *	  What is known of a route whose travel times change, to rule changes out before they are timed.
 *
 * The bounds of segments take the least time of every leg; in a jam they are far from the truth.
 * Kept at each node: the earliest time at which the route leaves it and the latest at which it
 * must be ready (reach.h), which say exactly whether a change fits but for max_time; and the
 * time at which the present schedule leaves it, from which a change's legs are taken as long as
 * they are at that time of the day.
 *
 * Made when first asked for after a change.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_MOMENTS_H
#define LM_SOLVER_MOMENTS_H

#include "solver/state.h"

typedef struct LmMoments LmMoments;

/* lm_moments_new - nothing known yet; NULL when memory is refused. */
LmMoments *lm_moments_new(const LmState *state, LmArena *arena);

/*
 * lm_moments_fit - whether a route with `orders` between two of its nodes may have a schedule
 *
 *	before, behind, orders	as in lm_halves_price
 *	working		set to what its working time is judged to be at least: driven at about the time of
 *				the day as now, without any waiting; not a bound in the strict sense, since the whole
 *				route may find a better time.  0 where there is nothing to judge by.
 *
 * Returns false when there is none: exactly, with setups that are even.
 */
bool lm_moments_fit(LmState *state, int32_t before, const int32_t *orders, int32_t count,
                    int32_t behind, LmTime *working);

/* lm_moments_forget - the route is new; lm_moments_forget_all - every route is. */
void lm_moments_forget(LmMoments *moments, int32_t vehicle);
void lm_moments_forget_all(LmMoments *moments, int32_t vehicle_count);

#endif /* LM_SOLVER_MOMENTS_H */
