/*
 * crew.c
 *	  Searches of several coolings at a time: large problems in groups, and those who help.
 */
#include "solver/board.h"
#include "solver/day.h"

#include "random_day.h"
#include "solve_check.h"
#include "tap.h"

static void
arena_make(LmArena *arena)
{
	lm_arena_init(arena, block_take, block_give, NULL, SIZE_MAX);
}

/* ---- large problems ---- */

#define LARGE 2100

/* Orders of a plan, each once; its length is checked elsewhere. */
static void
large_check(const LmProblem *problem, const LmSolveResult *result, const char *how)
{
	int32_t *seen = calloc(LARGE, sizeof(int32_t));
	LmArena arena;
	LmScheduler *scheduler;

	arena_make(&arena);
	scheduler = lm_scheduler_new(problem, &arena);
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		const int32_t *orders = result->plan.stops + result->plan.first[v];
		int32_t count = result->plan.first[v + 1] - result->plan.first[v];
		LmScheduleCost cost;

		EXPECT(count == 0 || lm_schedule_price(scheduler, v, orders, count, 0, &cost),
		       "%s: route %d", how, v);
		for (int32_t i = 0; i < count; i++)
			seen[orders[i]]++;
	}
	for (int32_t i = 0; i < LARGE; i++)
		EXPECT(seen[i] == (result->reasons[i].code == LM_REASON_NONE), "%s: order %d on %d routes",
		       how, i, seen[i]);
	lm_arena_drop(&arena);
	free(seen);
}

static int64_t
plan_length(const LmProblem *problem, const LmPlan *plan)
{
	int64_t time = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
		for (int32_t i = plan->first[v]; i + 1 < plan->first[v + 1]; i++)
			time += lm_travel_time(lm_problem_travel(problem, v),
			                       problem->orders[plan->stops[i]].place,
			                       problem->orders[plan->stops[i + 1]].place);
	return time;
}

/* Cut into groups, a large problem is planned alike by iterations and seed, in time, and stops when told. */
static void
large_is_spread(void)
{
	RandomProblem random;
	Dice dice = dice_from_seed(5);
	RandomShape shape = {LARGE, LARGE, 200, 200, 60000, RANDOM_LOADS | RANDOM_RELEASES};
	SolveRun first = {.iterations = 1, .seed = 3};
	SolveRun a = {.iterations = 4000, .seed = 3};
	SolveRun b = {.iterations = 4000, .seed = 3, .filling = 0xA5};
	SolveRun clock = {.share_step = 0.001};
	SolveRun stop = {.iterations = 4000, .stop_at = 3000};

	random_problem_make(&random, &shape, &dice);
	EXPECT(solve_run(&random.problem, &first) == LM_OK, "not planned");
	EXPECT(solve_run(&random.problem, &a) == LM_OK, "not planned");
	EXPECT(solve_run(&random.problem, &b) == LM_OK, "not planned again");
	EXPECT(solve_run(&random.problem, &clock) == LM_OK, "not planned in time");
	EXPECT(solve_run(&random.problem, &stop) == LM_CANCELLED, "not stopped after %ld", stop.polls);
	EXPECT(solve_equal(&random.problem, &a.result, &b.result), "another plan");
	EXPECT(a.result.iterations == 4000, "%lld iterations", (long long) a.result.iterations);
	EXPECT(plan_length(&random.problem, &a.result.plan) <
	           plan_length(&random.problem, &first.result.plan),
	       "no shorter than the first plan");
	large_check(&random.problem, &a.result, "by iterations");
	large_check(&random.problem, &clock.result, "by the clock");
	solve_end(&first);
	solve_end(&a);
	solve_end(&b);
	solve_end(&clock);
	solve_end(&stop);
	EXPECT(a.open == 0 && clock.open == 0 && stop.open == 0, "blocks are lost");
	random_problem_drop(&random);
}

/* ---- helpers ---- */

/*
 * A crew in one process: whenever pieces are put up, the helper does some of them, with a whole of
 * its own read from a block; now and then it takes one and is gone.
 */
typedef struct Mates
{
	LmCrew crew;
	Dice dice;
	LmArena arena;
	LmArena desk;
	LmWhole whole;
	LmBoard *board;
	LmSolveOptions options;
	void *block;
	void *memory;
	unsigned done;
	unsigned lost;
	LmArena *caller; /* whose memory they take until they are dismissed; NULL: nobody's */
	size_t taken;
	unsigned dismissed;
} Mates;

#define LEFT_OVER ((size_t) 64 * 1024) /* too little for a piece */

static LmBoard *
mates_hire(void *context, LmWhole *whole, int32_t slots, size_t numbers)
{
	Mates *mates = context;
	LmPack pack = {.step = LM_PACK_MEASURE, .arena = &mates->arena};
	size_t bytes;

	arena_make(&mates->arena);
	arena_make(&mates->desk);
	EXPECT(lm_whole_pack(&pack, whole), "measured");
	bytes = pack.filled;
	mates->block = aligned_alloc(64, bytes);
	pack = (LmPack){.step = LM_PACK_WRITE, .block = mates->block, .arena = &mates->arena};
	EXPECT(lm_whole_pack(&pack, whole) && pack.filled == bytes, "%zu of %zu bytes written",
	       pack.filled, bytes);
	pack = (LmPack){.step = LM_PACK_READ, .block = mates->block, .arena = &mates->arena};
	EXPECT(lm_whole_pack(&pack, &mates->whole) && pack.filled == bytes, "%zu of %zu bytes read",
	       pack.filled, bytes);
	if (mates->caller != NULL)
	{
		mates->taken = mates->caller->limit - mates->caller->used - LEFT_OVER;
		mates->caller->limit -= mates->taken;
	}
	mates->memory = aligned_alloc(64, (lm_board_bytes(slots, numbers) + 63) / 64 * 64);
	mates->board = lm_board_init(mates->memory, slots, numbers);
	return mates->board;
}

static LmBoard *
mates_dismiss(void *context)
{
	Mates *mates = context;

	atomic_store(&mates->board->over, true);
	if (mates->caller != NULL)
		mates->caller->limit += mates->taken;
	mates->dismissed++;
	return mates->board;
}

static void
mates_wake(void *context)
{
	Mates *mates = context;
	LmStatus status;

	EXPECT(mates->dismissed == 0, "there is nobody to be woken");
	if (dice_percent(&mates->dice, 20))
		for (int32_t s = 0; s < mates->board->slot_count; s++)
		{
			int posted = LM_SLOT_POSTED;

			if (!atomic_compare_exchange_strong(&mates->board->slots[s].state, &posted,
			                                    LM_SLOT_TAKEN + 2))
				continue;
			mates->lost++;
			break;
		}
	else if (dice_percent(&mates->dice, 60))
		mates->done += lm_board_work(mates->board, 1, &mates->whole, &mates->options, &mates->desk,
		                             &status);
}

static void
mates_rest(void *context)
{
	lm_board_forget(((Mates *) context)->board, 2);
}

static void
mates_end(Mates *mates)
{
	if (mates->board == NULL)
		return;
	lm_arena_drop(&mates->arena);
	lm_arena_drop(&mates->desk);
	free(mates->block);
	free(mates->memory);
}

/* By iterations the plan is the same whoever does the pieces, and another one with other streams. */
static void
crew_makes_no_difference(void)
{
	static const int features[] = {0, RANDOM_PROFILES | RANDOM_SKILLS | RANDOM_SETUPS,
	                               RANDOM_OPTIONAL | RANDOM_PRIORITIES | RANDOM_UNITS,
	                               RANDOM_SOFT | RANDOM_PREFERENCES | RANDOM_FLEET,
	                               RANDOM_FLEET | RANDOM_SHIFT_ENDS};
	unsigned differ = 0;

	for (unsigned number = 0; number < 5; number++)
	{
		RandomProblem random;
		const LmProblem *problem;
		bool day_begins = number == 4;
		LmDay day;
		Dice dice = dice_from_seed(number);
		RandomShape shape = {200, 200, 40, 40, 60000, RANDOM_LOADS};
		SolveRun run = {0};
		LmSolveOptions options = {
			.seed = number, .should_stop = solve_should_stop, .context = &run};
		LmSolveResult alone;
		LmSolveResult helped;
		LmSolveResult other;
		Mates mates = {.dice = dice_from_seed(number)};
		LmArena arena;

		/* what is left of a day must still be large enough to be shared */
		if (day_begins)
			shape = (RandomShape){280, 280, 12, 12, 60000, RANDOM_LOADS};
		shape.features |= features[number];
		random_problem_make(&random, &shape, &dice);
		if (day_begins)
			random_day_make(&random);
		arena_make(&arena);
		EXPECT(lm_day_begin(&day, &random.problem, solve_should_stop, &run, &arena) == LM_OK,
		       "problem %u", number);
		problem = day.rest;
		EXPECT((problem == &random.problem) != day_begins, "problem %u", number);
		options.iterations = 50 * problem->order_count;
		options.streams = 4;
		EXPECT(lm_solve(problem, &options, &arena, &alone) == LM_OK, "alone");
		mates.crew = (LmCrew){3, mates_hire, mates_dismiss, mates_wake, mates_rest, &mates};
		mates.options = options;
		options.crew = &mates.crew;
		EXPECT(lm_solve(problem, &options, &arena, &helped) == LM_OK, "helped");
		EXPECT(mates.done > 0 && mates.lost > 0, "problem %u: %u pieces done, %u lost", number,
		       mates.done, mates.lost);
		EXPECT(mates.dismissed == 1, "dismissed %u times", mates.dismissed);
		EXPECT(solve_equal(problem, &alone, &helped), "problem %u: another plan", number);
		EXPECT(alone.iterations == options.iterations, "problem %u: %lld iterations", number,
		       (long long) alone.iterations);
		options.crew = NULL;
		options.streams = 1;
		EXPECT(lm_solve(problem, &options, &arena, &other) == LM_OK, "one stream");
		differ += !solve_equal(problem, &alone, &other);
		mates_end(&mates);
		lm_arena_drop(&arena);
		random_problem_drop(&random);
	}
	EXPECT(differ > 0, "streams change no plan");
}

/* Where helpers took the memory that a piece needs, they go, and the plan is the same. */
static void
crew_gives_way(void)
{
	RandomProblem random;
	Dice dice = dice_from_seed(7);
	RandomShape shape = {200, 200, 40, 40, 60000, RANDOM_LOADS};
	SolveRun run = {0};
	LmSolveOptions options = {.iterations = 10000,
	                          .streams = 4,
	                          .seed = 7,
	                          .should_stop = solve_should_stop,
	                          .context = &run};
	Mates mates = {.dice = dice_from_seed(7)};
	LmSolveResult alone;
	LmSolveResult left;
	LmArena arena;

	random_problem_make(&random, &shape, &dice);
	arena_make(&arena);
	EXPECT(lm_solve(&random.problem, &options, &arena, &alone) == LM_OK, "alone");
	mates.caller = &arena;
	mates.crew = (LmCrew){3, mates_hire, mates_dismiss, mates_wake, mates_rest, &mates};
	mates.options = options;
	options.crew = &mates.crew;
	EXPECT(lm_solve(&random.problem, &options, &arena, &left) == LM_OK, "left alone");
	EXPECT(mates.dismissed == 1, "dismissed %u times", mates.dismissed);
	EXPECT(solve_equal(&random.problem, &alone, &left), "another plan");
	mates_end(&mates);
	lm_arena_drop(&arena);
	random_problem_drop(&random);
}

/* By the clock, many coolings of small problems and few of larger ones give plans that keep the rules. */
static void
crew_keeps_time(void)
{
	for (unsigned number = 0; number < 8; number++)
	{
		RandomProblem random;
		Dice dice = dice_from_seed(number);
		RandomShape shape = {30, 60, 20, 30, 60000, 0};
		SolveRun run = {.share_step = number % 2 == 0 ? 0.0005 : 0.004};
		LmSolveOptions options = {
			.should_stop = solve_should_stop, .clock_share = solve_share, .context = &run};
		LmSolveResult result;
		Mates mates = {.dice = dice_from_seed(number)};
		const char *wrong;
		LmArena arena;

		shape.features = random_features(&dice);
		random_problem_make(&random, &shape, &dice);
		arena_make(&arena);
		mates.crew = (LmCrew){2, mates_hire, mates_dismiss, mates_wake, mates_rest, &mates};
		mates.options = options;
		options.crew = &mates.crew;
		EXPECT(lm_solve(&random.problem, &options, &arena, &result) == LM_OK, "problem %u", number);
		wrong = solve_plan_wrong(&random.problem, &result);
		EXPECT(wrong == NULL, "problem %u: %s", number, wrong);
		mates_end(&mates);
		lm_arena_drop(&arena);
		random_problem_drop(&random);
	}
}

int
main(void)
{
	tap_run("a large problem is cut into groups", large_is_spread);
	tap_run("who helps makes no difference", crew_makes_no_difference);
	tap_run("a crew gives way for lack of memory", crew_gives_way);
	tap_run("a crew keeps time and rules", crew_keeps_time);
	return tap_end();
}
