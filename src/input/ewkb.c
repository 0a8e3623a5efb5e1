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
#define TYPE_LINE 2
#define TYPE_LINES 5
#define FLAG_Z 0x80000000
#define FLAG_M 0x40000000
#define COUNT_BYTES 4
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

/* Bytes of a point: x and y, then Z and M where the type has them. */
static int32_t
point_stride(uint32_t type)
{
	uint32_t iso = (type & TYPE_MASK) / 1000;
	int32_t numbers = 2;

	numbers += (type & FLAG_Z) != 0 || iso == 1 || iso == 3;
	numbers += (type & FLAG_M) != 0 || iso == 2 || iso == 3;
	return numbers * 8;
}

bool
lm_ewkb_line(const char *bytes, size_t length, LmEwkbLine *line)
{
	size_t at = 0;

	*line = (LmEwkbLine){0};
	/* at most twice: a multilinestring's one member is a linestring with a head of its own */
	for (int depth = 0; depth < 2; depth++)
	{
		uint32_t type, count;

		if (length - at < HEADER_BYTES)
			return false;
		line->little = bytes[at] == LITTLE_ENDIAN_BYTES;
		type = (uint32_t) bytes_number(bytes + at + 1, 4, line->little);
		if (depth == 0)
			line->type = type;
		at += HEADER_BYTES;
		if (type & FLAG_SRID)
		{
			if (length - at < SRID_BYTES)
				return false;
			line->srid = (int32_t) (uint32_t) bytes_number(bytes + at, SRID_BYTES, line->little);
			at += SRID_BYTES;
		}
		if (length - at < COUNT_BYTES)
			return false;
		count = (uint32_t) bytes_number(bytes + at, COUNT_BYTES, line->little);
		at += COUNT_BYTES;
		if (base_type(type) == TYPE_LINE)
		{
			line->stride = point_stride(type);
			if (count > INT32_MAX || (length - at) / (size_t) line->stride < count)
				return false;
			line->count = (int32_t) count;
			line->at = bytes + at;
			return true;
		}
		if (base_type(type) != TYPE_LINES || depth > 0 || count > 1)
			return false;
		if (count == 0)
			return true;
	}
	return false;
}

void
lm_ewkb_line_point(const LmEwkbLine *line, int32_t point, double *x, double *y)
{
	const char *at = line->at + (size_t) point * (size_t) line->stride;

	*x = bytes_double(at, line->little);
	*y = bytes_double(at + 8, line->little);
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
