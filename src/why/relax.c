/*
 * relax.c
 *	  Sets of rules by size, then the least amount of each, judged at every place.
 */
#include "why/relax_parts.h"

#include <string.h>

#define FIRST_STEP 1000 /* ms */

const LmReasonCode lm_relax_rules[LM_RELAX_RULES] = {
	LM_REASON_RELEASE,  LM_REASON_WINDOW,      LM_REASON_SHIFT, LM_REASON_BREAK,
	LM_REASON_TIME,     LM_REASON_DISTANCE,    LM_REASON_RANGE, LM_REASON_STOPS,
	LM_REASON_CAPACITY, LM_REASON_UNREACHABLE, LM_REASON_SKILL, LM_REASON_VEHICLE_REFUSED};

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

/* Whether a set, or one with more rules, would say anything new. */
static bool
is_news(uint32_t found, int size, uint32_t set, uint32_t singles)
{
	int of = size_of(found);

	return of < size || (of == size && comes_before(found, set)) ||
	       (of == 1 && (found & ~singles) != 0);
}

/* All places with these rules of times left out: takes down the smallest sets that do. */
static void
sets_collect(LmRelaxer *relaxer, uint32_t times, int *size, uint32_t *set, uint32_t *singles)
{
	LmEase ease = {{0}};
	LmRelaxPlace place = lm_relax_place_first(relaxer);

	for (int rule = 0; rule < LM_RELAX_TIMES; rule++)
		if ((times & LM_AT(rule)) != 0)
			ease.by[rule] = LM_NEVER;
	lm_relax_bound_ease(relaxer, &ease);
	do
	{
		LmTried tried;
		uint32_t found;

		if (!is_news(times | lm_relax_surely_broken(relaxer, &place), *size, *set, *singles) ||
		    lm_relax_hopeless(relaxer, &place))
			continue;
		lm_relax_judge(relaxer, &place, &tried);
		if (!tried.kept)
			continue;
		found = times | tried.broken;
		if (size_of(found) == 1)
			*singles |= found;
		if (size_of(found) > *size || (size_of(found) == *size && !comes_before(found, *set)))
			continue;
		*size = size_of(found);
		*set = found;
	} while (lm_relax_place_next(relaxer, &place));
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
		if (lm_relax_rule_applies(relaxer, rule))
			applies |= LM_AT(rule);
	for (int times = 0; times <= LM_RELAX_TIMES && times <= size; times++)
		for (uint32_t mask = 0; mask <= LM_AT_TIMES; mask++)
			if (size_of(mask) == times && (mask & ~applies) == 0)
				sets_collect(relaxer, mask, &size, &set, singles);
	relaxer->result.found = size <= LM_RELAX_RULES;
	return set;
}

/* ---- by how much ---- */

/* The least by which one rule of times gives way, the others eased as they are, at any place. */
static LmTime
least_time(LmRelaxer *relaxer, uint32_t set, LmEase *ease, int rule)
{
	LmTime best = LM_NEVER;
	LmRelaxPlace place = lm_relax_place_first(relaxer);

	ease->by[rule] = LM_NEVER;
	lm_relax_bound_ease(relaxer, ease);
	do
	{
		LmTime low = 0;
		LmTime high = best < LM_NEVER ? best - 1 : LM_NEVER;
		LmTried tried;

		if (high == 0 || (lm_relax_surely_broken(relaxer, &place) & ~set) != 0 ||
		    lm_relax_hopeless(relaxer, &place))
			continue;
		ease->by[rule] = high;
		lm_relax_try(relaxer, &place, ease, &tried);
		if (!lm_relax_within(&tried, set))
			continue;
		if (high == LM_NEVER)
		{
			for (high = FIRST_STEP; high < LM_NEVER / 4; low = high, high *= 4)
			{
				ease->by[rule] = high;
				lm_relax_try(relaxer, &place, ease, &tried);
				if (lm_relax_within(&tried, set) || relaxer->status != LM_JUDGE_OK)
					break;
			}
		}
		while (high - low > 1 && relaxer->status == LM_JUDGE_OK)
		{
			ease->by[rule] = low + (high - low) / 2;
			lm_relax_try(relaxer, &place, ease, &tried);
			*(lm_relax_within(&tried, set) ? &high : &low) = ease->by[rule];
		}
		best = high;
		/* the next has to do with less */
		ease->by[rule] = best - 1;
		lm_relax_bound_ease(relaxer, ease);
	} while (lm_relax_place_next(relaxer, &place));
	ease->by[rule] = best;
	return best;
}

/* A place that the amounts found so far make feasible, but for limits from one on. */
static bool
place_fits(const LmRelaxer *relaxer, const LmTried *tried, uint32_t set, int32_t limits)
{
	if (!lm_relax_within(tried, set))
		return false;
	for (int32_t limit = 0; limit < limits; limit++)
		if (lm_relax_over(relaxer, tried, limit) > relaxer->result.overs[limit])
			return false;
	return true;
}

/* Whether bounds leave it open that a place fits, under the ease they are for. */
static bool
place_may_fit(LmRelaxer *relaxer, const LmRelaxPlace *place, uint32_t set, int32_t limits)
{
	if ((lm_relax_surely_broken(relaxer, place) & ~set) != 0 || lm_relax_hopeless(relaxer, place))
		return false;
	for (int32_t limit = 0; limit < limits; limit++)
		if (lm_relax_over_floor(relaxer, place, limit) > relaxer->result.overs[limit])
			return false;
	return true;
}

/* The least by which a limit is passed at any place that fits so far. */
static int64_t
least_over(LmRelaxer *relaxer, uint32_t set, const LmEase *ease, int32_t limit)
{
	int64_t best = LM_NEVER;
	LmRelaxPlace place = lm_relax_place_first(relaxer);

	lm_relax_bound_ease(relaxer, ease);
	do
	{
		LmTried tried;
		int64_t over;

		if (!place_may_fit(relaxer, &place, set, limit) ||
		    lm_relax_over_floor(relaxer, &place, limit) >= best)
			continue;
		lm_relax_judge(relaxer, &place, &tried);
		if (!place_fits(relaxer, &tried, set, limit))
			continue;
		over = lm_relax_over(relaxer, &tried, limit);
		if (over < best)
			best = over;
	} while (lm_relax_place_next(relaxer, &place));
	return best;
}

/* The amounts of a set of rules, one after the other. */
static void
amounts_find(LmRelaxer *relaxer, uint32_t set, LmEase *ease)
{
	int64_t *overs = relaxer->result.overs;

	for (int rule = 0; rule < LM_RELAX_TIMES; rule++)
		ease->by[rule] = (set & LM_AT(rule)) != 0 ? LM_NEVER : 0;
	for (int rule = 0; rule < LM_RELAX_TIMES; rule++)
		if ((set & LM_AT(rule)) != 0)
			least_time(relaxer, set, ease, rule);
	for (int32_t limit = 0; limit < LM_OVER_CAPACITY + relaxer->problem->dimensions; limit++)
	{
		int rule = limit < LM_OVER_CAPACITY ? LM_AT_DISTANCE + limit : LM_AT_CAPACITY;

		overs[limit] = (set & LM_AT(rule)) != 0 ? least_over(relaxer, set, ease, limit) : 0;
	}
}

/* Of single rules that do: the rule of times with the least amount, else the first. */
static uint32_t
single_choose(LmRelaxer *relaxer, uint32_t singles)
{
	LmTime least = LM_NEVER;
	uint32_t best = 0;

	for (int rule = 0; rule < LM_RELAX_TIMES; rule++)
	{
		LmEase ease = {{0}};
		LmTime amount;

		if ((singles & LM_AT(rule)) == 0)
			continue;
		amount = least_time(relaxer, LM_AT(rule), &ease, rule);
		if (amount < least || best == 0)
		{
			least = amount;
			best = LM_AT(rule);
		}
	}
	return best != 0 ? best : singles & (~singles + 1);
}

/* ---- what it means for the cheapest place ---- */

/* Orders that are served after their last window, and those of them that can do without. */
static void
windows_name(LmRelaxer *relaxer, const LmRelaxPlace *place, const LmEase *ease,
             const LmTried *tried, uint32_t set)
{
	LmRelaxation *result = &relaxer->result;
	const LmTimetable *timetable = &tried->judgement.timetable;
	int32_t kept = 0;
	LmTried last;

	for (int32_t row = 0; row < timetable->count; row++)
	{
		const LmStop *stop = &timetable->stops[row];

		if (stop->kind == LM_STOP_ORDER &&
		    stop->departs - stop->service > lm_relax_window(relaxer->problem, stop->index)->close)
			result->windows[result->window_count++] = stop->index;
	}
	lm_relax_ease(relaxer, ease);
	for (int32_t i = 0; i < lm_relax_member_count(relaxer); i++)
	{
		int32_t order = lm_relax_member(relaxer, i);
		bool named = false;

		for (int32_t at = 0; at < result->window_count; at++)
			named = named || result->windows[at] == order;
		if (!named)
			*lm_relax_window(&relaxer->eased, order) = *lm_relax_window(relaxer->problem, order);
	}
	for (int32_t at = 0; at < result->window_count; at++)
	{
		int32_t order = result->windows[at];
		LmWindow eased = *lm_relax_window(&relaxer->eased, order);
		LmTried less;

		*lm_relax_window(&relaxer->eased, order) = *lm_relax_window(relaxer->problem, order);
		lm_relax_judge(relaxer, place, &less);
		if (lm_relax_within(&less, set) && relaxer->status == LM_JUDGE_OK)
			continue;
		*lm_relax_window(&relaxer->eased, order) = eased;
		result->windows[kept++] = order;
	}
	result->window_count = kept;
	/* windows that need not give way may make the schedule dearer */
	lm_relax_judge(relaxer, place, &last);
	result->cost = last.cost;
}

static void
releases_name(LmRelaxer *relaxer, const LmEase *ease)
{
	LmRelaxation *result = &relaxer->result;

	result->ready = lm_relax_latest_release(relaxer) - ease->by[LM_AT_RELEASE];
	for (int32_t i = 0; i < lm_relax_member_count(relaxer); i++)
	{
		const LmOrder *order = &relaxer->problem->orders[lm_relax_member(relaxer, i)];

		if (order->kind == LM_DELIVERY && order->release > result->ready)
			result->releases[result->release_count++] = lm_relax_member(relaxer, i);
	}
}

static int32_t
leg_end(const LmStop *stop)
{
	if (stop->kind == LM_STOP_ORDER)
		return stop->index;
	return stop->kind == LM_STOP_RELOAD ? LM_RELAX_RELOAD : -1;
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
		leg->behind = leg_end(stop);
		for (stop--; stop->kind == LM_STOP_BREAK;)
			stop--;
		leg->before = leg_end(stop);
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

static int32_t
order_before(const LmRelaxer *relaxer, int32_t behind)
{
	return behind > 0 ? relaxer->route[behind - 1] : -1;
}

/* The cheapest of the places that are feasible now; before that, those with the fewest missing legs. */
static void
place_choose(LmRelaxer *relaxer, uint32_t set, const LmEase *ease)
{
	LmRelaxation *result = &relaxer->result;
	int32_t limits = LM_OVER_CAPACITY + relaxer->problem->dimensions;
	int32_t fewest = INT32_MAX;
	LmRelaxPlace place = lm_relax_place_first(relaxer);
	LmRelaxPlace best = place;
	LmTried tried;

	lm_relax_bound_ease(relaxer, ease);
	do
	{
		int32_t missing;

		if (!place_may_fit(relaxer, &place, set, limits))
			continue;
		lm_relax_judge(relaxer, &place, &tried);
		if (!place_fits(relaxer, &tried, set, limits))
			continue;
		missing = legs_missing(&tried.judgement);
		if (missing > fewest || (missing == fewest && tried.cost >= result->cost))
			continue;
		best = place;
		fewest = missing;
		result->cost = tried.cost;
	} while (lm_relax_place_next(relaxer, &place));
	result->after = order_before(relaxer, relaxer->drops ? best.later : best.behind);
	result->other = relaxer->option_count > 0 ? relaxer->options[best.other] : -1;
	result->other_after = order_before(relaxer, relaxer->drops ? best.behind : best.later);
	lm_relax_try(relaxer, &best, ease, &tried);
	if ((set & LM_AT(LM_AT_UNREACHABLE)) != 0)
		legs_name(relaxer, &tried.judgement);
	if ((set & LM_AT(LM_AT_RELEASE)) != 0)
		releases_name(relaxer, ease);
	if ((set & LM_AT(LM_AT_WINDOW)) != 0)
		windows_name(relaxer, &best, ease, &tried, set);
}

/* How much of the route is done or frozen: nothing is put in front of its last such order or reload. */
static void
settled_set(LmRelaxer *relaxer)
{
	const LmProblem *problem = relaxer->problem;
	const LmVehicle *van = &problem->vehicles[relaxer->vehicle];
	int32_t at = 0;

	relaxer->settled = 0;
	for (int32_t i = 0; i < van->fixed_count; i++)
	{
		int32_t order = problem->fixed[van->fixed_first + i].order;

		while (order >= 0 && at < relaxer->count && relaxer->route[at++] != order)
			;
		if (order >= 0)
			relaxer->settled = at;
	}
}

/* Whether a member of a unit is on the settled part of the route. */
static bool
unit_settled(const LmRelaxer *relaxer, int32_t unit)
{
	for (int32_t i = 0; i < relaxer->settled; i++)
		if (relaxer->problem->orders[relaxer->route[i]].unit == unit)
			return true;
	return false;
}

/* The other end of a shipment, with its alternatives; nothing where its goods are on board already. */
static void
options_set(LmRelaxer *relaxer)
{
	const LmProblem *problem = relaxer->problem;
	const LmUnit *unit;
	bool head = false;

	relaxer->option_count = 0;
	relaxer->drops = false;
	if (problem->units == NULL)
		return;
	unit = &problem->units[problem->orders[relaxer->order].unit];
	if (unit->tails == 0 || unit_settled(relaxer, problem->orders[relaxer->order].unit))
		return;
	for (int32_t i = 0; i < unit->heads; i++)
		head = head || problem->members[unit->first + i] == relaxer->order;
	relaxer->drops = !head;
	relaxer->options = &problem->members[unit->first + (head ? unit->heads : 0)];
	relaxer->option_count = head ? unit->tails : unit->heads;
}

LmJudgeStatus
lm_relax_find(LmRelaxer *relaxer, int32_t vehicle, const int32_t *route, int32_t count,
              int32_t order, LmRelaxation *relaxation)
{
	LmRelaxation *result = &relaxer->result;
	LmEase ease = {{0}};
	uint32_t singles;
	uint32_t set;

	relaxer->status = LM_JUDGE_OK;
	relaxer->vehicle = vehicle;
	relaxer->route = route;
	relaxer->count = count;
	relaxer->order = order;
	settled_set(relaxer);
	options_set(relaxer);
	result->window_count = result->release_count = result->leg_count = 0;
	result->cost = 0;
	result->rules = 0;
	lm_relax_bound_begin(relaxer);
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
	if (relaxer->count > 0 || relaxer->problem->vehicles[vehicle].under_way)
		result->cost -= relaxer->bound.cost;
	memcpy(result->times, ease.by, sizeof(result->times));
	for (int rule = 0; rule < LM_RELAX_RULES; rule++)
		if ((set & LM_AT(rule)) != 0)
			result->rules |= LM_RELAX_RULE(lm_relax_rules[rule]);
	lm_relax_ease(relaxer, &(LmEase){{0}});
	*relaxation = *result;
	return relaxer->status;
}
