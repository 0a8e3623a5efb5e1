/*
 * state.c
 *	  Steps of any kind on a plan: prices against the oracle, every cached value against a fresh one.
 */
#include "solver/eject.h"
#include "solver/moves.h"
#include "solver/shake.h"

/* tap.h's checks count; here one that fails ends the run */
#include "state_check.h"

#undef EXPECT
#include "fuzz.h"

#define STEPS 10
#define FILL 6 /* insertions before that, so that there is something to move */

/* A session of state_check.h, and what the steps need besides. */
typedef struct Play
{
	Session session;
	LmNeighbours neighbours;
	LmImprove *improve;
	LmEject *eject;
	LmRandom random;
	FuzzHeap heap;
	int64_t penalties[MOST_ORDERS];
	Picture saved;
} Play;

static void
play_begin(Play *play, const uint8_t *data, size_t size)
{
	Session *session = &play->session;
	RandomShape shape = {1, MOST_ORDERS, 1, MOST_VEHICLES, 1, 0};
	Dice *dice = &session->dice;
	LmObjective objective;

	memset(play, 0, sizeof(*play));
	*dice = dice_from_bytes(data, size);
	shape.features = dice_below(dice, RANDOM_ALL + 1);
	objective = (LmObjective) dice_below(dice, 4);
	play->heap.filling = dice_below(dice, 256);
	play->random.state = (uint64_t) dice_below(dice, 256);
	random_problem_make(&session->random, &shape, dice);
	session->problem = &session->random.problem;
	lm_prices_set(&session->random.problem, objective);
	fuzz_arena(&session->arena, &play->heap);
	session->scheduler = lm_scheduler_new(session->problem, &session->arena);
	session->state = lm_state_new(session->problem, session->scheduler, &session->arena);
	play->improve = lm_improve_new(session->state, &session->arena);
	play->eject = lm_eject_new(session->state, &session->arena);
	CHECK(lm_neighbours_find(session->state, &session->arena, fuzz_never_stop, NULL,
	                         &play->neighbours),
	      "no neighbours");
	/* prices as the search sets them: any numbers will do */
	session->state->cost = 0;
	for (int32_t i = 0; i < session->problem->order_count; i++)
	{
		session->state->absent_price[i] = dice_below(dice, 1000000);
		session->state->cost += session->state->absent_price[i];
		play->penalties[i] = dice_between(dice, 1, 8);
	}
	for (int32_t v = 0; v < session->problem->vehicle_count; v++)
		if (dice_percent(dice, 30))
			session->state->vans[v].price += dice_below(dice, 1000000);
	lm_state_commit(session->state);
	picture_take(session->state, &session->committed);
	play->saved = session->committed;
}

static void
play_end(Play *play)
{
	fuzz_arena_drop(&play->session.arena, &play->heap);
	random_problem_drop(&play->session.random);
}

static LmCost
bound_draw(Dice *dice, LmCost expected)
{
	return expected < LM_IMPOSSIBLE && dice_percent(dice, 50) ? expected + dice_between(dice, -2, 2)
	                                                          : LM_IMPOSSIBLE;
}

/* Below the bound a price is exact, else it says no. */
static void
price_check(const char *what, LmCost price, LmCost expected, LmCost bound)
{
	if (expected < bound)
		CHECK(price == expected, "%s: %lld, expected %lld", what, (long long) price,
		      (long long) expected);
	else
		CHECK(price >= bound, "%s: %lld, the bound is %lld", what, (long long) price,
		      (long long) bound);
}

/* The route of a node with an order put in behind the node, and some orders left out. */
static int32_t
route_with(const LmState *state, int32_t order, int32_t after, const int32_t *without,
           int32_t without_count, int32_t *orders)
{
	int32_t vehicle = state->nodes[after].route;
	int32_t count = 0;

	for (int32_t node = lm_state_start(state, vehicle); node != lm_state_end(state, vehicle);
	     node = state->nodes[node].next)
	{
		bool kept = node < state->problem->order_count;

		for (int32_t i = 0; i < without_count; i++)
			kept &= without[i] != node;
		if (kept)
			orders[count++] = node;
		if (node == after)
			orders[count++] = order;
	}
	return count;
}

/* ---- insertion and removal ---- */

static void
step_insert(Play *play)
{
	Session *session = &play->session;
	LmState *state = session->state;
	int32_t order = dice_below(&session->dice, session->problem->order_count);
	int32_t after = node_draw(session);
	int32_t orders[MOST_ORDERS + 1];
	LmCost before = state->cost;
	LmCost expected;
	LmCost bound;

	if (after == LM_ABSENT || state->nodes[order].route != LM_ABSENT)
		return;
	expected = cost_from_scratch(state, state->nodes[after].route, orders,
	                             route_with(state, order, after, NULL, 0, orders));
	if (expected < LM_IMPOSSIBLE)
		expected -= state->routes[state->nodes[after].route].cost;
	bound = bound_draw(&session->dice, expected);
	price_check("insertion", lm_state_insertion(state, order, after, bound), expected, bound);
	if (expected < LM_IMPOSSIBLE)
		CHECK(lm_state_insertion_least(state, order, after, LM_IMPOSSIBLE) <= expected,
		      "the least price of order %d behind %d is not", order, after);
	if (expected >= LM_IMPOSSIBLE || dice_percent(&session->dice, 20))
		return;
	lm_state_insert(state, order, after);
	CHECK(state->cost == before + expected - state->absent_price[order], "cost of the plan");
}

static void
step_remove(Play *play)
{
	Session *session = &play->session;
	LmState *state = session->state;
	int32_t first = node_draw(session);
	int32_t last = first;

	if (first == LM_ABSENT || first >= session->problem->order_count)
		return;
	for (int32_t more = dice_below(&session->dice, MOST_ORDERS);
	     more > 0 && state->nodes[last].next < session->problem->order_count; more--)
		last = state->nodes[last].next;
	lm_state_remove(state, first, last);
	CHECK(state->nodes[first].route == LM_ABSENT && state->nodes[last].route == LM_ABSENT,
	      "orders %d to %d stay", first, last);
}

/* ---- splices ---- */

/* A piece of a route as a splice that leaves everything as it is. */
static LmSplice
piece_draw(Session *session, int32_t vehicle, int32_t *orders)
{
	const LmState *state = session->state;
	LmSplice splice = {.before = lm_state_start(state, vehicle), .orders = orders};

	for (int32_t skip = dice_below(&session->dice, state->routes[vehicle].count + 1); skip > 0;
	     skip--)
		splice.before = state->nodes[splice.before].next;
	splice.behind = state->nodes[splice.before].next;
	for (int32_t take = dice_below(&session->dice, MOST_ORDERS + 1);
	     take > 0 && splice.behind < session->problem->order_count; take--)
	{
		orders[splice.count++] = splice.behind;
		splice.behind = state->nodes[splice.behind].next;
	}
	return splice;
}

static LmCost
splice_expected(const LmState *state, const LmSplice *splice)
{
	int32_t vehicle = state->nodes[splice->before].route;
	int32_t orders[2 * MOST_ORDERS];
	int32_t count = 0;
	LmCost cost;

	for (int32_t node = lm_state_start(state, vehicle); node != splice->behind;
	     node = state->nodes[node].next)
	{
		if (node < state->problem->order_count)
			orders[count++] = node;
		if (node == splice->before)
			break;
	}
	for (int32_t i = 0; i < splice->count; i++)
		orders[count++] = splice->orders[i];
	for (int32_t node = splice->behind; node < state->problem->order_count;
	     node = state->nodes[node].next)
		orders[count++] = node;
	cost = cost_from_scratch(state, vehicle, orders, count);
	return cost >= LM_IMPOSSIBLE ? cost : cost - state->routes[vehicle].cost;
}

static LmCost
splice_check(Session *session, const LmSplice *splice)
{
	LmCost expected = splice_expected(session->state, splice);
	LmCost bound = bound_draw(&session->dice, expected);

	price_check("splice", lm_splice_price(session->state, splice, bound), expected, bound);
	if (expected < LM_IMPOSSIBLE)
		CHECK(lm_splice_least(session->state, splice, LM_IMPOSSIBLE) <= expected,
		      "the least price of a splice is not");
	return expected;
}

/* Two pieces change places, or one is driven in another order. */
static void
step_splice(Play *play)
{
	Session *session = &play->session;
	LmState *state = session->state;
	int32_t vehicles = session->problem->vehicle_count;
	int32_t orders[2][MOST_ORDERS];
	int32_t here = dice_below(&session->dice, vehicles);
	int32_t there = dice_below(&session->dice, vehicles);
	LmCost before = state->cost;
	LmCost added = 0;
	LmSplice splices[2];
	int count = 1;

	splices[0] = piece_draw(session, here, orders[0]);
	if (here != there)
	{
		LmSplice other = piece_draw(session, there, orders[1]);

		count = 2;
		splices[1] = other;
		splices[1].orders = orders[0];
		splices[1].count = splices[0].count;
		splices[0].orders = orders[1];
		splices[0].count = other.count;
	}
	if (here == there || dice_percent(&session->dice, 50))
		dice_shuffle(&session->dice, orders[here != there], splices[0].count);
	for (int i = 0; i < count; i++)
	{
		LmCost price = splice_check(session, &splices[i]);

		if (price >= LM_IMPOSSIBLE)
			return;
		added += price;
	}
	lm_splice_apply(state, splices, count);
	CHECK(state->cost == before + added, "cost of the plan");
}

/* ---- moves ---- */

static void
step_move(Play *play)
{
	Session *session = &play->session;
	LmState *state = session->state;
	int kind = dice_below(&session->dice, 3);
	int32_t order = dice_below(&session->dice, session->problem->order_count);
	int32_t after = node_draw(session);
	int32_t tails[2 * MOST_ORDERS];
	Picture before;
	Picture now;
	LmLift lift;
	LmMeeting meeting;
	bool moved;

	if (after == LM_ABSENT || after == order || state->nodes[order].route == LM_ABSENT)
		return;
	lift = lm_lift_of(state, order);
	meeting = lm_meeting_of(state, &lift, after);
	picture_take(state, &before);
	moved = kind == 0   ? lm_move_relocate(state, &meeting)
	        : kind == 1 ? lm_move_swap(state, &meeting)
	                    : lm_move_tails(state, &meeting, tails);
	picture_take(state, &now);
	CHECK(moved || picture_equal(&before, &now), "move %d changed something", kind);
	CHECK(!moved || (now.cost < before.cost && now.absent_count == before.absent_count &&
	                 state->nodes[after].next == order),
	      "move %d from %lld to %lld", kind, (long long) before.cost, (long long) now.cost);
}

static void
step_improve(Play *play)
{
	LmState *state = play->session.state;
	LmCost cost = state->cost;
	int32_t absent = state->absent_count;

	lm_improve(play->improve, state, &play->neighbours, play->neighbours.width);
	CHECK(state->cost <= cost && state->absent_count == absent, "from %lld to %lld",
	      (long long) cost, (long long) state->cost);
}

static void
step_shake(Play *play)
{
	LmState *state = play->session.state;
	int32_t scratch[2 * MOST_ORDERS];
	int32_t absent = state->absent_count;

	(void) lm_shake(state, &play->neighbours, &play->random, 5, scratch);
	CHECK(state->absent_count == absent, "%d orders are absent, %d were", state->absent_count,
	      absent);
}

/* What is found fits, and costs what it says; it is done as the fleet does it. */
static void
step_eject(Play *play)
{
	Session *session = &play->session;
	LmState *state = session->state;
	int32_t order = dice_below(&session->dice, session->problem->order_count);
	int32_t vehicle = dice_below(&session->dice, session->problem->vehicle_count);
	int32_t most = dice_between(&session->dice, 1, LM_EJECT_MOST);
	int64_t limit = dice_between(&session->dice, 1, 20);
	LmEjection found = {.penalty = limit, .after = LM_ABSENT};
	int32_t orders[MOST_ORDERS + 1];
	int64_t penalty = 0;
	int32_t count;

	if (state->nodes[order].route != LM_ABSENT)
		return;
	(void) lm_eject_find(play->eject, state, order, vehicle, play->penalties, most, &found);
	if (found.after == LM_ABSENT)
		return;
	for (int32_t i = 0; i < found.count; i++)
	{
		CHECK(state->nodes[found.orders[i]].route == vehicle, "order %d is not on the route",
		      found.orders[i]);
		penalty += play->penalties[found.orders[i]];
	}
	CHECK(found.count <= most && found.penalty == penalty && penalty < limit,
	      "%d orders of penalty %lld, at most %d below %lld", found.count, (long long) penalty,
	      most, (long long) limit);
	CHECK(state->nodes[found.after].route == vehicle, "node %d is not on the route", found.after);
	count = route_with(state, order, found.after, found.orders, found.count, orders);
	CHECK(cost_from_scratch(state, vehicle, orders, count) < LM_IMPOSSIBLE,
	      "the route is not feasible without %d orders", found.count);
	for (int32_t i = 0; i < found.count; i++)
		if (state->nodes[found.orders[i]].route != LM_ABSENT)
			lm_state_remove(state, found.orders[i], found.orders[i]);
	if (state->nodes[found.after].route != LM_ABSENT &&
	    lm_state_insertion(state, order, found.after, LM_IMPOSSIBLE) < LM_IMPOSSIBLE)
		lm_state_insert(state, order, found.after);
}

/* ---- commit, undo, load ---- */

static void
step_undo(Play *play)
{
	Picture now;

	lm_state_undo(play->session.state);
	picture_take(play->session.state, &now);
	CHECK(picture_equal(&now, &play->session.committed), "undo leads elsewhere");
}

static void
step_commit(Play *play)
{
	lm_state_commit(play->session.state);
	picture_take(play->session.state, &play->session.committed);
	if (dice_percent(&play->session.dice, 50))
		play->saved = play->session.committed;
}

/* Goes back to a plan of some time ago. */
static void
step_load(Play *play)
{
	LmState *state = play->session.state;
	int32_t next[MOST_ORDERS + 2 * MOST_VEHICLES];
	Picture now;

	/* rubbish where nothing is read */
	memset(next, 0x7f, sizeof(next));
	for (int32_t v = 0; v < play->session.problem->vehicle_count; v++)
	{
		int32_t node = lm_state_start(state, v);

		for (int32_t i = 0; i < play->saved.count[v]; i++)
			node = next[node] = play->saved.orders[v][i];
		next[node] = lm_state_end(state, v);
	}
	lm_state_load(state, next);
	picture_take(state, &now);
	CHECK(picture_equal(&now, &play->saved), "load leads elsewhere");
	play->session.committed = now;
}

static void
step_any(Play *play)
{
	static void (*const steps[])(Play *) = {step_insert, step_splice, step_move,    step_eject,
	                                        step_remove, step_shake,  step_improve, step_undo,
	                                        step_commit, step_load,   step_insert};

	steps[dice_below(&play->session.dice, (int32_t) (sizeof(steps) / sizeof(steps[0])))](play);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Play play;

	play_begin(&play, data, size);
	for (int i = 0; i < FILL; i++)
		step_insert(&play);
	for (int i = 0; i < STEPS && play.session.dice.left > 0; i++)
	{
		step_any(&play);
		state_check(&play.session);
		CHECK(tap_failed_checks == 0, "what is kept is not what a fresh computation gives");
	}
	play_end(&play);
	return 0;
}
