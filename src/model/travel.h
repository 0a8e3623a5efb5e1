/*
 * travel.h
 *	  How long and how far it is from each place to each other, for one way of travelling.
 *
 * A table per distinct (profile, speed_factor): a leg is rounded once, when the
 * table is filled, and search, output and check read the same integers.
 *
 * Layer   model: C11 only.
 * Units   milliseconds and millimetres.  A leg of 24.8 days or more is no leg.
 */
#ifndef LM_MODEL_TRAVEL_H
#define LM_MODEL_TRAVEL_H

#include "model/units.h"

typedef struct LmTravel
{
	int32_t places;     /* rows and columns of the tables */
	int32_t *time;      /* [from * places + to] ms, LM_NO_LEG where there is no way */
	uint32_t *length32; /* [from * places + to] mm; NULL when some leg needs 64 bits */
	int64_t *length64;  /* the same, wide; both NULL when lengths are not known */
	bool complete;      /* no LM_NO_LEG in the table */
} LmTravel;

/* lm_travel_time - ms from a place to another, or LM_NO_LEG.  Never fails. */
static inline int32_t
lm_travel_time(const LmTravel *travel, int32_t from, int32_t to)
{
	return travel->time[(size_t) from * (size_t) travel->places + (size_t) to];
}

/* lm_travel_length - mm from a place to another; 0 when lengths are not known.  Never fails. */
static inline LmLength
lm_travel_length(const LmTravel *travel, int32_t from, int32_t to)
{
	size_t pair = (size_t) from * (size_t) travel->places + (size_t) to;

	if (travel->length32 != NULL)
		return travel->length32[pair];
	return travel->length64 != NULL ? travel->length64[pair] : 0;
}

#endif /* LM_MODEL_TRAVEL_H */
