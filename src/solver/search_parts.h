/*
 * search_parts.h
 *	  Plans that are crossed; for search.c and team.c only.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_SEARCH_PARTS_H
#define LM_SOLVER_SEARCH_PARTS_H

#include "solver/anneal.h"
#include "solver/cross.h"
#include "solver/search.h"

#define LM_PLANS 16
#define LM_FIRST_PLANS_SHARE 0.4 /* of the budget at most, for plans without parents */

typedef struct LmSearch
{
	LmAnneal anneal;
	LmBudget budget;
	LmBest best;
	LmKept first; /* plan */
	LmKept plans[LM_PLANS];
	int32_t count;
	int32_t failed; /* children in a row that were no better than any plan */
	LmCross *cross;
	int64_t fresh_iterations;
	int64_t child_iterations;
} LmSearch;

/* lm_plans_new - room for plans; false when memory is refused. */
bool lm_plans_new(LmSearch *search, LmArena *arena);

/* lm_plans_compare - lm_kept_compare of two plans of the search */
int lm_plans_compare(const LmSearch *search, const LmKept *a, const LmKept *b);

/* lm_plans_put - the best plan of the last cooling in place of another */
void lm_plans_put(LmSearch *search, int32_t at);

/* lm_plans_join - in place of the worst, unless there is one like it; whether it did */
bool lm_plans_join(LmSearch *search);

/* lm_plans_tired - after so many children in vain that half of the plans are to be made anew; sorts them then */
bool lm_plans_tired(LmSearch *search);

/* lm_plans_blink - how rarely a place is overlooked, drawn for each cooling */
int32_t lm_plans_blink(LmSearch *search);

/*
 * lm_plans_child - a child of two plans in state, committed, still to be cooled
 *
 *	blink		as in lm_recreate_blink
 *
 * Returns how to cool it.
 */
LmCooling lm_plans_child(LmSearch *search, int32_t *blink);

#endif /* LM_SOLVER_SEARCH_PARTS_H */
