/*
 * places.c
 *	  Places and sites by location_id or coordinates.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "input/keys.h"
#include "input/places.h"
#include "input/values.h"

#define FIRST_ROOM 256

struct LmPlaces
{
	bool keyed;
	LmKeys *places;
	LmKeys *location_sites;
	LmKeys *point_sites;
	LmPlace *list; /* [count] */
	int32 count;
	int32 room;
	int32 site_count;
};

LmPlaces *
lm_places_new(bool keyed)
{
	LmPlaces *places = palloc0(sizeof(LmPlaces));

	places->keyed = keyed;
	places->places = lm_keys_new(CurrentMemoryContext, FIRST_ROOM);
	places->location_sites = lm_keys_new(CurrentMemoryContext, FIRST_ROOM);
	places->point_sites = lm_keys_new(CurrentMemoryContext, FIRST_ROOM);
	places->list = palloc(FIRST_ROOM * sizeof(LmPlace));
	places->room = FIRST_ROOM;
	return places;
}

/* The bytes of both coordinates; equal places have equal ones, see bytes_double in point.c. */
static int32
point_key_add(LmKeys *keys, LmPoint point, int32 number)
{
	double bytes[2] = {point.x, point.y};

	return lm_keys_add(keys, bytes, sizeof(bytes), number);
}

int32
lm_place_add(LmPlaces *places, LmPoint point, const char *location)
{
	int32 place;

	if (places->keyed)
		place = lm_keys_add(places->places, location, strlen(location), places->count);
	else
		place = point_key_add(places->places, point, places->count);
	if (place == places->count)
	{
		places->list = lm_room_make(places->list, places->count, &places->room, sizeof(LmPlace));
		places->list[places->count++] = (LmPlace){point, places->keyed ? location : NULL};
	}
	else if (!places->list[place].point.known)
		places->list[place].point = point;
	return place;
}

int32
lm_site_add(LmPlaces *places, LmPoint point, const char *location)
{
	int32 site = places->site_count;

	if (location != NULL)
		site = lm_keys_add(places->location_sites, location, strlen(location), site);
	else if (point.known)
		site = point_key_add(places->point_sites, point, site);
	if (site == places->site_count)
		places->site_count++;
	return site;
}

void
lm_places_finish(LmPlaces *places, LmInput *input)
{
	input->places = lm_huge_alloc(input->context, places->count, sizeof(LmPlace));
	memcpy(input->places, places->list, places->count * sizeof(LmPlace));
	input->problem.place_count = places->count;
	input->problem.site_count = places->site_count;
}
