/*
 * report.h
 *	  What create_network and refresh_network say of what they read.
 *
 * Layer   network.
 */
#ifndef LM_NETWORK_REPORT_H
#define LM_NETWORK_REPORT_H

#include "postgres.h"

#include "fmgr.h"

/* A row; severity is "info" or "warning". */
typedef struct LmReportRow
{
	const char *severity;
	const char *message;
	int64 edge_id;
	bool has_edge;
} LmReportRow;

typedef struct LmReport
{
	MemoryContext context; /* of the rows and their messages */
	LmReportRow *rows;
	int32 count;
	int32 room;
} LmReport;

/* lm_report_begin - no rows yet, to be kept in the current context. */
void lm_report_begin(LmReport *report);

/* lm_report_info, lm_report_warn - a row; edge_id may be NULL. */
void lm_report_info(LmReport *report, const char *message, const int64 *edge_id);
void lm_report_warn(LmReport *report, const char *message, const int64 *edge_id);

/* lm_report_write - the rows of a set-returning function: infos, then warnings. */
void lm_report_write(FunctionCallInfo fcinfo, const LmReport *report);

#endif /* LM_NETWORK_REPORT_H */
