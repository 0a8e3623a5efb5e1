/*
 * calendar.h
 *	  The rules of the traffic query laid out in time: from when on which factors hold.
 *
 * A rule by time of day holds while clocks in the time zone show a time within it.  So where
 * clocks go back an hour comes twice and so does what is within it, and where they go forward
 * what would lie in the hour that is left out does not come; and no instant is ever found from a
 * time of day, which might not exist.
 *
 * Layer   adapter: PostgreSQL's time zones below.
 */
#ifndef LM_INPUT_CALENDAR_H
#define LM_INPUT_CALENDAR_H

#include "input/traffic.h"

typedef struct LmCalendar
{
	int32 count;         /* periods, >= 1 */
	TimestampTz *begins; /* [count] ascending; the first is DT_NOBEGIN, the last has no end */
	int32 *state;        /* [count] of each period, other than that of the one before */
	int32 state_count;
	int32 ways;     /* classes of road the rules name, and one for all other roads */
	int64 *factors; /* [state * ways + 1 + class] in millionths; [state * ways]: all other roads */
} LmCalendar;

/*
 * lm_calendar_new - the periods of those rules that hold for a profile
 *
 *	profile		NULL: rules without one only
 *	from, to	finite: before and after them the first and the last period go on
 *
 * In the current memory context.  Checks for interrupts.
 */
LmCalendar *lm_calendar_new(const LmTrafficRules *rules, const char *profile, TimestampTz from,
                            TimestampTz to, struct pg_tz *zone);

#endif /* LM_INPUT_CALENDAR_H */
