/*
 * places.h
 *	  Which stops are at one place, for travel and for setup.
 *
 * Two questions with two answers: travel tables have a row per matrix key, or per
 * pair of coordinates where there is no matrix; a setup is shared at one site, which is an
 * equal location_id, else equal coordinates.
 *
 * Layer   adapter.
 */
#ifndef LM_INPUT_PLACES_H
#define LM_INPUT_PLACES_H

#include "postgres.h"

#include "input/input.h"

typedef struct LmPlaces LmPlaces;

/*
 * lm_places_new - none yet; lives in the current memory context
 *
 *	keyed	true: places are told apart by location_id; false: by coordinates
 */
LmPlaces *lm_places_new(bool keyed);

/*
 * lm_place_add - the number of a place, a new one if need be
 *
 *	point		where, as far as known; the first known one stays with the place
 *	location	its key; NULL only where coordinates tell places apart
 */
int32 lm_place_add(LmPlaces *places, LmPoint point, const char *location);

/* lm_site_add - the number of a site; location may be NULL, and the point not known. */
int32 lm_site_add(LmPlaces *places, LmPoint point, const char *location);

/*
 * lm_places_finish - hands places and the counts over to the input
 *
 * Places live in input->context.
 */
void lm_places_finish(LmPlaces *places, LmInput *input);

#endif /* LM_INPUT_PLACES_H */
