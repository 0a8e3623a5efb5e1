/*
 * travel.h
 *	  How long and how far it is from each place to each other, for one way of travelling.
 *
 * One for each distinct (profile, speed_factor).  A leg is rounded once, when the table is filled or
 * when a straight line is measured, and search, output and check read the same integers.
 *
 * Layer   model: C11 only.
 * Units   milliseconds and millimetres.  A leg of 24.8 days or more is no leg.
 */
#ifndef LM_MODEL_TRAVEL_H
#define LM_MODEL_TRAVEL_H

#include "model/beeline.h"
#include "model/pairs.h"
#include "model/traffic.h"
#include "model/units.h"

/* Tables of some pairs only. */
typedef struct LmFew
{
	LmPairs *pairs;
	const int32_t *time;      /* [cell of the pair] as in LmTravel */
	const uint32_t *length32; /* likewise */
	const int64_t *length64;
} LmFew;

/*
 * With traffic the tables hold bounds: of each leg the shortest time and the longest length of
 * any state.  The search prunes with them; what a leg really takes depends on when it is
 * driven: lm_travel_arrive.
 */
typedef struct LmTravel
{
	int32_t places;        /* rows and columns of the tables */
	int32_t *time;         /* [from * places + to] ms, LM_NO_LEG where there is no way; NULL:
								 * there are no tables, but few legs, or a beeline and no traffic */
	uint32_t *length32;    /* [from * places + to] mm; NULL when some leg needs 64 bits */
	int64_t *length64;     /* the same, wide; both NULL when lengths are not known */
	bool complete;         /* no LM_NO_LEG in the table */
	int32_t *time_back;    /* where the search has made them: the tables by [to * places + from]; */
	uint32_t *length_back; /* NULL: not yet */
	const LmTraffic *traffic; /* NULL: times do not change */
	const LmBeeline *beeline; /* what legs are made of where there are no tables */
	const LmFew *few;         /* NULL: all legs are known */
} LmTravel;

/* Time and length of a leg, looked up or measured at once. */
typedef struct LmHop
{
	int32_t time;
	LmLength length;
} LmHop;

/* lm_travel_pair - index into its tables */
static inline size_t
lm_travel_cell(const LmTravel *travel, int32_t from, int32_t to)
{
	return (size_t) from * (size_t) travel->places + (size_t) to;
}

/* lm_travel_pair - the cell of a leg in the tables of the travel and of the states of its traffic */
static inline size_t
lm_travel_pair(const LmTravel *travel, int32_t from, int32_t to)
{
	return travel->few != NULL ? lm_pairs_cell(travel->few->pairs, from, to)
	                           : lm_travel_cell(travel, from, to);
}

static inline LmLength
lm_few_length(const LmFew *few, size_t cell)
{
	if (few->length32 != NULL)
		return few->length32[cell];
	return few->length64 != NULL ? few->length64[cell] : 0;
}

/* lm_travel_time - ms from a place to another, or LM_NO_LEG; with traffic the least.  Never fails. */
static inline int32_t
lm_travel_time(const LmTravel *travel, int32_t from, int32_t to)
{
	if (travel->time != NULL)
		return travel->time[lm_travel_cell(travel, from, to)];
	if (travel->few != NULL)
		return travel->few->time[lm_pairs_cell(travel->few->pairs, from, to)];
	return lm_beeline_time(travel->beeline, from, to);
}

/* lm_travel_length - mm from a place to another; 0 when lengths are not known.  Never fails. */
static inline LmLength
lm_travel_length(const LmTravel *travel, int32_t from, int32_t to)
{
	size_t pair = lm_travel_cell(travel, from, to);

	if (travel->length32 != NULL)
		return travel->length32[pair];
	if (travel->length64 != NULL)
		return travel->length64[pair];
	if (travel->few != NULL)
		return lm_few_length(travel->few, lm_pairs_cell(travel->few->pairs, from, to));
	return travel->time == NULL ? lm_beeline_length(travel->beeline, from, to) : 0;
}

/* lm_travel_measured - whether lengths are known */
static inline bool
lm_travel_measured(const LmTravel *travel)
{
	if (travel->few != NULL)
		return travel->few->length32 != NULL || travel->few->length64 != NULL;
	return travel->time == NULL || travel->length32 != NULL || travel->length64 != NULL;
}

/* lm_travel_hop - both.  Never fails. */
static inline LmHop
lm_travel_hop(const LmTravel *travel, int32_t from, int32_t to)
{
	if (travel->time == NULL && travel->few == NULL)
	{
		double metres = lm_beeline_metres(travel->beeline, from, to);

		return (LmHop){lm_leg_time(metres * travel->beeline->ms_per_metre),
		               lm_leg_length(metres * travel->beeline->detour)};
	}
	return (LmHop){lm_travel_time(travel, from, to), lm_travel_length(travel, from, to)};
}

/* lm_travel_arrive - when a leg begun at a moment arrives; LM_NEVER where there is no way. */
static inline LmTime
lm_travel_arrive(const LmTravel *travel, int32_t from, int32_t to, LmTime departs)
{
	int32_t time;

	if (travel->traffic != NULL)
		return lm_traffic_arrive(travel->traffic, lm_travel_pair(travel, from, to), departs);
	time = lm_travel_time(travel, from, to);
	return time != LM_NO_LEG ? departs + time : LM_NEVER;
}

/* lm_travel_length_at - mm of a leg begun at a moment */
static inline LmLength
lm_travel_length_at(const LmTravel *travel, int32_t from, int32_t to, LmTime departs)
{
	if (travel->traffic != NULL)
		return lm_traffic_length(travel->traffic, lm_travel_pair(travel, from, to), departs);
	return lm_travel_length(travel, from, to);
}

#endif /* LM_MODEL_TRAVEL_H */
