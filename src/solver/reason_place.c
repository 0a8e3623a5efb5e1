/*
 * reason_place.c
 *	  One place of the plan: which single rule keeps the order from it, and by how much.
 */
#include "solver/reason_parts.h"

#include "solver/state_parts.h"

const LmTimeRule lm_time_rules[LM_TIME_RULES] = {
	{LM_REASON_RELEASE, LM_RELAX_RELEASE, LM_HEAD_NO_RELEASE, LM_TAIL_KEPT},
	{LM_REASON_WINDOW, LM_RELAX_WINDOW, LM_HEAD_NO_WINDOW, LM_TAIL_NO_WINDOW},
	{LM_REASON_SHIFT, LM_RELAX_SHIFT, LM_HEAD_KEPT, LM_TAIL_NO_SHIFT},
	{LM_REASON_BREAK, LM_RELAX_BREAK, LM_HEAD_KEPT, LM_TAIL_KEPT},
	{LM_REASON_TIME, LM_RELAX_TIME, LM_HEAD_KEPT, LM_TAIL_KEPT},
};

/* What a place is like whatever the times are. */
typedef struct Gap
{
	int32_t behind;
	LmTime to; /* the legs, setup included; a missing one takes no time */
	LmTime on;
	bool in_missing;
	bool out_missing;
} Gap;

static Gap
gap_of(const LmState *state, const LmTrial *trial)
{
	int32_t travel = state->problem->vehicles[trial->vehicle].travel;
	const LmTravel *table = &state->problem->travels[travel];
	Gap gap = {.behind = state->nodes[trial->after].next};
	int32_t next_place = state->nodes[gap.behind].place;
	size_t row = (size_t) state->nodes[trial->order].place * (size_t) table->places;

	gap.to = state->time_back[travel][row + (size_t) state->nodes[trial->after].place];
	gap.on = next_place == LM_NOWHERE ? 0 : table->time[row + (size_t) next_place];
	gap.in_missing = gap.to == LM_NO_LEG;
	gap.out_missing = gap.on == LM_NO_LEG;
	gap.to = (gap.in_missing ? 0 : gap.to) + lm_leg_setup(state, trial->after, trial->order);
	gap.on = (gap.out_missing ? 0 : gap.on) + lm_leg_setup(state, trial->order, gap.behind);
	return gap;
}

/* Length of the route with the order; a missing leg has none. */
static LmLength
gap_length(const LmState *state, const LmTrial *trial, const Gap *gap)
{
	const LmTravel *travel = lm_problem_travel(state->problem, trial->vehicle);
	const LmRoute *route = &state->routes[trial->vehicle];
	LmLength length = route->length;

	if (!gap->in_missing)
		length += lm_leg_of(state, travel, trial->after, trial->order).length;
	if (!gap->out_missing)
		length += lm_leg_of(state, travel, trial->order, gap->behind).length;
	if (route->count > 0)
		length -= state->legs[trial->after].length;
	return length;
}

/* ---- rules without times ---- */

/* The dimension in which the order does not fit behind a node, or -1. */
static int32_t
overfull(const LmState *state, const LmTrial *trial, LmAmount *need, LmAmount *limit)
{
	const LmProblem *problem = state->problem;
	size_t dims = (size_t) problem->dimensions;
	const LmAmount *carried = !state->mixed ? state->load + (size_t) trial->vehicle * dims
	                          : state->spots[trial->order].pickup
	                              ? state->peak_after + (size_t) trial->after * dims
	                              : state->peak_before + (size_t) trial->after * dims;

	for (int32_t d = 0; d < problem->dimensions; d++)
	{
		*need = carried[d] + problem->demand[(size_t) trial->order * dims + (size_t) d];
		*limit = problem->capacity[(size_t) trial->vehicle * dims + (size_t) d];
		if (*need > *limit)
			return d;
	}
	return -1;
}

static uint32_t
limits_broken(const LmState *state, const LmTrial *trial, const Gap *gap)
{
	LmLength most = state->problem->vehicles[trial->vehicle].max_distance;
	LmAmount need;
	LmAmount limit;
	uint32_t rules = lm_trial_vehicle_rules(state, trial);

	if (gap->in_missing || gap->out_missing)
		rules |= LM_RULE(LM_REASON_UNREACHABLE);
	if (state->mixed && overfull(state, trial, &need, &limit) >= 0)
		rules |= LM_RULE(LM_REASON_CAPACITY);
	if (most < LM_NEVER && gap_length(state, trial, gap) > most)
		rules |= LM_RULE(LM_REASON_DISTANCE);
	return rules;
}

uint32_t
lm_trial_vehicle_rules(const LmState *state, const LmTrial *trial)
{
	const LmVehicle *van = &state->problem->vehicles[trial->vehicle];
	LmAmount need;
	LmAmount limit;
	uint32_t rules = 0;

	if (!lm_problem_welcome(state->problem, trial->order, trial->vehicle))
		rules |= LM_RULE(LM_REASON_VEHICLE_REFUSED);
	if (!lm_problem_skilled(state->problem, trial->order, trial->vehicle))
		rules |= LM_RULE(LM_REASON_SKILL);
	if (state->routes[trial->vehicle].count >= van->max_stops)
		rules |= LM_RULE(LM_REASON_STOPS);
	/* where nothing is picked up as well as delivered, the load is the same at all places */
	if (!state->mixed && overfull(state, trial, &need, &limit) >= 0)
		rules |= LM_RULE(LM_REASON_CAPACITY);
	return rules;
}

/* ---- rules of times ---- */

static LmTime
vehicle_latest(const LmVehicle *van)
{
	return van->shift_end >= LM_NEVER ? LM_NEVER : van->shift_end + van->overtime;
}

/* The pieces of a route joined with the order between. */
typedef struct Joined
{
	LmSegment head; /* up to the order */
	LmTime working;
	LmTime ends;
} Joined;

static bool
pieces_join(const LmReasons *reasons, const LmTrial *trial, const Gap *gap, LmHeadForm head_form,
            LmTailForm tail_form, Joined *joined)
{
	const LmSpot *order = &reasons->state->spots[trial->order];
	LmTime close = head_form == LM_HEAD_NO_WINDOW ? LM_NEVER : order->close;

	joined->head = reasons->heads[head_form][trial->after];
	if (head_form != LM_HEAD_NO_RELEASE && order->release > joined->head.lo)
	{
		if (order->release > joined->head.hi)
			return false;
		joined->head.lo = order->release;
	}
	return lm_segment_append(&joined->head, gap->to, order->open, close, order->service) &&
	       lm_segment_join(&joined->head, gap->on, &reasons->tails[tail_form][gap->behind],
	                       &joined->working, &joined->ends);
}

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

static bool
schedule_make(LmReasons *reasons, const LmTrial *trial, int relax, LmScheduleCost *cost)
{
	LmState *state = reasons->state;
	int32_t count = sequence_fill(state, trial);

	return lm_schedule_price(state->scheduler, trial->vehicle, state->sequence, count,
	                         relax | LM_RELAX_LEG, cost);
}

/* Whether the breaks that are required in any case leave time; rule as in times_kept. */
static bool
breaks_fit(const LmReasons *reasons, const LmTrial *trial, const Gap *gap, const LmTimeRule *rule,
           const Joined *joined)
{
	const LmState *state = reasons->state;
	const LmVehicle *van = &state->problem->vehicles[trial->vehicle];
	LmReasonCode code = rule == NULL ? LM_REASON_NONE : rule->code;
	LmHeadForm head = rule == NULL ? LM_HEAD_KEPT : rule->head;
	LmTailForm tail = rule == NULL ? LM_TAIL_KEPT : rule->tail;
	LmTime busy = gap->to + gap->on + state->spots[trial->order].service;
	LmTime departs = reasons->heads[head][lm_state_start(state, trial->vehicle)].lo;

	if (code == LM_REASON_BREAK || code == LM_REASON_SHIFT)
		return true;
	if (state->routes[trial->vehicle].count > 0)
		busy += state->routes[trial->vehicle].busy - state->legs[trial->after].time;
	busy += lm_breaks_required(
		state->problem, van, joined->ends,
		lm_segment_latest(&joined->head, gap->on, &reasons->tails[tail][gap->behind]));
	return (code == LM_REASON_TIME || busy <= van->max_time) &&
	       departs + busy <= vehicle_latest(van);
}

/* Whether some schedule keeps all rules of times, or (rule not NULL) all but one. */
static bool
times_kept(LmReasons *reasons, const LmTrial *trial, const Gap *gap, const LmTimeRule *rule)
{
	const LmState *state = reasons->state;
	LmTime longest = state->problem->vehicles[trial->vehicle].max_time;
	bool odd = state->spots[trial->order].odd || state->routes[trial->vehicle].odd_count > 0;
	bool paused = state->vans[trial->vehicle].has_breaks;
	LmScheduleCost cost;
	Joined joined;

	if (!pieces_join(reasons, trial, gap, rule == NULL ? LM_HEAD_KEPT : rule->head,
	                 rule == NULL ? LM_TAIL_KEPT : rule->tail, &joined))
		return false;
	if (joined.working > longest && (rule == NULL || rule->code != LM_REASON_TIME))
		return false;
	/* segments know of no break */
	if (!odd && (!paused || (rule != NULL && rule->code == LM_REASON_BREAK)))
		return true;
	if (paused && !breaks_fit(reasons, trial, gap, rule, &joined))
		return false;
	return schedule_make(reasons, trial, rule == NULL ? LM_RELAX_NONE : rule->relax, &cost);
}

/* Whether the vehicle has the rule at all. */
static bool
rule_applies(const LmState *state, const LmTrial *trial, LmReasonCode code)
{
	const LmVehicle *van = &state->problem->vehicles[trial->vehicle];

	switch (code)
	{
		case LM_REASON_RELEASE:
			return state->spots[trial->order].release > van->shift_start ||
			       state->routes[trial->vehicle].release > van->shift_start;
		case LM_REASON_SHIFT:
			return van->shift_end < LM_NEVER;
		case LM_REASON_BREAK:
			return van->break_count > 0;
		case LM_REASON_TIME:
			return van->max_time < LM_NEVER;
		default:
			return true;
	}
}

uint32_t
lm_trial_rules(LmReasons *reasons, const LmTrial *trial, uint32_t wanted)
{
	Gap gap = gap_of(reasons->state, trial);
	uint32_t limits = limits_broken(reasons->state, trial, &gap);
	uint32_t rules = 0;

	if ((limits & (limits - 1)) != 0)
		return 0;
	if (limits != 0)
		return (limits & wanted) != 0 && times_kept(reasons, trial, &gap, NULL) ? limits : 0;
	for (int i = 0; i < LM_TIME_RULES; i++)
		if ((wanted & LM_RULE(lm_time_rules[i].code)) != 0 &&
		    rule_applies(reasons->state, trial, lm_time_rules[i].code) &&
		    times_kept(reasons, trial, &gap, &lm_time_rules[i]))
			rules |= LM_RULE(lm_time_rules[i].code);
	return rules;
}

/* ---- amounts ---- */

/* Where the time stands after each number of breaks passed; see lm_window_missed. */
static void
clock_set(LmReasons *reasons, const LmVehicle *van, const int32_t *sequence, int32_t count,
          int32_t breaks)
{
	const LmState *state = reasons->state;
	LmTime departs = van->shift_start;

	for (int32_t i = 0; i < count; i++)
		if (state->spots[sequence[i]].release > departs)
			departs = state->spots[sequence[i]].release;
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

/*
 * Drives on to an order and starts its service; a break that has closed by then and was not taken
 * never will be.  Returns the least.
 */
static LmTime
clock_drive(LmReasons *reasons, const LmVehicle *van, int32_t breaks, LmTime leg,
            const LmOrder *order)
{
	LmTime least = LM_NEVER;

	for (int32_t k = 0; k <= breaks; k++)
	{
		LmTime *now = &reasons->clock[k];

		if (*now < LM_NEVER)
			*now = service_start(reasons, order, *now + leg);
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
visit_setup(const LmProblem *problem, const int32_t *sequence, int32_t count, int32_t i)
{
	int32_t site = problem->orders[sequence[i]].site;
	LmTime setup = 0;

	if (i > 0 && problem->orders[sequence[i - 1]].site == site)
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
		LmTime setup = visit_setup(problem, sequence, count, i);
		LmTime leg = lm_travel_time(travel, place, order->place);
		LmTime starts;

		clock_pause(reasons, van, breaks);
		starts = clock_drive(reasons, van, breaks, (leg == LM_NO_LEG ? 0 : leg) + setup, order);
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

LmReason
lm_reason_of(LmReasonCode code, int32_t vehicle, int64_t need, int64_t limit)
{
	LmReason reason = {.code = code, .vehicle = vehicle, .order = -1};

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

/* The earliest start of the new order's service is later than its window by this; 0: another's may be. */
static LmTime
own_lateness(const LmReasons *reasons, const LmTrial *trial, const Gap *gap)
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
	Gap gap = gap_of(state, trial);
	LmAmount need;
	LmAmount limit;
	Joined joined;

	switch (code)
	{
		case LM_REASON_CAPACITY:
			return overfull(state, trial, &need, &limit) >= 0 ? need - limit : LM_NEVER;
		case LM_REASON_STOPS:
			return (int64_t) state->routes[trial->vehicle].count + 1 - van->max_stops;
		case LM_REASON_DISTANCE:
			return gap_length(state, trial, &gap) - van->max_distance;
		case LM_REASON_SHIFT:
			return pieces_join(reasons, trial, &gap, LM_HEAD_KEPT, LM_TAIL_NO_SHIFT, &joined)
			           ? joined.ends - vehicle_latest(van)
			           : LM_NEVER;
		case LM_REASON_TIME:
			return pieces_join(reasons, trial, &gap, LM_HEAD_KEPT, LM_TAIL_KEPT, &joined)
			           ? joined.working - van->max_time
			           : LM_NEVER;
		case LM_REASON_RELEASE:
			if (state->routes[trial->vehicle].count > 0 &&
			    state->routes[trial->vehicle].release > release)
				release = state->routes[trial->vehicle].release;
			return pieces_join(reasons, trial, &gap, LM_HEAD_NO_RELEASE, LM_TAIL_KEPT, &joined)
			           ? release - lm_segment_latest(&joined.head, gap.on,
			                                         &reasons->tails[LM_TAIL_KEPT][gap.behind])
			           : LM_NEVER;
		case LM_REASON_WINDOW:
			return own_lateness(reasons, trial, &gap);
		default:
			return 0;
	}
}

/* The amounts of the rules of times. */
static LmReason
times_reason(LmReasons *reasons, const LmTrial *trial, LmReasonCode code)
{
	LmState *state = reasons->state;
	const LmVehicle *van = &state->problem->vehicles[trial->vehicle];
	LmReason reason = lm_reason_of(code, trial->vehicle, 0, 0);
	LmScheduleCost free = {0};
	int32_t count;

	switch (code)
	{
		case LM_REASON_SHIFT:
			(void) schedule_make(reasons, trial, LM_RELAX_SHIFT, &free);
			return lm_reason_of(code, trial->vehicle, free.earliest, vehicle_latest(van));
		case LM_REASON_TIME:
			(void) schedule_make(reasons, trial, LM_RELAX_TIME, &free);
			return lm_reason_of(code, trial->vehicle, free.shortest, van->max_time);
		case LM_REASON_RELEASE:
			(void) schedule_make(reasons, trial, LM_RELAX_RELEASE, &free);
			count = sequence_fill(state, trial);
			reason.order = latest_released(state, state->sequence, count);
			reason.need = state->spots[reason.order].release;
			reason.limit = free.latest;
			return reason;
		case LM_REASON_WINDOW:
			count = sequence_fill(state, trial);
			lm_window_missed(reasons, trial->vehicle, state->sequence, count, &reason);
			return reason;
		default:
			return reason;
	}
}

LmReason
lm_trial_reason(LmReasons *reasons, const LmTrial *trial, LmReasonCode code)
{
	const LmState *state = reasons->state;
	const LmVehicle *van = &state->problem->vehicles[trial->vehicle];
	Gap gap = gap_of(state, trial);
	LmReason reason = lm_reason_of(code, trial->vehicle, 0, 0);

	switch (code)
	{
		case LM_REASON_CAPACITY:
			reason.dimension = overfull(state, trial, &reason.need, &reason.limit);
			break;
		case LM_REASON_STOPS:
			reason.need = (int64_t) state->routes[trial->vehicle].count + 1;
			reason.limit = van->max_stops;
			break;
		case LM_REASON_DISTANCE:
			reason.need = gap_length(state, trial, &gap);
			reason.limit = van->max_distance;
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
