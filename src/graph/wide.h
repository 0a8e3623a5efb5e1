/*
 * wide.h
 *	  Four ways in one register, and the least of two of them.
 *
 * Plain vector arithmetic of the compiler, which it makes for whatever instruction
 * set a function names.  The one operation it does not find by itself, the lesser
 * of two 64-bit numbers, is an instruction of AVX-512; elsewhere it is put together
 * from a comparison and bits.
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
#define LM_LESS_BITS(least, value)           \
	do                                       \
	{                                        \
		LmWays sum_ = (value);               \
		LmWays less_ = sum_ < (least);       \
		(least) ^= (sum_ ^ (least)) & less_; \
	} while (0)

#ifdef __has_builtin
#if __has_builtin(__builtin_ia32_pminsq256_mask)
typedef long long LmWays512 __attribute__((vector_size(32)));
#define LM_LESS_AVX512(least, value)                                                            \
	((least) = (LmWays) __builtin_ia32_pminsq256_mask((LmWays512) (value), (LmWays512) (least), \
	                                                  (LmWays512) (least), -1))
#endif
#endif
#ifndef LM_LESS_AVX512
#define LM_LESS_AVX512 LM_LESS_BITS
#endif

#endif

#endif /* LM_GRAPH_WIDE_H */
