/*
 * memory.h
 *	  Memory for the core from a context of the call, within lastmile.max_memory.
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
} LmMemory;

/*
 * lm_memory_init - an arena over the context, for what lastmile.max_memory leaves
 *
 *	context		of the call; what it and its children hold already counts.  Blocks are
 *				dropped with it
 */
void lm_memory_init(LmMemory *memory, MemoryContext context);

/* lm_memory_raise - raises 53200 after the core came back with LM_NO_MEMORY. */
void lm_memory_raise(const LmMemory *memory) pg_attribute_noreturn();

#endif /* LM_WORKERS_MEMORY_H */
