/*
 * check.c
 *	  lastmile.check: reads, judges each route, compares what is shown, writes rows.
 *
 * Shares with plan the reading of the input, the travel tables and the writing
 * of rows; times, loads and costs that are compared come from the judge.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "utils/memutils.h"

#include "check/check_parts.h"
#include "check/compare.h"
#include "check/violation.h"
#include "input/argument.h"
#include "input/fixed.h"
#include "input/input.h"
#include "input/routes.h"
#include "input/values.h"
#include "output/fault.h"
#include "output/rows.h"
#include "workers/call.h"
#include "workers/memory.h"
#include "workers/pace.h"

PG_FUNCTION_INFO_V1(lastmile_check);

/* Sorts the shown rows of a vehicle into items for the judge; an unreadable order is none. */
static void
route_open(LmCheck *check, LmCheckRoute *route, int32_t vehicle)
{
	const LmRoutes *routes = check->routes;
	int32_t first = routes->first[vehicle];

	memset(route, 0, sizeof(*route));
	route->vehicle = vehicle;
	route->shown = &routes->rows[first];
	route->shown_count = routes->first[vehicle + 1] - first;
	route->items = lm_huge_alloc(CurrentMemoryContext, 2 * (Size) route->shown_count,
	                             sizeof(int32_t));
	route->item_of = lm_huge_alloc(CurrentMemoryContext, route->shown_count, sizeof(int32_t));
	route->row_of = lm_huge_alloc(CurrentMemoryContext, route->shown_count, sizeof(int32_t));
	for (int32_t i = 0; i < route->shown_count; i++)
	{
		const LmShownRow *shown = &route->shown[i];
		int32_t item = shown->kind == LM_SHOWN_RELOAD ? LM_JUDGE_RELOAD : LM_JUDGE_BREAK;

		route->item_of[i] = -1;
		if (shown->kind == LM_SHOWN_ORDER)
		{
			LmCheckOrder *state = &check->orders[shown->order_row];

			item = check->input->order_rows[shown->order_row].order;
			if (item < 0)
			{
				if (state->vehicle < 0)
					state->vehicle = vehicle;
				continue;
			}
			route->order_count++;
		}
		else if (shown->kind != LM_SHOWN_RELOAD)
			route->rests = true;
		if (routes->ends_shown && shown->shows)
			route->whole = true;
		if (shown->kind != LM_SHOWN_START && shown->kind != LM_SHOWN_END)
		{
			if (shown->begins)
				route->items[route->item_count++] = LM_JUDGE_RELOAD;
			route->item_of[i] = route->item_count;
			route->items[route->item_count++] = item;
		}
	}
	route->rests = route->rests || route->whole;
}

static void
route_judge(LmCheck *check, LmCheckRoute *route)
{
	const LmJudgement *judgement = &route->judgement;
	LmJudgeRoute question = {.vehicle = route->vehicle,
	                         .items = route->items,
	                         .count = route->item_count,
	                         .breaks_shown = route->rests,
	                         .should_stop = lm_pace_should_stop,
	                         .context = &check->pace};
	LmJudgeStatus status = lm_judge_route(&check->input->problem, &question, &check->memory.arena,
	                                      &route->judgement);

	if (status == LM_JUDGE_STOPPED)
		lm_pace_raise(&check->pace);
	if (status == LM_JUDGE_NO_MEMORY)
		lm_memory_raise(&check->memory);
	LM_ENSURE(status == LM_JUDGE_OK, "status of the judge");
	route->violations = lm_huge_alloc(CurrentMemoryContext, judgement->timetable.count,
	                                  sizeof(List *));
	memset(route->violations, 0, sizeof(List *) * (Size) judgement->timetable.count);
	for (int32_t i = 0; i < judgement->violation_count; i++)
		lm_check_violate(
			route, judgement->violations[i].row,
			lm_violation_text(check->input, route->vehicle, judgement, &judgement->violations[i]));
}

/* Which row of the timetable each shown row is; -1: none. */
static void
rows_match(LmCheckRoute *route)
{
	const LmTimetable *timetable = &route->judgement.timetable;
	bool has_end = timetable->stops[timetable->count - 1].kind == LM_STOP_END;
	bool started = false;

	for (int32_t i = 0; i < route->shown_count; i++)
	{
		route->row_of[i] = -1;
		if (route->item_of[i] >= 0)
			route->row_of[i] = route->judgement.item_row[route->item_of[i]];
		else if (route->shown[i].kind == LM_SHOWN_START && !started)
		{
			route->row_of[i] = 0;
			started = true;
		}
	}
	for (int32_t i = route->shown_count - 1; i >= 0 && has_end; i--)
	{
		if (route->shown[i].kind != LM_SHOWN_END)
			continue;
		route->row_of[i] = timetable->count - 1;
		break;
	}
}

static void
route_check(LmCheck *check, int32_t vehicle)
{
	LmCheckRoute route;

	route_open(check, &route, vehicle);
	/* a vehicle whose orders cannot be read, and nothing else shown: those orders' rows say it */
	if (route.order_count == 0 && !route.rests &&
	    !check->input->problem.vehicles[vehicle].under_way)
		return;
	route_judge(check, &route);
	rows_match(&route);
	lm_compare_rows(check, &route);
	lm_compare_frozen(&route);
	for (int32_t i = 0; i < route.shown_count; i++)
	{
		const LmShownRow *shown = &route.shown[i];
		int32_t row = route.row_of[i];

		CHECK_FOR_INTERRUPTS();
		if (row < 0)
			continue;
		if (shown->kind == LM_SHOWN_ORDER)
			lm_compare_order(check, &route, shown, row);
		else if (shown->kind == LM_SHOWN_START)
			lm_compare_departure(check, &route, shown);
		else if (shown->kind == LM_SHOWN_RELOAD)
			lm_compare_reload(check, &route, shown, row);
		route.violations[row] = list_concat(
			route.violations[row],
			lm_compare_row(check->input, check->routes, shown, &route.judgement, row, route.whole));
	}
	lm_rows_vehicle(check->rows, vehicle, &route.judgement.timetable, route.violations);
}

static void
orders_mark(LmCheck *check)
{
	const LmRoutes *routes = check->routes;

	check->orders = lm_huge_alloc(CurrentMemoryContext, check->input->order_row_count,
	                              sizeof(LmCheckOrder));
	for (int32_t row = 0; row < check->input->order_row_count; row++)
		check->orders[row] = (LmCheckOrder){.vehicle = -1};
	for (int32_t i = routes->first[check->input->problem.vehicle_count]; i < routes->count; i++)
	{
		LmCheckOrder *state = &check->orders[routes->rows[i].order_row];

		if (state->left_out_count++ == 0)
			state->left_out = &routes->rows[i];
	}
}

static void
check_run(FunctionCallInfo fcinfo, const LmRequest *request, const LmCall *call)
{
	LmCheck check = {0};
	int32_t vehicles;

	check.input = lm_input_read(request, call->context);
	check.routes = lm_routes_read(request->function, request->routes, check.input, call->context);
	lm_routes_origin(check.routes, check.input);
	lm_fixed_set(request->function, check.routes, check.input);
	check.rows = lm_rows_begin(fcinfo, check.input, LM_PLAN_COLUMNS + 1);
	orders_mark(&check);
	check.route_context = AllocSetContextCreate(call->context, "lastmile.check route",
	                                            ALLOCSET_DEFAULT_SIZES);
	lm_pace_begin(&check.pace, call->begun, 0, 0, false);
	vehicles = check.input->problem.vehicle_count;
	for (int32_t turn = 0; turn < vehicles + check.input->order_row_count; turn++)
	{
		MemoryContext caller = MemoryContextSwitchTo(check.route_context);

		if (turn < vehicles)
		{
			lm_memory_init(&check.memory, call->context);
			check.memory.context = check.route_context;
			route_check(&check, check.input->vehicle_sequence[turn]);
		}
		else
			lm_check_unassigned(&check, turn - vehicles);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(check.route_context);
	}
}

Datum
lastmile_check(PG_FUNCTION_ARGS)
{
	LmCall call = lm_call_begin();
	LmRequest request = lm_argument_request(fcinfo, "lastmile.check", 0);

	request.few_legs = true;
	check_run(fcinfo, &request, &call);
	lm_call_end(&call);
	return (Datum) 0;
}
