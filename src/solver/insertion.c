/*
 * insertion.c
 *	  What one more order on a route costs.
 */
#include "solver/state.h"

#include "solver/halves.h"
#include "solver/load.h"
#include "solver/moments.h"
#include "solver/splice.h"
#include "solver/soft.h"
#include "solver/state_parts.h"
#include "solver/trips.h"

/* What deviations add at the least when the route takes no less than that. */
static inline LmCost
balance_least(const LmState *state, int32_t vehicle, LmTime working)
{
	if (!state->balanced)
		return 0;
	return lm_balance_inserted(state, vehicle, lm_balance_best(state, vehicle, working, true));
}

/* The price of an insertion; without `exact`, on routes that need the schedule, a bound below it. */
static inline LmCost
insertion_price(LmState *state, int32_t order, int32_t after, LmCost bound, bool exact)
{
	const LmProblem *problem = state->problem;
	const LmNode *before = &state->nodes[after];
	int32_t vehicle = before->route;
	int32_t behind = before->next;
	int32_t next_place = state->nodes[behind].place;
	const LmVan *van = &state->vans[vehicle];
	const LmRoute *route = &state->routes[vehicle];
	const LmSpot *spot = &state->spots[order];
	int32_t place = state->nodes[order].place;
	LmHop hop_to = lm_hop_to(state, van->travel, place, before->place);
	LmHop hop_on = lm_hop_on(state, van->travel, place, next_place);
	LmSegment head;
	LmCost added = lm_problem_preference(problem, order, vehicle);
	LmTime to = hop_to.time;
	LmTime on = hop_on.time;
	LmTime open = spot->open;
	LmTime close = spot->close;
	LmTime working;
	LmTime ends;
	LmTime overtime;
	LmCost lateness = 0;
	LmSoftDrive drive;
	bool late_known = state->soft != NULL && !state->has_releases &&
	                  (spot->soft || route->soft_count > 0);
	LmScheduleCost cost;

	if (spot->kind == LM_RELOAD)
		return lm_splice_price(state, &(LmSplice){after, behind, &order, 1}, bound);
	if (van->measured)
	{
		LmLength detour = hop_to.length + hop_on.length - state->legs[after].length;

		added += van->per_mm * detour;
		if (added >= bound && !van->timed)
			return added;
		if (route->length + detour > van->max_distance ||
		    (van->range < LM_NEVER && lm_trips_excess(state, after, detour) > 0))
			return LM_IMPOSSIBLE;
	}
	if (van->timed && added + van->per_ms * (to + on - state->legs[after].time + spot->service) -
	                          route->saving + balance_least(state, vehicle, 0) >=
	                      bound)
		return bound;
	if (route->count == 0)
		added += van->price;
	else if (route->count - route->reloads >= van->max_stops)
		return LM_IMPOSSIBLE;
	if (!lm_load_fits(state, order, vehicle, after) || van->max_stops < 1 ||
	    !lm_problem_skilled(problem, order, vehicle) ||
	    !lm_problem_welcome(problem, order, vehicle) || to == LM_NO_LEG || on == LM_NO_LEG)
		return LM_IMPOSSIBLE;
	to += lm_leg_setup(state, after, order);
	on += lm_leg_setup(state, order, behind);
	head = before->head;
	if (route->reloads > 0 && spot->release > -LM_NEVER)
	{
		if (!lm_trips_ready(state, order, after, &head))
			return LM_IMPOSSIBLE;
	}
	else if (spot->release > head.lo || spot->release > van->loaded)
	{
		if (spot->release > head.hi || spot->release > van->loaded)
			return LM_IMPOSSIBLE;
		head.lo = spot->release;
	}
	if (spot->odd)
	{
		open = lm_opening(state, order, head.lo + head.span + to);
		close = lm_closing(state, order, state->nodes[behind].tail.hi - on - spot->service);
		if (open > close)
			return LM_IMPOSSIBLE;
	}
	if (!lm_segment_append(&head, to, open, close, spot->service) ||
	    !lm_segment_join(&head, on, &state->nodes[behind].tail, &working, &ends) ||
	    working > van->max_time)
		return LM_IMPOSSIBLE;
	overtime = lm_overtime_of(&problem->vehicles[vehicle], ends);
	if (spot->odd || spot->soft || !lm_route_is_plain(state, vehicle))
	{
		/* so far a lower bound; the exact price only where it can still win */
		LmTime busy = route->busy - state->legs[after].time + to + on + spot->service +
		              lm_breaks_required(problem, &problem->vehicles[vehicle], ends,
		                                 lm_segment_latest(&head, on, &state->nodes[behind].tail));

		if (busy > working)
			working = busy;
		if (late_known)
		{
			drive = lm_soft_drive(state, after);
			lm_soft_add(&drive, state, &head, order);
			lateness = lm_soft_floor(&drive, state, &head, on, behind);
		}
		else if (spot->soft)
			lateness = lm_soft_least(state, order, before->head.lo + before->head.span + to);
		if (working > van->max_time ||
		    added + lm_times_priced(state, vehicle, working, overtime, lateness) +
		            balance_least(state, vehicle, working) >=
		        bound)
			return bound;
		if (van->changes)
		{
			/* with the legs as long as they are at that time of the day it is seen much closer */
			LmTime judged;

			if (!lm_moments_fit(state, after, &order, 1, behind, &judged))
				return LM_IMPOSSIBLE;
			if (judged > working)
				working = judged;
			overtime = 0;
			if (added + lm_times_priced(state, vehicle, working, overtime, lateness) +
			        balance_least(state, vehicle, working) >=
			    bound)
				return bound;
		}
		if (!exact)
			return added + lm_times_priced(state, vehicle, working, overtime, lateness) +
			       balance_least(state, vehicle, working);
		if (late_known && !van->has_breaks && !van->changes && !spot->odd &&
		    route->odd_count == 0 &&
		    lm_soft_on_time(&drive, state, &head, on, behind, ends - working))
			return added + lm_times_priced(state, vehicle, working, overtime, 0) +
			       lm_balance_inserted(state, vehicle, working);
		if (!lm_halves_price(state, after, &order, 1, behind, &cost))
			return LM_IMPOSSIBLE;
		working = cost.ends - cost.departs;
		overtime = cost.overtime;
		lateness = cost.lateness;
	}
	return added + lm_times_priced(state, vehicle, working, overtime, lateness) +
	       lm_balance_inserted(state, vehicle, working);
}

LmCost
lm_state_insertion(LmState *state, int32_t order, int32_t after, LmCost bound)
{
	return insertion_price(state, order, after, bound, true);
}

LmCost
lm_state_insertion_least(LmState *state, int32_t order, int32_t after, LmCost bound)
{
	return insertion_price(state, order, after, bound, false);
}
