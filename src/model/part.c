/*
 * part.c
 *	  Each array of a problem, thinned out and renumbered.
 */
#include "model/part.h"

#include <string.h>

/* A new field of a problem is copied here, or it is missing where parts are made. */
#define SIZE_IS(type, bytes) (sizeof(void *) != 8 || sizeof(type) == (bytes))
_Static_assert(SIZE_IS(LmProblem, 224), "LmProblem has changed: see lm_part_new");
_Static_assert(SIZE_IS(LmOrder, 104), "LmOrder has changed: see orders_copy");
_Static_assert(SIZE_IS(LmVehicle, 176), "LmVehicle has changed: see vehicles_copy");

/* Straight lines between more places stay without a table: to fill it would keep a cancel waiting. */
#define TABLE_PLACES 2000

/* A part under construction. */
typedef struct Making
{
	const LmProblem *whole;
	const LmPartStop *stop;
	LmPart *part;
	LmArena *arena;
	bool tables;     /* of its own: places are numbered anew */
	int32_t *place;  /* [whole place_count] 1 + the part's number, 0: not in it */
	int32_t *site;   /* [whole site_count] likewise */
	int32_t *travel; /* [whole travel_count] likewise */
	int32_t *number; /* [whole order_count] likewise */
	int32_t *van;    /* [whole vehicle_count] likewise */
	int32_t *unit;   /* [whole unit_count] likewise */
	int32_t *places; /* [part place_count] the whole's number */
} Making;

/* The part's number of something, a new one when it has none yet. */
static int32_t
renumbered(int32_t *numbers, int32_t *count, int32_t old)
{
	if (numbers[old] == 0)
		numbers[old] = ++*count;
	return numbers[old] - 1;
}

static int32_t
place_of(Making *making, int32_t old)
{
	LmProblem *problem = &making->part->problem;
	int32_t number;

	if (old == LM_NOWHERE || !making->tables)
		return old;
	number = renumbered(making->place, &problem->place_count, old);
	making->places[number] = old;
	return number;
}

static bool
arrays_take(Making *making)
{
	const LmProblem *whole = making->whole;
	LmProblem *problem = &making->part->problem;
	LmArena *arena = making->arena;
	size_t orders = (size_t) problem->order_count;
	size_t vehicles = (size_t) problem->vehicle_count;
	size_t dims = (size_t) problem->dimensions;
	size_t most = orders + 2 * vehicles;
	size_t windows = 0;
	size_t breaks = 0;
	size_t fixed = 0;

	for (size_t i = 0; i < orders; i++)
		windows += (size_t) whole->orders[making->part->order[i]].window_count;
	for (size_t v = 0; v < vehicles; v++)
	{
		breaks += (size_t) whole->vehicles[making->part->vehicle[v]].break_count;
		fixed += (size_t) whole->vehicles[making->part->vehicle[v]].fixed_count;
	}
	making->place = LM_TAKE(arena, int32_t, whole->place_count);
	making->site = LM_TAKE(arena, int32_t, whole->site_count);
	making->travel = LM_TAKE(arena, int32_t, whole->travel_count);
	making->number = LM_TAKE(arena, int32_t, whole->order_count);
	making->van = LM_TAKE(arena, int32_t, whole->vehicle_count);
	making->unit = LM_TAKE(arena, int32_t, whole->unit_count);
	making->places = LM_TAKE(arena, int32_t, most);
	problem->orders = LM_TAKE(arena, LmOrder, orders);
	problem->demand = LM_TAKE(arena, LmAmount, orders * dims);
	problem->windows = LM_TAKE(arena, LmWindow, windows);
	problem->vehicles = LM_TAKE(arena, LmVehicle, vehicles);
	problem->capacity = LM_TAKE(arena, LmAmount, vehicles * dims);
	problem->breaks = LM_TAKE(arena, LmBreak, breaks);
	problem->prices = LM_TAKE(arena, LmPrices, vehicles);
	problem->skip_price = LM_TAKE(arena, LmCost, orders);
	if (whole->aboard != NULL)
		problem->aboard = LM_TAKE(arena, LmAboard, vehicles * dims);
	if (whole->late_price != NULL)
	{
		problem->late_price = LM_TAKE(arena, LmCost, orders);
		problem->late_weight = LM_TAKE(arena, int64_t, orders);
	}
	if (whole->prefer_price != NULL)
		problem->prefer_price = LM_TAKE(arena, LmCost, orders);
	if (whole->fixed != NULL)
		problem->fixed = LM_TAKE(arena, LmFixed, fixed);
	if (whole->units != NULL)
	{
		problem->units = LM_TAKE(arena, LmUnit, orders);
		problem->members = LM_TAKE(arena, int32_t, orders);
	}
	return !arena->failed;
}

static void
orders_copy(Making *making)
{
	const LmProblem *whole = making->whole;
	LmProblem *problem = &making->part->problem;
	size_t dims = (size_t) problem->dimensions;
	int32_t windows = 0;

	for (int32_t i = 0; i < problem->order_count; i++)
	{
		int32_t old = making->part->order[i];
		LmOrder *order = &problem->orders[i];

		*order = whole->orders[old];
		memcpy(problem->windows + windows, whole->windows + order->window_first,
		       sizeof(LmWindow) * (size_t) order->window_count);
		order->window_first = windows;
		windows += order->window_count;
		order->place = place_of(making, order->place);
		if (order->kind != LM_RELOAD)
			order->site = renumbered(making->site, &problem->site_count, order->site);
		order->preferred = order->preferred < 0 ? -1 : making->van[order->preferred] - 1;
		problem->reload_count += order->kind == LM_RELOAD;
		problem->skip_price[i] = whole->skip_price[old];
		if (problem->late_price != NULL)
		{
			problem->late_price[i] = whole->late_price[old];
			problem->late_weight[i] = whole->late_weight[old];
		}
		if (problem->prefer_price != NULL)
			problem->prefer_price[i] = whole->prefer_price[old];
		memcpy(problem->demand + (size_t) i * dims, whole->demand + (size_t) old * dims,
		       sizeof(LmAmount) * dims);
	}
}

static void
vehicles_copy(Making *making)
{
	const LmProblem *whole = making->whole;
	LmProblem *problem = &making->part->problem;
	size_t dims = (size_t) problem->dimensions;
	int32_t breaks = 0;
	int32_t fixed = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		int32_t old = making->part->vehicle[v];
		LmVehicle *vehicle = &problem->vehicles[v];

		*vehicle = whole->vehicles[old];
		if (vehicle->break_count > 0)
			memcpy(problem->breaks + breaks, whole->breaks + vehicle->break_first,
			       sizeof(LmBreak) * (size_t) vehicle->break_count);
		vehicle->break_first = breaks;
		breaks += vehicle->break_count;
		for (int32_t i = 0; i < vehicle->fixed_count; i++)
		{
			LmFixed *row = &problem->fixed[fixed + i];

			*row = whole->fixed[vehicle->fixed_first + i];
			if (row->order >= 0)
				row->order = making->number[row->order] - 1;
		}
		vehicle->fixed_first = fixed;
		fixed += vehicle->fixed_count;
		if (vehicle->under_way && vehicle->site >= 0)
			vehicle->site = renumbered(making->site, &problem->site_count, vehicle->site);
		vehicle->start = place_of(making, vehicle->start);
		vehicle->end = place_of(making, vehicle->end);
		vehicle->travel = renumbered(making->travel, &problem->travel_count, vehicle->travel);
		problem->prices[v] = whole->prices[old];
		memcpy(problem->capacity + (size_t) v * dims, whole->capacity + (size_t) old * dims,
		       sizeof(LmAmount) * dims);
		if (problem->aboard != NULL)
			memcpy(problem->aboard + (size_t) v * dims, whole->aboard + (size_t) old * dims,
			       sizeof(LmAboard) * dims);
	}
}

/* Units in the sequence in which their orders come. */
static void
units_copy(Making *making)
{
	const LmProblem *whole = making->whole;
	LmProblem *problem = &making->part->problem;
	int32_t members = 0;

	if (whole->units == NULL)
		return;
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		int32_t old = whole->orders[making->part->order[i]].unit;
		const LmUnit *from;
		LmUnit *unit;
		bool fresh;

		if (old < 0)
			continue;
		from = &whole->units[old];
		fresh = making->unit[old] == 0;
		problem->orders[i].unit = renumbered(making->unit, &problem->unit_count, old);
		unit = &problem->units[problem->orders[i].unit];
		if (!fresh)
			continue;
		*unit = (LmUnit){members, from->heads, from->tails};
		for (int32_t at = 0; at < from->heads + from->tails; at++)
			problem->members[members++] = making->number[whole->members[from->first + at]] - 1;
	}
}

/* The bits of the part's vehicles, for each of its orders. */
static bool
bits_copy(Making *making, const uint64_t *rows, uint64_t **to)
{
	const LmProblem *problem = &making->part->problem;
	int32_t words = problem->allowed_words;

	*to = NULL;
	if (rows == NULL)
		return true;
	*to = LM_TAKE(making->arena, uint64_t, (size_t) problem->order_count * (size_t) words);
	if (*to == NULL)
		return false;
	for (int32_t i = 0; i < problem->order_count; i++)
		for (int32_t v = 0; v < problem->vehicle_count; v++)
			if (lm_bit(rows, making->whole->allowed_words, making->part->order[i],
			           making->part->vehicle[v]))
				(*to)[(size_t) i * (size_t) words + (size_t) v / 64] |= UINT64_C(1) << (v % 64);
	return true;
}

#define ROWS_BETWEEN_LOOKS 16

static bool
stopped(const Making *making, size_t row)
{
	return making->stop != NULL && row % ROWS_BETWEEN_LOOKS == 0 &&
	       making->stop->should_stop(making->stop->context);
}

/* Tables of straight lines, of which the whole has none: both ways are the same. */
static bool
lines_measure(const Making *making, const LmTravel *from, LmTravel *to)
{
	size_t places = (size_t) to->places;

	for (size_t a = 0; a < places; a++)
	{
		if (stopped(making, a))
			return false;
		for (size_t b = a; b < places; b++)
		{
			LmHop hop = lm_travel_hop(from, making->places[a], making->places[b]);

			to->time[a * places + b] = to->time[b * places + a] = hop.time;
			if (to->length32 != NULL)
				to->length32[a * places + b] = to->length32[b * places + a] = (uint32_t) hop.length;
			else
				to->length64[a * places + b] = to->length64[b * places + a] = hop.length;
		}
	}
	return true;
}

/* The points of straight lines between so many places that a table would not pay. */
static bool
beeline_copy(Making *making, const LmTravel *from, LmTravel *to)
{
	int32_t places = making->part->problem.place_count;
	LmBeeline *beeline = LM_TAKE(making->arena, LmBeeline, 1);
	LmGeoPoint *points = LM_TAKE(making->arena, LmGeoPoint, places);

	if (beeline == NULL || points == NULL)
		return false;
	for (int32_t place = 0; place < places; place++)
		points[place] = from->beeline->points[making->places[place]];
	*beeline = *from->beeline;
	beeline->points = points;
	*to = (LmTravel){.places = places, .complete = from->complete, .beeline = beeline};
	return true;
}

static bool
cells_copy(const Making *making, const LmTravel *from, LmTravel *to)
{
	int32_t places = to->places;
	size_t at = 0;

	for (int32_t a = 0; a < places; a++)
	{
		if (stopped(making, (size_t) a))
			return false;
		for (int32_t b = 0; b < places; b++, at++)
		{
			size_t pair = lm_travel_pair(from, making->places[a], making->places[b]);

			to->time[at] = from->time[pair];
			if (to->length32 != NULL)
				to->length32[at] = from->length32[pair];
			else if (to->length64 != NULL)
				to->length64[at] = from->length64[pair];
		}
	}
	return true;
}

/* The legs between places of the part. */
static bool
travel_copy(Making *making, const LmTravel *from, LmTravel *to)
{
	size_t places = (size_t) making->part->problem.place_count;
	bool lines = from->time == NULL;

	if (lines && places > TABLE_PLACES)
		return beeline_copy(making, from, to);
	*to = (LmTravel){.places = (int32_t) places, .complete = from->complete};
	to->time = LM_TAKE_RAW(making->arena, int32_t, places * places);
	if (lines ? !from->beeline->wide : from->length32 != NULL)
		to->length32 = LM_TAKE_RAW(making->arena, uint32_t, places * places);
	else if (lines || from->length64 != NULL)
		to->length64 = LM_TAKE_RAW(making->arena, int64_t, places * places);
	if (making->arena->failed)
		return false;
	return lines ? lines_measure(making, from, to) : cells_copy(making, from, to);
}

static bool
travels_copy(Making *making)
{
	LmProblem *problem = &making->part->problem;

	problem->travels = LM_TAKE(making->arena, LmTravel, problem->travel_count);
	if (problem->travels == NULL)
		return false;
	for (int32_t t = 0; t < making->whole->travel_count; t++)
	{
		const LmTravel *from = &making->whole->travels[t];
		LmTravel *to = &problem->travels[making->travel[t] - 1];

		if (making->travel[t] == 0)
			continue;
		if (!making->tables)
			*to = *from;
		else if (!travel_copy(making, from, to))
			return false;
	}
	return true;
}

bool
lm_part_keeps_tables(const LmProblem *whole)
{
	/* there is one for each hour, and what a leg takes goes into the hours: a copy costs more than it saves */
	for (int32_t t = 0; t < whole->travel_count; t++)
		if (whole->travels[t].traffic != NULL)
			return true;
	return false;
}

bool
lm_part_new(const LmProblem *whole, const int32_t *orders, int32_t order_count,
            const int32_t *vehicles, int32_t vehicle_count, const LmPartStop *stop, LmArena *arena,
            LmPart *part)
{
	Making making = {.whole = whole,
	                 .stop = stop,
	                 .part = part,
	                 .arena = arena,
	                 .tables = !lm_part_keeps_tables(whole)};
	LmProblem *problem = &part->problem;

	memset(part, 0, sizeof(*part));
	problem->place_count = making.tables ? 0 : whole->place_count;
	problem->order_count = order_count;
	problem->vehicle_count = vehicle_count;
	problem->dimensions = whole->dimensions;
	problem->allowed_words = (vehicle_count + 63) / 64;
	problem->balance = whole->balance;
	problem->balance_per_ms = whole->balance_per_ms;
	problem->cost_scale = whole->cost_scale;
	problem->objective = whole->objective;
	part->order = LM_TAKE(arena, int32_t, order_count);
	part->vehicle = LM_TAKE(arena, int32_t, vehicle_count);
	if (part->order == NULL || part->vehicle == NULL)
		return false;
	memcpy(part->order, orders, sizeof(int32_t) * (size_t) order_count);
	memcpy(part->vehicle, vehicles, sizeof(int32_t) * (size_t) vehicle_count);
	if (!arrays_take(&making))
		return false;
	for (int32_t i = 0; i < order_count; i++)
		making.number[orders[i]] = i + 1;
	for (int32_t v = 0; v < vehicle_count; v++)
		making.van[vehicles[v]] = v + 1;
	orders_copy(&making);
	units_copy(&making);
	vehicles_copy(&making);
	return bits_copy(&making, whole->skilled, &problem->skilled) &&
	       bits_copy(&making, whole->welcome, &problem->welcome) && travels_copy(&making);
}
