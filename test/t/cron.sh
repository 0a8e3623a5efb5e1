#!/usr/bin/env bash
#
# cron.sh - a plan as a job of pg_cron, with a parallel worker
#
# Prints TAP. The job is one for @reboot, so that nobody waits for the next full minute.

. "$(dirname "$0")/server.bash"

if [ ! -e "$("$pg_config" --sharedir)/extension/pg_cron.control" ]; then
	echo "1..0 # SKIP pg_cron is not installed"
	exit 0
fi

server_new primary "shared_preload_libraries = 'pg_cron'" "cron.database_name = 'postgres'" 'cron.use_background_workers = on' \
	'max_worker_processes = 20' \
	'log_min_messages = debug1'
on primary -c 'CREATE EXTENSION pg_cron' -f - <<'SQL'
CREATE TABLE orders AS SELECT id, ST_Point(8.6 + id * 7 % 11 * 0.003, 49.4 + id * 5 % 13 * 0.002, 4326) AS geom FROM generate_series(1, 200) AS id;
CREATE TABLE vans AS SELECT id, ST_Point(8.61, 49.41, 4326) AS geom, timestamptz '2026-12-01 08:00Z' AS shift_start FROM generate_series(1, 3) AS id;
CREATE TABLE plans AS SELECT p.* FROM lastmile.plan('orders', 'vans', iterations => 10000, workers => 2) AS p WHERE false;
SELECT cron.schedule('plan tonight', '@reboot',
	$$ INSERT INTO plans SELECT p.* FROM lastmile.plan('orders', 'vans', iterations => 10000, workers => 2) AS p $$) \g /dev/null
SQL
as_server "$bin/pg_ctl" -w -D "$work/primary" -m fast stop >/dev/null
server_run primary

job_ran()
{
	local turn

	for turn in $(seq 150); do
		case $(on primary -c 'SELECT status FROM cron.job_run_details') in
			succeeded) return 0 ;;
			failed) break ;;
		esac
		sleep 0.1
	done
	on primary -c 'SELECT status, return_message FROM cron.job_run_details'
	return 1
}

echo "1..4"
check "the job succeeds" job_ran
check "it had a worker" same 1 grep -c 'starting background worker process "parallel worker' "$work/primary.log"
check "it stored the whole plan" same 200 on primary -c "SELECT count(DISTINCT order_id) FROM plans WHERE kind = 'delivery'"
check "its rows are those of a call" same 0 on primary -c "SELECT count(*) FROM (SELECT p::text FROM plans AS p
	EXCEPT ALL SELECT p::text FROM lastmile.plan('orders', 'vans', iterations => 10000, workers => 2) AS p) AS others"
