/*
 * sentence.h
 *	  A relaxation in words: what to change so that the order can be served.
 *
 * Layer   why, adapter.
 */
#ifndef LM_WHY_SENTENCE_H
#define LM_WHY_SENTENCE_H

#include "postgres.h"

#include "input/input.h"
#include "why/relax.h"

/*
 * lm_relaxation_text - `end the shift of "van-2" at 18:12 instead of 18:00: then it fits after "7"`
 *
 *	order, vehicle	of the problem
 * Palloced.  Never fails.
 */
char *lm_relaxation_text(const LmInput *input, int32_t order, int32_t vehicle,
                         const LmRelaxation *relaxation);

#endif /* LM_WHY_SENTENCE_H */
