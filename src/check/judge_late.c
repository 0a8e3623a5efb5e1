/*
 * judge_late.c
 *	  States followed row by row to the end.
 */
#include "check/judge_late.h"

#include <string.h>

typedef struct State
{
	LmTime time; /* the row is left */
	int64_t late;
	int32_t taken;
} State;

struct LmJudgeLate
{
	LmArena *arena;
	State *states; /* [count] of the row under way, in no order */
	int32_t count;
	int32_t room;
};

LmJudgeCost
lm_judge_cost(const LmJudgeTrip *trip, LmTime departs, LmTime ends, int64_t late)
{
	LmTime working = ends - departs;
	LmTime overtime = ends > trip->shift_end ? ends - trip->shift_end : 0;
	int64_t mask = ((int64_t) 1 << 31) - 1;
	LmJudgeCost cost;

	cost.low = trip->weight * (working & mask) + trip->overtime_weight * (overtime & mask) +
	           (late & mask);
	cost.high = trip->weight * (working >> 31) + trip->overtime_weight * (overtime >> 31) +
	            (late >> 31);
	cost.high += cost.low >> 31;
	cost.low &= mask;
	return cost;
}

int
lm_judge_cost_compare(LmJudgeCost a, LmJudgeCost b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	if (a.low != b.low)
		return a.low < b.low ? -1 : 1;
	return 0;
}

LmJudgeLate *
lm_judge_late_new(const LmJudgeTrip *trip, LmArena *arena)
{
	LmJudgeLate *late = LM_TAKE(arena, LmJudgeLate, 1);

	if (late == NULL)
		return NULL;
	late->arena = arena;
	late->room = 4 * (trip->break_count + 1);
	late->states = LM_TAKE(arena, State, late->room);
	return late->states != NULL ? late : NULL;
}

/* Adds a state unless one there is as good; those it is as good as go.  False: no memory. */
static bool
state_add(LmJudgeLate *late, State state)
{
	int32_t kept = 0;

	if (state.time >= LM_NEVER)
		return true;
	for (int32_t i = 0; i < late->count; i++)
		if (late->states[i].taken == state.taken && late->states[i].time <= state.time &&
		    late->states[i].late <= state.late)
			return true;
	for (int32_t i = 0; i < late->count; i++)
		if (late->states[i].taken != state.taken || late->states[i].time < state.time ||
		    late->states[i].late < state.late)
			late->states[kept++] = late->states[i];
	late->count = kept;
	if (late->count == late->room)
	{
		State *grown = LM_TAKE(late->arena, State, (int64_t) late->room * 2);

		if (grown == NULL)
			return false;
		memcpy(grown, late->states, sizeof(State) * (size_t) late->count);
		late->states = grown;
		late->room *= 2;
	}
	late->states[late->count++] = state;
	return true;
}

/* Takes breaks after a row, in turn. */
static bool
states_rest(LmJudgeLate *late, const LmJudgeWalk *walk, int32_t row)
{
	for (int32_t k = 0; k < walk->most; k++)
		/* backwards: those that go for a new one are looked at already, or have more breaks */
		for (int32_t i = late->count - 1; i >= 0 && lm_judge_may_rest(walk, k, row); i--)
		{
			State state = late->states[i];

			if (state.taken != k)
				continue;
			state.time = lm_judge_rest(lm_judge_break(walk, k), state.time);
			state.taken++;
			if (!state_add(late, state))
				return false;
		}
	return true;
}

/* A state after serving a row. */
static State
state_serve(const LmJudgeRow *row, State state)
{
	LmTime ready = lm_judge_sum(lm_judge_arrive(&row->leg, state.time), row->setup);
	LmTime starts = lm_judge_serve(row, ready);

	if (starts < LM_NEVER && row->late_weight > 0)
		state.late += row->late_weight * lm_lateness(row->due, starts);
	state.time = lm_judge_sum(starts, row->service);
	return state;
}

/* Leaves a row for the next. */
static void
states_drive(LmJudgeLate *late, const LmJudgeWalk *walk, int32_t row)
{
	int32_t count = late->count;
	int32_t kept = 0;

	for (int32_t i = 0; i < count; i++)
	{
		State state = late->states[i];
		bool beaten = !lm_judge_may_leave(walk, state.taken, row);

		state = state_serve(&walk->trip->rows[row], state);
		beaten |= state.time >= LM_NEVER;
		for (int32_t other = 0; other < kept && !beaten; other++)
			beaten = late->states[other].taken == state.taken &&
			         late->states[other].time <= state.time &&
			         late->states[other].late <= state.late;
		if (!beaten)
			late->states[kept++] = state;
	}
	late->count = kept;
}

/* Whether a route that ends then needs just so many breaks. */
static bool
breaks_right(const LmJudgeWalk *walk, int32_t taken, LmTime ends)
{
	if (walk->trip->shown != NULL && taken != walk->most)
		return false;
	return lm_judge_spared(walk, taken, ends) &&
	       (taken == 0 || lm_judge_break(walk, taken - 1)->window.close < ends);
}

/* The best way on from a state that has just come to a row. */
static bool
way_find(LmJudgeLate *late, const LmJudgeWalk *walk, int32_t row, State state, LmTime departs,
         bool limited, LmJudgeWay *way)
{
	const LmJudgeTrip *trip = walk->trip;

	*way = (LmJudgeWay){0};
	late->count = 0;
	if (!state_add(late, state))
		return false;
	for (;; row++)
	{
		if (!states_rest(late, walk, row))
			return false;
		if (row == trip->count)
			break;
		states_drive(late, walk, row);
	}
	for (int32_t i = 0; i < late->count; i++)
	{
		const State *last = &late->states[i];
		LmTime ends = lm_judge_arrive(&trip->back, last->time);
		LmJudgeCost cost;
		int order;

		if (ends >= LM_NEVER || !lm_judge_may_leave(walk, last->taken, trip->count) ||
		    !breaks_right(walk, last->taken, ends) ||
		    (limited && (ends > trip->latest_end || ends - departs > trip->max_time)))
			continue;
		cost = lm_judge_cost(trip, departs, ends, last->late);
		order = way->found ? lm_judge_cost_compare(cost, way->cost) : -1;
		if (order < 0 || (order == 0 && ends < way->ends))
			*way = (LmJudgeWay){true, cost, ends, last->late, last->taken};
	}
	return true;
}

bool
lm_judge_late_best(LmJudgeLate *late, const LmJudgeWalk *walk, LmTime departs, bool limited,
                   LmJudgeWay *way)
{
	return way_find(late, walk, 0, (State){departs, 0, 0}, departs, limited, way);
}

bool
lm_judge_late_place(LmJudgeLate *late, const LmJudgeWalk *walk, LmTime departs, bool limited,
                    const LmJudgeWay *way, int32_t *after)
{
	State state = {departs, 0, 0};

	for (int32_t row = 0; row <= walk->trip->count && state.taken < way->taken; row++)
	{
		if (row > 0)
			state = state_serve(&walk->trip->rows[row - 1], state);
		while (state.taken < way->taken && lm_judge_may_rest(walk, state.taken, row))
		{
			State rested = state;
			LmJudgeWay rest;

			rested.time = lm_judge_rest(lm_judge_break(walk, state.taken), state.time);
			rested.taken++;
			if (!way_find(late, walk, row, rested, departs, limited, &rest))
				return false;
			if (!rest.found || rest.ends != way->ends || rest.late != way->late ||
			    rest.taken != way->taken)
				break;
			after[state.taken] = row;
			state = rested;
		}
	}
	return true;
}
