/*
 * judge_schedule.h
 *	  The departure and the breaks of one route, found by the judge's own method.
 *
 * The search carries sets of departures forward through the route.  The judge
 * asks backwards instead: every least-cost schedule departs at the earliest
 * instant, or so late that some row, or some break, starts just when its window
 * opens.  Those departures are enumerated by walking back from every opening,
 * and each is tried by walking forward.  The two methods share no code.
 *
 * Layer   check, pure part: C11 and model only.
 * Rules   doc/reference.md, "The schedule of a route"; their numbers stand in the comments.
 */
#ifndef LM_CHECK_JUDGE_SCHEDULE_H
#define LM_CHECK_JUDGE_SCHEDULE_H

#include "model/arena.h"
#include "model/problem.h"

/* A leg: it takes the same at any moment, or what the traffic makes of it. */
typedef struct LmJudgeLeg
{
	const LmTraffic *traffic; /* NULL: time holds at any moment */
	size_t pair;              /* of places, for traffic */
	LmTime time;              /* >= 0 */
} LmJudgeLeg;

/* One order row of a route, with its leg and its share of the visit's setup. */
typedef struct LmJudgeRow
{
	LmJudgeLeg leg; /* from the row before */
	LmTime setup;   /* rule 3: not zero at the first row of a visit only */
	LmTime service;
	const LmWindow *windows; /* ascending, not overlapping */
	int32_t window_count;    /* >= 1 */
} LmJudgeRow;

/*
 * A route without names.  Row 0 is the start, rows 1 .. count are rows[0 .. count-1].
 * Instants and durations are below LM_TIME_MAX; sums that leave the range are
 * taken as never.
 */
typedef struct LmJudgeTrip
{
	const LmJudgeRow *rows; /* [count] */
	int32_t count;
	LmJudgeLeg back;          /* to the end place; no time with open_end */
	const LmTraffic *traffic; /* of all legs that change; NULL: none does */
	bool open_end;
	const LmBreak *breaks; /* [break_count], in the order of rule 5 */
	int32_t break_count;
	const int32_t
		*shown; /* [shown_count] ascending: rows after which breaks are taken; NULL: anywhere */
	int32_t shown_count; /* <= break_count */
	LmTime earliest;     /* departure, rule 1 */
	LmTime shift_end;
	LmTime latest_end; /* shift_end + overtime */
	LmTime max_time;
	int64_t weight;                     /* of a ms of working time, 0 .. 2^30 */
	int64_t overtime_weight;            /* of a ms past shift_end, 0 .. 2^30 */
	bool (*should_stop)(void *context); /* NULL: nobody asks */
	void *context;
} LmJudgeTrip;

typedef struct LmJudgeSchedule
{
	bool feasible; /* rules 1 to 6 are kept */
	LmTime departs;
	int32_t first_break; /* the first that is taken */
	int32_t taken;       /* how many, from first_break on */
	int32_t *after;      /* [taken] ascending: the row after which each is taken; in the arena */
} LmJudgeSchedule;

typedef enum LmJudgeStatus
{
	LM_JUDGE_OK,
	LM_JUDGE_NO_MEMORY,
	LM_JUDGE_STOPPED /* should_stop said so */
} LmJudgeStatus;

/*
 * lm_judge_schedule - the schedule of rule 7; of a route that has none, the one it is timed by
 *
 * Without a feasible schedule the departure is trip->earliest, and breaks that
 * are not shown are placed by rule 7 where the windows allow it, else as
 * doc/reference.md says for lastmile.check.
 * Cost    O(c x (count + windows) x breaks^2), c = how many openings are waited for at the
 *		   earliest departure, at most all of them; with traffic also closings, and the changes
 *		   of travel times within a week of each row.
 */
LmJudgeStatus lm_judge_schedule(const LmJudgeTrip *trip, LmArena *arena, LmJudgeSchedule *schedule);

/*
 * lm_judge_serve - when service of a row starts for a vehicle that is ready at an instant, rule 4
 *
 * Returns LM_NEVER when no window is left.
 */
LmTime lm_judge_serve(const LmJudgeRow *row, LmTime ready);

/* lm_judge_sum - a sum that stays within the open ends, so that no input can wrap it. */
static inline int64_t
lm_judge_sum(int64_t a, int64_t b)
{
	int64_t sum = a + b;

	if (a >= LM_NEVER || sum > LM_NEVER)
		return LM_NEVER;
	return a <= -LM_NEVER || sum < -LM_NEVER ? -LM_NEVER : sum;
}

/* lm_judge_arrive - when a leg begun at an instant arrives; LM_NEVER: never */
static inline LmTime
lm_judge_arrive(const LmJudgeLeg *leg, LmTime departs)
{
	if (leg->traffic == NULL || departs >= LM_NEVER || departs <= -LM_NEVER)
		return lm_judge_sum(departs, leg->time);
	return lm_traffic_arrive(leg->traffic, leg->pair, departs);
}

#endif /* LM_CHECK_JUDGE_SCHEDULE_H */
