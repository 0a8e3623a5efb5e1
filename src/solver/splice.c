/*
 * splice.c
 *	  Price and execution of a splice.
 */
#include "solver/splice.h"

#include "solver/halves.h"
#include "solver/load.h"
#include "solver/moments.h"
#include "solver/soft.h"
#include "solver/state_parts.h"
#include "solver/trips.h"
#include "solver/unit.h"

/* Sums over the orders a splice takes out and puts in. */
typedef struct Change
{
	LmLength length;
	LmTime busy;
	LmCost preference;
	int32_t count;
	int32_t reloads; /* of these */
	int32_t odd_count;
	int32_t soft_count;
	bool strangers; /* it puts in orders of other routes */
} Change;

static bool
change_sum(const LmState *state, const LmTravel *travel, const LmSplice *splice, Change *change)
{
	int32_t vehicle = state->nodes[splice->before].route;
	int32_t from = splice->before;

	*change = (Change){0};
	for (int32_t node = splice->before; node != splice->behind; node = state->nodes[node].next)
	{
		change->length -= state->legs[node].length;
		change->busy -= state->legs[node].time;
		if (node == splice->before)
			continue;
		change->busy -= state->spots[node].service;
		change->odd_count -= state->spots[node].odd;
		change->reloads -= state->spots[node].kind == LM_RELOAD;
		change->soft_count -= state->spots[node].soft;
		change->preference -= lm_problem_preference(state->problem, node, vehicle);
		change->count--;
	}
	for (int32_t i = 0; i <= splice->count; i++)
	{
		int32_t to = i < splice->count ? splice->orders[i] : splice->behind;
		LmLeg leg = lm_leg_of(state, travel, from, to);

		if (leg.time == LM_NO_LEG)
			return false;
		change->length += leg.length;
		change->busy += leg.time;
		from = to;
		if (i == splice->count)
			break;
		change->busy += state->spots[to].service;
		change->odd_count += state->spots[to].odd;
		change->reloads += state->spots[to].kind == LM_RELOAD;
		change->soft_count += state->spots[to].soft;
		change->preference += lm_problem_preference(state->problem, to, vehicle);
		change->count++;
		change->strangers |= state->nodes[to].route != vehicle;
	}
	return true;
}

/* Whether the vehicle may serve all that comes in. */
static bool
strangers_welcome(const LmState *state, int32_t vehicle, const LmSplice *splice)
{
	for (int32_t i = 0; i < splice->count; i++)
		if (!lm_problem_skilled(state->problem, splice->orders[i], vehicle) ||
		    !lm_problem_welcome(state->problem, splice->orders[i], vehicle))
			return false;
	return true;
}

/* The route with the splice done into state->sequence; returns its length in orders. */
static int32_t
sequence_fill(LmState *state, int32_t vehicle, const LmSplice *splice)
{
	int32_t node = lm_state_start(state, vehicle);
	int32_t end = lm_state_end(state, vehicle);
	int32_t count = 0;

	for (; node != splice->before; node = state->nodes[node].next)
		if (node < state->problem->order_count)
			state->sequence[count++] = node;
	if (node < state->problem->order_count)
		state->sequence[count++] = node;
	for (int32_t i = 0; i < splice->count; i++)
		state->sequence[count++] = splice->orders[i];
	for (node = splice->behind; node != end; node = state->nodes[node].next)
		state->sequence[count++] = node;
	return count;
}

static bool
sum_load_fits(const LmState *state, int32_t vehicle, const LmSplice *splice)
{
	const LmProblem *problem = state->problem;
	int32_t dims = problem->dimensions;

	for (int32_t d = 0; d < dims; d++)
	{
		LmAmount load = state->load[(size_t) vehicle * dims + d];

		for (int32_t node = state->nodes[splice->before].next; node != splice->behind;
		     node = state->nodes[node].next)
			load -= problem->demand[(size_t) node * dims + d];
		for (int32_t i = 0; i < splice->count; i++)
			load += problem->demand[(size_t) splice->orders[i] * dims + d];
		if (load > problem->capacity[(size_t) vehicle * dims + d])
			return false;
	}
	return true;
}

/* The same where what is on board changes along the route. */
static bool
mixed_load_fits(LmState *state, int32_t vehicle, const LmSplice *splice)
{
	if (state->units == NULL && state->problem->aboard == NULL)
		return lm_load_splice_fits(state, splice);
	return lm_load_sequence_fits(state, vehicle, sequence_fill(state, vehicle, splice));
}

/* The head of the start node when the route's releases are those of state->sequence. */
static LmSegment
start_head(const LmState *state, int32_t vehicle, int32_t count)
{
	LmSegment head = state->nodes[lm_state_start(state, vehicle)].head;

	head.lo = lm_vehicle_departs(&state->problem->vehicles[vehicle],
	                             lm_trips_opening(state, -1, count));
	return head;
}

/* A route with the splice done, by segments: exact for plain routes, else bounds. */
typedef struct Joined
{
	LmTime working;
	LmTime ends;
	LmTime latest;   /* departure */
	LmCost lateness; /* no less than that */
	bool on_time;    /* where segments are exact but for lateness: there is none */
} Joined;

static bool
segments_join(LmState *state, const LmTravel *travel, const LmSplice *splice, int32_t vehicle,
              bool soft, Joined *joined)
{
	LmSegment head = state->nodes[splice->before].head;
	int32_t from = splice->before;
	int32_t rows = 0; /* of state->sequence */
	int32_t at = -1;  /* of those the last one driven to */
	LmSoftDrive drive = {0};
	LmTime leg;

	*joined = (Joined){.on_time = true};
	/* what goods that are ready late do to the departure is not known there */
	soft = soft && !state->has_releases;
	if (soft)
		drive = lm_soft_drive(state, splice->before);

	if (state->has_releases)
	{
		/* what comes in or goes out may move the departure: drive the front of the route again */
		rows = sequence_fill(state, vehicle, splice);
		head = start_head(state, vehicle, rows);
		if (head.lo > head.hi)
			return false;
		for (int32_t node = lm_state_start(state, vehicle); node != splice->before;)
		{
			const LmSpot *spot;

			leg = state->legs[node].time;
			node = state->nodes[node].next;
			spot = &state->spots[node];
			at++;
			if (!lm_segment_append(&head, leg,
			                       spot->kind == LM_RELOAD ? lm_trips_opening(state, at, rows)
			                                               : spot->open,
			                       spot->close, spot->service))
				return false;
		}
	}
	for (int32_t i = 0; i < splice->count; i++)
	{
		const LmSpot *spot = &state->spots[splice->orders[i]];

		LmTime open = spot->open;

		at++;
		if (spot->kind == LM_RELOAD && state->has_releases)
			open = lm_trips_opening(state, at, rows);
		leg = lm_leg_of(state, travel, from, splice->orders[i]).time;
		if (spot->odd)
			open = lm_opening(state, splice->orders[i], head.lo + head.span + leg);
		if (!lm_segment_append(&head, leg, open, spot->close, spot->service))
			return false;
		if (soft)
			lm_soft_add(&drive, state, &head, splice->orders[i]);
		from = splice->orders[i];
	}
	leg = lm_leg_of(state, travel, from, splice->behind).time;
	joined->latest = lm_segment_latest(&head, leg, &state->nodes[splice->behind].tail);
	if (!lm_segment_join(&head, leg, &state->nodes[splice->behind].tail, &joined->working,
	                     &joined->ends))
		return false;
	if (soft)
	{
		joined->lateness = lm_soft_floor(&drive, state, &head, leg, splice->behind);
		joined->on_time = lm_soft_on_time(&drive, state, &head, leg, splice->behind,
		                                  joined->ends - joined->working);
	}
	return true;
}

/* What a chain takes on another way of travelling than that of the route it is on. */
static LmChain
chain_on(const LmState *state, const LmTravel *travel, const LmChain *chain)
{
	LmChain other = lm_chain_of(state, chain->first);

	while (other.last != chain->last)
	{
		int32_t next = state->nodes[other.last].next;
		LmLeg leg = lm_leg_of(state, travel, other.last, next);

		other.length += leg.length;
		other.busy += leg.time + state->spots[next].service;
		other.last = next;
	}
	return other;
}

LmCost
lm_chain_preference(const LmState *state, const LmChain *chain, int32_t vehicle)
{
	LmCost preference = 0;

	if (state->problem->prefer_price == NULL || chain == NULL)
		return 0;
	for (int32_t node = chain->first;; node = state->nodes[node].next)
	{
		preference += lm_problem_preference(state->problem, node, vehicle);
		if (node == chain->last)
			return preference;
	}
}

LmCost
lm_splice_floor(const LmState *state, int32_t before, const LmChain *out, const LmChain *in)
{
	int32_t vehicle = state->nodes[before].route;
	const LmVan *van = &state->vans[vehicle];
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	int32_t behind = state->nodes[out != NULL ? out->last : before].next;
	LmLength length = -state->legs[before].length;
	LmTime busy = -state->legs[before].time;
	LmLeg leg;

	if (out != NULL)
	{
		length -= out->length + state->legs[out->last].length;
		busy -= out->busy + state->legs[out->last].time;
	}
	if (in == NULL)
	{
		if (before >= state->problem->order_count && behind >= state->problem->order_count &&
		    !state->problem->vehicles[vehicle].under_way)
			return -lm_route_worth(state, vehicle);
		leg = lm_leg_of(state, travel, before, behind);
	}
	else
	{
		LmChain chain = *in;

		if (state->vans[state->nodes[in->first].route].travel != van->travel)
			chain = chain_on(state, travel, in);
		leg = lm_leg_of(state, travel, before, chain.first);
		length += chain.length + leg.length;
		busy += chain.busy + leg.time;
		leg = lm_leg_of(state, travel, in->last, behind);
	}
	length += leg.length;
	busy += leg.time;
	return lm_floor_of(state, vehicle, length, busy) + lm_chain_preference(state, in, vehicle) -
	       lm_chain_preference(state, out, vehicle);
}

/* The price of a splice; without `exact`, of routes that need the schedule, a bound below it. */
static LmCost
splice_price(LmState *state, const LmSplice *splice, LmCost bound, bool exact)
{
	int32_t vehicle = state->nodes[splice->before].route;
	const LmVan *van = &state->vans[vehicle];
	const LmRoute *route = &state->routes[vehicle];
	const LmVehicle *vehicle_row = &state->problem->vehicles[vehicle];
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	Change change;
	LmCost fixed = route->count == 0 ? van->price : 0;
	LmCost least;
	LmCost lateness = 0;
	Joined joined;
	LmTime working;
	LmTime overtime;
	bool times_plain;
	bool soft;

	if (splice->count == 0 && splice->before >= state->problem->order_count &&
	    splice->behind >= state->problem->order_count && !vehicle_row->under_way)
		return -lm_route_worth(state, vehicle);
	if (!change_sum(state, travel, splice, &change))
		return LM_IMPOSSIBLE;
	fixed += change.preference;
	if (fixed + lm_floor_of(state, vehicle, change.length, change.busy) >= bound)
		return bound;
	fixed += van->per_mm * change.length;
	soft = route->soft_count + change.soft_count > 0 && state->soft != NULL;
	if (route->length + change.length > van->max_distance ||
	    (change.count > change.reloads &&
	     route->count - route->reloads + change.count - change.reloads > van->max_stops) ||
	    (state->trips != NULL && (route->reloads + change.reloads >= van->max_trips ||
	                              !lm_trips_in_range(state, splice))) ||
	    (change.strangers && !strangers_welcome(state, vehicle, splice)) ||
	    (state->units != NULL && !lm_units_keep(state, splice)) ||
	    (!state->mixed && change.strangers && !sum_load_fits(state, vehicle, splice)) ||
	    !segments_join(state, travel, splice, vehicle, soft, &joined) ||
	    joined.working > van->max_time)
		return LM_IMPOSSIBLE;
	working = joined.working;
	overtime = lm_overtime_of(vehicle_row, joined.ends);
	/* what is on board is walked through: last of what needs no schedule */
	if (state->mixed)
	{
		if (fixed + lm_times_least(state, vehicle, working, overtime, joined.lateness) >= bound)
			return bound;
		if (!mixed_load_fits(state, vehicle, splice))
			return LM_IMPOSSIBLE;
	}
	times_plain = !van->has_breaks && !van->changes && route->odd_count + change.odd_count == 0;
	if (!times_plain || (soft && (state->has_releases || !joined.on_time)))
	{
		LmScheduleCost cost;
		LmTime busy = route->busy + change.busy +
		              lm_breaks_required(state->problem, vehicle_row, joined.ends, joined.latest);

		if (busy > working)
			working = busy;
		if (working > van->max_time)
			return LM_IMPOSSIBLE;
		least = fixed + lm_times_least(state, vehicle, working, overtime, joined.lateness);
		if (!exact || least >= bound)
			return least;
		if (van->changes && !lm_moments_fit(state, splice->before, splice->orders, splice->count,
		                                    splice->behind, &busy))
			return LM_IMPOSSIBLE;
		if (van->changes &&
		    fixed + lm_times_least(state, vehicle, busy, 0, joined.lateness) >= bound)
			return bound;
		if (!lm_halves_price(state, splice->before, splice->orders, splice->count, splice->behind,
		                     &cost))
			return LM_IMPOSSIBLE;
		working = cost.ends - cost.departs;
		overtime = cost.overtime;
		lateness = cost.lateness;
	}
	return fixed + lm_times_added(state, vehicle, working, overtime, lateness);
}

LmCost
lm_splice_price(LmState *state, const LmSplice *splice, LmCost bound)
{
	return splice_price(state, splice, bound, true);
}

LmCost
lm_splice_least(LmState *state, const LmSplice *splice, LmCost bound)
{
	return splice_price(state, splice, bound, false);
}

/* Takes the piece out of the sums of its route; its orders keep their links until they are put in. */
static void
piece_take(LmState *state, const LmSplice *splice)
{
	int32_t vehicle = state->nodes[splice->before].route;
	LmRoute *route = lm_route_touch(state, vehicle);

	for (int32_t node = splice->before; node != splice->behind; node = state->nodes[node].next)
	{
		lm_node_touch(state, node);
		route->length -= state->legs[node].length;
		route->busy -= state->legs[node].time;
		if (node == splice->before)
			continue;
		route->busy -= state->spots[node].service;
		route->preference -= lm_problem_preference(state->problem, node, vehicle);
		route->odd_count -= state->spots[node].odd;
		route->soft_count -= state->spots[node].soft;
		route->count--;
		lm_load_add(state, node, vehicle, -1);
		if (state->spots[node].kind != LM_RELOAD)
			continue;
		/* it need not be put in again */
		route->reloads--;
		state->nodes[node].route = LM_ABSENT;
		state->legs[node].next_place = LM_OFF_ROUTE;
	}
}

static void
piece_put(LmState *state, const LmSplice *splice, int32_t vehicle)
{
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	LmRoute *route = &state->routes[vehicle];
	int32_t from = splice->before;

	for (int32_t i = 0; i <= splice->count; i++)
	{
		int32_t to = i < splice->count ? splice->orders[i] : splice->behind;

		lm_node_touch(state, from)->next = to;
		lm_node_touch(state, to)->prev = from;
		state->legs[from] = lm_leg_of(state, travel, from, to);
		route->length += state->legs[from].length;
		route->busy += state->legs[from].time;
		if (i < splice->count)
		{
			state->nodes[to].route = vehicle;
			route->busy += state->spots[to].service;
			route->preference += lm_problem_preference(state->problem, to, vehicle);
			route->odd_count += state->spots[to].odd;
			route->reloads += state->spots[to].kind == LM_RELOAD;
			route->soft_count += state->spots[to].soft;
			route->count++;
			lm_load_add(state, to, vehicle, 1);
		}
		from = to;
	}
	if (route->count == 0)
	{
		/* an empty route has no leg */
		state->legs[splice->before] = (LmLeg){0, 0, state->nodes[splice->behind].place};
		route->busy = 0;
	}
}

void
lm_splice_apply(LmState *state, const LmSplice *splices, int count)
{
	int32_t vehicles[2];
	bool was_used[2];

	for (int i = 0; i < count; i++)
	{
		vehicles[i] = state->nodes[splices[i].before].route;
		was_used[i] = state->routes[vehicles[i]].count > 0;
	}
	for (int i = 0; i < count; i++)
		piece_take(state, &splices[i]);
	for (int i = 0; i < count; i++)
		piece_put(state, &splices[i], vehicles[i]);
	for (int i = 0; i < count; i++)
	{
		state->used += (state->routes[vehicles[i]].count > 0) - was_used[i];
		lm_route_mark(state, vehicles[i]);
		lm_route_update(state, vehicles[i], splices[i].before, splices[i].behind);
	}
}
