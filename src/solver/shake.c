/*
 * shake.c
 *	  Relocation, exchange and exchange of tails, drawn at random.
 */
#include "solver/shake.h"

#include "solver/splice.h"
#include "solver/state_parts.h"

#define LONGEST_REGION 64 /* orders between old and new place on one route */
#define TRY_STEPS 4
#define TAILS_STEPS 10
#define ORDERS_PER_STEP 4 /* of a tail */

/* Does splices, all or none. */
static void
splices_do(LmState *state, const LmSplice *splices, int count)
{
	for (int i = 0; i < count; i++)
		if (lm_splice_price(state, &splices[i], LM_IMPOSSIBLE) >= LM_IMPOSSIBLE)
			return;
	lm_splice_apply(state, splices, count);
}

static void
relocate_within(LmState *state, int32_t order, int32_t after)
{
	int32_t orders = state->problem->order_count;
	int32_t region[LONGEST_REGION + 1];
	int32_t count = 0;
	int32_t node = order;

	/* forward from the order until `after` is met, else backward */
	while (node != after && state->nodes[node].next < orders && count < LONGEST_REGION)
		region[count++] = node = state->nodes[node].next;
	if (node == after)
	{
		region[count++] = order;
		splices_do(state,
		           &(LmSplice){state->nodes[order].prev, state->nodes[after].next, region, count},
		           1);
		return;
	}
	count = 0;
	for (node = state->nodes[order].prev; node != after; node = state->nodes[node].prev)
		if (node >= orders || ++count == LONGEST_REGION)
			return;
	region[0] = order;
	for (int32_t i = 1; i <= count; i++)
		region[i] = node = state->nodes[node].next;
	splices_do(state, &(LmSplice){after, state->nodes[order].next, region, count + 1}, 1);
}

static void
relocate_across(LmState *state, int32_t order, int32_t after)
{
	const LmNode *node = &state->nodes[order];

	splices_do(state,
	           (LmSplice[]){{after, state->nodes[after].next, &order, 1},
	                        {node->prev, node->next, NULL, 0}},
	           2);
}

static void
exchange(LmState *state, int32_t order, int32_t after)
{
	const LmNode *node = &state->nodes[order];
	int32_t other = state->nodes[after].next;

	if (other >= state->problem->order_count)
		return;
	splices_do(state,
	           (LmSplice[]){{after, state->nodes[other].next, &order, 1},
	                        {node->prev, node->next, &other, 1}},
	           2);
}

/* Whether times allow the head of one route and the tail of another, as far as segments know. */
static bool
ends_meet(const LmState *state, int32_t from, int32_t to)
{
	const LmTravel *travel = lm_problem_travel(state->problem, state->nodes[from].route);
	LmTime leg = lm_leg_of(state, travel, from, to).time;
	LmTime working;
	LmTime ends;

	return leg != LM_NO_LEG &&
	       lm_segment_join(&state->nodes[from].head, leg, &state->nodes[to].tail, &working, &ends);
}

/* Returns the orders it moved, or tried to. */
static int32_t
exchange_tails(LmState *state, int32_t order, int32_t after, int32_t *scratch)
{
	int32_t front = state->nodes[order].prev;
	int32_t behind = state->nodes[after].next;
	LmSplice splices[2];

	/* the end behind an end belongs to the vehicle: nothing to look up */
	if (!ends_meet(state, after, order) ||
	    (behind < state->problem->order_count && !ends_meet(state, front, behind)))
		return 0;
	splices[0] = (LmSplice){after, lm_state_end(state, state->nodes[after].route), scratch,
	                        lm_state_tail(state, order, scratch)};
	splices[1] = (LmSplice){front, lm_state_end(state, state->nodes[order].route),
	                        scratch + splices[0].count, 0};
	splices[1].count = lm_state_tail(state, behind, scratch + splices[0].count);
	splices_do(state, splices, 2);
	return splices[0].count + splices[1].count;
}

int64_t
lm_shake(LmState *state, const LmNeighbours *neighbours, LmRandom *random, int32_t tries,
         int32_t *scratch)
{
	int64_t steps = (int64_t) tries * TRY_STEPS;

	for (int32_t i = 0; i < tries; i++)
	{
		int32_t order = lm_random_below(random, state->problem->order_count);
		int32_t after = neighbours->before[(size_t) order * neighbours->width +
		                                   lm_random_below(random, neighbours->width)];
		int32_t kind = lm_random_below(random, 3);

		if (after < 0 || state->nodes[order].route == LM_ABSENT ||
		    state->nodes[after].route == LM_ABSENT || state->nodes[order].prev == after)
			continue;
		/* on long routes with deliveries beside pickups a try is not that short */
		lm_scheduler_tick(state->scheduler);
		if (lm_scheduler_late(state->scheduler))
			break;
		if (state->nodes[order].route == state->nodes[after].route)
			relocate_within(state, order, after);
		else if (kind == 0)
			relocate_across(state, order, after);
		else if (kind == 1)
			exchange(state, order, after);
		else
			steps += TAILS_STEPS + exchange_tails(state, order, after, scratch) / ORDERS_PER_STEP;
	}
	return steps;
}
