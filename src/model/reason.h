/*
 * reason.h
 *	  Why an order is not served, or a row of a route breaks a rule.
 *
 * The core knows indexes and amounts; output/ adds ids and words.
 *
 * Layer   model: C11 only.
 */
#ifndef LM_MODEL_REASON_H
#define LM_MODEL_REASON_H

#include "model/units.h"

typedef enum LmReasonCode
{
	LM_REASON_NONE,
	LM_REASON_CAPACITY,
	LM_REASON_SKILL,
	LM_REASON_WINDOW,
	LM_REASON_SHIFT,
	LM_REASON_BREAK,
	LM_REASON_STOPS,
	LM_REASON_DISTANCE,
	LM_REASON_TIME,
	LM_REASON_UNREACHABLE,
	LM_REASON_VEHICLE_REFUSED,
	LM_REASON_BAD_ROW,
	LM_REASON_RELEASE,
	LM_REASON_RANGE,
	LM_REASON_DROPPED,
	LM_REASON_SEARCH,
	/* in check only */
	LM_REASON_MISSING,
	LM_REASON_DUPLICATE,
	LM_REASON_PRECEDENCE,
	LM_REASON_FROZEN,
	LM_REASON_LATE,
	LM_REASON_MISMATCH
} LmReasonCode;

/* Why one order is not served: what was proved by trying it on the returned plan. */
typedef struct LmReason
{
	LmReasonCode code;
	bool alone;      /* true: for itself the rule keeps it from every vehicle, even an empty one */
	int32_t vehicle; /* the vehicle that comes nearest, or -1: holds for all alike */
	int32_t dimension; /* capacity: which one */
	int32_t order;     /* window: whose window is missed, itself or one that follows it, -1: not
								 * known; release: whose goods are ready last; unreachable: the order
								 * at the other end of the missing leg, or the reload, -1: the vehicle's start or end */
	int32_t
		subject;   /* of a shipment or of alternatives: the one that unreachable or skill is about;
								 * -1: the only one */
	bool inbound;  /* unreachable: the leg to the order is missing, not the one from it */
	bool paused;   /* window: without breaks it would be reached earlier */
	LmTime setup;  /* window: of need, what is paid between arrival and service */
	int64_t need;  /* what serving it takes: capacity amount, window earliest start of
								 * service, shift earliest end of route, time ms, distance mm, stops,
								 * release instant, dropped LmCost of the cheapest place, search places
								 * that were tried */
	int64_t limit; /* what there is, in the same unit; release: the latest departure; dropped:
								 * its skip_price; search: vehicles that were tried */
} LmReason;

#endif /* LM_MODEL_REASON_H */
