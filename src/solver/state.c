/*
 * state.c
 *	  Changes of linked routes and their undo.
 */
#include "solver/state.h"

#include "solver/balance.h"
#include "solver/halves.h"
#include "solver/load.h"
#include "solver/moments.h"
#include "solver/soft.h"
#include "solver/state_parts.h"
#include "solver/trips.h"
#include "solver/unit.h"

#include <string.h>

/* ---- the undo log ---- */

LmNode *
lm_node_touch(LmState *state, int32_t node)
{
	if (state->node_epoch[node] != state->epoch)
	{
		state->node_epoch[node] = state->epoch;
		state->logged_ids[state->logged_count] = node;
		state->logged_legs[state->logged_count] = state->legs[node];
		state->logged_nodes[state->logged_count++] = state->nodes[node];
	}
	return &state->nodes[node];
}

LmRoute *
lm_route_touch(LmState *state, int32_t vehicle)
{
	if (state->route_epoch[vehicle] != state->epoch)
	{
		int32_t dims = state->problem->dimensions;
		int32_t at = state->logged_route_count++;

		state->route_epoch[vehicle] = state->epoch;
		state->logged_route_ids[at] = vehicle;
		state->logged_routes[at] = state->routes[vehicle];
		for (int32_t d = 0; d < dims; d++)
			state->logged_loads[(size_t) at * dims + d] = state->load[(size_t) vehicle * dims + d];
	}
	return &state->routes[vehicle];
}

/* What is logged from now on is logged anew. */
static void
epoch_turn(LmState *state)
{
	state->epoch++;
	if (state->epoch == 0)
	{
		/* stamps of four billion commits ago must not look fresh */
		memset(state->node_epoch, 0,
		       sizeof(uint32_t) * ((size_t) state->problem->order_count +
		                           2 * (size_t) state->problem->vehicle_count));
		memset(state->route_epoch, 0, sizeof(uint32_t) * (size_t) state->problem->vehicle_count);
		state->epoch = 1;
	}
}

void
lm_state_commit(LmState *state)
{
	lm_balance_settle(state);
	epoch_turn(state);
	if (state->halves != NULL)
		lm_halves_commit(state->halves);
	state->logged_count = 0;
	state->logged_route_count = 0;
	if (state->absent_count > 0)
		memcpy(state->logged_absent, state->absent, sizeof(int32_t) * (size_t) state->absent_count);
	state->logged_absent_count = state->absent_count;
	state->logged_used = state->used;
	state->logged_cost = state->cost;
	state->logged_balance = state->balance;
}

/* ---- prices ---- */

int32_t
lm_state_sequence(LmState *state, int32_t vehicle)
{
	return lm_state_tail(state, state->nodes[lm_state_start(state, vehicle)].next, state->sequence);
}

int32_t
lm_state_sequence_with(LmState *state, int32_t before, const int32_t *orders, int32_t count,
                       int32_t behind)
{
	int32_t front = 0;
	int32_t filled;

	for (int32_t node = before; node < state->problem->order_count; node = state->nodes[node].prev)
		front++;
	filled = front;
	for (int32_t node = before; node < state->problem->order_count; node = state->nodes[node].prev)
		state->sequence[--front] = node;
	for (int32_t i = 0; i < count; i++)
		state->sequence[filled++] = orders[i];
	return filled + lm_state_tail(state, behind, state->sequence + filled);
}

int32_t
lm_state_tail(const LmState *state, int32_t node, int32_t *tail)
{
	int32_t count = 0;

	for (; node < state->problem->order_count; node = state->nodes[node].next)
		tail[count++] = node;
	return count;
}

int32_t
lm_state_empty(const LmState *state, int32_t kind)
{
	int32_t end = state->kind_first[kind + 1];

	for (int32_t m = state->kind_first[kind]; m < end;)
	{
		uint64_t idle = ~state->driving[m / 64] >> (m % 64);

		if (idle == 0)
		{
			m += 64 - m % 64;
			continue;
		}
		for (; (idle & 1) == 0; idle >>= 1)
			m++;
		return m < end ? state->kind_members[m] : -1;
	}
	return -1;
}

LmTime
lm_breaks_busy(const LmState *state, int32_t vehicle, LmTime busy)
{
	const LmVehicle *van = &state->problem->vehicles[vehicle];

	return lm_breaks_required(state->problem, van, van->shift_start + busy,
	                          state->spots[lm_state_end(state, vehicle)].close - busy);
}

LmTime
lm_opening(const LmState *state, int32_t order, LmTime reached)
{
	const LmOrder *row = &state->problem->orders[order];
	const LmWindow *window = &state->problem->windows[row->window_first];

	if (row->kind == LM_RELOAD)
		return state->spots[order].open;
	for (int32_t w = 1; w < row->window_count && window->close < reached; w++)
		window++;
	return window->open;
}

LmTime
lm_closing(const LmState *state, int32_t order, LmTime due)
{
	const LmOrder *row = &state->problem->orders[order];
	const LmWindow *window = &state->problem->windows[row->window_first + row->window_count - 1];

	for (int32_t w = 1; w < row->window_count && window->open > due; w++)
		window--;
	return window->close;
}

/* ---- changes ---- */

static inline bool
segment_equal(const LmSegment *a, const LmSegment *b)
{
	return a->lo == b->lo && a->hi == b->hi && a->span == b->span;
}

/*
 * Heads from node to the route's end, stopping where nothing changes any more.
 * `sure` is a node that must be passed in any case (LM_ABSENT: none).
 */
static void
heads_update(LmState *state, int32_t node, int32_t sure)
{
	bool passed = sure == LM_ABSENT;
	int32_t orders = state->problem->order_count;

	for (;;)
	{
		const LmSpot *spot = &state->spots[node];
		int32_t prev = state->nodes[node].prev;
		LmTime leg = state->legs[prev].time;
		LmSegment head = state->nodes[prev].head;
		LmTime open = spot->open;

		if (spot->odd)
			open = lm_opening(state, node, head.lo + head.span + leg);
		(void) lm_segment_append(&head, leg, open, spot->close, spot->service);
		if (passed && segment_equal(&head, &state->nodes[node].head))
			return;
		lm_node_touch(state, node)->head = head;
		passed |= node == sure;
		if (node >= orders)
			return;
		node = state->nodes[node].next;
	}
}

static void
tails_update(LmState *state, int32_t node, int32_t sure)
{
	bool passed = sure == LM_ABSENT;

	while (node < state->problem->order_count)
	{
		const LmSpot *spot = &state->spots[node];
		int32_t next = state->nodes[node].next;
		LmTime leg = state->legs[node].time;
		LmSegment tail = state->nodes[next].tail;
		LmTime close = spot->close;

		if (spot->odd)
			close = lm_closing(state, node, tail.hi - leg - spot->service);
		(void) lm_segment_prepend(&tail, leg, spot->open, close, spot->service);
		if (passed && segment_equal(&tail, &state->nodes[node].tail))
			return;
		lm_node_touch(state, node)->tail = tail;
		passed |= node == sure;
		node = state->nodes[node].prev;
	}
}

/* Sets the departure range at the start from the shift and the route's release. */
static bool
start_update(LmState *state, int32_t vehicle)
{
	const LmVehicle *van = &state->problem->vehicles[vehicle];
	LmNode *start = &state->nodes[lm_state_start(state, vehicle)];
	LmTime lo = van->shift_start;

	if (state->routes[vehicle].release > lo)
		lo = state->routes[vehicle].release;
	if (start->head.lo == lo)
		return false;
	lm_node_touch(state, lm_state_start(state, vehicle))->head.lo = lo;
	return true;
}

/*
 * The route's cost after a change; its segments, length and counts are up to date.  `behind` is an
 * order or an end behind all that was changed.
 */
static void
route_price(LmState *state, int32_t vehicle, int32_t behind)
{
	const LmProblem *problem = state->problem;
	const LmPrices *prices = &problem->prices[vehicle];
	LmRoute *route = &state->routes[vehicle];
	LmCost old = route->cost;
	LmTime worked = route->working;

	if (route->count == 0)
	{
		route->length = 0;
		route->working = 0;
		route->waiting = 0;
		route->saving = 0;
		route->overtime = 0;
		route->lateness = 0;
		route->cost = 0;
	}
	else
	{
		if (lm_route_is_plain(state, vehicle))
		{
			const LmSegment *whole = &state->nodes[lm_state_end(state, vehicle)].head;

			route->working = whole->span;
			route->overtime = lm_overtime_of(&problem->vehicles[vehicle], whole->lo + whole->span);
			route->lateness = 0;
		}
		else
		{
			LmScheduleCost exact = {0};

			if (state->gap_known)
				exact = state->gap;
			else
				(void) lm_halves_price(state, state->nodes[behind].prev, NULL, 0, behind, &exact);
			route->departs = exact.departs;
			route->working = exact.ends - exact.departs;
			route->overtime = exact.overtime;
			route->lateness = exact.lateness;
		}
		route->waiting = route->working - route->busy;
		route->saving = prices->per_ms * route->waiting +
		                prices->per_overtime_ms * route->overtime + route->lateness;
		route->cost = state->vans[vehicle].price + prices->per_mm * route->length +
		              prices->per_ms * route->working + prices->per_overtime_ms * route->overtime +
		              route->lateness + route->preference;
	}
	state->gap_known = false;
	state->cost += route->cost - old;
	state->balance.total += route->working - worked;
	state->balance.settled = false;
	if (state->mixed || state->units != NULL)
		lm_load_follow(state, vehicle);
}

void
lm_state_absent_add(LmState *state, int32_t order)
{
	if (lm_is_reload(state, order))
		return;
	state->absent_at[order] = state->absent_count;
	state->absent[state->absent_count++] = order;
	state->cost += state->absent_price[order];
}

static void
absent_take(LmState *state, int32_t order)
{
	int32_t at = state->absent_at[order];
	int32_t moved;

	if (lm_is_reload(state, order))
		return;
	moved = state->absent[--state->absent_count];
	state->absent[at] = moved;
	state->absent_at[moved] = at;
	state->absent_at[order] = -1;
	state->cost -= state->absent_price[order];
}

void
lm_state_insert(LmState *state, int32_t order, int32_t after)
{
	int32_t vehicle = state->nodes[after].route;
	int32_t behind = state->nodes[after].next;
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	const LmSpot *spot = &state->spots[order];
	LmRoute *route = lm_route_touch(state, vehicle);
	LmNode *node = lm_node_touch(state, order);

	lm_node_touch(state, after);
	route->length -= state->legs[after].length;
	route->busy -= state->legs[after].time;
	state->legs[after] = lm_leg_of(state, travel, after, order);
	state->legs[order] = lm_leg_of(state, travel, order, behind);
	route->length += state->legs[after].length + state->legs[order].length;
	route->busy += state->legs[after].time + state->legs[order].time + spot->service;
	state->used += route->count == 0;
	route->count++;
	route->reloads += spot->kind == LM_RELOAD;
	lm_route_mark(state, vehicle);
	route->odd_count += spot->odd;
	route->soft_count += spot->soft;
	route->preference += lm_problem_preference(state->problem, order, vehicle);
	lm_load_add(state, order, vehicle, 1);
	node->prev = after;
	node->next = behind;
	node->route = vehicle;
	lm_node_touch(state, after)->next = order;
	lm_node_touch(state, behind)->prev = order;
	order = lm_problem_first(state->problem, order);
	if (state->absent_at[order] >= 0)
		absent_take(state, order);
	lm_route_update(state, vehicle, after, behind);
}

static void
release_update(LmState *state, int32_t vehicle, LmRoute *route)
{
	int32_t end = lm_state_end(state, vehicle);

	route->release = -LM_NEVER;
	for (int32_t node = state->nodes[lm_state_start(state, vehicle)].next; node != end;
	     node = state->nodes[node].next)
		if (state->spots[node].release > route->release)
			route->release = state->spots[node].release;
}

void
lm_route_update(LmState *state, int32_t vehicle, int32_t before, int32_t behind)
{
	bool reopened = false;

	if (state->trips != NULL)
		reopened = lm_trips_update(state, vehicle);
	else if (state->has_releases)
		release_update(state, vehicle, &state->routes[vehicle]);
	if (reopened)
	{
		/* the opening of a reload may have changed anywhere */
		(void) start_update(state, vehicle);
		heads_update(state, state->nodes[lm_state_start(state, vehicle)].next,
		             lm_state_end(state, vehicle));
		tails_update(state, state->nodes[lm_state_end(state, vehicle)].prev,
		             lm_state_start(state, vehicle));
	}
	else
	{
		if (state->has_releases && start_update(state, vehicle))
			heads_update(state, state->nodes[lm_state_start(state, vehicle)].next, behind);
		else
			heads_update(state, state->nodes[before].next, behind);
		tails_update(state, state->nodes[behind].prev, before);
	}
	if (state->halves != NULL)
		lm_halves_change(state, before, behind);
	if (state->moments != NULL)
		lm_moments_forget(state->moments, vehicle);
	if (state->soft != NULL)
		lm_soft_forget(state->soft, vehicle);
	route_price(state, vehicle, behind);
}

void
lm_state_undo(LmState *state)
{
	int32_t dims = state->problem->dimensions;

	for (int32_t i = 0; i < state->logged_count; i++)
	{
		state->nodes[state->logged_ids[i]] = state->logged_nodes[i];
		state->legs[state->logged_ids[i]] = state->logged_legs[i];
	}
	for (int32_t i = 0; i < state->absent_count; i++)
		state->absent_at[state->absent[i]] = -1;
	state->absent_count = state->logged_absent_count;
	for (int32_t i = 0; i < state->absent_count; i++)
	{
		state->absent[i] = state->logged_absent[i];
		state->absent_at[state->absent[i]] = i;
	}
	for (int32_t i = 0; i < state->logged_route_count; i++)
	{
		int32_t vehicle = state->logged_route_ids[i];

		state->routes[vehicle] = state->logged_routes[i];
		if (state->trips != NULL)
			(void) lm_trips_update(state, vehicle);
		if (state->moments != NULL)
			lm_moments_forget(state->moments, vehicle);
		if (state->soft != NULL)
			lm_soft_forget(state->soft, vehicle);
		lm_route_mark(state, vehicle);
		for (int32_t d = 0; d < dims; d++)
			state->load[(size_t) vehicle * dims + d] = state->logged_loads[(size_t) i * dims + d];
		if (state->mixed || state->units != NULL)
			lm_load_follow(state, vehicle);
	}
	state->used = state->logged_used;
	state->cost = state->logged_cost;
	state->balance = state->logged_balance;
	epoch_turn(state);
	if (state->halves != NULL)
		lm_halves_undo(state->halves);
	state->logged_count = 0;
	state->logged_route_count = 0;
}

void
lm_state_load(LmState *state, const int32_t *next)
{
	const LmProblem *problem = state->problem;

	state->absent_count = 0;
	state->used = 0;
	state->cost = 0;
	state->balance = (LmBalance){.held = state->balance.held,
	                             .mean = state->balance.held ? state->balance.mean : 0,
	                             .tilt = state->balance.held ? state->balance.tilt : 0};
	if (state->halves != NULL)
		lm_halves_forget(state->halves);
	if (state->moments != NULL)
		lm_moments_forget_all(state->moments, problem->vehicle_count);
	if (state->soft != NULL)
		lm_soft_forget_all(state->soft, problem->vehicle_count);
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		state->nodes[i].route = LM_ABSENT;
		state->legs[i].next_place = LM_OFF_ROUTE;
		if (lm_problem_first(problem, i) == i)
			lm_state_absent_add(state, i);
	}
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		const LmTravel *travel = lm_problem_travel(problem, v);
		int32_t end = lm_state_end(state, v);
		LmRoute *route = &state->routes[v];
		int32_t node = lm_state_start(state, v);

		/* one under way has a place taken, so that it is never empty */
		*route = (LmRoute){.release = -LM_NEVER, .count = problem->vehicles[v].under_way};
		for (int32_t d = 0; d < problem->dimensions; d++)
			state->load[(size_t) v * problem->dimensions + d] = 0;
		if (next[node] == end && route->count == 0)
		{
			state->nodes[node].next = end;
			state->nodes[end].prev = node;
			state->legs[node] = (LmLeg){0, 0, state->nodes[end].place};
			node = end;
		}
		for (; node != end; node = next[node])
		{
			const LmSpot *spot = &state->spots[next[node]];

			state->nodes[node].next = next[node];
			state->nodes[next[node]].prev = node;
			state->legs[node] = lm_leg_of(state, travel, node, next[node]);
			route->length += state->legs[node].length;
			route->busy += state->legs[node].time + spot->service;
			if (next[node] == end)
				continue;
			state->nodes[next[node]].route = v;
			route->count++;
			route->reloads += spot->kind == LM_RELOAD;
			route->odd_count += spot->odd;
			route->soft_count += spot->soft;
			route->preference += lm_problem_preference(problem, next[node], v);
			if (spot->release > route->release)
				route->release = spot->release;
			lm_load_add(state, next[node], v, 1);
			if (state->absent_at[lm_problem_first(problem, next[node])] >= 0)
				absent_take(state, lm_problem_first(problem, next[node]));
		}
		state->used += route->count > 0;
		lm_route_mark(state, v);
		if (state->trips != NULL)
			(void) lm_trips_update(state, v);
		(void) start_update(state, v);
		heads_update(state, state->nodes[lm_state_start(state, v)].next, end);
		tails_update(state, state->nodes[end].prev, lm_state_start(state, v));
		route_price(state, v, end);
	}
	lm_state_commit(state);
}
