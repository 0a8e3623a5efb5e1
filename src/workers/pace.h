/*
 * pace.h
 *	  When a search must stop: cancel, a dead postmaster, the time limit.
 *
 * Gives the core its should_stop and clock_share.  Nothing is raised while the
 * core runs; what was met meanwhile is raised by lm_pace_raise afterwards.
 *
 * Layer   adapter.
 */
#ifndef LM_WORKERS_PACE_H
#define LM_WORKERS_PACE_H

#include "postgres.h"

#include "portability/instr_time.h"

#include "workers/progress.h"

typedef struct LmPace
{
	instr_time begun;      /* when the search began */
	double limit_ms;       /* the search's part of the time limit, from begun; may be <= 0 */
	bool stepwise;         /* clock_share is 0 until the limit, then 1 */
	bool expired;          /* clock_share has said 1 */
	double looked_ms;      /* since begun: when the slow checks were last made */
	ErrorData *error;      /* met while serving an interrupt; raised by lm_pace_raise */
	MemoryContext context; /* where error is copied to */
	bool (*forgives)(void *context, const ErrorData *error); /* the search goes on all the same;
								 * NULL: never */
	void *forgives_context;
	LmProgress *progress; /* that the search fills, shown in a slot; NULL: of no search */
	int slot;
	double cost_unit; /* as of lm_progress_search */
	double noticed_ms;
} LmPace;

/*
 * lm_pace_begin - starts the clock of a search
 *
 *	call		when the whole call began
 *	limit_ms	time limit of the whole call
 *	reserve_ms	of it, kept back for writing the rows
 *	stepwise	the search is limited by iterations and the clock is only its guard: it then
 *				sees no clock before the limit, so that the plan does not depend on one
 */
void lm_pace_begin(LmPace *pace, instr_time call, double limit_ms, double reserve_ms,
                   bool stepwise);

/* lm_pace_join - keeps the time of another process, by its begun, limit_ms and stepwise */
void lm_pace_join(LmPace *pace, instr_time begun, double limit_ms, bool stepwise);

/* lm_pace_should_stop, lm_pace_clock_share - for LmSolveOptions; context is the LmPace. */
bool lm_pace_should_stop(void *context);
double lm_pace_clock_share(void *context);

/* lm_pace_show - from now on tells how far the search is, in a slot (lm_progress_begin) */
void lm_pace_show(LmPace *pace, LmProgress *progress, int slot, double cost_unit);

/* lm_pace_raise - raises why should_stop said so, after the core came back with LM_CANCELLED. */
void lm_pace_raise(LmPace *pace) pg_attribute_noreturn();

#endif /* LM_WORKERS_PACE_H */
