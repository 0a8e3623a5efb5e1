/*
 * settle.h
 *	  The fixed rows of one vehicle, timed; for day.c only.
 *
 * Layer   solver: C11 and model only.
 * Rules   doc/reference.md, "A day under way".
 */
#ifndef LM_SOLVER_SETTLE_H
#define LM_SOLVER_SETTLE_H

#include "solver/day.h"

/* A vehicle's fixed rows being settled. */
typedef struct LmSettling
{
	const LmProblem *problem;
	LmProblem *work; /* the whole, with the vehicle as it is after the rows so far */
	LmScheduler *scheduler;
	LmArena *arena;
	LmVehicle *vehicle; /* in work */
	const LmTravel *travel;
	const LmFixed *rows; /* [count] */
	int32_t count;
	int32_t *break_of; /* [vehicle->break_count] */
	LmBegun *begun;
	LmTimetable timetable; /* scratch */
	int32_t *orders;       /* scratch: frozen orders that have to be scheduled */
	LmAmount *amounts;     /* scratch [2 * dimensions] */
	bool closed;           /* nothing may come behind */
} LmSettling;

/*
 * lm_settle_vehicle - fills begun, and makes the vehicle what it is behind its fixed rows
 *
 * Its limits are then what is left of them, or what the way home takes; its loads are not looked at.
 * Returns false when memory is refused or the scheduler was stopped.
 */
bool lm_settle_vehicle(LmSettling *settling);

#endif /* LM_SOLVER_SETTLE_H */
