/*
 * arena.c
 *	  Blocks in a list; large requests get a block of their own.
 */
#include "model/arena.h"

#include <string.h>

#define BLOCK_BYTES ((size_t) 64 * 1024)
#define SPARE_SHARE 4           /* of what was taken before lm_arena_reset, added */
#define ALIGNMENT ((size_t) 64) /* a cache line, so that arrays of nodes start on one */

typedef struct LmBlock
{
	struct LmBlock *older;
	size_t size; /* usable bytes behind the header */
	size_t filled;
} LmBlock;

void
lm_arena_init(LmArena *arena, LmBlockTake take, LmBlockGive give, void *context, size_t limit)
{
	memset(arena, 0, sizeof(*arena));
	arena->take = take;
	arena->give = give;
	arena->context = context;
	arena->limit = limit;
}

static char *
block_start(LmBlock *block)
{
	uintptr_t raw = (uintptr_t) (block + 1);

	return (char *) ((raw + ALIGNMENT - 1) & ~(uintptr_t) (ALIGNMENT - 1));
}

static LmBlock *
block_add(LmArena *arena, size_t usable)
{
	size_t bytes = usable + sizeof(LmBlock) + ALIGNMENT;
	LmBlock *block;

	if (bytes < usable || bytes > arena->limit || arena->used > arena->limit - bytes)
		return NULL;
	block = arena->take(arena->context, bytes);
	if (block == NULL)
		return NULL;
	arena->used += bytes;
	block->older = arena->blocks;
	block->size = usable;
	block->filled = 0;
	arena->blocks = block;
	return block;
}

/* Room for so many elements, and its bytes; NULL: none. */
static void *
room_take(LmArena *arena, size_t count, size_t size, size_t *bytes)
{
	LmBlock *block = arena->blocks;
	char *result;

	if (size != 0 && count > (SIZE_MAX - 2 * BLOCK_BYTES) / size)
	{
		arena->failed = true;
		return NULL;
	}
	*bytes = (count * size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (block == NULL || block->size - block->filled < *bytes)
		block = block_add(arena, *bytes > BLOCK_BYTES ? *bytes : BLOCK_BYTES);
	if (block == NULL)
	{
		arena->failed = true;
		return NULL;
	}
	result = block_start(block) + block->filled;
	block->filled += *bytes;
	return result;
}

void *
lm_arena_take(LmArena *arena, size_t count, size_t size)
{
	size_t bytes;
	void *result = room_take(arena, count, size, &bytes);

	if (result != NULL)
		memset(result, 0, bytes);
	return result;
}

void *
lm_arena_take_raw(LmArena *arena, size_t count, size_t size)
{
	size_t bytes;

	return room_take(arena, count, size, &bytes);
}

void
lm_arena_reset(LmArena *arena)
{
	size_t filled = 0;
	bool one = arena->blocks != NULL && arena->blocks->older == NULL;

	for (LmBlock *block = arena->blocks; block != NULL; block = block->older)
	{
		filled += block->filled;
		block->filled = 0;
	}
	if (one || filled == 0)
	{
		arena->failed = false;
		return;
	}
	lm_arena_drop(arena);
	/* where there is not so much in one piece, it is taken in pieces again */
	(void) block_add(arena, filled + filled / SPARE_SHARE);
}

void
lm_arena_drop(LmArena *arena)
{
	while (arena->blocks != NULL)
	{
		LmBlock *block = arena->blocks;

		arena->blocks = block->older;
		if (arena->give != NULL)
			arena->give(arena->context, block);
	}
	arena->used = 0;
	arena->failed = false;
}
