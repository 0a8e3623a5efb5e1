/*
 * quote.c
 *	  lastmile.quote: reads orders, vehicles, routes and candidates; a row for each candidate.
 *
 * The place comes from solver/quote.h; what is printed are differences between the schedules of the
 * route with and without the candidate, priced as plan's rows are.
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "input/argument.h"
#include "input/fixed.h"
#include "input/input.h"
#include "input/routes.h"
#include "input/values.h"
#include "output/fault.h"
#include "output/rows.h"
#include "solver/day.h"
#include "solver/quote.h"
#include "solver/schedule.h"
#include "workers/call.h"
#include "workers/memory.h"
#include "workers/pace.h"

#define US_PER_MS 1000
#define MM_PER_M 1000.0
#define MM_PER_KM 1000000.0

#define CANDIDATES 3 /* argument of its own, between routes and matrix */

/* Columns, in the order of quote.sql. */
enum
{
	ORDER_ID,
	SLOT_START,
	SLOT_END,
	FEASIBLE,
	VEHICLE_ID,
	STARTS_AT,
	COST,
	EXTRA_TIME,
	EXTRA_DISTANCE_M,
	CO2E_G,
	REASON_CODE,
	COLUMNS
};

/* What a route comes to. */
typedef struct RouteSum
{
	bool known;
	double cost;
	LmTime working;
	LmLength length;
} RouteSum;

typedef struct Desk
{
	LmInput *input;
	LmDay day;
	LmPlan plan; /* of the rest of the day */
	LmScheduler *scheduler;
	LmQuoter *quoter;
	LmTimetable timetable;
	RouteSum *present; /* [vehicle_count] of the routes as they are */
	LmMemory memory;
	LmPace pace;
	ReturnSetInfo *result;
	Datum values[COLUMNS];
	bool nulls[COLUMNS];
} Desk;

PG_FUNCTION_INFO_V1(lastmile_quote);

/* Raises why the core gave up. */
static void
core_raise(Desk *desk)
{
	if (desk->scheduler != NULL && lm_scheduler_stopped(desk->scheduler))
		lm_pace_raise(&desk->pace);
	lm_memory_raise(&desk->memory);
}

static void
desk_open(Desk *desk, const LmPlan *routes, const LmCall *call)
{
	const LmProblem *problem = &desk->input->problem;
	LmArena *arena = &desk->memory.arena;
	LmStatus status;

	lm_memory_init(&desk->memory, desk->input->context);
	lm_pace_begin(&desk->pace, call->begun, 0, 0, false);
	status = lm_day_begin(&desk->day, problem, lm_pace_should_stop, &desk->pace, arena);
	if (status == LM_CANCELLED)
		lm_pace_raise(&desk->pace);
	if (status != LM_OK)
		lm_memory_raise(&desk->memory);
	desk->plan = lm_day_sequences(&desk->day, routes, arena);
	desk->scheduler = lm_scheduler_new(desk->day.rest, arena);
	desk->present = LM_TAKE(arena, RouteSum, problem->vehicle_count);
	desk->timetable.stops = LM_TAKE(arena, LmStop, lm_day_rows(problem));
	if (desk->scheduler == NULL || arena->failed)
		core_raise(desk);
	lm_scheduler_watch(desk->scheduler, lm_pace_should_stop, NULL, &desk->pace);
	desk->quoter = lm_quoter_new(desk->day.rest, desk->scheduler, &desk->plan, arena);
	if (desk->quoter == NULL)
		core_raise(desk);
}

static RouteSum
route_sum(Desk *desk, int32_t vehicle, const int32_t *orders, int32_t count)
{
	RouteSum sum = {.known = true};

	if (count == 0 && !lm_day_drives(&desk->day, vehicle))
		return sum;
	if (!lm_day_time(&desk->day, desk->scheduler, vehicle, orders, count, &desk->timetable))
	{
		if (lm_scheduler_stopped(desk->scheduler) || lm_scheduler_failed(desk->scheduler))
			core_raise(desk);
		LM_CANNOT_HAPPEN("a quoted route without a schedule");
	}
	sum.cost = lm_rows_cost(desk->input, vehicle, &desk->timetable);
	sum.working = desk->timetable.ends - desk->timetable.departs;
	sum.length = desk->timetable.length;
	return sum;
}

static void
column_set(Desk *desk, int column, Datum value)
{
	desk->values[column] = value;
	desk->nulls[column] = false;
}

/* When service of the candidate starts, in the timetable of its route. */
static TimestampTz
starts_at(const Desk *desk, int32_t order)
{
	const LmStop *stop = desk->timetable.stops;

	while (stop->kind != LM_STOP_ORDER || stop->index != order)
		stop++;
	return desk->input->origin + (stop->arrives + stop->setup + stop->wait) * US_PER_MS;
}

static void
place_set(Desk *desk, int32_t order, const LmQuote *quote)
{
	const LmVehicle *vehicle = &desk->input->problem.vehicles[quote->vehicle];
	int32_t first = desk->plan.first[quote->vehicle];
	RouteSum *present = &desk->present[quote->vehicle];
	Interval *extra = palloc0(sizeof(Interval));
	RouteSum with;

	if (!present->known)
		*present = route_sum(desk, quote->vehicle, desk->plan.stops + first,
		                     desk->plan.first[quote->vehicle + 1] - first);
	with = route_sum(desk, quote->vehicle, quote->orders, quote->count);
	extra->time = (with.working - present->working) * US_PER_MS;
	column_set(desk, VEHICLE_ID, CStringGetTextDatum(desk->input->vehicle_rows[quote->vehicle].id));
	column_set(desk, STARTS_AT, TimestampTzGetDatum(starts_at(desk, order)));
	column_set(desk, COST, Float8GetDatum(with.cost - present->cost));
	column_set(desk, EXTRA_TIME, IntervalPGetDatum(extra));
	if (!desk->input->has_lengths)
		return;
	column_set(desk, EXTRA_DISTANCE_M,
	           Float8GetDatum((double) (with.length - present->length) / MM_PER_M));
	if (!isnan(vehicle->co2e_per_km))
		column_set(desk, CO2E_G,
		           Float8GetDatum(vehicle->co2e_per_km *
		                          ((double) (with.length - present->length) / MM_PER_KM)));
}

/* Whether the candidate has a place; else why not. */
static bool
order_quote(Desk *desk, int32_t order, LmReasonCode *code)
{
	LmQuote quote;
	LmReason reason;

	if (!lm_quote_find(desk->quoter, lm_day_rest(&desk->day, order), &quote))
		core_raise(desk);
	if (quote.vehicle >= 0)
	{
		place_set(desk, order, &quote);
		return true;
	}
	if (!lm_quote_reason(desk->quoter, lm_day_rest(&desk->day, order), &reason))
		core_raise(desk);
	*code = lm_day_reason(&desk->day, reason).code;
	return false;
}

static void
candidate_write(Desk *desk, int32_t candidate)
{
	const LmInput *input = desk->input;
	const LmOrderRow *row = &input->order_rows[input->order_row_count + candidate];
	const LmSlot *slot = &input->slots[candidate];
	LmReasonCode code = row->bad_code;
	bool feasible;

	CHECK_FOR_INTERRUPTS();
	memset(desk->nulls, true, sizeof(desk->nulls));
	column_set(desk, ORDER_ID, CStringGetTextDatum(row->id));
	if (slot->start != DT_NOBEGIN)
		column_set(desk, SLOT_START, TimestampTzGetDatum(slot->start));
	if (slot->end != DT_NOEND)
		column_set(desk, SLOT_END, TimestampTzGetDatum(slot->end));
	feasible = row->order >= 0 && order_quote(desk, row->order, &code);
	column_set(desk, FEASIBLE, BoolGetDatum(feasible));
	if (!feasible)
		column_set(desk, REASON_CODE, CStringGetTextDatum(lm_reason_name(code)));
	tuplestore_putvalues(desk->result->setResult, desk->result->setDesc, desk->values, desk->nulls);
}

Datum
lastmile_quote(PG_FUNCTION_ARGS)
{
	LmCall call = lm_call_begin();
	Desk desk = {0};
	const LmRoutes *routes;
	LmPlan sequences;
	LmRequest request = lm_argument_request(fcinfo, "lastmile.quote", 1);

	request.candidates = lm_argument_query(fcinfo, CANDIDATES, "candidates");
	request.few_legs = true;
	InitMaterializedSRF(fcinfo, 0);
	desk.result = (ReturnSetInfo *) fcinfo->resultinfo;
	LM_ENSURE(desk.result->setDesc->natts == COLUMNS, "columns of quote");
	desk.input = lm_input_read(&request, call.context);
	routes = lm_routes_read(request.function, request.routes, desk.input, call.context);
	sequences = lm_routes_plan(routes, desk.input);
	lm_input_travel(&request, desk.input, &sequences);
	lm_fixed_set(request.function, routes, desk.input);
	desk_open(&desk, &sequences, &call);
	for (int32_t candidate = 0; candidate < desk.input->candidate_count; candidate++)
		candidate_write(&desk, candidate);
	LM_ENSURE(desk.input->pairs == NULL || !desk.input->pairs->missed, "a leg that was not made");
	lm_call_end(&call);
	return (Datum) 0;
}
