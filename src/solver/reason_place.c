/*
 * reason_place.c
 *	  One place of the plan: which single rule keeps the order from it.
 */
#include "solver/reason_parts.h"

#include "solver/load.h"
#include "solver/state_parts.h"
#include "solver/trips.h"

const LmTimeRule lm_time_rules[LM_TIME_RULES] = {
	{LM_REASON_RELEASE, LM_RELAX_RELEASE, LM_HEAD_NO_RELEASE, LM_TAIL_KEPT, LM_EASED_RELEASE},
	{LM_REASON_WINDOW, LM_RELAX_WINDOW, LM_HEAD_NO_WINDOW, LM_TAIL_NO_WINDOW, LM_EASED_WINDOW},
	{LM_REASON_SHIFT, LM_RELAX_SHIFT, LM_HEAD_KEPT, LM_TAIL_NO_SHIFT, LM_EASED_SHIFT},
	{LM_REASON_BREAK, LM_RELAX_BREAK, LM_HEAD_KEPT, LM_TAIL_KEPT, LM_EASED_BREAK},
	{LM_REASON_TIME, LM_RELAX_TIME, LM_HEAD_KEPT, LM_TAIL_KEPT, LM_EASED_NONE},
};

/* No rule of times left out. */
const LmTimeRule lm_all_kept = {LM_REASON_NONE, LM_RELAX_NONE, LM_HEAD_KEPT, LM_TAIL_KEPT,
                                LM_EASED_NONE};

/* The setup paid on reaching a node from another site: the largest of the visit that begins there. */
static LmTime
visit_setup(const LmState *state, int32_t node)
{
	int32_t site = state->spots[node].site;
	LmTime most = state->spots[node].setup;

	for (; site >= 0 && state->spots[node].site == site; node = state->nodes[node].next)
		if (state->spots[node].setup > most)
			most = state->spots[node].setup;
	return most;
}

/* Setups around an order where they differ within a site. */
static void
setups_settle(const LmState *state, const LmTrial *trial, LmGap *gap)
{
	const LmSpot *order = &state->spots[trial->order];
	const LmSpot *before = &state->spots[trial->after];
	const LmSpot *next = &state->spots[gap->behind];
	int32_t first = trial->after;

	if (before->site == next->site && before->site != order->site)
	{
		gap->settled = !before->uneven;
		return;
	}
	if (next->site != order->site)
		gap->on += visit_setup(state, gap->behind) - next->setup;
	if (before->site != order->site)
	{
		LmTime visit = next->site == order->site ? visit_setup(state, gap->behind) : 0;

		if (visit > order->setup)
			gap->to += visit - order->setup;
		return;
	}
	while (state->nodes[first].prev >= 0 &&
	       state->spots[state->nodes[first].prev].site == order->site)
		first = state->nodes[first].prev;
	gap->settled = order->setup <= visit_setup(state, first);
}

LmGap
lm_gap_of(const LmState *state, const LmTrial *trial)
{
	int32_t travel = state->problem->vehicles[trial->vehicle].travel;
	LmGap gap = {.behind = state->nodes[trial->after].next};
	int32_t place = state->nodes[trial->order].place;

	gap.to = lm_hop_to(state, travel, place, state->nodes[trial->after].place).time;
	gap.on = lm_hop_on(state, travel, place, state->nodes[gap.behind].place).time;
	gap.in_missing = gap.to == LM_NO_LEG;
	gap.out_missing = gap.on == LM_NO_LEG;
	gap.to = (gap.in_missing ? 0 : gap.to) + lm_leg_setup(state, trial->after, trial->order);
	gap.on = (gap.out_missing ? 0 : gap.on) + lm_leg_setup(state, trial->order, gap.behind);
	gap.settled = true;
	if (state->has_uneven)
		setups_settle(state, trial, &gap);
	return gap;
}

LmLength
lm_gap_length(const LmState *state, const LmTrial *trial, const LmGap *gap)
{
	const LmTravel *travel = lm_problem_travel(state->problem, trial->vehicle);
	const LmRoute *route = &state->routes[trial->vehicle];
	LmLength length = route->length;

	if (!gap->in_missing)
		length += lm_leg_of(state, travel, trial->after, trial->order).length;
	if (!gap->out_missing)
		length += lm_leg_of(state, travel, trial->order, gap->behind).length;
	if (route->count > 0)
		length -= state->legs[trial->after].length;
	return length;
}

LmLength
lm_gap_excess(const LmState *state, const LmTrial *trial, const LmGap *gap)
{
	return lm_trips_excess(state, trial->after,
	                       lm_gap_length(state, trial, gap) - state->routes[trial->vehicle].length);
}

/* ---- rules without times ---- */

int32_t
lm_trial_overfull(const LmState *state, const LmTrial *trial, LmAmount *need, LmAmount *limit)
{
	const LmProblem *problem = state->problem;
	size_t dims = (size_t) problem->dimensions;
	const LmAmount *carried = lm_load_carried(state, state->spots[trial->order].kind,
	                                          trial->vehicle, trial->after);

	/* goods that are on board fit */
	for (int32_t d = 0; d < problem->dimensions && state->spots[trial->order].kind != LM_DROP; d++)
	{
		*need = carried[d] + problem->demand[(size_t) trial->order * dims + (size_t) d];
		*limit = problem->capacity[(size_t) trial->vehicle * dims + (size_t) d];
		if (*need > *limit)
			return d;
	}
	return -1;
}

static uint32_t
limits_broken(const LmState *state, const LmTrial *trial, const LmGap *gap)
{
	LmLength most = state->problem->vehicles[trial->vehicle].max_distance;
	LmAmount need;
	LmAmount limit;
	uint32_t rules = trial->broken;

	if (gap->in_missing || gap->out_missing)
		rules |= LM_RULE(LM_REASON_UNREACHABLE);
	if (state->mixed && lm_trial_overfull(state, trial, &need, &limit) >= 0)
		rules |= LM_RULE(LM_REASON_CAPACITY);
	if (most < LM_NEVER && lm_gap_length(state, trial, gap) > most)
		rules |= LM_RULE(LM_REASON_DISTANCE);
	if (state->vans[trial->vehicle].range < LM_NEVER && lm_gap_excess(state, trial, gap) > 0)
		rules |= LM_RULE(LM_REASON_RANGE);
	return rules;
}

uint32_t
lm_trial_vehicle_rules(const LmState *state, const LmTrial *trial)
{
	const LmVehicle *van = &state->problem->vehicles[trial->vehicle];
	LmAmount need;
	LmAmount limit;
	uint32_t rules = 0;

	if (!lm_problem_welcome(state->problem, trial->order, trial->vehicle))
		rules |= LM_RULE(LM_REASON_VEHICLE_REFUSED);
	if (!lm_problem_skilled(state->problem, trial->order, trial->vehicle))
		rules |= LM_RULE(LM_REASON_SKILL);
	if (state->routes[trial->vehicle].count - state->routes[trial->vehicle].reloads >=
	    van->max_stops)
		rules |= LM_RULE(LM_REASON_STOPS);
	/* where nothing is picked up as well as delivered, the load is the same at all places */
	if (!state->mixed && lm_trial_overfull(state, trial, &need, &limit) >= 0)
		rules |= LM_RULE(LM_REASON_CAPACITY);
	return rules;
}

/* ---- rules of times ---- */

bool
lm_trial_join(const LmReasons *reasons, const LmTrial *trial, const LmGap *gap,
              LmHeadForm head_form, LmTailForm tail_form, LmJoined *joined)
{
	const LmSpot *order = &reasons->state->spots[trial->order];
	LmTime loaded = reasons->state->vans[trial->vehicle].loaded;
	LmTime close = head_form == LM_HEAD_NO_WINDOW ? LM_NEVER : order->close;

	joined->head = reasons->heads[head_form][trial->after];
	if (head_form != LM_HEAD_NO_RELEASE && order->release > loaded)
		return false;
	if (head_form != LM_HEAD_NO_RELEASE && order->release > joined->head.lo)
	{
		if (order->release > joined->head.hi)
			return false;
		joined->head.lo = order->release;
	}
	return lm_segment_append(&joined->head, gap->to, order->open, close, order->service) &&
	       lm_segment_join(&joined->head, gap->on, &reasons->tails[tail_form][gap->behind],
	                       &joined->working, &joined->ends);
}

/* Whether the breaks that are required in any case leave time. */
static bool
breaks_fit(const LmReasons *reasons, const LmTrial *trial, const LmGap *gap, const LmTimeRule *rule,
           const LmJoined *joined)
{
	const LmState *state = reasons->state;
	const LmVehicle *van = &state->problem->vehicles[trial->vehicle];
	LmTime busy = gap->to + gap->on + state->spots[trial->order].service;
	LmTime departs = reasons->heads[rule->head][lm_state_start(state, trial->vehicle)].lo;

	if (rule->code == LM_REASON_BREAK || rule->code == LM_REASON_SHIFT)
		return true;
	if (state->routes[trial->vehicle].count > 0)
		busy += state->routes[trial->vehicle].busy - state->legs[trial->after].time;
	busy += lm_breaks_required(
		state->problem, van, joined->ends,
		lm_segment_latest(&joined->head, gap->on, &reasons->tails[rule->tail][gap->behind]));
	return (rule->code == LM_REASON_TIME || busy <= van->max_time) &&
	       departs + busy <= lm_vehicle_latest(van);
}

/* The same where segments are bounds only: two instants at the nodes say it, or a schedule. */
static bool
times_kept_exactly(LmReasons *reasons, const LmTrial *trial, const LmGap *gap,
                   const LmTimeRule *rule)
{
	LmState *state = reasons->state;
	LmTime longest = state->problem->vehicles[trial->vehicle].max_time;
	LmReachTrial reach = {trial->vehicle, trial->after, gap->behind,
	                      trial->order,   gap->to,      gap->on};
	bool limited = longest < LM_NEVER && rule->code != LM_REASON_TIME;
	bool known = gap->settled && !state->vans[trial->vehicle].changes;
	LmScheduleCost cost;
	LmJoined joined;

	if (known && !lm_reach_fits(&reasons->reaches[rule->eased], state, &reach))
		return false;
	if (known && !limited &&
	    (rule->code == LM_REASON_RELEASE ||
	     (state->spots[trial->order].release <= reasons->departs[trial->vehicle] &&
	      state->spots[trial->order].release <= state->vans[trial->vehicle].loaded)))
		return true;
	if (!lm_trial_join(reasons, trial, gap, rule->head, rule->tail, &joined) ||
	    (limited && joined.working > longest))
		return false;
	if (state->vans[trial->vehicle].has_breaks && !breaks_fit(reasons, trial, gap, rule, &joined))
		return false;
	return lm_trial_schedule(reasons, trial, rule, &cost);
}

/*
 * The same on a route with reloads that may wait for goods.  Segments of the route with the order are made
 * for it where its own goods move a reload; where these do not settle it, a schedule does.
 */
static bool
times_kept_waiting(LmReasons *reasons, const LmTrial *trial, const LmGap *gap,
                   const LmTimeRule *rule, bool plain)
{
	LmState *state = reasons->state;
	const LmSpot *order = &state->spots[trial->order];
	LmTime longest = state->problem->vehicles[trial->vehicle].max_time;
	LmSegment head = reasons->heads[rule->head][trial->after];
	LmTime working;
	LmTime ends;
	LmScheduleCost cost;

	if (rule->head == LM_HEAD_KEPT)
	{
		head = state->nodes[trial->after].head;
		if (!lm_trips_ready(state, trial->order, trial->after, &head))
			return false;
	}
	if (!lm_segment_append(&head, gap->to, order->open,
	                       rule->head == LM_HEAD_NO_WINDOW ? LM_NEVER : order->close,
	                       order->service) ||
	    !lm_segment_join(&head, gap->on, &reasons->tails[rule->tail][gap->behind], &working, &ends))
		return false;
	if (plain && rule->code != LM_REASON_WINDOW)
	{
		if (longest >= LM_NEVER || rule->code == LM_REASON_TIME)
			return true;
		/* without these two rules working time may be less than the pieces say */
		if (rule->code != LM_REASON_SHIFT && rule->code != LM_REASON_RELEASE)
			return working <= longest;
	}
	return lm_trial_schedule(reasons, trial, rule, &cost);
}

/* Whether some schedule keeps all rules of times but one. */
static bool
times_kept(LmReasons *reasons, const LmTrial *trial, const LmGap *gap, const LmTimeRule *rule)
{
	const LmState *state = reasons->state;
	bool odd = state->spots[trial->order].odd || state->routes[trial->vehicle].odd_count > 0 ||
	           state->vans[trial->vehicle].changes;
	LmJoined joined;

	if (lm_goods_wait(state, trial->vehicle))
		return times_kept_waiting(
			reasons, trial, gap, rule,
			!odd && (!state->vans[trial->vehicle].has_breaks || rule->code == LM_REASON_BREAK));
	/* segments know of no break, and of no change of the times */
	if (odd || (state->vans[trial->vehicle].has_breaks && rule->code != LM_REASON_BREAK))
		return times_kept_exactly(reasons, trial, gap, rule);
	return lm_trial_join(reasons, trial, gap, rule->head, rule->tail, &joined) &&
	       (rule->code == LM_REASON_TIME ||
	        joined.working <= state->problem->vehicles[trial->vehicle].max_time);
}

/* Whether the vehicle has the rule at all. */
bool
lm_rule_applies(const LmState *state, const LmTrial *trial, LmReasonCode code)
{
	const LmVehicle *van = &state->problem->vehicles[trial->vehicle];

	switch (code)
	{
		case LM_REASON_RELEASE:
			return lm_goods_wait(state, trial->vehicle) ||
			       state->spots[trial->order].release > van->shift_start ||
			       state->spots[trial->order].release > state->vans[trial->vehicle].loaded ||
			       state->routes[trial->vehicle].release > van->shift_start;
		case LM_REASON_SHIFT:
			return van->shift_end < LM_NEVER;
		case LM_REASON_BREAK:
			return van->break_count > 0;
		case LM_REASON_TIME:
			return van->max_time < LM_NEVER;
		default:
			return true;
	}
}

uint32_t
lm_trial_rules(LmReasons *reasons, const LmTrial *trial, uint32_t wanted)
{
	LmGap gap = lm_gap_of(reasons->state, trial);
	uint32_t limits = limits_broken(reasons->state, trial, &gap);
	uint32_t rules = 0;

	if ((limits & (limits - 1)) != 0)
		return 0;
	if (limits != 0)
		return (limits & wanted) != 0 && times_kept(reasons, trial, &gap, &lm_all_kept) ? limits
		                                                                                : 0;
	for (int i = 0; i < LM_TIME_RULES; i++)
		if ((wanted & LM_RULE(lm_time_rules[i].code)) != 0 &&
		    lm_rule_applies(reasons->state, trial, lm_time_rules[i].code) &&
		    times_kept(reasons, trial, &gap, &lm_time_rules[i]))
			rules |= LM_RULE(lm_time_rules[i].code);
	return rules;
}
