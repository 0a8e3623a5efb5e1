/*
 * plan.c
 *	  lastmile.plan: reads, searches, writes rows.
 */
#include "postgres.h"

#include "fmgr.h"
#include "portability/instr_time.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "input/argument.h"
#include "input/fixed.h"
#include "input/input.h"
#include "input/routes.h"
#include "lastmile.h"
#include "output/fault.h"
#include "output/rows.h"
#include "solver/day.h"
#include "solver/schedule.h"
#include "solver/solve.h"
#include "workers/call.h"
#include "workers/memory.h"
#include "workers/pace.h"
#include "workers/parallel.h"

#define MS_PER_DAY 86400000.0
#define DAYS_PER_MONTH_GIVEN 30

/*
 * Kept back of the time limit for writing the rows; a row takes 3 to 10 microseconds.  Never
 * more than a tenth, so that a short limit is still spent on the search.
 */
#define RESERVE_MS_PER_ROW 0.01
#define RESERVE_SHARE 0.1

/* A worker takes 5 to 10 ms to start: below, it is not worth it. */
#define HELPED_ORDERS 50
#define HELPED_MS 100

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
	int workers; /* processes, this one included */
	int slot;    /* in which other sessions see the call, -1: none */
} PlanEffort;

PG_FUNCTION_INFO_V1(lastmile_plan);

static int
workers_read(FunctionCallInfo fcinfo)
{
	bool given = !PG_ARGISNULL(WORKERS);
	int workers = given ? PG_GETARG_INT32(WORKERS) : lm_workers;

	if (workers < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("argument \"workers\" is %d, must be at least 1", workers),
		                errdetail("The calling process is counted: 1 searches without a helper.")));
	return workers;
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

	effort.workers = workers_read(fcinfo);
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
	request.timezone = lm_argument_timezone(fcinfo, TIMEZONE);
	return request;
}

/* Raises why the core has no plan. */
static void
status_raise(LmStatus status, LmPace *pace, const LmMemory *memory)
{
	if (status == LM_CANCELLED)
		lm_pace_raise(pace);
	if (status == LM_NO_MEMORY)
		lm_memory_raise(memory);
	LM_ENSURE(status == LM_OK, "status of the search");
}

/*
 * Settles what is done or frozen and searches for the rest; what it finds lives in the arena.
 *
 *	start	the routes to begin with, or NULL
 */
static LmSolveResult
plan_search(const LmInput *input, const LmPlan *start, const PlanEffort *effort, const LmCall *call,
            LmMemory *memory, LmDay *day)
{
	double reserve = Min(input->order_row_count * RESERVE_MS_PER_ROW,
	                     effort->limit_ms * RESERVE_SHARE);
	LmSolveOptions options = {0};
	LmSolveResult result = {0};
	const LmProblem *problem = &input->problem;
	/* what is neither money nor weighed against it is shown in seconds or metres */
	double cost_unit = problem->objective == LM_OBJECTIVE_TIME ||
	                           problem->objective == LM_OBJECTIVE_DISTANCE
	                       ? 1000
	                       : problem->cost_scale;
	LmProgress progress;
	LmParallel parallel;
	int workers = effort->workers;
	LmStatus status;
	LmPlan sequences;
	LmPace pace;

	lm_pace_begin(&pace, call->begun, effort->limit_ms, reserve, effort->iterations > 0);
	status_raise(lm_day_begin(day, &input->problem, lm_pace_should_stop, &pace, &memory->arena),
	             &pace, memory);
	if (start != NULL)
	{
		sequences = lm_day_sequences(day, start, &memory->arena);
		if (sequences.stops == NULL)
			lm_memory_raise(memory);
		options.start = &sequences;
	}
	lm_progress_search(effort->slot, input->order_row_count, effort->limit_ms, cost_unit);
	lm_pace_show(&pace, &progress, effort->slot, cost_unit);
	options.progress = &progress;
	if (problem->order_count < HELPED_ORDERS || pace.limit_ms < HELPED_MS)
		workers = 1;
	lm_parallel_begin(&parallel, workers, memory, &pace);
	options.crew = &parallel.crew;
	options.streams = lm_streams;
	options.iterations = effort->iterations;
	options.seed = effort->seed;
	options.should_stop = lm_pace_should_stop;
	options.clock_share = lm_pace_clock_share;
	options.context = &pace;
	status = lm_solve(day->rest, &options, &memory->arena, &result);
	lm_parallel_end(&parallel);
	status_raise(status, &pace, memory);
	if (pace.expired && effort->guard)
		ereport(WARNING,
		        (errcode(ERRCODE_WARNING),
		         errmsg("the search was ended after %s by lastmile.max_time_limit",
		                max_time_limit_text()),
		         errdetail("It had done %lld of %lld iterations.", (long long) result.iterations,
		                   (long long) effort->iterations)));
	return result;
}

/* Marks an order and those that need no row any more since it is served. */
static void
served_mark(const LmProblem *problem, int32_t order, bool *served)
{
	const LmUnit *unit = lm_problem_unit(problem, order);
	const int32_t *members = &order;
	int32_t count = 1;

	if (unit != NULL)
	{
		bool tail = problem->orders[order].kind == LM_DROP;

		members = problem->members + unit->first + (tail ? unit->heads : 0);
		count = tail ? unit->tails : unit->heads;
	}
	for (int32_t i = 0; i < count; i++)
	{
		LM_ENSURE(!served[members[i]], "an order planned twice");
		served[members[i]] = true;
	}
}

/* Writes the rows of all routes and marks the orders that they serve. */
static void
routes_write(LmRows *rows, const LmInput *input, const LmDay *day, const LmPlan *plan,
             LmMemory *memory, bool *served)
{
	const LmProblem *problem = &input->problem;
	LmScheduler *scheduler = lm_scheduler_new(day->rest, &memory->arena);
	LmTimetable timetable = {0};
	instr_time now;
	LmPace pace;

	timetable.stops = LM_TAKE(&memory->arena, LmStop, lm_day_rows(problem));
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

		if (count == 0 && !lm_day_drives(day, vehicle))
			continue;
		timed = lm_day_time(day, scheduler, vehicle, orders, count, &timetable);
		if (lm_scheduler_stopped(scheduler))
			lm_pace_raise(&pace);
		if (!timed)
		{
			if (lm_scheduler_failed(scheduler))
				lm_memory_raise(memory);
			LM_CANNOT_HAPPEN("a planned route without a schedule");
		}
		lm_rows_vehicle(rows, vehicle, &timetable, NULL);
		for (int32_t row = 0; row < timetable.count; row++)
		{
			const LmStop *stop = &timetable.stops[row];

			if (stop->kind == LM_STOP_ORDER)
				served_mark(problem, stop->index, served);
		}
	}
}

static void
unassigned_write(LmRows *rows, const LmInput *input, const LmDay *day, const LmReason *reasons,
                 const bool *served)
{
	for (int32_t row = 0; row < input->order_row_count; row++)
	{
		int32_t order = input->order_rows[row].order;
		/* a pickup that is left has goods that are said to be delivered */
		LmReason reason = {.code = LM_REASON_PRECEDENCE, .vehicle = -1, .order = -1, .subject = -1};

		if (input->order_rows[row].quiet || (order >= 0 && served[order]))
			continue;
		if (order >= 0 && lm_day_rest(day, order) >= 0)
			reason = lm_day_reason(day, reasons[lm_day_rest(day, order)]);
		LM_ENSURE(order < 0 || reason.code != LM_REASON_NONE,
		          "an unassigned order without a reason");
		lm_rows_unassigned(rows, row, &reason, NIL);
	}
}

/* Not inlined: what lives in registers across PG_TRY would be lost. */
static pg_noinline void
plan_run(FunctionCallInfo fcinfo, const LmRequest *request, const PlanEffort *effort,
         const LmCall *call)
{
	LmInput *input = lm_input_read(request, call->context);
	LmRows *rows = lm_rows_begin(fcinfo, input, LM_PLAN_COLUMNS);
	const LmProblem *problem = &input->problem;
	bool *served = palloc0(sizeof(bool) * ((Size) problem->order_count + 1));
	LmSolveResult result = {0};
	LmPlan start;
	LmDay day = {.whole = problem, .rest = problem};
	LmMemory memory;

	if (request->routes != NULL)
	{
		const LmRoutes *routes = lm_routes_read(request->function, request->routes, input,
		                                        call->context);

		lm_fixed_set(request->function, routes, input);
		start = lm_routes_plan(routes, input);
	}
	lm_memory_init(&memory, call->context);
	if (problem->order_count > 0 || problem->fixed != NULL)
	{
		result = plan_search(input, request->routes != NULL ? &start : NULL, effort, call, &memory,
		                     &day);
		routes_write(rows, input, &day, &result.plan, &memory, served);
	}
	unassigned_write(rows, input, &day, result.reasons, served);
}

/* However the call ends, nobody sees it any more. */
static pg_noinline void
plan_seen(FunctionCallInfo fcinfo, const LmRequest *request, const PlanEffort *effort,
          const LmCall *call)
{
	PG_TRY();
	{
		plan_run(fcinfo, request, effort, call);
	}
	PG_CATCH();
	{
		lm_progress_end(effort->slot);
		PG_RE_THROW();
	}
	PG_END_TRY();
	lm_progress_end(effort->slot);
}

Datum
lastmile_plan(PG_FUNCTION_ARGS)
{
	LmCall call = lm_call_begin();
	LmRequest request;
	PlanEffort effort;

	request = request_read(fcinfo);
	effort = effort_read(fcinfo);
	effort.slot = lm_progress_begin();
	plan_seen(fcinfo, &request, &effort, &call);
	lm_call_end(&call);
	return (Datum) 0;
}
