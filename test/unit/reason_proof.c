/*
 * reason_proof.c
 *	  Every reason against the judge of src/check at every place of the returned plan.
 *
 * Each kind of problem is tight in one rule.  All unassigned orders of all
 * problems count; what is demanded of their numbers is at the end.
 */
#include "random_problem.h"
#include "reason_brute.h"
#include "solve_check.h"
#include "tap.h"

#define PROBLEMS 150     /* of each kind */
#define UNIT_PROBLEMS 60 /* of each kind, with shipments and alternatives */
#define MINUTE 60000

typedef enum Kind
{
	KIND_CAPACITY,
	KIND_SKILL,
	KIND_REFUSED,
	KIND_WINDOW,
	KIND_SHIFT,
	KIND_BREAK,
	KIND_STOPS,
	KIND_DISTANCE,
	KIND_TIME,
	KIND_RELEASE,
	KIND_UNREACHABLE,
	KIND_RANGE,
	KIND_TRIPS,
	KIND_WAITS,
	KIND_DROPPED,
	KIND_ANYTHING,
	KINDS
} Kind;

static const struct
{
	const char *name;
	int features;
} kinds[KINDS] = {
	[KIND_CAPACITY] = {"capacity", RANDOM_LOADS | RANDOM_PICKUPS | RANDOM_FLEET},
	[KIND_SKILL] = {"skills", RANDOM_SKILLS | RANDOM_LOADS | RANDOM_FLEET},
	[KIND_REFUSED] = {"refused vehicles", RANDOM_SKILLS | RANDOM_LOADS | RANDOM_FLEET},
	[KIND_WINDOW] = {"windows", RANDOM_SEVERAL_WINDOWS | RANDOM_SETUPS | RANDOM_UNEQUAL_SETUPS |
                                    RANDOM_BREAKS | RANDOM_FLEET},
	[KIND_SHIFT] = {"shifts", RANDOM_OVERTIME | RANDOM_BREAKS | RANDOM_FLEET},
	[KIND_BREAK] = {"breaks", RANDOM_BREAKS | RANDOM_FLEET},
	[KIND_STOPS] = {"max_stops", RANDOM_FLEET},
	[KIND_DISTANCE] = {"max_distance_m", RANDOM_ANY_TRAVEL | RANDOM_OPEN_ENDS | RANDOM_FLEET},
	[KIND_TIME] = {"max_time", RANDOM_BREAKS | RANDOM_PRIORITIES | RANDOM_FLEET},
	[KIND_RELEASE] = {"releases", RANDOM_RELEASES | RANDOM_PICKUPS | RANDOM_FLEET},
	[KIND_UNREACHABLE] = {"missing legs", RANDOM_GAPS | RANDOM_PROFILES | RANDOM_FLEET},
	[KIND_RANGE] = {"range_m", RANDOM_RANGES | RANDOM_TRIPS | RANDOM_FLEET},
	[KIND_TRIPS] = {"several trips", RANDOM_TRIPS | RANDOM_RANGES | RANDOM_LOADS | RANDOM_RELEASES |
                                         RANDOM_PICKUPS | RANDOM_BREAKS | RANDOM_SHIFT_ENDS |
                                         RANDOM_LIMITS | RANDOM_FLEET},
	[KIND_WAITS] = {"reloads that wait for goods", RANDOM_TRIPS | RANDOM_LOADS | RANDOM_RELEASES |
                                                       RANDOM_SHIFT_ENDS | RANDOM_FLEET},
	[KIND_DROPPED] = {"optional orders", RANDOM_OPTIONAL | RANDOM_LOADS | RANDOM_FLEET},
	[KIND_ANYTHING] = {"any", 0},
};

/* ---- problems ---- */

static void
windows_open(LmProblem *problem, Dice *dice, int32_t percent)
{
	for (int32_t i = 0; i < lm_problem_rows(problem); i++)
	{
		LmOrder *order = &problem->orders[i];

		if (!dice_percent(dice, percent))
			continue;
		order->window_count = 1;
		problem->windows[order->window_first] = (LmWindow){-LM_NEVER, LM_NEVER};
	}
}

static uint64_t *
bits_roll(RandomProblem *random, Dice *dice, int32_t percent)
{
	LmProblem *problem = &random->problem;
	uint64_t *rows = RANDOM_TAKE(random, uint64_t, problem->order_count);

	for (int32_t i = 0; i < problem->order_count; i++)
		for (int32_t v = 0; v < problem->vehicle_count; v++)
			if (dice_percent(dice, percent))
				rows[i] |= UINT64_C(1) << v;
	return rows;
}

/* Most legs to and from a few orders are missing. */
static void
legs_remove(LmProblem *problem, Dice *dice)
{
	for (int32_t t = 0; t < problem->travel_count; t++)
		for (int32_t i = 0; i < problem->order_count; i++)
		{
			LmTravel *travel = &problem->travels[t];
			int32_t place = problem->orders[i].place;
			bool in = dice_percent(dice, 50);

			if (!dice_percent(dice, 25))
				continue;
			for (int32_t other = 0; other < travel->places; other++)
				if (other != place && dice_percent(dice, 90))
					travel->time[in ? other * travel->places + place
					                : place * travel->places + other] = LM_NO_LEG;
			travel->complete = false;
		}
}

static void
vehicle_tighten(LmProblem *problem, int32_t v, Kind kind, Dice *dice)
{
	LmVehicle *van = &problem->vehicles[v];
	LmBreak *pause = &problem->breaks[van->break_first];

	switch (kind)
	{
		case KIND_CAPACITY:
		case KIND_SKILL:
		case KIND_REFUSED:
			for (int32_t d = 0; d < problem->dimensions; d++)
				problem->capacity[v * problem->dimensions + d] = dice_between(dice, 3, 12) * 1000;
			/* full in two ways: only who lacks something else may have a place */
			if (kind != KIND_CAPACITY && dice_percent(dice, 50))
				van->max_stops = dice_between(dice, 0, 2);
			break;
		case KIND_SHIFT:
			van->shift_end = van->shift_start + dice_between(dice, 5, 40) * MINUTE;
			break;
		case KIND_BREAK:
			van->shift_end = van->shift_start + dice_between(dice, 45, 70) * MINUTE;
			van->break_count = 1;
			pause->window.open = van->shift_start + dice_between(dice, 8, 20) * MINUTE;
			pause->window.close = pause->window.open + dice_between(dice, 0, 8) * MINUTE;
			pause->duration = dice_between(dice, 2, 10) * MINUTE;
			break;
		case KIND_UNREACHABLE:
			if (dice_percent(dice, 50))
				van->max_distance = dice_between(dice, 5, 40) * 10 * MINUTE;
			break;
		case KIND_STOPS:
			van->max_stops = dice_between(dice, 0, 4);
			break;
		case KIND_DISTANCE:
			van->max_distance = dice_between(dice, 1, 12) * 10 * MINUTE;
			break;
		case KIND_RANGE:
			van->range = dice_between(dice, 1, 12) * 10 * MINUTE;
			break;
		case KIND_TRIPS:
		case KIND_WAITS:
			for (int32_t d = 0; d < problem->dimensions; d++)
				problem->capacity[v * problem->dimensions + d] = dice_between(dice, 5, 12) * 1000;
			if (van->shift_end < LM_NEVER)
				van->shift_end = van->shift_start + dice_between(dice, 30, 70) * MINUTE;
			break;
		case KIND_TIME:
			van->max_time = dice_between(dice, 3, 30) * MINUTE;
			break;
		case KIND_RELEASE:
			van->shift_end = van->shift_start + dice_between(dice, 15, 40) * MINUTE;
			break;
		default:
			break;
	}
}

static void
order_tighten(LmProblem *problem, int32_t i, Kind kind, Dice *dice)
{
	LmOrder *order = &problem->orders[i];

	switch (kind)
	{
		case KIND_BREAK:
			/* long services that begin early leave nothing of the break's window */
			order->service = dice_between(dice, 10, 30) * MINUTE;
			if (dice_percent(dice, 60) && problem->windows[order->window_first].open < 0)
				problem->windows[order->window_first].close = dice_between(dice, 5, 20) * MINUTE;
			break;
		case KIND_RELEASE:
		case KIND_WAITS:
			if (dice_percent(dice, 50))
				order->release = dice_between(dice, 5, 35) * MINUTE;
			break;
		case KIND_DROPPED:
			order->skip_cost /= 10;
			break;
		default:
			break;
	}
}

static void
problem_tighten(RandomProblem *random, Kind kind, Dice *dice)
{
	LmProblem *problem = &random->problem;

	if (kind != KIND_WINDOW)
		windows_open(problem, dice, kind == KIND_RELEASE || kind == KIND_DROPPED ? 85 : 95);
	if (kind == KIND_SKILL)
		problem->skilled = bits_roll(random, dice, 45);
	if (kind == KIND_REFUSED)
		problem->welcome = bits_roll(random, dice, 45);
	if (kind == KIND_UNREACHABLE)
	{
		legs_remove(problem, dice);
		problem->skilled = bits_roll(random, dice, 75);
	}
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		vehicle_tighten(problem, v, kind, dice);
	for (int32_t i = 0; i < lm_problem_rows(problem); i++)
		order_tighten(problem, i, kind, dice);
	if (kind == KIND_DROPPED)
		lm_prices_set(problem, LM_OBJECTIVE_COST);
}

/* ---- what is said, and what is ---- */

static int with_units; /* RANDOM_UNITS, or none */
static int32_t unassigned;
static int32_t by_code[LM_REASON_SEARCH + 1][2]; /* [code][alone] */
static int32_t exact;                            /* exactly one rule is a single cause */

static void
reason_compare(const LmReason *said, const LmReason *is, Kind kind, unsigned number, int32_t order)
{
	EXPECT(said->code == is->code, "%s %u: order %d: code %d, not %d", kinds[kind].name, number,
	       order, said->code, is->code);
	EXPECT(said->alone == is->alone && said->vehicle == is->vehicle && said->order == is->order,
	       "%s %u: order %d, code %d: alone %d, vehicle %d, order %d, not %d, %d, %d",
	       kinds[kind].name, number, order, said->code, said->alone, said->vehicle, said->order,
	       is->alone, is->vehicle, is->order);
	if (with_units != 0 && (said->code == LM_REASON_UNREACHABLE || said->code == LM_REASON_SKILL))
		EXPECT(said->subject == is->subject, "%s %u: order %d: about %d, not %d", kinds[kind].name,
		       number, order, said->subject, is->subject);
	EXPECT(said->need == is->need && said->limit == is->limit,
	       "%s %u: order %d, code %d: %lld of %lld, not %lld of %lld", kinds[kind].name, number,
	       order, said->code, (long long) said->need, (long long) said->limit, (long long) is->need,
	       (long long) is->limit);
	EXPECT(said->dimension == is->dimension && said->inbound == is->inbound &&
	           said->setup == is->setup && said->paused == is->paused,
	       "%s %u: order %d, code %d: dimension %d, inbound %d, setup %d, paused %d",
	       kinds[kind].name, number, order, said->code, said->dimension, said->inbound,
	       (int) said->setup, said->paused);
}

static void
order_check(Brute *brute, const LmReason *said, Kind kind, unsigned number)
{
	const LmOrder *order = &brute->problem->orders[brute->order];
	Census census;
	LmReason is;

	brute_begin(brute);
	census = brute_census(brute);
	unassigned++;
	by_code[said->code][said->alone]++;
	if (census.feasible)
	{
		EXPECT(said->code == LM_REASON_DROPPED && order->optional &&
		           brute->problem->objective == LM_OBJECTIVE_COST && said->need >= said->limit &&
		           said->limit == brute->problem->skip_price[brute->order],
		       "%s %u: order %d has a place, code %d", kinds[kind].name, number, brute->order,
		       said->code);
		return;
	}
	/* the promise in short: one cause is named, and none is named that is not one */
	exact += census.single != 0 && (census.single & (census.single - 1)) == 0;
	EXPECT(census.single == 0 || (census.single & BRUTE_BIT(said->code)) != 0,
	       "%s %u: order %d: code %d is no single cause, %x are", kinds[kind].name, number,
	       brute->order, said->code, census.single);
	is = brute_reason(brute, &census);
	reason_compare(said, &is, kind, number, brute->order);
}

static void
problem_check(unsigned number, Kind kind)
{
	RandomShape shape = {4, 12, 1, 4, MINUTE, kinds[kind].features};
	Dice dice = dice_from_seed(number * KINDS + kind);
	RandomProblem random;
	SolveRun run = {.seed = number};

	run.iterations = number % 3 == 0 ? 2 : 50;
	if (kind == KIND_ANYTHING)
		shape.features = random_features(&dice);
	shape.features |= with_units;
	random_problem_make(&random, &shape, &dice);
	if (kind != KIND_ANYTHING)
		problem_tighten(&random, kind, &dice);
	EXPECT(solve_run(&random.problem, &run) == LM_OK, "%s %u", kinds[kind].name, number);
	for (int32_t i = 0; i < lm_problem_rows(&random.problem); i++)
	{
		Brute brute = {.problem = &random.problem, .plan = &run.result.plan, .order = i};

		if (run.result.reasons[i].code == LM_REASON_NONE)
			continue;
		brute.order = lm_problem_first(&random.problem, i);
		if (brute.order == i)
			order_check(&brute, &run.result.reasons[i], kind, number);
		else
			reason_compare(&run.result.reasons[i], &run.result.reasons[brute.order], kind, number,
			               i);
	}
	solve_end(&run);
	random_problem_drop(&random);
}

static Kind running;

static void
kind_run(void)
{
	for (unsigned number = 0; number < PROBLEMS * RANDOM_EFFORT; number++)
		problem_check(number, running);
}

static void
units_run(void)
{
	with_units = RANDOM_UNITS;
	for (Kind kind = 0; kind < KINDS; kind++)
		for (unsigned number = 0; number < UNIT_PROBLEMS * RANDOM_EFFORT; number++)
			problem_check(number, kind);
	with_units = 0;
}

static void
numbers_suffice(void)
{
	static const struct
	{
		LmReasonCode code;
		const char *name;
	} codes[] = {{LM_REASON_CAPACITY, "capacity"},
	             {LM_REASON_SKILL, "skill"},
	             {LM_REASON_WINDOW, "window"},
	             {LM_REASON_SHIFT, "shift"},
	             {LM_REASON_BREAK, "break"},
	             {LM_REASON_STOPS, "stops"},
	             {LM_REASON_DISTANCE, "distance"},
	             {LM_REASON_TIME, "time"},
	             {LM_REASON_UNREACHABLE, "unreachable"},
	             {LM_REASON_VEHICLE_REFUSED, "vehicle_refused"},
	             {LM_REASON_RELEASE, "release"},
	             {LM_REASON_RANGE, "range"},
	             {LM_REASON_DROPPED, "dropped"}};
	int32_t search = by_code[LM_REASON_SEARCH][0];

	printf("# %d unassigned orders, %d with exactly one single cause\n", unassigned, exact);
	EXPECT(unassigned >= 500, "%d unassigned orders", unassigned);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
	{
		int32_t *count = by_code[codes[i].code];

		printf("# %-16s %4d, of them %4d for every vehicle even alone\n", codes[i].name,
		       count[0] + count[1], count[1]);
		EXPECT(count[0] + count[1] >= 40, "%s: %d times", codes[i].name, count[0] + count[1]);
	}
	printf("# %-16s %4d\n", "search", search);
	EXPECT(search > 0 && search * 10 <= unassigned, "search: %d of %d", search, unassigned);
}

int
main(void)
{
	for (running = 0; running < KINDS; running++)
		tap_run(running == KIND_ANYTHING ? "problems of any kind" : kinds[running].name, kind_run);
	tap_run("shipments and alternatives", units_run);
	tap_run("each code was given often, search seldom", numbers_suffice);
	return tap_end();
}
