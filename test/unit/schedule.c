/*
 * schedule.c
 *	  lm_schedule_price and lm_schedule_time against every departure and every break position.
 */
#include "solver/schedule.h"

#include "heap.h"
#include "oracle.h"
#include "random_problem.h"
#include "tap.h"

#define ROWS 32

/* A random sequence of some of the problem's orders. */
static int32_t
sequence_draw(Dice *dice, const LmProblem *problem, int32_t *orders)
{
	int32_t count = dice_between(dice, 1, problem->order_count);

	for (int32_t i = 0; i < problem->order_count; i++)
	{
		int32_t at = dice_below(dice, i + 1);

		orders[i] = orders[at];
		orders[at] = i;
	}
	return count;
}

static void
rows_equal(const LmTimetable *a, const LmTimetable *b, unsigned number)
{
	EXPECT(a->count == b->count && a->departs == b->departs && a->ends == b->ends &&
	           a->overtime == b->overtime && a->length == b->length,
	       "problem %u: %d rows, %d to %d, length %d; expected %d rows, %d to %d, length %d",
	       number, a->count, (int) a->departs, (int) a->ends, (int) a->length, b->count,
	       (int) b->departs, (int) b->ends, (int) b->length);
	for (int32_t i = 0; i < a->count && i < b->count; i++)
	{
		const LmStop *x = &a->stops[i];
		const LmStop *y = &b->stops[i];

		EXPECT(x->kind == y->kind && x->index == y->index && x->place == y->place,
		       "problem %u: row %d is %d %d, expected %d %d", number, i, x->kind, x->index, y->kind,
		       y->index);
		EXPECT(x->travel == y->travel && x->length == y->length && x->arrives == y->arrives &&
		           x->setup == y->setup && x->wait == y->wait && x->service == y->service &&
		           x->departs == y->departs,
		       "problem %u: times of row %d", number, i);
	}
}

/* By rule 7. */
static int64_t
weighed_of(const OracleRoute *route, const LmScheduleCost *cost)
{
	return route->prices->schedule_per_ms * (cost->ends - cost->departs) +
	       route->prices->schedule_per_overtime_ms * cost->overtime + cost->late;
}

static void
schedule_compare(LmScheduler *scheduler, const OracleRoute *route, unsigned number,
                 OracleSchedule *best)
{
	int32_t vehicle = (int32_t) (route->vehicle - route->problem->vehicles);
	LmScheduleCost cost = {0};
	bool found = lm_schedule_price(scheduler, vehicle, route->orders, route->count, route->relax,
	                               &cost);

	*best = oracle_schedule(route);
	if (oracle_soft(route))
	{
		/* the search tries a few departures only */
		EXPECT(!found || best->found, "problem %u, relax %d", number, route->relax);
		EXPECT(!found || weighed_of(route, &cost) >= best->weighed, "problem %u, relax %d", number,
		       route->relax);
		return;
	}
	EXPECT(found == best->found, "problem %u, relax %d", number, route->relax);
	if (!found || !best->found)
		return;
	EXPECT(cost.departs == best->departs && cost.ends == best->ends &&
	           cost.overtime == best->overtime,
	       "problem %u, relax %d: %d to %d, overtime %d; expected %d to %d, %d", number,
	       route->relax, (int) cost.departs, (int) cost.ends, (int) cost.overtime,
	       (int) best->departs, (int) best->ends, (int) best->overtime);
	EXPECT(cost.shortest == best->shortest, "problem %u, relax %d: shortest %d, expected %d",
	       number, route->relax, (int) cost.shortest, (int) best->shortest);
}

static long late_routes;
static long late_best;

/*
 * With breaks rule 7 does not name each departure that may be the best of all: what it takes is no
 * better, mostly as good, and never dearer than what the search would.
 */
static void
late_compare(LmScheduler *scheduler, const OracleRoute *route, const OracleSchedule *best,
             const LmTimetable *timetable, unsigned number)
{
	int32_t vehicle = (int32_t) (route->vehicle - route->problem->vehicles);
	LmScheduleCost cost;
	int64_t weighed = oracle_weighed(route, timetable);

	late_routes++;
	late_best += weighed == best->weighed;
	EXPECT(weighed >= best->weighed, "problem %u: better than the best", number);
	if (lm_schedule_price(scheduler, vehicle, route->orders, route->count, LM_RELAX_NONE, &cost))
		EXPECT(weighed <= weighed_of(route, &cost), "problem %u: %d to %d, the search %d to %d",
		       number, (int) timetable->departs, (int) timetable->ends, (int) cost.departs,
		       (int) cost.ends);
}

static void
timetable_compare(LmScheduler *scheduler, const OracleRoute *route, const OracleSchedule *best,
                  unsigned number)
{
	int32_t vehicle = (int32_t) (route->vehicle - route->problem->vehicles);
	size_t room = (size_t) (route->count + route->vehicle->break_count + 2);
	LmTimetable timetable = {.stops = malloc(room * sizeof(LmStop))};
	LmStop stops[ROWS];
	LmTimetable expected = {.stops = stops};
	bool found = lm_schedule_time(scheduler, vehicle, route->orders, route->count, &timetable);

	EXPECT(found == best->found, "problem %u", number);
	if (found && best->found)
	{
		oracle_timetable(route, best, &expected);
		if (!oracle_soft(route) || route->vehicle->break_count == 0)
			rows_equal(&timetable, &expected, number);
		else
			late_compare(scheduler, route, best, &timetable, number);
		EXPECT(oracle_rows_wrong(route, &timetable) == NULL, "problem %u: %s", number,
		       oracle_rows_wrong(route, &timetable));
	}
	free(timetable.stops);
}

/* ---- everything tried ---- */

static void
tiny_routes(int features, unsigned seed, unsigned count)
{
	int found = 0;
	int rested = 0;
	int late = 0;

	count *= RANDOM_EFFORT;
	for (unsigned number = seed; number < seed + count; number++)
	{
		Dice dice = dice_from_seed(number);
		RandomShape shape = {1, 5, 1, 1, 1, features < 0 ? random_features(&dice) : features};
		RandomProblem random;
		LmArena arena;
		LmScheduler *scheduler;

		random_problem_make(&random, &shape, &dice);
		lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
		scheduler = lm_scheduler_new(&random.problem, &arena);
		/* several routes one after the other: what one leaves behind must not reach the next */
		for (int turn = 0; turn < 3; turn++)
		{
			int32_t orders[8];
			int32_t drawn = sequence_draw(&dice, &random.problem, orders);
			OracleRoute route = oracle_route(&random.problem, 0, orders, drawn, LM_RELAX_NONE);
			OracleSchedule best;

			schedule_compare(scheduler, &route, number, &best);
			timetable_compare(scheduler, &route, &best, number);
			found += best.found;
			rested += best.found && best.taken > 0;
			late += best.found && best.overtime > 0;
			route.relax = dice_below(&dice, 32);
			schedule_compare(scheduler, &route, number, &best);
		}
		lm_arena_drop(&arena);
		random_problem_drop(&random);
	}
	printf("# %u problems: %d schedules, %d with breaks, %d with overtime\n", count, found, rested,
	       late);
	/* the sample says something only when most routes can be driven at all */
	EXPECT(found > (int) count / 4, "%d of %u", found, 3 * count);
	if (features == RANDOM_ALL)
		EXPECT(rested > 50 && late > 50, "%d with breaks, %d late", rested, late);
}

static void
plain_routes(void)
{
	tiny_routes(0, 0, 1000);
}

static void
window_routes(void)
{
	tiny_routes(RANDOM_SEVERAL_WINDOWS | RANDOM_SHIFT_ENDS | RANDOM_ANY_TRAVEL, 10000000, 5000);
}

static void
break_routes(void)
{
	tiny_routes(RANDOM_BREAKS | RANDOM_OPEN_ENDS | RANDOM_OVERTIME | RANDOM_SHIFT_ENDS, 20000000,
	            7500);
}

static void
setup_routes(void)
{
	tiny_routes(RANDOM_SETUPS | RANDOM_UNEQUAL_SETUPS | RANDOM_BREAKS, 30000000, 4000);
}

static void
free_hour_routes(void)
{
	tiny_routes(RANDOM_ALL & ~RANDOM_GAPS, 40000000, 7500);
}

static void
full_routes(void)
{
	tiny_routes(RANDOM_ALL, 50000000, 7500);
}

static void
mixed_routes(void)
{
	tiny_routes(-1, 60000000, 15000);
}

/* ---- days of real size: rules by rule, and no departure that is tried is better ---- */

/* An instant at which something happens in the problem, moved by a little. */
static LmTime
instant_draw(Dice *dice, const OracleRoute *route, LmTime departs)
{
	const LmOrder *order = oracle_order(route, dice_between(dice, 1, route->count));
	const LmWindow *window =
		&route->problem->windows[order->window_first + dice_below(dice, order->window_count)];
	LmTime instant = dice_percent(dice, 50) ? window->open : window->close;

	switch (dice_below(dice, 4))
	{
		case 0:
			return departs + dice_between(dice, -3, 3);
		case 1:
			return departs + dice_between(dice, -3600000, 3600000);
		case 2:
			return oracle_earliest(route) + dice_below(dice, 3600000);
		default:
			/* backwards from a window by what it takes to get there without waiting */
			for (int32_t row = 1; row <= route->count; row++)
			{
				if (oracle_order(route, row) == order)
					break;
				instant -= oracle_leg(route, row) + oracle_setup(route, row) +
				           oracle_order(route, row)->service;
			}
			return instant + dice_between(dice, -1, 1);
	}
}

static void
real_days(void)
{
	int found = 0;

	for (unsigned number = 0; number < 2000 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(90000000 + number);
		RandomShape shape = {1, 12, 1, 1, 60000000, random_features(&dice)};
		RandomProblem random;
		LmArena arena;
		LmScheduler *scheduler;

		random_problem_make(&random, &shape, &dice);
		lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
		scheduler = lm_scheduler_new(&random.problem, &arena);
		for (int turn = 0; turn < 4; turn++)
		{
			int32_t orders[16];
			int32_t drawn = sequence_draw(&dice, &random.problem, orders);
			OracleRoute route = oracle_route(&random.problem, 0, orders, drawn, LM_RELAX_NONE);
			LmStop stops[ROWS];
			LmTimetable timetable = {.stops = stops};
			OracleSchedule best = {.shortest = LM_NEVER};
			LmTime departs = oracle_earliest(&route);

			if (lm_schedule_time(scheduler, 0, orders, drawn, &timetable))
			{
				EXPECT(oracle_rows_wrong(&route, &timetable) == NULL, "problem %u: %s", number,
				       oracle_rows_wrong(&route, &timetable));
				departs = timetable.departs;
				oracle_at(&route, departs, &best);
				EXPECT(best.found && best.ends == timetable.ends, "problem %u", number);
				found++;
			}
			for (int trial = 0; trial < 40; trial++)
			{
				OracleSchedule other = {.shortest = LM_NEVER};
				LmTime instant = instant_draw(&dice, &route, departs);

				if (instant < oracle_earliest(&route))
					continue;
				oracle_at(&route, instant, &other);
				EXPECT(!other.found || best.found, "problem %u: feasible when leaving at %ld",
				       number, (long) instant);
				EXPECT(!other.found || !best.found || best.weighed < other.weighed ||
				           (best.weighed == other.weighed && best.departs <= other.departs),
				       "problem %u: better when leaving at %ld", number, (long) instant);
			}
		}
		lm_arena_drop(&arena);
		random_problem_drop(&random);
	}
	EXPECT(found > 600, "%d schedules", found);
}

/* ---- memory ---- */

#define MANY_WINDOWS 3000

/* A block that is refused makes the result false and is told apart from "no schedule". */
static void
memory_refused(void)
{
	int32_t time[] = {0, 100, 100, 0};
	LmTravel travel = {.places = 2, .time = time, .complete = true};
	LmWindow *windows = malloc(sizeof(LmWindow) * MANY_WINDOWS);
	LmOrder row = {.place = 1, .window_count = MANY_WINDOWS, .release = -LM_NEVER};
	LmVehicle vehicle = {.max_stops = 1,
	                     .shift_end = LM_NEVER,
	                     .max_distance = LM_NEVER,
	                     .max_time = LM_NEVER,
	                     .cost_per_hour = 1};
	LmPrices prices;
	LmProblem problem = {.order_count = 1,
	                     .vehicle_count = 1,
	                     .place_count = 2,
	                     .site_count = 1,
	                     .travel_count = 1,
	                     .allowed_words = 1,
	                     .orders = &row,
	                     .windows = windows,
	                     .vehicles = &vehicle,
	                     .travels = &travel,
	                     .prices = &prices};
	int32_t order = 0;
	int refused = 0;
	int served = 0;

	for (int32_t w = 0; w < MANY_WINDOWS; w++)
		windows[w] = (LmWindow){1000 + 10 * w, 1000 + 10 * w + 5};
	problem.order_count = 0;
	lm_prices_set(&problem, LM_OBJECTIVE_COST);
	problem.order_count = 1;
	for (size_t limit = 0; limit < 700000; limit += 70000)
	{
		LmArena arena;
		LmScheduler *scheduler;
		LmScheduleCost cost;

		lm_arena_init(&arena, block_take, block_give, NULL, limit);
		scheduler = lm_scheduler_new(&problem, &arena);
		if (scheduler == NULL)
			EXPECT(arena.failed, "limit %zu", limit);
		else if (lm_schedule_price(scheduler, 0, &order, 1, LM_RELAX_NONE, &cost))
		{
			/* ready at 100 at the earliest; served when the first window opens: 900 to 1100 */
			EXPECT(!lm_scheduler_failed(scheduler), "limit %zu", limit);
			EXPECT(cost.departs == 900 && cost.ends == 1100, "limit %zu: %d to %d", limit,
			       (int) cost.departs, (int) cost.ends);
			served++;
		}
		else
		{
			EXPECT(lm_scheduler_failed(scheduler) && arena.failed, "limit %zu", limit);
			refused++;
		}
		lm_arena_drop(&arena);
	}
	EXPECT(refused > 0 && served > 0, "%d refused, %d served", refused, served);
	free(windows);
}

int
main(void)
{
	tap_run("routes with one window", plain_routes);
	tap_run("several windows, missing triangle inequality", window_routes);
	tap_run("breaks, overtime, open ends", break_routes);
	tap_run("setups of a visit, equal and unequal", setup_routes);
	tap_run("everything but missing legs", free_hour_routes);
	tap_run("everything", full_routes);
	tap_run("mixed features", mixed_routes);
	tap_run("days of real size", real_days);
	tap_run("memory refused", memory_refused);
	return tap_end();
}
