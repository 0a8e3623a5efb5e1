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

/* Room for one more behind the spans of the set, or NULL. */
static inline LmSpan *
span_place(LmSpanSet *set, LmArena *arena)
{
	if (set->count == set->room && !room_make(set, arena))
		return NULL;
	return &set->spans[set->count];
}

/*
 * Makes one span of two of which one goes on where the other ends; false when they are not like that.
 * A break taken at one of many rows in a row leaves a span for each: the same delay, overlapping.
 */
static inline bool
span_unite(LmSpan *a, const LmSpan *b)
{
	const LmSpan *first = a->lo <= b->lo ? a : b;
	const LmSpan *then = first == a ? b : a;

	if (a->delay != b->delay || first->from > then->from || then->lo > first->hi + 1 ||
	    first->hi > then->hi)
		return false;
	*a = (LmSpan){first->from, first->lo, then->hi, a->delay};
	return true;
}

/* Takes in the span that was written behind the others. */
static inline void
span_settle(LmSpanSet *set, bool mixed)
{
	LmSpan span = set->spans[set->count];
	bool again = mixed;

	for (int32_t i = 0; mixed && i < set->count; i++)
		if (span_covers(&set->spans[i], &span))
			return;
	while (again)
	{
		int32_t kept = 0;

		again = false;
		for (int32_t i = 0; i < set->count; i++)
		{
			if (span_covers(&span, &set->spans[i]))
				continue;
			if (span_unite(&span, &set->spans[i]))
			{
				again = true;
				continue;
			}
			if (kept < i)
				set->spans[kept] = set->spans[i];
			kept++;
		}
		set->count = kept;
	}
	set->spans[set->count++] = span;
}

bool
lm_span_add(LmSpanSet *set, LmArena *arena, const LmSpan *span)
{
	LmSpan *place = span_place(set, arena);

	if (place == NULL)
		return false;
	*place = *span;
	set->count++;
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

bool
lm_spans_serve(LmSpanSet *set, LmArena *arena, const LmSpanSet *from, LmTime leg,
               const LmService *service)
{
	for (int32_t i = 0; i < from->count; i++)
	{
		LmSpan span = from->spans[i];
		int32_t w;

		span.delay += leg;
		w = service->count == 1 ? 0 : first_window(service, span.lo + span.delay);
		for (; w < service->count; w++)
		{
			LmSpan window = {w > 0 ? service->windows[w - 1].close + 1 : -LM_NEVER,
			                 service->windows[w].open, service->windows[w].close,
			                 service->duration};
			LmSpan *served = span_place(set, arena);

			if (served == NULL)
				return false;
			if (window.from > span.hi + span.delay)
				break;
			if (service->never_close && w == service->count - 1)
				window.hi = LM_NEVER;
			if (lm_span_join(&span, &window, served))
				span_settle(set, service->mixed);
		}
	}
	return true;
}

bool
lm_spans_precede(LmSpanSet *set, LmArena *arena, const LmSpan *first, const LmSpanSet *then,
                 bool mixed)
{
	for (int32_t i = 0; i < then->count; i++)
	{
		LmSpan *joined = span_place(set, arena);

		if (joined == NULL)
			return false;
		if (lm_span_join(first, &then->spans[i], joined))
			span_settle(set, mixed);
	}
	return true;
}
