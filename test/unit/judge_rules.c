/*
 * judge_rules.c
 *	  The judge of src/check rule by rule, each broken once, with sums done by hand.
 */
#include "judge_case.h"

/* Judges a case and expects exactly one violation. */
static void
expect_one(Case *c, LmReasonCode code, int32_t row, int64_t found, int64_t limit, const char *what)
{
	LmArena arena;
	LmJudgement judgement;

	lm_prices_set(&c->problem, LM_OBJECTIVE_COST);
	EXPECT(case_judge(c, &arena, &judgement) == LM_JUDGE_OK, "%s", what);
	EXPECT(judgement.violation_count == 1, "%s: %d violations", what, judgement.violation_count);
	if (judgement.violation_count == 1)
	{
		const LmViolation *violation = &judgement.violations[0];

		EXPECT(violation->code == code, "%s: code %d", what, (int) violation->code);
		EXPECT(violation->row == row, "%s: row %d", what, (int) violation->row);
		EXPECT(violation->found == found && violation->limit == limit, "%s: %d of %d", what,
		       (int) violation->found, (int) violation->limit);
	}
	lm_arena_drop(&arena);
}

/* Two trips of two orders each: rows start 0, 10, 20, reload 30 to 35, 45, 55, end 65. */
static void
case_two_trips(Case *c)
{
	static const int32_t items[] = {0, 1, LM_JUDGE_RELOAD, 2, 3};

	case_open(c, 4);
	memcpy(c->items, items, sizeof(items));
	c->item_count = 5;
	c->vehicle.max_trips = 2;
	c->vehicle.reload_time = 5;
	for (int32_t order = 0; order < 4; order++)
		c->demand[2 * order] = 4;
	c->capacity[0] = 8;
}

static void
expect_none(Case *c, const char *what)
{
	LmArena arena;
	LmJudgement judgement;

	lm_prices_set(&c->problem, LM_OBJECTIVE_COST);
	EXPECT(case_judge(c, &arena, &judgement) == LM_JUDGE_OK, "%s", what);
	EXPECT(judgement.violation_count == 0, "%s: %d violations", what, judgement.violation_count);
	lm_arena_drop(&arena);
}

static void
trips_have_rules(void)
{
	static const LmAmount loads[] = {8, 4, 0, 8, 4, 0, 0};
	LmArena arena;
	LmJudgement judgement;
	Case c;

	case_two_trips(&c);
	expect_none(&c, "16 in two trips of 8");
	(void) case_judge(&c, &arena, &judgement);
	EXPECT(judgement.timetable.ends == 65, "%d", (int) judgement.timetable.ends);
	for (int row = 0; row < 7; row++)
		EXPECT(judgement.load[2 * row] == loads[row], "row %d: %d on board", row,
		       (int) judgement.load[2 * row]);
	EXPECT(judgement.timetable.stops[3].kind == LM_STOP_RELOAD, "the reload");
	lm_arena_drop(&arena);

	case_two_trips(&c);
	c.capacity[0] = 7;
	expect_one(&c, LM_REASON_CAPACITY, 0, 8, 7, "8 on the first trip");

	case_two_trips(&c);
	c.demand[2 * 3] = 5;
	expect_one(&c, LM_REASON_CAPACITY, 3, 9, 8, "4 + 5 on the second trip");

	/* what was picked up on the first trip does not meet what is delivered on the second */
	case_two_trips(&c);
	c.orders[0].kind = c.orders[1].kind = LM_PICKUP;
	expect_none(&c, "two pickups, then two deliveries");

	case_two_trips(&c);
	c.vehicle.max_trips = 1;
	expect_one(&c, LM_REASON_STOPS, 3, 2, 1, "two trips, one allowed");

	case_two_trips(&c);
	c.vehicle.range = 299;
	for (int32_t place = 0; place < PLACES; place++)
		c.length[0 * PLACES + place] = place == 3 ? 100 : 50;
	/* 50 + 100 + 100 to the reload, 100 + 100 + 100 from there */
	expect_one(&c, LM_REASON_RANGE, 6, 300, 299, "the second trip is 300 long");

	/* the reload waits until 100, and the vehicle leaves 70 later than it could */
	case_two_trips(&c);
	c.orders[3].release = 100;
	lm_prices_set(&c.problem, LM_OBJECTIVE_COST);
	(void) case_judge(&c, &arena, &judgement);
	EXPECT(judgement.feasible && judgement.timetable.departs == 70 &&
	           judgement.timetable.stops[3].arrives == 100 && judgement.timetable.ends == 135,
	       "departs %d, ends %d", (int) judgement.timetable.departs,
	       (int) judgement.timetable.ends);
	lm_arena_drop(&arena);

	/* goods of the second trip do not hold up the first */
	case_two_trips(&c);
	c.orders[3].release = 100;
	c.windows[0] = (LmWindow){0, 10};
	(void) case_judge(&c, &arena, &judgement);
	EXPECT(judgement.feasible && judgement.timetable.departs == 0 &&
	           judgement.timetable.stops[3].arrives == 30 &&
	           judgement.timetable.stops[3].wait == 70,
	       "departs %d", (int) judgement.timetable.departs);
	lm_arena_drop(&arena);
}

/* Three orders, every leg 10: rows start 0, 10, 20, 30, end 40. */
static void
each_rule_broken(void)
{
	Case c;

	case_open(&c, 3);
	c.demand[0] = c.demand[2] = c.demand[4] = 4;
	c.capacity[0] = 11;
	expect_one(&c, LM_REASON_CAPACITY, 0, 12, 11, "three deliveries of 4 in a van of 11");

	case_open(&c, 3);
	c.demand[1] = c.demand[3] = c.demand[5] = 4;
	c.orders[1].kind = c.orders[2].kind = LM_PICKUP;
	c.capacity[1] = 7;
	expect_one(&c, LM_REASON_CAPACITY, 3, 8, 7, "4 - 4 + 4 + 4 = 8 after the second pickup");

	case_open(&c, 3);
	c.skilled[1] = 0;
	expect_one(&c, LM_REASON_SKILL, 2, 0, 0, "no skill for the second");

	case_open(&c, 3);
	c.welcome[2] = 0;
	expect_one(&c, LM_REASON_VEHICLE_REFUSED, 3, 0, 0, "refused by the third");

	case_open(&c, 3);
	c.windows[WINDOWS] = (LmWindow){5, 19};
	expect_one(&c, LM_REASON_WINDOW, 2, 20, 19, "10 + 10 = 20, closed at 19");

	case_open(&c, 3);
	c.vehicle.shift_end = 30;
	c.vehicle.overtime = 9;
	expect_one(&c, LM_REASON_SHIFT, 4, 40, 39, "back at 40, shift and overtime end at 39");

	case_open(&c, 3);
	c.vehicle.max_time = 39;
	expect_one(&c, LM_REASON_TIME, 4, 40, 39, "40 on the road, 39 allowed");

	case_open(&c, 3);
	c.vehicle.max_distance = 399;
	expect_one(&c, LM_REASON_DISTANCE, 4, 400, 399, "4 legs of 100");

	case_open(&c, 3);
	c.vehicle.max_stops = 2;
	expect_one(&c, LM_REASON_STOPS, 3, 3, 2, "3 orders, 2 allowed");

	case_open(&c, 3);
	c.time[1 * PLACES + 2] = LM_NO_LEG;
	expect_one(&c, LM_REASON_UNREACHABLE, 2, 0, 0, "no way from the first to the second");

	case_open(&c, 3);
	c.vehicle.break_count = 1;
	c.breaks[0] = (LmBreak){{15, 25}, 5};
	c.vehicle.shift_end = 60;
	c.windows[0] = (LmWindow){10, 10};
	c.breaks_shown = true;
	/* the order at 10 fixes the departure at 0; the end is 40 > 25: the break was due by 25 */
	expect_one(&c, LM_REASON_BREAK, 3, 40, 25, "a required break that is not shown");

	c.items[1] = 1, c.items[2] = 2, c.items[3] = LM_JUDGE_BREAK;
	c.item_count = 4;
	expect_one(&c, LM_REASON_BREAK, 4, 30, 25, "a break at 30, its window closed at 25");

	c.breaks[0] = (LmBreak){{15, 55}, 5};
	expect_one(&c, LM_REASON_MISMATCH, 4, 45, 55, "back at 45, no break due before 55");
}

/* Loads, cost and emissions of a route whose sums are done by hand. */
static void
amounts(void)
{
	Case c;
	LmArena arena;
	LmJudgement judgement;
	static const LmAmount load[5] = {7, 4, 6, 2, 0}; /* 3 + 4; - 3; + 2; - 4; all off */

	case_open(&c, 3);
	for (int32_t i = 0; i < PLACES * PLACES; i++)
	{
		c.time[i] = 1800000;    /* half an hour */
		c.length[i] = 20000000; /* 20 km */
	}
	c.demand[0] = 3;
	c.demand[2] = 2;
	c.demand[4] = 4;
	c.orders[1].kind = LM_PICKUP;
	c.vehicle.shift_end = 6300000; /* 1 h 45 */
	c.vehicle.overtime = LM_NEVER / 4;
	c.vehicle.cost_fixed = 50;
	c.vehicle.cost_per_hour = 12;
	c.vehicle.cost_per_km = 0.5;
	c.vehicle.cost_per_overtime_hour = 8;
	c.vehicle.co2e_per_km = 180;
	lm_prices_set(&c.problem, LM_OBJECTIVE_COST);
	EXPECT(case_judge(&c, &arena, &judgement) == LM_JUDGE_OK, "amounts");
	EXPECT(judgement.violation_count == 0 && judgement.timetable.count == 5, "amounts");
	for (int32_t row = 0; row < judgement.timetable.count && row < 5; row++)
	{
		/* 20 km x 0.5 + half an hour x 12 = 16; the end at 2 h has 15 min past 1 h 45, x 8 = 2 more */
		double cost = row == 0 ? 50 : row == 4 ? 18 : 16;

		EXPECT(fabs(judgement.cost[row] - cost) < 1e-9, "row %d costs %f", (int) row,
		       judgement.cost[row]);
		EXPECT(fabs(judgement.co2e[row] - (row == 0 ? 0 : 3600)) < 1e-9, "20 km x 180 = 3600 g");
		EXPECT(judgement.load[row * 2] == load[row], "row %d carries %d", (int) row,
		       (int) judgement.load[row * 2]);
	}
	lm_arena_drop(&arena);
}

/* Two orders at one site with setups 3 and 5, a break between them: 5 is paid once, first. */
static void
setup_once(void)
{
	Case c;
	LmArena arena;
	LmJudgement judgement;
	const LmStop *stops;

	case_open(&c, 3);
	c.orders[1].place = c.orders[0].place;
	c.orders[1].site = c.orders[0].site;
	c.orders[0].setup = 3;
	c.orders[1].setup = 5;
	c.orders[2].setup = 1;
	c.windows[0] = (LmWindow){0, 15}; /* departing after the break's window is no way out */
	c.vehicle.break_count = 1;
	c.breaks[0] = (LmBreak){{15, 16}, 7};
	lm_prices_set(&c.problem, LM_OBJECTIVE_COST);
	EXPECT(case_judge(&c, &arena, &judgement) == LM_JUDGE_OK, "setup");
	stops = judgement.timetable.stops;
	/* 0 + 10 = 10, setup 5: 15; break 15..22 after the first row; second at 22; third 32 + 1 */
	EXPECT(judgement.violation_count == 0 && judgement.timetable.count == 6, "setup");
	EXPECT(stops[1].setup == 5 && stops[1].departs == 15, "setup of the visit");
	EXPECT(stops[2].kind == LM_STOP_BREAK && stops[2].departs == 22, "break after the first row");
	EXPECT(stops[3].setup == 0 && stops[3].departs == 22, "no second setup");
	EXPECT(stops[4].setup == 1 && stops[4].departs == 33, "another site, another setup");
	lm_arena_drop(&arena);
}

/* More break rows than breaks: the last one stands for none. */
static void
break_rows_too_many(void)
{
	Case c;
	LmArena arena;
	LmJudgement judgement;

	case_open(&c, 2);
	c.vehicle.break_count = 1;
	c.breaks[0] = (LmBreak){{10, 12}, 5};
	c.items[0] = 0, c.items[1] = LM_JUDGE_BREAK, c.items[2] = 1, c.items[3] = LM_JUDGE_BREAK;
	c.item_count = 4;
	c.breaks_shown = true;
	lm_prices_set(&c.problem, LM_OBJECTIVE_COST);
	EXPECT(case_judge(&c, &arena, &judgement) == LM_JUDGE_OK, "too many");
	EXPECT(judgement.feasible && judgement.timetable.count == 5, "start, 2 orders, a break, end");
	EXPECT(judgement.item_row[0] == 1 && judgement.item_row[1] == 2 && judgement.item_row[2] == 3 &&
	           judgement.item_row[3] == -1,
	       "rows of the items");
	lm_arena_drop(&arena);
}

/* A route that cannot keep its windows: earliest departure, breaks while their windows are open. */
static void
late_route(void)
{
	Case c;
	LmArena arena;
	LmJudgement judgement;
	const LmStop *stops = NULL;

	case_open(&c, 3);
	c.vehicle.shift_start = 3;
	c.windows[0] = (LmWindow){0, 5};
	c.vehicle.break_count = 2;
	c.breaks[0] = (LmBreak){{18, 22}, 4};
	c.breaks[1] = (LmBreak){{30, 99}, 4};
	lm_prices_set(&c.problem, LM_OBJECTIVE_COST);
	EXPECT(case_judge(&c, &arena, &judgement) == LM_JUDGE_OK, "late");
	stops = judgement.timetable.stops;
	EXPECT(!judgement.feasible && judgement.timetable.count == 6, "start, 3 orders, a break, end");
	/* 3 + 10 = 13 is 8 past 5; the next row would be left at 23, after 22: the break comes first,
	 * 18 .. 22; then 32, 42, back at 52: the second break's window is still open */
	EXPECT(stops[0].departs == 3 && stops[1].departs == 13 && judgement.late[1] == 8, "late");
	EXPECT(stops[2].kind == LM_STOP_BREAK && stops[2].wait == 5 && stops[2].departs == 22, "break");
	EXPECT(stops[5].arrives == 52 && judgement.timetable.ends == 52, "end");
	EXPECT(judgement.violation_count == 1 && judgement.violations[0].code == LM_REASON_WINDOW &&
	           judgement.violations[0].found == 13 && judgement.violations[0].limit == 5,
	       "window");
	lm_arena_drop(&arena);
}

/* Breaks stay where max_time is kept, though elsewhere an order would be less late. */
static void
late_within_limits(void)
{
	Case c;
	LmArena arena;
	LmJudgement judgement;
	const LmStop *stops = NULL;

	case_open(&c, 3);
	c.problem.late_price = c.late_price;
	c.problem.late_weight = c.late_weight;
	c.windows[0] = (LmWindow){10, 10};
	c.windows[WINDOWS] = (LmWindow){30, 40};
	c.orders[2].soft = true;
	c.orders[2].due = 35;
	c.orders[2].late_cost = 100;
	c.vehicle.max_time = 54;
	c.vehicle.break_count = 2;
	c.breaks[0] = (LmBreak){{12, 20}, 6};
	c.breaks[1] = (LmBreak){{18, 40}, 6};
	lm_prices_set(&c.problem, LM_OBJECTIVE_COST);
	EXPECT(case_judge(&c, &arena, &judgement) == LM_JUDGE_OK, "late");
	stops = judgement.timetable.stops;
	EXPECT(judgement.feasible && judgement.violation_count == 0 && judgement.timetable.count == 7,
	       "start, order, 2 breaks, 2 orders, end");
	/* 10, breaks 12 .. 18 .. 24, 34, 44, which is late by 9, and 54: the second break behind the last order
	 * would be 10, 12 .. 18, 28 waits for 30, 40, which is late by 5, 40 .. 46, and 56 */
	EXPECT(stops[2].kind == LM_STOP_BREAK && stops[2].departs == 18 &&
	           stops[3].kind == LM_STOP_BREAK && stops[3].departs == 24,
	       "breaks");
	EXPECT(stops[5].arrives == 44 && judgement.late[5] == 9 && judgement.timetable.ends == 54,
	       "end");
	lm_arena_drop(&arena);
}

/* What rule 7 says of a late route stays so when its breaks are shown. */
static void
late_as_shown(void)
{
	Case c;
	LmArena arena;
	LmJudgement judgement;

	case_open(&c, 1);
	c.problem.late_price = c.late_price;
	c.problem.late_weight = c.late_weight;
	c.windows[0] = (LmWindow){50, LM_NEVER};
	c.orders[0].soft = true;
	c.orders[0].due = 50;
	c.orders[0].late_cost = 1;
	c.vehicle.cost_per_hour = 0;
	c.vehicle.max_time = 45;
	c.vehicle.break_count = 1;
	c.breaks[0] = (LmBreak){{25, 55}, 20};
	lm_prices_set(&c.problem, LM_OBJECTIVE_COST);
	/* with the break at the start 25 .. 45 the order is served at 55, late, and 65 is the end: 20 is the
	 * first departure that keeps max_time.  Behind the order, 50 .. 70, it ends at 80: of the departures 0,
	 * 20, 25, 40 (which just reaches 50) only the last keeps max_time, though 35 would */
	for (int shown = 0; shown < 2; shown++)
	{
		c.items[1] = LM_JUDGE_BREAK;
		c.item_count = 1 + shown;
		c.breaks_shown = shown > 0;
		EXPECT(case_judge(&c, &arena, &judgement) == LM_JUDGE_OK, "late");
		EXPECT(judgement.feasible && judgement.violation_count == 0 &&
		           judgement.timetable.departs == 40 && judgement.timetable.ends == 80 &&
		           judgement.timetable.stops[2].kind == LM_STOP_BREAK,
		       "shown %d: %d to %d", shown, (int) judgement.timetable.departs,
		       (int) judgement.timetable.ends);
		lm_arena_drop(&arena);
	}
}

/* Every limit on memory ends in LM_JUDGE_NO_MEMORY or in the same judgement. */
static void
memory_refused(void)
{
	Case c;
	LmArena arena;
	LmJudgement judgement;
	bool refused = false;

	case_roll(&c, 4);
	for (size_t limit = 0; limit < 400000; limit += 20000)
	{
		LmJudgeRoute route = {.items = c.items, .count = c.item_count};
		LmJudgeStatus status;

		lm_arena_init(&arena, block_take, block_give, NULL, limit);
		status = lm_judge_route(&c.problem, &route, &arena, &judgement);
		EXPECT(status == (arena.failed ? LM_JUDGE_NO_MEMORY : LM_JUDGE_OK), "limit %zu", limit);
		refused = refused || status == LM_JUDGE_NO_MEMORY;
		lm_arena_drop(&arena);
	}
	EXPECT(refused, "no limit was too small");
}

/* Now and then the largest number the core may meet, of either sign where it may be negative. */
static LmTime
extreme(bool instant)
{
	LmTime sizes[4] = {0, 1, LM_TIME_MAX, LM_TIME_MAX / 3};
	LmTime value = sizes[roll(4)];

	return instant && roll(2) ? -value : value;
}

/* Sums of extreme numbers stay within the open ends; the sanitizers watch. */
static void
extremes(void)
{
	for (int number = 0; number < 2000; number++)
	{
		Case c;
		LmArena arena;
		LmJudgement judgement;

		case_roll(&c, 12);
		for (int32_t order = 0; order < c.problem.order_count; order++)
		{
			c.orders[order].service = extreme(false);
			c.orders[order].setup = extreme(false);
			c.orders[order].release = extreme(true);
			c.demand[order * 2] = extreme(false);
			if (roll(2))
				c.windows[order * WINDOWS].open = -LM_TIME_MAX;
		}
		c.vehicle.shift_start = extreme(true);
		c.vehicle.max_time = roll(2) ? LM_NEVER : extreme(false);
		c.vehicle.overtime = extreme(false);
		for (int32_t i = 0; i < c.vehicle.break_count; i++)
			c.breaks[i].duration = extreme(false);
		c.vehicle.cost_per_hour = 1;
		c.vehicle.cost_per_overtime_hour = 1;
		lm_prices_set(&c.problem, LM_OBJECTIVE_COST);
		EXPECT(case_judge(&c, &arena, &judgement) == LM_JUDGE_OK, "route %d", number);
		EXPECT(judgement.timetable.ends <= LM_NEVER && judgement.timetable.departs <= LM_NEVER,
		       "route %d", number);
		for (int32_t row = 0; row < judgement.timetable.count; row++)
			EXPECT(judgement.load[row * 2] <= LM_NEVER && judgement.load[row * 2] >= -LM_NEVER,
			       "route %d row %d", number, (int) row);
		lm_arena_drop(&arena);
	}
}

static bool
stop_at_once(void *context)
{
	++*(int *) context;
	return true;
}

static void
stopped(void)
{
	Case c;
	LmArena arena;
	LmJudgement judgement;
	int asked = 0;

	case_open(&c, 3);
	lm_prices_set(&c.problem, LM_OBJECTIVE_COST);
	lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
	EXPECT(lm_judge_route(
			   &c.problem,
			   &(LmJudgeRoute){
				   .items = c.items, .count = 3, .should_stop = stop_at_once, .context = &asked},
			   &arena, &judgement) == LM_JUDGE_STOPPED,
	       "stop");
	EXPECT(asked == 1, "asked %d times", asked);
	lm_arena_drop(&arena);
}

int
main(void)
{
	each_rule_broken();
	tap("each rule broken once is named, on its row, with its amounts");
	trips_have_rules();
	tap("a reload begins a trip: capacity, range and goods are its own");
	amounts();
	tap("loads, costs and emissions of a route");
	setup_once();
	tap("setup is paid once a visit, at its first row");
	break_rows_too_many();
	tap("a break row too many stands for no break");
	late_route();
	tap("a route that cannot keep its windows is timed all the same");
	late_within_limits();
	late_as_shown();
	tap("breaks of a late route keep max_time, and shown nothing changes");
	extremes();
	tap("extreme numbers do not wrap");
	memory_refused();
	tap("refused memory is a status");
	stopped();
	tap("a stop is a status");
	return tap_end();
}
