/*
 * progress.c
 *	  A slot belongs to the backend whose pid is in it; a spinlock keeps its numbers together.
 */
#include "postgres.h"

#include "catalog/pg_authid.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "storage/spin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "lastmile.h"
#include "workers/progress.h"

#define SLOTS 64
#define COLUMNS 8

typedef struct Slot
{
	slock_t lock;
	int pid; /* 0: free */
	Oid role;
	TimestampTz begun;
	int32 orders;
	double limit_ms;
	double cost_unit;
	LmProgress progress;
} Slot;

static Slot *slots;
static shmem_request_hook_type request_before;
static shmem_startup_hook_type startup_before;

static const char *const phase_names[] = {"reading", "preparing", "fleet", "searching", "reasons"};

PG_FUNCTION_INFO_V1(lastmile_progress);

/* ---- memory ---- */

static void
slots_find(void)
{
	bool found;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	slots = ShmemInitStruct("lastmile progress", sizeof(Slot) * SLOTS, &found);
	if (!found)
	{
		memset(slots, 0, sizeof(Slot) * SLOTS);
		for (int slot = 0; slot < SLOTS; slot++)
			SpinLockInit(&slots[slot].lock);
	}
	LWLockRelease(AddinShmemInitLock);
}

static void
memory_request(void)
{
	if (request_before != NULL)
		request_before();
	RequestAddinShmemSpace(sizeof(Slot) * SLOTS);
}

static void
memory_startup(void)
{
	if (startup_before != NULL)
		startup_before();
	slots_find();
}

void
lm_progress_preload(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	request_before = shmem_request_hook;
	shmem_request_hook = memory_request;
	startup_before = shmem_startup_hook;
	shmem_startup_hook = memory_startup;
}

/* Whether there are slots; the server's spare memory may be used up. */
static bool
slots_there(void)
{
	static bool tried = false;
	MemoryContext caller = CurrentMemoryContext;

	if (slots != NULL || tried)
		return slots != NULL;
	tried = true;
	PG_TRY();
	{
		slots_find();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		if (LWLockHeldByMe(AddinShmemInitLock))
			LWLockRelease(AddinShmemInitLock);
		FlushErrorState();
		slots = NULL;
	}
	PG_END_TRY();
	return slots != NULL;
}

/* ---- writing ---- */

static void
backend_exits(int code, Datum argument)
{
	for (int slot = 0; slot < SLOTS; slot++)
		if (slots[slot].pid == MyProcPid)
			lm_progress_end(slot);
}

int
lm_progress_begin(void)
{
	static bool watched = false;

	if (!slots_there())
		return -1;
	if (!watched)
		before_shmem_exit(backend_exits, (Datum) 0);
	watched = true;
	for (int slot = 0; slot < SLOTS; slot++)
	{
		Slot *mine = &slots[slot];
		bool taken = false;

		SpinLockAcquire(&mine->lock);
		if (mine->pid == 0)
		{
			mine->pid = MyProcPid;
			mine->role = GetUserId();
			mine->begun = GetCurrentTimestamp();
			mine->orders = -1;
			mine->progress = (LmProgress){.phase = LM_PHASE_READING};
			taken = true;
		}
		SpinLockRelease(&mine->lock);
		if (taken)
			return slot;
	}
	return -1;
}

void
lm_progress_search(int slot, int32_t orders, double limit_ms, double cost_unit)
{
	if (slot < 0)
		return;
	SpinLockAcquire(&slots[slot].lock);
	slots[slot].orders = orders;
	slots[slot].limit_ms = limit_ms;
	slots[slot].cost_unit = cost_unit;
	slots[slot].progress.phase = LM_PHASE_PREPARING;
	SpinLockRelease(&slots[slot].lock);
}

void
lm_progress_show(int slot, const LmProgress *progress)
{
	if (slot < 0)
		return;
	SpinLockAcquire(&slots[slot].lock);
	slots[slot].progress = *progress;
	SpinLockRelease(&slots[slot].lock);
}

void
lm_progress_end(int slot)
{
	if (slot < 0)
		return;
	SpinLockAcquire(&slots[slot].lock);
	slots[slot].pid = 0;
	SpinLockRelease(&slots[slot].lock);
}

void
lm_progress_notice(const LmProgress *progress, double elapsed_ms, double cost_unit,
                   double *noticed_ms)
{
	if (lm_progress_notices_ms == 0 || !progress->known ||
	    elapsed_ms - *noticed_ms < lm_progress_notices_ms)
		return;
	*noticed_ms = elapsed_ms;
	ereport(NOTICE,
	        (errmsg("%.1f s: %s, %lld iterations, best cost %.2f, %d unassigned", elapsed_ms / 1000,
	                phase_names[progress->phase], (long long) progress->iterations,
	                (double) progress->cost / cost_unit, progress->unassigned)));
}

/* ---- reading ---- */

static void
row_put(ReturnSetInfo *result, const Slot *slot)
{
	Datum values[COLUMNS] = {0};
	bool nulls[COLUMNS] = {false};
	const LmProgress *progress = &slot->progress;
	Interval *elapsed = palloc0(sizeof(Interval));
	Interval *limit = palloc0(sizeof(Interval));

	elapsed->time = GetCurrentTimestamp() - slot->begun;
	limit->time = (TimeOffset) (slot->limit_ms * 1000);
	values[0] = Int32GetDatum(slot->pid);
	values[1] = CStringGetTextDatum(phase_names[progress->phase]);
	values[2] = Int32GetDatum(slot->orders);
	values[3] = Int64GetDatum(progress->iterations);
	values[4] = Float8GetDatum((double) progress->cost / slot->cost_unit);
	values[5] = Int32GetDatum(progress->unassigned);
	values[6] = IntervalPGetDatum(elapsed);
	values[7] = IntervalPGetDatum(limit);
	nulls[2] = nulls[7] = slot->orders < 0;
	nulls[3] = nulls[4] = nulls[5] = !progress->known;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* The rows of searches whose role's rights the caller has. */
Datum
lastmile_progress(PG_FUNCTION_ARGS)
{
	bool all = has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS);

	InitMaterializedSRF(fcinfo, 0);
	for (int slot = 0; slots_there() && slot < SLOTS; slot++)
	{
		Slot seen;

		SpinLockAcquire(&slots[slot].lock);
		seen = slots[slot];
		SpinLockRelease(&slots[slot].lock);
		if (seen.pid != 0 && (all || has_privs_of_role(GetUserId(), seen.role)))
			row_put((ReturnSetInfo *) fcinfo->resultinfo, &seen);
	}
	PG_RETURN_NULL();
}
