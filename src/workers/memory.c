/*
 * memory.c
 *	  An arena's blocks are pallocs that may be huge and may fail.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "lastmile.h"
#include "output/fault.h"
#include "workers/memory.h"

static void *
block_take(void *context, size_t bytes)
{
	LmMemory *memory = context;
	void *block = NULL;

	if (AllocHugeSizeIsValid(bytes))
		block = MemoryContextAllocExtended(memory->context, bytes,
		                                   MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
	if (block == NULL)
		memory->exhausted = true;
	return block;
}

void
lm_memory_init(LmMemory *memory, MemoryContext context)
{
	Size allowed = (Size) lm_max_memory_kb * 1024;
	Size taken = MemoryContextMemAllocated(context, true);

	memory->context = context;
	memory->exhausted = false;
	lm_arena_init(&memory->arena, block_take, NULL, memory, taken < allowed ? allowed - taken : 0);
}

void
lm_memory_raise(const LmMemory *memory)
{
	lm_fault_no_memory(!memory->exhausted, MemoryContextMemAllocated(memory->context, true));
}
