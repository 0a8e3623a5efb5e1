/*
 * point.h
 *	  Points of PostGIS: read from their binary form, brought to WGS84.
 *
 * Works with geometry and geography alike and with PostGIS in any schema,
 * because nothing is looked up by search_path and no library of PostGIS is linked.
 *
 * Layer   adapter.
 */
#ifndef LM_INPUT_POINT_H
#define LM_INPUT_POINT_H

#include "postgres.h"

#include "input/query.h"

/* As it came, or after lm_points_transform. */
typedef struct LmRawPoint
{
	double x;
	double y;
	int32 srid;        /* 0: plane in metres; 4326: degrees; any other: to be transformed */
	bool given;        /* false: NULL, nothing else is set */
	const char *wrong; /* why it cannot be used: a phrase in the current memory context of
								 * whoever found it; NULL: nothing */
} LmRawPoint;

/* lm_point_read - the coordinates of a geometry or geography; wrong is set for what is no point. */
LmRawPoint lm_point_read(const LmColumn *column, Datum value);

/*
 * lm_points_transform - brings points to SRID 4326, except those of SRID 0, and checks their range
 *
 *	points	[count]; those not given or wrong are left alone
 *	name	of the column, for the phrases in `wrong`, which live in the current memory context
 *
 * A point that PostGIS cannot transform becomes wrong, in PostGIS' words.  Cancels and
 * other errors of the server pass through.  SPI may be connected.
 */
void lm_points_transform(LmRawPoint **points, int32 count, const char *name);

#endif /* LM_INPUT_POINT_H */
