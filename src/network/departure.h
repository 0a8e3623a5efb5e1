/*
 * departure.h
 *	  Ways that are all left for at one moment, under traffic.
 *
 * The periods of the traffic are gone through from the departure on, each with what driving takes
 * in it, until all who are on their way have arrived: no more than one jam is held at a time.
 * Travel times are those of plan, by the functions of model/traffic.h.
 *
 * Layer   feature: shared by matrix and path.
 */
#ifndef LM_NETWORK_DEPARTURE_H
#define LM_NETWORK_DEPARTURE_H

#include "input/calendar.h"
#include "network/network.h"

typedef struct LmDeparture
{
	const LmNetwork *network;
	const LmTrafficRules *rules; /* NULL: no traffic, and the rest is not set */
	TimestampTz at;
	LmCalendar *calendar;

	/* the period that holds */
	int32 period;
	LmTime stays;  /* ms to its end from where it begins, or from the departure */
	LmTime begins; /* ms after the departure */
	int64 factor;  /* of what the metric takes, in millionths */
	const LmMetric *metric;
	int32 metric_number; /* other than that of the period before when the metric is */

	bool *seen;            /* [calendar->state_count] since the departure */
	MemoryContext context; /* of the call */
	MemoryContext jam;     /* of the metric */
	int32 jam_state;       /* of the calendar that it is of, -1: none */
	const LmMetric *jam_metric;
	int64 jam_factor;
	int32 jam_number;
} LmDeparture;

/* What there is to a way that has been left for. */
typedef struct LmDriven
{
	uint64 left;     /* in parts of LM_LEG_WHOLE */
	LmTime takes;    /* ms from the departure; LM_NEVER: has not arrived */
	LmLength length; /* mm of the way it takes; -1: none as yet */
} LmDriven;

#define LM_DRIVEN_NOT ((LmDriven){LM_LEG_WHOLE, LM_NEVER, -1})

/*
 * lm_departure_read - the arguments at, traffic, profile and timezone
 *
 *	index	of the first
 * Faults  22023 traffic without at, at that is infinite, an unknown time zone; of the traffic query.
 */
void lm_departure_read(FunctionCallInfo fcinfo, int index, const char *function,
                       const LmNetwork *network, LmDeparture *departure);

/* lm_departure_begin - goes to the period of the departure.  Faults  53200. */
void lm_departure_begin(LmDeparture *departure);

/*
 * lm_departure_next - goes on to a period in which something may get on; false when there is none
 *
 *	driving		whether somebody is on a way; who has found none need not look twice at the
 *				same state of the roads
 * Faults  53200.
 */
bool lm_departure_next(LmDeparture *departure, bool driving);

/* lm_departure_drive - what of a way gets done in the period; way: by the period's metric. */
void lm_departure_drive(const LmDeparture *departure, LmWay way, LmDriven *driven);

/* lm_driven_is_over - whether it has arrived. */
static inline bool
lm_driven_is_over(const LmDriven *driven)
{
	return driven->takes < LM_NEVER;
}

/* lm_driven_is_on - whether it is on its way. */
static inline bool
lm_driven_is_on(const LmDriven *driven)
{
	return driven->length >= 0 && !lm_driven_is_over(driven);
}

#endif /* LM_NETWORK_DEPARTURE_H */
