/*
 * judge_release.c
 *	  When the goods of a trip are ready, and which of them a vehicle left without.
 */
#include "check/judge_parts.h"

int32_t
lm_judge_last_ready(const LmProblem *problem, const LmJudgeRoute *route, int32_t from)
{
	int32_t last = -1;

	for (int32_t item = from; item < route->count && route->items[item] != LM_JUDGE_RELOAD; item++)
	{
		int32_t order = route->items[item];

		if (order != LM_JUDGE_BREAK && problem->orders[order].kind == LM_DELIVERY &&
		    (last < 0 || problem->orders[order].release > problem->orders[last].release))
			last = order;
	}
	return last;
}

LmTime
lm_judge_trip_ready(const LmProblem *problem, const LmJudgeRoute *route, int32_t from)
{
	int32_t last = lm_judge_last_ready(problem, route, from);

	return last < 0 ? -LM_NEVER : problem->orders[last].release;
}

LmTime
lm_judge_earliest(const LmProblem *problem, const LmJudgeRoute *route)
{
	LmTime starts = problem->vehicles[route->vehicle].shift_start;
	LmTime ready = lm_judge_trip_ready(problem, route, 0);

	return ready > starts ? ready : starts;
}

void
lm_judge_check_releases(LmJudgeBench *bench)
{
	const LmTimetable *timetable = &bench->judgement->timetable;

	for (int32_t row = bench->day.count; bench->day.begun && row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];
		const LmOrder *order = stop->kind == LM_STOP_ORDER ? &bench->problem->orders[stop->index]
		                                                   : NULL;

		/* what a reload waits for is on its windows */
		if (stop->kind == LM_STOP_RELOAD)
			return;
		if (order != NULL && order->kind == LM_DELIVERY && order->release > bench->day.loaded)
			lm_judge_violate(bench, row, LM_REASON_RELEASE, stop->index, bench->day.loaded,
			                 order->release);
	}
}
