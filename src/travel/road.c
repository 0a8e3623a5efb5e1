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
 * Rows of a table that are asked for at a time: what it takes beside the result stays within
 * 16 kB a place.  The goals are looked at anew for each such piece, which is little beside meeting
 * that many starts.
 */
#define ROWS_AT_A_TIME 2048

/* A way of travelling on the network: a profile of it. */
typedef struct RoadMode
{
	const char *profile; /* NULL: the edges' own costs */
	LmNetwork *network;
	LmSpot *spots;  /* [place] with edge -1 where it is off the network of this profile */
	double *speeds; /* [speed_count] distinct speed factors of its vehicles */
	int32 speed_count;
	int32 travel;    /* index of its first table in problem.travels */
	LmRouter router; /* ready with the first leg */
} RoadMode;

struct LmRoad
{
	MemoryContext context;
	RoadMode *modes; /* [mode_count] >= 1 */
	int32 mode_count;
	int32 *mode_of; /* [vehicle] */
	LmGraphCall call;
	LmTrack track;
};

static RoadMode *
mode_find(LmRoad *road, const char *profile)
{
	for (int32 i = 0; i < road->mode_count; i++)
	{
		const char *there = road->modes[i].profile;

		if (profile == NULL ? there == NULL : there != NULL && strcmp(there, profile) == 0)
			return &road->modes[i];
	}
	return NULL;
}

static void
mode_add(LmRoad *road, const LmRequest *request, const char *profile)
{
	road->modes[road->mode_count++] = (RoadMode){
		.profile = profile, .network = lm_network_open(request->network, profile, road->context)};
}

LmRoad *
lm_road_open(const LmRequest *request, const char *const *profiles, int32_t count,
             MemoryContext context)
{
	LmRoad *road = MemoryContextAllocZero(context, sizeof(LmRoad));
	MemoryContext before = MemoryContextSwitchTo(context);

	road->context = context;
	road->modes = palloc0(Max(count, 1) * sizeof(RoadMode));
	road->mode_of = palloc(Max(count, 1) * sizeof(int32));
	for (int32 vehicle = 0; vehicle < count; vehicle++)
	{
		if (mode_find(road, profiles[vehicle]) == NULL)
			mode_add(road, request, profiles[vehicle]);
		road->mode_of[vehicle] = (int32) (mode_find(road, profiles[vehicle]) - road->modes);
	}
	if (count == 0)
		mode_add(road, request, NULL);
	MemoryContextSwitchTo(before);
	return road;
}

bool
lm_road_fits(const LmRoad *road, bool planar)
{
	const LmLines *lines = &road->modes[0].network->roads->lines;

	return lines->first[lines->edge_count] == 0 || lines->planar == planar;
}

char *
lm_road_off(const LmRoad *road, const LmRawPoint *point, int32_t vehicle)
{
	const char *name = road->modes[0].network->name;
	double nearest = INFINITY;

	for (int32 i = 0; i < road->mode_count; i++)
	{
		LmSnap snap;

		if (vehicle != LM_ANY_VEHICLE && road->mode_of[vehicle] != i)
			continue;
		if (lm_snap_find(road->modes[i].network->tree, point->x, point->y, lm_max_snap_m, &snap))
			return NULL;
		if (lm_snap_find(road->modes[i].network->tree, point->x, point->y, INFINITY, &snap))
			nearest = Min(nearest, snap.distance);
	}
	if (isinf(nearest))
		return psprintf("network \"%s\" has no road a place can lie on", name);
	return psprintf("the nearest road of network \"%s\" is %.0f m away, lastmile.max_snap_m is %g",
	                name, ceil(nearest), lm_max_snap_m);
}

/* ---- tables ---- */

/* Which table each vehicle gets: those of a mode follow one another. */
static void
tables_group(LmRoad *road, LmInput *input)
{
	LmProblem *problem = &input->problem;

	for (int32 i = 0; i < road->mode_count; i++)
		road->modes[i].speeds = MemoryContextAlloc(road->context,
		                                           problem->vehicle_count * sizeof(double));
	for (int32 vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
	{
		RoadMode *mode = &road->modes[road->mode_of[vehicle]];
		double speed = input->vehicle_rows[vehicle].speed_factor;
		int32 group = 0;

		while (group < mode->speed_count && mode->speeds[group] != speed)
			group++;
		if (group == mode->speed_count)
			mode->speeds[mode->speed_count++] = speed;
		problem->vehicles[vehicle].travel = group;
	}
	problem->travel_count = 0;
	for (int32 i = 0; i < road->mode_count; i++)
	{
		road->modes[i].travel = problem->travel_count;
		problem->travel_count += road->modes[i].speed_count;
	}
	for (int32 vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
		problem->vehicles[vehicle].travel += road->modes[road->mode_of[vehicle]].travel;
}

static void
spots_set(const LmRoad *road, RoadMode *mode, const LmInput *input)
{
	int32 count = input->problem.place_count;

	mode->spots = lm_huge_alloc(road->context, count, sizeof(LmSpot));
	for (int32 place = 0; place < count; place++)
	{
		const LmPoint *point = &input->places[place].point;
		LmSnap snap;

		CHECK_FOR_INTERRUPTS();
		if (lm_snap_find(mode->network->tree, point->x, point->y, lm_max_snap_m, &snap))
			mode->spots[place] = (LmSpot){.edge = snap.edge, .fraction = snap.fraction};
		else
			mode->spots[place] = (LmSpot){.edge = -1};
	}
}

/* Lengths have 32 bits where a unit is a millimetre: way.h has no more of them. */
static bool
lengths_are_narrow(const RoadMode *mode)
{
	return mode->network->metric->unit == 1;
}

static void
tables_reserve(const LmRoad *road, const LmInput *input)
{
	size_t rows = Min(input->problem.place_count, ROWS_AT_A_TIME);
	size_t pair = input->problem.travel_count * sizeof(int32_t);

	for (int32 i = 0; i < road->mode_count; i++)
		pair += lengths_are_narrow(&road->modes[i]) ? sizeof(uint32_t) : sizeof(int64_t);
	lm_tables_reserve(input, lm_table_pairs(input) * pair +
	                             rows * input->problem.place_count * sizeof(LmWay));
}

static void
tables_new(const RoadMode *mode, LmInput *input)
{
	LmProblem *problem = &input->problem;
	bool narrow = lengths_are_narrow(mode);
	void *lengths = lm_table_new(input, narrow ? sizeof(uint32_t) : sizeof(int64_t));

	for (int32 speed = 0; speed < mode->speed_count; speed++)
		problem->travels[mode->travel + speed] =
			(LmTravel){.places = problem->place_count,
		               .time = lm_table_new(input, sizeof(int32_t)),
		               .length32 = narrow ? lengths : NULL,
		               .length64 = narrow ? NULL : lengths,
		               .complete = true};
}

/* The ways from one place into all tables of a mode. */
static void
row_fill(const RoadMode *mode, LmTravel *travels, int32 from, const LmWay *ways)
{
	int32 count = travels[0].places, unit = mode->network->metric->unit;
	size_t row = (size_t) from * (size_t) count;
	uint32_t *length32 = travels[0].length32;
	int64_t *length64 = travels[0].length64;

	for (int32 to = 0; to < count; to++)
	{
		int64 length = ways[to] == LM_WAY_NONE ? 0 : lm_way_units(ways[to]) * unit;

		if (length32 != NULL)
			length32[row + to] = (uint32_t) length;
		else
			length64[row + to] = length;
	}
	for (int32 travel = 0; travel < mode->speed_count; travel++)
	{
		int32_t *times = &travels[travel].time[row];
		double speed = mode->speeds[travel];
		bool complete = true;

		for (int32 to = 0; to < count; to++)
		{
			/* the same double as the seconds of lastmile.matrix: a matrix query of its rows plans alike */
			double seconds = (double) lm_way_ticks(ways[to]) / LM_TICKS_PER_SECOND;

			times[to] = ways[to] == LM_WAY_NONE ? LM_NO_LEG
			                                    : lm_leg_time(seconds * MS_PER_S / speed);
			complete &= times[to] != LM_NO_LEG;
		}
		travels[travel].complete &= complete;
	}
}

/* Places on the network of a mode, one after the other. */
typedef struct Present
{
	LmSpot *spots; /* [count] */
	int32 *place;  /* [count] */
	int32 count;
} Present;

static Present
present_of(const RoadMode *mode, int32 places)
{
	Present present = {.spots = lm_huge_alloc(CurrentMemoryContext, places, sizeof(LmSpot)),
	                   .place = lm_huge_alloc(CurrentMemoryContext, places, sizeof(int32))};

	for (int32 place = 0; place < places; place++)
	{
		if (mode->spots[place].edge < 0)
			continue;
		present.spots[present.count] = mode->spots[place];
		present.place[present.count++] = place;
	}
	return present;
}

static void
tables_fill(const RoadMode *mode, LmInput *input)
{
	const LmNetwork *network = mode->network;
	LmTravel *travels = &input->problem.travels[mode->travel];
	int32 places = input->problem.place_count;
	Present present = present_of(mode, places);
	int32 rows = Min(present.count, ROWS_AT_A_TIME);
	LmWay *ways = lm_huge_alloc(CurrentMemoryContext, (Size) rows * present.count, sizeof(LmWay));
	LmWay *row = lm_huge_alloc(CurrentMemoryContext, places, sizeof(LmWay));
	LmGraphCall call;

	lm_memory_large(ways, (Size) rows * present.count * sizeof(LmWay));
	lm_graph_call_begin(&call, CurrentMemoryContext);
	for (int32 place = 0; place < places; place++)
		row[place] = LM_WAY_NONE;
	for (int32 place = 0; place < places && present.count < places; place++)
		row_fill(mode, travels, place, row);
	for (int32 first = 0; first < present.count; first += rows)
	{
		LmTableQuery query = {&present.spots[first], Min(rows, present.count - first),
		                      present.spots, present.count};

		lm_graph_call_check(
			&call, lm_table_fill(network->hierarchy, network->metric, &query, &call.run, ways),
			network->name);
		for (int32 i = 0; i < query.from_count; i++)
		{
			CHECK_FOR_INTERRUPTS();
			for (int32 to = 0; to < present.count; to++)
				row[present.place[to]] = ways[(Size) i * present.count + to];
			row_fill(mode, travels, present.place[first + i], row);
		}
	}
}

void
lm_road_fill(LmInput *input)
{
	LmRoad *road = input->road;
	LmProblem *problem = &input->problem;
	MemoryContext work, before;

	input->has_lengths = true;
	if (problem->vehicle_count == 0)
		return;
	work = AllocSetContextCreate(input->context, "lastmile road", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(work);
	tables_group(road, input);
	tables_reserve(road, input);
	problem->travels = MemoryContextAllocZero(input->context,
	                                          problem->travel_count * sizeof(LmTravel));
	for (int32 i = 0; i < road->mode_count; i++)
	{
		spots_set(road, &road->modes[i], input);
		tables_new(&road->modes[i], input);
		tables_fill(&road->modes[i], input);
		MemoryContextReset(work);
	}
	MemoryContextSwitchTo(before);
	MemoryContextDelete(work);
}

/* ---- legs ---- */

static void
router_make(LmRoad *road, RoadMode *mode)
{
	if (road->call.run.arena == NULL)
		lm_graph_call_begin(&road->call, road->context);
	lm_graph_call_check(&road->call,
	                    lm_router_new(mode->network->hierarchy, &road->call.run, &mode->router),
	                    mode->network->name);
}

const LmTrack *
lm_road_leg(LmRoad *road, int32_t vehicle, int32_t from, int32_t to)
{
	RoadMode *mode = &road->modes[road->mode_of[vehicle]];
	const LmNetwork *network = mode->network;
	LmSpot start = mode->spots[from], goal = mode->spots[to];
	MemoryContext before = MemoryContextSwitchTo(road->context);
	LmArena scratch;
	LmGraphRun run;
	LmRoute route = {.way = LM_WAY_NONE};

	if (mode->router.hierarchy == NULL)
		router_make(road, mode);
	/* the arcs of one leg after the other would be kept until the call ends */
	lm_graph_scratch(&road->call.run, &scratch);
	run = road->call.run;
	run.arena = &scratch;
	if (start.edge >= 0 && goal.edge >= 0)
		lm_graph_call_check(
			&road->call, lm_route_find(&mode->router, network->metric, start, goal, &run, &route),
			network->name);
	if (route.way != LM_WAY_NONE)
		lm_track_fill(&road->track, &network->roads->lines, &route, start, goal);
	lm_graph_scratch_drop(&road->call.run, &scratch);
	road->call.run.work = run.work;
	MemoryContextSwitchTo(before);
	return route.way == LM_WAY_NONE ? NULL : &road->track;
}
