/*
 * neighbours.c
 *	  Candidate lists by the price of the leg plus a share of the waiting it forces.
 */
#include "solver/neighbours.h"

#include "solver/nearby.h"
#include "solver/soft.h"

#define NEAR_WIDTH 64
/* From so many orders on, where travel is along straight lines without tables, lists are made of those around. */
#define NEARBY_ORDERS 3000
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

static inline bool
list_before(const List *list, int32_t at, int32_t order, LmCost price)
{
	return list->prices[at] < price || (list->prices[at] == price && list->orders[at] < order);
}

static inline void
list_offer(List *list, int32_t order, LmCost price)
{
	int32_t at;

	if (list->count == list->width)
	{
		if (list_before(list, list->count - 1, order, price))
			return;
		list->count--;
	}
	for (at = list->count++; at > 0 && !list_before(list, at - 1, order, price); at--)
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

/* The legs of one order to or from all places, as rows: the tables are too large to jump about in. */
typedef struct Row
{
	const int32_t *time;      /* NULL: there are no tables */
	const uint32_t *length32; /* NULL: lengths are wide or not known */
	const LmTravel *travel;
	int32_t place;
	bool back; /* towards the order */
} Row;

static Row
row_of(const LmState *state, int32_t travel, int32_t place, bool back)
{
	const LmTravel *table = &state->problem->travels[travel];
	size_t first = (size_t) place * (size_t) table->places;
	Row row = {.travel = table, .place = place, .back = back};

	if (table->time == NULL)
		return row;
	row.time = (back ? state->time_back[travel] : table->time) + first;
	if (state->length_back[travel] != NULL)
		row.length32 = (back ? state->length_back[travel] : table->length32) + first;
	return row;
}

static inline LmHop
row_hop(const Row *row, int32_t other)
{
	int32_t from = row->back ? other : row->place;
	int32_t to = row->back ? row->place : other;

	if (row->length32 != NULL)
		return (LmHop){row->time[other], row->length32[other]};
	if (row->time != NULL)
		return (LmHop){row->time[other], lm_travel_length(row->travel, from, to)};
	return lm_travel_hop(row->travel, from, to);
}

/* What driving from one order to the next costs, or LM_IMPOSSIBLE where windows forbid it. */
static LmCost
pair_price(const LmState *state, const Row *row, int32_t from, int32_t to, LmCost per_ms,
           LmCost per_mm, LmCost *leg_price)
{
	const LmSpot *a = &state->spots[from];
	const LmSpot *b = &state->spots[to];
	int32_t other = state->nodes[row->back ? from : to].place;
	LmHop hop = row_hop(row, other);
	LmTime setup = a->site == b->site ? 0 : b->setup;
	LmTime close = a->soft ? state->problem->orders[from].due : a->close;
	LmTime latest = close + a->service + hop.time + setup;
	LmTime wait = b->open > latest ? b->open - latest : 0;
	LmCost late = 0;

	*leg_price = LM_IMPOSSIBLE;
	if (hop.time == LM_NO_LEG)
		return LM_IMPOSSIBLE;
	*leg_price = per_ms * hop.time + per_mm * hop.length;
	if (a->open + a->service + hop.time + setup > b->close)
		return LM_IMPOSSIBLE;
	if (b->soft)
		late = lm_soft_least(state, to, a->open + a->service + hop.time + setup);
	/* a week says it all, and keeps the product far from the end of the range */
	if (wait > LONGEST_WAIT)
		wait = LONGEST_WAIT;
	/* under distance alone waiting costs nothing, but a route that waits serves fewer */
	return *leg_price + late +
	       (per_ms > 0 ? per_ms * wait : per_mm * wait * WAIT_SHARE_PERCENT / 100);
}

/* The lists of one order under way, and what pairs are priced by. */
typedef struct Search
{
	const LmState *state;
	LmCost per_ms;
	LmCost per_mm;
	Row back;
	Row on;
	List before;
	List behind;
	List near;
} Search;

static inline void
pair_offer(Search *search, int32_t order, int32_t other)
{
	LmCost to;
	LmCost from;
	LmCost behind = pair_price(search->state, &search->back, other, order, search->per_ms,
	                           search->per_mm, &to);
	LmCost before = pair_price(search->state, &search->on, order, other, search->per_ms,
	                           search->per_mm, &from);
	LmCost near = behind < before ? behind : before;

	if (behind < LM_IMPOSSIBLE)
		list_offer(&search->before, other, behind);
	if (before < LM_IMPOSSIBLE)
		list_offer(&search->behind, other, before);
	if (to >= LM_IMPOSSIBLE || from >= LM_IMPOSSIBLE)
		return;
	/* where waiting is paid for, near are those that can follow each other without it */
	if (search->per_ms == 0 || near >= LM_IMPOSSIBLE)
		near = (to + from) * (search->per_ms == 0 ? 1 : 2);
	list_offer(&search->near, other, near);
}

/* The legs to the candidates of one order, so that whoever tries them need not look them up. */
static void
legs_set(const Row *row, const LmState *state, const int32_t *orders, int32_t width, LmNear *legs)
{
	for (int32_t i = 0; i < width && orders[i] >= 0; i++)
	{
		LmHop hop = row_hop(row, state->nodes[orders[i]].place);

		legs[i].time = hop.time;
		legs[i].length = hop.length <= UINT32_MAX ? (uint32_t) hop.length : UINT32_MAX;
	}
}

static bool
lists_take(LmNeighbours *neighbours, size_t orders, int32_t width, int32_t near_width,
           LmArena *arena)
{
	neighbours->width = width;
	neighbours->near_width = near_width;
	neighbours->before = LM_TAKE(arena, int32_t, orders * (size_t) width);
	neighbours->behind = LM_TAKE(arena, int32_t, orders * (size_t) width);
	neighbours->before_legs = LM_TAKE(arena, LmNear, orders * (size_t) width);
	neighbours->behind_legs = LM_TAKE(arena, LmNear, orders * (size_t) width);
	neighbours->near = LM_TAKE(arena, int32_t, orders * (size_t) near_width);
	return !arena->failed;
}

/* All other orders; reloads have neighbours, but are nobody's. */
static void
pairs_offer_all(Search *search, int32_t order)
{
	int32_t orders = search->state->problem->order_count;
	int32_t rows = lm_problem_rows(search->state->problem);

	/* neighbours in number are mostly neighbours on the ground (input/curve.h): the lists
	 * fill with near ones first, and few of those that follow get in */
	for (int32_t away = 1; away < orders; away++)
	{
		if (order + away < rows)
			pair_offer(search, order, order + away);
		if (order >= away && order - away < rows)
			pair_offer(search, order, order - away);
	}
}

static void
pairs_offer_nearby(Search *search, LmNearby *nearby, int32_t order)
{
	int32_t around[LM_NEARBY_MOST];
	int32_t count = lm_nearby_find(nearby, order, LM_NEARBY_MOST, around);

	for (int32_t i = 0; i < count; i++)
		pair_offer(search, order, around[i]);
}

bool
lm_neighbours_find(const LmState *state, LmArena *arena, bool (*should_stop)(void *context),
                   void *context, LmNeighbours *neighbours)
{
	const LmProblem *problem = state->problem;
	int32_t orders = problem->order_count;
	int32_t rows = lm_problem_rows(problem);
	int32_t most = rows > 1 ? rows - 1 : 1;
	int32_t width = most < LM_NEIGHBOUR_WIDTH ? most : LM_NEIGHBOUR_WIDTH;
	int32_t near_width = most < NEAR_WIDTH ? most : NEAR_WIDTH;
	int32_t travel = problem->vehicles[0].travel;
	bool many = orders >= NEARBY_ORDERS && problem->travels[travel].time == NULL;
	LmNearby *nearby = NULL;
	Search search = {.state = state};

	mean_prices(problem, &search.per_ms, &search.per_mm);
	search.before.width = search.behind.width = width;
	search.near.width = near_width;
	search.before.prices = LM_TAKE(arena, LmCost, width);
	search.behind.prices = LM_TAKE(arena, LmCost, width);
	search.near.prices = LM_TAKE(arena, LmCost, near_width);
	if (!lists_take(neighbours, (size_t) orders, width, near_width, arena))
		return false;
	if (many)
		nearby = lm_nearby_new(state, problem->travels[travel].beeline, arena, should_stop,
		                       context);
	if (many && nearby == NULL)
		return false;
	for (int32_t order = 0; order < orders; order++)
	{
		if (should_stop(context))
			return false;
		search.back = row_of(state, travel, state->nodes[order].place, true);
		search.on = row_of(state, travel, state->nodes[order].place, false);
		list_begin(&search.before, neighbours->before + (size_t) order * width);
		list_begin(&search.behind, neighbours->behind + (size_t) order * width);
		list_begin(&search.near, neighbours->near + (size_t) order * near_width);
		if (many)
			pairs_offer_nearby(&search, nearby, order);
		else
			pairs_offer_all(&search, order);
		legs_set(&search.back, state, search.before.orders, width,
		         neighbours->before_legs + (size_t) order * width);
		legs_set(&search.on, state, search.behind.orders, width,
		         neighbours->behind_legs + (size_t) order * width);
	}
	return true;
}

static void
list_thin(const int32_t *from, int32_t *to, int32_t width, const int32_t *number)
{
	int32_t count = 0;

	for (int32_t i = 0; i < width && from[i] >= 0; i++)
		if (number[from[i]] > 0)
			to[count++] = number[from[i]] - 1;
	while (count < width)
		to[count++] = -1;
}

bool
lm_neighbours_thin(const LmNeighbours *whole, const LmState *state, const int32_t *order,
                   const int32_t *number, LmArena *arena, LmNeighbours *neighbours)
{
	int32_t orders = state->problem->order_count;
	/* the first vehicle of the part may travel by other tables than that of the whole */
	int32_t travel = state->problem->vehicles[0].travel;

	if (!lists_take(neighbours, (size_t) orders, whole->width, whole->near_width, arena))
		return false;
	for (int32_t i = 0; i < orders; i++)
	{
		size_t from = (size_t) order[i] * (size_t) whole->width;
		size_t to = (size_t) i * (size_t) whole->width;
		Row back = row_of(state, travel, state->nodes[i].place, true);
		Row on = row_of(state, travel, state->nodes[i].place, false);

		list_thin(whole->before + from, neighbours->before + to, whole->width, number);
		list_thin(whole->behind + from, neighbours->behind + to, whole->width, number);
		legs_set(&back, state, neighbours->before + to, whole->width, neighbours->before_legs + to);
		legs_set(&on, state, neighbours->behind + to, whole->width, neighbours->behind_legs + to);
		list_thin(whole->near + (size_t) order[i] * (size_t) whole->near_width,
		          neighbours->near + (size_t) i * (size_t) whole->near_width, whole->near_width,
		          number);
	}
	return true;
}
