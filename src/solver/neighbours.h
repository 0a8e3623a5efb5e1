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

/* The leg between an order and a candidate, on the travel of the first vehicle. */
typedef struct LmNear
{
	int32_t time;
	uint32_t length; /* UINT32_MAX: as much or more */
} LmNear;

typedef struct LmNeighbours
{
	int32_t width;       /* entries per order in before and behind */
	int32_t near_width;  /* entries per order in near */
	int32_t *before;     /* [order * width] orders to stand behind, best first, -1 from where
								 * there are no more */
	int32_t *behind;     /* [order * width] orders to stand in front of */
	LmNear *before_legs; /* [order * width] from those to the order */
	LmNear *behind_legs; /* [order * width] from the order to those */
	int32_t *near;       /* [order * near_width] by distance both ways, for the ruin */
} LmNeighbours;

/*
 * lm_neighbours_find - builds the lists from travel times, lengths and windows
 *
 *	should_stop, context	polled once per order
 *
 * Returns false when memory is refused or should_stop says so.
 * Cost    O(n^2), and an insertion into a short sorted list for the few that are better; for thousands
 *		   of orders on straight lines without tables O(n log n): lists of the nearest LM_NEARBY_MOST
 */
bool lm_neighbours_find(const LmState *state, LmArena *arena, bool (*should_stop)(void *context),
                        void *context, LmNeighbours *neighbours);

/*
 * lm_neighbours_thin - the lists of a part of a problem: of those of the whole what is in it
 *
 *	state		of the part
 *	order		[orders of the part] as the whole numbers them
 *	number		[orders of the whole] 1 + as the part numbers them, 0: not in it
 *
 * Returns false when memory is refused.
 */
bool lm_neighbours_thin(const LmNeighbours *whole, const LmState *state, const int32_t *order,
                        const int32_t *number, LmArena *arena, LmNeighbours *neighbours);

#endif /* LM_SOLVER_NEIGHBOURS_H */
