/*
 * edges.h
 *	  The edges query, read and checked.
 *
 * Layer   network.
 */
#ifndef LM_NETWORK_EDGES_H
#define LM_NETWORK_EDGES_H

#include "postgres.h"

#include "input/query.h"
#include "network/report.h"
#include "network/roads.h"

/* Everything by edge, ascending by id; in the context it was read in. */
typedef struct LmEdgeRows
{
	LmRoads roads;
	int32 *tail;
	int32 *head;
	int32 vertex_count;
	uint32 *length; /* mm */
	int32 *ticks;   /* [2 * edge_count] by the edges' own costs */
	double *x;      /* [vertex] for the order, about metres; both NULL when some are not known */
	double *y;
} LmEdgeRows;

/*
 * lm_edges_read - runs the query and numbers edges and vertices
 *
 * Vertices are numbered by their ids; without source and target, edges meet where their lines
 * have exactly the same end.
 */
LmEdgeRows *lm_edges_read(const char *function, const char *query, LmReport *report);

/* lm_edge_id - a whole number of a column.  Faults  22023 for any other. */
int64 lm_edge_id(const LmColumn *column, Datum value);

/*
 * lm_edge_ticks - a cost in ticks, negative: closed
 *
 * NULL, and what is no time below LM_TICKS_END, is closed with a warning.
 */
int32 lm_edge_ticks(const LmColumn *column, Datum value, bool null, int64 id, LmReport *report);

#endif /* LM_NETWORK_EDGES_H */
