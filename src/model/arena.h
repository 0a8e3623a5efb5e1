/*
 * arena.h
 *	  Memory for one call, taken from whoever runs the core and given back at once.
 *
 * The core never frees a single thing and never calls malloc: blocks come from
 * the function the caller gives (in the server a huge, no-error palloc), and
 * every taker looks at NULL.  A limit is checked before a block is taken.
 *
 * Layer   model: C11 only.
 */
#ifndef LM_MODEL_ARENA_H
#define LM_MODEL_ARENA_H

#include "model/units.h"

typedef void *(*LmBlockTake)(void *context, size_t bytes); /* NULL when there is none */
typedef void (*LmBlockGive)(void *context, void *block);

typedef struct LmArena
{
	LmBlockTake take;
	LmBlockGive give;       /* NULL: the caller drops all blocks himself */
	void *context;          /* handed to take and give */
	size_t limit;           /* bytes that may be taken in all */
	size_t used;            /* bytes taken so far */
	bool failed;            /* a request was refused since lm_arena_init */
	struct LmBlock *blocks; /* newest first */
} LmArena;

/* lm_arena_init - an empty arena; limit is in bytes, SIZE_MAX for none.  Never fails. */
void lm_arena_init(LmArena *arena, LmBlockTake take, LmBlockGive give, void *context, size_t limit);

/*
 * lm_arena_take - count elements of size bytes, zeroed and aligned for any type
 *
 * Returns NULL when the limit or the memory does not allow it or the product
 * overflows, and sets arena->failed.  A count of zero gives a valid pointer.
 */
void *lm_arena_take(LmArena *arena, size_t count, size_t size);

/* lm_arena_take_raw - the same without zeroes, for tables that are filled at once. */
void *lm_arena_take_raw(LmArena *arena, size_t count, size_t size);

/*
 * lm_arena_reset - all that was taken is free, but stays at hand for what is taken next
 *
 * What was taken in many blocks is next time one, with some room to spare: memory that is fresh from
 * the system costs as much time as work on it.
 */
void lm_arena_reset(LmArena *arena);

/* lm_arena_drop - gives all blocks back; the arena can be used again. */
void lm_arena_drop(LmArena *arena);

#define LM_TAKE(arena, type, count) \
	((type *) lm_arena_take((arena), (size_t) (count), sizeof(type)))
#define LM_TAKE_RAW(arena, type, count) \
	((type *) lm_arena_take_raw((arena), (size_t) (count), sizeof(type)))

#endif /* LM_MODEL_ARENA_H */
