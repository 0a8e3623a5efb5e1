/*
 * create.c
 *	  lastmile.create_network, refresh_network, drop_network.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "graph/image.h"
#include "input/argument.h"
#include "input/values.h"
#include "network/component.h"
#include "network/edges.h"
#include "network/network.h"
#include "network/store.h"
#include "output/fault.h"

/* Arguments of create and refresh, in the order of network.sql. */
enum
{
	NAME,
	EDGES,
	RESTRICTIONS,
	SPEEDS
};

#define REPORT_COLUMNS 3

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
	return name;
}

static void
islands_report(const LmEdgeRows *rows, const LmEdges *edges, const bool *inside, int32 main_count,
               LmGraphCall *call, const char *name, LmReport *report)
{
	LmIsland *islands;
	int32 count;

	lm_report_add(report, "info",
	              psprintf("the main part has %d of %d vertices (%.1f %%)", main_count,
	                       edges->vertex_count, 100.0 * main_count / edges->vertex_count),
	              NULL);
	lm_graph_call_check(call, lm_component_islands(edges, inside, &call->run, &islands, &count),
	                    name);
	for (int32 i = 0; i < count; i++)
		lm_report_add(report, "warning",
		              psprintf("island of %d vertices and %d edges: no place is put on it",
		                       islands[i].vertices, islands[i].edges),
		              islands[i].edge < 0 ? NULL : &rows->roads.ids[islands[i].edge]);
}

/* Builds and stores the three pieces; stored is filled but for name, owner and query. */
static void
network_build(const LmEdgeRows *rows, LmStored *stored, LmReport *report)
{
	LmEdges edges = {rows->vertex_count,
	                 rows->roads.edge_count,
	                 rows->tail,
	                 rows->head,
	                 rows->length,
	                 rows->x,
	                 rows->y};
	LmGraphCall call;
	LmGraph graph;
	LmHierarchy hierarchy;
	LmMetric metric;
	bool *inside = lm_huge_alloc(CurrentMemoryContext, edges.vertex_count, sizeof(bool));
	char *bytes;
	Size size;

	lm_graph_call_begin(&call, CurrentMemoryContext);
	lm_graph_call_check(
		&call, lm_component_main(&edges, rows->ticks, &call.run, inside, &stored->main_vertices),
		stored->name);
	islands_report(rows, &edges, inside, stored->main_vertices, &call, stored->name, report);
	lm_graph_call_check(&call, lm_graph_new(&edges, NULL, &call.run, &graph), stored->name);
	lm_graph_call_check(&call, lm_hierarchy_new(&graph, rows->x, rows->y, &call.run, &hierarchy),
	                    stored->name);
	lm_graph_call_check(&call, lm_metric_new(&hierarchy, rows->ticks, &call.run, &metric),
	                    stored->name);
	stored->vertices = edges.vertex_count;
	stored->edges = edges.edge_count;
	stored->planar = rows->roads.lines.planar;

	size = lm_roads_image_size(&rows->roads);
	bytes = lm_huge_alloc(CurrentMemoryContext, size, 1);
	lm_roads_image_write(&rows->roads, bytes);
	stored->roads = lm_store_piece_write(bytes, size);
	pfree(bytes);
	size = lm_hierarchy_image_size(&hierarchy);
	bytes = lm_huge_alloc(CurrentMemoryContext, size, 1);
	lm_hierarchy_image_write(&hierarchy, bytes);
	stored->hierarchy = lm_store_piece_write(bytes, size);
	pfree(bytes);
	size = lm_metric_image_size(&hierarchy);
	bytes = lm_huge_alloc(CurrentMemoryContext, size, 1);
	lm_metric_image_write(&hierarchy, &metric, bytes);
	stored->metric = lm_store_piece_write(bytes, size);
	pfree(bytes);
}

static void
report_write(FunctionCallInfo fcinfo, const LmReport *report)
{
	ReturnSetInfo *result;
	Datum values[REPORT_COLUMNS];
	bool nulls[REPORT_COLUMNS] = {false};

	InitMaterializedSRF(fcinfo, 0);
	result = (ReturnSetInfo *) fcinfo->resultinfo;
	for (int warnings = 0; warnings <= 1; warnings++)
		for (int32 i = 0; i < report->count; i++)
		{
			const LmReportRow *row = &report->rows[i];

			if ((strcmp(row->severity, "warning") == 0) != warnings)
				continue;
			CHECK_FOR_INTERRUPTS();
			values[0] = CStringGetTextDatum(row->severity);
			values[1] = CStringGetTextDatum(row->message);
			nulls[2] = !row->has_edge;
			if (row->has_edge)
				values[2] = CStringGetTextDatum(psprintf(INT64_FORMAT, row->edge_id));
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
}

/* Reads, builds, stores; the pieces' names are in stored. */
static void
network_make(FunctionCallInfo fcinfo, const char *function, LmStored *stored)
{
	LmReport report = {0};
	LmEdgeRows *rows = lm_edges_read(function, stored->edges_query, &report);

	lm_report_add(&report, "info",
	              psprintf("%d vertices, %d edges", rows->vertex_count, rows->roads.edge_count),
	              NULL);
	network_build(rows, stored, &report);
	report_write(fcinfo, &report);
}

static MemoryContext
call_begin(const char *function)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "lastmile network call",
	                                              ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);

	lm_memory_call(context);
	PreventCommandIfReadOnly(function);
	return caller;
}

static void
call_end(MemoryContext caller)
{
	MemoryContext context = MemoryContextSwitchTo(caller);

	MemoryContextDelete(context);
}

Datum
lastmile_create_network(PG_FUNCTION_ARGS)
{
	MemoryContext caller = call_begin("lastmile.create_network()");
	LmStored stored = {0};

	stored.name = name_read(fcinfo);
	stored.edges_query = lm_argument_query(fcinfo, EDGES, "edges");
	stored.owner = GetUserId();
	lm_argument_later(fcinfo, RESTRICTIONS, "restrictions");
	lm_argument_later(fcinfo, SPEEDS, "speeds");
	if (lm_store_find(stored.name) != NULL)
		ereport(ERROR,
		        (errcode(ERRCODE_DUPLICATE_OBJECT),
		         errmsg("network \"%s\" already exists", stored.name),
		         errhint("lastmile.refresh_network reads its edges again, lastmile.drop_network "
		                 "forgets it.")));
	network_make(fcinfo, "lastmile.create_network", &stored);
	lm_store_insert(&stored);
	call_end(caller);
	return (Datum) 0;
}

Datum
lastmile_refresh_network(PG_FUNCTION_ARGS)
{
	MemoryContext caller = call_begin("lastmile.refresh_network()");
	LmStored *stored = lm_store_lock(name_read(fcinfo));
	LmStored before = *stored;
	bool foreign = PG_ARGISNULL(EDGES) && stored->owner != GetUserId();
	Oid user;
	int security;
	int nest = 0;

	lm_argument_later(fcinfo, RESTRICTIONS, "restrictions");
	lm_argument_later(fcinfo, SPEEDS, "speeds");
	if (!PG_ARGISNULL(EDGES))
		stored->edges_query = lm_argument_text(fcinfo, EDGES);
	GetUserIdAndSecContext(&user, &security);
	if (foreign)
	{
		/* a query its owner wrote runs with his rights, not with those of who refreshes */
		SetUserIdAndSecContext(stored->owner, security | SECURITY_RESTRICTED_OPERATION);
		nest = NewGUCNestLevel();
	}
	network_make(fcinfo, "lastmile.refresh_network", stored);
	if (foreign)
	{
		AtEOXact_GUC(false, nest);
		SetUserIdAndSecContext(user, security);
	}
	lm_store_update(stored);
	lm_store_piece_drop(&before.roads);
	lm_store_piece_drop(&before.hierarchy);
	lm_store_piece_drop(&before.metric);
	call_end(caller);
	return (Datum) 0;
}

Datum
lastmile_drop_network(PG_FUNCTION_ARGS)
{
	MemoryContext caller = call_begin("lastmile.drop_network()");

	lm_store_delete(lm_store_lock(name_read(fcinfo)));
	call_end(caller);
	PG_RETURN_VOID();
}
