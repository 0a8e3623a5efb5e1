/*
 * roads.c
 *	  A head of counts and a checksum, then the arrays, those of 8 bytes first.
 */
#include "network/roads.h"

#include <math.h>
#include <string.h>

#include "graph/graph.h"
#include "graph/image.h"

#define MAGIC INT64_C(0x3230534441304d4c) /* tells the byte order, too */

typedef struct RoadsHead
{
	int64_t magic;
	uint64_t checksum; /* of all that follows this field */
	int64_t planar;
	int64_t edge_count;
	int64_t point_count;
	int64_t class_count;
	int64_t name_bytes;
} RoadsHead;

#define CHECKED_FROM offsetof(RoadsHead, planar)

/* Where each array begins, in bytes from the image's. */
typedef struct Layout
{
	size_t ids, x, y, first, class_of, class_first, names, end;
} Layout;

/* Counts are of a valid head: no sum below comes near SIZE_MAX. */
static Layout
layout_of(const RoadsHead *head)
{
	size_t edges = (size_t) head->edge_count, points = (size_t) head->point_count;
	Layout at;

	at.ids = sizeof(RoadsHead);
	at.x = at.ids + edges * sizeof(int64_t);
	at.y = at.x + points * sizeof(double);
	at.first = at.y + points * sizeof(double);
	at.class_of = at.first + (edges + 1) * sizeof(int32_t);
	at.class_first = at.class_of + edges * sizeof(int32_t);
	at.names = at.class_first + ((size_t) head->class_count + 1) * sizeof(int32_t);
	at.end = (at.names + (size_t) head->name_bytes + 7) & ~(size_t) 7;
	return at;
}

static RoadsHead
head_of(const LmRoads *roads)
{
	return (RoadsHead){.magic = MAGIC,
	                   .planar = roads->lines.planar,
	                   .edge_count = roads->edge_count,
	                   .point_count = roads->lines.first[roads->edge_count],
	                   .class_count = roads->class_count,
	                   .name_bytes = roads->class_first[roads->class_count]};
}

const char *
lm_roads_class_name(const LmRoads *roads, int32_t class_number)
{
	return roads->class_names + roads->class_first[class_number];
}

int32_t
lm_roads_class(const LmRoads *roads, const char *name)
{
	int32_t low = 0, high = roads->class_count;

	while (low < high)
	{
		int32_t middle = low + (high - low) / 2;
		int order = strcmp(lm_roads_class_name(roads, middle), name);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

int32_t
lm_roads_find(const LmRoads *roads, int64_t id)
{
	int32_t low = 0, high = roads->edge_count;

	while (low < high)
	{
		int32_t middle = low + (high - low) / 2;

		if (roads->ids[middle] == id)
			return middle;
		if (roads->ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

size_t
lm_roads_image_size(const LmRoads *roads)
{
	RoadsHead head = head_of(roads);

	return layout_of(&head).end;
}

static void
array_write(char *at, const void *array, size_t bytes)
{
	if (bytes > 0)
		memcpy(at, array, bytes);
}

void
lm_roads_image_write(const LmRoads *roads, void *bytes)
{
	RoadsHead head = head_of(roads);
	Layout at = layout_of(&head);
	const LmLines *lines = &roads->lines;
	char *image = bytes;

	memset(image, 0, at.end);
	array_write(image + at.ids, roads->ids, at.x - at.ids);
	array_write(image + at.x, lines->x, at.y - at.x);
	array_write(image + at.y, lines->y, at.first - at.y);
	array_write(image + at.first, lines->first, at.class_of - at.first);
	array_write(image + at.class_of, roads->class_of, at.class_first - at.class_of);
	array_write(image + at.class_first, roads->class_first, at.names - at.class_first);
	array_write(image + at.names, roads->class_names, (size_t) head.name_bytes);
	memcpy(image, &head, sizeof(head));
	head.checksum = lm_image_checksum(image + CHECKED_FROM, at.end - CHECKED_FROM, MAGIC);
	memcpy(image, &head, sizeof(head));
}

static bool
head_is_valid(const RoadsHead *head)
{
	return head->magic == MAGIC && head->edge_count >= 0 && head->edge_count <= LM_GRAPH_MOST &&
	       head->point_count >= 0 && head->point_count <= INT32_MAX && head->class_count >= 0 &&
	       head->class_count <= head->edge_count && head->name_bytes >= 0 &&
	       head->name_bytes <= INT32_MAX && (head->planar == 0 || head->planar == 1);
}

static bool
lines_are_valid(const LmLines *lines, int64_t point_count)
{
	if (lines->first[0] != 0 || lines->first[lines->edge_count] != point_count)
		return false;
	for (int32_t edge = 0; edge < lines->edge_count; edge++)
		if (lines->first[edge + 1] < lines->first[edge] ||
		    lines->first[edge + 1] == lines->first[edge] + 1)
			return false;
	for (int32_t point = 0; point < point_count; point++)
		if (!isfinite(lines->x[point]) || !isfinite(lines->y[point]))
			return false;
	return true;
}

static bool
classes_are_valid(const LmRoads *roads, int64_t name_bytes)
{
	if (roads->class_first[0] != 0 || roads->class_first[roads->class_count] != name_bytes)
		return false;
	for (int32_t i = 0; i < roads->class_count; i++)
		if (roads->class_first[i + 1] <= roads->class_first[i] ||
		    roads->class_first[i + 1] > name_bytes ||
		    roads->class_names[roads->class_first[i + 1] - 1] != '\0')
			return false;
	for (int32_t edge = 0; edge < roads->edge_count; edge++)
		if (roads->class_of[edge] < -1 || roads->class_of[edge] >= roads->class_count)
			return false;
	return true;
}

bool
lm_roads_image_read(void *bytes, size_t size, LmRoads *roads)
{
	RoadsHead head;
	Layout at;
	char *image = bytes;

	if (size < sizeof(head))
		return false;
	memcpy(&head, bytes, sizeof(head));
	if (!head_is_valid(&head))
		return false;
	at = layout_of(&head);
	if (size != at.end ||
	    head.checksum != lm_image_checksum(image + CHECKED_FROM, size - CHECKED_FROM, MAGIC))
		return false;
	*roads = (LmRoads){.edge_count = (int32_t) head.edge_count,
	                   .ids = (int64_t *) (void *) (image + at.ids),
	                   .lines = {.edge_count = (int32_t) head.edge_count,
	                             .planar = head.planar != 0,
	                             .first = (int32_t *) (void *) (image + at.first),
	                             .x = (double *) (void *) (image + at.x),
	                             .y = (double *) (void *) (image + at.y)},
	                   .class_count = (int32_t) head.class_count,
	                   .class_of = (int32_t *) (void *) (image + at.class_of),
	                   .class_first = (int32_t *) (void *) (image + at.class_first),
	                   .class_names = image + at.names};
	return lines_are_valid(&roads->lines, head.point_count) &&
	       classes_are_valid(roads, head.name_bytes);
}
