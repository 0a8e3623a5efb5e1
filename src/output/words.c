/*
 * words.c
 *	  Numbers of the core in words.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "utils/timestamp.h"

#include "output/words.h"

#define MS_PER_SECOND 1000
#define MS_PER_MINUTE (60 * 1000)
#define MS_PER_HOUR (60 * MS_PER_MINUTE)

/* Appends ":05.250", ".250" included only where there is one; nothing for a whole minute. */
static void
seconds_append(StringInfo text, int seconds, int milliseconds)
{
	if (seconds == 0 && milliseconds == 0)
		return;
	appendStringInfo(text, ":%02d", seconds);
	if (milliseconds != 0)
		appendStringInfo(text, ".%03d", milliseconds);
}

static LmTime
rounded_up(LmTime value, LmTime grain)
{
	LmTime rest = value % grain;

	if (rest < 0)
		rest += grain;
	return rest == 0 ? value : value + grain - rest;
}

/* The calendar parts of a timestamp in the session's zone; false outside the calendar. */
static bool
parts_of(TimestampTz instant, struct pg_tm *parts, fsec_t *microseconds)
{
	int zone;

	return timestamp2tm(instant, &zone, parts, microseconds, NULL, NULL) == 0;
}

static bool
same_day(const struct pg_tm *one, const struct pg_tm *other)
{
	return one->tm_year == other->tm_year && one->tm_mon == other->tm_mon &&
	       one->tm_mday == other->tm_mday;
}

/* The time of day, after the date where that is not the day of both the origin and `beside`. */
static char *
instant_text(const LmInput *input, TimestampTz instant, TimestampTz beside)
{
	struct pg_tm first;
	struct pg_tm second;
	struct pg_tm parts;
	fsec_t microseconds;
	StringInfoData text;

	if (!parts_of(input->origin, &first, &microseconds) ||
	    !parts_of(beside, &second, &microseconds) || !parts_of(instant, &parts, &microseconds))
		return pstrdup(timestamptz_to_str(instant));
	initStringInfo(&text);
	if (!same_day(&parts, &first) || !same_day(&parts, &second))
		appendStringInfo(&text, "%04d-%02d-%02d ", parts.tm_year, parts.tm_mon, parts.tm_mday);
	appendStringInfo(&text, "%02d:%02d", parts.tm_hour, parts.tm_min);
	seconds_append(&text, parts.tm_sec, (int) (microseconds / 1000));
	return text.data;
}

char *
lm_words_instant_beside(const LmInput *input, LmTime instant, LmTime beside)
{
	if (instant >= LM_NEVER)
		return pstrdup("infinity");
	if (instant <= -LM_NEVER)
		return pstrdup("-infinity");
	if (beside >= LM_NEVER || beside <= -LM_NEVER)
		beside = instant;
	return instant_text(input, input->origin + instant * 1000, input->origin + beside * 1000);
}

char *
lm_words_instant(const LmInput *input, LmTime instant)
{
	return lm_words_instant_beside(input, instant, instant);
}

char *
lm_words_instant_after(const LmInput *input, LmTime instant, LmTime limit)
{
	LmTime grain = 1;
	TimestampTz exact;

	if (instant >= LM_NEVER || instant <= -LM_NEVER)
		return lm_words_instant(input, instant);
	if (instant - limit >= MS_PER_MINUTE)
		grain = MS_PER_MINUTE;
	else if (instant - limit >= MS_PER_SECOND)
		grain = MS_PER_SECOND;

	/* the origin need not be a whole minute, so the timestamp is rounded and not the offset */
	exact = input->origin + instant * 1000;
	return instant_text(input, rounded_up(exact, grain * 1000), input->origin + limit * 1000);
}

char *
lm_words_duration(LmTime duration)
{
	StringInfoData text;
	LmTime rest = duration < 0 ? -duration : duration;

	initStringInfo(&text);
	appendStringInfo(&text, "%s%02lld:%02d", duration < 0 ? "-" : "",
	                 (long long) (rest / MS_PER_HOUR), (int) (rest / MS_PER_MINUTE % 60));
	seconds_append(&text, (int) (rest / MS_PER_SECOND % 60), (int) (rest % MS_PER_SECOND));
	return text.data;
}

char *
lm_words_duration_over(LmTime duration)
{
	return lm_words_duration(
		rounded_up(duration, duration >= MS_PER_MINUTE ? MS_PER_MINUTE : MS_PER_SECOND));
}

/* Thousandths without the zeros at the end. */
static char *
thousandths_text(int64_t value, const char *unit)
{
	int64_t rest = value < 0 ? -value : value;
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "%s%lld", value < 0 ? "-" : "", (long long) (rest / 1000));
	if (rest % 1000 != 0)
	{
		appendStringInfo(&text, ".%03d", (int) (rest % 1000));
		while (text.data[text.len - 1] == '0')
			text.data[--text.len] = '\0';
	}
	appendStringInfoString(&text, unit);
	return text.data;
}

char *
lm_words_amount(LmAmount amount)
{
	return thousandths_text(amount, "");
}

char *
lm_words_length(LmLength length)
{
	return thousandths_text(length, " m");
}
