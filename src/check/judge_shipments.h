/*
 * judge_shipments.h
 *	  Shipments on a route as it is shown: whether a row's goods are on board, what keeps rows apart.
 *
 * A route may have rows of a shipment twice, in the wrong sequence, or one of them only.  Goods
 * are on board from a collecting row until the first dropping row behind it; where none follows until the end.
 *
 * Layer   check, pure part: C11 and model only.
 * Rules   doc/reference.md, "Shipments".
 */
#ifndef LM_CHECK_JUDGE_SHIPMENTS_H
#define LM_CHECK_JUDGE_SHIPMENTS_H

#include "model/problem.h"

typedef enum LmJudgePairing
{
	LM_JUDGE_PAIRED,  /* or no shipment's */
	LM_JUDGE_PARTED,  /* the other row is not on this route */
	LM_JUDGE_REVERSED /* the other row is, but on the wrong side */
} LmJudgePairing;

/*
 * lm_judge_pairing - how row i of a route stands to the other row of its shipment
 *
 *	orders		[count] the route's orders; below 0: a reload
 *	other		set to the other row's order where it is reversed, else to any order it could be
 *
 * A reversed shipment is told where it is dropped; its collecting row is paired.
 * Cost    O(count)
 */
LmJudgePairing lm_judge_pairing(const LmProblem *problem, const int32_t *orders, int32_t count,
                                int32_t i, int32_t *other);

/* lm_judge_unloads - dropping row i finds goods on board.  O(count). */
bool lm_judge_unloads(const LmProblem *problem, const int32_t *orders, int32_t i);

#endif /* LM_CHECK_JUDGE_SHIPMENTS_H */
