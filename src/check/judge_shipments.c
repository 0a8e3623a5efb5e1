/*
 * judge_shipments.c
 *	  Rows of one unit, counted along the route.
 */
#include "check/judge_shipments.h"

#include "check/judge_parts.h"

static bool
same_shipment(const LmProblem *problem, int32_t one, int32_t other)
{
	return problem->orders[one].unit == problem->orders[other].unit;
}

LmJudgePairing
lm_judge_pairing(const LmProblem *problem, const int32_t *orders, int32_t count, int32_t i,
                 int32_t *other)
{
	LmOrderKind kind = problem->orders[orders[i]].kind;
	LmOrderKind sought = kind == LM_DROP ? LM_COLLECT : LM_DROP;
	LmJudgePairing pairing = LM_JUDGE_PARTED;
	const LmUnit *unit;

	if (kind != LM_COLLECT && kind != LM_DROP)
		return LM_JUDGE_PAIRED;
	unit = &problem->units[problem->orders[orders[i]].unit];
	*other = problem->members[unit->first + (kind == LM_DROP ? 0 : unit->heads)];
	for (int32_t row = 0; row < count; row++)
	{
		if (orders[row] < 0 || problem->orders[orders[row]].kind != sought ||
		    !same_shipment(problem, orders[row], orders[i]))
			continue;
		if (kind == LM_COLLECT || row < i)
			return LM_JUDGE_PAIRED;
		*other = orders[row];
		pairing = LM_JUDGE_REVERSED;
	}
	return pairing;
}

bool
lm_judge_unloads(const LmProblem *problem, const int32_t *orders, int32_t i)
{
	int32_t aboard = 0;

	for (int32_t row = 0; row < i; row++)
	{
		if (orders[row] < 0 || !same_shipment(problem, orders[row], orders[i]))
			continue;
		if (problem->orders[orders[row]].kind == LM_COLLECT)
			aboard++;
		else if (aboard > 0)
			aboard--;
	}
	return aboard > 0;
}

void
lm_judge_check_shipments(LmJudgeBench *bench)
{
	const LmTimetable *timetable = &bench->judgement->timetable;
	int32_t index = 0;

	for (int32_t row = 0; row < timetable->count; row++)
	{
		LmJudgePairing pairing;
		int32_t other = -1;

		index += timetable->stops[row].kind == LM_STOP_RELOAD;
		if (timetable->stops[row].kind != LM_STOP_ORDER)
			continue;
		pairing = lm_judge_pairing(bench->problem, bench->orders, bench->count, index++, &other);
		if (pairing != LM_JUDGE_PAIRED)
			lm_judge_violate(bench, row, LM_REASON_PRECEDENCE, timetable->stops[row].index, other,
			                 pairing == LM_JUDGE_REVERSED);
	}
}
