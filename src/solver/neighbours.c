/*
 * neighbours.c
 *	  Candidate lists by the price of the leg plus a share of the waiting it forces.
 */
#include "solver/neighbours.h"

#define NEAR_WIDTH 64
#define WAIT_SHARE_PERCENT 20
#define LONGEST_WAIT ((LmTime) 7 * 24 * 3600 * 1000)

/* A short list kept sorted by price, then by order. */
typedef struct List
{
	int32_t *orders;
	LmCost *prices;
	int32_t count;
	int32_t width;
} List;

static void
list_offer(List *list, int32_t order, LmCost price)
{
	int32_t at;

	if (list->count == list->width)
	{
		if (price >= list->prices[list->count - 1])
			return;
		list->count--;
	}
	for (at = list->count++; at > 0 && list->prices[at - 1] > price; at--)
	{
		list->prices[at] = list->prices[at - 1];
		list->orders[at] = list->orders[at - 1];
	}
	list->prices[at] = price;
	list->orders[at] = order;
}

static void
list_begin(List *list, int32_t *orders)
{
	list->orders = orders;
	list->count = 0;
	for (int32_t i = 0; i < list->width; i++)
		orders[i] = -1;
}

/* The mean price of a ms and a mm over all vehicles; time alone where nothing is priced. */
static void
mean_prices(const LmProblem *problem, LmCost *per_ms, LmCost *per_mm)
{
	*per_ms = 0;
	*per_mm = 0;
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		*per_ms += problem->prices[v].per_ms;
		*per_mm += problem->prices[v].per_mm;
	}
	/* rounded up: what is priced at all must not vanish among many vehicles */
	*per_ms = (*per_ms + problem->vehicle_count - 1) / problem->vehicle_count;
	*per_mm = (*per_mm + problem->vehicle_count - 1) / problem->vehicle_count;
	if (*per_ms == 0 && *per_mm == 0)
		*per_ms = 1;
}

/* What driving from one order to the next costs, or LM_IMPOSSIBLE where windows forbid it. */
static LmCost
pair_price(const LmState *state, const LmTravel *travel, int32_t from, int32_t to, LmCost per_ms,
           LmCost per_mm, LmCost *leg_price)
{
	const LmSpot *a = &state->spots[from];
	const LmSpot *b = &state->spots[to];
	int32_t time = lm_travel_time(travel, state->nodes[from].place, state->nodes[to].place);
	LmLength length = lm_travel_length(travel, state->nodes[from].place, state->nodes[to].place);
	LmTime setup = a->site == b->site ? 0 : b->setup;
	LmTime latest = a->close + a->service + time + setup;
	LmTime wait = b->open > latest ? b->open - latest : 0;

	*leg_price = LM_IMPOSSIBLE;
	if (time == LM_NO_LEG)
		return LM_IMPOSSIBLE;
	*leg_price = per_ms * time + per_mm * length;
	if (a->open + a->service + time + setup > b->close)
		return LM_IMPOSSIBLE;
	/* a week says it all, and keeps the product far from the end of the range */
	if (wait > LONGEST_WAIT)
		wait = LONGEST_WAIT;
	/* under distance alone waiting costs nothing, but a route that waits serves fewer */
	return *leg_price + (per_ms > 0 ? per_ms : per_mm) * wait * WAIT_SHARE_PERCENT / 100;
}

bool
lm_neighbours_find(const LmState *state, LmArena *arena, bool (*should_stop)(void *context),
                   void *context, LmNeighbours *neighbours)
{
	const LmProblem *problem = state->problem;
	int32_t orders = problem->order_count;
	int32_t most = orders > 1 ? orders - 1 : 1;
	List before = {.width = most < LM_NEIGHBOUR_WIDTH ? most : LM_NEIGHBOUR_WIDTH};
	List behind = before;
	List near = {.width = most < NEAR_WIDTH ? most : NEAR_WIDTH};
	const LmTravel *travel = &problem->travels[problem->vehicles[0].travel];
	LmCost per_ms;
	LmCost per_mm;

	mean_prices(problem, &per_ms, &per_mm);
	neighbours->width = before.width;
	neighbours->near_width = near.width;
	neighbours->before = LM_TAKE(arena, int32_t, (size_t) orders * before.width);
	neighbours->behind = LM_TAKE(arena, int32_t, (size_t) orders * before.width);
	neighbours->near = LM_TAKE(arena, int32_t, (size_t) orders * near.width);
	before.prices = LM_TAKE(arena, LmCost, before.width);
	behind.prices = LM_TAKE(arena, LmCost, before.width);
	near.prices = LM_TAKE(arena, LmCost, near.width);
	if (arena->failed)
		return false;
	for (int32_t order = 0; order < orders; order++)
	{
		if (should_stop(context))
			return false;
		list_begin(&before, neighbours->before + (size_t) order * before.width);
		list_begin(&behind, neighbours->behind + (size_t) order * before.width);
		list_begin(&near, neighbours->near + (size_t) order * near.width);
		for (int32_t other = 0; other < orders; other++)
		{
			LmCost to;
			LmCost from;
			LmCost price;

			if (other == order)
				continue;
			price = pair_price(state, travel, other, order, per_ms, per_mm, &to);
			if (price < LM_IMPOSSIBLE)
				list_offer(&before, other, price);
			price = pair_price(state, travel, order, other, per_ms, per_mm, &from);
			if (price < LM_IMPOSSIBLE)
				list_offer(&behind, other, price);
			if (to < LM_IMPOSSIBLE && from < LM_IMPOSSIBLE)
				list_offer(&near, other, to + from);
		}
	}
	return true;
}
