/*
 * track.c
 *	  Points of edges, one after the other.
 */
#include "postgres.h"

#include "input/values.h"
#include "network/track.h"

#define FIRST_ROOM 256

static void
track_add(LmTrack *track, double x, double y)
{
	if (track->count > 0 && track->x[track->count - 1] == x && track->y[track->count - 1] == y)
		return;
	track->x = lm_room_make(track->x, track->count, &track->x_room, sizeof(double));
	track->y = lm_room_make(track->y, track->count, &track->y_room, sizeof(double));
	track->x[track->count] = x;
	track->y[track->count++] = y;
}

/* All of an edge's line: most of a way is, and no length need be measured. */
static void
track_add_whole(LmTrack *track, const LmLines *lines, int32 edge, bool back)
{
	int32 first = lines->first[edge], end = lines->first[edge + 1];

	for (int32 i = 0; i < end - first; i++)
	{
		int32 p = back ? end - 1 - i : first + i;

		track_add(track, lines->x[p], lines->y[p]);
	}
}

/* The part of an edge's line from a fraction to another; backwards where the first is larger. */
static void
track_add_edge(LmTrack *track, const LmLines *lines, int32 edge, double from, double to)
{
	bool back = from > to;
	double all = lm_line_length(lines, edge);
	double low = Min(from, to) * all, high = Max(from, to) * all;
	int32 first = lines->first[edge], end = lines->first[edge + 1];
	int32 steps = end - first - 1;
	double before = back ? all : 0;

	for (int32 i = 0; i < steps; i++)
	{
		int32 p = back ? end - 2 - i : first + i;
		double step = lm_line_step(lines, p);
		double begin = back ? before - step : before; /* of the step, from the line's start */
		double cut[2];

		before += back ? -step : step;
		if (begin > high || begin + step < low)
			continue;
		cut[0] = step > 0 ? Max(low - begin, 0) / step : 0;
		cut[1] = step > 0 ? Min((high - begin) / step, 1) : 1;
		/* the outer ends of the line are taken as they are */
		if (p == first && Min(from, to) <= 0)
			cut[0] = 0;
		if (p == end - 2 && Max(from, to) >= 1)
			cut[1] = 1;
		for (int turn = 0; turn < 2; turn++)
		{
			double share = cut[back ? 1 - turn : turn];

			if (share <= 0)
				track_add(track, lines->x[p], lines->y[p]);
			else if (share >= 1)
				track_add(track, lines->x[p + 1], lines->y[p + 1]);
			else
				track_add(track, lines->x[p] + share * (lines->x[p + 1] - lines->x[p]),
				          lines->y[p] + share * (lines->y[p + 1] - lines->y[p]));
		}
	}
}

/* Where a spot lies, for a way that has no line there to begin or end with. */
static void
track_add_spot(LmTrack *track, const LmLines *lines, LmSpot spot)
{
	track_add_edge(track, lines, spot.edge, spot.fraction, spot.fraction);
}

static bool
edge_is_bridged(const LmLines *lines, int32 edge)
{
	return lines->first[edge] == lines->first[edge + 1];
}

static bool
spot_is_inside(LmSpot spot)
{
	return spot.fraction > 0 && spot.fraction < 1;
}

void
lm_track_fill(LmTrack *track, const LmLines *lines, const LmRoute *route, LmSpot from, LmSpot to)
{
	if (track->x == NULL)
	{
		track->x = palloc(FIRST_ROOM * sizeof(double));
		track->y = palloc(FIRST_ROOM * sizeof(double));
		track->x_room = track->y_room = FIRST_ROOM;
	}
	track->count = 0;
	if (route->arc_count == 0 || edge_is_bridged(lines, route->arcs[0] / 2))
		track_add_spot(track, lines, from);
	for (int32 i = 0; i < route->arc_count; i++)
	{
		int32 arc = route->arcs[i], edge = arc / 2;
		double begin = arc % 2, end = 1 - arc % 2;

		if (i == 0 && spot_is_inside(from))
			begin = from.fraction;
		if (i == route->arc_count - 1 && spot_is_inside(to))
			end = to.fraction;
		if (begin == arc % 2 && end == 1 - arc % 2)
			track_add_whole(track, lines, edge, arc % 2 != 0);
		else
			track_add_edge(track, lines, edge, begin, end);
	}
	if (route->arc_count > 0 && edge_is_bridged(lines, route->arcs[route->arc_count - 1] / 2))
		track_add_spot(track, lines, to);
	/* a line has two points, even where the way is none */
	if (track->count == 1)
	{
		track->x[1] = track->x[0];
		track->y[1] = track->y[0];
		track->count = 2;
	}
}
