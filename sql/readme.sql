SELECT vehicle_id, kind, order_id, to_char(starts_at, 'HH24:MI') AS eta, round(distance_m) AS metres, load, reason
FROM lastmile.plan(
	orders   => $$ SELECT id, ST_Point(lon, lat, 4326) AS geom, parcels AS demand, interval '10 min' AS service_time,
			opens AS window_start, opens + interval '1 hour' AS window_end
		FROM (VALUES ('Adler',  8.6724, 49.4103, timestamptz '2026-12-01 09:00', 3),
			('Brandt', 8.6867, 49.4184, '2026-12-01 09:30', 4), ('Celik',  8.6950, 49.4058, '2026-12-01 09:00', 2),
			('Duarte', 8.7101, 49.4139, '2026-12-01 10:00', 9)) AS o(id, lon, lat, opens, parcels) $$,
	vehicles => $$ SELECT id, ST_Point(8.6512, 49.4090, 4326) AS geom, capacity, 25 AS cost_per_hour, 0.40 AS cost_per_km
		FROM (VALUES ('van-1', 6), ('van-2', 4)) AS v(id, capacity) $$,
	iterations => 1000);
