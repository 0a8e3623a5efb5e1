/*
 * eject_unit.h
 *	  The same as eject.h where orders are served together: units are pushed off a route for another one.
 *
 * Layer   solver: C11 and model only.
 * Source  Nagata, Kobayashi 2010 (guided ejection with pairs), doi:10.1007/978-3-642-15844-5_54
 */
#ifndef LM_SOLVER_EJECT_UNIT_H
#define LM_SOLVER_EJECT_UNIT_H

#include "solver/eject.h"

typedef struct LmEjectUnit LmEjectUnit;

/* lm_eject_unit_new - work space; NULL when memory is refused */
LmEjectUnit *lm_eject_unit_new(const LmState *state, LmArena *arena);

/*
 * lm_eject_unit_find - units of one route that make room for one that waits
 *
 *	first		its first member
 *	penalties	[order_count] of first members; positive
 *	most		so many units go
 *	best		replaced by what has a lower penalty: a row of each unit; `after` is the route's start, since
 *				where the rows come in is found when there is room
 *
 * Returns the steps it took, for a budget.
 */
int64_t lm_eject_unit_find(LmEjectUnit *eject, LmState *state, int32_t first, int32_t vehicle,
                           const int64_t *penalties, int32_t most, LmEjection *best);

#endif /* LM_SOLVER_EJECT_UNIT_H */
