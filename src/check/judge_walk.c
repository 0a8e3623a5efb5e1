/*
 * judge_walk.c
 *	  Every number of breaks side by side, row by row.
 */
#include "check/judge_walk.h"

#include <string.h>

int32_t
lm_judge_windows_open(const LmJudgeRow *row, LmTime instant)
{
	int32_t low = 0;
	int32_t high = row->window_count;

	while (low < high)
	{
		int32_t middle = low + (high - low) / 2;

		if (row->windows[middle].open <= instant)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

LmTime
lm_judge_serve(const LmJudgeRow *row, LmTime ready)
{
	int32_t opened = lm_judge_windows_open(row, ready);

	if (ready >= LM_NEVER)
		return LM_NEVER;
	if (opened > 0 && ready <= row->windows[opened - 1].close)
		return ready;
	return opened < row->window_count ? row->windows[opened].open : LM_NEVER;
}

LmTime
lm_judge_leave_by(const LmJudgeLeg *leg, LmTime arrives)
{
	if (leg->traffic == NULL || arrives <= -LM_NEVER)
		return lm_judge_sum(arrives, -leg->time);
	return lm_traffic_depart(leg->traffic, leg->pair, arrives);
}

LmTime
lm_judge_drive(const LmJudgeRow *row, LmTime left)
{
	LmTime starts = lm_judge_serve(row, lm_judge_sum(lm_judge_arrive(&row->leg, left), row->setup));

	return lm_judge_sum(starts, row->service);
}

/* The latest departure from the row before that leaves this row by an instant. */
static LmTime
drive_back(const LmJudgeRow *row, LmTime by)
{
	LmTime starts = lm_judge_sum(by, -row->service);
	int32_t opened = lm_judge_windows_open(row, starts);

	if (starts <= -LM_NEVER || opened == 0)
		return -LM_NEVER;
	if (starts > row->windows[opened - 1].close)
		starts = row->windows[opened - 1].close;
	return lm_judge_leave_by(&row->leg, lm_judge_sum(starts, -row->setup));
}

LmTime
lm_judge_rest(const LmBreak *rule, LmTime from)
{
	LmTime starts = from > rule->window.open ? from : rule->window.open;

	if (starts > rule->window.close)
		return LM_NEVER;
	return lm_judge_sum(starts, rule->duration);
}

/* The latest instant at which a break may be begun to be over by another. */
static LmTime
rest_back(const LmBreak *rule, LmTime by)
{
	LmTime starts = lm_judge_sum(by, -rule->duration);

	if (starts < rule->window.open)
		return -LM_NEVER;
	return starts < rule->window.close ? starts : rule->window.close;
}

bool
lm_judge_may_rest(const LmJudgeWalk *walk, int32_t k, int32_t row)
{
	const LmJudgeTrip *trip = walk->trip;

	/* the departure from the last row is the end of the route already: rule 6 */
	if (trip->open_end && row == trip->count)
		return false;
	return trip->shown == NULL || trip->shown[k] == row;
}

bool
lm_judge_may_leave(const LmJudgeWalk *walk, int32_t k, int32_t row)
{
	const LmJudgeTrip *trip = walk->trip;

	return trip->shown == NULL || k >= trip->shown_count || trip->shown[k] != row;
}

const LmBreak *
lm_judge_break(const LmJudgeWalk *walk, int32_t k)
{
	return &walk->trip->breaks[walk->first + k];
}

bool
lm_judge_spared(const LmJudgeWalk *walk, int32_t taken, LmTime ends)
{
	int32_t next = walk->first + taken;

	return next >= walk->trip->break_count || ends <= walk->trip->breaks[next].window.close;
}

/*
 * Fewer breaks never end later, so the smallest number of them that leaves no
 * required break out is also the one with the earliest end; and with one fewer
 * the last one's window would have closed before the end: it is required.
 */
LmTime
lm_judge_walk(LmJudgeWalk *walk, LmTime departs, int32_t *taken)
{
	const LmJudgeTrip *trip = walk->trip;
	int32_t k;

	for (int32_t row = 0; row <= trip->count; row++)
	{
		LmTime *now = &walk->early[(size_t) row * (size_t) walk->states];
		const LmTime *before = now - (row > 0 ? walk->states : 0);

		for (k = 0; k <= walk->most; k++)
		{
			LmTime left = LM_NEVER;

			if (row == 0)
				left = k == 0 ? departs : LM_NEVER;
			else if (lm_judge_may_leave(walk, k, row - 1))
				left = lm_judge_drive(&trip->rows[row - 1], before[k]);
			if (k > 0 && lm_judge_may_rest(walk, k - 1, row))
			{
				LmTime rested = now[k - 1] >= LM_NEVER
				                    ? LM_NEVER
				                    : lm_judge_rest(lm_judge_break(walk, k - 1), now[k - 1]);

				if (rested < left)
					left = rested;
			}
			now[k] = left;
		}
	}
	for (k = trip->shown != NULL ? walk->most : 0; k <= walk->most; k++)
	{
		LmTime ends = LM_NEVER;

		if (lm_judge_may_leave(walk, k, trip->count))
			ends = lm_judge_arrive(
				&trip->back,
				walk->early[(size_t) trip->count * (size_t) walk->states + (size_t) k]);
		if (ends >= LM_NEVER)
			return LM_NEVER;
		if (lm_judge_spared(walk, k, ends))
		{
			*taken = k;
			return ends;
		}
	}
	return LM_NEVER;
}

LmTime
lm_judge_walk_back(LmJudgeWalk *walk, int32_t row, int32_t k, LmTime by)
{
	const LmJudgeTrip *trip = walk->trip;

	for (int32_t at = row; at >= 0; at--)
	{
		LmTime *now = &walk->late[(size_t) at * (size_t) walk->states];
		const LmTime *after = now + walk->states;
		const LmTime *floor = &walk->floor[(size_t) at * (size_t) walk->states];
		bool hope = false;

		for (int32_t taken = k; taken >= 0; taken--)
		{
			LmTime latest = -LM_NEVER;

			if (at == row)
				latest = taken == k ? by : -LM_NEVER;
			else if (lm_judge_may_leave(walk, taken, at))
				latest = drive_back(&trip->rows[at], after[taken]);
			if (taken < k && lm_judge_may_rest(walk, taken, at))
			{
				LmTime rested = rest_back(lm_judge_break(walk, taken), now[taken + 1]);

				if (rested > latest)
					latest = rested;
			}
			now[taken] = latest;
			if (latest >= floor[taken])
				hope = true;
		}
		if (!hope)
			return -LM_NEVER;
	}
	return walk->late[0];
}

bool
lm_judge_walk_new(LmJudgeWalk *walk, const LmJudgeTrip *trip, LmArena *arena)
{
	int64_t cells = ((int64_t) trip->count + 1) * (trip->break_count + 1);

	memset(walk, 0, sizeof(*walk));
	walk->trip = trip;
	walk->early = LM_TAKE(arena, LmTime, cells);
	walk->floor = LM_TAKE(arena, LmTime, cells);
	walk->late = LM_TAKE(arena, LmTime, cells);
	return walk->early != NULL && walk->floor != NULL && walk->late != NULL;
}

void
lm_judge_walk_from(LmJudgeWalk *walk, int32_t first)
{
	const LmJudgeTrip *trip = walk->trip;

	walk->first = first;
	walk->most = trip->shown != NULL ? trip->shown_count : trip->break_count - first;
	walk->states = walk->most + 1;
}

void
lm_judge_walk_floor(LmJudgeWalk *walk)
{
	memcpy(walk->floor, walk->early,
	       sizeof(LmTime) * (size_t) (walk->trip->count + 1) * (size_t) walk->states);
}
