/*
 * violation.c
 *	  Codes, indexes and amounts become a sentence.
 */
#include "postgres.h"

#include "check/violation.h"
#include "output/rows.h"
#include "output/words.h"

/* Where a leg begins or ends, as the user knows it. */
static const char *
stop_name(const LmInput *input, int32_t vehicle, const LmStop *stop)
{
	const char *van = input->vehicle_rows[vehicle].id;

	/* a break is where the row before it is */
	while (stop->kind == LM_STOP_BREAK)
		stop--;
	if (stop->kind == LM_STOP_START || stop->kind == LM_STOP_RELOAD)
		return psprintf("the start of vehicle \"%s\"", van);
	if (stop->kind == LM_STOP_END)
		return psprintf("the end of vehicle \"%s\"", van);
	return psprintf("order \"%s\"", input->order_rows[input->row_of_order[stop->index]].id);
}

static const char *
order_id(const LmInput *input, int32_t order)
{
	return input->order_rows[input->row_of_order[order]].id;
}

static char *
skill_phrase(const LmInput *input, const char *van, int32_t order)
{
	const char *skills = input->order_rows[input->row_of_order[order]].skills;

	return psprintf("vehicle \"%s\" does not have all skills of order \"%s\"%s%s", van,
	                order_id(input, order), skills != NULL ? ": " : "",
	                skills != NULL ? skills : "");
}

static char *
capacity_phrase(const LmInput *input, const char *van, const LmViolation *violation)
{
	return psprintf(
		"%s on board, vehicle \"%s\" takes %s%s", lm_words_amount(violation->found), van,
		lm_words_amount(violation->limit),
		input->problem.dimensions > 1 ? psprintf(" in dimension %d", violation->index + 1) : "");
}

static char *
break_phrase(const LmInput *input, int32_t vehicle, const LmViolation *violation)
{
	const LmVehicle *van = &input->problem.vehicles[vehicle];
	const LmWindow *window = &input->problem.breaks[van->break_first + violation->index].window;

	if (violation->absent)
		return psprintf("the break between %s and %s is missing, the route ends %s",
		                lm_words_instant(input, window->open),
		                lm_words_instant(input, window->close),
		                lm_words_instant(input, violation->found));
	return psprintf("starts %s, its window closed %s", lm_words_instant(input, violation->found),
	                lm_words_instant(input, window->close));
}

static char *
shift_phrase(const LmInput *input, int32_t vehicle, const LmViolation *violation)
{
	return psprintf("the route ends %s, the shift of vehicle \"%s\"%s %s",
	                lm_words_instant(input, violation->found), input->vehicle_rows[vehicle].id,
	                input->problem.vehicles[vehicle].overtime > 0 ? " with its overtime ends"
	                                                              : " ends",
	                lm_words_instant(input, violation->limit));
}

static char *
precedence_phrase(const LmInput *input, const LmViolation *violation)
{
	const char *other = order_id(input, (int32_t) violation->found);
	bool drops = input->problem.orders[violation->index].kind == LM_DROP;

	if (violation->limit == 1 && !drops)
		return psprintf("the delivery of the same shipment, order \"%s\", comes before it", other);
	if (violation->limit == 1)
		return psprintf("order \"%s\" delivers what order \"%s\" picks up later",
		                order_id(input, violation->index), other);
	return psprintf("the %s of the same shipment, order \"%s\", is not on this route",
	                drops ? "pickup" : "delivery", other);
}

static char *
phrase_of(const LmInput *input, int32_t vehicle, const LmJudgement *judgement,
          const LmViolation *violation)
{
	const char *van = input->vehicle_rows[vehicle].id;
	const LmStop *stop = &judgement->timetable.stops[violation->row];

	switch (violation->code)
	{
		case LM_REASON_CAPACITY:
			return capacity_phrase(input, van, violation);
		case LM_REASON_SKILL:
			return skill_phrase(input, van, violation->index);
		case LM_REASON_VEHICLE_REFUSED:
			return psprintf("order \"%s\" may not be served by vehicle \"%s\"",
			                order_id(input, violation->index), van);
		case LM_REASON_WINDOW:
			return psprintf("starts %s, the last window closed %s",
			                lm_words_instant(input, violation->found),
			                lm_words_instant(input, violation->limit));
		case LM_REASON_PRECEDENCE:
			return precedence_phrase(input, violation);
		case LM_REASON_SHIFT:
			return shift_phrase(input, vehicle, violation);
		case LM_REASON_TIME:
			return psprintf("the working time is %s, max_time of vehicle \"%s\" is %s",
			                lm_words_duration(violation->found), van,
			                lm_words_duration(violation->limit));
		case LM_REASON_DISTANCE:
			return psprintf("the route is %s long, max_distance_m of vehicle \"%s\" is %s",
			                lm_words_length(violation->found), van,
			                lm_words_length(violation->limit));
		case LM_REASON_RANGE:
			return psprintf("the trip is %s long, range_m of vehicle \"%s\" is %s",
			                lm_words_length(violation->found), van,
			                lm_words_length(violation->limit));
		case LM_REASON_STOPS:
			if (violation->index == LM_JUDGE_RELOAD)
				return psprintf("the route makes %lld trips, max_trips of vehicle \"%s\" is %lld",
				                (long long) violation->found, van, (long long) violation->limit);
			return psprintf("the route serves %lld orders, max_stops of vehicle \"%s\" is %lld",
			                (long long) violation->found, van, (long long) violation->limit);
		case LM_REASON_UNREACHABLE:
			return psprintf("no way from %s to %s", stop_name(input, vehicle, stop - 1),
			                stop_name(input, vehicle, stop));
		case LM_REASON_BREAK:
			return break_phrase(input, vehicle, violation);
		case LM_REASON_RELEASE:
			return psprintf("vehicle \"%s\" left %s, order \"%s\" is ready at %s", van,
			                lm_words_instant(input, violation->found),
			                order_id(input, violation->index),
			                lm_words_instant(input, violation->limit));
		case LM_REASON_MISMATCH:
			return psprintf(
				"no break is required here, its window is open until %s, the route ends %s",
				lm_words_instant(input, violation->limit),
				lm_words_instant(input, violation->found));
		default:
			return pstrdup("");
	}
}

char *
lm_violation_text(const LmInput *input, int32_t vehicle, const LmJudgement *judgement,
                  const LmViolation *violation)
{
	return psprintf("%s: %s", lm_reason_name(violation->code),
	                phrase_of(input, vehicle, judgement, violation));
}
