/*
 * jam.h
 *	  What driving on a network takes under factors of the traffic.
 *
 * Plan's tables and the answers of matrix and path get their metrics here.
 *
 * Layer   network: what SQL verbs, and plan, ask of a network.
 */
#ifndef LM_NETWORK_JAM_H
#define LM_NETWORK_JAM_H

#include "input/traffic.h"
#include "network/network.h"

/*
 * lm_jam_factors - factors of the rules' classes by the network's own
 *
 *	factors		of one moment, as LmCalendar has them for the rules
 *
 * Returns [1 + classes of the roads] in the context, the first of roads without class.
 */
int64 *lm_jam_factors(const LmNetwork *network, const LmTrafficRules *rules, const int64 *factors,
                      MemoryContext context);

/* lm_jam_is_even - whether all roads have the first factor: the ways are those without traffic. */
bool lm_jam_is_even(const LmNetwork *network, const int64 *factors);

/*
 * lm_jam_metric - a metric of the network's under factors by its classes, in the context
 *
 * Faults  53200.
 * Cost    that of lm_metric_new
 */
const LmMetric *lm_jam_metric(const LmNetwork *network, const int64 *factors,
                              MemoryContext context);

/* lm_jam_warn_classes - a WARNING for each class of a rule that no edge has */
void lm_jam_warn_classes(const LmNetwork *network, const LmTrafficRules *rules);

#endif /* LM_NETWORK_JAM_H */
