/*
 * graph_forge.h
 *	  Images of random networks, changed and signed again, and all that is done with what is read.
 *
 * All is static: each test is a program of its own.
 *
 * Layer   test: C11 only.
 */
#ifndef LM_TEST_GRAPH_FORGE_H
#define LM_TEST_GRAPH_FORGE_H

#include "graph/image.h"
#include "graph_case.h"

typedef struct Images
{
	size_t hierarchy_size, metric_size;
	int64_t *hierarchy, *metric;
} Images;

static inline Images
images_write(const LmHierarchy *h, const LmMetric *metric)
{
	Images images = {lm_hierarchy_image_size(h), lm_metric_image_size(h), NULL, NULL};

	images.hierarchy = malloc(images.hierarchy_size);
	images.metric = malloc(images.metric_size);
	if (images.hierarchy == NULL || images.metric == NULL)
		abort();
	memset(images.hierarchy, 0x77, images.hierarchy_size);
	memset(images.metric, 0x77, images.metric_size);
	lm_hierarchy_image_write(h, images.hierarchy);
	lm_metric_image_write(h, metric, images.metric);
	return images;
}

static inline void
images_drop(Images *images)
{
	free(images->hierarchy);
	free(images->metric);
}

static inline GraphCase
image_case(unsigned number, Dice *dice)
{
	GraphCase c;

	*dice = dice_from_seed(number);
	c = case_random(dice);
	if (dice_percent(dice, 50))
		case_restrict(&c, dice, 3);
	return c;
}

/* The image's own checksum, told apart from the code under test by being put in after the change. */
static inline uint64_t
checksum_of(const unsigned char *bytes, size_t size, uint64_t kind)
{
	const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t lanes[4] = {kind ^ size, kind + factor, kind ^ (factor << 1), ~kind};
	uint64_t result = kind;

	for (size_t word = 0; word < size / 8; word++)
	{
		uint64_t value;

		memcpy(&value, bytes + 8 * word, 8);
		lanes[word % 4] = (lanes[word % 4] ^ value) * factor;
		lanes[word % 4] ^= lanes[word % 4] >> 29;
	}
	for (int lane = 0; lane < 4; lane++)
	{
		result = (result ^ lanes[lane]) * factor;
		result ^= result >> 32;
	}
	return result;
}

/* Puts the checksum of what the image is now where it belongs. */
static inline void
image_sign(void *image, size_t size, bool of_metric)
{
	unsigned char *bytes = image;
	uint64_t sum;

	if (size < 32)
		return;
	sum = checksum_of(bytes + 32, size - 32, of_metric ? 2 : 1);
	memcpy(bytes + 24, &sum, 8);
}

/* Reads both images and, where they are accepted, searches on them: the answers do not matter. */
static inline void
images_use(const GraphCase *c, const Images *images, Dice *dice, long *accepted)
{
	GraphLedger ledger;
	LmHierarchy h;
	LmMetric metric;
	LmRouter router;
	LmSpot places[CASE_PLACES];
	LmWay ways[CASE_PLACES * CASE_PLACES];
	LmTableQuery query = {places, CASE_PLACES, places, CASE_PLACES};

	ledger_open(&ledger);
	ledger.run.wide = dice_percent(dice, 50) ? LM_WIDE_PLAIN : LM_WIDE_BEST;
	if (lm_hierarchy_image_read(images->hierarchy, images->hierarchy_size, &ledger.run, &h) ==
	        LM_GRAPH_OK &&
	    lm_metric_image_read(images->metric, images->metric_size, &h, &ledger.run, &metric) ==
	        LM_GRAPH_OK)
	{
		LmGraphStatus status;

		++*accepted;
		for (int32_t p = 0; p < CASE_PLACES; p++)
			places[p] = case_place(c, dice);
		status = lm_table_fill(&h, &metric, &query, &ledger.run, ways);
		EXPECT(status == LM_GRAPH_OK || status == LM_GRAPH_INVALID, "status %d", status);
		EXPECT(lm_router_new(&h, &ledger.run, &router) == LM_GRAPH_OK, "router");
		for (int32_t p = 0; p + 1 < CASE_PLACES; p++)
		{
			LmRoute route;

			status = lm_route_find(&router, &metric, places[p], places[p + 1], &ledger.run, &route);
			EXPECT(status == LM_GRAPH_OK || status == LM_GRAPH_CORRUPT ||
			           status == LM_GRAPH_INVALID,
			       "status %d", status);
		}
		EXPECT(lm_metric_new(&h, metric.ticks, &ledger.run, &metric) == LM_GRAPH_OK ||
		           metric.unit > 1000,
		       "new weights");
	}
	ledger_close(&ledger);
}

#endif /* LM_TEST_GRAPH_FORGE_H */
