/*
 * create.c
 *	  lastmile.create_network, refresh_network, drop_network.
 *
 * A network's queries are run as its owner, whoever refreshes it, and with the search_path of who
 * gave them: what they mean does not depend on who comes later.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "input/argument.h"
#include "input/query.h"
#include "network/build.h"
#include "output/fault.h"
#include "workers/call.h"

/* Arguments of create and refresh, in the order of network.sql. */
enum
{
	NAME,
	EDGES,
	RESTRICTIONS,
	SPEEDS,
	CHANGES
};

/* A refresh in progress, known until its context goes. */
typedef struct Refresh
{
	MemoryContextCallback callback;
	const char *name;
	struct Refresh *outer;
} Refresh;

static Refresh *refreshes = NULL;

PG_FUNCTION_INFO_V1(lastmile_create_network);
PG_FUNCTION_INFO_V1(lastmile_refresh_network);
PG_FUNCTION_INFO_V1(lastmile_drop_network);

static char *
name_read(FunctionCallInfo fcinfo)
{
	char *name = lm_argument_text(fcinfo, NAME);

	if (name == NULL)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		                errmsg("argument \"name\" must not be null")));
	if (*name == '\0')
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("argument \"name\" must not be empty")));
	if (strlen(name) > LM_NETWORK_NAME_MAX)
		ereport(ERROR, (errcode(ERRCODE_NAME_TOO_LONG),
		                errmsg("argument \"name\" is longer than %d bytes", LM_NETWORK_NAME_MAX)));
	return name;
}

/* What a refresh has read of a network must be there when its queries have been run. */
static void
unused_check(const char *name)
{
	for (const Refresh *refresh = refreshes; refresh != NULL; refresh = refresh->outer)
		if (strcmp(refresh->name, name) == 0)
			ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
			                errmsg("network \"%s\" is being refreshed by this session", name),
			                errdetail("A query of its refresh refreshes or drops it.")));
}

static void
refresh_end(void *argument)
{
	refreshes = ((Refresh *) argument)->outer;
}

/* Inner ones end first, by an error as well: their contexts are within the outer one's. */
static void
refresh_begin(const char *name)
{
	Refresh *refresh = palloc0(sizeof(Refresh));

	unused_check(name);
	refresh->name = name;
	refresh->callback.func = refresh_end;
	refresh->callback.arg = refresh;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &refresh->callback);
	refresh->outer = refreshes;
	refreshes = refresh;
}

/*
 * The network's queries, run with the owner's rights.  Where it is not he who calls, with the
 * safeguards of a security-restricted operation: nothing his functions do may outlast it or
 * touch the caller's session.  An error ends the transaction or subtransaction, which gives the
 * caller his role and settings back.
 */
static void
queries_read(const char *function, const LmStored *stored, LmReport *report, LmNetworkRows *rows)
{
	int nest = NewGUCNestLevel();
	Oid user;
	int security;

	GetUserIdAndSecContext(&user, &security);
	if (stored->owner != user)
		SetUserIdAndSecContext(stored->owner, security | SECURITY_RESTRICTED_OPERATION);
	(void) set_config_option("search_path", stored->search_path, PGC_USERSET, PGC_S_SESSION,
	                         GUC_ACTION_SAVE, true, 0, false);
	lm_network_read(function, stored, report, rows);
	AtEOXact_GUC(false, nest);
	SetUserIdAndSecContext(user, security);
}

/* A call that changes the database, which a hot standby refuses. */
static LmCall
call_begin(const char *function)
{
	LmCall call = lm_call_begin();

	PreventCommandIfReadOnly(function);
	return call;
}

Datum
lastmile_create_network(PG_FUNCTION_ARGS)
{
	LmCall call = call_begin("lastmile.create_network()");
	LmStored stored = {0};
	LmStoredMetric *metrics;
	LmNetworkRows rows;
	LmReport report;
	int32 count;

	stored.name = name_read(fcinfo);
	stored.edges_query = lm_argument_query(fcinfo, EDGES, "edges");
	stored.restrictions_query = lm_argument_text(fcinfo, RESTRICTIONS);
	stored.speeds_query = lm_argument_text(fcinfo, SPEEDS);
	stored.search_path = pstrdup(namespace_search_path);
	stored.owner = GetUserId();
	if (lm_store_find(stored.name) != NULL)
		lm_store_twice(stored.name);
	lm_report_begin(&report);
	queries_read("lastmile.create_network", &stored, &report, &rows);
	metrics = lm_network_build(&rows, &stored, NULL, &report, &count);
	lm_store_insert(&stored);
	lm_store_metrics_replace(stored.name, metrics, count);
	lm_report_write(fcinfo, &report);
	lm_call_end(&call);
	return (Datum) 0;
}

/* A role that was dropped has nobody's rights: who gives a query of his own takes the network over. */
static void
owner_check(LmStored *stored, bool stored_query)
{
	if (SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(stored->owner)))
		return;
	if (stored_query)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
		                errmsg("the role that owned network \"%s\" was dropped", stored->name),
		                errhint("Give the edges query again to take the network over.")));
	stored->owner = GetUserId();
}

/* The stored path, with the temporary tables of whoever refreshes last of all. */
static const char *
path_of_others(const char *path)
{
	if (strstr(path, "pg_temp") != NULL)
		return path;
	return path[strspn(path, " ")] == '\0' ? "pg_temp" : psprintf("%s, pg_temp", path);
}

/* Reads a network again, by the queries given or, for those not given, stored. */
static void
network_refresh(FunctionCallInfo fcinfo, LmStored *stored, LmReport *report)
{
	const char *function = "lastmile.refresh_network";
	LmStored before = *stored;
	LmStoredMetric *metrics;
	LmNetworkRows rows;
	int32 count;

	owner_check(stored, PG_ARGISNULL(EDGES));
	if (!PG_ARGISNULL(EDGES))
		stored->edges_query = lm_argument_text(fcinfo, EDGES);
	if (!PG_ARGISNULL(RESTRICTIONS))
		stored->restrictions_query = lm_argument_text(fcinfo, RESTRICTIONS);
	if (!PG_ARGISNULL(SPEEDS))
		stored->speeds_query = lm_argument_text(fcinfo, SPEEDS);
	if (!PG_ARGISNULL(EDGES) || !PG_ARGISNULL(RESTRICTIONS) || !PG_ARGISNULL(SPEEDS))
		stored->search_path = pstrdup(namespace_search_path);
	else
		stored->search_path = path_of_others(stored->search_path);
	queries_read(function, stored, report, &rows);
	metrics = lm_network_build(&rows, stored, &before, report, &count);
	lm_store_update(stored);
	lm_store_metrics_replace(stored->name, metrics, count);
	if (!lm_piece_is(&before.roads, &stored->roads))
		lm_store_piece_drop(&before.roads);
	if (!lm_piece_is(&before.hierarchy, &stored->hierarchy))
		lm_store_piece_drop(&before.hierarchy);
}

static void
network_change(FunctionCallInfo fcinfo, const LmStored *stored, LmReport *report)
{
	LmStoredMetric *metrics;
	int32 count;

	if (!PG_ARGISNULL(EDGES) || !PG_ARGISNULL(RESTRICTIONS) || !PG_ARGISNULL(SPEEDS))
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("argument \"changes\" comes without other queries"),
		         errdetail("It changes edges of the network as it is; the others make it anew.")));
	metrics = lm_network_change("lastmile.refresh_network", stored,
	                            lm_argument_text(fcinfo, CHANGES), report, &count);
	lm_store_update(stored);
	lm_store_metrics_replace(stored->name, metrics, count);
}

Datum
lastmile_refresh_network(PG_FUNCTION_ARGS)
{
	LmCall call = call_begin("lastmile.refresh_network()");
	char *name = name_read(fcinfo);
	LmStored *stored;
	LmReport report;

	refresh_begin(name);
	stored = lm_store_lock(name);
	/* What the lock waited for is not in the statement's snapshot; one for the whole transaction
	 * would have ended the wait with an error. */
	if (!IsolationUsesXactSnapshot())
		PushActiveSnapshot(GetLatestSnapshot());
	lm_report_begin(&report);
	if (PG_ARGISNULL(CHANGES))
		network_refresh(fcinfo, stored, &report);
	else
		network_change(fcinfo, stored, &report);
	if (!IsolationUsesXactSnapshot())
		PopActiveSnapshot();
	lm_report_write(fcinfo, &report);
	lm_call_end(&call);
	return (Datum) 0;
}

Datum
lastmile_drop_network(PG_FUNCTION_ARGS)
{
	LmCall call = call_begin("lastmile.drop_network()");
	char *name = name_read(fcinfo);

	unused_check(name);
	lm_store_delete(lm_store_lock(name));
	lm_call_end(&call);
	PG_RETURN_VOID();
}
