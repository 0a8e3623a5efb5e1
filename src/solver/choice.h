/*
 * choice.h
 *	  Which departure a route takes: rule 7 of doc/reference.md, "The schedule of a route".
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_CHOICE_H
#define LM_SOLVER_CHOICE_H

#include "solver/schedule.h"
#include "solver/spans.h"

/* The best of the spans offered so far. */
typedef struct LmChoice
{
	int64_t per_ms;
	int64_t per_overtime_ms;
	LmTime shift_end;
	LmTime longest; /* working time */
	int64_t least;  /* weighed working time, overtime and lateness of best */
	LmScheduleCost best;
	bool found;
} LmChoice;

/* lm_choice_of - nothing offered yet; relax has LmRelax bits */
static inline LmChoice
lm_choice_of(const LmProblem *problem, int32_t vehicle, int relax)
{
	LmChoice choice = {0};

	choice.per_ms = problem->prices[vehicle].schedule_per_ms;
	choice.per_overtime_ms = problem->prices[vehicle].schedule_per_overtime_ms;
	choice.shift_end = problem->vehicles[vehicle].shift_end;
	choice.longest = (relax & LM_RELAX_TIME) != 0 ? LM_NEVER : problem->vehicles[vehicle].max_time;
	choice.best.shortest = LM_NEVER;
	choice.best.earliest = LM_NEVER;
	choice.best.latest = -LM_NEVER;
	return choice;
}

/* Whether a departure and an end beat the best so far. */
static inline bool
lm_choice_better(const LmChoice *choice, int64_t weighed, LmTime departs, LmTime ends)
{
	if (!choice->found || weighed != choice->least)
		return !choice->found || weighed < choice->least;
	if (departs != choice->best.departs)
		return departs < choice->best.departs;
	return ends < choice->best.ends;
}

/*
 * lm_choice_take - a departure and an end that keep all rules
 *
 *	late, lateness	weight and price of its lateness
 */
static inline void
lm_choice_take(LmChoice *choice, LmTime departs, LmTime ends, int64_t late, LmCost lateness)
{
	LmTime overtime = ends > choice->shift_end ? ends - choice->shift_end : 0;
	int64_t weighed = choice->per_ms * (ends - departs) + choice->per_overtime_ms * overtime + late;

	if (!lm_choice_better(choice, weighed, departs, ends))
		return;
	choice->best.departs = departs;
	choice->best.ends = ends;
	choice->best.overtime = overtime;
	choice->best.late = late;
	choice->best.lateness = lateness;
	choice->least = weighed;
	choice->found = true;
}

/*
 * lm_choice_offer - a span from the departure to the end of the route
 *
 *	back		the end must not be later
 */
static inline void
lm_choice_offer(LmChoice *choice, const LmSpan *span, LmTime back)
{
	LmTime departs = span->lo;
	LmTime ends = span->lo + span->delay;
	LmTime latest = back - span->delay < span->hi ? back - span->delay : span->hi;

	if (ends > back)
		return;
	if (span->delay < choice->best.shortest)
		choice->best.shortest = span->delay;
	if (span->delay > choice->longest)
		return;
	if (ends < choice->best.earliest)
		choice->best.earliest = ends;
	if (latest > choice->best.latest)
		choice->best.latest = latest;
	if (choice->per_ms == 0)
	{
		/* waiting is free: depart as early as working time allows */
		departs = span->from;
		if (choice->longest < LM_NEVER && ends - choice->longest > departs)
			departs = ends - choice->longest;
	}
	lm_choice_take(choice, departs, ends, 0, 0);
}

#endif /* LM_SOLVER_CHOICE_H */
