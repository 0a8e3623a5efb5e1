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

#include "graph/route.h"
#include "input/argument.h"
#include "input/values.h"
#include "lastmile.h"
#include "network/network.h"
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

/* A line under way. */
typedef struct Track
{
	double *x;
	double *y;
	int32 count;
	int32 x_room;
	int32 y_room;
} Track;

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

/* Points that follow one another at the same place count once. */
static void
track_add(Track *track, double x, double y)
{
	if (track->count > 0 && track->x[track->count - 1] == x && track->y[track->count - 1] == y)
		return;
	track->x = lm_room_make(track->x, track->count, &track->x_room, sizeof(double));
	track->y = lm_room_make(track->y, track->count, &track->y_room, sizeof(double));
	track->x[track->count] = x;
	track->y[track->count++] = y;
}

/* The part of an edge's line from a fraction to another; backwards where the first is larger. */
static void
track_add_edge(Track *track, const LmLines *lines, int32 edge, double from, double to)
{
	bool back = from > to;
	double all = lm_line_length(lines, edge);
	double low = Min(from, to) * all, high = Max(from, to) * all;
	int32 first = lines->first[edge], end = lines->first[edge + 1];
	int32 steps = end - first - 1;
	double before = 0;

	/* an edge without a line is bridged by the points beside it */
	if (end == first)
		return;
	if (back)
		before = all;
	for (int32 i = 0; i < steps; i++)
	{
		int32 p = back ? end - 2 - i : first + i;
		double step = lm_line_step(lines, p);
		double begin = back ? before - step : before; /* of the step, from the line's start */
		double cut[2];

		before += back ? -step : step;
		if (begin > high || begin + step < low)
			continue;
		cut[0] = step > 0 ? Max(low - begin, 0) / step : 0;
		cut[1] = step > 0 ? Min((high - begin) / step, 1) : 1;
		/* the outer ends of the line are taken as they are */
		if (p == first && Min(from, to) <= 0)
			cut[0] = 0;
		if (p == end - 2 && Max(from, to) >= 1)
			cut[1] = 1;
		for (int turn = 0; turn < 2; turn++)
		{
			double share = cut[back ? 1 - turn : turn];

			if (share <= 0)
				track_add(track, lines->x[p], lines->y[p]);
			else if (share >= 1)
				track_add(track, lines->x[p + 1], lines->y[p + 1]);
			else
				track_add(track, lines->x[p] + share * (lines->x[p + 1] - lines->x[p]),
				          lines->y[p] + share * (lines->y[p + 1] - lines->y[p]));
		}
	}
}

/* Where a spot lies, for a way that drives nothing. */
static void
track_add_spot(Track *track, const LmLines *lines, LmSpot spot)
{
	track_add_edge(track, lines, spot.edge, spot.fraction, spot.fraction);
}

static bool
spot_is_inside(LmSpot spot)
{
	return spot.fraction > 0 && spot.fraction < 1;
}

static void
track_fill(Track *track, const LmLines *lines, const LmRoute *route, LmSpot from, LmSpot to)
{
	if (route->arc_count == 0)
		track_add_spot(track, lines, from);
	for (int32 i = 0; i < route->arc_count; i++)
	{
		int32 arc = route->arcs[i], edge = arc / 2;
		double begin = arc % 2, end = 1 - arc % 2;

		if (i == 0 && spot_is_inside(from))
			begin = from.fraction;
		if (i == route->arc_count - 1 && spot_is_inside(to))
			end = to.fraction;
		track_add_edge(track, lines, edge, begin, end);
	}
	/* a line has two points, even where the way is none */
	if (track->count == 1)
	{
		track->x[1] = track->x[0];
		track->y[1] = track->y[0];
		track->count = 2;
	}
}

static void
path_find(FunctionCallInfo fcinfo, LmNetwork *network, LmSpot from, LmSpot to, Datum *values,
          bool *nulls)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const LmLines *lines = &network->roads->lines;
	Track track = {.x = palloc(64 * sizeof(double)),
	               .y = palloc(64 * sizeof(double)),
	               .x_room = 64,
	               .y_room = 64};
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
	track_fill(&track, lines, &route, from, to);
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
