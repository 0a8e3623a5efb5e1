/*
 * judge_limits.c
 *	  The limits of a whole route: shift, working time, metres, orders.
 */
#include "check/judge_parts.h"

void
lm_judge_check_times(LmJudgeBench *bench)
{
	const LmTimetable *timetable = &bench->judgement->timetable;
	LmTime shift = bench->day.latest_end;
	LmTime longest = bench->day.max_time;
	LmTime working = timetable->ends - timetable->departs;
	int32_t row = 0;

	if (timetable->ends > shift)
	{
		while (timetable->stops[row].departs <= shift)
			row++;
		lm_judge_violate(bench, row, LM_REASON_SHIFT, -1, timetable->ends, shift);
	}
	if (working > longest)
	{
		for (row = 0; timetable->stops[row].departs - timetable->departs <= longest;)
			row++;
		lm_judge_violate(bench, row, LM_REASON_TIME, -1, working, longest);
	}
}

void
lm_judge_check_limits(LmJudgeBench *bench)
{
	const LmJudgeDay *day = &bench->day;
	const LmTimetable *timetable = &bench->judgement->timetable;
	LmLength length = 0;
	int32_t stops = 0;

	for (int32_t row = 0; row < timetable->count; row++)
	{
		bool short_before = length <= day->max_distance;

		length = lm_judge_sum(length, timetable->stops[row].length);
		if (short_before && length > day->max_distance)
			lm_judge_violate(bench, row, LM_REASON_DISTANCE, -1, timetable->length,
			                 day->max_distance);
		if (timetable->stops[row].kind == LM_STOP_ORDER && stops++ == day->max_stops)
			lm_judge_violate(bench, row, LM_REASON_STOPS, -1,
			                 lm_judge_count(timetable, LM_STOP_ORDER), day->max_stops);
	}
}
