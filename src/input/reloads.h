/*
 * reloads.h
 *	  The reloads of vehicles that make several trips, behind the orders of the problem.
 *
 * Vehicles of one start place and one reload_time share a pool of them, so that the search may
 * exchange their trips.
 *
 * Layer   adapter.
 */
#ifndef LM_INPUT_RELOADS_H
#define LM_INPUT_RELOADS_H

#include "input/draft.h"

/* lm_reloads_count - how many the problem needs for so many orders; its vehicles are there */
int32 lm_reloads_count(const LmProblem *problem, int32 rows);

/*
 * lm_reloads_finish - writes them
 *
 *	window		index of a window that is free; all share it
 *
 * The problem counts them already, and its bit rows, where there are any, allow everything.
 */
void lm_reloads_finish(LmReader *reader, int32 window);

#endif /* LM_INPUT_RELOADS_H */
