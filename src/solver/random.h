/*
 * random.h
 *	  The search's own generator: the same numbers on every machine.
 *
 * Layer   solver: C11 only.
 * Source  Steele, Lea, Flood 2014 (SplitMix), doi:10.1145/2714064.2660195; bounded
 *		   numbers after Lemire 2019, doi:10.1145/3230636 (without the rejection: the bias is
 *		   below 2^-32 for the small bounds used here).
 */
#ifndef LM_SOLVER_RANDOM_H
#define LM_SOLVER_RANDOM_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct LmRandom
{
	uint64_t state;
} LmRandom;

/* lm_random_next - 64 random bits */
static inline uint64_t
lm_random_next(LmRandom *random)
{
	uint64_t z = (random->state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* lm_random_below - a number from 0 to bound - 1; bound > 0 */
static inline int32_t
lm_random_below(LmRandom *random, int32_t bound)
{
	return (int32_t) (((lm_random_next(random) >> 32) * (uint64_t) bound) >> 32);
}

/* lm_random_chance - true once in so many times on average; one_in > 0 */
static inline bool
lm_random_chance(LmRandom *random, int32_t one_in)
{
	return lm_random_below(random, one_in) == 0;
}

/*
 * lm_random_exponential - -ln(u) for u uniform in (0, 1]
 *
 * With arithmetic of its own: log() of two C libraries may differ in the last
 * digit, and with it a decision of the search.  Right to nine digits.
 */
static inline double
lm_random_exponential(LmRandom *random)
{
	double u = (double) ((lm_random_next(random) >> 11) + 1) * (1.0 / 9007199254740992.0);
	uint64_t bits;
	int exponent;
	double z;
	double z2;

	memcpy(&bits, &u, sizeof(bits));
	exponent = (int) ((bits >> 52) & 0x7FF) - 1023;
	bits = (bits & UINT64_C(0xFFFFFFFFFFFFF)) | UINT64_C(0x3FF0000000000000);
	memcpy(&u, &bits, sizeof(u)); /* the mantissa, in [1, 2) */
	z = (u - 1) / (u + 1);
	z2 = z * z;
	z = 2 * z *
	    (1 +
	     z2 * (1.0 / 3 +
	           z2 * (1.0 / 5 +
	                 z2 * (1.0 / 7 +
	                       z2 * (1.0 / 9 + z2 * (1.0 / 11 + z2 * (1.0 / 13 + z2 * (1.0 / 15))))))));
	return -(exponent * 0.69314718055994530942 + z);
}

#endif /* LM_SOLVER_RANDOM_H */
