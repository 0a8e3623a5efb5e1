/*
 * solve.c
 *	  lm_solve on random problems of all kinds: its plans, its stops, its memory.
 *
 * What its plans are worth is the business of optimum.c, its reasons that of reasons.c.
 */
#include "solver/solve.h"

#include "random_problem.h"
#include "solve_check.h"
#include "tap.h"

/* A problem of the size of a number: tiny, a day of some vans, or a whole depot. */
static void
problem_draw(RandomProblem *random, Dice *dice, unsigned number, int features)
{
	RandomShape shape = {1, 12, 1, 4, 1, 0};

	*dice = dice_from_seed(number);
	shape.features = features | random_features(dice);
	if (number % 4 == 1)
		shape.features |= number % 8 == 1 ? RANDOM_UNITS
		                                  : RANDOM_UNITS | RANDOM_TRIPS | RANDOM_RANGES;
	if (number % 3 == 1)
	{
		shape.tick = 60000;
		shape.most_orders = 40;
	}
	if (number % 15 == 2)
	{
		/* more vehicles than bits in a word, and candidate lists that do not hold everything */
		shape = (RandomShape){50, 60, 60, 70, 60000, shape.features};
	}
	random_problem_make(random, &shape, dice);
}

/* A sequence of a vehicle that keeps all rules. */
static bool
sequence_fits(const LmProblem *problem, LmScheduler *scheduler, int32_t vehicle,
              const int32_t *orders, int32_t count)
{
	OracleRoute route = oracle_route(problem, vehicle, orders, count, 0);
	LmScheduleCost cost;

	return oracle_limit_broken(&route) == NULL &&
	       lm_schedule_price(scheduler, vehicle, orders, count, LM_RELAX_NONE, &cost);
}

/* The same with a reload on one side of row `at`. */
static bool
trip_left(const LmProblem *problem, const LmPlan *plan, LmScheduler *scheduler, int32_t vehicle,
          const int32_t *orders, int32_t count, int32_t at)
{
	int32_t reload = lm_problem_rows(problem);
	int32_t with[ORACLE_ORDERS + 2];

	for (int32_t i = 0; i < plan->first[problem->vehicle_count] && reload < problem->order_count;)
	{
		bool unfit = plan->stops[i] == reload || !lm_problem_welcome(problem, reload, vehicle);

		reload += unfit;
		i = unfit ? 0 : i + 1;
	}
	if (reload == problem->order_count)
		return false;
	for (int32_t side = 0; side < 2; side++)
	{
		int32_t beside = at - 1 + 2 * side;

		/* a trip without orders is none */
		if (beside < 0 || beside == count || problem->orders[orders[beside]].kind == LM_RELOAD)
			continue;
		for (int32_t i = 0; i <= count; i++)
			with[i] = i == at + side ? reload : orders[i - (i > at + side)];
		if (sequence_fits(problem, scheduler, vehicle, with, count + 1))
			return true;
	}
	return false;
}

/* Whether some order that must be served, whatever it costs, still has a place on the plan. */
static bool
place_left(const LmProblem *problem, const LmPlan *plan, LmScheduler *scheduler, int32_t order)
{
	if (problem->orders[order].optional && problem->objective == LM_OBJECTIVE_COST)
		return false;
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		int32_t count = plan->first[v + 1] - plan->first[v];

		for (int32_t at = 0; at <= count; at++)
		{
			int32_t orders[ORACLE_ORDERS + 1];

			for (int32_t i = 0; i <= count; i++)
				orders[i] = i == at ? order : plan->stops[plan->first[v] + i - (i > at)];
			if (sequence_fits(problem, scheduler, v, orders, count + 1) ||
			    trip_left(problem, plan, scheduler, v, orders, count + 1, at))
				return true;
		}
	}
	return false;
}

static void
places_check(const LmProblem *problem, const LmSolveResult *result, unsigned number)
{
	LmArena arena;
	LmScheduler *scheduler;

	lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
	scheduler = lm_scheduler_new(problem, &arena);
	for (int32_t i = 0; i < lm_problem_rows(problem); i++)
		if (result->reasons[i].code != LM_REASON_NONE)
			EXPECT(!place_left(problem, &result->plan, scheduler, i),
			       "problem %u: order %d has a place", number, i);
	lm_arena_drop(&arena);
}

/* Orders that a plan may serve at most: one of alternatives. */
static unsigned
orders_wanted(const LmProblem *problem)
{
	int32_t count = problem->order_count;

	for (int32_t u = 0; u < problem->unit_count; u++)
	{
		const LmUnit *unit = &problem->units[u];

		count -= unit->heads - 1 + (unit->tails > 0 ? unit->tails - 1 : 0);
	}
	return (unsigned) count;
}

static void
plans_check(unsigned first, unsigned count, int features)
{
	unsigned served = 0;
	unsigned orders = 0;

	for (unsigned number = first; number < first + count * RANDOM_EFFORT; number++)
	{
		RandomProblem random;
		Dice dice;
		SolveRun run = {.iterations = 150, .seed = number};
		const char *wrong;

		problem_draw(&random, &dice, number, features);
		EXPECT(solve_run(&random.problem, &run) == LM_OK, "problem %u", number);
		if (run.status == LM_OK)
		{
			wrong = solve_plan_wrong(&random.problem, &run.result);
			EXPECT(wrong == NULL, "problem %u: %s", number, wrong);
			places_check(&random.problem, &run.result, number);
			EXPECT(run.result.iterations == 150, "problem %u: %d iterations", number,
			       (int) run.result.iterations);
			served += (unsigned) run.result.plan.first[random.problem.vehicle_count];
			orders += orders_wanted(&random.problem);
		}
		solve_end(&run);
		EXPECT(run.open == 0, "problem %u: %ld blocks are not given back", number, run.open);
		random_problem_drop(&random);
	}
	printf("# %u of %u orders served\n", served, orders);
	EXPECT(served > orders / 2, "%u of %u orders served", served, orders);
}

static void
plans_keep_rules(void)
{
	plans_check(0, 300, 0);
}

static void
trips_keep_rules(void)
{
	plans_check(1500000000, 200, RANDOM_TRIPS | RANDOM_RANGES | RANDOM_LOADS);
}

/* What memory held before, and where it lies, is nothing to the plan; the seed is. */
static void
same_seed_same_plan(void)
{
	unsigned differ = 0;

	for (unsigned number = 0; number < 60 * RANDOM_EFFORT; number++)
	{
		RandomProblem random;
		Dice dice;
		SolveRun runs[3] = {{.iterations = 200, .seed = number, .filling = 0x00},
		                    {.iterations = 200, .seed = number, .filling = 0xA5},
		                    {.iterations = 200, .seed = number + 1}};

		problem_draw(&random, &dice, 1000000000 + number, RANDOM_FLEET);
		for (int i = 0; i < 3; i++)
			EXPECT(solve_run(&random.problem, &runs[i]) == LM_OK, "problem %u", number);
		EXPECT(solve_equal(&random.problem, &runs[0].result, &runs[1].result), "problem %u",
		       number);
		differ += !solve_equal(&random.problem, &runs[0].result, &runs[2].result);
		for (int i = 0; i < 3; i++)
			solve_end(&runs[i]);
		random_problem_drop(&random);
	}
	EXPECT(differ > 0, "another seed never makes another plan");
}

static void
stops_when_told(void)
{
	for (unsigned number = 0; number < 60 * RANDOM_EFFORT; number++)
	{
		RandomProblem random;
		Dice dice;
		SolveRun whole = {.iterations = 100, .seed = number};

		problem_draw(&random, &dice, 1100000000 + number, 0);
		EXPECT(solve_run(&random.problem, &whole) == LM_OK, "problem %u", number);
		solve_end(&whole);
		EXPECT(whole.polls > 0, "problem %u: nobody asked", number);
		for (int trial = 0; trial < 12 && whole.polls > 0; trial++)
		{
			SolveRun run = {.iterations = 100, .seed = number};

			run.stop_at = 1 + dice_below(&dice, (int32_t) whole.polls);
			if (trial == 0)
				run.stop_at = whole.polls;
			EXPECT(solve_run(&random.problem, &run) == LM_CANCELLED, "problem %u: poll %ld of %ld",
			       number, run.stop_at, whole.polls);
			solve_end(&run);
			EXPECT(run.open == 0, "problem %u", number);
		}
		random_problem_drop(&random);
	}
}

/* A clock that is over ends the search with the best plan, not without one. */
static void
clock_ends_search(void)
{
	for (unsigned number = 0; number < 60 * RANDOM_EFFORT; number++)
	{
		RandomProblem random;
		Dice dice;
		SolveRun run = {.seed = number};
		const char *wrong;

		problem_draw(&random, &dice, 1200000000 + number, 0);
		/* 1 / 0.05: no more than 20 looks at the clock, 8 iterations between two of them */
		run.share_step = number % 10 == 0 ? 1 : 0.05;
		EXPECT(solve_run(&random.problem, &run) == LM_OK, "problem %u", number);
		wrong = solve_plan_wrong(&random.problem, &run.result);
		EXPECT(wrong == NULL, "problem %u: %s", number, wrong);
		EXPECT(run.result.iterations <= 20 * 8, "problem %u: %d iterations", number,
		       (int) run.result.iterations);
		solve_end(&run);
		random_problem_drop(&random);
	}
}

/* ---- memory ---- */

/* Refuses each block in turn: no plan, no crash, nothing kept. */
static void
refuse_each_block(const LmProblem *problem, unsigned number)
{
	SolveRun whole = {.iterations = 60, .seed = number};

	EXPECT(solve_run(problem, &whole) == LM_OK, "problem %u", number);
	solve_end(&whole);
	for (long block = 1; block <= whole.blocks; block++)
	{
		SolveRun run = {.iterations = 60, .seed = number, .fail_at = block};

		EXPECT(solve_run(problem, &run) == LM_NO_MEMORY, "problem %u: block %ld of %ld", number,
		       block, whole.blocks);
		solve_end(&run);
		EXPECT(run.open == 0, "problem %u: %ld blocks are not given back", number, run.open);
	}
	/* a limit of one byte less than is needed, and of just that */
	for (int spare = -1; spare <= 0; spare++)
	{
		SolveRun run = {.iterations = 60, .seed = number};

		run.limit = whole.bytes + (size_t) spare;
		EXPECT(solve_run(problem, &run) == (spare < 0 ? LM_NO_MEMORY : LM_OK),
		       "problem %u: %d bytes to spare", number, spare);
		EXPECT(run.arena.used <= run.limit, "problem %u: more taken than allowed", number);
		solve_end(&run);
	}
}

static void
memory_refused(void)
{
	for (unsigned number = 0; number < 60 * RANDOM_EFFORT; number++)
	{
		RandomProblem random;
		Dice dice;

		problem_draw(&random, &dice, 1300000000 + number, 0);
		refuse_each_block(&random.problem, number);
		random_problem_drop(&random);
	}
	/* large enough that the arrays need several blocks */
	for (unsigned number = 0; number < 3; number++)
	{
		RandomShape shape = {300, 300, 200, 200, 60000, RANDOM_LOADS | RANDOM_PICKUPS};
		Dice dice = dice_from_seed(number);
		RandomProblem random;

		shape.features |= number == 1 ? RANDOM_BREAKS : number == 2 ? RANDOM_SEVERAL_WINDOWS : 0;
		random_problem_make(&random, &shape, &dice);
		refuse_each_block(&random.problem, 1000 + number);
		random_problem_drop(&random);
	}
}

#define MANY_WINDOWS 2500

/*
 * One order with so many windows that a schedule needs blocks of its own, first made where the
 * reason is looked for: the search is stopped by max_time before it makes one.
 */
static void
memory_refused_by_reasons(void)
{
	int32_t time[] = {0, 100, 100, 0};
	LmTravel travel = {.places = 2, .time = time, .complete = true};
	LmWindow *windows = malloc(sizeof(LmWindow) * MANY_WINDOWS);
	LmOrder order = {.place = 1, .window_count = MANY_WINDOWS, .release = -LM_NEVER};
	LmVehicle vehicle = {.max_stops = 1,
	                     .shift_end = LM_NEVER,
	                     .max_distance = LM_NEVER,
	                     .max_time = 150,
	                     .cost_per_hour = 1};
	LmPrices prices;
	LmCost skip_price;
	LmProblem problem = {.order_count = 1,
	                     .vehicle_count = 1,
	                     .place_count = 2,
	                     .site_count = 1,
	                     .travel_count = 1,
	                     .allowed_words = 1,
	                     .orders = &order,
	                     .windows = windows,
	                     .vehicles = &vehicle,
	                     .travels = &travel,
	                     .prices = &prices,
	                     .skip_price = &skip_price};

	for (int32_t w = 0; w < MANY_WINDOWS; w++)
		windows[w] = (LmWindow){1000 + 10 * w, 1000 + 10 * w + 5};
	lm_prices_set(&problem, LM_OBJECTIVE_COST);
	refuse_each_block(&problem, 2000);
	free(windows);
}

/* ---- nothing to do ---- */

static void
nothing_to_plan(void)
{
	RandomShape shape = {0, 0, 0, 2, 1, 0};

	for (unsigned number = 0; number < 40; number++)
	{
		Dice dice = dice_from_seed(number);
		RandomProblem random;
		SolveRun run = {.iterations = 10};

		shape.most_orders = number % 2 == 0 ? 0 : 3;
		shape.most_vehicles = number % 4 == 1 ? 0 : 2;
		random_problem_make(&random, &shape, &dice);
		EXPECT(solve_run(&random.problem, &run) == LM_OK, "problem %u", number);
		EXPECT(solve_plan_wrong(&random.problem, &run.result) == NULL, "problem %u: %s", number,
		       solve_plan_wrong(&random.problem, &run.result));
		for (int32_t i = 0; i < random.problem.order_count && random.problem.vehicle_count == 0;
		     i++)
			EXPECT(run.result.reasons[i].alone, "problem %u: order %d", number, i);
		solve_end(&run);
		random_problem_drop(&random);
	}
}

/* ---- numbers of any size ---- */

/* Orders along a road, one van; prices are given by the test. */
static void
road_solve(LmVehicle vehicle, LmObjective objective, int32_t orders, int32_t classes, LmTime far)
{
	size_t places = (size_t) orders + 1;
	int32_t *time = calloc(places * places, sizeof(int32_t));
	uint32_t *length = calloc(places * places, sizeof(uint32_t));
	LmTravel travel = {.places = orders + 1, .time = time, .length32 = length, .complete = true};
	LmWindow windows[3] = {{-LM_NEVER, LM_NEVER}, {0, 86400000}, {far, LM_NEVER}};
	LmOrder *rows = calloc((size_t) orders, sizeof(LmOrder));
	LmCost *skip_price = calloc((size_t) orders, sizeof(LmCost));
	LmPrices prices;
	LmProblem problem = {.order_count = orders,
	                     .vehicle_count = 1,
	                     .place_count = orders + 1,
	                     .site_count = orders,
	                     .travel_count = 1,
	                     .allowed_words = 1,
	                     .orders = rows,
	                     .windows = windows,
	                     .vehicles = &vehicle,
	                     .travels = &travel,
	                     .prices = &prices,
	                     .skip_price = skip_price};
	SolveRun run = {.iterations = 40};
	const char *wrong;

	for (size_t from = 0; from < places; from++)
		for (size_t to = 0; to < places; to++)
		{
			time[from * places + to] = 600000 * abs((int) from - (int) to);
			length[from * places + to] = 5000000 * (uint32_t) abs((int) from - (int) to);
		}
	for (int32_t i = 0; i < orders; i++)
	{
		rows[i] = (LmOrder){.place = i + 1,
		                    .site = i,
		                    .window_count = 1,
		                    .release = -LM_NEVER,
		                    .priority = i < classes ? i : classes};
		/* the van waits from the first order to the last */
		if (far > 0)
			rows[i].window_first = i == 0 ? 1 : i == orders / 2 ? 2 : 0;
	}
	lm_prices_set(&problem, objective);
	EXPECT(solve_run(&problem, &run) == LM_OK, "%d orders", orders);
	wrong = solve_plan_wrong(&problem, &run.result);
	EXPECT(wrong == NULL, "%d orders: %s", orders, wrong);
	EXPECT(run.result.plan.first[1] == orders, "%d of %d orders served", run.result.plan.first[1],
	       orders);
	solve_end(&run);
	free(time);
	free(length);
	free(rows);
	free(skip_price);
}

static LmVehicle
road_vehicle(void)
{
	return (LmVehicle){.max_stops = INT32_MAX,
	                   .shift_end = LM_NEVER,
	                   .max_distance = LM_NEVER,
	                   .max_time = LM_NEVER,
	                   .cost_per_hour = 1};
}

/* People who want few vans give them a price of a million: sums of absent orders must hold it. */
static void
fixed_cost_of_a_million(void)
{
	LmVehicle vehicle = road_vehicle();

	vehicle.cost_fixed = 1e6;
	road_solve(vehicle, LM_OBJECTIVE_COST, 60, 0, 0);
	road_solve(vehicle, LM_OBJECTIVE_COST, 60, 9, 0);
	road_solve(vehicle, LM_OBJECTIVE_VEHICLES, 60, 9, 0);
	vehicle.cost_fixed = 1e15;
	road_solve(vehicle, LM_OBJECTIVE_VEHICLES, 60, 9, 0);
}

static void
windows_centuries_apart(void)
{
	static const LmObjective objectives[] = {LM_OBJECTIVE_COST, LM_OBJECTIVE_VEHICLES,
	                                         LM_OBJECTIVE_TIME, LM_OBJECTIVE_DISTANCE};
	LmVehicle vehicle = road_vehicle();

	/* the input takes instants up to 1,000 years from the origin: 2^45 ms */
	vehicle.cost_per_km = 0.5;
	for (int i = 0; i < 4; i++)
	{
		road_solve(vehicle, objectives[i], 20, 0, (INT64_C(1) << 45) - 1);
		road_solve(vehicle, objectives[i], 20, 9, (INT64_C(1) << 45) - 1);
	}
}

static void
wild_numbers(void)
{
	for (unsigned number = 0; number < 300 * RANDOM_EFFORT; number++)
	{
		RandomProblem random;
		Dice dice;
		SolveRun run = {.iterations = 60, .seed = number};
		const char *wrong;

		problem_draw(&random, &dice, 1400000000 + number, RANDOM_WILD);
		EXPECT(solve_run(&random.problem, &run) == LM_OK, "problem %u", number);
		wrong = solve_plan_wrong(&random.problem, &run.result);
		EXPECT(wrong == NULL, "problem %u: %s", number, wrong);
		solve_end(&run);
		random_problem_drop(&random);
	}
}

int
main(void)
{
	tap_run("plans keep every rule, orders are served once or have a reason", plans_keep_rules);
	tap_run("and with several trips and ranges", trips_keep_rules);
	tap_run("same seed and iterations, same plan", same_seed_same_plan);
	tap_run("should_stop is heard at every poll", stops_when_told);
	tap_run("the clock ends the search with a plan", clock_ends_search);
	tap_run("every block refused is LM_NO_MEMORY", memory_refused);
	tap_run("a block refused to the reasons is LM_NO_MEMORY", memory_refused_by_reasons);
	tap_run("no orders, no vehicles", nothing_to_plan);
	tap_run("fixed cost of a million", fixed_cost_of_a_million);
	tap_run("windows centuries apart", windows_centuries_apart);
	tap_run("numbers at the ends of their ranges", wild_numbers);
	return tap_end();
}
