/*
 * reasons.c
 *	  One rule at a time, first on an empty vehicle, then on the plan.
 */
#include "solver/reasons.h"

#include "solver/recreate.h"

/* The rules of times, in the order in which they are named when several would do. */
static const struct
{
	int relax;
	LmReasonCode code;
} time_rules[] = {
	{LM_RELAX_RELEASE, LM_REASON_RELEASE}, {LM_RELAX_WINDOW, LM_REASON_WINDOW},
	{LM_RELAX_SHIFT, LM_REASON_SHIFT},     {LM_RELAX_BREAK, LM_REASON_BREAK},
	{LM_RELAX_TIME, LM_REASON_TIME},
};

#define TIME_RULES ((int) (sizeof(time_rules) / sizeof(time_rules[0])))
#define RELAX_ALL \
	(LM_RELAX_RELEASE | LM_RELAX_WINDOW | LM_RELAX_SHIFT | LM_RELAX_BREAK | LM_RELAX_TIME)

/* A route with the order in it, as an array. */
typedef struct Trial
{
	LmState *state;
	int32_t order;
	int32_t vehicle;
	int32_t count; /* of state->sequence */
	LmLength length;
} Trial;

static LmReason
reason_of(LmReasonCode code, int32_t vehicle, int64_t need, int64_t limit)
{
	LmReason reason = {.code = code, .vehicle = vehicle, .order = -1};

	reason.need = need;
	reason.limit = limit;
	return reason;
}

static LmTime
vehicle_limit(const LmVehicle *van)
{
	return van->shift_end >= LM_NEVER ? LM_NEVER : van->shift_end + van->overtime;
}

/* Finds the first order of the trial that a vehicle leaving at once reaches after its last window. */
static LmReason
window_missed(const Trial *trial)
{
	const LmProblem *problem = trial->state->problem;
	const LmVehicle *van = &problem->vehicles[trial->vehicle];
	const LmTravel *travel = lm_problem_travel(problem, trial->vehicle);
	const int32_t *sequence = trial->state->sequence;
	LmTime now = van->shift_start;
	int32_t place = van->start;
	LmReason reason = reason_of(LM_REASON_WINDOW, trial->vehicle, 0, 0);

	for (int32_t i = 0; i < trial->count; i++)
		if (trial->state->spots[sequence[i]].release > now)
			now = trial->state->spots[sequence[i]].release;
	for (int32_t i = 0; i < trial->count; i++)
	{
		const LmOrder *order = &problem->orders[sequence[i]];
		const LmWindow *window = problem->windows + order->window_first;
		const LmWindow *last = window + order->window_count - 1;

		now += lm_travel_time(travel, place, order->place);
		if (i == 0 || problem->orders[sequence[i - 1]].site != order->site)
			now += order->setup;
		if (now > last->close)
		{
			reason.order = sequence[i];
			reason.need = now;
			reason.limit = last->close;
			return reason;
		}
		while (now > window->close)
			window++;
		now = (now > window->open ? now : window->open) + order->service;
		place = order->place;
	}
	return reason; /* missed only together with a break or a shared setup */
}

/* The reason of a time rule, with its amounts: `free` is the schedule without the rule. */
static LmReason
time_reason(const Trial *trial, LmReasonCode code, const LmScheduleCost *free)
{
	const LmVehicle *van = &trial->state->problem->vehicles[trial->vehicle];

	switch (code)
	{
		case LM_REASON_WINDOW:
			return window_missed(trial);
		case LM_REASON_SHIFT:
			return reason_of(code, trial->vehicle, free->ends, vehicle_limit(van));
		case LM_REASON_TIME:
			return reason_of(code, trial->vehicle, free->shortest, van->max_time);
		case LM_REASON_RELEASE:
			return reason_of(code, trial->vehicle,
			                 trial->state->problem->orders[trial->order].release, LM_NEVER);
		default:
			return reason_of(code, trial->vehicle, 0, 0);
	}
}

/*
 * What times say of the trial: LM_REASON_NONE, the one rule without which it
 * would be feasible, or SEARCH when there is no such single rule.
 */
static LmReason
times_judge(const Trial *trial)
{
	LmScheduler *scheduler = trial->state->scheduler;
	const int32_t *sequence = trial->state->sequence;
	LmScheduleCost free = {0};

	if (lm_schedule_price(scheduler, trial->vehicle, sequence, trial->count, LM_RELAX_NONE, &free))
		return reason_of(LM_REASON_NONE, trial->vehicle, 0, 0);
	for (int rule = 0; rule < TIME_RULES; rule++)
		if (lm_schedule_price(scheduler, trial->vehicle, sequence, trial->count,
		                      time_rules[rule].relax, &free))
			return time_reason(trial, time_rules[rule].code, &free);
	return reason_of(LM_REASON_SEARCH, trial->vehicle, 0, 0);
}

/* Where several rules forbid it, each for itself: the first of them. */
static LmReason
times_judge_each(const Trial *trial)
{
	LmScheduleCost free = {0};

	for (int rule = 0; rule < TIME_RULES; rule++)
		if (!lm_schedule_price(trial->state->scheduler, trial->vehicle, trial->state->sequence,
		                       trial->count, RELAX_ALL & ~time_rules[rule].relax, &free))
		{
			(void) lm_schedule_price(trial->state->scheduler, trial->vehicle,
			                         trial->state->sequence, trial->count, RELAX_ALL, &free);
			return time_reason(trial, time_rules[rule].code, &free);
		}
	return reason_of(LM_REASON_SEARCH, trial->vehicle, 0, 0);
}

/* ---- alone on an empty vehicle ---- */

/* Whether any other order has a leg to the place (inbound), or from it. */
static bool
neighbour_linked(const LmProblem *problem, const LmTravel *travel, int32_t order, bool inbound)
{
	int32_t place = problem->orders[order].place;

	for (int32_t other = 0; other < problem->order_count; other++)
	{
		int32_t beside = problem->orders[other].place;

		if (other != order && (inbound ? lm_travel_time(travel, beside, place)
		                               : lm_travel_time(travel, place, beside)) != LM_NO_LEG)
			return true;
	}
	return false;
}

/* How the order is linked to the ends of the vehicle's route. */
typedef enum Link
{
	LINK_DIRECT, /* from the start and to the end */
	LINK_ROUND,  /* only by way of other orders */
	LINK_NONE    /* no way in, or no way out */
} Link;

static Link
order_link(const LmProblem *problem, int32_t vehicle, int32_t order, bool *inbound)
{
	const LmVehicle *van = &problem->vehicles[vehicle];
	const LmTravel *travel = lm_problem_travel(problem, vehicle);
	int32_t place = problem->orders[order].place;
	bool in = lm_travel_time(travel, van->start, place) != LM_NO_LEG;
	bool out = van->end == LM_NOWHERE || lm_travel_time(travel, place, van->end) != LM_NO_LEG;

	*inbound = !in;
	if (in && out)
		return LINK_DIRECT;
	if (!in && !neighbour_linked(problem, travel, order, true))
		return LINK_NONE;
	*inbound = false;
	return out || neighbour_linked(problem, travel, order, false) ? LINK_ROUND : LINK_NONE;
}

static LmReason
alone_judge(LmState *state, int32_t vehicle, int32_t order)
{
	const LmProblem *problem = state->problem;
	const LmVehicle *van = &problem->vehicles[vehicle];
	const LmTravel *travel = lm_problem_travel(problem, vehicle);
	int32_t place = problem->orders[order].place;
	Trial trial = {.state = state, .order = order, .vehicle = vehicle, .count = 1};
	LmReason reason;
	bool inbound;
	Link link;

	if (!lm_problem_welcome(problem, order, vehicle))
		return reason_of(LM_REASON_VEHICLE_REFUSED, vehicle, 0, 0);
	if (!lm_problem_skilled(problem, order, vehicle))
		return reason_of(LM_REASON_SKILL, vehicle, 0, 0);
	for (int32_t d = 0; d < problem->dimensions; d++)
	{
		LmAmount need = problem->demand[(size_t) order * problem->dimensions + d];
		LmAmount limit = problem->capacity[(size_t) vehicle * problem->dimensions + d];

		if (need > limit)
		{
			reason = reason_of(LM_REASON_CAPACITY, vehicle, need, limit);
			reason.dimension = d;
			return reason;
		}
	}
	if (van->max_stops < 1)
		return reason_of(LM_REASON_STOPS, vehicle, 1, van->max_stops);
	link = order_link(problem, vehicle, order, &inbound);
	if (link == LINK_NONE)
	{
		reason = reason_of(LM_REASON_UNREACHABLE, vehicle, 0, 0);
		reason.inbound = inbound;
		return reason;
	}
	/* by way of others it may be served, which only the plan can tell */
	if (link == LINK_ROUND)
		return reason_of(LM_REASON_NONE, vehicle, 0, 0);
	trial.length = lm_travel_length(travel, van->start, place) +
	               (van->end == LM_NOWHERE ? 0 : lm_travel_length(travel, place, van->end));
	if (trial.length > van->max_distance)
		return reason_of(LM_REASON_DISTANCE, vehicle, trial.length, van->max_distance);
	state->sequence[0] = order;
	reason = times_judge(&trial);
	return reason.code == LM_REASON_SEARCH ? times_judge_each(&trial) : reason;
}

/*
 * How far a vehicle comes before it fails: of vehicles that fail differently the
 * one that comes farthest names the reason, because the others do not matter
 * until its rule is eased.
 */
static int
code_depth(LmReasonCode code)
{
	switch (code)
	{
		case LM_REASON_VEHICLE_REFUSED:
			return 0;
		case LM_REASON_SKILL:
			return 1;
		case LM_REASON_CAPACITY:
			return 2;
		case LM_REASON_STOPS:
			return 3;
		case LM_REASON_UNREACHABLE:
			return 4;
		case LM_REASON_DISTANCE:
			return 5;
		default:
			return 6;
	}
}

static bool
reason_nearer(const LmReason *a, const LmReason *b)
{
	if (code_depth(a->code) != code_depth(b->code))
		return code_depth(a->code) > code_depth(b->code);
	return a->code == b->code && a->need - a->limit < b->need - b->limit;
}

/* ---- on the plan ---- */

static LmLength
detour_of(const LmState *state, const LmTravel *travel, int32_t after, int32_t order,
          const LmRoute *route)
{
	int32_t from = state->nodes[after].place;
	int32_t to = state->nodes[state->nodes[after].next].place;
	int32_t place = state->nodes[order].place;
	LmLength detour = lm_travel_length(travel, from, place);

	if (to != LM_NOWHERE)
		detour += lm_travel_length(travel, place, to);
	if (to != LM_NOWHERE && route->count > 0)
		detour -= lm_travel_length(travel, from, to);
	return detour;
}

/* The dimension in which the order does not fit behind a node, or -1. */
static int32_t
overfull(const LmState *state, int32_t vehicle, int32_t after, int32_t order, LmAmount *need)
{
	const LmProblem *problem = state->problem;
	int32_t dims = problem->dimensions;
	const LmAmount *carried = !state->mixed ? state->load + (size_t) vehicle * dims
	                          : state->spots[order].pickup
	                              ? state->peak_after + (size_t) after * dims
	                              : state->peak_before + (size_t) after * dims;

	for (int32_t d = 0; d < dims; d++)
	{
		*need = carried[d] + problem->demand[(size_t) order * dims + d];
		if (*need > problem->capacity[(size_t) vehicle * dims + d])
			return d;
	}
	return -1;
}

/* Fills state->sequence with the route and the order behind a node. */
static void
trial_fill(Trial *trial, int32_t after)
{
	LmState *state = trial->state;
	int32_t end = lm_state_end(state, trial->vehicle);

	trial->count = 0;
	for (int32_t node = lm_state_start(state, trial->vehicle); node != end;
	     node = state->nodes[node].next)
	{
		if (node < state->problem->order_count)
			state->sequence[trial->count++] = node;
		if (node == after)
			state->sequence[trial->count++] = trial->order;
	}
}

static LmReason
leg_missing(const LmState *state, int32_t vehicle, int32_t beside, bool inbound)
{
	LmReason reason = reason_of(LM_REASON_UNREACHABLE, vehicle, 0, 0);

	reason.order = beside < state->problem->order_count ? beside : -1;
	reason.inbound = inbound;
	return reason;
}

/* The one rule the place behind a node breaks, NONE or SEARCH (more than one). */
static LmReason
place_judge(LmState *state, int32_t order, int32_t vehicle, int32_t after, LmLength detour)
{
	const LmProblem *problem = state->problem;
	const LmVehicle *van = &problem->vehicles[vehicle];
	const LmTravel *travel = lm_problem_travel(problem, vehicle);
	const LmRoute *route = &state->routes[vehicle];
	int32_t to = state->nodes[state->nodes[after].next].place;
	int32_t place = state->nodes[order].place;
	Trial trial = {.state = state, .order = order, .vehicle = vehicle};
	LmReason broken = reason_of(LM_REASON_NONE, vehicle, 0, 0);
	LmReason timing;
	LmAmount need = 0;
	int32_t dimension = overfull(state, vehicle, after, order, &need);
	int rules = 0;

	if (lm_travel_time(travel, state->nodes[after].place, place) == LM_NO_LEG)
		return leg_missing(state, vehicle, after, true);
	if (to != LM_NOWHERE && lm_travel_time(travel, place, to) == LM_NO_LEG)
		return leg_missing(state, vehicle, state->nodes[after].next, false);
	if (dimension >= 0)
	{
		broken = reason_of(LM_REASON_CAPACITY, vehicle, need,
		                   problem->capacity[(size_t) vehicle * problem->dimensions + dimension]);
		broken.dimension = dimension;
		rules++;
	}
	if (route->count >= van->max_stops)
	{
		broken = reason_of(LM_REASON_STOPS, vehicle, route->count + 1, van->max_stops);
		rules++;
	}
	if (route->length + detour > van->max_distance)
	{
		broken = reason_of(LM_REASON_DISTANCE, vehicle, route->length + detour, van->max_distance);
		rules++;
	}
	if (rules > 1)
		return reason_of(LM_REASON_SEARCH, vehicle, 0, 0);
	trial_fill(&trial, after);
	timing = times_judge(&trial);
	if (rules == 0)
		return timing;
	return timing.code == LM_REASON_NONE ? broken : reason_of(LM_REASON_SEARCH, vehicle, 0, 0);
}

/* Looks at all places of a vehicle's route; keeps the one with the shortest detour that breaks one rule. */
static void
route_judge(LmState *state, int32_t order, int32_t vehicle, LmLength *shortest, LmReason *best)
{
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	bool has_length = travel->length32 != NULL || travel->length64 != NULL;
	int32_t end = lm_state_end(state, vehicle);

	for (int32_t node = lm_state_start(state, vehicle); node != end; node = state->nodes[node].next)
	{
		LmLength detour = detour_of(state, travel, node, order, &state->routes[vehicle]);
		LmReason reason;

		if (has_length && detour >= *shortest)
			continue;
		reason = place_judge(state, order, vehicle, node, detour);
		if (reason.code == LM_REASON_UNREACHABLE)
		{
			/* what a detour without a leg would break more is not known: any other place says more */
			if (best->code == LM_REASON_SEARCH)
				*best = reason;
			continue;
		}
		if (reason.code == LM_REASON_SEARCH ||
		    (!has_length && best->code != LM_REASON_SEARCH && best->code != LM_REASON_UNREACHABLE))
			continue;
		*best = reason;
		*shortest = detour;
	}
}

LmReason
lm_reason_find(LmState *state, int32_t order)
{
	const LmProblem *problem = state->problem;
	LmReason nearest = reason_of(LM_REASON_SHIFT, -1, 0, 0);
	LmReason best = reason_of(LM_REASON_SEARCH, -1, 0, 0);
	LmLength shortest = LM_NEVER;
	bool alone = true;
	LmCost cost;

	nearest.alone = true;
	if (problem->vehicle_count == 0)
		return nearest;
	if (problem->orders[order].optional && problem->objective == LM_OBJECTIVE_COST &&
	    lm_place_find(state, order, LM_IMPOSSIBLE, &cost) >= 0)
		return reason_of(LM_REASON_DROPPED, -1, cost, problem->skip_price[order]);
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		LmReason reason = alone_judge(state, v, order);

		if (reason.code == LM_REASON_NONE)
		{
			alone = false;
			route_judge(state, order, v, &shortest, &best);
		}
		else if (nearest.vehicle < 0 || reason_nearer(&reason, &nearest))
			nearest = reason;
	}
	if (!alone)
		return best;
	nearest.alone = true;
	return nearest;
}
