/*
 * ruin.c
 *	  String and split-string removal.
 */
#include "solver/ruin.h"

#include "solver/unit.h"

#define MEAN_REMOVED 15
#define MEAN_REMOVED_TIMED 10 /* where time has a price an iteration takes twice as long */
/* Of orders in a row, this or two or four times as many: short strings suit short routes and little
 * time, long ones long routes. */
#define LONGEST_STRING 10
#define MOST_STRINGS 32
#define SPLIT_ONE_IN 2
#define WHOLE_ROUTE_ONE_IN 40
#define LONGEST_WHOLE_ROUTE 40

/* Walks up to steps orders against the driving direction, not past the start. */
static int32_t
walk_back(const LmState *state, int32_t node, int32_t steps)
{
	while (steps-- > 0 && state->nodes[node].prev < state->problem->order_count)
		node = state->nodes[node].prev;
	return node;
}

static int32_t
walk_on(const LmState *state, int32_t node, int32_t steps)
{
	while (steps-- > 0 && state->nodes[node].next < state->problem->order_count)
		node = state->nodes[node].next;
	return node;
}

/* Removes `length` orders in a row that include the given one. */
static void
string_remove(LmState *state, LmRandom *random, int32_t order, int32_t length)
{
	int32_t first = walk_back(state, order, lm_random_below(random, length));
	int32_t last = walk_on(state, first, length - 1);

	lm_state_remove(state, first, last);
}

/* Removes a string but keeps a piece in its middle. */
static void
split_remove(LmState *state, LmRandom *random, int32_t order, int32_t length, int32_t room)
{
	int32_t kept = 1;
	int32_t first;
	int32_t last;
	int32_t left;
	int32_t split;

	while (length + kept < room && !lm_random_chance(random, 2))
		kept++;
	first = walk_back(state, order, lm_random_below(random, length + kept));
	left = 1 + lm_random_below(random, length - 1);
	last = walk_on(state, first, left - 1);
	split = walk_on(state, last, kept);
	if (split != last && state->nodes[split].next < state->problem->order_count)
	{
		int32_t from = state->nodes[split].next;

		lm_state_remove(state, from, walk_on(state, from, length - left - 1));
	}
	/* what cannot be kept without its neighbours is gone with the second piece */
	if (state->nodes[first].route != LM_ABSENT && state->nodes[last].route != LM_ABSENT)
		lm_state_remove(state, first, last);
}

/* The order around which to ruin. */
static int32_t
seed_choose(const LmState *state, LmRandom *random)
{
	if (state->absent_count > 0 && lm_random_chance(random, 2))
		return state->absent[lm_random_below(random, state->absent_count)];
	return lm_random_below(random, lm_problem_rows(state->problem));
}

void
lm_ruin(LmState *state, const LmNeighbours *neighbours, LmRandom *random)
{
	int32_t served = lm_problem_rows(state->problem) -
	                 lm_units_orders(state->problem, state->absent_count);
	int32_t seed = seed_choose(state, random);
	const int32_t *near = neighbours->near + (size_t) seed * neighbours->near_width;
	int32_t ruined[MOST_STRINGS];
	int32_t ruined_count = 0;
	int32_t limit = LONGEST_STRING << lm_random_below(random, 3);
	int32_t longest;
	int32_t mean;
	int32_t strings;

	if (state->used == 0)
		return;
	longest = served / state->used;
	longest = longest < 1 ? 1 : longest > limit ? limit : longest;
	mean = state->vans[0].timed ? MEAN_REMOVED_TIMED : MEAN_REMOVED;
	strings = 1 + lm_random_below(random, 4 * mean / (1 + longest));
	if (strings > MOST_STRINGS)
		strings = MOST_STRINGS;
	for (int32_t i = -1; i < neighbours->near_width && ruined_count < strings; i++)
	{
		int32_t order = i < 0 ? seed : near[i];
		int32_t route;
		int32_t count;
		int32_t length;
		bool again = false;

		if (order < 0)
			break;
		route = state->nodes[order].route;
		if (route == LM_ABSENT)
			continue;
		for (int32_t r = 0; r < ruined_count; r++)
			again |= ruined[r] == route;
		if (again)
			continue;
		count = state->routes[route].count;
		if (count <= LONGEST_WHOLE_ROUTE && lm_random_chance(random, WHOLE_ROUTE_ONE_IN))
			length = count;
		else
			length = 1 + lm_random_below(random, count < longest ? count : longest);
		if (length > 1 && length < count && lm_random_chance(random, SPLIT_ONE_IN))
			split_remove(state, random, order, length, count);
		else if (length == count)
			lm_state_remove(state, walk_back(state, order, count), walk_on(state, order, count));
		else
			string_remove(state, random, order, length);
		ruined[ruined_count++] = route;
	}
}
