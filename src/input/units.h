/*
 * units.h
 *	  shipment_id and option_of: which rows of the orders query are served together, or instead of each other.
 *
 * Layer   adapter.
 * Rules   doc/reference.md, "Shipments" and "Alternatives".
 */
#ifndef LM_INPUT_UNITS_H
#define LM_INPUT_UNITS_H

#include "input/draft.h"

/*
 * lm_units_bind - joins the rows of shipments and of alternatives
 *
 * After everything else that can spoil a single row, and before the origin is set. Rows that do not fit
 * each other become bad rows; bad rows among alternatives are left aside with a WARNING.
 */
void lm_units_bind(LmReader *reader);

/*
 * lm_units_finish - the units of the problem, whose orders are there
 *
 *	order_of	[order_ids.count] the order of each draft, -1: none
 *
 * Leaves problem.units NULL where every order is served for itself.
 */
void lm_units_finish(LmReader *reader, const int32 *order_of);

#endif /* LM_INPUT_UNITS_H */
