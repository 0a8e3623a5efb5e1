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
#include "input/values.h"
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
	bool *served;  /* [order_count] it, or another of its group or shipment */
	int32_t *home; /* [order_count] vehicle that has its goods on board for good, -1: none */
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
		const LmUnit *unit = lm_problem_unit(problem, order);

		why->served[order] = true;
		if (unit != NULL)
			unit_mark(why, unit);
	}
}

/* The vehicle of which a done or frozen row is one of some orders, or -1. */
static int32_t
home_of(const LmProblem *problem, const int32_t *orders, int32_t count)
{
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		const LmVehicle *van = &problem->vehicles[v];

		for (int32_t row = van->fixed_first; row < van->fixed_first + van->fixed_count; row++)
			for (int32_t i = 0; i < count; i++)
				if (problem->fixed[row].order == orders[i])
					return v;
	}
	return -1;
}

/* Deliveries of goods that are on board for good, unless one of them is on a route. */
static void
homes_find(Why *why)
{
	const LmProblem *problem = &why->input->problem;
	int32_t stops = why->plan.first[problem->vehicle_count];
	bool *planned = palloc0(sizeof(bool) * ((Size) problem->order_count + 1));

	why->home = lm_huge_alloc(CurrentMemoryContext, problem->order_count, sizeof(int32_t));
	for (int32_t order = 0; order < problem->order_count; order++)
		why->home[order] = -1;
	for (int32_t stop = 0; stop < stops; stop++)
		planned[why->plan.stops[stop]] = true;
	for (int32_t u = 0; u < problem->unit_count && problem->fixed != NULL; u++)
	{
		const LmUnit *unit = &problem->units[u];
		const int32_t *members = problem->members + unit->first;
		int32_t home = unit->tails > 0 ? home_of(problem, members, unit->heads) : -1;
		bool dropped = false;

		for (int32_t i = unit->heads; i < unit->heads + unit->tails; i++)
			dropped |= planned[members[i]];
		for (int32_t i = unit->heads; i < unit->heads + unit->tails && home >= 0 && !dropped; i++)
		{
			why->home[members[i]] = home;
			why->served[members[i]] = false;
		}
	}
	pfree(planned);
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

/* Where no rule that gives way would help: the code and the words of it; false: rules may. */
static bool
never_set(const Why *why, int32_t order, int32_t vehicle, WhyRow *row)
{
	const LmProblem *problem = &why->input->problem;
	const LmVehicle *van = &problem->vehicles[vehicle];
	int32_t home = why->home[order];

	if (home >= 0 && home != vehicle)
	{
		row->texts[REASON_CODE] = lm_reason_name(LM_REASON_PRECEDENCE);
		row->texts[RELAXATION] = psprintf("its goods are on board of \"%s\"",
		                                  why->input->vehicle_rows[home].id);
		return true;
	}
	if (van->fixed_count == 0 ||
	    problem->fixed[van->fixed_first + van->fixed_count - 1].order != LM_FIXED_END)
		return false;
	row->texts[REASON_CODE] = lm_reason_name(LM_REASON_FROZEN);
	row->texts[RELAXATION] = psprintf("the end of \"%s\" is frozen",
	                                  why->input->vehicle_rows[vehicle].id);
	return true;
}

static void
pair_write(Why *why, int32_t order, int32_t vehicle)
{
	const LmProblem *problem = &why->input->problem;
	int32_t first = why->plan.first[vehicle];
	LmRelaxation relaxation;
	WhyRow row = {.excess = NAN, .cost = NAN};
	LmJudgeStatus status;

	row.texts[ORDER_ID] = why->input->order_rows[why->input->row_of_order[order]].id;
	row.texts[VEHICLE_ID] = why->input->vehicle_rows[vehicle].id;
	if (never_set(why, order, vehicle, &row))
	{
		row_write(why, &row);
		return;
	}
	status = lm_relax_find(why->relaxer, vehicle, &why->plan.stops[first],
	                       why->plan.first[vehicle + 1] - first, order, &relaxation);
	if (status == LM_JUDGE_STOPPED)
		lm_pace_raise(&why->pace);
	if (status == LM_JUDGE_NO_MEMORY)
		lm_memory_raise(&why->scratch);
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
	else if (why->home[order] < 0 && problem->orders[order].optional &&
	         problem->objective == LM_OBJECTIVE_COST &&
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
	LmRoutes *routes;

	why.input = lm_input_read(request, call->context);
	routes = lm_routes_read(request->function, request->routes, why.input, call->context);
	lm_routes_origin(routes, why.input);
	lm_fixed_set(request->function, routes, why.input);
	why.plan = lm_routes_plan(routes, why.input);
	served_mark(&why);
	homes_find(&why);
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
