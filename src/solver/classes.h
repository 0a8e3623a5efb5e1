/*
 * classes.h
 *	  Which orders count by priority and which by price.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_CLASSES_H
#define LM_SOLVER_CLASSES_H

#include "model/arena.h"
#include "model/problem.h"

typedef struct LmClasses
{
	int32_t count;
	int32_t *of_order; /* [order_count] 0: highest priority; -1: optional, weighed by its price */
} LmClasses;

/* lm_classes_set - classes of a problem's orders; false when memory is refused. */
bool lm_classes_set(const LmProblem *problem, LmArena *arena, LmClasses *classes);

#endif /* LM_SOLVER_CLASSES_H */
