/*
 * judge.c
 *	  The judge of src/check against every departure and every break position.
 *
 * Thousands of tiny random routes are timed twice: by lm_judge_route, and by
 * trying each millisecond of departure with each place for each break, with a
 * simulation that walks ms by ms.  The two must agree on departure, end and
 * the row of every break, shown or not.
 */
#include "judge_case.h"

#define SMALL 6    /* more than the orders, and than the breaks, of a route here */
#define HORIZON 90 /* no departure later than this can be best in these routes */

typedef struct Tried
{
	bool found;
	int64_t cost;
	LmTime departs;
	LmTime ends;
	int32_t taken;
	int32_t index[SMALL]; /* of the break within the vehicle's */
	int32_t after[SMALL]; /* the order row it is taken after; 0: the start */
} Tried;

typedef struct Trial
{
	const Case *c;
	int32_t orders[SMALL];
	int32_t count;
	int32_t shown[SMALL]; /* rows after which the item list has its breaks */
	int32_t shown_count;
	LmTime departs;
	Tried now;
	Tried best;
} Trial;

static bool
in_a_window(const Case *c, int32_t order, LmTime instant)
{
	for (int32_t i = 0; i < c->orders[order].window_count; i++)
	{
		LmWindow window = c->windows[c->orders[order].window_first + i];

		if (window.open <= instant && instant <= window.close)
			return true;
	}
	return false;
}

/* Rule 3, read off the sequence each time it is asked. */
static LmTime
setup_of(const Trial *trial, int32_t row)
{
	const LmOrder *orders = trial->c->orders;
	int32_t site = orders[trial->orders[row - 1]].site;
	LmTime largest = 0;

	if (row > 1 && orders[trial->orders[row - 2]].site == site)
		return 0;
	for (int32_t i = row - 1; i < trial->count && orders[trial->orders[i]].site == site; i++)
		if (orders[trial->orders[i]].setup > largest)
			largest = orders[trial->orders[i]].setup;
	return largest;
}

static bool
better(const Tried *a, const Tried *b)
{
	if (!b->found)
		return true;
	if (a->cost != b->cost)
		return a->cost < b->cost;
	if (a->departs != b->departs)
		return a->departs < b->departs;
	if (a->ends != b->ends)
		return a->ends < b->ends;
	for (int32_t i = 0; i < a->taken && i < b->taken; i++)
		if (a->after[i] != b->after[i])
			return a->after[i] < b->after[i];
	return false;
}

/* Rules 5 (required or not) and 6 for a finished walk. */
static void
trial_end(Trial *trial, LmTime ends)
{
	const LmVehicle *vehicle = &trial->c->vehicle;
	LmTime overtime = ends > vehicle->shift_end ? ends - vehicle->shift_end : 0;

	if (overtime > vehicle->overtime || ends - trial->departs > vehicle->max_time)
		return;
	if (trial->c->breaks_shown && trial->now.taken != trial->shown_count)
		return;
	for (int32_t i = 0; i < vehicle->break_count; i++)
	{
		LmTime close = trial->c->breaks[i].window.close;
		bool required = trial->departs < close && close < ends;
		bool taken = false;

		for (int32_t k = 0; k < trial->now.taken; k++)
			taken = taken || trial->now.index[k] == i;
		if (required != taken)
			return;
	}
	trial->now.found = true;
	trial->now.departs = trial->departs;
	trial->now.ends = ends;
	trial->now.cost = trial->c->prices.schedule_per_ms * (ends - trial->departs) +
	                  trial->c->prices.schedule_per_overtime_ms * overtime;
	if (better(&trial->now, &trial->best))
		trial->best = trial->now;
}

/* From a row that is left at an instant: take a break (any later one of the list), or drive on. */
static void
trial_walk(Trial *trial, int32_t row, LmTime now)
{
	const Case *c = trial->c;
	int32_t taken = trial->now.taken;
	int32_t next = taken > 0 ? trial->now.index[taken - 1] + 1 : 0;
	bool last = row == trial->count;
	bool may_rest = true;
	bool may_leave = true;

	if (c->breaks_shown)
	{
		may_rest = taken < trial->shown_count && trial->shown[taken] == row;
		may_leave = !may_rest;
	}
	for (int32_t i = next; i < c->vehicle.break_count && may_rest; i++)
	{
		LmTime starts = now > c->breaks[i].window.open ? now : c->breaks[i].window.open;

		if (starts > c->breaks[i].window.close)
			continue;
		trial->now.index[taken] = i;
		trial->now.after[taken] = row;
		trial->now.taken = taken + 1;
		/* with an open end the departure from the last order was the end: nothing may follow */
		if (!(last && c->vehicle.end == LM_NOWHERE))
			trial_walk(trial, row, starts + c->breaks[i].duration);
		trial->now.taken = taken;
	}
	if (!may_leave)
		return;
	if (last)
	{
		int32_t from = row == 0 ? c->vehicle.start : c->orders[trial->orders[row - 1]].place;

		trial_end(trial, c->vehicle.end == LM_NOWHERE
		                     ? now
		                     : now + c->time[from * PLACES + c->vehicle.end]);
	}
	else
	{
		int32_t from = row == 0 ? c->vehicle.start : c->orders[trial->orders[row - 1]].place;
		int32_t order = trial->orders[row];
		LmTime starts = now + c->time[from * PLACES + c->orders[order].place] +
		                setup_of(trial, row + 1);

		while (!in_a_window(c, order, starts))
			if (++starts > 4 * HORIZON)
				return;
		trial_walk(trial, row + 1, starts + c->orders[order].service);
	}
}

static void
trial_run(Trial *trial, const Case *c)
{
	LmTime earliest = c->vehicle.shift_start;

	memset(trial, 0, sizeof(*trial));
	trial->c = c;
	for (int32_t i = 0; i < c->item_count; i++)
	{
		if (c->items[i] == LM_JUDGE_BREAK)
			trial->shown[trial->shown_count++] = trial->count;
		else
			trial->orders[trial->count++] = c->items[i];
	}
	for (int32_t i = 0; i < trial->count; i++)
	{
		const LmOrder *order = &c->orders[trial->orders[i]];

		if (order->kind == LM_DELIVERY && order->release > earliest)
			earliest = order->release;
	}
	for (trial->departs = earliest; trial->departs <= HORIZON; trial->departs++)
		trial_walk(trial, 0, trial->departs);
}

/* Puts break rows into the item list: as the best schedule has them, or anywhere. */
static void
case_show_breaks(Case *c, const Tried *best)
{
	int32_t items[MOST * 2];
	int32_t count = 0;
	int32_t breaks = best != NULL ? best->taken : roll(c->vehicle.break_count + 1);
	int32_t after[SMALL];

	for (int32_t i = 0; i < breaks; i++)
		after[i] = best != NULL ? best->after[i] : roll(c->item_count + 1);
	for (int32_t row = 0; row <= c->item_count; row++)
	{
		if (row > 0)
			items[count++] = c->items[row - 1];
		for (int32_t i = 0; i < breaks; i++)
			if (after[i] == row)
				items[count++] = LM_JUDGE_BREAK;
	}
	memcpy(c->items, items, sizeof(items));
	c->item_count = count;
	c->breaks_shown = true;
}

/* The rows of a judgement, one by one: their arithmetic, and that rules hold when it says so. */
static void
rows_hold(const Case *c, const LmJudgement *judgement, int number)
{
	const LmTimetable *timetable = &judgement->timetable;

	for (int32_t row = 0; row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];
		LmTime starts = stop->arrives + stop->setup + stop->wait;

		EXPECT(row == 0 || stop->arrives == stop[-1].departs + stop->travel, "route %d", number);
		EXPECT(stop->departs == starts + stop->service, "route %d", number);
		EXPECT(stop->wait >= 0 && stop->setup >= 0, "route %d", number);
		EXPECT(stop->kind != LM_STOP_ORDER || judgement->late[row] > 0 ||
		           in_a_window(c, stop->index, starts),
		       "route %d row %d", number, row);
	}
}

static void
judgement_equals(const Case *c, const LmJudgement *judgement, const Trial *trial, int number)
{
	const LmTimetable *timetable = &judgement->timetable;
	const Tried *best = &trial->best;
	int32_t order_rows = 0;
	int32_t taken = 0;

	rows_hold(c, judgement, number);
	EXPECT(judgement->feasible == best->found, "route %d", number);
	EXPECT(judgement->feasible == (judgement->violation_count == 0), "route %d: %d violations",
	       number, judgement->violation_count);
	if (!judgement->feasible || !best->found)
	{
		EXPECT(judgement->feasible ||
		           timetable->departs ==
		               lm_judge_earliest(
						   &c->problem, &(LmJudgeRoute){.items = c->items, .count = c->item_count}),
		       "route %d", number);
		return;
	}
	EXPECT(timetable->departs == best->departs, "route %d: %d, not %d", number,
	       (int) timetable->departs, (int) best->departs);
	EXPECT(timetable->ends == best->ends, "route %d: %d, not %d", number, (int) timetable->ends,
	       (int) best->ends);
	for (int32_t row = 0; row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];

		if (stop->kind == LM_STOP_ORDER)
			order_rows++;
		if (stop->kind != LM_STOP_BREAK)
			continue;
		EXPECT(taken < best->taken && stop->index == best->index[taken] &&
		           order_rows == best->after[taken],
		       "route %d: break %d", number, taken);
		taken++;
	}
	EXPECT(taken == best->taken, "route %d: %d breaks, not %d", number, taken, best->taken);
}

static void
random_routes(int count)
{
	int feasible = 0;
	int rested = 0;
	int shown = 0;

	for (int number = 0; number < count; number++)
	{
		Case c;
		Trial trial;
		LmArena arena;
		LmJudgement judgement;

		case_roll(&c, 4);
		for (int turn = 0; turn < 2; turn++)
		{
			trial_run(&trial, &c);
			EXPECT(case_judge(&c, &arena, &judgement) == LM_JUDGE_OK, "route %d", number);
			judgement_equals(&c, &judgement, &trial, number);
			lm_arena_drop(&arena);
			feasible += trial.best.found;
			rested += trial.best.taken > 0;
			shown += turn == 1 && trial.best.found && trial.best.taken > 0;
			if (turn == 0)
				case_show_breaks(&c, trial.best.found && roll(2) ? &trial.best : NULL);
		}
	}
	/* the routes must not all be trivial */
	EXPECT(feasible > count / 2 && rested > count / 10 && shown > count / 20,
	       "%d routes: %d feasible, %d with breaks, %d of them shown", count, feasible, rested,
	       shown);
}

int
main(void)
{
	random_routes(4000);
	tap("4000 random routes have the schedule that trying everything finds");
	return tap_end();
}
