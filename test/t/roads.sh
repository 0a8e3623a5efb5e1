#!/usr/bin/env bash
#
# roads.sh - a call goes on with the road network it began with, whatever another session does to it meanwhile
#
# Prints TAP. The orders query of a call sleeps, and then asks the network itself; while it sleeps, another session refreshes or drops the network. The call's
# session may have loaded the network before, or not.

. "$(dirname "$0")/server.bash"

server_new one
on one -f - <<'SQL'
-- One street of 1,000 m, 100 s; there and back is 200 s.
CREATE TABLE streets AS SELECT 1 AS id, 1 AS source, 2 AS target, 100 AS cost, 100 AS reverse_cost, 'LINESTRING(0 0, 1000 0)'::geometry AS geom;
CREATE TABLE vans AS SELECT 1 AS id, 'POINT(0 0)'::geometry AS geom;
CREATE VIEW orders AS SELECT 1 AS id, 'POINT(1000 0)'::geometry AS geom;
-- Its own statements see what was committed meanwhile: this session then has two states of the network.
CREATE FUNCTION nap() RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_sleep(2);
	RETURN (SELECT sum(seconds) FROM lastmile.matrix('SELECT 1 AS id, ''POINT(0 0)''::geometry AS geom UNION ALL SELECT 2, ''POINT(1000 0)''', 'city'));
EXCEPTION WHEN undefined_object THEN
	RETURN 0;
END $$;
CREATE VIEW slow_orders AS SELECT o.* FROM orders AS o, (SELECT nap() OFFSET 0) AS nap;
SELECT * FROM lastmile.create_network('city', 'streets') \g /dev/null
SQL

plan="SELECT extract(epoch FROM sum(travel_time))::int || ' s, ' || max(ST_AsText(leg)) FILTER (WHERE kind = 'delivery') FROM lastmile.plan('orders', 'vans', network => 'city')"
to='LINESTRING(0 0,1000 0)'

asleep()
{
	[ "$(on one -c "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")" = 1 ]
}

# meanwhile <file> <change> [<first call>]: what a session prints, in the file; 1 when the change came too late
meanwhile()
{
	local pid turn

	on one ${3:+-c "$3"} -c "${plan/orders/slow_orders}" >"$1" 2>&1 &
	pid=$!
	for turn in $(seq 100); do
		! asleep || break
		sleep 0.05
	done
	on one -c "$2" >"$work/change" 2>&1
	asleep || return 1
	wait "$pid"
}

echo 1..7
check "a network is refreshed in the middle of the first call of a session" \
	meanwhile "$work/first" "UPDATE streets SET cost = 200, reverse_cost = 200; SELECT lastmile.refresh_network('city')"
check "the call ends on the network it began with: 100 + 100 s" same "200 s, $to" cat "$work/first"
check "the next sees the change: 200 + 200 s" same "400 s, $to" on one -c "$plan"
check "a network is dropped in the middle of the second call of a session" \
	meanwhile "$work/second" "SELECT lastmile.drop_network('city')" "$plan"
check "both calls are there" same "400 s, $to
400 s, $to" cat "$work/second"
check "the next has no network" same "ERROR:  network \"city\" does not exist
HINT:  The view lastmile.networks has the names; lastmile.create_network makes one." on one -c "$plan"
on one -c "SELECT * FROM lastmile.create_network('city', 'streets')" >"$work/change"
check "and then another of that name" same "400 s, $to" on one -c "$plan"
