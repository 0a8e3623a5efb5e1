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
	bool mixed;       /* as lm_span_add takes it */
} LmService;

/*
 * lm_span_add - adds a span to a set
 *
 *	mixed		spans may cover each other, because paths with a break at different rows meet:
 *				only what is not covered is kept.  Without breaks one comes behind the other.
 *
 * Returns false when memory is refused.
 */
bool lm_span_add(LmSpanSet *set, LmArena *arena, LmSpan span, bool mixed);

/* lm_span_serve - adds what becomes of a span when something is started within one of the windows. */
bool lm_span_serve(LmSpanSet *set, LmArena *arena, LmSpan span, const LmService *service);

#endif /* LM_SOLVER_SPANS_H */
