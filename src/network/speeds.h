/*
 * speeds.h
 *	  Speeds by class of road, in place of the edges' own costs: one set of weights a profile.
 *
 * Layer   network.
 */
#ifndef LM_NETWORK_SPEEDS_H
#define LM_NETWORK_SPEEDS_H

#include "postgres.h"

#include "network/edges.h"

typedef struct LmSpeeds
{
	int32 profile_count;   /* with the default, which is number 0 */
	const char **profiles; /* [profile_count] ascending by their bytes, "" the first */
	int32 class_count;
	double *kmh; /* [profile * class_count + class] 0: closed; NAN: not said */
} LmSpeeds;

/*
 * lm_speeds_read - runs a speeds query: class, kmh, profile
 *
 *	query	NULL: the default profile alone, and nothing said of it
 * Faults  22004, 22023, 23505 for rows that mean nothing.
 */
LmSpeeds *lm_speeds_read(const char *function, const char *query, const LmRoads *roads,
                         LmReport *report);

/*
 * lm_speeds_ticks - the weights of a profile
 *
 *	ticks	[2 * edge_count] filled
 *
 * For what a profile's rows do not say, the default's count; then the edge's own cost, as for an
 * edge of no length or class.  An arc that is closed by its cost stays closed.
 */
void lm_speeds_ticks(const LmSpeeds *speeds, int32 profile, const LmEdgeRows *edges, int32 *ticks,
                     LmReport *report);

/* lm_speeds_check - warns of own costs that are absurd as speeds, where they count by default. */
void lm_speeds_check(const LmSpeeds *speeds, const LmEdgeRows *edges, LmReport *report);

#endif /* LM_NETWORK_SPEEDS_H */
