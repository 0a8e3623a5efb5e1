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

#define MOST_RELOADS 3

/* Reloads between the items; goods become ready within a third of the day. */
static void
reloads_roll(Case *c)
{
	int32_t day = 40 * ((c->problem.order_count + 3) / 4);
	int32_t reloads = 1 + roll(MOST_RELOADS);

	c->vehicle.max_trips = 1 + MOST_RELOADS;
	c->vehicle.reload_time = roll(8);
	for (int32_t i = 0; i < c->problem.order_count; i++)
		if (roll(3) == 0)
			c->orders[i].release = roll(day / 3);
	for (int32_t i = 0; i < reloads; i++)
	{
		int32_t at = roll(c->item_count + 1);

		memmove(&c->items[at + 1], &c->items[at], sizeof(int32_t) * (size_t) (c->item_count - at));
		c->items[at] = LM_JUDGE_RELOAD;
		c->item_count++;
	}
}

/* The items as the scheduler takes them: each reload is an order of its own. */
static int32_t
sequence_of(Case *c, int32_t *sequence)
{
	LmProblem *problem = &c->problem;

	for (int32_t i = 0; i < c->item_count; i++)
	{
		sequence[i] = c->items[i];
		if (c->items[i] != LM_JUDGE_RELOAD)
			continue;
		sequence[i] = problem->order_count++;
		problem->reload_count++;
		c->orders[sequence[i]] = (LmOrder){.place = c->vehicle.start,
		                                   .site = -1,
		                                   .window_first = sequence[i] * WINDOWS,
		                                   .window_count = 1,
		                                   .kind = LM_RELOAD,
		                                   .service = c->vehicle.reload_time,
		                                   .release = -LM_NEVER};
		c->windows[sequence[i] * WINDOWS] = (LmWindow){-LM_NEVER, LM_NEVER};
	}
	return c->item_count;
}

/* What the judge says of a route it says again when it is shown the breaks. */
static void
shown_compare(const Case *c, const LmTimetable *timetable, int number)
{
	Case again = *c;
	LmJudgeRoute route = {.items = again.items, .breaks_shown = true};
	LmArena arena;
	LmJudgement judgement;

	for (int32_t row = 0; row < timetable->count; row++)
		if (timetable->stops[row].kind == LM_STOP_ORDER)
			again.items[route.count++] = timetable->stops[row].index;
		else if (timetable->stops[row].kind == LM_STOP_BREAK)
			again.items[route.count++] = LM_JUDGE_BREAK;
		else if (timetable->stops[row].kind == LM_STOP_RELOAD)
			again.items[route.count++] = LM_JUDGE_RELOAD;
	lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
	EXPECT(lm_judge_route(&c->problem, &route, &arena, &judgement) == LM_JUDGE_OK, "route %d",
	       number);
	EXPECT(judgement.feasible && judgement.violation_count == 0 &&
	           judgement.timetable.departs == timetable->departs &&
	           judgement.timetable.ends == timetable->ends,
	       "route %d: %d to %d, shown %d to %d", number, (int) timetable->departs,
	       (int) timetable->ends, (int) judgement.timetable.departs,
	       (int) judgement.timetable.ends);
	lm_arena_drop(&arena);
}

static void
route_compare(Case *c, int number, int *feasible)
{
	int32_t sequence[2 * MOST];
	int32_t count;
	LmArena judge_arena;
	LmArena search_arena;
	LmJudgement judgement;
	LmStop stops[MOST * 2 + 2];
	LmTimetable timetable = {.stops = stops};
	LmScheduler *scheduler;
	bool possible;

	EXPECT(case_judge(c, &judge_arena, &judgement) == LM_JUDGE_OK, "route %d", number);
	if (judgement.feasible && judgement.violation_count == 0)
		shown_compare(c, &judgement.timetable, number);
	count = sequence_of(c, sequence);
	lm_arena_init(&search_arena, block_take, block_give, NULL, SIZE_MAX);
	scheduler = lm_scheduler_new(&c->problem, &search_arena);
	possible = lm_schedule_time(scheduler, 0, sequence, count, &timetable);
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
random_routes(int count, int32_t most, bool changing, bool reloading, bool soft)
{
	int feasible = 0;
	Traffic traffic;

	for (int number = 0; number < count; number++)
	{
		Case c;

		case_roll(&c, most);
		if (reloading)
			reloads_roll(&c);
		if (changing)
			traffic_roll(&traffic, &c, number);
		if (soft)
			case_soften(&c);
		route_compare(&c, number, &feasible);
	}
	EXPECT(feasible > count / 10, "%d of %d routes are feasible", feasible, count);
}

int
main(void)
{
	random_routes(10000, 4, false, false, false);
	tap("10000 routes of up to 4 orders");
	random_routes(20000, MOST, false, false, false);
	tap("20000 routes of up to 24 orders");
	random_routes(20000, 4, true, false, false);
	tap("20000 routes of up to 4 orders with traffic");
	random_routes(10000, MOST, true, false, false);
	tap("10000 routes of up to 24 orders with traffic");
	random_routes(20000, 4, false, true, false);
	tap("20000 routes of up to 4 orders with reloads");
	random_routes(10000, MOST - MOST_RELOADS, false, true, false);
	tap("10000 routes of up to 21 orders with reloads");
	random_routes(10000, MOST - MOST_RELOADS, true, true, false);
	tap("10000 routes of up to 21 orders with reloads and traffic");
	random_routes(15000, 4, false, false, true);
	tap("15000 routes of up to 4 orders with soft windows");
	random_routes(6000, MOST, false, false, true);
	tap("6000 routes of up to 24 orders with soft windows");
	random_routes(10000, 4, true, false, true);
	tap("10000 routes of up to 4 orders with soft windows and traffic");
	random_routes(3000, MOST, true, false, true);
	tap("3000 routes of up to 24 orders with soft windows and traffic");
	random_routes(6000, MOST - MOST_RELOADS, false, true, true);
	tap("6000 routes of up to 21 orders with reloads and soft windows");
	return tap_end();
}
