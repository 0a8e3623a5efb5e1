/*
 * restrictions.c
 *	  The automaton of the restricted paths, multiplied with the graph.
 */
#include "graph/restrictions.h"
#include "graph/way.h"

#include <string.h>

#define FORBIDDEN (-1)

/* A beginning of restricted paths; node 0 is the empty one. */
typedef struct Node
{
	int32_t edge;    /* its last */
	int32_t child;   /* the first of those one edge longer, -1: none */
	int32_t sibling; /* the next one of the same parent */
	int32_t suffix;  /* the longest shorter beginning it ends with */
	int32_t extra;   /* of all paths that are complete here; FORBIDDEN when one is */
	int32_t copy[2]; /* vertices for it where arc 2 * edge, 2 * edge + 1 ends; -1: not made */
} Node;

typedef struct Automaton
{
	Node *nodes;
	int32_t count;
	int32_t *of_edge; /* [edge] the node of that edge alone, -1: none */
} Automaton;

/* The graph's arcs by tail, named vertices only. */
typedef struct Leaving
{
	int32_t *first; /* [named vertex + 1] */
	int32_t *arcs;
} Leaving;

typedef struct Product
{
	Automaton automaton;
	Leaving leaving;
	LmGraph *graph;
	LmGraphRun *run;
	LmArena *scratch;
	int32_t *vertex; /* [copy] the named vertex it is of */
	int32_t *node;   /* [copy] the beginning that led there */
	int32_t copy_count;
	int32_t *arcs; /* [arc copy] origin, tail, head, extra */
	int32_t arc_count;
	int32_t arc_room;
} Product;

static int32_t
extra_add(int32_t a, int32_t b)
{
	if (a < 0 || b < 0)
		return FORBIDDEN;
	return a + (int64_t) b < LM_TICKS_END ? a + b : LM_TICKS_END;
}

static int32_t
node_child(const Automaton *automaton, int32_t node, int32_t edge)
{
	int32_t child;

	if (node == 0)
		return automaton->of_edge[edge];
	child = automaton->nodes[node].child;
	while (child >= 0 && automaton->nodes[child].edge != edge)
		child = automaton->nodes[child].sibling;
	return child;
}

/* The longest beginning that what led to node ends with once an edge is added. */
static int32_t
node_after(const Automaton *automaton, int32_t node, int32_t edge)
{
	for (;;)
	{
		int32_t child = node_child(automaton, node, edge);

		if (child >= 0)
			return child;
		if (node == 0)
			return 0;
		node = automaton->nodes[node].suffix;
	}
}

/* A beginning that nothing follows is its suffix as far as what follows is concerned. */
static int32_t
node_onward(const Automaton *automaton, int32_t node)
{
	while (node != 0 && automaton->nodes[node].child < 0)
		node = automaton->nodes[node].suffix;
	return node;
}

static int32_t
node_add(Automaton *automaton, int32_t parent, int32_t edge)
{
	int32_t node = automaton->count++;

	automaton->nodes[node] = (Node){.edge = edge, .child = -1, .sibling = -1, .copy = {-1, -1}};
	if (parent == 0)
		automaton->of_edge[edge] = node;
	else
	{
		automaton->nodes[node].sibling = automaton->nodes[parent].child;
		automaton->nodes[parent].child = node;
	}
	return node;
}

static LmGraphStatus
automaton_build(Automaton *automaton, const LmRestrictions *restrictions, int32_t edge_count,
                LmGraphRun *run, LmArena *scratch)
{
	size_t most = 1;
	int32_t *queue;
	int32_t filled = 0;

	for (int32_t r = 0; r < restrictions->count; r++)
		most += (size_t) (restrictions->first[r + 1] - restrictions->first[r]);
	if (most > LM_GRAPH_MOST)
		return LM_GRAPH_INVALID;
	automaton->nodes = LM_TAKE(scratch, Node, most);
	automaton->of_edge = LM_TAKE(scratch, int32_t, edge_count);
	queue = LM_TAKE(scratch, int32_t, most);
	if (automaton->nodes == NULL || automaton->of_edge == NULL || queue == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t e = 0; e < edge_count; e++)
		automaton->of_edge[e] = -1;
	automaton->count = 1;
	automaton->nodes[0] = (Node){.edge = -1, .child = -1, .sibling = -1, .copy = {-1, -1}};
	for (int32_t r = 0; r < restrictions->count; r++)
	{
		int32_t node = 0;

		for (int32_t i = restrictions->first[r]; i < restrictions->first[r + 1]; i++)
		{
			int32_t child = node_child(automaton, node, restrictions->edges[i]);

			if (child < 0)
			{
				child = node_add(automaton, node, restrictions->edges[i]);
				if (node == 0)
					queue[filled++] = child;
			}
			node = child;
			if (lm_graph_stops(run, 20))
				return LM_GRAPH_CANCELLED;
		}
		automaton->nodes[node].extra = extra_add(automaton->nodes[node].extra,
		                                         restrictions->extra[r]);
	}
	/* suffixes by breadth: those of shorter beginnings come first; of single edges it is node 0 */
	for (int32_t i = 0; i < filled; i++)
	{
		int32_t node = queue[i];

		for (int32_t child = automaton->nodes[node].child; child >= 0;
		     child = automaton->nodes[child].sibling)
		{
			Node *made = &automaton->nodes[child];

			made->suffix = node_after(automaton, automaton->nodes[node].suffix, made->edge);
			made->extra = extra_add(made->extra, automaton->nodes[made->suffix].extra);
			queue[filled++] = child;
		}
		if (lm_graph_stops(run, 50))
			return LM_GRAPH_CANCELLED;
	}
	return LM_GRAPH_OK;
}

static LmGraphStatus
leaving_set(Leaving *leaving, const LmGraph *graph, LmArena *scratch)
{
	leaving->first = LM_TAKE(scratch, int32_t, (size_t) graph->named_count + 2);
	leaving->arcs = LM_TAKE(scratch, int32_t, graph->arc_count);
	if (leaving->first == NULL || leaving->arcs == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t arc = 0; arc < graph->arc_count; arc++)
		leaving->first[graph->arc_tail[arc] + 2]++;
	for (int32_t v = 0; v < graph->named_count; v++)
		leaving->first[v + 2] += leaving->first[v + 1];
	for (int32_t arc = 0; arc < graph->arc_count; arc++)
		leaving->arcs[leaving->first[graph->arc_tail[arc] + 1]++] = arc;
	return LM_GRAPH_OK;
}

/* The vertex an arc leads to when it makes a beginning: a copy, made when it is first met. */
static int32_t
head_after(Product *product, int32_t arc, int32_t node)
{
	int32_t head = product->graph->arc_tail[arc ^ 1];
	int32_t *copy;

	node = node_onward(&product->automaton, node);
	if (node == 0)
		return head;
	/* a suffix of several edges, too, ends with this arc's edge, driven in this direction */
	copy = &product->automaton.nodes[node].copy[arc % 2];
	if (*copy < 0)
	{
		product->vertex[product->copy_count] = head;
		product->node[product->copy_count] = node;
		*copy = product->graph->named_count + product->copy_count++;
	}
	return *copy;
}

static LmGraphStatus
arc_copy_add(Product *product, int32_t origin, int32_t tail, int32_t head, int32_t extra)
{
	int32_t *at;

	if (product->arc_count == product->arc_room)
	{
		int32_t room = product->arc_room == 0 ? 1024 : 2 * product->arc_room;
		int32_t *arcs;

		if (room > LM_GRAPH_MOST)
			return LM_GRAPH_INVALID;
		arcs = LM_TAKE(product->scratch, int32_t, 4 * (size_t) room);
		if (arcs == NULL)
			return LM_GRAPH_NO_MEMORY;
		if (product->arc_count > 0)
			memcpy(arcs, product->arcs, 4 * (size_t) product->arc_count * sizeof(*arcs));
		product->arcs = arcs;
		product->arc_room = room;
	}
	at = product->arcs + 4 * (size_t) product->arc_count++;
	at[0] = origin;
	at[1] = tail;
	at[2] = head;
	at[3] = extra;
	return LM_GRAPH_OK;
}

/* From the named vertices the arcs lead into the copies; from each copy on they are arcs anew. */
static LmGraphStatus
product_build(Product *product)
{
	const Automaton *automaton = &product->automaton;
	LmGraph *graph = product->graph;

	for (int32_t arc = 0; arc < graph->arc_count; arc++)
	{
		int32_t node = automaton->of_edge[arc / 2];

		if (node < 0)
			continue;
		graph->arc_extra[arc] = automaton->nodes[node].extra;
		graph->arc_head[arc] = head_after(product, arc, node);
	}
	for (int32_t copy = 0; copy < product->copy_count; copy++)
	{
		int32_t vertex = product->vertex[copy];

		for (int32_t i = product->leaving.first[vertex]; i < product->leaving.first[vertex + 1];
		     i++)
		{
			int32_t arc = product->leaving.arcs[i];
			int32_t node = node_after(automaton, product->node[copy], arc / 2);
			int32_t extra = automaton->nodes[node].extra;
			LmGraphStatus status;

			if (extra == FORBIDDEN)
				continue;
			status = arc_copy_add(product, arc, graph->named_count + copy,
			                      head_after(product, arc, node), extra);
			if (status != LM_GRAPH_OK)
				return status;
			if (lm_graph_stops(product->run, 100))
				return LM_GRAPH_CANCELLED;
		}
	}
	return LM_GRAPH_OK;
}

static int32_t *
longer(LmArena *arena, const int32_t *array, int32_t count, int32_t added)
{
	int32_t *result = LM_TAKE(arena, int32_t, (size_t) count + (size_t) added);

	if (result != NULL && count > 0)
		memcpy(result, array, (size_t) count * sizeof(*array));
	return result;
}

static LmGraphStatus
product_keep(const Product *product)
{
	LmGraph *graph = product->graph;
	LmArena *arena = product->run->arena;
	int32_t arcs = graph->arc_count, named = graph->named_count;

	if (arcs > LM_GRAPH_MOST * 2 - product->arc_count ||
	    named > LM_GRAPH_MOST - product->copy_count)
		return LM_GRAPH_INVALID;
	graph->arc_tail = longer(arena, graph->arc_tail, arcs, product->arc_count);
	graph->arc_head = longer(arena, graph->arc_head, arcs, product->arc_count);
	graph->arc_origin = longer(arena, graph->arc_origin, arcs, product->arc_count);
	graph->arc_extra = longer(arena, graph->arc_extra, arcs, product->arc_count);
	graph->arc_copy = longer(arena, graph->arc_copy, arcs, product->arc_count);
	graph->vertex_copy = longer(arena, graph->vertex_copy, named, product->copy_count);
	if (graph->arc_tail == NULL || graph->arc_head == NULL || graph->arc_origin == NULL ||
	    graph->arc_extra == NULL || graph->arc_copy == NULL || graph->vertex_copy == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t i = 0; i < product->arc_count; i++)
	{
		const int32_t *from = product->arcs + 4 * (size_t) i;

		graph->arc_origin[arcs + i] = from[0];
		graph->arc_tail[arcs + i] = from[1];
		graph->arc_head[arcs + i] = from[2];
		graph->arc_extra[arcs + i] = from[3];
		graph->arc_copy[arcs + i] = graph->arc_copy[from[0]];
		graph->arc_copy[from[0]] = arcs + i;
	}
	for (int32_t copy = 0; copy < product->copy_count; copy++)
	{
		graph->vertex_copy[named + copy] = graph->vertex_copy[product->vertex[copy]];
		graph->vertex_copy[product->vertex[copy]] = named + copy;
	}
	graph->arc_count += product->arc_count;
	graph->vertex_count += product->copy_count;
	return LM_GRAPH_OK;
}

LmGraphStatus
lm_restrictions_apply(const LmEdges *edges, const LmRestrictions *restrictions, LmGraphRun *run,
                      LmGraph *graph)
{
	Product product = {.graph = graph, .run = run};
	LmGraphStatus status;
	LmArena scratch;

	lm_graph_scratch(run, &scratch);
	product.scratch = &scratch;
	status = automaton_build(&product.automaton, restrictions, edges->edge_count, run, &scratch);
	if (status == LM_GRAPH_OK)
		status = leaving_set(&product.leaving, graph, &scratch);
	if (status == LM_GRAPH_OK)
	{
		/* a beginning ends where its last edge does: two vertices at most */
		product.vertex = LM_TAKE(&scratch, int32_t, 2 * (size_t) product.automaton.count);
		product.node = LM_TAKE(&scratch, int32_t, 2 * (size_t) product.automaton.count);
		status = product.vertex == NULL || product.node == NULL ? LM_GRAPH_NO_MEMORY
		                                                        : product_build(&product);
	}
	if (status == LM_GRAPH_OK)
		status = product_keep(&product);
	lm_graph_scratch_drop(run, &scratch);
	return status;
}
