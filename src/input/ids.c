/*
 * ids.c
 *	  Sorting ids by bytes and by type.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "input/ids.h"
#include "input/values.h"

#define FIRST_ROOM 256

typedef struct Sorting
{
	const LmIds *ids;
	FmgrInfo *compare; /* of the type; NULL: by bytes */
} Sorting;

void
lm_ids_init(LmIds *ids, MemoryContext keep)
{
	*ids = (LmIds){.keep = keep, .room = FIRST_ROOM};
	ids->texts = palloc(FIRST_ROOM * sizeof(char *));
	ids->keys = palloc(FIRST_ROOM * sizeof(Datum));
}

void
lm_ids_add(LmIds *ids, const char *plural, const LmColumn *column, Datum value, bool null)
{
	int32 room = ids->room;
	MemoryContext before;
	int16 length;
	bool by_value;

	if (null)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		                errmsg("%s query returns a row whose id is NULL", plural),
		                errdetail("It is row %d of the query.", ids->count + 1),
		                errhint("Leave the row out with WHERE, or give it an id.")));
	ids->texts = lm_room_make(ids->texts, ids->count, &room, sizeof(char *));
	ids->keys = lm_room_make(ids->keys, ids->count, &ids->room, sizeof(Datum));
	ids->type = column->type;
	ids->collation = column->collation;
	ids->texts[ids->count] = MemoryContextStrdup(ids->keep, lm_value_text(column, value));
	get_typlenbyval(column->type, &length, &by_value);
	before = MemoryContextSwitchTo(GetMemoryChunkContext(ids->keys));
	/* detoasted once, not at each comparison */
	ids->keys[ids->count++] = length == -1 ? PointerGetDatum(PG_DETOAST_DATUM_COPY(value))
	                                       : datumCopy(value, by_value, length);
	MemoryContextSwitchTo(before);
}

static int
rows_compare(const void *a, const void *b, void *argument)
{
	const Sorting *sorting = argument;
	const LmIds *ids = sorting->ids;
	int32 first = *(const int32 *) a;
	int32 second = *(const int32 *) b;
	int32 order = 0;

	CHECK_FOR_INTERRUPTS();
	if (sorting->compare != NULL)
		order = DatumGetInt32(FunctionCall2Coll(sorting->compare, ids->collation, ids->keys[first],
		                                        ids->keys[second]));
	return order != 0 ? order : strcmp(ids->texts[first], ids->texts[second]);
}

static int32 *
rows_sorted(const LmIds *ids, FmgrInfo *compare)
{
	int32 *rows = lm_huge_alloc(CurrentMemoryContext, ids->count, sizeof(int32));
	Sorting sorting = {ids, compare};

	for (int32 row = 0; row < ids->count; row++)
		rows[row] = row;
	qsort_arg(rows, ids->count, sizeof(int32), rows_compare, &sorting);
	return rows;
}

int32 *
lm_ids_by_text(const LmIds *ids, const char *singular, const char *plural)
{
	int32 *rows = rows_sorted(ids, NULL);

	for (int32 i = 1; i < ids->count; i++)
	{
		const char *id = ids->texts[rows[i]];

		if (strcmp(ids->texts[rows[i - 1]], id) == 0)
			ereport(
				ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
			     errmsg("%s \"%s\" comes more than once in the %s query", singular, id, plural),
			     errhint("Ids are compared as text. A join in the query may multiply its rows.")));
	}
	return rows;
}

int32 *
lm_ids_by_type(const LmIds *ids)
{
	TypeCacheEntry *type;

	if (ids->count == 0)
		return rows_sorted(ids, NULL);
	type = lookup_type_cache(ids->type, TYPECACHE_CMP_PROC_FINFO);
	return rows_sorted(ids, OidIsValid(type->cmp_proc) ? &type->cmp_proc_finfo : NULL);
}
