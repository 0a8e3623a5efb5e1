/*
 * timeline.h
 *	  Travel times that change over the day, from tables and a calendar of factors.
 *
 * A source of travel times fills ordinary travels first.  What changes is put over them here:
 * slices of a matrix or tables per state of the roads are a timeline of tables, and the
 * factors of the traffic query scale whatever tables there are.
 *
 * Layer   adapter.
 */
#ifndef LM_TRAVEL_TIMELINE_H
#define LM_TRAVEL_TIMELINE_H

#include "input/calendar.h"
#include "input/input.h"

/* A traffic of the input, with the instants of which it holds the distance from the origin. */
typedef struct LmTimeline
{
	LmTraffic traffic;
	TimestampTz *instants; /* [traffic.count] */
	struct LmTimeline *next;
} LmTimeline;

/* What a timeline is made of; all is copied. */
typedef struct LmTimelineParts
{
	int32 count;                  /* periods, >= 1 */
	const TimestampTz *begins;    /* [count] ascending; the first holds before it too */
	const int32 *state;           /* [count] of each period */
	const LmTrafficState *states; /* [state_count]; the tables are not copied */
	int32 state_count;
} LmTimelineParts;

/*
 * lm_timeline_set - makes the times of a travel change over the day
 *
 * Sets travel->traffic, and the travel's tables to bounds (model/travel.h): new ones, where those of
 * one state do not hold for all.
 * Faults  53200 when they do not fit into lastmile.max_memory.
 */
void lm_timeline_set(LmInput *input, LmTravel *travel, const LmTimelineParts *parts);

/* lm_timelines_place - counts from the origin anew, which has changed */
void lm_timelines_place(LmInput *input);

/*
 * lm_traffic_span - the instants between which traffic matters: from the first departure that is
 * possible to 40 days after the last finite instant of the problem, ten years at most
 */
void lm_traffic_span(const LmInput *input, TimestampTz *from, TimestampTz *to);

/*
 * lm_traffic_apply - the factors of the rules onto all travels of the input
 *
 * A travel of vehicles whose profiles have other rules becomes several, with the tables in common.
 * Faults  22023 a rule for a class of road; 53200.
 */
void lm_traffic_apply(const LmRequest *request, LmInput *input, const LmTrafficRules *rules);

#endif /* LM_TRAVEL_TIMELINE_H */
