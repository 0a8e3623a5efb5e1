/*
 * quote.c
 *	  Places by their bounds, then by their prices.
 */
#include "solver/quote.h"

#include "solver/balance.h"
#include "solver/reasons.h"
#include "solver/reload.h"
#include "solver/soft.h"
#include "solver/splice.h"

#include <stdlib.h>

typedef struct Place
{
	LmCost least; /* added cost, or a number that it does not fall below */
	int32_t after;
	int32_t number; /* in the sequence in which they were met */
	bool fresh;     /* of a vehicle that drives only for the order, where that counts */
	bool exact;     /* least is the price */
} Place;

struct LmQuoter
{
	LmState *state;
	LmArena *arena;
	LmReasons *reasons; /* NULL: nobody has asked yet */
	Place *places;      /* [orders + vehicles] */
	int32_t count;
	int32_t *sequence;     /* [order_count] of the answer */
	LmTimetable timetable; /* scratch, where travel times change */
	LmCost *driven;        /* [vehicle_count] what such a route costs by its best departure; -1: not
							* known yet */
};

/* What its orders add to that: preferences and lateness. */
static LmCost
stops_price(const LmState *state, int32_t vehicle, const LmTimetable *timetable)
{
	LmCost price = 0;

	for (int32_t row = 0; row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];

		if (stop->kind == LM_STOP_ORDER)
			price += lm_problem_preference(state->problem, stop->index, vehicle) +
			         lm_soft_least(state, stop->index, stop->arrives + stop->setup + stop->wait);
	}
	return price;
}

/* Whether the schedule that is printed may be cheaper than that of the search. */
static bool
thoroughly(const LmState *state, int32_t vehicle, int32_t order)
{
	return state->vans[vehicle].changes || lm_soft_tried(state, vehicle, order);
}

/* A route's price by the schedule that is printed, but for balance; LM_IMPOSSIBLE: it has none. */
static LmCost
driven_price(LmQuoter *quoter, int32_t vehicle, const int32_t *orders, int32_t count)
{
	LmState *state = quoter->state;
	const LmVan *van = &state->vans[vehicle];
	const LmTimetable *timetable = &quoter->timetable;

	if (!lm_schedule_time(state->scheduler, vehicle, orders, count, &quoter->timetable))
		return LM_IMPOSSIBLE;
	return van->price + van->per_mm * timetable->length +
	       van->per_ms * (timetable->ends - timetable->departs) +
	       van->per_overtime_ms * timetable->overtime + stops_price(state, vehicle, timetable);
}

/* ---- the routes ---- */

/* Whether the vehicle, which has no route yet, may drive the sequence. */
static bool
route_fits(LmQuoter *quoter, int32_t vehicle, const int32_t *orders, int32_t count)
{
	LmState *state = quoter->state;
	LmSplice whole = {lm_state_start(state, vehicle), lm_state_end(state, vehicle), orders, count};

	lm_scheduler_tick(state->scheduler);
	return lm_splice_price(state, &whole, LM_IMPOSSIBLE) < LM_IMPOSSIBLE;
}

static void
routes_load(LmQuoter *quoter, const LmPlan *plan, int32_t *next)
{
	LmState *state = quoter->state;

	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
	{
		const int32_t *orders = plan->stops + plan->first[v];
		int32_t count = plan->first[v + 1] - plan->first[v];
		int32_t node = lm_state_start(state, v);

		quoter->driven[v] = -1;
		if (count > 0 && !route_fits(quoter, v, orders, count))
		{
			/* nothing is put into what is broken already */
			state->vans[v].max_stops = 0;
			count = 0;
		}
		for (int32_t i = 0; i < count; i++)
			node = next[node] = orders[i];
		next[node] = lm_state_end(state, v);
	}
	lm_state_load(state, next);
}

LmQuoter *
lm_quoter_new(const LmProblem *problem, LmScheduler *scheduler, const LmPlan *plan, LmArena *arena)
{
	LmQuoter *quoter = LM_TAKE(arena, LmQuoter, 1);
	size_t nodes = (size_t) problem->order_count + 2 * (size_t) problem->vehicle_count;
	int32_t *next = LM_TAKE(arena, int32_t, nodes);

	if (arena->failed)
		return NULL;
	quoter->arena = arena;
	quoter->state = lm_state_new(problem, scheduler, arena);
	quoter->places = LM_TAKE(arena, Place, nodes);
	quoter->sequence = LM_TAKE(arena, int32_t, problem->order_count);
	quoter->driven = LM_TAKE(arena, LmCost, problem->vehicle_count);
	quoter->timetable.stops = LM_TAKE(arena, LmStop, lm_problem_most_rows(problem));
	if (quoter->state == NULL || arena->failed)
		return NULL;
	routes_load(quoter, plan, next);
	return lm_scheduler_stopped(scheduler) || lm_scheduler_failed(scheduler) ? NULL : quoter;
}

/* ---- places ---- */

/* Whether metres under traffic are those of the moment, so that tables do not bound them from below. */
static bool
lengths_change(const LmTraffic *traffic)
{
	for (int32_t s = 1; s < traffic->state_count; s++)
		if (traffic->states[s].length32 != traffic->states[0].length32 ||
		    traffic->states[s].length64 != traffic->states[0].length64)
			return true;
	return false;
}

/* What the present route costs by its best departure. */
static LmCost
driven_now(LmQuoter *quoter, int32_t vehicle)
{
	LmState *state = quoter->state;

	if (quoter->driven[vehicle] < 0)
		quoter->driven[vehicle] = state->routes[vehicle].count == 0
		                              ? 0
		                              : driven_price(quoter, vehicle, state->sequence,
		                                             lm_state_sequence(state, vehicle));
	return quoter->driven[vehicle];
}

/* Adds the place behind a node, unless the order does not fit there. */
static void
place_add(LmQuoter *quoter, int32_t order, int32_t after)
{
	LmState *state = quoter->state;
	int32_t vehicle = state->nodes[after].route;
	Place *place = &quoter->places[quoter->count];

	*place = (Place){.after = after, .number = quoter->count};
	if (thoroughly(state, vehicle, order))
	{
		LmSplice splice = {after, state->nodes[after].next, &order, 1};

		place->least = lm_splice_least(state, &splice, LM_IMPOSSIBLE);
		if (place->least < LM_IMPOSSIBLE)
			place->least += state->routes[vehicle].cost - driven_now(quoter, vehicle);
		if (place->least < LM_IMPOSSIBLE && state->vans[vehicle].per_mm > 0 &&
		    state->vans[vehicle].changes &&
		    lengths_change(lm_problem_travel(state->problem, vehicle)->traffic))
			place->least = -LM_IMPOSSIBLE;
	}
	else
	{
		place->least = lm_state_insertion_least(state, order, after, LM_IMPOSSIBLE);
		place->exact = state->plain && !state->balanced;
	}
	/* the deviations of all vehicles have no floor that is worth its while */
	if (state->balanced && place->least < LM_IMPOSSIBLE)
		place->least = -LM_IMPOSSIBLE;
	place->fresh = state->problem->objective == LM_OBJECTIVE_VEHICLES &&
	               state->routes[vehicle].count == 0;
	quoter->count += place->least < LM_IMPOSSIBLE;
}

static void
places_find(LmQuoter *quoter, int32_t order)
{
	LmState *state = quoter->state;

	quoter->count = 0;
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
	{
		int32_t end = lm_state_end(state, v);

		lm_scheduler_tick(state->scheduler);
		if (state->vans[v].max_stops < 1 || !lm_problem_skilled(state->problem, order, v) ||
		    !lm_problem_welcome(state->problem, order, v))
			continue;
		for (int32_t node = lm_state_start(state, v); node != end; node = state->nodes[node].next)
			place_add(quoter, order, node);
	}
}

static int
place_compare(const void *a, const void *b)
{
	const Place *x = a;
	const Place *y = b;

	if (x->fresh != y->fresh)
		return x->fresh ? 1 : -1;
	if (x->least != y->least)
		return x->least < y->least ? -1 : 1;
	return x->number - y->number;
}

/* The route with the order behind a node, and a reload beside it where there is one, into the answer's sequence. */
static void
sequence_make(LmQuoter *quoter, int32_t order, int32_t after, const LmReloadPlace *trip,
              LmQuote *quote)
{
	const LmState *state = quoter->state;
	int32_t end = lm_state_end(state, state->nodes[after].route);

	quote->vehicle = state->nodes[after].route;
	quote->orders = quoter->sequence;
	quote->count = 0;
	for (int32_t node = lm_state_start(state, quote->vehicle); node != end;
	     node = state->nodes[node].next)
	{
		if (node < state->problem->order_count)
			quoter->sequence[quote->count++] = node;
		if (node != after)
			continue;
		if (trip != NULL && trip->begins)
			quoter->sequence[quote->count++] = trip->reload;
		quote->at = quote->count;
		quoter->sequence[quote->count++] = order;
		if (trip != NULL && !trip->begins)
			quoter->sequence[quote->count++] = trip->reload;
	}
}

static LmCost
place_price(LmQuoter *quoter, const Place *place, int32_t order, LmQuote *scratch)
{
	LmState *state = quoter->state;
	int32_t vehicle = state->nodes[place->after].route;
	LmCost driven;

	if (place->exact)
		return place->least;
	if (!thoroughly(state, vehicle, order))
		return lm_state_insertion(state, order, place->after, LM_IMPOSSIBLE);
	sequence_make(quoter, order, place->after, NULL, scratch);
	driven = driven_price(quoter, vehicle, scratch->orders, scratch->count);
	if (driven < LM_IMPOSSIBLE && state->balanced)
		driven += lm_balance_inserted(state, vehicle,
		                              quoter->timetable.ends - quoter->timetable.departs);
	/* what the route costs now is timed into the same rows: last */
	return driven < LM_IMPOSSIBLE ? driven - driven_now(quoter, vehicle) : LM_IMPOSSIBLE;
}

bool
lm_quote_find(LmQuoter *quoter, int32_t order, LmQuote *quote)
{
	LmScheduler *scheduler = quoter->state->scheduler;
	const Place *best = NULL;
	LmCost cheapest = LM_IMPOSSIBLE;
	LmReloadPlace trip;

	places_find(quoter, order);
	qsort(quoter->places, (size_t) quoter->count, sizeof(Place), place_compare);
	for (int32_t i = 0; i < quoter->count; i++)
	{
		const Place *place = &quoter->places[i];
		LmCost price;

		if (best != NULL && (place->fresh != best->fresh || place->least > cheapest))
			break;
		lm_scheduler_tick(scheduler);
		if (lm_scheduler_stopped(scheduler))
			return false;
		price = place_price(quoter, place, order, quote);
		if (price < cheapest || (best != NULL && price == cheapest && place->number < best->number))
		{
			cheapest = price;
			best = place;
		}
	}
	quote->vehicle = -1;
	if (best != NULL)
		sequence_make(quoter, order, best->after, NULL, quote);
	/* another trip goes before a vehicle that drives only for the order */
	if (best != NULL && best->fresh)
		cheapest = LM_IMPOSSIBLE;
	if (quoter->state->problem->reload_count > 0 &&
	    lm_reload_find(quoter->state, NULL, order, &cheapest, &trip))
		sequence_make(quoter, order, trip.after, &trip, quote);
	return !lm_scheduler_failed(scheduler) && !lm_scheduler_stopped(scheduler);
}

bool
lm_quote_reason(LmQuoter *quoter, int32_t order, LmReason *reason)
{
	LmScheduler *scheduler = quoter->state->scheduler;

	if (quoter->reasons == NULL)
	{
		quoter->reasons = lm_reasons_new(quoter->state, quoter->arena);
		if (quoter->reasons == NULL)
			return false;
		lm_reasons_begin(quoter->reasons);
	}
	*reason = lm_reason_find(quoter->reasons, order);
	return !lm_scheduler_failed(scheduler) && !lm_scheduler_stopped(scheduler);
}
