/*
 * edges.h
 *	  The edges query, read and checked.
 *
 * Layer   network.
 */
#ifndef LM_NETWORK_EDGES_H
#define LM_NETWORK_EDGES_H

#include "postgres.h"

#include "network/network.h"

/* A row of the report; severity is "info" or "warning". */
typedef struct LmReportRow
{
	const char *severity;
	const char *message;
	int64 edge_id;
	bool has_edge;
} LmReportRow;

typedef struct LmReport
{
	LmReportRow *rows;
	int32 count;
	int32 room;
} LmReport;

void lm_report_add(LmReport *report, const char *severity, const char *message,
                   const int64 *edge_id);

/* Everything by edge, ascending by id; in the context it was read in. */
typedef struct LmEdgeRows
{
	LmRoads roads;
	int32 *tail;
	int32 *head;
	int32 vertex_count;
	uint32 *length; /* mm */
	int32 *ticks;   /* [2 * edge_count] */
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

#endif /* LM_NETWORK_EDGES_H */
