/*
 * judge_timetable.c
 *	  The rows of a schedule, and which of them each item became.
 */
#include "check/judge_parts.h"

static LmStop *
stop_add(LmJudgeBench *bench, LmStopKind kind, int32_t index, int32_t place)
{
	LmTimetable *timetable = &bench->judgement->timetable;
	LmStop *stop = &timetable->stops[timetable->count];
	const LmStop *before = timetable->count > 0 ? stop - 1 : NULL;

	stop->kind = kind;
	stop->index = index;
	stop->place = place;
	if (before != NULL)
		stop->arrives = before->departs;
	if (before != NULL && kind != LM_STOP_BREAK && lm_judge_leg_exists(bench, before, place))
	{
		LmJudgeLeg leg = lm_judge_leg(bench, before->place, place);

		stop->arrives = lm_judge_arrive(&leg, before->departs);
		stop->travel = leg.traffic == NULL ? leg.time : stop->arrives - before->departs;
		stop->length = lm_travel_length_at(bench->travel, before->place, place, before->departs);
	}
	timetable->length = lm_judge_sum(timetable->length, stop->length);
	timetable->count++;
	return stop;
}

static void
stop_serve(LmStop *stop, LmTime ready, LmTime starts, LmTime service)
{
	stop->wait = starts - ready;
	stop->service = service;
	stop->departs = lm_judge_sum(starts, service);
}

/* After which instant an order is late: the end of its last window, which may be soft. */
static LmTime
row_due(const LmJudgeBench *bench, int32_t i)
{
	const LmJudgeRow *row = &bench->rows[i];

	if (bench->orders[i] >= 0 && bench->problem->orders[bench->orders[i]].soft)
		return bench->problem->orders[bench->orders[i]].due;
	return row->windows[row->window_count - 1].close;
}

/* The rows that are settled; returns the last. */
static LmStop *
day_copy(LmJudgeBench *bench)
{
	LmTimetable *timetable = &bench->judgement->timetable;

	for (int32_t row = 0; row < bench->day.count; row++)
	{
		const LmStop *stop = &bench->day.stops[row];

		timetable->stops[timetable->count++] = *stop;
		timetable->length = lm_judge_sum(timetable->length, stop->length);
		if (stop->kind == LM_STOP_ORDER)
		{
			const LmOrder *order = &bench->problem->orders[stop->index];
			LmTime close =
				bench->problem->windows[order->window_first + order->window_count - 1].close;
			LmTime late = stop->arrives + stop->setup + stop->wait -
			              (order->soft ? order->due : close);

			bench->judgement->late[row] = late > 0 ? late : 0;
		}
	}
	return &timetable->stops[timetable->count - 1];
}

void
lm_judge_timetable(LmJudgeBench *bench, const LmJudgeSchedule *schedule)
{
	LmJudgement *judgement = bench->judgement;
	LmTimetable *timetable = &judgement->timetable;
	const LmBreak *breaks = bench->day.breaks;
	int32_t taken = 0;
	LmStop *stop;

	if (bench->day.begun)
		stop = day_copy(bench);
	else
	{
		stop = stop_add(bench, LM_STOP_START, -1, bench->vehicle->start);
		stop->arrives = stop->departs = schedule->departs;
	}
	for (int32_t row = 0; row <= bench->count; row++)
	{
		if (row > 0)
		{
			const LmJudgeRow *rule = &bench->rows[row - 1];
			int32_t order = bench->orders[row - 1];
			LmTime ready;
			LmTime starts;
			LmTime close;

			if (order == LM_JUDGE_RELOAD)
				stop = stop_add(bench, LM_STOP_RELOAD, -1, lm_judge_place(bench, row));
			else
				stop = stop_add(bench, LM_STOP_ORDER, order, lm_judge_place(bench, row));
			stop->setup = rule->setup;
			ready = lm_judge_sum(stop->arrives, stop->setup);
			starts = lm_judge_serve(rule, ready);
			if (starts >= LM_NEVER)
				starts = ready;
			close = row_due(bench, row - 1);
			judgement->late[timetable->count - 1] = starts > close ? starts - close : 0;
			stop_serve(stop, ready, starts, rule->service);
		}
		for (; taken < schedule->taken && schedule->after[taken] == row; taken++)
		{
			int32_t index = schedule->first_break + taken;
			LmTime open = breaks[index].window.open;

			stop = stop_add(bench, LM_STOP_BREAK, bench->day.break_of[index], stop->place);
			stop_serve(stop, stop->arrives, stop->arrives > open ? stop->arrives : open,
			           breaks[index].duration);
		}
	}
	if (bench->vehicle->end != LM_NOWHERE && !bench->day.ended)
	{
		stop = stop_add(bench, LM_STOP_END, -1, bench->vehicle->end);
		stop->departs = stop->arrives;
	}
	else if (bench->count > 0 || bench->day.begun)
	{
		/* rule 6: a break row behind the last order does not make the route longer */
		while (stop->kind == LM_STOP_BREAK && stop > timetable->stops + bench->day.count - 1)
			stop--;
	}
	timetable->departs = bench->day.begun ? bench->day.left : schedule->departs;
	timetable->ends = stop->departs;
	if (timetable->ends > bench->vehicle->shift_end)
		timetable->overtime = timetable->ends - bench->vehicle->shift_end;
}

static LmStopKind
item_kind(int32_t item)
{
	if (item == LM_JUDGE_RELOAD)
		return LM_STOP_RELOAD;
	return item == LM_JUDGE_BREAK ? LM_STOP_BREAK : LM_STOP_ORDER;
}

void
lm_judge_items(const LmJudgeBench *bench, const LmJudgeRoute *route)
{
	const LmTimetable *timetable = &bench->judgement->timetable;
	int32_t rows[LM_STOP_END + 1] = {0};

	for (int32_t item = 0; item < route->count; item++)
	{
		LmStopKind kind = item_kind(route->items[item]);
		int32_t *row = &rows[kind];

		while (*row < timetable->count && timetable->stops[*row].kind != kind)
			(*row)++;
		bench->judgement->item_row[item] = *row < timetable->count ? (*row)++ : -1;
	}
}
