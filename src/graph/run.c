/*
 * run.c
 *	  Scratch memory that counts against the limit of the results' arena.
 */
#include "graph/run.h"

static void *
scratch_take(void *context, size_t bytes)
{
	LmArena *parent = context;
	void *block;

	if (bytes > parent->limit || parent->used > parent->limit - bytes)
		return NULL;
	block = parent->take(parent->context, bytes);
	if (block != NULL)
		parent->used += bytes;
	return block;
}

static void
scratch_give(void *context, void *block)
{
	LmArena *parent = context;

	parent->give(parent->context, block);
}

void
lm_graph_scratch(LmGraphRun *run, LmArena *scratch)
{
	lm_arena_init(scratch, scratch_take, run->arena->give == NULL ? NULL : scratch_give, run->arena,
	              SIZE_MAX);
}

void
lm_graph_scratch_drop(LmGraphRun *run, LmArena *scratch)
{
	size_t used = scratch->used;

	lm_arena_drop(scratch);
	/* without a way to give back, the blocks stay the caller's and stay counted */
	if (run->arena->give != NULL)
		run->arena->used -= used;
}

LmWide
lm_wide_choose(LmWide wanted)
{
#if defined(__GNUC__) && defined(__x86_64__)
	bool avx2, avx512;

	__builtin_cpu_init();
	avx2 = __builtin_cpu_supports("avx2");
	avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
	if (wanted == LM_WIDE_PLAIN || (wanted == LM_WIDE_AVX2 && avx2))
		return wanted;
	return avx512 ? LM_WIDE_AVX512 : avx2 ? LM_WIDE_AVX2 : LM_WIDE_PLAIN;
#else
	(void) wanted;
	return LM_WIDE_PLAIN;
#endif
}
