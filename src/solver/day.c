/*
 * day.c
 *	  All vehicles' fixed rows are settled; then the way from a plan of the rest to the whole.
 */
#include "solver/day.h"

#include "solver/rest.h"
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

/* Frozen rows of one vehicle may have the same reload more than once. */
static int32_t
fixed_most(const LmProblem *problem)
{
	int32_t most = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
		if (problem->vehicles[v].fixed_count > most)
			most = problem->vehicles[v].fixed_count;
	return most;
}

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
	work->aboard = LM_TAKE(arena, LmAboard, loads);
	if (arena->failed)
		return NULL;
	breaks_copy(work, problem);
	return work;
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
	settling->orders = LM_TAKE(arena, int32_t, fixed_most(problem));
	settling->timetable.stops = LM_TAKE(arena, LmStop, lm_day_rows(problem));
	return !arena->failed && settling->scheduler != NULL;
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
	if (!vehicles_settle(day, &settling))
		return lm_scheduler_stopped(settling.scheduler) ? LM_CANCELLED : LM_NO_MEMORY;
	if (!lm_rest_make(day, settling.work, arena))
		return LM_NO_MEMORY;
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
		int32_t settled = day->begun == NULL ? 0 : day->begun[v].reloads;

		sequences.first[v] = count;
		for (int32_t i = plan->first[v]; i < plan->first[v + 1]; i++)
		{
			/* the first reloads are those that are settled, which need not be the same orders */
			if (settled > 0 && day->whole->orders[plan->stops[i]].kind == LM_RELOAD)
				settled--;
			else if (lm_day_rest(day, plan->stops[i]) >= 0)
				sequences.stops[count++] = lm_day_rest(day, plan->stops[i]);
		}
	}
	sequences.first[vehicles] = count;
	return sequences;
}

int32_t
lm_day_rows(const LmProblem *problem)
{
	return (int32_t) lm_problem_most_rows(problem) + fixed_most(problem);
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
lm_day_reason(const LmDay *day, LmReason reason)
{
	const LmBegun *begun;

	if (day->begun == NULL)
		return reason;
	if (reason.order >= 0)
		reason.order = day->whole_of[reason.order];
	if (reason.subject >= 0)
		reason.subject = day->whole_of[reason.subject];
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
