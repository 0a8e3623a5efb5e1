/*
 * judge_trips.c
 *	  How many trips a route makes, and how long each is.
 */
#include "check/judge_parts.h"

/* Metres of the trip that begins at a row. */
static LmLength
trip_length(const LmTimetable *timetable, int32_t row)
{
	LmLength length = 0;

	for (row++; row < timetable->count; row++)
	{
		length = lm_judge_sum(length, timetable->stops[row].length);
		if (timetable->stops[row].kind == LM_STOP_RELOAD)
			break;
	}
	return length;
}

void
lm_judge_check_trips(LmJudgeBench *bench)
{
	const LmVehicle *vehicle = bench->vehicle;
	const LmTimetable *timetable = &bench->judgement->timetable;
	int32_t most = vehicle->max_trips > 1 ? vehicle->max_trips : 1;
	int32_t trips = 1;
	int32_t begun = 0;
	LmLength range = bench->day.reloads > 0 ? LM_NEVER : bench->day.range;
	LmLength length = 0;

	for (int32_t row = 1; row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];
		bool short_before = length <= range;

		length = lm_judge_sum(length, stop->length);
		if (range > 0 && short_before && length > range)
			lm_judge_violate(bench, row, LM_REASON_RANGE, -1, trip_length(timetable, begun), range);
		if (stop->kind != LM_STOP_RELOAD)
			continue;
		/* trips in front of that of the last fixed row are as they are */
		if (row < bench->day.count)
			range = trips < bench->day.reloads || bench->day.range == 0 ? LM_NEVER
			                                                            : bench->day.range;
		else
			range = vehicle->range;
		if (trips++ == most)
			lm_judge_violate(bench, row, LM_REASON_STOPS, LM_JUDGE_RELOAD,
			                 lm_judge_count(timetable, LM_STOP_RELOAD) + 1, most);
		begun = row;
		length = 0;
	}
}
