/*
 * change.c
 *	  Other costs for some edges: a closure after an accident.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "utils/memutils.h"

#include "input/values.h"
#include "network/build.h"
#include "network/component.h"
#include "network/network.h"

#define NOUN "changes"
#define FIRST_ROOM 256
#define ALL_PROFILES (-1)

enum
{
	C_ID,
	C_COST,
	C_REVERSE_COST,
	C_PROFILE,
	C_COLUMNS
};

static const LmColumn change_columns[C_COLUMNS] = {
	[C_ID] = {"id", NULL, LM_COLUMN_NUMBER, .required = true},
	[C_COST] = {"cost", NULL, LM_COLUMN_NUMBER, .required = true},
	[C_REVERSE_COST] = {"reverse_cost", NULL, LM_COLUMN_NUMBER},
	[C_PROFILE] = {"profile", NULL, LM_COLUMN_ANY},
};

typedef struct ChangeRow
{
	int32 edge;
	int32 profile; /* its number, or ALL_PROFILES */
	int32 ticks[2];
} ChangeRow;

typedef struct ChangesReading
{
	LmColumn columns[C_COLUMNS];
	const LmStored *stored;
	const LmRoads *roads;
	const LmStoredMetric *metrics;
	int32 metric_count;
	LmReport *report;
	ChangeRow *rows;
	int32 count;
	int32 room;
} ChangesReading;

static void
change_take(void *state, const Datum *values, const bool *nulls)
{
	ChangesReading *reading = state;
	ChangeRow row = {.profile = ALL_PROFILES};
	int64 id;

	if (nulls[C_ID])
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		                errmsg("changes query returns a row whose id is NULL")));
	id = lm_edge_id(&reading->columns[C_ID], values[C_ID]);
	row.edge = lm_roads_find(reading->roads, id);
	if (row.edge < 0)
	{
		lm_report_warn(reading->report, "there is no such edge: nothing is changed", &id);
		return;
	}
	if (!nulls[C_PROFILE])
		row.profile = lm_store_profile(
			reading->stored->name, lm_value_text(&reading->columns[C_PROFILE], values[C_PROFILE]),
			reading->metrics, reading->metric_count);
	for (int way = 0; way < 2; way++)
		row.ticks[way] = lm_edge_ticks(&reading->columns[C_COST + way], values[C_COST + way],
		                               nulls[C_COST + way], id, reading->report);
	reading->rows = lm_room_make(reading->rows, reading->count, &reading->room, sizeof(ChangeRow));
	reading->rows[reading->count++] = row;
}

/* Those for all profiles come first, so that what is said of one profile counts. */
static int
row_compare(const void *a, const void *b)
{
	const ChangeRow *first = a, *second = b;

	if (first->profile != second->profile)
		return first->profile < second->profile ? -1 : 1;
	return (first->edge > second->edge) - (first->edge < second->edge);
}

static void
changes_read(ChangesReading *reading, const char *function, const char *query)
{
	MemoryContext context = CurrentMemoryContext;

	memcpy(reading->columns, change_columns, sizeof(change_columns));
	reading->room = FIRST_ROOM;
	reading->rows = palloc(FIRST_ROOM * sizeof(ChangeRow));
	SPI_connect();
	MemoryContextSwitchTo(context);
	lm_query_run(function, NOUN, query, reading->columns, C_COLUMNS, change_take, reading);
	SPI_finish();
	MemoryContextSwitchTo(context);
	qsort(reading->rows, reading->count, sizeof(ChangeRow), row_compare);
	for (int32 i = 1; i < reading->count; i++)
		if (row_compare(&reading->rows[i - 1], &reading->rows[i]) == 0)
			ereport(ERROR,
			        (errcode(ERRCODE_UNIQUE_VIOLATION),
			         errmsg("edge \"" INT64_FORMAT "\" comes more than once in the changes query",
			                reading->roads->ids[reading->rows[i].edge])));
}

/*
 * The weights of a profile with the changes made to them before and now.
 *
 *	ticks	[2 * edge_count] filled
 *	patch	filled with what differs from the metric as it is stored
 */
static void
ticks_change(const ChangesReading *reading, int32 profile, const LmMetric *stored, int32 *ticks,
             LmPatch *patch)
{
	int32 edge_count = reading->roads->edge_count;
	int32 room = FIRST_ROOM;
	LmPatch before;

	memcpy(ticks, stored->ticks, 2 * (Size) edge_count * sizeof(int32));
	lm_network_patch_read(reading->stored->name, &reading->metrics[profile].changes, edge_count,
	                      &before);
	for (int32 i = 0; i < before.count; i++)
		memcpy(&ticks[2 * before.edges[i].edge], before.edges[i].ticks, 2 * sizeof(int32));
	for (int32 i = 0; i < reading->count; i++)
	{
		const ChangeRow *row = &reading->rows[i];

		if (row->profile != ALL_PROFILES && row->profile != profile)
			continue;
		for (int way = 0; way < 2; way++)
			if (reading->columns[C_COST + way].attribute != 0)
				ticks[2 * row->edge + way] = row->ticks[way];
	}
	*patch = (LmPatch){.edges = palloc(FIRST_ROOM * sizeof(LmPatchEdge))};
	for (int32 edge = 0; edge < edge_count; edge++)
	{
		const int32 *changed = &ticks[2 * edge];

		if (memcmp(changed, &stored->ticks[2 * edge], 2 * sizeof(int32)) == 0)
			continue;
		patch->edges = lm_room_make(patch->edges, patch->count, &room, sizeof(LmPatchEdge));
		patch->edges[patch->count++] = (LmPatchEdge){edge, {changed[0], changed[1]}};
	}
}

static pg_uuid_t
patch_write(const LmPatch *patch)
{
	Size size = lm_patch_image_size(patch);
	char *bytes;
	pg_uuid_t piece = LM_PIECE_NONE;

	if (patch->count > 0)
	{
		bytes = lm_huge_alloc(CurrentMemoryContext, size, 1);
		lm_patch_image_write(patch, bytes);
		piece = lm_store_piece_write(bytes, size);
		pfree(bytes);
	}
	return piece;
}

static bool
profile_is_changed(const ChangesReading *reading, int32 profile)
{
	for (int32 i = 0; i < reading->count; i++)
		if (reading->rows[i].profile == ALL_PROFILES || reading->rows[i].profile == profile)
			return true;
	return false;
}

/* One profile's part of the changes. */
static void
metric_change(const ChangesReading *reading, int32 profile, LmStoredMetric *metric)
{
	LmStoredMetric unchanged = *metric;
	const LmNetwork *stored;
	const LmGraph *graph;
	int32 *ticks;
	bool *inside;
	LmGraphCall call;
	LmPatch patch;

	unchanged.changes = LM_PIECE_NONE;
	stored = lm_network_metric_open(reading->stored, &unchanged, CurrentMemoryContext);
	graph = &stored->hierarchy->graph;
	ticks = lm_huge_alloc(CurrentMemoryContext, 2 * (Size) graph->edge_count, sizeof(int32));
	inside = lm_huge_alloc(CurrentMemoryContext, graph->named_count, sizeof(bool));
	ticks_change(reading, profile, stored->metric, ticks, &patch);
	lm_graph_call_begin(&call, CurrentMemoryContext);
	lm_graph_call_check(
		&call, lm_component_of_graph(graph, ticks, &call.run, inside, &metric->main_vertices),
		stored->name);
	metric->changes = patch_write(&patch);
}

LmStoredMetric *
lm_network_change(const char *function, const LmStored *stored, const char *query, LmReport *report,
                  int32 *count)
{
	MemoryContext context = CurrentMemoryContext;
	LmStoredMetric *metrics = lm_store_metrics(stored->name, count);
	const LmNetwork *network = lm_network_roads_open(stored, context);
	ChangesReading reading = {
		.stored = stored, .metrics = metrics, .metric_count = *count, .report = report};

	if (network == NULL)
		lm_network_damaged(stored->name);
	reading.roads = network->roads;
	changes_read(&reading, function, query);
	lm_report_info(
		report, psprintf("%d changes on %d edges", reading.count, reading.roads->edge_count), NULL);
	for (int32 profile = 0; profile < *count; profile++)
	{
		MemoryContext scratch = AllocSetContextCreate(context, "lastmile profile",
		                                              ALLOCSET_DEFAULT_SIZES);

		MemoryContextSwitchTo(scratch);
		if (profile_is_changed(&reading, profile))
			metric_change(&reading, profile, &metrics[profile]);
		MemoryContextSwitchTo(context);
		MemoryContextDelete(scratch);
		lm_network_main_report(report, metrics[profile].profile, metrics[profile].main_vertices,
		                       stored->vertices);
	}
	return metrics;
}
