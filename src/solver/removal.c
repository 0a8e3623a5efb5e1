/*
 * removal.c
 *	  Orders taken off a route, with whatever cannot stay without them.
 */
#include "solver/state.h"

#include "solver/halves.h"
#include "solver/load.h"
#include "solver/state_parts.h"
#include "solver/trips.h"
#include "solver/unit.h"

/* Takes an order off its route, with the leg behind it; its neighbours are joined by the caller. */
static void
node_unlink(LmState *state, int32_t order, LmRoute *route)
{
	const LmNode *node = lm_node_touch(state, order);

	route->count--;
	route->reloads -= state->spots[order].kind == LM_RELOAD;
	route->odd_count -= state->spots[order].odd;
	route->soft_count -= state->spots[order].soft;
	route->length -= state->legs[order].length;
	route->busy -= state->legs[order].time + state->spots[order].service;
	route->preference -= lm_problem_preference(state->problem, order, node->route);
	lm_load_add(state, order, node->route, -1);
	state->nodes[order].route = LM_ABSENT;
	state->legs[order].next_place = LM_OFF_ROUTE;
	if (state->units != NULL)
	{
		int32_t mate = lm_unit_mate(state, order);

		if (mate != LM_ABSENT)
			state->units->widows[state->units->widow_count++] = mate;
		order = lm_problem_first(state->problem, order);
		if (state->absent_at[order] >= 0)
			return;
	}
	lm_state_absent_add(state, order);
}

/* The same for its trips, of which two are one now where `merged` says so. */
static bool
trips_fit(LmState *state, int32_t before, int32_t behind, bool merged)
{
	int32_t vehicle = state->nodes[before].route;
	int32_t count;
	LmScheduleCost cost;

	if (!lm_trips_in_range(state, &(LmSplice){before, behind, NULL, 0}))
		return false;
	if (!merged)
		return true;
	count = lm_state_sequence(state, vehicle);
	if (state->mixed && !lm_load_sequence_fits(state, vehicle, count))
		return false;
	/* what the second trip waited for the first now waits for */
	return !state->has_releases || lm_schedule_price(state->scheduler, vehicle, state->sequence,
	                                                 count, LM_RELAX_NONE, &cost);
}

/* An order that drops goods which were on board before the route began: without it they stay there. */
static bool
unloads_begun(const LmState *state, int32_t order)
{
	return state->spots[order].kind == LM_DROP && state->units != NULL &&
	       lm_problem_unit(state->problem, order)->tails == 0;
}

/* What went that the rest of the route counted on. */
typedef struct Gone
{
	bool reload; /* two trips are one now */
	bool drop;   /* of unloads_begun */
} Gone;

/* Whether the route is feasible with `before` and `behind` joined; the rest is up to date. */
static bool
gap_fits(LmState *state, int32_t vehicle, int32_t before, int32_t behind, LmTime leg, Gone gone)
{
	const LmVehicle *van = &state->problem->vehicles[vehicle];
	const LmRoute *route = &state->routes[vehicle];
	LmTime working;
	LmTime ends;

	if (leg == LM_NO_LEG || route->length > van->max_distance ||
	    (state->trips != NULL && !trips_fit(state, before, behind, gone.reload)) ||
	    (gone.drop && !lm_load_sequence_fits(state, vehicle, lm_state_sequence(state, vehicle))) ||
	    !lm_segment_join(&state->nodes[before].head, leg, &state->nodes[behind].tail, &working,
	                     &ends) ||
	    working > van->max_time)
		return false;
	if (lm_route_is_plain(state, vehicle))
		return true;
	if (!lm_halves_price(state, before, NULL, 0, behind, &state->gap))
		return false;
	/* elsewhere halves join it again for next to nothing */
	state->gap_known = state->vans[vehicle].changes || route->soft_count > 0;
	return true;
}

/* Removes neighbours on a route; mates elsewhere on it are noted. */
static void
piece_remove(LmState *state, int32_t first, int32_t last)
{
	int32_t vehicle = state->nodes[first].route;
	int32_t before = state->nodes[first].prev;
	int32_t behind = state->nodes[last].next;
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	LmRoute *route = lm_route_touch(state, vehicle);
	int32_t reloads = route->reloads;
	Gone gone = {0};

	for (int32_t node = first; node != behind; node = state->nodes[node].next)
	{
		gone.drop |= unloads_begun(state, node);
		node_unlink(state, node, route);
	}
	for (;;)
	{
		LmLeg gap;

		/* a trip without orders ends with them */
		if (lm_is_reload(state, behind) && lm_trip_begins(state, before))
		{
			node_unlink(state, behind, route);
			behind = state->nodes[behind].next;
			continue;
		}
		if (behind >= state->problem->order_count && lm_is_reload(state, before))
		{
			node_unlink(state, before, route);
			before = state->nodes[before].prev;
			continue;
		}
		gone.reload = route->reloads < reloads;
		gap = lm_leg_of(state, travel, before, behind);
		lm_node_touch(state, before)->next = behind;
		lm_node_touch(state, behind)->prev = before;
		route->length -= state->legs[before].length;
		route->busy -= state->legs[before].time;
		state->legs[before] = (LmLeg){0, 0, state->nodes[behind].place};
		if (route->count == 0)
			break;
		route->length += gap.length;
		/* what a vehicle under way drives with nothing left to do is feasible whatever it is */
		if ((before >= state->problem->order_count && behind >= state->problem->order_count) ||
		    gap_fits(state, vehicle, before, behind, gap.time, gone))
		{
			route->busy += gap.time;
			state->legs[before] = gap;
			break;
		}
		route->length -= gap.length;
		if (behind < state->problem->order_count)
		{
			gone.drop |= unloads_begun(state, behind);
			node_unlink(state, behind, route);
			behind = state->nodes[behind].next;
		}
		else
		{
			gone.drop |= unloads_begun(state, before);
			node_unlink(state, before, route);
			before = state->nodes[before].prev;
		}
	}
	state->used -= route->count == 0;
	lm_route_mark(state, vehicle);
	lm_route_update(state, vehicle, before, behind);
}

void
lm_state_remove(LmState *state, int32_t first, int32_t last)
{
	piece_remove(state, first, last);
	while (state->units != NULL && state->units->widow_count > 0)
	{
		int32_t widow = state->units->widows[--state->units->widow_count];

		if (state->nodes[widow].route != LM_ABSENT)
			piece_remove(state, widow, widow);
	}
}
