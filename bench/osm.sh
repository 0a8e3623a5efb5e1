# osm.sh - how an extract of OpenStreetMap comes into the database; sourced by the benches, not run.
#
# Uses LASTMILE_DATA, the folder that holds osm/, and the folder $work, which is the caller's to delete.
# needs_osm dies at the start when a tool is missing, not after minutes.

needs_osm()
{
	local tool

	: "${LASTMILE_DATA:?set it to the folder that holds osm/}"
	for tool in "$@"; do
		command -v "$tool" >/dev/null || die "needs $tool (apt-get install ${tool/%osmium/osmium-tool})"
	done
}

# Roads of an extract as osm2pgrouting makes them: the tables ways, configuration ... of a schema that is there.
import_roads()
{
	local file=$LASTMILE_DATA/osm/$1 schema=$2 database user host port

	# it takes the server from its arguments and the password from the environment
	IFS='|' read -r database user host port < <(psql -qAtX -v ON_ERROR_STOP=1 -c "SELECT current_database(), session_user,
		split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port')")
	osmium cat --no-progress -O -o "$work/$schema.osm" "$file"
	osm2pgrouting --file "$work/$schema.osm" --clean --schema "$schema" \
		--conf "${OSM2PGROUTING_CONFIG:-/usr/share/osm2pgrouting/mapconfig_for_cars.xml}" \
		--dbname "$database" --username "$user" --host "${PGHOST:-$host}" --port "$port" ${PGPASSWORD:+--password "$PGPASSWORD"} \
		>"$work/osm2pgrouting.log" 2>&1 || die "osm2pgrouting: $(tail -n 3 "$work/osm2pgrouting.log")"
	rm "$work/$schema.osm"
}

# The nodes with addr:housenumber of heidelberg, in the table nodes of the new schema lastmile_addresses.
import_addresses()
{
	osmium tags-filter --no-progress -o "$work/addresses.osm.pbf" "$LASTMILE_DATA/osm/heidelberg.osm.pbf" n/addr:housenumber
	osmium export --no-progress -f pg -a id --geometry-types=point -o "$work/addresses.pg" "$work/addresses.osm.pbf"
	psql -qX -v ON_ERROR_STOP=1 <<-'SQL'
		SET client_min_messages = warning;
		CREATE EXTENSION IF NOT EXISTS lastmile CASCADE;
		DROP SCHEMA IF EXISTS lastmile_addresses CASCADE;
		CREATE SCHEMA lastmile_addresses;
		CREATE TABLE lastmile_addresses.nodes (geom geometry(Point, 4326), id bigint PRIMARY KEY, tags jsonb);
	SQL
	psql -qX -v ON_ERROR_STOP=1 -c '\copy lastmile_addresses.nodes FROM pstdin' <"$work/addresses.pg"
}

# Their roads, as the network heidelberg_addresses.
import_addresses_roads()
{
	say "roads"
	psql -qX -v ON_ERROR_STOP=1 -c 'SET client_min_messages = warning' -c 'CREATE EXTENSION IF NOT EXISTS pgrouting'
	import_roads heidelberg.osm.pbf lastmile_addresses
	psql -qX -v ON_ERROR_STOP=1 -P footer=off -f bench/addresses_roads.sql
}

# Residential streets of all extracts, in the table streets of large.sql.
import_streets()
{
	local extract

	for extract in heidelberg.osm.pbf monaco.osm.gz north-bayreuth.osm.gz; do
		osmium tags-filter --no-progress -O -o "$work/streets.osm.pbf" "$LASTMILE_DATA/osm/$extract" \
			w/highway=residential,living_street
		osmium export --no-progress -O -f pg -a id --geometry-types=linestring -o "$work/streets.pg" "$work/streets.osm.pbf"
		psql -qAtX -v ON_ERROR_STOP=1 -c '\copy lastmile_large.raw FROM pstdin' \
			-c "SELECT lastmile_large.take('${extract%%.*}')" -c 'TRUNCATE lastmile_large.raw' <"$work/streets.pg" >/dev/null
	done
}
