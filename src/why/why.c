/*
 * why.c
 *	  lastmile.why: reads what check reads, asks of each unserved order and vehicle what has to give way.
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "input/argument.h"
#include "input/fixed.h"
#include "input/input.h"
#include "input/routes.h"
#include "output/fault.h"
#include "output/reason.h"
#include "output/rows.h"
#include "why/relax.h"
#include "why/sentence.h"
#include "workers/call.h"
#include "workers/memory.h"
#include "workers/pace.h"

#define PER_UNIT 1000.0 /* ms a second, mm a metre, thousandths a unit of demand */

/* Columns, in the order of why.sql. */
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
	bool *served; /* [order_count] it, or another of its group or shipment */
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

static void
unit_mark(Why *why, const LmUnit *unit)
{
	for (int32_t i = 0; i < unit->heads + unit->tails; i++)
		why->served[why->input->problem.members[unit->first + i]] = true;
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
		if (problem->units != NULL)
			unit_mark(why, &problem->units[problem->orders[order].unit]);
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

/* The amount of a limit that is raised; limits come in the order of the rules. */
static void
over_set(const int64_t *overs, int32_t limit, WhyRow *row)
{
	static const char *const units[] = {"m", "m", "stops", "demand"};

	row->excess = limit == LM_OVER_STOPS ? (double) overs[limit] : overs[limit] / PER_UNIT;
	row->texts[UNIT] = units[Min(limit, LM_OVER_CAPACITY)];
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
	else if (rule < LM_RELAX_TIMES + LM_OVER_CAPACITY)
		over_set(relaxation->overs, rule - LM_RELAX_TIMES, row);
	else if (lm_relax_rules[rule] == LM_REASON_CAPACITY)
	{
		int32_t limit = LM_OVER_CAPACITY;

		while (limit + 1 < LM_OVER_CAPACITY + dimensions && relaxation->overs[limit] == 0)
			limit++;
		over_set(relaxation->overs, limit, row);
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
why_run(FunctionCallInfo fcinfo, const LmRequest *request, const LmCall *call)
{
	Why why = {0};
	const LmRoutes *routes;

	why.input = lm_input_read(request, call->context);
	routes = lm_routes_read(request->function, request->routes, why.input, call->context);
	lm_fixed_refuse(request->function, routes);
	why.plan = lm_routes_plan(routes, why.input);
	served_mark(&why);
	InitMaterializedSRF(fcinfo, 0);
	why.result = (ReturnSetInfo *) fcinfo->resultinfo;
	why.row_context = AllocSetContextCreate(call->context, "lastmile.why row",
	                                        ALLOCSET_DEFAULT_SIZES);
	lm_pace_begin(&why.pace, call->begun, 0, 0, false);
	lm_memory_init(&why.memory, call->context);
	lm_memory_init(&why.scratch, call->context);
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
	LmCall call = lm_call_begin();
	LmRequest request = lm_argument_request(fcinfo, "lastmile.why", 0);

	why_run(fcinfo, &request, &call);
	lm_call_end(&call);
	return (Datum) 0;
}
