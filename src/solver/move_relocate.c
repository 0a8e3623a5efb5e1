/*
 * move_relocate.c
 *	  A chain of one to three orders to another place.
 */
#include "solver/moves.h"

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

bool
lm_move_relocate(LmState *state, int32_t order, int32_t after)
{
	int32_t chain[LONGEST_CHAIN];
	int32_t count = 0;
	bool within = state->nodes[after].route == state->nodes[order].route;

	if (state->nodes[order].prev == after)
		return false;
	for (int32_t node = order; node < state->problem->order_count && count < LONGEST_CHAIN;
	     node = state->nodes[node].next)
	{
		LmSplice out;
		LmSplice in;
		LmCost saved;

		if (node == after)
			return false;
		chain[count++] = node;
		if (within)
		{
			if (relocate_within(state, chain, count, after))
				return true;
			continue;
		}
		out = (LmSplice){state->nodes[order].prev, state->nodes[node].next, NULL, 0};
		in = (LmSplice){after, state->nodes[after].next, chain, count};
		saved = -lm_splice_price(state, &out, LM_IMPOSSIBLE);
		if (saved <= 0 || lm_splice_price(state, &in, saved) >= saved)
			continue;
		lm_splice_apply(state, (LmSplice[]){out, in}, 2);
		return true;
	}
	return false;
}
