/*
 * matrix.c
 *	  lastmile.matrix: all pairs of points by road.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "graph/table.h"
#include "input/argument.h"
#include "input/ids.h"
#include "input/values.h"
#include "network/network.h"
#include "output/fault.h"

#define FUNCTION "lastmile.matrix"
#define NOUN "points"
#define FIRST_ROOM 256
#define MM_PER_M 1000.0

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

static void
rows_write(FunctionCallInfo fcinfo, const LmNetwork *network, const Stops *stops, const LmWay *ways)
{
	ReturnSetInfo *result;
	Datum values[4];
	bool nulls[4] = {false};

	InitMaterializedSRF(fcinfo, 0);
	result = (ReturnSetInfo *) fcinfo->resultinfo;
	for (int32 from = 0; from < stops->count; from++)
	{
		values[0] = stops->ids[from];
		for (int32 to = 0; to < stops->count; to++)
		{
			LmWay way = LM_WAY_NONE;

			CHECK_FOR_INTERRUPTS();
			if (stops->number[from] >= 0 && stops->number[to] >= 0)
				way = ways[(Size) stops->number[from] * stops->spot_count + stops->number[to]];
			values[1] = stops->ids[to];
			nulls[2] = nulls[3] = way == LM_WAY_NONE;
			values[2] = Float8GetDatum((double) lm_way_ticks(way) / LM_TICKS_PER_SECOND);
			values[3] =
				Float8GetDatum((double) lm_way_units(way) * network->metric->unit / MM_PER_M);
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	}
}

Datum
lastmile_matrix(PG_FUNCTION_ARGS)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, FUNCTION,
	                                              ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	Stops stops = {0};
	LmNetwork *network;
	LmTableQuery query;
	LmGraphCall call;
	LmWay *ways;
	char *points;

	lm_memory_call(context);
	points = lm_argument_query(fcinfo, POINTS, "points");
	network = lm_network_argument(fcinfo, NETWORK, AT, context);
	stops_read(points, network, &stops);
	ways = lm_huge_alloc(context, (Size) stops.spot_count * stops.spot_count, sizeof(LmWay));
	query = (LmTableQuery){stops.spots, stops.spot_count, stops.spots, stops.spot_count};
	lm_graph_call_begin(&call, context);
	lm_graph_call_check(&call,
	                    lm_table_fill(network->hierarchy, network->metric, &query, &call.run, ways),
	                    network->name);
	rows_write(fcinfo, network, &stops, ways);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return (Datum) 0;
}
