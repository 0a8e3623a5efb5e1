/*
 * judge.c
 *	  The judge of lastmile.check on any route: infeasible, with orders that come twice and breaks shown.
 *
 * Its rows are held against their own arithmetic, its violations against the rows, and the routes
 * it accepts against the search's scheduler and themselves, with their breaks shown.
 */
#include "fuzz.h"

#define MOST_ORDERS 8
#define MOST_ITEMS 10

typedef struct Judged
{
	const LmProblem *problem;
	const LmVehicle *vehicle;
	LmJudgeRoute route;
	int32_t orders[MOST_ITEMS]; /* the items without the breaks */
	int32_t order_count;
	LmArena arena;
	FuzzHeap heap;
	LmJudgement judgement;
} Judged;

static void
judge(Judged *judged)
{
	const LmJudgeRoute *route = &judged->route;

	judged->vehicle = &judged->problem->vehicles[route->vehicle];
	for (int32_t i = 0; i < route->count; i++)
		if (route->items[i] != LM_JUDGE_BREAK)
			judged->orders[judged->order_count++] = route->items[i];
	fuzz_arena(&judged->arena, &judged->heap);
	CHECK(lm_judge_route(judged->problem, route, &judged->arena, &judged->judgement) == LM_JUDGE_OK,
	      "no judgement");
}

static void
judged_drop(Judged *judged)
{
	fuzz_arena_drop(&judged->arena, &judged->heap);
}

/* ---- rows ---- */

static bool
in_a_window(const LmProblem *problem, int32_t order, LmTime instant)
{
	const LmOrder *row = &problem->orders[order];

	for (int32_t w = row->window_first; w < row->window_first + row->window_count; w++)
		if (problem->windows[w].open <= instant && instant <= problem->windows[w].close)
			return true;
	return false;
}

/* Late: after the last window, on arrival. Not late: within a window, and no sooner was there one. */
static void
service_check(const Judged *judged, int32_t row)
{
	const LmStop *stop = &judged->judgement.timetable.stops[row];
	const LmProblem *problem = judged->problem;
	const LmOrder *order = &problem->orders[stop->index];
	LmTime starts = stop->arrives + stop->setup + stop->wait;
	LmTime close = problem->windows[order->window_first + order->window_count - 1].close;
	LmTime late = judged->judgement.late[row];

	CHECK(late == (starts > close ? starts - close : 0), "row %d is late by %lld", row,
	      (long long) late);
	if (late > 0)
		CHECK(stop->wait == 0, "row %d is late and waits", row);
	else
		CHECK(in_a_window(problem, stop->index, starts), "row %d starts in no window", row);
	if (stop->wait > 0)
		CHECK(!in_a_window(problem, stop->index, starts - 1) &&
		          !in_a_window(problem, stop->index, starts - stop->wait),
		      "row %d waits in a window", row);
}

static void
rows_check(const Judged *judged)
{
	const LmTimetable *timetable = &judged->judgement.timetable;
	int32_t orders = 0;
	int32_t breaks = 0;

	CHECK(timetable->stops[0].kind == LM_STOP_START, "no start row");
	CHECK(timetable->departs == timetable->stops[0].departs &&
	          timetable->departs >= lm_judge_earliest(judged->problem, &judged->route),
	      "departs at %lld", (long long) timetable->departs);
	for (int32_t row = 1; row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];

		CHECK(stop->wait >= 0 && stop->setup >= 0 && stop->travel >= 0 &&
		          stop->arrives == stop[-1].departs + stop->travel &&
		          stop->departs == stop->arrives + stop->setup + stop->wait + stop->service,
		      "the times of row %d", row);
		if (stop->kind == LM_STOP_ORDER)
		{
			CHECK(orders < judged->order_count && stop->index == judged->orders[orders],
			      "row %d serves order %d", row, stop->index);
			orders++;
			service_check(judged, row);
		}
		breaks += stop->kind == LM_STOP_BREAK;
	}
	CHECK(orders == judged->order_count, "%d orders are served of %d", orders, judged->order_count);
	CHECK(timetable->count == 1 + orders + breaks + (judged->vehicle->end != LM_NOWHERE), "%d rows",
	      timetable->count);
	for (int32_t i = 0; i < judged->route.count; i++)
	{
		int32_t row = judged->judgement.item_row[i];
		bool rests = judged->route.items[i] == LM_JUDGE_BREAK;

		CHECK(row < timetable->count && (row > 0 || (rests && row == -1)), "item %d is row %d", i,
		      row);
		if (row > 0)
			CHECK(timetable->stops[row].kind == (rests ? LM_STOP_BREAK : LM_STOP_ORDER),
			      "item %d is row %d", i, row);
	}
}

/* ---- violations ---- */

/* How often each rule is broken, counted in the rows. */
static void
violations_count(const Judged *judged, int32_t *expected)
{
	const LmProblem *problem = judged->problem;
	const LmVehicle *vehicle = judged->vehicle;
	const LmTravel *travel = lm_problem_travel(problem, judged->route.vehicle);
	const LmJudgement *judgement = &judged->judgement;
	const LmTimetable *timetable = &judgement->timetable;
	bool *taken = calloc((size_t) vehicle->break_count + 1, sizeof(bool));

	for (int32_t row = 1; row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];

		if (stop->kind == LM_STOP_BREAK)
		{
			const LmBreak *rule = &problem->breaks[vehicle->break_first + stop->index];
			LmTime starts = stop->arrives + stop->wait;
			bool late = starts > rule->window.close || starts < rule->window.open;
			bool required = timetable->departs < rule->window.close &&
			                rule->window.close < timetable->ends;

			CHECK(stop->index >= 0 && stop->index < vehicle->break_count && !taken[stop->index],
			      "row %d is break %d", row, stop->index);
			taken[stop->index] = true;
			expected[LM_REASON_BREAK] += late;
			expected[LM_REASON_MISMATCH] += !late && !required;
			continue;
		}
		expected[LM_REASON_UNREACHABLE] += lm_travel_time(travel, stop[-1].place, stop->place) ==
		                                   LM_NO_LEG;
		if (stop->kind != LM_STOP_ORDER)
			continue;
		expected[LM_REASON_WINDOW] += judgement->late[row] > 0;
		expected[LM_REASON_SKILL] += !lm_problem_skilled(problem, stop->index,
		                                                 judged->route.vehicle);
		expected[LM_REASON_VEHICLE_REFUSED] += !lm_problem_welcome(problem, stop->index,
		                                                           judged->route.vehicle);
	}
	for (int32_t b = 0; b < vehicle->break_count; b++)
	{
		LmTime close = problem->breaks[vehicle->break_first + b].window.close;

		expected[LM_REASON_BREAK] += !taken[b] && timetable->departs < close &&
		                             close < timetable->ends;
	}
	free(taken);
	expected[LM_REASON_SHIFT] += vehicle->shift_end < LM_NEVER &&
	                             timetable->ends > vehicle->shift_end + vehicle->overtime;
	expected[LM_REASON_TIME] += timetable->ends - timetable->departs > vehicle->max_time;
	expected[LM_REASON_DISTANCE] += timetable->length > vehicle->max_distance;
	expected[LM_REASON_STOPS] += judged->order_count > vehicle->max_stops;
	for (int32_t d = 0; d < problem->dimensions; d++)
	{
		LmAmount most = 0;

		for (int32_t row = 0; row < timetable->count; row++)
			if (judgement->load[row * problem->dimensions + d] > most)
				most = judgement->load[row * problem->dimensions + d];
		expected[LM_REASON_CAPACITY] +=
			most > problem->capacity[judged->route.vehicle * problem->dimensions + d];
	}
}

static void
violations_check(const Judged *judged)
{
	const LmJudgement *judgement = &judged->judgement;
	int32_t expected[LM_REASON_MISMATCH + 1] = {0};
	int32_t found[LM_REASON_MISMATCH + 1] = {0};
	bool untimely;

	violations_count(judged, expected);
	for (int32_t i = 0; i < judgement->violation_count; i++)
	{
		const LmViolation *violation = &judgement->violations[i];

		CHECK(violation->row >= 0 && violation->row < judgement->timetable.count &&
		          (i == 0 || violation->row >= violation[-1].row),
		      "violation %d is in row %d", i, violation->row);
		CHECK(violation->code > LM_REASON_NONE && violation->code <= LM_REASON_MISMATCH,
		      "violation %d has code %d", i, (int) violation->code);
		found[violation->code]++;
	}
	for (int code = 0; code <= LM_REASON_MISMATCH; code++)
		CHECK(found[code] == expected[code], "code %d comes %d times, not %d", code, found[code],
		      expected[code]);
	untimely = found[LM_REASON_WINDOW] + found[LM_REASON_SHIFT] + found[LM_REASON_TIME] +
	               found[LM_REASON_BREAK] + found[LM_REASON_MISMATCH] >
	           0;
	/* a route of nothing but breaks is not one; check says so itself */
	CHECK(judgement->feasible == !untimely || judged->order_count == 0, "feasible %d, untimely %d",
	      judgement->feasible, untimely);
}

/* Loads as sums over the orders that are still, or already, on board. */
static void
loads_check(const Judged *judged)
{
	const LmProblem *problem = judged->problem;
	const LmTimetable *timetable = &judged->judgement.timetable;

	for (int32_t d = 0; d < problem->dimensions; d++)
	{
		int32_t passed = 0;

		for (int32_t row = 0; row < timetable->count; row++)
		{
			LmAmount load = 0;

			passed += timetable->stops[row].kind == LM_STOP_ORDER;
			for (int32_t i = 0; i < judged->order_count; i++)
				if ((problem->orders[judged->orders[i]].kind == LM_PICKUP) == (i < passed))
					load += problem->demand[judged->orders[i] * problem->dimensions + d];
			if (timetable->stops[row].kind == LM_STOP_END)
				load = 0;
			CHECK(judged->judgement.load[row * problem->dimensions + d] == load,
			      "load of row %d in dimension %d", row, d);
		}
	}
}

/* ---- other opinions ---- */

static bool
comes_twice(const Judged *judged)
{
	for (int32_t i = 0; i < judged->order_count; i++)
		for (int32_t j = 0; j < i; j++)
			if (judged->orders[i] == judged->orders[j])
				return true;
	return false;
}

static bool
lacks_a_way(const Judged *judged)
{
	OracleRoute route = oracle_route(judged->problem, judged->route.vehicle, judged->orders,
	                                 judged->order_count, 0);

	for (int32_t row = 1; row <= judged->order_count + 1; row++)
		if (oracle_leg(&route, row) == LM_NO_LEG)
			return true;
	return false;
}

/* The search's scheduler comes to the same rows, or to none. */
static void
scheduler_agrees(const Judged *judged)
{
	LmStop stops[FUZZ_ROWS];
	LmTimetable timetable = {.stops = stops};
	FuzzHeap heap = {0};
	LmArena arena;
	LmScheduler *scheduler;
	bool possible;

	if (judged->order_count == 0 || judged->route.breaks_shown || comes_twice(judged) ||
	    lacks_a_way(judged))
		return;
	fuzz_arena(&arena, &heap);
	scheduler = lm_scheduler_new(judged->problem, &arena);
	possible = lm_schedule_time(scheduler, judged->route.vehicle, judged->orders,
	                            judged->order_count, &timetable);
	CHECK(possible == judged->judgement.feasible, "the search says %d", possible);
	if (possible)
		CHECK(fuzz_timetables_equal(&timetable, &judged->judgement.timetable),
		      "the search goes from %lld to %lld", (long long) timetable.departs,
		      (long long) timetable.ends);
	fuzz_arena_drop(&arena, &heap);
}

/* What plan prints check accepts: the same route with its breaks shown has the same rows. */
static void
shown_agrees(const Judged *judged)
{
	const LmTimetable *timetable = &judged->judgement.timetable;
	int32_t items[MOST_ITEMS + RANDOM_MOST_BREAKS];
	Judged again = {.problem = judged->problem, .route = judged->route};

	if (!judged->judgement.feasible || judged->route.breaks_shown)
		return;
	again.route.items = items;
	again.route.count = 0;
	again.route.breaks_shown = true;
	for (int32_t row = 0; row < timetable->count; row++)
		if (timetable->stops[row].kind == LM_STOP_ORDER)
			items[again.route.count++] = timetable->stops[row].index;
		else if (timetable->stops[row].kind == LM_STOP_BREAK)
			items[again.route.count++] = LM_JUDGE_BREAK;
	if (again.route.count > MOST_ITEMS)
		return;
	judge(&again);
	CHECK(again.judgement.feasible && fuzz_timetables_equal(timetable, &again.judgement.timetable),
	      "with its breaks shown it goes from %lld to %lld, feasible %d",
	      (long long) again.judgement.timetable.departs, (long long) again.judgement.timetable.ends,
	      again.judgement.feasible);
	judged_drop(&again);
}

/* ---- the target ---- */

/* A tiny route whose orders come once is also tried by every departure, by the oracle. */
static void
oracle_agrees(const Judged *judged)
{
	OracleRoute route = oracle_route(judged->problem, judged->route.vehicle, judged->orders,
	                                 judged->order_count, 0);
	OracleSchedule best;

	if (judged->order_count == 0 || judged->order_count > 5 || judged->route.breaks_shown ||
	    lacks_a_way(judged))
		return;
	best = oracle_schedule(&route);
	CHECK(best.found == judged->judgement.feasible, "trying everything finds %d", best.found);
	if (best.found)
		CHECK(best.departs == judged->judgement.timetable.departs &&
		          best.ends == judged->judgement.timetable.ends,
		      "trying everything goes from %lld to %lld", (long long) best.departs,
		      (long long) best.ends);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Dice dice = dice_from_bytes(data, size);
	RandomShape shape = {1, MOST_ORDERS, 1, 2, 1, 0};
	int32_t items[MOST_ITEMS];
	Judged judged = {.route.items = items};
	RandomProblem random;

	shape.features = dice_below(&dice, RANDOM_ALL + 1);
	if (dice_percent(&dice, 30))
		shape.tick = 60000;
	if (dice_percent(&dice, 25))
		shape.features |= RANDOM_WILD;
	judged.route.breaks_shown = dice_percent(&dice, 40);
	judged.heap.filling = dice_below(&dice, 256);
	random_problem_make(&random, &shape, &dice);
	judged.problem = &random.problem;
	judged.route.vehicle = dice_below(&dice, random.problem.vehicle_count);
	judged.route.count = dice_between(&dice, 0, MOST_ITEMS);
	for (int32_t i = 0; i < judged.route.count; i++)
		items[i] = judged.route.breaks_shown && dice_percent(&dice, 25)
		               ? LM_JUDGE_BREAK
		               : dice_below(&dice, random.problem.order_count);
	/* a load stays where its sum would wrap: what orders that come twice may add up to */
	for (int32_t i = 0; i < random.problem.order_count * random.problem.dimensions; i++)
		if (random.problem.demand[i] > LM_NEVER / MOST_ITEMS)
			random.problem.demand[i] = LM_NEVER / MOST_ITEMS;
	judge(&judged);
	rows_check(&judged);
	violations_check(&judged);
	loads_check(&judged);
	fuzz_cost_check(judged.vehicle, &judged.judgement);
	scheduler_agrees(&judged);
	shown_agrees(&judged);
	if (shape.tick == 1 && !random_has(&random, RANDOM_WILD))
		oracle_agrees(&judged);
	judged_drop(&judged);
	random_problem_drop(&random);
	return 0;
}
