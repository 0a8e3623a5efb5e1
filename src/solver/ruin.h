/*
 * ruin.h
 *	  Takes strings of neighbouring orders off the routes around a place.
 *
 * Layer   solver: C11 and model only.
 * Source  Christiaens, Vanden Berghe 2020 (slack induction by string removals),
 *		   doi:10.1287/trsc.2019.0914
 */
#ifndef LM_SOLVER_RUIN_H
#define LM_SOLVER_RUIN_H

#include "solver/neighbours.h"
#include "solver/state.h"

/*
 * lm_ruin - makes room around one order
 *
 * Removes about fifteen orders: strings of routes near a random order, near an absent one half of the time
 * when there are any, or now and then one whole route.
 */
void lm_ruin(LmState *state, const LmNeighbours *neighbours, LmRandom *random);

#endif /* LM_SOLVER_RUIN_H */
