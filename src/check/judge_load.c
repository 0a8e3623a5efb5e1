/*
 * judge_load.c
 *	  What is on board at each departure, held against the capacity.
 */
#include "check/judge_parts.h"

#include "check/judge_shipments.h"

static LmAmount
demand_of(const LmJudgeBench *bench, int32_t order, int32_t dimension)
{
	return bench->problem
	    ->demand[(size_t) order * (size_t) bench->problem->dimensions + (size_t) dimension];
}

/* What is loaded at the row that begins a trip: all that it delivers. */
static LmAmount
trip_load(const LmJudgeBench *bench, int32_t row, int32_t dimension)
{
	const LmTimetable *timetable = &bench->judgement->timetable;
	LmAmount load = 0;

	for (row++; row < timetable->count && timetable->stops[row].kind != LM_STOP_RELOAD; row++)
	{
		const LmStop *stop = &timetable->stops[row];

		if (stop->kind == LM_STOP_ORDER && bench->problem->orders[stop->index].kind == LM_DELIVERY)
			load = lm_judge_sum(load, demand_of(bench, stop->index, dimension));
	}
	return load;
}

/* What serving an order puts on board: 1, -1, or 0 for goods that are not there; index is into all. */
static int
load_sign(const LmJudgeBench *bench, LmOrderKind kind, int32_t index)
{
	if (kind == LM_DROP)
		return lm_judge_unloads(bench->problem, bench->all, index) ? -1 : 0;
	return kind == LM_DELIVERY ? -1 : 1;
}

void
lm_judge_loads(LmJudgeBench *bench)
{
	const LmProblem *problem = bench->problem;
	LmJudgement *judgement = bench->judgement;
	const LmTimetable *timetable = &judgement->timetable;

	for (int32_t dimension = 0; dimension < problem->dimensions; dimension++)
	{
		LmAmount load = 0;
		LmAmount picked = 0; /* on the trip */
		int32_t index = 0;

		for (int32_t row = 0; row < timetable->count; row++)
		{
			const LmStop *stop = &timetable->stops[row];

			if (stop->kind == LM_STOP_END)
				load = 0;
			else if (stop->kind == LM_STOP_START || stop->kind == LM_STOP_RELOAD)
			{
				load = lm_judge_sum(lm_judge_sum(load, -picked), trip_load(bench, row, dimension));
				picked = 0;
				index += stop->kind == LM_STOP_RELOAD;
			}
			else if (stop->kind == LM_STOP_ORDER)
			{
				LmAmount demand = demand_of(bench, stop->index, dimension);

				demand *= load_sign(bench, problem->orders[stop->index].kind, index++);
				load = lm_judge_sum(load, demand);
				if (problem->orders[stop->index].kind == LM_PICKUP)
					picked = lm_judge_sum(picked, demand);
			}
			judgement->load[(size_t) row * (size_t) problem->dimensions + (size_t) dimension] =
				load;
		}
	}
}

/* What a trip loads at its beginning for fixed rows, which begin at one of all. */
static LmAmount
load_fixed(const LmJudgeBench *bench, int32_t from, int32_t dimension)
{
	LmAmount load = 0;

	for (int32_t i = from; i < bench->fixed && bench->all[i] != LM_JUDGE_RELOAD; i++)
		if (bench->problem->orders[bench->all[i]].kind == LM_DELIVERY)
			load += demand_of(bench, bench->all[i], dimension);
	return load;
}

/* Load of the fixed rows alone, where it is highest. */
static LmAmount
load_begun(const LmJudgeBench *bench, int32_t dimension)
{
	LmAmount load = load_fixed(bench, 0, dimension);
	LmAmount highest = load;
	LmAmount picked = 0;

	for (int32_t i = 0; i < bench->fixed; i++)
	{
		int32_t order = bench->all[i];
		LmAmount change;

		if (order == LM_JUDGE_RELOAD)
		{
			load += load_fixed(bench, i + 1, dimension) - picked;
			picked = 0;
		}
		else
		{
			LmOrderKind kind = bench->problem->orders[order].kind;

			change = demand_of(bench, order, dimension) * load_sign(bench, kind, i);
			load += change;
			picked += kind == LM_PICKUP ? change : 0;
		}
		highest = load > highest ? load : highest;
	}
	return highest;
}

void
lm_judge_check_loads(LmJudgeBench *bench)
{
	const LmProblem *problem = bench->problem;
	const LmJudgement *judgement = bench->judgement;
	const LmTimetable *timetable = &judgement->timetable;

	for (int32_t dimension = 0; dimension < problem->dimensions; dimension++)
	{
		LmAmount capacity =
			problem->capacity[(size_t) bench->vehicle_index * (size_t) problem->dimensions +
		                      (size_t) dimension];

		if (bench->day.begun && capacity < LM_NEVER)
		{
			LmAmount begun = load_begun(bench, dimension);

			capacity = begun > capacity ? begun : capacity;
		}
		for (int32_t row = 0; row < timetable->count; row++)
		{
			LmAmount load =
				judgement->load[(size_t) row * (size_t) problem->dimensions + (size_t) dimension];

			if (load <= capacity)
				continue;
			lm_judge_violate(bench, row, LM_REASON_CAPACITY, dimension, load, capacity);
			break;
		}
	}
}
