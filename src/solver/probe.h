/*
 * probe.h
 *	  Which candidate places of an order are worth asking the price of.
 *
 * Nearly all are ruled out by legs, load and windows.  That is done for all places of an order at once
 * and without a branch that depends on the plan: each would be a guess of the processor's.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_PROBE_H
#define LM_SOLVER_PROBE_H

#include "solver/neighbours.h"
#include "solver/state.h"

typedef struct LmProbe
{
	int32_t order;
	int32_t place;
	const int32_t *time_to;    /* by place: from there to the order; NULL: there are no tables */
	const int32_t *time_on;    /* by place: from the order to there */
	const uint32_t *length_to; /* NULL: metres are not looked at */
	const uint32_t *length_on;
	const LmBeeline *beeline; /* where there are no tables */
	double mm_per_metre;      /* of its line */
	const LmAmount *capacity; /* by vehicle; NULL: loads are not looked at */
	const LmSpot *spot;
	LmCost per_ms;
	LmCost per_mm;
	bool timed;
	bool works; /* all vehicles price legs alike */
} LmProbe;

/* Places with what they cannot cost less than, in the sequence of the candidate lists. */
typedef struct LmFloors
{
	LmCost floor[2 * LM_NEIGHBOUR_WIDTH];
	int32_t after[2 * LM_NEIGHBOUR_WIDTH];
	int32_t count;
} LmFloors;

/* lm_probe_of - of an absent order */
LmProbe lm_probe_of(const LmState *state, int32_t order);

/* lm_probe_floors - the places of its lists that are on routes */
void lm_probe_floors(const LmProbe *probe, const LmState *state, const LmNeighbours *neighbours,
                     LmFloors *floors);

/*
 * lm_probe_least - ms and mm from the order to a place or back, or less: along the chord
 *
 * For straight lines without tables.
 */
static inline LmHop
lm_probe_least(const LmProbe *probe, int32_t place)
{
	double chord = lm_beeline_chord(probe->beeline, probe->place, place);
	double ms = chord * probe->beeline->ms_per_metre;

	/* cut off, not rounded: never more than the leg */
	return (LmHop){ms < LM_NO_LEG ? (int32_t) ms : LM_NO_LEG,
	               (LmLength) (chord * probe->mm_per_metre)};
}

/*
 * lm_probe_fits - whether load and windows may let the order in behind a node
 *
 * No again needs no price.  Bounds, as segments are, setups left out; where vehicles differ legs too.
 */
static inline bool
lm_probe_fits(const LmProbe *probe, const LmState *state, int32_t after)
{
	const LmNode *before = &state->nodes[after];
	const LmSpot *spot = probe->spot;
	int32_t next = state->legs[after].next_place;
	LmTime to = 0;
	LmTime on = 0;
	LmTime reached;
	LmTime starts;
	bool fits;

	if (probe->works && probe->beeline == NULL)
	{
		to = probe->time_to[before->place];
		on = next < 0 ? 0 : probe->time_on[next];
	}
	else if (probe->works)
	{
		to = lm_probe_least(probe, before->place).time;
		on = next < 0 ? 0 : lm_probe_least(probe, next).time;
	}
	reached = before->head.lo + before->head.span + to;
	starts = reached > spot->open ? reached : spot->open;
	fits = reached <= spot->close;
	fits &= starts + spot->service + on <= state->nodes[before->next].tail.hi;
	if (probe->capacity != NULL)
		fits &= state->load[before->route] + spot->demand <= probe->capacity[before->route];
	return fits;
}

#endif /* LM_SOLVER_PROBE_H */
