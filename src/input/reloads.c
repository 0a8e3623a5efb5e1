/*
 * reloads.c
 *	  Pools of reloads.
 */
#include "postgres.h"

#include "input/reloads.h"
#include "input/values.h"

static bool
pool_shared(const LmVehicle *a, const LmVehicle *b)
{
	return b->max_trips > 1 && a->start == b->start && a->reload_time == b->reload_time;
}

/* Whether the vehicle is the first of its pool. */
static bool
pool_begins(const LmProblem *problem, int32 vehicle)
{
	if (problem->vehicles[vehicle].max_trips <= 1)
		return false;
	for (int32 before = 0; before < vehicle; before++)
		if (pool_shared(&problem->vehicles[vehicle], &problem->vehicles[before]))
			return false;
	return true;
}

/* No more than there are orders, since every trip has one; one to tell of trips that are done. */
static int32
pool_count(const LmProblem *problem, int32 vehicle, int32 rows)
{
	int64 count = 0;

	for (int32 v = vehicle; v < problem->vehicle_count; v++)
		if (pool_shared(&problem->vehicles[vehicle], &problem->vehicles[v]))
			count += problem->vehicles[v].max_trips - 1;
	return (int32) Min(count, Max(rows, 1));
}

int32
lm_reloads_count(const LmProblem *problem, int32 rows)
{
	int64 count = 0;

	for (int32 v = 0; v < problem->vehicle_count; v++)
		if (pool_begins(problem, v))
			count += pool_count(problem, v, rows);
	if (count > PG_INT32_MAX / 2 - rows)
		ereport(
			ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
		     errmsg("the vehicles may make too many trips for one plan"),
		     errdetail("Together they need %lld reloads.", (long long) count),
		     errhint(
				 "Give a smaller max_trips, or the vehicles of one depot equal start points.")));
	return (int32) count;
}

/* A reload, and whose it is. */
static void
reload_finish(LmProblem *problem, int32 index, int32 vehicle, int32 window)
{
	const LmVehicle *van = &problem->vehicles[vehicle];
	size_t words = (size_t) problem->allowed_words;

	problem->orders[index] = (LmOrder){.place = van->start,
	                                   .site = -1,
	                                   .window_first = window,
	                                   .window_count = 1,
	                                   .kind = LM_RELOAD,
	                                   .unit = -1,
	                                   .optional = true,
	                                   .service = van->reload_time,
	                                   .release = -LM_NEVER,
	                                   .preferred = -1};
	for (int32 d = 0; d < problem->dimensions; d++)
		problem->demand[(size_t) index * (size_t) problem->dimensions + (size_t) d] = 0;
	memset(&problem->welcome[(size_t) index * words], 0, words * sizeof(uint64_t));
	for (int32 v = vehicle; v < problem->vehicle_count; v++)
		if (pool_shared(van, &problem->vehicles[v]))
			problem->welcome[(size_t) index * words + (size_t) v / 64] |= UINT64CONST(1)
			                                                              << (v % 64);
}

void
lm_reloads_finish(LmReader *reader, int32 window)
{
	LmProblem *problem = &reader->input->problem;
	size_t cells = (size_t) problem->order_count * (size_t) problem->allowed_words;
	int32 rows = lm_problem_rows(problem);
	int32 index = rows;

	if (problem->reload_count == 0)
		return;
	problem->windows[window] = (LmWindow){-LM_NEVER, LM_NEVER};
	if (problem->welcome == NULL)
	{
		problem->welcome = lm_huge_alloc(reader->keep, cells, sizeof(uint64_t));
		memset(problem->welcome, 0xff, cells * sizeof(uint64_t));
	}
	for (int32 v = 0; v < problem->vehicle_count; v++)
		for (int32 left = pool_begins(problem, v) ? pool_count(problem, v, rows) : 0; left > 0;
		     left--)
			reload_finish(problem, index++, v, window);
}
