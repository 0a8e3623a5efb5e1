/*
 * geodesic.c
 *	  Tests of model/geodesic: known lengths, an integrated geodesic, symmetry, antipodes.
 *
 * The oracle drives along the ellipsoid: a geodesic is the curve that only the normal
 * accelerates.  It shares nothing with the code under test but the axes.
 */
#include "model/geodesic.h"

#include <math.h>

#include "tap.h"

#define PI 3.14159265358979323846
#define A 6378137.0         /* WGS84, equatorial radius */
#define B 6356752.314245179 /* polar radius, a (1 - 1/298.257223563) */

typedef struct Vector
{
	double c[3];
} Vector;

static uint64_t dice = UINT64_C(0x9E3779B97F4A7C15);

static double
dice_between(double low, double high)
{
	dice ^= dice >> 12;
	dice ^= dice << 25;
	dice ^= dice >> 27;
	return low + (high - low) * (double) (dice >> 11) / 9007199254740992.0;
}

static double
length_of(double longitude1, double latitude1, double longitude2, double latitude2)
{
	LmGeoPoint from = lm_geodesic_point(longitude1, latitude1);
	LmGeoPoint to = lm_geodesic_point(longitude2, latitude2);

	return lm_geodesic_length(&from, &to);
}

static double
dot(Vector a, Vector b)
{
	return a.c[0] * b.c[0] + a.c[1] * b.c[1] + a.c[2] * b.c[2];
}

/* a + b * factor */
static Vector
sum(Vector a, Vector b, double factor)
{
	for (int i = 0; i < 3; i++)
		a.c[i] += b.c[i] * factor;
	return a;
}

/* The gradient of x^2/a^2 + y^2/a^2 + z^2/b^2, halved. */
static Vector
gradient(Vector v)
{
	return (Vector){{v.c[0] / (A * A), v.c[1] / (A * A), v.c[2] / (B * B)}};
}

/* What keeps a point that moves at v on the ellipsoid: r'' = -(v'Gv / |Gr|^2) Gr. */
static Vector
acceleration(Vector r, Vector v)
{
	Vector normal = gradient(r);
	double factor = -dot(v, gradient(v)) / dot(normal, normal);

	return (Vector){{normal.c[0] * factor, normal.c[1] * factor, normal.c[2] * factor}};
}

/* Moves at speed 1 for `length` metres in steps of the classical Runge-Kutta method. */
static Vector
drive(Vector r, Vector v, double length, int steps)
{
	double h = length / steps;

	for (int step = 0; step < steps; step++)
	{
		Vector a1 = acceleration(r, v);
		Vector v2 = sum(v, a1, h / 2);
		Vector a2 = acceleration(sum(r, v, h / 2), v2);
		Vector v3 = sum(v, a2, h / 2);
		Vector a3 = acceleration(sum(r, v2, h / 2), v3);
		Vector v4 = sum(v, a3, h);
		Vector a4 = acceleration(sum(r, v3, h), v4);

		r = sum(sum(sum(sum(r, v, h / 6), v2, h / 3), v3, h / 3), v4, h / 6);
		v = sum(sum(sum(sum(v, a1, h / 6), a2, h / 3), a3, h / 3), a4, h / 6);
	}
	return r;
}

/* The greatest error of the length of a driven geodesic, over random starts and headings. */
static double
driven_error(double shortest, double longest, int routes, int steps)
{
	double worst = 0;

	for (int i = 0; i < routes; i++)
	{
		double length = exp(dice_between(log(shortest), log(longest)));
		double latitude = asin(dice_between(-1, 1)) * 180 / PI;
		double longitude = dice_between(-180, 180);
		double heading = dice_between(0, 2 * PI);
		double phi = latitude * PI / 180;
		double lambda = longitude * PI / 180;
		LmGeoPoint start = lm_geodesic_point(longitude, latitude);
		Vector north = {{-sin(phi) * cos(lambda), -sin(phi) * sin(lambda), cos(phi)}};
		Vector east = {{-sin(lambda), cos(lambda), 0}};
		Vector velocity = sum((Vector){{0, 0, 0}}, north, cos(heading));
		Vector end;
		double error;

		velocity = sum(velocity, east, sin(heading));
		end = drive((Vector){{start.x, start.y, start.z}}, velocity, length, steps);
		/* of a point on the ellipsoid, tan(latitude) = (z / b^2) / (p / a^2) */
		error =
			fabs(length_of(longitude, latitude, atan2(end.c[1], end.c[0]) * 180 / PI,
		                   atan2(end.c[2] * A * A, hypot(end.c[0], end.c[1]) * B * B) * 180 / PI) -
		         length);
		worst = fmax(worst, error);
	}
	return worst;
}

static void
driven_geodesics_agree(void)
{
	/* steps of at most 2, 10, 10 and 10 km: the integration itself is good to a micrometre */
	double near = driven_error(1, 100e3, 2000, 50);
	double region = driven_error(100e3, 500e3, 500, 50);
	double country = driven_error(500e3, 1000e3, 500, 100);
	/* any geodesic of less than half the least circumference, b pi, is the shortest line */
	double world = driven_error(1000e3, 19800e3, 200, 2000);

	EXPECT(near < 1e-6, "%.3g m up to 100 km", near);
	EXPECT(region < 1e-4, "%.3g m up to 500 km", region);
	EXPECT(country < 1e-3, "%.3g m up to 1,000 km", country);
	EXPECT(world < 1e-3, "%.3g m beyond", world);
}

static void
known_lengths(void)
{
	/* The first are exact: along the equator a pi / 180 a degree, and the quarter meridian. */
	static const struct
	{
		double from[2];
		double to[2];
		double metres;
		double tolerance;
	} lines[] = {
		{{0, 0}, {1, 0}, A * PI / 180, 1e-6},
		{{-60, 0}, {60, 0}, A * PI * 2 / 3, 1e-4},
		{{0, 0}, {0, 90}, 10001965.729313, 1e-4},
		{{17, 90}, {50, 90}, 0, 0},
		{{180, 10}, {-180, 10}, 0, 1e-8},
		{{5, 5}, {5, 5}, 0, 0},
		/* two quarters of a meridian over the pole are shorter than half the equator */
		{{0, 0}, {180, 0}, 2 * 10001965.729313, 1e-4},
		{{0, 30}, {180, -30}, 2 * 10001965.729313, 1e-4},
		{{10, 90}, {20, -90}, 2 * 10001965.729313, 1e-4},
		/* over the pole: 120 degrees of meridian */
		{{0, 30}, {180, 30}, 13363704.66274468, 1e-4},
		/* the others are PostGIS 3.3's ST_Distance of geography */
		{{87.4601551088611, -15.9655107423851},
	     {92.80890267446127, -3.244540981673151},
	     1524138.66835387,
	     1e-3},
		{{-33.573695999822945, 34.260233962622976},
	     {-33.59564510891722, 34.27709404211396},
	     2753.8504446,
	     1e-6},
		{{-178.15234967122856, 18.923331212775544},
	     {-178.15097470531836, 18.92264286165193},
	     163.65828341,
	     1e-6},
		{{-3.924856943362869, 13.099656966891995},
	     {-3.542640820290284, 11.936930018762354},
	     135170.37938633,
	     1e-5},
		{{30.5306451525187, 42.51435320191593},
	     {30.090092028962424, 42.51435320191593},
	     36204.70714712,
	     1e-6},
		{{0, 0}, {179.5, 0}, 19980861.90889096, 1e-3},
		{{0, 0}, {179.4, 0}, 19970715.516596, 1e-3},
		{{0, 0}, {179.3, 0}, 19959584.69923395, 1e-3},
		{{0, 30}, {180, -29.9}, 19992846.29858447, 1e-3},
		{{0, -30}, {179.999, 30}, 20003931.36632067, 1e-3},
		{{0, 1e-9}, {180, 0}, 20003931.45851487, 1e-3},
		{{-56.98186744822269, 66.45596465036681},
	     {122.99672602887648, -66.43914458461735},
	     20002019.76644026,
	     1e-3},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
	{
		double metres = length_of(lines[i].from[0], lines[i].from[1], lines[i].to[0],
		                          lines[i].to[1]);

		EXPECT(fabs(metres - lines[i].metres) <= lines[i].tolerance, "line %zu is %.9f m, not %.9f",
		       i, metres, lines[i].metres);
	}
}

static void
lengths_are_symmetric(void)
{
	LmGeoPoint points[200];
	double row[200];

	for (int i = 0; i < 200; i++)
		points[i] =
			i % 2 == 0 || i == 1
				? lm_geodesic_point(dice_between(-180, 180), dice_between(-90, 90))
				: lm_geodesic_point(points[i - 1].longitude * 180 / PI + dice_between(-1, 1), 0);
	for (int from = 0; from < 200; from++)
	{
		lm_geodesic_row(&points[from], points, 200, row);
		for (int to = 0; to < 200; to++)
		{
			double back = lm_geodesic_length(&points[to], &points[from]);

			EXPECT(row[to] == back, "%.17g m there, %.17g m back", row[to], back);
			EXPECT(from != to || row[to] == 0, "%.17g m to itself", row[to]);
		}
	}
}

/* Next to the antipode: no longer than the half meridian, no shorter than it less the offset. */
static void
antipodes_end(void)
{
	const double half = 2 * 10001965.729313;

	for (int i = 0; i < 20000; i++)
	{
		double scale = pow(10, -dice_between(0, 12));
		double longitude = dice_between(-180, 0);
		double latitude = i % 3 == 0 ? 0 : dice_between(-89, 89);
		double east = dice_between(-1, 1) * scale;
		double north = dice_between(-1, 1) * scale;
		double metres = length_of(longitude, latitude, longitude + 180 + east, -latitude + north);

		/* a degree is at most 111.7 km in each direction */
		EXPECT(metres <= half + 1e-3 && metres >= half - 111700 * (fabs(east) + fabs(north)) - 1e-3,
		       "%.6f m from %.12g %.12g, off by %g %g", metres, longitude, latitude, east, north);
	}
}

/* Down to where squares are no longer numbers: shorter, and never something else than a number. */
static void
tiny_lengths_are_numbers(void)
{
	double before = length_of(0, 0, 1, 0);

	for (int power = 0; power <= 320; power++)
	{
		double metres = length_of(0, 0, pow(10, -power), pow(10, -power) / 3);

		EXPECT(metres >= 0 && metres <= before * 1.1, "%g m at 1e-%d degrees, %g m before", metres,
		       power, before);
		before = metres;
	}
	EXPECT(before == 0, "%g m at the end", before);
}

int
main(void)
{
	tap_run("known lengths", known_lengths);
	tap_run("geodesics driven step by step", driven_geodesics_agree);
	tap_run("there and back are the same", lengths_are_symmetric);
	tap_run("antipodes", antipodes_end);
	tap_run("lengths of next to nothing", tiny_lengths_are_numbers);
	return tap_end();
}
