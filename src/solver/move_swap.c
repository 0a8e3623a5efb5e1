/*
 * move_swap.c
 *	  Two short chains of two routes change places.
 */
#include "solver/moves.h"

#define LONGEST_CHAIN 2

bool
lm_move_swap(LmState *state, int32_t order, int32_t after)
{
	int32_t orders = state->problem->order_count;
	int32_t here[LONGEST_CHAIN];
	int32_t there[LONGEST_CHAIN];
	int32_t here_count = 0;

	if (state->nodes[after].route == state->nodes[order].route)
		return false;
	for (int32_t a = order; a < orders && here_count < LONGEST_CHAIN; a = state->nodes[a].next)
	{
		int32_t there_count = 0;

		here[here_count++] = a;
		for (int32_t b = state->nodes[after].next; b < orders && there_count < LONGEST_CHAIN;
		     b = state->nodes[b].next)
		{
			LmSplice in;
			LmSplice out;
			LmCost added;

			there[there_count++] = b;
			in = (LmSplice){after, state->nodes[b].next, here, here_count};
			out = (LmSplice){state->nodes[order].prev, state->nodes[a].next, there, there_count};
			/* no more may be added here than the whole other route costs */
			added = lm_splice_price(state, &in, state->routes[state->nodes[order].route].cost);
			if (added >= state->routes[state->nodes[order].route].cost ||
			    lm_splice_price(state, &out, -added) >= -added)
				continue;
			lm_splice_apply(state, (LmSplice[]){in, out}, 2);
			return true;
		}
	}
	return false;
}
