/*
 * halves.c
 *	  Fronts and backs of nodes: made, kept, joined.
 */
#include "solver/halves.h"

#include "solver/choice.h"
#include "solver/keep.h"
#include "solver/soft.h"
#include "solver/state_parts.h"

/* Slots of what is kept at a node. */
#define FRONT(node) (2 * (node))
#define BACK(node) (2 * (node) + 1)

struct LmHalves
{
	LmArena *arena;
	LmScheduler *scheduler;
	LmKeep *keep;
	int relax;        /* LmRelax bits that fronts and backs depend on */
	int32_t width;    /* most breaks of any vehicle, plus one */
	LmSpanSet *front; /* [width] each: views of what is kept */
	LmSpanSet *back;
	LmSpanSet *now;     /* the spans on their way: front, back or spare */
	LmSpanSet *scratch; /* what is made next */
	LmSpanSet *spare;
};

LmHalves *
lm_halves_new(const LmProblem *problem, LmScheduler *scheduler, LmArena *arena)
{
	return lm_halves_new_eased(problem, scheduler, LM_RELAX_NONE, arena);
}

LmHalves *
lm_halves_new_eased(const LmProblem *problem, LmScheduler *scheduler, int relax, LmArena *arena)
{
	LmHalves *halves = LM_TAKE(arena, LmHalves, 1);
	size_t nodes = (size_t) problem->order_count + 2 * (size_t) problem->vehicle_count;

	if (halves == NULL)
		return NULL;
	halves->arena = arena;
	halves->scheduler = scheduler;
	halves->relax = relax & (LM_RELAX_WINDOW | LM_RELAX_SHIFT | LM_RELAX_BREAK);
	for (int32_t v = 0; v < problem->vehicle_count; v++)
		if (problem->vehicles[v].break_count > halves->width)
			halves->width = problem->vehicles[v].break_count;
	halves->width++;
	halves->keep = lm_keep_new((int32_t) (2 * nodes), halves->width, scheduler, arena);
	halves->front = LM_TAKE(arena, LmSpanSet, halves->width);
	halves->back = LM_TAKE(arena, LmSpanSet, halves->width);
	halves->scratch = LM_TAKE(arena, LmSpanSet, halves->width);
	halves->spare = LM_TAKE(arena, LmSpanSet, halves->width);
	return arena->failed ? NULL : halves;
}

/* ---- what is kept ---- */

void
lm_halves_change(LmState *state, int32_t before, int32_t behind)
{
	LmKeep *keep = state->halves->keep;
	int32_t orders = state->problem->order_count;
	int32_t node = before;
	bool passed = false;

	/* the setup of a visit depends on what is served in it behind */
	while (state->spots[node].uneven)
		node = state->nodes[node].prev;
	for (node = state->nodes[node].next; node < orders; node = state->nodes[node].next)
	{
		/* behind a front that is gone there are none */
		passed |= node == behind;
		if (!lm_keep_drop(keep, FRONT(node)) && passed)
			break;
	}
	passed = false;
	for (node = state->nodes[behind].prev; node < orders; node = state->nodes[node].prev)
	{
		passed |= node == before;
		if (!lm_keep_drop(keep, BACK(node)) && passed)
			break;
	}
}

void
lm_halves_forget(LmHalves *halves)
{
	lm_keep_forget(halves->keep);
}

void
lm_halves_commit(LmHalves *halves)
{
	lm_keep_commit(halves->keep);
}

void
lm_halves_undo(LmHalves *halves)
{
	lm_keep_undo(halves->keep);
}

/* ---- what a rule left out changes ---- */

static inline int32_t
breaks_of(const LmHalves *halves, const LmVehicle *van)
{
	return (halves->relax & LM_RELAX_BREAK) != 0 ? 0 : van->break_count;
}

static inline LmTime
latest_end(const LmHalves *halves, const LmState *state, int32_t vehicle)
{
	return (halves->relax & LM_RELAX_SHIFT) != 0 ? LM_NEVER
	                                             : state->spots[lm_state_end(state, vehicle)].close;
}

/* ---- making fronts ---- */

LmTime
lm_halves_leg(const LmState *state, int32_t from)
{
	int32_t node = state->nodes[from].next;
	LmTime leg = state->legs[from].time;
	int32_t site = state->spots[node].site;
	LmTime own = state->spots[node].setup;
	LmTime most = own;

	if (!state->spots[node].uneven || state->spots[from].site == site)
		return leg;
	for (; state->spots[node].site == site; node = state->nodes[node].next)
		if (state->spots[node].setup > most)
			most = state->spots[node].setup;
	return leg - own + most;
}

/* The two sets of scratch change roles: what was made into `next` is what is read now. */
static void
scratch_turn(LmHalves *halves)
{
	LmSpanSet *now = halves->scratch;

	halves->scratch = halves->spare;
	halves->spare = now;
	halves->now = now;
}

/* Takes breaks at the row the spans stand at, as many as one likes. */
static bool
breaks_take(LmHalves *halves, const LmState *state, const LmVehicle *van, LmSpanSet *sets)
{
	bool made = true;

	for (int32_t k = 0; k < breaks_of(halves, van); k++)
	{
		const LmBreak *pause = &state->problem->breaks[van->break_first + k];
		LmService rest = {&pause->window, 1, pause->duration, false, true};

		made &= lm_spans_serve(&sets[k + 1], halves->arena, &sets[k], 0, &rest);
	}
	return made;
}

/* Drives on from `halves->now` and serves an order.  Returns whether anything is left. */
static bool
order_serve(LmHalves *halves, const LmState *state, const LmVehicle *van, LmTime leg, int32_t order)
{
	const LmOrder *row = &state->problem->orders[order];
	int32_t breaks = breaks_of(halves, van);
	LmService service = {state->problem->windows + row->window_first, row->window_count,
	                     row->service, (halves->relax & LM_RELAX_WINDOW) != 0, breaks > 0};
	LmSpanSet *to = halves->scratch;
	bool made = true;
	int32_t any = 0;
	int32_t work = 0;

	for (int32_t k = 0; k < halves->width; k++)
	{
		to[k].count = 0;
		if (k > breaks)
			continue;
		made &= lm_spans_serve(&to[k], halves->arena, &halves->now[k], leg, &service);
		work += halves->now[k].count * (1 + to[k].count);
		any += to[k].count;
	}
	if (any > 0)
		made &= breaks_take(halves, state, van, to);
	lm_scheduler_count(halves->scheduler, 1 + work);
	if (!made)
		lm_scheduler_refused(halves->scheduler);
	scratch_turn(halves);
	return made && any > 0;
}

/*
 * Departures: set k leaves no earlier than break k - 1 closes, so that it need not be taken.
 * Releases are left out: fronts are cut to them when they are joined.
 */
static bool
start_leave(LmHalves *halves, LmState *state, int32_t vehicle)
{
	const LmVehicle *van = &state->problem->vehicles[vehicle];
	LmTime earliest = van->shift_start;
	LmTime latest = van->under_way ? earliest : latest_end(halves, state, vehicle);
	LmSpanSet *to = halves->scratch;
	bool made = true;

	for (int32_t k = 0; k < halves->width; k++)
	{
		LmSpan span = {earliest, earliest, latest, 0};

		to[k].count = 0;
		if (k > breaks_of(halves, van))
			continue;
		if (k > 0 && state->problem->breaks[van->break_first + k - 1].window.close > earliest)
			span.from = span.lo = state->problem->breaks[van->break_first + k - 1].window.close;
		if (span.lo <= span.hi)
			made &= lm_span_add(&to[k], halves->arena, &span);
	}
	made &= breaks_take(halves, state, van, to);
	if (!made)
		lm_scheduler_refused(halves->scheduler);
	scratch_turn(halves);
	return made;
}

/* Makes fronts up to a node; its own is then in halves->now.  False: there is none. */
static bool
front_make(LmHalves *halves, LmState *state, int32_t node)
{
	int32_t vehicle = state->nodes[node].route;
	const LmVehicle *van = &state->problem->vehicles[vehicle];
	int32_t orders = state->problem->order_count;
	int32_t at = node;

	while (at < orders && lm_keep_holds(halves->keep, FRONT(at)) == LM_KEPT_NOTHING)
		at = state->nodes[at].prev;
	if (lm_keep_holds(halves->keep, FRONT(at)) == LM_KEPT_NOTHING)
	{
		if (!start_leave(halves, state, vehicle) ||
		    !lm_keep_put(halves->keep, FRONT(at), halves->now, -LM_NEVER))
			return false;
	}
	else if (lm_keep_holds(halves->keep, FRONT(at)) == LM_KEPT_TOO_MANY)
		return false;
	lm_keep_view(halves->keep, FRONT(at), halves->front);
	halves->now = halves->front;
	for (; at != node; at = state->nodes[at].next)
	{
		(void) order_serve(halves, state, van, lm_halves_leg(state, at), state->nodes[at].next);
		if (!lm_keep_put(halves->keep, FRONT(state->nodes[at].next), halves->now, -LM_NEVER))
			return false;
	}
	lm_keep_view(halves->keep, FRONT(node), halves->front);
	halves->now = halves->front;
	return true;
}

/* ---- making backs ---- */

/* Being back: no later than the shift allows, and than the next break closes, which is not taken. */
static bool
end_reach(LmHalves *halves, LmState *state, int32_t vehicle)
{
	const LmVehicle *van = &state->problem->vehicles[vehicle];
	int32_t breaks = breaks_of(halves, van);
	LmSpanSet *to = halves->scratch;
	bool made = true;

	for (int32_t k = 0; k < halves->width; k++)
	{
		LmSpan span = {-LM_NEVER, -LM_NEVER, latest_end(halves, state, vehicle), 0};

		to[k].count = 0;
		if (k > breaks)
			continue;
		if (k < breaks && state->problem->breaks[van->break_first + k].window.close < span.hi)
			span.hi = state->problem->breaks[van->break_first + k].window.close;
		made &= lm_span_add(&to[k], halves->arena, &span);
	}
	if (!made)
		lm_scheduler_refused(halves->scheduler);
	scratch_turn(halves);
	return made;
}

/* The back of an order from that of the next node, which is in halves->now. */
static bool
order_precede(LmHalves *halves, const LmState *state, const LmVehicle *van, int32_t order)
{
	const LmOrder *row = &state->problem->orders[order];
	const LmWindow *windows = state->problem->windows + row->window_first;
	LmSpan drive = {-LM_NEVER, -LM_NEVER, LM_NEVER, lm_halves_leg(state, order)};
	LmSpanSet *left = halves->scratch; /* by when the order is left */
	LmSpanSet *ready;
	int32_t breaks = breaks_of(halves, van);
	bool never_close = (halves->relax & LM_RELAX_WINDOW) != 0;
	bool mixed = breaks > 0;
	bool made = true;
	int32_t work = 1;

	for (int32_t k = halves->width - 1; k >= 0; k--)
	{
		left[k].count = 0;
		if (k > breaks)
			continue;
		made &= lm_spans_precede(&left[k], halves->arena, &drive, &halves->now[k], false);
		if (k < breaks)
		{
			const LmBreak *pause = &state->problem->breaks[van->break_first + k];
			LmSpan rest = {-LM_NEVER, pause->window.open, pause->window.close, pause->duration};

			made &= lm_spans_precede(&left[k], halves->arena, &rest, &left[k + 1], true);
		}
	}
	scratch_turn(halves);
	ready = halves->scratch;
	for (int32_t k = 0; k < halves->width; k++)
	{
		ready[k].count = 0;
		for (int32_t w = 0; w < row->window_count && left[k].count > 0; w++)
		{
			LmSpan serve = {w > 0 ? windows[w - 1].close + 1 : -LM_NEVER, windows[w].open,
			                windows[w].close, row->service};

			if (never_close && w == row->window_count - 1)
				serve.hi = LM_NEVER;
			made &= lm_spans_precede(&ready[k], halves->arena, &serve, &left[k], mixed);
		}
		work += left[k].count * (1 + ready[k].count);
	}
	lm_scheduler_count(halves->scheduler, work);
	if (!made)
		lm_scheduler_refused(halves->scheduler);
	scratch_turn(halves);
	return made;
}

/* Makes backs down to a node; its own is then in halves->back.  False: there is none. */
static bool
back_make(LmHalves *halves, LmState *state, int32_t node)
{
	int32_t vehicle = state->nodes[node].route;
	const LmVehicle *van = &state->problem->vehicles[vehicle];
	int32_t orders = state->problem->order_count;
	int32_t at = node;

	while (at < orders && lm_keep_holds(halves->keep, BACK(at)) == LM_KEPT_NOTHING)
		at = state->nodes[at].next;
	if (lm_keep_holds(halves->keep, BACK(at)) == LM_KEPT_NOTHING)
	{
		if (!end_reach(halves, state, vehicle) ||
		    !lm_keep_put(halves->keep, BACK(at), halves->now, -LM_NEVER))
			return false;
	}
	else if (lm_keep_holds(halves->keep, BACK(at)) == LM_KEPT_TOO_MANY)
		return false;
	lm_keep_view(halves->keep, BACK(at), halves->back);
	halves->now = halves->back;
	for (; at != node; at = state->nodes[at].prev)
	{
		/* nothing is ready before the shift begins */
		if (!order_precede(halves, state, van, state->nodes[at].prev) ||
		    !lm_keep_put(halves->keep, BACK(state->nodes[at].prev), halves->now, van->shift_start))
			return false;
	}
	lm_keep_view(halves->keep, BACK(node), halves->back);
	return true;
}

/* ---- joining ---- */

/* The same from the beginning: start to before, orders, behind to end. */
static bool
route_price(LmState *state, int32_t before, const int32_t *orders, int32_t count, int32_t behind,
            int relax, LmScheduleCost *cost)
{
	int32_t length = lm_state_sequence_with(state, before, orders, count, behind);

	return lm_schedule_price(state->scheduler, state->nodes[before].route, state->sequence, length,
	                         relax | LM_RELAX_LATE, cost);
}

/* Whether a reload waits for goods that may change with what comes in or goes out. */
static bool
openings_change(const LmState *state, int32_t vehicle, const int32_t *orders, int32_t count)
{
	bool reloads = state->has_releases && state->routes[vehicle].reloads > 0;

	for (int32_t i = 0; state->has_releases && state->trips != NULL && i < count; i++)
		reloads |= state->spots[orders[i]].kind == LM_RELOAD;
	return reloads;
}

/* Whether the setups of the visits around a change depend on more than their own rows. */
static bool
setups_change(const LmState *state, int32_t before, const int32_t *orders, int32_t count,
              int32_t behind)
{
	if (!state->has_uneven)
		return false;
	if (state->spots[before].uneven || state->spots[behind].uneven)
		return true;
	for (int32_t i = 0; i < count; i++)
		if (state->spots[orders[i]].uneven)
			return true;
	return false;
}

/* The earliest departure of the route with the orders. */
static LmTime
earliest_with(const LmState *state, int32_t before, const int32_t *orders, int32_t count,
              int32_t behind)
{
	int32_t vehicle = state->nodes[before].route;
	const LmVehicle *van = &state->problem->vehicles[vehicle];
	LmTime release = van->under_way ? -LM_NEVER : van->shift_start;
	LmTime most = state->routes[vehicle].release; /* of what was on the route before the change */

	for (int32_t i = 0; i < count; i++)
		if (state->spots[orders[i]].release > release)
			release = state->spots[orders[i]].release;
	for (int32_t node = before; node < state->problem->order_count && release < most;
	     node = state->nodes[node].prev)
		if (state->spots[node].release > release)
			release = state->spots[node].release;
	for (int32_t node = behind; node < state->problem->order_count && release < most;
	     node = state->nodes[node].next)
		if (state->spots[node].release > release)
			release = state->spots[node].release;
	return lm_vehicle_departs(van, release);
}

/* The spans in halves->now from an instant on. */
static void
front_cut(LmHalves *halves, LmTime earliest)
{
	LmSpanSet *to = halves->scratch;

	for (int32_t k = 0; k < halves->width; k++)
	{
		to[k].count = 0;
		for (int32_t i = 0; i < halves->now[k].count; i++)
		{
			LmSpan span = halves->now[k].spans[i];

			if (span.hi < earliest)
				continue;
			if (span.from < earliest)
				span.from = earliest;
			if (span.lo < earliest)
				span.lo = earliest;
			if (!lm_span_add(&to[k], halves->arena, &span))
				lm_scheduler_refused(halves->scheduler);
		}
	}
	scratch_turn(halves);
}

/* The best departure of the spans in halves->now, a leg, the spans in halves->back. */
static bool
halves_join(LmHalves *halves, LmState *state, int32_t vehicle, LmTime leg, int relax,
            LmScheduleCost *cost)
{
	LmChoice choice = lm_choice_of(state->problem, vehicle, relax);
	int32_t work = 1;

	for (int32_t k = 0; k < halves->width; k++)
	{
		work += halves->now[k].count * halves->back[k].count;
		for (int32_t i = 0; i < halves->now[k].count; i++)
		{
			LmSpan span = halves->now[k].spans[i];
			LmSpan whole;

			span.delay += leg;
			for (int32_t j = 0; j < halves->back[k].count; j++)
				if (lm_span_join(&span, &halves->back[k].spans[j], &whole))
					lm_choice_offer(&choice, &whole, LM_NEVER);
		}
	}
	lm_scheduler_count(halves->scheduler, work);
	*cost = choice.best;
	return choice.found;
}

/* Whether backs on the route of one vehicle hold on that of another. */
static bool
backs_alike(const LmProblem *problem, int32_t a, int32_t b)
{
	const LmVehicle *van = &problem->vehicles[a];
	const LmVehicle *other = &problem->vehicles[b];

	if (van->end != other->end || van->travel != other->travel ||
	    van->shift_start != other->shift_start || van->shift_end != other->shift_end ||
	    van->overtime != other->overtime || van->break_count != other->break_count)
		return false;
	for (int32_t i = 0; i < van->break_count; i++)
	{
		const LmBreak *pause = &problem->breaks[van->break_first + i];
		const LmBreak *rest = &problem->breaks[other->break_first + i];

		if (pause->window.open != rest->window.open || pause->window.close != rest->window.close ||
		    pause->duration != rest->duration)
			return false;
	}
	return true;
}

/* Whether orders are all that ends another route, whose backs hold on this one too. */
static bool
tail_of_other(const LmState *state, int32_t vehicle, const int32_t *orders, int32_t count,
              int32_t behind)
{
	int32_t other = count > 0 ? state->nodes[orders[0]].route : LM_ABSENT;

	if (behind < state->problem->order_count || other == LM_ABSENT || other == vehicle ||
	    state->nodes[orders[count - 1]].next != lm_state_end(state, other))
		return false;
	for (int32_t i = 1; i < count; i++)
		if (state->nodes[orders[i - 1]].next != orders[i])
			return false;
	return backs_alike(state->problem, vehicle, other);
}

/* The leg between two nodes, which takes no time where it is missing and that is left out. */
static LmTime
leg_eased(const LmState *state, const LmTravel *travel, int32_t from, int32_t to, int relax)
{
	LmTime leg = lm_leg_of(state, travel, from, to).time;

	return leg == LM_NO_LEG && (relax & LM_RELAX_LEG) != 0 ? lm_leg_setup(state, from, to) : leg;
}

bool
lm_halves_price(LmState *state, int32_t before, const int32_t *orders, int32_t count,
                int32_t behind, LmScheduleCost *cost)
{
	if (state->soft != NULL && lm_soft_concerns(state, state->nodes[before].route, orders, count))
		return lm_soft_price(state, before, orders, count, behind, cost);
	return lm_halves_price_eased(state->halves, state, before, orders, count, behind, LM_RELAX_NONE,
	                             cost);
}

bool
lm_halves_price_eased(LmHalves *halves, LmState *state, int32_t before, const int32_t *orders,
                      int32_t count, int32_t behind, int relax, LmScheduleCost *cost)
{
	int32_t vehicle = state->nodes[before].route;
	const LmVehicle *van = &state->problem->vehicles[vehicle];
	const LmTravel *travel = lm_problem_travel(state->problem, vehicle);
	int32_t from = before;
	bool tail = tail_of_other(state, vehicle, orders, count, behind);

	if (lm_scheduler_stopped(halves->scheduler))
		return false;
	/* halves have no spans where travel times change: hours.h */
	if (state->vans[vehicle].changes || openings_change(state, vehicle, orders, count) ||
	    setups_change(state, before, orders, count, behind) ||
	    !back_make(halves, state, tail ? orders[0] : behind) || !front_make(halves, state, before))
		return route_price(state, before, orders, count, behind, relax, cost);
	if (state->has_releases && (relax & LM_RELAX_RELEASE) == 0)
		front_cut(halves, earliest_with(state, before, orders, count, behind));
	for (int32_t i = 0; i < (tail ? 0 : count); i++)
	{
		if (!order_serve(halves, state, van, leg_eased(state, travel, from, orders[i], relax),
		                 orders[i]))
			return false;
		from = orders[i];
	}
	if (tail)
		behind = orders[0];
	return halves_join(halves, state, vehicle, leg_eased(state, travel, from, behind, relax), relax,
	                   cost) &&
	       !lm_scheduler_failed(halves->scheduler);
}
