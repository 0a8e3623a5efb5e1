/*
 * arena.c
 *	  model/arena with a block for every request, exactly as long as it is.
 *
 * The fuzz targets are linked with this one: the address sanitizer then sees a step from one array
 * into the next, and every single request can be refused.
 */
#include "model/arena.h"

#include <string.h>

typedef struct LmBlock
{
	struct LmBlock *older;
	max_align_t begin[]; /* what was asked for */
} LmBlock;

void
lm_arena_init(LmArena *arena, LmBlockTake take, LmBlockGive give, void *context, size_t limit)
{
	*arena = (LmArena){.take = take, .give = give, .context = context, .limit = limit};
}

void *
lm_arena_take_raw(LmArena *arena, size_t count, size_t size)
{
	size_t bytes = sizeof(LmBlock) + count * size;
	LmBlock *block = NULL;

	if ((size == 0 || count <= (SIZE_MAX - sizeof(LmBlock)) / size) && bytes <= arena->limit &&
	    arena->used <= arena->limit - bytes)
		block = arena->take(arena->context, bytes);
	if (block == NULL)
	{
		arena->failed = true;
		return NULL;
	}
	arena->used += bytes;
	block->older = arena->blocks;
	arena->blocks = block;
	return block->begin;
}

void *
lm_arena_take(LmArena *arena, size_t count, size_t size)
{
	void *result = lm_arena_take_raw(arena, count, size);

	return result == NULL ? NULL : memset(result, 0, count * size);
}

void
lm_arena_drop(LmArena *arena)
{
	while (arena->blocks != NULL)
	{
		LmBlock *block = arena->blocks;

		arena->blocks = block->older;
		arena->give(arena->context, block);
	}
	arena->used = 0;
	arena->failed = false;
}

/* Everything goes back, so that what is taken next is a block of its own again. */
void
lm_arena_reset(LmArena *arena)
{
	lm_arena_drop(arena);
}
