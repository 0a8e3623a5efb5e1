/*
 * geodesic.c
 *	  Short lines from their chord, long ones on the auxiliary sphere.
 */
#include "model/geodesic.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#define PI 3.14159265358979323846
#define EQUATOR 6378137.0 /* equatorial radius a */
#define FLATTENING (1 / 298.257223563)
#define POLE (EQUATOR * (1 - FLATTENING)) /* polar radius b */
#define ECCENTRICITY2 (FLATTENING * (2 - FLATTENING))
#define SECOND_ECCENTRICITY2 (ECCENTRICITY2 / ((1 - FLATTENING) * (1 - FLATTENING)))

/* Beyond this chord the series of short_length loses more than a millimetre. */
#define SHORT_CHORD 1000000.0
#define NO_CHORD2 1e-200 /* square metres; what short_length divides by stays a normal number */

/* The long solver's fixed point is good to a tenth of a millimetre at this. */
#define LONGITUDE_TOLERANCE 1e-12
#define FIXED_POINT_ROUNDS 12
#define BISECTIONS 60

/* Gauss-Legendre, 10 points; the integrands are smooth: their terms fall like 600^-n. */
#define NODES 5
static const double node_at[NODES] = {0.1488743389816312, 0.4333953941292472, 0.6794095682990244,
                                      0.8650633666889845, 0.9739065285171717};
static const double node_weight[NODES] = {0.2955242247147529, 0.2692667193099963,
                                          0.2190863625159820, 0.1494513491505806,
                                          0.0666713443086881};

/* A great circle of the auxiliary sphere, and the piece of it between two points. */
typedef struct Arc
{
	double sin_azimuth0; /* where it crosses the equator northwards */
	double k2;           /* Karney's k^2 */
	double middle;       /* arc length from that crossing to the middle of the piece */
	double half;         /* half the length of the piece */
} Arc;

LmGeoPoint
lm_geodesic_point(double longitude, double latitude)
{
	LmGeoPoint point;
	double phi = latitude * (PI / 180);
	double lambda = longitude * (PI / 180);
	double sine = sin(phi);
	/* the cosine of 90 degrees is not quite 0, and a pole must be one place for every longitude */
	double cosine = fabs(latitude) == 90 ? 0 : cos(phi);
	double normal = EQUATOR / sqrt(1 - ECCENTRICITY2 * sine * sine);

	point.x = normal * cosine * cos(lambda);
	point.y = normal * cosine * sin(lambda);
	point.z = normal * (1 - ECCENTRICITY2) * sine;
	point.longitude = lambda;
	point.reduced = atan2((1 - FLATTENING) * sine, cosine);
	return point;
}

/*
 * The length from the squared chord, for chords up to SHORT_CHORD.
 *
 * A curve of length s and curvature k has, about its middle, the chord
 *	c^2 = s^2 - k^2 s^4 / 12 + s^6 (k^4 / 360 - k k'' / 240) + ...
 * With k'' = 0 that is the circle of radius 1/k.  For a geodesic k is the
 * curvature of the ellipsoid at its middle along the chord: with A = diag(1/a^2,
 * 1/a^2, 1/b^2), chord d and m half the sum of its ends, d is tangent at the
 * point m / sqrt(1 - q/4) of the ellipsoid, where q = d'Ad, and k = (q / c^2) / |A m| *
 * sqrt(1 - q/4).  To first order in e^2, k k'' = -3 (e^2 / a^4) (t^2 - n^2), t and n being
 * the z components of the unit vectors along d and m.
 */
static inline double
short_length(const LmGeoPoint *from, const LmGeoPoint *to, double chord2)
{
	const double a2 = 1 / (EQUATOR * EQUATOR);
	const double b2 = 1 / (POLE * POLE);
	double dz = to->z - from->z;
	double mx = (to->x + from->x) * 0.5;
	double my = (to->y + from->y) * 0.5;
	double mz = (to->z + from->z) * 0.5;
	double mxy2 = mx * mx + my * my;
	double q = (chord2 - dz * dz) * a2 + dz * dz * b2;
	double g2 = mxy2 * (a2 * a2) + mz * mz * (b2 * b2);
	double inverse = 1 / (chord2 * g2);
	/* (k c / 2)^2 */
	double u = q * q * (1 - q * 0.25) * 0.25 * inverse;
	double t2 = dz * dz * g2 * inverse;
	/* |m|^2 as g2 knows it, up to a factor 1 + O(e^2) */
	double n2 = mz * mz * chord2 * (a2 * a2) * inverse;
	/* arcsine: 1 + u/6 + 3 u^2/40 + 15 u^3/336 + 105 u^4/3456 + 945 u^5/42240 */
	double arc = 1 +
	             u * (1.0 / 6 +
	                  u * (3.0 / 40 + u * (15.0 / 336 + u * (105.0 / 3456 + u * (945.0 / 42240)))));

	/* k^4 s^4 e^2 / 160 with k = 1/a: (2 sqrt(u))^4 = 16 u^2 */
	arc -= u * u * (ECCENTRICITY2 / 10) * (t2 - n2);
	return sqrt(chord2) * arc;
}

/* Of the piece: the integrals that turn its length into metres, and its span into longitude. */
static void
arc_integrals(const Arc *arc, double *metres, double *slip)
{
	double cosine = cos(2 * arc->middle);
	double sine = sin(2 * arc->middle);
	double length = 0;
	double third = 0;

	for (int i = 0; i < NODES; i++)
	{
		double offset = 2 * arc->half * node_at[i];
		double near_cosine = cosine * cos(offset);
		double near_sine = sine * sin(offset);

		for (int side = -1; side <= 1; side += 2)
		{
			/* sin^2 of the middle +- offset/2, by its double angle */
			double sine2 = 0.5 * (1 - near_cosine + side * near_sine);
			double root = sqrt(1 + arc->k2 * sine2);

			length += node_weight[i] * root;
			third += node_weight[i] * (2 - FLATTENING) / (1 + (1 - FLATTENING) * root);
		}
	}
	*metres = POLE * arc->half * length;
	*slip = FLATTENING * arc->sin_azimuth0 * arc->half * third;
}

static void
arc_set(Arc *arc, double sin_azimuth0, double from, double to)
{
	arc->sin_azimuth0 = sin_azimuth0;
	arc->k2 = SECOND_ECCENTRICITY2 * (1 - sin_azimuth0 * sin_azimuth0);
	arc->middle = 0.5 * (from + to);
	arc->half = 0.5 * (to - from);
}

/*
 * The longitude on the auxiliary sphere by fixed point, as Vincenty does it: false where
 * that does not converge, which is near the antipode only.
 */
static bool
fixed_point_length(double reduced1, double reduced2, double longitude, double *metres)
{
	double sin1 = sin(reduced1);
	double cos1 = cos(reduced1);
	double sin2 = sin(reduced2);
	double cos2 = cos(reduced2);
	double omega = longitude;

	for (int round = 0; round < FIXED_POINT_ROUNDS; round++)
	{
		double sin_omega = sin(omega);
		double cos_omega = cos(omega);
		double east = cos2 * sin_omega;
		double north = cos1 * sin2 - sin1 * cos2 * cos_omega;
		double sin_sigma = sqrt(east * east + north * north);
		double sigma = atan2(sin_sigma, sin1 * sin2 + cos1 * cos2 * cos_omega);
		double start = atan2(sin1 * sin_sigma, north * cos1);
		double slip;
		double next;
		Arc arc;

		if (sin_sigma < DBL_EPSILON)
			return false;
		arc_set(&arc, cos1 * east / sin_sigma, start, start + sigma);
		arc_integrals(&arc, metres, &slip);
		next = longitude + slip;
		if (next > PI)
			return false;
		if (fabs(next - omega) < LONGITUDE_TOLERANCE)
			return true;
		omega = next;
	}
	return false;
}

/* The geodesic that leaves reduced latitude 1 at an azimuth, up to where it reaches latitude 2. */
static double
azimuth_longitude(double reduced1, double reduced2, double azimuth, double *metres)
{
	double sin1 = sin(reduced1);
	double cos1 = cos(reduced1);
	double sin2 = sin(reduced2);
	double cos2 = cos(reduced2);
	double sin0 = sin(azimuth) * cos1;
	double north1 = cos(azimuth) * cos1;
	double room = north1 * north1 + (cos2 * cos2 - cos1 * cos1);
	double north2 = sqrt(room > 0 ? room : 0);
	double sigma1 = atan2(sin1, north1);
	double sigma2 = atan2(sin2, north2);
	double omega1 = atan2(sin0 * sin1, north1);
	double omega2 = atan2(sin0 * sin2, north2);
	double slip;
	Arc arc;

	arc_set(&arc, sin0, sigma1, sigma2);
	arc_integrals(&arc, metres, &slip);
	return omega2 - omega1 - slip;
}

/* Near the antipode: longitude grows with the azimuth, so the azimuth is found by halving. */
static double
bisected_length(double reduced1, double reduced2, double longitude)
{
	double low = 0;
	double high = PI;
	double metres = 0;

	/* Karney's canonical form: the first point is the one farther from the equator, and south */
	if (fabs(reduced1) < fabs(reduced2))
	{
		double swap = reduced1;

		reduced1 = reduced2;
		reduced2 = swap;
	}
	if (reduced1 > 0)
	{
		reduced1 = -reduced1;
		reduced2 = -reduced2;
	}
	/* both on the equator: a trace south, so that there is a latitude to come back to */
	if (reduced1 > -1e-12)
		reduced1 = -1e-12;
	for (int step = 0; step < BISECTIONS; step++)
	{
		double azimuth = 0.5 * (low + high);

		if (azimuth_longitude(reduced1, reduced2, azimuth, &metres) < longitude)
			low = azimuth;
		else
			high = azimuth;
	}
	return metres;
}

static double
long_length(const LmGeoPoint *from, const LmGeoPoint *to)
{
	double longitude = fabs(to->longitude - from->longitude);
	double metres;

	if (longitude > PI)
		longitude = 2 * PI - longitude;
	if (fixed_point_length(from->reduced, to->reduced, longitude, &metres))
		return metres;
	return bisected_length(from->reduced, to->reduced, longitude);
}

static inline double
pair_length(const LmGeoPoint *from, const LmGeoPoint *to)
{
	double dx = to->x - from->x;
	double dy = to->y - from->y;
	double dz = to->z - from->z;
	double chord2 = dx * dx + dy * dy + dz * dz;

	if (chord2 < NO_CHORD2)
		return 0;
	if (chord2 < SHORT_CHORD * SHORT_CHORD)
		return short_length(from, to, chord2);
	/* short_length is the same both ways to the last bit, the iteration is not */
	if (from->z > to->z || (from->z == to->z && from->longitude > to->longitude))
		return long_length(to, from);
	return long_length(from, to);
}

double
lm_geodesic_length(const LmGeoPoint *from, const LmGeoPoint *to)
{
	return pair_length(from, to);
}

void
lm_geodesic_row(const LmGeoPoint *from, const LmGeoPoint *to, int32_t count, double *lengths)
{
	for (int32_t i = 0; i < count; i++)
		lengths[i] = pair_length(from, &to[i]);
}
