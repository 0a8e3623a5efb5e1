/*
 * jam.c
 *	  Factors by class of road, and metrics under them.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "input/values.h"
#include "network/jam.h"

int64 *
lm_jam_factors(const LmNetwork *network, const LmTrafficRules *rules, const int64 *factors,
               MemoryContext context)
{
	const LmRoads *roads = network->roads;
	int64 *found = MemoryContextAlloc(context, (roads->class_count + 1) * sizeof(int64));

	for (int32 i = 0; i <= roads->class_count; i++)
		found[i] = factors[0];
	for (int32 i = 0; i < rules->class_count; i++)
	{
		int32 road_class = lm_roads_class(roads, rules->classes[i]);

		if (road_class >= 0)
			found[1 + road_class] = factors[1 + i];
	}
	return found;
}

bool
lm_jam_is_even(const LmNetwork *network, const int64 *factors)
{
	for (int32 i = 1; i <= network->roads->class_count; i++)
	{
		if (factors[i] != factors[0])
			return false;
	}
	return true;
}

const LmMetric *
lm_jam_metric(const LmNetwork *network, const int64 *factors, MemoryContext context)
{
	const LmRoads *roads = network->roads;
	Size arcs = 2 * (Size) roads->edge_count;
	int32 *ticks = lm_huge_alloc(context, arcs, sizeof(int32));
	LmMetric *metric = MemoryContextAllocZero(context, sizeof(LmMetric));
	LmGraphCall call;

	for (Size arc = 0; arc < arcs; arc++)
	{
		int64 factor = factors[1 + roads->class_of[arc / 2]];
		int64 slow = (network->metric->ticks[arc] * factor + LM_FACTOR_ONE / 2) / LM_FACTOR_ONE;

		ticks[arc] = network->metric->ticks[arc] < 0 ? -1 : (int32) Min(slow, LM_TICKS_END);
	}
	lm_graph_call_begin(&call, context);
	lm_graph_call_check(&call, lm_metric_new(network->hierarchy, ticks, &call.run, metric),
	                    network->name);
	pfree(ticks);
	return metric;
}

void
lm_jam_warn_classes(const LmNetwork *network, const LmTrafficRules *rules)
{
	for (int32 i = 0; i < rules->class_count; i++)
	{
		if (lm_roads_class(network->roads, rules->classes[i]) < 0)
			ereport(WARNING,
			        (errcode(ERRCODE_WARNING), errmsg("the traffic query has class \"%s\", which "
			                                          "no edge of network \"%s\" has",
			                                          rules->classes[i], network->name)));
	}
}
