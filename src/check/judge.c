/*
 * judge.c
 *	  Rows of a route from its sequence; every rule held against those rows.
 *
 * The rules are looked at in the finished rows, not while the schedule is
 * sought: a schedule that was found wrongly shows as a violation too.
 */
#include "check/judge_parts.h"

static bool
judgement_open(const LmJudgeBench *bench, const LmJudgeRoute *route, int32_t rows, LmArena *arena)
{
	LmJudgement *judgement = bench->judgement;
	int64_t dimensions = bench->problem->dimensions;

	judgement->timetable.stops = LM_TAKE(arena, LmStop, rows);
	judgement->item_row = LM_TAKE(arena, int32_t, route->count);
	judgement->late = LM_TAKE(arena, LmTime, rows);
	judgement->load = LM_TAKE(arena, LmAmount, rows * dimensions);
	judgement->cost = LM_TAKE(arena, double, rows);
	judgement->co2e = LM_TAKE(arena, double, rows);
	/* a row: leg, skill, refusal, window, range, release, shipment; a break: one; once: shift, time,
	 * metres, stops, trips */
	judgement->violations =
		LM_TAKE(arena, LmViolation,
	            7 * (int64_t) rows + (int64_t) bench->vehicle->break_count + dimensions + 5);
	return judgement->timetable.stops != NULL && judgement->item_row != NULL &&
	       judgement->late != NULL && judgement->load != NULL && judgement->cost != NULL &&
	       judgement->co2e != NULL && judgement->violations != NULL;
}

void
lm_judge_violate(LmJudgeBench *bench, int32_t row, LmReasonCode code, int32_t index, int64_t found,
                 int64_t limit)
{
	LmJudgement *judgement = bench->judgement;
	LmViolation *violation = &judgement->violations[judgement->violation_count++];

	violation->row = row;
	violation->code = code;
	violation->index = index;
	violation->found = found;
	violation->limit = limit;
}

int32_t
lm_judge_count(const LmTimetable *timetable, LmStopKind kind)
{
	int32_t count = 0;

	for (int32_t row = 0; row < timetable->count; row++)
		count += timetable->stops[row].kind == kind;
	return count;
}

/* Stable and in place: few violations, and mostly in order already. */
static void
violations_sort(LmJudgement *judgement)
{
	for (int32_t i = 1; i < judgement->violation_count; i++)
	{
		LmViolation violation = judgement->violations[i];
		int32_t at = i;

		for (; at > 0 && judgement->violations[at - 1].row > violation.row; at--)
			judgement->violations[at] = judgement->violations[at - 1];
		judgement->violations[at] = violation;
	}
}

LmJudgeStatus
lm_judge_route(const LmProblem *problem, const LmJudgeRoute *route, LmArena *arena,
               LmJudgement *judgement)
{
	LmJudgeBench bench;
	LmJudgeSchedule schedule;
	LmJudgeStatus status;

	status = lm_judge_bench(&bench, problem, route, arena, judgement);
	if (status != LM_JUDGE_OK)
		return status;
	status = lm_judge_bench_schedule(&bench, route, arena, &schedule);
	if (status != LM_JUDGE_OK)
		return status;
	if (!judgement_open(&bench, route, bench.day.count + bench.count + schedule.taken + 2, arena))
		return LM_JUDGE_NO_MEMORY;
	judgement->feasible = schedule.feasible;
	lm_judge_timetable(&bench, &schedule);
	lm_judge_items(&bench, route);
	lm_judge_loads(&bench);
	lm_judge_costs(&bench);
	for (int32_t row = 0; row < judgement->timetable.count; row++)
		lm_judge_check_row(&bench, row);
	lm_judge_check_shipments(&bench);
	lm_judge_check_breaks(&bench);
	lm_judge_check_times(&bench);
	lm_judge_check_releases(&bench);
	lm_judge_check_limits(&bench);
	lm_judge_check_loads(&bench);
	lm_judge_check_trips(&bench);
	violations_sort(judgement);
	return LM_JUDGE_OK;
}
