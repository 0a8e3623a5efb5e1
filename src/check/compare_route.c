/*
 * compare_route.c
 *	  The shown rows of a route as a whole: which there are, where they stand, when trips begin.
 */
#include "postgres.h"

#include <math.h>

#include "check/check_parts.h"
#include "output/words.h"

/* [row] its trip. */
static int32_t *
trips_count(const LmTimetable *timetable)
{
	int32_t *trips = palloc(sizeof(int32_t) * (Size) timetable->count);
	int32_t trip = 1;

	for (int32_t row = 0; row < timetable->count; row++)
	{
		trip += timetable->stops[row].kind == LM_STOP_RELOAD;
		trips[row] = trip;
	}
	return trips;
}

void
lm_compare_rows(const LmCheck *check, LmCheckRoute *route)
{
	const LmTimetable *timetable = &route->judgement.timetable;
	bool *there = palloc0(sizeof(bool) * (Size) timetable->count);
	int32_t *trip_no = trips_count(timetable);
	int32_t before = -1;

	for (int32_t i = 0; i < route->shown_count; i++)
	{
		const LmShownRow *shown = &route->shown[i];
		int32_t row = route->row_of[i];

		if (row < 0)
		{
			/* an unreadable order is told on its own row */
			if (shown->kind != LM_SHOWN_ORDER)
				lm_check_violate(
					route, Max(before, 0),
					psprintf("mismatch: a row of kind \"%s\" that the route does not have",
				             shown->kind_name));
			continue;
		}
		there[row] = true;
		if (row < before)
			lm_check_violate(route, row, pstrdup("mismatch: the row is out of sequence"));
		if (route->whole && !isinf(shown->stop_no) && shown->stop_no != row + 1)
			lm_check_violate(route, row,
			                 psprintf("mismatch: stop_no is shown as %.10g, computed %d",
			                          shown->stop_no, row + 1));
		if (!isnan(shown->trip_no) && shown->trip_no != trip_no[row])
			lm_check_violate(route, row,
			                 psprintf("mismatch: trip_no is shown as %.10g, computed %d",
			                          shown->trip_no, trip_no[row]));
		before = Max(before, row);
	}
	for (int32_t row = 0; row < timetable->count && route->whole; row++)
	{
		if (!there[row])
			lm_check_violate(route, row, pstrdup("mismatch: the routes query lacks this row"));
	}
	/* one that has left has, and drives home */
	if (route->order_count == 0 && !check->input->problem.vehicles[route->vehicle].under_way)
		lm_check_violate(
			route, 0,
			pstrdup("mismatch: the vehicle serves no order, so it has no rows in a plan"));
}

/* The goods of a trip, whose items begin at one, against the shown instant at which it begins. */
static void
release_compare(LmCheck *check, LmCheckRoute *route, int32_t row, int32_t from, const char *begins,
                double shown)
{
	const LmInput *input = check->input;
	const LmProblem *problem = &input->problem;
	LmJudgeRoute items = {.items = route->items, .count = route->item_count};
	int32_t latest = lm_judge_last_ready(problem, &items, from);

	if (latest >= 0 && shown < problem->orders[latest].release)
		lm_check_violate(route, row,
		                 psprintf("release: %s %s, order \"%s\" is ready at %s", begins,
		                          lm_words_instant(input, (LmTime) floor(shown)),
		                          input->order_rows[input->row_of_order[latest]].id,
		                          lm_words_instant(input, problem->orders[latest].release)));
}

void
lm_compare_frozen(LmCheckRoute *route)
{
	const LmShownRow *loose = NULL;

	for (int32_t i = 0; i < route->shown_count; i++)
	{
		const LmShownRow *shown = &route->shown[i];
		bool fixed = shown->frozen || shown->done;

		if (shown->kind == LM_SHOWN_ORDER && !fixed)
			loose = shown;
		else if (shown->frozen && loose != NULL)
			lm_check_violate(route, Max(route->row_of[i], 0),
			                 psprintf("frozen: row %d of the routes query in front of it is not",
			                          loose->number));
	}
}

void
lm_compare_departure(LmCheck *check, LmCheckRoute *route, const LmShownRow *start)
{
	const LmInput *input = check->input;
	LmTime shift_start = input->problem.vehicles[route->vehicle].shift_start;
	double shown = start->values[LM_SHOWN_DEPARTS_AT];

	if (!start->given[LM_SHOWN_DEPARTS_AT] || !isfinite(shown) ||
	    input->problem.vehicles[route->vehicle].under_way)
		return;
	if (shown < shift_start)
		lm_check_violate(route, 0,
		                 psprintf("shift: departs %s, the shift starts %s",
		                          lm_words_instant(input, (LmTime) floor(shown)),
		                          lm_words_instant(input, shift_start)));
	release_compare(check, route, 0, 0, "departs", shown);
}

void
lm_compare_reload(LmCheck *check, LmCheckRoute *route, const LmShownRow *reload, int32_t row)
{
	double shown = reload->values[LM_SHOWN_STARTS_AT];

	/* what is done or frozen is as it is */
	if (row >= route->judgement.settled && reload->given[LM_SHOWN_STARTS_AT] && isfinite(shown))
		release_compare(check, route, row, route->item_of[reload - route->shown] + 1, "loads",
		                shown);
}
