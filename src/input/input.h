/*
 * input.h
 *	  SQL text in, a problem out: runs the user's queries, binds their columns by
 *	  name, checks every value.
 *
 * One bad order never stops a plan: it becomes an LmOrderRow with `bad` set and
 * no order in the problem.  Everything else that makes the call meaningless is
 * raised here (doc/errors.md).  Queries run through read-only cursors with the
 * caller's rights; everything is copied into `context` and SPI is finished when
 * lm_input_read returns.
 *
 * Layer   adapter: PostgreSQL below, model above.
 */
#ifndef LM_INPUT_INPUT_H
#define LM_INPUT_INPUT_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "utils/palloc.h"

#include "model/plan.h"
#include "model/problem.h"
#include "model/reason.h"

/* The arguments of plan and check, as the user gave them; NULL where he gave none. */
typedef struct LmRequest
{
	const char *function; /* "lastmile.plan": for CONTEXT lines and NOTICEs */
	const char *orders;
	const char *vehicles;
	const char *matrix;
	const char *network;
	const char *traffic;
	struct pg_tz *timezone; /* of the traffic's times of day */
	const char *candidates; /* of quote; orders that are asked about, with slots */
	const char *routes;     /* lm_routes_read has them, once the input is there */
	TimestampTz at;         /* the origin, where it is given */
	bool at_given;
	bool few_legs; /* legs are asked for one by one: tables of straight lines would not pay */
	LmObjective objective;
	double balance_price; /* per hour, under objective balanced */
} LmRequest;

/* Where something is.  SRID 4326: degrees; planar: metres. */
typedef struct LmPoint
{
	double x; /* longitude or easting */
	double y;
	bool known; /* false: only a location_id */
} LmPoint;

/* A row of the orders query, readable or not. */
typedef struct LmOrderRow
{
	const char *id;        /* as text; unique */
	int32_t order;         /* index into problem.orders; -1: bad */
	LmReasonCode bad_code; /* bad_row; unreachable: only its place is wrong, off the network */
	LmPoint point;         /* not known for many bad rows */
	const char *bad;       /* NULL, or what is wrong with it, a phrase without full stop:
								 * "window_start 10:00 is after window_end 09:00" */
	double skip_cost;      /* NAN: mandatory (or not readable) */
	const char *skills;    /* for reasons: "fridge, lift"; NULL: none */
	bool quiet;            /* an alternative: when none is served, another row says so */
} LmOrderRow;

/* The slot of a candidate as it was given; DT_NOBEGIN, DT_NOEND: open. */
typedef struct LmSlot
{
	TimestampTz start;
	TimestampTz end;
} LmSlot;

typedef struct LmVehicleRow
{
	const char *id;
	const char *profile; /* NULL: none */
	double speed_factor; /* > 0 */
	LmTime shift_start;  /* as given, though it may lie before the origin; -LM_NEVER: none */
} LmVehicleRow;

typedef struct LmPlace
{
	LmPoint point;
	const char *location_id; /* key into the matrix query; NULL: none */
} LmPlace;

typedef struct LmInput
{
	MemoryContext context; /* everything here lives in it */
	LmProblem problem;     /* complete, travels and prices too */
	TimestampTz origin;    /* instant 0 of the problem */
	bool origin_given;     /* by the argument at */
	bool planar; /* SRID 0 in and out; decided by the vehicles' points, else the orders' */
	LmOrderRow *order_rows; /* [order_row_count], in the order of the id's own type; behind them the
							 * candidates, as they come */
	int32_t order_row_count;
	int32_t candidate_count;
	LmSlot *slots;         /* [candidate_count] */
	int32_t *row_of_order; /* [problem.order_count] -> order_rows */
	int32_t *rows_by_id;   /* [order_row_count] indexes of order_rows by the bytes of their ids */
	LmVehicleRow *vehicle_rows;   /* [problem.vehicle_count], by the problem's vehicle index */
	int32_t *vehicle_sequence;    /* [problem.vehicle_count]: vehicle indexes in the order of the
									 * id's own type; rows are printed in it */
	LmPlace *places;              /* [problem.place_count] */
	bool has_lengths;             /* false: a matrix query without meters; distance_m is NULL */
	bool straight;                /* travel is the straight line */
	struct LmTimeline *timelines; /* of travels that change: travel/timeline.h; NULL: none does */
	struct LmRoad *road;          /* travel is by road; NULL: it is not */
	LmPairs *pairs;               /* legs that are known; NULL: all are */
	struct LmTrafficRules *rules; /* of the traffic query; NULL: there is none */
} LmInput;

/*
 * lm_input_read - reads all queries of a request and builds the problem
 *
 * Vehicles are numbered by the bytes of their id as text, orders along a curve
 * through their places and then by the bytes of their ids, so that the plan does
 * not depend on the sequence in which a query returns its rows.
 * Memory is checked against lastmile.max_memory before the travel tables are
 * taken.  Cancellable at any row.  A request with candidates has no travels yet: lm_input_travel.
 */
LmInput *lm_input_read(const LmRequest *request, MemoryContext context);

/*
 * lm_input_travel - makes the travels of a request with candidates, once its routes are known
 *
 * By road there are only the legs that routes which stay and candidates need.
 */
void lm_input_travel(const LmRequest *request, LmInput *input, const LmPlan *routes);

/* lm_input_order_find - index into order_rows of the id, or -1.  Never fails. */
int32_t lm_input_order_find(const LmInput *input, const char *id);

/* lm_input_vehicle_find - the problem's vehicle index of the id, or -1.  Never fails. */
int32_t lm_input_vehicle_find(const LmInput *input, const char *id);

#endif /* LM_INPUT_INPUT_H */
