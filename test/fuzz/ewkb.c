/*
 * ewkb.c
 *	  Any bytes as a geometry: nothing behind them is read, and what is read can be written again.
 */
#include "input/ewkb.h"

#include "fuzz.h"

#define SRID_FLAG UINT32_C(0x20000000)

static size_t
number_write(char *to, uint64_t number, size_t count, bool little)
{
	for (size_t i = 0; i < count; i++)
		to[little ? i : count - 1 - i] = (char) (number >> (8 * i));
	return count;
}

static uint64_t
double_bits(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static void
write_again(const LmEwkb *point, bool little)
{
	char bytes[25];
	size_t length = 1;
	LmEwkb again;

	bytes[0] = little ? 1 : 0;
	length += number_write(bytes + length, point->type, 4, little);
	if (point->type & SRID_FLAG)
		length += number_write(bytes + length, (uint32_t) point->srid, 4, little);
	length += number_write(bytes + length, double_bits(point->x), 8, little);
	length += number_write(bytes + length, double_bits(point->y), 8, little);
	CHECK(lm_ewkb_point(bytes, length, &again), "what was read cannot be written");
	CHECK(again.type == point->type && again.srid == point->srid &&
	          double_bits(again.x) == double_bits(point->x) &&
	          double_bits(again.y) == double_bits(point->y),
	      "what was written is another point");
	CHECK(!lm_ewkb_point(bytes, length - 1, &again), "a point without its last byte");
}

/* Its points are there, as many as it says: a byte less is no line. */
static void
line_check(const char *bytes, size_t length)
{
	LmEwkbLine line, again;
	size_t end;

	if (!lm_ewkb_line(bytes, length, &line))
		return;
	CHECK(strcmp(lm_ewkb_type_name(line.type), "LINESTRING") == 0 ||
	          strcmp(lm_ewkb_type_name(line.type), "MULTILINESTRING") == 0,
	      "type %u", line.type);
	for (int32_t i = 0; i < line.count; i++)
	{
		double x, y;

		lm_ewkb_line_point(&line, i, &x, &y);
		CHECK(!(x == 0 && signbit(x)) && !(y == 0 && signbit(y)), "a negative zero");
	}
	if (line.count == 0)
		return;
	end = (size_t) (line.at - bytes) + (size_t) line.count * (size_t) line.stride;
	CHECK(end <= length, "%zu bytes of %zu", end, length);
	CHECK(lm_ewkb_line(bytes, end, &again) && again.count == line.count, "the line alone");
	CHECK(!lm_ewkb_line(bytes, end - 1, &again), "a line without its last byte");
}

/* Now and then the header of a point or a line, which bytes by chance hardly ever are. */
static void
header_draw(char *bytes, size_t size, uint8_t dice)
{
	static const uint32_t types[] = {1, 0x20000001, 0x80000001, 0xE0000001, 1001, 0x20000000 + 3001,
	                                 2, 0x20000002, 0x80000002, 1002,       5,    0x20000005};
	uint32_t type = types[dice / 4 % 12];
	bool little = dice % 2;
	size_t at = type & SRID_FLAG ? 9 : 5;

	if (size < 5 || dice % 4 == 0)
		return;
	bytes[0] = (char) little;
	(void) number_write(bytes + 1, type, 4, little);
	if (size < at + 4 || (type & 7) == 1 || type == 1001)
		return;
	(void) number_write(bytes + at, dice / 48 % 3 + (type & 7 ? 0 : 1), 4, little);
	/* the one line of several */
	if ((type & 7) == 5 && size >= at + 13)
	{
		(void) number_write(bytes + at, 1, 4, little);
		bytes[at + 4] = (char) little;
		(void) number_write(bytes + at + 5, 2, 4, little);
		(void) number_write(bytes + at + 9, dice / 48 % 3, 4, little);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* the first byte is a die; exactly as long as the rest: the address sanitizer sees a byte too far */
	uint8_t dice = size > 0 ? *data++ : 0;
	size_t length = size > 0 ? size - 1 : 0;
	char *bytes = malloc(length > 0 ? length : 1);
	LmEwkb point;
	const char *name;

	if (length > 0)
		memcpy(bytes, data, length);
	header_draw(bytes, length, dice);
	if (lm_ewkb_point(bytes, length, &point))
	{
		CHECK(strcmp(lm_ewkb_type_name(point.type), "POINT") == 0, "type %u", point.type);
		CHECK((point.type & SRID_FLAG) != 0 || point.srid == 0, "SRID %d", point.srid);
		CHECK(!(point.x == 0 && signbit(point.x)) && !(point.y == 0 && signbit(point.y)),
		      "a negative zero");
		write_again(&point, true);
		write_again(&point, false);
	}
	line_check(bytes, length);
	name = lm_ewkb_type_name(point.type);
	CHECK(name != NULL && strlen(name) >= 5, "type %u has no name", point.type);
	free(bytes);
	return 0;
}
