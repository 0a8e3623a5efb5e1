/*
 * restrictions.h
 *	  Restrictions on paths of edges, made part of the graph.
 *
 * A vertex reached by the beginning of a restricted path is another vertex than
 * the same place reached otherwise: what may follow differs.  The copies are the
 * states of an Aho-Corasick automaton over edges, so that paths that overlap or
 * contain one another are kept exactly; where nothing restricted has begun, or
 * can still be completed, the way goes on from the vertex itself.
 *
 * Layer   graph: C11 and model only.
 * Source  Aho, Corasick 1975, doi:10.1145/360825.360855.
 */
#ifndef LM_GRAPH_RESTRICTIONS_H
#define LM_GRAPH_RESTRICTIONS_H

#include "graph/graph.h"

/*
 * lm_restrictions_apply - adds the copies to a graph that has none yet
 *
 * Part of lm_graph_new, which has checked the edges.  The graph's arrays are
 * replaced by longer ones in run->arena.  Forbidden wins over dear; paths that
 * are completed at the same time add up.
 */
LmGraphStatus lm_restrictions_apply(const LmEdges *edges, const LmRestrictions *restrictions,
                                    LmGraphRun *run, LmGraph *graph);

#endif /* LM_GRAPH_RESTRICTIONS_H */
