/*
 * fault.c
 *	  A status of the core becomes an error.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/pmsignal.h"

#include "lastmile.h"
#include "output/fault.h"

#define KB_PER_MB 1024
#define BYTES_PER_MB (1024.0 * 1024.0)

void
lm_fault_internal(const char *what, const char *file, int line)
{
	const char *slash = strrchr(file, '/');

	ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
	                errmsg_internal("lastmile met a state that cannot happen: %s", what),
	                errdetail_internal("%s, line %d, version %s", slash != NULL ? slash + 1 : file,
	                                   line, LM_VERSION),
	                errhint("This is a bug of lastmile; please report it with the query.")));
	pg_unreachable();
}

void
lm_fault_stopped(void)
{
	CHECK_FOR_INTERRUPTS();

	/* CHECK_FOR_INTERRUPTS does not notice a dead postmaster */
	if (!PostmasterIsAlive())
		ereport(FATAL, (errcode(ERRCODE_ADMIN_SHUTDOWN),
		                errmsg("terminating connection due to unexpected postmaster exit")));
	ereport(ERROR,
	        (errcode(ERRCODE_QUERY_CANCELED), errmsg("canceling statement due to user request")));
	pg_unreachable();
}

void
lm_fault_rows_memory(Size taken, Size more)
{
	ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY),
	                errmsg("the rows need more memory than lastmile.max_memory allows"),
	                errdetail("They need %.1f MB beside %.1f MB in use, the limit is %.1f MB.",
	                          (double) more / BYTES_PER_MB, (double) taken / BYTES_PER_MB,
	                          (double) lm_max_memory_kb / KB_PER_MB),
	                errhint("Give fewer rows in one call, or have an administrator raise "
	                        "lastmile.max_memory.")));
	pg_unreachable();
}

void
lm_fault_no_memory(bool limited, Size taken)
{
	int taken_mb = (int) (taken / ((Size) KB_PER_MB * 1024));

	if (limited)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY),
		                errmsg("the call needs more memory than lastmile.max_memory allows"),
		                errdetail("The call has %d MB; lastmile.max_memory is %d MB.", taken_mb,
		                          lm_max_memory_kb / KB_PER_MB),
		                errhint("Give fewer rows in one call, or have an administrator raise "
		                        "lastmile.max_memory.")));
	ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory"),
	                errdetail("The call has %d MB and the server could not give more.", taken_mb)));
	pg_unreachable();
}
