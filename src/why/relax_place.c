/*
 * relax_place.c
 *	  The eased copy of the problem, and a route with the order judged on it.
 */
#include "why/relax_parts.h"

#include <string.h>

#define JUDGED_BETWEEN 64 /* judgements whose memory is dropped at once */

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
	size_t orders = (size_t) problem->order_count + 2;
	int32_t fixed = 0;

	if (relaxer == NULL)
		return NULL;
	/* a fixed reload need not be an order of its own */
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		if (problem->vehicles[v].fixed_count > fixed)
			fixed = problem->vehicles[v].fixed_count;
	relaxer->problem = problem;
	relaxer->eased = *problem;
	relaxer->scratch = scratch;
	relaxer->should_stop = should_stop;
	relaxer->context = context;
	relaxer->eased.orders = LM_TAKE(arena, LmOrder, orders);
	relaxer->eased.vehicles = LM_TAKE(arena, LmVehicle, problem->vehicle_count);
	relaxer->items = LM_TAKE(arena, int32_t, orders + (size_t) fixed);
	relaxer->result.overs = LM_TAKE(arena, int64_t, LM_OVER_CAPACITY + problem->dimensions);
	relaxer->result.windows = LM_TAKE(arena, int32_t, orders);
	relaxer->result.releases = LM_TAKE(arena, int32_t, orders);
	relaxer->result.legs = LM_TAKE(arena, LmRelaxLeg, orders + 1);
	relaxer->bound.leaves = LM_TAKE(arena, LmTime, orders);
	relaxer->bound.latest = LM_TAKE(arena, LmTime, orders);
	relaxer->bound.load = LM_TAKE(arena, LmAmount, orders * (size_t) problem->dimensions);
	relaxer->bound.walk_load = LM_TAKE(arena, LmAmount, problem->dimensions);
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

/* The orders that may be on the route: the new one, its options, the route's own behind what is settled. */
int32_t
lm_relax_member_count(const LmRelaxer *relaxer)
{
	return 1 + relaxer->option_count + relaxer->count - relaxer->settled;
}

int32_t
lm_relax_member(const LmRelaxer *relaxer, int32_t index)
{
	if (index == 0)
		return relaxer->order;
	index--;
	return index < relaxer->option_count
	           ? relaxer->options[index]
	           : relaxer->route[relaxer->settled + index - relaxer->option_count];
}

LmWindow *
lm_relax_window(const LmProblem *problem, int32_t order)
{
	return &problem->windows[problem->orders[order].window_first +
	                         problem->orders[order].window_count - 1];
}

/* When the last goods of the route are ready. */
LmTime
lm_relax_latest_release(const LmRelaxer *relaxer)
{
	LmTime latest = -LM_NEVER;

	for (int32_t i = 0; i < lm_relax_member_count(relaxer); i++)
	{
		const LmOrder *order = &relaxer->problem->orders[lm_relax_member(relaxer, i)];

		if (order->kind == LM_DELIVERY && order->release > latest)
			latest = order->release;
	}
	return latest;
}

void
lm_relax_ease(LmRelaxer *relaxer, const LmEase *ease)
{
	const LmProblem *problem = relaxer->problem;
	const LmVehicle *van = &problem->vehicles[relaxer->vehicle];
	LmVehicle *eased = &relaxer->eased.vehicles[relaxer->vehicle];
	LmTime latest = lm_relax_latest_release(relaxer);
	LmTime ready = ease->by[LM_AT_RELEASE] >= LM_NEVER || latest <= -LM_NEVER
	                   ? -LM_NEVER
	                   : latest - ease->by[LM_AT_RELEASE];

	for (int32_t i = 0; i < lm_relax_member_count(relaxer); i++)
	{
		int32_t index = lm_relax_member(relaxer, i);
		LmTime release = problem->orders[index].release;

		lm_relax_window(&relaxer->eased, index)->close =
			later(lm_relax_window(problem, index)->close, ease->by[LM_AT_WINDOW]);
		relaxer->eased.orders[index].release = release < ready ? release : ready;
	}
	for (int32_t i = van->break_first; i < van->break_first + van->break_count; i++)
		relaxer->eased.breaks[i].window.close = later(problem->breaks[i].window.close,
		                                              ease->by[LM_AT_BREAK]);
	eased->shift_end = later(van->shift_end, ease->by[LM_AT_SHIFT]);
	eased->max_time = later(van->max_time, ease->by[LM_AT_TIME]);
}

/* The vehicle has the rule at all. */
bool
lm_relax_rule_applies(const LmRelaxer *relaxer, int rule)
{
	const LmVehicle *van = &relaxer->problem->vehicles[relaxer->vehicle];

	switch (rule)
	{
		case LM_AT_RELEASE:
			return lm_relax_latest_release(relaxer) > van->shift_start ||
			       ((van->under_way || relaxer->settled > 0) &&
			        lm_relax_latest_release(relaxer) > -LM_NEVER);
		case LM_AT_SHIFT:
			return van->shift_end < LM_NEVER;
		case LM_AT_BREAK:
			return van->break_count > 0;
		case LM_AT_TIME:
			return van->max_time < LM_NEVER;
		default:
			return true;
	}
}

/* ---- one place ---- */

LmRelaxPlace
lm_relax_place_first(const LmRelaxer *relaxer)
{
	return (LmRelaxPlace){0, relaxer->settled, relaxer->settled};
}

/* The next place; false behind the last. */
bool
lm_relax_place_next(const LmRelaxer *relaxer, LmRelaxPlace *place)
{
	if (relaxer->option_count == 0)
		return ++place->behind <= relaxer->count;
	if (++place->later <= relaxer->count)
		return true;
	place->later = ++place->behind;
	if (place->behind <= relaxer->count)
		return true;
	place->behind = place->later = relaxer->settled;
	return ++place->other < relaxer->option_count;
}

static void
item_add(LmRelaxer *relaxer, int32_t order, int32_t *count)
{
	relaxer->items[(*count)++] = relaxer->problem->orders[order].kind == LM_RELOAD ? LM_JUDGE_RELOAD
	                                                                               : order;
}

/* The route with the order at a place; NULL: without it. */
int32_t
lm_relax_items(LmRelaxer *relaxer, const LmRelaxPlace *place)
{
	int32_t other = place != NULL && relaxer->option_count > 0 ? relaxer->options[place->other]
	                                                           : -1;
	int32_t count = 0;

	for (int32_t i = 0; i <= relaxer->count; i++)
	{
		if (place != NULL && i == place->behind)
			item_add(relaxer, relaxer->drops ? other : relaxer->order, &count);
		if (other >= 0 && i == place->later)
			item_add(relaxer, relaxer->drops ? relaxer->order : other, &count);
		if (i < relaxer->count)
			item_add(relaxer, relaxer->route[i], &count);
	}
	return count;
}

static bool
is_new(const LmRelaxer *relaxer, int32_t order)
{
	for (int32_t i = 0; i <= relaxer->option_count; i++)
		if (lm_relax_member(relaxer, i) == order)
			return true;
	return false;
}

/* A rule without times that is broken; what other orders lack of the vehicle, they lacked before. */
static void
violation_sort(const LmRelaxer *relaxer, const LmViolation *violation, LmTried *tried)
{
	const LmVehicle *van = &relaxer->problem->vehicles[relaxer->vehicle];
	/* above the vehicle's own limit, also where fixed rows are allowed more */
	LmLength over;

	switch (violation->code)
	{
		case LM_REASON_DISTANCE:
			tried->broken |= LM_AT(LM_AT_DISTANCE);
			break;
		case LM_REASON_RANGE:
			tried->broken |= LM_AT(LM_AT_RANGE);
			over = violation->found - van->range;
			tried->range = over > tried->range ? over : tried->range;
			break;
		case LM_REASON_STOPS:
			/* with an index: trips, not stops */
			if (violation->index != -1)
				break;
			tried->broken |= LM_AT(LM_AT_STOPS);
			tried->stops = (int32_t) (violation->found - van->max_stops);
			break;
		case LM_REASON_CAPACITY:
			tried->broken |= LM_AT(LM_AT_CAPACITY);
			break;
		case LM_REASON_UNREACHABLE:
			tried->broken |= LM_AT(LM_AT_UNREACHABLE);
			break;
		case LM_REASON_SKILL:
			if (is_new(relaxer, violation->index))
				tried->broken |= LM_AT(LM_AT_SKILL);
			break;
		case LM_REASON_VEHICLE_REFUSED:
			if (is_new(relaxer, violation->index))
				tried->broken |= LM_AT(LM_AT_REFUSED);
			break;
		case LM_REASON_PRECEDENCE:
			if (is_new(relaxer, violation->index))
				tried->kept = false;
			break;
		case LM_REASON_LATE:
			break;
		default:
			tried->kept = false;
			break;
	}
}

/* Judges the route as the eased problem stands now. */
void
lm_relax_judge(LmRelaxer *relaxer, const LmRelaxPlace *place, LmTried *tried)
{
	LmJudgeRoute question = {.vehicle = relaxer->vehicle,
	                         .items = relaxer->items,
	                         .promised = relaxer->problem,
	                         .should_stop = relaxer->should_stop,
	                         .context = relaxer->context};

	memset(tried, 0, sizeof(*tried));
	if (relaxer->status != LM_JUDGE_OK)
		return;
	if (relaxer->judged++ % JUDGED_BETWEEN == 0)
		lm_arena_drop(relaxer->scratch);
	question.count = lm_relax_items(relaxer, place);
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

void
lm_relax_try(LmRelaxer *relaxer, const LmRelaxPlace *place, const LmEase *ease, LmTried *tried)
{
	lm_relax_ease(relaxer, ease);
	lm_relax_judge(relaxer, place, tried);
}

static LmAmount
overload(const LmRelaxer *relaxer, const LmTried *tried, int32_t dimension)
{
	const LmProblem *problem = relaxer->problem;
	size_t dimensions = (size_t) problem->dimensions;
	LmAmount capacity =
		problem->capacity[(size_t) relaxer->vehicle * dimensions + (size_t) dimension];
	LmAmount most = 0;
	bool broken = false;

	for (int32_t i = 0; i < tried->judgement.violation_count; i++)
		broken |= tried->judgement.violations[i].code == LM_REASON_CAPACITY &&
		          tried->judgement.violations[i].index == dimension;
	for (int32_t row = 0; row < tried->judgement.timetable.count && broken; row++)
	{
		LmAmount load = tried->judgement.load[(size_t) row * dimensions + (size_t) dimension];

		if (load - capacity > most)
			most = load - capacity;
	}
	return most;
}

/* By how much a limit is passed: an index of LmRelaxation.overs. */
int64_t
lm_relax_over(const LmRelaxer *relaxer, const LmTried *tried, int32_t limit)
{
	LmLength over;

	switch (limit)
	{
		case LM_OVER_DISTANCE:
			over = tried->judgement.timetable.length -
			       relaxer->problem->vehicles[relaxer->vehicle].max_distance;
			return (tried->broken & LM_AT(LM_AT_DISTANCE)) != 0 ? over : 0;
		case LM_OVER_RANGE:
			return tried->range;
		case LM_OVER_STOPS:
			return tried->stops;
		default:
			return overload(relaxer, tried, limit - LM_OVER_CAPACITY);
	}
}
