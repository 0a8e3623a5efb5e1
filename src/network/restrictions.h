/*
 * restrictions.h
 *	  The restrictions query, read and checked against the edges.
 *
 * Layer   network.
 */
#ifndef LM_NETWORK_RESTRICTIONS_H
#define LM_NETWORK_RESTRICTIONS_H

#include "postgres.h"

#include "graph/graph.h"
#include "network/edges.h"

/*
 * lm_restrictions_read - runs a restrictions query: path, cost
 *
 * A path of edges that do not follow one another, or are not there, is left out with a warning.
 * Arrays in the current memory context.
 * Faults  22023 for a path that is no list of ids, a cost that is NaN.
 */
LmRestrictions *lm_restrictions_read(const char *function, const char *query,
                                     const LmEdgeRows *edges, LmReport *report);

#endif /* LM_NETWORK_RESTRICTIONS_H */
