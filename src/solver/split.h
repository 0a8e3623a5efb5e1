/*
 * split.h
 *	  Cuts a plan into groups of routes that lie together.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_SPLIT_H
#define LM_SOLVER_SPLIT_H

#include "solver/random.h"
#include "solver/state.h"

/* Routes that are worked on together, and absent orders beside them; all by the numbers of the whole. */
typedef struct LmGroup
{
	int32_t vehicle_count;
	int32_t order_count;
	int32_t *vehicles; /* [vehicle_count] ascending */
	int32_t *first; /* [vehicle_count + 1] route of vehicles[i]: orders[first[i] .. first[i + 1]) */
	int32_t *orders; /* [order_count]; from first[vehicle_count] on those that are absent */
} LmGroup;

typedef struct LmSplit LmSplit;

/*
 * lm_split_new - work space
 *
 *	most		groups that will be asked for at most
 *
 * Returns NULL when memory is refused.
 */
LmSplit *lm_split_new(const LmState *state, int32_t most, LmArena *arena);

/* lm_group_put - the group's routes into next, which is as lm_state_load takes it */
void lm_group_put(const LmState *state, const LmGroup *group, int32_t *next);

/*
 * lm_split_make - so many groups of about as many orders each
 *
 *	next		the plan, as lm_state_load takes it
 *	count		of groups, 1 .. most
 *
 * Every order and every vehicle with a route is in one group, orders of one unit in the same; vehicles
 * without a route and reloads that nobody makes are dealt out.  Cut is at random: along a line
 * between two places drawn anew, in two, and again.
 * Returns the groups, whose arrays belong to split and hold until the next call; a group may be
 * empty of orders.
 * Cost    O(orders x log(count)) looks into the travel table
 */
LmGroup *lm_split_make(LmSplit *split, const int32_t *next, int32_t count, LmRandom *random);

#endif /* LM_SOLVER_SPLIT_H */
