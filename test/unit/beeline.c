/*
 * beeline.c
 *	  Legs measured from points are those of a table of straight lines, and so are the plans.
 */
#include "model/beeline.h"
#include "model/part.h"

#include "random_problem.h"
#include "solve_check.h"
#include "tap.h"

#define MOST_ORDERS 70
#define MOST_VEHICLES 5
#define MOST_PLACES (MOST_ORDERS + 2 * MOST_VEHICLES)

/* The same problem twice: with tables of straight lines, and with the points alone. */
typedef struct Twins
{
	RandomProblem random;
	LmProblem measured; /* its travels have points */
	LmTravel travels[MOST_VEHICLES];
	LmBeeline beelines[MOST_VEHICLES];
	LmGeoPoint points[MOST_PLACES];
} Twins;

static void
points_roll(Twins *twins, Dice *dice, bool planar)
{
	double x = dice_below(dice, 340000) / 1000.0 - 170;
	double y = dice_below(dice, 160000) / 1000.0 - 80;
	/* a town, now and then half a continent: beyond 1,000 km the geodesic is another formula */
	double wide = dice_percent(dice, 20) ? 40 : 0.05;

	for (int32_t i = 0; i < MOST_PLACES; i++)
	{
		double east = dice_below(dice, 1000) / 1000.0 * wide;
		double north = dice_below(dice, 1000) / 1000.0 * wide;

		if (i > 0 && dice_percent(dice, 10))
			twins->points[i] = twins->points[i - 1];
		else if (planar)
			twins->points[i] = (LmGeoPoint){.x = 3000000 + east * 100000, .y = north * 100000};
		else
			twins->points[i] = lm_geodesic_point(x + east, y + (y > 60 ? -north : north));
	}
}

/* A table of straight lines: metres times a factor, each cell rounded half up once. */
static void
tables_fill(Twins *twins, LmTravel *travel, LmBeeline *beeline)
{
	for (int32_t from = 0; from < travel->places; from++)
		for (int32_t to = 0; to < travel->places; to++)
		{
			const LmGeoPoint *a = &twins->points[from];
			const LmGeoPoint *b = &twins->points[to];
			double metres = beeline->planar ? sqrt((b->x - a->x) * (b->x - a->x) +
			                                       (b->y - a->y) * (b->y - a->y))
			                                : lm_geodesic_length(a, b);
			double ms = metres * beeline->ms_per_metre;
			size_t pair = (size_t) from * (size_t) travel->places + (size_t) to;

			travel->time[pair] = ms < LM_NO_LEG - 1 ? (int32_t) floor(ms + 0.5) : LM_NO_LEG;
			travel->length64[pair] = (int64_t) floor(metres * beeline->detour * 1000 + 0.5);
			beeline->wide |= travel->length64[pair] > UINT32_MAX;
		}
}

static void
twins_make(Twins *twins, Dice *dice, unsigned number)
{
	RandomShape shape = {1, MOST_ORDERS, 1, MOST_VEHICLES, 60000, 0};
	LmProblem *problem = &twins->random.problem;
	bool planar = number % 2 == 0;

	shape.features = random_features(dice);
	random_problem_make(&twins->random, &shape, dice);
	points_roll(twins, dice, planar);
	twins->measured = *problem;
	twins->measured.travels = twins->travels;
	for (int32_t t = 0; t < problem->travel_count; t++)
	{
		LmTravel *travel = &problem->travels[t];
		LmBeeline *beeline = &twins->beelines[t];
		size_t pairs = (size_t) travel->places * (size_t) travel->places;
		/* 0.05 degrees take some ten ticks; now and then they take weeks, so that legs are missing */
		double slow = dice_percent(dice, 10) ? 1000 : 1;

		*beeline = (LmBeeline){.points = twins->points,
		                       .planar = planar,
		                       .detour = 1 + dice_below(dice, 100) / 100.0,
		                       .ms_per_metre = slow * (50 + dice_below(dice, 100))};
		*travel = (LmTravel){.places = travel->places, .complete = false};
		travel->time = RANDOM_TAKE(&twins->random, int32_t, pairs);
		travel->length64 = RANDOM_TAKE(&twins->random, int64_t, pairs);
		tables_fill(twins, travel, beeline);
		twins->travels[t] = (LmTravel){.places = travel->places, .beeline = beeline};
	}
}

static void
legs_check(const LmTravel *table, const LmTravel *measured, unsigned number)
{
	for (int32_t from = 0; from < table->places; from++)
		for (int32_t to = 0; to < table->places; to++)
		{
			int32_t time = lm_travel_time(table, from, to);
			LmLength length = lm_travel_length(table, from, to);
			LmHop hop = lm_travel_hop(measured, from, to);
			double chord = lm_beeline_chord(measured->beeline, from, to);

			EXPECT(hop.time == time && hop.length == length &&
			           lm_travel_time(measured, from, to) == time &&
			           lm_travel_length(measured, from, to) == length &&
			           lm_travel_arrive(measured, from, to, 5) ==
			               lm_travel_arrive(table, from, to, 5),
			       "problem %u: leg %d to %d is %d ms and %lld mm, not %d and %lld", number, from,
			       to, hop.time, (long long) hop.length, time, (long long) length);
			EXPECT(chord <= lm_beeline_metres(measured->beeline, from, to) * (1 + 1e-15),
			       "problem %u: the chord %d to %d is %.9f", number, from, to, chord);
		}
}

static void
random_legs(void)
{
	for (unsigned number = 0; number < 60 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(7100000 + number);
		Twins twins;

		twins_make(&twins, &dice, number);
		for (int32_t t = 0; t < twins.random.problem.travel_count; t++)
			legs_check(&twins.random.problem.travels[t], &twins.travels[t], number);
		random_problem_drop(&twins.random);
	}
}

/* A part has tables, which hold the same legs. */
static void
random_parts(void)
{
	unsigned wide = 0;

	for (unsigned number = 0; number < 60 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(7400000 + number);
		SolveRun run = {0};
		int32_t all[MOST_ORDERS];
		Twins twins;
		LmPart part;

		twins_make(&twins, &dice, number);
		for (int32_t i = 0; i < MOST_ORDERS; i++)
			all[i] = i;
		lm_arena_init(&run.arena, solve_take, solve_give, &run, SIZE_MAX);
		EXPECT(lm_part_new(&twins.measured, all, twins.measured.order_count, all,
		                   twins.measured.vehicle_count, NULL, &run.arena, &part),
		       "problem %u", number);
		for (int32_t v = 0; v < part.problem.vehicle_count; v++)
		{
			const LmTravel *table = lm_problem_travel(&part.problem, v);
			const LmTravel *measured = lm_problem_travel(&twins.measured, v);

			wide += table->length64 != NULL;
			for (int32_t i = 0; i < part.problem.order_count; i++)
				for (int32_t j = 0; j < part.problem.order_count; j++)
				{
					LmHop hop = lm_travel_hop(table, part.problem.orders[i].place,
					                          part.problem.orders[j].place);
					LmHop old = lm_travel_hop(measured, twins.measured.orders[i].place,
					                          twins.measured.orders[j].place);

					EXPECT(table->time != NULL && hop.time == old.time && hop.length == old.length,
					       "problem %u: leg %d to %d is %d ms and %lld mm", number, i, j, hop.time,
					       (long long) hop.length);
				}
		}
		lm_arena_drop(&run.arena);
		random_problem_drop(&twins.random);
	}
	EXPECT(wide > 0, "no length needed 64 bits");
}

static void
random_plans(void)
{
	for (unsigned number = 0; number < 150 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(7200000 + number);
		SolveRun runs[2] = {{.iterations = 300, .seed = number},
		                    {.iterations = 300, .seed = number}};
		Twins twins;

		twins_make(&twins, &dice, number);
		EXPECT(solve_run(&twins.random.problem, &runs[0]) == LM_OK, "problem %u", number);
		EXPECT(solve_run(&twins.measured, &runs[1]) == LM_OK, "problem %u", number);
		EXPECT(solve_equal(&twins.measured, &runs[0].result, &runs[1].result),
		       "problem %u: without tables the plan is another", number);
		solve_end(&runs[0]);
		solve_end(&runs[1]);
		random_problem_drop(&twins.random);
	}
}

int
main(void)
{
	tap_run("legs are those of a table", random_legs);
	tap_run("parts have tables of them", random_parts);
	tap_run("plans are those of a table", random_plans);
	return tap_end();
}
