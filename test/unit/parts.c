/*
 * parts.c
 *	  Problems made of parts of others, plans cut into groups, and groups cooled by themselves.
 *
 * All of them with shipments and alternatives, trips, soft windows, preferences, and days under way.
 */
#include "model/pack.h"
#include "model/part.h"
#include "solver/day.h"
#include "solver/piece.h"

#include "random_day.h"
#include "solve_check.h"
#include "tap.h"

#define PROBLEMS (200u * RANDOM_EFFORT)
#define MOST_GROUPS 5
#define MOST_DRAWN 70 /* orders, vehicles */

/* Every fifth problem has rows that are done or frozen. */
static void
problem_draw(RandomProblem *random, Dice *dice, unsigned number)
{
	RandomShape shape = {2, 40, 1, 12, 60000, 0};
	bool day = number % 5 == 2;

	*dice = dice_from_seed(number);
	shape.features = random_features(dice);
	if (number % 4 == 0)
		shape.features |= RANDOM_TRIPS | RANDOM_RANGES;
	if (number % 4 < 2)
		shape.features |= RANDOM_UNITS;
	if (number % 3 == 0)
		shape.features |= RANDOM_SOFT | RANDOM_PREFERENCES;
	if (number % 10 == 3)
		shape = (RandomShape){50, 60, 60, 70, 60000, shape.features};
	if (number % 6 == 1)
		shape.features |= RANDOM_TRAFFIC;
	if (number % 7 == 2)
		shape.features |= RANDOM_BALANCED;
	random_problem_make(random, &shape, dice);
	if (day)
		random_day_make(random);
}

static void
arena_make(LmArena *arena)
{
	lm_arena_init(arena, block_take, block_give, NULL, SIZE_MAX);
}

/* Some of the numbers below a bound, ascending; at least one. */
static int32_t
some_draw(Dice *dice, int32_t bound, int32_t *some)
{
	int32_t percent = dice_between(dice, 20, 100);
	int32_t count = 0;

	for (int32_t i = 0; i < bound; i++)
		if (dice_percent(dice, percent) || (i == bound - 1 && count == 0))
			some[count++] = i;
	return count;
}

/* What is left of a day, where there is one, else the problem itself. */
static const LmProblem *
rest_of(const RandomProblem *random, LmArena *arena, LmDay *day)
{
	if (lm_day_begin(day, &random->problem, solve_should_stop, &(SolveRun){0}, arena) != LM_OK)
		abort();
	return day->rest;
}

/* ---- parts ---- */

/* Some of the orders: of each unit all or none, and with a vehicle all that are fixed on it. */
static int32_t
orders_draw(Dice *dice, const LmProblem *problem, const int32_t *vehicles, int32_t vehicle_count,
            int32_t *orders)
{
	int32_t count = some_draw(dice, problem->order_count, orders);
	bool chosen[MOST_DRAWN] = {false};

	for (int32_t i = 0; i < count; i++)
		chosen[orders[i]] = true;
	for (int32_t v = 0; v < vehicle_count; v++)
		for (int32_t i = 0; i < problem->vehicles[vehicles[v]].fixed_count; i++)
		{
			const LmFixed *row = &problem->fixed[problem->vehicles[vehicles[v]].fixed_first + i];

			if (row->order >= 0)
				chosen[row->order] = true;
		}
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		const LmUnit *unit = lm_problem_unit(problem, i);

		for (int32_t m = 0; chosen[i] && unit != NULL && m < unit->heads + unit->tails; m++)
			chosen[problem->members[unit->first + m]] = true;
	}
	count = 0;
	for (int32_t i = 0; i < problem->order_count; i++)
		if (chosen[i])
			orders[count++] = i;
	return count;
}

static void
legs_compare(const LmProblem *whole, const LmPart *part, int32_t v, unsigned number)
{
	const LmProblem *problem = &part->problem;
	const LmTravel *mine = lm_problem_travel(problem, v);
	const LmTravel *theirs = lm_problem_travel(whole, part->vehicle[v]);
	const LmVehicle *van = &problem->vehicles[v];
	const LmVehicle *old = &whole->vehicles[part->vehicle[v]];

	EXPECT((van->end == LM_NOWHERE) == (old->end == LM_NOWHERE), "problem %u: open end", number);
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		int32_t here = problem->orders[i].place;
		int32_t there = whole->orders[part->order[i]].place;

		EXPECT(lm_travel_time(mine, van->start, here) == lm_travel_time(theirs, old->start, there),
		       "problem %u: way from the start", number);
		for (int32_t j = 0; j < problem->order_count; j++)
		{
			int32_t to = problem->orders[j].place;
			int32_t old_to = whole->orders[part->order[j]].place;

			EXPECT(lm_travel_time(mine, here, to) == lm_travel_time(theirs, there, old_to) &&
			           lm_travel_length(mine, here, to) == lm_travel_length(theirs, there, old_to),
			       "problem %u: way from %d to %d", number, i, j);
		}
	}
}

/* A route of the part costs and keeps what the same route of the whole does. */
static void
routes_compare(const LmProblem *whole, const LmPart *part, Dice *dice, unsigned number)
{
	const LmProblem *problem = &part->problem;
	LmArena arena;
	LmScheduler *of_whole;
	LmScheduler *of_part;

	arena_make(&arena);
	of_whole = lm_scheduler_new(whole, &arena);
	of_part = lm_scheduler_new(problem, &arena);
	for (int try = 0; try < 20; try++)
	{
		int32_t mine[4];
		int32_t theirs[4];
		int32_t count = dice_between(dice, 1, problem->order_count < 4 ? problem->order_count : 4);
		int32_t v = dice_below(dice, problem->vehicle_count);
		int32_t first = dice_below(dice, problem->order_count);
		LmScheduleCost a = {0};
		LmScheduleCost b = {0};
		bool fits;

		for (int32_t i = 0; i < count; i++)
		{
			mine[i] = (first + i) % problem->order_count;
			theirs[i] = part->order[mine[i]];
			EXPECT(lm_problem_skilled(problem, mine[i], v) ==
			           lm_problem_skilled(whole, theirs[i], part->vehicle[v]),
			       "problem %u: skills of %d", number, theirs[i]);
			EXPECT(lm_problem_welcome(problem, mine[i], v) ==
			           lm_problem_welcome(whole, theirs[i], part->vehicle[v]),
			       "problem %u: whether %d is welcome", number, theirs[i]);
		}
		fits = lm_schedule_price(of_part, v, mine, count, 0, &a);
		EXPECT(fits == lm_schedule_price(of_whole, part->vehicle[v], theirs, count, 0, &b),
		       "problem %u: whether a route fits", number);
		EXPECT(!fits || (a.departs == b.departs && a.ends == b.ends && a.overtime == b.overtime &&
		                 a.lateness == b.lateness && a.late == b.late),
		       "problem %u: when a route departs", number);
	}
	lm_arena_drop(&arena);
}

/* Soft windows and preferences cost in the part what they do in the whole. */
static void
prices_compare(const LmProblem *whole, const LmPart *part, int32_t i, unsigned number)
{
	const LmProblem *problem = &part->problem;
	const LmOrder *mine = &problem->orders[i];
	const LmOrder *theirs = &whole->orders[part->order[i]];

	EXPECT(mine->soft == theirs->soft && mine->due == theirs->due &&
	           mine->late_cost == theirs->late_cost && mine->prefer_cost == theirs->prefer_cost,
	       "problem %u: order %d", number, i);
	EXPECT((problem->late_price == NULL) == (whole->late_price == NULL) &&
	           (problem->prefer_price == NULL) == (whole->prefer_price == NULL),
	       "problem %u: prices", number);
	if (whole->late_price != NULL)
		EXPECT(problem->late_price[i] == whole->late_price[part->order[i]] &&
		           problem->late_weight[i] == whole->late_weight[part->order[i]],
		       "problem %u: lateness of %d", number, i);
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		EXPECT(lm_problem_preference(problem, i, v) ==
		           lm_problem_preference(whole, part->order[i], part->vehicle[v]),
		       "problem %u: preference of %d", number, i);
}

/* The same orders in the same roles. */
static void
units_compare(const LmProblem *whole, const LmPart *part, unsigned number)
{
	const LmProblem *problem = &part->problem;

	EXPECT((problem->units == NULL) == (whole->units == NULL), "problem %u: units", number);
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		const LmUnit *mine = lm_problem_unit(problem, i);
		const LmUnit *theirs = lm_problem_unit(whole, part->order[i]);

		EXPECT((mine == NULL) == (theirs == NULL), "problem %u: unit of %d", number, i);
		if (mine == NULL || theirs == NULL)
			continue;
		EXPECT(mine->heads == theirs->heads && mine->tails == theirs->tails,
		       "problem %u: unit of %d", number, i);
		for (int32_t m = 0; m < mine->heads + mine->tails; m++)
			EXPECT(part->order[problem->members[mine->first + m]] ==
			           whole->members[theirs->first + m],
			       "problem %u: member %d of the unit of %d", number, m, i);
	}
}

/* What is done or frozen. */
static void
fixed_compare(const LmProblem *whole, const LmPart *part, unsigned number)
{
	for (int32_t v = 0; v < part->problem.vehicle_count; v++)
	{
		const LmVehicle *mine = &part->problem.vehicles[v];
		const LmVehicle *theirs = &whole->vehicles[part->vehicle[v]];

		EXPECT(mine->fixed_count == theirs->fixed_count && mine->under_way == theirs->under_way &&
		           mine->left == theirs->left,
		       "problem %u: fixed rows of %d", number, v);
		for (int32_t i = 0; i < mine->fixed_count; i++)
		{
			const LmFixed *row = &part->problem.fixed[mine->fixed_first + i];
			const LmFixed *old = &whole->fixed[theirs->fixed_first + i];

			EXPECT((row->order < 0 ? row->order : part->order[row->order]) == old->order &&
			           row->rest == old->rest && row->done == old->done && row->at == old->at,
			       "problem %u: fixed row %d of %d", number, i, v);
		}
	}
}

static void
facts_compare(const LmProblem *whole, const LmPart *part, unsigned number)
{
	const LmProblem *problem = &part->problem;

	for (int32_t i = 0; i < problem->order_count; i++)
	{
		const LmOrder *mine = &problem->orders[i];
		const LmOrder *theirs = &whole->orders[part->order[i]];

		EXPECT(mine->kind == theirs->kind && mine->priority == theirs->priority &&
		           mine->optional == theirs->optional && mine->service == theirs->service &&
		           mine->setup == theirs->setup && mine->release == theirs->release,
		       "problem %u: order %d", number, i);
		EXPECT(problem->skip_price[i] == whole->skip_price[part->order[i]],
		       "problem %u: skip_price of %d", number, i);
		prices_compare(whole, part, i, number);
		for (int32_t d = 0; d < problem->dimensions; d++)
			EXPECT(problem->demand[i * problem->dimensions + d] ==
			           whole->demand[part->order[i] * whole->dimensions + d],
			       "problem %u: demand of %d", number, i);
		for (int32_t j = 0; j < i; j++)
			EXPECT((mine->site == problem->orders[j].site) ==
			           (theirs->site == whole->orders[part->order[j]].site),
			       "problem %u: sites of %d and %d", number, i, j);
	}
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		for (int32_t d = 0; d < problem->dimensions; d++)
			EXPECT(problem->capacity[v * problem->dimensions + d] ==
			           whole->capacity[part->vehicle[v] * whole->dimensions + d],
			       "problem %u: capacity of %d", number, v);
	units_compare(whole, part, number);
	fixed_compare(whole, part, number);
}

static void
part_is_as_whole(void)
{
	for (unsigned number = 0; number < PROBLEMS; number++)
	{
		RandomProblem random;
		Dice dice;
		int32_t orders[MOST_DRAWN];
		int32_t vehicles[MOST_DRAWN];
		int32_t order_count;
		int32_t vehicle_count;
		LmArena arena;
		LmPart part;

		problem_draw(&random, &dice, number);
		vehicle_count = some_draw(&dice, random.problem.vehicle_count, vehicles);
		order_count = orders_draw(&dice, &random.problem, vehicles, vehicle_count, orders);
		arena_make(&arena);
		EXPECT(lm_part_new(&random.problem, orders, order_count, vehicles, vehicle_count, NULL,
		                   &arena, &part),
		       "problem %u: memory", number);
		facts_compare(&random.problem, &part, number);
		for (int32_t v = 0; v < vehicle_count; v++)
			legs_compare(&random.problem, &part, v, number);
		routes_compare(&random.problem, &part, &dice, number);
		lm_arena_drop(&arena);
		random_problem_drop(&random);
	}
}

/* The part of everything is planned as the whole is. */
static void
part_of_all_plans_alike(void)
{
	for (unsigned number = 0; number < PROBLEMS; number++)
	{
		RandomProblem random;
		Dice dice;
		int32_t all[MOST_DRAWN];
		const LmProblem *problem;
		LmArena arena;
		LmDay day;
		LmPart part;
		SolveRun a = {.iterations = 50, .seed = number};
		SolveRun b = a;

		problem_draw(&random, &dice, number);
		for (int32_t i = 0; i < MOST_DRAWN; i++)
			all[i] = i;
		arena_make(&arena);
		problem = rest_of(&random, &arena, &day);
		EXPECT(lm_part_new(problem, all, problem->order_count, all, problem->vehicle_count, NULL,
		                   &arena, &part),
		       "problem %u: memory", number);
		EXPECT(solve_run(problem, &a) == LM_OK && solve_run(&part.problem, &b) == LM_OK,
		       "problem %u", number);
		EXPECT(solve_equal(problem, &a.result, &b.result), "problem %u: another plan", number);
		solve_end(&a);
		solve_end(&b);
		lm_arena_drop(&arena);
		random_problem_drop(&random);
	}
}

/* ---- packs ---- */

/* Reads a problem again from a block of its own, which the caller frees. */
static void *
problem_pack(const LmProblem *problem, LmArena *arena, LmProblem *read)
{
	LmPack pack = {.step = LM_PACK_MEASURE, .arena = arena};
	LmProblem given = *problem;
	void *block;
	size_t bytes;

	EXPECT(lm_pack_problem(&pack, &given), "measured");
	bytes = pack.filled;
	block = aligned_alloc(64, bytes);
	pack = (LmPack){.step = LM_PACK_WRITE, .block = block, .arena = arena};
	EXPECT(lm_pack_problem(&pack, &given) && pack.filled == bytes, "%zu of %zu bytes written",
	       pack.filled, bytes);
	pack = (LmPack){.step = LM_PACK_READ, .block = block, .arena = arena};
	EXPECT(lm_pack_problem(&pack, read) && pack.filled == bytes, "%zu of %zu bytes read",
	       pack.filled, bytes);
	return block;
}

/* The block has each table once. */
static void
tables_compare(const LmProblem *problem, const LmProblem *read, unsigned number)
{
	for (int32_t t = 0; t < read->travel_count; t++)
	{
		const LmTraffic *mine = read->travels[t].traffic;
		const LmTraffic *theirs = problem->travels[t].traffic;

		EXPECT((mine == NULL) == (theirs == NULL), "problem %u: traffic %d", number, t);
		EXPECT((read->travels[t].time == read->travels[0].time) ==
		           (problem->travels[t].time == problem->travels[0].time),
		       "problem %u: table %d", number, t);
		for (int32_t s = 0; mine != NULL && s < mine->state_count; s++)
			EXPECT((mine->states[s].time == mine->states[0].time) ==
			           (theirs->states[s].time == theirs->states[0].time),
			       "problem %u: table %d of travel %d", number, s, t);
	}
}

/* What is read is planned as what was packed, which is gone by then: a whole day, or what is left of one. */
static void
packs_plan_alike(void)
{
	for (unsigned number = 0; number < PROBLEMS; number++)
	{
		RandomProblem random;
		Dice dice;
		LmProblem read;
		LmArena arenas[2];
		LmDay days[2];
		const LmProblem *rest;
		const LmProblem *given;
		void *block;
		SolveRun a = {.iterations = 50, .seed = number};
		SolveRun b = a;

		problem_draw(&random, &dice, number);
		arena_make(&arenas[0]);
		arena_make(&arenas[1]);
		rest = rest_of(&random, &arenas[0], &days[0]);
		EXPECT(solve_run(rest, &a) == LM_OK, "problem %u", number);
		given = number % 2 == 0 ? &random.problem : rest;
		block = problem_pack(given, &arenas[1], &read);
		tables_compare(given, &read, number);
		lm_arena_drop(&arenas[0]);
		random_problem_drop(&random);
		random.problem = read;
		rest = number % 2 == 0 ? rest_of(&random, &arenas[1], &days[1]) : &read;
		EXPECT(solve_run(rest, &b) == LM_OK, "problem %u", number);
		EXPECT(solve_equal(rest, &a.result, &b.result), "problem %u: another plan", number);
		solve_end(&a);
		solve_end(&b);
		lm_arena_drop(&arenas[1]);
		free(block);
	}
}

/* ---- groups ---- */

/* A plan, and what pieces of it need. */
typedef struct Planned
{
	RandomProblem random;
	Dice dice;
	LmArena arena;
	LmDay day;
	LmClasses classes;
	LmNeighbours neighbours;
	LmState *state;
	LmWhole whole;
	int32_t *next;
} Planned;

static bool
never(void *context)
{
	(void) context;
	return false;
}

static void
next_read(const LmState *state, int32_t *next)
{
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
		for (int32_t node = lm_state_start(state, v); node != lm_state_end(state, v);
		     node = state->nodes[node].next)
			next[node] = state->nodes[node].next;
}

static void
planned_make(Planned *planned, unsigned number)
{
	const LmProblem *problem;
	LmRandom random = {number};
	LmState *state;

	problem_draw(&planned->random, &planned->dice, number);
	arena_make(&planned->arena);
	problem = rest_of(&planned->random, &planned->arena, &planned->day);
	state = lm_state_new(problem, lm_scheduler_new(problem, &planned->arena), &planned->arena);
	if (state == NULL || !lm_classes_set(problem, &planned->arena, &planned->classes) ||
	    !lm_neighbours_find(state, &planned->arena, never, NULL, &planned->neighbours))
		abort();
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		state->absent_price[i] = problem->orders[i].optional ? problem->skip_price[i]
		                                                     : INT64_C(1) << 40;
		/* a unit waits as one */
		if (lm_problem_first(problem, i) == i)
			state->cost += state->absent_price[i];
	}
	lm_state_commit(state);
	lm_recreate(lm_recreate_new(state, planned->classes.of_order, &planned->arena), state,
	            &planned->neighbours, &random, 0);
	lm_state_commit(state);
	planned->state = state;
	if (!lm_whole_new(&planned->whole, state, &planned->neighbours, &planned->classes,
	                  &planned->arena))
		abort();
	planned->next = LM_TAKE(&planned->arena, int32_t,
	                        problem->order_count + 2 * problem->vehicle_count);
	next_read(state, planned->next);
}

static void
planned_free(Planned *planned)
{
	lm_arena_drop(&planned->arena);
	random_problem_drop(&planned->random);
}

/* Each order is in one group, each route in one, as it was. */
static void
groups_check(const Planned *planned, const LmGroup *groups, int32_t count, unsigned number)
{
	const LmState *state = planned->state;
	int32_t orders = state->problem->order_count;
	int32_t *seen = calloc((size_t) orders, sizeof(int32_t));
	int32_t *driven = calloc((size_t) state->problem->vehicle_count, sizeof(int32_t));

	for (int32_t g = 0; g < count; g++)
	{
		const LmGroup *group = &groups[g];

		EXPECT(group->first[0] == 0 && group->first[group->vehicle_count] <= group->order_count,
		       "problem %u: bounds of group %d", number, g);
		for (int32_t v = 0; v < group->vehicle_count; v++)
		{
			int32_t node = lm_state_start(state, group->vehicles[v]);

			EXPECT(v == 0 || group->vehicles[v - 1] < group->vehicles[v],
			       "problem %u: vehicles of group %d", number, g);
			driven[group->vehicles[v]]++;
			for (int32_t at = group->first[v]; at < group->first[v + 1]; at++)
			{
				node = state->nodes[node].next;
				EXPECT(group->orders[at] == node, "problem %u: route of group %d", number, g);
			}
			EXPECT(state->nodes[node].next == lm_state_end(state, group->vehicles[v]),
			       "problem %u: end of a route of group %d", number, g);
		}
		for (int32_t at = 0; at < group->order_count; at++)
			seen[group->orders[at]]++;
	}
	for (int32_t i = 0; i < orders; i++)
		/* a reload that nobody may make need not be in any */
		EXPECT(seen[i] == 1 || (seen[i] == 0 && state->problem->orders[i].kind == LM_RELOAD),
		       "problem %u: order %d in %d groups", number, i, seen[i]);
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
		EXPECT(driven[v] == (state->routes[v].count > 0) ||
		           (driven[v] == 1 && state->routes[v].count == 0),
		       "problem %u: vehicle %d in %d groups", number, v, driven[v]);
	free(seen);
	free(driven);
}

static void
groups_hold_all(void)
{
	unsigned sizes = 0;

	for (unsigned number = 0; number < PROBLEMS; number++)
	{
		Planned planned;
		LmRandom random = {number};
		int32_t count = 1 + (int32_t) (number % MOST_GROUPS);
		LmSplit *split;
		LmGroup *groups;

		planned_make(&planned, number);
		split = lm_split_new(planned.state, MOST_GROUPS, &planned.arena);
		groups = lm_split_make(split, planned.next, count, &random);
		groups_check(&planned, groups, count, number);
		if (count == 2 && planned.state->used >= 8)
		{
			/* of eight routes or more each half has more than a tenth of the orders */
			sizes++;
			EXPECT(10 * groups[0].order_count > planned.state->problem->order_count &&
			           10 * groups[1].order_count > planned.state->problem->order_count,
			       "problem %u: groups of %d and %d", number, groups[0].order_count,
			       groups[1].order_count);
		}
		planned_free(&planned);
	}
	EXPECT(sizes > 0, "no plan of many routes");
}

/* ---- pieces ---- */

static void
group_put(const LmState *state, const LmGroup *group, int32_t *next)
{
	for (int32_t v = 0; v < group->vehicle_count; v++)
	{
		int32_t node = lm_state_start(state, group->vehicles[v]);

		for (int32_t at = group->first[v]; at < group->first[v + 1]; at++)
			node = next[node] = group->orders[at];
		next[node] = lm_state_end(state, group->vehicles[v]);
	}
}

/* What of a plan of a day has no schedule together with what is settled. */
static const char *
day_wrong(const LmDay *day, LmScheduler *scheduler, int32_t vehicle, const int32_t *orders,
          int32_t count)
{
	LmStop stops[MOST_DRAWN + RANDOM_MOST_BREAKS + 2];
	LmTimetable timetable = {.stops = stops};

	if (count == 0 && !lm_day_drives(day, vehicle))
		return NULL;
	return lm_day_time(day, scheduler, vehicle, orders, count, &timetable) ? NULL : "no schedule";
}

/* The plan in state keeps every rule. */
static void
plan_check(const Planned *planned, unsigned number)
{
	const LmProblem *problem = planned->state->problem;
	LmArena arena;
	LmScheduler *scheduler;

	arena_make(&arena);
	scheduler = lm_scheduler_new(problem, &arena);
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		int32_t count = lm_state_sequence(planned->state, v);
		/* the oracle knows no day under way (day.c) */
		const char *wrong =
			planned->day.begun != NULL
				? day_wrong(&planned->day, scheduler, v, planned->state->sequence, count)
				: solve_route_wrong(problem, scheduler, v, planned->state->sequence, count);

		EXPECT(wrong == NULL, "problem %u: route %d: %s", number, v, wrong);
	}
	lm_arena_drop(&arena);
}

/* The best of a group is no worse than what there was, and fits into the whole. */
static void
pieces_improve(void)
{
	unsigned better = 0;

	for (unsigned number = 0; number < PROBLEMS; number++)
	{
		Planned planned;
		LmRandom random = {number};
		LmSolveOptions options = {.should_stop = never};
		LmPiece piece = {
			.cooling = {.from = 0.5, .to = 1, .iterations = 40}, .best = true, .blink = 100};
		int32_t count = 1 + (int32_t) (number % 3);
		LmArena desk;
		LmGroup *groups;
		LmCost before;

		planned_make(&planned, number);
		arena_make(&desk);
		before = planned.state->cost;
		piece.mean_leg = 1000;
		groups = lm_split_make(lm_split_new(planned.state, count, &planned.arena), planned.next,
		                       count, &random);
		if (count > 1)
			piece.balance = (LmBalance){.held = true,
			                            .mean = planned.state->balance.mean,
			                            .tilt = planned.state->balance.tilt};
		for (int32_t g = 0; g < count; g++)
		{
			piece.seed = number;
			EXPECT(lm_piece_run(&planned.whole, &groups[g], &piece, &options, &desk) == LM_OK,
			       "problem %u: group %d", number, g);
			group_put(planned.state, &groups[g], planned.next);
		}
		lm_arena_drop(&desk);
		lm_state_load(planned.state, planned.next);
		groups_check(&planned, groups, count, number);
		plan_check(&planned, number);
		/* groups that each count from the mean before may together be worse */
		EXPECT(planned.state->cost <= before || planned.classes.count > 1 ||
		           (planned.state->balanced && count > 1),
		       "problem %u: %lld became %lld", number, (long long) before,
		       (long long) planned.state->cost);
		better += planned.state->cost < before;
		planned_free(&planned);
	}
	EXPECT(better > PROBLEMS / 4, "%u of %u plans became better", better, PROBLEMS);
}

/* Two runs of a piece are one plan, whatever the desk held before. */
static void
pieces_repeat(void)
{
	LmArena desk;

	arena_make(&desk);
	for (unsigned number = 0; number < PROBLEMS; number++)
	{
		Planned planned;
		LmRandom random = {number};
		LmSolveOptions options = {.should_stop = never};
		LmPiece piece = {
			.cooling = {.to = 1, .iterations = 40}, .mean_leg = 1000, .seed = number, .blink = 100};
		LmSplit *split;
		LmGroup *group;
		int32_t plan[3 * MOST_DRAWN];

		planned_make(&planned, number);
		split = lm_split_new(planned.state, 1, &planned.arena);
		group = lm_split_make(split, planned.next, 1, &random);
		EXPECT(lm_piece_run(&planned.whole, group, &piece, &options, &desk) == LM_OK, "problem %u",
		       number);
		/* of a day there may be nothing left */
		EXPECT(piece.iterations == (group->order_count > 0 ? 40 : 0), "problem %u: %lld iterations",
		       number, (long long) piece.iterations);
		memcpy(plan, group->orders, sizeof(int32_t) * (size_t) group->order_count);
		group = lm_split_make(split, planned.next, 1, &random);
		lm_arena_drop(&desk);
		EXPECT(lm_piece_run(&planned.whole, group, &piece, &options, &desk) == LM_OK, "problem %u",
		       number);
		EXPECT(memcmp(plan, group->orders, sizeof(int32_t) * (size_t) group->order_count) == 0,
		       "problem %u: another plan", number);
		planned_free(&planned);
	}
	lm_arena_drop(&desk);
}

/* Without memory, and when it is stopped, the group stays as it was. */
static void
pieces_fail_cleanly(void)
{
	unsigned failed = 0;
	unsigned stopped = 0;

	for (unsigned number = 0; number < 40; number++)
	{
		Planned planned;
		LmRandom random = {number};
		SolveRun run = {.fail_at = 1 + (long) (number % 7)};
		LmSolveOptions options = {.should_stop = solve_should_stop, .context = &run};
		LmPiece piece = {.cooling = {.to = 1, .iterations = 400}, .mean_leg = 1000, .blink = 100};
		LmArena desk;
		LmGroup *group;
		LmStatus status;

		planned_make(&planned, number);
		group = lm_split_make(lm_split_new(planned.state, 1, &planned.arena), planned.next, 1,
		                      &random);
		lm_arena_init(&desk, solve_take, solve_give, &run, SIZE_MAX);
		status = lm_piece_run(&planned.whole, group, &piece, &options, &desk);
		failed += status == LM_NO_MEMORY;
		EXPECT(status != LM_CANCELLED, "problem %u", number);
		if (status == LM_NO_MEMORY)
			groups_check(&planned, group, 1, number);
		run = (SolveRun){.stop_at = 1 + (long) (number % 5)};
		group = lm_split_make(lm_split_new(planned.state, 1, &planned.arena), planned.next, 1,
		                      &random);
		status = lm_piece_run(&planned.whole, group, &piece, &options, &desk);
		stopped += status == LM_CANCELLED;
		EXPECT(status == LM_CANCELLED, "problem %u: not stopped", number);
		groups_check(&planned, group, 1, number);
		lm_arena_drop(&desk);
		planned_free(&planned);
	}
	EXPECT(failed > 0 && stopped > 0, "%u without memory, %u stopped", failed, stopped);
}

int
main(void)
{
	tap_run("a part means what it means in the whole", part_is_as_whole);
	tap_run("the part of everything is planned alike", part_of_all_plans_alike);
	tap_run("a problem in another process is planned alike", packs_plan_alike);
	tap_run("groups hold every order and route once", groups_hold_all);
	tap_run("a group becomes better and stays feasible", pieces_improve);
	tap_run("a group is cooled alike twice", pieces_repeat);
	tap_run("a group that cannot be cooled stays as it was", pieces_fail_cleanly);
	return tap_end();
}
