/*
 * patch.h
 *	  Weights of some edges in place of those of a metric: a closure after an accident.
 *
 * Kept beside the metric, which stays as it is: storing a closure costs next to
 * nothing, and a backend that has the metric makes the changed one of it.
 *
 * Layer   network, pure part: C11, graph and model only.
 */
#ifndef LM_NETWORK_PATCH_H
#define LM_NETWORK_PATCH_H

#include <stddef.h>

#include "model/units.h"

typedef struct LmPatchEdge
{
	int32_t edge;
	int32_t ticks[2]; /* forward and back; negative: closed */
} LmPatchEdge;

typedef struct LmPatch
{
	int32_t count;
	LmPatchEdge *edges; /* [count] ascending by edge */
} LmPatch;

/* lm_patch_image_size, lm_patch_image_write - the patch as bytes.  Never fail. */
size_t lm_patch_image_size(const LmPatch *patch);
void lm_patch_image_write(const LmPatch *patch, void *bytes);

/*
 * lm_patch_image_read - a patch of an image, whose edges stay where they are; false: it is none
 *
 *	bytes		aligned as int64_t is; must live as long as the patch
 *	edge_count	of the network
 */
bool lm_patch_image_read(void *bytes, size_t size, int32_t edge_count, LmPatch *patch);

#endif /* LM_NETWORK_PATCH_H */
