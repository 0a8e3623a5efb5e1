/*
 * load.c
 *	  Loads of routes, from sums or from row to row.
 */
#include "solver/load.h"

#include "solver/trips.h"
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

/* What the vehicle has on board when the route of the state begins. */
static inline LmAboard
aboard_begun(const LmState *state, int32_t vehicle, int32_t d)
{
	const LmAboard *aboard = state->problem->aboard;

	return aboard == NULL ? (LmAboard){0}
	                      : aboard[(size_t) vehicle * (size_t) state->problem->dimensions + d];
}

/* What the vehicle loads for the trip that a node begins. */
static LmAmount
deliveries_of(const LmState *state, int32_t node, int32_t d)
{
	LmAmount amount = 0;

	for (node = state->nodes[node].next;
	     node < state->problem->order_count && !lm_is_reload(state, node);
	     node = state->nodes[node].next)
		if (state->spots[node].kind == LM_DELIVERY)
			amount -= change_of(state, node, d);
	return amount;
}

/* Peaks of trips from both ends in one dimension. */
static void
peaks_follow(LmState *state, int32_t vehicle, int32_t d)
{
	int32_t dims = state->problem->dimensions;
	int32_t start = lm_state_start(state, vehicle);
	int32_t end = lm_state_end(state, vehicle);
	LmAboard begun = aboard_begun(state, vehicle, d);
	LmAmount on_board = begun.load;
	LmAmount picked = 0; /* on the trip */
	LmAmount most = 0;

	for (int32_t node = start; node != end; node = state->nodes[node].next)
	{
		if (node == start || lm_is_reload(state, node))
		{
			on_board += deliveries_of(state, node, d) - picked;
			most = on_board + (node == start ? begun.peak : 0);
			picked = node == start ? begun.picked : 0;
		}
		else
			on_board += change_of(state, node, d);
		if (state->spots[node].kind == LM_PICKUP)
			picked += change_of(state, node, d);
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
		if (lm_is_reload(state, node))
			most = 0;
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

/* The same of the trip that begins behind row `at` of state->sequence. */
static LmAmount
sequence_deliveries(const LmState *state, int32_t at, int32_t count, int32_t d)
{
	LmAmount amount = 0;

	for (int32_t i = at + 1; i < count && !lm_is_reload(state, state->sequence[i]); i++)
		if (state->spots[state->sequence[i]].kind == LM_DELIVERY)
			amount -= change_of(state, state->sequence[i], d);
	return amount;
}

bool
lm_load_sequence_fits(const LmState *state, int32_t vehicle, int32_t count)
{
	const LmProblem *problem = state->problem;
	int32_t dims = problem->dimensions;

	for (int32_t d = 0; d < dims; d++)
	{
		LmAmount capacity = problem->capacity[(size_t) vehicle * dims + d];
		LmAboard begun = aboard_begun(state, vehicle, d);
		LmAmount on_board = begun.load + sequence_deliveries(state, -1, count, d);
		LmAmount picked = begun.picked;

		if (on_board + begun.peak > capacity)
			return false;
		for (int32_t i = 0; i < count; i++)
		{
			int32_t order = state->sequence[i];

			if (lm_is_reload(state, order))
			{
				on_board += sequence_deliveries(state, i, count, d) - picked;
				picked = 0;
			}
			else
				on_board += change_of(state, order, d);
			if (state->spots[order].kind == LM_PICKUP)
				picked += change_of(state, order, d);
			if (on_board > capacity)
				return false;
		}
	}
	return true;
}

/* A trip as it grows row by row, in one dimension. */
typedef struct TripLoad
{
	LmAmount delivered; /* all of it is on board when the trip begins */
	LmAmount change;    /* of what is on board since then */
	LmAmount most;      /* of that, at least 0 */
} TripLoad;

static inline void
trip_load_add(TripLoad *trip, const LmState *state, int32_t order, int32_t d)
{
	LmAmount change = change_of(state, order, d);

	if (state->spots[order].kind == LM_DELIVERY)
		trip->delivered -= change;
	trip->change += change;
	if (trip->change > trip->most)
		trip->most = trip->change;
}

/* Adds a row; false when it is a reload, and what its vehicle had on board before was too much. */
static inline bool
trip_load_drive(TripLoad *trip, const LmState *state, int32_t order, LmAmount capacity, int32_t d)
{
	if (!lm_is_reload(state, order))
	{
		trip_load_add(trip, state, order, d);
		return true;
	}
	if (trip->delivered + trip->most > capacity)
		return false;
	*trip = (TripLoad){0};
	return true;
}

bool
lm_load_splice_fits(const LmState *state, const LmSplice *splice)
{
	int32_t vehicle = state->nodes[splice->before].route;
	int32_t dims = state->problem->dimensions;
	int32_t head = state->trips != NULL ? state->trips->head[splice->before]
	                                    : lm_state_start(state, vehicle);

	for (int32_t d = 0; d < dims; d++)
	{
		LmAmount capacity = state->problem->capacity[(size_t) vehicle * dims + d];
		TripLoad trip = {0};
		int32_t node = head;

		while (node != splice->before)
		{
			node = state->nodes[node].next;
			trip_load_add(&trip, state, node, d);
		}
		for (int32_t i = 0; i < splice->count; i++)
			if (!trip_load_drive(&trip, state, splice->orders[i], capacity, d))
				return false;
		for (node = splice->behind;
		     node < state->problem->order_count && !lm_is_reload(state, node);
		     node = state->nodes[node].next)
			trip_load_add(&trip, state, node, d);
		if (trip.delivered + trip.most > capacity)
			return false;
	}
	return true;
}
