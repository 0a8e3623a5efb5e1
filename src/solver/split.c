/*
 * split.c
 *	  Halves by how much nearer to one place than to another, until there are enough.
 *
 * Only travel times are looked at: they are there without coordinates too, and two places that are
 * near on the map may be far apart by road.
 */
#include "solver/split.h"

#include <stdlib.h>

/* The second place of a cut is the farthest of so many. */
#define FAR_TRIES 8
/* Empty vehicles of a kind that a group gets at most, beside a share of its routes. */
#define EMPTY_MOST 4
#define EMPTY_SHARE 4

/* A route, or absent orders that belong together. */
typedef struct Item
{
	int64_t key;
	int32_t vehicle; /* -1: absent orders */
	int32_t order;   /* the first */
	int32_t count;
} Item;

struct LmSplit
{
	const LmState *state;
	const int32_t *next;
	Item *items; /* [order_count] */
	LmGroup *groups;
	int32_t *group_of; /* [vehicle_count] or -1 */
	int32_t *route_of; /* [order_count] or -1 */
	int32_t *absent;   /* [order_count] group of an absent order, or -1 */
	int32_t *dealt;    /* [groups] empty vehicles of a kind */
	int32_t *vehicles; /* [vehicle_count] what the groups' arrays are cut from */
	int32_t *first;    /* [vehicle_count + groups] */
	int32_t *orders;   /* [order_count] */
};

LmSplit *
lm_split_new(const LmState *state, int32_t most, LmArena *arena)
{
	size_t orders = (size_t) state->problem->order_count;
	size_t vehicles = (size_t) state->problem->vehicle_count;
	LmSplit *split = LM_TAKE(arena, LmSplit, 1);

	if (split == NULL)
		return NULL;
	split->state = state;
	split->items = LM_TAKE(arena, Item, orders);
	split->groups = LM_TAKE(arena, LmGroup, most);
	split->group_of = LM_TAKE(arena, int32_t, vehicles);
	split->route_of = LM_TAKE(arena, int32_t, orders);
	split->absent = LM_TAKE(arena, int32_t, orders);
	split->dealt = LM_TAKE(arena, int32_t, most);
	split->vehicles = LM_TAKE(arena, int32_t, vehicles);
	split->first = LM_TAKE(arena, int32_t, vehicles + (size_t) most);
	split->orders = LM_TAKE(arena, int32_t, orders);
	return arena->failed ? NULL : split;
}

void
lm_group_put(const LmState *state, const LmGroup *group, int32_t *next)
{
	for (int32_t v = 0; v < group->vehicle_count; v++)
	{
		int32_t node = lm_state_start(state, group->vehicles[v]);

		for (int32_t at = group->first[v]; at < group->first[v + 1]; at++)
			node = next[node] = group->orders[at];
		next[node] = lm_state_end(state, group->vehicles[v]);
	}
}

/* ---- items ---- */

/* The orders that are served together with one, or instead of it. */
static const int32_t *
members_of(const LmProblem *problem, const int32_t *order, int32_t *count)
{
	int32_t unit = problem->units == NULL ? -1 : problem->orders[*order].unit;

	if (unit < 0)
	{
		*count = 1;
		return order;
	}
	*count = problem->units[unit].heads + problem->units[unit].tails;
	return problem->members + problem->units[unit].first;
}

/* The member of an absent order's unit that is on a route, else the first. */
static int32_t
leader_of(const LmSplit *split, int32_t order)
{
	int32_t count;
	const int32_t *members = members_of(split->state->problem, &order, &count);

	for (int32_t i = 0; i < count; i++)
		if (split->route_of[members[i]] >= 0)
			return members[i];
	return members[0];
}

static int32_t
items_set(LmSplit *split)
{
	const LmProblem *problem = split->state->problem;
	int32_t orders = problem->order_count;
	int32_t count = 0;

	for (int32_t i = 0; i < orders; i++)
		split->route_of[i] = split->absent[i] = -1;
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		int32_t first = split->next[lm_state_start(split->state, v)];
		Item item = {.vehicle = v, .order = first};

		split->group_of[v] = -1;
		for (int32_t node = first; node < orders; node = split->next[node])
		{
			split->route_of[node] = v;
			item.count++;
		}
		if (item.count > 0)
			split->items[count++] = item;
	}
	for (int32_t i = 0; i < orders; i++)
		if (split->route_of[i] < 0 && problem->orders[i].kind != LM_RELOAD &&
		    leader_of(split, i) == i)
		{
			Item item = {.vehicle = -1, .order = i};

			(void) members_of(problem, &i, &item.count);
			split->items[count++] = item;
		}
	return count;
}

/* ---- cutting ---- */

static int
item_compare(const void *a, const void *b)
{
	const Item *x = a;
	const Item *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int32_t
item_place(const LmSplit *split, const Item *item)
{
	return split->state->problem->orders[item->order].place;
}

/* How much nearer the item's orders are to a place than to another, in the mean. */
static int64_t
item_key(const LmSplit *split, const LmTravel *travel, const Item *item, int32_t a, int32_t b)
{
	const LmOrder *orders = split->state->problem->orders;
	int32_t count = item->vehicle < 0 ? 1 : item->count;
	int64_t sum = 0;
	int32_t order = item->order;

	for (int32_t i = 0; i < count; i++, order = split->next[order])
		sum += (int64_t) lm_travel_time(travel, a, orders[order].place) -
		       lm_travel_time(travel, b, orders[order].place);
	return sum / count;
}

/* Sorts the items along a line between two of them. */
static void
items_sort(LmSplit *split, Item *items, int32_t count, LmRandom *random)
{
	const LmProblem *problem = split->state->problem;
	const LmTravel *travel = &problem->travels[problem->vehicles[0].travel];
	int32_t a = item_place(split, &items[lm_random_below(random, count)]);
	int32_t b = a;

	for (int32_t try = 0; try < FAR_TRIES; try++)
	{
		int32_t c = item_place(split, &items[lm_random_below(random, count)]);

		if (lm_travel_time(travel, a, c) > lm_travel_time(travel, a, b))
			b = c;
	}
	for (int32_t i = 0; i < count; i++)
		items[i].key = item_key(split, travel, &items[i], a, b);
	qsort(items, (size_t) count, sizeof(Item), item_compare);
}

/* The items that make the first of so many halves. */
static int32_t
items_cut(const Item *items, int32_t count, int32_t first_groups, int32_t groups)
{
	int64_t total = 0;
	int64_t sum = 0;
	int32_t cut = 0;

	for (int32_t i = 0; i < count; i++)
		total += items[i].count;
	/* the item on the border goes to where more of it lies */
	while (cut < count && (2 * sum + items[cut].count) * groups <= 2 * total * first_groups)
		sum += items[cut++].count;
	return cut;
}

/* Items into groups from a number on; no deeper than there are bits in their number. */
static void
halve(LmSplit *split, Item *items, int32_t count, int32_t group, int32_t groups, LmRandom *random)
{
	int32_t half = groups / 2;
	int32_t cut;

	if (groups > 1 && count > 0)
	{
		items_sort(split, items, count, random);
		cut = items_cut(items, count, half, groups);
		halve(split, items, cut, group, half, random);
		halve(split, items + cut, count - cut, group + half, groups - half, random);
		return;
	}
	for (int32_t i = 0; i < count; i++)
		if (items[i].vehicle >= 0)
			split->group_of[items[i].vehicle] = group;
		else
			split->absent[items[i].order] = group;
}

/* ---- groups ---- */

/* Vehicles without a route, a few of each kind to each group. */
static void
empty_deal(LmSplit *split, int32_t groups, LmRandom *random)
{
	const LmState *state = split->state;

	for (int32_t kind = 0; kind < state->kind_count; kind++)
	{
		int32_t begin = state->kind_first[kind];
		int32_t count = state->kind_first[kind + 1] - begin;
		int32_t turn = lm_random_below(random, groups);
		int32_t rotated = lm_random_below(random, count);

		for (int32_t group = 0; group < groups; group++)
			split->dealt[group] = EMPTY_MOST;
		for (int32_t i = 0; i < count; i++)
		{
			int32_t group = split->group_of[state->kind_members[begin + i]];

			if (group >= 0)
				split->dealt[group] += (i % EMPTY_SHARE) == 0;
		}
		for (int32_t i = 0; i < count; i++)
		{
			int32_t van = state->kind_members[begin + (rotated + i) % count];

			if (split->next[lm_state_start(state, van)] < state->problem->order_count)
				continue;
			for (int32_t try = 0; try < groups && split->group_of[van] < 0; try++)
			{
				int32_t group = turn++ % groups;

				if (split->dealt[group] > 0)
				{
					split->dealt[group]--;
					split->group_of[van] = group;
				}
			}
		}
	}
}

/* Absent orders follow the unit they belong to. */
static void
absent_follow(LmSplit *split)
{
	const LmProblem *problem = split->state->problem;

	for (int32_t i = 0; i < problem->order_count; i++)
		if (split->route_of[i] < 0 && problem->orders[i].kind != LM_RELOAD)
		{
			int32_t leader = leader_of(split, i);

			split->absent[i] = split->route_of[leader] >= 0
			                       ? split->group_of[split->route_of[leader]]
			                       : split->absent[leader];
		}
}

static bool
reload_fits(const LmSplit *split, int32_t reload, int32_t group)
{
	for (int32_t v = 0; v < split->state->problem->vehicle_count; v++)
		if (split->group_of[v] == group && lm_problem_welcome(split->state->problem, reload, v))
			return true;
	return false;
}

/* Reloads that nobody makes, to groups in turn that have a vehicle for them. */
static void
reloads_deal(LmSplit *split, int32_t groups, LmRandom *random)
{
	const LmProblem *problem = split->state->problem;
	int32_t turn = lm_random_below(random, groups);

	for (int32_t i = problem->order_count - problem->reload_count; i < problem->order_count; i++)
		for (int32_t try = 0; try < groups && split->route_of[i] < 0 && split->absent[i] < 0; try++)
			if (reload_fits(split, i, turn++ % groups))
				split->absent[i] = (turn - 1) % groups;
}

/* Gives each group its share of the arrays. */
static void
groups_place(LmSplit *split, int32_t count)
{
	const LmProblem *problem = split->state->problem;
	int32_t vehicles = 0;
	int32_t orders = 0;

	for (int32_t g = 0; g < count; g++)
		split->groups[g].vehicle_count = split->groups[g].order_count = 0;
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		if (split->group_of[v] >= 0)
			split->groups[split->group_of[v]].vehicle_count++;
	for (int32_t i = 0; i < problem->order_count; i++)
		if (split->route_of[i] >= 0)
			split->groups[split->group_of[split->route_of[i]]].order_count++;
		else if (split->absent[i] >= 0)
			split->groups[split->absent[i]].order_count++;
	for (int32_t g = 0; g < count; g++)
	{
		LmGroup *group = &split->groups[g];

		group->vehicles = split->vehicles + vehicles;
		group->first = split->first + vehicles + g;
		group->orders = split->orders + orders;
		group->first[0] = 0;
		vehicles += group->vehicle_count;
		orders += group->order_count;
		group->vehicle_count = 0;
	}
}

static void
groups_fill(LmSplit *split, int32_t count)
{
	const LmProblem *problem = split->state->problem;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		LmGroup *group;
		int32_t at;

		if (split->group_of[v] < 0)
			continue;
		group = &split->groups[split->group_of[v]];
		at = group->first[group->vehicle_count];
		for (int32_t node = split->next[lm_state_start(split->state, v)];
		     node < problem->order_count; node = split->next[node])
			group->orders[at++] = node;
		group->vehicles[group->vehicle_count++] = v;
		group->first[group->vehicle_count] = at;
	}
	/* dealt is how many absent orders have been written */
	for (int32_t g = 0; g < count; g++)
		split->dealt[g] = 0;
	for (int32_t i = 0; i < problem->order_count; i++)
		if (split->absent[i] >= 0)
		{
			LmGroup *group = &split->groups[split->absent[i]];

			group->orders[group->first[group->vehicle_count] + split->dealt[split->absent[i]]++] =
				i;
		}
}

LmGroup *
lm_split_make(LmSplit *split, const int32_t *next, int32_t count, LmRandom *random)
{
	split->next = next;
	halve(split, split->items, items_set(split), 0, count, random);
	empty_deal(split, count, random);
	absent_follow(split);
	reloads_deal(split, count, random);
	groups_place(split, count);
	groups_fill(split, count);
	return split->groups;
}
