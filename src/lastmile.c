/*
 * lastmile.c
 *	  Module start: settings and version.
 */
#include "postgres.h"

#include <limits.h>

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "lastmile.h"
#include "workers/progress.h"

PG_MODULE_MAGIC;

#define TIME_LIMIT_DEFAULT_MS 5000
#define MAX_TIME_LIMIT_DEFAULT_MS 600000
#define MAX_WORKERS 1024
#define MAX_WORKERS_DEFAULT 8
#define STREAMS_DEFAULT 4
#define STREAMS_MAX 64
#define SPEED_DEFAULT_KMH 30.0
#define SPEED_MIN_KMH 0.1
#define SPEED_MAX_KMH 1000.0
#define DETOUR_DEFAULT 1.3
#define DETOUR_MAX 100.0
#define SNAP_DEFAULT_M 1000.0
#define SNAP_MAX_M 1e6
#define BALANCE_DEFAULT 1.0
#define BALANCE_MAX 1e15
#define MEMORY_DEFAULT_KB (1024 * 1024)
#define MEMORY_MIN_KB 1024

int lm_time_limit_ms = TIME_LIMIT_DEFAULT_MS;
int lm_max_time_limit_ms = MAX_TIME_LIMIT_DEFAULT_MS;
int lm_workers = 1;
int lm_progress_notices_ms = 0;
int lm_streams = STREAMS_DEFAULT;
int lm_max_workers = MAX_WORKERS_DEFAULT;
int lm_max_memory_kb = MEMORY_DEFAULT_KB;
double lm_speed_kmh = SPEED_DEFAULT_KMH;
double lm_detour_factor = DETOUR_DEFAULT;
double lm_max_snap_m = SNAP_DEFAULT_M;
double lm_balance_price = BALANCE_DEFAULT;

void _PG_init(void);

PG_FUNCTION_INFO_V1(lastmile_version);

/* What a user may choose for his own calls. */
static void
user_settings_define(void)
{
	DefineCustomIntVariable("lastmile.time_limit", "How long one call of lastmile.plan may take.",
	                        "The search stops earlier when nothing improves. Does not apply to "
	                        "calls that give time_limit or iterations themselves.",
	                        &lm_time_limit_ms, TIME_LIMIT_DEFAULT_MS, 1, INT_MAX, PGC_USERSET,
	                        GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomIntVariable("lastmile.workers",
	                        "Number of processes that search, the calling one included.", NULL,
	                        &lm_workers, 1, 1, MAX_WORKERS, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"lastmile.progress_notices", "How often a search says by NOTICE how far it is; 0: never.",
		NULL, &lm_progress_notices_ms, 0, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"lastmile.streams", "Number of searches at the same time that iterations are shared among.",
		"Whoever does them, the plan is the same. Applies to calls that give "
		"iterations.",
		&lm_streams, STREAMS_DEFAULT, 1, STREAMS_MAX, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomRealVariable(
		"lastmile.speed_kmh", "Speed of travel in a straight line, in kilometres per hour.",
		"Applies where neither a matrix nor a network gives travel times.", &lm_speed_kmh,
		SPEED_DEFAULT_KMH, SPEED_MIN_KMH, SPEED_MAX_KMH, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomRealVariable(
		"lastmile.detour_factor", "Length of the way by road as a multiple of the straight line.",
		"Applies where neither a matrix nor a network gives travel times.", &lm_detour_factor,
		DETOUR_DEFAULT, 1.0, DETOUR_MAX, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomRealVariable("lastmile.max_snap_m",
	                         "How far from the nearest road a place may be, in metres.",
	                         "A place farther away is not on the network.", &lm_max_snap_m,
	                         SNAP_DEFAULT_M, 0.0, SNAP_MAX_M, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomRealVariable(
		"lastmile.balance_price", "Price of an hour by which working times differ.",
		"With objective 'balanced', of the mean absolute deviation over all vehicles.",
		&lm_balance_price, BALANCE_DEFAULT, 0.0, BALANCE_MAX, PGC_USERSET, 0, NULL, NULL, NULL);
}

/* What the administrator allows everybody. */
static void
limits_define(void)
{
	DefineCustomIntVariable("lastmile.max_memory", "The most memory that one call may take.",
	                        "Checked before the memory is taken.", &lm_max_memory_kb,
	                        MEMORY_DEFAULT_KB, MEMORY_MIN_KB, MAX_KILOBYTES, PGC_SUSET, GUC_UNIT_KB,
	                        NULL, NULL, NULL);
	DefineCustomIntVariable(
		"lastmile.max_workers",
		"The most processes that search for one call, the calling one included.",
		"More are not started, whatever a call asks for.", &lm_max_workers, MAX_WORKERS_DEFAULT, 1,
		MAX_WORKERS, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"lastmile.max_time_limit", "The longest time limit that a call may have.",
		"Also ends calls that are limited by iterations.", &lm_max_time_limit_ms,
		MAX_TIME_LIMIT_DEFAULT_MS, 1, INT_MAX, PGC_SUSET, GUC_UNIT_MS, NULL, NULL, NULL);
}

void
_PG_init(void)
{
	user_settings_define();
	limits_define();
	lm_progress_preload();
	MarkGUCPrefixReserved("lastmile");
}

/* The version of the library that is loaded, which after a half-done upgrade is not the script's. */
Datum
lastmile_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(LM_VERSION));
}
