/*
 * memory.h
 *	  Memory of a call within lastmile.max_memory: for the core, and for reading rows.
 *
 * Layer   adapter.
 */
#ifndef LM_WORKERS_MEMORY_H
#define LM_WORKERS_MEMORY_H

#include "postgres.h"

#include "utils/palloc.h"

#include "model/arena.h"

typedef struct LmMemory
{
	LmArena arena;         /* what the core gets */
	MemoryContext context; /* where its blocks come from */
	bool exhausted;        /* the server had none left, whatever the limit says */
	bool stopped;          /* refused because of a cancel or the like */
} LmMemory;

/* lm_memory_call - marks the context of a call: what it and its children hold is what counts. */
void lm_memory_call(MemoryContext context);

/*
 * lm_memory_reserve - raises 53200 when the call may not take that many bytes more
 *
 *	context		of the call or below it
 */
void lm_memory_reserve(MemoryContext context, Size bytes);

/*
 * lm_memory_large - tells the kernel that a block, not yet written to, may have large pages
 *
 * A gigabyte in small ones takes longer to give back than a cancel may wait.  Does nothing to
 * small blocks, or where there is no such thing.
 */
void lm_memory_large(void *block, Size bytes);

/*
 * lm_memory_init - an arena over the context, for what lastmile.max_memory leaves
 *
 *	context		of the call; what it and its children hold already counts.  Blocks are
 *				dropped with it
 */
void lm_memory_init(LmMemory *memory, MemoryContext context);

/* lm_memory_raise - raises 53200, or the cancel that was met, after the core came back with LM_NO_MEMORY. */
void lm_memory_raise(const LmMemory *memory) pg_attribute_noreturn();

#endif /* LM_WORKERS_MEMORY_H */
