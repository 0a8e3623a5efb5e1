/*
 * judge_bench.c
 *	  What a route is made of: its rows, their legs and setups, when each may be served.
 */
#include "check/judge_parts.h"

#include <string.h>

LmJudgeLeg
lm_judge_leg(const LmJudgeBench *bench, int32_t from, int32_t to)
{
	LmJudgeLeg leg = {.time = lm_travel_time(bench->travel, from, to)};

	if (leg.time == LM_NO_LEG)
		return (LmJudgeLeg){0};
	leg.traffic = bench->travel->traffic;
	leg.pair = lm_travel_pair(bench->travel, from, to);
	return leg;
}

bool
lm_judge_leg_exists(const LmJudgeBench *bench, const LmStop *before, int32_t to)
{
	return lm_travel_time(bench->travel, before->place, to) != LM_NO_LEG &&
	       (bench->travel->traffic == NULL || before->departs >= LM_NEVER ||
	        lm_travel_arrive(bench->travel, before->place, to, before->departs) < LM_NEVER);
}

int32_t
lm_judge_place(const LmJudgeBench *bench, int32_t row)
{
	if (row == 0)
		return bench->day.place;
	return bench->orders[row - 1] == LM_JUDGE_RELOAD
	           ? bench->vehicle->start
	           : bench->problem->orders[bench->orders[row - 1]].place;
}

/* Where setup is shared; a reload shares none. */
static int32_t
row_site(const LmJudgeBench *bench, int32_t i)
{
	return bench->orders[i] == LM_JUDGE_RELOAD ? -1 : bench->problem->orders[bench->orders[i]].site;
}

/* Rule 3: the setup of a visit, at the first of its rows. */
static LmTime
row_setup(const LmJudgeBench *bench, int32_t i)
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
rows_fill(LmJudgeBench *bench)
{
	const LmProblem *problem = bench->problem;

	for (int32_t i = 0; i < bench->count; i++)
	{
		LmJudgeRow *row = &bench->rows[i];
		const LmOrder *order;

		row->leg = lm_judge_leg(bench, lm_judge_place(bench, i), lm_judge_place(bench, i + 1));
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

/* The item that a fixed row is shown as. */
static int32_t
item_fixed(const LmJudgeBench *bench, const LmFixed *fixed)
{
	return bench->problem->orders[fixed->order].kind == LM_RELOAD ? LM_JUDGE_RELOAD : fixed->order;
}

/* What day's rows serve, in front of what is behind them. */
static bool
fixed_fill(LmJudgeBench *bench, int32_t items, LmArena *arena)
{
	bench->all = LM_TAKE(arena, int32_t, bench->day.count + items);
	if (bench->all == NULL)
		return false;
	for (int32_t row = 0; row < bench->day.count; row++)
		if (bench->day.stops[row].kind == LM_STOP_ORDER)
			bench->all[bench->fixed++] = bench->day.stops[row].index;
		else if (bench->day.stops[row].kind == LM_STOP_RELOAD)
			bench->all[bench->fixed++] = LM_JUDGE_RELOAD;
	bench->orders = bench->all + bench->fixed;
	return true;
}

/* Sorts the items that are not settled: orders, and breaks behind the last fixed row. */
static void
items_sort(LmJudgeBench *bench, const LmJudgeRoute *route)
{
	const LmFixed *fixed = bench->problem->fixed != NULL
	                           ? bench->problem->fixed + bench->vehicle->fixed_first
	                           : NULL;
	int32_t left = bench->fixed; /* rows of orders and reloads to come */
	int32_t rested = 0;          /* breaks that are done right behind the last of them */
	int32_t next = 0;

	for (int32_t row = bench->day.count - 1 - bench->day.ended;
	     row >= 0 && bench->day.stops[row].kind == LM_STOP_BREAK; row--)
		rested++;

	for (int32_t item = 0; item < route->count; item++)
	{
		int32_t order = route->items[item];

		while (left > 0 && fixed[next].order < 0)
			next++;
		if (left > 0 && order != LM_JUDGE_BREAK && order == item_fixed(bench, &fixed[next]))
		{
			next++;
			left--;
		}
		else if (order != LM_JUDGE_BREAK)
		{
			if (order == LM_JUDGE_RELOAD)
				bench->loading[bench->count] =
					(LmWindow){lm_judge_trip_ready(bench->problem, route, item + 1), LM_NEVER};
			bench->orders[bench->count++] = order;
		}
		else if (left == 0 && rested > 0)
			rested--;
		else if (left == 0 && bench->shown_count < bench->day.break_count)
			bench->shown[bench->shown_count++] = bench->count;
	}
}

/* The rules of times that are left behind fixed rows, as the eased problem has them. */
static void
day_ease(LmJudgeBench *bench)
{
	const LmVehicle *vehicle = bench->vehicle;
	LmJudgeDay *day = &bench->day;
	LmTime latest = lm_judge_sum(vehicle->shift_end, vehicle->overtime);

	if (latest > day->latest_end)
		day->latest_end = latest;
	if (vehicle->max_time > day->max_time)
		day->max_time = vehicle->max_time;
	for (int32_t k = 0; k < day->break_count; k++)
		day->breaks[k] = bench->problem->breaks[vehicle->break_first + day->break_of[k]];
}

LmJudgeStatus
lm_judge_bench(LmJudgeBench *bench, const LmProblem *problem, const LmJudgeRoute *route,
               LmArena *arena, LmJudgement *judgement)
{
	LmJudgeStatus status;

	memset(bench, 0, sizeof(*bench));
	memset(judgement, 0, sizeof(*judgement));
	bench->problem = problem;
	bench->vehicle_index = route->vehicle;
	bench->vehicle = &problem->vehicles[route->vehicle];
	bench->travel = lm_problem_travel(problem, route->vehicle);
	bench->judgement = judgement;
	bench->loading = LM_TAKE(arena, LmWindow, route->count);
	bench->rows = LM_TAKE(arena, LmJudgeRow, route->count);
	bench->shown = LM_TAKE(arena, int32_t, route->count);
	if (bench->loading == NULL || bench->rows == NULL || bench->shown == NULL)
		return LM_JUDGE_NO_MEMORY;
	status = lm_judge_day(route->promised != NULL ? route->promised : problem, route->vehicle,
	                      route->should_stop, route->context, arena, &bench->day);
	if (status != LM_JUDGE_OK)
		return status;
	if (route->promised != NULL)
		day_ease(bench);
	judgement->settled = bench->day.count;
	if (!fixed_fill(bench, route->count, arena))
		return LM_JUDGE_NO_MEMORY;
	items_sort(bench, route);
	rows_fill(bench);
	return LM_JUDGE_OK;
}

LmJudgeStatus
lm_judge_bench_schedule(const LmJudgeBench *bench, const LmJudgeRoute *route, LmArena *arena,
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
		trip.back = lm_judge_leg(bench, lm_judge_place(bench, bench->count), vehicle->end);
	return lm_judge_schedule(&trip, arena, schedule);
}
