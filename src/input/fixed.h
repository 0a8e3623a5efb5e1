/*
 * fixed.h
 *	  What the routes query says of a day under way, into the problem.
 *
 * Layer   adapter: PostgreSQL below, model above.
 * Rules   doc/reference.md, "A day under way".
 */
#ifndef LM_INPUT_FIXED_H
#define LM_INPUT_FIXED_H

#include "postgres.h"

#include "input/routes.h"

/*
 * lm_fixed_set - rows that are done or frozen, and which vehicles are under way
 *
 *	function	for the CONTEXT line
 * Sets problem.fixed and what its vehicles say of it; goods that the routes have on a vehicle under way are
 * ready by its departure.  Nothing changes where no row is done or frozen.
 * Faults  22023 a break that is done and that the vehicle does not have; more trips than it may make.
 */
void lm_fixed_set(const char *function, const LmRoutes *routes, LmInput *input);

#endif /* LM_INPUT_FIXED_H */
