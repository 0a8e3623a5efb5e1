/*
 * reach.h
 *	  Whether an order fits between two nodes of a route, from two instants kept at each.
 *
 * Kept at a node, for each number of breaks passed: the earliest time at which the
 * route leaves it, and the latest at which being ready to serve it still
 * keeps all that follows.  Being earlier never hurts, so this is exact, with
 * breaks and several windows too; but it knows of no limit on working time, which
 * depends on the departure as well (halves.h).
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_REACH_H
#define LM_SOLVER_REACH_H

#include "solver/state.h"

typedef struct LmReach
{
	int relax;     /* LmRelax bits: rules left out */
	int32_t width; /* most breaks of any vehicle, plus one */
	LmTime *leave; /* [node * width + breaks passed]; LM_NEVER: not with so many */
	LmTime *ready; /* likewise; -LM_NEVER */
} LmReach;

/* An order between two nodes that are neighbours on a route. */
typedef struct LmReachTrial
{
	int32_t vehicle;
	int32_t after;
	int32_t behind;
	int32_t order;
	LmTime to; /* legs to the order and on, with setups; with traffic of the least time */
	LmTime on;
} LmReachTrial;

/*
 * lm_reach_arrive - when who leaves a node is ready at the next, or LM_NEVER
 *
 *	leg			with the setup; with traffic of the least time, the way there depends on the departure
 */
static inline LmTime
lm_reach_arrive(const LmState *state, const LmTravel *travel, int32_t from, int32_t to, LmTime leg,
                LmTime departs)
{
	int32_t place = state->nodes[to].place;
	int32_t least;
	LmTime arrives;

	if (travel->traffic == NULL || place == LM_NOWHERE)
		return departs + leg;
	least = lm_travel_time(travel, state->nodes[from].place, place);
	if (least == LM_NO_LEG)
		return departs + leg;
	arrives = lm_travel_arrive(travel, state->nodes[from].place, place, departs);
	return arrives >= LM_NEVER ? LM_NEVER : arrives + leg - least;
}

/* lm_reach_depart - the latest departure that is ready at the next node by then */
static inline LmTime
lm_reach_depart(const LmState *state, const LmTravel *travel, int32_t from, int32_t to, LmTime leg,
                LmTime ready)
{
	int32_t place = state->nodes[to].place;
	int32_t least;

	if (travel->traffic == NULL || place == LM_NOWHERE)
		return ready - leg;
	least = lm_travel_time(travel, state->nodes[from].place, place);
	if (least == LM_NO_LEG)
		return ready - leg;
	return lm_traffic_depart(travel->traffic,
	                         lm_travel_pair(travel, state->nodes[from].place, place),
	                         ready - (leg - least));
}

/* lm_reach_take - memory for it; false when refused. */
bool lm_reach_take(LmReach *reach, const LmState *state, int relax, LmArena *arena);

/* lm_reach_fill - makes what is kept of one route, which has a schedule. */
void lm_reach_fill(LmReach *reach, const LmState *state, int32_t vehicle);

/*
 * lm_reach_fits - whether the route with the order has a schedule, working time aside
 *
 * Where the order's release is later than any of the route, true means no more than perhaps.
 */
bool lm_reach_fits(const LmReach *reach, const LmState *state, const LmReachTrial *trial);

#endif /* LM_SOLVER_REACH_H */
