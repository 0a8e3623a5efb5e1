# lib.sh - what setup, demo and test share; sourced, not run.
#
# pg_version	the PostgreSQL that is used: of PG_CONFIG if set, else the newest installed, else the
#				one this distribution would install
# pg_config		its pg_config, for make

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Messages, sorting and number formats are the same for everybody.
export LC_ALL=C.UTF-8

say()
{
	printf '\n== %s\n' "$*"
}

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "needs root for: $*"
	fi
}

installed()
{
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Versions of clang-format differ in what they find well formatted; this tree keeps to 14.
find_clang_format()
{
	for clang_format in clang-format-14 clang-format; do
		case $("$clang_format" --version 2>/dev/null) in *" 14."*) return 0 ;; esac
	done
	return 1
}

# libFuzzer comes with clang, but not in the same package.
find_fuzz_clang()
{
	local program

	program=$(mktemp)
	for fuzz_clang in clang-14 clang; do
		if echo 'int LLVMFuzzerTestOneInput(const char *data, unsigned long size) { return data == 0 && size > 0; }' |
			"$fuzz_clang" -x c -fsanitize=fuzzer,address,undefined - -o "$program" 2>/dev/null; then
			rm -f "$program"
			return 0
		fi
	done
	rm -f "$program"
	return 1
}

distribution_version()
{
	apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]\+\)$/\1/p' | head -n 1
}

find_postgresql()
{
	local newest

	newest=$(ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null | sort -V | tail -n 1 | cut -d / -f 5)
	if [ -n "${PG_CONFIG:-}" ]; then
		pg_version=$("$PG_CONFIG" --version | sed 's/^PostgreSQL \([0-9]*\).*/\1/')
	else
		pg_version=${newest:-$(distribution_version)}
	fi
	pg_config=${PG_CONFIG:-/usr/lib/postgresql/$pg_version/bin/pg_config}
}

build()
{
	[ -w . ] || die "$PWD is not writable by $(id -un): clone it to a place of your own"
	make -s -j "$(nproc)" PG_CONFIG="$pg_config" "$@"
}

same_files()
{
	local folder=$1 file

	shift
	for file in "$@"; do
		cmp -s "$file" "$folder/$file" || return 1
	done
}

# The build is complete before, so root only copies and leaves nothing of its own in the checkout.
install_extension()
{
	local library script

	library=$("$pg_config" --pkglibdir)
	script=$("$pg_config" --sharedir)/extension
	if cmp -s lastmile.so "$library/lastmile.so" && same_files "$script" lastmile.control lastmile--*.sql; then
		echo "this build is installed already"
	elif [ -w "$library" ] && [ -w "$script" ]; then
		make -s PG_CONFIG="$pg_config" install
	else
		as_root make -s PG_CONFIG="$pg_config" install
	fi
}

# Runs a command with PGHOST, PGPORT, PGUSER ... of a new cluster that is gone afterwards. Run by
# root, the server belongs to the user postgres and reads nothing of the checkout.
with_cluster()
{
	env -u PGPORT -u PGSERVICE -u PGOPTIONS -u PGTZ pg_virtualenv -t -v "$pg_version" -c '--locale=C.UTF-8 --encoding=UTF8' "$@"
}
