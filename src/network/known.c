/*
 * known.c
 *	  A way lies in one of a few slots next to each other.
 */
#include "network/known.h"

#include <string.h>

#define SLOTS 4 /* where a way may lie */

static bool
spot_is(LmSpot one, LmSpot other)
{
	return one.edge == other.edge && one.fraction == other.fraction;
}

static uint64_t
spot_mix(uint64_t hash, LmSpot spot)
{
	uint64_t bits;

	memcpy(&bits, &spot.fraction, sizeof(bits));
	hash = (hash ^ (uint64_t) spot.edge) * UINT64_C(0x9e3779b97f4a7c15);
	hash = (hash ^ hash >> 32 ^ bits) * UINT64_C(0xc2b2ae3d27d4eb4f);
	return hash ^ hash >> 29;
}

static size_t
first_slot(LmSpot from, LmSpot to)
{
	return spot_mix(spot_mix(0, from), to) % (LM_KNOWN_WAYS / SLOTS) * SLOTS;
}

bool
lm_known_find(const LmKnownWays *known, LmSpot from, LmSpot to, LmWay *way)
{
	const LmKnownWay *slots = &known->ways[first_slot(from, to)];

	for (int i = 0; i < SLOTS && slots[i].filled; i++)
		if (spot_is(slots[i].from, from) && spot_is(slots[i].to, to))
		{
			*way = slots[i].way;
			return true;
		}
	return false;
}

void
lm_known_keep(LmKnownWays *known, LmSpot from, LmSpot to, LmWay way)
{
	LmKnownWay *slots = &known->ways[first_slot(from, to)];
	int slot = 0;

	while (slot < SLOTS && slots[slot].filled)
		slot++;
	if (slot == SLOTS)
		slot = (int) (known->turn++ % SLOTS);
	slots[slot] = (LmKnownWay){from, to, way, true};
}
