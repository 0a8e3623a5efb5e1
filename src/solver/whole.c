/*
 * whole.c
 *	  Candidate lists, classes and prices beside the problem.
 */
#include "solver/whole.h"

#include "model/part.h"

#define SIZE_IS(type, bytes) (sizeof(void *) != 8 || sizeof(type) == (bytes))
_Static_assert(SIZE_IS(LmNeighbours, 48), "LmNeighbours has changed: see lm_whole_pack");
_Static_assert(SIZE_IS(LmClasses, 16), "LmClasses has changed: see lm_whole_pack");

/* The problem with what its state has made of the tables, where parts do not make tables of their own. */
static LmProblem *
problem_with_tables(const LmState *state, LmArena *arena)
{
	LmProblem *problem = LM_TAKE(arena, LmProblem, 1);
	LmTravel *travels = LM_TAKE(arena, LmTravel, state->problem->travel_count);

	if (problem == NULL || travels == NULL)
		return NULL;
	*problem = *state->problem;
	problem->travels = travels;
	for (int32_t t = 0; t < problem->travel_count; t++)
	{
		travels[t] = state->problem->travels[t];
		travels[t].time_back = state->time_back[t];
		travels[t].length_back = state->length_back[t];
	}
	return problem;
}

bool
lm_whole_new(LmWhole *whole, const LmState *state, const LmNeighbours *neighbours,
             const LmClasses *classes, LmArena *arena)
{
	/* read only, but one struct serves those who pack and those who unpack */
	whole->problem = lm_part_keeps_tables(state->problem) ? problem_with_tables(state, arena)
	                                                      : (LmProblem *) state->problem;
	whole->neighbours = (LmNeighbours *) neighbours;
	whole->classes = (LmClasses *) classes;
	whole->absent_price = state->absent_price;
	whole->van_price = LM_TAKE(arena, LmCost, state->problem->vehicle_count);
	if (whole->van_price == NULL || whole->problem == NULL)
		return false;
	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
		whole->van_price[v] = state->vans[v].price;
	return true;
}

static void
neighbours_pack(LmPack *pack, LmNeighbours *lists, size_t orders)
{
	size_t entries = orders * (size_t) lists->width;

	lm_pack_array(pack, &lists->before, entries, sizeof(int32_t));
	lm_pack_array(pack, &lists->behind, entries, sizeof(int32_t));
	lm_pack_array(pack, &lists->before_legs, entries, sizeof(LmNear));
	lm_pack_array(pack, &lists->behind_legs, entries, sizeof(LmNear));
	lm_pack_array(pack, &lists->near, orders * (size_t) lists->near_width, sizeof(int32_t));
}

bool
lm_whole_pack(LmPack *pack, LmWhole *whole)
{
	LmNeighbours *lists = whole->neighbours;
	LmClasses *classes = whole->classes;
	size_t orders;

	if (pack->step == LM_PACK_READ)
	{
		whole->problem = LM_TAKE(pack->arena, LmProblem, 1);
		whole->neighbours = LM_TAKE(pack->arena, LmNeighbours, 1);
		whole->classes = LM_TAKE(pack->arena, LmClasses, 1);
		if (pack->arena->failed)
			return false;
	}
	if (!lm_pack_problem(pack, whole->problem))
		return false;
	orders = (size_t) whole->problem->order_count;
	lm_pack_array(pack, &lists, 1, sizeof(LmNeighbours));
	lm_pack_array(pack, &classes, 1, sizeof(LmClasses));
	if (pack->step == LM_PACK_READ)
	{
		*whole->neighbours = *lists;
		*whole->classes = *classes;
	}
	neighbours_pack(pack, whole->neighbours, orders);
	lm_pack_array(pack, &whole->classes->of_order, orders, sizeof(int32_t));
	lm_pack_array(pack, &whole->absent_price, orders, sizeof(LmCost));
	lm_pack_array(pack, &whole->van_price, (size_t) whole->problem->vehicle_count, sizeof(LmCost));
	return true;
}
