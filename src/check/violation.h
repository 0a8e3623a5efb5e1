/*
 * violation.h
 *	  A broken rule in words for people: "window: starts 10:40, the last window closed 10:30".
 *
 * Layer   check, adapter.
 */
#ifndef LM_CHECK_VIOLATION_H
#define LM_CHECK_VIOLATION_H

#include "postgres.h"

#include "check/judge.h"
#include "input/input.h"

/* lm_violation_text - what the judge found, code first; palloced.  Never fails. */
char *lm_violation_text(const LmInput *input, int32_t vehicle, const LmJudgement *judgement,
                        const LmViolation *violation);

#endif /* LM_CHECK_VIOLATION_H */
