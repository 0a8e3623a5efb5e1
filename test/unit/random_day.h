/*
 * random_day.h
 *	  Random problems with a day under way: rows that are done, rows that are frozen.
 *
 * Layer   test: C11 and model only.
 */
#ifndef LM_TEST_RANDOM_DAY_H
#define LM_TEST_RANDOM_DAY_H

#include "random_problem.h"

/* A reload that the vehicle may use, or -1. */
static inline int32_t
random_reload_of(const LmProblem *problem, int32_t v)
{
	for (int32_t i = lm_problem_rows(problem);
	     i < problem->order_count && problem->vehicles[v].max_trips > 1; i++)
		if (lm_problem_welcome(problem, i, v))
			return i;
	return -1;
}

/* Rows of one vehicle: what is done, with instants that need not be what anybody would have driven. */
static inline int32_t
random_fixed_rows(RandomProblem *random, int32_t v, int32_t *orders, int32_t count, LmFixed *rows)
{
	Dice *dice = random->dice;
	LmVehicle *vehicle = &random->problem.vehicles[v];
	int32_t done = dice_percent(dice, 70) ? dice_between(dice, 0, count) : 0;
	int32_t filled = 0;
	int32_t rest = 0;
	int32_t reload = random_reload_of(&random->problem, v);
	int32_t trips = vehicle->max_trips;
	LmTime now = random_time(random, -40, 10);

	vehicle->under_way = done > 0 || dice_percent(dice, 30);
	vehicle->left = now;
	for (int32_t i = 0; i < count; i++)
	{
		bool is_done = i < done;

		if (is_done && rest < vehicle->break_count && dice_percent(dice, 30))
		{
			rest += dice_between(dice, 0, vehicle->break_count - rest - 1);
			now += random_time(random, 0, 6);
			rows[filled++] = (LmFixed){LM_FIXED_BREAK, rest++, true, now};
		}
		while (reload >= 0 && trips > 1 && dice_percent(dice, 25))
		{
			now += random_time(random, 0, 8);
			rows[filled++] = (LmFixed){reload, 0, is_done, is_done ? now : 0};
			trips--;
		}
		now += dice_percent(dice, 10) ? 0 : random_time(random, 0, 12);
		rows[filled++] = (LmFixed){orders[i], 0, is_done, is_done ? now : 0};
	}
	if (reload >= 0 && trips > 1 && dice_percent(dice, 15))
	{
		bool is_done = vehicle->under_way && done == count && dice_percent(dice, 50);

		now += random_time(random, 0, 8);
		rows[filled++] = (LmFixed){reload, 0, is_done, is_done ? now : 0};
		if (!is_done)
			return filled;
	}
	if (vehicle->under_way && done == count && rest < vehicle->break_count &&
	    dice_percent(dice, 20))
	{
		now += random_time(random, 0, 6);
		rows[filled++] = (LmFixed){LM_FIXED_BREAK, rest, true, now};
	}
	if ((vehicle->under_way || count > 0) && dice_percent(dice, 10))
	{
		bool ended = vehicle->under_way && done == count && vehicle->end != LM_NOWHERE &&
		             dice_percent(dice, 50);

		now += random_time(random, 0, 10);
		rows[filled++] = (LmFixed){LM_FIXED_END, 0, ended, ended ? now : 0};
	}
	return filled;
}

/* Whether no alternative of an order is in a list. */
static inline bool
random_first(const LmProblem *problem, const int32_t *orders, int32_t count, int32_t order)
{
	for (int32_t i = 0; i < count && problem->units != NULL; i++)
		if (problem->orders[orders[i]].unit == problem->orders[order].unit &&
		    (problem->orders[orders[i]].kind == LM_DROP) ==
		        (problem->orders[order].kind == LM_DROP))
			return false;
	return true;
}

/* Goods that came with a vehicle under way were ready: those of its rows up to a reload that is not done. */
static inline void
random_releases_meet(LmProblem *problem, const LmVehicle *vehicle)
{
	const LmFixed *row = problem->fixed + vehicle->fixed_first;

	for (int32_t i = 0; i < vehicle->fixed_count && vehicle->under_way; i++, row++)
	{
		if (row->order >= 0 && problem->orders[row->order].kind == LM_RELOAD && !row->done)
			return;
		if (row->order >= 0 && problem->orders[row->order].release > vehicle->left)
			problem->orders[row->order].release = vehicle->left;
	}
}

/*
 * random_day_make - fixes some rows of a problem that is there
 *
 * The origin is now: nobody else departs before it.
 */
static inline void
random_day_make(RandomProblem *random)
{
	LmProblem *problem = &random->problem;
	Dice *dice = random->dice;
	int32_t *orders = RANDOM_TAKE(random, int32_t, problem->order_count);
	int32_t first = 0; /* orders that may be fixed */
	int32_t used = 0;
	int32_t count = 0;

	problem->fixed = RANDOM_TAKE(
		random, LmFixed, problem->order_count + problem->vehicle_count * (RANDOM_MOST_BREAKS + 5));
	for (int32_t i = 0; i < lm_problem_rows(problem); i++)
	{
		int32_t other = dice_below(dice, i + 1);

		orders[i] = orders[other];
		orders[other] = i;
	}
	/* of alternatives one is served at most */
	for (int32_t i = 0; i < lm_problem_rows(problem); i++)
		if (random_first(problem, orders, first, orders[i]))
			orders[first++] = orders[i];
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		LmVehicle *vehicle = &problem->vehicles[v];
		int32_t taken = 0;

		if (vehicle->shift_start < 0)
			vehicle->shift_start = 0;
		vehicle->fixed_first = count;
		if (dice_percent(dice, 70))
		{
			taken = dice_between(dice, 0, (first - used) / 2);
			taken = taken < 6 ? taken : 6;
			vehicle->fixed_count = random_fixed_rows(random, v, orders + used, taken,
			                                         problem->fixed + count);
		}
		random_releases_meet(problem, vehicle);
		used += taken;
		count += vehicle->fixed_count;
	}
}

#endif /* LM_TEST_RANDOM_DAY_H */
