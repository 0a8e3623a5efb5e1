/*
 * graph_restrictions.c
 *	  Networks with restricted paths against walks that remember the edges driven.
 */
#include "graph_case.h"

static void
restricted_networks(void)
{
	for (unsigned number = 0; number < 1500 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		GraphCase c = case_random(&dice);
		GraphLedger ledger;
		LmHierarchy h;
		LmMetric metric;

		/* a remembered edge more multiplies the oracle's states */
		case_restrict(&c, &dice, c.edge_count <= 12 ? 4 : 3);
		ledger_open(&ledger);
		EXPECT(case_build(&c, &ledger.run, &h, &metric) == LM_GRAPH_OK, "network %u", number);
		case_compare(&c, &h, &metric, &dice, &ledger.run, number);
		ledger_close(&ledger);
	}
}

int
main(void)
{
	tap_run("restricted networks", restricted_networks);
	return tap_end();
}
