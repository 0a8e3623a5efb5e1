/*
 * start.c
 *	  Routes that a search begins with: what of them is kept, and that it never ends worse.
 */
#include "solver/start.h"

#include "random_problem.h"
#include "solve_check.h"
#include "solver/best.h"
#include "tap.h"

static void
problem_draw(RandomProblem *random, Dice *dice, unsigned number, int features)
{
	RandomShape shape = {1, 12, 1, 4, 1, 0};

	*dice = dice_from_seed(number);
	shape.features = random_features(dice) | features;
	if (number % 4 == 0)
		shape.features |= RANDOM_TRIPS | RANDOM_RANGES;
	if (number % 3 == 1)
		shape = (RandomShape){1, 40, 1, 6, 60000, shape.features};
	random_problem_make(random, &shape, dice);
}

/* Orders at random on vehicles at random, some on none. */
static void
plan_draw(const LmProblem *problem, Dice *dice, LmPlan *plan)
{
	int32_t *orders = calloc((size_t) problem->order_count + 1, sizeof(int32_t));
	int32_t count = dice_below(dice, problem->order_count + 1);

	for (int32_t i = 0; i < problem->order_count; i++)
	{
		int32_t other = dice_below(dice, i + 1);

		orders[i] = orders[other];
		orders[other] = i;
	}
	plan->stops = orders;
	plan->first = calloc((size_t) problem->vehicle_count + 1, sizeof(int32_t));
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		plan->first[v + 1] = v + 1 == problem->vehicle_count
		                         ? count
		                         : dice_between(dice, plan->first[v], count);
}

static void
plan_drop(LmPlan *plan)
{
	free(plan->first);
	free(plan->stops);
}

static bool
route_fits(const LmProblem *problem, LmScheduler *scheduler, int32_t vehicle, const int32_t *orders,
           int32_t count)
{
	OracleRoute route = oracle_route(problem, vehicle, orders, count, 0);
	LmScheduleCost cost;

	return oracle_limit_broken(&route) == NULL &&
	       lm_schedule_price(scheduler, vehicle, orders, count, LM_RELAX_NONE, &cost);
}

/* A whole route where it fits; else each order that can follow those kept before it. */
static void
keeps_what_fits(void)
{
	unsigned whole = 0;
	unsigned part = 0;

	for (unsigned number = 0; number < 400 * RANDOM_EFFORT; number++)
	{
		RandomProblem random;
		const LmProblem *problem = &random.problem;
		Dice dice;
		LmPlan plan;
		LmArena arena;
		LmScheduler *scheduler;
		LmState *state;

		problem_draw(&random, &dice, 2000000000 + number, 0);
		plan_draw(problem, &dice, &plan);
		lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
		scheduler = lm_scheduler_new(problem, &arena);
		state = lm_state_new(problem, scheduler, &arena);
		EXPECT(lm_start_load(state, &plan, &arena), "problem %u", number);
		for (int32_t v = 0; v < problem->vehicle_count; v++)
		{
			const int32_t *orders = plan.stops + plan.first[v];
			int32_t count = plan.first[v + 1] - plan.first[v];
			int32_t kept[ORACLE_ORDERS];
			int32_t filled = 0;
			int32_t node = state->nodes[lm_state_start(state, v)].next;
			bool fits = count == 0 || route_fits(problem, scheduler, v, orders, count);

			for (int32_t i = 0; i < count; i++)
			{
				kept[filled] = orders[i];
				filled += fits || route_fits(problem, scheduler, v, kept, filled + 1);
			}
			whole += fits && count > 1;
			part += !fits && filled > 0;
			EXPECT(state->routes[v].count == filled, "problem %u: vehicle %d keeps %d, not %d",
			       number, v, state->routes[v].count, filled);
			for (int32_t i = 0; i < filled; i++, node = state->nodes[node].next)
				EXPECT(node == kept[i], "problem %u: vehicle %d, row %d", number, v, i);
		}
		lm_arena_drop(&arena);
		plan_drop(&plan);
		random_problem_drop(&random);
	}
	EXPECT(whole > 20 && part > 100, "%u whole routes, %u in part", whole, part);
}

/* Below 0: the first plan is better; the measure is that of the search. */
static int
plans_compare(const LmProblem *problem, const LmPlan *a, const LmPlan *b)
{
	const LmPlan *plans[] = {a, b};
	LmBest best[2];
	LmClasses classes;
	LmArena arena;
	LmScheduler *scheduler;
	LmState *state;
	int order;

	lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
	scheduler = lm_scheduler_new(problem, &arena);
	state = lm_state_new(problem, scheduler, &arena);
	if (!lm_classes_set(problem, &arena, &classes))
		abort();
	for (int32_t i = 0; i < problem->order_count; i++)
		state->absent_price[i] = classes.of_order[i] < 0 ? problem->skip_price[i] : 0;
	for (int p = 0; p < 2; p++)
		if (!lm_start_load(state, plans[p], &arena) ||
		    !lm_best_new(&best[p], state, &classes, &arena))
			abort();
	order = lm_kept_compare(&best[0].kept, &best[1].kept, state, &classes);
	lm_arena_drop(&arena);
	return order;
}

static void
never_worse_than_given(void)
{
	unsigned better = 0;
	unsigned same = 0;

	for (unsigned number = 0; number < 200 * RANDOM_EFFORT; number++)
	{
		RandomProblem random;
		Dice dice;
		LmPlan drawn;
		SolveRun given = {.iterations = 1 + number % 150, .seed = number};
		SolveRun runs[2] = {{.iterations = 1 + number % 40, .seed = number + 1, .filling = 0x00},
		                    {.iterations = 1 + number % 40, .seed = number + 1, .filling = 0xA5}};
		const char *wrong;
		int order;

		problem_draw(&random, &dice, 2100000000 + number, number % 4 > 1 ? RANDOM_UNITS : 0);
		/* from nothing, or from whatever can be kept of routes that make no sense */
		plan_draw(&random.problem, &dice, &drawn);
		if (number % 2 == 0)
			given.start = &drawn;
		EXPECT(solve_run(&random.problem, &given) == LM_OK, "problem %u", number);
		wrong = solve_plan_wrong(&random.problem, &given.result);
		EXPECT(wrong == NULL, "problem %u: %s", number, wrong);
		for (int i = 0; i < 2; i++)
		{
			runs[i].start = &given.result.plan;
			EXPECT(solve_run(&random.problem, &runs[i]) == LM_OK, "problem %u", number);
		}
		wrong = solve_plan_wrong(&random.problem, &runs[0].result);
		EXPECT(wrong == NULL, "problem %u: %s", number, wrong);
		EXPECT(solve_equal(&random.problem, &runs[0].result, &runs[1].result), "problem %u",
		       number);
		order = plans_compare(&random.problem, &runs[0].result.plan, &given.result.plan);
		EXPECT(order <= 0, "problem %u: the plan has become worse", number);
		better += order < 0;
		same += order == 0;
		for (int i = 0; i < 2; i++)
			solve_end(&runs[i]);
		solve_end(&given);
		plan_drop(&drawn);
		random_problem_drop(&random);
	}
	EXPECT(better > 5 && same > 20, "%u plans better, %u the same", better, same);
}

int
main(void)
{
	tap_run("a route is kept whole, or order by order", keeps_what_fits);
	tap_run("never worse than the routes it begins with", never_worse_than_given);
	return tap_end();
}
