/*
 * fixed.c
 *	  Done and frozen rows of each vehicle, with the instants nobody wrote down.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "input/fixed.h"
#include "input/query.h"
#include "input/values.h"
#include "output/fault.h"

#define UNKNOWN (-LM_NEVER) /* an instant that is to be found */

/* The vehicle in hand. */
typedef struct Fixing
{
	const LmRoutes *routes;
	LmInput *input;
	bool *seen; /* [order_count] it stands on a route before */
	bool *
		served; /* [2 * unit] one of its ends' alternatives is fixed, on this route or one before */
	int32_t index;
	LmVehicle *vehicle;
	LmFixed *rows; /* [count] its own */
	int32_t count;
	int32_t pauses;  /* rows of breaks that are done and still to be read */
	int32_t reloads; /* of its own */
} Fixing;

static LmTime
instant_of(const LmShownRow *row)
{
	return row->done ? (LmTime) llrint(row->done_at) : UNKNOWN;
}

/* Where a fixed row is; of a break the place of the row before. */
static int32_t
row_place(const Fixing *fixing, int32_t row)
{
	for (; row >= 0; row--)
	{
		if (fixing->rows[row].order >= 0)
			return fixing->input->problem.orders[fixing->rows[row].order].place;
		if (fixing->rows[row].order == LM_FIXED_END)
			return fixing->vehicle->end;
	}
	return fixing->vehicle->start;
}

/* When the row before was left, if the row was reached without waiting. */
static LmTime
left_before(const Fixing *fixing, int32_t row)
{
	const LmProblem *problem = &fixing->input->problem;
	const LmTravel *travel = lm_problem_travel(problem, fixing->index);
	const LmFixed *fixed = &fixing->rows[row];
	int32_t from = row_place(fixing, row - 1);
	int32_t to = row_place(fixing, row);
	LmTime by = fixed->at;

	if (fixed->order == LM_FIXED_BREAK)
		return by - problem->breaks[fixing->vehicle->break_first + fixed->rest].duration;
	if (fixed->order >= 0)
		by -= problem->orders[fixed->order].service + problem->orders[fixed->order].setup;
	if (lm_travel_time(travel, from, to) == LM_NO_LEG)
		return by;
	if (travel->traffic != NULL)
		return lm_traffic_depart(travel->traffic, lm_travel_pair(travel, from, to), by);
	return by - lm_travel_time(travel, from, to);
}

/* ---- instants ---- */

/* A row that was left before the one in front of it: clocks differ. */
static void
order_warn(const Fixing *fixing, int32_t row)
{
	const LmInput *input = fixing->input;
	int32_t order = fixing->rows[row].order;

	ereport(WARNING,
	        (errcode(ERRCODE_WARNING),
	         order >= 0 && order < lm_problem_rows(&input->problem)
	             ? errmsg("order \"%s\" has an earlier done_at than the row before it",
	                      input->order_rows[input->row_of_order[order]].id)
	             : errmsg("a row of vehicle \"%s\" has an earlier done_at than the row before it",
	                      input->vehicle_rows[fixing->index].id),
	         errdetail("It counts as left at the same moment as that row.")));
}

/* Instants that are not given, from those behind; none before that of the row in front of it. */
static void
instants_fill(Fixing *fixing, int32_t done, LmTime left)
{
	LmTime floor = left;

	for (int32_t row = 0; row < done; row++)
	{
		if (fixing->rows[row].at == UNKNOWN)
			continue;
		if (floor != UNKNOWN && fixing->rows[row].at < floor)
		{
			order_warn(fixing, row);
			fixing->rows[row].at = floor;
		}
		floor = fixing->rows[row].at;
	}
	for (int32_t row = done - 1; row >= 0; row--)
	{
		LmTime before = row > 0 ? fixing->rows[row - 1].at : left;
		LmTime found;

		if (before != UNKNOWN)
			continue;
		floor = left;
		for (int32_t known = 0; known < row - 1; known++)
			if (fixing->rows[known].at != UNKNOWN)
				floor = fixing->rows[known].at;
		if (floor == UNKNOWN)
			floor = fixing->input->vehicle_rows[fixing->index].shift_start;
		found = Max(left_before(fixing, row), floor);
		found = Min(found, fixing->rows[row].at);
		if (row > 0)
			fixing->rows[row - 1].at = found;
		else
			left = found;
	}
	fixing->vehicle->left = left;
}

/* ---- rows ---- */

/* The break that a done row stands for: the next whose window is not over when it was begun. */
static int32_t
break_find(const Fixing *fixing, const LmShownRow *shown, int32_t next)
{
	const LmBreak *breaks = fixing->input->problem.breaks + fixing->vehicle->break_first;
	int32_t count = fixing->vehicle->break_count;

	if (next > count - fixing->pauses)
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("row %d of the routes query is a break that vehicle \"%s\" does not have",
		                shown->number, fixing->input->vehicle_rows[fixing->index].id),
		         errhint("Give the vehicle as many breaks as it has taken.")));
	/* as many are left as rows that follow need */
	for (int32_t rest = next; rest <= count - fixing->pauses && shown->done; rest++)
		if (breaks[rest].window.close >= instant_of(shown) - breaks[rest].duration)
			return rest;
	return next;
}

/* A reload that the vehicle may use: which one says nothing. */
static void
reload_fix(Fixing *fixing, const LmShownRow *shown, bool done)
{
	const LmProblem *problem = &fixing->input->problem;
	LmFixed *fixed = &fixing->rows[fixing->count++];

	*fixed = (LmFixed){.order = lm_problem_rows(problem), .done = done, .at = UNKNOWN};
	/* of a row that only begins a trip the instant is that of what comes behind */
	if (shown->kind == LM_SHOWN_RELOAD)
		fixed->at = instant_of(shown);
	if (++fixing->reloads >= fixing->vehicle->max_trips)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		     errmsg("row %d of the routes query begins trip %d of vehicle \"%s\", max_trips is %d",
		            shown->number, fixing->reloads + 1,
		            fixing->input->vehicle_rows[fixing->index].id,
		            Max(fixing->vehicle->max_trips, 1)),
		     errhint("Let max_trips allow as many trips as are done or frozen.")));
	while (fixed->order < problem->order_count &&
	       !lm_problem_welcome(problem, fixed->order, fixing->index))
		fixed->order++;
	LM_ENSURE(fixed->order < problem->order_count, "a vehicle with trips and without a reload");
}

/* Whether an order is not on a fixed row before, and no alternative of it; it is from now on. */
static bool
order_first(Fixing *fixing, int32_t order)
{
	const LmProblem *problem = &fixing->input->problem;
	bool *served = &fixing->seen[order];

	if (problem->units != NULL)
		served = &fixing->served[2 * (Size) problem->orders[order].unit +
		                         (problem->orders[order].kind == LM_DROP)];
	if (fixing->seen[order] || *served)
		return false;
	fixing->seen[order] = *served = true;
	return true;
}

static void
row_fix(Fixing *fixing, const LmShownRow *shown, bool done, int32_t *rests)
{
	LmFixed *fixed = &fixing->rows[fixing->count];

	if (shown->kind == LM_SHOWN_RELOAD || shown->begins)
		reload_fix(fixing, shown, done);
	if (shown->kind == LM_SHOWN_RELOAD)
		return;
	fixed = &fixing->rows[fixing->count];
	*fixed = (LmFixed){.done = done, .at = instant_of(shown)};
	if (shown->kind == LM_SHOWN_ORDER)
	{
		fixed->order = fixing->input->order_rows[shown->order_row].order;
		if (fixed->order < 0 || !order_first(fixing, fixed->order))
			return;
	}
	else if (shown->kind == LM_SHOWN_BREAK && done)
	{
		fixed->order = LM_FIXED_BREAK;
		fixed->rest = break_find(fixing, shown, *rests);
		fixing->pauses--;
		*rests = fixed->rest + 1;
	}
	else if (shown->kind == LM_SHOWN_END)
	{
		fixed->order = LM_FIXED_END;
		/* an open end is no row: the vehicle is just not given anything more */
		fixed->done = done && fixing->vehicle->end != LM_NOWHERE;
	}
	else
		return;
	fixing->count++;
}

/* Nobody else may serve the order. */
static void
order_bind(const Fixing *fixing, int32_t order)
{
	LmProblem *problem = &fixing->input->problem;
	Size words = (Size) problem->allowed_words;
	uint64_t *row;

	if (problem->welcome == NULL)
	{
		Size cells = (Size) problem->order_count * words;

		problem->welcome = lm_huge_alloc(fixing->input->context, cells, sizeof(uint64_t));
		memset(problem->welcome, 0xff, cells * sizeof(uint64_t));
	}
	row = problem->welcome + (Size) order * words;
	for (Size word = 0; word < words; word++)
		row[word] &= word == (Size) fixing->index / 64 ? UINT64CONST(1) << (fixing->index % 64) : 0;
}

/* When the trip under way began to be loaded: the departure, or service at the last reload that is done. */
static LmTime
loaded_at(const Fixing *fixing, int32_t done)
{
	const LmProblem *problem = &fixing->input->problem;
	LmTime loaded = fixing->vehicle->left;

	for (int32_t row = 0; row < done; row++)
	{
		int32_t order = fixing->rows[row].order;
		LmTime before = row > 0 ? fixing->rows[row - 1].at : fixing->vehicle->left;

		if (order >= 0 && problem->orders[order].kind == LM_RELOAD)
			loaded = Max(fixing->rows[row].at - problem->orders[order].service, before);
	}
	return loaded;
}

/*
 * Goods on board of a vehicle that has left were ready, and those that are not so for others stay on it: those of its
 * trip under way, up to a reload behind the last row that is done.
 */
static void
releases_meet(const Fixing *fixing, int32_t last_done, LmTime loaded)
{
	LmProblem *problem = &fixing->input->problem;
	const LmRoutes *routes = fixing->routes;

	for (int32_t row = routes->first[fixing->index]; row < routes->first[fixing->index + 1]; row++)
	{
		const LmShownRow *shown = &routes->rows[row];
		int32_t order = shown->kind != LM_SHOWN_ORDER
		                    ? -1
		                    : fixing->input->order_rows[shown->order_row].order;

		if (row > last_done && (shown->kind == LM_SHOWN_RELOAD || shown->begins))
			return;
		if (order < 0 || problem->orders[order].kind != LM_DELIVERY ||
		    problem->orders[order].release <= loaded)
			continue;
		problem->orders[order].release = fixing->vehicle->left;
		order_bind(fixing, order);
	}
}

static void
vehicle_fix(Fixing *fixing)
{
	const LmRoutes *routes = fixing->routes;
	int32_t last = -1; /* row that is fixed */
	int32_t last_done = -1;
	int32_t done = 0;
	int32_t rests = 0;
	LmTime left = UNKNOWN;

	fixing->count = 0;
	fixing->pauses = 0;
	fixing->reloads = 0;
	for (int32_t row = routes->first[fixing->index]; row < routes->first[fixing->index + 1]; row++)
	{
		if (routes->rows[row].done)
			last_done = last = row;
		else if (routes->rows[row].frozen)
			last = row;
	}
	for (int32_t row = routes->first[fixing->index]; row <= last_done; row++)
		fixing->pauses += routes->rows[row].kind == LM_SHOWN_BREAK;
	for (int32_t row = routes->first[fixing->index]; row < routes->first[fixing->index + 1]; row++)
	{
		const LmShownRow *shown = &routes->rows[row];

		CHECK_FOR_INTERRUPTS();
		if (row > last)
		{
			/* a row that comes twice is the one it is first */
			if (shown->kind == LM_SHOWN_ORDER &&
			    fixing->input->order_rows[shown->order_row].order >= 0)
				fixing->seen[fixing->input->order_rows[shown->order_row].order] = true;
			continue;
		}
		if (shown->kind == LM_SHOWN_START && left == UNKNOWN)
			left = instant_of(shown);
		/* behind the end comes nothing */
		if (fixing->count > 0 && fixing->rows[fixing->count - 1].order == LM_FIXED_END)
			fixing->count--;
		row_fix(fixing, shown, row <= last_done, &rests);
	}
	while (done < fixing->count && fixing->rows[done].done)
		done++;
	fixing->vehicle->fixed_count = fixing->count;
	fixing->vehicle->under_way = last_done >= 0;
	if (last_done < 0)
		return;
	instants_fill(fixing, done, left);
	releases_meet(fixing, last_done, loaded_at(fixing, done));
}

void
lm_fixed_set(const char *function, const LmRoutes *routes, LmInput *input)
{
	LmProblem *problem = &input->problem;
	Fixing fixing = {.routes = routes, .input = input};
	int32_t count = 0;
	bool any = false;
	LmQueryFrame frame;

	for (int32_t row = 0; row < routes->count && !any; row++)
		any = routes->rows[row].frozen || routes->rows[row].done;
	if (!any)
		return;
	lm_query_enter(&frame, function, "routes");
	/* a row may begin a trip besides */
	problem->fixed = lm_huge_alloc(input->context, 2 * (size_t) routes->count + 1, sizeof(LmFixed));
	fixing.served = palloc0(sizeof(bool) * (2 * (Size) problem->unit_count + 1));
	fixing.seen = palloc0(sizeof(bool) * ((Size) problem->order_count + 1));
	for (fixing.index = 0; fixing.index < problem->vehicle_count; fixing.index++)
	{
		fixing.vehicle = &problem->vehicles[fixing.index];
		fixing.vehicle->fixed_first = count;
		fixing.rows = problem->fixed + count;
		vehicle_fix(&fixing);
		count += fixing.count;
	}
	pfree(fixing.seen);
	pfree(fixing.served);
	lm_query_leave(&frame);
}
