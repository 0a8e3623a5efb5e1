/*
 * search.h
 *	  The annealed ruin-and-recreate search.
 *
 * Layer   solver: C11 and model only.
 * Source  Christiaens, Vanden Berghe 2020, doi:10.1287/trsc.2019.0914; temperature falls from two
 *		   mean legs to a hundredth of one by the share of the budget used.
 */
#ifndef LM_SOLVER_SEARCH_H
#define LM_SOLVER_SEARCH_H

#include "solver/moves.h"
#include "solver/recreate.h"
#include "solver/solve.h"
#include "solver/state.h"

/* Which orders count by class and which by price. */
typedef struct LmClasses
{
	int32_t count;
	int32_t *of_order; /* [order_count] 0: highest priority; -1: optional, weighed by its price */
} LmClasses;

/* lm_classes_set - classes of a problem's orders; false when memory is refused. */
bool lm_classes_set(const LmProblem *problem, LmArena *arena, LmClasses *classes);

/*
 * lm_search_run - improves the plan in state until the options say enough
 *
 * A plan is better that leaves out fewer orders of the highest class, else of
 * the next; then, with objective vehicles, that uses fewer; then that costs less.
 * On LM_OK the best plan found is in state.  *iterations is what was done.
 */
LmStatus lm_search_run(LmState *state, LmRecreate *recreate, LmImprove *improve,
                       const LmNeighbours *neighbours, const LmClasses *classes,
                       const LmSolveOptions *options, LmArena *arena, int64_t *iterations);

#endif /* LM_SOLVER_SEARCH_H */
