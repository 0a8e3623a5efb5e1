/*
 * random_problem.h
 *	  Random problems that keep what src/model/problem.h promises the solver.
 *
 * Numbers come from a seed or, for the fuzzer, from a string of bytes.  With a
 * tick of 1 ms a problem is so small that every departure can be tried; with
 * a tick of a minute it looks like a day.  Every array has exactly its size,
 * so that the address sanitizer sees a step too far.
 *
 * All is static: each test is a program of its own.
 *
 * Layer   test: C11 and model only.
 */
#ifndef LM_TEST_RANDOM_PROBLEM_H
#define LM_TEST_RANDOM_PROBLEM_H

#include "model/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How many times the usual number of problems: -DRANDOM_EFFORT=100 makes a night's run of it. */
#ifndef RANDOM_EFFORT
#define RANDOM_EFFORT 1
#endif

/* ---- dice ---- */

typedef struct Dice
{
	uint64_t state;       /* of xorshift64*; not zero */
	const uint8_t *bytes; /* NULL: from state; else zeros once they are used up */
	size_t left;
} Dice;

static inline Dice
dice_from_seed(uint64_t seed)
{
	/* seeds next to each other must not begin alike */
	Dice dice = {(seed + 1) * UINT64_C(0x9E3779B97F4A7C15), NULL, 0};

	if (dice.state == 0)
		dice.state = 1;
	for (int i = 0; i < 8; i++)
	{
		dice.state ^= dice.state >> 12;
		dice.state ^= dice.state << 25;
		dice.state ^= dice.state >> 27;
	}
	return dice;
}

static inline Dice
dice_from_bytes(const uint8_t *bytes, size_t count)
{
	return (Dice){1, bytes, count};
}

/* dice_below - 0 to bound - 1; bound > 0 */
static inline int32_t
dice_below(Dice *dice, int32_t bound)
{
	uint32_t drawn = 0;

	if (dice->bytes == NULL)
	{
		dice->state ^= dice->state >> 12;
		dice->state ^= dice->state << 25;
		dice->state ^= dice->state >> 27;
		drawn = (uint32_t) ((dice->state * UINT64_C(0x2545F4914F6CDD1D)) >> 32);
		return (int32_t) (((uint64_t) drawn * (uint32_t) bound) >> 32);
	}
	for (int32_t range = bound - 1; range > 0 && dice->left > 0; range >>= 8, dice->left--)
		drawn = (drawn << 8) | *dice->bytes++;
	return (int32_t) (drawn % (uint32_t) bound);
}

static inline int32_t
dice_between(Dice *dice, int32_t least, int32_t most)
{
	return least + dice_below(dice, most - least + 1);
}

static inline bool
dice_percent(Dice *dice, int32_t percent)
{
	/* a fuzzer's bytes that have run out mean the plain case */
	return dice_below(dice, 100) >= 100 - percent;
}

static inline void
dice_shuffle(Dice *dice, int32_t *orders, int32_t count)
{
	for (int32_t i = count - 1; i > 0; i--)
	{
		int32_t at = dice_below(dice, i + 1);
		int32_t moved = orders[i];

		orders[i] = orders[at];
		orders[at] = moved;
	}
}

/* ---- shape ---- */

enum
{
	RANDOM_SEVERAL_WINDOWS = 1 << 0,
	RANDOM_BREAKS = 1 << 1,
	RANDOM_SETUPS = 1 << 2, /* equal within a site */
	RANDOM_UNEQUAL_SETUPS = 1 << 3,
	RANDOM_RELEASES = 1 << 4,
	RANDOM_PICKUPS = 1 << 5,
	RANDOM_GAPS = 1 << 6,       /* missing legs */
	RANDOM_ANY_TRAVEL = 1 << 7, /* no triangle inequality, no symmetry */
	RANDOM_LIMITS = 1 << 8,     /* max_stops, max_distance, max_time */
	RANDOM_SHIFT_ENDS = 1 << 9,
	RANDOM_OVERTIME = 1 << 10,
	RANDOM_OPEN_ENDS = 1 << 11, /* vehicles without an end place */
	RANDOM_OPTIONAL = 1 << 12,
	RANDOM_PRIORITIES = 1 << 13,
	RANDOM_SKILLS = 1 << 14,
	RANDOM_PROFILES = 1 << 15, /* several travel tables */
	RANDOM_FLEET = 1 << 16,    /* vehicles differ from each other */
	RANDOM_LOADS = 1 << 17,
	RANDOM_FREE_HOURS = 1 << 18, /* some cost_per_hour are zero */
	RANDOM_ALL = (1 << 19) - 1,
	RANDOM_WILD = 1 << 20,        /* numbers at the ends of their ranges */
	RANDOM_TRAFFIC = 1 << 21,     /* travel times that change over the day */
	RANDOM_UNITS = 1 << 22,       /* shipments and alternatives */
	RANDOM_PREFERENCES = 1 << 27, /* orders that prefer a vehicle */
	RANDOM_SOFT = 1 << 23,        /* orders that may be late */
	RANDOM_TRIPS = 1 << 24,       /* vehicles that reload */
	RANDOM_RANGES = 1 << 25,      /* trips of limited length */
	RANDOM_BALANCED = 1 << 26     /* under objective balanced */
};

typedef struct RandomShape
{
	int32_t least_orders;
	int32_t most_orders;
	int32_t least_vehicles;
	int32_t most_vehicles;
	LmTime tick; /* ms; durations are about 0 to 10 of them, days about 60 */
	int features;
} RandomShape;

/* random_features - some of the features, now and then none or all */
static inline int
random_features(Dice *dice)
{
	int features = 0;
	int32_t percent = dice_between(dice, 0, 100);

	for (int bit = 1; bit < RANDOM_ALL; bit <<= 1)
		if (dice_percent(dice, percent))
			features |= bit;
	if (dice_percent(dice, percent))
		features |= RANDOM_PREFERENCES;
	if (dice_percent(dice, percent))
		features |= RANDOM_SOFT;
	return features;
}

/* random_more_features - of those that random_features and RANDOM_ALL leave out, one in three */
static inline int
random_more_features(Dice *dice)
{
	static const int more[] = {RANDOM_UNITS, RANDOM_PREFERENCES, RANDOM_SOFT, RANDOM_TRIPS,
	                           RANDOM_RANGES};
	int features = 0;

	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (dice_percent(dice, 35))
			features |= more[i];
	return features;
}

/* ---- the problem ---- */

#define RANDOM_BLOCKS 64
#define RANDOM_DEMAND_SUM (INT64_C(1000000000000000) * 1000) /* what input/ lets all orders reach */
#define RANDOM_MOST_BREAKS 3                                 /* of one vehicle */
#define RANDOM_MOST_RELOADS 3                                /* of all vehicles */

typedef struct RandomProblem
{
	LmProblem problem;
	RandomShape shape;
	Dice *dice;
	void *blocks[RANDOM_BLOCKS];
	int block_count;
} RandomProblem;

static inline bool
random_has(const RandomProblem *random, int feature)
{
	return (random->shape.features & feature) != 0;
}

static inline void *
random_take(RandomProblem *random, size_t count, size_t size)
{
	/* one byte for nothing at all: the pointer is there, reading it is an error */
	void *block = calloc(count * size > 0 ? count : 1, count * size > 0 ? size : 1);

	if (block == NULL || random->block_count == RANDOM_BLOCKS)
		abort();
	random->blocks[random->block_count++] = block;
	return block;
}

#define RANDOM_TAKE(random, type, count) \
	((type *) random_take((random), (size_t) (count), sizeof(type)))

/* least to most ticks, and something between two ticks unless a tick is 1 ms */
static inline LmTime
random_time(RandomProblem *random, int32_t least, int32_t most)
{
	LmTime time = dice_between(random->dice, least, most) * random->shape.tick;

	if (random->shape.tick > 1)
		time += dice_below(random->dice, (int32_t) random->shape.tick);
	return time;
}

/* What some ticks of work cost at 20 an hour. */
static inline LmMoney
random_money(RandomProblem *random, int32_t most)
{
	return (double) (dice_below(random->dice, most + 1) * random->shape.tick) * 20.0 / 3600000.0;
}

static inline void
random_travel(RandomProblem *random, LmTravel *travel)
{
	Dice *dice = random->dice;
	int32_t places = random->problem.place_count;
	size_t pairs = (size_t) places * (size_t) places;
	int32_t gaps = random_has(random, RANDOM_GAPS) ? dice_between(dice, 1, 15) : 0;
	bool any = random_has(random, RANDOM_ANY_TRAVEL);
	int32_t lengths = dice_below(dice, 4);
	int32_t *x = RANDOM_TAKE(random, int32_t, places * 2);

	travel->places = places;
	travel->time = RANDOM_TAKE(random, int32_t, pairs);
	travel->length32 = lengths < 2 ? RANDOM_TAKE(random, uint32_t, pairs) : NULL;
	travel->length64 = lengths == 2 ? RANDOM_TAKE(random, int64_t, pairs) : NULL;
	travel->complete = true;
	for (int32_t i = 0; i < places * 2; i++)
		x[i] = dice_below(dice, 6);
	for (int32_t from = 0; from < places; from++)
		for (int32_t to = 0; to < places; to++)
		{
			size_t pair = (size_t) from * (size_t) places + (size_t) to;
			int64_t ticks = abs(x[2 * from] - x[2 * to]) + abs(x[2 * from + 1] - x[2 * to + 1]);
			int64_t time = ticks * random->shape.tick;
			int64_t length = time * 10;

			/* a matrix may also say that a place is some way from itself */
			if (any && (from != to || dice_percent(dice, 10)))
			{
				time = random_time(random, 0, 10);
				length = dice_percent(dice, 50) ? time * 10 : random_time(random, 0, 10) * 12;
			}
			if (random_has(random, RANDOM_WILD) && dice_percent(dice, 5))
			{
				time = dice_below(dice, INT32_MAX);
				length = dice_below(dice, INT32_MAX);
			}
			if (travel->length64 != NULL && random_has(random, RANDOM_WILD) &&
			    dice_percent(dice, 5))
				length <<= 3;
			if (gaps > 0 && from != to && dice_percent(dice, gaps))
			{
				time = LM_NO_LEG;
				travel->complete = false;
			}
			travel->time[pair] = (int32_t) time;
			if (travel->length32 != NULL)
				travel->length32[pair] = (uint32_t) length;
			if (travel->length64 != NULL)
				travel->length64[pair] = length;
		}
}

#define RANDOM_STATES 4
#define RANDOM_PERIODS 10

/*
 * random_traffic_make - times that change for a travel whose tables are there; they become bounds
 *
 *	states		[RANDOM_STATES], begins and of [RANDOM_PERIODS], buckets [RANDOM_PERIODS * 3]
 *	times		[RANDOM_STATES * pairs], lengths likewise; kept
 *	span		the day is about so long
 */
static inline void
random_traffic_make(Dice *dice, LmTravel *travel, LmTraffic *traffic, LmTrafficState *states,
                    LmTime *begins, int32_t *of, int32_t *buckets, int32_t *times,
                    uint32_t *lengths, int32_t span)
{
	size_t pairs = (size_t) travel->places * (size_t) travel->places;

	*traffic = (LmTraffic){.count = dice_between(dice, 1, RANDOM_PERIODS),
	                       .begins = begins,
	                       .state = of,
	                       .states = states,
	                       .state_count = dice_between(dice, 1, RANDOM_STATES)};
	for (int32_t s = 0; s < traffic->state_count; s++)
	{
		bool own = s > 0 && dice_percent(dice, 30);

		/* the first table is what there was */
		states[s] = (LmTrafficState){times, lengths, travel->length64, LM_FACTOR_ONE};
		if (travel->length32 == NULL)
			states[s].length32 = NULL;
		if (s == 0)
			memcpy(times, travel->time, sizeof(int32_t) * pairs);
		if (s == 0 && travel->length32 != NULL)
			memcpy(lengths, travel->length32, sizeof(uint32_t) * pairs);
		if (own)
		{
			states[s].time = times + (size_t) s * pairs;
			if (travel->length32 != NULL)
				states[s].length32 = lengths + (size_t) s * pairs;
			for (size_t pair = 0; pair < pairs; pair++)
			{
				int64_t time = (int64_t) times[pair] * dice_between(dice, 50, 200) / 100;

				times[(size_t) s * pairs + pair] = time < LM_NO_LEG ? (int32_t) time : LM_NO_LEG;
				if (times[pair] == LM_NO_LEG || dice_percent(dice, 3))
					times[(size_t) s * pairs + pair] = LM_NO_LEG;
				lengths[(size_t) s * pairs + pair] = lengths[pair] / 100 *
				                                     (uint32_t) dice_between(dice, 50, 100);
			}
		}
		if (dice_percent(dice, 70))
			states[s].factor = dice_between(dice, 200, 3000) * (LM_FACTOR_ONE / 1000);
	}
	begins[0] = -LM_NEVER;
	for (int32_t p = 1; p < traffic->count; p++)
		begins[p] = (p == 1 ? dice_below(dice, 5) : begins[p - 1] + 1) +
		            dice_below(dice, 2 * span / traffic->count + 1);
	for (int32_t p = 0; p < traffic->count; p++)
		of[p] = dice_below(dice, traffic->state_count);
	lm_traffic_index(traffic, buckets, RANDOM_PERIODS * 3);
	travel->complete = true;
	for (size_t pair = 0; pair < pairs; pair++)
	{
		travel->time[pair] = lm_traffic_least(traffic, pair);
		travel->complete &= travel->time[pair] != LM_NO_LEG;
		if (travel->length32 != NULL)
			travel->length32[pair] = (uint32_t) lm_traffic_longest(traffic, pair);
	}
	travel->traffic = traffic;
}

static inline void
random_traffic(RandomProblem *random, LmTravel *travel)
{
	size_t pairs = (size_t) travel->places * (size_t) travel->places;

	random_traffic_make(
		random->dice, travel, RANDOM_TAKE(random, LmTraffic, 1),
		RANDOM_TAKE(random, LmTrafficState, RANDOM_STATES),
		RANDOM_TAKE(random, LmTime, RANDOM_PERIODS), RANDOM_TAKE(random, int32_t, RANDOM_PERIODS),
		RANDOM_TAKE(random, int32_t, RANDOM_PERIODS * 3),
		RANDOM_TAKE(random, int32_t, RANDOM_STATES * pairs),
		RANDOM_TAKE(random, uint32_t, RANDOM_STATES * pairs), (int32_t) (60 * random->shape.tick));
}

/* One to three windows of an order, written behind the others. */
static inline void
random_windows(RandomProblem *random, LmOrder *order, int32_t *count)
{
	Dice *dice = random->dice;
	LmWindow *windows = random->problem.windows + *count;
	LmTime at = random_time(random, -5, 35);
	int32_t most = random_has(random, RANDOM_SEVERAL_WINDOWS) ? dice_between(dice, 1, 3) : 1;

	order->window_first = *count;
	order->window_count = most;
	for (int32_t w = 0; w < most; w++)
	{
		windows[w].open = at;
		windows[w].close = at + (dice_percent(dice, 10) ? 0 : random_time(random, 0, 16));
		/* the next one opens at the next instant at the earliest */
		at = windows[w].close + 1 + random_time(random, 0, 9);
	}
	if (dice_percent(dice, 20))
		windows[0].open = -LM_NEVER;
	if (dice_percent(dice, 20))
		windows[most - 1].close = LM_NEVER;
	if (random_has(random, RANDOM_WILD) && dice_percent(dice, 10))
		windows[most - 1].close = windows[most - 1].open > 0
		                              ? windows[most - 1].open + (INT64_C(1) << 44)
		                              : LM_NEVER;
	if (random_has(random, RANDOM_WILD) && most == 1 && dice_percent(dice, 10))
		*windows = (LmWindow){INT64_C(1) << 44, (INT64_C(1) << 44) + 1000};
	*count += most;
}

static inline void
random_orders(RandomProblem *random)
{
	Dice *dice = random->dice;
	LmProblem *problem = &random->problem;
	LmTime *site_setup = RANDOM_TAKE(random, LmTime, problem->site_count);
	int32_t windows = 0;
	int32_t pickups = random_has(random, RANDOM_PICKUPS) ? dice_between(dice, 10, 100) : 0;

	for (int32_t site = 0; site < problem->site_count; site++)
		site_setup[site] = random_time(random, 0, 4);
	for (int32_t i = 0; i < lm_problem_rows(problem); i++)
	{
		LmOrder *order = &problem->orders[i];

		order->place = dice_below(dice, problem->place_count);
		/* most often a place is a site; keys and coordinates may also be at odds */
		order->site = dice_percent(dice, 85) ? order->place % problem->site_count
		                                     : dice_below(dice, problem->site_count);
		random_windows(random, order, &windows);
		order->kind = dice_percent(dice, pickups) ? LM_PICKUP : LM_DELIVERY;
		order->priority = random_has(random, RANDOM_PRIORITIES) ? dice_between(dice, -1, 8) : 0;
		order->optional = random_has(random, RANDOM_OPTIONAL) && dice_percent(dice, 40);
		order->skip_cost = order->optional ? random_money(random, 60) : 0;
		order->service = dice_percent(dice, 30) ? 0 : random_time(random, 0, 4);
		order->setup = random_has(random, RANDOM_SETUPS) ? site_setup[order->site] : 0;
		if (random_has(random, RANDOM_UNEQUAL_SETUPS) && dice_percent(dice, 40))
			order->setup = random_time(random, 0, 5);
		order->release = random_has(random, RANDOM_RELEASES) && dice_percent(dice, 40)
		                     ? random_time(random, -3, 25)
		                     : -LM_NEVER;
		for (int32_t d = 0; d < problem->dimensions; d++)
			problem->demand[i * problem->dimensions + d] = dice_below(dice, 6) * 1000;
		if (random_has(random, RANDOM_WILD) && problem->dimensions > 0 && dice_percent(dice, 5))
			problem->demand[i * problem->dimensions] = RANDOM_DEMAND_SUM / problem->order_count;
		if (random_has(random, RANDOM_WILD) && order->optional && dice_percent(dice, 10))
			order->skip_cost = 1e15;
	}
	for (int32_t i = lm_problem_rows(problem); i < problem->order_count; i++)
	{
		problem->orders[i] = (LmOrder){.site = -1,
		                               .window_first = windows,
		                               .window_count = 1,
		                               .kind = LM_RELOAD,
		                               .unit = -1,
		                               .optional = true,
		                               .release = -LM_NEVER};
		problem->windows[windows] = (LmWindow){-LM_NEVER, LM_NEVER};
	}
}

/* Makes the next orders of a list a unit; returns how many. */
static inline int32_t
random_unit(RandomProblem *random, LmUnit *unit, int32_t left)
{
	Dice *dice = random->dice;
	LmProblem *problem = &random->problem;
	const int32_t *members = problem->members + unit->first;
	const LmOrder *first = &problem->orders[members[0]];
	int32_t count;

	unit->heads = dice_percent(dice, 30) ? dice_between(dice, 1, 3) : 1;
	unit->tails = !dice_percent(dice, 60) ? 0 : dice_percent(dice, 30) ? 2 : 1;
	if (unit->heads + unit->tails > left)
		*unit = (LmUnit){unit->first, 1, left > 1 ? 1 : 0};
	count = unit->heads + unit->tails;
	for (int32_t i = 0; i < count; i++)
	{
		LmOrder *order = &problem->orders[members[i]];

		order->unit = (int32_t) (unit - problem->units);
		order->priority = first->priority;
		order->optional = first->optional;
		order->skip_cost = i == 0 ? first->skip_cost : 0;
		if (unit->tails == 0)
			continue;
		order->kind = i < unit->heads ? LM_COLLECT : LM_DROP;
		for (int32_t d = 0; d < problem->dimensions; d++)
			problem->demand[members[i] * problem->dimensions + d] =
				problem->demand[members[0] * problem->dimensions + d];
	}
	return count;
}

static inline void
random_units(RandomProblem *random)
{
	LmProblem *problem = &random->problem;
	int32_t done = 0;

	problem->units = RANDOM_TAKE(random, LmUnit, lm_problem_rows(problem));
	problem->members = RANDOM_TAKE(random, int32_t, lm_problem_rows(problem));
	for (int32_t i = 0; i < lm_problem_rows(problem); i++)
	{
		int32_t at = dice_below(random->dice, i + 1);

		problem->members[i] = problem->members[at];
		problem->members[at] = i;
	}
	while (done < lm_problem_rows(problem))
	{
		LmUnit *unit = &problem->units[problem->unit_count++];

		unit->first = done;
		done += random_unit(random, unit, lm_problem_rows(problem) - done);
	}
}

static inline int
random_break_compare(const void *a, const void *b)
{
	const LmBreak *x = a;
	const LmBreak *y = b;

	if (x->window.close != y->window.close)
		return x->window.close < y->window.close ? -1 : 1;
	if (x->window.open != y->window.open)
		return x->window.open < y->window.open ? -1 : 1;
	return x->duration < y->duration ? -1 : x->duration > y->duration;
}

static inline void
random_breaks(RandomProblem *random, LmVehicle *vehicle)
{
	Dice *dice = random->dice;
	LmBreak *breaks = random->problem.breaks + vehicle->break_first;

	vehicle->break_count = random_has(random, RANDOM_BREAKS)
	                           ? dice_between(dice, 0, RANDOM_MOST_BREAKS)
	                           : 0;
	for (int32_t b = 0; b < vehicle->break_count; b++)
	{
		breaks[b].window.open = random_time(random, -2, 40);
		breaks[b].window.close = breaks[b].window.open +
		                         (dice_percent(dice, 10) ? 0 : random_time(random, 0, 15));
		breaks[b].duration = dice_percent(dice, 15) ? 0 : random_time(random, 0, 5);
	}
	qsort(breaks, (size_t) vehicle->break_count, sizeof(LmBreak), random_break_compare);
}

static inline void
random_vehicle(RandomProblem *random, int32_t v)
{
	static const double hour_prices[] = {20, 1, 33.3, 0.07};
	static const double km_prices[] = {0, 0.5, 1.13, 20};
	Dice *dice = random->dice;
	LmProblem *problem = &random->problem;
	LmVehicle *vehicle = &problem->vehicles[v];

	vehicle->start = dice_below(dice, problem->place_count);
	vehicle->end = dice_percent(dice, 70) ? vehicle->start : dice_below(dice, problem->place_count);
	if (random_has(random, RANDOM_OPEN_ENDS) && dice_percent(dice, 40))
		vehicle->end = LM_NOWHERE;
	vehicle->travel = dice_below(dice, problem->travel_count);
	random_breaks(random, vehicle);
	vehicle->max_stops = INT32_MAX;
	vehicle->max_distance = LM_NEVER;
	vehicle->max_time = LM_NEVER;
	if (random_has(random, RANDOM_LIMITS))
	{
		if (dice_percent(dice, 40))
			vehicle->max_stops = dice_between(dice, 0, 6);
		if (dice_percent(dice, 40))
			vehicle->max_distance = random_time(random, 0, 50) * 10;
		if (dice_percent(dice, 60))
			vehicle->max_time = random_time(random, 5, 50);
	}
	vehicle->shift_start = dice_percent(dice, 50) ? 0 : random_time(random, -4, 12);
	vehicle->shift_end = LM_NEVER;
	if (random_has(random, RANDOM_SHIFT_ENDS) && dice_percent(dice, 75))
		vehicle->shift_end = vehicle->shift_start + random_time(random, 5, 60);
	if (random_has(random, RANDOM_OVERTIME) && dice_percent(dice, 60))
		vehicle->overtime = random_time(random, 0, 15);
	vehicle->cost_fixed = dice_percent(dice, 50) ? 0 : random_money(random, 40);
	vehicle->cost_per_hour = hour_prices[dice_below(dice, 4)];
	if (random_has(random, RANDOM_FREE_HOURS) && dice_percent(dice, 50))
		vehicle->cost_per_hour = 0;
	vehicle->cost_per_km = km_prices[dice_below(dice, 4)];
	if (random_has(random, RANDOM_OVERTIME) && dice_percent(dice, 60))
		vehicle->cost_per_overtime_hour = hour_prices[dice_below(dice, 4)];
	if (random_has(random, RANDOM_WILD) && dice_percent(dice, 10))
		vehicle->cost_fixed = 1e15;
	if (random_has(random, RANDOM_WILD) && dice_percent(dice, 10))
		vehicle->cost_per_km = 1e15;
	vehicle->co2e_per_km = NAN;
	if (random_has(random, RANDOM_RANGES) && dice_percent(dice, 60))
		vehicle->range = random_time(random, 2, 40) * 10 - dice_below(dice, 2);
	if (random_has(random, RANDOM_TRIPS) && dice_percent(dice, 70))
	{
		vehicle->max_trips = dice_between(dice, 1, 4);
		vehicle->reload_time = dice_percent(dice, 40) ? 0 : random_time(random, 0, 4);
	}
	for (int32_t d = 0; d < problem->dimensions; d++)
		problem->capacity[v * problem->dimensions + d] = dice_percent(dice, 20)
		                                                     ? LM_NEVER
		                                                     : dice_between(dice, 3, 20) * 1000;
}

static inline uint64_t *
random_bits(RandomProblem *random, int32_t percent)
{
	const LmProblem *problem = &random->problem;
	uint64_t *rows;

	if (!random_has(random, RANDOM_SKILLS) || dice_percent(random->dice, 20))
		return NULL;
	rows = RANDOM_TAKE(random, uint64_t, problem->order_count * problem->allowed_words);
	for (int32_t i = 0; i < problem->order_count; i++)
		for (int32_t v = 0; v < problem->vehicle_count; v++)
			if (i >= lm_problem_rows(problem) || !dice_percent(random->dice, percent))
				rows[i * problem->allowed_words + v / 64] |= UINT64_C(1) << (v % 64);
	return rows;
}

/* Gives the reloads to vehicles that may use them, those of one start and time to the same. */
static inline void
random_reloads(RandomProblem *random)
{
	LmProblem *problem = &random->problem;
	size_t words = (size_t) problem->allowed_words;
	int32_t reload = lm_problem_rows(problem);

	if (problem->reload_count == 0)
		return;
	if (problem->welcome == NULL)
	{
		problem->welcome = RANDOM_TAKE(random, uint64_t, (size_t) problem->order_count * words);
		memset(problem->welcome, 0xff, sizeof(uint64_t) * (size_t) problem->order_count * words);
	}
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		const LmVehicle *van = &problem->vehicles[v];
		bool pooled = van->max_trips < 2;

		for (int32_t u = 0; u < v; u++)
			pooled |= problem->vehicles[u].max_trips > 1 &&
			          problem->vehicles[u].start == van->start &&
			          problem->vehicles[u].reload_time == van->reload_time;
		/* the last one there is stays for the last pool */
		for (int32_t count = dice_between(random->dice, 1, 3);
		     !pooled && count > 0 && reload < problem->order_count; count--, reload++)
		{
			problem->orders[reload].place = van->start;
			problem->orders[reload].service = van->reload_time;
			for (size_t word = 0; word < words; word++)
				problem->welcome[(size_t) reload * words + word] = 0;
			for (int32_t u = v; u < problem->vehicle_count; u++)
				if (problem->vehicles[u].max_trips > 1 &&
				    problem->vehicles[u].start == van->start &&
				    problem->vehicles[u].reload_time == van->reload_time)
					problem->welcome[(size_t) reload * words + (size_t) u / 64] |= UINT64_C(1)
					                                                               << (u % 64);
		}
	}
	/* the rest is nobody's */
	for (; reload < problem->order_count; reload++)
		for (size_t word = 0; word < words; word++)
			problem->welcome[(size_t) reload * words + word] = 0;
}

/* Some orders prefer a vehicle, some of them one that is not there. */
static inline void
random_preferences(RandomProblem *random)
{
	LmProblem *problem = &random->problem;

	if (!random_has(random, RANDOM_PREFERENCES))
		return;
	problem->prefer_price = RANDOM_TAKE(random, LmCost, problem->order_count);
	for (int32_t i = 0; i < lm_problem_rows(problem); i++)
		if (dice_percent(random->dice, 50))
		{
			problem->orders[i].preferred = dice_below(random->dice, problem->vehicle_count + 1) - 1;
			problem->orders[i].prefer_cost = random_money(random, 30);
		}
}

/* Some windows close for a price only. */
static inline void
random_soft(RandomProblem *random)
{
	static const double hours[] = {0, 3, 20, 20, 45, 200};
	Dice *dice = random->dice;
	LmProblem *problem = &random->problem;

	if (!random_has(random, RANDOM_SOFT))
		return;
	problem->late_price = RANDOM_TAKE(random, LmCost, problem->order_count);
	problem->late_weight = RANDOM_TAKE(random, int64_t, problem->order_count);
	for (int32_t i = 0; i < lm_problem_rows(problem); i++)
	{
		LmOrder *order = &problem->orders[i];
		LmWindow *last = &problem->windows[order->window_first + order->window_count - 1];

		if (last->close >= LM_NEVER || dice_percent(dice, 40))
			continue;
		order->soft = true;
		order->due = last->close;
		order->late_cost = hours[dice_below(dice, 6)];
		last->close = dice_percent(dice, 50) ? LM_NEVER : last->close + random_time(random, 0, 15);
	}
}

/* random_objective - prices the problem under an objective, with the grams or the price it needs */
static inline void
random_objective(RandomProblem *random, LmObjective objective)
{
	static const double grams[] = {0, 21, 180, 0.3};
	LmProblem *problem = &random->problem;

	for (int32_t v = 0; v < problem->vehicle_count && objective == LM_OBJECTIVE_EMISSIONS; v++)
		problem->vehicles[v].co2e_per_km = random_has(random, RANDOM_FLEET) || v == 0
		                                       ? grams[dice_below(random->dice, 4)]
		                                       : problem->vehicles[0].co2e_per_km;
	problem->balance = objective == LM_OBJECTIVE_BALANCED ? dice_below(random->dice, 100) : 0;
	lm_prices_set(problem, objective);
}

/* random_problem_make - a problem of that shape, priced under an objective of the dice's choice */
static inline void
random_problem_make(RandomProblem *random, const RandomShape *shape, Dice *dice)
{
	LmProblem *problem = &random->problem;

	memset(random, 0, sizeof(*random));
	random->shape = *shape;
	random->dice = dice;
	problem->order_count = dice_between(dice, shape->least_orders, shape->most_orders);
	if (random_has(random, RANDOM_TRIPS) && shape->most_orders > shape->least_orders)
	{
		int32_t most = shape->most_orders - shape->least_orders;

		problem->reload_count =
			dice_between(dice, 1, most < RANDOM_MOST_RELOADS ? most : RANDOM_MOST_RELOADS);
		if (problem->order_count < shape->least_orders + problem->reload_count)
			problem->order_count = shape->least_orders + problem->reload_count;
	}
	problem->vehicle_count = dice_between(dice, shape->least_vehicles, shape->most_vehicles);
	problem->place_count = dice_between(dice, 1, 2 + problem->order_count);
	problem->site_count = dice_percent(dice, 80) ? problem->place_count
	                                             : dice_between(dice, 1, problem->place_count);
	problem->dimensions = random_has(random, RANDOM_LOADS) ? dice_between(dice, 1, 3) : 0;
	problem->travel_count = random_has(random, RANDOM_PROFILES) ? dice_between(dice, 1, 3) : 1;
	problem->allowed_words = (problem->vehicle_count + 63) / 64;
	problem->orders = RANDOM_TAKE(random, LmOrder, problem->order_count);
	problem->demand = RANDOM_TAKE(random, LmAmount, problem->order_count * problem->dimensions);
	problem->windows = RANDOM_TAKE(random, LmWindow, problem->order_count * 3);
	problem->vehicles = RANDOM_TAKE(random, LmVehicle, problem->vehicle_count);
	problem->capacity = RANDOM_TAKE(random, LmAmount, problem->vehicle_count * problem->dimensions);
	problem->breaks = RANDOM_TAKE(random, LmBreak, problem->vehicle_count * RANDOM_MOST_BREAKS);
	problem->travels = RANDOM_TAKE(random, LmTravel, problem->travel_count);
	problem->prices = RANDOM_TAKE(random, LmPrices, problem->vehicle_count);
	problem->skip_price = RANDOM_TAKE(random, LmCost, problem->order_count);
	for (int32_t travel = 0; travel < problem->travel_count; travel++)
	{
		random_travel(random, &problem->travels[travel]);
		if (random_has(random, RANDOM_TRAFFIC) && dice_percent(dice, 80))
			random_traffic(random, &problem->travels[travel]);
	}
	random_orders(random);
	if (random_has(random, RANDOM_UNITS))
		random_units(random);
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		LmVehicle *vehicle = &problem->vehicles[v];

		vehicle->break_first = RANDOM_MOST_BREAKS * v;
		if (v == 0 || random_has(random, RANDOM_FLEET))
		{
			random_vehicle(random, v);
			continue;
		}
		*vehicle = problem->vehicles[0];
		for (int32_t d = 0; d < problem->dimensions; d++)
			problem->capacity[v * problem->dimensions + d] = problem->capacity[d];
	}
	problem->skilled = random_bits(random, 20);
	problem->welcome = random_bits(random, 20);
	random_reloads(random);
	random_preferences(random);
	random_soft(random);
	if (random_has(random, RANDOM_BALANCED))
		random_objective(random, LM_OBJECTIVE_BALANCED);
	else
		random_objective(random, dice_percent(dice, 50) ? LM_OBJECTIVE_COST
		                                                : (LmObjective) dice_below(dice, 5));
}

static inline void
random_problem_drop(RandomProblem *random)
{
	for (int i = 0; i < random->block_count; i++)
		free(random->blocks[i]);
	random->block_count = 0;
}

#endif /* LM_TEST_RANDOM_PROBLEM_H */
