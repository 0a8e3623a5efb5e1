/*
 * reasons.c
 *	  One rule at a time at every place of the plan; then the rule that most vehicles lack only.
 */
#include "solver/reasons.h"

#include "solver/halves.h"
#include "solver/place.h"
#include "solver/reason_parts.h"
#include "solver/state_parts.h"

/* Of rules that stop as many vehicles, the first; the last three are named only where no other is. */
static const LmReasonCode named[] = {
	LM_REASON_RELEASE,  LM_REASON_WINDOW,      LM_REASON_SHIFT, LM_REASON_BREAK,
	LM_REASON_TIME,     LM_REASON_DISTANCE,    LM_REASON_RANGE, LM_REASON_STOPS,
	LM_REASON_CAPACITY, LM_REASON_UNREACHABLE, LM_REASON_SKILL, LM_REASON_VEHICLE_REFUSED};

#define NAMED ((int) (sizeof(named) / sizeof(named[0])))
#define COUNTED (NAMED - 3)

/* ---- the pieces of routes ---- */

static void
heads_fill(LmReasons *reasons, int32_t vehicle, LmHeadForm form)
{
	const LmState *state = reasons->state;
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	const LmVehicle *van = &state->problem->vehicles[vehicle];
	const LmRoute *route = &state->routes[vehicle];
	int32_t node = lm_state_start(state, vehicle);
	LmSegment head = {van->shift_start, van->under_way ? van->shift_start : LM_NEVER, 0};

	if (form != LM_HEAD_NO_RELEASE && route->count > 0 && route->release > head.lo)
		head.lo = route->release;
	reasons->heads[form][node] = head;
	for (int32_t next = state->nodes[node].next; next < state->problem->order_count;
	     node = next, next = state->nodes[node].next)
	{
		const LmSpot *spot = &state->spots[next];

		/* the route is feasible, and so it is with a rule less */
		(void) lm_segment_append(&head, lm_leg_of(state, travel, node, next).time,
		                         form == LM_HEAD_NO_RELEASE && spot->kind == LM_RELOAD ? -LM_NEVER
		                                                                               : spot->open,
		                         form == LM_HEAD_NO_WINDOW ? LM_NEVER : spot->close, spot->service);
		reasons->heads[form][next] = head;
	}
}

static void
tails_fill(LmReasons *reasons, int32_t vehicle, LmTailForm form)
{
	const LmState *state = reasons->state;
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	const LmVehicle *van = &state->problem->vehicles[vehicle];
	int32_t node = lm_state_end(state, vehicle);
	LmSegment tail = {-LM_NEVER, LM_NEVER, 0};

	if (form != LM_TAIL_NO_SHIFT && van->shift_end < LM_NEVER)
		tail.hi = van->shift_end + van->overtime;
	reasons->tails[form][node] = tail;
	for (int32_t prev = state->nodes[node].prev; prev < state->problem->order_count;
	     node = prev, prev = state->nodes[node].prev)
	{
		const LmSpot *spot = &state->spots[prev];

		(void) lm_segment_prepend(&tail, lm_leg_of(state, travel, prev, node).time, spot->open,
		                          form == LM_TAIL_NO_WINDOW ? LM_NEVER : spot->close,
		                          spot->service);
		reasons->tails[form][prev] = tail;
	}
}

static void
departs_fill(LmReasons *reasons, int32_t vehicle)
{
	const LmRoute *route = &reasons->state->routes[vehicle];
	LmTime departs = reasons->state->problem->vehicles[vehicle].shift_start;

	if (route->count > 0 && route->release > departs)
		departs = route->release;
	reasons->departs[vehicle] = departs;
}

static const int eased_relax[LM_EASED_FORMS] = {
	[LM_EASED_NONE] = LM_RELAX_NONE,     [LM_EASED_RELEASE] = LM_RELAX_RELEASE,
	[LM_EASED_WINDOW] = LM_RELAX_WINDOW, [LM_EASED_SHIFT] = LM_RELAX_SHIFT,
	[LM_EASED_BREAK] = LM_RELAX_BREAK,
};

/* Whether fronts and backs with the rule left out are none of the search's. */
static bool
eased_own(int form)
{
	return form != LM_EASED_NONE && form != LM_EASED_RELEASE;
}

static bool
eased_take(LmReasons *reasons, LmArena *arena)
{
	LmState *state = reasons->state;

	if (!lm_reach_take(&reasons->reaches[LM_EASED_NONE], state, LM_RELAX_NONE, arena))
		return false;
	for (int form = 1; form < LM_EASED_FORMS && !state->plain; form++)
		if (!lm_reach_take(&reasons->reaches[form], state, eased_relax[form], arena))
			return false;
	for (int form = 0; form < LM_EASED_FORMS && !state->plain; form++)
	{
		reasons->halves[form] = eased_own(form)
		                            ? lm_halves_new_eased(state->problem, state->scheduler,
		                                                  eased_relax[form], arena)
		                            : state->halves;
		if (reasons->halves[form] == NULL)
			return false;
	}
	return true;
}

LmReasons *
lm_reasons_new(LmState *state, LmArena *arena)
{
	const LmProblem *problem = state->problem;
	size_t nodes = (size_t) problem->order_count + 2 * (size_t) problem->vehicle_count;
	LmReasons *reasons = LM_TAKE(arena, LmReasons, 1);
	int32_t ways = 1;

	if (reasons == NULL)
		return NULL;
	for (int32_t u = 0; u < problem->unit_count; u++)
	{
		const LmUnit *unit = &problem->units[u];
		int32_t here = unit->heads * (unit->tails > 0 ? unit->tails : 1);

		if (here > ways)
			ways = here;
	}
	reasons->ways = LM_TAKE(arena, LmWay, ways);
	reasons->state = state;
	reasons->found = LM_TAKE(arena, uint32_t, problem->vehicle_count);
	reasons->departs = LM_TAKE(arena, LmTime, problem->vehicle_count);
	reasons->clock = LM_TAKE(arena, LmTime, (size_t) lm_problem_most_breaks(problem) + 1);
	for (int form = 0; form < LM_HEAD_FORMS; form++)
		reasons->heads[form] = LM_TAKE(arena, LmSegment, nodes);
	for (int form = 0; form < LM_TAIL_FORMS; form++)
		reasons->tails[form] = LM_TAKE(arena, LmSegment, nodes);
	return eased_take(reasons, arena) && !arena->failed ? reasons : NULL;
}

void
lm_reasons_begin(LmReasons *reasons)
{
	const LmState *state = reasons->state;

	for (int form = 0; form < LM_EASED_FORMS && !state->plain; form++)
		if (eased_own(form))
			lm_halves_forget(reasons->halves[form]);
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
	{
		departs_fill(reasons, v);
		for (int form = 0; form < (state->plain ? 1 : LM_EASED_FORMS); form++)
			lm_reach_fill(&reasons->reaches[form], state, v);
		for (int form = 0; form < LM_HEAD_FORMS; form++)
			heads_fill(reasons, v, (LmHeadForm) form);
		for (int form = 0; form < LM_TAIL_FORMS; form++)
			tails_fill(reasons, v, (LmTailForm) form);
	}
}

/* ---- the plan ---- */

/* The vehicle before an empty one that is empty and alike in everything, so that it says the same; else -1. */
static int32_t
empty_twin(const LmState *state, int32_t vehicle)
{
	int32_t at = state->kind_place[vehicle];
	int32_t before;

	if (state->routes[vehicle].count > 0 || at == state->kind_first[state->kind[vehicle]])
		return -1;
	before = state->kind_members[at - 1];
	return state->routes[before].count > 0 ? -1 : before;
}

/* The rules each of which is all that some place of the vehicle's route breaks. */
static uint32_t
route_rules(LmReasons *reasons, int32_t vehicle, int32_t order)
{
	const LmState *state = reasons->state;
	LmTrial trial = {order, vehicle, lm_state_start(state, vehicle), 0};
	int32_t end = lm_state_end(state, vehicle);
	uint32_t always = lm_trial_vehicle_rules(state, &trial);
	uint32_t rules = 0;

	trial.broken = always;
	lm_scheduler_tick(state->scheduler);
	if ((always & (always - 1)) != 0)
		return 0;
	for (; trial.after != end && !lm_scheduler_stopped(state->scheduler);
	     trial.after = state->nodes[trial.after].next)
	{
		lm_scheduler_tick(state->scheduler);
		rules |= lm_trial_rules(reasons, &trial, ~rules);
		if (always != 0 && rules != 0)
			break;
	}
	return rules;
}

/* The rule that is to be named, or NONE. */
static LmReasonCode
rule_choose(const LmReasons *reasons)
{
	LmReasonCode best = LM_REASON_NONE;
	int32_t most = 0;

	for (int i = 0; i < NAMED && (i < COUNTED || most == 0); i++)
	{
		int32_t vehicles = 0;

		for (int32_t v = 0; v < reasons->state->problem->vehicle_count; v++)
			vehicles += (reasons->found[v] & LM_RULE(named[i])) != 0;
		if (vehicles > most)
		{
			most = vehicles;
			best = named[i];
		}
	}
	return best;
}

/* The place of an order on a route that breaks a rule, and only that one, by least, as lm_pair_breach. */
static int64_t
route_breach(LmReasons *reasons, int32_t order, int32_t vehicle, LmReasonCode code, int64_t least,
             LmReason *best)
{
	const LmState *state = reasons->state;
	LmTrial trial = {order, vehicle, lm_state_start(state, vehicle), 0};
	LmTrial found = {.vehicle = -1};
	int32_t end = lm_state_end(state, vehicle);

	trial.broken = lm_trial_vehicle_rules(state, &trial);
	for (; trial.after != end && !lm_scheduler_stopped(state->scheduler);
	     trial.after = state->nodes[trial.after].next)
	{
		int64_t breach;

		lm_scheduler_tick(state->scheduler);
		if (lm_trial_bound(reasons, &trial, code) >= least ||
		    lm_trial_rules(reasons, &trial, LM_RULE(code)) == 0)
			continue;
		breach = lm_trial_breach(reasons, &trial, code);
		if (breach >= least)
			continue;
		found = trial;
		least = breach;
	}
	if (found.vehicle >= 0)
	{
		*best = lm_trial_reason(reasons, &found, code);
		best->subject = state->units != NULL ? order : -1;
	}
	return least;
}

/* The place that breaks a rule, and only that one, by least. */
static LmReason
least_breach(LmReasons *reasons, LmReasonCode code)
{
	const LmState *state = reasons->state;
	LmReason best = lm_reason_of(code, -1, 0, 0);
	int64_t least = LM_NEVER;

	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
		for (int32_t i = 0; i < reasons->way_count; i++)
		{
			const LmWay *way = &reasons->ways[i];

			if ((reasons->found[v] & LM_RULE(code)) == 0 || empty_twin(state, v) >= 0)
				continue;
			least = way->count == 2 ? lm_pair_breach(reasons, way, v, code, least, &best)
			                        : route_breach(reasons, way->orders[0], v, code, least, &best);
		}
	return best;
}

/* All ways to serve an order, or what it is the first member of. */
static void
ways_set(LmReasons *reasons, int32_t first)
{
	const LmProblem *problem = reasons->state->problem;
	const LmUnit *unit = lm_problem_unit(problem, first);
	const int32_t *members;

	reasons->way_count = 0;
	if (unit == NULL)
	{
		reasons->ways[reasons->way_count++] = (LmWay){{first, -1}, 1};
		return;
	}
	members = problem->members + unit->first;
	for (int32_t head = 0; head < unit->heads; head++)
	{
		if (unit->tails == 0)
			reasons->ways[reasons->way_count++] = (LmWay){{members[head], -1}, 1};
		for (int32_t tail = 0; tail < unit->tails; tail++)
			reasons->ways[reasons->way_count++] =
				(LmWay){{members[head], members[unit->heads + tail]}, 2};
	}
}

/* The rules each of which is all that some place of the vehicle's route breaks; counts places. */
static uint32_t
vehicle_rules(LmReasons *reasons, int32_t vehicle, int64_t *places)
{
	int64_t count = reasons->state->routes[vehicle].count -
	                reasons->state->problem->vehicles[vehicle].under_way;
	int32_t twin = empty_twin(reasons->state, vehicle);
	uint32_t rules = twin >= 0 ? reasons->found[twin] : 0;

	/* on no other vehicle are its goods */
	if (lm_unit_loose(reasons->state->problem, reasons->ways[0].orders[0]) &&
	    !lm_problem_welcome(reasons->state->problem, reasons->ways[0].orders[0], vehicle))
		return 0;

	for (int32_t i = 0; i < reasons->way_count; i++)
	{
		const LmWay *way = &reasons->ways[i];

		*places += way->count == 2 ? (count + 1) * (count + 2) / 2 : count + 1;
		if (twin < 0)
			rules |= way->count == 2 ? lm_pair_rules(reasons, way, vehicle)
			                         : route_rules(reasons, vehicle, way->orders[0]);
	}
	return rules;
}

LmReason
lm_reason_find(LmReasons *reasons, int32_t order)
{
	LmState *state = reasons->state;
	const LmProblem *problem = state->problem;
	LmReason alone = lm_reason_of(LM_REASON_SHIFT, -1, 0, 0);
	LmReasonCode code;
	int64_t places = 0;
	LmCost cost;

	alone.alone = true;
	if (problem->vehicle_count == 0)
		return alone;
	if (problem->orders[order].optional && lm_problem_weighs_skips(problem) &&
	    lm_place_exists(state, order, &cost))
		return lm_reason_of(LM_REASON_DROPPED, -1, cost, problem->skip_price[order]);
	ways_set(reasons, order);
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		reasons->found[v] = vehicle_rules(reasons, v, &places);
	code = rule_choose(reasons);
	if (lm_alone_find(reasons, reasons->ways, reasons->way_count, &alone) &&
	    (code == LM_REASON_NONE || code == alone.code))
		return alone;
	if (code == LM_REASON_NONE)
		return lm_reason_of(LM_REASON_SEARCH, -1, places, problem->vehicle_count);
	return least_breach(reasons, code);
}

LmReason
lm_reason_alone(LmReasons *reasons, int32_t order)
{
	const LmProblem *problem = reasons->state->problem;
	LmReason alone = lm_reason_of(LM_REASON_SHIFT, -1, 0, 0);

	alone.alone = true;
	if (problem->vehicle_count == 0)
		return alone;
	ways_set(reasons, order);
	if (lm_alone_find(reasons, reasons->ways, reasons->way_count, &alone))
		return alone;
	return lm_reason_of(LM_REASON_SEARCH, -1, 0, problem->vehicle_count);
}
