/*
 * lanes.c
 *	  Loops over lanes: plain C, and for processors of the x86 family with wide registers.
 *
 * The wide forms are made for two instruction sets, and chosen when the program
 * runs: the distribution's binary serves every machine. All give the same ways.
 */
#include "graph/lanes.h"
#include "graph/wide.h"

static void
row_relax(LmWay *target, const LmWay *source, LmWay way)
{
	for (int lane = 0; lane < LM_LANES; lane++)
	{
		LmWay sum = source[lane] + way;

		target[lane] = sum < target[lane] ? sum : target[lane];
	}
}

static void
relax_plain(LmWay *rows, const LmWay *source, const LmStep *steps, int32_t count,
            const int32_t *row_of)
{
	for (int32_t step = 0; step < count; step++)
		row_relax(rows + (size_t) row_of[steps[step].rank] * LM_LANES, source, steps[step].way);
}

static void
meet_plain(LmWay *least, const LmWay *from, const LmWay *to, const LmRowPair *pairs, int32_t count)
{
	for (int32_t p = 0; p < count; p++)
	{
		const LmWay *from_row = from + (size_t) pairs[p].from * LM_LANES;
		const LmWay *to_row = to + (size_t) pairs[p].to * LM_LANES;

		for (int s = 0; s < LM_LANES; s++)
			if (from_row[s] < LM_WAY_NONE)
				row_relax(least + s * LM_LANES, to_row, from_row[s]);
	}
}

#if defined(__GNUC__) && defined(__x86_64__)

#define WIDE_LANES 4
#define WIDE_AT(rows, index) (*(const LmStoredWays *) ((rows) + (index)))

/*
 * Tiles of 4 starts and 8 goals: their 8 sums stay in registers over all pairs, and a pair's two
 * rows give 32 sums for 6 loads.
 */
#define MEET_TILE(least, from, to, pairs, count, s, t)                               \
	do                                                                               \
	{                                                                                \
		LmStoredWays *tile = (LmStoredWays *) ((least) + (s) *LM_LANES + (t));       \
		const int row = LM_LANES / WIDE_LANES;                                       \
		LmWays a0 = tile[0], a1 = tile[1], b0 = tile[row], b1 = tile[row + 1];       \
		LmWays c0 = tile[2 * row], c1 = tile[2 * row + 1];                           \
		LmWays d0 = tile[3 * row], d1 = tile[3 * row + 1];                           \
                                                                                     \
		for (int32_t p = 0; p < (count); p++)                                        \
		{                                                                            \
			const LmWay *start = (from) + (size_t) (pairs)[p].from * LM_LANES + (s); \
			const LmWay *goal = (to) + (size_t) (pairs)[p].to * LM_LANES + (t);      \
			LmWays goal0 = WIDE_AT(goal, 0), goal1 = WIDE_AT(goal, WIDE_LANES);      \
                                                                                     \
			LM_LESS(a0, goal0 + start[0]);                                           \
			LM_LESS(a1, goal1 + start[0]);                                           \
			LM_LESS(b0, goal0 + start[1]);                                           \
			LM_LESS(b1, goal1 + start[1]);                                           \
			LM_LESS(c0, goal0 + start[2]);                                           \
			LM_LESS(c1, goal1 + start[2]);                                           \
			LM_LESS(d0, goal0 + start[3]);                                           \
			LM_LESS(d1, goal1 + start[3]);                                           \
		}                                                                            \
		tile[0] = a0;                                                                \
		tile[1] = a1;                                                                \
		tile[row] = b0;                                                              \
		tile[row + 1] = b1;                                                          \
		tile[2 * row] = c0;                                                          \
		tile[2 * row + 1] = c1;                                                      \
		tile[3 * row] = d0;                                                          \
		tile[3 * row + 1] = d1;                                                      \
	} while (0)

/* As many pairs at a time as the nearest cache holds rows for. */
#define PAIRS_AT_ONCE 64

__attribute__((target("avx2"))) static void
relax_avx2(LmWay *rows, const LmWay *source, const LmStep *steps, int32_t count,
           const int32_t *row_of)
{
	for (int32_t step = 0; step < count; step++)
	{
		LmWay *target = rows + (size_t) row_of[steps[step].rank] * LM_LANES;

		for (int lane = 0; lane < LM_LANES; lane += WIDE_LANES)
			LM_LESS(*(LmStoredWays *) (target + lane), WIDE_AT(source, lane) + steps[step].way);
	}
}

__attribute__((target("avx2"))) static void
meet_avx2(LmWay *least, const LmWay *from, const LmWay *to, const LmRowPair *pairs, int32_t count)
{
	for (; count > 0; count -= PAIRS_AT_ONCE, pairs += PAIRS_AT_ONCE)
		for (int s = 0; s < LM_LANES; s += 4)
			for (int t = 0; t < LM_LANES; t += 8)
				MEET_TILE(least, from, to, pairs, count < PAIRS_AT_ONCE ? count : PAIRS_AT_ONCE, s,
				          t);
}

/* LM_LESS for eight ways. */
#define LESS_512(least, value)      \
	((least) = _mm512_castpd_si512( \
		 _mm512_min_pd(_mm512_castsi512_pd(value), _mm512_castsi512_pd(least))))

__attribute__((target("avx512f"))) static void
relax_avx512(LmWay *rows, const LmWay *source, const LmStep *steps, int32_t count,
             const int32_t *row_of)
{
	for (int32_t step = 0; step < count; step++)
	{
		LmWay *target = rows + (size_t) row_of[steps[step].rank] * LM_LANES;
		__m512i way = _mm512_set1_epi64(steps[step].way);

		for (int lane = 0; lane < LM_LANES; lane += 8)
		{
			__m512i known = _mm512_loadu_si512(target + lane);

			LESS_512(known, _mm512_add_epi64(_mm512_loadu_si512(source + lane), way));
			_mm512_storeu_si512(target + lane, known);
		}
	}
}

/* A tile of 8 starts and 16 goals: its sums stay in 16 registers. */
__attribute__((target("avx512f"))) static void
tile_avx512(LmWay *least, const LmWay *from, const LmWay *to, const LmRowPair *pairs, int32_t count)
{
	__m512i tile[8][2];

	for (int s = 0; s < 8; s++)
		for (int half = 0; half < 2; half++)
			tile[s][half] = _mm512_loadu_si512(least + s * LM_LANES + 8 * half);
	for (int32_t p = 0; p < count; p++)
	{
		const LmWay *start = from + (size_t) pairs[p].from * LM_LANES;
		const LmWay *goal = to + (size_t) pairs[p].to * LM_LANES;
		__m512i goals[2] = {_mm512_loadu_si512(goal), _mm512_loadu_si512(goal + 8)};

		for (int s = 0; s < 8; s++)
		{
			__m512i way = _mm512_set1_epi64(start[s]);

			LESS_512(tile[s][0], _mm512_add_epi64(goals[0], way));
			LESS_512(tile[s][1], _mm512_add_epi64(goals[1], way));
		}
	}
	for (int s = 0; s < 8; s++)
		for (int half = 0; half < 2; half++)
			_mm512_storeu_si512(least + s * LM_LANES + 8 * half, tile[s][half]);
}

__attribute__((target("avx512f"))) static void
meet_avx512(LmWay *least, const LmWay *from, const LmWay *to, const LmRowPair *pairs, int32_t count)
{
	for (; count > 0; count -= PAIRS_AT_ONCE, pairs += PAIRS_AT_ONCE)
		for (int s = 0; s < LM_LANES; s += 8)
			for (int t = 0; t < LM_LANES; t += 16)
				tile_avx512(least + s * LM_LANES + t, from + s, to + t, pairs,
				            count < PAIRS_AT_ONCE ? count : PAIRS_AT_ONCE);
}

LmLanes
lm_lanes(LmWide wide)
{
	switch (lm_wide_choose(wide))
	{
		case LM_WIDE_AVX512:
			return (LmLanes){relax_avx512, meet_avx512};
		case LM_WIDE_AVX2:
			return (LmLanes){relax_avx2, meet_avx2};
		default:
			return (LmLanes){relax_plain, meet_plain};
	}
}

#else

LmLanes
lm_lanes(LmWide wide)
{
	(void) wide;
	return (LmLanes){relax_plain, meet_plain};
}

#endif
