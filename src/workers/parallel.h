/*
 * parallel.h
 *	  Parallel workers that help a search.
 *
 * They are PostgreSQL's own (CreateParallelContext): they count as max_parallel_workers says,
 * share the caller's snapshot and rights, and end with his transaction.  They read the
 * problem, take pieces from a board in shared memory (solver/board.h) and write what comes of them
 * back.  Where none is to be had, or no shared memory for them, this process searches alone.
 *
 * Layer   adapter.
 */
#ifndef LM_WORKERS_PARALLEL_H
#define LM_WORKERS_PARALLEL_H

#include "postgres.h"

#include "access/parallel.h"
#include "storage/dsm.h"

#include "solver/board.h"
#include "workers/memory.h"
#include "workers/pace.h"

typedef struct LmParallel
{
	LmCrew crew; /* for LmSolveOptions */
	LmMemory *memory;
	LmPace *pace;
	ParallelContext *context; /* NULL: there are no workers */
	LmBoard *board;
	struct LmParallelShared *shared;
	dsm_segment *segment; /* of problem and board */
	Size taken;           /* off the limit of memory */
	bool mode;            /* in parallel mode */
} LmParallel;

/*
 * lm_parallel_begin - a crew for a search; workers start when it has pieces for them
 *
 *	processes	that may search, this one included; lastmile.max_workers is looked at
 *	memory		of the call, from which shared memory and that of the workers is taken
 *	pace		that the workers keep too
 */
void lm_parallel_begin(LmParallel *parallel, int processes, LmMemory *memory, LmPace *pace);

/* lm_parallel_end - has to be called when the search has come back; the workers are gone then */
void lm_parallel_end(LmParallel *parallel);

/* lm_helper_main - where a worker begins */
extern PGDLLEXPORT void lm_helper_main(dsm_segment *segment, shm_toc *toc);

#endif /* LM_WORKERS_PARALLEL_H */
