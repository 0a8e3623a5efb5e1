/*
 * cut.h
 *	  The fewest vertices that part a graph's one end from its other.
 *
 * Layer   graph: C11 and model only.
 * Source  Dinic's algorithm on the graph in which every vertex carries one unit; Schild, Sommer
 *		   2015, doi:10.1007/978-3-319-20086-6_22 (ends from an order along a line), there with
 *		   edge cuts: what a hierarchy pays for is vertices.
 */
#ifndef LM_GRAPH_CUT_H
#define LM_GRAPH_CUT_H

#include "graph/run.h"

typedef enum LmSide
{
	LM_SIDE_NEAR, /* the source's */
	LM_SIDE_FAR,
	LM_SIDE_CUT
} LmSide;

/* A graph of local vertices 0 .. count - 1 and the state of a flow through it. */
typedef struct LmCut
{
	int32_t count;
	int32_t *first; /* [count + 1] neighbours, symmetric */
	int32_t *to;
	int8_t *end;      /* [count] 1: source, 2: sink, 0: neither; never both */
	int32_t *sources; /* [source_count] those with end 1 */
	int32_t source_count;
	int8_t *side; /* [count] LmSide, the result */
	int32_t size; /* vertices in the cut, the result */
	int32_t near; /* vertices on the near side, the result */

	/* scratch */
	int32_t *from;  /* [count] where the flow comes from, NOBODY, or OUTSIDE */
	int32_t *into;  /* [count] where it goes */
	int32_t *level; /* [2 * count] of a vertex' entry (2v) and exit (2v + 1) */
	int32_t *next;  /* [count] the neighbour an exit tries next */
	int32_t *queue; /* [2 * count] */
} LmCut;

/* lm_cut_take - room for count vertices and ends neighbours, from arena; false when refused. */
bool lm_cut_take(LmCut *cut, int32_t count, int32_t ends, LmArena *arena);

/*
 * lm_cut_find - fills side, size and near, giving up once the cut has more than most vertices
 *
 * Returns CANCELLED, or OK with size > most when it gave up; side is then not filled.
 */
LmGraphStatus lm_cut_find(LmCut *cut, int32_t most, LmGraphRun *run);

#endif /* LM_GRAPH_CUT_H */
