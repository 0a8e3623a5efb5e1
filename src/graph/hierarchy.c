/*
 * hierarchy.c
 *	  Links by elimination: a rank's are its neighbours and its children's, merged.
 */
#include "graph/hierarchy.h"
#include "graph/order.h"

#include <string.h>

#define LINKS_MOST (INT32_C(1) << 30)
#define CHUNK_LINKS (INT32_C(1) << 18)

typedef struct Elimination
{
	const LmNeighbourhood *neighbours; /* of ranks */
	int32_t **links;                   /* [rank] its higher ranks, ascending */
	int32_t *counts;                   /* [rank] how many */
	int32_t *child;                    /* [rank] the first of those whose parent it is */
	int32_t *sibling;                  /* [rank] the next one with the same parent */
	int32_t *merged[2];                /* [rank] two places to merge between */
	int32_t *chunk;                    /* where the next list goes */
	int32_t chunk_left;
} Elimination;

/* The union of two ascending lists. */
static int32_t
lists_merge(const int32_t *a, int32_t a_count, const int32_t *b, int32_t b_count, int32_t *result)
{
	int32_t i = 0, j = 0, count = 0;

	while (i < a_count && j < b_count)
	{
		int32_t low = a[i] < b[j] ? a[i] : b[j];

		i += a[i] == low;
		j += b[j] == low;
		result[count++] = low;
	}
	while (i < a_count)
		result[count++] = a[i++];
	while (j < b_count)
		result[count++] = b[j++];
	return count;
}

static bool
list_keep(Elimination *e, int32_t rank, const int32_t *list, int32_t count, LmArena *scratch)
{
	if (e->chunk_left < count)
	{
		e->chunk_left = count > CHUNK_LINKS ? count : CHUNK_LINKS;
		e->chunk = LM_TAKE(scratch, int32_t, e->chunk_left);
		if (e->chunk == NULL)
			return false;
	}
	e->links[rank] = e->chunk;
	e->counts[rank] = count;
	if (count == 0)
		return true;
	memcpy(e->chunk, list, (size_t) count * sizeof(*list));
	e->chunk += count;
	e->chunk_left -= count;
	return true;
}

/* Takes one rank: its links are final, since all lower ones have been taken. */
static bool
rank_take(Elimination *e, int32_t rank, LmArena *scratch, int64_t *work)
{
	const LmNeighbourhood *neighbours = e->neighbours;
	const int32_t *list = neighbours->to + neighbours->first[rank];
	int32_t count = neighbours->first[rank + 1] - neighbours->first[rank];
	int turn = 0;

	/* neighbours ascend: the higher ones are the last */
	while (count > 0 && *list < rank)
	{
		list++;
		count--;
	}
	for (int32_t child = e->child[rank]; child >= 0; child = e->sibling[child])
	{
		/* the first of a child's links is this rank */
		count = lists_merge(list, count, e->links[child] + 1, e->counts[child] - 1,
		                    e->merged[turn]);
		list = e->merged[turn];
		turn = 1 - turn;
		*work += count;
	}
	if (!list_keep(e, rank, list, count, scratch))
		return false;
	if (count > 0)
	{
		e->sibling[rank] = e->child[list[0]];
		e->child[list[0]] = rank;
	}
	return true;
}

static LmGraphStatus
eliminate(Elimination *e, int32_t vertex_count, LmGraphRun *run, LmArena *scratch,
          int64_t *link_count)
{
	e->links = LM_TAKE(scratch, int32_t *, vertex_count);
	e->counts = LM_TAKE(scratch, int32_t, vertex_count);
	e->child = LM_TAKE(scratch, int32_t, vertex_count);
	e->sibling = LM_TAKE(scratch, int32_t, vertex_count);
	e->merged[0] = LM_TAKE(scratch, int32_t, vertex_count);
	e->merged[1] = LM_TAKE(scratch, int32_t, vertex_count);
	if (e->links == NULL || e->counts == NULL || e->child == NULL || e->sibling == NULL ||
	    e->merged[0] == NULL || e->merged[1] == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t rank = 0; rank < vertex_count; rank++)
		e->child[rank] = -1;
	*link_count = 0;
	for (int32_t rank = 0; rank < vertex_count; rank++)
	{
		int64_t work = 10;

		if (!rank_take(e, rank, scratch, &work))
			return LM_GRAPH_NO_MEMORY;
		*link_count += e->counts[rank];
		if (*link_count > LINKS_MOST)
			return LM_GRAPH_INVALID;
		if (lm_graph_stops(run, work))
			return LM_GRAPH_CANCELLED;
	}
	return LM_GRAPH_OK;
}

/* Neighbours of vertices as neighbours of ranks; lists come out ascending by distribution. */
static LmGraphStatus
neighbours_by_rank(const LmNeighbourhood *neighbours, const int32_t *rank, int32_t vertex_count,
                   LmArena *scratch, LmNeighbourhood *result)
{
	int32_t *at = LM_TAKE(scratch, int32_t, vertex_count);
	int32_t *first = LM_TAKE(scratch, int32_t, (size_t) vertex_count + 2);
	int32_t *to = LM_TAKE(scratch, int32_t, neighbours->first[vertex_count]);

	if (at == NULL || first == NULL || to == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t v = 0; v < vertex_count; v++)
	{
		at[rank[v]] = v;
		first[rank[v] + 2] = neighbours->first[v + 1] - neighbours->first[v];
	}
	for (int32_t r = 0; r < vertex_count; r++)
		first[r + 2] += first[r + 1];
	for (int32_t r = 0; r < vertex_count; r++)
		for (int32_t i = neighbours->first[at[r]]; i < neighbours->first[at[r] + 1]; i++)
			to[first[rank[neighbours->to[i]] + 1]++] = r;
	result->first = first;
	result->to = to;
	return LM_GRAPH_OK;
}

/*
 * Renumbers ranks so that what hangs below a rank is the range of ranks just before
 * it. The links stay the same, and so does their order: heads are on one path to the root.
 */
static LmGraphStatus
ranks_gather(LmHierarchy *h, Elimination *e, LmGraphRun *run, LmArena *scratch)
{
	int32_t n = h->graph.vertex_count;
	int32_t *renumbered = LM_TAKE(scratch, int32_t, n);
	int32_t *counts = LM_TAKE(scratch, int32_t, n);
	int32_t **links = LM_TAKE(scratch, int32_t *, n);
	int32_t *below = LM_TAKE(scratch, int32_t, n);

	if (renumbered == NULL || counts == NULL || links == NULL || below == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t rank = 0; rank < n; rank++)
	{
		below[rank]++;
		if (e->counts[rank] > 0)
			below[e->links[rank][0]] += below[rank];
	}
	/* a parent comes last of its range; its children share the rest of it from the end */
	for (int32_t rank = n - 1, end = n; rank >= 0; rank--)
	{
		int32_t at;

		if (e->counts[rank] == 0)
		{
			at = end - 1;
			end -= below[rank];
		}
		else
		{
			int32_t parent = e->links[rank][0];

			at = e->child[parent] - 1;
			e->child[parent] -= below[rank];
		}
		renumbered[rank] = at;
		e->child[rank] = at; /* from here on: where the next child's range ends */
		counts[at] = e->counts[rank];
		links[at] = e->links[rank];
	}
	for (int32_t rank = 0; rank < n; rank++)
	{
		for (int32_t i = 0; i < counts[rank]; i++)
			links[rank][i] = renumbered[links[rank][i]];
		if (lm_graph_stops(run, 2 + 4 * counts[rank]))
			return LM_GRAPH_CANCELLED;
	}
	for (int32_t v = 0; v < n; v++)
		h->rank[v] = renumbered[h->rank[v]];
	e->counts = counts;
	e->links = links;
	return LM_GRAPH_OK;
}

static LmGraphStatus
links_set(LmHierarchy *h, const Elimination *e, LmGraphRun *run)
{
	int32_t n = h->graph.vertex_count;
	int32_t link = 0;

	h->first = LM_TAKE(run->arena, int32_t, (size_t) n + 1);
	h->below_first = LM_TAKE(run->arena, int32_t, (size_t) n + 2);
	h->head = LM_TAKE_RAW(run->arena, int32_t, h->link_count);
	h->tail = LM_TAKE_RAW(run->arena, int32_t, h->link_count);
	h->below = LM_TAKE_RAW(run->arena, int32_t, h->link_count);
	if (h->first == NULL || h->below_first == NULL || h->head == NULL || h->tail == NULL ||
	    h->below == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t rank = 0; rank < n; rank++)
	{
		h->first[rank] = link;
		for (int32_t i = 0; i < e->counts[rank]; i++, link++)
		{
			h->head[link] = e->links[rank][i];
			h->tail[link] = rank;
			h->below_first[h->head[link] + 2]++;
		}
		if (lm_graph_stops(run, 2 + 16 * e->counts[rank]))
			return LM_GRAPH_CANCELLED;
	}
	h->first[n] = link;
	for (int32_t rank = 0; rank < n; rank++)
		h->below_first[rank + 2] += h->below_first[rank + 1];
	for (link = 0; link < h->link_count; link++)
	{
		h->below[h->below_first[h->head[link] + 1]++] = link;
		if (lm_graph_stops(run, 16))
			return LM_GRAPH_CANCELLED;
	}
	return LM_GRAPH_OK;
}

/* For each group of ranks, through which links the lower ones meet it, each once. */
static LmGraphStatus
meets_set(LmHierarchy *h, LmGraphRun *run)
{
	int32_t groups = (h->graph.vertex_count + LM_GROUP - 1) / LM_GROUP;

	h->meet_first = LM_TAKE(run->arena, int32_t, (size_t) groups + 2);
	if (h->meet_first == NULL)
		return LM_GRAPH_NO_MEMORY;
	/* twice: to count, then to fill */
	for (int turn = 0; turn < 2; turn++)
	{
		for (int32_t link = 0; link < h->link_count; link++)
		{
			int32_t group = h->head[link] / LM_GROUP, tail = h->tail[link];

			if (link % LM_GRAPH_STRIDE == 0 && lm_graph_stops(run, 8 * LM_GRAPH_STRIDE))
				return LM_GRAPH_CANCELLED;
			/* links inside a group are the group's own matter */
			if (tail / LM_GROUP == group ||
			    (link > h->first[tail] && h->head[link - 1] / LM_GROUP == group))
				continue;
			if (turn == 0)
				h->meet_first[group + 2]++;
			else
				h->meet[h->meet_first[group + 1]++] = link;
		}
		if (turn > 0)
			break;
		for (int32_t group = 0; group < groups; group++)
			h->meet_first[group + 2] += h->meet_first[group + 1];
		h->meet = LM_TAKE_RAW(run->arena, int32_t, h->meet_first[groups + 1]);
		if (h->meet == NULL)
			return LM_GRAPH_NO_MEMORY;
	}
	return LM_GRAPH_OK;
}

int32_t
lm_hierarchy_link(const LmHierarchy *hierarchy, int32_t low, int32_t high)
{
	int32_t begin = hierarchy->first[low], end = hierarchy->first[low + 1];

	while (begin < end)
	{
		int32_t middle = begin + (end - begin) / 2;

		if (hierarchy->head[middle] < high)
			begin = middle + 1;
		else
			end = middle;
	}
	return begin < hierarchy->first[low + 1] && hierarchy->head[begin] == high ? begin : -1;
}

static int32_t
arc_link(const LmHierarchy *h, int32_t arc)
{
	int32_t tail = h->rank[h->graph.arc_tail[arc]], head = h->rank[h->graph.arc_head[arc]];

	if (tail == head)
		return -1;
	return tail < head ? lm_hierarchy_link(h, tail, head) : lm_hierarchy_link(h, head, tail);
}

static LmGraphStatus
arcs_set(LmHierarchy *h, LmGraphRun *run, LmArena *scratch)
{
	int32_t arc_count = h->graph.arc_count;
	int32_t *link_of = LM_TAKE_RAW(scratch, int32_t, arc_count);

	h->arcs_first = LM_TAKE_RAW(run->arena, int32_t, (size_t) h->link_count + 2);
	h->arcs = LM_TAKE_RAW(run->arena, int32_t, arc_count);
	if (link_of == NULL || h->arcs_first == NULL || h->arcs == NULL)
		return LM_GRAPH_NO_MEMORY;
	/* zeroed by parts: so much memory is not touched between two polls */
	for (int32_t link = 0; link < h->link_count + 2; link++)
	{
		h->arcs_first[link] = 0;
		if (link % LM_GRAPH_STRIDE == 0 && lm_graph_stops(run, 2 * LM_GRAPH_STRIDE))
			return LM_GRAPH_CANCELLED;
	}
	for (int32_t arc = 0; arc < arc_count; arc++)
	{
		link_of[arc] = arc_link(h, arc);
		if (link_of[arc] >= 0)
			h->arcs_first[link_of[arc] + 2]++;
		if (lm_graph_stops(run, 24))
			return LM_GRAPH_CANCELLED;
	}
	for (int32_t link = 0; link < h->link_count; link++)
	{
		h->arcs_first[link + 2] += h->arcs_first[link + 1];
		if (link % LM_GRAPH_STRIDE == 0 && lm_graph_stops(run, 2 * LM_GRAPH_STRIDE))
			return LM_GRAPH_CANCELLED;
	}
	for (int32_t arc = 0; arc < arc_count; arc++)
	{
		if (link_of[arc] >= 0)
			h->arcs[h->arcs_first[link_of[arc] + 1]++] = arc;
		if (lm_graph_stops(run, 8))
			return LM_GRAPH_CANCELLED;
	}
	return LM_GRAPH_OK;
}

/* Copies lie where the vertex they copy lies. */
static LmGraphStatus
order_with_copies(const LmGraph *graph, const LmNeighbourhood *neighbours, const double *x,
                  const double *y, LmGraphRun *run, LmArena *scratch, int32_t *rank)
{
	double *all_x = NULL, *all_y = NULL;

	if (x != NULL && graph->vertex_count > graph->named_count)
	{
		all_x = LM_TAKE(scratch, double, graph->vertex_count);
		all_y = LM_TAKE(scratch, double, graph->vertex_count);
		if (all_x == NULL || all_y == NULL)
			return LM_GRAPH_NO_MEMORY;
		for (int32_t v = 0; v < graph->named_count; v++)
			for (int32_t copy = v; copy >= 0; copy = graph->vertex_copy[copy])
			{
				all_x[copy] = x[v];
				all_y[copy] = y[v];
			}
		x = all_x;
		y = all_y;
	}
	return lm_order_find(graph->vertex_count, neighbours, x, y, run, rank);
}

/* The links that follow from h->rank. */
static LmGraphStatus
hierarchy_link(LmHierarchy *h, const LmNeighbourhood *of_vertices, LmGraphRun *run,
               LmArena *scratch)
{
	Elimination e = {0};
	LmNeighbourhood of_ranks;
	int64_t link_count;
	LmGraphStatus status;

	status = neighbours_by_rank(of_vertices, h->rank, h->graph.vertex_count, scratch, &of_ranks);
	if (status != LM_GRAPH_OK)
		return status;
	e.neighbours = &of_ranks;
	status = eliminate(&e, h->graph.vertex_count, run, scratch, &link_count);
	if (status != LM_GRAPH_OK)
		return status;
	h->link_count = (int32_t) link_count;
	status = ranks_gather(h, &e, run, scratch);
	if (status == LM_GRAPH_OK)
		status = links_set(h, &e, run);
	if (status == LM_GRAPH_OK)
		status = meets_set(h, run);
	return status == LM_GRAPH_OK ? arcs_set(h, run, scratch) : status;
}

LmGraphStatus
lm_hierarchy_new(const LmGraph *graph, const double *x, const double *y, LmGraphRun *run,
                 LmHierarchy *hierarchy)
{
	LmNeighbourhood neighbours;
	LmGraphStatus status;
	LmArena scratch;

	memset(hierarchy, 0, sizeof(*hierarchy));
	hierarchy->graph = *graph;
	hierarchy->rank = LM_TAKE(run->arena, int32_t, graph->vertex_count);
	if (hierarchy->rank == NULL)
		return LM_GRAPH_NO_MEMORY;
	lm_graph_scratch(run, &scratch);
	status = lm_graph_neighbours(graph, run, &scratch, &neighbours);
	if (status == LM_GRAPH_OK)
		status = order_with_copies(graph, &neighbours, x, y, run, &scratch, hierarchy->rank);
	if (status == LM_GRAPH_OK)
		status = hierarchy_link(hierarchy, &neighbours, run, &scratch);
	lm_graph_scratch_drop(run, &scratch);
	return status;
}

LmGraphStatus
lm_hierarchy_link_ranks(const LmGraph *graph, int32_t *rank, LmGraphRun *run,
                        LmHierarchy *hierarchy)
{
	LmNeighbourhood neighbours;
	LmGraphStatus status;
	LmArena scratch;

	memset(hierarchy, 0, sizeof(*hierarchy));
	hierarchy->graph = *graph;
	hierarchy->rank = rank;
	lm_graph_scratch(run, &scratch);
	status = lm_graph_neighbours(graph, run, &scratch, &neighbours);
	if (status == LM_GRAPH_OK)
		status = hierarchy_link(hierarchy, &neighbours, run, &scratch);
	lm_graph_scratch_drop(run, &scratch);
	return status;
}
