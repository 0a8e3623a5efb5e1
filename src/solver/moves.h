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

#include "solver/lift.h"
#include "solver/neighbours.h"

/* lm_move_relocate - moves one to three of the lifted orders behind the node, of any route. */
bool lm_move_relocate(LmState *state, const LmMeeting *meeting);

/* lm_move_swap - exchanges one or two of the lifted orders with one or two behind the node, of another route. */
bool lm_move_swap(LmState *state, const LmMeeting *meeting);

/*
 * lm_move_tails - exchanges all from the first lifted order on with all behind the node of another route
 *
 *	meeting		with a node of a vehicle that is alike but for preferences; with an empty route's start
 *				the tail becomes a route of its own
 *	tails		[2 * order_count] scratch
 */
bool lm_move_tails(LmState *state, const LmMeeting *meeting, int32_t *tails);

/*
 * lm_move_unit - puts the shipment that is collected there, or another alternative of the order, in where that is cheaper
 *
 *	width		candidates of an alternative that are tried
 *
 * Not where vehicles make several trips.  Returns true too when other orders had to leave with it.
 */
bool lm_move_unit(LmState *state, const LmNeighbours *neighbours, int32_t order, int32_t width);

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
