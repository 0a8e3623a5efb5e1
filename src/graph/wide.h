/*
 * wide.h
 *	  Four ways in one register, and the least of two of them.
 *
 * Plain vector arithmetic of the compiler, which it makes for whatever instruction
 * set a function names.  The lesser of two is put together from a comparison and
 * bits: the instruction AVX-512 has for it was no faster.
 *
 * Layer   graph: C11 only, for lanes.c and triangles.c.
 */
#ifndef LM_GRAPH_WIDE_H
#define LM_GRAPH_WIDE_H

#include "graph/way.h"

#if defined(__GNUC__) && defined(__x86_64__)

typedef LmWay LmWays __attribute__((vector_size(32)));
typedef LmWay LmStoredWays __attribute__((vector_size(32), aligned(8))); /* in an array of ways */

/* least = the lesser of it and value, place by place. */
#define LM_LESS(least, value)                \
	do                                       \
	{                                        \
		LmWays sum_ = (value);               \
		LmWays less_ = sum_ < (least);       \
		(least) ^= (sum_ ^ (least)) & less_; \
	} while (0)

#endif

#endif /* LM_GRAPH_WIDE_H */
