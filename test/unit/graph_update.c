/*
 * graph_update.c
 *	  Metrics changed on some edges against metrics made anew; work from poll to poll.
 */
#include "graph/image.h"
#include "graph_case.h"

/* All bytes of a metric that is stored. */
static int64_t *
metric_bytes(const LmHierarchy *h, const LmMetric *metric)
{
	int64_t *bytes = malloc(lm_metric_image_size(h));

	if (bytes == NULL)
		abort();
	lm_metric_image_write(h, metric, bytes);
	return bytes;
}

static void
metrics_compare(const LmHierarchy *h, const LmMetric *found, const LmMetric *expected,
                const char *what, unsigned number)
{
	int64_t *bytes[2] = {metric_bytes(h, found), metric_bytes(h, expected)};

	EXPECT(memcmp(bytes[0], bytes[1], lm_metric_image_size(h)) == 0, "%s %u: another metric", what,
	       number);
	free(bytes[0]);
	free(bytes[1]);
}

#define CHANGES 6

/* Changes upon changes of small networks, with restrictions and without. */
static void
small_networks(void)
{
	for (unsigned number = 0; number < 3000 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		GraphCase c = case_random(&dice);
		GraphLedger ledger;
		LmHierarchy h;
		LmMetric metric, anew;

		if (dice_percent(&dice, 50))
			case_restrict(&c, &dice, 3);
		ledger_open(&ledger);
		ledger.run.wide = dice_percent(&dice, 20) ? LM_WIDE_PLAIN : LM_WIDE_BEST;
		EXPECT(case_build(&c, &ledger.run, &h, &metric) == LM_GRAPH_OK, "network %u", number);
		for (int turn = 0; turn < 4 && c.edge_count > 0; turn++)
		{
			int32_t edges[CHANGES], ticks[2 * CHANGES], count = dice_below(&dice, CHANGES + 1);
			LmMetric before = metric;

			for (int32_t i = 0; i < count; i++)
			{
				edges[i] = dice_below(&dice, c.edge_count);
				for (int way = 0; way < 2; way++)
					c.ticks[2 * edges[i] + way] = ticks[2 * i + way] = dice_percent(&dice, 20)
					                                                       ? -1
					                                                       : dice_below(&dice, 12);
			}
			EXPECT(lm_metric_update(&h, &before, edges, ticks, count, &ledger.run, &metric) ==
			           LM_GRAPH_OK,
			       "network %u", number);
			EXPECT(lm_metric_new(&h, c.ticks, &ledger.run, &anew) == LM_GRAPH_OK, "network %u",
			       number);
			metrics_compare(&h, &metric, &anew, "network", number);
		}
		ledger_close(&ledger);
	}
}

/* ---- a grid of some size ---- */

#define SIDE_MOST 130

typedef struct Grid
{
	LmEdges edges;
	int32_t *tail, *head, *ticks;
	uint32_t *length;
	double *x, *y;
} Grid;

static Grid
grid_new(int32_t side, Dice *dice)
{
	Grid grid = {.edges = {.vertex_count = side * side, .edge_count = 2 * side * (side - 1)}};
	size_t vertices = (size_t) grid.edges.vertex_count, edges = (size_t) grid.edges.edge_count;
	int32_t edge = 0;

	grid.tail = malloc(edges * sizeof(int32_t));
	grid.head = malloc(edges * sizeof(int32_t));
	grid.ticks = malloc(2 * edges * sizeof(int32_t));
	grid.length = malloc(edges * sizeof(uint32_t));
	grid.x = malloc(vertices * sizeof(double));
	grid.y = malloc(vertices * sizeof(double));
	if (grid.tail == NULL || grid.head == NULL || grid.ticks == NULL || grid.length == NULL ||
	    grid.x == NULL || grid.y == NULL)
		abort();
	for (int32_t v = 0; v < side * side; v++)
	{
		grid.x[v] = v % side + dice_below(dice, 40) / 100.0;
		grid.y[v] = v / side + dice_below(dice, 40) / 100.0;
		for (int32_t down = 0; down <= 1; down++)
		{
			if ((down ? v / side : v % side) == side - 1)
				continue;
			grid.tail[edge] = v;
			grid.head[edge] = v + (down ? side : 1);
			grid.length[edge] = (uint32_t) dice_between(dice, 50, 150);
			grid.ticks[2 * edge] = dice_between(dice, 10, 99);
			grid.ticks[2 * edge + 1] = dice_percent(dice, 10) ? -1 : dice_between(dice, 10, 99);
			edge++;
		}
	}
	grid.edges.tail = grid.tail;
	grid.edges.head = grid.head;
	grid.edges.length = grid.length;
	grid.edges.x = grid.x;
	grid.edges.y = grid.y;
	return grid;
}

static void
grid_drop(Grid *grid)
{
	free(grid->tail);
	free(grid->head);
	free(grid->ticks);
	free(grid->length);
	free(grid->x);
	free(grid->y);
}

static LmGraphStatus
grid_build(const Grid *grid, LmGraphRun *run, LmHierarchy *h, LmMetric *metric)
{
	LmGraph graph;
	LmGraphStatus status = lm_graph_new(&grid->edges, NULL, run, &graph);

	if (status == LM_GRAPH_OK)
		status = lm_hierarchy_new(&graph, grid->x, grid->y, run, h);
	return status == LM_GRAPH_OK ? lm_metric_new(h, grid->ticks, run, metric) : status;
}

/* One edge or half of them: link by link, by groups, and both in one update. */
static void
whole_grid(void)
{
	static const int32_t counts[] = {1, 1, 1, 2, 5, 20, 100, 700, 3000};
	Dice dice = dice_from_seed(11);
	Grid grid = grid_new(45, &dice);
	int32_t edges[3000], ticks[6000];

	for (unsigned turn = 0; turn < 45 * RANDOM_EFFORT; turn++)
	{
		int32_t count = counts[turn % (sizeof(counts) / sizeof(counts[0]))];
		GraphLedger ledger;
		LmHierarchy h;
		LmMetric before, metric, anew;

		ledger_open(&ledger);
		EXPECT(grid_build(&grid, &ledger.run, &h, &before) == LM_GRAPH_OK, "turn %u", turn);
		for (int32_t i = 0; i < count; i++)
		{
			edges[i] = dice_below(&dice, grid.edges.edge_count);
			for (int way = 0; way < 2; way++)
				grid.ticks[2 * edges[i] + way] = ticks[2 * i + way] =
					dice_percent(&dice, 30) ? -1 : dice_between(&dice, 5, 200);
		}
		EXPECT(lm_metric_update(&h, &before, edges, ticks, count, &ledger.run, &metric) ==
		           LM_GRAPH_OK,
		       "turn %u", turn);
		EXPECT(lm_metric_new(&h, grid.ticks, &ledger.run, &anew) == LM_GRAPH_OK, "turn %u", turn);
		metrics_compare(&h, &metric, &anew, "turn", turn);
		ledger_close(&ledger);
	}
	grid_drop(&grid);
}

/* Lengths in another unit are another first pass: all links count. */
static void
another_unit(void)
{
	/* 2^32 mm: at 2^29 ticks its excess of 5 * 2^29 mm asks for units of 10, at 2^30 - 1 less */
	static const int32_t tail[] = {0, 1}, head[] = {1, 2}, edges[] = {0};
	static const uint32_t length[] = {UINT32_MAX, 17};
	static const int32_t slow[] = {(1 << 30) - 1, (1 << 30) - 1, 5, 5}, fast[] = {1, 1, 5, 5};
	LmEdges given = {3, 2, tail, head, length, NULL, NULL};
	GraphLedger ledger;
	LmGraph graph;
	LmHierarchy h;
	LmMetric before, metric, anew;
	int32_t wrong = 2;

	ledger_open(&ledger);
	EXPECT(lm_graph_new(&given, NULL, &ledger.run, &graph) == LM_GRAPH_OK, "graph");
	EXPECT(lm_hierarchy_new(&graph, NULL, NULL, &ledger.run, &h) == LM_GRAPH_OK, "hierarchy");
	EXPECT(lm_metric_new(&h, slow, &ledger.run, &before) == LM_GRAPH_OK, "slow");
	EXPECT(lm_metric_new(&h, fast, &ledger.run, &anew) == LM_GRAPH_OK, "fast");
	EXPECT(before.unit != anew.unit, "both in units of %d mm", anew.unit);
	EXPECT(lm_metric_update(&h, &before, edges, fast, 1, &ledger.run, &metric) == LM_GRAPH_OK,
	       "update");
	metrics_compare(&h, &metric, &anew, "unit", 0);
	EXPECT(lm_metric_update(&h, &before, &wrong, fast, 1, &ledger.run, &metric) == LM_GRAPH_INVALID,
	       "edge 2 of 2");
	ledger_close(&ledger);
}

/* ---- work from poll to poll ---- */

typedef struct Watch
{
	GraphLedger ledger;
	int64_t most; /* work reported in one go */
	long polls;
} Watch;

static bool
watch_stops(void *context)
{
	Watch *watch = context;

	watch->polls++;
	watch->most = watch->ledger.run.work > watch->most ? watch->ledger.run.work : watch->most;
	return false;
}

/*
 * No verb does more at a time than 4 times what is asked for, whatever the network's size: here 17,000
 * vertices and 34,000 edges, so that a pass over an array of them which says nothing until
 * its end would show.
 */
static void
polls_are_near(void)
{
	Dice dice = dice_from_seed(12);
	Grid grid = grid_new(SIDE_MOST, &dice);
	int32_t edges[500], ticks[1000];
	LmHierarchy h, read;
	LmMetric metric, updated;
	int64_t *image;
	Watch watch = {0};
	size_t size;

	ledger_open(&watch.ledger);
	watch.ledger.run.should_stop = watch_stops;
	watch.ledger.run.context = &watch;
	EXPECT(grid_build(&grid, &watch.ledger.run, &h, &metric) == LM_GRAPH_OK, "grid");
	EXPECT(watch.polls > 1000, "%ld polls", watch.polls);
	EXPECT(watch.most <= 4 * LM_GRAPH_POLL_WORK, "new: %lld", (long long) watch.most);
	for (int32_t i = 0; i < 500; i++)
	{
		edges[i] = dice_below(&dice, grid.edges.edge_count);
		ticks[2 * i] = ticks[2 * i + 1] = dice_below(&dice, 200) - 1;
	}
	EXPECT(lm_metric_update(&h, &metric, edges, ticks, 500, &watch.ledger.run, &updated) ==
	           LM_GRAPH_OK,
	       "update");
	EXPECT(watch.most <= 4 * LM_GRAPH_POLL_WORK, "update: %lld", (long long) watch.most);
	size = lm_hierarchy_image_size(&h);
	image = malloc(size);
	if (image == NULL)
		abort();
	lm_hierarchy_image_write(&h, image);
	EXPECT(lm_hierarchy_image_read(image, size, &watch.ledger.run, &read) == LM_GRAPH_OK, "read");
	free(image);
	image = metric_bytes(&h, &metric);
	size = lm_metric_image_size(&h);
	EXPECT(lm_metric_image_read(image, size, &read, &watch.ledger.run, &updated) == LM_GRAPH_OK,
	       "read");
	free(image);
	EXPECT(watch.most <= 4 * LM_GRAPH_POLL_WORK, "read: %lld", (long long) watch.most);
	ledger_close(&watch.ledger);
	grid_drop(&grid);
}

/* ---- stops and memory ---- */

static void
stops(void)
{
	Dice dice = dice_from_seed(13);
	Grid grid = grid_new(40, &dice);
	int32_t edges[60], ticks[120];
	long polls = 0, blocks = 0;

	for (int32_t i = 0; i < 60; i++)
	{
		edges[i] = dice_below(&dice, grid.edges.edge_count);
		ticks[2 * i] = ticks[2 * i + 1] = dice_below(&dice, 200) - 1;
	}
	for (long trial = 0; trial <= polls + blocks; trial++)
	{
		GraphLedger ledger;
		LmHierarchy h;
		LmMetric metric, updated;
		LmGraphStatus status;

		ledger_open(&ledger);
		EXPECT(grid_build(&grid, &ledger.run, &h, &metric) == LM_GRAPH_OK, "grid");
		ledger.run.work = ledger.polls = ledger.taken = 0;
		ledger.stop_at = trial <= polls ? trial : 0;
		ledger.fail_at = trial > polls ? trial - polls : 0;
		status = lm_metric_update(&h, &metric, edges, ticks, 60, &ledger.run, &updated);
		if (trial == 0)
		{
			EXPECT(status == LM_GRAPH_OK, "status %d", status);
			polls = ledger.polls;
			blocks = ledger.taken;
			EXPECT(polls > 3 && blocks > 3, "%ld polls, %ld blocks", polls, blocks);
		}
		else
			EXPECT(status == (trial <= polls ? LM_GRAPH_CANCELLED : LM_GRAPH_NO_MEMORY),
			       "trial %ld: status %d", trial, status);
		ledger_close(&ledger);
	}
	grid_drop(&grid);
}

int
main(void)
{
	tap_run("small networks", small_networks);
	tap_run("a grid", whole_grid);
	tap_run("another unit of length", another_unit);
	tap_run("polls are near one another", polls_are_near);
	tap_run("stops and refused memory", stops);
	return tap_end();
}
