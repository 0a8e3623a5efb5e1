/*
 * matrix.c
 *	  Rows of the matrix query into travel tables.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "input/keys.h"
#include "input/query.h"
#include "input/values.h"
#include "travel/matrix.h"
#include "travel/table.h"
#include "travel/timeline.h"

#define NOUN "matrix"
#define MS_PER_S 1000.0
/* A million km: a route of all orders of a call still has a length. */
#define LONGEST_WAY_M 1e9

/* A pair that no row has named yet; no leg is negative. */
#define NO_ROW (-1)

/* Bytes, or pairs, between two looks at interrupts. */
#define PIECE ((size_t) 1024 * 1024)

enum
{
	M_FROM_ID,
	M_TO_ID,
	M_SECONDS,
	M_METERS,
	M_PROFILE,
	M_AT,
	M_COLUMNS
};

static const LmColumn matrix_columns[M_COLUMNS] = {
	[M_FROM_ID] = {"from_id", "start_vid", LM_COLUMN_ANY, .required = true},
	[M_TO_ID] = {"to_id", "end_vid", LM_COLUMN_ANY, .required = true},
	[M_SECONDS] = {"seconds", "agg_cost", LM_COLUMN_NUMBER, .required = true},
	[M_METERS] = {"meters", NULL, LM_COLUMN_NUMBER},
	[M_PROFILE] = {"profile", NULL, LM_COLUMN_ANY},
	[M_AT] = {"at", NULL, LM_COLUMN_INSTANT},
};

/* The tables of the rows of one profile that hold from one instant on. */
typedef struct Slice
{
	TimestampTz at;     /* DT_NOBEGIN: no instant given */
	int32_t **times;    /* [speed_count] of the group */
	uint32_t *length32; /* until a length needs 64 bits */
	int64_t *length64;
	bool lengths_lack; /* some way has no metres */
	int32 lack_from;   /* the first such way */
	int32 lack_to;
} Slice;

/*
 * The tables of one profile.  The group without a profile comes first and has all
 * speeds: whether its rows hold for all vehicles is known only after the last row.
 */
typedef struct ProfileGroup
{
	const char *profile; /* NULL: of the group without */
	double *speeds;      /* [speed_count] distinct speed factors */
	int32 speed_count;
	bool wanted; /* a vehicle has this profile */
	bool seen;   /* a row has; there is a slice */
	Slice *slices;
	int32 slice_count;
	int32 slice_room;
	int32 slice_last; /* of the row before: rows mostly come sorted by their instant */
	int32 *travels;   /* [speed_count] of the problem, from 1; 0: not yet; NULL: none of them */
} ProfileGroup;

/* The place of the id that came last: matrices mostly come sorted by from_id. */
typedef struct LastId
{
	int64 id;
	int32 place; /* -2: none yet */
} LastId;

typedef struct MatrixReading
{
	const LmRequest *request;
	LmInput *input;
	LmColumn columns[M_COLUMNS];
	MemoryContext work;
	LmKeys *texts;   /* location_id -> place */
	LmKeys *numbers; /* the same for those that are an int64's own text */
	LastId last_from;
	LastId last_to;
	ProfileGroup *groups; /* [group_count], the one without profile first */
	int32 group_count;
	bool any_row;
	bool any_profile;
} MatrixReading;

/* ---- who travels how ---- */

static void
speed_add(ProfileGroup *group, double speed)
{
	for (int32 i = 0; i < group->speed_count; i++)
	{
		if (group->speeds[i] == speed)
			return;
	}
	group->speeds[group->speed_count++] = speed;
}

static ProfileGroup *
group_find(const MatrixReading *reading, const char *profile)
{
	if (profile == NULL)
		return &reading->groups[0];
	for (int32 i = 1; i < reading->group_count; i++)
	{
		if (strcmp(reading->groups[i].profile, profile) == 0)
			return &reading->groups[i];
	}
	return NULL;
}

static void
groups_init(MatrixReading *reading)
{
	const LmInput *input = reading->input;
	int32 vehicles = input->problem.vehicle_count;

	/* no more profiles than vehicles */
	reading->groups = palloc0((vehicles + 1) * sizeof(ProfileGroup));
	reading->groups[0].speeds = palloc(Max(vehicles, 1) * sizeof(double));
	reading->group_count = 1;
	for (int32 vehicle = 0; vehicle < vehicles; vehicle++)
	{
		const LmVehicleRow *row = &input->vehicle_rows[vehicle];
		ProfileGroup *group = group_find(reading, row->profile);

		if (group == NULL)
		{
			group = &reading->groups[reading->group_count++];
			group->profile = row->profile;
			group->speeds = palloc(vehicles * sizeof(double));
		}
		group->wanted = true;
		speed_add(group, row->speed_factor);
		speed_add(&reading->groups[0], row->speed_factor);
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
static Slice *
slice_open(const MatrixReading *reading, ProfileGroup *group, TimestampTz at)
{
	const LmInput *input = reading->input;
	size_t pairs = lm_table_pairs(input);
	bool lengths = reading->columns[M_METERS].attribute != 0;
	Slice *slice;

	if (group->slices == NULL)
	{
		group->slice_room = 4;
		group->slices = MemoryContextAlloc(reading->work, group->slice_room * sizeof(Slice));
	}
	group->slices = lm_room_make(group->slices, group->slice_count, &group->slice_room,
	                             sizeof(Slice));
	slice = &group->slices[group->slice_count++];
	*slice = (Slice){.at = at};
	group->seen = true;
	lm_tables_reserve(
		input, pairs * (group->speed_count * sizeof(int32_t) + (lengths ? sizeof(uint32_t) : 0)));
	slice->times = MemoryContextAlloc(reading->work, group->speed_count * sizeof(int32_t *));
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

/* The slice of a row's instant. */
static Slice *
slice_find(const MatrixReading *reading, ProfileGroup *group, TimestampTz at)
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
	return slice_open(reading, group, at);
}

/* ---- ids ---- */

/* Whether a text is exactly what PostgreSQL prints for an int64. */
static bool
text_is_int64(const char *text, int64 *number)
{
	char printed[MAXINT8LEN + 1];
	char *end;

	errno = 0;
	*number = strtoi64(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0')
		return false;
	pg_lltoa(*number, printed);
	return strcmp(printed, text) == 0;
}

static void
places_index(MatrixReading *reading)
{
	const LmInput *input = reading->input;

	reading->texts = lm_keys_new(reading->work, input->problem.place_count);
	reading->numbers = lm_keys_new(reading->work, input->problem.place_count);
	for (int32 place = 0; place < input->problem.place_count; place++)
	{
		const char *id = input->places[place].location_id;
		int64 number;

		lm_keys_add(reading->texts, id, strlen(id), place);
		if (text_is_int64(id, &number))
			lm_keys_add(reading->numbers, &number, sizeof(number), place);
	}
}

static int32
number_place(const MatrixReading *reading, int64 id, LastId *last)
{
	if (last->place == -2 || last->id != id)
	{
		last->id = id;
		last->place = lm_keys_find(reading->numbers, &id, sizeof(id));
	}
	return last->place;
}

/* The place of an id, or -1 when nobody visits it. */
static int32
id_place(const MatrixReading *reading, int column, Datum value, LastId *last)
{
	const LmColumn *bound = &reading->columns[column];
	const char *printed;

	switch (bound->type)
	{
		case INT8OID:
			return number_place(reading, DatumGetInt64(value), last);
		case INT4OID:
			return number_place(reading, DatumGetInt32(value), last);
		case INT2OID:
			return number_place(reading, DatumGetInt16(value), last);
		case TEXTOID:
		case VARCHAROID:
		{
			const text *bytes = DatumGetTextPP(value);

			return lm_keys_find(reading->texts, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
		}
		default:
			printed = lm_value_text(bound, value);
			return lm_keys_find(reading->texts, printed, strlen(printed));
	}
}

/* ---- rows ---- */

/* The group of a row; NULL when no vehicle travels that way. */
static ProfileGroup *
row_group(MatrixReading *reading, const Datum *values, const bool *nulls)
{
	ProfileGroup *group;

	reading->any_row = true;
	if (nulls[M_PROFILE])
		group = &reading->groups[0];
	else
	{
		reading->any_profile = true;
		group = group_find(reading, lm_value_text(&reading->columns[M_PROFILE], values[M_PROFILE]));
	}
	return group;
}

static const char *
place_name(const MatrixReading *reading, int32 place)
{
	return reading->input->places[place].location_id;
}

static void
pair_check(const MatrixReading *reading, int32 from, int32 to, const char *wrong)
{
	if (wrong != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("matrix row from \"%s\" to \"%s\" cannot be used: %s",
		                       place_name(reading, from), place_name(reading, to), wrong)));
}

static void
pair_twice_raise(const MatrixReading *reading, int32 from, int32 to, const ProfileGroup *group,
                 const Slice *slice)
{
	ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
	                errmsg("matrix query returns the way from \"%s\" to \"%s\" more than once",
	                       place_name(reading, from), place_name(reading, to)),
	                slice->at != DT_NOBEGIN
	                    ? errdetail("Both hold from %s on.", timestamptz_to_str(slice->at))
	                : group->profile != NULL ? errdetail("The profile is \"%s\".", group->profile)
	                                         : 0,
	                errhint("Give one row per from_id, to_id, profile and at.")));
}

/* From 32 to 64 bits, for a length above 4,294 km. */
static void
lengths_widen(const MatrixReading *reading, Slice *slice)
{
	size_t pairs = lm_table_pairs(reading->input);

	lm_tables_reserve(reading->input, pairs * sizeof(int64_t));
	slice->length64 = lm_table_new(reading->input, sizeof(int64_t));
	for (size_t pair = 0; pair < pairs; pair++)
	{
		if (pair % PIECE == 0)
			CHECK_FOR_INTERRUPTS();
		slice->length64[pair] = slice->length32[pair];
	}
	pfree(slice->length32);
	slice->length32 = NULL;
}

static void
length_store(MatrixReading *reading, Slice *slice, size_t pair, double metres)
{
	LmLength length = lm_leg_length(metres);

	if (slice->length32 != NULL && length > PG_UINT32_MAX)
		lengths_widen(reading, slice);
	if (slice->length32 != NULL)
		slice->length32[pair] = (uint32_t) length;
	else
		slice->length64[pair] = length;
}

static void
matrix_take(void *state, const Datum *values, const bool *nulls)
{
	MatrixReading *reading = state;
	ProfileGroup *group = row_group(reading, values, nulls);
	Slice *slice;
	double seconds;
	double metres;
	int32 from;
	int32 to;
	size_t pair;

	if (nulls[M_FROM_ID] || nulls[M_TO_ID])
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		                errmsg("matrix query returns a row whose %s is NULL",
		                       reading->columns[nulls[M_FROM_ID] ? M_FROM_ID : M_TO_ID].given)));
	if (group == NULL)
		return;
	slice = slice_find(reading, group,
	                   nulls[M_AT] ? DT_NOBEGIN
	                               : lm_value_instant(&reading->columns[M_AT], values[M_AT]));
	from = id_place(reading, M_FROM_ID, values[M_FROM_ID], &reading->last_from);
	if (from < 0)
		return;
	to = id_place(reading, M_TO_ID, values[M_TO_ID], &reading->last_to);
	if (to < 0)
		return;
	pair = (size_t) from * (size_t) reading->input->problem.place_count + (size_t) to;
	if (slice->times[0][pair] != NO_ROW)
		pair_twice_raise(reading, from, to, group, slice);
	if (nulls[M_SECONDS])
	{
		for (int32 speed = 0; speed < group->speed_count; speed++)
			slice->times[speed][pair] = LM_NO_LEG;
		return;
	}
	pair_check(reading, from, to,
	           lm_value_amount(&reading->columns[M_SECONDS], values[M_SECONDS], &seconds));
	for (int32 speed = 0; speed < group->speed_count; speed++)
		slice->times[speed][pair] = lm_leg_time(seconds * MS_PER_S / group->speeds[speed]);
	if (!nulls[M_METERS])
	{
		pair_check(reading, from, to,
		           lm_value_amount(&reading->columns[M_METERS], values[M_METERS], &metres));
		pair_check(reading, from, to, metres > LONGEST_WAY_M ? "meters are out of range" : NULL);
		length_store(reading, slice, pair, metres);
	}
	else if (from != to && !slice->lengths_lack)
	{
		slice->lengths_lack = true;
		slice->lack_from = from;
		slice->lack_to = to;
	}
}

/* ---- tables ---- */

/* Pairs that no row named: no way, but none is needed to stay where one is.  Returns whether all are there. */
static bool
table_complete(const MatrixReading *reading, int32_t *time)
{
	int32 count = reading->input->problem.place_count;
	bool all = true;

	for (int32 from = 0; from < count; from++)
	{
		int32_t *row = &time[(size_t) from * (size_t) count];
		bool complete = true;

		CHECK_FOR_INTERRUPTS();
		for (int32 to = 0; to < count; to++)
		{
			if (row[to] == NO_ROW)
				row[to] = to == from ? 0 : LM_NO_LEG;
			complete &= row[to] != LM_NO_LEG;
		}
		all &= complete;
	}
	return all;
}

/* The group whose rows hold for a vehicle. */
static ProfileGroup *
vehicle_group(const MatrixReading *reading, int32 vehicle)
{
	const LmVehicleRow *row = &reading->input->vehicle_rows[vehicle];
	ProfileGroup *group = reading->any_profile ? group_find(reading, row->profile)
	                                           : &reading->groups[0];

	if (group->seen)
		return group;
	if (reading->any_row)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                row->profile != NULL
		                    ? errmsg("vehicle \"%s\" has profile \"%s\", which no matrix row has",
		                             row->id, row->profile)
		                    : errmsg("vehicle \"%s\" has no profile, but all matrix rows have one",
		                             row->id),
		                errhint("Give the vehicle a profile of the matrix query.")));
	/* a matrix without rows: no way anywhere, which makes every order unreachable */
	(void) slice_open(reading, group, DT_NOBEGIN);
	return group;
}

/* The first slice of the group in which a way has no metres, or NULL. */
static const Slice *
lengths_lacking(const ProfileGroup *group)
{
	for (int32 i = 0; i < group->slice_count; i++)
	{
		if (group->slices[i].lengths_lack)
			return &group->slices[i];
	}
	return NULL;
}

/* Metres that are missing matter where something is priced or limited by them. */
static void
metres_check(const MatrixReading *reading, int32 vehicle, const ProfileGroup *group)
{
	const LmInput *input = reading->input;
	const LmVehicle *row = &input->problem.vehicles[vehicle];
	bool objective = reading->request->objective == LM_OBJECTIVE_DISTANCE;
	const Slice *lacking = lengths_lacking(group);
	const char *need;

	if (reading->columns[M_METERS].attribute != 0 && lacking == NULL)
		return;
	if (row->cost_per_km > 0)
		need = psprintf("Vehicle \"%s\" has a cost_per_km.", input->vehicle_rows[vehicle].id);
	else if (row->max_distance < LM_NEVER)
		need = psprintf("Vehicle \"%s\" has a max_distance_m.", input->vehicle_rows[vehicle].id);
	else
		need = "The objective is the distance.";
	if (row->cost_per_km <= 0 && row->max_distance >= LM_NEVER && !objective)
		return;
	ereport(ERROR,
	        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
	         reading->columns[M_METERS].attribute == 0
	             ? errmsg("matrix query has no column \"meters\"")
	             : errmsg("matrix row from \"%s\" to \"%s\" has no meters",
	                      place_name(reading, lacking->lack_from),
	                      place_name(reading, lacking->lack_to)),
	         errdetail("%s", need),
	         errhint("Add the length of each way to the matrix query: SELECT ... AS meters.")));
}

static int
slices_compare(const void *a, const void *b)
{
	TimestampTz first = ((const Slice *) a)->at;
	TimestampTz second = ((const Slice *) b)->at;

	return first < second ? -1 : first > second;
}

/* Several slices: each holds from its instant on, the first before it too. */
static void
slices_join(const MatrixReading *reading, const ProfileGroup *group, int32 speed, LmTravel *travel)
{
	TimestampTz *begins = palloc(group->slice_count * sizeof(TimestampTz));
	int32 *state = palloc(group->slice_count * sizeof(int32));
	LmTrafficState *states = palloc(group->slice_count * sizeof(LmTrafficState));
	LmTimelineParts parts = {group->slice_count, begins, state, states, group->slice_count};

	for (int32 i = 0; i < group->slice_count; i++)
	{
		const Slice *slice = &group->slices[i];

		begins[i] = slice->at;
		state[i] = i;
		states[i] = (LmTrafficState){slice->times[speed], slice->length32, slice->length64,
		                             LM_FACTOR_ONE};
	}
	lm_timeline_set(reading->input, travel, &parts);
}

/* The travel of a vehicle: made when it is the first of its group and speed. */
static int32
vehicle_travel(MatrixReading *reading, int32 vehicle, ProfileGroup *group)
{
	LmProblem *problem = &reading->input->problem;
	const Slice *slice = &group->slices[0];
	int32 speed = 0;
	LmTravel *travel;

	while (group->speeds[speed] != reading->input->vehicle_rows[vehicle].speed_factor)
		speed++;
	if (group->travels == NULL)
	{
		group->travels = palloc0(group->speed_count * sizeof(int32));
		qsort(group->slices, group->slice_count, sizeof(Slice), slices_compare);
	}
	if (group->travels[speed] > 0)
		return group->travels[speed] - 1;
	travel = &problem->travels[problem->travel_count];
	travel->places = problem->place_count;
	travel->complete = true;
	for (int32 i = 0; i < group->slice_count; i++)
		travel->complete &= table_complete(reading, group->slices[i].times[speed]);
	travel->time = slice->times[speed];
	travel->length32 = slice->length32;
	travel->length64 = slice->length64;
	if (group->slice_count > 1)
		slices_join(reading, group, speed, travel);
	group->travels[speed] = ++problem->travel_count;
	return problem->travel_count - 1;
}

static void
tables_finish(MatrixReading *reading)
{
	LmInput *input = reading->input;
	LmProblem *problem = &input->problem;
	ProfileGroup **groups = palloc(problem->vehicle_count * sizeof(ProfileGroup *));

	problem->travels = MemoryContextAllocZero(input->context,
	                                          problem->vehicle_count * sizeof(LmTravel));
	input->has_lengths = reading->columns[M_METERS].attribute != 0;
	for (int32 vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
	{
		groups[vehicle] = vehicle_group(reading, vehicle);
		metres_check(reading, vehicle, groups[vehicle]);
		if (lengths_lacking(groups[vehicle]) != NULL)
			input->has_lengths = false;
	}
	for (int32 group = 0; group < reading->group_count && !input->has_lengths; group++)
	{
		for (int32 i = 0; i < reading->groups[group].slice_count; i++)
		{
			reading->groups[group].slices[i].length32 = NULL;
			reading->groups[group].slices[i].length64 = NULL;
		}
	}
	for (int32 vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
		problem->vehicles[vehicle].travel = vehicle_travel(reading, vehicle, groups[vehicle]);
}

void
lm_matrix_read(const LmRequest *request, LmInput *input)
{
	MatrixReading reading = {.request = request, .input = input};
	MemoryContext work;
	MemoryContext before;
	LmQueryFrame frame;

	input->has_lengths = true;
	if (input->problem.vehicle_count == 0)
		return;
	work = AllocSetContextCreate(CurrentMemoryContext, "lastmile matrix", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(work);
	reading.work = work;
	reading.last_from.place = reading.last_to.place = -2;
	memcpy(reading.columns, matrix_columns, sizeof(matrix_columns));
	groups_init(&reading);
	places_index(&reading);
	lm_query_run(request->function, NOUN, request->matrix, reading.columns, M_COLUMNS, matrix_take,
	             &reading);
	lm_query_enter(&frame, request->function, NOUN);
	tables_finish(&reading);
	lm_query_leave(&frame);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(work);
}
