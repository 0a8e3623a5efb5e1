/*
 * reach.c
 *	  lm_reach_fits against trying every departure, at every place of routes that grow.
 *
 * Setups are the same within a site, where the answer is exact; the oracle knows no traffic.
 */
#include "solver/reach.h"

#include "solver/state_parts.h"

#include "heap.h"
#include "oracle.h"
#include "random_problem.h"
#include "tap.h"

#define MOST_ORDERS 6
#define MOST_VEHICLES 2

typedef struct Session
{
	RandomProblem random;
	const LmProblem *problem;
	LmArena arena;
	LmState *state;
	LmReach reach;
	Dice dice;
	unsigned number;
} Session;

/* How often which answer was right. */
typedef struct Tally
{
	long fits;
	long not ;
	long perhaps;
} Tally;

/* Whether the goods of an order decide when its route departs: reach.h answers perhaps. */
static bool
departs_later(const Session *session, int32_t vehicle, int32_t order, int relax)
{
	const LmOrder *row = &session->problem->orders[order];
	const LmRoute *route = &session->state->routes[vehicle];
	LmTime departs = session->problem->vehicles[vehicle].shift_start;

	if (route->count > 0 && route->release > departs)
		departs = route->release;
	return (relax & LM_RELAX_RELEASE) == 0 && row->kind == LM_DELIVERY && row->release > departs;
}

static void
trial_compare(Session *session, int32_t vehicle, int32_t order, int32_t at, int relax, Tally *tally)
{
	const LmState *state = session->state;
	const LmTravel *travel = lm_problem_travel(session->problem, vehicle);
	LmReachTrial trial = {.vehicle = vehicle, .order = order};
	int32_t orders[MOST_ORDERS];
	int32_t count = 0;
	int32_t node = lm_state_start(state, vehicle);
	OracleRoute route;
	bool possible;
	bool fits;

	for (;; node = state->nodes[node].next)
	{
		if (count == at)
		{
			trial.after = node;
			trial.behind = state->nodes[node].next;
			orders[count++] = order;
		}
		if (state->nodes[node].next == lm_state_end(state, vehicle))
			break;
		orders[count++] = state->nodes[node].next;
	}
	trial.to = lm_travel_time(travel, state->nodes[trial.after].place, state->nodes[order].place);
	trial.on = state->nodes[trial.behind].place == LM_NOWHERE
	               ? 0
	               : lm_travel_time(travel, state->nodes[order].place,
	                                state->nodes[trial.behind].place);
	trial.to += lm_leg_setup(state, trial.after, order);
	trial.on += lm_leg_setup(state, order, trial.behind);
	route = oracle_route(session->problem, vehicle, orders, count, relax | ORACLE_RELAX_TIME);
	possible = oracle_schedule(&route).found;
	fits = lm_reach_fits(&session->reach, state, &trial);
	if (departs_later(session, vehicle, order, relax) && fits)
	{
		tally->perhaps++;
		return;
	}
	tally->fits += fits;
	tally->not += !fits;
	EXPECT(fits == possible, "problem %u, relax %d: order %d at %d of vehicle %d %s, %s",
	       session->number, relax, order, at, vehicle, fits ? "fits" : "does not fit",
	       possible ? "but has a schedule" : "but has none");
}

/* Each order that is left out at each place of a route. */
static void
route_compare(Session *session, int32_t vehicle, int relax, Tally *tally)
{
	LmState *state = session->state;

	session->reach.relax = relax;
	lm_reach_fill(&session->reach, state, vehicle);
	for (int32_t i = 0; i < state->absent_count; i++)
		for (int32_t at = 0; at <= state->routes[vehicle].count; at++)
			trial_compare(session, vehicle, state->absent[i], at, relax, tally);
}

/* Puts an order in where it may go; false when it may not go there. */
static bool
route_grow(Session *session, int32_t vehicle)
{
	LmState *state = session->state;
	int32_t node = lm_state_start(state, vehicle);
	int32_t order;

	if (state->absent_count == 0)
		return false;
	order = state->absent[dice_below(&session->dice, state->absent_count)];
	for (int32_t skip = dice_below(&session->dice, 1 + state->routes[vehicle].count); skip > 0;
	     skip--)
		node = state->nodes[node].next;
	if (lm_state_insertion(state, order, node, LM_IMPOSSIBLE) >= LM_IMPOSSIBLE)
		return false;
	lm_state_insert(state, order, node);
	return true;
}

static void
problems_run(unsigned first, unsigned count, int relax)
{
	static const int features[] = {RANDOM_SEVERAL_WINDOWS, RANDOM_BREAKS,    RANDOM_SETUPS,
	                               RANDOM_RELEASES,        RANDOM_PICKUPS,   RANDOM_SHIFT_ENDS,
	                               RANDOM_OVERTIME,        RANDOM_OPEN_ENDS, RANDOM_ANY_TRAVEL};
	Tally tally = {0};

	for (unsigned number = first; number < first + count * RANDOM_EFFORT; number++)
	{
		RandomShape shape = {2, MOST_ORDERS, 1, MOST_VEHICLES, 1, 0};
		Session session = {.number = number, .dice = dice_from_seed(number)};

		for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
			if (dice_percent(&session.dice, 60))
				shape.features |= features[i];
		random_problem_make(&session.random, &shape, &session.dice);
		session.problem = &session.random.problem;
		lm_arena_init(&session.arena, block_take, block_give, NULL, SIZE_MAX);
		session.state = lm_state_new(
			session.problem, lm_scheduler_new(session.problem, &session.arena), &session.arena);
		if (session.state == NULL ||
		    !lm_reach_take(&session.reach, session.state, relax, &session.arena))
			abort();
		for (int step = 0; step < 6; step++)
		{
			int32_t vehicle = dice_below(&session.dice, session.problem->vehicle_count);

			if (route_grow(&session, vehicle))
				route_compare(&session, vehicle, relax, &tally);
		}
		lm_arena_drop(&session.arena);
		random_problem_drop(&session.random);
	}
	printf("# %ld fit, %ld do not, %ld perhaps\n", tally.fits, tally.not, tally.perhaps);
	EXPECT(tally.fits > count / 2 && (tally.not > count / 20),
	       "%ld fit, %ld do not: too few to tell", tally.fits, tally.not );
}

static void
all_rules(void)
{
	problems_run(0, 1500, LM_RELAX_NONE);
}

static void
no_windows(void)
{
	problems_run(10000000, 600, LM_RELAX_WINDOW);
}

static void
no_shift(void)
{
	problems_run(20000000, 600, LM_RELAX_SHIFT);
}

static void
no_breaks(void)
{
	problems_run(30000000, 600, LM_RELAX_BREAK);
}

static void
no_releases(void)
{
	problems_run(40000000, 600, LM_RELAX_RELEASE);
}

int
main(void)
{
	tap_run("all rules", all_rules);
	tap_run("without the last windows' ends", no_windows);
	tap_run("without the end of the shift", no_shift);
	tap_run("without breaks", no_breaks);
	tap_run("without releases", no_releases);
	return tap_end();
}
