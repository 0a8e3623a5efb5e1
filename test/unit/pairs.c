/*
 * pairs.c
 *	  Some pairs of places: numbered each once, and their ways those of whole tables.
 */
#include "model/pairs.h"

#include "graph/hub.h"
#include "graph/table.h"
#include "graph_case.h"
#include "network/known.h"
#include "tap.h"

#include <string.h>

#define PLACES_MOST 150

static bool wanted[PLACES_MOST][PLACES_MOST];

/* Draws hubs and others, and notes what is known then. */
static LmPairs *
pairs_draw(Dice *dice, int32_t places, LmArena *arena)
{
	LmPair others[300];
	bool hub[PLACES_MOST];
	int32_t count = dice_below(dice, 300);

	for (int32_t from = 0; from < places; from++)
		hub[from] = dice_percent(dice, 3);
	for (int32_t from = 0; from < places; from++)
		for (int32_t to = 0; to < places; to++)
			wanted[from][to] = hub[from] || hub[to];
	for (int32_t i = 0; i < count; i++)
	{
		others[i] = (LmPair){dice_below(dice, places), dice_below(dice, places)};
		wanted[others[i].from][others[i].to] = true;
	}
	return lm_pairs_new(places, hub, others, count, arena);
}

static void
each_has_a_cell(void)
{
	for (unsigned number = 0; number < 300 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		int32_t places = dice_between(&dice, 1, PLACES_MOST);
		GraphLedger ledger;
		LmPairs *pairs;
		size_t expected = 0;

		ledger_open(&ledger);
		pairs = pairs_draw(&dice, places, ledger.run.arena);
		for (int32_t from = 0; from < places; from++)
			for (int32_t to = 0; to < places; to++)
				if (wanted[from][to])
				{
					EXPECT(lm_pairs_cell(pairs, from, to) == expected, "%d to %d", from, to);
					expected++;
				}
		EXPECT(!pairs->missed && lm_pairs_count(pairs) == expected + 1, "%zu cells, not %zu",
		       lm_pairs_count(pairs), expected + 1);
		for (int32_t from = 0; from < places; from++)
			for (int32_t to = 0; to < places; to++)
			{
				if (wanted[from][to])
					continue;
				pairs->missed = false;
				EXPECT(lm_pairs_cell(pairs, from, to) == expected && pairs->missed, "%d to %d",
				       from, to);
			}
		ledger_close(&ledger);
	}
}

static void
ways_are_those_of_tables(void)
{
	static LmWay all[PLACES_MOST * PLACES_MOST];
	static LmWay some[PLACES_MOST * PLACES_MOST];
	static LmWay on[PLACES_MOST], to_hub[PLACES_MOST];
	int32_t reached = 0;

	for (unsigned number = 0; number < 400 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		GraphCase c = case_random(&dice);
		int32_t places = dice_between(&dice, 1, PLACES_MOST);
		LmSpot spots[PLACES_MOST];
		LmTableQuery query = {spots, places, spots, places};
		GraphLedger ledger;
		LmHierarchy h;
		LmMetric metric;
		LmPairs *pairs;
		LmTablePairs known;

		ledger_open(&ledger);
		ledger.run.wide = number % LM_WIDE_END;
		EXPECT(case_build(&c, &ledger.run, &h, &metric) == LM_GRAPH_OK, "network %u", number);
		for (int32_t place = 0; place < places; place++)
			spots[place] = case_place(&c, &dice);
		pairs = pairs_draw(&dice, places, ledger.run.arena);
		known = (LmTablePairs){pairs->first, pairs->to};
		EXPECT(lm_table_fill(&h, &metric, &query, &ledger.run, all) == LM_GRAPH_OK, "all");
		EXPECT(lm_table_some(&h, &metric, &query, &known, &ledger.run, some) == LM_GRAPH_OK,
		       "some");
		for (int32_t hub = 0; hub < 3 && hub < places; hub++)
		{
			EXPECT(lm_hub_leave(&h, &metric, spots[hub], spots, places, &ledger.run, on) ==
			               LM_GRAPH_OK &&
			           lm_hub_arrive(&h, &metric, spots[hub], spots, places, &ledger.run, to_hub) ==
			               LM_GRAPH_OK,
			       "hub");
			for (int32_t other = 0; other < places; other++)
				EXPECT(on[other] == all[hub * places + other] &&
				           to_hub[other] == all[other * places + hub],
				       "network %u, hub %d and %d", number, hub, other);
		}
		for (int32_t from = 0; from < places; from++)
			for (int32_t to = 0; to < places; to++)
			{
				if (!wanted[from][to])
					continue;
				reached += from != to && all[from * places + to] != LM_WAY_NONE;
				EXPECT(some[lm_pairs_cell(pairs, from, to)] == all[from * places + to],
				       "network %u, %d to %d", number, from, to);
			}
		ledger_close(&ledger);
	}
	EXPECT(reached > 1000, "%d ways", reached);
}

static void
refused_memory(void)
{
	int refused = 0;

	for (size_t limit = 0; limit < 640000; limit += 16000)
	{
		Dice dice = dice_from_seed(7);
		GraphLedger ledger;

		ledger_open(&ledger);
		ledger.arena.limit = limit;
		EXPECT((pairs_draw(&dice, PLACES_MOST, ledger.run.arena) == NULL) == ledger.arena.failed,
		       "%zu bytes", limit);
		refused += ledger.arena.failed;
		ledger_close(&ledger);
	}
	EXPECT(refused > 0 && refused < 40, "%d refused", refused);
}

/* What is found is what was kept, among more than there is room for; and much of it is found. */
static void
known_ways(void)
{
	LmKnownWays *known = calloc(1, sizeof(LmKnownWays));
	int32_t found = 0;
	LmWay way;

	if (known == NULL)
		abort();
	for (int turn = 0; turn < 2; turn++)
		for (int32_t i = 0; i < 20000; i++)
		{
			LmSpot from = {i % 97, -1, i / 97 / 1000.0}, to = {i / 300, -1, i % 300 / 300.0};

			if (turn == 0)
				EXPECT(!lm_known_find(known, from, to, &way), "%d is not kept yet", i);
			if (turn == 0)
				lm_known_keep(known, from, to, i);
			else if (lm_known_find(known, from, to, &way))
			{
				EXPECT(way == i, "%d: %lld", i, (long long) way);
				found++;
			}
		}
	EXPECT(found > LM_KNOWN_WAYS / 2 && found <= LM_KNOWN_WAYS, "%d of 20000 found", found);
	free(known);
}

int
main(void)
{
	tap_run("each pair has a cell of its own, all others share one", each_has_a_cell);
	tap_run("ways of some pairs are those of all", ways_are_those_of_tables);
	tap_run("refused memory", refused_memory);
	tap_run("ways that were found before", known_ways);
	return tap_end();
}
