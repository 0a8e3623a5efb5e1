/*
 * relax_parts.h
 *	  One place under an ease; for relax.c and relax_place.c only.
 *
 * Layer   why, pure part.
 */
#ifndef LM_WHY_RELAX_PARTS_H
#define LM_WHY_RELAX_PARTS_H

#include "why/relax.h"

/* Indexes into lm_relax_rules; sets of rules are bits, 1 << index, in this file. */
enum
{
	LM_AT_RELEASE,
	LM_AT_WINDOW,
	LM_AT_SHIFT,
	LM_AT_BREAK,
	LM_AT_TIME,
	LM_AT_DISTANCE,
	LM_AT_RANGE,
	LM_AT_STOPS,
	LM_AT_CAPACITY,
	LM_AT_UNREACHABLE,
	LM_AT_SKILL,
	LM_AT_REFUSED
};

#define LM_AT(rule) (UINT32_C(1) << (rule))
#define LM_AT_TIMES (LM_AT(LM_RELAX_TIMES) - 1)

/* By how much each rule of times gives way; LM_NEVER: altogether. */
typedef struct LmEase
{
	LmTime by[LM_RELAX_TIMES];
} LmEase;

/* Where the order is put: behind so many of the route; of a shipment also the other row, and which. */
typedef struct LmRelaxPlace
{
	int32_t other;  /* index into options; 0 where there are none */
	int32_t behind; /* the first row */
	int32_t later;  /* the second row, >= behind */
} LmRelaxPlace;

/* One place under an ease. */
typedef struct LmTried
{
	bool kept;       /* nothing but rules of `broken` is broken */
	uint32_t broken; /* rules without times */
	LmLength range;  /* by how much the longest trip is too long */
	int32_t stops;   /* how many are too many */
	double cost;     /* of the route */
	LmJudgement judgement;
} LmTried;

/* What no schedule is better than: relax_bound.c. */
typedef struct LmRelaxBound
{
	bool known; /* else nothing is known, and nothing below set */
	/* of the route as it is, [count + 1] behind so many of its rows, under the ease at hand */
	LmTime *leaves; /* it leaves no earlier */
	LmTime *latest; /* and has to be at the next no later; behind the last at its end */
	/* without ease */
	int32_t orders; /* rows, but reloads */
	LmTime busy;    /* driving and service */
	LmLength length;
	bool measured;  /* that is its length exactly */
	LmAmount *load; /* of a shipment: [(count + 1) * dimensions] on board */
	double cost;    /* what its rows cost; 0 where it has no orders */
	/* on the way from the first row to the second, behind walk_later of the route */
	int32_t walk_first;
	int32_t walk_behind;
	int32_t walk_later;
	int32_t walk_place;
	LmTime walk_leaves;
	LmAmount *walk_load; /* [dimensions] the most so far */
} LmRelaxBound;

struct LmRelaxer
{
	const LmProblem *problem;
	LmProblem
		eased; /* windows, orders, breaks and vehicles are its own; no two orders share windows */
	LmArena *scratch;
	bool (*should_stop)(void *context);
	void *context;
	int64_t judged;
	LmJudgeStatus status; /* the first that was not LM_JUDGE_OK */
	int32_t *items;       /* [order_count + 2] the route with the order, place by place */
	LmRelaxation result;
	/* the question in hand */
	int32_t vehicle;
	const int32_t *route;
	int32_t count;
	int32_t settled; /* of the route, done or frozen */
	int32_t order;
	const int32_t *options; /* [option_count] of a shipment the rows that may be its other end */
	int32_t option_count;
	bool drops; /* the order is the second row of its shipment */
	LmRelaxBound bound;
};

/* lm_relax_member_count - orders that may be on the route behind what is settled: the new one, its options, its own */
int32_t lm_relax_member_count(const LmRelaxer *relaxer);

/* lm_relax_member - one of them; those of the question come first */
int32_t lm_relax_member(const LmRelaxer *relaxer, int32_t index);

/* lm_relax_window - the last window of an order */
LmWindow *lm_relax_window(const LmProblem *problem, int32_t order);

/* lm_relax_latest_release - when the last goods of the route are ready; -LM_NEVER: at any time */
LmTime lm_relax_latest_release(const LmRelaxer *relaxer);

/* lm_relax_ease - lets the rules of times give way on the eased problem, for all members */
void lm_relax_ease(LmRelaxer *relaxer, const LmEase *ease);

/* lm_relax_rule_applies - the vehicle, or the route, has the rule of times at all */
bool lm_relax_rule_applies(const LmRelaxer *relaxer, int rule);

/* lm_relax_place_first - right behind what is settled */
LmRelaxPlace lm_relax_place_first(const LmRelaxer *relaxer);

/* lm_relax_place_next - the next place; false behind the last */
bool lm_relax_place_next(const LmRelaxer *relaxer, LmRelaxPlace *place);

/*
 * lm_relax_judge - judges the route with the order at a place, on the eased problem as it stands
 *
 *	place	NULL: without the order
 * `kept` is false once the status is not LM_JUDGE_OK.
 */
void lm_relax_judge(LmRelaxer *relaxer, const LmRelaxPlace *place, LmTried *tried);

/* lm_relax_try - the same after lm_relax_ease */
void lm_relax_try(LmRelaxer *relaxer, const LmRelaxPlace *place, const LmEase *ease,
                  LmTried *tried);

/* lm_relax_items - the route with the order at a place, NULL: without it, into items; returns how many */
int32_t lm_relax_items(LmRelaxer *relaxer, const LmRelaxPlace *place);

/* lm_relax_bound_begin - bounds for the question at hand; judges the route as it is */
void lm_relax_bound_begin(LmRelaxer *relaxer);

/* lm_relax_bound_ease - lm_relax_ease, with bounds under that ease */
void lm_relax_bound_ease(LmRelaxer *relaxer, const LmEase *ease);

/*
 * lm_relax_hopeless - whether `kept` would be false, as far as bounds say
 *
 * After lm_relax_bound_ease.  Places one behind the other cost little each, which the judge's do not:
 * a shipment has as many as the square of the route.
 */
bool lm_relax_hopeless(LmRelaxer *relaxer, const LmRelaxPlace *place);

/* lm_relax_over_floor - lm_relax_over is no less */
int64_t lm_relax_over_floor(LmRelaxer *relaxer, const LmRelaxPlace *place, int32_t limit);

/* lm_relax_surely_broken - rules without times that are broken at a place */
uint32_t lm_relax_surely_broken(LmRelaxer *relaxer, const LmRelaxPlace *place);

/* lm_relax_over - by how much a limit is passed: an index of LmRelaxation.overs */
int64_t lm_relax_over(const LmRelaxer *relaxer, const LmTried *tried, int32_t limit);

/* lm_relax_within - nothing is broken but what is in the set. */
static inline bool
lm_relax_within(const LmTried *tried, uint32_t set)
{
	return tried->kept && (tried->broken & ~set) == 0;
}

#endif /* LM_WHY_RELAX_PARTS_H */
