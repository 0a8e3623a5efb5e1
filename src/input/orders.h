/*
 * orders.h
 *	  The orders query.
 *
 * What is wrong with an order stays with its row, as a phrase: one bad order never
 * stops a plan.  Errors are left for what concerns the query as a whole.
 *
 * Layer   adapter.
 */
#ifndef LM_INPUT_ORDERS_H
#define LM_INPUT_ORDERS_H

#include "input/draft.h"

/* lm_orders_read - runs the query; after lm_vehicles_read.  SPI must be connected. */
void lm_orders_read(LmReader *reader);

/*
 * lm_candidates_read - the same for the candidates query: columns of orders, slot_start and slot_end
 *
 * Candidates are orders of the problem behind all others; each row is one, whatever its id. After
 * lm_orders_read.
 */
void lm_candidates_read(LmReader *reader);

/*
 * lm_orders_settle - the checks that need all rows: coordinates, demands; sets problem.dimensions
 *
 * After lm_vehicles_locate.
 * Faults  22023 demands and capacities do not fit each other; 23505 an id twice.
 */
void lm_orders_settle(LmReader *reader);

/* lm_orders_earliest - the earliest finite instant of any good order; DT_NOEND: none. */
TimestampTz lm_orders_earliest(const LmReader *reader);

/* lm_orders_finish - the orders of the problem and the rows of the input; needs the origin. */
void lm_orders_finish(LmReader *reader);

#endif /* LM_INPUT_ORDERS_H */
