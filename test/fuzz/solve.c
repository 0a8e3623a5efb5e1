/*
 * solve.c
 *	  lm_solve plans a small problem, or what is left of a day; the oracle and the judge of check hold the
 *	  plan against the rules.
 */
#include "solver/day.h"

#include "fuzz.h"

#include "random_day.h"
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

/* ---- a day under way ---- */

/* The whole route of a vehicle, its settled rows too, as the judge has it. */
static void
day_route_check(const LmDay *day, LmScheduler *scheduler, int32_t vehicle, const int32_t *orders,
                int32_t count)
{
	LmStop stops[FUZZ_ROWS];
	LmTimetable timetable = {.stops = stops};
	int32_t items[FUZZ_ROWS];
	LmJudgeRoute route = {.vehicle = vehicle, .items = items, .breaks_shown = true};

	CHECK(lm_day_time(day, scheduler, vehicle, orders, count, &timetable), "vehicle %d", vehicle);
	for (int32_t row = 0; row < timetable.count; row++)
		if (stops[row].kind == LM_STOP_ORDER)
			items[route.count++] = stops[row].index;
		else if (stops[row].kind == LM_STOP_BREAK)
			items[route.count++] = LM_JUDGE_BREAK;
		else if (stops[row].kind == LM_STOP_RELOAD)
			items[route.count++] = LM_JUDGE_RELOAD;
	fuzz_judge_agrees(day->whole, &route, &timetable);
	/* and where nobody tells it the breaks: those that are done it knows */
	route.count = 0;
	route.breaks_shown = false;
	for (int32_t row = 0; row < timetable.count; row++)
		if (stops[row].kind == LM_STOP_ORDER)
			items[route.count++] = stops[row].index;
		else if (stops[row].kind == LM_STOP_RELOAD)
			items[route.count++] = LM_JUDGE_RELOAD;
	fuzz_judge_agrees(day->whole, &route, &timetable);
}

/* Every order of the rest is served, or has a reason. */
static void
day_orders_check(const LmDay *day, const LmSolveResult *result)
{
	const LmProblem *rest = day->rest;

	for (int32_t i = 0; i < lm_problem_rows(rest); i++)
	{
		int32_t times = 0;

		for (int32_t at = 0; at < result->plan.first[rest->vehicle_count]; at++)
			times += result->plan.stops[at] == i;
		CHECK(times + (result->reasons[i].code != LM_REASON_NONE) == 1 || lm_unit_several(rest, i),
		      "order %d is served %d times, its reason is %d", i, times,
		      (int) result->reasons[i].code);
	}
}

static void
day_plan(const LmProblem *problem, SolveRun *run)
{
	FuzzHeap heap = {.filling = run->filling};
	LmArena arena;
	LmDay day;
	LmScheduler *scheduler;

	fuzz_arena(&arena, &heap);
	CHECK(lm_day_begin(&day, problem, fuzz_never_stop, NULL, &arena) == LM_OK, "not settled");
	(void) solve_run(day.rest, run);
	CHECK(run->status == LM_OK || run->status == LM_CANCELLED, "status %d", (int) run->status);
	scheduler = lm_scheduler_new(day.rest, &arena);
	for (int32_t v = 0; v < problem->vehicle_count && run->status == LM_OK; v++)
	{
		const int32_t *first = run->result.plan.first + v;

		if (first[1] > first[0] || lm_day_drives(&day, v))
			day_route_check(&day, scheduler, v, run->result.plan.stops + first[0],
			                first[1] - first[0]);
	}
	if (run->status == LM_OK)
		day_orders_check(&day, &run->result);
	solve_end(run);
	fuzz_arena_drop(&arena, &heap);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Dice dice = dice_from_bytes(data, size);
	RandomShape shape = {0, MOST_ORDERS, 0, MOST_VEHICLES, 1, 0};
	RandomProblem random;
	SolveRun run = {0};
	LmObjective objective = (LmObjective) dice_below(&dice, 6);
	bool day = dice_percent(&dice, 25);

	shape.features = dice_below(&dice, RANDOM_ALL + 1) | random_more_features(&dice);
	if (dice_percent(&dice, 30))
		shape.tick = 60000;
	if (!day && dice_percent(&dice, 20))
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
	if (day)
		random_day_make(&random);
	random_objective(&random, objective);
	if (day)
		day_plan(&random.problem, &run);
	else
	{
		(void) solve_run(&random.problem, &run);
		result_check(&random, &run);
		solve_end(&run);
	}
	CHECK(run.open == 0, "%ld blocks are not given back", run.open);
	random_problem_drop(&random);
	return 0;
}
