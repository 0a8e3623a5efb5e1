/*
 * best.h
 *	  Plans that are kept, and which of two is better.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_BEST_H
#define LM_SOLVER_BEST_H

#include "model/arena.h"
#include "solver/classes.h"
#include "solver/state.h"

/* A plan by its routes, and what it is worth. */
typedef struct LmKept
{
	int32_t *next;   /* [nodes] as lm_state_load takes it */
	int32_t *absent; /* [class_count] orders left out */
	int32_t vehicles;
	LmCost cost;
} LmKept;

/* The best plan since the last lm_best_reset. */
typedef struct LmBest
{
	const LmState *state;
	const LmClasses *classes;
	LmKept kept;
	int32_t *absent_now; /* [class_count] scratch */
	bool *stale;         /* [vehicle_count] the route differs from the kept one */
	int32_t *stale_ids;
	int32_t stale_count;
} LmBest;

/* lm_kept_new - room for a plan; false when memory is refused. */
bool lm_kept_new(LmKept *kept, const LmState *state, const LmClasses *classes, LmArena *arena);

/* lm_kept_copy - the same plan in `to`. */
void lm_kept_copy(LmKept *to, const LmKept *from, const LmState *state, const LmClasses *classes);

/*
 * lm_kept_compare - below 0 when a is better than b, 0 when they are worth the same
 *
 * Better is what leaves out fewer orders of the highest class, else of the next;
 * then, with objective vehicles, what uses fewer; then what costs less.
 */
int lm_kept_compare(const LmKept *a, const LmKept *b, const LmState *state,
                    const LmClasses *classes);

/* lm_best_new - of the plan in state; false when memory is refused. */
bool lm_best_new(LmBest *best, const LmState *state, const LmClasses *classes, LmArena *arena);

/* lm_best_reset - the plan in state is the best, however good those before were. */
void lm_best_reset(LmBest *best);

/* lm_best_see - looks at the plan in state, settled (balance.h), just before it is committed, and keeps it if it is better. */
void lm_best_see(LmBest *best);

#endif /* LM_SOLVER_BEST_H */
