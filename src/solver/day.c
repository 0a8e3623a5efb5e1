/*
 * day.c
 *	  The problem that is left when all vehicles' fixed rows are settled, and the way back from it.
 */
#include "solver/day.h"

#include "solver/settle.h"

#include <string.h>

/* ---- the problem that is left ---- */

static void *
copy_of(LmArena *arena, const void *from, size_t bytes)
{
	void *copy = lm_arena_take_raw(arena, bytes, 1);

	if (copy != NULL && bytes > 0)
		memcpy(copy, from, bytes);
	return copy;
}

#define COPY(arena, from, count) copy_of((arena), (from), sizeof(*(from)) * (size_t) (count))

static int32_t
breaks_count(const LmProblem *problem)
{
	int32_t count = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
		count += problem->vehicles[v].break_count;
	return count;
}

/* Breaks of each vehicle behind each other: what is left of one is nothing to another. */
static void
breaks_copy(LmProblem *work, const LmProblem *problem)
{
	int32_t count = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		LmVehicle *vehicle = &work->vehicles[v];

		if (vehicle->break_count > 0)
			memcpy(work->breaks + count, problem->breaks + vehicle->break_first,
			       sizeof(LmBreak) * (size_t) vehicle->break_count);
		vehicle->break_first = count;
		count += vehicle->break_count;
	}
}

/* A copy of what settling changes. */
static LmProblem *
work_new(const LmProblem *problem, LmArena *arena)
{
	LmProblem *work = LM_TAKE(arena, LmProblem, 1);
	size_t loads = (size_t) problem->vehicle_count * (size_t) problem->dimensions;

	if (work == NULL)
		return NULL;
	*work = *problem;
	work->fixed = NULL;
	work->vehicles = COPY(arena, problem->vehicles, problem->vehicle_count);
	work->breaks = LM_TAKE(arena, LmBreak, breaks_count(problem));
	work->capacity = COPY(arena, problem->capacity, loads);
	work->begun_peak = LM_TAKE(arena, LmAmount, loads);
	if (arena->failed)
		return NULL;
	breaks_copy(work, problem);
	return work;
}

/* Rows of one array by the orders that are left. */
#define PICK(arena, array, width)                                                                \
	do                                                                                           \
	{                                                                                            \
		size_t size_ = sizeof(*(array)) * (size_t) (width);                                      \
		char *picked_ = (array) == NULL                                                          \
		                    ? NULL                                                               \
		                    : LM_TAKE_RAW((arena), char, size_ *(size_t) rest->order_count + 1); \
                                                                                                 \
		for (int32_t i_ = 0; picked_ != NULL && size_ > 0 && i_ < rest->order_count; i_++)       \
			memcpy(picked_ + (size_t) i_ * size_,                                                \
			       (const char *) (array) + (size_t) day->whole_of[i_] * size_, size_);          \
		(array) = (void *) picked_;                                                              \
	} while (0)

/* Takes the settled orders out of the problem. */
static bool
orders_pick(LmDay *day, LmProblem *rest, LmArena *arena)
{
	const LmProblem *whole = day->whole;

	day->whole_of = LM_TAKE(arena, int32_t, whole->order_count);
	day->rest_of = LM_TAKE(arena, int32_t, whole->order_count);
	if (arena->failed)
		return false;
	for (int32_t v = 0; v < whole->vehicle_count; v++)
		for (int32_t row = 0; row < day->begun[v].count; row++)
			if (day->begun[v].stops[row].kind == LM_STOP_ORDER)
				day->rest_of[day->begun[v].stops[row].index] = -1;
	rest->order_count = 0;
	for (int32_t i = 0; i < whole->order_count; i++)
	{
		if (day->rest_of[i] < 0)
			continue;
		day->whole_of[rest->order_count] = i;
		day->rest_of[i] = rest->order_count++;
	}
	PICK(arena, rest->orders, 1);
	PICK(arena, rest->demand, whole->dimensions);
	PICK(arena, rest->skilled, whole->allowed_words);
	PICK(arena, rest->welcome, whole->allowed_words);
	PICK(arena, rest->skip_price, 1);
	PICK(arena, rest->late_price, 1);
	PICK(arena, rest->late_weight, 1);
	PICK(arena, rest->prefer_price, 1);
	return !arena->failed;
}

static bool
nothing_settled(const LmProblem *problem)
{
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		if (problem->vehicles[v].under_way || problem->vehicles[v].fixed_count > 0)
			return false;
	return true;
}

/* Scratch of all vehicles. */
static bool
settling_new(LmSettling *settling, const LmProblem *problem, LmArena *arena)
{
	settling->problem = problem;
	settling->arena = arena;
	settling->work = work_new(problem, arena);
	if (settling->work == NULL)
		return false;
	settling->scheduler = lm_scheduler_new(settling->work, arena);
	settling->orders = LM_TAKE(arena, int32_t, problem->order_count);
	settling->timetable.stops =
		LM_TAKE(arena, LmStop, (size_t) problem->order_count + (size_t) breaks_count(problem) + 2);
	return !arena->failed && settling->scheduler != NULL;
}

/* What is left of the capacity, and what was on board before. */
static void
loads_settle(LmSettling *settling, const LmDay *day, bool deliveries, bool others)
{
	const LmProblem *problem = settling->problem;
	size_t dims = (size_t) problem->dimensions;
	size_t first = (size_t) (settling->vehicle - settling->work->vehicles) * dims;
	LmAmount *peaks = settling->work->begun_peak;

	for (size_t d = 0; d < dims; d++)
	{
		LmAmount *capacity = &settling->work->capacity[first + d];
		LmAmount load = 0;
		LmAmount most;

		for (int32_t row = 0; row < settling->begun->count; row++)
		{
			const LmStop *stop = &settling->begun->stops[row];

			if (stop->kind == LM_STOP_ORDER && problem->orders[stop->index].kind == LM_DELIVERY)
				load += problem->demand[(size_t) stop->index * dims + d];
		}
		most = load;
		for (int32_t row = 0; row < settling->begun->count; row++)
		{
			const LmStop *stop = &settling->begun->stops[row];
			LmAmount amount = stop->kind == LM_STOP_ORDER
			                      ? problem->demand[(size_t) stop->index * dims + d]
			                      : 0;

			load += stop->kind == LM_STOP_ORDER && problem->orders[stop->index].kind == LM_DELIVERY
			            ? -amount
			            : amount;
			most = load > most ? load : most;
		}
		peaks[first + d] = most - load;
		if (*capacity >= LM_NEVER)
			continue;
		if (*capacity < most)
			*capacity = most;
		/* where all that is left is on board from the start, sums decide, and nothing looks at peaks */
		day->loaded[first + d] = deliveries && !others ? most : load;
		*capacity -= day->loaded[first + d];
	}
}

/* Which kinds of orders are left. */
static void
kinds_left(const LmProblem *rest, bool *deliveries, bool *others)
{
	for (int32_t i = 0; i < rest->order_count; i++)
	{
		*deliveries |= rest->orders[i].kind == LM_DELIVERY;
		*others |= rest->orders[i].kind != LM_DELIVERY;
	}
}

/* Goods that are ready only after a vehicle has left its depot do not come with it. */
static bool
releases_settle(const LmDay *day, LmProblem *rest, LmArena *arena)
{
	size_t words = (size_t) rest->allowed_words;

	for (int32_t i = 0; i < rest->order_count; i++)
		for (int32_t v = 0; v < rest->vehicle_count; v++)
		{
			if (day->begun[v].count == 0 || rest->orders[i].kind != LM_DELIVERY ||
			    rest->orders[i].release <= day->begun[v].left)
				continue;
			if (rest->welcome == NULL)
			{
				size_t cells = (size_t) rest->order_count * words;

				rest->welcome = LM_TAKE_RAW(arena, uint64_t, cells);
				if (rest->welcome == NULL)
					return false;
				memset(rest->welcome, 0xff, cells * sizeof(uint64_t));
			}
			rest->welcome[(size_t) i * words + (size_t) v / 64] &= ~(UINT64_C(1) << (v % 64));
		}
	return true;
}

/* Settles each vehicle that has something settled. */
static bool
vehicles_settle(LmDay *day, LmSettling *settling)
{
	for (int32_t v = 0; v < settling->problem->vehicle_count; v++)
	{
		const LmVehicle *vehicle = &settling->problem->vehicles[v];

		settling->vehicle = &settling->work->vehicles[v];
		settling->begun = &day->begun[v];
		settling->travel = lm_problem_travel(settling->problem, v);
		settling->rows = settling->problem->fixed + vehicle->fixed_first;
		settling->count = vehicle->fixed_count;
		settling->break_of = day->break_of + settling->vehicle->break_first;
		for (int32_t k = 0; k < vehicle->break_count; k++)
			settling->break_of[k] = k;
		settling->vehicle->fixed_count = 0;
		if (!vehicle->under_way && vehicle->fixed_count == 0)
			continue;
		if (!lm_settle_vehicle(settling))
			return false;
	}
	return true;
}

LmStatus
lm_day_begin(LmDay *day, const LmProblem *problem, bool (*should_stop)(void *context),
             void *context, LmArena *arena)
{
	LmSettling settling = {0};
	bool deliveries = false;
	bool others = false;

	*day = (LmDay){.whole = problem, .rest = problem};
	if (nothing_settled(problem))
		return LM_OK;
	day->begun = LM_TAKE(arena, LmBegun, problem->vehicle_count);
	day->break_of = LM_TAKE(arena, int32_t, breaks_count(problem));
	day->loaded = LM_TAKE(arena, LmAmount,
	                      (size_t) problem->vehicle_count * (size_t) problem->dimensions);
	if (arena->failed || !settling_new(&settling, problem, arena))
		return LM_NO_MEMORY;
	lm_scheduler_watch(settling.scheduler, should_stop, NULL, context);
	if (!vehicles_settle(day, &settling) || !orders_pick(day, settling.work, arena) ||
	    !releases_settle(day, settling.work, arena))
		return lm_scheduler_stopped(settling.scheduler) ? LM_CANCELLED : LM_NO_MEMORY;
	kinds_left(settling.work, &deliveries, &others);
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		settling.vehicle = &settling.work->vehicles[v];
		settling.begun = &day->begun[v];
		if (settling.begun->count > 0)
			loads_settle(&settling, day, deliveries, others);
	}
	day->rest = settling.work;
	return LM_OK;
}

/* ---- between the whole and the rest ---- */

LmPlan
lm_day_sequences(const LmDay *day, const LmPlan *plan, LmArena *arena)
{
	int32_t vehicles = day->whole->vehicle_count;
	LmPlan sequences;
	int32_t count = 0;

	sequences.first = LM_TAKE(arena, int32_t, (size_t) vehicles + 1);
	sequences.stops = LM_TAKE(arena, int32_t, plan->first[vehicles]);
	if (arena->failed)
		return (LmPlan){0};
	for (int32_t v = 0; v < vehicles; v++)
	{
		sequences.first[v] = count;
		for (int32_t i = plan->first[v]; i < plan->first[v + 1]; i++)
			if (lm_day_rest(day, plan->stops[i]) >= 0)
				sequences.stops[count++] = lm_day_rest(day, plan->stops[i]);
	}
	sequences.first[vehicles] = count;
	return sequences;
}

bool
lm_day_time(const LmDay *day, LmScheduler *scheduler, int32_t vehicle, const int32_t *orders,
            int32_t count, LmTimetable *timetable)
{
	const LmBegun *begun = day->begun != NULL ? &day->begun[vehicle] : NULL;
	int32_t settled = begun != NULL ? begun->count : 0;

	if (!lm_schedule_time(scheduler, vehicle, orders, count, timetable))
		return false;
	for (int32_t row = 0; row < timetable->count && begun != NULL; row++)
	{
		LmStop *stop = &timetable->stops[row];

		if (stop->kind == LM_STOP_ORDER)
			stop->index = day->whole_of[stop->index];
		else if (stop->kind == LM_STOP_BREAK)
			stop->index = day->break_of[day->rest->vehicles[vehicle].break_first + stop->index];
	}
	if (settled == 0)
		return true;
	/* the start row of the rest is where the last settled row is left */
	memmove(timetable->stops + settled, timetable->stops + 1,
	        sizeof(LmStop) * (size_t) (timetable->count - 1));
	memcpy(timetable->stops, begun->stops, sizeof(LmStop) * (size_t) settled);
	timetable->count += settled - 1;
	timetable->departs = begun->left;
	timetable->length += begun->length;
	if (begun->no_way)
		timetable->stops[timetable->count++] = (LmStop){.kind = LM_STOP_END,
		                                                .index = -1,
		                                                .place = day->whole->vehicles[vehicle].end,
		                                                .arrives = timetable->ends,
		                                                .departs = timetable->ends};
	return true;
}

LmReason
lm_day_reason(const LmDay *day, int32_t order, LmReason reason)
{
	const LmBegun *begun;

	if (day->begun == NULL)
		return reason;
	for (int32_t v = 0; v < day->rest->vehicle_count && reason.code == LM_REASON_VEHICLE_REFUSED;
	     v++)
		if (!lm_problem_welcome(day->rest, order, v) &&
		    lm_problem_welcome(day->whole, day->whole_of[order], v))
		{
			/* it would have come with the vehicle, had it been ready */
			reason = (LmReason){.code = LM_REASON_RELEASE, .vehicle = v, .order = order};
			reason.need = day->rest->orders[order].release;
			reason.limit = day->begun[v].left;
		}
	if (reason.order >= 0)
		reason.order = day->whole_of[reason.order];
	if (reason.vehicle < 0 || day->begun[reason.vehicle].count == 0)
		return reason;
	begun = &day->begun[reason.vehicle];
	if (reason.code == LM_REASON_TIME)
	{
		reason.need += begun->worked;
		reason.limit += begun->worked;
	}
	else if (reason.code == LM_REASON_DISTANCE)
	{
		reason.need += begun->length;
		reason.limit += begun->length;
	}
	else if (reason.code == LM_REASON_STOPS)
	{
		reason.need += begun->orders - 1;
		reason.limit += begun->orders - 1;
	}
	else if (reason.code == LM_REASON_CAPACITY)
	{
		LmAmount loaded = day->loaded[(size_t) reason.vehicle * (size_t) day->rest->dimensions +
		                              (size_t) reason.dimension];

		reason.need += loaded;
		reason.limit += loaded;
	}
	return reason;
}
