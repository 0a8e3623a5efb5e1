/*
 * graph.c
 *	  Edges into arcs, arcs into neighbours.
 */
#include "graph/graph.h"
#include "graph/restrictions.h"

#include <math.h>
#include <string.h>

static bool
edges_are_valid(const LmEdges *edges)
{
	if (edges->vertex_count < 0 || edges->edge_count < 0 || edges->vertex_count > LM_GRAPH_MOST ||
	    edges->edge_count > LM_GRAPH_MOST || (edges->x == NULL) != (edges->y == NULL))
		return false;
	for (int32_t e = 0; e < edges->edge_count; e++)
		if (edges->tail[e] < 0 || edges->tail[e] >= edges->vertex_count || edges->head[e] < 0 ||
		    edges->head[e] >= edges->vertex_count)
			return false;
	if (edges->x != NULL)
		for (int32_t v = 0; v < edges->vertex_count; v++)
			if (!isfinite(edges->x[v]) || !isfinite(edges->y[v]))
				return false;
	return true;
}

static bool
restrictions_are_valid(const LmEdges *edges, const LmRestrictions *restrictions)
{
	for (int32_t r = 0; r < restrictions->count; r++)
	{
		if (restrictions->first[r] < 0 || restrictions->first[r] >= restrictions->first[r + 1])
			return false;
		for (int32_t i = restrictions->first[r]; i < restrictions->first[r + 1]; i++)
			if (restrictions->edges[i] < 0 || restrictions->edges[i] >= edges->edge_count)
				return false;
	}
	return true;
}

static LmGraphStatus
graph_take(LmGraph *graph, LmArena *arena)
{
	size_t arcs = (size_t) graph->arc_count;

	graph->arc_tail = LM_TAKE_RAW(arena, int32_t, arcs);
	graph->arc_head = LM_TAKE_RAW(arena, int32_t, arcs);
	graph->arc_origin = LM_TAKE_RAW(arena, int32_t, arcs);
	graph->arc_extra = LM_TAKE(arena, int32_t, arcs);
	graph->arc_copy = LM_TAKE_RAW(arena, int32_t, arcs);
	graph->vertex_copy = LM_TAKE_RAW(arena, int32_t, graph->vertex_count);
	graph->length = LM_TAKE(arena, uint32_t, graph->edge_count);
	if (graph->arc_tail == NULL || graph->arc_head == NULL || graph->arc_origin == NULL ||
	    graph->arc_extra == NULL || graph->arc_copy == NULL || graph->vertex_copy == NULL ||
	    graph->length == NULL)
		return LM_GRAPH_NO_MEMORY;
	return LM_GRAPH_OK;
}

LmGraphStatus
lm_graph_new(const LmEdges *edges, const LmRestrictions *restrictions, LmGraphRun *run,
             LmGraph *graph)
{
	LmGraphStatus status;

	memset(graph, 0, sizeof(*graph));
	if (!edges_are_valid(edges) ||
	    (restrictions != NULL && !restrictions_are_valid(edges, restrictions)))
		return LM_GRAPH_INVALID;
	graph->vertex_count = graph->named_count = edges->vertex_count;
	graph->edge_count = edges->edge_count;
	graph->arc_count = 2 * edges->edge_count;
	status = graph_take(graph, run->arena);
	if (status != LM_GRAPH_OK)
		return status;
	for (int32_t arc = 0; arc < graph->arc_count; arc++)
	{
		bool back = arc % 2 != 0;

		graph->arc_tail[arc] = back ? edges->head[arc / 2] : edges->tail[arc / 2];
		graph->arc_head[arc] = back ? edges->tail[arc / 2] : edges->head[arc / 2];
		graph->arc_origin[arc] = arc;
		graph->arc_copy[arc] = -1;
		if (arc % LM_GRAPH_STRIDE == 0 && lm_graph_stops(run, 10 * LM_GRAPH_STRIDE))
			return LM_GRAPH_CANCELLED;
	}
	for (int32_t v = 0; v < graph->vertex_count; v++)
		graph->vertex_copy[v] = -1;
	if (edges->length != NULL && edges->edge_count > 0)
		memcpy(graph->length, edges->length, (size_t) edges->edge_count * sizeof(*edges->length));
	if (lm_graph_stops(run, graph->edge_count + (int64_t) graph->vertex_count))
		return LM_GRAPH_CANCELLED;
	if (restrictions != NULL && restrictions->count > 0)
		return lm_restrictions_apply(edges, restrictions, run, graph);
	return LM_GRAPH_OK;
}

/*
 * Two distributions: the first groups by vertex, the second, reading the groups in
 * order, leaves every list ascending, so that equal neighbours meet and are dropped.
 */
LmGraphStatus
lm_graph_neighbours(const LmGraph *graph, LmGraphRun *run, LmArena *arena,
                    LmNeighbourhood *neighbours)
{
	size_t n = (size_t) graph->vertex_count;
	size_t ends = 2 * (size_t) graph->arc_count;
	int32_t *first = LM_TAKE(arena, int32_t, n + 2);
	int32_t *filled = LM_TAKE(arena, int32_t, n + 1);
	int32_t *grouped = LM_TAKE_RAW(arena, int32_t, ends);
	int32_t *to = LM_TAKE_RAW(arena, int32_t, ends);
	int32_t kept = 0;

	if (first == NULL || filled == NULL || grouped == NULL || to == NULL)
		return LM_GRAPH_NO_MEMORY;
	if (ends > INT32_MAX)
		return LM_GRAPH_INVALID;
	for (int32_t arc = 0; arc < graph->arc_count; arc++)
	{
		first[graph->arc_tail[arc] + 2]++;
		first[graph->arc_head[arc] + 2]++;
		if (lm_graph_stops(run, 4))
			return LM_GRAPH_CANCELLED;
	}
	for (size_t v = 0; v < n; v++)
		first[v + 2] += first[v + 1];
	for (int32_t arc = 0; arc < graph->arc_count; arc++)
	{
		grouped[first[graph->arc_tail[arc] + 1]++] = graph->arc_head[arc];
		grouped[first[graph->arc_head[arc] + 1]++] = graph->arc_tail[arc];
		if (lm_graph_stops(run, 10))
			return LM_GRAPH_CANCELLED;
	}
	for (size_t v = 0; v < n; v++)
	{
		for (int32_t i = first[v]; i < first[v + 1]; i++)
		{
			int32_t u = grouped[i];
			int32_t end = first[u] + filled[u];

			if (u == (int32_t) v || (filled[u] > 0 && to[end - 1] == (int32_t) v))
				continue;
			to[end] = (int32_t) v;
			filled[u]++;
		}
		if (lm_graph_stops(run, 4 * (first[v + 1] - first[v])))
			return LM_GRAPH_CANCELLED;
	}
	for (size_t v = 0; v < n; v++)
	{
		int32_t begin = first[v];

		first[v] = kept;
		memmove(to + kept, to + begin, (size_t) filled[v] * sizeof(*to));
		kept += filled[v];
		if (lm_graph_stops(run, 8))
			return LM_GRAPH_CANCELLED;
	}
	first[n] = kept;
	neighbours->first = first;
	neighbours->to = to;
	return LM_GRAPH_OK;
}
