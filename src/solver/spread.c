/*
 * spread.c
 *	  Rounds of cutting, cooling and putting together.
 *
 * A ruin changes a few routes that lie together, so what goes on in one part of a large plan has
 * nothing to do with what goes on in another; but a small problem stays in the cache, and several
 * can be worked on at the same time.
 */
#include "solver/spread.h"

#include "solver/balance.h"

#define GROUP_ORDERS 1000 /* 400 are half as fast again, but no better; 1,700 are slower */
#define SPREAD_ABOVE 2000 /* orders: below, two groups are no better than one */
/* More rounds mix the groups better; making a group a problem takes as long as some hundred iterations. */
#define ROUNDS_MOST 30
#define ROUNDS_LEAST 6
#define PIECE_ITERATIONS 2000

typedef struct Work
{
	const LmSpread *spread;
	LmAnneal *anneal;
	LmSplit *split;
	LmGroup *groups;
	int32_t *next; /* [nodes] the plan */
} Work;

int32_t
lm_spread_groups(const LmProblem *problem)
{
	if (problem->order_count <= SPREAD_ABOVE)
		return 1;
	return (problem->order_count + GROUP_ORDERS / 2) / GROUP_ORDERS;
}

static void
plan_read(Work *work)
{
	const LmState *state = work->anneal->state;

	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
		for (int32_t node = lm_state_start(state, v); node != lm_state_end(state, v);
		     node = state->nodes[node].next)
			work->next[node] = state->nodes[node].next;
}

/* The orders that the groups leave out. */
static int32_t
absent_count(const Work *work)
{
	int32_t absent = 0;

	for (int32_t g = 0; g < work->spread->groups; g++)
		absent += work->groups[g].order_count -
		          work->groups[g].first[work->groups[g].vehicle_count];
	return absent;
}

/* What a group gets of the round: of the clock, or of the iterations. */
static void
piece_limit(const Work *work, LmPiece *piece, double left, int64_t iterations, double part)
{
	const LmBudget *budget = work->anneal->budget;

	piece->until = budget->clock + budget->span;
	piece->share = 1;
	if (!budget->clocked)
	{
		int64_t share = (int64_t) ((double) iterations * part);

		piece->cooling.iterations = share > 0 ? share : -1;
	}
	else if (work->spread->groups == work->spread->hands && work->spread->hands > 1)
		piece->share = left * budget->span;
	else
		piece->share = left * budget->span * part * work->spread->hands;
}

/* The mean of all working times, from which the groups of this round count. */
static LmBalance
balance_hold(Work *work)
{
	LmState *state = work->anneal->state;

	if (!state->balanced)
		return (LmBalance){0};
	lm_state_load(state, work->next);
	return (LmBalance){.held = true, .mean = state->balance.mean, .tilt = state->balance.tilt};
}

static LmStatus
piece_take(Work *work, int32_t g)
{
	LmGroup group;
	LmPiece piece;
	LmStatus status = lm_shop_collect(work->spread->shop, g, &group, &piece);

	if (status != LM_OK)
		return status;
	work->anneal->budget->done += piece.iterations;
	lm_group_put(work->anneal->state, &group, work->next);
	return LM_OK;
}

/* Cools every group once, until a share of the budget is used. */
static LmStatus
round_run(Work *work, LmPiece *piece, double until)
{
	const LmSpread *spread = work->spread;
	LmAnneal *anneal = work->anneal;
	LmBudget *budget = anneal->budget;
	int32_t orders = anneal->state->problem->order_count;
	int32_t rest = orders;
	int64_t iterations = (int64_t) (until * (double) budget->planned) - budget->done;
	int32_t absent = absent_count(work);
	bool alone = spread->hands == 1;
	LmStatus status = LM_OK;
	size_t at = 0;

	for (int32_t g = 0; g < spread->groups && status == LM_OK; g++)
	{
		LmGroup *group = &work->groups[g];

		if (!lm_budget_look(budget, absent) && g == 0)
			return budget->cancelled ? LM_CANCELLED : LM_OK;
		piece->seed = lm_random_next(&anneal->random);
		piece_limit(work, piece, until - budget->share, iterations,
		            (double) group->order_count / (alone || !budget->clocked ? rest : orders));
		iterations -= piece->cooling.iterations > 0 ? piece->cooling.iterations : 0;
		rest -= group->order_count;
		lm_shop_post(spread->shop, g, at, group, piece);
		at += lm_board_room(group->vehicle_count, group->order_count);
		/* alone, what a group takes too long is taken from the next */
		if (alone)
			status = piece_take(work, g);
	}
	for (int32_t g = 0; g < spread->groups && status == LM_OK && !alone; g++)
		status = piece_take(work, g);
	return status == LM_OK && budget->cancelled ? LM_CANCELLED : status;
}

/* Tells how far it is; the state is not used for anything else between rounds. */
static void
round_show(Work *work)
{
	LmProgress *progress = work->anneal->budget->options->progress;

	if (progress == NULL || !progress->wanted)
		return;
	lm_state_load(work->anneal->state, work->next);
	lm_progress_see(progress, work->anneal->state, work->anneal->budget->done);
}

static LmStatus
rounds_run(Work *work)
{
	const LmSpread *spread = work->spread;
	LmAnneal *anneal = work->anneal;
	LmBudget *budget = anneal->budget;
	LmPiece piece = {.mean_leg = anneal->mean_leg,
	                 .blink = LM_BLINK_ONE_IN,
	                 .cooling = {.to = spread->from, .placing = true}};
	double count = spread->planned / ((double) spread->groups * PIECE_ITERATIONS);
	int32_t rounds = count < ROUNDS_LEAST  ? ROUNDS_LEAST
	                 : count > ROUNDS_MOST ? ROUNDS_MOST
	                                       : (int32_t) count;
	double begun;
	LmStatus status = LM_OK;

	plan_read(work);
	(void) lm_budget_look(budget, anneal->state->absent_count);
	begun = budget->share;
	for (int32_t round = 1; round <= rounds && budget->share < 1 && status == LM_OK; round++)
	{
		piece.cooling.from = piece.cooling.to;
		piece.cooling.to = spread->from + (1 - spread->from) * round / rounds;
		piece.best = round == rounds;
		piece.balance = balance_hold(work);
		work->groups = lm_split_make(work->split, work->next, spread->groups, &anneal->random);
		status = round_run(work, &piece, begun + (1 - begun) * round / rounds);
		round_show(work);
	}
	return status;
}

LmStatus
lm_spread_run(LmAnneal *anneal, const LmSpread *spread, LmArena *arena)
{
	LmState *state = anneal->state;
	Work work = {.spread = spread, .anneal = anneal};
	LmStatus status;

	work.split = lm_split_new(state, spread->groups, arena);
	work.next = LM_TAKE(arena, int32_t,
	                    state->problem->order_count + 2 * state->problem->vehicle_count);
	if (work.split == NULL || work.next == NULL)
		return LM_NO_MEMORY;
	status = rounds_run(&work);
	if (status == LM_OK)
		lm_state_load(state, work.next);
	return status;
}
