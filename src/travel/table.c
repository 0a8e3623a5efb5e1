/*
 * table.c
 *	  Memory of the travel tables.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "input/values.h"
#include "lastmile.h"
#include "travel/table.h"
#include "workers/memory.h"

#define BYTES_PER_MB (1024.0 * 1024.0)

void
lm_tables_reserve(const LmInput *input, size_t bytes)
{
	double limit = lm_max_memory_kb * 1024.0;
	double taken = (double) MemoryContextMemAllocated(input->context, true);

	if (taken + (double) bytes <= limit)
		return;
	ereport(
		ERROR,
		(errcode(ERRCODE_OUT_OF_MEMORY),
	     errmsg("travel times between %d places need more than lastmile.max_memory",
	            input->problem.place_count),
	     errdetail("They need %.1f MB beside %.1f MB in use, the limit is %.1f MB.",
	               bytes / BYTES_PER_MB, taken / BYTES_PER_MB, limit / BYTES_PER_MB),
	     errhint(
			 "Plan fewer orders in one call, for example by region, or ask an administrator to raise lastmile.max_memory.")));
}

void *
lm_table_new(const LmInput *input, size_t size)
{
	size_t bytes = Max(lm_table_pairs(input), 1) * size;
	void *table = MemoryContextAllocExtended(input->context, bytes, MCXT_ALLOC_HUGE);

	lm_memory_large(table, bytes);
	return table;
}

/* ---- some pairs ---- */

/* Places that legs are needed from and to everywhere: of candidates, and of reloads that a route may get. */
static bool *
hubs_find(const LmInput *input)
{
	const LmProblem *problem = &input->problem;
	bool *hubs = palloc0(Max(problem->place_count, 1) * sizeof(bool));

	for (int32 i = 0; i < input->candidate_count; i++)
	{
		int32 order = input->order_rows[input->order_row_count + i].order;

		if (order >= 0)
			hubs[problem->orders[order].place] = true;
	}
	for (int32 order = 0; order < problem->order_count; order++)
		if (problem->orders[order].kind == LM_RELOAD)
			hubs[problem->orders[order].place] = true;
	return hubs;
}

/* Of a vehicle's route each leg, and the ways home: from its last row that is fixed, whichever that is. */
static int64
legs_add(const LmProblem *problem, const LmPlan *routes, int32 vehicle, LmPair *legs, int64 count)
{
	int32 end = problem->vehicles[vehicle].end;
	int32 from = problem->vehicles[vehicle].start;

	for (int32 stop = routes->first[vehicle]; stop < routes->first[vehicle + 1]; stop++)
	{
		int32 to = problem->orders[routes->stops[stop]].place;

		legs[count++] = (LmPair){from, to};
		if (end != LM_NOWHERE)
			legs[count++] = (LmPair){from, end};
		from = to;
	}
	if (end != LM_NOWHERE)
		legs[count++] = (LmPair){from, end};
	return count;
}

void
lm_pairs_set(LmInput *input, const LmPlan *routes)
{
	const LmProblem *problem = &input->problem;
	LmMemory memory;
	int64 most = 2 * (int64) routes->first[problem->vehicle_count] + problem->vehicle_count;
	LmPair *legs = lm_huge_alloc(CurrentMemoryContext, Max(most, 1), sizeof(LmPair));
	bool *hubs = hubs_find(input);
	int64 count = 0;

	for (int32 vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
		count = legs_add(problem, routes, vehicle, legs, count);
	lm_memory_init(&memory, input->context);
	input->pairs = lm_pairs_new(problem->place_count, hubs, legs, count, &memory.arena);
	if (input->pairs == NULL)
		lm_memory_raise(&memory);
	pfree(legs);
	pfree(hubs);
}

void
lm_tables_part(LmInput *input)
{
	LmProblem *problem = &input->problem;

	for (int32 i = 0; i < problem->travel_count; i++)
	{
		LmTravel *travel = &problem->travels[i];
		LmFew *few = MemoryContextAlloc(input->context, sizeof(LmFew));

		*few = (LmFew){input->pairs, travel->time, travel->length32, travel->length64};
		*travel = (LmTravel){.places = travel->places, .traffic = travel->traffic, .few = few};
	}
}
