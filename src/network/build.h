/*
 * build.h
 *	  Edges, restrictions and speeds into the stored pieces of a network.
 *
 * Layer   network.
 */
#ifndef LM_NETWORK_BUILD_H
#define LM_NETWORK_BUILD_H

#include "postgres.h"

#include "network/edges.h"
#include "network/network.h"
#include "network/report.h"
#include "network/restrictions.h"
#include "network/speeds.h"
#include "network/store.h"

/* Everything the queries of a network gave. */
typedef struct LmNetworkRows
{
	LmEdgeRows *edges;
	LmRestrictions *restrictions; /* NULL: no query */
	LmSpeeds *speeds;
} LmNetworkRows;

/* lm_network_read - runs a network's queries as whoever is the current user. */
void lm_network_read(const char *function, const LmStored *stored, LmReport *report,
                     LmNetworkRows *rows);

/*
 * lm_network_build - builds and stores the pieces
 *
 *	stored	its name is given; counts and pieces are filled
 *	before	as the network was, whose pieces stay where they are the same; NULL: it is new
 *	count	of the metrics returned, palloced
 */
LmStoredMetric *lm_network_build(const LmNetworkRows *rows, LmStored *stored,
                                 const LmStored *before, LmReport *report, int32 *count);

/*
 * lm_network_change - reads a changes query and stores what it makes of the metrics
 *
 * Returns all metrics, those that stay as they are included; palloced.
 */
LmStoredMetric *lm_network_change(const char *function, const LmStored *stored, const char *query,
                                  LmReport *report, int32 *count);

/* lm_network_main_report - says how much of a network a profile reaches */
void lm_network_main_report(LmReport *report, const char *profile, int32 main_count,
                            int32 vertex_count);

#endif /* LM_NETWORK_BUILD_H */
