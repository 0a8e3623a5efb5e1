/*
 * table.h
 *	  What all sources of travel times share: rounding, and room for the tables.
 *
 * Layer   adapter.
 */
#ifndef LM_TRAVEL_TABLE_H
#define LM_TRAVEL_TABLE_H

#include "postgres.h"

#include <math.h>

#include "input/input.h"

/*
 * lm_tables_reserve - raises 53200 unless tables of that size fit into lastmile.max_memory
 *
 *	bytes		of the tables to come; what input->context holds already counts too
 */
void lm_tables_reserve(const LmInput *input, size_t bytes);

/* lm_table_new - [place_count x place_count] elements in input->context, not zeroed. */
void *lm_table_new(const LmInput *input, size_t size);

/* lm_table_pairs - how many elements a table has. */
static inline size_t
lm_table_pairs(const LmInput *input)
{
	return (size_t) input->problem.place_count * (size_t) input->problem.place_count;
}

/* lm_leg_time - a leg in whole milliseconds; LM_NO_LEG when it is longer than a table can say. */
static inline int32_t
lm_leg_time(double milliseconds)
{
	/* not negative: the half is rounded up, and a cast is cheaper than a call of round() */
	return milliseconds < LM_NO_LEG - 1 ? (int32_t) (milliseconds + 0.5) : LM_NO_LEG;
}

/* lm_leg_length - metres, at most LM_NUMBER_MAX, in whole millimetres. */
static inline LmLength
lm_leg_length(double metres)
{
	return (LmLength) (metres * 1000 + 0.5);
}

#endif /* LM_TRAVEL_TABLE_H */
