/*
 * known.h
 *	  Ways that were found before, by their ends.
 *
 * Who asks again and again about the same routes needs the same legs each time; finding one costs
 * hundreds of times what remembering it does.  As many are kept as there is room for; a new one takes the place
 * of an older one.
 *
 * Layer   network, pure part: C11 and model only.
 */
#ifndef LM_NETWORK_KNOWN_H
#define LM_NETWORK_KNOWN_H

#include "graph/place.h"

typedef struct LmKnownWay
{
	LmSpot from, to; /* on edges */
	LmWay way;       /* LM_WAY_NONE: there is none */
	bool filled;
} LmKnownWay;

#define LM_KNOWN_WAYS 16384 /* 800 kB */

/* All zero at first.  They are those of one metric. */
typedef struct LmKnownWays
{
	LmKnownWay ways[LM_KNOWN_WAYS];
	uint32_t turn; /* which of those that could go does */
} LmKnownWays;

/* lm_known_find - a way between two places on edges; false when it is not known */
bool lm_known_find(const LmKnownWays *known, LmSpot from, LmSpot to, LmWay *way);

/* lm_known_keep - remembers one that is not known.  Never fails. */
void lm_known_keep(LmKnownWays *known, LmSpot from, LmSpot to, LmWay way);

#endif /* LM_NETWORK_KNOWN_H */
