/*
 * triangles.c
 *	  Triangles, in plain C and for processors of the x86 family with wide registers.
 *
 * As in lanes.c the wide forms are the compiler's vector arithmetic, made for two
 * instruction sets; all give the same ways.
 */
#include "graph/triangles.h"
#include "graph/wide.h"

#include <string.h>

static inline LmWay
way_less(LmWay a, LmWay b)
{
	return a < b ? a : b;
}

static void
lower_plain(LmGroupWays *middle, const int32_t *heads, const LmLinkWays *links, int32_t count,
            const LmGroupWays *ways)
{
	for (int32_t i = 0; i < count; i++)
		for (int m = 0; m < LM_GROUP; m++)
		{
			LmLinkWays *third = &middle[heads[i]].of[m];

			third->up = way_less(third->up, ways->of[m].down + links[i].up);
			third->down = way_less(third->down, links[i].down + ways->of[m].up);
		}
}

static void
upper_plain(const LmGroupWays *middle, const int32_t *heads, const LmLinkWays *links,
            LmLinkWays *around, int32_t count, const LmGroupWays *ways, LmGroupWays *least)
{
	for (int32_t i = 0; i < count; i++)
		for (int m = 0; m < LM_GROUP; m++)
		{
			LmLinkWays third = middle[heads[i]].of[m];

			around[i].up = way_less(around[i].up, ways->of[m].up + third.up);
			around[i].down = way_less(around[i].down, ways->of[m].down + third.down);
			least->of[m].up = way_less(least->of[m].up, links[i].up + third.down);
			least->of[m].down = way_less(least->of[m].down, links[i].down + third.up);
		}
}

#if defined(__GNUC__) && defined(__x86_64__)

/* LmWays: up and down of two members. */
typedef LmWay Pair __attribute__((vector_size(16))); /* of one */

#define WIDES (LM_GROUP / 2)

#define PAIR_LESS(least, value)                 \
	do                                          \
	{                                           \
		Pair less_ = (value) < (least);         \
		(least) ^= ((value) ^ (least)) & less_; \
	} while (0)

#define TRIANGLES_FOR(suffix, features)                                                    \
	__attribute__((target(features))) static void lower_##suffix(                          \
		LmGroupWays *middle, const int32_t *heads, const LmLinkWays *links, int32_t count, \
		const LmGroupWays *ways)                                                           \
	{                                                                                      \
		LmWays down_up[WIDES];                                                             \
                                                                                           \
		for (int w = 0; w < WIDES; w++)                                                    \
			down_up[w] = (LmWays){ways->of[2 * w].down, ways->of[2 * w].up,                \
			                      ways->of[2 * w + 1].down, ways->of[2 * w + 1].up};       \
		for (int32_t i = 0; i < count; i++)                                                \
		{                                                                                  \
			LmLinkWays *third = middle[heads[i]].of;                                       \
			LmWays high = {links[i].up, links[i].down, links[i].up, links[i].down};        \
                                                                                           \
			for (int w = 0; w < WIDES; w++)                                                \
			{                                                                              \
				LmWays found;                                                              \
                                                                                           \
				memcpy(&found, third + 2 * w, sizeof(found));                              \
				LM_LESS(found, high + down_up[w]);                                         \
				memcpy(third + 2 * w, &found, sizeof(found));                              \
			}                                                                              \
		}                                                                                  \
	}                                                                                      \
                                                                                           \
	__attribute__((target(features))) static void upper_##suffix(                          \
		const LmGroupWays *middle, const int32_t *heads, const LmLinkWays *links,          \
		LmLinkWays *around, int32_t count, const LmGroupWays *ways, LmGroupWays *least)    \
	{                                                                                      \
		LmWays up_down[WIDES], turned[WIDES];                                              \
                                                                                           \
		memcpy(up_down, ways, sizeof(up_down));                                            \
		for (int w = 0; w < WIDES; w++)                                                    \
			turned[w] = (LmWays){LM_WAY_NONE, LM_WAY_NONE, LM_WAY_NONE, LM_WAY_NONE};      \
		for (int32_t i = 0; i < count; i++)                                                \
		{                                                                                  \
			const LmLinkWays *third = middle[heads[i]].of;                                 \
			LmWays high = {links[i].down, links[i].up, links[i].down, links[i].up};        \
			LmWays round = {LM_WAY_NONE, LM_WAY_NONE, LM_WAY_NONE, LM_WAY_NONE};           \
			Pair best, other;                                                              \
                                                                                           \
			for (int w = 0; w < WIDES; w++)                                                \
			{                                                                              \
				LmWays known;                                                              \
                                                                                           \
				memcpy(&known, third + 2 * w, sizeof(known));                              \
				LM_LESS(round, known + up_down[w]);                                        \
				LM_LESS(turned[w], known + high);                                          \
			}                                                                              \
			memcpy(&best, around + i, sizeof(best));                                       \
			other = (Pair){round[0], round[1]};                                            \
			PAIR_LESS(best, other);                                                        \
			other = (Pair){round[2], round[3]};                                            \
			PAIR_LESS(best, other);                                                        \
			memcpy(around + i, &best, sizeof(best));                                       \
		}                                                                                  \
		for (int m = 0; m < LM_GROUP; m++)                                                 \
		{                                                                                  \
			LmWay down = turned[m / 2][2 * (m % 2)], up = turned[m / 2][2 * (m % 2) + 1];  \
                                                                                           \
			least->of[m].up = up < least->of[m].up ? up : least->of[m].up;                 \
			least->of[m].down = down < least->of[m].down ? down : least->of[m].down;       \
		}                                                                                  \
	}                                                                                      \
	struct never_##suffix

TRIANGLES_FOR(avx2, "avx2");
TRIANGLES_FOR(avx512, "avx512f,avx512vl");

LmTriangles
lm_triangles(LmWide wide)
{
	switch (lm_wide_choose(wide))
	{
		case LM_WIDE_AVX512:
			return (LmTriangles){lower_avx512, upper_avx512};
		case LM_WIDE_AVX2:
			return (LmTriangles){lower_avx2, upper_avx2};
		default:
			return (LmTriangles){lower_plain, upper_plain};
	}
}

#else

LmTriangles
lm_triangles(LmWide wide)
{
	(void) wide;
	return (LmTriangles){lower_plain, upper_plain};
}

#endif
