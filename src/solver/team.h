/*
 * team.h
 *	  A search of several coolings at the same time, done by this process and those who help.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_TEAM_H
#define LM_SOLVER_TEAM_H

#include "solver/search_parts.h"

/*
 * lm_team_streams - how many coolings go on at the same time
 *
 * By the clock one for each process; by iterations as many as the options say, but one where there are
 * few orders or few iterations for each, whoever could help.
 */
int32_t lm_team_streams(const LmProblem *problem, const LmSolveOptions *options, bool clocked);

/* lm_team_pays - whether the plan is large enough to be cut, or there are streams to be had of it */
bool lm_team_pays(const LmState *state, const LmSearchTools *tools);

/*
 * lm_team_run - spends the budget
 *
 *	search		set up, with no plans yet; at the end best or a plan is the best one found
 *
 * Without a clock the result depends on tools->streams, not on who helps.
 */
LmStatus lm_team_run(LmSearch *search, const LmSearchTools *tools, const LmSolveOptions *options,
                     LmArena *arena);

#endif /* LM_SOLVER_TEAM_H */
