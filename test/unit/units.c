/*
 * units.c
 *	  Shipments and alternatives in the searched plan: places, splices and removals against trying everything.
 */
#include "state_check.h"

#include "solver/moves.h"
#include "solver/place.h"
#include "solver/splice.h"
#include "solver/unit.h"

/* ---- places ---- */

/* The least that a sequence with these orders put in at two places adds; IMPOSSIBLE: neither is feasible. */
static LmCost
pair_cost(const Session *session, int32_t vehicle, const int32_t *orders, int32_t at,
          int32_t second)
{
	const LmState *state = session->state;
	int32_t changed[MOST_ORDERS + 2];
	int32_t now[MOST_ORDERS];
	int32_t count = links_check(session, vehicle, now);
	int32_t filled = 0;
	LmCost cost;

	for (int32_t i = 0; i <= count; i++)
	{
		if (i == at)
			changed[filled++] = orders[0];
		if (i == second && orders[1] >= 0)
			changed[filled++] = orders[1];
		if (i < count)
			changed[filled++] = now[i];
	}
	cost = cost_from_scratch(state, vehicle, changed, filled);
	return cost < LM_IMPOSSIBLE ? cost - state->routes[vehicle].cost : LM_IMPOSSIBLE;
}

/* The cheapest of all places of all alternatives. */
static LmCost
cheapest_of_all(const Session *session, int32_t first)
{
	const LmProblem *problem = session->problem;
	const LmUnit *unit = lm_problem_unit(problem, first);
	const int32_t *members = problem->members + unit->first;
	LmCost least = LM_IMPOSSIBLE;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		/* of a kind one empty vehicle is as good as the other, but for the prices that sessions draw */
		if (session->state->routes[v].count == 0 &&
		    lm_state_empty(session->state, session->state->kind[v]) != v)
			continue;
		for (int32_t at = 0; at <= session->state->routes[v].count; at++)
			for (int32_t head = 0; head < unit->heads; head++)
				for (int32_t tail = 0; tail == 0 || tail < unit->tails; tail++)
					for (int32_t second = at;
					     second <= (unit->tails > 0 ? session->state->routes[v].count : at);
					     second++)
					{
						int32_t orders[2] = {members[head],
						                     unit->tails > 0 ? members[unit->heads + tail] : -1};
						LmCost cost = pair_cost(session, v, orders, at, second);

						if (cost < least)
							least = cost;
					}
	}
	return least;
}

/* Looks for the place of an absent unit; puts it in now and then.  Counts those with a place. */
static bool
step_place(Session *session, int32_t *placed)
{
	LmState *state = session->state;
	LmPlacing placing;
	LmCost expected;
	LmCost before = state->cost;
	int32_t first;
	bool found;

	if (state->absent_count == 0)
		return false;
	first = state->absent[dice_below(&session->dice, state->absent_count)];
	expected = cheapest_of_all(session, first);
	found = lm_unit_find(state, first, LM_IMPOSSIBLE, &placing);
	EXPECT(found == (expected < LM_IMPOSSIBLE) && (!found || placing.cost == expected),
	       "problem %u (%x): order %d of %d and %d: %lld, expected %lld", session->number,
	       (unsigned) session->random.shape.features, first,
	       lm_problem_unit(session->problem, first)->heads,
	       lm_problem_unit(session->problem, first)->tails, found ? (long long) placing.cost : -1,
	       (long long) expected);
	if (expected < LM_IMPOSSIBLE)
	{
		LmPlacing again;

		EXPECT(!lm_unit_find(state, first, expected, &again), "problem %u: order %d below bound",
		       session->number, first);
		EXPECT(lm_unit_find(state, first, expected + 1, &again) && again.cost == expected,
		       "problem %u: order %d above bound", session->number, first);
	}
	if (!found || dice_percent(&session->dice, 30))
		return false;
	(*placed)++;
	lm_placing_apply(state, &placing);
	EXPECT(state->cost == before + expected - state->absent_price[first],
	       "problem %u: cost with order %d", session->number, first);
	return true;
}

/* ---- splices ---- */

/* Prices a piece of a route replaced by some of its orders and of absent ones, in any sequence. */
static void
step_splice(Session *session)
{
	LmState *state = session->state;
	int32_t vehicle = dice_below(&session->dice, session->problem->vehicle_count);
	int32_t now[MOST_ORDERS];
	int32_t count = links_check(session, vehicle, now);
	int32_t from = dice_below(&session->dice, count + 1);
	int32_t to = dice_between(&session->dice, from, count);
	int32_t inside[MOST_ORDERS];
	int32_t changed[2 * MOST_ORDERS];
	int32_t kept = 0;
	int32_t filled = 0;
	LmSplice splice = {from == 0 ? lm_state_start(state, vehicle) : now[from - 1],
	                   to == count ? lm_state_end(state, vehicle) : now[to], inside, 0};
	LmCost expected;
	LmCost price;
	OracleRoute route;
	const char *broken;

	for (int32_t order = 0; order < session->problem->order_count; order++)
	{
		bool own = false;

		for (int32_t i = from; i < to; i++)
			own |= now[i] == order;
		if (!dice_percent(&session->dice, own                                      ? 85
		                                  : state->nodes[order].route == LM_ABSENT ? 30
		                                                                           : 0))
			continue;
		inside[kept] = order;
		kept++;
	}
	for (int32_t i = kept - 1; i > 0; i--)
	{
		int32_t at = dice_percent(&session->dice, 50) ? i : dice_below(&session->dice, i + 1);
		int32_t order = inside[i];

		inside[i] = inside[at];
		inside[at] = order;
	}
	for (int32_t i = 0; i < from; i++)
		changed[filled++] = now[i];
	for (int32_t i = 0; i < kept; i++)
		changed[filled++] = inside[i];
	for (int32_t i = to; i < count; i++)
		changed[filled++] = now[i];
	/* no move puts in another alternative beside one that is served */
	for (int32_t i = 0; i < filled; i++)
		for (int32_t j = 0; j < i; j++)
			if (session->problem->orders[changed[i]].unit ==
			        session->problem->orders[changed[j]].unit &&
			    (session->problem->orders[changed[i]].kind == LM_DROP) ==
			        (session->problem->orders[changed[j]].kind == LM_DROP))
				return;
	splice.count = kept;
	expected = cost_from_scratch(state, vehicle, changed, filled);
	route = oracle_route(session->problem, vehicle, changed, filled, 0);
	broken = filled == 0 ? NULL : oracle_limit_broken(&route);
	price = lm_splice_price(state, &splice, LM_IMPOSSIBLE);
	if (expected >= LM_IMPOSSIBLE)
		EXPECT(price >= LM_IMPOSSIBLE, "problem %u (%x): splice of vehicle %d, %lld: %s",
		       session->number, (unsigned) session->random.shape.features, vehicle,
		       (long long) price, broken);
	else
		EXPECT(price == expected - state->routes[vehicle].cost,
		       "problem %u: splice of vehicle %d: %lld, expected %lld", session->number, vehicle,
		       (long long) price, (long long) (expected - state->routes[vehicle].cost));
}

/* ---- removals ---- */

/* Removes a piece: what is gone is gone as a whole, and where the rest could stay, no more than that. */
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
	{
		bool goes = false;

		for (int32_t j = from; j < from + taken; j++)
			goes |= session->problem->orders[before[j]].unit ==
			        session->problem->orders[before[i]].unit;
		if (!goes)
			rest[rest_count++] = before[i];
	}
	lm_state_remove(state, first, before[from + taken - 1]);
	picture_take(state, &now);
	/* where driving less may take more time, a row that goes first may take others along */
	if ((session->random.shape.features & RANDOM_ANY_TRAVEL) == 0 &&
	    (session->random.shape.features & RANDOM_GAPS) == 0 &&
	    cost_from_scratch(state, vehicle, rest, rest_count) < LM_IMPOSSIBLE)
		EXPECT(now.count[vehicle] == rest_count &&
		           memcmp(now.orders[vehicle], rest, sizeof(int32_t) * (size_t) rest_count) == 0,
		       "problem %u: %d orders left of vehicle %d, %d could be", session->number,
		       now.count[vehicle], vehicle, rest_count);
	for (int32_t i = from; i < from + taken; i++)
		EXPECT(state->nodes[before[i]].route == LM_ABSENT, "problem %u: order %d stays",
		       session->number, before[i]);
	return true;
}

static bool
never_stop(void *context)
{
	(void) context;
	return false;
}

/* Most already stand where they cost least.  How often a unit was moved, and how often another of its alternatives was chosen. */
static unsigned units_moved;
static unsigned options_changed;

/* A unit as a whole: the cost falls, and all of it is served that was. */
static bool
step_move(Session *session)
{
	LmState *state = session->state;
	int32_t order = dice_below(&session->dice, lm_problem_rows(session->problem));
	LmNeighbours neighbours;
	Picture before;
	Picture now;
	bool moved;

	picture_take(state, &before);
	if (state->nodes[order].route == LM_ABSENT)
		return false;
	EXPECT(lm_neighbours_find(state, &session->arena, never_stop, NULL, &neighbours),
	       "problem %u: no memory", session->number);
	moved = lm_move_unit(state, &neighbours, order, 10);
	picture_take(state, &now);
	if (!moved)
	{
		EXPECT(picture_equal(&before, &now), "problem %u: order %d: it changed something",
		       session->number, order);
		return false;
	}
	/* without the triangle inequality others may have had to leave */
	if (now.absent_count == before.absent_count)
	{
		EXPECT(now.cost < before.cost, "problem %u: order %d: from %lld to %lld", session->number,
		       order, (long long) before.cost, (long long) now.cost);
		units_moved++;
		options_changed += state->nodes[order].route == LM_ABSENT;
	}
	return true;
}

/* ---- tests ---- */

static int32_t
steps_run(Session *session, int steps, int32_t *placed)
{
	Picture saved = session->committed;
	int32_t changes = 0;

	for (int step = 0; step < steps && tap_failed_checks == 0; step++)
	{
		bool changed = true;

		switch (dice_below(&session->dice, 17))
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
			case 5:
			case 6:
			case 7:
				step_splice(session);
				changed = false;
				break;
			case 8:
			case 9:
			case 10:
				changed = step_move(session);
				break;
			default:
				changed = step_place(session, placed);
		}
		if (changed)
			state_check(session);
		changes += changed;
	}
	return changes;
}

static void
sessions_run(unsigned first, unsigned count, int features)
{
	unsigned changes = 0;
	int32_t placed = 0;

	for (unsigned number = first; number < first + count * RANDOM_EFFORT && tap_failed_checks == 0;
	     number++)
	{
		Session session;
		Dice dice = dice_from_seed(number);

		session_begin(&session, number,
		              (features < 0 ? random_features(&dice) : features) | RANDOM_UNITS);
		state_check(&session);
		changes += (unsigned) steps_run(&session, 60, &placed);
		session_end(&session);
	}
	EXPECT(changes > count * 10 && placed > (int32_t) count * 3, "%u changes, %d placed", changes,
	       placed);
}

static void
simple_steps(void)
{
	sessions_run(0, 400, RANDOM_LOADS | RANDOM_FLEET);
}

static void
random_steps(void)
{
	sessions_run(100000000, 700, -1);
}

static void
overtime_steps(void)
{
	sessions_run(500000000, 200,
	             RANDOM_ANY_TRAVEL | RANDOM_SHIFT_ENDS | RANDOM_OVERTIME | RANDOM_FREE_HOURS |
	                 RANDOM_FLEET | RANDOM_LOADS);
}

static void
moves_counted(void)
{
	EXPECT(units_moved > 10 && options_changed > 9, "%u moved, %u of them to another option",
	       units_moved, options_changed);
}

int
main(void)
{
	tap_run("places, splices and removals with windows and loads", simple_steps);
	tap_run("the same with some features", random_steps);
	tap_run("the same where driving more may save overtime", overtime_steps);
	tap_run("units are moved as a whole, to other alternatives too", moves_counted);
	return tap_end();
}
