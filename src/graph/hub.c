/*
 * hub.c
 *	  Up from the hub, down to all others.
 */
#include "graph/hub.h"

#include <string.h>

typedef struct Hub
{
	const LmHierarchy *hierarchy;
	LmGraphRun *run;
	const int32_t *up_first; /* steps on the hub's side */
	const LmStep *up;
	const int32_t *down_first; /* and on that of the others */
	const LmStep *down;
	LmEnds hub;
	LmEnds others;
	int32_t count;
	LmWay *ways; /* [rank] between the hub and the rank, as far as known */
	int32_t
		*above; /* [rank] ranks above the others, at the end: what is above a rank comes after it */
	int32_t *path; /* [rank] */
	bool *marked;  /* [rank] it is among them */
	int32_t begin; /* of above */
} Hub;

static bool
hub_take(Hub *hub, LmArena *scratch)
{
	int32_t n = hub->hierarchy->graph.vertex_count;

	hub->ways = LM_TAKE_RAW(scratch, LmWay, n);
	hub->above = LM_TAKE_RAW(scratch, int32_t, n);
	hub->path = LM_TAKE_RAW(scratch, int32_t, n);
	hub->marked = LM_TAKE(scratch, bool, n);
	if (hub->ways == NULL || hub->above == NULL || hub->path == NULL || hub->marked == NULL)
		return false;
	for (int32_t rank = 0; rank < n; rank++)
		hub->ways[rank] = LM_WAY_NONE;
	hub->begin = n;
	return true;
}

/* Each path to the root goes before what is there already, as far as that does not have it. */
static bool
paths_mark(Hub *hub)
{
	for (int32_t e = 0; e < hub->others.first[hub->count]; e++)
	{
		int32_t length = 0;

		for (int32_t rank = hub->others.ends[e].rank; rank >= 0 && !hub->marked[rank];
		     rank = lm_hierarchy_parent(hub->hierarchy, rank))
		{
			hub->marked[rank] = true;
			hub->path[length++] = rank;
		}
		hub->begin -= length;
		memcpy(hub->above + hub->begin, hub->path, (size_t) length * sizeof(*hub->path));
		if (lm_graph_stops(hub->run, 2 + 4 * (int64_t) length))
			return false;
	}
	return true;
}

/* Ranks of the hub's ends and above, lowest first: steps go to such ranks only. */
static bool
climb(Hub *hub)
{
	for (int32_t e = 0; e < hub->hub.first[1]; e++)
	{
		LmEnd end = hub->hub.ends[e];

		hub->ways[end.rank] = end.way < hub->ways[end.rank] ? end.way : hub->ways[end.rank];
	}
	/* an end may lie on the path of another, and is then relaxed again with what reached it since */
	for (int32_t e = hub->hub.first[1] - 1; e >= 0; e--)
		for (int32_t rank = hub->hub.ends[e].rank; rank >= 0;
		     rank = lm_hierarchy_parent(hub->hierarchy, rank))
		{
			LmWay way = hub->ways[rank];
			int32_t first = hub->up_first[rank], end = hub->up_first[rank + 1];

			for (int32_t s = first; way < LM_WAY_NONE && s < end; s++)
			{
				LmWay *known = &hub->ways[hub->up[s].rank];

				*known = way + hub->up[s].way < *known ? way + hub->up[s].way : *known;
			}
			if (lm_graph_stops(hub->run, 10 + 2 * (int64_t) (end - first)))
				return false;
		}
	return true;
}

static bool
descend(Hub *hub)
{
	for (int32_t i = hub->hierarchy->graph.vertex_count - 1; i >= hub->begin; i--)
	{
		int32_t rank = hub->above[i];
		LmWay way = hub->ways[rank];
		int32_t first = hub->down_first[rank], end = hub->down_first[rank + 1];

		for (int32_t s = first; s < end; s++)
		{
			LmWay through = hub->ways[hub->down[s].rank] + hub->down[s].way;

			way = through < way ? through : way;
		}
		hub->ways[rank] = way;
		if (lm_graph_stops(hub->run, 5 + (int64_t) (end - first)))
			return false;
	}
	return true;
}

static LmWay
way_of(const Hub *hub, int32_t other)
{
	LmWay least = LM_WAY_NONE;

	for (int32_t e = hub->others.first[other]; e < hub->others.first[other + 1]; e++)
	{
		LmWay way = hub->ways[hub->others.ends[e].rank] + hub->others.ends[e].way;

		least = way < least ? way : least;
	}
	return least;
}

static LmGraphStatus
hub_fill(Hub *hub, LmArena *scratch)
{
	if (!hub_take(hub, scratch))
		return LM_GRAPH_NO_MEMORY;
	return paths_mark(hub) && climb(hub) && descend(hub) ? LM_GRAPH_OK : LM_GRAPH_CANCELLED;
}

static LmWay
shorter(LmWay way, LmWay direct)
{
	way = direct < way ? direct : way;
	return lm_way_ticks(way) < LM_TICKS_END ? way : LM_WAY_NONE;
}

LmGraphStatus
lm_hub_leave(const LmHierarchy *hierarchy, const LmMetric *metric, LmSpot place,
             const LmSpot *others, int32_t count, LmGraphRun *run, LmWay *ways)
{
	Hub hub = {.hierarchy = hierarchy,
	           .run = run,
	           .up_first = metric->leave_first,
	           .up = metric->leave,
	           .down_first = metric->arrive_first,
	           .down = metric->arrive,
	           .count = count};
	LmGraphStatus status;
	LmArena scratch;
	int32_t arc;

	lm_graph_scratch(run, &scratch);
	status = lm_places_leave(hierarchy, metric, &place, 1, &scratch, &hub.hub);
	if (status == LM_GRAPH_OK)
		status = lm_places_arrive(hierarchy, metric, others, count, &scratch, &hub.others);
	if (status == LM_GRAPH_OK)
		status = hub_fill(&hub, &scratch);
	for (int32_t i = 0; i < count && status == LM_GRAPH_OK; i++)
		ways[i] = shorter(way_of(&hub, i),
		                  lm_place_direct(hierarchy, metric, place, others[i], &arc));
	lm_graph_scratch_drop(run, &scratch);
	return status;
}

LmGraphStatus
lm_hub_arrive(const LmHierarchy *hierarchy, const LmMetric *metric, LmSpot place,
              const LmSpot *others, int32_t count, LmGraphRun *run, LmWay *ways)
{
	Hub hub = {.hierarchy = hierarchy,
	           .run = run,
	           .up_first = metric->arrive_first,
	           .up = metric->arrive,
	           .down_first = metric->leave_first,
	           .down = metric->leave,
	           .count = count};
	LmGraphStatus status;
	LmArena scratch;
	int32_t arc;

	lm_graph_scratch(run, &scratch);
	status = lm_places_arrive(hierarchy, metric, &place, 1, &scratch, &hub.hub);
	if (status == LM_GRAPH_OK)
		status = lm_places_leave(hierarchy, metric, others, count, &scratch, &hub.others);
	if (status == LM_GRAPH_OK)
		status = hub_fill(&hub, &scratch);
	for (int32_t i = 0; i < count && status == LM_GRAPH_OK; i++)
		ways[i] = shorter(way_of(&hub, i),
		                  lm_place_direct(hierarchy, metric, others[i], place, &arc));
	lm_graph_scratch_drop(run, &scratch);
	return status;
}
