/*
 * wide.h
 *	  Four ways in one register, and the least of two of them.
 *
 * The lesser of two ways is taken as if they were numbers of double precision:
 * no way is negative, and the bits of doubles that are not negative are in the
 * order of the doubles.  The sum of two that are none may be the bits of no number at all; then
 * the instruction gives its second operand, the way known before.  It takes one
 * operation, where whole numbers take three.
 *
 * Layer   graph: C11 only, for lanes.c and triangles.c.
 */
#ifndef LM_GRAPH_WIDE_H
#define LM_GRAPH_WIDE_H

#include "graph/way.h"

#if defined(__GNUC__) && defined(__x86_64__)

#include <immintrin.h>

typedef LmWay LmWays __attribute__((vector_size(32)));
typedef LmWay LmStoredWays __attribute__((vector_size(32), aligned(8))); /* in an array of ways */

/* least = the lesser of it and value, place by place. */
#define LM_LESS(least, value) \
	((least) = (LmWays) _mm256_min_pd((__m256d) (LmWays) (value), (__m256d) (LmWays) (least)))

#endif

#endif /* LM_GRAPH_WIDE_H */
