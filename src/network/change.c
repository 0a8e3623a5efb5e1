/*
 * change.c
 *	  Other costs for some edges: a closure after an accident.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "utils/memutils.h"

#include "graph/image.h"
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

/* Ticks of a profile with the changes; returns whether any of them is another. */
static bool
ticks_change(const ChangesReading *reading, int32 profile, const LmMetric *metric, int32 *ticks)
{
	Size bytes = 2 * (Size) reading->roads->edge_count * sizeof(int32);

	memcpy(ticks, metric->ticks, bytes);
	for (int32 i = 0; i < reading->count; i++)
	{
		const ChangeRow *row = &reading->rows[i];

		if (row->profile != ALL_PROFILES && row->profile != profile)
			continue;
		for (int way = 0; way < 2; way++)
			if (reading->columns[C_COST + way].attribute != 0)
				ticks[2 * row->edge + way] = row->ticks[way];
	}
	return memcmp(ticks, metric->ticks, bytes) != 0;
}

static void
metric_change(const LmNetwork *network, const int32 *ticks, LmStoredMetric *stored,
              LmGraphCall *call)
{
	const LmGraph *graph = &network->hierarchy->graph;
	bool *inside = lm_huge_alloc(CurrentMemoryContext, graph->named_count, sizeof(bool));
	LmMetric metric;

	lm_graph_call_check(
		call, lm_component_of_graph(graph, ticks, &call->run, inside, &stored->main_vertices),
		network->name);
	lm_graph_call_check(call, lm_metric_new(network->hierarchy, ticks, &call->run, &metric),
	                    network->name);
	stored->metric = lm_network_metric_write(network->hierarchy, &metric);
	pfree(inside);
}

LmStoredMetric *
lm_network_change(const char *function, const LmStored *stored, const char *query, LmReport *report,
                  int32 *count)
{
	MemoryContext context = CurrentMemoryContext;
	LmStoredMetric *metrics = lm_store_metrics(stored->name, count);
	const LmNetwork *network = lm_network_metric_open(stored, &metrics[0], context);
	ChangesReading reading = {.stored = stored,
	                          .roads = network->roads,
	                          .metrics = metrics,
	                          .metric_count = *count,
	                          .report = report};
	int32 *ticks;

	changes_read(&reading, function, query);
	lm_report_info(
		report, psprintf("%d changes on %d edges", reading.count, reading.roads->edge_count), NULL);
	ticks = lm_huge_alloc(context, 2 * (Size) reading.roads->edge_count, sizeof(int32));
	for (int32 profile = 0; profile < *count; profile++)
	{
		LmGraphCall call;
		MemoryContext scratch = lm_network_profile_begin(&call);

		network = lm_network_metric_open(stored, &metrics[profile], scratch);
		if (ticks_change(&reading, profile, network->metric, ticks))
			metric_change(network, ticks, &metrics[profile], &call);
		lm_network_main_report(report, metrics[profile].profile, metrics[profile].main_vertices,
		                       stored->vertices);
		MemoryContextDelete(scratch);
	}
	return metrics;
}
