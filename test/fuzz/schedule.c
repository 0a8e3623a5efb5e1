/*
 * schedule.c
 *	  Routes of one vehicle: the search's schedule, the judge's, and what trying every departure finds.
 */
#include "fuzz.h"

#define MOST_ORDERS 5
#define ROUTES 3

/* Each order at most once, in any order; at least one. */
static int32_t
route_draw(Dice *dice, const LmProblem *problem, int32_t *orders)
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

/* What the search cannot drive the judge cannot either, unless it only lacks a way. */
static void
judge_refuses(const LmProblem *problem, const int32_t *orders, int32_t count)
{
	LmJudgeRoute judged = {.items = orders, .count = count};
	OracleRoute route = oracle_route(problem, 0, orders, count, LM_RELAX_NONE);
	FuzzHeap heap = {0};
	LmArena arena;
	LmJudgement judgement;

	for (int32_t row = 1; row <= count + 1; row++)
		if (oracle_leg(&route, row) == LM_NO_LEG)
			return;
	fuzz_arena(&arena, &heap);
	CHECK(lm_judge_route(problem, &judged, &arena, &judgement) == LM_JUDGE_OK, "no judgement");
	CHECK(!judgement.feasible && judgement.violation_count > 0, "the judge finds a schedule");
	fuzz_arena_drop(&arena, &heap);
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
	if (!lm_schedule_price(scheduler, 0, orders, count, LM_RELAX_NONE, &cost))
		judge_refuses(problem, orders, count);
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

	shape.features = dice_below(&dice, RANDOM_ALL + 1);
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
