/*
 * straight.c
 *	  Straight lines: tables for few places, for many the points themselves.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "lastmile.h"
#include "model/geodesic.h"
#include "travel/straight.h"
#include "travel/table.h"
#include "workers/memory.h"

/* From so many places on there are no tables: measuring a leg costs less than a cold cell. */
#ifndef LM_BEELINE_PLACES
#define LM_BEELINE_PLACES 4000
#endif

#define MS_PER_S 1000.0
#define KMH_PER_MS 3.6 /* of metres per second */

/* No geodesic is longer than half a meridian, 20,004 km. */
#define LONGEST_GEODESIC 20010000.0

/* Rows and columns that are mirrored at a time: two tiles of int32 stay in the first cache. */
#define TILE 64

typedef struct Straight
{
	LmInput *input;
	LmGeoPoint *globe; /* [place]; NULL on a plane */
	double detour;
	double *factors; /* [travel] milliseconds per metre of the straight line */
} Straight;

/* Gives each vehicle the table of its speed factor. */
static void
speeds_group(LmInput *input)
{
	LmProblem *problem = &input->problem;
	int32 count = 0;
	double *speeds = palloc(Max(problem->vehicle_count, 1) * sizeof(double));

	for (int32 vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
	{
		double speed = input->vehicle_rows[vehicle].speed_factor;
		int32 group = 0;

		while (group < count && speeds[group] != speed)
			group++;
		if (group == count)
			speeds[count++] = speed;
		problem->vehicles[vehicle].travel = group;
	}
	problem->travel_count = count;
	pfree(speeds);
}

/* Metres no line between two places is longer than, by the corners of all. */
static double
longest_line(const LmInput *input)
{
	double low_x = INFINITY;
	double low_y = INFINITY;
	double high_x = -INFINITY;
	double high_y = -INFINITY;
	const double pi = 3.14159265358979323846;

	for (int32 place = 0; place < input->problem.place_count; place++)
	{
		const LmPoint *point = &input->places[place].point;

		low_x = Min(low_x, point->x);
		high_x = Max(high_x, point->x);
		low_y = Min(low_y, point->y);
		high_y = Max(high_y, point->y);
	}
	if (input->planar)
		return hypot(high_x - low_x, high_y - low_y);
	/* along parallels and meridians, on a sphere wider than the ellipsoid anywhere */
	return Min(LONGEST_GEODESIC, ((high_x - low_x) + (high_y - low_y)) * (pi / 180) * 6400000.0);
}

/* Whether no length can pass 32 bits where no line is longer. */
static bool
lengths_fit(const Straight *straight, double longest)
{
	return longest * straight->detour * 1000 < PG_UINT32_MAX - 1;
}

static void
tables_new(Straight *straight)
{
	LmInput *input = straight->input;
	LmProblem *problem = &input->problem;
	bool narrow = lengths_fit(straight, longest_line(input));
	size_t length_size = narrow ? sizeof(uint32_t) : sizeof(int64_t);
	void *lengths;

	lm_tables_reserve(input, lm_table_pairs(input) *
	                             (problem->travel_count * sizeof(int32_t) + length_size));
	lengths = lm_table_new(input, length_size);
	problem->travels = MemoryContextAllocZero(input->context,
	                                          problem->travel_count * sizeof(LmTravel));
	for (int32 travel = 0; travel < problem->travel_count; travel++)
	{
		problem->travels[travel].places = problem->place_count;
		problem->travels[travel].time = lm_table_new(input, sizeof(int32_t));
		problem->travels[travel].length32 = narrow ? lengths : NULL;
		problem->travels[travel].length64 = narrow ? NULL : lengths;
		problem->travels[travel].complete = true;
	}
}

static void
factors_set(Straight *straight)
{
	const LmProblem *problem = &straight->input->problem;

	straight->factors = palloc(problem->travel_count * sizeof(double));
	for (int32 vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
		straight->factors[problem->vehicles[vehicle].travel] =
			straight->detour / (lm_speed_kmh / KMH_PER_MS) * MS_PER_S /
			straight->input->vehicle_rows[vehicle].speed_factor;
}

/* Metres from a place to those behind it. */
static void
row_measure(const Straight *straight, int32 from, double *metres)
{
	const LmPlace *places = straight->input->places;
	int32 count = straight->input->problem.place_count;

	if (straight->globe != NULL)
	{
		lm_geodesic_row(&straight->globe[from], &straight->globe[from + 1], count - from - 1,
		                &metres[from + 1]);
		return;
	}
	for (int32 to = from + 1; to < count; to++)
	{
		double dx = places[to].point.x - places[from].point.x;
		double dy = places[to].point.y - places[from].point.y;

		metres[to] = sqrt(dx * dx + dy * dy);
	}
}

/* The half of a row that lies behind the diagonal, in all tables. */
static void
row_fill(const Straight *straight, int32 from, const double *metres)
{
	const LmProblem *problem = &straight->input->problem;
	int32 count = problem->place_count;
	size_t row = (size_t) from * (size_t) count;
	uint32_t *length32 = problem->travels[0].length32;
	int64_t *length64 = problem->travels[0].length64;

	if (length32 != NULL)
	{
		length32[row + from] = 0;
		for (int32 to = from + 1; to < count; to++)
			length32[row + to] = (uint32_t) lm_leg_length(metres[to] * straight->detour);
	}
	else
	{
		length64[row + from] = 0;
		for (int32 to = from + 1; to < count; to++)
			length64[row + to] = lm_leg_length(metres[to] * straight->detour);
	}
	for (int32 travel = 0; travel < problem->travel_count; travel++)
	{
		LmTravel *table = &problem->travels[travel];
		double factor = straight->factors[travel];
		int32_t longest = 0;

		table->time[row + from] = 0;
		for (int32 to = from + 1; to < count; to++)
		{
			int32_t time = lm_leg_time(metres[to] * factor);

			table->time[row + to] = time;
			longest = Max(longest, time);
		}
		if (longest == LM_NO_LEG)
			table->complete = false;
	}
}

/* Copies one half of a table onto the other, tile by tile: a column at a time misses the cache. */
#define MIRROR_DEFINE(name, type)                                                      \
	static void name(type *table, size_t count)                                        \
	{                                                                                  \
		for (size_t top = 0; top < count; top += TILE)                                 \
		{                                                                              \
			CHECK_FOR_INTERRUPTS();                                                    \
			for (size_t left = top; left < count; left += TILE)                        \
			{                                                                          \
				size_t bottom = Min(top + TILE, count);                                \
				size_t right = Min(left + TILE, count);                                \
                                                                                       \
				for (size_t row = top; row < bottom; row++)                            \
				{                                                                      \
					for (size_t column = Max(left, row + 1); column < right; column++) \
						table[column * count + row] = table[row * count + column];     \
				}                                                                      \
			}                                                                          \
		}                                                                              \
	}

MIRROR_DEFINE(mirror_int32, int32_t)
MIRROR_DEFINE(mirror_uint32, uint32_t)
MIRROR_DEFINE(mirror_int64, int64_t)

static void
tables_fill(Straight *straight)
{
	LmInput *input = straight->input;
	LmProblem *problem = &input->problem;
	int32 count = problem->place_count;
	double *metres = palloc(Max(count, 1) * sizeof(double));

	if (!input->planar)
	{
		straight->globe = MemoryContextAllocExtended(
			CurrentMemoryContext, Max(count, 1) * sizeof(LmGeoPoint), MCXT_ALLOC_HUGE);
		for (int32 place = 0; place < count; place++)
			straight->globe[place] = lm_geodesic_point(input->places[place].point.x,
			                                           input->places[place].point.y);
	}
	for (int32 from = 0; from < count; from++)
	{
		CHECK_FOR_INTERRUPTS();
		row_measure(straight, from, metres);
		row_fill(straight, from, metres);
	}
	if (problem->travels[0].length32 != NULL)
		mirror_uint32(problem->travels[0].length32, count);
	else
		mirror_int64(problem->travels[0].length64, count);
	for (int32 travel = 0; travel < problem->travel_count; travel++)
		mirror_int32(problem->travels[travel].time, count);
}

/* Travels that measure a leg when they are asked for it. */
static void
beelines_new(const Straight *straight)
{
	LmInput *input = straight->input;
	LmProblem *problem = &input->problem;
	size_t count = Max(problem->place_count, 1);
	double longest = longest_line(input);
	LmGeoPoint *points;
	LmBeeline *beelines;

	lm_memory_reserve(input->context, count * sizeof(LmGeoPoint));
	points = MemoryContextAllocExtended(input->context, count * sizeof(LmGeoPoint),
	                                    MCXT_ALLOC_HUGE);
	for (int32 place = 0; place < problem->place_count; place++)
	{
		const LmPoint *point = &input->places[place].point;

		points[place] = input->planar ? (LmGeoPoint){.x = point->x, .y = point->y}
		                              : lm_geodesic_point(point->x, point->y);
	}
	beelines = MemoryContextAllocZero(input->context, problem->travel_count * sizeof(LmBeeline));
	problem->travels = MemoryContextAllocZero(input->context,
	                                          problem->travel_count * sizeof(LmTravel));
	for (int32 travel = 0; travel < problem->travel_count; travel++)
	{
		beelines[travel] = (LmBeeline){.points = points,
		                               .planar = input->planar,
		                               .wide = !lengths_fit(straight, longest),
		                               .detour = straight->detour,
		                               .ms_per_metre = straight->factors[travel]};
		problem->travels[travel].places = problem->place_count;
		problem->travels[travel].beeline = &beelines[travel];
		problem->travels[travel].complete = longest * straight->factors[travel] < LM_NO_LEG - 1;
	}
}

static void
notice_give(const LmRequest *request)
{
	ereport(
		NOTICE,
		(errmsg("%s measures travel in straight lines, times %g, at %g km/h", request->function,
	            lm_detour_factor, lm_speed_kmh),
	     errhint(
			 "Give a matrix query for real travel times, or set lastmile.detour_factor and lastmile.speed_kmh.")));
}

void
lm_straight_fill(const LmRequest *request, LmInput *input)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "lastmile straight",
	                                           ALLOCSET_DEFAULT_SIZES);
	MemoryContext before = MemoryContextSwitchTo(work);
	Straight straight = {.input = input, .detour = lm_detour_factor};

	input->has_lengths = true;
	speeds_group(input);
	if (input->problem.vehicle_count > 0)
	{
		if (input->problem.order_count > 0)
			notice_give(request);
		factors_set(&straight);
		/* traffic lies over tables */
		if ((request->few_legs || input->problem.place_count >= LM_BEELINE_PLACES) &&
		    request->traffic == NULL)
			beelines_new(&straight);
		else
		{
			tables_new(&straight);
			tables_fill(&straight);
		}
	}
	MemoryContextSwitchTo(before);
	MemoryContextDelete(work);
}
