/*
 * pack.c
 *	  Every array of a problem, by its size.
 */
#include "model/pack.h"

#include <string.h>

#define ALIGNMENT ((size_t) 64)

/* A new array of a problem is packed here, or it is missing in other processes. */
#define SIZE_IS(type, bytes) (sizeof(void *) != 8 || sizeof(type) == (bytes))
_Static_assert(SIZE_IS(LmProblem, 224), "LmProblem has changed: see lm_pack_problem");
_Static_assert(SIZE_IS(LmTravel, 80), "LmTravel has changed: see travel_pack");
_Static_assert(SIZE_IS(LmTraffic, 56), "LmTraffic has changed: see traffic_pack");
_Static_assert(SIZE_IS(LmTrafficState, 32), "LmTrafficState has changed: see traffic_pack");

/* A table that is packed already, and where. */
typedef struct LmPackSeen
{
	const void *table; /* NULL: free */
	size_t at;
} LmPackSeen;

static size_t
aligned(size_t bytes)
{
	return (bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

void
lm_pack_array(LmPack *pack, void *slot, size_t count, size_t size)
{
	size_t bytes = count * size;
	char *at = pack->step == LM_PACK_MEASURE ? NULL : pack->block + pack->filled;
	void *array;

	/* in front of each array stands whether there is one */
	memcpy(&array, slot, sizeof(array));
	if (pack->step == LM_PACK_WRITE)
	{
		*at = array != NULL;
		if (array != NULL && bytes > 0)
			memcpy(at + ALIGNMENT, array, bytes);
	}
	else if (pack->step == LM_PACK_READ)
	{
		array = *at != 0 ? at + ALIGNMENT : NULL;
		memcpy(slot, &array, sizeof(array));
	}
	pack->filled += ALIGNMENT + (array != NULL ? aligned(bytes) : 0);
}

static bool
beeline_pack(LmPack *pack, const LmBeeline **slot, size_t places)
{
	lm_pack_array(pack, slot, 1, sizeof(LmBeeline));
	if (*slot == NULL)
		return true;
	if (pack->step == LM_PACK_READ)
	{
		LmBeeline *beeline = LM_TAKE(pack->arena, LmBeeline, 1);

		if (beeline == NULL)
			return false;
		*beeline = **slot;
		*slot = beeline;
		lm_pack_array(pack, &beeline->points, places, sizeof(LmGeoPoint));
		return true;
	}
	lm_pack_array(pack, (void *) &(*slot)->points, places, sizeof(LmGeoPoint));
	return true;
}

/* ---- travel ---- */

/* Room for every table of the problem, by its address, half of it spare. */
static bool
seen_make(LmPack *pack, const LmProblem *problem)
{
	size_t tables = 0;

	if (pack->step == LM_PACK_READ)
		return true;
	for (int32_t t = 0; t < problem->travel_count; t++)
	{
		const LmTraffic *traffic = problem->travels[t].traffic;

		tables += 5 + 3 * (traffic != NULL ? (size_t) traffic->state_count : 0);
	}
	pack->seen_room = 2 * tables + 1;
	pack->seen = LM_TAKE(pack->arena, LmPackSeen, pack->seen_room);
	return pack->seen != NULL;
}

/* The entry of a table, or the free one that it may have. */
static LmPackSeen *
seen_find(const LmPack *pack, const void *table)
{
	size_t at = (size_t) ((uintptr_t) table / ALIGNMENT) % pack->seen_room;

	while (pack->seen[at].table != NULL && pack->seen[at].table != table)
		at = (at + 1) % pack->seen_room;
	return &pack->seen[at];
}

/* A table that others may point to as well: in front of it stands where it lies, 0: there is none. */
static void
table_pack(LmPack *pack, void *slot, size_t count, size_t size)
{
	size_t here = pack->filled + ALIGNMENT;
	size_t lies = 0;
	void *table;

	memcpy(&table, slot, sizeof(table));
	if (pack->step == LM_PACK_READ)
	{
		memcpy(&lies, pack->block + pack->filled, sizeof(lies));
		table = lies != 0 ? pack->block + lies : NULL;
		memcpy(slot, &table, sizeof(table));
	}
	else
	{
		if (table != NULL)
		{
			LmPackSeen *seen = seen_find(pack, table);

			if (seen->table == NULL)
				*seen = (LmPackSeen){table, here};
			lies = seen->at;
		}
		if (pack->step == LM_PACK_WRITE)
		{
			memcpy(pack->block + pack->filled, &lies, sizeof(lies));
			if (lies == here)
				memcpy(pack->block + here, table, count * size);
		}
	}
	pack->filled = here + (lies == here ? aligned(count * size) : 0);
}

static bool
traffic_pack(LmPack *pack, LmTravel *travel, size_t pairs)
{
	LmTraffic *traffic = (LmTraffic *) travel->traffic;
	LmTrafficState *states;

	lm_pack_array(pack, &traffic, 1, sizeof(LmTraffic));
	if (traffic == NULL)
		return true;
	if (pack->step == LM_PACK_READ)
	{
		LmTraffic *own = LM_TAKE(pack->arena, LmTraffic, 1);

		if (own == NULL)
			return false;
		*own = *traffic;
		travel->traffic = traffic = own;
	}
	lm_pack_array(pack, &traffic->begins, (size_t) traffic->count, sizeof(LmTime));
	lm_pack_array(pack, &traffic->state, (size_t) traffic->count, sizeof(int32_t));
	lm_pack_array(pack, &traffic->buckets, (size_t) traffic->bucket_count, sizeof(int32_t));
	lm_pack_array(pack, &traffic->states, (size_t) traffic->state_count, sizeof(LmTrafficState));
	if (pack->step == LM_PACK_READ)
	{
		states = LM_TAKE(pack->arena, LmTrafficState, traffic->state_count);
		if (states == NULL)
			return false;
		memcpy(states, traffic->states, sizeof(LmTrafficState) * (size_t) traffic->state_count);
		traffic->states = states;
	}
	for (int32_t s = 0; s < traffic->state_count; s++)
	{
		table_pack(pack, (void *) &traffic->states[s].time, pairs, sizeof(int32_t));
		table_pack(pack, (void *) &traffic->states[s].length32, pairs, sizeof(uint32_t));
		table_pack(pack, (void *) &traffic->states[s].length64, pairs, sizeof(int64_t));
	}
	return true;
}

static bool
travel_pack(LmPack *pack, LmTravel *travel)
{
	size_t pairs = (size_t) travel->places * (size_t) travel->places;

	table_pack(pack, &travel->time, pairs, sizeof(int32_t));
	table_pack(pack, &travel->length32, pairs, sizeof(uint32_t));
	table_pack(pack, &travel->length64, pairs, sizeof(int64_t));
	table_pack(pack, &travel->time_back, pairs, sizeof(int32_t));
	table_pack(pack, &travel->length_back, pairs, sizeof(uint32_t));
	return traffic_pack(pack, travel, pairs) &&
	       beeline_pack(pack, &travel->beeline, (size_t) travel->places);
}

static bool
travels_pack(LmPack *pack, LmProblem *problem)
{
	lm_pack_array(pack, &problem->travels, (size_t) problem->travel_count, sizeof(LmTravel));
	if (pack->step == LM_PACK_READ)
	{
		/* the block is everybody's, but where its tables lie is not */
		LmTravel *travels = LM_TAKE(pack->arena, LmTravel, problem->travel_count);

		if (travels == NULL)
			return false;
		memcpy(travels, problem->travels, sizeof(LmTravel) * (size_t) problem->travel_count);
		problem->travels = travels;
	}
	if (!seen_make(pack, problem))
		return false;
	for (int32_t t = 0; t < problem->travel_count; t++)
		if (!travel_pack(pack, &problem->travels[t]))
			return false;
	return true;
}

/* ---- problem ---- */

/* How many windows, breaks and so on there are: an array is as long as its last user says. */
typedef struct Counts
{
	int32_t windows;
	int32_t breaks;
	int32_t fixed;
	int32_t members;
} Counts;

static void
raise_to(int32_t *count, int32_t end)
{
	if (end > *count)
		*count = end;
}

static Counts
counts_of(const LmProblem *problem)
{
	Counts counts = {0};

	for (int32_t i = 0; i < problem->order_count; i++)
		raise_to(&counts.windows,
		         problem->orders[i].window_first + problem->orders[i].window_count);
	for (int32_t v = 0; v < problem->vehicle_count; v++)
	{
		const LmVehicle *vehicle = &problem->vehicles[v];

		raise_to(&counts.breaks, vehicle->break_first + vehicle->break_count);
		if (problem->fixed != NULL)
			raise_to(&counts.fixed, vehicle->fixed_first + vehicle->fixed_count);
	}
	for (int32_t u = 0; u < problem->unit_count; u++)
		raise_to(&counts.members,
		         problem->units[u].first + problem->units[u].heads + problem->units[u].tails);
	return counts;
}

bool
lm_pack_problem(LmPack *pack, LmProblem *problem)
{
	LmProblem *facts = problem;
	size_t orders;
	size_t vehicles;
	size_t dims;
	size_t words;
	Counts counts;

	lm_pack_array(pack, &facts, 1, sizeof(LmProblem));
	if (pack->step == LM_PACK_READ)
		*problem = *facts;
	orders = (size_t) problem->order_count;
	vehicles = (size_t) problem->vehicle_count;
	dims = (size_t) problem->dimensions;
	words = orders * (size_t) problem->allowed_words;
	lm_pack_array(pack, &problem->orders, orders, sizeof(LmOrder));
	lm_pack_array(pack, &problem->vehicles, vehicles, sizeof(LmVehicle));
	lm_pack_array(pack, &problem->units, (size_t) problem->unit_count, sizeof(LmUnit));
	counts = counts_of(problem);
	lm_pack_array(pack, &problem->demand, orders * dims, sizeof(LmAmount));
	lm_pack_array(pack, &problem->windows, (size_t) counts.windows, sizeof(LmWindow));
	lm_pack_array(pack, &problem->capacity, vehicles * dims, sizeof(LmAmount));
	lm_pack_array(pack, &problem->aboard, vehicles * dims, sizeof(LmAboard));
	lm_pack_array(pack, &problem->breaks, (size_t) counts.breaks, sizeof(LmBreak));
	lm_pack_array(pack, &problem->skilled, words, sizeof(uint64_t));
	lm_pack_array(pack, &problem->welcome, words, sizeof(uint64_t));
	lm_pack_array(pack, &problem->members, (size_t) counts.members, sizeof(int32_t));
	lm_pack_array(pack, &problem->fixed, (size_t) counts.fixed, sizeof(LmFixed));
	lm_pack_array(pack, &problem->late_weight, orders, sizeof(int64_t));
	lm_pack_array(pack, &problem->late_price, orders, sizeof(LmCost));
	lm_pack_array(pack, &problem->prefer_price, orders, sizeof(LmCost));
	lm_pack_array(pack, &problem->prices, vehicles, sizeof(LmPrices));
	lm_pack_array(pack, &problem->skip_price, orders, sizeof(LmCost));
	return travels_pack(pack, problem);
}
