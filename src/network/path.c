/*
 * path.c
 *	  lastmile.path: the fastest way between two points and where it goes.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "input/argument.h"
#include "lastmile.h"
#include "network/network.h"
#include "network/track.h"
#include "output/point.h"

#define FUNCTION "lastmile.path"
#define MM_PER_M 1000.0

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
	fmgr_info(function, &column.send);
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

static void
path_find(FunctionCallInfo fcinfo, LmNetwork *network, LmSpot from, LmSpot to, Datum *values,
          bool *nulls)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const LmLines *lines = &network->roads->lines;
	LmTrack track = {0};
	LmGraphCall call;
	LmRouter router;
	LmRoute route;
	LmPointOut out;

	lm_graph_call_begin(&call, CurrentMemoryContext);
	lm_graph_call_check(&call, lm_router_new(network->hierarchy, &call.run, &router),
	                    network->name);
	lm_graph_call_check(&call, lm_route_find(&router, network->metric, from, to, &call.run, &route),
	                    network->name);
	if (route.way == LM_WAY_NONE)
		return;
	values[0] = Float8GetDatum((double) lm_way_ticks(route.way) / LM_TICKS_PER_SECOND);
	values[1] = Float8GetDatum((double) lm_way_units(route.way) * network->metric->unit / MM_PER_M);
	nulls[0] = nulls[1] = false;
	lm_track_fill(&track, lines, &route, from, to);
	if (track.count < 2)
		return;
	lm_point_out_init(&out, TupleDescAttr(result->setDesc, 2)->atttypid, lines->planar);
	values[2] = lm_point_out_line(&out, track.x, track.y, track.count);
	nulls[2] = false;
}

Datum
lastmile_path(PG_FUNCTION_ARGS)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, FUNCTION,
	                                              ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	ReturnSetInfo *result;
	Datum values[3];
	bool nulls[3] = {true, true, true};
	LmNetwork *network;
	LmSpot from, to;
	bool from_on, to_on;

	lm_memory_call(context);
	network = lm_network_argument(fcinfo, NETWORK, AT, context);
	InitMaterializedSRF(fcinfo, 0);
	result = (ReturnSetInfo *) fcinfo->resultinfo;
	from_on = argument_snap(fcinfo, FROM_GEOM, "from_geom", network, &from);
	to_on = argument_snap(fcinfo, TO_GEOM, "to_geom", network, &to);
	if (from_on && to_on)
		path_find(fcinfo, network, from, to, values, nulls);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return (Datum) 0;
}
