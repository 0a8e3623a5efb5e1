/*
 * graph_case.h
 *	  Random road networks, and their ways by looking at every walk.
 *
 * The oracle knows no hierarchy and no automaton: it walks from vertex to vertex,
 * remembers the last edges driven, and compares them with every restriction.
 *
 * All is static: each test is a program of its own.
 *
 * Layer   test: C11 only.
 */
#ifndef LM_TEST_GRAPH_CASE_H
#define LM_TEST_GRAPH_CASE_H

#include "graph/route.h"
#include "graph/table.h"

#include "random_problem.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Thousands of networks take and give back blocks of 64 kB: what the sanitizer keeps aside to find
 * their use after that would be fresh memory for each.
 */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "quarantine_size_mb=4";
}

/* ---- memory: counted, dirty (the sanitizer's malloc fills it), refused at will ---- */

typedef struct GraphLedger
{
	LmArena arena;
	LmGraphRun run;
	long open;    /* blocks not given back */
	long taken;   /* blocks asked for */
	long fail_at; /* the one that is refused, 0: none */
	long polls;
	long stop_at; /* the poll that says stop, 0: none */
} GraphLedger;

static void *
ledger_take(void *context, size_t bytes)
{
	GraphLedger *ledger = context;
	void *block;

	if (++ledger->taken == ledger->fail_at)
		return NULL;
	block = malloc(bytes);
	if (block == NULL)
		abort();
	ledger->open++;
	return block;
}

static void
ledger_give(void *context, void *block)
{
	((GraphLedger *) context)->open--;
	free(block);
}

static bool
ledger_stops(void *context)
{
	GraphLedger *ledger = context;

	return ++ledger->polls == ledger->stop_at;
}

static inline void
ledger_open(GraphLedger *ledger)
{
	*ledger = (GraphLedger){.run = {.should_stop = ledger_stops}};
	lm_arena_init(&ledger->arena, ledger_take, ledger_give, ledger, SIZE_MAX);
	ledger->run.arena = &ledger->arena;
	ledger->run.context = ledger;
}

static inline void
ledger_close(GraphLedger *ledger)
{
	lm_arena_drop(&ledger->arena);
	EXPECT(ledger->open == 0, "%ld blocks are not given back", ledger->open);
}

/* ---- cases ---- */

#define CASE_VERTICES 12
#define CASE_EDGES 40
#define CASE_PATHS 6
#define CASE_PATH_LENGTH 4

typedef struct GraphCase
{
	int32_t vertex_count, edge_count;
	int32_t tail[CASE_EDGES], head[CASE_EDGES];
	uint32_t length[CASE_EDGES];
	int32_t ticks[2 * CASE_EDGES];
	double x[CASE_VERTICES], y[CASE_VERTICES];
	bool placed; /* coordinates are known */
	int32_t path_count;
	int32_t path_first[CASE_PATHS + 1];
	int32_t path_edges[CASE_PATHS * CASE_PATH_LENGTH];
	int32_t path_extra[CASE_PATHS];
} GraphCase;

/* A small network: one-ways, closures, loops, parallel edges, islands, no time, no length, ties. */
static inline GraphCase
case_random(Dice *dice)
{
	GraphCase c = {0};
	int32_t most_ticks = dice_percent(dice, 50) ? 3 : 1000;
	int32_t most_length = dice_percent(dice, 50) ? 2 : 500;
	int32_t closed = dice_below(dice, 50);
	int32_t spread;

	c.vertex_count = dice_between(dice, 1, CASE_VERTICES);
	c.edge_count = dice_between(dice, 0, 3 * c.vertex_count);
	spread = dice_percent(dice, 30) ? 2 : c.vertex_count;
	for (int32_t e = 0; e < c.edge_count; e++)
	{
		/* near in number, so that far vertices are far and islands happen */
		int32_t head = c.tail[e] = dice_below(dice, c.vertex_count);

		head += dice_between(dice, -spread, spread);
		c.head[e] = head < 0 ? 0 : head >= c.vertex_count ? c.vertex_count - 1 : head;
		c.length[e] = (uint32_t) dice_between(dice, 0, most_length);
		for (int32_t way = 2 * e; way <= 2 * e + 1; way++)
			c.ticks[way] = dice_percent(dice, closed) ? -1 : dice_between(dice, 0, most_ticks);
	}
	c.placed = dice_percent(dice, 50);
	for (int32_t v = 0; v < c.vertex_count; v++)
	{
		c.x[v] = dice_below(dice, 5);
		c.y[v] = dice_below(dice, 5);
	}
	return c;
}

/* Restricted paths, most of them walks that exist, some overlapping, some nonsense. */
static inline void
case_restrict(GraphCase *c, Dice *dice, int32_t most_length)
{
	int32_t filled = 0;

	c->path_count = c->edge_count == 0 ? 0 : dice_between(dice, 0, CASE_PATHS);
	for (int32_t p = 0; p < c->path_count; p++)
	{
		int32_t length = dice_percent(dice, 10) ? 1 : dice_between(dice, 2, most_length);
		int32_t edge = dice_below(dice, c->edge_count);
		int32_t at = dice_percent(dice, 50) ? c->head[edge] : c->tail[edge];

		c->path_first[p] = filled;
		for (int32_t i = 0; i < length; i++)
		{
			c->path_edges[filled++] = edge;
			for (int32_t trial = 0; trial < 30; trial++)
			{
				edge = dice_below(dice, c->edge_count);
				if (c->tail[edge] == at || c->head[edge] == at || dice_percent(dice, 2))
					break;
			}
			at = c->tail[edge] == at ? c->head[edge] : c->tail[edge];
		}
		c->path_extra[p] = dice_percent(dice, 60) ? -1 : dice_below(dice, 20);
	}
	c->path_first[c->path_count] = filled;
}

static inline LmSpot
case_place(const GraphCase *c, Dice *dice)
{
	static const double fractions[] = {0, 0.25, 0.5, 0.75, 1};
	LmSpot place = {-1, dice_below(dice, c->vertex_count), 0};

	if (c->edge_count > 0 && dice_percent(dice, 75))
		place = (LmSpot){dice_below(dice, c->edge_count), -1,
		                 dice_percent(dice, 50) ? fractions[dice_below(dice, 5)]
		                                        : dice_below(dice, 1001) / 1000.0};
	return place;
}

static inline LmGraphStatus
case_build(const GraphCase *c, LmGraphRun *run, LmHierarchy *h, LmMetric *metric)
{
	LmEdges edges = {c->vertex_count, c->edge_count, c->tail, c->head, c->length, NULL, NULL};
	LmRestrictions restrictions = {c->path_count, c->path_first, c->path_edges, c->path_extra};
	LmGraph graph;
	LmGraphStatus status;

	if (c->placed)
	{
		edges.x = c->x;
		edges.y = c->y;
	}
	status = lm_graph_new(&edges, c->path_count > 0 ? &restrictions : NULL, run, &graph);
	if (status == LM_GRAPH_OK)
		status = lm_hierarchy_new(&graph, edges.x, edges.y, run, h);
	return status == LM_GRAPH_OK ? lm_metric_new(h, c->ticks, run, metric) : status;
}

/* ---- the oracle ---- */

/* Vertices times histories of the last edges; a history is a number to the base edge_count + 1. */
typedef struct Oracle
{
	const GraphCase *c;
	int32_t memory;    /* edges remembered: one less than the longest path */
	int32_t histories; /* (edge_count + 1) ^ memory */
	LmWay *ways;       /* [vertex * histories + history] */
	bool *queued;
	int32_t *queue;
} Oracle;

static inline Oracle
oracle_new(const GraphCase *c)
{
	Oracle oracle = {.c = c, .histories = 1};
	size_t states;

	for (int32_t p = 0; p < c->path_count; p++)
		if (c->path_first[p + 1] - c->path_first[p] - 1 > oracle.memory)
			oracle.memory = c->path_first[p + 1] - c->path_first[p] - 1;
	for (int32_t i = 0; i < oracle.memory; i++)
		oracle.histories *= c->edge_count + 1;
	states = (size_t) oracle.histories * (size_t) c->vertex_count;
	oracle.ways = malloc(states * sizeof(LmWay));
	oracle.queued = calloc(states, sizeof(bool));
	oracle.queue = malloc(states * sizeof(int32_t));
	if (oracle.ways == NULL || oracle.queued == NULL || oracle.queue == NULL)
		abort();
	return oracle;
}

static inline void
oracle_drop(Oracle *oracle)
{
	free(oracle->ways);
	free(oracle->queued);
	free(oracle->queue);
}

/* What restrictions add when an edge is driven after a history; -1: it must not be. */
static inline int64_t
oracle_extra(const Oracle *oracle, int32_t history, int32_t edge)
{
	const GraphCase *c = oracle->c;
	int64_t extra = 0;

	for (int32_t p = 0; p < c->path_count; p++)
	{
		int32_t last = c->path_first[p + 1] - 1, rest = history;
		bool met = c->path_edges[last] == edge;

		for (int32_t i = last - 1; i >= c->path_first[p] && met; i--)
		{
			met = rest % (c->edge_count + 1) == c->path_edges[i] + 1;
			rest /= c->edge_count + 1;
		}
		if (met && c->path_extra[p] < 0)
			return -1;
		if (met)
			extra += c->path_extra[p];
	}
	return extra;
}

static inline int32_t
oracle_history(const Oracle *oracle, int32_t history, int32_t edge)
{
	return (history * (oracle->c->edge_count + 1) + edge + 1) % oracle->histories;
}

/* What an arc takes with something added, LM_WAY_NONE when it is closed. */
static inline LmWay
oracle_arc(const Oracle *oracle, int32_t arc, int64_t extra)
{
	LmWay way;

	if (oracle->c->ticks[arc] < 0 || extra < 0)
		return LM_WAY_NONE;
	way = oracle->c->ticks[arc] * (INT64_C(1) << 32) + oracle->c->length[arc / 2];
	/* what takes nothing and has no length counts as a millimetre */
	return (way > 0 ? way : 1) + extra * (INT64_C(1) << 32);
}

/* From the tail of an arc's edge to a point on it, by the arc's weights. */
static inline LmWay
oracle_part(LmWay way, double fraction)
{
	return llround((double) (way >> 32) * fraction) * (INT64_C(1) << 32) +
	       llround((double) (way & 0xffffffff) * fraction);
}

static inline bool
oracle_is_vertex(const GraphCase *c, LmSpot place, int32_t *vertex)
{
	*vertex = place.edge < 0        ? place.vertex
	          : place.fraction == 0 ? c->tail[place.edge]
	          : place.fraction == 1 ? c->head[place.edge]
	                                : -1;
	return *vertex >= 0;
}

static inline void
oracle_reach(Oracle *oracle, int32_t vertex, int32_t history, LmWay way, int32_t *end)
{
	int32_t states = oracle->histories * oracle->c->vertex_count;
	int32_t state = vertex * oracle->histories + history;

	if (way >= oracle->ways[state])
		return;
	oracle->ways[state] = way;
	if (!oracle->queued[state])
	{
		oracle->queued[state] = true;
		oracle->queue[(*end)++ % states] = state;
	}
}

/* All ways from a place, into oracle->ways. */
static inline void
oracle_leave(Oracle *oracle, LmSpot from)
{
	const GraphCase *c = oracle->c;
	int32_t states = oracle->histories * c->vertex_count;
	int32_t begin = 0, end = 0, vertex;

	for (int32_t state = 0; state < states; state++)
		oracle->ways[state] = LM_WAY_NONE;
	if (oracle_is_vertex(c, from, &vertex))
		oracle_reach(oracle, vertex, 0, 0, &end);
	else
		for (int32_t back = 0; back <= 1; back++)
		{
			LmWay way = oracle_arc(oracle, 2 * from.edge + back, 0);
			LmWay part = oracle_part(way, from.fraction);

			/* an edge that must not be driven at all is closed */
			if (way < LM_WAY_NONE && oracle_extra(oracle, 0, from.edge) >= 0)
				oracle_reach(oracle, back ? c->tail[from.edge] : c->head[from.edge],
				             oracle_history(oracle, 0, from.edge), back ? part : way - part, &end);
		}
	for (; begin != end; begin++)
	{
		int32_t state = oracle->queue[begin % states];
		int32_t history = state % oracle->histories;

		vertex = state / oracle->histories;
		oracle->queued[state] = false;
		for (int32_t arc = 0; arc < 2 * c->edge_count; arc++)
		{
			bool back = arc % 2 != 0;
			LmWay way;

			if ((back ? c->head[arc / 2] : c->tail[arc / 2]) != vertex)
				continue;
			way = oracle_arc(oracle, arc, oracle_extra(oracle, history, arc / 2));
			if (way < LM_WAY_NONE)
				oracle_reach(oracle, back ? c->tail[arc / 2] : c->head[arc / 2],
				             oracle_history(oracle, history, arc / 2), oracle->ways[state] + way,
				             &end);
		}
	}
}

/* The way from the place last left to another. */
static inline LmWay
oracle_arrive(const Oracle *oracle, LmSpot from, LmSpot to)
{
	const GraphCase *c = oracle->c;
	LmWay best = LM_WAY_NONE;
	int32_t vertex, other;
	bool is_vertex = oracle_is_vertex(c, to, &vertex);

	for (int32_t state = 0; state < oracle->histories * c->vertex_count; state++)
	{
		int32_t at = state / oracle->histories;

		if (is_vertex && at == vertex && oracle->ways[state] < best)
			best = oracle->ways[state];
		for (int32_t back = 0; back <= 1 && !is_vertex; back++)
		{
			int64_t extra = oracle_extra(oracle, state % oracle->histories, to.edge);
			LmWay way = oracle_arc(oracle, 2 * to.edge + back, 0);
			LmWay part;

			if (at != (back ? c->head[to.edge] : c->tail[to.edge]) || way == LM_WAY_NONE ||
			    extra < 0 || oracle->ways[state] == LM_WAY_NONE)
				continue;
			part = oracle_part(way, to.fraction);
			part = oracle->ways[state] + extra * (INT64_C(1) << 32) + (back ? way - part : part);
			best = part < best ? part : best;
		}
	}
	if (!is_vertex && from.edge == to.edge && !oracle_is_vertex(c, from, &other))
	{
		bool back = from.fraction > to.fraction;
		LmWay way = oracle_arc(oracle, 2 * to.edge + back, 0);
		LmWay direct = 0;

		if (from.fraction != to.fraction)
			direct = way == LM_WAY_NONE || oracle_extra(oracle, 0, to.edge) < 0
			             ? LM_WAY_NONE
			             : oracle_part(way, back ? from.fraction : to.fraction) -
			                   oracle_part(way, back ? to.fraction : from.fraction);
		best = direct < best ? direct : best;
	}
	return best;
}

/* ---- a route against its own claims ---- */

/*
 * What driving a route's arcs takes: they must follow one another from one place to the other,
 * and restrictions count. LM_WAY_NONE: they do not, or one is closed.
 */
static inline LmWay
route_walk(const Oracle *oracle, const LmRoute *route, LmSpot from, LmSpot to)
{
	const GraphCase *c = oracle->c;
	int32_t from_vertex, to_vertex, at, history = 0;
	bool from_is = oracle_is_vertex(c, from, &from_vertex);
	bool to_is = oracle_is_vertex(c, to, &to_vertex);
	LmWay sum = 0;

	at = from_vertex;
	if (route->arc_count == 0)
		return (from_is && from_vertex == to_vertex) ||
		               (!from_is && from.edge == to.edge && from.fraction == to.fraction)
		           ? 0
		           : LM_WAY_NONE;
	for (int32_t i = 0; i < route->arc_count; i++)
	{
		int32_t arc = route->arcs[i];
		bool back = arc % 2 != 0, begins = i == 0 && !from_is;
		bool ends = i == route->arc_count - 1 && !to_is;
		int64_t extra = oracle_extra(oracle, history, arc / 2);
		LmWay way = oracle_arc(oracle, arc, 0);
		LmWay until = ends ? oracle_part(way, to.fraction) : back ? 0 : way;
		LmWay since = begins ? oracle_part(way, from.fraction) : back ? way : 0;

		if (way == LM_WAY_NONE || extra < 0 || (begins && arc / 2 != from.edge) ||
		    (ends && arc / 2 != to.edge))
			return LM_WAY_NONE;
		if (!begins && at != (back ? c->head[arc / 2] : c->tail[arc / 2]))
			return LM_WAY_NONE;
		sum += back ? since - until : until - since;
		if (!begins)
			sum += extra * (INT64_C(1) << 32);
		at = back ? c->tail[arc / 2] : c->head[arc / 2];
		history = oracle_history(oracle, history, arc / 2);
	}
	return !to_is || at == to_vertex ? sum : LM_WAY_NONE;
}

/* ---- comparing ---- */

#define CASE_PLACES 7

/* Routes and tables between random places of a network are the oracle's. */
static inline void
case_compare(const GraphCase *c, const LmHierarchy *h, const LmMetric *metric, Dice *dice,
             LmGraphRun *run, unsigned number)
{
	LmSpot places[CASE_PLACES];
	LmWay wide[CASE_PLACES * CASE_PLACES], other[CASE_PLACES * CASE_PLACES];
	LmWide given = run->wide;
	LmTableQuery query = {places, CASE_PLACES, places, CASE_PLACES};
	Oracle oracle = oracle_new(c);
	LmRouter router;

	for (int32_t p = 0; p < CASE_PLACES; p++)
	{
		places[p] = case_place(c, dice);
		/* two places on one edge are what goes wrong first */
		if (p > 0 && places[p].edge >= 0 && places[p - 1].edge >= 0 && dice_percent(dice, 30))
			places[p].edge = places[p - 1].edge;
	}
	EXPECT(lm_table_fill(h, metric, &query, run, wide) == LM_GRAPH_OK, "network %u", number);
	for (run->wide = LM_WIDE_PLAIN; run->wide < LM_WIDE_END; run->wide++)
	{
		EXPECT(lm_table_fill(h, metric, &query, run, other) == LM_GRAPH_OK, "network %u", number);
		EXPECT(memcmp(wide, other, sizeof(wide)) == 0, "network %u: registers %d", number,
		       run->wide);
	}
	run->wide = given;
	EXPECT(lm_router_new(h, run, &router) == LM_GRAPH_OK, "network %u", number);
	for (int32_t from = 0; from < CASE_PLACES; from++)
	{
		oracle_leave(&oracle, places[from]);
		for (int32_t to = 0; to < CASE_PLACES; to++)
		{
			LmWay expected = oracle_arrive(&oracle, places[from], places[to]);
			LmRoute route;

			EXPECT(wide[from * CASE_PLACES + to] == expected,
			       "network %u, %d to %d: table %llx, expected %llx", number, from, to,
			       (long long) wide[from * CASE_PLACES + to], (long long) expected);
			EXPECT(lm_route_find(&router, metric, places[from], places[to], run, &route) ==
			           LM_GRAPH_OK,
			       "network %u, %d to %d", number, from, to);
			EXPECT(route.way == expected, "network %u, %d to %d: route %llx, expected %llx", number,
			       from, to, (long long) route.way, (long long) expected);
			if (route.way < LM_WAY_NONE)
				EXPECT(route_walk(&oracle, &route, places[from], places[to]) == expected,
				       "network %u, %d to %d: %d arcs take %llx, expected %llx", number, from, to,
				       route.arc_count,
				       (long long) route_walk(&oracle, &route, places[from], places[to]),
				       (long long) expected);
		}
	}
	oracle_drop(&oracle);
}

#endif /* LM_TEST_GRAPH_CASE_H */
