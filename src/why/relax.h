/*
 * relax.h
 *	  What has to give way, and by how much, for a route to take one order more.
 *
 * Every place of the route is tried, and judged by check/judge.h on a copy of the
 * problem in which rules of times are eased; of the other rules the judge says
 * itself by how much they are broken.  Rows that are done or frozen keep the times they have.  Amounts are the least: found by halving,
 * which is right because who may do more can do what he could before.
 *
 * Layer   why, pure part: C11, model and the judge only.
 * Rules   doc/reference.md, "lastmile.why".
 */
#ifndef LM_WHY_RELAX_H
#define LM_WHY_RELAX_H

#include "check/judge.h"
#include "model/arena.h"
#include "model/problem.h"
#include "model/reason.h"

#define LM_RELAX_RULE(code) (UINT32_C(1) << (code))

/* The rules in the order in which they give way; the first LM_RELAX_TIMES are eased by milliseconds. */
#define LM_RELAX_RULES 12
#define LM_RELAX_TIMES 5
extern const LmReasonCode lm_relax_rules[LM_RELAX_RULES];

/* Limits that do not depend on times; from the last on a dimension each. */
enum
{
	LM_OVER_DISTANCE,
	LM_OVER_RANGE,
	LM_OVER_STOPS,
	LM_OVER_CAPACITY
};

/* A missing leg: between two orders, or the vehicle's start (before -1) or end (behind -1), or a reload there. */
#define LM_RELAX_RELOAD (-2)
typedef struct LmRelaxLeg
{
	int32_t before;
	int32_t behind;
} LmRelaxLeg;

/* All arrays live in the arena of lm_relaxer_new and hold until the next question. */
typedef struct LmRelaxation
{
	bool found;     /* false: no place, whatever gives way; nothing else is set then */
	uint32_t rules; /* LM_RELAX_RULE bits that have to give way; 0: the order has a place */
	LmTime times[LM_RELAX_TIMES]; /* by how much, in the order of lm_relax_rules; 0: not at all */
	int64_t *overs;      /* [LM_OVER_CAPACITY + dimensions] by how much each limit is raised */
	int32_t after;       /* the order before it at the cheapest place; -1: it comes first */
	int32_t other;       /* the other row of its shipment; -1: none */
	int32_t other_after; /* the order before that, of the route as it is; -1: likewise */
	double cost;         /* what the order adds there, in the user's currency */
	int32_t *windows;    /* [window_count] orders whose last window has to close later there */
	int32_t window_count;
	int32_t *releases; /* [release_count] orders whose goods have to be ready earlier there */
	int32_t release_count;
	LmTime ready;     /* by when */
	LmRelaxLeg *legs; /* [leg_count] that are missing there */
	int32_t leg_count;
} LmRelaxation;

typedef struct LmRelaxer LmRelaxer;

/*
 * lm_relaxer_new - work space, with a copy of what is eased; NULL when memory is refused
 *
 *	scratch		for the judge: what it holds is dropped between questions
 *	should_stop, context	as in LmJudgeRoute
 */
LmRelaxer *lm_relaxer_new(const LmProblem *problem, LmArena *arena, LmArena *scratch,
                          bool (*should_stop)(void *context), void *context);

/*
 * lm_relax_find - the smallest relaxation with which the vehicle can serve the order
 *
 *	route	[count] orders of the vehicle in their sequence, those that are done or frozen too; the order
 *			is none of them.  Of a shipment both rows are put on it, whichever is asked for, unless the
 *			route has picked up the goods already
 * Returns LM_JUDGE_NO_MEMORY or LM_JUDGE_STOPPED without a result.
 * Cost    (1 to 32) x (count + 1) judgements of the route, for a shipment at most x (count + 2) / 2, but for
 *		   places that bounds rule out; and about 30 more for each rule of times.
 */
LmJudgeStatus lm_relax_find(LmRelaxer *relaxer, int32_t vehicle, const int32_t *route,
                            int32_t count, int32_t order, LmRelaxation *relaxation);

#endif /* LM_WHY_RELAX_H */
