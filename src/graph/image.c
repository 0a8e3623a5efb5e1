/*
 * image.c
 *	  A head of counts and a checksum, then the arrays.
 *
 * The checksum finds what storage or transport changed.  What passes it is still
 * checked so far that no number in it can lead a search outside its arrays.
 */
#include "graph/image.h"

#include <string.h>

#define MAGIC INT64_C(0x31304850414d4c31) /* tells the byte order, too */
#define HIERARCHY_KIND 1
#define METRIC_KIND 2

typedef struct ImageHead
{
	int64_t magic;
	int64_t kind;
	int64_t size;
	uint64_t checksum; /* of all that follows this field */
	uint64_t of;       /* of a metric: fingerprint of its hierarchy */
	int64_t vertex_count;
	int64_t named_count;
	int64_t edge_count;
	int64_t arc_count;
	int64_t link_count; /* of a metric */
	int64_t unit;       /* of a metric */
} ImageHead;

#define CHECKED_FROM offsetof(ImageHead, of)

/* Where the next array lies in an image; writing and reading go the same way. */
typedef struct Cursor
{
	char *at;
	size_t left;
} Cursor;

/* Arrays begin at multiples of 8 bytes. */
static size_t
padded(size_t bytes)
{
	return (bytes + 7) & ~(size_t) 7;
}

/* As lm_image_checksum. run, unless NULL, is polled on the way; where it stops there is no sum. */
static uint64_t
checksum(const void *bytes, size_t size, uint64_t seed, LmGraphRun *run, bool *stopped)
{
	const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t lanes[4] = {seed ^ size, seed + factor, seed ^ (factor << 1), ~seed};
	const char *at = bytes;
	uint64_t result = seed;

	for (size_t word = 0; word < (size + 7) / 8; word++)
	{
		uint64_t *lane = &lanes[word % 4];
		uint64_t value = 0;

		memcpy(&value, at + 8 * word, word < size / 8 ? sizeof(value) : size % 8);
		*lane = (*lane ^ value) * factor;
		*lane ^= *lane >> 29;
		if (run != NULL && word % LM_GRAPH_STRIDE == 0 && lm_graph_stops(run, LM_GRAPH_STRIDE))
		{
			*stopped = true;
			return 0;
		}
	}
	for (int lane = 0; lane < 4; lane++)
	{
		result = (result ^ lanes[lane]) * factor;
		result ^= result >> 32;
	}
	return result;
}

uint64_t
lm_image_checksum(const void *bytes, size_t size, uint64_t seed)
{
	return checksum(bytes, size, seed, NULL, NULL);
}

static void
array_write(Cursor *cursor, const void *array, size_t bytes)
{
	if (bytes > 0)
		memcpy(cursor->at, array, bytes);
	memset(cursor->at + bytes, 0, padded(bytes) - bytes);
	cursor->at += padded(bytes);
	cursor->left -= padded(bytes);
}

/* NULL when the image ends before the array does. */
static const void *
array_at(Cursor *cursor, size_t count, size_t element)
{
	const char *array = cursor->at;

	if (count > cursor->left / element || padded(count * element) > cursor->left)
		return NULL;
	cursor->at += padded(count * element);
	cursor->left -= padded(count * element);
	return array;
}

/* The head of an image of a kind; CORRUPT when the bytes are none. */
static LmGraphStatus
image_open(const void *bytes, size_t size, int64_t kind, LmGraphRun *run, ImageHead *head,
           Cursor *cursor)
{
	bool stopped = false;
	uint64_t sum;

	if ((uintptr_t) bytes % sizeof(int64_t) != 0)
		return LM_GRAPH_INVALID;
	if (size < sizeof(*head) || size % 8 != 0)
		return LM_GRAPH_CORRUPT;
	memcpy(head, bytes, sizeof(*head));
	if (head->magic != MAGIC || head->kind != kind || head->size != (int64_t) size)
		return LM_GRAPH_CORRUPT;
	sum = checksum((const char *) bytes + CHECKED_FROM, size - CHECKED_FROM, (uint64_t) kind, run,
	               &stopped);
	if (stopped)
		return LM_GRAPH_CANCELLED;
	if (head->checksum != sum)
		return LM_GRAPH_CORRUPT;
	cursor->at = (char *) (uintptr_t) bytes + sizeof(*head);
	cursor->left = size - sizeof(*head);
	return LM_GRAPH_OK;
}

static void
image_close(void *bytes, ImageHead *head)
{
	memcpy(bytes, head, sizeof(*head));
	head->checksum = lm_image_checksum((char *) bytes + CHECKED_FROM,
	                                   (size_t) head->size - CHECKED_FROM, (uint64_t) head->kind);
	memcpy(bytes, head, sizeof(*head));
}

/* Of all a metric's numbers depend on but its weights. */
static uint64_t
fingerprint(const LmHierarchy *h)
{
	const LmGraph *graph = &h->graph;
	uint64_t result = (uint64_t) h->link_count;
	const int32_t *arrays[] = {graph->arc_tail, graph->arc_head, graph->arc_origin,
	                           graph->arc_extra};

	for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++)
		result = lm_image_checksum(arrays[i], 4 * (size_t) graph->arc_count, result);
	result = lm_image_checksum(graph->length, 4 * (size_t) graph->edge_count, result);
	return lm_image_checksum(h->rank, 4 * (size_t) graph->vertex_count,
	                         result + (uint64_t) graph->vertex_count);
}

size_t
lm_hierarchy_image_size(const LmHierarchy *hierarchy)
{
	const LmGraph *graph = &hierarchy->graph;
	size_t arcs = padded(4 * (size_t) graph->arc_count);

	return sizeof(ImageHead) + 4 * arcs + padded(4 * (size_t) graph->edge_count) +
	       padded(4 * (size_t) graph->vertex_count) +
	       padded(4 * (size_t) (graph->vertex_count - graph->named_count));
}

/* The named vertex each copy is of. */
static void
copies_write(Cursor *cursor, const LmGraph *graph)
{
	int32_t *copy_of = (int32_t *) (void *) cursor->at;
	size_t bytes = padded(4 * (size_t) (graph->vertex_count - graph->named_count));

	memset(cursor->at, 0, bytes);
	for (int32_t v = 0; v < graph->named_count; v++)
		for (int32_t copy = graph->vertex_copy[v]; copy >= 0; copy = graph->vertex_copy[copy])
			copy_of[copy - graph->named_count] = v;
	cursor->at += bytes;
	cursor->left -= bytes;
}

void
lm_hierarchy_image_write(const LmHierarchy *hierarchy, void *bytes)
{
	const LmGraph *graph = &hierarchy->graph;
	size_t arcs = 4 * (size_t) graph->arc_count;
	ImageHead head = {.magic = MAGIC,
	                  .kind = HIERARCHY_KIND,
	                  .size = (int64_t) lm_hierarchy_image_size(hierarchy),
	                  .vertex_count = graph->vertex_count,
	                  .named_count = graph->named_count,
	                  .edge_count = graph->edge_count,
	                  .arc_count = graph->arc_count};
	Cursor cursor = {(char *) bytes + sizeof(head), (size_t) head.size - sizeof(head)};

	array_write(&cursor, graph->arc_tail, arcs);
	array_write(&cursor, graph->arc_head, arcs);
	array_write(&cursor, graph->arc_origin, arcs);
	array_write(&cursor, graph->arc_extra, arcs);
	array_write(&cursor, graph->length, 4 * (size_t) graph->edge_count);
	array_write(&cursor, hierarchy->rank, 4 * (size_t) graph->vertex_count);
	copies_write(&cursor, graph);
	image_close(bytes, &head);
}

static bool
head_counts_are_valid(const ImageHead *head)
{
	return head->vertex_count >= 0 && head->vertex_count <= LM_GRAPH_MOST &&
	       head->named_count >= 0 && head->named_count <= head->vertex_count &&
	       head->edge_count >= 0 && head->edge_count <= LM_GRAPH_MOST &&
	       head->arc_count >= 2 * head->edge_count &&
	       head->arc_count <= 2 * (int64_t) LM_GRAPH_MOST;
}

static bool
arcs_are_valid(const LmGraph *graph)
{
	for (int32_t arc = 0; arc < graph->arc_count; arc++)
	{
		int32_t tail = graph->arc_tail[arc], origin = graph->arc_origin[arc];
		bool first = arc < 2 * graph->edge_count;

		if (tail < 0 || tail >= (first ? graph->named_count : graph->vertex_count) ||
		    graph->arc_head[arc] < 0 || graph->arc_head[arc] >= graph->vertex_count || origin < 0 ||
		    origin >= 2 * graph->edge_count || (first && origin != arc))
			return false;
	}
	return true;
}

/* Whether it is a permutation; seen is zeroed. */
static bool
ranks_are_valid(const int32_t *rank, int32_t count, int8_t *seen)
{
	for (int32_t v = 0; v < count; v++)
	{
		if (rank[v] < 0 || rank[v] >= count || seen[rank[v]])
			return false;
		seen[rank[v]] = 1;
	}
	return true;
}

static int32_t *
array_copy(LmArena *arena, const void *array, int32_t count)
{
	int32_t *copy = LM_TAKE_RAW(arena, int32_t, count);

	if (copy != NULL && count > 0)
		memcpy(copy, array, (size_t) count * sizeof(*copy));
	return copy;
}

static LmGraphStatus
copies_set(LmGraph *graph, const int32_t *copy_of, LmArena *arena)
{
	int32_t named = graph->named_count;

	graph->arc_copy = LM_TAKE(arena, int32_t, graph->arc_count);
	graph->vertex_copy = LM_TAKE(arena, int32_t, graph->vertex_count);
	if (graph->arc_copy == NULL || graph->vertex_copy == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t arc = 0; arc < graph->arc_count; arc++)
		graph->arc_copy[arc] = -1;
	for (int32_t v = 0; v < graph->vertex_count; v++)
		graph->vertex_copy[v] = -1;
	for (int32_t arc = 2 * graph->edge_count; arc < graph->arc_count; arc++)
	{
		graph->arc_copy[arc] = graph->arc_copy[graph->arc_origin[arc]];
		graph->arc_copy[graph->arc_origin[arc]] = arc;
	}
	for (int32_t v = named; v < graph->vertex_count; v++)
	{
		int32_t of = copy_of[v - named];

		if (of < 0 || of >= named)
			return LM_GRAPH_CORRUPT;
		graph->vertex_copy[v] = graph->vertex_copy[of];
		graph->vertex_copy[of] = v;
	}
	return LM_GRAPH_OK;
}

LmGraphStatus
lm_hierarchy_image_read(const void *bytes, size_t size, LmGraphRun *run, LmHierarchy *hierarchy)
{
	LmGraph graph = {0};
	ImageHead head;
	Cursor cursor;
	const void *arrays[4], *length, *ranks, *copy_of;
	int32_t *rank;
	int8_t *seen;
	LmGraphStatus status;
	bool valid;

	memset(hierarchy, 0, sizeof(*hierarchy));
	status = image_open(bytes, size, HIERARCHY_KIND, run, &head, &cursor);
	if (status != LM_GRAPH_OK)
		return status;
	if (!head_counts_are_valid(&head))
		return LM_GRAPH_CORRUPT;
	graph.vertex_count = (int32_t) head.vertex_count;
	graph.named_count = (int32_t) head.named_count;
	graph.edge_count = (int32_t) head.edge_count;
	graph.arc_count = (int32_t) head.arc_count;
	for (int i = 0; i < 4; i++)
		arrays[i] = array_at(&cursor, (size_t) graph.arc_count, 4);
	length = array_at(&cursor, (size_t) graph.edge_count, 4);
	ranks = array_at(&cursor, (size_t) graph.vertex_count, 4);
	copy_of = array_at(&cursor, (size_t) (graph.vertex_count - graph.named_count), 4);
	for (int i = 0; i < 4; i++)
		if (arrays[i] == NULL)
			return LM_GRAPH_CORRUPT;
	if (length == NULL || ranks == NULL || copy_of == NULL || cursor.left != 0)
		return LM_GRAPH_CORRUPT;
	graph.arc_tail = array_copy(run->arena, arrays[0], graph.arc_count);
	graph.arc_head = array_copy(run->arena, arrays[1], graph.arc_count);
	graph.arc_origin = array_copy(run->arena, arrays[2], graph.arc_count);
	graph.arc_extra = array_copy(run->arena, arrays[3], graph.arc_count);
	graph.length = (uint32_t *) array_copy(run->arena, length, graph.edge_count);
	rank = array_copy(run->arena, ranks, graph.vertex_count);
	if (graph.arc_tail == NULL || graph.arc_head == NULL || graph.arc_origin == NULL ||
	    graph.arc_extra == NULL || graph.length == NULL || rank == NULL)
		return LM_GRAPH_NO_MEMORY;
	if (!arcs_are_valid(&graph))
		return LM_GRAPH_CORRUPT;
	status = copies_set(&graph, copy_of, run->arena);
	if (status != LM_GRAPH_OK)
		return status;
	{
		LmArena scratch;

		lm_graph_scratch(run, &scratch);
		seen = LM_TAKE(&scratch, int8_t, graph.vertex_count);
		valid = seen != NULL && ranks_are_valid(rank, graph.vertex_count, seen);
		lm_graph_scratch_drop(run, &scratch);
	}
	if (seen == NULL)
		return LM_GRAPH_NO_MEMORY;
	if (!valid)
		return LM_GRAPH_CORRUPT;
	return lm_hierarchy_link_ranks(&graph, rank, run, hierarchy);
}

size_t
lm_metric_image_size(const LmHierarchy *hierarchy)
{
	size_t links = (size_t) hierarchy->link_count;

	return sizeof(ImageHead) + 8 * (size_t) hierarchy->graph.edge_count +
	       sizeof(LmLinkWays) * links + padded((2 * links + 7) / 8);
}

/* One bit for each direction of a link: whether it is a step. */
static void
steps_mark(const int32_t *first, const LmStep *steps, int32_t rank_count, int32_t direction,
           unsigned char *bits)
{
	for (int32_t step = 0; step < first[rank_count]; step++)
	{
		size_t bit = 2 * (size_t) steps[step].link + (size_t) direction;

		bits[bit / 8] |= (unsigned char) (1u << bit % 8);
	}
}

void
lm_metric_image_write(const LmHierarchy *hierarchy, const LmMetric *metric, void *bytes)
{
	const LmGraph *graph = &hierarchy->graph;
	ImageHead head = {.magic = MAGIC,
	                  .kind = METRIC_KIND,
	                  .size = (int64_t) lm_metric_image_size(hierarchy),
	                  .of = fingerprint(hierarchy),
	                  .vertex_count = graph->vertex_count,
	                  .edge_count = graph->edge_count,
	                  .link_count = hierarchy->link_count,
	                  .unit = metric->unit};
	Cursor cursor = {(char *) bytes + sizeof(head), (size_t) head.size - sizeof(head)};

	array_write(&cursor, metric->ticks, 8 * (size_t) graph->edge_count);
	array_write(&cursor, metric->links, sizeof(LmLinkWays) * (size_t) hierarchy->link_count);
	memset(cursor.at, 0, cursor.left);
	steps_mark(metric->leave_first, metric->leave, graph->vertex_count, 0,
	           (unsigned char *) cursor.at);
	steps_mark(metric->arrive_first, metric->arrive, graph->vertex_count, 1,
	           (unsigned char *) cursor.at);
	image_close(bytes, &head);
}

static inline bool
bit_is_set(const unsigned char *bits, int32_t link, int direction)
{
	size_t bit = 2 * (size_t) link + (size_t) direction;

	return bits[bit / 8] >> bit % 8 & 1;
}

/* The steps the bits mark; CORRUPT when a link's way is none that can be. */
static LmGraphStatus
steps_read(const LmHierarchy *h, LmMetric *metric, const unsigned char *bits, LmGraphRun *run)
{
	int32_t n = h->graph.vertex_count;
	int32_t leave = 0, arrive = 0;

	for (int32_t link = 0; link < h->link_count; link++)
	{
		LmLinkWays ways = metric->links[link];

		leave += bit_is_set(bits, link, 0);
		arrive += bit_is_set(bits, link, 1);
		if (ways.up <= 0 || ways.up > LM_WAY_NONE || ways.down <= 0 || ways.down > LM_WAY_NONE)
			return LM_GRAPH_CORRUPT;
		if (link % LM_GRAPH_STRIDE == 0 && lm_graph_stops(run, 4 * LM_GRAPH_STRIDE))
			return LM_GRAPH_CANCELLED;
	}
	if (!lm_metric_take_steps(metric, n, leave, arrive, run->arena))
		return LM_GRAPH_NO_MEMORY;
	leave = arrive = 0;
	for (int32_t rank = 0; rank < n; rank++)
	{
		metric->leave_first[rank] = leave;
		metric->arrive_first[rank] = arrive;
		for (int32_t link = h->first[rank]; link < h->first[rank + 1]; link++)
		{
			if (bit_is_set(bits, link, 0))
				metric->leave[leave++] = (LmStep){h->head[link], link, metric->links[link].up};
			if (bit_is_set(bits, link, 1))
				metric->arrive[arrive++] = (LmStep){h->head[link], link, metric->links[link].down};
		}
		if (lm_graph_stops(run, 2 + 20 * (h->first[rank + 1] - h->first[rank])))
			return LM_GRAPH_CANCELLED;
	}
	metric->leave_first[n] = leave;
	metric->arrive_first[n] = arrive;
	return LM_GRAPH_OK;
}

/* Into memory that is touched for the first time; false: stopped. */
static bool
bytes_copy(void *to, const void *from, size_t size, LmGraphRun *run)
{
	const size_t stride = (size_t) 16 * LM_GRAPH_STRIDE;

	for (size_t at = 0; at < size; at += stride)
	{
		memcpy((char *) to + at, (const char *) from + at, size - at < stride ? size - at : stride);
		if (lm_graph_stops(run, 8 * LM_GRAPH_STRIDE))
			return false;
	}
	return true;
}

LmGraphStatus
lm_metric_image_read(const void *bytes, size_t size, const LmHierarchy *hierarchy, LmGraphRun *run,
                     LmMetric *metric)
{
	size_t edges = (size_t) hierarchy->graph.edge_count, links = (size_t) hierarchy->link_count;
	ImageHead head;
	Cursor cursor;
	const void *ticks, *ways;
	LmGraphStatus status;

	memset(metric, 0, sizeof(*metric));
	status = image_open(bytes, size, METRIC_KIND, run, &head, &cursor);
	if (status != LM_GRAPH_OK)
		return status;
	/* the size and the counts say the same: with them right, every array is inside */
	if (size != lm_metric_image_size(hierarchy) || head.of != fingerprint(hierarchy) ||
	    head.edge_count != hierarchy->graph.edge_count ||
	    head.vertex_count != hierarchy->graph.vertex_count ||
	    head.link_count != hierarchy->link_count || head.unit < 1 || head.unit > 1000000000)
		return LM_GRAPH_CORRUPT;
	ticks = array_at(&cursor, edges, 8);
	ways = array_at(&cursor, links, sizeof(LmLinkWays));
	metric->unit = (int32_t) head.unit;
	metric->ticks = LM_TAKE_RAW(run->arena, int32_t, 2 * edges);
	metric->links = LM_TAKE_RAW(run->arena, LmLinkWays, links);
	if (metric->ticks == NULL || metric->links == NULL)
		return LM_GRAPH_NO_MEMORY;
	if (!bytes_copy(metric->ticks, ticks, 8 * edges, run) ||
	    !bytes_copy(metric->links, ways, sizeof(LmLinkWays) * links, run))
		return LM_GRAPH_CANCELLED;
	return steps_read(hierarchy, metric, (const unsigned char *) cursor.at, run);
}
