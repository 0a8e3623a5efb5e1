/*
 * off_road.h
 *	  Who is too far from the road network to be planned on it.
 *
 * Layer   adapter.
 */
#ifndef LM_INPUT_OFF_ROAD_H
#define LM_INPUT_OFF_ROAD_H

#include "input/draft.h"

/* lm_off_road_begin - opens the network for the vehicles' profiles; after lm_vehicles_read. */
void lm_off_road_begin(LmReader *reader);

/*
 * lm_off_road_find - takes orders off the network out of the problem, with code unreachable
 *
 * After lm_orders_settle, before anything that only good rows decide.
 * Faults  22023 a vehicle starts or ends off the network; network and points are not both in the
 *		   plane, or both on the globe.
 */
void lm_off_road_find(LmReader *reader);

#endif /* LM_INPUT_OFF_ROAD_H */
