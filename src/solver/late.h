/*
 * late.h
 *	  One departure driven through a route with soft windows: where its breaks go costs lateness.
 *
 * Earliest is no longer best: a break taken before a row makes it late, taken behind it the next ones.
 * Kept for each number of breaks are all pairs of a time and the lateness so far of which none
 * is better in both.
 *
 * Layer   solver: C11 and model only.
 * Rules   doc/reference.md, "Soft windows"
 */
#ifndef LM_SOLVER_LATE_H
#define LM_SOLVER_LATE_H

#include "solver/choice.h"
#include "solver/ride.h"

/* A way of having come to a row. */
typedef struct LmLabel
{
	LmTime time;     /* the row is left, or the route over */
	int64_t late;    /* weight of the lateness so far */
	LmCost lateness; /* its price */
} LmLabel;

typedef struct LmLabelSet
{
	LmLabel *labels; /* [count] ascending by time, descending by late */
	int32_t count;
	int32_t room;
} LmLabelSet;

typedef struct LmLate
{
	LmArena *arena;
	LmLabelSet *sets; /* [most breaks of any vehicle + 1] by breaks taken */
	int32_t *after;   /* [most breaks] the row a break must be taken after; LM_LATE_ANYWHERE */
	bool failed;      /* memory was refused */
} LmLate;

#define LM_LATE_ANYWHERE (-1)

/* lm_late_new - NULL when memory is refused */
LmLate *lm_late_new(const LmProblem *problem, LmArena *arena);

/*
 * lm_late_drive - all ways of a departure, at the end of the route, into late->sets
 *
 * Breaks are taken where late->after says; what lm_late_free sets it to.
 */
void lm_late_drive(LmLate *late, const LmRide *ride, LmTime departs);

/* lm_late_free - every break may be taken after any row. */
void lm_late_free(LmLate *late, const LmRide *ride);

/*
 * lm_late_offer - the best way of a departure, by rule 7, against the best so far
 *
 *	latest_end	of the route
 */
void lm_late_offer(LmLate *late, const LmRide *ride, LmTime departs, LmTime latest_end,
                   LmChoice *choice);

/*
 * lm_late_place - where the breaks go of the schedule that was chosen: each after the earliest row
 *
 *	ride		with the breaks of which the first is the first that is taken
 *	taken		so many of them
 *	after		[taken] is filled; row 0 is the start
 */
void lm_late_place(LmLate *late, const LmRide *ride, const LmScheduleCost *cost, int32_t taken,
                   int32_t *after);

#endif /* LM_SOLVER_LATE_H */
