/*
 * plan.h
 *	  Who drives what in which order, and the times of one route.
 *
 * A plan is only sequences; times follow from them by the rules of
 * doc/reference.md, "The schedule of a route".
 *
 * Layer   model: C11 only.
 */
#ifndef LM_MODEL_PLAN_H
#define LM_MODEL_PLAN_H

#include "model/units.h"

/* Orders not in stops are unassigned. */
typedef struct LmPlan
{
	int32_t *first; /* [vehicle_count + 1]: route of v is stops[first[v] .. first[v+1]) */
	int32_t *stops; /* [first[vehicle_count]] order indexes in driving order */
} LmPlan;

typedef enum LmStopKind
{
	LM_STOP_START,
	LM_STOP_ORDER,
	LM_STOP_BREAK,
	LM_STOP_RELOAD,
	LM_STOP_END
} LmStopKind;

/* One row of a timed route: departs = starts + service, starts = arrives + setup + wait. */
typedef struct LmStop
{
	LmStopKind kind;
	int32_t index;   /* of the order, or of the break within the vehicle's; else -1 */
	int32_t place;   /* where; of a break, the place of the row before */
	LmTime travel;   /* of the leg that leads here */
	LmLength length; /* of that leg */
	LmTime arrives;
	LmTime setup;
	LmTime wait;
	LmTime service; /* of a break: its duration */
	LmTime departs;
} LmStop;

typedef struct LmTimetable
{
	LmStop *stops;   /* [count], from start to end; owned by the caller */
	int32_t count;   /* at most orders + breaks + 2 */
	LmTime departs;  /* from the start place */
	LmTime ends;     /* at the end place, or departure from the last stop with open_end */
	LmTime overtime; /* past shift_end, >= 0 */
	LmLength length; /* of the route */
} LmTimetable;

#endif /* LM_MODEL_PLAN_H */
