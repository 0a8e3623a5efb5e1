/*
 * hub.h
 *	  The fastest ways between one place and many others.
 *
 * One climb from the place, and one walk down over all that lies above the others: no more than
 * a look at each link there, where a table has each place climb for itself.
 *
 * Layer   graph: C11 and model only.
 * Source  Delling, Goldberg, Werneck 2011 (RPHAST), ALENEX, on the elimination tree.
 */
#ifndef LM_GRAPH_HUB_H
#define LM_GRAPH_HUB_H

#include "graph/place.h"

/*
 * lm_hub_leave, lm_hub_arrive - the ways from a place to others, and from others to it
 *
 *	ways	[count] filled on LM_GRAPH_OK; LM_WAY_NONE where there is none
 *
 * The ways are those of lm_route_find.
 * Status	INVALID: a place that is not on the graph; CANCELLED, NO_MEMORY.
 */
LmGraphStatus lm_hub_leave(const LmHierarchy *hierarchy, const LmMetric *metric, LmSpot hub,
                           const LmSpot *others, int32_t count, LmGraphRun *run, LmWay *ways);
LmGraphStatus lm_hub_arrive(const LmHierarchy *hierarchy, const LmMetric *metric, LmSpot hub,
                            const LmSpot *others, int32_t count, LmGraphRun *run, LmWay *ways);

#endif /* LM_GRAPH_HUB_H */
