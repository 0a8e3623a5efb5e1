/*
 * arena.c
 *	  Memory of the core: zeroed, aligned, apart from each other, within its limit, given back.
 */
#include "model/arena.h"

#include "random_problem.h"
#include "tap.h"

#define MOST_TAKES 400

/* Blocks as a server gives them: dirty, and aligned to eight bytes only. */
typedef struct Ledger
{
	long open;
	long taken;
	long fail_at; /* 0: never */
	size_t bytes;
} Ledger;

static void *
ledger_take(void *context, size_t bytes)
{
	Ledger *ledger = context;
	char *raw;

	if (++ledger->taken == ledger->fail_at)
		return NULL;
	raw = malloc(bytes + 8);
	if (raw == NULL)
		abort();
	memset(raw, 0xA5, bytes + 8);
	ledger->open++;
	ledger->bytes += bytes;
	return raw + 8;
}

static void
ledger_give(void *context, void *block)
{
	((Ledger *) context)->open--;
	free((char *) block - 8);
}

typedef struct Taken
{
	unsigned char *at;
	size_t bytes;
} Taken;

static bool
all_are(const unsigned char *at, size_t bytes, unsigned char value)
{
	for (size_t i = 0; i < bytes; i++)
		if (at[i] != value)
			return false;
	return true;
}

static void
random_takes(void)
{
	for (unsigned number = 0; number < 60 * RANDOM_EFFORT; number++)
	{
		Dice dice = dice_from_seed(number);
		Ledger ledger = {0};
		LmArena arena;

		lm_arena_init(&arena, ledger_take, ledger_give, &ledger, SIZE_MAX);
		/* an arena is used again after it was dropped */
		for (int turn = 0; turn < 2; turn++)
		{
			Taken takes[MOST_TAKES];
			int count = dice_between(&dice, 1, MOST_TAKES);

			for (int i = 0; i < count; i++)
			{
				size_t elements = (size_t) dice_below(&dice, dice_percent(&dice, 5) ? 30000 : 200);
				size_t size = (size_t) dice_between(&dice, 1, 40);

				takes[i] = (Taken){lm_arena_take(&arena, elements, size), elements * size};
				EXPECT(takes[i].at != NULL, "arena %u: take %d", number, i);
				EXPECT((uintptr_t) takes[i].at % _Alignof(max_align_t) == 0, "arena %u: take %d",
				       number, i);
				EXPECT(all_are(takes[i].at, takes[i].bytes, 0), "arena %u: take %d is dirty",
				       number, i);
				memset(takes[i].at, i % 255 + 1, takes[i].bytes);
			}
			for (int i = 0; i < count; i++)
				EXPECT(all_are(takes[i].at, takes[i].bytes, (unsigned char) (i % 255 + 1)),
				       "arena %u: take %d was written over", number, i);
			EXPECT(!arena.failed && arena.used == ledger.bytes, "arena %u", number);
			lm_arena_drop(&arena);
			EXPECT(ledger.open == 0 && arena.used == 0, "arena %u: %ld blocks kept", number,
			       ledger.open);
			ledger.bytes = 0;
		}
	}
}

static void
nothing_is_a_pointer(void)
{
	Ledger ledger = {0};
	LmArena arena;

	lm_arena_init(&arena, ledger_take, ledger_give, &ledger, SIZE_MAX);
	EXPECT(lm_arena_take(&arena, 0, 8) != NULL, "first");
	EXPECT(lm_arena_take(&arena, 8, 0) != NULL, "no size");
	/* fills what is left of a block of 64 kB exactly, then asks for nothing again */
	EXPECT(lm_arena_take(&arena, 64 * 1024, 1) != NULL, "a block");
	EXPECT(lm_arena_take(&arena, 0, 8) != NULL, "behind a full block");
	EXPECT(!arena.failed, "not failed");
	lm_arena_drop(&arena);
}

static void
products_overflow(void)
{
	static const size_t counts[] = {SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 8, SIZE_MAX / 16 + 1};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
	{
		Ledger ledger = {0};
		LmArena arena;

		lm_arena_init(&arena, ledger_take, ledger_give, &ledger, SIZE_MAX);
		EXPECT(lm_arena_take(&arena, counts[i], 16) == NULL && arena.failed, "%zu", counts[i]);
		EXPECT(ledger.taken == 0, "%zu was asked for", counts[i]);
		EXPECT(lm_arena_take(&arena, 1, SIZE_MAX - 70) == NULL, "%zu", counts[i]);
		/* later requests that fit are served; that something failed is still known */
		EXPECT(lm_arena_take(&arena, 4, 4) != NULL && arena.failed, "%zu", counts[i]);
		lm_arena_drop(&arena);
		EXPECT(!arena.failed && ledger.open == 0, "%zu", counts[i]);
	}
}

static void
limit_is_kept(void)
{
	for (unsigned number = 0; number < 200; number++)
	{
		Dice dice = dice_from_seed(number);
		Ledger ledger = {0};
		size_t limit = (size_t) dice_below(&dice, 600000);
		bool refused = false;
		LmArena arena;

		lm_arena_init(&arena, ledger_take, ledger_give, &ledger, limit);
		for (int i = 0; i < 60; i++)
		{
			size_t bytes = (size_t) dice_below(&dice, 40000);
			void *block = lm_arena_take(&arena, bytes, 1);

			refused |= block == NULL;
			EXPECT(arena.failed == refused, "limit %zu", limit);
			EXPECT(ledger.bytes <= limit && arena.used <= limit, "limit %zu: %zu taken", limit,
			       ledger.bytes);
			if (block != NULL)
				memset(block, 1, bytes);
		}
		lm_arena_drop(&arena);
		EXPECT(ledger.open == 0, "limit %zu", limit);
	}
}

static void
refusal_is_noticed(void)
{
	for (long fail_at = 1; fail_at <= 12; fail_at++)
	{
		Ledger ledger = {.fail_at = fail_at};
		LmArena arena;
		int refused = 0;

		lm_arena_init(&arena, ledger_take, ledger_give, &ledger, SIZE_MAX);
		/* each of 70 kB is a block of its own */
		for (int i = 1; i <= 12; i++)
		{
			void *block = lm_arena_take(&arena, 70000, 1);

			EXPECT((block == NULL) == (i == fail_at), "take %d, refused %ld", i, fail_at);
			refused += block == NULL;
			EXPECT(arena.failed == (refused > 0), "take %d, refused %ld", i, fail_at);
		}
		lm_arena_drop(&arena);
		EXPECT(ledger.open == 0, "refused %ld", fail_at);
	}
}

/* Without a function to give back to, blocks are the caller's. */
static char kept_block[70 * 1024];

static void *
kept_take(void *context, size_t bytes)
{
	int *count = context;

	return (*count)++ == 0 && bytes <= sizeof(kept_block) ? kept_block : NULL;
}

static void
caller_drops(void)
{
	int count = 0;
	LmArena arena;

	lm_arena_init(&arena, kept_take, NULL, &count, SIZE_MAX);
	EXPECT(LM_TAKE(&arena, int64_t, 100) != NULL, "first");
	lm_arena_drop(&arena);
	EXPECT(arena.blocks == NULL && arena.used == 0, "dropped");
	EXPECT(lm_arena_take(&arena, 1, 1) == NULL && arena.failed, "the second block is refused");
}

/* After a reset the same takes need no new block, but for the one that replaces many. */
static void
reset_keeps_room(void)
{
	Ledger ledger = {0};
	LmArena arena;

	lm_arena_init(&arena, ledger_take, ledger_give, &ledger, SIZE_MAX);
	for (int round = 0; round < 4; round++)
	{
		long before = ledger.taken;

		lm_arena_reset(&arena);
		/* ten of 100,000 bytes do not fit into a usual block: ten blocks, then one of a million */
		for (int i = 0; i < 10; i++)
		{
			unsigned char *at = lm_arena_take(&arena, 100000, 1);

			EXPECT(at != NULL && all_are(at, 100000, 0), "round %d, take %d", round, i);
			memset(at, 0xA5, 100000);
		}
		EXPECT(ledger.taken - before == (round == 0   ? 10
		                                 : round == 1 ? 1
		                                              : 0),
		       "round %d: %ld blocks", round, ledger.taken - before);
		EXPECT(ledger.open == (round == 0 ? 10 : 1), "round %d: %ld open", round, ledger.open);
	}
	/* what is refused once is not refused for ever */
	arena.limit = arena.used;
	EXPECT(lm_arena_take(&arena, 10000000, 1) == NULL && arena.failed, "above the limit");
	lm_arena_reset(&arena);
	EXPECT(!arena.failed && lm_arena_take(&arena, 100000, 1) != NULL, "after a refusal");
	lm_arena_drop(&arena);
	EXPECT(ledger.open == 0, "%ld open", ledger.open);
}

int
main(void)
{
	tap_run("what is taken is zeroed, aligned and apart", random_takes);
	tap_run("nothing is a pointer too", nothing_is_a_pointer);
	tap_run("products that overflow are refused", products_overflow);
	tap_run("the limit is kept", limit_is_kept);
	tap_run("a refused block is noticed", refusal_is_noticed);
	tap_run("blocks stay with a caller who drops them himself", caller_drops);
	tap_run("a reset arena keeps its room", reset_keeps_room);
	return tap_end();
}
