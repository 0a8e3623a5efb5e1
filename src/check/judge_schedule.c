/*
 * judge_schedule.c
 *	  Candidate departures from every opening backwards, each tried forwards.
 *
 * Why these candidates are enough.  Let the departure s move between two window
 * ends of breaks, so that the first break that can be required stays the same.
 * The earliest end E(s) then never falls (leaving later never arrives earlier),
 * and it rises ms by ms or jumps, except where some wait absorbs the delay:
 * there E is flat until that wait is used up, when a row or a break starts
 * exactly at an opening.  Working time E - s falls on flat stretches only, and
 * overtime never falls; so the best s is the first one of the interval, or the
 * last one of a flat stretch, or, when working time costs nothing, the first
 * one that keeps max_time, which is E - max_time on a flat stretch.
 *
 * With traffic E is a line of any slope between two departures at which nothing comes to lie on an
 * opening, a closing or a change of the travel times; those are the candidates then.
 */
#include "check/judge_schedule.h"

#include "check/judge_late.h"

#include <stdlib.h>
#include <string.h>

/* Changes of travel times that lie further behind the earliest departure of a row are not waited for. */
#define WEEK INT64_C(604800000)
/* And of those only the first. */
#define FIRST_CHANGES 100

typedef struct Best
{
	LmJudgeWay way;
	LmTime departs;
	int32_t first;
} Best;

typedef struct Work
{
	LmJudgeWalk walk;
	LmJudgeLate *late; /* NULL: no row is soft */
	LmTime *candidates;
	int32_t candidate_count;
	int32_t candidate_room;
	LmArena *arena;
	Best best;
	bool failed; /* memory was refused */
	bool stopped;
} Work;

/* Whether a departure may be the best that does not just wait for an opening. */
static bool
departures_all(const LmJudgeTrip *trip)
{
	return trip->traffic != NULL || trip->soft;
}

static bool
candidates_grow(Work *work)
{
	LmTime *grown = LM_TAKE(work->arena, LmTime, (int64_t) work->candidate_room * 2);

	work->failed |= grown == NULL;
	if (grown == NULL)
		return false;
	memcpy(grown, work->candidates, sizeof(LmTime) * (size_t) work->candidate_count);
	work->candidates = grown;
	work->candidate_room *= 2;
	return true;
}

static void
candidate_add(Work *work, LmTime departs, LmTime low, LmTime high)
{
	if (departs > high)
		departs = high;
	/* nobody waits for the end of time */
	if (departs < low || departs > LM_TIME_MAX)
		return;
	if (work->candidate_count == work->candidate_room && !candidates_grow(work))
		return;
	work->candidates[work->candidate_count++] = departs;
}

/* The last departure with which a row is left by a moment, with k breaks taken. */
static void
moment_add(Work *work, int32_t row, int32_t k, LmTime moment, LmTime low, LmTime high)
{
	candidate_add(work, lm_judge_walk_back(&work->walk, row, k, moment), low, high);
}

static bool
asked_to_stop(Work *work)
{
	const LmJudgeTrip *trip = work->walk.trip;

	if (!work->stopped && trip->should_stop != NULL && trip->should_stop(trip->context))
		work->stopped = true;
	return work->stopped;
}

/* The last departures with which the leg is begun, or is over, by a change of the travel times. */
static void
leg_candidates(Work *work, const LmJudgeLeg *leg, int32_t row, int32_t k, LmTime floor, LmTime low,
               LmTime high)
{
	const LmTraffic *traffic = leg->traffic;
	LmTime arrives = lm_judge_arrive(leg, floor);
	int32_t begun = 0;
	int32_t over = 0;

	for (int32_t period = 1; traffic != NULL && period < traffic->count && !asked_to_stop(work);
	     period++)
	{
		LmTime change = traffic->begins[period];

		if (change > work->walk.trip->latest_end)
			return;
		if (change >= floor && change - floor <= WEEK && begun++ < FIRST_CHANGES)
			moment_add(work, row, k, change, low, high);
		if (change >= arrives && change - arrives <= WEEK && over++ < FIRST_CHANGES)
			moment_add(work, row, k, lm_judge_leave_by(leg, change), low, high);
	}
}

/*
 * What travel times that change, and lateness, add: what a route costs is no longer flat or of slope
 * one, and so the last departures before something closes count too, and before a row is late.
 */
static void
traffic_candidates(Work *work, int32_t row, int32_t k, LmTime floor, LmTime low, LmTime high)
{
	const LmJudgeTrip *trip = work->walk.trip;
	const LmJudgeRow *next = row < trip->count ? &trip->rows[row] : NULL;
	const LmJudgeLeg *leg = next != NULL ? &next->leg : &trip->back;
	int32_t spare = work->walk.first + k;

	if (k < work->walk.most && lm_judge_may_rest(&work->walk, k, row))
		moment_add(work, row, k, lm_judge_break(&work->walk, k)->window.close, low, high);
	if (!lm_judge_may_leave(&work->walk, k, row))
		return;
	leg_candidates(work, leg, row, k, floor, low, high);
	for (int32_t window = 0; next != NULL && window < next->window_count; window++)
		moment_add(work, row, k,
		           lm_judge_leave_by(leg, lm_judge_sum(next->windows[window].close, -next->setup)),
		           low, high);
	if (next != NULL && next->late_weight > 0)
		moment_add(work, row, k, lm_judge_leave_by(leg, lm_judge_sum(next->due, -next->setup)), low,
		           high);
	if (next != NULL)
		return;
	moment_add(work, row, k, lm_judge_leave_by(leg, trip->shift_end), low, high);
	moment_add(work, row, k, lm_judge_leave_by(leg, trip->latest_end), low, high);
	if (spare < trip->break_count)
		moment_add(work, row, k, lm_judge_leave_by(leg, trip->breaks[spare].window.close), low,
		           high);
}

/* The last departures that still wait for an opening, of every row and break, for any k. */
static void
candidates_find(Work *work, LmTime low, LmTime high)
{
	const LmJudgeTrip *trip = work->walk.trip;

	work->candidate_count = 0;
	candidate_add(work, low, low, high);
	for (int32_t row = 0; row <= trip->count && !asked_to_stop(work); row++)
	{
		for (int32_t k = 0; k <= work->walk.most; k++)
		{
			LmTime floor = work->walk.floor[(size_t) row * (size_t) work->walk.states + (size_t) k];
			const LmJudgeRow *next = row < trip->count ? &trip->rows[row] : NULL;

			if (floor >= LM_NEVER)
				continue;
			if (k < work->walk.most && lm_judge_may_rest(&work->walk, k, row) &&
			    floor <= lm_judge_break(&work->walk, k)->window.open)
				moment_add(work, row, k, lm_judge_break(&work->walk, k)->window.open, low, high);
			if (departures_all(trip))
				traffic_candidates(work, row, k, floor, low, high);
			if (next == NULL || !lm_judge_may_leave(&work->walk, k, row))
				continue;
			/* nobody waits for a window that opened before the earliest arrival */
			for (int32_t window = lm_judge_windows_open(
					 next, lm_judge_sum(lm_judge_arrive(&next->leg, floor), next->setup) - 1);
			     window < next->window_count; window++)
				moment_add(work, row, k,
				           lm_judge_leave_by(
							   &next->leg, lm_judge_sum(next->windows[window].open, -next->setup)),
				           low, high);
		}
	}
}

/* Tries a departure of the interval; false when it and all later ones end too late. */
static bool
departure_try(Work *work, LmTime departs, LmTime *ends)
{
	const LmJudgeTrip *trip = work->walk.trip;
	Best *best = &work->best;
	LmJudgeWay way = {.found = true};
	int order;

	*ends = lm_judge_walk(&work->walk, departs, &way.taken);
	if (*ends >= LM_NEVER || *ends > trip->latest_end)
		return false;
	if (*ends - departs > trip->max_time)
		return true;
	way.ends = *ends;
	way.cost = lm_judge_cost(trip, departs, *ends, 0);
	if (work->late != NULL)
		work->failed |= !lm_judge_late_best(work->late, &work->walk, departs, true, &way);
	if (!way.found)
		return true;
	order = best->way.found ? lm_judge_cost_compare(way.cost, best->way.cost) : -1;
	if (order < 0 || (order == 0 && departs < best->departs))
		*best = (Best){way, departs, work->walk.first};
	return true;
}

static int
instant_compare(const void *a, const void *b)
{
	LmTime left = *(const LmTime *) a;
	LmTime right = *(const LmTime *) b;

	return left < right ? -1 : left > right;
}

/*
 * With travel times that change working time may fall between two candidates: the departure at
 * which it begins to keep max_time, found by halves.
 */
static void
max_time_try(Work *work, LmTime breaks, LmTime keeps)
{
	LmTime ends;
	int32_t taken;

	while (keeps - breaks > 1)
	{
		LmTime middle = breaks + (keeps - breaks) / 2;

		if (lm_judge_walk(&work->walk, middle, &taken) - middle > work->walk.trip->max_time)
			breaks = middle;
		else
			keeps = middle;
	}
	departure_try(work, keeps, &ends);
}

/* All departures from low to high, with trip->breaks[first] the first that can be required. */
static void
interval_try(Work *work, LmTime low, LmTime high)
{
	const LmJudgeTrip *trip = work->walk.trip;
	int32_t taken;
	LmTime ends;
	LmTime over = LM_NEVER; /* with traffic: the candidate before, when it breaks max_time only */
	bool going = true;

	ends = lm_judge_walk(&work->walk, low, &taken);
	if (ends >= LM_NEVER)
		return;
	lm_judge_walk_floor(&work->walk);
	candidates_find(work, low, high);
	if (departures_all(trip))
		moment_add(work, trip->count, taken, lm_judge_leave_by(&trip->back, ends), low, high);
	qsort(work->candidates, (size_t) work->candidate_count, sizeof(LmTime), instant_compare);
	for (int32_t i = 0; i < work->candidate_count && going; i++)
	{
		LmTime departs = work->candidates[i];

		if (i > 0 && departs == work->candidates[i - 1])
			continue;
		if (asked_to_stop(work))
			return;
		going = departure_try(work, departs, &ends);
		if (departures_all(trip))
		{
			bool breaks = going && ends - departs > trip->max_time;

			if (going && !breaks && over < LM_NEVER)
				max_time_try(work, over, departs);
			over = breaks ? departs : LM_NEVER;
		}
		else if (going && trip->max_time < LM_NEVER && ends - trip->max_time < departs &&
		         ends - trip->max_time >= low)
		{
			LmTime ignored;

			departure_try(work, ends - trip->max_time, &ignored);
		}
	}
}

/*
 * Shown breaks are required only when the route ends after the last one's
 * window: moves low past the departures from which it would be back by then.
 */
static LmTime
interval_low_shown(Work *work, LmTime low)
{
	const LmJudgeTrip *trip = work->walk.trip;
	LmTime close;
	LmTime latest;
	int32_t taken;

	if (trip->shown_count == 0)
		return low;
	close = lm_judge_break(&work->walk, trip->shown_count - 1)->window.close;
	lm_judge_walk(&work->walk, low, &taken);
	lm_judge_walk_floor(&work->walk);
	latest = lm_judge_walk_back(&work->walk, trip->count, trip->shown_count,
	                            lm_judge_leave_by(&trip->back, close));
	return latest >= low ? latest + 1 : low;
}

/* Every interval of departures between the ends of break windows: rule 5's "departure <". */
static void
intervals_try(Work *work)
{
	const LmJudgeTrip *trip = work->walk.trip;

	for (int32_t first = 0; first <= trip->break_count; first++)
	{
		LmTime low = trip->earliest;
		LmTime high = LM_NEVER;

		if (first > 0 && trip->breaks[first - 1].window.close > low)
			low = trip->breaks[first - 1].window.close;
		if (first < trip->break_count)
			high = trip->breaks[first].window.close - 1;
		if (trip->set_out && trip->earliest < high)
			high = trip->earliest;
		if (trip->shown != NULL && first + trip->shown_count > trip->break_count)
			break;
		lm_judge_walk_from(&work->walk, first);
		if (trip->shown != NULL && low <= high)
			low = interval_low_shown(work, low);
		if (low <= high)
			interval_try(work, low, high);
		if (work->stopped)
			return;
	}
}

/* Rule 7's last sentence: each break after the earliest row that still ends by `ends`. */
static void
breaks_place(Work *work, LmTime departs, LmTime ends, int32_t *after)
{
	const LmJudgeTrip *trip = work->walk.trip;
	LmTime now = departs;
	int32_t taken = 0;
	int32_t wanted = work->walk.most;

	work->walk.floor = work->walk.early; /* the walk for this departure: nothing may be cut off */
	lm_judge_walk_back(&work->walk, trip->count, wanted, lm_judge_leave_by(&trip->back, ends));
	for (int32_t row = 0; row <= trip->count; row++)
	{
		if (row > 0)
			now = lm_judge_drive(&trip->rows[row - 1], now);
		while (taken < wanted && lm_judge_may_rest(&work->walk, taken, row))
		{
			LmTime rested = lm_judge_rest(lm_judge_break(&work->walk, taken), now);

			if (rested >= LM_NEVER ||
			    rested >
			        work->walk.late[(size_t) row * (size_t) work->walk.states + (size_t) taken + 1])
				break;
			now = rested;
			after[taken++] = row;
		}
	}
}

/* A way that is closed for good takes no time. */
static LmTime
arrive_at_all(const LmJudgeLeg *leg, LmTime departs)
{
	LmTime arrives = lm_judge_arrive(leg, departs);

	return arrives >= LM_NEVER ? departs : arrives;
}

/* As drive, but a window that is missed is served on arrival. */
static LmTime
drive_late(const LmJudgeRow *row, LmTime left)
{
	LmTime ready = lm_judge_sum(arrive_at_all(&row->leg, left), row->setup);
	LmTime starts = lm_judge_serve(row, ready);

	return lm_judge_sum(starts >= LM_NEVER ? ready : starts, row->service);
}

/*
 * The end of a route that cannot keep its windows, with `wanted` breaks: each is
 * taken once its window is open, or earlier where the next row would be left
 * after it has closed, or where no row follows.
 */
static LmTime
walk_late(const Work *work, int32_t wanted, int32_t *after)
{
	const LmJudgeTrip *trip = work->walk.trip;
	int32_t last = trip->count - (trip->open_end && trip->count > 0 ? 1 : 0);
	LmTime now = trip->earliest;
	int32_t taken = 0;

	for (int32_t row = 0; row <= trip->count; row++)
	{
		if (row > 0)
			now = drive_late(&trip->rows[row - 1], now);
		while (taken < wanted && row <= last)
		{
			const LmWindow *window = &lm_judge_break(&work->walk, taken)->window;

			if (now < window->open && row < last &&
			    drive_late(&trip->rows[row], now) <= window->close)
				break;
			now = lm_judge_sum(now > window->open ? now : window->open,
			                   lm_judge_break(&work->walk, taken)->duration);
			after[taken++] = row;
		}
	}
	return arrive_at_all(&trip->back, now);
}

/* The schedule of a route that has none: the earliest departure, and what follows. */
static void
schedule_late(Work *work, LmJudgeSchedule *schedule)
{
	const LmJudgeTrip *trip = work->walk.trip;
	int32_t first = 0;
	int32_t taken = 0;
	LmTime ends;

	schedule->departs = trip->earliest;
	while (first < trip->break_count && trip->breaks[first].window.close <= trip->earliest)
		first++;
	if (trip->shown != NULL)
	{
		int32_t spare = trip->break_count - trip->shown_count;

		schedule->first_break = first < spare ? first : spare;
		schedule->taken = trip->shown_count;
		for (int32_t k = 0; k < trip->shown_count; k++)
			schedule->after[k] = trip->shown[k];
		return;
	}
	schedule->first_break = first;
	lm_judge_walk_from(&work->walk, first);
	ends = lm_judge_walk(&work->walk, trip->earliest, &taken);
	if (ends < LM_NEVER && work->late != NULL)
	{
		LmJudgeWay way;

		work->failed |= !lm_judge_late_best(work->late, &work->walk, trip->earliest, false, &way) ||
		                !lm_judge_late_place(work->late, &work->walk, trip->earliest, false, &way,
		                                     schedule->after);
		taken = way.taken;
	}
	else if (ends < LM_NEVER)
	{
		work->walk.most = taken;
		breaks_place(work, trip->earliest, ends, schedule->after);
	}
	else
	{
		while (!lm_judge_spared(&work->walk, taken, walk_late(work, taken, schedule->after)))
			taken++;
	}
	schedule->taken = taken;
}

static bool
work_new(const LmJudgeTrip *trip, LmArena *arena, Work *work)
{
	int64_t states = trip->break_count + 1;
	int64_t cells = (trip->count + 1) * states;
	int64_t openings = trip->break_count + 1;

	for (int32_t row = 0; row < trip->count; row++)
		openings += trip->rows[row].window_count;
	memset(work, 0, sizeof(*work));
	/* one for each opening and number of breaks, one for each row and break, and the earliest */
	work->candidate_room = (int32_t) (openings * states + cells + 1);
	work->candidates = LM_TAKE(arena, LmTime, work->candidate_room);
	work->arena = arena;
	if (trip->soft)
	{
		work->late = lm_judge_late_new(trip, arena);
		if (work->late == NULL)
			return false;
	}
	return lm_judge_walk_new(&work->walk, trip, arena) && work->candidates != NULL;
}

static LmJudgeStatus
schedule_seek(const LmJudgeTrip *trip, LmArena *arena, LmJudgeSchedule *schedule)
{
	Work work;
	int32_t taken;

	memset(schedule, 0, sizeof(*schedule));
	schedule->after = LM_TAKE(arena, int32_t, trip->break_count);
	if (schedule->after == NULL || !work_new(trip, arena, &work))
		return LM_JUDGE_NO_MEMORY;
	intervals_try(&work);
	if (work.stopped)
		return LM_JUDGE_STOPPED;
	if (work.failed)
		return LM_JUDGE_NO_MEMORY;
	schedule->feasible = work.best.way.found;
	if (!schedule->feasible)
	{
		schedule_late(&work, schedule);
		return work.failed ? LM_JUDGE_NO_MEMORY : LM_JUDGE_OK;
	}
	schedule->departs = work.best.departs;
	schedule->first_break = work.best.first;
	schedule->taken = work.best.way.taken;
	lm_judge_walk_from(&work.walk, work.best.first);
	if (work.late != NULL)
		return lm_judge_late_place(work.late, &work.walk, work.best.departs, true, &work.best.way,
		                           schedule->after)
		           ? LM_JUDGE_OK
		           : LM_JUDGE_NO_MEMORY;
	lm_judge_walk(&work.walk, work.best.departs, &taken);
	work.walk.most = work.best.way.taken;
	breaks_place(&work, work.best.departs, work.best.way.ends, schedule->after);
	return LM_JUDGE_OK;
}

/* Breaks are taken where they are shown. */
static bool
breaks_alike(const LmJudgeTrip *trip, const LmJudgeSchedule *schedule)
{
	bool alike = schedule->taken == trip->shown_count;

	for (int32_t k = 0; k < trip->shown_count && alike; k++)
		alike = schedule->after[k] == trip->shown[k];
	return alike;
}

/*
 * With traffic and lateness not all departures are weighed; which ones follows from the ways that are there
 * first, and of those there are fewer where breaks are shown.  So that what rule 7 says is not another route
 * once it is shown, it is asked without them before.
 */
LmJudgeStatus
lm_judge_schedule(const LmJudgeTrip *trip, LmArena *arena, LmJudgeSchedule *schedule)
{
	LmJudgeTrip open = *trip;
	LmJudgeStatus status;

	if (trip->shown == NULL || !departures_all(trip) || trip->break_count == 0)
		return schedule_seek(trip, arena, schedule);
	open.shown = NULL;
	open.shown_count = 0;
	status = schedule_seek(&open, arena, schedule);
	if (status != LM_JUDGE_OK || (schedule->feasible && breaks_alike(trip, schedule)))
		return status;
	return schedule_seek(trip, arena, schedule);
}
