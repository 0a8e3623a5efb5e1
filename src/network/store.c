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
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "network/store.h"
#include "output/fault.h"
#include "workers/memory.h"

#define PART_BYTES ((Size) 1024 * 1024)

/* Columns of network_store, from 1, in the order of tables.sql. */
enum
{
	NAME = 1,
	VERSION,
	OWNER,
	EDGES_QUERY,
	VERTICES,
	EDGES,
	MAIN_VERTICES,
	PLANAR,
	ROADS,
	HIERARCHY,
	METRIC
};

/* Columns of network_part. */
enum
{
	PIECE = 1,
	PART_NO,
	BYTES
};

void
lm_store_missing(const char *name)
{
	ereport(
		ERROR,
		(errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("network \"%s\" does not exist", name),
	     errhint("The view lastmile.networks has the names; lastmile.create_network makes one.")));
	pg_unreachable();
}

static Relation
relation_open_named(const char *name)
{
	Oid schema = get_namespace_oid("lastmile", false);
	Oid relation = get_relname_relid(name, schema);

	if (!OidIsValid(relation))
		ereport(ERROR,
		        (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("table lastmile.%s does not exist", name),
		         errhint("Run ALTER EXTENSION lastmile UPDATE.")));
	return table_open(relation, AccessShareLock);
}

static Relation
primary_key_open(Relation relation)
{
	list_free(RelationGetIndexList(relation)); /* finds the primary key */
	LM_ENSURE(OidIsValid(relation->rd_pkindex), "a table of networks without primary key");
	return index_open(relation->rd_pkindex, AccessShareLock);
}

static LmStored *
stored_of(HeapTuple tuple, TupleDesc row)
{
	LmStored *stored = palloc0(sizeof(LmStored));
	Datum values[METRIC];

	for (int column = NAME; column <= METRIC; column++)
	{
		bool null;

		values[column - 1] = heap_getattr(tuple, column, row, &null);
		LM_ENSURE(!null, "a stored network with a NULL");
	}
	stored->name = TextDatumGetCString(values[NAME - 1]);
	stored->version = *DatumGetUUIDP(values[VERSION - 1]);
	stored->owner = DatumGetObjectId(values[OWNER - 1]);
	stored->edges_query = TextDatumGetCString(values[EDGES_QUERY - 1]);
	stored->vertices = DatumGetInt32(values[VERTICES - 1]);
	stored->edges = DatumGetInt32(values[EDGES - 1]);
	stored->main_vertices = DatumGetInt32(values[MAIN_VERTICES - 1]);
	stored->planar = DatumGetBool(values[PLANAR - 1]);
	stored->roads = *DatumGetUUIDP(values[ROADS - 1]);
	stored->hierarchy = *DatumGetUUIDP(values[HIERARCHY - 1]);
	stored->metric = *DatumGetUUIDP(values[METRIC - 1]);
	return stored;
}

LmStored *
lm_store_find(const char *name)
{
	Relation table = relation_open_named("network_store");
	Relation index = primary_key_open(table);
	LmStored *stored = NULL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	/* the key compares as the column does, with collation C */
	ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_TEXTEQ, CStringGetTextDatum(name));
	scan = systable_beginscan_ordered(table, index, GetActiveSnapshot(), 1, &key);
	tuple = systable_getnext_ordered(scan, ForwardScanDirection);
	if (HeapTupleIsValid(tuple))
		stored = stored_of(tuple, RelationGetDescr(table));
	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	table_close(table, AccessShareLock);
	return stored;
}

char *
lm_store_piece_read(const pg_uuid_t *piece, Size *size)
{
	Relation table = relation_open_named("network_part");
	Relation index = primary_key_open(table);
	Size room = PART_BYTES;
	int32 parts = 0;
	bool whole = true;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	char *bytes;

	*size = 0;
	lm_memory_reserve(CurrentMemoryContext, room);
	bytes = palloc(room);
	ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_UUID_EQ, UUIDPGetDatum(piece));
	scan = systable_beginscan_ordered(table, index, GetActiveSnapshot(), 1, &key);
	while (whole && HeapTupleIsValid(tuple = systable_getnext_ordered(scan, ForwardScanDirection)))
	{
		bool null;
		Datum part_no = heap_getattr(tuple, PART_NO, RelationGetDescr(table), &null);
		Datum datum = heap_getattr(tuple, BYTES, RelationGetDescr(table), &null);
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
	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	table_close(table, AccessShareLock);
	return whole && parts > 0 ? bytes : NULL;
}

/* ---- writing ---- */

/* The role that statements on the tables run as. */
static Oid
tables_owner(void)
{
	Relation table = relation_open_named("network_store");
	Oid owner = table->rd_rel->relowner;

	table_close(table, AccessShareLock);
	return owner;
}

/*
 * Runs a statement of our own as the owner of the tables.  Its text names everything with its
 * schema: the caller's search_path must not lead it elsewhere.  An error ends the transaction or
 * subtransaction, which gives the caller his role back.
 */
static void
statement_run(const char *text, int count, Oid *types, Datum *values)
{
	Oid user;
	int security;
	int code;

	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(tables_owner(), security | SECURITY_LOCAL_USERID_CHANGE);
	code = SPI_execute_with_args(text, count, types, values, NULL, false, 0);
	SetUserIdAndSecContext(user, security);
	LM_ENSURE(code >= 0, "a statement on the tables of networks");
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
	              lengthof(types), types, values);
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
		              types, values);
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
	              lengthof(types), types, values);
	SPI_finish();
}

static Oid stored_types[METRIC] = {TEXTOID, UUIDOID, OIDOID,  TEXTOID, INT4OID, INT4OID,
                                   INT4OID, BOOLOID, UUIDOID, UUIDOID, UUIDOID};

static void
stored_values(const LmStored *stored, Datum *values)
{
	values[NAME - 1] = CStringGetTextDatum(stored->name);
	values[VERSION - 1] = UUIDPGetDatum(&stored->version);
	values[OWNER - 1] = ObjectIdGetDatum(stored->owner);
	values[EDGES_QUERY - 1] = CStringGetTextDatum(stored->edges_query);
	values[VERTICES - 1] = Int32GetDatum(stored->vertices);
	values[EDGES - 1] = Int32GetDatum(stored->edges);
	values[MAIN_VERTICES - 1] = Int32GetDatum(stored->main_vertices);
	values[PLANAR - 1] = BoolGetDatum(stored->planar);
	values[ROADS - 1] = UUIDPGetDatum(&stored->roads);
	values[HIERARCHY - 1] = UUIDPGetDatum(&stored->hierarchy);
	values[METRIC - 1] = UUIDPGetDatum(&stored->metric);
}

void
lm_store_insert(LmStored *stored)
{
	Datum values[METRIC];
	uint64 inserted;

	stored->version = uuid_new();
	stored_values(stored, values);
	SPI_connect();
	statement_run("INSERT INTO lastmile.network_store VALUES ($1, $2, $3::pg_catalog.regrole, $4, "
	              "$5, $6, $7, $8, $9, $10, $11, pg_catalog.now(), pg_catalog.now()) "
	              "ON CONFLICT DO NOTHING",
	              METRIC, stored_types, values);
	inserted = SPI_processed;
	SPI_finish();
	if (inserted == 0)
		ereport(ERROR,
		        (errcode(ERRCODE_DUPLICATE_OBJECT),
		         errmsg("network \"%s\" already exists", stored->name),
		         errhint("lastmile.refresh_network reads its edges again, lastmile.drop_network "
		                 "forgets it.")));
}

void
lm_store_update(LmStored *stored)
{
	Datum values[METRIC];

	stored->version = uuid_new();
	stored_values(stored, values);
	SPI_connect();
	statement_run(
		"UPDATE lastmile.network_store SET (version, owner, edges_query, vertices, edges, "
		"main_vertices, planar, roads, hierarchy, metric, refreshed_at) = "
		"ROW($2, $3::pg_catalog.regrole, $4, $5, $6, $7, $8, $9, $10, $11, "
		"pg_catalog.clock_timestamp()) WHERE name OPERATOR(pg_catalog.=) $1",
		METRIC, stored_types, values);
	LM_ENSURE(SPI_processed == 1, "a network locked and not there");
	SPI_finish();
}

void
lm_store_delete(const LmStored *stored)
{
	Oid types[] = {TEXTOID};
	Datum values[] = {CStringGetTextDatum(stored->name)};

	lm_store_piece_drop(&stored->roads);
	lm_store_piece_drop(&stored->hierarchy);
	lm_store_piece_drop(&stored->metric);
	SPI_connect();
	statement_run("DELETE FROM lastmile.network_store WHERE name OPERATOR(pg_catalog.=) $1",
	              lengthof(types), types, values);
	SPI_finish();
}
