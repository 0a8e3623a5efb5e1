/*
 * halves.h
 *	  The exact schedule of a changed route from what is kept of its two halves.
 *
 * Kept at a node, for each number of breaks passed: its *front*, the time at
 * which the route leaves it as a function of the departure, and its *back*, the
 * end of the route as a function of when it is ready to serve it (spans.h).  What
 * comes between a front and a back is driven through, then both are joined: no
 * walk over the route.  The result is that of lm_schedule_price.
 *
 * Fronts and backs are made when they are first asked for and thrown away when
 * the route changes before or behind them; an undo finds those of the plan before
 * untouched, since each has a second place for what is made meanwhile.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_HALVES_H
#define LM_SOLVER_HALVES_H

#include "solver/state.h"

typedef struct LmHalves LmHalves;

/* lm_halves_new - nothing kept yet; NULL when memory is refused. */
LmHalves *lm_halves_new(const LmProblem *problem, LmScheduler *scheduler, LmArena *arena);

/* lm_halves_new_eased - the same for fronts and backs with rules left out: LmRelax bits of window,
 * shift and break (fronts and backs do not depend on others) */
LmHalves *lm_halves_new_eased(const LmProblem *problem, LmScheduler *scheduler, int relax,
                              LmArena *arena);

/*
 * lm_halves_price - schedule of the route with `orders` between two of its nodes
 *
 *	before, behind	a start or an order, and an order or an end behind it on the same route;
 *					what lies between them now is left out
 *	orders			[count] each with a leg from the one before; some may be on routes
 *
 * Returns false when there is no schedule, as lm_schedule_price does.
 */
bool lm_halves_price(LmState *state, int32_t before, const int32_t *orders, int32_t count,
                     int32_t behind, LmScheduleCost *cost);

/*
 * lm_halves_price_eased - the same with rules left out, as lm_schedule_price does
 *
 *	relax		the bits halves were made with, and any others
 */
bool lm_halves_price_eased(LmHalves *halves, LmState *state, int32_t before, const int32_t *orders,
                           int32_t count, int32_t behind, int relax, LmScheduleCost *cost);

/* lm_halves_leg - the leg from a node to the next as the exact schedule has it: with the setup of
 * the visit */
LmTime lm_halves_leg(const LmState *state, int32_t from);

/* lm_halves_change - all that lies between two nodes of a route is new. */
void lm_halves_change(LmState *state, int32_t before, int32_t behind);

/* lm_halves_forget - every route is new; lm_halves_commit, lm_halves_undo - as those of the state. */
void lm_halves_forget(LmHalves *halves);
void lm_halves_commit(LmHalves *halves);
void lm_halves_undo(LmHalves *halves);

#endif /* LM_SOLVER_HALVES_H */
