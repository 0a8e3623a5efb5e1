/*
 * solve.h
 *	  The search's front door: a problem in, a plan and its reasons out.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_SOLVE_H
#define LM_SOLVER_SOLVE_H

#include "model/arena.h"
#include "model/plan.h"
#include "model/problem.h"
#include "model/reason.h"
#include "solver/progress.h"

typedef enum LmStatus
{
	LM_OK,
	LM_CANCELLED, /* should_stop said so; no plan */
	LM_NO_MEMORY  /* the arena refused; no plan */
} LmStatus;

typedef struct LmSolveOptions
{
	int64_t iterations;   /* of the search, of all streams; 0: no limit of that kind */
	int32_t streams;      /* coolings at the same time that iterations are shared among; 0: one */
	LmProgress *progress; /* how far it is; NULL: nobody asks */
	const struct LmCrew *crew; /* who helps (board.h); NULL: nobody */
	uint64_t seed;
	const LmPlan *start;                  /* routes to begin with, feasible or not; NULL: none */
	bool (*should_stop)(void *context);   /* polled at least every 5 ms: give up at once */
	double (*clock_share)(void *context); /* of the time limit used so far, >= 1: finish with
												 * the best plan; NULL: no time limit */
	void *context;
} LmSolveOptions;

typedef struct LmSolveResult
{
	LmPlan plan;
	LmReason *reasons;  /* [order_count]; LM_REASON_NONE for served orders */
	int64_t iterations; /* done */
} LmSolveResult;

/*
 * lm_solve - plans the problem
 *
 *	result		filled on LM_OK; its arrays live in the arena
 *
 * The plan served is feasible: every route has a schedule and keeps every limit.
 * With clock_share time is kept back for a last look for places and for reasons; where it does not suffice,
 * places may have been overlooked, and the reason of an order may be LM_REASON_SEARCH of no places.
 * Mandatory orders by priority first, then the objective.  It is no worse than the routes
 * to begin with, once these have lost what makes them infeasible (start.h).  Without clock_share
 * the result depends on the problem, those routes, iterations, streams and seed only, not on the crew.
 */
LmStatus lm_solve(const LmProblem *problem, const LmSolveOptions *options, LmArena *arena,
                  LmSolveResult *result);

#endif /* LM_SOLVER_SOLVE_H */
