/*
 * hierarchy.h
 *	  The links between ranks that every weight set shares.
 *
 * Vertices are taken in the order of their ranks; taking one links all its
 * higher neighbours with one another.  What a link takes is a matter of the
 * weights (weights.h); which links there are is not.
 *
 * Layer   graph: C11 and model only.
 * Source  Dibbelt, Strasser, Wagner 2016, doi:10.1145/2886843.
 */
#ifndef LM_GRAPH_HIERARCHY_H
#define LM_GRAPH_HIERARCHY_H

#include "graph/graph.h"

/*
 * Ranks that follow one another have most neighbours in common: customization takes this many at
 * a time (triangles.h).
 */
#define LM_GROUP 4

typedef struct LmHierarchy
{
	LmGraph graph;
	int32_t link_count;
	int32_t *rank;  /* [vertex] */
	int32_t *first; /* [rank + 1] its links to higher ranks */
	int32_t *head;  /* [link] the higher rank, ascending within first */
	int32_t *tail;  /* [link] the lower rank */

	int32_t *below_first; /* [rank + 1] its links to lower ranks */
	int32_t *below;       /* links by head, ascending tail */

	int32_t *meet_first; /* [group + 1] of LM_GROUP ranks */
	int32_t *meet;       /* links that are their tail's first to the group, by tail ascending */

	int32_t *arcs_first; /* [link + 1] arcs that drive along a link, either way */
	int32_t *arcs;       /* ascending within arcs_first; loops are in none */
} LmHierarchy;

/* lm_hierarchy_parent - the lowest of the higher ranks a rank is linked to, or -1. */
static inline int32_t
lm_hierarchy_parent(const LmHierarchy *hierarchy, int32_t rank)
{
	int32_t link = hierarchy->first[rank];

	return link < hierarchy->first[rank + 1] ? hierarchy->head[link] : -1;
}

/*
 * lm_hierarchy_new - orders a graph and links it
 *
 *	x, y		[named vertex] coordinates, or NULL
 *	hierarchy	filled on LM_GRAPH_OK; takes the graph's arrays over, its own are in run->arena
 *
 * Status	CANCELLED, NO_MEMORY; INVALID when there are more than 2^30 links.
 */
LmGraphStatus lm_hierarchy_new(const LmGraph *graph, const double *x, const double *y,
                               LmGraphRun *run, LmHierarchy *hierarchy);

/*
 * lm_hierarchy_link_ranks - the links of a graph whose ranks are known
 *
 *	rank	[vertex] a permutation, in run->arena; renumbered so that what hangs below a rank is the
 *			range before it, and the same as before when it came from a hierarchy
 */
LmGraphStatus lm_hierarchy_link_ranks(const LmGraph *graph, int32_t *rank, LmGraphRun *run,
                                      LmHierarchy *hierarchy);

/* lm_hierarchy_link - the link from a rank to a higher one, or -1.  O(log). */
int32_t lm_hierarchy_link(const LmHierarchy *hierarchy, int32_t low, int32_t high);

#endif /* LM_GRAPH_HIERARCHY_H */
