/*
 * point.h
 *	  Points and straight legs as values of the result's own geometry type.
 *
 * Goes through the binary input function of whatever type the result column
 * has, so it works with PostGIS in any schema and links with nothing of it.
 *
 * Layer   adapter.
 */
#ifndef LM_OUTPUT_POINT_H
#define LM_OUTPUT_POINT_H

#include "postgres.h"

#include "fmgr.h"

#include "input/input.h"

typedef struct LmPointOut
{
	FmgrInfo receive; /* the type's binary input function */
	Oid parameter;    /* what it wants to know of the type */
	uint32 srid;      /* 4326, or 0 in the plane */
} LmPointOut;

/* lm_point_out_init - looks up the type of the result column, once per call. */
void lm_point_out_init(LmPointOut *points, Oid type, bool planar);

/* lm_point_out - a POINT, palloced */
Datum lm_point_out(LmPointOut *points, LmPoint point);

/* lm_point_out_leg - a LINESTRING of two points, palloced */
Datum lm_point_out_leg(LmPointOut *points, LmPoint from, LmPoint to);

/* lm_point_out_line - a LINESTRING of count points, palloced; count is at least 2 */
Datum lm_point_out_line(LmPointOut *points, const double *x, const double *y, int32 count);

#endif /* LM_OUTPUT_POINT_H */
