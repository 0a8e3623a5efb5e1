/*
 * place.h
 *	  Where a way begins or ends: a vertex, or a point on an edge.
 *
 * A place on an edge is left towards either end the edge is open to, and reached
 * from either end it is open from.  So it stands for a few ends: a rank, and what
 * lies between it and the place.
 *
 * Layer   graph: C11 and model only.
 */
#ifndef LM_GRAPH_PLACE_H
#define LM_GRAPH_PLACE_H

#include "graph/weights.h"

typedef struct LmSpot
{
	int32_t edge;    /* -1: the place is a vertex */
	int32_t vertex;  /* named vertex, when it is one */
	double fraction; /* of the edge's length, from its tail: 0 to 1; 0 and 1 are the vertices */
} LmSpot;

typedef struct LmEnd
{
	int32_t rank;
	int32_t arc; /* driven in part between the place and the rank; -1: the place is the rank */
	LmWay way;   /* between the two */
} LmEnd;

typedef struct LmEnds
{
	int32_t *first; /* [place + 1] */
	LmEnd *ends;
} LmEnds;

/*
 * lm_places_leave, lm_places_arrive - the ends of places that ways start from, or go to
 *
 * Arrays in arena.  A place that cannot be left (reached) has none.
 * Status	INVALID: an edge or vertex the graph does not have, a fraction outside 0 to 1.
 */
LmGraphStatus lm_places_leave(const LmHierarchy *hierarchy, const LmMetric *metric,
                              const LmSpot *places, int32_t count, LmArena *arena, LmEnds *ends);
LmGraphStatus lm_places_arrive(const LmHierarchy *hierarchy, const LmMetric *metric,
                               const LmSpot *places, int32_t count, LmArena *arena, LmEnds *ends);

/*
 * lm_place_direct - the way from a place to another on the same edge without leaving it
 *
 *	arc		filled with the arc driven, -1 when they are the same point
 * Returns LM_WAY_NONE when there is none; another way may be faster all the same.
 */
LmWay lm_place_direct(const LmHierarchy *hierarchy, const LmMetric *metric, LmSpot from, LmSpot to,
                      int32_t *arc);

#endif /* LM_GRAPH_PLACE_H */
