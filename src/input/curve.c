/*
 * curve.c
 *	  The Hilbert curve on a grid of 65,536 by 65,536 cells over the points' bounding box.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "input/curve.h"
#include "input/values.h"

#define GRID_BITS 16

typedef struct Spot
{
	uint64 key;  /* on the curve; UINT64_MAX: no point */
	int32 given; /* position before sorting: makes the sort stable */
	int32 row;
} Spot;

/* Where a cell lies on the curve: quadrant by quadrant, each turned as the curve enters it. */
static uint64
curve_key(uint32 x, uint32 y)
{
	uint64 key = 0;

	for (int bit = GRID_BITS - 1; bit >= 0; bit--)
	{
		uint32 right = (x >> bit) & 1;
		uint32 top = (y >> bit) & 1;

		key = key << 2 | ((3 * right) ^ top);
		if (top == 0)
		{
			uint32 turned = right == 1 ? ~x : x;

			x = right == 1 ? ~y : y;
			y = turned;
		}
	}
	return key;
}

static uint32
grid_cell(double value, double low, double high)
{
	if (high <= low)
		return 0;
	return (uint32) ((value - low) / (high - low) * ((1 << GRID_BITS) - 1));
}

static int
spots_compare(const void *a, const void *b)
{
	const Spot *first = a;
	const Spot *second = b;

	CHECK_FOR_INTERRUPTS();
	if (first->key != second->key)
		return first->key < second->key ? -1 : 1;
	return first->given < second->given ? -1 : 1;
}

void
lm_curve_sort(int32 *rows, int32 count, LmPoint (*point_of)(const void *state, int32 row),
              const void *state)
{
	Spot *spots = lm_huge_alloc(CurrentMemoryContext, count, sizeof(Spot));
	LmPoint low = {0};
	LmPoint high = {0};

	for (int32 i = 0; i < count; i++)
	{
		LmPoint point = point_of(state, rows[i]);

		if (!point.known)
			continue;
		if (!low.known)
			low = high = point;
		low.x = Min(low.x, point.x);
		low.y = Min(low.y, point.y);
		high.x = Max(high.x, point.x);
		high.y = Max(high.y, point.y);
	}
	for (int32 i = 0; i < count; i++)
	{
		LmPoint point = point_of(state, rows[i]);

		CHECK_FOR_INTERRUPTS();
		spots[i] = (Spot){PG_UINT64_MAX, i, rows[i]};
		if (point.known)
			spots[i].key = curve_key(grid_cell(point.x, low.x, high.x),
			                         grid_cell(point.y, low.y, high.y));
	}
	qsort(spots, count, sizeof(Spot), spots_compare);
	for (int32 i = 0; i < count; i++)
		rows[i] = spots[i].row;
	pfree(spots);
}
