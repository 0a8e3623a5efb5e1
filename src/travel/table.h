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
#include "model/plan.h"

/*
 * lm_tables_reserve - raises 53200 unless tables of that size fit into lastmile.max_memory
 *
 *	bytes		of the tables to come; what input->context holds already counts too
 */
void lm_tables_reserve(const LmInput *input, size_t bytes);

/* lm_table_new - an element for each pair, in input->context, not zeroed. */
void *lm_table_new(const LmInput *input, size_t size);

/* lm_table_pairs - how many elements a table has: of all pairs of places, or of input->pairs. */
static inline size_t
lm_table_pairs(const LmInput *input)
{
	if (input->pairs != NULL)
		return lm_pairs_count(input->pairs);
	return (size_t) input->problem.place_count * (size_t) input->problem.place_count;
}

/*
 * lm_pairs_set - legs of routes that stay, and of what is asked about: sets input->pairs
 *
 * Before there are travels.
 */
void lm_pairs_set(LmInput *input, const LmPlan *routes);

/* lm_tables_part - makes tables of input->pairs those of few legs, once all are filled */
void lm_tables_part(LmInput *input);

#endif /* LM_TRAVEL_TABLE_H */
