/*
 * judge.h
 *	  One route, timed and held against every rule, by a computation of its own.
 *
 * Written as if the search were wrong: nothing of solver/ is used, and loads,
 * costs and emissions are computed here, not where they are printed.  The judge
 * knows indexes and amounts; check.c adds ids and words.
 *
 * Layer   check, pure part: C11 and model only.
 * Rules   doc/reference.md, "The schedule of a route" and "lastmile.check".
 */
#ifndef LM_CHECK_JUDGE_H
#define LM_CHECK_JUDGE_H

#include "check/judge_schedule.h"
#include "model/arena.h"
#include "model/plan.h"
#include "model/problem.h"
#include "model/reason.h"

#define LM_JUDGE_BREAK (-1)  /* in LmJudgeRoute.items: a break row */
#define LM_JUDGE_RELOAD (-2) /* a reload row */

typedef struct LmJudgeRoute
{
	int32_t vehicle;
	const int32_t
		*items; /* [count] orders as driven, LM_JUDGE_BREAK or _RELOAD; an order may come twice */
	int32_t count;
	bool breaks_shown; /* breaks are where items say and nowhere else */
	const LmProblem
		*promised; /* done and frozen rows keep the times they have in this problem, of which
								* the judge's is an eased copy; NULL: in its own */
	bool (*should_stop)(void *context); /* NULL: nobody asks */
	void *context;
} LmJudgeRoute;

/* A broken rule, on the row where it first shows. */
typedef struct LmViolation
{
	int32_t row; /* of the timetable */
	LmReasonCode code;
	bool absent; /* break: a required one that is not taken */
	/* capacity: the dimension; break, mismatch: the break within the vehicle's; skill,
	 * vehicle_refused, window, precedence: the order; stops: LM_JUDGE_RELOAD when trips are too many; else -1 */
	int32_t index;
	int64_t found; /* load, start, end, ms, mm, orders, trips (by code); precedence: an order
								 * at the other end of the shipment */
	int64_t limit; /* in the same unit; of a window its last end; precedence: 1 when that
								 * order is on the wrong side on this route, 0 when it is not on it */
} LmViolation;

/* All arrays live in the arena. */
typedef struct LmJudgement
{
	bool feasible; /* some schedule keeps rules 1 to 6 */
	LmTimetable timetable;
	int32_t settled;   /* rows that are done or frozen, with the start in front of them; 0: none */
	int32_t *item_row; /* [route count] the row each item became; -1: a break row too many */
	LmTime *late;      /* [row] start of service past the end of the last window, soft or not */
	LmAmount *load;    /* [row * dimensions + dimension] on board at departure */
	double *cost;      /* [row] in the user's currency */
	double *co2e;      /* [row] grams; NAN where not known */
	LmViolation *violations; /* [violation_count] by row */
	int32_t violation_count;
} LmJudgement;

/*
 * lm_judge_route - times a route by rules 1 to 7 and names what it breaks
 *
 * A missing leg counts as no time.  A break row that none of the vehicle's
 * breaks stands for is left out (item_row -1).  A mismatch is a break row that
 * is not required.  Loads of an order that comes twice count twice.
 */
LmJudgeStatus lm_judge_route(const LmProblem *problem, const LmJudgeRoute *route, LmArena *arena,
                             LmJudgement *judgement);

/* lm_judge_earliest - the earliest departure of rule 1: shift_start, releases of the first trip's deliveries. */
LmTime lm_judge_earliest(const LmProblem *problem, const LmJudgeRoute *route);

/* lm_judge_last_ready - the delivery whose goods are ready last of those of the trip that has item `from`, up to the next reload; -1: none */
int32_t lm_judge_last_ready(const LmProblem *problem, const LmJudgeRoute *route, int32_t from);

#endif /* LM_CHECK_JUDGE_H */
