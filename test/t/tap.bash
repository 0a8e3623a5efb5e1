# tap.bash - a line of TAP for each command that is checked; sourced, not run. Needs a folder $work.

number=0
# check <description> <command ...>; in todo= why it may still fail
check()
{
	local what=$1${todo:+ # TODO $todo}

	shift
	number=$((number + 1))
	if "$@" >"$work/output" 2>&1; then
		echo "ok $number - $what"
	else
		echo "not ok $number - $what"
		head -n 8 "$work/output" | cut -c 1-200 | sed 's/^/# /'
	fi
}
