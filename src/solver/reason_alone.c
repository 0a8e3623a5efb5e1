/*
 * reason_alone.c
 *	  What no vehicle could do even if it served nothing else.
 */
#include "solver/reason_parts.h"

#define RELAX_TIMES \
	(LM_RELAX_RELEASE | LM_RELAX_WINDOW | LM_RELAX_SHIFT | LM_RELAX_BREAK | LM_RELAX_TIME)

/*
 * How far an empty vehicle comes with the order.  Vehicles that are kept off
 * early do not matter until one that comes farther is looked at: of a fleet with one fridge,
 * the small fridge is what a large frozen order fails at.
 */
typedef enum Depth
{
	DEPTH_REFUSED,
	DEPTH_SKILL,
	DEPTH_CAPACITY,
	DEPTH_STOPS,
	DEPTH_UNREACHABLE,
	DEPTH_DISTANCE,
	DEPTH_RANGE,
	DEPTH_TIMES,                             /* and so on, one for each of lm_time_rules */
	DEPTH_OPEN = DEPTH_TIMES + LM_TIME_RULES /* no rule for itself keeps the vehicle from it */
} Depth;

static const LmReasonCode depth_code[] = {
	[DEPTH_REFUSED] = LM_REASON_VEHICLE_REFUSED,
	[DEPTH_SKILL] = LM_REASON_SKILL,
	[DEPTH_CAPACITY] = LM_REASON_CAPACITY,
	[DEPTH_STOPS] = LM_REASON_STOPS,
	[DEPTH_UNREACHABLE] = LM_REASON_UNREACHABLE,
	[DEPTH_DISTANCE] = LM_REASON_DISTANCE,
	[DEPTH_RANGE] = LM_REASON_RANGE,
};

/* How the order is linked to the ends of the vehicle's route. */
typedef enum Link
{
	LINK_DIRECT, /* from the start and to the end */
	LINK_ROUND,  /* only by way of other orders */
	LINK_NONE    /* no way in, or no way out */
} Link;

/* Whether any other order has a leg to the place (inbound), or from it. */
static bool
neighbour_linked(const LmProblem *problem, const LmTravel *travel, int32_t order, bool inbound)
{
	int32_t place = problem->orders[order].place;

	for (int32_t other = 0; other < lm_problem_rows(problem); other++)
	{
		int32_t beside = problem->orders[other].place;

		if (other != order && (inbound ? lm_travel_time(travel, beside, place)
		                               : lm_travel_time(travel, place, beside)) != LM_NO_LEG)
			return true;
	}
	return false;
}

/* Whether there is a way to the order, and from it, by way of any other order at least. */
static bool
order_linked(const LmProblem *problem, int32_t vehicle, int32_t order, bool *inbound)
{
	const LmVehicle *van = &problem->vehicles[vehicle];
	const LmTravel *travel = lm_problem_travel(problem, vehicle);
	int32_t place = problem->orders[order].place;
	bool in = lm_travel_time(travel, van->start, place) != LM_NO_LEG;
	bool out = van->end == LM_NOWHERE || lm_travel_time(travel, place, van->end) != LM_NO_LEG;

	*inbound = !in && !neighbour_linked(problem, travel, order, true);
	return !*inbound && (out || neighbour_linked(problem, travel, order, false));
}

/* Leg i of a route that serves nothing but a way. */
static bool
leg_ends(const LmProblem *problem, int32_t vehicle, const LmWay *way, int32_t i, int32_t *from,
         int32_t *to)
{
	const LmVehicle *van = &problem->vehicles[vehicle];

	*from = i == 0 ? van->start : problem->orders[way->orders[i - 1]].place;
	*to = i == way->count ? van->end : problem->orders[way->orders[i]].place;
	return *to != LM_NOWHERE;
}

static Link
way_link(const LmProblem *problem, int32_t vehicle, const LmWay *way)
{
	const LmTravel *travel = lm_problem_travel(problem, vehicle);
	bool direct = true;
	bool inbound;
	int32_t from;
	int32_t to;

	for (int32_t i = 0; i <= way->count; i++)
		direct &= !leg_ends(problem, vehicle, way, i, &from, &to) ||
		          lm_travel_time(travel, from, to) != LM_NO_LEG;
	if (direct)
		return LINK_DIRECT;
	for (int32_t i = 0; i < way->count; i++)
		if (!order_linked(problem, vehicle, way->orders[i], &inbound))
			return LINK_NONE;
	return LINK_ROUND;
}

/* The first dimension of which the vehicle has too little, or -1. */
static int32_t
short_dimension(const LmProblem *problem, int32_t vehicle, int32_t order)
{
	size_t dims = (size_t) problem->dimensions;

	/* goods that are on board fit */
	for (int32_t d = 0; d < problem->dimensions && !lm_unit_loose(problem, order); d++)
		if (problem->demand[(size_t) order * dims + (size_t) d] >
		    problem->capacity[(size_t) vehicle * dims + (size_t) d])
			return d;
	return -1;
}

static LmLength
alone_length(const LmProblem *problem, int32_t vehicle, const LmWay *way)
{
	const LmTravel *travel = lm_problem_travel(problem, vehicle);
	LmLength length = 0;
	int32_t from;
	int32_t to;

	for (int32_t i = 0; i <= way->count; i++)
		if (leg_ends(problem, vehicle, way, i, &from, &to))
			length += lm_travel_length(travel, from, to);
	return length;
}

static bool
alone_kept(const LmReasons *reasons, int32_t vehicle, const LmWay *way, int relax,
           LmScheduleCost *cost)
{
	return lm_schedule_price(reasons->state->scheduler, vehicle, way->orders, way->count,
	                         relax | LM_RELAX_LATE, cost);
}

/* The first order of a way that the bits of skills or welcomes keep from the vehicle, or -1. */
static int32_t
order_without(const LmProblem *problem, int32_t vehicle, const LmWay *way, const uint64_t *bits)
{
	for (int32_t i = 0; i < way->count; i++)
		if (!lm_bit(bits, problem->allowed_words, way->orders[i], vehicle))
			return way->orders[i];
	return -1;
}

static Depth
alone_depth(const LmReasons *reasons, int32_t vehicle, const LmWay *way)
{
	const LmProblem *problem = reasons->state->problem;
	const LmVehicle *van = &problem->vehicles[vehicle];
	LmScheduleCost cost;
	Link link;

	if (order_without(problem, vehicle, way, problem->welcome) >= 0)
		return DEPTH_REFUSED;
	if (order_without(problem, vehicle, way, problem->skilled) >= 0)
		return DEPTH_SKILL;
	if (short_dimension(problem, vehicle, way->orders[0]) >= 0)
		return DEPTH_CAPACITY;
	if (van->max_stops - van->under_way < way->count)
		return DEPTH_STOPS;
	link = way_link(problem, vehicle, way);
	if (link != LINK_DIRECT)
		return link == LINK_NONE ? DEPTH_UNREACHABLE : DEPTH_OPEN;
	if (alone_length(problem, vehicle, way) > van->max_distance)
		return DEPTH_DISTANCE;
	if (van->range > 0 && van->ranged + alone_length(problem, vehicle, way) > van->range)
		return DEPTH_RANGE;
	if (alone_kept(reasons, vehicle, way, LM_RELAX_NONE, &cost))
		return DEPTH_OPEN;
	/* the way there or back is closed for good before anybody could be through */
	if (lm_problem_travel(problem, vehicle)->traffic != NULL &&
	    !alone_kept(reasons, vehicle, way, RELAX_TIMES, &cost))
		return DEPTH_UNREACHABLE;
	for (int i = 0; i < LM_TIME_RULES; i++)
		if (!alone_kept(reasons, vehicle, way, RELAX_TIMES & ~lm_time_rules[i].relax, &cost))
			return (Depth) (DEPTH_TIMES + i);
	return DEPTH_OPEN;
}

/* The schedule without one rule of times, or without any where others fail too. */
static LmScheduleCost
schedule_eased(const LmReasons *reasons, int32_t vehicle, const LmWay *way, int relax)
{
	LmScheduleCost cost = {0};

	if (!alone_kept(reasons, vehicle, way, relax, &cost))
		(void) alone_kept(reasons, vehicle, way, RELAX_TIMES, &cost);
	return cost;
}

/* Which order of a way cannot be reached, or left. */
static void
missing_name(const LmProblem *problem, int32_t vehicle, const LmWay *way, LmReason *reason)
{
	const LmTravel *travel = lm_problem_travel(problem, vehicle);

	reason->subject = way->orders[0];
	if (way_link(problem, vehicle, way) == LINK_DIRECT)
		/* closed for good */
		reason->inbound = lm_travel_arrive(travel, problem->vehicles[vehicle].start,
		                                   problem->orders[way->orders[0]].place,
		                                   problem->vehicles[vehicle].shift_start) >= LM_NEVER;
	for (int32_t i = 0; i < way->count && way_link(problem, vehicle, way) == LINK_NONE; i++)
	{
		reason->subject = way->orders[i];
		if (!order_linked(problem, vehicle, way->orders[i], &reason->inbound))
			break;
	}
}

static LmReason
alone_reason(LmReasons *reasons, int32_t vehicle, const LmWay *way, LmReasonCode code)
{
	const LmProblem *problem = reasons->state->problem;
	const LmVehicle *van = &problem->vehicles[vehicle];
	LmReason reason = lm_reason_of(code, vehicle, 0, 0);
	size_t dims = (size_t) problem->dimensions;

	switch (code)
	{
		case LM_REASON_SKILL:
			reason.subject = order_without(problem, vehicle, way, problem->skilled);
			break;
		case LM_REASON_CAPACITY:
			reason.dimension = short_dimension(problem, vehicle, way->orders[0]);
			reason.need =
				problem->demand[(size_t) way->orders[0] * dims + (size_t) reason.dimension];
			reason.limit = problem->capacity[(size_t) vehicle * dims + (size_t) reason.dimension];
			break;
		case LM_REASON_STOPS:
			reason.need = way->count + van->under_way;
			reason.limit = van->max_stops;
			break;
		case LM_REASON_UNREACHABLE:
			missing_name(problem, vehicle, way, &reason);
			break;
		case LM_REASON_DISTANCE:
			reason.need = alone_length(problem, vehicle, way);
			reason.limit = van->max_distance;
			break;
		case LM_REASON_RANGE:
			reason.need = van->ranged + alone_length(problem, vehicle, way);
			reason.limit = van->range;
			break;
		case LM_REASON_RELEASE:
			/* it has left without them */
			reason.order = way->orders[0];
			reason.need = problem->orders[way->orders[0]].release;
			reason.limit = van->loaded;
			break;
		case LM_REASON_WINDOW:
			lm_window_missed(reasons, vehicle, way->orders, way->count, &reason);
			break;
		case LM_REASON_SHIFT:
			reason.need = schedule_eased(reasons, vehicle, way, LM_RELAX_SHIFT).earliest;
			reason.limit = van->shift_end + van->overtime;
			break;
		case LM_REASON_TIME:
			reason.need = schedule_eased(reasons, vehicle, way, LM_RELAX_TIME).shortest;
			reason.limit = van->max_time;
			break;
		default:
			break;
	}
	reason.alone = true;
	return reason;
}

/* Vehicles that are alike in everything say the same: the first of them is asked. */
static bool
speaks(const LmState *state, int32_t vehicle)
{
	return state->kind_place[vehicle] == state->kind_first[state->kind[vehicle]];
}

/* The farthest that any vehicle comes with any way. */
static Depth
depth_find(const LmReasons *reasons, const LmWay *ways, int32_t count)
{
	const LmState *state = reasons->state;
	Depth deepest = DEPTH_REFUSED;

	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
		for (int32_t i = 0; i < count && speaks(state, v) && deepest < DEPTH_OPEN; i++)
		{
			Depth depth = alone_depth(reasons, v, &ways[i]);

			if (depth > deepest)
				deepest = depth;
		}
	return deepest;
}

bool
lm_alone_find(LmReasons *reasons, const LmWay *ways, int32_t count, LmReason *reason)
{
	const LmState *state = reasons->state;
	Depth deepest = depth_find(reasons, ways, count);
	LmReasonCode code;
	bool found = false;

	if (deepest == DEPTH_OPEN)
		return false;
	code = deepest < DEPTH_TIMES ? depth_code[deepest] : lm_time_rules[deepest - DEPTH_TIMES].code;
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
		for (int32_t i = 0; i < count && speaks(state, v); i++)
		{
			LmReason here;

			if (alone_depth(reasons, v, &ways[i]) != deepest)
				continue;
			here = alone_reason(reasons, v, &ways[i], code);
			if (!found || lm_reason_breach(&here) < lm_reason_breach(reason))
				*reason = here;
			found = true;
		}
	return true;
}
