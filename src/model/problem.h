/*
 * problem.h
 *	  What is to be planned: orders, vehicles, places, travel, prices.
 *
 * Everything is an index into an array; names and texts stay with whoever read
 * them.  A problem holds only what can be planned: a row that cannot be read
 * never becomes an order.  It does not change while it is being solved.
 *
 * Layer   model: C11 only.
 * Units   see units.h.  Instants count from the problem's origin and may be
 *		   negative; LM_NEVER and -LM_NEVER stand for open ends.
 */
#ifndef LM_MODEL_PROBLEM_H
#define LM_MODEL_PROBLEM_H

#include "model/travel.h"
#include "model/units.h"

typedef enum LmObjective
{
	LM_OBJECTIVE_COST,
	LM_OBJECTIVE_VEHICLES,
	LM_OBJECTIVE_TIME,
	LM_OBJECTIVE_DISTANCE,
	LM_OBJECTIVE_EMISSIONS,
	LM_OBJECTIVE_BALANCED
} LmObjective;

typedef enum LmOrderKind
{
	LM_DELIVERY, /* on board from the trip's start */
	LM_PICKUP,   /* on board until the trip's end */
	LM_COLLECT,  /* first row of a shipment: on board from here */
	LM_DROP,     /* second row of a shipment: on board until here */
	LM_RELOAD    /* nobody's order: between two trips, at the start place (below) */
} LmOrderKind;

typedef struct LmWindow
{
	LmTime open;  /* earliest start, included */
	LmTime close; /* latest start, included; >= open */
} LmWindow;

typedef struct LmOrder
{
	int32_t place;        /* row of the travel tables */
	int32_t site;         /* orders of equal site share one setup when visited in a row */
	int32_t window_first; /* index into LmProblem.windows */
	int32_t window_count; /* >= 1; ascending, not overlapping, not touching */
	LmOrderKind kind;
	int32_t priority;  /* the user's number: higher is served first */
	bool optional;     /* it has a skip_cost */
	LmMoney skip_cost; /* >= 0; 0 when mandatory */
	LmTime service;    /* >= 0 */
	LmTime setup;      /* >= 0 */
	LmTime release;    /* a delivery's trip begins no earlier; -LM_NEVER: no limit */
	bool soft;         /* the last window closes at `latest`; a start after `due` is late */
	LmTime due;
	LmMoney late_cost;   /* per hour of lateness, >= 0 */
	LmMoney prefer_cost; /* of every vehicle but the preferred, >= 0 */
	int32_t preferred;   /* vehicle; -1: none that is there */
	int32_t unit;        /* of LmProblem.units, where there are any */
} LmOrder;

/*
 * Orders that are served together or instead of each other: one is served of the first `heads` members,
 * and, where `tails` is not zero, one of the `tails` behind them, later on the same route.  Where goods of a
 * shipment are on board already (solver/day.h), a LM_DROP is a head.
 */
typedef struct LmUnit
{
	int32_t first; /* into LmProblem.members */
	int32_t heads; /* >= 1 alternatives: of an order, or of the collecting row of a shipment */
	int32_t tails; /* alternatives of a shipment's dropping row; 0: no shipment */
} LmUnit;

/*
 * A row of a route under way, or one that must stay where it is.  Of a vehicle those that are done come
 * first, their instants ascending; the end is its last.
 */
typedef struct LmFixed
{
	int32_t order; /* of a reload any that is for the vehicle, each time the same if need be;
								 * LM_FIXED_BREAK, LM_FIXED_END */
	int32_t rest;  /* of a break: which of the vehicle's */
	bool done;     /* left (of an end: reached) at this instant, whatever the rules say */
	LmTime at;
} LmFixed;

#define LM_FIXED_BREAK (-1) /* always done: where others are taken stays open */
#define LM_FIXED_END (-2)   /* nothing comes in before it any more */

typedef struct LmBreak
{
	LmWindow window; /* the break starts within */
	LmTime duration; /* >= 0 */
} LmBreak;

typedef struct LmVehicle
{
	int32_t start;         /* place */
	int32_t end;           /* place, or LM_NOWHERE: the route ends after its last stop */
	int32_t travel;        /* index into LmProblem.travels */
	int32_t break_first;   /* index into LmProblem.breaks */
	int32_t break_count;   /* ascending by window.close, then window.open, then duration */
	int32_t max_stops;     /* order rows; INT32_MAX: no limit */
	LmTime shift_start;    /* earliest departure; the origin (0) when the user gave none */
	LmTime shift_end;      /* LM_NEVER: open */
	LmTime overtime;       /* how far past shift_end the route may end, >= 0 */
	LmLength max_distance; /* LM_NEVER: no limit */
	LmLength range;        /* of each trip; 0: no limit */
	int32_t max_trips;     /* 0 and 1: one */
	LmTime reload_time;
	int32_t fixed_first; /* into LmProblem.fixed: the rows its route begins with */
	int32_t fixed_count;
	bool under_way; /* it left its start at `left`.  In a problem of what is left of a day
							 * (solver/day.h): it goes on from `start` at shift_start exactly, and
							 * drives to its end even with nothing to do */
	LmTime left;
	LmTime loaded;      /* in such a problem: its trip has goods that were ready by then, */
	LmLength ranged;    /* and has used up this of range; may be below 0 */
	int32_t site;       /* of its last row, with which a visit goes on; -1: none */
	LmTime max_time;    /* of working time; LM_NEVER: no limit */
	LmMoney cost_fixed; /* all prices >= 0 */
	LmMoney cost_per_hour;
	LmMoney cost_per_km;
	LmMoney cost_per_overtime_hour; /* on top of cost_per_hour */
	double co2e_per_km;             /* grams; NAN: not known */
} LmVehicle;

/*
 * The integer prices of a vehicle under the objective, made by lm_prices_set.
 * The first four are the search's; the last two decide which schedule a given
 * sequence takes (doc/reference.md, "The schedule of a route") and are used by
 * search, output and check alike.
 */
typedef struct LmPrices
{
	LmCost fixed;            /* when the vehicle is used */
	LmCost per_ms;           /* of working time */
	LmCost per_mm;           /* of distance */
	LmCost per_overtime_ms;  /* added, past shift_end */
	int64_t schedule_per_ms; /* relative weight of working time, <= 2^17 */
	int64_t schedule_per_overtime_ms;
} LmPrices;

/* What a vehicle under way has on board when it goes on, but for goods that it is still to deliver on this trip. */
typedef struct LmAboard
{
	LmAmount load;   /* >= 0 */
	LmAmount picked; /* of this, what goes where the trip ends; the rest where it is dropped */
	LmAmount peak; /* the most that was on board since its trip began, above what is on board now */
} LmAboard;

typedef struct LmProblem
{
	int32_t order_count;
	int32_t vehicle_count;
	int32_t place_count;
	int32_t site_count;
	int32_t dimensions; /* of demand and capacity, >= 0 */
	int32_t travel_count;
	int32_t allowed_words; /* 64-bit words in a row of skilled and of welcome */
	LmOrder *orders;       /* [order_count] */
	LmAmount *demand;      /* [order * dimensions + dimension], >= 0 */
	LmWindow *windows;
	LmVehicle *vehicles; /* [vehicle_count] */
	LmAmount *capacity;  /* [vehicle * dimensions + dimension]; LM_NEVER: no limit */
	LmBreak *breaks;
	LmTravel *travels;    /* [travel_count] */
	uint64_t *skilled;    /* [order * allowed_words + word]: bit v = vehicle v has the
								 * order's skills; NULL: all have */
	uint64_t *welcome;    /* the same for allowed_vehicles and refused_vehicles; of a reload, the
								 * vehicles whose start, reload_time and max_trips it is for */
	int32_t reload_count; /* the last of the orders, those of a start and reload_time side by side:
								 * at most so many reloads in all routes; without demand, of site -1 */
	LmUnit *units; /* [unit_count]; NULL: every order is served for itself. All members of one
								 * have its priority and are optional when it is, its first member has
								 * its skip_cost, the others none; reloads are in none */
	int32_t unit_count;
	int32_t *members;   /* orders of the units */
	LmFixed *fixed;     /* NULL: no vehicle has any */
	LmAboard *aboard;   /* [vehicle * dimensions + dimension]; NULL: nothing */
	LmCost *late_price; /* [order_count] per ms, NULL: no order is soft; filled by lm_prices_set; 0
								 * under objectives that do not weigh money */
	int64_t *late_weight;  /* [order_count] of a ms, on the scale of schedule_per_ms; likewise, 0
								 * under time */
	LmCost *prefer_price;  /* [order_count], NULL: no order has a preference; likewise; 0 under
								 * objectives that do not weigh money */
	LmMoney balance;       /* balance_price: per hour of mean absolute deviation of working time */
	LmCost balance_per_ms; /* of the sum of all deviations; 0 but under objective balanced; set by
								 * lm_prices_set */
	LmPrices *prices;      /* [vehicle_count], filled by lm_prices_set */
	LmCost *skip_price;    /* [order_count], filled by lm_prices_set; 0 for mandatory, and under
								 * objectives that do not weigh money against skips */
	double cost_scale;     /* LmCost per unit of currency under the objective (1 for time and
								 * distance; per gram under emissions); set by lm_prices_set */
	LmObjective objective; /* set by lm_prices_set */
} LmProblem;

/* lm_vehicle_latest - the latest end of its route, overtime included; LM_NEVER: at any time */
static inline LmTime
lm_vehicle_latest(const LmVehicle *vehicle)
{
	return vehicle->shift_end >= LM_NEVER ? LM_NEVER : vehicle->shift_end + vehicle->overtime;
}

/* lm_problem_travel - what the vehicle travels by */
static inline const LmTravel *
lm_problem_travel(const LmProblem *problem, int32_t vehicle)
{
	return &problem->travels[problem->vehicles[vehicle].travel];
}

/* lm_problem_rows - the orders that somebody gave: all but the reloads, which come behind them */
static inline int32_t
lm_problem_rows(const LmProblem *problem)
{
	return problem->order_count - problem->reload_count;
}

/* lm_problem_most_breaks - of one vehicle */
static inline int32_t
lm_problem_most_breaks(const LmProblem *problem)
{
	int32_t most = 0;

	for (int32_t v = 0; v < problem->vehicle_count; v++)
		if (problem->vehicles[v].break_count > most)
			most = problem->vehicles[v].break_count;
	return most;
}

/* lm_problem_most_rows - of a timetable: all orders on one route, with start, end and breaks */
static inline size_t
lm_problem_most_rows(const LmProblem *problem)
{
	return (size_t) problem->order_count + (size_t) lm_problem_most_breaks(problem) + 2;
}

/*
 * lm_vehicle_departs - the earliest departure with goods that are ready by an instant
 *
 * LM_NEVER: the vehicle is on its way without them.
 */
static inline LmTime
lm_vehicle_departs(const LmVehicle *vehicle, LmTime release)
{
	if (vehicle->under_way)
		return release <= vehicle->loaded ? vehicle->shift_start : LM_NEVER;
	return release > vehicle->shift_start ? release : vehicle->shift_start;
}

/* lm_bit - of rows of words for each order; NULL: every bit is set */
static inline bool
lm_bit(const uint64_t *rows, int32_t words, int32_t order, int32_t vehicle)
{
	return rows == NULL ||
	       ((rows[(size_t) order * (size_t) words + (size_t) vehicle / 64] >> (vehicle % 64)) &
	        1) != 0;
}

/* lm_problem_skilled - the vehicle has all skills of the order. */
static inline bool
lm_problem_skilled(const LmProblem *problem, int32_t order, int32_t vehicle)
{
	return lm_bit(problem->skilled, problem->allowed_words, order, vehicle);
}

/* lm_problem_preference - the integer price of serving an order with this vehicle and not the preferred one. */
static inline LmCost
lm_problem_preference(const LmProblem *problem, int32_t order, int32_t vehicle)
{
	return problem->prefer_price == NULL || problem->orders[order].preferred == vehicle
	           ? 0
	           : problem->prefer_price[order];
}

/* Lateness of more than this, 49 days, is weighed like this: so no sum of it overflows. */
#define LM_LATE_MOST (INT64_C(1) << 32)

/* lm_lateness - how much too late a service starts, as it is weighed */
static inline LmTime
lm_lateness(LmTime due, LmTime starts)
{
	LmTime late = starts > due ? starts - due : 0;

	return late < LM_LATE_MOST ? late : LM_LATE_MOST;
}

/* lm_problem_weighs_skips - an order may be left out because it costs more than its skip_cost. */
static inline bool
lm_problem_weighs_skips(const LmProblem *problem)
{
	return problem->objective == LM_OBJECTIVE_COST || problem->objective == LM_OBJECTIVE_BALANCED;
}

/* lm_problem_welcome - neither allowed_vehicles nor refused_vehicles keeps the two apart. */
static inline bool
lm_problem_welcome(const LmProblem *problem, int32_t order, int32_t vehicle)
{
	return lm_bit(problem->welcome, problem->allowed_words, order, vehicle);
}

/* lm_problem_unit - the unit of an order; NULL where every order is served for itself, and of a reload. */
static inline const LmUnit *
lm_problem_unit(const LmProblem *problem, int32_t order)
{
	return problem->units == NULL || problem->orders[order].kind == LM_RELOAD
	           ? NULL
	           : &problem->units[problem->orders[order].unit];
}

/* lm_problem_first - the order that stands for the unit of an order: its first member, or the order itself. */
static inline int32_t
lm_problem_first(const LmProblem *problem, int32_t order)
{
	const LmUnit *unit = lm_problem_unit(problem, order);

	return unit == NULL ? order : problem->members[unit->first];
}

/* lm_unit_several - the order is a row of a shipment, or one of several alternatives. */
static inline bool
lm_unit_several(const LmProblem *problem, int32_t order)
{
	const LmUnit *unit = lm_problem_unit(problem, order);

	return unit != NULL && unit->heads + unit->tails > 1;
}

/* lm_unit_drops - the order is the second row of a shipment whose first is to be served too */
static inline bool
lm_unit_drops(const LmProblem *problem, int32_t order)
{
	return problem->orders[order].kind == LM_DROP && lm_problem_unit(problem, order)->tails > 0;
}

/* lm_unit_loose - the order is the second row of a shipment whose goods are on board already */
static inline bool
lm_unit_loose(const LmProblem *problem, int32_t order)
{
	return problem->orders[order].kind == LM_DROP && lm_problem_unit(problem, order)->tails == 0;
}

/* lm_unit_others - [*count] the members at the other end of an order's shipment. */
static inline const int32_t *
lm_unit_others(const LmProblem *problem, const LmUnit *unit, int32_t order, int32_t *count)
{
	bool tail = problem->orders[order].kind == LM_DROP;

	*count = tail ? unit->heads : unit->tails;
	return problem->members + unit->first + (tail ? 0 : unit->heads);
}

/*
 * lm_prices_set - turns the user's prices into integers under an objective
 *
 *	problem		complete but for prices, skip_price, cost_scale and objective; the two arrays
 *				and, where an order has one, prefer_price, late_price and late_weight are there and
 *				are filled
 *
 * The scale is the finest at which no plan's cost can overflow: the dearest
 * price per ms or mm becomes about 2^21, less where fixed costs are large.
 * Never fails.
 */
void lm_prices_set(LmProblem *problem, LmObjective objective);

#endif /* LM_MODEL_PROBLEM_H */
