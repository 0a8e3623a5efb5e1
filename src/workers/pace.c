/*
 * pace.c
 *	  Stop and clock of a search.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/pmsignal.h"
#include "utils/memutils.h"

#include "output/fault.h"
#include "workers/pace.h"

/* CHECK_FOR_INTERRUPTS does not notice a dead postmaster, so it is looked at this often. */
#define SLOW_CHECK_MS 100

void
lm_pace_begin(LmPace *pace, instr_time call, double limit_ms, double reserve_ms, bool stepwise)
{
	instr_time before;

	INSTR_TIME_SET_CURRENT(pace->begun);
	before = pace->begun;
	INSTR_TIME_SUBTRACT(before, call);
	pace->limit_ms = limit_ms - reserve_ms - INSTR_TIME_GET_MILLISEC(before);
	pace->stepwise = stepwise;
	pace->expired = false;
	pace->looked_ms = 0;
	pace->error = NULL;
	pace->context = CurrentMemoryContext;
	pace->forgives = NULL;
	pace->progress = NULL;
}

void
lm_pace_show(LmPace *pace, LmProgress *progress, int slot, double cost_unit)
{
	*progress = (LmProgress){.wanted = true, .phase = LM_PHASE_PREPARING};
	pace->progress = progress;
	pace->slot = slot;
	pace->cost_unit = cost_unit;
	pace->noticed_ms = 0;
}

void
lm_pace_join(LmPace *pace, instr_time begun, double limit_ms, bool stepwise)
{
	lm_pace_begin(pace, begun, 0, 0, stepwise);
	pace->begun = begun;
	pace->limit_ms = limit_ms;
}

static double
elapsed_ms(const LmPace *pace)
{
	instr_time now;

	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, pace->begun);
	return INSTR_TIME_GET_MILLISEC(now);
}

/*
 * Other interrupts than a cancel: a barrier that other sessions wait for, a request to log
 * memory, a look whether the client is still there.  They do not change the plan, and an error
 * in one may not jump through the core, so it is kept for lm_pace_raise.
 */
static bool
interrupts_serve(LmPace *pace)
{
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		CHECK_FOR_INTERRUPTS();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(pace->context);
		pace->error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	if (pace->error != NULL && pace->forgives != NULL &&
	    pace->forgives(pace->forgives_context, pace->error))
	{
		FreeErrorData(pace->error);
		pace->error = NULL;
	}
	return pace->error == NULL;
}

bool
lm_pace_should_stop(void *context)
{
	LmPace *pace = context;
	double now;

	if (pace->error != NULL || QueryCancelPending || ProcDiePending)
		return true;
	if (InterruptPending && !interrupts_serve(pace))
		return true;
	now = elapsed_ms(pace);
	if (now - pace->looked_ms >= SLOW_CHECK_MS)
	{
		pace->looked_ms = now;
		if (!PostmasterIsAlive())
			return true;
		if (pace->progress != NULL)
		{
			lm_progress_show(pace->slot, pace->progress);
			lm_progress_notice(pace->progress, now, pace->cost_unit, &pace->noticed_ms);
			pace->progress->wanted = true;
		}
	}
	return false;
}

double
lm_pace_clock_share(void *context)
{
	LmPace *pace = context;
	double now = elapsed_ms(pace);

	if (now >= pace->limit_ms)
	{
		pace->expired = true;
		return 1;
	}
	return pace->stepwise ? 0 : now / pace->limit_ms;
}

void
lm_pace_raise(LmPace *pace)
{
	if (pace->error != NULL)
		ReThrowError(pace->error);
	lm_fault_stopped();
}
