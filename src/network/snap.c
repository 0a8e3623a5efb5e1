/*
 * snap.c
 *	  Branch and bound over boxes, in the plane that touches the ellipsoid at the place.
 */
#include "network/snap.h"

#include <math.h>
#include <string.h>

#define FANOUT 16
#define CURVE_BITS 16
#define DIGIT_BITS 8
#define DIGITS (1 << DIGIT_BITS)
#define KNOWN_LEAST 64
#define KNOWN_MOST 16384 /* 800 kB */

/* ---- the tree ---- */

static LmBox
box_none(void)
{
	return (LmBox){INFINITY, INFINITY, -INFINITY, -INFINITY};
}

static void
box_add(LmBox *box, LmBox other)
{
	box->x_low = fmin(box->x_low, other.x_low);
	box->y_low = fmin(box->y_low, other.y_low);
	box->x_high = fmax(box->x_high, other.x_high);
	box->y_high = fmax(box->y_high, other.y_high);
}

static LmBox
edge_box(const LmLines *lines, int32_t edge)
{
	LmBox box = box_none();

	for (int32_t p = lines->first[edge]; p < lines->first[edge + 1]; p++)
		box_add(&box, (LmBox){lines->x[p], lines->y[p], lines->x[p], lines->y[p]});
	return box;
}

/* Every second bit of the result, from the lowest. */
static uint32_t
bits_spread(uint32_t bits)
{
	bits = (bits | bits << 8) & UINT32_C(0x00ff00ff);
	bits = (bits | bits << 4) & UINT32_C(0x0f0f0f0f);
	bits = (bits | bits << 2) & UINT32_C(0x33333333);
	return (bits | bits << 1) & UINT32_C(0x55555555);
}

static uint32_t
curve_step(double low, double high, double at)
{
	double share = high > low ? (at - low) / (high - low) : 0;

	return (uint32_t) (share * ((1 << CURVE_BITS) - 1));
}

static uint32_t
curve_key(LmBox all, LmBox box)
{
	uint32_t x = curve_step(all.x_low, all.x_high, box.x_low / 2 + box.x_high / 2);
	uint32_t y = curve_step(all.y_low, all.y_high, box.y_low / 2 + box.y_high / 2);

	return bits_spread(x) | bits_spread(y) << 1;
}

/* Sorts edges by their keys; stable, so that equal keys keep the order of their numbers. */
static void
edges_sort(int32_t *edges, uint32_t *keys, int32_t *spare_edges, uint32_t *spare_keys,
           int32_t count)
{
	for (int shift = 0; shift < 2 * CURVE_BITS; shift += DIGIT_BITS)
	{
		int32_t begin[DIGITS + 1] = {0};
		int32_t *edges_before = edges;
		uint32_t *keys_before = keys;

		for (int32_t i = 0; i < count; i++)
			begin[(keys[i] >> shift & (DIGITS - 1)) + 1]++;
		for (int digit = 0; digit < DIGITS; digit++)
			begin[digit + 1] += begin[digit];
		for (int32_t i = 0; i < count; i++)
		{
			int32_t to = begin[keys[i] >> shift & (DIGITS - 1)]++;

			spare_edges[to] = edges[i];
			spare_keys[to] = keys[i];
		}
		/* after an even number of passes the result is where it began */
		edges = spare_edges;
		keys = spare_keys;
		spare_edges = edges_before;
		spare_keys = keys_before;
	}
}

static LmGraphStatus
levels_build(LmSnapTree *tree, LmGraphRun *run)
{
	for (int32_t level = 0;; level++)
	{
		int32_t below = level == 0 ? 0 : tree->count[level - 1];
		int32_t count = level == 0 ? tree->edge_count : (below + FANOUT - 1) / FANOUT;

		tree->levels = level + 1;
		tree->count[level] = count;
		tree->boxes[level] = LM_TAKE_RAW(run->arena, LmBox, count);
		if (tree->boxes[level] == NULL)
			return LM_GRAPH_NO_MEMORY;
		for (int32_t i = 0; i < count; i++)
		{
			if (level == 0)
			{
				tree->boxes[0][i] = edge_box(tree->lines, tree->edges[i]);
				continue;
			}
			tree->boxes[level][i] = box_none();
			for (int32_t child = i * FANOUT; child < below && child < (i + 1) * FANOUT; child++)
				box_add(&tree->boxes[level][i], tree->boxes[level - 1][child]);
		}
		if (lm_graph_stops(run, 8 * (int64_t) count))
			return LM_GRAPH_CANCELLED;
		if (count <= FANOUT)
			return LM_GRAPH_OK;
	}
}

LmGraphStatus
lm_snap_tree_new(const LmLines *lines, const bool *wanted, LmGraphRun *run, LmSnapTree *tree)
{
	LmArena scratch;
	LmBox all = box_none();
	int32_t *spare;
	uint32_t *keys;

	*tree = (LmSnapTree){.lines = lines};
	tree->edges = LM_TAKE_RAW(run->arena, int32_t, lines->edge_count);
	if (tree->edges == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t edge = 0; edge < lines->edge_count; edge++)
	{
		if (!wanted[edge] || lm_line_length(lines, edge) <= 0)
			continue;
		tree->edges[tree->edge_count++] = edge;
		box_add(&all, edge_box(lines, edge));
	}
	lm_graph_scratch(run, &scratch);
	spare = LM_TAKE_RAW(&scratch, int32_t, tree->edge_count);
	keys = LM_TAKE_RAW(&scratch, uint32_t, 2 * (size_t) tree->edge_count);
	if (spare != NULL && keys != NULL)
	{
		for (int32_t i = 0; i < tree->edge_count; i++)
			keys[i] = curve_key(all, edge_box(lines, tree->edges[i]));
		edges_sort(tree->edges, keys, spare, keys + tree->edge_count, tree->edge_count);
	}
	lm_graph_scratch_drop(run, &scratch);
	if (spare == NULL || keys == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (tree->known_count = KNOWN_LEAST;
	     tree->known_count < tree->edge_count && tree->known_count < KNOWN_MOST;)
		tree->known_count *= 2;
	tree->known = LM_TAKE(run->arena, LmSnapKnown, tree->known_count);
	return tree->known == NULL ? LM_GRAPH_NO_MEMORY : levels_build(tree, run);
}

/* ---- the search ---- */

/* Of numbers that are none: a call of fmax costs more than the rest of a box. */
static inline double
greater(double a, double b)
{
	return a > b ? a : b;
}

typedef struct Nearest
{
	const LmSnapTree *tree;
	double x, y;
	LmScale scale;
	double square; /* of the distance of the best so far, or of the limit */
	int32_t edge;  /* -1: none yet */
	int32_t point; /* first of the step it is on */
	double share;  /* of that step */
} Nearest;

/* Square metres from the place to the box. */
static double
box_square(const Nearest *nearest, const LmBox *box)
{
	double x = greater(greater(box->x_low - nearest->x, nearest->x - box->x_high), 0) *
	           nearest->scale.x;
	double y = greater(greater(box->y_low - nearest->y, nearest->y - box->y_high), 0) *
	           nearest->scale.y;

	return x * x + y * y;
}

static void
edge_try(Nearest *nearest, int32_t edge)
{
	const LmLines *lines = nearest->tree->lines;

	for (int32_t p = lines->first[edge]; p + 1 < lines->first[edge + 1]; p++)
	{
		double x = (lines->x[p] - nearest->x) * nearest->scale.x;
		double y = (lines->y[p] - nearest->y) * nearest->scale.y;
		double along_x = (lines->x[p + 1] - lines->x[p]) * nearest->scale.x;
		double along_y = (lines->y[p + 1] - lines->y[p]) * nearest->scale.y;
		double length = along_x * along_x + along_y * along_y;
		double share = length > 0 ? -(x * along_x + y * along_y) / length : 0;
		double square;

		/* an end is taken as it is, so that edges that share it are equally near */
		if (share >= 1)
		{
			share = 1;
			x = (lines->x[p + 1] - nearest->x) * nearest->scale.x;
			y = (lines->y[p + 1] - nearest->y) * nearest->scale.y;
		}
		else if (share > 0)
		{
			x += share * along_x;
			y += share * along_y;
		}
		else
			share = 0;
		square = x * x + y * y;
		if (square < nearest->square ||
		    (square == nearest->square && (nearest->edge < 0 || edge < nearest->edge)))
		{
			nearest->square = square;
			nearest->edge = edge;
			nearest->point = p;
			nearest->share = share;
		}
	}
}

/* The children [first, end) of a node, nearest first. */
static void
children_visit(Nearest *nearest, int32_t level, int32_t first, int32_t end)
{
	const LmSnapTree *tree = nearest->tree;
	double squares[FANOUT];
	int32_t order[FANOUT];
	int32_t count = 0;

	for (int32_t child = first; child < end; child++)
	{
		double square = box_square(nearest, &tree->boxes[level][child]);
		int32_t at = count++;

		for (; at > 0 && squares[at - 1] > square; at--)
		{
			squares[at] = squares[at - 1];
			order[at] = order[at - 1];
		}
		squares[at] = square;
		order[at] = child;
	}
	for (int32_t i = 0; i < count && squares[i] <= nearest->square; i++)
	{
		int32_t begin = order[i] * FANOUT;

		if (level == 0)
			edge_try(nearest, tree->edges[order[i]]);
		else
			children_visit(nearest, level - 1, begin,
			               begin + FANOUT < tree->count[level - 1] ? begin + FANOUT
			                                                       : tree->count[level - 1]);
	}
}

/* Of the whole line's length in metres. */
static double
line_fraction(const LmLines *lines, int32_t edge, int32_t point, double share)
{
	double before = 0, all = 0;

	if (point == lines->first[edge] && share <= 0)
		return 0;
	if (point + 2 == lines->first[edge + 1] && share >= 1)
		return 1;
	for (int32_t p = lines->first[edge]; p + 1 < lines->first[edge + 1]; p++)
	{
		double step = lm_line_step(lines, p);

		all += step;
		before += p < point ? step : p == point ? share * step : 0;
	}
	return fmin(before / all, 1);
}

static bool
snap_search(const LmSnapTree *tree, double x, double y, double limit, LmSnap *snap)
{
	Nearest nearest = {.tree = tree,
	                   .x = x,
	                   .y = y,
	                   .scale = lm_scale_at(tree->lines->planar, y),
	                   .square = limit * limit,
	                   .edge = -1};
	int32_t top = tree->levels - 1;

	children_visit(&nearest, top, 0, tree->count[top]);
	if (nearest.edge < 0)
		return false;
	snap->edge = nearest.edge;
	snap->fraction = line_fraction(tree->lines, nearest.edge, nearest.point, nearest.share);
	snap->distance = sqrt(nearest.square);
	return true;
}

static LmSnapKnown *
known_of(const LmSnapTree *tree, double x, double y)
{
	uint64_t bits[2];
	uint64_t hash;

	memcpy(&bits[0], &x, sizeof(x));
	memcpy(&bits[1], &y, sizeof(y));
	hash = (bits[0] * UINT64_C(0x9e3779b97f4a7c15)) ^ (bits[1] * UINT64_C(0xc2b2ae3d27d4eb4f));
	hash ^= hash >> 29;
	return &tree->known[(hash * UINT64_C(0x9e3779b97f4a7c15) >> 40) &
	                    (uint64_t) (tree->known_count - 1)];
}

bool
lm_snap_find(const LmSnapTree *tree, double x, double y, double limit, LmSnap *snap)
{
	LmSnapKnown *known = known_of(tree, x, y);

	if (!known->filled || known->x != x || known->y != y)
	{
		if (!snap_search(tree, x, y, limit, snap))
			return false;
		*known = (LmSnapKnown){x, y, *snap, true};
	}
	*snap = known->snap;
	return snap->distance <= limit;
}
