/*
 * pairs.c
 *	  Pairs by their place of departure.
 */
#include "model/pairs.h"

#include <stdlib.h>
#include <string.h>

static int
pair_compare(const void *a, const void *b)
{
	const LmPair *x = a;
	const LmPair *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to > y->to) - (x->to < y->to);
}

/* The hubs and others of a place, ascending, each once, behind those of the places before. */
static void
row_fill(LmPairs *pairs, int32_t from, const int32_t *hubs, int32_t hub_count, const LmPair *others,
         int64_t count)
{
	int32_t *to = &pairs->to[pairs->first[from]];
	int64_t filled = 0;
	int64_t other = 0;
	int32_t hub = 0;

	while (hub < hub_count || other < count)
	{
		int32_t next = other == count || (hub < hub_count && hubs[hub] < others[other].to)
		                   ? hubs[hub]
		                   : others[other].to;

		to[filled++] = next;
		hub += hub < hub_count && hubs[hub] == next;
		while (other < count && others[other].to == next)
			other++;
	}
	pairs->first[from + 1] = pairs->first[from] + filled;
}

LmPairs *
lm_pairs_new(int32_t places, const bool *hub, LmPair *others, int64_t count, LmArena *arena)
{
	LmPairs *pairs = LM_TAKE(arena, LmPairs, 1);
	int32_t *hubs = LM_TAKE(arena, int32_t, places);
	int32_t hub_count = 0;
	int64_t other = 0;
	size_t most;

	if (pairs == NULL || hubs == NULL)
		return NULL;
	for (int32_t place = 0; place < places; place++)
		if (hub[place])
			hubs[hub_count++] = place;
	most = 2 * (size_t) hub_count * (size_t) places + (size_t) count;
	*pairs = (LmPairs){.places = places,
	                   .first = LM_TAKE(arena, int64_t, (size_t) places + 1),
	                   .to = LM_TAKE_RAW(arena, int32_t, most),
	                   .hub = LM_TAKE(arena, bool, places)};
	if (pairs->first == NULL || pairs->to == NULL || pairs->hub == NULL)
		return NULL;
	memcpy(pairs->hub, hub, (size_t) places * sizeof(bool));
	qsort(others, (size_t) count, sizeof(LmPair), pair_compare);
	for (int32_t from = 0; from < places; from++)
	{
		int64_t begin = other;

		while (other < count && others[other].from == from)
			other++;
		if (!hub[from])
		{
			row_fill(pairs, from, hubs, hub_count, &others[begin], other - begin);
			continue;
		}
		for (int32_t to = 0; to < places; to++)
			pairs->to[pairs->first[from] + to] = to;
		pairs->first[from + 1] = pairs->first[from] + places;
	}
	return pairs;
}

size_t
lm_pairs_find(LmPairs *pairs, int32_t from, int32_t to)
{
	int64_t low = pairs->first[from];
	int64_t high = pairs->first[from + 1];

	while (low < high)
	{
		int64_t middle = low + (high - low) / 2;

		if (pairs->to[middle] == to)
			return (size_t) middle;
		if (pairs->to[middle] < to)
			low = middle + 1;
		else
			high = middle;
	}
	pairs->missed = true;
	return lm_pairs_count(pairs) - 1;
}
