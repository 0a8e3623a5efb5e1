/*
 * reason_brute.h
 *	  Why an order is not served, by check's judge at every place under every rule left out.
 *
 * Computes the whole reason of doc/reference.md, "Why an order is not served",
 * from the returned plan.  Shares no line with src/solver: routes are judged by
 * src/check, amounts are found by bisection on the limit they stand for.
 *
 * Layer   test: C11 and model only.
 */
#ifndef LM_TEST_REASON_BRUTE_H
#define LM_TEST_REASON_BRUTE_H

#include "check/judge.h"

#include "heap.h"

#include <stdlib.h>
#include <string.h>

#define BRUTE_MOST 64 /* orders of a problem */
#define BRUTE_WAYS 16 /* to serve a unit */

/* In the order of precedence; the last three are named only where none of the others is. */
static const LmReasonCode brute_named[] = {
	LM_REASON_RELEASE,  LM_REASON_WINDOW,      LM_REASON_SHIFT, LM_REASON_BREAK,
	LM_REASON_TIME,     LM_REASON_DISTANCE,    LM_REASON_RANGE, LM_REASON_STOPS,
	LM_REASON_CAPACITY, LM_REASON_UNREACHABLE, LM_REASON_SKILL, LM_REASON_VEHICLE_REFUSED};
#define BRUTE_NAMED 12
#define BRUTE_COUNTED 9
#define BRUTE_TIMES 5 /* the first of them are rules of times */

#define BRUTE_BIT(code) (1u << (code))
#define BRUTE_ALL_TIMES                                                                        \
	(BRUTE_BIT(LM_REASON_RELEASE) | BRUTE_BIT(LM_REASON_WINDOW) | BRUTE_BIT(LM_REASON_SHIFT) | \
	 BRUTE_BIT(LM_REASON_BREAK) | BRUTE_BIT(LM_REASON_TIME))

/* A copy of a problem with rules of times left out, and with limits to try. */
typedef struct Eased
{
	LmProblem problem;
	LmOrder *orders;
	LmWindow *windows;
	LmVehicle *vehicles;
} Eased;

typedef struct Brute
{
	const LmProblem *problem;
	const LmPlan *plan;
	int32_t order;               /* or the first of its unit */
	int32_t ways[BRUTE_WAYS][2]; /* [way_count] one order, or both rows of a shipment (else -1) */
	int32_t way_count;
	int32_t way;                   /* that is looked at, */
	int32_t route[BRUTE_MOST + 2]; /* on this route */
	int32_t count;
} Brute;

/* What the judge says of the route under the copy. */
typedef struct Verdict
{
	bool timed;      /* some schedule keeps all rules of times */
	unsigned broken; /* rules without times */
	LmTime departs;
	LmTime ends;
	LmLength length;
	LmLength trip;     /* the longest: as no other breaks the range, that with the order */
	int32_t dimension; /* the first that is overfull, or -1 */
	LmAmount most;     /* on board in it */
} Verdict;

static inline void *
brute_copy(const void *array, size_t count, size_t size)
{
	void *copy = malloc(count * size + 1);

	if (copy == NULL)
		abort();
	memcpy(copy, array, count * size);
	return copy;
}

static inline int32_t
brute_window_count(const LmProblem *problem)
{
	int32_t count = 0;

	for (int32_t i = 0; i < problem->order_count; i++)
		if (problem->orders[i].window_first + problem->orders[i].window_count > count)
			count = problem->orders[i].window_first + problem->orders[i].window_count;
	return count;
}

/* eased_new - the problem without some rules of times; eased_drop gives it back */
static inline Eased
eased_new(const LmProblem *problem, unsigned without)
{
	Eased eased = {.problem = *problem};

	eased.orders = brute_copy(problem->orders, (size_t) problem->order_count, sizeof(LmOrder));
	eased.windows = brute_copy(problem->windows, (size_t) brute_window_count(problem),
	                           sizeof(LmWindow));
	eased.vehicles = brute_copy(problem->vehicles, (size_t) problem->vehicle_count,
	                            sizeof(LmVehicle));
	eased.problem.orders = eased.orders;
	eased.problem.windows = eased.windows;
	eased.problem.vehicles = eased.vehicles;
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		LmOrder *order = &eased.orders[i];

		if (without & BRUTE_BIT(LM_REASON_RELEASE))
			order->release = -LM_NEVER;
		if (without & BRUTE_BIT(LM_REASON_WINDOW))
			eased.windows[order->window_first + order->window_count - 1].close = LM_NEVER;
	}
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		LmVehicle *vehicle = &eased.vehicles[v];

		if (without & BRUTE_BIT(LM_REASON_SHIFT))
			vehicle->shift_end = LM_NEVER;
		if (without & BRUTE_BIT(LM_REASON_BREAK))
			vehicle->break_count = 0;
		if (without & BRUTE_BIT(LM_REASON_TIME))
			vehicle->max_time = LM_NEVER;
	}
	return eased;
}

static inline void
eased_drop(Eased *eased)
{
	free(eased->orders);
	free(eased->windows);
	free(eased->vehicles);
}

static inline Verdict
brute_judge(const LmProblem *problem, int32_t vehicle, const int32_t *route, int32_t count)
{
	int32_t items[BRUTE_MOST];
	LmJudgeRoute asked = {.vehicle = vehicle, .items = items, .count = count};
	Verdict verdict = {.dimension = -1};
	int32_t dims = problem->dimensions;
	LmLength trip = 0;
	LmJudgement judgement;
	LmArena arena;

	for (int32_t i = 0; i < count; i++)
		items[i] = problem->orders[route[i]].kind == LM_RELOAD ? LM_JUDGE_RELOAD : route[i];
	lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
	if (lm_judge_route(problem, &asked, &arena, &judgement) != LM_JUDGE_OK)
		abort();
	verdict.timed = judgement.feasible;
	verdict.departs = judgement.timetable.departs;
	verdict.ends = judgement.timetable.ends;
	verdict.length = judgement.timetable.length;
	for (int32_t row = 1; row < judgement.timetable.count; row++)
	{
		const LmStop *stop = &judgement.timetable.stops[row];

		trip += stop->length;
		verdict.trip = trip > verdict.trip ? trip : verdict.trip;
		if (stop->kind == LM_STOP_RELOAD)
			trip = 0;
	}
	for (int32_t i = 0; i < judgement.violation_count; i++)
		verdict.broken |= BRUTE_BIT(judgement.violations[i].code);
	verdict.broken &= ~BRUTE_ALL_TIMES;
	for (int32_t d = 0; d < dims && verdict.dimension < 0; d++)
	{
		verdict.most = 0;
		for (int32_t row = 0; row < judgement.timetable.count; row++)
			if (judgement.load[row * dims + d] > verdict.most)
				verdict.most = judgement.load[row * dims + d];
		if (verdict.most > problem->capacity[vehicle * dims + d])
			verdict.dimension = d;
	}
	lm_arena_drop(&arena);
	return verdict;
}

static inline bool
brute_timed(const LmProblem *problem, int32_t vehicle, const int32_t *route, int32_t count,
            unsigned without)
{
	Eased eased = eased_new(problem, without);
	bool timed = brute_judge(&eased.problem, vehicle, route, count).timed;

	eased_drop(&eased);
	return timed;
}

/* All ways to serve the order. */
static inline void
brute_begin(Brute *brute)
{
	const LmUnit *unit = lm_problem_unit(brute->problem, brute->order);
	const int32_t *members = unit == NULL ? NULL : brute->problem->members + unit->first;

	brute->way_count = 0;
	for (int32_t head = 0; head < (unit == NULL ? 1 : unit->heads); head++)
		for (int32_t tail = 0; tail == 0 || tail < unit->tails; tail++)
		{
			if (brute->way_count == BRUTE_WAYS)
				abort();
			brute->ways[brute->way_count][0] = unit == NULL ? brute->order : members[head];
			brute->ways[brute->way_count++][1] = unit == NULL || unit->tails == 0
			                                         ? -1
			                                         : members[unit->heads + tail];
			if (unit == NULL)
				break;
		}
}

/* Puts the order at a position of the vehicle's returned route, a second row in front of one behind it. */
static inline void
brute_insert(Brute *brute, int32_t vehicle, int32_t at, int32_t second)
{
	const int32_t *stops = brute->plan->stops + brute->plan->first[vehicle];
	int32_t count = brute->plan->first[vehicle + 1] - brute->plan->first[vehicle];
	const int32_t *way = brute->ways[brute->way];

	if (count >= BRUTE_MOST)
		abort();
	brute->count = 0;
	for (int32_t i = 0; i <= count; i++)
	{
		if (i == at)
			brute->route[brute->count++] = way[0];
		if (i == second && way[1] >= 0)
			brute->route[brute->count++] = way[1];
		if (i < count)
			brute->route[brute->count++] = stops[i];
	}
}

/* The next pair of places of the way that is looked at; from at = second = -1 on. */
static inline bool
brute_next(const Brute *brute, int32_t vehicle, int32_t *at, int32_t *second)
{
	int32_t count = brute->plan->first[vehicle + 1] - brute->plan->first[vehicle];

	if (*at >= 0 && brute->ways[brute->way][1] >= 0 && *second < count)
	{
		++*second;
		return true;
	}
	*second = ++*at;
	return *at <= count;
}

/* The rules each of which is a single cause; *feasible: there is nothing to leave out. */
static inline unsigned
brute_single(const Brute *brute, int32_t vehicle, bool *feasible)
{
	Verdict verdict = brute_judge(brute->problem, vehicle, brute->route, brute->count);
	unsigned single = 0;

	*feasible = verdict.timed && verdict.broken == 0;
	if (verdict.timed)
		return (verdict.broken & (verdict.broken - 1)) == 0 ? verdict.broken : 0;
	for (int i = 0; i < BRUTE_TIMES && verdict.broken == 0; i++)
		if (brute_timed(brute->problem, vehicle, brute->route, brute->count,
		                BRUTE_BIT(brute_named[i])))
			single |= BRUTE_BIT(brute_named[i]);
	return single;
}

/* ---- amounts by bisection ---- */

/* The least limit (of the shift's end, of working time) under which the route can be timed. */
static inline LmTime
brute_least(const Brute *brute, int32_t vehicle, LmReasonCode code, unsigned without)
{
	Eased eased = eased_new(brute->problem, without | BRUTE_BIT(code));
	Verdict verdict = brute_judge(&eased.problem, vehicle, brute->route, brute->count);
	LmVehicle *van = &eased.vehicles[vehicle];
	LmTime *limit = code == LM_REASON_SHIFT ? &van->shift_end : &van->max_time;
	LmTime low = code == LM_REASON_SHIFT ? van->shift_start - 1 : -1; /* not enough */
	LmTime high = code == LM_REASON_SHIFT ? verdict.ends : verdict.ends - verdict.departs;

	if (code == LM_REASON_SHIFT)
		van->overtime = 0;
	while (high - low > 1)
	{
		*limit = low + (high - low) / 2;
		if (brute_judge(&eased.problem, vehicle, brute->route, brute->count).timed)
			high = *limit;
		else
			low = *limit;
	}
	eased_drop(&eased);
	return high;
}

/* The latest departure of the route when all goods are ready. */
static inline LmTime
brute_latest(const Brute *brute, int32_t vehicle, LmTime too_late)
{
	Eased eased = eased_new(brute->problem, BRUTE_BIT(LM_REASON_RELEASE));
	LmTime low = eased.vehicles[vehicle].shift_start;

	while (too_late - low > 1)
	{
		LmTime middle = low + (too_late - low) / 2;

		eased.vehicles[vehicle].shift_start = middle;
		if (brute_judge(&eased.problem, vehicle, brute->route, brute->count).timed)
			low = middle;
		else
			too_late = middle;
	}
	eased_drop(&eased);
	return low;
}

/* Setup of the visit that row i belongs to; *opens: it is the first row of it. */
static inline LmTime
brute_visit(const Brute *brute, int32_t i, int32_t *first)
{
	const LmOrder *orders = brute->problem->orders;
	int32_t site = orders[brute->route[i]].site;
	LmTime most = 0;

	for (*first = i; *first > 0 && orders[brute->route[*first - 1]].site == site;)
		--*first;
	for (int32_t of = *first; of < brute->count && orders[brute->route[of]].site == site; of++)
		if (orders[brute->route[of]].setup > most)
			most = orders[brute->route[of]].setup;
	return most;
}

/*
 * The first row that cannot be served in time: the route is cut off behind row after row, with
 * nothing to keep but windows and breaks.  Fills order, need, limit, setup.
 */
static inline void
brute_window(const Brute *brute, int32_t vehicle, bool breaks, LmReason *reason)
{
	for (int32_t i = 0; i < brute->count; i++)
	{
		Eased cut = eased_new(brute->problem, BRUTE_BIT(LM_REASON_SHIFT) |
		                                          BRUTE_BIT(LM_REASON_TIME) |
		                                          (breaks ? 0 : BRUTE_BIT(LM_REASON_BREAK)));
		LmOrder *last = &cut.orders[brute->route[i]];
		LmTime *close = &cut.windows[last->window_first + last->window_count - 1].close;
		LmTime low = *close;
		LmTime high;
		int32_t first;
		LmTime setup = brute_visit(brute, i, &first);
		Verdict verdict;

		/* goods of rows behind are on board, too: as if the last row had brought them */
		for (int32_t of = i + 1; of < brute->count; of++)
		{
			const LmOrder *behind = &brute->problem->orders[brute->route[of]];

			if (behind->kind == LM_RELOAD || last->kind == LM_RELOAD)
				break;
			if (last->kind != LM_DELIVERY)
				last->release = -LM_NEVER;
			last->kind = LM_DELIVERY;
			if (behind->kind == LM_DELIVERY && behind->release > last->release)
				last->release = behind->release;
		}
		for (int32_t of = first; of <= i; of++)
			cut.orders[brute->route[of]].setup = setup;
		last->service = 0;
		cut.vehicles[vehicle].end = LM_NOWHERE;
		verdict = brute_judge(&cut.problem, vehicle, brute->route, i + 1);
		if (verdict.timed)
		{
			eased_drop(&cut);
			continue;
		}
		*close = LM_NEVER;
		verdict = brute_judge(&cut.problem, vehicle, brute->route, i + 1);
		if (verdict.timed)
		{
			for (high = verdict.ends; high - low > 1;)
			{
				*close = low + (high - low) / 2;
				if (brute_judge(&cut.problem, vehicle, brute->route, i + 1).timed)
					high = *close;
				else
					low = *close;
			}
			reason->order = brute->route[i];
			reason->need = high;
			reason->limit =
				brute->problem->windows[last->window_first + last->window_count - 1].close;
			reason->setup = first == i ? setup : 0;
		}
		eased_drop(&cut);
		return;
	}
}

static inline LmTime
brute_leg(const Brute *brute, int32_t vehicle, int32_t from, int32_t to)
{
	const LmVehicle *van = &brute->problem->vehicles[vehicle];

	return to == LM_NOWHERE ? 0 : lm_travel_time(&brute->problem->travels[van->travel], from, to);
}

/* The first leg of the route that is missing: all of them are to or from the order. */
static inline void
brute_missing(const Brute *brute, int32_t vehicle, LmReason *reason)
{
	const LmVehicle *van = &brute->problem->vehicles[vehicle];
	const int32_t *way = brute->ways[brute->way];

	for (int32_t i = 0; i <= brute->count; i++)
	{
		int32_t before = i == 0 ? -1 : brute->route[i - 1];
		int32_t behind = i == brute->count ? -1 : brute->route[i];

		if (brute_leg(brute, vehicle,
		              before < 0 ? van->start : brute->problem->orders[before].place,
		              behind < 0 ? van->end : brute->problem->orders[behind].place) != LM_NO_LEG)
			continue;
		reason->inbound = behind >= 0 && (behind == way[0] || behind == way[1]);
		reason->order = reason->inbound ? before : behind;
		reason->subject = reason->inbound ? behind : before;
		return;
	}
}

/* The amounts of the route that is looked at, where code is what keeps it from being driven. */
static inline LmReason
brute_amounts(const Brute *brute, int32_t vehicle, LmReasonCode code)
{
	const LmProblem *problem = brute->problem;
	const LmVehicle *van = &problem->vehicles[vehicle];
	Verdict verdict = brute_judge(problem, vehicle, brute->route, brute->count);
	LmReason reason = {.code = code, .vehicle = vehicle, .order = -1, .subject = -1};
	LmReason free = {.order = -1};
	unsigned without = brute_timed(problem, vehicle, brute->route, brute->count, BRUTE_BIT(code))
	                       ? 0
	                       : BRUTE_ALL_TIMES;

	switch (code)
	{
		case LM_REASON_CAPACITY:
			reason.dimension = verdict.dimension;
			reason.need = verdict.most;
			reason.limit = problem->capacity[vehicle * problem->dimensions + verdict.dimension];
			break;
		case LM_REASON_STOPS:
			for (int32_t i = 0; i < brute->count; i++)
				reason.need += problem->orders[brute->route[i]].kind != LM_RELOAD;
			reason.limit = van->max_stops;
			break;
		case LM_REASON_DISTANCE:
			reason.need = verdict.length;
			reason.limit = van->max_distance;
			break;
		case LM_REASON_RANGE:
			reason.need = verdict.trip;
			reason.limit = van->range;
			break;
		case LM_REASON_UNREACHABLE:
			brute_missing(brute, vehicle, &reason);
			break;
		case LM_REASON_SKILL:
			for (int i = 1; i >= 0; i--)
				if (brute->ways[brute->way][i] >= 0 &&
				    !lm_problem_skilled(problem, brute->ways[brute->way][i], vehicle))
					reason.subject = brute->ways[brute->way][i];
			break;
		case LM_REASON_SHIFT:
		case LM_REASON_TIME:
			reason.need = brute_least(brute, vehicle, code, without);
			reason.limit = code == LM_REASON_SHIFT ? van->shift_end + van->overtime : van->max_time;
			break;
		case LM_REASON_RELEASE:
			reason.need = -LM_NEVER;
			for (int32_t i = 0; i < brute->count; i++)
				if (problem->orders[brute->route[i]].kind == LM_DELIVERY &&
				    problem->orders[brute->route[i]].release > reason.need)
				{
					reason.order = brute->route[i];
					reason.need = problem->orders[reason.order].release;
				}
			reason.limit = brute_latest(brute, vehicle, reason.need);
			break;
		case LM_REASON_WINDOW:
			brute_window(brute, vehicle, true, &reason);
			if (reason.order < 0)
				break;
			brute_window(brute, vehicle, false, &free);
			reason.paused = free.order != reason.order || free.need < reason.need;
			break;
		default:
			break;
	}
	return reason;
}

static inline int64_t
brute_breach(const LmReason *reason)
{
	return reason->code == LM_REASON_WINDOW && reason->order < 0 ? LM_NEVER
	                                                             : reason->need - reason->limit;
}

/* ---- point 3: every vehicle, even alone ---- */

static inline bool
brute_linked(const Brute *brute, int32_t vehicle, int32_t order, bool inbound)
{
	const LmProblem *problem = brute->problem;
	const LmVehicle *van = &problem->vehicles[vehicle];
	int32_t place = problem->orders[order].place;
	bool linked = inbound ? brute_leg(brute, vehicle, van->start, place) != LM_NO_LEG
	                      : brute_leg(brute, vehicle, place, van->end) != LM_NO_LEG;

	for (int32_t i = 0; i < problem->order_count; i++)
	{
		int32_t other = problem->orders[i].place;

		linked |= i != order && (inbound ? brute_leg(brute, vehicle, other, place)
		                                 : brute_leg(brute, vehicle, place, other)) != LM_NO_LEG;
	}
	return linked;
}

/* The first order of the way that cannot be reached, or left; -1: none.  *inbound: it cannot be reached. */
static inline int32_t
brute_lost(const Brute *brute, int32_t vehicle, bool *inbound)
{
	for (int i = 0; i < 2 && brute->ways[brute->way][i] >= 0; i++)
	{
		int32_t order = brute->ways[brute->way][i];

		*inbound = !brute_linked(brute, vehicle, order, true);
		if (*inbound || !brute_linked(brute, vehicle, order, false))
			return order;
	}
	return -1;
}

/* The way on a vehicle that serves nothing else. */
static inline void
brute_route_alone(Brute *brute)
{
	brute->route[0] = brute->ways[brute->way][0];
	brute->route[1] = brute->ways[brute->way][1];
	brute->count = brute->route[1] < 0 ? 1 : 2;
}

/* Whether a rule for itself keeps the order, as its only one, from a vehicle. */
static inline bool
brute_forbids(Brute *brute, int32_t vehicle, LmReasonCode code)
{
	Verdict verdict;
	bool inbound;

	brute_route_alone(brute);
	verdict = brute_judge(brute->problem, vehicle, brute->route, brute->count);
	if (code == LM_REASON_UNREACHABLE)
		return brute_lost(brute, vehicle, &inbound) >= 0;
	/* by way of others it may be shorter, and quicker */
	if ((verdict.broken & BRUTE_BIT(LM_REASON_UNREACHABLE)) != 0 &&
	    (code == LM_REASON_DISTANCE || code == LM_REASON_RANGE ||
	     (BRUTE_BIT(code) & BRUTE_ALL_TIMES) != 0))
		return false;
	if ((BRUTE_BIT(code) & BRUTE_ALL_TIMES) == 0)
		return (verdict.broken & BRUTE_BIT(code)) != 0;
	return !brute_timed(brute->problem, vehicle, brute->route, brute->count,
	                    BRUTE_ALL_TIMES & ~BRUTE_BIT(code));
}

/* One rule at a time takes away vehicles, each with each way; *reason is set when one takes the last. */
static inline bool
brute_sift(Brute *brute, LmReasonCode code, bool (*left)[BRUTE_WAYS], LmReason *reason)
{
	bool through = false;
	bool found = false;

	for (int32_t v = 0; v < brute->problem->vehicle_count; v++)
		for (brute->way = 0; brute->way < brute->way_count; brute->way++)
			through |= left[v][brute->way] && !brute_forbids(brute, v, code);
	for (int32_t v = 0; v < brute->problem->vehicle_count; v++)
		for (brute->way = 0; brute->way < brute->way_count; brute->way++)
		{
			LmReason here;

			if (!left[v][brute->way])
				continue;
			if (through)
			{
				left[v][brute->way] = !brute_forbids(brute, v, code);
				continue;
			}
			brute_route_alone(brute);
			here = brute_amounts(brute, v, code);
			if (code == LM_REASON_UNREACHABLE)
			{
				here.order = -1;
				here.subject = brute_lost(brute, v, &here.inbound);
			}
			if (!found || brute_breach(&here) < brute_breach(reason))
				*reason = here;
			found = true;
		}
	return found;
}

static inline bool
brute_alone(Brute *brute, LmReason *reason)
{
	static const LmReasonCode sieve[] = {
		LM_REASON_VEHICLE_REFUSED, LM_REASON_SKILL,    LM_REASON_CAPACITY, LM_REASON_STOPS,
		LM_REASON_UNREACHABLE,     LM_REASON_DISTANCE, LM_REASON_RANGE,    LM_REASON_RELEASE,
		LM_REASON_WINDOW,          LM_REASON_SHIFT,    LM_REASON_BREAK,    LM_REASON_TIME};
	bool left[BRUTE_MOST][BRUTE_WAYS];

	for (int32_t v = 0; v < brute->problem->vehicle_count; v++)
		for (int32_t way = 0; way < brute->way_count; way++)
			left[v][way] = true;
	for (int i = 0; i < BRUTE_NAMED; i++)
		if (brute_sift(brute, sieve[i], left, reason))
		{
			reason->alone = true;
			return true;
		}
	return false;
}

/* ---- the reason ---- */

/* What all places say. */
typedef struct Census
{
	int32_t places;
	bool feasible;                          /* some place breaks nothing */
	unsigned single;                        /* rules that are a single cause somewhere */
	int32_t vehicles[LM_REASON_SEARCH + 1]; /* of how many vehicles */
} Census;

static inline Census
brute_census(Brute *brute)
{
	Census census = {0};

	for (int32_t v = 0; v < brute->problem->vehicle_count; v++)
	{
		unsigned here = 0;

		for (brute->way = 0; brute->way < brute->way_count; brute->way++)
			for (int32_t at = -1, second = -1; brute_next(brute, v, &at, &second);)
			{
				bool feasible;

				brute_insert(brute, v, at, second);
				here |= brute_single(brute, v, &feasible);
				census.feasible |= feasible;
				census.places++;
			}
		census.single |= here;
		for (int code = 1; code <= LM_REASON_SEARCH; code++)
			census.vehicles[code] += (here & BRUTE_BIT(code)) != 0;
	}
	return census;
}

/* brute_reason - the reason of an order that has no feasible place */
static inline LmReason
brute_reason(Brute *brute, const Census *census)
{
	LmReason best = {.code = LM_REASON_SEARCH, .vehicle = -1, .order = -1};
	LmReason alone = {.code = LM_REASON_NONE};
	LmReasonCode code = LM_REASON_NONE;
	bool found = false;

	for (int i = 0; i < BRUTE_NAMED; i++)
		if (census->vehicles[brute_named[i]] >
		        (code == LM_REASON_NONE ? 0 : census->vehicles[code]) &&
		    (i < BRUTE_COUNTED || code == LM_REASON_NONE))
			code = brute_named[i];
	if (brute_alone(brute, &alone) && (code == LM_REASON_NONE || code == alone.code))
		return alone;
	best.need = census->places;
	best.limit = brute->problem->vehicle_count;
	for (int32_t v = 0; v < brute->problem->vehicle_count && code != LM_REASON_NONE; v++)
		for (brute->way = 0; brute->way < brute->way_count; brute->way++)
			for (int32_t at = -1, second = -1; brute_next(brute, v, &at, &second);)
			{
				bool feasible;
				LmReason here;

				brute_insert(brute, v, at, second);
				if ((brute_single(brute, v, &feasible) & BRUTE_BIT(code)) == 0)
					continue;
				here = brute_amounts(brute, v, code);
				if (!found || brute_breach(&here) < brute_breach(&best))
					best = here;
				found = true;
			}
	return best;
}

#endif /* LM_TEST_REASON_BRUTE_H */
