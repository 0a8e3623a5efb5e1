/*
 * fleet.c
 *	  Plans with fewer vehicles: nothing is lost, no rule is broken, and the least number is found
 *	  where it is known.
 */
#include "solver/fleet.h"

#include "solver/shake.h"

#include "solve_check.h"
#include "state_check.h"

/* ---- a session with all that the phase needs ---- */

#define BRUTE_ORDERS 5 /* sequences of more take too long to try */
#define SUBSETS (1 << BRUTE_ORDERS)

typedef struct Polls
{
	long count;
	long stop_at; /* 0: never */
} Polls;

static bool
polls_should_stop(void *context)
{
	Polls *polls = context;

	return ++polls->count >= polls->stop_at && polls->stop_at > 0;
}

static void
served_read(const LmState *state, bool *served)
{
	for (int32_t i = 0; i < state->problem->order_count; i++)
		served[i] = state->nodes[i].route != LM_ABSENT;
}

static LmStatus
session_reduce(Session *session, int64_t planned, Polls *polls, int64_t *iterations)
{
	LmSolveOptions options = {
		.seed = session->number, .should_stop = polls_should_stop, .context = polls};
	LmNeighbours neighbours;
	LmRecreate *recreate = lm_recreate_new(session->state, NULL, &session->arena);

	if (recreate == NULL ||
	    !lm_neighbours_find(session->state, &session->arena, polls_should_stop, polls, &neighbours))
		return LM_CANCELLED;
	return lm_fleet_reduce(session->state, recreate, &neighbours, &options, planned,
	                       &session->arena, iterations);
}

/* ---- the least number by trying everything ---- */

/* Which sets of orders the vehicle can serve, all sequences tried. */
static void
sequences_try(const Session *session, int32_t vehicle, int32_t *orders, int32_t count, unsigned set,
              bool *serves)
{
	serves[set] |= cost_from_scratch(session->state, vehicle, orders, count) < LM_IMPOSSIBLE;
	for (int32_t i = 0; i < session->problem->order_count; i++)
	{
		if ((set >> i & 1) != 0)
			continue;
		orders[count] = i;
		sequences_try(session, vehicle, orders, count + 1, set | 1u << i, serves);
	}
}

/* The least number of vehicles, from one on, that serve a set of orders. */
static int32_t
least_vehicles(bool serves[][SUBSETS], int32_t vehicle, int32_t vehicles, unsigned left)
{
	int32_t least = MOST_VEHICLES + 1;

	if (left == 0)
		return 0;
	if (vehicle == vehicles)
		return least;
	for (unsigned set = left;; set = (set - 1) & left)
	{
		if (serves[vehicle][set])
		{
			int32_t used = (set != 0) + least_vehicles(serves, vehicle + 1, vehicles, left & ~set);

			least = used < least ? used : least;
		}
		if (set == 0)
			return least;
	}
}

static int32_t
brute_vehicles(const Session *session, const bool *served)
{
	bool serves[MOST_VEHICLES][SUBSETS] = {{false}};
	int32_t orders[BRUTE_ORDERS];
	unsigned all = 0;

	for (int32_t i = 0; i < session->problem->order_count; i++)
		all |= (unsigned) served[i] << i;
	for (int32_t v = 0; v < session->problem->vehicle_count; v++)
		sequences_try(session, v, orders, 0, 0, serves[v]);
	return least_vehicles(serves, 0, session->problem->vehicle_count, all);
}

/* ---- small problems of all kinds ---- */

/* What must hold of the plan after the phase, whatever became of it. */
static void
reduced_check(Session *session, const bool *served, int32_t used)
{
	LmState *state = session->state;
	Picture reduced;
	Picture undone;

	state_check(session);
	for (int32_t i = 0; i < lm_problem_rows(session->problem); i++)
		EXPECT(!served[i] || state->nodes[i].route != LM_ABSENT, "problem %u: order %d is lost",
		       session->number, i);
	EXPECT(state->used <= used, "problem %u: %d vehicles, there were %d", session->number,
	       state->used, used);
	for (int32_t v = 0; v < session->problem->vehicle_count; v++)
		EXPECT(state->vans[v].max_stops == session->problem->vehicles[v].max_stops,
		       "problem %u: vehicle %d stays shut", session->number, v);
	picture_take(state, &reduced);
	lm_state_undo(state);
	picture_take(state, &undone);
	EXPECT(picture_equal(&reduced, &undone), "problem %u: not committed", session->number);
}

/* Returns how often a vehicle more is left than the orders need. */
static unsigned
sessions_reduce(unsigned first, unsigned count, int features)
{
	unsigned missed = 0;
	unsigned fewer = 0;
	unsigned known = 0;

	for (unsigned number = first; number < first + count * RANDOM_EFFORT; number++)
	{
		Session session;
		Polls polls = {0};
		bool served[MOST_ORDERS];
		int64_t iterations = -1;
		int32_t used;
		int32_t least;

		session_begin(&session, number, features);
		session_fill(&session, 0);
		served_read(session.state, served);
		used = session.state->used;
		EXPECT(session_reduce(&session, 40, &polls, &iterations) == LM_OK, "problem %u", number);
		/* 40 x 0.3 */
		EXPECT(iterations >= 0 && iterations <= 12, "problem %u: %d iterations", number,
		       (int) iterations);
		reduced_check(&session, served, used);
		fewer += session.state->used < used;
		if (session.problem->order_count <= BRUTE_ORDERS && session.problem->reload_count == 0)
		{
			/* what was put in on the way counts too: it may need a vehicle of its own */
			least = brute_vehicles(&session, served);
			EXPECT(session.state->used >= least, "problem %u: %d vehicles, at least %d", number,
			       session.state->used, least);
			missed += session.state->used > least;
			known++;
		}
		session_end(&session);
	}
	printf("# %u of %u plans with fewer vehicles; of %u known, %u with more than needed\n", fewer,
	       count * RANDOM_EFFORT, known, missed);
	EXPECT(fewer > count / 10, "only %u of %u plans with fewer vehicles", fewer, count);
	return known > 0 ? missed * 100 / known : 0;
}

static void
simple_problems(void)
{
	EXPECT(sessions_reduce(0, 500, RANDOM_LOADS | RANDOM_SHIFT_ENDS | RANDOM_LIMITS) <= 1,
	       "too many");
}

static void
mixed_problems(void)
{
	EXPECT(sessions_reduce(1000000000, 1000, -1) <= 1, "too many");
	/* vehicles that reload keep their rules; how few are needed is not known */
	(void) sessions_reduce(1500000000, 500, ~(RANDOM_TRIPS | RANDOM_LOADS));
}

static void
full_problems(void)
{
	EXPECT(sessions_reduce(2000000000, 500, RANDOM_ALL) <= 1, "too many");
}

/* ---- stops, of the phase alone ---- */

static void
stops_when_told(void)
{
	unsigned stops = 0;

	for (unsigned number = 0; number < 60 * RANDOM_EFFORT; number++)
	{
		long whole = 0;

		/* the first run is not stopped and counts the polls */
		for (long stop_at = 0; stop_at <= whole; stop_at += 1 + (whole > 60) * whole / 60)
		{
			Session session;
			Polls polls = {.stop_at = stop_at};
			int64_t iterations;
			LmStatus status;

			session_begin(&session, number, number % 2 == 0 ? -1 : RANDOM_BREAKS);
			lm_scheduler_watch(session.scheduler, polls_should_stop, NULL, &polls);
			session_fill(&session, 0);
			status = session_reduce(&session, 200, &polls, &iterations);
			EXPECT(status == (stop_at == 0 ? LM_OK : LM_CANCELLED), "problem %u: poll %ld of %ld",
			       number, stop_at, whole);
			if (stop_at == 0)
				whole = polls.count;
			stops++;
			session_end(&session);
		}
	}
	printf("# %u runs\n", stops);
}

/* ---- shaking ---- */

static void
shakes_keep_rules(void)
{
	unsigned changed = 0;

	for (unsigned number = 0; number < 500 * RANDOM_EFFORT; number++)
	{
		Session session;
		Polls polls = {0};
		LmNeighbours neighbours;
		LmRandom random = {number};
		int32_t scratch[2 * MOST_ORDERS];
		bool served[MOST_ORDERS];

		session_begin(&session, 1100000000 + number, -1);
		session_fill(&session, 0);
		served_read(session.state, served);
		EXPECT(lm_neighbours_find(session.state, &session.arena, polls_should_stop, &polls,
		                          &neighbours),
		       "problem %u", number);
		for (int round = 0; round < 3; round++)
		{
			Picture shaken;
			Picture undone;

			EXPECT(lm_shake(session.state, &neighbours, &random, 5, scratch) > 0, "problem %u",
			       number);
			state_check(&session);
			for (int32_t i = 0; i < session.problem->order_count; i++)
				EXPECT((session.state->nodes[i].route != LM_ABSENT) == served[i],
				       "problem %u: order %d", number, i);
			picture_take(session.state, &shaken);
			changed += !picture_equal(&shaken, &session.committed);
			lm_state_undo(session.state);
			picture_take(session.state, &undone);
			EXPECT(picture_equal(&undone, &session.committed), "problem %u: undo", number);
		}
		session_end(&session);
	}
	printf("# %u of %u plans changed\n", changed, 1500 * RANDOM_EFFORT);
	EXPECT(changed > 300, "only %u of 1500 plans changed", changed);
}

/* ---- vans that are nearly full ---- */

#define FULL_VANS 12
#define FULL_ORDERS 5 /* of one van */
#define FULL_ALL (FULL_VANS * FULL_ORDERS)
#define FULL_CAPACITY 100
#define FULL_LOAD 98  /* what each carries: twelve times that is more than eleven can */
#define FULL_SLACK 30 /* minutes from an order's window's end to its hidden start, at most */

/*
 * Orders cut out of twelve nearly full vans: twelve are needed, for 12 x 98 > 11 x 100, and twelve
 * suffice.  Windows leave room for the way each was cut from.  There is a van for each order.
 */
typedef struct Full
{
	RandomProblem random;
	Dice dice;
} Full;

static void
full_van_cut(Full *full, int32_t van)
{
	LmProblem *problem = &full->random.problem;
	LmAmount left = FULL_LOAD;
	LmTime now = 0;
	int32_t place = 0;

	for (int32_t i = 0; i < FULL_ORDERS; i++)
	{
		int32_t order = i * FULL_VANS + van;
		int32_t rest = FULL_ORDERS - 1 - i;
		LmAmount amount = rest == 0
		                      ? left
		                      : dice_between(&full->dice, 5, (int32_t) (left - 5 * rest) / 2 + 5);

		left -= amount;
		problem->demand[order] = amount * 1000;
		now += problem->travels[0].time[place * problem->place_count + order + 1];
		place = order + 1;
		problem->orders[order].service = 300000;
		problem->windows[problem->orders[order].window_first] =
			(LmWindow){now - dice_between(&full->dice, 0, FULL_SLACK) * 60000,
		               now + dice_between(&full->dice, 0, FULL_SLACK) * 60000};
		now += 300000;
	}
}

static void
full_begin(Full *full, unsigned number)
{
	RandomShape shape = {FULL_ALL, FULL_ALL, FULL_ALL, FULL_ALL, 60000, 0};
	LmProblem *problem = &full->random.problem;
	int32_t places = FULL_ALL + 1;

	full->dice = dice_from_seed(number);
	random_problem_make(&full->random, &shape, &full->dice);
	problem->dimensions = 1;
	problem->demand = RANDOM_TAKE(&full->random, LmAmount, problem->order_count);
	problem->capacity = RANDOM_TAKE(&full->random, LmAmount, problem->vehicle_count);
	problem->place_count = problem->site_count = places;
	problem->travels[0].places = places;
	problem->travels[0].time = RANDOM_TAKE(&full->random, int32_t, places * places);
	problem->travels[0].length32 = NULL;
	problem->travels[0].length64 = NULL;
	for (int32_t a = 0; a < places; a++)
		for (int32_t b = 0; b < a; b++)
			problem->travels[0].time[a * places + b] = problem->travels[0].time[b * places + a] =
				dice_between(&full->dice, 10, 20) * 60000;
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		problem->orders[i] = (LmOrder){.place = i + 1,
		                               .site = i + 1,
		                               .window_first = i,
		                               .window_count = 1,
		                               .release = -LM_NEVER};
	}
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		problem->vehicles[v] = (LmVehicle){.max_stops = INT32_MAX,
		                                   .shift_start = -3600000,
		                                   .shift_end = LM_NEVER,
		                                   .max_distance = LM_NEVER,
		                                   .max_time = LM_NEVER,
		                                   .cost_per_hour = 20,
		                                   .co2e_per_km = NAN};
		problem->capacity[v] = FULL_CAPACITY * 1000;
	}
	for (int32_t v = 0; v < FULL_VANS; v++)
		full_van_cut(full, v);
	/* a break of no time at all changes no plan, and sends every price to the schedule */
	for (int32_t v = 0; v < problem->vehicle_count && number % 3 == 1; v++)
	{
		problem->vehicles[v].break_first = 0;
		problem->vehicles[v].break_count = 1;
		problem->breaks[0] = (LmBreak){{0, 36000000}, 0};
	}
	lm_prices_set(problem, LM_OBJECTIVE_VEHICLES);
}

static int32_t
plan_vehicles(const LmProblem *problem, const LmPlan *plan)
{
	int32_t used = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
		used += plan->first[v + 1] > plan->first[v];
	return used;
}

/* The phase alone, from a plan with a van for each order. */
static int32_t
full_reduce(Full *full, unsigned number)
{
	const LmProblem *problem = &full->random.problem;
	LmSolveOptions options = {.seed = number, .should_stop = polls_should_stop};
	Polls polls = {0};
	LmNeighbours neighbours;
	LmArena arena;
	LmState *state;
	LmRecreate *recreate;
	int64_t iterations;
	int32_t used;

	options.context = &polls;
	lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
	state = lm_state_new(problem, lm_scheduler_new(problem, &arena), &arena);
	recreate = lm_recreate_new(state, NULL, &arena);
	EXPECT(lm_neighbours_find(state, &arena, polls_should_stop, &polls, &neighbours), "problem %u",
	       number);
	for (int32_t i = 0; i < FULL_ALL; i++)
		lm_state_insert(state, i, lm_state_start(state, i));
	lm_state_commit(state);
	EXPECT(state->used == FULL_ALL, "problem %u: %d vans", number, state->used);
	EXPECT(lm_fleet_reduce(state, recreate, &neighbours, &options, 10000, &arena, &iterations) ==
	           LM_OK,
	       "problem %u", number);
	EXPECT(state->absent_count == 0, "problem %u: %d are lost", number, state->absent_count);
	/* 10000 x 0.3 */
	EXPECT(iterations <= 3000, "problem %u: %d iterations", number, (int) iterations);
	used = state->used;
	lm_arena_drop(&arena);
	return used;
}

static void
full_vans_reduced(void)
{
	unsigned missed = 0;

	for (unsigned number = 0; number < 30 * RANDOM_EFFORT; number++)
	{
		Full full;
		int32_t used;

		full_begin(&full, number);
		used = full_reduce(&full, number);
		EXPECT(used >= FULL_VANS && used <= FULL_VANS + 1, "problem %u: %d vans", number, used);
		missed += used > FULL_VANS;
		random_problem_drop(&full.random);
	}
	printf("# %u of %u plans have a van more than needed\n", missed, 30 * RANDOM_EFFORT);
	EXPECT(missed <= 3 * RANDOM_EFFORT, "too many");
}

/* All of the search: without the phase about half of these plans have a van more. */
static void
full_vans_solved(void)
{
	unsigned missed = 0;

	for (unsigned number = 0; number < 30 * RANDOM_EFFORT; number++)
	{
		Full full;
		SolveRun run = {.iterations = 1000, .seed = number};
		const char *wrong;

		full_begin(&full, number);
		EXPECT(solve_run(&full.random.problem, &run) == LM_OK, "problem %u", number);
		wrong = solve_plan_wrong(&full.random.problem, &run.result);
		EXPECT(wrong == NULL, "problem %u: %s", number, wrong);
		EXPECT(run.result.plan.first[FULL_ALL] == FULL_ALL, "problem %u: %d served", number,
		       run.result.plan.first[FULL_ALL]);
		missed += plan_vehicles(&full.random.problem, &run.result.plan) > FULL_VANS;
		EXPECT(run.result.iterations == 1000, "problem %u: %d iterations", number,
		       (int) run.result.iterations);
		solve_end(&run);
		random_problem_drop(&full.random);
	}
	printf("# %u of %u plans have a van more than needed\n", missed, 30 * RANDOM_EFFORT);
	EXPECT(missed <= 3 * RANDOM_EFFORT, "too many");
}

/* What memory held before, and a clock that hardly moves, are nothing to the plan. */
static void
same_seed_same_plan(void)
{
	for (unsigned number = 0; number < 6 * RANDOM_EFFORT; number++)
	{
		Full full;
		SolveRun runs[3] = {{.iterations = 600, .seed = number, .filling = 0x00},
		                    {.iterations = 600, .seed = number, .filling = 0xA5},
		                    {.iterations = 600, .seed = number, .share_step = 1e-15}};

		full_begin(&full, number);
		for (int i = 0; i < 3; i++)
			EXPECT(solve_run(&full.random.problem, &runs[i]) == LM_OK, "problem %u", number);
		for (int i = 1; i < 3; i++)
			EXPECT(solve_equal(&full.random.problem, &runs[0].result, &runs[i].result),
			       "problem %u: run %d", number, i);
		for (int i = 0; i < 3; i++)
			solve_end(&runs[i]);
		random_problem_drop(&full.random);
	}
}

/* The clock ends the phase like the search: with a plan. */
static void
clock_ends_phase(void)
{
	for (unsigned number = 0; number < 20 * RANDOM_EFFORT; number++)
	{
		Full full;
		SolveRun run = {.seed = number};
		const char *wrong;

		full_begin(&full, number);
		run.share_step = number % 5 == 0 ? 1 : 0.001 * (1 + dice_below(&full.dice, 100));
		EXPECT(solve_run(&full.random.problem, &run) == LM_OK, "problem %u", number);
		wrong = solve_plan_wrong(&full.random.problem, &run.result);
		EXPECT(wrong == NULL, "problem %u: %s", number, wrong);
		EXPECT(run.result.plan.first[FULL_ALL] == FULL_ALL, "problem %u: %d served", number,
		       run.result.plan.first[FULL_ALL]);
		solve_end(&run);
		random_problem_drop(&full.random);
	}
}

static void
memory_refused(void)
{
	for (unsigned number = 0; number < 3; number++)
	{
		Full full;
		SolveRun whole = {.iterations = 20, .seed = number};

		full_begin(&full, number);
		EXPECT(solve_run(&full.random.problem, &whole) == LM_OK, "problem %u", number);
		solve_end(&whole);
		for (int part = 1; part <= 200; part++)
		{
			SolveRun run = {.iterations = 20, .seed = number};

			run.limit = whole.bytes * (size_t) part / 200 - 1;
			EXPECT(solve_run(&full.random.problem, &run) == LM_NO_MEMORY,
			       "problem %u: %d of %d bytes", number, (int) run.limit, (int) whole.bytes);
			solve_end(&run);
			EXPECT(run.open == 0, "problem %u: %ld blocks are not given back", number, run.open);
		}
		random_problem_drop(&full.random);
	}
}

/* ---- numbers of any size ---- */

static void
iterations_without_end(void)
{
	for (unsigned number = 0; number < 3; number++)
	{
		Full full;
		SolveRun run = {.iterations = INT64_MAX, .seed = number, .share_step = 0.0005};

		full_begin(&full, number);
		EXPECT(solve_run(&full.random.problem, &run) == LM_OK, "problem %u", number);
		EXPECT(run.result.iterations > 0, "problem %u", number);
		solve_end(&run);
		random_problem_drop(&full.random);
	}
}

int
main(void)
{
	tap_run("loads and limits: nothing is lost, nearly always the least number", simple_problems);
	tap_run("mixed features: the same", mixed_problems);
	tap_run("all features: the same", full_problems);
	tap_run("should_stop is heard at every poll", stops_when_told);
	tap_run("random moves keep every rule and every order", shakes_keep_rules);
	tap_run("orders cut out of full vans: the phase alone", full_vans_reduced);
	tap_run("orders cut out of full vans: the whole search", full_vans_solved);
	tap_run("same seed and iterations, same plan", same_seed_same_plan);
	tap_run("the clock ends the phase with a plan", clock_ends_phase);
	tap_run("memory refused", memory_refused);
	tap_run("iterations without end", iterations_without_end);
	return tap_end();
}
