/*
 * solve.c
 *	  lm_solve plans a small problem; the oracle and the judge of check hold the plan against the rules.
 */
#include "fuzz.h"

#include "solve_check.h"

#define MOST_ORDERS 10
#define MOST_VEHICLES 4
#define MOST_ITERATIONS 20

static void
routes_check(const RandomProblem *random, const LmPlan *plan)
{
	const LmProblem *problem = &random->problem;
	bool tiny = random->shape.tick == 1 && !random_has(random, RANDOM_WILD);
	FuzzHeap heap = {0};
	LmArena arena;
	LmScheduler *scheduler;

	fuzz_arena(&arena, &heap);
	scheduler = lm_scheduler_new(problem, &arena);
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		const int32_t *orders = plan->stops + plan->first[v];
		int32_t count = plan->first[v + 1] - plan->first[v];

		if (count == 0)
			continue;
		fuzz_judge_accepts(problem, scheduler, v, orders, count);
		/* the oracle knows no traffic */
		if (tiny && lm_problem_travel(problem, v)->traffic == NULL)
			fuzz_schedule_best(problem, scheduler, v, orders, count, LM_RELAX_NONE);
	}
	fuzz_arena_drop(&arena, &heap);
}

static void
result_check(const RandomProblem *random, const SolveRun *run)
{
	const LmProblem *problem = &random->problem;
	const char *wrong;

	CHECK(run->status != LM_CANCELLED || (run->stop_at > 0 && run->polls >= run->stop_at),
	      "cancelled without being told");
	CHECK(run->status != LM_NO_MEMORY, "no memory while there was some");
	if (run->status != LM_OK)
		return;
	CHECK(run->stop_at == 0 || run->polls < run->stop_at, "not cancelled when told");
	CHECK(run->result.iterations <= run->iterations, "more iterations than asked for");
	wrong = solve_plan_wrong(problem, &run->result);
	CHECK(wrong == NULL, "%s", wrong);
	routes_check(random, &run->result.plan);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Dice dice = dice_from_bytes(data, size);
	RandomShape shape = {0, MOST_ORDERS, 0, MOST_VEHICLES, 1, 0};
	RandomProblem random;
	SolveRun run = {0};
	LmObjective objective = (LmObjective) dice_below(&dice, 4);

	shape.features = dice_below(&dice, RANDOM_ALL + 1);
	if (dice_percent(&dice, 30))
		shape.tick = 60000;
	if (dice_percent(&dice, 20))
		shape.features |= RANDOM_WILD;
	else if (dice_percent(&dice, 25))
		shape.features |= RANDOM_TRAFFIC;
	run.iterations = dice_between(&dice, 1, MOST_ITERATIONS);
	run.seed = (uint64_t) dice_below(&dice, 256);
	run.filling = dice_below(&dice, 256);
	if (dice_percent(&dice, 10))
		run.stop_at = dice_between(&dice, 1, 100);
	else if (dice_percent(&dice, 10))
		run.share_step = 0.01;
	random_problem_make(&random, &shape, &dice);
	lm_prices_set(&random.problem, objective);
	(void) solve_run(&random.problem, &run);
	result_check(&random, &run);
	solve_end(&run);
	CHECK(run.open == 0, "%ld blocks are not given back", run.open);
	random_problem_drop(&random);
	return 0;
}
