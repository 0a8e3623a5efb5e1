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
	[LM_REASON_BREAK] = {"break", "serving it leaves no time for a break"},
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
	[LM_REASON_SEARCH] = {"search", "every place on every route breaks more than one rule"},
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

/* Whether the order's vehicles are only those left by allowed_vehicles and refused_vehicles. */
static const char *
candidates_noun(bool others)
{
	return others ? "no vehicle that may serve it" : "no vehicle";
}

static void
skill_append(StringInfo text, const LmInput *input, const LmOrderRow *row)
{
	const LmProblem *problem = &input->problem;
	bool others = false;

	for (int32_t vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
		others |= lm_problem_skilled(problem, row->order, vehicle);
	appendStringInfoString(text, candidates_noun(others));
	if (row->skills == NULL)
		appendStringInfoString(text, " has its skills");
	else if (strchr(row->skills, ',') == NULL)
		appendStringInfo(text, " has skill %s", row->skills);
	else
		appendStringInfo(text, " has all of its skills: %s", row->skills);
}

static void
dimension_append(StringInfo text, const LmInput *input, const LmReason *reason)
{
	if (input->problem.dimensions > 1)
		appendStringInfo(text, " in dimension %d", reason->dimension + 1);
}

static void
capacity_append(StringInfo text, const LmInput *input, const LmReason *reason)
{
	const LmProblem *problem = &input->problem;
	LmAmount largest = 0;

	if (!reason->alone)
	{
		appendStringInfo(text, "cheapest insertion loads %s with %s", vehicle_id(input, reason),
		                 lm_words_amount(reason->need));
		dimension_append(text, input, reason);
		appendStringInfo(text, ", its capacity is %s", lm_words_amount(reason->limit));
		return;
	}
	for (int32_t vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
		largest = Max(largest,
		              problem->capacity[(Size) vehicle * problem->dimensions + reason->dimension]);
	appendStringInfo(text, "demand %s", lm_words_amount(reason->need));
	dimension_append(text, input, reason);
	if (largest < reason->need)
		appendStringInfo(text, " exceeds every capacity, largest %s", lm_words_amount(largest));
	else
		appendStringInfo(text, " exceeds the capacity of every vehicle that may serve it, %s of %s",
		                 lm_words_amount(reason->limit), vehicle_id(input, reason));
}

/* Its own window, or that of an order which would come after it. */
static void
window_append(StringInfo text, const LmInput *input, const LmOrderRow *row, const LmReason *reason)
{
	const char *close = lm_words_instant_beside(input, reason->limit, reason->need);
	const char *arrival = lm_words_instant_after(input, reason->need, reason->limit);

	if (reason->order != row->order && reason->order >= 0)
		appendStringInfo(text,
		                 "cheapest insertion brings %s to order %s at %s, whose window closes %s",
		                 vehicle_id(input, reason),
		                 input->order_rows[input->row_of_order[reason->order]].id, arrival, close);
	else
		appendStringInfo(text,
		                 reason->alone
		                     ? "window closes %s, earliest possible arrival %s by %s"
		                     : "window closes %s, earliest arrival the routes leave is %s by %s",
		                 close, arrival, vehicle_id(input, reason));
}

static void
shift_append(StringInfo text, const LmInput *input, const LmReason *reason)
{
	if (reason->alone)
		appendStringInfo(text, "serving it alone takes %s until %s, its shift ends %s",
		                 vehicle_id(input, reason),
		                 lm_words_instant_after(input, reason->need, reason->limit),
		                 lm_words_instant(input, reason->limit));
	else
		appendStringInfo(text, "cheapest insertion breaks the shift of %s by %s",
		                 vehicle_id(input, reason),
		                 lm_words_duration_over(reason->need - reason->limit));
}

/* A limit of a route: what it would come to, and what it may. */
static void
route_append(StringInfo text, const LmInput *input, const LmReason *reason, const char *need,
             const char *column, const char *limit)
{
	appendStringInfo(text,
	                 reason->alone ? "serving it alone takes %s, %s of %s is %s"
	                               : "cheapest insertion takes %s, %s of %s is %s",
	                 need, column, vehicle_id(input, reason), limit);
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
	return place_name(input, input->problem.orders[order].place,
	                  input->order_rows[input->row_of_order[order]].id);
}

/* The leg that is missing. */
static void
unreachable_append(StringInfo text, const LmInput *input, const LmOrderRow *row,
                   const LmReason *reason)
{
	const LmVehicle *van = &input->problem.vehicles[reason->vehicle];
	const LmVehicleRow *van_row = &input->vehicle_rows[reason->vehicle];
	const char *here = order_place_name(input, row->order);
	const char *there;

	if (reason->order >= 0)
		there = order_place_name(input, reason->order);
	else if (reason->inbound)
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

/* What the core counted in LmCost, in the user's currency. */
static void
dropped_append(StringInfo text, const LmInput *input, const LmReason *reason)
{
	appendStringInfo(text, "serving it costs %.2f at the least, leaving it out %.2f",
	                 (double) reason->need / input->problem.cost_scale,
	                 (double) reason->limit / input->problem.cost_scale);
}

/* Phrases with amounts; the vehicle is known. */
static void
amounts_append(StringInfo text, const LmInput *input, const LmOrderRow *row, const LmReason *reason)
{
	switch (reason->code)
	{
		case LM_REASON_WINDOW:
			window_append(text, input, row, reason);
			break;
		case LM_REASON_UNREACHABLE:
			unreachable_append(text, input, row, reason);
			break;
		case LM_REASON_SHIFT:
			shift_append(text, input, reason);
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
		case LM_REASON_TIME:
			route_append(text, input, reason,
			             psprintf("a working time of %s", lm_words_duration_over(reason->need)),
			             "max_time", lm_words_duration(reason->limit));
			break;
		case LM_REASON_BREAK:
			appendStringInfo(text,
			                 reason->alone
			                     ? "serving it alone leaves no time for the break of %s"
			                     : "cheapest insertion leaves no time for the break of %s",
			                 vehicle_id(input, reason));
			break;
		case LM_REASON_RELEASE:
			appendStringInfo(text,
			                 reason->alone ? "ready at %s, too late for %s to serve it"
			                               : "ready at %s, too late for the route of %s",
			                 lm_words_instant(input, reason->need), vehicle_id(input, reason));
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
	bool amounts;
	bool counted;

	if (order->bad != NULL)
		return pstrdup(order->bad);
	initStringInfo(&text);
	amounts = reason->need != 0 || reason->limit != 0;
	counted = reason->code == LM_REASON_BREAK || reason->code == LM_REASON_UNREACHABLE;
	if (input->problem.vehicle_count == 0 && reason->code != LM_REASON_MISSING)
		appendStringInfoString(&text, "there is no vehicle");
	else if (reason->code == LM_REASON_SEARCH && reason->alone)
		appendStringInfoString(&text, "several rules together keep every vehicle from it");
	else if (reason->code == LM_REASON_SKILL)
		skill_append(&text, input, order);
	else if (reason->code == LM_REASON_CAPACITY && amounts &&
	         (reason->alone || reason->vehicle >= 0))
		capacity_append(&text, input, reason);
	else if (reason->code == LM_REASON_DROPPED && amounts)
		dropped_append(&text, input, reason);
	else if (reason->code == LM_REASON_WINDOW && reason->vehicle >= 0 && !amounts)
		/* the core found no single stop that is late: a break or a shared setup has its part */
		appendStringInfo(&text, "no schedule of %s keeps its window", vehicle_id(input, reason));
	else if (reason->vehicle >= 0 && (amounts || counted))
		amounts_append(&text, input, order, reason);
	else
		appendStringInfoString(&text, reason_words[reason->code].phrase);
	return text.data;
}
