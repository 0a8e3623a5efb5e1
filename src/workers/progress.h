/*
 * progress.h
 *	  Searches under way, for other sessions to see.
 *
 * 64 slots of shared memory, taken when first needed or, with shared_preload_libraries, when the server
 * starts.  Where there is no room, or no slot is free, a search is not seen, but goes on.
 *
 * Layer   adapter.
 */
#ifndef LM_WORKERS_PROGRESS_H
#define LM_WORKERS_PROGRESS_H

#include "postgres.h"

#include "solver/progress.h"

/* lm_progress_preload - asks for the memory; from _PG_init */
void lm_progress_preload(void);

/* lm_progress_begin - this call is seen from now on; returns its slot, -1: it is not */
int lm_progress_begin(void);

/*
 * lm_progress_search - what the search is about
 *
 *	limit_ms		of the call
 *	cost_unit		of LmCost in a unit that is shown
 */
void lm_progress_search(int slot, int32_t orders, double limit_ms, double cost_unit);

/* lm_progress_show - how far it is */
void lm_progress_show(int slot, const LmProgress *progress);

/* lm_progress_end - it is not seen any more */
void lm_progress_end(int slot);

/* lm_progress_notice - says the same to the client, when lastmile.progress_notices ms have passed since the last time */
void lm_progress_notice(const LmProgress *progress, double elapsed_ms, double cost_unit,
                        double *noticed_ms);

#endif /* LM_WORKERS_PROGRESS_H */
