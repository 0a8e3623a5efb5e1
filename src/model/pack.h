/*
 * pack.h
 *	  Arrays of structs one behind the other in one block, and found again in it elsewhere.
 *
 * The same walk over the arrays measures the block, fills it, and reads it: who walks calls
 * lm_pack_array for each array in the same sequence.
 *
 * Layer   model: C11 only.
 */
#ifndef LM_MODEL_PACK_H
#define LM_MODEL_PACK_H

#include "model/arena.h"
#include "model/problem.h"

typedef enum LmPackStep
{
	LM_PACK_MEASURE,
	LM_PACK_WRITE,
	LM_PACK_READ
} LmPackStep;

typedef struct LmPack
{
	LmPackStep step;
	char *block;             /* aligned for any type; NULL when measuring */
	size_t filled;           /* of it; after measuring its size */
	LmArena *arena;          /* of structs that have pointers of their own, and of work space */
	struct LmPackSeen *seen; /* work space */
	size_t seen_room;
} LmPack;

/*
 * lm_pack_array - the array that *slot points to, which may be NULL
 *
 * Written, it is copied; read, *slot is set to where it lies in the block.
 */
void lm_pack_array(LmPack *pack, void *slot, size_t count, size_t size);

/*
 * lm_pack_problem - a problem's arrays
 *
 *	problem		written: the problem.  Read: is filled, its arrays lie in the block
 *
 * All legs must be known (LmTravel.few).  A table that several travels or hours have in common is there
 * once.  Returns false when memory is refused.
 */
bool lm_pack_problem(LmPack *pack, LmProblem *problem);

#endif /* LM_MODEL_PACK_H */
