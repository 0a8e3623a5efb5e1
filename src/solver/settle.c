/*
 * settle.c
 *	  Rows that are done as they were; frozen rows by the rules, or as early as possible.  Reloads are rows as
 *	  orders are.
 */
#include "solver/settle.h"

#include "solver/tour.h"

/* ---- rows ---- */

static LmStop *
last_row(const LmSettling *settling)
{
	return &settling->begun->stops[settling->begun->count - 1];
}

static LmStop *
row_add(LmSettling *settling, LmStopKind kind, int32_t index, int32_t place)
{
	LmStop *stop = &settling->begun->stops[settling->begun->count++];

	*stop = (LmStop){.kind = kind, .index = index, .place = place};
	if (settling->begun->count > 1)
		stop->arrives = stop[-1].departs;
	settling->begun->orders += kind == LM_STOP_ORDER;
	return stop;
}

/* Drives to a row that was just added; a way that is missing takes nothing. */
static void
row_drive(LmSettling *settling, LmStop *stop)
{
	LmTime departs = stop[-1].departs;
	LmTime arrives;

	if (lm_travel_time(settling->travel, stop[-1].place, stop->place) == LM_NO_LEG)
		return;
	arrives = lm_travel_arrive(settling->travel, stop[-1].place, stop->place, departs);
	if (arrives >= LM_NEVER)
		return;
	stop->arrives = arrives;
	stop->travel = arrives - departs;
	stop->length = lm_travel_length_at(settling->travel, stop[-1].place, stop->place, departs);
}

/* A row at the place of an order or a reload. */
static LmStop *
row_visit(LmSettling *settling, int32_t order)
{
	const LmOrder *visited = &settling->problem->orders[order];

	if (visited->kind == LM_RELOAD)
		return row_add(settling, LM_STOP_RELOAD, -1, visited->place);
	return row_add(settling, LM_STOP_ORDER, order, visited->place);
}

/* The setup paid at a fixed order: the largest of the fixed rows of its visit, at the first of them. */
static LmTime
row_setup(const LmSettling *settling, int32_t row)
{
	const LmOrder *orders = settling->problem->orders;
	int32_t site = orders[settling->rows[row].order].site;
	LmTime setup = 0;

	for (int32_t before = row - 1; before >= 0; before--)
		if (settling->rows[before].order >= 0)
		{
			if (orders[settling->rows[before].order].site == site)
				return 0;
			break;
		}
	for (; row < settling->count; row++)
	{
		int32_t order = settling->rows[row].order;

		if (order >= 0 && orders[order].site != site)
			break;
		if (order >= 0 && orders[order].setup > setup)
			setup = orders[order].setup;
	}
	return setup;
}

/* The vehicle as it was before anything was settled. */
static const LmVehicle *
vehicle_whole(const LmSettling *settling)
{
	return &settling->problem->vehicles[settling->vehicle - settling->work->vehicles];
}

/* Takes a part of a time; returns what it got. */
static LmTime
part_take(LmTime *left, LmTime wanted)
{
	LmTime part = wanted < *left ? wanted : *left;

	*left -= part;
	return part;
}

/* A row that is done: the time since the row before is service first, then travel, setup, waiting. */
static void
row_done(LmSettling *settling, int32_t row)
{
	const LmFixed *fixed = &settling->rows[row];
	LmTime since = fixed->at - last_row(settling)->departs;
	LmStop *stop;
	LmTime travel;

	if (fixed->order == LM_FIXED_BREAK)
	{
		stop = row_add(settling, LM_STOP_BREAK, fixed->rest, last_row(settling)->place);
		stop->service = part_take(
			&since,
			settling->problem->breaks[vehicle_whole(settling)->break_first + fixed->rest].duration);
	}
	else if (fixed->order == LM_FIXED_END)
	{
		/* however long it was on its way */
		stop = row_add(settling, LM_STOP_END, -1, settling->vehicle->end);
		row_drive(settling, stop);
		stop->travel = part_take(&since, since);
	}
	else
	{
		stop = row_visit(settling, fixed->order);
		row_drive(settling, stop);
		travel = stop->travel;
		stop->service = part_take(&since, settling->problem->orders[fixed->order].service);
		stop->travel = part_take(&since, travel);
		stop->setup = part_take(&since, row_setup(settling, row));
	}
	stop->wait = since;
	stop->arrives = stop[-1].departs + stop->travel;
	stop->departs = fixed->at;
}

/* When the goods are ready of those rows that a fixed reload loads for. */
static LmTime
goods_ready(const LmSettling *settling, int32_t row)
{
	LmTime ready = -LM_NEVER;

	for (row++; row < settling->count; row++)
	{
		const LmOrder *order = settling->rows[row].order < 0
		                           ? NULL
		                           : &settling->problem->orders[settling->rows[row].order];

		if (order != NULL && order->kind == LM_RELOAD)
			break;
		if (order != NULL && order->kind == LM_DELIVERY && order->release > ready)
			ready = order->release;
	}
	return ready;
}

/* When service of a row starts; where the windows are over, on arrival. */
static LmTime
service_start(const LmSettling *settling, int32_t row, LmTime ready)
{
	const LmOrder *order = &settling->problem->orders[settling->rows[row].order];
	const LmWindow *windows = settling->problem->windows + order->window_first;
	LmTime goods = order->kind == LM_RELOAD ? goods_ready(settling, row) : -LM_NEVER;

	if (goods > ready)
		return goods;
	for (int32_t w = 0; w < order->window_count; w++)
		if (ready <= windows[w].close)
			return ready > windows[w].open ? ready : windows[w].open;
	return ready;
}

/* A frozen order, as early as it can be. */
static void
row_serve(LmSettling *settling, int32_t row)
{
	const LmOrder *order = &settling->problem->orders[settling->rows[row].order];
	LmStop *stop = row_visit(settling, settling->rows[row].order);
	LmTime ready;

	row_drive(settling, stop);
	stop->setup = row_setup(settling, row);
	ready = stop->arrives + stop->setup;
	stop->wait = service_start(settling, row, ready) - ready;
	stop->service = order->service;
	stop->departs = ready + stop->wait + stop->service;
}

/* The last row is left no earlier than now. */
static void
row_stay(LmSettling *settling)
{
	LmStop *stop = last_row(settling);

	if (stop->departs >= 0)
		return;
	stop->service -= stop->departs;
	stop->departs = 0;
}

/* ---- breaks ---- */

static const LmBreak *
break_at(const LmSettling *settling, int32_t k)
{
	return &settling->work->breaks[settling->vehicle->break_first + k];
}

/* Takes break k off those that are left. */
static void
break_drop(LmSettling *settling, int32_t k)
{
	LmBreak *breaks = settling->work->breaks + settling->vehicle->break_first;

	for (settling->vehicle->break_count--; k < settling->vehicle->break_count; k++)
	{
		breaks[k] = breaks[k + 1];
		settling->break_of[k] = settling->break_of[k + 1];
	}
}

/* Breaks that are settled, and all before them; and those whose window is over. */
static void
breaks_pass(LmSettling *settling)
{
	int32_t last = -1;

	for (int32_t row = 0; row < settling->begun->count; row++)
		if (settling->begun->stops[row].kind == LM_STOP_BREAK &&
		    settling->begun->stops[row].index > last)
			last = settling->begun->stops[row].index;
	while (settling->vehicle->break_count > 0 &&
	       (settling->break_of[0] <= last ||
	        break_at(settling, 0)->window.close <= last_row(settling)->departs))
		break_drop(settling, 0);
}

/* Takes the first break that is left behind the last row, or drops it where that is too late. */
static void
break_take(LmSettling *settling)
{
	const LmBreak pause = *break_at(settling, 0);
	LmTime now = last_row(settling)->departs;
	LmStop *stop;

	if (now <= pause.window.close)
	{
		stop = row_add(settling, LM_STOP_BREAK, settling->break_of[0], last_row(settling)->place);
		stop->wait = pause.window.open > now ? pause.window.open - now : 0;
		stop->service = pause.duration;
		stop->departs = now + stop->wait + stop->service;
	}
	break_drop(settling, 0);
}

/* ---- the vehicle as it is after the rows so far ---- */

static void
vehicle_advance(LmSettling *settling)
{
	const LmVehicle *whole = vehicle_whole(settling);
	const LmStop *last = last_row(settling);
	LmVehicle *vehicle = settling->vehicle;
	LmBegun *begun = settling->begun;

	begun->left = begun->stops[0].arrives;
	begun->worked = last->departs - begun->left;
	begun->length = 0;
	begun->reloads = 0;
	vehicle->site = -1;
	vehicle->loaded = begun->left;
	vehicle->ranged = 0;
	for (int32_t row = 0; row < begun->count; row++)
	{
		const LmStop *stop = &begun->stops[row];

		begun->length += stop->length;
		vehicle->ranged += stop->length;
		if (stop->kind == LM_STOP_ORDER)
			vehicle->site = settling->problem->orders[stop->index].site;
		if (stop->kind != LM_STOP_RELOAD)
			continue;
		begun->reloads++;
		vehicle->site = -1;
		vehicle->loaded = stop->arrives + stop->setup + stop->wait;
		vehicle->ranged = 0;
	}
	vehicle->under_way = true;
	vehicle->left = begun->left;
	vehicle->start = last->place;
	vehicle->shift_start = last->departs;
	if (whole->max_time < LM_NEVER)
		vehicle->max_time = whole->max_time - begun->worked;
	breaks_pass(settling);
}

/* ---- frozen rows ---- */

/* Frozen orders and reloads from a row on into settling->orders; returns their number. */
static int32_t
frozen_collect(const LmSettling *settling, int32_t row)
{
	int32_t count = 0;

	for (; row < settling->count; row++)
		if (settling->rows[row].order >= 0)
			settling->orders[count++] = settling->rows[row].order;
	return count;
}

/* The rows of a schedule up to its last order or reload, with the breaks between; an end is left to the rest. */
static void
schedule_keep(LmSettling *settling)
{
	const LmTimetable *timetable = &settling->timetable;
	int32_t last = timetable->count - 1;

	while (last > 0 && timetable->stops[last].kind != LM_STOP_ORDER &&
	       timetable->stops[last].kind != LM_STOP_RELOAD)
		last--;
	for (int32_t row = settling->begun->count > 0 ? 1 : 0; row <= last; row++)
	{
		LmStop stop = timetable->stops[row];

		if (stop.kind == LM_STOP_BREAK)
			stop.index = settling->break_of[stop.index];
		*row_add(settling, stop.kind, stop.index, stop.place) = stop;
	}
}

/* Frozen rows that no schedule fits: as early as possible, breaks only as far as they can be taken. */
static void
frozen_hurry(LmSettling *settling, int32_t row)
{
	if (settling->begun->count == 0)
	{
		LmTour tour = lm_tour_of(settling->work,
		                         (int32_t) (settling->vehicle - settling->work->vehicles),
		                         settling->orders, frozen_collect(settling, row), LM_RELAX_NONE);
		LmStop *start = row_add(settling, LM_STOP_START, -1, settling->vehicle->start);

		start->arrives = start->departs = lm_tour_earliest(&tour);
	}
	for (; row < settling->count; row++)
	{
		int32_t before = settling->begun->count;

		if (settling->rows[row].order < 0)
			continue;
		breaks_pass(settling);
		row_serve(settling, row);
		/* a break whose window has opened, or would be over behind the row, comes first */
		while (settling->vehicle->break_count > 0 &&
		       (break_at(settling, 0)->window.open <= settling->begun->stops[before - 1].departs ||
		        break_at(settling, 0)->window.close < last_row(settling)->departs))
		{
			settling->begun->count = before;
			settling->begun->orders -= settling->begun->stops[before].kind == LM_STOP_ORDER;
			break_take(settling);
			breaks_pass(settling);
			before = settling->begun->count;
			row_serve(settling, row);
		}
	}
	breaks_pass(settling);
}

/* When who leaves the last row then is at the end of the route, or LM_NEVER. */
static LmTime
home_by(const LmSettling *settling, LmTime departs)
{
	const LmVehicle *vehicle = settling->vehicle;

	return vehicle->end == LM_NOWHERE
	           ? departs
	           : lm_travel_arrive(settling->travel, vehicle->start, vehicle->end, departs);
}

/*
 * The end of a route that is late whatever it does: breaks that are required and can be taken, then
 * home; others are not required any more.  What that takes becomes the limits.
 */
static void
home_hurry(LmSettling *settling)
{
	LmVehicle *vehicle = settling->vehicle;
	int32_t taken = 0;
	LmTime now = last_row(settling)->departs;
	LmTime ends = home_by(settling, now);

	while (taken < vehicle->break_count && break_at(settling, taken)->window.close < ends)
	{
		const LmBreak *pause = break_at(settling, taken);
		LmTime starts = now > pause->window.open ? now : pause->window.open;

		if (vehicle->end == LM_NOWHERE || starts > pause->window.close ||
		    home_by(settling, starts + pause->duration) >= LM_NEVER)
		{
			break_drop(settling, taken);
			continue;
		}
		now = starts + pause->duration;
		ends = home_by(settling, now);
		taken++;
	}
	if (vehicle->shift_end < LM_NEVER && ends - vehicle->shift_end > vehicle->overtime)
		vehicle->overtime = ends - vehicle->shift_end;
	if (vehicle->max_time < LM_NEVER && ends - vehicle->shift_start > vehicle->max_time)
		vehicle->max_time = ends - vehicle->shift_start;
}

/* Whether there is a way from where the vehicle is to its end. */
static bool
way_home(const LmSettling *settling)
{
	const LmVehicle *vehicle = settling->vehicle;

	return vehicle->end == LM_NOWHERE ||
	       (lm_travel_time(settling->travel, vehicle->start, vehicle->end) != LM_NO_LEG &&
	        lm_travel_arrive(settling->travel, vehicle->start, vehicle->end, vehicle->shift_start) <
	            LM_NEVER);
}

/* Frozen rows from one on, by the rules where that can be. */
static bool
frozen_settle(LmSettling *settling, int32_t row)
{
	int32_t v = (int32_t) (settling->vehicle - settling->work->vehicles);
	int32_t count = frozen_collect(settling, row);
	bool kept = lm_schedule_time(settling->scheduler, v, settling->orders, count,
	                             &settling->timetable);

	if (lm_scheduler_stopped(settling->scheduler) || lm_scheduler_failed(settling->scheduler))
		return false;
	if (kept)
		schedule_keep(settling);
	else
		frozen_hurry(settling, row);
	vehicle_advance(settling);
	if (!way_home(settling))
	{
		settling->begun->no_way = true;
		settling->closed = true;
		settling->vehicle->end = LM_NOWHERE;
	}
	if (!kept)
		home_hurry(settling);
	return true;
}

/* ---- one vehicle ---- */

static bool
begun_new(LmSettling *settling)
{
	settling->begun->stops =
		LM_TAKE(settling->arena, LmStop,
	            (size_t) settling->count + (size_t) settling->vehicle->break_count + 2);
	return settling->begun->stops != NULL;
}

/* What its fixed rows alone take of its limits is allowed, and is gone. */
static void
limits_settle(LmSettling *settling)
{
	LmVehicle *vehicle = settling->vehicle;
	const LmBegun *begun = settling->begun;
	LmLength home = vehicle->end == LM_NOWHERE
	                    ? 0
	                    : lm_travel_length(settling->travel, vehicle->start, vehicle->end);

	if (vehicle->max_distance < LM_NEVER)
		vehicle->max_distance = vehicle->max_distance - begun->length > home
		                            ? vehicle->max_distance - begun->length
		                            : home;
	if (vehicle->range > 0 && vehicle->ranged > vehicle->range - home)
		vehicle->ranged = vehicle->range - home;
	vehicle->max_trips = settling->closed || vehicle->max_trips - begun->reloads < 1
	                         ? 1
	                         : vehicle->max_trips - begun->reloads;
	/* one place of a vehicle under way is taken (LmRoute.count) */
	if (settling->closed || vehicle->max_stops < begun->orders)
		vehicle->max_stops = 1;
	else if (vehicle->max_stops < INT32_MAX)
		vehicle->max_stops += 1 - begun->orders;
}

bool
lm_settle_vehicle(LmSettling *settling)
{
	const LmVehicle *vehicle = settling->vehicle;
	bool under_way = vehicle->under_way;
	int32_t row = 0;
	bool ended = false;

	/* an end that is frozen, and nothing before it */
	if (!under_way && frozen_collect(settling, 0) == 0)
		return true;
	if (!begun_new(settling))
		return false;
	settling->closed = settling->count > 0 &&
	                   settling->rows[settling->count - 1].order == LM_FIXED_END;
	if (under_way)
	{
		LmStop *start = row_add(settling, LM_STOP_START, -1, vehicle->start);

		start->arrives = start->departs = vehicle->left;
		for (; row < settling->count && settling->rows[row].done; row++)
		{
			row_done(settling, row);
			ended = settling->rows[row].order == LM_FIXED_END;
		}
		if (row < settling->count && settling->rows[row].order >= 0)
		{
			/* it has been on its way there since */
			row_serve(settling, row++);
			row_stay(settling);
		}
		else if (row == settling->count && !ended)
			row_stay(settling);
		vehicle_advance(settling);
	}
	if (ended)
		settling->vehicle->end = LM_NOWHERE;
	if (!frozen_settle(settling, row))
		return false;
	limits_settle(settling);
	return true;
}
