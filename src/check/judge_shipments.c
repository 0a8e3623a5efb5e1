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

/* The fixed row that delivers what order i of all picks up behind it, or -1. */
static int32_t
dropped_before(const LmJudgeBench *bench, int32_t i)
{
	const LmOrder *orders = bench->problem->orders;

	for (int32_t row = 0; row < bench->fixed && orders[bench->all[i]].kind == LM_COLLECT; row++)
		if (bench->all[row] >= 0 && orders[bench->all[row]].kind == LM_DROP &&
		    orders[bench->all[row]].unit == orders[bench->all[i]].unit)
			return bench->all[row];
	return -1;
}

/* What is fixed is not asked for its other row. */
void
lm_judge_check_shipments(LmJudgeBench *bench)
{
	const LmTimetable *timetable = &bench->judgement->timetable;
	int32_t index = bench->fixed;

	for (int32_t row = bench->day.count; row < timetable->count; row++)
	{
		int32_t order = timetable->stops[row].index;
		LmJudgePairing pairing;
		int32_t other = -1;

		index += timetable->stops[row].kind == LM_STOP_RELOAD;
		if (timetable->stops[row].kind != LM_STOP_ORDER)
			continue;
		pairing = lm_judge_pairing(bench->problem, bench->all, bench->fixed + bench->count, index,
		                           &other);
		if (dropped_before(bench, index) >= 0)
		{
			pairing = LM_JUDGE_REVERSED;
			other = dropped_before(bench, index);
		}
		index++;
		if (pairing != LM_JUDGE_PAIRED)
			lm_judge_violate(bench, row, LM_REASON_PRECEDENCE, order, other,
			                 pairing == LM_JUDGE_REVERSED);
	}
}
