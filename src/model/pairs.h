/*
 * pairs.h
 *	  Which legs are known, where a table of all would be made for nothing.
 *
 * One more order on routes that stay needs the legs of these routes and those from and to the
 * order's place: some thousands of the million that 1,000 places have.  Tables of such legs have a
 * cell for each pair, and a last one for all others, where there is no way.
 *
 * Layer   model: C11 only.
 */
#ifndef LM_MODEL_PAIRS_H
#define LM_MODEL_PAIRS_H

#include "model/arena.h"

typedef struct LmPairs
{
	int32_t places;
	int64_t *first; /* [places + 1] cells of a place: those from first on */
	int32_t *to;    /* [first[places]] ascending for each place; where as many as places, all */
	bool *hub;      /* [places] all legs from and to it are known */
	bool missed;    /* a leg was asked for that is not known: what came of it is worth nothing */
} LmPairs;

/* A pair of places. */
typedef struct LmPair
{
	int32_t from;
	int32_t to;
} LmPair;

/*
 * lm_pairs_new - all pairs with one of the hubs, and some others; NULL when memory is refused
 *
 *	hub		[places] whether pairs with the place are known from and to everywhere
 *	others	[count] sorted here; may come more than once, and with hubs
 */
LmPairs *lm_pairs_new(int32_t places, const bool *hub, LmPair *others, int64_t count,
                      LmArena *arena);

/* lm_pairs_find - lm_pairs_cell of a place that does not have all */
size_t lm_pairs_find(LmPairs *pairs, int32_t from, int32_t to);

/* lm_pairs_count - cells of a table, with that of all other pairs. */
static inline size_t
lm_pairs_count(const LmPairs *pairs)
{
	return (size_t) pairs->first[pairs->places] + 1;
}

/* lm_pairs_cell - the cell of a pair; sets missed where it has none.  Never fails otherwise. */
static inline size_t
lm_pairs_cell(LmPairs *pairs, int32_t from, int32_t to)
{
	if (pairs->first[from + 1] - pairs->first[from] == pairs->places)
		return (size_t) (pairs->first[from] + to);
	return lm_pairs_find(pairs, from, to);
}

#endif /* LM_MODEL_PAIRS_H */
