/*
 * pair_near.c
 *	  Pairs of candidate places, by what they cost at the least.
 *
 * A heap gives the pairs one by one, and the first that can be driven is mostly the last that is looked
 * at: driving goes from one row to the other only.
 */
#include "solver/pair_parts.h"

#include "solver/load.h"
#include "solver/probe.h"
#include "solver/unit.h"

#define MOST_PLACES (2 * LM_NEIGHBOUR_WIDTH)
#define MOST_PAIRS (MOST_PLACES * MOST_PLACES + 2 * MOST_PLACES)

/* A pair of places; right beside each other where drop_after is the collecting row. */
typedef struct Pair
{
	LmCost least;
	int32_t after;
	int32_t drop_after;
} Pair;

/* The candidate places of one row, each once. */
typedef struct Places
{
	LmCost least[MOST_PLACES];
	int32_t after[MOST_PLACES];
	int32_t rest[MOST_PLACES]; /* the next of the same vehicle, or -1 */
	int32_t count;
} Places;

struct LmPairNear
{
	Pair heap[MOST_PAIRS];
	int32_t count;
	Places collects;
	Places drops;
	uint32_t *met;  /* [node] sight at which it was met */
	int32_t *first; /* [vehicle] index into drops, if seen */
};

struct LmPairNear *
lm_pair_near_new(const LmProblem *problem, LmArena *arena)
{
	struct LmPairNear *near = LM_TAKE(arena, struct LmPairNear, 1);

	if (near == NULL)
		return NULL;
	near->met = LM_TAKE(arena, uint32_t,
	                    (size_t) problem->order_count + 2 * (size_t) problem->vehicle_count);
	near->first = LM_TAKE(arena, int32_t, problem->vehicle_count);
	return arena->failed ? NULL : near;
}

static void
heap_push(struct LmPairNear *near, Pair pair)
{
	int32_t at = near->count++;

	while (at > 0 && near->heap[(at - 1) / 2].least > pair.least)
	{
		near->heap[at] = near->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	near->heap[at] = pair;
}

static Pair
heap_pop(struct LmPairNear *near)
{
	Pair top = near->heap[0];
	Pair last = near->heap[--near->count];
	int32_t at = 0;

	for (;;)
	{
		int32_t child = 2 * at + 1;

		if (child >= near->count)
			break;
		if (child + 1 < near->count && near->heap[child + 1].least < near->heap[child].least)
			child++;
		if (near->heap[child].least >= last.least)
			break;
		near->heap[at] = near->heap[child];
		at = child;
	}
	near->heap[at] = last;
	return top;
}

/* Candidate places that windows allow and that cost less than a bound. */
static void
places_read(LmState *state, const LmNeighbours *neighbours, int32_t order, Places *places)
{
	LmUnits *units = state->units;
	LmProbe probe = lm_probe_of(state, order);
	LmFloors floors;

	places->count = 0;
	units->sight++;
	lm_probe_floors(&probe, state, neighbours, &floors);
	for (int32_t i = 0; i < floors.count; i++)
	{
		int32_t after = floors.after[i];

		if (units->near->met[after] == units->sight || !lm_probe_fits(&probe, state, after))
			continue;
		units->near->met[after] = units->sight;
		places->least[places->count] = floors.floor[i];
		places->after[places->count++] = after;
	}
}

/* The two rows in a row, behind each of some nodes. */
static void
together_offer(LmState *state, int32_t collect, int32_t drop, const Places *places, LmCost bound)
{
	const LmVan *van = &state->vans[0];
	const LmTravel *travel = &state->problem->travels[van->travel];
	LmLeg across = lm_leg_of(state, travel, collect, drop);
	LmTime service = state->spots[collect].service + state->spots[drop].service;

	if (across.time == LM_NO_LEG)
		return;
	for (int32_t i = 0; i < places->count; i++)
	{
		int32_t after = places->after[i];
		const LmLeg *leg = &state->legs[after];
		LmHop to;
		LmHop on;
		LmCost least;

		if (state->units->near->met[after] == state->units->sight)
			continue;
		state->units->near->met[after] = state->units->sight;
		to = lm_hop_to(state, van->travel, state->nodes[collect].place, state->nodes[after].place);
		on = lm_hop_on(state, van->travel, state->nodes[drop].place, leg->next_place);
		least = van->per_mm * (to.length + across.length + on.length - leg->length) +
		        van->per_ms * (to.time + across.time + on.time - leg->time + service) -
		        state->routes[state->nodes[after].route].saving;
		if (to.time != LM_NO_LEG && on.time != LM_NO_LEG && least < bound)
			heap_push(state->units->near, (Pair){least, after, collect});
	}
}

/* The dropping row further on, of the same vehicle. */
static void
apart_offer(LmState *state, LmCost bound)
{
	LmUnits *units = state->units;
	struct LmPairNear *near = units->near;

	units->sight++;
	for (int32_t i = 0; i < near->drops.count; i++)
	{
		int32_t vehicle = state->nodes[near->drops.after[i]].route;

		near->drops.rest[i] = units->seen[vehicle] == units->sight ? near->first[vehicle] : -1;
		near->first[vehicle] = i;
		units->seen[vehicle] = units->sight;
	}
	for (int32_t i = 0; i < near->collects.count; i++)
	{
		int32_t after = near->collects.after[i];
		int32_t vehicle = state->nodes[after].route;
		LmCost least = near->collects.least[i] + state->routes[vehicle].saving;

		if (units->seen[vehicle] != units->sight)
			continue;
		for (int32_t d = near->first[vehicle]; d >= 0; d = near->drops.rest[d])
			if (least + near->drops.least[d] < bound &&
			    units->rank[near->drops.after[d]] > units->rank[after])
				heap_push(near, (Pair){least + near->drops.least[d], after, near->drops.after[d]});
	}
}

/* Drives from one place to the other. */
static void
pair_try(LmTrial *trial, int32_t after, int32_t drop_after)
{
	LmState *state = trial->state;
	const LmAmount *demand = state->problem->demand +
	                         (size_t) trial->collect * (size_t) state->problem->dimensions;
	LmSegment head = state->nodes[after].head;
	LmLeg leg = lm_trial_to(trial, trial->collect, after);
	LmLength length = leg.length - state->legs[after].length;
	LmTime busy = leg.time - state->legs[after].time + state->spots[trial->collect].service +
	              state->spots[trial->drop].service;
	int32_t from = trial->collect;
	int32_t next = state->nodes[after].next;

	if (leg.time == LM_NO_LEG || lm_load_over(state, trial->vehicle, after, demand) >= 0 ||
	    !lm_trial_append(state, &head, leg.time, trial->collect))
		return;
	while (from != drop_after)
	{
		leg = from == trial->collect ? lm_trial_leg(trial, from, next) : state->legs[from];
		if (leg.time == LM_NO_LEG || !lm_trial_append(state, &head, leg.time, next) ||
		    lm_load_over(state, trial->vehicle, next, demand) >= 0 ||
		    head.lo + head.span - state->spots[next].service > state->nodes[next].tail.hi)
			return;
		length += leg.length;
		busy += leg.time;
		from = next;
		next = state->nodes[from].next;
		length -= state->legs[from].length;
		busy -= state->legs[from].time;
	}
	leg = lm_trial_to(trial, trial->drop, from);
	if (leg.time == LM_NO_LEG || !lm_trial_append(state, &head, leg.time, trial->drop))
		return;
	length += leg.length;
	busy += leg.time;
	leg = lm_trial_on(trial, trial->drop, next, state->nodes[next].place);
	if (leg.time != LM_NO_LEG)
		lm_trial_offer(trial, after, drop_after, &head, leg, length + leg.length, busy + leg.time);
}

void
lm_pair_near(LmState *state, const LmNeighbours *neighbours, int32_t collect, int32_t drop,
             const LmPairing *pairing, LmPlacing *best)
{
	struct LmPairNear *near = state->units->near;

	lm_scheduler_tick(state->scheduler);
	near->count = 0;
	places_read(state, neighbours, collect, &near->collects);
	places_read(state, neighbours, drop, &near->drops);
	state->units->sight++;
	together_offer(state, collect, drop, &near->collects, best->cost);
	together_offer(state, collect, drop, &near->drops, best->cost);
	apart_offer(state, best->cost);
	while (near->count > 0 && near->heap[0].least < best->cost)
	{
		Pair pair = heap_pop(near);
		LmTrial trial;

		if (lm_trial_begin(&trial, state, collect, drop, state->nodes[pair.after].route, pairing,
		                   best))
			pair_try(&trial, pair.after, pair.drop_after);
	}
}
