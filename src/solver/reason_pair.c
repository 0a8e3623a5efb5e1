/*
 * reason_pair.c
 *	  A shipment at every pair of places of a route: which single rule keeps it from them.
 *
 * The collecting row stands behind a node, the dropping row moves from there to the end of the
 * route; heads with and without a rule move along.
 */
#include "solver/reason_parts.h"

#include "solver/load.h"
#include "solver/state_parts.h"
#include "solver/trips.h"

/* One pair of places. */
typedef struct Pair
{
	LmReasons *reasons;
	const LmTravel *travel;
	int32_t vehicle;
	int32_t collect;
	int32_t drop;
	uint32_t always; /* rules that the vehicle breaks wherever the rows are */
	int32_t after;   /* the collecting row stands behind this node */
	int32_t from;    /* the dropping row behind this one; it may be the collecting row */
	LmLength
		length; /* of the legs up to there, less those of the route that are not driven any more */
	int32_t missing;                /* of these legs */
	int32_t overfull;               /* a dimension in which the goods do not fit, -1: none */
	LmSegment heads[LM_HEAD_FORMS]; /* of the route up to there */
	bool reached[LM_HEAD_FORMS];
} Pair;

static LmLeg
pair_leg(const Pair *pair, int32_t from, int32_t to, int32_t *missing)
{
	LmLeg leg = lm_leg_of(pair->reasons->state, pair->travel, from, to);

	if (leg.time == LM_NO_LEG)
	{
		++*missing;
		leg.length = 0;
		leg.time = lm_leg_setup(pair->reasons->state, from, to);
	}
	return leg;
}

static bool
row_append(const Pair *pair, LmHeadForm form, LmSegment *head, LmTime leg, int32_t order)
{
	const LmSpot *spot = &pair->reasons->state->spots[order];

	return lm_segment_append(head, leg, spot->open,
	                         form == LM_HEAD_NO_WINDOW ? LM_NEVER : spot->close, spot->service);
}

/* Drives on to a row that stays, or to the collecting one. */
static void
pair_drive(Pair *pair, int32_t to)
{
	LmLeg leg = pair_leg(pair, pair->from, to, &pair->missing);

	for (int form = 0; form < LM_HEAD_FORMS; form++)
		pair->reached[form] = pair->reached[form] &&
		                      row_append(pair, (LmHeadForm) form, &pair->heads[form], leg.time, to);
	pair->length += leg.length;
	pair->from = to;
}

static void
goods_load(Pair *pair, int32_t node)
{
	const LmState *state = pair->reasons->state;
	const LmAmount *demand = state->problem->demand +
	                         (size_t) pair->collect * (size_t) state->problem->dimensions;
	int32_t over = lm_load_over(state, pair->vehicle, node, demand);

	/* of several the first */
	if (over >= 0 && (pair->overfull < 0 || over < pair->overfull))
		pair->overfull = over;
}

/* The collecting row behind a node, the dropping row behind it. */
static void
pair_begin(Pair *pair, int32_t after)
{
	const LmState *state = pair->reasons->state;

	pair->after = after;
	pair->from = after;
	pair->length = state->routes[pair->vehicle].count > 0 ? -state->legs[after].length : 0;
	pair->missing = 0;
	pair->overfull = -1;
	for (int form = 0; form < LM_HEAD_FORMS; form++)
	{
		pair->heads[form] = pair->reasons->heads[form][after];
		pair->reached[form] = true;
	}
	if (state->mixed)
		goods_load(pair, after);
	pair_drive(pair, pair->collect);
}

static int32_t
pair_behind(const Pair *pair)
{
	return pair->reasons->state->nodes[pair->from == pair->collect ? pair->after : pair->from].next;
}

/* The dropping row one row further; false behind the last. */
static bool
pair_next(Pair *pair)
{
	const LmState *state = pair->reasons->state;
	int32_t next = pair_behind(pair);

	if (next >= state->problem->order_count)
		return false;
	pair_drive(pair, next);
	pair->length -= state->legs[next].length;
	if (state->mixed)
		goods_load(pair, next);
	return true;
}

/* Fills state->sequence with the route and both rows; returns its length. */
static int32_t
sequence_fill(const Pair *pair)
{
	LmState *state = pair->reasons->state;
	int32_t end = lm_state_end(state, pair->vehicle);
	int32_t count = 0;

	for (int32_t node = lm_state_start(state, pair->vehicle); node != end;
	     node = state->nodes[node].next)
	{
		if (node < state->problem->order_count)
			state->sequence[count++] = node;
		if (node == pair->after)
			state->sequence[count++] = pair->collect;
		if (node == (pair->from == pair->collect ? pair->after : pair->from))
			state->sequence[count++] = pair->drop;
	}
	return count;
}

static bool
pair_schedule(const Pair *pair, const LmTimeRule *rule, LmScheduleCost *cost)
{
	LmState *state = pair->reasons->state;

	return lm_schedule_price(state->scheduler, pair->vehicle, state->sequence, sequence_fill(pair),
	                         rule->relax | LM_RELAX_LEG, cost);
}

/* Whether some schedule keeps all rules of times but one. */
static bool
times_kept(const Pair *pair, const LmTimeRule *rule)
{
	const LmState *state = pair->reasons->state;
	const LmVan *van = &state->vans[pair->vehicle];
	LmSegment head = pair->heads[rule->head];
	int32_t behind = pair_behind(pair);
	int32_t missing = 0;
	LmTime working;
	LmTime ends;
	LmScheduleCost cost;

	if (lm_goods_wait(state, pair->vehicle))
		return pair_schedule(pair, rule, &cost);
	if (!pair->reached[rule->head] ||
	    !row_append(pair, rule->head, &head, pair_leg(pair, pair->from, pair->drop, &missing).time,
	                pair->drop) ||
	    !lm_segment_join(&head, pair_leg(pair, pair->drop, behind, &missing).time,
	                     &pair->reasons->tails[rule->tail][behind], &working, &ends) ||
	    (rule->code != LM_REASON_TIME && working > van->max_time))
		return false;
	/* segments know of no break, and are bounds only where times change or orders are odd */
	if (!state->spots[pair->collect].odd && !state->spots[pair->drop].odd &&
	    state->routes[pair->vehicle].odd_count == 0 && !van->changes &&
	    (!van->has_breaks || rule->code == LM_REASON_BREAK))
		return true;
	return pair_schedule(pair, rule, &cost);
}

static LmLength
pair_length(const Pair *pair, int32_t *missing)
{
	LmLength length = pair->reasons->state->routes[pair->vehicle].length + pair->length;

	length += pair_leg(pair, pair->from, pair->drop, missing).length;
	return length + pair_leg(pair, pair->drop, pair_behind(pair), missing).length;
}

/* Length of the longest trip of the route with both rows; missing legs have none. */
static LmLength
longest_trip(const Pair *pair)
{
	LmState *state = pair->reasons->state;
	int32_t count = sequence_fill(pair);
	LmLength length = state->problem->vehicles[pair->vehicle].ranged;
	LmLength longest = length;

	for (int32_t i = 0; i <= count; i++)
	{
		int32_t from = i == 0 ? lm_state_start(state, pair->vehicle) : state->sequence[i - 1];
		int32_t to = i == count ? lm_state_end(state, pair->vehicle) : state->sequence[i];
		int32_t missing = 0;

		if (lm_is_reload(state, from))
			length = 0;
		length += pair_leg(pair, from, to, &missing).length;
		if (length > longest)
			longest = length;
	}
	return longest;
}

/* Of the wanted rules those each of which, left out alone, makes the pair of places feasible. */
static uint32_t
pair_rules(const Pair *pair, uint32_t wanted)
{
	const LmState *state = pair->reasons->state;
	LmTrial trial = {.order = pair->collect, .vehicle = pair->vehicle};
	int32_t missing = pair->missing;
	uint32_t limits = pair->always;
	uint32_t rules = 0;

	if (pair_length(pair, &missing) > state->problem->vehicles[pair->vehicle].max_distance)
		limits |= LM_RULE(LM_REASON_DISTANCE);
	if (missing > 0)
		limits |= LM_RULE(LM_REASON_UNREACHABLE);
	if (state->vans[pair->vehicle].range < LM_NEVER &&
	    longest_trip(pair) > state->vans[pair->vehicle].range)
		limits |= LM_RULE(LM_REASON_RANGE);
	if (pair->overfull >= 0)
		limits |= LM_RULE(LM_REASON_CAPACITY);
	if ((limits & (limits - 1)) != 0)
		return 0;
	if (limits != 0)
		return (limits & wanted) != 0 && times_kept(pair, &lm_all_kept) ? limits : 0;
	for (int i = 0; i < LM_TIME_RULES; i++)
		if ((wanted & LM_RULE(lm_time_rules[i].code)) != 0 &&
		    lm_rule_applies(state, &trial, lm_time_rules[i].code) &&
		    times_kept(pair, &lm_time_rules[i]))
			rules |= LM_RULE(lm_time_rules[i].code);
	return rules;
}

static Pair
pair_of(LmReasons *reasons, const LmWay *way, int32_t vehicle)
{
	const LmState *state = reasons->state;
	const LmProblem *problem = state->problem;
	Pair pair = {.reasons = reasons,
	             .travel = lm_problem_travel(problem, vehicle),
	             .vehicle = vehicle,
	             .collect = way->orders[0],
	             .drop = way->orders[1]};

	for (int i = 0; i < 2; i++)
	{
		if (!lm_problem_welcome(problem, way->orders[i], vehicle))
			pair.always |= LM_RULE(LM_REASON_VEHICLE_REFUSED);
		if (!lm_problem_skilled(problem, way->orders[i], vehicle))
			pair.always |= LM_RULE(LM_REASON_SKILL);
	}
	if (state->routes[vehicle].count - state->routes[vehicle].reloads + 2 >
	    problem->vehicles[vehicle].max_stops)
		pair.always |= LM_RULE(LM_REASON_STOPS);
	return pair;
}

uint32_t
lm_pair_rules(LmReasons *reasons, const LmWay *way, int32_t vehicle)
{
	const LmState *state = reasons->state;
	Pair pair = pair_of(reasons, way, vehicle);
	int32_t end = lm_state_end(state, vehicle);
	uint32_t rules = 0;

	if ((pair.always & (pair.always - 1)) != 0)
		return 0;
	for (int32_t node = lm_state_start(state, vehicle);
	     node != end && !lm_scheduler_stopped(state->scheduler); node = state->nodes[node].next)
	{
		pair_begin(&pair, node);
		do
		{
			lm_scheduler_tick(state->scheduler);
			rules |= pair_rules(&pair, ~rules);
		} while (pair_next(&pair));
		if (pair.always != 0 && rules != 0)
			break;
	}
	return rules;
}

/* The missing leg that comes first. */
static void
missing_name(const Pair *pair, LmReason *reason)
{
	LmState *state = pair->reasons->state;
	int32_t count = sequence_fill(pair);

	for (int32_t i = 0; i <= count; i++)
	{
		int32_t from = i == 0 ? lm_state_start(state, pair->vehicle) : state->sequence[i - 1];
		int32_t to = i == count ? lm_state_end(state, pair->vehicle) : state->sequence[i];
		int32_t missing = 0;

		(void) pair_leg(pair, from, to, &missing);
		if (missing == 0)
			continue;
		reason->inbound = to == pair->collect || to == pair->drop;
		reason->subject = reason->inbound ? to : from;
		reason->order = reason->inbound ? from : to;
		if (reason->order >= state->problem->order_count)
			reason->order = -1;
		return;
	}
}

/* What is on board at the most, with the goods, in the dimension in which they do not fit. */
static void
load_name(const Pair *pair, LmReason *reason)
{
	const LmState *state = pair->reasons->state;
	size_t dims = (size_t) state->problem->dimensions;
	size_t d = (size_t) pair->overfull;
	int32_t last = pair->from == pair->collect ? pair->after : pair->from;
	LmAmount most = 0;

	for (int32_t node = pair->after;; node = state->nodes[node].next)
	{
		if (state->aboard[(size_t) node * dims + d] > most)
			most = state->aboard[(size_t) node * dims + d];
		if (node == last)
			break;
	}
	reason->dimension = pair->overfull;
	reason->need = most + state->problem->demand[(size_t) pair->collect * dims + d];
	reason->limit = state->problem->capacity[(size_t) pair->vehicle * dims + d];
}

static LmReason
pair_reason(const Pair *pair, LmReasonCode code)
{
	LmState *state = pair->reasons->state;
	const LmVehicle *van = &state->problem->vehicles[pair->vehicle];
	LmReason reason = lm_reason_of(code, pair->vehicle, 0, 0);
	LmScheduleCost free = {0};
	int32_t missing = 0;

	switch (code)
	{
		case LM_REASON_CAPACITY:
			load_name(pair, &reason);
			return reason;
		case LM_REASON_STOPS:
			reason.need = (int64_t) state->routes[pair->vehicle].count -
			              state->routes[pair->vehicle].reloads + 2;
			reason.limit = van->max_stops;
			return reason;
		case LM_REASON_DISTANCE:
			reason.need = pair_length(pair, &missing);
			reason.limit = van->max_distance;
			return reason;
		case LM_REASON_RANGE:
			reason.need = longest_trip(pair);
			reason.limit = van->range;
			return reason;
		case LM_REASON_UNREACHABLE:
			missing_name(pair, &reason);
			return reason;
		case LM_REASON_SKILL:
			reason.subject = lm_problem_skilled(state->problem, pair->collect, pair->vehicle)
			                     ? pair->drop
			                     : pair->collect;
			return reason;
		case LM_REASON_SHIFT:
		case LM_REASON_TIME:
		case LM_REASON_RELEASE:
			(void) pair_schedule(pair, lm_time_rule(code), &free);
			break;
		default:
			break;
	}
	return lm_times_reason(pair->reasons, pair->vehicle, sequence_fill(pair), &free, code);
}

int64_t
lm_pair_breach(LmReasons *reasons, const LmWay *way, int32_t vehicle, LmReasonCode code,
               int64_t least, LmReason *best)
{
	const LmState *state = reasons->state;
	Pair pair = pair_of(reasons, way, vehicle);
	int32_t end = lm_state_end(state, vehicle);

	for (int32_t node = lm_state_start(state, vehicle);
	     node != end && !lm_scheduler_stopped(state->scheduler); node = state->nodes[node].next)
	{
		pair_begin(&pair, node);
		do
		{
			LmReason reason;

			lm_scheduler_tick(state->scheduler);
			if (pair_rules(&pair, LM_RULE(code)) == 0)
				continue;
			reason = pair_reason(&pair, code);
			if (lm_reason_breach(&reason) >= least)
				continue;
			least = lm_reason_breach(&reason);
			*best = reason;
		} while (pair_next(&pair));
	}
	return least;
}
