/*
 * day.c
 *	  Days under way: what the search settles and plans behind it, against the judge.
 */
#include "solver/day.h"

#include "heap.h"
#include "random_day.h"
#include "tap.h"

#include "check/judge.h"
#include "solver/quote.h"

static bool
never_stop(void *context)
{
	(void) context;
	return false;
}

static void
problem_draw(RandomProblem *random, Dice *dice, unsigned number)
{
	RandomShape shape = {1, 12, 1, 4, number % 2 == 0 ? 1 : 60000, 0};

	*dice = dice_from_seed(number);
	shape.features = random_features(dice);
	if (number % 3 == 0)
		shape.features |= RANDOM_TRAFFIC;
	random_problem_make(random, &shape, dice);
	random_day_make(random);
}

static bool
stops_equal(const LmStop *a, const LmStop *b)
{
	return a->kind == b->kind && a->index == b->index && a->place == b->place &&
	       a->travel == b->travel && a->length == b->length && a->arrives == b->arrives &&
	       a->setup == b->setup && a->wait == b->wait && a->service == b->service &&
	       a->departs == b->departs;
}

/* What a test has in hand. */
typedef struct Bench
{
	unsigned number;
	const LmProblem *problem;
	LmArena arena;
	LmDay day;
	LmScheduler *scheduler;
	LmTimetable timetable;
	int32_t *items; /* [orders + breaks] */
	int32_t rows;   /* compared */
	int32_t late;   /* of them, settled in a hurry or not */
} Bench;

static void
bench_open(Bench *bench, const LmProblem *problem, unsigned number)
{
	memset(bench, 0, sizeof(*bench));
	bench->number = number;
	bench->problem = problem;
	lm_arena_init(&bench->arena, block_take, block_give, NULL, SIZE_MAX);
	EXPECT(lm_day_begin(&bench->day, problem, never_stop, NULL, &bench->arena) == LM_OK,
	       "problem %u", number);
	bench->scheduler = lm_scheduler_new(bench->day.rest, &bench->arena);
	bench->timetable.stops = LM_TAKE(&bench->arena, LmStop,
	                                 problem->order_count + RANDOM_MOST_BREAKS + 2);
	bench->items = LM_TAKE(&bench->arena, int32_t, problem->order_count + RANDOM_MOST_BREAKS + 2);
}

/* The route as the judge times it; `whole` tells it where the breaks are. */
static LmJudgement
route_judge(Bench *bench, int32_t vehicle, const int32_t *orders, int32_t count, bool whole)
{
	LmJudgeRoute route = {.vehicle = vehicle, .items = bench->items, .breaks_shown = whole};
	const LmBegun *begun = &bench->day.begun[vehicle];
	LmJudgement judgement;

	for (int32_t row = 0; whole && row < bench->timetable.count; row++)
	{
		const LmStop *stop = &bench->timetable.stops[row];

		if (stop->kind == LM_STOP_ORDER || stop->kind == LM_STOP_BREAK)
			bench->items[route.count++] = stop->kind == LM_STOP_ORDER ? stop->index
			                                                          : LM_JUDGE_BREAK;
	}
	for (int32_t row = 0; !whole && row < begun->count; row++)
		if (begun->stops[row].kind == LM_STOP_ORDER)
			bench->items[route.count++] = begun->stops[row].index;
	for (int32_t i = 0; !whole && i < count; i++)
		bench->items[route.count++] = lm_day_order(&bench->day, orders[i]);
	EXPECT(lm_judge_route(bench->problem, &route, &bench->arena, &judgement) == LM_JUDGE_OK,
	       "problem %u", bench->number);
	return judgement;
}

static void
route_compare(Bench *bench, int32_t vehicle, const int32_t *orders, int32_t count, bool whole)
{
	const LmTimetable *timetable = &bench->timetable;
	LmJudgement judgement = route_judge(bench, vehicle, orders, count, whole);

	EXPECT(judgement.violation_count == 0, "problem %u vehicle %d: violation %d on row %d",
	       bench->number, vehicle, judgement.violations[0].code, judgement.violations[0].row);
	EXPECT(timetable->count == judgement.timetable.count &&
	           timetable->departs == judgement.timetable.departs &&
	           timetable->ends == judgement.timetable.ends &&
	           timetable->overtime == judgement.timetable.overtime &&
	           timetable->length == judgement.timetable.length,
	       "problem %u vehicle %d: %d rows, %d to %d, the judge says %d, %d to %d", bench->number,
	       vehicle, timetable->count, (int) timetable->departs, (int) timetable->ends,
	       judgement.timetable.count, (int) judgement.timetable.departs,
	       (int) judgement.timetable.ends);
	for (int32_t row = 0; row < timetable->count && row < judgement.timetable.count; row++)
	{
		EXPECT(stops_equal(&timetable->stops[row], &judgement.timetable.stops[row]),
		       "problem %u vehicle %d row %d", bench->number, vehicle, row);
		bench->late += judgement.late[row] > 0;
	}
	bench->rows += timetable->count;
}

/* A plan of the rest, and all its routes judged. */
static void
plan_judge(Bench *bench)
{
	LmSolveOptions options = {.iterations = 60, .seed = bench->number, .should_stop = never_stop};
	LmSolveResult result;

	EXPECT(lm_solve(bench->day.rest, &options, &bench->arena, &result) == LM_OK, "problem %u",
	       bench->number);
	for (int32_t v = 0; v < bench->problem->vehicle_count; v++)
	{
		const int32_t *orders = result.plan.stops + result.plan.first[v];
		int32_t count = result.plan.first[v + 1] - result.plan.first[v];
		bool timed;

		if (count == 0 && !lm_day_drives(&bench->day, v))
			continue;
		timed = lm_day_time(&bench->day, bench->scheduler, v, orders, count, &bench->timetable);
		EXPECT(timed, "problem %u vehicle %d: no schedule", bench->number, v);
		if (!timed)
			continue;
		route_compare(bench, v, orders, count, false);
		route_compare(bench, v, orders, count, true);
	}
	for (int32_t i = 0; i < bench->day.rest->order_count; i++)
		if (result.reasons[i].code != LM_REASON_NONE)
		{
			LmReason reason = lm_day_reason(&bench->day, i, result.reasons[i]);

			EXPECT(reason.code > LM_REASON_NONE && reason.code <= LM_REASON_SEARCH,
			       "problem %u: order %d has no reason", bench->number, i);
		}
}

static void
judge_agrees(void)
{
	int32_t rows = 0;
	int32_t late = 0;

	for (unsigned number = 0; number < 2000 * RANDOM_EFFORT; number++)
	{
		RandomProblem random;
		Dice dice;
		Bench bench;

		problem_draw(&random, &dice, 3000000000 + number);
		bench_open(&bench, &random.problem, number);
		if (bench.day.begun != NULL)
			plan_judge(&bench);
		rows += bench.rows;
		late += bench.late;
		lm_arena_drop(&bench.arena);
		random_problem_drop(&random);
	}
	printf("# %d rows, %d late\n", rows, late);
	EXPECT(rows > 1000 && late > 100, "%d rows, %d late", rows, late);
}

int
main(void)
{
	tap_run("the judge times settled rows and what comes behind alike", judge_agrees);
	return tap_end();
}
