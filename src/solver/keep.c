/*
 * keep.c
 *	  Slots of spans with an undo log.
 */
#include "solver/keep.h"

#define LEAST_ROOM 4

/* A slot as it was at the last commit. */
typedef struct LmKeepLog
{
	int32_t slot;
	uint8_t place;
	uint8_t kept;
} LmKeepLog;

LmKeep *
lm_keep_new(int32_t count, int32_t width, LmScheduler *scheduler, LmArena *arena)
{
	LmKeep *keep = LM_TAKE(arena, LmKeep, 1);

	if (keep == NULL)
		return NULL;
	keep->arena = arena;
	keep->scheduler = scheduler;
	keep->count = count;
	keep->width = width;
	keep->epoch = 1;
	keep->slots = LM_TAKE(arena, LmSlot, count);
	keep->spans = LM_TAKE(arena, LmSpan *, 2 * (size_t) count);
	keep->room = LM_TAKE(arena, uint8_t, 2 * (size_t) count);
	keep->ends = LM_TAKE(arena, uint8_t, 2 * (size_t) count * (size_t) width);
	keep->log = LM_TAKE(arena, LmKeepLog, count);
	return arena->failed ? NULL : keep;
}

bool
lm_keep_drop(LmKeep *keep, int32_t slot)
{
	LmSlot *dropped = &keep->slots[slot];

	if (dropped->epoch != keep->epoch)
	{
		keep->log[keep->logged++] = (LmKeepLog){slot, dropped->place, dropped->kept};
		dropped->epoch = keep->epoch;
		dropped->place ^= 1;
	}
	else if (dropped->kept == LM_KEPT_NOTHING)
		return false;
	dropped->kept = LM_KEPT_NOTHING;
	return true;
}

void
lm_keep_forget(LmKeep *keep)
{
	for (int32_t slot = 0; slot < keep->count; slot++)
		keep->slots[slot].kept = LM_KEPT_NOTHING;
	lm_keep_commit(keep);
}

void
lm_keep_commit(LmKeep *keep)
{
	keep->epoch++;
	keep->logged = 0;
}

void
lm_keep_undo(LmKeep *keep)
{
	for (int32_t i = 0; i < keep->logged; i++)
	{
		LmSlot *slot = &keep->slots[keep->log[i].slot];

		slot->place = keep->log[i].place;
		slot->kept = keep->log[i].kept;
	}
	lm_keep_commit(keep);
}

void
lm_keep_view(const LmKeep *keep, int32_t slot, LmSpanSet *sets)
{
	size_t at = 2 * (size_t) slot + keep->slots[slot].place;
	const uint8_t *ends = keep->ends + at * (size_t) keep->width;
	int32_t first = 0;

	for (int32_t k = 0; k < keep->width; k++)
	{
		sets[k].spans = keep->spans[at] + first;
		sets[k].count = ends[k] - first;
		first = ends[k];
	}
}

/* Makes room at a place of a slot; what it held is not needed any more. */
static bool
room_make(LmKeep *keep, size_t at, int32_t count)
{
	int32_t room = LEAST_ROOM;

	if (count <= keep->room[at] && keep->room[at] > 0)
		return true;
	while (room < count)
		room *= 2;
	keep->spans[at] = LM_TAKE(keep->arena, LmSpan, room);
	keep->room[at] = (uint8_t) (keep->spans[at] != NULL ? room : 0);
	if (keep->spans[at] == NULL)
		lm_scheduler_refused(keep->scheduler);
	return keep->spans[at] != NULL;
}

bool
lm_keep_put(LmKeep *keep, int32_t slot, const LmSpanSet *sets, LmTime earliest)
{
	size_t at = 2 * (size_t) slot + keep->slots[slot].place;
	uint8_t *ends = keep->ends + at * (size_t) keep->width;
	int32_t count = 0;

	for (int32_t k = 0; k < keep->width; k++)
		count += sets[k].count;
	if (count > LM_KEEP_MOST)
	{
		keep->slots[slot].kept = LM_KEPT_TOO_MANY;
		return false;
	}
	if (!room_make(keep, at, count))
		return false;
	count = 0;
	for (int32_t k = 0; k < keep->width; k++)
	{
		for (int32_t i = 0; i < sets[k].count; i++)
			if (sets[k].spans[i].hi >= earliest)
				keep->spans[at][count++] = sets[k].spans[i];
		ends[k] = (uint8_t) count;
	}
	keep->slots[slot].kept = LM_KEPT_SPANS;
	return true;
}
