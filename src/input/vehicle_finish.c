/*
 * vehicle_finish.c
 *	  Drafts of vehicles into the problem, once all rows of all queries are there.
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "input/vehicles.h"

#define NOUN "vehicles"

/* All start points, or all end points, in one coordinate system. */
static void
points_settle(LmReader *reader, bool ends)
{
	int32 count = reader->vehicle_ids.count;
	LmRawPoint **points = palloc(Max(count, 1) * sizeof(LmRawPoint *));

	for (int32 i = 0; i < count; i++)
	{
		LmVehicleDraft *draft = &reader->vehicles[reader->vehicle_rows[i]];

		points[i] = ends ? &draft->end : &draft->start;
	}
	lm_points_transform(points, count, ends ? "end_geom" : "start_geom");
	for (int32 i = 0; i < count; i++)
	{
		const LmVehicleDraft *draft = &reader->vehicles[reader->vehicle_rows[i]];

		if (points[i]->wrong != NULL)
			lm_vehicle_raise(draft, points[i]->wrong);
		if (!points[i]->given)
			continue;
		if (!reader->planar_known)
		{
			reader->planar_known = true;
			reader->input->planar = points[i]->srid == 0;
		}
		if (reader->input->planar != (points[i]->srid == 0))
			ereport(ERROR,
			        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			         errmsg("vehicle \"%s\" has a point %s, other points are %s", draft->id,
			                reader->input->planar ? "on the globe" : "on a plane (SRID 0)",
			                reader->input->planar ? "on a plane (SRID 0)" : "on the globe"),
			         errhint("Give all points a coordinate system with ST_SetSRID, or none.")));
	}
	pfree(points);
}

static bool
points_differ(const LmRawPoint *a, const LmRawPoint *b)
{
	return a->given != b->given || (a->given && (a->x != b->x || a->y != b->y));
}

static bool
texts_differ(const char *a, const char *b)
{
	return (a == NULL) != (b == NULL) || (a != NULL && strcmp(a, b) != 0);
}

/*
 * A vehicle must say where it starts in the terms of the travel source.  An end that is given
 * in the other terms only must not turn silently into "back to the start".
 */
static void
places_check(const LmReader *reader, const LmVehicleDraft *draft)
{
	bool keyed = reader->request->matrix != NULL;
	const char *wanted = keyed ? "start_location_id" : "start_geom";
	bool ends_elsewhere = keyed ? draft->end_location == NULL && draft->end.given &&
	                                  points_differ(&draft->end, &draft->start)
	                            : !draft->end.given && draft->end_location != NULL &&
	                                  texts_differ(draft->end_location, draft->start_location);

	if (keyed ? draft->start_location == NULL : !draft->start.given)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		     errmsg("vehicle \"%s\" has no start place", draft->id),
		     errdetail("Its %s is NULL or not in the query.", wanted),
		     keyed ? errhint("With a matrix, places are told apart by location_id: add %s.", wanted)
		           : errhint("Add %s, a point, to the vehicles query.", wanted)));
	if (ends_elsewhere && !draft->open_end)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("vehicle \"%s\" has %s but no %s", draft->id,
		                       keyed ? "end_geom" : "end_location_id",
		                       keyed ? "end_location_id" : "end_geom"),
		                errhint("Give both, or neither for a vehicle that ends where it starts.")));
}

void
lm_vehicles_locate(LmReader *reader)
{
	LmQueryFrame frame;

	lm_query_enter(&frame, reader->request->function, NOUN);
	points_settle(reader, false);
	points_settle(reader, true);
	for (int32 i = 0; i < reader->vehicle_ids.count; i++)
		places_check(reader, &reader->vehicles[reader->vehicle_rows[i]]);
	lm_query_leave(&frame);
}

TimestampTz
lm_vehicles_earliest(const LmReader *reader)
{
	TimestampTz earliest = DT_NOEND;

	for (int32 i = 0; i < reader->vehicle_ids.count; i++)
	{
		const LmVehicleDraft *draft = &reader->vehicles[i];

		if (!TIMESTAMP_NOT_FINITE(draft->shift_start))
			earliest = Min(earliest, draft->shift_start);
		earliest = Min(earliest, draft->shift_end);
		for (int32 brk = 0; brk < draft->vehicle.break_count; brk++)
			earliest = Min(earliest, draft->break_windows[brk].from);
	}
	return earliest;
}

static int
breaks_compare(const void *a, const void *b)
{
	const LmBreak *first = a;
	const LmBreak *second = b;

	if (first->window.close != second->window.close)
		return first->window.close < second->window.close ? -1 : 1;
	if (first->window.open != second->window.open)
		return first->window.open < second->window.open ? -1 : 1;
	return (first->duration > second->duration) - (first->duration < second->duration);
}

static void
breaks_finish(LmReader *reader, const LmVehicleDraft *draft, LmVehicle *vehicle, int32 first)
{
	LmBreak *breaks = &reader->input->problem.breaks[first];

	vehicle->break_first = first;
	for (int32 i = 0; i < vehicle->break_count; i++)
		breaks[i] = (LmBreak){lm_reader_window(reader, draft->break_windows[i]),
		                      draft->break_times[i]};
	qsort(breaks, vehicle->break_count, sizeof(LmBreak), breaks_compare);
}

static void
places_finish(LmReader *reader, const LmVehicleDraft *draft, LmVehicle *vehicle)
{
	LmPoint start = lm_point_known(&draft->start);
	bool elsewhere = draft->end_location != NULL || draft->end.given;

	vehicle->start = lm_place_add(reader->places, start, draft->start_location);
	if (draft->open_end)
		vehicle->end = LM_NOWHERE;
	else if (elsewhere)
		vehicle->end = lm_place_add(
			reader->places,
			draft->end.given                                           ? lm_point_known(&draft->end)
			: texts_differ(draft->end_location, draft->start_location) ? (LmPoint){.known = false}
																	   : start,
			draft->end_location != NULL ? draft->end_location : draft->start_location);
	else
		vehicle->end = vehicle->start;
}

static void
vehicle_finish(LmReader *reader, int32 index, int32 break_first)
{
	LmInput *input = reader->input;
	LmProblem *problem = &input->problem;
	const LmVehicleDraft *draft = &reader->vehicles[reader->vehicle_rows[index]];
	LmVehicle *vehicle = &problem->vehicles[index];
	LmWindow shift = lm_reader_window(reader, (LmSpan){draft->shift_start, draft->shift_end});
	LmAmount *capacity = &problem->capacity[(size_t) index * (size_t) problem->dimensions];

	*vehicle = draft->vehicle;
	places_finish(reader, draft, vehicle);
	/* nobody departs before the origin */
	vehicle->shift_start = Max(shift.open, 0);
	vehicle->shift_end = shift.close;
	breaks_finish(reader, draft, vehicle, break_first);
	for (int32 i = 0; i < problem->dimensions; i++)
	{
		bool limited = draft->capacity_count > i && !isinf(draft->capacity[i]);

		capacity[i] = limited ? (LmAmount) round(draft->capacity[i] * 1000) : LM_NEVER;
	}
	input->vehicle_rows[index] = (LmVehicleRow){draft->id, draft->profile, draft->speed_factor,
	                                            shift.open};
}

/* Vehicle indexes in the order of the id's own type. */
static void
sequence_finish(LmReader *reader)
{
	LmInput *input = reader->input;
	int32 count = input->problem.vehicle_count;
	int32 *by_type = lm_ids_by_type(&reader->vehicle_ids);
	int32 *index_of = palloc(Max(count, 1) * sizeof(int32));

	for (int32 vehicle = 0; vehicle < count; vehicle++)
		index_of[reader->vehicle_rows[vehicle]] = vehicle;
	input->vehicle_sequence = lm_huge_alloc(reader->keep, count, sizeof(int32));
	for (int32 i = 0; i < count; i++)
		input->vehicle_sequence[i] = index_of[by_type[i]];
}

void
lm_vehicles_finish(LmReader *reader)
{
	LmInput *input = reader->input;
	LmProblem *problem = &input->problem;
	int32 count = problem->vehicle_count;
	int32 breaks = 0;

	for (int32 i = 0; i < count; i++)
		breaks += reader->vehicles[i].vehicle.break_count;
	problem->vehicles = lm_huge_alloc(reader->keep, count, sizeof(LmVehicle));
	problem->breaks = lm_huge_alloc(reader->keep, breaks, sizeof(LmBreak));
	problem->capacity = lm_huge_alloc(reader->keep, (size_t) count * (size_t) problem->dimensions,
	                                  sizeof(LmAmount));
	input->vehicle_rows = lm_huge_alloc(reader->keep, count, sizeof(LmVehicleRow));
	breaks = 0;
	for (int32 vehicle = 0; vehicle < count; vehicle++)
	{
		vehicle_finish(reader, vehicle, breaks);
		breaks += problem->vehicles[vehicle].break_count;
	}
	sequence_finish(reader);
}
