/*
 * roads.h
 *	  The edges of a network beside its graph: what they are called and where they lie.
 *
 * Layer   network, pure part: C11, graph and model only.
 */
#ifndef LM_NETWORK_ROADS_H
#define LM_NETWORK_ROADS_H

#include <stddef.h>

#include "network/lines.h"

typedef struct LmRoads
{
	int32_t edge_count;
	int64_t *ids; /* [edge_count] ascending */
	LmLines lines;
	int32_t class_count;
	int32_t *class_of;    /* [edge_count] its class, -1: none */
	int32_t *class_first; /* [class_count + 1] where each name begins in class_names */
	char *class_names;    /* one after the other, each with its end; ascending by their bytes */
} LmRoads;

/* lm_roads_class_name - what a class is called.  Never fails. */
const char *lm_roads_class_name(const LmRoads *roads, int32_t class_number);

/* lm_roads_class - the class of that name, or -1. */
int32_t lm_roads_class(const LmRoads *roads, const char *name);

/* lm_roads_find - the edge of that id, or -1. */
int32_t lm_roads_find(const LmRoads *roads, int64_t id);

/* lm_roads_image_size, lm_roads_image_write - the roads as bytes.  Never fail. */
size_t lm_roads_image_size(const LmRoads *roads);
void lm_roads_image_write(const LmRoads *roads, void *bytes);

/*
 * lm_roads_image_read - roads of an image, whose arrays stay where they are; false: it is none
 *
 *	bytes	aligned as int64_t is; must live as long as the roads
 *
 * What was changed or cut off is found by a checksum; what passes it is still checked so far that no
 * number in it leads outside the arrays.
 */
bool lm_roads_image_read(void *bytes, size_t size, LmRoads *roads);

#endif /* LM_NETWORK_ROADS_H */
