/*
 * spans.c
 *	  Spans through windows.
 */
#include "solver/spans.h"

#include <string.h>

/* Every departure of b is served by a, and no later. */
static inline bool
span_covers(const LmSpan *a, const LmSpan *b)
{
	return a->from <= b->from && a->hi >= b->hi && a->delay <= b->delay &&
	       a->lo + a->delay <= b->lo + b->delay;
}

static bool
room_make(LmSpanSet *set, LmArena *arena)
{
	int32_t room = set->room == 0 ? 8 : set->room * 2;
	LmSpan *spans = LM_TAKE(arena, LmSpan, room);

	if (spans == NULL)
		return false;
	if (set->count > 0)
		memcpy(spans, set->spans, sizeof(LmSpan) * (size_t) set->count);
	set->spans = spans;
	set->room = room;
	return true;
}

bool
lm_span_add(LmSpanSet *set, LmArena *arena, LmSpan span, bool mixed)
{
	if (mixed)
	{
		int32_t kept = 0;

		for (int32_t i = 0; i < set->count; i++)
			if (span_covers(&set->spans[i], &span))
				return true;
		for (int32_t i = 0; i < set->count; i++)
			if (!span_covers(&span, &set->spans[i]))
				set->spans[kept++] = set->spans[i];
		set->count = kept;
	}
	if (set->count == set->room && !room_make(set, arena))
		return false;
	set->spans[set->count++] = span;
	return true;
}

/* The first window that closes no earlier than an instant, or the last. */
static int32_t
first_window(const LmService *service, LmTime instant)
{
	int32_t low = 0;
	int32_t high = service->count - 1;

	while (low < high)
	{
		int32_t middle = low + (high - low) / 2;

		if (service->windows[middle].close < instant)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The part of a span that starts within one window; `shut`: departures up to there reach an earlier one. */
static LmSpan
span_within(LmSpan span, LmTime open, LmTime close, LmTime shut)
{
	LmSpan served = span;

	if (close - span.delay < served.hi)
		served.hi = close - span.delay;
	if (span.lo + span.delay <= shut)
		served.from = shut - span.delay + 1;
	if (open - span.delay > served.hi)
	{
		served.lo = served.hi;
		served.delay = open - served.hi;
	}
	else if (open - span.delay > served.lo)
		served.lo = open - span.delay;
	if (served.from > served.lo)
		served.lo = served.from;
	return served;
}

bool
lm_span_serve(LmSpanSet *set, LmArena *arena, LmSpan span, const LmService *service)
{
	int32_t first = first_window(service, span.lo + span.delay);
	LmTime shut = first > 0 ? service->windows[first - 1].close : -LM_NEVER;

	for (int32_t w = first; w < service->count; w++)
	{
		bool open_end = service->never_close && w == service->count - 1;
		LmTime close = open_end ? LM_NEVER : service->windows[w].close;

		if (span.hi + span.delay <= shut)
			break;
		if (span.lo + span.delay <= close)
		{
			LmSpan served = span_within(span, service->windows[w].open, close, shut);

			served.delay += service->duration;
			if (!lm_span_add(set, arena, served, service->mixed))
				return false;
		}
		shut = close;
	}
	return true;
}
