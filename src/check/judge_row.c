/*
 * judge_row.c
 *	  The rules of a single row: its leg, its vehicle, its windows.
 */
#include "check/judge_parts.h"

void
lm_judge_check_row(LmJudgeBench *bench, int32_t row)
{
	const LmProblem *problem = bench->problem;
	const LmStop *stop = &bench->judgement->timetable.stops[row];

	/* what is done or frozen is so whatever rules it breaks, and so is the way home from there */
	if (row < bench->day.count || (bench->day.begun && bench->count == 0))
		return;
	if (row > 0 && stop->kind != LM_STOP_BREAK &&
	    !lm_judge_leg_exists(bench, &stop[-1], stop->place))
		lm_judge_violate(bench, row, LM_REASON_UNREACHABLE, -1, 0, 0);
	if (stop->kind != LM_STOP_ORDER)
		return;
	if (!lm_problem_skilled(problem, stop->index, bench->vehicle_index))
		lm_judge_violate(bench, row, LM_REASON_SKILL, stop->index, 0, 0);
	if (!lm_problem_welcome(problem, stop->index, bench->vehicle_index))
		lm_judge_violate(bench, row, LM_REASON_VEHICLE_REFUSED, stop->index, 0, 0);
	if (bench->judgement->late[row] > 0)
	{
		const LmOrder *order = &problem->orders[stop->index];
		LmTime close = problem->windows[order->window_first + order->window_count - 1].close;
		LmTime starts = stop->arrives + stop->setup + stop->wait;

		/* a soft window closes later than it is due */
		if (starts > close)
			lm_judge_violate(bench, row, LM_REASON_WINDOW, stop->index, starts, close);
	}
}
