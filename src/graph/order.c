/*
 * order.c
 *	  Nested dissection by cuts between the ends of a few directions.
 *
 * A part is a range of ranks: its vertices stand in that range of one array, the
 * cut moves to the range's end, and the two halves before it are parts again.
 */
#include "graph/order.h"
#include "graph/cut.h"

#include <math.h>
#include <string.h>

#define DIRECTIONS 4
#define SMALL_PART 16 /* at most 64: parts ordered by least degree */

/*
 * Shares of a part's vertices that are the source and the sink. The small share finds what a town
 * has of narrow places; the large one parts a grid in its middle, where all cuts are the same.
 */
static const double end_shares[] = {0.2, 0.4};

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

typedef struct Part
{
	int32_t begin, end; /* ranks */
	bool connected;     /* known to be */
} Part;

typedef struct Keyed
{
	double key;
	int32_t vertex; /* local */
} Keyed;

typedef struct Dissection
{
	const LmNeighbourhood *neighbours;
	const double *x, *y;
	LmGraphRun *run;
	int32_t *at;    /* [rank] vertex */
	int32_t *local; /* [vertex] its number in the part at hand */
	int32_t *stamp; /* [vertex] the part that number belongs to */
	int32_t part;   /* number of the part at hand */
	LmCut cut;      /* the part's own graph */
	int8_t *best;   /* [local] the sides of the best cut so far */
	Keyed *keyed;   /* [local] */
	int32_t *moved; /* [local] */
	Part *parts;    /* stack */
	int32_t part_count;
} Dissection;

static inline bool
keyed_less(Keyed a, Keyed b)
{
	return a.key < b.key || (a.key == b.key && a.vertex < b.vertex);
}

/*
 * Moves the count least to the front; ties by vertex, so that the result is one. False: stopped.
 */
static bool
keyed_select(Keyed *keyed, int32_t size, int32_t count, LmGraphRun *run)
{
	int32_t low = 0, high = size - 1;

	while (low < high)
	{
		Keyed pivot = keyed[low + (high - low) / 2];
		int32_t i = low, j = high;

		if (lm_graph_stops(run, 2 * (int64_t) (high - low)))
			return false;
		while (i <= j)
		{
			while (keyed_less(keyed[i], pivot))
				i++;
			while (keyed_less(pivot, keyed[j]))
				j--;
			if (i <= j)
			{
				Keyed swap = keyed[i];

				keyed[i++] = keyed[j];
				keyed[j--] = swap;
			}
		}
		if (count <= j)
			high = j;
		else if (count >= i)
			low = i;
		else
			return true;
	}
	return true;
}

/* The graph of a part alone. False: stopped. */
static bool
part_load(Dissection *d, const Part *part)
{
	LmCut *cut = &d->cut;
	int32_t ends = 0;

	d->part++;
	cut->count = part->end - part->begin;
	for (int32_t i = 0; i < cut->count; i++)
	{
		d->local[d->at[part->begin + i]] = i;
		d->stamp[d->at[part->begin + i]] = d->part;
	}
	for (int32_t i = 0; i < cut->count; i++)
	{
		int32_t v = d->at[part->begin + i];

		cut->first[i] = ends;
		for (int32_t k = d->neighbours->first[v]; k < d->neighbours->first[v + 1]; k++)
			if (d->stamp[d->neighbours->to[k]] == d->part)
				cut->to[ends++] = d->local[d->neighbours->to[k]];
		if (lm_graph_stops(d->run, 4 + 2 * (d->neighbours->first[v + 1] - d->neighbours->first[v])))
			return false;
	}
	cut->first[cut->count] = ends;
	return true;
}

static void
part_push(Dissection *d, int32_t begin, int32_t end, bool connected)
{
	if (end - begin > 1)
		d->parts[d->part_count++] = (Part){begin, end, connected};
}

/*
 * Visits by breadth from start those that have no distance yet; returns how many, in order[], or
 * 0: stopped.
 */
static int32_t
breadth_visit(const LmCut *cut, int32_t start, int32_t *distance, int32_t *order, LmGraphRun *run)
{
	int32_t begin = 0, end = 0;

	distance[start] = 0;
	order[end++] = start;
	while (begin < end)
	{
		int32_t v = order[begin++];

		for (int32_t i = cut->first[v]; i < cut->first[v + 1]; i++)
			if (distance[cut->to[i]] < 0)
			{
				distance[cut->to[i]] = distance[v] + 1;
				order[end++] = cut->to[i];
			}
		if (lm_graph_stops(run, 4 + 2 * (cut->first[v + 1] - cut->first[v])))
			return 0;
	}
	return end;
}

/* Pieces of a part become parts; whole: it is in one piece, and nothing changes. */
static LmGraphStatus
part_split_pieces(Dissection *d, const Part *part, bool *whole)
{
	LmCut *cut = &d->cut;
	int32_t done = 0;

	memset(cut->level, 0xff, (size_t) cut->count * sizeof(*cut->level));
	for (int32_t v = 0; v < cut->count; v++)
	{
		int32_t size;

		if (cut->level[v] >= 0)
			continue;
		size = breadth_visit(cut, v, cut->level, cut->queue + done, d->run);
		if (size == 0)
			return LM_GRAPH_CANCELLED;
		*whole = size == cut->count;
		if (*whole)
			return LM_GRAPH_OK;
		part_push(d, part->begin + done, part->begin + done + size, true);
		done += size;
	}
	for (int32_t i = 0; i < cut->count; i++)
		d->moved[i] = d->at[part->begin + cut->queue[i]];
	memcpy(d->at + part->begin, d->moved, (size_t) cut->count * sizeof(*d->moved));
	return LM_GRAPH_OK;
}

static int32_t
bits_count(uint64_t bits)
{
	int32_t count = 0;

	for (; bits != 0; bits &= bits - 1)
		count++;
	return count;
}

/* Least degree first, counting what elimination joins. */
static void
part_order_small(Dissection *d, const Part *part)
{
	LmCut *cut = &d->cut;
	uint64_t joined[64] = {0};
	uint64_t alive = cut->count == 64 ? UINT64_MAX : (UINT64_C(1) << cut->count) - 1;

	for (int32_t v = 0; v < cut->count; v++)
		for (int32_t i = cut->first[v]; i < cut->first[v + 1]; i++)
			joined[v] |= UINT64_C(1) << cut->to[i];
	for (int32_t done = 0; done < cut->count; done++)
	{
		int32_t best = -1, best_degree = 65;

		for (int32_t v = 0; v < cut->count; v++)
		{
			int32_t degree;

			if (!(alive >> v & 1))
				continue;
			degree = bits_count(joined[v] & alive);
			if (degree < best_degree)
			{
				best = v;
				best_degree = degree;
			}
		}
		alive &= ~(UINT64_C(1) << best);
		joined[best] &= alive;
		for (int32_t v = 0; v < cut->count; v++)
			if (joined[best] >> v & 1)
				joined[v] |= joined[best] & ~(UINT64_C(1) << v);
		d->moved[done] = d->at[part->begin + best];
	}
	memcpy(d->at + part->begin, d->moved, (size_t) cut->count * sizeof(*d->moved));
}

/* How far along a direction each vertex of the part lies. False: stopped. */
static bool
keys_set(Dissection *d, const Part *part, int32_t direction)
{
	LmCut *cut = &d->cut;

	for (int32_t i = 0; i < cut->count; i++)
	{
		int32_t v = d->at[part->begin + i];
		double x = d->x[v], y = d->y[v];
		double keys[DIRECTIONS] = {x, y, x + y, x - y};

		d->keyed[i] = (Keyed){keys[direction], i};
		if (lm_graph_stops(d->run, 8))
			return false;
	}
	return true;
}

/*
 * Without coordinates: from a vertex far from all towards the one farthest from it. False: stopped.
 */
static bool
keys_set_by_distance(Dissection *d, int32_t start)
{
	LmCut *cut = &d->cut;
	int32_t *near = cut->level, *far = cut->level + cut->count;
	int32_t a, b;

	memset(cut->level, 0xff, 2 * (size_t) cut->count * sizeof(*cut->level));
	if (breadth_visit(cut, start, near, cut->queue, d->run) == 0)
		return false;
	a = cut->queue[cut->count - 1];
	memset(near, 0xff, (size_t) cut->count * sizeof(*near));
	if (breadth_visit(cut, a, near, cut->queue, d->run) == 0)
		return false;
	b = cut->queue[cut->count - 1];
	if (breadth_visit(cut, b, far, cut->queue, d->run) == 0)
		return false;
	for (int32_t i = 0; i < cut->count; i++)
		d->keyed[i] = (Keyed){near[i] - far[i], i};
	return true;
}

/* False: stopped. */
static bool
ends_set(Dissection *d, double end_share)
{
	LmCut *cut = &d->cut;
	int32_t share = (int32_t) (cut->count * end_share);

	if (share < 1)
		share = 1;
	if (!keyed_select(d->keyed, cut->count, share, d->run) ||
	    !keyed_select(d->keyed + share, cut->count - share, cut->count - 2 * share, d->run))
		return false;
	memset(cut->end, 0, (size_t) cut->count);
	cut->source_count = share;
	for (int32_t i = 0; i < share; i++)
	{
		cut->sources[i] = d->keyed[i].vertex;
		cut->end[d->keyed[i].vertex] = 1;
		cut->end[d->keyed[cut->count - 1 - i].vertex] = 2;
		if (lm_graph_stops(d->run, 8))
			return false;
	}
	return true;
}

/*
 * Keeps a cut when it is the best so far. A cut of c vertices that parts off h costs about c * c
 * links and spares h: compared is c * c / h, and no cut that parts off nothing is one.
 */
static void
cut_keep_best(Dissection *d, int32_t *size, int32_t *half)
{
	LmCut *cut = &d->cut;
	int32_t far = cut->count - cut->size - cut->near;
	int32_t less = far < cut->near ? far : cut->near;

	if (less == 0 || (double) cut->size * cut->size * *half >= (double) *size * *size * less)
		return;
	*size = cut->size;
	*half = less;
	memcpy(d->best, cut->side, (size_t) cut->count);
}

/* The best cut of a connected part, in best[]; size is the part's when there is none. */
static LmGraphStatus
part_cut(Dissection *d, const Part *part, int32_t *size)
{
	LmCut *cut = &d->cut;
	int32_t half = 1;

	*size = cut->count;
	for (int32_t trial = 0; trial < DIRECTIONS * (int32_t) ARRAY_SIZE(end_shares); trial++)
	{
		int32_t direction = trial / (int32_t) ARRAY_SIZE(end_shares);
		LmGraphStatus status;
		bool stopped = false;
		double most;

		if (d->x != NULL)
			stopped = !keys_set(d, part, direction);
		else
			stopped =
				!keys_set_by_distance(d, (int32_t) ((int64_t) cut->count * direction / DIRECTIONS));
		if (stopped || lm_graph_stops(d->run, 2 * (int64_t) cut->count) ||
		    !ends_set(d, end_shares[trial % (int32_t) ARRAY_SIZE(end_shares)]))
			return LM_GRAPH_CANCELLED;
		/* what a cut in the very middle may have at most to be better */
		most = *size * sqrt(cut->count / 2.0 / half);
		status = lm_cut_find(cut, most < cut->count ? (int32_t) most : cut->count, d->run);
		if (status != LM_GRAPH_OK)
			return status;
		if (cut->size <= most)
			cut_keep_best(d, size, &half);
	}
	return LM_GRAPH_OK;
}

/* Near, far, cut: in this order in the part's range. */
static void
part_arrange(Dissection *d, const Part *part)
{
	int32_t near = part->begin, far;
	int32_t filled = 0;

	for (int8_t side = LM_SIDE_NEAR; side <= LM_SIDE_CUT; side++)
	{
		for (int32_t i = 0; i < d->cut.count; i++)
			if (d->best[i] == side)
				d->moved[filled++] = d->at[part->begin + i];
		if (side == LM_SIDE_NEAR)
			near += filled;
		else if (side == LM_SIDE_FAR)
		{
			far = part->begin + filled;
			part_push(d, near, far, false);
		}
	}
	memcpy(d->at + part->begin, d->moved, (size_t) filled * sizeof(*d->moved));
	part_push(d, part->begin, near, false);
}

static LmGraphStatus
part_dissect(Dissection *d, const Part *part)
{
	LmGraphStatus status;
	int32_t size;
	bool whole;

	if (!part_load(d, part))
		return LM_GRAPH_CANCELLED;
	if (!part->connected)
	{
		status = part_split_pieces(d, part, &whole);
		if (status != LM_GRAPH_OK || !whole)
			return status;
	}
	if (d->cut.count <= SMALL_PART)
	{
		part_order_small(d, part);
		return LM_GRAPH_OK;
	}
	status = part_cut(d, part, &size);
	if (status != LM_GRAPH_OK)
		return status;
	if (size < d->cut.count)
		part_arrange(d, part);
	return LM_GRAPH_OK;
}

static bool
dissection_take(Dissection *d, int32_t vertex_count, LmArena *scratch)
{
	d->at = LM_TAKE(scratch, int32_t, vertex_count);
	d->local = LM_TAKE(scratch, int32_t, vertex_count);
	d->stamp = LM_TAKE(scratch, int32_t, vertex_count);
	d->best = LM_TAKE(scratch, int8_t, vertex_count);
	d->keyed = LM_TAKE(scratch, Keyed, vertex_count);
	d->moved = LM_TAKE(scratch, int32_t, vertex_count);
	/* parts on the stack do not overlap and have two vertices or more */
	d->parts = LM_TAKE(scratch, Part, vertex_count / 2 + 1);
	return d->at != NULL && d->local != NULL && d->stamp != NULL && d->best != NULL &&
	       d->keyed != NULL && d->moved != NULL && d->parts != NULL &&
	       lm_cut_take(&d->cut, vertex_count, d->neighbours->first[vertex_count], scratch);
}

LmGraphStatus
lm_order_find(int32_t vertex_count, const LmNeighbourhood *neighbours, const double *x,
              const double *y, LmGraphRun *run, int32_t *rank)
{
	Dissection d = {.neighbours = neighbours, .x = x, .y = y, .run = run};
	LmGraphStatus status = LM_GRAPH_OK;
	LmArena scratch;

	lm_graph_scratch(run, &scratch);
	if (!dissection_take(&d, vertex_count, &scratch))
		status = LM_GRAPH_NO_MEMORY;
	else
	{
		for (int32_t v = 0; v < vertex_count; v++)
			d.at[v] = v;
		part_push(&d, 0, vertex_count, false);
		while (d.part_count > 0 && status == LM_GRAPH_OK)
		{
			Part part = d.parts[--d.part_count];

			status = part_dissect(&d, &part);
		}
		for (int32_t r = 0; r < vertex_count; r++)
			rank[d.at[r]] = r;
	}
	lm_graph_scratch_drop(run, &scratch);
	return status;
}
