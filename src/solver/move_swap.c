/*
 * move_swap.c
 *	  Two short chains of two routes change places.
 */
#include "solver/moves.h"

#define LONGEST_CHAIN 2

/* Does the exchange if it pays. */
static bool
swap_pays(LmState *state, const LmChain *here, const int32_t *here_orders, int32_t here_count,
          const LmChain *there, const int32_t *there_orders, int32_t there_count)
{
	int32_t front_here = state->nodes[here->first].prev;
	int32_t front_there = state->nodes[there->first].prev;
	LmSplice in = {front_there, state->nodes[there->last].next, here_orders, here_count};
	LmSplice out = {front_here, state->nodes[here->last].next, there_orders, there_count};
	LmCost floor_out = lm_splice_floor(state, front_here, here, there);
	LmCost added;

	if (lm_splice_floor(state, front_there, there, here) + floor_out >= 0)
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

bool
lm_move_swap(LmState *state, int32_t order, int32_t after)
{
	int32_t orders = state->problem->order_count;
	int32_t here_orders[LONGEST_CHAIN];
	int32_t there_orders[LONGEST_CHAIN];
	LmChain here = lm_chain_of(state, order);
	int32_t here_count = 0;

	if (state->nodes[after].route == state->nodes[order].route)
		return false;
	for (int32_t a = order; a < orders && here_count < LONGEST_CHAIN; a = state->nodes[a].next)
	{
		int32_t there_count = 0;
		LmChain there = {0};

		if (here_count > 0)
			here = lm_chain_grow(state, here, a);
		here_orders[here_count++] = a;
		for (int32_t b = state->nodes[after].next; b < orders && there_count < LONGEST_CHAIN;
		     b = state->nodes[b].next)
		{
			there = there_count == 0 ? lm_chain_of(state, b) : lm_chain_grow(state, there, b);
			there_orders[there_count++] = b;
			if (swap_pays(state, &here, here_orders, here_count, &there, there_orders, there_count))
				return true;
		}
	}
	return false;
}
