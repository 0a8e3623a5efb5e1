/*
 * road.h
 *	  Travel on a registered road network.
 *
 * A call opens the network once, for each profile its vehicles have: all of it is
 * planned on what its snapshot has, whatever becomes of the network meanwhile.  A
 * place lies on the road at its nearest point, for each profile its own; who is too
 * far off is found before there are places.
 *
 * Layer   adapter.
 */
#ifndef LM_TRAVEL_ROAD_H
#define LM_TRAVEL_ROAD_H

#include "input/input.h"
#include "input/point.h"
#include "input/traffic.h"
#include "network/track.h"

typedef struct LmRoad LmRoad;

/*
 * lm_road_open - the network of a request
 *
 *	profiles	[count] by vehicle; NULL elements: the edges' own costs
 * Faults  what lm_network_open raises: 42704.
 */
LmRoad *lm_road_open(const LmRequest *request, const char *const *profiles, int32_t count,
                     MemoryContext context);

/*
 * lm_road_fits - whether points in the plane, or on the globe, can lie on the network.  Never fails.
 *
 * On a network without a line none can, and none is of the wrong kind.
 */
bool lm_road_fits(const LmRoad *road, bool planar);

/*
 * lm_road_off - why a point is not on the network: a phrase, palloced; NULL when it is
 *
 *	point		in the network's kind of coordinates
 *	vehicle		who wants to go there; LM_ANY_VEHICLE: one of them is enough
 */
#define LM_ANY_VEHICLE (-1)
char *lm_road_off(const LmRoad *road, const LmRawPoint *point, int32_t vehicle);

/*
 * lm_road_fill - makes the travel tables of a problem
 *
 * Sets problem.travels, a table per distinct profile and speed_factor with the lengths of a profile in
 * common, each vehicle's `travel`, and has_lengths.
 * Faults  53200 tables above lastmile.max_memory.
 */
void lm_road_fill(LmInput *input);

/*
 * lm_road_state - tables of what driving takes under factors of the traffic
 *
 *	travel		index into the problem.travels that lm_road_fill made
 *	factors		of one moment, as LmCalendar has them for the rules
 *	result		has the tables of the travel; gets others where classes of road differ, and the factor
 *
 * Faults  53200.
 * Cost    where classes differ, a metric and tables, once for the same factors
 */
void lm_road_state(const LmInput *input, int32_t travel, const LmTrafficRules *rules,
                   const int64 *factors, LmTrafficState *result);

/* lm_road_warn_classes - a WARNING for each class of a rule that no edge has */
void lm_road_warn_classes(const LmRoad *road, const LmTrafficRules *rules);

/*
 * lm_road_leg - the line of the way a vehicle takes from a place to another; NULL when there is none
 *
 *	departs		decides which way is the fastest, where travel times change over the day
 *
 * It begins and ends on the road, as that of lastmile.path does.  Good until the next call.
 */
const LmTrack *lm_road_leg(const LmInput *input, int32_t vehicle, int32_t from, int32_t to,
                           LmTime departs);

#endif /* LM_TRAVEL_ROAD_H */
