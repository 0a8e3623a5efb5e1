/*
 * hours.h
 *	  The schedule of a route whose travel times change over the day, or with soft windows.
 *
 * The spans of spans.h would break wherever a leg meets a change: with two changes and twenty
 * legs that is eighty pieces for each half of a route.  A departure on the other hand is driven through
 * the route in a fraction of a microsecond, so here departures are tried one by one.
 *
 * Two sets of them.  The search tries the few that nearly always hold the best: the earliest,
 * the latest that is back no later, the latest of all, those on a change of the times, and those
 * from which a row is just not late.
 * What is written tries all that rule 7 names, which the search's are among: so a plan is never
 * dearer than it was searched for, and what the search finds feasible is.
 *
 * Layer   solver: C11 and model only.
 * Rules   doc/reference.md, "The schedule of a route" and "Traffic"
 */
#ifndef LM_SOLVER_HOURS_H
#define LM_SOLVER_HOURS_H

#include "solver/tour.h"

typedef struct LmHours LmHours;

/* lm_hours_needed - the tour is not timed by spans. */
static inline bool
lm_hours_needed(const LmTour *tour)
{
	return tour->travel->traffic != NULL || lm_tour_soft(tour);
}

/* lm_hours_new - work space for routes of the problem; NULL when memory is refused. */
LmHours *lm_hours_new(const LmProblem *problem, LmArena *arena);

/*
 * lm_hours_price - departure and end of the schedule that costs least, as lm_schedule_price
 *
 *	thorough	of all departures that rule 7 names, else of a few
 *
 * Returns false when none of them keeps the rules of times; also when memory is refused or the
 * scheduler was stopped.
 * Cost    O(orders x (breaks + 1)) for each departure; thorough about (orders x changes within reach)
 *		   of them, else about four
 */
bool lm_hours_price(LmHours *hours, LmScheduler *scheduler, const LmTour *tour, bool thorough,
                    LmScheduleCost *cost);

/*
 * lm_hours_place - after which rows the breaks of a schedule are taken that lateness decides
 *
 *	cost		of lm_hours_price, thorough
 *	first, taken	breaks
 *	after		[taken] is filled
 *
 * Returns false when memory is refused.
 */
bool lm_hours_place(LmHours *hours, LmScheduler *scheduler, const LmTour *tour,
                    const LmScheduleCost *cost, int32_t first, int32_t taken, int32_t *after);

#endif /* LM_SOLVER_HOURS_H */
