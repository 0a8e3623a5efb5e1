/*
 * hours.c
 *	  Schedules under travel times that change: against a walk of every departure, and whole
 *	  plans under the eyes of the judge.
 */
#include "check/judge.h"

#include "random_problem.h"
#include "solve_check.h"
#include "tap.h"

/* ---- a walk that knows the rules, for vehicles without breaks ---- */

/* The end of the route for a departure, or LM_NEVER. */
static LmTime
walk(const LmProblem *problem, int32_t vehicle, const int32_t *orders, int32_t count, LmTime now)
{
	const LmVehicle *van = &problem->vehicles[vehicle];
	const LmTravel *travel = lm_problem_travel(problem, vehicle);
	int32_t place = van->start;

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
		now = (now < window->open ? window->open : now) + order->service;
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

static int64_t
weigh(const LmProblem *problem, int32_t vehicle, LmTime departs, LmTime ends)
{
	const LmPrices *prices = &problem->prices[vehicle];
	LmTime over = ends - problem->vehicles[vehicle].shift_end;

	return prices->schedule_per_ms * (ends - departs) +
	       (over > 0 ? prices->schedule_per_overtime_ms * over : 0);
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
	int64_t least = INT64_MAX;
	bool priced = lm_schedule_price(scheduler, vehicle, orders, count, LM_RELAX_NONE, &few);
	bool timed = lm_schedule_time(scheduler, vehicle, orders, count, &timetable);
	/* each change that is met may cost a rounding, here of a leg, there of another */
	int64_t slack = 40 * (problem->prices[vehicle].schedule_per_ms +
	                      problem->prices[vehicle].schedule_per_overtime_ms);
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
	EXPECT(timetable.departs >= first && timetable.ends <= latest_end(van) &&
	           timetable.ends - timetable.departs <= van->max_time,
	       "problem %u: %lld to %lld", number, (long long) timetable.departs,
	       (long long) timetable.ends);
	EXPECT(least == INT64_MAX ||
	           weigh(problem, vehicle, timetable.departs, timetable.ends) <= least + slack,
	       "problem %u: departing at %lld costs %lld, at %lld %lld", number,
	       (long long) timetable.departs,
	       (long long) weigh(problem, vehicle, timetable.departs, timetable.ends),
	       (long long) best_departs, (long long) least);
	later += timetable.departs > first;
	if (!priced)
		return;
	EXPECT(walk(problem, vehicle, orders, count, few.departs) == few.ends,
	       "problem %u: the search departs at %lld", number, (long long) few.departs);
	EXPECT(weigh(problem, vehicle, timetable.departs, timetable.ends) <=
	           weigh(problem, vehicle, few.departs, few.ends),
	       "problem %u: the search departs at %lld and pays less", number, (long long) few.departs);
	same += weigh(problem, vehicle, few.departs, few.ends) <=
	        weigh(problem, vehicle, timetable.departs, timetable.ends) + slack;
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
		lm_arena_init(&arena, solve_heap_take, solve_heap_give, NULL, SIZE_MAX);
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
		LmJudgeRoute route = {.vehicle = v,
		                      .items = plan->stops + plan->first[v],
		                      .count = plan->first[v + 1] - plan->first[v]};
		LmJudgement judgement;
		LmArena arena;

		if (route.count == 0)
			continue;
		lm_arena_init(&arena, solve_heap_take, solve_heap_give, NULL, SIZE_MAX);
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
		random_problem_make(&random, &shape, &dice);
		EXPECT(solve_run(&random.problem, &run) == LM_OK, "problem %u", number);
		wrong = plan_wrong(&random.problem, &run.result.plan);
		EXPECT(wrong == NULL, "problem %u: %s", number, wrong);
		planned += run.result.plan.first[random.problem.vehicle_count];
		orders += random.problem.order_count;
		solve_end(&run);
		random_problem_drop(&random);
	}
	printf("# %ld of %ld orders planned\n", planned, orders);
	EXPECT(planned > orders / 4, "%ld of %ld orders planned", planned, orders);
}

int
main(void)
{
	tap_run("routes of seconds against every departure", routes_of_seconds);
	tap_run("routes of minutes against every departure", routes_of_minutes);
	tap_run("plans that the judge accepts", plans_are_clean);
	return tap_end();
}
