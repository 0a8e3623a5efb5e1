/*
 * rest.h
 *	  Orders, units and loads of what is left of a day, once its fixed rows are timed; for day.c only.
 *
 * Layer   solver: C11 and model only.
 * Rules   doc/reference.md, "A day under way".
 */
#ifndef LM_SOLVER_REST_H
#define LM_SOLVER_REST_H

#include "solver/day.h"

/*
 * lm_rest_make - makes the whole problem the one that is left
 *
 *	day		its begun rows are there; the numbers of orders in both problems, and what is gone of the
 *			capacities, are written
 *	rest	a copy of the whole whose vehicles are settled (settle.h); capacity and aboard are its own
 *
 * Orders that are settled, or ruled out by such, are gone.  Goods of a shipment that are on board are to be
 * dropped by the vehicle that has them, and nobody may leave them out for a price.
 * Returns false when memory is refused.
 */
bool lm_rest_make(LmDay *day, LmProblem *rest, LmArena *arena);

#endif /* LM_SOLVER_REST_H */
