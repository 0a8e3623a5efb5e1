/*
 * state_parts.h
 *	  What changes of a plan are made of; for state.c, insertion.c, removal.c and splice.c only.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_STATE_PARTS_H
#define LM_SOLVER_STATE_PARTS_H

#include "solver/balance.h"
#include "solver/state.h"

/* The setup paid on driving from one node to another. */
static inline LmTime
lm_leg_setup(const LmState *state, int32_t from, int32_t to)
{
	return !state->has_setups || state->spots[from].site == state->spots[to].site
	           ? 0
	           : state->spots[to].setup;
}

/* The leg from node to node as a route drives it; the time is LM_NO_LEG where there is no way. */
static inline LmLeg
lm_leg_of(const LmState *state, const LmTravel *travel, int32_t from, int32_t to)
{
	int32_t place = state->nodes[to].place;
	LmLeg leg = {0, 0, place};
	LmHop hop;

	if (place == LM_NOWHERE)
		return leg;
	hop = lm_travel_hop(travel, state->nodes[from].place, place);
	leg.length = hop.length;
	leg.time = hop.time;
	if (leg.time != LM_NO_LEG)
		leg.time += lm_leg_setup(state, from, to);
	return leg;
}

/*
 * lm_hop_to, lm_hop_on - from a place to that of an order, and from there to another
 *
 * The tables by arrival make both a look into a row of the order.
 */
static inline LmHop
lm_hop_to(const LmState *state, int32_t travel, int32_t place, int32_t from)
{
	const LmTravel *table = &state->problem->travels[travel];
	size_t pair = lm_travel_cell(table, place, from);

	if (table->time == NULL)
		return lm_travel_hop(table, from, place);
	return (LmHop){state->time_back[travel][pair], state->length_back[travel] != NULL
	                                                   ? (LmLength) state->length_back[travel][pair]
	                                                   : lm_travel_length(table, from, place)};
}

static inline LmHop
lm_hop_on(const LmState *state, int32_t travel, int32_t place, int32_t to)
{
	return to == LM_NOWHERE ? (LmHop){0, 0}
	                        : lm_travel_hop(&state->problem->travels[travel], place, to);
}

/* lm_overtime_of - what of a route's end lies behind the shift's */
static inline LmTime
lm_overtime_of(const LmVehicle *vehicle, LmTime ends)
{
	return ends > vehicle->shift_end ? ends - vehicle->shift_end : 0;
}

/*
 * lm_breaks_required - time of the breaks a route takes whenever it departs and wherever they fall
 *
 *	ends		it ends no earlier
 *	latest		it departs no later
 */
static inline LmTime
lm_breaks_required(const LmProblem *problem, const LmVehicle *vehicle, LmTime ends, LmTime latest)
{
	LmTime required = 0;

	for (int32_t b = 0; b < vehicle->break_count; b++)
	{
		const LmBreak *pause = &problem->breaks[vehicle->break_first + b];

		if (latest < pause->window.close && pause->window.close < ends)
			required += pause->duration;
	}
	return required;
}

/* lm_breaks_busy - the same for a route of so long legs and services, from the shift alone */
LmTime lm_breaks_busy(const LmState *state, int32_t vehicle, LmTime busy);

/* lm_times_priced - what other times and lateness add to the price of a route, but for balance */
static inline LmCost
lm_times_priced(const LmState *state, int32_t vehicle, LmTime working, LmTime overtime,
                LmCost lateness)
{
	const LmVan *van = &state->vans[vehicle];
	const LmRoute *route = &state->routes[vehicle];

	return van->per_ms * (working - route->working) +
	       van->per_overtime_ms * (overtime - route->overtime) + lateness - route->lateness;
}

/* lm_times_added - the same with it, as a move; lm_times_least - at the least when both are no less */
static inline LmCost
lm_times_added(const LmState *state, int32_t vehicle, LmTime working, LmTime overtime,
               LmCost lateness)
{
	return lm_times_priced(state, vehicle, working, overtime, lateness) +
	       lm_balance_added(state, vehicle, working);
}

static inline LmCost
lm_times_least(const LmState *state, int32_t vehicle, LmTime working, LmTime overtime,
               LmCost lateness)
{
	LmCost least = lm_times_priced(state, vehicle, working, overtime, lateness);

	if (state->balanced)
		least += lm_balance_added(state, vehicle, lm_balance_best(state, vehicle, working, false));
	return least;
}

/* lm_route_worth - what a route costs with all it means for others */
static inline LmCost
lm_route_worth(const LmState *state, int32_t vehicle)
{
	return state->routes[vehicle].cost - lm_balance_added(state, vehicle, 0);
}

/*
 * lm_floor_of - what a change cannot fall below that makes a route longer and busier by so much
 *
 * All waiting and overtime may vanish, breaks that have to be taken do not.
 */
static inline LmCost
lm_floor_of(const LmState *state, int32_t vehicle, LmLength length, LmTime busy)
{
	const LmVan *van = &state->vans[vehicle];
	const LmRoute *route = &state->routes[vehicle];
	LmCost floor = van->per_mm * length + van->per_ms * busy - route->saving;

	if (state->balanced)
		floor += lm_balance_added(state, vehicle, lm_balance_best(state, vehicle, 0, false));

	if (!state->plain && van->has_breaks)
		floor += van->per_ms * lm_breaks_busy(state, vehicle, route->busy + busy);
	return floor;
}

/*
 * lm_opening, lm_closing - the hull of an order's windows that can be used
 *
 *	reached		it is reached no earlier: what closes before is over
 *	due			it must be started by then: what opens later is of no use
 */
LmTime lm_opening(const LmState *state, int32_t order, LmTime reached);
LmTime lm_closing(const LmState *state, int32_t order, LmTime due);

/* lm_node_touch, lm_route_touch - log what is there before it is changed */
LmNode *lm_node_touch(LmState *state, int32_t node);
LmRoute *lm_route_touch(LmState *state, int32_t vehicle);

/* lm_route_mark - whether the vehicle drives, after its route's count has changed */
static inline void
lm_route_mark(LmState *state, int32_t vehicle)
{
	int32_t place = state->kind_place[vehicle];
	uint64_t bit = UINT64_C(1) << (place % 64);

	if (state->routes[vehicle].count > 0)
		state->driving[place / 64] |= bit;
	else
		state->driving[place / 64] &= ~bit;
}

/* lm_route_is_plain - segments are exact for the route */
static inline bool
lm_route_is_plain(const LmState *state, int32_t vehicle)
{
	return !state->vans[vehicle].has_breaks && !state->vans[vehicle].changes &&
	       state->routes[vehicle].odd_count == 0 && state->routes[vehicle].soft_count == 0;
}

/*
 * lm_route_update - release, segments and price of a route that was changed between two nodes
 *
 *	before, behind	nodes in front of and behind all that was changed
 */
void lm_route_update(LmState *state, int32_t vehicle, int32_t before, int32_t behind);

#endif /* LM_SOLVER_STATE_PARTS_H */
