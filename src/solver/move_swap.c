/*
 * move_swap.c
 *	  Two short chains of two routes change places.
 */
#include "solver/moves.h"

#define LONGEST_CHAIN 2

/* The orders behind the node that the lifted ones may change places with. */
typedef struct Rival
{
	int32_t orders[LONGEST_CHAIN];
	LmChain chain;
	int32_t count;
	bool closed; /* as in LmLift */
	LmLeg to;    /* from where the lifted ones stand to the first of these */
} Rival;

/* What the two routes get longer by, but for the legs behind the chains. */
typedef struct Sums
{
	LmLength here;
	LmLength there;
	LmTime busy_here;
	LmTime busy_there;
	LmCost preference_here; /* what preferences add */
	LmCost preference_there;
} Sums;

static Sums
sums_of(const LmState *state, const LmMeeting *meeting, const Rival *rival, int32_t at)
{
	const LmLift *lift = meeting->lift;
	const LmChain *chain = &lift->chains[at];
	const LmLeg *front = &state->legs[lift->before];
	const LmLeg *back = &state->legs[chain->last];
	const LmLeg *rival_front = &state->legs[meeting->after];
	const LmLeg *rival_back = &state->legs[rival->chain.last];
	Sums sums;

	sums.here = rival->to.length + rival->chain.length - front->length - chain->length -
	            back->length;
	sums.busy_here = rival->to.time + rival->chain.busy - front->time - chain->busy - back->time;
	sums.there = meeting->to.length + chain->length - rival_front->length - rival->chain.length -
	             rival_back->length;
	sums.busy_there = meeting->to.time + chain->busy - rival_front->time - rival->chain.busy -
	                  rival_back->time;
	sums.preference_here = lm_chain_preference(state, &rival->chain, lift->vehicle) -
	                       lm_chain_preference(state, chain, lift->vehicle);
	sums.preference_there = lm_chain_preference(state, chain, meeting->vehicle) -
	                        lm_chain_preference(state, &rival->chain, meeting->vehicle);
	return sums;
}

/* What the lifted orders' route pays at the least, or LM_IMPOSSIBLE when the exchange cannot pay. */
static LmCost
swap_floor(const LmState *state, const LmMeeting *meeting, const Rival *rival, int32_t at)
{
	const LmLift *lift = meeting->lift;
	const LmChain *chain = &lift->chains[at];
	const LmTravel *travel = lm_problem_travel(state->problem, meeting->vehicle);
	LmCost here;
	Sums sums;
	LmLeg leg;

	if (state->vans[meeting->vehicle].travel != state->vans[lift->vehicle].travel)
	{
		here = lm_splice_floor(state, lift->before, chain, &rival->chain);
		return here + lm_splice_floor(state, meeting->after, &rival->chain, chain) < 0
		           ? here
		           : LM_IMPOSSIBLE;
	}
	sums = sums_of(state, meeting, rival, at);
	if (lm_floor_of(state, lift->vehicle, sums.here, sums.busy_here) + sums.preference_here +
	        lm_floor_of(state, meeting->vehicle, sums.there, sums.busy_there) +
	        sums.preference_there >=
	    0)
		return LM_IMPOSSIBLE;
	leg = lm_leg_of(state, travel, rival->chain.last, state->nodes[chain->last].next);
	here = lm_floor_of(state, lift->vehicle, sums.here + leg.length, sums.busy_here + leg.time) +
	       sums.preference_here;
	leg = lm_leg_of(state, travel, chain->last, state->nodes[rival->chain.last].next);
	return here +
	                   lm_floor_of(state, meeting->vehicle, sums.there + leg.length,
	                               sums.busy_there + leg.time) +
	                   sums.preference_there <
	               0
	           ? here
	           : LM_IMPOSSIBLE;
}

/* Does the exchange if it pays. */
static bool
swap_pays(LmState *state, const LmMeeting *meeting, const Rival *rival, int32_t at)
{
	const LmLift *lift = meeting->lift;
	LmSplice in = {meeting->after, state->nodes[rival->chain.last].next, lift->orders, at + 1};
	LmSplice out = {lift->before, state->nodes[lift->orders[at]].next, rival->orders, rival->count};
	LmCost floor_out = swap_floor(state, meeting, rival, at);
	LmCost added;

	if (floor_out >= LM_IMPOSSIBLE)
		return false;
	added = lm_splice_least(state, &in, -floor_out);
	if (added >= -floor_out || lm_splice_least(state, &out, -added) >= -added)
		return false;
	added = lm_splice_price(state, &in, -floor_out);
	if (added >= -floor_out || lm_splice_price(state, &out, -added) >= -added)
		return false;
	lm_splice_apply(state, (LmSplice[]){in, out}, 2);
	return true;
}

/* Whether any exchange may pay where all vehicles price legs alike: of the legs that go, all are saved. */
static bool
some_may_pay(const LmState *state, const LmMeeting *meeting, const LmLeg *to)
{
	const LmLift *lift = meeting->lift;
	const LmVan *van = &state->vans[lift->vehicle];
	const LmLeg *leg = &state->legs[meeting->behind];
	LmCost most = lm_leg_price(van, leg->length, leg->time);
	int32_t second = state->nodes[meeting->behind].next;

	if (second < state->problem->order_count)
	{
		leg = &state->legs[second];
		if (lm_leg_price(van, leg->length, leg->time) > most)
			most = lm_leg_price(van, leg->length, leg->time);
	}
	return meeting->least + lm_leg_price(van, to->length, to->time) - lift->front - lift->behind -
	           most - state->routes[lift->vehicle].saving -
	           state->routes[lift->vehicle].preference -
	           state->routes[meeting->vehicle].preference <
	       0;
}

bool
lm_move_swap(LmState *state, const LmMeeting *meeting)
{
	const LmLift *lift = meeting->lift;
	int32_t orders = state->problem->order_count;
	Rival rivals[LONGEST_CHAIN];
	int32_t count = 0;
	LmLeg to;

	if (meeting->vehicle == lift->vehicle || meeting->behind >= orders ||
	    !(lift->closed[0] || (lift->count > 1 && lift->closed[1])))
		return false;
	to = lm_leg_of(state, lm_problem_travel(state->problem, lift->vehicle), lift->before,
	               meeting->behind);
	if (state->uniform && !some_may_pay(state, meeting, &to))
		return false;
	for (int32_t b = meeting->behind; b < orders && count < LONGEST_CHAIN; b = state->nodes[b].next)
	{
		Rival *rival = &rivals[count];

		if (count == 0)
			*rival = (Rival){.chain = lm_chain_of(state, b), .to = to};
		else
		{
			*rival = rivals[count - 1];
			rival->chain = lm_chain_grow(state, rival->chain, b);
		}
		rival->closed = state->units == NULL || lm_units_closed(state, meeting->behind, b);
		rival->orders[count++] = b;
		rival->count = count;
	}
	for (int32_t at = 0; at < lift->count && at < LONGEST_CHAIN; at++)
		for (int32_t i = 0; i < count; i++)
			if (lift->closed[at] && rivals[i].closed && swap_pays(state, meeting, &rivals[i], at))
				return true;
	return false;
}
