/*
 * shake.h
 *	  Random moves that keep a plan feasible, whatever it costs then.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_SHAKE_H
#define LM_SOLVER_SHAKE_H

#include "solver/neighbours.h"
#include "solver/state.h"

/*
 * lm_shake - tries moves drawn at random and does those that are feasible
 *
 *	tries		of putting an order behind one of its candidates: by moving it there, by
 *				exchanging it with the one that stands there, or with all that follows both
 *	scratch		[2 * order_count]
 *
 * What is absent stays absent.  Not committed.  Returns the steps made, as lm_eject_find counts them.
 */
int64_t lm_shake(LmState *state, const LmNeighbours *neighbours, LmRandom *random, int32_t tries,
                 int32_t *scratch);

#endif /* LM_SOLVER_SHAKE_H */
