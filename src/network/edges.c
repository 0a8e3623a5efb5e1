/*
 * edges.c
 *	  Rows of pgRouting's columns into arrays of a graph.
 *
 * A single bad edge does not stop a network: it is closed, or has no line, and the
 * report says so.  An edge without an id or without its ends does.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "graph/way.h"
#include "input/ewkb.h"
#include "input/keys.h"
#include "input/point.h"
#include "input/query.h"
#include "input/values.h"
#include "network/edges.h"

#define NOUN "edges"
#define FIRST_ROOM 1024
#define MM_PER_M 1000.0
#define WHOLE_DOUBLE 9007199254740992.0 /* 2^53 */

enum
{
	E_ID,
	E_SOURCE,
	E_TARGET,
	E_COST,
	E_REVERSE_COST,
	E_LENGTH_M,
	E_CLASS,
	E_GEOM,
	E_COLUMNS
};

static const LmColumn edge_columns[E_COLUMNS] = {
	[E_ID] = {"id", NULL, LM_COLUMN_NUMBER, .required = true},
	[E_SOURCE] = {"source", NULL, LM_COLUMN_NUMBER},
	[E_TARGET] = {"target", NULL, LM_COLUMN_NUMBER},
	[E_COST] = {"cost", NULL, LM_COLUMN_NUMBER, .required = true},
	[E_REVERSE_COST] = {"reverse_cost", NULL, LM_COLUMN_NUMBER},
	[E_LENGTH_M] = {"length_m", NULL, LM_COLUMN_NUMBER},
	[E_CLASS] = {"class", NULL, LM_COLUMN_ANY},
	[E_GEOM] = {"geom", "the_geom", LM_COLUMN_POINT, .required = true},
};

/* A row as it came. */
typedef struct EdgeRow
{
	int64 id;
	int64 ends[2];  /* source, target */
	int32 ticks[2]; /* there and back; negative: closed */
	int32 class_no; /* in the order classes were met; -1: none */
	double length;  /* metres; NAN: NULL */
	int32 srid;
	int32 point_first;
	int32 point_count;
} EdgeRow;

typedef struct EdgesReading
{
	const char *function;
	LmColumn columns[E_COLUMNS];
	LmReport *report;
	EdgeRow *rows;
	int32 count;
	int32 room;
	LmRawPoint *points;
	int32 point_count;
	int32 point_room;
	LmKeys *classes;
	const char **class_names; /* in the order they were met */
	int32 class_room;
	bool topology; /* source and target are there */
	MemoryContext keep;
} EdgesReading;

/* ---- a row ---- */

int64
lm_edge_id(const LmColumn *column, Datum value)
{
	double number;

	switch (column->type)
	{
		case INT2OID:
			return DatumGetInt16(value);
		case INT4OID:
			return DatumGetInt32(value);
		case INT8OID:
			return DatumGetInt64(value);
		default:
			break;
	}
	number = lm_value_number(column, value);
	/* beyond 2^53 a double may stand for another number */
	if (!(fabs(number) <= WHOLE_DOUBLE) || number != floor(number))
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("%s %s is not a whole number", column->given, lm_value_show(column, value)),
		         errhint("Ids of edges and vertices are bigint, as pgRouting has them.")));
	return (int64) number;
}

int32
lm_edge_ticks(const LmColumn *column, Datum value, bool null, int64 id, LmReport *report)
{
	double cost;

	if (null)
	{
		lm_report_warn(report, psprintf("%s is NULL: taken as closed", column->given), &id);
		return -1;
	}
	cost = lm_value_number(column, value);
	if (!isfinite(cost))
		lm_report_warn(report,
		               psprintf("%s is not a finite number: taken as closed", column->given), &id);
	else if (cost * LM_TICKS_PER_SECOND >= LM_TICKS_END)
		lm_report_warn(report,
		               psprintf("%s %.10g is a day or more: taken as closed", column->given, cost),
		               &id);
	else
		return cost < 0 ? -1 : (int32) rint(cost * LM_TICKS_PER_SECOND);
	return -1;
}

/* The number of a class, in the order they are met. */
static int32
class_read(EdgesReading *reading, Datum value)
{
	const char *name = lm_value_text(&reading->columns[E_CLASS], value);
	int32 count = lm_keys_count(reading->classes);
	int32 class_no = lm_keys_add(reading->classes, name, strlen(name), count);

	if (class_no == count)
	{
		reading->class_names = lm_room_make(reading->class_names, count, &reading->class_room,
		                                    sizeof(char *));
		reading->class_names[count] = MemoryContextStrdup(reading->keep, name);
	}
	return class_no;
}

static void
line_read(EdgesReading *reading, Datum value, EdgeRow *row)
{
	const LmColumn *column = &reading->columns[E_GEOM];
	bytea *bytes = SendFunctionCall(unconstify(FmgrInfo *, &column->send), value);
	LmEwkbLine line;

	if (!lm_ewkb_line(VARDATA(bytes), VARSIZE(bytes) - VARHDRSZ, &line))
	{
		lm_report_warn(reading->report,
		               psprintf("%s is a %s, not one line: no place is put on the edge",
		                        column->given, lm_ewkb_type_name(line.type)),
		               &row->id);
		return;
	}
	row->srid = line.srid;
	for (int32 i = 0; i < line.count; i++)
	{
		LmRawPoint point = {.srid = line.srid, .given = true};

		lm_ewkb_line_point(&line, i, &point.x, &point.y);
		if (!isfinite(point.x) || !isfinite(point.y))
		{
			lm_report_warn(reading->report,
			               psprintf("%s has a coordinate that is not a finite number: no place is "
			                        "put on the edge",
			                        column->given),
			               &row->id);
			reading->point_count = row->point_first;
			row->point_count = 0;
			return;
		}
		reading->points = lm_room_make(reading->points, reading->point_count, &reading->point_room,
		                               sizeof(LmRawPoint));
		reading->points[reading->point_count++] = point;
		row->point_count++;
	}
}

static void
topology_check(EdgesReading *reading)
{
	const LmColumn *columns = reading->columns;

	reading->topology = columns[E_SOURCE].attribute != 0;
	if (reading->topology != (columns[E_TARGET].attribute != 0))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
		                errmsg("edges query has column \"%s\" but not \"%s\"",
		                       reading->topology ? "source" : "target",
		                       reading->topology ? "target" : "source"),
		                errhint("Give both; or neither, and edges meet where lines end.")));
}

static void
length_read(EdgesReading *reading, Datum value, EdgeRow *row)
{
	const char *wrong = lm_value_amount(&reading->columns[E_LENGTH_M], value, &row->length);

	if (wrong == NULL)
		return;
	lm_report_warn(reading->report, psprintf("%s: the line's length is taken", wrong), &row->id);
	row->length = NAN;
}

static void
edge_take(void *state, const Datum *values, const bool *nulls)
{
	EdgesReading *reading = state;
	EdgeRow row = {
		.point_first = reading->point_count, .length = NAN, .class_no = -1, .ticks = {-1, -1}};

	if (reading->count == 0)
		topology_check(reading);
	if (nulls[E_ID])
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		                errmsg("edges query returns a row whose id is NULL"),
		                errdetail("It is row %d of the query.", reading->count + 1)));
	row.id = lm_edge_id(&reading->columns[E_ID], values[E_ID]);
	for (int end = 0; end < 2 && reading->topology; end++)
	{
		if (nulls[E_SOURCE + end])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			                errmsg("edge \"" INT64_FORMAT "\" has no %s", row.id,
			                       reading->columns[E_SOURCE + end].given),
			                errhint("Leave the row out with WHERE, or build the topology first.")));
		row.ends[end] = lm_edge_id(&reading->columns[E_SOURCE + end], values[E_SOURCE + end]);
	}
	for (int way = 0; way < 2; way++)
	{
		const LmColumn *column = &reading->columns[E_COST + way];

		/* as in pgRouting: without the column nobody may drive back */
		if (column->attribute != 0)
			row.ticks[way] = lm_edge_ticks(column, values[E_COST + way], nulls[E_COST + way],
			                               row.id, reading->report);
	}
	if (!nulls[E_LENGTH_M])
		length_read(reading, values[E_LENGTH_M], &row);
	if (!nulls[E_CLASS])
		row.class_no = class_read(reading, values[E_CLASS]);
	if (!nulls[E_GEOM])
		line_read(reading, values[E_GEOM], &row);
	if (row.point_count == 1)
	{
		reading->point_count--;
		row.point_count = 0;
	}
	reading->rows = lm_room_make(reading->rows, reading->count, &reading->room, sizeof(EdgeRow));
	reading->rows[reading->count++] = row;
}

/* ---- all rows ---- */

static int
row_compare(const void *a, const void *b)
{
	int64 first = ((const EdgeRow *) a)->id, second = ((const EdgeRow *) b)->id;

	return (first > second) - (first < second);
}

static int
int64_compare(const void *a, const void *b)
{
	int64 first = *(const int64 *) a, second = *(const int64 *) b;

	return (first > second) - (first < second);
}

static void
rows_sort(EdgesReading *reading)
{
	CHECK_FOR_INTERRUPTS();
	qsort(reading->rows, reading->count, sizeof(EdgeRow), row_compare);
	for (int32 i = 1; i < reading->count; i++)
		if (reading->rows[i - 1].id == reading->rows[i].id)
			ereport(ERROR,
			        (errcode(ERRCODE_UNIQUE_VIOLATION),
			         errmsg("edge \"" INT64_FORMAT "\" comes more than once in the edges query",
			                reading->rows[i].id),
			         errhint("A join in the query may multiply its rows.")));
}

/* Brings all lines to degrees, unless they are in the plane. */
static bool
points_finish(EdgesReading *reading)
{
	LmRawPoint **points = lm_huge_alloc(CurrentMemoryContext, reading->point_count,
	                                    sizeof(LmRawPoint *));
	bool planar = reading->point_count > 0 && reading->points[0].srid == 0;

	for (int32 i = 0; i < reading->point_count; i++)
		points[i] = &reading->points[i];
	lm_points_transform(points, reading->point_count, reading->columns[E_GEOM].given);
	for (int32 row = 0; row < reading->count; row++)
		for (int32 i = 0; i < reading->rows[row].point_count; i++)
		{
			const LmRawPoint *point = &reading->points[reading->rows[row].point_first + i];

			if (point->wrong != NULL || (point->srid == 0) != planar)
				ereport(
					ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				     errmsg("edge \"" INT64_FORMAT "\" cannot be used: %s", reading->rows[row].id,
				            point->wrong != NULL ? point->wrong
				                                 : "some lines have SRID 0 and some have not")));
		}
	pfree(points);
	return planar;
}

static void
lines_fill(const EdgesReading *reading, LmEdgeRows *edges, bool planar)
{
	LmLines *lines = &edges->roads.lines;
	int32 at = 0;

	lines->planar = planar;
	lines->edge_count = edges->roads.edge_count = reading->count;
	edges->roads.ids = lm_huge_alloc(CurrentMemoryContext, reading->count, sizeof(int64));
	lines->first = lm_huge_alloc(CurrentMemoryContext, (Size) reading->count + 1, sizeof(int32));
	lines->x = lm_huge_alloc(CurrentMemoryContext, reading->point_count, sizeof(double));
	lines->y = lm_huge_alloc(CurrentMemoryContext, reading->point_count, sizeof(double));
	lines->first[0] = 0;
	for (int32 edge = 0; edge < reading->count; edge++)
	{
		const EdgeRow *row = &reading->rows[edge];

		edges->roads.ids[edge] = row->id;
		for (int32 i = 0; i < row->point_count; i++, at++)
		{
			lines->x[at] = reading->points[row->point_first + i].x;
			lines->y[at] = reading->points[row->point_first + i].y;
		}
		lines->first[edge + 1] = at;
	}
}

static int
class_compare(const void *a, const void *b, void *names)
{
	return strcmp(((const char **) names)[*(const int32 *) a],
	              ((const char **) names)[*(const int32 *) b]);
}

/* Classes by their names: in whatever order the rows came, the numbers are the same. */
static void
classes_fill(const EdgesReading *reading, LmRoads *roads)
{
	int32 count = lm_keys_count(reading->classes);
	int32 *order = palloc((Size) Max(count, 1) * sizeof(int32));
	int32 *number = palloc((Size) Max(count, 1) * sizeof(int32)); /* by that of the order met */
	StringInfoData names;

	for (int32 i = 0; i < count; i++)
		order[i] = i;
	qsort_arg(order, count, sizeof(int32), class_compare, reading->class_names);
	roads->class_count = count;
	roads->class_of = lm_huge_alloc(CurrentMemoryContext, reading->count, sizeof(int32));
	roads->class_first = lm_huge_alloc(CurrentMemoryContext, (Size) count + 1, sizeof(int32));
	initStringInfo(&names);
	for (int32 i = 0; i < count; i++)
	{
		const char *name = reading->class_names[order[i]];

		number[order[i]] = i;
		roads->class_first[i] = names.len;
		appendBinaryStringInfo(&names, name, strlen(name) + 1);
	}
	roads->class_first[count] = names.len;
	roads->class_names = names.data;
	for (int32 edge = 0; edge < reading->count; edge++)
	{
		int32 class_no = reading->rows[edge].class_no;

		roads->class_of[edge] = class_no < 0 ? -1 : number[class_no];
	}
	pfree(order);
	pfree(number);
}

/* Vertices by ids. */
static void
ends_by_id(const EdgesReading *reading, LmEdgeRows *edges)
{
	Size all = 2 * (Size) reading->count;
	int64 *ids = lm_huge_alloc(CurrentMemoryContext, all, sizeof(int64));
	int32 count = 0;

	for (Size i = 0; i < all; i++)
		ids[i] = reading->rows[i / 2].ends[i % 2];
	CHECK_FOR_INTERRUPTS();
	qsort(ids, all, sizeof(int64), int64_compare);
	for (Size i = 0; i < all; i++)
		if (count == 0 || ids[count - 1] != ids[i])
			ids[count++] = ids[i];
	for (Size i = 0; i < all; i++)
	{
		int64 *found = bsearch(&reading->rows[i / 2].ends[i % 2], ids, count, sizeof(int64),
		                       int64_compare);

		(i % 2 == 0 ? edges->tail : edges->head)[i / 2] = (int32) (found - ids);
	}
	edges->vertex_count = count;
	pfree(ids);
}

/* Vertices by the ends of lines. */
static void
ends_by_line(const EdgesReading *reading, LmEdgeRows *edges)
{
	const LmLines *lines = &edges->roads.lines;
	LmKeys *keys = lm_keys_new(CurrentMemoryContext, reading->count);

	for (int32 edge = 0; edge < reading->count; edge++)
		for (int end = 0; end < 2; end++)
		{
			int32 point = end == 0 ? lines->first[edge] : lines->first[edge + 1] - 1;
			double key[2];

			CHECK_FOR_INTERRUPTS();
			if (lines->first[edge] == lines->first[edge + 1])
				ereport(ERROR,
				        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				         errmsg("edge \"" INT64_FORMAT "\" has no line", edges->roads.ids[edge]),
				         errhint("Without source and target, edges meet where lines end.")));
			key[0] = lines->x[point];
			key[1] = lines->y[point];
			(end == 0 ? edges->tail : edges->head)[edge] = lm_keys_add(keys, key, sizeof(key),
			                                                           lm_keys_count(keys));
		}
	edges->vertex_count = lm_keys_count(keys);
}

/* Where vertices are: where the line of one of their edges ends. */
static void
vertices_place(LmEdgeRows *edges)
{
	const LmLines *lines = &edges->roads.lines;
	int32 count = edges->vertex_count;

	edges->x = lm_huge_alloc(CurrentMemoryContext, count, sizeof(double));
	edges->y = lm_huge_alloc(CurrentMemoryContext, count, sizeof(double));
	for (int32 v = 0; v < count; v++)
		edges->x[v] = NAN;
	for (int32 edge = 0; edge < lines->edge_count; edge++)
		for (int end = 0; end < 2; end++)
		{
			int32 v = end == 0 ? edges->tail[edge] : edges->head[edge];
			int32 point = end == 0 ? lines->first[edge] : lines->first[edge + 1] - 1;
			LmScale scale;

			if (lines->first[edge] == lines->first[edge + 1] || !isnan(edges->x[v]))
				continue;
			scale = lm_scale_at(lines->planar, lines->y[point]);
			edges->x[v] = lines->x[point] * scale.x;
			edges->y[v] = lines->y[point] * scale.y;
		}
	for (int32 v = 0; v < count; v++)
		if (isnan(edges->x[v]))
		{
			edges->x = edges->y = NULL;
			return;
		}
}

static void
weights_fill(const EdgesReading *reading, LmEdgeRows *edges)
{
	for (int32 edge = 0; edge < reading->count; edge++)
	{
		const EdgeRow *row = &reading->rows[edge];
		double length = row->length;

		if (isnan(length))
			length = lm_line_length(&edges->roads.lines, edge);
		if (length * MM_PER_M > PG_UINT32_MAX)
		{
			lm_report_warn(reading->report, psprintf("%.10g m are cut to 4294967 m", length),
			               &row->id);
			length = PG_UINT32_MAX / MM_PER_M;
		}
		edges->length[edge] = (uint32) floor(length * MM_PER_M + 0.5);
		for (int way = 0; way < 2; way++)
			edges->ticks[2 * edge + way] = row->ticks[way];
		if (edges->tail[edge] == edges->head[edge] && edges->length[edge] == 0)
			lm_report_warn(reading->report, "loop of no length", &row->id);
	}
}

LmEdgeRows *
lm_edges_read(const char *function, const char *query, LmReport *report)
{
	LmEdgeRows *edges = palloc0(sizeof(LmEdgeRows));
	MemoryContext context = CurrentMemoryContext;
	EdgesReading reading = {.function = function, .report = report, .keep = context};
	LmQueryFrame frame;

	memcpy(reading.columns, edge_columns, sizeof(edge_columns));
	reading.room = reading.point_room = reading.class_room = FIRST_ROOM;
	reading.rows = palloc(FIRST_ROOM * sizeof(EdgeRow));
	reading.points = palloc(FIRST_ROOM * sizeof(LmRawPoint));
	reading.classes = lm_keys_new(context, FIRST_ROOM);
	reading.class_names = palloc(FIRST_ROOM * sizeof(char *));
	SPI_connect();
	MemoryContextSwitchTo(context);
	lm_query_run(function, NOUN, query, reading.columns, E_COLUMNS, edge_take, &reading);
	lm_query_enter(&frame, function, NOUN);
	SPI_finish();
	MemoryContextSwitchTo(context);
	if (reading.count == 0)
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("edges query returns no rows")));
	rows_sort(&reading);
	lines_fill(&reading, edges, points_finish(&reading));
	classes_fill(&reading, &edges->roads);
	edges->tail = lm_huge_alloc(context, reading.count, sizeof(int32));
	edges->head = lm_huge_alloc(context, reading.count, sizeof(int32));
	edges->length = lm_huge_alloc(context, reading.count, sizeof(uint32));
	edges->ticks = lm_huge_alloc(context, 2 * (Size) reading.count, sizeof(int32));
	if (reading.topology)
		ends_by_id(&reading, edges);
	else
		ends_by_line(&reading, edges);
	vertices_place(edges);
	weights_fill(&reading, edges);
	lm_query_leave(&frame);
	pfree(reading.rows);
	pfree(reading.points);
	return edges;
}
