/*
 * nearby.c
 *	  The tree finds whom a look at all orders finds.
 */
#include "solver/nearby.h"

#include "random_problem.h"
#include "solve_check.h"
#include "tap.h"

#define MOST_ORDERS 900

static double
distance2(const LmGeoPoint *a, const LmGeoPoint *b)
{
	return (a->x - b->x) * (a->x - b->x) + (a->y - b->y) * (a->y - b->y) +
	       (a->z - b->z) * (a->z - b->z);
}

/* Whether a comes before b among those around an order: by distance, then by number. */
static bool
comes_before(const LmGeoPoint *points, int32_t order, int32_t a, int32_t b)
{
	double x = distance2(&points[order], &points[a]);
	double y = distance2(&points[order], &points[b]);

	return x < y || (x == y && a < b);
}

static void
around_check(LmNearby *nearby, const LmGeoPoint *points, int32_t orders, int32_t order,
             int32_t most, unsigned number)
{
	int32_t found[LM_NEARBY_MOST];
	bool is_found[MOST_ORDERS] = {false};
	int32_t count = lm_nearby_find(nearby, order, most, found);
	int32_t others = orders - (order < orders);
	int32_t last = -1;

	EXPECT(count == (most < others ? most : others), "problem %u: %d of %d", number, count, orders);
	for (int32_t i = 0; i < count; i++)
	{
		EXPECT(found[i] != order && found[i] < orders && !is_found[found[i]],
		       "problem %u: %d is there twice", number, found[i]);
		is_found[found[i]] = true;
		if (last < 0 || comes_before(points, order, last, found[i]))
			last = found[i];
	}
	for (int32_t other = 0; other < orders; other++)
		EXPECT(other == order || is_found[other] || count == 0 ||
		           comes_before(points, order, last, other),
		       "problem %u: %d is nearer to %d than %d", number, other, order, last);
}

static bool
never(void *context)
{
	(void) context;
	return false;
}

static void
points_roll(LmGeoPoint *points, int32_t count, Dice *dice)
{
	/* a grid has many at equal distances, and streets many in a line */
	int32_t grid = dice_percent(dice, 50) ? 5 : 100000;
	bool flat = dice_percent(dice, 50);

	for (int32_t i = 0; i < count; i++)
		points[i] = (LmGeoPoint){.x = dice_below(dice, grid),
		                         .y = dice_percent(dice, 30) ? 0 : dice_below(dice, grid),
		                         .z = flat ? 0 : dice_below(dice, grid)};
}

static void
random_points(void)
{
	for (unsigned number = 0; number < 120 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(7300000 + number);
		LmGeoPoint points[MOST_ORDERS];
		LmNode nodes[MOST_ORDERS] = {{0}};
		LmProblem problem = {.order_count = dice_between(&dice, 1, MOST_ORDERS)};
		LmState state = {.problem = &problem, .nodes = nodes};
		LmBeeline beeline = {.points = points};
		SolveRun run = {0};
		LmGeoPoint by_order[MOST_ORDERS];
		LmNearby *nearby;

		points_roll(points, MOST_ORDERS, &dice);
		/* reloads are the last of the orders; they are asked for, and not found */
		problem.reload_count = dice_below(&dice, problem.order_count < 4 ? problem.order_count : 4);
		/* orders are not places */
		for (int32_t i = 0; i < problem.order_count; i++)
			nodes[i].place = MOST_ORDERS - 1 - i;
		lm_arena_init(&run.arena, solve_take, solve_give, &run, SIZE_MAX);
		nearby = lm_nearby_new(&state, &beeline, &run.arena, never, NULL);
		EXPECT(nearby != NULL, "problem %u", number);
		for (int32_t i = 0; i < problem.order_count; i++)
			by_order[i] = points[nodes[i].place];
		for (int32_t i = 0; i < 20; i++)
			around_check(nearby, by_order, lm_problem_rows(&problem),
			             dice_below(&dice, problem.order_count),
			             dice_between(&dice, 1, LM_NEARBY_MOST), number);
		lm_arena_drop(&run.arena);
	}
}

static bool
always(void *context)
{
	(void) context;
	return true;
}

/* 900 orders in six halvings are more than the 4,096 that are parted between two looks. */
static void
stops_when_told(void)
{
	Dice dice = dice_from_seed(1);
	LmGeoPoint points[MOST_ORDERS];
	LmNode nodes[MOST_ORDERS] = {{0}};
	LmProblem problem = {.order_count = MOST_ORDERS};
	LmState state = {.problem = &problem, .nodes = nodes};
	LmBeeline beeline = {.points = points};
	SolveRun run = {0};

	points_roll(points, MOST_ORDERS, &dice);
	for (int32_t i = 0; i < MOST_ORDERS; i++)
		nodes[i].place = i;
	lm_arena_init(&run.arena, solve_take, solve_give, &run, SIZE_MAX);
	EXPECT(lm_nearby_new(&state, &beeline, &run.arena, always, NULL) == NULL, "it went on");
	EXPECT(!run.arena.failed, "memory was refused");
	lm_arena_drop(&run.arena);
}

int
main(void)
{
	tap_run("whom a look at all finds", random_points);
	tap_run("should_stop is heard", stops_when_told);
	return tap_end();
}
