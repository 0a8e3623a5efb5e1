/*
 * fuzz.h
 *	  What the fuzz targets share: how they fail, and the judge's opinion on a route of the search.
 *
 * Each target turns bytes into a small problem: they are the dice of random_problem.h, so that a
 * changed byte changes one number of it.  Crashes, sanitizer reports, broken rules and unkept promises
 * all end the run.
 *
 * Layer   test: C11 only.
 */
#ifndef LM_FUZZ_H
#define LM_FUZZ_H

#include "check/judge.h"
#include "solver/schedule.h"

#include "oracle.h"
#include "random_problem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_ROWS (ORACLE_ORDERS + ORACLE_BREAKS + 2)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Nothing is freed before the end of an execution: a long quarantine only costs page faults. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "quarantine_size_mb=4";
}

/* CHECK - ends the run when the condition does not hold; the rest is printf's */
#define CHECK(condition, ...)                                                                  \
	do                                                                                         \
	{                                                                                          \
		if (!(condition))                                                                      \
		{                                                                                      \
			fprintf(stderr, "%s:%d: not true: %s\nthat is: ", __FILE__, __LINE__, #condition); \
			fprintf(stderr, __VA_ARGS__);                                                      \
			fprintf(stderr, "\n");                                                             \
			abort();                                                                           \
		}                                                                                      \
	} while (0)

/* ---- inputs ---- */

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed);

/*
 * One input in eight is new: a short run would else only see inputs that grew from nothing.
 */
size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed)
{
	Dice dice = dice_from_seed(seed);

	if (dice_below(&dice, 8) > 0)
		return LLVMFuzzerMutate(data, size, most);
	size = (size_t) dice_between(&dice, 1, (int32_t) most);
	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t) dice_below(&dice, 256);
	return size;
}

/* ---- memory ---- */

/* Counts what is asked for and given back, and may refuse. */
typedef struct FuzzHeap
{
	long asked;
	long refuse_at; /* this request; 0: none */
	bool refuse_on; /* and all behind it */
	bool refused;
	long open;   /* not given back */
	int filling; /* blocks come full of this byte */
} FuzzHeap;

static inline void *
fuzz_take(void *context, size_t bytes)
{
	FuzzHeap *heap = context;
	void *block;

	heap->asked++;
	if (heap->refuse_at == heap->asked || (heap->refused && heap->refuse_on))
	{
		heap->refused = true;
		return NULL;
	}
	block = malloc(bytes);
	if (block == NULL)
		abort();
	memset(block, heap->filling, bytes);
	heap->open++;
	return block;
}

static inline void
fuzz_give(void *context, void *block)
{
	((FuzzHeap *) context)->open--;
	free(block);
}

static inline bool
fuzz_never_stop(void *context)
{
	(void) context;
	return false;
}

/* fuzz_arena - of as much memory as there is, or as the heap gives */
static inline void
fuzz_arena(LmArena *arena, FuzzHeap *heap)
{
	lm_arena_init(arena, fuzz_take, fuzz_give, heap, SIZE_MAX);
}

/* fuzz_arena_drop - and nothing of it may be left */
static inline void
fuzz_arena_drop(LmArena *arena, const FuzzHeap *heap)
{
	lm_arena_drop(arena);
	CHECK(heap->open == 0, "%ld blocks are not given back", heap->open);
}

/* ---- two opinions on one route ---- */

static inline bool
fuzz_stops_equal(const LmStop *a, const LmStop *b)
{
	return a->kind == b->kind && a->index == b->index && a->place == b->place &&
	       a->travel == b->travel && a->length == b->length && a->arrives == b->arrives &&
	       a->setup == b->setup && a->wait == b->wait && a->service == b->service &&
	       a->departs == b->departs;
}

static inline bool
fuzz_timetables_equal(const LmTimetable *a, const LmTimetable *b)
{
	if (a->count != b->count || a->departs != b->departs || a->ends != b->ends ||
	    a->overtime != b->overtime || a->length != b->length)
		return false;
	for (int32_t row = 0; row < a->count; row++)
		if (!fuzz_stops_equal(&a->stops[row], &b->stops[row]))
			return false;
	return true;
}

/* What an order costs by who serves it and when. */
static inline double
fuzz_order_cost(const LmProblem *problem, const LmVehicle *vehicle, const LmStop *stop)
{
	const LmOrder *order = &problem->orders[stop->index];
	LmTime starts = stop->arrives + stop->setup + stop->wait;
	double cost = 0;

	if (order->preferred != (int32_t) (vehicle - problem->vehicles))
		cost += order->prefer_cost;
	if (order->soft && starts > order->due)
		cost += order->late_cost * ((double) (starts - order->due) / 3.6e6);
	return cost;
}

/* The shares of the rows add up to what the whole route costs. */
static inline void
fuzz_cost_check(const LmProblem *problem, const LmVehicle *vehicle, const LmJudgement *judgement)
{
	const LmTimetable *timetable = &judgement->timetable;
	LmTime begins = timetable->departs;
	LmTime ends = timetable->stops[timetable->count - 1].departs;
	double expected = vehicle->cost_fixed +
	                  vehicle->cost_per_km * ((double) timetable->length / 1e6) +
	                  vehicle->cost_per_hour * ((double) (ends - begins) / 3.6e6);
	double cost = 0;

	if (ends > vehicle->shift_end)
		expected += vehicle->cost_per_overtime_hour *
		            ((double) (ends - vehicle->shift_end) / 3.6e6);
	for (int32_t row = 0; row < timetable->count; row++)
	{
		cost += judgement->cost[row];
		if (timetable->stops[row].kind == LM_STOP_ORDER)
			expected += fuzz_order_cost(problem, vehicle, &timetable->stops[row]);
	}
	CHECK(fabs(cost - expected) <= 1e-9 * expected, "rows cost %.17g, the route %.17g", cost,
	      expected);
}

/* fuzz_items - a route of the search as the judge takes it: reloads have no number there */
static inline void
fuzz_items(const LmProblem *problem, const int32_t *orders, int32_t count, int32_t *items)
{
	for (int32_t i = 0; i < count; i++)
		items[i] = problem->orders[orders[i]].kind == LM_RELOAD ? LM_JUDGE_RELOAD : orders[i];
}

/* fuzz_judge_agrees - the judge finds nothing wrong with a route, and the rows that are given */
static inline void
fuzz_judge_agrees(const LmProblem *problem, const LmJudgeRoute *route, const LmTimetable *timetable)
{
	FuzzHeap heap = {0};
	LmArena arena;
	LmJudgement judgement;

	fuzz_arena(&arena, &heap);
	CHECK(lm_judge_route(problem, route, &arena, &judgement) == LM_JUDGE_OK, "vehicle %d",
	      route->vehicle);
	/* what is settled of a day breaks what it likes, and so may the way home from there */
	CHECK((judgement.feasible || problem->fixed != NULL) && judgement.violation_count == 0,
	      "vehicle %d: %d violations, the first of code %d in row %d", route->vehicle,
	      judgement.violation_count,
	      judgement.violation_count > 0 ? (int) judgement.violations[0].code : 0,
	      judgement.violation_count > 0 ? judgement.violations[0].row : 0);
	CHECK(fuzz_timetables_equal(timetable, &judgement.timetable),
	      "vehicle %d: %lld to %lld, the judge says %lld to %lld", route->vehicle,
	      (long long) timetable->departs, (long long) timetable->ends,
	      (long long) judgement.timetable.departs, (long long) judgement.timetable.ends);
	fuzz_cost_check(problem, &problem->vehicles[route->vehicle], &judgement);
	fuzz_arena_drop(&arena, &heap);
}

/* fuzz_judge_accepts - that of a route of the search, with the schedule of the search */
static inline void
fuzz_judge_accepts(const LmProblem *problem, LmScheduler *scheduler, int32_t vehicle,
                   const int32_t *orders, int32_t count)
{
	int32_t items[ORACLE_ORDERS];
	LmJudgeRoute route = {.vehicle = vehicle, .items = items, .count = count};
	LmStop stops[FUZZ_ROWS];
	LmTimetable timetable = {.stops = stops};

	fuzz_items(problem, orders, count, items);
	CHECK(lm_schedule_time(scheduler, vehicle, orders, count, &timetable), "vehicle %d", vehicle);
	fuzz_judge_agrees(problem, &route, &timetable);
}

/* fuzz_schedule_best - the schedule of the search is what trying every departure finds */
static inline void
fuzz_schedule_best(const LmProblem *problem, LmScheduler *scheduler, int32_t vehicle,
                   const int32_t *orders, int32_t count, int relax)
{
	OracleRoute route = oracle_route(problem, vehicle, orders, count, relax);
	OracleSchedule best = oracle_schedule(&route);
	LmScheduleCost cost;
	bool found = lm_schedule_price(scheduler, vehicle, orders, count, relax, &cost);

	if (oracle_soft(&route))
	{
		/* the search tries a few departures only */
		int64_t weighed = found ? route.prices->schedule_per_ms * (cost.ends - cost.departs) +
		                              route.prices->schedule_per_overtime_ms * cost.overtime +
		                              cost.late
		                        : INT64_MAX;

		CHECK(!found || (best.found && weighed >= best.weighed),
		      "vehicle %d, relaxed by %d: %lld to %lld is better than the best", vehicle, relax,
		      (long long) cost.departs, (long long) cost.ends);
		return;
	}
	CHECK(found == best.found, "vehicle %d, relaxed by %d: found %d", vehicle, relax, found);
	if (found)
		CHECK(cost.departs == best.departs && cost.ends == best.ends &&
		          cost.overtime == best.overtime && cost.shortest == best.shortest,
		      "vehicle %d, relaxed by %d: %lld to %lld, shortest %lld; the best is %lld to %lld, "
		      "shortest %lld",
		      vehicle, relax, (long long) cost.departs, (long long) cost.ends,
		      (long long) cost.shortest, (long long) best.departs, (long long) best.ends,
		      (long long) best.shortest);
}

#endif /* LM_FUZZ_H */
