/*
 * judge_parts.h
 *	  One route on the judge's bench, and each rule that is held against it; for judge*.c only.
 *
 * judge.c calls them in their order.  First the rows are made: bench, schedule, timetable, loads,
 * costs; then each lm_judge_check_ adds what is broken.
 *
 * Layer   check, pure part: C11 and model only.
 */
#ifndef LM_CHECK_JUDGE_PARTS_H
#define LM_CHECK_JUDGE_PARTS_H

#include "check/judge.h"
#include "check/judge_day.h"

typedef struct LmJudgeBench
{
	const LmProblem *problem;
	const LmVehicle *vehicle;
	const LmTravel *travel;
	int32_t vehicle_index;
	LmJudgeDay day;    /* what is done and frozen; the rest is what comes behind */
	int32_t *all;      /* [fixed + count] the route's orders, and LM_JUDGE_RELOAD */
	int32_t fixed;     /* of them, those of day's rows */
	int32_t *orders;   /* [count] the rest */
	LmWindow *loading; /* [count] of a reload, when it may begin */
	LmJudgeRow *rows;  /* [count] */
	int32_t count;
	bool soft;      /* lateness counts in rule 7 */
	int32_t *shown; /* [shown_count] rows after which break rows stand */
	int32_t shown_count;
	LmJudgement *judgement;
} LmJudgeBench;

/* ---- judge_bench: the route as it is asked for ---- */

/* lm_judge_bench - settles what is done and frozen, and takes the rows behind it from the items */
LmJudgeStatus lm_judge_bench(LmJudgeBench *bench, const LmProblem *problem,
                             const LmJudgeRoute *route, LmArena *arena, LmJudgement *judgement);

/* lm_judge_bench_schedule - the schedule of those rows */
LmJudgeStatus lm_judge_bench_schedule(const LmJudgeBench *bench, const LmJudgeRoute *route,
                                      LmArena *arena, LmJudgeSchedule *schedule);

/* lm_judge_leg - a leg; a missing one takes no time */
LmJudgeLeg lm_judge_leg(const LmJudgeBench *bench, int32_t from, int32_t to);

/* lm_judge_leg_exists - whether there is a way from a row's place for who leaves it then */
bool lm_judge_leg_exists(const LmJudgeBench *bench, const LmStop *before, int32_t to);

/* lm_judge_place - where a row of the bench is: 0 is the start, or the last fixed row; a reload is at the start */
int32_t lm_judge_place(const LmJudgeBench *bench, int32_t row);

/* ---- the rows: arrays of the judgement are there, and filled from front to back ---- */

/* lm_judge_timetable - the rows of a schedule, each as early as its predecessors allow, and how late each is */
void lm_judge_timetable(LmJudgeBench *bench, const LmJudgeSchedule *schedule);

/* lm_judge_items - which row each item became: those of a kind in turn */
void lm_judge_items(const LmJudgeBench *bench, const LmJudgeRoute *route);

/* lm_judge_loads - deliveries are on board from the start of their trip, pickups until its end, shipments in between */
void lm_judge_loads(LmJudgeBench *bench);

/* lm_judge_costs - money and grams of each row, as doc/reference.md splits them ("Rows") */
void lm_judge_costs(LmJudgeBench *bench);

/* lm_judge_trip_ready - when all goods of a trip are ready whose items begin at one; -LM_NEVER: at any time */
LmTime lm_judge_trip_ready(const LmProblem *problem, const LmJudgeRoute *route, int32_t from);

/* ---- the rules, each against the finished rows ---- */

/* lm_judge_violate - adds a violation: LmViolation says what the numbers are; judge.c has room for them all */
void lm_judge_violate(LmJudgeBench *bench, int32_t row, LmReasonCode code, int32_t index,
                      int64_t found, int64_t limit);

/* lm_judge_count - how many rows of a kind there are */
int32_t lm_judge_count(const LmTimetable *timetable, LmStopKind kind);

/* what a single row breaks: its leg, its vehicle, its windows */
void lm_judge_check_row(LmJudgeBench *bench, int32_t row);

/* both rows of a shipment on this route, the collecting one first */
void lm_judge_check_shipments(LmJudgeBench *bench);

/* every break of the vehicle against rule 5 */
void lm_judge_check_breaks(LmJudgeBench *bench);

/* shift and working time, on the first row that is past them */
void lm_judge_check_times(LmJudgeBench *bench);

/* goods that are ready only after the trip of the last fixed row was loaded did not come with it */
void lm_judge_check_releases(LmJudgeBench *bench);

/* metres and orders of the whole route, on the first row that is past them */
void lm_judge_check_limits(LmJudgeBench *bench);

/* what is on board, on the first row where it is too much */
void lm_judge_check_loads(LmJudgeBench *bench);

/* how many trips there are, and how long each is */
void lm_judge_check_trips(LmJudgeBench *bench);

#endif /* LM_CHECK_JUDGE_PARTS_H */
