/*
 * board.c
 *	  Slots that change hands by one atomic exchange each.
 */
#include "solver/board.h"

#include <string.h>

#define ALIGNMENT ((size_t) 64)

static size_t
aligned(size_t bytes)
{
	return (bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

static size_t
head_bytes(int32_t slots)
{
	return aligned(sizeof(LmBoard) + sizeof(LmBoardSlot) * (size_t) slots);
}

/* Where numbers lie: first what is put up, then what comes of it. */
static int32_t *
numbers_of(LmBoard *board, bool done)
{
	int32_t *numbers = (int32_t *) (void *) ((char *) board + head_bytes(board->slot_count));

	return done ? numbers + board->numbers : numbers;
}

size_t
lm_board_bytes(int32_t slots, size_t numbers)
{
	return head_bytes(slots) + 2 * numbers * sizeof(int32_t);
}

LmBoard *
lm_board_init(void *memory, int32_t slots, size_t numbers)
{
	LmBoard *board = memory;

	atomic_init(&board->over, false);
	board->slot_count = slots;
	board->numbers = numbers;
	for (int32_t slot = 0; slot < slots; slot++)
		atomic_init(&board->slots[slot].state, LM_SLOT_FREE);
	return board;
}

/* The group of a slot, as it was put up or as it came out. */
static LmGroup
group_of(LmBoard *board, const LmBoardSlot *slot, bool done)
{
	int32_t *numbers = numbers_of(board, done) + slot->at;
	LmGroup group = {.vehicle_count = slot->vehicle_count, .order_count = slot->order_count};

	group.vehicles = numbers;
	group.first = numbers + slot->vehicle_count;
	group.orders = group.first + slot->vehicle_count + 1;
	return group;
}

static void
group_copy(LmGroup *to, const LmGroup *from)
{
	memcpy(to->vehicles, from->vehicles, sizeof(int32_t) * (size_t) from->vehicle_count);
	memcpy(to->first, from->first, sizeof(int32_t) * ((size_t) from->vehicle_count + 1));
	memcpy(to->orders, from->orders, sizeof(int32_t) * (size_t) from->order_count);
}

void
lm_board_post(LmBoard *board, int32_t slot, size_t at, const LmGroup *group, const LmPiece *piece)
{
	LmBoardSlot *put = &board->slots[slot];
	LmGroup up;

	put->vehicle_count = group->vehicle_count;
	put->order_count = group->order_count;
	put->at = at;
	put->piece = *piece;
	up = group_of(board, put, false);
	group_copy(&up, group);
	atomic_store(&put->state, LM_SLOT_POSTED);
}

bool
lm_board_work(LmBoard *board, int32_t helper, const LmWhole *whole, const LmSolveOptions *options,
              LmArena *desk, LmStatus *status)
{
	*status = LM_OK;
	for (int32_t s = 0; s < board->slot_count; s++)
	{
		LmBoardSlot *slot = &board->slots[s];
		int posted = LM_SLOT_POSTED;
		LmGroup up;
		LmGroup done;

		if (!atomic_compare_exchange_strong(&slot->state, &posted, LM_SLOT_TAKEN + helper))
			continue;
		up = group_of(board, slot, false);
		done = group_of(board, slot, true);
		/* what is up stays, in case this process does not come to the end */
		group_copy(&done, &up);
		*status = lm_piece_run(whole, &done, &slot->piece, options, desk);
		atomic_store(&slot->state, *status == LM_OK ? LM_SLOT_DONE : LM_SLOT_POSTED);
		return *status == LM_OK;
	}
	return false;
}

void
lm_board_result(LmBoard *board, int32_t slot, LmGroup *group, LmPiece *piece)
{
	*group = group_of(board, &board->slots[slot], true);
	*piece = board->slots[slot].piece;
	atomic_store(&board->slots[slot].state, LM_SLOT_FREE);
}

void
lm_board_forget(LmBoard *board, int32_t helper)
{
	for (int32_t s = 0; s < board->slot_count; s++)
	{
		int taken = LM_SLOT_TAKEN + helper;

		(void) atomic_compare_exchange_strong(&board->slots[s].state, &taken, LM_SLOT_POSTED);
	}
}

static void
desk_make(LmShop *shop)
{
	const LmArena *arena = shop->arena;

	lm_arena_init(&shop->desk, arena->take, arena->give, arena->context,
	              arena->limit - arena->used);
}

bool
lm_shop_open(LmShop *shop, int32_t slots, size_t numbers, LmArena *arena)
{
	void *memory;

	shop->helped = false;
	if (shop->crew != NULL && shop->crew->hire != NULL && shop->crew->hands > 1)
	{
		shop->board = shop->crew->hire(shop->crew->context, &shop->whole, slots, numbers);
		shop->helped = shop->board != NULL;
	}
	if (!shop->helped)
	{
		memory = lm_arena_take(arena, 1, lm_board_bytes(slots, numbers));
		if (memory == NULL)
			return false;
		shop->board = lm_board_init(memory, slots, numbers);
	}
	shop->arena = arena;
	desk_make(shop);
	return true;
}

void
lm_shop_dismiss(LmShop *shop)
{
	if (!shop->helped)
		return;
	shop->board = shop->crew->dismiss(shop->crew->context);
	shop->helped = false;
	for (int32_t helper = 1; helper < shop->crew->hands; helper++)
		lm_board_forget(shop->board, helper);
	atomic_store(&shop->board->over, false);
	lm_arena_drop(&shop->desk);
	desk_make(shop);
}

void
lm_shop_post(LmShop *shop, int32_t slot, size_t at, const LmGroup *group, const LmPiece *piece)
{
	lm_board_post(shop->board, slot, at, group, piece);
	if (shop->helped)
		shop->crew->wake(shop->crew->context);
}

LmStatus
lm_shop_collect(LmShop *shop, int32_t slot, LmGroup *group, LmPiece *piece)
{
	LmStatus status;

	while (atomic_load(&shop->board->slots[slot].state) != LM_SLOT_DONE)
	{
		if (lm_board_work(shop->board, 0, &shop->whole, shop->options, &shop->desk, &status))
			continue;
		if (status == LM_NO_MEMORY && shop->helped)
		{
			lm_shop_dismiss(shop);
			continue;
		}
		if (status != LM_OK)
			return status;
		if (shop->options->should_stop(shop->options->context))
			return LM_CANCELLED;
		shop->crew->rest(shop->crew->context);
	}
	lm_board_result(shop->board, slot, group, piece);
	return LM_OK;
}

void
lm_shop_close(LmShop *shop)
{
	lm_shop_dismiss(shop);
	lm_arena_drop(&shop->desk);
}

LmStatus
lm_helper_run(LmBoard *board, int32_t helper, const LmWhole *whole, const LmSolveOptions *options,
              LmArena *desk, void (*wake)(void *context), void (*rest)(void *context))
{
	while (!atomic_load(&board->over))
	{
		LmStatus status;

		if (options->should_stop(options->context))
			return LM_CANCELLED;
		if (lm_board_work(board, helper, whole, options, desk, &status))
			wake(options->context);
		else if (status != LM_OK)
			return status;
		else
			rest(options->context);
	}
	return LM_OK;
}
