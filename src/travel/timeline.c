/*
 * timeline.c
 *	  Periods, states and bounds of travels that change.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "travel/road.h"
#include "travel/table.h"
#include "travel/timeline.h"

#define DAYS_BEHIND 40
#define DAYS_MOST 3653
/* A plan without any instant may be checked so long after it was made. */
#define DAYS_BEFORE_NOW 400

#define BUCKETS_PER_PERIOD 4

/* Bounds that are filled between two looks at interrupts. */
#define PAIRS_AT_A_TIME 10000

/* ---- one timeline ---- */

/* The first whole millisecond from the origin that is not before the instant. */
static LmTime
instant_ms(const LmInput *input, TimestampTz instant)
{
	int64 since;

	if (instant == DT_NOBEGIN)
		return -LM_NEVER;
	if (instant == DT_NOEND)
		return LM_NEVER;
	since = instant - input->origin;
	return since / 1000 + (since % 1000 > 0);
}

static void
begins_set(const LmInput *input, LmTimeline *timeline)
{
	LmTraffic *traffic = &timeline->traffic;

	/* the first holds before it begins, too */
	traffic->begins[0] = -LM_NEVER;
	for (int32 period = 1; period < traffic->count; period++)
		traffic->begins[period] = instant_ms(input, timeline->instants[period]);
	lm_traffic_index(traffic, traffic->buckets, traffic->bucket_count);
}

void
lm_timelines_place(LmInput *input)
{
	for (LmTimeline *timeline = input->timelines; timeline != NULL; timeline = timeline->next)
		begins_set(input, timeline);
}

static LmTimeline *
timeline_new(LmInput *input, const LmTimelineParts *parts)
{
	MemoryContext before = MemoryContextSwitchTo(input->context);
	LmTimeline *timeline = palloc0(sizeof(LmTimeline));
	LmTraffic *traffic = &timeline->traffic;

	traffic->count = parts->count;
	traffic->begins = palloc(parts->count * sizeof(LmTime));
	traffic->state = palloc(parts->count * sizeof(int32_t));
	traffic->states = palloc(parts->state_count * sizeof(LmTrafficState));
	traffic->state_count = parts->state_count;
	traffic->bucket_count = BUCKETS_PER_PERIOD * parts->count;
	traffic->buckets = palloc(traffic->bucket_count * sizeof(int32_t));
	timeline->instants = palloc(parts->count * sizeof(TimestampTz));
	memcpy(timeline->instants, parts->begins, parts->count * sizeof(TimestampTz));
	memcpy(traffic->state, parts->state, parts->count * sizeof(int32_t));
	memcpy(traffic->states, parts->states, parts->state_count * sizeof(LmTrafficState));
	begins_set(input, timeline);
	timeline->next = input->timelines;
	input->timelines = timeline;
	MemoryContextSwitchTo(before);
	return timeline;
}

/* Whether the times of the first state are the least of all: the same table, and no smaller factor. */
static bool
first_is_least(const LmTraffic *traffic)
{
	for (int32 s = 0; s < traffic->state_count; s++)
	{
		if (traffic->states[s].time != traffic->states[0].time ||
		    traffic->states[s].factor < LM_FACTOR_ONE)
			return false;
	}
	return true;
}

static bool
lengths_differ(const LmTraffic *traffic)
{
	for (int32 s = 1; s < traffic->state_count; s++)
	{
		if (traffic->states[s].length32 != traffic->states[0].length32 ||
		    traffic->states[s].length64 != traffic->states[0].length64)
			return true;
	}
	return false;
}

static bool
lengths_narrow(const LmTraffic *traffic)
{
	for (int32 s = 0; s < traffic->state_count; s++)
	{
		if (traffic->states[s].length32 == NULL)
			return false;
	}
	return true;
}

static void
bounds_fill(const LmInput *input, LmTravel *travel, bool times, bool lengths)
{
	size_t pairs = lm_table_pairs(input);

	travel->complete = true;
	for (size_t begin = 0; begin < pairs; begin += PAIRS_AT_A_TIME)
	{
		CHECK_FOR_INTERRUPTS();
		for (size_t pair = begin; pair < Min(pairs, begin + PAIRS_AT_A_TIME); pair++)
		{
			if (times)
				travel->time[pair] = lm_traffic_least(travel->traffic, pair);
			travel->complete &= travel->time[pair] != LM_NO_LEG;
			if (!lengths)
				continue;
			if (travel->length32 != NULL)
				travel->length32[pair] = (uint32_t) lm_traffic_longest(travel->traffic, pair);
			else
				travel->length64[pair] = lm_traffic_longest(travel->traffic, pair);
		}
	}
}

void
lm_timeline_set(LmInput *input, LmTravel *travel, const LmTimelineParts *parts)
{
	const LmTraffic *traffic = &timeline_new(input, parts)->traffic;
	bool times = !first_is_least(traffic);
	bool lengths = lengths_differ(traffic);
	bool narrow = lengths_narrow(traffic);
	size_t length_size = narrow ? sizeof(uint32_t) : sizeof(int64_t);

	lm_tables_reserve(input, lm_table_pairs(input) *
	                             ((times ? sizeof(int32_t) : 0) + (lengths ? length_size : 0)));
	travel->places = input->problem.place_count;
	travel->traffic = traffic;
	travel->time = times ? lm_table_new(input, sizeof(int32_t))
	                     : (int32_t *) traffic->states[0].time;
	travel->length32 = (uint32_t *) traffic->states[0].length32;
	travel->length64 = (int64_t *) traffic->states[0].length64;
	if (lengths)
	{
		void *table = lm_table_new(input, length_size);

		travel->length32 = narrow ? table : NULL;
		travel->length64 = narrow ? NULL : table;
	}
	bounds_fill(input, travel, times, lengths);
}

/* ---- when it matters ---- */

static void
finite_raise(LmTime *last, LmTime instant)
{
	if (instant < LM_NEVER && instant > *last)
		*last = instant;
}

void
lm_traffic_span(const LmInput *input, TimestampTz *from, TimestampTz *to)
{
	const LmProblem *problem = &input->problem;
	LmTime first = LM_NEVER;
	LmTime last = 0;

	for (int32 v = 0; v < problem->vehicle_count; v++)
	{
		const LmVehicle *vehicle = &problem->vehicles[v];

		first = Min(first, vehicle->shift_start);
		finite_raise(&last, vehicle->shift_start);
		if (vehicle->shift_end < LM_NEVER)
			finite_raise(&last, vehicle->shift_end + vehicle->overtime);
		for (int32 i = 0; i < vehicle->break_count; i++)
			finite_raise(&last, problem->breaks[vehicle->break_first + i].window.close);
	}
	for (int32 i = 0; i < problem->order_count; i++)
	{
		const LmOrder *order = &problem->orders[i];

		finite_raise(&last, order->release);
		for (int32 w = 0; w < order->window_count; w++)
		{
			finite_raise(&last, problem->windows[order->window_first + w].open);
			finite_raise(&last, problem->windows[order->window_first + w].close);
		}
	}
	if (first >= LM_NEVER)
		first = 0;
	*from = input->origin + first * 1000;
	*to = input->origin + last * 1000 + DAYS_BEHIND * USECS_PER_DAY;
	/* rows of a day under way may have been driven before now */
	if (input->origin_given || input->origin == GetCurrentTransactionStartTimestamp())
		*from -= DAYS_BEFORE_NOW * USECS_PER_DAY;
	*to = Min(*to, *from + DAYS_MOST * USECS_PER_DAY);
}

/* ---- factors onto tables ---- */

/* A travel with the rules of one profile: what several vehicles have in common. */
typedef struct Way
{
	int32 travel;        /* before */
	const char *profile; /* NULL: rules without profile only */
} Way;

/* Tables and factors of one moment each; every pair of them that comes once is a state. */
typedef struct Blend
{
	const LmInput *input;
	const LmTrafficRules *rules;
	int32 travel; /* index of base among the travels of its source */
	const LmTravel *base;
	const LmTimeline *slices; /* NULL: one table at all times */
	const LmCalendar *calendar;
	TimestampTz *begins;
	int32 *state;
	int32 count;
	LmTrafficState *states;
	int32 *number; /* [slice state * calendar states + calendar state] of the state, -1: none yet */
	int32 state_count;
} Blend;

static int32
blend_state(Blend *blend, int32 slice, int32 factor)
{
	int32 *number = &blend->number[slice * blend->calendar->state_count + factor];
	LmTrafficState *state = &blend->states[blend->state_count];

	if (*number >= 0)
		return *number;
	*state = blend->slices != NULL ? blend->slices->traffic.states[slice]
	                               : (LmTrafficState){blend->base->time, blend->base->length32,
	                                                  blend->base->length64, LM_FACTOR_ONE};
	state->factor = blend->calendar->factors[factor * blend->calendar->ways];
	if (blend->input->road != NULL)
		lm_road_state(blend->input, blend->travel, blend->rules,
		              &blend->calendar->factors[factor * blend->calendar->ways], state);
	*number = blend->state_count++;
	return *number;
}

/* Both sequences of periods become one. */
static void
blend_fill(Blend *blend)
{
	const LmCalendar *calendar = blend->calendar;
	int32 slices = blend->slices != NULL ? blend->slices->traffic.count : 1;
	int32 slice = 0;
	int32 factor = 0;

	for (;;)
	{
		TimestampTz next_slice = slice + 1 < slices ? blend->slices->instants[slice + 1] : DT_NOEND;
		TimestampTz next_factor = factor + 1 < calendar->count ? calendar->begins[factor + 1]
		                                                       : DT_NOEND;
		TimestampTz next = Min(next_slice, next_factor);

		blend->state[blend->count++] =
			blend_state(blend, blend->slices != NULL ? blend->slices->traffic.state[slice] : 0,
		                calendar->state[factor]);
		if (next == DT_NOEND)
			return;
		blend->begins[blend->count] = next;
		slice += next == next_slice;
		factor += next == next_factor;
	}
}

/* Whether no rule ever holds, or all that hold say 1. */
static bool
calendar_is_plain(const LmCalendar *calendar)
{
	for (int32 way = 0; way < calendar->ways; way++)
	{
		if (calendar->factors[way] != LM_FACTOR_ONE)
			return false;
	}
	return calendar->state_count == 1;
}

static void
calendar_apply(LmInput *input, const LmTrafficRules *rules, int32 number, LmTravel *travel,
               const LmCalendar *calendar)
{
	const LmTimeline *slices = (const LmTimeline *) travel->traffic;
	int32 periods = calendar->count + (slices != NULL ? slices->traffic.count : 1);
	int32 states = calendar->state_count * (slices != NULL ? slices->traffic.state_count : 1);
	LmTravel base = *travel;
	Blend blend = {.input = input,
	               .rules = rules,
	               .travel = number,
	               .base = &base,
	               .slices = slices,
	               .calendar = calendar};
	LmTimelineParts parts;

	if (calendar_is_plain(calendar))
		return;
	blend.begins = palloc(periods * sizeof(TimestampTz));
	blend.begins[0] = DT_NOBEGIN;
	blend.state = palloc(periods * sizeof(int32));
	blend.states = palloc(states * sizeof(LmTrafficState));
	blend.number = palloc(states * sizeof(int32));
	for (int32 i = 0; i < states; i++)
		blend.number[i] = -1;
	blend_fill(&blend);
	parts = (LmTimelineParts){.count = blend.count,
	                          .begins = blend.begins,
	                          .state = blend.state,
	                          .states = blend.states,
	                          .state_count = blend.state_count};
	lm_timeline_set(input, travel, &parts);
}

static int32
way_find(Way *ways, int32 *count, int32 travel, const char *profile)
{
	int32 way = 0;

	while (way < *count &&
	       (ways[way].travel != travel || (ways[way].profile == NULL) != (profile == NULL) ||
	        (profile != NULL && strcmp(ways[way].profile, profile) != 0)))
		way++;
	if (way == *count)
		ways[(*count)++] = (Way){travel, profile};
	return way;
}

void
lm_traffic_apply(const LmRequest *request, LmInput *input, const LmTrafficRules *rules)
{
	LmProblem *problem = &input->problem;
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "lastmile traffic",
	                                           ALLOCSET_DEFAULT_SIZES);
	MemoryContext before;
	LmTravel *travels;
	Way *ways;
	int32 count = 0;
	TimestampTz from;
	TimestampTz to;

	if (input->road == NULL)
		lm_traffic_refuse_classes(rules, request->function);
	else
		lm_road_warn_classes(input->road, rules);
	lm_traffic_warn_profiles(rules, input);
	before = MemoryContextSwitchTo(work);
	lm_traffic_span(input, &from, &to);
	ways = palloc(Max(problem->vehicle_count, 1) * sizeof(Way));
	for (int32 v = 0; v < problem->vehicle_count; v++)
	{
		const char *profile = input->vehicle_rows[v].profile;

		problem->vehicles[v].travel = way_find(ways, &count, problem->vehicles[v].travel,
		                                       lm_traffic_names(rules, profile) ? profile : NULL);
	}
	travels = MemoryContextAllocZero(input->context, Max(count, 1) * sizeof(LmTravel));
	for (int32 way = 0; way < count; way++)
	{
		travels[way] = problem->travels[ways[way].travel];
		calendar_apply(input, rules, ways[way].travel, &travels[way],
		               lm_calendar_new(rules, ways[way].profile, from, to, request->timezone));
	}
	problem->travels = travels;
	problem->travel_count = count;
	MemoryContextSwitchTo(before);
	MemoryContextDelete(work);
}
