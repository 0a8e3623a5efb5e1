/*
 * solve.c
 *	  Sets the search up, runs it, and writes down what came of it.
 */
#include "solver/solve.h"

#include "solver/balance.h"
#include "solver/best.h"
#include "solver/budget.h"
#include "solver/fleet.h"
#include "solver/neighbours.h"
#include "solver/reasons.h"
#include "solver/place.h"
#include "solver/recreate.h"
#include "solver/reload.h"
#include "solver/search.h"
#include "solver/start.h"
#include "solver/state.h"
#include "solver/team.h"

/* An order left out weighs this many times the dearest route that serves one order alone. */
#define ABSENT_WEIGHT 4
/* A class of higher priority weighs this many times the next; beyond the limit classes weigh alike
 * in acceptance, the best plan is compared class by class anyway. */
#define CLASS_WEIGHT 3
#define CLASS_WEIGHT_LIMIT 5
/* With objective vehicles a van weighs this many times the dearest such route, and a week of work at most. */
#define VEHICLE_WEIGHT 10
#define LONGEST_DAY ((LmTime) 7 * 24 * 3600 * 1000)
/* Absent orders of the first plan whose reasons and last looks are timed. */
#define REASON_SAMPLE 32
/* Where the last look finds a place for one, all others are looked at again. */
#define LAST_LOOKS 2
/* So many are looked at even when the time is over: a plan broken off may have left them beside an empty van. */
#define LOOKS_LEAST 16
/* Routes to begin with that serve so many of all orders are cooled from here, so that they are not lost at once. */
#define WARM_SERVED_PERCENT 80
#define WARM_PROGRESS 0.4
/* All absent orders together cost no more than this, so that no sum wraps. */
#define WEIGHT_ROOM (INT64_MAX / 4)

/* The dearest route that serves a single order, over all orders some vehicle can serve alone. */
static LmCost
dearest_alone(LmState *state)
{
	LmCost dearest = 1;

	for (int32_t i = 0; i < state->absent_count; i++)
	{
		LmPlacing placing;

		if (lm_unit_find(state, state->absent[i], LM_IMPOSSIBLE, &placing) &&
		    placing.cost > dearest)
			dearest = placing.cost;
	}
	return dearest;
}

/* What one van less may cost in waiting: all the time between the first and the last window. */
static LmCost
dearest_wait(const LmState *state)
{
	const LmProblem *problem = state->problem;
	LmTime first = LM_NEVER;
	LmTime last = -LM_NEVER;
	LmCost per_ms = 0;

	for (int32_t i = 0; i < lm_problem_rows(problem); i++)
	{
		if (state->spots[i].open < first)
			first = state->spots[i].open;
		if (state->spots[i].close > last)
			last = state->spots[i].close;
	}
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		if (problem->prices[v].per_ms + problem->prices[v].per_overtime_ms > per_ms)
			per_ms = problem->prices[v].per_ms + problem->prices[v].per_overtime_ms;
	/* nothing but reloads */
	if (first > last)
		return 0;
	return per_ms * (last - first < LONGEST_DAY ? last - first : LONGEST_DAY);
}

/* Prices of absent orders and, with objective vehicles, of vans; the plan is still empty. */
static void
weights_set(LmState *state, const LmClasses *classes)
{
	const LmProblem *problem = state->problem;
	LmCost room = WEIGHT_ROOM / (problem->order_count + problem->vehicle_count);
	LmCost dearest = dearest_alone(state);

	if (dearest > room / ABSENT_WEIGHT)
		dearest = room / ABSENT_WEIGHT;
	if (problem->objective == LM_OBJECTIVE_VEHICLES)
	{
		LmCost weight = VEHICLE_WEIGHT * dearest + dearest_wait(state);

		/* an absent order must still outweigh a van */
		if (weight > room / ABSENT_WEIGHT / 2)
			weight = room / ABSENT_WEIGHT / 2;
		for (int32_t v = 0; v < problem->vehicle_count; v++)
			state->vans[v].price += weight;
		dearest += weight;
	}
	state->cost = 0;
	for (int32_t i = 0; i < lm_problem_rows(problem); i++)
	{
		int32_t class = classes->of_order[i];
		LmCost price = dearest < room / ABSENT_WEIGHT ? ABSENT_WEIGHT * dearest : room;

		for (int32_t above = classes->count - 1;
		     above > class && classes->count - above <= CLASS_WEIGHT_LIMIT; above--)
			price = price < room / CLASS_WEIGHT ? price * CLASS_WEIGHT : room;
		state->absent_price[i] = class < 0 ? problem->skip_price[i] : price;
		if (lm_problem_first(problem, i) == i)
			state->cost += state->absent_price[i];
	}
	lm_state_commit(state);
}

static bool
result_take(const LmProblem *problem, LmArena *arena, LmSolveResult *result)
{
	result->plan.first = LM_TAKE(arena, int32_t, (size_t) problem->vehicle_count + 1);
	result->plan.stops = LM_TAKE(arena, int32_t, problem->order_count);
	result->reasons = LM_TAKE(arena, LmReason, problem->order_count);
	result->iterations = 0;
	return !arena->failed;
}

/* The reason of an order, or of all of its unit. */
static void
reason_write(const LmProblem *problem, int32_t first, LmReason reason, LmSolveResult *result)
{
	const LmUnit *unit = lm_problem_unit(problem, first);

	result->reasons[first] = reason;
	for (int32_t i = 0; unit != NULL && i < unit->heads + unit->tails; i++)
		result->reasons[problem->members[unit->first + i]] = reason;
}

static LmStatus
result_write(LmState *state, LmReasons *reasons, const LmSolveOptions *options,
             LmSolveResult *result)
{
	const LmProblem *problem = state->problem;
	bool late = false;
	int32_t count = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		int32_t end = lm_state_end(state, v);

		result->plan.first[v] = count;
		for (int32_t node = state->nodes[lm_state_start(state, v)].next; node != end;
		     node = state->nodes[node].next)
			result->plan.stops[count++] = node;
	}
	result->plan.first[problem->vehicle_count] = count;
	lm_reasons_begin(reasons);
	for (int32_t i = 0; i < state->absent_count; i++)
	{
		if (options->should_stop(options->context))
			return LM_CANCELLED;
		late = late ||
		       (options->clock_share != NULL && options->clock_share(options->context) >= 1);
		reason_write(problem, state->absent[i],
		             late ? lm_reason_alone(reasons, state->absent[i])
		                  : lm_reason_find(reasons, state->absent[i]),
		             result);
	}
	/* a schedule that was refused for lack of memory or time is no reason */
	if (lm_scheduler_stopped(state->scheduler))
		return LM_CANCELLED;
	return lm_scheduler_failed(state->scheduler) ? LM_NO_MEMORY : LM_OK;
}

/* Shares of the time limit that an absent order takes in the end. */
typedef struct Ending
{
	double look; /* one look for a place */
	double reason;
} Ending;

/* Measured on the first plan. */
static Ending
ending_measure(LmState *state, LmReasons *reasons, const LmSolveOptions *options)
{
	int32_t sample = state->absent_count < REASON_SAMPLE ? state->absent_count : REASON_SAMPLE;
	int32_t step = sample > 0 ? state->absent_count / sample : 0;
	double begun;
	double looked;

	if (options->clock_share == NULL || sample == 0)
		return (Ending){0};
	begun = options->clock_share(options->context);
	for (int32_t i = 0; i < sample; i++)
	{
		LmCost cost;

		(void) lm_place_exists(state, state->absent[i * step], &cost);
	}
	looked = options->clock_share(options->context);
	lm_reasons_begin(reasons);
	for (int32_t i = 0; i < sample; i++)
		(void) lm_reason_find(reasons, state->absent[i * step]);
	return (Ending){(looked - begun) / sample,
	                (options->clock_share(options->context) - looked) / sample};
}

/* When the last look ends: what is left is for reasons. */
typedef struct LookLimit
{
	const LmSolveOptions *options;
	double until;  /* share of the time limit */
	int32_t looks; /* so far */
} LookLimit;

static bool
look_over(void *context)
{
	LookLimit *limit = context;
	const LmSolveOptions *options = limit->options;

	return options->should_stop(options->context) ||
	       (limit->looks++ >= LOOKS_LEAST && options->clock_share != NULL &&
	        options->clock_share(options->context) >= limit->until);
}

/*
 * Candidate lists and blinks may have overlooked a place: what is absent afterwards has none, or costs
 * more than it is worth, if there was time to look.
 */
static void
plan_finish(LmState *state, const LmSearchTools *tools, const LmSolveOptions *options,
            const Ending *ending)
{
	LookLimit limit = {options, 1, 0};
	LmCost before;
	bool found;

	if (options->clock_share != NULL)
	{
		double left = 1 - options->clock_share(options->context);
		double reasons = ending->reason * state->absent_count;

		limit.until -= reasons < LM_ABSENT_SHARE * left ? reasons : LM_ABSENT_SHARE * left;
	}
	do
	{
		lm_drop_dear(state);
		lm_balance_settle(state);
		before = state->cost;
		found = lm_recreate_fully(tools->recreate, state, look_over, &limit) > 0;
		lm_balance_settle(state);
		/* deviations are estimated where vehicles are many: it must not go round and round */
	} while (found && (!state->balanced || state->cost < before));
	if (found)
		lm_drop_dear(state);
	lm_reload_clean(state, true);
	lm_state_commit(state);
}

/* The search, with objective vehicles after one for a plan with fewer of them. */
static LmStatus
plan_improve(LmState *state, const LmSearchTools *tools, const LmSolveOptions *options,
             LmArena *arena, int64_t *iterations)
{
	LmSolveOptions left = *options;
	int64_t taken = 0;
	LmStatus status = LM_OK;

	left.iterations = lm_search_planned(state->problem, options);
	if (state->problem->objective == LM_OBJECTIVE_VEHICLES)
		status = lm_fleet_reduce(state, tools->recreate, tools->neighbours, options,
		                         left.iterations, arena, &taken);
	if (status != LM_OK)
		return status;
	left.iterations -= taken;
	if (options->progress != NULL)
		options->progress->phase = LM_PHASE_SEARCHING;
	status = lm_search_run(state, tools, &left, arena, iterations);
	*iterations += taken;
	return status;
}

/*
 * The first plan: the routes to begin with, kept in `given`, or none; then all orders that find a
 * place, and a local search.
 */
static LmStatus
plan_begin(LmState *state, LmSearchTools *tools, const LmSolveOptions *options, LmArena *arena,
           LmBest *given)
{
	LmRandom random = {options->seed};

	if (options->start != NULL && !lm_start_load(state, options->start, arena))
		return lm_scheduler_stopped(state->scheduler) ? LM_CANCELLED : LM_NO_MEMORY;
	/* routes that lost orders may have trips without any */
	lm_reload_clean(state, true);
	lm_state_commit(state);
	if (options->start != NULL && !lm_best_new(given, state, tools->classes, arena))
		return LM_NO_MEMORY;
	if (100 * (int64_t) state->absent_count <=
	    (100 - WARM_SERVED_PERCENT) * (int64_t) lm_problem_rows(state->problem))
		tools->from = WARM_PROGRESS;
	lm_recreate(tools->recreate, state, tools->neighbours, &random, 0);
	lm_improve(tools->improve, state, tools->neighbours, tools->neighbours->width);
	lm_state_commit(state);
	return LM_OK;
}

/* Goes back to the routes that were given, where all that was found is worse. */
static LmStatus
plan_return(LmState *state, const LmClasses *classes, const LmBest *given, LmArena *arena)
{
	LmBest found;

	if (!lm_best_new(&found, state, classes, arena))
		return LM_NO_MEMORY;
	if (lm_kept_compare(&given->kept, &found.kept, state, classes) < 0)
		lm_state_load(state, given->kept.next);
	return LM_OK;
}

LmStatus
lm_solve(const LmProblem *problem, const LmSolveOptions *options, LmArena *arena,
         LmSolveResult *result)
{
	LmScheduler *scheduler = lm_scheduler_new(problem, arena);
	LmSearchTools tools = {0};
	LmReasons *reasons;
	LmNeighbours neighbours;
	LmClasses classes;
	LmBest given;
	LmState *state;
	Ending ending;
	LmStatus status;

	if (scheduler == NULL || !result_take(problem, arena, result))
		return LM_NO_MEMORY;
	lm_scheduler_watch(scheduler, options->should_stop, options->clock_share, options->context);
	state = lm_state_new(problem, scheduler, arena);
	if (state == NULL)
		return lm_scheduler_stopped(scheduler) ? LM_CANCELLED : LM_NO_MEMORY;
	reasons = lm_reasons_new(state, arena);
	if (reasons == NULL)
		return LM_NO_MEMORY;
	if (lm_problem_rows(problem) == 0 || problem->vehicle_count == 0)
		return result_write(state, reasons, options, result);
	if (!lm_classes_set(problem, arena, &classes))
		return LM_NO_MEMORY;
	tools.recreate = lm_recreate_new(state, classes.of_order, arena);
	tools.improve = lm_improve_new(state, arena);
	if (arena->failed)
		return LM_NO_MEMORY;
	if (!lm_neighbours_find(state, arena, options->should_stop, options->context, &neighbours))
		return arena->failed ? LM_NO_MEMORY : LM_CANCELLED;
	tools.neighbours = &neighbours;
	tools.classes = &classes;
	weights_set(state, &classes);
	tools.clocked = options->iterations == 0 && options->clock_share != NULL;
	tools.crew = options->crew;
	tools.streams = lm_team_streams(problem, options, tools.clocked);
	status = plan_begin(state, &tools, options, arena, &given);
	if (status != LM_OK)
		return status;
	if (options->progress != NULL)
		options->progress->phase = problem->objective == LM_OBJECTIVE_VEHICLES ? LM_PHASE_FLEET
		                                                                       : LM_PHASE_SEARCHING;
	ending = ending_measure(state, reasons, options);
	tools.absent_share = LAST_LOOKS * ending.look + ending.reason;
	status = plan_improve(state, &tools, options, arena, &result->iterations);
	if (status == LM_OK && options->start != NULL)
		status = plan_return(state, &classes, &given, arena);
	if (status != LM_OK)
		return status;
	plan_finish(state, &tools, options, &ending);
	if (options->should_stop(options->context))
		return LM_CANCELLED;
	if (lm_scheduler_failed(scheduler))
		return LM_NO_MEMORY;
	return result_write(state, reasons, options, result);
}
