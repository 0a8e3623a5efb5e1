/*
 * call.h
 *	  From the beginning of a function to its end: its memory and its clock.
 *
 * Layer   adapter.
 */
#ifndef LM_WORKERS_CALL_H
#define LM_WORKERS_CALL_H

#include "postgres.h"

#include "portability/instr_time.h"
#include "utils/palloc.h"

typedef struct LmCall
{
	MemoryContext context; /* current until the end; what it and its children hold counts against
							* lastmile.max_memory */
	MemoryContext caller;
	instr_time begun;
} LmCall;

/* lm_call_begin - switches to a context of the call's own; after an error it goes with the caller's */
LmCall lm_call_begin(void);

/* lm_call_end - switches back and drops all that the call has taken */
void lm_call_end(const LmCall *call);

#endif /* LM_WORKERS_CALL_H */
