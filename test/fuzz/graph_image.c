/*
 * graph_image.c
 *	  Stored road networks of any bytes: refused, or read and searched on without harm.
 *
 * The first byte says what the others are: an image as they stand, or dice that
 * make a network, write its images, and change bytes of them.  The checksum is then
 * made good, so that what lies behind it is reached.
 */
#include "graph_forge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A case that is not there: places are drawn by its counts, right or not. */
static GraphCase
stranger(Dice *dice)
{
	GraphCase c = {0};

	c.vertex_count = dice_between(dice, 1, CASE_VERTICES);
	c.edge_count = dice_below(dice, CASE_EDGES);
	return c;
}

static int64_t *
aligned_copy(const uint8_t *data, size_t size)
{
	int64_t *copy = malloc(size + sizeof(int64_t));

	if (copy == NULL)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	return copy;
}

/* The bytes as the image of a hierarchy or of a metric, their kind and size put right. */
static void
any_bytes(const uint8_t *data, size_t size, bool of_metric, bool headed)
{
	Dice dice = dice_from_seed(size);
	GraphCase c = image_case(7, &dice), given = of_metric ? c : stranger(&dice);
	GraphLedger ledger;
	LmHierarchy h;
	LmMetric metric;
	Images images, changed;
	long accepted = 0;

	ledger_open(&ledger);
	if (case_build(&c, &ledger.run, &h, &metric) != LM_GRAPH_OK)
		abort();
	changed = images = images_write(&h, &metric);
	size -= headed ? size % 8 : 0;
	if (of_metric)
	{
		changed.metric = aligned_copy(data, size);
		changed.metric_size = size;
	}
	else
	{
		changed.hierarchy = aligned_copy(data, size);
		changed.hierarchy_size = size;
	}
	if (headed && size >= 32)
	{
		int64_t *bytes = of_metric ? changed.metric : changed.hierarchy;

		/* magic, kind, size */
		memcpy(bytes, of_metric ? images.metric : images.hierarchy, 16);
		bytes[2] = (int64_t) size;
		image_sign(bytes, size, of_metric);
	}
	images_use(&given, &changed, &dice, &accepted);
	free(of_metric ? changed.metric : changed.hierarchy);
	images_drop(&images);
	ledger_close(&ledger);
}

/* Words of both images changed, one of them cut or not; signed again, mostly. */
static void
changed_images(Dice *dice)
{
	static const int32_t numbers[] = {0, 1, -1, 2, INT32_MAX, INT32_MIN, 1 << 30, 7, 12, 100};
	GraphCase c = case_random(dice);
	GraphLedger ledger;
	LmHierarchy h;
	LmMetric metric;
	Images images;
	long accepted = 0;

	if (dice_percent(dice, 30))
		case_restrict(&c, dice, 3);
	ledger_open(&ledger);
	if (case_build(&c, &ledger.run, &h, &metric) != LM_GRAPH_OK)
		abort();
	images = images_write(&h, &metric);
	for (int32_t change = dice_below(dice, 5); change > 0; change--)
	{
		bool of_metric = dice_percent(dice, 50);
		char *bytes = (char *) (of_metric ? images.metric : images.hierarchy);
		size_t size = of_metric ? images.metric_size : images.hierarchy_size;
		size_t at = 4 * (size_t) dice_between(dice, 8, (int32_t) size / 4 - 1);
		int32_t value = dice_percent(dice, 60) ? numbers[dice_below(dice, 10)]
		                                       : dice_between(dice, -100000, 100000);

		memcpy(bytes + at, &value, 4);
	}
	if (dice_percent(dice, 15))
		images.metric_size = 8 * (size_t) dice_below(dice, (int32_t) images.metric_size / 8);
	if (dice_percent(dice, 15))
		images.hierarchy_size = 8 * (size_t) dice_below(dice, (int32_t) images.hierarchy_size / 8);
	if (dice_percent(dice, 95))
	{
		image_sign(images.hierarchy, images.hierarchy_size, false);
		image_sign(images.metric, images.metric_size, true);
	}
	images_use(&c, &images, dice, &accepted);
	images_drop(&images);
	ledger_close(&ledger);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Dice dice;

	if (size == 0)
		return 0;
	if (data[0] < 16)
		any_bytes(data + 1, size - 1, data[0] & 1, data[0] & 2);
	else
	{
		dice = dice_from_bytes(data + 1, size - 1);
		changed_images(&dice);
	}
	if (tap_failed_checks > 0)
		abort();
	return 0;
}
