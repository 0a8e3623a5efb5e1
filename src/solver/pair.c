/*
 * pair.c
 *	  Every place of the collecting row that bounds leave open, and from there forward.
 *
 * The head of the route grows row by row behind the collecting row; wherever the dropping row
 * may come in, it is joined with the tail of the present route.  What the dropping row adds at
 * the least behind each node is made once, from the end, so that most places of the collecting row
 * are ruled out by two look-ups.
 */
#include "solver/pair.h"

#include "solver/load.h"
#include "solver/pair_parts.h"
#include "solver/splice.h"
#include "solver/unit.h"

#define SCAN_ALL_BELOW 400 /* orders: all routes are tried */
#define NEAR_FROM 40       /* candidate places come first */
#define KIND_TRIES 8       /* empty vehicles of different kinds tried for one shipment */

/*
 * What the dropping row adds at the least behind each node or any that follows; not where the node
 * is left too late for it, or the next must be ready before it can be left.
 */
static void
floors_fill(LmTrial *trial)
{
	const LmState *state = trial->state;
	const LmSpot *drop = &state->spots[trial->drop];
	LmCost *floor = state->units->floor;
	LmCost service = trial->van->per_ms * drop->service;
	int32_t start = lm_state_start(state, trial->vehicle);
	int32_t next = lm_state_end(state, trial->vehicle);
	LmTime leaves = state->spots[trial->collect].open + state->spots[trial->collect].service;
	LmCost least = LM_IMPOSSIBLE;

	if (drop->open > leaves)
		leaves = drop->open;
	leaves += drop->service;
	for (int32_t node = state->nodes[next].prev;; next = node, node = state->nodes[node].prev)
	{
		const LmSegment *head = &state->nodes[node].head;

		/* what is further in front has to be ready even earlier */
		if (leaves > state->nodes[next].tail.hi && !trial->pairing->thorough)
			break;
		if (head->lo + head->span <= drop->close)
		{
			LmLeg to = lm_trial_to(trial, trial->drop, node);
			LmLeg on = lm_trial_on(trial, trial->drop, next, state->legs[node].next_place);

			if (to.time != LM_NO_LEG && on.time != LM_NO_LEG)
			{
				LmCost price = lm_trial_price(trial, to) + lm_trial_price(trial, on) -
				               lm_trial_price(trial, state->legs[node]) + service;

				if (price < least)
					least = price;
			}
		}
		floor[node] = least;
		trial->first = state->units->rank[node];
		if (node == start)
			break;
	}
	trial->floor = least;
}

static inline LmCost
floor_of(const LmTrial *trial, int32_t node)
{
	const LmUnits *units = trial->state->units;

	return units->rank[node] < trial->first ? trial->floor : units->floor[node];
}

/* The price by all rules, of places whose bound is not enough. */
static LmCost
exact_price(const LmTrial *trial, int32_t after, int32_t drop_after, LmCost bound)
{
	LmState *state = trial->state;
	int32_t *sequence = state->units->sequence;
	int32_t count = 0;
	LmSplice splice;

	sequence[count++] = trial->collect;
	for (int32_t node = after; drop_after != trial->collect && node != drop_after;)
		sequence[count++] = node = state->nodes[node].next;
	sequence[count++] = trial->drop;
	splice = (LmSplice){after, state->nodes[drop_after == trial->collect ? after : drop_after].next,
	                    sequence, count};
	return lm_splice_price(state, &splice, bound);
}

void
lm_trial_offer(LmTrial *trial, int32_t after, int32_t drop_after, const LmSegment *head, LmLeg on,
               LmLength length, LmTime busy)
{
	LmState *state = trial->state;
	int32_t behind = state->nodes[drop_after == trial->collect ? after : drop_after].next;
	const LmVehicle *row = &state->problem->vehicles[trial->vehicle];
	LmCost cost;
	LmTime working;
	LmTime ends;

	if (trial->route->length + length > trial->van->max_distance ||
	    !lm_segment_join(head, on.time, &state->nodes[behind].tail, &working, &ends))
		return;
	if (!trial->plain)
	{
		busy += trial->route->busy +
		        lm_breaks_required(state->problem, row, ends,
		                           lm_segment_latest(head, on.time, &state->nodes[behind].tail));
		if (busy > working)
			working = busy;
	}
	if (working > trial->van->max_time)
		return;
	cost = trial->fixed + trial->van->per_mm * length;
	if (trial->plain)
		cost += lm_times_added(state, trial->vehicle, working, lm_overtime_of(row, ends), 0);
	else
		cost += lm_times_least(state, trial->vehicle, working, lm_overtime_of(row, ends), 0);
	if (cost >= trial->best->cost)
		return;
	if (trial->ranking)
	{
		if (cost < trial->least.cost)
			trial->least = (LmPlacing){trial->collect, after, trial->drop, drop_after, cost};
		return;
	}
	if (!trial->plain)
		cost = exact_price(trial, after, drop_after, trial->best->cost);
	if (cost < trial->best->cost &&
	    (trial->pairing->random == NULL ||
	     !lm_random_chance(trial->pairing->random, trial->pairing->one_in)))
		*trial->best = (LmPlacing){trial->collect, after, trial->drop, drop_after, cost};
}

/*
 * The collecting row behind a node, the dropping row anywhere behind it.
 *
 *	head		of the route up to the collecting row
 */
static void
drops_try(LmTrial *trial, int32_t after, LmSegment head, LmLeg to)
{
	LmState *state = trial->state;
	const LmAmount *demand = state->problem->demand +
	                         (size_t) trial->collect * (size_t) state->problem->dimensions;
	const LmSpot *drop = &state->spots[trial->drop];
	int32_t from = trial->collect;
	int32_t next = state->nodes[after].next;
	LmLength length = to.length - state->legs[after].length;
	LmTime busy = to.time - state->legs[after].time + state->spots[trial->collect].service +
	              drop->service;

	for (;;)
	{
		LmLeg over = lm_trial_to(trial, trial->drop, from);
		LmLeg on = lm_trial_on(trial, trial->drop, next, state->nodes[next].place);
		LmSegment with = head;

		/* no row behind is left any earlier */
		if (head.lo + head.span > drop->close)
			return;
		if (over.time != LM_NO_LEG && on.time != LM_NO_LEG &&
		    lm_trial_append(state, &with, over.time, trial->drop))
			lm_trial_offer(trial, after, from, &with, on, length + over.length + on.length,
			               busy + over.time + on.time);
		if (next >= state->problem->order_count)
			return;
		/* on to the next row with the goods on board */
		over = from == trial->collect ? lm_trial_leg(trial, from, next) : state->legs[from];
		if (over.time == LM_NO_LEG || !lm_trial_append(state, &head, over.time, next) ||
		    (state->mixed && lm_load_over(state, trial->vehicle, next, demand) >= 0))
			return;
		length += over.length;
		busy += over.time;
		from = next;
		next = state->nodes[from].next;
		length -= state->legs[from].length;
		busy -= state->legs[from].time;
		/* later than it can be ready here, or dearer than it may be, however short the rest is */
		if (!trial->pairing->thorough &&
		    head.lo + head.span - state->spots[from].service > state->nodes[from].tail.hi)
			return;
		if (trial->base + trial->van->per_mm * (length + state->legs[from].length) +
		        trial->van->per_ms * (busy + state->legs[from].time - drop->service) +
		        floor_of(trial, from) >=
		    trial->best->cost)
			return;
	}
}

/* All places of the collecting row. */
static void
collects_try(LmTrial *trial)
{
	LmState *state = trial->state;
	const LmSpot *spot = &state->spots[trial->collect];
	const LmAmount *demand = state->problem->demand +
	                         (size_t) trial->collect * (size_t) state->problem->dimensions;
	LmTime leaves = spot->open + spot->service;
	LmCost fixed = trial->base + trial->van->per_ms * spot->service;
	LmLeg across = lm_trial_leg(trial, trial->collect, trial->drop);
	LmCost direct = across.time == LM_NO_LEG
	                    ? LM_IMPOSSIBLE
	                    : lm_trial_price(trial, across) +
	                          trial->van->per_ms * state->spots[trial->drop].service;
	int32_t end = lm_state_end(state, trial->vehicle);

	for (int32_t node = lm_state_start(state, trial->vehicle); node != end;
	     node = state->nodes[node].next)
	{
		int32_t next = state->nodes[node].next;
		LmSegment head = state->nodes[node].head;
		LmCost price;
		LmCost apart = LM_IMPOSSIBLE;
		LmCost together = LM_IMPOSSIBLE;
		LmLeg to;
		LmLeg on;

		/* no row behind is left any earlier */
		if (head.lo + head.span > spot->close)
			return;
		if (leaves > state->nodes[next].tail.hi && !trial->pairing->thorough)
			continue;
		to = lm_trial_to(trial, trial->collect, node);
		on = lm_trial_on(trial, trial->collect, next, state->legs[node].next_place);
		if (to.time == LM_NO_LEG)
			continue;
		price = fixed + lm_trial_price(trial, to) - lm_trial_price(trial, state->legs[node]);
		if (next != end && on.time != LM_NO_LEG && floor_of(trial, next) < LM_IMPOSSIBLE)
			apart = price + lm_trial_price(trial, on) + floor_of(trial, next);
		if (direct < LM_IMPOSSIBLE)
		{
			LmLeg behind = lm_trial_on(trial, trial->drop, next, state->legs[node].next_place);

			if (behind.time != LM_NO_LEG)
				together = price + direct + lm_trial_price(trial, behind);
		}
		if ((apart < together ? apart : together) >= trial->best->cost ||
		    (state->mixed && lm_load_over(state, trial->vehicle, node, demand) >= 0) ||
		    !lm_trial_append(state, &head, to.time, trial->collect))
			continue;
		drops_try(trial, node, head, to);
	}
}

bool
lm_trial_begin(LmTrial *trial, LmState *state, int32_t collect, int32_t drop, int32_t vehicle,
               const LmPairing *pairing, LmPlacing *best)
{
	const LmProblem *problem = state->problem;

	*trial = (LmTrial){.state = state,
	                   .pairing = pairing,
	                   .travel = lm_problem_travel(problem, vehicle),
	                   .van = &state->vans[vehicle],
	                   .route = &state->routes[vehicle],
	                   .best = best,
	                   .vehicle = vehicle,
	                   .collect = collect,
	                   .drop = drop,
	                   .least = {.order = LM_ABSENT, .cost = LM_IMPOSSIBLE}};
	if (trial->route->count - trial->route->reloads + 2 > trial->van->max_stops ||
	    !lm_problem_skilled(problem, collect, vehicle) ||
	    !lm_problem_welcome(problem, collect, vehicle) ||
	    !lm_problem_skilled(problem, drop, vehicle) || !lm_problem_welcome(problem, drop, vehicle))
		return false;
	trial->fixed = (trial->route->count == 0 ? trial->van->price : 0) +
	               lm_problem_preference(problem, collect, vehicle) +
	               lm_problem_preference(problem, drop, vehicle);
	trial->base = trial->fixed + lm_floor_of(state, vehicle, 0, 0);
	/* of ranges, and of goods that a reload waits for, segments know nothing */
	trial->plain = state->trips == NULL && lm_route_is_plain(state, vehicle) &&
	               !state->spots[collect].odd && !state->spots[drop].odd &&
	               !problem->orders[collect].soft && !problem->orders[drop].soft;
	return true;
}

void
lm_pair_place(LmState *state, int32_t collect, int32_t drop, int32_t vehicle,
              const LmPairing *pairing, LmPlacing *best)
{
	LmTrial trial;

	if (!lm_trial_begin(&trial, state, collect, drop, vehicle, pairing, best))
		return;
	lm_scheduler_tick(state->scheduler);
	trial.first = state->units->rank[lm_state_end(state, vehicle)];
	floors_fill(&trial);
	/* nowhere in time, but perhaps by a way that only the collecting row has */
	if (trial.floor >= LM_IMPOSSIBLE && trial.travel->complete)
		return;
	if (!trial.plain)
	{
		/* the price of what looks best rules out most of the others */
		trial.ranking = true;
		collects_try(&trial);
		if (trial.least.order == LM_ABSENT)
			return;
		trial.ranking = false;
		trial.least.cost = exact_price(&trial, trial.least.after, trial.least.drop_after,
		                               best->cost);
		if (trial.least.cost < best->cost &&
		    (pairing->random == NULL || !lm_random_chance(pairing->random, pairing->one_in)))
			*best = trial.least;
	}
	collects_try(&trial);
}

/* The routes on which a row's neighbours are, each once. */
static void
routes_listed(LmState *state, const int32_t *list, int32_t width, const LmPlacing *pair,
              const LmPairing *pairing, LmPlacing *best)
{
	LmUnits *units = state->units;

	for (int32_t i = 0; i < width && list[i] >= 0; i++)
	{
		int32_t vehicle = state->nodes[list[i]].route;

		if (vehicle == LM_ABSENT || units->seen[vehicle] == units->sight)
			continue;
		units->seen[vehicle] = units->sight;
		lm_pair_place(state, pair->order, pair->drop, vehicle, pairing, best);
	}
}

/* One empty vehicle of each kind, of a few kinds where there are many. */
static void
empties_try(LmState *state, bool all, int32_t collect, int32_t drop, const LmPairing *pairing,
            LmPlacing *best)
{
	int32_t kinds = state->kind_count;
	int32_t tries = all || kinds < KIND_TRIES ? kinds : KIND_TRIES;
	int32_t first = tries < kinds && pairing->random != NULL
	                    ? lm_random_below(pairing->random, kinds)
	                    : 0;

	for (int32_t i = 0; i < tries; i++)
	{
		int32_t van = lm_state_empty(state, (first + i) % kinds);

		if (van >= 0)
			lm_pair_place(state, collect, drop, van, pairing, best);
	}
}

/* All places of the routes that have neighbours of the rows. */
static void
routes_near(LmState *state, const LmNeighbours *neighbours, int32_t collect, int32_t drop,
            const LmPairing *pairing, LmPlacing *best)
{
	int32_t width = neighbours->width;
	LmPlacing pair = {.order = collect, .drop = drop};

	state->units->sight++;
	for (int row = 0; row < 2; row++)
	{
		size_t at = (size_t) (row == 0 ? collect : drop) * (size_t) width;

		routes_listed(state, neighbours->before + at, width, &pair, pairing, best);
		routes_listed(state, neighbours->behind + at, width, &pair, pairing, best);
	}
}

void
lm_pair_find(LmState *state, const LmNeighbours *neighbours, int32_t collect, int32_t drop,
             const LmPairing *pairing, LmPlacing *best)
{
	int32_t orders = state->problem->order_count;
	LmCost bound = best->cost;
	bool near = neighbours != NULL && orders >= NEAR_FROM && state->plain && state->uniform &&
	            state->trips == NULL;

	if (near)
		lm_pair_near(state, neighbours, collect, drop, pairing, best);
	/* what has no place there may have one elsewhere on these routes */
	if (best->cost < bound || (near && pairing->near_only))
		;
	else if (neighbours != NULL && orders >= SCAN_ALL_BELOW)
		routes_near(state, neighbours, collect, drop, pairing, best);
	else
		for (int32_t v = 0; v < state->problem->vehicle_count && state->used > 0; v++)
			if (state->routes[v].count > 0)
				lm_pair_place(state, collect, drop, v, pairing, best);
	empties_try(state, neighbours == NULL, collect, drop, pairing, best);
}

void
lm_placing_apply(LmState *state, const LmPlacing *placing)
{
	lm_state_insert(state, placing->order, placing->after);
	if (placing->drop != LM_ABSENT)
		lm_state_insert(state, placing->drop, placing->drop_after);
}
