/*
 * plan.c
 *	  lastmile.plan: reads, searches, writes rows.
 */
#include "postgres.h"

#include "fmgr.h"
#include "portability/instr_time.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "input/argument.h"
#include "input/input.h"
#include "input/routes.h"
#include "lastmile.h"
#include "output/fault.h"
#include "output/rows.h"
#include "solver/schedule.h"
#include "solver/solve.h"
#include "workers/memory.h"
#include "workers/pace.h"

#define MS_PER_DAY 86400000.0
#define DAYS_PER_MONTH_GIVEN 30

/*
 * Kept back of the time limit for writing the rows; a row takes 3 to 10 microseconds.  Never
 * more than a tenth, so that a short limit is still spent on the search.
 */
#define RESERVE_MS_PER_ROW 0.01
#define RESERVE_SHARE 0.1

/* Arguments, in the order of plan.sql. */
enum
{
	ORDERS,
	VEHICLES,
	MATRIX,
	NETWORK,
	TRAFFIC,
	ROUTES,
	AT,
	OBJECTIVE,
	TIME_LIMIT,
	ITERATIONS,
	SEED,
	WORKERS,
	TIMEZONE
};

/* How long the search may go on. */
typedef struct PlanEffort
{
	double limit_ms;  /* of the whole call */
	bool guard;       /* the limit is lastmile.max_time_limit, which nobody asked for */
	int64 iterations; /* 0: not limited */
	uint64 seed;
} PlanEffort;

PG_FUNCTION_INFO_V1(lastmile_plan);

static void
workers_check(FunctionCallInfo fcinfo)
{
	bool given = !PG_ARGISNULL(WORKERS);
	int workers = given ? PG_GETARG_INT32(WORKERS) : lm_workers;

	if (workers < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("argument \"workers\" is %d, must be at least 1", workers),
		                errdetail("The calling process is counted: 1 searches without a helper.")));
	if (workers > 1)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
		                given ? errmsg("argument \"workers\" above 1 is not supported yet")
		                      : errmsg("lastmile.workers above 1 is not supported yet"),
		                given ? errhint("Leave it out or give 1.") : errhint("Set it to 1.")));
}

static double
interval_ms(const Interval *interval)
{
	return (double) interval->time / 1000 +
	       (interval->day + (double) interval->month * DAYS_PER_MONTH_GIVEN) * MS_PER_DAY;
}

/* As the administrator would write it: "10min". */
static const char *
max_time_limit_text(void)
{
	return GetConfigOptionByName("lastmile.max_time_limit", NULL, false);
}

/* The time_limit argument, no more than an administrator allows. */
static double
time_limit_ms(FunctionCallInfo fcinfo)
{
	double limit = interval_ms(PG_GETARG_INTERVAL_P(TIME_LIMIT));

	if (limit <= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("argument \"time_limit\" must be more than zero")));
	if (limit > lm_max_time_limit_ms)
	{
		ereport(WARNING, (errcode(ERRCODE_WARNING),
		                  errmsg("time_limit is cut to %s by lastmile.max_time_limit",
		                         max_time_limit_text())));
		limit = lm_max_time_limit_ms;
	}
	return limit;
}

static PlanEffort
effort_read(FunctionCallInfo fcinfo)
{
	PlanEffort effort = {0};

	effort.seed = PG_ARGISNULL(SEED) ? 1 : (uint64) PG_GETARG_INT64(SEED);
	if (!PG_ARGISNULL(ITERATIONS))
	{
		effort.iterations = PG_GETARG_INT64(ITERATIONS);
		if (effort.iterations <= 0)
			ereport(ERROR,
			        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			         errmsg("argument \"iterations\" is " INT64_FORMAT ", must be at least 1",
			                effort.iterations)));
	}
	if (!PG_ARGISNULL(TIME_LIMIT))
		effort.limit_ms = time_limit_ms(fcinfo);
	else if (effort.iterations > 0)
	{
		effort.limit_ms = lm_max_time_limit_ms;
		effort.guard = true;
	}
	else
		effort.limit_ms = Min(lm_time_limit_ms, lm_max_time_limit_ms);
	return effort;
}

static LmRequest
request_read(FunctionCallInfo fcinfo)
{
	LmRequest request = {.function = "lastmile.plan"};

	request.orders = lm_argument_query(fcinfo, ORDERS, "orders");
	request.vehicles = lm_argument_query(fcinfo, VEHICLES, "vehicles");
	request.matrix = lm_argument_text(fcinfo, MATRIX);
	request.network = lm_argument_text(fcinfo, NETWORK);
	request.traffic = lm_argument_text(fcinfo, TRAFFIC);
	request.routes = lm_argument_text(fcinfo, ROUTES);
	request.at_given = lm_argument_moment(fcinfo, AT, "at", &request.at);
	request.objective = lm_argument_objective(fcinfo, OBJECTIVE);
	request.balance_price = lm_balance_price;
	workers_check(fcinfo);
	request.timezone = lm_argument_timezone(fcinfo, TIMEZONE);
	return request;
}

/* Searches; what it finds lives in the arena. */
static LmSolveResult
plan_search(const LmInput *input, const LmPlan *start, const PlanEffort *effort, instr_time call,
            LmMemory *memory)
{
	double reserve = Min(input->order_row_count * RESERVE_MS_PER_ROW,
	                     effort->limit_ms * RESERVE_SHARE);
	LmSolveOptions options = {0};
	LmSolveResult result = {0};
	LmPace pace;
	LmStatus status;

	lm_pace_begin(&pace, call, effort->limit_ms, reserve, effort->iterations > 0);
	options.iterations = effort->iterations;
	options.seed = effort->seed;
	options.start = start;
	options.should_stop = lm_pace_should_stop;
	options.clock_share = lm_pace_clock_share;
	options.context = &pace;
	status = lm_solve(&input->problem, &options, &memory->arena, &result);
	if (status == LM_CANCELLED)
		lm_pace_raise(&pace);
	if (status == LM_NO_MEMORY)
		lm_memory_raise(memory);
	LM_ENSURE(status == LM_OK, "status of the search");
	if (pace.expired && effort->guard)
		ereport(WARNING,
		        (errcode(ERRCODE_WARNING),
		         errmsg("the search was ended after %s by lastmile.max_time_limit",
		                max_time_limit_text()),
		         errdetail("It had done %lld of %lld iterations.", (long long) result.iterations,
		                   (long long) effort->iterations)));
	return result;
}

/* Rows a timetable may need: the longest route with all breaks of its vehicle. */
static int32_t
timetable_room(const LmProblem *problem)
{
	int32_t breaks = 0;

	for (int32_t vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
		breaks = Max(breaks, problem->vehicles[vehicle].break_count);
	return problem->order_count + breaks + 2;
}

/* Writes the rows of all routes and marks the orders that they serve. */
static void
routes_write(LmRows *rows, const LmInput *input, const LmPlan *plan, LmMemory *memory, bool *served)
{
	const LmProblem *problem = &input->problem;
	LmScheduler *scheduler = lm_scheduler_new(problem, &memory->arena);
	LmTimetable timetable = {0};
	instr_time now;
	LmPace pace;

	timetable.stops = LM_TAKE(&memory->arena, LmStop, timetable_room(problem));
	if (scheduler == NULL || timetable.stops == NULL)
		lm_memory_raise(memory);
	/* a long route under traffic has many departures */
	INSTR_TIME_SET_CURRENT(now);
	lm_pace_begin(&pace, now, 0, 0, false);
	lm_scheduler_watch(scheduler, lm_pace_should_stop, NULL, &pace);
	for (int32_t turn = 0; turn < problem->vehicle_count; turn++)
	{
		int32_t vehicle = input->vehicle_sequence[turn];
		const int32_t *orders = plan->stops + plan->first[vehicle];
		int32_t count = plan->first[vehicle + 1] - plan->first[vehicle];
		bool timed;

		if (count == 0)
			continue;
		timed = lm_schedule_time(scheduler, vehicle, orders, count, &timetable);
		if (lm_scheduler_stopped(scheduler))
			lm_pace_raise(&pace);
		if (!timed)
		{
			if (lm_scheduler_failed(scheduler))
				lm_memory_raise(memory);
			LM_CANNOT_HAPPEN("a planned route without a schedule");
		}
		lm_rows_vehicle(rows, vehicle, &timetable, NULL);
		for (int32_t stop = 0; stop < count; stop++)
		{
			LM_ENSURE(!served[orders[stop]], "an order planned twice");
			served[orders[stop]] = true;
		}
	}
}

static void
unassigned_write(LmRows *rows, const LmInput *input, const LmReason *reasons, const bool *served)
{
	for (int32_t row = 0; row < input->order_row_count; row++)
	{
		int32_t order = input->order_rows[row].order;
		const LmReason *reason = order < 0 ? NULL : &reasons[order];

		if (order >= 0 && served[order])
			continue;
		LM_ENSURE(reason == NULL || reason->code != LM_REASON_NONE,
		          "an unassigned order without a reason");
		lm_rows_unassigned(rows, row, reason, NIL);
	}
}

static void
plan_run(FunctionCallInfo fcinfo, const LmRequest *request, const PlanEffort *effort,
         instr_time call, MemoryContext context)
{
	LmInput *input = lm_input_read(request, context);
	LmRows *rows = lm_rows_begin(fcinfo, input, LM_PLAN_COLUMNS);
	const LmProblem *problem = &input->problem;
	bool *served = palloc0(sizeof(bool) * ((Size) problem->order_count + 1));
	LmSolveResult result = {0};
	LmPlan start;
	LmMemory memory;

	if (request->routes != NULL)
		start = lm_routes_plan(lm_routes_read(request->function, request->routes, input, context),
		                       input);
	lm_memory_init(&memory, context);
	if (problem->order_count > 0)
	{
		result = plan_search(input, request->routes != NULL ? &start : NULL, effort, call, &memory);
		routes_write(rows, input, &result.plan, &memory, served);
	}
	unassigned_write(rows, input, result.reasons, served);
}

Datum
lastmile_plan(PG_FUNCTION_ARGS)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "lastmile.plan",
	                                              ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	instr_time call;
	LmRequest request;
	PlanEffort effort;

	INSTR_TIME_SET_CURRENT(call);
	lm_memory_call(context);
	request = request_read(fcinfo);
	effort = effort_read(fcinfo);
	plan_run(fcinfo, &request, &effort, call, context);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return (Datum) 0;
}
