/*
 * judge_cost.c
 *	  Money and grams of each row.
 */
#include "check/judge_parts.h"

#include <math.h>

#define MS_PER_HOUR 3600000.0
#define MM_PER_KM 1000000.0

void
lm_judge_costs(LmJudgeBench *bench)
{
	const LmVehicle *vehicle = bench->vehicle;
	LmJudgement *judgement = bench->judgement;
	const LmTimetable *timetable = &judgement->timetable;
	bool lengths = lm_travel_measured(bench->travel);

	for (int32_t row = 0; row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];
		double km = (double) stop->length / MM_PER_KM;
		LmTime late = vehicle->shift_end;

		judgement->co2e[row] = lengths ? km * vehicle->co2e_per_km : NAN;
		/* one that is under way may have stood at its start */
		judgement->cost[row] = vehicle->cost_fixed + vehicle->cost_per_hour *
		                                                 ((double) stop->service / MS_PER_HOUR) *
		                                                 (row == 0);
		if (row > 0)
		{
			LmTime since = timetable->stops[row - 1].departs;

			late = since > late ? since : late;
			judgement->cost[row] = vehicle->cost_per_km * km +
			                       vehicle->cost_per_hour *
			                           ((double) (stop->departs - since) / MS_PER_HOUR);
			if (stop->kind == LM_STOP_ORDER &&
			    bench->problem->orders[stop->index].preferred != bench->vehicle_index)
				judgement->cost[row] += bench->problem->orders[stop->index].prefer_cost;
			if (stop->kind == LM_STOP_ORDER && bench->problem->orders[stop->index].soft)
				judgement->cost[row] += bench->problem->orders[stop->index].late_cost *
				                        ((double) judgement->late[row] / MS_PER_HOUR);
		}
		if (stop->departs > late)
			judgement->cost[row] += vehicle->cost_per_overtime_hour *
			                        ((double) (stop->departs - late) / MS_PER_HOUR);
	}
}
