/*
 * prices.c
 *	  lm_prices_set: ratios kept, zeros stay zeros, sums that fit.
 */
#include "random_problem.h"
#include "tap.h"

#define MOST 200
#define MS_PER_HOUR 3600000.0
#define MM_PER_KM 1000000.0

/* A problem of which only the prices matter. */
typedef struct Priced
{
	LmProblem problem;
	LmVehicle vehicles[MOST];
	LmOrder orders[MOST];
	LmWindow windows[1];
	LmPrices prices[MOST];
	LmCost skip_price[MOST];
	LmCost prefer_price[MOST];
} Priced;

static void
priced_init(Priced *priced, int32_t vehicles, int32_t orders)
{
	memset(priced, 0, sizeof(*priced));
	priced->problem = (LmProblem){.vehicle_count = vehicles,
	                              .order_count = orders,
	                              .vehicles = priced->vehicles,
	                              .orders = priced->orders,
	                              .windows = priced->windows,
	                              .prices = priced->prices,
	                              .skip_price = priced->skip_price,
	                              .prefer_price = priced->prefer_price};
	priced->windows[0] = (LmWindow){0, 86400000};
	for (int32_t i = 0; i < orders; i++)
	{
		priced->orders[i].window_count = 1;
		priced->orders[i].release = -LM_NEVER;
	}
}

/* A price from 10^-decades to 10^decades, now and then none. */
static double
price_draw(Dice *dice, int decades)
{
	double price = 1 + dice_below(dice, 1000000) / 100000.0;

	if (dice_percent(dice, 20))
		return 0;
	for (int i = dice_below(dice, 2 * decades); i > decades; i--)
		price *= 10;
	for (int i = dice_below(dice, decades + 1); i > 0 && dice_percent(dice, 50); i--)
		price /= 10;
	return price;
}

static void
priced_draw(Priced *priced, Dice *dice, int decades)
{
	priced_init(priced, dice_between(dice, 1, 20), dice_between(dice, 0, 50));
	priced->problem.balance = price_draw(dice, decades);
	for (int32_t v = 0; v < priced->problem.vehicle_count; v++)
	{
		priced->vehicles[v].cost_fixed = price_draw(dice, decades);
		priced->vehicles[v].cost_per_hour = price_draw(dice, decades);
		priced->vehicles[v].cost_per_km = price_draw(dice, decades);
		priced->vehicles[v].cost_per_overtime_hour = price_draw(dice, decades);
		priced->vehicles[v].co2e_per_km = price_draw(dice, decades);
	}
	for (int32_t i = 0; i < priced->problem.order_count; i++)
	{
		priced->orders[i].optional = dice_percent(dice, 50);
		priced->orders[i].skip_cost = priced->orders[i].optional ? price_draw(dice, decades) : 0;
		priced->orders[i].prefer_cost = dice_percent(dice, 30) ? price_draw(dice, decades) : 0;
	}
}

/* Rounded to the nearest, but never to nothing. */
static void
rounded_check(LmCost stored, double price, double scale, unsigned number)
{
	double exact = price * scale;

	EXPECT((stored == 0) == (price == 0), "problem %u: %g became %lld", number, price,
	       (long long) stored);
	/* a double holds 53 bits of the product */
	EXPECT(fabs((double) stored - exact) <= 0.5 + exact * 1e-15 || stored == 1,
	       "problem %u: %g became %lld, exactly %g", number, price, (long long) stored, exact);
}

static void
prices_are_rounded(void)
{
	for (unsigned number = 0; number < 2000 * RANDOM_EFFORT; number++)
	{
		static Priced priced;
		Dice dice = dice_from_seed(number);
		double scale;

		priced_draw(&priced, &dice, 6);
		lm_prices_set(&priced.problem, number % 2 == 0 ? LM_OBJECTIVE_COST : LM_OBJECTIVE_VEHICLES);
		scale = priced.problem.cost_scale;
		EXPECT(scale > 0, "problem %u: scale %g", number, scale);
		for (int32_t v = 0; v < priced.problem.vehicle_count; v++)
		{
			const LmVehicle *vehicle = &priced.vehicles[v];

			rounded_check(priced.prices[v].fixed, vehicle->cost_fixed, scale, number);
			rounded_check(priced.prices[v].per_ms, vehicle->cost_per_hour / MS_PER_HOUR, scale,
			              number);
			rounded_check(priced.prices[v].per_mm, vehicle->cost_per_km / MM_PER_KM, scale, number);
			rounded_check(priced.prices[v].per_overtime_ms,
			              vehicle->cost_per_overtime_hour / MS_PER_HOUR, scale, number);
		}
		for (int32_t i = 0; i < priced.problem.order_count; i++)
		{
			bool weighed = priced.orders[i].optional && number % 2 == 0;

			rounded_check(priced.skip_price[i], weighed ? priced.orders[i].skip_cost : 0, scale,
			              number);
			rounded_check(priced.prefer_price[i], priced.orders[i].prefer_cost, scale, number);
		}
	}
}

/*
 * A day's route costs the same in integers as in the user's money, to 1e-5: prices as people have
 * them, in any currency.
 */
static void
routes_cost_the_same(void)
{
	static const double currencies[] = {1, 1e-6, 25000, 1e9};

	for (unsigned number = 0; number < 2000 * RANDOM_EFFORT; number++)
	{
		static Priced priced;
		Dice dice = dice_from_seed(number);
		double unit = currencies[number % 4];

		priced_init(&priced, 20, 50);
		for (int32_t v = 0; v < 20; v++)
		{
			priced.vehicles[v].cost_fixed = unit * dice_below(&dice, 500);
			priced.vehicles[v].cost_per_hour = unit * dice_between(&dice, 10, 60);
			/* 0.5 a km is 1/40 to 1/16 of such an hour's price for a ms */
			priced.vehicles[v].cost_per_km = unit * dice_between(&dice, 500, 2000) / 1000;
			priced.vehicles[v].cost_per_overtime_hour = unit * dice_between(&dice, 10, 30);
		}
		for (int32_t i = 0; i < 50; i++)
		{
			priced.orders[i].optional = true;
			priced.orders[i].skip_cost = unit * dice_between(&dice, 1, 100);
		}
		lm_prices_set(&priced.problem, LM_OBJECTIVE_COST);
		for (int32_t v = 0; v < 20; v++)
		{
			const LmVehicle *vehicle = &priced.vehicles[v];
			const LmPrices *prices = &priced.prices[v];
			/* at 15 to 90 km/h */
			double hours = dice_between(&dice, 1, 10);
			double km = hours * dice_between(&dice, 15, 90);
			double overtime = dice_below(&dice, 3);
			double money = vehicle->cost_fixed + hours * vehicle->cost_per_hour +
			               km * vehicle->cost_per_km + overtime * vehicle->cost_per_overtime_hour;
			LmCost cost = prices->fixed + prices->per_ms * (LmCost) (hours * MS_PER_HOUR) +
			              prices->per_mm * (LmCost) (km * MM_PER_KM) +
			              prices->per_overtime_ms * (LmCost) (overtime * MS_PER_HOUR);

			EXPECT(fabs((double) cost / priced.problem.cost_scale / money - 1) < 1e-5,
			       "problem %u: %.10g, exactly %.10g", number,
			       (double) cost / priced.problem.cost_scale, money);
		}
		for (int32_t i = 0; i < 50; i++)
			EXPECT(fabs((double) priced.skip_price[i] / priced.problem.cost_scale /
			                priced.orders[i].skip_cost -
			            1) < 1e-5,
			       "problem %u: skip of %d", number, i);
	}
}

/* 1 euro is 1024 of something else: the integers are the same. */
static void
currency_does_not_matter(void)
{
	for (unsigned number = 0; number < 500 * RANDOM_EFFORT; number++)
	{
		static Priced here;
		static Priced there;
		Dice dice = dice_from_seed(number);
		LmObjective objective = (LmObjective) (number % 4);

		priced_draw(&here, &dice, 4);
		priced_init(&there, here.problem.vehicle_count, here.problem.order_count);
		memcpy(there.vehicles, here.vehicles, sizeof(here.vehicles));
		memcpy(there.orders, here.orders, sizeof(here.orders));
		for (int32_t v = 0; v < MOST; v++)
		{
			there.vehicles[v].cost_fixed *= 1024;
			there.vehicles[v].cost_per_hour *= 1024;
			there.vehicles[v].cost_per_km *= 1024;
			there.vehicles[v].cost_per_overtime_hour *= 1024;
			there.orders[v].skip_cost *= 1024;
			there.orders[v].prefer_cost *= 1024;
		}
		lm_prices_set(&here.problem, objective);
		lm_prices_set(&there.problem, objective);
		for (int32_t v = 0; v < here.problem.vehicle_count; v++)
		{
			const LmPrices *a = &here.prices[v];
			const LmPrices *b = &there.prices[v];

			EXPECT(a->fixed == b->fixed && a->per_ms == b->per_ms && a->per_mm == b->per_mm &&
			           a->per_overtime_ms == b->per_overtime_ms &&
			           a->schedule_per_ms == b->schedule_per_ms &&
			           a->schedule_per_overtime_ms == b->schedule_per_overtime_ms,
			       "problem %u: vehicle %d", number, v);
		}
		for (int32_t i = 0; i < here.problem.order_count; i++)
			EXPECT(here.skip_price[i] == there.skip_price[i] &&
			           here.prefer_price[i] == there.prefer_price[i],
			       "problem %u: order %d", number, i);
	}
}

/* ---- bounds ---- */

/* All vehicles out for 10^10 ms and mm, all fixed costs and skips: with room for the search's weights. */
static void
sum_check(const Priced *priced, unsigned number)
{
	long double sum = 0;

	for (int32_t v = 0; v < priced->problem.vehicle_count; v++)
	{
		const LmPrices *prices = &priced->prices[v];

		EXPECT(prices->fixed >= 0 && prices->per_ms >= 0 && prices->per_mm >= 0 &&
		           prices->per_overtime_ms >= 0,
		       "problem %u", number);
		sum += (long double) prices->fixed;
		sum += 1e10L * ((long double) prices->per_ms + (long double) prices->per_overtime_ms);
		sum += 1e10L * (long double) prices->per_mm;
	}
	for (int32_t i = 0; i < priced->problem.order_count; i++)
		sum += (long double) priced->skip_price[i] + (long double) priced->prefer_price[i];
	sum += 2e10L * priced->problem.vehicle_count * (long double) priced->problem.balance_per_ms;
	EXPECT(sum < (long double) INT64_MAX / 3, "problem %u: %Lg", number, sum);
}

static void
sums_fit(void)
{
	for (unsigned number = 0; number < 3000 * RANDOM_EFFORT; number++)
	{
		static Priced priced;
		Dice dice = dice_from_seed(number);

		priced_draw(&priced, &dice, (int) (number % 15) + 1);
		lm_prices_set(&priced.problem, (LmObjective) dice_below(&dice, 6));
		sum_check(&priced, number);
	}
}

static void
largest_prices(void)
{
	static Priced priced;

	/* the most a query may give for each: bit by bit which of them are there */
	for (unsigned given = 0; given < 32; given++)
	{
		priced_init(&priced, MOST, MOST);
		for (int32_t i = 0; i < MOST; i++)
		{
			priced.vehicles[i].cost_fixed = (given & 1) != 0 ? 1e15 : 1e-15;
			priced.vehicles[i].cost_per_hour = (given & 2) != 0 ? 1e15 : 1e-15;
			priced.vehicles[i].cost_per_km = (given & 4) != 0 ? 1e15 : 0;
			priced.vehicles[i].cost_per_overtime_hour = (given & 8) != 0 ? 1e15 : 0;
			priced.orders[i].optional = true;
			priced.orders[i].skip_cost = (given & 16) != 0 ? 1e15 : 0;
		}
		for (int objective = 0; objective < 4; objective++)
		{
			lm_prices_set(&priced.problem, (LmObjective) objective);
			sum_check(&priced, given * 4 + (unsigned) objective);
		}
	}
}

/* ---- weights of schedules ---- */

static void
schedule_weights(void)
{
	for (unsigned number = 0; number < 2000 * RANDOM_EFFORT; number++)
	{
		static Priced priced;
		Dice dice = dice_from_seed(number);
		LmObjective objective = (LmObjective) dice_below(&dice, 4);

		priced_draw(&priced, &dice, 2);
		lm_prices_set(&priced.problem, objective);
		for (int32_t v = 0; v < priced.problem.vehicle_count; v++)
		{
			const LmPrices *prices = &priced.prices[v];
			double hour = priced.vehicles[v].cost_per_hour;
			double late = priced.vehicles[v].cost_per_overtime_hour;

			if (objective == LM_OBJECTIVE_TIME)
			{
				EXPECT(prices->schedule_per_ms == 1 && prices->schedule_per_overtime_ms == 0,
				       "problem %u", number);
				continue;
			}
			EXPECT((prices->schedule_per_ms == 0) == (hour == 0) &&
			           (prices->schedule_per_overtime_ms == 0) == (late == 0),
			       "problem %u", number);
			/* 2^17 times 2^45 ms of work and of overtime are below 2^63 */
			EXPECT(prices->schedule_per_ms >= 0 && prices->schedule_per_ms <= 131072 &&
			           prices->schedule_per_overtime_ms >= 0 &&
			           prices->schedule_per_overtime_ms <= 131072,
			       "problem %u", number);
			/* one of them is 2^17, so half a unit is 2^-18 of it */
			if (hour > 0 || late > 0)
				EXPECT(fabs((double) prices->schedule_per_ms * late -
				            (double) prices->schedule_per_overtime_ms * hour) <=
				           (hour > late ? hour : late) * 1.0,
				       "problem %u: %g to %g", number, hour, late);
		}
	}
}

/* ---- objectives ---- */

static void
objectives_price_their_own(void)
{
	static Priced priced;
	const LmPrices *prices = &priced.prices[0];

	priced_init(&priced, 1, 2);
	priced.vehicles[0].cost_fixed = 100;
	priced.vehicles[0].cost_per_hour = 20;
	priced.vehicles[0].cost_per_km = 0.5;
	priced.vehicles[0].cost_per_overtime_hour = 10;
	priced.orders[1].optional = true;
	priced.orders[1].skip_cost = 7;
	lm_prices_set(&priced.problem, LM_OBJECTIVE_TIME);
	EXPECT(prices->fixed == 0 && prices->per_ms == 1 && prices->per_mm == 0 &&
	           prices->per_overtime_ms == 0 && priced.problem.cost_scale == 1,
	       "time");
	EXPECT(priced.skip_price[0] == 0 && priced.skip_price[1] == 0, "time");
	lm_prices_set(&priced.problem, LM_OBJECTIVE_DISTANCE);
	EXPECT(prices->fixed == 0 && prices->per_ms == 0 && prices->per_mm == 1 &&
	           prices->per_overtime_ms == 0 && priced.problem.cost_scale == 1,
	       "distance");
	EXPECT(priced.skip_price[0] == 0 && priced.skip_price[1] == 0, "distance");
	EXPECT(priced.problem.balance_per_ms == 0, "distance");
	priced.vehicles[0].co2e_per_km = 180;
	lm_prices_set(&priced.problem, LM_OBJECTIVE_EMISSIONS);
	EXPECT(prices->fixed == 0 && prices->per_ms == 0 && prices->per_overtime_ms == 0 &&
	           fabs((double) prices->per_mm / priced.problem.cost_scale * 1e6 / 180 - 1) < 1e-5,
	       "emissions: %lld", (long long) prices->per_mm);
	EXPECT(priced.skip_price[1] == 0 && prices->schedule_per_ms > 0, "emissions");
	priced.vehicles[0].co2e_per_km = NAN;
	lm_prices_set(&priced.problem, LM_OBJECTIVE_EMISSIONS);
	EXPECT(prices->per_mm == 0, "grams that are not known");
	lm_prices_set(&priced.problem, LM_OBJECTIVE_VEHICLES);
	EXPECT(prices->fixed > 0 && prices->per_ms > 0 && prices->per_mm > 0 &&
	           prices->per_overtime_ms > 0,
	       "vehicles");
	EXPECT(priced.skip_price[0] == 0 && priced.skip_price[1] == 0, "vehicles");
	lm_prices_set(&priced.problem, LM_OBJECTIVE_COST);
	EXPECT(priced.skip_price[0] == 0 && priced.skip_price[1] > 0, "cost");
	/* 20 an hour is 40 times 0.5 a km; an hour has 3.6 times as many ms as a km has mm */
	EXPECT(fabs((double) prices->per_ms * 3.6 / ((double) prices->per_mm * 40) - 1) < 1e-5,
	       "%lld to %lld", (long long) prices->per_ms, (long long) prices->per_mm);
	/* an hour of overtime costs half an hour's price more */
	EXPECT(fabs((double) prices->per_ms / ((double) prices->per_overtime_ms * 2) - 1) < 1e-5,
	       "%lld to %lld", (long long) prices->per_ms, (long long) prices->per_overtime_ms);
	EXPECT(priced.problem.objective == LM_OBJECTIVE_COST, "objective");
	/* one vehicle of 20 an hour, and 10 an hour for what it deviates */
	priced.problem.balance = 10;
	lm_prices_set(&priced.problem, LM_OBJECTIVE_BALANCED);
	EXPECT(fabs((double) prices->per_ms / (double) priced.problem.balance_per_ms / 2 - 1) < 1e-5 &&
	           priced.skip_price[1] > 0,
	       "%lld to %lld", (long long) prices->per_ms, (long long) priced.problem.balance_per_ms);
	/* time without a price is not wasted: deviations compare it */
	priced.vehicles[0].cost_per_hour = 0;
	lm_prices_set(&priced.problem, LM_OBJECTIVE_BALANCED);
	EXPECT(prices->per_ms == 0 && prices->schedule_per_ms == 1, "%lld",
	       (long long) prices->schedule_per_ms);
	priced.problem.balance = 0;
	lm_prices_set(&priced.problem, LM_OBJECTIVE_BALANCED);
	EXPECT(priced.problem.balance_per_ms == 0, "no price");
}

static void
nothing_priced(void)
{
	static Priced priced;

	priced_init(&priced, 3, 3);
	for (int objective = 0; objective < 2; objective++)
	{
		lm_prices_set(&priced.problem, (LmObjective) objective);
		EXPECT(priced.problem.cost_scale > 0, "%g", priced.problem.cost_scale);
		for (int32_t v = 0; v < 3; v++)
			EXPECT(priced.prices[v].fixed == 0 && priced.prices[v].per_ms == 0 &&
			           priced.prices[v].per_mm == 0 && priced.prices[v].per_overtime_ms == 0 &&
			           priced.prices[v].schedule_per_ms == 0,
			       "vehicle %d", v);
	}
	/* no vehicles, no orders */
	priced_init(&priced, 0, 0);
	lm_prices_set(&priced.problem, LM_OBJECTIVE_COST);
	EXPECT(priced.problem.cost_scale > 0, "%g", priced.problem.cost_scale);
}

int
main(void)
{
	tap_run("prices are rounded to the nearest, none to nothing", prices_are_rounded);
	tap_run("a route costs the same in integers and in money", routes_cost_the_same);
	tap_run("the currency does not matter", currency_does_not_matter);
	tap_run("sums of any prices fit", sums_fit);
	tap_run("sums of the largest prices fit", largest_prices);
	tap_run("weights of schedules", schedule_weights);
	tap_run("each objective prices its own", objectives_price_their_own);
	tap_run("nothing is priced", nothing_priced);
	return tap_end();
}
