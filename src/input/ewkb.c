/*
 * ewkb.c
 *	  Byte order, type, SRID, coordinates.
 *
 * Numbers are put together byte by byte, so the order of the machine does not matter.
 */
#include "input/ewkb.h"

#include <string.h>

#define LITTLE_ENDIAN_BYTES 1 /* the first byte; anything else is read as big endian */
#define TYPE_POINT 1
#define TYPE_MASK 0x0fffffff
#define FLAG_SRID 0x20000000
#define HEADER_BYTES 5
#define SRID_BYTES 4
#define POINT_BYTES 16 /* x and y; Z and M come behind */

static uint64_t
bytes_number(const char *bytes, int count, bool little)
{
	uint64_t number = 0;

	for (int i = 0; i < count; i++)
		number = number << 8 | (unsigned char) bytes[little ? count - 1 - i : i];
	return number;
}

static double
bytes_double(const char *bytes, bool little)
{
	uint64_t bits = bytes_number(bytes, 8, little);
	double number;

	memcpy(&number, &bits, sizeof(number));
	/* -0 becomes 0: equal coordinates have equal bytes */
	return number + 0.0;
}

/* ISO numbers for Z and M (1001, 2001, 3001) too, in case a PostGIS to come writes them. */
static uint32_t
base_type(uint32_t type)
{
	return (type & TYPE_MASK) % 1000;
}

bool
lm_ewkb_point(const char *bytes, size_t length, LmEwkb *point)
{
	size_t at = HEADER_BYTES;
	bool little;

	point->type = 0;
	point->srid = 0;
	if (length < at)
		return false;
	little = bytes[0] == LITTLE_ENDIAN_BYTES;
	point->type = (uint32_t) bytes_number(bytes + 1, 4, little);
	if (point->type & FLAG_SRID)
	{
		if (length < at + SRID_BYTES)
			return false;
		point->srid = (int32_t) (uint32_t) bytes_number(bytes + at, SRID_BYTES, little);
		at += SRID_BYTES;
	}
	if (base_type(point->type) != TYPE_POINT || length < at + POINT_BYTES)
		return false;
	point->x = bytes_double(bytes + at, little);
	point->y = bytes_double(bytes + at + 8, little);
	return true;
}

const char *
lm_ewkb_type_name(uint32_t type)
{
	static const char *const names[] = {
		"geometry",   "POINT",           "LINESTRING",   "POLYGON",
		"MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"};

	type = base_type(type);
	return type < sizeof(names) / sizeof(names[0]) ? names[type] : names[0];
}
