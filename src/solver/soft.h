/*
 * soft.h
 *	  The schedule of a route with soft windows in one pass, where nothing else makes it hard.
 *
 * Without breaks, several windows, uneven setups and traffic, a row is served at max(s + a, b) when
 * the route departs at s (segment.h), so what it costs is convex in s: while leaving later saves
 * waiting, each row from some departure on gets later.  The best departure is where what they cost
 * together outweighs what waiting does.  The result is that of lm_schedule_time; other routes are
 * left to lm_schedule_price.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_SOFT_H
#define LM_SOLVER_SOFT_H

#include "solver/state.h"

typedef struct LmSoft LmSoft;

/* lm_soft_new - work space; NULL when memory is refused. */
LmSoft *lm_soft_new(const LmProblem *problem, LmArena *arena);

/* lm_soft_concerns - some order of the route, or of those that come in, is soft */
bool lm_soft_concerns(const LmState *state, int32_t vehicle, const int32_t *orders, int32_t count);

/*
 * lm_soft_tried - the route with the order is priced by a few departures, where all that rule 7 names
 * may find a better one
 */
static inline bool
lm_soft_tried(const LmState *state, int32_t vehicle, int32_t order)
{
	const LmRoute *route = &state->routes[vehicle];

	return (route->soft_count > 0 || state->spots[order].soft) &&
	       (state->vans[vehicle].has_breaks || route->odd_count > 0 || state->spots[order].odd ||
	        (route->reloads > 0 && state->has_releases));
}

/* lm_soft_price - as lm_halves_price, with lateness */
bool lm_soft_price(LmState *state, int32_t before, const int32_t *orders, int32_t count,
                   int32_t behind, LmScheduleCost *cost);

/*
 * lm_soft_least - price of an order's lateness, however late the route departs
 *
 *	starts		it is served no earlier
 */
static inline LmCost
lm_soft_least(const LmState *state, int32_t order, LmTime starts)
{
	return state->spots[order].soft ? state->problem->late_price[order] *
	                                      lm_lateness(state->problem->orders[order].due, starts)
	                                : 0;
}

#endif /* LM_SOLVER_SOFT_H */
