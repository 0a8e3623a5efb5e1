/*
 * whole.h
 *	  What pieces of a plan have from the whole: the problem, and what was made of it once.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_WHOLE_H
#define LM_SOLVER_WHOLE_H

#include "model/pack.h"
#include "solver/classes.h"
#include "solver/neighbours.h"

typedef struct LmWhole
{
	LmProblem *problem;
	LmNeighbours *neighbours;
	LmClasses *classes;
	LmCost *absent_price; /* [order_count] as in LmState */
	LmCost *van_price;    /* [vehicle_count] LmVan.price */
} LmWhole;

/*
 * lm_whole_new - of what a search works with; it stays where it is
 *
 * Returns false when memory is refused.
 */
bool lm_whole_new(LmWhole *whole, const LmState *state, const LmNeighbours *neighbours,
                  const LmClasses *classes, LmArena *arena);

/*
 * lm_whole_pack - measures, writes or reads it (model/pack.h)
 *
 * Read, its members are taken from the pack's arena.  Returns false when memory is refused.
 */
bool lm_whole_pack(LmPack *pack, LmWhole *whole);

#endif /* LM_SOLVER_WHOLE_H */
