/*
 * day.c
 *	  Days under way: what the search settles and plans behind it, against the judge.
 */
#include "solver/day.h"

#include "heap.h"
#include "random_day.h"
#include "tap.h"

#include "check/judge.h"
#include "solver/moves.h"
#include "solver/reload.h"
#include "solver/state.h"

static bool
never_stop(void *context)
{
	(void) context;
	return false;
}

static void
problem_draw(RandomProblem *random, Dice *dice, unsigned number)
{
	RandomShape shape = {1, 12, 1, 4, number % 2 == 0 ? 1 : 60000, 0};

	*dice = dice_from_seed(number);
	shape.features = random_features(dice);
	if (number % 3 == 0)
		shape.features |= RANDOM_TRAFFIC;
	if (number % 4 < 2)
		shape.features |= RANDOM_UNITS;
	if (number % 5 < 2)
		shape.features |= RANDOM_TRIPS;
	if (number % 5 == 1 || number % 7 == 1)
		shape.features |= RANDOM_RANGES;
	random_problem_make(random, &shape, dice);
	random_day_make(random);
}

static bool
stops_equal(const LmStop *a, const LmStop *b)
{
	return a->kind == b->kind && a->index == b->index && a->place == b->place &&
	       a->travel == b->travel && a->length == b->length && a->arrives == b->arrives &&
	       a->setup == b->setup && a->wait == b->wait && a->service == b->service &&
	       a->departs == b->departs;
}

/* What a test has in hand. */
typedef struct Bench
{
	unsigned number;
	const LmProblem *problem;
	LmArena arena;
	LmDay day;
	LmScheduler *scheduler;
	LmTimetable timetable;
	Dice dice;
	LmState *state;
	int32_t *route; /* [lm_day_rows] */
	int32_t *items; /* [lm_day_rows] */
	int32_t rows;   /* compared */
	int32_t trips;  /* reloads among them, fixed or not, */
	int32_t bound;  /* and deliveries of shipments that were on board */
	int32_t places; /* tried, */
	int32_t good;   /* of them those that break no rule */
	int32_t trips_begun;
	int32_t tails; /* exchanged */
	int32_t late;  /* of them, settled in a hurry or not */
} Bench;

static void
bench_open(Bench *bench, const LmProblem *problem, unsigned number)
{
	memset(bench, 0, sizeof(*bench));
	bench->number = number;
	bench->problem = problem;
	lm_arena_init(&bench->arena, block_take, block_give, NULL, SIZE_MAX);
	EXPECT(lm_day_begin(&bench->day, problem, never_stop, NULL, &bench->arena) == LM_OK,
	       "problem %u", number);
	bench->scheduler = lm_scheduler_new(bench->day.rest, &bench->arena);
	bench->timetable.stops = LM_TAKE(&bench->arena, LmStop, lm_day_rows(problem));
	bench->items = LM_TAKE(&bench->arena, int32_t, lm_day_rows(problem));
	bench->route = LM_TAKE(&bench->arena, int32_t, lm_day_rows(problem));
	bench->dice = dice_from_seed(number);
}

static int32_t
item_of(const LmStop *stop)
{
	if (stop->kind == LM_STOP_RELOAD)
		return LM_JUDGE_RELOAD;
	return stop->kind == LM_STOP_BREAK ? LM_JUDGE_BREAK : stop->index;
}

/* The route as the judge times it; `whole` tells it where the breaks are. */
static LmJudgement
route_judge(Bench *bench, int32_t vehicle, const int32_t *orders, int32_t count, bool whole)
{
	LmJudgeRoute route = {.vehicle = vehicle, .items = bench->items, .breaks_shown = whole};
	const LmBegun *begun = &bench->day.begun[vehicle];
	LmJudgement judgement;

	for (int32_t row = 0; whole && row < bench->timetable.count; row++)
	{
		const LmStop *stop = &bench->timetable.stops[row];

		if (stop->kind != LM_STOP_START && stop->kind != LM_STOP_END)
			bench->items[route.count++] = item_of(stop);
	}
	for (int32_t row = 0; !whole && row < begun->count; row++)
		if (begun->stops[row].kind == LM_STOP_ORDER || begun->stops[row].kind == LM_STOP_RELOAD)
			bench->items[route.count++] = item_of(&begun->stops[row]);
	for (int32_t i = 0; !whole && i < count; i++)
		bench->items[route.count++] = bench->day.rest->orders[orders[i]].kind == LM_RELOAD
		                                  ? LM_JUDGE_RELOAD
		                                  : lm_day_order(&bench->day, orders[i]);
	EXPECT(lm_judge_route(bench->problem, &route, &bench->arena, &judgement) == LM_JUDGE_OK,
	       "problem %u", bench->number);
	return judgement;
}

static void
route_compare(Bench *bench, int32_t vehicle, const int32_t *orders, int32_t count, bool whole)
{
	const LmTimetable *timetable = &bench->timetable;
	LmJudgement judgement = route_judge(bench, vehicle, orders, count, whole);

	EXPECT(judgement.violation_count == 0, "problem %u vehicle %d: violation %d on row %d",
	       bench->number, vehicle, judgement.violations[0].code, judgement.violations[0].row);
	EXPECT(timetable->count == judgement.timetable.count &&
	           timetable->departs == judgement.timetable.departs &&
	           timetable->ends == judgement.timetable.ends &&
	           timetable->overtime == judgement.timetable.overtime &&
	           timetable->length == judgement.timetable.length,
	       "problem %u vehicle %d: %d rows, %d to %d, the judge says %d, %d to %d", bench->number,
	       vehicle, timetable->count, (int) timetable->departs, (int) timetable->ends,
	       judgement.timetable.count, (int) judgement.timetable.departs,
	       (int) judgement.timetable.ends);
	for (int32_t row = 0; row < timetable->count && row < judgement.timetable.count; row++)
	{
		EXPECT(stops_equal(&timetable->stops[row], &judgement.timetable.stops[row]),
		       "problem %u vehicle %d row %d", bench->number, vehicle, row);
		bench->late += judgement.late[row] > 0;
		bench->trips += timetable->stops[row].kind == LM_STOP_RELOAD;
	}
	for (int32_t i = 0; i < count; i++)
		bench->bound += lm_unit_loose(bench->day.rest, orders[i]);
	bench->rows += timetable->count;
}

/* A plan of the rest, and all its routes judged. */
static void
plan_judge(Bench *bench)
{
	LmSolveOptions options = {.iterations = 60, .seed = bench->number, .should_stop = never_stop};
	LmSolveResult result;

	EXPECT(lm_solve(bench->day.rest, &options, &bench->arena, &result) == LM_OK, "problem %u",
	       bench->number);
	for (int32_t v = 0; v < bench->problem->vehicle_count; v++)
	{
		const int32_t *orders = result.plan.stops + result.plan.first[v];
		int32_t count = result.plan.first[v + 1] - result.plan.first[v];
		bool timed;

		if (count == 0 && !lm_day_drives(&bench->day, v))
			continue;
		timed = lm_day_time(&bench->day, bench->scheduler, v, orders, count, &bench->timetable);
		EXPECT(timed, "problem %u vehicle %d: no schedule", bench->number, v);
		if (!timed)
			continue;
		route_compare(bench, v, orders, count, false);
		route_compare(bench, v, orders, count, true);
	}
	for (int32_t i = 0; i < bench->day.rest->order_count; i++)
		if (result.reasons[i].code != LM_REASON_NONE)
		{
			LmReason reason = lm_day_reason(&bench->day, result.reasons[i]);

			EXPECT(reason.code > LM_REASON_NONE && reason.code <= LM_REASON_SEARCH,
			       "problem %u: order %d has no reason", bench->number, i);
		}
}

/* ---- places ---- */

/* Nothing is put on it any more, which the judge of a route does not know. */
static bool
vehicle_closed(const Bench *bench, int32_t vehicle)
{
	const LmVehicle *van = &bench->problem->vehicles[vehicle];

	return bench->day.begun[vehicle].no_way ||
	       (van->fixed_count > 0 &&
	        bench->problem->fixed[van->fixed_first + van->fixed_count - 1].order == LM_FIXED_END);
}

static void
state_begin(Bench *bench, const LmPlan *plan)
{
	const LmProblem *rest = bench->day.rest;
	int32_t *next = LM_TAKE(&bench->arena, int32_t, rest->order_count + 2 * rest->vehicle_count);

	bench->state = lm_state_new(rest, bench->scheduler, &bench->arena);
	for (int32_t v = 0; v < rest->vehicle_count; v++)
	{
		int32_t node = lm_state_start(bench->state, v);

		for (int32_t i = plan->first[v]; i < plan->first[v + 1]; i++)
			node = next[node] = plan->stops[i];
		next[node] = lm_state_end(bench->state, v);
	}
	lm_state_load(bench->state, next);
}

/* Violations of a vehicle's route with an order put in behind a node; order -1: as it is. */
static int32_t
violations_with(Bench *bench, int32_t vehicle, int32_t order, int32_t after)
{
	const LmState *state = bench->state;
	int32_t count = 0;

	for (int32_t node = lm_state_start(state, vehicle); node != lm_state_end(state, vehicle);
	     node = state->nodes[node].next)
	{
		if (node < state->problem->order_count)
			bench->route[count++] = node;
		if (node == after && order >= 0)
			bench->route[count++] = order;
	}
	if (count == 0 && !lm_day_drives(&bench->day, vehicle))
		return 0;
	return route_judge(bench, vehicle, bench->route, count, false).violation_count;
}

/* Whether rows of a unit alone can be put somewhere. */
static bool
served_alone(const LmProblem *problem, int32_t order)
{
	const LmUnit *unit = lm_problem_unit(problem, order);

	return unit == NULL || unit->tails == 0;
}

/* An absent order at every place: the search has a price for those that the judge accepts. */
static void
order_try(Bench *bench, int32_t order)
{
	LmState *state = bench->state;
	const LmProblem *rest = bench->day.rest;
	LmCost cost = LM_IMPOSSIBLE;
	LmReloadPlace place;

	for (int32_t v = 0; v < rest->vehicle_count; v++)
		for (int32_t node = lm_state_start(state, v);
		     node != lm_state_end(state, v) && !vehicle_closed(bench, v);
		     node = state->nodes[node].next)
		{
			bool priced = lm_state_insertion(state, order, node, LM_IMPOSSIBLE) < LM_IMPOSSIBLE;
			bool accepted = violations_with(bench, v, order, node) == 0;

			/* under traffic the search bounds metres by the longest way */
			EXPECT(priced == accepted || (!priced && state->vans[v].changes),
			       "problem %u: order %d behind %d of vehicle %d is %s", bench->number, order, node,
			       v, priced ? "priced" : "accepted");
			bench->places++;
			bench->good += priced;
		}
	lm_state_commit(state);
	if (rest->reload_count == 0 || !lm_reload_find(state, NULL, order, &cost, &place))
		return;
	lm_reload_insert(state, order, &place);
	EXPECT(violations_with(bench, state->nodes[order].route, -1, -1) == 0,
	       "problem %u: order %d with a reload behind %d", bench->number, order, place.after);
	bench->trips_begun++;
	lm_state_undo(state);
}

/* Two routes exchange what ends them, and both are still clean. */
static void
tails_try(Bench *bench)
{
	LmState *state = bench->state;
	int32_t nodes = state->problem->order_count + 2 * state->problem->vehicle_count;
	int32_t *tails = LM_TAKE(&bench->arena, int32_t, 2 * nodes + 2);

	for (int32_t order = 0; order < state->problem->order_count; order++)
		for (int32_t after = 0; after < nodes; after++)
		{
			LmLift lift;
			LmMeeting meeting;
			LmCost before = state->cost;

			if (state->nodes[order].route == LM_ABSENT || state->nodes[after].route == LM_ABSENT ||
			    after == order ||
			    (after >= state->problem->order_count && state->nodes[after].prev != LM_ABSENT))
				continue;
			lift = lm_lift_of(state, order);
			meeting = lm_meeting_of(state, &lift, after);
			if (!lm_move_tails(state, &meeting, tails))
				continue;
			EXPECT(state->cost < before, "problem %u: dearer by tails", bench->number);
			bench->tails++;
			for (int32_t v = 0; v < state->problem->vehicle_count; v++)
				EXPECT(violations_with(bench, v, -1, -1) == 0,
				       "problem %u: vehicle %d with another tail", bench->number, v);
		}
}

static void
places_judge(Bench *bench)
{
	LmSolveOptions options = {.iterations = 3, .seed = bench->number, .should_stop = never_stop};
	const LmProblem *rest = bench->day.rest;
	LmSolveResult result;

	EXPECT(lm_solve(rest, &options, &bench->arena, &result) == LM_OK, "problem %u", bench->number);
	state_begin(bench, &result.plan);
	for (int32_t i = 0; i < lm_problem_rows(rest) && tap_failed_checks == 0; i++)
	{
		if (dice_percent(&bench->dice, 40) && bench->state->nodes[i].route != LM_ABSENT)
			lm_state_remove(bench->state, i, i);
		if (bench->state->absent_at[lm_problem_first(rest, i)] >= 0 && served_alone(rest, i))
			order_try(bench, i);
	}
	tails_try(bench);
}

static void
places_agree(void)
{
	Bench all = {0};

	for (unsigned number = 0; number < 1500 * RANDOM_EFFORT && tap_failed_checks == 0; number++)
	{
		RandomProblem random;
		Dice dice;
		Bench bench;

		problem_draw(&random, &dice, 3100000000 + number);
		bench_open(&bench, &random.problem, number);
		if (bench.day.begun != NULL)
			places_judge(&bench);
		all.places += bench.places;
		all.good += bench.good;
		all.trips_begun += bench.trips_begun;
		all.tails += bench.tails;
		lm_arena_drop(&bench.arena);
		random_problem_drop(&random);
	}
	printf("# %d places, %d good, %d trips begun, %d tails exchanged\n", all.places, all.good,
	       all.trips_begun, all.tails);
	EXPECT(all.good > 1000 && all.places > 2 * all.good && all.trips_begun > 50 && all.tails > 5,
	       "too few");
}

static void
judge_agrees(void)
{
	int32_t rows = 0;
	int32_t late = 0;
	int32_t trips = 0;
	int32_t bound = 0;

	for (unsigned number = 0; number < 2000 * RANDOM_EFFORT; number++)
	{
		RandomProblem random;
		Dice dice;
		Bench bench;

		problem_draw(&random, &dice, 3000000000 + number);
		bench_open(&bench, &random.problem, number);
		if (bench.day.begun != NULL)
			plan_judge(&bench);
		rows += bench.rows;
		late += bench.late;
		trips += bench.trips;
		bound += bench.bound;
		lm_arena_drop(&bench.arena);
		random_problem_drop(&random);
	}
	printf("# %d rows, %d late, %d reloads, %d deliveries of goods on board\n", rows, late, trips,
	       bound);
	EXPECT(rows > 1000 && late > 100 && trips > 100 && bound > 100,
	       "%d rows, %d late, %d reloads, %d deliveries", rows, late, trips, bound);
}

/* Goods that were on board when the search began stay there when the order that drops them is taken off. */
static void
goods_stay_aboard(void)
{
	RandomShape shape = {3, 3, 1, 1, 60000, RANDOM_LOADS};
	Dice dice = dice_from_seed(1);
	LmUnit units[] = {{0, 1, 1}, {2, 1, 0}};
	int32_t members[] = {0, 1, 2};
	LmFixed fixed = {0, 0, false, 0};
	static const LmOrderKind kinds[] = {LM_COLLECT, LM_DROP, LM_PICKUP};
	static const LmAmount demands[] = {4000, 4000, 5000};
	RandomProblem random;
	LmProblem *problem = &random.problem;
	Bench bench;
	LmState *state;
	int32_t drop;
	int32_t pickup;

	random_problem_make(&random, &shape, &dice);
	problem->units = units;
	problem->unit_count = 2;
	problem->members = members;
	problem->fixed = &fixed;
	problem->vehicles[0].fixed_count = 1;
	for (int32_t i = 0; i < 3; i++)
	{
		LmOrder *order = &problem->orders[i];

		order->kind = kinds[i];
		order->unit = i / 2;
		problem->windows[order->window_first] = (LmWindow){-LM_NEVER, LM_NEVER};
		for (int32_t d = 0; d < problem->dimensions; d++)
			problem->demand[i * problem->dimensions + d] = demands[i];
	}
	for (int32_t d = 0; d < problem->dimensions; d++)
		problem->capacity[d] = 7000;
	bench_open(&bench, problem, 0);
	drop = lm_day_rest(&bench.day, 1);
	pickup = lm_day_rest(&bench.day, 2);
	state = lm_state_new(bench.day.rest, bench.scheduler, &bench.arena);
	lm_state_commit(state);
	lm_state_insert(state, drop, lm_state_start(state, 0));
	/* 4 until the drop, 5 behind it; without it 4 + 5 of 7 */
	EXPECT(lm_state_insertion(state, pickup, lm_state_start(state, 0), LM_IMPOSSIBLE) >=
	           LM_IMPOSSIBLE,
	       "9 of 7");
	EXPECT(lm_state_insertion(state, pickup, drop, LM_IMPOSSIBLE) < LM_IMPOSSIBLE, "5 of 7");
	lm_state_insert(state, pickup, drop);
	lm_state_remove(state, drop, drop);
	EXPECT(state->nodes[drop].route == LM_ABSENT && state->nodes[pickup].route == LM_ABSENT,
	       "9 of 7 stay");
	lm_arena_drop(&bench.arena);
	random_problem_drop(&random);
}

int
main(void)
{
	tap_run("the judge times settled rows and what comes behind alike", judge_agrees);
	tap_run("the places of the search are those the judge accepts", places_agree);
	tap_run("goods stay on board without the order that drops them", goods_stay_aboard);
	return tap_end();
}
