/*
 * table.h
 *	  The fastest ways from many places to many others.
 *
 * Every place is known by its ways to (from) the ranks on its path to the root; a
 * pair's way is the least sum over the ranks both know.  Places are sorted by
 * rank and taken by blocks, neighbours together: a block's places share most of
 * what they know, so one walk serves all of them, and a block of starts meets a
 * block of goals as two matrices do.
 *
 * Layer   graph: C11 and model only.
 * Source  Knopp, Sanders, Schultes, Schulz, Wagner 2007, doi:10.1137/1.9781611972870.4 (buckets),
 *		   in the dense form that few, shared and long bucket lists ask for.
 */
#ifndef LM_GRAPH_TABLE_H
#define LM_GRAPH_TABLE_H

#include "graph/place.h"

typedef struct LmTableQuery
{
	const LmSpot *from; /* [from_count] */
	int32_t from_count;
	const LmSpot *to; /* [to_count]; may be the same array */
	int32_t to_count;
} LmTableQuery;

/*
 * lm_table_fill - the ways of all pairs
 *
 *	ways	[from * to_count + to] filled on LM_GRAPH_OK; LM_WAY_NONE where there is none
 *
 * The ways are those of lm_route_find.
 * Status	INVALID: a place that is not on the graph; CANCELLED, NO_MEMORY.
 * Cost		about 0.1 ns for each pair and rank it shares: 1,000 x 1,000 take ms in a town
 */
LmGraphStatus lm_table_fill(const LmHierarchy *hierarchy, const LmMetric *metric,
                            const LmTableQuery *query, LmGraphRun *run, LmWay *ways);

/* Some pairs of a query, start by start. */
typedef struct LmTablePairs
{
	const int64_t *first; /* [from_count + 1] */
	const int32_t *to;    /* [first[from_count]] goals of a start */
} LmTablePairs;

/*
 * lm_table_some - the ways of some pairs: the same as lm_table_fill finds
 *
 *	ways	[pairs->first[from_count]] filled on LM_GRAPH_OK
 *
 * Status	as lm_table_fill
 * Cost		what places know, about 5 us each, and then little for each pair
 */
LmGraphStatus lm_table_some(const LmHierarchy *hierarchy, const LmMetric *metric,
                            const LmTableQuery *query, const LmTablePairs *pairs, LmGraphRun *run,
                            LmWay *ways);

#endif /* LM_GRAPH_TABLE_H */
