-- mutations.sql - breaks one rule, or falsifies one column, in a copy of a plan; lastmile.check must say so.
--
-- A mutation is tried only where the problem itself proves that the rule is broken, whatever times
-- the vehicle would choose: the conditions stand in the queries below. Needs runs.sql.

CREATE TABLE property.mutants (
	mutant		int,
	position	float8,				-- sorts the rows of a vehicle; stop_no follows from it
	LIKE property.rows
);
CREATE INDEX ON property.mutants (mutant);
CREATE SEQUENCE property.mutant_no;

CREATE TABLE property.mutations (
	rule		text,
	seed		bigint,
	expected	text,				-- as in property.rules
	found		text[],				-- the violations
	caught		bool
);

-- The orders a plan serves, with the first and the last instant at which service may start.
CREATE VIEW property.served AS
	SELECT o.*, r.vehicle_id, r.stop_no, coalesce(w.opens, '-infinity') AS opens,
		   coalesce(w.closes, 'infinity') AS closes
	FROM property.orders o
	JOIN property.rows r ON r.seed = o.seed AND r.order_id = o.id AND r.vehicle_id IS NOT NULL,
	LATERAL (
		SELECT min(lower(part)) FILTER (WHERE NOT lower_inf(part)) AS opens,
			   max(upper(part)) FILTER (WHERE NOT upper_inf(part)) AS closes,
			   bool_or(lower_inf(part)) AS always_before, bool_or(upper_inf(part)) AS always_after
		FROM (
			SELECT tstzrange(lower(r), upper(r), '[]') * CASE WHEN o.window_start > o.window_end THEN 'empty'
					   ELSE tstzrange(o.window_start, o.window_end, '[]') END AS part
			FROM unnest(coalesce(o.windows, tstzmultirange(tstzrange(NULL, NULL)))) AS r
		) AS parts
		WHERE NOT isempty(part)
	) AS bounds,
	LATERAL (
		SELECT CASE WHEN NOT always_before THEN bounds.opens END AS opens,
			   CASE WHEN NOT always_after THEN
				   CASE WHEN o.late_cost IS NULL THEN bounds.closes ELSE o.latest END END AS closes
	) AS w;

-- property.move: an order to a vehicle, behind a position of it.
CREATE FUNCTION property.move(m int, the_order text, to_vehicle text, behind float8) RETURNS void
LANGUAGE sql AS $$
	UPDATE property.mutants
	SET vehicle_id = to_vehicle, position = behind + 0.5
	WHERE mutant = m AND order_id = the_order;
$$;

-- property.move_all: every served order to one vehicle, by id.
CREATE FUNCTION property.move_all(m int, to_vehicle text) RETURNS void
LANGUAGE sql AS $$
	UPDATE property.mutants t
	SET vehicle_id = to_vehicle, position = n.no
	FROM (SELECT order_id, row_number() OVER (ORDER BY order_id) AS no
		  FROM property.mutants WHERE mutant = m AND vehicle_id IS NOT NULL AND order_id IS NOT NULL) AS n
	WHERE t.mutant = m AND t.order_id = n.order_id;
$$;

-- property.falsify: changes one column of one row by a little more than check's tolerance. Rows and
-- directions vary with the seed; false: the plan shows no such column.
CREATE FUNCTION property.falsify(m int, this bigint, name text) RETURNS bool
LANGUAGE plpgsql AS $$
DECLARE
	kinds	text := CASE name WHEN 'skip cost' THEN 'kind = ''unassigned''' ELSE 'vehicle_id IS NOT NULL' END;
	col		text := CASE name WHEN 'skip cost' THEN 'cost' ELSE name END;
	value	text;
	sign	int := CASE WHEN this % 2 = 0 THEN 1 ELSE -1 END;
	done	int;
BEGIN
	value := CASE
		WHEN col ~ '_at$|_time$' THEN format('%I + %s * interval ''2 ms''', col, sign)
		WHEN col = 'distance_m' THEN format('%I + %s * 0.002', col, sign)
		WHEN col = 'load' THEN format('load[:%1$s - 1] || (load[%1$s] + %2$s * 0.002) || load[%1$s + 1:]',
									  '(1 + ' || this || ' %% cardinality(load))', sign)
		WHEN col = 'kind' THEN 'CASE kind WHEN ''delivery'' THEN ''pickup'' ELSE ''delivery'' END'
		ELSE format('%I + %s * (0.0001 + abs(%1$I) * 0.0001)', col, sign)
	END;
	EXECUTE format('UPDATE property.mutants SET %I = %s WHERE mutant = %s AND no = (
			SELECT no FROM property.mutants WHERE mutant = %3$s AND %4$s AND %5$s
			ORDER BY md5(no::text || %6$L) LIMIT 1)',
		col, replace(value, '%%', '%'), m, kinds,
		CASE col WHEN 'load' THEN 'cardinality(load) > 0' WHEN 'kind' THEN 'order_id IS NOT NULL'
			ELSE quote_ident(col) || ' IS NOT NULL' END,
		this || name);
	GET DIAGNOSTICS done = ROW_COUNT;
	RETURN done = 1;
END
$$;

-- property.length_of_all: millimetres of a vehicle's route through all served orders, by id, up to the
-- last of them; NULL where some leg is missing.
CREATE FUNCTION property.length_of_all(this bigint, vehicle_no int) RETURNS bigint
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN bool_and(leg.seconds IS NOT NULL) THEN sum(round(leg.meters * 1000))::bigint END
	FROM property.problems p
	JOIN property.vehicles v ON v.seed = this AND v.no = vehicle_no,
	LATERAL (SELECT place, lag(place, 1, v.start_place) OVER (ORDER BY id) AS here
			 FROM property.served s WHERE s.seed = this) AS route,
	LATERAL property.leg(p, coalesce(array_position(p.profiles, v.profile), 1), here, place) AS leg
	WHERE p.seed = this;
$$;

-- The rules. `statement` breaks one in mutant $2, a copy of the plan of problem $1; where it returns
-- or changes no row, the rule cannot be broken there for certain, and nothing is tried.
--   expected	what a violation must begin with; NULL: any; 'nothing': there must be none (a copy that
--				keeps all rules, so that the others show the effect of their statement alone)
--   shown		the columns that check sees: all; kind (sequence and kinds, breaks included); order
--				(the sequence of orders alone)
CREATE TABLE property.rules (
	rule		text PRIMARY KEY,
	expected	text,
	shown		text,
	statement	text
);

INSERT INTO property.rules VALUES
('nothing, all shown', 'nothing', 'all', 'SELECT'),
('nothing, kinds shown', 'nothing', 'kind', 'SELECT'),
('nothing, orders shown', 'nothing', 'order', 'SELECT'),
-- All deliveries on one vehicle: its load at the start is their sum.
('capacity', 'capacity:', 'order', $$
	SELECT property.move_all($2, v.id)
	FROM property.vehicles v
	WHERE v.seed = $1 AND EXISTS (
		SELECT FROM generate_series(1, cardinality(v.capacity)) AS d
		WHERE v.capacity[d] < (SELECT sum(s.demand[d]) FROM property.served s
							   WHERE s.seed = $1 AND coalesce(s.kind, 'delivery') = 'delivery'))
	ORDER BY v.no LIMIT 1 $$),
('skill', 'skill:', 'order', $$
	SELECT property.move($2, s.id, v.id, 1)
	FROM property.served s
	JOIN property.vehicles v ON v.seed = $1 AND NOT s.skills <@ v.skills
	WHERE s.seed = $1
	ORDER BY s.no, v.no LIMIT 1 $$),
('allowed_vehicles', 'vehicle_refused:', 'order', $$
	SELECT property.move($2, s.id, v.id, 1)
	FROM property.served s
	JOIN property.vehicles v ON v.seed = $1 AND v.id <> ALL (s.allowed_vehicles)
	WHERE s.seed = $1
	ORDER BY s.no, v.no LIMIT 1 $$),
('refused_vehicles', 'vehicle_refused:', 'order', $$
	SELECT property.move($2, s.id, v.id, 1)
	FROM property.served s
	JOIN property.vehicles v ON v.seed = $1 AND v.id = ANY (s.refused_vehicles)
	WHERE s.seed = $1
	ORDER BY s.no, v.no LIMIT 1 $$),
-- Behind an order that opens after this one's last window has closed.
('window', 'window:', 'order', $$
	SELECT property.move($2, late.id, early.vehicle_id, early.stop_no)
	FROM property.served early
	JOIN property.served late ON late.seed = $1 AND late.closes < early.opens
	WHERE early.seed = $1
	ORDER BY early.no, late.no LIMIT 1 $$),
-- An order that opens when the shift and its overtime are over.
('shift ends', 'shift:', 'order', $$
	SELECT property.move($2, s.id, v.id, 1000)
	FROM property.served s
	JOIN property.vehicles v ON v.seed = $1 AND v.shift_end + coalesce(v.overtime, '0') < s.opens
	WHERE s.seed = $1
	ORDER BY s.no, v.no LIMIT 1 $$),
('shift begins', 'shift:', 'all', $$
	UPDATE property.mutants t
	SET departs_at = v.shift_start - interval '1 minute'
	FROM property.vehicles v
	WHERE t.mutant = $2 AND t.kind = 'start'
		AND v.seed = $1 AND v.id = t.vehicle_id AND v.shift_start IS NOT NULL $$),
('release', 'release:', 'all', $$
	UPDATE property.mutants t
	SET departs_at = s.release_at - interval '1 minute'
	FROM property.served s
	WHERE t.mutant = $2 AND t.kind = 'start' AND s.seed = $1 AND s.vehicle_id = t.vehicle_id
		AND coalesce(s.kind, 'delivery') = 'delivery' AND s.release_at IS NOT NULL $$),
-- The vehicle serves an order that closes before its only break does, and one that opens after: it
-- departs before and ends after, so the break is required.
('break dropped', 'break:', 'kind', $$
	DELETE FROM property.mutants t
	USING property.vehicles v, property.served before, property.served after
	WHERE t.mutant = $2 AND t.kind = 'break'
		AND v.seed = $1 AND v.id = t.vehicle_id AND cardinality(v.break_window) = 1
		AND before.seed = $1 AND before.vehicle_id = v.id AND before.closes < upper(v.break_window[1])
		AND after.seed = $1 AND after.vehicle_id = v.id AND after.opens > upper(v.break_window[1]) $$),
('break too late', 'break:', 'kind', $$
	UPDATE property.mutants t
	SET position = after.stop_no + 0.5
	FROM property.vehicles v, property.served before, property.served after
	WHERE t.mutant = $2 AND t.kind = 'break'
		AND v.seed = $1 AND v.id = t.vehicle_id AND cardinality(v.break_window) = 1
		AND before.seed = $1 AND before.vehicle_id = v.id AND before.closes < upper(v.break_window[1])
		AND after.seed = $1 AND after.vehicle_id = v.id AND after.opens > upper(v.break_window[1]) $$),
('break dropped, times shown', NULL, 'all', $$
	DELETE FROM property.mutants
	WHERE mutant = $2 AND no = (SELECT min(no) FROM property.mutants WHERE mutant = $2 AND kind = 'break') $$),
('break too many', NULL, 'all', $$
	INSERT INTO property.mutants (seed, mutant, position, no, vehicle_id, trip_no, kind)
	SELECT $1, $2, 1.5, 1000, v.id, 1, 'break'
	FROM property.vehicles v
	WHERE v.seed = $1 AND v.break_window IS NULL AND EXISTS (
		SELECT FROM property.served s WHERE s.seed = $1 AND s.vehicle_id = v.id)
	ORDER BY v.no LIMIT 1 $$),
('max_stops', 'stops:', 'order', $$
	SELECT property.move_all($2, v.id)
	FROM property.vehicles v
	WHERE v.seed = $1 AND v.max_stops < (SELECT count(*) FROM property.served s WHERE s.seed = $1)
	ORDER BY v.no LIMIT 1 $$),
('max_distance_m', 'distance:', 'order', $$
	SELECT property.move_all($2, v.id)
	FROM property.vehicles v
	WHERE v.seed = $1 AND v.max_distance_m * 1000 + 100 < property.length_of_all($1, v.no)
	ORDER BY v.no LIMIT 1 $$),
-- The services of all orders alone take longer than the vehicle may work.
('max_time', 'time:', 'order', $$
	SELECT property.move_all($2, v.id)
	FROM property.vehicles v
	WHERE v.seed = $1 AND v.max_time < (SELECT sum(s.service_time) FROM property.served s WHERE s.seed = $1)
	ORDER BY v.no LIMIT 1 $$),
('missing pair', 'unreachable:', 'order', $$
	SELECT property.move($2, there.id, here.vehicle_id, here.stop_no)
	FROM property.problems p
	JOIN property.served here ON here.seed = $1
	JOIN property.vehicles v ON v.seed = $1 AND v.id = here.vehicle_id
	JOIN property.served there ON there.seed = $1 AND there.place <> here.place
	WHERE p.seed = $1 AND p.travel = 'matrix' AND NOT EXISTS (
		SELECT FROM property.legs l
		WHERE l.seed = $1 AND l.profile = coalesce(array_position(p.profiles, v.profile), 1)
			AND l.a = here.place AND l.b = there.place AND l.seconds IS NOT NULL)
	ORDER BY here.no, there.no LIMIT 1 $$),
('bad_row', 'bad_row:', 'order', $$
	SELECT property.move($2, o.id, v.id, 1)
	FROM property.orders o
	JOIN property.vehicles v ON v.seed = $1
	WHERE o.seed = $1 AND o.expected = 'bad_row'
	ORDER BY o.no, v.no LIMIT 1 $$),
('duplicate', 'duplicate:', 'order', $$
	INSERT INTO property.mutants (seed, mutant, position, no, vehicle_id, kind, order_id)
	SELECT $1, $2, 1000, 1000, v.id, s.kind, s.id
	FROM property.served s
	JOIN property.vehicles v ON v.seed = $1
	WHERE s.seed = $1
	ORDER BY md5($1::text || s.id || v.id) LIMIT 1 $$),
('missing', 'missing:', 'order', $$
	DELETE FROM property.mutants
	WHERE mutant = $2 AND order_id = (
		SELECT id FROM property.orders WHERE seed = $1 AND expected <> 'optional' ORDER BY md5($1::text || id) LIMIT 1) $$),
-- Of a vehicle that shows its end: orders alone would be a routes query as good as any.
('start dropped', 'mismatch:', 'all', $$
	DELETE FROM property.mutants
	WHERE mutant = $2 AND kind = 'start' AND vehicle_id = (
		SELECT min(vehicle_id) FROM property.mutants WHERE mutant = $2 AND kind = 'end') $$),
('end dropped', 'mismatch:', 'all', $$
	DELETE FROM property.mutants
	WHERE mutant = $2 AND no = (SELECT max(no) FROM property.mutants WHERE mutant = $2 AND kind = 'end') $$),
('end too many', 'mismatch:', 'all', $$
	INSERT INTO property.mutants (seed, mutant, position, no, vehicle_id, trip_no, kind)
	SELECT $1, $2, 1000, 1000, v.id, 1, 'end'
	FROM property.vehicles v
	WHERE v.seed = $1 AND v.open_end AND EXISTS (
		SELECT FROM property.served s WHERE s.seed = $1 AND s.vehicle_id = v.id)
	ORDER BY v.no LIMIT 1 $$),
-- A route that leaves and ends 2 ms later; each row fits the next.
('the route later', 'mismatch: departs_at', 'all', $$
	UPDATE property.mutants
	SET arrives_at = arrives_at + interval '2 ms', starts_at = starts_at + interval '2 ms',
		departs_at = departs_at + interval '2 ms'
	WHERE mutant = $2 AND vehicle_id = (
		SELECT min(vehicle_id) FROM property.mutants WHERE mutant = $2 AND kind = 'start') $$),
-- Two orders that follow each other at different places, with the times of the plan.
('two stops swapped', NULL, 'all', $$
	UPDATE property.mutants t
	SET order_id = CASE t.order_id WHEN a.id THEN b.id ELSE a.id END
	FROM (SELECT a.seed, a.id, a.vehicle_id, a.stop_no, a.place FROM property.served a
		  JOIN property.served b ON b.seed = $1 AND b.vehicle_id = a.vehicle_id AND b.stop_no = a.stop_no + 1
			AND b.place <> a.place
		  WHERE a.seed = $1 ORDER BY md5($1::text || a.id) LIMIT 1) AS a
	JOIN property.served b ON b.seed = a.seed AND b.vehicle_id = a.vehicle_id AND b.stop_no = a.stop_no + 1
	WHERE t.mutant = $2 AND t.order_id IN (a.id, b.id) $$);

INSERT INTO property.rules
SELECT name, 'mismatch: ' || replace(name, 'skip cost', 'cost'), 'all',
	   format('SELECT WHERE property.falsify($2, $1, %L)', name)
FROM unnest('{kind,arrives_at,starts_at,departs_at,travel_time,setup_time,wait_time,service_time,late_time,
			  distance_m,load,cost,co2e_g,skip cost}'::text[]) AS name;

-- property.mutate: breaks a rule in a copy of the plan of a problem, once, if it can be broken there,
-- and keeps what check said.
CREATE FUNCTION property.mutate(the_rule text, this bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	r		property.rules;
	p		property.problems;
	m		int := nextval('property.mutant_no');
	changed	int;
	found	text[];
BEGIN
	SELECT * INTO r FROM property.rules WHERE rule = the_rule;
	SELECT * INTO p FROM property.problems WHERE seed = this;
	INSERT INTO property.mutants SELECT m, stop_no, rows.* FROM property.rows WHERE seed = this;
	EXECUTE r.statement USING this, m;
	GET DIAGNOSTICS changed = ROW_COUNT;
	IF changed > 0 THEN
		PERFORM property.settle(p);
		found := property.judge(p, format(
			CASE r.shown
				WHEN 'order' THEN 'SELECT vehicle_id, n AS stop_no, order_id FROM %s WHERE order_id IS NOT NULL'
				WHEN 'kind' THEN 'SELECT vehicle_id, n AS stop_no, kind, order_id FROM %s'
				ELSE 'SELECT *, n AS stop_no FROM %s'
			END, format('(SELECT vehicle_id, trip_no, kind, order_id, arrives_at, starts_at, departs_at, travel_time,
				setup_time, wait_time, service_time, late_time, distance_m, load, cost, co2e_g,
				row_number() OVER (PARTITION BY vehicle_id ORDER BY position) AS n
				FROM property.mutants WHERE mutant = %s) AS mutant', m)));
		INSERT INTO property.mutations VALUES (the_rule, this, r.expected, found,
			CASE r.expected WHEN 'nothing' THEN found = '{}'
				ELSE EXISTS (SELECT FROM unnest(found) AS f WHERE r.expected IS NULL OR starts_with(f, r.expected)) END);
	END IF;
	DELETE FROM property.mutants WHERE mutant = m;
END
$$;

-- property.mutate_all: breaks every rule in up to `most` plans.
CREATE FUNCTION property.mutate_all(most int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	r		record;
	this	bigint;
BEGIN
	FOR r IN SELECT rule FROM property.rules ORDER BY rule LOOP
		FOR this IN SELECT seed FROM property.results WHERE violations = '{}' ORDER BY md5(r.rule || seed) LOOP
			PERFORM property.mutate(r.rule, this);
			EXIT WHEN (SELECT count(*) FROM property.mutations WHERE rule = r.rule) >= most;
		END LOOP;
	END LOOP;
END
$$;
