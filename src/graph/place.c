/*
 * place.c
 *	  Parts of edges.
 */
#include "graph/place.h"

#include <math.h>

static bool
place_is_valid(const LmGraph *graph, LmSpot place)
{
	if (place.edge < 0)
		return place.vertex >= 0 && place.vertex < graph->named_count;
	return place.edge < graph->edge_count && place.fraction >= 0 && place.fraction <= 1;
}

/* The vertex a place is, or -1. */
static int32_t
place_vertex(const LmGraph *graph, LmSpot place)
{
	if (place.edge < 0)
		return place.vertex;
	/* the tail of an arc is never a copy: it is where the arc is taken without a history */
	if (place.fraction <= 0)
		return graph->arc_tail[2 * place.edge];
	if (place.fraction >= 1)
		return graph->arc_tail[2 * place.edge + 1];
	return -1;
}

/* What driving the whole of an arc takes without what restrictions add, or LM_WAY_NONE. */
static LmWay
arc_plain(const LmHierarchy *h, const LmMetric *metric, int32_t arc)
{
	LmWay way = lm_metric_arc(h, metric, arc);

	return way == LM_WAY_NONE ? way : way - lm_way(h->graph.arc_extra[arc], 0);
}

/*
 * From the arc's tail to a fraction of its edge. Time and length are rounded each on its own and
 * from the edge's tail in both directions, so that the parts of an arc add up to it.
 */
static LmWay
arc_until(LmWay way, int32_t arc, double fraction)
{
	LmWay part = lm_way((int64_t) llround((double) lm_way_ticks(way) * fraction),
	                    (int64_t) llround((double) lm_way_units(way) * fraction));

	return arc % 2 == 0 ? part : way - part;
}

static LmEnd *
leave_add(const LmHierarchy *h, const LmMetric *metric, LmSpot place, LmEnd *end)
{
	int32_t vertex = place_vertex(&h->graph, place);

	if (vertex >= 0)
	{
		*end = (LmEnd){h->rank[vertex], -1, 0};
		return end + 1;
	}
	for (int32_t arc = 2 * place.edge; arc <= 2 * place.edge + 1; arc++)
	{
		LmWay way = arc_plain(h, metric, arc);

		if (way != LM_WAY_NONE)
			*end++ = (LmEnd){h->rank[h->graph.arc_head[arc]], arc,
			                 way - arc_until(way, arc, place.fraction)};
	}
	return end;
}

/* A place is reached with any history: from every copy of its vertex, along every copy of its arcs. */
static LmEnd *
arrive_add(const LmHierarchy *h, const LmMetric *metric, LmSpot place, LmEnd *end)
{
	const LmGraph *graph = &h->graph;
	int32_t vertex = place_vertex(graph, place);

	if (vertex >= 0)
	{
		for (; vertex >= 0; vertex = graph->vertex_copy[vertex])
			*end++ = (LmEnd){h->rank[vertex], -1, 0};
		return end;
	}
	for (int32_t arc = 2 * place.edge; arc <= 2 * place.edge + 1; arc++)
		for (int32_t copy = arc; copy >= 0; copy = graph->arc_copy[copy])
		{
			LmWay way = arc_plain(h, metric, copy);

			if (way != LM_WAY_NONE)
				*end++ = (LmEnd){h->rank[graph->arc_tail[copy]], copy,
				                 lm_way(graph->arc_extra[copy], 0) +
				                     arc_until(way, arc, place.fraction)};
		}
	return end;
}

/* The most ends a place can have. */
static size_t
arrive_count(const LmGraph *graph, LmSpot place)
{
	int32_t vertex = place_vertex(graph, place);
	size_t count = 0;

	for (; vertex >= 0; vertex = graph->vertex_copy[vertex])
		count++;
	if (count > 0)
		return count;
	for (int32_t arc = 2 * place.edge; arc <= 2 * place.edge + 1; arc++)
		for (int32_t copy = arc; copy >= 0; copy = graph->arc_copy[copy])
			count++;
	return count;
}

static LmGraphStatus
ends_set(const LmHierarchy *h, const LmMetric *metric, const LmSpot *places, int32_t count,
         bool arrive, LmArena *arena, LmEnds *ends)
{
	size_t room = 0;

	for (int32_t p = 0; p < count; p++)
	{
		if (!place_is_valid(&h->graph, places[p]))
			return LM_GRAPH_INVALID;
		room += arrive ? arrive_count(&h->graph, places[p]) : 2;
	}
	if (room > INT32_MAX)
		return LM_GRAPH_INVALID;
	ends->first = LM_TAKE(arena, int32_t, (size_t) count + 1);
	ends->ends = LM_TAKE(arena, LmEnd, room);
	if (ends->first == NULL || ends->ends == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t p = 0; p < count; p++)
	{
		LmEnd *begin = ends->ends + ends->first[p];
		LmEnd *end = arrive ? arrive_add(h, metric, places[p], begin)
		                    : leave_add(h, metric, places[p], begin);

		ends->first[p + 1] = ends->first[p] + (int32_t) (end - begin);
	}
	return LM_GRAPH_OK;
}

LmGraphStatus
lm_places_leave(const LmHierarchy *hierarchy, const LmMetric *metric, const LmSpot *places,
                int32_t count, LmArena *arena, LmEnds *ends)
{
	return ends_set(hierarchy, metric, places, count, false, arena, ends);
}

LmGraphStatus
lm_places_arrive(const LmHierarchy *hierarchy, const LmMetric *metric, const LmSpot *places,
                 int32_t count, LmArena *arena, LmEnds *ends)
{
	return ends_set(hierarchy, metric, places, count, true, arena, ends);
}

LmWay
lm_place_direct(const LmHierarchy *hierarchy, const LmMetric *metric, LmSpot from, LmSpot to,
                int32_t *arc)
{
	LmWay way;

	*arc = -1;
	if (from.edge < 0 || from.edge != to.edge || place_vertex(&hierarchy->graph, from) >= 0 ||
	    place_vertex(&hierarchy->graph, to) >= 0)
		return LM_WAY_NONE;
	if (from.fraction == to.fraction)
		return 0;
	*arc = 2 * from.edge + (from.fraction > to.fraction);
	way = arc_plain(hierarchy, metric, *arc);
	if (way == LM_WAY_NONE)
		return way;
	return arc_until(way, *arc, to.fraction) - arc_until(way, *arc, from.fraction);
}
