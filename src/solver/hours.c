/*
 * hours.c
 *	  Departures driven forwards; which ones to drive, found backwards from what may hold one up.
 *
 * Between two departures at which nothing comes to lie on an opening, a closing or a change of
 * the travel times, the end of a route is a straight line over its departure: the best is at one
 * of them.  They are taken as whole milliseconds: the latest departure with which a point of
 * the route is reached by such an instant.
 */
#include "solver/hours.h"

#include "solver/late.h"

#include <stdlib.h>
#include <string.h>

/* Changes of the times that lie further behind the earliest way are not waited for, nor more of them. */
#define WEEK INT64_C(604800000)
#define CHANGES_MOST 100

/* Changes at which the search lets a route depart. */
#define CHANGES_TRIED 6
/* And from which rows are just not late. */
#define DUES_TRIED 8

struct LmHours
{
	LmArena *arena;
	LmRideRow *rows; /* [row_room] rows[i] leads from row i to row i + 1 */
	size_t row_room;
	LmTime *now;        /* [breaks + 1] */
	LmTime *back;       /* [breaks + 1] */
	LmTime *floor;      /* [row * states + k] earliest departures, for that of the interval, */
	LmTime *ceiling;    /* and for the latest of all */
	size_t table_room;  /* of each */
	LmTime *departures; /* [departure_count] to be tried */
	int32_t departure_count;
	int32_t departure_room;
	bool has_setups;
	LmLate *late; /* NULL: no order is soft */
};

/* Departures of which the same break is the first that can be required. */
typedef struct Interval
{
	LmHours *hours;
	LmRide ride;
	LmChoice *choice;
	LmLate *late; /* NULL: lateness costs nothing */
	LmTime latest_end;
	LmTime low;
	LmTime high;
} Interval;

LmHours *
lm_hours_new(const LmProblem *problem, LmArena *arena)
{
	LmHours *hours = LM_TAKE(arena, LmHours, 1);
	int32_t breaks = lm_problem_most_breaks(problem);

	if (hours == NULL)
		return NULL;
	for (int32_t i = 0; i < problem->order_count; i++)
		hours->has_setups |= problem->orders[i].setup > 0;
	hours->arena = arena;
	hours->row_room = (size_t) problem->order_count + 1;
	hours->rows = LM_TAKE(arena, LmRideRow, hours->row_room);
	hours->now = LM_TAKE(arena, LmTime, (size_t) breaks + 1);
	hours->back = LM_TAKE(arena, LmTime, (size_t) breaks + 1);
	if (problem->late_weight != NULL)
		hours->late = lm_late_new(problem, arena);
	return arena->failed ? NULL : hours;
}

/* The rows of a tour; false: a leg is missing, or memory is refused. */
static bool
rows_fill(LmHours *hours, LmScheduler *scheduler, const LmTour *tour, bool soft)
{
	/* settled rows have reloads that are none of the problem's orders */
	if ((size_t) tour->count + 1 > hours->row_room)
	{
		hours->row_room = 2 * (size_t) tour->count + 1;
		hours->rows = LM_TAKE(hours->arena, LmRideRow, hours->row_room);
		if (hours->rows == NULL)
			hours->row_room = 0;
	}
	if (hours->rows == NULL)
	{
		lm_scheduler_refused(scheduler);
		return false;
	}
	return lm_ride_rows_fill(hours->rows, tour, hours->has_setups, soft);
}

static inline bool
in_time(const Interval *of, LmTime ends)
{
	return ends < LM_NEVER && ends <= of->latest_end;
}

/* The latest departure of the interval that keeps windows, breaks and shift, or -LM_NEVER. */
static LmTime
latest_departure(const Interval *of)
{
	LmTime latest = -LM_NEVER;

	for (int32_t k = 0; k <= of->ride.most; k++)
	{
		LmTime by = of->latest_end;
		LmTime departs;

		if (k < of->ride.most && lm_ride_break(&of->ride, k)->window.close < by)
			by = lm_ride_break(&of->ride, k)->window.close;
		departs = lm_ride_end_back(&of->ride, k, by);
		if (departs > latest)
			latest = departs;
	}
	return latest < of->high ? latest : of->high;
}

/* ---- choosing ---- */

/* Takes a departure into account that ends at a moment at the earliest; false: it breaks max_time. */
static bool
departure_offer(const Interval *of, LmTime departs, LmTime ends)
{
	LmChoice *choice = of->choice;
	LmTime working = ends - departs;

	if (working < choice->best.shortest)
		choice->best.shortest = working;
	if (working > choice->longest)
		return false;
	if (ends < choice->best.earliest)
		choice->best.earliest = ends;
	if (departs > choice->best.latest)
		choice->best.latest = departs;
	if (of->late != NULL)
		lm_late_offer(of->late, &of->ride, departs, of->latest_end, choice);
	else
		lm_choice_take(choice, departs, ends, 0, 0);
	return true;
}

static void
departure_try(const Interval *of, LmTime departs)
{
	LmTime ends = lm_ride_forth(&of->ride, departs, NULL, NULL);

	if (in_time(of, ends))
		(void) departure_offer(of, departs, ends);
}

/* Whether ways may become faster when a period begins. */
static inline bool
period_eases(const LmTraffic *traffic, int32_t period)
{
	const LmTrafficState *before = &traffic->states[traffic->state[period - 1]];
	const LmTrafficState *state = &traffic->states[traffic->state[period]];

	return state->time != before->time || state->factor < before->factor;
}

/* Departures from which rows are just not late that are late when one departs so late. */
static void
interval_dues(const Interval *of, LmTime departs)
{
	LmHours *hours = of->hours;
	size_t states = (size_t) of->ride.most + 1;
	int32_t tried = 0;

	(void) lm_ride_forth(&of->ride, departs, hours->ceiling, NULL);
	for (int32_t row = 0; row < of->ride.tour->count && tried < DUES_TRIED; row++)
		for (size_t k = 0; k < states && of->ride.rows[row].weight > 0; k++)
		{
			const LmRideRow *next = &of->ride.rows[row];
			LmTime first = of->ride.floor[(size_t) row * states + k];
			LmTime last = hours->ceiling[(size_t) row * states + k];
			LmTime by;

			if (first >= LM_NEVER || last >= LM_NEVER ||
			    lm_ride_serve(&of->ride, next, last) <= next->due ||
			    lm_ride_serve(&of->ride, next, first) > next->due)
				continue;
			by = lm_ride_depart(&of->ride, next, next->due - next->setup);
			by = lm_ride_back(&of->ride, row, (int32_t) k, by);
			if (by > of->low && by < departs)
				departure_try(of, by);
			tried++;
		}
}

/* The few departures that the search tries. */
static void
interval_few(const Interval *of)
{
	const LmTraffic *traffic = of->ride.traffic;
	int32_t taken;
	LmTime ends = lm_ride_forth(&of->ride, of->low, of->ride.floor, &taken);
	LmTime latest;
	LmTime waits;
	int32_t period = 0;
	int32_t tried = 0;

	if (!in_time(of, ends))
		return;
	(void) departure_offer(of, of->low, ends);
	/* until here all is taken up by waiting: it ends no later, and so at the same moment */
	waits = lm_ride_end_back(&of->ride, taken, ends);
	if (waits > of->high)
		waits = of->high;
	if (waits > of->low)
		(void) departure_offer(of, waits, ends);
	else
		waits = of->low;
	if (of->late != NULL && waits > of->low)
		interval_dues(of, waits);
	/* leaving later than that pays only where ways become faster */
	if (traffic != NULL)
		period = lm_traffic_period(traffic, waits) + 1;
	while (traffic != NULL && period < traffic->count && !period_eases(traffic, period))
		period++;
	if ((of->ride.tour->relax & ~LM_RELAX_LATE) == LM_RELAX_NONE &&
	    (traffic == NULL || period == traffic->count || traffic->begins[period] >= of->latest_end))
		return;
	latest = latest_departure(of);
	if (latest <= waits)
		return;
	/* nobody waits for the end of time */
	if (latest <= LM_TIME_MAX)
		departure_try(of, latest);
	for (; traffic != NULL && period < traffic->count && traffic->begins[period] < latest &&
	       tried < CHANGES_TRIED;
	     period++)
		if (period_eases(traffic, period))
		{
			departure_try(of, traffic->begins[period]);
			tried++;
		}
}

/* ---- all departures of rule 7 ---- */

static bool
departure_add(const Interval *of, LmTime departs, LmTime latest)
{
	LmHours *hours = of->hours;

	if (departs > latest)
		departs = latest;
	if (departs < of->low || departs > LM_TIME_MAX)
		return true;
	if (hours->departure_count == hours->departure_room)
	{
		int32_t room = hours->departure_room == 0 ? 64 : hours->departure_room * 2;
		LmTime *departures = LM_TAKE(hours->arena, LmTime, room);

		if (departures == NULL)
		{
			lm_scheduler_refused(of->ride.scheduler);
			return false;
		}
		if (hours->departure_count > 0)
			memcpy(departures, hours->departures, sizeof(LmTime) * (size_t) hours->departure_count);
		hours->departures = departures;
		hours->departure_room = room;
	}
	hours->departures[hours->departure_count++] = departs;
	return true;
}

/* Adds the departures with which a row, left with k breaks taken, is held up by a moment. */
typedef bool (*MomentTake)(const Interval *of, int32_t row, int32_t k, LmTime moment,
                           LmTime latest);

/* Row is left, or the next one reached, by a moment. */
static bool
left_by(const Interval *of, int32_t row, int32_t k, LmTime moment, LmTime latest)
{
	return departure_add(of, lm_ride_back(&of->ride, row, k, moment), latest);
}

static bool
reached_by(const Interval *of, int32_t row, int32_t k, LmTime moment, LmTime latest)
{
	return left_by(of, row, k, lm_ride_depart(&of->ride, &of->ride.rows[row], moment), latest);
}

/* All changes of the travel times from one moment to another. */
static bool
changes_add(const Interval *of, int32_t row, int32_t k, LmTime from, LmTime to, LmTime latest,
            MomentTake take)
{
	const LmTraffic *traffic = of->ride.traffic;
	int32_t period = lm_traffic_period(traffic, from - 1) + 1;
	int32_t last = period + CHANGES_MOST < traffic->count ? period + CHANGES_MOST : traffic->count;

	if (to - from > WEEK)
		to = from + WEEK;
	for (; period < last && traffic->begins[period] <= to; period++)
		if (!take(of, row, k, traffic->begins[period], latest))
			return false;
	return true;
}

/* Every instant at which something about the next row changes, for who leaves with k breaks taken. */
static bool
row_departures(const Interval *of, int32_t row, int32_t k, LmTime latest)
{
	const LmTour *tour = of->ride.tour;
	const LmRideRow *next = &of->ride.rows[row];
	size_t cell = (size_t) row * ((size_t) of->ride.most + 1) + (size_t) k;
	LmTime from = of->ride.floor[cell];
	LmTime to = of->hours->ceiling[cell];
	LmTime due[3];

	if (from >= LM_NEVER)
		return true;
	if (k < of->ride.most && (row < tour->count || !of->ride.open_end) &&
	    (!left_by(of, row, k, lm_ride_break(&of->ride, k)->window.open, latest) ||
	     !left_by(of, row, k, lm_ride_break(&of->ride, k)->window.close, latest)))
		return false;
	if (next->changes && !changes_add(of, row, k, from, to, latest, left_by))
		return false;
	from = lm_ride_arrive(&of->ride, next, from);
	to = to < LM_NEVER ? lm_ride_arrive(&of->ride, next, to) : LM_NEVER;
	if (from >= LM_NEVER)
		return true;
	if (next->changes && !changes_add(of, row, k, from, to, latest, reached_by))
		return false;
	for (int32_t w = 0; row < tour->count && w < next->window_count; w++)
	{
		/* nobody waits for a window that is open already, nor for one after the last departure */
		LmTime open = next->windows[w].open - next->setup;
		LmTime close = next->windows[w].close - next->setup;

		if ((open >= from && open <= to && !reached_by(of, row, k, open, latest)) ||
		    (close >= from && close <= to && !reached_by(of, row, k, close, latest)))
			return false;
	}
	if (row < tour->count)
		return next->weight == 0 || reached_by(of, row, k, next->due - next->setup, latest);
	due[0] = of->choice->shift_end;
	due[1] = of->latest_end;
	due[2] = k < of->ride.most ? lm_ride_break(&of->ride, k)->window.close : LM_NEVER;
	for (int i = 0; i < 3; i++)
		if (due[i] < LM_NEVER && !reached_by(of, row, k, due[i], latest))
			return false;
	return true;
}

static int
instant_compare(const void *a, const void *b)
{
	LmTime left = *(const LmTime *) a;
	LmTime right = *(const LmTime *) b;

	return left < right ? -1 : left > right;
}

/* The first departure between one that breaks max_time and one that keeps it, by halves. */
static void
max_time_meet(const Interval *of, LmTime breaks, LmTime keeps)
{
	while (keeps - breaks > 1)
	{
		LmTime middle = breaks + (keeps - breaks) / 2;

		if (lm_ride_forth(&of->ride, middle, NULL, NULL) - middle <= of->choice->longest)
			keeps = middle;
		else
			breaks = middle;
	}
	departure_try(of, keeps);
}

static bool
tables_make(const Interval *of)
{
	LmHours *hours = of->hours;
	size_t cells = ((size_t) of->ride.tour->count + 1) * ((size_t) of->ride.most + 1);

	if (cells <= hours->table_room)
		return true;
	hours->floor = LM_TAKE(hours->arena, LmTime, cells * 2);
	hours->ceiling = LM_TAKE(hours->arena, LmTime, cells * 2);
	hours->table_room = cells * 2;
	if (hours->floor != NULL && hours->ceiling != NULL)
		return true;
	hours->table_room = 0;
	lm_scheduler_refused(of->ride.scheduler);
	return false;
}

static void
interval_all(const Interval *of)
{
	LmHours *hours = of->hours;
	LmTime latest;
	LmTime before = LM_NEVER; /* a departure that breaks max_time only */
	int32_t taken;
	LmTime ends = lm_ride_forth(&of->ride, of->low, hours->floor, &taken);

	if (!in_time(of, ends))
		return;
	latest = latest_departure(of);
	if (latest < of->low)
		latest = of->low;
	(void) lm_ride_forth(&of->ride, latest, hours->ceiling, NULL);
	hours->departure_count = 0;
	if (!departure_add(of, of->low, latest) || !departure_add(of, latest, latest) ||
	    !departure_add(of, lm_ride_end_back(&of->ride, taken, ends), latest))
		return;
	for (int32_t row = 0; row <= of->ride.tour->count; row++)
		for (int32_t k = 0; k <= of->ride.most; k++)
			if (lm_scheduler_stopped(of->ride.scheduler) || !row_departures(of, row, k, latest))
				return;
	qsort(hours->departures, (size_t) hours->departure_count, sizeof(LmTime), instant_compare);
	for (int32_t i = 0; i < hours->departure_count; i++)
	{
		LmTime departs = hours->departures[i];

		if (i > 0 && departs == hours->departures[i - 1])
			continue;
		ends = lm_ride_forth(&of->ride, departs, NULL, NULL);
		if (!in_time(of, ends))
			continue;
		if (!departure_offer(of, departs, ends))
			before = departs;
		else
		{
			if (before < LM_NEVER)
				max_time_meet(of, before, departs);
			before = LM_NEVER;
		}
	}
}

bool
lm_hours_price(LmHours *hours, LmScheduler *scheduler, const LmTour *tour, bool thorough,
               LmScheduleCost *cost)
{
	LmChoice choice = lm_choice_of(tour->problem, tour->index, tour->relax);
	bool soft = lm_tour_soft(tour);
	Interval of = {.hours = hours,
	               .ride = {.scheduler = scheduler,
	                        .tour = tour,
	                        .traffic = tour->travel->traffic,
	                        .rows = hours->rows,
	                        .now = hours->now,
	                        .late = hours->back,
	                        .open_end = tour->vehicle->end == LM_NOWHERE,
	                        .most = tour->break_count},
	               .choice = &choice,
	               .late = soft ? hours->late : NULL,
	               .latest_end = lm_tour_latest_end(tour)};
	LmTime earliest = lm_tour_earliest(tour);

	if (lm_scheduler_stopped(scheduler) || !rows_fill(hours, scheduler, tour, soft) ||
	    !tables_make(&of))
		return false;
	of.ride.rows = hours->rows;
	of.ride.floor = hours->floor;
	/* a break that has closed at the departure is passed */
	for (of.ride.first = 0; of.ride.first <= tour->break_count; of.ride.first++)
	{
		of.ride.most = tour->break_count - of.ride.first;
		of.low = earliest;
		if (of.ride.first > 0 && tour->breaks[of.ride.first - 1].window.close > earliest)
			of.low = tour->breaks[of.ride.first - 1].window.close;
		of.high = of.ride.most > 0 ? lm_ride_break(&of.ride, 0)->window.close - 1 : LM_NEVER;
		if (tour->vehicle->under_way && tour->vehicle->shift_start < of.high)
			of.high = tour->vehicle->shift_start;
		if (of.low > of.high)
			continue;
		if (thorough)
			interval_all(&of);
		else
			interval_few(&of);
	}
	if (hours->late != NULL && hours->late->failed)
		lm_scheduler_refused(scheduler);
	*cost = choice.best;
	return choice.found;
}

bool
lm_hours_place(LmHours *hours, LmScheduler *scheduler, const LmTour *tour,
               const LmScheduleCost *cost, int32_t first, int32_t taken, int32_t *after)
{
	LmRide ride = {.scheduler = scheduler,
	               .tour = tour,
	               .traffic = tour->travel->traffic,
	               .rows = hours->rows,
	               .open_end = tour->vehicle->end == LM_NOWHERE,
	               .first = first,
	               .most = taken};

	if (!rows_fill(hours, scheduler, tour, true))
		return false;
	ride.rows = hours->rows;
	lm_late_place(hours->late, &ride, cost, taken, after);
	return !hours->late->failed;
}
