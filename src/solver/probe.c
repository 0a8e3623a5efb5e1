/*
 * probe.c
 *	  Floors of places from the legs of candidates and one look-up each.
 */
#include "solver/probe.h"

LmProbe
lm_probe_of(const LmState *state, int32_t order)
{
	const LmVan *van = &state->vans[0];
	const LmTravel *travel = &state->problem->travels[van->travel];
	int32_t place = state->nodes[order].place;
	size_t row = (size_t) place * (size_t) travel->places;
	LmProbe probe = {.order = order,
	                 .place = place,
	                 .spot = &state->spots[order],
	                 .per_ms = van->per_ms,
	                 .per_mm = van->per_mm,
	                 .timed = van->timed};
	bool measured = van->per_mm > 0;

	probe.works = state->uniform && (measured || van->timed);
	if (state->problem->dimensions == 1 && !state->mixed)
		probe.capacity = state->problem->capacity;
	if (travel->time == NULL)
	{
		probe.beeline = travel->beeline;
		probe.mm_per_metre = travel->beeline->detour * 1000;
		return probe;
	}
	probe.time_to = state->time_back[van->travel] + row;
	probe.time_on = travel->time + row;
	if (!measured)
		return probe;
	/* of wide lengths there is no table by arrival */
	probe.works &= state->length_back[van->travel] != NULL;
	if (probe.works)
	{
		probe.length_to = state->length_back[van->travel] + row;
		probe.length_on = travel->length32 + row;
	}
	return probe;
}

/* What is looked up, or known without: constants where this is called, so that each has a loop of its own. */
typedef struct Kind
{
	bool measured;
	bool timed;
	bool lines; /* there are no tables */
} Kind;

/* What putting the order behind a node adds at the least when its route grows by so much. */
static inline LmCost
floor_of(const LmProbe *probe, const LmState *state, int32_t after, LmLength length, LmTime busy,
         Kind kind)
{
	LmCost floor = kind.measured ? probe->per_mm * length : 0;

	if (kind.timed)
		floor += probe->per_ms * (busy + probe->spot->service) -
		         state->routes[state->nodes[after].route].saving;
	return floor;
}

/* A leg between the order and a place. */
static inline LmHop
hop_of(const LmProbe *probe, const int32_t *time, const uint32_t *length, int32_t place, Kind kind)
{
	if (kind.lines)
		return lm_probe_least(probe, place);
	return (LmHop){kind.timed ? time[place] : 0, kind.measured ? length[place] : 0};
}

/* All places of both lists.  What the links of an absent order say is read all the same and not used. */
static inline void
floors_fill(const LmProbe *probe, const LmState *state, const LmNeighbours *neighbours,
            LmFloors *floors, Kind kind)
{
	size_t row = (size_t) probe->order * (size_t) neighbours->width;
	const int32_t *before = neighbours->before + row;
	const int32_t *behind = neighbours->behind + row;
	const LmNear *to = neighbours->before_legs + row;
	const LmNear *on = neighbours->behind_legs + row;
	int32_t width = neighbours->width;
	int32_t count = 0;

	for (int32_t i = 0; i < width && before[i] >= 0; i++)
	{
		const LmLeg *leg = &state->legs[before[i]];
		int32_t open = leg->next_place >> 31; /* all bits before an open end, else none */
		LmHop hop = hop_of(probe, probe->time_on, probe->length_on, leg->next_place & ~open, kind);
		LmLength length = (LmLength) to[i].length - leg->length + (hop.length & ~(LmLength) open);
		LmTime busy = to[i].time - leg->time + (hop.time & ~open);

		floors->floor[count] = floor_of(probe, state, before[i], length, busy, kind);
		floors->after[count] = before[i];
		count += leg->next_place != LM_OFF_ROUTE;
	}
	for (int32_t i = 0; i < width && behind[i] >= 0; i++)
	{
		int32_t after = state->nodes[behind[i]].prev;
		const LmLeg *leg = &state->legs[after];
		LmHop hop = hop_of(probe, probe->time_to, probe->length_to, state->nodes[after].place,
		                   kind);
		LmLength length = hop.length - leg->length + on[i].length;
		LmTime busy = hop.time - leg->time + on[i].time;

		floors->floor[count] = floor_of(probe, state, after, length, busy, kind);
		floors->after[count] = after;
		count += state->legs[behind[i]].next_place != LM_OFF_ROUTE;
	}
	floors->count = count;
}

/* The same where vehicles differ: nothing is known before a price is asked for. */
static void
floors_none(const LmProbe *probe, const LmState *state, const LmNeighbours *neighbours,
            LmFloors *floors)
{
	size_t row = (size_t) probe->order * (size_t) neighbours->width;

	floors->count = 0;
	for (int32_t i = 0; i < 2 * neighbours->width; i++)
	{
		bool behind = i >= neighbours->width;
		int32_t other = behind ? neighbours->behind[row + (size_t) (i - neighbours->width)]
		                       : neighbours->before[row + (size_t) i];

		if (other < 0 || state->legs[other].next_place == LM_OFF_ROUTE)
			continue;
		floors->floor[floors->count] = -LM_IMPOSSIBLE;
		floors->after[floors->count++] = behind ? state->nodes[other].prev : other;
	}
}

void
lm_probe_floors(const LmProbe *probe, const LmState *state, const LmNeighbours *neighbours,
                LmFloors *floors)
{
	if (!probe->works)
		floors_none(probe, state, neighbours, floors);
	else if (probe->beeline != NULL)
	{
		if (probe->timed)
			floors_fill(probe, state, neighbours, floors, (Kind){true, true, true});
		else
			floors_fill(probe, state, neighbours, floors, (Kind){true, false, true});
	}
	else if (!probe->timed)
		floors_fill(probe, state, neighbours, floors, (Kind){true, false, false});
	else if (probe->per_mm == 0)
		floors_fill(probe, state, neighbours, floors, (Kind){false, true, false});
	else
		floors_fill(probe, state, neighbours, floors, (Kind){true, true, false});
}
