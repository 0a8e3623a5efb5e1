/*
 * best.c
 *	  Copies only the routes that differ from the plan kept before.
 */
#include "solver/best.h"

#include <string.h>

static size_t
node_count(const LmState *state)
{
	return (size_t) state->problem->order_count + 2 * (size_t) state->problem->vehicle_count;
}

bool
lm_kept_new(LmKept *kept, const LmState *state, const LmClasses *classes, LmArena *arena)
{
	kept->next = LM_TAKE(arena, int32_t, node_count(state));
	kept->absent = LM_TAKE(arena, int32_t, classes->count);
	return !arena->failed;
}

void
lm_kept_copy(LmKept *to, const LmKept *from, const LmState *state, const LmClasses *classes)
{
	memcpy(to->next, from->next, sizeof(int32_t) * node_count(state));
	memcpy(to->absent, from->absent, sizeof(int32_t) * (size_t) classes->count);
	to->vehicles = from->vehicles;
	to->cost = from->cost;
}

int
lm_kept_compare(const LmKept *a, const LmKept *b, const LmState *state, const LmClasses *classes)
{
	for (int32_t class = 0; class < classes->count; class ++)
		if (a->absent[class] != b->absent[class])
			return a->absent[class] < b->absent[class] ? -1 : 1;
	if (state->problem->objective == LM_OBJECTIVE_VEHICLES && a->vehicles != b->vehicles)
		return a->vehicles < b->vehicles ? -1 : 1;
	return a->cost < b->cost ? -1 : a->cost > b->cost;
}

bool
lm_best_new(LmBest *best, const LmState *state, const LmClasses *classes, LmArena *arena)
{
	best->state = state;
	best->classes = classes;
	best->absent_now = LM_TAKE(arena, int32_t, classes->count);
	best->stale = LM_TAKE(arena, bool, state->problem->vehicle_count);
	best->stale_ids = LM_TAKE(arena, int32_t, state->problem->vehicle_count);
	best->stale_count = 0;
	if (!lm_kept_new(&best->kept, state, classes, arena))
		return false;
	lm_best_reset(best);
	return true;
}

/* What the plan in state is worth; its routes are not copied. */
static LmKept
present(LmBest *best)
{
	const LmState *state = best->state;
	LmKept now = {NULL, best->absent_now, state->used, state->cost};

	memset(now.absent, 0, sizeof(int32_t) * (size_t) best->classes->count);
	for (int32_t i = 0; i < state->absent_count; i++)
	{
		int32_t class = best->classes->of_order[state->absent[i]];

		if (class >= 0)
			now.absent[class]++;
	}
	return now;
}

static void
stale_add(LmBest *best, int32_t vehicle)
{
	if (best->stale[vehicle])
		return;
	best->stale[vehicle] = true;
	best->stale_ids[best->stale_count++] = vehicle;
}

static void
take(LmBest *best, const LmKept *now)
{
	const LmState *state = best->state;

	for (int32_t i = 0; i < best->stale_count; i++)
	{
		int32_t vehicle = best->stale_ids[i];
		int32_t end = lm_state_end(state, vehicle);

		for (int32_t node = lm_state_start(state, vehicle); node != end;
		     node = state->nodes[node].next)
			best->kept.next[node] = state->nodes[node].next;
		best->stale[vehicle] = false;
	}
	best->stale_count = 0;
	memcpy(best->kept.absent, now->absent, sizeof(int32_t) * (size_t) best->classes->count);
	best->kept.vehicles = now->vehicles;
	best->kept.cost = now->cost;
}

void
lm_best_reset(LmBest *best)
{
	LmKept now = present(best);

	for (int32_t v = 0; v < best->state->problem->vehicle_count; v++)
		stale_add(best, v);
	take(best, &now);
}

void
lm_best_see(LmBest *best)
{
	const LmState *state = best->state;
	LmKept now;

	for (int32_t i = 0; i < state->logged_route_count; i++)
		stale_add(best, state->logged_route_ids[i]);
	now = present(best);
	if (lm_kept_compare(&now, &best->kept, state, best->classes) < 0)
		take(best, &now);
}
