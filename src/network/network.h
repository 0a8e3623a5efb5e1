/*
 * network.h
 *	  A road network ready for questions, kept for the life of the backend.
 *
 * Layer   network: what SQL verbs, and plan, ask of a network.
 */
#ifndef LM_NETWORK_NETWORK_H
#define LM_NETWORK_NETWORK_H

#include "postgres.h"

#include "utils/uuid.h"

#include "graph/place.h"
#include "input/point.h"
#include "network/lines.h"
#include "network/snap.h"
#include "workers/memory.h"
#include "workers/pace.h"

/* The edges beside the graph: what they are called and where they lie. */
typedef struct LmRoads
{
	int32 edge_count;
	int64 *ids; /* [edge_count] ascending */
	LmLines lines;
} LmRoads;

typedef struct LmNetwork
{
	MemoryContext context; /* everything here lives in it */
	const char *name;
	pg_uuid_t version;
	LmRoads roads;
	LmHierarchy hierarchy;
	LmMetric metric;
	LmSnapTree tree; /* of the edges of the main part */
	int pins;        /* calls that use it */
	uint64 used;     /* the larger the later it was asked for */
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

/*
 * lm_network_open - the network as the current snapshot has it, loaded if need be
 *
 *	call	context of the call: until it is deleted the network stays as it is, whatever another
 *			session, or this one, does to it
 * Faults  42704; XX001 when what is stored was changed by something else than this library.
 */
LmNetwork *lm_network_open(const char *name, MemoryContext call);

/* lm_roads_image_size, lm_roads_image_write - the roads as bytes. */
Size lm_roads_image_size(const LmRoads *roads);
void lm_roads_image_write(const LmRoads *roads, char *bytes);

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
