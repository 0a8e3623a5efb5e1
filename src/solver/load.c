/*
 * load.c
 *	  Loads of routes, from sums or from row to row.
 */
#include "solver/load.h"

#include "solver/unit.h"

void
lm_load_add(LmState *state, int32_t order, int32_t vehicle, int sign)
{
	int32_t dims = state->problem->dimensions;

	for (int32_t d = 0; d < dims; d++)
		state->load[(size_t) vehicle * dims + d] +=
			sign * state->problem->demand[(size_t) order * dims + d];
}

/* How serving an order changes what is on board. */
static inline LmAmount
change_of(const LmState *state, int32_t order, int32_t dimension)
{
	LmAmount amount = state->problem->demand[(size_t) order * (size_t) state->problem->dimensions +
	                                         (size_t) dimension];
	LmOrderKind kind = state->spots[order].kind;

	return kind == LM_PICKUP || kind == LM_COLLECT ? amount : -amount;
}

/* Peaks from both ends in one dimension. */
static void
peaks_follow(LmState *state, int32_t vehicle, int32_t d)
{
	int32_t dims = state->problem->dimensions;
	const LmAmount *demand = state->problem->demand;
	int32_t start = lm_state_start(state, vehicle);
	int32_t end = lm_state_end(state, vehicle);
	LmAmount on_board = 0;
	LmAmount most;

	for (int32_t node = state->nodes[start].next; node != end; node = state->nodes[node].next)
		if (state->spots[node].kind == LM_DELIVERY)
			on_board += demand[(size_t) node * dims + d];
	most = on_board;
	state->peak_before[(size_t) start * dims + d] = most;
	state->aboard[(size_t) start * dims + d] = on_board;
	for (int32_t node = state->nodes[start].next; node != end; node = state->nodes[node].next)
	{
		on_board += change_of(state, node, d);
		if (on_board > most)
			most = on_board;
		state->peak_before[(size_t) node * dims + d] = most;
		state->aboard[(size_t) node * dims + d] = on_board;
	}
	most = 0;
	for (int32_t node = state->nodes[end].prev;; node = state->nodes[node].prev)
	{
		if (state->aboard[(size_t) node * dims + d] > most)
			most = state->aboard[(size_t) node * dims + d];
		state->peak_after[(size_t) node * dims + d] = most;
		if (node == start)
			break;
	}
}

void
lm_load_follow(LmState *state, int32_t vehicle)
{
	for (int32_t d = 0; state->mixed && d < state->problem->dimensions; d++)
		peaks_follow(state, vehicle, d);
	if (state->units != NULL)
		lm_units_follow(state, vehicle);
}

bool
lm_load_sequence_fits(const LmState *state, int32_t vehicle, int32_t count)
{
	const LmProblem *problem = state->problem;
	int32_t dims = problem->dimensions;

	for (int32_t d = 0; d < dims; d++)
	{
		LmAmount capacity = problem->capacity[(size_t) vehicle * dims + d];
		LmAmount on_board = 0;

		for (int32_t i = 0; i < count; i++)
			if (state->spots[state->sequence[i]].kind == LM_DELIVERY)
				on_board += problem->demand[(size_t) state->sequence[i] * dims + d];
		if (on_board > capacity)
			return false;
		for (int32_t i = 0; i < count; i++)
		{
			on_board += change_of(state, state->sequence[i], d);
			if (on_board > capacity)
				return false;
		}
	}
	return true;
}
