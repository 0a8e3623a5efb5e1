/*
 * vehicles.h
 *	  The vehicles query.
 *
 * A bad vehicle makes the plan meaningless, so all that is wrong here is an error:
 * 22023 that names the vehicle.
 *
 * Layer   adapter.
 */
#ifndef LM_INPUT_VEHICLES_H
#define LM_INPUT_VEHICLES_H

#include "input/draft.h"

/*
 * lm_vehicles_read - runs the query and numbers the vehicles
 *
 * Afterwards vehicle_rows, vehicle_keys, skill_keys, skill_bits, capacity_count, and of the problem
 * vehicle_count and allowed_words are set.  SPI must be connected.
 */
void lm_vehicles_read(LmReader *reader);

/* lm_vehicle_raise - 22023: the vehicle and what is wrong with it, a phrase. */
void lm_vehicle_raise(const LmVehicleDraft *draft, const char *wrong) pg_attribute_noreturn();

/* lm_vehicles_locate - start and end places in one coordinate system; decides input->planar. */
void lm_vehicles_locate(LmReader *reader);

/* lm_vehicles_earliest - the earliest finite instant of any vehicle; DT_NOEND: none. */
TimestampTz lm_vehicles_earliest(const LmReader *reader);

/*
 * lm_vehicles_finish - the vehicles of the problem, with places, times, breaks and capacities
 *
 * Needs the origin and problem.dimensions.
 */
void lm_vehicles_finish(LmReader *reader);

#endif /* LM_INPUT_VEHICLES_H */
