/*
 * routes.c
 *	  Rows of the routes query, bound to orders and vehicles and put in sequence.
 */
#include "postgres.h"

#include <math.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "input/query.h"
#include "input/routes.h"
#include "input/values.h"
#include "travel/timeline.h"

#define US_PER_MS 1000.0
#define MS_PER_SECOND 1000.0
#define MS_PER_DAY 86400000.0
#define DAYS_PER_MONTH_GIVEN 30

/* Columns of the routes query; the compared ones first, in the order of LmShownColumn. */
enum
{
	LOAD = LM_SHOWN_COLUMNS,
	VEHICLE_ID,
	ORDER_ID,
	STOP_NO,
	KIND,
	REASON_CODE,
	REASON,
	TRIP_NO,
	FROZEN,
	DONE_AT,
	/* plan's and check's own columns that say nothing here; known, so that no name is near them */
	GEOM,
	LEG,
	VIOLATIONS,
	COLUMNS
};

/* Copied before each call: binding writes into the list, and the query may call us again. */
static const LmColumn known_columns[COLUMNS] = {
	[LM_SHOWN_ARRIVES_AT] = {.name = "arrives_at", .kind = LM_COLUMN_INSTANT},
	[LM_SHOWN_STARTS_AT] = {.name = "starts_at", .kind = LM_COLUMN_INSTANT},
	[LM_SHOWN_DEPARTS_AT] = {.name = "departs_at", .kind = LM_COLUMN_INSTANT},
	[LM_SHOWN_TRAVEL_TIME] = {.name = "travel_time", .kind = LM_COLUMN_DURATION},
	[LM_SHOWN_SETUP_TIME] = {.name = "setup_time", .kind = LM_COLUMN_DURATION},
	[LM_SHOWN_WAIT_TIME] = {.name = "wait_time", .kind = LM_COLUMN_DURATION},
	[LM_SHOWN_SERVICE_TIME] = {.name = "service_time", .kind = LM_COLUMN_DURATION},
	[LM_SHOWN_LATE_TIME] = {.name = "late_time", .kind = LM_COLUMN_DURATION},
	[LM_SHOWN_DISTANCE_M] = {.name = "distance_m", .kind = LM_COLUMN_NUMBER},
	[LM_SHOWN_COST] = {.name = "cost", .kind = LM_COLUMN_NUMBER},
	[LM_SHOWN_CO2E_G] = {.name = "co2e_g", .kind = LM_COLUMN_NUMBER},
	[LOAD] = {.name = "load", .kind = LM_COLUMN_NUMBERS},
	[VEHICLE_ID] = {.name = "vehicle_id", .kind = LM_COLUMN_ANY, .required = true},
	[ORDER_ID] = {.name = "order_id", .kind = LM_COLUMN_ANY, .required = true},
	[STOP_NO] = {.name = "stop_no", .kind = LM_COLUMN_NUMBER},
	[KIND] = {.name = "kind", .kind = LM_COLUMN_TEXT},
	[REASON_CODE] = {.name = "reason_code", .kind = LM_COLUMN_TEXT},
	[REASON] = {.name = "reason", .kind = LM_COLUMN_TEXT},
	[TRIP_NO] = {.name = "trip_no", .kind = LM_COLUMN_NUMBER},
	[FROZEN] = {.name = "frozen", .kind = LM_COLUMN_BOOL},
	[DONE_AT] = {.name = "done_at", .kind = LM_COLUMN_INSTANT},
	[GEOM] = {.name = "geom", .kind = LM_COLUMN_ANY},
	[LEG] = {.name = "leg", .kind = LM_COLUMN_ANY},
	[VIOLATIONS] = {.name = "violations", .kind = LM_COLUMN_ANY},
};

typedef struct KindName
{
	const char *name;
	LmShownKind kind;
} KindName;

static const KindName kind_names[] = {
	{"start", LM_SHOWN_START},         {"delivery", LM_SHOWN_ORDER}, {"pickup", LM_SHOWN_ORDER},
	{"break", LM_SHOWN_BREAK},         {"reload", LM_SHOWN_RELOAD},  {"end", LM_SHOWN_END},
	{"unassigned", LM_SHOWN_LEFT_OUT},
};

/* What the row callback works on. */
typedef struct Reader
{
	const LmInput *input;
	MemoryContext context;
	LmColumn *columns;
	LmRoutes *routes;
	int32_t room;        /* of routes->rows */
	const Datum *values; /* of the row in hand */
	const bool *nulls;
	LmShownRow *row; /* the same, being filled */
} Reader;

/* An instant or duration in ms, or a plain number. */
static double
value_of(const LmInput *input, const LmColumn *column, Datum value)
{
	if (column->kind == LM_COLUMN_INSTANT)
	{
		TimestampTz instant = DatumGetTimestampTz(value);

		if (TIMESTAMP_NOT_FINITE(instant))
			return instant < 0 ? -INFINITY : INFINITY;
		/* the difference is exact, and small enough for a double to keep it so */
		return (double) (instant - input->origin) / US_PER_MS;
	}
	if (column->kind == LM_COLUMN_DURATION && column->type == INTERVALOID)
	{
		const Interval *interval = DatumGetIntervalP(value);

		return (double) interval->time / US_PER_MS +
		       (interval->day + (double) interval->month * DAYS_PER_MONTH_GIVEN) * MS_PER_DAY;
	}
	if (column->kind == LM_COLUMN_DURATION)
		return lm_value_number(column, value) * MS_PER_SECOND;
	return lm_value_number(column, value);
}

/* A column as text, in the reader's context; NULL when it is null. */
static char *
text_of(const Reader *reader, int column)
{
	if (reader->nulls[column])
		return NULL;
	return MemoryContextStrdup(reader->context,
	                           lm_value_text(&reader->columns[column], reader->values[column]));
}

/* Not lm_value_amounts: a shown load may be anything, and is to be told from the true one. */
static void
load_read(Reader *reader)
{
	LmColumn element = reader->columns[LOAD];
	LmShownRow *row = reader->row;
	Datum *elements = unconstify(Datum *, &reader->values[LOAD]);
	const bool *nulls = &reader->nulls[LOAD];
	int count = 1;

	if (reader->nulls[LOAD])
		return;
	if (OidIsValid(element.element))
	{
		ArrayType *array = DatumGetArrayTypeP(reader->values[LOAD]);
		bool *element_nulls;
		int16 width;
		bool by_value;
		char align;

		element.type = element.element;
		get_typlenbyvalalign(element.type, &width, &by_value, &align);
		deconstruct_array(array, element.type, width, by_value, align, &elements, &element_nulls,
		                  &count);
		nulls = element_nulls;
	}
	reader->routes->load_shown = true;
	row->shows = true;
	row->load = MemoryContextAlloc(reader->context, sizeof(double) * ((Size) count + 1));
	row->load_count = count;
	for (int i = 0; i < count; i++)
		row->load[i] = nulls[i] ? NAN : lm_value_number(&element, elements[i]);
}

static void
shown_read(Reader *reader)
{
	for (int column = 0; column < LM_SHOWN_COLUMNS; column++)
	{
		double value;

		if (reader->nulls[column])
			continue;
		value = value_of(reader->input, &reader->columns[column], reader->values[column]);
		reader->row->given[column] = true;
		reader->row->shows = true;
		reader->row->values[column] = value;
		reader->routes->shown[column] = true;
		if (column <= LM_SHOWN_DEPARTS_AT && value < reader->routes->earliest)
			reader->routes->earliest = value;
	}
	load_read(reader);
}

static void
row_refuse(const Reader *reader, const char *what, const char *hint)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
	                errmsg("row %d of the routes query %s", reader->row->number, what),
	                errhint("%s", hint)));
}

/* The kind as given, or what the ids tell. */
static LmShownKind
kind_of(const Reader *reader)
{
	const char *name = reader->row->kind_name;

	if (name == NULL)
	{
		if (reader->nulls[ORDER_ID])
			row_refuse(reader, "has neither an order_id nor a kind",
			           "Rows without an order are of kind start, reload, break or end.");
		return reader->nulls[VEHICLE_ID] ? LM_SHOWN_LEFT_OUT : LM_SHOWN_ORDER;
	}
	for (int i = 0; i < (int) lengthof(kind_names); i++)
	{
		if (strcmp(kind_names[i].name, name) != 0)
			continue;
		/* without a vehicle an order is left out, whatever it was to be */
		if (kind_names[i].kind == LM_SHOWN_ORDER && reader->nulls[VEHICLE_ID])
			return LM_SHOWN_LEFT_OUT;
		return kind_names[i].kind;
	}
	row_refuse(reader, psprintf("has the unknown kind \"%s\"", name),
	           "Kinds are start, delivery, pickup, break, reload, end and unassigned.");
	pg_unreachable();
}

static int32_t
vehicle_find(const Reader *reader)
{
	char *id = text_of(reader, VEHICLE_ID);
	int32_t vehicle;

	if (id == NULL)
		row_refuse(reader, psprintf("of kind \"%s\" has no vehicle_id", reader->row->kind_name),
		           "Only rows of kind unassigned have none.");
	vehicle = lm_input_vehicle_find(reader->input, id);
	if (vehicle < 0)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
		                errmsg("the vehicles query has no vehicle \"%s\"", id),
		                errdetail("Row %d of the routes query names it.", reader->row->number),
		                errhint("Ids are compared as text: both queries must write them alike.")));
	return vehicle;
}

static int32_t
order_find(const Reader *reader)
{
	char *id = text_of(reader, ORDER_ID);
	int32_t order_row;

	if (id == NULL)
		row_refuse(reader, psprintf("of kind \"%s\" has no order_id", reader->row->kind_name),
		           "Rows without an order are of kind start, reload, break or end.");
	order_row = lm_input_order_find(reader->input, id);
	if (order_row < 0)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
		                errmsg("the orders query has no order \"%s\"", id),
		                errdetail("Row %d of the routes query names it.", reader->row->number),
		                errhint("Ids are compared as text: both queries must write them alike.")));
	return order_row;
}

static LmShownRow *
row_add(Reader *reader)
{
	LmRoutes *routes = reader->routes;
	LmShownRow *row;

	routes->rows = lm_room_make(routes->rows, routes->count, &reader->room, sizeof(LmShownRow));
	row = &routes->rows[routes->count++];
	memset(row, 0, sizeof(*row));
	row->number = routes->count;
	row->vehicle = -1;
	row->order_row = -1;
	row->stop_no = INFINITY;
	return row;
}

/* What a row says of a day under way. */
static void
fixed_read(Reader *reader)
{
	LmShownRow *row = reader->row;

	row->frozen = !reader->nulls[FROZEN] && DatumGetBool(reader->values[FROZEN]);
	row->done = !reader->nulls[DONE_AT];
	if (!row->done)
		return;
	if (row->kind == LM_SHOWN_LEFT_OUT)
		row_refuse(reader, "leaves an order out and has a done_at",
		           "What is done was done by a vehicle.");
	row->done_at = value_of(reader->input, &reader->columns[DONE_AT], reader->values[DONE_AT]);
	/* as instants of orders: 1,000 years are enough for everybody */
	if (TIMESTAMP_NOT_FINITE(lm_value_instant(&reader->columns[DONE_AT], reader->values[DONE_AT])))
		row_refuse(reader, "has a done_at that is no moment",
		           "Give the moment at which the row was left, or NULL.");
}

static void
row_take(void *state, const Datum *values, const bool *nulls)
{
	Reader *reader = state;
	LmShownRow *row = row_add(reader);

	reader->values = values;
	reader->nulls = nulls;
	reader->row = row;
	row->kind_name = text_of(reader, KIND);
	row->kind = kind_of(reader);
	if (row->kind != LM_SHOWN_LEFT_OUT)
		row->vehicle = vehicle_find(reader);
	if (row->kind == LM_SHOWN_ORDER || row->kind == LM_SHOWN_LEFT_OUT)
		row->order_row = order_find(reader);
	else if (!nulls[ORDER_ID])
		row_refuse(reader, psprintf("of kind \"%s\" has an order_id", row->kind_name),
		           "Rows with an order are of kind delivery, pickup or unassigned.");
	if (row->kind == LM_SHOWN_START || row->kind == LM_SHOWN_END)
		reader->routes->ends_shown = true;
	if (!nulls[STOP_NO])
		row->stop_no = lm_value_number(&reader->columns[STOP_NO], values[STOP_NO]);
	row->trip_no = nulls[TRIP_NO] ? NAN
	                              : lm_value_number(&reader->columns[TRIP_NO], values[TRIP_NO]);
	if (isnan(row->stop_no))
		row_refuse(reader, "has a stop_no that is not a number",
		           "Count the rows of a vehicle from 1.");
	shown_read(reader);
	fixed_read(reader);
	row->reason_code = text_of(reader, REASON_CODE);
	row->reason = text_of(reader, REASON);
}

static int
row_compare(const void *a, const void *b)
{
	const LmShownRow *left = a;
	const LmShownRow *right = b;

	CHECK_FOR_INTERRUPTS();
	/* unsigned, so that -1 comes last */
	if (left->vehicle != right->vehicle)
		return (uint32_t) left->vehicle < (uint32_t) right->vehicle ? -1 : 1;
	if (left->stop_no != right->stop_no)
		return left->stop_no < right->stop_no ? -1 : 1;
	return left->number < right->number ? -1 : 1;
}

/* Where no row of a vehicle says that it reloads, a trip_no above that of the row before does. */
static void
trips_mark(LmShownRow *rows, int32_t count)
{
	double trip = NAN;

	for (int32_t i = 0; i < count; i++)
		if (rows[i].kind == LM_SHOWN_RELOAD)
			return;
	for (int32_t i = 0; i < count; i++)
	{
		if (isnan(rows[i].trip_no) || rows[i].kind == LM_SHOWN_START ||
		    rows[i].kind == LM_SHOWN_END)
			continue;
		rows[i].begins = rows[i].trip_no > trip;
		trip = rows[i].trip_no;
	}
}

static void
rows_sort(LmRoutes *routes, int32_t vehicles, MemoryContext context)
{
	int32_t row = 0;

	qsort(routes->rows, (size_t) routes->count, sizeof(LmShownRow), row_compare);
	routes->first = lm_huge_alloc(context, (size_t) vehicles + 1, sizeof(int32_t));
	for (int32_t vehicle = 0; vehicle <= vehicles; vehicle++)
	{
		while (row < routes->count && (uint32_t) routes->rows[row].vehicle < (uint32_t) vehicle)
			row++;
		routes->first[vehicle] = row;
	}
	for (int32_t vehicle = 0; vehicle < vehicles; vehicle++)
		trips_mark(&routes->rows[routes->first[vehicle]],
		           routes->first[vehicle + 1] - routes->first[vehicle]);
}

LmRoutes *
lm_routes_read(const char *function, const char *text, const LmInput *input, MemoryContext context)
{
	LmColumn columns[COLUMNS];
	Reader reader = {.input = input, .context = context, .columns = columns};

	memcpy(columns, known_columns, sizeof(columns));
	reader.routes = MemoryContextAllocZero(context, sizeof(LmRoutes));
	reader.routes->earliest = INFINITY;
	reader.room = 256;
	reader.routes->rows = MemoryContextAlloc(context, sizeof(LmShownRow) * (Size) reader.room);
	SPI_connect();
	/* SPI has a context of its own, which is not the call's */
	MemoryContextSwitchTo(context);
	lm_query_run(function, "routes", text, columns, COLUMNS, row_take, &reader);
	SPI_finish();
	rows_sort(reader.routes, input->problem.vehicle_count, context);
	return reader.routes;
}

/* A reload that the vehicle may use and none has taken so far, or -1; of those that are fixed it may be any. */
static int32_t
reload_take(const LmProblem *problem, int32_t vehicle, bool fixed, bool *seen)
{
	for (int32_t reload = lm_problem_rows(problem); reload < problem->order_count; reload++)
	{
		if ((seen[reload] && !fixed) || !lm_problem_welcome(problem, reload, vehicle))
			continue;
		seen[reload] |= !fixed;
		return reload;
	}
	return -1;
}

/* The last row of a vehicle that is done or frozen, or the one in front of its first. */
static int32_t
row_fixed(const LmRoutes *routes, int32_t vehicle)
{
	int32_t row = routes->first[vehicle + 1] - 1;

	while (row >= routes->first[vehicle] && !routes->rows[row].done && !routes->rows[row].frozen)
		row--;
	return row;
}

void
lm_routes_origin(LmRoutes *routes, LmInput *input)
{
	double earliest = routes->earliest;

	if (input->origin_given || input->origin != GetCurrentTransactionStartTimestamp() ||
	    !isfinite(earliest))
		return;
	input->origin += llround(earliest * US_PER_MS);
	lm_timelines_place(input);
	for (int32_t row = 0; row < routes->count; row++)
	{
		for (int column = LM_SHOWN_ARRIVES_AT; column <= LM_SHOWN_DEPARTS_AT; column++)
			routes->rows[row].values[column] -= earliest;
		routes->rows[row].done_at -= earliest;
	}
}

LmPlan
lm_routes_plan(const LmRoutes *routes, const LmInput *input)
{
	const LmProblem *problem = &input->problem;
	bool *seen = palloc0(sizeof(bool) * ((Size) problem->order_count + 1));
	LmPlan plan;
	int32_t count = 0;

	plan.first = lm_huge_alloc(input->context, (size_t) problem->vehicle_count + 1,
	                           sizeof(int32_t));
	plan.stops = lm_huge_alloc(
		input->context, (size_t) problem->order_count + (size_t) routes->count, sizeof(int32_t));
	for (int32_t vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
	{
		int32_t fixed = row_fixed(routes, vehicle);

		plan.first[vehicle] = count;
		for (int32_t row = routes->first[vehicle]; row < routes->first[vehicle + 1]; row++)
		{
			const LmShownRow *shown = &routes->rows[row];
			int32_t order = shown->kind != LM_SHOWN_ORDER
			                    ? -1
			                    : input->order_rows[shown->order_row].order;
			int32_t reload = shown->kind == LM_SHOWN_RELOAD || shown->begins
			                     ? reload_take(problem, vehicle, row <= fixed, seen)
			                     : -1;

			if (reload >= 0)
				plan.stops[count++] = reload;
			if (order < 0 || seen[order])
				continue;
			seen[order] = true;
			plan.stops[count++] = order;
		}
	}
	plan.first[problem->vehicle_count] = count;
	pfree(seen);
	return plan;
}
