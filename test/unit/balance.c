/*
 * balance.c
 *	  Objective balanced: sums of deviations, prices of changes, plans against all plans.
 */
#include "state_check.h"

#include "solver/balance.h"
#include "solver/splice.h"

#include "solve_check.h"

/* ---- the sum ---- */

/* balance_per_ms x sum of |w - mean|, a part of a ms rounded up, all over the vehicles' number. */
static LmCost
deviation_price(const LmProblem *problem, const LmTime *working)
{
	LmTime total = 0;
	LmTime away = 0;
	LmTime vehicles = problem->vehicle_count;

	for (int32_t v = 0; v < vehicles; v++)
		total += working[v];
	for (int32_t v = 0; v < vehicles; v++)
		away += llabs(vehicles * working[v] - total);
	return problem->balance_per_ms * ((away + vehicles - 1) / vehicles);
}

/* The plan's cost once it is settled, summed up from its routes. */
static void
cost_check(Session *session)
{
	LmState *state = session->state;
	LmTime working[MOST_VEHICLES];
	LmCost cost = 0;

	for (int32_t v = 0; v < session->problem->vehicle_count; v++)
	{
		working[v] = state->routes[v].working;
		cost += state->routes[v].cost;
	}
	for (int32_t i = 0; i < state->absent_count; i++)
		cost += state->absent_price[state->absent[i]];
	lm_balance_settle(state);
	EXPECT(state->cost == cost + deviation_price(session->problem, working),
	       "problem %u: %lld, expected %lld", session->number, (long long) state->cost,
	       (long long) (cost + deviation_price(session->problem, working)));
}

/* ---- one change ---- */

/*
 * What the deviations cost more when one route's working time changes and the mean is held: its own
 * from the present mean, and the others' by the part of the change that the mean moves towards those
 * above and away from those below.
 */
static LmCost
held_price(const Session *session, int32_t vehicle, LmTime after)
{
	const LmProblem *problem = session->problem;
	const LmRoute *routes = session->state->routes;
	LmTime vehicles = problem->vehicle_count;
	LmTime total = 0;
	LmTime mean;
	LmTime sides = 0;
	LmTime before = routes[vehicle].working;

	for (int32_t v = 0; v < vehicles; v++)
		total += routes[v].working;
	mean = total / vehicles;
	for (int32_t v = 0; v < vehicles; v++)
		sides += (vehicles * routes[v].working < total) - (vehicles * routes[v].working > total);
	return problem->balance_per_ms * (llabs(after - mean) - llabs(before - mean)) +
	       problem->balance_per_ms * sides / vehicles * (after - before);
}

/* The same by summing up before and after. */
static LmCost
inserted_price(const Session *session, int32_t vehicle, LmTime after)
{
	LmTime working[MOST_VEHICLES];
	LmCost before;

	for (int32_t v = 0; v < session->problem->vehicle_count; v++)
		working[v] = session->state->routes[v].working;
	before = deviation_price(session->problem, working);
	working[vehicle] = after;
	return deviation_price(session->problem, working) - before;
}

/* The insertion as a move. */
static void
splice_check(Session *session, int32_t order, int32_t after, LmCost expected)
{
	LmSplice splice = {after, session->state->nodes[after].next, &order, 1};
	LmChain chain = lm_chain_of(session->state, order);
	LmCost price = lm_splice_price(session->state, &splice, LM_IMPOSSIBLE);

	EXPECT(price == expected, "problem %u: order %d behind %d: %lld, expected %lld",
	       session->number, order, after, (long long) price, (long long) expected);
	EXPECT(lm_splice_least(session->state, &splice, LM_IMPOSSIBLE) <= expected,
	       "problem %u: order %d behind %d: the bound", session->number, order, after);
	chain.length = 0;
	EXPECT(lm_splice_floor(session->state, after, NULL, &chain) <= expected,
	       "problem %u: order %d behind %d: the floor", session->number, order, after);
}

static void
insertion_check(Session *session, int32_t order, int32_t after)
{
	LmState *state = session->state;
	int32_t vehicle = state->nodes[after].route;
	int32_t orders[MOST_ORDERS];
	int32_t count = 0;
	LmCost expected;
	LmCost bound = LM_IMPOSSIBLE;
	LmCost price;
	OracleRoute route;

	for (int32_t node = lm_state_start(state, vehicle); node != lm_state_end(state, vehicle);
	     node = state->nodes[node].next)
	{
		if (node < session->problem->order_count)
			orders[count++] = node;
		if (node == after)
			orders[count++] = order;
	}
	lm_balance_settle(state);
	expected = cost_from_scratch(state, vehicle, orders, count);
	if (expected < LM_IMPOSSIBLE)
	{
		OracleSchedule best;

		route = oracle_route(session->problem, vehicle, orders, count, 0);
		best = schedule_from_scratch(state, &route, vehicle);
		expected += inserted_price(session, vehicle, best.ends - best.departs) -
		            state->routes[vehicle].cost;
		splice_check(session, order, after,
		             expected - inserted_price(session, vehicle, best.ends - best.departs) +
		                 held_price(session, vehicle, best.ends - best.departs));
		if (dice_percent(&session->dice, 50))
			bound = expected + dice_between(&session->dice, -2, 2);
	}
	price = lm_state_insertion(state, order, after, bound);
	EXPECT(expected < bound ? price == expected : price >= bound,
	       "problem %u: order %d behind %d: %lld, expected %lld, bound %lld", session->number,
	       order, after, (long long) price, (long long) expected, (long long) bound);
	EXPECT(lm_state_insertion_least(state, order, after, LM_IMPOSSIBLE) <= expected,
	       "problem %u: order %d behind %d: the bound", session->number, order, after);
	if (expected < LM_IMPOSSIBLE && dice_percent(&session->dice, 60))
		lm_state_insert(state, order, after);
}

static void
steps_cost_what_they_say(void)
{
	for (unsigned number = 0; number < 300 * RANDOM_EFFORT; number++)
	{
		Session session;
		Dice dice = dice_from_seed(number + 77);

		session_begin(&session, number, random_features(&dice) | RANDOM_BALANCED);
		for (int step = 0; step < 60; step++)
		{
			int32_t order = dice_below(&session.dice, session.problem->order_count);
			int32_t after = node_draw(&session);
			Picture now;

			if (session.state->nodes[order].route != LM_ABSENT && dice_percent(&session.dice, 30))
				lm_state_remove(session.state, order, order);
			else if (after != LM_ABSENT && session.state->nodes[order].route == LM_ABSENT)
				insertion_check(&session, order, after);
			if (dice_percent(&session.dice, 20))
			{
				lm_state_commit(session.state);
				picture_take(session.state, &session.committed);
			}
			else if (dice_percent(&session.dice, 10))
			{
				lm_state_undo(session.state);
				picture_take(session.state, &now);
				EXPECT(picture_equal(&now, &session.committed), "problem %u: undo", number);
			}
			cost_check(&session);
		}
		session_end(&session);
	}
}

/* ---- parts ---- */

/*
 * With a mean that is held the plan costs its routes, balance_per_ms x sum of |w - mean|, and tilt x sum of w;
 * an insertion costs what it adds to that.
 */
static void
part_counts_from_held_mean(void)
{
	for (unsigned number = 0; number < 200 * RANDOM_EFFORT; number++)
	{
		Session session;
		Dice dice = dice_from_seed(number + 99);
		LmState *state;
		LmTime mean = dice_between(&dice, 0, 20000000);
		LmCost tilt;

		session_begin(&session, number, random_features(&dice) | RANDOM_BALANCED);
		state = session.state;
		tilt = session.problem->balance_per_ms * dice_between(&dice, -100, 100) / 100;
		state->balance = (LmBalance){.held = true, .mean = mean, .tilt = tilt};
		for (int step = 0; step < 40; step++)
		{
			int32_t order = dice_below(&session.dice, session.problem->order_count);
			int32_t after = node_draw(&session);
			LmCost cost = 0;

			if (step == 0 || dice_percent(&session.dice, 20))
			{
				int32_t next[MOST_ORDERS + 2 * MOST_VEHICLES];

				for (int32_t v = 0; v < session.problem->vehicle_count; v++)
					for (int32_t node = lm_state_start(state, v); node != lm_state_end(state, v);
					     node = state->nodes[node].next)
						next[node] = state->nodes[node].next;
				lm_state_load(state, next);
			}
			else if (after != LM_ABSENT && state->nodes[order].route == LM_ABSENT)
			{
				LmCost before;
				LmCost price;

				lm_balance_settle(state);
				before = state->cost;
				price = lm_state_insertion(state, order, after, LM_IMPOSSIBLE);
				if (price == LM_IMPOSSIBLE)
					continue;
				lm_state_insert(state, order, after);
				lm_balance_settle(state);
				EXPECT(state->cost == before + price - state->absent_price[order],
				       "problem %u: order %d: %lld more, expected %lld", number, order,
				       (long long) (state->cost - before + state->absent_price[order]),
				       (long long) price);
			}
			lm_balance_settle(state);
			for (int32_t v = 0; v < session.problem->vehicle_count; v++)
				cost += state->routes[v].cost +
				        session.problem->balance_per_ms * llabs(state->routes[v].working - mean) +
				        tilt * state->routes[v].working;
			for (int32_t i = 0; i < state->absent_count; i++)
				cost += state->absent_price[state->absent[i]];
			EXPECT(state->cost == cost, "problem %u: %lld, expected %lld", number,
			       (long long) state->cost, (long long) cost);
		}
		session_end(&session);
	}
}

/* ---- plans ---- */

#define FEW_ORDERS 4

typedef struct Plans
{
	const LmProblem *problem;
	int32_t orders[MOST_VEHICLES][FEW_ORDERS];
	int32_t count[MOST_VEHICLES];
	LmCost best;
} Plans;

/* The plan's cost; orders left out cost their skip_price, mandatory ones more than all else. */
static LmCost
plan_price(const LmProblem *problem, int32_t orders[][FEW_ORDERS], const int32_t *count,
           unsigned absent)
{
	LmTime working[MOST_VEHICLES] = {0};
	LmCost cost = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		const LmPrices *prices = &problem->prices[v];
		OracleRoute route = oracle_route(problem, v, orders[v], count[v], 0);
		OracleSchedule best;

		if (count[v] == 0)
			continue;
		if (oracle_limit_broken(&route) != NULL)
			return LM_IMPOSSIBLE;
		best = oracle_schedule(&route);
		if (!best.found)
			return LM_IMPOSSIBLE;
		working[v] = best.ends - best.departs;
		cost += prices->fixed + prices->per_mm * oracle_length(&route) +
		        prices->per_ms * working[v] + prices->per_overtime_ms * best.overtime +
		        best.lateness + oracle_preference(&route);
	}
	for (int32_t i = 0; i < problem->order_count; i++)
		if ((absent >> i & 1) != 0)
			cost += problem->orders[i].optional ? problem->skip_price[i] : LM_IMPOSSIBLE / 8;
	return cost + deviation_price(problem, working);
}

/* Every sequence of what is left on this vehicle and on those behind it. */
static void
plans_try(Plans *plans, int32_t vehicle, unsigned left)
{
	if (vehicle == plans->problem->vehicle_count)
	{
		LmCost cost = plan_price(plans->problem, plans->orders, plans->count, left);

		if (cost < plans->best)
			plans->best = cost;
		return;
	}
	plans_try(plans, vehicle + 1, left);
	for (int32_t i = 0; i < plans->problem->order_count; i++)
	{
		if ((left >> i & 1) == 0)
			continue;
		plans->orders[vehicle][plans->count[vehicle]++] = i;
		plans_try(plans, vehicle, left & ~(1u << i));
		plans->count[vehicle]--;
	}
}

static void
plans_are_the_best(void)
{
	unsigned missed = 0;

	for (unsigned number = 0; number < 150 * RANDOM_EFFORT; number++)
	{
		RandomShape shape = {
			1, FEW_ORDERS - (number % 5 != 0),
			2, MOST_VEHICLES,
			1, RANDOM_BALANCED | RANDOM_SETUPS | RANDOM_OVERTIME | RANDOM_OPTIONAL};
		Dice dice = dice_from_seed(number);
		RandomProblem random;
		SolveRun run = {.iterations = 1000, .seed = number};
		Plans plans = {.best = LM_IMPOSSIBLE};
		unsigned absent;
		LmCost found;

		if (dice_percent(&dice, 50))
			shape.features |= RANDOM_FLEET | RANDOM_PREFERENCES;
		random_problem_make(&random, &shape, &dice);
		plans.problem = &random.problem;
		absent = (1u << random.problem.order_count) - 1;
		plans_try(&plans, 0, absent);
		EXPECT(solve_run(&random.problem, &run) == LM_OK, "problem %u", number);
		for (int32_t v = 0; v < random.problem.vehicle_count; v++)
		{
			plans.count[v] = run.result.plan.first[v + 1] - run.result.plan.first[v];
			for (int32_t i = 0; i < plans.count[v]; i++)
			{
				plans.orders[v][i] = run.result.plan.stops[run.result.plan.first[v] + i];
				absent &= ~(1u << plans.orders[v][i]);
			}
		}
		found = plan_price(&random.problem, plans.orders, plans.count, absent);
		EXPECT(found >= plans.best, "problem %u: better than the best", number);
		missed += found > plans.best;
		solve_end(&run);
		random_problem_drop(&random);
	}
	printf("# %u plans are not the best\n", missed);
	EXPECT(missed <= 3 * RANDOM_EFFORT, "%u plans are not the best", missed);
}

/*
 * Of more than LM_BALANCE_FEW vehicles, and wherever an order is left out, deviations are estimated: leaving
 * an order out and putting it back must come to an end.
 */
static void
optional_orders_settle(void)
{
	int32_t dropped = 0;

	for (unsigned number = 0; number < 2000 * RANDOM_EFFORT; number++)
	{
		RandomShape shape = {2, 10, 2, number % 10 == 0 ? 30 : 4, 60000, 0};
		Dice dice = dice_from_seed(1500000000 + number);
		RandomProblem random;
		SolveRun run = {.iterations = 1 + number % 20, .seed = number, .stop_at = 300000};

		shape.features = random_features(&dice) | RANDOM_BALANCED | RANDOM_OPTIONAL |
		                 RANDOM_FREE_HOURS | RANDOM_FLEET;
		random_problem_make(&random, &shape, &dice);
		EXPECT(solve_run(&random.problem, &run) == LM_OK, "problem %u: %ld times asked", number,
		       run.polls);
		for (int32_t i = 0; run.status == LM_OK && i < random.problem.order_count; i++)
			dropped += run.result.reasons[i].code == LM_REASON_DROPPED;
		solve_end(&run);
		random_problem_drop(&random);
	}
	printf("# %d orders dropped\n", dropped);
	EXPECT(dropped > 50, "%d orders dropped", dropped);
}

int
main(void)
{
	tap_run("changes cost what they say, plans what they sum up to", steps_cost_what_they_say);
	tap_run("a part counts from a mean that is held", part_counts_from_held_mean);
	tap_run("small plans are the best there are", plans_are_the_best);
	tap_run("optional orders are left out or not", optional_orders_settle);
	return tap_end();
}
