/*
 * search.c
 *	  Acceptance, cooling, the best plan.
 */
#include "solver/search.h"

#include <stdlib.h>
#include <string.h>

#include "solver/ruin.h"

#define FIRST_TEMPERATURE 2 /* mean legs; 0.1 to 1 end higher at 100 to 1,000 orders */
#define COOLING_STEPS 256
/* 0.005^(1/256): after all steps the temperature is a hundredth of a mean leg. */
#define COOLING_FACTOR 0.9795161514852455
#define IMPROVE_PERMILLE 100
#define IMPROVE_WIDTH 10
#define POLL_EVERY 8 /* iterations between two looks at clock and stop */
/* While orders are missing, this share of the budget goes to placing them at any cost. */
#define PLACING_SHARE 0.3
/* A search without iterations given ends after this many per squared order: ten orders take some 60 ms. */
#define ENOUGH_PER_SQUARE 100
#define ENOUGH_LEAST 5000

typedef struct Search
{
	LmState *state;
	const LmClasses *classes;
	const LmSolveOptions *options;
	LmRandom random;
	double share; /* of the budget used */
	double temperature;
	int32_t step; /* of cooling */

	int32_t *best_next;   /* [nodes] as lm_state_load takes it */
	int32_t *best_absent; /* [class_count] */
	int32_t best_vehicles;
	LmCost best_cost;
	bool *stale; /* [vehicle_count] route differs from best_next */
	int32_t *stale_ids;
	int32_t stale_count;

	int32_t *absent_now; /* [class_count] scratch */
	int64_t *misses;     /* [order_count] iterations that ended without the order */
	int64_t misses_sum;  /* over the absent orders of the present plan */
} Search;

/* ---- classes ---- */

static int
priority_compare(const void *a, const void *b)
{
	int32_t x = *(const int32_t *) a;
	int32_t y = *(const int32_t *) b;

	return x > y ? -1 : x < y;
}

bool
lm_classes_set(const LmProblem *problem, LmArena *arena, LmClasses *classes)
{
	int32_t *priorities = LM_TAKE(arena, int32_t, problem->order_count);
	int32_t mandatory = 0;
	int32_t distinct = 0;
	bool priced = problem->objective == LM_OBJECTIVE_COST;

	classes->of_order = LM_TAKE(arena, int32_t, problem->order_count);
	if (priorities == NULL || classes->of_order == NULL)
		return false;
	for (int32_t i = 0; i < problem->order_count; i++)
		if (!problem->orders[i].optional)
			priorities[mandatory++] = problem->orders[i].priority;
	qsort(priorities, (size_t) mandatory, sizeof(int32_t), priority_compare);
	for (int32_t i = 0; i < mandatory; i++)
		if (i == 0 || priorities[i] != priorities[distinct - 1])
			priorities[distinct++] = priorities[i];
	classes->count = distinct;
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		const LmOrder *order = &problem->orders[i];

		if (order->optional)
		{
			/* without a price for metres or hours the optional come after all mandatory ones */
			classes->of_order[i] = priced ? -1 : distinct;
			if (!priced)
				classes->count = distinct + 1;
			continue;
		}
		for (classes->of_order[i] = 0; priorities[classes->of_order[i]] != order->priority;)
			classes->of_order[i]++;
	}
	return true;
}

/* ---- the best plan ---- */

static void
absent_count(Search *search)
{
	const LmState *state = search->state;

	memset(search->absent_now, 0, sizeof(int32_t) * (size_t) search->classes->count);
	for (int32_t i = 0; i < state->absent_count; i++)
	{
		int32_t class = search->classes->of_order[state->absent[i]];

		if (class >= 0)
			search->absent_now[class]++;
	}
}

/* Whether the present plan is better than the best one. */
static bool
best_beaten(Search *search)
{
	const LmState *state = search->state;

	absent_count(search);
	for (int32_t class = 0; class < search->classes->count; class ++)
		if (search->absent_now[class] != search->best_absent[class])
			return search->absent_now[class] < search->best_absent[class];
	if (state->problem->objective == LM_OBJECTIVE_VEHICLES && state->used != search->best_vehicles)
		return state->used < search->best_vehicles;
	return state->cost < search->best_cost;
}

static void
stale_add(Search *search, int32_t vehicle)
{
	if (search->stale[vehicle])
		return;
	search->stale[vehicle] = true;
	search->stale_ids[search->stale_count++] = vehicle;
}

static void
best_take(Search *search)
{
	const LmState *state = search->state;

	for (int32_t i = 0; i < search->stale_count; i++)
	{
		int32_t vehicle = search->stale_ids[i];
		int32_t end = lm_state_end(state, vehicle);

		for (int32_t node = lm_state_start(state, vehicle); node != end;
		     node = state->nodes[node].next)
			search->best_next[node] = state->nodes[node].next;
		search->stale[vehicle] = false;
	}
	search->stale_count = 0;
	memcpy(search->best_absent, search->absent_now,
	       sizeof(int32_t) * (size_t) search->classes->count);
	search->best_vehicles = state->used;
	search->best_cost = state->cost;
}

/* ---- acceptance ---- */

static int64_t
misses_of_absent(const Search *search)
{
	const LmState *state = search->state;
	int64_t sum = 0;

	for (int32_t i = 0; i < state->absent_count; i++)
		if (search->classes->of_order[state->absent[i]] >= 0)
			sum += 1 + search->misses[state->absent[i]];
	return sum;
}

/* Whether the plan just made replaces the one before. */
static bool
plan_accepted(Search *search)
{
	const LmState *state = search->state;
	bool accepted = (double) (state->cost - state->logged_cost) <
	                search->temperature * lm_random_exponential(&search->random);

	if (state->absent_count == 0 && search->misses_sum == 0)
		return accepted;
	if (search->share < PLACING_SHARE)
	{
		/* orders that are missing often weigh more, whatever the plan costs (fleet
		 * minimisation of the same paper) */
		int64_t sum = misses_of_absent(search);

		for (int32_t i = 0; i < state->absent_count; i++)
			search->misses[state->absent[i]]++;
		accepted |= sum < search->misses_sum;
	}
	if (accepted)
		search->misses_sum = misses_of_absent(search);
	return accepted;
}

static void
cool(Search *search)
{
	while (search->step < COOLING_STEPS && search->step < (int32_t) (search->share * COOLING_STEPS))
	{
		search->temperature *= COOLING_FACTOR;
		search->step++;
	}
}

/* The mean price of a leg of the present plan. */
static double
mean_leg(const LmState *state)
{
	double price = 0;
	int64_t legs = 0;

	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
	{
		const LmPrices *prices = &state->problem->prices[v];
		const LmTravel *travel = lm_problem_travel(state->problem, v);

		if (state->routes[v].count == 0)
			continue;
		legs += state->routes[v].count + 1;
		price += (double) prices->per_mm * (double) state->routes[v].length;
		for (int32_t node = lm_state_start(state, v); node != lm_state_end(state, v);
		     node = state->nodes[node].next)
		{
			int32_t place = state->nodes[state->nodes[node].next].place;

			if (place != LM_NOWHERE)
				price += (double) prices->per_ms *
				         lm_travel_time(travel, state->nodes[node].place, place);
		}
	}
	return legs > 0 && price > 0 ? price / (double) legs : 1;
}

/* ---- the loop ---- */

static bool
search_begin(Search *search, LmArena *arena)
{
	const LmProblem *problem = search->state->problem;
	size_t nodes = (size_t) problem->order_count + 2 * (size_t) problem->vehicle_count;

	search->best_next = LM_TAKE(arena, int32_t, nodes);
	search->best_absent = LM_TAKE(arena, int32_t, search->classes->count);
	search->absent_now = LM_TAKE(arena, int32_t, search->classes->count);
	search->stale = LM_TAKE(arena, bool, problem->vehicle_count);
	search->stale_ids = LM_TAKE(arena, int32_t, problem->vehicle_count);
	search->misses = LM_TAKE(arena, int64_t, problem->order_count);
	if (arena->failed)
		return false;
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		stale_add(search, v);
	absent_count(search);
	best_take(search);
	search->misses_sum = misses_of_absent(search);
	search->temperature = FIRST_TEMPERATURE * mean_leg(search->state);
	return true;
}

/* Iterations after which a search without a number of its own has seen enough. */
static int64_t
enough_iterations(const LmProblem *problem)
{
	int64_t square = (int64_t) problem->order_count * problem->order_count;

	return square * ENOUGH_PER_SQUARE < ENOUGH_LEAST ? ENOUGH_LEAST : square * ENOUGH_PER_SQUARE;
}

static void
share_update(Search *search, int64_t done, int64_t planned)
{
	const LmSolveOptions *options = search->options;
	double share = (double) done / (double) planned;

	if (options->clock_share != NULL)
	{
		double clock = options->clock_share(options->context);

		if (clock > share)
			share = clock;
	}
	search->share = share;
	cool(search);
}

LmStatus
lm_search_run(LmState *state, LmRecreate *recreate, LmImprove *improve,
              const LmNeighbours *neighbours, const LmClasses *classes,
              const LmSolveOptions *options, LmArena *arena, int64_t *iterations)
{
	Search search = {.state = state, .classes = classes, .options = options};
	int64_t planned = options->iterations > 0 ? options->iterations
	                                          : enough_iterations(state->problem);
	int64_t done;

	search.random.state = options->seed;
	if (!search_begin(&search, arena))
		return LM_NO_MEMORY;
	for (done = 0; done < planned; done++)
	{
		int32_t fresh;

		if (done % POLL_EVERY == 0)
		{
			if (options->should_stop(options->context))
				return LM_CANCELLED;
			share_update(&search, done, planned);
			if (search.share >= 1)
				break;
		}
		fresh = state->absent_count;
		lm_ruin(state, neighbours, &search.random);
		lm_recreate(recreate, state, neighbours, &search.random, fresh);
		if (lm_random_below(&search.random, 1000) < IMPROVE_PERMILLE)
			lm_improve(improve, state, neighbours, IMPROVE_WIDTH);
		/* what was broken off is no plan */
		if (lm_scheduler_late(state->scheduler))
			break;
		if (!plan_accepted(&search))
		{
			lm_state_undo(state);
			continue;
		}
		for (int32_t i = 0; i < state->logged_route_count; i++)
			stale_add(&search, state->logged_route_ids[i]);
		lm_state_commit(state);
		if (best_beaten(&search))
			best_take(&search);
	}
	if (lm_scheduler_stopped(state->scheduler))
		return LM_CANCELLED;
	*iterations = done;
	lm_state_load(state, search.best_next);
	return lm_scheduler_failed(state->scheduler) ? LM_NO_MEMORY : LM_OK;
}
