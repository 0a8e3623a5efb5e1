/*
 * routes.h
 *	  The routes query: who is said to serve what, in which order, and what is shown of it.
 *
 * Rows are bound to the orders and vehicles of the input, sorted by vehicle and
 * stop_no, and hold the shown values as numbers.  Nothing is judged here.
 *
 * Layer   adapter: PostgreSQL below, model above.
 * Units   instants and durations in ms (instants since the origin, fractions kept), lengths
 *		   in metres, loads in the user's units.
 */
#ifndef LM_INPUT_ROUTES_H
#define LM_INPUT_ROUTES_H

#include "postgres.h"

#include "utils/palloc.h"

#include "input/input.h"
#include "model/plan.h"

typedef enum LmShownKind
{
	LM_SHOWN_START,
	LM_SHOWN_ORDER,
	LM_SHOWN_BREAK,
	LM_SHOWN_RELOAD,
	LM_SHOWN_END,
	LM_SHOWN_LEFT_OUT /* an order that is left out on purpose */
} LmShownKind;

/* Columns that hold one number each and are compared. */
typedef enum LmShownColumn
{
	LM_SHOWN_ARRIVES_AT,
	LM_SHOWN_STARTS_AT,
	LM_SHOWN_DEPARTS_AT,
	LM_SHOWN_TRAVEL_TIME,
	LM_SHOWN_SETUP_TIME,
	LM_SHOWN_WAIT_TIME,
	LM_SHOWN_SERVICE_TIME,
	LM_SHOWN_LATE_TIME,
	LM_SHOWN_DISTANCE_M,
	LM_SHOWN_COST,
	LM_SHOWN_CO2E_G,
	LM_SHOWN_COLUMNS
} LmShownColumn;

typedef struct LmShownRow
{
	LmShownKind kind;
	const char *kind_name; /* as given; NULL: none */
	int32_t vehicle;       /* of the problem; -1: left out */
	int32_t order_row;     /* of the input; -1: none */
	double stop_no;        /* any number that sorts; INFINITY: not given */
	double trip_no;        /* NAN: not given */
	bool begins;           /* a trip, by its trip_no alone: the vehicle has no row of kind reload */
	int32_t number;        /* of the row in the query, from 1 */
	bool given[LM_SHOWN_COLUMNS];
	double values[LM_SHOWN_COLUMNS];
	bool frozen;
	bool done; /* it has a done_at: */
	double done_at;
	bool shows;   /* some value, or a load, is given */
	double *load; /* [load_count]; NULL: not given */
	int32_t load_count;
	const char *reason_code; /* of a row that is left out; NULL: none */
	const char *reason;
} LmShownRow;

typedef struct LmRoutes
{
	LmShownRow *rows; /* [count] by vehicle (none: last), stop_no, and as they came */
	int32_t count;
	int32_t *first; /* [vehicle_count + 1] rows of vehicle v: first[v] .. first[v + 1) */
	bool shown[LM_SHOWN_COLUMNS]; /* some row has a value there */
	bool load_shown;
	bool ends_shown; /* some row is a start or an end, as in plan's rows */
	double earliest; /* the earliest instant shown, INFINITY: none */
} LmRoutes;

/*
 * lm_routes_read - runs the routes query of a request
 *
 *	input	what orders and vehicles gave
 * Everything lives in the context.
 * Faults  42703, 42804; 42704 unknown order or vehicle; 22023 a row that says nothing clear.
 */
LmRoutes *lm_routes_read(const char *function, const char *text, const LmInput *input,
                         MemoryContext context);

/*
 * lm_routes_origin - moves the origin to the earliest instant shown, if nothing else says when the day is
 *
 * Without any instant in orders and vehicles the origin is now(), and the rows of a plan that was made
 * before would all be off by the time since.  Nothing but the traffic of such a problem depends on it.
 */
void lm_routes_origin(LmRoutes *routes, LmInput *input);

/*
 * lm_routes_plan - the sequences of the routes, to begin a search with
 *
 * Orders whose row cannot be read are left out, and what comes twice counts where it comes first.  A reload
 * that is done or frozen may be the same order as another.
 */
LmPlan lm_routes_plan(const LmRoutes *routes, const LmInput *input);

#endif /* LM_INPUT_ROUTES_H */
