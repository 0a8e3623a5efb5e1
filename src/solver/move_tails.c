/*
 * move_tails.c
 *	  Two routes exchange all that follows a pair of nodes.
 */
#include "solver/moves.h"

#include "solver/state_parts.h"

/* Price of a route made of the head of one and the tail of another, by legs and segments. */
static bool
joined_price(const LmState *state, int32_t from, int32_t to, LmCost *price)
{
	int32_t vehicle = state->nodes[from].route;
	const LmVan *van = &state->vans[vehicle];
	LmLeg leg = lm_leg_of(state, lm_problem_travel(state->problem, vehicle), from, to);
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
	         van->per_overtime_ms * lm_overtime_of(&state->problem->vehicles[vehicle], ends);
	return true;
}

/* What a route costs by the same measure: but for the metres of the legs that stay. */
static LmCost
present_price(const LmState *state, int32_t vehicle, int32_t from)
{
	const LmRoute *route = &state->routes[vehicle];

	if (route->count == 0)
		return 0;
	return route->cost - state->vans[vehicle].per_mm * (route->length - state->legs[from].length);
}

static int32_t
tail_copy(const LmState *state, int32_t node, int32_t *tail)
{
	int32_t count = 0;

	for (; node < state->problem->order_count; node = state->nodes[node].next)
		tail[count++] = node;
	return count;
}

bool
lm_move_tails(LmState *state, int32_t order, int32_t after, int32_t *tails)
{
	int32_t here = state->nodes[order].route;
	int32_t there = state->nodes[after].route;
	int32_t front = state->nodes[order].prev;
	int32_t behind = state->nodes[after].next;
	LmCost price_here;
	LmCost price_there;
	LmCost bound;
	LmSplice splices[2];

	if (here == there || state->kind[here] != state->kind[there])
		return false;
	/* a whole route to an empty vehicle of the same kind changes nothing */
	if (front >= state->problem->order_count && after >= state->problem->order_count)
		return false;
	if (!joined_price(state, after, order, &price_there) ||
	    !joined_price(state, front, behind, &price_here) ||
	    price_here + price_there >=
	        present_price(state, here, front) + present_price(state, there, after))
		return false;
	splices[0] = (LmSplice){after, lm_state_end(state, there), tails,
	                        tail_copy(state, order, tails)};
	splices[1] = (LmSplice){front, lm_state_end(state, here), tails + splices[0].count, 0};
	splices[1].count = tail_copy(state, behind, tails + splices[0].count);
	price_there = lm_splice_price(state, &splices[0], LM_IMPOSSIBLE);
	if (price_there >= LM_IMPOSSIBLE)
		return false;
	bound = -price_there;
	if (lm_splice_price(state, &splices[1], bound) >= bound)
		return false;
	lm_splice_apply(state, splices, 2);
	return true;
}
