/*
 * move_relocate.c
 *	  A chain of one to three orders to another place.
 */
#include "solver/moves.h"

#include "solver/state_parts.h"

#define LONGEST_CHAIN 3
#define LONGEST_REGION 32 /* orders between old and new place on one route */

/* The chain stays on its route: the region between its old and its new place is driven in another order. */
static bool
relocate_within(LmState *state, const int32_t *chain, int32_t count, int32_t after)
{
	int32_t last = chain[count - 1];
	int32_t region[LONGEST_REGION + LONGEST_CHAIN];
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

/* What driving the chain elsewhere on its own route cannot fall below. */
static LmCost
within_floor(const LmState *state, const LmChain *chain, int32_t after)
{
	int32_t vehicle = state->nodes[after].route;
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	int32_t before = state->nodes[chain->first].prev;
	LmLeg gap = lm_leg_of(state, travel, before, state->nodes[chain->last].next);
	LmLeg to = lm_leg_of(state, travel, after, chain->first);
	LmLeg on = lm_leg_of(state, travel, chain->last, state->nodes[after].next);
	LmLength length = gap.length + to.length + on.length - state->legs[before].length -
	                  state->legs[chain->last].length - state->legs[after].length;
	LmTime busy = gap.time + to.time + on.time - state->legs[before].time -
	              state->legs[chain->last].time - state->legs[after].time;

	return lm_floor_of(state, vehicle, length, busy);
}

/* Does the move of a chain to another route if it pays. */
static bool
relocate_across(LmState *state, const LmChain *chain, const int32_t *orders, int32_t count,
                int32_t after)
{
	int32_t before = state->nodes[chain->first].prev;
	LmSplice out = {before, state->nodes[chain->last].next, NULL, 0};
	LmSplice in = {after, state->nodes[after].next, orders, count};
	LmCost saved = -lm_splice_floor(state, before, chain, NULL);

	if (lm_splice_floor(state, after, NULL, chain) >= saved)
		return false;
	saved = -lm_splice_least(state, &out, LM_IMPOSSIBLE);
	if (saved <= 0 || lm_splice_least(state, &in, saved) >= saved)
		return false;
	saved = -lm_splice_price(state, &out, LM_IMPOSSIBLE);
	if (saved <= 0 || lm_splice_price(state, &in, saved) >= saved)
		return false;
	lm_splice_apply(state, (LmSplice[]){out, in}, 2);
	return true;
}

bool
lm_move_relocate(LmState *state, int32_t order, int32_t after)
{
	int32_t orders[LONGEST_CHAIN];
	LmChain chain = lm_chain_of(state, order);
	int32_t count = 0;
	bool within = state->nodes[after].route == state->nodes[order].route;

	if (state->nodes[order].prev == after)
		return false;
	for (int32_t node = order; node < state->problem->order_count && count < LONGEST_CHAIN;
	     node = state->nodes[node].next)
	{
		if (node == after)
			return false;
		if (count > 0)
			chain = lm_chain_grow(state, chain, node);
		orders[count++] = node;
		if (within ? within_floor(state, &chain, after) < 0 &&
		                 relocate_within(state, orders, count, after)
		           : relocate_across(state, &chain, orders, count, after))
			return true;
	}
	return false;
}
