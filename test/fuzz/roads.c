/*
 * roads.c
 *	  Stored roads and patches with numbers changed by somebody who knows the checksum: nothing behind
 *	  them is read, and what is accepted can be used and written again.
 */
#include "network/patch.h"
#include "network/snap.h"

#include "fuzz.h"
#include "roads_case.h"

#define PATCH_EDGES 8
#define CHANGES 3
#define CHECKED_FROM 16 /* magic number and checksum come before */

/* Some numbers changed, or bytes cut off; exactly as long as that, so that the sanitizer sees a byte too far. */
static char *
image_change(const char *image, size_t *size, Dice *dice)
{
	size_t whole = *size;
	char *bytes;

	if (dice_percent(dice, 10))
		*size = (size_t) dice_below(dice, (int32_t) whole);
	bytes = malloc(*size > 0 ? *size : 1);
	if (bytes == NULL)
		abort();
	memcpy(bytes, image, *size);
	for (int32_t i = dice_below(dice, CHANGES + 1); i > 0 && *size > CHECKED_FROM + 4; i--)
	{
		size_t slots = (*size - CHECKED_FROM) / 4;
		char *slot = bytes + CHECKED_FROM + 4 * (size_t) dice_below(dice, (int32_t) slots);
		int32_t number;

		memcpy(&number, slot, 4);
		if (dice_percent(dice, 50))
			number = (int32_t) ((uint32_t) number + (uint32_t) dice_between(dice, -2, 2));
		else
			number = (int32_t) ((uint32_t) dice_below(dice, 65536) << 16 |
			                    (uint32_t) dice_below(dice, 65536));
		memcpy(slot, &number, 4);
	}
	if (*size > CHECKED_FROM)
		checksum_put((unsigned char *) bytes, *size);
	return bytes;
}

static void
roads_use(const LmRoads *roads, FuzzHeap *heap)
{
	bool wanted[EDGES_MOST];
	LmSnapTree tree;
	LmSnap snap;
	LmArena arena;
	LmGraphRun run = {.arena = &arena};

	for (int32_t edge = 0; edge < roads->edge_count; edge++)
	{
		if (roads->class_of[edge] >= 0)
			CHECK(strlen(lm_roads_class_name(roads, roads->class_of[edge])) < 4096, "a name");
		(void) lm_roads_find(roads, roads->ids[edge]);
	}
	(void) lm_roads_class(roads, "a");
	CHECK(roads->edge_count <= EDGES_MOST, "%d edges in those bytes", roads->edge_count);
	memset(wanted, true, sizeof(wanted));
	fuzz_arena(&arena, heap);
	CHECK(lm_snap_tree_new(&roads->lines, wanted, &run, &tree) == LM_GRAPH_OK, "a tree");
	if (lm_snap_find(&tree, 8.5, 49.3, 1e9, &snap))
		CHECK(snap.edge >= 0 && snap.edge < roads->edge_count, "edge %d", snap.edge);
	fuzz_arena_drop(&arena, heap);
}

static void
roads_try(Dice *dice)
{
	static char image[4096];
	FuzzHeap heap = {0};
	RoadsCase made;
	LmRoads roads;
	size_t size;
	char *bytes;

	roads_random(&made, dice);
	size = lm_roads_image_size(&made.roads);
	CHECK(size <= sizeof(image), "%zu bytes", size);
	lm_roads_image_write(&made.roads, image);
	bytes = image_change(image, &size, dice);
	if (lm_roads_image_read(bytes, size, &roads))
	{
		CHECK(lm_roads_image_size(&roads) == size, "%zu bytes, not %zu",
		      lm_roads_image_size(&roads), size);
		lm_roads_image_write(&roads, image);
		CHECK(lm_roads_image_read(image, size, &roads), "what was read cannot be written");
		roads_use(&roads, &heap);
	}
	free(bytes);
}

static void
patch_try(Dice *dice)
{
	LmPatchEdge edges[PATCH_EDGES];
	LmPatch patch = {dice_between(dice, 0, PATCH_EDGES), edges};
	int64_t image[32];
	int32_t edge_count = dice_between(dice, 0, 40);
	size_t size;
	char *bytes;

	for (int32_t i = 0; i < patch.count; i++)
	{
		edges[i].edge = (i > 0 ? edges[i - 1].edge : -1) + dice_between(dice, 1, 5);
		edges[i].ticks[0] = dice_between(dice, -1, 1000);
		edges[i].ticks[1] = dice_between(dice, -1, 1000);
	}
	size = lm_patch_image_size(&patch);
	CHECK(size <= sizeof(image), "%zu bytes", size);
	lm_patch_image_write(&patch, image);
	bytes = image_change((const char *) image, &size, dice);
	if (lm_patch_image_read(bytes, size, edge_count, &patch))
		for (int32_t i = 0; i < patch.count; i++)
			CHECK(patch.edges[i].edge >= 0 && patch.edges[i].edge < edge_count, "edge %d of %d",
			      patch.edges[i].edge, edge_count);
	free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Dice dice = dice_from_bytes(data, size);

	roads_try(&dice);
	patch_try(&dice);
	return 0;
}
