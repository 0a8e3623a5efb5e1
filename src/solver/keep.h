/*
 * keep.h
 *	  Sets of spans kept for a plan that changes, so that an undo finds the old ones again.
 *
 * A slot holds the sets of one thing (halves.h: of one half of a route), one for
 * each number of breaks.  It has two places: what is dropped and made again before
 * the next commit goes into the second, and an undo goes back to the first.
 * Memory is bounded: a slot that would take more than LM_KEEP_MOST spans holds none.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_KEEP_H
#define LM_SOLVER_KEEP_H

#include "solver/schedule.h"
#include "solver/spans.h"

#define LM_KEEP_MOST 32

typedef enum LmKept
{
	LM_KEPT_NOTHING,
	LM_KEPT_SPANS,
	LM_KEPT_TOO_MANY
} LmKept;

typedef struct LmSlot
{
	uint64_t epoch; /* dropped since the last commit when this is the present one */
	uint8_t place;  /* which of the two is the present plan's */
	uint8_t kept;   /* LmKept */
} LmSlot;

typedef struct LmKeep
{
	LmArena *arena;
	LmScheduler *scheduler;
	int32_t count;
	int32_t width;  /* sets of a slot */
	uint64_t epoch; /* of the present plan since the last commit */
	LmSlot *slots;  /* [count] */
	LmSpan **spans; /* [2 count] by 2 * slot + place */
	uint8_t *room;  /* likewise, of spans */
	uint8_t *ends;  /* [2 count * width] where the spans of each set end */
	struct LmKeepLog *log;
	int32_t logged;
} LmKeep;

/* lm_keep_new - slots that hold nothing; NULL when memory is refused. */
LmKeep *lm_keep_new(int32_t count, int32_t width, LmScheduler *scheduler, LmArena *arena);

/* lm_keep_drop - empties a slot; false when that was done since the last commit already. */
bool lm_keep_drop(LmKeep *keep, int32_t slot);

/*
 * lm_keep_put - fills a slot, but for spans whose last departure is before `earliest`
 *
 * Returns false when the slot holds nothing: too many spans, or memory is refused.
 */
bool lm_keep_put(LmKeep *keep, int32_t slot, const LmSpanSet *sets, LmTime earliest);

/* lm_keep_view - makes sets [width] show what a slot holds, until it is filled again */
void lm_keep_view(const LmKeep *keep, int32_t slot, LmSpanSet *sets);

/* lm_keep_forget - empties all slots for good. */
void lm_keep_forget(LmKeep *keep);

/* lm_keep_commit, lm_keep_undo - what lm_keep_undo goes back to; going back */
void lm_keep_commit(LmKeep *keep);
void lm_keep_undo(LmKeep *keep);

/* lm_keep_holds - what a slot is filled with, if anything */
static inline LmKept
lm_keep_holds(const LmKeep *keep, int32_t slot)
{
	return (LmKept) keep->slots[slot].kept;
}

#endif /* LM_SOLVER_KEEP_H */
