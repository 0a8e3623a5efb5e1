/*
 * build.c
 *	  What a refresh leaves as it was is kept: roads, the order of the graph, or all but weights.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "graph/image.h"
#include "input/values.h"
#include "network/build.h"
#include "network/component.h"
#include "network/network.h"
#include "output/fault.h"

/* Of that many islands the report has a row each, of the rest one in all. */
#define ISLANDS_SHOWN 20

void
lm_network_read(const char *function, const LmStored *stored, LmReport *report, LmNetworkRows *rows)
{
	rows->edges = lm_edges_read(function, stored->edges_query, report);
	lm_report_info(
		report,
		psprintf("%d vertices, %d edges", rows->edges->vertex_count, rows->edges->roads.edge_count),
		NULL);
	rows->restrictions = NULL;
	if (stored->restrictions_query != NULL)
		rows->restrictions = lm_restrictions_read(function, stored->restrictions_query, rows->edges,
		                                          report);
	rows->speeds = lm_speeds_read(function, stored->speeds_query, &rows->edges->roads, report);
	lm_speeds_check(rows->speeds, rows->edges, report);
}

/* ---- the main part and the islands ---- */

void
lm_network_main_report(LmReport *report, const char *profile, int32 main_count, int32 vertex_count)
{
	char *share = psprintf("the main part has %d of %d vertices (%.1f %%)", main_count,
	                       vertex_count, 100.0 * main_count / vertex_count);

	if (profile[0] != '\0')
		share = psprintf("profile \"%s\": %s", profile, share);
	if (main_count > 1)
		lm_report_info(report, share, NULL);
	else
		lm_report_warn(report, psprintf("%s: no place can be reached", share), NULL);
}

/* The largest first; of equally large ones that with the lowest edge. */
static int
island_compare(const void *a, const void *b)
{
	const LmIsland *first = a, *second = b;

	if (first->edges != second->edges)
		return first->edges > second->edges ? -1 : 1;
	return (first->edge > second->edge) - (first->edge < second->edge);
}

static void
islands_report(const LmRoads *roads, const LmEdges *edges, const bool *inside, LmGraphCall *call,
               const char *name, LmReport *report)
{
	LmIsland *islands;
	int32 count, rest_vertices = 0, rest_edges = 0;

	lm_graph_call_check(call, lm_component_islands(edges, inside, &call->run, &islands, &count),
	                    name);
	qsort(islands, count, sizeof(LmIsland), island_compare);
	for (int32 i = 0; i < count; i++)
	{
		if (i < ISLANDS_SHOWN)
			lm_report_warn(report,
			               psprintf("island of %d vertices and %d edges: no place is put on it",
			                        islands[i].vertices, islands[i].edges),
			               islands[i].edge < 0 ? NULL : &roads->ids[islands[i].edge]);
		rest_vertices += i < ISLANDS_SHOWN ? 0 : islands[i].vertices;
		rest_edges += i < ISLANDS_SHOWN ? 0 : islands[i].edges;
	}
	if (count > ISLANDS_SHOWN)
		lm_report_warn(report,
		               psprintf("%d smaller islands of %d vertices and %d edges in all",
		                        count - ISLANDS_SHOWN, rest_vertices, rest_edges),
		               NULL);
}

/* ---- pieces ---- */

static pg_uuid_t
hierarchy_write(const LmHierarchy *hierarchy)
{
	Size size = lm_hierarchy_image_size(hierarchy);
	char *bytes = lm_huge_alloc(CurrentMemoryContext, size, 1);
	pg_uuid_t piece;

	lm_hierarchy_image_write(hierarchy, bytes);
	piece = lm_store_piece_write(bytes, size);
	pfree(bytes);
	return piece;
}

static pg_uuid_t
metric_write(const LmHierarchy *hierarchy, const LmMetric *metric)
{
	Size size = lm_metric_image_size(hierarchy);
	char *bytes = lm_huge_alloc(CurrentMemoryContext, size, 1);
	pg_uuid_t piece;

	lm_metric_image_write(hierarchy, metric, bytes);
	piece = lm_store_piece_write(bytes, size);
	pfree(bytes);
	return piece;
}

/* Keeps the piece of before when it has the same bytes. */
static pg_uuid_t
roads_write(const LmRoads *roads, const LmNetwork *before, const pg_uuid_t *piece_before)
{
	Size size = lm_roads_image_size(roads);
	char *bytes = lm_huge_alloc(CurrentMemoryContext, size, 1);
	pg_uuid_t piece;

	lm_roads_image_write(roads, bytes);
	if (before != NULL && lm_roads_image_size(before->roads) == size)
	{
		char *bytes_before = lm_huge_alloc(CurrentMemoryContext, size, 1);
		bool same;

		lm_roads_image_write(before->roads, bytes_before);
		same = memcmp(bytes, bytes_before, size) == 0;
		pfree(bytes_before);
		if (same)
		{
			pfree(bytes);
			return *piece_before;
		}
	}
	piece = lm_store_piece_write(bytes, size);
	pfree(bytes);
	return piece;
}

/* Whether two graphs have the same arcs, so that the ranks of one are good for the other. */
static bool
arcs_are_same(const LmGraph *a, const LmGraph *b)
{
	Size bytes = (Size) a->arc_count * sizeof(int32);

	return a->vertex_count == b->vertex_count && a->named_count == b->named_count &&
	       a->edge_count == b->edge_count && a->arc_count == b->arc_count &&
	       memcmp(a->arc_tail, b->arc_tail, bytes) == 0 &&
	       memcmp(a->arc_head, b->arc_head, bytes) == 0 &&
	       memcmp(a->arc_origin, b->arc_origin, bytes) == 0;
}

static bool
graphs_are_same(const LmGraph *a, const LmGraph *b)
{
	return arcs_are_same(a, b) &&
	       memcmp(a->arc_extra, b->arc_extra, (Size) a->arc_count * sizeof(int32)) == 0 &&
	       memcmp(a->length, b->length, (Size) a->edge_count * sizeof(uint32)) == 0;
}

/* The hierarchy of the edges: that of before, its order, or a new one. */
static LmHierarchy
hierarchy_make(const LmNetworkRows *rows, const LmEdges *edges, LmStored *stored,
               const LmNetwork *before, const LmStored *stored_before, LmGraphCall *call)
{
	LmHierarchy hierarchy;
	LmGraph graph;

	lm_graph_call_check(call, lm_graph_new(edges, rows->restrictions, &call->run, &graph),
	                    stored->name);
	if (before != NULL && graphs_are_same(&graph, &before->hierarchy->graph))
	{
		stored->hierarchy = stored_before->hierarchy;
		return *before->hierarchy;
	}
	if (before != NULL && arcs_are_same(&graph, &before->hierarchy->graph))
	{
		int32 *rank = LM_TAKE_RAW(call->run.arena, int32, graph.vertex_count);

		if (rank == NULL)
			lm_memory_raise(&call->memory);
		memcpy(rank, before->hierarchy->rank, (Size) graph.vertex_count * sizeof(int32));
		lm_graph_call_check(call, lm_hierarchy_link_ranks(&graph, rank, &call->run, &hierarchy),
		                    stored->name);
	}
	else
		lm_graph_call_check(call,
		                    lm_hierarchy_new(&graph, edges->x, edges->y, &call->run, &hierarchy),
		                    stored->name);
	stored->hierarchy = hierarchy_write(&hierarchy);
	return hierarchy;
}

/* A context for what one profile needs and the next does not. */
static MemoryContext
profile_begin(LmGraphCall *call)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "lastmile profile",
	                                              ALLOCSET_DEFAULT_SIZES);

	lm_graph_call_begin(call, context);
	return context;
}

LmStoredMetric *
lm_network_build(const LmNetworkRows *rows, LmStored *stored, const LmStored *before,
                 LmReport *report, int32 *count)
{
	const LmEdgeRows *read = rows->edges;
	const LmSpeeds *speeds = rows->speeds;
	LmEdges edges = {read->vertex_count,
	                 read->roads.edge_count,
	                 read->tail,
	                 read->head,
	                 read->length,
	                 read->x,
	                 read->y};
	LmStoredMetric *metrics = palloc0(speeds->profile_count * sizeof(LmStoredMetric));
	int32 *ticks = lm_huge_alloc(CurrentMemoryContext, 2 * (Size) edges.edge_count, sizeof(int32));
	bool *inside = lm_huge_alloc(CurrentMemoryContext, edges.vertex_count, sizeof(bool));
	LmNetwork *network = NULL;
	LmHierarchy hierarchy;
	LmGraphCall call;

	/* what cannot be read is made anew */
	if (before != NULL)
		network = lm_network_roads_open(before, CurrentMemoryContext);
	lm_graph_call_begin(&call, CurrentMemoryContext);
	hierarchy = hierarchy_make(rows, &edges, stored, network, before, &call);
	stored->roads = roads_write(&read->roads, network, before == NULL ? NULL : &before->roads);
	stored->vertices = edges.vertex_count;
	stored->edges = edges.edge_count;
	stored->planar = read->roads.lines.planar;
	for (int32 profile = 0; profile < speeds->profile_count; profile++)
	{
		MemoryContext context = profile_begin(&call);
		LmStoredMetric *made = &metrics[profile];
		LmMetric metric;

		made->profile = speeds->profiles[profile];
		lm_speeds_ticks(speeds, profile, read, ticks, report);
		lm_graph_call_check(
			&call, lm_component_main(&edges, ticks, &call.run, inside, &made->main_vertices),
			stored->name);
		lm_network_main_report(report, made->profile, made->main_vertices, edges.vertex_count);
		if (profile == 0)
			islands_report(&read->roads, &edges, inside, &call, stored->name, report);
		lm_graph_call_check(&call, lm_metric_new(&hierarchy, ticks, &call.run, &metric),
		                    stored->name);
		made->metric = metric_write(&hierarchy, &metric);
		MemoryContextDelete(context);
	}
	*count = speeds->profile_count;
	return metrics;
}
