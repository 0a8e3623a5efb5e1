/*
 * memory.c
 *	  Memory is refused at some request: search and judge say so, give all back, and work the next time.
 */
#include "solver/day.h"

#include "fuzz.h"

#include "random_day.h"
#include "solve_check.h"

#define MOST_ORDERS 8
#define MOST_VEHICLES 4
#define MOST_BLOCKS 150 /* a search of this size asks for about so many */
#define MOST_BYTES 30000

/* A refusal by the heap, or by the limit of the arena. */
static size_t
refusal_draw(Dice *dice, FuzzHeap *heap)
{
	heap->filling = dice_below(dice, 256);
	if (dice_percent(dice, 40))
		return (size_t) dice_below(dice, MOST_BYTES);
	heap->refuse_at = dice_between(dice, 1, MOST_BLOCKS);
	heap->refuse_on = dice_percent(dice, 50);
	return SIZE_MAX;
}

static void
search_check(const LmProblem *problem, Dice *dice)
{
	LmSolveOptions options = {
		.iterations = dice_between(dice, 1, 5), .seed = 1, .should_stop = fuzz_never_stop};
	FuzzHeap heaps[2] = {{0}, {0}};
	LmArena arenas[2];
	LmSolveResult results[2];
	LmStatus status;
	size_t limit = refusal_draw(dice, &heaps[0]);

	lm_arena_init(&arenas[0], fuzz_take, fuzz_give, &heaps[0], limit);
	status = lm_solve(problem, &options, &arenas[0], &results[0]);
	CHECK(status == (arenas[0].failed ? LM_NO_MEMORY : LM_OK), "status %d after %ld blocks",
	      (int) status, heaps[0].asked);
	CHECK(arenas[0].failed || !heaps[0].refused, "the arena does not know of a refusal");
	CHECK(arenas[0].used <= limit, "%zu bytes of %zu", arenas[0].used, limit);
	fuzz_arena(&arenas[1], &heaps[1]);
	CHECK(lm_solve(problem, &options, &arenas[1], &results[1]) == LM_OK, "not the next time");
	if (status == LM_OK)
		CHECK(solve_equal(problem, &results[0], &results[1]), "another plan the next time");
	fuzz_arena_drop(&arenas[0], &heaps[0]);
	fuzz_arena_drop(&arenas[1], &heaps[1]);
}

/* What is settled of a day: refused like the search. */
static void
day_check(const LmProblem *problem, Dice *dice)
{
	FuzzHeap heap = {0};
	LmArena arena;
	LmDay day;
	LmStatus status;
	size_t limit = refusal_draw(dice, &heap);

	if (heap.refuse_at > 0)
		heap.refuse_at = 1 + heap.refuse_at % 40;
	lm_arena_init(&arena, fuzz_take, fuzz_give, &heap, limit);
	status = lm_day_begin(&day, problem, fuzz_never_stop, NULL, &arena);
	CHECK(status == (arena.failed ? LM_NO_MEMORY : LM_OK), "status %d after %ld blocks",
	      (int) status, heap.asked);
	fuzz_arena_drop(&arena, &heap);
}

static void
judge_check(const LmProblem *problem, Dice *dice)
{
	int32_t items[MOST_ORDERS];
	LmJudgeRoute route = {.vehicle = dice_below(dice, problem->vehicle_count),
	                      .items = items,
	                      .count = dice_between(dice, 0, MOST_ORDERS)};
	FuzzHeap heap = {0};
	LmArena arena;
	LmJudgement judgement;
	LmJudgeStatus status;
	size_t limit = refusal_draw(dice, &heap);

	/* it asks for less */
	if (heap.refuse_at > 0)
		heap.refuse_at = 1 + heap.refuse_at % 20;
	/* reloads and breaks too */
	for (int32_t i = 0; i < route.count; i++)
		items[i] = dice_between(dice, LM_JUDGE_RELOAD, lm_problem_rows(problem) - 1);
	lm_arena_init(&arena, fuzz_take, fuzz_give, &heap, limit);
	status = lm_judge_route(problem, &route, &arena, &judgement);
	CHECK(status == (arena.failed ? LM_JUDGE_NO_MEMORY : LM_JUDGE_OK), "status %d after %ld blocks",
	      (int) status, heap.asked);
	fuzz_arena_drop(&arena, &heap);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Dice dice = dice_from_bytes(data, size);
	RandomShape shape = {1, MOST_ORDERS, 1, MOST_VEHICLES, 1, 0};
	LmObjective objective = (LmObjective) dice_below(&dice, 6);
	bool day = dice_percent(&dice, 20);
	RandomProblem random;

	shape.features = dice_below(&dice, RANDOM_ALL + 1) | random_more_features(&dice);
	if (dice_percent(&dice, 30))
		shape.tick = 60000;
	random_problem_make(&random, &shape, &dice);
	random_objective(&random, objective);
	search_check(&random.problem, &dice);
	judge_check(&random.problem, &dice);
	if (day)
	{
		random_day_make(&random);
		lm_prices_set(&random.problem, objective);
		day_check(&random.problem, &dice);
	}
	random_problem_drop(&random);
	return 0;
}
