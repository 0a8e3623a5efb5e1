/*
 * quote.h
 *	  What one more order would cost on routes that stay as they are.
 *
 * No search: every place of every route, and of one empty vehicle of each kind, is priced; bounds
 * only say which ones first.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_QUOTE_H
#define LM_SOLVER_QUOTE_H

#include "model/arena.h"
#include "model/plan.h"
#include "model/reason.h"
#include "solver/state.h"

typedef struct LmQuoter LmQuoter;

/* The cheapest place of an order. */
typedef struct LmQuote
{
	int32_t vehicle;       /* -1: there is none */
	const int32_t *orders; /* [count] its route with the order, until the next question */
	int32_t count;
	int32_t at; /* the order's index there */
} LmQuote;

/*
 * lm_quoter_new - loads the routes
 *
 *	plan		sequences; a route that breaks a rule takes no order.  Orders it leaves out are absent
 *
 * Returns NULL when memory is refused or the scheduler was stopped.
 */
LmQuoter *lm_quoter_new(const LmProblem *problem, LmScheduler *scheduler, const LmPlan *plan,
                        LmArena *arena);

/*
 * lm_quote_find - the place at which an absent order adds least under the objective
 *
 * A place may also begin or end another trip, with a reload right beside the order; of equals without.
 * With objective vehicles a vehicle that drives anyway goes before one that does not. Among equals the
 * first vehicle, and there the first place.  Under traffic a route's price is that of the best
 * departure of all (hours.h), as it would be printed.
 * Returns false when memory is refused or the scheduler was stopped.
 */
bool lm_quote_find(LmQuoter *quoter, int32_t order, LmQuote *quote);

/* lm_quote_reason - why an order has no place; false as above */
bool lm_quote_reason(LmQuoter *quoter, int32_t order, LmReason *reason);

#endif /* LM_SOLVER_QUOTE_H */
