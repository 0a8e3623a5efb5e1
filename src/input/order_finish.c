/*
 * order_finish.c
 *	  Drafts of orders into the problem, once all rows of all queries are there.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "input/curve.h"
#include "input/orders.h"
#include "input/reloads.h"
#include "input/units.h"

#define NOUN "orders"

/* Units of demand that all orders together may reach; in thousandths it is below LM_NEVER. */
#define DEMAND_SUM_MAX 1e15
#define DEMAND_MAX 1e12

static void
order_spoil(const LmReader *reader, LmOrderDraft *draft, const char *wrong)
{
	if (draft->bad == NULL)
		draft->bad = lm_text_keep(reader->keep, wrong);
}

/* Points in one coordinate system; where no vehicle has one, the first good order decides. */
static void
points_settle(LmReader *reader)
{
	int32 count = reader->order_count;
	LmRawPoint **points = lm_huge_alloc(CurrentMemoryContext, count, sizeof(LmRawPoint *));

	for (int32 i = 0; i < count; i++)
		points[i] = &reader->orders[reader->order_rows[i]].point;
	lm_points_transform(points, count, "geom");
	for (int32 i = 0; i < count; i++)
	{
		LmOrderDraft *draft = &reader->orders[reader->order_rows[i]];
		LmRawPoint *point = points[i];

		if (!point->given)
			continue;
		if (point->wrong != NULL)
			order_spoil(reader, draft, point->wrong);
		else if (!reader->planar_known && draft->bad == NULL)
		{
			reader->planar_known = true;
			reader->input->planar = point->srid == 0;
		}
		if (point->wrong == NULL && reader->planar_known &&
		    reader->input->planar != (point->srid == 0))
		{
			order_spoil(reader, draft,
			            point->srid == 0
			                ? "geom is on a plane (SRID 0), other points are on the globe"
			                : "geom is on the globe, other points are on a plane (SRID 0)");
			point->given = false;
		}
		if (point->wrong != NULL)
			point->given = false;
	}
	pfree(points);
}

/* The first order in the order of ids that has demands; NULL: none has. */
static const LmOrderDraft *
demand_first(const LmReader *reader)
{
	for (int32 i = 0; i < reader->order_count; i++)
	{
		const LmOrderDraft *draft = &reader->orders[reader->order_rows[i]];

		if (draft->demand_count > 0)
			return draft;
	}
	return NULL;
}

static bool
demand_positive(const LmOrderDraft *draft)
{
	for (int32 i = 0; i < draft->demand_count; i++)
	{
		if (draft->demand[i] > 0)
			return true;
	}
	return false;
}

/* Each order by the number of dimensions, and by what can still be added up. */
static void
demand_check(const LmReader *reader, LmOrderDraft *draft, double limit)
{
	int32 dimensions = reader->input->problem.dimensions;

	if (draft->demand_count < 0)
		return;
	if (draft->demand_count != dimensions)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		     errmsg("demand of order \"%s\" has length %d, %s %d", draft->id, draft->demand_count,
		            reader->capacity_count >= 0 ? "capacity of the vehicles"
		                                        : "that of other orders",
		            dimensions),
		     errhint(
				 "Give demand and capacity as arrays of one length, or both as single numbers.")));
	if (reader->capacity_count < 0 && reader->vehicle_ids.count > 0 && draft->bad == NULL &&
	    demand_positive(draft))
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		     errmsg("order \"%s\" has a demand, but no vehicle has a capacity", draft->id),
		     errhint(
				 "Add capacity to the vehicles query, or leave demand out of the orders query.")));
	for (int32 i = 0; i < draft->demand_count; i++)
	{
		if (draft->demand[i] > limit)
			order_spoil(reader, draft,
			            psprintf("demand %g is too large to be added up, the limit is %g",
			                     draft->demand[i], limit));
	}
}

/* Orders by the bytes of their ids, and the candidates behind them. */
static void
rows_number(LmReader *reader)
{
	int32 orders = reader->order_ids.count;
	int32 *by_text = lm_ids_by_text(&reader->order_ids, "order", NOUN);

	reader->order_rows = lm_huge_alloc(CurrentMemoryContext, reader->order_count, sizeof(int32));
	for (int32 i = 0; i < reader->order_count; i++)
		reader->order_rows[i] = i < orders ? by_text[i] : i;
}

void
lm_orders_settle(LmReader *reader)
{
	LmProblem *problem = &reader->input->problem;
	int32 count = reader->order_count;
	const LmOrderDraft *first;
	LmQueryFrame frame;

	lm_query_enter(&frame, reader->request->function, NOUN);
	rows_number(reader);
	points_settle(reader);
	first = demand_first(reader);
	problem->dimensions = 0;
	if (reader->capacity_count >= 0)
		problem->dimensions = reader->capacity_count;
	else if (first != NULL)
		problem->dimensions = first->demand_count;
	for (int32 i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		demand_check(reader, &reader->orders[reader->order_rows[i]],
		             Min(DEMAND_MAX, DEMAND_SUM_MAX / Max(count, 1)));
	}
	lm_query_leave(&frame);
}

TimestampTz
lm_orders_earliest(const LmReader *reader)
{
	TimestampTz earliest = DT_NOEND;

	for (int32 i = 0; i < reader->order_ids.count; i++)
	{
		/* a row that is not planned must not move the origin of the others */
		if (reader->orders[i].bad == NULL)
			earliest = Min(earliest, reader->orders[i].earliest);
	}
	return earliest;
}

static int
windows_compare(const void *a, const void *b)
{
	const LmWindow *first = a;
	const LmWindow *second = b;

	if (first->open != second->open)
		return first->open < second->open ? -1 : 1;
	return (first->close > second->close) - (first->close < second->close);
}

/* The order's windows, ascending and merged, at problem.windows[first]; how many there are. */
static int32
windows_finish(const LmReader *reader, const LmOrderDraft *draft, int32 first)
{
	LmWindow *windows = &reader->input->problem.windows[first];
	int32 count = 0;

	if (draft->span_count == 0)
	{
		windows[0] = (LmWindow){-LM_NEVER, LM_NEVER};
		return 1;
	}
	for (int32 i = 0; i < draft->span_count; i++)
		windows[i] = lm_reader_window(reader, reader->spans[draft->span_first + i]);
	qsort(windows, draft->span_count, sizeof(LmWindow), windows_compare);
	for (int32 i = 1; i < draft->span_count; i++)
	{
		if (windows[i].open <= windows[count].close)
			windows[count].close = Max(windows[count].close, windows[i].close);
		else
			windows[++count] = windows[i];
	}
	return count + 1;
}

static void
order_finish(LmReader *reader, const LmOrderDraft *draft, int32 index, int32 window_first)
{
	LmProblem *problem = &reader->input->problem;
	LmOrder *order = &problem->orders[index];
	LmAmount *demand = &problem->demand[(size_t) index * (size_t) problem->dimensions];
	LmPoint point = lm_point_known(&draft->point);

	order->place = lm_place_add(reader->places, point,
	                            draft->location != NULL ? draft->location : draft->id);
	order->site = lm_site_add(reader->places, point, draft->location);
	order->window_first = window_first;
	order->window_count = windows_finish(reader, draft, window_first);
	order->soft = !isnan(draft->late_cost);
	order->late_cost = order->soft ? draft->late_cost : 0;
	order->due = 0;
	if (order->soft)
	{
		LmWindow *last = &problem->windows[window_first + order->window_count - 1];

		order->due = last->close;
		last->close = Max(last->close, lm_reader_ms(reader, draft->latest, false));
	}
	order->kind = draft->kind;
	order->priority = draft->priority;
	order->optional = !isnan(draft->skip_cost);
	order->skip_cost = order->optional ? draft->skip_cost : 0;
	order->service = draft->service;
	order->setup = draft->setup;
	order->preferred = draft->preferred;
	order->prefer_cost = draft->prefer_cost;
	order->release = lm_reader_ms(reader, draft->release, true);
	for (int32 i = 0; i < problem->dimensions; i++)
		demand[i] = i < draft->demand_count ? (LmAmount) round(draft->demand[i] * 1000) : 0;
}

/* Bit rows of the orders; NULL when no order has one. */
static uint64_t *
bits_finish(const LmReader *reader, const int32 *draft_of, bool skills)
{
	const LmProblem *problem = &reader->input->problem;
	size_t words = (size_t) problem->allowed_words;
	uint64_t *rows = NULL;

	for (int32 order = 0; order < lm_problem_rows(problem); order++)
	{
		const LmOrderDraft *draft = &reader->orders[draft_of[order]];
		const uint64 *bits = skills ? draft->skilled : draft->welcome;

		CHECK_FOR_INTERRUPTS();
		if (bits == NULL || words == 0)
			continue;
		if (rows == NULL)
		{
			rows = lm_huge_alloc(reader->keep, problem->order_count * words, sizeof(uint64_t));
			memset(rows, 0xff, problem->order_count * words * sizeof(uint64_t));
		}
		memcpy(&rows[order * words], bits, words * sizeof(uint64_t));
	}
	return rows;
}

static void
row_finish(LmReader *reader, int32 of, int32 row, int32 order)
{
	LmInput *input = reader->input;
	const LmOrderDraft *draft = &reader->orders[of];

	CHECK_FOR_INTERRUPTS();
	input->order_rows[row] = (LmOrderRow){
		.id = draft->id,
		.order = order,
		.point = lm_point_known(&draft->point),
		.bad = draft->bad,
		.bad_code = draft->off_road ? LM_REASON_UNREACHABLE : LM_REASON_BAD_ROW,
		.skip_cost = draft->skip_cost,
		.skills = draft->skills,
		.quiet = draft->quiet,
	};
	if (order >= 0)
		input->row_of_order[order] = row;
}

/* The rows of the input: all orders, as their ids sort, and the candidates. */
static void
rows_finish(LmReader *reader, const int32 *order_of)
{
	LmInput *input = reader->input;
	int32 count = reader->order_ids.count;
	int32 *by_type = lm_ids_by_type(&reader->order_ids);
	int32 *row_of = lm_huge_alloc(CurrentMemoryContext, count, sizeof(int32));

	input->order_row_count = count;
	input->order_rows = lm_huge_alloc(reader->keep, reader->order_count, sizeof(LmOrderRow));
	input->rows_by_id = lm_huge_alloc(reader->keep, count, sizeof(int32));
	input->row_of_order = lm_huge_alloc(reader->keep, input->problem.order_count, sizeof(int32));
	for (int32 row = 0; row < count; row++)
	{
		row_of[by_type[row]] = row;
		row_finish(reader, by_type[row], row, order_of[by_type[row]]);
	}
	for (int32 i = 0; i < count; i++)
		input->rows_by_id[i] = row_of[reader->order_rows[i]];
	input->candidate_count = reader->order_count - count;
	input->slots = lm_huge_alloc(reader->keep, input->candidate_count, sizeof(LmSlot));
	for (int32 row = count; row < reader->order_count; row++)
	{
		input->slots[row - count] = (LmSlot){reader->orders[row].slot.from,
		                                     reader->orders[row].slot.to};
		row_finish(reader, row, row, order_of[row]);
	}
}

static LmPoint
draft_point(const void *reader, int32 row)
{
	return lm_point_known(&((const LmReader *) reader)->orders[row].point);
}

void
lm_orders_finish(LmReader *reader)
{
	LmProblem *problem = &reader->input->problem;
	int32 count = reader->order_count;
	int32 *order_of = lm_huge_alloc(CurrentMemoryContext, count, sizeof(int32));
	int32 *draft_of = lm_huge_alloc(CurrentMemoryContext, count, sizeof(int32));
	int32 window_count = 0;
	int32 asked = 0; /* candidates that can be read */
	int32 rows;

	problem->order_count = 0;
	for (int32 i = 0; i < count; i++)
	{
		int32 row = reader->order_rows[i];

		order_of[row] = -1;
		if (reader->orders[row].bad != NULL)
			continue;
		draft_of[problem->order_count++] = row;
		asked += i >= reader->order_ids.count;
		window_count += Max(reader->orders[row].span_count, 1);
	}
	lm_curve_sort(draft_of, problem->order_count - asked, draft_point, reader);
	for (int32 order = 0; order < problem->order_count; order++)
		order_of[draft_of[order]] = order;
	rows = problem->order_count;
	problem->reload_count = lm_reloads_count(problem, rows);
	problem->order_count += problem->reload_count;
	problem->orders = lm_huge_alloc(reader->keep, problem->order_count, sizeof(LmOrder));
	problem->demand = lm_huge_alloc(reader->keep,
	                                (size_t) problem->order_count * (size_t) problem->dimensions,
	                                sizeof(LmAmount));
	problem->windows = lm_huge_alloc(reader->keep, window_count + 1, sizeof(LmWindow));
	window_count = 0;
	for (int32 order = 0; order < rows; order++)
	{
		CHECK_FOR_INTERRUPTS();
		order_finish(reader, &reader->orders[draft_of[order]], order, window_count);
		window_count += problem->orders[order].window_count;
	}
	lm_units_finish(reader, order_of);
	problem->skilled = bits_finish(reader, draft_of, true);
	problem->welcome = bits_finish(reader, draft_of, false);
	lm_reloads_finish(reader, window_count);
	rows_finish(reader, order_of);
}
