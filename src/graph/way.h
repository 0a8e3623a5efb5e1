/*
 * way.h
 *	  Time and length of a way in one number that adds and compares as one.
 *
 * The time is in the upper, the length in the lower half: of two ways the less
 * takes less time, and among equally fast ones is shorter.  So the length of
 * the fastest way is a property of the network, not of the order in which a
 * search met its ties.
 *
 * Layer   graph: C11 only.
 * Units   Time in ticks of 0.1 ms, below 2^30 (29.8 hours): a way that takes
 *		   longer is none.  Length in units of a metric (LmMetric.unit mm, 1 but
 *		   for networks of extraordinary speeds), below 2^32; weights.c chooses
 *		   the unit so that a sum of finite ways never carries into the time.
 */
#ifndef LM_GRAPH_WAY_H
#define LM_GRAPH_WAY_H

#include "model/units.h"

typedef int64_t LmWay;

#define LM_TICKS_PER_SECOND 10000
#define LM_TICKS_END (INT32_C(1) << 30)      /* a way takes fewer ticks than this */
#define LM_WAY_NONE ((INT64_C(1) << 62) - 1) /* no way; the sum of two fits the type */

static inline LmWay
lm_way(int64_t ticks, int64_t units)
{
	return ticks * (INT64_C(1) << 32) + units;
}

static inline int64_t
lm_way_ticks(LmWay way)
{
	return way >> 32;
}

static inline int64_t
lm_way_units(LmWay way)
{
	return way & INT64_C(0xffffffff);
}

#endif /* LM_GRAPH_WAY_H */
