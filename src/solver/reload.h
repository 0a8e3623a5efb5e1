/*
 * reload.h
 *	  Trips begun, ended and moved in the search.
 *
 * A further trip begins with the order that is put in behind a reload, or ends with the one that is
 * put in before it; from there orders and the reload itself move on as all orders do.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_RELOAD_H
#define LM_SOLVER_RELOAD_H

#include "solver/neighbours.h"
#include "solver/state.h"

/* A place for an order with a reload beside it. */
typedef struct LmReloadPlace
{
	int32_t after;  /* node they stand behind */
	int32_t reload; /* on no route */
	bool begins; /* the reload comes first: a trip begins with the order, else one ends with it */
} LmReloadPlace;

/*
 * lm_reload_find - the cheapest place of an absent order that takes a reload
 *
 *	neighbours	NULL: all places are looked at, else those beside neighbours and at the ends of routes
 *	cost		in: to be undercut; set when it is
 *
 * Returns whether place is set.
 */
bool lm_reload_find(LmState *state, const LmNeighbours *neighbours, int32_t order, LmCost *cost,
                    LmReloadPlace *place);

/* lm_reload_insert - puts both in. */
void lm_reload_insert(LmState *state, int32_t order, const LmReloadPlace *place);

/*
 * lm_reload_clean - takes out reloads without which a route is feasible and cheaper, and trips
 * without orders
 *
 *	all			of all routes, else of those changed since the last commit
 */
void lm_reload_clean(LmState *state, bool all);

/* lm_reload_shift - moves a reload a few rows along its route, if that pays. */
bool lm_reload_shift(LmState *state, int32_t reload);

/*
 * lm_reload_move_trip - moves all of a trip to another vehicle that has one left, if that pays
 *
 *	first		the first order of the trip
 *	scratch		[order_count + 1]
 */
bool lm_reload_move_trip(LmState *state, int32_t first, int32_t *scratch);

#endif /* LM_SOLVER_RELOAD_H */
