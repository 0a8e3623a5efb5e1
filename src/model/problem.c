/*
 * problem.c
 *	  Prices as integers.
 */
#include "model/problem.h"

#define MS_PER_HOUR 3600000.0
#define MM_PER_KM 1000000.0

/* The dearest price per ms or mm becomes this: one a hundredth of it keeps four digits. */
#define FINEST_RATE 2097152.0
/* Weights of a schedule: times the longest span an input can have (2^45 ms) they fit 63 bits. */
#define FINEST_WEIGHT 131072.0
/* No sum of fixed costs and skips, and no route's share, may come above this. */
#define COST_ROOM 1e17
/* A route of this many ms or mm still has its exact price; longer ones do not occur in one call. */
#define LONGEST_ROUTE 1e10

static double
larger(double a, double b)
{
	return a > b ? a : b;
}

static int64_t
scaled(double price, double scale)
{
	double value = price * scale;

	if (value > COST_ROOM)
		return (int64_t) COST_ROOM;
	/* a price that is not zero stays one: else the search would not see it at all */
	if (price > 0 && value < 1)
		return 1;
	return (int64_t) (value + 0.5);
}

/* The weights that decide the schedule of a sequence; only their ratio matters. */
static void
schedule_weights(const LmVehicle *vehicle, LmObjective objective, LmPrices *prices)
{
	double dearest = larger(vehicle->cost_per_hour, vehicle->cost_per_overtime_hour);

	if (objective == LM_OBJECTIVE_TIME)
	{
		prices->schedule_per_ms = 1;
		prices->schedule_per_overtime_ms = 0;
		return;
	}
	if (dearest <= 0)
	{
		prices->schedule_per_ms = 0;
		prices->schedule_per_overtime_ms = 0;
		return;
	}
	prices->schedule_per_ms = scaled(vehicle->cost_per_hour, FINEST_WEIGHT / dearest);
	prices->schedule_per_overtime_ms = scaled(vehicle->cost_per_overtime_hour,
	                                          FINEST_WEIGHT / dearest);
}

/* No route of the problem takes longer than this many ms: the days its instants span, and LONGEST_ROUTE. */
static double
longest_route(const LmProblem *problem)
{
	LmTime first = 0;
	LmTime last = 0;

	for (int32_t order = 0; order < problem->order_count; order++)
	{
		const LmOrder *row = &problem->orders[order];
		const LmWindow *window = &problem->windows[row->window_first];
		LmTime open = window[row->window_count - 1].open;

		if (open < LM_NEVER && open > last)
			last = open;
		if (row->release > last)
			last = row->release;
	}
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		const LmVehicle *vehicle = &problem->vehicles[v];

		if (vehicle->shift_start < first)
			first = vehicle->shift_start;
		for (int32_t b = 0; b < vehicle->break_count; b++)
			if (problem->breaks[vehicle->break_first + b].window.open > last)
				last = problem->breaks[vehicle->break_first + b].window.open;
	}
	return (double) (last - first) + LONGEST_ROUTE;
}

static double
currency_scale(const LmProblem *problem)
{
	double dearest = 0;
	double lump = 0;
	double scale;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		const LmVehicle *vehicle = &problem->vehicles[v];

		dearest = larger(dearest,
		                 (vehicle->cost_per_hour + vehicle->cost_per_overtime_hour) / MS_PER_HOUR);
		dearest = larger(dearest, vehicle->cost_per_km / MM_PER_KM);
		lump += vehicle->cost_fixed;
	}
	for (int32_t order = 0; order < problem->order_count; order++)
		lump += problem->orders[order].skip_cost;
	if (dearest <= 0 && lump <= 0)
		return 1;
	scale = dearest > 0 ? FINEST_RATE / dearest : COST_ROOM / lump;
	if (lump > 0 && scale > COST_ROOM / lump)
		scale = COST_ROOM / lump;
	if (dearest > 0 && problem->vehicle_count > 0)
	{
		double routes = COST_ROOM * 10 /
		                (longest_route(problem) * dearest * problem->vehicle_count);

		if (scale > routes)
			scale = routes;
	}
	return scale;
}

void
lm_prices_set(LmProblem *problem, LmObjective objective)
{
	bool money = objective == LM_OBJECTIVE_COST || objective == LM_OBJECTIVE_VEHICLES;
	double scale = money ? currency_scale(problem) : 1;

	problem->objective = objective;
	problem->cost_scale = scale;
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		const LmVehicle *vehicle = &problem->vehicles[v];
		LmPrices *prices = &problem->prices[v];

		*prices = (LmPrices){0};
		schedule_weights(vehicle, objective, prices);
		if (objective == LM_OBJECTIVE_TIME)
			prices->per_ms = 1;
		else if (objective == LM_OBJECTIVE_DISTANCE)
			prices->per_mm = 1;
		else
		{
			prices->fixed = scaled(vehicle->cost_fixed, scale);
			prices->per_ms = scaled(vehicle->cost_per_hour / MS_PER_HOUR, scale);
			prices->per_mm = scaled(vehicle->cost_per_km / MM_PER_KM, scale);
			prices->per_overtime_ms = scaled(vehicle->cost_per_overtime_hour / MS_PER_HOUR, scale);
		}
	}
	for (int32_t order = 0; order < problem->order_count; order++)
	{
		const LmOrder *row = &problem->orders[order];

		problem->skip_price[order] = row->optional && objective == LM_OBJECTIVE_COST
		                                 ? scaled(row->skip_cost, scale)
		                                 : 0;
	}
}
