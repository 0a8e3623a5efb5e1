/*
 * parallel.c
 *	  Workers are started, woken, missed and sent away.
 *
 * The core may not be jumped through, so what is raised while they start, or comes from one of
 * them, is kept by the pace and raised when the core has returned.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/wait_event.h"

#include "lastmile.h"
#include "output/fault.h"
#include "workers/parallel.h"

#define MAGIC UINT64CONST(0x4C4D000000000000)
#define KEY_SHARED UINT64CONST(0x4C4D000000000001)
#define KEY_WHOLE UINT64CONST(0x4C4D000000000002)
#define KEY_BOARD UINT64CONST(0x4C4D000000000003)
#define KEY_SEGMENT UINT64CONST(0x4C4D000000000004)

/* What PostgreSQL itself needs for workers is less: their queues, settings, snapshots. */
#define SPARE_BYTES ((Size) 1024 * 1024)
#define SPARE_BYTES_PER_WORKER ((Size) 64 * 1024)

/* How long this process waits for a worker before it looks whether it is still there. */
#define REST_MS 20
#define HELPER_REST_MS 100
/* Workers that are told to leave have so long before they are made to. */
#define LEAVE_MS 60
#define LEAVE_LOOK_MS 2

#define NOBODY (-1)

/* Beside problem and board. */
typedef struct LmParallelShared
{
	instr_time begun; /* as in LmPace */
	double limit_ms;
	bool stepwise;
	Size bytes;                                      /* that each worker may take */
	int leader;                                      /* pgprocno */
	pg_atomic_uint32 helpers[FLEXIBLE_ARRAY_MEMBER]; /* pgprocno + 1, 0: not there yet */
} LmParallelShared;

static void
latch_set(int procno)
{
	SetLatch(&ProcGlobal->allProcs[procno].procLatch);
}

/* ---- the process that was called ---- */

/* Pieces of workers that are gone are up again; what they have said is not waited for. */
static void
gone_forget(LmParallel *parallel)
{
	ParallelContext *context = parallel->context;

	for (int i = 0; i < context->nworkers_launched; i++)
	{
		ParallelWorkerInfo *worker = &context->worker[i];
		pid_t pid;

		if (worker->error_mqh == NULL || worker->bgwhandle == NULL ||
		    GetBackgroundWorkerPid(worker->bgwhandle, &pid) != BGWH_STOPPED)
			continue;
		lm_board_forget(parallel->board, i + 1);
		shm_mq_detach(worker->error_mqh);
		worker->error_mqh = NULL;
	}
}

static void
wake(void *context)
{
	LmParallel *parallel = context;

	for (int i = 0; i < parallel->context->nworkers_launched; i++)
	{
		uint32 helper = pg_atomic_read_u32(&parallel->shared->helpers[i]);

		if (helper > 0)
			latch_set(helper - 1);
	}
}

static void
rest(void *context)
{
	LmParallel *parallel = context;
	int events = WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_POSTMASTER_DEATH, REST_MS,
	                       PG_WAIT_EXTENSION);

	if ((events & WL_LATCH_SET) != 0)
		ResetLatch(MyLatch);
	gone_forget(parallel);
}

/* A worker that was terminated is no reason to give up: others do its piece. */
static bool
forgives(void *context, const ErrorData *error)
{
	LmParallel *parallel = context;

	if (parallel->context == NULL)
		return false;
	return error->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN ||
	       error->sqlerrcode == ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
}

/* Bytes for workers: shared ones are taken off the call's, and each gets a part of the rest. */
static bool
memory_share(LmParallel *parallel, Size shared, int workers, Size *each)
{
	LmArena *arena = &parallel->memory->arena;
	Size left = arena->limit - Min(arena->limit, arena->used);

	if (shared > left)
		return false;
	*each = (left - shared) / (workers + 1);
	parallel->taken = shared + *each * workers;
	arena->limit -= parallel->taken;
	return true;
}

/*
 * Shared memory of that size, or NULL where there is none: the disk behind it is full, the limits of the
 * system are reached.  PostgreSQL raises that holding locks, so it is tried in a subtransaction, and what it
 * will need itself for workers with it.
 */
static dsm_segment *
segment_take(Size bytes, int workers)
{
	MemoryContext caller = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	dsm_segment *volatile segment = NULL;

	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		dsm_segment *spare = dsm_create(SPARE_BYTES + SPARE_BYTES_PER_WORKER * workers,
		                                DSM_CREATE_NULL_IF_MAXSEGMENTS);

		if (spare != NULL)
		{
			segment = dsm_create(bytes, DSM_CREATE_NULL_IF_MAXSEGMENTS);
			dsm_detach(spare);
		}
		if (segment != NULL)
			dsm_pin_mapping(segment);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		segment = NULL;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	CurrentResourceOwner = owner;
	if (segment != NULL)
		dsm_unpin_mapping(segment);
	return segment;
}

/* Puts problem and board into shared memory; false when there is none. */
static bool
segment_fill(LmParallel *parallel, LmWhole *whole, int32_t slots, size_t numbers)
{
	int workers = parallel->crew.hands - 1;
	Size shared_bytes = offsetof(LmParallelShared, helpers) + sizeof(pg_atomic_uint32) * workers;
	Size board_bytes = lm_board_bytes(slots, numbers);
	LmArena *arena = &parallel->memory->arena;
	LmPack pack = {.step = LM_PACK_MEASURE, .arena = arena};
	LmParallelShared *shared;
	shm_toc_estimator estimator;
	shm_toc *toc;
	Size each;
	Size bytes;

	if (!lm_whole_pack(&pack, whole))
		return false;
	shm_toc_initialize_estimator(&estimator);
	shm_toc_estimate_chunk(&estimator, shared_bytes);
	shm_toc_estimate_chunk(&estimator, board_bytes);
	shm_toc_estimate_chunk(&estimator, pack.filled);
	shm_toc_estimate_keys(&estimator, 3);
	bytes = shm_toc_estimate(&estimator);
	if (!memory_share(parallel, bytes, workers, &each))
		return false;
	parallel->segment = segment_take(bytes, workers);
	if (parallel->segment == NULL)
		return false;
	toc = shm_toc_create(MAGIC, dsm_segment_address(parallel->segment), bytes);
	shared = shm_toc_allocate(toc, shared_bytes);
	*shared = (LmParallelShared){.begun = parallel->pace->begun,
	                             .limit_ms = parallel->pace->limit_ms,
	                             .stepwise = parallel->pace->stepwise,
	                             .bytes = each,
	                             .leader = MyProc->pgprocno};
	for (int i = 0; i < workers; i++)
		pg_atomic_init_u32(&shared->helpers[i], 0);
	pack = (LmPack){
		.step = LM_PACK_WRITE, .block = shm_toc_allocate(toc, pack.filled), .arena = arena};
	if (!lm_whole_pack(&pack, whole))
		return false;
	parallel->shared = shared;
	parallel->board = lm_board_init(shm_toc_allocate(toc, board_bytes), slots, numbers);
	shm_toc_insert(toc, KEY_SHARED, shared);
	shm_toc_insert(toc, KEY_WHOLE, pack.block);
	shm_toc_insert(toc, KEY_BOARD, parallel->board);
	return true;
}

static void
workers_start(LmParallel *parallel)
{
	ParallelContext *context;
	dsm_handle *handle;

	EnterParallelMode();
	parallel->mode = true;
	context = CreateParallelContext("$libdir/lastmile", "lm_helper_main", parallel->crew.hands - 1);
	shm_toc_estimate_chunk(&context->estimator, sizeof(dsm_handle));
	shm_toc_estimate_keys(&context->estimator, 1);
	InitializeParallelDSM(context);
	parallel->context = context;
	if (context->seg == NULL || context->nworkers == 0)
		return;
	handle = shm_toc_allocate(context->toc, sizeof(dsm_handle));
	*handle = dsm_segment_handle(parallel->segment);
	shm_toc_insert(context->toc, KEY_SEGMENT, handle);
	LaunchParallelWorkers(context);
}

static void
memory_return(LmParallel *parallel)
{
	parallel->memory->arena.limit += parallel->taken;
	parallel->taken = 0;
}

/* Nobody uses the shared memory any more. */
static void
segment_drop(LmParallel *parallel)
{
	memory_return(parallel);
	if (parallel->segment != NULL)
		dsm_detach(parallel->segment);
	parallel->segment = NULL;
	parallel->board = NULL;
}

static LmBoard *
hire(void *crew_context, LmWhole *whole, int32_t slots, size_t numbers)
{
	LmParallel *parallel = crew_context;
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		if (segment_fill(parallel, whole, slots, numbers))
			workers_start(parallel);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(parallel->pace->context);
		parallel->pace->error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	if (parallel->pace->error != NULL || parallel->context == NULL ||
	    parallel->context->nworkers_launched == 0)
	{
		segment_drop(parallel);
		parallel->crew.hands = 1;
		return NULL;
	}
	parallel->crew.hands = 1 + parallel->context->nworkers_launched;
	return parallel->board;
}

/* Waits for workers to leave by themselves: those who are terminated say so in the log. */
static void
workers_leave(LmParallel *parallel)
{
	ParallelContext *context = parallel->context;
	bool here = true;

	atomic_store(&parallel->board->over, true);
	wake(parallel);
	for (int waited = 0; here && waited < LEAVE_MS; waited += LEAVE_LOOK_MS)
	{
		here = false;
		for (int i = 0; i < context->nworkers_launched; i++)
		{
			pid_t pid;

			here |= context->worker[i].bgwhandle != NULL &&
			        GetBackgroundWorkerPid(context->worker[i].bgwhandle, &pid) != BGWH_STOPPED;
		}
		if (here && (WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_POSTMASTER_DEATH,
		                       LEAVE_LOOK_MS, PG_WAIT_EXTENSION) &
		             WL_LATCH_SET) != 0)
			ResetLatch(MyLatch);
	}
}

/* What a worker still has to say is not heard: all pieces are done, or will be done by others. */
static LmBoard *
dismiss(void *context)
{
	LmParallel *parallel = context;
	LmBoard *board = parallel->board;
	Size bytes = lm_board_bytes(board->slot_count, board->numbers);
	LmBoard *moved;

	if (parallel->pace->error == NULL)
		workers_leave(parallel);
	DestroyParallelContext(parallel->context);
	parallel->context = NULL;
	memory_return(parallel);
	moved = lm_arena_take(&parallel->memory->arena, 1, bytes);
	/* what it leaves has room for it, unless the server has none: then it stays where it is */
	if (moved == NULL)
		return board;
	memcpy(moved, board, bytes);
	segment_drop(parallel);
	return moved;
}

void
lm_parallel_begin(LmParallel *parallel, int processes, LmMemory *memory, LmPace *pace)
{
	*parallel = (LmParallel){.memory = memory, .pace = pace};
	parallel->crew = (LmCrew){.hands = Min(processes, lm_max_workers),
	                          .hire = hire,
	                          .dismiss = dismiss,
	                          .wake = wake,
	                          .rest = rest,
	                          .context = parallel};
	/* who is a worker himself has none, nor has a query that is parallel itself */
	if (IsParallelWorker() || IsInParallelMode())
		parallel->crew.hands = 1;
	pace->forgives = forgives;
	pace->forgives_context = parallel;
}

void
lm_parallel_end(LmParallel *parallel)
{
	parallel->pace->forgives = NULL;
	/* one whose workers did not start */
	if (parallel->context != NULL)
		DestroyParallelContext(parallel->context);
	parallel->context = NULL;
	if (parallel->mode)
		ExitParallelMode();
	segment_drop(parallel);
}

/* ---- a worker ---- */

typedef struct Helper
{
	LmPace pace;
	LmBoard *board;
	LmParallelShared *shared;
} Helper;

static bool
helper_should_stop(void *context)
{
	Helper *helper = context;

	return atomic_load(&helper->board->over) || lm_pace_should_stop(&helper->pace);
}

static double
helper_clock_share(void *context)
{
	return lm_pace_clock_share(&((Helper *) context)->pace);
}

static void
helper_wake(void *context)
{
	latch_set(((Helper *) context)->shared->leader);
}

static void
helper_rest(void *context)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, HELPER_REST_MS,
	                 PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
}

/* The memory of a worker: what it reads stays, pieces come and go. */
static void
helper_memory(LmMemory *memory, MemoryContext context, Size bytes)
{
	lm_memory_init(memory, context);
	memory->arena.limit = Min(memory->arena.limit, bytes);
}

/* Does pieces until there are no more; what it reads lies in the segment. */
static void
helper_serve(dsm_segment *segment, MemoryContext context)
{
	shm_toc *toc = shm_toc_attach(MAGIC, dsm_segment_address(segment));
	Helper helper = {.shared = shm_toc_lookup(toc, KEY_SHARED, false),
	                 .board = shm_toc_lookup(toc, KEY_BOARD, false)};
	LmSolveOptions options = {
		.should_stop = helper_should_stop, .clock_share = helper_clock_share, .context = &helper};
	LmPack pack = {.step = LM_PACK_READ, .block = shm_toc_lookup(toc, KEY_WHOLE, false)};
	LmMemory kept;
	LmMemory desk;
	LmWhole whole;

	helper_memory(&kept, context, helper.shared->bytes);
	pack.arena = &kept.arena;
	if (!lm_whole_pack(&pack, &whole))
		return;
	helper_memory(&desk, context, helper.shared->bytes - kept.arena.used);
	lm_pace_join(&helper.pace, helper.shared->begun, helper.shared->limit_ms,
	             helper.shared->stepwise);
	pg_atomic_write_u32(&helper.shared->helpers[ParallelWorkerNumber], MyProc->pgprocno + 1);
	/* without memory it leaves, and others do its pieces */
	if (lm_helper_run(helper.board, ParallelWorkerNumber + 1, &whole, &options, &desk.arena,
	                  helper_wake, helper_rest) == LM_CANCELLED &&
	    helper.pace.error != NULL)
		ReThrowError(helper.pace.error);
}

void
lm_helper_main(dsm_segment *segment, shm_toc *toc)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "lastmile helper",
	                                              ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	dsm_segment *ours = dsm_attach(*(dsm_handle *) shm_toc_lookup(toc, KEY_SEGMENT, false));

	lm_memory_call(context);
	/* else the call is over already */
	if (ours != NULL)
	{
		helper_serve(ours, context);
		dsm_detach(ours);
	}
	MemoryContextSwitchTo(caller);
	CHECK_FOR_INTERRUPTS();
}
