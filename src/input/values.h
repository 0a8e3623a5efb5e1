/*
 * values.h
 *	  Datums into numbers, durations, instants and lists.
 *
 * A value that cannot be used is not an error here: a bad order is a row, a bad
 * vehicle an error, and who reads them knows which.  So every reader returns NULL, or what
 * is wrong as a phrase that begins with the column and the value ("demand -3 is
 * negative"), in the current memory context, where its other results live too.
 *
 * Layer   adapter.
 */
#ifndef LM_INPUT_VALUES_H
#define LM_INPUT_VALUES_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "input/query.h"
#include "model/units.h"

/* More than any price, length or speed can mean; sums of a plan stay exact enough below it. */
#define LM_NUMBER_MAX 1e15

/* Longer durations are taken for a mistake in the unit. */
#define LM_DURATION_MAX (INT64CONST(3653) * 86400 * 1000)

/* A stretch of time before the origin is known: both ends included, may be infinite. */
typedef struct LmSpan
{
	TimestampTz from;
	TimestampTz to;
} LmSpan;

/* lm_value_text - the value as its type prints it. */
char *lm_value_text(const LmColumn *column, Datum value);

/* lm_value_show - the same for a column of any kind, cut when long: for phrases, slow. */
char *lm_value_show(const LmColumn *column, Datum value);

/* lm_value_texts - the elements of a list as text, NULL elements left out. */
char **lm_value_texts(const LmColumn *column, Datum value, int32 *count);

/* lm_value_number - as it is: may be negative, infinite or NaN.  Never fails. */
double lm_value_number(const LmColumn *column, Datum value);

/* lm_value_amount - a number from 0 to LM_NUMBER_MAX. */
const char *lm_value_amount(const LmColumn *column, Datum value, double *number);

/*
 * lm_value_amounts - a list of such numbers, a single number being a list of one
 *
 *	missing		what a NULL element becomes
 */
const char *lm_value_amounts(const LmColumn *column, Datum value, double missing, double **numbers,
                             int32 *count);

/* lm_value_whole - a whole number of int32's range. */
const char *lm_value_whole(const LmColumn *column, Datum value, int32 *number);

/* lm_value_duration - ms from 0 to LM_DURATION_MAX; a day is 24 hours, a month 30 days. */
const char *lm_value_duration(const LmColumn *column, Datum value, LmTime *duration);

/* lm_value_durations - a list of them, a single one being a list of one. */
const char *lm_value_durations(const LmColumn *column, Datum value, LmTime **durations,
                               int32 *count);

/*
 * lm_value_instant - an instant; one more than 1,000 years from now counts as infinite
 *
 * ("9999-12-31" is how many databases say "open".)  Never fails.
 */
TimestampTz lm_value_instant(const LmColumn *column, Datum value);

/* lm_value_spans - the ranges of a range, multirange or array of ranges; NULL elements left out. */
const char *lm_value_spans(const LmColumn *column, Datum value, LmSpan **spans, int32 *count);

/*
 * lm_room_make - an array with room for one more; doubles, in its own context, beyond 1 GB too
 *
 * Raises 53200 where lastmile.max_memory does not allow it; so does lm_huge_alloc.
 */
void *lm_room_make(void *array, int32 count, int32 *room, size_t size);

/* lm_huge_alloc - memory that may be larger than 1 GB, not zeroed. */
void *lm_huge_alloc(MemoryContext context, size_t count, size_t size);

#endif /* LM_INPUT_VALUES_H */
