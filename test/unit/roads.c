/*
 * roads.c
 *	  Stored roads and patches: what was written is read; what was changed never harms.
 */
#include "network/patch.h"

#include "roads_case.h"
#include "tap.h"

#define EFFORT 2000

static unsigned char *
roads_write(const RoadsCase *c, size_t *size)
{
	unsigned char *bytes;

	*size = lm_roads_image_size(&c->roads);
	bytes = malloc(*size);
	if (bytes == NULL)
		abort();
	memset(bytes, 0x77, *size);
	lm_roads_image_write(&c->roads, bytes);
	return bytes;
}

static void
written_is_read(void)
{
	for (unsigned number = 0; number < EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		RoadsCase c, again;
		LmRoads read;
		size_t size, size_again;
		unsigned char *bytes, *bytes_again;

		roads_random(&c, &dice);
		bytes = roads_write(&c, &size);
		EXPECT(lm_roads_image_read(bytes, size, &read), "roads %u", number);
		EXPECT(read.edge_count == c.roads.edge_count && read.lines.planar == c.roads.lines.planar &&
		           read.class_count == c.roads.class_count,
		       "roads %u: counts", number);
		again.roads = read;
		bytes_again = roads_write(&again, &size_again);
		EXPECT(size == size_again && memcmp(bytes, bytes_again, size) == 0,
		       "roads %u: read and written again they are others", number);
		for (int32_t i = 0; i < read.class_count; i++)
			EXPECT(lm_roads_class(&read, lm_roads_class_name(&read, i)) == i, "class %d", i);
		EXPECT(lm_roads_class(&read, "b") == -1 && lm_roads_class(&read, "") == -1 &&
		           lm_roads_class(&read, "z") == -1,
		       "roads %u: a class there is not", number);
		for (int32_t edge = 0; edge < read.edge_count; edge++)
		{
			EXPECT(lm_roads_find(&read, c.ids[edge]) == edge, "edge %d", edge);
			EXPECT(edge > 0 && c.ids[edge] - 1 == c.ids[edge - 1]
			           ? true
			           : lm_roads_find(&read, c.ids[edge] - 1) == -1,
			       "before edge %d", edge);
		}
		free(bytes);
		free(bytes_again);
	}
}

/* Whatever is accepted may be used: every number of it is looked at. */
static void
roads_use(const LmRoads *roads)
{
	double sum = 0;
	size_t length = 0;

	for (int32_t edge = 0; edge < roads->edge_count; edge++)
	{
		sum += lm_line_length(&roads->lines, edge);
		if (roads->class_of[edge] >= 0)
			length += strlen(lm_roads_class_name(roads, roads->class_of[edge]));
		length += lm_roads_find(roads, roads->ids[edge]) >= 0;
	}
	length += lm_roads_class(roads, "bb") >= 0;
	EXPECT(sum >= 0 || sum != sum || length > 0, "lengths");
}

/* A byte changed, cut off or added; or a number put in by somebody who knows the checksum. */
static void
changed_is_harmless(void)
{
	static const int32_t numbers[] = {0, 1, -1, 2, INT32_MAX, INT32_MIN, 7, 12, 100, 1 << 29};
	long forged_accepted = 0;

	for (unsigned number = 0; number < EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		RoadsCase c;
		LmRoads read;
		size_t size, changed;
		unsigned char *bytes, *copy;

		roads_random(&c, &dice);
		bytes = roads_write(&c, &size);
		for (int32_t trial = 0; trial < 20; trial++)
		{
			bool forged = dice_percent(&dice, 50);
			size_t at = (size_t) dice_below(&dice, (int32_t) size);

			changed = size;
			if (dice_percent(&dice, 20))
				changed = (size_t) dice_below(&dice, (int32_t) size);
			/* exactly as long as that: the address sanitizer sees a byte too far */
			copy = malloc(changed > 0 ? changed : 1);
			if (copy == NULL)
				abort();
			memcpy(copy, bytes, changed);
			if (forged && changed >= 24)
			{
				int32_t put = numbers[dice_below(&dice, 10)];
				size_t slot = 16 + at % (changed - 16) / 4 * 4;

				if (slot + 4 <= changed)
					memcpy(copy + slot, &put, 4);
				checksum_put(copy, changed);
			}
			else if (changed == size)
				copy[at] ^= (unsigned char) dice_between(&dice, 1, 255);
			if (lm_roads_image_read(copy, changed, &read))
			{
				EXPECT(forged, "roads %u: byte %zu of %zu changed and accepted", number, at, size);
				forged_accepted++;
				roads_use(&read);
			}
			free(copy);
		}
		free(bytes);
	}
	EXPECT(forged_accepted > EFFORT / 2, "only %ld forged images get past the checks",
	       forged_accepted);
}

static void
patches(void)
{
	LmPatchEdge edges[] = {{0, {5, -1}}, {3, {7, 8}}, {9, {-1, -1}}};
	LmPatch patch = {3, edges}, read;
	unsigned char bytes[256], copy[256];
	size_t size = lm_patch_image_size(&patch);

	EXPECT(size == 24 + 3 * 12, "%zu bytes", size);
	lm_patch_image_write(&patch, bytes);
	memcpy(copy, bytes, size);
	EXPECT(lm_patch_image_read(copy, size, 10, &read) && read.count == 3 &&
	           memcmp(read.edges, edges, sizeof(edges)) == 0,
	       "what was written");
	EXPECT(!lm_patch_image_read(copy, size, 9, &read), "an edge too far");
	EXPECT(!lm_patch_image_read(copy, size, 2, &read), "more than there are");
	for (size_t at = 0; at < size; at++)
		for (int bit = 0; bit < 8; bit++)
		{
			memcpy(copy, bytes, size);
			copy[at] ^= (unsigned char) (1 << bit);
			EXPECT(!lm_patch_image_read(copy, size, 10, &read), "bit %d of byte %zu", bit, at);
		}
	for (size_t less = 0; less < size; less++)
		EXPECT(!lm_patch_image_read(bytes, less, 10, &read), "%zu bytes", less);
	/* out of order, twice, before the first, with a good checksum */
	for (int wrong = 0; wrong < 3; wrong++)
	{
		edges[1].edge = wrong == 0 ? 0 : wrong == 1 ? 9 : -1;
		lm_patch_image_write(&patch, copy);
		EXPECT(!lm_patch_image_read(copy, size, 10, &read), "edges 0, %d, 9", edges[1].edge);
	}
	patch.count = 0;
	lm_patch_image_write(&patch, copy);
	EXPECT(lm_patch_image_read(copy, lm_patch_image_size(&patch), 0, &read) && read.count == 0,
	       "an empty one");
}

int
main(void)
{
	tap_run("what was written is read", written_is_read);
	tap_run("what was changed is harmless", changed_is_harmless);
	tap_run("patches", patches);
	return tap_end();
}
