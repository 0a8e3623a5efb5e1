/*
 * judge_late.h
 *	  Soft windows: for one departure, where the breaks go.
 *
 * A state is a row, a number of breaks taken, a time and the lateness so far; from each there is a best
 * way on.  States that come no earlier than another and no less late are not followed.
 *
 * Layer   check, pure part: C11 and model only.
 * Rules   doc/reference.md, "Soft windows" and rule 7
 */
#ifndef LM_CHECK_JUDGE_LATE_H
#define LM_CHECK_JUDGE_LATE_H

#include "check/judge_walk.h"

/* A cost in two digits of base 2^31: a weight of 2^30 times any duration fits. */
typedef struct LmJudgeCost
{
	int64_t high;
	int64_t low;
} LmJudgeCost;

/* A way to the end of the route. */
typedef struct LmJudgeWay
{
	bool found;
	LmJudgeCost cost;
	LmTime ends;
	int64_t late; /* weight of its lateness */
	int32_t taken;
} LmJudgeWay;

typedef struct LmJudgeLate LmJudgeLate;

/* lm_judge_cost - of a departure, an end and the weight of lateness */
LmJudgeCost lm_judge_cost(const LmJudgeTrip *trip, LmTime departs, LmTime ends, int64_t late);

/* lm_judge_cost_compare - below 0 when a is less */
int lm_judge_cost_compare(LmJudgeCost a, LmJudgeCost b);

/* lm_judge_late_new - work space; NULL when memory is refused */
LmJudgeLate *lm_judge_late_new(const LmJudgeTrip *trip, LmArena *arena);

/*
 * lm_judge_late_best - the best way of a departure
 *
 *	limited		it must keep shift and max_time
 *
 * Returns false when memory is refused.
 */
bool lm_judge_late_best(LmJudgeLate *late, const LmJudgeWalk *walk, LmTime departs, bool limited,
                        LmJudgeWay *way);

/*
 * lm_judge_late_place - the rows after which that way takes its breaks, each as early as it may
 *
 *	limited		as the way was found
 *
 * Returns false when memory is refused.
 */
bool lm_judge_late_place(LmJudgeLate *late, const LmJudgeWalk *walk, LmTime departs, bool limited,
                         const LmJudgeWay *way, int32_t *after);

#endif /* LM_CHECK_JUDGE_LATE_H */
