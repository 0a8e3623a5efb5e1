/*
 * state_check.h
 *	  A random problem being worked on, and every cached value of its state from scratch.
 *
 * Problems are so small that the oracle can try every departure of every route.
 * Shared by the tests of state and of the moves.
 *
 * Layer   test: C11 only.
 */
#ifndef LM_TEST_STATE_CHECK_H
#define LM_TEST_STATE_CHECK_H

#include "solver/state.h"

#include "heap.h"
#include "oracle.h"
#include "random_problem.h"
#include "tap.h"

#define MOST_ORDERS 7
#define MOST_VEHICLES 3
#define FILL_TRIES 60

/* A plan as sequences, to compare with after an undo or a load. */
typedef struct Picture
{
	int32_t count[MOST_VEHICLES];
	int32_t orders[MOST_VEHICLES][MOST_ORDERS];
	LmCost cost;
	int32_t used;
	int32_t absent_count;
} Picture;

/* One random problem being worked on. */
typedef struct Session
{
	RandomProblem random;
	const LmProblem *problem;
	LmArena arena;
	LmScheduler *scheduler;
	LmState *state;
	Dice dice;
	unsigned number;
	Picture committed;
} Session;

static inline void
picture_take(const LmState *state, Picture *picture)
{
	memset(picture, 0, sizeof(*picture));
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
		for (int32_t node = state->nodes[lm_state_start(state, v)].next;
		     node != lm_state_end(state, v) && picture->count[v] < MOST_ORDERS;
		     node = state->nodes[node].next)
			picture->orders[v][picture->count[v]++] = node;
	picture->cost = state->cost;
	picture->used = state->used;
	picture->absent_count = state->absent_count;
}

static inline bool
picture_equal(const Picture *a, const Picture *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* ---- what a route costs, from its sequence ---- */

/*
 * The best schedule of all.  With soft windows, where breaks or several windows leave the search
 * only some of them to try, that which it would find for the route by itself.
 */
static inline OracleSchedule
schedule_from_scratch(const LmState *state, const OracleRoute *route, int32_t vehicle)
{
	OracleSchedule best = {0};
	LmScheduleCost cost;
	bool hard = route->vehicle->break_count > 0;
	bool soft = false;

	for (int32_t i = 0; i < route->count; i++)
	{
		hard |= state->spots[route->orders[i]].odd;
		soft |= state->spots[route->orders[i]].soft;
	}
	if (!hard || !soft)
		return oracle_schedule(route);
	best.found = lm_schedule_price(state->scheduler, vehicle, route->orders, route->count, 0,
	                               &cost);
	best.departs = cost.departs;
	best.ends = cost.ends;
	best.overtime = cost.overtime;
	best.lateness = cost.lateness;
	return best;
}

/* The cost of a route with orders as a fresh LmRoute.cost; LM_IMPOSSIBLE when it breaks a rule. */
static inline LmCost
cost_from_scratch(const LmState *state, int32_t vehicle, const int32_t *orders, int32_t count)
{
	const LmPrices *prices = &state->problem->prices[vehicle];
	OracleRoute route = oracle_route(state->problem, vehicle, orders, count, 0);
	OracleSchedule best;

	if (count == 0)
		return 0;
	if (oracle_limit_broken(&route) != NULL)
		return LM_IMPOSSIBLE;
	best = schedule_from_scratch(state, &route, vehicle);
	if (!best.found)
		return LM_IMPOSSIBLE;
	return state->vans[vehicle].price + prices->per_mm * oracle_length(&route) +
	       prices->per_ms * (best.ends - best.departs) + prices->per_overtime_ms * best.overtime +
	       best.lateness + oracle_preference(&route);
}

/* ---- heads and tails by simulation ---- */

/* Leg, and the order's own setup where the row before is at another site: what segments count. */
static inline LmTime
segment_leg(const OracleRoute *route, int32_t row)
{
	LmTime leg = oracle_leg(route, row);

	if (row <= route->count &&
	    (row == 1 || oracle_order(route, row - 1)->site != oracle_order(route, row)->site))
		leg += oracle_order(route, row)->setup;
	return leg;
}

/* Serves a row between two instants; false when it is reached after both. */
static inline bool
segment_serve(const OracleRoute *route, int32_t row, LmTime open, LmTime close, LmTime *now)
{
	if (*now > close)
		return false;
	if (*now < open)
		*now = open;
	*now += oracle_order(route, row)->service;
	return true;
}

/* When a reload may begin: the last one that was asked for. */
static LmWindow segment_goods;

static inline const LmWindow *
segment_window(const OracleRoute *route, int32_t row, int32_t w)
{
	if (oracle_is_reload(route, row))
	{
		segment_goods = (LmWindow){oracle_goods(route, row), LM_NEVER};
		return &segment_goods;
	}
	return &route->problem->windows[oracle_order(route, row)->window_first + w];
}

/* When a row opens for one who cannot be there before an instant: not between two windows. */
static inline LmTime
segment_opening(const OracleRoute *route, int32_t row, LmTime reached)
{
	int32_t w = 0;

	while (w < oracle_order(route, row)->window_count - 1 &&
	       segment_window(route, row, w)->close < reached)
		w++;
	return segment_window(route, row, w)->open;
}

/* When it closes for one who must have started it by an instant. */
static inline LmTime
segment_closing(const OracleRoute *route, int32_t row, LmTime due)
{
	int32_t w = oracle_order(route, row)->window_count - 1;

	while (w > 0 && segment_window(route, row, w)->open > due)
		w--;
	return segment_window(route, row, w)->close;
}

/* Departure from a row (count + 1: the end) for a departure from the start. */
static inline bool
head_simulate(const OracleRoute *route, int32_t row, LmTime departs, LmTime *now)
{
	LmTime least = oracle_earliest(route); /* when it can be where the vehicle is */

	*now = departs;
	if (departs > oracle_latest(route))
		return false;
	for (int32_t r = 1; r <= row; r++)
	{
		LmTime open;
		LmTime close;

		*now += segment_leg(route, r);
		least += segment_leg(route, r);
		if (r == route->count + 1)
			return *now <= oracle_latest(route);
		open = segment_opening(route, r, least);
		close = segment_window(route, r, oracle_order(route, r)->window_count - 1)->close;
		if (!segment_serve(route, r, open, close, now) ||
		    !segment_serve(route, r, open, close, &least))
			return false;
	}
	return true;
}

/* The latest instants at which rows may be ready, by the row. */
static inline void
tail_dues(const OracleRoute *route, LmTime *dues)
{
	dues[route->count + 1] = oracle_latest(route);
	for (int32_t r = route->count; r >= 1; r--)
	{
		LmTime due = dues[r + 1] - segment_leg(route, r + 1) - oracle_order(route, r)->service;
		LmTime close = segment_closing(route, r, due);

		dues[r] = due < close ? due : close;
	}
}

/* End of the route for being ready at a row at an instant. */
static inline bool
tail_simulate(const OracleRoute *route, int32_t row, LmTime ready, LmTime *now)
{
	LmTime dues[MOST_ORDERS + 2];

	tail_dues(route, dues);
	*now = ready;
	for (int32_t r = row; r <= route->count; r++)
	{
		if (r > row)
			*now += segment_leg(route, r);
		if (!segment_serve(route, r, segment_window(route, r, 0)->open, dues[r], now))
			return false;
	}
	if (row <= route->count)
		*now += segment_leg(route, route->count + 1);
	return *now <= oracle_latest(route);
}

static inline void
segments_check(const Session *session, const OracleRoute *route, int32_t vehicle)
{
	const LmState *state = session->state;
	LmTime last = oracle_horizon(route) + 40;

	for (int32_t row = 0; row <= route->count + 1; row++)
	{
		int32_t node = row == 0              ? lm_state_start(state, vehicle)
		               : row <= route->count ? route->orders[row - 1]
		                                     : lm_state_end(state, vehicle);
		LmSegment head = state->nodes[node].head;
		LmSegment tail = state->nodes[node].tail;
		LmTime now;

		EXPECT(head.lo <= head.hi, "problem %u: head of row %d", session->number, row);
		for (LmTime s = oracle_earliest(route); s <= last; s++)
		{
			bool reached = head_simulate(route, row, s, &now);

			EXPECT(reached == (s <= head.hi), "problem %u: head of row %d at %d", session->number,
			       row, (int) s);
			if (reached && s <= head.hi)
				EXPECT(now == (s > head.lo ? s : head.lo) + head.span,
				       "problem %u: head of row %d at %d", session->number, row, (int) s);
		}
		if (row == 0)
			continue; /* nothing stands in front of a start */
		for (LmTime t = -20; t <= last; t++)
		{
			bool reached = tail_simulate(route, row, t, &now);

			EXPECT(reached == (t <= tail.hi), "problem %u: tail of row %d at %d", session->number,
			       row, (int) t);
			if (reached && t <= tail.hi)
				EXPECT(now == (t > tail.lo ? t : tail.lo) + tail.span,
				       "problem %u: tail of row %d at %d", session->number, row, (int) t);
		}
	}
}

/* ---- loads ---- */

static inline void
peaks_check(const Session *session, const OracleRoute *route, int32_t vehicle)
{
	const LmState *state = session->state;
	int32_t dims = session->problem->dimensions;

	for (int32_t d = 0; d < dims; d++)
		for (int32_t row = 0; row <= route->count; row++)
		{
			int32_t node = row == 0 ? lm_state_start(state, vehicle) : route->orders[row - 1];
			LmAmount before = 0;
			LmAmount after = 0;

			/* from the begin of its trip, and to its end */
			for (int32_t r = row; r >= 0; r--)
			{
				if (oracle_load(route, r, d) > before)
					before = oracle_load(route, r, d);
				if (r > 0 && oracle_is_reload(route, r))
					break;
			}
			for (int32_t r = row; r == row || (r <= route->count && !oracle_is_reload(route, r));
			     r++)
				if (oracle_load(route, r, d) > after)
					after = oracle_load(route, r, d);
			EXPECT(state->peak_before[node * dims + d] == before &&
			           state->peak_after[node * dims + d] == after &&
			           state->aboard[node * dims + d] == oracle_load(route, row, d),
			       "problem %u: peaks of row %d in dimension %d", session->number, row, d);
		}
}

static inline void
loads_check(const Session *session, const OracleRoute *route, int32_t vehicle)
{
	int32_t dims = session->problem->dimensions;

	for (int32_t d = 0; d < dims; d++)
	{
		LmAmount sum = 0;

		for (int32_t i = 0; i < route->count; i++)
			sum += session->problem->demand[route->orders[i] * dims + d];
		EXPECT(session->state->load[vehicle * dims + d] == sum, "problem %u: load of vehicle %d",
		       session->number, vehicle);
	}
	if (session->state->mixed)
		peaks_check(session, route, vehicle);
}

/* ---- the whole state ---- */

/* Whether some order of the route makes constant time inexact, by the words of state.h. */
static inline bool
order_is_odd(const LmProblem *problem, int32_t order)
{
	for (int32_t other = 0; other < problem->order_count; other++)
		if (problem->orders[other].site == problem->orders[order].site &&
		    problem->orders[other].setup != problem->orders[order].setup)
			return true;
	return problem->orders[order].window_count > 1;
}

/* The route as it is linked, into orders; returns their number, or -1 for broken links. */
static inline int32_t
links_check(const Session *session, int32_t vehicle, int32_t *orders)
{
	const LmState *state = session->state;
	int32_t node = lm_state_start(state, vehicle);
	int32_t count = 0;

	for (;;)
	{
		int32_t next = state->nodes[node].next;

		if (state->nodes[next].prev != node || state->nodes[next].route != vehicle)
			return -1;
		if (next == lm_state_end(state, vehicle))
			return count;
		if (next < 0 || next >= session->problem->order_count || count == MOST_ORDERS)
			return -1;
		orders[count++] = next;
		node = next;
	}
}

/* Legs as they are driven, each with the order's own setup: a lower bound where setups differ. */
static inline void
legs_check(const Session *session, const OracleRoute *route, int32_t vehicle)
{
	const LmState *state = session->state;
	LmTime busy = 0;

	for (int32_t row = 1; row <= route->count + 1; row++)
	{
		int32_t from = row == 1 ? lm_state_start(state, vehicle) : route->orders[row - 2];

		EXPECT(state->legs[from].length == oracle_leg_length(route, row) &&
		           state->legs[from].time == segment_leg(route, row) &&
		           state->legs[from].next_place == oracle_place(route, row),
		       "problem %u: leg to row %d", session->number, row);
		busy += segment_leg(route, row);
		if (row <= route->count)
			busy += oracle_order(route, row)->service;
	}
	EXPECT(state->routes[vehicle].busy == busy &&
	           state->routes[vehicle].waiting == state->routes[vehicle].working - busy,
	       "problem %u: vehicle %d is busy for %d", session->number, vehicle, (int) busy);
}

static inline void
route_check(const Session *session, int32_t vehicle, const int32_t *orders, int32_t count)
{
	const LmProblem *problem = session->problem;
	const LmRoute *kept = &session->state->routes[vehicle];
	OracleRoute route = oracle_route(problem, vehicle, orders, count, 0);
	LmTime release = oracle_goods(&route, 0);
	int32_t odd = 0;
	int32_t reloads = 0;
	OracleSchedule best;

	for (int32_t i = 0; i < count; i++)
	{
		const LmOrder *order = &problem->orders[orders[i]];

		odd += order_is_odd(problem, orders[i]);
		reloads += order->kind == LM_RELOAD;
	}
	EXPECT(kept->count == count && kept->odd_count == odd && kept->release == release &&
	           kept->reloads == reloads,
	       "problem %u: vehicle %d", session->number, vehicle);
	loads_check(session, &route, vehicle);
	if (count == 0)
	{
		EXPECT(kept->length == 0 && kept->working == 0 && kept->overtime == 0 && kept->cost == 0 &&
		           kept->busy == 0 && kept->waiting == 0 &&
		           session->state->legs[lm_state_start(session->state, vehicle)].next_place ==
		               route.vehicle->end,
		       "problem %u: empty vehicle %d", session->number, vehicle);
		return;
	}
	EXPECT(kept->length == oracle_length(&route), "problem %u: length", session->number);
	legs_check(session, &route, vehicle);
	EXPECT(oracle_limit_broken(&route) == NULL, "problem %u: vehicle %d breaks %s", session->number,
	       vehicle, oracle_limit_broken(&route));
	segments_check(session, &route, vehicle);
	best = schedule_from_scratch(session->state, &route, vehicle);
	EXPECT(best.found, "problem %u: vehicle %d has no schedule", session->number, vehicle);
	EXPECT(kept->cost == cost_from_scratch(session->state, vehicle, orders, count),
	       "problem %u: cost of vehicle %d", session->number, vehicle);
	/* where time has no price the plain form keeps the shortest working time, rule 7 another one */
	if (problem->prices[vehicle].per_ms > 0)
		EXPECT(kept->working == best.ends - best.departs && kept->overtime == best.overtime,
		       "problem %u: working time of vehicle %d", session->number, vehicle);
}

static inline void
absent_check(const Session *session, const bool *served)
{
	const LmState *state = session->state;
	int32_t orders = session->problem->order_count;
	int32_t absent = 0;

	for (int32_t i = 0; i < orders; i++)
	{
		const LmUnit *unit = lm_problem_unit(session->problem, i);
		bool other = false;

		if (unit == NULL || lm_problem_first(session->problem, i) == i)
			absent++;
		if (served[i])
			absent--;
		for (int32_t m = 0; unit != NULL && m < unit->heads + unit->tails; m++)
			other |= served[session->problem->members[unit->first + m]];
		EXPECT((state->nodes[i].route == LM_ABSENT) == !served[i], "problem %u: order %d",
		       session->number, i);
		EXPECT((state->legs[i].next_place == LM_OFF_ROUTE) == !served[i], "problem %u: order %d",
		       session->number, i);
		if (session->problem->orders[i].kind == LM_RELOAD)
		{
			/* nobody waits for it */
			absent -= !served[i];
			continue;
		}
		if (unit != NULL && (other || lm_problem_first(session->problem, i) != i))
		{
			/* of what is served twice, or by half, the routes tell */
			absent += served[i] && state->spots[i].kind == LM_DROP;
			EXPECT(state->absent_at[i] == -1, "problem %u: order %d", session->number, i);
		}
		else if (served[i])
			EXPECT(state->absent_at[i] == -1, "problem %u: order %d", session->number, i);
		else
			EXPECT(state->absent_at[i] >= 0 && state->absent_at[i] < state->absent_count &&
			           state->absent[state->absent_at[i]] == i,
			       "problem %u: order %d", session->number, i);
	}
	EXPECT(state->absent_count == absent, "problem %u: %d absent", session->number, absent);
}

/* Of each kind an empty vehicle, where there is one. */
static inline void
empty_check(const LmState *state, unsigned number)
{
	for (int32_t kind = 0; kind < state->kind_count; kind++)
	{
		int32_t found = lm_state_empty(state, kind);
		bool any = false;

		for (int32_t v = 0; v < state->problem->vehicle_count; v++)
			any |= state->kind[v] == kind && state->routes[v].count == 0;
		EXPECT((found >= 0) == any, "problem %u: kind %d", number, kind);
		if (found >= 0)
			EXPECT(state->kind[found] == kind && state->routes[found].count == 0,
			       "problem %u: vehicle %d is not of kind %d or not empty", number, found, kind);
	}
}

static inline void
state_check(const Session *session)
{
	const LmState *state = session->state;
	const LmProblem *problem = session->problem;
	bool served[MOST_ORDERS] = {false};
	LmCost cost = 0;
	int32_t used = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		int32_t orders[MOST_ORDERS];
		int32_t count = links_check(session, v, orders);

		EXPECT(count >= 0, "problem %u: links of vehicle %d", session->number, v);
		if (count < 0)
			return;
		for (int32_t i = 0; i < count; i++)
		{
			EXPECT(!served[orders[i]], "problem %u: order %d twice", session->number, orders[i]);
			served[orders[i]] = true;
		}
		route_check(session, v, orders, count);
		cost += state->routes[v].cost;
		used += count > 0;
	}
	absent_check(session, served);
	empty_check(state, session->number);
	for (int32_t i = 0; i < state->absent_count; i++)
		cost += state->absent_price[state->absent[i]];
	EXPECT(state->cost == cost, "problem %u: cost of the plan", session->number);
	EXPECT(state->used == used, "problem %u: used", session->number);
}

/* ---- a session ---- */

/* session_begin - a problem with these features (below 0: some, and those of ~features), all orders absent */
static inline void
session_begin(Session *session, unsigned number, int features)
{
	RandomShape shape = {1, MOST_ORDERS, 1, MOST_VEHICLES, 1, 0};

	session->number = number;
	session->dice = dice_from_seed(number);
	shape.features = features < 0 ? random_features(&session->dice) | ~features : features;
	random_problem_make(&session->random, &shape, &session->dice);
	session->problem = &session->random.problem;
	lm_arena_init(&session->arena, block_take, block_give, NULL, SIZE_MAX);
	session->scheduler = lm_scheduler_new(session->problem, &session->arena);
	session->state = lm_state_new(session->problem, session->scheduler, &session->arena);
	/* prices as the search sets them: any numbers will do */
	session->state->cost = 0;
	for (int32_t i = 0; i < lm_problem_rows(session->problem); i++)
	{
		session->state->absent_price[i] = dice_below(&session->dice, 1000000);
		if (lm_problem_first(session->problem, i) == i)
			session->state->cost += session->state->absent_price[i];
	}
	for (int32_t v = 0; v < session->problem->vehicle_count; v++)
		if (dice_percent(&session->dice, 30))
			session->state->vans[v].price += dice_below(&session->dice, 1000000);
	lm_state_commit(session->state);
	picture_take(session->state, &session->committed);
}

static inline void
session_end(Session *session)
{
	lm_arena_drop(&session->arena);
	random_problem_drop(&session->random);
}

/* A start or an order on a route; LM_ABSENT when the order drawn is on none. */
static inline int32_t
node_draw(Session *session)
{
	int32_t orders = session->problem->order_count;
	int32_t node = dice_below(&session->dice, orders + session->problem->vehicle_count);

	if (node >= orders)
		return lm_state_start(session->state, node - orders);
	return session->state->nodes[node].route == LM_ABSENT ? LM_ABSENT : node;
}

/* Puts orders in wherever they fit, so that there is something to move; but for one in so many, 0: none. */
static inline void
session_fill(Session *session, int32_t but_one_in)
{
	LmState *state = session->state;

	for (int trial = 0; trial < FILL_TRIES; trial++)
	{
		int32_t order = dice_below(&session->dice, session->problem->order_count);
		int32_t after = node_draw(session);

		if (after == LM_ABSENT || state->nodes[order].route != LM_ABSENT ||
		    (but_one_in > 0 && order % but_one_in == 0))
			continue;
		if (lm_state_insertion(state, order, after, LM_IMPOSSIBLE) < LM_IMPOSSIBLE)
			lm_state_insert(state, order, after);
	}
	lm_state_commit(state);
	picture_take(state, &session->committed);
}

static inline void
session_undo(Session *session)
{
	Picture now;

	lm_state_undo(session->state);
	picture_take(session->state, &now);
	EXPECT(picture_equal(&now, &session->committed), "problem %u: undo", session->number);
}

/* Goes back to a plan of some time ago. */
static inline void
session_load(Session *session, const Picture *picture)
{
	const LmState *state = session->state;
	int32_t next[MOST_ORDERS + 2 * MOST_VEHICLES];
	Picture now;

	/* rubbish where nothing is read */
	for (int32_t node = 0; node < MOST_ORDERS + 2 * MOST_VEHICLES; node++)
		next[node] = dice_below(&session->dice, session->problem->order_count);
	for (int32_t v = 0; v < session->problem->vehicle_count; v++)
	{
		int32_t node = lm_state_start(state, v);

		for (int32_t i = 0; i < picture->count[v]; i++)
			node = next[node] = picture->orders[v][i];
		next[node] = lm_state_end(state, v);
	}
	lm_state_load(session->state, next);
	picture_take(session->state, &now);
	EXPECT(picture_equal(&now, picture), "problem %u: load", session->number);
	session->committed = now;
}

#endif /* LM_TEST_STATE_CHECK_H */
