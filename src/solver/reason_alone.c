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

/* The first dimension of which the vehicle has too little, or -1. */
static int32_t
short_dimension(const LmProblem *problem, int32_t vehicle, int32_t order)
{
	size_t dims = (size_t) problem->dimensions;

	for (int32_t d = 0; d < problem->dimensions; d++)
		if (problem->demand[(size_t) order * dims + (size_t) d] >
		    problem->capacity[(size_t) vehicle * dims + (size_t) d])
			return d;
	return -1;
}

static LmLength
alone_length(const LmProblem *problem, int32_t vehicle, int32_t order)
{
	const LmVehicle *van = &problem->vehicles[vehicle];
	const LmTravel *travel = lm_problem_travel(problem, vehicle);
	int32_t place = problem->orders[order].place;

	return lm_travel_length(travel, van->start, place) +
	       (van->end == LM_NOWHERE ? 0 : lm_travel_length(travel, place, van->end));
}

static bool
alone_kept(const LmReasons *reasons, int32_t vehicle, int32_t order, int relax,
           LmScheduleCost *cost)
{
	return lm_schedule_price(reasons->state->scheduler, vehicle, &order, 1, relax | LM_RELAX_LATE,
	                         cost);
}

static Depth
alone_depth(const LmReasons *reasons, int32_t vehicle, int32_t order)
{
	const LmProblem *problem = reasons->state->problem;
	const LmVehicle *van = &problem->vehicles[vehicle];
	LmScheduleCost cost;
	bool inbound;
	Link link;

	if (!lm_problem_welcome(problem, order, vehicle))
		return DEPTH_REFUSED;
	if (!lm_problem_skilled(problem, order, vehicle))
		return DEPTH_SKILL;
	if (short_dimension(problem, vehicle, order) >= 0)
		return DEPTH_CAPACITY;
	if (van->max_stops < 1)
		return DEPTH_STOPS;
	link = order_link(problem, vehicle, order, &inbound);
	if (link != LINK_DIRECT)
		return link == LINK_NONE ? DEPTH_UNREACHABLE : DEPTH_OPEN;
	if (alone_length(problem, vehicle, order) > van->max_distance)
		return DEPTH_DISTANCE;
	if (van->range > 0 && alone_length(problem, vehicle, order) > van->range)
		return DEPTH_RANGE;
	if (alone_kept(reasons, vehicle, order, LM_RELAX_NONE, &cost))
		return DEPTH_OPEN;
	/* the way there or back is closed for good before anybody could be through */
	if (lm_problem_travel(problem, vehicle)->traffic != NULL &&
	    !alone_kept(reasons, vehicle, order, RELAX_TIMES, &cost))
		return DEPTH_UNREACHABLE;
	for (int i = 0; i < LM_TIME_RULES; i++)
		if (!alone_kept(reasons, vehicle, order, RELAX_TIMES & ~lm_time_rules[i].relax, &cost))
			return (Depth) (DEPTH_TIMES + i);
	return DEPTH_OPEN;
}

/* The schedule without one rule of times, or without any where others fail too. */
static LmScheduleCost
schedule_eased(const LmReasons *reasons, int32_t vehicle, int32_t order, int relax)
{
	LmScheduleCost cost = {0};

	if (!alone_kept(reasons, vehicle, order, relax, &cost))
		(void) alone_kept(reasons, vehicle, order, RELAX_TIMES, &cost);
	return cost;
}

static LmReason
alone_reason(LmReasons *reasons, int32_t vehicle, int32_t order, LmReasonCode code)
{
	const LmProblem *problem = reasons->state->problem;
	const LmVehicle *van = &problem->vehicles[vehicle];
	LmReason reason = lm_reason_of(code, vehicle, 0, 0);
	size_t dims = (size_t) problem->dimensions;

	switch (code)
	{
		case LM_REASON_CAPACITY:
			reason.dimension = short_dimension(problem, vehicle, order);
			reason.need = problem->demand[(size_t) order * dims + (size_t) reason.dimension];
			reason.limit = problem->capacity[(size_t) vehicle * dims + (size_t) reason.dimension];
			break;
		case LM_REASON_STOPS:
			reason.need = 1;
			reason.limit = van->max_stops;
			break;
		case LM_REASON_UNREACHABLE:
			if (order_link(problem, vehicle, order, &reason.inbound) == LINK_DIRECT)
				reason.inbound = lm_travel_arrive(lm_problem_travel(problem, vehicle), van->start,
				                                  problem->orders[order].place,
				                                  van->shift_start) >= LM_NEVER;
			break;
		case LM_REASON_DISTANCE:
			reason.need = alone_length(problem, vehicle, order);
			reason.limit = van->max_distance;
			break;
		case LM_REASON_RANGE:
			reason.need = alone_length(problem, vehicle, order);
			reason.limit = van->range;
			break;
		case LM_REASON_WINDOW:
			lm_window_missed(reasons, vehicle, &order, 1, &reason);
			break;
		case LM_REASON_SHIFT:
			reason.need = schedule_eased(reasons, vehicle, order, LM_RELAX_SHIFT).earliest;
			reason.limit = van->shift_end + van->overtime;
			break;
		case LM_REASON_TIME:
			reason.need = schedule_eased(reasons, vehicle, order, LM_RELAX_TIME).shortest;
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

bool
lm_alone_find(LmReasons *reasons, int32_t order, LmReason *reason)
{
	const LmState *state = reasons->state;
	const LmProblem *problem = state->problem;
	Depth deepest = DEPTH_REFUSED;
	LmReasonCode code;
	bool found = false;

	for (int32_t v = 0; v < problem->vehicle_count && deepest < DEPTH_OPEN; v++)
	{
		Depth depth = speaks(state, v) ? alone_depth(reasons, v, order) : DEPTH_REFUSED;

		if (depth > deepest)
			deepest = depth;
	}
	if (deepest == DEPTH_OPEN)
		return false;
	code = deepest < DEPTH_TIMES ? depth_code[deepest] : lm_time_rules[deepest - DEPTH_TIMES].code;
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		LmReason here;

		if (!speaks(state, v) || alone_depth(reasons, v, order) != deepest)
			continue;
		here = alone_reason(reasons, v, order, code);
		if (!found || lm_reason_breach(&here) < lm_reason_breach(reason))
			*reason = here;
		found = true;
	}
	return true;
}
