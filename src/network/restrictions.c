/*
 * restrictions.c
 *	  Paths of edge ids into paths of edges.
 */
#include "postgres.h"

#include <math.h>

#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "graph/way.h"
#include "input/values.h"
#include "network/restrictions.h"

#define NOUN "restrictions"
#define FIRST_ROOM 256
#define FORBIDDEN (-1)

enum
{
	R_PATH,
	R_COST,
	R_COLUMNS
};

/* An array's text and a string are read alike: {1,2} or 1,2. */
static const LmColumn restriction_columns[R_COLUMNS] = {
	[R_PATH] = {"path", NULL, LM_COLUMN_ANY, .required = true},
	[R_COST] = {"cost", NULL, LM_COLUMN_NUMBER},
};

typedef struct RestrictionsReading
{
	LmColumn columns[R_COLUMNS];
	const LmEdgeRows *edges;
	LmReport *report;
	LmRestrictions result;
	int32 *first;
	int32 first_room;
	int32 *path_edges;
	int32 edge_room;
	int32 *extra;
	int32 extra_room;
} RestrictionsReading;

static void
path_raise(const char *path)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
	                errmsg("path \"%s\" is not a list of edge ids", path),
	                errhint("Give an array of bigint, as pgRouting has it.")));
}

/* The next id of a path's text; false at its end. */
static bool
id_next(const char *path, const char **at, int64 *id)
{
	const char *begin = *at + strspn(*at, " {,");
	char *end;

	if (*begin == '\0' || (*begin == '}' && begin[1] == '\0'))
		return false;
	errno = 0;
	*id = strtoll(begin, &end, 10);
	if (end == begin || errno != 0 || strchr(" ,}", *end) == NULL)
		path_raise(path);
	*at = end;
	return true;
}

static int32
extra_read(const LmColumn *column, Datum value, bool null)
{
	double cost = null ? -1 : lm_value_number(column, value);

	if (isnan(cost))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("%s of a restriction is not a number", column->given)));
	if (cost < 0 || cost * LM_TICKS_PER_SECOND >= LM_TICKS_END)
		return FORBIDDEN;
	return (int32) rint(cost * LM_TICKS_PER_SECOND);
}

/* Where the way may be after an edge, given where it may be before; both -1: nowhere. */
static void
ends_follow(const LmEdgeRows *edges, int32 edge, int32 *ends)
{
	int32 tail = edges->tail[edge], head = edges->head[edge];
	bool at_tail = ends[0] == tail || ends[1] == tail;
	bool at_head = ends[0] == head || ends[1] == head;

	ends[0] = at_tail ? head : -1;
	ends[1] = at_head ? tail : -1;
}

/* Adds the edges of a path; false when it is to be left out, as the report then says. */
static bool
path_read(RestrictionsReading *reading, const char *path, int32 *count)
{
	const LmEdgeRows *edges = reading->edges;
	const char *at = path;
	int32 ends[2] = {-1, -1};
	int64 id;

	for (*count = 0; id_next(path, &at, &id); (*count)++)
	{
		int32 edge = lm_roads_find(&edges->roads, id);
		int32 all = reading->result.first[reading->result.count] + *count;

		if (edge < 0)
		{
			lm_report_warn(reading->report,
			               psprintf("restriction %s is left out: there is no such edge", path),
			               &id);
			return false;
		}
		if (*count == 0)
		{
			ends[0] = edges->tail[edge];
			ends[1] = edges->head[edge];
		}
		else
			ends_follow(edges, edge, ends);
		if (ends[0] < 0 && ends[1] < 0)
		{
			lm_report_warn(reading->report,
			               psprintf("restriction %s is left out: this edge does not follow the one "
			                        "before",
			                        path),
			               &id);
			return false;
		}
		reading->path_edges = lm_room_make(reading->path_edges, all, &reading->edge_room,
		                                   sizeof(int32));
		reading->path_edges[all] = edge;
	}
	if (*count == 0)
		lm_report_warn(reading->report, "a restriction without edges is left out", NULL);
	return *count > 0;
}

static void
restriction_take(void *state, const Datum *values, const bool *nulls)
{
	RestrictionsReading *reading = state;
	LmRestrictions *result = &reading->result;
	int32 extra = extra_read(&reading->columns[R_COST], values[R_COST], nulls[R_COST]);
	int32 count;

	result->first = reading->first;
	if (!path_read(reading,
	               nulls[R_PATH] ? "" : lm_value_text(&reading->columns[R_PATH], values[R_PATH]),
	               &count))
		return;
	reading->first = lm_room_make(reading->first, result->count + 1, &reading->first_room,
	                              sizeof(int32));
	reading->extra = lm_room_make(reading->extra, result->count, &reading->extra_room,
	                              sizeof(int32));
	reading->first[result->count + 1] = reading->first[result->count] + count;
	reading->extra[result->count++] = extra;
}

LmRestrictions *
lm_restrictions_read(const char *function, const char *query, const LmEdgeRows *edges,
                     LmReport *report)
{
	MemoryContext context = CurrentMemoryContext;
	RestrictionsReading reading = {.edges = edges, .report = report};
	LmRestrictions *result = palloc(sizeof(LmRestrictions));

	memcpy(reading.columns, restriction_columns, sizeof(restriction_columns));
	reading.first_room = reading.edge_room = reading.extra_room = FIRST_ROOM;
	reading.first = palloc0(FIRST_ROOM * sizeof(int32));
	reading.path_edges = palloc(FIRST_ROOM * sizeof(int32));
	reading.extra = palloc(FIRST_ROOM * sizeof(int32));
	SPI_connect();
	MemoryContextSwitchTo(context);
	lm_query_run(function, NOUN, query, reading.columns, R_COLUMNS, restriction_take, &reading);
	SPI_finish();
	MemoryContextSwitchTo(context);
	*result = (LmRestrictions){reading.result.count, reading.first, reading.path_edges,
	                           reading.extra};
	lm_report_info(report, psprintf("%d restrictions", result->count), NULL);
	return result;
}
