/*
 * piece.h
 *	  A group of routes improved as a problem of its own.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_PIECE_H
#define LM_SOLVER_PIECE_H

#include "solver/anneal.h"
#include "solver/split.h"
#include "solver/whole.h"

/* What to do with a group. */
typedef struct LmPiece
{
	uint64_t seed;
	LmCooling cooling; /* iterations 0: as long as share; below 0: not at all */
	double share;      /* of the time limit that it takes at most, */
	double until;      /* and the share of it at which it ends */
	double mean_leg;
	LmBalance balance;  /* of a part: held (state.h); else not */
	int32_t blink;      /* a place is overlooked once in so many times */
	bool best;          /* gives back the best plan met, not the last */
	int64_t iterations; /* done, set by lm_piece_run */
} LmPiece;

/*
 * lm_piece_run - cools the routes of a group
 *
 *	group		its routes are replaced by better ones
 *	arena		used for nothing else: all in it is lost
 *
 * Depends on nothing but its arguments.  With LM_CANCELLED or LM_NO_MEMORY the group is as it was.
 */
LmStatus lm_piece_run(const LmWhole *whole, LmGroup *group, LmPiece *piece,
                      const LmSolveOptions *options, LmArena *arena);

#endif /* LM_SOLVER_PIECE_H */
