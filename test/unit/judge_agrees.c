/*
 * judge_agrees.c
 *	  Two methods, one schedule: the judge of src/check and the search's scheduler, row by row.
 *
 * The judge is held against trying everything in judge.c, on routes small
 * enough for that.  Here the routes are longer, and either of the two may be the
 * one that is wrong.
 */
#include "judge_case.h"
#include "random_problem.h"

#include "solver/schedule.h"

static bool
stops_equal(const LmStop *a, const LmStop *b)
{
	return a->kind == b->kind && a->index == b->index && a->place == b->place &&
	       a->travel == b->travel && a->length == b->length && a->arrives == b->arrives &&
	       a->setup == b->setup && a->wait == b->wait && a->service == b->service &&
	       a->departs == b->departs;
}

static void
route_compare(Case *c, int number, int *feasible)
{
	LmArena judge_arena;
	LmArena search_arena;
	LmJudgement judgement;
	LmStop stops[MOST * 2 + 2];
	LmTimetable timetable = {.stops = stops};
	LmScheduler *scheduler;
	bool possible;

	EXPECT(case_judge(c, &judge_arena, &judgement) == LM_JUDGE_OK, "route %d", number);
	lm_arena_init(&search_arena, block_take, block_give, NULL, SIZE_MAX);
	scheduler = lm_scheduler_new(&c->problem, &search_arena);
	possible = lm_schedule_time(scheduler, 0, c->items, c->item_count, &timetable);
	EXPECT(possible == judgement.feasible, "route %d: the judge says %d", number,
	       judgement.feasible);
	if (possible && judgement.feasible)
	{
		++*feasible;
		EXPECT(timetable.count == judgement.timetable.count &&
		           timetable.departs == judgement.timetable.departs &&
		           timetable.ends == judgement.timetable.ends &&
		           timetable.overtime == judgement.timetable.overtime &&
		           timetable.length == judgement.timetable.length,
		       "route %d: %d to %d, the judge says %d to %d", number, (int) timetable.departs,
		       (int) timetable.ends, (int) judgement.timetable.departs,
		       (int) judgement.timetable.ends);
		for (int32_t row = 0; row < timetable.count && row < judgement.timetable.count; row++)
			EXPECT(stops_equal(&stops[row], &judgement.timetable.stops[row]), "route %d row %d",
			       number, (int) row);
	}
	lm_arena_drop(&judge_arena);
	lm_arena_drop(&search_arena);
}

/* Travel times that change over the day, for the table of a case. */
typedef struct Traffic
{
	LmTraffic traffic;
	LmTrafficState states[RANDOM_STATES];
	LmTime begins[RANDOM_PERIODS];
	int32_t of[RANDOM_PERIODS];
	int32_t buckets[RANDOM_PERIODS * 3];
	int32_t times[RANDOM_STATES * PLACES * PLACES];
	uint32_t lengths[RANDOM_STATES * PLACES * PLACES];
} Traffic;

static void
traffic_roll(Traffic *traffic, Case *c, int number)
{
	Dice dice = dice_from_seed((uint64_t) number);

	random_traffic_make(&dice, &c->travel, &traffic->traffic, traffic->states, traffic->begins,
	                    traffic->of, traffic->buckets, traffic->times, traffic->lengths,
	                    40 * ((c->problem.order_count + 3) / 4));
}

static void
random_routes(int count, int32_t most, bool changing)
{
	int feasible = 0;
	Traffic traffic;

	for (int number = 0; number < count; number++)
	{
		Case c;

		case_roll(&c, most);
		if (changing)
			traffic_roll(&traffic, &c, number);
		route_compare(&c, number, &feasible);
	}
	EXPECT(feasible > count / 10, "%d of %d routes are feasible", feasible, count);
}

int
main(void)
{
	random_routes(10000, 4, false);
	tap("10000 routes of up to 4 orders");
	random_routes(20000, MOST, false);
	tap("20000 routes of up to 24 orders");
	random_routes(20000, 4, true);
	tap("20000 routes of up to 4 orders with traffic");
	random_routes(10000, MOST, true);
	tap("10000 routes of up to 24 orders with traffic");
	return tap_end();
}
