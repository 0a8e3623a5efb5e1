/*
 * vehicles.c
 *	  Rows of the vehicles query into vehicles.
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "input/bind.h"
#include "input/vehicles.h"

#define NOUN "vehicles"
#define FIRST_ROOM 64
#define WORD_BITS 64

enum
{
	V_ID,
	V_DRIVER_ID,
	V_START_GEOM,
	V_END_GEOM,
	V_START_LOCATION_ID,
	V_END_LOCATION_ID,
	V_OPEN_END,
	V_SHIFT_START,
	V_SHIFT_END,
	V_OVERTIME,
	V_CAPACITY,
	V_SKILLS,
	V_PROFILE,
	V_SPEED_FACTOR,
	V_COST_FIXED,
	V_COST_PER_HOUR,
	V_COST_PER_KM,
	V_COST_PER_OVERTIME_HOUR,
	V_MAX_STOPS,
	V_MAX_DISTANCE_M,
	V_MAX_TIME,
	V_BREAK_WINDOW,
	V_BREAK_TIME,
	V_CO2E_PER_KM,
	V_MAX_TRIPS,
	V_RELOAD_TIME,
	V_RANGE_M,
	V_COLUMNS
};

static const LmColumn vehicle_columns[V_COLUMNS] = {
	[V_ID] = {"id", NULL, LM_COLUMN_ANY, .required = true},
	[V_DRIVER_ID] = {"driver_id", NULL, LM_COLUMN_ANY},
	[V_START_GEOM] = {"start_geom", "geom", LM_COLUMN_POINT},
	[V_END_GEOM] = {"end_geom", NULL, LM_COLUMN_POINT},
	[V_START_LOCATION_ID] = {"start_location_id", NULL, LM_COLUMN_ANY},
	[V_END_LOCATION_ID] = {"end_location_id", NULL, LM_COLUMN_ANY},
	[V_OPEN_END] = {"open_end", NULL, LM_COLUMN_BOOL},
	[V_SHIFT_START] = {"shift_start", NULL, LM_COLUMN_INSTANT},
	[V_SHIFT_END] = {"shift_end", NULL, LM_COLUMN_INSTANT},
	[V_OVERTIME] = {"overtime", NULL, LM_COLUMN_DURATION},
	[V_CAPACITY] = {"capacity", NULL, LM_COLUMN_NUMBERS},
	[V_SKILLS] = {"skills", NULL, LM_COLUMN_TEXT_LIST},
	[V_PROFILE] = {"profile", NULL, LM_COLUMN_ANY},
	[V_SPEED_FACTOR] = {"speed_factor", NULL, LM_COLUMN_NUMBER},
	[V_COST_FIXED] = {"cost_fixed", NULL, LM_COLUMN_NUMBER},
	[V_COST_PER_HOUR] = {"cost_per_hour", NULL, LM_COLUMN_NUMBER},
	[V_COST_PER_KM] = {"cost_per_km", NULL, LM_COLUMN_NUMBER},
	[V_COST_PER_OVERTIME_HOUR] = {"cost_per_overtime_hour", NULL, LM_COLUMN_NUMBER},
	[V_MAX_STOPS] = {"max_stops", NULL, LM_COLUMN_INTEGER},
	[V_MAX_DISTANCE_M] = {"max_distance_m", NULL, LM_COLUMN_NUMBER},
	[V_MAX_TIME] = {"max_time", NULL, LM_COLUMN_DURATION},
	[V_BREAK_WINDOW] = {"break_window", NULL, LM_COLUMN_RANGES},
	[V_BREAK_TIME] = {"break_time", NULL, LM_COLUMN_DURATIONS},
	[V_CO2E_PER_KM] = {"co2e_per_km", NULL, LM_COLUMN_NUMBER},
	[V_MAX_TRIPS] = {"max_trips", NULL, LM_COLUMN_INTEGER},
	[V_RELOAD_TIME] = {"reload_time", NULL, LM_COLUMN_DURATION},
	[V_RANGE_M] = {"range_m", NULL, LM_COLUMN_NUMBER},
};

/* What the row callback has in hand. */
typedef struct VehicleReading
{
	LmReader *reader;
	LmColumn columns[V_COLUMNS];
	List **skills; /* [row] numbers of skill_keys */
	int32 skills_room;
} VehicleReading;

void
lm_vehicle_raise(const LmVehicleDraft *draft, const char *wrong)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
	                errmsg("vehicle \"%s\" cannot be used: %s", draft->id, wrong)));
}

static inline void
vehicle_check(const LmVehicleDraft *draft, const char *wrong)
{
	if (wrong != NULL)
		lm_vehicle_raise(draft, wrong);
}

/* An amount, or `missing` where the row has none. */
static double
amount_read(const VehicleReading *reading, const LmVehicleDraft *draft, int column,
            const Datum *values, const bool *nulls, double missing)
{
	double number = missing;

	if (!nulls[column])
		vehicle_check(draft, lm_value_amount(&reading->columns[column], values[column], &number));
	return number;
}

static LmTime
duration_read(const VehicleReading *reading, const LmVehicleDraft *draft, int column,
              const Datum *values, const bool *nulls, LmTime missing)
{
	LmTime duration = missing;

	if (!nulls[column])
		vehicle_check(draft,
		              lm_value_duration(&reading->columns[column], values[column], &duration));
	return duration;
}

static const char *
location_read(const VehicleReading *reading, int column, const Datum *values, const bool *nulls)
{
	if (nulls[column])
		return NULL;
	return lm_text_keep(reading->reader->keep,
	                    lm_value_text(&reading->columns[column], values[column]));
}

static LmRawPoint
point_read(const VehicleReading *reading, const LmVehicleDraft *draft, int column,
           const Datum *values, const bool *nulls)
{
	LmRawPoint point = {.given = false};

	if (!nulls[column])
		point = lm_point_read(&reading->columns[column], values[column]);
	vehicle_check(draft, point.wrong);
	return point;
}

static void
shift_read(const VehicleReading *reading, LmVehicleDraft *draft, const Datum *values,
           const bool *nulls)
{
	const LmColumn *columns = reading->columns;

	draft->shift_start = DT_NOBEGIN;
	draft->shift_end = DT_NOEND;
	if (!nulls[V_SHIFT_START])
		draft->shift_start = lm_value_instant(&columns[V_SHIFT_START], values[V_SHIFT_START]);
	if (!nulls[V_SHIFT_END])
		draft->shift_end = lm_value_instant(&columns[V_SHIFT_END], values[V_SHIFT_END]);
	if (draft->shift_start > draft->shift_end || draft->shift_start == DT_NOEND ||
	    draft->shift_end == DT_NOBEGIN)
		lm_vehicle_raise(
			draft,
			psprintf("its shift ends (%s) before it starts (%s)",
		             nulls[V_SHIFT_END] ? "never"
		                                : lm_value_show(&columns[V_SHIFT_END], values[V_SHIFT_END]),
		             nulls[V_SHIFT_START]
		                 ? "any time"
		                 : lm_value_show(&columns[V_SHIFT_START], values[V_SHIFT_START])));
	draft->vehicle.overtime = duration_read(reading, draft, V_OVERTIME, values, nulls, 0);
	draft->vehicle.max_time = duration_read(reading, draft, V_MAX_TIME, values, nulls, LM_NEVER);
}

static void
prices_read(const VehicleReading *reading, LmVehicleDraft *draft, const Datum *values,
            const bool *nulls)
{
	const LmColumn *columns = reading->columns;
	LmVehicle *vehicle = &draft->vehicle;
	bool priced = columns[V_COST_FIXED].attribute != 0 || columns[V_COST_PER_HOUR].attribute != 0 ||
	              columns[V_COST_PER_KM].attribute != 0 ||
	              columns[V_COST_PER_OVERTIME_HOUR].attribute != 0;

	vehicle->cost_fixed = amount_read(reading, draft, V_COST_FIXED, values, nulls, 0);
	vehicle->cost_per_hour = amount_read(reading, draft, V_COST_PER_HOUR, values, nulls,
	                                     priced ? 0 : 1);
	vehicle->cost_per_km = amount_read(reading, draft, V_COST_PER_KM, values, nulls, 0);
	vehicle->cost_per_overtime_hour = amount_read(reading, draft, V_COST_PER_OVERTIME_HOUR, values,
	                                              nulls, 0);
	vehicle->co2e_per_km = amount_read(reading, draft, V_CO2E_PER_KM, values, nulls, NAN);
	if (isnan(vehicle->co2e_per_km) &&
	    reading->reader->request->objective == LM_OBJECTIVE_EMISSIONS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("vehicle \"%s\" has no co2e_per_km", draft->id),
		                errdetail("The objective is the emissions."),
		                errhint("Give the grams of each vehicle, 0 where it has none.")));
}

static void
limits_read(const VehicleReading *reading, LmVehicleDraft *draft, const Datum *values,
            const bool *nulls)
{
	const LmColumn *columns = reading->columns;
	double metres = amount_read(reading, draft, V_MAX_DISTANCE_M, values, nulls, -1);

	draft->vehicle.max_distance = metres < 0
	                                  ? LM_NEVER
	                                  : (LmLength) Min(round(metres * 1000), (double) LM_TIME_MAX);
	draft->vehicle.max_stops = PG_INT32_MAX;
	if (!nulls[V_MAX_STOPS])
	{
		double stops = amount_read(reading, draft, V_MAX_STOPS, values, nulls, 0);

		if (stops != floor(stops))
			lm_vehicle_raise(draft,
			                 psprintf("%s %s is not a whole number", columns[V_MAX_STOPS].given,
			                          lm_value_show(&columns[V_MAX_STOPS], values[V_MAX_STOPS])));
		draft->vehicle.max_stops = (int32) Min(stops, PG_INT32_MAX);
	}
	draft->speed_factor = amount_read(reading, draft, V_SPEED_FACTOR, values, nulls, 1);
	if (draft->speed_factor <= 0)
		lm_vehicle_raise(draft,
		                 psprintf("%s %s is not positive", columns[V_SPEED_FACTOR].given,
		                          lm_value_show(&columns[V_SPEED_FACTOR], values[V_SPEED_FACTOR])));
}

static void
trips_read(const VehicleReading *reading, LmVehicleDraft *draft, const Datum *values,
           const bool *nulls)
{
	const LmColumn *columns = reading->columns;
	double metres = amount_read(reading, draft, V_RANGE_M, values, nulls, -1);
	int32 trips = 1;

	if (!nulls[V_MAX_TRIPS])
		vehicle_check(draft, lm_value_whole(&columns[V_MAX_TRIPS], values[V_MAX_TRIPS], &trips));
	if (trips < 1)
		lm_vehicle_raise(draft,
		                 psprintf("%s %d is not positive", columns[V_MAX_TRIPS].given, trips));
	draft->vehicle.max_trips = trips;
	draft->vehicle.reload_time = duration_read(reading, draft, V_RELOAD_TIME, values, nulls, 0);
	if (!nulls[V_RANGE_M])
		draft->vehicle.range = (LmLength) Min(round(metres * 1000), (double) LM_TIME_MAX);
	if (!nulls[V_RANGE_M] && draft->vehicle.range <= 0)
		lm_vehicle_raise(draft, psprintf("%s %s is not positive", columns[V_RANGE_M].given,
		                                 lm_value_show(&columns[V_RANGE_M], values[V_RANGE_M])));
}

static void
capacity_read(const VehicleReading *reading, LmVehicleDraft *draft, const Datum *values,
              const bool *nulls)
{
	const LmColumn *column = &reading->columns[V_CAPACITY];
	LmReader *reader = reading->reader;
	double *numbers;

	draft->capacity_count = -1;
	if (nulls[V_CAPACITY])
		return;
	vehicle_check(draft, lm_value_amounts(column, values[V_CAPACITY], INFINITY, &numbers,
	                                      &draft->capacity_count));
	if (reader->capacity_count >= 0 && draft->capacity_count != reader->capacity_count)
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("capacity of vehicle \"%s\" has length %d, that of other vehicles %d",
		                draft->id, draft->capacity_count, reader->capacity_count),
		         errhint("Give %s as arrays of one length; NULL for no limit.", column->given)));
	reader->capacity_count = draft->capacity_count;
	draft->capacity = MemoryContextAlloc(reader->scratch,
	                                     Max(draft->capacity_count, 1) * sizeof(double));
	memcpy(draft->capacity, numbers, draft->capacity_count * sizeof(double));
}

static void
breaks_read(const VehicleReading *reading, LmVehicleDraft *draft, const Datum *values,
            const bool *nulls)
{
	const LmColumn *columns = reading->columns;
	MemoryContext scratch = reading->reader->scratch;
	LmSpan *windows = NULL;
	LmTime *times = NULL;
	int32 window_count = 0;
	int32 time_count = 0;

	if (!nulls[V_BREAK_WINDOW])
		vehicle_check(draft, lm_value_spans(&columns[V_BREAK_WINDOW], values[V_BREAK_WINDOW],
		                                    &windows, &window_count));
	if (!nulls[V_BREAK_TIME])
		vehicle_check(draft, lm_value_durations(&columns[V_BREAK_TIME], values[V_BREAK_TIME],
		                                        &times, &time_count));
	if (window_count != time_count)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("break_window of vehicle \"%s\" has length %d, its break_time %d",
		                       draft->id, window_count, time_count),
		                errhint("Give one break_window and break_time, or arrays of one length.")));
	for (int32 i = 0; i < window_count; i++)
	{
		if (TIMESTAMP_NOT_FINITE(windows[i].from) || TIMESTAMP_NOT_FINITE(windows[i].to))
			lm_vehicle_raise(
				draft, psprintf("%s %s is open, a break needs both ends of its window",
			                    columns[V_BREAK_WINDOW].given,
			                    lm_value_show(&columns[V_BREAK_WINDOW], values[V_BREAK_WINDOW])));
	}
	draft->vehicle.break_count = window_count;
	if (window_count == 0)
		return;
	draft->break_windows = MemoryContextAlloc(scratch, window_count * sizeof(LmSpan));
	memcpy(draft->break_windows, windows, window_count * sizeof(LmSpan));
	draft->break_times = MemoryContextAlloc(scratch, window_count * sizeof(LmTime));
	memcpy(draft->break_times, times, window_count * sizeof(LmTime));
}

/* The skills of a vehicle as numbers; who has which follows when all vehicles are there. */
static void
skills_read(VehicleReading *reading, int32 row, const Datum *values, const bool *nulls)
{
	LmReader *reader = reading->reader;
	MemoryContext before;
	char **skills;
	int32 count;

	reading->skills[row] = NIL;
	if (nulls[V_SKILLS])
		return;
	skills = lm_value_texts(&reading->columns[V_SKILLS], values[V_SKILLS], &count);
	before = MemoryContextSwitchTo(reader->scratch);
	for (int32 i = 0; i < count; i++)
	{
		int32 known = lm_keys_count(reader->skill_keys);
		int32 skill = lm_keys_add(reader->skill_keys, skills[i], strlen(skills[i]), known);

		reading->skills[row] = lappend_int(reading->skills[row], skill);
	}
	MemoryContextSwitchTo(before);
}

static void
vehicle_take(void *state, const Datum *values, const bool *nulls)
{
	VehicleReading *reading = state;
	LmReader *reader = reading->reader;
	int32 row = reader->vehicle_ids.count;
	LmVehicleDraft *draft;

	lm_ids_add(&reader->vehicle_ids, NOUN, &reading->columns[V_ID], values[V_ID], nulls[V_ID]);
	reader->vehicles = lm_room_make(reader->vehicles, row, &reader->vehicle_room,
	                                sizeof(LmVehicleDraft));
	reading->skills = lm_room_make(reading->skills, row, &reading->skills_room, sizeof(List *));
	draft = &reader->vehicles[row];
	*draft = (LmVehicleDraft){.id = reader->vehicle_ids.texts[row]};
	draft->start = point_read(reading, draft, V_START_GEOM, values, nulls);
	draft->end = point_read(reading, draft, V_END_GEOM, values, nulls);
	draft->start_location = location_read(reading, V_START_LOCATION_ID, values, nulls);
	draft->end_location = location_read(reading, V_END_LOCATION_ID, values, nulls);
	draft->open_end = !nulls[V_OPEN_END] && DatumGetBool(values[V_OPEN_END]);
	draft->profile = location_read(reading, V_PROFILE, values, nulls);
	shift_read(reading, draft, values, nulls);
	prices_read(reading, draft, values, nulls);
	limits_read(reading, draft, values, nulls);
	trips_read(reading, draft, values, nulls);
	capacity_read(reading, draft, values, nulls);
	breaks_read(reading, draft, values, nulls);
	skills_read(reading, row, values, nulls);
}

/* Numbers the vehicles by id, and notes for each skill who has it. */
static void
vehicles_number(VehicleReading *reading)
{
	LmReader *reader = reading->reader;
	LmProblem *problem = &reader->input->problem;
	int32 count = reader->vehicle_ids.count;
	int32 words = (count + WORD_BITS - 1) / WORD_BITS;

	problem->vehicle_count = count;
	problem->allowed_words = words;
	reader->vehicle_rows = lm_ids_by_text(&reader->vehicle_ids, "vehicle", NOUN);
	reader->vehicle_keys = lm_keys_new(CurrentMemoryContext, count);
	reader->skill_bits =
		palloc0(Max(lm_keys_count(reader->skill_keys), 1) * (Size) Max(words, 1) * sizeof(uint64));
	for (int32 vehicle = 0; vehicle < count; vehicle++)
	{
		int32 row = reader->vehicle_rows[vehicle];
		const char *id = reader->vehicles[row].id;
		ListCell *cell;

		lm_keys_add(reader->vehicle_keys, id, strlen(id), vehicle);
		foreach (cell, reading->skills[row])
			reader->skill_bits[(Size) lfirst_int(cell) * words + vehicle / WORD_BITS] |=
				UINT64CONST(1) << (vehicle % WORD_BITS);
	}
}

void
lm_vehicles_read(LmReader *reader)
{
	VehicleReading reading = {.reader = reader, .skills_room = FIRST_ROOM};
	MemoryContext before = MemoryContextSwitchTo(reader->scratch);
	LmQueryFrame frame;

	memcpy(reading.columns, vehicle_columns, sizeof(vehicle_columns));
	reading.skills = palloc(FIRST_ROOM * sizeof(List *));
	reader->vehicles = palloc(FIRST_ROOM * sizeof(LmVehicleDraft));
	reader->vehicle_room = FIRST_ROOM;
	reader->skill_keys = lm_keys_new(reader->scratch, FIRST_ROOM);
	reader->capacity_count = -1;
	lm_ids_init(&reader->vehicle_ids, reader->keep);
	lm_query_run(reader->request->function, NOUN, reader->request->vehicles, reading.columns,
	             V_COLUMNS, vehicle_take, &reading);
	lm_query_enter(&frame, reader->request->function, NOUN);
	vehicles_number(&reading);
	lm_query_leave(&frame);
	MemoryContextSwitchTo(before);
}
