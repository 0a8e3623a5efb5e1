/*
 * solve.c
 *	  libFuzzer target: bytes become a small problem, lm_solve plans it, its plan is checked.
 *
 * The bytes are the dice of random_problem.h, so that a changed byte changes one number of the
 * problem.  Crashes, sanitizer reports, broken rules and unkept promises all end the run.
 *
 * Run (the corpus is optional; a crash file given as the only argument is replayed):
 *
 *	mkdir -p build/corpus
 *	clang -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
 *		-Isrc -Itest/unit test/fuzz/solve.c src/model/[a-z]*.c src/solver/[a-z]*.c -lm -o build/fuzz_solve
 *	build/fuzz_solve -max_total_time=60 -max_len=4096 -timeout=20 build/corpus
 */
#include "random_problem.h"
#include "solve_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
fail(const char *what)
{
	fprintf(stderr, "lm_solve: %s\n", what);
	abort();
}

/* Every route has the schedule that trying every departure finds; for problems of small numbers. */
static void
schedules_check(const LmProblem *problem, const LmPlan *plan)
{
	LmArena arena;
	LmScheduler *scheduler;

	lm_arena_init(&arena, solve_heap_take, solve_heap_give, NULL, SIZE_MAX);
	scheduler = lm_scheduler_new(problem, &arena);
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		const int32_t *orders = plan->stops + plan->first[v];
		int32_t count = plan->first[v + 1] - plan->first[v];
		OracleRoute route = oracle_route(problem, v, orders, count, 0);
		OracleSchedule best;
		LmScheduleCost cost;

		if (count == 0)
			continue;
		best = oracle_schedule(&route);
		if (!lm_schedule_price(scheduler, v, orders, count, LM_RELAX_NONE, &cost) || !best.found)
			fail("a route has no schedule");
		if (cost.departs != best.departs || cost.ends != best.ends ||
		    cost.overtime != best.overtime || cost.shortest != best.shortest)
			fail("a schedule is not the best");
	}
	lm_arena_drop(&arena);
}

static void
result_check(const RandomProblem *random, const SolveRun *run)
{
	const LmProblem *problem = &random->problem;
	const char *wrong;

	if (run->status == LM_CANCELLED && (run->stop_at == 0 || run->polls < run->stop_at))
		fail("cancelled without being told");
	if (run->status == LM_NO_MEMORY && (run->fail_at == 0 || run->blocks < run->fail_at))
		fail("no memory while there was some");
	if (run->status != LM_OK)
		return;
	if (run->stop_at > 0 && run->polls >= run->stop_at)
		fail("not cancelled when told");
	if (run->fail_at > 0 && run->blocks >= run->fail_at)
		fail("a refused block went unnoticed");
	if (run->result.iterations > run->iterations)
		fail("more iterations than asked for");
	wrong = solve_plan_wrong(problem, &run->result);
	if (wrong != NULL)
		fail(wrong);
	if (random->shape.tick == 1 && !random_has(random, RANDOM_WILD))
		schedules_check(problem, &run->result.plan);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Dice dice = dice_from_bytes(data, size);
	RandomShape shape = {0, 12, 0, 4, 1, 0};
	RandomProblem random;
	SolveRun run = {0};

	shape.features = dice_below(&dice, RANDOM_ALL + 1);
	if (dice_percent(&dice, 30))
		shape.tick = 60000;
	if (dice_percent(&dice, 20))
		shape.features |= RANDOM_WILD;
	run.iterations = dice_between(&dice, 1, 50);
	run.seed = (uint64_t) dice_below(&dice, 256);
	run.filling = dice_below(&dice, 256);
	if (dice_percent(&dice, 10))
		run.stop_at = dice_between(&dice, 1, 100);
	if (dice_percent(&dice, 10))
		run.fail_at = dice_between(&dice, 1, 20);
	random_problem_make(&random, &shape, &dice);
	(void) solve_run(&random.problem, &run);
	result_check(&random, &run);
	solve_end(&run);
	if (run.open != 0)
		fail("blocks are not given back");
	random_problem_drop(&random);
	return 0;
}
