/*
 * spread.c
 *	  Rounds of cutting, cooling and putting together.
 *
 * A ruin changes a few routes that lie together, so what goes on in one part of a large plan has
 * nothing to do with what goes on in another; but a small problem stays in the cache.
 */
#include "solver/spread.h"

#include "model/part.h"

#define GROUP_ORDERS 1000 /* 400 are half as fast again, but no better; 1,700 are slower */
#define SPREAD_ABOVE 2000 /* orders: below, two groups are no better than one */
/* More rounds mix the groups better; making a group a problem takes as long as some hundred iterations. */
#define ROUNDS_MOST 30
#define ROUNDS_LEAST 6
#define PIECE_ITERATIONS 2000
#define PROBE_ITERATIONS 1000 /* show how many the time limit holds */

typedef struct Spread
{
	LmAnneal *anneal;
	const LmSolveOptions *options;
	LmWhole whole;
	LmSplit *split;
	LmGroup *groups;
	int32_t group_count;
	int32_t *next; /* [nodes] the plan */
	LmArena desk;  /* of the piece at work */
	double from;   /* progress it begins with */
} Spread;

bool
lm_spread_pays(const LmProblem *problem)
{
	return problem->order_count > SPREAD_ABOVE && lm_part_possible(problem);
}

static void
plan_read(Spread *spread)
{
	const LmState *state = spread->anneal->state;

	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
		for (int32_t node = lm_state_start(state, v); node != lm_state_end(state, v);
		     node = state->nodes[node].next)
			spread->next[node] = state->nodes[node].next;
}

static void
plan_put(Spread *spread, const LmGroup *group)
{
	const LmState *state = spread->anneal->state;

	for (int32_t v = 0; v < group->vehicle_count; v++)
	{
		int32_t node = lm_state_start(state, group->vehicles[v]);

		for (int32_t at = group->first[v]; at < group->first[v + 1]; at++)
			node = spread->next[node] = group->orders[at];
		spread->next[node] = lm_state_end(state, group->vehicles[v]);
	}
}

/* The orders that the groups leave out. */
static int32_t
absent_count(const Spread *spread)
{
	int32_t absent = 0;

	for (int32_t g = 0; g < spread->group_count; g++)
		absent += spread->groups[g].order_count -
		          spread->groups[g].first[spread->groups[g].vehicle_count];
	return absent;
}

/* How many rounds the budget is worth. */
static int32_t
rounds_count(Spread *spread)
{
	LmAnneal *anneal = spread->anneal;
	LmBudget *budget = anneal->budget;
	int64_t planned = budget->planned;
	int64_t rounds;

	if (budget->clocked)
	{
		double before = budget->share;

		(void) lm_anneal_run(anneal, &(LmCooling){.from = spread->from,
		                                          .to = spread->from,
		                                          .iterations = PROBE_ITERATIONS,
		                                          .placing = true});
		if (budget->share > before &&
		    PROBE_ITERATIONS / (budget->share - before) < (double) planned)
			planned = (int64_t) (PROBE_ITERATIONS / (budget->share - before));
		lm_state_undo(anneal->state);
	}
	rounds = planned / ((int64_t) spread->group_count * PIECE_ITERATIONS);
	return rounds < ROUNDS_LEAST ? ROUNDS_LEAST
	                             : (rounds > ROUNDS_MOST ? ROUNDS_MOST : (int32_t) rounds);
}

/* What a group gets of the budget that is left in a round, by its share of the orders still to come. */
static void
piece_limit(const Spread *spread, LmPiece *piece, double left, double part)
{
	const LmBudget *budget = spread->anneal->budget;
	int64_t rest = budget->planned - budget->done;
	int64_t iterations = 1 + (int64_t) (left * part * (double) budget->planned);

	if (budget->clocked)
		piece->share = left * part * budget->span;
	else
		piece->cooling.iterations = iterations < rest ? iterations : rest;
}

/* Cools every group once, until a share of the budget is used. */
static LmStatus
round_run(Spread *spread, LmPiece *piece, double until)
{
	LmAnneal *anneal = spread->anneal;
	LmBudget *budget = anneal->budget;
	int32_t rest = anneal->state->problem->order_count;
	int32_t absent = absent_count(spread);

	for (int32_t g = 0; g < spread->group_count; g++)
	{
		LmGroup *group = &spread->groups[g];
		LmStatus status;

		if (!lm_budget_look(budget, absent))
			break;
		piece->seed = lm_random_next(&anneal->random);
		piece_limit(spread, piece, until - budget->share, (double) group->order_count / rest);
		status = lm_piece_run(&spread->whole, group, piece, spread->options, &spread->desk);
		if (status != LM_OK)
			return status;
		budget->done += piece->iterations;
		rest -= group->order_count;
		plan_put(spread, group);
	}
	return budget->cancelled ? LM_CANCELLED : LM_OK;
}

static LmStatus
rounds_run(Spread *spread)
{
	LmAnneal *anneal = spread->anneal;
	LmBudget *budget = anneal->budget;
	LmPiece piece = {.mean_leg = anneal->mean_leg,
	                 .cooling = {.to = spread->from, .placing = true}};
	int32_t rounds = rounds_count(spread);
	double begun;
	LmStatus status = LM_OK;

	plan_read(spread);
	(void) lm_budget_look(budget, anneal->state->absent_count);
	begun = budget->share;
	for (int32_t round = 1; round <= rounds && budget->share < 1 && status == LM_OK; round++)
	{
		piece.cooling.from = piece.cooling.to;
		piece.cooling.to = spread->from + (1 - spread->from) * round / rounds;
		piece.best = round == rounds;
		spread->groups = lm_split_make(spread->split, spread->next, spread->group_count,
		                               &anneal->random);
		status = round_run(spread, &piece, begun + (1 - begun) * round / rounds);
	}
	return status;
}

LmStatus
lm_spread_run(LmAnneal *anneal, double from, const LmSolveOptions *options, LmArena *arena)
{
	LmState *state = anneal->state;
	int32_t orders = state->problem->order_count;
	Spread spread = {.anneal = anneal,
	                 .options = options,
	                 .from = from,
	                 .group_count = (orders + GROUP_ORDERS / 2) / GROUP_ORDERS,
	                 .whole = {state->problem, anneal->neighbours, anneal->best->classes,
	                           state->absent_price, state->vans}};
	LmStatus status;

	spread.split = lm_split_new(state, spread.group_count, arena);
	spread.next = LM_TAKE(arena, int32_t, orders + 2 * state->problem->vehicle_count);
	if (spread.split == NULL || spread.next == NULL)
		return LM_NO_MEMORY;
	lm_arena_init(&spread.desk, arena->take, arena->give, arena->context,
	              arena->limit - arena->used);
	status = rounds_run(&spread);
	lm_arena_drop(&spread.desk);
	if (status == LM_OK)
		lm_state_load(state, spread.next);
	return status;
}
