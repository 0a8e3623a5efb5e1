/*
 * traffic.c
 *	  Legs through periods: known sums, and random timelines against a plain integration.
 */
#include "model/travel.h"

#include "random_problem.h"
#include "tap.h"

#include <math.h>

#define MINUTE INT64_C(60000)
#define MOST_PERIODS 12
#define MOST_STATES 5
#define BUCKETS 16

/* One pair of places, two of them: enough for all there is to know about a leg. */
typedef struct Day
{
	LmTraffic traffic;
	LmTime begins[MOST_PERIODS];
	int32_t state[MOST_PERIODS];
	LmTrafficState states[MOST_STATES];
	int32_t time[MOST_STATES];
	uint32_t length[MOST_STATES];
	int32_t buckets[BUCKETS];
} Day;

static void
day_open(Day *day, int32_t periods, int32_t states)
{
	memset(day, 0, sizeof(*day));
	day->traffic.count = periods;
	day->traffic.begins = day->begins;
	day->traffic.state = day->state;
	day->traffic.states = day->states;
	day->traffic.state_count = states;
	day->begins[0] = -LM_NEVER;
	for (int32_t s = 0; s < states; s++)
		day->states[s] = (LmTrafficState){&day->time[s], &day->length[s], NULL, LM_FACTOR_ONE};
}

/* A leg of so many minutes; the factor (in millionths) from one minute to another, else one. */
static void
day_jam(Day *day, LmTime minutes, LmTime from, LmTime to, int64_t factor)
{
	day_open(day, 3, 2);
	day->begins[1] = from * MINUTE;
	day->begins[2] = to * MINUTE;
	day->state[1] = 1;
	day->time[0] = day->time[1] = (int32_t) (minutes * MINUTE);
	day->states[1].factor = factor;
	lm_traffic_index(&day->traffic, day->buckets, BUCKETS);
}

static void
known_sums(void)
{
	Day day;

	/* 20 minutes; twice as long from 60 to 120 */
	day_jam(&day, 20, 60, 120, 2 * LM_FACTOR_ONE);
	EXPECT(lm_traffic_arrive(&day.traffic, 0, 0) == 20 * MINUTE, "before it");
	EXPECT(lm_traffic_arrive(&day.traffic, 0, 40 * MINUTE) == 60 * MINUTE, "just before it");
	/* 10 of 20 are done at 60, the other 10 take 20: 80 */
	EXPECT(lm_traffic_arrive(&day.traffic, 0, 50 * MINUTE) == 80 * MINUTE, "into it");
	EXPECT(lm_traffic_arrive(&day.traffic, 0, 60 * MINUTE) == 100 * MINUTE, "within it");
	/* at 120 half of 20 is done by 20 minutes of jam: 10 are left */
	EXPECT(lm_traffic_arrive(&day.traffic, 0, 100 * MINUTE) == 130 * MINUTE, "out of it");
	EXPECT(lm_traffic_arrive(&day.traffic, 0, 120 * MINUTE) == 140 * MINUTE, "behind it");
	EXPECT(lm_traffic_depart(&day.traffic, 0, 80 * MINUTE) == 50 * MINUTE, "back from 80");
	EXPECT(lm_traffic_depart(&day.traffic, 0, 130 * MINUTE) == 100 * MINUTE, "back from 130");
	/* 80 minutes, departing at 50: 10 are done at 60, the jam does 30, 40 are left at 120 */
	day_jam(&day, 80, 60, 120, 2 * LM_FACTOR_ONE);
	EXPECT(lm_traffic_arrive(&day.traffic, 0, 50 * MINUTE) == 160 * MINUTE, "through all of it");
	EXPECT(lm_traffic_depart(&day.traffic, 0, 160 * MINUTE) == 50 * MINUTE, "back from 160");
	/* 7 minutes, 1.3 times as long: 3 are done at 60, 4 are left, 5.2 in the jam */
	day_jam(&day, 7, 60, 120, 1300000);
	EXPECT(lm_traffic_arrive(&day.traffic, 0, 57 * MINUTE) == 65 * MINUTE + 12000, "a third of it");
}

static void
closed_ways(void)
{
	Day day;

	day_jam(&day, 20, 60, 120, LM_FACTOR_ONE);
	day.time[1] = LM_NO_LEG;
	day.length[0] = 7;
	day.length[1] = 9;
	/* 10 minutes are done when the way closes, 10 are left when it opens */
	EXPECT(lm_traffic_arrive(&day.traffic, 0, 50 * MINUTE) == 130 * MINUTE, "closed on the way");
	EXPECT(lm_traffic_arrive(&day.traffic, 0, 90 * MINUTE) == 140 * MINUTE, "closed at departure");
	EXPECT(lm_traffic_depart(&day.traffic, 0, 140 * MINUTE) == 120 * MINUTE, "back to the opening");
	EXPECT(lm_traffic_depart(&day.traffic, 0, 100 * MINUTE) == 40 * MINUTE,
	       "back over the closure");
	EXPECT(lm_traffic_length(&day.traffic, 0, 90 * MINUTE) == 7, "the length of the next way");
	EXPECT(lm_traffic_least(&day.traffic, 0) == 20 * MINUTE, "the least is of the other state");
	EXPECT(lm_traffic_longest(&day.traffic, 0) == 7, "a closed way has no length");
	/* open at first only: who is not through by 60 never is */
	day.state[0] = 0;
	day.state[1] = day.state[2] = 1;
	EXPECT(lm_traffic_arrive(&day.traffic, 0, 40 * MINUTE) == 60 * MINUTE, "through in time");
	EXPECT(lm_traffic_arrive(&day.traffic, 0, 50 * MINUTE) == LM_NEVER, "never through");
	EXPECT(lm_traffic_depart(&day.traffic, 0, 500 * MINUTE) == 40 * MINUTE, "back to the last one");
	EXPECT(lm_traffic_length(&day.traffic, 0, 90 * MINUTE) == 0, "no way, no length");
	/* closed at first: whoever leaves then is there when those are who wait for it */
	day.state[0] = 1;
	day.state[1] = day.state[2] = 0;
	EXPECT(lm_traffic_arrive(&day.traffic, 0, 0) == 80 * MINUTE, "waits for the opening");
	EXPECT(lm_traffic_depart(&day.traffic, 0, 70 * MINUTE) == -LM_NEVER, "nobody is there by then");
	EXPECT(lm_traffic_depart(&day.traffic, 0, 80 * MINUTE) == 60 * MINUTE, "all who waited are");
	day.time[0] = LM_NO_LEG;
	EXPECT(lm_traffic_arrive(&day.traffic, 0, 0) == LM_NEVER, "no way at all");
	EXPECT(lm_traffic_depart(&day.traffic, 0, 0) == -LM_NEVER, "no way back at all");
	EXPECT(lm_traffic_least(&day.traffic, 0) == LM_NO_LEG, "no least time");
}

/* Periods and times of a few ms each, or of hours; some states closed. */
static void
day_roll(Day *day, Dice *dice, int32_t tick)
{
	int32_t periods = dice_between(dice, 1, MOST_PERIODS);
	int32_t states = dice_between(dice, 1, MOST_STATES);

	day_open(day, periods, states);
	for (int32_t p = 1; p < periods; p++)
		day->begins[p] = (p == 1 ? dice_below(dice, 5) * tick : day->begins[p - 1]) + 1 +
		                 (LmTime) dice_below(dice, 20) * tick + dice_below(dice, tick);
	for (int32_t p = 0; p < periods; p++)
		day->state[p] = dice_below(dice, states);
	for (int32_t s = 0; s < states; s++)
	{
		day->time[s] = dice_below(dice, 30) * tick + dice_below(dice, tick);
		if (dice_percent(dice, 15))
			day->time[s] = LM_NO_LEG;
		if (dice_percent(dice, 50))
			day->states[s].factor = dice_between(dice, 1, 4000000);
	}
	lm_traffic_index(&day->traffic, day->buckets, dice_between(dice, 1, BUCKETS));
}

/* The arrival as the definition has it, period by period, in floating point; negative: never. */
static long double
integrate(const Day *day, LmTime departs)
{
	long double left = 1;
	long double now = departs;

	for (int32_t p = 0; p < day->traffic.count; p++)
	{
		bool last = p == day->traffic.count - 1;
		int32_t time = lm_traffic_time(&day->states[day->state[p]], 0);
		long double stays = last ? INFINITY : (long double) day->begins[p + 1] - now;

		if (stays <= 0)
			continue;
		/* thirds have no exact form here either: who arrives just at the end is through */
		if (time != LM_NO_LEG && left * time <= stays + 1e-9L * time)
			return now + left * time;
		if (last)
			return -INFINITY;
		if (time != LM_NO_LEG)
			left -= stays / time;
		now = (long double) day->begins[p + 1];
	}
	return -INFINITY;
}

static int32_t
period_plain(const Day *day, LmTime moment)
{
	int32_t period = 0;

	while (period + 1 < day->traffic.count && day->begins[period + 1] <= moment)
		period++;
	return period;
}

/* What holds of a departure: near the definition, and not before the one before it. */
static void
departure_check(const Day *day, LmTime departs, unsigned number)
{
	LmTime arrives = lm_traffic_arrive(&day->traffic, 0, departs);
	LmTime before = lm_traffic_arrive(&day->traffic, 0, departs - 1);
	long double exact = integrate(day, departs);

	EXPECT(lm_traffic_period(&day->traffic, departs) == period_plain(day, departs),
	       "day %u: period at %lld", number, (long long) departs);
	EXPECT((arrives >= LM_NEVER) == (exact < departs), "day %u: departing at %lld", number,
	       (long long) departs);
	EXPECT(before <= arrives, "day %u: departing at %lld, arriving at %lld after %lld", number,
	       (long long) departs, (long long) arrives, (long long) before);
	/* half a ms of rounding, and 2^-32 of the leg at each change of period, here below 2^28 ms */
	if (arrives < LM_NEVER && exact >= departs)
		EXPECT(fabsl((long double) arrives - exact) < 0.5L + MOST_PERIODS / 16.0L,
		       "day %u: departing at %lld, arriving at %lld, not %.3Lf", number,
		       (long long) departs, (long long) arrives, exact);
}

/* The latest departure is in time and the next is not. */
static void
arrival_check(const Day *day, LmTime arrives, unsigned number)
{
	LmTime departs = lm_traffic_depart(&day->traffic, 0, arrives);

	if (departs > -LM_NEVER)
		EXPECT(lm_traffic_arrive(&day->traffic, 0, departs) <= arrives, "day %u: by %lld", number,
		       (long long) arrives);
	else
		departs = -1000000000;
	EXPECT(lm_traffic_arrive(&day->traffic, 0, departs + 1) > arrives,
	       "day %u: by %lld one could leave after %lld", number, (long long) arrives,
	       (long long) departs);
}

static void
random_days(int32_t tick, unsigned count)
{
	for (unsigned number = 0; number < count; number++)
	{
		Dice dice = dice_from_seed(number);
		Day day;
		LmTime last;

		day_roll(&day, &dice, tick);
		last = day.traffic.count > 1 ? day.begins[day.traffic.count - 1] : 0;
		for (int i = 0; i < 120; i++)
		{
			LmTime moment = tick == 1 ? i - 20
			                          : dice_below(&dice, (int32_t) last + 100 * tick) - 50 * tick;

			if (tick > 1 && i % 3 == 0)
				moment = day.begins[dice_below(&dice, day.traffic.count)] +
				         dice_between(&dice, -2, 2);
			if (moment < -LM_NEVER / 2)
				continue;
			departure_check(&day, moment, number);
			arrival_check(&day, moment, number);
		}
	}
}

static void
days_of_milliseconds(void)
{
	random_days(1, 20000);
}

static void
days_of_minutes(void)
{
	random_days((int32_t) MINUTE, 20000);
}

static void
days_of_half_hours(void)
{
	random_days((int32_t) (30 * MINUTE), 5000);
}

int
main(void)
{
	tap_run("known sums", known_sums);
	tap_run("ways that are closed for a while", closed_ways);
	tap_run("every ms of random days against an integration", days_of_milliseconds);
	tap_run("random days of minutes", days_of_minutes);
	tap_run("random days of half hours", days_of_half_hours);
	return tap_end();
}
