/*
 * matrix.c
 *	  Rows of the matrix query into travel tables.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "input/keys.h"
#include "input/query.h"
#include "input/values.h"
#include "travel/matrix.h"
#include "travel/matrix_tables.h"
#include "travel/table.h"

#define NOUN "matrix"
#define MS_PER_S 1000.0
/* A million km: a route of all orders of a call still has a length. */
#define LONGEST_WAY_M 1e9

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
	LmMatrixTables tables;
	LmKeys *texts;   /* location_id -> place */
	LmKeys *numbers; /* the same for those that are an int64's own text */
	LastId last_from;
	LastId last_to;
	bool any_row;
	bool any_profile;
} MatrixReading;

/* Whether the query has a column of metres. */
static bool
lengths_given(const MatrixReading *reading)
{
	return reading->columns[M_METERS].attribute != 0;
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
static LmMatrixGroup *
row_group(MatrixReading *reading, const Datum *values, const bool *nulls)
{
	LmMatrixGroup *group;

	reading->any_row = true;
	if (nulls[M_PROFILE])
		group = &reading->tables.groups[0];
	else
	{
		reading->any_profile = true;
		group = lm_matrix_group(&reading->tables,
		                        lm_value_text(&reading->columns[M_PROFILE], values[M_PROFILE]));
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
pair_twice_raise(const MatrixReading *reading, int32 from, int32 to, const LmMatrixGroup *group,
                 const LmMatrixSlice *slice)
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

static void
matrix_take(void *state, const Datum *values, const bool *nulls)
{
	MatrixReading *reading = state;
	LmMatrixGroup *group = row_group(reading, values, nulls);
	LmMatrixSlice *slice;
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
	slice = lm_matrix_slice(&reading->tables, group,
	                        nulls[M_AT] ? DT_NOBEGIN
	                                    : lm_value_instant(&reading->columns[M_AT], values[M_AT]),
	                        lengths_given(reading));
	from = id_place(reading, M_FROM_ID, values[M_FROM_ID], &reading->last_from);
	if (from < 0)
		return;
	to = id_place(reading, M_TO_ID, values[M_TO_ID], &reading->last_to);
	if (to < 0)
		return;
	pair = (size_t) from * (size_t) reading->input->problem.place_count + (size_t) to;
	if (lm_matrix_known(slice, pair))
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
		lm_matrix_length_store(&reading->tables, slice, pair, metres);
	}
	else if (from != to && !slice->lengths_lack)
	{
		slice->lengths_lack = true;
		slice->lack_from = from;
		slice->lack_to = to;
	}
}

/* ---- tables ---- */

/* The group whose rows hold for a vehicle. */
static LmMatrixGroup *
vehicle_group(const MatrixReading *reading, int32 vehicle)
{
	const LmVehicleRow *row = &reading->input->vehicle_rows[vehicle];
	LmMatrixGroup *group = reading->any_profile ? lm_matrix_group(&reading->tables, row->profile)
	                                            : &reading->tables.groups[0];

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
	(void) lm_matrix_slice(&reading->tables, group, DT_NOBEGIN, lengths_given(reading));
	return group;
}

/* Metres that are missing matter where something is priced or limited by them. */
static void
metres_check(const MatrixReading *reading, int32 vehicle, const LmMatrixGroup *group)
{
	const LmInput *input = reading->input;
	const LmVehicle *row = &input->problem.vehicles[vehicle];
	bool grams = reading->request->objective == LM_OBJECTIVE_EMISSIONS;
	bool objective = grams || reading->request->objective == LM_OBJECTIVE_DISTANCE;
	const LmMatrixSlice *lacking = lm_matrix_lacking(group);
	const char *need;

	if (lengths_given(reading) && lacking == NULL)
		return;
	if (row->cost_per_km > 0)
		need = psprintf("Vehicle \"%s\" has a cost_per_km.", input->vehicle_rows[vehicle].id);
	else if (row->max_distance < LM_NEVER)
		need = psprintf("Vehicle \"%s\" has a max_distance_m.", input->vehicle_rows[vehicle].id);
	else if (row->range > 0)
		need = psprintf("Vehicle \"%s\" has a range_m.", input->vehicle_rows[vehicle].id);
	else
		need = grams ? "The objective is the emissions." : "The objective is the distance.";
	if (row->cost_per_km <= 0 && row->max_distance >= LM_NEVER && row->range == 0 && !objective)
		return;
	ereport(ERROR,
	        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
	         !lengths_given(reading) ? errmsg("matrix query has no column \"meters\"")
	                                 : errmsg("matrix row from \"%s\" to \"%s\" has no meters",
	                                          place_name(reading, lacking->lack_from),
	                                          place_name(reading, lacking->lack_to)),
	         errdetail("%s", need),
	         errhint("Add the length of each way to the matrix query: SELECT ... AS meters.")));
}

static void
tables_finish(MatrixReading *reading)
{
	LmInput *input = reading->input;
	LmProblem *problem = &input->problem;
	LmMatrixGroup **groups = palloc(problem->vehicle_count * sizeof(LmMatrixGroup *));

	problem->travels = MemoryContextAllocZero(input->context,
	                                          problem->vehicle_count * sizeof(LmTravel));
	input->has_lengths = lengths_given(reading);
	for (int32 vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
	{
		groups[vehicle] = vehicle_group(reading, vehicle);
		metres_check(reading, vehicle, groups[vehicle]);
		if (lm_matrix_lacking(groups[vehicle]) != NULL)
			input->has_lengths = false;
	}
	if (!input->has_lengths)
		lm_matrix_lengths_drop(&reading->tables);
	for (int32 vehicle = 0; vehicle < problem->vehicle_count; vehicle++)
		problem->vehicles[vehicle].travel = lm_matrix_travel(&reading->tables, vehicle,
		                                                     groups[vehicle]);
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
	lm_matrix_tables_init(&reading.tables, input, work);
	places_index(&reading);
	lm_query_run(request->function, NOUN, request->matrix, reading.columns, M_COLUMNS, matrix_take,
	             &reading);
	lm_query_enter(&frame, request->function, NOUN);
	tables_finish(&reading);
	lm_query_leave(&frame);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(work);
}
