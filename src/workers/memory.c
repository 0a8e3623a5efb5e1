/*
 * memory.c
 *	  An arena's blocks are pallocs that may be huge and may fail.  Rows are read into plain ones,
 *	  before which their size is held against the limit.
 */
#include "postgres.h"

#include <sys/mman.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "lastmile.h"
#include "output/fault.h"
#include "workers/memory.h"

/* What large pages are aligned to on most machines; where they are larger, less is gained. */
#define LARGE_PAGE ((uintptr_t) 2 * 1024 * 1024)

/* Known by its address: the context of a call has it as identifier. */
static const char call_mark[] = "call";

void
lm_memory_call(MemoryContext context)
{
	MemoryContextSetIdentifier(context, call_mark);
}

/* A query may call plan itself, so the nearest call is meant. */
static MemoryContext
call_of(MemoryContext context)
{
	while (context != NULL && context->ident != call_mark)
		context = MemoryContextGetParent(context);
	LM_ENSURE(context != NULL, "memory outside of a call");
	return context;
}

void
lm_memory_reserve(MemoryContext context, Size bytes)
{
	Size allowed = (Size) lm_max_memory_kb * 1024;
	Size taken = MemoryContextMemAllocated(call_of(context), true);

	if (taken > allowed || bytes > allowed - taken)
		lm_fault_rows_memory(taken, bytes);
}

void
lm_memory_large(void *block, Size bytes)
{
#ifdef MADV_HUGEPAGE
	uintptr_t from = TYPEALIGN(LARGE_PAGE, (uintptr_t) block);
	uintptr_t to = TYPEALIGN_DOWN(LARGE_PAGE, (uintptr_t) block + bytes);

	if (to > from)
		(void) madvise((void *) from, to - from, MADV_HUGEPAGE);
#endif
}

static void *
block_take(void *context, size_t bytes)
{
	LmMemory *memory = context;
	void *block = NULL;

	/* zeroing one array after the other takes long enough to be asked */
	if (QueryCancelPending || ProcDiePending)
	{
		memory->stopped = true;
		return NULL;
	}
	if (AllocHugeSizeIsValid(bytes))
		block = MemoryContextAllocExtended(memory->context, bytes,
		                                   MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
	if (block == NULL)
		memory->exhausted = true;
	else
		lm_memory_large(block, bytes);
	return block;
}

static void
block_give(void *context, void *block)
{
	pfree(block);
}

void
lm_memory_init(LmMemory *memory, MemoryContext context)
{
	Size allowed = (Size) lm_max_memory_kb * 1024;
	Size taken = MemoryContextMemAllocated(context, true);

	memory->context = context;
	memory->exhausted = false;
	memory->stopped = false;
	lm_arena_init(&memory->arena, block_take, block_give, memory,
	              taken < allowed ? allowed - taken : 0);
}

void
lm_memory_raise(const LmMemory *memory)
{
	if (memory->stopped)
		lm_fault_stopped();
	lm_fault_no_memory(!memory->exhausted, MemoryContextMemAllocated(memory->context, true));
}
