/*
 * update.c
 *	  Links looked at again in the order of their tails, each once.
 *
 * A link's way depends on links of lower tails only, and links are numbered by
 * their tails: one walk over the marked links upwards sees each after all it
 * depends on.  A link that changed marks those it has a triangle with when it was
 * the reason for their way, or is a better one now.
 *
 * Where many links of a group of ranks are marked the group is taken as the first
 * pass takes it, many times faster for each link; where many links of a rank
 * changed, whole groups are marked.  So thousands of changes cost no more than
 * that pass.
 */
#include "graph/update.h"

#include <string.h>

#define WORD_BITS 64

/* One link of so many costs as much to look at by itself as all of them with their group. */
#define GROUP_SPEED 256

/* A rank with more changed links marks groups: looking at each triangle would cost more. */
#define CHANGES_MOST 8

typedef struct Update
{
	const LmHierarchy *hierarchy;
	const LmMetric *metric;   /* its links are changed in place */
	const LmLinkWays *before; /* [link] */
	uint64_t *marked;         /* bit a link */
	bool *whole;              /* [group] all its links are */
	int64_t work;
} Update;

static inline void
link_mark(Update *u, int32_t link)
{
	u->marked[link / WORD_BITS] |= UINT64_C(1) << link % WORD_BITS;
}

static inline bool
link_changed(const Update *u, int32_t link)
{
	LmLinkWays now = u->metric->links[link];

	return now.up != u->before[link].up || now.down != u->before[link].down;
}

static inline LmWay
way_less(LmWay a, LmWay b)
{
	return a < b ? a : b;
}

/* What a link takes by its arcs and through every rank below both its ends. */
static LmLinkWays
link_again(Update *u, int32_t link)
{
	const LmHierarchy *h = u->hierarchy;
	const LmLinkWays *links = u->metric->links;
	LmLinkWays ways = lm_metric_link_arcs(h, u->metric, link);
	int32_t low = h->tail[link], high = h->head[link];

	for (int32_t i = h->below_first[low]; i < h->below_first[low + 1]; i++)
	{
		int32_t to_low = h->below[i];
		int32_t to_high = lm_hierarchy_link(h, h->tail[to_low], high);

		if (to_high < 0)
			continue;
		ways.up = way_less(ways.up, links[to_low].down + links[to_high].up);
		ways.down = way_less(ways.down, links[to_high].down + links[to_low].up);
	}
	u->work += 30 * (int64_t) (h->below_first[low + 1] - h->below_first[low]);
	/* a way too long is none */
	if (lm_way_ticks(ways.up) >= LM_TICKS_END)
		ways.up = LM_WAY_NONE;
	if (lm_way_ticks(ways.down) >= LM_TICKS_END)
		ways.down = LM_WAY_NONE;
	return ways;
}

/* Whether a way may change when a candidate for it does. */
static inline bool
way_depends(LmWay way, LmWay before, LmWay after)
{
	return after < way || (before == way && after != before);
}

/*
 * Marks the third links of all triangles whose lowest rank is the link's tail. Before, the other
 * link of a triangle was what it was before, too: of two that changed the later one finds both.
 */
static void
triangles_mark(Update *u, int32_t link)
{
	const LmHierarchy *h = u->hierarchy;
	const LmLinkWays *links = u->metric->links, *before = u->before;
	int32_t low = h->tail[link], end = h->head[link];

	for (int32_t other = h->first[low]; other < h->first[low + 1]; other++)
	{
		bool above = end < h->head[other]; /* the third link leads from this one's end up */
		int32_t third;
		LmLinkWays ways;

		if (other == link)
			continue;
		third = above ? lm_hierarchy_link(h, end, h->head[other])
		              : lm_hierarchy_link(h, h->head[other], end);
		ways = links[third];
		/* from the link's end to the other's, and back */
		if (way_depends(above ? ways.up : ways.down, before[link].down + before[other].up,
		                links[link].down + links[other].up) ||
		    way_depends(above ? ways.down : ways.up, before[other].down + before[link].up,
		                links[other].down + links[link].up))
			link_mark(u, third);
	}
	u->work += 30 * (int64_t) (h->first[low + 1] - h->first[low]);
}

/* Marks the links along which an edge, or a copy of it, drives. */
static void
edge_mark(Update *u, int32_t edge)
{
	const LmGraph *graph = &u->hierarchy->graph;

	for (int32_t arc = 2 * edge; arc <= 2 * edge + 1; arc++)
		for (int32_t copy = arc; copy >= 0; copy = graph->arc_copy[copy])
		{
			int32_t tail = u->hierarchy->rank[graph->arc_tail[copy]];
			int32_t head = u->hierarchy->rank[graph->arc_head[copy]];

			if (tail != head)
				link_mark(u, tail < head ? lm_hierarchy_link(u->hierarchy, tail, head)
				                         : lm_hierarchy_link(u->hierarchy, head, tail));
		}
	u->work += 60;
}

/* Marked links from begin on, and no marks any more where take is set. */
static int32_t
marks_count(Update *u, int32_t begin, int32_t end, bool take)
{
	int32_t count = 0;

	while (begin < end)
	{
		int32_t word = begin / WORD_BITS, bit = begin % WORD_BITS;
		int32_t bits = end - begin < WORD_BITS - bit ? end - begin : WORD_BITS - bit;
		uint64_t mask = (bits == WORD_BITS ? UINT64_MAX : (UINT64_C(1) << bits) - 1) << bit;

		for (uint64_t found = u->marked[word] & mask; found != 0; found &= found - 1)
			count++;
		if (take)
			u->marked[word] &= ~mask;
		begin += bits;
	}
	return count;
}

/* Marked links each by itself; one may mark others of the group after it. False: stopped. */
static bool
links_again(Update *u, int32_t begin, int32_t end, LmGraphRun *run)
{
	for (int32_t link = begin; link < end; link++)
	{
		if (u->marked[link / WORD_BITS] >> link % WORD_BITS == 0)
		{
			link |= WORD_BITS - 1;
			continue;
		}
		if (!(u->marked[link / WORD_BITS] >> link % WORD_BITS & 1))
			continue;
		u->metric->links[link] = link_again(u, link);
		if (link_changed(u, link))
			triangles_mark(u, link);
		if (lm_graph_stops(run, u->work))
			return false;
		u->work = 0;
	}
	return true;
}

/* All links of a group at once. */
static void
group_again(Update *u, LmPasses *passes, int32_t group, int32_t group_end)
{
	const LmHierarchy *h = u->hierarchy;

	lm_group_customize(passes, group, u->metric);
	for (int32_t rank = group; rank < group_end; rank++)
	{
		int32_t changed = 0;

		for (int32_t link = h->first[rank]; link < h->first[rank + 1]; link++)
			changed += link_changed(u, link);
		for (int32_t link = h->first[rank]; changed > 0 && link < h->first[rank + 1]; link++)
			if (changed > CHANGES_MOST)
				u->whole[h->head[link] / LM_GROUP] = true;
			else if (link_changed(u, link))
				triangles_mark(u, link);
	}
	/* what the members marked of one another is done */
	marks_count(u, h->first[group], h->first[group_end], true);
}

LmGraphStatus
lm_links_update(LmPasses *passes, const LmMetric *before, const int32_t *edges, int32_t count,
                LmArena *scratch, const LmMetric *metric)
{
	const LmHierarchy *h = passes->hierarchy;
	int32_t n = h->graph.vertex_count;
	Update u = {.hierarchy = h, .metric = metric, .before = before->links};

	u.marked = LM_TAKE(scratch, uint64_t, h->link_count / WORD_BITS + 1);
	u.whole = LM_TAKE(scratch, bool, n / LM_GROUP + 1);
	if (u.marked == NULL || u.whole == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t rank = 0; rank < n; rank++)
	{
		size_t links = (size_t) (h->first[rank + 1] - h->first[rank]);

		if (links > 0)
			memcpy(metric->links + h->first[rank], before->links + h->first[rank],
			       links * sizeof(*metric->links));
		if (lm_graph_stops(passes->run, 4 * (int64_t) links + 2))
			return LM_GRAPH_CANCELLED;
	}
	for (int32_t i = 0; i < count; i++)
		edge_mark(&u, edges[i]);
	for (int32_t group = 0; group < n; group += LM_GROUP)
	{
		int32_t group_end = group + LM_GROUP < n ? group + LM_GROUP : n;
		int32_t begin = h->first[group], end = h->first[group_end];
		int32_t marked = marks_count(&u, begin, end, false);

		if (u.whole[group / LM_GROUP] || (int64_t) marked * GROUP_SPEED > end - begin)
			group_again(&u, passes, group, group_end);
		else if (marked > 0 && !links_again(&u, begin, end, passes->run))
			return LM_GRAPH_CANCELLED;
		if (lm_graph_stops(passes->run, u.work + passes->work + 2))
			return LM_GRAPH_CANCELLED;
		u.work = passes->work = 0;
	}
	return LM_GRAPH_OK;
}
