/*
 * moves.h
 *	  Local search: single moves that make a plan cheaper, and the loop that applies them.
 *
 * Each move tries to make an order stand right behind a given node, does it when
 * that lowers the cost of the plan, and says so.  Absent orders are not touched.
 *
 * Layer   solver: C11 and model only.
 * Source  Toth, Vigo 2003 (granular neighbourhoods), doi:10.1287/ijoc.15.4.333.24890; Potvin, Rousseau 1995
 *		   (exchange of tails with time windows), doi:10.1057/jors.1995.204
 */
#ifndef LM_SOLVER_MOVES_H
#define LM_SOLVER_MOVES_H

#include "solver/neighbours.h"
#include "solver/splice.h"
#include "solver/state.h"

/* lm_move_relocate - moves one to three orders from `order` on behind a node, of any route. */
bool lm_move_relocate(LmState *state, int32_t order, int32_t after);

/* lm_move_swap - exchanges one or two orders from `order` on with one or two behind a node of another route. */
bool lm_move_swap(LmState *state, int32_t order, int32_t after);

/*
 * lm_move_tails - exchanges all from `order` on with all behind a node of another route
 *
 *	after		a node of another route of a vehicle of the same kind; with an empty route's start
 *				the tail becomes a route of its own
 *	tails		[2 * order_count] scratch
 */
bool lm_move_tails(LmState *state, int32_t order, int32_t after, int32_t *tails);

typedef struct LmImprove LmImprove;

/* lm_improve_new - work space; NULL when memory is refused. */
LmImprove *lm_improve_new(const LmState *state, LmArena *arena);

/*
 * lm_improve - makes moves around the orders changed since the last commit until none helps
 *
 *	width		candidate nodes tried for each order
 */
void lm_improve(LmImprove *improve, LmState *state, const LmNeighbours *neighbours, int32_t width);

#endif /* LM_SOLVER_MOVES_H */
