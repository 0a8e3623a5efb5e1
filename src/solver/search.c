/*
 * search.c
 *	  How the budget is spent.
 *
 * Where it holds many short coolings, plans of different ones are crossed: a short cooling ends in
 * a different valley each time, and what is good in several plans comes together in their children.
 * Where it holds few, all of it is one cooling.
 */
#include "solver/search.h"

#include "solver/search_parts.h"
#include "solver/team.h"

/* A search without iterations given ends after this many per squared order: ten orders take some 60 ms. */
#define ENOUGH_PER_SQUARE 100
#define ENOUGH_LEAST 5000

/* Iterations an order of a plan's cooling, at least and per hundred orders: a large plan cooled too fast
 * is poor in all its parts, and crossing does not mend that. */
#define ITERATIONS_PER_ORDER 50
#define CHILD_PERCENT 20 /* of these iterations in the shortest cooling of a child */
/* After so many children in a row that were no better than any plan, half of the plans are made anew,
 * longer each time. */
#define PATIENCE (9 * LM_PLANS / 4)
#define LONGER 2

/* How rarely a place is overlooked, drawn for each cooling: what ends in one valley at one rate ends in
 * others at others. */
static const int32_t blink_rates[] = {100, 40, 20, 10};
#define BLINK_RATES 4

/* How a child is cooled, drawn likewise: cold keeps what its parents have, warm can do with a vehicle less. */
static const struct
{
	double from;   /* progress of the cooling: 0.1, 0.3 and 0.7 mean legs */
	int32_t times; /* the shortest */
} child_coolings[] = {{0.55, 1}, {0.55, 1}, {0.36, 2}, {0.2, 3}};
#define CHILD_COOLINGS 4

int64_t
lm_search_planned(const LmProblem *problem, const LmSolveOptions *options)
{
	int64_t square = (int64_t) lm_problem_rows(problem) * lm_problem_rows(problem);

	if (options->iterations > 0)
		return options->iterations;
	return square * ENOUGH_PER_SQUARE < ENOUGH_LEAST ? ENOUGH_LEAST : square * ENOUGH_PER_SQUARE;
}

int
lm_plans_compare(const LmSearch *search, const LmKept *a, const LmKept *b)
{
	return lm_kept_compare(a, b, search->anneal.state, search->best.classes);
}

void
lm_plans_put(LmSearch *search, int32_t at)
{
	lm_kept_copy(&search->plans[at], &search->best.kept, search->anneal.state,
	             search->best.classes);
}

bool
lm_plans_new(LmSearch *search, LmArena *arena)
{
	for (int32_t i = 0; i < LM_PLANS; i++)
		if (!lm_kept_new(&search->plans[i], search->anneal.state, search->best.classes, arena))
			return false;
	search->cross = lm_cross_new(search->anneal.state, arena);
	return search->cross != NULL;
}

int32_t
lm_plans_blink(LmSearch *search)
{
	return blink_rates[lm_random_below(&search->anneal.random, BLINK_RATES)];
}

/* A plan without parents; the budget may end meanwhile. */
static void
plan_make(LmSearch *search)
{
	lm_state_load(search->anneal.state, search->first.next);
	lm_recreate_blink(search->anneal.recreate, lm_plans_blink(search));
	lm_anneal_run(&search->anneal,
	              &(LmCooling){.to = 1, .iterations = search->fresh_iterations, .placing = true});
}

static bool
over(const LmSearch *search)
{
	return search->budget.share >= 1 || search->budget.cancelled;
}

/* Sorts the plans, best first. */
static void
plans_sort(LmSearch *search)
{
	for (int32_t i = 1; i < search->count; i++)
		for (int32_t at = i; at > 0; at--)
		{
			LmKept plan = search->plans[at];

			if (lm_plans_compare(search, &plan, &search->plans[at - 1]) >= 0)
				break;
			search->plans[at] = search->plans[at - 1];
			search->plans[at - 1] = plan;
		}
}

bool
lm_plans_join(LmSearch *search)
{
	int32_t worst = 0;

	for (int32_t i = 0; i < search->count; i++)
	{
		if (lm_plans_compare(search, &search->best.kept, &search->plans[i]) == 0)
			return false;
		if (lm_plans_compare(search, &search->plans[worst], &search->plans[i]) < 0)
			worst = i;
	}
	if (lm_plans_compare(search, &search->best.kept, &search->plans[worst]) > 0)
		return false;
	lm_plans_put(search, worst);
	return true;
}

LmCooling
lm_plans_child(LmSearch *search, int32_t *blink)
{
	LmAnneal *anneal = &search->anneal;
	LmRandom *random = &anneal->random;
	/* the better one of two drawn, and any other */
	int32_t receiver = lm_random_below(random, search->count);
	int32_t rival = lm_random_below(random, search->count);
	int32_t donor = lm_random_below(random, search->count - 1);
	int32_t cooling = lm_random_below(random, CHILD_COOLINGS);

	if (lm_plans_compare(search, &search->plans[rival], &search->plans[receiver]) < 0)
		receiver = rival;
	donor += donor >= receiver;
	*blink = lm_plans_blink(search);
	lm_recreate_blink(anneal->recreate, *blink);
	lm_cross(search->cross, anneal->state, anneal->neighbours, random, &search->plans[receiver],
	         &search->plans[donor]);
	lm_recreate(anneal->recreate, anneal->state, anneal->neighbours, random, 0);
	lm_improve(anneal->improve, anneal->state, anneal->neighbours, anneal->neighbours->width);
	lm_state_commit(anneal->state);
	return (LmCooling){.from = child_coolings[cooling].from,
	                   .to = 1,
	                   .iterations = child_coolings[cooling].times * search->child_iterations};
}

bool
lm_plans_tired(LmSearch *search)
{
	if (search->failed <= PATIENCE)
		return false;
	search->failed = 0;
	search->fresh_iterations *= LONGER;
	search->child_iterations += search->child_iterations / 2;
	plans_sort(search);
	return true;
}

/* The worse half of the plans is made anew. */
static void
plans_renew(LmSearch *search)
{
	for (int32_t i = search->count / 2; i < search->count && !over(search); i++)
	{
		plan_make(search);
		lm_plans_put(search,
		             lm_plans_compare(search, &search->best.kept, &search->plans[0]) < 0 ? 0 : i);
	}
}

static void
plans_cross(LmSearch *search)
{
	while (search->count < LM_PLANS && !over(search) &&
	       (search->count < 2 || search->budget.share < LM_FIRST_PLANS_SHARE))
	{
		plan_make(search);
		lm_plans_put(search, search->count++);
	}
	while (!over(search))
	{
		int32_t blink;
		LmCooling cooling = lm_plans_child(search, &blink);

		lm_anneal_run(&search->anneal, &cooling);
		search->failed = lm_plans_join(search) ? 0 : search->failed + 1;
		if (lm_plans_tired(search))
			plans_renew(search);
	}
}

LmStatus
lm_search_run(LmState *state, const LmSearchTools *tools, const LmSolveOptions *options,
              LmArena *arena, int64_t *iterations)
{
	int64_t orders = lm_problem_rows(state->problem);
	LmSearch search = {.anneal = {.state = state,
	                              .recreate = tools->recreate,
	                              .improve = tools->improve,
	                              .neighbours = tools->neighbours,
	                              .random = {options->seed}},
	                   .fresh_iterations = orders * ITERATIONS_PER_ORDER *
	                                       (orders > 100 ? orders : 100) / 100};
	const LmKept *best = &search.best.kept;
	LmCooling first = {
		.from = tools->from, .to = 1, .short_run = search.fresh_iterations, .placing = true};
	LmStatus status = LM_OK;

	search.child_iterations = 1 + search.fresh_iterations * CHILD_PERCENT / 100;
	search.budget = lm_budget_begin(options, lm_search_planned(state->problem, options));
	search.budget.absent_share = tools->absent_share;
	search.budget.clocked = tools->clocked;
	search.anneal.budget = &search.budget;
	search.anneal.best = &search.best;
	if (!lm_best_new(&search.best, state, tools->classes, arena) ||
	    !lm_kept_new(&search.first, state, tools->classes, arena) ||
	    !lm_anneal_new(&search.anneal, arena))
		return LM_NO_MEMORY;
	lm_kept_copy(&search.first, best, state, tools->classes);
	if (lm_team_pays(state, tools))
		status = lm_team_run(&search, tools, options, arena);
	else if (lm_anneal_run(&search.anneal, &first) > 0 && !over(&search))
	{
		if (!lm_plans_new(&search, arena))
			return LM_NO_MEMORY;
		lm_plans_put(&search, search.count++);
		plans_cross(&search);
	}
	if (status != LM_OK)
		return status;
	if (search.budget.cancelled || lm_scheduler_stopped(state->scheduler))
		return LM_CANCELLED;
	for (int32_t i = 0; i < search.count; i++)
		if (lm_plans_compare(&search, &search.plans[i], best) < 0)
			best = &search.plans[i];
	if (lm_plans_compare(&search, &search.first, best) < 0)
		best = &search.first;
	*iterations = search.budget.done;
	lm_state_load(state, best->next);
	return lm_scheduler_failed(state->scheduler) ? LM_NO_MEMORY : LM_OK;
}
