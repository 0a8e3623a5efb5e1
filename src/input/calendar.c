/*
 * calendar.c
 *	  Stretches of one offset from UTC, the moments in them at which a rule begins or ends.
 */
#include "postgres.h"

#include "datatype/timestamp.h"
#include "miscadmin.h"
#include "pgtime.h"

#include "input/calendar.h"

/* From the origin of timestamps, the year 2000, to that of pg_time_t, in seconds. */
#define UNIX_BEGINS ((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY)

/* 1 January 2000 was a Saturday: from Monday = 0. */
#define FIRST_WEEKDAY 5

typedef struct Layout
{
	const LmTrafficRules *rules;
	const char *profile;
	LmCalendar *calendar;
	int32 room; /* of periods */
	int32 state_room;
	int64 *now;   /* [ways] factors at a moment */
	int64 *times; /* [time_count] of the day at which a rule begins or ends */
	int32 time_count;
	TimestampTz *moments; /* [moment_count] of a stretch */
	int32 moment_count;
	int32 moment_room;
} Layout;

static bool
rule_applies(const Layout *layout, const LmTrafficRule *rule)
{
	return rule->profile == NULL ||
	       (layout->profile != NULL && strcmp(rule->profile, layout->profile) == 0);
}

static int64
floor_divide(int64 number, int64 by)
{
	return number / by - (number % by < 0 ? 1 : 0);
}

/* Whether local clocks show a time of the rule: on this day, or of a night that began the day before. */
static bool
clock_within(const LmTrafficRule *rule, int64 local)
{
	int64 day = floor_divide(local, USECS_PER_DAY);
	int64 time = local - day * USECS_PER_DAY;
	int weekday = (int) ((day + FIRST_WEEKDAY) % 7 + 7) % 7 + 1;
	int yesterday = (weekday + 5) % 7 + 1;

	if (rule->from_time < rule->to_time)
		return time >= rule->from_time && time < rule->to_time && (rule->days >> weekday & 1) != 0;
	return (time >= rule->from_time && (rule->days >> weekday & 1) != 0) ||
	       (time < rule->to_time && (rule->days >> yesterday & 1) != 0);
}

static bool
spans_contain(const LmTrafficRule *rule, TimestampTz moment)
{
	for (int32 i = 0; i < rule->span_count; i++)
	{
		if (rule->spans[i].from <= moment && moment < rule->spans[i].to)
			return true;
	}
	return rule->span_count < 0;
}

/* The number of the state with the factors in layout->now. */
static int32
state_number(Layout *layout)
{
	LmCalendar *calendar = layout->calendar;
	size_t size = calendar->ways * sizeof(int64);
	int32 state = 0;

	while (state < calendar->state_count &&
	       memcmp(&calendar->factors[(size_t) state * calendar->ways], layout->now, size) != 0)
		state++;
	if (state < calendar->state_count)
		return state;
	if (calendar->state_count == layout->state_room)
	{
		layout->state_room *= 2;
		calendar->factors = repalloc_huge(calendar->factors, layout->state_room * size);
	}
	memcpy(&calendar->factors[(size_t) state * calendar->ways], layout->now, size);
	return calendar->state_count++;
}

/* The factors at a moment; those that overlap multiply. */
static int32
state_at(Layout *layout, TimestampTz moment, int64 offset)
{
	int32 ways = layout->calendar->ways;

	for (int32 way = 0; way < ways; way++)
		layout->now[way] = LM_FACTOR_ONE;
	for (int32 i = 0; i < layout->rules->count; i++)
	{
		const LmTrafficRule *rule = &layout->rules->rules[i];

		if (!rule_applies(layout, rule) || !clock_within(rule, moment + offset) ||
		    !spans_contain(rule, moment))
			continue;
		for (int32 way = 0; way < ways; way++)
		{
			if (rule->road_class >= 0 && rule->road_class + 1 != way)
				continue;
			layout->now[way] = (layout->now[way] * rule->factor + LM_FACTOR_ONE / 2) /
			                   LM_FACTOR_ONE;
			layout->now[way] = Max(Min(layout->now[way], LM_FACTOR_MAX), 1);
		}
	}
	return state_number(layout);
}

static void
period_add(Layout *layout, TimestampTz begins, int32 state)
{
	LmCalendar *calendar = layout->calendar;

	if (calendar->count > 0 && calendar->state[calendar->count - 1] == state)
		return;
	if (calendar->count == layout->room)
	{
		layout->room *= 2;
		calendar->begins = repalloc_huge(calendar->begins, layout->room * sizeof(TimestampTz));
		calendar->state = repalloc_huge(calendar->state, layout->room * sizeof(int32));
	}
	calendar->begins[calendar->count] = calendar->count == 0 ? DT_NOBEGIN : begins;
	calendar->state[calendar->count++] = state;
}

static int
int64_compare(const void *a, const void *b)
{
	int64 first = *(const int64 *) a;
	int64 second = *(const int64 *) b;

	return first < second ? -1 : first > second;
}

static void
moment_add(Layout *layout, TimestampTz moment, TimestampTz from, TimestampTz to)
{
	if (moment <= from || moment >= to)
		return;
	if (layout->moment_count == layout->moment_room)
	{
		layout->moment_room *= 2;
		layout->moments = repalloc_huge(layout->moments, layout->moment_room * sizeof(TimestampTz));
	}
	layout->moments[layout->moment_count++] = moment;
}

/* The periods of a stretch of time in which local clocks are so many microseconds ahead of UTC. */
static void
stretch_lay(Layout *layout, TimestampTz from, TimestampTz to, int64 offset)
{
	int64 first = floor_divide(from + offset, USECS_PER_DAY);
	int64 last = floor_divide(to + offset, USECS_PER_DAY);

	layout->moment_count = 0;
	for (int64 day = first; day <= last && layout->time_count > 0; day++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int32 i = 0; i < layout->time_count; i++)
			moment_add(layout, day * USECS_PER_DAY + layout->times[i] - offset, from, to);
	}
	for (int32 i = 0; i < layout->rules->count; i++)
	{
		const LmTrafficRule *rule = &layout->rules->rules[i];

		for (int32 span = 0; rule_applies(layout, rule) && span < rule->span_count; span++)
		{
			moment_add(layout, rule->spans[span].from, from, to);
			moment_add(layout, rule->spans[span].to, from, to);
		}
	}
	qsort(layout->moments, layout->moment_count, sizeof(TimestampTz), int64_compare);
	period_add(layout, from, state_at(layout, from, offset));
	for (int32 i = 0; i < layout->moment_count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i == 0 || layout->moments[i] != layout->moments[i - 1])
			period_add(layout, layout->moments[i], state_at(layout, layout->moments[i], offset));
	}
}

/* The times of the day at which something may change; midnight where days differ. */
static void
times_collect(Layout *layout)
{
	int32 count = 0;
	int32 kept = 0;

	layout->times = palloc((3 * (Size) layout->rules->count + 1) * sizeof(int64));
	for (int32 i = 0; i < layout->rules->count; i++)
	{
		const LmTrafficRule *rule = &layout->rules->rules[i];

		if (!rule_applies(layout, rule))
			continue;
		layout->times[count++] = rule->from_time;
		layout->times[count++] = rule->to_time;
		layout->times[count++] = 0;
	}
	qsort(layout->times, count, sizeof(int64), int64_compare);
	for (int32 i = 0; i < count; i++)
	{
		/* the end of a day is the beginning of the next */
		if (layout->times[i] < USECS_PER_DAY &&
		    (kept == 0 || layout->times[i] != layout->times[kept - 1]))
			layout->times[kept++] = layout->times[i];
	}
	layout->time_count = kept;
}

LmCalendar *
lm_calendar_new(const LmTrafficRules *rules, const char *profile, TimestampTz from, TimestampTz to,
                pg_tz *zone)
{
	Layout layout = {.rules = rules, .profile = profile, .room = 16, .state_room = 4};
	LmCalendar *calendar = palloc0(sizeof(LmCalendar));

	layout.calendar = calendar;
	layout.moment_room = 64;
	layout.moments = palloc(layout.moment_room * sizeof(TimestampTz));
	calendar->ways = rules->class_count + 1;
	calendar->begins = palloc(layout.room * sizeof(TimestampTz));
	calendar->state = palloc(layout.room * sizeof(int32));
	calendar->factors = palloc(layout.state_room * calendar->ways * sizeof(int64));
	layout.now = palloc(calendar->ways * sizeof(int64));
	times_collect(&layout);
	while (from < to)
	{
		pg_time_t second = (pg_time_t) (floor_divide(from, USECS_PER_SEC) + UNIX_BEGINS);
		pg_time_t change;
		long int offset;
		long int offset_behind;
		int summer;
		int summer_behind;
		TimestampTz end = to;
		int found = pg_next_dst_boundary(&second, &offset, &summer, &change, &offset_behind,
		                                 &summer_behind, zone);

		if (found < 0)
			offset = 0;
		if (found == 1)
			end = Min(to, (TimestampTz) (change - UNIX_BEGINS) * USECS_PER_SEC);
		stretch_lay(&layout, from, end, (int64) offset * USECS_PER_SEC);
		from = end;
	}
	return calendar;
}
