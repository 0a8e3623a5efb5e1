/*
 * library.c
 *	  PostGIS handles SIGINT too: its handler sets a thread's variable, which the C library gives memory
 *	  when it is first touched. Where that first touch interrupts malloc, the heap is broken and the
 *	  backend crashes. Whenever an executor starts PostGIS touches the variable as well, so the
 *	  signals wait from before the library is loaded until one has started.
 */
#include "postgres.h"

#include "access/transam.h"
#include "executor/spi.h"
#include "libpq/pqsignal.h"

#include "output/fault.h"
#include "workers/library.h"

void
lm_library_function(Oid function, FmgrInfo *info)
{
	static bool touched = false;

	if (touched || function < FirstNormalObjectId)
	{
		fmgr_info(function, info);
		return;
	}
	PG_SETMASK(&BlockSig);
	PG_TRY();
	{
		fmgr_info(function, info);
		SPI_connect();
		LM_ENSURE(SPI_execute("SELECT", true, 1) == SPI_OK_SELECT, "an empty query");
		SPI_finish();
		touched = true;
	}
	PG_FINALLY();
	{
		PG_SETMASK(&UnBlockSig);
	}
	PG_END_TRY();
}
