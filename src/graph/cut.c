/*
 * cut.c
 *	  Vertex-disjoint paths by blocking flows; where they cannot go on is the cut.
 *
 * Every vertex is an entry and an exit joined by one unit.  The doubled graph is
 * never made: a vertex knows where its unit comes from and goes to, and the
 * residual arcs follow from that:
 *
 *	entry -> exit				when it carries nothing
 *	entry -> exit of from		when it carries: what came from there goes elsewhere
 *	exit  -> entry of a neighbour
 *	exit  -> own entry			when it carries: the unit is taken back
 */
#include "graph/cut.h"

#include <string.h>

#define NOBODY (-1)
#define OUTSIDE (-2)

#define ENTRY(v) (2 * (v))
#define EXIT(v) (2 * (v) + 1)
#define IS_EXIT(state) ((state) &1)

#define SOURCE 1
#define SINK 2

bool
lm_cut_take(LmCut *cut, int32_t count, int32_t ends, LmArena *arena)
{
	memset(cut, 0, sizeof(*cut));
	cut->first = LM_TAKE(arena, int32_t, (size_t) count + 1);
	cut->to = LM_TAKE(arena, int32_t, ends);
	cut->end = LM_TAKE(arena, int8_t, count);
	cut->sources = LM_TAKE(arena, int32_t, count);
	cut->side = LM_TAKE(arena, int8_t, count);
	cut->from = LM_TAKE(arena, int32_t, count);
	cut->into = LM_TAKE(arena, int32_t, count);
	cut->level = LM_TAKE(arena, int32_t, 2 * (size_t) count);
	cut->next = LM_TAKE(arena, int32_t, count);
	cut->queue = LM_TAKE(arena, int32_t, 2 * (size_t) count);
	return cut->first != NULL && cut->to != NULL && cut->end != NULL && cut->sources != NULL &&
	       cut->side != NULL && cut->from != NULL && cut->into != NULL && cut->level != NULL &&
	       cut->next != NULL && cut->queue != NULL;
}

/* Whether the flow through v may end in the sink: an exit that does not end there already. */
static inline bool
can_leave(const LmCut *cut, int32_t v)
{
	return cut->end[v] == SINK && cut->into[v] != OUTSIDE;
}

/*
 * Levels of all states by breadth from the source, up to the level where the sink is met.
 * Returns whether it was; without it, the levels are what the source still reaches.
 */
static bool
levels_set(LmCut *cut, LmGraphRun *run, bool *stopped)
{
	int32_t begin = 0, end = 0;
	bool met = false;

	memset(cut->level, 0xff, 2 * (size_t) cut->count * sizeof(*cut->level));
	for (int32_t i = 0; i < cut->source_count; i++)
	{
		int32_t v = cut->sources[i];

		if (cut->from[v] == OUTSIDE)
			continue;
		cut->level[ENTRY(v)] = 0;
		cut->queue[end++] = ENTRY(v);
	}
	/* the entry of a source that is fed already is reached all the same, and leads back out only */
	for (int32_t i = 0; i < cut->source_count; i++)
		if (cut->from[cut->sources[i]] == OUTSIDE)
			cut->level[ENTRY(cut->sources[i])] = 0;
	while (begin < end)
	{
		int32_t state = cut->queue[begin++];
		int32_t v = state / 2;
		int32_t level = cut->level[state] + 1;

#define REACH(target)                    \
	do                                   \
	{                                    \
		int32_t reached = (target);      \
		if (cut->level[reached] < 0)     \
		{                                \
			cut->level[reached] = level; \
			cut->queue[end++] = reached; \
		}                                \
	} while (0)

		if (!IS_EXIT(state))
		{
			if (cut->from[v] == NOBODY)
				REACH(EXIT(v));
			else if (cut->from[v] >= 0)
				REACH(EXIT(cut->from[v]));
			continue;
		}
		if (can_leave(cut, v))
		{
			met = true;
			break;
		}
		if (cut->from[v] != NOBODY)
			REACH(ENTRY(v));
		for (int32_t i = cut->first[v]; i < cut->first[v + 1]; i++)
			REACH(ENTRY(cut->to[i]));
		if (lm_graph_stops(run, 8 + cut->first[v + 1] - cut->first[v]))
		{
			*stopped = true;
			return false;
		}
#undef REACH
	}
	return met;
}

/* The next state one level on, or -1: this one leads nowhere. */
static int32_t
state_onward(LmCut *cut, int32_t state)
{
	int32_t v = state / 2;
	int32_t level = cut->level[state] + 1;

	if (!IS_EXIT(state))
	{
		int32_t target = cut->from[v] == NOBODY ? EXIT(v)
		                 : cut->from[v] >= 0    ? EXIT(cut->from[v])
		                                        : -1;

		return target >= 0 && cut->level[target] == level ? target : -1;
	}
	if (cut->from[v] != NOBODY && cut->level[ENTRY(v)] == level)
		return ENTRY(v);
	for (; cut->next[v] < cut->first[v + 1]; cut->next[v]++)
	{
		int32_t target = ENTRY(cut->to[cut->next[v]]);

		if (cut->level[target] == level)
			return target;
	}
	return -1;
}

/* Sends one unit along the states path[0 .. length - 1], whose last is an exit to the sink. */
static void
path_send(LmCut *cut, const int32_t *path, int32_t length)
{
	cut->from[path[0] / 2] = OUTSIDE;
	for (int32_t i = 0; i + 1 < length; i++)
	{
		int32_t v = path[i] / 2, w = path[i + 1] / 2;

		if (IS_EXIT(path[i]) && v != w)
		{
			cut->into[v] = w;
			cut->from[w] = v;
		}
		else if (IS_EXIT(path[i]))
			cut->from[v] = cut->into[v] = NOBODY;
	}
	cut->into[path[length - 1] / 2] = OUTSIDE;
}

/* Paths from one source until the levels are used up; returns the units sent, 0 or 1. */
static int32_t
source_send(LmCut *cut, int32_t source, LmGraphRun *run, bool *stopped)
{
	int32_t *path = cut->queue;
	int32_t length = 1;

	path[0] = ENTRY(source);
	while (length > 0)
	{
		int32_t state = path[length - 1];
		int32_t onward;

		if (IS_EXIT(state) && can_leave(cut, state / 2))
		{
			path_send(cut, path, length);
			return 1;
		}
		onward = state_onward(cut, state);
		if (onward >= 0)
		{
			path[length++] = onward;
			continue;
		}
		cut->level[state] = -1;
		length--;
		if (lm_graph_stops(run, 8))
		{
			*stopped = true;
			return 0;
		}
	}
	return 0;
}

static void
sides_set(LmCut *cut)
{
	cut->near = 0;
	for (int32_t v = 0; v < cut->count; v++)
	{
		if (cut->level[EXIT(v)] >= 0)
		{
			cut->side[v] = LM_SIDE_NEAR;
			cut->near++;
		}
		else
			cut->side[v] = cut->level[ENTRY(v)] >= 0 ? LM_SIDE_CUT : LM_SIDE_FAR;
	}
}

LmGraphStatus
lm_cut_find(LmCut *cut, int32_t most, LmGraphRun *run)
{
	bool stopped = false;

	cut->size = 0;
	memset(cut->from, 0xff, (size_t) cut->count * sizeof(*cut->from));
	memset(cut->into, 0xff, (size_t) cut->count * sizeof(*cut->into));
	while (levels_set(cut, run, &stopped))
	{
		memcpy(cut->next, cut->first, (size_t) cut->count * sizeof(*cut->next));
		for (int32_t i = 0; i < cut->source_count && !stopped; i++)
		{
			int32_t v = cut->sources[i];

			if (cut->from[v] != OUTSIDE && cut->level[ENTRY(v)] == 0)
				cut->size += source_send(cut, v, run, &stopped);
			if (cut->size > most)
				return LM_GRAPH_OK;
		}
		if (stopped)
			return LM_GRAPH_CANCELLED;
	}
	if (stopped)
		return LM_GRAPH_CANCELLED;
	sides_set(cut);
	return LM_GRAPH_OK;
}
