/*
 * judge_day.h
 *	  The rows of a route that are done or frozen, timed by a computation of its own.
 *
 * Written as if what the search settles were wrong: only LmProblem.fixed is shared.
 *
 * Layer   check, pure part: C11 and model only.
 * Rules   doc/reference.md, "A day under way".
 */
#ifndef LM_CHECK_JUDGE_DAY_H
#define LM_CHECK_JUDGE_DAY_H

#include "check/judge_schedule.h"
#include "model/arena.h"
#include "model/plan.h"
#include "model/problem.h"

/* Where a route goes on behind its fixed rows, and what is left of its rules there. */
typedef struct LmJudgeDay
{
	bool begun;    /* there are such rows; else it is the vehicle as it is */
	bool ended;    /* the end itself is done */
	LmStop *stops; /* [count] from the start row */
	int32_t count;
	int32_t orders;  /* of them */
	int32_t reloads; /* likewise */
	int32_t place;   /* of the last */
	int32_t site;    /* whose visit may go on; -1: none */
	LmTime left;     /* departure from the start */
	LmTime departs;  /* from the last */
	LmTime loaded;   /* when its trip began to be loaded: the departure, or service at its reload */
	LmBreak *breaks; /* [break_count] that may still be required */
	int32_t *break_of; /* [break_count] which of the vehicle's */
	int32_t break_count;
	LmTime latest_end; /* the rule's, or what the fixed rows alone take */
	LmTime max_time;   /* of the whole route, likewise */
	LmLength max_distance;
	int32_t max_stops;
	LmLength range; /* of the trip of the last; 0: no limit */
} LmJudgeDay;

/*
 * lm_judge_day - times the fixed rows of a vehicle
 *
 * Arrays live in the arena.
 */
LmJudgeStatus lm_judge_day(const LmProblem *problem, int32_t vehicle,
                           bool (*should_stop)(void *context), void *context, LmArena *arena,
                           LmJudgeDay *day);

#endif /* LM_CHECK_JUDGE_DAY_H */
