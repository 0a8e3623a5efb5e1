#!/usr/bin/env bash
#
# network.sh - a road network that others change while it is used, that is dumped and restored, damaged, read on
# a hot standby, and used a thousand times
#
# Prints TAP. What is in progress is held by a query of its own: reading points takes an advisory lock.

. "$(dirname "$0")/server.bash"

server_new primary "shared_buffers = '128MB'"
on primary -c 'CREATE EXTENSION dblink' -f - <<'SQL'
-- A town of 20 x 20 crossings, 100 m apart, 10 to 19 s a street, some one-way.
CREATE TABLE roads AS
SELECT row_number() OVER (ORDER BY a.id, b.id) AS id, a.id AS source, b.id AS target, 10 + (a.id * 7 + b.id * 3) % 10 AS cost,
	CASE WHEN (a.id + b.id) % 9 = 0 THEN -1 ELSE 10 + (a.id * 3 + b.id) % 10 END AS reverse_cost, ST_MakeLine(a.geom, b.geom) AS geom,
	CASE a.id % 5 WHEN 0 THEN 'main' ELSE 'side' END AS class
FROM (SELECT id, ST_Point(id % 20 * 100, id / 20 * 100) AS geom FROM generate_series(0, 399) AS id) AS a
JOIN (SELECT id, ST_Point(id % 20 * 100, id / 20 * 100) AS geom FROM generate_series(0, 399) AS id) AS b
	ON b.id = a.id + 20 OR (b.id = a.id + 1 AND b.id % 20 > 0);
CREATE TABLE stops AS SELECT id, ST_Point(id % 20 * 100 + 30, id / 20 * 100 + 5) AS geom FROM generate_series(0, 379, 19) AS id;
CREATE TABLE turns AS SELECT ARRAY[a.id, b.id] AS path, id % 3 * 5 - 5 AS cost FROM roads AS a JOIN roads AS b USING (id) WHERE id % 7 = 0;
CREATE TABLE speeds AS SELECT 'main' AS class, 50 AS kmh, NULL AS profile UNION ALL SELECT 'side', 15, 'bike';
SELECT count(*) FROM lastmile.create_network('town', 'roads', 'turns', 'speeds') \g /dev/null
CREATE FUNCTION answer(network text) RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT md5(string_agg(m::text, ' ' ORDER BY from_id, to_id)) FROM lastmile.matrix('stops', network) AS m $$;
-- The same while another session holds lock 1.
CREATE FUNCTION slow_answer() RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT md5(string_agg(m::text, ' ' ORDER BY from_id, to_id)) FROM lastmile.matrix('SELECT * FROM stops WHERE (SELECT pg_advisory_lock_shared(1)) IS NOT NULL', 'town') AS m $$;
SQL

# in_progress <what the other session does>: a matrix begins, the other session acts, the matrix ends
in_progress()
{
	local before

	before=$(on primary -c "SELECT answer('town')")
	{
		echo 'SELECT pg_advisory_lock(1) \g /dev/null'
		echo "\\! (PGHOST=$work/on_primary psql -XqAt -c 'SELECT slow_answer()' >$work/answer 2>&1; echo >>$work/answer) &"
		echo "SELECT NULL FROM pg_sleep(0.05) \\g /dev/null"
		# until it waits, with the network open
		echo "DO \$\$ BEGIN FOR i IN 1 .. 400 LOOP EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted); PERFORM pg_sleep(0.02); END LOOP; END \$\$;"
		echo "$1 \\g /dev/null"
		echo 'SELECT pg_advisory_unlock(1) \g /dev/null'
	} | on primary -f - || return 1
	for turn in $(seq 200); do
		[ "$(wc -l <"$work/answer")" -lt 2 ] || break
		sleep 0.05
	done
	same "$before" head -n 1 "$work/answer"
}

refreshed_meanwhile()
{
	in_progress "BEGIN; UPDATE roads SET cost = cost * 2; SELECT count(*) FROM lastmile.refresh_network('town'); COMMIT; SELECT 1"
}

changed_meanwhile()
{
	in_progress "SELECT count(*) FROM lastmile.refresh_network('town', changes => 'SELECT id, 5000 AS cost, 5000 AS reverse_cost FROM roads')"
}

seen_next()
{
	local other

	on primary -c "SELECT count(*) FROM lastmile.create_network('other', 'roads', 'turns', 'speeds')" >/dev/null || return 1
	other=$(on primary -c "SELECT answer('other')")
	on primary -c "SELECT lastmile.drop_network('other')" >/dev/null
	same "$other" on primary -c "SELECT answer('town')"
}

# A session that has the network sees each change of another one.
session_follows()
{
	on primary -f - <<-'SQL'
		SELECT count(*) FROM lastmile.refresh_network('town') \g /dev/null
		SELECT answer('town') AS first \gset
		SELECT dblink_connect('other', format('host=%s port=%s dbname=%s user=%s', current_setting('unix_socket_directories'), current_setting('port'), current_database(), current_user)) \g /dev/null
		SELECT * FROM dblink('other', $$ SELECT count(*) FROM lastmile.refresh_network('town', changes => 'SELECT id, 99 AS cost FROM roads WHERE id = 5') $$) AS t(n bigint) \g /dev/null
		SELECT answer('town') <> :'first';
		SELECT * FROM dblink('other', $$ SELECT count(*) FROM lastmile.refresh_network('town') $$) AS t(n bigint) \g /dev/null
		SELECT answer('town') = :'first';
		BEGIN ISOLATION LEVEL REPEATABLE READ;
		SELECT answer('town') = :'first';
		SELECT * FROM dblink('other', $$ SELECT count(*) FROM lastmile.refresh_network('town', changes => 'SELECT id, 99 AS cost FROM roads WHERE id = 5') $$) AS t(n bigint) \g /dev/null
		SELECT answer('town') = :'first';
		COMMIT;
		SELECT answer('town') <> :'first';
		SELECT * FROM dblink('other', $$ SELECT count(*) FROM lastmile.refresh_network('town') $$) AS t(n bigint) \g /dev/null
	SQL
}

# Four sessions, each ten refreshes of one network: every one waits its turn, none gives up.
refreshes_in_turn()
{
	local jobs= job session

	for session in 1 2 3 4; do
		on primary -c "DO \$\$ BEGIN FOR i IN 1 .. 10 LOOP PERFORM lastmile.refresh_network('town'$([ $((session % 2)) = 0 ] || echo ", changes => 'SELECT id, i + $session AS cost FROM roads, generate_series(1, 1) AS i WHERE id = 9'")); COMMIT; END LOOP; END \$\$" 2>"$work/session.$session" &
		jobs="$jobs $!"
	done
	for job in $jobs; do
		wait "$job" || { cat "$work"/session.?; return 1; }
	done
	on primary -c "SELECT count(*) FROM lastmile.refresh_network('town')" >/dev/null
	# no piece is left that no network has
	same 0 on primary -c "SELECT count(*) FROM lastmile.network_part WHERE piece NOT IN (SELECT unnest(ARRAY[roads, hierarchy]) FROM lastmile.network_store
		UNION ALL SELECT metric FROM lastmile.network_metric)"
}

# A refresh that waited builds on what it waited for: the edges and the pieces of then.
waited_for()
{
	on primary -f - <<-SQL || return 1
		BEGIN;
		UPDATE roads SET cost = cost + 1;
		SELECT count(*) FROM lastmile.refresh_network('town') \\g /dev/null
		\\! (PGHOST=$work/on_primary psql -XqAt -c "SELECT count(*) FROM lastmile.refresh_network('town')" >$work/waiting 2>&1; echo done >>$work/waiting) &
		DO \$\$ BEGIN FOR i IN 1 .. 400 LOOP EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE NOT granted); PERFORM pg_sleep(0.02); END LOOP; END \$\$;
		COMMIT;
	SQL
	for turn in $(seq 200); do
		! grep -q done "$work/waiting" || break
		sleep 0.05
	done
	seen_next
}

serializable_gives_up()
{
	on primary -f - 2>"$work/errors" <<-'SQL'
		\set ON_ERROR_STOP off
		\set VERBOSITY sqlstate
		BEGIN ISOLATION LEVEL REPEATABLE READ;
		SELECT count(*) FROM stops \g /dev/null
		SELECT dblink_exec(format('host=%s port=%s dbname=%s user=%s', current_setting('unix_socket_directories'), current_setting('port'), current_database(), current_user),
			$$ DO 'BEGIN PERFORM lastmile.refresh_network(''town''); END' $$) \g /dev/null
		SELECT * FROM lastmile.refresh_network('town');
		\echo :LAST_ERROR_SQLSTATE
	SQL
}

dropped_meanwhile()
{
	in_progress "SELECT lastmile.drop_network('town')" || return 1
	same 'ERROR:  42704' on primary -v VERBOSITY=sqlstate -c "SELECT answer('town')"
}

restored()
{
	local answers="SELECT answer('town'), (SELECT md5(string_agg(m::text, ' ' ORDER BY from_id, to_id)) FROM lastmile.matrix('stops', 'town', profile => 'bike') AS m), (SELECT p::text FROM lastmile.networks AS p)"
	local before

	on primary -c "SELECT count(*) FROM lastmile.refresh_network('town', changes => 'SELECT id, 77 AS cost FROM roads WHERE id < 20')" >/dev/null || return 1
	before=$(on primary -c "$answers")
	on primary -c 'CREATE DATABASE copy' || return 1
	PGHOST=$work/on_primary "$bin/pg_dump" -d postgres -f "$work/dump.sql" || return 1
	PGDATABASE=copy on primary -f "$work/dump.sql" >/dev/null || return 1
	same "$before" env PGDATABASE=copy bash -c 'exec psql -XqAt -h "$0" -c "$1"' "$work/on_primary" "$answers" || return 1
	PGDATABASE=copy on primary -c "SELECT count(*) FROM lastmile.refresh_network('town')" >/dev/null
}

# Bytes of every piece in turn are changed, under another name, so that a backend that has it reads it again; all is
# rolled back each time. A changed, missing or added byte is found by a checksum: XX001.
damaged()
{
	on primary -f - <<-'SQL'
		CREATE FUNCTION break_at(n int) RETURNS text LANGUAGE plpgsql AS $$
		DECLARE
			old uuid;
			other uuid := gen_random_uuid();
			length int;
			at int;
			said text;
		BEGIN
			SELECT piece, octet_length(bytes) INTO old, length FROM lastmile.network_part ORDER BY piece OFFSET n % 6 LIMIT 1;
			-- every other one in the head
			at := CASE WHEN n % 2 = 0 THEN n * 7 % least(length, 96) ELSE n::bigint * 7919 % length END;
			INSERT INTO lastmile.network_part SELECT other, part_no, CASE WHEN n % 17 = 0 THEN substr(bytes, 1, at) WHEN n % 19 = 0 THEN bytes || '\x00'
				ELSE set_byte(bytes, at, get_byte(bytes, at) # (1 << n % 8)) END FROM lastmile.network_part WHERE piece = old;
			UPDATE lastmile.network_store SET roads = CASE roads WHEN old THEN other ELSE roads END, hierarchy = CASE hierarchy WHEN old THEN other ELSE hierarchy END;
			UPDATE lastmile.network_metric SET metric = CASE metric WHEN old THEN other ELSE metric END, changes = CASE changes WHEN old THEN other ELSE changes END;
			BEGIN
				PERFORM count(*) FROM lastmile.matrix('stops', 'town');
				PERFORM count(*) FROM lastmile.matrix('stops', 'town', profile => 'bike');
				said := format('byte %s of %s passed', at, length);
			EXCEPTION WHEN data_corrupted THEN
				said := 'found';
			END;
			RAISE 'back' USING ERRCODE = 'LM001', DETAIL = said;
		EXCEPTION WHEN SQLSTATE 'LM001' THEN
			GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL;
			RETURN said;
		END $$;
		SELECT count(*) FROM lastmile.refresh_network('town', changes => 'SELECT id, 66 AS cost FROM roads WHERE id < 50') \g /dev/null
		SELECT count(DISTINCT piece) = 6 AND count(*) = 6 FROM lastmile.network_part;
		SELECT break_at(n) || ' ' || count(*) FROM generate_series(1, 600) AS n GROUP BY break_at(n) ORDER BY 1;
	SQL
}

# What is damaged is made anew by a refresh.
repaired()
{
	local before

	before=$(on primary -c "SELECT count(*) FROM lastmile.refresh_network('town')" -c "SELECT answer('town')" | tail -n 1)
	on primary -c "UPDATE lastmile.network_part SET bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1)" || return 1
	same 'ERROR:  XX001' on primary -v VERBOSITY=sqlstate -c "SELECT answer('town')" || return 1
	on primary -c "SELECT count(*) FROM lastmile.refresh_network('town')" >/dev/null || return 1
	same "$before" on primary -c "SELECT answer('town')"
}

# The script of another build made the tables: an error for whoever calls, whatever is missing.
tables_of_another_build()
{
	local table column call

	while read -r table column
	do
		for call in "drop_network('town')" "refresh_network('town')" "matrix('stops', 'town')"
		do
			same 'ERROR:  55000' on primary -v VERBOSITY=sqlstate -c "
				BEGIN; ALTER EXTENSION lastmile DROP VIEW lastmile.networks; DROP VIEW lastmile.networks;
				ALTER TABLE lastmile.$table DROP COLUMN $column CASCADE; SELECT count(*) FROM lastmile.$call" || return 1
		done
	done <<-'COLUMNS'
		network_store speeds_query
		network_store hierarchy
		network_metric changes
		network_part bytes
	COLUMNS
}

# A query that refreshes or drops the network it is read for is refused: what the outer call knows would be gone.
refreshes_itself()
{
	same 'ERROR:  55006' on primary -v VERBOSITY=sqlstate -c "SELECT count(*) FROM lastmile.refresh_network('town', 'SELECT *, (SELECT lastmile.drop_network(''town'')) FROM roads')" || return 1
	same 'ERROR:  55006' on primary -v VERBOSITY=sqlstate -c "SELECT count(*) FROM lastmile.refresh_network('town',
		changes => 'SELECT 5 AS id, 20 AS cost FROM lastmile.refresh_network(''town'') LIMIT 1')" || return 1
	same t on primary -c "SELECT count(*) > 0 FROM lastmile.refresh_network('town')"
}

# A thousand rounds in one backend: questions, refreshes, changes, errors, cancels.
nothing_grows()
{
	local contexts bytes kb more_contexts more_bytes more_kb held="SELECT count(*), sum(total_bytes), substring(pg_read_file('/proc/self/status') FROM 'RssAnon:\s+(\d+) kB') FROM pg_backend_memory_contexts;"

	on primary -F ' ' -f - >"$work/held" <<-SQL || { cat "$work/held"; return 1; }
		CREATE PROCEDURE round(n int) LANGUAGE plpgsql AS \$\$
		BEGIN
			PERFORM count(*) FROM lastmile.matrix('stops', 'town');
			PERFORM count(*) FROM lastmile.matrix('stops', 'town', profile => 'bike');
			PERFORM * FROM lastmile.path('town', 'POINT(10 10)', 'POINT(1900 1900)');
			BEGIN PERFORM * FROM lastmile.matrix('SELECT 1 / 0 AS id, geom FROM stops', 'town'); EXCEPTION WHEN division_by_zero THEN END;
			BEGIN PERFORM * FROM lastmile.path('town', 'POINT(10 10)', 'POINT(1900 1900)', profile => 'boat'); EXCEPTION WHEN invalid_parameter_value THEN END;
			IF n % 10 = 0 THEN
				PERFORM lastmile.refresh_network('town');
				PERFORM lastmile.create_network('short', 'roads');
				PERFORM count(*) FROM lastmile.matrix('stops', 'short');
				PERFORM lastmile.drop_network('short');
			ELSIF n % 10 = 5 THEN
				PERFORM lastmile.refresh_network('town', changes => 'SELECT 5 AS id, 20 AS cost');
			END IF;
			IF n % 20 = 0 THEN
				BEGIN PERFORM lastmile.refresh_network('town', 'SELECT *, pg_cancel_backend(pg_backend_pid()) FROM roads'); EXCEPTION WHEN query_canceled THEN END;
				BEGIN PERFORM lastmile.refresh_network('town', speeds => 'SELECT ''main'' AS class, 1 / 0 AS kmh'); EXCEPTION WHEN division_by_zero THEN END;
				BEGIN PERFORM lastmile.create_network('town', 'roads'); EXCEPTION WHEN duplicate_object THEN END;
			END IF;
		END \$\$;
		SELECT format('CALL round(%s)', n) FROM generate_series(1, 100) AS n \\gexec
		$held
		SELECT format('CALL round(%s)', n) FROM generate_series(101, 1100) AS n \\gexec
		$held
	SQL
	{ read -r contexts bytes kb; read -r more_contexts more_bytes more_kb; } <"$work/held"
	told="$((more_contexts - contexts)) contexts, $((more_bytes - bytes)) bytes in contexts, $((more_kb - kb)) kB of memory more"
	echo "$told"
	[ $((more_contexts - contexts)) -le 4 ] && [ $((more_bytes - bytes)) -le 262144 ] && [ $((more_kb - kb)) -le 4096 ]
}

# A call that loads 30 profiles leaves eight loaded, as others do.
eight_kept()
{
	on primary -f - <<-'SQL'
		SELECT count(*) FROM lastmile.create_network('many', 'roads', speeds => 'SELECT ''main'' AS class, 20 + i AS kmh, ''p'' || i AS profile FROM generate_series(1, 30) AS i') \g /dev/null
		SET lastmile.time_limit = '50ms';
		SELECT count(*) FROM lastmile.plan('SELECT id, geom FROM stops LIMIT 2', network => 'many',
			vehicles => 'SELECT i AS id, geom AS start_geom, ''p'' || i AS profile FROM generate_series(1, 30) AS i, stops WHERE stops.id = 0') \g /dev/null
		SELECT count(*) FROM pg_backend_memory_contexts WHERE name = 'lastmile metric';
		SELECT lastmile.drop_network('many') \g /dev/null
	SQL
}

# With 2 MB there is no room for the roads and the hierarchy: refused, by those who make and those who load.
refused()
{
	on primary -f - 2>"$work/errors" <<-'SQL'
		SET lastmile.max_memory = '1MB';
		\set ON_ERROR_STOP off
		\set VERBOSITY sqlstate
		SELECT count(*) FROM lastmile.create_network('large', 'SELECT 1000 * n + id AS id, 1000 * n + source AS source, 1000 * n + target AS target, cost, geom FROM roads, generate_series(0, 40) AS n');
		\echo :LAST_ERROR_SQLSTATE
		SELECT answer('town');
		\echo :LAST_ERROR_SQLSTATE
		RESET lastmile.max_memory;
		SELECT answer('town') IS NOT NULL;
	SQL
}

standby_travels()
{
	same "$(on primary -c "SELECT answer('town')")" on standby -c "SELECT answer('town')" || return 1
	same 'ERROR:  25006' on standby -v VERBOSITY=sqlstate -c "SELECT count(*) FROM lastmile.create_network('x', 'roads')" || return 1
	same 'ERROR:  25006' on standby -v VERBOSITY=sqlstate -c "SELECT count(*) FROM lastmile.refresh_network('town')"
}

told=
echo 1..17
check 'a matrix in progress ends on the network it began with: refreshed' refreshed_meanwhile
check 'the next call sees the refresh' seen_next
check 'changed' changed_meanwhile
check 'a session follows what another one does, a REPEATABLE READ transaction at its end' same $'t\nt\nt\nt\nt' session_follows
check 'concurrent refreshes take turns' refreshes_in_turn
check 'a refresh that waited builds on what it waited for' waited_for
check 'a REPEATABLE READ transaction does not refresh what was refreshed meanwhile' same 40001 serializable_gives_up
check 'dumped and restored it answers the same' restored
check 'changed bytes are found, 600 times' same $'t\nfound 600' damaged
check 'a refresh repairs them' repaired
check 'tables of another build are an error' tables_of_another_build
check 'a query does not refresh or drop its own network' refreshes_itself
check 'refused before the memory is taken' same $'53200\n53200\nt' refused
check 'a call of 30 profiles leaves eight loaded' same 8 eight_kept
check 'nothing grows over 1,000 rounds' nothing_grows
echo "# $told"
server_standby standby primary
standby_wait standby primary
check 'a hot standby travels, and creates nothing' standby_travels
check 'dropped during a matrix: it ends, the next does not begin' dropped_meanwhile
