/*
 * board.h
 *	  Where pieces are put up for whoever has time to cool them: processes that share its memory.
 *
 * A piece depends on nothing but what is on the board, so it does not matter who does it, nor how
 * often; whoever puts pieces up takes them down in a sequence of his own.
 *
 * Layer   solver: C11 and model only.
 */
#ifndef LM_SOLVER_BOARD_H
#define LM_SOLVER_BOARD_H

#include <stdatomic.h>

#include "solver/piece.h"

/* What a slot is; above LM_SLOT_TAKEN: taken by helper state - LM_SLOT_TAKEN. */
enum
{
	LM_SLOT_FREE,
	LM_SLOT_POSTED,
	LM_SLOT_DONE,
	LM_SLOT_TAKEN
};

typedef struct LmBoardSlot
{
	atomic_int state;
	int32_t vehicle_count;
	int32_t order_count;
	size_t at; /* of its numbers among those of the board: vehicles, first, orders */
	LmPiece piece;
} LmBoardSlot;

typedef struct LmBoard
{
	atomic_bool over; /* no more pieces */
	int32_t slot_count;
	size_t numbers; /* room for so many in what is put up, and as many in what comes of it */
	LmBoardSlot slots[];
} LmBoard;

/* lm_board_bytes - of a board; lm_board_init lays it out in memory of that size, aligned for any type */
size_t lm_board_bytes(int32_t slots, size_t numbers);
LmBoard *lm_board_init(void *memory, int32_t slots, size_t numbers);

/* lm_board_room - numbers that a group takes */
static inline size_t
lm_board_room(int32_t vehicles, int32_t orders)
{
	return 2 * (size_t) vehicles + 1 + (size_t) orders;
}

/* lm_board_post - puts a piece up in a free slot; its numbers go to `at` and on */
void lm_board_post(LmBoard *board, int32_t slot, size_t at, const LmGroup *group,
                   const LmPiece *piece);

/*
 * lm_board_work - does one piece that is up
 *
 *	helper		by which number it is known as taken
 *	desk		memory for it (lm_piece_run)
 *
 * Returns false when none is up, or it could not be done, *status then not being LM_OK; it
 * is up again.
 */
bool lm_board_work(LmBoard *board, int32_t helper, const LmWhole *whole,
                   const LmSolveOptions *options, LmArena *desk, LmStatus *status);

/*
 * lm_board_result - what came of a piece that is done, and frees the slot
 *
 *	group		its arrays lie on the board until the slot is used again
 */
void lm_board_result(LmBoard *board, int32_t slot, LmGroup *group, LmPiece *piece);

/* lm_board_forget - pieces that a helper has taken, who is gone, are up again */
void lm_board_forget(LmBoard *board, int32_t helper);

/*
 * Who puts pieces up, and those who help him.
 */
typedef struct LmCrew
{
	int32_t hands; /* processes, this one included: >= 1, for which the time limit is meant */
	/* shares the whole with helpers and gives a board in their sight; NULL: there are none */
	LmBoard *(*hire)(void *context, LmWhole *whole, int32_t slots, size_t numbers);
	/* sends the helpers away: all memory is the caller's arena's.  Returns the board, moved there */
	LmBoard *(*dismiss)(void *context);
	void (*wake)(void *context); /* there are pieces up */
	void (*rest)(
		void *context); /* until a helper has done one, or for a few ms; forgets who is gone */
	void *context;
} LmCrew;

/* A crew at work. */
typedef struct LmShop
{
	const LmCrew *crew; /* NULL: this process alone */
	const LmSolveOptions *options;
	bool helped; /* the board is in sight of helpers */
	LmWhole whole;
	LmBoard *board;
	LmArena *arena; /* what it leaves, the desk may take */
	LmArena desk;
} LmShop;

/*
 * lm_shop_open - a board of so many slots and numbers, with helpers if there are any
 *
 * Returns false when memory is refused.
 */
bool lm_shop_open(LmShop *shop, int32_t slots, size_t numbers, LmArena *arena);

/* lm_shop_post - puts a piece up */
void lm_shop_post(LmShop *shop, int32_t slot, size_t at, const LmGroup *group,
                  const LmPiece *piece);

/*
 * lm_shop_collect - waits for a piece, doing others or it meanwhile
 *
 * When this process lacks the memory to do one, the helpers are dismissed first.
 */
LmStatus lm_shop_collect(LmShop *shop, int32_t slot, LmGroup *group, LmPiece *piece);

/*
 * lm_shop_dismiss - sends the helpers away; what they were at is up again, for this process alone
 *
 * Then there may be memory for what there was none with them.
 */
void lm_shop_dismiss(LmShop *shop);

/* lm_shop_close - no more pieces, and no helpers */
void lm_shop_close(LmShop *shop);

/*
 * lm_helper_run - does pieces until the board is over
 *
 *	wake	tells the one who puts pieces up that one is done
 *	rest	waits until there are pieces up, or for some ms
 *
 * Returns when the board is over, when should_stop says so, or when memory is refused.
 */
LmStatus lm_helper_run(LmBoard *board, int32_t helper, const LmWhole *whole,
                       const LmSolveOptions *options, LmArena *desk, void (*wake)(void *context),
                       void (*rest)(void *context));

#endif /* LM_SOLVER_BOARD_H */
