/*
 * eject_unit.c
 *	  Sets of units of a route, the cheapest first; what is left, with the new unit at every place.
 */
#include "solver/eject_unit.h"

#include "solver/splice.h"
#include "solver/state_parts.h"
#include "solver/unit.h"

#define STEPS_MOST 6000
#define EXACT_STEPS 20 /* what a look at the whole route counts for */

/* A row that is left. */
typedef struct Row
{
	int32_t node;
	LmSegment head;
	LmSegment tail;
	LmTime leg; /* to the next */
} Row;

struct LmEjectUnit
{
	int32_t *units;   /* [unit_count] of the route, each by its row that comes first */
	int64_t *price;   /* [unit_count] penalties, ascending */
	bool *gone;       /* [unit of the problem] */
	Row *rows;        /* [count] the start, what is left, the end */
	LmAmount *aboard; /* [row * dimensions + d] */
	int32_t *changed;
	/* of one call */
	LmState *state;
	const LmTravel *travel;
	LmEjection *best;
	int32_t vehicle;
	int32_t first;
	int32_t unit_count;
	int32_t count;
	int64_t steps;
};

LmEjectUnit *
lm_eject_unit_new(const LmState *state, LmArena *arena)
{
	size_t rows = (size_t) state->problem->order_count + 2;
	LmEjectUnit *eject = LM_TAKE(arena, LmEjectUnit, 1);

	if (eject == NULL)
		return NULL;
	eject->units = LM_TAKE(arena, int32_t, rows);
	eject->price = LM_TAKE(arena, int64_t, rows);
	eject->gone = LM_TAKE(arena, bool, state->problem->unit_count);
	eject->rows = LM_TAKE(arena, Row, rows);
	eject->aboard = LM_TAKE(arena, LmAmount, rows * (size_t) state->problem->dimensions);
	eject->changed = LM_TAKE(arena, int32_t, rows);
	return arena->failed ? NULL : eject;
}

/* The units of the route, the cheapest first. */
static void
units_read(LmEjectUnit *eject, const int64_t *penalties)
{
	const LmState *state = eject->state;

	eject->unit_count = 0;
	for (int32_t node = state->nodes[lm_state_start(state, eject->vehicle)].next;
	     node < state->problem->order_count; node = state->nodes[node].next)
	{
		int64_t price = penalties[lm_problem_first(state->problem, node)];
		int32_t at = eject->unit_count;

		if (state->spots[node].kind == LM_DROP || state->spots[node].kind == LM_RELOAD)
			continue;
		for (; at > 0 && eject->price[at - 1] > price; at--)
		{
			eject->units[at] = eject->units[at - 1];
			eject->price[at] = eject->price[at - 1];
		}
		eject->units[at] = node;
		eject->price[at] = price;
		eject->unit_count++;
	}
}

/* What is on board when a row is left, but for goods that are gone. */
static void
aboard_fill(LmEjectUnit *eject)
{
	const LmState *state = eject->state;
	size_t dims = (size_t) state->problem->dimensions;
	const LmAmount *demand = state->problem->demand;

	for (size_t d = 0; d < dims; d++)
	{
		LmAmount load = state->problem->aboard == NULL
		                    ? 0
		                    : state->problem->aboard[(size_t) eject->vehicle * dims + d].load;

		for (int32_t row = 1; row < eject->count - 1; row++)
			if (state->spots[eject->rows[row].node].kind == LM_DELIVERY)
				load += demand[(size_t) eject->rows[row].node * dims + d];
		eject->aboard[d] = load;
		for (int32_t row = 1; row < eject->count - 1; row++)
		{
			int32_t node = eject->rows[row].node;
			LmOrderKind kind = state->spots[node].kind;
			LmAmount amount = demand[(size_t) node * dims + d];

			load += kind == LM_PICKUP || kind == LM_COLLECT ? amount : -amount;
			eject->aboard[(size_t) row * dims + d] = load;
		}
	}
}

static bool
row_append(const LmEjectUnit *eject, LmSegment *head, LmTime leg, int32_t order)
{
	const LmSpot *spot = &eject->state->spots[order];

	return leg != LM_NO_LEG && lm_segment_append(head, leg, spot->open, spot->close, spot->service);
}

static LmTime
leg_time(const LmEjectUnit *eject, int32_t from, int32_t to)
{
	return lm_leg_of(eject->state, eject->travel, from, to).time;
}

/* The rows that are left, with their heads and tails; false when they alone are not feasible. */
static bool
rows_read(LmEjectUnit *eject)
{
	const LmState *state = eject->state;
	int32_t end = lm_state_end(state, eject->vehicle);
	int32_t node = lm_state_start(state, eject->vehicle);

	eject->count = 0;
	eject->rows[eject->count++] = (Row){.node = node, .head = state->nodes[node].head};
	/* a bound: what goes may be what the vehicle waits for */
	if (state->has_releases)
		eject->rows[0].head.lo = state->problem->vehicles[eject->vehicle].shift_start;
	do
	{
		Row *before = &eject->rows[eject->count - 1];
		Row *row = before + 1;

		eject->steps++;
		node = state->nodes[node].next;
		if (node != end && state->spots[node].kind != LM_RELOAD &&
		    eject->gone[state->problem->orders[node].unit])
			continue;
		*row = (Row){.node = node, .head = before->head};
		before->leg = leg_time(eject, before->node, node);
		if (before->leg == LM_NO_LEG ||
		    (node != end && !row_append(eject, &row->head, before->leg, node)))
			return false;
		eject->count++;
	} while (node != end);
	eject->rows[eject->count - 1].tail = state->nodes[end].tail;
	for (int32_t i = eject->count - 2; i > 0; i--)
	{
		const LmSpot *spot = &state->spots[eject->rows[i].node];

		eject->rows[i].tail = eject->rows[i + 1].tail;
		if (!lm_segment_prepend(&eject->rows[i].tail, eject->rows[i].leg, spot->open, spot->close,
		                        spot->service))
			return false;
	}
	aboard_fill(eject);
	return true;
}

/* Whether the route with the rows put in is feasible by all rules; they stand behind rows `at` and `to`. */
static bool
whole_fits(LmEjectUnit *eject, int32_t collect, int32_t at, int32_t drop, int32_t to)
{
	LmSplice whole = {lm_state_start(eject->state, eject->vehicle),
	                  lm_state_end(eject->state, eject->vehicle), eject->changed, 0};

	eject->steps += EXACT_STEPS;
	for (int32_t row = 0; row < eject->count - 1; row++)
	{
		if (row > 0)
			eject->changed[whole.count++] = eject->rows[row].node;
		if (row == at)
			eject->changed[whole.count++] = collect;
		if (row == to && drop != LM_ABSENT)
			eject->changed[whole.count++] = drop;
	}
	return lm_splice_price(eject->state, &whole, LM_IMPOSSIBLE) < LM_IMPOSSIBLE;
}

static bool
tail_joins(const LmEjectUnit *eject, const LmSegment *head, int32_t from, int32_t row)
{
	LmTime leg = leg_time(eject, from, eject->rows[row].node);
	LmTime working;
	LmTime ends;

	return leg != LM_NO_LEG &&
	       lm_segment_join(head, leg, &eject->rows[row].tail, &working, &ends) &&
	       working <= eject->state->vans[eject->vehicle].max_time;
}

/* Whether goods fit on top of what is on board when a row is left. */
static bool
goods_fit(const LmEjectUnit *eject, int32_t row, int32_t order)
{
	const LmProblem *problem = eject->state->problem;
	size_t dims = (size_t) problem->dimensions;

	for (size_t d = 0; d < dims; d++)
		if (eject->aboard[(size_t) row * dims + d] + problem->demand[(size_t) order * dims + d] >
		    problem->capacity[(size_t) eject->vehicle * dims + d])
			return false;
	return true;
}

/* The dropping row anywhere behind the collecting row, which stands behind row `at`. */
static bool
drop_fits(LmEjectUnit *eject, int32_t collect, int32_t at, int32_t drop, LmSegment head)
{
	int32_t from = collect;

	for (int32_t row = at; row < eject->count - 1 && eject->steps < STEPS_MOST; row++)
	{
		LmSegment with = head;

		eject->steps++;
		if (head.lo + head.span > eject->state->spots[drop].close)
			return false;
		if (row_append(eject, &with, leg_time(eject, from, drop), drop) &&
		    tail_joins(eject, &with, drop, row + 1) && whole_fits(eject, collect, at, drop, row))
			return true;
		if (row + 2 == eject->count || !goods_fit(eject, row + 1, collect) ||
		    !row_append(eject, &head, leg_time(eject, from, eject->rows[row + 1].node),
		                eject->rows[row + 1].node))
			return false;
		from = eject->rows[row + 1].node;
	}
	return false;
}

/* Whether what is left takes one way to serve the unit. */
static bool
way_fits(LmEjectUnit *eject, int32_t collect, int32_t drop)
{
	const LmSpot *spot = &eject->state->spots[collect];

	for (int32_t at = 0; at < eject->count - 1 && eject->steps < STEPS_MOST; at++)
	{
		LmSegment head = eject->rows[at].head;

		eject->steps++;
		if (head.lo + head.span > spot->close)
			return false;
		if (!row_append(eject, &head, leg_time(eject, eject->rows[at].node, collect), collect))
			continue;
		if (drop == LM_ABSENT
		        ? tail_joins(eject, &head, collect, at + 1) &&
		              whole_fits(eject, collect, at, drop, at)
		        : goods_fit(eject, at, collect) && drop_fits(eject, collect, at, drop, head))
			return true;
	}
	return false;
}

static bool
unit_fits(LmEjectUnit *eject)
{
	const LmProblem *problem = eject->state->problem;
	const LmUnit *unit = lm_problem_unit(problem, eject->first);
	const int32_t *members = problem->members + unit->first;

	if (!rows_read(eject))
		return false;
	for (int32_t head = 0; head < unit->heads; head++)
		for (int32_t tail = 0; tail == 0 || tail < unit->tails; tail++)
			if (way_fits(eject, members[head],
			             unit->tails == 0 ? LM_ABSENT : members[unit->heads + tail]))
				return true;
	return false;
}

/* All sets with so many units more, from one on. */
static void
sets_try(LmEjectUnit *eject, LmEjection *now, int32_t from, int32_t more)
{
	for (int32_t i = from; i <= eject->unit_count - more && eject->steps < STEPS_MOST; i++)
	{
		int32_t unit = eject->state->problem->orders[eject->units[i]].unit;

		/* the cheapest come first */
		if (now->penalty + eject->price[i] * more >= eject->best->penalty)
			return;
		now->orders[now->count++] = eject->units[i];
		now->penalty += eject->price[i];
		eject->gone[unit] = true;
		if (more > 1)
			sets_try(eject, now, i + 1, more - 1);
		else if (unit_fits(eject))
			*eject->best = *now;
		eject->gone[unit] = false;
		now->penalty -= eject->price[i];
		now->count--;
	}
}

int64_t
lm_eject_unit_find(LmEjectUnit *eject, LmState *state, int32_t first, int32_t vehicle,
                   const int64_t *penalties, int32_t most, LmEjection *best)
{
	LmEjection now = {.after = lm_state_start(state, vehicle)};

	if (state->vans[vehicle].max_stops < 1)
		return 1;
	eject->state = state;
	eject->travel = lm_problem_travel(state->problem, vehicle);
	eject->best = best;
	eject->vehicle = vehicle;
	eject->first = first;
	eject->steps = 0;
	units_read(eject, penalties);
	sets_try(eject, &now, 0, most);
	return eject->steps + state->routes[vehicle].count + 1;
}
