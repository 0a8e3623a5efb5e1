/*
 * road_parts.h
 *	  What road.c and road_tables.c share.
 *
 * Layer   adapter.
 */
#ifndef LM_TRAVEL_ROAD_PARTS_H
#define LM_TRAVEL_ROAD_PARTS_H

#include "postgres.h"

#include "graph/route.h"
#include "network/network.h"
#include "travel/road.h"

/* A way of travelling on the network: a profile of it. */
typedef struct LmRoadMode
{
	const char *profile; /* NULL: the edges' own costs */
	LmNetwork *network;
	LmSpot *spots;  /* [place] with edge -1 where it is off the network of this profile */
	double *speeds; /* [speed_count] distinct speed factors of its vehicles */
	int32 speed_count;
	int32 travel;    /* index of its first table in the problem.travels that lm_road_fill makes */
	LmRouter router; /* ready with the first leg */
} LmRoadMode;

/* What driving takes a mode at some time of the day. */
typedef struct LmRoadState
{
	const LmRoadMode *mode;
	const int64
		*factors; /* [1 + classes of the roads], the first of roads without class; NULL: none */
	const LmMetric *metric;
	LmTravel *tables; /* [mode->speed_count] */
	struct LmRoadState *next;
} LmRoadState;

struct LmRoad
{
	MemoryContext context;
	LmRoadMode *modes; /* [mode_count] >= 1 */
	int32 mode_count;
	int32 *mode_of;      /* [vehicle] */
	LmRoadState *states; /* all that have tables */
	LmGraphCall call;    /* of the legs */
	LmTrack track;
};

#endif /* LM_TRAVEL_ROAD_PARTS_H */
