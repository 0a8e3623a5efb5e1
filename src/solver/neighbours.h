/*
 * neighbours.h
 *	  For each order the few others it is likely to stand beside.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_NEIGHBOURS_H
#define LM_SOLVER_NEIGHBOURS_H

#include "model/arena.h"
#include "solver/state.h"

#define LM_NEIGHBOUR_WIDTH 30 /* 15 to 20 lose quality, more costs time */

typedef struct LmNeighbours
{
	int32_t width;      /* entries per order in before and behind */
	int32_t near_width; /* entries per order in near */
	int32_t *before;    /* [order * width] orders to stand behind, best first, -1 from where
								 * there are no more */
	int32_t *behind;    /* [order * width] orders to stand in front of */
	int32_t *near;      /* [order * near_width] by distance both ways, for the ruin */
} LmNeighbours;

/*
 * lm_neighbours_find - builds the lists from travel times, lengths and windows
 *
 *	should_stop, context	polled once per order
 *
 * Returns false when memory is refused or should_stop says so.
 * Cost    O(n^2), and an insertion into a short sorted list for the few that are better.
 */
bool lm_neighbours_find(const LmState *state, LmArena *arena, bool (*should_stop)(void *context),
                        void *context, LmNeighbours *neighbours);

#endif /* LM_SOLVER_NEIGHBOURS_H */
