/*
 * weights.c
 *	  Customization: weights of edges into ways of links, then which links are needed.
 *
 * Both passes look at every triangle of a rank and two of its higher neighbours.
 * They go by the middle rank: its own links are spread over an array by head, so
 * that the third link of a triangle is found without a search.
 */
#include "graph/weights.h"
#include "graph/update.h"

#include <string.h>

/*
 * The unit of length is such that no sum of finite ways carries from length into
 * time. A way takes less than 2^30 ticks; what it is longer than 3 units a tick
 * (108 km/h in mm) is its excess, at most the largest of each vertex on its way. A
 * candidate is two such ways and two parts of edges, so with excesses below 2^28 in
 * all it has less than 3 * 2^30 + 4 * 2^28 = 2^32 units.
 */
#define USUAL_UNITS 3
#define EXCESS_END (INT64_C(1) << 28)

static int64_t
edge_units(uint32_t length, int32_t unit)
{
	return ((int64_t) length + unit / 2) / unit;
}

/* Sets the unit; excess is scratch, [vertex]. */
static LmGraphStatus
unit_set(const LmHierarchy *h, LmMetric *metric, int64_t *excess, LmGraphRun *run)
{
	const LmGraph *graph = &h->graph;

	for (metric->unit = 1;; metric->unit *= 10)
	{
		int64_t sum = 0;

		memset(excess, 0, (size_t) graph->vertex_count * sizeof(*excess));
		for (int32_t arc = 0; arc < graph->arc_count; arc++)
		{
			int32_t origin = graph->arc_origin[arc];
			int64_t over;

			if (metric->ticks[origin] < 0)
				continue;
			over = edge_units(graph->length[origin / 2], metric->unit) -
			       (int64_t) USUAL_UNITS * metric->ticks[origin];
			if (over > excess[graph->arc_head[arc]])
				excess[graph->arc_head[arc]] = over;
			if (arc % LM_GRAPH_STRIDE == 0 && lm_graph_stops(run, 8 * LM_GRAPH_STRIDE))
				return LM_GRAPH_CANCELLED;
		}
		for (int32_t v = 0; v < graph->vertex_count; v++)
			sum += excess[v];
		/* 10^9 mm leaves 5 units of the longest edge: LM_GRAPH_MOST of them are above the end */
		if (sum < EXCESS_END)
			return LM_GRAPH_OK;
		if (metric->unit == 1000000000)
			return LM_GRAPH_INVALID;
	}
}

LmWay
lm_metric_arc(const LmHierarchy *hierarchy, const LmMetric *metric, int32_t arc)
{
	const LmGraph *graph = &hierarchy->graph;
	int32_t origin = graph->arc_origin[arc];
	int64_t ticks = metric->ticks[origin];
	LmWay way;

	if (ticks < 0 || graph->arc_extra[arc] < 0 || ticks + graph->arc_extra[arc] >= LM_TICKS_END)
		return LM_WAY_NONE;
	way = lm_way(ticks, edge_units(graph->length[origin / 2], metric->unit));
	return (way > 0 ? way : 1) + lm_way(graph->arc_extra[arc], 0);
}

LmLinkWays
lm_metric_link_arcs(const LmHierarchy *h, const LmMetric *metric, int32_t link)
{
	LmLinkWays ways = {LM_WAY_NONE, LM_WAY_NONE};

	for (int32_t i = h->arcs_first[link]; i < h->arcs_first[link + 1]; i++)
	{
		int32_t arc = h->arcs[i];
		LmWay way = lm_metric_arc(h, metric, arc);
		LmWay *side = h->rank[h->graph.arc_tail[arc]] == h->tail[link] ? &ways.up : &ways.down;

		if (way < *side)
			*side = way;
	}
	return ways;
}

static inline LmWay
way_less(LmWay a, LmWay b)
{
	return a < b ? a : b;
}

static const LmLinkWays no_ways = {LM_WAY_NONE, LM_WAY_NONE};

/*
 * What links from `link` on, those of one rank to members of the group that begins at rank
 * `group`, take; returns how many.
 */
static int32_t
members_load(const LmPasses *p, int32_t link, int32_t end, int32_t group, LmGroupWays *ways)
{
	const LmHierarchy *h = p->hierarchy;
	int32_t count = 0;

	for (int m = 0; m < LM_GROUP; m++)
		ways->of[m] = no_ways;
	for (; link < end && h->head[link] < group + LM_GROUP; link++, count++)
		ways->of[h->head[link] - group] = p->links[link];
	return count;
}

/* Triangles whose low rank has `link` as its first link to the group. */
static void
low_rank_meet(LmPasses *p, int32_t link, int32_t group)
{
	const LmHierarchy *h = p->hierarchy;
	int32_t end = h->first[h->tail[link] + 1];
	LmGroupWays ways;

	/*
	 * From the very first on: it is the high rank of none of these triangles, but the second may
	 * be that of the first. What comes out for a member and itself, or one below it, is not read.
	 */
	(void) members_load(p, link, end, group, &ways);
	p->triangles.lower(p->middle, h->head + link, p->links + link, end - link, &ways);
	p->work += end - link;
}

void
lm_group_customize(LmPasses *p, int32_t group, const LmMetric *metric)
{
	const LmHierarchy *h = p->hierarchy;
	int32_t n = h->graph.vertex_count;
	int32_t group_end = group + LM_GROUP < n ? group + LM_GROUP : n;

	for (int32_t rank = group; rank < group_end; rank++)
		for (int32_t link = h->first[rank]; link < h->first[rank + 1]; link++)
			p->middle[h->head[link]].of[rank - group] = lm_metric_link_arcs(h, metric, link);
	for (int32_t i = h->meet_first[group / LM_GROUP]; i < h->meet_first[group / LM_GROUP + 1]; i++)
		low_rank_meet(p, h->meet[i], group);
	for (int32_t rank = group; rank < group_end; rank++)
	{
		int32_t first = h->first[rank];

		for (int32_t link = first; link < h->first[rank + 1]; link++)
		{
			LmLinkWays found = p->middle[h->head[link]].of[rank - group];

			/* a way too long is none */
			p->links[link].up = lm_way_ticks(found.up) < LM_TICKS_END ? found.up : LM_WAY_NONE;
			p->links[link].down = lm_way_ticks(found.down) < LM_TICKS_END ? found.down
			                                                              : LM_WAY_NONE;
		}
		if (first < h->first[rank + 1] && h->head[first] < group_end)
			low_rank_meet(p, first, group);
		p->work += 10 + h->first[rank + 1] - first;
	}
}

/* First pass: ways through lower ranks, lowest first. */
static LmGraphStatus
links_customize(LmPasses *p, const LmMetric *metric)
{
	int32_t n = p->hierarchy->graph.vertex_count;

	for (int32_t group = 0; group < n; group += LM_GROUP)
	{
		lm_group_customize(p, group, metric);
		if (lm_graph_stops(p->run, p->work))
			return LM_GRAPH_CANCELLED;
		p->work = 0;
	}
	return LM_GRAPH_OK;
}

/* Ways round for a low rank's links, of which `link` is the first to the group. */
static void
low_rank_compare(LmPasses *p, int32_t link, int32_t group)
{
	const LmHierarchy *h = p->hierarchy;
	int32_t end = h->first[h->tail[link] + 1];
	LmGroupWays ways, least;
	int32_t count = members_load(p, link, end, group, &ways);

	for (int m = 0; m < LM_GROUP; m++)
		least.of[m] = no_ways;
	p->triangles.upper(p->middle, h->head + link, p->links + link, p->around + link, end - link,
	                   &ways, &least);
	for (int32_t i = link; i < link + count; i++)
	{
		LmLinkWays found = least.of[h->head[i] - group];

		p->around[i].up = way_less(p->around[i].up, found.up);
		p->around[i].down = way_less(p->around[i].down, found.down);
	}
	p->work += end - link;
}

/*
 * The second pass for a group of ranks: members from the highest, each with all its links final,
 * then the low ranks below the group.
 */
static void
group_compare(LmPasses *p, int32_t group, int32_t group_end)
{
	const LmHierarchy *h = p->hierarchy;

	/* a triangle of two members has the lower one in the middle: there is no link down */
	for (int32_t rank = group; rank < group_end; rank++)
		for (int m = 0; m < LM_GROUP; m++)
			p->middle[rank].of[m] = no_ways;
	for (int32_t rank = group_end - 1; rank >= group; rank--)
	{
		int32_t first = h->first[rank];

		/* members above this one have put their links into middle; this one is not there yet */
		if (first < h->first[rank + 1] && h->head[first] < group_end)
			low_rank_compare(p, first, group);
		for (int32_t link = first; link < h->first[rank + 1]; link++)
			p->middle[h->head[link]].of[rank - group] =
				(LmLinkWays){way_less(p->links[link].up, p->around[link].up),
			                 way_less(p->links[link].down, p->around[link].down)};
		p->work += 10 + h->first[rank + 1] - first;
	}
	for (int32_t i = h->meet_first[group / LM_GROUP]; i < h->meet_first[group / LM_GROUP + 1]; i++)
		low_rank_compare(p, h->meet[i], group);
}

/*
 * Second pass: what each link's ends are apart by way of higher ranks, highest first. When a rank's
 * turn to be the middle comes, its own links have met all their triangles, and the lesser of
 * both passes is the true distance.
 */
static LmGraphStatus
links_compare(LmPasses *p)
{
	int32_t n = p->hierarchy->graph.vertex_count;

	/* the first touch of so much memory takes longer than what follows */
	for (int32_t link = 0; link < p->hierarchy->link_count; link++)
	{
		p->around[link] = no_ways;
		if (link % LM_GRAPH_STRIDE == 0 && lm_graph_stops(p->run, 8 * LM_GRAPH_STRIDE))
			return LM_GRAPH_CANCELLED;
	}
	for (int32_t group = (n - 1) / LM_GROUP * LM_GROUP; group >= 0 && n > 0; group -= LM_GROUP)
	{
		group_compare(p, group, group + LM_GROUP < n ? group + LM_GROUP : n);
		if (lm_graph_stops(p->run, p->work))
			return LM_GRAPH_CANCELLED;
		p->work = 0;
	}
	return LM_GRAPH_OK;
}

bool
lm_metric_take_steps(LmMetric *metric, int32_t rank_count, int32_t leave, int32_t arrive,
                     LmArena *arena)
{
	metric->leave_first = LM_TAKE_RAW(arena, int32_t, (size_t) rank_count + 1);
	metric->arrive_first = LM_TAKE_RAW(arena, int32_t, (size_t) rank_count + 1);
	metric->leave = LM_TAKE_RAW(arena, LmStep, leave);
	metric->arrive = LM_TAKE_RAW(arena, LmStep, arrive);
	return metric->leave_first != NULL && metric->arrive_first != NULL && metric->leave != NULL &&
	       metric->arrive != NULL;
}

/* A link that is no faster than a way round it is needed by nobody. */
static LmGraphStatus
steps_set(const LmHierarchy *h, LmMetric *metric, const LmLinkWays *around, LmGraphRun *run)
{
	int32_t n = h->graph.vertex_count;
	int32_t leave = 0, arrive = 0;

	for (int32_t link = 0; link < h->link_count; link++)
	{
		leave += metric->links[link].up < around[link].up;
		arrive += metric->links[link].down < around[link].down;
		if (link % LM_GRAPH_STRIDE == 0 && lm_graph_stops(run, 2 * LM_GRAPH_STRIDE))
			return LM_GRAPH_CANCELLED;
	}
	if (!lm_metric_take_steps(metric, n, leave, arrive, run->arena))
		return LM_GRAPH_NO_MEMORY;
	leave = arrive = 0;
	for (int32_t rank = 0; rank < n; rank++)
	{
		metric->leave_first[rank] = leave;
		metric->arrive_first[rank] = arrive;
		for (int32_t link = h->first[rank]; link < h->first[rank + 1]; link++)
		{
			LmLinkWays ways = metric->links[link];

			if (ways.up < around[link].up)
				metric->leave[leave++] = (LmStep){h->head[link], link, ways.up};
			if (ways.down < around[link].down)
				metric->arrive[arrive++] = (LmStep){h->head[link], link, ways.down};
		}
		if (lm_graph_stops(run, 2 + 20 * (h->first[rank + 1] - h->first[rank])))
			return LM_GRAPH_CANCELLED;
	}
	metric->leave_first[n] = leave;
	metric->arrive_first[n] = arrive;
	return LM_GRAPH_OK;
}

/* What a metric is made of before its steps: room for weights and links, and the weights. */
static LmGraphStatus
metric_begin(const LmHierarchy *h, const int32_t *ticks, LmGraphRun *run, LmMetric *metric)
{
	size_t ways = 2 * (size_t) h->graph.edge_count;

	memset(metric, 0, sizeof(*metric));
	metric->ticks = LM_TAKE_RAW(run->arena, int32_t, ways);
	metric->links = LM_TAKE_RAW(run->arena, LmLinkWays, h->link_count);
	if (metric->ticks == NULL || metric->links == NULL)
		return LM_GRAPH_NO_MEMORY;
	if (ways > 0)
		memcpy(metric->ticks, ticks, ways * sizeof(*ticks));
	return LM_GRAPH_OK;
}

/*
 * Both passes and the steps. With before, whose weights differ on some edges only, the first pass
 * goes on from its links, unless lengths are now in another unit.
 */
static LmGraphStatus
metric_build(const LmHierarchy *h, const LmMetric *before, const int32_t *edges, int32_t count,
             LmGraphRun *run, LmArena *scratch, LmMetric *metric)
{
	int32_t n = h->graph.vertex_count;
	LmPasses passes = {
		.hierarchy = h, .links = metric->links, .run = run, .triangles = lm_triangles(run->wide)};
	LmGraphStatus status;

	passes.around = LM_TAKE_RAW(scratch, LmLinkWays, h->link_count);
	/* a group may end beyond the last rank */
	passes.middle = LM_TAKE(scratch, LmGroupWays, (size_t) n + LM_GROUP);
	if (passes.around == NULL || passes.middle == NULL)
		return LM_GRAPH_NO_MEMORY;
	status = unit_set(h, metric, (int64_t *) passes.middle, run);
	if (status != LM_GRAPH_OK)
		return status;
	if (before != NULL && before->unit == metric->unit)
		status = lm_links_update(&passes, before, edges, count, scratch, metric);
	else
		status = links_customize(&passes, metric);
	if (status == LM_GRAPH_OK)
		status = links_compare(&passes);
	return status == LM_GRAPH_OK ? steps_set(h, metric, passes.around, run) : status;
}

LmGraphStatus
lm_metric_new(const LmHierarchy *hierarchy, const int32_t *ticks, LmGraphRun *run, LmMetric *metric)
{
	LmGraphStatus status = metric_begin(hierarchy, ticks, run, metric);
	LmArena scratch;

	if (status != LM_GRAPH_OK)
		return status;
	lm_graph_scratch(run, &scratch);
	status = metric_build(hierarchy, NULL, NULL, 0, run, &scratch, metric);
	lm_graph_scratch_drop(run, &scratch);
	return status;
}

LmGraphStatus
lm_metric_update(const LmHierarchy *hierarchy, const LmMetric *before, const int32_t *edges,
                 const int32_t *ticks, int32_t count, LmGraphRun *run, LmMetric *metric)
{
	LmGraphStatus status = metric_begin(hierarchy, before->ticks, run, metric);
	LmArena scratch;

	for (int32_t i = 0; i < count && status == LM_GRAPH_OK; i++)
	{
		if (edges[i] < 0 || edges[i] >= hierarchy->graph.edge_count)
			return LM_GRAPH_INVALID;
		metric->ticks[2 * (size_t) edges[i]] = ticks[2 * (size_t) i];
		metric->ticks[2 * (size_t) edges[i] + 1] = ticks[2 * (size_t) i + 1];
	}
	if (status != LM_GRAPH_OK)
		return status;
	lm_graph_scratch(run, &scratch);
	status = metric_build(hierarchy, before, edges, count, run, &scratch, metric);
	lm_graph_scratch_drop(run, &scratch);
	return status;
}
