/*
 * start.c
 *	  Given routes into a plan: whole where they are feasible, else order by order.
 */
#include "solver/start.h"

#include "solver/splice.h"

/* Whether the vehicle, which has no route yet, may drive the sequence. */
static bool
route_fits(LmState *state, int32_t vehicle, const int32_t *orders, int32_t count)
{
	LmSplice whole = {lm_state_start(state, vehicle), lm_state_end(state, vehicle), orders, count};

	lm_scheduler_tick(state->scheduler);
	return lm_splice_price(state, &whole, LM_IMPOSSIBLE) < LM_IMPOSSIBLE;
}

/* What is known of the units of one route while it is kept order by order. */
typedef struct Shipments
{
	bool *came;  /* [2 * unit] a row of either end was on this route or one before */
	bool *drops; /* [unit] its goods are dropped later on this route */
	bool *open;  /* [unit] they are on board */
} Shipments;

/* The rows behind place i that drop goods which are on board, into `kept`; returns its length. */
static int32_t
drops_append(const LmProblem *problem, const Shipments *shipments, const int32_t *orders, int32_t i,
             int32_t count, int32_t *kept, int32_t filled)
{
	for (int32_t later = i + 1; later < count; later++)
	{
		const LmOrder *order = &problem->orders[orders[later]];

		if (order->kind == LM_DROP && shipments->open[order->unit])
			kept[filled++] = orders[later];
	}
	return filled;
}

/* The same for routes with shipments: each is kept as a whole, its second row for now behind all else. */
static int32_t
shipments_keep(LmState *state, const Shipments *shipments, int32_t vehicle, const int32_t *orders,
               int32_t count, int32_t *kept)
{
	const LmProblem *problem = state->problem;
	int32_t filled = 0;

	for (int32_t i = 0; i < count; i++)
	{
		const LmOrder *order = &problem->orders[orders[i]];

		if (order->kind != LM_RELOAD)
			shipments->open[order->unit] = shipments->drops[order->unit] = false;
	}
	for (int32_t i = 0; i < count; i++)
		if (lm_unit_drops(problem, orders[i]))
			shipments->drops[problem->orders[orders[i]].unit] = true;
	for (int32_t i = 0; i < count && !lm_scheduler_stopped(state->scheduler); i++)
	{
		const LmOrder *order = &problem->orders[orders[i]];
		int32_t with;

		if (lm_unit_drops(problem, orders[i]))
		{
			shipments->drops[order->unit] = false;
			if (shipments->open[order->unit])
				kept[filled++] = orders[i];
			shipments->open[order->unit] = false;
			continue;
		}
		if (order->kind == LM_COLLECT && !shipments->drops[order->unit])
			continue;
		if (order->kind == LM_COLLECT)
			shipments->open[order->unit] = true;
		kept[filled] = orders[i];
		with = drops_append(problem, shipments, orders, i, count, kept, filled + 1);
		if (route_fits(state, vehicle, kept, with))
			filled++;
		else if (order->kind == LM_COLLECT)
			shipments->open[order->unit] = false;
	}
	return filled;
}

/* What of a route can be kept, into `kept`; returns how many orders that is. */
static int32_t
route_keep(LmState *state, const Shipments *shipments, int32_t vehicle, const int32_t *orders,
           int32_t count, int32_t *kept)
{
	int32_t filled = 0;

	for (int32_t i = 0; i < count; i++)
		kept[i] = orders[i];
	if (count == 0 || route_fits(state, vehicle, kept, count))
		return count;
	if (state->units != NULL)
		return shipments_keep(state, shipments, vehicle, orders, count, kept);
	for (int32_t i = 0; i < count && !lm_scheduler_stopped(state->scheduler); i++)
	{
		kept[filled] = orders[i];
		filled += route_fits(state, vehicle, kept, filled + 1);
	}
	return filled;
}

/* The orders of a given route but for alternatives of those that came before; returns how many. */
static int32_t
route_read(const LmProblem *problem, const LmPlan *plan, int32_t vehicle,
           const Shipments *shipments, int32_t *orders)
{
	int32_t count = 0;

	for (int32_t i = plan->first[vehicle]; i < plan->first[vehicle + 1]; i++)
	{
		const LmOrder *order = &problem->orders[plan->stops[i]];
		bool *came = lm_problem_unit(problem, plan->stops[i]) == NULL
		                 ? NULL
		                 : &shipments->came[2 * (size_t) order->unit + (order->kind == LM_DROP)];

		if (came != NULL && *came)
			continue;
		if (came != NULL)
			*came = true;
		orders[count++] = plan->stops[i];
	}
	return count;
}

bool
lm_start_load(LmState *state, const LmPlan *plan, LmArena *arena)
{
	const LmProblem *problem = state->problem;
	int32_t *next = LM_TAKE(arena, int32_t,
	                        (size_t) problem->order_count + 2 * (size_t) problem->vehicle_count);
	int32_t *kept = LM_TAKE(arena, int32_t, problem->order_count);
	int32_t *orders = LM_TAKE(arena, int32_t, problem->order_count);
	Shipments shipments = {.came = LM_TAKE(arena, bool, 2 * (size_t) problem->unit_count + 1),
	                       .drops = LM_TAKE(arena, bool, problem->unit_count),
	                       .open = LM_TAKE(arena, bool, problem->unit_count)};

	if (arena->failed)
		return false;
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		int32_t count = route_read(problem, plan, v, &shipments, orders);
		int32_t node = lm_state_start(state, v);

		count = route_keep(state, &shipments, v, orders, count, kept);
		for (int32_t i = 0; i < count; i++)
			node = next[node] = kept[i];
		next[node] = lm_state_end(state, v);
	}
	if (lm_scheduler_stopped(state->scheduler))
		return false;
	lm_state_load(state, next);
	return !lm_scheduler_failed(state->scheduler);
}
