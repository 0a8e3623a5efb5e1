/*
 * table.c
 *	  Blocks of places, what they know, and where they meet.
 */
#include "graph/table.h"
#include "graph/lanes.h"

#include <string.h>

/* Blocks of goals kept at a time: bounds memory, and starts are walked once for each such chunk. */
#define CHUNK_BLOCKS 64

/* So few pairs of two blocks are met one by one. */
#define FEW_PAIRS 4

/* LM_LANES places next to one another, and their ways by rank. */
typedef struct Block
{
	int32_t row_count;
	int32_t *ranks; /* [row] all ranks above an end of the block, each after those below it */
	LmWay *ways;    /* [row][lane] */
	int32_t lanes;  /* places in it */
	const int32_t *places;
} Block;

/* One side of a table. */
typedef struct Side
{
	LmEnds ends;
	int32_t count;
	int32_t *places; /* sorted by lowest rank */
	const int32_t *first;
	const LmStep *steps;
} Side;

typedef struct Table
{
	const LmHierarchy *hierarchy;
	const LmMetric *metric;
	const LmTableQuery *query;
	LmGraphRun *run;
	LmLanes lanes;
	Side from, to;
	int32_t *row;     /* [rank] its row in the block at hand */
	int32_t *stamp;   /* [rank] the block that row is of */
	int32_t block;    /* number of the block at hand */
	int32_t *found;   /* [rank] ranks of the block at hand, at the end */
	int32_t *spare;   /* [rank] */
	LmRowPair *pairs; /* [rank] */
	LmWay *least;     /* [LM_LANES * LM_LANES] of a start's lane and a goal's */
	LmWay *ways;      /* the result */
} Table;

/* Sorts by key from the bottom up, keeping equal ones in order; spare is as long as items. */
static void
sort_by(const int32_t *keys, int32_t *items, int32_t *spare, int32_t count)
{
	int32_t *from = items, *to = spare, *swap;

	for (int64_t width = 1; width < count; width *= 2)
	{
		for (int64_t begin = 0; begin < count; begin += 2 * width)
		{
			int64_t middle = begin + width < count ? begin + width : count;
			int64_t end = begin + 2 * width < count ? begin + 2 * width : count;
			int64_t left = begin, right = middle;

			for (int64_t i = begin; i < end; i++)
			{
				bool in_order = left < middle && right < end &&
				                keys[from[left]] <= keys[from[right]];

				to[i] = in_order || right >= end ? from[left++] : from[right++];
			}
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != items)
		memcpy(items, from, (size_t) count * sizeof(*items));
}

/* Ends and order of one side. */
static LmGraphStatus
side_sort(Side *side, int32_t count, LmArena *scratch)
{
	int32_t *keys = LM_TAKE(scratch, int32_t, count);
	int32_t *spare = LM_TAKE(scratch, int32_t, count);

	side->count = count;
	side->places = LM_TAKE(scratch, int32_t, count);
	if (keys == NULL || spare == NULL || side->places == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t p = 0; p < count; p++)
	{
		keys[p] = INT32_MAX;
		side->places[p] = p;
		for (int32_t e = side->ends.first[p]; e < side->ends.first[p + 1]; e++)
			if (side->ends.ends[e].rank < keys[p])
				keys[p] = side->ends.ends[e].rank;
	}
	sort_by(keys, side->places, spare, count);
	return LM_GRAPH_OK;
}

/*
 * The ranks above any end of the block's places, at the end of found.
 *
 * Each path is put before what is known already, where it ends: so all that is above a rank
 * comes after it, which is the order in which steps can be relaxed.
 */
static int32_t
block_ranks(Table *table, const Side *side, const Block *block)
{
	int32_t n = table->hierarchy->graph.vertex_count;
	int32_t begin = n;

	table->block++;
	for (int32_t lane = block->lanes - 1; lane >= 0; lane--)
	{
		int32_t place = block->places[lane];

		for (int32_t e = side->ends.first[place]; e < side->ends.first[place + 1]; e++)
		{
			int32_t length = 0;

			for (int32_t rank = side->ends.ends[e].rank;
			     rank >= 0 && table->stamp[rank] != table->block;
			     rank = lm_hierarchy_parent(table->hierarchy, rank))
			{
				table->stamp[rank] = table->block;
				table->spare[length++] = rank;
			}
			begin -= length;
			memcpy(table->found + begin, table->spare, (size_t) length * sizeof(*table->found));
		}
	}
	return n - begin;
}

static bool
row_is_reached(const LmWay *row)
{
	LmWay least = LM_WAY_NONE;

	for (int32_t lane = 0; lane < LM_LANES; lane++)
		least = row[lane] < least ? row[lane] : least;
	return least < LM_WAY_NONE;
}

/* What a block's places know, its rows in arena; row and stamp are then of this block. */
static LmGraphStatus
block_build(Table *table, const Side *side, int32_t begin, Block *block, LmArena *arena)
{
	int32_t count;

	block->places = side->places + begin;
	block->lanes = side->count - begin < LM_LANES ? side->count - begin : LM_LANES;
	count = block->row_count = block_ranks(table, side, block);
	block->ranks = LM_TAKE(arena, int32_t, count);
	block->ways = LM_TAKE_RAW(arena, LmWay, (size_t) count * LM_LANES);
	if (block->ranks == NULL || block->ways == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t row = 0; row < count; row++)
	{
		block->ranks[row] = table->found[table->hierarchy->graph.vertex_count - count + row];
		table->row[block->ranks[row]] = row;
	}
	for (size_t i = 0; i < (size_t) count * LM_LANES; i++)
		block->ways[i] = LM_WAY_NONE;
	for (int32_t lane = 0; lane < block->lanes; lane++)
		for (int32_t e = side->ends.first[block->places[lane]];
		     e < side->ends.first[block->places[lane] + 1]; e++)
		{
			LmEnd end = side->ends.ends[e];
			LmWay *way = block->ways + (size_t) table->row[end.rank] * LM_LANES + lane;

			*way = end.way < *way ? end.way : *way;
		}
	for (int32_t row = 0; row < count; row++)
	{
		const LmWay *ways = block->ways + (size_t) row * LM_LANES;
		int32_t first = side->first[block->ranks[row]];
		int32_t steps = side->first[block->ranks[row] + 1] - first;

		if (row_is_reached(ways))
			table->lanes.relax(block->ways, ways, side->steps + first, steps, table->row);
		if (lm_graph_stops(table->run, 20 + 10 * (int64_t) steps))
			return LM_GRAPH_CANCELLED;
	}
	return LM_GRAPH_OK;
}

/* The way between a lane of each block, once they have met: it may be a direct one. */
static LmWay
way_finish(const Table *table, LmWay way, const Block *from, int32_t s, const Block *to, int32_t t)
{
	LmSpot start = table->query->from[from->places[s]];
	LmSpot goal = table->query->to[to->places[t]];

	if (start.edge >= 0 && start.edge == goal.edge)
	{
		int32_t arc;
		LmWay direct = lm_place_direct(table->hierarchy, table->metric, start, goal, &arc);

		way = direct < way ? direct : way;
	}
	return lm_way_ticks(way) < LM_TICKS_END ? way : LM_WAY_NONE;
}

/* The ways between the lanes of two blocks, into the result. */
static void
least_keep(Table *table, const Block *from, const Block *to)
{
	for (int32_t s = 0; s < from->lanes; s++)
	{
		LmWay *ways = table->ways + (size_t) from->places[s] * (size_t) table->query->to_count;

		for (int32_t t = 0; t < to->lanes; t++)
			ways[to->places[t]] = way_finish(table, table->least[s * LM_LANES + t], from, s, to, t);
	}
}

/* The rows that a block has in common with the one at hand, into pairs. */
static int32_t
rows_match(Table *table, const Block *to)
{
	int32_t count = 0;

	for (int32_t row = 0; row < to->row_count; row++)
	{
		int32_t rank = to->ranks[row];

		if (table->stamp[rank] == table->block)
			table->pairs[count++] = (LmRowPair){table->row[rank], row};
	}
	return count;
}

/* All lanes of the block at hand with all of another, into least; false when told to stop. */
static bool
lanes_meet(Table *table, const Block *from, const Block *to, int32_t rows)
{
	for (int32_t i = 0; i < LM_LANES * LM_LANES; i++)
		table->least[i] = LM_WAY_NONE;
	table->lanes.meet(table->least, from->ways, to->ways, table->pairs, rows);
	return !lm_graph_stops(table->run, 100 * (int64_t) rows + 4 * LM_LANES * LM_LANES);
}

/* from is the block at hand. */
static LmGraphStatus
blocks_meet(Table *table, const Block *from, const Block *to)
{
	if (!lanes_meet(table, from, to, rows_match(table, to)))
		return LM_GRAPH_CANCELLED;
	least_keep(table, from, to);
	return LM_GRAPH_OK;
}

/* All starts against the goals from to_begin on; returns in *to_end where the next chunk begins. */
static LmGraphStatus
chunk_fill(Table *table, int32_t to_begin, int32_t *to_end, LmArena *kept)
{
	Block goals[CHUNK_BLOCKS];
	int32_t count = 0;
	LmGraphStatus status = LM_GRAPH_OK;

	for (; count < CHUNK_BLOCKS && to_begin < table->to.count && status == LM_GRAPH_OK; count++)
	{
		status = block_build(table, &table->to, to_begin, &goals[count], kept);
		to_begin += LM_LANES;
	}
	*to_end = to_begin;
	for (int32_t begin = 0; begin < table->from.count && status == LM_GRAPH_OK; begin += LM_LANES)
	{
		LmArena scratch;
		Block from;

		lm_graph_scratch(table->run, &scratch);
		status = block_build(table, &table->from, begin, &from, &scratch);
		for (int32_t goal = 0; goal < count && status == LM_GRAPH_OK; goal++)
			status = blocks_meet(table, &from, &goals[goal]);
		lm_graph_scratch_drop(table->run, &scratch);
	}
	return status;
}

static LmGraphStatus
table_prepare(Table *table, LmArena *scratch)
{
	const LmHierarchy *h = table->hierarchy;
	const LmTableQuery *query = table->query;
	int32_t n = h->graph.vertex_count;
	LmGraphStatus status;

	table->from.first = table->metric->leave_first;
	table->from.steps = table->metric->leave;
	table->to.first = table->metric->arrive_first;
	table->to.steps = table->metric->arrive;
	table->row = LM_TAKE(scratch, int32_t, n);
	table->stamp = LM_TAKE(scratch, int32_t, n);
	table->found = LM_TAKE(scratch, int32_t, n);
	table->spare = LM_TAKE(scratch, int32_t, n);
	table->pairs = LM_TAKE(scratch, LmRowPair, n);
	table->least = LM_TAKE(scratch, LmWay, LM_LANES * LM_LANES);
	if (table->row == NULL || table->stamp == NULL || table->found == NULL ||
	    table->spare == NULL || table->pairs == NULL || table->least == NULL)
		return LM_GRAPH_NO_MEMORY;
	status = lm_places_leave(h, table->metric, query->from, query->from_count, scratch,
	                         &table->from.ends);
	if (status == LM_GRAPH_OK)
		status = lm_places_arrive(h, table->metric, query->to, query->to_count, scratch,
		                          &table->to.ends);
	if (status == LM_GRAPH_OK)
		status = side_sort(&table->from, query->from_count, scratch);
	if (status == LM_GRAPH_OK)
		status = side_sort(&table->to, query->to_count, scratch);
	return status;
}

LmGraphStatus
lm_table_fill(const LmHierarchy *hierarchy, const LmMetric *metric, const LmTableQuery *query,
              LmGraphRun *run, LmWay *ways)
{
	Table table = {.hierarchy = hierarchy,
	               .metric = metric,
	               .query = query,
	               .run = run,
	               .lanes = lm_lanes(run->wide),
	               .ways = ways};
	LmGraphStatus status;
	LmArena scratch;

	lm_graph_scratch(run, &scratch);
	status = table_prepare(&table, &scratch);
	for (int32_t to = 0; to < query->to_count && status == LM_GRAPH_OK;)
	{
		LmArena kept;

		lm_graph_scratch(run, &kept);
		status = chunk_fill(&table, to, &to, &kept);
		lm_graph_scratch_drop(run, &kept);
	}
	lm_graph_scratch_drop(run, &scratch);
	return status;
}

/* ---- some pairs ---- */

/* A pair that is asked for, in the blocks it is met in. */
typedef struct Asked
{
	int32_t start; /* lanes */
	int32_t goal;
	int64_t pair;
} Asked;

typedef struct Some
{
	Table table;
	const LmTablePairs *pairs;
	int32_t *sorted; /* [to_count] where a goal is among the sorted ones */
	Asked *asked;    /* of a block of starts, by block of goals */
	int64_t *filled; /* [goal blocks + 1] */
	LmWay *ways;     /* the result */
} Some;

static int32_t
blocks_of(const Side *side)
{
	return (side->count + LM_LANES - 1) / LM_LANES;
}

/* The most pairs that a block of starts has. */
static int64_t
asked_most(const Some *some)
{
	const Side *from = &some->table.from;
	int64_t most = 0;

	for (int32_t begin = 0; begin < from->count; begin += LM_LANES)
	{
		int64_t asked = 0;

		for (int32_t i = begin; i < from->count && i < begin + LM_LANES; i++)
			asked += some->pairs->first[from->places[i] + 1] - some->pairs->first[from->places[i]];
		most = asked > most ? asked : most;
	}
	return most;
}

static LmGraphStatus
some_prepare(Some *some, LmArena *scratch)
{
	Table *table = &some->table;
	LmGraphStatus status = table_prepare(table, scratch);

	if (status != LM_GRAPH_OK)
		return status;
	some->sorted = LM_TAKE_RAW(scratch, int32_t, table->to.count);
	some->asked = LM_TAKE_RAW(scratch, Asked, asked_most(some));
	some->filled = LM_TAKE_RAW(scratch, int64_t, blocks_of(&table->to) + 1);
	if (some->sorted == NULL || some->asked == NULL || some->filled == NULL)
		return LM_GRAPH_NO_MEMORY;
	for (int32_t i = 0; i < table->to.count; i++)
		some->sorted[table->to.places[i]] = i;
	return LM_GRAPH_OK;
}

/* The pairs of the starts from begin on, by block of goals: those of block b end at filled[b]. */
static void
asked_sort(Some *some, int32_t begin)
{
	const Side *from = &some->table.from;
	int32_t blocks = blocks_of(&some->table.to);
	int32_t end = begin + LM_LANES < from->count ? begin + LM_LANES : from->count;
	int64_t sum = 0;

	memset(some->filled, 0, ((size_t) blocks + 1) * sizeof(*some->filled));
	for (int32_t i = begin; i < end; i++)
		for (int64_t p = some->pairs->first[from->places[i]];
		     p < some->pairs->first[from->places[i] + 1]; p++)
			some->filled[some->sorted[some->pairs->to[p]] / LM_LANES]++;
	for (int32_t block = 0; block <= blocks; block++)
	{
		int64_t count = some->filled[block];

		some->filled[block] = sum;
		sum += count;
	}
	for (int32_t i = begin; i < end; i++)
		for (int64_t p = some->pairs->first[from->places[i]];
		     p < some->pairs->first[from->places[i] + 1]; p++)
		{
			int32_t goal = some->sorted[some->pairs->to[p]];

			some->asked[some->filled[goal / LM_LANES]++] = (Asked){i - begin, goal % LM_LANES, p};
		}
}

static LmWay
lane_meet(const Table *table, const Block *from, int32_t s, const Block *to, int32_t t,
          int32_t rows)
{
	LmWay least = LM_WAY_NONE;

	for (int32_t i = 0; i < rows; i++)
	{
		LmWay way = from->ways[(size_t) table->pairs[i].from * LM_LANES + (size_t) s] +
		            to->ways[(size_t) table->pairs[i].to * LM_LANES + (size_t) t];

		least = way < least ? way : least;
	}
	return least;
}

/* from is the block at hand. */
static LmGraphStatus
asked_meet(Some *some, const Block *from, const Block *to, const Asked *asked, int64_t count)
{
	Table *table = &some->table;
	int32_t rows = rows_match(table, to);

	if (count > FEW_PAIRS && !lanes_meet(table, from, to, rows))
		return LM_GRAPH_CANCELLED;
	for (int64_t i = 0; i < count; i++)
	{
		int32_t s = asked[i].start;
		int32_t t = asked[i].goal;
		LmWay way = count > FEW_PAIRS ? table->least[s * LM_LANES + t]
		                              : lane_meet(table, from, s, to, t, rows);

		some->ways[asked[i].pair] = way_finish(table, way, from, s, to, t);
	}
	return lm_graph_stops(table->run, 4 * (int64_t) rows * (count > FEW_PAIRS ? 1 : count))
	           ? LM_GRAPH_CANCELLED
	           : LM_GRAPH_OK;
}

/* All pairs with the goals of blocks from first on, count of them. */
static LmGraphStatus
some_chunk_fill(Some *some, int32_t first, int32_t count, LmArena *kept)
{
	Table *table = &some->table;
	Block goals[CHUNK_BLOCKS];
	LmGraphStatus status = LM_GRAPH_OK;

	for (int32_t i = 0; i < count && status == LM_GRAPH_OK; i++)
		status = block_build(table, &table->to, (first + i) * LM_LANES, &goals[i], kept);
	for (int32_t begin = 0; begin < table->from.count && status == LM_GRAPH_OK; begin += LM_LANES)
	{
		LmArena scratch;
		int64_t met;
		Block from;

		asked_sort(some, begin);
		met = first > 0 ? some->filled[first - 1] : 0;
		if (some->filled[first + count - 1] == met)
			continue;
		lm_graph_scratch(table->run, &scratch);
		status = block_build(table, &table->from, begin, &from, &scratch);
		for (int32_t i = 0; i < count && status == LM_GRAPH_OK; i++)
		{
			if (some->filled[first + i] > met)
				status = asked_meet(some, &from, &goals[i], some->asked + met,
				                    some->filled[first + i] - met);
			met = some->filled[first + i];
		}
		lm_graph_scratch_drop(table->run, &scratch);
	}
	return status;
}

LmGraphStatus
lm_table_some(const LmHierarchy *hierarchy, const LmMetric *metric, const LmTableQuery *query,
              const LmTablePairs *pairs, LmGraphRun *run, LmWay *ways)
{
	Some some = {.table = {.hierarchy = hierarchy,
	                       .metric = metric,
	                       .query = query,
	                       .run = run,
	                       .lanes = lm_lanes(run->wide)},
	             .pairs = pairs,
	             .ways = ways};
	LmGraphStatus status;
	LmArena scratch;

	lm_graph_scratch(run, &scratch);
	status = some_prepare(&some, &scratch);
	for (int32_t first = 0; status == LM_GRAPH_OK && first < blocks_of(&some.table.to);
	     first += CHUNK_BLOCKS)
	{
		int32_t left = blocks_of(&some.table.to) - first;
		LmArena kept;

		lm_graph_scratch(run, &kept);
		status = some_chunk_fill(&some, first, left < CHUNK_BLOCKS ? left : CHUNK_BLOCKS, &kept);
		lm_graph_scratch_drop(run, &kept);
	}
	lm_graph_scratch_drop(run, &scratch);
	return status;
}
