/*
 * oracle.h
 *	  What doc/reference.md says of a route, computed the slow way.
 *
 * "The schedule of a route" by trying each millisecond of departure with each
 * place for each break; loads and limits row by row.  Shares no line with
 * src/solver.  Trying everything needs problems whose instants are small numbers;
 * oracle_at and oracle_rows_wrong hold for any.
 *
 * Layer   test: C11 and model only.
 */
#ifndef LM_TEST_ORACLE_H
#define LM_TEST_ORACLE_H

#include "model/plan.h"
#include "model/problem.h"

#include <string.h>

#define ORACLE_BREAKS 4  /* of one vehicle */
#define ORACLE_ORDERS 64 /* of one route */

/* The bits of LmRelax, written down once more: the oracle knows nothing of the solver. */
enum
{
	ORACLE_RELAX_WINDOW = 1,
	ORACLE_RELAX_SHIFT = 2,
	ORACLE_RELAX_BREAK = 4,
	ORACLE_RELAX_TIME = 8,
	ORACLE_RELAX_RELEASE = 16,
	ORACLE_RELAX_LATE = 64
};

typedef struct OracleRoute
{
	const LmProblem *problem;
	const LmVehicle *vehicle;
	const LmTravel *travel;
	const LmPrices *prices;
	const int32_t *orders; /* [count] in driving order */
	int32_t count;
	int relax;
} OracleRoute;

typedef struct OracleSchedule
{
	bool found;
	LmTime departs;
	LmTime ends;
	LmTime overtime;
	int64_t weighed; /* by schedule_per_ms, schedule_per_overtime_ms and late_weight */
	int64_t late;    /* by late_weight */
	LmCost lateness; /* by late_price */
	LmTime shortest; /* least working time, max_time left out; LM_NEVER: none */
	int32_t first;   /* breaks first .. first + taken - 1 are taken */
	int32_t taken;
	int32_t after[ORACLE_BREAKS]; /* by break taken: the row before it, 0 the start, i the
										 * i-th order */
} OracleSchedule;

static inline OracleRoute
oracle_route(const LmProblem *problem, int32_t vehicle, const int32_t *orders, int32_t count,
             int relax)
{
	OracleRoute route = {problem,
	                     &problem->vehicles[vehicle],
	                     &problem->travels[problem->vehicles[vehicle].travel],
	                     &problem->prices[vehicle],
	                     orders,
	                     count,
	                     relax};

	return route;
}

static inline const LmOrder *
oracle_order(const OracleRoute *route, int32_t row)
{
	return &route->problem->orders[route->orders[row - 1]];
}

/* Place of row 0 (start), 1 .. count (orders), count + 1 (end). */
static inline int32_t
oracle_place(const OracleRoute *route, int32_t row)
{
	if (row == 0)
		return route->vehicle->start;
	return row <= route->count ? oracle_order(route, row)->place : route->vehicle->end;
}

static inline size_t
oracle_pair(const OracleRoute *route, int32_t row)
{
	return (size_t) oracle_place(route, row - 1) * (size_t) route->travel->places +
	       (size_t) oracle_place(route, row);
}

/* Rule 2: ms from the row before, LM_NO_LEG where there is no way, 0 to the end of an open route. */
static inline LmTime
oracle_leg(const OracleRoute *route, int32_t row)
{
	if (row == route->count + 1 && route->vehicle->end == LM_NOWHERE)
		return 0;
	return route->travel->time[oracle_pair(route, row)];
}

static inline LmLength
oracle_leg_length(const OracleRoute *route, int32_t row)
{
	if (row == route->count + 1 && route->vehicle->end == LM_NOWHERE)
		return 0;
	if (route->travel->length32 != NULL)
		return (LmLength) route->travel->length32[oracle_pair(route, row)];
	return route->travel->length64 != NULL ? route->travel->length64[oracle_pair(route, row)] : 0;
}

/* Rule 3. */
static inline LmTime
oracle_setup(const OracleRoute *route, int32_t row)
{
	int32_t site = oracle_order(route, row)->site;
	LmTime most = 0;

	if (row > 1 && oracle_order(route, row - 1)->site == site)
		return 0;
	for (; row <= route->count && oracle_order(route, row)->site == site; row++)
		if (oracle_order(route, row)->setup > most)
			most = oracle_order(route, row)->setup;
	return most;
}

static inline bool
oracle_is_reload(const OracleRoute *route, int32_t row)
{
	return oracle_order(route, row)->kind == LM_RELOAD;
}

/* "Several trips": when the goods of the trip that begins at a row are ready. */
static inline LmTime
oracle_goods(const OracleRoute *route, int32_t row)
{
	LmTime ready = -LM_NEVER;

	for (row++; row <= route->count && !oracle_is_reload(route, row); row++)
		if (oracle_order(route, row)->kind == LM_DELIVERY &&
		    oracle_order(route, row)->release > ready)
			ready = oracle_order(route, row)->release;
	return (route->relax & ORACLE_RELAX_RELEASE) != 0 ? -LM_NEVER : ready;
}

/* Rule 4: when service starts for a vehicle that is ready at an instant; false: not at all. */
static inline bool
oracle_start(const OracleRoute *route, int32_t row, LmTime ready, LmTime *starts)
{
	const LmOrder *order = oracle_order(route, row);

	if (oracle_is_reload(route, row))
	{
		LmTime goods = oracle_goods(route, row);

		*starts = ready > goods ? ready : goods;
		return true;
	}
	for (int32_t w = 0; w < order->window_count; w++)
	{
		const LmWindow *window = &route->problem->windows[order->window_first + w];
		bool never_closes = (route->relax & ORACLE_RELAX_WINDOW) != 0 &&
		                    w == order->window_count - 1;

		if (ready <= window->close || never_closes)
		{
			*starts = ready > window->open ? ready : window->open;
			return true;
		}
	}
	return false;
}

/* How much too late a row starts, where that costs. */
static inline LmTime
oracle_late(const OracleRoute *route, int32_t row, LmTime starts)
{
	const LmOrder *order = oracle_order(route, row);

	if (route->problem->late_weight == NULL || (route->relax & ORACLE_RELAX_LATE) != 0)
		return 0;
	if (!order->soft || starts <= order->due)
		return 0;
	/* 2^32 ms and more are weighed alike */
	return starts - order->due < INT64_C(4294967296) ? starts - order->due : INT64_C(4294967296);
}

/* Rule 1. */
static inline LmTime
oracle_earliest(const OracleRoute *route)
{
	LmTime goods = oracle_goods(route, 0);

	return goods > route->vehicle->shift_start ? goods : route->vehicle->shift_start;
}

/* Rule 6: when the route has to be over. */
static inline LmTime
oracle_latest(const OracleRoute *route)
{
	if ((route->relax & ORACLE_RELAX_SHIFT) != 0 || route->vehicle->shift_end == LM_NEVER)
		return LM_NEVER;
	return route->vehicle->shift_end + route->vehicle->overtime;
}

static inline int32_t
oracle_break_count(const OracleRoute *route)
{
	return (route->relax & ORACLE_RELAX_BREAK) != 0 ? 0 : route->vehicle->break_count;
}

static inline const LmBreak *
oracle_break(const OracleRoute *route, int32_t index)
{
	return &route->problem->breaks[route->vehicle->break_first + index];
}

/* A way of taking the breaks that came to the end: rules 5 and 6, then rule 7 against the best. */
static inline void
oracle_offer(const OracleRoute *route, OracleSchedule *way, LmTime ends, OracleSchedule *best)
{
	LmTime working = ends - way->departs;
	LmTime limit = (route->relax & ORACLE_RELAX_TIME) != 0 ? LM_NEVER : route->vehicle->max_time;

	for (int32_t b = 0; b < oracle_break_count(route); b++)
	{
		LmTime close = oracle_break(route, b)->window.close;
		bool required = way->departs < close && close < ends;
		bool taken = b >= way->first && b < way->first + way->taken;

		if (required != taken)
			return;
	}
	if (ends > oracle_latest(route))
		return;
	if (working < best->shortest)
		best->shortest = working;
	if (working > limit)
		return;
	way->ends = ends;
	way->overtime = ends > route->vehicle->shift_end ? ends - route->vehicle->shift_end : 0;
	way->weighed = route->prices->schedule_per_ms * working +
	               route->prices->schedule_per_overtime_ms * way->overtime + way->late;
	/* ways come by departure, then with each break as early as possible: ties keep the first */
	if (!best->found || way->weighed < best->weighed ||
	    (way->weighed == best->weighed && way->departs == best->departs && way->ends < best->ends))
	{
		LmTime shortest = best->shortest;

		*best = *way;
		best->found = true;
		best->shortest = shortest;
	}
}

/* All ways on from the departure of a row at an instant. */
static inline void
oracle_walk(const OracleRoute *route, int32_t row, LmTime now, OracleSchedule *way,
            OracleSchedule *best)
{
	int32_t next = way->first + way->taken;
	LmTime leg;
	LmTime starts;

	/* rule 5: after any row but the end; an open route is over when its last order is left */
	if (next < oracle_break_count(route) &&
	    (row < route->count || route->vehicle->end != LM_NOWHERE))
	{
		const LmBreak *pause = oracle_break(route, next);

		starts = now > pause->window.open ? now : pause->window.open;
		if (starts <= pause->window.close)
		{
			way->after[way->taken++] = row;
			oracle_walk(route, row, starts + pause->duration, way, best);
			way->taken--;
		}
	}
	leg = oracle_leg(route, row + 1);
	if (leg == LM_NO_LEG)
		return;
	if (row == route->count)
		oracle_offer(route, way, now + leg, best);
	else if (oracle_start(route, row + 1, now + leg + oracle_setup(route, row + 1), &starts))
	{
		LmTime late = oracle_late(route, row + 1, starts);
		int32_t order = route->orders[row];
		int64_t weight = late > 0 ? late * route->problem->late_weight[order] : 0;
		LmCost price = late > 0 ? late * route->problem->late_price[order] : 0;

		way->late += weight;
		way->lateness += price;
		oracle_walk(route, row + 1, starts + oracle_order(route, row + 1)->service, way, best);
		way->late -= weight;
		way->lateness -= price;
	}
}

/* oracle_at - takes the best way that departs at an instant into best, when it beats what is there */
static inline void
oracle_at(const OracleRoute *route, LmTime departs, OracleSchedule *best)
{
	OracleSchedule way = {.departs = departs};

	while (way.first < oracle_break_count(route) &&
	       oracle_break(route, way.first)->window.close <= departs)
		way.first++;
	oracle_walk(route, 0, departs, &way, best);
}

static inline void
oracle_raise(LmTime *most, LmTime instant)
{
	if (instant > *most && instant < LM_NEVER)
		*most = instant;
}

/* A departure after which nothing waits and nothing closes any more: later ones gain nothing. */
static inline LmTime
oracle_horizon(const OracleRoute *route)
{
	LmTime horizon = oracle_earliest(route);

	for (int32_t row = 1; row <= route->count; row++)
		if (oracle_is_reload(route, row))
			oracle_raise(&horizon, oracle_goods(route, row));
	for (int32_t row = 1; row <= route->count; row++)
		for (int32_t w = 0; w < oracle_order(route, row)->window_count; w++)
		{
			const LmWindow *window =
				&route->problem->windows[oracle_order(route, row)->window_first + w];

			oracle_raise(&horizon, window->open);
			oracle_raise(&horizon, window->close);
		}
	for (int32_t row = 1; row <= route->count; row++)
		if (oracle_order(route, row)->soft)
			oracle_raise(&horizon, oracle_order(route, row)->due);
	for (int32_t b = 0; b < oracle_break_count(route); b++)
		oracle_raise(&horizon, oracle_break(route, b)->window.close);
	return horizon + 1;
}

/* oracle_schedule - rule 7 by trying everything; count >= 1 */
static inline OracleSchedule
oracle_schedule(const OracleRoute *route)
{
	OracleSchedule best = {.shortest = LM_NEVER};
	LmTime last = oracle_horizon(route);

	if (oracle_latest(route) < last)
		last = oracle_latest(route);
	for (LmTime departs = oracle_earliest(route); departs <= last; departs++)
		oracle_at(route, departs, &best);
	return best;
}

static inline LmStop *
oracle_row_add(LmTimetable *timetable, LmStopKind kind, int32_t index, int32_t place,
               LmTime arrives)
{
	LmStop *row = &timetable->stops[timetable->count++];

	memset(row, 0, sizeof(*row));
	row->kind = kind;
	row->index = index;
	row->place = place;
	row->arrives = row->departs = arrives;
	return row;
}

/* oracle_timetable - the rows of a schedule that was found */
static inline void
oracle_timetable(const OracleRoute *route, const OracleSchedule *schedule, LmTimetable *timetable)
{
	int32_t taken = 0;
	LmTime now = schedule->departs;

	timetable->count = 0;
	timetable->departs = schedule->departs;
	timetable->ends = schedule->ends;
	timetable->overtime = schedule->overtime;
	timetable->length = 0;
	(void) oracle_row_add(timetable, LM_STOP_START, -1, oracle_place(route, 0), now);
	for (int32_t row = 0; row <= route->count; row++)
	{
		LmStop *stop;
		LmTime starts;

		for (; taken < schedule->taken && schedule->after[taken] == row; taken++)
		{
			const LmBreak *pause = oracle_break(route, schedule->first + taken);

			stop = oracle_row_add(timetable, LM_STOP_BREAK, schedule->first + taken,
			                      oracle_place(route, row), now);
			stop->wait = pause->window.open > now ? pause->window.open - now : 0;
			stop->service = pause->duration;
			stop->departs = now = now + stop->wait + stop->service;
		}
		if (row == route->count && route->vehicle->end == LM_NOWHERE)
			return;
		now += oracle_leg(route, row + 1);
		if (row == route->count)
			stop = oracle_row_add(timetable, LM_STOP_END, -1, oracle_place(route, row + 1), now);
		else if (oracle_is_reload(route, row + 1))
			stop = oracle_row_add(timetable, LM_STOP_RELOAD, -1, oracle_place(route, 0), now);
		else
			stop = oracle_row_add(timetable, LM_STOP_ORDER, route->orders[row],
			                      oracle_place(route, row + 1), now);
		stop->travel = oracle_leg(route, row + 1);
		stop->length = oracle_leg_length(route, row + 1);
		timetable->length += stop->length;
		if (row == route->count)
			return;
		stop->setup = oracle_setup(route, row + 1);
		(void) oracle_start(route, row + 1, now + stop->setup, &starts);
		stop->wait = starts - now - stop->setup;
		stop->service = oracle_order(route, row + 1)->service;
		stop->departs = now = starts + stop->service;
	}
}

/*
 * oracle_rows_wrong - the first rule that a timetable breaks, or NULL
 *
 * Rules 1 to 6 for the order sequence of the route; whether it is the best
 * schedule is not asked.  Holds for instants of any size.
 */
static inline const char *
oracle_rows_wrong(const OracleRoute *route, const LmTimetable *timetable)
{
	OracleSchedule shown = {.departs = timetable->departs, .shortest = LM_NEVER};
	OracleSchedule best = {.shortest = LM_NEVER};
	LmStop stops[ORACLE_ORDERS + ORACLE_BREAKS + 2];
	LmTimetable again = {.stops = stops};
	LmTime now;
	int32_t row = 0;

	if (route->count > ORACLE_ORDERS || timetable->count > ORACLE_ORDERS + ORACLE_BREAKS + 2)
		return "route too long for the oracle";
	if (timetable->count < 2 || timetable->stops[0].kind != LM_STOP_START)
		return "no start row";
	if (timetable->departs < oracle_earliest(route))
		return "departs too early";
	while (shown.first < oracle_break_count(route) &&
	       oracle_break(route, shown.first)->window.close <= shown.departs)
		shown.first++;
	for (int32_t i = 1; i < timetable->count; i++)
	{
		if (timetable->stops[i].kind == LM_STOP_BREAK)
		{
			if (shown.taken == ORACLE_BREAKS ||
			    shown.first + shown.taken >= oracle_break_count(route))
				return "too many breaks";
			shown.after[shown.taken++] = row;
		}
		else
			row++;
	}
	if (row != route->count + (route->vehicle->end != LM_NOWHERE))
		return "rows missing";
	/* the walk with these breaks: every instant follows from the departure */
	now = shown.departs;
	for (int32_t r = 0, taken = 0; r <= route->count; r++)
	{
		LmTime starts;

		for (; taken < shown.taken && shown.after[taken] == r; taken++)
		{
			const LmBreak *pause = oracle_break(route, shown.first + taken);

			starts = now > pause->window.open ? now : pause->window.open;
			if (starts > pause->window.close)
				return "break starts too late";
			now = starts + pause->duration;
		}
		if (oracle_leg(route, r + 1) == LM_NO_LEG)
			return "no way";
		now += oracle_leg(route, r + 1);
		if (r == route->count)
			break;
		if (!oracle_start(route, r + 1, now + oracle_setup(route, r + 1), &starts))
			return "window missed";
		now = starts + oracle_order(route, r + 1)->service;
	}
	oracle_offer(route, &shown, now, &best);
	if (!best.found)
		return "shift, max_time or a required break not kept";
	if (timetable->ends != best.ends || timetable->overtime != best.overtime)
		return "end or overtime";
	oracle_timetable(route, &best, &again);
	if (again.count != timetable->count || again.length != timetable->length)
		return "number of rows or length";
	for (int32_t i = 0; i < again.count; i++)
	{
		const LmStop *a = &again.stops[i];
		const LmStop *b = &timetable->stops[i];

		if (a->kind != b->kind || a->index != b->index || a->place != b->place ||
		    a->travel != b->travel || a->length != b->length || a->arrives != b->arrives ||
		    a->setup != b->setup || a->wait != b->wait || a->service != b->service ||
		    a->departs != b->departs)
			return "a row differs from its own arithmetic";
	}
	return NULL;
}

static inline LmLength
oracle_length(const OracleRoute *route)
{
	LmLength length = 0;

	for (int32_t row = 1; row <= route->count + 1; row++)
		length += oracle_leg_length(route, row);
	return length;
}

/* Whether the route has an order without what belongs to it, behind what it must precede, or twice. */
static inline bool
oracle_unit_broken(const OracleRoute *route)
{
	for (int32_t row = 1; row <= route->count && route->problem->units != NULL; row++)
	{
		const LmOrder *order = oracle_order(route, row);
		const LmUnit *unit = lm_problem_unit(route->problem, route->orders[row - 1]);
		int32_t same = 0;
		int32_t mates = 0;
		bool turned = false;

		if (unit == NULL)
			continue;
		for (int32_t other = 1; other <= route->count; other++)
		{
			if (lm_problem_unit(route->problem, route->orders[other - 1]) != unit)
				continue;
			if (oracle_order(route, other)->kind == order->kind)
				same++;
			else
			{
				mates++;
				turned |= (other < row) != (order->kind == LM_DROP);
			}
		}
		if (same != 1 || mates != (unit->tails > 0) || turned)
			return true;
	}
	return false;
}

/*
 * On board when a row is left: what is still to be delivered on its trip, and what was picked up on it,
 * and shipments on their way.
 */
static inline LmAmount
oracle_load(const OracleRoute *route, int32_t row, int32_t d)
{
	const LmProblem *problem = route->problem;
	LmAmount load = 0;

	for (int32_t r = row + 1; r <= route->count && !oracle_is_reload(route, r); r++)
		if (oracle_order(route, r)->kind == LM_DELIVERY)
			load += problem->demand[route->orders[r - 1] * problem->dimensions + d];
	for (int32_t r = row; r >= 1 && !oracle_is_reload(route, r); r--)
		if (oracle_order(route, r)->kind == LM_PICKUP)
			load += problem->demand[route->orders[r - 1] * problem->dimensions + d];
	for (int32_t r = row; r >= 1; r--)
		if (oracle_order(route, r)->kind == LM_COLLECT)
			load += problem->demand[route->orders[r - 1] * problem->dimensions + d];
		else if (oracle_order(route, r)->kind == LM_DROP)
			load -= problem->demand[route->orders[r - 1] * problem->dimensions + d];
	return load;
}

/* Whether lateness has a price on the route. */
static inline bool
oracle_soft(const OracleRoute *route)
{
	if (route->problem->late_weight == NULL || (route->relax & ORACLE_RELAX_LATE) != 0)
		return false;
	for (int32_t row = 1; row <= route->count; row++)
		if (route->problem->late_weight[route->orders[row - 1]] > 0)
			return true;
	return false;
}

/* What rule 7 makes least, of the rows of a timetable. */
static inline int64_t
oracle_weighed(const OracleRoute *route, const LmTimetable *timetable)
{
	int64_t weighed = route->prices->schedule_per_ms * (timetable->ends - timetable->departs) +
	                  route->prices->schedule_per_overtime_ms * timetable->overtime;
	int32_t row = 0;

	for (int32_t i = 0; i < timetable->count; i++)
	{
		const LmStop *stop = &timetable->stops[i];
		LmTime late;

		row += stop->kind == LM_STOP_ORDER || stop->kind == LM_STOP_RELOAD;
		if (stop->kind != LM_STOP_ORDER)
			continue;
		late = oracle_late(route, row, stop->arrives + stop->setup + stop->wait);
		if (late > 0)
			weighed += late * route->problem->late_weight[stop->index];
	}
	return weighed;
}

/* What its orders cost that another vehicle is preferred for, as the search prices it. */
static inline LmCost
oracle_preference(const OracleRoute *route)
{
	LmCost price = 0;

	for (int32_t row = 1; row <= route->count && route->problem->prefer_price != NULL; row++)
		if (oracle_order(route, row)->preferred != route->vehicle - route->problem->vehicles)
			price += route->problem->prefer_price[route->orders[row - 1]];
	return price;
}

/* The first dimension in which some row carries too much, or -1. */
static inline int32_t
oracle_overload(const OracleRoute *route)
{
	const LmProblem *problem = route->problem;
	const LmAmount *capacity = problem->capacity + (size_t) (route->vehicle - problem->vehicles) *
	                                                   (size_t) problem->dimensions;

	for (int32_t d = 0; d < problem->dimensions; d++)
		for (int32_t row = 0; row <= route->count; row++)
			if (oracle_load(route, row, d) > capacity[d])
				return d;
	return -1;
}

/* How many trips there are. */
static inline int32_t
oracle_trips(const OracleRoute *route)
{
	int32_t trips = 1;

	for (int32_t row = 1; row <= route->count; row++)
		trips += oracle_is_reload(route, row);
	return trips;
}

/* The length of the longest trip. */
static inline LmLength
oracle_longest_trip(const OracleRoute *route)
{
	LmLength longest = 0;
	LmLength length = 0;

	for (int32_t row = 1; row <= route->count + 1; row++)
	{
		length += oracle_leg_length(route, row);
		longest = length > longest ? length : longest;
		if (row <= route->count && oracle_is_reload(route, row))
			length = 0;
	}
	return longest;
}

/* oracle_limit_broken - the rule without times that a route breaks, or NULL */
static inline const char *
oracle_limit_broken(const OracleRoute *route)
{
	const LmProblem *problem = route->problem;
	int32_t vehicle = (int32_t) (route->vehicle - problem->vehicles);

	for (int32_t row = 1; row <= route->count; row++)
	{
		size_t word = (size_t) route->orders[row - 1] * (size_t) problem->allowed_words +
		              (size_t) vehicle / 64;
		uint64_t bit = UINT64_C(1) << (vehicle % 64);

		if (problem->welcome != NULL && (problem->welcome[word] & bit) == 0)
			return "vehicle refused";
		if (problem->skilled != NULL && (problem->skilled[word] & bit) == 0)
			return "skill";
	}
	if (oracle_unit_broken(route))
		return "precedence";
	if (oracle_overload(route) >= 0)
		return "capacity";
	if (route->count - oracle_trips(route) + 1 > route->vehicle->max_stops)
		return "stops";
	if (oracle_trips(route) > (route->vehicle->max_trips > 1 ? route->vehicle->max_trips : 1))
		return "trips";
	for (int32_t row = 1; row <= route->count + 1; row++)
		if (oracle_leg(route, row) == LM_NO_LEG)
			return "unreachable";
	if (route->vehicle->range > 0 && oracle_longest_trip(route) > route->vehicle->range)
		return "range";
	return oracle_length(route) > route->vehicle->max_distance ? "distance" : NULL;
}

#endif /* LM_TEST_ORACLE_H */
