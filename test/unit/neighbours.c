/*
 * neighbours.c
 *	  Candidate lists: whom they hold, in what order, and that they can be stopped.
 */
#include "solver/neighbours.h"

#include "random_problem.h"
#include "solve_check.h"
#include "tap.h"

/* Whether one order can stand right before another on a route of the first vehicle, by windows. */
static bool
may_follow(const LmProblem *problem, int32_t from, int32_t to)
{
	const LmTravel *travel = lm_problem_travel(problem, 0);
	const LmOrder *a = &problem->orders[from];
	const LmOrder *b = &problem->orders[to];
	LmTime open = problem->windows[a->window_first].open;
	LmTime close = problem->windows[b->window_first + b->window_count - 1].close;
	int32_t time = lm_travel_time(travel, a->place, b->place);

	return time != LM_NO_LEG &&
	       open + a->service + time + (a->site == b->site ? 0 : b->setup) <= close;
}

/* Entries are other orders, each once, and -1 only behind the last; returns their number. */
static int32_t
list_check(const int32_t *list, int32_t width, const LmProblem *problem, int32_t order,
           unsigned number)
{
	int32_t count = 0;

	while (count < width && list[count] >= 0)
		count++;
	for (int32_t i = 0; i < width; i++)
		EXPECT(i < count ? list[i] < problem->order_count && list[i] != order : list[i] == -1,
		       "problem %u: order %d: entry %d is %d", number, order, i, list[i]);
	for (int32_t i = 0; i < count; i++)
		for (int32_t j = 0; j < i; j++)
			EXPECT(list[i] != list[j], "problem %u: order %d: %d twice", number, order, list[i]);
	return count;
}

static bool
list_holds(const int32_t *list, int32_t count, int32_t order)
{
	for (int32_t i = 0; i < count; i++)
		if (list[i] == order)
			return true;
	return false;
}

/* The legs beside a list are those of the travel of the first vehicle, from or to the order. */
static void
legs_check(const LmNear *legs, const int32_t *list, int32_t count, const LmProblem *problem,
           int32_t order, bool to, unsigned number)
{
	const LmTravel *travel = lm_problem_travel(problem, 0);

	for (int32_t i = 0; i < count; i++)
	{
		int32_t here = problem->orders[order].place;
		int32_t there = problem->orders[list[i]].place;
		int32_t first = to ? there : here;
		int32_t second = to ? here : there;
		LmLength length = lm_travel_length(travel, first, second);

		EXPECT(legs[i].time == lm_travel_time(travel, first, second) &&
		           legs[i].length == (length < UINT32_MAX ? length : UINT32_MAX),
		       "problem %u: order %d: leg %d is of %d ms and %u mm", number, order, i, legs[i].time,
		       legs[i].length);
	}
}

static void
random_lists(void)
{
	for (unsigned number = 0; number < 400 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		RandomShape shape = {1, 90, 1, 4, 60000, 0};
		RandomProblem random;
		const LmProblem *problem = &random.problem;
		SolveRun run = {0};
		LmNeighbours lists;
		LmState *state;

		shape.features = random_features(&dice);
		random_problem_make(&random, &shape, &dice);
		lm_arena_init(&run.arena, solve_take, solve_give, &run, SIZE_MAX);
		state = lm_state_new(problem, lm_scheduler_new(problem, &run.arena), &run.arena);
		EXPECT(lm_neighbours_find(state, &run.arena, solve_should_stop, &run, &lists), "problem %u",
		       number);
		for (int32_t i = 0; i < problem->order_count; i++)
		{
			const int32_t *before = lists.before + (size_t) i * (size_t) lists.width;
			const int32_t *behind = lists.behind + (size_t) i * (size_t) lists.width;
			const int32_t *near = lists.near + (size_t) i * (size_t) lists.near_width;
			int32_t before_count = list_check(before, lists.width, problem, i, number);
			int32_t behind_count = list_check(behind, lists.width, problem, i, number);

			legs_check(lists.before_legs + (size_t) i * (size_t) lists.width, before, before_count,
			           problem, i, true, number);
			legs_check(lists.behind_legs + (size_t) i * (size_t) lists.width, behind, behind_count,
			           problem, i, false, number);
			(void) list_check(near, lists.near_width, problem, i, number);
			/* a list that is not full holds all there are */
			for (int32_t other = 0; other < problem->order_count; other++)
			{
				bool in = list_holds(before, before_count, other);
				bool out = list_holds(behind, behind_count, other);

				if (other == i)
					continue;
				EXPECT(!in || may_follow(problem, other, i), "problem %u: %d before %d", number,
				       other, i);
				EXPECT(!out || may_follow(problem, i, other), "problem %u: %d behind %d", number,
				       other, i);
				if (before_count < lists.width)
					EXPECT(in == may_follow(problem, other, i), "problem %u: %d before %d", number,
					       other, i);
				if (behind_count < lists.width)
					EXPECT(out == may_follow(problem, i, other), "problem %u: %d behind %d", number,
					       other, i);
			}
		}
		lm_arena_drop(&run.arena);
		random_problem_drop(&random);
	}
}

static void
stops_when_told(void)
{
	RandomShape shape = {30, 30, 2, 2, 60000, 0};

	for (long stop_at = 1; stop_at <= 30; stop_at++)
	{
		Dice dice = dice_from_seed(7);
		SolveRun run = {.stop_at = stop_at};
		RandomProblem random;
		LmNeighbours lists;
		LmState *state;

		random_problem_make(&random, &shape, &dice);
		lm_arena_init(&run.arena, solve_take, solve_give, &run, SIZE_MAX);
		state = lm_state_new(&random.problem, lm_scheduler_new(&random.problem, &run.arena),
		                     &run.arena);
		EXPECT(!lm_neighbours_find(state, &run.arena, solve_should_stop, &run, &lists),
		       "poll %ld is not heard", stop_at);
		lm_arena_drop(&run.arena);
		random_problem_drop(&random);
	}
}

#define ROW 6

/*
 * What is near by the clock is far by the metre here: order i is i minutes and (ROW - i) km from
 * order 0.  Each objective's lists follow what it prices, whatever the number of vans.
 */
static void
lists_follow_objective(void)
{
	for (int32_t vans = 1; vans <= 3; vans++)
	{
		RandomShape shape = {ROW, ROW, vans, vans, 60000, 0};
		Dice dice = dice_from_seed((uint64_t) vans);
		RandomProblem random;
		LmProblem *problem = &random.problem;
		int32_t time[ROW * ROW];
		uint32_t length[ROW * ROW];

		random_problem_make(&random, &shape, &dice);
		problem->place_count = ROW;
		problem->travels[0] =
			(LmTravel){.places = ROW, .time = time, .length32 = length, .complete = true};
		for (int32_t from = 0; from < ROW; from++)
			for (int32_t to = 0; to < ROW; to++)
			{
				time[from * ROW + to] = 60000 * abs(from - to);
				length[from * ROW + to] = from == to ? 0
				                                     : 1000000 * (uint32_t) (ROW - abs(from - to));
			}
		for (int32_t i = 0; i < ROW; i++)
		{
			problem->orders[i].place = i;
			problem->windows[problem->orders[i].window_first] = (LmWindow){-LM_NEVER, LM_NEVER};
		}
		for (int32_t v = 0; v < vans; v++)
		{
			problem->vehicles[v].start = 0;
			problem->vehicles[v].end = 0;
		}
		for (int objective = LM_OBJECTIVE_TIME; objective <= LM_OBJECTIVE_DISTANCE; objective++)
		{
			SolveRun run = {0};
			LmNeighbours lists;
			LmState *state;

			lm_prices_set(problem, (LmObjective) objective);
			lm_arena_init(&run.arena, solve_take, solve_give, &run, SIZE_MAX);
			state = lm_state_new(problem, lm_scheduler_new(problem, &run.arena), &run.arena);
			EXPECT(lm_neighbours_find(state, &run.arena, solve_should_stop, &run, &lists),
			       "%d vans", vans);
			for (int32_t i = 1; i < ROW; i++)
			{
				int32_t expected = objective == LM_OBJECTIVE_TIME ? i : ROW - i;

				EXPECT(lists.behind[i - 1] == expected && lists.near[i - 1] == expected,
				       "%d vans, objective %d: entry %d behind order 0 is %d, expected %d", vans,
				       objective, i, lists.behind[i - 1], expected);
			}
			lm_arena_drop(&run.arena);
		}
		random_problem_drop(&random);
	}
}

int
main(void)
{
	tap_run("lists hold whoever may stand there", random_lists);
	tap_run("should_stop is heard at every order", stops_when_told);
	tap_run("lists follow the objective", lists_follow_objective);
	return tap_end();
}
