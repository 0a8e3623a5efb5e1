/*
 * why.c
 *	  lastmile.why: reads what check reads, asks of each unserved order and vehicle what has to give way.
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "input/argument.h"
#include "input/input.h"
#include "input/routes.h"
#include "output/fault.h"
#include "output/reason.h"
#include "output/rows.h"
#include "why/relax.h"
#include "why/sentence.h"
#include "workers/memory.h"
#include "workers/pace.h"

#define PER_UNIT 1000.0 /* ms a second, mm a metre, thousandths a unit of demand */

/* Arguments, in the order of why.sql. */
enum
{
	ORDERS,
	VEHICLES,
	ROUTES,
	MATRIX,
	NETWORK,
	TRAFFIC,
	AT,
	OBJECTIVE,
	TIMEZONE
};

/* Columns, likewise. */
enum
{
	ORDER_ID,
	VEHICLE_ID,
	REASON_CODE,
	EXCESS,
	UNIT,
	RELAXATION,
	COST,
	COLUMNS
};

typedef struct Why
{
	LmInput *input;
	LmPlan plan;
	bool *served; /* [order_count] it, or another of its alternatives */
	LmMemory memory;
	LmMemory scratch; /* of the judge */
	LmPace pace;
	LmRelaxer *relaxer;
	MemoryContext row_context;
	ReturnSetInfo *result;
} Why;

/* A row to be written; NULL and NAN stand for NULL. */
typedef struct WhyRow
{
	const char *texts[COLUMNS];
	double excess;
	double cost;
} WhyRow;

PG_FUNCTION_INFO_V1(lastmile_why);

static LmRequest
request_read(FunctionCallInfo fcinfo)
{
	LmRequest request = {.function = "lastmile.why"};

	request.orders = lm_argument_query(fcinfo, ORDERS, "orders");
	request.vehicles = lm_argument_query(fcinfo, VEHICLES, "vehicles");
	request.routes = lm_argument_query(fcinfo, ROUTES, "routes");
	request.matrix = lm_argument_text(fcinfo, MATRIX);
	request.network = lm_argument_text(fcinfo, NETWORK);
	request.traffic = lm_argument_text(fcinfo, TRAFFIC);
	request.at_given = lm_argument_moment(fcinfo, AT, "at", &request.at);
	request.objective = lm_argument_objective(fcinfo, OBJECTIVE);
	request.timezone = lm_argument_timezone(fcinfo, TIMEZONE);
	return request;
}

static void
served_mark(Why *why)
{
	const LmProblem *problem = &why->input->problem;

	why->served = palloc0(sizeof(bool) * ((Size) problem->order_count + 1));
	for (int32_t stop = 0; stop < why->plan.first[problem->vehicle_count]; stop++)
	{
		int32_t order = why->plan.stops[stop];

		why->served[order] = true;
		if (problem->units == NULL)
			continue;
		for (int32_t i = 0; i < problem->units[problem->orders[order].unit].heads; i++)
			why->served[problem->members[problem->units[problem->orders[order].unit].first + i]] =
				true;
	}
}

static void
row_write(Why *why, const WhyRow *row)
{
	Datum values[COLUMNS] = {0};
	bool nulls[COLUMNS];

	for (int column = 0; column < COLUMNS; column++)
	{
		nulls[column] = row->texts[column] == NULL;
		if (!nulls[column])
			values[column] = CStringGetTextDatum(row->texts[column]);
	}
	nulls[EXCESS] = isnan(row->excess);
	values[EXCESS] = Float8GetDatum(row->excess);
	nulls[COST] = isnan(row->cost);
	values[COST] = Float8GetDatum(row->cost);
	tuplestore_putvalues(why->result->setResult, why->result->setDesc, values, nulls);
}

/* The code, the amount and its unit: those of the first rule that gives way. */
static void
excess_set(const LmRelaxation *relaxation, int32_t dimensions, WhyRow *row)
{
	int rule = 0;

	while ((relaxation->rules & LM_RELAX_RULE(lm_relax_rules[rule])) == 0)
		rule++;
	row->texts[REASON_CODE] = lm_reason_name(lm_relax_rules[rule]);
	if (rule < LM_RELAX_TIMES)
	{
		row->excess = relaxation->times[rule] / PER_UNIT;
		row->texts[UNIT] = "s";
	}
	else if (lm_relax_rules[rule] == LM_REASON_DISTANCE)
	{
		row->excess = relaxation->distance / PER_UNIT;
		row->texts[UNIT] = "m";
	}
	else if (lm_relax_rules[rule] == LM_REASON_STOPS)
	{
		row->excess = relaxation->stops;
		row->texts[UNIT] = "stops";
	}
	else if (lm_relax_rules[rule] == LM_REASON_CAPACITY)
	{
		int32_t dimension = 0;

		while (dimension + 1 < dimensions && relaxation->capacity[dimension] == 0)
			dimension++;
		row->excess = relaxation->capacity[dimension] / PER_UNIT;
		row->texts[UNIT] = "demand";
	}
}

/* An optional order that has a place, but a dear one. */
static void
dropped_set(const LmOrder *order, double adds, WhyRow *row)
{
	row->texts[REASON_CODE] = lm_reason_name(LM_REASON_DROPPED);
	row->excess = adds - order->skip_cost;
	row->texts[UNIT] = "cost";
	row->texts[RELAXATION] = psprintf("raise its skip_cost to %.10g instead of %.10g, and %s", adds,
	                                  order->skip_cost, row->texts[RELAXATION]);
}

static void
pair_write(Why *why, int32_t order, int32_t vehicle)
{
	const LmProblem *problem = &why->input->problem;
	int32_t first = why->plan.first[vehicle];
	LmRelaxation relaxation;
	WhyRow row = {.excess = NAN, .cost = NAN};
	LmJudgeStatus status = lm_relax_find(why->relaxer, vehicle, &why->plan.stops[first],
	                                     why->plan.first[vehicle + 1] - first, order, &relaxation);

	if (status == LM_JUDGE_STOPPED)
		lm_pace_raise(&why->pace);
	if (status == LM_JUDGE_NO_MEMORY)
		lm_memory_raise(&why->scratch);
	row.texts[ORDER_ID] = why->input->order_rows[why->input->row_of_order[order]].id;
	row.texts[VEHICLE_ID] = why->input->vehicle_rows[vehicle].id;
	if (!relaxation.found)
	{
		row.texts[REASON_CODE] = lm_reason_name(LM_REASON_SEARCH);
		row_write(why, &row);
		return;
	}
	row.cost = relaxation.cost;
	row.texts[RELAXATION] = lm_relaxation_text(why->input, order, vehicle, &relaxation);
	if (relaxation.rules != 0)
		excess_set(&relaxation, problem->dimensions, &row);
	else if (problem->orders[order].optional && problem->objective == LM_OBJECTIVE_COST &&
	         relaxation.cost > problem->orders[order].skip_cost)
		dropped_set(&problem->orders[order], relaxation.cost, &row);
	row_write(why, &row);
}

/* An order that no vehicle can be asked about. */
static void
alone_write(Why *why, const LmOrderRow *order)
{
	WhyRow row = {.excess = NAN, .cost = NAN};

	row.texts[ORDER_ID] = order->id;
	row.texts[REASON_CODE] = lm_reason_name(order->order < 0 ? order->bad_code : LM_REASON_SHIFT);
	row.texts[RELAXATION] = order->order < 0 ? psprintf("correct its row: %s", order->bad)
	                                         : "add a vehicle";
	row_write(why, &row);
}

static void
order_write(Why *why, const LmOrderRow *order)
{
	const LmProblem *problem = &why->input->problem;

	if (order->order < 0 || problem->vehicle_count == 0)
	{
		alone_write(why, order);
		return;
	}
	if (why->served[order->order])
		return;
	for (int32_t turn = 0; turn < problem->vehicle_count; turn++)
	{
		MemoryContext caller = MemoryContextSwitchTo(why->row_context);

		CHECK_FOR_INTERRUPTS();
		pair_write(why, order->order, why->input->vehicle_sequence[turn]);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(why->row_context);
	}
}

static void
why_run(FunctionCallInfo fcinfo, const LmRequest *request, instr_time call, MemoryContext context)
{
	Why why = {0};

	why.input = lm_input_read(request, context);
	why.plan = lm_routes_plan(
		lm_routes_read(request->function, request->routes, why.input, context), why.input);
	served_mark(&why);
	InitMaterializedSRF(fcinfo, 0);
	why.result = (ReturnSetInfo *) fcinfo->resultinfo;
	why.row_context = AllocSetContextCreate(context, "lastmile.why row", ALLOCSET_DEFAULT_SIZES);
	lm_pace_begin(&why.pace, call, 0, 0, false);
	lm_memory_init(&why.memory, context);
	lm_memory_init(&why.scratch, context);
	why.relaxer = lm_relaxer_new(&why.input->problem, &why.memory.arena, &why.scratch.arena,
	                             lm_pace_should_stop, &why.pace);
	if (why.relaxer == NULL)
		lm_memory_raise(&why.memory);
	for (int32_t row = 0; row < why.input->order_row_count; row++)
		order_write(&why, &why.input->order_rows[row]);
}

Datum
lastmile_why(PG_FUNCTION_ARGS)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "lastmile.why",
	                                              ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	instr_time call;
	LmRequest request;

	INSTR_TIME_SET_CURRENT(call);
	lm_memory_call(context);
	request = request_read(fcinfo);
	why_run(fcinfo, &request, call, context);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return (Datum) 0;
}
