/*
 * moments.c
 *	  Instants of routes, and changes driven from them.
 */
#include "solver/moments.h"

#include "solver/reach.h"
#include "solver/state_parts.h"

#include <string.h>

struct LmMoments
{
	LmReach reach;
	bool *known;   /* [vehicle] */
	LmTime *leave; /* [node] in the present schedule */
	LmTime *busy;  /* [node] driving and serving of that schedule until it leaves the node */
	LmTime *now;   /* [reach.width] */
};

LmMoments *
lm_moments_new(const LmState *state, LmArena *arena)
{
	LmMoments *moments = LM_TAKE(arena, LmMoments, 1);
	size_t vehicles = (size_t) state->problem->vehicle_count;
	size_t nodes = (size_t) state->problem->order_count + 2 * vehicles;

	if (moments == NULL || !lm_reach_take(&moments->reach, state, LM_RELAX_NONE, arena))
		return NULL;
	moments->known = LM_TAKE(arena, bool, vehicles);
	moments->leave = LM_TAKE(arena, LmTime, nodes);
	moments->busy = LM_TAKE(arena, LmTime, nodes);
	moments->now = LM_TAKE(arena, LmTime, moments->reach.width);
	return arena->failed ? NULL : moments;
}

void
lm_moments_forget(LmMoments *moments, int32_t vehicle)
{
	moments->known[vehicle] = false;
}

void
lm_moments_forget_all(LmMoments *moments, int32_t vehicle_count)
{
	memset(moments->known, 0, sizeof(bool) * (size_t) vehicle_count);
}

/* ---- the present schedule ---- */

/* The present schedule again, from its departure; breaks as soon as they may be. */
static void
schedule_walk(LmMoments *moments, const LmState *state, int32_t vehicle, LmTime departs)
{
	const LmProblem *problem = state->problem;
	const LmVehicle *van = &problem->vehicles[vehicle];
	const LmTravel *travel = lm_problem_travel(problem, vehicle);
	int32_t node = lm_state_start(state, vehicle);
	int32_t rest = 0;
	LmTime now = departs;
	LmTime busy = 0;

	moments->leave[node] = now;
	moments->busy[node] = 0;
	while (node < problem->order_count || node == lm_state_start(state, vehicle))
	{
		int32_t next = state->nodes[node].next;
		LmTime ready;

		for (; rest < van->break_count; rest++)
		{
			const LmBreak *pause = &problem->breaks[van->break_first + rest];

			if (pause->window.close <= departs)
				continue;
			if (now < pause->window.open)
				break;
			now += pause->duration;
			busy += pause->duration;
		}
		ready = lm_reach_arrive(state, travel, node, next, state->legs[node].time, now);
		busy += ready - now;
		now = ready;
		if (next < problem->order_count)
		{
			LmTime open = lm_opening(state, next, now);

			now = (now > open ? now : open) + state->spots[next].service;
			busy += state->spots[next].service;
		}
		node = next;
		moments->leave[node] = now;
		moments->busy[node] = busy;
	}
}

static void
route_know(LmState *state, int32_t vehicle)
{
	LmMoments *moments = state->moments;

	moments->known[vehicle] = true;
	lm_reach_fill(&moments->reach, state, vehicle);
	if (state->routes[vehicle].count > 0)
		schedule_walk(moments, state, vehicle, state->routes[vehicle].departs);
}

/* ---- changes ---- */

/* Serves an order at every number of breaks in moments->now; false when it is too late for all. */
static bool
now_serve(LmMoments *moments, const LmState *state, const LmVehicle *van, const LmTravel *travel,
          int32_t from, int32_t to, LmTime leg)
{
	const LmProblem *problem = state->problem;
	const LmBreak *breaks = problem->breaks + van->break_first;
	const LmSpot *spot = &state->spots[to];
	LmTime *now = moments->now;
	bool any = false;

	for (int32_t k = 0; k <= van->break_count; k++)
	{
		LmTime open;

		if (now[k] >= LM_NEVER)
			continue;
		now[k] = lm_reach_arrive(state, travel, from, to, leg, now[k]);
		open = lm_opening(state, to, now[k]);
		if (now[k] > spot->close)
			now[k] = LM_NEVER;
		else
			now[k] = (now[k] > open ? now[k] : open) + spot->service;
		any |= now[k] < LM_NEVER;
	}
	for (int32_t k = 0; k < van->break_count; k++)
	{
		LmTime starts = now[k] > breaks[k].window.open ? now[k] : breaks[k].window.open;

		if (starts <= breaks[k].window.close && starts + breaks[k].duration < now[k + 1])
			now[k + 1] = starts + breaks[k].duration;
	}
	return any;
}

static bool
now_end(const LmMoments *moments, const LmState *state, const LmVehicle *van,
        const LmTravel *travel, int32_t from, int32_t behind, LmTime leg)
{
	const LmTime *ready = moments->reach.ready + (size_t) behind * (size_t) moments->reach.width;

	for (int32_t k = 0; k <= van->break_count; k++)
		if (moments->now[k] < LM_NEVER &&
		    lm_reach_arrive(state, travel, from, behind, leg, moments->now[k]) <= ready[k])
			return true;
	return false;
}

/* What a change makes of the working time, driven from the present schedule. */
static LmTime
working_judge(const LmMoments *moments, const LmState *state, const LmTravel *travel,
              int32_t before, const int32_t *orders, int32_t count, int32_t behind)
{
	int32_t vehicle = state->nodes[before].route;
	LmTime now = moments->leave[before];
	LmTime busy = moments->busy[before];
	LmTime rest = moments->busy[lm_state_end(state, vehicle)] - moments->busy[behind];
	int32_t from = before;

	if (behind < state->problem->order_count)
		rest += state->spots[behind].service;
	for (int32_t i = 0; i <= count; i++)
	{
		int32_t to = i < count ? orders[i] : behind;
		LmTime ready = lm_reach_arrive(state, travel, from, to,
		                               lm_leg_of(state, travel, from, to).time, now);

		if (ready >= LM_NEVER)
			return 0;
		busy += ready - now;
		now = ready;
		if (i < count)
		{
			LmTime open = lm_opening(state, to, now);

			now = (now > open ? now : open) + state->spots[to].service;
			busy += state->spots[to].service;
		}
		from = to;
	}
	return busy + rest;
}

bool
lm_moments_fit(LmState *state, int32_t before, const int32_t *orders, int32_t count, int32_t behind,
               LmTime *working)
{
	LmMoments *moments = state->moments;
	int32_t vehicle = state->nodes[before].route;
	const LmVehicle *van = &state->problem->vehicles[vehicle];
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	/* nothing goes, and no reload waits for another order */
	bool whole = state->nodes[before].next == behind && state->trips == NULL;
	int32_t from = before;
	bool fits = true;

	*working = 0;
	if (state->has_uneven)
		return true;
	if (!moments->known[vehicle])
		route_know(state, vehicle);
	/* what is released last may be what goes */
	if (whole || !state->has_releases)
	{
		memcpy(moments->now, moments->reach.leave + (size_t) before * (size_t) moments->reach.width,
		       sizeof(LmTime) * (size_t) moments->reach.width);
		for (int32_t i = 0; i < count && fits; i++)
		{
			fits = now_serve(moments, state, van, travel, from, orders[i],
			                 lm_leg_of(state, travel, from, orders[i]).time);
			from = orders[i];
		}
		if (!fits || !now_end(moments, state, van, travel, from, behind,
		                      lm_leg_of(state, travel, from, behind).time))
			return false;
	}
	if (state->routes[vehicle].count > 0)
		*working = working_judge(moments, state, travel, before, orders, count, behind);
	return true;
}
