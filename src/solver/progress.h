/*
 * progress.h
 *	  How far a search is, for whoever wants to know.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_PROGRESS_H
#define LM_SOLVER_PROGRESS_H

#include "model/units.h"

typedef enum LmPhase
{
	LM_PHASE_READING,
	LM_PHASE_PREPARING, /* candidates, the first plan */
	LM_PHASE_FLEET,     /* fewer vehicles */
	LM_PHASE_SEARCHING,
	LM_PHASE_REASONS
} LmPhase;

typedef struct LmProgress
{
	bool wanted; /* set from outside; the search fills the rest, and takes it back */
	bool known;  /* it has been filled */
	LmPhase phase;
	int64_t iterations;
	LmCost cost;        /* of the routes of the best plan seen when it was wanted */
	int32_t unassigned; /* orders that plan leaves out */
} LmProgress;

#endif /* LM_SOLVER_PROGRESS_H */
