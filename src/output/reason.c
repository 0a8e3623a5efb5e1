/*
 * reason.c
 *	  Reason codes and amounts become phrases.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "output/reason.h"
#include "output/rows.h"
#include "output/words.h"

/* The code as the contract spells it, and the phrase for it when no amounts are known. */
typedef struct ReasonWords
{
	const char *name;
	const char *phrase;
} ReasonWords;

static const ReasonWords reason_words[] = {
	[LM_REASON_NONE] = {"", ""},
	[LM_REASON_CAPACITY] = {"capacity", "no vehicle has room for its demand"},
	[LM_REASON_SKILL] = {"skill", "no vehicle has its skills"},
	[LM_REASON_WINDOW] = {"window", "no vehicle can arrive within its window"},
	[LM_REASON_SHIFT] = {"shift", "no vehicle can serve it within its shift"},
	[LM_REASON_BREAK] = {"break", "it leaves no time for a break"},
	[LM_REASON_STOPS] = {"stops", "every vehicle has its max_stops"},
	[LM_REASON_DISTANCE] = {"distance", "serving it exceeds every max_distance_m"},
	[LM_REASON_TIME] = {"time", "serving it exceeds every max_time"},
	[LM_REASON_UNREACHABLE] = {"unreachable", "no vehicle finds a way to it and back"},
	[LM_REASON_VEHICLE_REFUSED] = {"vehicle_refused",
                                   "allowed_vehicles and refused_vehicles leave no vehicle for it"},
	[LM_REASON_BAD_ROW] = {"bad_row", "its row cannot be read"},
	[LM_REASON_RELEASE] = {"release", "its release_at is too late for every vehicle"},
	[LM_REASON_RANGE] = {"range", "serving it exceeds every range_m"},
	[LM_REASON_DROPPED] = {"dropped", "serving it costs more than leaving it out"},
	[LM_REASON_SEARCH] = {"search", "the time limit ended before every place was tried"},
	[LM_REASON_MISSING] = {"missing", "no route serves it"},
	[LM_REASON_DUPLICATE] = {"duplicate", "an earlier row serves it already"},
	[LM_REASON_PRECEDENCE] = {"precedence", "its delivery comes before its pickup"},
	[LM_REASON_FROZEN] = {"frozen", "a frozen stop was moved"},
	[LM_REASON_LATE] = {"late", "it is served late"},
	[LM_REASON_MISMATCH] = {"mismatch", "what is shown differs from what is computed"},
};

const char *
lm_reason_name(LmReasonCode code)
{
	return reason_words[code].name;
}

static const char *
vehicle_id(const LmInput *input, const LmReason *reason)
{
	return input->vehicle_rows[reason->vehicle].id;
}

static const char *
order_id(const LmInput *input, int32_t order)
{
	return input->order_rows[input->row_of_order[order]].id;
}

static void
skills_append(StringInfo text, const LmOrderRow *row)
{
	if (row->skills == NULL)
		appendStringInfoString(text, "its skills");
	else if (strchr(row->skills, ',') == NULL)
		appendStringInfo(text, "skill %s", row->skills);
	else
		appendStringInfo(text, "all of its skills: %s", row->skills);
}

static void
skill_append(StringInfo text, const LmInput *input, const LmOrderRow *row, const LmReason *reason)
{
	const LmProblem *problem = &input->problem;
	bool others = false;

	if (!reason->alone)
	{
		appendStringInfo(text, "%s has a place for it, but not ", vehicle_id(input, reason));
		skills_append(text, row);
		return;
	}
	/* vehicles that have them, but are refused */
	for (int32_t vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
		others |= lm_problem_skilled(problem, row->order, vehicle);
	appendStringInfoString(text, others ? "no vehicle that may serve it has " : "no vehicle has ");
	skills_append(text, row);
}

static char *
dimension_text(const LmInput *input, const LmReason *reason)
{
	return input->problem.dimensions > 1 ? psprintf(" in dimension %d", reason->dimension + 1)
	                                     : pstrdup("");
}

static void
capacity_append(StringInfo text, const LmInput *input, const LmReason *reason)
{
	const LmProblem *problem = &input->problem;
	const char *need = lm_words_amount(reason->need);
	const char *limit = lm_words_amount(reason->limit);
	const char *where = dimension_text(input, reason);
	LmAmount largest = 0;

	if (!reason->alone)
	{
		appendStringInfo(text, "cheapest insertion loads %s with %s%s, its capacity is %s",
		                 vehicle_id(input, reason), need, where, limit);
		return;
	}
	for (int32_t vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
		largest = Max(largest,
		              problem->capacity[(Size) vehicle * problem->dimensions + reason->dimension]);
	if (largest < reason->need)
		appendStringInfo(text, "demand %s%s exceeds every capacity, largest %s", need, where,
		                 lm_words_amount(largest));
	else
		/* each in some dimension, not necessarily in this one */
		appendStringInfo(text,
		                 "its demand exceeds the capacity of every vehicle that may serve it: "
		                 "%s%s, %s has %s",
		                 need, where, vehicle_id(input, reason), limit);
}

static const char *
breaks_noun(const LmInput *input, const LmReason *reason)
{
	return input->problem.vehicles[reason->vehicle].break_count > 1 ? "breaks" : "break";
}

/* Its own window, or that of an order which would come after it. */
static void
window_append(StringInfo text, const LmInput *input, const LmOrderRow *row, const LmReason *reason)
{
	const char *van = vehicle_id(input, reason);
	const char *close;
	const char *arrival;
	const char *window = "window";
	bool own = reason->order >= 0 && lm_problem_first(&input->problem, reason->order) ==
	                                     lm_problem_first(&input->problem, row->order);

	if (reason->order < 0)
	{
		appendStringInfo(text, "with it, %s cannot keep all windows and take its %s", van,
		                 breaks_noun(input, reason));
		return;
	}
	if (input->problem.orders[reason->order].window_count > 1)
		window = "last window";
	close = lm_words_instant_beside(input, reason->limit, reason->need);
	arrival = lm_words_instant_after(input, reason->need - reason->setup, reason->limit);
	/* of a shipment, or of alternatives, each row says the same */
	if (own && input->problem.units != NULL && lm_unit_several(&input->problem, reason->order))
		window = psprintf("%s of order %s", window, order_id(input, reason->order));
	if (!own)
		appendStringInfo(text,
		                 "cheapest insertion makes %s late for order %s: %s closes %s, arrival %s",
		                 van, order_id(input, reason->order), window, close, arrival);
	else if (reason->alone)
		appendStringInfo(text, "%s closes %s, earliest possible arrival %s by %s", window, close,
		                 arrival, van);
	else
		appendStringInfo(text, "%s closes %s, cheapest insertion arrives %s by %s", window, close,
		                 arrival, van);
	if (reason->paused)
		appendStringInfo(text, " because of its %s", breaks_noun(input, reason));
	if (reason->setup > 0)
		appendStringInfo(text, ", ready %s after setup",
		                 lm_words_instant_after(input, reason->need, reason->limit));
}

static void
shift_append(StringInfo text, const LmInput *input, const LmReason *reason)
{
	bool overtime = input->problem.vehicles[reason->vehicle].overtime > 0;

	if (reason->alone)
		appendStringInfo(text, "serving it alone takes %s until %s, its shift ends %s%s",
		                 vehicle_id(input, reason),
		                 lm_words_instant_after(input, reason->need, reason->limit),
		                 lm_words_instant_beside(input, reason->limit, reason->need),
		                 overtime ? " with overtime" : "");
	else
		appendStringInfo(text, "cheapest insertion breaks the shift of %s%s by %s",
		                 vehicle_id(input, reason), overtime ? " with overtime" : "",
		                 lm_words_duration_over(reason->need - reason->limit));
}

static void
break_append(StringInfo text, const LmInput *input, const LmReason *reason)
{
	const LmVehicle *van = &input->problem.vehicles[reason->vehicle];

	appendStringInfo(text, "with it, %s has no time for its %s", vehicle_id(input, reason),
	                 breaks_noun(input, reason));
	if (van->break_count == 1)
	{
		const LmWindow *window = &input->problem.breaks[van->break_first].window;

		appendStringInfo(text, " between %s and %s",
		                 lm_words_instant_beside(input, window->open, window->close),
		                 lm_words_instant_beside(input, window->close, window->open));
	}
}

static void
release_append(StringInfo text, const LmInput *input, const LmOrderRow *row, const LmReason *reason)
{
	const char *ready = lm_words_instant_beside(input, reason->need, reason->limit);
	const char *leave = lm_words_instant_beside(input, reason->limit, reason->need);
	/* it may load them on a later trip */
	bool several = input->problem.vehicles[reason->vehicle].max_trips > 1;

	if (reason->order == row->order)
		appendStringInfo(text, "goods ready %s, %s would have to leave %sby %s", ready,
		                 vehicle_id(input, reason), several ? "" : "with them ", leave);
	else
		appendStringInfo(text,
		                 "with it, %s would have to leave by %s, goods of its order %s ready %s",
		                 vehicle_id(input, reason), leave, order_id(input, reason->order), ready);
}

/* A duration beside a shorter one: rounded up as far as that still tells the two apart. */
static char *
duration_above(LmTime duration, LmTime limit)
{
	LmTime grain = duration - limit >= 60000 ? 60000 : duration - limit >= 1000 ? 1000 : 1;

	return lm_words_duration((duration + grain - 1) / grain * grain);
}

/* A limit of a route: what it would come to, and what it may. */
static void
route_append(StringInfo text, const LmInput *input, const LmReason *reason, const char *need,
             const char *column, const char *limit)
{
	appendStringInfo(text, "%s takes %s, %s of %s is %s",
	                 reason->alone ? "serving it alone" : "cheapest insertion", need, column,
	                 vehicle_id(input, reason), limit);
}

/* A place as the user knows it: the key into his matrix, else what he gave it for. */
static const char *
place_name(const LmInput *input, int32_t place, const char *otherwise)
{
	const char *key = input->places[place].location_id;

	return key != NULL ? key : otherwise;
}

static const char *
order_place_name(const LmInput *input, int32_t order)
{
	return place_name(input, input->problem.orders[order].place, order_id(input, order));
}

/* The leg that is missing. */
static void
unreachable_append(StringInfo text, const LmInput *input, const LmOrderRow *row,
                   const LmReason *reason)
{
	const LmVehicle *van = &input->problem.vehicles[reason->vehicle];
	const LmVehicleRow *van_row = &input->vehicle_rows[reason->vehicle];
	const char *here = order_place_name(input, reason->subject >= 0 ? reason->subject : row->order);
	const char *there;

	if (reason->order >= 0 && reason->order < lm_problem_rows(&input->problem))
		there = order_place_name(input, reason->order);
	else if (reason->inbound || reason->order >= 0)
		there = place_name(input, van->start, psprintf("the start of %s", van_row->id));
	else
		there = place_name(input, van->end, psprintf("the end of %s", van_row->id));
	appendStringInfo(text, "no way from %s to %s", reason->inbound ? there : here,
	                 reason->inbound ? here : there);
	if (van_row->profile != NULL)
		appendStringInfo(text, " with profile %s", van_row->profile);
	if (input->straight)
		appendStringInfoString(text, ": it takes 24.8 days or more");
}

/* What the core counted in LmCost, in the user's currency, with as many decimals as tell the two apart. */
static void
dropped_append(StringInfo text, const LmInput *input, const LmReason *reason)
{
	double scale = input->problem.cost_scale;
	char *serving;
	char *leaving;
	int decimals = 2;

	do
	{
		serving = psprintf("%.*f", decimals, (double) reason->need / scale);
		leaving = psprintf("%.*f", decimals, (double) reason->limit / scale);
		decimals += 2;
	} while (strcmp(serving, leaving) == 0 && decimals <= 6);
	appendStringInfo(text, "serving it costs %s at the least, leaving it out %s", serving, leaving);
}

static void
search_append(StringInfo text, const LmReason *reason)
{
	appendStringInfo(text, "tried %lld %s on %lld %s: ", (long long) reason->need,
	                 reason->need == 1 ? "place" : "places", (long long) reason->limit,
	                 reason->limit == 1 ? "vehicle" : "vehicles");
	appendStringInfoString(text, reason->need == 1 ? "it breaks more than one rule"
	                                               : "each breaks more than one rule");
}

/* What was proved of a vehicle. */
static void
proof_append(StringInfo text, const LmInput *input, const LmOrderRow *row, const LmReason *reason)
{
	switch (reason->code)
	{
		case LM_REASON_CAPACITY:
			capacity_append(text, input, reason);
			break;
		case LM_REASON_SKILL:
			if (reason->subject >= 0)
				row = &input->order_rows[input->row_of_order[reason->subject]];
			skill_append(text, input, row, reason);
			break;
		case LM_REASON_VEHICLE_REFUSED:
			if (reason->alone)
				appendStringInfoString(text, reason_words[reason->code].phrase);
			else
				appendStringInfo(text,
				                 "%s has a place for it, but is refused or not among those allowed",
				                 vehicle_id(input, reason));
			break;
		case LM_REASON_WINDOW:
			window_append(text, input, row, reason);
			break;
		case LM_REASON_UNREACHABLE:
			unreachable_append(text, input, row, reason);
			break;
		case LM_REASON_SHIFT:
			shift_append(text, input, reason);
			break;
		case LM_REASON_BREAK:
			break_append(text, input, reason);
			break;
		case LM_REASON_RELEASE:
			release_append(text, input, row, reason);
			break;
		case LM_REASON_STOPS:
			route_append(
				text, input, reason,
				psprintf(reason->need == 1 ? "%lld stop" : "%lld stops", (long long) reason->need),
				"max_stops", psprintf("%lld", (long long) reason->limit));
			break;
		case LM_REASON_DISTANCE:
			route_append(text, input, reason,
			             psprintf("a route of %s", lm_words_length(reason->need)), "max_distance_m",
			             lm_words_length(reason->limit));
			break;
		case LM_REASON_RANGE:
			route_append(text, input, reason,
			             psprintf("a trip of %s", lm_words_length(reason->need)), "range_m",
			             lm_words_length(reason->limit));
			break;
		case LM_REASON_TIME:
			route_append(
				text, input, reason,
				psprintf("a working time of %s", duration_above(reason->need, reason->limit)),
				"max_time", lm_words_duration(reason->limit));
			break;
		default:
			appendStringInfoString(text, reason_words[reason->code].phrase);
			break;
	}
}

char *
lm_reason_text(const LmInput *input, int32_t row, const LmReason *reason)
{
	const LmOrderRow *order = &input->order_rows[row];
	StringInfoData text;

	if (order->bad != NULL)
		return pstrdup(order->bad);
	initStringInfo(&text);
	if (input->problem.vehicle_count == 0 && reason->code != LM_REASON_MISSING)
		appendStringInfoString(&text, "there is no vehicle");
	else if (reason->code == LM_REASON_DROPPED && reason->need != 0)
		dropped_append(&text, input, reason);
	else if (reason->code == LM_REASON_SEARCH && reason->need != 0)
		search_append(&text, reason);
	else if (reason->vehicle >= 0)
		proof_append(&text, input, order, reason);
	else
		appendStringInfoString(&text, reason_words[reason->code].phrase);
	return text.data;
}
