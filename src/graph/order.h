/*
 * order.h
 *	  In which order the hierarchy takes the vertices: cuts last.
 *
 * Nested dissection: a few vertices part the graph in two halves, take the
 * highest ranks, and each half is parted in its turn.  The order depends on
 * nothing but who is joined to whom and where, so one order serves every hour of
 * the day and every closure.
 *
 * Layer   graph: C11 and model only.
 * Source  Dibbelt, Strasser, Wagner 2016, doi:10.1145/2886843.
 */
#ifndef LM_GRAPH_ORDER_H
#define LM_GRAPH_ORDER_H

#include "graph/graph.h"

/*
 * lm_order_find - ranks of the vertices
 *
 *	neighbours	of vertex_count vertices, as from lm_graph_neighbours
 *	x, y		[vertex], or NULL: cuts are then found by distances in edges
 *	rank		[vertex] filled: 0 .. vertex_count - 1, each once
 *
 * The ranks of what a cut parts off are one range, and so on down: who is near
 * in the network is near in rank.
 */
LmGraphStatus lm_order_find(int32_t vertex_count, const LmNeighbourhood *neighbours,
                            const double *x, const double *y, LmGraphRun *run, int32_t *rank);

#endif /* LM_GRAPH_ORDER_H */
