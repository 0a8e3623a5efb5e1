/*
 * roads_case.h
 *	  Random roads, and a checksum for images that somebody changed who knows it.
 *
 * Layer   test: C11 only.
 */
#ifndef LM_TEST_ROADS_CASE_H
#define LM_TEST_ROADS_CASE_H

#include "graph/image.h"
#include "network/roads.h"

#include "random_problem.h"

#include <string.h>

#define EDGES_MOST 12
#define POINTS_MOST (4 * EDGES_MOST)
#define NAME_BYTES 64

/* Roads with arrays of their own. */
typedef struct RoadsCase
{
	int64_t ids[EDGES_MOST];
	int32_t first[EDGES_MOST + 1];
	double x[POINTS_MOST], y[POINTS_MOST];
	int32_t class_of[EDGES_MOST];
	int32_t class_first[EDGES_MOST + 1];
	char names[NAME_BYTES];
	LmRoads roads;
} RoadsCase;

static inline void
roads_random(RoadsCase *c, Dice *dice)
{
	int32_t edges = dice_between(dice, 0, EDGES_MOST), classes = 0, points = 0;

	memset(c, 0, sizeof(*c));
	for (int32_t edge = 0; edge < edges; edge++)
	{
		c->ids[edge] = (edge > 0 ? c->ids[edge - 1] : -40) + dice_between(dice, 1, 20);
		c->first[edge] = points;
		points += dice_percent(dice, 20) ? 0 : dice_between(dice, 2, 4);
	}
	c->first[edges] = points;
	for (int32_t point = 0; point < points; point++)
	{
		c->x[point] = dice_between(dice, -1000, 1000) / 7.0;
		c->y[point] = dice_between(dice, -1000, 1000) / 7.0;
	}
	/* names a, bb, ccc: in order, each with its end */
	if (edges > 0)
		classes = dice_between(dice, 0, edges < 4 ? edges : 4);
	for (int32_t i = 0; i < classes; i++)
	{
		memset(c->names + c->class_first[i], 'a' + i, (size_t) i + 1);
		c->class_first[i + 1] = c->class_first[i] + i + 2;
	}
	for (int32_t edge = 0; edge < edges; edge++)
		c->class_of[edge] = dice_between(dice, -1, classes - 1);
	c->roads = (LmRoads){.edge_count = edges,
	                     .ids = c->ids,
	                     .lines = {edges, dice_percent(dice, 50), c->first, c->x, c->y},
	                     .class_count = classes,
	                     .class_of = c->class_of,
	                     .class_first = c->class_first,
	                     .class_names = c->names};
}

/* The checksum behind the magic number, of all that follows it. */
static inline void
checksum_put(unsigned char *bytes, size_t size)
{
	int64_t magic;
	uint64_t checksum;

	memcpy(&magic, bytes, 8);
	checksum = lm_image_checksum(bytes + 16, size - 16, (uint64_t) magic);
	memcpy(bytes + 8, &checksum, 8);
}

#endif /* LM_TEST_ROADS_CASE_H */
