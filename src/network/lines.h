/*
 * lines.h
 *	  Where the edges of a network lie, in one array.
 *
 * Layer   network, pure part: C11 only.
 */
#ifndef LM_NETWORK_LINES_H
#define LM_NETWORK_LINES_H

#include "model/units.h"

typedef struct LmLines
{
	int32_t edge_count;
	bool planar;    /* metres; else degrees of WGS84 */
	int32_t *first; /* [edge_count + 1] where each edge's points begin; none, or at least two */
	double *x;      /* longitude or easting, finite */
	double *y;
} LmLines;

/* Metres a unit of each coordinate stands for, near a latitude; 1 in the plane. */
typedef struct LmScale
{
	double x;
	double y;
} LmScale;

/* lm_scale_at - the scale at a latitude in degrees.  Never fails. */
LmScale lm_scale_at(bool planar, double y);

/* lm_line_step - metres from a point of the array to the next.  Within 1e-6 of a geodesic to 10 km. */
double lm_line_step(const LmLines *lines, int32_t point);

/* lm_line_length - metres of an edge's line; 0 without one. */
double lm_line_length(const LmLines *lines, int32_t edge);

#endif /* LM_NETWORK_LINES_H */
