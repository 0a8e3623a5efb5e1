/*
 * move_tails.c
 *	  Two routes exchange all that follows a pair of nodes.
 */
#include "solver/moves.h"

#include "solver/unit.h"

/* Price of a route made of the head of one and the tail of another, by legs and segments, without
 * preferences: no more than it is. */
static bool
joined_price(const LmState *state, int32_t from, LmLeg leg, int32_t to, LmCost *price)
{
	int32_t vehicle = state->nodes[from].route;
	const LmVan *van = &state->vans[vehicle];
	LmTime working;
	LmTime ends;

	if (from >= state->problem->order_count && to >= state->problem->order_count)
	{
		*price = 0;
		return true;
	}
	if (leg.time == LM_NO_LEG ||
	    !lm_segment_join(&state->nodes[from].head, leg.time, &state->nodes[to].tail, &working,
	                     &ends) ||
	    working > van->max_time)
		return false;
	*price = van->price + van->per_mm * leg.length + van->per_ms * working +
	         van->per_overtime_ms * lm_overtime_of(&state->problem->vehicles[vehicle], ends) +
	         lm_balance_added(state, vehicle, working) - lm_balance_added(state, vehicle, 0);
	return true;
}

/* What a route costs by the same measure: but for the metres of the legs that stay. */
static LmCost
present_price(const LmState *state, int32_t vehicle, int32_t from)
{
	const LmRoute *route = &state->routes[vehicle];

	if (route->count == 0)
		return 0;
	return lm_route_worth(state, vehicle) -
	       state->vans[vehicle].per_mm * (route->length - state->legs[from].length);
}

/* Whether what ends the route of one vehicle is timed and driven alike on that of another. */
static bool
tails_alike(const LmState *state, int32_t here, int32_t there)
{
	const LmVehicle *van = &state->problem->vehicles[here];
	const LmVehicle *other = &state->problem->vehicles[there];

	if (state->vans[here].twin == state->vans[there].twin)
		return true;
	/* who is under way is like nobody else but in how the day ends */
	return (van->under_way || other->under_way) && van->end == other->end &&
	       van->travel == other->travel && van->shift_end == other->shift_end &&
	       van->overtime == other->overtime;
}

/* Whether the exchange may pay, by what is known of heads and tails. */
static bool
tails_may_pay(const LmState *state, const LmMeeting *meeting, int32_t front)
{
	int32_t here = meeting->lift->vehicle;
	int32_t there = meeting->vehicle;
	int32_t orders = state->problem->order_count;
	const LmVan *van = &state->vans[here];
	LmLength present = state->legs[front].length + state->legs[meeting->after].length;
	bool both_stay = state->routes[there].count > 0 && (front < orders || meeting->behind < orders);
	bool metres_only = both_stay && !van->timed && state->problem->prefer_price == NULL;
	LmLeg leg;
	LmCost price_here;
	LmCost price_there;

	/* where both stay in use and only metres are paid for, legs say it all */
	if (metres_only && van->per_mm * (meeting->to.length - present) >= 0)
		return false;
	leg = lm_leg_of(state, lm_problem_travel(state->problem, here), front, meeting->behind);
	if (metres_only && van->per_mm * (meeting->to.length + leg.length - present) >= 0)
		return false;
	return joined_price(state, meeting->after, meeting->to, meeting->lift->orders[0],
	                    &price_there) &&
	       joined_price(state, front, leg, meeting->behind, &price_here) &&
	       price_here + price_there <
	           present_price(state, here, front) + present_price(state, there, meeting->after);
}

bool
lm_move_tails(LmState *state, const LmMeeting *meeting, int32_t *tails)
{
	int32_t here = meeting->lift->vehicle;
	int32_t there = meeting->vehicle;
	int32_t front = meeting->lift->before;
	LmCost price_there;
	LmCost bound;
	LmSplice splices[2];

	if (here == there || !tails_alike(state, here, there) ||
	    (state->units != NULL &&
	     state->units->open[front] + state->units->open[meeting->after] > 0))
		return false;
	/* a whole route to an empty vehicle of the same kind changes nothing */
	if (front >= state->problem->order_count && meeting->after >= state->problem->order_count &&
	    state->kind[here] == state->kind[there])
		return false;
	if (!tails_may_pay(state, meeting, front))
		return false;
	splices[0] = (LmSplice){meeting->after, lm_state_end(state, there), tails,
	                        lm_state_tail(state, meeting->lift->orders[0], tails)};
	splices[1] = (LmSplice){front, lm_state_end(state, here), tails + splices[0].count, 0};
	splices[1].count = lm_state_tail(state, meeting->behind, tails + splices[0].count);
	price_there = lm_splice_price(state, &splices[0], LM_IMPOSSIBLE);
	if (price_there >= LM_IMPOSSIBLE)
		return false;
	bound = -price_there;
	if (lm_splice_price(state, &splices[1], bound) >= bound)
		return false;
	lm_splice_apply(state, splices, 2);
	return true;
}
