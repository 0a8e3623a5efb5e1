/*
 * nearby.c
 *	  A k-d tree without pointers: the middle of a range of orders parts it in two.
 */
#include "solver/nearby.h"

#define LEAF 12 /* orders that are looked at one by one */
#define AXES 3
#define POLL_EVERY 4096 /* orders parted between two looks at should_stop */

/* An order that was found, or a subtree that may hold nearer ones. */
typedef struct Found
{
	double distance2;
	int32_t order;
} Found;

struct LmNearby
{
	const LmBeeline *beeline;
	const LmState *state;
	int32_t *orders; /* [order_count] as the tree has them */
	uint8_t *axes;   /* [order_count] along which the range with this middle is parted */
	int32_t count;
	Found heap[LM_NEARBY_MOST]; /* the farthest of those found on top */
	int32_t found;
	int32_t most;
};

static inline double
coordinate(const LmNearby *nearby, int32_t order, int axis)
{
	const LmGeoPoint *point = &nearby->beeline->points[nearby->state->nodes[order].place];

	return axis == 0 ? point->x : axis == 1 ? point->y : point->z;
}

static inline double
distance2_of(const LmGeoPoint *a, const LmGeoPoint *b)
{
	double dx = a->x - b->x;
	double dy = a->y - b->y;
	double dz = a->z - b->z;

	return dx * dx + dy * dy + dz * dz;
}

/* ---- making it ---- */

/* Equal coordinates go by number, so that every range has one middle. */
static inline bool
lies_before(const LmNearby *nearby, int32_t a, int32_t b, int axis)
{
	double x = coordinate(nearby, a, axis);
	double y = coordinate(nearby, b, axis);

	return x < y || (x == y && a < b);
}

/* The axis along which a range is longest. */
static int
axis_choose(const LmNearby *nearby, int32_t first, int32_t end)
{
	double longest = -1;
	int chosen = 0;

	for (int axis = 0; axis < AXES; axis++)
	{
		double low = coordinate(nearby, nearby->orders[first], axis);
		double high = low;

		for (int32_t i = first + 1; i < end; i++)
		{
			double x = coordinate(nearby, nearby->orders[i], axis);

			low = x < low ? x : low;
			high = x > high ? x : high;
		}
		if (high - low > longest)
		{
			longest = high - low;
			chosen = axis;
		}
	}
	return chosen;
}

/* Puts what lies before the middle of a range in front of it, the rest behind (quickselect). */
static void
range_part(LmNearby *nearby, int32_t first, int32_t end, int32_t middle, int axis)
{
	int32_t *orders = nearby->orders;

	while (end - first > 1)
	{
		int32_t pivot =
			orders[first + (end - first - 1) / 2]; /* not the last: each half is shorter */
		int32_t i = first - 1;
		int32_t j = end;

		for (;;)
		{
			int32_t swap;

			while (lies_before(nearby, orders[++i], pivot, axis))
				continue;
			while (lies_before(nearby, pivot, orders[--j], axis))
				continue;
			if (i >= j)
				break;
			swap = orders[i];
			orders[i] = orders[j];
			orders[j] = swap;
		}
		if (middle <= j)
			end = j + 1;
		else
			first = j + 1;
	}
}

LmNearby *
lm_nearby_new(const LmState *state, const LmBeeline *beeline, LmArena *arena,
              bool (*should_stop)(void *context), void *context)
{
	LmNearby *nearby = LM_TAKE(arena, LmNearby, 1);
	int32_t count = lm_problem_rows(state->problem);
	struct
	{
		int32_t first;
		int32_t end;
	} ranges[64];
	int32_t open = 1;
	int32_t parted = 0;

	if (nearby == NULL)
		return NULL;
	nearby->state = state;
	nearby->beeline = beeline;
	nearby->count = count;
	nearby->orders = LM_TAKE(arena, int32_t, count);
	nearby->axes = LM_TAKE(arena, uint8_t, count);
	if (arena->failed)
		return NULL;
	for (int32_t i = 0; i < count; i++)
		nearby->orders[i] = i;
	ranges[0].first = 0;
	ranges[0].end = count;
	while (open > 0)
	{
		int32_t first = ranges[--open].first;
		int32_t end = ranges[open].end;
		int32_t middle = first + (end - first) / 2;
		int axis;

		if (end - first <= LEAF)
			continue;
		parted += end - first;
		if (parted >= POLL_EVERY)
		{
			parted = 0;
			if (should_stop(context))
				return NULL;
		}
		axis = axis_choose(nearby, first, end);
		nearby->axes[middle] = (uint8_t) axis;
		range_part(nearby, first, end, middle, axis);
		ranges[open].first = first;
		ranges[open++].end = middle;
		ranges[open].first = middle + 1;
		ranges[open++].end = end;
	}
	return nearby;
}

/* ---- asking it ---- */

static inline bool
farther(const Found *a, const Found *b)
{
	return a->distance2 > b->distance2 || (a->distance2 == b->distance2 && a->order > b->order);
}

/* Takes an order in; where the heap is full the farthest leaves. */
static void
heap_offer(LmNearby *nearby, Found found)
{
	Found *heap = nearby->heap;
	int32_t at = nearby->found;

	if (nearby->found < nearby->most)
	{
		nearby->found++;
		for (; at > 0 && farther(&found, &heap[(at - 1) / 2]); at = (at - 1) / 2)
			heap[at] = heap[(at - 1) / 2];
		heap[at] = found;
		return;
	}
	if (!farther(&heap[0], &found))
		return;
	at = 0;
	for (;;)
	{
		int32_t child = 2 * at + 1;

		if (child >= nearby->found)
			break;
		if (child + 1 < nearby->found && farther(&heap[child + 1], &heap[child]))
			child++;
		if (!farther(&heap[child], &found))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = found;
}

static void
order_offer(LmNearby *nearby, const LmGeoPoint *point, int32_t order, int32_t self)
{
	const LmGeoPoint *other = &nearby->beeline->points[nearby->state->nodes[order].place];

	if (order != self)
		heap_offer(nearby, (Found){distance2_of(point, other), order});
}

int32_t
lm_nearby_find(LmNearby *nearby, int32_t order, int32_t most, int32_t *found)
{
	const LmGeoPoint *point = &nearby->beeline->points[nearby->state->nodes[order].place];
	struct
	{
		int32_t first;
		int32_t end;
		double beyond2; /* it is at least as far away */
	} ranges[64];
	int32_t open = 1;

	nearby->found = 0;
	/* a reload is not in the tree */
	nearby->most = nearby->count - (order < nearby->count);
	if (most < nearby->most)
		nearby->most = most;
	ranges[0].first = 0;
	ranges[0].end = nearby->count;
	ranges[0].beyond2 = 0;
	while (open > 0 && nearby->most > 0)
	{
		int32_t first = ranges[--open].first;
		int32_t end = ranges[open].end;
		int32_t middle = first + (end - first) / 2;
		double away;
		double beyond2 = ranges[open].beyond2;
		bool low;

		if (nearby->found == nearby->most && beyond2 > nearby->heap[0].distance2)
			continue;
		if (end - first <= LEAF)
		{
			for (int32_t i = first; i < end; i++)
				order_offer(nearby, point, nearby->orders[i], order);
			continue;
		}
		order_offer(nearby, point, nearby->orders[middle], order);
		away = coordinate(nearby, order, nearby->axes[middle]) -
		       coordinate(nearby, nearby->orders[middle], nearby->axes[middle]);
		low = away < 0;
		/* the half the order is in comes off the stack first */
		ranges[open].first = low ? middle + 1 : first;
		ranges[open].end = low ? end : middle;
		ranges[open++].beyond2 = away * away > beyond2 ? away * away : beyond2;
		ranges[open].first = low ? first : middle + 1;
		ranges[open].end = low ? middle : end;
		ranges[open++].beyond2 = beyond2;
	}
	for (int32_t i = 0; i < nearby->found; i++)
		found[i] = nearby->heap[i].order;
	return nearby->found;
}
