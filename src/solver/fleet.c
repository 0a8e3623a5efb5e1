/*
 * fleet.c
 *	  Takes a route away and finds places for its orders on the others, again and again.
 *
 * The orders without a place wait in a pool.  The last one in is put where it costs least; where it fits
 * nowhere it pushes out orders that found a place more easily so far, and these wait then.  In between
 * the plan is shaken, so that the same order meets another plan the next time.
 */
#include "solver/fleet.h"

#include "solver/eject_unit.h"
#include "solver/place.h"
#include "solver/ruin.h"
#include "solver/shake.h"
#include "solver/splice.h"

#include <string.h>

#define SHARE 0.3 /* of the budget at most */
#define STEPS_PER_ITERATION 1000
#define ITERATIONS_MOST INT64_C(1000000000000) /* more are as good as no limit */
#define POLL_STEPS 4000
#define SHAKE_TRIES 150
#define RUIN_STEPS 400
/* Where the number that waits has not fallen for a part of the budget that is left, the route is
 * given up: a third where three or more wait, half where two do. */
#define PATIENCE 3
#define ROOMIER_BUT_ONE_IN 4
#define RELOAD_PENALTY (INT64_C(1) << 50)

typedef struct Fleet
{
	LmState *state;
	LmRecreate *recreate;
	const LmNeighbours *neighbours;
	const LmSolveOptions *options;
	LmEject *eject;
	LmEjectUnit *eject_unit; /* NULL: every order is served for itself */
	LmRandom random;

	int64_t *penalties; /* [order_count] 1 + how often it found no place */
	int32_t *pool;      /* [pool_count] orders that wait for a place, the next one last */
	bool *waiting; /* [order_count] in the pool, or absent from the plan that is to be beaten */
	int32_t pool_count;
	int32_t least; /* orders in the pool, ever, since the route was taken away */

	bool *open;    /* [vehicle_count] may be used */
	int32_t *vans; /* [van_count] those, in random order */
	int32_t van_count;
	int64_t *room; /* [kind_count] the more, the more fits a vehicle */

	int32_t *kept;    /* [nodes] the plan with the fewest vehicles, as lm_state_load takes it */
	int32_t *next;    /* [nodes] scratch, likewise */
	int32_t *scratch; /* [2 * order_count] */

	int64_t steps;
	int64_t steps_limit;
	int64_t polled; /* steps at the last look at stop and clock */
	double used;    /* of the phase's budget */
	double begun;   /* the same, when `least` was reached */
	double clock;   /* of the time limit, used when the phase began */
	LmStatus status;
} Fleet;

/* ---- the budget ---- */

/* The share used of the time that the phase may take; the rest is the search's. */
static double
clock_used(const Fleet *fleet)
{
	const LmSolveOptions *options = fleet->options;
	double now;

	if (options->clock_share == NULL)
		return 0;
	now = options->clock_share(options->context);
	return now >= 1 ? 1 : (now - fleet->clock) / ((1 - fleet->clock) * SHARE);
}

/* Counts steps; false when the phase, or the attempt, is over. */
static bool
steps_add(Fleet *fleet, int64_t steps)
{
	const LmSolveOptions *options = fleet->options;
	double clock;
	int32_t patience = fleet->least < 1 ? 1 : fleet->least < PATIENCE ? fleet->least : PATIENCE;

	fleet->steps += steps;
	if (lm_scheduler_late(fleet->state->scheduler))
		fleet->used = 1;
	if (fleet->steps - fleet->polled >= POLL_STEPS)
	{
		fleet->polled = fleet->steps;
		if (options->should_stop(options->context))
			fleet->status = LM_CANCELLED;
		if ((double) fleet->steps > fleet->used * (double) fleet->steps_limit)
			fleet->used = (double) fleet->steps / (double) fleet->steps_limit;
		clock = clock_used(fleet);
		if (clock > fleet->used)
			fleet->used = clock;
	}
	return fleet->status == LM_OK && fleet->used < 1 &&
	       (fleet->used - fleet->begun) * patience < 1 - fleet->begun;
}

/* ---- plans ---- */

/*
 * The plan but for one route (-1: all of it) in the form of lm_state_load, each kind's routes on its
 * first vehicles: recreate takes the first empty one of a kind for all of them.
 */
static void
plan_pack(const Fleet *fleet, int32_t without, int32_t *next)
{
	const LmState *state = fleet->state;

	for (int32_t kind = 0; kind < state->kind_count; kind++)
	{
		int32_t to = state->kind_first[kind];

		for (int32_t m = to; m < state->kind_first[kind + 1]; m++)
		{
			int32_t route = state->kind_members[m];
			int32_t node = lm_state_start(state, state->kind_members[to]);

			if (route == without || state->routes[route].count == 0)
				continue;
			for (int32_t order = state->nodes[lm_state_start(state, route)].next;
			     order < state->problem->order_count; order = state->nodes[order].next)
				node = next[node] = order;
			next[node] = lm_state_end(state, state->kind_members[to++]);
		}
		for (; to < state->kind_first[kind + 1]; to++)
			next[lm_state_start(state, state->kind_members[to])] =
				lm_state_end(state, state->kind_members[to]);
	}
}

static void
vans_allow(Fleet *fleet, bool all)
{
	LmState *state = fleet->state;

	fleet->van_count = 0;
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
	{
		fleet->open[v] = all || state->routes[v].count > 0;
		state->vans[v].max_stops = fleet->open[v] ? state->problem->vehicles[v].max_stops : 0;
		if (fleet->open[v])
			fleet->vans[fleet->van_count++] = v;
	}
}

/* ---- the pool ---- */

/* The orders of the absent list from an index on wait for a place. */
static void
pool_add(Fleet *fleet, int32_t from)
{
	const LmState *state = fleet->state;

	for (int32_t i = from; i < state->absent_count; i++)
	{
		int32_t order = state->absent[i];

		if (fleet->waiting[order])
			continue;
		fleet->waiting[order] = true;
		fleet->pool[fleet->pool_count++] = order;
	}
}

/* Those that found a place wait no longer. */
static void
pool_clean(Fleet *fleet)
{
	int32_t count = 0;

	for (int32_t i = 0; i < fleet->pool_count; i++)
	{
		int32_t order = fleet->pool[i];

		if (fleet->state->absent_at[order] >= 0)
			fleet->pool[count++] = order;
		else
			fleet->waiting[order] = false;
	}
	fleet->pool_count = count;
	if (count < fleet->least)
	{
		fleet->least = count;
		fleet->begun = fleet->used;
	}
}

static void
vans_shuffle(Fleet *fleet)
{
	for (int32_t i = fleet->van_count - 1; i > 0; i--)
	{
		int32_t other = lm_random_below(&fleet->random, i + 1);
		int32_t van = fleet->vans[i];

		fleet->vans[i] = fleet->vans[other];
		fleet->vans[other] = van;
	}
}

/* Takes orders off a route and puts one in. */
static void
ejection_do(Fleet *fleet, int32_t order, const LmEjection *ejection)
{
	LmState *state = fleet->state;
	int32_t absent = state->absent_count;

	for (int32_t i = 0; i < ejection->count; i++)
		if (state->nodes[ejection->orders[i]].route != LM_ABSENT)
			lm_state_remove(state, ejection->orders[i], ejection->orders[i]);
	pool_add(fleet, absent);
	if (fleet->eject_unit != NULL)
	{
		LmPlacing placing;

		/* its cheapest place is on that route now, or on another */
		if (lm_unit_find(state, order, LM_IMPOSSIBLE, &placing))
			lm_placing_apply(state, &placing);
		return;
	}
	/* where no triangle inequality holds more may have gone than was asked for */
	if (state->nodes[ejection->after].route != LM_ABSENT &&
	    lm_state_insertion(state, order, ejection->after, LM_IMPOSSIBLE) < LM_IMPOSSIBLE)
		lm_state_insert(state, order, ejection->after);
}

/* Puts an order in by pushing out easier ones; false when there are none, or the budget is used up. */
static bool
order_push_in(Fleet *fleet, int32_t order)
{
	LmEjection best = {.penalty = fleet->penalties[order], .after = LM_ABSENT};

	vans_shuffle(fleet);
	for (int32_t most = 1; most <= LM_EJECT_MOST && best.penalty > most; most++)
		for (int32_t i = 0; i < fleet->van_count; i++)
		{
			int64_t steps = fleet->eject_unit != NULL
			                    ? lm_eject_unit_find(fleet->eject_unit, fleet->state, order,
			                                         fleet->vans[i], fleet->penalties, most, &best)
			                    : lm_eject_find(fleet->eject, fleet->state, order, fleet->vans[i],
			                                    fleet->penalties, most, &best);

			if (!steps_add(fleet, steps))
				return false;
		}
	if (best.after == LM_ABSENT)
		return false;
	ejection_do(fleet, order, &best);
	return true;
}

/* Finds the order a place; where there is none another one is tried next. */
static void
order_serve(Fleet *fleet, int32_t order)
{
	LmState *state = fleet->state;

	fleet->steps += state->problem->order_count + state->problem->vehicle_count;
	if (lm_place_take(state, order, LM_IMPOSSIBLE))
	{
		pool_clean(fleet);
		return;
	}
	fleet->penalties[order]++;
	if (!order_push_in(fleet, order))
	{
		int32_t other = lm_random_below(&fleet->random, fleet->pool_count);

		fleet->pool[fleet->pool_count - 1] = fleet->pool[other];
		fleet->pool[other] = order;
	}
	pool_clean(fleet);
}

/* ---- shaking ---- */

/* A route changes to an idle vehicle of another kind, mostly to one that has no less room. */
static void
van_change(Fleet *fleet)
{
	LmState *state = fleet->state;
	int32_t at = lm_random_below(&fleet->random, fleet->van_count);
	int32_t from = fleet->vans[at];
	int32_t kind = lm_random_below(&fleet->random, state->kind_count);
	int32_t to = lm_state_empty(state, kind);
	LmSplice splices[2];

	if (to < 0 || fleet->open[to] || kind == state->kind[from] || state->routes[from].count == 0 ||
	    state->problem->vehicles[from].under_way ||
	    (fleet->room[kind] < fleet->room[state->kind[from]] &&
	     !lm_random_chance(&fleet->random, ROOMIER_BUT_ONE_IN)))
		return;
	state->vans[to].max_stops = state->problem->vehicles[to].max_stops;
	splices[0] = (LmSplice){lm_state_start(state, to), lm_state_end(state, to), fleet->scratch, 0};
	for (int32_t node = state->nodes[lm_state_start(state, from)].next;
	     node < state->problem->order_count; node = state->nodes[node].next)
		fleet->scratch[splices[0].count++] = node;
	splices[1] = (LmSplice){lm_state_start(state, from), lm_state_end(state, from), NULL, 0};
	fleet->steps += splices[0].count;
	if (lm_splice_price(state, &splices[0], LM_IMPOSSIBLE) >= LM_IMPOSSIBLE)
	{
		state->vans[to].max_stops = 0;
		return;
	}
	lm_splice_apply(state, splices, 2);
	state->vans[from].max_stops = 0;
	fleet->open[from] = false;
	fleet->open[to] = true;
	fleet->vans[at] = to;
}

/* Removes and puts back, where that leaves no other order without a place. */
static void
ruin_and_recreate(Fleet *fleet)
{
	LmState *state = fleet->state;
	int32_t fresh = state->absent_count;

	lm_ruin(state, fleet->neighbours, &fleet->random);
	lm_recreate(fleet->recreate, state, fleet->neighbours, &fleet->random, fresh);
	for (int32_t i = 0; i < state->absent_count; i++)
		if (!fleet->waiting[state->absent[i]])
		{
			lm_state_undo(state);
			return;
		}
	lm_state_commit(state);
	pool_clean(fleet);
}

static void
plan_shake(Fleet *fleet)
{
	fleet->steps += lm_shake(fleet->state, fleet->neighbours, &fleet->random, SHAKE_TRIES,
	                         fleet->scratch);
	if (fleet->state->kind_count > 1)
		van_change(fleet);
	lm_state_commit(fleet->state);
	ruin_and_recreate(fleet);
	fleet->steps += RUIN_STEPS;
}

/* ---- the phase ---- */

static int32_t
route_draw(Fleet *fleet)
{
	int32_t drawn = -1;
	int32_t seen = 0;

	for (int32_t v = 0; v < fleet->state->problem->vehicle_count; v++)
		/* one under way stays, whatever is taken off it */
		if (fleet->state->routes[v].count > 0 && !fleet->state->problem->vehicles[v].under_way &&
		    lm_random_chance(&fleet->random, ++seen))
			drawn = v;
	return drawn;
}

/* Takes a route away; true when its orders have found places, false when the budget is used up. */
static bool
route_close(Fleet *fleet, int32_t route)
{
	LmState *state = fleet->state;
	int32_t orders = state->problem->order_count;

	if (route < 0)
		return false;
	for (int32_t i = 0; i < orders; i++)
	{
		/* a reload is not pushed out */
		fleet->penalties[i] = i < lm_problem_rows(state->problem) ? 1 : RELOAD_PENALTY;
		fleet->waiting[i] = i < lm_problem_rows(state->problem) && state->absent_at[i] >= 0;
	}
	plan_pack(fleet, route, fleet->next);
	lm_state_load(state, fleet->next);
	vans_allow(fleet, false);
	fleet->pool_count = 0;
	pool_add(fleet, 0);
	fleet->least = fleet->pool_count;
	fleet->begun = fleet->used;
	while (fleet->pool_count > 0 && steps_add(fleet, 0))
	{
		order_serve(fleet, fleet->pool[fleet->pool_count - 1]);
		if (fleet->pool_count > 0)
			plan_shake(fleet);
	}
	lm_state_commit(state);
	return fleet->pool_count == 0 && !lm_scheduler_stopped(state->scheduler);
}

/* A sum that stays where an open end is: enough to compare with capacities. */
static LmAmount
amount_add(LmAmount sum, LmAmount amount)
{
	return sum >= LM_NEVER || amount >= LM_NEVER ? LM_NEVER : sum + amount;
}

static LmAmount
amount_times(LmAmount amount, int32_t times)
{
	return amount >= LM_NEVER / times ? LM_NEVER : amount * times;
}

static int32_t
parts_needed(LmAmount whole, LmAmount part)
{
	return (int32_t) (whole / part + (whole % part > 0));
}

/* Vehicles that it takes at least to serve what the plan serves, were all like the largest. */
static int32_t
vehicles_needed(const LmState *state)
{
	const LmProblem *problem = state->problem;
	int32_t dims = problem->dimensions;
	int32_t most_stops = 1;
	int32_t needed = 1;
	int32_t served = 0;
	int32_t parts;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
		if (problem->vehicles[v].max_stops > most_stops)
			most_stops = problem->vehicles[v].max_stops;
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		served += state->routes[v].count - state->routes[v].reloads;
	parts = parts_needed(served, most_stops);
	if (parts > needed)
		needed = parts;
	for (int32_t d = 0; d < dims; d++)
	{
		LmAmount carried[2] = {0, 0}; /* deliveries, pickups: each fill a vehicle once */
		LmAmount largest = 1;

		for (int32_t i = 0; i < problem->order_count; i++)
		{
			const LmUnit *unit = lm_problem_unit(problem, i);
			LmOrderKind kind = state->spots[i].kind;

			/* goods of a shipment leave the room to the next; alternatives may have less of them */
			if (state->nodes[i].route != LM_ABSENT &&
			    (unit == NULL || unit->heads + unit->tails == 1))
				carried[kind == LM_PICKUP] = amount_add(carried[kind == LM_PICKUP],
				                                        problem->demand[(size_t) i * dims + d]);
		}
		for (int32_t v = 0; v < problem->vehicle_count; v++)
		{
			LmAmount most = amount_times(problem->capacity[(size_t) v * dims + d],
			                             state->vans[v].max_trips);

			if (most > largest)
				largest = most;
		}
		for (int i = 0; i < 2; i++)
			if (largest < LM_NEVER && parts_needed(carried[i], largest) > needed)
				needed = parts_needed(carried[i], largest);
	}
	return needed;
}

/* How much of everything a vehicle of each kind takes, in thousandths; the plan is any. */
static void
rooms_set(Fleet *fleet)
{
	const LmProblem *problem = fleet->state->problem;
	int32_t dims = problem->dimensions;

	for (int32_t d = 0; d < dims; d++)
	{
		LmAmount all = 1;

		for (int32_t i = 0; i < problem->order_count; i++)
			all = amount_add(all, problem->demand[(size_t) i * dims + d]);
		for (int32_t kind = 0; kind < fleet->state->kind_count; kind++)
		{
			int32_t van = fleet->state->kind_members[fleet->state->kind_first[kind]];
			LmAmount capacity = amount_times(problem->capacity[(size_t) van * dims + d],
			                                 fleet->state->vans[van].max_trips);

			fleet->room[kind] +=
				(int64_t) (1000.0 * (capacity < all ? (double) capacity / (double) all : 1));
		}
	}
}

static bool
fleet_begin(Fleet *fleet, int64_t planned, LmArena *arena)
{
	const LmProblem *problem = fleet->state->problem;
	size_t nodes = (size_t) problem->order_count + 2 * (size_t) problem->vehicle_count;

	fleet->eject = lm_eject_new(fleet->state, arena);
	if (fleet->state->units != NULL)
		fleet->eject_unit = lm_eject_unit_new(fleet->state, arena);
	fleet->penalties = LM_TAKE(arena, int64_t, problem->order_count);
	fleet->pool = LM_TAKE(arena, int32_t, problem->order_count);
	fleet->waiting = LM_TAKE(arena, bool, problem->order_count);
	fleet->open = LM_TAKE(arena, bool, problem->vehicle_count);
	fleet->vans = LM_TAKE(arena, int32_t, problem->vehicle_count);
	fleet->room = LM_TAKE(arena, int64_t, fleet->state->kind_count);
	fleet->kept = LM_TAKE(arena, int32_t, nodes);
	fleet->next = LM_TAKE(arena, int32_t, nodes);
	fleet->scratch = LM_TAKE(arena, int32_t, 2 * (size_t) problem->order_count);
	if (arena->failed)
		return false;
	fleet->random.state = fleet->options->seed;
	fleet->steps_limit =
		(int64_t) (SHARE * (double) (planned < ITERATIONS_MOST ? planned : ITERATIONS_MOST)) *
		STEPS_PER_ITERATION;
	if (fleet->options->clock_share != NULL)
		fleet->clock = fleet->options->clock_share(fleet->options->context);
	rooms_set(fleet);
	plan_pack(fleet, -1, fleet->kept);
	return true;
}

LmStatus
lm_fleet_reduce(LmState *state, LmRecreate *recreate, const LmNeighbours *neighbours,
                const LmSolveOptions *options, int64_t planned, LmArena *arena, int64_t *iterations)
{
	Fleet fleet = {.state = state,
	               .recreate = recreate,
	               .neighbours = neighbours,
	               .options = options,
	               .status = LM_OK};
	int32_t needed = vehicles_needed(state);

	*iterations = 0;
	if (!fleet_begin(&fleet, planned, arena))
		return LM_NO_MEMORY;
	while (state->used > needed && fleet.steps < fleet.steps_limit && steps_add(&fleet, 0) &&
	       route_close(&fleet, route_draw(&fleet)))
		plan_pack(&fleet, -1, fleet.kept);
	vans_allow(&fleet, true);
	lm_state_load(state, fleet.kept);
	if (fleet.status != LM_OK)
		return fleet.status;
	if (lm_scheduler_stopped(state->scheduler))
		return LM_CANCELLED;
	if (lm_scheduler_failed(state->scheduler))
		return LM_NO_MEMORY;
	*iterations = (fleet.steps < fleet.steps_limit ? fleet.steps : fleet.steps_limit) /
	              STEPS_PER_ITERATION;
	return LM_OK;
}
