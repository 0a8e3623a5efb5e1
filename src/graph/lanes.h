/*
 * lanes.h
 *	  The two inner loops of a table, on ways of LM_LANES places at once.
 *
 * Layer   graph: C11 only.
 */
#ifndef LM_GRAPH_LANES_H
#define LM_GRAPH_LANES_H

#include "graph/weights.h"

#define LM_LANES 32

/* Pairs of rows two blocks have in common. */
typedef struct LmRowPair
{
	int32_t from; /* row of the block of starts */
	int32_t to;   /* row of the block of goals */
} LmRowPair;

typedef struct LmLanes
{
	/*
	 * rows[row_of[step.rank]][lane] = least of itself and source[lane] + step.way, for every lane
	 * and every step
	 */
	void (*relax)(LmWay *rows, const LmWay *source, const LmStep *steps, int32_t count,
	              const int32_t *row_of);

	/*
	 * least[s * LM_LANES + t] = least of itself and, over the pairs, from[pair.from][s] +
	 * to[pair.to][t]
	 */
	void (*meet)(LmWay *least, const LmWay *from, const LmWay *to, const LmRowPair *pairs,
	             int32_t count);
} LmLanes;

/* lm_lanes - the loops for lm_wide_choose(wide) */
LmLanes lm_lanes(LmWide wide);

#endif /* LM_GRAPH_LANES_H */
