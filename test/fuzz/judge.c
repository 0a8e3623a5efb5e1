/*
 * judge.c
 *	  The judge of lastmile.check on any route: infeasible, with orders that come twice, halves of
 *	  shipments, reloads in a row, breaks shown.
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
	int32_t orders[MOST_ITEMS]; /* the items without the breaks; reloads are LM_JUDGE_RELOAD */
	int32_t order_count;
	int32_t reloads; /* of them */
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
	for (int32_t i = 0; i < judged->order_count; i++)
		judged->reloads += judged->orders[i] == LM_JUDGE_RELOAD;
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

/* When all goods of the trip are ready that begins in front of an item. */
static LmTime
goods_ready(const Judged *judged, int32_t item)
{
	LmTime ready = -LM_NEVER;

	for (; item < judged->order_count && judged->orders[item] != LM_JUDGE_RELOAD; item++)
	{
		const LmOrder *order = &judged->problem->orders[judged->orders[item]];

		if (order->kind == LM_DELIVERY && order->release > ready)
			ready = order->release;
	}
	return ready;
}

/* A reload waits for the goods of its trip, and for nothing else; it is never late. */
static void
reload_check(const Judged *judged, int32_t row, int32_t item)
{
	const LmStop *stop = &judged->judgement.timetable.stops[row];
	LmTime goods = goods_ready(judged, item + 1);

	CHECK(stop->setup == 0 && stop->wait == (goods > stop->arrives ? goods - stop->arrives : 0) &&
	          stop->service == judged->vehicle->reload_time &&
	          stop->place == judged->vehicle->start && judged->judgement.late[row] == 0,
	      "reload in row %d waits for %lld", row, (long long) stop->wait);
}

/*
 * Late: after it is due, which is the end of the last window but where that is soft.  After the end of
 * the last window: on arrival.  Else within a window, and no sooner was there one.
 */
static void
service_check(const Judged *judged, int32_t row)
{
	const LmStop *stop = &judged->judgement.timetable.stops[row];
	const LmProblem *problem = judged->problem;
	const LmOrder *order = &problem->orders[stop->index];
	LmTime starts = stop->arrives + stop->setup + stop->wait;
	LmTime close = problem->windows[order->window_first + order->window_count - 1].close;
	LmTime due = order->soft ? order->due : close;
	LmTime late = judged->judgement.late[row];

	CHECK(late == (starts > due ? starts - due : 0), "row %d is late by %lld", row,
	      (long long) late);
	if (starts > close)
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
		if (stop->kind == LM_STOP_ORDER || stop->kind == LM_STOP_RELOAD)
			CHECK(orders < judged->order_count &&
			          judged->orders[orders] ==
			              (stop->kind == LM_STOP_ORDER ? stop->index : LM_JUDGE_RELOAD),
			      "row %d serves order %d", row, stop->index);
		if (stop->kind == LM_STOP_ORDER)
			service_check(judged, row);
		if (stop->kind == LM_STOP_RELOAD)
			reload_check(judged, row, orders);
		orders += stop->kind == LM_STOP_ORDER || stop->kind == LM_STOP_RELOAD;
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
			CHECK(timetable->stops[row].kind == (rests ? LM_STOP_BREAK
			                                     : judged->route.items[i] == LM_JUDGE_RELOAD
			                                         ? LM_STOP_RELOAD
			                                         : LM_STOP_ORDER),
			      "item %d is row %d", i, row);
	}
}

/* ---- violations ---- */

/* Rules of the breaks. */
static void
breaks_count(const Judged *judged, int32_t *expected)
{
	const LmProblem *problem = judged->problem;
	const LmVehicle *vehicle = judged->vehicle;
	const LmTimetable *timetable = &judged->judgement.timetable;
	bool taken[RANDOM_MOST_BREAKS] = {false};

	for (int32_t row = 1; row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];
		const LmBreak *rule;
		LmTime starts = stop->arrives + stop->wait;
		bool late;

		if (stop->kind != LM_STOP_BREAK)
			continue;
		CHECK(stop->index >= 0 && stop->index < vehicle->break_count && !taken[stop->index],
		      "row %d is break %d", row, stop->index);
		rule = &problem->breaks[vehicle->break_first + stop->index];
		late = starts > rule->window.close || starts < rule->window.open;
		taken[stop->index] = true;
		expected[LM_REASON_BREAK] += late;
		expected[LM_REASON_MISMATCH] += !late && !(timetable->departs < rule->window.close &&
		                                           rule->window.close < timetable->ends);
	}
	for (int32_t b = 0; b < vehicle->break_count; b++)
	{
		LmTime close = problem->breaks[vehicle->break_first + b].window.close;

		expected[LM_REASON_BREAK] += !taken[b] && timetable->departs < close &&
		                             close < timetable->ends;
	}
}

static bool
same_shipment(const Judged *judged, int32_t one, int32_t other)
{
	return judged->orders[other] != LM_JUDGE_RELOAD &&
	       judged->problem->orders[judged->orders[one]].unit ==
	           judged->problem->orders[judged->orders[other]].unit;
}

/* A row of a shipment with no row of its other end on the route, or none in front of one that drops. */
static bool
half_shipment(const Judged *judged, int32_t item)
{
	LmOrderKind kind = judged->problem->orders[judged->orders[item]].kind;

	if (kind != LM_COLLECT && kind != LM_DROP)
		return false;
	for (int32_t i = 0; i < judged->order_count; i++)
		if (same_shipment(judged, item, i) &&
		    judged->problem->orders[judged->orders[i]].kind != kind &&
		    (kind == LM_COLLECT || i < item))
			return false;
	return true;
}

/* Rules of the rows of orders, and of the ways to all rows. */
static void
rows_count(const Judged *judged, int32_t *expected)
{
	const LmProblem *problem = judged->problem;
	const LmTravel *travel = lm_problem_travel(problem, judged->route.vehicle);
	const LmTimetable *timetable = &judged->judgement.timetable;
	int32_t item = 0;

	for (int32_t row = 1; row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];

		if (stop->kind == LM_STOP_BREAK)
			continue;
		expected[LM_REASON_UNREACHABLE] += lm_travel_time(travel, stop[-1].place, stop->place) ==
		                                   LM_NO_LEG;
		if (stop->kind == LM_STOP_ORDER)
		{
			const LmOrder *order = &problem->orders[stop->index];
			LmTime starts = stop->arrives + stop->setup + stop->wait;

			expected[LM_REASON_WINDOW] +=
				starts > problem->windows[order->window_first + order->window_count - 1].close;
			expected[LM_REASON_SKILL] += !lm_problem_skilled(problem, stop->index,
			                                                 judged->route.vehicle);
			expected[LM_REASON_VEHICLE_REFUSED] += !lm_problem_welcome(problem, stop->index,
			                                                           judged->route.vehicle);
			expected[LM_REASON_PRECEDENCE] += half_shipment(judged, item);
		}
		item += stop->kind == LM_STOP_ORDER || stop->kind == LM_STOP_RELOAD;
	}
}

/* Trips that are too long. */
static int32_t
long_trips(const Judged *judged)
{
	const LmTimetable *timetable = &judged->judgement.timetable;
	LmLength length = 0;
	int32_t count = 0;

	for (int32_t row = 0; row < timetable->count && judged->vehicle->range > 0; row++)
	{
		length += timetable->stops[row].length;
		if (timetable->stops[row].kind != LM_STOP_RELOAD && row < timetable->count - 1)
			continue;
		count += length > judged->vehicle->range;
		length = 0;
	}
	return count;
}

/* How often each rule is broken, counted in the rows. */
static void
violations_count(const Judged *judged, int32_t *expected)
{
	const LmProblem *problem = judged->problem;
	const LmVehicle *vehicle = judged->vehicle;
	const LmJudgement *judgement = &judged->judgement;
	const LmTimetable *timetable = &judgement->timetable;
	int32_t most_trips = vehicle->max_trips > 1 ? vehicle->max_trips : 1;

	rows_count(judged, expected);
	breaks_count(judged, expected);
	expected[LM_REASON_SHIFT] += vehicle->shift_end < LM_NEVER &&
	                             timetable->ends > vehicle->shift_end + vehicle->overtime;
	expected[LM_REASON_TIME] += timetable->ends - timetable->departs > vehicle->max_time;
	expected[LM_REASON_DISTANCE] += timetable->length > vehicle->max_distance;
	expected[LM_REASON_RANGE] += long_trips(judged);
	expected[LM_REASON_STOPS] += judged->order_count - judged->reloads > vehicle->max_stops;
	expected[LM_REASON_STOPS] += 1 + judged->reloads > most_trips;
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

/* How many goods of an item's shipment are on board behind so many items: what was taken since the last time
 * that none was. */
static int32_t
shipments_aboard(const Judged *judged, int32_t item, int32_t passed)
{
	int32_t aboard = 0;
	int32_t since = 0;

	for (int32_t i = passed - 1; i >= 0; i--)
	{
		if (!same_shipment(judged, item, i))
			continue;
		since += judged->problem->orders[judged->orders[i]].kind == LM_COLLECT ? 1 : -1;
		aboard = since > aboard ? since : aboard;
	}
	return aboard;
}

/* How many of an item are on board behind so many items, of which the last reload is before item `trip`. */
static int32_t
item_aboard(const Judged *judged, int32_t item, int32_t passed, int32_t trip, int32_t trip_end)
{
	LmOrderKind kind = judged->problem->orders[judged->orders[item]].kind;

	if (kind == LM_DELIVERY)
		return item >= passed && item < trip_end;
	if (kind == LM_PICKUP)
		return item < passed && item >= trip;
	/* of a shipment once, at the first of its rows */
	for (int32_t i = 0; i < item; i++)
		if (same_shipment(judged, item, i))
			return 0;
	return shipments_aboard(judged, item, passed);
}

static LmAmount
load_expected(const Judged *judged, int32_t passed, int32_t dimension)
{
	const LmProblem *problem = judged->problem;
	LmAmount load = 0;
	int32_t trip = passed;
	int32_t trip_end = passed;

	while (trip > 0 && judged->orders[trip - 1] != LM_JUDGE_RELOAD)
		trip--;
	while (trip_end < judged->order_count && judged->orders[trip_end] != LM_JUDGE_RELOAD)
		trip_end++;
	for (int32_t i = 0; i < judged->order_count; i++)
		if (judged->orders[i] != LM_JUDGE_RELOAD)
			load += item_aboard(judged, i, passed, trip, trip_end) *
			        problem->demand[judged->orders[i] * problem->dimensions + dimension];
	return load;
}

/* Loads as sums over the orders that are still, or already, on board. */
static void
loads_check(const Judged *judged)
{
	const LmProblem *problem = judged->problem;
	const LmTimetable *timetable = &judged->judgement.timetable;
	int32_t passed = 0;

	for (int32_t row = 0; row < timetable->count; row++)
	{
		LmStopKind kind = timetable->stops[row].kind;

		passed += kind == LM_STOP_ORDER || kind == LM_STOP_RELOAD;
		for (int32_t d = 0; d < problem->dimensions; d++)
			CHECK(judged->judgement.load[row * problem->dimensions + d] ==
			          (kind == LM_STOP_END ? 0 : load_expected(judged, passed, d)),
			      "load of row %d in dimension %d", row, d);
	}
}

/* ---- other opinions ---- */

static bool
comes_twice(const Judged *judged)
{
	for (int32_t i = 0; i < judged->order_count; i++)
		for (int32_t j = 0; j < i; j++)
			if (judged->orders[i] == judged->orders[j] && judged->orders[i] != LM_JUDGE_RELOAD)
				return true;
	return false;
}

/* The route as the search knows it, each reload by its number; false: there are not so many. */
static bool
sequence_of(const Judged *judged, int32_t *sequence)
{
	int32_t reload = lm_problem_rows(judged->problem);

	for (int32_t i = 0; i < judged->order_count; i++)
	{
		sequence[i] = judged->orders[i];
		if (sequence[i] != LM_JUDGE_RELOAD)
			continue;
		while (reload < judged->problem->order_count &&
		       !lm_problem_welcome(judged->problem, reload, judged->route.vehicle))
			reload++;
		if (reload == judged->problem->order_count)
			return false;
		sequence[i] = reload++;
	}
	return true;
}

static bool
lacks_a_way(const Judged *judged, const int32_t *sequence)
{
	OracleRoute route = oracle_route(judged->problem, judged->route.vehicle, sequence,
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
	int32_t sequence[MOST_ITEMS];
	FuzzHeap heap = {0};
	LmArena arena;
	LmScheduler *scheduler;
	bool possible;

	if (judged->order_count == 0 || judged->route.breaks_shown || comes_twice(judged) ||
	    !sequence_of(judged, sequence) || lacks_a_way(judged, sequence))
		return;
	fuzz_arena(&arena, &heap);
	scheduler = lm_scheduler_new(judged->problem, &arena);
	possible = lm_schedule_time(scheduler, judged->route.vehicle, sequence, judged->order_count,
	                            &timetable);
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
		else if (timetable->stops[row].kind == LM_STOP_RELOAD)
			items[again.route.count++] = LM_JUDGE_RELOAD;
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
	int32_t sequence[MOST_ITEMS];
	OracleRoute route = oracle_route(judged->problem, judged->route.vehicle, sequence,
	                                 judged->order_count, 0);
	OracleSchedule best;

	if (judged->order_count == 0 || judged->order_count > 5 || judged->route.breaks_shown ||
	    !sequence_of(judged, sequence) || lacks_a_way(judged, sequence))
		return;
	best = oracle_schedule(&route);
	CHECK(best.found == judged->judgement.feasible, "trying everything finds %d", best.found);
	/* with soft windows and breaks rule 7 does not name every departure */
	if (best.found && (!oracle_soft(&route) || route.vehicle->break_count == 0))
		CHECK(best.departs == judged->judgement.timetable.departs &&
		          best.ends == judged->judgement.timetable.ends,
		      "trying everything goes from %lld to %lld", (long long) best.departs,
		      (long long) best.ends);
}

static void
items_draw(Dice *dice, const RandomProblem *random, Judged *judged, int32_t *items)
{
	int32_t reloads = random_has(random, RANDOM_TRIPS) ? dice_between(dice, 5, 30) : 0;

	judged->route.count = dice_between(dice, 0, MOST_ITEMS);
	for (int32_t i = 0; i < judged->route.count; i++)
		if (judged->route.breaks_shown && dice_percent(dice, 25))
			items[i] = LM_JUDGE_BREAK;
		else if (dice_percent(dice, reloads))
			items[i] = LM_JUDGE_RELOAD;
		else
			items[i] = dice_below(dice, lm_problem_rows(&random->problem));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Dice dice = dice_from_bytes(data, size);
	RandomShape shape = {1, MOST_ORDERS, 1, 2, 1, 0};
	int32_t items[MOST_ITEMS];
	Judged judged = {.route.items = items};
	RandomProblem random;

	shape.features = dice_below(&dice, RANDOM_ALL + 1) | random_more_features(&dice);
	if (dice_percent(&dice, 30))
		shape.tick = 60000;
	if (dice_percent(&dice, 25))
		shape.features |= RANDOM_WILD;
	judged.route.breaks_shown = dice_percent(&dice, 40);
	judged.heap.filling = dice_below(&dice, 256);
	random_problem_make(&random, &shape, &dice);
	judged.problem = &random.problem;
	judged.route.vehicle = dice_below(&dice, random.problem.vehicle_count);
	items_draw(&dice, &random, &judged, items);
	/* a load stays where its sum would wrap: what orders that come twice may add up to */
	for (int32_t i = 0; i < random.problem.order_count * random.problem.dimensions; i++)
		if (random.problem.demand[i] > LM_NEVER / MOST_ITEMS)
			random.problem.demand[i] = LM_NEVER / MOST_ITEMS;
	judge(&judged);
	rows_check(&judged);
	violations_check(&judged);
	loads_check(&judged);
	fuzz_cost_check(judged.problem, judged.vehicle, &judged.judgement);
	scheduler_agrees(&judged);
	shown_agrees(&judged);
	if (shape.tick == 1 && !random_has(&random, RANDOM_WILD))
		oracle_agrees(&judged);
	judged_drop(&judged);
	random_problem_drop(&random);
	return 0;
}
