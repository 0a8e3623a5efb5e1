/*
 * move_relocate.c
 *	  A chain of one to three orders to another place.
 */
#include "solver/moves.h"

#define LONGEST_REGION 32 /* orders between old and new place on one route */

/* The chain stays on its route: the region between its old and its new place is driven in another order. */
static bool
relocate_within(LmState *state, const int32_t *chain, int32_t count, int32_t after)
{
	int32_t last = chain[count - 1];
	int32_t region[LONGEST_REGION + LM_LIFT_MOST];
	int32_t orders = state->problem->order_count;
	int32_t filled = 0;
	LmSplice splice;

	/* forward from the chain's end until `after` is met, else backward from its beginning */
	for (int32_t node = state->nodes[last].next; node < orders && filled < LONGEST_REGION;
	     node = state->nodes[node].next)
	{
		region[filled++] = node;
		if (node != after)
			continue;
		for (int32_t i = 0; i < count; i++)
			region[filled++] = chain[i];
		splice = (LmSplice){state->nodes[chain[0]].prev, state->nodes[after].next, region, filled};
		if (lm_splice_price(state, &splice, 0) >= 0)
			return false;
		lm_splice_apply(state, &splice, 1);
		return true;
	}
	filled = 0;
	for (int32_t node = state->nodes[chain[0]].prev; node != after; node = state->nodes[node].prev)
	{
		if (node >= orders || filled == LONGEST_REGION)
			return false;
		filled++;
	}
	splice = (LmSplice){after, state->nodes[last].next, region, filled + count};
	for (int32_t i = 0; i < count; i++)
		region[i] = chain[i];
	for (int32_t node = state->nodes[chain[0]].prev; filled > 0; node = state->nodes[node].prev)
		region[count + --filled] = node;
	if (lm_splice_price(state, &splice, 0) >= 0)
		return false;
	lm_splice_apply(state, &splice, 1);
	return true;
}

/* Whether driving a chain elsewhere on its own route may pay. */
static bool
within_may_pay(const LmState *state, const LmMeeting *meeting, int32_t at)
{
	const LmLift *lift = meeting->lift;
	const LmLeg *left = &state->legs[meeting->after];
	const LmLeg *front = &state->legs[lift->before];
	const LmLeg *back = &state->legs[lift->orders[at]];
	LmLength length = lift->gaps[at].length + meeting->to.length - front->length - back->length -
	                  left->length;
	LmTime busy = lift->gaps[at].time + meeting->to.time - front->time - back->time - left->time;
	LmLeg on;

	if (lm_floor_of(state, meeting->vehicle, length, busy) >= 0)
		return false;
	on = lm_leg_of(state, lm_problem_travel(state->problem, meeting->vehicle), lift->orders[at],
	               meeting->behind);
	return lm_floor_of(state, meeting->vehicle, length + on.length, busy + on.time) < 0;
}

/* Whether driving it on another route may pay. */
static bool
across_may_pay(const LmState *state, const LmMeeting *meeting, int32_t at)
{
	const LmLift *lift = meeting->lift;
	const LmChain *chain = &lift->chains[at];
	const LmLeg *left = &state->legs[meeting->after];
	LmLength length = chain->length + meeting->to.length - left->length;
	LmTime busy = chain->busy + meeting->to.time - left->time;
	int32_t travel = state->vans[meeting->vehicle].travel;
	LmLeg on;

	if (travel != state->vans[lift->vehicle].travel)
		return lm_splice_floor(state, meeting->after, NULL, chain) + lift->floors[at] < 0;
	if (lift->floors[at] + lm_floor_of(state, meeting->vehicle, length, busy) >= 0)
		return false;
	on = lm_leg_of(state, &state->problem->travels[travel], chain->last, meeting->behind);
	return lift->floors[at] +
	           lm_floor_of(state, meeting->vehicle, length + on.length, busy + on.time) <
	       0;
}

/* Does the move of a chain to another route if it pays. */
static bool
relocate_across(LmState *state, const LmMeeting *meeting, int32_t count)
{
	const LmLift *lift = meeting->lift;
	LmSplice out = {lift->before, state->nodes[lift->orders[count - 1]].next, NULL, 0};
	LmSplice in = {meeting->after, meeting->behind, lift->orders, count};
	LmCost saved = -lm_splice_least(state, &out, LM_IMPOSSIBLE);

	if (saved <= 0 || lm_splice_least(state, &in, saved) >= saved)
		return false;
	saved = -lm_splice_price(state, &out, LM_IMPOSSIBLE);
	if (saved <= 0 || lm_splice_price(state, &in, saved) >= saved)
		return false;
	lm_splice_apply(state, (LmSplice[]){out, in}, 2);
	return true;
}

bool
lm_move_relocate(LmState *state, const LmMeeting *meeting)
{
	const LmLift *lift = meeting->lift;

	if (lift->before == meeting->after || (state->uniform && meeting->least + lift->least >= 0))
		return false;
	for (int32_t at = 0; at < lift->count; at++)
	{
		if (lift->orders[at] == meeting->after)
			return false;
		if (meeting->vehicle == lift->vehicle
		        ? within_may_pay(state, meeting, at) &&
		              relocate_within(state, lift->orders, at + 1, meeting->after)
		        : lift->closed[at] && across_may_pay(state, meeting, at) &&
		              relocate_across(state, meeting, at + 1))
			return true;
	}
	return false;
}
