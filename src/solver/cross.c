/*
 * cross.c
 *	  Which routes to take over, room for them, and the taking.
 */
#include "solver/cross.h"

#include "solver/trips.h"
#include "solver/unit.h"

#include <string.h>

struct LmCross
{
	int32_t *route;  /* [order_count] the donor's vehicle, or LM_ABSENT */
	bool *coming;    /* [order_count] on a route that is taken over */
	int32_t *routes; /* [route_count] those, as the donor numbers them */
	bool *chosen;    /* [vehicle_count] by the donor's number */
	int32_t route_count;
};

LmCross *
lm_cross_new(const LmState *state, LmArena *arena)
{
	LmCross *cross = LM_TAKE(arena, LmCross, 1);

	if (cross == NULL)
		return NULL;
	cross->route = LM_TAKE(arena, int32_t, state->problem->order_count);
	cross->coming = LM_TAKE(arena, bool, state->problem->order_count);
	cross->routes = LM_TAKE(arena, int32_t, state->problem->vehicle_count);
	cross->chosen = LM_TAKE(arena, bool, state->problem->vehicle_count);
	return arena->failed ? NULL : cross;
}

/* Reads which route of the donor each order is on; returns how many routes have orders. */
static int32_t
donor_read(LmCross *cross, const LmState *state, const LmKept *donor)
{
	int32_t orders = state->problem->order_count;
	int32_t used = 0;

	for (int32_t i = 0; i < orders; i++)
		cross->route[i] = LM_ABSENT;
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
	{
		int32_t first = donor->next[lm_state_start(state, v)];

		used += first < orders;
		for (int32_t order = first; order < orders; order = donor->next[order])
			cross->route[order] = v;
	}
	return used;
}

static void
route_choose(LmCross *cross, const LmState *state, const LmKept *donor, int32_t route)
{
	cross->chosen[route] = true;
	cross->routes[cross->route_count++] = route;
	for (int32_t order = donor->next[lm_state_start(state, route)];
	     order < state->problem->order_count; order = donor->next[order])
	{
		const LmUnit *unit = lm_problem_unit(state->problem, order);

		cross->coming[order] = !lm_is_reload(state, order);
		for (int32_t i = 0; unit != NULL && i < unit->heads + unit->tails; i++)
			cross->coming[state->problem->members[unit->first + i]] = true;
	}
}

/* Routes of the donor around a random order. */
static void
routes_choose(LmCross *cross, const LmState *state, const LmNeighbours *neighbours,
              LmRandom *random, const LmKept *donor)
{
	int32_t half = donor_read(cross, state, donor) / 2;
	int32_t most = 1 + lm_random_below(random, half > 1 ? half : 1);
	int32_t seed = lm_random_below(random, lm_problem_rows(state->problem));
	const int32_t *near = neighbours->near + (size_t) seed * neighbours->near_width;

	cross->route_count = 0;
	memset(cross->coming, 0, sizeof(bool) * (size_t) state->problem->order_count);
	memset(cross->chosen, 0, sizeof(bool) * (size_t) state->problem->vehicle_count);
	for (int32_t i = -1; i < neighbours->near_width && cross->route_count < most; i++)
	{
		int32_t order = i < 0 ? seed : near[i];

		if (order < 0)
			break;
		if (cross->route[order] != LM_ABSENT && !cross->chosen[cross->route[order]])
			route_choose(cross, state, donor, cross->route[order]);
	}
}

/* Takes off what is coming; a route of which half is coming goes as a whole. */
static void
room_make(const LmCross *cross, LmState *state)
{
	int32_t orders = state->problem->order_count;

	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
	{
		int32_t first = state->nodes[lm_state_start(state, v)].next;
		int32_t coming = 0;

		for (int32_t order = first; order < orders; order = state->nodes[order].next)
			coming += cross->coming[order];
		if (coming > 0 && 2 * coming >= state->routes[v].count)
			lm_state_remove(state, first, state->nodes[lm_state_end(state, v)].prev);
	}
	for (int32_t i = 0; i < orders; i++)
		if (cross->coming[i] && state->nodes[i].route != LM_ABSENT)
			lm_state_remove(state, i, i);
}

/* Whether nothing but a place is missing to an order of the donor's route. */
static bool
may_come(const LmState *state, int32_t order)
{
	if (state->units == NULL || !lm_unit_drops(state->problem, order))
		return state->nodes[order].route == LM_ABSENT;
	return state->nodes[order].route == LM_ABSENT && lm_unit_mate(state, order) != LM_ABSENT;
}

/* Takes off collecting rows whose other row found no place. */
static void
halves_remove(LmState *state, int32_t vehicle)
{
	int32_t node = state->nodes[lm_state_start(state, vehicle)].next;

	while (node < state->problem->order_count)
	{
		int32_t order = node;

		node = state->nodes[node].next;
		if (state->spots[order].kind != LM_COLLECT || lm_unit_mate(state, order) != LM_ABSENT)
			continue;
		lm_state_remove(state, order, order);
		/* others may have gone with it */
		node = state->nodes[lm_state_start(state, vehicle)].next;
	}
}

/* Builds a route of the donor on its vehicle or on a free one like it. */
static void
route_take(LmState *state, const LmKept *donor, int32_t route)
{
	bool free = state->nodes[lm_state_start(state, route)].next == lm_state_end(state, route);
	int32_t vehicle = free ? route : lm_state_empty(state, state->kind[route]);
	int32_t after;

	if (vehicle < 0)
		return;
	after = lm_state_start(state, vehicle);
	for (int32_t order = donor->next[lm_state_start(state, route)];
	     order < state->problem->order_count; order = donor->next[order])
	{
		/* one reload is as good as another */
		int32_t node = lm_is_reload(state, order) ? lm_trips_reload(state, vehicle) : order;

		/* an open piece of a route may cost more, or be too long, where no triangle inequality
		 * holds */
		if (node >= 0 && may_come(state, node) &&
		    lm_state_insertion(state, node, after, LM_IMPOSSIBLE) < LM_IMPOSSIBLE)
		{
			lm_state_insert(state, node, after);
			after = node;
		}
	}
	if (state->units != NULL)
		halves_remove(state, vehicle);
}

void
lm_cross(LmCross *cross, LmState *state, const LmNeighbours *neighbours, LmRandom *random,
         const LmKept *receiver, const LmKept *donor)
{
	lm_state_load(state, receiver->next);
	routes_choose(cross, state, neighbours, random, donor);
	room_make(cross, state);
	for (int32_t i = 0; i < cross->route_count; i++)
		route_take(state, donor, cross->routes[i]);
}
