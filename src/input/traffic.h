/*
 * traffic.h
 *	  The traffic query: when ways take how much longer.
 *
 * Rules as the user gave them.  calendar.h lays them out in time, travel/timeline.h and the
 * road networks make travel times of that.
 *
 * Layer   adapter.
 */
#ifndef LM_INPUT_TRAFFIC_H
#define LM_INPUT_TRAFFIC_H

#include "input/input.h"
#include "input/values.h"

/* A rule holds at a moment that lies in all that it gives: time of day, days, spans. */
typedef struct LmTrafficRule
{
	int64 from_time;     /* microseconds of the local day, 0 .. 24 hours */
	int64 to_time;       /* not included; below from_time: of the next day */
	uint8 days;          /* bit 1 (Monday) to bit 7: those from_time may lie on */
	LmSpan *spans;       /* [span_count] from included, to not */
	int32 span_count;    /* -1: at any time */
	int64 factor;        /* in millionths */
	const char *profile; /* NULL: of all vehicles */
	int32 road_class;    /* index into classes; -1: all roads */
	int32 row;           /* of the query, from 1 */
} LmTrafficRule;

typedef struct LmTrafficRules
{
	LmTrafficRule *rules; /* [count] */
	int32 count;
	int32 room;
	const char **classes; /* [class_count] of road, each once */
	int32 class_count;
} LmTrafficRules;

/*
 * lm_traffic_read - runs the traffic query
 *
 *	context		the result's
 *
 * SPI must be connected.
 * Faults  what lm_query_run raises; 22023 a row that cannot be used, by its number.
 */
LmTrafficRules *lm_traffic_read(const char *function, const char *query, MemoryContext context);

/* lm_traffic_names - whether a rule is for this profile only; profile may be NULL: false */
bool lm_traffic_names(const LmTrafficRules *rules, const char *profile);

/*
 * lm_traffic_refuse_classes - raises 22023 when a rule is for a class of road: only a network has any
 */
void lm_traffic_refuse_classes(const LmTrafficRules *rules, const char *function);

/* lm_traffic_warn_profiles - a WARNING for each profile of a rule that no vehicle has */
void lm_traffic_warn_profiles(const LmTrafficRules *rules, const LmInput *input);

#endif /* LM_INPUT_TRAFFIC_H */
