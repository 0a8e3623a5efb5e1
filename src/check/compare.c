/*
 * compare.c
 *	  Column by column, with the tolerances of doc/reference.md.
 */
#include "postgres.h"

#include <math.h>

#include "lib/stringinfo.h"

#include "check/compare.h"
#include "output/words.h"

#define MM_PER_M 1000.0
#define THOUSANDTHS 1000.0
#define TOLERANCE_MS 1.0
#define TOLERANCE_M 0.001
#define TOLERANCE_LOAD 0.001
#define TOLERANCE_SHARE 1e-6 /* of money and grams; below 1 absolute */

static const char *const column_names[LM_SHOWN_COLUMNS] = {
	[LM_SHOWN_ARRIVES_AT] = "arrives_at",
	[LM_SHOWN_STARTS_AT] = "starts_at",
	[LM_SHOWN_DEPARTS_AT] = "departs_at",
	[LM_SHOWN_TRAVEL_TIME] = "travel_time",
	[LM_SHOWN_SETUP_TIME] = "setup_time",
	[LM_SHOWN_WAIT_TIME] = "wait_time",
	[LM_SHOWN_SERVICE_TIME] = "service_time",
	[LM_SHOWN_LATE_TIME] = "late_time",
	[LM_SHOWN_DISTANCE_M] = "distance_m",
	[LM_SHOWN_COST] = "cost",
	[LM_SHOWN_CO2E_G] = "co2e_g",
};

/* What a row should show in a column; NAN where it should show nothing. */
static double
computed_of(const LmInput *input, const LmJudgement *judgement, int32_t row, LmShownColumn column)
{
	const LmStop *stop = &judgement->timetable.stops[row];

	switch (column)
	{
		case LM_SHOWN_ARRIVES_AT:
			return (double) stop->arrives;
		case LM_SHOWN_STARTS_AT:
			return (double) (stop->arrives + stop->setup + stop->wait);
		case LM_SHOWN_DEPARTS_AT:
			return (double) stop->departs;
		case LM_SHOWN_TRAVEL_TIME:
			return (double) stop->travel;
		case LM_SHOWN_SETUP_TIME:
			return (double) stop->setup;
		case LM_SHOWN_WAIT_TIME:
			return (double) stop->wait;
		case LM_SHOWN_SERVICE_TIME:
			return (double) stop->service;
		case LM_SHOWN_LATE_TIME:
			return (double) judgement->late[row];
		case LM_SHOWN_DISTANCE_M:
			return input->has_lengths ? (double) stop->length / MM_PER_M : NAN;
		case LM_SHOWN_COST:
			return judgement->cost[row];
		case LM_SHOWN_CO2E_G:
			return judgement->co2e[row];
		case LM_SHOWN_COLUMNS:
			break;
	}
	return NAN;
}

/* Written so that a shown NaN differs from everything. */
static bool
differs(LmShownColumn column, double shown, double computed)
{
	double tolerance = TOLERANCE_MS;

	if (column == LM_SHOWN_DISTANCE_M)
		tolerance = TOLERANCE_M;
	else if (column == LM_SHOWN_COST || column == LM_SHOWN_CO2E_G)
		tolerance = TOLERANCE_SHARE * fmax(1, fabs(computed));
	return !(fabs(shown - computed) <= tolerance);
}

/* A shown number of ms may be anything; the words take what the core can hold. */
static LmTime
whole_ms(double ms)
{
	if (ms >= (double) LM_NEVER)
		return LM_NEVER;
	return ms <= (double) -LM_NEVER ? -LM_NEVER : (LmTime) llround(ms);
}

static char *
value_words(const LmInput *input, LmShownColumn column, double value)
{
	if (column <= LM_SHOWN_DEPARTS_AT)
		return lm_words_instant(input, whole_ms(value));
	if (column <= LM_SHOWN_LATE_TIME && !isnan(value))
		return lm_words_duration(whole_ms(value));
	return psprintf("%.10g", value);
}

static List *
column_compare(const LmInput *input, const LmShownRow *shown, LmShownColumn column, double computed,
               bool needed, List *texts)
{
	const char *name = column_names[column];

	if (!shown->given[column])
	{
		if (needed && !isnan(computed))
			texts = lappend(texts, psprintf("mismatch: %s is not shown, computed %s", name,
			                                value_words(input, column, computed)));
	}
	else if (isnan(computed))
		texts = lappend(texts, psprintf("mismatch: %s is shown as %s, there is none", name,
		                                value_words(input, column, shown->values[column])));
	else if (differs(column, shown->values[column], computed))
		texts = lappend(texts, psprintf("mismatch: %s is shown as %s, computed %s", name,
		                                value_words(input, column, shown->values[column]),
		                                value_words(input, column, computed)));
	return texts;
}

static char *
load_words(const double *load, int count)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < count; i++)
		appendStringInfo(&text, "%s%.10g", i > 0 ? "," : "", load[i]);
	return psprintf("{%s}", text.data);
}

static List *
load_compare(const LmInput *input, const LmShownRow *shown, const LmJudgement *judgement,
             int32_t row, bool needed, List *texts)
{
	int dimensions = input->problem.dimensions;
	double *computed = palloc(sizeof(double) * ((Size) dimensions + 1));
	bool same = shown->load_count == dimensions;

	for (int dimension = 0; dimension < dimensions; dimension++)
	{
		computed[dimension] =
			(double) judgement->load[(Size) row * (Size) dimensions + (Size) dimension] /
			THOUSANDTHS;
		same = same && fabs(shown->load[dimension] - computed[dimension]) <= TOLERANCE_LOAD;
	}
	if (shown->load == NULL)
	{
		if (needed)
			texts = lappend(texts, psprintf("mismatch: load is not shown, computed %s",
			                                load_words(computed, dimensions)));
	}
	else if (!same)
		texts = lappend(texts, psprintf("mismatch: load is shown as %s, computed %s",
		                                load_words(shown->load, shown->load_count),
		                                load_words(computed, dimensions)));
	return texts;
}

List *
lm_compare_row(const LmInput *input, const LmRoutes *routes, const LmShownRow *shown,
               const LmJudgement *judgement, int32_t row, bool whole)
{
	List *texts = NIL;

	for (int column = 0; column < LM_SHOWN_COLUMNS; column++)
		texts = column_compare(input, shown, column, computed_of(input, judgement, row, column),
		                       whole && routes->shown[column], texts);
	if (routes->load_shown)
		texts = load_compare(input, shown, judgement, row, whole, texts);
	return texts;
}

List *
lm_compare_left_out(const LmInput *input, const LmRoutes *routes, const LmShownRow *shown,
                    bool whole)
{
	List *texts = NIL;

	for (int column = 0; column < LM_SHOWN_COLUMNS; column++)
	{
		double computed = column == LM_SHOWN_COST ? input->order_rows[shown->order_row].skip_cost
		                                          : NAN;

		texts = column_compare(input, shown, column, computed, whole && routes->shown[column],
		                       texts);
	}
	if (shown->load != NULL)
		texts = lappend(texts, psprintf("mismatch: load is shown as %s, there is none",
		                                load_words(shown->load, shown->load_count)));
	return texts;
}
