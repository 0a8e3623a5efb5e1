/*
 * track.h
 *	  Where a way goes: the lines of its edges, clipped at its ends.
 *
 * Layer   network: PostgreSQL's memory, nothing else of it.
 */
#ifndef LM_NETWORK_TRACK_H
#define LM_NETWORK_TRACK_H

#include "postgres.h"

#include "graph/route.h"
#include "network/lines.h"

/* A line under way; all zero: none yet. */
typedef struct LmTrack
{
	double *x; /* [count] in the coordinates of the lines */
	double *y;
	int32 count;
	int32 x_room;
	int32 y_room;
} LmTrack;

/*
 * lm_track_fill - the line of a way from a spot to another
 *
 *	track	filled, its arrays used again and made longer in the current context when it is new
 *	from	on an edge; the line begins where it lies and ends where `to` lies
 *
 * A way that drives nothing is a line of two equal points.  Points that follow one another at the
 * same place count once otherwise.  An edge without a line is bridged.
 */
void lm_track_fill(LmTrack *track, const LmLines *lines, const LmRoute *route, LmSpot from,
                   LmSpot to);

#endif /* LM_NETWORK_TRACK_H */
