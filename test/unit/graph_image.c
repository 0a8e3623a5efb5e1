/*
 * graph_image.c
 *	  Stored hierarchies and metrics: what was written is read; what was changed never harms.
 */
#include "graph_forge.h"

static void
written_is_read(void)
{
	for (unsigned number = 0; number < 600 * RANDOM_EFFORT; number++)
	{
		Dice dice;
		GraphCase c = image_case(number, &dice);
		GraphLedger ledger;
		LmHierarchy h, read;
		LmMetric metric, read_metric;
		Images images, again;

		ledger_open(&ledger);
		EXPECT(case_build(&c, &ledger.run, &h, &metric) == LM_GRAPH_OK, "network %u", number);
		images = images_write(&h, &metric);
		EXPECT(lm_hierarchy_image_read(images.hierarchy, images.hierarchy_size, &ledger.run,
		                               &read) == LM_GRAPH_OK,
		       "network %u", number);
		EXPECT(lm_metric_image_read(images.metric, images.metric_size, &read, &ledger.run,
		                            &read_metric) == LM_GRAPH_OK,
		       "network %u", number);
		again = images_write(&read, &read_metric);
		EXPECT(again.hierarchy_size == images.hierarchy_size &&
		           again.metric_size == images.metric_size &&
		           memcmp(again.hierarchy, images.hierarchy, images.hierarchy_size) == 0 &&
		           memcmp(again.metric, images.metric, images.metric_size) == 0,
		       "network %u: read and written again it is another", number);
		case_compare(&c, &read, &read_metric, &dice, &ledger.run, number);
		images_drop(&images);
		images_drop(&again);
		ledger_close(&ledger);
	}
}

/* Cut off, or with some bytes changed: never accepted, since the checksum tells. */
static void
changed_is_refused(void)
{
	long accepted = 0, tried = 0;

	for (unsigned number = 0; number < 150 * RANDOM_EFFORT; number++)
	{
		Dice dice;
		GraphCase c = image_case(number, &dice);
		GraphLedger ledger;
		LmHierarchy h;
		LmMetric metric;
		Images images;

		ledger_open(&ledger);
		EXPECT(case_build(&c, &ledger.run, &h, &metric) == LM_GRAPH_OK, "network %u", number);
		images = images_write(&h, &metric);
		for (int32_t trial = 0; trial < 40; trial++)
		{
			bool of_metric = dice_percent(&dice, 50);
			unsigned char *bytes = (unsigned char *) (of_metric ? images.metric : images.hierarchy);
			size_t *size = of_metric ? &images.metric_size : &images.hierarchy_size;
			size_t whole = *size;
			size_t at = (size_t) dice_below(&dice, (int32_t) whole);
			unsigned char kept = bytes[at];

			if (dice_percent(&dice, 25))
				*size = (size_t) dice_below(&dice, (int32_t) whole);
			else
				bytes[at] ^= (unsigned char) dice_between(&dice, 1, 255);
			images_use(&c, &images, &dice, &accepted);
			tried++;
			bytes[at] = kept;
			*size = whole;
		}
		EXPECT(accepted == 0, "network %u: %ld of %ld accepted", number, accepted, tried);
		images_use(&c, &images, &dice, &accepted);
		EXPECT(accepted == 1, "network %u: the image itself is refused", number);
		accepted = 0;
		images_drop(&images);
		ledger_close(&ledger);
	}
}

/* Changed by somebody who knows the checksum: refused or used, but nothing is read out of bounds. */
static void
forged_is_harmless(void)
{
	static const int32_t numbers[] = {0, 1, -1, 2, INT32_MAX, INT32_MIN, 1 << 30, 7, 12, 100};
	long accepted = 0, tried = 0;

	for (unsigned number = 0; number < 250 * RANDOM_EFFORT; number++)
	{
		Dice dice;
		GraphCase c = image_case(number, &dice);
		GraphLedger ledger;
		LmHierarchy h;
		LmMetric metric;
		Images images, forged;

		ledger_open(&ledger);
		EXPECT(case_build(&c, &ledger.run, &h, &metric) == LM_GRAPH_OK, "network %u", number);
		images = images_write(&h, &metric);
		forged = images_write(&h, &metric);
		for (int32_t trial = 0; trial < 40; trial++)
		{
			bool of_metric = dice_percent(&dice, 50);
			unsigned char *bytes = (unsigned char *) (of_metric ? forged.metric : forged.hierarchy);
			size_t size = of_metric ? forged.metric_size : forged.hierarchy_size;

			for (int32_t change = dice_between(&dice, 1, 3); change > 0; change--)
			{
				size_t at = 4 * (size_t) dice_between(&dice, 8, (int32_t) size / 4 - 1);
				int32_t value = dice_percent(&dice, 70) ? numbers[dice_below(&dice, 10)]
				                                        : dice_below(&dice, INT32_MAX);

				memcpy(bytes + at, &value, 4);
			}
			image_sign(bytes, size, of_metric);
			images_use(&c, &forged, &dice, &accepted);
			tried++;
			memcpy(forged.hierarchy, images.hierarchy, images.hierarchy_size);
			memcpy(forged.metric, images.metric, images.metric_size);
		}
		images_drop(&images);
		images_drop(&forged);
		ledger_close(&ledger);
	}
	/* if none passed, the checks behind the checksum were not tried at all */
	EXPECT(accepted > tried / 20 && accepted < tried, "%ld of %ld accepted", accepted, tried);
}

static void
others_are_refused(void)
{
	Dice dice;
	GraphCase c = image_case(5, &dice), other = image_case(6, &dice);
	GraphLedger ledger;
	LmHierarchy h, other_h;
	LmMetric metric, other_metric;
	Images images;

	ledger_open(&ledger);
	EXPECT(case_build(&c, &ledger.run, &h, &metric) == LM_GRAPH_OK, "one");
	EXPECT(case_build(&other, &ledger.run, &other_h, &other_metric) == LM_GRAPH_OK, "another");
	images = images_write(&h, &metric);
	EXPECT(lm_metric_image_read(images.metric, images.metric_size, &other_h, &ledger.run,
	                            &other_metric) == LM_GRAPH_CORRUPT,
	       "a metric of another hierarchy");
	EXPECT(lm_metric_image_read(images.hierarchy, images.hierarchy_size, &h, &ledger.run,
	                            &other_metric) == LM_GRAPH_CORRUPT,
	       "a hierarchy is no metric");
	EXPECT(lm_hierarchy_image_read(images.metric, images.metric_size, &ledger.run, &other_h) ==
	           LM_GRAPH_CORRUPT,
	       "a metric is no hierarchy");
	EXPECT(lm_hierarchy_image_read((char *) images.hierarchy + 4, images.hierarchy_size - 8,
	                               &ledger.run, &other_h) == LM_GRAPH_INVALID,
	       "not aligned");
	/* the same graph with one length changed is another */
	c.length[0]++;
	EXPECT(case_build(&c, &ledger.run, &other_h, &other_metric) == LM_GRAPH_OK, "a third");
	EXPECT(lm_metric_image_read(images.metric, images.metric_size, &other_h, &ledger.run,
	                            &other_metric) == LM_GRAPH_CORRUPT,
	       "another length");
	images_drop(&images);
	ledger_close(&ledger);
}

/* Arrays of an odd number of 4-byte elements count to the last one. */
static void
last_length_counts(void)
{
	int32_t odd = 0;

	for (unsigned number = 0; number < 40; number++)
	{
		Dice dice;
		GraphCase c = image_case(number, &dice);
		GraphLedger ledger;
		LmHierarchy h, other_h;
		LmMetric metric, other_metric;
		Images images;

		if (c.edge_count == 0)
			continue;
		odd += c.edge_count % 2;
		ledger_open(&ledger);
		EXPECT(case_build(&c, &ledger.run, &h, &metric) == LM_GRAPH_OK, "network %u", number);
		images = images_write(&h, &metric);
		c.length[c.edge_count - 1]++;
		EXPECT(case_build(&c, &ledger.run, &other_h, &other_metric) == LM_GRAPH_OK, "network %u",
		       number);
		EXPECT(lm_metric_image_read(images.metric, images.metric_size, &other_h, &ledger.run,
		                            &other_metric) == LM_GRAPH_CORRUPT,
		       "network %u of %d edges: another length of the last", number, c.edge_count);
		images_drop(&images);
		ledger_close(&ledger);
	}
	EXPECT(odd > 5, "%d networks of an odd number of edges", odd);
}

int
main(void)
{
	tap_run("what was written is read", written_is_read);
	tap_run("what was changed or cut is refused", changed_is_refused);
	tap_run("what was forged is harmless", forged_is_harmless);
	tap_run("images of others are refused", others_are_refused);
	tap_run("the last length counts", last_length_counts);
	return tap_end();
}
