-- map.sql - one HTML file from a plan's rows: a map of the routes and the list of stops, no network needed.
--
--	psql -X -v plan=my_plan -o plan.html -f scripts/map.sql
--
--	plan		table, view or sub-query with the columns of lastmile.plan
--	title		heading
--	labels		query: order_id text, label text (what to show beside an order's number)
--	background	query: lines in degrees (or in the plan's plane) drawn in grey below the routes
--	water		query: lines drawn in blue below them
--	note		a sentence below the map
--
-- Times are shown in the session's timezone. Everything is drawn from the rows: geom, leg, times, reasons.

\set ON_ERROR_STOP on
\if :{?plan} \else \set plan plan \endif
\if :{?title} \else \set title 'Plan' \endif
\if :{?note} \else \set note '' \endif
\if :{?labels} \else \set labels 'SELECT NULL::text AS order_id, NULL::text AS label WHERE false' \endif
\if :{?background} \else \set background 'SELECT NULL::geometry WHERE false' \endif
\if :{?water} \else \set water 'SELECT NULL::geometry WHERE false' \endif
\pset tuples_only on
\pset format unaligned

CREATE OR REPLACE FUNCTION pg_temp.html(value text) RETURNS text IMMUTABLE LANGUAGE sql AS
$$ SELECT replace(replace(replace(replace(value, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;') $$;

CREATE OR REPLACE FUNCTION pg_temp.clock(at timestamptz) RETURNS text STABLE LANGUAGE sql AS
$$ SELECT to_char(at, 'HH24:MI') $$;

CREATE OR REPLACE FUNCTION pg_temp.hours(span interval) RETURNS text IMMUTABLE LANGUAGE sql AS
$$ SELECT to_char(span, 'FMHH24:MI') $$;

WITH plan AS MATERIALIZED (
	SELECT p.*, coalesce(l.label, '') AS label FROM (SELECT * FROM :plan AS rows) AS p LEFT JOIN (:labels) AS l USING (order_id)
),
background AS MATERIALIZED (
	SELECT b.line, 'street' AS class FROM (:background) AS b(line) UNION ALL SELECT w.line, 'water' FROM (:water) AS w(line)
),

-- Degrees (or metres) to picture units: 1000 wide, or 800 high, whichever comes first.
extent AS (
	SELECT ST_XMin(box) AS west, ST_YMax(box) AS north, ST_XMax(box) - ST_XMin(box) AS width, ST_YMax(box) - ST_YMin(box) AS height,
		CASE WHEN planar THEN 1 ELSE cos(radians((ST_YMin(box) + ST_YMax(box)) / 2)) END AS squeeze,
		CASE WHEN planar THEN 1000 ELSE 1 / 111.2 END AS kilometre
	FROM (SELECT ST_Extent(geom) AS box, bool_or(ST_SRID(geom) = 0) AS planar
		FROM (SELECT geom FROM plan UNION ALL SELECT leg FROM plan) AS all_of_it) AS bounds
),
picture AS (
	SELECT west, north, squeeze, scale, kilometre * scale AS kilometre,
		coalesce(width * squeeze * scale, 0) + 80 AS width, coalesce(height * scale, 0) + 80 AS height		-- NULL: no place at all
	FROM extent, LATERAL (SELECT least(1000 / nullif(width * squeeze, 0), 800 / nullif(height, 0)) AS s) AS fit,
		LATERAL (SELECT coalesce(s, 1) AS scale) AS scaled
),
drawn AS MATERIALIZED (
	SELECT p.*,
		round(((ST_X(geom) - west) * squeeze * scale + 40)::numeric, 1) AS x,
		round(((north - ST_Y(geom)) * scale + 40)::numeric, 1) AS y,
		ST_AsSVG(ST_Affine(leg, squeeze * scale, 0, 0, scale, 40 - west * squeeze * scale, -40 - north * scale), 0, 1) AS line,
		dense_rank() OVER (ORDER BY position) - 1 AS van,
		lag(kind) OVER (PARTITION BY vehicle_id ORDER BY stop_no) AS kind_before,
		count(order_id) OVER (PARTITION BY vehicle_id ORDER BY stop_no) AS order_no
	FROM picture, (SELECT *, first_value(number) OVER (PARTITION BY vehicle_id ORDER BY number) AS position
		FROM (SELECT *, row_number() OVER (ORDER BY substring(vehicle_id FROM '^\D*') COLLATE "C",
				substring(vehicle_id FROM '\d+')::numeric, vehicle_id COLLATE "C", stop_no) AS number FROM plan) AS numbered) AS p		-- van 10 after van 2
),
vans AS (
	SELECT van, vehicle_id, count(order_id) AS orders, min(departs_at) AS leaves, max(departs_at) AS ends, sum(distance_m) AS metres, sum(cost) AS cost
	FROM drawn WHERE vehicle_id IS NOT NULL GROUP BY van, vehicle_id
),
-- Orders of one van at one place share a marker.
markers AS (
	SELECT van, x, y, bool_and(kind = 'pickup') AS pickup,
		min(stop_no) || CASE WHEN count(*) = 1 THEN '' WHEN max(order_no) - min(order_no) < count(*) THEN '–' || max(stop_no)
			ELSE '+' || count(*) - 1 END AS name,		-- 7–9, or 7+1 where the van comes back later
		string_agg(format('%s · stop %s · %s %s %s' || chr(10) || 'service %s – %s%s', vehicle_id, stop_no, kind, order_id, label,
			pg_temp.clock(starts_at), pg_temp.clock(departs_at),
			CASE WHEN wait_time > interval '0' THEN format(' (waits %s min)', ceil(extract(epoch FROM wait_time) / 60)) ELSE '' END),
			chr(10) ORDER BY stop_no) AS title
	FROM drawn WHERE kind IN ('pickup', 'delivery') GROUP BY van, x, y
),
svg(layer, piece) AS (
	SELECT CASE class WHEN 'water' THEN 0 ELSE 1 END, format('<path class="%s" d="%s"/>', class,
			ST_AsSVG(ST_Affine(line, squeeze * scale, 0, 0, scale, 40 - west * squeeze * scale, -40 - north * scale), 0, 1))
		FROM background, picture
	UNION ALL
	SELECT 2, format('<path class="leg v%s%s" d="%s"/>', van, CASE WHEN kind = 'end' OR kind_before = 'start' THEN ' depot-leg' ELSE '' END, line)
		FROM drawn WHERE line <> ''
	UNION ALL
	SELECT 3, format('<g class="at" style="--x:%spx;--y:%spx"><g class="depot"><title>%s</title><path d="M-13 13V-3L0-14 13-3V13Z"/><path class="door" d="M-5 13V3H5V13Z"/></g></g>',
			x, y, string_agg(DISTINCT format('%s: leaves %s', vehicle_id, pg_temp.clock(departs_at)), chr(10)))
		FROM drawn WHERE kind = 'start' GROUP BY x, y
	UNION ALL
	SELECT 4, format('<g class="at v%s" style="--x:%spx;--y:%spx"><g class="break"><title>%s</title><circle cx="13" cy="-13" r="6.5"/><path d="M11 -16V-10M15 -16V-10"/></g></g>',
			van, x, y, pg_temp.html(format('%s: break %s – %s', vehicle_id, pg_temp.clock(starts_at), pg_temp.clock(departs_at))))
		FROM drawn WHERE kind = 'break'
	UNION ALL
	SELECT 5, format('<g class="at v%s" style="--x:%spx;--y:%spx"><g class="stop"><title>%s</title><rect x="%s" y="-9" width="%s" height="18" rx="%s"/><text y="3.6">%s</text></g></g>',
			van, x, y, pg_temp.html(title), -half, 2 * half, CASE WHEN pickup THEN 2 ELSE 9 END, name)
		FROM markers, LATERAL (SELECT greatest(9, 2 + 3.2 * length(name)) AS half) AS size
	UNION ALL
	SELECT 6, format('<g class="at" style="--x:%spx;--y:%spx"><g class="left"><title>%s</title><circle r="9"/><path d="M-4 -4L4 4M-4 4L4 -4"/></g></g>',
			x, y, pg_temp.html(format('order %s %s' || chr(10) || 'not served: %s' || chr(10) || '%s', order_id, label, reason_code, reason)))
		FROM drawn WHERE kind = 'unassigned' AND geom IS NOT NULL
	UNION ALL
	SELECT 7, format('<g class="scale" transform="translate(40 %s)"><path d="M0 -5V0H%sV-5"/><text x="%s" y="-7">1 km</text></g>',
			round((height - 14)::numeric, 1), round(kilometre::numeric, 1), round((kilometre / 2)::numeric, 1))
		FROM picture WHERE kilometre BETWEEN 20 AND width / 2
),
list(van, item) AS (
	SELECT v.van, format('<details class="v%s" data-van="v%s"><summary><i></i><b>%s</b><span>%s orders · %s–%s%s%s</span></summary><ol>%s</ol></details>',
			v.van, v.van, pg_temp.html(v.vehicle_id), v.orders, pg_temp.clock(v.leaves), pg_temp.clock(v.ends),
			' · ' || round((v.metres / 1000)::numeric, 1) || ' km', ' · cost ' || round(v.cost::numeric),
			string_agg(format('<li><u>%s</u><time>%s</time>%s</li>', d.stop_no, pg_temp.clock(d.starts_at),
				pg_temp.html(CASE WHEN d.order_id IS NULL THEN d.kind ELSE d.order_id || ' ' || d.label END)
				|| CASE d.kind WHEN 'pickup' THEN ' <em>pickup</em>' ELSE '' END), '' ORDER BY d.stop_no))
	FROM vans AS v JOIN drawn AS d USING (van) GROUP BY v.van, v.vehicle_id, v.orders, v.leaves, v.ends, v.metres, v.cost
),
tiles(no, figure, name) AS (
	SELECT 1, count(order_id) FILTER (WHERE vehicle_id IS NOT NULL) || ' of ' || count(order_id), 'orders served' FROM plan
	UNION ALL SELECT 2, count(*)::text, 'vans' FROM vans
	UNION ALL SELECT 3, round((sum(metres) / 1000)::numeric)::text, 'kilometres' FROM vans HAVING sum(metres) IS NOT NULL
	UNION ALL SELECT 4, pg_temp.hours(sum(ends - leaves)), 'hours at work' FROM vans
	UNION ALL SELECT 5, round(sum(cost)::numeric)::text, 'cost' FROM plan
	UNION ALL SELECT 6, round((sum(co2e_g) / 1000)::numeric, 1)::text, 'kg CO₂e' FROM plan HAVING sum(co2e_g) IS NOT NULL
),
colours(van, colour) AS (
	SELECT van, (ARRAY['#2563eb', '#dc2626', '#059669', '#d97706', '#7c3aed', '#0891b2', '#be185d', '#65a30d', '#78350f', '#475569', '#c026d3', '#0f766e'])[van % 12 + 1]
	FROM vans
)
SELECT '<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>' || pg_temp.html(:'title') || '</title>
<style>
:root { color-scheme: light; font: 14px/1.4 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1e293b; }
body { margin: 0; display: flex; height: 100vh; background: #f8fafc; }
aside { flex: 0 0 350px; overflow-y: auto; background: #fff; border-right: 1px solid #e2e8f0; padding: 20px; box-sizing: border-box; }
main { flex: 1; position: relative; min-width: 0; }
h1 { font-size: 19px; margin: 0 0 14px; } h2 { font-size: 12px; margin: 18px 0 6px; color: #64748b; text-transform: uppercase; letter-spacing: .06em; }
dl { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 8px; margin: 0; }
dl div { background: #f1f5f9; border-radius: 8px; padding: 8px 10px; } dt { font-size: 11px; color: #64748b; } dd { margin: 0; font-weight: 650; font-size: 15px; white-space: nowrap; }
dl div { display: flex; flex-direction: column-reverse; }
summary { cursor: pointer; padding: 6px 4px; border-radius: 6px; display: grid; grid-template-columns: 18px 1fr; align-items: center; list-style: none; }
summary::-webkit-details-marker { display: none; } summary:hover { background: #f1f5f9; }
summary i { width: 12px; height: 12px; border-radius: 50%; background: var(--c); } summary span { grid-column: 2; font-size: 12px; color: #64748b; }
ol { list-style: none; margin: 2px 0 10px 22px; padding: 0; font-size: 12px; } li { padding: 1px 0 1px 66px; text-indent: -66px; }
li u, li time { text-indent: 0; } li u { display: inline-block; width: 24px; color: #94a3b8; text-decoration: none; } li time { display: inline-block; width: 42px; font-variant-numeric: tabular-nums; }
em { color: #64748b; } .reason { font-size: 12px; margin: 0 0 8px; } .reason code { background: #fee2e2; color: #991b1b; border-radius: 4px; padding: 0 4px; }
.key { display: flex; flex-wrap: wrap; gap: 4px 14px; font-size: 12px; color: #475569; } .key svg { width: 18px; height: 18px; vertical-align: -4px; margin-right: 3px; }
main > svg { width: 100%; height: 100%; display: block; cursor: grab; touch-action: none; }
main > p { position: absolute; right: 14px; bottom: 8px; margin: 0; font-size: 11px; color: #64748b; background: #f8fafcd9; padding: 1px 6px; border-radius: 4px; }
.street { fill: none; stroke: #e2e8f0; stroke-width: 5; vector-effect: non-scaling-stroke; stroke-linecap: round; }
.water { fill: none; stroke: #bfdbfe; stroke-width: 12; stroke-linecap: round; stroke-linejoin: round; }
.leg { fill: none; stroke: var(--c); stroke-width: 2.6; vector-effect: non-scaling-stroke; stroke-linejoin: round; stroke-linecap: round; opacity: .85; }
.depot-leg { stroke-dasharray: 2 6; stroke-width: 2; opacity: .6; }
.at { transform: translate(var(--x), var(--y)); } .at > g { transform: scale(var(--k, 1)); }
.stop rect { fill: var(--c); stroke: #fff; stroke-width: 1.5; } .stop text { fill: #fff; font-size: 10px; font-weight: 650; text-anchor: middle; }
.depot path { fill: #0f172a; stroke: #fff; stroke-width: 2; stroke-linejoin: round; } .depot .door { fill: #fff; stroke: none; }
.break circle { fill: #fff; stroke: var(--c); stroke-width: 1.5; } .break path { stroke: var(--c); stroke-width: 2; }
.left circle { fill: #fff; stroke: #b91c1c; stroke-width: 1.8; stroke-dasharray: 3 2; } .left path { stroke: #b91c1c; stroke-width: 2.2; stroke-linecap: round; }
.scale path { fill: none; stroke: #64748b; stroke-width: 1.5; vector-effect: non-scaling-stroke; } .scale text { font-size: 11px; fill: #64748b; text-anchor: middle; }
.only .leg, .only .at[class*="v"] { opacity: .08; } .only .leg.on, .only .at.on { opacity: 1; }
@media (max-width: 800px) { body { flex-direction: column-reverse; height: auto; } aside { flex: none; border: 0; } main { height: 70vh; flex: none; } }
' || (SELECT coalesce(string_agg(format('.v%s { --c: %s }', van, colour), ' ' ORDER BY van), '') FROM colours) || '
</style></head><body>
<aside><h1>' || pg_temp.html(:'title') || '</h1>
<dl>' || (SELECT string_agg(format('<div><dt>%s</dt><dd>%s</dd></div>', name, pg_temp.html(figure)), '' ORDER BY no) FROM tiles WHERE figure IS NOT NULL) || '</dl>
<h2>Vans</h2>
' || coalesce((SELECT string_agg(item, E'\n' ORDER BY van) FROM list), '<p>No van is used.</p>') || '
' || coalesce((SELECT '<h2>Not served</h2>' || E'\n' || string_agg(format('<p class="reason"><b>%s</b> %s <code>%s</code><br>%s</p>',
		pg_temp.html(order_id), pg_temp.html(label), reason_code, pg_temp.html(reason)), E'\n' ORDER BY order_id) FROM plan WHERE kind = 'unassigned'), '') || '
<h2>Key</h2>
<p class="key" style="--c:#475569"><span><svg viewBox="-14 -15 28 30"><g class="depot"><path d="M-13 13V-3L0-14 13-3V13Z"/><path class="door" d="M-5 13V3H5V13Z"/></g></svg>depot</span>
<span><svg viewBox="-10 -10 20 20"><g class="stop"><rect x="-9" y="-9" width="18" height="18" rx="9"/></g></svg>delivery</span>
<span><svg viewBox="-10 -10 20 20"><g class="stop"><rect x="-9" y="-9" width="18" height="18" rx="2"/></g></svg>pickup</span>
<span><svg viewBox="5 -21 16 16"><g class="break"><circle cx="13" cy="-13" r="6.5"/><path d="M11 -16V-10M15 -16V-10"/></g></svg>break</span>
<span><svg viewBox="-10 -10 20 20"><g class="left"><circle r="9"/><path d="M-4 -4L4 4M-4 4L4 -4"/></g></svg>not served</span></p>
</aside>
<main><svg viewBox="0 0 ' || round(width) || ' ' || round(height) || '" role="img" aria-label="Map of the routes">
' || coalesce((SELECT string_agg(piece, E'\n' ORDER BY layer) FROM svg), '') || '
</svg><p>' || pg_temp.html(:'note') || '</p></main>
<script>
// Wheel and drag move the view box; markers keep their size; an open van in the list stands out on the map.
const svg = document.querySelector("main > svg"), box = svg.viewBox.baseVal;
const unit = () => 1 / svg.getScreenCTM().a;
const keep = () => svg.style.setProperty("--k", unit());
svg.addEventListener("wheel", event => {
	event.preventDefault();
	const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
	const factor = event.deltaY < 0 ? 0.85 : 1 / 0.85;
	box.x = at.x - (at.x - box.x) * factor; box.y = at.y - (at.y - box.y) * factor;
	box.width *= factor; box.height *= factor; keep();
}, { passive: false });
svg.addEventListener("pointermove", event => {
	if (event.buttons & 1) { box.x -= event.movementX * unit(); box.y -= event.movementY * unit(); }
});
document.querySelectorAll("details").forEach(item => item.addEventListener("toggle", () => {
	const open = [...document.querySelectorAll("details[open]")].map(each => each.dataset.van);
	svg.classList.toggle("only", open.length > 0);
	svg.querySelectorAll(".leg, .at").forEach(each => each.classList.toggle("on", open.some(van => each.classList.contains(van))));
}));
addEventListener("resize", keep); keep();
</script></body></html>'
FROM picture;
