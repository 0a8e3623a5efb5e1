/*
 * eject.c
 *	  What lm_eject_find takes off a route, against all choices of orders and places.
 */
#include "solver/eject.h"

#include "state_check.h"

#define MOST_PENALTY 6

typedef struct Search
{
	Session *session;
	int64_t penalties[MOST_ORDERS];
	int32_t route[MOST_ORDERS];
	int32_t count;
	int32_t vehicle;
	int32_t order;
} Search;

/* Whether the route is feasible without a set of its rows and with the order behind so many of the rest. */
static bool
choice_fits(const Search *search, unsigned gone, int32_t kept_before)
{
	int32_t orders[MOST_ORDERS];
	int32_t count = 0;

	for (int32_t row = 0; row <= search->count; row++)
	{
		if (count == kept_before)
		{
			orders[count++] = search->order;
			kept_before = -1;
		}
		if (row < search->count && (gone >> row & 1) == 0)
			orders[count++] = search->route[row];
	}
	if (kept_before >= 0)
		return false;
	return cost_from_scratch(search->session->state, search->vehicle, orders, count) <
	       LM_IMPOSSIBLE;
}

/* The least penalty of at most so many rows without which the order fits; `bound` when there are none. */
static int64_t
least_penalty(const Search *search, int32_t most, int64_t bound)
{
	for (unsigned gone = 0; gone < 1u << search->count; gone++)
	{
		int64_t penalty = 0;
		int32_t rows = 0;

		for (int32_t row = 0; row < search->count; row++)
			if ((gone >> row & 1) != 0)
			{
				penalty += search->penalties[search->route[row]];
				rows++;
			}
		if (rows > most || penalty >= bound)
			continue;
		for (int32_t kept = 0; kept <= search->count - rows; kept++)
			if (choice_fits(search, gone, kept))
			{
				bound = penalty;
				break;
			}
	}
	return bound;
}

/* Whether what was found is what it says. */
static void
ejection_check(const Search *search, const LmEjection *found, int32_t most)
{
	unsigned number = search->session->number;
	unsigned gone = 0;
	int64_t penalty = 0;
	int32_t before = 0;
	int32_t out = 0;
	bool passed = found->after == lm_state_start(search->session->state, search->vehicle);

	EXPECT(found->count >= 0 && found->count <= most, "problem %u: %d orders", number,
	       found->count);
	for (int32_t row = 0; row < search->count; row++)
	{
		if (out < found->count && found->orders[out] == search->route[row])
		{
			gone |= 1u << row;
			penalty += search->penalties[search->route[row]];
			out++;
			continue;
		}
		before += !passed;
		passed |= found->after == search->route[row];
	}
	EXPECT(out == found->count && penalty == found->penalty && passed,
	       "problem %u: order %d on vehicle %d", number, search->order, search->vehicle);
	EXPECT(choice_fits(search, gone, before), "problem %u: order %d does not fit vehicle %d",
	       number, search->order, search->vehicle);
}

static unsigned
vehicle_try(Search *search, LmEject *eject)
{
	Session *session = search->session;
	int32_t most = dice_between(&session->dice, 1, LM_EJECT_MOST);
	int64_t bound = dice_percent(&session->dice, 50) ? INT64_MAX / 2
	                                                 : dice_between(&session->dice, 1, 12);
	LmEjection found = {.penalty = bound, .after = LM_ABSENT};
	int64_t expected;
	int64_t steps;

	search->count = links_check(session, search->vehicle, search->route);
	expected = least_penalty(search, most, bound);
	steps = lm_eject_find(eject, session->state, search->order, search->vehicle, search->penalties,
	                      most, &found);
	EXPECT(steps > 0, "problem %u", session->number);
	EXPECT(found.penalty == expected, "problem %u: order %d on vehicle %d: %d, expected %d",
	       session->number, search->order, search->vehicle, (int) found.penalty, (int) expected);
	EXPECT((found.after == LM_ABSENT) == (expected == bound), "problem %u", session->number);
	if (found.after != LM_ABSENT)
		ejection_check(search, &found, most);
	return found.after != LM_ABSENT && found.count > 0;
}

static void
problems_try(unsigned first, unsigned count, int features)
{
	unsigned pushed = 0;

	for (unsigned number = first; number < first + count * RANDOM_EFFORT; number++)
	{
		Session session;
		Search search = {.session = &session};
		LmEject *eject;
		Picture after;

		session_begin(&session, number, features);
		session_fill(&session, 4);
		eject = lm_eject_new(session.state, &session.arena);
		for (int32_t i = 0; i < session.problem->order_count; i++)
			search.penalties[i] = dice_between(&session.dice, 1, MOST_PENALTY);
		for (int trial = 0; trial < 3 && session.state->absent_count > 0; trial++)
		{
			search.order =
				session.state->absent[dice_below(&session.dice, session.state->absent_count)];
			search.vehicle = dice_below(&session.dice, session.problem->vehicle_count);
			pushed += vehicle_try(&search, eject);
		}
		/* it looks, and does not touch */
		picture_take(session.state, &after);
		EXPECT(picture_equal(&after, &session.committed), "problem %u", number);
		session_end(&session);
	}
	printf("# %u times an order pushed out others\n", pushed);
	EXPECT(pushed > count / 10, "only %u times an order pushed out others", pushed);
}

static void
plain_routes(void)
{
	problems_try(0, 4000, RANDOM_LOADS | RANDOM_LIMITS | RANDOM_SHIFT_ENDS | RANDOM_SKILLS);
}

static void
mixed_features(void)
{
	problems_try(1000000000, 10000, -1);
}

static void
all_features(void)
{
	problems_try(2000000000, 4000, RANDOM_ALL);
}

static void
memory_refused(void)
{
	Session session;
	LmArena arena;

	session_begin(&session, 1, 0);
	lm_arena_init(&arena, block_take, block_give, NULL, SIZE_MAX);
	EXPECT(lm_eject_new(session.state, &arena) != NULL, "no limit");
	arena.limit = arena.used;
	for (size_t limit = 0; limit < arena.limit; limit += 8)
	{
		LmArena less;

		lm_arena_init(&less, block_take, block_give, NULL, limit);
		EXPECT(lm_eject_new(session.state, &less) == NULL && less.failed, "%d bytes", (int) limit);
		lm_arena_drop(&less);
	}
	lm_arena_drop(&arena);
	session_end(&session);
}

int
main(void)
{
	tap_run("plain routes: the cheapest orders to push out", plain_routes);
	tap_run("mixed features: the same", mixed_features);
	tap_run("all features: the same", all_features);
	tap_run("memory refused", memory_refused);
	return tap_end();
}
