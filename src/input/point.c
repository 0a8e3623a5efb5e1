/*
 * point.c
 *	  Points as PostGIS sends them, and ST_Transform by its object identifier.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/value.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/syscache.h"

#include "input/ewkb.h"
#include "input/point.h"
#include "input/values.h"
#include "workers/library.h"

#define EWKB_POINT 1
#define EWKB_SRID 0x20000000
#define WGS84 4326
#define PLANE 0

#ifdef WORDS_BIGENDIAN
#define OWN_ORDER 0
#else
#define OWN_ORDER 1
#endif

/* What is needed to call ST_Transform on bytes. */
typedef struct Transformer
{
	FmgrInfo transform;
	FmgrInfo receive;
	FmgrInfo send;
	Oid receive_argument;
} Transformer;

/* What PostGIS sent; false when it is something else than a point. */
static bool
point_take(const bytea *bytes, LmRawPoint *point, uint32 *type)
{
	LmEwkb ewkb;
	bool taken = lm_ewkb_point(VARDATA(bytes), VARSIZE(bytes) - VARHDRSZ, &ewkb);

	*type = ewkb.type;
	point->srid = ewkb.srid;
	if (taken)
	{
		point->x = ewkb.x;
		point->y = ewkb.y;
	}
	return taken;
}

LmRawPoint
lm_point_read(const LmColumn *column, Datum value)
{
	LmRawPoint point = {.given = true};
	bytea *bytes = SendFunctionCall(unconstify(FmgrInfo *, &column->send), value);
	uint32 type;

	if (!point_take(bytes, &point, &type))
		point.wrong = psprintf("%s is a %s, not a point", column->given, lm_ewkb_type_name(type));
	else if (isnan(point.x) || isnan(point.y))
		point.wrong = psprintf("%s is empty or has coordinates that are not numbers",
		                       column->given);
	else if (isinf(point.x) || isinf(point.y))
		point.wrong = psprintf("%s has an infinite coordinate", column->given);
	return point;
}

/* The geometry type of the extension; InvalidOid when there is none. */
static Oid
geometry_type(Oid postgis, Oid *schema)
{
	CatCList *list = SearchSysCacheList1(TYPENAMENSP, CStringGetDatum("geometry"));
	Oid type = InvalidOid;

	for (int i = 0; i < list->n_members; i++)
	{
		Form_pg_type form = (Form_pg_type) GETSTRUCT(&list->members[i]->tuple);

		if (getExtensionOfObject(TypeRelationId, form->oid) == postgis)
		{
			type = form->oid;
			*schema = form->typnamespace;
		}
	}
	ReleaseSysCacheList(list);
	return type;
}

static void
transformer_init(Transformer *transformer)
{
	Oid postgis = get_extension_oid("postgis", false);
	Oid schema = InvalidOid;
	Oid geometry = geometry_type(postgis, &schema);
	Oid arguments[2] = {geometry, INT4OID};
	Oid function = InvalidOid;
	bool varlena;

	if (OidIsValid(geometry))
		function = LookupFuncName(
			list_make2(makeString(get_namespace_name(schema)), makeString("st_transform")), 2,
			arguments, true);
	/* the schema may be open to others: only what the extension brought is called */
	if (!OidIsValid(function) || getExtensionOfObject(ProcedureRelationId, function) != postgis)
		ereport(ERROR,
		        (errcode(ERRCODE_UNDEFINED_FUNCTION),
		         errmsg("extension \"postgis\" has no function st_transform(geometry, integer)"),
		         errhint("Give points in SRID 4326 or 0, or repair the extension.")));
	lm_library_function(function, &transformer->transform);
	getTypeBinaryInputInfo(geometry, &function, &transformer->receive_argument);
	lm_library_function(function, &transformer->receive);
	getTypeBinaryOutputInfo(geometry, &function, &varlena);
	lm_library_function(function, &transformer->send);
}

static void
point_transform(Transformer *transformer, LmRawPoint *point)
{
	StringInfoData buffer;
	char order = OWN_ORDER;
	uint32 type = EWKB_POINT | EWKB_SRID;
	LmRawPoint moved = {.given = true};
	Datum geometry;
	bytea *bytes;

	initStringInfo(&buffer);
	appendBinaryStringInfo(&buffer, &order, 1);
	appendBinaryStringInfo(&buffer, (char *) &type, sizeof(type));
	appendBinaryStringInfo(&buffer, (char *) &point->srid, sizeof(point->srid));
	appendBinaryStringInfo(&buffer, (char *) &point->x, sizeof(point->x));
	appendBinaryStringInfo(&buffer, (char *) &point->y, sizeof(point->y));
	geometry = ReceiveFunctionCall(&transformer->receive, &buffer, transformer->receive_argument,
	                               -1);
	geometry = FunctionCall2(&transformer->transform, geometry, Int32GetDatum(WGS84));
	bytes = SendFunctionCall(&transformer->send, geometry);
	if (!point_take(bytes, &moved, &type))
		moved.x = moved.y = NAN;
	*point = moved;
}

/*
 * Transforms points of one SRID in a subtransaction.  NULL, or what PostGIS says against it; then
 * none of them has moved.
 *
 * PostGIS reports an SRID without definition and a coordinate outside of a projection as internal
 * errors.  Only these and errors about data are caught.
 */
static const char *
points_try(Transformer *transformer, LmRawPoint **points, int32 count)
{
	MemoryContext before = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	LmRawPoint *moved = lm_huge_alloc(before, count, sizeof(LmRawPoint));
	char *volatile wrong = NULL;
	MemoryContext work;

	BeginInternalSubTransaction(NULL);
	work = AllocSetContextCreate(before, "lastmile transform", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(work);
	PG_TRY();
	{
		for (int32 i = 0; i < count; i++)
		{
			CHECK_FOR_INTERRUPTS();
			moved[i] = *points[i];
			point_transform(transformer, &moved[i]);
			MemoryContextReset(work);
		}
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData *error;

		MemoryContextSwitchTo(before);
		error = CopyErrorData();
		if (error->sqlerrcode != ERRCODE_INTERNAL_ERROR &&
		    ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_DATA_EXCEPTION)
			PG_RE_THROW();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		wrong = error->message;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(before);
	CurrentResourceOwner = owner;
	MemoryContextDelete(work);
	if (wrong == NULL)
	{
		for (int32 i = 0; i < count; i++)
			*points[i] = moved[i];
	}
	pfree(moved);
	return wrong;
}

/* All points of one SRID at once, and where that fails one at a time. */
static void
srid_transform(Transformer *transformer, LmRawPoint **points, int32 count, const char *name)
{
	if (points_try(transformer, points, count) == NULL)
		return;
	for (int32 i = 0; i < count; i++)
	{
		const char *wrong = points_try(transformer, &points[i], 1);

		if (wrong != NULL)
			points[i]->wrong = psprintf("%s in SRID %d cannot be transformed to WGS84: %s", name,
			                            points[i]->srid, wrong);
	}
}

static void
point_check(LmRawPoint *point, const char *name)
{
	if (isnan(point->x) || isnan(point->y) || isinf(point->x) || isinf(point->y))
		point->wrong = psprintf("%s lies where its coordinate system does not reach", name);
	else if (point->srid == WGS84 && (fabs(point->x) > 180 || fabs(point->y) > 90))
		point->wrong = psprintf("%s (%.10g %.10g) is not in degrees of longitude and latitude",
		                        name, point->x, point->y);
	else if (fabs(point->x) > LM_NUMBER_MAX || fabs(point->y) > LM_NUMBER_MAX)
		point->wrong = psprintf("%s (%.10g %.10g) is out of range", name, point->x, point->y);
}

static int
srid_compare(const void *a, const void *b)
{
	int32 first = (*(LmRawPoint *const *) a)->srid;
	int32 second = (*(LmRawPoint *const *) b)->srid;

	return (first > second) - (first < second);
}

void
lm_points_transform(LmRawPoint **points, int32 count, const char *name)
{
	LmRawPoint **foreign = lm_huge_alloc(CurrentMemoryContext, count, sizeof(LmRawPoint *));
	int32 foreign_count = 0;
	Transformer transformer;

	for (int32 i = 0; i < count; i++)
	{
		if (points[i]->given && points[i]->wrong == NULL && points[i]->srid != WGS84 &&
		    points[i]->srid != PLANE)
			foreign[foreign_count++] = points[i];
	}
	if (foreign_count > 0)
		transformer_init(&transformer);
	qsort(foreign, foreign_count, sizeof(LmRawPoint *), srid_compare);
	for (int32 first = 0; first < foreign_count;)
	{
		int32 srid = foreign[first]->srid;
		int32 next = first;

		while (next < foreign_count && foreign[next]->srid == srid)
			next++;
		srid_transform(&transformer, &foreign[first], next - first, name);
		first = next;
	}
	for (int32 i = 0; i < count; i++)
	{
		if (points[i]->given && points[i]->wrong == NULL)
			point_check(points[i], name);
	}
	pfree(foreign);
}
