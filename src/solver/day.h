/*
 * day.h
 *	  A day under way: what is settled of it, and the problem that is left.
 *
 * The rows that LmProblem.fixed names, done or frozen, are timed once, as if nothing came behind
 * them.  What is left is a problem without these orders, whose vehicles go on from their last such row at the
 * moment they leave it, with what of their limits and breaks is left.  So the search knows nothing of a day,
 * but that such a vehicle is never empty and does not choose when to go on (LmVehicle.under_way).
 *
 * Layer   solver: C11 and model only.
 * Rules   doc/reference.md, "A day under way".
 */
#ifndef LM_SOLVER_DAY_H
#define LM_SOLVER_DAY_H

#include "model/arena.h"
#include "model/plan.h"
#include "model/problem.h"
#include "model/reason.h"
#include "solver/schedule.h"
#include "solver/solve.h"

/* What is settled of one vehicle's route. */
typedef struct LmBegun
{
	LmStop *stops; /* [count] from its start row; none: nothing is */
	int32_t count;
	int32_t orders;  /* of them */
	int32_t reloads; /* likewise */
	LmTime left;     /* its departure */
	LmTime worked;   /* from then until it leaves the last of them */
	LmLength length; /* of their legs */
	bool no_way;     /* there is none from the last of them to its end */
} LmBegun;

typedef struct LmDay
{
	const LmProblem *whole;
	const LmProblem *rest; /* the whole, where nothing is settled: then the arrays are NULL */
	int32_t *whole_of;     /* [rest->order_count] order of the whole */
	int32_t *rest_of;  /* [whole->order_count] order of the rest, or -1: settled, or ruled out by
								 * what is: another alternative, a pickup whose goods are delivered */
	int32_t *break_of; /* of rest->breaks: which of the vehicle's in the whole */
	LmBegun *begun;    /* [vehicle_count] */
	LmAmount *loaded;  /* [vehicle * dimensions + dimension] that is gone of the capacity */
} LmDay;

/*
 * lm_day_begin - settles what is fixed
 *
 *	problem					complete, prices too; kept
 *	should_stop, context	as in LmSolveOptions
 *
 * Nothing is done, and nothing taken, where no vehicle has fixed rows or is under way.
 */
LmStatus lm_day_begin(LmDay *day, const LmProblem *problem, bool (*should_stop)(void *context),
                      void *context, LmArena *arena);

/* lm_day_sequences - the routes of a plan of the whole without what is settled, as orders of the rest;
 * in the arena, NULL in `stops` when memory is refused */
LmPlan lm_day_sequences(const LmDay *day, const LmPlan *plan, LmArena *arena);

/*
 * lm_day_time - lm_schedule_time of a vehicle's whole route
 *
 *	scheduler	of day->rest
 *	orders		[count] of the rest
 *	timetable	stops has room for lm_day_rows
 *
 * Its rows are those of the whole problem.
 */
bool lm_day_time(const LmDay *day, LmScheduler *scheduler, int32_t vehicle, const int32_t *orders,
                 int32_t count, LmTimetable *timetable);

/* lm_day_rows - how many rows a route of the problem may have */
int32_t lm_day_rows(const LmProblem *problem);

/* lm_day_drives - the vehicle has rows even where it serves nothing of the rest. */
static inline bool
lm_day_drives(const LmDay *day, int32_t vehicle)
{
	return day->begun != NULL && day->begun[vehicle].count > 0;
}

/* lm_day_order - order of the whole */
static inline int32_t
lm_day_order(const LmDay *day, int32_t order)
{
	return day->whole_of != NULL && order >= 0 ? day->whole_of[order] : order;
}

/* lm_day_rest - order of the rest, or -1 when it is settled or ruled out */
static inline int32_t
lm_day_rest(const LmDay *day, int32_t order)
{
	return day->rest_of != NULL ? day->rest_of[order] : order;
}

/* lm_day_reason - why an order of the rest is absent, with the orders and the amounts of whole routes */
LmReason lm_day_reason(const LmDay *day, LmReason reason);

#endif /* LM_SOLVER_DAY_H */
