/*
 * relax_bound.c
 *	  Bounds of a place without the judge: what no schedule of it can be better than.
 *
 * From the start on each row is left no earlier, and from the end back reached no later, than by the
 * route as it is without its breaks and shared setups; who arrives later leaves later.
 */
#include "why/relax_parts.h"

static bool
is_paired(const LmRelaxer *relaxer)
{
	return relaxer->option_count > 0;
}

/* The rows that are put in at a place, in their sequence; of a single order both are it. */
static int32_t
first_row(const LmRelaxer *relaxer, const LmRelaxPlace *place)
{
	return is_paired(relaxer) && relaxer->drops ? relaxer->options[place->other] : relaxer->order;
}

static int32_t
second_row(const LmRelaxer *relaxer, const LmRelaxPlace *place)
{
	return is_paired(relaxer) && !relaxer->drops ? relaxer->options[place->other] : relaxer->order;
}

static int32_t
place_of(const LmRelaxer *relaxer, int32_t order)
{
	return relaxer->problem->orders[order].place;
}

/* Where the vehicle is behind so many of its route. */
static int32_t
place_behind(const LmRelaxer *relaxer, int32_t behind)
{
	return behind == 0 ? relaxer->problem->vehicles[relaxer->vehicle].start
	                   : place_of(relaxer, relaxer->route[behind - 1]);
}

/* Where it goes from there; LM_NOWHERE: nowhere. */
static int32_t
place_next(const LmRelaxer *relaxer, int32_t behind)
{
	return behind == relaxer->count ? relaxer->problem->vehicles[relaxer->vehicle].end
	                                : place_of(relaxer, relaxer->route[behind]);
}

/* ---- legs: a missing one takes no time, as for the judge ---- */

static const LmTravel *
travel_of(const LmRelaxer *relaxer)
{
	return lm_problem_travel(relaxer->problem, relaxer->vehicle);
}

static LmHop
least_hop(const LmRelaxer *relaxer, int32_t from, int32_t to)
{
	LmHop hop = {0, 0};

	if (to != LM_NOWHERE)
		hop = lm_travel_hop(travel_of(relaxer), from, to);
	return hop.time == LM_NO_LEG ? (LmHop){0, 0} : hop;
}

static LmTime
arrival(const LmRelaxer *relaxer, int32_t from, int32_t to, LmTime leaves)
{
	LmTime arrives;

	if (to == LM_NOWHERE || leaves >= LM_NEVER)
		return leaves;
	arrives = lm_travel_arrive(travel_of(relaxer), from, to, leaves);
	return arrives < LM_NEVER ? arrives : leaves;
}

static LmTime
departure(const LmRelaxer *relaxer, int32_t from, int32_t to, LmTime by)
{
	const LmTravel *travel = travel_of(relaxer);
	LmTime time = least_hop(relaxer, from, to).time;

	if (to == LM_NOWHERE || by >= LM_NEVER || by <= -LM_NEVER)
		return by;
	if (travel->traffic == NULL || lm_travel_time(travel, from, to) == LM_NO_LEG)
		return by - time;
	/* where it would have to wait for a way, a missing leg may be better */
	return lm_travel_arrive(travel, from, to, by) < LM_NEVER
	           ? lm_traffic_depart(travel->traffic, lm_travel_pair(travel, from, to), by)
	           : by;
}

/* When an order is left by who arrives at a moment; LM_NEVER: no window is open any more. */
static LmTime
left(const LmRelaxer *relaxer, int32_t order, LmTime arrives)
{
	const LmOrder *row = &relaxer->eased.orders[order];
	const LmWindow *windows = &relaxer->eased.windows[row->window_first];

	for (int32_t w = 0; w < row->window_count; w++)
		if (arrives <= windows[w].close)
			return (arrives > windows[w].open ? arrives : windows[w].open) + row->service;
	return LM_NEVER;
}

/* The latest start of an order that leaves it by a moment; -LM_NEVER: there is none. */
static LmTime
latest_start(const LmRelaxer *relaxer, int32_t order, LmTime by)
{
	const LmOrder *row = &relaxer->eased.orders[order];
	const LmWindow *windows = &relaxer->eased.windows[row->window_first];
	LmTime start = by >= LM_NEVER ? LM_NEVER : by - row->service;

	for (int32_t w = row->window_count - 1; w >= 0; w--)
		if (windows[w].open <= start)
			return start < windows[w].close ? start : windows[w].close;
	return -LM_NEVER;
}

/* ---- the route as it is ---- */

void
lm_relax_bound_ease(LmRelaxer *relaxer, const LmEase *ease)
{
	LmRelaxBound *bound = &relaxer->bound;
	const LmVehicle *van = &relaxer->eased.vehicles[relaxer->vehicle];
	LmJudgeRoute as_it_is = {.vehicle = relaxer->vehicle, .items = relaxer->items};

	lm_relax_ease(relaxer, ease);
	bound->known = !van->under_way && van->fixed_count == 0;
	if (!bound->known)
		return;
	as_it_is.count = lm_relax_items(relaxer, NULL);
	bound->leaves[0] = lm_judge_earliest(&relaxer->eased, &as_it_is);
	for (int32_t i = 0; i < relaxer->count; i++)
		bound->leaves[i + 1] = left(
			relaxer, relaxer->route[i],
			arrival(relaxer, place_behind(relaxer, i), place_next(relaxer, i), bound->leaves[i]));
	bound->latest[relaxer->count] = van->shift_end >= LM_NEVER ? LM_NEVER
	                                                           : van->shift_end + van->overtime;
	for (int32_t i = relaxer->count - 1; i >= 0; i--)
		bound->latest[i] = latest_start(relaxer, relaxer->route[i],
		                                departure(relaxer, place_of(relaxer, relaxer->route[i]),
		                                          place_next(relaxer, i + 1),
		                                          bound->latest[i + 1]));
	bound->walk_behind = -1;
}

void
lm_relax_bound_begin(LmRelaxer *relaxer)
{
	LmRelaxBound *bound = &relaxer->bound;
	int32_t dimensions = relaxer->problem->dimensions;
	LmTried tried;

	bound->orders = 0;
	bound->busy = 0;
	bound->length = 0;
	bound->measured = travel_of(relaxer)->traffic == NULL;
	for (int32_t i = 0; i < relaxer->count; i++)
	{
		LmHop hop = least_hop(relaxer, place_behind(relaxer, i), place_next(relaxer, i));

		bound->orders += relaxer->problem->orders[relaxer->route[i]].kind != LM_RELOAD;
		bound->busy += hop.time + relaxer->problem->orders[relaxer->route[i]].service;
		bound->length += hop.length;
	}
	if (relaxer->count > 0)
	{
		LmHop hop = least_hop(relaxer, place_behind(relaxer, relaxer->count),
		                      place_next(relaxer, relaxer->count));

		bound->busy += hop.time;
		bound->length += hop.length;
	}
	lm_relax_try(relaxer, NULL, &(LmEase){{0}}, &tried);
	bound->cost = tried.cost;
	if (relaxer->status != LM_JUDGE_OK || !is_paired(relaxer))
		return;
	for (int32_t behind = 0; behind <= relaxer->count; behind++)
	{
		int32_t row = behind == 0 ? 0 : tried.judgement.item_row[behind - 1];

		for (int32_t d = 0; d < dimensions; d++)
			bound->load[(size_t) behind * (size_t) dimensions + (size_t) d] =
				tried.judgement.load[(size_t) row * (size_t) dimensions + (size_t) d];
	}
}

/* ---- a place ---- */

/* From the first row on to the place of the second: as far as it goes, with the loads on the way. */
static void
walk(LmRelaxer *relaxer, const LmRelaxPlace *place)
{
	LmRelaxBound *bound = &relaxer->bound;
	int32_t dimensions = relaxer->problem->dimensions;
	int32_t first = first_row(relaxer, place);
	bool on = bound->walk_first == first && bound->walk_behind == place->behind &&
	          bound->walk_later <= place->later;

	if (!on)
	{
		bound->walk_first = first;
		bound->walk_behind = bound->walk_later = place->behind;
		bound->walk_place = place_of(relaxer, first);
		bound->walk_leaves = left(relaxer, first,
		                          arrival(relaxer, place_behind(relaxer, place->behind),
		                                  bound->walk_place, bound->leaves[place->behind]));
		for (int32_t d = 0; d < dimensions; d++)
			bound->walk_load[d] =
				is_paired(relaxer)
					? bound->load[(size_t) place->behind * (size_t) dimensions + (size_t) d]
					: 0;
	}
	for (; is_paired(relaxer) && bound->walk_later < place->later; bound->walk_later++)
	{
		int32_t order = relaxer->route[bound->walk_later];
		const LmAmount *load = &bound->load[((size_t) bound->walk_later + 1) * (size_t) dimensions];

		bound->walk_leaves =
			left(relaxer, order,
		         arrival(relaxer, bound->walk_place, place_of(relaxer, order), bound->walk_leaves));
		bound->walk_place = place_of(relaxer, order);
		for (int32_t d = 0; d < dimensions; d++)
			bound->walk_load[d] = load[d] > bound->walk_load[d] ? load[d] : bound->walk_load[d];
	}
}

/* Driving and service, and metres. */
typedef struct Sum
{
	LmTime busy;
	LmLength length;
} Sum;

static void
leg_add(const LmRelaxer *relaxer, Sum *sum, int32_t from, int32_t to, int sign)
{
	LmHop hop = least_hop(relaxer, from, to);

	sum->busy += sign * (LmTime) hop.time;
	sum->length += sign * hop.length;
}

/* Behind so many of the route to a row and on from it, instead of straight on. */
static void
detour_add(const LmRelaxer *relaxer, Sum *sum, int32_t behind, int32_t first, int32_t second)
{
	leg_add(relaxer, sum, place_behind(relaxer, behind), first, 1);
	if (second != first)
		leg_add(relaxer, sum, first, second, 1);
	leg_add(relaxer, sum, second, place_next(relaxer, behind), 1);
	if (relaxer->count > 0)
		leg_add(relaxer, sum, place_behind(relaxer, behind), place_next(relaxer, behind), -1);
}

/* Of the route with the order. */
static Sum
sum_of(const LmRelaxer *relaxer, const LmRelaxPlace *place)
{
	const LmProblem *problem = relaxer->problem;
	int32_t first = first_row(relaxer, place);
	int32_t second = second_row(relaxer, place);
	Sum sum = {relaxer->bound.busy + problem->orders[first].service, relaxer->bound.length};

	if (is_paired(relaxer))
		sum.busy += problem->orders[second].service;
	if (!is_paired(relaxer) || place->behind == place->later)
	{
		detour_add(relaxer, &sum, place->behind, place_of(relaxer, first),
		           place_of(relaxer, second));
		return sum;
	}
	detour_add(relaxer, &sum, place->behind, place_of(relaxer, first), place_of(relaxer, first));
	detour_add(relaxer, &sum, place->later, place_of(relaxer, second), place_of(relaxer, second));
	return sum;
}

bool
lm_relax_hopeless(LmRelaxer *relaxer, const LmRelaxPlace *place)
{
	LmRelaxBound *bound = &relaxer->bound;
	int32_t second = second_row(relaxer, place);
	int32_t at = is_paired(relaxer) ? place->later : place->behind;
	LmTime leaves;

	if (!bound->known)
		return false;
	walk(relaxer, place);
	leaves = bound->walk_leaves;
	if (is_paired(relaxer))
		leaves = left(relaxer, second,
		              arrival(relaxer, bound->walk_place, place_of(relaxer, second), leaves));
	return leaves >= LM_NEVER ||
	       arrival(relaxer, place_of(relaxer, second), place_next(relaxer, at), leaves) >
	           bound->latest[at] ||
	       sum_of(relaxer, place).busy > relaxer->eased.vehicles[relaxer->vehicle].max_time;
}

int64_t
lm_relax_over_floor(LmRelaxer *relaxer, const LmRelaxPlace *place, int32_t limit)
{
	const LmProblem *problem = relaxer->problem;
	const LmVehicle *van = &problem->vehicles[relaxer->vehicle];
	size_t dimensions = (size_t) problem->dimensions;
	int64_t over = 0;

	if (!relaxer->bound.known)
		return 0;
	if (limit == LM_OVER_DISTANCE && relaxer->bound.measured && van->max_distance < LM_NEVER)
		over = sum_of(relaxer, place).length - van->max_distance;
	else if (limit == LM_OVER_STOPS)
		over = (int64_t) relaxer->bound.orders + (is_paired(relaxer) ? 2 : 1) - van->max_stops;
	else if (limit >= LM_OVER_CAPACITY && is_paired(relaxer))
	{
		size_t d = (size_t) (limit - LM_OVER_CAPACITY);

		walk(relaxer, place);
		over = relaxer->bound.walk_load[d] +
		       problem->demand[(size_t) first_row(relaxer, place) * dimensions + d] -
		       problem->capacity[(size_t) relaxer->vehicle * dimensions + d];
	}
	return over > 0 ? over : 0;
}

uint32_t
lm_relax_surely_broken(LmRelaxer *relaxer, const LmRelaxPlace *place)
{
	static const int rules[] = {LM_AT_DISTANCE, LM_AT_RANGE, LM_AT_STOPS};
	const LmProblem *problem = relaxer->problem;
	int32_t rows[] = {first_row(relaxer, place), second_row(relaxer, place)};
	uint32_t broken = 0;

	for (int32_t limit = 0; limit < LM_OVER_CAPACITY + problem->dimensions; limit++)
		if (lm_relax_over_floor(relaxer, place, limit) > 0)
			broken |= LM_AT(limit < LM_OVER_CAPACITY ? rules[limit] : LM_AT_CAPACITY);
	for (int i = 0; i < 2; i++)
	{
		if (!lm_problem_skilled(problem, rows[i], relaxer->vehicle))
			broken |= LM_AT(LM_AT_SKILL);
		if (!lm_problem_welcome(problem, rows[i], relaxer->vehicle))
			broken |= LM_AT(LM_AT_REFUSED);
	}
	return broken;
}
