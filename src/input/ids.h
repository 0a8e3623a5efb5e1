/*
 * ids.h
 *	  The ids of a query: unique, and in two orders.
 *
 * By the bytes of their text, which numbers orders and vehicles alike on every
 * machine; and as the id's own type sorts, which is the order people expect to see
 * (9 before 10).
 *
 * Layer   adapter: PostgreSQL below, no model.
 */
#ifndef LM_INPUT_IDS_H
#define LM_INPUT_IDS_H

#include "postgres.h"

#include "input/query.h"

typedef struct LmIds
{
	MemoryContext keep; /* of the texts */
	const char **texts; /* [count] */
	Datum *keys;        /* [count] the ids as they came */
	int32 count;
	int32 room;
	Oid type;
	Oid collation;
} LmIds;

/*
 * lm_ids_init - no ids yet
 *
 *	keep	context of the texts; everything else is in the current one
 */
void lm_ids_init(LmIds *ids, MemoryContext keep);

/*
 * lm_ids_add - the id of the next row
 *
 *	plural	"orders"
 * Faults  22004 when it is NULL.
 */
void lm_ids_add(LmIds *ids, const char *plural, const LmColumn *column, Datum value, bool null);

/*
 * lm_ids_by_text - [count] row numbers by the bytes of the id
 *
 *	singular, plural	"order", "orders"
 * Faults  23505 when an id comes twice.
 */
int32 *lm_ids_by_text(const LmIds *ids, const char *singular, const char *plural);

/* lm_ids_by_type - [count] row numbers by the id's type; by its bytes where that has no order. */
int32 *lm_ids_by_type(const LmIds *ids);

#endif /* LM_INPUT_IDS_H */
