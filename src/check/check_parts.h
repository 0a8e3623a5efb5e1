/*
 * check_parts.h
 *	  What a call of lastmile.check knows, for check.c, compare_route.c and compare_order.c only.
 *
 * Texts are palloced in the context of the route in hand.
 *
 * Layer   check, adapter.
 */
#ifndef LM_CHECK_CHECK_PARTS_H
#define LM_CHECK_CHECK_PARTS_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "check/judge.h"
#include "input/input.h"
#include "input/routes.h"
#include "output/rows.h"
#include "workers/memory.h"
#include "workers/pace.h"

/* What the routes query says of one order row. */
typedef struct LmCheckOrder
{
	int32_t vehicle;            /* whose route it is first on; -1: none */
	int32_t stop_no;            /* there, of the rows that check writes */
	const LmShownRow *left_out; /* the first row that leaves it out, or NULL */
	int32_t left_out_count;
} LmCheckOrder;

typedef struct LmCheck
{
	LmInput *input;
	LmRoutes *routes;
	LmRows *rows;
	LmCheckOrder *orders; /* [order_row_count] */
	LmMemory memory;
	LmPace pace;
	MemoryContext route_context; /* of the route in hand */
} LmCheck;

/* The route in hand. */
typedef struct LmCheckRoute
{
	int32_t vehicle;
	const LmShownRow *shown; /* [shown_count] its rows of the routes query */
	int32_t shown_count;
	bool rests;       /* its breaks are where its break rows are, and nowhere else */
	bool whole;       /* shown in full, as plan does */
	int32_t *items;   /* [item_count] for the judge; reloads that only trip_no tells of too */
	int32_t *item_of; /* [shown_count] index into items, or -1 */
	int32_t item_count;
	int32_t order_count; /* of items */
	int32_t *row_of;     /* [shown_count] row of the timetable, or -1 */
	LmJudgement judgement;
	List **violations; /* [timetable.count] of char * */
} LmCheckRoute;

/* lm_check_violate - adds a text to a row of the timetable */
static inline void
lm_check_violate(LmCheckRoute *route, int32_t row, char *text)
{
	route->violations[row] = lappend(route->violations[row], text);
}

/* ---- compare_route ---- */

/* lm_compare_rows - rows too many, rows that lack, rows out of place */
void lm_compare_rows(const LmCheck *check, LmCheckRoute *route);

/* lm_compare_frozen - a row that says it is frozen behind an order that may still move */
void lm_compare_frozen(LmCheckRoute *route);

/* lm_compare_departure - rule 1 as the shown departure has it: the computed one always keeps it */
void lm_compare_departure(LmCheck *check, LmCheckRoute *route, const LmShownRow *start);

/* lm_compare_reload - likewise the instant at which a reload is shown to begin */
void lm_compare_reload(LmCheck *check, LmCheckRoute *route, const LmShownRow *reload, int32_t row);

/* ---- compare_order ---- */

/* lm_compare_order - an order row: whether somebody else has it, and whether its kind is right */
void lm_compare_order(LmCheck *check, LmCheckRoute *route, const LmShownRow *shown, int32_t row);

/* lm_check_unassigned - writes the row of an order that is on no route, or that cannot be read wherever it is; of others none */
void lm_check_unassigned(LmCheck *check, int32_t row);

#endif /* LM_CHECK_CHECK_PARTS_H */
