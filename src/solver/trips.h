/*
 * trips.h
 *	  Routes of several trips: where each begins, how long it is, when its goods are ready.
 *
 * A reload is a node like an order (problem.h): it is inserted, removed and moved as one, but it is
 * on no list of absent orders, and its window, which is LmSpot.open, follows from the orders behind
 * it.  Kept are facts of each route that its links imply; they are made anew when it changes.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_TRIPS_H
#define LM_SOLVER_TRIPS_H

#include "model/arena.h"
#include "solver/splice.h"
#include "solver/state.h"

typedef struct LmTrips
{
	int32_t *head; /* [node] start or reload with which the trip of a node on a route begins; of a
								 * reload itself, of an end the last one's */
	LmLength *length; /* [node] of the trip that begins there, to the next reload or the end */
	int32_t *first; /* [vehicle] the reloads that are for it: first .. last - 1, none where equal */
	int32_t *last;
	int32_t *unused; /* [vehicle] where the last one on no route was found */
} LmTrips;

/* lm_trips_new - for a problem with reloads or ranges; NULL when memory is refused. */
LmTrips *lm_trips_new(const LmState *state, LmArena *arena);

/*
 * lm_trips_update - what is kept of a route, its first trip's release too, from its links and legs
 *
 * Returns whether the opening of a reload has changed.  O(route).
 */
bool lm_trips_update(LmState *state, int32_t vehicle);

/* lm_trips_reload - a reload on no route that the vehicle's may still get, or -1. */
int32_t lm_trips_reload(LmState *state, int32_t vehicle);

/* lm_trips_in_range - each trip of the route as it would be is no longer than the range; O(trip) */
bool lm_trips_in_range(const LmState *state, const LmSplice *splice);

/* lm_trips_excess - mm by which the trip of a node is longer than the range once it grows by so much, or less than 0 */
static inline LmLength
lm_trips_excess(const LmState *state, int32_t node, LmLength added)
{
	const LmTrips *trips = state->trips;

	return trips->length[trips->head[node]] + added - state->vans[state->nodes[node].route].range;
}

/*
 * lm_trips_ready - the head of a route at a node, with an order put in behind it
 *
 *	head		of the node; the goods may move it
 *
 * Returns false where they are ready too late.
 */
bool lm_trips_ready(const LmState *state, int32_t order, int32_t after, LmSegment *head);

/* lm_trips_opening - when the goods of the trip that row `at` of state->sequence begins are ready; -1: the first */
LmTime lm_trips_opening(const LmState *state, int32_t at, int32_t count);

static inline bool
lm_is_reload(const LmState *state, int32_t node)
{
	return state->spots[node].kind == LM_RELOAD;
}

/* lm_trip_begins - a trip begins at the node: a reload, or the start of who is not under way on one */
static inline bool
lm_trip_begins(const LmState *state, int32_t node)
{
	return lm_is_reload(state, node) ||
	       (node >= state->problem->order_count && state->nodes[node].prev == LM_ABSENT &&
	        !state->problem->vehicles[state->nodes[node].route].under_way);
}

#endif /* LM_SOLVER_TRIPS_H */
