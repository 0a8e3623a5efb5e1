/*
 * splice.h
 *	  One piece of a route replaced by a sequence of orders: what every move is made of.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_SPLICE_H
#define LM_SOLVER_SPLICE_H

#include "solver/state.h"

typedef struct LmSplice
{
	int32_t before;        /* node in front of the piece: a start or an order */
	int32_t behind;        /* node behind it on the same route: an order or an end */
	const int32_t *orders; /* [count] what comes in between instead */
	int32_t count;
} LmSplice;

/* Orders that follow each other on a route, with what driving and serving them takes. */
typedef struct LmChain
{
	int32_t first;
	int32_t last;
	LmLength length; /* of the legs between them */
	LmTime busy;     /* those legs and all their services */
} LmChain;

/* lm_chain_grow - the chain with the order behind its last. */
static inline LmChain
lm_chain_grow(const LmState *state, LmChain chain, int32_t order)
{
	chain.length += state->legs[chain.last].length;
	chain.busy += state->legs[chain.last].time + state->spots[order].service;
	chain.last = order;
	return chain;
}

/* lm_chain_of - a chain of one order */
static inline LmChain
lm_chain_of(const LmState *state, int32_t order)
{
	return (LmChain){order, order, 0, state->spots[order].service};
}

/* lm_chain_preference - what the preferences of its orders cost on a vehicle; NULL: of none */
LmCost lm_chain_preference(const LmState *state, const LmChain *chain, int32_t vehicle);

/*
 * lm_splice_floor - a price that lm_splice_price will not fall below
 *
 *	before		node in front of the piece
 *	out, in		what is taken out and put in; NULL for nothing
 *
 * A few additions: moves look at it before they price a splice.
 */
LmCost lm_splice_floor(const LmState *state, int32_t before, const LmChain *out, const LmChain *in);

/*
 * lm_splice_least - the same from the segments of the route: its price where segments are exact
 * (segment.h), else closer below it than lm_splice_floor
 *
 * Returns a number >= bound when the price is not below bound or the route would not be feasible.
 */
LmCost lm_splice_least(LmState *state, const LmSplice *splice, LmCost bound);

/*
 * lm_splice_price - what a splice adds to the cost of its route
 *
 *	bound		the caller has no use for prices of bound or more
 *
 * Returns the added cost, or a number >= bound when the price is not below bound or the
 * route would not be feasible.
 * Cost    O(orders taken out and put in), times the spans kept (halves.h) where breaks or several
 *		   windows are involved; O(route) with releases or deliveries beside pickups, and when first
 *		   asked after a change.
 */
LmCost lm_splice_price(LmState *state, const LmSplice *splice, LmCost bound);

/*
 * lm_splice_apply - does one splice, or two that exchange orders between routes
 *
 * Together the splices put in the orders that they take out; each was found
 * feasible by lm_splice_price.
 */
void lm_splice_apply(LmState *state, const LmSplice *splices, int count);

#endif /* LM_SOLVER_SPLICE_H */
