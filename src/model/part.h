/*
 * part.h
 *	  A problem made of some orders and some vehicles of another.
 *
 * It is a problem like any other, with numbers and tables of its own, so that all that works on
 * problems works on it.  Its tables are small and stay in the cache; where travel times change it has
 * the places and the tables of the whole.
 *
 * Layer   model: C11 only.
 */
#ifndef LM_MODEL_PART_H
#define LM_MODEL_PART_H

#include "model/arena.h"
#include "model/problem.h"

typedef struct LmPart
{
	LmProblem problem;
	int32_t *order;   /* [problem.order_count] as the whole numbers it, ascending */
	int32_t *vehicle; /* [problem.vehicle_count] likewise */
} LmPart;

/* Who is asked while tables are filled, which takes long enough to keep a cancel waiting; NULL: nobody. */
typedef struct LmPartStop
{
	bool (*should_stop)(void *context);
	void *context;
} LmPartStop;

/*
 * lm_part_new - the problem of some orders and vehicles
 *
 *	orders, vehicles	as the whole numbers them, ascending; at least one vehicle.  Of each unit all
 *						orders or none, with a vehicle all that are fixed on it
 *
 * What stands by itself in the whole means the same in the part: prices, their scale, windows, skills,
 * which orders share a site.  Returns false when memory is refused, or `stop` says so.
 * Cost    O(orders x vehicles / 64 + places of the part squared + all places and sites)
 */
bool lm_part_new(const LmProblem *whole, const int32_t *orders, int32_t order_count,
                 const int32_t *vehicles, int32_t vehicle_count, const LmPartStop *stop,
                 LmArena *arena, LmPart *part);

/* lm_part_keeps_tables - whether parts have the places and tables of the whole: where travel times change */
bool lm_part_keeps_tables(const LmProblem *whole);

#endif /* LM_MODEL_PART_H */
