/*
 * input.c
 *	  The steps from queries to a problem.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "input/draft.h"
#include "input/input.h"
#include "input/off_road.h"
#include "input/orders.h"
#include "input/units.h"
#include "input/vehicles.h"
#include "output/fault.h"
#include "travel/matrix.h"
#include "travel/road.h"
#include "travel/straight.h"
#include "travel/table.h"
#include "travel/timeline.h"

char *
lm_text_keep(MemoryContext context, const char *text)
{
	return text != NULL ? MemoryContextStrdup(context, text) : NULL;
}

LmPoint
lm_point_known(const LmRawPoint *point)
{
	if (!point->given)
		return (LmPoint){.known = false};
	return (LmPoint){.x = point->x, .y = point->y, .known = true};
}

LmTime
lm_reader_ms(const LmReader *reader, TimestampTz instant, bool up)
{
	int64 since;

	if (instant == DT_NOBEGIN)
		return -LM_NEVER;
	if (instant == DT_NOEND)
		return LM_NEVER;
	since = instant - reader->input->origin;
	/* with `at` it may lie before the origin, and division rounds towards that */
	if (since < 0)
		return (since - (up ? 0 : 999)) / 1000;
	return (since + (up ? 999 : 0)) / 1000;
}

LmWindow
lm_reader_window(const LmReader *reader, LmSpan span)
{
	LmWindow window = {lm_reader_ms(reader, span.from, true), lm_reader_ms(reader, span.to, false)};

	window.close = Max(window.close, window.open);
	return window;
}

static void
origin_set(LmReader *reader)
{
	TimestampTz vehicles = lm_vehicles_earliest(reader);
	TimestampTz orders = lm_orders_earliest(reader);

	reader->input->origin_given = reader->request->at_given;
	reader->input->origin = reader->request->at_given ? reader->request->at : Min(vehicles, orders);
	if (reader->input->origin == DT_NOEND)
		reader->input->origin = GetCurrentTransactionStartTimestamp();
}

static void
prices_set(LmInput *input, const LmRequest *request)
{
	LmProblem *problem = &input->problem;

	problem->prices = lm_huge_alloc(input->context, problem->vehicle_count, sizeof(LmPrices));
	problem->skip_price = lm_huge_alloc(input->context, problem->order_count, sizeof(LmCost));
	for (int32_t i = 0; i < problem->order_count && problem->prefer_price == NULL; i++)
		if (problem->orders[i].prefer_cost > 0)
			problem->prefer_price = lm_huge_alloc(input->context, problem->order_count,
			                                      sizeof(LmCost));
	for (int32_t i = 0; i < problem->order_count && problem->late_price == NULL; i++)
		if (problem->orders[i].soft)
		{
			problem->late_price = lm_huge_alloc(input->context, problem->order_count,
			                                    sizeof(LmCost));
			problem->late_weight = lm_huge_alloc(input->context, problem->order_count,
			                                     sizeof(int64_t));
		}
	problem->balance = request->balance_price;
	lm_prices_set(problem, request->objective);
}

/* Within SPI. */
static void
travels_make(const LmRequest *request, LmInput *input)
{
	if (request->matrix != NULL)
		lm_matrix_read(request, input);
	else if (input->road != NULL)
		lm_road_fill(input);
	else
		lm_straight_fill(request, input);
	if (input->rules != NULL)
		lm_traffic_apply(request, input, input->rules);
}

void
lm_input_travel(const LmRequest *request, LmInput *input, const LmPlan *routes)
{
	MemoryContext before = CurrentMemoryContext;

	if (input->road != NULL)
		lm_pairs_set(input, routes);
	LM_ENSURE(SPI_connect() == SPI_OK_CONNECT, "no connection to SPI");
	MemoryContextSwitchTo(before);
	travels_make(request, input);
	if (input->pairs != NULL)
		lm_tables_part(input);
	SPI_finish();
	MemoryContextSwitchTo(before);
}

LmInput *
lm_input_read(const LmRequest *request, MemoryContext context)
{
	MemoryContext before = CurrentMemoryContext;
	LmInput *input = MemoryContextAllocZero(context, sizeof(LmInput));
	LmReader reader = {.request = request, .input = input, .keep = context};

	input->context = context;
	if (request->matrix != NULL && request->network != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("arguments \"matrix\" and \"network\" exclude each other"),
		                errhint("Give one of them: travel times have one source.")));
	input->straight = request->matrix == NULL && request->network == NULL;
	reader.scratch = AllocSetContextCreate(context, "lastmile input", ALLOCSET_DEFAULT_SIZES);
	LM_ENSURE(SPI_connect() == SPI_OK_CONNECT, "no connection to SPI");
	MemoryContextSwitchTo(reader.scratch);
	lm_vehicles_read(&reader);
	if (request->network != NULL)
		lm_off_road_begin(&reader);
	lm_orders_read(&reader);
	if (request->candidates != NULL)
		lm_candidates_read(&reader);
	if (request->traffic != NULL)
		input->rules = lm_traffic_read(request->function, request->traffic, context);
	lm_vehicles_locate(&reader);
	lm_orders_settle(&reader);
	if (input->road != NULL)
		lm_off_road_find(&reader);
	lm_units_bind(&reader);
	origin_set(&reader);
	reader.places = lm_places_new(request->matrix != NULL);
	lm_vehicles_finish(&reader);
	lm_orders_finish(&reader);
	lm_places_finish(reader.places, input);
	/* the travel tables may need the room */
	MemoryContextSwitchTo(before);
	MemoryContextDelete(reader.scratch);
	if (request->candidates == NULL)
		travels_make(request, input);
	SPI_finish();
	MemoryContextSwitchTo(before);
	prices_set(input, request);
	return input;
}

int32_t
lm_input_order_find(const LmInput *input, const char *id)
{
	int32 low = 0;
	int32 high = input->order_row_count;

	while (low < high)
	{
		int32 middle = low + (high - low) / 2;
		int32 row = input->rows_by_id[middle];
		int order = strcmp(id, input->order_rows[row].id);

		if (order == 0)
			return row;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

int32_t
lm_input_vehicle_find(const LmInput *input, const char *id)
{
	int32 low = 0;
	int32 high = input->problem.vehicle_count;

	while (low < high)
	{
		int32 middle = low + (high - low) / 2;
		int order = strcmp(id, input->vehicle_rows[middle].id);

		if (order == 0)
			return middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}
