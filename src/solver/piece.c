/*
 * piece.c
 *	  A part of the problem with lists and prices from the whole, its cooling, and the way back.
 */
#include "solver/piece.h"

#include <stdlib.h>
#include <string.h>

#include "model/part.h"

/* A group at work. */
typedef struct Work
{
	const LmWhole *whole;
	LmGroup *group;
	LmArena *arena;
	LmPart part;
	int32_t *number; /* [whole order_count] 1 + the part's, 0: not in it */
	LmNeighbours neighbours;
	LmClasses classes;
	LmBest best;
	LmAnneal anneal;
} Work;

static int
number_compare(const void *a, const void *b)
{
	int32_t x = *(const int32_t *) a;
	int32_t y = *(const int32_t *) b;

	return x < y ? -1 : x > y;
}

static bool
part_make(Work *work, const LmSolveOptions *options)
{
	LmPartStop stop = {options->should_stop, options->context};
	const LmGroup *group = work->group;
	int32_t *orders = LM_TAKE(work->arena, int32_t, group->order_count);

	work->number = LM_TAKE(work->arena, int32_t, work->whole->problem->order_count);
	if (work->arena->failed)
		return false;
	memcpy(orders, group->orders, sizeof(int32_t) * (size_t) group->order_count);
	qsort(orders, (size_t) group->order_count, sizeof(int32_t), number_compare);
	for (int32_t i = 0; i < group->order_count; i++)
		work->number[orders[i]] = i + 1;
	return lm_part_new(work->whole->problem, orders, group->order_count, group->vehicles,
	                   group->vehicle_count, &stop, work->arena, &work->part);
}

static bool
lists_make(Work *work, const LmState *state)
{
	int32_t orders = work->part.problem.order_count;

	work->classes.count = work->whole->classes->count;
	work->classes.of_order = LM_TAKE(work->arena, int32_t, orders);
	if (work->classes.of_order == NULL)
		return false;
	for (int32_t i = 0; i < orders; i++)
		work->classes.of_order[i] = work->whole->classes->of_order[work->part.order[i]];
	return lm_neighbours_thin(work->whole->neighbours, state, work->part.order, work->number,
	                          work->arena, &work->neighbours);
}

/* The group's plan in a state of the part. */
static bool
state_load(Work *work, LmState *state, const LmBalance *balance)
{
	const LmGroup *group = work->group;
	int32_t orders = work->part.problem.order_count;
	int32_t *next = LM_TAKE(work->arena, int32_t, orders + 2 * group->vehicle_count);

	if (next == NULL)
		return false;
	for (int32_t i = 0; i < orders; i++)
		state->absent_price[i] = work->whole->absent_price[work->part.order[i]];
	for (int32_t v = 0; v < group->vehicle_count; v++)
	{
		int32_t node = lm_state_start(state, v);

		state->vans[v].price = work->whole->van_price[group->vehicles[v]];
		for (int32_t at = group->first[v]; at < group->first[v + 1]; at++)
			node = next[node] = work->number[group->orders[at]] - 1;
		next[node] = lm_state_end(state, v);
	}
	state->balance = *balance;
	lm_state_load(state, next);
	return true;
}

static LmStatus
work_begin(Work *work, const LmPiece *piece, const LmSolveOptions *options)
{
	LmScheduler *scheduler;
	LmState *state;

	if (!part_make(work, options))
		return work->arena->failed ? LM_NO_MEMORY : LM_CANCELLED;
	scheduler = lm_scheduler_new(&work->part.problem, work->arena);
	if (scheduler == NULL)
		return LM_NO_MEMORY;
	lm_scheduler_watch(scheduler, options->should_stop, options->clock_share, options->context);
	state = lm_state_new(&work->part.problem, scheduler, work->arena);
	if (state == NULL)
		return lm_scheduler_stopped(scheduler) ? LM_CANCELLED : LM_NO_MEMORY;
	if (!lists_make(work, state) || !state_load(work, state, &piece->balance))
		return LM_NO_MEMORY;
	if (options->should_stop(options->context))
		return LM_CANCELLED;
	work->anneal.state = state;
	work->anneal.recreate = lm_recreate_new(state, work->classes.of_order, work->arena);
	work->anneal.improve = lm_improve_new(state, work->arena);
	work->anneal.neighbours = &work->neighbours;
	work->anneal.best = &work->best;
	if (work->arena->failed || !lm_best_new(&work->best, state, &work->classes, work->arena) ||
	    !lm_anneal_new(&work->anneal, work->arena))
		return LM_NO_MEMORY;
	return LM_OK;
}

/* The plan in state as the group's. */
static void
group_write(Work *work)
{
	const LmState *state = work->anneal.state;
	LmGroup *group = work->group;
	int32_t at = 0;

	for (int32_t v = 0; v < group->vehicle_count; v++)
	{
		group->first[v] = at;
		for (int32_t node = state->nodes[lm_state_start(state, v)].next;
		     node < work->part.problem.order_count; node = state->nodes[node].next)
			group->orders[at++] = work->part.order[node];
	}
	group->first[group->vehicle_count] = at;
	for (int32_t i = 0; i < work->part.problem.order_count; i++)
		if (state->nodes[i].route == LM_ABSENT)
			group->orders[at++] = work->part.order[i];
}

/* A slice of the time limit as if it were all of it. */
typedef struct Slice
{
	const LmSolveOptions *options;
	double begun;
	double length;
} Slice;

static bool
slice_stop(void *context)
{
	const Slice *slice = context;

	return slice->options->should_stop(slice->options->context);
}

static double
slice_share(void *context)
{
	const Slice *slice = context;
	double share = slice->options->clock_share(slice->options->context);

	if (share >= 1 || slice->length <= 0)
		return 1;
	return (share - slice->begun) / slice->length;
}

LmStatus
lm_piece_run(const LmWhole *whole, LmGroup *group, LmPiece *piece, const LmSolveOptions *options,
             LmArena *arena)
{
	Work work = {.whole = whole, .group = group, .arena = arena};
	Slice slice = {.options = options, .length = piece->share};
	LmSolveOptions sliced = {.should_stop = slice_stop, .context = &slice};
	LmBudget budget;
	LmStatus status;

	piece->iterations = 0;
	if (group->order_count == 0 || group->vehicle_count == 0 || piece->cooling.iterations < 0)
		return LM_OK;
	if (options->clock_share != NULL)
	{
		sliced.clock_share = slice_share;
		slice.begun = options->clock_share(options->context);
		if (slice.length > piece->until - slice.begun)
			slice.length = piece->until - slice.begun;
	}
	lm_arena_reset(arena);
	status = work_begin(&work, piece, options);
	if (status == LM_OK)
	{
		lm_recreate_blink(work.anneal.recreate, piece->blink);
		budget = lm_budget_begin(&sliced, piece->cooling.iterations > 0 ? piece->cooling.iterations
		                                                                : INT64_MAX);
		budget.clock = 0;
		work.anneal.budget = &budget;
		work.anneal.random.state = piece->seed;
		work.anneal.mean_leg = piece->mean_leg;
		(void) lm_anneal_run(&work.anneal, &piece->cooling);
		piece->iterations = budget.done;
		if (lm_scheduler_failed(work.anneal.state->scheduler))
			status = LM_NO_MEMORY;
		else if (budget.cancelled || lm_scheduler_stopped(work.anneal.state->scheduler))
			status = LM_CANCELLED;
	}
	if (status == LM_OK)
	{
		if (piece->best)
			lm_state_load(work.anneal.state, work.best.kept.next);
		else
			lm_state_undo(work.anneal.state);
		group_write(&work);
	}
	return status;
}
