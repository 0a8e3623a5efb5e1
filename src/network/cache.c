/*
 * cache.c
 *	  Networks loaded by this backend.
 *
 * What was loaded is known by the pieces it was loaded from, which are never
 * changed: what is looked at on each call is a few rows.  No invalidation message
 * is needed, and a change that is rolled back, here or elsewhere, is never seen.
 */
#include "postgres.h"

#include "lib/ilist.h"
#include "portability/instr_time.h"
#include "utils/memutils.h"

#include "graph/image.h"
#include "input/argument.h"
#include "input/values.h"
#include "lastmile.h"
#include "network/component.h"
#include "network/network.h"
#include "network/store.h"
#include "output/fault.h"

/* More modes than that are dropped when nobody uses them, the longest unused first. */
#define MODES_KEPT 8
#define MS_NEVER 1e15

/* Roads and a hierarchy, shared by the modes on them; dropped with the last. */
typedef struct Base
{
	dlist_node node;
	MemoryContext context; /* everything here lives in it */
	pg_uuid_t roads_piece;
	pg_uuid_t hierarchy_piece;
	LmRoads roads;
	LmHierarchy hierarchy;
	int users; /* modes, and calls that use it without one */
} Base;

/* A metric on a base. */
typedef struct Mode
{
	dlist_node node;
	MemoryContext context;
	Base *base;
	pg_uuid_t metric_piece;
	pg_uuid_t changes_piece; /* LM_PIECE_NONE: the metric as it is stored */
	const char *name;        /* of the network and the profile it was last loaded for */
	const char *profile;
	LmMetric metric;
	LmSnapTree tree;    /* of the edges of the main part; lines NULL: not made yet */
	LmKnownWays *known; /* made with it */
	int pins;           /* calls that use it */
	uint64 used;        /* the larger the later it was asked for */
} Mode;

/* Lets a network go with the context of the call that uses it. */
typedef struct Pin
{
	MemoryContextCallback callback;
	LmNetwork network;
	Base *base;
	Mode *mode; /* NULL: the base alone is used */
} Pin;

static dlist_head bases = DLIST_STATIC_INIT(bases);
static dlist_head modes = DLIST_STATIC_INIT(modes);
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

void
lm_network_damaged(const char *network)
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
			lm_network_damaged(network);
			break;
		case LM_GRAPH_INVALID:
			break;
	}
	LM_CANNOT_HAPPEN("an argument the road graph refuses");
}

/* ---- loading ---- */

/* In the current context, which becomes the base's; false when what is stored cannot be read. */
static bool
base_load(Base *base, const char *name)
{
	LmGraphCall call;
	LmGraphStatus status;
	Size size;
	char *bytes = lm_store_piece_read(&base->roads_piece, &size);

	if (bytes == NULL || !lm_roads_image_read(bytes, size, &base->roads))
		return false;
	bytes = lm_store_piece_read(&base->hierarchy_piece, &size);
	if (bytes == NULL)
		return false;
	lm_graph_call_begin(&call, CurrentMemoryContext);
	status = lm_hierarchy_image_read(bytes, size, &call.run, &base->hierarchy);
	if (status == LM_GRAPH_CORRUPT)
		return false;
	lm_graph_call_check(&call, status, name);
	pfree(bytes);
	return base->hierarchy.graph.edge_count == base->roads.edge_count;
}

/* Of edges with both ends in the main part, which some place can be reached along. */
static void
tree_build(Mode *mode, LmGraphCall *call, LmSnapTree *tree)
{
	const LmGraph *graph = &mode->base->hierarchy.graph;
	const int32 *ticks = mode->metric.ticks;
	int32 inside_count;
	bool *inside, *wanted;
	LmArena scratch;

	lm_graph_scratch(&call->run, &scratch);
	inside = LM_TAKE(&scratch, bool, graph->named_count);
	wanted = LM_TAKE(&scratch, bool, graph->edge_count);
	if (inside == NULL || wanted == NULL)
		lm_memory_raise(&call->memory);
	lm_graph_call_check(
		call, lm_component_of_graph(graph, ticks, &call->run, inside, &inside_count), mode->name);
	for (int32 edge = 0; edge < graph->edge_count; edge++)
		wanted[edge] = inside[graph->arc_tail[2 * edge]] && inside[graph->arc_tail[2 * edge + 1]] &&
		               (lm_ticks_are_open(ticks[2 * edge]) ||
		                lm_ticks_are_open(ticks[2 * edge + 1]));
	lm_graph_call_check(call, lm_snap_tree_new(&mode->base->roads.lines, wanted, &call->run, tree),
	                    mode->name);
	lm_graph_scratch_drop(&call->run, &scratch);
}

/* In the current context, which becomes the mode's. */
static void
mode_load(Mode *mode)
{
	LmGraphCall call;
	Size size;
	char *bytes = lm_store_piece_read(&mode->metric_piece, &size);

	if (bytes == NULL)
		lm_network_damaged(mode->name);
	lm_graph_call_begin(&call, CurrentMemoryContext);
	lm_graph_call_check(
		&call, lm_metric_image_read(bytes, size, &mode->base->hierarchy, &call.run, &mode->metric),
		mode->name);
	pfree(bytes);
}

void
lm_network_patch_read(const char *name, const pg_uuid_t *changes, int32 edge_count, LmPatch *patch)
{
	Size size;
	char *bytes;

	*patch = (LmPatch){0};
	if (lm_piece_is(changes, &LM_PIECE_NONE))
		return;
	bytes = lm_store_piece_read(changes, &size);
	if (bytes == NULL || !lm_patch_image_read(bytes, size, edge_count, patch))
		lm_network_damaged(name);
}

/* The same of a metric that is loaded, and the changes to it, which are read into the call's context. */
static void
mode_patch(Mode *mode, const Mode *before, MemoryContext call_context)
{
	const LmHierarchy *hierarchy = &mode->base->hierarchy;
	MemoryContext context = MemoryContextSwitchTo(call_context);
	LmPatch patch;
	LmGraphCall call;
	int32 *edges, *ticks;

	lm_network_patch_read(mode->name, &mode->changes_piece, hierarchy->graph.edge_count, &patch);
	edges = lm_huge_alloc(call_context, patch.count, sizeof(int32));
	ticks = lm_huge_alloc(call_context, 2 * (Size) patch.count, sizeof(int32));
	for (int32 i = 0; i < patch.count; i++)
	{
		edges[i] = patch.edges[i].edge;
		memcpy(&ticks[2 * i], patch.edges[i].ticks, sizeof(patch.edges[i].ticks));
	}
	MemoryContextSwitchTo(context);
	lm_graph_call_begin(&call, context);
	lm_graph_call_check(&call,
	                    lm_metric_update(hierarchy, &before->metric, edges, ticks, patch.count,
	                                     &call.run, &mode->metric),
	                    mode->name);
}

/* Made when the first place is put on the network: who changes weights needs none. */
static void
mode_tree_make(Mode *mode, MemoryContext call_context)
{
	MemoryContext context, before;
	LmGraphCall call;
	LmKnownWays *known;
	LmSnapTree tree;

	if (mode->tree.lines != NULL)
		return;
	context = AllocSetContextCreate(call_context, "lastmile snap tree", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(context);
	lm_graph_call_begin(&call, context);
	tree_build(mode, &call, &tree);
	known = palloc0(sizeof(LmKnownWays));
	MemoryContextSwitchTo(before);
	MemoryContextSetParent(context, mode->context);
	mode->tree = tree;
	mode->known = known;
}

/* ---- what is kept ---- */

static void
base_release(Base *base)
{
	if (--base->users > 0)
		return;
	dlist_delete(&base->node);
	MemoryContextDelete(base->context);
}

static void
mode_drop(Mode *mode)
{
	Base *base = mode->base;

	dlist_delete(&mode->node);
	MemoryContextDelete(mode->context);
	base_release(base);
}

/* Whether a mode is of a network and profile that has another metric now, or other changes to it. */
static bool
mode_is_outdated(const Mode *mode, const char *name, const LmStoredMetric *metric)
{
	if (strcmp(mode->name, name) != 0)
		return false;
	if (metric == NULL)
		return true;
	return strcmp(mode->profile, metric->profile) == 0 &&
	       (!lm_piece_is(&mode->metric_piece, &metric->metric) ||
	        (!lm_piece_is(&mode->changes_piece, &LM_PIECE_NONE) &&
	         !lm_piece_is(&mode->changes_piece, &metric->changes)));
}

/* Drops what is beyond `most` of the modes nobody uses, the oldest first. */
static void
modes_keep(int most)
{
	for (;;)
	{
		dlist_iter at;
		int kept = 0;
		Mode *oldest = NULL;

		dlist_foreach(at, &modes)
		{
			Mode *mode = dlist_container(Mode, node, at.cur);

			if (mode->pins > 0)
				continue;
			kept++;
			if (oldest == NULL || mode->used < oldest->used)
				oldest = mode;
		}
		if (kept <= most)
			return;
		mode_drop(oldest);
	}
}

/*
 * Drops modes nobody uses that are outdated, and the oldest beyond `most`.
 *
 *	metric	NULL: there is no such network any more
 */
static void
modes_trim(const char *name, const LmStoredMetric *metric, int most)
{
	dlist_mutable_iter at;

	dlist_foreach_modify(at, &modes)
	{
		Mode *mode = dlist_container(Mode, node, at.cur);

		if (mode->pins == 0 && mode_is_outdated(mode, name, metric))
			mode_drop(mode);
	}
	modes_keep(most);
}

static void
pin_release(void *argument)
{
	Pin *pin = argument;

	if (pin->mode != NULL)
	{
		/* a call of many profiles leaves no more than others do */
		if (--pin->mode->pins == 0)
			modes_keep(MODES_KEPT);
	}
	else if (pin->base != NULL)
		base_release(pin->base);
}

/*
 * The base of two pieces, in use once more; NULL when it cannot be read.  A base without a mode is
 * dropped with the call that opened it: what is in no list when an error ends the call goes with it.
 */
static Base *
base_open(const LmStored *stored, MemoryContext call)
{
	MemoryContext context, before;
	dlist_iter at;
	Base *base;

	dlist_foreach(at, &bases)
	{
		base = dlist_container(Base, node, at.cur);
		if (lm_piece_is(&base->roads_piece, &stored->roads) &&
		    lm_piece_is(&base->hierarchy_piece, &stored->hierarchy))
		{
			base->users++;
			return base;
		}
	}
	context = AllocSetContextCreate(call, "lastmile roads", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(context);
	base = palloc0(sizeof(Base));
	base->context = context;
	base->roads_piece = stored->roads;
	base->hierarchy_piece = stored->hierarchy;
	if (!base_load(base, stored->name))
		base = NULL;
	MemoryContextSwitchTo(before);
	if (base == NULL)
	{
		MemoryContextDelete(context);
		return NULL;
	}
	MemoryContextSetParent(context, CacheMemoryContext);
	dlist_push_head(&bases, &base->node);
	base->users = 1;
	return base;
}

/* Registered before anything is pinned, so that no error comes between the two. */
static Pin *
pin_new(const char *name, MemoryContext call)
{
	Pin *pin = MemoryContextAllocZero(call, sizeof(Pin));

	pin->network.name = MemoryContextStrdup(call, name);
	pin->callback.func = pin_release;
	pin->callback.arg = pin;
	MemoryContextRegisterResetCallback(call, &pin->callback);
	return pin;
}

static LmNetwork *
pin_base(Pin *pin, Base *base)
{
	pin->base = base;
	pin->network.roads = &base->roads;
	pin->network.hierarchy = &base->hierarchy;
	return &pin->network;
}

LmNetwork *
lm_network_roads_open(const LmStored *stored, MemoryContext call)
{
	Pin *pin = pin_new(stored->name, call);
	Base *base = base_open(stored, call);

	return base == NULL ? NULL : pin_base(pin, base);
}

static Mode *
mode_find(const LmStoredMetric *metric)
{
	dlist_iter at;

	dlist_foreach(at, &modes)
	{
		Mode *mode = dlist_container(Mode, node, at.cur);

		if (lm_piece_is(&mode->metric_piece, &metric->metric) &&
		    lm_piece_is(&mode->changes_piece, &metric->changes))
			return mode;
	}
	return NULL;
}

static Mode *
mode_new(const LmStored *stored, const LmStoredMetric *metric, Base *base, const Mode *before,
         MemoryContext call)
{
	MemoryContext context = AllocSetContextCreate(call, "lastmile metric", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	Mode *mode = palloc0(sizeof(Mode));

	mode->context = context;
	mode->base = base;
	mode->metric_piece = metric->metric;
	mode->changes_piece = metric->changes;
	mode->name = pstrdup(stored->name);
	mode->profile = pstrdup(metric->profile);
	if (before == NULL)
		mode_load(mode);
	else
		mode_patch(mode, before, call);
	MemoryContextSwitchTo(caller);
	MemoryContextSetParent(context, CacheMemoryContext);
	dlist_push_head(&modes, &mode->node);
	base->users++;
	return mode;
}

static Mode *
mode_open(const LmStored *stored, const LmStoredMetric *metric, MemoryContext call)
{
	LmStoredMetric unchanged = *metric;
	Mode *mode = mode_find(metric), *before = NULL;
	Base *base;
	Pin *pin;

	if (mode != NULL)
		return mode;
	modes_trim(stored->name, metric, MODES_KEPT - 1);
	/* the call holds the roads, whatever becomes of the rest */
	pin = pin_new(stored->name, call);
	base = base_open(stored, call);
	if (base == NULL)
		lm_network_damaged(stored->name);
	pin_base(pin, base);
	if (!lm_piece_is(&metric->changes, &LM_PIECE_NONE))
	{
		unchanged.changes = LM_PIECE_NONE;
		before = mode_find(&unchanged);
		if (before == NULL)
			before = mode_new(stored, &unchanged, base, NULL, call);
		before->used = ++uses;
	}
	return mode_new(stored, metric, base, before, call);
}

static LmNetwork *
network_open(const LmStored *stored, const LmStoredMetric *metric, bool places, MemoryContext call)
{
	Pin *pin = pin_new(stored->name, call);
	Mode *mode = mode_open(stored, metric, call);
	LmNetwork *network = pin_base(pin, mode->base);

	pin->mode = mode;
	mode->pins++;
	mode->used = ++uses;
	network->metric = &mode->metric;
	if (places)
	{
		mode_tree_make(mode, call);
		network->tree = &mode->tree;
		network->known = mode->known;
	}
	return network;
}

LmNetwork *
lm_network_metric_open(const LmStored *stored, const LmStoredMetric *metric, MemoryContext call)
{
	return network_open(stored, metric, false, call);
}

LmNetwork *
lm_network_open(const char *name, const char *profile, MemoryContext call)
{
	LmStored *stored = lm_store_find(name);
	LmStoredMetric *metrics;
	int32 count;

	if (stored == NULL)
	{
		modes_trim(name, NULL, MODES_KEPT);
		lm_store_missing(name);
	}
	metrics = lm_store_metrics(name, &count);
	return network_open(
		stored, &metrics[profile == NULL ? 0 : lm_store_profile(name, profile, metrics, count)],
		true, call);
}

LmNetwork *
lm_network_argument(FunctionCallInfo fcinfo, int index, int at, MemoryContext call)
{
	const char *name = lm_argument_text(fcinfo, index);

	if (name == NULL)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		                errmsg("argument \"network\" must not be null"),
		                errhint("The view lastmile.networks has the names.")));
	return lm_network_open(name, lm_argument_text(fcinfo, at + 2), call);
}

bool
lm_network_snap(const LmNetwork *network, const LmRawPoint *point, LmSpot *spot, double *distance)
{
	const LmLines *lines = &network->roads->lines;
	LmSnap snap;

	/* without a line there is no coordinate system either */
	if (network->tree->edge_count == 0)
		return false;
	if ((point->srid == 0) != lines->planar)
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("network \"%s\" is in SRID %d, the point (%.10g %.10g) is in SRID %d",
		                network->name, lines->planar ? 0 : 4326, point->x, point->y, point->srid),
		         errhint("Give points in a coordinate system of the same kind.")));
	if (!lm_snap_find(network->tree, point->x, point->y, lm_max_snap_m, &snap))
		return false;
	*spot = (LmSpot){.edge = snap.edge, .fraction = snap.fraction};
	*distance = snap.distance;
	return true;
}
