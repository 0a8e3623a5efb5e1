/*
 * judge_case.h
 *	  Small problems for the tests of the judge: one open by default, and random ones.
 *
 * Each test function ends with tap(), which prints one line of TAP for all its EXPECTs.
 */
#ifndef LM_TEST_JUDGE_CASE_H
#define LM_TEST_JUDGE_CASE_H

#include "check/judge.h"

#include "heap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACES 6
#define MOST 24   /* orders and breaks of one random route */
#define WINDOWS 3 /* of one order */

static int failures; /* since the last tap() */
static int failed;   /* tests */
static int tests;

#define EXPECT(condition, ...)                                       \
	do                                                               \
	{                                                                \
		if (!(condition) && failures++ < 10)                         \
		{                                                            \
			printf("# %s:%d: %s: ", __FILE__, __LINE__, #condition); \
			printf(__VA_ARGS__);                                     \
			printf("\n");                                            \
		}                                                            \
	} while (0)

static inline void
tap(const char *name)
{
	printf("%s %d - %s\n", failures == 0 ? "ok" : "not ok", ++tests, name);
	failed += failures > 0;
	failures = 0;
}

static inline int
tap_end(void)
{
	printf("1..%d\n", tests);
	return failed > 0;
}

/* A problem small enough to be written out; one vehicle, one travel table. */
typedef struct Case
{
	LmProblem problem;
	LmOrder orders[MOST];
	LmWindow windows[MOST * WINDOWS];
	LmAmount demand[MOST * 2];
	LmVehicle vehicle;
	LmAmount capacity[2];
	LmBreak breaks[MOST];
	LmTravel travel;
	int32_t time[PLACES * PLACES];
	uint32_t length[PLACES * PLACES];
	uint64_t skilled[MOST];
	uint64_t welcome[MOST];
	LmPrices prices;
	LmCost skip_price[MOST];
	LmCost late_price[MOST];
	int64_t late_weight[MOST];
	int32_t items[MOST * 2];
	int32_t item_count;
	bool breaks_shown;
} Case;

static uint64_t dice = 88172645463325252u;

static inline int32_t
roll(int32_t sides)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (int32_t) ((dice >> 11) % (uint64_t) sides);
}

/* Orders 0 .. count-1 at places 1 .. count, all open, nothing asked; each leg 10 ms and 100 mm. */
static inline void
case_open(Case *c, int32_t orders)
{
	memset(c, 0, sizeof(*c));
	c->problem = (LmProblem){.order_count = orders,
	                         .vehicle_count = 1,
	                         .place_count = PLACES,
	                         .site_count = PLACES,
	                         .dimensions = 2,
	                         .travel_count = 1,
	                         .allowed_words = 1,
	                         .orders = c->orders,
	                         .demand = c->demand,
	                         .windows = c->windows,
	                         .vehicles = &c->vehicle,
	                         .capacity = c->capacity,
	                         .breaks = c->breaks,
	                         .travels = &c->travel,
	                         .skilled = c->skilled,
	                         .welcome = c->welcome,
	                         .prices = &c->prices,
	                         .skip_price = c->skip_price};
	c->vehicle = (LmVehicle){.max_stops = INT32_MAX,
	                         .shift_end = LM_NEVER,
	                         .max_distance = LM_NEVER,
	                         .max_time = LM_NEVER,
	                         .cost_per_hour = 1,
	                         .co2e_per_km = NAN};
	c->travel =
		(LmTravel){.places = PLACES, .time = c->time, .length32 = c->length, .complete = true};
	for (int32_t from = 0; from < PLACES; from++)
		for (int32_t to = 0; to < PLACES; to++)
		{
			c->time[from * PLACES + to] = from == to ? 0 : 10;
			c->length[from * PLACES + to] = from == to ? 0 : 100;
		}
	for (int32_t order = 0; order < orders; order++)
	{
		c->orders[order] = (LmOrder){.place = order + 1,
		                             .site = order + 1,
		                             .window_first = order * WINDOWS,
		                             .window_count = 1,
		                             .kind = LM_DELIVERY,
		                             .release = -LM_NEVER};
		c->windows[order * WINDOWS] = (LmWindow){-LM_NEVER, LM_NEVER};
		c->skilled[order] = 1;
		c->welcome[order] = 1;
		c->items[order] = order;
	}
	c->item_count = orders;
	c->capacity[0] = c->capacity[1] = LM_NEVER;
}

static inline LmJudgeStatus
case_judge(Case *c, LmArena *arena, LmJudgement *judgement)
{
	LmJudgeRoute route = {
		.vehicle = 0, .items = c->items, .count = c->item_count, .breaks_shown = c->breaks_shown};

	lm_arena_init(arena, block_take, block_give, NULL, SIZE_MAX);
	return lm_judge_route(&c->problem, &route, arena, judgement);
}

static inline int
break_compare(const void *a, const void *b)
{
	const LmBreak *left = a;
	const LmBreak *right = b;

	if (left->window.close != right->window.close)
		return left->window.close < right->window.close ? -1 : 1;
	if (left->window.open != right->window.open)
		return left->window.open < right->window.open ? -1 : 1;
	return (left->duration > right->duration) - (left->duration < right->duration);
}

/* A random route of at most `most` orders; its windows and limits stretch with their number. */
static inline void
case_roll(Case *c, int32_t most)
{
	int32_t orders = 1 + roll(most);
	int32_t day = 40 * ((orders + 3) / 4);
	int32_t hurry = 1 + roll(12);

	case_open(c, orders);
	for (int32_t i = 0; i < PLACES * PLACES; i++)
		c->time[i] = roll(hurry);
	for (int32_t order = 0; order < orders; order++)
	{
		LmOrder *row = &c->orders[order];
		LmTime from = roll(day) - 5;

		row->place = 1 + roll(PLACES - 1);
		row->site = roll(2) ? row->place : roll(2);
		row->service = roll(5);
		row->setup = roll(3) ? 0 : roll(5);
		row->kind = roll(3) ? LM_DELIVERY : LM_PICKUP;
		if (roll(4) == 0)
			row->release = roll(30);
		if (roll(4) == 0)
			continue;
		row->window_count = 1 + roll(3);
		for (int32_t i = 0; i < row->window_count; i++)
		{
			c->windows[order * WINDOWS + i] = (LmWindow){from, from + roll(day / 3)};
			from = c->windows[order * WINDOWS + i].close + 2 + roll(12);
		}
		if (roll(4) == 0)
			c->windows[order * WINDOWS].open = -LM_NEVER;
		if (roll(4) == 0)
			c->windows[order * WINDOWS + row->window_count - 1].close = LM_NEVER;
	}
	c->vehicle.start = roll(PLACES);
	c->vehicle.end = roll(3) ? roll(PLACES) : LM_NOWHERE;
	c->vehicle.shift_start = roll(12);
	if (roll(2))
		c->vehicle.shift_end = 10 + roll(day * 5 / 4);
	if (roll(2))
		c->vehicle.overtime = roll(30);
	if (roll(3) == 0)
		c->vehicle.max_time = 5 + roll(day * 5 / 4);
	c->vehicle.cost_per_hour = roll(4);
	c->vehicle.cost_per_overtime_hour = roll(3);
	c->vehicle.break_count = roll(4);
	for (int32_t i = 0; i < c->vehicle.break_count; i++)
	{
		LmTime open = roll(day);

		c->breaks[i] = (LmBreak){{open, open + roll(day / 3)}, roll(8)};
	}
	qsort(c->breaks, (size_t) c->vehicle.break_count, sizeof(LmBreak), break_compare);
	lm_prices_set(&c->problem, roll(4) ? LM_OBJECTIVE_COST : LM_OBJECTIVE_TIME);
}

/* case_soften - some windows of a rolled case close for a price only */
static inline void
case_soften(Case *c)
{
	c->problem.late_price = c->late_price;
	c->problem.late_weight = c->late_weight;
	for (int32_t i = 0; i < c->problem.order_count; i++)
	{
		LmOrder *order = &c->orders[i];
		LmWindow *last = &c->windows[order->window_first + order->window_count - 1];

		if (last->close >= LM_NEVER || roll(3) == 0)
			continue;
		order->soft = true;
		order->due = last->close;
		order->late_cost = roll(6) * 0.7;
		last->close = roll(2) ? LM_NEVER : last->close + roll(30);
	}
	lm_prices_set(&c->problem, roll(8) ? LM_OBJECTIVE_COST : LM_OBJECTIVE_DISTANCE);
}

#endif /* LM_TEST_JUDGE_CASE_H */
