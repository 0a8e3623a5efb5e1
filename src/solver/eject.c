/*
 * eject.c
 *	  Depth first along a route: which rows go, and where the new one comes in.
 *
 * Each row is kept or taken off, and the new order put in at some point; heads are carried along, and
 * the tails of the present route tell at once whether the rest can stay as it is.
 */
#include "solver/eject.h"

#include "solver/splice.h"
#include "solver/state_parts.h"

#define STEPS_MOST 3000
#define EXACT_STEPS 20 /* what a look at the whole route counts for */

struct LmEject
{
	int32_t *route;     /* [count] orders of the route */
	int32_t *changed;   /* the same after the change */
	int64_t *least;     /* [count + 1] least penalty of the rows from here on */
	LmAmount *heaviest; /* [count + 1] largest demand of them in the first dimension */
	LmAmount *need;     /* [sums] to be taken off before the order fits */
	/* of one call */
	LmState *state;
	const LmTravel *travel;
	const int64_t *penalties;
	LmEjection *best;
	LmEjection now;
	int64_t steps;
	int32_t count;
	int32_t order;
	int32_t vehicle;
	int32_t most;
	int32_t sums; /* dimensions that sums of the route decide; 0 for deliveries beside pickups */
	bool plain;   /* segments and sums decide everything */
};

LmEject *
lm_eject_new(const LmState *state, LmArena *arena)
{
	size_t rows = (size_t) state->problem->order_count + 1;
	LmEject *eject = LM_TAKE(arena, LmEject, 1);

	if (eject == NULL)
		return NULL;
	eject->route = LM_TAKE(arena, int32_t, rows);
	eject->changed = LM_TAKE(arena, int32_t, rows);
	eject->least = LM_TAKE(arena, int64_t, rows);
	eject->heaviest = LM_TAKE(arena, LmAmount, rows);
	eject->need = LM_TAKE(arena, LmAmount, state->problem->dimensions);
	return arena->failed ? NULL : eject;
}

/* The route as it would be, into eject->changed; returns its length. */
static int32_t
route_change(const LmEject *eject)
{
	int32_t out = 0;
	int32_t count = 0;

	if (eject->now.after >= eject->state->problem->order_count)
		eject->changed[count++] = eject->order;
	for (int32_t row = 0; row < eject->count; row++)
	{
		if (out < eject->now.count && eject->now.orders[out] == eject->route[row])
			out++;
		else
			eject->changed[count++] = eject->route[row];
		if (eject->route[row] == eject->now.after)
			eject->changed[count++] = eject->order;
	}
	return count;
}

/* Whether the changed route is feasible by all rules. */
static bool
whole_fits(LmEject *eject)
{
	LmSplice whole = {lm_state_start(eject->state, eject->vehicle),
	                  lm_state_end(eject->state, eject->vehicle), eject->changed,
	                  route_change(eject)};

	eject->steps += EXACT_STEPS;
	return lm_splice_price(eject->state, &whole, LM_IMPOSSIBLE) < LM_IMPOSSIBLE;
}

/* Whether the route is feasible when all from a row on stays; `last` stands in front of it. */
static bool
rest_fits(LmEject *eject, int32_t row, int32_t last, const LmSegment *head)
{
	const LmState *state = eject->state;
	const LmVan *van = &state->vans[eject->vehicle];
	int32_t behind = row < eject->count ? eject->route[row] : lm_state_end(state, eject->vehicle);
	LmTime leg = lm_leg_of(state, eject->travel, last, behind).time;
	int32_t begun = state->problem->vehicles[eject->vehicle].under_way; /* as in LmRoute.count */
	LmTime working;
	LmTime ends;

	for (int32_t d = 0; d < eject->sums; d++)
		if (eject->need[d] > 0)
			return false;
	return leg != LM_NO_LEG &&
	       lm_segment_join(head, leg, &state->nodes[behind].tail, &working, &ends) &&
	       working <= van->max_time &&
	       eject->count - state->routes[eject->vehicle].reloads + 1 + begun - eject->now.count <=
	           van->max_stops &&
	       (eject->plain || whole_fits(eject));
}

static void
row_take(LmEject *eject, int32_t order)
{
	const LmProblem *problem = eject->state->problem;

	eject->now.orders[eject->now.count++] = order;
	eject->now.penalty += eject->penalties[order];
	for (int32_t d = 0; d < eject->sums; d++)
		eject->need[d] -= problem->demand[(size_t) order * problem->dimensions + d];
}

static void
row_give_back(LmEject *eject, int32_t order)
{
	const LmProblem *problem = eject->state->problem;

	eject->now.count--;
	eject->now.penalty -= eject->penalties[order];
	for (int32_t d = 0; d < eject->sums; d++)
		eject->need[d] += problem->demand[(size_t) order * problem->dimensions + d];
}

/* Whether taking off rows from here on may help: enough of them may go, at less than the best penalty. */
static bool
hope_left(const LmEject *eject, int32_t row)
{
	int32_t left = eject->most - eject->now.count;

	return left > 0 && eject->now.penalty + eject->least[row] < eject->best->penalty &&
	       (eject->sums == 0 || eject->need[0] <= left * eject->heaviest[row]);
}

static bool
head_append(const LmEject *eject, LmSegment *head, int32_t last, int32_t order)
{
	const LmSpot *spot = &eject->state->spots[order];
	LmTime leg = lm_leg_of(eject->state, eject->travel, last, order).time;

	return leg != LM_NO_LEG && lm_segment_append(head, leg, spot->open, spot->close, spot->service);
}

/*
 * All ways from a row on, the new order being in or not.  Behind a row that goes it
 * is not put in: that is the same as in front of it, which was tried (may_place).
 */
static void
rows_explore(LmEject *eject, int32_t row, int32_t last, LmSegment head, bool placed, bool may_place)
{
	/* once is enough: rows that are kept change nothing about the whole */
	if (placed && rest_fits(eject, row, last, &head))
	{
		*eject->best = eject->now;
		return;
	}
	for (; eject->steps < STEPS_MOST && eject->now.penalty < eject->best->penalty; row++)
	{
		eject->steps++;
		if ((placed || (eject->sums > 0 && eject->need[0] > 0)) && !hope_left(eject, row))
			return;
		if (!placed && may_place)
		{
			LmSegment with = head;

			/* no row behind is left any earlier */
			if (head.lo + head.span > eject->state->spots[eject->order].close)
				return;
			if (head_append(eject, &with, last, eject->order))
			{
				eject->now.after = last;
				rows_explore(eject, row, eject->order, with, true, false);
			}
		}
		may_place = true;
		if (row == eject->count)
			return;
		if (hope_left(eject, row) &&
		    eject->now.penalty + eject->penalties[eject->route[row]] < eject->best->penalty)
		{
			row_take(eject, eject->route[row]);
			rows_explore(eject, row + 1, last, head, placed, false);
			row_give_back(eject, eject->route[row]);
		}
		if (!head_append(eject, &head, last, eject->route[row]))
			return;
		last = eject->route[row];
	}
}

static void
route_read(LmEject *eject)
{
	const LmState *state = eject->state;
	int32_t end = lm_state_end(state, eject->vehicle);
	int32_t count = 0;

	for (int32_t node = state->nodes[lm_state_start(state, eject->vehicle)].next; node != end;
	     node = state->nodes[node].next)
		eject->route[count++] = node;
	eject->count = count;
	eject->least[count] = INT64_MAX / 2;
	eject->heaviest[count] = 0;
	for (int32_t row = count - 1; row >= 0; row--)
	{
		int64_t penalty = eject->penalties[eject->route[row]];
		LmAmount demand = state->spots[eject->route[row]].demand;

		eject->least[row] = penalty < eject->least[row + 1] ? penalty : eject->least[row + 1];
		eject->heaviest[row] = demand > eject->heaviest[row + 1] ? demand
		                                                         : eject->heaviest[row + 1];
	}
}

/* What must come off before the order fits, and whether more than sums and segments has a say. */
static void
rules_read(LmEject *eject)
{
	const LmState *state = eject->state;
	const LmProblem *problem = state->problem;
	const LmVan *van = &state->vans[eject->vehicle];

	eject->sums = state->mixed ? 0 : problem->dimensions;
	for (int32_t d = 0; d < eject->sums; d++)
	{
		size_t at = (size_t) eject->vehicle * problem->dimensions + d;

		eject->need[d] = state->load[at] - problem->capacity[at] +
		                 problem->demand[(size_t) eject->order * problem->dimensions + d];
	}
	eject->plain = !state->mixed && !state->has_releases && !van->has_breaks && !van->changes &&
	               van->max_distance >= LM_NEVER && van->range >= LM_NEVER &&
	               !state->spots[eject->order].odd && state->routes[eject->vehicle].odd_count == 0;
}

int64_t
lm_eject_find(LmEject *eject, LmState *state, int32_t order, int32_t vehicle,
              const int64_t *penalties, int32_t most, LmEjection *best)
{
	LmSegment head = state->nodes[lm_state_start(state, vehicle)].head;

	if (state->vans[vehicle].max_stops < 1 || !lm_problem_skilled(state->problem, order, vehicle) ||
	    !lm_problem_welcome(state->problem, order, vehicle))
		return 1;
	eject->state = state;
	eject->travel = lm_problem_travel(state->problem, vehicle);
	eject->penalties = penalties;
	eject->best = best;
	eject->now = (LmEjection){.after = LM_ABSENT};
	eject->steps = 0;
	eject->order = order;
	eject->vehicle = vehicle;
	eject->most = most;
	route_read(eject);
	rules_read(eject);
	if (state->has_releases)
	{
		/* a bound: what goes may be what the vehicle waits for */
		head.lo = lm_vehicle_departs(&state->problem->vehicles[vehicle],
		                             state->spots[order].release);
	}
	if (head.lo <= head.hi)
		rows_explore(eject, 0, lm_state_start(state, vehicle), head, false, true);
	return eject->steps + eject->count + 1;
}
