/*
 * rest.c
 *	  Which orders are left, in which units, and what the vehicles under way have on board.
 */
#include "solver/rest.h"

#include <string.h>

/* What is being made. */
typedef struct Rest
{
	LmDay *day;
	LmProblem *problem;
	LmArena *arena;
	int32_t *home; /* [whole->order_count] 1 + vehicle on which it is settled, 0: it is not */
} Rest;

/* ---- orders ---- */

static void
settled_mark(Rest *rest)
{
	for (int32_t v = 0; v < rest->problem->vehicle_count; v++)
		for (int32_t row = 0; row < rest->day->begun[v].count; row++)
			if (rest->day->begun[v].stops[row].kind == LM_STOP_ORDER)
				rest->home[rest->day->begun[v].stops[row].index] = v + 1;
}

/* The vehicle that has served one of some members, plus 1; 0: none has. */
static int32_t
home_of(const Rest *rest, int32_t first, int32_t count)
{
	for (int32_t i = 0; i < count; i++)
		if (rest->home[rest->day->whole->members[first + i]] > 0)
			return rest->home[rest->day->whole->members[first + i]];
	return 0;
}

/* Takes members out of the problem. */
static void
members_rule_out(Rest *rest, int32_t first, int32_t count)
{
	for (int32_t i = 0; i < count; i++)
		rest->day->rest_of[rest->day->whole->members[first + i]] = -1;
}

static void
units_rule_out(Rest *rest)
{
	const LmProblem *whole = rest->day->whole;

	for (int32_t u = 0; u < whole->unit_count; u++)
	{
		const LmUnit *unit = &whole->units[u];
		bool dropped = home_of(rest, unit->first + unit->heads, unit->tails) > 0;

		if (dropped || home_of(rest, unit->first, unit->heads) > 0)
			members_rule_out(rest, unit->first, unit->heads);
		if (dropped)
			members_rule_out(rest, unit->first + unit->heads, unit->tails);
	}
}

/* Rows of one array by the orders that are left. */
#define PICK(rest, array, width)                                                            \
	do                                                                                      \
	{                                                                                       \
		const LmDay *day_ = (rest)->day;                                                    \
		int32_t count_ = (rest)->problem->order_count;                                      \
		size_t size_ = sizeof(*(array)) * (size_t) (width);                                 \
		char *picked_ = (array) == NULL                                                     \
		                    ? NULL                                                          \
		                    : LM_TAKE_RAW((rest)->arena, char, size_ *(size_t) count_ + 1); \
                                                                                            \
		for (int32_t i_ = 0; picked_ != NULL && size_ > 0 && i_ < count_; i_++)             \
			memcpy(picked_ + (size_t) i_ * size_,                                           \
			       (const char *) (array) + (size_t) day_->whole_of[i_] * size_, size_);    \
		(array) = (void *) picked_;                                                         \
	} while (0)

static bool
orders_pick(Rest *rest)
{
	const LmProblem *whole = rest->day->whole;
	LmProblem *problem = rest->problem;

	for (int32_t i = 0; i < whole->order_count; i++)
		if (rest->home[i] > 0)
			rest->day->rest_of[i] = -1;
	units_rule_out(rest);
	problem->order_count = 0;
	for (int32_t i = 0; i < whole->order_count; i++)
	{
		if (rest->day->rest_of[i] < 0)
			continue;
		rest->day->whole_of[problem->order_count] = i;
		rest->day->rest_of[i] = problem->order_count++;
	}
	PICK(rest, problem->orders, 1);
	PICK(rest, problem->demand, whole->dimensions);
	PICK(rest, problem->skilled, whole->allowed_words);
	PICK(rest, problem->welcome, whole->allowed_words);
	PICK(rest, problem->skip_price, 1);
	PICK(rest, problem->late_price, 1);
	PICK(rest, problem->late_weight, 1);
	PICK(rest, problem->prefer_price, 1);
	return !rest->arena->failed;
}

/* ---- units ---- */

/* Goods that are on board stay with the vehicle until they are dropped. */
static bool
order_bind(Rest *rest, int32_t order, int32_t vehicle)
{
	LmProblem *problem = rest->problem;
	size_t words = (size_t) problem->allowed_words;

	if (problem->welcome == NULL)
	{
		size_t cells = (size_t) problem->order_count * words;

		problem->welcome = LM_TAKE_RAW(rest->arena, uint64_t, cells);
		if (problem->welcome == NULL)
			return false;
		memset(problem->welcome, 0xff, cells * sizeof(uint64_t));
	}
	for (size_t word = 0; word < words; word++)
		problem->welcome[(size_t) order * words + word] &= word == (size_t) vehicle / 64
		                                                       ? UINT64_C(1) << (vehicle % 64)
		                                                       : 0;
	problem->orders[order].optional = false;
	problem->orders[order].skip_cost = 0;
	problem->skip_price[order] = 0;
	return true;
}

/* The members of a unit that are left, as one more of the rest. */
static bool
unit_pick(Rest *rest, const LmUnit *unit, int32_t *members)
{
	const LmDay *day = rest->day;
	LmProblem *problem = rest->problem;
	int32_t home = unit->tails > 0 ? home_of(rest, unit->first, unit->heads) : 0;
	LmUnit left = {.first = *members};

	for (int32_t i = 0; i < unit->heads + unit->tails; i++)
	{
		int32_t order = day->rest_of[day->whole->members[unit->first + i]];

		if (order < 0)
			continue;
		problem->members[(*members)++] = order;
		problem->orders[order].unit = problem->unit_count;
		if (i < unit->heads || home > 0)
			left.heads++;
		else
			left.tails++;
		if (home > 0 && !order_bind(rest, order, home - 1))
			return false;
	}
	if (left.heads > 0)
		problem->units[problem->unit_count++] = left;
	return true;
}

static bool
units_pick(Rest *rest)
{
	const LmProblem *whole = rest->day->whole;
	int32_t members = 0;

	if (whole->units == NULL)
		return true;
	rest->problem->units = LM_TAKE(rest->arena, LmUnit, whole->unit_count);
	rest->problem->members = LM_TAKE(rest->arena, int32_t, whole->order_count);
	rest->problem->unit_count = 0;
	if (rest->arena->failed)
		return false;
	for (int32_t u = 0; u < whole->unit_count; u++)
		if (!unit_pick(rest, &whole->units[u], &members))
			return false;
	if (rest->problem->unit_count == 0)
		rest->problem->units = NULL;
	return true;
}

/* ---- loads ---- */

/* One dimension of what is on board along the settled rows of a vehicle. */
typedef struct Cargo
{
	LmAmount load;
	LmAmount picked; /* of it, to be unloaded where the trip ends */
	LmAmount most;   /* of all rows */
	LmAmount trip;   /* most of the last trip */
} Cargo;

/* What is loaded for the settled rows of the trip that a row begins. */
static LmAmount
deliveries_of(const LmProblem *whole, const LmBegun *begun, int32_t row, size_t d)
{
	LmAmount amount = 0;

	for (row++; row < begun->count && begun->stops[row].kind != LM_STOP_RELOAD; row++)
	{
		const LmStop *stop = &begun->stops[row];

		if (stop->kind == LM_STOP_ORDER && whole->orders[stop->index].kind == LM_DELIVERY)
			amount += whole->demand[(size_t) stop->index * (size_t) whole->dimensions + d];
	}
	return amount;
}

/* Whether the goods that a row drops were collected before it. */
static bool
drop_unloads(const LmProblem *whole, const LmBegun *begun, int32_t row)
{
	int32_t unit = whole->orders[begun->stops[row].index].unit;

	while (--row >= 0)
		if (begun->stops[row].kind == LM_STOP_ORDER &&
		    whole->orders[begun->stops[row].index].unit == unit)
			return whole->orders[begun->stops[row].index].kind == LM_COLLECT;
	return false;
}

static void
order_carry(const LmProblem *whole, const LmBegun *begun, int32_t row, size_t d, Cargo *cargo)
{
	int32_t order = begun->stops[row].index;
	LmAmount amount = whole->demand[(size_t) order * (size_t) whole->dimensions + d];

	switch (whole->orders[order].kind)
	{
		case LM_PICKUP:
			cargo->picked += amount;
			cargo->load += amount;
			break;
		case LM_COLLECT:
			cargo->load += amount;
			break;
		case LM_DROP:
			cargo->load -= drop_unloads(whole, begun, row) ? amount : 0;
			break;
		default:
			cargo->load -= amount;
			break;
	}
}

static Cargo
cargo_of(const LmProblem *whole, const LmBegun *begun, size_t d)
{
	Cargo cargo = {0};

	for (int32_t row = 0; row < begun->count; row++)
	{
		LmStopKind kind = begun->stops[row].kind;

		if (kind == LM_STOP_START || kind == LM_STOP_RELOAD)
		{
			cargo.load += deliveries_of(whole, begun, row, d) - cargo.picked;
			cargo.trip = cargo.load;
			cargo.picked = 0;
		}
		else if (kind == LM_STOP_ORDER)
			order_carry(whole, begun, row, d, &cargo);
		cargo.trip = cargo.load > cargo.trip ? cargo.load : cargo.trip;
		cargo.most = cargo.load > cargo.most ? cargo.load : cargo.most;
	}
	return cargo;
}

/* Which kinds of orders are left. */
static int
kinds_of(const LmProblem *problem)
{
	int kinds = 0;

	for (int32_t i = 0; i < problem->order_count; i++)
		kinds |= 1 << problem->orders[i].kind;
	return kinds;
}

/*
 * Capacities that the settled rows exceed are as large as these need.  What never goes again is gone of the
 * capacity; where it may go before the end, at a reload or where it is dropped, it is on board.
 */
static void
loads_settle(Rest *rest)
{
	const LmProblem *whole = rest->day->whole;
	LmProblem *problem = rest->problem;
	size_t dims = (size_t) whole->dimensions;
	int kinds = kinds_of(problem);
	bool goes = (kinds & (1 << LM_RELOAD | 1 << LM_DROP)) != 0;

	for (size_t cell = 0; cell < (size_t) whole->vehicle_count * dims; cell++)
	{
		const LmBegun *begun = &rest->day->begun[cell / dims];
		Cargo cargo = cargo_of(whole, begun, cell % dims);

		if (begun->count == 0)
			continue;
		if (problem->capacity[cell] < cargo.most)
			problem->capacity[cell] = cargo.most;
		problem->aboard[cell].peak = cargo.trip - cargo.load;
		if (goes)
		{
			problem->aboard[cell].load = cargo.load;
			problem->aboard[cell].picked = cargo.picked;
			continue;
		}
		/* where all that is left is on board from the start, sums decide, and nothing looks at peaks */
		if (kinds == 1 << LM_DELIVERY)
			problem->aboard[cell].peak = 0;
		if (problem->capacity[cell] >= LM_NEVER)
			continue;
		rest->day->loaded[cell] = kinds == 1 << LM_DELIVERY ? cargo.trip : cargo.load;
		problem->capacity[cell] -= rest->day->loaded[cell];
	}
}

bool
lm_rest_make(LmDay *day, LmProblem *rest, LmArena *arena)
{
	const LmProblem *whole = day->whole;
	Rest making = {day, rest, arena, LM_TAKE(arena, int32_t, whole->order_count)};

	day->whole_of = LM_TAKE(arena, int32_t, whole->order_count);
	day->rest_of = LM_TAKE(arena, int32_t, whole->order_count);
	if (arena->failed)
		return false;
	settled_mark(&making);
	if (!orders_pick(&making) || !units_pick(&making))
		return false;
	loads_settle(&making);
	return true;
}
