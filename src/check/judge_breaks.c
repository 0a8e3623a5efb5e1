/*
 * judge_breaks.c
 *	  Rule 5 held against the break rows of a timetable.
 */
#include "check/judge_parts.h"

void
lm_judge_check_breaks(LmJudgeBench *bench)
{
	const LmTimetable *timetable = &bench->judgement->timetable;
	const LmJudgeDay *day = &bench->day;

	for (int32_t k = 0; k < day->break_count; k++)
	{
		const LmBreak *rule = &day->breaks[k];
		int32_t index = day->break_of[k];
		LmTime close = rule->window.close;
		bool required = timetable->departs < close && close < timetable->ends;
		int32_t row = day->count;

		while (row < timetable->count && (timetable->stops[row].kind != LM_STOP_BREAK ||
		                                  timetable->stops[row].index != index))
			row++;
		if (row < timetable->count)
		{
			const LmStop *stop = &timetable->stops[row];
			LmTime starts = stop->arrives + stop->wait;

			if (starts > close || starts < rule->window.open)
				lm_judge_violate(bench, row, LM_REASON_BREAK, index, starts, close);
			else if (!required)
				lm_judge_violate(bench, row, LM_REASON_MISMATCH, index, timetable->ends, close);
		}
		else if (required)
		{
			for (row = 0; timetable->stops[row].departs <= close;)
				row++;
			lm_judge_violate(bench, row, LM_REASON_BREAK, index, timetable->ends, close);
			bench->judgement->violations[bench->judgement->violation_count - 1].absent = true;
		}
	}
}
