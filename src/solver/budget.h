/*
 * budget.h
 *	  How much of the iterations and of the time limit a search has used.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_BUDGET_H
#define LM_SOLVER_BUDGET_H

#include "solver/solve.h"

/* Of what is left of the time limit, so much at most is kept back for absent orders. */
#define LM_ABSENT_SHARE 0.8

typedef struct LmBudget
{
	const LmSolveOptions *options;
	int64_t planned; /* iterations at most */
	int64_t done;
	double clock; /* share of the time limit used before the search began: it does not count */
	double absent_share; /* of the time limit, that an order takes which is absent at the end */
	double share;        /* of the budget used; 1 and above: it is over */
	double span;         /* of the time limit, what a share of 1 stands for */
	bool clocked; /* the time limit decides how much is done, not iterations that were asked for */
	bool cancelled;
} LmBudget;

/* lm_budget_begin - nothing is used yet; planned iterations at most. */
static inline LmBudget
lm_budget_begin(const LmSolveOptions *options, int64_t planned)
{
	LmBudget budget = {.options = options, .planned = planned};

	if (options->clock_share != NULL)
		budget.clock = options->clock_share(options->context);
	return budget;
}

/*
 * lm_budget_look - brings share up to date; false when the search must end
 *
 *	absent		orders without a place at present: the time for a last look and their reasons counts as
 *				used, but for a part of the limit that is the search's in any case
 */
static inline bool
lm_budget_look(LmBudget *budget, int32_t absent)
{
	const LmSolveOptions *options = budget->options;

	budget->share = (double) budget->done / (double) budget->planned;
	budget->cancelled |= options->should_stop(options->context);
	if (options->clock_share != NULL)
	{
		double clock = options->clock_share(options->context);
		double left = 1 - budget->clock;
		double kept = budget->absent_share * absent;

		left -= kept < LM_ABSENT_SHARE * left ? kept : LM_ABSENT_SHARE * left;
		budget->span = left;
		clock = clock - budget->clock >= left ? 1 : (clock - budget->clock) / left;
		if (clock > budget->share)
			budget->share = clock;
	}
	return budget->share < 1 && !budget->cancelled;
}

#endif /* LM_SOLVER_BUDGET_H */
