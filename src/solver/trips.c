/*
 * trips.c
 *	  Facts of routes that come back to their start.
 */
#include "solver/trips.h"

#include "solver/state_parts.h"

LmTrips *
lm_trips_new(const LmState *state, LmArena *arena)
{
	const LmProblem *problem = state->problem;
	size_t nodes = (size_t) problem->order_count + 2 * (size_t) problem->vehicle_count;
	LmTrips *trips = LM_TAKE(arena, LmTrips, 1);

	if (trips == NULL)
		return NULL;
	trips->head = LM_TAKE(arena, int32_t, nodes);
	trips->length = LM_TAKE(arena, LmLength, nodes);
	trips->first = LM_TAKE(arena, int32_t, problem->vehicle_count);
	trips->last = LM_TAKE(arena, int32_t, problem->vehicle_count);
	trips->unused = LM_TAKE(arena, int32_t, problem->vehicle_count);
	if (arena->failed)
		return NULL;
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		int32_t reload = lm_problem_rows(problem);

		if (problem->vehicles[v].max_trips > 1)
		{
			while (reload < problem->order_count && !lm_problem_welcome(problem, reload, v))
				reload++;
			trips->first[v] = reload;
			while (reload < problem->order_count && lm_problem_welcome(problem, reload, v))
				reload++;
		}
		else
			trips->first[v] = reload;
		trips->last[v] = reload;
		trips->unused[v] = trips->first[v];
		trips->head[lm_state_start(state, v)] = lm_state_start(state, v);
		trips->head[lm_state_end(state, v)] = lm_state_start(state, v);
	}
	return trips;
}

/* The goods of a trip are ready; whether that changes its beginning, which is kept for reloads only. */
static bool
trip_open(LmState *state, int32_t head, LmTime release)
{
	LmSpot *spot = (LmSpot *) &state->spots[head];
	bool changed;

	if (head >= state->problem->order_count)
	{
		state->routes[state->nodes[head].route].release = release;
		return false;
	}
	changed = spot->open != release;
	spot->open = release;
	return changed;
}

bool
lm_trips_update(LmState *state, int32_t vehicle)
{
	LmTrips *trips = state->trips;
	int32_t orders = state->problem->order_count;
	int32_t node = lm_state_start(state, vehicle);
	int32_t head = node;
	LmTime release = -LM_NEVER;
	LmLength length = state->problem->vehicles[vehicle].ranged;
	bool changed = false;

	for (;;)
	{
		length += state->legs[node].length;
		node = state->nodes[node].next;
		if (node < orders && !lm_is_reload(state, node))
		{
			trips->head[node] = head;
			if (state->spots[node].release > release)
				release = state->spots[node].release;
			continue;
		}
		trips->length[head] = length;
		changed |= trip_open(state, head, release);
		if (node >= orders)
			break;
		trips->head[node] = head = node;
		length = 0;
		release = -LM_NEVER;
	}
	trips->head[node] = head;
	return changed;
}

int32_t
lm_trips_reload(LmState *state, int32_t vehicle)
{
	LmTrips *trips = state->trips;
	int32_t first = trips->first[vehicle];
	int32_t count = trips->last[vehicle] - first;

	if (state->routes[vehicle].reloads + 1 >= state->vans[vehicle].max_trips)
		return -1;
	for (int32_t i = 0; i < count; i++)
	{
		int32_t reload = first + (trips->unused[vehicle] - first + i) % count;

		if (state->nodes[reload].route != LM_ABSENT)
			continue;
		/* what it was on another route is forgotten */
		((LmSpot *) state->spots)[reload].open = -LM_NEVER;
		trips->unused[vehicle] = reload;
		return reload;
	}
	return -1;
}

/* A trip as it grows row by row; false once one was too long. */
static bool
trip_grow(const LmState *state, LmLength leg, int32_t to, LmLength range, LmLength *length)
{
	*length += leg;
	if (*length > range)
		return false;
	if (lm_is_reload(state, to))
		*length = 0;
	return true;
}

bool
lm_trips_in_range(const LmState *state, const LmSplice *splice)
{
	int32_t vehicle = state->nodes[splice->before].route;
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	LmLength range = state->vans[vehicle].range;
	int32_t from = state->trips->head[splice->before];
	LmLength length = lm_is_reload(state, from) ? 0 : state->problem->vehicles[vehicle].ranged;

	if (range >= LM_NEVER)
		return true;
	for (; from != splice->before; from = state->nodes[from].next)
		length += state->legs[from].length;
	for (int32_t i = 0; i <= splice->count; i++)
	{
		int32_t to = i < splice->count ? splice->orders[i] : splice->behind;

		if (!trip_grow(state, lm_leg_of(state, travel, from, to).length, to, range, &length))
			return false;
		from = to;
	}
	for (; from < state->problem->order_count && !lm_is_reload(state, from);
	     from = state->nodes[from].next)
		if (!trip_grow(state, state->legs[from].length, state->nodes[from].next, range, &length))
			return false;
	return true;
}

bool
lm_trips_ready(const LmState *state, int32_t order, int32_t after, LmSegment *head)
{
	LmTime release = state->spots[order].release;
	int32_t node = state->trips->head[after];

	if (node >= state->problem->order_count)
	{
		if (release > head->lo)
			head->lo = release;
		return head->lo <= head->hi && release <= state->vans[state->nodes[after].route].loaded;
	}
	if (release <= state->spots[node].open)
		return true;
	/* the vehicle waits at the reload: drive the trip again */
	*head = state->nodes[state->nodes[node].prev].head;
	for (;; node = state->nodes[node].next)
	{
		const LmSpot *spot = &state->spots[node];
		LmTime leg = state->legs[state->nodes[node].prev].time;
		LmTime open = lm_is_reload(state, node) ? release : spot->open;

		if (spot->odd)
			open = lm_opening(state, node, head->lo + head->span + leg);
		if (!lm_segment_append(head, leg, open, spot->close, spot->service))
			return false;
		if (node == after)
			return true;
	}
}

LmTime
lm_trips_opening(const LmState *state, int32_t at, int32_t count)
{
	LmTime release = -LM_NEVER;

	for (int32_t i = at + 1; i < count && !lm_is_reload(state, state->sequence[i]); i++)
		if (state->spots[state->sequence[i]].release > release)
			release = state->spots[state->sequence[i]].release;
	return release;
}
