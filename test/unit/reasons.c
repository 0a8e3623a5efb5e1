/*
 * reasons.c
 *	  What lm_solve says of orders that are left out, against trying every departure at every place.
 *
 * A second opinion beside reason_proof.c, which asks check's judge: problems are so small that the
 * oracle can try each millisecond.  Prices of optional orders are held here only.
 */
#include "model/reason.h"

#include "random_problem.h"
#include "solve_check.h"
#include "tap.h"

#define MOST_ORDERS 7
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
	       route->prices->per_overtime_ms * schedule->overtime + schedule->lateness +
	       oracle_preference(route);
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

/* The route with its missing legs closed: they take no time and have no length. */
typedef struct Bridged
{
	OracleRoute route;
	LmTravel travel;
} Bridged;

static bool
route_bridge(const OracleRoute *route, Bridged *bridged)
{
	size_t pairs = (size_t) route->travel->places * (size_t) route->travel->places;
	bool missing = false;

	bridged->route = *route;
	bridged->travel = *route->travel;
	bridged->travel.time = malloc(pairs * sizeof(int32_t));
	bridged->travel.length32 = NULL;
	bridged->travel.length64 = malloc(pairs * sizeof(int64_t));
	if (bridged->travel.time == NULL || bridged->travel.length64 == NULL)
		abort();
	for (size_t pair = 0; pair < pairs; pair++)
	{
		bool gap = route->travel->time[pair] == LM_NO_LEG;
		LmLength length = route->travel->length32 != NULL   ? route->travel->length32[pair]
		                  : route->travel->length64 != NULL ? route->travel->length64[pair]
		                                                    : 0;

		bridged->travel.time[pair] = gap ? 0 : route->travel->time[pair];
		bridged->travel.length64[pair] = gap ? 0 : length;
	}
	for (int32_t row = 1; row <= route->count + 1; row++)
		missing |= oracle_leg(route, row) == LM_NO_LEG;
	bridged->route.travel = &bridged->travel;
	return missing;
}

/* Bit per reason code: the rules each of which is a single cause at a place. */
static unsigned
place_single(const Case *c, const OracleRoute *whole)
{
	int32_t vehicle = (int32_t) (whole->vehicle - c->problem->vehicles);
	Bridged bridged;
	unsigned broken = 0;
	unsigned single = 0;
	const OracleRoute *route = &bridged.route;

	if (route_bridge(whole, &bridged))
		broken |= 1u << LM_REASON_UNREACHABLE;
	if (!bit_of(c->problem, c->problem->welcome, c->order, vehicle))
		broken |= 1u << LM_REASON_VEHICLE_REFUSED;
	if (!bit_of(c->problem, c->problem->skilled, c->order, vehicle))
		broken |= 1u << LM_REASON_SKILL;
	if (oracle_overload(route) >= 0)
		broken |= 1u << LM_REASON_CAPACITY;
	if (route->count > route->vehicle->max_stops)
		broken |= 1u << LM_REASON_STOPS;
	if (oracle_length(route) > route->vehicle->max_distance)
		broken |= 1u << LM_REASON_DISTANCE;
	if ((broken & (broken - 1)) == 0)
	{
		if (timed(route, 0))
			single = broken;
		else
			for (int rule = 0; rule < TIME_RULES && broken == 0; rule++)
				if (timed(route, time_rules[rule].relax))
					single |= 1u << time_rules[rule].code;
	}
	free(bridged.travel.time);
	free(bridged.travel.length64);
	return single;
}

/* The least end of shift, or working time, of any departure when that limit is left out. */
static LmTime
least_amount(const OracleRoute *route, LmReasonCode code)
{
	LmTime last = oracle_horizon(route);
	LmTime least = LM_NEVER;
	OracleRoute eased = *route;

	eased.relax = code == LM_REASON_SHIFT ? ORACLE_RELAX_SHIFT : ORACLE_RELAX_TIME;
	for (LmTime departs = oracle_earliest(route); departs <= last; departs++)
	{
		OracleSchedule best = {.shortest = LM_NEVER};
		LmTime amount;

		oracle_at(&eased, departs, &best);
		amount = code == LM_REASON_SHIFT ? best.ends : best.ends - best.departs;
		if (best.found && amount < least)
			least = amount;
	}
	return least;
}

static void
case_check(const Case *c)
{
	const LmReason *reason = c->reason;
	LmCost cheapest = IMPOSSIBLE;
	LmTime least = LM_NEVER;
	unsigned any = 0;

	for (int32_t v = 0; v < c->problem->vehicle_count; v++)
		for (int32_t at = 0; at <= c->plan->first[v + 1] - c->plan->first[v]; at++)
		{
			int32_t orders[MOST_ORDERS];
			OracleRoute route = place_route(c, v, at, orders);
			LmCost price = place_price(c, &route);
			unsigned single;
			LmTime amount;

			if (price < cheapest)
				cheapest = price;
			if (price < IMPOSSIBLE)
				continue;
			single = place_single(c, &route);
			any |= single;
			if (v != reason->vehicle || reason->alone || (single >> reason->code & 1) == 0 ||
			    (reason->code != LM_REASON_SHIFT && reason->code != LM_REASON_TIME))
				continue;
			amount = least_amount(&route, reason->code);
			least = amount < least ? amount : least;
		}
	if (cheapest < IMPOSSIBLE)
	{
		EXPECT(c->problem->orders[c->order].optional &&
		           c->problem->objective == LM_OBJECTIVE_COST && reason->code == LM_REASON_DROPPED,
		       "problem %u: order %d has a place", c->number, c->order);
		EXPECT(reason->need == cheapest && reason->limit == c->problem->skip_price[c->order] &&
		           reason->need >= reason->limit,
		       "problem %u: order %d: %lld, expected %lld", c->number, c->order,
		       (long long) reason->need, (long long) cheapest);
		return;
	}
	EXPECT(any == 0 ? reason->alone || reason->code == LM_REASON_SEARCH
	                : (any >> reason->code & 1) != 0,
	       "problem %u: order %d: code %d, single causes %x", c->number, c->order, reason->code,
	       any);
	if (least < LM_NEVER)
		EXPECT(reason->need == least && reason->need > reason->limit,
		       "problem %u: order %d: code %d: %lld, at the least %lld", c->number, c->order,
		       reason->code, (long long) reason->need, (long long) least);
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
	for (int32_t i = 0; i < lm_problem_rows(&random.problem); i++)
	{
		Case c = {&random.problem, &run.result.plan, &run.result.reasons[i], i, number};

		if (c.reason->code != LM_REASON_NONE)
		{
			case_check(&c);
			seen[c.reason->code][c.reason->alone]++;
		}
		else if (random.problem.orders[i].optional && random.problem.objective == LM_OBJECTIVE_COST)
			served_check(&c);
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
		LM_REASON_CAPACITY,    LM_REASON_SKILL,           LM_REASON_WINDOW,
		LM_REASON_SHIFT,       LM_REASON_STOPS,           LM_REASON_TIME,
		LM_REASON_UNREACHABLE, LM_REASON_VEHICLE_REFUSED, LM_REASON_DISTANCE};

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
