/*
 * call.c
 *	  A context below the caller's.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "workers/call.h"
#include "workers/memory.h"

LmCall
lm_call_begin(void)
{
	LmCall call;

	INSTR_TIME_SET_CURRENT(call.begun);
	call.context = AllocSetContextCreate(CurrentMemoryContext, "lastmile call",
	                                     ALLOCSET_DEFAULT_SIZES);
	call.caller = MemoryContextSwitchTo(call.context);
	lm_memory_call(call.context);
	return call;
}

void
lm_call_end(const LmCall *call)
{
	MemoryContextSwitchTo(call->caller);
	MemoryContextDelete(call->context);
}
