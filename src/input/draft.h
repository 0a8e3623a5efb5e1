/*
 * draft.h
 *	  Orders and vehicles between the query and the problem.
 *
 * While rows are being read neither the origin of time, nor the places, nor the
 * coordinate system of the plan are known.  Drafts hold what was read until all rows
 * are there; orders.c and vehicles.c fill them and turn them into the problem.
 *
 * Layer   adapter.
 */
#ifndef LM_INPUT_DRAFT_H
#define LM_INPUT_DRAFT_H

#include "postgres.h"

#include "input/ids.h"
#include "input/input.h"
#include "input/keys.h"
#include "input/places.h"
#include "input/point.h"
#include "input/values.h"

typedef struct LmVehicleDraft
{
	LmVehicle vehicle; /* prices and limits; times, places and travel follow at the end */
	const char *id;
	LmRawPoint start;
	LmRawPoint end;
	const char *start_location; /* NULL: none */
	const char *end_location;
	bool open_end;
	TimestampTz shift_start; /* DT_NOBEGIN: none */
	TimestampTz shift_end;   /* DT_NOEND: none */
	const char *profile;
	double speed_factor;
	double *capacity;      /* [capacity_count]; infinite: no limit */
	int32 capacity_count;  /* -1: none given */
	LmSpan *break_windows; /* [vehicle.break_count] */
	LmTime *break_times;
} LmVehicleDraft;

typedef struct LmOrderDraft
{
	const char *id;
	const char *bad; /* NULL: a good row so far */
	LmRawPoint point;
	const char *location; /* NULL: none */
	LmOrderKind kind;
	int32 priority;
	double skip_cost;   /* NAN: mandatory */
	double late_cost;   /* NAN: the windows are hard */
	TimestampTz latest; /* DT_NOEND: none; not before the end of the last window */
	int32 preferred;    /* vehicle index; -1: none that is there */
	double prefer_cost; /* 0 without preferred_vehicle */
	LmTime service;
	LmTime setup;
	TimestampTz release;  /* DT_NOBEGIN: none */
	TimestampTz earliest; /* finite instant of the row; DT_NOEND: none */
	int32 span_first;     /* into LmReader.spans */
	int32 span_count;     /* 0: open */
	double *demand;       /* [demand_count] */
	int32 demand_count;   /* -1: none given */
	LmSpan slot;          /* of a candidate; ends may be infinite */
	bool off_road;        /* bad because of where it is, not of what the row says */
	uint64 *skilled;      /* [LmProblem.allowed_words]; NULL: all vehicles */
	const char *skills;   /* as text; NULL: none */
	uint64 *welcome;
	const char *shipment; /* NULL: none */
	const char *option;   /* option_of; NULL: none */
	bool quiet;           /* an alternative that has no row of its own when none is served */
} LmOrderDraft;

typedef struct LmReader
{
	const LmRequest *request;
	LmInput *input;
	MemoryContext keep;    /* input->context: what the result needs */
	MemoryContext scratch; /* dropped when the problem is there */

	LmVehicleDraft *vehicles; /* [vehicle_ids.count] in the query's order */
	int32 vehicle_room;
	LmIds vehicle_ids;
	int32 *vehicle_rows;  /* [vehicle_count] drafts by the problem's vehicle index */
	LmKeys *vehicle_keys; /* id -> vehicle index */
	LmKeys *skill_keys;   /* skill -> row of skill_bits */
	uint64 *skill_bits;   /* [skill * allowed_words + word]: vehicles that have it */
	int32 capacity_count; /* of every vehicle that has any; -1: none has */
	bool planar_known;    /* input->planar is decided: by the first point seen */

	LmOrderDraft *orders; /* [order_count] in the query's order; behind them the candidates */
	int32 order_count;
	int32 order_room;
	LmIds order_ids;
	LmIds candidate_ids; /* empty where there are none; an id may come several times */
	int32 *order_rows; /* [order_count] drafts by the bytes of their ids, candidates as they come */
	LmSpan *spans;     /* windows of the orders */
	int32 span_count;
	int32 span_room;

	struct LmBinding *binding; /* of shipments and alternatives (units.c); NULL: there are none */

	LmPlaces *places;
} LmReader;

/*
 * lm_reader_ms - milliseconds from the origin to an instant
 *
 *	up		round up, else down: what begins a window is never early, what ends it never late
 */
LmTime lm_reader_ms(const LmReader *reader, TimestampTz instant, bool up);

/* lm_reader_window - a span in milliseconds; one without a whole millisecond becomes an instant. */
LmWindow lm_reader_window(const LmReader *reader, LmSpan span);

/* lm_point_known - what the rest of the extension needs of a point. */
LmPoint lm_point_known(const LmRawPoint *point);

/* lm_text_keep - a copy in the context; NULL stays NULL. */
char *lm_text_keep(MemoryContext context, const char *text);

#endif /* LM_INPUT_DRAFT_H */
