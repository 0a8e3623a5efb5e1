/*
 * fault.h
 *	  What went wrong in the core, raised as an error with its SQLSTATE.
 *
 * The core returns a status and never throws; this is where a status becomes
 * an ereport.  doc/errors.md lists them all.
 *
 * Layer   adapter.
 */
#ifndef LM_OUTPUT_FAULT_H
#define LM_OUTPUT_FAULT_H

#include "postgres.h"

/*
 * LM_CANNOT_HAPPEN - raises XX000 for a state that the code rules out
 *
 *	what	a C string that says what was found: "route without a schedule"
 */
#define LM_CANNOT_HAPPEN(what) lm_fault_internal((what), __FILE__, __LINE__)

/* LM_ENSURE - LM_CANNOT_HAPPEN unless the condition holds; in every build, unlike Assert. */
#define LM_ENSURE(condition, what)  \
	do                              \
	{                               \
		if (unlikely(!(condition))) \
			LM_CANNOT_HAPPEN(what); \
	} while (0)

/* lm_fault_internal - raises XX000 with the place in the source; for LM_CANNOT_HAPPEN */
extern void lm_fault_internal(const char *what, const char *file, int line) pg_attribute_noreturn();

/*
 * lm_fault_stopped - raises why a search was told to stop
 *
 * A cancel, timeout or termination in the words PostgreSQL has for it; the end of the
 * connection when the postmaster is gone; else 57014.
 */
extern void lm_fault_stopped(void) pg_attribute_noreturn();

/*
 * lm_fault_no_memory - raises 53200
 *
 *	limited		true: lastmile.max_memory refused it; false: the machine has no more
 *	taken		bytes the call has already
 */
extern void lm_fault_no_memory(bool limited, Size taken) pg_attribute_noreturn();

/* lm_fault_rows_memory - raises 53200 while rows are read, before `more` bytes are taken */
extern void lm_fault_rows_memory(Size taken, Size more) pg_attribute_noreturn();

#endif /* LM_OUTPUT_FAULT_H */
