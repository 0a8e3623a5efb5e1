/*
 * lift.h
 *	  One to three orders about to leave their place, and the node they may stand behind.
 *
 * A move of the local search tries the same orders behind many nodes: what taking them off their
 * route changes is summed up once, what the meeting with a node adds is looked at in the order in
 * which it can rule the move out.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_LIFT_H
#define LM_SOLVER_LIFT_H

#include "solver/splice.h"
#include "solver/state_parts.h"
#include "solver/unit.h"

#define LM_LIFT_MOST 3

typedef struct LmLift
{
	int32_t vehicle;
	int32_t before;               /* the node in front of the first */
	int32_t count;                /* chains: of the first order, the first two, three */
	int32_t orders[LM_LIFT_MOST]; /* from the first on */
	LmChain chains[LM_LIFT_MOST];
	LmLeg gaps[LM_LIFT_MOST];    /* the leg that closes the route behind a chain */
	LmCost floors[LM_LIFT_MOST]; /* lm_splice_floor of taking a chain out */
	bool closed[LM_LIFT_MOST];   /* no shipment is cut where a chain leaves its route */
	/* where all vehicles price legs alike: */
	LmCost least;  /* of the floors, with the price of driving the chain elsewhere */
	LmCost front;  /* price of the leg to the first order */
	LmCost behind; /* of the dearest leg behind the first two */
} LmLift;

typedef struct LmMeeting
{
	const LmLift *lift;
	int32_t after;   /* the node the first order is to stand behind */
	int32_t behind;  /* the one that stands there now */
	int32_t vehicle; /* of after */
	LmLeg to;        /* from after to the first order */
	LmCost least;    /* what that leg adds in place of the one there, all waiting saved */
} LmMeeting;

/* lm_leg_price - of length and time alone */
static inline LmCost
lm_leg_price(const LmVan *van, LmLength length, LmTime time)
{
	return van->per_mm * length + van->per_ms * time;
}

/* lm_lift_of - from an order on a route */
static inline LmLift
lm_lift_of(const LmState *state, int32_t order)
{
	int32_t vehicle = state->nodes[order].route;
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	const LmVan *van = &state->vans[vehicle];
	LmChain chain = lm_chain_of(state, order);
	LmLift lift = {.vehicle = vehicle, .before = state->nodes[order].prev, .least = LM_IMPOSSIBLE};

	lift.front = lm_leg_price(van, state->legs[lift.before].length, state->legs[lift.before].time);
	for (int32_t node = order; node < state->problem->order_count && lift.count < LM_LIFT_MOST;
	     node = state->nodes[node].next)
	{
		int32_t at = lift.count++;
		LmCost price = lm_leg_price(van, state->legs[node].length, state->legs[node].time);

		if (at > 0)
			chain = lm_chain_grow(state, chain, node);
		lift.orders[at] = node;
		lift.chains[at] = chain;
		lift.closed[at] = state->units == NULL || lm_units_closed(state, order, node);
		lift.gaps[at] = lm_leg_of(state, travel, lift.before, state->nodes[node].next);
		lift.floors[at] = lm_splice_floor(state, lift.before, &chain, NULL);
		if (at < 2 && price > lift.behind)
			lift.behind = price;
		price = lift.floors[at] + lm_leg_price(van, chain.length, chain.busy);
		if (price < lift.least)
			lift.least = price;
	}
	return lift;
}

/* lm_meeting_of - of a lift with a node of a route that is no end */
static inline LmMeeting
lm_meeting_of(const LmState *state, const LmLift *lift, int32_t after)
{
	LmMeeting meeting = {.lift = lift, .after = after};

	meeting.behind = state->nodes[after].next;
	meeting.vehicle = state->nodes[after].route;
	meeting.to = lm_leg_of(state, lm_problem_travel(state->problem, meeting.vehicle), after,
	                       lift->orders[0]);
	meeting.least = lm_leg_price(&state->vans[meeting.vehicle],
	                             meeting.to.length - state->legs[after].length,
	                             meeting.to.time - state->legs[after].time) -
	                state->routes[meeting.vehicle].saving;
	return meeting;
}

#endif /* LM_SOLVER_LIFT_H */
