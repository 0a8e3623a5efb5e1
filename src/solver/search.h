/*
 * search.h
 *	  From the first plan to the best: one cooling, or many short ones whose plans are crossed.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_SEARCH_H
#define LM_SOLVER_SEARCH_H

#include "solver/board.h"
#include "solver/classes.h"
#include "solver/moves.h"
#include "solver/recreate.h"
#include "solver/solve.h"
#include "solver/state.h"

/*
 * lm_search_planned - iterations after which a search ends
 *
 * Those given; else as many as see enough of a problem of that size.
 */
int64_t lm_search_planned(const LmProblem *problem, const LmSolveOptions *options);

/* What a search works with beside the plan. */
typedef struct LmSearchTools
{
	LmRecreate *recreate;
	LmImprove *improve;
	const LmNeighbours *neighbours;
	const LmClasses *classes;
	bool clocked;        /* as in LmBudget */
	const LmCrew *crew;  /* NULL: nobody helps */
	int32_t streams;     /* coolings that go on at the same time, whoever does them; >= 1 */
	double absent_share; /* likewise */
	double
		from; /* progress that the first cooling begins with: 0, more for a plan that is to stay */
} LmSearchTools;

/*
 * lm_search_run - improves the plan in state until the options say enough
 *
 * On LM_OK the best plan found (lm_kept_compare) is in state.  *iterations is what was done.
 */
LmStatus lm_search_run(LmState *state, const LmSearchTools *tools, const LmSolveOptions *options,
                       LmArena *arena, int64_t *iterations);

#endif /* LM_SOLVER_SEARCH_H */
