/*
 * road.c
 *	  Tables and legs of a road network.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "graph/table.h"
#include "input/values.h"
#include "lastmile.h"
#include "network/network.h"
#include "output/fault.h"
#include "travel/road.h"
#include "travel/table.h"

#define MS_PER_S 1000.0

/*
 * Rows of the table that are asked for at a time: what it takes beside the result stays within
 * 16 kB a place.  The goals are looked at anew for each such piece, which is little beside meeting
 * that many starts.
 */
#define ROWS_AT_A_TIME 2048

struct LmRoad
{
	MemoryContext context;
	LmNetwork *network;
	LmSpot *spots; /* [place], once the tables are there */
	LmGraphCall call;
	LmRouter router; /* ready with the first leg */
	LmTrack track;
};

LmRoad *
lm_road_open(const LmRequest *request, MemoryContext context)
{
	LmRoad *road = MemoryContextAllocZero(context, sizeof(LmRoad));

	road->context = context;
	road->network = lm_network_open(request->network, context);
	return road;
}

bool
lm_road_planar(const LmRoad *road)
{
	return road->network->roads.lines.planar;
}

char *
lm_road_off(const LmRoad *road, const LmRawPoint *point)
{
	const LmNetwork *network = road->network;
	LmSnap nearest;

	if (lm_snap_find(&network->tree, point->x, point->y, lm_max_snap_m, &nearest))
		return NULL;
	if (!lm_snap_find(&network->tree, point->x, point->y, INFINITY, &nearest))
		return psprintf("network \"%s\" has no road a place can lie on", network->name);
	return psprintf("the nearest road of network \"%s\" is %.0f m away, lastmile.max_snap_m is %g",
	                network->name, ceil(nearest.distance), lm_max_snap_m);
}

/* ---- tables ---- */

/* Gives each vehicle the table of its speed factor; returns the factors by table. */
static double *
speeds_group(LmInput *input)
{
	LmProblem *problem = &input->problem;
	double *speeds = palloc(Max(problem->vehicle_count, 1) * sizeof(double));

	problem->travel_count = 0;
	for (int32 vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
	{
		const LmVehicleRow *row = &input->vehicle_rows[vehicle];
		int32 group = 0;

		if (row->profile != NULL)
			ereport(ERROR,
			        (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			         errmsg("vehicle \"%s\" has profile \"%s\", networks have no profiles yet",
			                row->id, row->profile),
			         errhint("Leave profile out of the vehicles query.")));
		while (group < problem->travel_count && speeds[group] != row->speed_factor)
			group++;
		if (group == problem->travel_count)
			speeds[problem->travel_count++] = row->speed_factor;
		problem->vehicles[vehicle].travel = group;
	}
	return speeds;
}

static void
spots_set(LmRoad *road, const LmInput *input)
{
	int32 count = input->problem.place_count;

	road->spots = lm_huge_alloc(road->context, count, sizeof(LmSpot));
	for (int32 place = 0; place < count; place++)
	{
		const LmPoint *point = &input->places[place].point;
		LmSnap snap;

		CHECK_FOR_INTERRUPTS();
		LM_ENSURE(lm_snap_find(&road->network->tree, point->x, point->y, lm_max_snap_m, &snap),
		          "a place off the network");
		road->spots[place] = (LmSpot){.edge = snap.edge, .fraction = snap.fraction};
	}
}

/* Lengths have 32 bits where a unit is a millimetre: way.h has no more of them. */
static void
tables_new(LmInput *input, const LmRoad *road)
{
	LmProblem *problem = &input->problem;
	bool narrow = road->network->metric.unit == 1;
	size_t length_size = narrow ? sizeof(uint32_t) : sizeof(int64_t);
	size_t rows = Min(problem->place_count, ROWS_AT_A_TIME);
	void *lengths;

	lm_tables_reserve(input, lm_table_pairs(input) *
	                                 (problem->travel_count * sizeof(int32_t) + length_size) +
	                             rows * problem->place_count * sizeof(LmWay));
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

/* The ways from one place into all tables. */
static void
row_fill(const LmInput *input, int32 unit, const double *speeds, int32 from, const LmWay *ways)
{
	const LmProblem *problem = &input->problem;
	int32 count = problem->place_count;
	size_t row = (size_t) from * (size_t) count;
	uint32_t *length32 = problem->travels[0].length32;
	int64_t *length64 = problem->travels[0].length64;

	for (int32 to = 0; to < count; to++)
	{
		int64 length = ways[to] == LM_WAY_NONE ? 0 : lm_way_units(ways[to]) * unit;

		if (length32 != NULL)
			length32[row + to] = (uint32_t) length;
		else
			length64[row + to] = length;
	}
	for (int32 travel = 0; travel < problem->travel_count; travel++)
	{
		LmTravel *table = &problem->travels[travel];
		int32_t *times = &table->time[row];
		double speed = speeds[travel];
		bool complete = true;

		for (int32 to = 0; to < count; to++)
		{
			/* the same double as the seconds of lastmile.matrix: a matrix query of its rows plans alike */
			double seconds = (double) lm_way_ticks(ways[to]) / LM_TICKS_PER_SECOND;

			times[to] = ways[to] == LM_WAY_NONE ? LM_NO_LEG
			                                    : lm_leg_time(seconds * MS_PER_S / speed);
			complete &= times[to] != LM_NO_LEG;
		}
		table->complete &= complete;
	}
}

static void
tables_fill(LmInput *input, LmRoad *road, const double *speeds)
{
	const LmNetwork *network = road->network;
	int32 count = input->problem.place_count;
	int32 rows = Min(count, ROWS_AT_A_TIME);
	LmWay *ways = lm_huge_alloc(CurrentMemoryContext, (Size) rows * count, sizeof(LmWay));
	LmGraphCall call;

	lm_memory_large(ways, (Size) rows * count * sizeof(LmWay));
	lm_graph_call_begin(&call, CurrentMemoryContext);
	for (int32 first = 0; first < count; first += rows)
	{
		LmTableQuery query = {&road->spots[first], Min(rows, count - first), road->spots, count};

		lm_graph_call_check(
			&call, lm_table_fill(&network->hierarchy, &network->metric, &query, &call.run, ways),
			network->name);
		for (int32 row = 0; row < query.from_count; row++)
		{
			CHECK_FOR_INTERRUPTS();
			row_fill(input, network->metric.unit, speeds, first + row, &ways[(Size) row * count]);
		}
	}
}

void
lm_road_fill(LmInput *input)
{
	LmRoad *road = input->road;
	MemoryContext work = AllocSetContextCreate(input->context, "lastmile road",
	                                           ALLOCSET_DEFAULT_SIZES);
	MemoryContext before = MemoryContextSwitchTo(work);
	double *speeds = speeds_group(input);

	input->has_lengths = true;
	if (input->problem.vehicle_count > 0)
	{
		spots_set(road, input);
		tables_new(input, road);
		tables_fill(input, road, speeds);
	}
	MemoryContextSwitchTo(before);
	MemoryContextDelete(work);
}

/* ---- legs ---- */

const LmTrack *
lm_road_leg(LmRoad *road, int32_t from, int32_t to)
{
	const LmNetwork *network = road->network;
	MemoryContext before = MemoryContextSwitchTo(road->context);
	LmArena scratch;
	LmGraphRun run;
	LmRoute route;

	if (road->router.hierarchy == NULL)
	{
		lm_graph_call_begin(&road->call, road->context);
		lm_graph_call_check(&road->call,
		                    lm_router_new(&network->hierarchy, &road->call.run, &road->router),
		                    network->name);
	}
	lm_graph_scratch(&road->call.run, &scratch);
	run = road->call.run;
	run.arena = &scratch;
	lm_graph_call_check(&road->call,
	                    lm_route_find(&road->router, &network->metric, road->spots[from],
	                                  road->spots[to], &run, &route),
	                    network->name);
	road->call.run.work = run.work;
	if (route.way != LM_WAY_NONE)
		lm_track_fill(&road->track, &network->roads.lines, &route, road->spots[from],
		              road->spots[to]);
	lm_graph_scratch_drop(&road->call.run, &scratch);
	MemoryContextSwitchTo(before);
	return route.way == LM_WAY_NONE ? NULL : &road->track;
}
