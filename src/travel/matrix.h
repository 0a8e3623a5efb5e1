/*
 * matrix.h
 *	  Travel times that the user already has, from a query.
 *
 * Layer   adapter.
 */
#ifndef LM_TRAVEL_MATRIX_H
#define LM_TRAVEL_MATRIX_H

#include "input/input.h"

/*
 * lm_matrix_read - runs the matrix query and makes the travel tables
 *
 * Sets problem.travels, a table per distinct profile and speed_factor with the lengths of
 * a profile in common, each vehicle's `travel`, and has_lengths.  A pair without a row is no
 * way; from a place to itself it is 0 unless a row says otherwise.  SPI must be connected.
 * Faults  what lm_query_run raises; 22004 an id is NULL; 22023 a number is negative or not finite,
 *		   a vehicle's profile has no rows, or metres are missing where a price or limit needs
 *		   them; 23505 a pair comes twice; 53200 tables above lastmile.max_memory.
 * Cost    about 3 million rows a second with integer ids.
 */
void lm_matrix_read(const LmRequest *request, LmInput *input);

#endif /* LM_TRAVEL_MATRIX_H */
