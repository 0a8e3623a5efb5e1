/*
 * balance.c
 *	  All deviations of a plan summed up.
 */
#include "solver/balance.h"

/* Where a plan's deviations come from. */
typedef struct Sides
{
	LmTime mean; /* rounded down, */
	LmTime rest; /* and so many parts of the vehicles' number above it */
	LmTime over; /* sum of what lies above the rounded mean */
	int32_t above;
	int32_t same; /* exactly the mean */
} Sides;

static inline void
sides_add(Sides *sides, LmTime working)
{
	LmTime away = working - sides->mean;

	sides->over += away > 0 ? away : 0;
	sides->above += away > 0;
	sides->same += away == 0 && sides->rest == 0;
}

/* As much lies above the mean as below. */
static inline LmCost
sides_price(const LmState *state, const Sides *sides)
{
	return state->problem->balance_per_ms *
	       (2 * sides->over - 2 * sides->above * sides->rest / state->problem->vehicle_count);
}

LmCost
lm_balance_with(const LmState *state, int32_t vehicle, LmTime working)
{
	int32_t vehicles = state->problem->vehicle_count;
	LmTime total = state->balance.total - state->routes[vehicle].working + working;
	Sides sides = {.mean = total / vehicles, .rest = total % vehicles};

	for (int32_t v = 0; v < vehicles; v++)
		sides_add(&sides, v == vehicle ? working : state->routes[v].working);
	return sides_price(state, &sides);
}

/* Against a mean that does not move, with what moving it saves or costs. */
static LmCost
held_price(const LmState *state)
{
	const LmBalance *balance = &state->balance;
	LmCost away = 0;

	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
		away += llabs(state->routes[v].working - balance->mean);
	return state->problem->balance_per_ms * away + balance->tilt * balance->total;
}

void
lm_balance_settle(LmState *state)
{
	LmBalance *balance = &state->balance;
	int32_t vehicles = state->problem->vehicle_count;
	Sides sides;
	LmCost price;

	if (!state->balanced || balance->settled)
		return;
	balance->settled = true;
	if (balance->held)
	{
		price = held_price(state);
		state->cost += price - balance->price;
		balance->price = price;
		return;
	}
	sides = (Sides){.mean = balance->total / vehicles, .rest = balance->total % vehicles};
	for (int32_t v = 0; v < vehicles; v++)
		sides_add(&sides, state->routes[v].working);
	price = sides_price(state, &sides);
	state->cost += price - balance->price;
	balance->price = price;
	balance->mean = sides.mean;
	balance->tilt = state->problem->balance_per_ms * (vehicles - sides.same - 2 * sides.above) /
	                vehicles;
}
