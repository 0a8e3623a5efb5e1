/*
 * beeline.h
 *	  Legs along the straight line, made from coordinates when they are asked for.
 *
 * A table of 10,000 places takes 800 MB, and most of its cells are looked at never or once.  A
 * leg computed is the integer that a table of straight lines would hold: the same arithmetic,
 * rounded once.
 *
 * Layer   model: C11 only.
 * Units   milliseconds and millimetres out.
 */
#ifndef LM_MODEL_BEELINE_H
#define LM_MODEL_BEELINE_H

#include <math.h>

#include "model/geodesic.h"
#include "model/units.h"

typedef struct LmBeeline
{
	const LmGeoPoint *points; /* [place]; on a plane x and y in metres, z 0 */
	bool planar;
	bool wide;           /* some length may need 64 bits */
	double detour;       /* metres of a leg per metre of the line */
	double ms_per_metre; /* of the line */
} LmBeeline;

/* lm_leg_time - a leg in whole milliseconds; LM_NO_LEG when it is longer than a table can say. */
static inline int32_t
lm_leg_time(double milliseconds)
{
	/* not negative: the half is rounded up, and a cast is cheaper than a call of round() */
	return milliseconds < LM_NO_LEG - 1 ? (int32_t) (milliseconds + 0.5) : LM_NO_LEG;
}

/* lm_leg_length - metres, at most LM_NUMBER_MAX, in whole millimetres. */
static inline LmLength
lm_leg_length(double metres)
{
	return (LmLength) (metres * 1000 + 0.5);
}

/* lm_beeline_chord - metres through the ground: no more than the line, by a millionth at 50 km */
static inline double
lm_beeline_chord(const LmBeeline *beeline, int32_t from, int32_t to)
{
	const LmGeoPoint *a = &beeline->points[from];
	const LmGeoPoint *b = &beeline->points[to];
	double dx = b->x - a->x;
	double dy = b->y - a->y;
	double dz = b->z - a->z;

	return sqrt(dx * dx + dy * dy + dz * dz);
}

/* lm_beeline_metres - of the line; the same both ways to the last bit.  About 10 ns on the globe. */
static inline double
lm_beeline_metres(const LmBeeline *beeline, int32_t from, int32_t to)
{
	/* on a plane z adds a zero, which changes no bit */
	return beeline->planar ? lm_beeline_chord(beeline, from, to)
	                       : lm_geodesic_length(&beeline->points[from], &beeline->points[to]);
}

static inline int32_t
lm_beeline_time(const LmBeeline *beeline, int32_t from, int32_t to)
{
	return lm_leg_time(lm_beeline_metres(beeline, from, to) * beeline->ms_per_metre);
}

static inline LmLength
lm_beeline_length(const LmBeeline *beeline, int32_t from, int32_t to)
{
	return lm_leg_length(lm_beeline_metres(beeline, from, to) * beeline->detour);
}

#endif /* LM_MODEL_BEELINE_H */
