/*
 * judge_walk.h
 *	  A route without names, walked forwards from a departure and backwards from an instant.
 *
 * The judge's own way of timing: nothing of solver/ is used.  Which departures are walked
 * is judge_schedule.c's affair.
 *
 * Layer   check, pure part: C11 and model only.
 * Rules   doc/reference.md, "The schedule of a route"; their numbers stand in the comments.
 */
#ifndef LM_CHECK_JUDGE_WALK_H
#define LM_CHECK_JUDGE_WALK_H

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
	LmTime due;              /* soft: a later start costs, */
	int64_t late_weight;     /* for each ms so much, 0 .. 2^30; 0: nothing */
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
	bool soft;             /* some row may be late for a price */
	const LmBreak *breaks; /* [break_count], in the order of rule 5 */
	int32_t break_count;
	const int32_t
		*shown; /* [shown_count] ascending: rows after which breaks are taken; NULL: anywhere */
	int32_t shown_count; /* <= break_count */
	LmTime earliest;     /* departure, rule 1 */
	bool set_out;        /* it departs then: it is on its way already */
	LmTime shift_end;
	LmTime latest_end; /* shift_end + overtime */
	LmTime max_time;
	int64_t weight;                     /* of a ms of working time, 0 .. 2^30 */
	int64_t overtime_weight;            /* of a ms past shift_end, 0 .. 2^30 */
	bool (*should_stop)(void *context); /* NULL: nobody asks */
	void *context;
} LmJudgeTrip;

/* Tables of a route, a cell for each row and number of breaks taken: [row * states + k]. */
typedef struct LmJudgeWalk
{
	const LmJudgeTrip *trip;
	int32_t first;  /* the first break that can be required */
	int32_t most;   /* breaks from first on that may be taken */
	int32_t states; /* most + 1 */
	LmTime *early;  /* earliest departure from a row after k breaks, by lm_judge_walk */
	LmTime *floor;  /* the same, of the earliest departure of an interval */
	LmTime *late;   /* latest that still keeps the target, by lm_judge_walk_back */
} LmJudgeWalk;

/* ---- a row, a leg, a break ---- */

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

/* lm_judge_windows_open - how many windows of a row open at or before an instant */
int32_t lm_judge_windows_open(const LmJudgeRow *row, LmTime instant);

/* lm_judge_leave_by - the latest beginning of a leg that arrives by an instant */
LmTime lm_judge_leave_by(const LmJudgeLeg *leg, LmTime arrives);

/* lm_judge_drive - departure from a row for a vehicle that left the row before at an instant */
LmTime lm_judge_drive(const LmJudgeRow *row, LmTime left);

/* lm_judge_rest - the end of a break that is taken at an instant, or LM_NEVER */
LmTime lm_judge_rest(const LmBreak *rule, LmTime from);

/* ---- the whole route ---- */

/* lm_judge_walk_new - tables for all breaks of a trip; false when memory is refused */
bool lm_judge_walk_new(LmJudgeWalk *walk, const LmJudgeTrip *trip, LmArena *arena);

/* lm_judge_walk_from - sets the first break that can be required, and with it the length of a row */
void lm_judge_walk_from(LmJudgeWalk *walk, int32_t first);

/* lm_judge_walk_floor - keeps early as floor */
void lm_judge_walk_floor(LmJudgeWalk *walk);

/* lm_judge_break - the break after k taken ones */
const LmBreak *lm_judge_break(const LmJudgeWalk *walk, int32_t k);

/* lm_judge_may_rest - whether the break after k taken ones may be taken after a row */
bool lm_judge_may_rest(const LmJudgeWalk *walk, int32_t k, int32_t row);

/*
 * lm_judge_may_leave - whether a row may be left for the next after k breaks: a shown break is not
 * driven past
 */
bool lm_judge_may_leave(const LmJudgeWalk *walk, int32_t k, int32_t row);

/* lm_judge_spared - rule 5 for the breaks that are not taken: the next one's window outlasts the route */
bool lm_judge_spared(const LmJudgeWalk *walk, int32_t taken, LmTime ends);

/*
 * lm_judge_walk - fills early; the earliest end of the route for a departure, by windows and breaks
 * alone, or LM_NEVER
 *
 *	taken		how many breaks that takes: the fewest
 */
LmTime lm_judge_walk(LmJudgeWalk *walk, LmTime departs, int32_t *taken);

/*
 * lm_judge_walk_back - fills late for rows 0 .. row: the latest departures that bring the vehicle to
 * a row with k breaks taken, ready to leave it by an instant
 *
 * Returns the latest departure from the start, or -LM_NEVER as soon as it is known to lie before that
 * of floor.
 */
LmTime lm_judge_walk_back(LmJudgeWalk *walk, int32_t row, int32_t k, LmTime by);

#endif /* LM_CHECK_JUDGE_WALK_H */
