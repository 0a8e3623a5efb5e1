/*
 * query.h
 *	  Runs a user's query and hands its rows over, a batch at a time.
 *
 * Shared by everything that reads SQL text: orders, vehicles, matrix, routes.
 * Columns are bound by name; a name one edit from a known one is warned about;
 * a known column that is not built yet is refused when a row gives it a value.
 *
 * Layer   adapter: PostgreSQL below, no model.
 */
#ifndef LM_INPUT_QUERY_H
#define LM_INPUT_QUERY_H

#include "postgres.h"

#include "access/tupdesc.h"
#include "fmgr.h"
#include "utils/elog.h"
#include "utils/palloc.h"

/* What a column may hold; decides which types are accepted (else 42804). */
typedef enum LmColumnKind
{
	LM_COLUMN_ANY,       /* read as text by the type's output function */
	LM_COLUMN_TEXT,      /* a string type or an enum */
	LM_COLUMN_TEXT_LIST, /* text[] or any array, elements as text */
	LM_COLUMN_BOOL,
	LM_COLUMN_INTEGER,   /* any numeric type; the value must be whole */
	LM_COLUMN_NUMBER,    /* any numeric type, as double */
	LM_COLUMN_NUMBERS,   /* a number or an array of numbers */
	LM_COLUMN_INSTANT,   /* timestamptz */
	LM_COLUMN_CLOCK,     /* time of day */
	LM_COLUMN_DURATION,  /* interval, or a number of seconds */
	LM_COLUMN_DURATIONS, /* the same, or an array of them */
	LM_COLUMN_RANGES,    /* tstzrange, tstzmultirange or tstzrange[] */
	LM_COLUMN_POINT      /* geometry or geography */
} LmColumnKind;

typedef struct LmColumn
{
	const char *name;
	const char *also; /* another accepted name, or NULL (start_vid for from_id) */
	LmColumnKind kind;
	bool required; /* absent: 42703 */

	/* filled when the query is opened */
	int attribute;     /* from 1; 0: absent */
	const char *given; /* the name it has in the query; name when absent */
	Oid type;          /* domains resolved to what they are over */
	Oid element;       /* of an array type, domains resolved; else InvalidOid */
	Oid collation;
	bool misfit;   /* a type its kind does not accept: no row may give it a value */
	FmgrInfo send; /* output function of the type (of the element of a list, binary of a
								 * point); of ANY, TEXT, TEXT_LIST and POINT only */
} LmColumn;

/*
 * A row is given as arrays indexed by column as in the LmColumn list; an absent
 * column is null.  Called in a memory context that is reset after each row; datums
 * live until the call returns.
 */
typedef void (*LmRowTake)(void *state, const Datum *values, const bool *nulls);

/*
 * lm_query_run - runs a query and calls take for each row
 *
 *	function	"lastmile.plan", for the CONTEXT line "lastmile.plan, orders query"
 *	noun		"orders"
 *	text		a query, or a bare table or view name
 *	columns		[count] what is known; bound in place before the first row is taken.  Not
 *				static: the query may call us again
 *
 * SPI must be connected; what is bound lives in the current memory context.  Checks for interrupts
 * at each row.
 * Faults  42703, 42702 (a known column twice), 42804, 22023 (not a query); whatever the
 *		   query itself raises.
 */
void lm_query_run(const char *function, const char *noun, const char *text, LmColumn *columns,
                  int count, LmRowTake take, void *state);

/*
 * What puts the CONTEXT line under errors.  lm_query_run has its own; this is for checks made
 * once all rows are there.  The frame lives on the caller's stack between enter and leave.
 */
typedef struct LmQueryFrame
{
	ErrorContextCallback callback;
	const char *function;
	const char *noun;
} LmQueryFrame;

/* lm_query_enter, lm_query_leave - from now on errors say the query; no longer */
void lm_query_enter(LmQueryFrame *frame, const char *function, const char *noun);
void lm_query_leave(LmQueryFrame *frame);

#endif /* LM_INPUT_QUERY_H */
