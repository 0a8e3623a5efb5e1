/*
 * rows.h
 *	  The row shape that plan and check return, and its arithmetic.
 *
 * Layer   adapter: model in, tuples out.
 */
#ifndef LM_OUTPUT_ROWS_H
#define LM_OUTPUT_ROWS_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/tuplestore.h"

#include "input/input.h"
#include "model/plan.h"
#include "model/reason.h"

#define LM_PLAN_COLUMNS 21 /* of lastmile.plan; check adds violations as the last */

typedef struct LmRows LmRows;

/*
 * lm_rows_begin - prepares the caller's result set (materialised; spills to disk)
 *
 *	columns		LM_PLAN_COLUMNS, or one more with violations
 * Faults  0A000 when the caller cannot take a set.
 */
LmRows *lm_rows_begin(FunctionCallInfo fcinfo, const LmInput *input, int columns);

/*
 * lm_rows_vehicle - the rows of one vehicle's timed route, from start to end
 *
 *	violations	[timetable->count] lists of texts (List of char *), or NULL; only where the result
 *				set has the column
 * Loads, costs and emissions are computed here from the timetable and the user's prices.
 */
void lm_rows_vehicle(LmRows *rows, int32_t vehicle, const LmTimetable *timetable,
                     List **violations);

/* lm_rows_cost - what the rows of a timed route cost in all */
double lm_rows_cost(const LmInput *input, int32_t vehicle, const LmTimetable *timetable);

/*
 * lm_rows_unassigned - the row of an order that is not served
 *
 *	row			index into input->order_rows
 *	reason		of a row that is no order of the problem: ignored, may be NULL; code and text are
 *				the row's own
 */
void lm_rows_unassigned(LmRows *rows, int32_t row, const LmReason *reason, List *violations);

/*
 * lm_rows_left_out - the same with the words somebody else gave for it
 *
 *	code, reason	as they are; NULL: none
 */
void lm_rows_left_out(LmRows *rows, int32_t row, const char *code, const char *reason,
                      List *violations);

/* lm_reason_name - the reason_code as the contract spells it: "capacity".  Never fails. */
const char *lm_reason_name(LmReasonCode code);

#endif /* LM_OUTPUT_ROWS_H */
