/*
 * argument.h
 *	  The arguments that plan, check and the other verbs have in common.
 *
 * An argument that is NULL means its default, so that a caller may pass on what
 * he was not given himself.
 *
 * Layer   adapter.
 */
#ifndef LM_INPUT_ARGUMENT_H
#define LM_INPUT_ARGUMENT_H

#include "postgres.h"

#include "fmgr.h"

#include "datatype/timestamp.h"

#include "input/input.h"
#include "model/problem.h"

/* lm_argument_text - the text of an argument, palloced; NULL when it is NULL.  Never fails. */
char *lm_argument_text(FunctionCallInfo fcinfo, int index);

/* lm_argument_query - the same of a query that must be there.  Faults  22004. */
char *lm_argument_query(FunctionCallInfo fcinfo, int index, const char *name);

/*
 * lm_argument_moment - an instant within 1,000 years from now; false when it is NULL
 *
 * Faults  22023.
 */
bool lm_argument_moment(FunctionCallInfo fcinfo, int index, const char *name, TimestampTz *moment);

/* lm_argument_objective - NULL: cost.  Faults  22023. */
LmObjective lm_argument_objective(FunctionCallInfo fcinfo, int index);

/* lm_argument_timezone - the time zone of a name; NULL: the session's.  Faults  22023. */
struct pg_tz *lm_argument_timezone(FunctionCallInfo fcinfo, int index);

/*
 * lm_argument_request - the arguments of check, which other verbs have too
 *
 *	function	as LmRequest.function
 *	own		how many arguments of the verb's own stand between routes and matrix
 *
 * Faults  those of the arguments.
 */
LmRequest lm_argument_request(FunctionCallInfo fcinfo, const char *function, int own);

#endif /* LM_INPUT_ARGUMENT_H */
