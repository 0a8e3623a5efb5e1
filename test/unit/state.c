/*
 * state.c
 *	  Every cached value of the searched plan against a computation from scratch, after every step.
 */
#include "state_check.h"

/* ---- steps ---- */

static int32_t
sequence_with(const LmState *state, int32_t order, int32_t after, int32_t *orders)
{
	int32_t vehicle = state->nodes[after].route;
	int32_t count = 0;

	for (int32_t node = lm_state_start(state, vehicle); node != lm_state_end(state, vehicle);
	     node = state->nodes[node].next)
	{
		if (node < state->problem->order_count)
			orders[count++] = node;
		if (node == after)
			orders[count++] = order;
	}
	return count;
}

/* Prices one insertion with a bound and compares; does it now and then. */
static bool
step_insert(Session *session)
{
	LmState *state = session->state;
	int32_t order = dice_below(&session->dice, session->problem->order_count);
	int32_t after = node_draw(session);
	int32_t orders[MOST_ORDERS + 1];
	LmCost bound = LM_IMPOSSIBLE;
	LmCost expected;
	LmCost price;
	int32_t count;
	int32_t vehicle;

	if (after == LM_ABSENT || state->nodes[order].route != LM_ABSENT)
		return false;
	vehicle = state->nodes[after].route;
	count = sequence_with(state, order, after, orders);
	expected = cost_from_scratch(state, vehicle, orders, count);
	if (expected < LM_IMPOSSIBLE)
		expected -= state->routes[vehicle].cost;
	if (dice_percent(&session->dice, 50) && expected < LM_IMPOSSIBLE)
		bound = expected + dice_between(&session->dice, -2, 2);
	price = lm_state_insertion(state, order, after, bound);
	if (expected < bound)
		EXPECT(price == expected, "problem %u: order %d behind %d on %d: %lld, expected %lld",
		       session->number, order, after, vehicle, (long long) price, (long long) expected);
	else
		EXPECT(price >= bound, "problem %u: order %d behind %d on %d: %lld below bound %lld",
		       session->number, order, after, vehicle, (long long) price, (long long) bound);
	if (expected >= LM_IMPOSSIBLE || dice_percent(&session->dice, 40))
		return false;
	lm_state_insert(state, order, after);
	return true;
}

/* Takes reloads out of a sequence that a gap at an index leaves without orders on one side. */
static int32_t
empty_trips_drop(const LmProblem *problem, int32_t *orders, int32_t count, int32_t at)
{
	for (;;)
	{
		bool begins = at == 0 || problem->orders[orders[at - 1]].kind == LM_RELOAD;
		int32_t gone = -1;

		if (at < count && problem->orders[orders[at]].kind == LM_RELOAD && begins)
			gone = at;
		else if (at == count && at > 0 && begins)
			gone = --at;
		if (gone < 0)
			return count;
		for (int32_t i = gone; i + 1 < count; i++)
			orders[i] = orders[i + 1];
		count--;
	}
}

/* Removes a piece; what goes beyond it must be needed. */
static bool
step_remove(Session *session)
{
	LmState *state = session->state;
	int32_t first = node_draw(session);
	int32_t before[MOST_ORDERS];
	int32_t rest[MOST_ORDERS];
	int32_t rest_count = 0;
	int32_t from = 0;
	int32_t vehicle;
	int32_t count;
	int32_t taken;
	Picture now;

	if (first == LM_ABSENT || first >= session->problem->order_count)
		return false;
	vehicle = state->nodes[first].route;
	count = links_check(session, vehicle, before);
	while (before[from] != first)
		from++;
	taken = dice_between(&session->dice, 1, count - from);
	for (int32_t i = 0; i < count; i++)
		if (i < from || i >= from + taken)
			rest[rest_count++] = before[i];
	rest_count = empty_trips_drop(session->problem, rest, rest_count, from);
	lm_state_remove(state, first, before[from + taken - 1]);
	picture_take(state, &now);
	if (cost_from_scratch(state, vehicle, rest, rest_count) < LM_IMPOSSIBLE)
		EXPECT(now.count[vehicle] == rest_count &&
		           memcmp(now.orders[vehicle], rest, sizeof(int32_t) * (size_t) rest_count) == 0,
		       "problem %u: %d orders left of vehicle %d, %d could be", session->number,
		       now.count[vehicle], vehicle, rest_count);
	for (int32_t i = from; i < from + taken; i++)
		EXPECT(state->nodes[before[i]].route == LM_ABSENT, "problem %u: order %d stays",
		       session->number, before[i]);
	/* what is left is a piece from the beginning and a piece from the end */
	for (int32_t i = 0, kept = 0; i < count; i++)
		if (kept < now.count[vehicle] && now.orders[vehicle][kept] == before[i])
			kept++;
		else
			EXPECT(state->nodes[before[i]].route == LM_ABSENT, "problem %u: order %d moved",
			       session->number, before[i]);
	return true;
}

static int32_t
steps_run(Session *session, int steps)
{
	Picture saved = session->committed;
	int32_t changes = 0;

	/* what follows a broken state says nothing */
	for (int step = 0; step < steps && tap_failed_checks == 0; step++)
	{
		bool changed = true;

		switch (dice_below(&session->dice, 20))
		{
			case 0:
			case 1:
				changed = step_remove(session);
				break;
			case 2:
				lm_state_commit(session->state);
				picture_take(session->state, &session->committed);
				break;
			case 3:
				session_undo(session);
				break;
			case 4:
				if (dice_percent(&session->dice, 30))
					session_load(session, &saved);
				else
					picture_take(session->state, &saved);
				break;
			default:
				changed = step_insert(session);
		}
		if (changed)
			state_check(session);
		changes += changed;
	}
	return changes;
}

/* ---- tests ---- */

static void
sessions_run(unsigned first, unsigned count, int features)
{
	unsigned changes = 0;

	for (unsigned number = first; number < first + count * RANDOM_EFFORT; number++)
	{
		Session session;

		session_begin(&session, number, features);
		state_check(&session);
		changes += (unsigned) steps_run(&session, 120);
		session_end(&session);
	}
	EXPECT(changes > count * 20, "%u changes", changes);
}

static void
random_steps(void)
{
	sessions_run(0, 2000, -1);
}

/* Vehicles that reload, and trips that must not be long. */
static void
trip_steps(void)
{
	sessions_run(1500000000, 1500, ~(RANDOM_TRIPS | RANDOM_RANGES));
	sessions_run(1600000000, 500,
	             RANDOM_TRIPS | RANDOM_RANGES | RANDOM_LOADS | RANDOM_RELEASES | RANDOM_PICKUPS |
	                 RANDOM_BREAKS | RANDOM_SHIFT_ENDS);
}

/* An order between two others can save time here, and with it overtime: no price is a lower bound. */
static void
overtime_steps(void)
{
	sessions_run(500000000, 1000,
	             RANDOM_ANY_TRAVEL | RANDOM_SHIFT_ENDS | RANDOM_OVERTIME | RANDOM_FREE_HOURS |
	                 RANDOM_FLEET);
}

/* The stamps that say what is logged turn over after 2^32 plans; then nothing may look fresh. */
static void
epoch_turns_over(void)
{
	for (unsigned number = 0; number < 300 * RANDOM_EFFORT; number++)
	{
		Session session;

		session_begin(&session, 1000000000 + number, -1);
		session.state->epoch = UINT32_MAX - (uint32_t) dice_below(&session.dice, 6);
		(void) steps_run(&session, 120);
		session_end(&session);
	}
}

/* Vehicles of a kind are alike in all that the search looks at, others are not. */
static void
kinds_hold_equals(void)
{
	for (unsigned number = 0; number < 300 * RANDOM_EFFORT; number++)
	{
		Session session;
		const LmState *state;

		session_begin(&session, 2000000000 + number, -1);
		state = session.state;
		for (int32_t kind = 0; kind < state->kind_count; kind++)
			for (int32_t m = state->kind_first[kind]; m < state->kind_first[kind + 1]; m++)
				EXPECT(state->kind[state->kind_members[m]] == kind, "problem %u", session.number);
		EXPECT(state->kind_first[state->kind_count] == session.problem->vehicle_count,
		       "problem %u: not every vehicle has a kind", session.number);
		for (int32_t v = 1; v < session.problem->vehicle_count; v++)
			for (int32_t order = 0;
			     state->kind[v] == state->kind[0] && order < session.problem->order_count; order++)
			{
				LmCost alone[2];

				alone[0] = cost_from_scratch(state, 0, &order, 1) - state->vans[0].price;
				alone[1] = cost_from_scratch(state, v, &order, 1) - state->vans[v].price;
				if (alone[0] < LM_IMPOSSIBLE / 2 || alone[1] < LM_IMPOSSIBLE / 2)
					EXPECT(alone[0] == alone[1], "problem %u: order %d on vehicles 0 and %d",
					       session.number, order, v);
			}
		session_end(&session);
	}
}

/* More vehicles than bits in a word, of a few kinds, used and left in any order. */
static void
empty_vehicles_are_found(void)
{
	for (unsigned number = 0; number < 40; number++)
	{
		RandomShape shape = {150, 150, 60, 200, 1, 0};
		Dice dice = dice_from_seed(number);
		RandomProblem random;
		LmProblem *problem = &random.problem;
		LmArena arena;
		LmState *state;

		random_problem_make(&random, &shape, &dice);
		for (int32_t v = 0; v < problem->vehicle_count; v++)
			problem->vehicles[v].max_stops = dice_percent(&dice, 80) ? 100
			                                                         : 101 + dice_below(&dice, 3);
		lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
		state = lm_state_new(problem, lm_scheduler_new(problem, &arena), &arena);
		for (int step = 0; step < 1500; step++)
		{
			int32_t order = dice_below(&dice, problem->order_count);
			int32_t vehicle = dice_below(&dice, problem->vehicle_count);
			int32_t start = lm_state_start(state, vehicle);

			if (dice_percent(&dice, 1))
				lm_state_undo(state);
			else if (dice_percent(&dice, 1))
				lm_state_commit(state);
			else if (state->nodes[order].route != LM_ABSENT && dice_percent(&dice, 20))
				lm_state_remove(state, order, order);
			else if (state->nodes[order].route == LM_ABSENT && state->routes[vehicle].count == 0 &&
			         lm_state_insertion(state, order, start, LM_IMPOSSIBLE) < LM_IMPOSSIBLE)
				lm_state_insert(state, order, start);
			if (step % 10 == 0)
				empty_check(state, number);
		}
		EXPECT(state->kind_count <= 4, "problem %u: %d kinds", number, state->kind_count);
		lm_arena_drop(&arena);
		random_problem_drop(&random);
	}
}

int
main(void)
{
	tap_run("insert, remove, undo, commit and load keep every cached value", random_steps);
	tap_run("the same where driving more may save overtime", overtime_steps);
	tap_run("the same with several trips and ranges", trip_steps);
	tap_run("undo works when the epoch turns over", epoch_turns_over);
	tap_run("kinds hold equal vehicles", kinds_hold_equals);
	tap_run("empty vehicles of a kind are found", empty_vehicles_are_found);
	return tap_end();
}
