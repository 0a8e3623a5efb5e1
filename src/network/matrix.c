/*
 * matrix.c
 *	  lastmile.matrix: all pairs of points by road.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "graph/table.h"
#include "input/argument.h"
#include "input/ids.h"
#include "input/values.h"
#include "network/departure.h"
#include "network/network.h"
#include "output/fault.h"
#include "workers/call.h"

#define FUNCTION "lastmile.matrix"
#define NOUN "points"
#define FIRST_ROOM 256
#define MM_PER_M 1000.0
#define MS_PER_S 1000.0

/*
 * Pairs under traffic that are driven at a time, 32 bytes each: they are written out once they have
 * arrived.  Each time the goals are looked at anew, which is little beside so many starts.
 */
#define PAIRS_AT_A_TIME (1024 * 1024)
#define STARTS_AT_A_TIME 256

/* Arguments, in the order of network.sql. */
enum
{
	POINTS,
	NETWORK,
	AT
};

enum
{
	P_ID,
	P_GEOM,
	P_COLUMNS
};

static const LmColumn point_columns[P_COLUMNS] = {
	[P_ID] = {"id", NULL, LM_COLUMN_ANY, .required = true},
	[P_GEOM] = {"geom", NULL, LM_COLUMN_POINT, .required = true},
};

typedef struct PointsReading
{
	LmColumn columns[P_COLUMNS];
	LmIds ids;
	LmRawPoint *points; /* [ids.count] */
	int32 room;
	MemoryContext keep;
} PointsReading;

/* Points put on the network. */
typedef struct Stops
{
	int32 count;
	Datum *ids;    /* [count] as text, in the order of the rows */
	int32 *number; /* [count] of the spot; -1: not on the network */
	LmSpot *spots;
	int32 spot_count;
} Stops;

PG_FUNCTION_INFO_V1(lastmile_matrix);

static void
point_take(void *state, const Datum *values, const bool *nulls)
{
	PointsReading *reading = state;
	int32 row = reading->ids.count;
	LmRawPoint point = {0};

	lm_ids_add(&reading->ids, NOUN, &reading->columns[P_ID], values[P_ID], nulls[P_ID]);
	if (!nulls[P_GEOM])
		point = lm_point_read(&reading->columns[P_GEOM], values[P_GEOM]);
	if (point.wrong != NULL)
		point.wrong = MemoryContextStrdup(reading->keep, point.wrong);
	reading->points = lm_room_make(reading->points, row, &reading->room, sizeof(LmRawPoint));
	reading->points[row] = point;
}

static void
off_warn(const char *id, const LmRawPoint *point, const char *network, int32 more)
{
	ereport(WARNING, (errcode(ERRCODE_WARNING),
	                  point->given && point->wrong == NULL
	                      ? errmsg("point \"%s\" is farther than lastmile.max_snap_m from every "
	                               "road of network \"%s\"",
	                               id, network)
	                      : errmsg("point \"%s\" cannot be used: %s", id,
	                               point->given ? point->wrong : "geom is NULL"),
	                  more > 0 ? errdetail("So are or do %d more points.", more) : 0,
	                  errhint("Its rows have NULL seconds and meters.")));
}

static void
stops_set(PointsReading *reading, const LmNetwork *network, Stops *stops)
{
	int32 *sequence = lm_ids_by_type(&reading->ids);
	int32 first_off = -1;

	stops->count = reading->ids.count;
	stops->ids = palloc((Size) Max(stops->count, 1) * sizeof(Datum));
	stops->number = palloc((Size) Max(stops->count, 1) * sizeof(int32));
	stops->spots = palloc((Size) Max(stops->count, 1) * sizeof(LmSpot));
	for (int32 i = 0; i < stops->count; i++)
	{
		const LmRawPoint *point = &reading->points[sequence[i]];
		double distance;

		stops->ids[i] = CStringGetTextDatum(reading->ids.texts[sequence[i]]);
		stops->number[i] = -1;
		if (point->given && point->wrong == NULL &&
		    lm_network_snap(network, point, &stops->spots[stops->spot_count], &distance))
			stops->number[i] = stops->spot_count++;
		else if (first_off < 0)
			first_off = i;
	}
	if (first_off >= 0)
		off_warn(TextDatumGetCString(stops->ids[first_off]), &reading->points[sequence[first_off]],
		         network->name, stops->count - stops->spot_count - 1);
}

static void
stops_read(const char *query, const LmNetwork *network, Stops *stops)
{
	MemoryContext context = CurrentMemoryContext;
	PointsReading reading = {.room = FIRST_ROOM, .keep = context};
	LmQueryFrame frame;
	LmRawPoint **points;

	memcpy(reading.columns, point_columns, sizeof(point_columns));
	lm_ids_init(&reading.ids, context);
	reading.points = palloc(FIRST_ROOM * sizeof(LmRawPoint));
	SPI_connect();
	MemoryContextSwitchTo(context);
	lm_query_run(FUNCTION, NOUN, query, reading.columns, P_COLUMNS, point_take, &reading);
	SPI_finish();
	MemoryContextSwitchTo(context);
	lm_query_enter(&frame, FUNCTION, NOUN);
	pfree(lm_ids_by_text(&reading.ids, "point", "points"));
	points = lm_huge_alloc(context, reading.ids.count, sizeof(LmRawPoint *));
	for (int32 i = 0; i < reading.ids.count; i++)
		points[i] = &reading.points[i];
	lm_points_transform(points, reading.ids.count, reading.columns[P_GEOM].given);
	stops_set(&reading, network, stops);
	lm_query_leave(&frame);
}

/* A row of the result; seconds below 0: there is no way. */
static void
row_put(ReturnSetInfo *result, Datum from, Datum to, double seconds, double meters)
{
	Datum values[4] = {from, to, Float8GetDatum(seconds), Float8GetDatum(meters)};
	bool nulls[4] = {false, false, seconds < 0, seconds < 0};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
rows_write(ReturnSetInfo *result, const LmNetwork *network, const Stops *stops, const LmWay *ways)
{
	for (int32 from = 0; from < stops->count; from++)
	{
		for (int32 to = 0; to < stops->count; to++)
		{
			LmWay way = LM_WAY_NONE;

			CHECK_FOR_INTERRUPTS();
			if (stops->number[from] >= 0 && stops->number[to] >= 0)
				way = ways[(Size) stops->number[from] * stops->spot_count + stops->number[to]];
			row_put(result, stops->ids[from], stops->ids[to],
			        way == LM_WAY_NONE ? -1 : (double) lm_way_ticks(way) / LM_TICKS_PER_SECOND,
			        (double) lm_way_units(way) * network->metric->unit / MM_PER_M);
		}
	}
}

/* All pairs as they are at any time. */
static void
pairs_answer(ReturnSetInfo *result, const LmNetwork *network, const Stops *stops, LmGraphCall *call)
{
	LmWay *ways = lm_huge_alloc(CurrentMemoryContext, (Size) stops->spot_count * stops->spot_count,
	                            sizeof(LmWay));
	LmTableQuery query = {stops->spots, stops->spot_count, stops->spots, stops->spot_count};

	lm_graph_call_check(
		call, lm_table_fill(network->hierarchy, network->metric, &query, &call->run, ways),
		network->name);
	rows_write(result, network, stops, ways);
}

/* ---- under traffic ---- */

/* Some of the starts, with all goals. */
typedef struct Block
{
	LmDeparture *departure;
	LmGraphCall *call;
	LmTableQuery query;
	LmWay *ways;      /* of the query */
	int32 ways_of;    /* number of the metric they are by, -1: of none */
	LmDriven *driven; /* of the query */
} Block;

/* What gets done in a period.  Returns whether all have arrived; driving: whether some are under way. */
static bool
block_drive(Block *block, bool *driving)
{
	const LmDeparture *departure = block->departure;
	bool over = true;

	if (block->ways_of != departure->metric_number)
		lm_graph_call_check(block->call,
		                    lm_table_fill(departure->network->hierarchy, departure->metric,
		                                  &block->query, &block->call->run, block->ways),
		                    departure->network->name);
	block->ways_of = departure->metric_number;
	*driving = false;
	for (Size from = 0; from < (Size) block->query.from_count; from++)
	{
		CHECK_FOR_INTERRUPTS();
		for (Size pair = from * block->query.to_count; pair < (from + 1) * block->query.to_count;
		     pair++)
		{
			LmDriven *driven = &block->driven[pair];

			if (lm_driven_is_over(driven))
				continue;
			lm_departure_drive(departure, block->ways[pair], driven);
			over &= lm_driven_is_over(driven);
			*driving |= lm_driven_is_on(driven);
		}
	}
	return over;
}

static void
block_answer(Block *block)
{
	Size pairs = (Size) block->query.from_count * block->query.to_count;
	bool driving;

	for (Size pair = 0; pair < pairs; pair++)
		block->driven[pair] = LM_DRIVEN_NOT;
	block->ways_of = -1;
	lm_departure_begin(block->departure);
	while (!block_drive(block, &driving) && lm_departure_next(block->departure, driving))
		;
}

/* The rows of one start; driven NULL: it is not on the network. */
static void
start_write(ReturnSetInfo *result, const Stops *stops, int32 from, const LmDriven *driven)
{
	for (int32 to = 0; to < stops->count; to++)
	{
		LmDriven way = LM_DRIVEN_NOT;

		CHECK_FOR_INTERRUPTS();
		if (driven != NULL && stops->number[to] >= 0)
			way = driven[stops->number[to]];
		row_put(result, stops->ids[from], stops->ids[to],
		        lm_driven_is_over(&way) ? way.takes / MS_PER_S : -1, way.length / MM_PER_M);
	}
}

/* All pairs as they are for who departs at the moment; spots have the numbers of stops in their order. */
static void
departures_answer(ReturnSetInfo *result, LmDeparture *departure, const Stops *stops,
                  LmGraphCall *call)
{
	int32 most = Min(Max(PAIRS_AT_A_TIME / Max(stops->spot_count, 1), STARTS_AT_A_TIME),
	                 stops->spot_count);
	Size pairs = (Size) most * stops->spot_count;
	Block block = {.departure = departure,
	               .call = call,
	               .ways = lm_huge_alloc(CurrentMemoryContext, pairs, sizeof(LmWay)),
	               .driven = lm_huge_alloc(CurrentMemoryContext, pairs, sizeof(LmDriven))};
	int32 end = 0;

	for (int32 from = 0; from < stops->count; from++)
	{
		int32 number = stops->number[from];
		int32 first = end - block.query.from_count;

		if (number >= end)
		{
			first = end;
			end = Min(first + most, stops->spot_count);
			block.query = (LmTableQuery){&stops->spots[first], end - first, stops->spots,
			                             stops->spot_count};
			block_answer(&block);
		}
		start_write(result, stops, from,
		            number < 0 ? NULL : &block.driven[(Size) (number - first) * stops->spot_count]);
	}
}

Datum
lastmile_matrix(PG_FUNCTION_ARGS)
{
	LmCall call = lm_call_begin();
	ReturnSetInfo *result;
	Stops stops = {0};
	LmNetwork *network;
	LmDeparture departure;
	LmGraphCall graph;
	char *points;

	points = lm_argument_query(fcinfo, POINTS, "points");
	network = lm_network_argument(fcinfo, NETWORK, AT, call.context);
	lm_departure_read(fcinfo, AT, FUNCTION, network, &departure);
	stops_read(points, network, &stops);
	InitMaterializedSRF(fcinfo, 0);
	result = (ReturnSetInfo *) fcinfo->resultinfo;
	lm_graph_call_begin(&graph, call.context);
	if (departure.rules == NULL)
		pairs_answer(result, network, &stops, &graph);
	else
		departures_answer(result, &departure, &stops, &graph);
	lm_call_end(&call);
	return (Datum) 0;
}
