/*
 * late.c
 *	  Pairs of time and lateness from row to row.
 */
#include "solver/late.h"

#include <string.h>

LmLate *
lm_late_new(const LmProblem *problem, LmArena *arena)
{
	LmLate *late = LM_TAKE(arena, LmLate, 1);
	int32_t breaks = lm_problem_most_breaks(problem);

	if (late == NULL)
		return NULL;
	late->arena = arena;
	late->sets = LM_TAKE(arena, LmLabelSet, (size_t) breaks + 1);
	late->after = LM_TAKE(arena, int32_t, (size_t) breaks + 1);
	return arena->failed ? NULL : late;
}

void
lm_late_free(LmLate *late, const LmRide *ride)
{
	for (int32_t k = 0; k < ride->most; k++)
		late->after[k] = LM_LATE_ANYWHERE;
}

static bool
set_grow(LmLate *late, LmLabelSet *set)
{
	int32_t room = set->room == 0 ? 4 : set->room * 2;
	LmLabel *labels = LM_TAKE(late->arena, LmLabel, room);

	if (labels == NULL)
	{
		late->failed = true;
		return false;
	}
	if (set->count > 0)
		memcpy(labels, set->labels, sizeof(LmLabel) * (size_t) set->count);
	set->labels = labels;
	set->room = room;
	return true;
}

/* Adds a label that none there is better than, and drops those it is better than. */
static void
set_add(LmLate *late, LmLabelSet *set, LmLabel label)
{
	int32_t at = set->count;
	int32_t behind;

	while (at > 0 && set->labels[at - 1].time > label.time)
		at--;
	if (at > 0 && set->labels[at - 1].late <= label.late)
		return;
	/* one of the same time with more lateness goes as well */
	if (at > 0 && set->labels[at - 1].time == label.time)
		at--;
	for (behind = at; behind < set->count && set->labels[behind].late >= label.late;)
		behind++;
	if (behind == at)
	{
		if (set->count == set->room && !set_grow(late, set))
			return;
		memmove(set->labels + at + 1, set->labels + at,
		        sizeof(LmLabel) * (size_t) (set->count - at));
		set->count++;
	}
	else
	{
		memmove(set->labels + at + 1, set->labels + behind,
		        sizeof(LmLabel) * (size_t) (set->count - behind));
		set->count -= behind - at - 1;
	}
	set->labels[at] = label;
}

/* Takes breaks after a row, as many as may be. */
static void
breaks_take(LmLate *late, const LmRide *ride, int32_t row)
{
	for (int32_t k = 0; k < ride->most; k++)
	{
		LmLabelSet *set = &late->sets[k];

		if (late->after[k] != LM_LATE_ANYWHERE && late->after[k] != row)
			continue;
		for (int32_t i = 0; i < set->count; i++)
		{
			LmLabel label = set->labels[i];

			label.time = lm_ride_rest(lm_ride_break(ride, k), label.time);
			if (label.time >= LM_NEVER)
				break; /* nor for those that come later */
			set_add(late, &late->sets[k + 1], label);
		}
		/* it is not driven past the row it must be taken after */
		if (late->after[k] == row)
			set->count = 0;
	}
}

/* Serves a row; labels keep their order, though some may not be better any more. */
static bool
row_serve(LmLate *late, const LmRide *ride, const LmRideRow *row)
{
	bool any = false;

	for (int32_t k = 0; k <= ride->most; k++)
	{
		LmLabelSet *set = &late->sets[k];
		int32_t kept = 0;

		for (int32_t i = 0; i < set->count; i++)
		{
			LmLabel label = set->labels[i];
			LmTime starts = lm_ride_serve(ride, row, label.time);

			if (starts >= LM_NEVER)
				break;
			if (row->weight > 0 && starts > row->due)
			{
				label.late += row->weight * lm_lateness(row->due, starts);
				label.lateness += row->price * lm_lateness(row->due, starts);
			}
			label.time = starts + row->service;
			/* what was earlier and is not any more is later by its lateness, too */
			while (kept > 0 && set->labels[kept - 1].late >= label.late &&
			       set->labels[kept - 1].time >= label.time)
				kept--;
			if (kept > 0 && set->labels[kept - 1].late <= label.late)
				continue;
			set->labels[kept++] = label;
		}
		set->count = kept;
		any |= kept > 0;
	}
	return any;
}

void
lm_late_drive(LmLate *late, const LmRide *ride, LmTime departs)
{
	const LmTour *tour = ride->tour;

	for (int32_t k = 0; k <= ride->most; k++)
		late->sets[k].count = 0;
	set_add(late, &late->sets[0], (LmLabel){departs, 0, 0});
	for (int32_t row = 0;; row++)
	{
		if (row < tour->count || !ride->open_end)
			breaks_take(late, ride, row);
		if (row == tour->count)
			break;
		if (!row_serve(late, ride, &ride->rows[row]))
			return;
	}
	lm_scheduler_count(ride->scheduler, 2 * (tour->count + 1) * (ride->most + 1));
	for (int32_t k = 0; k <= ride->most; k++)
	{
		LmLabelSet *set = &late->sets[k];

		for (int32_t i = 0; i < set->count; i++)
			set->labels[i].time = lm_ride_arrive(ride, &ride->rows[tour->count],
			                                     set->labels[i].time);
	}
}

/* Whether a route that ends then needs just so many breaks. */
static inline bool
breaks_right(const LmRide *ride, int32_t taken, LmTime ends)
{
	return (taken == ride->most || ends <= lm_ride_break(ride, taken)->window.close) &&
	       (taken == 0 || ends > lm_ride_break(ride, taken - 1)->window.close);
}

void
lm_late_offer(LmLate *late, const LmRide *ride, LmTime departs, LmTime latest_end, LmChoice *choice)
{
	lm_late_free(late, ride);
	lm_late_drive(late, ride, departs);
	for (int32_t k = 0; k <= ride->most; k++)
		for (int32_t i = 0; i < late->sets[k].count; i++)
		{
			const LmLabel *label = &late->sets[k].labels[i];

			if (label->time < LM_NEVER && label->time <= latest_end &&
			    label->time - departs <= choice->longest && breaks_right(ride, k, label->time))
				lm_choice_take(choice, departs, label->time, label->late, label->lateness);
		}
}

/* Whether some way ends as the chosen schedule does, with so many breaks and as little lateness. */
static bool
way_is_left(const LmLate *late, const LmScheduleCost *cost, int32_t taken)
{
	const LmLabelSet *set = &late->sets[taken];

	for (int32_t i = 0; i < set->count; i++)
		if (set->labels[i].time <= cost->ends && set->labels[i].late <= cost->late)
			return true;
	return false;
}

void
lm_late_place(LmLate *late, const LmRide *ride, const LmScheduleCost *cost, int32_t taken,
              int32_t *after)
{
	int32_t row = 0;

	lm_late_free(late, ride);
	for (int32_t k = 0; k < taken; k++)
	{
		for (; row < ride->tour->count; row++)
		{
			late->after[k] = row;
			lm_late_drive(late, ride, cost->departs);
			if (way_is_left(late, cost, taken))
				break;
		}
		late->after[k] = row;
		after[k] = row;
	}
}
