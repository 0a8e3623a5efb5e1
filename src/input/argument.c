/*
 * argument.c
 *	  Common arguments, checked.
 */
#include "postgres.h"

#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "input/argument.h"
#include "input/values.h"

typedef struct ObjectiveName
{
	const char *name;
	LmObjective objective;
} ObjectiveName;

static const ObjectiveName objective_names[] = {
	{"cost", LM_OBJECTIVE_COST},           {"vehicles", LM_OBJECTIVE_VEHICLES},
	{"time", LM_OBJECTIVE_TIME},           {"distance", LM_OBJECTIVE_DISTANCE},
	{"emissions", LM_OBJECTIVE_EMISSIONS}, {"balanced", LM_OBJECTIVE_BALANCED},
};

char *
lm_argument_text(FunctionCallInfo fcinfo, int index)
{
	return PG_ARGISNULL(index) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(index));
}

char *
lm_argument_query(FunctionCallInfo fcinfo, int index, const char *name)
{
	if (PG_ARGISNULL(index))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		                errmsg("argument \"%s\" must not be null", name),
		                errhint("Give a query, or the name of a table or view.")));
	return lm_argument_text(fcinfo, index);
}

bool
lm_argument_moment(FunctionCallInfo fcinfo, int index, const char *name, TimestampTz *moment)
{
	LmColumn column = {.name = name, .given = name, .kind = LM_COLUMN_INSTANT};

	if (PG_ARGISNULL(index))
		return false;
	*moment = lm_value_instant(&column, PG_GETARG_DATUM(index));
	if (TIMESTAMP_NOT_FINITE(*moment))
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("argument \"%s\" must be a moment within 1,000 years from now", name)));
	return true;
}

LmObjective
lm_argument_objective(FunctionCallInfo fcinfo, int index)
{
	char *given = lm_argument_text(fcinfo, index);

	if (given == NULL)
		return LM_OBJECTIVE_COST;
	for (int name = 0; name < (int) lengthof(objective_names); name++)
	{
		if (strcmp(objective_names[name].name, given) == 0)
			return objective_names[name].objective;
	}
	ereport(ERROR,
	        (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown objective \"%s\"", given),
	         errhint("Objectives are cost, vehicles, time, distance, emissions and balanced.")));
	pg_unreachable();
}

pg_tz *
lm_argument_timezone(FunctionCallInfo fcinfo, int index)
{
	char *name = lm_argument_text(fcinfo, index);
	pg_tz *zone = NULL;

	if (name == NULL)
		return session_timezone;
	/* pg_tzset takes the empty name for GMT */
	if (name[0] != '\0')
		zone = pg_tzset(name);
	if (zone == NULL)
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown time zone \"%s\"", name),
		         errhint("The view pg_timezone_names has the names.")));
	return zone;
}

LmRequest
lm_argument_request(FunctionCallInfo fcinfo, const char *function, int own)
{
	enum
	{
		ORDERS,
		VEHICLES,
		ROUTES,
		MATRIX,
		NETWORK,
		TRAFFIC,
		AT,
		OBJECTIVE,
		TIMEZONE
	};
	LmRequest request = {.function = function};

	request.orders = lm_argument_query(fcinfo, ORDERS, "orders");
	request.vehicles = lm_argument_query(fcinfo, VEHICLES, "vehicles");
	request.routes = lm_argument_query(fcinfo, ROUTES, "routes");
	request.matrix = lm_argument_text(fcinfo, own + MATRIX);
	request.network = lm_argument_text(fcinfo, own + NETWORK);
	request.traffic = lm_argument_text(fcinfo, own + TRAFFIC);
	request.at_given = lm_argument_moment(fcinfo, own + AT, "at", &request.at);
	request.objective = lm_argument_objective(fcinfo, own + OBJECTIVE);
	request.timezone = lm_argument_timezone(fcinfo, own + TIMEZONE);
	return request;
}
