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

/* The soft rows of the front of a route, for who drives on from there. */
typedef struct LmSoftDrive
{
	LmCost late;    /* price of their lateness when the route departs at the earliest */
	LmTime overdue; /* that lateness */
	LmTime soonest; /* departing later than this one of them is late */
} LmSoftDrive;

/* lm_soft_forget, lm_soft_forget_all - a route is another now; all are */
void lm_soft_forget(LmSoft *soft, int32_t vehicle);
void lm_soft_forget_all(LmSoft *soft, int32_t vehicles);

/*
 * lm_soft_drive - of a route up to a node
 *
 * Only where goods are ready at any time, so that a change does not move the earliest departure.
 * Cost    O(route) when first asked after a change
 */
LmSoftDrive lm_soft_drive(LmState *state, int32_t before);

/* lm_soft_add - drives on to an order; head is that of the route as far as this order */
void lm_soft_add(LmSoftDrive *drive, const LmState *state, const LmSegment *head, int32_t order);

/*
 * lm_soft_floor - the price of all lateness, or less: with breaks, and where segments are bounds, too
 *
 *	head, leg	of the route so far, and from there to `behind`
 */
LmCost lm_soft_floor(const LmSoftDrive *drive, const LmState *state, const LmSegment *head,
                     LmTime leg, int32_t behind);

/*
 * lm_soft_on_time - nobody is late when the route departs so
 *
 *	departs		the earliest departure with which it waits least: then this is the one to choose
 *
 * Only where lm_soft_price takes one pass.
 */
bool lm_soft_on_time(const LmSoftDrive *drive, const LmState *state, const LmSegment *head,
                     LmTime leg, int32_t behind, LmTime departs);

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
