/*
 * judge_day.c
 *	  Facts first, then frozen rows by the judge's own schedule, or in a hurry.
 */
#include "check/judge_day.h"

#include <string.h>

typedef struct Work
{
	const LmProblem *problem;
	const LmVehicle *vehicle;
	const LmTravel *travel;
	int32_t index;
	const LmFixed *fixed; /* [count] */
	int32_t count;
	LmArena *arena;
	bool (*should_stop)(void *context);
	void *context;
	LmJudgeDay *day;
} Work;

static LmTime
most(LmTime a, LmTime b)
{
	return a > b ? a : b;
}

static LmTime
least(LmTime a, LmTime b)
{
	return a < b ? a : b;
}

/* ---- legs, setups ---- */

static bool
leg_there(const Work *work, int32_t from, int32_t to)
{
	return lm_travel_time(work->travel, from, to) != LM_NO_LEG;
}

static LmJudgeLeg
leg_between(const Work *work, int32_t from, int32_t to)
{
	LmJudgeLeg leg = {0};

	if (!leg_there(work, from, to))
		return leg;
	leg.time = lm_travel_time(work->travel, from, to);
	leg.traffic = work->travel->traffic;
	leg.pair = lm_travel_pair(work->travel, from, to);
	return leg;
}

/* When who leaves a place then is at another; at once where there is no way. */
static LmTime
arrive(const Work *work, int32_t from, int32_t to, LmTime departs)
{
	LmJudgeLeg leg = leg_between(work, from, to);
	LmTime arrives = lm_judge_arrive(&leg, departs);

	return arrives >= LM_NEVER ? departs : arrives;
}

static LmLength
length_between(const Work *work, int32_t from, int32_t to, LmTime departs)
{
	LmJudgeLeg leg = leg_between(work, from, to);

	if (!leg_there(work, from, to) || lm_judge_arrive(&leg, departs) >= LM_NEVER)
		return 0;
	return lm_travel_length_at(work->travel, from, to, departs);
}

/* The fixed order in front of a row, or behind it (step 1); -1: none. */
static int32_t
order_beside(const Work *work, int32_t row, int32_t step)
{
	for (row += step; row >= 0 && row < work->count; row += step)
		if (work->fixed[row].order >= 0)
			return row;
	return -1;
}

/* Rule 3 among the fixed rows alone. */
static LmTime
setup_at(const Work *work, int32_t row)
{
	const LmOrder *orders = work->problem->orders;
	int32_t site = orders[work->fixed[row].order].site;
	int32_t before = order_beside(work, row, -1);
	LmTime setup = 0;

	if (before >= 0 && orders[work->fixed[before].order].site == site)
		return 0;
	for (; row >= 0 && orders[work->fixed[row].order].site == site;
	     row = order_beside(work, row, 1))
		setup = most(setup, orders[work->fixed[row].order].setup);
	return setup;
}

static const LmOrder *
order_at(const Work *work, int32_t row)
{
	return &work->problem->orders[work->fixed[row].order];
}

/* When the goods are ready of those fixed rows that a reload loads for. */
static LmTime
goods_ready(const Work *work, int32_t reload)
{
	LmTime ready = -LM_NEVER;

	for (int32_t row = order_beside(work, reload, 1);
	     row >= 0 && order_at(work, row)->kind != LM_RELOAD; row = order_beside(work, row, 1))
		if (order_at(work, row)->kind == LM_DELIVERY)
			ready = most(ready, order_at(work, row)->release);
	return ready;
}

/* ---- rows ---- */

/* A row at an instant; of an order also where the route is and whose visit it is. */
static LmStop *
row_put(Work *work, LmStopKind kind, int32_t index, int32_t place, LmTime arrives)
{
	LmJudgeDay *day = work->day;
	LmStop *stop = &day->stops[day->count++];

	memset(stop, 0, sizeof(*stop));
	stop->kind = kind;
	stop->index = index;
	stop->place = place;
	stop->arrives = arrives;
	if (kind == LM_STOP_ORDER)
	{
		day->site = work->problem->orders[index].site;
		day->orders++;
	}
	if (kind == LM_STOP_RELOAD)
	{
		day->site = -1;
		day->reloads++;
	}
	day->place = place;
	return stop;
}

/* The row of a fixed order or reload. */
static LmStop *
visit_put(Work *work, int32_t row, LmTime arrives)
{
	bool reload = order_at(work, row)->kind == LM_RELOAD;

	return row_put(work, reload ? LM_STOP_RELOAD : LM_STOP_ORDER,
	               reload ? -1 : work->fixed[row].order, order_at(work, row)->place, arrives);
}

static void
row_leave(Work *work, LmStop *stop, LmTime departs)
{
	stop->departs = departs;
	work->day->departs = departs;
}

/* own: where the window of a reload is written */
static LmJudgeRow
rule_of(const Work *work, int32_t row, int32_t from, LmWindow *own)
{
	const LmOrder *order = &work->problem->orders[work->fixed[row].order];
	LmJudgeRow rule = {.leg = leg_between(work, from, order->place),
	                   .setup = setup_at(work, row),
	                   .service = order->service,
	                   .windows = work->problem->windows + order->window_first,
	                   .window_count = order->window_count,
	                   .due = order->due};

	if (work->problem->late_weight != NULL)
		rule.late_weight = work->problem->late_weight[work->fixed[row].order];
	if (order->kind == LM_RELOAD)
	{
		*own = (LmWindow){goods_ready(work, row), LM_NEVER};
		rule.windows = own;
	}
	return rule;
}

/* Done at an instant: service counts back from there, then travel and setup, and the rest is waiting. */
static void
fact_put(Work *work, int32_t row)
{
	const LmFixed *fixed = &work->fixed[row];
	LmTime before = work->day->departs;
	LmTime span = fixed->at - before;
	LmTime travel = 0;
	LmStop *stop;

	if (fixed->order == LM_FIXED_END)
	{
		LmLength length = length_between(work, work->day->place, work->vehicle->end, before);

		stop = row_put(work, LM_STOP_END, -1, work->vehicle->end, fixed->at);
		stop->travel = span;
		stop->length = length;
		work->day->ended = true;
	}
	else if (fixed->order == LM_FIXED_BREAK)
	{
		stop = row_put(work, LM_STOP_BREAK, fixed->rest, work->day->place, before);
		stop->service =
			least(span, work->problem->breaks[work->vehicle->break_first + fixed->rest].duration);
		stop->wait = span - stop->service;
	}
	else
	{
		const LmOrder *order = &work->problem->orders[fixed->order];
		int32_t from = work->day->place;
		LmTime service = least(span, order->service);

		travel = least(span - service, arrive(work, from, order->place, before) - before);
		stop = visit_put(work, row, before + travel);
		stop->length = length_between(work, from, order->place, before);
		stop->travel = travel;
		stop->service = service;
		stop->setup = least(span - service - travel, setup_at(work, row));
		stop->wait = span - service - travel - stop->setup;
		if (stop->kind == LM_STOP_RELOAD)
			work->day->loaded = fixed->at - service;
	}
	row_leave(work, stop, fixed->at);
}

/* When a frozen order is left by who leaves the row before then, whatever its windows say. */
static LmTime
served_by(const Work *work, int32_t row, LmTime now, LmTime *starts)
{
	LmWindow own;
	LmJudgeRow rule = rule_of(work, row, work->day->place, &own);
	LmTime ready = arrive(work, work->day->place,
	                      work->problem->orders[work->fixed[row].order].place, now) +
	               rule.setup;

	*starts = lm_judge_serve(&rule, ready);
	if (*starts >= LM_NEVER)
		*starts = ready;
	return *starts + rule.service;
}

static void
frozen_put(Work *work, int32_t row)
{
	const LmOrder *order = &work->problem->orders[work->fixed[row].order];
	int32_t from = work->day->place;
	LmTime before = work->day->departs;
	LmTime starts;
	LmTime departs = served_by(work, row, before, &starts);
	LmTime arrives = arrive(work, from, order->place, before);
	LmStop *stop = visit_put(work, row, arrives);

	stop->travel = arrives - before;
	stop->length = length_between(work, from, order->place, before);
	stop->setup = setup_at(work, row);
	stop->wait = starts - arrives - stop->setup;
	stop->service = departs - starts;
	if (stop->kind == LM_STOP_RELOAD)
		work->day->loaded = starts;
	row_leave(work, stop, departs);
}

static void
rest_put(Work *work, int32_t k)
{
	const LmBreak *rule = &work->day->breaks[k];
	LmTime now = work->day->departs;
	LmStop *stop = row_put(work, LM_STOP_BREAK, work->day->break_of[k], work->day->place, now);

	stop->wait = most(rule->window.open - now, 0);
	stop->service = rule->duration;
	row_leave(work, stop, now + stop->wait + stop->service);
}

/* It stands where it is until now. */
static void
stay_put(Work *work)
{
	LmStop *stop = &work->day->stops[work->day->count - 1];

	if (stop->departs >= 0)
		return;
	stop->service += -stop->departs;
	row_leave(work, stop, 0);
}

/* ---- breaks ---- */

static void
rests_forget(LmJudgeDay *day, int32_t first, int32_t how_many)
{
	day->break_count -= how_many;
	for (int32_t k = first; k < day->break_count; k++)
	{
		day->breaks[k] = day->breaks[k + how_many];
		day->break_of[k] = day->break_of[k + how_many];
	}
}

/* Breaks before and with the last that was taken, and those that are over. */
static void
rests_pass(LmJudgeDay *day)
{
	int32_t taken = -1;
	int32_t passed = 0;

	for (int32_t row = 0; row < day->count; row++)
		if (day->stops[row].kind == LM_STOP_BREAK)
			taken = (int32_t) most(taken, day->stops[row].index);
	while (passed < day->break_count &&
	       (day->break_of[passed] <= taken || day->breaks[passed].window.close <= day->departs))
		passed++;
	rests_forget(day, 0, passed);
}

/* ---- frozen rows ---- */

/* The frozen orders as a trip of their own, to the end and by all rules. */
static LmJudgeStatus
frozen_schedule(Work *work, int32_t row, LmJudgeSchedule *schedule, bool *kept)
{
	LmJudgeDay *day = work->day;
	const LmVehicle *vehicle = work->vehicle;
	const LmPrices *prices = &work->problem->prices[work->index];
	LmJudgeRow *rules = LM_TAKE(work->arena, LmJudgeRow, work->count);
	LmWindow *loading = LM_TAKE(work->arena, LmWindow, work->count);
	int32_t from = day->place;
	LmJudgeTrip trip = {.rows = rules,
	                    .traffic = work->travel->traffic,
	                    .open_end = vehicle->end == LM_NOWHERE || day->ended,
	                    .breaks = day->breaks,
	                    .break_count = day->break_count,
	                    .earliest = day->begun ? day->departs : vehicle->shift_start,
	                    .set_out = day->begun,
	                    .shift_end = vehicle->shift_end,
	                    .latest_end = lm_judge_sum(vehicle->shift_end, vehicle->overtime),
	                    .max_time = vehicle->max_time,
	                    .weight = prices->schedule_per_ms,
	                    .overtime_weight = prices->schedule_per_overtime_ms,
	                    .should_stop = work->should_stop,
	                    .context = work->context};
	LmJudgeStatus status;
	bool linked = true;
	bool reloaded = false;

	if (rules == NULL || loading == NULL)
		return LM_JUDGE_NO_MEMORY;
	if (day->begun && vehicle->max_time < LM_NEVER)
		trip.max_time -= day->departs - day->left;
	for (; row < work->count; row++)
	{
		const LmOrder *order;

		if (work->fixed[row].order < 0)
			continue;
		order = &work->problem->orders[work->fixed[row].order];
		linked &= leg_there(work, from, order->place);
		rules[trip.count] = rule_of(work, row, from, &loading[trip.count]);
		trip.soft |= rules[trip.count++].late_weight > 0;
		reloaded |= order->kind == LM_RELOAD;
		if (!day->begun && !reloaded && order->kind == LM_DELIVERY)
			trip.earliest = most(trip.earliest, order->release);
		from = order->place;
	}
	if (!trip.open_end)
	{
		linked &= leg_there(work, from, vehicle->end);
		trip.back = leg_between(work, from, vehicle->end);
	}
	status = lm_judge_schedule(&trip, work->arena, schedule);
	*kept = linked && schedule->feasible;
	if (!*kept)
		schedule->departs = trip.earliest;
	return status;
}

/* Rows of the schedule up to the last order; what comes behind is left open. */
static void
schedule_put(Work *work, int32_t row, const LmJudgeSchedule *schedule)
{
	LmJudgeDay *day = work->day;
	int32_t served = 0;
	int32_t taken = 0;
	int32_t left = 0;

	for (int32_t i = row; i < work->count; i++)
		left += work->fixed[i].order >= 0;
	for (;;)
	{
		while (taken < schedule->taken && schedule->after[taken] == served && left > 0)
			rest_put(work, schedule->first_break + taken++);
		if (left == 0)
			break;
		while (work->fixed[row].order < 0)
			row++;
		frozen_put(work, row++);
		served++;
		left--;
	}
	rests_pass(day);
}

/* As early as possible, with the breaks that can be taken on the way. */
static void
hurry_put(Work *work, int32_t row)
{
	LmJudgeDay *day = work->day;

	while (row < work->count)
	{
		LmTime starts;

		rests_pass(day);
		if (work->fixed[row].order < 0)
			row++;
		else if (day->break_count > 0 &&
		         (day->breaks[0].window.open <= day->departs ||
		          day->breaks[0].window.close < served_by(work, row, day->departs, &starts)))
			rest_put(work, 0);
		else
			frozen_put(work, row++);
	}
	rests_pass(day);
}

/* The way home of a route that is late: what it takes becomes the limits. */
static void
hurry_home(Work *work)
{
	LmJudgeDay *day = work->day;
	bool open = work->vehicle->end == LM_NOWHERE || day->ended ||
	            !leg_there(work, day->place, work->vehicle->end);
	LmTime now = day->departs;
	LmTime ends = open ? now : arrive(work, day->place, work->vehicle->end, now);

	for (int32_t k = 0; k < day->break_count && day->breaks[k].window.close < ends;)
	{
		LmTime starts = most(now, day->breaks[k].window.open);
		LmJudgeLeg home = leg_between(work, day->place, open ? day->place : work->vehicle->end);

		if (open || starts > day->breaks[k].window.close ||
		    lm_judge_arrive(&home, starts + day->breaks[k].duration) >= LM_NEVER)
		{
			rests_forget(day, k, 1);
			continue;
		}
		now = starts + day->breaks[k++].duration;
		ends = arrive(work, day->place, work->vehicle->end, now);
	}
	day->latest_end = most(day->latest_end, ends);
	day->max_time = most(day->max_time, ends - day->left);
}

/* ---- the whole ---- */

static LmJudgeStatus
frozen_time(Work *work, int32_t row)
{
	LmJudgeDay *day = work->day;
	LmJudgeSchedule schedule;
	bool kept;
	LmJudgeStatus status = frozen_schedule(work, row, &schedule, &kept);

	if (status != LM_JUDGE_OK)
		return status;
	if (!day->begun)
	{
		LmStop *start = row_put(work, LM_STOP_START, -1, work->vehicle->start, schedule.departs);

		day->begun = true;
		day->left = day->loaded = schedule.departs;
		row_leave(work, start, schedule.departs);
	}
	if (kept)
		schedule_put(work, row, &schedule);
	else
	{
		hurry_put(work, row);
		hurry_home(work);
	}
	return LM_JUDGE_OK;
}

/* What the fixed rows alone take of the limits that no time decides. */
static void
limits_raise(Work *work)
{
	LmJudgeDay *day = work->day;
	LmLength length = 0;
	LmLength trip = 0;
	LmLength home = 0;

	for (int32_t row = 0; row < day->count; row++)
	{
		length += day->stops[row].length;
		trip = (day->stops[row].kind == LM_STOP_RELOAD ? 0 : trip + day->stops[row].length);
	}
	if (work->vehicle->end != LM_NOWHERE && !day->ended &&
	    leg_there(work, day->place, work->vehicle->end))
		home = lm_travel_length(work->travel, day->place, work->vehicle->end);
	day->max_distance = most(day->max_distance, length + home);
	if (day->range > 0)
		day->range = most(day->range, trip + home);
	if (day->orders > day->max_stops)
		day->max_stops = day->orders;
}

static bool
day_open(Work *work, LmJudgeDay *day)
{
	const LmVehicle *vehicle = work->vehicle;

	memset(day, 0, sizeof(*day));
	work->day = day;
	day->place = vehicle->start;
	day->site = -1;
	day->latest_end = lm_judge_sum(vehicle->shift_end, vehicle->overtime);
	day->max_time = vehicle->max_time;
	day->max_distance = vehicle->max_distance;
	day->max_stops = vehicle->max_stops;
	day->range = vehicle->range;
	day->break_count = vehicle->break_count;
	day->breaks = LM_TAKE(work->arena, LmBreak, vehicle->break_count);
	day->break_of = LM_TAKE(work->arena, int32_t, vehicle->break_count);
	day->stops = LM_TAKE(work->arena, LmStop, (int64_t) work->count + vehicle->break_count + 2);
	if (work->arena->failed)
		return false;
	for (int32_t k = 0; k < vehicle->break_count; k++)
	{
		day->breaks[k] = work->problem->breaks[vehicle->break_first + k];
		day->break_of[k] = k;
	}
	return true;
}

LmJudgeStatus
lm_judge_day(const LmProblem *problem, int32_t vehicle, bool (*should_stop)(void *context),
             void *context, LmArena *arena, LmJudgeDay *day)
{
	const LmVehicle *van = &problem->vehicles[vehicle];
	Work work = {.problem = problem,
	             .vehicle = van,
	             .travel = lm_problem_travel(problem, vehicle),
	             .index = vehicle,
	             .fixed = problem->fixed != NULL ? problem->fixed + van->fixed_first : NULL,
	             .count = van->fixed_count,
	             .arena = arena,
	             .should_stop = should_stop,
	             .context = context};
	int32_t row = 0;
	LmJudgeStatus status;

	if (!day_open(&work, day))
		return LM_JUDGE_NO_MEMORY;
	if (!van->under_way && order_beside(&work, -1, 1) < 0)
		return LM_JUDGE_OK;
	if (van->under_way)
	{
		LmStop *start = row_put(&work, LM_STOP_START, -1, van->start, van->left);

		day->begun = true;
		day->left = day->loaded = van->left;
		row_leave(&work, start, van->left);
		while (row < work.count && work.fixed[row].done)
			fact_put(&work, row++);
		/* it is on its way to a frozen row, or home; else it stands where it is until now */
		if (row < work.count && work.fixed[row].order >= 0)
		{
			frozen_put(&work, row++);
			stay_put(&work);
		}
		else if (row == work.count && !day->ended)
			stay_put(&work);
		rests_pass(day);
	}
	status = frozen_time(&work, row);
	limits_raise(&work);
	return status;
}
