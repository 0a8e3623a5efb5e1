/*
 * sentence.c
 *	  Amounts of a relaxation with the values they change.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "output/words.h"
#include "why/sentence.h"

#define MS_PER_SECOND 1000
#define MS_PER_MINUTE 60000
#define US_PER_MS 1000

/* What is said of one relaxation. */
typedef struct Sentence
{
	const LmInput *input;
	const LmRelaxation *relaxation;
	int32_t order;
	int32_t vehicle;
	StringInfoData text;
} Sentence;

static const char *
order_id(const Sentence *sentence, int32_t order)
{
	return sentence->input->order_rows[sentence->input->row_of_order[order]].id;
}

static const char *
vehicle_id(const Sentence *sentence)
{
	return sentence->input->vehicle_rows[sentence->vehicle].id;
}

static LmTime
time_of(const Sentence *sentence, LmReasonCode code)
{
	for (int rule = 0; rule < LM_RELAX_TIMES; rule++)
		if (lm_relax_rules[rule] == code)
			return sentence->relaxation->times[rule];
	return 0;
}

/* An instant rounded down to minutes where that still tells it from a later one. */
static char *
instant_before(const LmInput *input, LmTime instant, LmTime limit)
{
	int64 grain = limit - instant >= MS_PER_MINUTE   ? MS_PER_MINUTE
	              : limit - instant >= MS_PER_SECOND ? MS_PER_SECOND
	                                                 : 1;
	int64 exact = input->origin + instant * US_PER_MS;
	int64 rest = exact % (grain * US_PER_MS);

	/* whole minutes of the calendar, as the origin need not be one */
	if (rest < 0)
		rest += grain * US_PER_MS;
	return lm_words_instant_beside(input, instant - rest / US_PER_MS, limit);
}

static void
releases_append(Sentence *sentence)
{
	const LmRelaxation *relaxation = sentence->relaxation;

	for (int32_t i = 0; i < relaxation->release_count; i++)
	{
		int32_t order = relaxation->releases[i];
		LmTime release = sentence->input->problem.orders[order].release;

		appendStringInfo(&sentence->text, "%shave the goods of \"%s\" ready at %s instead of %s",
		                 i > 0 ? ", " : "", order_id(sentence, order),
		                 instant_before(sentence->input, relaxation->ready, release),
		                 lm_words_instant_beside(sentence->input, release, relaxation->ready));
	}
}

static void
until_append(Sentence *sentence, LmTime close, LmTime later)
{
	appendStringInfo(&sentence->text, " begin until %s instead of %s",
	                 lm_words_instant_after(sentence->input, later, close),
	                 lm_words_instant_beside(sentence->input, close, later));
}

static void
windows_append(Sentence *sentence)
{
	const LmRelaxation *relaxation = sentence->relaxation;
	const LmProblem *problem = &sentence->input->problem;

	for (int32_t i = 0; i < relaxation->window_count; i++)
	{
		const LmOrder *order = &problem->orders[relaxation->windows[i]];
		LmTime close = problem->windows[order->window_first + order->window_count - 1].close;

		appendStringInfo(&sentence->text, "%slet \"%s\"", i > 0 ? ", " : "",
		                 order_id(sentence, relaxation->windows[i]));
		until_append(sentence, close, close + time_of(sentence, LM_REASON_WINDOW));
	}
}

static void
breaks_append(Sentence *sentence)
{
	const LmProblem *problem = &sentence->input->problem;
	const LmVehicle *van = &problem->vehicles[sentence->vehicle];

	for (int32_t i = 0; i < van->break_count; i++)
	{
		LmTime close = problem->breaks[van->break_first + i].window.close;

		if (i > 0)
			appendStringInfo(&sentence->text, ", break %d", i + 1);
		else
			appendStringInfo(&sentence->text, "let %s of \"%s\"",
			                 van->break_count > 1 ? "break 1" : "the break", vehicle_id(sentence));
		until_append(sentence, close, close + time_of(sentence, LM_REASON_BREAK));
	}
}

static void
shift_append(Sentence *sentence)
{
	LmTime end = sentence->input->problem.vehicles[sentence->vehicle].shift_end;
	LmTime later = end + time_of(sentence, LM_REASON_SHIFT);

	appendStringInfo(&sentence->text, "end the shift of \"%s\" at %s instead of %s",
	                 vehicle_id(sentence), lm_words_instant_after(sentence->input, later, end),
	                 lm_words_instant_beside(sentence->input, end, later));
}

/* "raise max_stops of "van-2" to 12 instead of 11" */
static void
limit_append(Sentence *sentence, const char *column, const char *to, const char *from)
{
	appendStringInfo(&sentence->text, "raise %s of \"%s\" to %s instead of %s", column,
	                 vehicle_id(sentence), to, from);
}

static void
capacity_append(Sentence *sentence)
{
	const LmProblem *problem = &sentence->input->problem;
	Size first = (Size) sentence->vehicle * (Size) problem->dimensions;
	const char *comma = "";

	for (int32_t dimension = 0; dimension < problem->dimensions; dimension++)
	{
		LmAmount capacity = problem->capacity[first + (Size) dimension];
		LmAmount over = sentence->relaxation->overs[LM_OVER_CAPACITY + dimension];

		if (over == 0)
			continue;
		appendStringInfoString(&sentence->text, comma);
		limit_append(sentence, "the capacity", lm_words_amount(capacity + over),
		             lm_words_amount(capacity));
		if (problem->dimensions > 1)
			appendStringInfo(&sentence->text, " in dimension %d", dimension + 1);
		comma = ", ";
	}
}

static char *
leg_end(const Sentence *sentence, int32_t order, const char *which)
{
	if (order >= 0)
		return psprintf("\"%s\"", order_id(sentence, order));
	return psprintf("the %s of \"%s\"", order == LM_RELAX_RELOAD ? "start" : which,
	                vehicle_id(sentence));
}

static void
legs_append(Sentence *sentence)
{
	const LmRelaxation *relaxation = sentence->relaxation;

	for (int32_t i = 0; i < relaxation->leg_count; i++)
		appendStringInfo(&sentence->text, "%sgive a way from %s to %s", i > 0 ? ", " : "",
		                 leg_end(sentence, relaxation->legs[i].before, "start"),
		                 leg_end(sentence, relaxation->legs[i].behind, "end"));
}

/* Rows of the order, of a shipment both, which the vehicle lacks the skills for, or may not serve. */
static void
rows_append(Sentence *sentence, LmReasonCode code)
{
	const LmProblem *problem = &sentence->input->problem;
	int32_t rows[] = {sentence->order, sentence->relaxation->other};
	const char *comma = "";

	for (int i = 0; i < 2 && rows[i] >= 0; i++)
	{
		if (code == LM_REASON_SKILL ? lm_problem_skilled(problem, rows[i], sentence->vehicle)
		                            : lm_problem_welcome(problem, rows[i], sentence->vehicle))
			continue;
		appendStringInfoString(&sentence->text, comma);
		if (code == LM_REASON_SKILL)
			appendStringInfo(
				&sentence->text, "give \"%s\" all of: %s", vehicle_id(sentence),
				sentence->input->order_rows[sentence->input->row_of_order[rows[i]]].skills);
		else
			appendStringInfo(&sentence->text, "allow \"%s\" on \"%s\"", order_id(sentence, rows[i]),
			                 vehicle_id(sentence));
		comma = ", ";
	}
}

static void
rule_append(Sentence *sentence, LmReasonCode code)
{
	const LmVehicle *van = &sentence->input->problem.vehicles[sentence->vehicle];
	const int64_t *overs = sentence->relaxation->overs;
	LmTime longer = time_of(sentence, LM_REASON_TIME);
	LmTime grain = longer >= MS_PER_MINUTE   ? MS_PER_MINUTE
	               : longer >= MS_PER_SECOND ? MS_PER_SECOND
	                                         : 1;

	switch (code)
	{
		case LM_REASON_RELEASE:
			releases_append(sentence);
			break;
		case LM_REASON_WINDOW:
			windows_append(sentence);
			break;
		case LM_REASON_SHIFT:
			shift_append(sentence);
			break;
		case LM_REASON_BREAK:
			breaks_append(sentence);
			break;
		case LM_REASON_TIME:
			limit_append(sentence, "max_time",
			             lm_words_duration((van->max_time + longer + grain - 1) / grain * grain),
			             lm_words_duration(van->max_time));
			break;
		case LM_REASON_DISTANCE:
			limit_append(sentence, "max_distance_m",
			             lm_words_length(van->max_distance + overs[LM_OVER_DISTANCE]),
			             lm_words_length(van->max_distance));
			break;
		case LM_REASON_RANGE:
			limit_append(sentence, "range_m", lm_words_length(van->range + overs[LM_OVER_RANGE]),
			             lm_words_length(van->range));
			break;
		case LM_REASON_STOPS:
			limit_append(sentence, "max_stops",
			             psprintf("%d", van->max_stops + (int32_t) overs[LM_OVER_STOPS]),
			             psprintf("%d", van->max_stops));
			break;
		case LM_REASON_CAPACITY:
			capacity_append(sentence);
			break;
		case LM_REASON_UNREACHABLE:
			legs_append(sentence);
			break;
		default:
			rows_append(sentence, code);
			break;
	}
}

/* Where it goes on the route as it is. */
static void
place_append(Sentence *sentence, int32_t after)
{
	if (after < 0)
		appendStringInfo(&sentence->text, "first on \"%s\"", vehicle_id(sentence));
	else if (sentence->input->problem.orders[after].kind == LM_RELOAD)
		appendStringInfoString(&sentence->text, "after a reload");
	else
		appendStringInfo(&sentence->text, "after \"%s\"", order_id(sentence, after));
}

char *
lm_relaxation_text(const LmInput *input, int32_t order, int32_t vehicle,
                   const LmRelaxation *relaxation)
{
	Sentence sentence = {input, relaxation, order, vehicle};
	const char *and = "";

	initStringInfo(&sentence.text);
	for (int rule = 0; rule < LM_RELAX_RULES; rule++)
	{
		if ((relaxation->rules & LM_RELAX_RULE(lm_relax_rules[rule])) == 0)
			continue;
		appendStringInfoString(&sentence.text, and);
		rule_append(&sentence, lm_relax_rules[rule]);
		and = ", and ";
	}
	appendStringInfoString(&sentence.text, relaxation->rules == 0 ? "it fits " : ": then it fits ");
	place_append(&sentence, relaxation->after);
	if (relaxation->other >= 0)
	{
		appendStringInfo(&sentence.text, ", \"%s\" ", order_id(&sentence, relaxation->other));
		place_append(&sentence, relaxation->other_after);
	}
	return sentence.text.data;
}
