/*
 * ewkb.h
 *	  A point or a line from the bytes in which PostGIS hands out geometries.
 *
 * Apart from point.c so that it can be fed any bytes without a server.
 *
 * Layer   input, pure part: C11 only.
 * Source  https://libgeos.org/specifications/wkb/, with the SRID flag of PostGIS
 */
#ifndef LM_INPUT_EWKB_H
#define LM_INPUT_EWKB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct LmEwkb
{
	uint32_t type; /* with flags for Z, M and SRID; 0 when there are too few bytes to tell */
	int32_t srid;  /* 0: none given */
	double x;      /* may be infinite or NaN: how PostGIS writes an empty point */
	double y;
} LmEwkb;

/*
 * lm_ewkb_point - reads extended well-known binary
 *
 *	bytes	[length], aligned or not; Z, M and whatever follows them is passed over
 *
 * Returns false when the bytes are something else than a whole point; x and y are not set then.
 */
bool lm_ewkb_point(const char *bytes, size_t length, LmEwkb *point);

/* The points of a line; what `at` points to lives as long as the bytes. */
typedef struct LmEwkbLine
{
	uint32_t type; /* as of a point */
	int32_t srid;
	int32_t count; /* points; 0: the line is empty */
	int32_t stride;
	bool little;
	const char *at;
} LmEwkbLine;

/*
 * lm_ewkb_line - reads a linestring, or a multilinestring of one
 *
 * Returns false when the bytes are something else than a whole line; only type means something then.
 */
bool lm_ewkb_line(const char *bytes, size_t length, LmEwkbLine *line);

/* lm_ewkb_line_point - a point of it, from 0; x and y may be infinite or NaN. */
void lm_ewkb_line_point(const LmEwkbLine *line, int32_t point, double *x, double *y);

/* lm_ewkb_type_name - what the type is called in SQL; "geometry" when it is not known. */
const char *lm_ewkb_type_name(uint32_t type);

#endif /* LM_INPUT_EWKB_H */
