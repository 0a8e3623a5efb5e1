/*
 * anneal.c
 *	  Acceptance and cooling.
 */
#include "solver/anneal.h"

#include "solver/balance.h"

#include <string.h>

#include "solver/ruin.h"

#define FIRST_TEMPERATURE 2 /* mean legs; 0.1 to 1 end higher at 100 to 1,000 orders */
#define COOLING_STEPS 256
/* 0.005^(1/256): after all steps the temperature is a hundredth of a mean leg. */
#define COOLING_FACTOR 0.9795161514852455
#define IMPROVE_PERMILLE 100
#define IMPROVE_WIDTH 10
#define POLL_EVERY 8 /* iterations between two looks at clock and stop */
/* While orders are missing, this share of a cooling goes to placing them at any cost. */
#define PLACING_SHARE 0.3
/* With objective vehicles shipments may use a van more for this share of a cooling, at the price of so
 * many legs. */
#define SPARE_SHARE 0.7
#define SPARE_LEGS 5
/* So many short runs are better than one as long as all of them. */
#define MANY_RUNS 8

/* The mean price of a leg of the present plan. */
static double
mean_leg(const LmState *state)
{
	double price = 0;
	int64_t legs = 0;

	for (int32_t v = 0; v < state->problem->vehicle_count; v++)
	{
		const LmPrices *prices = &state->problem->prices[v];
		const LmTravel *travel = lm_problem_travel(state->problem, v);

		if (state->routes[v].count == 0)
			continue;
		legs += state->routes[v].count + 1;
		price += (double) prices->per_mm * (double) state->routes[v].length;
		for (int32_t node = lm_state_start(state, v); node != lm_state_end(state, v);
		     node = state->nodes[node].next)
		{
			int32_t place = state->nodes[state->nodes[node].next].place;

			if (place != LM_NOWHERE)
				price += (double) prices->per_ms *
				         lm_travel_time(travel, state->nodes[node].place, place);
		}
	}
	return legs > 0 && price > 0 ? price / (double) legs : 1;
}

bool
lm_anneal_new(LmAnneal *anneal, LmArena *arena)
{
	anneal->misses = LM_TAKE(arena, int64_t, anneal->state->problem->order_count);
	anneal->mean_leg = mean_leg(anneal->state);
	return anneal->misses != NULL;
}

/* ---- acceptance ---- */

static int64_t
misses_of_absent(const LmAnneal *anneal)
{
	const LmState *state = anneal->state;
	int64_t sum = 0;

	for (int32_t i = 0; i < state->absent_count; i++)
		if (anneal->best->classes->of_order[state->absent[i]] >= 0)
			sum += 1 + anneal->misses[state->absent[i]];
	return sum;
}

/*
 * The same for a plan with more or fewer vans, in the warmer part of a cooling: without one to spare a
 * plan with shipments on full routes hardly changes at all.
 */
static bool
spare_accepted(LmAnneal *anneal)
{
	const LmState *state = anneal->state;
	double vans = state->used - state->logged_used;
	double change = (double) (state->cost - state->logged_cost) -
	                vans * (double) (state->vans[0].price - state->problem->prices[0].fixed);

	return state->used <= anneal->best->kept.vehicles + 1 &&
	       state->absent_count <= state->logged_absent_count &&
	       change + vans * SPARE_LEGS * anneal->mean_leg <
	           anneal->temperature * lm_random_exponential(&anneal->random);
}

/* Whether the plan just made replaces the one before. */
static bool
plan_accepted(LmAnneal *anneal, bool placing)
{
	LmState *state = anneal->state;
	bool accepted;

	lm_balance_settle(state);
	accepted = (double) (state->cost - state->logged_cost) <
	           anneal->temperature * lm_random_exponential(&anneal->random);

	if (state->units != NULL && state->problem->objective == LM_OBJECTIVE_VEHICLES &&
	    state->used != state->logged_used && anneal->progress < SPARE_SHARE)
		accepted = spare_accepted(anneal);
	/* a van more than the best plan has weighs like an order more, whatever distance it saves */
	else if (state->problem->objective == LM_OBJECTIVE_VEHICLES &&
	         state->used > state->logged_used && state->used > anneal->best->kept.vehicles &&
	         state->absent_count >= state->logged_absent_count)
		return false;
	if (state->absent_count == 0 && anneal->misses_sum == 0)
		return accepted;
	if (placing && anneal->progress < PLACING_SHARE)
	{
		/* orders that are missing often weigh more, whatever the plan costs (fleet
		 * minimisation of the same paper) */
		int64_t sum = misses_of_absent(anneal);

		for (int32_t i = 0; i < state->absent_count; i++)
			anneal->misses[state->absent[i]]++;
		accepted |= sum < anneal->misses_sum;
	}
	if (accepted)
		anneal->misses_sum = misses_of_absent(anneal);
	return accepted;
}

/* ---- cooling ---- */

/* A cooling under way. */
typedef struct Cooling
{
	LmCooling asked; /* short_run 0: it is settled */
	int64_t begun;   /* budget->done and */
	double share;    /* budget->share at its begin */
	int32_t step;
} Cooling;

/* A long run becomes a short one where the budget holds many of these. */
static void
length_settle(Cooling *cooling, const LmAnneal *anneal)
{
	const LmBudget *budget = anneal->budget;
	int64_t done = budget->done - cooling->begun;
	double used = budget->share - cooling->share;

	if (cooling->asked.short_run == 0 || done < anneal->state->problem->order_count)
		return;
	if ((double) done * (1 - cooling->share) >=
	    used * MANY_RUNS * (double) cooling->asked.short_run)
		cooling->asked.iterations = cooling->asked.short_run;
	cooling->asked.short_run = 0;
}

/* Sets progress and temperature; false when it is cold. */
static bool
cool(LmAnneal *anneal, Cooling *cooling)
{
	const LmBudget *budget = anneal->budget;
	double passed;

	length_settle(cooling, anneal);
	if (cooling->asked.iterations > 0)
		passed = (double) (budget->done - cooling->begun) / (double) cooling->asked.iterations;
	else
		passed = (budget->share - cooling->share) / (1 - cooling->share);
	anneal->progress = cooling->asked.from + passed * (cooling->asked.to - cooling->asked.from);
	while (cooling->step < COOLING_STEPS &&
	       cooling->step < (int32_t) (anneal->progress * COOLING_STEPS))
	{
		anneal->temperature *= COOLING_FACTOR;
		cooling->step++;
	}
	return passed < 1;
}

/* One plan made from the last, and kept or not; false when it was broken off. */
static bool
iterate(LmAnneal *anneal, bool placing)
{
	LmState *state = anneal->state;
	int32_t fresh = state->absent_count;

	lm_ruin(state, anneal->neighbours, &anneal->random);
	lm_recreate(anneal->recreate, state, anneal->neighbours, &anneal->random, fresh);
	if (lm_random_below(&anneal->random, 1000) < IMPROVE_PERMILLE)
		lm_improve(anneal->improve, state, anneal->neighbours, IMPROVE_WIDTH);
	if (lm_scheduler_late(state->scheduler))
		return false;
	if (!plan_accepted(anneal, placing))
	{
		lm_state_undo(state);
		return true;
	}
	lm_best_see(anneal->best);
	lm_state_commit(state);
	return true;
}

int64_t
lm_anneal_run(LmAnneal *anneal, const LmCooling *asked)
{
	LmBudget *budget = anneal->budget;
	Cooling cooling = {.asked = *asked, .begun = budget->done, .share = budget->share};
	bool returned = anneal->state->problem->objective != LM_OBJECTIVE_VEHICLES;

	memset(anneal->misses, 0, sizeof(int64_t) * (size_t) anneal->state->problem->order_count);
	anneal->misses_sum = misses_of_absent(anneal);
	anneal->temperature = FIRST_TEMPERATURE * anneal->mean_leg;
	lm_best_reset(anneal->best);
	for (;; budget->done++)
	{
		bool poll = (budget->done - cooling.begun) % POLL_EVERY == 0;

		if ((poll || budget->done >= budget->planned) &&
		    (!lm_budget_look(budget, anneal->state->absent_count) || !cool(anneal, &cooling)))
			break;
		if (poll && budget->options->progress != NULL && budget->options->progress->wanted)
			lm_progress_see(budget->options->progress, anneal->state, budget->done);
		if (anneal->state->units != NULL && anneal->progress >= SPARE_SHARE && !returned)
		{
			/* a van more than the best plan has is of no use any longer */
			returned = true;
			if (anneal->state->used > anneal->best->kept.vehicles)
				lm_state_load(anneal->state, anneal->best->kept.next);
		}
		if (!iterate(anneal, asked->placing))
		{
			/* what was broken off is no plan */
			budget->share = 1;
			break;
		}
	}
	return cooling.asked.iterations;
}
