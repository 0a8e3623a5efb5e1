/*
 * spread.h
 *	  One cooling of a large plan, spread over groups of its routes.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_SPREAD_H
#define LM_SOLVER_SPREAD_H

#include "solver/piece.h"

/* lm_spread_pays - whether the problem is so large, and can be cut at all */
bool lm_spread_pays(const LmProblem *problem);

/*
 * lm_spread_run - cools the plan in state until the budget is used
 *
 *	anneal		set up for the whole
 *	from		progress that the cooling begins with, as in LmCooling
 *
 * In each round the plan is cut into groups anew, each is cooled a little by itself, and all
 * are put together again.  On LM_OK the plan that was reached is in state.
 */
LmStatus lm_spread_run(LmAnneal *anneal, double from, const LmSolveOptions *options,
                       LmArena *arena);

#endif /* LM_SOLVER_SPREAD_H */
