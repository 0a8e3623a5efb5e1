/*
 * spans.h
 *	  The time at a row of a route as a function of the departure, carried from row to row.
 *
 * The function does not decrease, is flat where the vehicle waits, of slope one
 * where it does not, and jumps where a window is missed and the next one is
 * waited for.  A span is one flat piece and the sloped piece behind it; a set of
 * spans is the whole function.  schedule.c keeps one set for each number of breaks
 * taken so far.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_SPANS_H
#define LM_SOLVER_SPANS_H

#include "model/arena.h"
#include "model/problem.h"

/* For a departure s in [from, hi] the time is max(s, lo) + delay. */
typedef struct LmSpan
{
	LmTime from;
	LmTime lo; /* from <= lo <= hi */
	LmTime hi;
	LmTime delay; /* driving, service and forced waiting so far */
} LmSpan;

typedef struct LmSpanSet
{
	LmSpan *spans; /* [count]; kept and used again, never given back */
	int32_t count;
	int32_t room;
} LmSpanSet;

/* Starting something: when it may begin, how long it takes. */
typedef struct LmService
{
	const LmWindow *windows; /* ascending */
	int32_t count;
	LmTime duration;
	bool never_close; /* the last window stays open */
	bool mixed;       /* spans may cover each other, because paths with a break at different rows
					   * meet: only what is not covered is kept.  Without breaks one comes
					   * behind the other. */
} LmService;

/*
 * lm_span_join - the function that applies first, then second
 *
 * Returns false where no departure of the first reaches the second.
 */
static inline bool
lm_span_join(const LmSpan *first, const LmSpan *second, LmSpan *joined)
{
	LmTime delay = first->delay;

	if (first->lo + delay > second->hi || first->hi + delay < second->from)
		return false;
	joined->from = first->lo + delay >= second->from ? first->from : second->from - delay;
	joined->hi = second->hi - delay < first->hi ? second->hi - delay : first->hi;
	joined->lo = joined->from > first->lo ? joined->from : first->lo;
	joined->delay = delay + second->delay;
	if (second->lo - delay <= joined->lo)
		return true;
	joined->lo = second->lo - delay;
	if (joined->lo > joined->hi)
	{
		/* waits even when departing last */
		joined->lo = joined->hi;
		joined->delay = second->lo + second->delay - joined->hi;
	}
	return true;
}

/* lm_span_add - one more span that covers no other; false when memory is refused. */
bool lm_span_add(LmSpanSet *set, LmArena *arena, const LmSpan *span);

/*
 * lm_spans_serve - adds what becomes of a set when, after a leg, something is started in one of the
 * windows; false when memory is refused
 */
bool lm_spans_serve(LmSpanSet *set, LmArena *arena, const LmSpanSet *from, LmTime leg,
                    const LmService *service);

/*
 * lm_spans_precede - adds a set with a span in front of each of its own
 *
 *	mixed		as in LmService
 *
 * Returns false when memory is refused.
 */
bool lm_spans_precede(LmSpanSet *set, LmArena *arena, const LmSpan *first, const LmSpanSet *then,
                      bool mixed);

#endif /* LM_SOLVER_SPANS_H */
