/*
 * solve_check.h
 *	  Runs lm_solve under a watched allocator and checks its plan by the rules.
 *
 * Layer   test: C11 only.
 */
#ifndef LM_TEST_SOLVE_CHECK_H
#define LM_TEST_SOLVE_CHECK_H

#include "solver/schedule.h"
#include "solver/solve.h"

#include "heap.h"
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>

/* How lm_solve is run, and what was seen while it ran. */
typedef struct SolveRun
{
	int64_t iterations;
	uint64_t seed;
	const LmPlan *start; /* routes to begin with; NULL: none */
	long stop_at;        /* should_stop says so from this poll on; 0: never */
	double share_step;   /* the clock goes on by this at each look; 0: no clock */
	long fail_at;        /* the allocator refuses this block and all behind; 0: none */
	size_t limit;        /* of the arena; 0: none */
	int filling;         /* blocks come full of this byte */

	long polls;
	double share;
	long blocks;  /* asked for */
	long open;    /* not given back */
	size_t bytes; /* taken at the end */
	LmStatus status;
	LmSolveResult result; /* after solve_run: in the arena */
	LmArena arena;
} SolveRun;

static inline void *
solve_take(void *context, size_t bytes)
{
	SolveRun *run = context;
	void *block;

	if (++run->blocks >= run->fail_at && run->fail_at > 0)
		return NULL;
	block = malloc(bytes);
	if (block == NULL)
		abort();
	memset(block, run->filling, bytes);
	run->open++;
	return block;
}

static inline void
solve_give(void *context, void *block)
{
	((SolveRun *) context)->open--;
	free(block);
}

static inline bool
solve_should_stop(void *context)
{
	SolveRun *run = context;

	return ++run->polls >= run->stop_at && run->stop_at > 0;
}

static inline double
solve_share(void *context)
{
	SolveRun *run = context;

	run->share += run->share_step;
	return run->share;
}

/* solve_run - solves with the settings of the run; solve_end drops the result */
static inline LmStatus
solve_run(const LmProblem *problem, SolveRun *run)
{
	LmSolveOptions options = {0};

	options.iterations = run->iterations;
	options.seed = run->seed;
	options.start = run->start;
	options.should_stop = solve_should_stop;
	options.clock_share = run->share_step > 0 ? solve_share : NULL;
	options.context = run;
	lm_arena_init(&run->arena, solve_take, solve_give, run, run->limit > 0 ? run->limit : SIZE_MAX);
	run->status = lm_solve(problem, &options, &run->arena, &run->result);
	run->bytes = run->arena.used;
	return run->status;
}

static inline void
solve_end(SolveRun *run)
{
	lm_arena_drop(&run->arena);
}

/* The first rule that one route of the plan breaks, or NULL. */
static inline const char *
solve_route_wrong(const LmProblem *problem, LmScheduler *scheduler, int32_t vehicle,
                  const int32_t *orders, int32_t count)
{
	OracleRoute route = oracle_route(problem, vehicle, orders, count, 0);
	LmStop stops[ORACLE_ORDERS + ORACLE_BREAKS + 2];
	LmTimetable timetable = {.stops = stops};
	const char *wrong;

	if (count == 0)
		return NULL;
	if (problem->orders[orders[0]].kind == LM_RELOAD ||
	    problem->orders[orders[count - 1]].kind == LM_RELOAD)
		return "a trip without orders";
	for (int32_t i = 1; i < count; i++)
		if (problem->orders[orders[i - 1]].kind == LM_RELOAD &&
		    problem->orders[orders[i]].kind == LM_RELOAD)
			return "a trip without orders between others";
	if (count > ORACLE_ORDERS)
		return "route too long for the oracle";
	wrong = oracle_limit_broken(&route);
	if (wrong != NULL)
		return wrong;
	if (!lm_schedule_time(scheduler, vehicle, orders, count, &timetable))
		return "no schedule";
	/* the oracle knows no traffic: rows are held against the judge (hours.c, fuzz/solve.c) */
	if (route.travel->traffic != NULL)
		return NULL;
	return oracle_rows_wrong(&route, &timetable);
}

/* solve_plan_wrong - what is wrong with a plan and its reasons, or NULL */
static inline const char *
solve_plan_wrong(const LmProblem *problem, const LmSolveResult *result)
{
	const LmPlan *plan = &result->plan;
	const char *wrong = NULL;
	bool *served = calloc((size_t) problem->order_count + 1, sizeof(bool));
	LmArena arena;
	LmScheduler *scheduler;

	lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
	scheduler = lm_scheduler_new(problem, &arena);
	if (served == NULL || scheduler == NULL)
		abort();
	if (plan->first[0] != 0)
		wrong = "the first route begins elsewhere";
	for (int32_t v = 0; v < problem->vehicle_count && wrong == NULL; v++)
	{
		int32_t count = plan->first[v + 1] - plan->first[v];

		if (count < 0 || plan->first[v + 1] > problem->order_count)
			wrong = "routes are not one behind the other";
		for (int32_t i = plan->first[v]; i < plan->first[v + 1] && wrong == NULL; i++)
		{
			int32_t order = plan->stops[i];

			if (order < 0 || order >= problem->order_count)
				wrong = "no such order";
			else if (served[order])
				wrong = "an order is served twice";
			else
				served[order] = true;
		}
		if (wrong == NULL)
			wrong = solve_route_wrong(problem, scheduler, v, plan->stops + plan->first[v], count);
	}
	for (int32_t i = 0; i < lm_problem_rows(problem) && wrong == NULL; i++)
	{
		LmReasonCode code = result->reasons[i].code;
		const LmUnit *unit = lm_problem_unit(problem, i);
		int32_t served_of_unit = served[i];

		/* routes are whole (oracle_unit_broken); no unit may be on two of them */
		for (int32_t m = 0; unit != NULL && m < unit->heads + unit->tails; m++)
			served_of_unit += problem->members[unit->first + m] != i &&
			                  served[problem->members[unit->first + m]];
		if (unit != NULL && served_of_unit > 1 + (unit->tails > 0))
			wrong = "a unit is served twice";
		if (unit != NULL && served_of_unit > 0 && !served[i])
		{
			if (code != LM_REASON_NONE)
				wrong = "an alternative of a served order has a reason";
			continue;
		}

		if (served[i] && code != LM_REASON_NONE)
			wrong = "a served order has a reason";
		else if (!served[i] && (code <= LM_REASON_NONE || code > LM_REASON_SEARCH))
			wrong = "an order that is left out has no reason";
		else if (!served[i] && result->reasons[i].vehicle >= problem->vehicle_count)
			wrong = "a reason names no vehicle";
		else if (code == LM_REASON_DROPPED && !problem->orders[i].optional)
			wrong = "a mandatory order is dropped";
	}
	lm_arena_drop(&arena);
	free(served);
	return wrong;
}

/* solve_equal - whether two runs came to the same plan, reason by reason */
static inline bool
solve_equal(const LmProblem *problem, const LmSolveResult *a, const LmSolveResult *b)
{
	if (a->iterations != b->iterations ||
	    memcmp(a->plan.first, b->plan.first,
	           sizeof(int32_t) * ((size_t) problem->vehicle_count + 1)) != 0 ||
	    memcmp(a->plan.stops, b->plan.stops,
	           sizeof(int32_t) * (size_t) a->plan.first[problem->vehicle_count]) != 0)
		return false;
	for (int32_t i = 0; i < lm_problem_rows(problem); i++)
	{
		const LmReason *x = &a->reasons[i];
		const LmReason *y = &b->reasons[i];

		if (x->code != y->code || x->alone != y->alone || x->vehicle != y->vehicle ||
		    x->need != y->need || x->limit != y->limit || x->dimension != y->dimension ||
		    x->order != y->order || x->inbound != y->inbound)
			return false;
	}
	return true;
}

#endif /* LM_TEST_SOLVE_CHECK_H */
