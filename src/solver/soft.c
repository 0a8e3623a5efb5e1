/*
 * soft.c
 *	  Rows gathered in one pass; the departure chosen among those at which a row becomes late.
 */
#include "solver/soft.h"

#include "solver/state_parts.h"

#include <stdlib.h>

/* A soft row: it starts max(departure, from) + ahead - due too late, where that is above zero. */
typedef struct SoftRow
{
	LmTime from;
	LmTime on_time; /* departing later than this it is late: due less what lies ahead of it */
	int32_t order;
} SoftRow;

struct LmSoft
{
	SoftRow *rows;  /* [order_count] */
	SoftRow *turns; /* [order_count] those that become late before the best departure without any */
	int32_t count;
	LmTime soonest; /* least on_time of the rows */
	LmSegment head; /* of the route so far */

	/* by node, of the present route, made when they are first asked for (dues_know) */
	bool *known;     /* [vehicle_count] */
	LmCost *late;    /* price of the lateness up to here when the route departs at the earliest */
	LmTime *overdue; /* that lateness itself */
	LmTime *soonest_here; /* departing later than this some row up to here is late */
	LmTime *ready_by;     /* being ready here later than this a row from here on is late, */
	LmCost *rate;         /* of which a ms costs this */
};

LmSoft *
lm_soft_new(const LmProblem *problem, LmArena *arena)
{
	size_t nodes = (size_t) problem->order_count + 2 * (size_t) problem->vehicle_count;
	LmSoft *soft = LM_TAKE(arena, LmSoft, 1);

	if (soft == NULL)
		return NULL;
	soft->known = LM_TAKE(arena, bool, problem->vehicle_count);
	soft->late = LM_TAKE(arena, LmCost, nodes);
	soft->overdue = LM_TAKE(arena, LmTime, nodes);
	soft->soonest_here = LM_TAKE(arena, LmTime, nodes);
	soft->ready_by = LM_TAKE(arena, LmTime, nodes);
	soft->rate = LM_TAKE(arena, LmCost, nodes);
	soft->rows = LM_TAKE(arena, SoftRow, problem->order_count);
	soft->turns = LM_TAKE(arena, SoftRow, problem->order_count);
	return arena->failed ? NULL : soft;
}

bool
lm_soft_concerns(const LmState *state, int32_t vehicle, const int32_t *orders, int32_t count)
{
	if (state->routes[vehicle].soft_count > 0)
		return true;
	for (int32_t i = 0; i < count; i++)
		if (state->spots[orders[i]].soft)
			return true;
	return false;
}

/* ---- any route ---- */

/* Whether some row of the route, or of those that come in, needs more than one pass. */
static bool
rows_odd(const LmState *state, int32_t vehicle, const int32_t *orders, int32_t count)
{
	bool reloads = state->routes[vehicle].reloads > 0;
	bool odd = state->routes[vehicle].odd_count > 0;

	for (int32_t i = 0; i < count; i++)
	{
		odd |= state->spots[orders[i]].odd;
		reloads |= state->spots[orders[i]].kind == LM_RELOAD;
	}
	/* a reload waits for the goods of its trip */
	return odd || (reloads && state->has_releases);
}

/* ---- one pass ---- */

static inline void
row_keep(LmSoft *soft, const LmState *state, int32_t order)
{
	LmTime ahead = soft->head.span - state->spots[order].service;
	SoftRow *row = &soft->rows[soft->count];

	if (!state->spots[order].soft)
		return;
	row->from = soft->head.lo;
	row->on_time = state->problem->orders[order].due - ahead;
	row->order = order;
	soft->count++;
	if (row->on_time < soft->soonest)
		soft->soonest = row->on_time;
}

static inline bool
row_drive(LmSoft *soft, const LmState *state, LmTime leg, int32_t node)
{
	const LmSpot *spot = &state->spots[node];

	return leg != LM_NO_LEG &&
	       lm_segment_append(&soft->head, leg, spot->open, spot->close, spot->service);
}

/* The earliest departure of the changed route. */
static LmTime
earliest(const LmState *state, int32_t vehicle, int32_t before, const int32_t *orders,
         int32_t count, int32_t behind)
{
	LmTime least = -LM_NEVER; /* release */

	for (int32_t node = before; node < state->problem->order_count; node = state->nodes[node].prev)
		if (state->spots[node].release > least)
			least = state->spots[node].release;
	for (int32_t i = 0; i < count; i++)
		if (state->spots[orders[i]].release > least)
			least = state->spots[orders[i]].release;
	for (int32_t node = behind; node < state->problem->order_count; node = state->nodes[node].next)
		if (state->spots[node].release > least)
			least = state->spots[node].release;
	return lm_vehicle_departs(&state->problem->vehicles[vehicle], least);
}

/* Gathers the soft rows and the head of the whole route; false: it cannot be driven. */
static bool
rows_gather(LmSoft *soft, const LmState *state, int32_t vehicle, int32_t before,
            const int32_t *orders, int32_t count, int32_t behind)
{
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	int32_t node = lm_state_start(state, vehicle);
	int32_t end = lm_state_end(state, vehicle);

	soft->count = 0;
	soft->soonest = LM_NEVER;
	soft->head = state->nodes[node].head;
	if (state->has_releases)
		soft->head.lo = earliest(state, vehicle, before, orders, count, behind);
	if (soft->head.lo > soft->head.hi)
		return false;
	while (node != before)
	{
		LmTime leg = state->legs[node].time;

		node = state->nodes[node].next;
		if (!state->has_releases)
			soft->head = state->nodes[node].head;
		else if (!row_drive(soft, state, leg, node))
			return false;
		row_keep(soft, state, node);
	}
	for (int32_t i = 0; i < count; i++)
	{
		if (!row_drive(soft, state, lm_leg_of(state, travel, node, orders[i]).time, orders[i]))
			return false;
		node = orders[i];
		row_keep(soft, state, node);
	}
	if (!row_drive(soft, state, lm_leg_of(state, travel, node, behind).time, behind))
		return false;
	while (behind != end)
	{
		LmTime leg = state->legs[behind].time;

		row_keep(soft, state, behind);
		behind = state->nodes[behind].next;
		if (!row_drive(soft, state, leg, behind))
			return false;
	}
	return true;
}

static int
turn_compare(const void *a, const void *b)
{
	const SoftRow *x = a;
	const SoftRow *y = b;

	return x->on_time < y->on_time ? -1 : x->on_time > y->on_time;
}

/* The first departure of at least `least` from which on lateness grows by more than waiting falls. */
static LmTime
departure_choose(LmSoft *soft, const LmState *state, int32_t vehicle, LmTime least)
{
	const int64_t *weights = state->problem->late_weight;
	int64_t per_ms = state->problem->prices[vehicle].schedule_per_ms;
	LmTime latest = soft->head.lo; /* later than this nothing is saved */
	int64_t sum = 0;
	int32_t turns = 0;

	if (per_ms == 0)
		return least;
	if (soft->soonest >= latest)
		return latest;
	for (int32_t i = 0; i < soft->count; i++)
	{
		SoftRow turn = soft->rows[i];

		/* it is as late for every departure before `from` */
		if (turn.on_time < turn.from)
			turn.on_time = turn.from;
		if (turn.on_time >= latest)
			continue;
		sum += weights[turn.order];
		soft->turns[turns++] = turn;
	}
	if (sum < per_ms)
		return latest;
	qsort(soft->turns, (size_t) turns, sizeof(SoftRow), turn_compare);
	sum = 0;
	for (int32_t i = 0; i < turns; i++)
	{
		sum += weights[soft->turns[i].order];
		if (sum >= per_ms)
			return soft->turns[i].on_time > least ? soft->turns[i].on_time : least;
	}
	return latest;
}

bool
lm_soft_price(LmState *state, int32_t before, const int32_t *orders, int32_t count, int32_t behind,
              LmScheduleCost *cost)
{
	int32_t vehicle = state->nodes[before].route;
	const LmVan *van = &state->vans[vehicle];
	LmSoft *soft = state->soft;
	LmTime least;
	LmTime ends;

	if (van->has_breaks || van->changes || rows_odd(state, vehicle, orders, count))
		return lm_schedule_price(state->scheduler, vehicle, state->sequence,
		                         lm_state_sequence_with(state, before, orders, count, behind),
		                         LM_RELAX_NONE, cost);
	lm_scheduler_count(state->scheduler, state->routes[vehicle].count + count);
	least = state->problem->vehicles[vehicle].shift_start;
	if (!rows_gather(soft, state, vehicle, before, orders, count, behind) ||
	    soft->head.span > van->max_time)
		return false;
	if (state->has_releases)
		least = earliest(state, vehicle, before, orders, count, behind);
	ends = soft->head.lo + soft->head.span;
	if (van->max_time < LM_NEVER && ends - van->max_time > least)
		least = ends - van->max_time;
	*cost = (LmScheduleCost){.ends = ends,
	                         .overtime = lm_overtime_of(&state->problem->vehicles[vehicle], ends),
	                         .shortest = soft->head.span,
	                         .earliest = ends,
	                         .latest = soft->head.hi};
	cost->departs = departure_choose(soft, state, vehicle, least);
	/* on_time is the due departure of all rows that a route departing then is late at */
	for (int32_t i = 0; i < soft->count; i++)
	{
		const SoftRow *row = &soft->rows[i];
		LmTime late = lm_lateness(row->on_time,
		                          cost->departs > row->from ? cost->departs : row->from);

		cost->late += state->problem->late_weight[row->order] * late;
		cost->lateness += state->problem->late_price[row->order] * late;
	}
	return true;
}

/* ---- without a pass ---- */

void
lm_soft_forget(LmSoft *soft, int32_t vehicle)
{
	soft->known[vehicle] = false;
}

void
lm_soft_forget_all(LmSoft *soft, int32_t vehicles)
{
	for (int32_t v = 0; v < vehicles; v++)
		soft->known[v] = false;
}

/* A soft row that a head ends with. */
static inline void
drive_add(LmSoftDrive *drive, const LmProblem *problem, const LmSegment *head, LmTime service,
          int32_t order)
{
	LmTime ahead = head->span - service;
	LmTime due = problem->orders[order].due;
	LmTime late = lm_lateness(due, head->lo + ahead);

	drive->late += problem->late_price[order] * late;
	drive->overdue += late;
	if (due - ahead < drive->soonest)
		drive->soonest = due - ahead;
}

/* What is kept at the nodes of a route. */
static void
dues_know(LmSoft *soft, const LmState *state, int32_t vehicle)
{
	const LmProblem *problem = state->problem;
	int32_t start = lm_state_start(state, vehicle);
	int32_t end = lm_state_end(state, vehicle);
	LmSoftDrive drive = {0, 0, LM_NEVER};
	LmTime by = LM_NEVER;
	LmCost rate = 0;

	soft->known[vehicle] = true;
	for (int32_t node = start; node != end; node = state->nodes[node].next)
	{
		if (state->spots[node].soft)
			drive_add(&drive, problem, &state->nodes[node].head, state->spots[node].service, node);
		soft->late[node] = drive.late;
		soft->overdue[node] = drive.overdue;
		soft->soonest_here[node] = drive.soonest;
	}
	soft->late[end] = drive.late;
	soft->overdue[end] = drive.overdue;
	for (int32_t node = end;; node = state->nodes[node].prev)
	{
		if (node != end && by < LM_NEVER)
			by -= state->legs[node].time + state->spots[node].service;
		if (state->spots[node].soft && problem->orders[node].due < by)
		{
			by = problem->orders[node].due;
			rate = problem->late_price[node];
		}
		soft->ready_by[node] = by;
		soft->rate[node] = rate;
		if (node == start)
			break;
	}
}

LmSoftDrive
lm_soft_drive(LmState *state, int32_t before)
{
	LmSoft *soft = state->soft;
	int32_t vehicle = state->nodes[before].route;

	if (!soft->known[vehicle])
		dues_know(soft, state, vehicle);
	return (LmSoftDrive){soft->late[before], soft->overdue[before], soft->soonest_here[before]};
}

void
lm_soft_add(LmSoftDrive *drive, const LmState *state, const LmSegment *head, int32_t order)
{
	if (state->spots[order].soft)
		drive_add(drive, state->problem, head, state->spots[order].service, order);
}

LmCost
lm_soft_floor(const LmSoftDrive *drive, const LmState *state, const LmSegment *head, LmTime leg,
              int32_t behind)
{
	const LmSoft *soft = state->soft;
	int32_t prev = state->nodes[behind].prev;
	int32_t end = lm_state_end(state, state->nodes[prev].route);
	LmTime ready = head->lo + head->span + leg;
	const LmSegment *present = &state->nodes[prev].head;
	LmCost tail = soft->rate[behind] * lm_lateness(soft->ready_by[behind], ready);

	/* not earlier than at present, so no less late than that */
	if (ready >= present->lo + present->span + state->legs[prev].time &&
	    soft->late[end] - soft->late[prev] > tail)
		tail = soft->late[end] - soft->late[prev];
	return drive->late + tail;
}

bool
lm_soft_on_time(const LmSoftDrive *drive, const LmState *state, const LmSegment *head, LmTime leg,
                int32_t behind, LmTime departs)
{
	const LmSoft *soft = state->soft;
	int32_t prev = state->nodes[behind].prev;
	int32_t end = lm_state_end(state, state->nodes[prev].route);

	/* a row that is late after waiting is late at the earliest departure already */
	return drive->overdue == 0 && soft->overdue[end] == soft->overdue[prev] &&
	       departs <= drive->soonest && departs + head->span + leg <= soft->ready_by[behind];
}
