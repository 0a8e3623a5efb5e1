/*
 * traffic.h
 *	  Travel times that change over the day: when a leg arrives, and by when it has to be left for.
 *
 * Time is cut into periods, each in one of a few states.  A state has a table of times and
 * lengths and a factor: tables that differ are slices of a matrix or roads with jams of their
 * own, factors that differ are jams that slow every leg alike.
 *
 * A leg that takes T(t) in the state of the moment t is done when the integral of dt / T(t)
 * from its departure reaches one.  What is left of it is carried from period to period in
 * parts of 2^-32 and only the arrival is rounded, to the nearest millisecond: leaving later
 * never arrives earlier.  Where there is no way in a state, nobody gets on until it ends.
 *
 * Search, output and check read these functions and no others.
 *
 * Layer   model: C11 only.
 * Source  Ichoua, Gendreau, Potvin 2003, doi:10.1016/S0377-2217(02)00147-9
 */
#ifndef LM_MODEL_TRAFFIC_H
#define LM_MODEL_TRAFFIC_H

#include "model/units.h"

#define LM_FACTOR_ONE 1000000                         /* factors are kept in millionths */
#define LM_FACTOR_MAX (INT64_C(1000) * LM_FACTOR_ONE) /* a time of 31 bits times it fits */

typedef struct LmTrafficState
{
	const int32_t *time;      /* [from * places + to] ms, LM_NO_LEG where there is no way */
	const uint32_t *length32; /* likewise mm; as in LmTravel one of the two or none */
	const int64_t *length64;
	int64_t factor; /* of time, in millionths, 1 .. LM_FACTOR_MAX */
} LmTrafficState;

typedef struct LmTraffic
{
	int32_t count;          /* periods, >= 1 */
	LmTime *begins;         /* [count] ascending; the first is -LM_NEVER, the last has no end */
	int32_t *state;         /* [count] of each period */
	LmTrafficState *states; /* [state_count] */
	int32_t state_count;

	/* made by lm_traffic_index: the period of a moment without a search */
	int32_t *buckets; /* [bucket_count] the period at begins[1] + (bucket << shift) */
	int32_t bucket_count;
	int shift;
} LmTraffic;

/*
 * lm_traffic_index - makes the index of the periods
 *
 *	buckets		[bucket_count >= 1] belongs to the traffic from now on; a few per period is best
 *
 * Never fails.
 */
void lm_traffic_index(LmTraffic *traffic, int32_t *buckets, int32_t bucket_count);

/* lm_traffic_period - the period of a moment.  Never fails. */
static inline int32_t
lm_traffic_period(const LmTraffic *traffic, LmTime moment)
{
	int32_t period;

	if (traffic->count == 1 || moment < traffic->begins[1])
		return 0;
	if (moment >= traffic->begins[traffic->count - 1])
		return traffic->count - 1;
	period = traffic->buckets[(moment - traffic->begins[1]) >> traffic->shift];
	while (traffic->begins[period + 1] <= moment)
		period++;
	return period;
}

/* lm_traffic_time - ms of the leg of a pair (from * places + to) in a state, or LM_NO_LEG. */
static inline int32_t
lm_traffic_time(const LmTrafficState *state, size_t pair)
{
	int64_t time = state->time[pair];

	if (state->factor == LM_FACTOR_ONE || time == LM_NO_LEG)
		return (int32_t) time;
	time = (time * state->factor + LM_FACTOR_ONE / 2) / LM_FACTOR_ONE;
	return time < LM_NO_LEG ? (int32_t) time : LM_NO_LEG;
}

#define LM_LEG_WHOLE (UINT64_C(1) << 32) /* what is left of a leg at its departure */

/*
 * lm_traffic_step - drives a leg until it arrives or a period ends
 *
 *	left	of the leg at the begin of the period or the departure; becomes what is left at its end
 *	time	ms of the leg in the period's state, or LM_NO_LEG
 *	stays	ms to the end of the period, LM_NEVER: it has none
 *
 * Returns the ms until it arrives, LM_NEVER when it does not before the period ends.
 */
LmTime lm_traffic_step(uint64_t *left, int32_t time, LmTime stays);

/*
 * lm_traffic_arrive - when a leg that is begun at a moment arrives
 *
 *	departs		within LM_NEVER
 *
 * Returns LM_NEVER where there is no way then nor later.  Does not decrease with departs.
 */
LmTime lm_traffic_arrive(const LmTraffic *traffic, size_t pair, LmTime departs);

/*
 * lm_traffic_depart - the latest departure that arrives no later than a moment
 *
 * Exactly the largest `departs` of which lm_traffic_arrive is not above `arrives`; -LM_NEVER when
 * there is none.
 */
LmTime lm_traffic_depart(const LmTraffic *traffic, size_t pair, LmTime arrives);

/*
 * lm_traffic_length - mm of the leg: of the state in which it departs, or where there is no way
 * in that one, of the next in which there is
 *
 * 0 when lengths are not known or there is no way any more.
 */
LmLength lm_traffic_length(const LmTraffic *traffic, size_t pair, LmTime departs);

/* lm_traffic_least - the shortest of the pair's times over all states in use, or LM_NO_LEG. */
int32_t lm_traffic_least(const LmTraffic *traffic, size_t pair);

/* lm_traffic_longest - the longest of its lengths over the states that have a way */
LmLength lm_traffic_longest(const LmTraffic *traffic, size_t pair);

#endif /* LM_MODEL_TRAFFIC_H */
