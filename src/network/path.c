/*
 * path.c
 *	  lastmile.path: the fastest way between two points and where it goes.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "input/argument.h"
#include "lastmile.h"
#include "network/departure.h"
#include "network/network.h"
#include "network/track.h"
#include "output/point.h"
#include "workers/call.h"
#include "workers/library.h"

#define FUNCTION "lastmile.path"
#define MM_PER_M 1000.0
#define MS_PER_S 1000.0

/* Arguments, in the order of network.sql. */
enum
{
	NETWORK,
	FROM_GEOM,
	TO_GEOM,
	AT
};

PG_FUNCTION_INFO_V1(lastmile_path);

/* The spot of a geometry argument; false when it is not on the network. */
static bool
argument_snap(FunctionCallInfo fcinfo, int index, const char *name, const LmNetwork *network,
              LmSpot *spot)
{
	LmColumn column = {.name = name, .given = name, .kind = LM_COLUMN_POINT};
	LmRawPoint point, *points[] = {&point};
	double distance;
	Oid function;
	bool varlena;

	if (PG_ARGISNULL(index))
		return false;
	column.type = get_fn_expr_argtype(fcinfo->flinfo, index);
	getTypeBinaryOutputInfo(column.type, &function, &varlena);
	lm_library_function(function, &column.send);
	point = lm_point_read(&column, PG_GETARG_DATUM(index));
	lm_points_transform(points, 1, name);
	if (point.wrong != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s", point.wrong)));
	if (lm_network_snap(network, &point, spot, &distance))
		return true;
	ereport(WARNING, (errcode(ERRCODE_WARNING),
	                  errmsg("%s is farther than lastmile.max_snap_m from every road of network "
	                         "\"%s\"",
	                         name, network->name)));
	return false;
}

/* The two places, and what it takes to look for ways between them. */
typedef struct Quest
{
	const LmNetwork *network;
	LmSpot from;
	LmSpot to;
	LmGraphCall call;
	LmRouter router;
	LmTrack track; /* of the way that is driven */
} Quest;

/* The fastest way by a metric; track: its line becomes the track. */
static LmWay
way_find(Quest *quest, const LmMetric *metric, bool track)
{
	LmRoute route;

	lm_graph_call_check(
		&quest->call,
		lm_route_find(&quest->router, metric, quest->from, quest->to, &quest->call.run, &route),
		quest->network->name);
	if (route.way != LM_WAY_NONE && track)
		lm_track_fill(&quest->track, &quest->network->roads->lines, &route, quest->from, quest->to);
	return route.way;
}

/* The way of the departure, and when it is at its end. */
static LmDriven
way_drive(Quest *quest, LmDeparture *departure)
{
	LmDriven driven = LM_DRIVEN_NOT;
	LmWay way = LM_WAY_NONE;
	int32 way_of = -1;

	lm_departure_begin(departure);
	do
	{
		if (way_of != departure->metric_number)
			way = way_find(quest, departure->metric, driven.length < 0);
		way_of = departure->metric_number;
		lm_departure_drive(departure, way, &driven);
	} while (!lm_driven_is_over(&driven) && lm_departure_next(departure, lm_driven_is_on(&driven)));
	return driven;
}

static void
path_find(FunctionCallInfo fcinfo, Quest *quest, LmDeparture *departure, Datum *values, bool *nulls)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const LmNetwork *network = quest->network;
	LmPointOut out;

	lm_graph_call_begin(&quest->call, CurrentMemoryContext);
	lm_graph_call_check(&quest->call,
	                    lm_router_new(network->hierarchy, &quest->call.run, &quest->router),
	                    network->name);
	if (departure->rules == NULL)
	{
		LmWay way = way_find(quest, network->metric, true);

		if (way == LM_WAY_NONE)
			return;
		values[0] = Float8GetDatum((double) lm_way_ticks(way) / LM_TICKS_PER_SECOND);
		values[1] = Float8GetDatum((double) lm_way_units(way) * network->metric->unit / MM_PER_M);
	}
	else
	{
		LmDriven driven = way_drive(quest, departure);

		if (!lm_driven_is_over(&driven))
			return;
		values[0] = Float8GetDatum(driven.takes / MS_PER_S);
		values[1] = Float8GetDatum(driven.length / MM_PER_M);
	}
	nulls[0] = nulls[1] = false;
	if (quest->track.count < 2)
		return;
	lm_point_out_init(&out, TupleDescAttr(result->setDesc, 2)->atttypid,
	                  network->roads->lines.planar);
	values[2] = lm_point_out_line(&out, quest->track.x, quest->track.y, quest->track.count);
	nulls[2] = false;
}

Datum
lastmile_path(PG_FUNCTION_ARGS)
{
	LmCall call = lm_call_begin();
	ReturnSetInfo *result;
	Datum values[3];
	bool nulls[3] = {true, true, true};
	Quest quest = {0};
	LmDeparture departure;
	bool from_on, to_on;

	quest.network = lm_network_argument(fcinfo, NETWORK, AT, call.context);
	lm_departure_read(fcinfo, AT, FUNCTION, quest.network, &departure);
	InitMaterializedSRF(fcinfo, 0);
	result = (ReturnSetInfo *) fcinfo->resultinfo;
	from_on = argument_snap(fcinfo, FROM_GEOM, "from_geom", quest.network, &quest.from);
	to_on = argument_snap(fcinfo, TO_GEOM, "to_geom", quest.network, &quest.to);
	if (from_on && to_on)
		path_find(fcinfo, &quest, &departure, values, nulls);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	lm_call_end(&call);
	return (Datum) 0;
}
