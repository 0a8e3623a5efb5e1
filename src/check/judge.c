/*
 * judge.c
 *	  Rows of a route from its sequence; every rule held against those rows.
 *
 * The rules are looked at in the finished rows, not while the schedule is
 * sought: a schedule that was found wrongly shows as a violation too.
 */
#include "check/judge.h"

#include "check/judge_day.h"

#include <math.h>
#include <string.h>

#include "check/judge_shipments.h"

#define MS_PER_HOUR 3600000.0
#define MM_PER_KM 1000000.0

typedef struct Bench
{
	const LmProblem *problem;
	const LmVehicle *vehicle;
	const LmTravel *travel;
	int32_t vehicle_index;
	LmJudgeDay day;    /* what is done and frozen; the rest is what comes behind */
	int32_t *orders;   /* [count] the route's orders, and LM_JUDGE_RELOAD */
	LmWindow *loading; /* [count] of a reload, when it may begin */
	LmJudgeRow *rows;  /* [count] */
	int32_t count;
	bool soft;      /* lateness counts in rule 7 */
	int32_t *shown; /* [shown_count] rows after which break rows stand */
	int32_t shown_count;
	LmJudgement *judgement;
} Bench;

int32_t
lm_judge_last_ready(const LmProblem *problem, const LmJudgeRoute *route, int32_t from)
{
	int32_t last = -1;

	for (int32_t item = from; item < route->count && route->items[item] != LM_JUDGE_RELOAD; item++)
	{
		int32_t order = route->items[item];

		if (order != LM_JUDGE_BREAK && problem->orders[order].kind == LM_DELIVERY &&
		    (last < 0 || problem->orders[order].release > problem->orders[last].release))
			last = order;
	}
	return last;
}

/* When all goods of a trip are ready. */
static LmTime
trip_ready(const LmProblem *problem, const LmJudgeRoute *route, int32_t from)
{
	int32_t last = lm_judge_last_ready(problem, route, from);

	return last < 0 ? -LM_NEVER : problem->orders[last].release;
}

LmTime
lm_judge_earliest(const LmProblem *problem, const LmJudgeRoute *route)
{
	LmTime starts = problem->vehicles[route->vehicle].shift_start;
	LmTime ready = trip_ready(problem, route, 0);

	return ready > starts ? ready : starts;
}

/* A leg; a missing one takes no time. */
static LmJudgeLeg
leg_of(const Bench *bench, int32_t from, int32_t to)
{
	LmJudgeLeg leg = {.time = lm_travel_time(bench->travel, from, to)};

	if (leg.time == LM_NO_LEG)
		return (LmJudgeLeg){0};
	leg.traffic = bench->travel->traffic;
	leg.pair = lm_travel_pair(bench->travel, from, to);
	return leg;
}

/* Whether there is a way from a row's place for who leaves it then. */
static bool
leg_exists(const Bench *bench, const LmStop *before, int32_t to)
{
	return lm_travel_time(bench->travel, before->place, to) != LM_NO_LEG &&
	       (bench->travel->traffic == NULL || before->departs >= LM_NEVER ||
	        lm_travel_arrive(bench->travel, before->place, to, before->departs) < LM_NEVER);
}

/* Where a row of the route is: 0 is the start, or the last fixed row; a reload is at the start. */
static int32_t
row_place(const Bench *bench, int32_t row)
{
	if (row == 0)
		return bench->day.place;
	return bench->orders[row - 1] == LM_JUDGE_RELOAD
	           ? bench->vehicle->start
	           : bench->problem->orders[bench->orders[row - 1]].place;
}

/* Where setup is shared; a reload shares none. */
static int32_t
row_site(const Bench *bench, int32_t i)
{
	return bench->orders[i] == LM_JUDGE_RELOAD ? -1 : bench->problem->orders[bench->orders[i]].site;
}

/* Rule 3: the setup of a visit, at the first of its rows. */
static LmTime
row_setup(const Bench *bench, int32_t i)
{
	int32_t site = row_site(bench, i);
	LmTime setup = 0;

	if (site < 0 || (i > 0 ? row_site(bench, i - 1) : bench->day.site) == site)
		return 0;
	for (; i < bench->count && row_site(bench, i) == site; i++)
		if (bench->problem->orders[bench->orders[i]].setup > setup)
			setup = bench->problem->orders[bench->orders[i]].setup;
	return setup;
}

/* Rules 2 to 4: legs, setups, and when each row may be served. */
static void
rows_fill(Bench *bench)
{
	const LmProblem *problem = bench->problem;

	for (int32_t i = 0; i < bench->count; i++)
	{
		LmJudgeRow *row = &bench->rows[i];
		const LmOrder *order;

		row->leg = leg_of(bench, row_place(bench, i), row_place(bench, i + 1));
		row->setup = row_setup(bench, i);
		if (bench->orders[i] == LM_JUDGE_RELOAD)
		{
			row->service = bench->vehicle->reload_time;
			row->windows = &bench->loading[i];
			row->window_count = 1;
			continue;
		}
		order = &problem->orders[bench->orders[i]];
		row->service = order->service;
		row->windows = &problem->windows[order->window_first];
		row->window_count = order->window_count;
		row->due = order->due;
		row->late_weight = problem->late_weight != NULL ? problem->late_weight[bench->orders[i]]
		                                                : 0;
		bench->soft |= row->late_weight > 0;
	}
}

/* Sorts the items that are not settled: orders, and breaks behind the last fixed row. */
static void
items_sort(Bench *bench, const LmJudgeRoute *route)
{
	const LmFixed *fixed = bench->problem->fixed != NULL
	                           ? bench->problem->fixed + bench->vehicle->fixed_first
	                           : NULL;
	int32_t left = bench->day.orders; /* fixed orders to come */
	int32_t rested = 0;               /* breaks that are done right behind the last of them */
	int32_t next = 0;

	for (int32_t row = bench->day.count - 1 - bench->day.ended;
	     row >= 0 && bench->day.stops[row].kind == LM_STOP_BREAK; row--)
		rested++;

	for (int32_t item = 0; item < route->count; item++)
	{
		int32_t order = route->items[item];

		while (left > 0 && fixed[next].order < 0)
			next++;
		if (left > 0 && order == fixed[next].order)
		{
			next++;
			left--;
		}
		else if (order != LM_JUDGE_BREAK)
		{
			if (order == LM_JUDGE_RELOAD)
				bench->loading[bench->count] =
					(LmWindow){trip_ready(bench->problem, route, item + 1), LM_NEVER};
			bench->orders[bench->count++] = order;
		}
		else if (left == 0 && rested > 0)
			rested--;
		else if (left == 0 && bench->shown_count < bench->day.break_count)
			bench->shown[bench->shown_count++] = bench->count;
	}
}

static LmJudgeStatus
bench_open(Bench *bench, const LmProblem *problem, const LmJudgeRoute *route, LmArena *arena,
           LmJudgement *judgement)
{
	LmJudgeStatus status;

	memset(bench, 0, sizeof(*bench));
	memset(judgement, 0, sizeof(*judgement));
	bench->problem = problem;
	bench->vehicle_index = route->vehicle;
	bench->vehicle = &problem->vehicles[route->vehicle];
	bench->travel = lm_problem_travel(problem, route->vehicle);
	bench->judgement = judgement;
	bench->orders = LM_TAKE(arena, int32_t, route->count);
	bench->loading = LM_TAKE(arena, LmWindow, route->count);
	bench->rows = LM_TAKE(arena, LmJudgeRow, route->count);
	bench->shown = LM_TAKE(arena, int32_t, route->count);
	if (bench->orders == NULL || bench->loading == NULL || bench->rows == NULL ||
	    bench->shown == NULL)
		return LM_JUDGE_NO_MEMORY;
	status = lm_judge_day(problem, route->vehicle, route->should_stop, route->context, arena,
	                      &bench->day);
	if (status != LM_JUDGE_OK)
		return status;
	items_sort(bench, route);
	rows_fill(bench);
	return LM_JUDGE_OK;
}

static LmJudgeStatus
schedule_find(const Bench *bench, const LmJudgeRoute *route, LmArena *arena,
              LmJudgeSchedule *schedule)
{
	const LmVehicle *vehicle = bench->vehicle;
	const LmPrices *prices = &bench->problem->prices[route->vehicle];
	LmJudgeTrip trip = {.rows = bench->rows,
	                    .count = bench->count,
	                    .open_end = vehicle->end == LM_NOWHERE || bench->day.ended,
	                    .soft = bench->soft,
	                    .breaks = bench->day.breaks,
	                    .break_count = bench->day.break_count,
	                    .traffic = bench->travel->traffic,
	                    .shown = route->breaks_shown ? bench->shown : NULL,
	                    .shown_count = bench->shown_count,
	                    .earliest = bench->day.begun ? bench->day.departs
	                                                 : lm_judge_earliest(bench->problem, route),
	                    .set_out = bench->day.begun,
	                    .shift_end = vehicle->shift_end,
	                    .latest_end = bench->day.latest_end,
	                    .max_time = bench->day.max_time,
	                    .weight = prices->schedule_per_ms,
	                    .overtime_weight = prices->schedule_per_overtime_ms,
	                    .should_stop = route->should_stop,
	                    .context = route->context};

	if (bench->day.begun && trip.max_time < LM_NEVER)
		trip.max_time -= bench->day.departs - bench->day.left;
	if (!trip.open_end)
		trip.back = leg_of(bench, row_place(bench, bench->count), vehicle->end);
	return lm_judge_schedule(&trip, arena, schedule);
}

static bool
judgement_open(const Bench *bench, const LmJudgeRoute *route, int32_t rows, LmArena *arena)
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

static LmStop *
stop_add(Bench *bench, LmStopKind kind, int32_t index, int32_t place)
{
	LmTimetable *timetable = &bench->judgement->timetable;
	LmStop *stop = &timetable->stops[timetable->count];
	const LmStop *before = timetable->count > 0 ? stop - 1 : NULL;

	stop->kind = kind;
	stop->index = index;
	stop->place = place;
	if (before != NULL)
		stop->arrives = before->departs;
	if (before != NULL && kind != LM_STOP_BREAK && leg_exists(bench, before, place))
	{
		LmJudgeLeg leg = leg_of(bench, before->place, place);

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
row_due(const Bench *bench, int32_t i)
{
	const LmJudgeRow *row = &bench->rows[i];

	if (bench->orders[i] >= 0 && bench->problem->orders[bench->orders[i]].soft)
		return bench->problem->orders[bench->orders[i]].due;
	return row->windows[row->window_count - 1].close;
}

/* The rows that are settled; returns the last. */
static LmStop *
day_copy(Bench *bench)
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

/* The rows of a schedule, each as early as its predecessors allow. */
static void
timetable_fill(Bench *bench, const LmJudgeSchedule *schedule)
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
				stop = stop_add(bench, LM_STOP_RELOAD, -1, row_place(bench, row));
			else
				stop = stop_add(bench, LM_STOP_ORDER, order, row_place(bench, row));
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

/* Which row each item became: those of a kind in turn. */
static void
items_place(const Bench *bench, const LmJudgeRoute *route)
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

static LmAmount
demand_of(const Bench *bench, int32_t order, int32_t dimension)
{
	return bench->problem
	    ->demand[(size_t) order * (size_t) bench->problem->dimensions + (size_t) dimension];
}

/* What is loaded at the row that begins a trip: all that it delivers. */
static LmAmount
trip_load(const Bench *bench, int32_t row, int32_t dimension)
{
	const LmTimetable *timetable = &bench->judgement->timetable;
	LmAmount load = 0;

	for (row++; row < timetable->count && timetable->stops[row].kind != LM_STOP_RELOAD; row++)
	{
		const LmStop *stop = &timetable->stops[row];

		if (stop->kind == LM_STOP_ORDER && bench->problem->orders[stop->index].kind == LM_DELIVERY)
			load = lm_judge_sum(load, demand_of(bench, stop->index, dimension));
	}
	return load;
}

/* What serving an order puts on board: 1, -1, or 0 for goods that are not there; index is of a route's order. */
static int
load_sign(const Bench *bench, LmOrderKind kind, int32_t index)
{
	if (kind == LM_DROP)
		return lm_judge_unloads(bench->problem, bench->orders, index) ? -1 : 0;
	return kind == LM_DELIVERY ? -1 : 1;
}

/* Loads: deliveries are on board from the start of their trip, pickups until its end, shipments in between. */
static void
loads_fill(Bench *bench)
{
	const LmProblem *problem = bench->problem;
	LmJudgement *judgement = bench->judgement;
	const LmTimetable *timetable = &judgement->timetable;

	for (int32_t dimension = 0; dimension < problem->dimensions; dimension++)
	{
		LmAmount load = 0;
		LmAmount picked = 0; /* on the trip */
		int32_t index = 0;

		for (int32_t row = 0; row < timetable->count; row++)
		{
			const LmStop *stop = &timetable->stops[row];

			if (stop->kind == LM_STOP_END)
				load = 0;
			else if (stop->kind == LM_STOP_START || stop->kind == LM_STOP_RELOAD)
			{
				load = lm_judge_sum(lm_judge_sum(load, -picked), trip_load(bench, row, dimension));
				picked = 0;
				index += stop->kind == LM_STOP_RELOAD;
			}
			else if (stop->kind == LM_STOP_ORDER)
			{
				LmAmount demand = demand_of(bench, stop->index, dimension);

				demand *= load_sign(bench, problem->orders[stop->index].kind, index++);
				load = lm_judge_sum(load, demand);
				if (problem->orders[stop->index].kind == LM_PICKUP)
					picked = lm_judge_sum(picked, demand);
			}
			judgement->load[(size_t) row * (size_t) problem->dimensions + (size_t) dimension] =
				load;
		}
	}
}

/* Money and grams of each row, as doc/reference.md splits them ("Rows"). */
static void
costs_fill(Bench *bench)
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

static void
violation_add(Bench *bench, int32_t row, LmReasonCode code, int32_t index, int64_t found,
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

/* What a single order row breaks: its leg, its vehicle, its windows. */
static void
row_check(Bench *bench, int32_t row)
{
	const LmProblem *problem = bench->problem;
	const LmStop *stop = &bench->judgement->timetable.stops[row];

	/* what is done or frozen is so whatever rules it breaks, and so is the way home from there */
	if (row < bench->day.count || (bench->day.begun && bench->count == 0))
		return;
	if (row > 0 && stop->kind != LM_STOP_BREAK && !leg_exists(bench, &stop[-1], stop->place))
		violation_add(bench, row, LM_REASON_UNREACHABLE, -1, 0, 0);
	if (stop->kind != LM_STOP_ORDER)
		return;
	if (!lm_problem_skilled(problem, stop->index, bench->vehicle_index))
		violation_add(bench, row, LM_REASON_SKILL, stop->index, 0, 0);
	if (!lm_problem_welcome(problem, stop->index, bench->vehicle_index))
		violation_add(bench, row, LM_REASON_VEHICLE_REFUSED, stop->index, 0, 0);
	if (bench->judgement->late[row] > 0)
	{
		const LmOrder *order = &problem->orders[stop->index];
		LmTime close = problem->windows[order->window_first + order->window_count - 1].close;
		LmTime starts = stop->arrives + stop->setup + stop->wait;

		/* a soft window closes later than it is due */
		if (starts > close)
			violation_add(bench, row, LM_REASON_WINDOW, stop->index, starts, close);
	}
}

/* Both rows of a shipment on this route, the collecting one first. */
static void
shipments_check(Bench *bench)
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
			violation_add(bench, row, LM_REASON_PRECEDENCE, timetable->stops[row].index, other,
			              pairing == LM_JUDGE_REVERSED);
	}
}

/* Every break of the vehicle against rule 5. */
static void
breaks_check(Bench *bench)
{
	const LmTimetable *timetable = &bench->judgement->timetable;
	const LmJudgeDay *day = &bench->day;

	for (int32_t k = 0; k < day->break_count; k++)
	{
		const LmBreak *rule = &day->breaks[k];
		int32_t index = day->break_of[k];
		LmTime close = rule->window.close;
		bool required = timetable->departs < close && close < timetable->ends;
		int32_t row = day->count;

		while (row < timetable->count && (timetable->stops[row].kind != LM_STOP_BREAK ||
		                                  timetable->stops[row].index != index))
			row++;
		if (row < timetable->count)
		{
			const LmStop *stop = &timetable->stops[row];
			LmTime starts = stop->arrives + stop->wait;

			if (starts > close || starts < rule->window.open)
				violation_add(bench, row, LM_REASON_BREAK, index, starts, close);
			else if (!required)
				violation_add(bench, row, LM_REASON_MISMATCH, index, timetable->ends, close);
		}
		else if (required)
		{
			for (row = 0; timetable->stops[row].departs <= close;)
				row++;
			violation_add(bench, row, LM_REASON_BREAK, index, timetable->ends, close);
			bench->judgement->violations[bench->judgement->violation_count - 1].absent = true;
		}
	}
}

/* The limits of the route that are about time, on the first row that is past them. */
static void
times_check(Bench *bench)
{
	const LmTimetable *timetable = &bench->judgement->timetable;
	LmTime shift = bench->day.latest_end;
	LmTime longest = bench->day.max_time;
	LmTime working = timetable->ends - timetable->departs;
	int32_t row = 0;

	if (timetable->ends > shift)
	{
		while (timetable->stops[row].departs <= shift)
			row++;
		violation_add(bench, row, LM_REASON_SHIFT, -1, timetable->ends, shift);
	}
	if (working > longest)
	{
		for (row = 0; timetable->stops[row].departs - timetable->departs <= longest;)
			row++;
		violation_add(bench, row, LM_REASON_TIME, -1, working, longest);
	}
}

static int32_t
kind_count(const LmTimetable *timetable, LmStopKind kind)
{
	int32_t count = 0;

	for (int32_t row = 0; row < timetable->count; row++)
		count += timetable->stops[row].kind == kind;
	return count;
}

/* Metres of the trip that begins at a row. */
static LmLength
trip_length(const LmTimetable *timetable, int32_t row)
{
	LmLength length = 0;

	for (row++; row < timetable->count; row++)
	{
		length = lm_judge_sum(length, timetable->stops[row].length);
		if (timetable->stops[row].kind == LM_STOP_RELOAD)
			break;
	}
	return length;
}

/* How many trips there are, and how long each is. */
static void
trips_check(Bench *bench)
{
	const LmVehicle *vehicle = bench->vehicle;
	const LmTimetable *timetable = &bench->judgement->timetable;
	int32_t most = vehicle->max_trips > 1 ? vehicle->max_trips : 1;
	int32_t trips = 1;
	int32_t begun = 0;
	LmLength length = 0;

	for (int32_t row = 1; row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];
		bool short_before = length <= vehicle->range;

		length = lm_judge_sum(length, stop->length);
		if (vehicle->range > 0 && short_before && length > vehicle->range)
			violation_add(bench, row, LM_REASON_RANGE, -1, trip_length(timetable, begun),
			              vehicle->range);
		if (stop->kind != LM_STOP_RELOAD)
			continue;
		if (trips++ == most)
			violation_add(bench, row, LM_REASON_STOPS, LM_JUDGE_RELOAD,
			              kind_count(timetable, LM_STOP_RELOAD) + 1, most);
		begun = row;
		length = 0;
	}
}

/* Goods that are ready only after a vehicle under way has left did not come with it. */
static void
releases_check(Bench *bench)
{
	const LmTimetable *timetable = &bench->judgement->timetable;

	for (int32_t row = bench->day.count; bench->day.begun && row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];
		const LmOrder *order = stop->kind == LM_STOP_ORDER ? &bench->problem->orders[stop->index]
		                                                   : NULL;

		if (order != NULL && order->kind == LM_DELIVERY && order->release > bench->day.left)
			violation_add(bench, row, LM_REASON_RELEASE, stop->index, bench->day.left,
			              order->release);
	}
}

/* Load of the fixed rows alone, where it is highest. */
static LmAmount
load_begun(const Bench *bench, int32_t dimension)
{
	const LmProblem *problem = bench->problem;
	LmAmount load = 0;
	LmAmount highest = 0;

	/* backwards: deliveries come on board, pickups go */
	for (int32_t row = 0; row < bench->day.count; row++)
		if (bench->day.stops[row].kind == LM_STOP_ORDER &&
		    problem->orders[bench->day.stops[row].index].kind != LM_DELIVERY)
			load += problem->demand[(size_t) bench->day.stops[row].index *
			                            (size_t) problem->dimensions +
			                        (size_t) dimension];
	highest = load;
	for (int32_t row = bench->day.count - 1; row >= 0; row--)
	{
		const LmStop *stop = &bench->day.stops[row];
		LmAmount demand;

		if (stop->kind != LM_STOP_ORDER)
			continue;
		demand = problem->demand[(size_t) stop->index * (size_t) problem->dimensions +
		                         (size_t) dimension];
		load += problem->orders[stop->index].kind == LM_DELIVERY ? demand : -demand;
		highest = load > highest ? load : highest;
	}
	return highest;
}

/* Metres, orders and load. */
static void
limits_check(Bench *bench)
{
	const LmProblem *problem = bench->problem;
	const LmJudgeDay *day = &bench->day;
	const LmJudgement *judgement = bench->judgement;
	const LmTimetable *timetable = &judgement->timetable;
	LmLength length = 0;
	int32_t stops = 0;

	for (int32_t row = 0; row < timetable->count; row++)
	{
		bool short_before = length <= day->max_distance;

		length = lm_judge_sum(length, timetable->stops[row].length);
		if (short_before && length > day->max_distance)
			violation_add(bench, row, LM_REASON_DISTANCE, -1, timetable->length, day->max_distance);
		if (timetable->stops[row].kind == LM_STOP_ORDER && stops++ == day->max_stops)
			violation_add(bench, row, LM_REASON_STOPS, -1, kind_count(timetable, LM_STOP_ORDER),
			              day->max_stops);
	}
	for (int32_t dimension = 0; dimension < problem->dimensions; dimension++)
	{
		LmAmount capacity =
			problem->capacity[(size_t) bench->vehicle_index * (size_t) problem->dimensions +
		                      (size_t) dimension];

		if (bench->day.begun && capacity < LM_NEVER)
		{
			LmAmount begun = load_begun(bench, dimension);

			capacity = begun > capacity ? begun : capacity;
		}
		for (int32_t row = 0; row < timetable->count; row++)
		{
			LmAmount load =
				judgement->load[(size_t) row * (size_t) problem->dimensions + (size_t) dimension];

			if (load <= capacity)
				continue;
			violation_add(bench, row, LM_REASON_CAPACITY, dimension, load, capacity);
			break;
		}
	}
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
	Bench bench;
	LmJudgeSchedule schedule;
	LmJudgeStatus status;

	status = bench_open(&bench, problem, route, arena, judgement);
	if (status != LM_JUDGE_OK)
		return status;
	status = schedule_find(&bench, route, arena, &schedule);
	if (status != LM_JUDGE_OK)
		return status;
	if (!judgement_open(&bench, route, bench.day.count + bench.count + schedule.taken + 2, arena))
		return LM_JUDGE_NO_MEMORY;
	judgement->feasible = schedule.feasible;
	timetable_fill(&bench, &schedule);
	items_place(&bench, route);
	loads_fill(&bench);
	costs_fill(&bench);
	for (int32_t row = 0; row < judgement->timetable.count; row++)
		row_check(&bench, row);
	shipments_check(&bench);
	breaks_check(&bench);
	times_check(&bench);
	releases_check(&bench);
	limits_check(&bench);
	trips_check(&bench);
	violations_sort(judgement);
	return LM_JUDGE_OK;
}
