/*
 * road_tables.c
 *	  Travel tables of a road network, one for each mode, speed factor and state of the traffic.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "graph/hub.h"
#include "graph/table.h"
#include "input/values.h"
#include "lastmile.h"
#include "network/jam.h"
#include "output/fault.h"
#include "travel/road_parts.h"
#include "travel/table.h"

#define MS_PER_S 1000.0

/*
 * Rows of a table that are asked for at a time: what it takes beside the result stays within
 * 16 kB a place.  The goals are looked at anew for each such piece, which is little beside meeting
 * that many starts.
 */
#define ROWS_AT_A_TIME 2048

/* Of more hubs than that a table with blocks of places costs less. */
#define HUBS_ONE_BY_ONE 12

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
		LmRoadMode *mode = &road->modes[road->mode_of[vehicle]];
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
spots_set(const LmRoad *road, LmRoadMode *mode, const LmInput *input)
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

/* Tables without contents. */
static void
tables_new(LmRoadState *state, const LmInput *input)
{
	/* lengths have 32 bits where a unit is a millimetre: way.h has no more of them */
	bool narrow = state->metric->unit == 1;
	size_t length_size = narrow ? sizeof(uint32_t) : sizeof(int64_t);
	size_t rows = Min(input->problem.place_count, ROWS_AT_A_TIME);
	size_t ways = input->pairs != NULL ? lm_table_pairs(input) : rows * input->problem.place_count;
	void *lengths;

	lm_tables_reserve(input, lm_table_pairs(input) *
	                                 (state->mode->speed_count * sizeof(int32_t) + length_size) +
	                             ways * sizeof(LmWay));
	lengths = lm_table_new(input, length_size);
	state->tables = MemoryContextAllocZero(input->context,
	                                       state->mode->speed_count * sizeof(LmTravel));
	for (int32 speed = 0; speed < state->mode->speed_count; speed++)
		state->tables[speed] = (LmTravel){.places = input->problem.place_count,
		                                  .time = lm_table_new(input, sizeof(int32_t)),
		                                  .length32 = narrow ? lengths : NULL,
		                                  .length64 = narrow ? NULL : lengths,
		                                  .complete = true};
}

/* Ways into all tables of a state, from a cell on. */
static void
cells_fill(const LmRoadState *state, size_t first, const LmWay *ways, size_t count)
{
	LmTravel *travels = state->tables;
	int32 unit = state->metric->unit;
	uint32_t *length32 = travels[0].length32;
	int64_t *length64 = travels[0].length64;

	for (size_t i = 0; i < count; i++)
	{
		int64 length = ways[i] == LM_WAY_NONE ? 0 : lm_way_units(ways[i]) * unit;

		if (length32 != NULL)
			length32[first + i] = (uint32_t) length;
		else
			length64[first + i] = length;
	}
	for (int32 travel = 0; travel < state->mode->speed_count; travel++)
	{
		int32_t *times = &travels[travel].time[first];
		double speed = state->mode->speeds[travel];
		bool complete = true;

		for (size_t i = 0; i < count; i++)
		{
			/* the same double as the seconds of lastmile.matrix: a matrix query of its rows plans alike */
			double seconds = (double) lm_way_ticks(ways[i]) / LM_TICKS_PER_SECOND;

			times[i] = ways[i] == LM_WAY_NONE ? LM_NO_LEG : lm_leg_time(seconds * MS_PER_S / speed);
			complete &= times[i] != LM_NO_LEG;
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
present_of(const LmRoadMode *mode, int32 places)
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
tables_fill(const LmRoadState *state)
{
	const LmNetwork *network = state->mode->network;
	int32 places = state->tables[0].places;
	Present present = present_of(state->mode, places);
	int32 rows = Min(present.count, ROWS_AT_A_TIME);
	LmWay *ways = lm_huge_alloc(CurrentMemoryContext, (Size) rows * present.count, sizeof(LmWay));
	LmWay *row = lm_huge_alloc(CurrentMemoryContext, places, sizeof(LmWay));
	LmGraphCall call;

	lm_memory_large(ways, (Size) rows * present.count * sizeof(LmWay));
	lm_graph_call_begin(&call, CurrentMemoryContext);
	for (int32 place = 0; place < places; place++)
		row[place] = LM_WAY_NONE;
	for (int32 place = 0; place < places && present.count < places; place++)
		cells_fill(state, (size_t) place * places, row, places);
	for (int32 first = 0; first < present.count; first += rows)
	{
		LmTableQuery query = {&present.spots[first], Min(rows, present.count - first),
		                      present.spots, present.count};

		lm_graph_call_check(
			&call, lm_table_fill(network->hierarchy, state->metric, &query, &call.run, ways),
			network->name);
		for (int32 i = 0; i < query.from_count; i++)
		{
			CHECK_FOR_INTERRUPTS();
			for (int32 to = 0; to < present.count; to++)
				row[present.place[to]] = ways[(Size) i * present.count + to];
			cells_fill(state, (size_t) present.place[first + i] * places, row, places);
		}
	}
}

/* ---- some pairs ---- */

/* Ways of pairs that are still to be found, and the cells they belong to. */
typedef struct Wanted
{
	LmSpot *spots; /* [count] starts and goals */
	int64 *first;  /* [count + 1] pairs by start */
	int32 *to;
	size_t *cells;
	int32 count;
	int32 *number; /* [place] among the spots, -1: it is none of them */
} Wanted;

static int32
hubs_count(const LmRoadMode *mode, const LmPairs *pairs)
{
	int32 count = 0;

	for (int32 place = 0; place < pairs->places; place++)
		count += pairs->hub[place] && mode->spots[place].edge >= 0;
	return count;
}

/* The ways between a hub and all places. */
static void
hub_fill(const LmRoadState *state, const LmPairs *pairs, int32 hub, const Present *present,
         LmGraphCall *call, LmWay *ways)
{
	const LmNetwork *network = state->mode->network;
	LmSpot spot = state->mode->spots[hub];
	LmWay *found = lm_huge_alloc(CurrentMemoryContext, present->count, sizeof(LmWay));

	lm_graph_call_check(call,
	                    lm_hub_leave(network->hierarchy, state->metric, spot, present->spots,
	                                 present->count, &call->run, found),
	                    network->name);
	for (int32 i = 0; i < present->count; i++)
		ways[pairs->first[hub] + present->place[i]] = found[i];
	lm_graph_call_check(call,
	                    lm_hub_arrive(network->hierarchy, state->metric, spot, present->spots,
	                                  present->count, &call->run, found),
	                    network->name);
	for (int32 i = 0; i < present->count; i++)
		ways[lm_pairs_cell((LmPairs *) pairs, present->place[i], hub)] = found[i];
	pfree(found);
}

static void
wanted_spot(const LmRoadState *state, Wanted *wanted, int32 place)
{
	if (wanted->number[place] >= 0)
		return;
	wanted->number[place] = wanted->count;
	wanted->spots[wanted->count++] = state->mode->spots[place];
}

/*
 * The pairs that are not known, those with hubs left out where these are done; known ones are filled in.
 *
 * Starts get their numbers as they come, so that pairs are in their order; goals that are no starts follow.
 */
static void
wanted_find(const LmRoadState *state, const LmPairs *pairs, bool hubs_done,
            const LmKnownWays *known, Wanted *wanted, LmWay *ways)
{
	const LmSpot *spots = state->mode->spots;
	int64 count = 0;
	int32 starts;

	for (int32 place = 0; place < pairs->places; place++)
	{
		int64 before = count;

		if (spots[place].edge < 0 || (hubs_done && pairs->hub[place]))
			continue;
		for (int64 cell = pairs->first[place]; cell < pairs->first[place + 1]; cell++)
		{
			int32 to = pairs->to[cell];

			if (spots[to].edge < 0 || (hubs_done && pairs->hub[to]) ||
			    (known != NULL && lm_known_find(known, spots[place], spots[to], &ways[cell])))
				continue;
			wanted->to[count] = to;
			wanted->cells[count++] = cell;
		}
		if (count == before)
			continue;
		wanted_spot(state, wanted, place);
		wanted->first[wanted->count] = count;
	}
	starts = wanted->count;
	for (int64 i = 0; i < count; i++)
	{
		wanted_spot(state, wanted, wanted->to[i]);
		wanted->to[i] = wanted->number[wanted->to[i]];
	}
	for (int32 i = starts; i < wanted->count; i++)
		wanted->first[i + 1] = count;
}

static void
wanted_fill(const LmRoadState *state, const Wanted *wanted, LmKnownWays *known, LmGraphCall *call,
            LmWay *ways)
{
	const LmNetwork *network = state->mode->network;
	LmTableQuery query = {wanted->spots, wanted->count, wanted->spots, wanted->count};
	LmTablePairs pairs = {wanted->first, wanted->to};
	LmWay *found = lm_huge_alloc(CurrentMemoryContext, Max(wanted->first[wanted->count], 1),
	                             sizeof(LmWay));

	lm_graph_call_check(
		call, lm_table_some(network->hierarchy, state->metric, &query, &pairs, &call->run, found),
		network->name);
	for (int32 from = 0; from < wanted->count; from++)
		for (int64 i = wanted->first[from]; i < wanted->first[from + 1]; i++)
		{
			ways[wanted->cells[i]] = found[i];
			if (known != NULL)
				lm_known_keep(known, wanted->spots[from], wanted->spots[wanted->to[i]], found[i]);
		}
}

static void
pairs_fill(const LmRoadState *state, const LmPairs *pairs)
{
	size_t count = lm_pairs_count(pairs);
	Present present = present_of(state->mode, pairs->places);
	bool hubs_done = hubs_count(state->mode, pairs) <= HUBS_ONE_BY_ONE;
	/* what driving takes at some hour is not asked for again, nor are the legs of hubs */
	LmKnownWays *known = hubs_done && state->factors == NULL ? state->mode->network->known : NULL;
	LmWay *ways = lm_huge_alloc(CurrentMemoryContext, count, sizeof(LmWay));
	Wanted wanted = {.spots = lm_huge_alloc(CurrentMemoryContext, pairs->places, sizeof(LmSpot)),
	                 .first = lm_huge_alloc(CurrentMemoryContext, pairs->places + 1, sizeof(int64)),
	                 .to = lm_huge_alloc(CurrentMemoryContext, count, sizeof(int32)),
	                 .cells = lm_huge_alloc(CurrentMemoryContext, count, sizeof(size_t)),
	                 .number = lm_huge_alloc(CurrentMemoryContext, pairs->places, sizeof(int32))};
	LmGraphCall call;

	lm_graph_call_begin(&call, CurrentMemoryContext);
	for (size_t cell = 0; cell < count; cell++)
		ways[cell] = LM_WAY_NONE;
	for (int32 place = 0; place < pairs->places && hubs_done; place++)
		if (pairs->hub[place] && state->mode->spots[place].edge >= 0)
			hub_fill(state, pairs, place, &present, &call, ways);
	memset(wanted.number, -1, pairs->places * sizeof(int32));
	wanted.first[0] = 0;
	wanted_find(state, pairs, hubs_done, known, &wanted, ways);
	if (wanted.count > 0)
		wanted_fill(state, &wanted, known, &call, ways);
	cells_fill(state, 0, ways, count);
}

/* A state of a mode, with its tables. */
static LmRoadState *
state_new(LmRoad *road, const LmInput *input, const LmRoadMode *mode, const int64 *factors,
          const LmMetric *metric)
{
	LmRoadState *state = MemoryContextAllocZero(road->context, sizeof(LmRoadState));
	MemoryContext work = AllocSetContextCreate(road->context, "lastmile road",
	                                           ALLOCSET_DEFAULT_SIZES);
	MemoryContext before = MemoryContextSwitchTo(work);

	*state = (LmRoadState){.mode = mode, .factors = factors, .metric = metric};
	tables_new(state, input);
	if (input->pairs != NULL)
		pairs_fill(state, input->pairs);
	else
		tables_fill(state);
	state->next = road->states;
	road->states = state;
	MemoryContextSwitchTo(before);
	MemoryContextDelete(work);
	return state;
}

void
lm_road_fill(LmInput *input)
{
	LmRoad *road = input->road;
	LmProblem *problem = &input->problem;

	input->has_lengths = true;
	if (problem->vehicle_count == 0)
		return;
	tables_group(road, input);
	problem->travels = MemoryContextAllocZero(input->context,
	                                          problem->travel_count * sizeof(LmTravel));
	for (int32 i = 0; i < road->mode_count; i++)
	{
		LmRoadMode *mode = &road->modes[i];
		const LmRoadState *state;

		spots_set(road, mode, input);
		state = state_new(road, input, mode, NULL, mode->network->metric);
		memcpy(&problem->travels[mode->travel], state->tables,
		       mode->speed_count * sizeof(LmTravel));
	}
}

/* ---- traffic by class of road ---- */

static const LmRoadState *
state_find(const LmRoad *road, const LmRoadMode *mode, const int64 *factors)
{
	Size bytes = (mode->network->roads->class_count + 1) * sizeof(int64);

	for (const LmRoadState *state = road->states; state != NULL; state = state->next)
		if (state->mode == mode && state->factors != NULL &&
		    memcmp(state->factors, factors, bytes) == 0)
			return state;
	return NULL;
}

void
lm_road_state(const LmInput *input, int32_t travel, const LmTrafficRules *rules,
              const int64 *factors, LmTrafficState *result)
{
	LmRoad *road = input->road;
	const LmRoadMode *mode = road->modes;
	const LmRoadState *state;
	const LmTravel *table;
	int64 *own;

	while (travel >= mode->travel + mode->speed_count)
		mode++;
	own = lm_jam_factors(mode->network, rules, factors, road->context);
	result->factor = own[0];
	if (lm_jam_is_even(mode->network, own))
		return;
	state = state_find(road, mode, own);
	if (state == NULL)
		state = state_new(road, input, mode, own, lm_jam_metric(mode->network, own, road->context));
	table = &state->tables[travel - mode->travel];
	*result = (LmTrafficState){.time = table->time,
	                           .length32 = table->length32,
	                           .length64 = table->length64,
	                           .factor = LM_FACTOR_ONE};
}

void
lm_road_warn_classes(const LmRoad *road, const LmTrafficRules *rules)
{
	lm_jam_warn_classes(road->modes[0].network, rules);
}
