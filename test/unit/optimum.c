/*
 * optimum.c
 *	  Plans of lm_solve against the best of all plans, found by trying every plan there is.
 *
 * Says what is searched for, not how well: priorities, optional orders, number of
 * vehicles, working time, overtime.  No plan may be better than the best, and the
 * search, run on five orders, has to find the best nearly always.
 */
#include "random_problem.h"
#include "solve_check.h"
#include "tap.h"

#define MOST_ORDERS 6 /* reloads are counted */
#define FEW_ORDERS 5
#define MOST_VEHICLES 3
#define SUBSETS (1 << MOST_ORDERS)
#define CLASSES (MOST_ORDERS + 1)
#define IMPOSSIBLE INT64_MAX

/* What a plan is worth: compared from the first number to the last, less is better. */
typedef struct Worth
{
	int32_t
		absent[CLASSES]; /* mandatory by class of priority, the highest first; where skips have no
								 * price the optional are the last class */
	int32_t vehicles;    /* with objective vehicles, else 0 */
	LmCost cost;
} Worth;

static int
worth_compare(const Worth *a, const Worth *b)
{
	for (int class = 0; class < CLASSES; class ++)
		if (a->absent[class] != b->absent[class])
			return a->absent[class] < b->absent[class] ? -1 : 1;
	if (a->vehicles != b->vehicles)
		return a->vehicles < b->vehicles ? -1 : 1;
	return a->cost < b->cost ? -1 : a->cost > b->cost;
}

/* The set of all members of an order's unit. */
static unsigned
members_of(const LmProblem *problem, int32_t order)
{
	const LmUnit *unit = lm_problem_unit(problem, order);
	unsigned set = 1u << order;

	for (int32_t i = 0; unit != NULL && i < unit->heads + unit->tails; i++)
		set |= 1u << problem->members[unit->first + i];
	return set;
}

/* Whether two routes serve the same unit: each alone serves it as it should be. */
static bool
served_twice(const LmProblem *problem, unsigned served)
{
	for (int32_t u = 0; u < problem->unit_count; u++)
	{
		const LmUnit *unit = &problem->units[u];
		int32_t count = 0;

		for (int32_t i = 0; i < unit->heads + unit->tails; i++)
			count += served >> problem->members[unit->first + i] & 1;
		if (count > 1 + (unit->tails > 0))
			return true;
	}
	return false;
}

/* The worth of routes of that cost on that many vehicles that leave out a set of orders. */
static Worth
worth_of(const LmProblem *problem, LmCost cost, int32_t vehicles, unsigned absent)
{
	Worth worth = {.cost = cost};
	bool priced = problem->objective == LM_OBJECTIVE_COST;

	worth.vehicles = problem->objective == LM_OBJECTIVE_VEHICLES ? vehicles : 0;
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		int class = 0;
		bool higher[64] = {false};

		/* a unit is absent when all its members are */
		if (problem->orders[i].kind == LM_RELOAD ||
		    (absent & members_of(problem, i)) != members_of(problem, i) ||
		    lm_problem_first(problem, i) != i)
			continue;
		if (problem->orders[i].optional)
		{
			if (priced)
				worth.cost += problem->skip_price[i];
			else
				worth.absent[CLASSES - 1]++;
			continue;
		}
		/* the number of higher priorities there are among the mandatory */
		for (int32_t other = 0; other < problem->order_count; other++)
			if (!problem->orders[other].optional &&
			    problem->orders[other].priority > problem->orders[i].priority &&
			    !higher[problem->orders[other].priority + 32])
			{
				higher[problem->orders[other].priority + 32] = true;
				class ++;
			}
		worth.absent[class]++;
	}
	return worth;
}

static LmCost
route_cost(const LmProblem *problem, int32_t vehicle, const int32_t *orders, int32_t count)
{
	OracleRoute route = oracle_route(problem, vehicle, orders, count, 0);
	const LmPrices *prices = &problem->prices[vehicle];
	OracleSchedule best;

	if (count == 0)
		return 0;
	/* a plan makes no trip without orders */
	for (int32_t i = 0; i <= count; i++)
		if ((i == 0 || problem->orders[orders[i - 1]].kind == LM_RELOAD) &&
		    (i == count || problem->orders[orders[i]].kind == LM_RELOAD))
			return IMPOSSIBLE;
	if (oracle_limit_broken(&route) != NULL)
		return IMPOSSIBLE;
	best = oracle_schedule(&route);
	return !best.found ? IMPOSSIBLE
	                   : prices->fixed + prices->per_mm * oracle_length(&route) +
	                         prices->per_ms * (best.ends - best.departs) +
	                         prices->per_overtime_ms * best.overtime + best.lateness +
	                         oracle_preference(&route);
}

/* The cheapest way of one vehicle to serve each set of orders, all sequences tried. */
static void
sequences_try(const LmProblem *problem, int32_t vehicle, int32_t *orders, int32_t count,
              unsigned set, LmCost *cheapest)
{
	LmCost cost = route_cost(problem, vehicle, orders, count);

	if (cost < cheapest[set])
		cheapest[set] = cost;
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		if ((set >> i & 1) != 0)
			continue;
		orders[count] = i;
		sequences_try(problem, vehicle, orders, count + 1, set | 1u << i, cheapest);
	}
}

/* All ways of giving sets to vehicles. */
static void
sets_try(const LmProblem *problem, LmCost cheapest[][SUBSETS], int32_t vehicle, unsigned left,
         LmCost cost, int32_t used, Worth *best)
{
	Worth worth;

	if (vehicle == problem->vehicle_count)
	{
		if (served_twice(problem, ~left))
			return;
		worth = worth_of(problem, cost, used, left);
		if (worth_compare(&worth, best) < 0)
			*best = worth;
		return;
	}
	for (unsigned set = left;; set = (set - 1) & left)
	{
		if (cheapest[vehicle][set] < IMPOSSIBLE)
			sets_try(problem, cheapest, vehicle + 1, left & ~set, cost + cheapest[vehicle][set],
			         used + (set != 0), best);
		if (set == 0)
			return;
	}
}

static Worth
best_worth(const LmProblem *problem)
{
	LmCost cheapest[MOST_VEHICLES][SUBSETS];
	unsigned all = (1u << problem->order_count) - 1;
	Worth best = worth_of(problem, 0, 0, all);

	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		int32_t orders[MOST_ORDERS];

		for (unsigned set = 0; set < SUBSETS; set++)
			cheapest[v][set] = IMPOSSIBLE;
		sequences_try(problem, v, orders, 0, 0, cheapest[v]);
	}
	sets_try(problem, cheapest, 0, all, 0, 0, &best);
	return best;
}

static Worth
plan_worth(const LmProblem *problem, const LmPlan *plan)
{
	unsigned absent = (1u << problem->order_count) - 1;
	int32_t used = 0;
	LmCost cost = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		int32_t count = plan->first[v + 1] - plan->first[v];

		cost += route_cost(problem, v, plan->stops + plan->first[v], count);
		used += count > 0;
		for (int32_t i = plan->first[v]; i < plan->first[v + 1]; i++)
			absent &= ~(1u << plan->stops[i]);
	}
	return worth_of(problem, cost, used, absent);
}

/* Solves problems with these features (below 0: some and those of ~features); returns how many plans were not the best. */
static unsigned
problems_solve(unsigned first, unsigned count, int features, int32_t most)
{
	unsigned missed = 0;

	for (unsigned number = first; number < first + count * RANDOM_EFFORT; number++)
	{
		RandomShape shape = {1, most, 1, MOST_VEHICLES, 1, 0};
		Dice dice = dice_from_seed(number);
		RandomProblem random;
		SolveRun run = {.iterations = 1000, .seed = number};
		Worth best;
		Worth found;

		shape.features = features < 0 ? random_features(&dice) | ~features : features;
		random_problem_make(&random, &shape, &dice);
		best = best_worth(&random.problem);
		EXPECT(solve_run(&random.problem, &run) == LM_OK, "problem %u", number);
		found = plan_worth(&random.problem, &run.result.plan);
		EXPECT(worth_compare(&found, &best) >= 0, "problem %u: better than the best", number);
		if (worth_compare(&found, &best) > 0)
			missed++;
		solve_end(&run);
		random_problem_drop(&random);
	}
	printf("# %u of %u plans are not the best\n", missed, count * RANDOM_EFFORT);
	return missed;
}

static void
simple_problems(void)
{
	unsigned count = 300;

	EXPECT(problems_solve(0, count,
	                      RANDOM_SEVERAL_WINDOWS | RANDOM_SETUPS | RANDOM_FLEET | RANDOM_OVERTIME |
	                          RANDOM_SHIFT_ENDS,
	                      FEW_ORDERS) <= count * RANDOM_EFFORT / 100,
	       "too many");
}

static void
mixed_problems(void)
{
	unsigned count = 600;

	/* orders that only two together can be reached and left again are not found one by one */
	EXPECT(problems_solve(1000000000, count, -1, FEW_ORDERS) <= count * RANDOM_EFFORT / 100,
	       "too many");
}

static void
unit_problems(void)
{
	unsigned count = 400;

	EXPECT(problems_solve(300000000, count,
	                      RANDOM_UNITS | RANDOM_LOADS | RANDOM_FLEET | RANDOM_SHIFT_ENDS |
	                          RANDOM_OPTIONAL | RANDOM_PRIORITIES,
	                      FEW_ORDERS) <= count * RANDOM_EFFORT / 100,
	       "too many");
	EXPECT(problems_solve(400000000, count / 2, RANDOM_ALL | RANDOM_UNITS, FEW_ORDERS) <=
	           count * RANDOM_EFFORT / 100,
	       "too many");
}

static void
full_problems(void)
{
	unsigned count = 300;

	EXPECT(problems_solve(2000000000, count, RANDOM_ALL, FEW_ORDERS) <= count * RANDOM_EFFORT / 50,
	       "too many");
}

static void
trip_problems(void)
{
	unsigned count = 100;

	EXPECT(problems_solve(1500000000, count,
	                      RANDOM_TRIPS | RANDOM_RANGES | RANDOM_LOADS | RANDOM_RELEASES |
	                          RANDOM_SHIFT_ENDS,
	                      MOST_ORDERS) <= count * RANDOM_EFFORT / 50,
	       "too many");
	EXPECT(problems_solve(1600000000, count, ~(RANDOM_TRIPS | RANDOM_RANGES | RANDOM_LOADS),
	                      MOST_ORDERS) <= count * RANDOM_EFFORT / 50,
	       "too many of any kind");
}

/* ---- by hand ---- */

#define MINUTE 60000
#define HAND_ORDERS 8

/* Two vans alike at place 0, eight orders at place 1, ten minutes and 5 km away. */
typedef struct Hand
{
	LmProblem problem;
	LmOrder orders[HAND_ORDERS];
	LmWindow windows[HAND_ORDERS];
	LmVehicle vehicles[2];
	LmTravel travel;
	int32_t time[4];
	uint32_t length[4];
	LmPrices prices[2];
	LmCost skip_price[HAND_ORDERS];
} Hand;

static void
hand_init(Hand *hand)
{
	memset(hand, 0, sizeof(*hand));
	hand->time[1] = hand->time[2] = 10 * MINUTE;
	hand->length[1] = hand->length[2] = 5000000;
	hand->travel =
		(LmTravel){.places = 2, .time = hand->time, .length32 = hand->length, .complete = true};
	for (int32_t i = 0; i < HAND_ORDERS; i++)
	{
		hand->orders[i] = (LmOrder){
			.place = 1, .site = 1, .window_first = i, .window_count = 1, .release = -LM_NEVER};
		hand->windows[i] = (LmWindow){-LM_NEVER, LM_NEVER};
	}
	for (int32_t v = 0; v < 2; v++)
		hand->vehicles[v] = (LmVehicle){.max_stops = INT32_MAX,
		                                .shift_end = LM_NEVER,
		                                .max_distance = LM_NEVER,
		                                .max_time = LM_NEVER,
		                                .cost_per_hour = 30,
		                                .co2e_per_km = NAN};
	hand->problem = (LmProblem){.order_count = HAND_ORDERS,
	                            .vehicle_count = 2,
	                            .place_count = 2,
	                            .site_count = 2,
	                            .travel_count = 1,
	                            .allowed_words = 1,
	                            .orders = hand->orders,
	                            .windows = hand->windows,
	                            .vehicles = hand->vehicles,
	                            .travels = &hand->travel,
	                            .prices = hand->prices,
	                            .skip_price = hand->skip_price};
}

static void
hand_solve(Hand *hand, LmObjective objective, int32_t served, int32_t vehicles)
{
	for (uint64_t seed = 1; seed <= 5; seed++)
	{
		SolveRun run = {.iterations = 1000, .seed = seed};
		const int32_t *first;
		int32_t used;

		lm_prices_set(&hand->problem, objective);
		EXPECT(solve_run(&hand->problem, &run) == LM_OK, "seed %d", (int) seed);
		first = run.result.plan.first;
		used = (first[1] > 0) + (first[2] > first[1]);
		EXPECT(first[2] == served && used == vehicles, "seed %d: %d orders on %d vans", (int) seed,
		       first[2], used);
		solve_end(&run);
	}
}

static void
hand_skip_costs(Hand *hand, double skip_cost)
{
	for (int32_t i = 0; i < HAND_ORDERS; i++)
	{
		hand->orders[i].optional = true;
		hand->orders[i].skip_cost = skip_cost;
	}
}

/*
 * A van costs 100, the way there and back 20 min x 30 = 10.  One order is not worth it:
 * 110 against a skip_cost of 20.  All are: 110 against 160.
 */
static void
optional_orders_pay_together(void)
{
	static Hand hand;

	hand_init(&hand);
	hand.vehicles[0].cost_fixed = hand.vehicles[1].cost_fixed = 100;
	hand_skip_costs(&hand, 20);
	hand_solve(&hand, LM_OBJECTIVE_COST, HAND_ORDERS, 1);
	/* 110 against 8 x 12: none is served */
	hand_skip_costs(&hand, 12);
	hand_solve(&hand, LM_OBJECTIVE_COST, 0, 0);
}

/*
 * Half of the orders at 8:00, the others at 17:00: two vans work 2 x 20 minutes, one works
 * 9 h 20 min and waits.  Objective vehicles takes one van, objectives cost and time take two.
 */
static void
one_van_waits_all_day(void)
{
	static Hand hand;

	hand_init(&hand);
	for (int32_t i = 0; i < HAND_ORDERS; i++)
		hand.windows[i] = i % 2 == 0 ? (LmWindow){480 * MINUTE, 490 * MINUTE}
		                             : (LmWindow){1020 * MINUTE, 1030 * MINUTE};
	hand_solve(&hand, LM_OBJECTIVE_VEHICLES, HAND_ORDERS, 1);
	hand_solve(&hand, LM_OBJECTIVE_COST, HAND_ORDERS, 2);
	hand_solve(&hand, LM_OBJECTIVE_TIME, HAND_ORDERS, 2);
	/* 10 km against 2 x 10 km */
	hand_solve(&hand, LM_OBJECTIVE_DISTANCE, HAND_ORDERS, 1);
}

int
main(void)
{
	tap_run("optional orders that pay only together", optional_orders_pay_together);
	tap_run("objective vehicles: one van that waits instead of two", one_van_waits_all_day);
	tap_run("one table of travel, no limits: nearly always the best plan", simple_problems);
	tap_run("mixed features: nearly always the best plan", mixed_problems);
	tap_run("shipments and alternatives: nearly always the best plan", unit_problems);
	tap_run("several trips and ranges: nearly always the best plan", trip_problems);
	tap_run("all features: nearly always the best plan", full_problems);
	return tap_end();
}
