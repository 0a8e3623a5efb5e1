/*
 * lines.c
 *	  Lengths by the two radii of curvature of the ellipsoid at the middle of a step.
 */
#include "network/lines.h"

#include <math.h>

#define WGS84_AXIS 6378137.0
#define WGS84_E2 6.69437999014131699e-3
#define RADIANS 0.017453292519943295

LmScale
lm_scale_at(bool planar, double y)
{
	double sine, normal;

	if (planar)
		return (LmScale){1, 1};
	sine = sin(y * RADIANS);
	normal = 1 - WGS84_E2 * sine * sine;
	return (LmScale){WGS84_AXIS / sqrt(normal) * cos(y * RADIANS) * RADIANS,
	                 WGS84_AXIS * (1 - WGS84_E2) / (normal * sqrt(normal)) * RADIANS};
}

double
lm_line_step(const LmLines *lines, int32_t point)
{
	LmScale scale = lm_scale_at(lines->planar, (lines->y[point] + lines->y[point + 1]) / 2);

	return hypot((lines->x[point + 1] - lines->x[point]) * scale.x,
	             (lines->y[point + 1] - lines->y[point]) * scale.y);
}

double
lm_line_length(const LmLines *lines, int32_t edge)
{
	double length = 0;

	for (int32_t point = lines->first[edge]; point + 1 < lines->first[edge + 1]; point++)
		length += lm_line_step(lines, point);
	return length;
}
