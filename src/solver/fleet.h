/*
 * fleet.h
 *	  The same orders with fewer vehicles.
 *
 * Layer   solver: C11 and model only.
 * Source  Nagata, Braysy 2009 (ejection pool, guided by how often an order found no place),
 *		   doi:10.1016/j.orl.2009.04.006; an order pushes out only what is easier to place than itself,
 *		   after Lim, Zhang 2007, doi:10.1287/ijoc.1060.0186
 */
#ifndef LM_SOLVER_FLEET_H
#define LM_SOLVER_FLEET_H

#include "solver/neighbours.h"
#include "solver/recreate.h"
#include "solver/solve.h"
#include "solver/state.h"

/*
 * lm_fleet_reduce - takes vehicles out of the plan in state for as long as it finds out how
 *
 *	planned		iterations that the search as a whole may make; this phase takes up to a third of
 *				them, or of the clock
 *	iterations	set to what the work done here would have been in iterations of the search
 *
 * On LM_OK the plan in state is feasible and committed, serves every order that it served, and uses no
 * more vehicles.  Its cost is of no interest here.  Orders absent from the beginning may stay so.
 */
LmStatus lm_fleet_reduce(LmState *state, LmRecreate *recreate, const LmNeighbours *neighbours,
                         const LmSolveOptions *options, int64_t planned, LmArena *arena,
                         int64_t *iterations);

#endif /* LM_SOLVER_FLEET_H */
