/*
 * store.h
 *	  Networks in the extension's tables.
 *
 * Read by index scans without a query: nobody has a privilege on these tables,
 * and whoever may call lastmile may travel on its networks.  Written as the owner
 * of the tables, after the caller's right has been looked at.
 *
 * Layer   network.
 */
#ifndef LM_NETWORK_STORE_H
#define LM_NETWORK_STORE_H

#include "postgres.h"

#include "utils/uuid.h"

/* Bytes of a name of a network or profile: an index has to hold both. */
#define LM_NETWORK_NAME_MAX 1000

/* A row of network_store. */
typedef struct LmStored
{
	const char *name;
	Oid owner;
	const char *edges_query;
	const char *restrictions_query; /* NULL: none */
	const char *speeds_query;       /* NULL: none */
	const char *search_path;
	int32 vertices;
	int32 edges;
	bool planar;
	pg_uuid_t roads;
	pg_uuid_t hierarchy;
} LmStored;

/* A row of network_metric. */
typedef struct LmStoredMetric
{
	const char *profile; /* "": the edges' own costs */
	int32 main_vertices;
	pg_uuid_t metric;
	pg_uuid_t changes; /* LM_PIECE_NONE: none since */
} LmStoredMetric;

#define LM_PIECE_NONE ((pg_uuid_t){{0}})

/* lm_piece_is - whether they are the same.  Never fails. */
static inline bool
lm_piece_is(const pg_uuid_t *a, const pg_uuid_t *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* lm_store_find - what the current snapshot has; NULL: no network of that name.  Palloced. */
LmStored *lm_store_find(const char *name);

/* lm_store_metrics - its metrics in the same snapshot, by profile; "" is the first.  Palloced. */
LmStoredMetric *lm_store_metrics(const char *name, int32 *count);

/* lm_store_profile - the number of a named profile among metrics.  Faults  22023: there is none. */
int32 lm_store_profile(const char *name, const char *profile, const LmStoredMetric *metrics,
                       int32 count);

/* lm_store_missing, lm_store_twice - raise 42704, 42710 */
extern void lm_store_missing(const char *name) pg_attribute_noreturn();
extern void lm_store_twice(const char *name) pg_attribute_noreturn();

/*
 * lm_store_lock - the same row, locked until the end of the transaction, its newest version
 *
 * Faults  42704; 42501 when the caller has not the rights of its owner.
 */
LmStored *lm_store_lock(const char *name);

/* lm_store_piece_read - the bytes of a piece, palloced, aligned; NULL: parts are missing. */
char *lm_store_piece_read(const pg_uuid_t *piece, Size *size);

/* lm_store_piece_write - stores bytes as a new piece; SPI need not be connected. */
pg_uuid_t lm_store_piece_write(const char *bytes, Size size);

/* lm_store_piece_drop - all its parts; one that is not there is no error */
void lm_store_piece_drop(const pg_uuid_t *piece);

/* lm_store_insert - a new network.  Faults  42710. */
void lm_store_insert(const LmStored *stored);

/* lm_store_update - a network that is locked */
void lm_store_update(const LmStored *stored);

/*
 * lm_store_metrics_replace - other metrics for a network that is locked
 *
 * Pieces of metrics that it has no more are dropped.
 */
void lm_store_metrics_replace(const char *name, const LmStoredMetric *metrics, int32 count);

/* lm_store_delete - a network that is locked, with its pieces */
void lm_store_delete(const LmStored *stored);

#endif /* LM_NETWORK_STORE_H */
