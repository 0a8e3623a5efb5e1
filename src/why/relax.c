/*
 * relax.c
 *	  Sets of rules by size, then the least amount of each, judged at every place.
 */
#include "why/relax.h"

#include <string.h>

const LmReasonCode lm_relax_rules[LM_RELAX_RULES] = {
	LM_REASON_RELEASE,     LM_REASON_WINDOW,   LM_REASON_SHIFT,          LM_REASON_BREAK,
	LM_REASON_TIME,        LM_REASON_DISTANCE, LM_REASON_STOPS,          LM_REASON_CAPACITY,
	LM_REASON_UNREACHABLE, LM_REASON_SKILL,    LM_REASON_VEHICLE_REFUSED};

/* Indexes into lm_relax_rules; sets of rules are bits, 1 << index, in this file. */
enum
{
	RELEASE,
	WINDOW,
	SHIFT,
	BREAK,
	TIME,
	DISTANCE,
	STOPS,
	CAPACITY,
	UNREACHABLE,
	SKILL,
	REFUSED
};

#define BIT(rule) (UINT32_C(1) << (rule))
#define TIMES_ALL (BIT(LM_RELAX_TIMES) - 1)

#define FIRST_STEP 1000   /* ms */
#define JUDGED_BETWEEN 64 /* judgements whose memory is dropped at once */

/* By how much each rule of times gives way; LM_NEVER: altogether. */
typedef struct Ease
{
	LmTime by[LM_RELAX_TIMES];
} Ease;

/* One place under an ease. */
typedef struct Tried
{
	bool kept;       /* nothing but rules of `broken` is broken */
	uint32_t broken; /* rules without times */
	double cost;     /* of the route */
	LmJudgement judgement;
} Tried;

struct LmRelaxer
{
	const LmProblem *problem;
	LmProblem
		eased; /* with windows, orders, breaks and vehicles of its own; each order has its own windows */
	LmArena *scratch;
	bool (*should_stop)(void *context);
	void *context;
	int64_t judged;
	LmJudgeStatus status; /* the first that was not LM_JUDGE_OK */
	int32_t *items;       /* [order_count + 1] the route with the order, place by place */
	LmRelaxation result;
	/* the question in hand */
	int32_t vehicle;
	const int32_t *route;
	int32_t count;
	int32_t order;
};

/* ---- work space ---- */

static bool
windows_copy(LmRelaxer *relaxer, LmArena *arena)
{
	const LmProblem *problem = relaxer->problem;
	LmOrder *orders = relaxer->eased.orders;
	int64_t windows = 0;

	for (int32_t order = 0; order < problem->order_count; order++)
		windows += problem->orders[order].window_count;
	relaxer->eased.windows = LM_TAKE(arena, LmWindow, windows);
	if (relaxer->eased.windows == NULL)
		return false;
	windows = 0;
	for (int32_t order = 0; order < problem->order_count; order++)
	{
		orders[order] = problem->orders[order];
		orders[order].window_first = (int32_t) windows;
		memcpy(&relaxer->eased.windows[windows],
		       &problem->windows[problem->orders[order].window_first],
		       sizeof(LmWindow) * (size_t) orders[order].window_count);
		windows += orders[order].window_count;
	}
	return true;
}

static bool
vehicles_copy(LmRelaxer *relaxer, LmArena *arena)
{
	const LmProblem *problem = relaxer->problem;
	int32_t breaks = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		const LmVehicle *van = &problem->vehicles[v];

		relaxer->eased.vehicles[v] = *van;
		if (van->break_first + van->break_count > breaks)
			breaks = van->break_first + van->break_count;
	}
	relaxer->eased.breaks = LM_TAKE(arena, LmBreak, breaks);
	if (relaxer->eased.breaks == NULL)
		return false;
	if (breaks > 0)
		memcpy(relaxer->eased.breaks, problem->breaks, sizeof(LmBreak) * (size_t) breaks);
	return true;
}

LmRelaxer *
lm_relaxer_new(const LmProblem *problem, LmArena *arena, LmArena *scratch,
               bool (*should_stop)(void *context), void *context)
{
	LmRelaxer *relaxer = LM_TAKE(arena, LmRelaxer, 1);
	size_t orders = (size_t) problem->order_count + 1;

	if (relaxer == NULL)
		return NULL;
	relaxer->problem = problem;
	relaxer->eased = *problem;
	relaxer->scratch = scratch;
	relaxer->should_stop = should_stop;
	relaxer->context = context;
	relaxer->eased.orders = LM_TAKE(arena, LmOrder, orders);
	relaxer->eased.vehicles = LM_TAKE(arena, LmVehicle, problem->vehicle_count);
	relaxer->items = LM_TAKE(arena, int32_t, orders);
	relaxer->result.capacity = LM_TAKE(arena, LmAmount, problem->dimensions);
	relaxer->result.windows = LM_TAKE(arena, int32_t, orders);
	relaxer->result.releases = LM_TAKE(arena, int32_t, orders);
	relaxer->result.legs = LM_TAKE(arena, LmRelaxLeg, orders + 1);
	if (arena->failed || !windows_copy(relaxer, arena) || !vehicles_copy(relaxer, arena))
		return NULL;
	return relaxer;
}

/* ---- easing ---- */

static LmTime
later(LmTime instant, LmTime by)
{
	return instant >= LM_NEVER || by >= LM_NEVER ? LM_NEVER : instant + by;
}

/* The order at a position of the route with the new one first. */
static int32_t
member(const LmRelaxer *relaxer, int32_t index)
{
	return index == 0 ? relaxer->order : relaxer->route[index - 1];
}

static LmWindow *
last_window(const LmProblem *problem, int32_t order)
{
	return &problem->windows[problem->orders[order].window_first +
	                         problem->orders[order].window_count - 1];
}

/* When the last goods of the route are ready. */
static LmTime
latest_release(const LmRelaxer *relaxer)
{
	LmTime latest = -LM_NEVER;

	for (int32_t i = 0; i <= relaxer->count; i++)
	{
		const LmOrder *order = &relaxer->problem->orders[member(relaxer, i)];

		if (order->kind == LM_DELIVERY && order->release > latest)
			latest = order->release;
	}
	return latest;
}

static void
ease_set(LmRelaxer *relaxer, const Ease *ease)
{
	const LmProblem *problem = relaxer->problem;
	const LmVehicle *van = &problem->vehicles[relaxer->vehicle];
	LmVehicle *eased = &relaxer->eased.vehicles[relaxer->vehicle];
	LmTime latest = latest_release(relaxer);
	LmTime ready = ease->by[RELEASE] >= LM_NEVER || latest <= -LM_NEVER
	                   ? -LM_NEVER
	                   : latest - ease->by[RELEASE];

	for (int32_t i = 0; i <= relaxer->count; i++)
	{
		int32_t index = member(relaxer, i);
		LmTime release = problem->orders[index].release;

		last_window(&relaxer->eased, index)->close = later(last_window(problem, index)->close,
		                                                   ease->by[WINDOW]);
		relaxer->eased.orders[index].release = release < ready ? release : ready;
	}
	for (int32_t i = van->break_first; i < van->break_first + van->break_count; i++)
		relaxer->eased.breaks[i].window.close = later(problem->breaks[i].window.close,
		                                              ease->by[BREAK]);
	eased->shift_end = later(van->shift_end, ease->by[SHIFT]);
	eased->max_time = later(van->max_time, ease->by[TIME]);
}

/* The vehicle has the rule at all. */
static bool
rule_applies(const LmRelaxer *relaxer, int rule)
{
	const LmVehicle *van = &relaxer->problem->vehicles[relaxer->vehicle];

	switch (rule)
	{
		case RELEASE:
			return latest_release(relaxer) > van->shift_start;
		case SHIFT:
			return van->shift_end < LM_NEVER;
		case BREAK:
			return van->break_count > 0;
		case TIME:
			return van->max_time < LM_NEVER;
		default:
			return true;
	}
}

/* ---- one place ---- */

/* The route with the order behind so many others; -1: without it. */
static int32_t
items_fill(LmRelaxer *relaxer, int32_t behind)
{
	int32_t count = 0;

	for (int32_t i = 0; i <= relaxer->count; i++)
	{
		if (i == behind)
			relaxer->items[count++] = relaxer->order;
		if (i < relaxer->count)
			relaxer->items[count++] = relaxer->route[i];
	}
	return count;
}

/* A rule without times that the new order breaks; what others lack was so before. */
static void
violation_sort(const LmRelaxer *relaxer, const LmViolation *violation, Tried *tried)
{
	switch (violation->code)
	{
		case LM_REASON_DISTANCE:
			tried->broken |= BIT(DISTANCE);
			break;
		case LM_REASON_STOPS:
			tried->broken |= BIT(STOPS);
			break;
		case LM_REASON_CAPACITY:
			tried->broken |= BIT(CAPACITY);
			break;
		case LM_REASON_UNREACHABLE:
			tried->broken |= BIT(UNREACHABLE);
			break;
		case LM_REASON_SKILL:
			if (violation->index == relaxer->order)
				tried->broken |= BIT(SKILL);
			break;
		case LM_REASON_VEHICLE_REFUSED:
			if (violation->index == relaxer->order)
				tried->broken |= BIT(REFUSED);
			break;
		case LM_REASON_LATE:
			break;
		default:
			tried->kept = false;
			break;
	}
}

/* Judges the route as the eased problem stands now. */
static void
place_judge(LmRelaxer *relaxer, int32_t behind, Tried *tried)
{
	LmJudgeRoute question = {.vehicle = relaxer->vehicle,
	                         .items = relaxer->items,
	                         .should_stop = relaxer->should_stop,
	                         .context = relaxer->context};

	memset(tried, 0, sizeof(*tried));
	if (relaxer->status != LM_JUDGE_OK)
		return;
	if (relaxer->judged++ % JUDGED_BETWEEN == 0)
		lm_arena_drop(relaxer->scratch);
	question.count = items_fill(relaxer, behind);
	relaxer->status = lm_judge_route(&relaxer->eased, &question, relaxer->scratch,
	                                 &tried->judgement);
	if (relaxer->status != LM_JUDGE_OK)
		return;
	tried->kept = true;
	for (int32_t i = 0; i < tried->judgement.violation_count; i++)
		violation_sort(relaxer, &tried->judgement.violations[i], tried);
	for (int32_t row = 0; row < tried->judgement.timetable.count; row++)
		tried->cost += tried->judgement.cost[row];
}

static void
place_try(LmRelaxer *relaxer, int32_t behind, const Ease *ease, Tried *tried)
{
	ease_set(relaxer, ease);
	place_judge(relaxer, behind, tried);
}

/* Nothing is broken but what is in the set. */
static bool
within(const Tried *tried, uint32_t set)
{
	return tried->kept && (tried->broken & ~set) == 0;
}

static LmAmount
overload(const LmRelaxer *relaxer, const Tried *tried, int32_t dimension)
{
	const LmProblem *problem = relaxer->problem;
	size_t dimensions = (size_t) problem->dimensions;
	LmAmount capacity =
		problem->capacity[(size_t) relaxer->vehicle * dimensions + (size_t) dimension];
	LmAmount most = 0;

	for (int32_t row = 0; row < tried->judgement.timetable.count; row++)
	{
		LmAmount load = tried->judgement.load[(size_t) row * dimensions + (size_t) dimension];

		if (load - capacity > most)
			most = load - capacity;
	}
	return most;
}

static LmLength
overlength(const LmRelaxer *relaxer, const Tried *tried)
{
	LmLength over = tried->judgement.timetable.length -
	                relaxer->problem->vehicles[relaxer->vehicle].max_distance;

	return over > 0 ? over : 0;
}

/* ---- which rules ---- */

static int
size_of(uint32_t set)
{
	int size = 0;

	for (; set != 0; set &= set - 1)
		size++;
	return size;
}

/* Of two sets of a size, whether the first comes first in the order of the rules. */
static bool
comes_before(uint32_t one, uint32_t other)
{
	uint32_t differ = one ^ other;

	return (one & differ & (~differ + 1)) != 0;
}

/* All places with these rules of times left out: takes down the smallest sets that do. */
static void
sets_collect(LmRelaxer *relaxer, uint32_t times, int *size, uint32_t *set, uint32_t *singles)
{
	Ease ease = {{0}};

	for (int rule = 0; rule < LM_RELAX_TIMES; rule++)
		if ((times & BIT(rule)) != 0)
			ease.by[rule] = LM_NEVER;
	for (int32_t behind = 0; behind <= relaxer->count; behind++)
	{
		Tried tried;
		uint32_t found;

		place_try(relaxer, behind, &ease, &tried);
		if (!tried.kept)
			continue;
		found = times | tried.broken;
		if (size_of(found) == 1)
			*singles |= found;
		if (size_of(found) > *size || (size_of(found) == *size && !comes_before(found, *set)))
			continue;
		*size = size_of(found);
		*set = found;
	}
}

/* The sets that may give way: single rules, and the first of the smallest. */
static uint32_t
sets_find(LmRelaxer *relaxer, uint32_t *singles)
{
	uint32_t applies = 0;
	uint32_t set = 0;
	int size = LM_RELAX_RULES + 1;

	*singles = 0;
	for (int rule = 0; rule < LM_RELAX_TIMES; rule++)
		if (rule_applies(relaxer, rule))
			applies |= BIT(rule);
	for (int times = 0; times <= LM_RELAX_TIMES && times <= size; times++)
		for (uint32_t mask = 0; mask <= TIMES_ALL; mask++)
			if (size_of(mask) == times && (mask & ~applies) == 0)
				sets_collect(relaxer, mask, &size, &set, singles);
	relaxer->result.found = size <= LM_RELAX_RULES;
	return set;
}

/* ---- by how much ---- */

/* The least by which one rule of times gives way, the others eased as they are, at any place. */
static LmTime
least_time(LmRelaxer *relaxer, uint32_t set, Ease *ease, int rule)
{
	LmTime best = LM_NEVER;

	for (int32_t behind = 0; behind <= relaxer->count; behind++)
	{
		LmTime low = 0;
		LmTime high = best < LM_NEVER ? best - 1 : LM_NEVER;
		Tried tried;

		ease->by[rule] = high;
		place_try(relaxer, behind, ease, &tried);
		if (high == 0 || !within(&tried, set))
			continue;
		if (high == LM_NEVER)
		{
			for (high = FIRST_STEP; high < LM_NEVER / 4; low = high, high *= 4)
			{
				ease->by[rule] = high;
				place_try(relaxer, behind, ease, &tried);
				if (within(&tried, set) || relaxer->status != LM_JUDGE_OK)
					break;
			}
		}
		while (high - low > 1 && relaxer->status == LM_JUDGE_OK)
		{
			ease->by[rule] = low + (high - low) / 2;
			place_try(relaxer, behind, ease, &tried);
			*(within(&tried, set) ? &high : &low) = ease->by[rule];
		}
		best = high;
	}
	ease->by[rule] = best;
	return best;
}

/* A place that the amounts found so far make feasible, but for capacity from a dimension on. */
static bool
place_fits(const LmRelaxer *relaxer, const Tried *tried, uint32_t set, LmLength distance,
           int32_t dimensions)
{
	if (!within(tried, set) || overlength(relaxer, tried) > distance)
		return false;
	for (int32_t dimension = 0; dimension < dimensions; dimension++)
		if (overload(relaxer, tried, dimension) > relaxer->result.capacity[dimension])
			return false;
	return true;
}

/* The least overlength (dimension -1) or overload at any place that fits so far. */
static int64_t
least_over(LmRelaxer *relaxer, uint32_t set, const Ease *ease, int32_t dimension)
{
	LmLength allowed = dimension < 0 ? LM_NEVER : relaxer->result.distance;
	int64_t best = LM_NEVER;

	for (int32_t behind = 0; behind <= relaxer->count; behind++)
	{
		Tried tried;
		int64_t over;

		place_try(relaxer, behind, ease, &tried);
		if (!place_fits(relaxer, &tried, set, allowed, dimension))
			continue;
		over = dimension < 0 ? overlength(relaxer, &tried) : overload(relaxer, &tried, dimension);
		if (over < best)
			best = over;
	}
	return best;
}

/* The amounts of a set of rules, one after the other. */
static void
amounts_find(LmRelaxer *relaxer, uint32_t set, Ease *ease)
{
	LmRelaxation *result = &relaxer->result;
	const LmVehicle *van = &relaxer->problem->vehicles[relaxer->vehicle];

	for (int rule = 0; rule < LM_RELAX_TIMES; rule++)
		ease->by[rule] = (set & BIT(rule)) != 0 ? LM_NEVER : 0;
	for (int rule = 0; rule < LM_RELAX_TIMES; rule++)
		if ((set & BIT(rule)) != 0)
			least_time(relaxer, set, ease, rule);
	result->distance = (set & BIT(DISTANCE)) != 0 ? least_over(relaxer, set, ease, -1) : 0;
	result->stops = (set & BIT(STOPS)) != 0 ? relaxer->count + 1 - van->max_stops : 0;
	for (int32_t dimension = 0; dimension < relaxer->problem->dimensions; dimension++)
		result->capacity[dimension] = (set & BIT(CAPACITY)) != 0
		                                  ? least_over(relaxer, set, ease, dimension)
		                                  : 0;
}

/* Of single rules that do: the rule of times with the least amount, else the first. */
static uint32_t
single_choose(LmRelaxer *relaxer, uint32_t singles)
{
	LmTime least = LM_NEVER;
	uint32_t best = 0;

	for (int rule = 0; rule < LM_RELAX_TIMES; rule++)
	{
		Ease ease = {{0}};
		LmTime amount;

		if ((singles & BIT(rule)) == 0)
			continue;
		amount = least_time(relaxer, BIT(rule), &ease, rule);
		if (amount < least || best == 0)
		{
			least = amount;
			best = BIT(rule);
		}
	}
	return best != 0 ? best : singles & (~singles + 1);
}

/* ---- what it means for the cheapest place ---- */

/* Orders that are served after their last window, and those of them that can do without. */
static void
windows_name(LmRelaxer *relaxer, int32_t behind, const Ease *ease, const Tried *tried, uint32_t set)
{
	LmRelaxation *result = &relaxer->result;
	const LmTimetable *timetable = &tried->judgement.timetable;
	int32_t kept = 0;
	Tried last;

	for (int32_t row = 0; row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];

		if (stop->kind == LM_STOP_ORDER &&
		    stop->departs - stop->service > last_window(relaxer->problem, stop->index)->close)
			result->windows[result->window_count++] = stop->index;
	}
	ease_set(relaxer, ease);
	for (int32_t i = 0; i <= relaxer->count; i++)
	{
		int32_t order = member(relaxer, i);
		bool named = false;

		for (int32_t at = 0; at < result->window_count; at++)
			named = named || result->windows[at] == order;
		if (!named)
			*last_window(&relaxer->eased, order) = *last_window(relaxer->problem, order);
	}
	for (int32_t at = 0; at < result->window_count; at++)
	{
		int32_t order = result->windows[at];
		LmWindow eased = *last_window(&relaxer->eased, order);
		Tried less;

		*last_window(&relaxer->eased, order) = *last_window(relaxer->problem, order);
		place_judge(relaxer, behind, &less);
		if (within(&less, set) && relaxer->status == LM_JUDGE_OK)
			continue;
		*last_window(&relaxer->eased, order) = eased;
		result->windows[kept++] = order;
	}
	result->window_count = kept;
	/* windows that need not give way may make the schedule dearer */
	place_judge(relaxer, behind, &last);
	result->cost = last.cost;
}

static void
releases_name(LmRelaxer *relaxer, const Ease *ease)
{
	LmRelaxation *result = &relaxer->result;

	result->ready = latest_release(relaxer) - ease->by[RELEASE];
	for (int32_t i = 0; i <= relaxer->count; i++)
	{
		const LmOrder *order = &relaxer->problem->orders[member(relaxer, i)];

		if (order->kind == LM_DELIVERY && order->release > result->ready)
			result->releases[result->release_count++] = member(relaxer, i);
	}
}

static void
legs_name(LmRelaxer *relaxer, const LmJudgement *judgement)
{
	LmRelaxation *result = &relaxer->result;

	for (int32_t i = 0; i < judgement->violation_count; i++)
	{
		const LmStop *stop = &judgement->timetable.stops[judgement->violations[i].row];
		LmRelaxLeg *leg = &result->legs[result->leg_count];

		if (judgement->violations[i].code != LM_REASON_UNREACHABLE)
			continue;
		leg->behind = stop->kind == LM_STOP_ORDER ? stop->index : -1;
		for (stop--; stop->kind == LM_STOP_BREAK;)
			stop--;
		leg->before = stop->kind == LM_STOP_ORDER ? stop->index : -1;
		result->leg_count++;
	}
}

static int32_t
legs_missing(const LmJudgement *judgement)
{
	int32_t missing = 0;

	for (int32_t i = 0; i < judgement->violation_count; i++)
		missing += judgement->violations[i].code == LM_REASON_UNREACHABLE;
	return missing;
}

/* The cheapest of the places that are feasible now; before that, those with the fewest missing legs. */
static void
place_choose(LmRelaxer *relaxer, uint32_t set, const Ease *ease)
{
	LmRelaxation *result = &relaxer->result;
	int32_t fewest = 0;
	int32_t best = -1;
	Tried tried;

	for (int32_t behind = 0; behind <= relaxer->count; behind++)
	{
		int32_t missing;

		place_try(relaxer, behind, ease, &tried);
		if (!place_fits(relaxer, &tried, set, result->distance, relaxer->problem->dimensions))
			continue;
		missing = legs_missing(&tried.judgement);
		if (best >= 0 && (missing > fewest || (missing == fewest && tried.cost >= result->cost)))
			continue;
		best = behind;
		fewest = missing;
		result->cost = tried.cost;
	}
	if (best < 0)
		return;
	result->after = best > 0 ? relaxer->route[best - 1] : -1;
	place_try(relaxer, best, ease, &tried);
	if ((set & BIT(UNREACHABLE)) != 0)
		legs_name(relaxer, &tried.judgement);
	if ((set & BIT(RELEASE)) != 0)
		releases_name(relaxer, ease);
	if ((set & BIT(WINDOW)) != 0)
		windows_name(relaxer, best, ease, &tried, set);
}

/* What the vehicle's rows cost without the order. */
static double
cost_before(LmRelaxer *relaxer)
{
	Ease none = {{0}};
	Tried tried;

	if (relaxer->count == 0)
		return 0;
	place_try(relaxer, -1, &none, &tried);
	return tried.cost;
}

LmJudgeStatus
lm_relax_find(LmRelaxer *relaxer, int32_t vehicle, const int32_t *route, int32_t count,
              int32_t order, LmRelaxation *relaxation)
{
	LmRelaxation *result = &relaxer->result;
	Ease ease = {{0}};
	uint32_t singles;
	uint32_t set;

	relaxer->status = LM_JUDGE_OK;
	relaxer->vehicle = vehicle;
	relaxer->route = route;
	relaxer->count = count;
	relaxer->order = order;
	result->window_count = result->release_count = result->leg_count = 0;
	result->cost = 0;
	result->rules = 0;
	set = sets_find(relaxer, &singles);
	if (!result->found)
	{
		*relaxation = *result;
		return relaxer->status;
	}
	if (singles != 0 && set != 0)
		set = single_choose(relaxer, singles);
	amounts_find(relaxer, set, &ease);
	place_choose(relaxer, set, &ease);
	result->cost -= cost_before(relaxer);
	memcpy(result->times, ease.by, sizeof(result->times));
	for (int rule = 0; rule < LM_RELAX_RULES; rule++)
		if ((set & BIT(rule)) != 0)
			result->rules |= LM_RELAX_RULE(lm_relax_rules[rule]);
	ease_set(relaxer, &(Ease){{0}});
	*relaxation = *result;
	return relaxer->status;
}
