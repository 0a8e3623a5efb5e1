/*
 * heap.h
 *	  An arena's blocks from malloc, so that the address sanitizer sees each of them.
 *
 * Layer   test: C11 only.
 */
#ifndef LM_TEST_HEAP_H
#define LM_TEST_HEAP_H

#include <stddef.h>
#include <stdlib.h>

/* block_take, block_give - for lm_arena_init; the context is not looked at */
static inline void *
block_take(void *context, size_t bytes)
{
	(void) context;
	return malloc(bytes);
}

static inline void
block_give(void *context, void *block)
{
	(void) context;
	free(block);
}

#endif /* LM_TEST_HEAP_H */
