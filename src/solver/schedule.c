/*
 * schedule.c
 *	  Departure ranges carried along the route, then one walk with the departure that won.
 *
 * Source  Savelsbergh 1992 (forward time slack), doi:10.1287/ijoc.4.2.146; the
 *		   form for one window is that of Vidal et al. 2013,
 *		   doi:10.1016/j.cor.2012.07.018.
 */
#include "solver/schedule.h"

#include "solver/choice.h"
#include "solver/hours.h"
#include "solver/tour.h"

#include <string.h>

/* Spans and windows looked at, some 5 ns each, between two looks at stop and clock. */
#define WORK_BETWEEN_LOOKS 20000

struct LmScheduler
{
	const LmProblem *problem;
	LmArena *arena;
	int32_t most_breaks; /* of any vehicle */
	LmSpanSet *now;      /* [most_breaks + 1], by number of breaks passed */
	LmSpanSet *next;     /* scratch of the same shape */
	LmTime *latest;      /* [(rows) x (most_breaks + 1)] deadlines, grown on demand */
	size_t latest_room;
	LmHours *hours; /* NULL: no travel times change, no window is soft */
	int32_t *after; /* [most_breaks] the rows breaks are taken after */
	bool failed;

	bool (*should_stop)(void *context); /* NULL: nobody watches */
	double (*clock_share)(void *context);
	void *context;
	int32_t work; /* since the last look */
	bool stopped;
	bool late;
};

LmScheduler *
lm_scheduler_new(const LmProblem *problem, LmArena *arena)
{
	LmScheduler *scheduler = LM_TAKE(arena, LmScheduler, 1);
	bool hours;

	if (scheduler == NULL)
		return NULL;
	scheduler->problem = problem;
	scheduler->arena = arena;
	scheduler->most_breaks = lm_problem_most_breaks(problem);
	scheduler->now = LM_TAKE(arena, LmSpanSet, scheduler->most_breaks + 1);
	scheduler->next = LM_TAKE(arena, LmSpanSet, scheduler->most_breaks + 1);
	hours = problem->late_weight != NULL;
	for (int32_t travel = 0; travel < problem->travel_count; travel++)
		hours |= problem->travels[travel].traffic != NULL;
	if (hours)
		scheduler->hours = lm_hours_new(problem, arena);
	scheduler->after = LM_TAKE(arena, int32_t, scheduler->most_breaks);
	return !arena->failed ? scheduler : NULL;
}

bool
lm_scheduler_failed(const LmScheduler *scheduler)
{
	return scheduler->failed;
}

void
lm_scheduler_watch(LmScheduler *scheduler, bool (*should_stop)(void *context),
                   double (*clock_share)(void *context), void *context)
{
	scheduler->should_stop = should_stop;
	scheduler->clock_share = clock_share;
	scheduler->context = context;
}

/* Counts work, and looks up when there was enough of it. */
static inline void
work_add(LmScheduler *scheduler, int32_t work)
{
	scheduler->work += work;
	if (scheduler->work < WORK_BETWEEN_LOOKS)
		return;
	scheduler->work = 0;
	if (scheduler->should_stop == NULL)
		return;
	if (scheduler->should_stop(scheduler->context))
		scheduler->stopped = scheduler->late = true;
	if (scheduler->clock_share != NULL && scheduler->clock_share(scheduler->context) >= 1)
		scheduler->late = true;
}

void
lm_scheduler_count(LmScheduler *scheduler, int32_t spans)
{
	work_add(scheduler, spans);
}

void
lm_scheduler_refused(LmScheduler *scheduler)
{
	scheduler->failed = true;
}

void
lm_scheduler_tick(LmScheduler *scheduler)
{
	work_add(scheduler, WORK_BETWEEN_LOOKS / 100);
}

bool
lm_scheduler_late(const LmScheduler *scheduler)
{
	return scheduler->late;
}

bool
lm_scheduler_stopped(const LmScheduler *scheduler)
{
	return scheduler->stopped;
}

/* Serves all spans of a set into another, which may be the next of the same row. */
static void
set_serve(LmScheduler *scheduler, LmSpanSet *to, const LmSpanSet *from, LmTime leg,
          const LmService *service)
{
	work_add(scheduler, from->count * (service->mixed ? 1 + to->count : 1));
	scheduler->failed |= !lm_spans_serve(to, scheduler->arena, from, leg, service);
}

/* Departures: set k leaves no earlier than break k - 1 closes, so that it need not be taken. */
static void
spans_depart(LmScheduler *scheduler, const LmTour *tour)
{
	LmTime earliest = lm_tour_earliest(tour);
	LmTime latest = lm_tour_latest(tour);

	for (int32_t k = 0; k <= tour->break_count; k++)
	{
		LmSpan span = {earliest, earliest, latest, 0};

		scheduler->now[k].count = 0;
		if (k > 0 && tour->breaks[k - 1].window.close > earliest)
			span.from = span.lo = tour->breaks[k - 1].window.close;
		if (span.lo <= span.hi)
			scheduler->failed |= !lm_span_add(&scheduler->now[k], scheduler->arena, &span);
	}
}

/* Takes breaks at the row the spans stand at, as many as one likes. */
static void
spans_break(LmScheduler *scheduler, const LmTour *tour)
{
	for (int32_t k = 0; k < tour->break_count; k++)
	{
		LmService pause = {&tour->breaks[k].window, 1, tour->breaks[k].duration, false, true};

		set_serve(scheduler, &scheduler->now[k + 1], &scheduler->now[k], 0, &pause);
	}
}

/* Drives to row i and serves it.  Returns whether any departure is left. */
static bool
spans_drive(LmScheduler *scheduler, const LmTour *tour, int32_t i)
{
	const LmProblem *problem = scheduler->problem;
	const LmOrder *order = &problem->orders[tour->orders[i]];
	LmWindow own;
	LmService service = {lm_tour_windows(tour, i, &own), order->window_count, order->service,
	                     (tour->relax & LM_RELAX_WINDOW) != 0, tour->break_count > 0};
	LmTime leg = lm_tour_leg(tour, i);
	LmSpanSet *swap;
	bool any = false;

	if (leg == LM_NO_LEG || scheduler->stopped)
		return false;
	leg += lm_tour_setup(tour, i);
	for (int32_t k = 0; k <= tour->break_count; k++)
	{
		scheduler->next[k].count = 0;
		set_serve(scheduler, &scheduler->next[k], &scheduler->now[k], leg, &service);
		any |= scheduler->next[k].count > 0;
	}
	swap = scheduler->now;
	scheduler->now = scheduler->next;
	scheduler->next = swap;
	return any;
}

/* The best departure among the spans at the end of the tour. */
static bool
spans_choose(LmScheduler *scheduler, const LmTour *tour, int32_t vehicle, LmScheduleCost *best)
{
	LmChoice choice = lm_choice_of(scheduler->problem, vehicle, tour->relax);
	LmTime leg = lm_tour_leg(tour, tour->count);
	LmTime limit = lm_tour_latest_end(tour);

	if (leg == LM_NO_LEG)
		return false;
	for (int32_t k = 0; k <= tour->break_count; k++)
	{
		LmTime back = limit;

		/* the next break is not needed only if the route is back when its window closes */
		if (k < tour->break_count && tour->breaks[k].window.close < back)
			back = tour->breaks[k].window.close;
		for (int32_t i = 0; i < scheduler->now[k].count; i++)
		{
			LmSpan span = scheduler->now[k].spans[i];

			span.delay += leg;
			lm_choice_offer(&choice, &span, back);
		}
	}
	*best = choice.best;
	return choice.found;
}

bool
lm_schedule_price(LmScheduler *scheduler, int32_t vehicle, const int32_t *orders, int32_t count,
                  int relax, LmScheduleCost *cost)
{
	LmTour tour = lm_tour_of(scheduler->problem, vehicle, orders, count, relax);

	if (lm_hours_needed(&tour))
		return lm_hours_price(scheduler->hours, scheduler, &tour, false, cost) &&
		       !scheduler->failed;
	spans_depart(scheduler, &tour);
	spans_break(scheduler, &tour);
	for (int32_t i = 0; i < count; i++)
	{
		if (!spans_drive(scheduler, &tour, i))
			return false;
		spans_break(scheduler, &tour);
	}
	return spans_choose(scheduler, &tour, vehicle, cost) && !scheduler->failed;
}

/* The earliest start not before ready that lies in a window; there is one. */
static LmTime
earliest_start(const LmWindow *windows, int32_t count, LmTime ready)
{
	for (int32_t w = 0; w < count; w++)
		if (ready <= windows[w].close)
			return ready > windows[w].open ? ready : windows[w].open;
	return ready;
}

/*
 * Deadlines for departing from row i (0: start) with k of the required breaks
 * taken, so that the route still ends at `ends`: latest[i * (breaks + 1) + k].
 */
static bool
deadlines_set(LmScheduler *scheduler, const LmTour *tour, const LmBreak *breaks,
              int32_t break_count, LmTime ends)
{
	const LmProblem *problem = scheduler->problem;
	int32_t width = break_count + 1;
	size_t cells = (size_t) (tour->count + 1) * (size_t) width;
	LmTime *latest;

	if (cells > scheduler->latest_room)
	{
		scheduler->latest = LM_TAKE(scheduler->arena, LmTime, cells * 2);
		scheduler->latest_room = scheduler->latest != NULL ? cells * 2 : 0;
		scheduler->failed |= scheduler->latest == NULL;
	}
	latest = scheduler->latest;
	if (latest == NULL)
		return false;
	for (int32_t i = tour->count; i >= 0; i--)
		for (int32_t k = break_count; k >= 0; k--)
		{
			LmTime due;

			if (i == tour->count)
				due = k == break_count ? lm_tour_depart(tour, i, ends) : -LM_NEVER;
			else
			{
				const LmOrder *order = &problem->orders[tour->orders[i]];
				LmWindow own;

				due = lm_latest_start(lm_tour_windows(tour, i, &own), order->window_count,
				                      latest[(i + 1) * width + k] - order->service) -
				      lm_tour_setup(tour, i);
				due = lm_tour_depart(tour, i, due);
			}
			if (k < break_count)
			{
				LmTime pause = lm_latest_start(&breaks[k].window, 1,
				                               latest[i * width + k + 1] - breaks[k].duration);

				if (pause > due)
					due = pause;
			}
			latest[i * width + k] = due;
		}
	return true;
}

/* Each break goes after the earliest row from which the route still ends in time. */
static bool
breaks_place(LmScheduler *scheduler, const LmTour *tour, const LmScheduleCost *cost, int32_t first,
             int32_t count)
{
	LmTime now = cost->departs;
	int32_t taken = 0;

	if (!deadlines_set(scheduler, tour, tour->breaks + first, count, cost->ends))
		return false;
	for (int32_t i = 0; taken < count; i++)
	{
		const LmOrder *order;
		LmWindow own;
		LmTime ready;

		for (; taken < count; taken++)
		{
			const LmBreak *pause = &tour->breaks[first + taken];
			LmTime begin = now > pause->window.open ? now : pause->window.open;

			if (begin > pause->window.close ||
			    begin + pause->duration > scheduler->latest[i * (count + 1) + taken + 1])
				break;
			scheduler->after[taken] = i;
			now = begin + pause->duration;
		}
		if (i == tour->count)
			break;
		order = lm_tour_order(tour, i);
		ready = lm_tour_arrive(tour, i, now) + lm_tour_setup(tour, i);
		now = earliest_start(lm_tour_windows(tour, i, &own), order->window_count, ready) +
		      order->service;
	}
	return true;
}

static void
row_add(LmTimetable *timetable, LmStop stop)
{
	stop.departs = stop.arrives + stop.setup + stop.wait + stop.service;
	timetable->length += stop.length;
	timetable->stops[timetable->count++] = stop;
}

/* Adds the row of order i, or of the end where i is count. */
static void
row_drive(const LmProblem *problem, const LmTour *tour, int32_t i, LmTimetable *timetable)
{
	const LmStop *before = &timetable->stops[timetable->count - 1];
	LmStop stop = {.kind = LM_STOP_END, .index = -1, .place = tour->vehicle->end};

	if (i < tour->count)
	{
		stop.kind = LM_STOP_ORDER;
		stop.index = tour->orders[i];
		stop.place = problem->orders[stop.index].place;
		if (problem->orders[stop.index].kind == LM_RELOAD)
		{
			stop.kind = LM_STOP_RELOAD;
			stop.index = -1;
		}
	}
	stop.arrives = lm_tour_arrive(tour, i, before->departs);
	stop.travel = stop.arrives - before->departs;
	stop.length = lm_travel_length_at(tour->travel, before->place, stop.place, before->departs);
	if (i < tour->count)
	{
		const LmOrder *order = lm_tour_order(tour, i);
		LmWindow own;
		LmTime ready;

		stop.setup = lm_tour_setup(tour, i);
		stop.service = order->service;
		ready = stop.arrives + stop.setup;
		stop.wait = earliest_start(lm_tour_windows(tour, i, &own), order->window_count, ready) -
		            ready;
	}
	row_add(timetable, stop);
}

static void
row_break(int32_t index, const LmBreak *pause, LmTimetable *timetable)
{
	const LmStop *before = &timetable->stops[timetable->count - 1];
	LmStop stop = {.kind = LM_STOP_BREAK, .index = index, .place = before->place};

	stop.arrives = before->departs;
	stop.wait = pause->window.open > stop.arrives ? pause->window.open - stop.arrives : 0;
	stop.service = pause->duration;
	row_add(timetable, stop);
}

bool
lm_schedule_time(LmScheduler *scheduler, int32_t vehicle, const int32_t *orders, int32_t count,
                 LmTimetable *timetable)
{
	const LmProblem *problem = scheduler->problem;
	LmTour tour = lm_tour_of(problem, vehicle, orders, count, LM_RELAX_NONE);
	LmStop start = {.kind = LM_STOP_START, .index = -1, .place = tour.vehicle->start};
	int32_t first = 0;
	int32_t last;
	int32_t taken = 0;
	LmScheduleCost cost;

	if (lm_hours_needed(&tour)
	        ? !lm_hours_price(scheduler->hours, scheduler, &tour, true, &cost) || scheduler->failed
	        : !lm_schedule_price(scheduler, vehicle, orders, count, LM_RELAX_NONE, &cost))
		return false;
	/* with departure and end known, so are the breaks that are required: those between */
	while (first < tour.break_count && tour.breaks[first].window.close <= cost.departs)
		first++;
	last = first;
	while (last < tour.break_count && tour.breaks[last].window.close < cost.ends)
		last++;
	if (lm_tour_soft(&tour) ? !lm_hours_place(scheduler->hours, scheduler, &tour, &cost, first,
	                                          last - first, scheduler->after)
	                        : !breaks_place(scheduler, &tour, &cost, first, last - first))
		return false;
	timetable->count = 0;
	timetable->length = 0;
	timetable->departs = cost.departs;
	timetable->ends = cost.ends;
	timetable->overtime = cost.overtime;
	start.arrives = cost.departs;
	row_add(timetable, start);
	for (int32_t i = 0; i <= count; i++)
	{
		for (; taken < last - first && scheduler->after[taken] == i; taken++)
			row_break(first + taken, &tour.breaks[first + taken], timetable);
		if (i < count || tour.vehicle->end != LM_NOWHERE)
			row_drive(problem, &tour, i, timetable);
	}
	return true;
}
