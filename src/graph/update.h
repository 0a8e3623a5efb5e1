/*
 * update.h
 *	  The first pass of customization, and how it is done again where weights changed.
 *
 * Layer   graph: C11 and model only.
 * Source  Dibbelt, Strasser, Wagner 2016, doi:10.1145/2886843 (partial updates).
 */
#ifndef LM_GRAPH_UPDATE_H
#define LM_GRAPH_UPDATE_H

#include "graph/triangles.h"

/* What both passes are given. */
typedef struct LmPasses
{
	const LmHierarchy *hierarchy;
	LmLinkWays *links;   /* [link] first pass: least of its arcs and the ways through lower ranks */
	LmLinkWays *around;  /* [link] second pass: least of the ways round by higher ranks */
	LmGroupWays *middle; /* [rank] links of the group at hand, by head */
	LmTriangles triangles;
	LmGraphRun *run;
	int64_t work; /* since it was last reported */
} LmPasses;

/*
 * lm_group_customize - the first pass for the links of a group of ranks
 *
 *	group	its first rank; the links of all lower ranks are final
 */
void lm_group_customize(LmPasses *passes, int32_t group, const LmMetric *metric);

/*
 * lm_links_update - the first pass, from the links of a metric with other weights on some edges
 *
 *	before	metric of the same hierarchy and unit
 *	edges	[count] whose weights differ
 *	metric	with its weights and its unit; its links are passes->links, and filled
 */
LmGraphStatus lm_links_update(LmPasses *passes, const LmMetric *before, const int32_t *edges,
                              int32_t count, LmArena *scratch, const LmMetric *metric);

#endif /* LM_GRAPH_UPDATE_H */
