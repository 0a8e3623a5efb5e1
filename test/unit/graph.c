/*
 * graph.c
 *	  Ways through random networks against looking at every walk; limits, memory and stops.
 */
#include "graph/hub.h"
#include "graph/image.h"
#include "graph_case.h"

static void
small_networks(void)
{
	for (unsigned number = 0; number < 10000 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		GraphCase c = case_random(&dice);
		GraphLedger ledger;
		LmHierarchy h;
		LmMetric metric;

		ledger_open(&ledger);
		ledger.run.wide = number % LM_WIDE_END;
		EXPECT(case_build(&c, &ledger.run, &h, &metric) == LM_GRAPH_OK, "network %u", number);
		case_compare(&c, &h, &metric, &dice, &ledger.run, number);
		ledger_close(&ledger);
	}
}

/* Registers the processor has, so that nobody takes a run without them for one with them. */
static void
registers(void)
{
	static const char *names[LM_WIDE_END] = {"best", "plain", "avx2", "avx512"};

	for (LmWide wide = LM_WIDE_BEST; wide < LM_WIDE_END; wide++)
	{
		LmWide chosen = lm_wide_choose(wide);

		printf("# registers %s: %s\n", names[wide], names[chosen]);
		EXPECT(chosen != LM_WIDE_BEST && lm_wide_choose(chosen) == chosen, "%s", names[wide]);
	}
	EXPECT(lm_wide_choose(LM_WIDE_PLAIN) == LM_WIDE_PLAIN, "plain can be had everywhere");
}

#define CLASSES 4

/*
 * Closing, opening and slowing edges needs new weights only, on the same hierarchy; so does traffic,
 * a factor for each class of road at some moment.
 */
static void
new_weights(void)
{
	for (unsigned number = 0; number < 10000 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		GraphCase c = case_random(&dice);
		int32_t hundredths[CLASSES];
		GraphLedger ledger;
		LmHierarchy h;
		LmMetric metric;

		ledger_open(&ledger);
		ledger.run.wide = number % LM_WIDE_END;
		EXPECT(case_build(&c, &ledger.run, &h, &metric) == LM_GRAPH_OK, "network %u", number);
		for (int32_t class = 0; class < CLASSES; class ++)
			hundredths[class] = dice_between(&dice, 50, 400);
		for (int32_t way = 0; way < 2 * c.edge_count; way++)
			if (number % 2 == 0 && c.ticks[way] >= 0)
				c.ticks[way] = c.ticks[way] * hundredths[way / 2 * 7 % CLASSES] / 100;
			else if (number % 2 != 0 && dice_percent(&dice, 30))
				c.ticks[way] = dice_below(&dice, 6) - 1;
		EXPECT(lm_metric_new(&h, c.ticks, &ledger.run, &metric) == LM_GRAPH_OK, "network %u",
		       number);
		case_compare(&c, &h, &metric, &dice, &ledger.run, number);
		ledger_close(&ledger);
	}
}

/* ---- a town of some size ---- */

#define TOWN_SIDE 45
#define TOWN_VERTICES (TOWN_SIDE * TOWN_SIDE)
#define TOWN_EDGES (2 * TOWN_SIDE * (TOWN_SIDE - 1))
#define TOWN_PLACES 2100 /* more than a chunk of goals, 64 blocks of 32 */

typedef struct Town
{
	LmEdges edges;
	int32_t tail[TOWN_EDGES], head[TOWN_EDGES], ticks[2 * TOWN_EDGES];
	uint32_t length[TOWN_EDGES];
	double x[TOWN_VERTICES], y[TOWN_VERTICES];
} Town;

static Town town;
static LmWay town_ways[30 * TOWN_PLACES];

static void
town_make(uint64_t seed, bool placed, bool even)
{
	Dice dice = dice_from_seed(seed);
	int32_t edge = 0;

	for (int32_t v = 0; v < TOWN_VERTICES; v++)
	{
		int32_t row = v / TOWN_SIDE, column = v % TOWN_SIDE;

		town.x[v] = column;
		town.y[v] = row;
		for (int32_t down = 0; down <= 1; down++)
		{
			if ((down ? row : column) == TOWN_SIDE - 1)
				continue;
			town.tail[edge] = v;
			town.head[edge] = v + (down ? TOWN_SIDE : 1);
			town.length[edge] = even ? 100 : (uint32_t) dice_between(&dice, 50, 150);
			town.ticks[2 * edge] = even ? 7 : dice_between(&dice, 10, 99);
			town.ticks[2 * edge + 1] = !even && dice_percent(&dice, 15) ? -1 : town.ticks[2 * edge];
			edge++;
		}
	}
	town.edges = (LmEdges){TOWN_VERTICES,
	                       TOWN_EDGES,
	                       town.tail,
	                       town.head,
	                       town.length,
	                       placed ? town.x : NULL,
	                       placed ? town.y : NULL};
}

static LmGraphStatus
town_build(LmGraphRun *run, LmHierarchy *h, LmMetric *metric)
{
	LmGraph graph;
	LmGraphStatus status = lm_graph_new(&town.edges, NULL, run, &graph);

	if (status == LM_GRAPH_OK)
		status = lm_hierarchy_new(&graph, town.edges.x, town.edges.y, run, h);
	return status == LM_GRAPH_OK ? lm_metric_new(h, town.ticks, run, metric) : status;
}

/* All ways from a vertex, by relaxing arcs until nothing changes. */
static void
town_oracle(int32_t from, LmWay *ways)
{
	bool changed = true;

	for (int32_t v = 0; v < TOWN_VERTICES; v++)
		ways[v] = v == from ? 0 : LM_WAY_NONE;
	while (changed)
	{
		changed = false;
		for (int32_t arc = 0; arc < 2 * TOWN_EDGES; arc++)
		{
			int32_t edge = arc / 2;
			int32_t tail = arc % 2 ? town.head[edge] : town.tail[edge];
			int32_t head = arc % 2 ? town.tail[edge] : town.head[edge];
			LmWay way = ways[tail] + lm_way(town.ticks[arc], town.length[edge]);

			if (town.ticks[arc] >= 0 && way < ways[head])
			{
				ways[head] = way;
				changed = true;
			}
		}
	}
}

/* Of every fourth start all goals, of the others one in ten. */
static void
some_of_town(const LmHierarchy *h, const LmMetric *metric, const LmTableQuery *query, Dice *dice,
             LmGraphRun *run)
{
	static int32_t to[30 * TOWN_PLACES];
	static LmWay ways[30 * TOWN_PLACES];
	int64_t first[31] = {0};
	LmTablePairs pairs = {first, to};

	for (int32_t s = 0; s < 30; s++)
	{
		first[s + 1] = first[s];
		for (int32_t g = 0; g < TOWN_PLACES; g++)
			if (s % 4 == 0 || dice_percent(dice, 10))
				to[first[s + 1]++] = g;
	}
	EXPECT(lm_table_some(h, metric, query, &pairs, run, ways) == LM_GRAPH_OK, "some");
	for (int32_t s = 0; s < 30; s++)
		for (int64_t pair = first[s]; pair < first[s + 1]; pair++)
			EXPECT(ways[pair] == town_ways[s * TOWN_PLACES + to[pair]], "%d to %d", s, to[pair]);
}

static void
whole_town(void)
{
	static LmWay expected[TOWN_VERTICES];
	static LmSpot goals[TOWN_PLACES];
	static LmWay other_ways[30 * TOWN_PLACES];

	for (unsigned number = 0; number < 3; number++)
	{
		Dice dice = dice_from_seed(number);
		LmSpot starts[30];
		LmTableQuery query = {starts, 30, goals, TOWN_PLACES};
		GraphLedger ledger;
		LmHierarchy h;
		LmMetric metric;

		town_make(number, number != 1, number == 2);
		ledger_open(&ledger);
		EXPECT(town_build(&ledger.run, &h, &metric) == LM_GRAPH_OK, "town %u", number);
		EXPECT(metric.unit == 1, "town %u", number);
		for (int32_t s = 0; s < 30; s++)
			starts[s] = (LmSpot){-1, dice_below(&dice, TOWN_VERTICES), 0};
		for (int32_t g = 0; g < TOWN_PLACES; g++)
			goals[g] = (LmSpot){-1, dice_below(&dice, TOWN_VERTICES), 0};
		EXPECT(lm_table_fill(&h, &metric, &query, &ledger.run, town_ways) == LM_GRAPH_OK, "town %u",
		       number);
		for (ledger.run.wide = LM_WIDE_PLAIN; ledger.run.wide < LM_WIDE_END; ledger.run.wide++)
		{
			EXPECT(lm_table_fill(&h, &metric, &query, &ledger.run, other_ways) == LM_GRAPH_OK,
			       "town %u", number);
			EXPECT(memcmp(town_ways, other_ways, sizeof(town_ways)) == 0, "town %u: registers %d",
			       number, ledger.run.wide);
		}
		some_of_town(&h, &metric, &query, &dice, &ledger.run);
		for (int32_t s = 0; s < 6; s++)
		{
			town_oracle(starts[s].vertex, expected);
			for (int32_t g = 0; g < TOWN_PLACES; g++)
				EXPECT(town_ways[s * TOWN_PLACES + g] == expected[goals[g].vertex],
				       "town %u, %d to %d: %llx, expected %llx", number, s, g,
				       (long long) town_ways[s * TOWN_PLACES + g],
				       (long long) expected[goals[g].vertex]);
		}
		ledger_close(&ledger);
	}
}

/* Links grow as n log n; an order that parts badly, or not at all, makes many times as many. */
static void
order_parts_well(void)
{
	for (int placed = 0; placed <= 1; placed++)
	{
		GraphLedger ledger;
		LmHierarchy h;
		LmMetric metric;
		int32_t height = 0;

		town_make(1, placed, false);
		ledger_open(&ledger);
		EXPECT(town_build(&ledger.run, &h, &metric) == LM_GRAPH_OK, "town");
		/*
		 * Halves of halves of a square of 45: cuts of 45, 23, 23, 12, 12, ... are about 3 * 45
		 * ranks on the longest path to the root, and 31 / 8 * n * log2 n = 86,000 links (George
		 * 1973, for squares with diagonals) are more than a good order needs.
		 */
		for (int32_t rank = 0; rank >= 0; rank = lm_hierarchy_parent(&h, rank))
			height++;
		EXPECT(height <= 200, "%d ranks to the root", height);
		EXPECT(h.link_count <= 40000, "%d links", h.link_count);
		ledger_close(&ledger);
	}
}

/* The same edges give the same bytes, with wide registers or without. */
static void
same_again(void)
{
	unsigned char *bytes[LM_WIDE_END] = {NULL};
	size_t size = 0;

	town_make(9, true, false);
	for (LmWide turn = LM_WIDE_BEST; turn < LM_WIDE_END; turn++)
	{
		GraphLedger ledger;
		LmHierarchy h;
		LmMetric metric;

		ledger_open(&ledger);
		ledger.run.wide = turn;
		EXPECT(town_build(&ledger.run, &h, &metric) == LM_GRAPH_OK, "town");
		size = lm_hierarchy_image_size(&h) + lm_metric_image_size(&h);
		bytes[turn] = malloc(size);
		if (bytes[turn] == NULL)
			abort();
		lm_hierarchy_image_write(&h, bytes[turn]);
		lm_metric_image_write(&h, &metric, bytes[turn] + lm_hierarchy_image_size(&h));
		ledger_close(&ledger);
	}
	for (LmWide turn = LM_WIDE_PLAIN; turn < LM_WIDE_END; turn++)
		EXPECT(memcmp(bytes[LM_WIDE_BEST], bytes[turn], size) == 0, "registers %d: another image",
		       turn);
	for (LmWide turn = LM_WIDE_BEST; turn < LM_WIDE_END; turn++)
		free(bytes[turn]);
}

/* ---- limits ---- */

/* 0 - 1 - 2 - 3 in a line. */
static LmGraphStatus
line_build(const int32_t *ticks, const uint32_t *length, LmGraphRun *run, LmHierarchy *h,
           LmMetric *metric)
{
	static const int32_t tail[] = {0, 1, 2}, head[] = {1, 2, 3};
	LmEdges edges = {4, 3, tail, head, length, NULL, NULL};
	LmGraph graph;
	LmGraphStatus status = lm_graph_new(&edges, NULL, run, &graph);

	if (status == LM_GRAPH_OK)
		status = lm_hierarchy_new(&graph, NULL, NULL, run, h);
	return status == LM_GRAPH_OK ? lm_metric_new(h, ticks, run, metric) : status;
}

static LmWay
line_way(const LmHierarchy *h, const LmMetric *metric, LmSpot from, LmSpot to, LmGraphRun *run)
{
	LmTableQuery query = {&from, 1, &to, 1};
	LmRouter router;
	LmRoute route;
	LmWay way;

	EXPECT(lm_table_fill(h, metric, &query, run, &way) == LM_GRAPH_OK, "table");
	EXPECT(lm_router_new(h, run, &router) == LM_GRAPH_OK, "router");
	EXPECT(lm_route_find(&router, metric, from, to, run, &route) == LM_GRAPH_OK, "route");
	EXPECT(route.way == way, "route %llx, table %llx", (long long) route.way, (long long) way);
	return way;
}

#define VERTEX(v) ((LmSpot){-1, (v), 0})
#define ON_EDGE(e, f) ((LmSpot){(e), -1, (f)})

static void
places_on_edges(void)
{
	/* 0 -> 1 takes 100 there and 60 back, 1 -> 2 is one-way and takes 40, 2 -> 3 10 and 20 */
	static const int32_t ticks[] = {100, 60, 40, -1, 10, 20};
	static const uint32_t length[] = {1000, 500, 200};
	GraphLedger ledger;
	LmHierarchy h;
	LmMetric metric;

	ledger_open(&ledger);
	EXPECT(line_build(ticks, length, &ledger.run, &h, &metric) == LM_GRAPH_OK, "line");
#define IS(from, to, expected)                                                          \
	do                                                                                  \
	{                                                                                   \
		LmWay way = line_way(&h, &metric, (from), (to), &ledger.run);                   \
		EXPECT(way == (expected), "%lld ticks, %lld mm", (long long) lm_way_ticks(way), \
		       (long long) lm_way_units(way));                                          \
	} while (0)
	/* 100 + 40 + 10, 1000 + 500 + 200 mm */
	IS(VERTEX(0), VERTEX(3), lm_way(150, 1700));
	/* against the one-way */
	IS(VERTEX(3), VERTEX(0), LM_WAY_NONE);
	IS(VERTEX(1), VERTEX(0), lm_way(60, 1000));
	/* three quarters of 100 are left, then a fifth of 40: 75 + 8; 750 + 100 mm */
	IS(ON_EDGE(0, 0.25), ON_EDGE(1, 0.2), lm_way(83, 850));
	/* on one edge: half of 100 there, half of 60 back */
	IS(ON_EDGE(0, 0.25), ON_EDGE(0, 0.75), lm_way(50, 500));
	IS(ON_EDGE(0, 0.75), ON_EDGE(0, 0.25), lm_way(30, 500));
	/* on the one-way there, and never back */
	IS(ON_EDGE(1, 0.25), ON_EDGE(1, 0.75), lm_way(20, 250));
	IS(ON_EDGE(1, 0.75), ON_EDGE(1, 0.25), LM_WAY_NONE);
	/* the end of an edge is the vertex: from there back over the edge before takes 60 */
	IS(ON_EDGE(1, 0), VERTEX(0), lm_way(60, 1000));
	IS(ON_EDGE(1, 0.5), ON_EDGE(1, 0.5), 0);
	IS(VERTEX(2), ON_EDGE(1, 1), 0);
#undef IS
	ledger_close(&ledger);
}

static void
long_ways(void)
{
	/* 2^29 ticks each: two of them are 2^30, which is none; one less is the longest way */
	static const int32_t ticks[] = {1 << 29, 1 << 29, 1 << 29, (1 << 29) - 1, INT32_MAX, 1 << 30};
	static const uint32_t length[] = {UINT32_MAX, UINT32_MAX, 7};
	GraphLedger ledger;
	LmHierarchy h;
	LmMetric metric;

	ledger_open(&ledger);
	EXPECT(line_build(ticks, length, &ledger.run, &h, &metric) == LM_GRAPH_OK, "line");
	/* at 2^29 ticks, 2^32 mm are 8 a tick: an excess of 5 * 2^29 in mm, of none in units of 10 */
	EXPECT(metric.unit == 10, "unit %d", metric.unit);
	EXPECT(line_way(&h, &metric, VERTEX(0), VERTEX(1), &ledger.run) ==
	           lm_way(1 << 29, (UINT32_MAX + INT64_C(5)) / 10),
	       "one edge");
	EXPECT(line_way(&h, &metric, VERTEX(0), VERTEX(2), &ledger.run) == LM_WAY_NONE, "2^30 ticks");
	EXPECT(line_way(&h, &metric, VERTEX(2), VERTEX(0), &ledger.run) ==
	           lm_way((1 << 30) - 1, 2 * ((UINT32_MAX + INT64_C(5)) / 10)),
	       "2^30 - 1 ticks");
	/* what takes as long as that is as good as closed */
	EXPECT(line_way(&h, &metric, VERTEX(2), VERTEX(3), &ledger.run) == LM_WAY_NONE, "INT32_MAX");
	EXPECT(line_way(&h, &metric, VERTEX(3), VERTEX(2), &ledger.run) == LM_WAY_NONE, "2^30");
	EXPECT(line_way(&h, &metric, ON_EDGE(2, 0.5), VERTEX(3), &ledger.run) == LM_WAY_NONE,
	       "a part of what is closed");
	ledger_close(&ledger);
}

static void
bad_arguments(void)
{
	static const int32_t tail[] = {0, 1}, head[] = {1, 2};
	static const double good[] = {0, 1, 2}, bad[] = {0, NAN, 2};
	static const int32_t first[] = {0, 2}, none[] = {0, 0}, path[] = {0, 2}, extra[] = {-1};
	LmEdges edges = {3, 2, tail, head, NULL, good, good};
	LmRestrictions restrictions = {1, first, path, extra};
	int32_t ticks[] = {1, 1, 1, 1};
	LmSpot wrong[] = {{-1, 3, 0}, {-1, -1, 0}, {2, 0, 0.5}, {0, 0, -0.1}, {0, 0, 1.1}, {0, 0, NAN}};
	GraphLedger ledger;
	LmGraph graph;
	LmHierarchy h;
	LmMetric metric;
	LmRouter router;

	ledger_open(&ledger);
	EXPECT(lm_graph_new(&edges, NULL, &ledger.run, &graph) == LM_GRAPH_OK, "good");
	EXPECT(lm_hierarchy_new(&graph, good, good, &ledger.run, &h) == LM_GRAPH_OK, "good");
	EXPECT(lm_metric_new(&h, ticks, &ledger.run, &metric) == LM_GRAPH_OK, "good");
	EXPECT(lm_router_new(&h, &ledger.run, &router) == LM_GRAPH_OK, "good");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
	{
		LmSpot places[] = {VERTEX(0), wrong[i]};
		LmTableQuery from = {places, 2, places, 1}, to = {places, 1, places, 2};
		LmWay ways[2];
		LmRoute route;

		EXPECT(lm_table_fill(&h, &metric, &from, &ledger.run, ways) == LM_GRAPH_INVALID, "%zu", i);
		EXPECT(lm_table_fill(&h, &metric, &to, &ledger.run, ways) == LM_GRAPH_INVALID, "%zu", i);
		EXPECT(lm_route_find(&router, &metric, wrong[i], VERTEX(0), &ledger.run, &route) ==
		           LM_GRAPH_INVALID,
		       "%zu", i);
	}
	/* the path names edge 2 of two edges */
	EXPECT(lm_graph_new(&edges, &restrictions, &ledger.run, &graph) == LM_GRAPH_INVALID, "path");
	restrictions.first = none;
	EXPECT(lm_graph_new(&edges, &restrictions, &ledger.run, &graph) == LM_GRAPH_INVALID, "empty");
	edges.y = bad;
	EXPECT(lm_graph_new(&edges, NULL, &ledger.run, &graph) == LM_GRAPH_INVALID, "NaN");
	edges.y = NULL;
	EXPECT(lm_graph_new(&edges, NULL, &ledger.run, &graph) == LM_GRAPH_INVALID, "x alone");
	edges.x = NULL;
	edges.vertex_count = 2;
	EXPECT(lm_graph_new(&edges, NULL, &ledger.run, &graph) == LM_GRAPH_INVALID, "vertex 2 of 2");
	ledger_close(&ledger);
}

/* ---- memory and stops ---- */

/* Everything there is, once; the first status that is not OK. */
static LmGraphStatus
everything(const GraphCase *c, GraphLedger *ledger)
{
	LmSpot places[40];
	LmTableQuery query = {places, 40, places, 40};
	static LmWay ways[40 * 40];
	int64_t first[41];
	int32_t to[40];
	LmHierarchy h, read;
	LmMetric metric;
	LmRouter router;
	LmRoute route;
	int64_t *image;
	Dice dice = dice_from_seed(1);
	LmGraphStatus status = c != NULL ? case_build(c, &ledger->run, &h, &metric)
	                                 : town_build(&ledger->run, &h, &metric);

	for (int32_t p = 0; p < 40; p++)
		places[p] = c != NULL ? case_place(c, &dice)
		                      : (LmSpot){dice_below(&dice, TOWN_EDGES), -1, 0.5};
	if (status == LM_GRAPH_OK)
		status = lm_table_fill(&h, &metric, &query, &ledger->run, ways);
	for (int32_t p = 0; p < 40; p++)
		to[p] = 39 - p;
	for (int32_t p = 0; p <= 40; p++)
		first[p] = p;
	if (status == LM_GRAPH_OK)
		status = lm_table_some(&h, &metric, &query, &(LmTablePairs){first, to}, &ledger->run, ways);
	if (status == LM_GRAPH_OK)
		status = lm_hub_leave(&h, &metric, places[0], places, 40, &ledger->run, ways);
	if (status == LM_GRAPH_OK)
		status = lm_hub_arrive(&h, &metric, places[0], places, 40, &ledger->run, ways);
	if (status == LM_GRAPH_OK)
		status = lm_router_new(&h, &ledger->run, &router);
	for (int32_t p = 0; p + 1 < 40 && status == LM_GRAPH_OK; p++)
		status = lm_route_find(&router, &metric, places[p], places[p + 1], &ledger->run, &route);
	if (status != LM_GRAPH_OK)
		return status;
	image = malloc(lm_hierarchy_image_size(&h) + lm_metric_image_size(&h));
	if (image == NULL)
		abort();
	lm_hierarchy_image_write(&h, image);
	status = lm_hierarchy_image_read(image, lm_hierarchy_image_size(&h), &ledger->run, &read);
	lm_metric_image_write(&h, &metric, image);
	if (status == LM_GRAPH_OK)
		status = lm_metric_image_read(image, lm_metric_image_size(&h), &read, &ledger->run,
		                              &metric);
	free(image);
	return status;
}

static void
refused_memory(void)
{
	for (unsigned number = 0; number < 40 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		GraphCase c = case_random(&dice);
		long blocks;
		GraphLedger ledger;

		case_restrict(&c, &dice, 3);
		ledger_open(&ledger);
		EXPECT(everything(&c, &ledger) == LM_GRAPH_OK, "network %u", number);
		blocks = ledger.taken;
		ledger_close(&ledger);
		for (long fail_at = 1; fail_at <= blocks; fail_at++)
		{
			ledger_open(&ledger);
			ledger.fail_at = fail_at;
			EXPECT(everything(&c, &ledger) == LM_GRAPH_NO_MEMORY, "network %u, block %ld of %ld",
			       number, fail_at, blocks);
			ledger_close(&ledger);
		}
	}
}

/* Scratch counts against the limit of the arena while it is open, and no longer. */
static void
limit_holds(void)
{
	GraphLedger ledger;
	LmHierarchy h;
	LmMetric metric;
	size_t used = 0;

	town_make(3, true, false);
	for (size_t limit = 100000; used == 0 && limit < 100000000; limit += limit / 4)
	{
		LmGraphStatus status;

		ledger_open(&ledger);
		ledger.arena.limit = limit;
		status = town_build(&ledger.run, &h, &metric);
		EXPECT(status == LM_GRAPH_OK || status == LM_GRAPH_NO_MEMORY, "status %d", status);
		EXPECT(ledger.arena.used <= limit, "%zu of %zu", ledger.arena.used, limit);
		if (status == LM_GRAPH_OK)
		{
			used = ledger.arena.used;
			/* what is left is the results: 14 arrays of links at most, and what goes with edges */
			EXPECT(used < limit && used < 3000000, "%zu", used);
		}
		ledger_close(&ledger);
	}
	EXPECT(used > 0, "no limit is enough");
}

static void
stops(void)
{
	GraphLedger ledger;
	long polls;

	town_make(4, true, false);
	ledger_open(&ledger);
	EXPECT(everything(NULL, &ledger) == LM_GRAPH_OK, "not stopped");
	polls = ledger.polls;
	/* some millions of steps, 50,000 from poll to poll */
	EXPECT(polls > 30, "%ld polls", polls);
	ledger_close(&ledger);
	for (long stop_at = 1; stop_at <= polls; stop_at += 1 + polls / 40)
	{
		ledger_open(&ledger);
		ledger.stop_at = stop_at;
		EXPECT(everything(NULL, &ledger) == LM_GRAPH_CANCELLED, "poll %ld of %ld", stop_at, polls);
		EXPECT(ledger.polls == stop_at, "went on for %ld polls", ledger.polls - stop_at);
		ledger_close(&ledger);
	}
}

/* A router whose search was stopped finds what a new one finds. */
static void
stopped_router(void)
{
	GraphLedger ledger;
	LmHierarchy h;
	LmMetric metric;
	LmRouter router, fresh;
	Dice dice = dice_from_seed(2);
	long stopped = 0;

	town_make(5, true, false);
	ledger_open(&ledger);
	EXPECT(town_build(&ledger.run, &h, &metric) == LM_GRAPH_OK, "town");
	EXPECT(lm_router_new(&h, &ledger.run, &router) == LM_GRAPH_OK, "router");
	EXPECT(lm_router_new(&h, &ledger.run, &fresh) == LM_GRAPH_OK, "fresh");
	for (int trial = 0; trial < 300; trial++)
	{
		LmSpot from = VERTEX(dice_below(&dice, TOWN_VERTICES));
		LmSpot to = VERTEX(dice_below(&dice, TOWN_VERTICES));
		LmRoute route, expected;
		LmGraphStatus status;

		ledger.run.work = dice_below(&dice, LM_GRAPH_POLL_WORK);
		ledger.stop_at = ledger.polls + 1;
		status = lm_route_find(&router, &metric, from, to, &ledger.run, &route);
		stopped += status == LM_GRAPH_CANCELLED;
		ledger.stop_at = 0;
		EXPECT(lm_route_find(&router, &metric, to, from, &ledger.run, &route) == LM_GRAPH_OK,
		       "trial %d", trial);
		EXPECT(lm_route_find(&fresh, &metric, to, from, &ledger.run, &expected) == LM_GRAPH_OK,
		       "trial %d", trial);
		EXPECT(route.way == expected.way && route.arc_count == expected.arc_count &&
		           memcmp(route.arcs, expected.arcs, (size_t) route.arc_count * 4) == 0,
		       "trial %d", trial);
	}
	EXPECT(stopped > 30, "%ld of 300 were stopped", stopped);
	ledger_close(&ledger);
}

int
main(void)
{
	tap_run("registers", registers);
	tap_run("small networks", small_networks);
	tap_run("new weights on the same hierarchy", new_weights);
	tap_run("a whole town", whole_town);
	tap_run("the order parts well", order_parts_well);
	tap_run("the same edges give the same bytes", same_again);
	tap_run("places on edges", places_on_edges);
	tap_run("ways of a day and more are none", long_ways);
	tap_run("bad arguments are refused", bad_arguments);
	tap_run("refused memory", refused_memory);
	tap_run("the limit holds for scratch too", limit_holds);
	tap_run("stops when told", stops);
	tap_run("a stopped router is as new", stopped_router);
	return tap_end();
}
