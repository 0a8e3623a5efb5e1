/*
 * matrix_tables.c
 *	  Tables that are opened with their first row and finished when the query is over.
 */
#include "travel/matrix_tables.h"

#include "miscadmin.h"

#include "input/values.h"
#include "travel/table.h"
#include "travel/timeline.h"

/* Bytes, or pairs, between two looks at interrupts. */
#define PIECE ((size_t) 1024 * 1024)

/* ---- who travels how ---- */

static void
speed_add(LmMatrixGroup *group, double speed)
{
	for (int32 i = 0; i < group->speed_count; i++)
	{
		if (group->speeds[i] == speed)
			return;
	}
	group->speeds[group->speed_count++] = speed;
}

LmMatrixGroup *
lm_matrix_group(const LmMatrixTables *tables, const char *profile)
{
	if (profile == NULL)
		return &tables->groups[0];
	for (int32 i = 1; i < tables->group_count; i++)
	{
		if (strcmp(tables->groups[i].profile, profile) == 0)
			return &tables->groups[i];
	}
	return NULL;
}

void
lm_matrix_tables_init(LmMatrixTables *tables, LmInput *input, MemoryContext work)
{
	int32 vehicles = input->problem.vehicle_count;

	*tables = (LmMatrixTables){.input = input, .work = work};
	/* no more profiles than vehicles */
	tables->groups = palloc0((vehicles + 1) * sizeof(LmMatrixGroup));
	tables->groups[0].speeds = palloc(Max(vehicles, 1) * sizeof(double));
	tables->group_count = 1;
	for (int32 vehicle = 0; vehicle < vehicles; vehicle++)
	{
		const LmVehicleRow *row = &input->vehicle_rows[vehicle];
		LmMatrixGroup *group = lm_matrix_group(tables, row->profile);

		if (group == NULL)
		{
			group = &tables->groups[tables->group_count++];
			group->profile = row->profile;
			group->speeds = palloc(vehicles * sizeof(double));
		}
		speed_add(group, row->speed_factor);
		speed_add(&tables->groups[0], row->speed_factor);
	}
}

/* memset in pieces: the first touch of a gigabyte takes the kernel long. */
static void
bytes_set(void *table, int byte, size_t bytes)
{
	for (size_t done = 0; done < bytes; done += PIECE)
	{
		CHECK_FOR_INTERRUPTS();
		memset((char *) table + done, byte, Min(PIECE, bytes - done));
	}
}

/* The tables of a slice, when its first row comes. */
static LmMatrixSlice *
slice_open(const LmMatrixTables *tables, LmMatrixGroup *group, TimestampTz at, bool lengths)
{
	const LmInput *input = tables->input;
	size_t pairs = lm_table_pairs(input);
	LmMatrixSlice *slice;

	if (group->slices == NULL)
	{
		group->slice_room = 4;
		group->slices = MemoryContextAlloc(tables->work, group->slice_room * sizeof(LmMatrixSlice));
	}
	group->slices = lm_room_make(group->slices, group->slice_count, &group->slice_room,
	                             sizeof(LmMatrixSlice));
	slice = &group->slices[group->slice_count++];
	*slice = (LmMatrixSlice){.at = at};
	group->seen = true;
	lm_tables_reserve(
		input, pairs * (group->speed_count * sizeof(int32_t) + (lengths ? sizeof(uint32_t) : 0)));
	slice->times = MemoryContextAlloc(tables->work, group->speed_count * sizeof(int32_t *));
	for (int32 speed = 0; speed < group->speed_count; speed++)
	{
		slice->times[speed] = lm_table_new(input, sizeof(int32_t));
		/* every byte of -1 is 0xff */
		bytes_set(slice->times[speed], 0xff, pairs * sizeof(int32_t));
	}
	if (lengths)
	{
		slice->length32 = lm_table_new(input, sizeof(uint32_t));
		bytes_set(slice->length32, 0, pairs * sizeof(uint32_t));
	}
	return slice;
}

LmMatrixSlice *
lm_matrix_slice(const LmMatrixTables *tables, LmMatrixGroup *group, TimestampTz at, bool lengths)
{
	if (group->slice_last < group->slice_count && group->slices[group->slice_last].at == at)
		return &group->slices[group->slice_last];
	for (int32 i = 0; i < group->slice_count; i++)
	{
		group->slice_last = i;
		if (group->slices[i].at == at)
			return &group->slices[i];
	}
	group->slice_last = group->slice_count;
	return slice_open(tables, group, at, lengths);
}

/* ---- rows ---- */

/* From 32 to 64 bits, for a length above 4,294 km. */
static void
lengths_widen(const LmMatrixTables *tables, LmMatrixSlice *slice)
{
	size_t pairs = lm_table_pairs(tables->input);

	lm_tables_reserve(tables->input, pairs * sizeof(int64_t));
	slice->length64 = lm_table_new(tables->input, sizeof(int64_t));
	for (size_t pair = 0; pair < pairs; pair++)
	{
		if (pair % PIECE == 0)
			CHECK_FOR_INTERRUPTS();
		slice->length64[pair] = slice->length32[pair];
	}
	pfree(slice->length32);
	slice->length32 = NULL;
}

void
lm_matrix_length_store(const LmMatrixTables *tables, LmMatrixSlice *slice, size_t pair,
                       double metres)
{
	LmLength length = lm_leg_length(metres);

	if (slice->length32 != NULL && length > PG_UINT32_MAX)
		lengths_widen(tables, slice);
	if (slice->length32 != NULL)
		slice->length32[pair] = (uint32_t) length;
	else
		slice->length64[pair] = length;
}

/* ---- travels ---- */

const LmMatrixSlice *
lm_matrix_lacking(const LmMatrixGroup *group)
{
	for (int32 i = 0; i < group->slice_count; i++)
	{
		if (group->slices[i].lengths_lack)
			return &group->slices[i];
	}
	return NULL;
}

void
lm_matrix_lengths_drop(LmMatrixTables *tables)
{
	for (int32 group = 0; group < tables->group_count; group++)
	{
		for (int32 i = 0; i < tables->groups[group].slice_count; i++)
		{
			tables->groups[group].slices[i].length32 = NULL;
			tables->groups[group].slices[i].length64 = NULL;
		}
	}
}

/* Pairs that no row named: no way, but none is needed to stay where one is.  Returns whether all are there. */
static bool
table_complete(const LmMatrixTables *tables, int32_t *time)
{
	int32 count = tables->input->problem.place_count;
	bool all = true;

	for (int32 from = 0; from < count; from++)
	{
		int32_t *row = &time[(size_t) from * (size_t) count];
		bool complete = true;

		CHECK_FOR_INTERRUPTS();
		for (int32 to = 0; to < count; to++)
		{
			if (row[to] == LM_MATRIX_NO_ROW)
				row[to] = to == from ? 0 : LM_NO_LEG;
			complete &= row[to] != LM_NO_LEG;
		}
		all &= complete;
	}
	return all;
}

static int
slices_compare(const void *a, const void *b)
{
	TimestampTz first = ((const LmMatrixSlice *) a)->at;
	TimestampTz second = ((const LmMatrixSlice *) b)->at;

	return first < second ? -1 : first > second;
}

/* Several slices: each holds from its instant on, the first before it too. */
static void
slices_join(const LmMatrixTables *tables, const LmMatrixGroup *group, int32 speed, LmTravel *travel)
{
	TimestampTz *begins = palloc(group->slice_count * sizeof(TimestampTz));
	int32 *state = palloc(group->slice_count * sizeof(int32));
	LmTrafficState *states = palloc(group->slice_count * sizeof(LmTrafficState));
	LmTimelineParts parts = {group->slice_count, begins, state, states, group->slice_count};

	for (int32 i = 0; i < group->slice_count; i++)
	{
		const LmMatrixSlice *slice = &group->slices[i];

		begins[i] = slice->at;
		state[i] = i;
		states[i] = (LmTrafficState){slice->times[speed], slice->length32, slice->length64,
		                             LM_FACTOR_ONE};
	}
	lm_timeline_set(tables->input, travel, &parts);
}

int32
lm_matrix_travel(const LmMatrixTables *tables, int32 vehicle, LmMatrixGroup *group)
{
	LmProblem *problem = &tables->input->problem;
	const LmMatrixSlice *slice = &group->slices[0];
	int32 speed = 0;
	LmTravel *travel;

	while (group->speeds[speed] != tables->input->vehicle_rows[vehicle].speed_factor)
		speed++;
	if (group->travels == NULL)
	{
		group->travels = palloc0(group->speed_count * sizeof(int32));
		qsort(group->slices, group->slice_count, sizeof(LmMatrixSlice), slices_compare);
	}
	if (group->travels[speed] > 0)
		return group->travels[speed] - 1;
	travel = &problem->travels[problem->travel_count];
	travel->places = problem->place_count;
	travel->complete = true;
	for (int32 i = 0; i < group->slice_count; i++)
		travel->complete &= table_complete(tables, group->slices[i].times[speed]);
	travel->time = slice->times[speed];
	travel->length32 = slice->length32;
	travel->length64 = slice->length64;
	if (group->slice_count > 1)
		slices_join(tables, group, speed, travel);
	group->travels[speed] = ++problem->travel_count;
	return problem->travel_count - 1;
}
