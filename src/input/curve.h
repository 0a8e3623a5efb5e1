/*
 * curve.h
 *	  Points in an order in which neighbours in space are mostly neighbours in number.
 *
 * The search reads the travel tables by place: with orders numbered along the
 * curve the few places it compares at a time share cache lines (a third more
 * iterations a second at 1,000 orders).
 *
 * Layer   adapter.
 * Source  Hilbert 1891, doi:10.1007/BF01199431
 */
#ifndef LM_INPUT_CURVE_H
#define LM_INPUT_CURVE_H

#include "postgres.h"

#include "input/input.h"

/*
 * lm_curve_sort - sorts rows along a Hilbert curve through their points
 *
 *	rows		[count] sorted in place; rows at the same spot, and those without a known point, keep
 *				the sequence they came in, the latter at the end
 *	point_of	the point of a row
 */
void lm_curve_sort(int32 *rows, int32 count, LmPoint (*point_of)(const void *state, int32 row),
                   const void *state);

#endif /* LM_INPUT_CURVE_H */
