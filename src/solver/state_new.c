/*
 * state_new.c
 *	  An empty plan for a problem: arrays, the facts about nodes, vehicles of a kind.
 */
#include "solver/state.h"

#include "solver/halves.h"
#include "solver/moments.h"
#include "solver/soft.h"
#include "solver/trips.h"
#include "solver/unit.h"

#include <string.h>

/* Rows and columns of a travel table that are compared at a time. */
#define TILE 64

static bool
arrays_take(LmState *state, LmArena *arena)
{
	const LmProblem *problem = state->problem;
	size_t orders = (size_t) problem->order_count;
	size_t vehicles = (size_t) problem->vehicle_count;
	size_t dims = (size_t) problem->dimensions;
	size_t nodes = orders + 2 * vehicles;

	state->nodes = LM_TAKE(arena, LmNode, nodes);
	state->spots = LM_TAKE(arena, LmSpot, nodes);
	/* one in front: the route of an order that is on none may be looked at, and is not used */
	state->routes = LM_TAKE(arena, LmRoute, vehicles + 1);
	if (state->routes != NULL)
		state->routes++;
	state->load = LM_TAKE(arena, LmAmount, vehicles * dims);
	state->aboard = LM_TAKE(arena, LmAmount, state->mixed ? nodes * dims : 0);
	state->peak_before = LM_TAKE(arena, LmAmount, state->mixed ? nodes * dims : 0);
	state->peak_after = LM_TAKE(arena, LmAmount, state->mixed ? nodes * dims : 0);
	state->vans = LM_TAKE(arena, LmVan, vehicles);
	state->legs = LM_TAKE(arena, LmLeg, nodes);
	state->logged_legs = LM_TAKE(arena, LmLeg, nodes);
	state->time_back = LM_TAKE(arena, int32_t *, problem->travel_count);
	state->length_back = LM_TAKE(arena, uint32_t *, problem->travel_count);
	state->absent_price = LM_TAKE(arena, LmCost, orders);
	state->absent = LM_TAKE(arena, int32_t, orders);
	state->absent_at = LM_TAKE(arena, int32_t, orders);
	state->kind = LM_TAKE(arena, int32_t, vehicles);
	state->kind_first = LM_TAKE(arena, int32_t, vehicles + 1);
	state->kind_members = LM_TAKE(arena, int32_t, vehicles);
	state->kind_place = LM_TAKE(arena, int32_t, vehicles);
	state->driving = LM_TAKE(arena, uint64_t, vehicles / 64 + 1);
	state->sequence = LM_TAKE(arena, int32_t, orders + 1);
	state->node_epoch = LM_TAKE(arena, uint32_t, nodes);
	state->route_epoch = LM_TAKE(arena, uint32_t, vehicles);
	state->logged_ids = LM_TAKE(arena, int32_t, nodes);
	state->logged_nodes = LM_TAKE(arena, LmNode, nodes);
	state->logged_route_ids = LM_TAKE(arena, int32_t, vehicles);
	state->logged_routes = LM_TAKE(arena, LmRoute, vehicles);
	state->logged_loads = LM_TAKE(arena, LmAmount, vehicles * dims);
	state->logged_absent = LM_TAKE(arena, int32_t, orders);
	return !arena->failed;
}

/* Orders of a site whose setups differ need the exact schedule. */
static bool
setup_differs(const LmProblem *problem, LmTime *site_setup, int32_t order)
{
	return site_setup[problem->orders[order].site] != problem->orders[order].setup;
}

static bool
spots_set(LmState *state, LmArena *arena)
{
	const LmProblem *problem = state->problem;
	LmSpot *spots = (LmSpot *) state->spots;
	LmTime *site_setup = LM_TAKE(arena, LmTime, problem->site_count);
	bool has_soft = false;

	if (site_setup == NULL)
		return false;
	for (int32_t site = 0; site < problem->site_count; site++)
		site_setup[site] = -1;
	for (int32_t i = 0; i < lm_problem_rows(problem); i++)
	{
		LmTime *setup = &site_setup[problem->orders[i].site];

		/* -2: two different ones */
		*setup = *setup == -1 || *setup == problem->orders[i].setup ? problem->orders[i].setup : -2;
	}
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		const LmOrder *order = &problem->orders[i];
		LmSpot *spot = &spots[i];

		spot->open = problem->windows[order->window_first].open;
		spot->close = problem->windows[order->window_first + order->window_count - 1].close;
		spot->service = order->service;
		spot->setup = order->setup;
		spot->release = order->kind == LM_DELIVERY ? order->release : -LM_NEVER;
		spot->demand = problem->dimensions > 0 ? problem->demand[(size_t) i * problem->dimensions]
		                                       : 0;
		spot->site = order->site;
		spot->uneven = order->kind != LM_RELOAD && setup_differs(problem, site_setup, i);
		spot->odd = order->window_count > 1 || spot->uneven;
		spot->soft = problem->late_price != NULL && problem->late_price[i] > 0;
		has_soft |= spot->soft;
		spot->kind = order->kind;
		state->has_setups |= order->setup > 0;
		state->plain &= !spot->odd && !spot->soft;
		state->quick &= !spot->odd;
		state->has_uneven |= spot->uneven;
		state->has_releases |= spot->release > -LM_NEVER;
		state->nodes[i].place = order->place;
		state->nodes[i].route = LM_ABSENT;
		state->legs[i].next_place = LM_OFF_ROUTE;
	}
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		for (int32_t end = 0; end < 2; end++)
		{
			LmSpot *spot = &spots[lm_state_start(state, v) + end];

			spot->open = -LM_NEVER;
			spot->close = lm_vehicle_latest(&problem->vehicles[v]);
			spot->release = -LM_NEVER;
			spot->site = end == 0 && problem->vehicles[v].under_way ? problem->vehicles[v].site
			                                                        : -1;
		}
	if (has_soft)
		state->soft = lm_soft_new(problem, arena);
	return !arena->failed;
}

static void
routes_clear(LmState *state)
{
	const LmProblem *problem = state->problem;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		const LmVehicle *van = &problem->vehicles[v];
		LmNode *start = &state->nodes[lm_state_start(state, v)];
		LmNode *end = &state->nodes[lm_state_end(state, v)];

		start->prev = end->next = LM_ABSENT;
		start->next = lm_state_end(state, v);
		end->prev = lm_state_start(state, v);
		start->route = end->route = v;
		start->place = van->start;
		end->place = van->end;
		start->head = (LmSegment){van->shift_start,
		                          van->under_way ? van->shift_start : lm_vehicle_latest(van), 0};
		end->tail = (LmSegment){-LM_NEVER, lm_vehicle_latest(van), 0};
		state->legs[lm_state_start(state, v)].next_place = van->end;
		state->routes[v].release = -LM_NEVER;
	}
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		state->absent_at[i] = -1;
		if (lm_problem_first(problem, i) == i)
			lm_state_absent_add(state, i);
	}
}

static uint64_t
hash_mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ (hash >> 29);
}

static uint64_t
hash_double(uint64_t hash, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return hash_mix(hash, bits);
}

/*
 * What a vehicle is to the search.  Two that hash alike by accident cost
 * nothing but a chance: every insertion is checked against the vehicle itself.
 */
static uint64_t
vehicle_hash(const LmProblem *problem, int32_t v)
{
	const LmVehicle *van = &problem->vehicles[v];
	uint64_t hash = 1;

	hash = hash_mix(hash, (uint64_t) van->start);
	hash = hash_mix(hash, (uint64_t) van->end);
	hash = hash_mix(hash, (uint64_t) van->travel);
	hash = hash_mix(hash, (uint64_t) van->max_stops);
	hash = hash_mix(hash, (uint64_t) van->shift_start);
	hash = hash_mix(hash, (uint64_t) van->shift_end);
	hash = hash_mix(hash, (uint64_t) van->overtime);
	hash = hash_mix(hash, (uint64_t) van->max_distance);
	hash = hash_mix(hash, (uint64_t) van->range);
	hash = hash_mix(hash, (uint64_t) (van->max_trips > 1 ? van->max_trips : 1));
	hash = hash_mix(hash, (uint64_t) van->max_time);
	if (van->under_way)
		hash = hash_mix(hash, (uint64_t) v);
	hash = hash_double(hash, van->cost_fixed);
	hash = hash_double(hash, van->cost_per_hour);
	hash = hash_double(hash, van->cost_per_km);
	hash = hash_double(hash, van->cost_per_overtime_hour);
	for (int32_t b = 0; b < van->break_count; b++)
	{
		const LmBreak *pause = &problem->breaks[van->break_first + b];

		hash = hash_mix(hash, (uint64_t) pause->window.open);
		hash = hash_mix(hash, (uint64_t) pause->window.close);
		hash = hash_mix(hash, (uint64_t) pause->duration);
	}
	for (int32_t d = 0; d < problem->dimensions; d++)
		hash = hash_mix(hash, (uint64_t) problem->capacity[(size_t) v * problem->dimensions + d]);
	if (problem->skilled != NULL || problem->welcome != NULL)
		for (int32_t i = 0; i < problem->order_count; i++)
			hash = hash_mix(hash, (uint64_t) lm_problem_skilled(problem, i, v) * 2 +
			                          (uint64_t) lm_problem_welcome(problem, i, v));
	return hash;
}

/* To each vehicle's hash, the orders that prefer it. */
static void
preferences_hash(const LmProblem *problem, uint64_t *hashes)
{
	if (problem->prefer_price == NULL)
		return;
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		int32_t preferred = problem->orders[i].preferred;

		if (problem->prefer_price[i] > 0 && preferred >= 0)
			hashes[preferred] = hash_mix(hashes[preferred], (uint64_t) i);
	}
}

/* Numbers vehicles by their hashes, from 0 as they come; false: told to stop. */
static bool
hashes_number(LmState *state, const uint64_t *hashes, uint64_t *seen, int32_t *number,
              int32_t *count)
{
	*count = 0;
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
	{
		int32_t kind = 0;

		lm_scheduler_tick(state->scheduler);
		if (lm_scheduler_stopped(state->scheduler))
			return false;
		while (kind < *count && seen[kind] != hashes[v])
			kind++;
		if (kind == *count)
			seen[(*count)++] = hashes[v];
		number[v] = kind;
	}
	return true;
}

static bool
kinds_set(LmState *state, LmArena *arena)
{
	int32_t vehicles = state->problem->vehicle_count;
	uint64_t *hashes = LM_TAKE(arena, uint64_t, vehicles);
	uint64_t *seen = LM_TAKE(arena, uint64_t, vehicles);
	int32_t member = 0;

	if (hashes == NULL || seen == NULL)
		return false;
	for (int32_t v = 0; v < vehicles; v++)
	{
		hashes[v] = vehicle_hash(state->problem, v);
		lm_scheduler_tick(state->scheduler);
		if (lm_scheduler_stopped(state->scheduler))
			return false;
	}
	if (!hashes_number(state, hashes, seen, state->kind, &state->kind_count))
		return false;
	for (int32_t v = 0; v < vehicles; v++)
		state->vans[v].twin = state->kind[v];
	preferences_hash(state->problem, hashes);
	if (state->problem->prefer_price != NULL &&
	    !hashes_number(state, hashes, seen, state->kind, &state->kind_count))
		return false;
	for (int32_t kind = 0; kind < state->kind_count; kind++)
	{
		state->kind_first[kind] = member;
		for (int32_t v = 0; v < vehicles; v++)
			if (state->kind[v] == kind)
			{
				state->kind_place[v] = member;
				state->kind_members[member++] = v;
			}
	}
	state->kind_first[state->kind_count] = member;
	return true;
}

static void
vans_set(LmState *state)
{
	LmVan *vans = state->vans;

	/* two look-ups say nothing of a price that may fall as working time grows */
	state->uniform = !state->balanced;
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
	{
		const LmVehicle *vehicle = &state->problem->vehicles[v];
		const LmPrices *prices = &state->problem->prices[v];

		vans[v].per_ms = prices->per_ms;
		vans[v].per_mm = prices->per_mm;
		vans[v].per_overtime_ms = prices->per_overtime_ms;
		vans[v].timed = prices->per_ms != 0 || prices->per_overtime_ms != 0 || state->balanced;
		vans[v].price = prices->fixed;
		vans[v].max_distance = vehicle->max_distance;
		vans[v].range = vehicle->range > 0 ? vehicle->range : LM_NEVER;
		vans[v].max_trips = vehicle->max_trips > 1 ? vehicle->max_trips : 1;
		vans[v].loaded = vehicle->under_way ? vehicle->loaded : LM_NEVER;
		vans[v].max_time = vehicle->max_time;
		vans[v].travel = vehicle->travel;
		vans[v].max_stops = vehicle->max_stops;
		vans[v].measured = prices->per_mm != 0 || vehicle->max_distance < LM_NEVER ||
		                   vans[v].range < LM_NEVER;
		vans[v].has_breaks = vehicle->break_count > 0;
		vans[v].changes = lm_problem_travel(state->problem, v)->traffic != NULL;
		state->plain &= !vans[v].has_breaks && !vans[v].changes;
		state->quick &= !vans[v].has_breaks && !vans[v].changes;
		state->uniform &= vans[v].travel == vans[0].travel && vans[v].per_ms == vans[0].per_ms &&
		                  vans[v].per_mm == vans[0].per_mm &&
		                  vans[v].per_overtime_ms == vans[0].per_overtime_ms;
	}
}

/* Whether the square of a tile at (top, left) mirrors the one at (left, top). */
static bool
tile_is_symmetric(const LmTravel *travel, size_t top, size_t left)
{
	size_t places = (size_t) travel->places;
	size_t bottom = top + TILE < places ? top + TILE : places;
	size_t right = left + TILE < places ? left + TILE : places;

	for (size_t a = top; a < bottom; a++)
		for (size_t b = left; b < right; b++)
			if (travel->time[a * places + b] != travel->time[b * places + a] ||
			    (travel->length32 != NULL &&
			     travel->length32[a * places + b] != travel->length32[b * places + a]))
				return false;
	return true;
}

/* Tile by tile: a column at a time misses the cache.  False also when told to stop. */
static bool
table_is_symmetric(LmScheduler *scheduler, const LmTravel *travel)
{
	size_t places = (size_t) travel->places;

	for (size_t top = 0; top < places; top += TILE)
		for (size_t left = 0; left <= top; left += TILE)
		{
			lm_scheduler_tick(scheduler);
			if (lm_scheduler_stopped(scheduler) || !tile_is_symmetric(travel, top, left))
				return false;
		}
	return true;
}

/* Tables by arrival; those of a symmetric travel serve both ways. */
static bool
tables_set(LmState *state, LmArena *arena)
{
	for (int32_t t = 0; t < state->problem->travel_count; t++)
	{
		const LmTravel *travel = &state->problem->travels[t];
		size_t places = (size_t) travel->places;
		bool symmetric;

		if (travel->time == NULL)
			continue;
		if (travel->time_back != NULL)
		{
			state->time_back[t] = travel->time_back;
			state->length_back[t] = travel->length_back;
			continue;
		}
		symmetric = table_is_symmetric(state->scheduler, travel);
		/* not zeroed: to touch so much at once would keep a cancel waiting */
		state->time_back[t] = symmetric ? travel->time
		                                : LM_TAKE_RAW(arena, int32_t, places * places);
		state->length_back[t] = symmetric || travel->length32 == NULL
		                            ? travel->length32
		                            : LM_TAKE_RAW(arena, uint32_t, places * places);
		if (arena->failed)
			return false;
		if (symmetric)
			continue;
		for (size_t from = 0; from < places; from++)
		{
			lm_scheduler_tick(state->scheduler);
			if (lm_scheduler_stopped(state->scheduler))
				return false;
			for (size_t to = 0; to < places; to++)
			{
				state->time_back[t][to * places + from] = travel->time[from * places + to];
				if (travel->length32 != NULL)
					state->length_back[t][to * places + from] =
						travel->length32[from * places + to];
			}
		}
	}
	return true;
}

static bool
trips_set(LmState *state, LmArena *arena)
{
	bool wanted = state->problem->reload_count > 0;

	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
		wanted |= state->vans[v].range < LM_NEVER;
	if (wanted)
		state->trips = lm_trips_new(state, arena);
	return !wanted || state->trips != NULL;
}

/* Routes without orders: vehicles under way drive to their end. */
static bool
way_home_load(LmState *state, LmArena *arena)
{
	const LmProblem *problem = state->problem;
	int32_t *next = LM_TAKE(arena, int32_t,
	                        (size_t) problem->order_count + 2 * (size_t) problem->vehicle_count);

	if (next == NULL)
		return false;
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		next[lm_state_start(state, v)] = lm_state_end(state, v);
	lm_state_load(state, next);
	return true;
}

/* Whether the sum of a route's demands is not all that its vehicle has, or had, on board. */
static bool
goods_aboard(const LmProblem *problem)
{
	size_t cells = (size_t) problem->vehicle_count * (size_t) problem->dimensions;

	for (size_t i = 0; problem->aboard != NULL && i < cells; i++)
		if (problem->aboard[i].load > 0 || problem->aboard[i].peak > 0)
			return true;
	return false;
}

LmState *
lm_state_new(const LmProblem *problem, LmScheduler *scheduler, LmArena *arena)
{
	LmState *state = LM_TAKE(arena, LmState, 1);
	int kinds = 0;

	if (state == NULL)
		return NULL;
	state->problem = problem;
	state->scheduler = scheduler;
	state->plain = state->quick = true;
	state->balanced = problem->balance_per_ms > 0;
	for (int32_t i = 0; i < problem->order_count; i++)
		kinds |= 1 << problem->orders[i].kind;
	/* of one kind only, and no shipment */
	state->mixed = kinds != 1 << LM_DELIVERY && kinds != 1 << LM_PICKUP && problem->dimensions > 0;
	state->mixed |= goods_aboard(problem);
	if (!arrays_take(state, arena) || !spots_set(state, arena) || !kinds_set(state, arena) ||
	    !tables_set(state, arena))
		return NULL;
	vans_set(state);
	/* see lm_soft_drive */
	state->quick &= state->soft == NULL || !state->has_releases;
	if (!trips_set(state, arena))
		return NULL;
	routes_clear(state);
	if (problem->units != NULL)
	{
		state->units = lm_units_new(problem, arena);
		if (state->units == NULL)
			return NULL;
		for (int32_t v = 0; v < problem->vehicle_count; v++)
			lm_units_follow(state, v);
	}
	if (!state->plain)
	{
		state->halves = lm_halves_new(problem, scheduler, arena);
		if (state->halves == NULL)
			return NULL;
	}
	for (int32_t v = 0; v < problem->vehicle_count && state->moments == NULL; v++)
		if (state->vans[v].changes)
		{
			state->moments = lm_moments_new(state, arena);
			if (state->moments == NULL)
				return NULL;
		}
	state->epoch = 1;
	lm_state_commit(state);
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		if (problem->vehicles[v].under_way)
			return way_home_load(state, arena) ? state : NULL;
	return state;
}
