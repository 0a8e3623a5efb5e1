/*
 * point.c
 *	  Writes EWKB and has PostGIS read it.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "port/pg_bswap.h"
#include "utils/lsyscache.h"

#include "output/point.h"
#include "workers/library.h"

#define SRID_WGS84 4326

/* EWKB: https://libgeos.org/specifications/wkb/, extended with an SRID flag. */
#define WKB_BIG_ENDIAN 0
#define WKB_POINT 1
#define WKB_LINESTRING 2
#define EWKB_HAS_SRID 0x20000000

void
lm_point_out_init(LmPointOut *points, Oid type, bool planar)
{
	Oid receive;

	getTypeBinaryInputInfo(type, &receive, &points->parameter);
	lm_library_function(receive, &points->receive);
	points->srid = planar ? 0 : SRID_WGS84;
}

/* Network byte order on every machine, which WKB knows as big endian. */
static void
word_append(StringInfo wkb, uint32 word)
{
	uint32 bytes = pg_hton32(word);

	appendBinaryStringInfo(wkb, (const char *) &bytes, sizeof(bytes));
}

static void
double_append(StringInfo wkb, double number)
{
	uint64 bytes;

	memcpy(&bytes, &number, sizeof(bytes));
	bytes = pg_hton64(bytes);
	appendBinaryStringInfo(wkb, (const char *) &bytes, sizeof(bytes));
}

static void
header_append(StringInfo wkb, const LmPointOut *points, uint32 type)
{
	appendStringInfoChar(wkb, WKB_BIG_ENDIAN);
	word_append(wkb, points->srid != 0 ? type | EWKB_HAS_SRID : type);
	if (points->srid != 0)
		word_append(wkb, points->srid);
}

static void
point_append(StringInfo wkb, LmPoint point)
{
	double_append(wkb, point.x);
	double_append(wkb, point.y);
}

Datum
lm_point_out(LmPointOut *points, LmPoint point)
{
	StringInfoData wkb;

	initStringInfo(&wkb);
	header_append(&wkb, points, WKB_POINT);
	point_append(&wkb, point);
	return ReceiveFunctionCall(&points->receive, &wkb, points->parameter, -1);
}

Datum
lm_point_out_leg(LmPointOut *points, LmPoint from, LmPoint to)
{
	StringInfoData wkb;

	initStringInfo(&wkb);
	header_append(&wkb, points, WKB_LINESTRING);
	word_append(&wkb, 2);
	point_append(&wkb, from);
	point_append(&wkb, to);
	return ReceiveFunctionCall(&points->receive, &wkb, points->parameter, -1);
}

Datum
lm_point_out_line(LmPointOut *points, const double *x, const double *y, int32 count)
{
	StringInfoData wkb;

	initStringInfo(&wkb);
	header_append(&wkb, points, WKB_LINESTRING);
	word_append(&wkb, (uint32) count);
	for (int32 i = 0; i < count; i++)
		point_append(&wkb, (LmPoint){x[i], y[i], true});
	return ReceiveFunctionCall(&points->receive, &wkb, points->parameter, -1);
}
