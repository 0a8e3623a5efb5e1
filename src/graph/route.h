/*
 * route.h
 *	  The fastest way between two places, and the edges it drives.
 *
 * Layer   graph: C11 and model only.
 */
#ifndef LM_GRAPH_ROUTE_H
#define LM_GRAPH_ROUTE_H

#include "graph/place.h"

/* Arrays a search keeps from call to call, so that a short one need not clear them. */
typedef struct LmRouter
{
	const LmHierarchy *hierarchy;
	LmWay *way[2];       /* [rank] from the start, to the goal; LM_WAY_NONE between calls */
	int32_t *step[2];    /* [rank] index of the step it came by, or -1 - end */
	int32_t *visited[2]; /* ranks reached */
	int32_t *stack;      /* links to unpack, two numbers each */
	int32_t stack_room;
} LmRouter;

typedef struct LmRoute
{
	LmWay way; /* LM_WAY_NONE: there is none, and nothing else is set */
	int32_t arc_count;
	int32_t *arcs; /* arcs as in the weights, 2e or 2e + 1.  The first is driven from where the
	                * start lies on it, the last to where the goal lies; a place that is a vertex
	                * begins and ends between arcs */
} LmRoute;

/* lm_router_new - the arrays, in run->arena: 24 bytes a rank.  NO_MEMORY or OK. */
LmGraphStatus lm_router_new(const LmHierarchy *hierarchy, LmGraphRun *run, LmRouter *router);

/*
 * lm_route_find - the fastest way from a place to another
 *
 *	route	filled on LM_GRAPH_OK; arcs in run->arena
 *
 * Among equally fast ways the shortest; among those, always the same.
 * Status	INVALID: a place that is not on the graph; CORRUPT: the metric is not one of lm_metric_new.
 */
LmGraphStatus lm_route_find(LmRouter *router, const LmMetric *metric, LmSpot from, LmSpot to,
                            LmGraphRun *run, LmRoute *route);

#endif /* LM_GRAPH_ROUTE_H */
