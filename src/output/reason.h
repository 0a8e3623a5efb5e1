/*
 * reason.h
 *	  Why an order is not served, in words.
 *
 * Layer   adapter.
 */
#ifndef LM_OUTPUT_REASON_H
#define LM_OUTPUT_REASON_H

#include "postgres.h"

#include "input/input.h"
#include "model/reason.h"

/*
 * lm_reason_text - a phrase for people: "demand 120 exceeds every capacity, largest 100"
 *
 *	row		index into input->order_rows
 *	reason	of a bad row: not looked at.  A reason that only has a code (vehicle -1, need and
 *			limit 0) gives the phrase for the code
 * Palloced.  Never fails.
 */
char *lm_reason_text(const LmInput *input, int32_t row, const LmReason *reason);

#endif /* LM_OUTPUT_REASON_H */
