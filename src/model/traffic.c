/*
 * traffic.c
 *	  Legs through the periods of a day.
 *
 * Why leaving later never arrives earlier, rounding included: the share done in the rest of a
 * period does not grow with the departure, that of a whole period does not depend on it, and
 * the arrival is a rounded product of the share left.  A leg that ends within a period
 * arrives, rounded too, by its end, and one that does not no earlier than that.
 */
#include "model/traffic.h"

#define SHARE_BITS 32
#define WHOLE LM_LEG_WHOLE

void
lm_traffic_index(LmTraffic *traffic, int32_t *buckets, int32_t bucket_count)
{
	int32_t period = 1;

	traffic->buckets = buckets;
	traffic->bucket_count = bucket_count;
	traffic->shift = 0;
	if (traffic->count < 2)
		return;
	while ((traffic->begins[traffic->count - 1] - traffic->begins[1]) >> traffic->shift >=
	       bucket_count)
		traffic->shift++;
	for (int32_t bucket = 0; bucket < bucket_count; bucket++)
	{
		LmTime moment = traffic->begins[1] + ((LmTime) bucket << traffic->shift);

		while (period + 1 < traffic->count && traffic->begins[period + 1] <= moment)
			period++;
		buckets[bucket] = period;
	}
}

static inline int32_t
period_time(const LmTraffic *traffic, int32_t period, size_t pair)
{
	return lm_traffic_time(&traffic->states[traffic->state[period]], pair);
}

/*
 * Whether the rest of a leg is done in so many ms, and in how many.  Whoever arrives just when a period
 * ends must not be held up by what the shares were rounded by: one part at each change, of 2^32.
 * Below 2^63: a time is below 2^31.
 */
static inline bool
rest_fits(uint64_t left, int32_t time, LmTime stays, LmTime *rest)
{
	uint64_t parts = left * (uint64_t) time;

	if (stays <= LM_NO_LEG && parts > ((uint64_t) stays << SHARE_BITS) + 16 * (uint64_t) time)
		return false;
	*rest = (LmTime) ((parts + WHOLE / 2) >> SHARE_BITS);
	if (*rest > stays)
		*rest = stays;
	return true;
}

/* What is done of a leg while it is not finished: during is below its time. */
static inline uint64_t
share_done(LmTime during, int32_t time)
{
	return ((uint64_t) during << SHARE_BITS) / (uint64_t) time;
}

static inline LmTime
leg_step(uint64_t *left, int32_t time, LmTime stays)
{
	LmTime rest;

	if (time == LM_NO_LEG)
		return LM_NEVER;
	if (rest_fits(*left, time, stays, &rest))
		return rest;
	*left -= share_done(stays, time);
	return LM_NEVER;
}

LmTime
lm_traffic_step(uint64_t *left, int32_t time, LmTime stays)
{
	return leg_step(left, time, stays);
}

LmTime
lm_traffic_arrive(const LmTraffic *traffic, size_t pair, LmTime departs)
{
	LmTime now = departs;
	uint64_t left = WHOLE;

	for (int32_t period = lm_traffic_period(traffic, departs);; period++)
	{
		bool last = period == traffic->count - 1;
		LmTime rest = leg_step(&left, period_time(traffic, period, pair),
		                       last ? LM_NEVER : traffic->begins[period + 1] - now);

		if (rest < LM_NEVER)
			return now + rest;
		if (last)
			return LM_NEVER;
		now = traffic->begins[period + 1];
	}
}

/* The departure without the rounding of the way there; -LM_NEVER when there was no way before. */
static LmTime
depart_near(const LmTraffic *traffic, size_t pair, LmTime arrives)
{
	int32_t period = lm_traffic_period(traffic, arrives - 1);
	LmTime now = arrives;
	LmTime rest;
	uint64_t left = WHOLE;

	for (;; period--)
	{
		int32_t time = period_time(traffic, period, pair);

		if (time != LM_NO_LEG)
		{
			if (rest_fits(left, time, period == 0 ? LM_NEVER : now - traffic->begins[period],
			              &rest))
				return now - rest;
			left -= share_done(now - traffic->begins[period], time);
		}
		else if (period == 0)
			return -LM_NEVER;
		now = traffic->begins[period];
	}
}

LmTime
lm_traffic_depart(const LmTraffic *traffic, size_t pair, LmTime arrives)
{
	int32_t period;
	int32_t time;
	LmTime low;
	LmTime high;
	LmTime step = 1;

	if (arrives <= -LM_NEVER)
		return -LM_NEVER;
	/* who never arrives does not arrive by an open end either */
	if (arrives >= LM_NEVER)
		arrives = LM_NEVER - 1;
	period = lm_traffic_period(traffic, arrives);
	time = period_time(traffic, period, pair);
	/* all within one period, and a millisecond later would be too: nothing to round */
	if (time != LM_NO_LEG && arrives - time >= traffic->begins[period] &&
	    (period == traffic->count - 1 || arrives < traffic->begins[period + 1]))
		return arrives - time;
	low = depart_near(traffic, pair, arrives);
	if (low <= -LM_NEVER)
	{
		/* but whoever waits for a way may still be there in time */
		low = traffic->begins[1] - 1;
		if (lm_traffic_arrive(traffic, pair, low) > arrives)
			return -LM_NEVER;
	}
	while (low > -LM_NEVER && lm_traffic_arrive(traffic, pair, low) > arrives)
	{
		low -= step;
		step *= 2;
	}
	/* from a departure that is in time to one that is not, then halfway between */
	high = low + 1;
	for (step = 1; lm_traffic_arrive(traffic, pair, high) <= arrives; step *= 2)
	{
		low = high;
		high += step;
	}
	while (high - low > 1)
	{
		LmTime middle = low + (high - low) / 2;

		if (lm_traffic_arrive(traffic, pair, middle) <= arrives)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static inline LmLength
state_length(const LmTrafficState *state, size_t pair)
{
	if (state->length32 != NULL)
		return state->length32[pair];
	return state->length64 != NULL ? state->length64[pair] : 0;
}

LmLength
lm_traffic_length(const LmTraffic *traffic, size_t pair, LmTime departs)
{
	for (int32_t period = lm_traffic_period(traffic, departs); period < traffic->count; period++)
		if (period_time(traffic, period, pair) != LM_NO_LEG)
			return state_length(&traffic->states[traffic->state[period]], pair);
	return 0;
}

int32_t
lm_traffic_least(const LmTraffic *traffic, size_t pair)
{
	int32_t least = LM_NO_LEG;

	for (int32_t state = 0; state < traffic->state_count; state++)
	{
		int32_t time = lm_traffic_time(&traffic->states[state], pair);

		if (time < least)
			least = time;
	}
	return least;
}

LmLength
lm_traffic_longest(const LmTraffic *traffic, size_t pair)
{
	LmLength longest = 0;

	for (int32_t state = 0; state < traffic->state_count; state++)
	{
		const LmTrafficState *of = &traffic->states[state];

		if (of->time[pair] != LM_NO_LEG && state_length(of, pair) > longest)
			longest = state_length(of, pair);
	}
	return longest;
}
