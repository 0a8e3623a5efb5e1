/*
 * pair_parts.h
 *	  What pairs of places are priced by; for pair.c and pair_near.c only.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_PAIR_PARTS_H
#define LM_SOLVER_PAIR_PARTS_H

#include "solver/pair.h"
#include "solver/state_parts.h"

/* A shipment and the route it is tried on. */
typedef struct LmTrial
{
	LmState *state;
	const LmPairing *pairing;
	const LmTravel *travel;
	const LmVan *van;
	const LmRoute *route;
	LmPlacing *best;
	int32_t vehicle;
	int32_t collect;
	int32_t drop;
	int32_t first; /* rank of the first node that has a floor of its own */
	LmCost floor;  /* of those in front of it */
	LmCost fixed;  /* the vehicle's price where it is not in use, and preferences */
	LmCost base;   /* the same less what times can save */
	LmPlacing least;
	bool plain;   /* bounds are prices */
	bool ranking; /* bounds are compared, nothing is priced */
} LmTrial;

static inline LmCost
lm_trial_price(const LmTrial *trial, LmLeg leg)
{
	return trial->van->per_mm * leg.length + trial->van->per_ms * leg.time;
}

static inline LmLeg
lm_trial_leg(const LmTrial *trial, int32_t from, int32_t to)
{
	return lm_leg_of(trial->state, trial->travel, from, to);
}

/* The leg from a node to an order, and from there to a node, whose place is known. */
static inline LmLeg
lm_trial_to(const LmTrial *trial, int32_t order, int32_t from)
{
	const LmState *state = trial->state;
	LmHop hop = lm_hop_to(state, trial->van->travel, state->nodes[order].place,
	                      state->nodes[from].place);
	LmLeg leg = {hop.length, hop.time, state->nodes[order].place};

	if (hop.time != LM_NO_LEG)
		leg.time += lm_leg_setup(state, from, order);
	return leg;
}

static inline LmLeg
lm_trial_on(const LmTrial *trial, int32_t order, int32_t to, int32_t place)
{
	const LmState *state = trial->state;
	LmHop hop = lm_hop_on(state, trial->van->travel, state->nodes[order].place, place);
	LmLeg leg = {hop.length, hop.time, place};

	if (hop.time != LM_NO_LEG && place != LM_NOWHERE)
		leg.time += lm_leg_setup(state, order, to);
	return leg;
}

/* lm_trial_append - the head after one more row, false where it comes too late */
static inline bool
lm_trial_append(const LmState *state, LmSegment *head, LmTime leg, int32_t order)
{
	const LmSpot *spot = &state->spots[order];
	LmTime open = spot->open;

	if (spot->odd)
		open = lm_opening(state, order, head->lo + head->span + leg);
	return lm_segment_append(head, leg, open, spot->close, spot->service);
}

/* lm_trial_begin - false where the vehicle may not serve the shipment */
bool lm_trial_begin(LmTrial *trial, LmState *state, int32_t collect, int32_t drop, int32_t vehicle,
                    const LmPairing *pairing, LmPlacing *best);

/*
 * lm_trial_offer - looks at one pair of places; what is better replaces trial->best
 *
 *	after, drop_after	nodes the two rows stand behind
 *	head				of the route up to the dropping row
 *	on					the leg behind it
 *	length, busy		by how much the route grows
 */
void lm_trial_offer(LmTrial *trial, int32_t after, int32_t drop_after, const LmSegment *head,
                    LmLeg on, LmLength length, LmTime busy);

/* lm_pair_near_new - work space of lm_pair_near; NULL when memory is refused */
struct LmPairNear *lm_pair_near_new(const LmProblem *problem, LmArena *arena);

/*
 * lm_pair_near - the cheapest places where each row has a neighbour beside it, or one has and the other
 * stands right beside that row
 *
 * Best first by what they cost at the least, so that few are priced.  For vehicles that price legs alike.
 */
void lm_pair_near(LmState *state, const LmNeighbours *neighbours, int32_t collect, int32_t drop,
                  const LmPairing *pairing, LmPlacing *best);

#endif /* LM_SOLVER_PAIR_PARTS_H */
