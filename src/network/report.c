/*
 * report.c
 *	  Rows kept until the call is done, since the first are known last.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "input/values.h"
#include "network/report.h"

#define FIRST_ROOM 256
#define COLUMNS 3

void
lm_report_begin(LmReport *report)
{
	report->context = CurrentMemoryContext;
	report->room = FIRST_ROOM;
	report->rows = palloc(FIRST_ROOM * sizeof(LmReportRow));
	report->count = 0;
}

static void
row_add(LmReport *report, const char *severity, const char *message, const int64 *edge_id)
{
	report->rows = lm_room_make(report->rows, report->count, &report->room, sizeof(LmReportRow));
	report->rows[report->count++] = (LmReportRow){severity,
	                                              MemoryContextStrdup(report->context, message),
	                                              edge_id != NULL ? *edge_id : 0, edge_id != NULL};
}

void
lm_report_info(LmReport *report, const char *message, const int64 *edge_id)
{
	row_add(report, "info", message, edge_id);
}

void
lm_report_warn(LmReport *report, const char *message, const int64 *edge_id)
{
	row_add(report, "warning", message, edge_id);
}

static void
rows_write(ReturnSetInfo *result, const LmReport *report, const char *severity)
{
	for (int32 i = 0; i < report->count; i++)
	{
		const LmReportRow *row = &report->rows[i];
		Datum values[COLUMNS];
		bool nulls[COLUMNS] = {false};

		if (strcmp(row->severity, severity) != 0)
			continue;
		CHECK_FOR_INTERRUPTS();
		values[0] = CStringGetTextDatum(row->severity);
		values[1] = CStringGetTextDatum(row->message);
		nulls[2] = !row->has_edge;
		if (row->has_edge)
			values[2] = CStringGetTextDatum(psprintf(INT64_FORMAT, row->edge_id));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

void
lm_report_write(FunctionCallInfo fcinfo, const LmReport *report)
{
	ReturnSetInfo *result;

	InitMaterializedSRF(fcinfo, 0);
	result = (ReturnSetInfo *) fcinfo->resultinfo;
	rows_write(result, report, "info");
	rows_write(result, report, "warning");
}
