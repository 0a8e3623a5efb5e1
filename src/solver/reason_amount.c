/*
 * reason_amount.c
 *	  By how much a place breaks the one rule that keeps the order from it.
 */
#include "solver/reason_parts.h"

#include "solver/halves.h"
#include "solver/state_parts.h"

#include <string.h>

/* Fills state->sequence with the route and the order; returns its length. */
static int32_t
sequence_fill(LmState *state, const LmTrial *trial)
{
	int32_t end = lm_state_end(state, trial->vehicle);
	int32_t count = 0;

	for (int32_t node = lm_state_start(state, trial->vehicle); node != end;
	     node = state->nodes[node].next)
	{
		if (node < state->problem->order_count)
			state->sequence[count++] = node;
		if (node == trial->after)
			state->sequence[count++] = trial->order;
	}
	return count;
}

bool
lm_trial_schedule(LmReasons *reasons, const LmTrial *trial, const LmTimeRule *rule,
                  LmScheduleCost *cost)
{
	LmState *state = reasons->state;
	LmHalves *halves = reasons->halves[rule->eased];
	int relax = rule->relax | LM_RELAX_LEG;

	if (halves != NULL)
		return lm_halves_price_eased(halves, state, trial->after, &trial->order, 1,
		                             state->nodes[trial->after].next, relax, cost);
	return lm_schedule_price(state->scheduler, trial->vehicle, state->sequence,
	                         sequence_fill(state, trial), relax | LM_RELAX_LATE, cost);
}

static bool
is_time_rule(LmReasonCode code)
{
	for (int i = 0; i < LM_TIME_RULES; i++)
		if (lm_time_rules[i].code == code)
			return true;
	return false;
}

const LmTimeRule *
lm_time_rule(LmReasonCode code)
{
	int i = 0;

	while (lm_time_rules[i].code != code)
		i++;
	return &lm_time_rules[i];
}

/* ---- which window is missed ---- */

/* When the goods are ready of the trip that row i of a sequence is the first of. */
static LmTime
goods_ready(const LmState *state, const int32_t *sequence, int32_t count, int32_t i)
{
	LmTime ready = -LM_NEVER;

	for (; i < count && state->spots[sequence[i]].kind != LM_RELOAD; i++)
		if (state->spots[sequence[i]].release > ready)
			ready = state->spots[sequence[i]].release;
	return ready;
}

/* Where the time stands after each number of breaks passed; see lm_window_missed. */
static void
clock_set(LmReasons *reasons, const LmVehicle *van, const int32_t *sequence, int32_t count,
          int32_t breaks)
{
	const LmState *state = reasons->state;
	LmTime departs = goods_ready(state, sequence, count, 0);

	if (departs < van->shift_start)
		departs = van->shift_start;
	/* a break that has closed at the departure is passed, too */
	for (int32_t k = 0; k <= breaks; k++)
	{
		const LmBreak *passed = &state->problem->breaks[van->break_first + k - 1];

		reasons->clock[k] = k > 0 && passed->window.close > departs ? passed->window.close
		                                                            : departs;
	}
}

static void
clock_pause(LmReasons *reasons, const LmVehicle *van, int32_t breaks)
{
	for (int32_t k = 0; k < breaks; k++)
	{
		const LmBreak *pause = &reasons->state->problem->breaks[van->break_first + k];
		LmTime starts = reasons->clock[k] > pause->window.open ? reasons->clock[k]
		                                                       : pause->window.open;

		if (starts <= pause->window.close && starts + pause->duration < reasons->clock[k + 1])
			reasons->clock[k + 1] = starts + pause->duration;
	}
}

/* When service starts; after the last window it starts at once, for whoever asks how late that is. */
static LmTime
service_start(const LmReasons *reasons, const LmOrder *order, LmTime ready)
{
	const LmWindow *windows = reasons->state->problem->windows + order->window_first;
	int32_t w = 0;

	while (w < order->window_count - 1 && ready > windows[w].close)
		w++;
	return ready > windows[w].open ? ready : windows[w].open;
}

/* The leg to an order; the time is of those that do not change, the setup included in both. */
typedef struct Way
{
	const LmTravel *changing; /* NULL: time holds at any moment */
	int32_t from;
	int32_t to;
	LmTime time;
	LmTime setup;
} Way;

static LmTime
way_arrive(const Way *way, LmTime departs)
{
	if (way->changing == NULL)
		return departs + way->time;
	return lm_travel_arrive(way->changing, way->from, way->to, departs) + way->setup;
}

/*
 * Drives on to an order and starts its service; a break that has closed by then and was not taken
 * never will be.  Returns the least.
 */
static LmTime
clock_drive(LmReasons *reasons, const LmVehicle *van, int32_t breaks, const Way *way,
            const LmOrder *order)
{
	LmTime least = LM_NEVER;

	for (int32_t k = 0; k <= breaks; k++)
	{
		LmTime *now = &reasons->clock[k];

		if (*now < LM_NEVER)
			*now = service_start(reasons, order, way_arrive(way, *now));
		if (k<breaks && * now> reasons->state->problem->breaks[van->break_first + k].window.close)
			*now = LM_NEVER;
		if (*now < least)
			least = *now;
	}
	return least;
}

/* Waits at a reload for its goods, as long as that lets no break pass.  Returns the least. */
static LmTime
clock_load(LmReasons *reasons, const LmVehicle *van, int32_t breaks, LmTime ready)
{
	LmTime least = LM_NEVER;

	for (int32_t k = 0; k <= breaks; k++)
	{
		LmTime *now = &reasons->clock[k];

		if (*now < ready)
			*now = ready;
		if (k<breaks && * now> reasons->state->problem->breaks[van->break_first + k].window.close)
			*now = LM_NEVER;
		if (*now < least)
			least = *now;
	}
	return least;
}

/* Leaves an order that is served not later than close. */
static void
clock_leave(LmReasons *reasons, const LmOrder *order, LmTime close, int32_t breaks)
{
	for (int32_t k = 0; k <= breaks; k++)
		reasons->clock[k] = reasons->clock[k] > close ? LM_NEVER
		                                              : reasons->clock[k] + order->service;
}

/* The setup of the visit that begins at row i, nothing within one. */
static LmTime
visit_setup(const LmProblem *problem, const LmVehicle *van, const int32_t *sequence, int32_t count,
            int32_t i)
{
	int32_t site = problem->orders[sequence[i]].site;
	LmTime setup = 0;

	if (i > 0 ? problem->orders[sequence[i - 1]].site == site : van->under_way && van->site == site)
		return 0;
	for (; i < count && problem->orders[sequence[i]].site == site; i++)
		if (problem->orders[sequence[i]].setup > setup)
			setup = problem->orders[sequence[i]].setup;
	return setup;
}

/*
 * The first order that is reached too late by every departure, with `breaks` of the vehicle's
 * breaks in force.  Leaving as early as possible is best; only how many breaks are behind the
 * vehicle makes a difference, so the least time is kept for each number.
 */
static void
window_missed(LmReasons *reasons, int32_t vehicle, const int32_t *sequence, int32_t count,
              int32_t breaks, LmReason *reason)
{
	const LmProblem *problem = reasons->state->problem;
	const LmVehicle *van = &problem->vehicles[vehicle];
	const LmTravel *travel = lm_problem_travel(problem, vehicle);
	int32_t place = van->start;

	clock_set(reasons, van, sequence, count, breaks);
	for (int32_t i = 0; i < count; i++)
	{
		const LmOrder *order = &problem->orders[sequence[i]];
		LmTime close = problem->windows[order->window_first + order->window_count - 1].close;
		LmTime setup = visit_setup(problem, van, sequence, count, i);
		LmTime leg = lm_travel_time(travel, place, order->place);
		Way way = {travel->traffic != NULL && leg != LM_NO_LEG ? travel : NULL, place, order->place,
		           (leg == LM_NO_LEG ? 0 : leg) + setup, setup};
		LmTime starts;

		clock_pause(reasons, van, breaks);
		starts = clock_drive(reasons, van, breaks, &way, order);
		if (order->kind == LM_RELOAD)
			starts = clock_load(reasons, van, breaks,
			                    goods_ready(reasons->state, sequence, count, i + 1));
		if (starts >= LM_NEVER)
			return;
		if (starts > close)
		{
			reason->order = sequence[i];
			reason->need = starts;
			reason->limit = close;
			reason->setup = setup;
			return;
		}
		clock_leave(reasons, order, close, breaks);
		place = order->place;
	}
}

void
lm_window_missed(LmReasons *reasons, int32_t vehicle, const int32_t *sequence, int32_t count,
                 LmReason *reason)
{
	int32_t breaks = reasons->state->problem->vehicles[vehicle].break_count;
	LmReason free = {.order = -1};

	window_missed(reasons, vehicle, sequence, count, breaks, reason);
	if (breaks == 0 || reason->order < 0)
		return;
	window_missed(reasons, vehicle, sequence, count, 0, &free);
	reason->paused = free.order != reason->order || free.need < reason->need;
}

/* By how much the first window that an order misses is missed; from what is kept at the node in front. */
static int64_t
window_breach(LmReasons *reasons, const LmTrial *trial, const LmGap *gap)
{
	const LmState *state = reasons->state;
	const LmProblem *problem = state->problem;
	const LmReach *reach = &reasons->reaches[LM_EASED_NONE];
	const LmVehicle *van = &problem->vehicles[trial->vehicle];
	int32_t breaks = van->break_count;
	int32_t node = trial->order;
	Way way = {.time = gap->to};

	memcpy(reasons->clock, reach->leave + (size_t) trial->after * (size_t) reach->width,
	       sizeof(LmTime) * ((size_t) breaks + 1));
	while (node < problem->order_count)
	{
		const LmOrder *order = &problem->orders[node];
		LmTime close = problem->windows[order->window_first + order->window_count - 1].close;
		LmTime starts = clock_drive(reasons, van, breaks, &way, order);

		if (starts > close)
			return starts >= LM_NEVER ? LM_NEVER - 1 : starts - close;
		clock_leave(reasons, order, close, breaks);
		clock_pause(reasons, van, breaks);
		way.time = node == trial->order ? gap->on : lm_halves_leg(state, node);
		node = node == trial->order ? gap->behind : state->nodes[node].next;
	}
	return LM_NEVER - 1;
}

/* The order of the sequence whose goods are ready last. */
static int32_t
latest_released(const LmState *state, const int32_t *sequence, int32_t count)
{
	int32_t latest = sequence[0];

	for (int32_t i = 1; i < count; i++)
		if (state->spots[sequence[i]].release > state->spots[latest].release)
			latest = sequence[i];
	return latest;
}

/* ---- amounts ---- */

LmReason
lm_reason_of(LmReasonCode code, int32_t vehicle, int64_t need, int64_t limit)
{
	LmReason reason = {.code = code, .vehicle = vehicle, .order = -1, .subject = -1};

	reason.need = need;
	reason.limit = limit;
	return reason;
}

int64_t
lm_reason_breach(const LmReason *reason)
{
	if (reason->code == LM_REASON_WINDOW && reason->order < 0)
		return LM_NEVER - 1;
	return reason->need - reason->limit;
}

/* Orders of the vehicle with one more. */
static int64_t
stops_with(const LmState *state, int32_t vehicle)
{
	return (int64_t) state->routes[vehicle].count - state->routes[vehicle].reloads + 1;
}

/* The earliest start of the new order's service is later than its window by this; 0: another's may be. */
static LmTime
own_lateness(const LmReasons *reasons, const LmTrial *trial, const LmGap *gap)
{
	const LmSpot *order = &reasons->state->spots[trial->order];
	const LmSegment *head = &reasons->heads[LM_HEAD_KEPT][trial->after];
	LmTime departs = order->release > head->lo ? order->release : head->lo;
	LmTime ready = departs + head->span + gap->to;

	/* a late departure or a larger setup may make an order before it late, by less */
	return order->odd || departs > head->hi || ready <= order->close ? 0 : ready - order->close;
}

int64_t
lm_trial_bound(const LmReasons *reasons, const LmTrial *trial, LmReasonCode code)
{
	const LmState *state = reasons->state;
	const LmVehicle *van = &state->problem->vehicles[trial->vehicle];
	LmTime release = state->spots[trial->order].release;
	LmGap gap = lm_gap_of(state, trial);
	LmAmount need;
	LmAmount limit;
	LmJoined joined;

	if (lm_goods_wait(state, trial->vehicle) && is_time_rule(code))
		return 0;
	switch (code)
	{
		case LM_REASON_CAPACITY:
			return lm_trial_overfull(state, trial, &need, &limit) >= 0 ? need - limit : LM_NEVER;
		case LM_REASON_STOPS:
			return stops_with(state, trial->vehicle) - van->max_stops;
		case LM_REASON_DISTANCE:
			return lm_gap_length(state, trial, &gap) - van->max_distance;
		case LM_REASON_RANGE:
			return lm_gap_excess(state, trial, &gap);
		case LM_REASON_SHIFT:
			return lm_trial_join(reasons, trial, &gap, LM_HEAD_KEPT, LM_TAIL_NO_SHIFT, &joined)
			           ? joined.ends - lm_vehicle_latest(van)
			           : LM_NEVER;
		case LM_REASON_TIME:
			return lm_trial_join(reasons, trial, &gap, LM_HEAD_KEPT, LM_TAIL_KEPT, &joined)
			           ? joined.working - van->max_time
			           : LM_NEVER;
		case LM_REASON_RELEASE:
			if (state->routes[trial->vehicle].count > 0 &&
			    state->routes[trial->vehicle].release > release)
				release = state->routes[trial->vehicle].release;
			return lm_trial_join(reasons, trial, &gap, LM_HEAD_NO_RELEASE, LM_TAIL_KEPT, &joined)
			           ? release - lm_segment_latest(&joined.head, gap.on,
			                                         &reasons->tails[LM_TAIL_KEPT][gap.behind])
			           : LM_NEVER;
		case LM_REASON_WINDOW:
			return own_lateness(reasons, trial, &gap);
		default:
			return 0;
	}
}

LmReason
lm_times_reason(LmReasons *reasons, int32_t vehicle, int32_t count, const LmScheduleCost *free,
                LmReasonCode code)
{
	LmState *state = reasons->state;
	const LmVehicle *van = &state->problem->vehicles[vehicle];
	LmReason reason = lm_reason_of(code, vehicle, 0, 0);

	switch (code)
	{
		case LM_REASON_SHIFT:
			return lm_reason_of(code, vehicle, free->earliest, lm_vehicle_latest(van));
		case LM_REASON_TIME:
			return lm_reason_of(code, vehicle, free->shortest, van->max_time);
		case LM_REASON_RELEASE:
			reason.order = latest_released(state, state->sequence, count);
			reason.need = state->spots[reason.order].release;
			reason.limit = van->under_way ? van->loaded : free->latest;
			return reason;
		case LM_REASON_WINDOW:
			lm_window_missed(reasons, vehicle, state->sequence, count, &reason);
			return reason;
		default:
			return reason;
	}
}

/* The amounts of the rules of times. */
static LmReason
times_reason(LmReasons *reasons, const LmTrial *trial, LmReasonCode code)
{
	LmScheduleCost free = {0};
	int32_t count = 0;

	if (code == LM_REASON_SHIFT || code == LM_REASON_TIME || code == LM_REASON_RELEASE)
		(void) lm_trial_schedule(reasons, trial, lm_time_rule(code), &free);
	if (code == LM_REASON_RELEASE || code == LM_REASON_WINDOW)
		count = sequence_fill(reasons->state, trial);
	return lm_times_reason(reasons, trial->vehicle, count, &free, code);
}

LmReason
lm_trial_reason(LmReasons *reasons, const LmTrial *trial, LmReasonCode code)
{
	const LmState *state = reasons->state;
	const LmVehicle *van = &state->problem->vehicles[trial->vehicle];
	LmGap gap = lm_gap_of(state, trial);
	LmReason reason = lm_reason_of(code, trial->vehicle, 0, 0);

	switch (code)
	{
		case LM_REASON_CAPACITY:
			reason.dimension = lm_trial_overfull(state, trial, &reason.need, &reason.limit);
			break;
		case LM_REASON_STOPS:
			reason.need = stops_with(state, trial->vehicle);
			reason.limit = van->max_stops;
			break;
		case LM_REASON_DISTANCE:
			reason.need = lm_gap_length(state, trial, &gap);
			reason.limit = van->max_distance;
			break;
		case LM_REASON_RANGE:
			reason.need = van->range + lm_gap_excess(state, trial, &gap);
			reason.limit = van->range;
			break;
		case LM_REASON_UNREACHABLE:
			reason.inbound = gap.in_missing;
			reason.order = gap.in_missing ? trial->after : gap.behind;
			if (reason.order >= state->problem->order_count)
				reason.order = -1;
			break;
		default:
			reason = times_reason(reasons, trial, code);
			break;
	}
	return reason;
}

int64_t
lm_trial_breach(LmReasons *reasons, const LmTrial *trial, LmReasonCode code)
{
	const LmState *state = reasons->state;
	LmGap gap = lm_gap_of(state, trial);
	LmReason reason;

	/* a later departure or a larger setup changes what comes before the order, too */
	if (code == LM_REASON_WINDOW && !state->vans[trial->vehicle].changes &&
	    !lm_goods_wait(state, trial->vehicle) &&
	    state->spots[trial->order].release <= reasons->departs[trial->vehicle] && gap.settled)
		return window_breach(reasons, trial, &gap);
	reason = lm_trial_reason(reasons, trial, code);
	return lm_reason_breach(&reason);
}
