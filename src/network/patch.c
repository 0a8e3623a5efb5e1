/*
 * patch.c
 *	  A head, then the edges.
 */
#include "network/patch.h"

#include <string.h>

#include "graph/image.h"

#define MAGIC INT64_C(0x3148435441504d4c) /* tells the byte order, too */

typedef struct PatchHead
{
	int64_t magic;
	uint64_t checksum; /* of all that follows this field */
	int64_t count;
} PatchHead;

#define CHECKED_FROM offsetof(PatchHead, count)

size_t
lm_patch_image_size(const LmPatch *patch)
{
	return sizeof(PatchHead) + (size_t) patch->count * sizeof(LmPatchEdge);
}

void
lm_patch_image_write(const LmPatch *patch, void *bytes)
{
	PatchHead head = {.magic = MAGIC, .count = patch->count};
	char *image = bytes;

	memcpy(image, &head, sizeof(head));
	if (patch->count > 0)
		memcpy(image + sizeof(head), patch->edges, (size_t) patch->count * sizeof(LmPatchEdge));
	head.checksum = lm_image_checksum(image + CHECKED_FROM,
	                                  lm_patch_image_size(patch) - CHECKED_FROM, MAGIC);
	memcpy(image, &head, sizeof(head));
}

bool
lm_patch_image_read(void *bytes, size_t size, int32_t edge_count, LmPatch *patch)
{
	PatchHead head;
	char *image = bytes;

	if (size < sizeof(head))
		return false;
	memcpy(&head, bytes, sizeof(head));
	if (head.magic != MAGIC || head.count < 0 || head.count > edge_count ||
	    size != sizeof(head) + (size_t) head.count * sizeof(LmPatchEdge) ||
	    head.checksum != lm_image_checksum(image + CHECKED_FROM, size - CHECKED_FROM, MAGIC))
		return false;
	patch->count = (int32_t) head.count;
	patch->edges = (LmPatchEdge *) (void *) (image + sizeof(head));
	for (int32_t i = 0; i < patch->count; i++)
		if (patch->edges[i].edge < (i == 0 ? 0 : patch->edges[i - 1].edge + 1) ||
		    patch->edges[i].edge >= edge_count)
			return false;
	return true;
}
