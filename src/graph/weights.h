/*
 * weights.h
 *	  What driving takes: one metric for each set of weights, on the same hierarchy.
 *
 * A profile (van, bike) and a combination of traffic factors is a weight set.
 * Making its metric takes two passes over the triangles of the hierarchy: the
 * first finds what each link takes through lower ranks, the second which links
 * no fastest way needs; searches then walk only the others.
 *
 * Layer   graph: C11 and model only.
 * Memory  A metric takes 16 bytes a link, 16 bytes a step (0.5 to 1.2 a link)
 *		   and 8 bytes an edge and a rank.
 * Source  Dibbelt, Strasser, Wagner 2016, doi:10.1145/2886843 (basic and perfect customization).
 */
#ifndef LM_GRAPH_WEIGHTS_H
#define LM_GRAPH_WEIGHTS_H

#include "graph/hierarchy.h"
#include "graph/way.h"

typedef struct LmLinkWays
{
	LmWay up;   /* fastest from the link's tail to its head through lower ranks only */
	LmWay down; /* and back */
} LmLinkWays;

/* A link one way that some fastest way needs. */
typedef struct LmStep
{
	int32_t rank; /* the higher end */
	int32_t link;
	LmWay way;
} LmStep;

typedef struct LmMetric
{
	int32_t unit;      /* mm a unit of length stands for */
	int32_t *ticks;    /* [2 * edge_count] of arcs 2e and 2e + 1; negative: closed */
	LmLinkWays *links; /* [link] */

	int32_t *leave_first;  /* [rank + 1] */
	LmStep *leave;         /* steps from a rank up, ascending */
	int32_t *arrive_first; /* [rank + 1] */
	LmStep *arrive;        /* steps from above down to a rank, ascending */
} LmMetric;

/*
 * lm_metric_new - a metric for a set of weights
 *
 *	ticks		[2 * edge_count] what driving each edge forward (2e) and back (2e + 1) takes;
 *				negative: closed.  Of LM_TICKS_END or more: closed too, no way takes that long
 *	metric		filled on LM_GRAPH_OK; its arrays are in run->arena
 *
 * An edge that takes no time and has no length counts as one unit of length: with
 * every way worth more than nothing, which links are needed has one answer.
 * Cost		two looks at every triangle: 0.3 s for a grid of 100,000 vertices, ms for a town
 */
LmGraphStatus lm_metric_new(const LmHierarchy *hierarchy, const int32_t *ticks, LmGraphRun *run,
                            LmMetric *metric);

/*
 * lm_metric_update - a metric for weights that differ from another metric's on some edges
 *
 *	before	stays as it is; shares nothing with the result, of which it may be in the same arena
 *	edges	[count] edges that changed, in any order; of an edge that comes twice the last counts
 *	ticks	[2 * count] their new weights forward and back, as in lm_metric_new
 *	metric	filled on LM_GRAPH_OK: number for number what lm_metric_new makes of all the weights
 *
 * The first pass looks again only at links that go by a link that changed; the second pass looks at
 * all. So a change spares the first pass at most: for some thousands of edges of a large
 * network lm_metric_new is as fast (doc/algorithm.md has the figures).
 * Status	INVALID: an edge outside the graph.
 * Source	Dibbelt, Strasser, Wagner 2016, doi:10.1145/2886843 (partial updates).
 */
LmGraphStatus lm_metric_update(const LmHierarchy *hierarchy, const LmMetric *before,
                               const int32_t *edges, const int32_t *ticks, int32_t count,
                               LmGraphRun *run, LmMetric *metric);

/* lm_metric_link_arcs - what a link takes by its own arcs. */
LmLinkWays lm_metric_link_arcs(const LmHierarchy *hierarchy, const LmMetric *metric, int32_t link);

/* lm_metric_arc - what an arc takes, restrictions included, or LM_WAY_NONE. */
LmWay lm_metric_arc(const LmHierarchy *hierarchy, const LmMetric *metric, int32_t arc);

/* lm_metric_take_steps - room for that many steps, from arena; false when refused. */
bool lm_metric_take_steps(LmMetric *metric, int32_t rank_count, int32_t leave, int32_t arrive,
                          LmArena *arena);

#endif /* LM_GRAPH_WEIGHTS_H */
