/*
 * schedule.h
 *	  The exact schedule of one route: when it departs, where its breaks fall.
 *
 * The one place that knows the rules of doc/reference.md, "The schedule of a
 * route".  The search prices routes with it wherever its constant-time form
 * (segment.h) does not reach, and output prints the times it gives.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_SCHEDULE_H
#define LM_SOLVER_SCHEDULE_H

#include "model/arena.h"
#include "model/plan.h"
#include "model/problem.h"

typedef struct LmScheduler LmScheduler;

/* Rules that lm_schedule_price leaves out of account: to find which one keeps an order away. */
typedef enum LmRelax
{
	LM_RELAX_NONE = 0,
	LM_RELAX_WINDOW = 1,   /* an order's last window never closes */
	LM_RELAX_SHIFT = 2,    /* the route may end at any time */
	LM_RELAX_BREAK = 4,    /* no break is taken */
	LM_RELAX_TIME = 8,     /* no limit on working time */
	LM_RELAX_RELEASE = 16, /* goods are ready at any time */
	LM_RELAX_LEG = 32,     /* a missing leg takes no time */
	LM_RELAX_LATE = 64     /* lateness costs nothing */
} LmRelax;

/* What a schedule costs; the rest of a route's price does not depend on times. */
typedef struct LmScheduleCost
{
	LmTime departs;
	LmTime ends;
	LmTime overtime; /* past shift_end, >= 0 */
	LmCost lateness; /* price of all starts after due, as the search pays it */
	int64_t late;    /* the same as rule 7 weighs it */
	LmTime shortest; /* least working time of any schedule that keeps all rules but
								 * max_time, whatever it costs */
	LmTime earliest; /* least end, and */
	LmTime latest;   /* last departure, of any schedule that keeps all rules, whatever it costs */
} LmScheduleCost;

/* lm_scheduler_new - work space for routes of the problem; NULL when memory is refused. */
LmScheduler *lm_scheduler_new(const LmProblem *problem, LmArena *arena);

/*
 * lm_schedule_price - departure and end of the least-cost schedule of a sequence
 *
 *	orders		[count] in driving order; count >= 1, or 0 for a vehicle under way
 *	relax		LmRelax bits
 *
 * Returns false when no schedule keeps the windows, the shift, the breaks,
 * max_time and the releases.  Loads, max_distance and max_stops are not looked at.
 * Cost    O(count x (breaks + 1) x windows in use); allocates only when a route
 *		   has more alternatives than any before (lm_scheduler_failed).
 */
bool lm_schedule_price(LmScheduler *scheduler, int32_t vehicle, const int32_t *orders,
                       int32_t count, int relax, LmScheduleCost *cost);

/*
 * lm_schedule_time - the same schedule, row by row
 *
 *	timetable	stops has room for count + breaks of the vehicle + 2
 */
bool lm_schedule_time(LmScheduler *scheduler, int32_t vehicle, const int32_t *orders, int32_t count,
                      LmTimetable *timetable);

/* lm_scheduler_failed - memory was refused at some call, whose result was false for no other reason. */
bool lm_scheduler_failed(const LmScheduler *scheduler);

/*
 * lm_scheduler_watch - lets long work be broken off between two looks at the clock of the search
 *
 *	should_stop, clock_share, context	as in LmSolveOptions (solve.h)
 *
 * Asked about every tenth of a millisecond of the scheduler's own work, and
 * at lm_scheduler_tick.  Once should_stop has said so, every schedule is refused at once.
 */
void lm_scheduler_watch(LmScheduler *scheduler, bool (*should_stop)(void *context),
                        double (*clock_share)(void *context), void *context);

/* lm_scheduler_count - counts spans made by others. */
void lm_scheduler_count(LmScheduler *scheduler, int32_t spans);

/* lm_scheduler_refused - memory was refused to others: see lm_scheduler_failed. */
void lm_scheduler_refused(LmScheduler *scheduler);

/* lm_scheduler_tick - counts a piece of other work of about a microsecond. */
void lm_scheduler_tick(LmScheduler *scheduler);

/* lm_scheduler_late - the time limit is over, or the call was stopped: leave off what you do. */
bool lm_scheduler_late(const LmScheduler *scheduler);

/* lm_scheduler_stopped - should_stop said so */
bool lm_scheduler_stopped(const LmScheduler *scheduler);

#endif /* LM_SOLVER_SCHEDULE_H */
