/*
 * team.c
 *	  Which pieces are put up, and what is made of what comes back.
 *
 * A large plan, or one for which there is time for a single cooling only, is cooled in groups
 * (spread.c).  Where there is time for many coolings of all of it, each is a piece.  They are put
 * up, and looked at, in a fixed sequence: piece t is made when piece t - lag has joined the plans and
 * none behind it.  So it does not matter who did them, or which was done first.
 */
#include "solver/team.h"

#include "solver/spread.h"

/* Pieces per process on the board, so that nobody waits for the one who looks at the results. */
#define LAG_PER_HAND 3
#define PROBE_ITERATIONS 1000 /* show how many the time limit holds */
#define MANY_RUNS 8           /* as of anneal.c: so many short coolings are better than one */
#define ROUTES_PER_GROUP 4    /* at least, or a group is too small to change anything */
#define BALANCED_PER_GROUP 10 /* likewise, where routes take from each other to be alike */

/* By iterations, one stream does what has fewer orders, or fewer iterations for each. */
#define STREAMS_ORDERS 200
#define STREAMS_ITERATIONS 50

#define FRESH (-1) /* a piece without parents */
#define CHILD (-2)

typedef struct Team
{
	LmSearch *search;
	const LmSearchTools *tools;
	const LmSolveOptions *options;
	LmShop shop;
	int32_t lag;
	int32_t *aims;   /* [lag] the plan that a piece replaces, FRESH or CHILD */
	int64_t created; /* iterations of the pieces so far */
	int32_t fresh;   /* pieces without parents so far */
	int32_t renew;   /* plans from this one on are to be made anew; count: none */
	LmGroup group;   /* scratch: all of the plan */
	int32_t *next;   /* [nodes] likewise */
} Team;

int32_t
lm_team_streams(const LmProblem *problem, const LmSolveOptions *options, bool clocked)
{
	if (clocked)
		return options->crew != NULL ? options->crew->hands : 1;
	if (problem->order_count < STREAMS_ORDERS ||
	    options->iterations / problem->order_count < STREAMS_ITERATIONS)
		return 1;
	return options->streams > 1 ? options->streams : 1;
}

static int32_t
groups_wanted(const LmState *state, const LmSearchTools *tools)
{
	int32_t orders = state->problem->order_count;
	int32_t groups = lm_spread_groups(state->problem);
	int32_t most = state->used / (state->balanced ? BALANCED_PER_GROUP : ROUTES_PER_GROUP);

	if (groups < tools->streams)
		groups = tools->streams;
	if (groups > most)
		groups = most;
	return groups > 1 && orders > 1 ? groups : 1;
}

bool
lm_team_pays(const LmState *state, const LmSearchTools *tools)
{
	return (lm_spread_groups(state->problem) > 1 || tools->streams > 1) && state->used > 0;
}

/* How many iterations one process has for, measured where the clock decides. */
static double
planned_measure(Team *team)
{
	LmAnneal *anneal = &team->search->anneal;
	LmBudget *budget = &team->search->budget;
	double before;

	(void) lm_budget_look(budget, anneal->state->absent_count);
	before = budget->share;
	if (!budget->clocked || before >= 1)
		return (double) budget->planned;
	(void) lm_anneal_run(anneal, &(LmCooling){.from = team->tools->from,
	                                          .to = team->tools->from,
	                                          .iterations = PROBE_ITERATIONS,
	                                          .placing = true});
	lm_state_load(anneal->state, team->search->first.next);
	if (budget->share <= before ||
	    PROBE_ITERATIONS / (budget->share - before) > (double) budget->planned)
		return (double) budget->planned;
	return PROBE_ITERATIONS / (budget->share - before);
}

/* ---- many coolings ---- */

/* The plan in state as a group of everything. */
static void
group_read(Team *team)
{
	const LmState *state = team->search->anneal.state;
	LmGroup *group = &team->group;
	int32_t at = 0;

	for (int32_t v = 0; v < group->vehicle_count; v++)
	{
		group->vehicles[v] = v;
		group->first[v] = at;
		for (int32_t node = state->nodes[lm_state_start(state, v)].next;
		     node != lm_state_end(state, v); node = state->nodes[node].next)
			group->orders[at++] = node;
	}
	group->first[group->vehicle_count] = at;
	for (int32_t i = 0; i < group->order_count; i++)
		if (state->nodes[i].route == LM_ABSENT)
			group->orders[at++] = i;
}

static bool
over(const Team *team)
{
	const LmBudget *budget = &team->search->budget;

	return budget->share >= 1 || budget->cancelled || team->created >= budget->planned;
}

/* The share of the budget that is given away. */
static double
share_given(const Team *team)
{
	const LmBudget *budget = &team->search->budget;
	double given = (double) team->created / (double) budget->planned;

	return given > budget->share ? given : budget->share;
}

/* Makes a piece of what is next to be cooled, and puts it up. */
static void
piece_put(Team *team, int64_t number)
{
	LmSearch *search = team->search;
	LmAnneal *anneal = &search->anneal;
	const LmBudget *budget = &search->budget;
	int32_t slot = (int32_t) (number % team->lag);
	LmPiece piece = {.best = true, .mean_leg = anneal->mean_leg};
	int64_t left = budget->planned - team->created;

	team->aims[slot] = CHILD;
	if (team->renew < search->count || search->count < 2 ||
	    (team->fresh < LM_PLANS && share_given(team) < LM_FIRST_PLANS_SHARE))
	{
		lm_state_load(anneal->state, search->first.next);
		piece.blink = lm_plans_blink(search);
		piece.cooling =
			(LmCooling){.to = 1, .iterations = search->fresh_iterations, .placing = true};
		team->aims[slot] = team->renew < search->count ? team->renew++ : FRESH;
		team->fresh += team->aims[slot] == FRESH;
	}
	else
		piece.cooling = lm_plans_child(search, &piece.blink);
	if (piece.cooling.iterations > left)
		piece.cooling.iterations = left;
	team->created += piece.cooling.iterations;
	piece.seed = lm_random_next(&anneal->random);
	piece.share = 1;
	piece.until = budget->clock + budget->span;
	group_read(team);
	lm_shop_post(&team->shop, slot,
	             (size_t) slot * lm_board_room(team->group.vehicle_count, team->group.order_count),
	             &team->group, &piece);
}

/* A plan that came back joins the others. */
static void
plan_join(Team *team, int32_t aim)
{
	LmSearch *search = team->search;

	if (aim >= 0)
	{
		bool best = lm_plans_compare(search, &search->best.kept, &search->plans[0]) < 0;

		lm_plans_put(search, best ? 0 : aim);
		return;
	}
	if (aim == FRESH && search->count < LM_PLANS)
	{
		lm_plans_put(search, search->count++);
		team->renew = search->count;
		return;
	}
	search->failed = lm_plans_join(search) ? 0 : search->failed + 1;
	if (team->renew == search->count && lm_plans_tired(search))
		team->renew = search->count / 2;
}

static LmStatus
piece_take(Team *team, int64_t number)
{
	LmSearch *search = team->search;
	LmState *state = search->anneal.state;
	int32_t slot = (int32_t) (number % team->lag);
	LmGroup group;
	LmPiece piece;
	LmStatus status = lm_shop_collect(&team->shop, slot, &group, &piece);

	if (status != LM_OK)
		return status;
	lm_group_put(state, &group, team->next);
	lm_state_load(state, team->next);
	lm_best_reset(&search->best);
	search->budget.done += piece.iterations;
	(void) lm_budget_look(&search->budget, state->absent_count);
	if (team->options->progress != NULL && team->options->progress->wanted)
		lm_progress_see(team->options->progress, state, search->budget.done);
	plan_join(team, team->aims[slot]);
	return search->budget.cancelled ? LM_CANCELLED : LM_OK;
}

static LmStatus
coolings_run(Team *team)
{
	LmStatus status = LM_OK;
	int64_t put = 0;
	int64_t taken = 0;

	while (status == LM_OK && (!over(team) || taken < put))
	{
		if (!over(team) && put - taken < team->lag)
			piece_put(team, put++);
		else
			status = piece_take(team, taken++);
	}
	return status;
}

static bool
coolings_new(Team *team, LmArena *arena)
{
	const LmProblem *problem = team->search->anneal.state->problem;

	team->group.vehicle_count = problem->vehicle_count;
	team->group.order_count = problem->order_count;
	team->group.vehicles = LM_TAKE(arena, int32_t, problem->vehicle_count);
	team->group.first = LM_TAKE(arena, int32_t, problem->vehicle_count + 1);
	team->group.orders = LM_TAKE(arena, int32_t, problem->order_count);
	team->next = LM_TAKE(arena, int32_t, problem->order_count + 2 * problem->vehicle_count);
	team->aims = LM_TAKE(arena, int32_t, team->lag);
	return !arena->failed && lm_plans_new(team->search, arena);
}

/* ---- both ---- */

/* Opens a shop with room for either way. */
static bool
shop_open(Team *team, int32_t groups, LmArena *arena)
{
	const LmState *state = team->search->anneal.state;
	const LmProblem *problem = state->problem;
	size_t all = lm_board_room(problem->vehicle_count, problem->order_count);
	size_t numbers = all + (size_t) groups;
	int32_t slots = groups;

	team->shop.crew = team->tools->crew;
	team->shop.options = team->options;
	if (lm_spread_groups(problem) == 1)
	{
		slots = slots > team->lag ? slots : team->lag;
		numbers = numbers > all * (size_t) team->lag ? numbers : all * (size_t) team->lag;
	}
	return lm_whole_new(&team->shop.whole, state, team->tools->neighbours, team->tools->classes,
	                    arena) &&
	       lm_shop_open(&team->shop, slots, numbers, arena);
}

static LmStatus
team_work(Team *team, int32_t groups, LmArena *arena)
{
	LmSearch *search = team->search;
	const LmProblem *problem = search->anneal.state->problem;
	int32_t hands = team->shop.helped ? team->tools->crew->hands : 1;
	double planned = planned_measure(team);
	LmSpread spread = {.shop = &team->shop,
	                   .groups = groups,
	                   .hands = hands,
	                   .from = team->tools->from,
	                   .planned = search->budget.clocked ? planned * hands : planned};
	LmStatus status;

	if (search->budget.cancelled)
		return LM_CANCELLED;
	if (lm_spread_groups(problem) == 1 &&
	    (groups == 1 || spread.planned >= (double) MANY_RUNS * (double) search->fresh_iterations))
	{
		if (!coolings_new(team, arena))
			return LM_NO_MEMORY;
		return coolings_run(team);
	}
	status = lm_spread_run(&search->anneal, &spread, arena);
	lm_best_reset(&search->best);
	return status;
}

LmStatus
lm_team_run(LmSearch *search, const LmSearchTools *tools, const LmSolveOptions *options,
            LmArena *arena)
{
	const LmState *state = search->anneal.state;
	Team team = {.search = search, .tools = tools, .options = options};
	int32_t groups = groups_wanted(state, tools);
	LmStatus status;

	team.lag = search->budget.clocked ? LAG_PER_HAND * tools->streams : tools->streams;
	if (!shop_open(&team, groups, arena))
		return LM_NO_MEMORY;
	status = team_work(&team, groups, arena);
	if (status == LM_NO_MEMORY && team.shop.helped)
	{
		/* nothing was begun: what a search is begun with was refused */
		lm_shop_dismiss(&team.shop);
		arena->failed = false;
		status = team_work(&team, groups, arena);
	}
	lm_shop_close(&team.shop);
	return status;
}
