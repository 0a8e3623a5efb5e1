/*
 * ride.h
 *	  One departure driven through a route, and one moment driven back.
 *
 * For hours.c and late.c only; hours.c says what departures.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_RIDE_H
#define LM_SOLVER_RIDE_H

#include "solver/tour.h"

/* A row and the leg that leads to it; behind the last order only the leg to the end. */
typedef struct LmRideRow
{
	size_t pair;
	bool changes; /* what the leg takes depends on the moment; else it is */
	LmTime leg;
	LmTime setup;
	LmTime service;
	const LmWindow *windows;
	int32_t window_count;
	LmWindow own;   /* a reload's */
	LmTime due;     /* a later start costs, for each ms, */
	int64_t weight; /* this in rule 7; 0: nothing */
	LmCost price;   /* and this in the search */
} LmRideRow;

/* A route of which the breaks before `first` are passed. */
typedef struct LmRide
{
	LmScheduler *scheduler;
	const LmTour *tour;
	const LmTraffic *traffic; /* NULL: no leg changes */
	const LmRideRow *rows;    /* [orders + 1] rows[i] leads from row i to row i + 1 */
	LmTime *now;              /* [breaks + 1] work space */
	LmTime *late;             /* likewise */
	LmTime *floor; /* [row * states + k] what lm_ride_forth says of the earliest departure */
	bool open_end;
	int32_t first; /* break */
	int32_t most;  /* breaks from there on */
} LmRide;

/*
 * lm_ride_rows_fill - the rows of a tour; false: a leg is missing
 *
 *	soft		lateness is weighed
 */
bool lm_ride_rows_fill(LmRideRow *rows, const LmTour *tour, bool has_setups, bool soft);

/*
 * lm_ride_forth - the end of the route for a departure, or LM_NEVER: with the fewest breaks that do,
 * which is also the earliest
 *
 *	table		[row * states + k] when row is left with k breaks taken; NULL: nobody asks
 *	taken		breaks; may be NULL
 */
LmTime lm_ride_forth(const LmRide *ride, LmTime departs, LmTime *table, int32_t *taken);

/*
 * lm_ride_back - the latest departure with which row `last` is left by a moment with k breaks taken
 *
 * Returns -LM_NEVER when that is before the departure of floor.
 */
LmTime lm_ride_back(const LmRide *ride, int32_t last, int32_t k, LmTime by);

/* lm_ride_end_back - the same for the end of the route */
LmTime lm_ride_end_back(const LmRide *ride, int32_t k, LmTime by);

/* lm_ride_rest - when a break is over that is taken at a moment; LM_NEVER: it is too late for it */
static inline LmTime
lm_ride_rest(const LmBreak *rest, LmTime from)
{
	LmTime starts = from > rest->window.open ? from : rest->window.open;

	return starts <= rest->window.close ? starts + rest->duration : LM_NEVER;
}

/* lm_ride_break - the break after k taken ones */
static inline const LmBreak *
lm_ride_break(const LmRide *ride, int32_t k)
{
	return &ride->tour->breaks[ride->first + k];
}

/* lm_ride_arrive - when a leg begun at a moment arrives */
static inline LmTime
lm_ride_arrive(const LmRide *ride, const LmRideRow *row, LmTime departs)
{
	return row->changes ? lm_traffic_arrive(ride->traffic, row->pair, departs) : departs + row->leg;
}

/* lm_ride_depart - the latest beginning of a leg that arrives by a moment */
static inline LmTime
lm_ride_depart(const LmRide *ride, const LmRideRow *row, LmTime arrives)
{
	return row->changes ? lm_traffic_depart(ride->traffic, row->pair, arrives) : arrives - row->leg;
}

/* lm_ride_serve - when a row is served for who leaves the row before at a moment; LM_NEVER: its windows are over */
static inline LmTime
lm_ride_serve(const LmRide *ride, const LmRideRow *row, LmTime departs)
{
	const LmWindow *window = row->windows;
	const LmWindow *last = row->windows + row->window_count - 1;
	LmTime ready = lm_ride_arrive(ride, row, departs);

	if (ready >= LM_NEVER)
		return LM_NEVER;
	ready += row->setup;
	while (window < last && window->close < ready)
		window++;
	if (ready < window->open)
		return window->open;
	return ready > window->close && (ride->tour->relax & LM_RELAX_WINDOW) == 0 ? LM_NEVER : ready;
}

#endif /* LM_SOLVER_RIDE_H */
