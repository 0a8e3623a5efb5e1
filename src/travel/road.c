/*
 * road.c
 *	  The network of a call, who is off it, and the lines of its legs.
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "lastmile.h"
#include "output/fault.h"
#include "travel/road_parts.h"

static LmRoadMode *
mode_find(LmRoad *road, const char *profile)
{
	for (int32 i = 0; i < road->mode_count; i++)
	{
		const char *there = road->modes[i].profile;

		if (profile == NULL ? there == NULL : there != NULL && strcmp(there, profile) == 0)
			return &road->modes[i];
	}
	return NULL;
}

static void
mode_add(LmRoad *road, const LmRequest *request, const char *profile)
{
	road->modes[road->mode_count++] = (LmRoadMode){
		.profile = profile, .network = lm_network_open(request->network, profile, road->context)};
}

LmRoad *
lm_road_open(const LmRequest *request, const char *const *profiles, int32_t count,
             MemoryContext context)
{
	LmRoad *road = MemoryContextAllocZero(context, sizeof(LmRoad));
	MemoryContext before = MemoryContextSwitchTo(context);

	road->context = context;
	road->modes = palloc0(Max(count, 1) * sizeof(LmRoadMode));
	road->mode_of = palloc(Max(count, 1) * sizeof(int32));
	for (int32 vehicle = 0; vehicle < count; vehicle++)
	{
		if (mode_find(road, profiles[vehicle]) == NULL)
			mode_add(road, request, profiles[vehicle]);
		road->mode_of[vehicle] = (int32) (mode_find(road, profiles[vehicle]) - road->modes);
	}
	if (count == 0)
		mode_add(road, request, NULL);
	MemoryContextSwitchTo(before);
	return road;
}

bool
lm_road_fits(const LmRoad *road, bool planar)
{
	const LmLines *lines = &road->modes[0].network->roads->lines;

	return lines->first[lines->edge_count] == 0 || lines->planar == planar;
}

char *
lm_road_off(const LmRoad *road, const LmRawPoint *point, int32_t vehicle)
{
	const char *name = road->modes[0].network->name;
	double nearest = INFINITY;

	for (int32 i = 0; i < road->mode_count; i++)
	{
		LmSnap snap;

		if (vehicle != LM_ANY_VEHICLE && road->mode_of[vehicle] != i)
			continue;
		if (lm_snap_find(road->modes[i].network->tree, point->x, point->y, lm_max_snap_m, &snap))
			return NULL;
		if (lm_snap_find(road->modes[i].network->tree, point->x, point->y, INFINITY, &snap))
			nearest = Min(nearest, snap.distance);
	}
	if (isinf(nearest))
		return psprintf("network \"%s\" has no road a place can lie on", name);
	return psprintf("the nearest road of network \"%s\" is %.0f m away, lastmile.max_snap_m is %g",
	                name, ceil(nearest), lm_max_snap_m);
}

/* ---- legs ---- */

static void
router_make(LmRoad *road, LmRoadMode *mode)
{
	if (road->call.run.arena == NULL)
		lm_graph_call_begin(&road->call, road->context);
	lm_graph_call_check(&road->call,
	                    lm_router_new(mode->network->hierarchy, &road->call.run, &mode->router),
	                    mode->network->name);
}

/* The metric a leg is driven by: of the state it departs in, or the next in which there is a way. */
static const LmMetric *
leg_metric(const LmRoad *road, const LmTravel *travel, size_t pair, LmTime departs)
{
	const LmTraffic *traffic = travel->traffic;
	const int32_t *time = traffic == NULL ? travel->time : NULL;

	for (int32 period = traffic == NULL ? 0 : lm_traffic_period(traffic, departs);
	     time == NULL && period < traffic->count; period++)
	{
		const LmTrafficState *state = &traffic->states[traffic->state[period]];

		if (lm_traffic_time(state, pair) != LM_NO_LEG)
			time = state->time;
	}
	for (const LmRoadState *state = road->states; state != NULL; state = state->next)
		for (int32 speed = 0; speed < state->mode->speed_count; speed++)
			if (state->tables[speed].time == time)
				return state->metric;
	return NULL;
}

const LmTrack *
lm_road_leg(const LmInput *input, int32_t vehicle, int32_t from, int32_t to, LmTime departs)
{
	LmRoad *road = input->road;
	LmRoadMode *mode = &road->modes[road->mode_of[vehicle]];
	const LmTravel *travel = lm_problem_travel(&input->problem, vehicle);
	const LmMetric *metric = leg_metric(road, travel, lm_travel_pair(travel, from, to), departs);
	LmSpot start = mode->spots[from], goal = mode->spots[to];
	MemoryContext before = MemoryContextSwitchTo(road->context);
	LmArena scratch;
	LmGraphRun run;
	LmRoute route = {.way = LM_WAY_NONE};

	if (mode->router.hierarchy == NULL)
		router_make(road, mode);
	/* the arcs of one leg after the other would be kept until the call ends */
	lm_graph_scratch(&road->call.run, &scratch);
	run = road->call.run;
	run.arena = &scratch;
	if (metric != NULL && start.edge >= 0 && goal.edge >= 0)
		lm_graph_call_check(&road->call,
		                    lm_route_find(&mode->router, metric, start, goal, &run, &route),
		                    mode->network->name);
	if (route.way != LM_WAY_NONE)
		lm_track_fill(&road->track, &mode->network->roads->lines, &route, start, goal);
	lm_graph_scratch_drop(&road->call.run, &scratch);
	road->call.run.work = run.work;
	MemoryContextSwitchTo(before);
	return route.way == LM_WAY_NONE ? NULL : &road->track;
}
