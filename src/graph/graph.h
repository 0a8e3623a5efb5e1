/*
 * graph.h
 *	  A road network as directed arcs between vertices.
 *
 * Each edge the caller gives is two arcs, one a direction; whether an arc is open
 * and what it takes is a matter of the weights, so that closing and opening never
 * changes the graph.  Restrictions (restrictions.h) add copies of the vertices and
 * arcs they touch; on the graph they make, any walk along arcs is allowed.
 *
 * Layer   graph: C11 and model only.
 * Units   Vertices, edges and arcs count from 0.
 */
#ifndef LM_GRAPH_GRAPH_H
#define LM_GRAPH_GRAPH_H

#include "graph/run.h"

#define LM_GRAPH_MOST INT32_C(500000000) /* vertices or edges, copies included */

/* What the caller gives. */
typedef struct LmEdges
{
	int32_t vertex_count;
	int32_t edge_count;
	const int32_t *tail;    /* [edge] vertex it starts at; an edge may be a loop, or parallel */
	const int32_t *head;    /* [edge] vertex it ends at */
	const uint32_t *length; /* [edge] mm; NULL: lengths are not known, all 0 */
	const double *x;        /* [vertex] coordinates, finite, any unit that is about the same */
	const double *y;        /*		 in both directions; both NULL: not known */
} LmEdges;

/* Paths of edges that cost more than their edges, or must not be taken. */
typedef struct LmRestrictions
{
	int32_t count;
	const int32_t *first; /* [count + 1] where each path begins in edges */
	const int32_t *edges; /* edges driven one after the other, in whatever direction fits */
	const int32_t *extra; /* [count] ticks added when it is taken; negative: forbidden */
} LmRestrictions;

typedef struct LmGraph
{
	int32_t vertex_count; /* those named, then the copies */
	int32_t named_count;  /* vertices the caller named */
	int32_t edge_count;
	int32_t arc_count;    /* 2 * edge_count, then the copies */
	int32_t *arc_tail;    /* [arc] arc 2e drives edge e from its tail to its head, 2e + 1 back */
	int32_t *arc_head;    /* [arc] */
	int32_t *arc_origin;  /* [arc] 2e or 2e + 1: the arc it is, or is a copy of */
	int32_t *arc_extra;   /* [arc] ticks added by restrictions; negative: forbidden */
	uint32_t *length;     /* [edge] mm */
	int32_t *arc_copy;    /* [arc] the next copy of the same origin, -1: none */
	int32_t *vertex_copy; /* [vertex] the next copy of the same vertex, -1: none */
} LmGraph;

/*
 * lm_graph_new - the graph of a list of edges
 *
 *	restrictions	may be NULL
 *	graph			filled on LM_GRAPH_OK; its arrays are in run->arena
 *
 * Starting on an edge has no history: restrictions count from that edge on.
 * Status	INVALID: a vertex or edge outside the counts, an empty path, or more than LM_GRAPH_MOST.
 */
LmGraphStatus lm_graph_new(const LmEdges *edges, const LmRestrictions *restrictions,
                           LmGraphRun *run, LmGraph *graph);

/* Undirected neighbours, each once, ascending, without loops. */
typedef struct LmNeighbourhood
{
	int32_t *first; /* [vertex + 1] */
	int32_t *to;
} LmNeighbourhood;

/* lm_graph_neighbours - who is joined by an arc, open or not; arrays in arena. */
LmGraphStatus lm_graph_neighbours(const LmGraph *graph, LmGraphRun *run, LmArena *arena,
                                  LmNeighbourhood *neighbours);

#endif /* LM_GRAPH_GRAPH_H */
