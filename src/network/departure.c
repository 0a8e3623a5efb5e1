/*
 * departure.c
 *	  The periods of the traffic after a departure.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "input/argument.h"
#include "network/departure.h"
#include "network/jam.h"
#include "travel/table.h"

#define MS_PER_S 1000.0

/* As far as lastmile.plan lays out the traffic behind its last instant. */
#define DAYS_AHEAD 40

static TimestampTz
argument_at(FunctionCallInfo fcinfo, int index)
{
	TimestampTz at;

	if (!lm_argument_moment(fcinfo, index, "at", &at))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("argument \"traffic\" needs argument \"at\""),
		                errdetail("Under traffic travel times depend on the moment of departure."),
		                errhint("Give the moment, such as at => now().")));
	return at;
}

void
lm_departure_read(FunctionCallInfo fcinfo, int index, const char *function,
                  const LmNetwork *network, LmDeparture *departure)
{
	const char *query = lm_argument_text(fcinfo, index + 1);
	const char *profile = lm_argument_text(fcinfo, index + 2);
	struct pg_tz *timezone = lm_argument_timezone(fcinfo, index + 3);
	MemoryContext context = CurrentMemoryContext;
	LmTrafficRules *rules;

	*departure = (LmDeparture){.network = network};
	if (query == NULL)
		return;
	departure->at = argument_at(fcinfo, index);
	SPI_connect();
	MemoryContextSwitchTo(context);
	rules = lm_traffic_read(function, query, context);
	SPI_finish();
	MemoryContextSwitchTo(context);
	lm_jam_warn_classes(network, rules);
	departure->rules = rules;
	departure->calendar = lm_calendar_new(rules, profile, departure->at,
	                                      departure->at + DAYS_AHEAD * USECS_PER_DAY, timezone);
	departure->seen = palloc(departure->calendar->state_count * sizeof(bool));
	departure->context = context;
	departure->jam = AllocSetContextCreate(context, "lastmile jam", ALLOCSET_DEFAULT_SIZES);
	departure->jam_state = -1;
}

/* The first whole millisecond from the departure that is not before the begin of a period. */
static LmTime
period_begins(const LmDeparture *departure, int32 period)
{
	TimestampTz since;

	if (period == departure->calendar->count)
		return LM_NEVER;
	if (period == 0)
		return -LM_NEVER;
	since = departure->calendar->begins[period] - departure->at;
	return since / 1000 + (since % 1000 > 0);
}

/* What driving takes in a state of the calendar. */
static void
metric_set(LmDeparture *departure, int32 state)
{
	const LmNetwork *network = departure->network;
	const LmCalendar *calendar = departure->calendar;
	int64 *factors = lm_jam_factors(network, departure->rules,
	                                &calendar->factors[(Size) state * calendar->ways],
	                                departure->context);

	if (lm_jam_is_even(network, factors))
	{
		departure->metric = network->metric;
		departure->metric_number = 0;
		departure->factor = factors[0];
		pfree(factors);
		return;
	}
	if (departure->jam_state != state)
	{
		departure->jam_state = -1;
		MemoryContextReset(departure->jam);
		departure->jam_metric = lm_jam_metric(network, factors, departure->jam);
		departure->jam_state = state;
		departure->jam_number++;
	}
	departure->metric = departure->jam_metric;
	departure->metric_number = departure->jam_number;
	departure->factor = LM_FACTOR_ONE;
	pfree(factors);
}

static void
period_set(LmDeparture *departure, int32 period)
{
	int32 state = departure->calendar->state[period];

	departure->period = period;
	departure->begins = Max(period_begins(departure, period), 0);
	departure->stays = LM_NEVER;
	if (period + 1 < departure->calendar->count)
		departure->stays = period_begins(departure, period + 1) - departure->begins;
	departure->seen[state] = true;
	metric_set(departure, state);
}

void
lm_departure_begin(LmDeparture *departure)
{
	int32 period = 0;

	while (period_begins(departure, period + 1) <= 0)
		period++;
	memset(departure->seen, 0, departure->calendar->state_count * sizeof(bool));
	period_set(departure, period);
}

bool
lm_departure_next(LmDeparture *departure, bool driving)
{
	const LmCalendar *calendar = departure->calendar;
	int32 period = departure->period + 1;

	while (period < calendar->count && !driving && departure->seen[calendar->state[period]])
		period++;
	if (period == calendar->count)
		return false;
	period_set(departure, period);
	return true;
}

void
lm_departure_drive(const LmDeparture *departure, LmWay way, LmDriven *driven)
{
	/* rounded as a table of plan is */
	double seconds = (double) lm_way_ticks(way) / LM_TICKS_PER_SECOND;
	int32_t whole = way == LM_WAY_NONE ? LM_NO_LEG : lm_leg_time(seconds * MS_PER_S);
	LmTrafficState state = {.time = &whole, .factor = departure->factor};
	int32_t time = lm_traffic_time(&state, 0);
	LmTime rest;

	if (time == LM_NO_LEG)
		return;
	if (driven->length < 0)
		driven->length = lm_way_units(way) * departure->metric->unit;
	rest = lm_traffic_step(&driven->left, time, departure->stays);
	if (rest < LM_NEVER)
		driven->takes = departure->begins + rest;
}
