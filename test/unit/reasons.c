/*
 * reasons.c
 *	  What lm_solve says of orders that are left out, against trying every place by the rules.
 *
 * Problems are so small that the oracle can try every departure of every route.
 */
#include "model/reason.h"

#include "random_problem.h"
#include "solve_check.h"
#include "tap.h"

#define MOST_ORDERS 7
#define RELAX_ALL 31
#define IMPOSSIBLE INT64_MAX

/* A problem, its plan, and one order that is left out. */
typedef struct Case
{
	const LmProblem *problem;
	const LmPlan *plan;
	const LmReason *reason;
	int32_t order;
	unsigned number;
} Case;

static const struct
{
	LmReasonCode code;
	int relax;
} time_rules[] = {{LM_REASON_WINDOW, ORACLE_RELAX_WINDOW},
                  {LM_REASON_SHIFT, ORACLE_RELAX_SHIFT},
                  {LM_REASON_BREAK, ORACLE_RELAX_BREAK},
                  {LM_REASON_TIME, ORACLE_RELAX_TIME},
                  {LM_REASON_RELEASE, ORACLE_RELAX_RELEASE}};

#define TIME_RULES (int) (sizeof(time_rules) / sizeof(time_rules[0]))

static int
relax_of(LmReasonCode code)
{
	for (int rule = 0; rule < TIME_RULES; rule++)
		if (time_rules[rule].code == code)
			return time_rules[rule].relax;
	return 0;
}

static bool
timed(const OracleRoute *route, int relax)
{
	OracleRoute eased = *route;

	eased.relax = relax;
	return oracle_schedule(&eased).found;
}

/* Skills and permissions of the order alone. */
static bool
bit_of(const LmProblem *problem, const uint64_t *rows, int32_t order, int32_t vehicle)
{
	return rows == NULL ||
	       (rows[order * problem->allowed_words + vehicle / 64] >> (vehicle % 64) & 1) != 0;
}

/* ---- alone ---- */

/* Whether the order has a leg from any other order's place (inbound), or to one. */
static bool
linked(const Case *c, const OracleRoute *route, bool inbound)
{
	for (int32_t other = 0; other < c->problem->order_count; other++)
	{
		int32_t pair[2] = {inbound ? other : c->order, inbound ? c->order : other};
		OracleRoute way = *route;

		way.orders = pair;
		way.count = 2;
		if (other != c->order && oracle_leg(&way, 2) != LM_NO_LEG)
			return true;
	}
	return false;
}

/* How far a vehicle comes with the order alone: the rules in the order in which they are named. */
static LmReasonCode
alone_code(const Case *c, int32_t vehicle)
{
	const LmProblem *problem = c->problem;
	OracleRoute route = oracle_route(problem, vehicle, &c->order, 1, 0);

	if (!bit_of(problem, problem->welcome, c->order, vehicle))
		return LM_REASON_VEHICLE_REFUSED;
	if (!bit_of(problem, problem->skilled, c->order, vehicle))
		return LM_REASON_SKILL;
	if (oracle_overload(&route) >= 0)
		return LM_REASON_CAPACITY;
	if (route.vehicle->max_stops < 1)
		return LM_REASON_STOPS;
	if ((oracle_leg(&route, 1) == LM_NO_LEG && !linked(c, &route, true)) ||
	    (oracle_leg(&route, 2) == LM_NO_LEG && !linked(c, &route, false)))
		return LM_REASON_UNREACHABLE;
	/* by way of other orders it may be served: that is a question of the plan */
	if (oracle_leg(&route, 1) == LM_NO_LEG || oracle_leg(&route, 2) == LM_NO_LEG)
		return LM_REASON_NONE;
	if (oracle_length(&route) > route.vehicle->max_distance)
		return LM_REASON_DISTANCE;
	/* which of the rules of times is another question */
	return timed(&route, 0) ? LM_REASON_NONE : LM_REASON_SEARCH;
}

static int
code_depth(LmReasonCode code)
{
	static const LmReasonCode deeper[] = {LM_REASON_VEHICLE_REFUSED, LM_REASON_SKILL,
	                                      LM_REASON_CAPACITY,        LM_REASON_STOPS,
	                                      LM_REASON_UNREACHABLE,     LM_REASON_DISTANCE};
	int depth = 0;

	while (depth < 6 && deeper[depth] != code)
		depth++;
	return depth;
}

/* The earliest end of any schedule without the shift's limit. */
static LmTime
earliest_end(const OracleRoute *route)
{
	LmTime last = oracle_horizon(route);
	LmTime earliest = LM_NEVER;
	OracleRoute eased = *route;

	eased.relax = ORACLE_RELAX_SHIFT;
	for (LmTime departs = oracle_earliest(route); departs <= last; departs++)
	{
		OracleSchedule best = {.shortest = LM_NEVER};

		oracle_at(&eased, departs, &best);
		if (best.found && best.ends < earliest)
			earliest = best.ends;
	}
	return earliest;
}

/* The amounts of a rule of times that the order alone breaks. */
static void
alone_amounts_check(const Case *c, const OracleRoute *route)
{
	const LmReason *reason = c->reason;
	LmTime ready = oracle_earliest(route) + oracle_leg(route, 1) + oracle_setup(route, 1);
	const LmOrder *order = &c->problem->orders[c->order];
	OracleRoute eased = *route;

	switch (reason->code)
	{
		case LM_REASON_WINDOW:
			if (reason->order < 0)
				break;
			EXPECT(reason->order == c->order && reason->need == ready &&
			           reason->need > reason->limit &&
			           reason->limit ==
			               c->problem->windows[order->window_first + order->window_count - 1].close,
			       "problem %u: order %d: window %d, %d", c->number, c->order, (int) reason->need,
			       (int) reason->limit);
			break;
		case LM_REASON_SHIFT:
			EXPECT(reason->limit == route->vehicle->shift_end + route->vehicle->overtime &&
			           reason->need > reason->limit,
			       "problem %u: order %d: shift %d, %d", c->number, c->order, (int) reason->need,
			       (int) reason->limit);
			if (timed(route, ORACLE_RELAX_SHIFT))
				EXPECT(reason->need >= earliest_end(route), "problem %u: order %d: end %d",
				       c->number, c->order, (int) reason->need);
			break;
		case LM_REASON_TIME:
			eased.relax = timed(route, ORACLE_RELAX_TIME) ? ORACLE_RELAX_TIME : RELAX_ALL;
			EXPECT(reason->limit == route->vehicle->max_time && reason->need > reason->limit &&
			           reason->need == oracle_schedule(&eased).shortest,
			       "problem %u: order %d: time %d, %d", c->number, c->order, (int) reason->need,
			       (int) reason->limit);
			break;
		case LM_REASON_RELEASE:
			EXPECT(reason->need == order->release && order->release > route->vehicle->shift_start,
			       "problem %u: order %d: release %d", c->number, c->order, (int) reason->need);
			break;
		default:
			break;
	}
}

/* By how much a vehicle misses the order alone by a rule without times; LM_NEVER: by another rule. */
static int64_t
alone_excess(const Case *c, int32_t vehicle, LmReasonCode code)
{
	OracleRoute route = oracle_route(c->problem, vehicle, &c->order, 1, 0);
	int32_t d;

	if (alone_code(c, vehicle) != code)
		return LM_NEVER;
	switch (code)
	{
		case LM_REASON_CAPACITY:
			d = oracle_overload(&route);
			return c->problem->demand[c->order * c->problem->dimensions + d] -
			       c->problem->capacity[vehicle * c->problem->dimensions + d];
		case LM_REASON_STOPS:
			return 1 - route.vehicle->max_stops;
		case LM_REASON_DISTANCE:
			return oracle_length(&route) - route.vehicle->max_distance;
		default:
			return LM_NEVER;
	}
}

static void
alone_check(const Case *c)
{
	const LmReason *reason = c->reason;
	const LmProblem *problem = c->problem;
	OracleRoute route;
	int32_t d = reason->dimension;
	int relax = relax_of(reason->code);

	EXPECT(reason->vehicle >= 0, "problem %u: order %d", c->number, c->order);
	if (reason->vehicle < 0)
		return;
	route = oracle_route(problem, reason->vehicle, &c->order, 1, 0);
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		EXPECT(code_depth(alone_code(c, v)) <= code_depth(reason->code),
		       "problem %u: order %d: code %d, but vehicle %d fails for %d", c->number, c->order,
		       reason->code, v, alone_code(c, v));
	if (relax == 0)
		EXPECT(alone_code(c, reason->vehicle) == reason->code,
		       "problem %u: order %d: code %d, not %d", c->number, c->order, reason->code,
		       alone_code(c, reason->vehicle));
	else
	{
		/* it would fit without this rule, or would not with this rule alone */
		EXPECT(alone_code(c, reason->vehicle) == LM_REASON_SEARCH &&
		           (timed(&route, relax) || !timed(&route, RELAX_ALL & ~relax)),
		       "problem %u: order %d: code %d is no reason", c->number, c->order, reason->code);
		alone_amounts_check(c, &route);
	}
	if (reason->code == LM_REASON_CAPACITY)
		EXPECT(reason->need == problem->demand[c->order * problem->dimensions + d] &&
		           reason->limit == problem->capacity[reason->vehicle * problem->dimensions + d] &&
		           reason->need > reason->limit,
		       "problem %u: order %d", c->number, c->order);
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		EXPECT(alone_excess(c, v, reason->code) == LM_NEVER ||
		           alone_excess(c, v, reason->code) >= reason->need - reason->limit,
		       "problem %u: order %d: vehicle %d is nearer", c->number, c->order, v);
	if (reason->code == LM_REASON_STOPS)
		EXPECT(reason->need == 1 && reason->limit == route.vehicle->max_stops,
		       "problem %u: order %d", c->number, c->order);
	if (reason->code == LM_REASON_DISTANCE)
		EXPECT(reason->need == oracle_length(&route) &&
		           reason->limit == route.vehicle->max_distance,
		       "problem %u: order %d", c->number, c->order);
	if (reason->code == LM_REASON_UNREACHABLE)
		EXPECT(reason->order == -1 && oracle_leg(&route, reason->inbound ? 1 : 2) == LM_NO_LEG &&
		           !linked(c, &route, reason->inbound),
		       "problem %u: order %d", c->number, c->order);
}

/* ---- on the plan ---- */

/* A route with the order at a place. */
static OracleRoute
place_route(const Case *c, int32_t vehicle, int32_t at, int32_t *orders)
{
	const int32_t *stops = c->plan->stops + c->plan->first[vehicle];
	int32_t count = c->plan->first[vehicle + 1] - c->plan->first[vehicle];

	for (int32_t i = 0; i < at; i++)
		orders[i] = stops[i];
	orders[at] = c->order;
	for (int32_t i = at; i < count; i++)
		orders[i + 1] = stops[i];
	return oracle_route(c->problem, vehicle, orders, count + 1, 0);
}

static LmCost
route_cost(const OracleRoute *route, const OracleSchedule *schedule)
{
	return route->prices->fixed + route->prices->per_mm * oracle_length(route) +
	       route->prices->per_ms * (schedule->ends - schedule->departs) +
	       route->prices->per_overtime_ms * schedule->overtime;
}

/* What the order adds at a place, or IMPOSSIBLE. */
static LmCost
place_price(const Case *c, const OracleRoute *with)
{
	int32_t vehicle = (int32_t) (with->vehicle - c->problem->vehicles);
	OracleRoute without = oracle_route(
		c->problem, vehicle, c->plan->stops + c->plan->first[vehicle], with->count - 1, 0);
	OracleSchedule after;
	OracleSchedule before;

	if (oracle_limit_broken(with) != NULL)
		return IMPOSSIBLE;
	after = oracle_schedule(with);
	if (!after.found)
		return IMPOSSIBLE;
	if (without.count == 0)
		return route_cost(with, &after);
	before = oracle_schedule(&without);
	return route_cost(with, &after) - route_cost(&without, &before);
}

/* Most on board at any row in the dimension that is too full. */
static LmAmount
most_on_board(const OracleRoute *route, int32_t d)
{
	const LmProblem *problem = route->problem;
	LmAmount load = 0;
	LmAmount most;

	for (int32_t row = 1; row <= route->count; row++)
		if (oracle_order(route, row)->kind == LM_DELIVERY)
			load += problem->demand[route->orders[row - 1] * problem->dimensions + d];
	most = load;
	for (int32_t row = 1; row <= route->count; row++)
	{
		LmAmount amount = problem->demand[route->orders[row - 1] * problem->dimensions + d];

		load += oracle_order(route, row)->kind == LM_DELIVERY ? -amount : amount;
		most = load > most ? load : most;
	}
	return most;
}

/* Bit per reason code: the rules that each for itself are all that a place breaks; 0: more than one. */
static unsigned
place_single(const Case *c, const OracleRoute *route)
{
	int32_t vehicle = (int32_t) (route->vehicle - c->problem->vehicles);
	unsigned broken = 0;
	unsigned single = 0;
	int limits = 0;

	if (!bit_of(c->problem, c->problem->welcome, c->order, vehicle) ||
	    !bit_of(c->problem, c->problem->skilled, c->order, vehicle))
		return 0;
	for (int32_t row = 1; row <= route->count + 1; row++)
		if (oracle_leg(route, row) == LM_NO_LEG)
			return 0;
	if (oracle_overload(route) >= 0)
		limits++, broken |= 1u << LM_REASON_CAPACITY;
	if (route->count > route->vehicle->max_stops)
		limits++, broken |= 1u << LM_REASON_STOPS;
	if (oracle_length(route) > route->vehicle->max_distance)
		limits++, broken |= 1u << LM_REASON_DISTANCE;
	if (timed(route, 0))
		return limits == 1 ? broken : 0;
	for (int rule = 0; rule < TIME_RULES && limits == 0; rule++)
		if (timed(route, time_rules[rule].relax))
			single |= 1u << time_rules[rule].code;
	return single;
}

/* Whether a leg to or from the order is missing at a place; the reason must name such a leg. */
static bool
place_unlinked(const Case *c, const OracleRoute *route, int32_t at, bool *named)
{
	const LmReason *reason = c->reason;
	bool in = oracle_leg(route, at + 1) == LM_NO_LEG;
	bool out = oracle_leg(route, at + 2) == LM_NO_LEG;
	int32_t before = at == 0 ? -1 : route->orders[at - 1];
	int32_t behind = at + 1 == route->count ? -1 : route->orders[at + 1];

	*named |= reason->inbound ? in && reason->order == before : out && reason->order == behind;
	return in || out;
}

/* Whether the amounts of the reason are those of this place. */
static bool
place_amounts_fit(const Case *c, const OracleRoute *route)
{
	const LmReason *reason = c->reason;
	int32_t dims = c->problem->dimensions;
	int32_t vehicle = (int32_t) (route->vehicle - c->problem->vehicles);

	switch (reason->code)
	{
		case LM_REASON_CAPACITY:
			return oracle_overload(route) == reason->dimension &&
			       reason->limit == c->problem->capacity[vehicle * dims + reason->dimension] &&
			       reason->need == most_on_board(route, reason->dimension);
		case LM_REASON_STOPS:
			return reason->need == route->count && reason->limit == route->vehicle->max_stops;
		case LM_REASON_DISTANCE:
			return reason->need == oracle_length(route) &&
			       reason->limit == route->vehicle->max_distance;
		case LM_REASON_SHIFT:
			return reason->need > reason->limit &&
			       reason->limit == route->vehicle->shift_end + route->vehicle->overtime;
		case LM_REASON_TIME:
			return reason->need > reason->limit && reason->limit == route->vehicle->max_time;
		case LM_REASON_WINDOW:
			return reason->order < 0 || reason->need > reason->limit;
		default:
			return true;
	}
}

static void
plan_check(const Case *c)
{
	const LmReason *reason = c->reason;
	LmCost cheapest = IMPOSSIBLE;
	bool proved = false;
	bool any_single = false;
	bool any_unlinked = false;
	bool by_price = c->problem->orders[c->order].optional &&
	                c->problem->objective == LM_OBJECTIVE_COST;

	for (int32_t v = 0; v < c->problem->vehicle_count; v++)
		for (int32_t at = 0; at <= c->plan->first[v + 1] - c->plan->first[v]; at++)
		{
			int32_t orders[MOST_ORDERS];
			OracleRoute route = place_route(c, v, at, orders);
			LmCost price = place_price(c, &route);
			unsigned single;
			bool named = false;

			if (price < cheapest)
				cheapest = price;
			if (price < IMPOSSIBLE || alone_code(c, v) != LM_REASON_NONE)
				continue;
			if (place_unlinked(c, &route, at, &named))
				any_unlinked = true;
			proved |= reason->code == LM_REASON_UNREACHABLE && v == reason->vehicle && named;
			single = place_single(c, &route);
			any_single |= single != 0;
			proved |= v == reason->vehicle && (single >> reason->code & 1) != 0 &&
			          place_amounts_fit(c, &route);
		}
	if (cheapest < IMPOSSIBLE)
	{
		EXPECT(by_price && reason->code == LM_REASON_DROPPED, "problem %u: order %d has a place",
		       c->number, c->order);
		EXPECT(reason->need == cheapest && reason->limit == c->problem->skip_price[c->order] &&
		           reason->need >= reason->limit,
		       "problem %u: order %d: %lld, expected %lld", c->number, c->order,
		       (long long) reason->need, (long long) cheapest);
	}
	else if (reason->code == LM_REASON_SEARCH)
		EXPECT(!any_single && !any_unlinked,
		       "problem %u: order %d: some place breaks one rule only", c->number, c->order);
	else
	{
		/* a missing leg says less than any rule */
		EXPECT(reason->code != LM_REASON_UNREACHABLE || !any_single,
		       "problem %u: order %d: some place breaks one rule only", c->number, c->order);
		EXPECT(proved, "problem %u: order %d: code %d for vehicle %d, %lld of %lld", c->number,
		       c->order, reason->code, reason->vehicle, (long long) reason->need,
		       (long long) reason->limit);
	}
}

/* An optional order that is served must be worth its price: leaving it out would save no more. */
static void
served_check(const Case *c)
{
	LmCost saved = 0;
	bool found = false;

	for (int32_t v = 0; v < c->problem->vehicle_count; v++)
	{
		const int32_t *stops = c->plan->stops + c->plan->first[v];
		int32_t count = c->plan->first[v + 1] - c->plan->first[v];
		int32_t orders[MOST_ORDERS];
		int32_t kept = 0;
		OracleRoute with = oracle_route(c->problem, v, stops, count, 0);
		OracleRoute without;
		OracleSchedule best;

		for (int32_t i = 0; i < count; i++)
			if (stops[i] != c->order)
				orders[kept++] = stops[i];
		if (kept == count)
			continue;
		without = oracle_route(c->problem, v, orders, kept, 0);
		best = oracle_schedule(&with);
		saved = route_cost(&with, &best);
		found = true;
		if (kept == 0)
			continue;
		best = oracle_schedule(&without);
		found = best.found && oracle_limit_broken(&without) == NULL;
		saved -= route_cost(&without, &best);
	}
	if (found)
		EXPECT(saved <= c->problem->skip_price[c->order],
		       "problem %u: order %d costs %lld, leaving it out %lld", c->number, c->order,
		       (long long) saved, (long long) c->problem->skip_price[c->order]);
}

static unsigned seen[LM_REASON_SEARCH + 1][2];

static void
problem_check(unsigned number, int features)
{
	RandomShape shape = {1, MOST_ORDERS, 1, 3, 1, 0};
	Dice dice = dice_from_seed(number);
	RandomProblem random;
	SolveRun run = {.seed = number};

	/* what is said must hold for a plan that was hardly searched for too */
	run.iterations = number % 3 == 0 ? 2 : 50;
	shape.features = features < 0 ? random_features(&dice) : features;
	random_problem_make(&random, &shape, &dice);
	EXPECT(solve_run(&random.problem, &run) == LM_OK, "problem %u", number);
	for (int32_t i = 0; i < random.problem.order_count; i++)
	{
		Case c = {&random.problem, &run.result.plan, &run.result.reasons[i], i, number};
		bool alone = true;

		if (c.reason->code == LM_REASON_NONE)
		{
			if (random.problem.orders[i].optional && random.problem.objective == LM_OBJECTIVE_COST)
				served_check(&c);
			continue;
		}
		for (int32_t v = 0; v < random.problem.vehicle_count; v++)
			alone &= alone_code(&c, v) != LM_REASON_NONE;
		/* where driving over a third place is shorter, what is impossible alone may have a place */
		alone &= c.reason->code != LM_REASON_DROPPED;
		EXPECT(c.reason->alone == alone, "problem %u: order %d: code %d", number, i,
		       c.reason->code);
		if (alone)
			alone_check(&c);
		else
			plan_check(&c);
		seen[c.reason->code][alone]++;
	}
	solve_end(&run);
	random_problem_drop(&random);
}

static void
random_reasons(void)
{
	for (unsigned number = 0; number < 2000 * RANDOM_EFFORT; number++)
		problem_check(number, -1);
}

static void
tight_problems(void)
{
	for (unsigned number = 0; number < 1500 * RANDOM_EFFORT; number++)
		problem_check(1000000000 + number, RANDOM_LOADS | RANDOM_LIMITS | RANDOM_SHIFT_ENDS |
		                                       RANDOM_RELEASES | RANDOM_BREAKS | RANDOM_OPTIONAL |
		                                       RANDOM_SKILLS);
}

static void
break_problems(void)
{
	for (unsigned number = 0; number < 1000 * RANDOM_EFFORT; number++)
		problem_check(2000000000 + number, RANDOM_BREAKS | RANDOM_SHIFT_ENDS);
}

static void
every_code_seen(void)
{
	static const LmReasonCode on_plan[] = {
		LM_REASON_CAPACITY, LM_REASON_WINDOW,   LM_REASON_SHIFT, LM_REASON_BREAK,
		LM_REASON_STOPS,    LM_REASON_DISTANCE, LM_REASON_TIME,  LM_REASON_RELEASE,
		LM_REASON_DROPPED,  LM_REASON_SEARCH};
	static const LmReasonCode alone[] = {
		LM_REASON_CAPACITY,    LM_REASON_SKILL,           LM_REASON_WINDOW,   LM_REASON_SHIFT,
		LM_REASON_BREAK,       LM_REASON_STOPS,           LM_REASON_DISTANCE, LM_REASON_TIME,
		LM_REASON_UNREACHABLE, LM_REASON_VEHICLE_REFUSED, LM_REASON_RELEASE};

	for (size_t i = 0; i < sizeof(on_plan) / sizeof(on_plan[0]); i++)
		EXPECT(seen[on_plan[i]][0] > 0, "code %d was never given on a plan", on_plan[i]);
	for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++)
		EXPECT(seen[alone[i]][1] > 0, "code %d was never given alone", alone[i]);
	for (int code = 1; code <= LM_REASON_SEARCH; code++)
		printf("# code %2d: %5u on the plan, %5u alone\n", code, seen[code][0], seen[code][1]);
}

int
main(void)
{
	tap_run("random problems", random_reasons);
	tap_run("tight problems", tight_problems);
	tap_run("vans with breaks", break_problems);
	tap_run("every code was seen", every_code_seen);
	return tap_end();
}
