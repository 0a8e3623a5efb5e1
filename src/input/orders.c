/*
 * orders.c
 *	  Rows of the orders query into orders, good and bad.
 */
#include "postgres.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "input/orders.h"

#define FIRST_ROOM 1024
#define WORD_BITS 64

enum
{
	O_ID,
	O_GEOM,
	O_LOCATION_ID,
	O_KIND,
	O_WINDOW_START,
	O_WINDOW_END,
	O_WINDOWS,
	O_SERVICE_TIME,
	O_SETUP_TIME,
	O_DEMAND,
	O_SKILLS,
	O_ALLOWED_VEHICLES,
	O_REFUSED_VEHICLES,
	O_PLACE_TYPE,
	O_RELEASE_AT,
	O_PRIORITY,
	O_SKIP_COST,
	O_SHIPMENT_ID,
	O_OPTION_OF,
	O_PREFERRED_VEHICLE,
	O_PREFER_COST,
	O_LATE_COST,
	O_LATEST,
	O_SLOT_START, /* of candidates; the last two */
	O_SLOT_END,
	O_COLUMNS
};

#define ORDER_COLUMNS O_SLOT_START

static const LmColumn order_columns[O_COLUMNS] = {
	[O_ID] = {"id", NULL, LM_COLUMN_ANY, .required = true},
	[O_GEOM] = {"geom", NULL, LM_COLUMN_POINT},
	[O_LOCATION_ID] = {"location_id", NULL, LM_COLUMN_ANY},
	[O_KIND] = {"kind", NULL, LM_COLUMN_TEXT},
	[O_WINDOW_START] = {"window_start", NULL, LM_COLUMN_INSTANT},
	[O_WINDOW_END] = {"window_end", NULL, LM_COLUMN_INSTANT},
	[O_WINDOWS] = {"windows", NULL, LM_COLUMN_RANGES},
	[O_SERVICE_TIME] = {"service_time", NULL, LM_COLUMN_DURATION},
	[O_SETUP_TIME] = {"setup_time", NULL, LM_COLUMN_DURATION},
	[O_DEMAND] = {"demand", NULL, LM_COLUMN_NUMBERS},
	[O_SKILLS] = {"skills", NULL, LM_COLUMN_TEXT_LIST},
	[O_ALLOWED_VEHICLES] = {"allowed_vehicles", NULL, LM_COLUMN_TEXT_LIST},
	[O_REFUSED_VEHICLES] = {"refused_vehicles", NULL, LM_COLUMN_TEXT_LIST},
	[O_PLACE_TYPE] = {"place_type", NULL, LM_COLUMN_ANY},
	[O_RELEASE_AT] = {"release_at", NULL, LM_COLUMN_INSTANT},
	[O_PRIORITY] = {"priority", NULL, LM_COLUMN_INTEGER},
	[O_SKIP_COST] = {"skip_cost", NULL, LM_COLUMN_NUMBER},
	[O_SHIPMENT_ID] = {"shipment_id", NULL, LM_COLUMN_ANY},
	[O_OPTION_OF] = {"option_of", NULL, LM_COLUMN_ANY},
	[O_PREFERRED_VEHICLE] = {"preferred_vehicle", NULL, LM_COLUMN_ANY},
	[O_PREFER_COST] = {"prefer_cost", NULL, LM_COLUMN_NUMBER},
	[O_LATE_COST] = {"late_cost", NULL, LM_COLUMN_NUMBER},
	[O_LATEST] = {"latest", NULL, LM_COLUMN_INSTANT},
	[O_SLOT_START] = {"slot_start", NULL, LM_COLUMN_INSTANT},
	[O_SLOT_END] = {"slot_end", NULL, LM_COLUMN_INSTANT},
};

/* What the row callback has in hand. */
typedef struct OrderReading
{
	LmReader *reader;
	const char *noun; /* "orders" or "candidates" */
	int column_count; /* of columns, that the query may have */
	LmIds *ids;
	LmColumn columns[O_COLUMNS];
	const Datum *values;
	const bool *nulls;
} OrderReading;

/* The first thing that is wrong with a row is what its reason will say. */
static void
order_check(const LmReader *reader, LmOrderDraft *draft, const char *wrong)
{
	if (wrong != NULL && draft->bad == NULL)
		draft->bad = lm_text_keep(reader->keep, wrong);
}

static char *
shown(const OrderReading *reading, int column)
{
	return lm_value_show(&reading->columns[column], reading->values[column]);
}

static TimestampTz
instant_read(const OrderReading *reading, LmOrderDraft *draft, int column, TimestampTz missing)
{
	TimestampTz instant;

	if (reading->nulls[column])
		return missing;
	instant = lm_value_instant(&reading->columns[column], reading->values[column]);
	if (!TIMESTAMP_NOT_FINITE(instant))
		draft->earliest = Min(draft->earliest, instant);
	return instant;
}

static LmTime
duration_read(const OrderReading *reading, LmOrderDraft *draft, int column)
{
	LmTime duration = 0;

	if (!reading->nulls[column])
		order_check(
			reading->reader, draft,
			lm_value_duration(&reading->columns[column], reading->values[column], &duration));
	return duration;
}

static void
place_read(const OrderReading *reading, LmOrderDraft *draft)
{
	LmReader *reader = reading->reader;

	draft->point = (LmRawPoint){.given = false};
	if (!reading->nulls[O_GEOM])
	{
		draft->point = lm_point_read(&reading->columns[O_GEOM], reading->values[O_GEOM]);
		order_check(reader, draft, draft->point.wrong);
		/* the phrase is kept with the row; the row context it is in goes */
		if (draft->point.wrong != NULL)
			draft->point = (LmRawPoint){.given = false};
	}
	else if (reader->request->matrix == NULL)
		order_check(reader, draft, "geom is NULL");
	draft->location = NULL;
	if (!reading->nulls[O_LOCATION_ID])
		draft->location = lm_text_keep(reader->keep, lm_value_text(&reading->columns[O_LOCATION_ID],
		                                                           reading->values[O_LOCATION_ID]));
}

static void
kind_read(const OrderReading *reading, LmOrderDraft *draft)
{
	const char *kind;

	draft->kind = LM_DELIVERY;
	if (reading->nulls[O_KIND])
		return;
	kind = lm_value_text(&reading->columns[O_KIND], reading->values[O_KIND]);
	if (strcmp(kind, "pickup") == 0)
		draft->kind = LM_PICKUP;
	else if (strcmp(kind, "delivery") != 0)
		order_check(reading->reader, draft,
		            psprintf("kind \"%s\" is neither delivery nor pickup", kind));
}

/* Keeps the part of a span that lies within another; false when there is none. */
static bool
span_clip(LmSpan *span, LmSpan within)
{
	span->from = Max(span->from, within.from);
	span->to = Min(span->to, within.to);
	return span->from <= span->to && span->from != DT_NOEND && span->to != DT_NOBEGIN;
}

static void
span_add(LmReader *reader, LmOrderDraft *draft, LmSpan span)
{
	reader->spans = lm_room_make(reader->spans, reader->span_count, &reader->span_room,
	                             sizeof(LmSpan));
	reader->spans[reader->span_count++] = span;
	draft->span_count++;
}

/* The ranges of the column windows, within the pair of window_start and window_end. */
static void
ranges_read(const OrderReading *reading, LmOrderDraft *draft, LmSpan pair)
{
	LmReader *reader = reading->reader;
	LmSpan *spans;
	int32 count;
	const char *wrong = lm_value_spans(&reading->columns[O_WINDOWS], reading->values[O_WINDOWS],
	                                   &spans, &count);

	order_check(reader, draft, wrong);
	if (wrong != NULL)
		return;
	for (int32 i = 0; i < count; i++)
	{
		if (!TIMESTAMP_NOT_FINITE(spans[i].from))
			draft->earliest = Min(draft->earliest, spans[i].from);
		else if (!TIMESTAMP_NOT_FINITE(spans[i].to))
			draft->earliest = Min(draft->earliest, spans[i].to);
		if (span_clip(&spans[i], pair))
			span_add(reader, draft, spans[i]);
	}
	if (count == 0)
		order_check(reader, draft, "windows is empty");
	else if (draft->span_count == 0)
		order_check(reader, draft,
		            psprintf("windows %s leaves no time between window_start and window_end",
		                     shown(reading, O_WINDOWS)));
}

static void
windows_read(const OrderReading *reading, LmOrderDraft *draft)
{
	LmReader *reader = reading->reader;
	LmSpan pair = {instant_read(reading, draft, O_WINDOW_START, DT_NOBEGIN),
	               instant_read(reading, draft, O_WINDOW_END, DT_NOEND)};

	draft->span_first = reader->span_count;
	draft->span_count = 0;
	if (pair.from == DT_NOEND)
		order_check(reader, draft,
		            psprintf("window_start %s never comes", shown(reading, O_WINDOW_START)));
	else if (pair.to == DT_NOBEGIN)
		order_check(reader, draft,
		            psprintf("window_end %s is always over", shown(reading, O_WINDOW_END)));
	else if (pair.from > pair.to)
		order_check(reader, draft,
		            psprintf("window_start %s is after window_end %s",
		                     shown(reading, O_WINDOW_START), shown(reading, O_WINDOW_END)));
	else if (!reading->nulls[O_WINDOWS])
		ranges_read(reading, draft, pair);
	else if (pair.from != DT_NOBEGIN || pair.to != DT_NOEND)
		span_add(reader, draft, pair);
}

static void
release_read(const OrderReading *reading, LmOrderDraft *draft)
{
	TimestampTz release = instant_read(reading, draft, O_RELEASE_AT, DT_NOBEGIN);

	/* the goods are not at the depot */
	if (draft->kind == LM_PICKUP || draft->shipment != NULL)
		release = DT_NOBEGIN;
	if (release == DT_NOEND)
		order_check(reading->reader, draft,
		            psprintf("release_at %s never comes", shown(reading, O_RELEASE_AT)));
	draft->release = release;
}

static void
demand_read(const OrderReading *reading, LmOrderDraft *draft)
{
	LmReader *reader = reading->reader;
	const char *wrong;
	double *numbers;
	int32 count;

	draft->demand_count = -1;
	if (reading->nulls[O_DEMAND])
		return;
	wrong = lm_value_amounts(&reading->columns[O_DEMAND], reading->values[O_DEMAND], 0, &numbers,
	                         &count);
	order_check(reader, draft, wrong);
	/* an empty array says the same as NULL: nothing */
	if (wrong != NULL || count == 0)
		return;
	draft->demand_count = count;
	draft->demand = MemoryContextAlloc(reader->scratch, count * sizeof(double));
	memcpy(draft->demand, numbers, count * sizeof(double));
}

static uint64 *
bits_new(const LmReader *reader, uint64 word)
{
	int32 words = Max(reader->input->problem.allowed_words, 1);
	uint64 *bits = MemoryContextAlloc(reader->scratch, words * sizeof(uint64));

	for (int32 i = 0; i < words; i++)
		bits[i] = word;
	return bits;
}

/* Their names as one text, for reasons. */
static const char *
skills_join(const LmReader *reader, char **skills, int32 count)
{
	StringInfoData list;

	if (count == 0)
		return NULL;
	initStringInfo(&list);
	for (int32 i = 0; i < count; i++)
		appendStringInfo(&list, "%s%s", i > 0 ? ", " : "", skills[i]);
	return lm_text_keep(reader->keep, list.data);
}

/* The vehicles that have all skills of the order. */
static void
skills_read(const OrderReading *reading, LmOrderDraft *draft)
{
	LmReader *reader = reading->reader;
	int32 words = reader->input->problem.allowed_words;
	char **skills;
	int32 count;

	draft->skilled = NULL;
	if (reading->nulls[O_SKILLS])
		return;
	skills = lm_value_texts(&reading->columns[O_SKILLS], reading->values[O_SKILLS], &count);
	draft->skills = skills_join(reader, skills, count);
	for (int32 i = 0; i < count; i++)
	{
		int32 skill = lm_keys_find(reader->skill_keys, skills[i], strlen(skills[i]));

		if (draft->skilled == NULL)
			draft->skilled = bits_new(reader, skill < 0 ? 0 : ~UINT64CONST(0));
		for (int32 word = 0; word < words; word++)
			draft->skilled[word] &= skill < 0 ? 0 : reader->skill_bits[(Size) skill * words + word];
	}
}

/* Sets or clears the bits of the vehicles in a list; ids that no vehicle has are no match. */
static void
vehicles_mark(const OrderReading *reading, int column, uint64 *bits, bool set)
{
	LmKeys *keys = reading->reader->vehicle_keys;
	int32 count;
	char **ids = lm_value_texts(&reading->columns[column], reading->values[column], &count);

	for (int32 i = 0; i < count; i++)
	{
		int32 vehicle = lm_keys_find(keys, ids[i], strlen(ids[i]));
		uint64 bit = UINT64CONST(1) << (Max(vehicle, 0) % WORD_BITS);

		if (vehicle < 0)
			continue;
		if (set)
			bits[vehicle / WORD_BITS] |= bit;
		else
			bits[vehicle / WORD_BITS] &= ~bit;
	}
}

static void
welcome_read(const OrderReading *reading, LmOrderDraft *draft)
{
	bool allowed = !reading->nulls[O_ALLOWED_VEHICLES];
	bool refused = !reading->nulls[O_REFUSED_VEHICLES];

	draft->welcome = NULL;
	if (!allowed && !refused)
		return;
	draft->welcome = bits_new(reading->reader, allowed ? 0 : ~UINT64CONST(0));
	if (allowed)
		vehicles_mark(reading, O_ALLOWED_VEHICLES, draft->welcome, true);
	if (refused)
		vehicles_mark(reading, O_REFUSED_VEHICLES, draft->welcome, false);
}

/* A price that is not given or not readable is `missing`. */
static double
price_read(const OrderReading *reading, LmOrderDraft *draft, int column, double missing)
{
	double price;
	const char *wrong;

	if (reading->nulls[column])
		return missing;
	wrong = lm_value_amount(&reading->columns[column], reading->values[column], &price);
	order_check(reading->reader, draft, wrong);
	return wrong == NULL ? price : missing;
}

static void
preference_read(const OrderReading *reading, LmOrderDraft *draft)
{
	double price = price_read(reading, draft, O_PREFER_COST, 0);
	const char *id;

	draft->preferred = -1;
	draft->prefer_cost = 0;
	if (reading->nulls[O_PREFERRED_VEHICLE])
		return;
	id = lm_value_text(&reading->columns[O_PREFERRED_VEHICLE],
	                   reading->values[O_PREFERRED_VEHICLE]);
	draft->preferred = lm_keys_find(reading->reader->vehicle_keys, id, strlen(id));
	draft->prefer_cost = price;
}

/* The instant at which the last window of an order closes, DT_NOEND where none does. */
static TimestampTz
windows_end(const LmReader *reader, const LmOrderDraft *draft)
{
	TimestampTz end = DT_NOBEGIN;

	for (int32 i = 0; i < draft->span_count; i++)
		end = Max(end, reader->spans[draft->span_first + i].to);
	return draft->span_count > 0 ? end : DT_NOEND;
}

/* What being late costs, and until when; behind the windows. */
static void
late_read(const OrderReading *reading, LmOrderDraft *draft)
{
	TimestampTz end = windows_end(reading->reader, draft);

	draft->late_cost = price_read(reading, draft, O_LATE_COST, NAN);
	draft->latest = DT_NOEND;
	/* without a price the window is hard, and without an end there is nothing to be late for */
	if (isnan(draft->late_cost) || end == DT_NOEND)
	{
		draft->late_cost = NAN;
		return;
	}
	if (reading->nulls[O_LATEST])
		return;
	draft->latest = lm_value_instant(&reading->columns[O_LATEST], reading->values[O_LATEST]);
	if (draft->latest < end)
		order_check(
			reading->reader, draft,
			psprintf("latest %s is before the end of the last window", shown(reading, O_LATEST)));
}

static void
value_read(const OrderReading *reading, LmOrderDraft *draft)
{
	const LmColumn *columns = reading->columns;

	draft->priority = 0;
	if (!reading->nulls[O_PRIORITY])
		order_check(
			reading->reader, draft,
			lm_value_whole(&columns[O_PRIORITY], reading->values[O_PRIORITY], &draft->priority));
	draft->skip_cost = price_read(reading, draft, O_SKIP_COST, NAN);
	preference_read(reading, draft);
}

/* What is left of the windows within the slot; they are the last in reader->spans. */
static void
slot_read(const OrderReading *reading, LmOrderDraft *draft)
{
	LmReader *reader = reading->reader;
	int32 kept = 0;

	draft->slot = (LmSpan){instant_read(reading, draft, O_SLOT_START, DT_NOBEGIN),
	                       instant_read(reading, draft, O_SLOT_END, DT_NOEND)};
	if (draft->slot.from == DT_NOEND || draft->slot.to == DT_NOBEGIN ||
	    draft->slot.from > draft->slot.to)
	{
		order_check(reader, draft, "the slot is empty");
		return;
	}
	if (draft->bad != NULL || (draft->slot.from == DT_NOBEGIN && draft->slot.to == DT_NOEND))
		return;
	if (draft->span_count == 0)
	{
		span_add(reader, draft, draft->slot);
		return;
	}
	for (int32 i = 0; i < draft->span_count; i++)
	{
		LmSpan span = reader->spans[draft->span_first + i];

		if (span_clip(&span, draft->slot))
			reader->spans[draft->span_first + kept++] = span;
	}
	draft->span_count = kept;
	reader->span_count = draft->span_first + kept;
	if (kept == 0)
		order_check(reader, draft, "the slot lies outside of its windows");
}

/* A key in words; it is needed until all rows are there. */
static const char *
key_read(const OrderReading *reading, int column)
{
	if (reading->nulls[column])
		return NULL;
	return MemoryContextStrdup(reading->reader->scratch,
	                           lm_value_text(&reading->columns[column], reading->values[column]));
}

static void
order_take(void *state, const Datum *values, const bool *nulls)
{
	OrderReading *reading = state;
	LmReader *reader = reading->reader;
	int32 row = reader->order_count++;
	int32 of_ids = reading->ids->count;
	LmOrderDraft *draft;

	reading->values = values;
	reading->nulls = nulls;
	lm_ids_add(reading->ids, reading->noun, &reading->columns[O_ID], values[O_ID], nulls[O_ID]);
	reader->orders = lm_room_make(reader->orders, row, &reader->order_room, sizeof(LmOrderDraft));
	draft = &reader->orders[row];
	*draft = (LmOrderDraft){.id = reading->ids->texts[of_ids], .earliest = DT_NOEND};
	draft->shipment = key_read(reading, O_SHIPMENT_ID);
	draft->option = key_read(reading, O_OPTION_OF);
	place_read(reading, draft);
	kind_read(reading, draft);
	windows_read(reading, draft);
	release_read(reading, draft);
	draft->service = duration_read(reading, draft, O_SERVICE_TIME);
	draft->setup = duration_read(reading, draft, O_SETUP_TIME);
	demand_read(reading, draft);
	skills_read(reading, draft);
	welcome_read(reading, draft);
	value_read(reading, draft);
	if (reading->column_count > ORDER_COLUMNS)
		slot_read(reading, draft);
	late_read(reading, draft);
}

/* Runs a query whose rows are orders. */
static void
query_read(LmReader *reader, const char *noun, const char *text, int column_count, LmIds *ids)
{
	OrderReading reading = {
		.reader = reader, .noun = noun, .column_count = column_count, .ids = ids};

	memcpy(reading.columns, order_columns, sizeof(order_columns));
	/* without a matrix there is no other way to say where an order is */
	reading.columns[O_GEOM].required = reader->request->matrix == NULL;
	lm_ids_init(ids, reader->keep);
	lm_query_run(reader->request->function, noun, text, reading.columns, column_count, order_take,
	             &reading);
}

void
lm_orders_read(LmReader *reader)
{
	MemoryContext before = MemoryContextSwitchTo(reader->scratch);

	reader->orders = palloc(FIRST_ROOM * sizeof(LmOrderDraft));
	reader->order_room = FIRST_ROOM;
	reader->spans = palloc(FIRST_ROOM * sizeof(LmSpan));
	reader->span_room = FIRST_ROOM;
	query_read(reader, "orders", reader->request->orders, ORDER_COLUMNS, &reader->order_ids);
	MemoryContextSwitchTo(before);
}

void
lm_candidates_read(LmReader *reader)
{
	MemoryContext before = MemoryContextSwitchTo(reader->scratch);

	query_read(reader, "candidates", reader->request->candidates, O_COLUMNS,
	           &reader->candidate_ids);
	MemoryContextSwitchTo(before);
}
