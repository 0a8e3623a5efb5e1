/*
 * bind.h
 *	  Finds the columns of a query by name and looks at their types.
 *
 * Layer   adapter: PostgreSQL below, no model.
 */
#ifndef LM_INPUT_BIND_H
#define LM_INPUT_BIND_H

#include "input/query.h"

/*
 * lm_columns_bind - fills what LmColumn says is filled when the query is opened
 *
 *	noun		"orders"
 *	row			what the query returns
 *
 * A WARNING for each column that is not known but nearly so.  Lives in the current memory context.
 * Faults  42703 a required column is absent; 42702 a known one comes twice.
 */
void lm_columns_bind(const char *noun, TupleDesc row, LmColumn *columns, int count);

/* lm_column_misfit - 42804: the column's type is not what it is read as; says how to cast it. */
void lm_column_misfit(const char *noun, const LmColumn *column) pg_attribute_noreturn();

#endif /* LM_INPUT_BIND_H */
