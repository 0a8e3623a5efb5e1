/*
 * halves.c
 *	  lm_halves_price against lm_schedule_price from the start, on plans that change, are kept and undone.
 *
 * Routes are longer than those of state.c and moves.c, which compare the same prices with the oracle.
 */
#include "solver/halves.h"
#include "solver/soft.h"

#include "solver/splice.h"

#include "heap.h"
#include "random_problem.h"
#include "tap.h"

#define MOST_ORDERS 40
#define MOST_VEHICLES 4
#define MOST_IN 6 /* orders put in at once, but for tails of other routes */
#define STEPS 150

/* One random problem being worked on. */
typedef struct Session
{
	RandomProblem random;
	const LmProblem *problem;
	LmArena arena;
	LmArena other_arena;
	LmScheduler *other; /* nothing is left in it by what is compared */
	LmState *state;
	Dice dice;
	unsigned number;
	long found;
	long late;
} Session;

/* ---- what is put in, and where ---- */

typedef struct Change
{
	int32_t vehicle;
	int32_t before;
	int32_t behind;
	int32_t orders[MOST_ORDERS];
	int32_t count;
	int32_t sequence[2 * MOST_ORDERS]; /* the route with it */
	int32_t length;
} Change;

static bool
sequence_holds(const Change *change, int32_t order)
{
	for (int32_t i = 0; i < change->length; i++)
		if (change->sequence[i] == order)
			return true;
	for (int32_t i = 0; i < change->count; i++)
		if (change->orders[i] == order)
			return true;
	return false;
}

static bool
legs_exist(const LmState *state, const Change *change)
{
	const LmVehicle *van = &state->problem->vehicles[change->vehicle];
	const LmTravel *travel = lm_problem_travel(state->problem, change->vehicle);
	int32_t from = van->start;

	for (int32_t i = 0; i <= change->length; i++)
	{
		int32_t to = i < change->length ? state->problem->orders[change->sequence[i]].place
		                                : van->end;

		if (to != LM_NOWHERE && lm_travel_time(travel, from, to) == LM_NO_LEG)
			return false;
		from = to;
	}
	return true;
}

/* Orders of anywhere, or the tail of another route, instead of a piece of a route. */
static bool
change_draw(Session *session, Change *change)
{
	LmState *state = session->state;
	Dice *dice = &session->dice;
	int32_t orders = session->problem->order_count;
	int32_t route[MOST_ORDERS];
	int32_t count;
	int32_t from;
	int32_t to;
	int32_t donor = dice_below(dice, orders);

	change->vehicle = dice_below(dice, session->problem->vehicle_count);
	count = lm_state_sequence(state, change->vehicle);
	memcpy(route, state->sequence, sizeof(int32_t) * (size_t) count);
	from = dice_between(dice, 0, count);
	to = dice_percent(dice, 60) ? from : dice_between(dice, from, count);
	change->count = 0;
	change->length = 0;
	if (dice_percent(dice, 20))
	{
		/* tails are priced by what is kept of the other route */
		to = count;
		for (int32_t node = donor; state->nodes[node].route != change->vehicle &&
		                           state->nodes[node].route != LM_ABSENT && node < orders;
		     node = state->nodes[node].next)
			change->orders[change->count++] = node;
	}
	change->before = from == 0 ? lm_state_start(state, change->vehicle) : route[from - 1];
	change->behind = to == count ? lm_state_end(state, change->vehicle) : route[to];
	for (int32_t i = 0; i < count; i++)
		if (i < from || i >= to)
			change->sequence[change->length++] = route[i];
	for (int32_t i = dice_below(dice, MOST_IN); change->count == 0 && i > 0; i--)
		if (!sequence_holds(change, donor = dice_below(dice, orders)))
			change->orders[change->count++] = donor;
	memmove(change->sequence + from + change->count, change->sequence + from,
	        sizeof(int32_t) * (size_t) (change->length - from));
	memcpy(change->sequence + from, change->orders, sizeof(int32_t) * (size_t) change->count);
	change->length += change->count;
	return change->length > 0 && legs_exist(state, change);
}

/* With soft windows: as it is written, where the search does not try some departures only. */
static void
late_compare(Session *session, const Change *change, const LmScheduleCost *kept)
{
	LmStop stops[256];
	LmTimetable timetable = {.stops = stops};
	LmScheduleCost expected = {0};
	bool tried = session->state->vans[change->vehicle].has_breaks;

	for (int32_t i = 0; i < change->length; i++)
		tried |= session->state->spots[change->sequence[i]].odd;
	/* a route that has lost what was hard about it may still be tried */
	tried |= session->state->routes[change->vehicle].odd_count > 0;
	if (tried)
		EXPECT(lm_schedule_price(session->other, change->vehicle, change->sequence, change->length,
		                         LM_RELAX_NONE, &expected) &&
		           kept->departs == expected.departs && kept->ends == expected.ends &&
		           kept->lateness == expected.lateness,
		       "problem %u: %ld to %ld, expected %ld to %ld", session->number, (long) kept->departs,
		       (long) kept->ends, (long) expected.departs, (long) expected.ends);
	else
		EXPECT(lm_schedule_time(session->other, change->vehicle, change->sequence, change->length,
		                        &timetable) &&
		           kept->departs == timetable.departs && kept->ends == timetable.ends,
		       "problem %u: %ld to %ld, written %ld to %ld", session->number, (long) kept->departs,
		       (long) kept->ends, (long) timetable.departs, (long) timetable.ends);
}

static void
price_compare(Session *session)
{
	Change change;
	LmScheduleCost kept = {0};
	LmScheduleCost expected = {0};
	bool found;

	if (!change_draw(session, &change))
		return;
	found = lm_halves_price(session->state, change.before, change.orders, change.count,
	                        change.behind, &kept);
	EXPECT(found == lm_schedule_price(
						session->other, change.vehicle, change.sequence, change.length,
						session->state->soft != NULL ? LM_RELAX_NONE : LM_RELAX_LATE, &expected),
	       "problem %u: %s a schedule", session->number, found ? "found" : "missed");
	if (!found)
		return;
	if (session->state->soft != NULL &&
	    lm_soft_concerns(session->state, change.vehicle, change.orders, change.count))
	{
		late_compare(session, &change, &kept);
		return;
	}
	session->found++;
	session->late += kept.overtime > 0;
	EXPECT(kept.departs == expected.departs && kept.ends == expected.ends &&
	           kept.overtime == expected.overtime,
	       "problem %u: %ld to %ld, overtime %ld; expected %ld to %ld, %ld", session->number,
	       (long) kept.departs, (long) kept.ends, (long) kept.overtime, (long) expected.departs,
	       (long) expected.ends, (long) expected.overtime);
	EXPECT(kept.shortest == expected.shortest && kept.earliest == expected.earliest &&
	           kept.latest == expected.latest,
	       "problem %u: shortest %ld, earliest %ld, latest %ld; expected %ld, %ld, %ld",
	       session->number, (long) kept.shortest, (long) kept.earliest, (long) kept.latest,
	       (long) expected.shortest, (long) expected.earliest, (long) expected.latest);
}

/* ---- changes of the plan ---- */

static void
step_insert(Session *session)
{
	LmState *state = session->state;
	int32_t order;
	int32_t node;

	if (state->absent_count == 0)
		return;
	order = state->absent[dice_below(&session->dice, state->absent_count)];
	node = lm_state_start(state, dice_below(&session->dice, session->problem->vehicle_count));
	for (int32_t skip =
	         dice_below(&session->dice, 1 + state->routes[state->nodes[node].route].count);
	     skip > 0; skip--)
		node = state->nodes[node].next;
	if (lm_state_insertion(state, order, node, LM_IMPOSSIBLE) < LM_IMPOSSIBLE)
		lm_state_insert(state, order, node);
}

static void
step_remove(Session *session)
{
	LmState *state = session->state;
	int32_t first = dice_below(&session->dice, session->problem->order_count);
	int32_t last = first;

	if (state->nodes[first].route == LM_ABSENT)
		return;
	for (int32_t more = dice_below(&session->dice, 4);
	     more > 0 && state->nodes[last].next < session->problem->order_count; more--)
		last = state->nodes[last].next;
	lm_state_remove(state, first, last);
}

/* Two routes exchange their tails. */
static void
step_splice(Session *session)
{
	LmState *state = session->state;
	int32_t orders = session->problem->order_count;
	int32_t here = dice_below(&session->dice, orders);
	int32_t there = dice_below(&session->dice, orders);
	int32_t tails[2][MOST_ORDERS];
	int32_t count[2] = {0, 0};
	LmSplice splices[2];

	if (state->nodes[here].route == LM_ABSENT || state->nodes[there].route == LM_ABSENT ||
	    state->nodes[here].route == state->nodes[there].route)
		return;
	for (int32_t node = here; node < orders; node = state->nodes[node].next)
		tails[0][count[0]++] = node;
	for (int32_t node = there; node < orders; node = state->nodes[node].next)
		tails[1][count[1]++] = node;
	splices[0] = (LmSplice){state->nodes[here].prev, lm_state_end(state, state->nodes[here].route),
	                        tails[1], count[1]};
	splices[1] = (LmSplice){state->nodes[there].prev,
	                        lm_state_end(state, state->nodes[there].route), tails[0], count[0]};
	if (lm_splice_price(state, &splices[0], LM_IMPOSSIBLE) < LM_IMPOSSIBLE &&
	    lm_splice_price(state, &splices[1], LM_IMPOSSIBLE) < LM_IMPOSSIBLE)
		lm_splice_apply(state, splices, 2);
}

/* Puts the present plan in anew. */
static void
step_load(Session *session)
{
	const LmState *state = session->state;
	int32_t next[MOST_ORDERS + 2 * MOST_VEHICLES] = {0};

	for (int32_t v = 0; v < session->problem->vehicle_count; v++)
		for (int32_t node = lm_state_start(state, v); node != lm_state_end(state, v);
		     node = state->nodes[node].next)
			next[node] = state->nodes[node].next;
	lm_state_load(session->state, next);
}

static void
step_take(Session *session)
{
	int32_t draw = dice_below(&session->dice, 100);

	if (draw < 50)
		step_insert(session);
	else if (draw < 65)
		step_remove(session);
	else if (draw < 80)
		step_splice(session);
	else if (draw < 89)
		lm_state_commit(session->state);
	else if (draw < 98)
		lm_state_undo(session->state);
	else
		step_load(session);
}

/* ---- tests ---- */

static void
problems_run(unsigned first, unsigned count, int features, LmTime tick)
{
	long found = 0;
	long late = 0;
	long longest = 0;

	for (unsigned number = first; number < first + count * RANDOM_EFFORT; number++)
	{
		RandomShape shape = {1, MOST_ORDERS, 1, MOST_VEHICLES, tick, features};
		Session session = {.number = number, .dice = dice_from_seed(number)};

		if (features < 0)
			shape.features = random_features(&session.dice);
		random_problem_make(&session.random, &shape, &session.dice);
		session.problem = &session.random.problem;
		lm_arena_init(&session.arena, block_take, block_give, NULL, SIZE_MAX);
		lm_arena_init(&session.other_arena, block_take, block_give, NULL, SIZE_MAX);
		session.other = lm_scheduler_new(session.problem, &session.other_arena);
		session.state = lm_state_new(
			session.problem, lm_scheduler_new(session.problem, &session.arena), &session.arena);
		for (int step = 0; step < STEPS && session.state->halves != NULL && tap_failed_checks == 0;
		     step++)
		{
			step_take(&session);
			/* several, few or no halves are made between two changes */
			for (int32_t i = dice_below(&session.dice, 6); i > 0; i--)
				price_compare(&session);
		}
		for (int32_t v = 0; v < session.problem->vehicle_count; v++)
			if (session.state->routes[v].count > longest)
				longest = session.state->routes[v].count;
		found += session.found;
		late += session.late;
		lm_arena_drop(&session.arena);
		lm_arena_drop(&session.other_arena);
		random_problem_drop(&session.random);
	}
	printf("# %ld schedules, %ld with overtime; at most %ld orders on a route\n", found, late,
	       longest);
	/* the sample says something only when there is much to join */
	EXPECT(found > 20 * count && longest > 8, "%ld found, at most %ld orders", found, longest);
}

static void
mixed_routes(void)
{
	problems_run(0, 1000, -1, 1);
}

static void
break_routes(void)
{
	problems_run(10000000, 400, RANDOM_BREAKS | RANDOM_SHIFT_ENDS | RANDOM_OVERTIME, 1);
}

static void
window_routes(void)
{
	problems_run(20000000, 400, RANDOM_SEVERAL_WINDOWS | RANDOM_RELEASES | RANDOM_FREE_HOURS, 1);
}

static void
setup_routes(void)
{
	problems_run(30000000, 400, RANDOM_SETUPS | RANDOM_UNEQUAL_SETUPS | RANDOM_SEVERAL_WINDOWS, 1);
}

/* Days of many short legs: long routes with more spans than are kept. */
static void
long_routes(void)
{
	problems_run(40000000, 400, RANDOM_BREAKS | RANDOM_SEVERAL_WINDOWS, 60000);
}

int
main(void)
{
	tap_run("mixed features", mixed_routes);
	tap_run("breaks and overtime", break_routes);
	tap_run("several windows and releases", window_routes);
	tap_run("setups that differ within a site", setup_routes);
	tap_run("breaks and several windows", long_routes);
	return tap_end();
}
