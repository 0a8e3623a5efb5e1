/*
 * segment.h
 *	  What the times of a piece of a route amount to, so that pieces join in constant time.
 *
 * A head is a route from its start to some row: for departures s in [lo, hi] the
 * row is left at s + span; leaving the depot earlier than lo only adds waiting,
 * later than hi is impossible.  A tail is a route from some row to its end: for
 * t in [lo, hi], the vehicle being ready to serve the row, the route ends at
 * t + span; being ready earlier only adds waiting.  Both forms are the same
 * struct and the same algebra.
 *
 * Exact where every order has one window and the vehicle no breaks.  With several windows
 * (the hull of those that can be reached is used) and breaks (left out) it never
 * says impossible of what is possible, and never overstates working time or end:
 * a bound that is checked before the exact schedule is made (halves.h).
 *
 * Layer   solver: C11 and model only.
 * Source  Vidal, Crainic, Gendreau, Prins 2013, doi:10.1016/j.cor.2012.07.018
 */
#ifndef LM_SOLVER_SEGMENT_H
#define LM_SOLVER_SEGMENT_H

#include "model/units.h"

typedef struct LmSegment
{
	LmTime lo;
	LmTime hi;   /* >= lo */
	LmTime span; /* driving, service, setup and waiting that cannot be avoided */
} LmSegment;

/*
 * lm_segment_append - the head after driving on and serving one more row
 *
 *	leg			to the row, its setup included
 *	open, close	when its service may start
 *
 * Returns false when it cannot be reached before close.
 */
static inline bool
lm_segment_append(LmSegment *head, LmTime leg, LmTime open, LmTime close, LmTime service)
{
	LmTime span = head->span + leg;

	if (head->lo + span > close)
		return false;
	if (head->hi + span < open)
	{
		head->lo = head->hi;
		span = open - head->hi;
	}
	else
	{
		if (open - span > head->lo)
			head->lo = open - span;
		if (close - span < head->hi)
			head->hi = close - span;
	}
	head->span = span + service;
	return true;
}

/*
 * lm_segment_prepend - the tail that begins one row earlier
 *
 *	leg			from that row to the tail's first, setup included
 */
static inline bool
lm_segment_prepend(LmSegment *tail, LmTime leg, LmTime open, LmTime close, LmTime service)
{
	LmTime span = service + leg;

	if (open + span > tail->hi)
		return false;
	if (close + span < tail->lo)
	{
		/* waits even when starting last: the time to the tail's own start is forced */
		tail->span += tail->lo - close;
		tail->lo = tail->hi = close;
		return true;
	}
	tail->lo = tail->lo - span > open ? tail->lo - span : open;
	tail->hi = tail->hi - span < close ? tail->hi - span : close;
	tail->span += span;
	return true;
}

/*
 * lm_segment_join - working time and end of the route head, leg, tail
 *
 * Returns false when the tail cannot be reached in time.  The route departs at
 * *ends - *working at the earliest.
 */
static inline bool
lm_segment_join(const LmSegment *head, LmTime leg, const LmSegment *tail, LmTime *working,
                LmTime *ends)
{
	LmTime span = head->span + leg;
	LmTime departs;

	if (head->lo + span > tail->hi)
		return false;
	if (head->hi + span < tail->lo)
	{
		*ends = tail->lo + tail->span;
		*working = *ends - head->hi;
		return true;
	}
	departs = tail->lo - span > head->lo ? tail->lo - span : head->lo;
	*working = span + tail->span;
	*ends = departs + *working;
	return true;
}

/* lm_segment_latest - the latest departure of the route head, leg, tail, which can be joined. */
static inline LmTime
lm_segment_latest(const LmSegment *head, LmTime leg, const LmSegment *tail)
{
	LmTime latest = tail->hi - head->span - leg;

	return head->hi < latest ? head->hi : latest;
}

#endif /* LM_SOLVER_SEGMENT_H */
