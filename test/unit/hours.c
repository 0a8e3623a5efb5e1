/*
 * hours.c
 *	  Schedules under travel times that change: against a walk of every departure, and whole
 *	  plans under the eyes of the judge.
 */
#include "check/judge.h"

#include "solver/state.h"

#include "random_problem.h"
#include "solve_check.h"
#include "tap.h"

/* ---- a walk that knows the rules, for vehicles without breaks ---- */

static int64_t walked_late; /* weight of the lateness of the last walk */

/* The end of the route for a departure, or LM_NEVER. */
static LmTime
walk(const LmProblem *problem, int32_t vehicle, const int32_t *orders, int32_t count, LmTime now)
{
	const LmVehicle *van = &problem->vehicles[vehicle];
	const LmTravel *travel = lm_problem_travel(problem, vehicle);
	int32_t place = van->start;

	walked_late = 0;
	for (int32_t i = 0; i < count; i++)
	{
		const LmOrder *order = &problem->orders[orders[i]];
		const LmWindow *window = &problem->windows[order->window_first];
		const LmWindow *last = window + order->window_count - 1;
		LmTime setup = 0;

		now = lm_travel_arrive(travel, place, order->place, now);
		if (now >= LM_NEVER)
			return LM_NEVER;
		if (i == 0 || problem->orders[orders[i - 1]].site != order->site)
			for (int32_t j = i; j < count && problem->orders[orders[j]].site == order->site; j++)
				setup = problem->orders[orders[j]].setup > setup ? problem->orders[orders[j]].setup
				                                                 : setup;
		now += setup;
		while (window < last && window->close < now)
			window++;
		if (now > window->close)
			return LM_NEVER;
		now = now < window->open ? window->open : now;
		if (order->soft && now > order->due)
			walked_late += problem->late_weight[orders[i]] * (now - order->due);
		now += order->service;
		place = order->place;
	}
	if (van->end == LM_NOWHERE)
		return now;
	now = lm_travel_arrive(travel, place, van->end, now);
	return now;
}

static LmTime
latest_end(const LmVehicle *van)
{
	return van->shift_end >= LM_NEVER ? LM_NEVER - 1 : van->shift_end + van->overtime;
}

static LmTime
earliest(const LmProblem *problem, int32_t vehicle, const int32_t *orders, int32_t count)
{
	LmTime first = problem->vehicles[vehicle].shift_start;

	for (int32_t i = 0; i < count; i++)
		if (problem->orders[orders[i]].kind == LM_DELIVERY &&
		    problem->orders[orders[i]].release > first)
			first = problem->orders[orders[i]].release;
	return first;
}

/* What rule 7 makes least, of the last walk. */
static int64_t
weigh(const LmProblem *problem, int32_t vehicle, LmTime departs, LmTime ends)
{
	const LmPrices *prices = &problem->prices[vehicle];
	LmTime over = ends - problem->vehicles[vehicle].shift_end;

	return prices->schedule_per_ms * (ends - departs) +
	       (over > 0 ? prices->schedule_per_overtime_ms * over : 0) + walked_late;
}

/* ---- schedules ---- */

static long schedules;
static long same;  /* for which the few departures of the search hold the best one */
static long later; /* for which the earliest departure is not the best */

/* One route: what is written is among all departures the best but for the rounding of legs. */
static void
route_check(const LmProblem *problem, LmScheduler *scheduler, int32_t vehicle,
            const int32_t *orders, int32_t count, LmTime tick, unsigned number)
{
	const LmVehicle *van = &problem->vehicles[vehicle];
	LmStop stops[64];
	LmTimetable timetable = {.stops = stops};
	LmScheduleCost few;
	LmTime first = earliest(problem, vehicle, orders, count);
	LmTime best_departs = 0;
	int64_t written;
	int64_t least = INT64_MAX;
	bool priced = lm_schedule_price(scheduler, vehicle, orders, count, LM_RELAX_NONE, &few);
	bool timed = lm_schedule_time(scheduler, vehicle, orders, count, &timetable);
	/* each change that is met may cost a rounding, here of a leg, there of another */
	int64_t slack = 40 * (problem->prices[vehicle].schedule_per_ms +
	                      problem->prices[vehicle].schedule_per_overtime_ms +
	                      (problem->late_weight != NULL ? count * 131072 : 0));
	LmTime step = tick / 20 > 0 ? tick / 20 : 1;

	for (LmTime departs = first; departs <= first + 90 * tick; departs += step)
	{
		LmTime ends = walk(problem, vehicle, orders, count, departs);

		if (ends >= LM_NEVER || ends > latest_end(van) || ends - departs > van->max_time)
			continue;
		if (weigh(problem, vehicle, departs, ends) < least)
		{
			least = weigh(problem, vehicle, departs, ends);
			best_departs = departs;
		}
	}
	EXPECT(!priced || timed, "problem %u: the search found a schedule, nobody else", number);
	/* a window, or max_time, may be kept at a single instant between two steps */
	EXPECT(least == INT64_MAX || timed, "problem %u: departing at %lld keeps all rules", number,
	       (long long) best_departs);
	if (!timed)
		return;
	schedules++;
	EXPECT(walk(problem, vehicle, orders, count, timetable.departs) == timetable.ends,
	       "problem %u: departing at %lld it does not end at %lld", number,
	       (long long) timetable.departs, (long long) timetable.ends);
	written = weigh(problem, vehicle, timetable.departs, timetable.ends);
	EXPECT(timetable.departs >= first && timetable.ends <= latest_end(van) &&
	           timetable.ends - timetable.departs <= van->max_time,
	       "problem %u: %lld to %lld", number, (long long) timetable.departs,
	       (long long) timetable.ends);
	EXPECT(least == INT64_MAX || written <= least + slack,
	       "problem %u: departing at %lld costs %lld, at %lld %lld", number,
	       (long long) timetable.departs, (long long) written, (long long) best_departs,
	       (long long) least);
	later += timetable.departs > first;
	if (!priced)
		return;
	EXPECT(walk(problem, vehicle, orders, count, few.departs) == few.ends,
	       "problem %u: the search departs at %lld", number, (long long) few.departs);
	EXPECT(written <= weigh(problem, vehicle, few.departs, few.ends),
	       "problem %u: the search departs at %lld and pays less", number, (long long) few.departs);
	same += weigh(problem, vehicle, few.departs, few.ends) <= written + slack;
}

static void
routes_try(LmTime tick, unsigned first, unsigned count)
{
	schedules = same = later = 0;
	for (unsigned number = first; number < first + count; number++)
	{
		Dice dice = dice_from_seed(number);
		RandomShape shape = {1, 6, 1, 2, tick, 0};
		RandomProblem random;
		LmArena arena;
		LmScheduler *scheduler;
		int32_t orders[8];

		shape.features = (random_features(&dice) & ~RANDOM_BREAKS) | RANDOM_TRAFFIC;
		random_problem_make(&random, &shape, &dice);
		lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
		scheduler = lm_scheduler_new(&random.problem, &arena);
		for (int32_t i = 0; i < random.problem.order_count; i++)
			orders[i] = i;
		for (int32_t v = 0; v < random.problem.vehicle_count; v++)
			if (lm_problem_travel(&random.problem, v)->traffic != NULL)
				route_check(&random.problem, scheduler, v, orders,
				            dice_between(&dice, 1, random.problem.order_count), tick, number);
		lm_arena_drop(&arena);
		random_problem_drop(&random);
	}
	printf("# %ld schedules, of %ld the search has the best departure, %ld depart late\n",
	       schedules, same, later);
	EXPECT(same > schedules * 8 / 10, "the search has the best departure of %ld in %ld only", same,
	       schedules);
	EXPECT(later > schedules / 10, "%ld of %ld schedules depart late", later, schedules);
}

static void
routes_of_seconds(void)
{
	routes_try(1000, 0, 3000);
}

static void
routes_of_minutes(void)
{
	routes_try(60000, 1000000, 2000);
}

/* ---- plans ---- */

/* What the judge of lastmile.check has against a plan, or NULL. */
static const char *
plan_wrong(const LmProblem *problem, const LmPlan *plan)
{
	const char *wrong = NULL;

	for (int32_t v = 0; v < problem->vehicle_count && wrong == NULL; v++)
	{
		int32_t items[ORACLE_ORDERS];
		LmJudgeRoute route = {
			.vehicle = v, .items = items, .count = plan->first[v + 1] - plan->first[v]};
		LmJudgement judgement;
		LmArena arena;

		if (route.count == 0)
			continue;
		for (int32_t i = 0; i < route.count; i++)
		{
			items[i] = plan->stops[plan->first[v] + i];
			if (problem->orders[items[i]].kind == LM_RELOAD)
				items[i] = LM_JUDGE_RELOAD;
		}
		lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
		if (lm_judge_route(problem, &route, &arena, &judgement) != LM_JUDGE_OK)
			wrong = "no judgement";
		else if (!judgement.feasible)
			wrong = "a route without a schedule";
		else if (judgement.violation_count > 0)
			wrong = "a violation";
		lm_arena_drop(&arena);
	}
	return wrong;
}

static void
plans_are_clean(void)
{
	long planned = 0;
	long orders = 0;

	for (unsigned number = 0; number < 400 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		RandomShape shape = {1, 12, 1, 4, number % 2 == 0 ? 1 : 60000, 0};
		SolveRun run = {.iterations = dice_between(&dice, 1, 80), .seed = number};
		RandomProblem random;
		const char *wrong;

		shape.features = random_features(&dice) | RANDOM_TRAFFIC;
		if (number % 3 == 0)
			shape.features |= RANDOM_TRIPS | RANDOM_RANGES;
		random_problem_make(&random, &shape, &dice);
		EXPECT(solve_run(&random.problem, &run) == LM_OK, "problem %u", number);
		wrong = plan_wrong(&random.problem, &run.result.plan);
		EXPECT(wrong == NULL, "problem %u: %s", number, wrong);
		planned += run.result.plan.first[random.problem.vehicle_count];
		orders += lm_problem_rows(&random.problem);
		solve_end(&run);
		random_problem_drop(&random);
	}
	printf("# %ld of %ld orders planned\n", planned, orders);
	EXPECT(planned > orders / 4, "%ld of %ld orders planned", planned, orders);
}

/* ---- the plan while it is searched ---- */

/* The route with an order behind a node, -1: as it is. */
static int32_t
sequence_of(const LmState *state, int32_t vehicle, int32_t order, int32_t after, int32_t *orders)
{
	int32_t count = 0;

	for (int32_t node = lm_state_start(state, vehicle); node != lm_state_end(state, vehicle);
	     node = state->nodes[node].next)
	{
		if (node < state->problem->order_count)
			orders[count++] = node;
		if (node == after && order >= 0)
			orders[count++] = order;
	}
	return count;
}

static long priced_places;
static long fitting_places;

/* Whatever is kept at nodes, a place has the price of the whole route, and fits when that has a schedule. */
static void
place_check(LmState *state, LmScheduler *scheduler, int32_t order, int32_t after, unsigned number)
{
	int32_t vehicle = state->nodes[after].route;
	const LmVan *van = &state->vans[vehicle];
	const LmRoute *route = &state->routes[vehicle];
	LmCost price = lm_state_insertion(state, order, after, LM_IMPOSSIBLE);
	int32_t orders[64];
	int32_t count = sequence_of(state, vehicle, order, after, orders);
	LmLength length = 0;
	LmCost preferences = 0;
	LmScheduleCost cost;
	int32_t place = state->problem->vehicles[vehicle].start;
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);

	for (int32_t i = 0; i < count; i++)
	{
		length += lm_travel_length(travel, place, state->problem->orders[orders[i]].place);
		place = state->problem->orders[orders[i]].place;
	}
	if (state->problem->vehicles[vehicle].end != LM_NOWHERE)
		length += lm_travel_length(travel, place, state->problem->vehicles[vehicle].end);
	priced_places++;
	if (!lm_schedule_price(scheduler, vehicle, orders, count, LM_RELAX_NONE, &cost))
	{
		EXPECT(price >= LM_IMPOSSIBLE, "problem %u: order %d has no schedule there", number, order);
		return;
	}
	fitting_places++;
	for (int32_t i = 0; i < count; i++)
		preferences += lm_problem_preference(state->problem, orders[i], vehicle);
	EXPECT(price == van->price + van->per_mm * length + van->per_ms * (cost.ends - cost.departs) +
	                    van->per_overtime_ms * cost.overtime + cost.lateness + preferences -
	                    route->cost,
	       "problem %u: order %d costs %lld there", number, order, (long long) price);
}

static void
routes_check_all(const LmState *state, LmScheduler *scheduler, unsigned number)
{
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
	{
		int32_t orders[64];
		int32_t count = sequence_of(state, v, -1, -1, orders);
		LmScheduleCost cost = {0};

		EXPECT(count == 0 || lm_schedule_price(scheduler, v, orders, count, LM_RELAX_NONE, &cost),
		       "problem %u: route %d has no schedule", number, v);
		/* where working time is free, segments do not say when a route departs */
		EXPECT(count == 0 || !state->vans[v].changes ||
		           (state->routes[v].working == cost.ends - cost.departs &&
		            state->routes[v].overtime == cost.overtime),
		       "problem %u: route %d works %lld", number, v, (long long) state->routes[v].working);
	}
}

static void
steps_take(LmState *state, LmScheduler *scheduler, Dice *dice, unsigned number)
{
	for (int step = 0; step < 40; step++)
	{
		int32_t order = dice_below(dice, state->problem->order_count);
		int32_t vehicle = dice_below(dice, state->problem->vehicle_count);
		int32_t after = lm_state_start(state, vehicle);

		if (state->nodes[order].route != LM_ABSENT && dice_percent(dice, 50))
			lm_state_remove(state, order, order);
		else if (state->nodes[order].route == LM_ABSENT)
		{
			for (int32_t skip = dice_below(dice, state->routes[vehicle].count + 1); skip > 0;
			     skip--)
				after = state->nodes[after].next;
			/* whether a vehicle may make another trip does not depend on the times */
			if (state->problem->orders[order].kind == LM_RELOAD &&
			    (state->routes[vehicle].reloads + 1 >= state->vans[vehicle].max_trips ||
			     !lm_problem_welcome(state->problem, order, vehicle)))
				continue;
			place_check(state, scheduler, order, after, number);
			if (lm_state_insertion(state, order, after, LM_IMPOSSIBLE) < LM_IMPOSSIBLE)
				lm_state_insert(state, order, after);
		}
		if (dice_percent(dice, 15))
			lm_state_undo(state);
		else if (dice_percent(dice, 30))
			lm_state_commit(state);
		if (step % 5 == 0)
			routes_check_all(state, scheduler, number);
	}
}

static void
places_keep_their_price(void)
{
	const int features = RANDOM_SEVERAL_WINDOWS | RANDOM_BREAKS | RANDOM_SETUPS |
	                     RANDOM_UNEQUAL_SETUPS | RANDOM_RELEASES | RANDOM_ANY_TRAVEL |
	                     RANDOM_SHIFT_ENDS | RANDOM_OVERTIME | RANDOM_OPEN_ENDS |
	                     RANDOM_FREE_HOURS | RANDOM_FLEET | RANDOM_PROFILES;

	for (unsigned number = 0; number < 2500 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		RandomShape shape = {1, 10, 1, 3, number % 2 == 0 ? 1 : 60000, 0};
		RandomProblem random;
		LmArena arena;
		LmScheduler *scheduler;
		LmState *state;

		shape.features = (random_features(&dice) & features) | RANDOM_TRAFFIC;
		if (number % 3 == 0)
			shape.features |= RANDOM_TRIPS;
		random_problem_make(&random, &shape, &dice);
		lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
		scheduler = lm_scheduler_new(&random.problem, &arena);
		state = lm_state_new(&random.problem, lm_scheduler_new(&random.problem, &arena), &arena);
		if (scheduler == NULL || state == NULL)
			abort();
		steps_take(state, scheduler, &dice, number);
		lm_arena_drop(&arena);
		random_problem_drop(&random);
	}
	printf("# %ld places, %ld fit\n", priced_places, fitting_places);
	EXPECT(fitting_places > priced_places / 10, "%ld of %ld places fit", fitting_places,
	       priced_places);
}

int
main(void)
{
	tap_run("routes of seconds against every departure", routes_of_seconds);
	tap_run("routes of minutes against every departure", routes_of_minutes);
	tap_run("places have the price of the whole route", places_keep_their_price);
	tap_run("plans that the judge accepts", plans_are_clean);
	return tap_end();
}
