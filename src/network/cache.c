/*
 * cache.c
 *	  Networks loaded by this backend.
 *
 * A network is known by its version, which every change replaces by one that
 * never was: what is looked at on each call is one row.  No invalidation message
 * is needed, and a change that is rolled back, here or elsewhere, is never seen.
 */
#include "postgres.h"

#include <math.h>

#include "lib/ilist.h"
#include "port/pg_crc32c.h"
#include "portability/instr_time.h"
#include "utils/memutils.h"

#include "graph/image.h"
#include "lastmile.h"
#include "network/component.h"
#include "network/network.h"
#include "network/store.h"
#include "output/fault.h"

/* More than that many networks are dropped when nobody uses them, the longest unused first. */
#define NETWORKS_KEPT 4

typedef struct Entry
{
	dlist_node node;
	LmNetwork network;
} Entry;

/* Lets a network go with the context of the call that uses it. */
typedef struct Pin
{
	MemoryContextCallback callback;
	LmNetwork *network;
} Pin;

typedef struct RoadsHead
{
	uint64 magic;
	uint32 checksum; /* of all that follows this field */
	uint32 planar;
	int64 edge_count;
	int64 point_count;
} RoadsHead;

#define ROADS_MAGIC UINT64CONST(0x3130534441304d4c)
#define CHECKED_FROM offsetof(RoadsHead, planar)
#define MS_NEVER 1e15

static dlist_head entries = DLIST_STATIC_INIT(entries);
static uint64 uses = 0;

/* ---- what a call of graph/ needs ---- */

void
lm_graph_call_begin(LmGraphCall *call, MemoryContext context)
{
	instr_time now;

	INSTR_TIME_SET_CURRENT(now);
	lm_pace_begin(&call->pace, now, MS_NEVER, 0, true);
	lm_memory_init(&call->memory, context);
	call->run = (LmGraphRun){
		.arena = &call->memory.arena, .should_stop = lm_pace_should_stop, .context = &call->pace};
}

static void
damaged_raise(const char *network)
{
	ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
	                errmsg("what is stored of network \"%s\" cannot be read", network),
	                errdetail("It was damaged, or written by another build of lastmile."),
	                errhint("lastmile.refresh_network makes it anew from its edges.")));
}

void
lm_graph_call_check(LmGraphCall *call, LmGraphStatus status, const char *network)
{
	switch (status)
	{
		case LM_GRAPH_OK:
			return;
		case LM_GRAPH_CANCELLED:
			lm_pace_raise(&call->pace);
		case LM_GRAPH_NO_MEMORY:
			lm_memory_raise(&call->memory);
		case LM_GRAPH_CORRUPT:
			damaged_raise(network);
			break;
		case LM_GRAPH_INVALID:
			break;
	}
	LM_CANNOT_HAPPEN("an argument the road graph refuses");
}

/* ---- roads as bytes ---- */

static Size
padded(Size bytes)
{
	return TYPEALIGN(8, bytes);
}

static Size
roads_size(Size edges, Size points)
{
	return sizeof(RoadsHead) + edges * sizeof(int64) + 2 * points * sizeof(double) +
	       padded((edges + 1) * sizeof(int32));
}

static uint32
roads_checksum(const char *bytes, Size size)
{
	pg_crc32c crc;

	INIT_CRC32C(crc);
	COMP_CRC32C(crc, bytes + CHECKED_FROM, size - CHECKED_FROM);
	FIN_CRC32C(crc);
	return crc;
}

Size
lm_roads_image_size(const LmRoads *roads)
{
	return roads_size(roads->edge_count, roads->lines.first[roads->edge_count]);
}

void
lm_roads_image_write(const LmRoads *roads, char *bytes)
{
	Size edges = roads->edge_count, points = roads->lines.first[edges];
	Size size = roads_size(edges, points);
	RoadsHead head = {ROADS_MAGIC, 0, roads->lines.planar, edges, points};
	char *at = bytes + sizeof(head);

	memset(bytes, 0, size);
	memcpy(bytes, &head, sizeof(head));
	memcpy(at, roads->ids, edges * sizeof(int64));
	at += edges * sizeof(int64);
	memcpy(at, roads->lines.x, points * sizeof(double));
	at += points * sizeof(double);
	memcpy(at, roads->lines.y, points * sizeof(double));
	at += points * sizeof(double);
	memcpy(at, roads->lines.first, (edges + 1) * sizeof(int32));
	head.checksum = roads_checksum(bytes, size);
	memcpy(bytes, &head, sizeof(head));
}

/* The arrays stay where they are: bytes must live as long as the roads. */
static bool
roads_image_read(char *bytes, Size size, LmRoads *roads)
{
	RoadsHead head;
	char *at = bytes + sizeof(head);

	if (size < sizeof(head))
		return false;
	memcpy(&head, bytes, sizeof(head));
	if (head.magic != ROADS_MAGIC || head.edge_count < 0 || head.edge_count > LM_GRAPH_MOST ||
	    head.point_count < 0 || head.point_count > PG_INT32_MAX ||
	    size != roads_size(head.edge_count, head.point_count) ||
	    head.checksum != roads_checksum(bytes, size))
		return false;
	roads->edge_count = roads->lines.edge_count = (int32) head.edge_count;
	roads->lines.planar = head.planar != 0;
	roads->ids = (int64 *) at;
	at += head.edge_count * sizeof(int64);
	roads->lines.x = (double *) at;
	at += head.point_count * sizeof(double);
	roads->lines.y = (double *) at;
	at += head.point_count * sizeof(double);
	roads->lines.first = (int32 *) at;
	if (roads->lines.first[0] != 0 || roads->lines.first[head.edge_count] != head.point_count)
		return false;
	for (int32 edge = 0; edge < roads->edge_count; edge++)
		if (roads->lines.first[edge + 1] < roads->lines.first[edge] ||
		    roads->lines.first[edge + 1] == roads->lines.first[edge] + 1)
			return false;
	for (int32 point = 0; point < head.point_count; point++)
		if (!isfinite(roads->lines.x[point]) || !isfinite(roads->lines.y[point]))
			return false;
	return true;
}

/* ---- loading ---- */

static char *
piece_load(const LmStored *stored, const pg_uuid_t *piece, Size *size)
{
	char *bytes = lm_store_piece_read(piece, size);

	if (bytes == NULL)
		damaged_raise(stored->name);
	return bytes;
}

/* Edges with both ends in the main part, which some place can be reached along. */
static void
tree_build(LmNetwork *network, LmGraphCall *call)
{
	const LmGraph *graph = &network->hierarchy.graph;
	int32 edge_count = graph->edge_count, inside_count;
	bool *inside, *wanted;
	int32 *tail, *head;
	LmEdges edges = {.vertex_count = graph->named_count, .edge_count = edge_count};
	LmArena scratch;

	lm_graph_scratch(&call->run, &scratch);
	inside = LM_TAKE(&scratch, bool, graph->named_count);
	wanted = LM_TAKE(&scratch, bool, edge_count);
	tail = LM_TAKE_RAW(&scratch, int32, edge_count);
	head = LM_TAKE_RAW(&scratch, int32, edge_count);
	if (inside == NULL || wanted == NULL || tail == NULL || head == NULL)
		lm_memory_raise(&call->memory);
	for (int32 edge = 0; edge < edge_count; edge++)
	{
		/* the tail of an arc of the caller's is never a copy */
		tail[edge] = graph->arc_tail[2 * edge];
		head[edge] = graph->arc_tail[2 * edge + 1];
	}
	edges.tail = tail;
	edges.head = head;
	lm_graph_call_check(
		call, lm_component_main(&edges, network->metric.ticks, &call->run, inside, &inside_count),
		network->name);
	for (int32 edge = 0; edge < edge_count; edge++)
	{
		const int32 *ticks = &network->metric.ticks[2 * edge];

		wanted[edge] = inside[tail[edge]] && inside[head[edge]] &&
		               ((ticks[0] >= 0 && ticks[0] < LM_TICKS_END) ||
		                (ticks[1] >= 0 && ticks[1] < LM_TICKS_END));
	}
	lm_graph_call_check(call,
	                    lm_snap_tree_new(&network->roads.lines, wanted, &call->run, &network->tree),
	                    network->name);
	lm_graph_scratch_drop(&call->run, &scratch);
}

/* In the current context, which becomes the network's. */
static void
network_load(LmNetwork *network, const LmStored *stored)
{
	LmGraphCall call;
	char *bytes;
	Size size;

	network->name = pstrdup(stored->name);
	network->version = stored->version;
	bytes = piece_load(stored, &stored->roads, &size);
	if (!roads_image_read(bytes, size, &network->roads))
		damaged_raise(stored->name);

	bytes = piece_load(stored, &stored->hierarchy, &size);
	lm_graph_call_begin(&call, CurrentMemoryContext);
	lm_graph_call_check(&call, lm_hierarchy_image_read(bytes, size, &call.run, &network->hierarchy),
	                    stored->name);
	pfree(bytes);
	if (network->hierarchy.graph.edge_count != network->roads.edge_count)
		damaged_raise(stored->name);

	bytes = piece_load(stored, &stored->metric, &size);
	lm_graph_call_begin(&call, CurrentMemoryContext);
	lm_graph_call_check(
		&call, lm_metric_image_read(bytes, size, &network->hierarchy, &call.run, &network->metric),
		stored->name);
	pfree(bytes);
	tree_build(network, &call);
}

static void
entry_drop(Entry *entry)
{
	dlist_delete(&entry->node);
	MemoryContextDelete(entry->network.context);
}

/* Drops what is outdated or too much, unless it is in use. */
static void
entries_trim(const char *name, const pg_uuid_t *version, int most)
{
	dlist_mutable_iter at;
	int kept = 0;
	Entry *oldest = NULL;

	dlist_foreach_modify(at, &entries)
	{
		Entry *entry = dlist_container(Entry, node, at.cur);

		if (entry->network.pins > 0)
			continue;
		if (strcmp(entry->network.name, name) == 0 &&
		    memcmp(&entry->network.version, version, sizeof(*version)) != 0)
		{
			entry_drop(entry);
			continue;
		}
		kept++;
		if (oldest == NULL || entry->network.used < oldest->network.used)
			oldest = entry;
	}
	if (kept > most)
		entry_drop(oldest);
}

static LmNetwork *
entry_find(const pg_uuid_t *version, const char *name)
{
	dlist_iter at;

	dlist_foreach(at, &entries)
	{
		LmNetwork *network = &dlist_container(Entry, node, at.cur)->network;

		if (memcmp(&network->version, version, sizeof(*version)) == 0 &&
		    strcmp(network->name, name) == 0)
			return network;
	}
	return NULL;
}

static LmNetwork *
entry_load(const LmStored *stored, MemoryContext call)
{
	MemoryContext context = AllocSetContextCreate(call, "lastmile network", ALLOCSET_DEFAULT_SIZES);
	MemoryContext before = MemoryContextSwitchTo(context);
	Entry *entry = palloc0(sizeof(Entry));

	network_load(&entry->network, stored);
	entry->network.context = context;
	MemoryContextSetParent(context, CacheMemoryContext);
	dlist_push_head(&entries, &entry->node);
	MemoryContextSwitchTo(before);
	return &entry->network;
}

static void
pin_release(void *argument)
{
	((Pin *) argument)->network->pins--;
}

LmNetwork *
lm_network_open(const char *name, MemoryContext call)
{
	LmStored *stored = lm_store_find(name);
	LmNetwork *network;
	Pin *pin;

	if (stored == NULL)
		lm_store_missing(name);
	network = entry_find(&stored->version, name);
	if (network == NULL)
	{
		entries_trim(name, &stored->version, NETWORKS_KEPT - 1);
		network = entry_load(stored, call);
	}
	pin = MemoryContextAllocZero(call, sizeof(Pin));
	pin->network = network;
	pin->callback.func = pin_release;
	pin->callback.arg = pin;
	MemoryContextRegisterResetCallback(call, &pin->callback);
	network->pins++;
	network->used = ++uses;
	return network;
}

bool
lm_network_snap(const LmNetwork *network, const LmRawPoint *point, LmSpot *spot, double *distance)
{
	const LmLines *lines = &network->roads.lines;
	LmSnap snap;

	if ((point->srid == 0) != lines->planar)
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("network \"%s\" is in SRID %d, the point (%.10g %.10g) is in SRID %d",
		                network->name, lines->planar ? 0 : 4326, point->x, point->y, point->srid),
		         errhint("Give points in a coordinate system of the same kind.")));
	if (!lm_snap_find(&network->tree, point->x, point->y, lm_max_snap_m, &snap))
		return false;
	*spot = (LmSpot){.edge = snap.edge, .fraction = snap.fraction};
	*distance = snap.distance;
	return true;
}
