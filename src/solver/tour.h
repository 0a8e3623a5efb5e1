/*
 * tour.h
 *	  One sequence being timed: its rows, legs and setups; for schedule.c, hours.c and what they use.
 *
 * Row 0 is the start, row i the i-th order; leg i leads to row i + 1, the last one to the end.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_TOUR_H
#define LM_SOLVER_TOUR_H

#include "model/problem.h"
#include "solver/schedule.h"

typedef struct LmTour
{
	const LmProblem *problem;
	const LmVehicle *vehicle;
	const LmTravel *travel;
	const LmBreak *breaks;
	const int32_t *orders;
	int32_t index; /* of the vehicle */
	int32_t count;
	int32_t break_count;
	int relax; /* LmRelax bits */
} LmTour;

/* lm_tour_of - a sequence of a vehicle; the orders are not copied */
static inline LmTour
lm_tour_of(const LmProblem *problem, int32_t vehicle, const int32_t *orders, int32_t count,
           int relax)
{
	LmTour tour = {0};

	tour.problem = problem;
	tour.vehicle = &problem->vehicles[vehicle];
	tour.travel = lm_problem_travel(problem, vehicle);
	tour.breaks = problem->breaks + tour.vehicle->break_first;
	tour.orders = orders;
	tour.index = vehicle;
	tour.count = count;
	tour.break_count = (relax & LM_RELAX_BREAK) != 0 ? 0 : tour.vehicle->break_count;
	tour.relax = relax;
	return tour;
}

static inline const LmOrder *
lm_tour_order(const LmTour *tour, int32_t i)
{
	return &tour->problem->orders[tour->orders[i]];
}

/* Where leg i begins and where it leads; LM_NOWHERE: the end is open. */
static inline int32_t
lm_tour_from(const LmTour *tour, int32_t i)
{
	return i == 0 ? tour->vehicle->start : lm_tour_order(tour, i - 1)->place;
}

static inline int32_t
lm_tour_to(const LmTour *tour, int32_t i)
{
	return i == tour->count ? tour->vehicle->end : lm_tour_order(tour, i)->place;
}

/* ms of leg i, the least of them with traffic, or LM_NO_LEG. */
static inline int32_t
lm_tour_leg(const LmTour *tour, int32_t i)
{
	int32_t to = lm_tour_to(tour, i);
	int32_t leg = to == LM_NOWHERE ? 0 : lm_travel_time(tour->travel, lm_tour_from(tour, i), to);

	return leg == LM_NO_LEG && (tour->relax & LM_RELAX_LEG) != 0 ? 0 : leg;
}

/* Whether what leg i takes depends on when it is driven. */
static inline bool
lm_tour_changes(const LmTour *tour, int32_t i)
{
	int32_t to = lm_tour_to(tour, i);

	return tour->travel->traffic != NULL && to != LM_NOWHERE &&
	       lm_travel_time(tour->travel, lm_tour_from(tour, i), to) != LM_NO_LEG;
}

static inline size_t
lm_tour_pair(const LmTour *tour, int32_t i)
{
	return lm_travel_pair(tour->travel, lm_tour_from(tour, i), lm_tour_to(tour, i));
}

/* When leg i arrives that is begun at a moment, and by when it has to be begun; it is not missing. */
static inline LmTime
lm_tour_arrive(const LmTour *tour, int32_t i, LmTime departs)
{
	if (!lm_tour_changes(tour, i))
		return departs + lm_tour_leg(tour, i);
	return lm_traffic_arrive(tour->travel->traffic, lm_tour_pair(tour, i), departs);
}

static inline LmTime
lm_tour_depart(const LmTour *tour, int32_t i, LmTime arrives)
{
	if (!lm_tour_changes(tour, i))
		return arrives - lm_tour_leg(tour, i);
	return lm_traffic_depart(tour->travel->traffic, lm_tour_pair(tour, i), arrives);
}

/* The setup paid at order i: the largest of the visit that begins there, nothing within one. */
static inline LmTime
lm_tour_setup(const LmTour *tour, int32_t i)
{
	int32_t site = lm_tour_order(tour, i)->site;
	LmTime setup = 0;

	if (i > 0 ? lm_tour_order(tour, i - 1)->site == site
	          : tour->vehicle->under_way && tour->vehicle->site == site)
		return 0;
	for (; i < tour->count && lm_tour_order(tour, i)->site == site; i++)
		if (lm_tour_order(tour, i)->setup > setup)
			setup = lm_tour_order(tour, i)->setup;
	return setup;
}

/* When the goods of the trip that begins behind row i are ready. */
static inline LmTime
lm_tour_release(const LmTour *tour, int32_t i)
{
	LmTime release = -LM_NEVER;

	for (; i < tour->count && lm_tour_order(tour, i)->kind != LM_RELOAD; i++)
	{
		const LmOrder *order = lm_tour_order(tour, i);

		if (order->kind == LM_DELIVERY && order->release > release)
			release = order->release;
	}
	return (tour->relax & LM_RELAX_RELEASE) != 0 ? -LM_NEVER : release;
}

/* The earliest departure the shift and the goods allow. */
static inline LmTime
lm_tour_earliest(const LmTour *tour)
{
	return lm_vehicle_departs(tour->vehicle, lm_tour_release(tour, 0));
}

/* The windows of order i; a reload has one, written to own: it waits for the goods it loads. */
static inline const LmWindow *
lm_tour_windows(const LmTour *tour, int32_t i, LmWindow *own)
{
	const LmOrder *order = lm_tour_order(tour, i);

	if (order->kind != LM_RELOAD)
		return tour->problem->windows + order->window_first;
	*own = (LmWindow){lm_tour_release(tour, i + 1), LM_NEVER};
	return own;
}

/* Whether some order of it may be late for a price. */
static inline bool
lm_tour_soft(const LmTour *tour)
{
	if (tour->problem->late_weight == NULL || (tour->relax & LM_RELAX_LATE) != 0)
		return false;
	for (int32_t i = 0; i < tour->count; i++)
		if (tour->problem->late_weight[tour->orders[i]] > 0)
			return true;
	return false;
}

/* The latest end. */
static inline LmTime
lm_tour_latest_end(const LmTour *tour)
{
	return (tour->relax & LM_RELAX_SHIFT) != 0 ? LM_NEVER : lm_vehicle_latest(tour->vehicle);
}

/* The latest departure; a vehicle under way goes on when it does. */
static inline LmTime
lm_tour_latest(const LmTour *tour)
{
	return tour->vehicle->under_way ? tour->vehicle->shift_start : lm_tour_latest_end(tour);
}

/* The latest start not after limit that lies in a window, or -LM_NEVER. */
static inline LmTime
lm_latest_start(const LmWindow *windows, int32_t count, LmTime limit)
{
	for (int32_t w = count - 1; w >= 0; w--)
		if (windows[w].open <= limit)
			return windows[w].close < limit ? windows[w].close : limit;
	return -LM_NEVER;
}

#endif /* LM_SOLVER_TOUR_H */
