/*
 * query.c
 *	  A read-only cursor over the user's query, in batches.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/plancache.h"

#include "input/bind.h"
#include "input/query.h"
#include "workers/memory.h"

/* Rows are copied by the cursor: enough to hide its cost, few enough for wide tables. */
#define BATCH_ROWS 1000

typedef struct LmQuery
{
	const char *noun;
	LmColumn *columns;
	int count;
	int *bound; /* [bound_count] the columns that the query has */
	int bound_count;
	Datum *attributes; /* of the row in hand, by attribute */
	bool *attribute_nulls;
	Datum *values; /* the same, by column */
	bool *nulls;
	MemoryContext row_context;
	MemoryContext call; /* the call's, or below it */
	LmRowTake take;
	void *state;
} LmQuery;

static void
frame_context(void *argument)
{
	const LmQueryFrame *frame = argument;

	errcontext("%s, %s query", frame->function, frame->noun);
}

void
lm_query_enter(LmQueryFrame *frame, const char *function, const char *noun)
{
	frame->function = function;
	frame->noun = noun;
	frame->callback.callback = frame_context;
	frame->callback.arg = frame;
	frame->callback.previous = error_context_stack;
	error_context_stack = &frame->callback;
}

void
lm_query_leave(LmQueryFrame *frame)
{
	error_context_stack = frame->callback.previous;
}

static const char *
spaces_skip(const char *text)
{
	while (isspace((unsigned char) *text))
		text++;
	return text;
}

/* Behind an identifier, quoted or not; NULL where there is none. */
static const char *
identifier_skip(const char *text)
{
	unsigned char first = (unsigned char) *text;

	if (first == '"')
	{
		text++;
		for (; *text != '\0'; text++)
		{
			if (*text != '"')
				continue;
			if (text[1] != '"')
				return text + 1;
			text++;
		}
		return NULL;
	}
	if (!isalpha(first) && first != '_' && !IS_HIGHBIT_SET(first))
		return NULL;
	while (isalnum((unsigned char) *text) || *text == '_' || *text == '$' || IS_HIGHBIT_SET(*text))
		text++;
	return text;
}

/* A table or view by its bare name, with or without schema; no query is a single word. */
static bool
text_is_name(const char *text)
{
	text = spaces_skip(text);
	for (;;)
	{
		text = identifier_skip(text);
		if (text == NULL)
			return false;
		text = spaces_skip(text);
		if (*text != '.')
			return *text == '\0';
		text = spaces_skip(text + 1);
	}
}

/* The cursor would refuse a query that writes as well, in words about "non-volatile functions". */
static void
plan_check_reads(const char *noun, SPIPlanPtr plan)
{
	CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(plan));
	const Query *query = linitial_node(Query, source->query_list);

	if (query->commandType != CMD_UTILITY &&
	    (query->commandType != CMD_SELECT || query->hasModifyingCTE || query->rowMarks != NIL))
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s query must only read", noun),
		         errhint("Give a SELECT without FOR UPDATE, or the name of a table or view.")));
}

static SPIPlanPtr
query_prepare(const char *noun, const char *text)
{
	SPIPlanPtr plan;

	if (*spaces_skip(text) == '\0')
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s query is empty", noun),
		                errhint("Give a SELECT, or the name of a table or view.")));
	if (text_is_name(text))
		text = psprintf("SELECT * FROM %s", text);
	plan = SPI_prepare_cursor(text, 0, NULL, CURSOR_OPT_NO_SCROLL);
	if (plan == NULL || !SPI_is_cursor_plan(plan))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("%s query is not one query that returns rows", noun),
		                errhint("Give one SELECT, or the name of a table or view.")));
	plan_check_reads(noun, plan);
	return plan;
}

static void
row_take(LmQuery *query, TupleDesc row, HeapTuple tuple)
{
	heap_deform_tuple(tuple, row, query->attributes, query->attribute_nulls);
	for (int i = 0; i < query->bound_count; i++)
	{
		int index = query->bound[i];
		const LmColumn *column = &query->columns[index];

		query->values[index] = query->attributes[column->attribute - 1];
		query->nulls[index] = query->attribute_nulls[column->attribute - 1];
		if (query->nulls[index])
			continue;
		if (column->misfit)
			lm_column_misfit(query->noun, column);
	}
	query->take(query->state, query->values, query->nulls);
}

static void
query_open(LmQuery *query, TupleDesc row)
{
	lm_columns_bind(query->noun, row, query->columns, query->count);
	query->bound = palloc(query->count * sizeof(int));
	query->bound_count = 0;
	query->values = palloc0(query->count * sizeof(Datum));
	query->nulls = palloc(query->count * sizeof(bool));
	for (int i = 0; i < query->count; i++)
	{
		query->nulls[i] = true;
		if (query->columns[i].attribute != 0)
			query->bound[query->bound_count++] = i;
	}
	query->attributes = palloc((row->natts + 1) * sizeof(Datum));
	query->attribute_nulls = palloc((row->natts + 1) * sizeof(bool));
	query->row_context = AllocSetContextCreate(CurrentMemoryContext, "lastmile row",
	                                           ALLOCSET_DEFAULT_SIZES);
}

/* Hands the fetched rows over. */
static void
batch_take(LmQuery *query)
{
	SPITupleTable *batch = SPI_tuptable;
	uint64 count = SPI_processed;
	MemoryContext before = MemoryContextSwitchTo(query->row_context);

	for (uint64 i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		row_take(query, batch->tupdesc, batch->vals[i]);
		MemoryContextReset(query->row_context);
	}
	MemoryContextSwitchTo(before);
	SPI_freetuptable(batch);
	/* what was kept of these rows is no more than they themselves took a moment ago */
	lm_memory_reserve(query->call, 0);
}

void
lm_query_run(const char *function, const char *noun, const char *text, LmColumn *columns, int count,
             LmRowTake take, void *state)
{
	LmQuery query = {.noun = noun,
	                 .columns = columns,
	                 .count = count,
	                 .call = CurrentMemoryContext,
	                 .take = take,
	                 .state = state};
	LmQueryFrame frame;
	SPIPlanPtr plan;
	Portal portal;
	uint64 fetched;

	lm_query_enter(&frame, function, noun);
	plan = query_prepare(noun, text);
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, true);
	query_open(&query, portal->tupDesc);
	do
	{
		SPI_cursor_fetch(portal, true, BATCH_ROWS);
		fetched = SPI_processed;
		batch_take(&query);
	} while (fetched == BATCH_ROWS);
	SPI_cursor_close(portal);
	SPI_freeplan(plan);
	MemoryContextDelete(query.row_context);
	/* SPI leaves its own context behind, which is not the call's */
	MemoryContextSwitchTo(query.call);
	lm_query_leave(&frame);
}
