/*
 * recreate.c
 *	  Greedy insertion with blinks over candidate lists.
 */
#include "solver/recreate.h"

#include "solver/balance.h"
#include "solver/place.h"
#include "solver/probe.h"
#include "solver/reload.h"
#include "solver/splice.h"
#include "solver/unit.h"

#include <stdlib.h>

#define OLD_ABSENT_TRIES 8
#define SCAN_ALL_BELOW 40 /* orders: every place is tried, the lists would hold most anyway */
#define RESCUE_ONE_IN 4   /* chance of a full scan for an order that found no place */
#define RESCUE_ONE_IN_LARGE 32
#define LARGE 400 /* orders */
#define FEW 48
#define KIND_TRIES 8 /* empty vehicles of different kinds tried for one order */
#define RANK_FIRST_PERCENT 70
/* So often optional orders are put in at any price: some pay only together. */
#define EAGER_ONE_IN 8
/* So often an order that has a place is tried with a trip of its own. */
#define TRIP_ONE_IN 4

typedef enum Sorting
{
	SORT_RANDOM,
	SORT_DEMAND,
	SORT_FAR,
	SORT_CLOSE,
	SORT_NARROW,
	SORT_EARLY,
	SORT_LATE,
	SORTINGS
} Sorting;

/* Shares of the sortings among 100. */
static const int32_t sorting_share[SORTINGS] = {24, 24, 12, 6, 12, 11, 11};

typedef struct Entry
{
	int64_t rank;
	int64_t key;
	uint64_t tie;
	int32_t order;
} Entry;

struct LmRecreate
{
	const int32_t *rank;
	Entry *entries;     /* [order_count] */
	int64_t *depot_leg; /* [order_count] ms from the first vehicle's start */
	int32_t blink_one_in;
};

LmRecreate *
lm_recreate_new(const LmState *state, const int32_t *rank, LmArena *arena)
{
	const LmProblem *problem = state->problem;
	const LmVehicle *van = &problem->vehicles[0];
	LmRecreate *recreate = LM_TAKE(arena, LmRecreate, 1);

	if (recreate == NULL)
		return NULL;
	recreate->rank = rank;
	recreate->blink_one_in = LM_BLINK_ONE_IN;
	recreate->entries = LM_TAKE(arena, Entry, problem->order_count);
	recreate->depot_leg = LM_TAKE(arena, int64_t, problem->order_count);
	if (arena->failed)
		return NULL;
	for (int32_t i = 0; i < problem->order_count; i++)
		recreate->depot_leg[i] = lm_travel_time(&problem->travels[van->travel], van->start,
		                                        problem->orders[i].place);
	return recreate;
}

void
lm_recreate_blink(LmRecreate *recreate, int32_t one_in)
{
	recreate->blink_one_in = one_in;
}

static int
entry_compare(const void *a, const void *b)
{
	const Entry *x = a;
	const Entry *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->tie != y->tie)
		return x->tie < y->tie ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static int64_t
sorting_key(const LmRecreate *recreate, const LmState *state, Sorting sorting, int32_t order)
{
	const LmSpot *spot = &state->spots[order];
	LmTime close = spot->soft ? state->problem->orders[order].due : spot->close;

	switch (sorting)
	{
		case SORT_DEMAND:
			return -spot->demand;
		case SORT_FAR:
			return -recreate->depot_leg[order];
		case SORT_CLOSE:
			return recreate->depot_leg[order];
		case SORT_NARROW:
			return close - spot->open;
		case SORT_EARLY:
			return spot->open;
		case SORT_LATE:
			return -close;
		default:
			return 0;
	}
}

static Sorting
sorting_draw(LmRandom *random)
{
	int32_t draw = lm_random_below(random, 100);

	for (int32_t sorting = 0; sorting < SORTINGS; sorting++)
	{
		draw -= sorting_share[sorting];
		if (draw < 0)
			return (Sorting) sorting;
	}
	return SORT_RANDOM;
}

/* The few orders of an iteration are sorted by insertion, all of a problem by qsort. */
static void
entries_sort(Entry *entries, int32_t count)
{
	if (count > FEW)
	{
		qsort(entries, (size_t) count, sizeof(Entry), entry_compare);
		return;
	}
	for (int32_t i = 1; i < count; i++)
	{
		Entry entry = entries[i];
		int32_t at = i;

		for (; at > 0 && entry_compare(&entries[at - 1], &entry) > 0; at--)
			entries[at] = entries[at - 1];
		entries[at] = entry;
	}
}

/* The orders to insert, in the order to insert them; returns their number. */
static int32_t
entries_set(LmRecreate *recreate, const LmState *state, LmRandom *random, int32_t fresh)
{
	Sorting sorting = sorting_draw(random);
	bool by_rank = recreate->rank != NULL && lm_random_below(random, 100) < RANK_FIRST_PERCENT;
	int32_t tries = fresh < OLD_ABSENT_TRIES ? fresh : OLD_ABSENT_TRIES;
	int32_t first = fresh > tries ? lm_random_below(random, fresh) : 0;
	int32_t count = 0;

	for (int32_t i = fresh - tries; i < state->absent_count; i++)
	{
		int32_t order = state->absent[i < fresh ? (first + i) % fresh : i];
		Entry *entry = &recreate->entries[count++];

		entry->order = order;
		entry->rank = by_rank ? recreate->rank[order] : 0;
		entry->key = sorting_key(recreate, state, sorting, order);
		entry->tie = lm_random_next(random);
	}
	entries_sort(recreate->entries, count);
	return count;
}

static void
places_listed(LmState *state, const LmNeighbours *neighbours, const LmBlinks *blinks, int32_t order,
              LmCost *best, int32_t *place)
{
	LmProbe probe = lm_probe_of(state, order);
	LmFloors floors;

	lm_probe_floors(&probe, state, neighbours, &floors);
	for (int32_t i = 0; i < floors.count; i++)
		if (floors.floor[i] < *best && lm_probe_fits(&probe, state, floors.after[i]))
			lm_place_try(state, blinks, order, floors.after[i], best, place);
}

/* Places with what they cost at the least, the cheapest first. */
typedef struct Ranking
{
	LmCost least[2 * LM_NEIGHBOUR_WIDTH];
	int32_t after[2 * LM_NEIGHBOUR_WIDTH];
	int32_t count;
} Ranking;

static void
ranking_add(Ranking *ranking, LmCost least, int32_t after)
{
	int32_t at = ranking->count;

	for (; at > 0 && ranking->least[at - 1] >= least; at--)
		if (ranking->after[at - 1] == after)
			return; /* it stood on both lists */
	for (int32_t i = ranking->count++; i > at; i--)
	{
		ranking->least[i] = ranking->least[i - 1];
		ranking->after[i] = ranking->after[i - 1];
	}
	ranking->least[at] = least;
	ranking->after[at] = after;
}

/*
 * The same where routes have breaks or several windows: all places are ranked by
 * their bounds first, so that only the few that can still win are timed exactly.
 */
static void
places_ranked(LmState *state, const LmNeighbours *neighbours, const LmBlinks *blinks, int32_t order,
              LmCost *best, int32_t *place)
{
	const int32_t *before = neighbours->before + (size_t) order * neighbours->width;
	const int32_t *behind = neighbours->behind + (size_t) order * neighbours->width;
	Ranking ranking = {.count = 0};

	for (int32_t i = 0; i < 2 * neighbours->width; i++)
	{
		int32_t after = i < neighbours->width ? before[i] : behind[i - neighbours->width];
		LmCost least;

		if (after < 0 || state->nodes[after].route == LM_ABSENT)
			continue;
		if (i >= neighbours->width)
			after = state->nodes[after].prev;
		least = lm_state_insertion_least(state, order, after, *best);
		if (least < *best)
			ranking_add(&ranking, least, after);
	}
	for (int32_t i = 0; i < ranking.count && ranking.least[i] < *best; i++)
		lm_place_try(state, blinks, order, ranking.after[i], best, place);
}

/* One empty vehicle of each kind, of a few kinds where there are many. */
static void
places_empty(LmState *state, const LmBlinks *blinks, int32_t order, LmCost *best, int32_t *place,
             bool all)
{
	int32_t kinds = state->kind_count;
	int32_t tries = all || kinds < KIND_TRIES ? kinds : KIND_TRIES;
	int32_t first = tries < kinds ? lm_random_below(blinks->random, kinds) : 0;

	for (int32_t i = 0; i < tries; i++)
	{
		int32_t van = lm_state_empty(state, (first + i) % kinds);

		if (van >= 0)
			lm_place_try(state, blinks, order, lm_state_start(state, van), best, place);
	}
	if (tries < kinds && state->problem->prefer_price != NULL)
	{
		int32_t van = state->problem->orders[order].preferred;

		if (van >= 0 && state->routes[van].count == 0)
			lm_place_try(state, blinks, order, lm_state_start(state, van), best, place);
	}
}

/* What an order may cost: an optional one never more than leaving it out. */
static LmCost
order_bound(const LmState *state, int32_t order)
{
	const LmProblem *problem = state->problem;

	if (problem->orders[order].optional && lm_problem_weighs_skips(problem))
		return problem->skip_price[order] + 1;
	return LM_IMPOSSIBLE;
}

/*
 * Whether places with a reload beside them are looked at: always for an order that has found none, or
 * one on a vehicle of its own; beside a place on a route they seldom pay.
 */
static bool
trip_wanted(const LmState *state, LmRandom *random, int32_t place)
{
	return state->problem->reload_count > 0 &&
	       (place < 0 || state->routes[state->nodes[place].route].count == 0 ||
	        lm_random_chance(random, TRIP_ONE_IN));
}

/* The cheapest place of an order that its lists, or on small problems all routes, offer; or -1. */
static int32_t
order_place(LmState *state, const LmNeighbours *neighbours, const LmBlinks *blinks, int32_t order,
            LmCost *best)
{
	int32_t orders = state->problem->order_count;
	int32_t place = -1;

	if (orders < SCAN_ALL_BELOW)
		lm_places_scan(state, blinks, order, best, &place);
	else if (state->quick)
		places_listed(state, neighbours, blinks, order, best, &place);
	else
		places_ranked(state, neighbours, blinks, order, best, &place);
	places_empty(state, blinks, order, best, &place, false);
	if (place < 0 &&
	    lm_random_chance(blinks->random, orders < LARGE ? RESCUE_ONE_IN : RESCUE_ONE_IN_LARGE))
	{
		lm_places_scan(state, NULL, order, best, &place);
		places_empty(state, NULL, order, best, &place, true);
	}
	return place;
}

/* The same for all that a unit may be served by. */
static void
unit_place(LmState *state, const LmNeighbours *neighbours, const LmBlinks *blinks, int32_t first,
           LmPlacing *best)
{
	const LmUnit *unit = lm_problem_unit(state->problem, first);
	const int32_t *members = state->problem->members + unit->first;
	LmPairing pairing = {.random = blinks->random, .one_in = blinks->one_in};

	for (int32_t head = 0; head < unit->heads && unit->tails == 0; head++)
	{
		int32_t place = order_place(state, neighbours, blinks, members[head], &best->cost);

		if (place >= 0)
			*best = (LmPlacing){members[head], place, LM_ABSENT, LM_ABSENT, best->cost};
	}
	for (int32_t head = 0; head < unit->heads; head++)
		for (int32_t tail = unit->heads; tail < unit->heads + unit->tails; tail++)
			lm_pair_find(state, neighbours, members[head], members[tail], &pairing, best);
	if (unit->tails > 0 && best->order == LM_ABSENT &&
	    lm_random_chance(blinks->random, RESCUE_ONE_IN_LARGE))
		(void) lm_unit_find(state, first, best->cost, best);
}

/* Puts an order of a unit, but for shipments, where another trip begins or ends with it if that is cheaper. */
static bool
unit_on_trip(LmState *state, const LmNeighbours *neighbours, int32_t first, LmCost bound)
{
	const LmUnit *unit = lm_problem_unit(state->problem, first);
	int32_t found = LM_ABSENT;
	LmReloadPlace trip;
	LmReloadPlace best;

	for (int32_t head = 0; head < unit->heads && unit->tails == 0; head++)
	{
		int32_t order = state->problem->members[unit->first + head];

		if (state->problem->reload_count == 0 ||
		    !lm_reload_find(state, neighbours, order, &bound, &trip))
			continue;
		found = order;
		best = trip;
	}
	if (found != LM_ABSENT)
		lm_reload_insert(state, found, &best);
	return found != LM_ABSENT;
}

void
lm_recreate(LmRecreate *recreate, LmState *state, const LmNeighbours *neighbours, LmRandom *random,
            int32_t fresh)
{
	int32_t orders = lm_problem_rows(state->problem);
	int32_t count = entries_set(recreate, state, random, fresh);
	bool eager = lm_random_chance(random, EAGER_ONE_IN);
	LmBlinks blinks = {random, recreate->blink_one_in};

	for (int32_t i = 0; i < count; i++)
	{
		int32_t order = recreate->entries[i].order;
		LmCost best = eager ? LM_IMPOSSIBLE : order_bound(state, order);
		LmReloadPlace trip;
		int32_t place;

		/* the first plan is finished even when the time is over */
		lm_scheduler_tick(state->scheduler);
		if (lm_scheduler_stopped(state->scheduler) ||
		    (lm_scheduler_late(state->scheduler) && count < orders))
			return;
		if (state->units != NULL)
		{
			LmPlacing placing = {.order = LM_ABSENT, .cost = best};

			unit_place(state, neighbours, &blinks, order, &placing);
			if (!unit_on_trip(state, orders < SCAN_ALL_BELOW ? NULL : neighbours, order,
			                  placing.cost) &&
			    placing.order != LM_ABSENT)
				lm_placing_apply(state, &placing);
			continue;
		}
		place = order_place(state, neighbours, &blinks, order, &best);
		if (trip_wanted(state, random, place) &&
		    lm_reload_find(state, orders < SCAN_ALL_BELOW ? NULL : neighbours, order, &best, &trip))
			lm_reload_insert(state, order, &trip);
		else if (place >= 0)
			lm_state_insert(state, order, place);
	}
	lm_reload_clean(state, false);
}

/* The optional order of a route that saves most above its skip_price when left out, or -1. */
static int32_t
dearest_optional(LmState *state, int32_t vehicle)
{
	const LmProblem *problem = state->problem;
	int32_t dearest = -1;
	LmCost most = 0;

	for (int32_t node = state->nodes[lm_state_start(state, vehicle)].next;
	     node < problem->order_count; node = state->nodes[node].next)
	{
		LmCost saved;

		/* a shipment is looked at where it is dropped, as a whole */
		if (!problem->orders[node].optional || state->spots[node].kind == LM_COLLECT)
			continue;
		saved = -lm_unit_out_price(state, node) -
		        problem->skip_price[lm_problem_first(problem, node)];
		if (saved > most)
		{
			most = saved;
			dearest = node;
		}
	}
	return dearest;
}

/* Takes an order out.  Deviations were only estimated: false, and it stays, where that makes nothing cheaper. */
static bool
order_drop(LmState *state, int32_t order)
{
	LmCost before;

	if (state->balanced)
		lm_state_commit(state);
	before = state->cost;
	lm_state_remove(state, order, order);
	if (!state->balanced)
		return true;
	lm_balance_settle(state);
	if (state->cost < before)
		return true;
	lm_state_undo(state);
	return false;
}

void
lm_drop_dear(LmState *state)
{
	if (!lm_problem_weighs_skips(state->problem))
		return;
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
	{
		int32_t order;

		do
			order = dearest_optional(state, v);
		while (order >= 0 && order_drop(state, order));
	}
}

int32_t
lm_recreate_fully(LmRecreate *recreate, LmState *state, bool (*should_stop)(void *context),
                  void *context)
{
	int32_t count = state->absent_count;
	int32_t inserted = 0;

	for (int32_t i = 0; i < count; i++)
	{
		int32_t order = state->absent[i];

		recreate->entries[i] = (Entry){.rank = recreate->rank != NULL ? recreate->rank[order] : 0,
		                               .order = order};
	}
	qsort(recreate->entries, (size_t) count, sizeof(Entry), entry_compare);
	for (int32_t i = 0; i < count && !should_stop(context); i++)
	{
		int32_t order = recreate->entries[i].order;

		inserted += lm_place_take(state, order, order_bound(state, order));
	}
	return inserted;
}
