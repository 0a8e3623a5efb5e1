/*
 * store.c
 *	  Index scans to read, fixed statements to write.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "input/values.h"
#include "network/store.h"
#include "output/fault.h"
#include "workers/memory.h"

#define PART_BYTES ((Size) 1024 * 1024)

/* Columns of network_store, from 1, in the order of tables.sql. */
enum
{
	NAME = 1,
	OWNER,
	EDGES_QUERY,
	RESTRICTIONS_QUERY,
	SPEEDS_QUERY,
	SEARCH_PATH,
	VERTICES,
	EDGES,
	PLANAR,
	ROADS,
	HIERARCHY
};

/* Columns of network_metric. */
enum
{
	NETWORK = 1,
	PROFILE,
	MAIN_VERTICES,
	METRIC,
	METRIC_CHANGES
};

/* Columns of network_part. */
enum
{
	PIECE = 1,
	PART_NO,
	BYTES
};

/* A table as this library knows it. */
typedef struct Table
{
	const char *name;
	const Oid *types; /* [count] of its first columns */
	int count;
} Table;

/* A look at the rows whose primary key begins with a value, in its order. */
typedef struct Look
{
	Relation table;
	Relation index;
	SysScanDesc scan;
} Look;

void
lm_store_missing(const char *name)
{
	ereport(
		ERROR,
		(errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("network \"%s\" does not exist", name),
	     errhint("The view lastmile.networks has the names; lastmile.create_network makes one.")));
	pg_unreachable();
}

/* The types of the columns that are read, in the order of the enums above. */
static const Oid store_types[] = {TEXTOID, REGROLEOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID,
                                  INT4OID, INT4OID,    BOOLOID, UUIDOID, UUIDOID};
static const Oid metric_types[] = {TEXTOID, TEXTOID, INT4OID, UUIDOID, UUIDOID};
static const Oid part_types[] = {UUIDOID, INT4OID, BYTEAOID};

static const Table tables[] = {{"network_store", store_types, lengthof(store_types)},
                               {"network_metric", metric_types, lengthof(metric_types)},
                               {"network_part", part_types, lengthof(part_types)}};

static bool
columns_are(TupleDesc row, const Table *table)
{
	if (row->natts < table->count)
		return false;
	for (int column = 0; column < table->count; column++)
		if (TupleDescAttr(row, column)->atttypid != table->types[column])
			return false;
	return true;
}

/* The extension may have been made by the script of another build than the library's. */
static Relation
relation_open_named(const char *name)
{
	Oid schema = get_namespace_oid("lastmile", false);
	Oid oid = get_relname_relid(name, schema);
	Relation relation;
	int known = 0;

	if (!OidIsValid(oid))
		ereport(ERROR,
		        (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("table lastmile.%s does not exist", name),
		         errhint("Run ALTER EXTENSION lastmile UPDATE.")));
	relation = table_open(oid, AccessShareLock);
	while (strcmp(tables[known].name, name) != 0)
		known++;
	if (!columns_are(RelationGetDescr(relation), &tables[known]))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		                errmsg("table lastmile.%s was made by another build of lastmile", name),
		                errhint("Run ALTER EXTENSION lastmile UPDATE; where there is no update, "
		                        "drop and create the extension and its networks anew.")));
	return relation;
}

static void
look_begin(Look *look, const char *table, RegProcedure equal, Datum value)
{
	ScanKeyData key;

	look->table = relation_open_named(table);
	list_free(RelationGetIndexList(look->table)); /* finds the primary key */
	LM_ENSURE(OidIsValid(look->table->rd_pkindex), "a table of networks without primary key");
	look->index = index_open(look->table->rd_pkindex, AccessShareLock);
	/* the key compares as the column does, texts with collation C */
	ScanKeyInit(&key, 1, BTEqualStrategyNumber, equal, value);
	look->scan = systable_beginscan_ordered(look->table, look->index, GetActiveSnapshot(), 1, &key);
}

/* The next row; NULL behind the last. */
static HeapTuple
look_next(Look *look)
{
	HeapTuple tuple = systable_getnext_ordered(look->scan, ForwardScanDirection);

	return HeapTupleIsValid(tuple) ? tuple : NULL;
}

static void
look_end(Look *look)
{
	systable_endscan_ordered(look->scan);
	index_close(look->index, AccessShareLock);
	table_close(look->table, AccessShareLock);
}

static char *
text_or_null(Datum value, bool null)
{
	return null ? NULL : TextDatumGetCString(value);
}

static LmStored *
stored_of(HeapTuple tuple, TupleDesc row)
{
	LmStored *stored = palloc0(sizeof(LmStored));
	Datum values[HIERARCHY];
	bool nulls[HIERARCHY];

	for (int column = NAME; column <= HIERARCHY; column++)
	{
		values[column - 1] = heap_getattr(tuple, column, row, &nulls[column - 1]);
		LM_ENSURE(!nulls[column - 1] || column == RESTRICTIONS_QUERY || column == SPEEDS_QUERY,
		          "a stored network with a NULL");
	}
	stored->name = TextDatumGetCString(values[NAME - 1]);
	stored->owner = DatumGetObjectId(values[OWNER - 1]);
	stored->edges_query = TextDatumGetCString(values[EDGES_QUERY - 1]);
	stored->restrictions_query = text_or_null(values[RESTRICTIONS_QUERY - 1],
	                                          nulls[RESTRICTIONS_QUERY - 1]);
	stored->speeds_query = text_or_null(values[SPEEDS_QUERY - 1], nulls[SPEEDS_QUERY - 1]);
	stored->search_path = TextDatumGetCString(values[SEARCH_PATH - 1]);
	stored->vertices = DatumGetInt32(values[VERTICES - 1]);
	stored->edges = DatumGetInt32(values[EDGES - 1]);
	stored->planar = DatumGetBool(values[PLANAR - 1]);
	stored->roads = *DatumGetUUIDP(values[ROADS - 1]);
	stored->hierarchy = *DatumGetUUIDP(values[HIERARCHY - 1]);
	return stored;
}

LmStored *
lm_store_find(const char *name)
{
	LmStored *stored = NULL;
	HeapTuple tuple;
	Look look;

	look_begin(&look, "network_store", F_TEXTEQ, CStringGetTextDatum(name));
	tuple = look_next(&look);
	if (tuple != NULL)
		stored = stored_of(tuple, RelationGetDescr(look.table));
	look_end(&look);
	return stored;
}

LmStoredMetric *
lm_store_metrics(const char *name, int32 *count)
{
	int32 room = 8;
	LmStoredMetric *metrics = palloc(room * sizeof(LmStoredMetric));
	HeapTuple tuple;
	Look look;

	*count = 0;
	look_begin(&look, "network_metric", F_TEXTEQ, CStringGetTextDatum(name));
	while ((tuple = look_next(&look)) != NULL)
	{
		TupleDesc row = RelationGetDescr(look.table);
		LmStoredMetric *metric;
		Datum changes;
		bool null;

		metrics = lm_room_make(metrics, *count, &room, sizeof(LmStoredMetric));
		metric = &metrics[(*count)++];
		metric->profile = TextDatumGetCString(heap_getattr(tuple, PROFILE, row, &null));
		metric->main_vertices = DatumGetInt32(heap_getattr(tuple, MAIN_VERTICES, row, &null));
		metric->metric = *DatumGetUUIDP(heap_getattr(tuple, METRIC, row, &null));
		changes = heap_getattr(tuple, METRIC_CHANGES, row, &null);
		metric->changes = null ? LM_PIECE_NONE : *DatumGetUUIDP(changes);
	}
	look_end(&look);
	LM_ENSURE(*count > 0 && metrics[0].profile[0] == '\0', "a network without its own costs");
	return metrics;
}

int32
lm_store_profile(const char *name, const char *profile, const LmStoredMetric *metrics, int32 count)
{
	StringInfoData names;

	for (int32 i = 1; i < count; i++)
		if (strcmp(metrics[i].profile, profile) == 0)
			return i;
	initStringInfo(&names);
	for (int32 i = 1; i < count; i++)
		appendStringInfo(&names, "%s\"%s\"", i > 1 ? ", " : "", metrics[i].profile);
	ereport(ERROR,
	        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
	         errmsg("network \"%s\" has no profile \"%s\"", name, profile),
	         count > 1 ? errhint("Its profiles are %s.", names.data)
	                   : errhint("It has none; a speeds query with a column profile makes them.")));
	return -1;
}

char *
lm_store_piece_read(const pg_uuid_t *piece, Size *size)
{
	Size room = PART_BYTES;
	int32 parts = 0;
	bool whole = true;
	HeapTuple tuple;
	char *bytes;
	Look look;

	*size = 0;
	lm_memory_reserve(CurrentMemoryContext, room);
	bytes = palloc(room);
	look_begin(&look, "network_part", F_UUID_EQ, UUIDPGetDatum(piece));
	while (whole && (tuple = look_next(&look)) != NULL)
	{
		TupleDesc row = RelationGetDescr(look.table);
		bool null;
		Datum part_no = heap_getattr(tuple, PART_NO, row, &null);
		Datum datum = heap_getattr(tuple, BYTES, row, &null);
		bytea *part = DatumGetByteaPP(datum);
		Size length = VARSIZE_ANY_EXHDR(part);

		CHECK_FOR_INTERRUPTS();
		whole = DatumGetInt32(part_no) == parts++ && length <= PART_BYTES;
		if (whole && length > room - *size)
		{
			room *= 2;
			lm_memory_reserve(CurrentMemoryContext, room);
			bytes = repalloc_huge(bytes, room);
		}
		if (whole)
			memcpy(bytes + *size, VARDATA_ANY(part), length);
		*size += length;
		if ((Pointer) part != DatumGetPointer(datum))
			pfree(part);
	}
	look_end(&look);
	return whole && parts > 0 ? bytes : NULL;
}

/* ---- writing ---- */

/* The role that statements on the tables run as, which are those they were written for. */
static Oid
tables_owner(void)
{
	Oid owner = InvalidOid;

	for (int i = 0; i < lengthof(tables); i++)
	{
		Relation table = relation_open_named(tables[i].name);

		owner = table->rd_rel->relowner;
		table_close(table, AccessShareLock);
	}
	return owner;
}

/*
 * Runs a statement of our own as the owner of the tables.  Its text names everything with its
 * schema: the caller's search_path must not lead it elsewhere.  An error ends the transaction or
 * subtransaction, which gives the caller his role back.
 */
static uint64
statement_run(const char *text, int count, Oid *types, Datum *values, const char *nulls)
{
	Oid user;
	int security;
	int code;

	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(tables_owner(), security | SECURITY_LOCAL_USERID_CHANGE);
	code = SPI_execute_with_args(text, count, types, values, nulls, false, 0);
	SetUserIdAndSecContext(user, security);
	LM_ENSURE(code >= 0, "a statement on the tables of networks");
	return SPI_processed;
}

static pg_uuid_t
uuid_new(void)
{
	return *DatumGetUUIDP(OidFunctionCall0(F_GEN_RANDOM_UUID));
}

LmStored *
lm_store_lock(const char *name)
{
	MemoryContext caller = CurrentMemoryContext;
	Oid types[] = {TEXTOID};
	Datum values[] = {CStringGetTextDatum(name)};
	LmStored *stored = NULL;

	SPI_connect();
	statement_run("SELECT * FROM lastmile.network_store WHERE name OPERATOR(pg_catalog.=) $1 "
	              "FOR UPDATE",
	              lengthof(types), types, values, NULL);
	if (SPI_processed == 1)
	{
		MemoryContext spi = MemoryContextSwitchTo(caller);

		stored = stored_of(SPI_tuptable->vals[0], SPI_tuptable->tupdesc);
		MemoryContextSwitchTo(spi);
	}
	SPI_finish();
	if (stored == NULL)
		lm_store_missing(name);
	if (!has_privs_of_role(GetUserId(), stored->owner))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		                errmsg("must be owner of network \"%s\"", name)));
	return stored;
}

pg_uuid_t
lm_store_piece_write(const char *bytes, Size size)
{
	pg_uuid_t piece = uuid_new();
	Oid types[] = {UUIDOID, INT4OID, BYTEAOID};
	Datum values[lengthof(types)];
	bytea *part = palloc(VARHDRSZ + PART_BYTES);
	int32 parts = 0;

	SPI_connect();
	for (Size at = 0; at < size; at += PART_BYTES)
	{
		Size length = Min(PART_BYTES, size - at);

		CHECK_FOR_INTERRUPTS();
		SET_VARSIZE(part, VARHDRSZ + length);
		memcpy(VARDATA(part), bytes + at, length);
		values[0] = UUIDPGetDatum(&piece);
		values[1] = Int32GetDatum(parts++);
		values[2] = PointerGetDatum(part);
		statement_run("INSERT INTO lastmile.network_part VALUES ($1, $2, $3)", lengthof(types),
		              types, values, NULL);
	}
	SPI_finish();
	pfree(part);
	return piece;
}

void
lm_store_piece_drop(const pg_uuid_t *piece)
{
	Oid types[] = {UUIDOID};
	Datum values[] = {UUIDPGetDatum(piece)};

	SPI_connect();
	statement_run("DELETE FROM lastmile.network_part WHERE piece OPERATOR(pg_catalog.=) $1",
	              lengthof(types), types, values, NULL);
	SPI_finish();
}

/* ---- networks ---- */

static Oid stored_types[HIERARCHY] = {TEXTOID, OIDOID,  TEXTOID, TEXTOID, TEXTOID, TEXTOID,
                                      INT4OID, INT4OID, BOOLOID, UUIDOID, UUIDOID};

static Datum
text_datum(const char *text, char *null)
{
	*null = text == NULL ? 'n' : ' ';
	return text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

static uint64
stored_write(const char *statement, const LmStored *stored)
{
	Datum values[HIERARCHY];
	char nulls[HIERARCHY];
	uint64 written;

	memset(nulls, ' ', sizeof(nulls));
	values[NAME - 1] = CStringGetTextDatum(stored->name);
	values[OWNER - 1] = ObjectIdGetDatum(stored->owner);
	values[EDGES_QUERY - 1] = CStringGetTextDatum(stored->edges_query);
	values[RESTRICTIONS_QUERY - 1] = text_datum(stored->restrictions_query,
	                                            &nulls[RESTRICTIONS_QUERY - 1]);
	values[SPEEDS_QUERY - 1] = text_datum(stored->speeds_query, &nulls[SPEEDS_QUERY - 1]);
	values[SEARCH_PATH - 1] = CStringGetTextDatum(stored->search_path);
	values[VERTICES - 1] = Int32GetDatum(stored->vertices);
	values[EDGES - 1] = Int32GetDatum(stored->edges);
	values[PLANAR - 1] = BoolGetDatum(stored->planar);
	values[ROADS - 1] = UUIDPGetDatum(&stored->roads);
	values[HIERARCHY - 1] = UUIDPGetDatum(&stored->hierarchy);
	SPI_connect();
	written = statement_run(statement, HIERARCHY, stored_types, values, nulls);
	SPI_finish();
	return written;
}

void
lm_store_twice(const char *name)
{
	ereport(ERROR,
	        (errcode(ERRCODE_DUPLICATE_OBJECT), errmsg("network \"%s\" already exists", name),
	         errhint("lastmile.refresh_network reads its edges again, lastmile.drop_network "
	                 "forgets it.")));
	pg_unreachable();
}

void
lm_store_insert(const LmStored *stored)
{
	if (stored_write("INSERT INTO lastmile.network_store VALUES ($1, $2::pg_catalog.regrole, $3, "
	                 "$4, $5, $6, $7, $8, $9, $10, $11, pg_catalog.now(), pg_catalog.now()) "
	                 "ON CONFLICT DO NOTHING",
	                 stored) == 0)
		lm_store_twice(stored->name);
}

void
lm_store_update(const LmStored *stored)
{
	uint64 updated = stored_write(
		"UPDATE lastmile.network_store SET (owner, edges_query, restrictions_query, speeds_query, "
		"search_path, vertices, edges, planar, roads, hierarchy, refreshed_at) = "
		"ROW($2::pg_catalog.regrole, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
		"pg_catalog.clock_timestamp()) WHERE name OPERATOR(pg_catalog.=) $1",
		stored);

	LM_ENSURE(updated == 1, "a network locked and not there");
}

/* Drops the pieces of a network's metrics that it is not to keep. */
static void
metric_pieces_drop(const char *name, const LmStoredMetric *metrics, int32 count)
{
	Oid types[] = {TEXTOID, UUIDARRAYOID};
	Datum *keep = palloc(2 * (Size) Max(count, 1) * sizeof(Datum));
	Datum values[lengthof(types)];

	for (int32 i = 0; i < count; i++)
	{
		keep[2 * i] = UUIDPGetDatum(&metrics[i].metric);
		keep[2 * i + 1] = UUIDPGetDatum(&metrics[i].changes);
	}
	values[0] = CStringGetTextDatum(name);
	values[1] =
		PointerGetDatum(construct_array(keep, 2 * count, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR));
	statement_run("DELETE FROM lastmile.network_part WHERE piece OPERATOR(pg_catalog.=) ANY "
	              "(ARRAY(SELECT pg_catalog.unnest(ARRAY[metric, changes]) "
	              "FROM lastmile.network_metric WHERE network OPERATOR(pg_catalog.=) $1)) "
	              "AND piece OPERATOR(pg_catalog.<>) ALL ($2)",
	              lengthof(types), types, values, NULL);
	pfree(keep);
}

void
lm_store_metrics_replace(const char *name, const LmStoredMetric *metrics, int32 count)
{
	Oid types[METRIC_CHANGES] = {TEXTOID, TEXTOID, INT4OID, UUIDOID, UUIDOID};
	Datum values[METRIC_CHANGES];
	char nulls[METRIC_CHANGES] = {' ', ' ', ' ', ' ', ' '};

	SPI_connect();
	metric_pieces_drop(name, metrics, count);
	values[NETWORK - 1] = CStringGetTextDatum(name);
	statement_run("DELETE FROM lastmile.network_metric WHERE network OPERATOR(pg_catalog.=) $1", 1,
	              types, values, NULL);
	for (int32 i = 0; i < count; i++)
	{
		values[PROFILE - 1] = CStringGetTextDatum(metrics[i].profile);
		values[MAIN_VERTICES - 1] = Int32GetDatum(metrics[i].main_vertices);
		values[METRIC - 1] = UUIDPGetDatum(&metrics[i].metric);
		values[METRIC_CHANGES - 1] = UUIDPGetDatum(&metrics[i].changes);
		nulls[METRIC_CHANGES - 1] = lm_piece_is(&metrics[i].changes, &LM_PIECE_NONE) ? 'n' : ' ';
		statement_run("INSERT INTO lastmile.network_metric VALUES ($1, $2, $3, $4, $5)",
		              METRIC_CHANGES, types, values, nulls);
	}
	SPI_finish();
}

void
lm_store_delete(const LmStored *stored)
{
	Oid types[] = {TEXTOID};
	Datum values[] = {CStringGetTextDatum(stored->name)};

	lm_store_metrics_replace(stored->name, NULL, 0);
	lm_store_piece_drop(&stored->roads);
	lm_store_piece_drop(&stored->hierarchy);
	SPI_connect();
	statement_run("DELETE FROM lastmile.network_store WHERE name OPERATOR(pg_catalog.=) $1",
	              lengthof(types), types, values, NULL);
	SPI_finish();
}
