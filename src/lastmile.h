/*
 * lastmile.h
 *	  The settings of the extension, as PostgreSQL keeps them.
 *
 * Read them at the start of a call and pass values on; only lm_speed_kmh,
 * lm_detour_factor (travel/), lm_max_memory_kb (input/, workers/) and lm_max_workers
 * (workers/) are read elsewhere.
 *
 * Layer   adapter.
 */
#ifndef LM_LASTMILE_H
#define LM_LASTMILE_H

extern int lm_time_limit_ms;       /* lastmile.time_limit, >= 1 */
extern int lm_max_time_limit_ms;   /* lastmile.max_time_limit, >= 1 */
extern int lm_workers;             /* lastmile.workers, >= 1 */
extern int lm_progress_notices_ms; /* lastmile.progress_notices, 0: none */
extern int lm_streams;             /* lastmile.streams, >= 1 */
extern int lm_max_workers;         /* lastmile.max_workers, >= 1 */
extern int lm_max_memory_kb;       /* lastmile.max_memory, >= 1024 */
extern double lm_speed_kmh;        /* lastmile.speed_kmh, > 0 */
extern double lm_detour_factor;    /* lastmile.detour_factor, >= 1 */
extern double lm_max_snap_m;       /* lastmile.max_snap_m, >= 0 */
extern double lm_balance_price;    /* lastmile.balance_price, >= 0 */

#endif /* LM_LASTMILE_H */
