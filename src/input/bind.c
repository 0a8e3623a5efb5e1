/*
 * bind.c
 *	  Column names, near misses, types.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "input/bind.h"
#include "workers/library.h"

/* Shorter names are too often one letter apart by chance. */
#define NEAR_MISS_LETTERS 5

/*
 * Two names that differ by at most one letter missing, added or changed, or two swapped
 * (Damerau's edits); upper and lower case are the same.
 */
static bool
names_close(const char *a, const char *b)
{
	size_t a_left;
	size_t b_left;

	while (*a != '\0' && pg_tolower((unsigned char) *a) == pg_tolower((unsigned char) *b))
	{
		a++;
		b++;
	}
	a_left = strlen(a);
	b_left = strlen(b);
	while (a_left > 0 && b_left > 0 &&
	       pg_tolower((unsigned char) a[a_left - 1]) == pg_tolower((unsigned char) b[b_left - 1]))
	{
		a_left--;
		b_left--;
	}
	if (a_left <= 1 && b_left <= 1)
		return true;
	return a_left == 2 && b_left == 2 &&
	       pg_tolower((unsigned char) a[0]) == pg_tolower((unsigned char) b[1]) &&
	       pg_tolower((unsigned char) a[1]) == pg_tolower((unsigned char) b[0]);
}

static bool
name_near(const char *name, const char *known)
{
	return known != NULL && strlen(known) >= NEAR_MISS_LETTERS && names_close(name, known);
}

static bool
name_known(const char *name, const LmColumn *columns, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (strcmp(name, columns[i].name) == 0 ||
		    (columns[i].also != NULL && strcmp(name, columns[i].also) == 0))
			return true;
	}
	return false;
}

static void
near_misses_warn(const char *noun, TupleDesc row, const LmColumn *columns, int count)
{
	for (int attribute = 0; attribute < row->natts; attribute++)
	{
		const char *name = NameStr(TupleDescAttr(row, attribute)->attname);
		const char *meant = NULL;

		if (name_known(name, columns, count))
			continue;
		for (int i = 0; i < count && meant == NULL; i++)
		{
			if (name_near(name, columns[i].name))
				meant = columns[i].name;
			else if (name_near(name, columns[i].also))
				meant = columns[i].also;
		}
		if (meant != NULL)
			ereport(
				WARNING,
				(errmsg("column \"%s\" of the %s query is ignored, is it meant to be \"%s\"?", name,
			            noun, meant),
			     errhint("Name it in the query: SELECT %s AS %s.", quote_identifier(name), meant)));
	}
}

/* What the user most likely means by a column that is missing. */
static const char *
likely_name(TupleDesc row, const LmColumn *column, const LmColumn *columns, int count)
{
	const char *first = NULL;

	for (int attribute = 0; attribute < row->natts; attribute++)
	{
		const char *name = NameStr(TupleDescAttr(row, attribute)->attname);

		if (names_close(name, column->name))
			return name;
	}
	for (int attribute = 0; attribute < row->natts; attribute++)
	{
		const char *name = NameStr(TupleDescAttr(row, attribute)->attname);

		if (name_known(name, columns, count))
			continue;
		if (strstr(name, column->name) != NULL)
			return name;
		if (first == NULL)
			first = name;
	}
	return first;
}

static void
missing_raise(const char *noun, TupleDesc row, const LmColumn *column, const LmColumn *columns,
              int count)
{
	StringInfoData list;
	const char *likely = likely_name(row, column, columns, count);

	initStringInfo(&list);
	for (int attribute = 0; attribute < row->natts; attribute++)
		appendStringInfo(&list, "%s%s", attribute > 0 ? ", " : "",
		                 NameStr(TupleDescAttr(row, attribute)->attname));
	ereport(ERROR,
	        (errcode(ERRCODE_UNDEFINED_COLUMN),
	         errmsg("%s query has no column \"%s\"", noun, column->name),
	         row->natts > 0 ? errdetail("It returns: %s.", list.data)
	                        : errdetail("It returns no columns."),
	         likely != NULL ? errhint("Name it in the query: SELECT %s AS %s.",
	                                  quote_identifier(likely), column->name)
	                        : errhint("Add it to the query: SELECT ... AS %s.", column->name)));
}

/* The attribute of that name, from 1; 0 when there is none. */
static int
attribute_find(const char *noun, TupleDesc row, const char *name)
{
	int found = 0;

	if (name == NULL)
		return 0;
	for (int attribute = 0; attribute < row->natts; attribute++)
	{
		if (strcmp(NameStr(TupleDescAttr(row, attribute)->attname), name) != 0)
			continue;
		if (found != 0)
			ereport(ERROR, (errcode(ERRCODE_AMBIGUOUS_COLUMN),
			                errmsg("%s query returns column \"%s\" more than once", noun, name),
			                errhint("Name the columns in the query instead of SELECT *.")));
		found = attribute + 1;
	}
	return found;
}

static bool
type_is_number(Oid type)
{
	return type == INT4OID || type == INT8OID || type == INT2OID || type == FLOAT8OID ||
	       type == FLOAT4OID || type == NUMERICOID;
}

static bool
type_is_text(Oid type)
{
	char category;
	bool preferred;

	get_type_category_preferred(type, &category, &preferred);
	return category == TYPCATEGORY_STRING || category == TYPCATEGORY_ENUM;
}

/* geometry or geography of PostGIS, wherever it is installed; another type of that name is not. */
static bool
type_is_point(Oid type)
{
	HeapTuple tuple;
	const char *name;
	bool named;
	Oid postgis;

	if (type < FirstNormalObjectId)
		return false;
	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	if (!HeapTupleIsValid(tuple))
		return false;
	name = NameStr(((Form_pg_type) GETSTRUCT(tuple))->typname);
	named = strcmp(name, "geometry") == 0 || strcmp(name, "geography") == 0;
	ReleaseSysCache(tuple);
	if (!named)
		return false;
	postgis = get_extension_oid("postgis", true);
	return OidIsValid(postgis) && getExtensionOfObject(TypeRelationId, type) == postgis;
}

static bool
type_fits(LmColumnKind kind, Oid type, Oid element)
{
	switch (kind)
	{
		case LM_COLUMN_ANY:
			return true;
		case LM_COLUMN_TEXT:
			return type_is_text(type);
		case LM_COLUMN_TEXT_LIST:
			return OidIsValid(element);
		case LM_COLUMN_BOOL:
			return type == BOOLOID;
		case LM_COLUMN_INTEGER:
		case LM_COLUMN_NUMBER:
			return type_is_number(type);
		case LM_COLUMN_NUMBERS:
			return type_is_number(type) || type_is_number(element);
		case LM_COLUMN_INSTANT:
			return type == TIMESTAMPTZOID;
		case LM_COLUMN_CLOCK:
			return type == TIMEOID;
		case LM_COLUMN_DURATION:
			return type == INTERVALOID || type_is_number(type);
		case LM_COLUMN_DURATIONS:
			return type == INTERVALOID || type_is_number(type) || element == INTERVALOID ||
			       type_is_number(element);
		case LM_COLUMN_RANGES:
			return type == TSTZRANGEOID || type == TSTZMULTIRANGEOID || element == TSTZRANGEOID;
		case LM_COLUMN_POINT:
			return type_is_point(type);
	}
	return false;
}

static const char *
kind_name(LmColumnKind kind)
{
	switch (kind)
	{
		case LM_COLUMN_ANY:
			return "any type";
		case LM_COLUMN_TEXT:
			return "text";
		case LM_COLUMN_TEXT_LIST:
			return "an array";
		case LM_COLUMN_BOOL:
			return "boolean";
		case LM_COLUMN_INTEGER:
		case LM_COLUMN_NUMBER:
			return "a number";
		case LM_COLUMN_NUMBERS:
			return "a number or an array of numbers";
		case LM_COLUMN_INSTANT:
			return "timestamptz";
		case LM_COLUMN_CLOCK:
			return "time";
		case LM_COLUMN_DURATION:
			return "an interval or a number of seconds";
		case LM_COLUMN_DURATIONS:
			return "an interval, a number of seconds or an array of them";
		case LM_COLUMN_RANGES:
			return "tstzrange, tstzmultirange or tstzrange[]";
		case LM_COLUMN_POINT:
			return "geometry or geography";
	}
	return "";
}

/* How to write the column so that its type fits. */
static char *
cast_example(const LmColumn *column)
{
	const char *name = quote_identifier(column->given);

	switch (column->kind)
	{
		case LM_COLUMN_TEXT_LIST:
			return psprintf("ARRAY[%s]", name);
		case LM_COLUMN_BOOL:
			return psprintf("%s::boolean", name);
		case LM_COLUMN_INTEGER:
			return psprintf("%s::int", name);
		case LM_COLUMN_NUMBER:
		case LM_COLUMN_NUMBERS:
			return psprintf(OidIsValid(column->element) ? "%s::numeric[]" : "%s::numeric", name);
		case LM_COLUMN_INSTANT:
			if (column->type == TIMESTAMPOID || column->type == DATEOID)
				return psprintf(column->type == DATEOID
				                    ? "%s::timestamp AT TIME ZONE 'Europe/Berlin'"
				                    : "%s AT TIME ZONE 'Europe/Berlin'",
				                name);
			return psprintf("%s::timestamptz", name);
		case LM_COLUMN_CLOCK:
			return psprintf("%s::time", name);
		case LM_COLUMN_DURATION:
		case LM_COLUMN_DURATIONS:
			return psprintf(OidIsValid(column->element) ? "%s::interval[]" : "%s::interval", name);
		case LM_COLUMN_RANGES:
			if (column->type == TSRANGEOID)
				return psprintf("tstzrange(lower(%s) AT TIME ZONE 'Europe/Berlin', "
				                "upper(%s) AT TIME ZONE 'Europe/Berlin')",
				                name, name);
			return psprintf("%s::tstzrange", name);
		case LM_COLUMN_POINT:
			return psprintf("%s::geometry", name);
		case LM_COLUMN_ANY:
		case LM_COLUMN_TEXT:
			break;
	}
	return psprintf("%s::text", name);
}

static void
column_bind(LmColumn *column, TupleDesc row)
{
	Form_pg_attribute attribute = TupleDescAttr(row, column->attribute - 1);
	Oid function = InvalidOid;
	bool varlena;

	column->type = getBaseType(attribute->atttypid);
	column->element = get_element_type(column->type);
	if (OidIsValid(column->element))
		column->element = getBaseType(column->element);
	column->collation = attribute->attcollation;
	column->misfit = !type_fits(column->kind, column->type, column->element);
	if (column->misfit)
		return;
	if (column->kind == LM_COLUMN_ANY || column->kind == LM_COLUMN_TEXT)
		getTypeOutputInfo(column->type, &function, &varlena);
	else if (column->kind == LM_COLUMN_TEXT_LIST)
		getTypeOutputInfo(column->element, &function, &varlena);
	if (OidIsValid(function))
		fmgr_info(function, &column->send);
	if (column->kind == LM_COLUMN_POINT)
	{
		getTypeBinaryOutputInfo(column->type, &function, &varlena);
		lm_library_function(function, &column->send);
	}
}

void
lm_columns_bind(const char *noun, TupleDesc row, LmColumn *columns, int count)
{
	for (int i = 0; i < count; i++)
	{
		LmColumn *column = &columns[i];

		column->given = column->name;
		column->attribute = attribute_find(noun, row, column->name);
		if (column->attribute == 0)
		{
			column->attribute = attribute_find(noun, row, column->also);
			if (column->attribute != 0)
				column->given = column->also;
		}
		if (column->attribute != 0)
			column_bind(column, row);
	}
	near_misses_warn(noun, row, columns, count);
	for (int i = 0; i < count; i++)
	{
		if (columns[i].required && columns[i].attribute == 0)
			missing_raise(noun, row, &columns[i], columns, count);
	}
}

void
lm_column_misfit(const char *noun, const LmColumn *column)
{
	ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
	                errmsg("column \"%s\" of the %s query must be %s, not %s", column->given, noun,
	                       kind_name(column->kind), format_type_be(column->type)),
	                errhint("Cast it in the query: SELECT %s AS %s.", cast_example(column),
	                        quote_identifier(column->given))));
}
