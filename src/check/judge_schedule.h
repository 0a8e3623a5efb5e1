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

#include "check/judge_walk.h"
#include "model/arena.h"

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

#endif /* LM_CHECK_JUDGE_SCHEDULE_H */
