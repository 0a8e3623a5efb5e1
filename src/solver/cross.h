/*
 * cross.h
 *	  A plan made of routes of two others.
 *
 * Layer   solver: C11 and model only.
 * Source  Nagata, Kobayashi 2010 (selective route exchange), doi:10.1007/978-3-642-15844-5_54;
 *		   here the routes are neighbours of a random order, and all that is left over is inserted greedily
 */
#ifndef LM_SOLVER_CROSS_H
#define LM_SOLVER_CROSS_H

#include "solver/best.h"
#include "solver/neighbours.h"

typedef struct LmCross LmCross;

/* lm_cross_new - work space; NULL when memory is refused. */
LmCross *lm_cross_new(const LmState *state, LmArena *arena);

/*
 * lm_cross - loads one plan and replaces a part of it by routes of another
 *
 * Between one and half of the donor's routes come in whole, as far as a vehicle of their kind is free.
 * Orders that lose their route by that are absent.  Not committed.
 */
void lm_cross(LmCross *cross, LmState *state, const LmNeighbours *neighbours, LmRandom *random,
              const LmKept *receiver, const LmKept *donor);

#endif /* LM_SOLVER_CROSS_H */
