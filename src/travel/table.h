/*
 * table.h
 *	  What all sources of travel times share: room for the tables.
 *
 * Layer   adapter.
 */
#ifndef LM_TRAVEL_TABLE_H
#define LM_TRAVEL_TABLE_H

#include "postgres.h"

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

#endif /* LM_TRAVEL_TABLE_H */
