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
/* Nor all orders late by LM_LATE_MOST above this. */
#define LATE_ROOM 5e17
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

/* The dearest hour of any vehicle or soft order: where lateness is weighed all share a scale. */
static double
dearest_hour(const LmProblem *problem)
{
	double dearest = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
		dearest = larger(dearest, larger(problem->vehicles[v].cost_per_hour,
		                                 problem->vehicles[v].cost_per_overtime_hour));
	for (int32_t order = 0; order < problem->order_count; order++)
		if (problem->orders[order].soft)
			dearest = larger(dearest, problem->orders[order].late_cost);
	return dearest;
}

/*
 * The weights that decide the schedule of a sequence; only their ratio matters.
 *
 *	dearest		of the problem, where lateness is weighed; else 0: each vehicle has its own scale
 */
static void
schedule_weights(const LmVehicle *vehicle, LmObjective objective, double dearest, LmPrices *prices)
{
	if (dearest <= 0)
		dearest = larger(vehicle->cost_per_hour, vehicle->cost_per_overtime_hour);

	if (objective == LM_OBJECTIVE_TIME)
	{
		prices->schedule_per_ms = 1;
		prices->schedule_per_overtime_ms = 0;
		return;
	}
	prices->schedule_per_ms = 0;
	prices->schedule_per_overtime_ms = 0;
	if (dearest > 0)
	{
		prices->schedule_per_ms = scaled(vehicle->cost_per_hour, FINEST_WEIGHT / dearest);
		prices->schedule_per_overtime_ms = scaled(vehicle->cost_per_overtime_hour,
		                                          FINEST_WEIGHT / dearest);
	}
	/* time that is free is not wasted where it is compared */
	if (objective == LM_OBJECTIVE_BALANCED && prices->schedule_per_ms == 0)
		prices->schedule_per_ms = 1;
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

/*
 * The finest scale at which no sum overflows.
 *
 *	dearest		price of a ms or mm of one route
 *	lump		sum of all that is paid once
 */
static double
finest_scale(const LmProblem *problem, double dearest, double lump)
{
	double scale;

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

/* What a ms of any vehicle's deviation adds to the mean of all, in the user's currency. */
static double
balance_rate(const LmProblem *problem)
{
	return problem->vehicle_count > 0 ? problem->balance / problem->vehicle_count / MS_PER_HOUR : 0;
}

static double
currency_scale(const LmProblem *problem)
{
	/* all deviations together are at most twice all working time */
	double dearest = problem->objective == LM_OBJECTIVE_BALANCED ? 2 * balance_rate(problem) : 0;
	double lump = 0;
	double late = 0;
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
	{
		const LmOrder *row = &problem->orders[order];

		lump += row->skip_cost + row->prefer_cost;
		if (row->soft)
		{
			dearest = larger(dearest, row->late_cost / MS_PER_HOUR);
			late += row->late_cost / MS_PER_HOUR * (double) LM_LATE_MOST;
		}
	}
	scale = finest_scale(problem, dearest, lump);
	return late > 0 && scale > LATE_ROOM / late ? LATE_ROOM / late : scale;
}

static double
grams_per_mm(const LmVehicle *vehicle)
{
	/* NAN is not above zero */
	return vehicle->co2e_per_km > 0 ? vehicle->co2e_per_km / MM_PER_KM : 0;
}

static double
gram_scale(const LmProblem *problem)
{
	double dearest = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
		dearest = larger(dearest, grams_per_mm(&problem->vehicles[v]));
	return finest_scale(problem, dearest, 0);
}

void
lm_prices_set(LmProblem *problem, LmObjective objective)
{
	bool money = objective == LM_OBJECTIVE_COST || objective == LM_OBJECTIVE_VEHICLES ||
	             objective == LM_OBJECTIVE_BALANCED;
	double scale = 1;
	bool late = problem->late_price != NULL && objective != LM_OBJECTIVE_TIME;
	double dearest = late ? dearest_hour(problem) : 0;

	problem->objective = objective;
	if (money)
		scale = currency_scale(problem);
	else if (objective == LM_OBJECTIVE_EMISSIONS)
		scale = gram_scale(problem);
	problem->cost_scale = scale;
	problem->balance_per_ms = objective == LM_OBJECTIVE_BALANCED
	                              ? scaled(balance_rate(problem), scale)
	                              : 0;
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		const LmVehicle *vehicle = &problem->vehicles[v];
		LmPrices *prices = &problem->prices[v];

		*prices = (LmPrices){0};
		schedule_weights(vehicle, objective, dearest, prices);
		if (objective == LM_OBJECTIVE_TIME)
			prices->per_ms = 1;
		else if (objective == LM_OBJECTIVE_DISTANCE)
			prices->per_mm = 1;
		else if (objective == LM_OBJECTIVE_EMISSIONS)
			prices->per_mm = scaled(grams_per_mm(vehicle), scale);
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

		problem->skip_price[order] = row->optional && lm_problem_weighs_skips(problem)
		                                 ? scaled(row->skip_cost, scale)
		                                 : 0;
		if (problem->late_price != NULL)
		{
			double late_cost = row->soft ? row->late_cost : 0;

			problem->late_price[order] = money ? scaled(late_cost / MS_PER_HOUR, scale) : 0;
			problem->late_weight[order] = late && dearest > 0
			                                  ? scaled(late_cost, FINEST_WEIGHT / dearest)
			                                  : 0;
		}
		if (problem->prefer_price != NULL)
			problem->prefer_price[order] = money ? scaled(row->prefer_cost, scale) : 0;
	}
}
