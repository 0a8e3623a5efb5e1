/*
 * spread.h
 *	  One cooling of a plan, spread over groups of its routes.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_SPREAD_H
#define LM_SOLVER_SPREAD_H

#include "solver/board.h"

typedef struct LmSpread
{
	LmShop *shop;
	int32_t groups; /* for which the shop's board has room */
	int32_t hands;  /* processes that work */
	double from;    /* progress that the cooling begins with, as in LmCooling */
	double planned; /* iterations of all hands, about */
} LmSpread;

/* lm_spread_groups - into how many groups a problem is better cut whoever works on it; 1: none */
int32_t lm_spread_groups(const LmProblem *problem);

/*
 * lm_spread_run - cools the plan in state until the budget is used
 *
 *	anneal		set up for the whole
 *
 * In each round the plan is cut into groups anew, each is cooled a little by itself, and all
 * are put together again.  On LM_OK the plan that was reached is in state.
 */
LmStatus lm_spread_run(LmAnneal *anneal, const LmSpread *spread, LmArena *arena);

#endif /* LM_SOLVER_SPREAD_H */
