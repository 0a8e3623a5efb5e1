/*
 * check.c
 *	  lastmile.check: reads, judges each route, compares what is shown, writes rows.
 *
 * Shares with plan the reading of the input, the travel tables and the writing
 * of rows; times, loads and costs that are compared come from the judge.
 */
#include "postgres.h"

#include <math.h>

#include "access/xact.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "portability/instr_time.h"
#include "utils/memutils.h"

#include "check/compare.h"
#include "check/judge.h"
#include "check/violation.h"
#include "input/argument.h"
#include "input/fixed.h"
#include "input/input.h"
#include "input/routes.h"
#include "input/values.h"
#include "output/fault.h"
#include "output/rows.h"
#include "travel/timeline.h"
#include "output/words.h"
#include "workers/memory.h"
#include "workers/pace.h"

#define US_PER_MS 1000

/* Arguments, in the order of check.sql. */
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

/* What the routes query says of one order row. */
typedef struct OrderState
{
	int32_t vehicle;            /* whose route it is first on; -1: none */
	int32_t stop_no;            /* there, of the rows that check writes */
	const LmShownRow *left_out; /* the first row that leaves it out, or NULL */
	int32_t left_out_count;
} OrderState;

typedef struct Check
{
	LmInput *input;
	LmRoutes *routes;
	LmRows *rows;
	OrderState *orders; /* [order_row_count] */
	LmMemory memory;
	LmPace pace;
	MemoryContext route_context; /* of the route in hand */
} Check;

/* The route in hand. */
typedef struct Route
{
	int32_t vehicle;
	const LmShownRow *shown; /* [shown_count] its rows of the routes query */
	int32_t shown_count;
	bool rests;       /* its breaks are where its break rows are, and nowhere else */
	bool whole;       /* shown in full, as plan does */
	int32_t *items;   /* [item_count] for the judge; reloads that only trip_no tells of too */
	int32_t *item_of; /* [shown_count] index into items, or -1 */
	int32_t item_count;
	int32_t order_count; /* of items */
	int32_t *row_of;     /* [shown_count] row of the timetable, or -1 */
	LmJudgement judgement;
	List **violations; /* [timetable.count] of char * */
} Route;

PG_FUNCTION_INFO_V1(lastmile_check);

static LmRequest
request_read(FunctionCallInfo fcinfo)
{
	LmRequest request = {.function = "lastmile.check", .few_legs = true};

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
violate(Route *route, int32_t row, char *text)
{
	route->violations[row] = lappend(route->violations[row], text);
}

/* Sorts the shown rows of a vehicle into items for the judge; an unreadable order is none. */
static void
route_open(Check *check, Route *route, int32_t vehicle)
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
			OrderState *state = &check->orders[shown->order_row];

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
route_judge(Check *check, Route *route)
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
		violate(
			route, judgement->violations[i].row,
			lm_violation_text(check->input, route->vehicle, judgement, &judgement->violations[i]));
}

/* Which row of the timetable each shown row is; -1: none. */
static void
rows_match(Route *route)
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

/* [row] its trip. */
static int32_t *
trips_count(const LmTimetable *timetable)
{
	int32_t *trips = palloc(sizeof(int32_t) * (Size) timetable->count);
	int32_t trip = 1;

	for (int32_t row = 0; row < timetable->count; row++)
	{
		trip += timetable->stops[row].kind == LM_STOP_RELOAD;
		trips[row] = trip;
	}
	return trips;
}

/* Rows too many, rows that lack, rows out of place. */
static void
rows_compare(const Check *check, Route *route)
{
	const LmTimetable *timetable = &route->judgement.timetable;
	bool *there = palloc0(sizeof(bool) * (Size) timetable->count);
	int32_t *trip_no = trips_count(timetable);
	int32_t before = -1;

	for (int32_t i = 0; i < route->shown_count; i++)
	{
		const LmShownRow *shown = &route->shown[i];
		int32_t row = route->row_of[i];

		if (row < 0)
		{
			/* an unreadable order is told on its own row */
			if (shown->kind != LM_SHOWN_ORDER)
				violate(route, Max(before, 0),
				        psprintf("mismatch: a row of kind \"%s\" that the route does not have",
				                 shown->kind_name));
			continue;
		}
		there[row] = true;
		if (row < before)
			violate(route, row, pstrdup("mismatch: the row is out of sequence"));
		if (route->whole && !isinf(shown->stop_no) && shown->stop_no != row + 1)
			violate(route, row,
			        psprintf("mismatch: stop_no is shown as %.10g, computed %d", shown->stop_no,
			                 row + 1));
		if (!isnan(shown->trip_no) && shown->trip_no != trip_no[row])
			violate(route, row,
			        psprintf("mismatch: trip_no is shown as %.10g, computed %d", shown->trip_no,
			                 trip_no[row]));
		before = Max(before, row);
	}
	for (int32_t row = 0; row < timetable->count && route->whole; row++)
	{
		if (!there[row])
			violate(route, row, pstrdup("mismatch: the routes query lacks this row"));
	}
	/* one that has left has, and drives home */
	if (route->order_count == 0 && !check->input->problem.vehicles[route->vehicle].under_way)
		violate(route, 0,
		        pstrdup("mismatch: the vehicle serves no order, so it has no rows in a plan"));
}

/* The rows that an order of the input is one of: itself, or the alternatives that can be read. */
static const int32_t *
alternatives_of(const LmInput *input, const int32_t *order, int32_t *count)
{
	const LmUnit *unit = lm_problem_unit(&input->problem, *order);
	bool tail = input->problem.orders[*order].kind == LM_DROP;

	*count = unit == NULL ? 1 : tail ? unit->tails : unit->heads;
	if (unit == NULL)
		return order;
	return input->problem.members + unit->first + (tail ? unit->heads : 0);
}

/* Other alternatives of an order that is served: they are neither served nor left out. */
static void
alternatives_compare(Check *check, Route *route, int32_t order_row, int32_t row)
{
	const LmInput *input = check->input;
	int32_t order = input->order_rows[order_row].order;
	int32_t count;
	const int32_t *alternatives = alternatives_of(input, &order, &count);

	for (int32_t i = 0; i < count; i++)
	{
		int32_t other = input->row_of_order[alternatives[i]];
		const OrderState *state = &check->orders[other];

		if (other == order_row)
			continue;
		if (state->vehicle >= 0)
			violate(
				route, row,
				psprintf("duplicate: order \"%s\", an alternative of order \"%s\", is served by "
			             "vehicle \"%s\" at stop %d already",
			             input->order_rows[other].id, input->order_rows[order_row].id,
			             input->vehicle_rows[state->vehicle].id, state->stop_no));
		else if (state->left_out != NULL)
			violate(route, row,
			        psprintf("duplicate: row %d of the routes query leaves order \"%s\" out, an "
			                 "alternative of order \"%s\"",
			                 state->left_out->number, input->order_rows[other].id,
			                 input->order_rows[order_row].id));
	}
}

/* An order row: whether somebody else has it, and whether its kind is right. */
static void
order_compare(Check *check, Route *route, const LmShownRow *shown, int32_t row)
{
	const LmInput *input = check->input;
	const LmOrderRow *order = &input->order_rows[shown->order_row];
	OrderState *state = &check->orders[shown->order_row];
	LmOrderKind own = input->problem.orders[order->order].kind;
	const char *kind = own == LM_DELIVERY || own == LM_DROP ? "delivery" : "pickup";

	if (state->vehicle >= 0)
		violate(route, row,
		        psprintf("duplicate: order \"%s\" is served by vehicle \"%s\" at stop %d already",
		                 order->id, input->vehicle_rows[state->vehicle].id, state->stop_no));
	else
	{
		state->vehicle = route->vehicle;
		state->stop_no = row + 1;
		if (state->left_out != NULL)
			violate(route, row,
			        psprintf("duplicate: row %d of the routes query leaves order \"%s\" out",
			                 state->left_out->number, order->id));
	}
	alternatives_compare(check, route, shown->order_row, row);
	if (shown->kind_name != NULL && strcmp(shown->kind_name, kind) != 0)
		violate(route, row,
		        psprintf("mismatch: kind is shown as %s, order \"%s\" is a %s", shown->kind_name,
		                 order->id, kind));
}

/* The goods of a trip, whose items begin at one, against the shown instant at which it begins. */
static void
release_compare(Check *check, Route *route, int32_t row, int32_t from, const char *begins,
                double shown)
{
	const LmInput *input = check->input;
	const LmProblem *problem = &input->problem;
	LmJudgeRoute items = {.items = route->items, .count = route->item_count};
	int32_t latest = lm_judge_last_ready(problem, &items, from);

	if (latest >= 0 && shown < problem->orders[latest].release)
		violate(route, row,
		        psprintf("release: %s %s, order \"%s\" is ready at %s", begins,
		                 lm_words_instant(input, (LmTime) floor(shown)),
		                 input->order_rows[input->row_of_order[latest]].id,
		                 lm_words_instant(input, problem->orders[latest].release)));
}

/* A row that says it is frozen behind an order that may still move. */
static void
frozen_compare(Route *route)
{
	const LmShownRow *loose = NULL;

	for (int32_t i = 0; i < route->shown_count; i++)
	{
		const LmShownRow *shown = &route->shown[i];
		bool fixed = shown->frozen || shown->done;

		if (shown->kind == LM_SHOWN_ORDER && !fixed)
			loose = shown;
		else if (shown->frozen && loose != NULL)
			violate(route, Max(route->row_of[i], 0),
			        psprintf("frozen: row %d of the routes query in front of it is not",
			                 loose->number));
	}
}

/* Rule 1 as the shown departure has it: the computed one always keeps it. */
static void
departure_compare(Check *check, Route *route, const LmShownRow *start)
{
	const LmInput *input = check->input;
	LmTime shift_start = input->problem.vehicles[route->vehicle].shift_start;
	double shown = start->values[LM_SHOWN_DEPARTS_AT];

	if (!start->given[LM_SHOWN_DEPARTS_AT] || !isfinite(shown) ||
	    input->problem.vehicles[route->vehicle].under_way)
		return;
	if (shown < shift_start)
		violate(route, 0,
		        psprintf("shift: departs %s, the shift starts %s",
		                 lm_words_instant(input, (LmTime) floor(shown)),
		                 lm_words_instant(input, shift_start)));
	release_compare(check, route, 0, 0, "departs", shown);
}

/* Likewise the instant at which a reload is shown to begin. */
static void
reload_compare(Check *check, Route *route, const LmShownRow *reload, int32_t row)
{
	double shown = reload->values[LM_SHOWN_STARTS_AT];

	if (reload->given[LM_SHOWN_STARTS_AT] && isfinite(shown))
		release_compare(check, route, row, route->item_of[reload - route->shown] + 1, "loads",
		                shown);
}

static void
route_check(Check *check, int32_t vehicle)
{
	Route route;

	route_open(check, &route, vehicle);
	/* a vehicle whose orders cannot be read, and nothing else shown: those orders' rows say it */
	if (route.order_count == 0 && !route.rests)
		return;
	route_judge(check, &route);
	rows_match(&route);
	rows_compare(check, &route);
	frozen_compare(&route);
	for (int32_t i = 0; i < route.shown_count; i++)
	{
		const LmShownRow *shown = &route.shown[i];
		int32_t row = route.row_of[i];

		CHECK_FOR_INTERRUPTS();
		if (row < 0)
			continue;
		if (shown->kind == LM_SHOWN_ORDER)
			order_compare(check, &route, shown, row);
		else if (shown->kind == LM_SHOWN_START)
			departure_compare(check, &route, shown);
		else if (shown->kind == LM_SHOWN_RELOAD)
			reload_compare(check, &route, shown, row);
		route.violations[row] = list_concat(
			route.violations[row],
			lm_compare_row(check->input, check->routes, shown, &route.judgement, row, route.whole));
	}
	lm_rows_vehicle(check->rows, vehicle, &route.judgement.timetable, route.violations);
}

/* The reason_code that a row gives an order it leaves out, where it cannot be true. */
static List *
reason_compare(const LmInput *input, const LmShownRow *left_out, List *texts)
{
	const char *code = left_out->reason_code;
	const char *id = input->order_rows[left_out->order_row].id;
	int32_t order = input->order_rows[left_out->order_row].order;

	if (code == NULL || order < 0)
		return texts;
	if (strcmp(code, lm_reason_name(LM_REASON_BAD_ROW)) == 0)
		texts = lappend(
			texts,
			psprintf("mismatch: reason_code is bad_row, the row of order \"%s\" can be read", id));
	if (strcmp(code, lm_reason_name(LM_REASON_DROPPED)) == 0 &&
	    !input->problem.orders[order].optional)
		texts = lappend(
			texts, psprintf("mismatch: reason_code is dropped, order \"%s\" has no skip_cost", id));
	return texts;
}

static List *
left_out_compare(const Check *check, const OrderState *state)
{
	List *texts = NIL;

	if (state->left_out_count > 1)
		texts = lappend(texts, psprintf("duplicate: %d rows of the routes query leave it out",
		                                state->left_out_count));
	texts = reason_compare(check->input, state->left_out, texts);
	return list_concat(texts, lm_compare_left_out(check->input, check->routes, state->left_out,
	                                              state->left_out->kind_name != NULL));
}

/* What the routes query says of an order, or of all alternatives that it speaks for. */
static OrderState
state_joined(const Check *check, int32_t row)
{
	const LmInput *input = check->input;
	int32_t order = input->order_rows[row].order;
	OrderState joined = check->orders[row];
	const int32_t *alternatives;
	int32_t count;

	if (order < 0)
		return joined;
	alternatives = alternatives_of(input, &order, &count);
	for (int32_t i = 0; i < count; i++)
	{
		int32_t other = input->row_of_order[alternatives[i]];

		if (other == row)
			continue;
		joined.vehicle = Max(joined.vehicle, check->orders[other].vehicle);
		joined.left_out_count += check->orders[other].left_out_count;
		if (joined.left_out == NULL)
			joined.left_out = check->orders[other].left_out;
	}
	return joined;
}

/* An order that is on no route, or that cannot be read wherever it is. */
static void
unassigned_check(Check *check, int32_t row)
{
	const LmInput *input = check->input;
	const LmOrderRow *order = &input->order_rows[row];
	const OrderState joined = state_joined(check, row);
	const OrderState *state = &joined;
	bool optional = order->order >= 0 && input->problem.orders[order->order].optional;
	LmReason reason = {.code = LM_REASON_MISSING, .vehicle = -1, .order = -1};
	List *violations = NIL;

	if (order->order >= 0 && (state->vehicle >= 0 || order->quiet))
		return;
	/* left aside, and on no route: the others speak for it */
	if (order->quiet && state->vehicle < 0)
		return;
	if (state->vehicle >= 0)
		violations = list_make1(psprintf(
			"%s: on the route of vehicle \"%s\", but %s: %s", lm_reason_name(order->bad_code),
			input->vehicle_rows[state->vehicle].id,
			order->bad_code == LM_REASON_BAD_ROW ? "its row cannot be read" : "off the network",
			order->bad));
	else if (state->left_out == NULL && !optional)
		violations = list_make1(pstrdup("missing: on no route, and no row leaves it out"));
	if (state->left_out != NULL)
		violations = list_concat(violations, left_out_compare(check, state));
	if (optional)
		reason.code = LM_REASON_DROPPED;
	if (order->order >= 0 && state->left_out != NULL &&
	    (state->left_out->reason_code != NULL || !optional))
		lm_rows_left_out(check->rows, row, state->left_out->reason_code,
		                 state->left_out->reason != NULL ? state->left_out->reason
		                                                 : "left out by the routes query",
		                 violations);
	else
		lm_rows_unassigned(check->rows, row, &reason, violations);
}

static void
orders_mark(Check *check)
{
	const LmRoutes *routes = check->routes;

	check->orders = lm_huge_alloc(CurrentMemoryContext, check->input->order_row_count,
	                              sizeof(OrderState));
	for (int32_t row = 0; row < check->input->order_row_count; row++)
		check->orders[row] = (OrderState){.vehicle = -1};
	for (int32_t i = routes->first[check->input->problem.vehicle_count]; i < routes->count; i++)
	{
		OrderState *state = &check->orders[routes->rows[i].order_row];

		if (state->left_out_count++ == 0)
			state->left_out = &routes->rows[i];
	}
}

/*
 * Without any instant in orders and vehicles the origin is now(), and the rows of
 * a plan that was made before would all be off by the time since: then the
 * earliest instant shown is the origin.  Nothing but the traffic of such a problem depends on it.
 */
static void
origin_shift(LmInput *input, LmRoutes *routes)
{
	double earliest = routes->earliest;

	if (input->origin_given || input->origin != GetCurrentTransactionStartTimestamp() ||
	    !isfinite(earliest))
		return;
	input->origin += llround(earliest * US_PER_MS);
	lm_timelines_place(input);
	for (int32_t row = 0; row < routes->count; row++)
	{
		for (int column = LM_SHOWN_ARRIVES_AT; column <= LM_SHOWN_DEPARTS_AT; column++)
			routes->rows[row].values[column] -= earliest;
		routes->rows[row].done_at -= earliest;
	}
}

static void
check_run(FunctionCallInfo fcinfo, const LmRequest *request, instr_time call, MemoryContext context)
{
	Check check = {0};
	int32_t vehicles;

	check.input = lm_input_read(request, context);
	check.routes = lm_routes_read(request->function, request->routes, check.input, context);
	origin_shift(check.input, check.routes);
	lm_fixed_set(request->function, check.routes, check.input);
	check.rows = lm_rows_begin(fcinfo, check.input, LM_PLAN_COLUMNS + 1);
	orders_mark(&check);
	check.route_context = AllocSetContextCreate(context, "lastmile.check route",
	                                            ALLOCSET_DEFAULT_SIZES);
	lm_pace_begin(&check.pace, call, 0, 0, false);
	vehicles = check.input->problem.vehicle_count;
	for (int32_t turn = 0; turn < vehicles + check.input->order_row_count; turn++)
	{
		MemoryContext caller = MemoryContextSwitchTo(check.route_context);

		if (turn < vehicles)
		{
			lm_memory_init(&check.memory, context);
			check.memory.context = check.route_context;
			route_check(&check, check.input->vehicle_sequence[turn]);
		}
		else
			unassigned_check(&check, turn - vehicles);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(check.route_context);
	}
}

Datum
lastmile_check(PG_FUNCTION_ARGS)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "lastmile.check",
	                                              ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	instr_time call;
	LmRequest request;

	INSTR_TIME_SET_CURRENT(call);
	lm_memory_call(context);
	request = request_read(fcinfo);
	check_run(fcinfo, &request, call, context);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return (Datum) 0;
}
