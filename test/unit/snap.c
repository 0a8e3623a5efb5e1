/*
 * snap.c
 *	  The nearest point of a network, against looking at every line; its main part, against a closure.
 */
#include "network/component.h"
#include "network/snap.h"

#include "graph_case.h"

#define LINES_MOST 60
#define VERTICES_MOST 9
#define EDGES_MOST 14

typedef struct LinesCase
{
	int32_t first[LINES_MOST + 1];
	double x[4 * LINES_MOST], y[4 * LINES_MOST];
	bool wanted[LINES_MOST];
	LmLines lines;
} LinesCase;

static void
lines_random(LinesCase *c, Dice *dice)
{
	int32_t count = dice_percent(dice, 5) ? 0 : dice_between(dice, 1, LINES_MOST), points = 0;
	bool planar = dice_percent(dice, 50);
	/* on a small lattice, so that many are equally near */
	double unit = planar ? 10 : 0.0001, x = planar ? 0 : 8.5, y = planar ? 0 : 49.3;

	for (int32_t edge = 0; edge < count; edge++)
	{
		int32_t steps = dice_percent(dice, 10) ? 0 : dice_between(dice, 2, 4);

		c->first[edge] = points;
		for (int32_t i = 0; i < steps; i++, points++)
		{
			c->x[points] = x + unit * dice_between(dice, 0, 12);
			c->y[points] = y + unit * dice_between(dice, 0, 12);
		}
		c->wanted[edge] = dice_percent(dice, 80);
	}
	c->first[count] = points;
	c->lines = (LmLines){count, planar, c->first, c->x, c->y};
}

/* Square metres from a place to a step of a line, and where on it. */
static double
step_square(const LmLines *lines, int32_t p, double x, double y, double *share)
{
	LmScale scale = lm_scale_at(lines->planar, y);
	double from_x = (lines->x[p] - x) * scale.x, from_y = (lines->y[p] - y) * scale.y;
	double to_x = (lines->x[p + 1] - x) * scale.x, to_y = (lines->y[p + 1] - y) * scale.y;
	double dx = to_x - from_x, dy = to_y - from_y, all = dx * dx + dy * dy;

	*share = all > 0 ? fmin(1, fmax(0, -(from_x * dx + from_y * dy) / all)) : 0;
	return pow(from_x + *share * dx, 2) + pow(from_y + *share * dy, 2);
}

static double
nearest_square(const LinesCase *c, int32_t edge, double x, double y)
{
	double best = INFINITY, share;

	for (int32_t p = c->first[edge]; p + 1 < c->first[edge + 1]; p++)
		best = fmin(best, step_square(&c->lines, p, x, y, &share));
	return best;
}

/* Where a fraction of a line's length lies. */
static void
fraction_point(const LmLines *lines, int32_t edge, double fraction, double *x, double *y)
{
	double left = fraction * lm_line_length(lines, edge);
	int32_t p = lines->first[edge];

	while (p + 2 < lines->first[edge + 1] && left > lm_line_step(lines, p))
		left -= lm_line_step(lines, p++);
	left = lm_line_step(lines, p) > 0 ? fmin(1, left / lm_line_step(lines, p)) : 0;
	*x = lines->x[p] + left * (lines->x[p + 1] - lines->x[p]);
	*y = lines->y[p] + left * (lines->y[p + 1] - lines->y[p]);
}

static void
place_check(const LinesCase *c, const LmSnapTree *tree, double x, double y, double limit)
{
	LmSnap snap;
	double best = INFINITY;
	LmScale scale = lm_scale_at(c->lines.planar, y);
	bool found = lm_snap_find(tree, x, y, limit, &snap);

	for (int32_t edge = 0; edge < c->lines.edge_count; edge++)
		if (c->wanted[edge] && lm_line_length(&c->lines, edge) > 0)
			best = fmin(best, nearest_square(c, edge, x, y));
	if (fabs(sqrt(best) - limit) < 1e-6)
		return;
	EXPECT(found == (sqrt(best) <= limit), "%.17g %.17g: nearest %g, limit %g", x, y, sqrt(best),
	       limit);
	if (!found)
		return;
	EXPECT(c->wanted[snap.edge] && fabs(snap.distance - sqrt(best)) < 1e-6,
	       "edge %d at %g m, the nearest is at %g m", snap.edge, snap.distance, sqrt(best));
	for (int32_t edge = 0; edge < snap.edge; edge++)
		EXPECT(!c->wanted[edge] || lm_line_length(&c->lines, edge) <= 0 ||
		           nearest_square(c, edge, x, y) >= best + 1e-9 * best ||
		           nearest_square(c, edge, x, y) >= snap.distance * snap.distance,
		       "edge %d is as near as %d", edge, snap.edge);
	fraction_point(&c->lines, snap.edge, snap.fraction, &x, &y);
	EXPECT(snap.fraction >= 0 && snap.fraction <= 1 && scale.x > 0, "fraction %g", snap.fraction);
	/* the point of the fraction is as far from the edge as nothing */
	EXPECT(nearest_square(c, snap.edge, x, y) < 1e-6, "fraction %g is off the line", snap.fraction);
}

static void
nearest_is_found(void)
{
	for (unsigned number = 0; number < 1500 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		GraphLedger ledger;
		LmSnapTree tree;
		LinesCase c;

		lines_random(&c, &dice);
		ledger_open(&ledger);
		EXPECT(lm_snap_tree_new(&c.lines, c.wanted, &ledger.run, &tree) == LM_GRAPH_OK, "tree %u",
		       number);
		for (int32_t place = 0; place < 20; place++)
		{
			double unit = c.lines.planar ? 10 : 0.0001;
			double x = (c.lines.planar ? 0 : 8.5) + unit * dice_between(&dice, -100, 300) / 8;
			double y = (c.lines.planar ? 0 : 49.3) + unit * dice_between(&dice, -100, 300) / 8;

			place_check(&c, &tree, x, y,
			            dice_percent(&dice, 50) ? 1000 : dice_between(&dice, 0, 60));
			/* and from what is known by then */
			place_check(&c, &tree, x, y, dice_percent(&dice, 50) ? 1000 : 30);
		}
		ledger_close(&ledger);
	}
}

/* A line of 3 and 4 from (0, 0): by hand. */
static void
by_hand(void)
{
	int32_t first[] = {0, 3};
	double x[] = {0, 30, 30}, y[] = {0, 0, 40};
	LmLines lines = {1, true, first, x, y};
	bool wanted[] = {true};
	GraphLedger ledger;
	LmSnapTree tree;
	LmSnap snap;

	ledger_open(&ledger);
	EXPECT(lm_snap_tree_new(&lines, wanted, &ledger.run, &tree) == LM_GRAPH_OK, "tree");
	/* 30 along the first step and 12 up the second: 42 of 70 */
	EXPECT(lm_snap_find(&tree, 35, 12, 10, &snap) && snap.edge == 0 && snap.distance == 5 &&
	           fabs(snap.fraction - 42.0 / 70) < 1e-12,
	       "fraction %.17g, %.17g m", snap.fraction, snap.distance);
	EXPECT(lm_snap_find(&tree, -3, -4, 5, &snap) && snap.fraction == 0 && snap.distance == 5,
	       "before the start");
	EXPECT(!lm_snap_find(&tree, -3, -4, 4.99, &snap), "beyond the limit");
	EXPECT(lm_snap_find(&tree, 30, 41, 5, &snap) && snap.fraction == 1, "behind the end");
	ledger_close(&ledger);
}

/* ---- components ---- */

typedef struct PartCase
{
	int32_t tail[EDGES_MOST], head[EDGES_MOST], ticks[2 * EDGES_MOST];
	bool reach[VERTICES_MOST][VERTICES_MOST];
	LmEdges edges;
} PartCase;

static void
part_random(PartCase *c, Dice *dice)
{
	int32_t n = dice_between(dice, 1, VERTICES_MOST), m = dice_between(dice, 0, EDGES_MOST);

	memset(c->reach, 0, sizeof(c->reach));
	for (int32_t v = 0; v < n; v++)
		c->reach[v][v] = true;
	for (int32_t edge = 0; edge < m; edge++)
	{
		c->tail[edge] = dice_below(dice, n);
		c->head[edge] = dice_below(dice, n);
		for (int way = 0; way < 2; way++)
			c->ticks[2 * edge + way] = dice_percent(dice, 40)   ? -1
			                           : dice_percent(dice, 10) ? LM_TICKS_END
			                                                    : dice_below(dice, 50);
		c->reach[c->tail[edge]][c->head[edge]] |= lm_ticks_are_open(c->ticks[2 * edge]);
		c->reach[c->head[edge]][c->tail[edge]] |= lm_ticks_are_open(c->ticks[2 * edge + 1]);
	}
	for (int32_t by = 0; by < n; by++)
		for (int32_t from = 0; from < n; from++)
			for (int32_t to = 0; to < n; to++)
				c->reach[from][to] |= c->reach[from][by] && c->reach[by][to];
	c->edges = (LmEdges){.vertex_count = n, .edge_count = m, .tail = c->tail, .head = c->head};
}

static int32_t
part_size(const PartCase *c, int32_t v)
{
	int32_t size = 0;

	for (int32_t other = 0; other < c->edges.vertex_count; other++)
		size += c->reach[v][other] && c->reach[other][v];
	return size;
}

/* Islands hang together whatever the direction: sets grown until nothing changes. */
static void
islands_check(const PartCase *c, const bool *inside, const LmIsland *islands, int32_t count,
              unsigned number)
{
	int32_t label[VERTICES_MOST], found = 0;
	bool grown = true;

	for (int32_t v = 0; v < c->edges.vertex_count; v++)
		label[v] = inside[v] ? -1 : v;
	while (grown)
	{
		grown = false;
		for (int32_t edge = 0; edge < c->edges.edge_count; edge++)
		{
			int32_t *a = &label[c->tail[edge]], *b = &label[c->head[edge]];

			if (*a < 0 || *b < 0 || *a == *b)
				continue;
			*a = *b = *a < *b ? *a : *b;
			grown = true;
		}
	}
	for (int32_t v = 0; v < c->edges.vertex_count; v++)
	{
		int32_t vertices = 0, edges = 0, lowest = -1;

		if (label[v] != v)
			continue;
		for (int32_t other = 0; other < c->edges.vertex_count; other++)
			vertices += label[other] == v;
		for (int32_t edge = 0; edge < c->edges.edge_count; edge++)
			if (label[c->tail[edge]] == v || label[c->head[edge]] == v)
			{
				edges++;
				lowest = lowest < 0 ? edge : lowest;
			}
		EXPECT(found < count && islands[found].vertices == vertices &&
		           islands[found].edges == edges && islands[found].edge == lowest,
		       "network %u, island %d", number, found);
		found++;
	}
	EXPECT(found == count, "network %u: %d islands, not %d", number, count, found);
}

static void
main_part_is_found(void)
{
	for (unsigned number = 0; number < 6000 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		bool inside[VERTICES_MOST];
		int32_t count, best = 0, lowest = -1, island_count;
		LmIsland *islands;
		GraphLedger ledger;
		PartCase c;

		part_random(&c, &dice);
		ledger_open(&ledger);
		EXPECT(lm_component_main(&c.edges, c.ticks, &ledger.run, inside, &count) == LM_GRAPH_OK,
		       "network %u", number);
		for (int32_t v = 0; v < c.edges.vertex_count; v++)
			if (part_size(&c, v) > best)
			{
				best = part_size(&c, v);
				lowest = v;
			}
		EXPECT(count == best, "network %u: %d vertices, not %d", number, count, best);
		for (int32_t v = 0; v < c.edges.vertex_count; v++)
			EXPECT(inside[v] == (c.reach[lowest][v] && c.reach[v][lowest]), "network %u, vertex %d",
			       number, v);
		EXPECT(lm_component_islands(&c.edges, inside, &ledger.run, &islands, &island_count) ==
		           LM_GRAPH_OK,
		       "network %u", number);
		islands_check(&c, inside, islands, island_count, number);
		ledger_close(&ledger);
	}
}

/* Every block in turn is refused, every poll says stop: no result, and nothing is left. */
static void
refused_and_stopped(void)
{
	Dice dice = dice_from_seed(7);
	bool inside[VERTICES_MOST];
	LinesCase lines;
	PartCase part;
	long failed = 0;

	lines_random(&lines, &dice);
	part_random(&part, &dice);
	for (long fail_at = 1; fail_at < 20; fail_at++)
	{
		GraphLedger ledger;
		LmSnapTree tree;
		int32_t count;
		LmGraphStatus tree_status, part_status;

		ledger_open(&ledger);
		ledger.fail_at = fail_at;
		tree_status = lm_snap_tree_new(&lines.lines, lines.wanted, &ledger.run, &tree);
		part_status = lm_component_main(&part.edges, part.ticks, &ledger.run, inside, &count);
		EXPECT((tree_status == LM_GRAPH_NO_MEMORY || part_status == LM_GRAPH_NO_MEMORY) ==
		           (fail_at <= ledger.taken),
		       "block %ld of %ld: %d, %d", fail_at, ledger.taken, tree_status, part_status);
		failed += tree_status != LM_GRAPH_OK || part_status != LM_GRAPH_OK;
		ledger_close(&ledger);
	}
	EXPECT(failed >= 2, "%ld refused", failed);
}

int
main(void)
{
	tap_run("the nearest point is found", nearest_is_found);
	tap_run("by hand", by_hand);
	tap_run("the main part and the islands are found", main_part_is_found);
	tap_run("refused and stopped", refused_and_stopped);
	return tap_end();
}
