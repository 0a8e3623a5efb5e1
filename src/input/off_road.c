/*
 * off_road.c
 *	  Points of vehicles and orders, held against the network.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "input/off_road.h"
#include "input/vehicles.h"
#include "travel/road.h"

void
lm_off_road_begin(LmReader *reader)
{
	int32 count = reader->vehicle_ids.count;
	const char **profiles = palloc(Max(count, 1) * sizeof(char *));

	for (int32 vehicle = 0; vehicle < count; vehicle++)
		profiles[vehicle] = reader->vehicles[reader->vehicle_rows[vehicle]].profile;
	reader->input->road = lm_road_open(reader->request, profiles, count, reader->keep);
	pfree(profiles);
}

static void
plane_check(const LmReader *reader)
{
	bool planar = reader->input->planar;

	if (reader->planar_known && !lm_road_fits(reader->input->road, planar))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		                errmsg("network \"%s\" is %s, the points are %s", reader->request->network,
		                       planar ? "on the globe" : "on a plane (SRID 0)",
		                       planar ? "on a plane (SRID 0)" : "on the globe"),
		                errhint("Give points in a coordinate system of the network's kind.")));
}

static void
vehicle_check(const LmReader *reader, int32 vehicle, bool end)
{
	const LmVehicleDraft *draft = &reader->vehicles[reader->vehicle_rows[vehicle]];
	const LmRawPoint *point = end ? &draft->end : &draft->start;
	const char *off;

	if (!point->given || (end && draft->open_end))
		return;
	off = lm_road_off(reader->input->road, point, vehicle);
	if (off != NULL)
		lm_vehicle_raise(
			draft, psprintf("its %s is off the road: %s", end ? "end_geom" : "start_geom", off));
}

void
lm_off_road_find(LmReader *reader)
{
	const LmRoad *road = reader->input->road;
	LmQueryFrame frame;

	plane_check(reader);
	lm_query_enter(&frame, reader->request->function, "vehicles");
	for (int32 vehicle = 0; vehicle < reader->vehicle_ids.count; vehicle++)
	{
		CHECK_FOR_INTERRUPTS();
		vehicle_check(reader, vehicle, false);
		vehicle_check(reader, vehicle, true);
	}
	lm_query_leave(&frame);
	for (int32 i = 0; i < reader->order_count; i++)
	{
		LmOrderDraft *draft = &reader->orders[i];

		CHECK_FOR_INTERRUPTS();
		if (draft->bad != NULL)
			continue;
		draft->bad = lm_text_keep(reader->keep, lm_road_off(road, &draft->point, LM_ANY_VEHICLE));
		draft->off_road = draft->bad != NULL;
	}
}
