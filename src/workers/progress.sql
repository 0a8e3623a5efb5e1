-- lastmile.progress: searches under way, one row each; those of other roles for members of these or of pg_read_all_stats.
CREATE OR REPLACE FUNCTION lastmile._progress()
RETURNS TABLE (
	pid int,
	phase text,
	orders int,
	iterations bigint,
	best_cost float8,
	unassigned int,
	elapsed interval,
	time_limit interval)
LANGUAGE c VOLATILE PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'lastmile_progress';

COMMENT ON FUNCTION lastmile._progress() IS
	'Rows of the view lastmile.progress.';

CREATE OR REPLACE VIEW lastmile.progress AS SELECT * FROM lastmile._progress();

GRANT SELECT ON lastmile.progress TO PUBLIC;

COMMENT ON VIEW lastmile.progress IS
	'Searches under way: how far each is, the best plan so far, how long it may go on.';
