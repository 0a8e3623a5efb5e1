/*
 * reload.c
 *	  Reloads beside orders, and whole trips, where they pay.
 */
#include "solver/reload.h"

#include "solver/moves.h"
#include "solver/state_parts.h"
#include "solver/trips.h"

#define FARTHEST_SHIFT 4 /* rows */

/* ---- places ---- */

/* What is looked for, and the best so far. */
typedef struct Hunt
{
	LmState *state;
	int32_t order;
	LmCost *cost;
	LmReloadPlace *place;
	bool found;
	int32_t depot; /* where the present vehicle reloads, and what that takes */
	int32_t travel;
	LmTime reloading;
	LmTime from_depot; /* to the order */
	LmTime to_depot;
} Hunt;

/* What a sequence of two between two nodes cannot cost less than. */
static LmCost
pair_floor(const LmState *state, int32_t after, int32_t first, int32_t second)
{
	int32_t vehicle = state->nodes[after].route;
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	LmLeg to = lm_leg_of(state, travel, after, first);
	LmLeg between = lm_leg_of(state, travel, first, second);
	LmLeg on = lm_leg_of(state, travel, second, state->nodes[after].next);

	return lm_floor_of(state, vehicle,
	                   to.length + between.length + on.length - state->legs[after].length,
	                   to.time + between.time + on.time - state->legs[after].time +
	                       state->spots[first].service + state->spots[second].service);
}

/* What driving between the depot and the order takes with a vehicle. */
static void
depot_set(Hunt *hunt, int32_t vehicle)
{
	const LmState *state = hunt->state;
	int32_t reload = state->trips->first[vehicle];
	int32_t travel = state->vans[vehicle].travel;
	int32_t depot = state->nodes[reload].place;
	int32_t place = state->nodes[hunt->order].place;

	hunt->reloading = state->spots[reload].service;
	if (depot == hunt->depot && travel == hunt->travel)
		return;
	hunt->depot = depot;
	hunt->travel = travel;
	hunt->from_depot = lm_hop_to(state, travel, place, depot).time;
	hunt->to_depot = lm_hop_on(state, travel, place, depot).time;
}

/*
 * Whether windows may let the order in behind a node with a reload on one side.
 *
 * A bound, without the other two legs.  A trip that is cut may begin earlier where its goods are ready.
 */
static bool
side_fits(const Hunt *hunt, int32_t after, bool begins)
{
	const LmState *state = hunt->state;
	const LmSpot *spot = &state->spots[hunt->order];
	const LmNode *before = &state->nodes[after];
	LmTime starts = before->head.lo + before->head.span;
	LmTime latest = state->nodes[before->next].tail.hi - spot->service;

	if (state->has_releases)
		starts = state->problem->vehicles[before->route].shift_start;
	if (begins)
		starts += hunt->reloading + hunt->from_depot;
	else
		latest -= hunt->to_depot + hunt->reloading;
	return starts <= spot->close && (starts > spot->open ? starts : spot->open) <= latest;
}

/* Tries the order behind a node with a reload in front of it, or behind it. */
static void
side_try(Hunt *hunt, int32_t after, bool begins)
{
	LmState *state = hunt->state;
	int32_t vehicle = state->nodes[after].route;
	int32_t pair[2] = {hunt->order, hunt->order};
	LmSplice splice = {after, state->nodes[after].next, pair, 2};
	LmCost cost;

	pair[begins ? 0 : 1] = state->trips->first[vehicle];
	if (!side_fits(hunt, after, begins) ||
	    pair_floor(state, after, pair[0], pair[1]) >= *hunt->cost)
		return;
	pair[begins ? 0 : 1] = lm_trips_reload(state, vehicle);
	if (pair[begins ? 0 : 1] < 0)
		return;
	cost = lm_splice_price(state, &splice, *hunt->cost);
	if (cost >= *hunt->cost)
		return;
	*hunt->cost = cost;
	*hunt->place = (LmReloadPlace){after, pair[begins ? 0 : 1], begins};
	hunt->found = true;
}

static void
place_try(Hunt *hunt, int32_t after)
{
	const LmState *state = hunt->state;
	int32_t behind = state->nodes[after].next;

	depot_set(hunt, state->nodes[after].route);
	/* on a side without orders there would be a trip without them */
	if (!lm_trip_begins(state, after))
		side_try(hunt, after, true);
	if (behind < state->problem->order_count && !lm_is_reload(state, behind))
		side_try(hunt, after, false);
}

/* Whether another trip of the vehicle can have the order. */
static bool
vehicle_has_more(const LmState *state, int32_t vehicle, int32_t order)
{
	return state->routes[vehicle].count > 0 &&
	       state->routes[vehicle].reloads + 1 < state->vans[vehicle].max_trips &&
	       lm_problem_skilled(state->problem, order, vehicle) &&
	       lm_problem_welcome(state->problem, order, vehicle);
}

static void
listed_try(Hunt *hunt, const int32_t *list, int32_t width, bool before)
{
	const LmState *state = hunt->state;

	for (int32_t i = 0; i < width && list[i] >= 0; i++)
		if (state->nodes[list[i]].route != LM_ABSENT &&
		    vehicle_has_more(state, state->nodes[list[i]].route, hunt->order))
			place_try(hunt, before ? list[i] : state->nodes[list[i]].prev);
}

bool
lm_reload_find(LmState *state, const LmNeighbours *neighbours, int32_t order, LmCost *cost,
               LmReloadPlace *place)
{
	Hunt hunt = {.state = state, .order = order, .cost = cost, .place = place, .depot = LM_NOWHERE};

	if (neighbours != NULL)
	{
		size_t row = (size_t) order * (size_t) neighbours->width;

		listed_try(&hunt, neighbours->before + row, neighbours->width, true);
		listed_try(&hunt, neighbours->behind + row, neighbours->width, false);
	}
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
	{
		int32_t start = lm_state_start(state, v);
		int32_t end = lm_state_end(state, v);

		if (!vehicle_has_more(state, v, order))
			continue;
		lm_scheduler_tick(state->scheduler);
		if (neighbours != NULL)
		{
			place_try(&hunt, start);
			place_try(&hunt, state->nodes[end].prev);
			continue;
		}
		for (int32_t node = start; node != end; node = state->nodes[node].next)
			place_try(&hunt, node);
	}
	return hunt.found;
}

void
lm_reload_insert(LmState *state, int32_t order, const LmReloadPlace *place)
{
	lm_state_insert(state, place->reload, place->after);
	lm_state_insert(state, order, place->begins ? place->reload : place->after);
}

/* ---- taking out ---- */

static bool
reload_pays(LmState *state, int32_t reload)
{
	const LmNode *node = &state->nodes[reload];

	if (lm_trip_begins(state, node->prev) || node->next >= state->problem->order_count)
		return false;
	return lm_splice_price(state, &(LmSplice){node->prev, node->next, NULL, 0}, 0) >= 0;
}

static void
route_clean(LmState *state, int32_t vehicle)
{
	int32_t node = state->nodes[lm_state_start(state, vehicle)].next;

	while (state->routes[vehicle].reloads > 0 && node < state->problem->order_count)
	{
		if (lm_is_reload(state, node) && !reload_pays(state, node))
		{
			lm_state_remove(state, node, node);
			node = lm_state_start(state, vehicle);
		}
		node = state->nodes[node].next;
	}
}

void
lm_reload_clean(LmState *state, bool all)
{
	if (state->problem->reload_count == 0)
		return;
	for (int32_t v = 0; all && v < state->problem->vehicle_count; v++)
		route_clean(state, v);
	for (int32_t i = 0; !all && i < state->logged_route_count; i++)
		route_clean(state, state->logged_route_ids[i]);
}

/* ---- moves ---- */

bool
lm_reload_shift(LmState *state, int32_t reload)
{
	LmLift lift = lm_lift_of(state, reload);
	int32_t back = reload;
	int32_t on = reload;

	for (int i = 0; i < FARTHEST_SHIFT; i++)
	{
		LmMeeting meeting;

		back = back < state->problem->order_count ? state->nodes[back].prev : back;
		meeting = lm_meeting_of(state, &lift, back);
		if (i > 0 && lm_move_relocate(state, &meeting))
			return true;
		if (state->nodes[on].next >= state->problem->order_count)
			continue;
		on = state->nodes[on].next;
		meeting = lm_meeting_of(state, &lift, on);
		if (lm_move_relocate(state, &meeting))
			return true;
	}
	return false;
}

/* A trip on its way to another vehicle. */
typedef struct Transfer
{
	LmState *state;
	LmSplice out;
	LmCost saved;  /* by taking it out */
	int32_t *rows; /* [count + 2] its orders from 1 on */
	int32_t count;
} Transfer;

/* Puts the trip in between two nodes with a reload on one side, if that pays. */
static bool
transfer_try(Transfer *transfer, int32_t after, int32_t reload, bool begins)
{
	LmState *state = transfer->state;
	LmSplice in = {after, state->nodes[after].next, transfer->rows + (begins ? 0 : 1),
	               transfer->count + 1};

	transfer->rows[begins ? 0 : transfer->count + 1] = reload;
	if (lm_splice_price(state, &in, transfer->saved) >= transfer->saved)
		return false;
	lm_splice_apply(state, (LmSplice[]){transfer->out, in}, 2);
	return true;
}

static bool
transfer_to(Transfer *transfer, int32_t vehicle)
{
	LmState *state = transfer->state;
	int32_t reload = lm_trips_reload(state, vehicle);
	int32_t end = lm_state_end(state, vehicle);

	if (reload < 0)
		return false;
	if (transfer_try(transfer, lm_state_start(state, vehicle), reload, false))
		return true;
	for (int32_t node = state->nodes[lm_state_start(state, vehicle)].next; node != end;
	     node = state->nodes[node].next)
	{
		int32_t next = state->nodes[node].next;

		if ((next == end || lm_is_reload(state, next)) && !lm_is_reload(state, node) &&
		    transfer_try(transfer, node, reload, true))
			return true;
	}
	return false;
}

bool
lm_reload_move_trip(LmState *state, int32_t first, int32_t *scratch)
{
	Transfer transfer = {.state = state, .rows = scratch};
	int32_t vehicle = state->nodes[first].route;
	int32_t head = state->nodes[first].prev;
	int32_t orders = state->problem->order_count;
	int32_t node = first;

	for (; node < orders && !lm_is_reload(state, node); node = state->nodes[node].next)
		scratch[++transfer.count] = node;
	/* a reload goes with it: its own, or that of the next trip */
	transfer.out = (LmSplice){head, node, NULL, 0};
	if (lm_is_reload(state, head))
		transfer.out.before = state->nodes[head].prev;
	else if (node < orders)
		transfer.out.behind = state->nodes[node].next;
	transfer.saved = -lm_splice_price(state, &transfer.out, LM_IMPOSSIBLE);
	if (transfer.saved <= 0)
		return false;
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
	{
		lm_scheduler_tick(state->scheduler);
		if (v != vehicle && state->routes[v].count > 0 && transfer_to(&transfer, v))
			return true;
	}
	return false;
}
