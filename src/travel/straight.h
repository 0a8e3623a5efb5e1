/*
 * straight.h
 *	  Travel in a straight line: the source where nothing better is given.
 *
 * The geodesic on WGS84, or the plane's straight line with SRID 0, times
 * lastmile.detour_factor, driven at lastmile.speed_kmh.
 *
 * Layer   adapter.
 */
#ifndef LM_TRAVEL_STRAIGHT_H
#define LM_TRAVEL_STRAIGHT_H

#include "input/input.h"

/*
 * lm_straight_fill - makes the travels of a problem whose places all have points
 *
 * Sets problem.travels, one per distinct speed_factor, and each vehicle's `travel`: tables with lengths
 * in common; or the points (model/beeline.h) from some thousand places on, and where few legs are
 * asked for, unless there is traffic.  One NOTICE says what the times are, when there is something to
 * plan.
 * Faults  53200 when the tables do not fit into lastmile.max_memory.
 * Cost    O(places^2) for tables: 1,000 places in about 10 ms within 1,000 km, see geodesic.h.
 */
void lm_straight_fill(const LmRequest *request, LmInput *input);

#endif /* LM_TRAVEL_STRAIGHT_H */
