/*
 * compare.h
 *	  What a routes query shows, held against what the judge computed.
 *
 * Layer   check, adapter.
 */
#ifndef LM_CHECK_COMPARE_H
#define LM_CHECK_COMPARE_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "check/judge.h"
#include "input/routes.h"
#include "input/input.h"

/*
 * lm_compare_row - the shown columns of a row on a route, one by one
 *
 *	row		of the judgement's timetable
 *	whole	the route is shown in full: where a column is shown, every row must have it
 * Returns "mismatch: ..." texts (List of char *), palloced.
 */
List *lm_compare_row(const LmInput *input, const LmRoutes *routes, const LmShownRow *shown,
                     const LmJudgement *judgement, int32_t row, bool whole);

/* lm_compare_left_out - the same for an order that is left out: only a cost can be right there. */
List *lm_compare_left_out(const LmInput *input, const LmRoutes *routes, const LmShownRow *shown,
                          bool whole);

#endif /* LM_CHECK_COMPARE_H */
