/*
 * units.h
 *	  The units everything inside counts in.
 *
 * All integers: a plan is the same on every machine, and a sum taken in another
 * order is the same sum.  SQL's intervals, metres and numerics are converted in
 * input/ and output/ only.
 *
 * Layer   model: C11 only.
 */
#ifndef LM_MODEL_UNITS_H
#define LM_MODEL_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t LmTime;   /* milliseconds: a duration, or an instant since the problem's origin */
typedef int64_t LmLength; /* millimetres */
typedef int64_t LmAmount; /* thousandths of a unit of demand or capacity */
typedef int64_t LmCost;   /* what the search minimises; its scale is chosen by lm_prices_set */
typedef double LmMoney;   /* the user's currency: read and printed, never compared by the search */

/*
 * An open end.  A quarter of the range, so that sums over a whole day cannot
 * wrap; every instant and duration of an accepted problem is below a quarter of
 * this again (LM_TIME_MAX), which the input layer enforces.
 */
#define LM_NEVER (INT64_MAX / 4)
#define LM_TIME_MAX (INT64_MAX / 16)

#define LM_NOWHERE (-1)     /* no place: the end of a route with open_end */
#define LM_NO_LEG INT32_MAX /* no way from a place to another */

#endif /* LM_MODEL_UNITS_H */
