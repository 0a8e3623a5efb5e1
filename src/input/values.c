/*
 * values.c
 *	  One column's datum at a time.
 */
#include "postgres.h"

#include <math.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "input/values.h"
#include "workers/memory.h"

#define MS_PER_DAY 86400000.0
#define SHOWN_BYTES 80
#define FAR_AWAY (INT64CONST(365250) * USECS_PER_DAY) /* 1,000 years */

char *
lm_value_text(const LmColumn *column, Datum value)
{
	char *text = OutputFunctionCall(unconstify(FmgrInfo *, &column->send), value);

	/* the blanks that char(n) is filled up with mean nothing, its own comparison says */
	if (column->type == BPCHAROID || column->element == BPCHAROID)
	{
		int length = strlen(text);

		while (length > 0 && text[length - 1] == ' ')
			text[--length] = '\0';
	}
	return text;
}

char *
lm_value_show(const LmColumn *column, Datum value)
{
	Oid function;
	bool varlena;
	char *text;

	getTypeOutputInfo(column->type, &function, &varlena);
	text = OidOutputFunctionCall(function, value);
	if (strlen(text) <= SHOWN_BYTES)
		return text;
	return psprintf("%.*s...", pg_mbcliplen(text, strlen(text), SHOWN_BYTES), text);
}

static const char *
value_wrong(const LmColumn *column, Datum value, const char *what)
{
	return psprintf("%s %s is %s", column->given, lm_value_show(column, value), what);
}

/* The elements of an array; nulls may be NULL when the caller has no use for them. */
static void
array_elements(const LmColumn *column, Datum value, Datum **elements, bool **nulls, int *count)
{
	int16 length;
	bool by_value;
	char align;

	get_typlenbyvalalign(column->element, &length, &by_value, &align);
	deconstruct_array(DatumGetArrayTypeP(value), column->element, length, by_value, align, elements,
	                  nulls, count);
}

char **
lm_value_texts(const LmColumn *column, Datum value, int32 *count)
{
	Datum *elements;
	bool *nulls;
	int all;
	char **texts;

	array_elements(column, value, &elements, &nulls, &all);
	texts = palloc(Max(all, 1) * sizeof(char *));
	*count = 0;
	for (int i = 0; i < all; i++)
	{
		if (!nulls[i])
			texts[(*count)++] = lm_value_text(column, elements[i]);
	}
	return texts;
}

static double
number_of(Oid type, Datum value)
{
	switch (type)
	{
		case INT2OID:
			return DatumGetInt16(value);
		case INT4OID:
			return DatumGetInt32(value);
		case INT8OID:
			return (double) DatumGetInt64(value);
		case FLOAT4OID:
			return DatumGetFloat4(value);
		case FLOAT8OID:
			return DatumGetFloat8(value);
		default:
			/* numeric; the only other type that lm_columns_bind lets through */
			return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value));
	}
}

double
lm_value_number(const LmColumn *column, Datum value)
{
	return number_of(column->type, value);
}

/* NULL, or what keeps the number from being an amount. */
static const char *
amount_wrong(double number)
{
	if (isnan(number) || isinf(number))
		return "not a finite number";
	if (number < 0)
		return "negative";
	if (number > LM_NUMBER_MAX)
		return "out of range";
	return NULL;
}

const char *
lm_value_amount(const LmColumn *column, Datum value, double *number)
{
	const char *wrong;

	*number = lm_value_number(column, value);
	wrong = amount_wrong(*number);
	return wrong != NULL ? value_wrong(column, value, wrong) : NULL;
}

const char *
lm_value_amounts(const LmColumn *column, Datum value, double missing, double **numbers,
                 int32 *count)
{
	Datum *elements = &value;
	bool single = false;
	bool *nulls = &single;
	Oid type = column->type;
	int all = 1;

	if (OidIsValid(column->element))
	{
		if (ARR_NDIM(DatumGetArrayTypeP(value)) > 1)
			return value_wrong(column, value, "not a flat array");
		array_elements(column, value, &elements, &nulls, &all);
		type = column->element;
	}
	*numbers = palloc(Max(all, 1) * sizeof(double));
	*count = all;
	for (int i = 0; i < all; i++)
	{
		double number = nulls[i] ? missing : number_of(type, elements[i]);
		const char *wrong = nulls[i] ? NULL : amount_wrong(number);

		if (wrong != NULL)
			return value_wrong(column, value, wrong);
		(*numbers)[i] = number;
	}
	return NULL;
}

const char *
lm_value_whole(const LmColumn *column, Datum value, int32 *number)
{
	double given = lm_value_number(column, value);

	if (isnan(given) || isinf(given))
		return value_wrong(column, value, "not a finite number");
	if (given != floor(given))
		return value_wrong(column, value, "not a whole number");
	if (given < PG_INT32_MIN || given > PG_INT32_MAX)
		return value_wrong(column, value, "out of range");
	*number = (int32) given;
	return NULL;
}

/* In milliseconds, not yet rounded. */
static double
duration_of(Oid type, Datum value)
{
	const Interval *interval;

	if (type != INTERVALOID)
		return number_of(type, value) * 1000;
	interval = DatumGetIntervalP(value);
	return (interval->month * 30.0 + interval->day) * MS_PER_DAY + interval->time / 1000.0;
}

static const char *
duration_wrong(double duration)
{
	if (isnan(duration) || isinf(duration))
		return "not a finite number";
	if (duration < 0)
		return "negative";
	if (duration > LM_DURATION_MAX)
		return "longer than 10 years";
	return NULL;
}

const char *
lm_value_duration(const LmColumn *column, Datum value, LmTime *duration)
{
	double given = duration_of(column->type, value);
	const char *wrong = duration_wrong(given);

	if (wrong != NULL)
		return value_wrong(column, value, wrong);
	*duration = (LmTime) round(given);
	return NULL;
}

const char *
lm_value_durations(const LmColumn *column, Datum value, LmTime **durations, int32 *count)
{
	Datum *elements = &value;
	bool single = false;
	bool *nulls = &single;
	Oid type = column->type;
	int all = 1;

	if (OidIsValid(column->element))
	{
		array_elements(column, value, &elements, &nulls, &all);
		type = column->element;
	}
	*durations = palloc(Max(all, 1) * sizeof(LmTime));
	*count = all;
	for (int i = 0; i < all; i++)
	{
		double given = nulls[i] ? NAN : duration_of(type, elements[i]);
		const char *wrong = nulls[i] ? "incomplete: an element is NULL" : duration_wrong(given);

		if (wrong != NULL)
			return value_wrong(column, value, wrong);
		(*durations)[i] = (LmTime) round(given);
	}
	return NULL;
}

static TimestampTz
instant_of(TimestampTz instant)
{
	TimestampTz now = GetCurrentTransactionStartTimestamp();

	if (instant < now - FAR_AWAY)
		return DT_NOBEGIN;
	if (instant > now + FAR_AWAY)
		return DT_NOEND;
	return instant;
}

TimestampTz
lm_value_instant(const LmColumn *column, Datum value)
{
	return instant_of(DatumGetTimestampTz(value));
}

/* False: the range is empty. */
static bool
span_of(const RangeType *range, LmSpan *span)
{
	TypeCacheEntry *type = lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO);
	RangeBound lower;
	RangeBound upper;
	bool empty;

	range_deserialize(type, range, &lower, &upper, &empty);
	if (empty)
		return false;
	span->from = lower.infinite ? DT_NOBEGIN : instant_of(DatumGetTimestampTz(lower.val));
	span->to = upper.infinite ? DT_NOEND : instant_of(DatumGetTimestampTz(upper.val));
	return true;
}

const char *
lm_value_spans(const LmColumn *column, Datum value, LmSpan **spans, int32 *count)
{
	RangeType **ranges = NULL;
	RangeType *single;
	int32 all = 0;

	if (column->type == TSTZRANGEOID)
	{
		single = DatumGetRangeTypeP(value);
		ranges = &single;
		all = 1;
	}
	else if (column->type == TSTZMULTIRANGEOID)
		multirange_deserialize(lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO),
		                       DatumGetMultirangeTypeP(value), &all, &ranges);
	else
	{
		Datum *elements;
		bool *nulls;
		int length;

		array_elements(column, value, &elements, &nulls, &length);
		ranges = palloc(Max(length, 1) * sizeof(RangeType *));
		for (int i = 0; i < length; i++)
		{
			if (!nulls[i])
				ranges[all++] = DatumGetRangeTypeP(elements[i]);
		}
	}
	*spans = palloc(Max(all, 1) * sizeof(LmSpan));
	*count = all;
	for (int32 i = 0; i < all; i++)
	{
		if (!span_of(ranges[i], &(*spans)[i]))
			return psprintf("%s has an empty range", column->given);
	}
	return NULL;
}

void *
lm_room_make(void *array, int32 count, int32 *room, size_t size)
{
	if (count < *room)
		return array;
	if (*room > PG_INT32_MAX / 2)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
		                errmsg("a query returns more than %d rows to plan", *room)));
	*room *= 2;
	/* the old array may have to stay until the new one is filled */
	lm_memory_reserve(GetMemoryChunkContext(array), (Size) *room * size);
	return repalloc_huge(array, (size_t) *room * size);
}

void *
lm_huge_alloc(MemoryContext context, size_t count, size_t size)
{
	lm_memory_reserve(context, count * size);
	return MemoryContextAllocExtended(context, Max(count, 1) * size, MCXT_ALLOC_HUGE);
}
