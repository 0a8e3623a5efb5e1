/*
 * traffic.c
 *	  Rows of the traffic query into rules.
 */
#include "postgres.h"

#include <math.h>

#include "datatype/timestamp.h"
#include "utils/date.h"
#include "utils/memutils.h"

#include "input/draft.h"
#include "input/query.h"
#include "input/traffic.h"

#define NOUN "traffic"
#define EVERY_DAY 0xfe
#define LEAST_FACTOR 0.001
#define LARGEST_FACTOR 1000.0

enum
{
	T_FROM_TIME,
	T_TO_TIME,
	T_DURING,
	T_FACTOR,
	T_DAYS,
	T_PROFILE,
	T_CLASS,
	T_COLUMNS
};

static const LmColumn traffic_columns[T_COLUMNS] = {
	[T_FROM_TIME] = {"from_time", NULL, LM_COLUMN_CLOCK},
	[T_TO_TIME] = {"to_time", NULL, LM_COLUMN_CLOCK},
	[T_DURING] = {"during", NULL, LM_COLUMN_RANGES},
	[T_FACTOR] = {"factor", NULL, LM_COLUMN_NUMBER, .required = true},
	[T_DAYS] = {"days", NULL, LM_COLUMN_NUMBERS},
	[T_PROFILE] = {"profile", NULL, LM_COLUMN_ANY},
	[T_CLASS] = {"class", NULL, LM_COLUMN_ANY},
};

typedef struct TrafficReading
{
	LmTrafficRules *rules;
	LmColumn columns[T_COLUMNS];
	MemoryContext keep;
} TrafficReading;

static void
row_refuse(const LmTrafficRule *rule, const char *wrong, const char *hint)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
	                errmsg("traffic row %d cannot be used: %s", rule->row, wrong),
	                hint != NULL ? errhint("%s", hint) : 0));
}

static void
times_read(const TrafficReading *reading, const Datum *values, const bool *nulls,
           LmTrafficRule *rule)
{
	rule->from_time = nulls[T_FROM_TIME] ? 0 : DatumGetTimeADT(values[T_FROM_TIME]);
	rule->to_time = nulls[T_TO_TIME] ? USECS_PER_DAY : DatumGetTimeADT(values[T_TO_TIME]);
	/* at the end of a day the next one begins */
	if (rule->from_time == rule->to_time ||
	    (rule->from_time == USECS_PER_DAY && rule->to_time == 0))
		row_refuse(rule,
		           psprintf("from_time and to_time are both %s",
		                    lm_value_show(&reading->columns[T_FROM_TIME], values[T_FROM_TIME])),
		           "For a whole day leave both out, or give 00:00 and 24:00.");
}

static void
days_read(const TrafficReading *reading, Datum value, LmTrafficRule *rule)
{
	double *days;
	int32 count;
	const char *wrong = lm_value_amounts(&reading->columns[T_DAYS], value, NAN, &days, &count);

	rule->days = 0;
	for (int32 i = 0; i < count && wrong == NULL; i++)
	{
		if (!(days[i] >= 1 && days[i] <= 7 && days[i] == floor(days[i])))
			wrong = psprintf("days %s holds something that is no day of the week",
			                 lm_value_show(&reading->columns[T_DAYS], value));
		else
			rule->days |= 1 << (int) days[i];
	}
	if (wrong != NULL)
		row_refuse(rule, wrong, "Days are numbered from 1 (Monday) to 7 (Sunday).");
}

static void
spans_read(const TrafficReading *reading, Datum value, LmTrafficRule *rule)
{
	LmSpan *spans;
	const char *wrong = lm_value_spans(&reading->columns[T_DURING], value, &spans,
	                                   &rule->span_count);

	if (wrong != NULL)
		row_refuse(rule, wrong, NULL);
	rule->spans = MemoryContextAlloc(reading->keep, Max(rule->span_count, 1) * sizeof(LmSpan));
	memcpy(rule->spans, spans, rule->span_count * sizeof(LmSpan));
}

static void
factor_read(const TrafficReading *reading, const Datum *values, const bool *nulls,
            LmTrafficRule *rule)
{
	const LmColumn *column = &reading->columns[T_FACTOR];
	double factor;

	if (nulls[T_FACTOR])
		row_refuse(rule, "factor is NULL", "A factor of 1 changes nothing.");
	factor = lm_value_number(column, values[T_FACTOR]);
	if (!(factor > 0) || isinf(factor))
		row_refuse(rule,
		           psprintf("factor %s is not above zero", lm_value_show(column, values[T_FACTOR])),
		           "It multiplies travel times: 2 is twice as long.");
	if (factor < LEAST_FACTOR || factor > LARGEST_FACTOR)
		row_refuse(rule,
		           psprintf("factor %s is out of range", lm_value_show(column, values[T_FACTOR])),
		           "It multiplies travel times and lies between 0.001 and 1000.");
	rule->factor = (int64) round(factor * LM_FACTOR_ONE);
}

static int32
class_number(const TrafficReading *reading, const char *name)
{
	LmTrafficRules *rules = reading->rules;
	int32 known = 0;

	while (known < rules->class_count && strcmp(rules->classes[known], name) != 0)
		known++;
	if (known < rules->class_count)
		return known;
	if (rules->classes == NULL)
		rules->classes = MemoryContextAlloc(reading->keep, sizeof(char *));
	else
		rules->classes = repalloc(rules->classes, (rules->class_count + 1) * sizeof(char *));
	rules->classes[known] = lm_text_keep(reading->keep, name);
	return rules->class_count++;
}

static void
traffic_take(void *state, const Datum *values, const bool *nulls)
{
	TrafficReading *reading = state;
	LmTrafficRules *rules = reading->rules;
	LmTrafficRule rule = {.days = EVERY_DAY, .span_count = -1, .road_class = -1};

	rule.row = rules->count + 1;
	times_read(reading, values, nulls, &rule);
	factor_read(reading, values, nulls, &rule);
	if (!nulls[T_DAYS])
		days_read(reading, values[T_DAYS], &rule);
	if (!nulls[T_DURING])
		spans_read(reading, values[T_DURING], &rule);
	if (!nulls[T_PROFILE])
		rule.profile = lm_text_keep(reading->keep,
		                            lm_value_text(&reading->columns[T_PROFILE], values[T_PROFILE]));
	if (!nulls[T_CLASS])
		rule.road_class = class_number(reading,
		                               lm_value_text(&reading->columns[T_CLASS], values[T_CLASS]));
	rules->rules = lm_room_make(rules->rules, rules->count, &rules->room, sizeof(LmTrafficRule));
	rules->rules[rules->count++] = rule;
}

LmTrafficRules *
lm_traffic_read(const char *function, const char *query, MemoryContext context)
{
	TrafficReading reading = {.keep = context};
	MemoryContext before = MemoryContextSwitchTo(context);

	reading.rules = palloc0(sizeof(LmTrafficRules));
	reading.rules->room = 16;
	reading.rules->rules = palloc(reading.rules->room * sizeof(LmTrafficRule));
	MemoryContextSwitchTo(before);
	memcpy(reading.columns, traffic_columns, sizeof(traffic_columns));
	lm_query_run(function, NOUN, query, reading.columns, T_COLUMNS, traffic_take, &reading);
	return reading.rules;
}

bool
lm_traffic_names(const LmTrafficRules *rules, const char *profile)
{
	for (int32 i = 0; i < rules->count && profile != NULL; i++)
	{
		if (rules->rules[i].profile != NULL && strcmp(rules->rules[i].profile, profile) == 0)
			return true;
	}
	return false;
}

void
lm_traffic_refuse_classes(const LmTrafficRules *rules, const char *function)
{
	LmQueryFrame frame;

	lm_query_enter(&frame, function, NOUN);
	for (int32 i = 0; i < rules->count; i++)
	{
		if (rules->rules[i].road_class >= 0)
			row_refuse(
				&rules->rules[i],
				psprintf("it is for roads of class \"%s\"",
			             rules->classes[rules->rules[i].road_class]),
				"Classes of road are known with a network only. Leave the row out, or class NULL "
				"for all travel.");
	}
	lm_query_leave(&frame);
}

void
lm_traffic_warn_profiles(const LmTrafficRules *rules, const LmInput *input)
{
	for (int32 i = 0; i < rules->count; i++)
	{
		const char *profile = rules->rules[i].profile;
		bool known = profile == NULL;

		for (int32 v = 0; v < input->problem.vehicle_count && !known; v++)
			known = input->vehicle_rows[v].profile != NULL &&
			        strcmp(input->vehicle_rows[v].profile, profile) == 0;
		/* said once */
		for (int32 other = 0; other < i && !known; other++)
			known = rules->rules[other].profile != NULL &&
			        strcmp(rules->rules[other].profile, profile) == 0;
		if (!known)
			ereport(WARNING,
			        (errcode(ERRCODE_WARNING),
			         errmsg("no vehicle has profile \"%s\" of traffic row %d", profile,
			                rules->rules[i].row),
			         errhint("Profiles are compared with column profile of the vehicles query.")));
	}
}
