/*
 * geodesic.c
 *	  Lengths between any two places: the same both ways, and within what the ellipsoid allows.
 */
#include "model/geodesic.h"

#include "fuzz.h"

#define PI 3.14159265358979323846
#define LONGEST 20003931.4587 /* half a meridian, metres, rounded up */
#define EQUATOR 6378137.0
#define SLACK 0.0021 /* of the triangle inequality: three times the error that geodesic.h states */

/* Any degrees; bytes that are no number in range become corners, or places close together. */
static double
degrees_draw(Dice *dice, double most)
{
	double value = 0;
	uint64_t bits = 0;

	switch (dice_below(dice, 4))
	{
		case 0:
			return (dice_below(dice, 9) - 4) * most / 4;
		case 1:
			return (dice_below(dice, 20001) - 10000) * most / 10000;
		case 2:
			/* close to a corner: antipodes, poles, the date line */
			return (dice_below(dice, 3) - 1) * (most - ldexp(1, -dice_below(dice, 60)));
		default:
			for (int i = 0; i < 4; i++)
				bits = bits << 16 | (uint64_t) dice_below(dice, 65536);
			memcpy(&value, &bits, sizeof(value));
			return value >= -most && value <= most ? value
			                                       : fmod(isfinite(value) ? value : 0, most);
	}
}

/* Between the least and the greatest radius of curvature times the angle at the centre. */
static void
bounds_check(const double *from, const double *to, double length)
{
	double y = (to[1] - from[1]) * PI / 180;
	double x = (to[0] - from[0]) * PI / 180;
	double chord = sin(y / 2) * sin(y / 2) +
	               cos(from[1] * PI / 180) * cos(to[1] * PI / 180) * sin(x / 2) * sin(x / 2);
	double sphere = 2 * asin(sqrt(chord > 1 ? 1 : chord)) * EQUATOR;

	CHECK(length >= sphere * 0.993 - 0.001 && length <= sphere * 1.004 + 0.001,
	      "%.17g m, on the sphere %.17g m", length, sphere);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Dice dice = dice_from_bytes(data, size);
	double places[3][2];
	LmGeoPoint points[3];
	double lengths[3][3];

	for (int i = 0; i < 3; i++)
	{
		places[i][0] = degrees_draw(&dice, 180);
		places[i][1] = degrees_draw(&dice, 90);
		points[i] = lm_geodesic_point(places[i][0], places[i][1]);
	}
	for (int from = 0; from < 3; from++)
		lm_geodesic_row(&points[from], points, 3, lengths[from]);
	for (int from = 0; from < 3; from++)
		for (int to = 0; to < 3; to++)
		{
			double length = lengths[from][to];

			CHECK(length >= 0 && length <= LONGEST, "%.17g m", length);
			CHECK(length == lm_geodesic_length(&points[from], &points[to]) &&
			          length == lengths[to][from],
			      "%.17g m, the other way %.17g m", length, lengths[to][from]);
			CHECK(from != to || length == 0, "%.17g m from a place to itself", length);
			if (from != to)
				CHECK(length <= lengths[from][3 - from - to] + lengths[3 - from - to][to] + SLACK,
				      "%.17g m, less by way of another place", length);
			bounds_check(places[from], places[to], length);
		}
	return 0;
}
