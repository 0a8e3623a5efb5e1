/*
 * schedule.c
 *	  Routes of one vehicle: the search's schedule, the judge's, and what trying every departure finds.
 */
#include "fuzz.h"

#define MOST_ORDERS 5
#define ROUTES 3

/* Each order at most once, in any order, and reloads of this vehicle; at least one. */
static int32_t
route_draw(Dice *dice, const LmProblem *problem, int32_t *orders)
{
	int32_t count = 0;

	for (int32_t i = 0; i < problem->order_count; i++)
	{
		int32_t at = dice_below(dice, count + 1);

		/* of reloads for others the judge knows nothing */
		if (problem->orders[i].kind == LM_RELOAD && !lm_problem_welcome(problem, i, 0))
			continue;
		orders[count++] = orders[at];
		orders[at] = i;
	}
	return dice_between(dice, 1, count);
}

/* What the search cannot drive the judge cannot either, unless it only lacks a way. */
static void
judge_refuses(const LmProblem *problem, const int32_t *orders, int32_t count)
{
	int32_t items[MOST_ORDERS];
	LmJudgeRoute judged = {.items = items, .count = count};
	OracleRoute route = oracle_route(problem, 0, orders, count, LM_RELAX_NONE);
	FuzzHeap heap = {0};
	LmArena arena;
	LmJudgement judgement;

	for (int32_t row = 1; row <= count + 1; row++)
		if (oracle_leg(&route, row) == LM_NO_LEG)
			return;
	fuzz_items(problem, orders, count, items);
	fuzz_arena(&arena, &heap);
	CHECK(lm_judge_route(problem, &judged, &arena, &judgement) == LM_JUDGE_OK, "no judgement");
	CHECK(!judgement.feasible && judgement.violation_count > 0,
	      "the judge goes from %lld to %lld, feasible %d, %d violations",
	      (long long) judgement.timetable.departs, (long long) judgement.timetable.ends,
	      judgement.feasible, judgement.violation_count);
	fuzz_arena_drop(&arena, &heap);
}

/* Where no break makes it hard, what is written of a route with soft windows is the best of all. */
static void
soft_is_best(const OracleRoute *route, LmScheduler *scheduler)
{
	LmStop stops[FUZZ_ROWS];
	LmTimetable timetable = {.stops = stops};
	OracleSchedule best;
	bool found;

	if (!oracle_soft(route) || route->vehicle->break_count > 0)
		return;
	best = oracle_schedule(route);
	found = lm_schedule_time(scheduler, 0, route->orders, route->count, &timetable);
	CHECK(found == best.found, "found %d", found);
	if (found)
		CHECK(timetable.departs == best.departs && timetable.ends == best.ends &&
		          oracle_weighed(route, &timetable) == best.weighed,
		      "%lld to %lld, the best is %lld to %lld", (long long) timetable.departs,
		      (long long) timetable.ends, (long long) best.departs, (long long) best.ends);
}

static void
route_check(const LmProblem *problem, LmScheduler *scheduler, Dice *dice)
{
	int32_t orders[MOST_ORDERS];
	int32_t count = route_draw(dice, problem, orders);
	int relax = dice_below(dice, 32);
	OracleRoute route = oracle_route(problem, 0, orders, count, LM_RELAX_NONE);
	LmScheduleCost cost;

	fuzz_schedule_best(problem, scheduler, 0, orders, count, LM_RELAX_NONE);
	fuzz_schedule_best(problem, scheduler, 0, orders, count, relax);
	soft_is_best(&route, scheduler);
	if (!lm_schedule_price(scheduler, 0, orders, count, LM_RELAX_NONE, &cost))
	{
		/* with soft windows another departure than those tried may do */
		if (!oracle_soft(&route))
			judge_refuses(problem, orders, count);
	}
	else if (oracle_limit_broken(&route) == NULL)
		fuzz_judge_accepts(problem, scheduler, 0, orders, count);
	CHECK(!lm_scheduler_failed(scheduler), "no memory while there was some");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Dice dice = dice_from_bytes(data, size);
	RandomShape shape = {1, MOST_ORDERS, 1, 1, 1, 0};
	FuzzHeap heap = {0};
	RandomProblem random;
	LmArena arena;
	LmScheduler *scheduler;

	shape.features = dice_below(&dice, RANDOM_ALL + 1) | random_more_features(&dice);
	heap.filling = dice_below(&dice, 256);
	random_problem_make(&random, &shape, &dice);
	fuzz_arena(&arena, &heap);
	scheduler = lm_scheduler_new(&random.problem, &arena);
	/* what one route leaves behind must not reach the next */
	for (int i = 0; i < ROUTES; i++)
		route_check(&random.problem, scheduler, &dice);
	fuzz_arena_drop(&arena, &heap);
	random_problem_drop(&random);
	return 0;
}
