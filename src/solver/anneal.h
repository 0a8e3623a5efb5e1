/*
 * anneal.h
 *	  One cooling: ruin and recreate, and now and then a local search, while the temperature falls.
 *
 * Layer   solver: C11 and model only.
 * Source  Christiaens, Vanden Berghe 2020, doi:10.1287/trsc.2019.0914
 */
#ifndef LM_SOLVER_ANNEAL_H
#define LM_SOLVER_ANNEAL_H

#include "solver/best.h"
#include "solver/budget.h"
#include "solver/moves.h"
#include "solver/recreate.h"

typedef struct LmAnneal
{
	LmState *state;
	LmRecreate *recreate;
	LmImprove *improve;
	const LmNeighbours *neighbours;
	LmBudget *budget;
	LmBest *best;
	LmRandom random;
	double mean_leg; /* price of a leg of the first plan */

	double temperature;
	double progress;    /* of this cooling, 0 to 1 */
	int64_t *misses;    /* [order_count] iterations that ended without the order */
	int64_t misses_sum; /* over the absent orders of the present plan */
} LmAnneal;

/*
 * lm_anneal_new - sets mean_leg and work space from the plan in state
 *
 * All members up to random are set by the caller.  False when memory is refused.
 */
bool lm_anneal_new(LmAnneal *anneal, LmArena *arena);

/* How a cooling goes. */
typedef struct LmCooling
{
	double from;        /* progress at its begin, 0: two mean legs, */
	double to;          /* and at its end, 1: a hundredth of one */
	int64_t iterations; /* that it takes; 0: as many as the budget holds */
	int64_t short_run;  /* with iterations 0: used for iterations when the budget turns out to hold
								 * many runs of that length; 0: never */
	bool placing;       /* orders that are missing are placed at any cost at first */
} LmCooling;

/*
 * lm_anneal_run - improves the plan in state while the temperature falls
 *
 * best is reset to the plan in state and is then the best one seen; state has the last one, not committed.
 * Returns iterations, or short_run where that was used for it.
 */
int64_t lm_anneal_run(LmAnneal *anneal, const LmCooling *asked);

#endif /* LM_SOLVER_ANNEAL_H */
