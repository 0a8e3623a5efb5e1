/*
 * classes.c
 *	  One class for each priority of mandatory orders, highest first.
 */
#include "solver/classes.h"

#include <stdlib.h>

static int
priority_compare(const void *a, const void *b)
{
	int32_t x = *(const int32_t *) a;
	int32_t y = *(const int32_t *) b;

	return x > y ? -1 : x < y;
}

bool
lm_classes_set(const LmProblem *problem, LmArena *arena, LmClasses *classes)
{
	int32_t *priorities = LM_TAKE(arena, int32_t, problem->order_count);
	int32_t mandatory = 0;
	int32_t distinct = 0;
	bool priced = lm_problem_weighs_skips(problem);

	classes->of_order = LM_TAKE(arena, int32_t, problem->order_count);
	if (priorities == NULL || classes->of_order == NULL)
		return false;
	for (int32_t i = 0; i < problem->order_count; i++)
		if (!problem->orders[i].optional)
			priorities[mandatory++] = problem->orders[i].priority;
	qsort(priorities, (size_t) mandatory, sizeof(int32_t), priority_compare);
	for (int32_t i = 0; i < mandatory; i++)
		if (i == 0 || priorities[i] != priorities[distinct - 1])
			priorities[distinct++] = priorities[i];
	classes->count = distinct;
	for (int32_t i = 0; i < problem->order_count; i++)
	{
		const LmOrder *order = &problem->orders[i];

		if (order->kind == LM_RELOAD)
		{
			classes->of_order[i] = -1;
			continue;
		}
		if (order->optional)
		{
			/* without a price for metres or hours the optional come after all mandatory ones */
			classes->of_order[i] = priced ? -1 : distinct;
			if (!priced)
				classes->count = distinct + 1;
			continue;
		}
		for (classes->of_order[i] = 0; priorities[classes->of_order[i]] != order->priority;)
			classes->of_order[i]++;
	}
	return true;
}
