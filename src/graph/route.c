/*
 * route.c
 *	  Two climbs to the root, the best rank they share, and its steps unpacked.
 *
 * What a climb can reach lies on the path from its ends to the root, so it needs no
 * queue: it goes up that path and relaxes the steps of every rank it has reached.
 */
#include "graph/route.h"

#include <string.h>

typedef enum Climb
{
	CLIMB_LEAVE,
	CLIMB_ARRIVE
} Climb;

/* Arcs of a way, in an array that doubles. */
typedef struct ArcList
{
	int32_t *arcs;
	int32_t count;
	int32_t room;
	int32_t most; /* a fastest way visits no vertex twice: more is a corrupted metric */
} ArcList;

LmGraphStatus
lm_router_new(const LmHierarchy *hierarchy, LmGraphRun *run, LmRouter *router)
{
	int32_t n = hierarchy->graph.vertex_count;

	memset(router, 0, sizeof(*router));
	router->hierarchy = hierarchy;
	for (int c = 0; c < 2; c++)
	{
		router->way[c] = LM_TAKE(run->arena, LmWay, n);
		router->step[c] = LM_TAKE(run->arena, int32_t, n);
		router->visited[c] = LM_TAKE(run->arena, int32_t, n);
		if (router->way[c] == NULL || router->step[c] == NULL || router->visited[c] == NULL)
			return LM_GRAPH_NO_MEMORY;
		for (int32_t rank = 0; rank < n; rank++)
			router->way[c][rank] = LM_WAY_NONE;
	}
	/* a link's two halves wait while one is unpacked: no deeper than the ranks below it, twice */
	router->stack_room = 2 * (n + 1);
	router->stack = LM_TAKE(run->arena, int32_t, router->stack_room);
	return router->stack == NULL ? LM_GRAPH_NO_MEMORY : LM_GRAPH_OK;
}

/* Relaxes the steps of a rank. */
static void
rank_relax(LmRouter *router, const LmMetric *metric, Climb climb, int32_t rank)
{
	const int32_t *first = climb == CLIMB_LEAVE ? metric->leave_first : metric->arrive_first;
	const LmStep *steps = climb == CLIMB_LEAVE ? metric->leave : metric->arrive;
	LmWay *ways = router->way[climb];
	LmWay way = ways[rank];

	for (int32_t step = first[rank]; step < first[rank + 1]; step++)
		if (way + steps[step].way < ways[steps[step].rank])
		{
			ways[steps[step].rank] = way + steps[step].way;
			router->step[climb][steps[step].rank] = step;
		}
}

/* The lowest rank of the cursors' paths; all cursors on it move to its parent. -1: all are done. */
static int32_t
cursors_next(const LmHierarchy *h, int32_t *cursors, int32_t count)
{
	int32_t lowest = -1;

	for (int32_t c = 0; c < count; c++)
		if (cursors[c] >= 0 && (lowest < 0 || cursors[c] < lowest))
			lowest = cursors[c];
	if (lowest >= 0)
	{
		int32_t parent = lm_hierarchy_parent(h, lowest);

		for (int32_t c = 0; c < count; c++)
			if (cursors[c] == lowest)
				cursors[c] = parent;
	}
	return lowest;
}

static LmGraphStatus
climb(LmRouter *router, const LmMetric *metric, Climb climb, const LmEnd *ends, int32_t count,
      LmGraphRun *run, LmArena *scratch, int32_t *visited_count)
{
	int32_t *cursors = LM_TAKE(scratch, int32_t, count);
	int64_t work = 10;
	int32_t rank;

	*visited_count = 0;
	if (cursors == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t e = 0; e < count; e++)
	{
		cursors[e] = ends[e].rank;
		if (ends[e].way < router->way[climb][ends[e].rank])
		{
			router->way[climb][ends[e].rank] = ends[e].way;
			router->step[climb][ends[e].rank] = -1 - e;
		}
	}
	while ((rank = cursors_next(router->hierarchy, cursors, count)) >= 0)
	{
		/* all of the path, reached or not: what is above may be, and must be cleared */
		router->visited[climb][(*visited_count)++] = rank;
		if (router->way[climb][rank] < LM_WAY_NONE)
			rank_relax(router, metric, climb, rank);
		work += 10 + metric->leave_first[rank + 1] - metric->leave_first[rank];
	}
	/* not before: what was reached must be known to be cleared */
	return lm_graph_stops(run, work) ? LM_GRAPH_CANCELLED : LM_GRAPH_OK;
}

static void
router_clear(LmRouter *router, Climb climb, int32_t visited_count)
{
	for (int32_t i = 0; i < visited_count; i++)
		router->way[climb][router->visited[climb][i]] = LM_WAY_NONE;
}

static LmGraphStatus
arc_add(ArcList *list, int32_t arc, LmArena *scratch)
{
	if (list->count >= list->most)
		return LM_GRAPH_CORRUPT;
	if (list->count == list->room)
	{
		int32_t room = list->room < 64 ? 64 : 2 * list->room;
		int32_t *arcs = LM_TAKE(scratch, int32_t, room);

		if (arcs == NULL)
			return LM_GRAPH_NO_MEMORY;
		memcpy(arcs, list->arcs == NULL ? arcs : list->arcs, (size_t) list->count * sizeof(*arcs));
		list->arcs = arcs;
		list->room = room;
	}
	list->arcs[list->count++] = arc;
	return LM_GRAPH_OK;
}

/* The first arc that takes what a link takes in a direction, or -1. */
static int32_t
link_arc(const LmHierarchy *h, const LmMetric *metric, int32_t link, bool up)
{
	LmWay way = up ? metric->links[link].up : metric->links[link].down;

	for (int32_t i = h->arcs_first[link]; i < h->arcs_first[link + 1]; i++)
	{
		int32_t arc = h->arcs[i];

		if ((h->rank[h->graph.arc_tail[arc]] == h->tail[link]) == up &&
		    lm_metric_arc(h, metric, arc) == way)
			return arc;
	}
	return -1;
}

/* The links a link goes by through the lowest rank it can; false: there is none. */
static bool
link_split(const LmHierarchy *h, const LmMetric *metric, int32_t link, bool up, int32_t *first,
           int32_t *second)
{
	int32_t low = h->tail[link], high = h->head[link];
	LmWay way = up ? metric->links[link].up : metric->links[link].down;

	for (int32_t i = h->below_first[low]; i < h->below_first[low + 1]; i++)
	{
		int32_t to_low = h->below[i];
		int32_t to_high = lm_hierarchy_link(h, h->tail[to_low], high);
		LmWay through;

		if (to_high < 0)
			continue;
		through = up ? metric->links[to_low].down + metric->links[to_high].up
		             : metric->links[to_high].down + metric->links[to_low].up;
		if (through != way)
			continue;
		*first = up ? to_low : to_high;
		*second = up ? to_high : to_low;
		return true;
	}
	return false;
}

/* Appends the arcs a link stands for, from its tail to its head or back. */
static LmGraphStatus
link_unpack(LmRouter *router, const LmMetric *metric, int32_t link, bool up, ArcList *list,
            LmGraphRun *run, LmArena *scratch)
{
	const LmHierarchy *h = router->hierarchy;
	int32_t *stack = router->stack;
	int32_t filled = 0;

	/* 2 * link + up */
	stack[filled++] = 2 * link + up;
	while (filled > 0)
	{
		int32_t first, second, arc;

		link = stack[--filled] / 2;
		up = stack[filled] % 2 != 0;
		arc = link_arc(h, metric, link, up);
		if (arc >= 0)
		{
			LmGraphStatus status = arc_add(list, h->graph.arc_origin[arc], scratch);

			if (status != LM_GRAPH_OK)
				return status;
		}
		else
		{
			if (filled + 2 > router->stack_room ||
			    !link_split(h, metric, link, up, &first, &second))
				return LM_GRAPH_CORRUPT;
			/* through a lower rank: first down to it, then up from it */
			stack[filled++] = 2 * second + 1;
			stack[filled++] = 2 * first;
		}
		if (lm_graph_stops(run, 500))
			return LM_GRAPH_CANCELLED;
	}
	return LM_GRAPH_OK;
}

/*
 * The arcs of the climb that reached a rank. Leaving, the steps come last first and are put in
 * order by way of the stack's place in the path; arriving, they come in order.
 */
static LmGraphStatus
climb_unpack(LmRouter *router, const LmMetric *metric, Climb climb, int32_t rank, const LmEnd *ends,
             ArcList *list, LmGraphRun *run, LmArena *scratch)
{
	const LmStep *steps = climb == CLIMB_LEAVE ? metric->leave : metric->arrive;
	int32_t *path = router->visited[climb]; /* no longer needed: the caller has cleared the ways */
	int32_t count = 0, step;
	LmGraphStatus status = LM_GRAPH_OK;

	while ((step = router->step[climb][rank]) >= 0)
	{
		path[count++] = steps[step].link;
		rank = router->hierarchy->tail[steps[step].link];
	}
	if (climb == CLIMB_LEAVE && ends[-1 - step].arc >= 0)
		status = arc_add(list, router->hierarchy->graph.arc_origin[ends[-1 - step].arc], scratch);
	for (int32_t i = 0; i < count && status == LM_GRAPH_OK; i++)
		status = link_unpack(router, metric, path[climb == CLIMB_LEAVE ? count - 1 - i : i],
		                     climb == CLIMB_LEAVE, list, run, scratch);
	if (status == LM_GRAPH_OK && climb == CLIMB_ARRIVE && ends[-1 - step].arc >= 0)
		status = arc_add(list, router->hierarchy->graph.arc_origin[ends[-1 - step].arc], scratch);
	return status;
}

static LmGraphStatus
route_keep(const ArcList *list, LmArena *arena, LmRoute *route)
{
	route->arc_count = list->count;
	route->arcs = LM_TAKE(arena, int32_t, list->count);
	if (route->arcs == NULL)
		return LM_GRAPH_NO_MEMORY;
	if (list->count > 0)
		memcpy(route->arcs, list->arcs, (size_t) list->count * sizeof(*list->arcs));
	return LM_GRAPH_OK;
}

static LmGraphStatus
route_search(LmRouter *router, const LmMetric *metric, LmSpot from, LmSpot to, LmGraphRun *run,
             LmArena *scratch, LmRoute *route)
{
	const LmHierarchy *h = router->hierarchy;
	ArcList list = {.most = h->graph.vertex_count + 2};
	LmEnds ends[2];
	int32_t visited[2] = {0, 0};
	int32_t direct, meeting = -1;
	LmGraphStatus status;

	status = lm_places_leave(h, metric, &from, 1, scratch, &ends[CLIMB_LEAVE]);
	if (status == LM_GRAPH_OK)
		status = lm_places_arrive(h, metric, &to, 1, scratch, &ends[CLIMB_ARRIVE]);
	if (status != LM_GRAPH_OK)
		return status;
	for (Climb c = CLIMB_LEAVE; c <= CLIMB_ARRIVE && status == LM_GRAPH_OK; c++)
		status = climb(router, metric, c, ends[c].ends, ends[c].first[1], run, scratch,
		               &visited[c]);
	route->way = lm_place_direct(h, metric, from, to, &direct);
	for (int32_t i = 0; i < visited[CLIMB_LEAVE] && status == LM_GRAPH_OK; i++)
	{
		int32_t rank = router->visited[CLIMB_LEAVE][i];
		LmWay way = router->way[CLIMB_LEAVE][rank] + router->way[CLIMB_ARRIVE][rank];

		if (way < route->way)
		{
			route->way = way;
			meeting = rank;
		}
	}
	for (Climb c = CLIMB_LEAVE; c <= CLIMB_ARRIVE; c++)
		router_clear(router, c, visited[c]);
	if (status != LM_GRAPH_OK)
		return status;
	if (lm_way_ticks(route->way) >= LM_TICKS_END)
	{
		route->way = LM_WAY_NONE;
		return LM_GRAPH_OK;
	}
	if (meeting >= 0)
	{
		for (Climb c = CLIMB_LEAVE; c <= CLIMB_ARRIVE && status == LM_GRAPH_OK; c++)
			status = climb_unpack(router, metric, c, meeting, ends[c].ends, &list, run, scratch);
	}
	else if (direct >= 0)
		status = arc_add(&list, direct, scratch);
	return status == LM_GRAPH_OK ? route_keep(&list, run->arena, route) : status;
}

LmGraphStatus
lm_route_find(LmRouter *router, const LmMetric *metric, LmSpot from, LmSpot to, LmGraphRun *run,
              LmRoute *route)
{
	LmGraphStatus status;
	LmArena scratch;

	memset(route, 0, sizeof(*route));
	lm_graph_scratch(run, &scratch);
	status = route_search(router, metric, from, to, run, &scratch, route);
	lm_graph_scratch_drop(run, &scratch);
	return status;
}
