/*
 * network.h
 *	  A road network ready for questions, kept for the life of the backend.
 *
 * What is read from the tables is kept by the pieces it came from, and shared: the
 * roads and the hierarchy by all profiles of a network, and by what a refresh
 * that changed only weights makes of it.
 *
 * Layer   network: what SQL verbs, and plan, ask of a network.
 */
#ifndef LM_NETWORK_NETWORK_H
#define LM_NETWORK_NETWORK_H

#include "postgres.h"

#include "fmgr.h"

#include "graph/place.h"
#include "input/point.h"
#include "network/known.h"
#include "network/patch.h"
#include "network/roads.h"
#include "network/snap.h"
#include "network/store.h"
#include "workers/memory.h"
#include "workers/pace.h"

/* A network as a profile travels on it. */
typedef struct LmNetwork
{
	const char *name;
	const LmRoads *roads;
	const LmHierarchy *hierarchy;
	const LmMetric *metric;
	const LmSnapTree *tree; /* of the edges of the profile's main part */
	LmKnownWays *known;     /* of the metric; where there is a tree */
} LmNetwork;

/* What a call gives the functions of graph/. */
typedef struct LmGraphCall
{
	LmGraphRun run;
	LmMemory memory;
	LmPace pace;
} LmGraphCall;

/* lm_graph_call_begin - results go to the context, within lastmile.max_memory. */
void lm_graph_call_begin(LmGraphCall *call, MemoryContext context);

/* lm_graph_call_check - raises what a status stands for, unless it is OK. */
void lm_graph_call_check(LmGraphCall *call, LmGraphStatus status, const char *network);

/* lm_network_damaged - raises XX001 */
extern void lm_network_damaged(const char *name) pg_attribute_noreturn();

/*
 * lm_network_open - the network as the current snapshot has it, loaded if need be
 *
 *	profile	NULL: the edges' own costs
 *	call	context of the call: until it is deleted the network stays as it is, whatever another
 *			session, or this one, does to it
 * Faults  42704; 22023 for a profile it has not; XX001 when what is stored was changed by something
 *		   else than this library.
 */
LmNetwork *lm_network_open(const char *name, const char *profile, MemoryContext call);

/*
 * lm_network_argument - the network that the arguments of a call name
 *
 *	index	of the name
 *	at		of the first of: at, traffic, profile, timezone
 * Faults  as lm_network_open; 22004 without a name.
 */
LmNetwork *lm_network_argument(FunctionCallInfo fcinfo, int index, int at, MemoryContext call);

/*
 * lm_network_metric_open - the same of rows that are known, without a tree
 *
 * lm_network_roads_open - without a metric, too; NULL when what is stored cannot be read
 */
LmNetwork *lm_network_metric_open(const LmStored *stored, const LmStoredMetric *metric,
                                  MemoryContext call);
LmNetwork *lm_network_roads_open(const LmStored *stored, MemoryContext call);

/* lm_network_patch_read - a piece of changes, palloced; LM_PIECE_NONE: none.  Faults  XX001 */
void lm_network_patch_read(const char *name, const pg_uuid_t *changes, int32 edge_count,
                           LmPatch *patch);

/*
 * lm_network_snap - puts a point on the network; false when no road is within lastmile.max_snap_m
 *
 *	point		given and not wrong, after lm_points_transform
 *	distance	filled with its metres from the road
 * Faults  22023 for a point in the plane on a network in degrees, or the other way round.
 */
bool lm_network_snap(const LmNetwork *network, const LmRawPoint *point, LmSpot *spot,
                     double *distance);

#endif /* LM_NETWORK_NETWORK_H */
