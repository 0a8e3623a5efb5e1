/*
 * moves.c
 *	  Splices and the moves made of them, replayed against a computation from scratch.
 */
#include "solver/moves.h"
#include "solver/reload.h"
#include "solver/trips.h"

#include "state_check.h"

/* A piece of a route: nodes in front of and behind it, and what lies in it. */
typedef struct Piece
{
	int32_t vehicle;
	int32_t from; /* its first order is the route's order of this number */
	int32_t count;
	int32_t route[MOST_ORDERS];
	int32_t route_count;
} Piece;

static Piece
piece_draw(Session *session, int32_t vehicle)
{
	Piece piece = {.vehicle = vehicle};

	piece.route_count = links_check(session, vehicle, piece.route);
	piece.from = dice_between(&session->dice, 0, piece.route_count);
	piece.count = dice_between(&session->dice, 0, piece.route_count - piece.from);
	return piece;
}

static LmSplice
piece_splice(const LmState *state, const Piece *piece, const int32_t *orders, int32_t count)
{
	int32_t behind = piece->from + piece->count;
	LmSplice splice = {.orders = orders, .count = count};

	splice.before = piece->from == 0 ? lm_state_start(state, piece->vehicle)
	                                 : piece->route[piece->from - 1];
	splice.behind = behind == piece->route_count ? lm_state_end(state, piece->vehicle)
	                                             : piece->route[behind];
	return splice;
}

/* What the splice adds to the cost of the route by the oracle, or LM_IMPOSSIBLE. */
static LmCost
splice_expected(const LmState *state, const Piece *piece, const LmSplice *splice)
{
	int32_t orders[2 * MOST_ORDERS];
	int32_t count = 0;
	LmCost cost;

	for (int32_t i = 0; i < piece->from; i++)
		orders[count++] = piece->route[i];
	for (int32_t i = 0; i < splice->count; i++)
		orders[count++] = splice->orders[i];
	for (int32_t i = piece->from + piece->count; i < piece->route_count; i++)
		orders[count++] = piece->route[i];
	cost = cost_from_scratch(state, piece->vehicle, orders, count);
	return cost >= LM_IMPOSSIBLE ? cost : cost - state->routes[piece->vehicle].cost;
}

static LmCost
splice_check(Session *session, const Piece *piece, const LmSplice *splice)
{
	LmCost expected = splice_expected(session->state, piece, splice);
	LmCost bound = LM_IMPOSSIBLE;
	LmCost price;

	if (expected < LM_IMPOSSIBLE && dice_percent(&session->dice, 50))
		bound = expected + dice_between(&session->dice, -2, 2);
	price = lm_splice_price(session->state, splice, bound);
	if (expected < bound)
		EXPECT(price == expected, "problem %u: vehicle %d: %lld, expected %lld", session->number,
		       piece->vehicle, (long long) price, (long long) expected);
	else
		EXPECT(price >= bound, "problem %u: vehicle %d: %lld is below %lld", session->number,
		       piece->vehicle, (long long) price, (long long) bound);
	return expected;
}

/* Any orders that are not on the rest of the route, absent ones too, in any order. */
static void
splice_any(Session *session)
{
	Piece piece = piece_draw(session, dice_below(&session->dice, session->problem->vehicle_count));
	int32_t orders[MOST_ORDERS];
	int32_t count = 0;
	LmSplice splice;

	for (int32_t order = 0; order < session->problem->order_count; order++)
	{
		bool kept = false;

		for (int32_t i = 0; i < piece.route_count; i++)
			kept |= piece.route[i] == order && (i < piece.from || i >= piece.from + piece.count);
		if (!kept && dice_percent(&session->dice, 40))
			orders[count++] = order;
	}
	dice_shuffle(&session->dice, orders, count);
	splice = piece_splice(session->state, &piece, orders, count);
	(void) splice_check(session, &piece, &splice);
}

/* Piece for piece of another route, or for nothing, or nothing for piece: the floor is a floor. */
static void
floor_check(Session *session)
{
	LmState *state = session->state;
	int32_t here = dice_below(&session->dice, session->problem->vehicle_count);
	int32_t there = dice_below(&session->dice, session->problem->vehicle_count);
	Piece out = piece_draw(session, here);
	Piece in = piece_draw(session, there);
	LmChain chains[2];
	LmSplice splice;
	LmCost expected;
	LmCost floor;

	if (here == there)
		in.count = 0;
	if (in.count == 0 && out.count == 0)
		return;
	for (int32_t i = 0; i < out.count; i++)
		chains[0] = i == 0 ? lm_chain_of(state, out.route[out.from])
		                   : lm_chain_grow(state, chains[0], out.route[out.from + i]);
	for (int32_t i = 0; i < in.count; i++)
		chains[1] = i == 0 ? lm_chain_of(state, in.route[in.from])
		                   : lm_chain_grow(state, chains[1], in.route[in.from + i]);
	splice = piece_splice(state, &out, in.route + in.from, in.count);
	expected = splice_expected(state, &out, &splice);
	floor = lm_splice_floor(state, splice.before, out.count > 0 ? &chains[0] : NULL,
	                        in.count > 0 ? &chains[1] : NULL);
	EXPECT(expected >= floor,
	       "problem %u: %d orders of vehicle %d for %d of %d: %lld, the floor is %lld",
	       session->number, out.count, here, in.count, there, (long long) expected,
	       (long long) floor);
}

/* The orders of one piece in another order. */
static bool
splice_within(Session *session)
{
	Piece piece = piece_draw(session, dice_below(&session->dice, session->problem->vehicle_count));
	int32_t orders[MOST_ORDERS];
	LmSplice splice;
	LmCost cost = session->state->cost;
	LmCost added;

	memcpy(orders, piece.route + piece.from, sizeof(int32_t) * (size_t) piece.count);
	dice_shuffle(&session->dice, orders, piece.count);
	splice = piece_splice(session->state, &piece, orders, piece.count);
	added = splice_check(session, &piece, &splice);
	if (added >= LM_IMPOSSIBLE)
		return false;
	lm_splice_apply(session->state, &splice, 1);
	EXPECT(session->state->cost == cost + added, "problem %u", session->number);
	return true;
}

/* Two pieces change places. */
static bool
splice_between(Session *session)
{
	int32_t vehicles = session->problem->vehicle_count;
	int32_t here = dice_below(&session->dice, vehicles);
	int32_t there = dice_below(&session->dice, vehicles);
	Piece pieces[2];
	LmSplice splices[2];
	int32_t orders[2][MOST_ORDERS];
	LmCost cost = session->state->cost;
	LmCost added = 0;

	if (here == there)
		return false;
	pieces[0] = piece_draw(session, here);
	pieces[1] = piece_draw(session, there);
	for (int i = 0; i < 2; i++)
	{
		const Piece *other = &pieces[1 - i];
		LmCost price;

		memcpy(orders[i], other->route + other->from, sizeof(int32_t) * (size_t) other->count);
		if (dice_percent(&session->dice, 50))
			dice_shuffle(&session->dice, orders[i], other->count);
		splices[i] = piece_splice(session->state, &pieces[i], orders[i], other->count);
		price = splice_check(session, &pieces[i], &splices[i]);
		if (price >= LM_IMPOSSIBLE)
			return false;
		added += price;
	}
	lm_splice_apply(session->state, splices, 2);
	EXPECT(session->state->cost == cost + added, "problem %u", session->number);
	return true;
}

static void
undo_check(Session *session)
{
	session_undo(session);
	state_check(session);
}

static void
splices_run(unsigned first, unsigned count, int features)
{
	unsigned changes = 0;

	for (unsigned number = first; number < first + count * RANDOM_EFFORT; number++)
	{
		Session session;

		session_begin(&session, number, features);
		session_fill(&session, 0);
		for (int step = 0; step < 40 && tap_failed_checks == 0; step++)
		{
			bool changed = false;

			splice_any(&session);
			floor_check(&session);
			if (dice_percent(&session.dice, 10))
				undo_check(&session);
			else if (dice_percent(&session.dice, 10))
				session_fill(&session, 0);
			else
				changed = dice_percent(&session.dice, 40) ? splice_within(&session)
				                                          : splice_between(&session);
			if (changed)
				state_check(&session);
			changes += changed;
		}
		undo_check(&session);
		session_end(&session);
	}
	EXPECT(changes > 6 * count, "%u changes", changes);
}

static void
random_splices(void)
{
	splices_run(0, 1500, -1);
}

static void
trip_splices(void)
{
	splices_run(1500000000, 1000, ~(RANDOM_TRIPS | RANDOM_RANGES));
}

/* ---- moves ---- */

/* One move of a kind: cheaper, everyone still served, and the order stands where it was asked to. */
static bool
move_check(Session *session, int kind, int32_t *tails)
{
	static const char *const names[] = {"relocate", "swap", "tails"};
	LmState *state = session->state;
	int32_t order = dice_below(&session->dice, session->problem->order_count);
	int32_t after = node_draw(session);
	Picture before;
	Picture now;
	LmLift lift;
	LmMeeting meeting;
	bool moved;

	if (after == LM_ABSENT || after == order || state->nodes[order].route == LM_ABSENT)
		return false;
	lift = lm_lift_of(state, order);
	meeting = lm_meeting_of(state, &lift, after);
	picture_take(state, &before);
	moved = kind == 0   ? lm_move_relocate(state, &meeting)
	        : kind == 1 ? lm_move_swap(state, &meeting)
	                    : lm_move_tails(state, &meeting, tails);
	picture_take(state, &now);
	EXPECT(moved || picture_equal(&before, &now), "problem %u: %s changed something",
	       session->number, names[kind]);
	if (!moved)
		return false;
	EXPECT(now.cost < before.cost, "problem %u: %s from %lld to %lld", session->number, names[kind],
	       (long long) before.cost, (long long) now.cost);
	EXPECT(now.absent_count == before.absent_count, "problem %u: %s loses orders", session->number,
	       names[kind]);
	EXPECT(state->nodes[after].next == order, "problem %u: %s puts order %d elsewhere",
	       session->number, names[kind], order);
	state_check(session);
	return true;
}

static void
random_moves(void)
{
	unsigned moved[3] = {0};

	for (unsigned number = 0; number < 1500 * RANDOM_EFFORT; number++)
	{
		Session session;
		int32_t tails[2 * MOST_ORDERS + 2];

		session_begin(&session, 600000000 + number, -1);
		for (int step = 0; step < 60 && tap_failed_checks == 0; step++)
		{
			int kind = dice_below(&session.dice, 3);

			if (step % 15 == 0)
				session_fill(&session, 0);
			moved[kind] += move_check(&session, kind, tails);
			if (dice_percent(&session.dice, 5))
				undo_check(&session);
		}
		session_end(&session);
	}
	printf("# relocate %u, swap %u, tails %u\n", moved[0], moved[1], moved[2]);
	EXPECT(moved[0] > 100 && moved[1] > 50 && moved[2] > 30, "too few moves pay");
}

static bool
never_stop(void *context)
{
	(void) context;
	return false;
}

static unsigned
improve_run(unsigned first, unsigned count, int features)
{
	unsigned better = 0;

	for (unsigned number = first; number < first + count * RANDOM_EFFORT; number++)
	{
		Session session;
		LmNeighbours neighbours;
		LmImprove *improve;
		Picture before;
		Picture now;

		session_begin(&session, number, features);
		improve = lm_improve_new(session.state, &session.arena);
		EXPECT(lm_neighbours_find(session.state, &session.arena, never_stop, NULL, &neighbours),
		       "problem %u", session.number);
		for (int round = 0; round < 3 && tap_failed_checks == 0; round++)
		{
			for (int trial = 0; trial < FILL_TRIES; trial++)
			{
				int32_t order = dice_below(&session.dice, session.problem->order_count);
				int32_t after = node_draw(&session);

				if (after != LM_ABSENT && session.state->nodes[order].route == LM_ABSENT &&
				    lm_state_insertion(session.state, order, after, LM_IMPOSSIBLE) < LM_IMPOSSIBLE)
					lm_state_insert(session.state, order, after);
			}
			lm_reload_clean(session.state, true);
			picture_take(session.state, &before);
			lm_improve(improve, session.state, &neighbours, neighbours.width);
			picture_take(session.state, &now);
			EXPECT(now.cost <= before.cost && now.absent_count == before.absent_count,
			       "problem %u: from %lld to %lld", session.number, (long long) before.cost,
			       (long long) now.cost);
			better += now.cost < before.cost;
			state_check(&session);
			undo_check(&session);
		}
		session_end(&session);
	}
	return better;
}

static void
improve_to_the_end(void)
{
	unsigned better = improve_run(700000000, 1500, -1);

	EXPECT(better > 500, "%u plans improved", better);
}

/* ---- trips ---- */

/* The price of an order with a reload is what they cost once they are in. */
static bool
place_check(Session *session)
{
	LmState *state = session->state;
	int32_t order = dice_below(&session->dice, lm_problem_rows(session->problem));
	LmCost cost = LM_IMPOSSIBLE;
	LmCost before;
	LmReloadPlace place;

	if (state->nodes[order].route != LM_ABSENT && dice_percent(&session->dice, 40))
		lm_state_remove(state, order, order);
	before = state->cost;
	if (state->nodes[order].route != LM_ABSENT ||
	    !lm_reload_find(state, NULL, order, &cost, &place))
		return false;
	lm_reload_insert(state, order, &place);
	EXPECT(state->cost == before + cost - state->absent_price[order],
	       "problem %u: %lld instead of %lld", session->number,
	       (long long) (state->cost - before + state->absent_price[order]), (long long) cost);
	state_check(session);
	return true;
}

/* A reload along its route, or a trip to another vehicle: cheaper, and nobody is lost. */
static bool
trip_check(Session *session, bool shift)
{
	LmState *state = session->state;
	int32_t node = dice_below(&session->dice, session->problem->order_count);
	int32_t scratch[MOST_ORDERS + 2];
	LmCost cost = state->cost;
	int32_t absent = state->absent_count;
	bool reload = session->problem->orders[node].kind == LM_RELOAD;

	if (state->nodes[node].route == LM_ABSENT || reload != shift ||
	    (!shift && !lm_trip_begins(state, state->nodes[node].prev)))
		return false;
	if (!(shift ? lm_reload_shift(state, node) : lm_reload_move_trip(state, node, scratch)))
		return false;
	EXPECT(state->cost < cost && state->absent_count == absent, "problem %u", session->number);
	state_check(session);
	return true;
}

/* Reloads are left only where taking one out is dearer, or no plan. */
static void
clean_check(Session *session)
{
	LmState *state = session->state;
	LmCost cost = state->cost;
	int32_t absent = state->absent_count;

	bool idle = false; /* a trip without orders goes at any price */

	for (int32_t node = lm_problem_rows(session->problem); node < session->problem->order_count;
	     node++)
		idle |= state->nodes[node].route != LM_ABSENT &&
		        (lm_trip_begins(state, state->nodes[node].prev) ||
		         state->nodes[node].next >= session->problem->order_count);
	lm_reload_clean(state, true);
	EXPECT(idle || (state->cost <= cost && state->absent_count == absent), "problem %u",
	       session->number);
	for (int32_t node = lm_problem_rows(session->problem); node < session->problem->order_count;
	     node++)
	{
		int32_t orders[MOST_ORDERS];
		int32_t vehicle = state->nodes[node].route;
		int32_t count = 0;

		if (vehicle == LM_ABSENT)
			continue;
		for (int32_t at = state->nodes[lm_state_start(state, vehicle)].next;
		     at < session->problem->order_count; at = state->nodes[at].next)
			if (at != node)
				orders[count++] = at;
		EXPECT(cost_from_scratch(state, vehicle, orders, count) >= state->routes[vehicle].cost,
		       "problem %u: reload %d", session->number, node);
	}
	state_check(session);
}

static void
trips_move(void)
{
	unsigned placed = 0;
	unsigned shifted = 0;
	unsigned moved = 0;

	for (unsigned number = 0; number < 2500 * RANDOM_EFFORT; number++)
	{
		Session session;

		session_begin(&session, 1800000000 + number, ~(RANDOM_TRIPS | RANDOM_FLEET));
		for (int step = 0; step < 40 && tap_failed_checks == 0; step++)
		{
			if (step % 15 == 0)
				session_fill(&session, 0);
			placed += place_check(&session);
			shifted += trip_check(&session, true);
			moved += trip_check(&session, false);
			if (dice_percent(&session.dice, 5))
				clean_check(&session);
			if (dice_percent(&session.dice, 5))
				undo_check(&session);
		}
		session_end(&session);
	}
	printf("# %u placed, %u shifted, %u moved\n", placed, shifted, moved);
	EXPECT(placed > 500 && shifted > 50 && moved > 20, "too few");
	moved = improve_run(1900000000, 700, ~(RANDOM_TRIPS | RANDOM_RANGES));
	EXPECT(moved > 200, "%u plans improved", moved);
}

int
main(void)
{
	tap_run("price and execution of splices", random_splices);
	tap_run("the same with several trips and ranges", trip_splices);
	tap_run("relocate, swap and tails make plans cheaper and lose nobody", random_moves);
	tap_run("improvement keeps every cached value", improve_to_the_end);
	tap_run("trips are begun, moved and ended where it pays", trips_move);
	return tap_end();
}
