/*
 * speeds.c
 *	  A table of km/h by profile and class.
 */
#include "postgres.h"

#include <math.h>

#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "utils/memutils.h"

#include "input/keys.h"
#include "input/values.h"
#include "network/component.h"
#include "network/speeds.h"
#include "network/store.h"

#define NOUN "speeds"
#define FIRST_ROOM 64
#define SLOW_KMH 1.0
#define FAST_KMH 200.0
#define TICKS_PER_MM_AT_1_KMH 36.0 /* 1 km at 36 km/h: 10^6 mm in 100 s, or 10^6 ticks */
#define MM_PER_M 1000
#define NAMES_SHOWN 8

enum
{
	S_CLASS,
	S_KMH,
	S_PROFILE,
	S_COLUMNS
};

static const LmColumn speed_columns[S_COLUMNS] = {
	[S_CLASS] = {"class", NULL, LM_COLUMN_ANY, .required = true},
	[S_KMH] = {"kmh", NULL, LM_COLUMN_NUMBER, .required = true},
	[S_PROFILE] = {"profile", NULL, LM_COLUMN_ANY},
};

typedef struct SpeedRow
{
	const char *profile; /* "": the default */
	const char *class_name;
	double kmh; /* 0: closed */
} SpeedRow;

typedef struct SpeedsReading
{
	LmColumn columns[S_COLUMNS];
	SpeedRow *rows;
	int32 count;
	int32 room;
	LmReport *report;
	MemoryContext keep;
} SpeedsReading;

static const char *
text_keep(const SpeedsReading *reading, int column, Datum value)
{
	return MemoryContextStrdup(reading->keep, lm_value_text(&reading->columns[column], value));
}

/* Only a profile of its own may close a class: the default has the edges' costs to do that. */
static double
kmh_read(SpeedsReading *reading, const SpeedRow *row, const Datum *values, const bool *nulls)
{
	const LmColumn *column = &reading->columns[S_KMH];
	double kmh = nulls[S_KMH] ? 0 : lm_value_number(column, values[S_KMH]);

	if (!isfinite(kmh) || (kmh <= 0 && row->profile[0] == '\0'))
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		     errmsg("class \"%s\": kmh %s is not a speed", row->class_name,
		            nulls[S_KMH] ? "NULL" : lm_value_show(column, values[S_KMH])),
		     errhint("Give km/h above 0. In a row with a profile NULL or 0 closes the class.")));
	if (kmh > FAST_KMH || (kmh > 0 && kmh < SLOW_KMH))
		lm_report_warn(reading->report,
		               psprintf("class \"%s\" is driven at %.10g km/h", row->class_name, kmh),
		               NULL);
	return Max(kmh, 0);
}

static void
speed_take(void *state, const Datum *values, const bool *nulls)
{
	SpeedsReading *reading = state;
	SpeedRow row = {.profile = ""};

	if (nulls[S_CLASS])
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		                errmsg("speeds query returns a row whose class is NULL"),
		                errdetail("It is row %d of the query.", reading->count + 1)));
	row.class_name = text_keep(reading, S_CLASS, values[S_CLASS]);
	if (!nulls[S_PROFILE])
	{
		row.profile = text_keep(reading, S_PROFILE, values[S_PROFILE]);
		if (row.profile[0] == '\0')
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			                errmsg("class \"%s\": profile must not be empty", row.class_name),
			                errhint("NULL means the speed that counts without a profile.")));
		if (strlen(row.profile) > LM_NETWORK_NAME_MAX)
			ereport(ERROR, (errcode(ERRCODE_NAME_TOO_LONG),
			                errmsg("class \"%s\": profile is longer than %d bytes", row.class_name,
			                       LM_NETWORK_NAME_MAX)));
	}
	row.kmh = kmh_read(reading, &row, values, nulls);
	reading->rows = lm_room_make(reading->rows, reading->count, &reading->room, sizeof(SpeedRow));
	reading->rows[reading->count++] = row;
}

static int
row_compare(const void *a, const void *b)
{
	const SpeedRow *first = a, *second = b;
	int order = strcmp(first->profile, second->profile);

	return order != 0 ? order : strcmp(first->class_name, second->class_name);
}

static void
rows_sort(SpeedsReading *reading)
{
	qsort(reading->rows, reading->count, sizeof(SpeedRow), row_compare);
	for (int32 i = 1; i < reading->count; i++)
	{
		const SpeedRow *row = &reading->rows[i];

		if (row_compare(row - 1, row) == 0)
			ereport(
				ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
			     errmsg("class \"%s\" comes more than once in the speeds query", row->class_name),
			     row->profile[0] == '\0' ? 0 : errdetail("Profile \"%s\".", row->profile)));
	}
}

/* The table of what the rows say, and warnings of classes that no edge has. */
static void
speeds_fill(const SpeedsReading *reading, const LmRoads *roads, LmSpeeds *speeds)
{
	LmKeys *unknown = lm_keys_new(CurrentMemoryContext, FIRST_ROOM);
	int32 room = FIRST_ROOM, profile = 0;

	speeds->profiles = palloc(room * sizeof(char *));
	speeds->profiles[0] = "";
	speeds->profile_count = 1;
	for (int32 i = 0; i < reading->count; i++)
	{
		const char *name = reading->rows[i].profile;

		if (strcmp(name, speeds->profiles[speeds->profile_count - 1]) == 0)
			continue;
		speeds->profiles = lm_room_make(speeds->profiles, speeds->profile_count, &room,
		                                sizeof(char *));
		speeds->profiles[speeds->profile_count++] = name;
	}
	speeds->class_count = roads->class_count;
	speeds->kmh = lm_huge_alloc(CurrentMemoryContext,
	                            (Size) speeds->profile_count * Max(roads->class_count, 1),
	                            sizeof(double));
	for (Size i = 0; i < (Size) speeds->profile_count * roads->class_count; i++)
		speeds->kmh[i] = NAN;
	for (int32 i = 0; i < reading->count; i++)
	{
		const SpeedRow *row = &reading->rows[i];
		int32 class_no = lm_roads_class(roads, row->class_name);
		int32 count = lm_keys_count(unknown);

		while (strcmp(row->profile, speeds->profiles[profile]) != 0)
			profile++;
		if (class_no >= 0)
			speeds->kmh[(Size) profile * roads->class_count + class_no] = row->kmh;
		else if (lm_keys_add(unknown, row->class_name, strlen(row->class_name), count) == count)
			lm_report_warn(
				reading->report,
				psprintf("no edge has class \"%s\" of the speeds query", row->class_name), NULL);
	}
}

/* What counts for a class; NAN: nothing is said, the edges' costs do. */
static double
class_kmh(const LmSpeeds *speeds, int32 profile, int32 class_no)
{
	double kmh = speeds->kmh[(Size) profile * speeds->class_count + class_no];

	return isnan(kmh) ? speeds->kmh[class_no] : kmh;
}

/* Names the classes of which a profile says nothing, unless it says nothing at all. */
static void
unsaid_report(const LmSpeeds *speeds, int32 profile, const LmRoads *roads, LmReport *report)
{
	StringInfoData names;
	int32 count = 0;

	initStringInfo(&names);
	for (int32 i = 0; i < roads->class_count; i++)
		if (isnan(speeds->kmh[(Size) profile * roads->class_count + i]) && count++ < NAMES_SHOWN)
			appendStringInfo(&names, "%s\"%s\"", count > 1 ? ", " : "",
			                 lm_roads_class_name(roads, i));
	if (count > NAMES_SHOWN)
		appendStringInfo(&names, " and %d more", count - NAMES_SHOWN);
	if (count > 0 && profile > 0)
		lm_report_warn(report,
		               psprintf("profile \"%s\" has no speed for class %s: taken as without a "
		                        "profile",
		                        speeds->profiles[profile], names.data),
		               NULL);
	else if (count > 0 && count < roads->class_count)
		lm_report_info(report, psprintf("no speed for class %s: own costs count", names.data),
		               NULL);
	pfree(names.data);
}

LmSpeeds *
lm_speeds_read(const char *function, const char *query, const LmRoads *roads, LmReport *report)
{
	LmSpeeds *speeds = palloc0(sizeof(LmSpeeds));
	MemoryContext context = CurrentMemoryContext;
	SpeedsReading reading = {.report = report, .keep = context, .room = FIRST_ROOM};
	LmQueryFrame frame;

	memcpy(reading.columns, speed_columns, sizeof(speed_columns));
	reading.rows = palloc(FIRST_ROOM * sizeof(SpeedRow));
	if (query != NULL)
	{
		SPI_connect();
		MemoryContextSwitchTo(context);
		lm_query_run(function, NOUN, query, reading.columns, S_COLUMNS, speed_take, &reading);
		SPI_finish();
		MemoryContextSwitchTo(context);
	}
	lm_query_enter(&frame, function, NOUN);
	if (reading.count > 0 && roads->class_count == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("no edge has a class, so no speed can apply"),
		                errhint("Give the edges query a column class.")));
	rows_sort(&reading);
	speeds_fill(&reading, roads, speeds);
	for (int32 profile = 0; profile < speeds->profile_count; profile++)
		unsaid_report(speeds, profile, roads, report);
	lm_query_leave(&frame);
	return speeds;
}

void
lm_speeds_ticks(const LmSpeeds *speeds, int32 profile, const LmEdgeRows *edges, int32 *ticks,
                LmReport *report)
{
	const LmRoads *roads = &edges->roads;

	for (int32 arc = 0; arc < 2 * roads->edge_count; arc++)
	{
		int32 edge = arc / 2, class_no = roads->class_of[edge];
		double kmh = class_no < 0 ? NAN : class_kmh(speeds, profile, class_no);
		double driven;

		ticks[arc] = edges->ticks[arc];
		if (ticks[arc] < 0 || isnan(kmh) || (edges->length[edge] == 0 && kmh > 0))
			continue;
		ticks[arc] = -1;
		if (kmh == 0)
			continue;
		driven = rint(edges->length[edge] * TICKS_PER_MM_AT_1_KMH / kmh);
		if (driven < LM_TICKS_END)
			ticks[arc] = (int32) driven;
		else
			lm_report_warn(report,
			               psprintf("%.10g m at %.10g km/h take a day or more: taken as closed",
			                        (double) edges->length[edge] / MM_PER_M, kmh),
			               &roads->ids[edge]);
	}
}

static void
speed_check(LmReport *report, int64 id, uint32 length, int32 ticks)
{
	double metres = (double) length / MM_PER_M, seconds = (double) ticks / LM_TICKS_PER_SECOND;
	double kmh;

	if (!lm_ticks_are_open(ticks) || length < MM_PER_M)
		return;
	kmh = length * TICKS_PER_MM_AT_1_KMH / ticks;
	if (kmh > FAST_KMH || kmh < SLOW_KMH)
		lm_report_warn(report,
		               ticks > 0 ? psprintf("%.10g m in %.10g s is %.3g km/h", metres, seconds, kmh)
		                         : psprintf("%.10g m in no time", metres),
		               &id);
}

void
lm_speeds_check(const LmSpeeds *speeds, const LmEdgeRows *edges, LmReport *report)
{
	for (int32 edge = 0; edge < edges->roads.edge_count; edge++)
	{
		const int32 *ticks = &edges->ticks[2 * edge];
		int32 class_no = edges->roads.class_of[edge];

		if (class_no >= 0 && !isnan(speeds->kmh[class_no]))
			continue;
		speed_check(report, edges->roads.ids[edge], edges->length[edge], ticks[0]);
		if (ticks[1] != ticks[0])
			speed_check(report, edges->roads.ids[edge], edges->length[edge], ticks[1]);
	}
}
