/*
 * component.h
 *	  The part of a network in which every vertex can be reached from every other.
 *
 * Layer   network, pure part: C11 and model only.
 * Source  Tarjan 1972, doi:10.1137/0201010, with a stack of its own.
 */
#ifndef LM_NETWORK_COMPONENT_H
#define LM_NETWORK_COMPONENT_H

#include "graph/graph.h"
#include "graph/way.h"

/* lm_ticks_are_open - whether an arc of that weight may be driven at all.  Never fails. */
static inline bool
lm_ticks_are_open(int32_t ticks)
{
	return ticks >= 0 && ticks < LM_TICKS_END;
}

/*
 * lm_component_main - the largest strongly connected part
 *
 *	ticks	[2 * edge_count] as for lm_metric_new: arcs of negative ticks, or of LM_TICKS_END or
 *			more, are closed
 *	inside	[vertex] filled; of equally large parts the one with the lowest vertex
 *	count	vertices inside
 *
 * Restrictions are not looked at.
 */
LmGraphStatus lm_component_main(const LmEdges *edges, const int32_t *ticks, LmGraphRun *run,
                                bool *inside, int32_t *count);

/* lm_component_of_graph - the same of a graph's own vertices; copies are not looked at. */
LmGraphStatus lm_component_of_graph(const LmGraph *graph, const int32_t *ticks, LmGraphRun *run,
                                    bool *inside, int32_t *count);

/* Vertices outside of the main part that hang together, whatever the direction. */
typedef struct LmIsland
{
	int32_t vertices;
	int32_t edges; /* that touch it */
	int32_t edge;  /* the lowest of them, -1: none */
} LmIsland;

/* lm_component_islands - all of them, by their lowest vertex; arrays in run->arena. */
LmGraphStatus lm_component_islands(const LmEdges *edges, const bool *inside, LmGraphRun *run,
                                   LmIsland **islands, int32_t *count);

#endif /* LM_NETWORK_COMPONENT_H */
