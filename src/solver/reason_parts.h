/*
 * reason_parts.h
 *	  What a reason is found with; for reasons.c and reason_*.c only.
 *
 * Sets of rules are bits, 1 << LmReasonCode.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_REASON_PARTS_H
#define LM_SOLVER_REASON_PARTS_H

#include "solver/reach.h"
#include "solver/reasons.h"

#define LM_RULE(code) (UINT32_C(1) << (code))

/* The pieces of every route as they are when a rule of times is left out. */
typedef enum LmHeadForm
{
	LM_HEAD_KEPT,
	LM_HEAD_NO_WINDOW,  /* the last windows never close */
	LM_HEAD_NO_RELEASE, /* goods are ready at any time */
	LM_HEAD_FORMS
} LmHeadForm;

typedef enum LmTailForm
{
	LM_TAIL_KEPT,
	LM_TAIL_NO_WINDOW,
	LM_TAIL_NO_SHIFT, /* the route may end at any time */
	LM_TAIL_FORMS
} LmTailForm;

/* What is kept of routes that segments are not exact for, with which rule left out. */
typedef enum LmEased
{
	LM_EASED_NONE,
	LM_EASED_RELEASE,
	LM_EASED_WINDOW,
	LM_EASED_SHIFT,
	LM_EASED_BREAK,
	LM_EASED_FORMS
} LmEased;

struct LmReasons
{
	LmState *state;
	LmSegment
		*heads[LM_HEAD_FORMS]; /* [node] as in segment.h: exact on plain routes, else bounds */
	LmSegment *tails[LM_TAIL_FORMS];
	LmReach reaches[LM_EASED_FORMS];         /* empty where all routes are plain */
	struct LmHalves *halves[LM_EASED_FORMS]; /* likewise */
	LmTime *departs;    /* [vehicle_count] the earliest departure the shift and the goods allow */
	uint32_t *found;    /* [vehicle_count] rules each of which is all that some place breaks */
	struct LmWay *ways; /* [way_count] of the unit that is asked for */
	int32_t way_count;
	LmTime *clock; /* [most breaks of a vehicle + 1] scratch */
};

/* The rules of times, in the order in which they are named where several would do. */
typedef struct LmTimeRule
{
	LmReasonCode code;
	int relax;
	LmHeadForm head;
	LmTailForm tail;
	LmEased eased;
} LmTimeRule;

/* One of the ways to serve a unit: an order, or both rows of a shipment. */
typedef struct LmWay
{
	int32_t orders[2];
	int32_t count;
} LmWay;

#define LM_TIME_RULES 5
extern const LmTimeRule lm_time_rules[LM_TIME_RULES];
extern const LmTimeRule lm_all_kept; /* none left out */

/* lm_time_rule - the one of a code */
const LmTimeRule *lm_time_rule(LmReasonCode code);

/* An absent order behind a node of a vehicle's route. */
typedef struct LmTrial
{
	int32_t order;
	int32_t vehicle;
	int32_t after;
	uint32_t broken; /* lm_trial_vehicle_rules */
} LmTrial;

/* What a place is like whatever the times are. */
typedef struct LmGap
{
	int32_t behind;
	LmTime to; /* the legs, setup included; a missing one takes no time */
	LmTime on;
	bool in_missing;
	bool out_missing;
	bool settled; /* setups in front of the order stay as they are */
} LmGap;

/* The pieces of a route joined with the order between. */
typedef struct LmJoined
{
	LmSegment head; /* up to the order */
	LmTime working;
	LmTime ends;
} LmJoined;

/* lm_gap_of - between a node and the next */
LmGap lm_gap_of(const LmState *state, const LmTrial *trial);

/* lm_gap_length - length of the route with the order; a missing leg has none */
LmLength lm_gap_length(const LmState *state, const LmTrial *trial, const LmGap *gap);

/* lm_gap_excess - mm by which the trip with the order is longer than the range of the vehicle, which has one */
LmLength lm_gap_excess(const LmState *state, const LmTrial *trial, const LmGap *gap);

/* lm_goods_wait - a reload of the route may wait for goods: what is kept of its pieces holds without the order only */
static inline bool
lm_goods_wait(const LmState *state, int32_t vehicle)
{
	return state->has_releases && state->routes[vehicle].reloads > 0;
}

/* lm_trial_overfull - the dimension in which the order does not fit there, or -1 */
int32_t lm_trial_overfull(const LmState *state, const LmTrial *trial, LmAmount *need,
                          LmAmount *limit);

/* lm_trial_join - segments of the route with the order; false when a window or the shift is missed */
bool lm_trial_join(const LmReasons *reasons, const LmTrial *trial, const LmGap *gap,
                   LmHeadForm head_form, LmTailForm tail_form, LmJoined *joined);

/* lm_trial_schedule - as lm_schedule_price, for the route with the order and a rule left out */
bool lm_trial_schedule(LmReasons *reasons, const LmTrial *trial, const LmTimeRule *rule,
                       LmScheduleCost *cost);

/* lm_reason_of - a reason with these amounts and nothing else */
LmReason lm_reason_of(LmReasonCode code, int32_t vehicle, int64_t need, int64_t limit);

/* lm_trial_vehicle_rules - those rules without times that the vehicle breaks at all its places */
uint32_t lm_trial_vehicle_rules(const LmState *state, const LmTrial *trial);

/* lm_trial_rules - of the wanted rules those each of which, left out alone, makes the place feasible */
uint32_t lm_trial_rules(LmReasons *reasons, const LmTrial *trial, uint32_t wanted);

/* lm_trial_bound - what lm_reason_breach would not fall below if the rule were the single cause; O(1) */
int64_t lm_trial_bound(const LmReasons *reasons, const LmTrial *trial, LmReasonCode code);

/*
 * lm_trial_breach - lm_reason_breach of lm_trial_reason, where the rule is the single cause and no
 * missing leg
 */
int64_t lm_trial_breach(LmReasons *reasons, const LmTrial *trial, LmReasonCode code);

/* lm_trial_reason - the amounts of a place where the rule is the single cause */
LmReason lm_trial_reason(LmReasons *reasons, const LmTrial *trial, LmReasonCode code);

/* lm_reason_breach - need - limit; LM_NEVER - 1 where no amounts are known though the rule has them */
int64_t lm_reason_breach(const LmReason *reason);

/*
 * lm_window_missed - the first order of a sequence that no departure reaches in time while those
 * before it keep their windows
 *
 * Writes order, need, limit, setup and paused; leaves them alone when there is none, because a
 * break is the first that fails.
 */
void lm_window_missed(LmReasons *reasons, int32_t vehicle, const int32_t *sequence, int32_t count,
                      LmReason *reason);

/* lm_rule_applies - the vehicle has the rule at all, with the order on it */
bool lm_rule_applies(const LmState *state, const LmTrial *trial, LmReasonCode code);

/*
 * lm_times_reason - the amounts of a rule of times for a route with the order
 *
 *	count		length of the route, which is in state->sequence; for release and window
 *	free		its schedule without the rule; for shift, time and release
 */
LmReason lm_times_reason(LmReasons *reasons, int32_t vehicle, int32_t count,
                         const LmScheduleCost *free, LmReasonCode code);

/*
 * lm_alone_find - the last rule that is needed to keep all ways from every vehicle, even an empty one
 *
 * Returns false when rules that forbid it each for itself do not keep it from all.
 */
bool lm_alone_find(LmReasons *reasons, const LmWay *ways, int32_t count, LmReason *reason);

/* lm_pair_rules - the rules each of which is all that some pair of places of a route breaks */
uint32_t lm_pair_rules(LmReasons *reasons, const LmWay *way, int32_t vehicle);

/*
 * lm_pair_breach - the pair of places of a route that breaks a rule, and only that one, by least
 *
 *	least		those that do so by as much are of no use
 *	best		set where there is one
 *
 * Returns by how much, or least.
 */
int64_t lm_pair_breach(LmReasons *reasons, const LmWay *way, int32_t vehicle, LmReasonCode code,
                       int64_t least, LmReason *best);

#endif /* LM_SOLVER_REASON_PARTS_H */
