/*
 * state.h
 *	  The plan being searched: routes as linked nodes that know their times.
 *
 * Node numbers: order i is node i; the start and end of vehicle v's route are
 * nodes order_count + 2v and order_count + 2v + 1.  A route is always feasible:
 * orders that cannot be placed are absent, never late.  Every change is logged,
 * so that lm_state_undo brings back the plan of the last lm_state_commit.
 *
 * A route is `plain` when the algebra of segment.h is exact for it.  All others
 * are priced by the exact schedule (halves.h); their segments are kept as bounds.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_STATE_H
#define LM_SOLVER_STATE_H

#include "model/arena.h"
#include "model/plan.h"
#include "model/problem.h"
#include "solver/progress.h"
#include "solver/random.h"
#include "solver/schedule.h"
#include "solver/segment.h"

#define LM_ABSENT (-1)                /* LmNode.route of an order on no route */
#define LM_IMPOSSIBLE (INT64_MAX / 2) /* a price above every other */

/* What changes as routes change: one cache line. */
typedef struct LmNode
{
	int32_t prev;
	int32_t next;
	int32_t route; /* vehicle, or LM_ABSENT */
	int32_t place;
	LmSegment head; /* from the route's start to the departure from here */
	LmSegment tail; /* from being ready here to the route's end */
} LmNode;

#define LM_OFF_ROUTE (-2) /* LmLeg.next_place of an order on no route */

/* The leg from a node to the next on its route; kept so that a detour needs no look into the tables. */
typedef struct LmLeg
{
	LmLength length;
	LmTime time;        /* the setup at the next node included */
	int32_t next_place; /* of the next node; LM_NOWHERE before an open end */
} LmLeg;

/* What never changes about a node: one cache line. */
typedef struct LmSpot
{
	LmTime open; /* hull of the windows; of a reload when its goods are ready: this one changes */
	LmTime close;
	LmTime service;
	LmTime setup;
	LmTime release;
	LmAmount demand;  /* in the first dimension */
	int32_t site;     /* -1 for starts and ends */
	bool odd;         /* several windows, or a setup that differs within its site */
	bool uneven;      /* such a setup */
	bool soft;        /* its lateness has a price */
	LmOrderKind kind; /* of an order */
} LmSpot;

/* What never changes about a vehicle, as insertions need it. */
typedef struct LmVan
{
	LmCost per_ms;
	LmCost per_mm;
	LmCost per_overtime_ms;
	LmCost price; /* added when used; with objective vehicles it outweighs what a van
								 * less may cost in detours */
	LmLength max_distance;
	LmLength range; /* of each trip; LM_NEVER: no limit */
	LmTime loaded;  /* under way: its trip has what was ready by then; else LM_NEVER */
	LmTime max_time;
	int32_t travel;
	int32_t max_stops;
	int32_t max_trips; /* >= 1 */
	bool measured;     /* metres are priced or limited */
	bool has_breaks;
	bool changes; /* its travel times do, over the day: legs and segments are bounds */
	bool timed;   /* working time or overtime is priced, or its deviation */
	int32_t twin; /* the same for vehicles that are alike but for who is preferred */
} LmVan;

typedef struct LmRoute
{
	LmLength length;
	LmTime working;
	LmTime busy;    /* of working: legs and services */
	LmTime waiting; /* the rest */
	LmCost
		saving; /* price of all waiting, overtime, lateness: a change of its times saves no more */
	LmTime overtime;
	LmTime departs;    /* where travel times change */
	LmCost preference; /* of its orders that another vehicle is preferred for */
	LmCost cost;       /* under the objective; 0 when empty */
	LmTime release;    /* latest of its first trip's deliveries, -LM_NEVER for none */
	int32_t count;     /* orders and reloads; of a vehicle under way one more */
	int32_t reloads;   /* of them */
	int32_t odd_count; /* of them with odd spots */
	int32_t soft_count;
	LmCost lateness; /* price of it */
} LmRoute;

/* Under objective balanced: see balance.h. */
typedef struct LmBalance
{
	LmTime total; /* working time of all routes */
	bool settled; /* the rest is of the present plan, else of one before */
	LmCost price; /* of all deviations; state->cost contains it */
	LmTime mean;
	LmCost tilt; /* of a ms more on one route, by moving the mean under all others */
	bool held;   /* mean and tilt stay: this is a part, and they are those of the whole */
} LmBalance;

typedef struct LmState
{
	const LmProblem *problem;
	LmScheduler *scheduler;
	LmNode *nodes;          /* [order_count + 2 vehicle_count] */
	LmLeg *legs;            /* same numbering; of starts and orders on routes */
	const LmSpot *spots;    /* same numbering */
	LmVan *vans;            /* [vehicle_count] */
	int32_t **time_back;    /* [travel_count] the travel's time table by [to * places + from]: all
								 * legs from and to one order then lie in two rows */
	uint32_t **length_back; /* [travel_count] likewise; NULL where lengths are wide or not known */
	LmRoute *routes;        /* [vehicle_count] */
	LmAmount *load;         /* [vehicle * dimensions + d] sum of deliveries or of pickups; in a
								 * mixed problem only peaks are used */
	LmAmount *aboard;       /* mixed: [node * dimensions + d] on board when it is left */
	LmAmount *
		peak_before; /* mixed: [node * dimensions + d] most on board from the trip's begin to here */
	LmAmount
		*peak_after; /* mixed: [node * dimensions + d] most on board from here to the trip's end */
	bool mixed;      /* deliveries and pickups, or shipments */
	bool has_setups;
	bool plain; /* no vehicle has breaks, no order is odd or soft: all routes are plain */
	bool quick; /* they are but for softness, and nearly all prices take no pass over a route */
	bool
		uniform; /* all vehicles share travel and the prices of legs and times, and of nothing else */
	bool has_releases;
	bool has_uneven;       /* some order is */
	struct LmUnits *units; /* NULL: every order is served for itself */
	struct LmSoft *soft;   /* schedules of routes with soft windows; NULL where no order is soft */
	struct LmHalves *halves;   /* exact schedules of halves of routes; NULL where all are plain */
	LmScheduleCost gap;        /* of the route that was just found to fit, */
	bool gap_known;            /* and whether it is that of the change under way */
	struct LmMoments *moments; /* of routes whose travel times change; NULL where none does */
	struct LmTrips *trips;     /* NULL: no vehicle makes several, none has a range (trips.h) */
	LmCost *absent_price;      /* [order_count] the search's price for leaving the order out */

	int32_t *absent;    /* [absent_count] orders on no route; with units the first member of each;
								 * reloads are not counted */
	int32_t *absent_at; /* [order_count] index into absent, or -1 */
	int32_t absent_count;
	int32_t used; /* routes with orders */
	LmCost cost;  /* of all routes and absent orders */
	bool balanced;
	LmBalance balance;

	/* vehicles that are alike in everything: only one empty one of a kind is tried */
	int32_t kind_count;
	int32_t *kind;         /* [vehicle_count] */
	int32_t *kind_first;   /* [kind_count + 1] into kind_members */
	int32_t *kind_members; /* vehicles by kind, ascending */
	int32_t *kind_place;   /* [vehicle_count] index into kind_members */
	uint64_t *driving;     /* bit kind_place[v]: vehicle v has orders */

	int32_t *sequence; /* [order_count] scratch: a route as an array */

	/* undo log */
	uint32_t epoch;
	uint32_t *node_epoch;
	uint32_t *route_epoch;
	int32_t *logged_ids;
	LmNode *logged_nodes;
	LmLeg *logged_legs;
	int32_t logged_count;
	int32_t *logged_route_ids;
	LmRoute *logged_routes;
	LmAmount *logged_loads;
	int32_t logged_route_count;
	int32_t *logged_absent; /* the absent list at the last commit */
	int32_t logged_absent_count;
	int32_t logged_used;
	LmCost logged_cost;
	LmBalance logged_balance;
} LmState;

/* lm_state_new - all orders absent, all routes empty; NULL when memory is refused or the
 * scheduler was stopped. */
LmState *lm_state_new(const LmProblem *problem, LmScheduler *scheduler, LmArena *arena);

/* lm_state_start, lm_state_end - the nodes at which a vehicle's route begins and ends */
static inline int32_t
lm_state_start(const LmState *state, int32_t vehicle)
{
	return state->problem->order_count + 2 * vehicle;
}

static inline int32_t
lm_state_end(const LmState *state, int32_t vehicle)
{
	return state->problem->order_count + 2 * vehicle + 1;
}

/*
 * lm_state_insertion - what putting an absent order behind a node adds to the cost of its route
 *
 *	after		a node on a route, not an end
 *	bound		the caller has no use for prices of bound or more
 *
 * Returns the added cost (it can be negative), or a number >= bound when the
 * price is not below bound or the place is not feasible.
 */
LmCost lm_state_insertion(LmState *state, int32_t order, int32_t after, LmCost bound);

/*
 * lm_state_insertion_least - the same from segments alone: the price on plain routes, on others one
 * that it does not fall below
 */
LmCost lm_state_insertion_least(LmState *state, int32_t order, int32_t after, LmCost bound);

/*
 * lm_state_insert - does it; the place was found feasible by lm_state_insertion
 *
 * Of a shipment the other row must follow before anything else is asked.
 */
void lm_state_insert(LmState *state, int32_t order, int32_t after);

/*
 * lm_state_remove - takes orders first .. last, neighbours on one route, off it
 *
 * Where what is left is not feasible (no triangle inequality holds on roads)
 * it takes the orders that follow too; and with one row of a shipment the other, wherever it is.
 */
void lm_state_remove(LmState *state, int32_t first, int32_t last);

/* lm_state_absent_add - puts an order (the first member of its unit) that is on no route on the list of those. */
void lm_state_absent_add(LmState *state, int32_t order);

/*
 * lm_state_load - replaces the plan and commits it
 *
 *	next		[order_count + 2 vehicle_count] the node behind each, from every vehicle's start to its
 *				end; orders that no walk meets are absent.  The routes are feasible.
 */
void lm_state_load(LmState *state, const int32_t *next);

/* lm_state_commit - the present plan becomes the one lm_state_undo goes back to. */
void lm_state_commit(LmState *state);
void lm_state_undo(LmState *state);

/* lm_state_empty - an empty vehicle of a kind, or -1. */
int32_t lm_state_empty(const LmState *state, int32_t kind);

/* lm_state_sequence - the route's orders into state->sequence; returns their number. */
int32_t lm_state_sequence(LmState *state, int32_t vehicle);

/*
 * lm_state_sequence_with - the same of a route with orders in place of what lies between two nodes
 *
 *	before, behind	on one route
 */
int32_t lm_state_sequence_with(LmState *state, int32_t before, const int32_t *orders, int32_t count,
                               int32_t behind);

/* lm_state_tail - the orders from a node on, which may be an end; returns their number */
int32_t lm_state_tail(const LmState *state, int32_t node, int32_t *tail);

/* lm_progress_see - tells of the plan in state, if it is better than what was told before */
void lm_progress_see(LmProgress *progress, const LmState *state, int64_t iterations);

#endif /* LM_SOLVER_STATE_H */
