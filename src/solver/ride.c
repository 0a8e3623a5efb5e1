/*
 * ride.c
 *	  A moment for each number of breaks taken, carried from row to row.
 */
#include "solver/ride.h"

#include <string.h>

bool
lm_ride_rows_fill(LmRideRow *rows, const LmTour *tour, bool has_setups, bool soft)
{
	const LmTravel *travel = tour->travel;
	int32_t from = tour->vehicle->start;

	for (int32_t i = 0; i <= tour->count; i++)
	{
		const LmOrder *order = i < tour->count ? lm_tour_order(tour, i) : NULL;
		int32_t to = order != NULL ? order->place : tour->vehicle->end;
		LmRideRow *row = &rows[i];

		row->pair = to != LM_NOWHERE ? lm_travel_pair(travel, from, to) : 0;
		row->leg = to != LM_NOWHERE ? lm_travel_time(travel, from, to) : 0;
		row->changes = to != LM_NOWHERE && travel->traffic != NULL;
		if (to != LM_NOWHERE && !travel->complete && row->leg == LM_NO_LEG)
		{
			if ((tour->relax & LM_RELAX_LEG) == 0)
				return false;
			row->changes = false;
			row->leg = 0;
		}
		if (order == NULL)
			break;
		row->setup = has_setups ? lm_tour_setup(tour, i) : 0;
		row->service = order->service;
		row->windows = lm_tour_windows(tour, i, &row->own);
		row->window_count = order->window_count;
		row->weight = 0;
		if (soft)
		{
			row->due = order->due;
			row->weight = tour->problem->late_weight[tour->orders[i]];
			row->price = tour->problem->late_price[tour->orders[i]];
		}
		from = to;
	}
	return true;
}

/* ---- one row ---- */

/* When a row is left by who leaves the row before at a moment; LM_NEVER: its windows are over. */
static inline LmTime
row_pass(const LmRide *ride, const LmRideRow *row, LmTime departs)
{
	LmTime starts = lm_ride_serve(ride, row, departs);

	return starts < LM_NEVER ? starts + row->service : LM_NEVER;
}

/* The latest departure from the row before by which a row is left by a moment, or -LM_NEVER. */
static inline LmTime
row_pass_back(const LmRide *ride, const LmRideRow *row, LmTime by)
{
	LmTime starts = by - row->service;

	if (by <= -LM_NEVER)
		return -LM_NEVER;
	if ((ride->tour->relax & LM_RELAX_WINDOW) == 0 ||
	    row->windows[row->window_count - 1].open > starts)
		starts = lm_latest_start(row->windows, row->window_count, starts);
	if (starts <= -LM_NEVER)
		return -LM_NEVER;
	return lm_ride_depart(ride, row, starts - row->setup);
}

/* ---- a route forwards and backwards ---- */

LmTime
lm_ride_forth(const LmRide *ride, LmTime departs, LmTime *table, int32_t *taken)
{
	const LmTour *tour = ride->tour;
	const LmRideRow *rows = ride->rows;
	LmTime *now = ride->now;
	size_t states = (size_t) ride->most + 1;

	lm_scheduler_count(ride->scheduler, (tour->count + 1) * (ride->most + 1));
	for (size_t cell = 0; table != NULL && cell < states * ((size_t) tour->count + 1); cell++)
		table[cell] = LM_NEVER;
	now[0] = departs;
	for (int32_t k = 1; k <= ride->most; k++)
		now[k] = LM_NEVER;
	for (int32_t i = 0;; i++)
	{
		for (int32_t k = 0; k < ride->most && (i < tour->count || !ride->open_end); k++)
		{
			LmTime over = now[k] < LM_NEVER ? lm_ride_rest(lm_ride_break(ride, k), now[k])
			                                : LM_NEVER;

			if (over < now[k + 1])
				now[k + 1] = over;
		}
		if (table != NULL)
			memcpy(table + (size_t) i * states, now, sizeof(LmTime) * states);
		if (i == tour->count)
			break;
		for (int32_t k = 0; k <= ride->most; k++)
			if (now[k] < LM_NEVER)
				now[k] = row_pass(ride, &rows[i], now[k]);
		/* with breaks it is no earlier */
		if (now[0] >= LM_NEVER)
			return LM_NEVER;
	}
	for (int32_t k = 0; k <= ride->most && now[k] < LM_NEVER; k++)
	{
		LmTime ends = lm_ride_arrive(ride, &rows[tour->count], now[k]);

		if (ends >= LM_NEVER)
			return LM_NEVER;
		if (taken != NULL)
			*taken = k;
		/* the next break is not needed only if the route is back when its window closes */
		if (k == ride->most || ends <= lm_ride_break(ride, k)->window.close)
			return ends;
	}
	return LM_NEVER;
}

LmTime
lm_ride_back(const LmRide *ride, int32_t last, int32_t k, LmTime by)
{
	LmTime *late = ride->late;

	lm_scheduler_count(ride->scheduler, (last + 1) * (k + 1));
	for (int32_t t = 0; t < k; t++)
		late[t] = -LM_NEVER;
	late[k] = by;
	for (int32_t i = last;; i--)
	{
		const LmTime *floor = ride->floor + (size_t) i * ((size_t) ride->most + 1);
		bool hope = false;

		for (int32_t t = k - 1; t >= 0 && (i < ride->tour->count || !ride->open_end); t--)
		{
			const LmBreak *rest = lm_ride_break(ride, t);
			LmTime starts = late[t + 1] <= -LM_NEVER ? -LM_NEVER : late[t + 1] - rest->duration;

			if (starts > rest->window.close)
				starts = rest->window.close;
			if (starts >= rest->window.open && starts > late[t])
				late[t] = starts;
		}
		for (int32_t t = 0; t <= k; t++)
			hope |= late[t] >= floor[t];
		if (!hope)
			return -LM_NEVER;
		if (i == 0)
			return late[0];
		for (int32_t t = 0; t <= k; t++)
			late[t] = row_pass_back(ride, &ride->rows[i - 1], late[t]);
	}
}

LmTime
lm_ride_end_back(const LmRide *ride, int32_t k, LmTime by)
{
	return lm_ride_back(ride, ride->tour->count, k,
	                    lm_ride_depart(ride, &ride->rows[ride->tour->count], by));
}
