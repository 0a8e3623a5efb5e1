/*
 * reach.c
 *	  Earliest departures from the front, latest arrivals from the back.
 */
#include "solver/reach.h"

#include "solver/halves.h"

bool
lm_reach_take(LmReach *reach, const LmState *state, int relax, LmArena *arena)
{
	const LmProblem *problem = state->problem;
	size_t nodes = (size_t) problem->order_count + 2 * (size_t) problem->vehicle_count;

	reach->relax = relax;
	reach->width = 1;
	if ((relax & LM_RELAX_BREAK) == 0)
		for (int32_t v = 0; v < problem->vehicle_count; v++)
			if (problem->vehicles[v].break_count >= reach->width)
				reach->width = problem->vehicles[v].break_count + 1;
	reach->leave = LM_TAKE(arena, LmTime, nodes * (size_t) reach->width);
	reach->ready = LM_TAKE(arena, LmTime, nodes * (size_t) reach->width);
	return reach->leave != NULL && reach->ready != NULL;
}

static inline int32_t
breaks_of(const LmReach *reach, const LmVehicle *van)
{
	return (reach->relax & LM_RELAX_BREAK) != 0 ? 0 : van->break_count;
}

/* The windows of an order; a reload on a route has one of its own. */
static inline const LmWindow *
windows_of(const LmReach *reach, const LmState *state, int32_t node, LmWindow *own)
{
	const LmOrder *order = &state->problem->orders[node];

	if (order->kind != LM_RELOAD || (reach->relax & LM_RELAX_RELEASE) != 0)
		return state->problem->windows + order->window_first;
	*own = (LmWindow){state->spots[node].open, LM_NEVER};
	return own;
}

/* The earliest start of service for who is ready then, or LM_NEVER. */
static inline LmTime
service_first(const LmReach *reach, const LmState *state, int32_t node, LmTime ready)
{
	const LmOrder *order = &state->problem->orders[node];
	LmWindow own;
	const LmWindow *windows = windows_of(reach, state, node, &own);
	int32_t last = order->window_count - 1;
	int32_t w = 0;

	while (w < last && ready > windows[w].close)
		w++;
	if (ready <= windows[w].open)
		return windows[w].open;
	if (ready >= LM_NEVER)
		return LM_NEVER;
	return ready <= windows[w].close || (reach->relax & LM_RELAX_WINDOW) != 0 ? ready : LM_NEVER;
}

/* The latest start of service for who must start by then, or -LM_NEVER. */
static LmTime
service_last(const LmReach *reach, const LmState *state, int32_t node, LmTime due)
{
	const LmOrder *order = &state->problem->orders[node];
	LmWindow own;
	const LmWindow *windows = windows_of(reach, state, node, &own);
	int32_t w = order->window_count - 1;

	if ((reach->relax & LM_RELAX_WINDOW) != 0 && windows[w].open <= due)
		return due;
	while (w >= 0 && windows[w].open > due)
		w--;
	return w < 0 ? -LM_NEVER : windows[w].close < due ? windows[w].close : due;
}

/* When a break is over that is taken at once, or LM_NEVER. */
static inline LmTime
pause_over(const LmBreak *pause, LmTime now)
{
	LmTime starts = now > pause->window.open ? now : pause->window.open;

	return starts <= pause->window.close ? starts + pause->duration : LM_NEVER;
}

/* ---- filling ---- */

/* Takes breaks at a node wherever that is earlier than to have passed them before. */
static void
pauses_take(LmTime *leave, const LmBreak *breaks, int32_t count)
{
	for (int32_t k = 0; k < count; k++)
	{
		LmTime over = pause_over(&breaks[k], leave[k]);

		if (over < leave[k + 1])
			leave[k + 1] = over;
	}
}

static void
leave_fill(LmReach *reach, const LmState *state, int32_t vehicle)
{
	const LmProblem *problem = state->problem;
	const LmVehicle *van = &problem->vehicles[vehicle];
	const LmTravel *travel = lm_problem_travel(problem, vehicle);
	const LmBreak *breaks = problem->breaks + van->break_first;
	const LmRoute *route = &state->routes[vehicle];
	int32_t count = breaks_of(reach, van);
	int32_t node = lm_state_start(state, vehicle);
	LmTime *leave = reach->leave + (size_t) node * (size_t) reach->width;
	LmTime departs = van->shift_start;

	if ((reach->relax & LM_RELAX_RELEASE) == 0 && route->count > 0 && route->release > departs)
		departs = route->release;
	/* a break that has closed at the departure is passed, too */
	for (int32_t k = 0; k <= count; k++)
		leave[k] = k > 0 && breaks[k - 1].window.close > departs ? breaks[k - 1].window.close
		                                                         : departs;
	pauses_take(leave, breaks, count);
	for (int32_t next = state->nodes[node].next; next < problem->order_count;
	     node = next, next = state->nodes[node].next)
	{
		const LmOrder *order = &problem->orders[next];
		LmTime leg = lm_halves_leg(state, node);
		LmTime *now = reach->leave + (size_t) next * (size_t) reach->width;

		for (int32_t k = 0; k <= count; k++)
		{
			LmTime starts =
				leave[k] >= LM_NEVER
					? LM_NEVER
					: service_first(reach, state, next,
			                        lm_reach_arrive(state, travel, node, next, leg, leave[k]));

			/* a break that has closed by then and was not taken never will be */
			if (starts >= LM_NEVER || (k < count && starts > breaks[k].window.close))
				now[k] = LM_NEVER;
			else
				now[k] = starts + order->service;
		}
		pauses_take(now, breaks, count);
		leave = now;
	}
}

static void
ready_fill(LmReach *reach, const LmState *state, int32_t vehicle)
{
	const LmProblem *problem = state->problem;
	const LmVehicle *van = &problem->vehicles[vehicle];
	const LmTravel *travel = lm_problem_travel(problem, vehicle);
	const LmBreak *breaks = problem->breaks + van->break_first;
	int32_t count = breaks_of(reach, van);
	int32_t node = lm_state_end(state, vehicle);
	LmTime *ready = reach->ready + (size_t) node * (size_t) reach->width;
	LmTime latest = (reach->relax & LM_RELAX_SHIFT) != 0 ? LM_NEVER : state->spots[node].close;

	/* the next break is not needed only if the route is back when its window closes */
	for (int32_t k = 0; k <= count; k++)
		ready[k] = k < count && breaks[k].window.close < latest ? breaks[k].window.close : latest;
	for (int32_t prev = state->nodes[node].prev; prev < problem->order_count;
	     node = prev, prev = state->nodes[node].prev)
	{
		const LmOrder *order = &problem->orders[prev];
		LmTime leg = lm_halves_leg(state, prev);
		LmTime *now = reach->ready + (size_t) prev * (size_t) reach->width;
		LmTime left = -LM_NEVER; /* by when it is left with one break more */

		for (int32_t k = count; k >= 0; k--)
		{
			LmTime due = ready[k] <= -LM_NEVER
			                 ? -LM_NEVER
			                 : lm_reach_depart(state, travel, prev, node, leg, ready[k]);

			if (k < count && left > -LM_NEVER && left - breaks[k].duration >= breaks[k].window.open)
			{
				LmTime pause = left - breaks[k].duration < breaks[k].window.close
				                   ? left - breaks[k].duration
				                   : breaks[k].window.close;

				if (pause > due)
					due = pause;
			}
			left = due;
			now[k] = due <= -LM_NEVER ? -LM_NEVER
			                          : service_last(reach, state, prev, due - order->service);
		}
		ready = now;
	}
}

void
lm_reach_fill(LmReach *reach, const LmState *state, int32_t vehicle)
{
	leave_fill(reach, state, vehicle);
	ready_fill(reach, state, vehicle);
}

/* ---- asking ---- */

bool
lm_reach_fits(const LmReach *reach, const LmState *state, const LmReachTrial *trial)
{
	const LmProblem *problem = state->problem;
	const LmOrder *order = &problem->orders[trial->order];
	const LmVehicle *van = &problem->vehicles[trial->vehicle];
	const LmTravel *travel = lm_problem_travel(problem, trial->vehicle);
	const LmBreak *breaks = problem->breaks + van->break_first;
	const LmTime *leave = reach->leave + (size_t) trial->after * (size_t) reach->width;
	const LmTime *ready = reach->ready + (size_t) trial->behind * (size_t) reach->width;
	int32_t count = breaks_of(reach, van);
	LmTime paused = LM_NEVER; /* after a break at the order */

	for (int32_t k = 0; k <= count; k++)
	{
		LmTime left = LM_NEVER;

		if (leave[k] < LM_NEVER)
		{
			left = service_first(
				reach, state, trial->order,
				lm_reach_arrive(state, travel, trial->after, trial->order, trial->to, leave[k]));
			if (left < LM_NEVER)
				left += order->service;
		}
		if (paused < left)
			left = paused;
		if (left < LM_NEVER && lm_reach_arrive(state, travel, trial->order, trial->behind,
		                                       trial->on, left) <= ready[k])
			return true;
		paused = k < count ? pause_over(&breaks[k], left) : LM_NEVER;
	}
	return false;
}
