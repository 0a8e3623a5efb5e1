/*
 * rows.c
 *	  A timed route becomes rows.
 *
 * The row arithmetic of doc/reference.md, "Rows", is done here and only here: the timetable
 * gives instants and legs, this adds loads, money and emissions from the user's own numbers.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "output/point.h"
#include "output/reason.h"
#include "output/rows.h"
#include "travel/road.h"

#define MS_PER_HOUR 3600000.0
#define MM_PER_KM 1000000.0
#define MM_PER_M 1000.0
#define THOUSANDTHS 1000.0
#define US_PER_MS 1000

/* Columns of the result, from 0, in the order of plan.sql. */
enum
{
	VEHICLE_ID,
	TRIP_NO,
	STOP_NO,
	KIND,
	ORDER_ID,
	ARRIVES_AT,
	STARTS_AT,
	DEPARTS_AT,
	TRAVEL_TIME,
	SETUP_TIME,
	WAIT_TIME,
	SERVICE_TIME,
	LATE_TIME,
	DISTANCE_M,
	LOAD,
	COST,
	CO2E_G,
	GEOM,
	LEG,
	REASON_CODE,
	REASON,
	VIOLATIONS
};

StaticAssertDecl(VIOLATIONS == LM_PLAN_COLUMNS, "the columns of rows.h and rows.c differ");

struct LmRows
{
	const LmInput *input;
	ReturnSetInfo *result;
	int columns;
	LmPointOut points;         /* writes geom and leg */
	MemoryContext row_context; /* reset at each row */
	Datum values[LM_PLAN_COLUMNS + 1];
	bool nulls[LM_PLAN_COLUMNS + 1];
	LmAmount *load; /* [dimensions] on board of the vehicle being written */
};

LmRows *
lm_rows_begin(FunctionCallInfo fcinfo, const LmInput *input, int columns)
{
	LmRows *rows = palloc0(sizeof(LmRows));
	TupleDesc shape;

	InitMaterializedSRF(fcinfo, 0);
	rows->input = input;
	rows->result = (ReturnSetInfo *) fcinfo->resultinfo;
	rows->columns = columns;
	shape = rows->result->setDesc;
	if (shape->natts != columns)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
		                errmsg("the function is declared with %d columns, the library returns %d",
		                       shape->natts, columns),
		                errhint("Run ALTER EXTENSION lastmile UPDATE.")));
	lm_point_out_init(&rows->points, TupleDescAttr(shape, GEOM)->atttypid, input->planar);
	rows->row_context = AllocSetContextCreate(CurrentMemoryContext, "lastmile rows",
	                                          ALLOCSET_SMALL_SIZES);
	rows->load = palloc0(sizeof(LmAmount) * (Size) Max(input->problem.dimensions, 1));
	return rows;
}

static void
row_clear(LmRows *rows)
{
	MemoryContextReset(rows->row_context);
	for (int column = 0; column < rows->columns; column++)
		rows->nulls[column] = true;
}

static void
row_put(LmRows *rows)
{
	CHECK_FOR_INTERRUPTS();
	tuplestore_putvalues(rows->result->setResult, rows->result->setDesc, rows->values, rows->nulls);
}

static void
column_set(LmRows *rows, int column, Datum value)
{
	rows->values[column] = value;
	rows->nulls[column] = false;
}

static void
text_set(LmRows *rows, int column, const char *text)
{
	column_set(rows, column, CStringGetTextDatum(text));
}

static void
instant_set(LmRows *rows, int column, LmTime instant)
{
	TimestampTz timestamp = rows->input->origin + instant * US_PER_MS;

	if (!IS_VALID_TIMESTAMP(timestamp))
		ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
		                errmsg("the plan reaches beyond the range of timestamps")));
	column_set(rows, column, TimestampTzGetDatum(timestamp));
}

static void
interval_set(LmRows *rows, int column, LmTime duration)
{
	Interval *interval = palloc0(sizeof(Interval));

	interval->time = duration * US_PER_MS;
	column_set(rows, column, IntervalPGetDatum(interval));
}

static void
load_set(LmRows *rows)
{
	int dimensions = rows->input->problem.dimensions;
	Datum *elements = palloc(sizeof(Datum) * (Size) Max(dimensions, 1));

	for (int dimension = 0; dimension < dimensions; dimension++)
		elements[dimension] = Float8GetDatum(rows->load[dimension] / THOUSANDTHS);
	column_set(rows, LOAD,
	           PointerGetDatum(construct_array(elements, dimensions, FLOAT8OID, sizeof(float8),
	                                           FLOAT8PASSBYVAL, TYPALIGN_DOUBLE)));
}

static void
violations_set(LmRows *rows, const List *violations)
{
	Datum *elements;
	int count = 0;
	ListCell *cell;

	if (rows->columns <= VIOLATIONS)
		return;
	elements = palloc(sizeof(Datum) * (Size) Max(list_length(violations), 1));
	foreach (cell, violations)
		elements[count++] = CStringGetTextDatum((char *) lfirst(cell));
	column_set(rows, VIOLATIONS,
	           PointerGetDatum(construct_array(elements, count, TEXTOID, -1, false, TYPALIGN_INT)));
}

/* How far an order's demand changes the load when its stop is done: off, or on. */
static void
load_change(LmRows *rows, int32_t order, int sign)
{
	const LmProblem *problem = &rows->input->problem;
	const LmAmount *demand = &problem->demand[(Size) order * problem->dimensions];

	for (int dimension = 0; dimension < problem->dimensions; dimension++)
		rows->load[dimension] += sign * demand[dimension];
}

/* The orders of a kind on a trip, from the row on that begins or ends it, on board or off. */
static void
load_trip(LmRows *rows, const LmTimetable *timetable, int row, LmOrderKind kind)
{
	int step = kind == LM_DELIVERY ? 1 : -1;

	for (row += step; row > 0 && row < timetable->count; row += step)
	{
		const LmStop *stop = &timetable->stops[row];

		if (stop->kind == LM_STOP_RELOAD)
			return;
		if (stop->kind == LM_STOP_ORDER && rows->input->problem.orders[stop->index].kind == kind)
			load_change(rows, stop->index, step);
	}
}

/* Whether goods of the shipment that a row drops are on board: check shows routes where they are not. */
static bool
goods_aboard(const LmProblem *problem, const LmTimetable *timetable, const LmStop *drop)
{
	int aboard = 0;

	for (const LmStop *stop = timetable->stops; stop < drop; stop++)
	{
		if (stop->kind != LM_STOP_ORDER ||
		    problem->orders[stop->index].unit != problem->orders[drop->index].unit)
			continue;
		if (problem->orders[stop->index].kind == LM_COLLECT)
			aboard++;
		else
			aboard = Max(aboard - 1, 0);
	}
	return aboard > 0;
}

/*
 * What changes at a row.  Where a trip begins its deliveries come on board; where it ends its
 * pickups leave.
 */
static void
load_move(LmRows *rows, const LmTimetable *timetable, int row)
{
	const LmProblem *problem = &rows->input->problem;
	const LmStop *stop = &timetable->stops[row];

	if (stop->kind == LM_STOP_ORDER)
	{
		LmOrderKind kind = problem->orders[stop->index].kind;

		if (kind == LM_PICKUP || kind == LM_COLLECT)
			load_change(rows, stop->index, 1);
		else if (kind == LM_DELIVERY || goods_aboard(problem, timetable, stop))
			load_change(rows, stop->index, -1);
	}
	if (stop->kind == LM_STOP_START || stop->kind == LM_STOP_END)
	{
		for (int dimension = 0; dimension < problem->dimensions; dimension++)
			rows->load[dimension] = 0;
	}
	if (stop->kind == LM_STOP_RELOAD)
		load_trip(rows, timetable, row, LM_PICKUP);
	if (stop->kind == LM_STOP_START || stop->kind == LM_STOP_RELOAD)
		load_trip(rows, timetable, row, LM_DELIVERY);
}

static LmTime
stop_starts(const LmStop *stop)
{
	return stop->arrives + stop->setup + stop->wait;
}

/* Past the end of the order's last window: of a hard one only in routes that check times. */
static LmTime
row_late(const LmProblem *problem, const LmStop *stop)
{
	const LmOrder *order;
	LmTime close;

	if (stop->kind != LM_STOP_ORDER)
		return 0;
	order = &problem->orders[stop->index];
	close = order->soft ? order->due
	                    : problem->windows[order->window_first + order->window_count - 1].close;
	return Max(stop_starts(stop) - close, 0);
}

/*
 * Cost of a row: the fixed price, or the leg and the time since the row before departed, and what an
 * order adds.  A departure after the end of the shift is overtime already: it is the start's.
 */
static double
row_cost(const LmProblem *problem, int32_t index, const LmStop *before, const LmStop *stop)
{
	const LmVehicle *vehicle = &problem->vehicles[index];
	LmTime over_from = vehicle->shift_end;
	/* one that is under way may have stood at its start */
	double cost = vehicle->cost_fixed +
	              vehicle->cost_per_hour * ((double) stop->service / MS_PER_HOUR);

	if (before != NULL)
	{
		over_from = Max(before->departs, vehicle->shift_end);
		cost = vehicle->cost_per_km * ((double) stop->length / MM_PER_KM) +
		       vehicle->cost_per_hour * ((double) (stop->departs - before->departs) / MS_PER_HOUR);
	}
	if (stop->kind == LM_STOP_ORDER && problem->orders[stop->index].preferred != index)
		cost += problem->orders[stop->index].prefer_cost;
	if (stop->kind == LM_STOP_ORDER && problem->orders[stop->index].soft)
		cost += problem->orders[stop->index].late_cost *
		        ((double) row_late(problem, stop) / MS_PER_HOUR);
	if (stop->departs > over_from)
		cost += vehicle->cost_per_overtime_hour *
		        ((double) (stop->departs - over_from) / MS_PER_HOUR);
	return cost;
}

double
lm_rows_cost(const LmInput *input, int32_t vehicle, const LmTimetable *timetable)
{
	double cost = 0;

	for (int row = 0; row < timetable->count; row++)
		cost += row_cost(&input->problem, vehicle, row > 0 ? &timetable->stops[row - 1] : NULL,
		                 &timetable->stops[row]);
	return cost;
}

static const char *
order_kind_name(LmOrderKind kind)
{
	return kind == LM_DELIVERY || kind == LM_DROP ? "delivery" : "pickup";
}

static const char *
kind_name(const LmProblem *problem, const LmStop *stop)
{
	switch (stop->kind)
	{
		case LM_STOP_START:
			return "start";
		case LM_STOP_ORDER:
			return order_kind_name(problem->orders[stop->index].kind);
		case LM_STOP_BREAK:
			return "break";
		case LM_STOP_RELOAD:
			return "reload";
		case LM_STOP_END:
			return "end";
	}
	return "";
}

/* Where a row is: the order's own point, which its place may share with others. */
static LmPoint
row_point(const LmInput *input, const LmStop *stop)
{
	if (stop->kind == LM_STOP_ORDER)
	{
		LmPoint own = input->order_rows[input->row_of_order[stop->index]].point;

		if (own.known)
			return own;
	}
	return input->places[stop->place].point;
}

static void
times_set(LmRows *rows, const LmStop *stop)
{
	instant_set(rows, ARRIVES_AT, stop->arrives);
	instant_set(rows, STARTS_AT, stop_starts(stop));
	instant_set(rows, DEPARTS_AT, stop->departs);
	interval_set(rows, TRAVEL_TIME, stop->travel);
	interval_set(rows, SETUP_TIME, stop->setup);
	interval_set(rows, WAIT_TIME, stop->wait);
	interval_set(rows, SERVICE_TIME, stop->service);
	interval_set(rows, LATE_TIME, row_late(&rows->input->problem, stop));
}

/* Metres, and what follows from them. */
static void
lengths_set(LmRows *rows, const LmVehicle *vehicle, const LmStop *stop)
{
	if (!rows->input->has_lengths)
		return;
	column_set(rows, DISTANCE_M, Float8GetDatum((double) stop->length / MM_PER_M));
	if (!isnan(vehicle->co2e_per_km))
		column_set(rows, CO2E_G,
		           Float8GetDatum(vehicle->co2e_per_km * ((double) stop->length / MM_PER_KM)));
}

/* The way to a row: the road's, or a straight line between the points of the two rows. */
static void
leg_set(LmRows *rows, int32_t vehicle, const LmStop *before, const LmStop *stop, LmPoint from,
        LmPoint here)
{
	const LmTrack *track;

	if (rows->input->road != NULL)
	{
		track = lm_road_leg(rows->input, vehicle, before->place, stop->place, before->departs);
		if (track != NULL)
			column_set(rows, LEG,
			           lm_point_out_line(&rows->points, track->x, track->y, track->count));
	}
	else if (from.known && here.known)
		column_set(rows, LEG, lm_point_out_leg(&rows->points, from, here));
}

void
lm_rows_vehicle(LmRows *rows, int32_t vehicle, const LmTimetable *timetable, List **violations)
{
	const LmInput *input = rows->input;
	const LmVehicle *van = &input->problem.vehicles[vehicle];
	MemoryContext caller = MemoryContextSwitchTo(rows->row_context);
	LmPoint here = {0};
	int32 trip = 1;

	for (int row = 0; row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];
		const LmStop *before = row > 0 ? stop - 1 : NULL;
		LmPoint from = here;

		row_clear(rows);
		/* after a break the vehicle is where it was, and `here` says so */
		if (stop->kind != LM_STOP_BREAK || row == 0)
			here = row_point(input, stop);
		load_move(rows, timetable, row);
		trip += stop->kind == LM_STOP_RELOAD;
		text_set(rows, VEHICLE_ID, input->vehicle_rows[vehicle].id);
		column_set(rows, TRIP_NO, Int32GetDatum(trip));
		column_set(rows, STOP_NO, Int32GetDatum(row + 1));
		text_set(rows, KIND, kind_name(&input->problem, stop));
		if (stop->kind == LM_STOP_ORDER)
			text_set(rows, ORDER_ID, input->order_rows[input->row_of_order[stop->index]].id);
		times_set(rows, stop);
		lengths_set(rows, van, stop);
		load_set(rows);
		column_set(rows, COST, Float8GetDatum(row_cost(&input->problem, vehicle, before, stop)));
		if (here.known)
			column_set(rows, GEOM, lm_point_out(&rows->points, here));
		if (before != NULL && stop->kind != LM_STOP_BREAK)
			leg_set(rows, vehicle, before, stop, from, here);
		violations_set(rows, violations != NULL ? violations[row] : NIL);
		row_put(rows);
	}
	MemoryContextSwitchTo(caller);
}

void
lm_rows_left_out(LmRows *rows, int32_t row, const char *code, const char *reason, List *violations)
{
	const LmOrderRow *order = &rows->input->order_rows[row];
	MemoryContext caller = MemoryContextSwitchTo(rows->row_context);

	row_clear(rows);
	text_set(rows, KIND, "unassigned");
	text_set(rows, ORDER_ID, order->id);
	if (!isnan(order->skip_cost))
		column_set(rows, COST, Float8GetDatum(order->skip_cost));
	if (order->point.known)
		column_set(rows, GEOM, lm_point_out(&rows->points, order->point));
	if (code != NULL)
		text_set(rows, REASON_CODE, code);
	if (reason != NULL)
		text_set(rows, REASON, reason);
	violations_set(rows, violations);
	row_put(rows);
	MemoryContextSwitchTo(caller);
}

void
lm_rows_unassigned(LmRows *rows, int32_t row, const LmReason *reason, List *violations)
{
	const LmOrderRow *order = &rows->input->order_rows[row];
	char *text = lm_reason_text(rows->input, row, reason);

	lm_rows_left_out(rows, row, lm_reason_name(order->order < 0 ? order->bad_code : reason->code),
	                 text, violations);
	pfree(text);
}
