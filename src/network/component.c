/*
 * component.c
 *	  Depth first along open arcs; islands by union of their vertices.
 */
#include "network/component.h"

typedef struct Walk
{
	int32_t *first; /* [vertex + 1] open arcs that leave it */
	int32_t *to;
	int32_t *number; /* [vertex] in the order they are met, from 1; 0: not yet */
	int32_t *low;    /* the lowest number known to be reached; INT32_MAX: its part is done */
	int32_t *next;   /* the arc to be tried next */
	int32_t *parent;
	int32_t *stack; /* met, and their parts not done */
	int32_t height;
	int32_t met;
} Walk;

static bool
walk_take(Walk *walk, const LmEdges *edges, const int32_t *ticks, LmArena *scratch)
{
	int32_t n = edges->vertex_count;

	walk->first = LM_TAKE(scratch, int32_t, (size_t) n + 2);
	walk->to = LM_TAKE_RAW(scratch, int32_t, 2 * (size_t) edges->edge_count);
	walk->number = LM_TAKE(scratch, int32_t, n);
	walk->low = LM_TAKE_RAW(scratch, int32_t, n);
	walk->next = LM_TAKE_RAW(scratch, int32_t, n);
	walk->parent = LM_TAKE_RAW(scratch, int32_t, n);
	walk->stack = LM_TAKE_RAW(scratch, int32_t, n);
	if (walk->first == NULL || walk->to == NULL || walk->number == NULL || walk->low == NULL ||
	    walk->next == NULL || walk->parent == NULL || walk->stack == NULL)
		return false;
	/* counted two places up, so that filling leaves every beginning where it belongs */
	for (int32_t arc = 0; arc < 2 * edges->edge_count; arc++)
		if (lm_ticks_are_open(ticks[arc]))
			walk->first[(arc % 2 ? edges->head[arc / 2] : edges->tail[arc / 2]) + 2]++;
	for (int32_t v = 0; v < n; v++)
		walk->first[v + 2] += walk->first[v + 1];
	for (int32_t arc = 0; arc < 2 * edges->edge_count; arc++)
		if (lm_ticks_are_open(ticks[arc]))
			walk->to[walk->first[(arc % 2 ? edges->head[arc / 2] : edges->tail[arc / 2]) + 1]++] =
				arc % 2 ? edges->tail[arc / 2] : edges->head[arc / 2];
	return true;
}

static void
vertex_meet(Walk *walk, int32_t v, int32_t parent)
{
	walk->number[v] = walk->low[v] = ++walk->met;
	walk->next[v] = walk->first[v];
	walk->parent[v] = parent;
	walk->stack[walk->height++] = v;
}

/* Takes the part that ends with v off the stack; it lies in stack[height ..]. */
static int32_t
part_close(Walk *walk, int32_t v, int32_t *lowest)
{
	int32_t size = 0, top;

	*lowest = v;
	do
	{
		top = walk->stack[--walk->height];
		walk->low[top] = INT32_MAX;
		*lowest = top < *lowest ? top : *lowest;
		size++;
	} while (top != v);
	return size;
}

/* The largest part so far. */
typedef struct Largest
{
	int32_t size;
	int32_t lowest; /* its lowest vertex */
} Largest;

/* Takes a part off the stack; marks its vertices when it is the largest so far. */
static void
part_take(Walk *walk, int32_t v, Largest *largest)
{
	int32_t lowest;
	int32_t size = part_close(walk, v, &lowest);

	if (size < largest->size || (size == largest->size && lowest > largest->lowest))
		return;
	*largest = (Largest){size, lowest};
	/* no vertex' arcs begin below 0; which mark counts is known at the end */
	for (int32_t i = 0; i < size; i++)
		walk->next[walk->stack[walk->height + i]] = -1 - lowest;
}

/* Meets all that a vertex reaches and that was not met before. */
static LmGraphStatus
walk_from(Walk *walk, int32_t root, LmGraphRun *run, Largest *largest)
{
	int32_t v = root;

	vertex_meet(walk, root, -1);
	while (v >= 0)
	{
		int32_t parent = walk->parent[v];

		if (lm_graph_stops(run, 4))
			return LM_GRAPH_CANCELLED;
		if (walk->next[v] < walk->first[v + 1])
		{
			int32_t to = walk->to[walk->next[v]++];

			if (walk->number[to] == 0)
			{
				vertex_meet(walk, to, v);
				v = to;
			}
			else if (walk->low[to] != INT32_MAX && walk->number[to] < walk->low[v])
				walk->low[v] = walk->number[to];
			continue;
		}
		if (walk->low[v] == walk->number[v])
			part_take(walk, v, largest);
		else if (walk->low[v] < walk->low[parent])
			walk->low[parent] = walk->low[v];
		v = parent;
	}
	return LM_GRAPH_OK;
}

LmGraphStatus
lm_component_main(const LmEdges *edges, const int32_t *ticks, LmGraphRun *run, bool *inside,
                  int32_t *count)
{
	Walk walk = {0};
	Largest largest = {0, INT32_MAX};
	LmGraphStatus status = LM_GRAPH_OK;
	LmArena scratch;

	for (int32_t v = 0; v < edges->vertex_count; v++)
		inside[v] = false;
	lm_graph_scratch(run, &scratch);
	if (!walk_take(&walk, edges, ticks, &scratch))
		status = LM_GRAPH_NO_MEMORY;
	for (int32_t root = 0; root < edges->vertex_count && status == LM_GRAPH_OK; root++)
		if (walk.number[root] == 0)
			status = walk_from(&walk, root, run, &largest);
	for (int32_t v = 0; v < edges->vertex_count && status == LM_GRAPH_OK; v++)
		inside[v] = walk.next[v] == -1 - largest.lowest;
	*count = largest.size;
	lm_graph_scratch_drop(run, &scratch);
	return status;
}

LmGraphStatus
lm_component_of_graph(const LmGraph *graph, const int32_t *ticks, LmGraphRun *run, bool *inside,
                      int32_t *count)
{
	LmEdges edges = {.vertex_count = graph->named_count, .edge_count = graph->edge_count};
	LmGraphStatus status = LM_GRAPH_NO_MEMORY;
	LmArena scratch;
	int32_t *tail, *head;

	lm_graph_scratch(run, &scratch);
	tail = LM_TAKE_RAW(&scratch, int32_t, graph->edge_count);
	head = LM_TAKE_RAW(&scratch, int32_t, graph->edge_count);
	if (tail != NULL && head != NULL)
	{
		for (int32_t edge = 0; edge < graph->edge_count; edge++)
		{
			/* the tail of an arc of the caller's is never a copy */
			tail[edge] = graph->arc_tail[2 * edge];
			head[edge] = graph->arc_tail[2 * edge + 1];
		}
		edges.tail = tail;
		edges.head = head;
		status = lm_component_main(&edges, ticks, run, inside, count);
	}
	lm_graph_scratch_drop(run, &scratch);
	return status;
}

/* The representative of a set, halving the way there. */
static int32_t
set_find(int32_t *set, int32_t v)
{
	while (set[v] != v)
		v = set[v] = set[set[v]];
	return v;
}

/* The end of an edge that is outside, or -1. */
static int32_t
outside_end(const LmEdges *edges, const bool *inside, int32_t edge)
{
	if (!inside[edges->tail[edge]])
		return edges->tail[edge];
	return inside[edges->head[edge]] ? -1 : edges->head[edge];
}

LmGraphStatus
lm_component_islands(const LmEdges *edges, const bool *inside, LmGraphRun *run, LmIsland **islands,
                     int32_t *count)
{
	int32_t n = edges->vertex_count;
	int32_t *set = LM_TAKE_RAW(run->arena, int32_t, n);
	int32_t *island_of = LM_TAKE_RAW(run->arena, int32_t, n);

	*count = 0;
	if (set == NULL || island_of == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t v = 0; v < n; v++)
		set[v] = v;
	for (int32_t edge = 0; edge < edges->edge_count; edge++)
		if (!inside[edges->tail[edge]] && !inside[edges->head[edge]])
		{
			int32_t a = set_find(set, edges->tail[edge]), b = set_find(set, edges->head[edge]);

			set[a < b ? b : a] = a < b ? a : b;
		}
	/* the lowest vertex stands for its set, so it comes first */
	for (int32_t v = 0; v < n; v++)
		if (!inside[v] && set_find(set, v) == v)
			island_of[v] = (*count)++;
	*islands = LM_TAKE(run->arena, LmIsland, *count);
	if (*islands == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t i = 0; i < *count; i++)
		(*islands)[i].edge = -1;
	for (int32_t v = 0; v < n; v++)
		if (!inside[v])
			(*islands)[island_of[set_find(set, v)]].vertices++;
	for (int32_t edge = 0; edge < edges->edge_count; edge++)
	{
		int32_t v = outside_end(edges, inside, edge);
		LmIsland *island;

		if (v < 0)
			continue;
		island = &(*islands)[island_of[set_find(set, v)]];
		island->edges++;
		if (island->edge < 0)
			island->edge = edge;
	}
	return LM_GRAPH_OK;
}
