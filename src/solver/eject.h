/*
 * eject.h
 *	  Which orders to take off a route so that another one fits.
 *
 * Layer   solver: C11 and model only.
 * Source  Nagata, Braysy 2009 (lexicographic search of insertion and ejection),
 *		   doi:10.1016/j.orl.2009.04.006
 */
#ifndef LM_SOLVER_EJECT_H
#define LM_SOLVER_EJECT_H

#include "model/arena.h"
#include "solver/state.h"

#define LM_EJECT_MOST 3 /* orders taken off at once; more cost time and reach no further */

typedef struct LmEjection
{
	int64_t penalty;               /* sum of those of the orders taken off */
	int32_t after;                 /* node the new order stands behind once they are gone */
	int32_t count;                 /* orders taken off */
	int32_t orders[LM_EJECT_MOST]; /* in driving order */
} LmEjection;

typedef struct LmEject LmEject;

/* lm_eject_new - work space; NULL when memory is refused. */
LmEject *lm_eject_new(const LmState *state, LmArena *arena);

/*
 * lm_eject_find - the cheapest orders to take off a route so that an absent one fits
 *
 *	penalties	[order_count] what taking each off costs, >= 1
 *	most		orders that may go, 1 to LM_EJECT_MOST
 *	best		best->penalty: to be beaten; all of it is set when it is
 *
 * What is found is feasible as a whole; the route without the orders alone may not be where no
 * triangle inequality holds.
 * Returns the steps made, of some ten nanoseconds on plain routes: at most some ten thousand, after
 * which the search of this route ends with what it has.
 */
int64_t lm_eject_find(LmEject *eject, LmState *state, int32_t order, int32_t vehicle,
                      const int64_t *penalties, int32_t most, LmEjection *best);

#endif /* LM_SOLVER_EJECT_H */
