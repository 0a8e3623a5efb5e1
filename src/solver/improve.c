/*
 * improve.c
 *	  A queue of orders whose surroundings changed, each tried behind its candidates.
 */
#include "solver/moves.h"

#include "solver/reload.h"
#include "solver/trips.h"

struct LmImprove
{
	int32_t *queue;  /* [order_count] orders to look at, a ring */
	int32_t *queued; /* [order_count] is it in the queue */
	int32_t *tails;  /* [2 * order_count + 2] */
	int32_t first;
	int32_t count;
};

LmImprove *
lm_improve_new(const LmState *state, LmArena *arena)
{
	LmImprove *improve = LM_TAKE(arena, LmImprove, 1);

	if (improve == NULL)
		return NULL;
	improve->queue = LM_TAKE(arena, int32_t, state->problem->order_count);
	improve->queued = LM_TAKE(arena, int32_t, state->problem->order_count);
	improve->tails = LM_TAKE(arena, int32_t, (size_t) 2 * state->problem->order_count + 2);
	return arena->failed ? NULL : improve;
}

static void
queue_add(LmImprove *improve, const LmState *state, int32_t order)
{
	int32_t orders = state->problem->order_count;

	if (order >= orders || state->nodes[order].route == LM_ABSENT || improve->queued[order])
		return;
	improve->queued[order] = true;
	improve->queue[(improve->first + improve->count++) % orders] = order;
}

static int32_t
queue_take(LmImprove *improve, const LmState *state)
{
	int32_t order = improve->queue[improve->first];

	improve->first = (improve->first + 1) % state->problem->order_count;
	improve->count--;
	improve->queued[order] = false;
	return order;
}

/* Makes the lifted order stand behind the node by the first move that pays. */
static bool
order_move(LmImprove *improve, LmState *state, const LmMeeting *meeting)
{
	return lm_move_relocate(state, meeting) || lm_move_swap(state, meeting) ||
	       lm_move_tails(state, meeting, improve->tails);
}

static bool
order_improve(LmImprove *improve, LmState *state, const LmNeighbours *neighbours, int32_t order,
              int32_t width)
{
	const int32_t *before = neighbours->before + (size_t) order * neighbours->width;
	LmLift lift = lm_lift_of(state, order);
	LmMeeting meeting;
	int32_t empty;

	if (lm_is_reload(state, order) && lm_reload_shift(state, order))
		return true;
	for (int32_t i = 0; i < width && i < neighbours->width && before[i] >= 0; i++)
	{
		if (state->nodes[before[i]].route == LM_ABSENT)
			continue;
		meeting = lm_meeting_of(state, &lift, before[i]);
		if (order_move(improve, state, &meeting))
			return true;
	}
	if (state->problem->reload_count > 0 && lm_trip_begins(state, state->nodes[order].prev) &&
	    lm_reload_move_trip(state, order, improve->tails))
		return true;
	if (state->units != NULL && lm_move_unit(state, neighbours, order, width))
		return true;
	if (lift.before >= state->problem->order_count)
		return false;
	empty = lm_state_empty(state, state->kind[lift.vehicle]);
	if (empty < 0)
		return false;
	meeting = lm_meeting_of(state, &lift, lm_state_start(state, empty));
	return lm_move_tails(state, &meeting, improve->tails);
}

/*
 * Orders with other neighbours than at the last commit.  Where time has a price those too whose times
 * have moved: waiting may be saved elsewhere now.
 */
static void
queue_fill(LmImprove *improve, const LmState *state)
{
	bool timed = state->vans[0].timed;

	improve->first = 0;
	improve->count = 0;
	for (int32_t i = 0; i < state->logged_count; i++)
	{
		int32_t node = state->logged_ids[i];
		const LmNode *was = &state->logged_nodes[i];
		const LmNode *now = &state->nodes[node];

		if (timed || now->prev != was->prev || now->next != was->next || now->route != was->route)
			queue_add(improve, state, node);
	}
}

void
lm_improve(LmImprove *improve, LmState *state, const LmNeighbours *neighbours, int32_t width)
{
	queue_fill(improve, state);
	while (improve->count > 0)
	{
		int32_t order = queue_take(improve, state);
		int32_t prev = state->nodes[order].prev;
		int32_t next = state->nodes[order].next;

		/* the queue is emptied all the same: its marks must not stay */
		lm_scheduler_tick(state->scheduler);
		if (lm_scheduler_late(state->scheduler) || state->nodes[order].route == LM_ABSENT ||
		    !order_improve(improve, state, neighbours, order, width))
			continue;
		/* all around the old and the new place has changed */
		queue_add(improve, state, prev);
		queue_add(improve, state, next);
		queue_add(improve, state, order);
		queue_add(improve, state, state->nodes[order].prev);
		queue_add(improve, state, state->nodes[order].next);
	}
	lm_reload_clean(state, false);
}
